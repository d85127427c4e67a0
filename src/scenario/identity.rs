//! What a run is (its identity), and the resolved scenario as text.

use super::{CouplingLaw, Energy, Kind, LoadAxis, PatternsFrom, Scenario, StoredPatterns};
use crate::chain::{Course, Keep, Protocol, Start};
use crate::dynamics::Update;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The identity of a run: everything of a scenario except name, samples, the grid lists, theory and figures, by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    entries: Vec<(String, String)>,
}

impl Identity {
    pub(super) fn of<const N: usize>(entries: [(&str, String); N]) -> Self {
        Self { entries: entries.into_iter().map(|(key, value)| (key.to_string(), value)).collect() }
    }

    /// SHA-256 of the entries, in hexadecimal.
    pub fn hash(&self) -> String {
        Self::hash_of(&self.text())
    }

    /// The hash of an identity by its text.
    pub fn hash_of(text: &str) -> String {
        Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// One `key = value` a line.
    pub fn text(&self) -> String {
        self.entries.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
    }

    /// The keys whose values differ from another identity's text, as `key: theirs → ours`.
    pub fn changes_from(&self, other: &str) -> Vec<String> {
        let theirs: Vec<(&str, &str)> = other.lines().filter_map(|line| line.split_once(" = ")).collect();
        let mut changes = Vec::new();
        for (key, ours) in &self.entries {
            match theirs.iter().find(|(k, _)| k == key) {
                Some((_, value)) if value == ours => {}
                Some((_, value)) => changes.push(format!("{key}: {value} → {ours}")),
                None => changes.push(format!("{key}: nothing → {ours}")),
            }
        }
        for (key, value) in theirs {
            if !self.entries.iter().any(|(k, _)| k == key) {
                changes.push(format!("{key}: {value} → nothing"));
            }
        }
        changes
    }
}

fn list<T: std::fmt::Debug>(values: &[T]) -> String {
    format!("{values:?}")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

fn file_identity(stored: &StoredPatterns) -> String {
    format!(
        "sha256 {}, array {}, threshold {}, rows {}",
        stored.sha256,
        stored.key.array.as_deref().unwrap_or("the only one"),
        stored.key.threshold,
        stored.key.index.map_or("all".to_string(), |(from, to)| format!("{from} to {to}"))
    )
}

fn file_text(stored: &StoredPatterns) -> String {
    let key = &stored.key;
    let mut text = format!("{{ file = {}, threshold = {:?}", quoted(&key.file), key.threshold);
    if let Some(array) = &key.array {
        text += &format!(", array = {}", quoted(array));
    }
    if let Some((from, to)) = key.index {
        text += &format!(", index = [{from}, {to}]");
    }
    if let Some(labels) = &key.labels {
        text += &format!(", labels = {}", quoted(labels));
    }
    text + &format!(", sha256 = {} }}", quoted(&stored.sha256))
}

fn start_text(start: &Start) -> String {
    match start {
        Start::Planted => "\"planted\"".into(),
        Start::Random => "\"random\"".into(),
        Start::Cooled => "\"cooled\"".into(),
        Start::Corrupted(fraction) => format!("{{ corrupted = {fraction:?} }}"),
        Start::Each(fraction) => format!("{{ each = {fraction:?} }}"),
        Start::Overlap(m) => format!("{{ overlap = {m:?} }}"),
        Start::Configuration(file, _) => format!("{{ file = {} }}", quoted(file)),
    }
}

impl Scenario {
    pub fn identity(&self) -> Identity {
        let mut entries = vec![
            ("seed".to_string(), self.seed.to_string()),
            ("model.kind".into(), quoted(self.kind.name())),
            ("model.patterns".into(), self.pattern_identity()),
        ];
        if self.couplings != CouplingLaw::Hebbian {
            entries.push(("model.couplings".into(), quoted(self.couplings.name())));
        }
        entries.extend(self.modern.energy.map(|energy| ("model.energy".into(), quoted(energy.name()))));
        if let Some(classes) = &self.classes {
            entries.push(("model.held_out".into(), file_identity(&classes.held_out_file)));
            entries.push(("model.centred".into(), classes.centred.to_string()));
        }
        if let Some(plan) = &self.dynamics {
            let protocol = &plan.protocol;
            let starts: Vec<String> = plan
                .starts
                .iter()
                .map(|start| match start {
                    Start::Configuration(_, spins) => format!("configuration {}", spins.hash()),
                    other => start_text(other),
                })
                .collect();
            entries.extend([
                ("dynamics.update".to_string(), quoted(protocol.update.name())),
                ("dynamics.order".into(), quoted(protocol.order.name())),
                ("dynamics.starts".into(), format!("[{}]", starts.join(", "))),
                ("dynamics.replicas".into(), protocol.replicas.to_string()),
                ("dynamics.burn_in_sweeps".into(), protocol.burn_in_sweeps.to_string()),
                ("dynamics.measure_sweeps".into(), protocol.measure_sweeps.to_string()),
            ]);
            if protocol.course.joins_temperatures() {
                entries.push(match protocol.course {
                    Course::ReplicaExchange => ("dynamics.replica_exchange".into(), "true".into()),
                    course => ("dynamics.protocol".into(), quoted(course.name())),
                });
                let temperatures: Vec<f64> = self.temperatures.iter().map(|t| t.get()).collect();
                entries.push(("grid.temperature".into(), list(&temperatures)));
            }
            if let Some(most) = protocol.max_sweeps {
                entries.push(("dynamics.max_sweeps".into(), most.to_string()));
            }
            if protocol.lost_below != Protocol::LOST_BELOW {
                entries.push(("dynamics.lost_below".into(), format!("{:?}", protocol.lost_below)));
            }
            if protocol.keep != Keep::default() {
                entries.push(("dynamics.keep".into(), list(&protocol.keep.names())));
            }
        }
        Identity { entries }
    }

    fn pattern_identity(&self) -> String {
        match &self.patterns {
            PatternsFrom::Random => quoted("random"),
            PatternsFrom::File(stored) => file_identity(stored),
        }
    }

    /// The resolved scenario: a TOML text with every default written out, which reads back as itself.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_toml(&mut text);
        text
    }

    fn write_toml(&self, out: &mut String) -> std::fmt::Result {
        let orders: Vec<u32> = self.orders.iter().map(|p| p.get()).collect();
        writeln!(out, "name = {}\nseed = {}\n", quoted(&self.name), self.seed)?;
        writeln!(out, "[model]\nkind = \"{}\"", self.kind)?;
        if !orders.is_empty() {
            writeln!(out, "interaction_order = {}", list(&orders))?;
        }
        if let Some(energy) = self.modern.energy {
            writeln!(out, "energy = \"{}\"", energy.name())?;
        }
        if let Some(entries) = self.modern.entries {
            writeln!(out, "entries = \"{}\"", entries.name())?;
        }
        if !self.learning.is_empty() {
            let modes: Vec<&str> = self.learning.iter().map(|mode| mode.name()).collect();
            writeln!(out, "learning = {}", list(&modes))?;
        }
        match &self.patterns {
            PatternsFrom::Random => writeln!(out, "patterns = \"random\"")?,
            PatternsFrom::File(stored) => writeln!(out, "patterns = {}", file_text(stored))?,
        }
        if let Some(classes) = &self.classes {
            writeln!(out, "held_out = {}\ncentred = {}", file_text(&classes.held_out_file), classes.centred)?;
        }
        writeln!(out, "couplings = \"{}\"\ncue = 0.0\n\n[grid]", self.couplings.name())?;
        // A theory-only sweep in the thermodynamic limit has none.
        if !self.spins.is_empty() {
            writeln!(out, "spins = {}", list(&self.spins))?;
        }
        match &self.load {
            LoadAxis::Patterns(_) if self.classes.is_some() => {
                writeln!(out, "examples = {}", list(&self.examples))?
            }
            LoadAxis::Gamma(loads) => writeln!(out, "gamma = {}", list(loads))?,
            LoadAxis::Alpha(loads) => writeln!(out, "alpha = {}", list(loads))?,
            LoadAxis::Patterns(counts) => writeln!(out, "patterns = {}", list(counts))?,
            LoadAxis::Rate(rates) => writeln!(out, "rate = {}", list(rates))?,
        }
        if let Some(refine) = &self.refine {
            let (on, budget) = (refine.on.name(), refine.budget);
            writeln!(out, "refine = {{ on = \"{on}\", budget = {budget} }}")?;
        }
        if !self.modes().is_empty() && self.classes.is_none() {
            writeln!(out, "quality = {}\nexamples = {}", list(&self.qualities), list(&self.examples))?;
        }
        // The dilution of a file is the file's.
        if !self.dilutions.is_empty() && matches!(self.patterns, PatternsFrom::Random) {
            writeln!(out, "dilution = {}", list(&self.dilutions))?;
        }
        let temperatures: Vec<f64> = self.temperatures.iter().map(|t| t.get()).collect();
        if self.modern.energy == Some(Energy::LogSumExp) {
            writeln!(out, "lambda = {}", list(&self.modern.lambdas))?;
        }
        if self.kind == Kind::Continuous {
            writeln!(out, "beta = {}", list(&self.modern.betas))?;
        } else {
            writeln!(out, "temperature = {}", list(&temperatures))?;
        }
        if let Some(plan) = &self.dynamics {
            let protocol = &plan.protocol;
            let starts: Vec<String> = plan.starts.iter().map(start_text).collect();
            writeln!(out, "\n[dynamics]\nupdate = \"{}\"", protocol.update.name())?;
            // What belongs to chains of spins is refused beside attention.
            let spins = protocol.update != Update::Attention;
            if spins {
                writeln!(out, "order = \"{}\"", protocol.order.name())?;
            }
            writeln!(
                out,
                "starts = [{}]\nreplicas = {}\nburn_in_sweeps = {}\nmeasure_sweeps = {}",
                starts.join(", "),
                protocol.replicas,
                protocol.burn_in_sweeps,
                protocol.measure_sweeps,
            )?;
            if spins {
                writeln!(out, "replica_exchange = {}", protocol.course == Course::ReplicaExchange)?;
            }
            // Plefka's mean field has no chain, and refuses what belongs to one.
            if protocol.update != Update::Plefka && spins {
                match protocol.max_sweeps {
                    Some(most) => writeln!(out, "until = \"equilibrated\"\nmax_sweeps = {most}")?,
                    None => writeln!(out, "until = \"measured\"")?,
                }
                let keep = list(&protocol.keep.names());
                writeln!(out, "lost_below = {:?}\nkeep = {keep}", protocol.lost_below)?;
            }
            writeln!(out, "protocol = \"{}\"", protocol.course.name())?;
        }
        // Theory alone has them too: figures may enumerate samples.
        writeln!(out, "\n[disorder]\nsamples = {}", self.samples)?;
        let compare: Vec<&str> = self.compare.iter().map(|ansatz| ansatz.name()).collect();
        if !compare.is_empty() || self.dynamics.is_none() {
            writeln!(out, "\n[theory]\ncompare = {}", list(&compare))?;
        }
        for figure in &self.figures {
            figure.write_toml(out, self.dynamics.is_some())?;
        }
        Ok(())
    }
}
