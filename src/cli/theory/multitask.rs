//! `replicon theory multitask`: the states of K diluted patterns.

use super::{report, temperature};
use crate::cli::output;
use crate::error::{Error, Result};
use crate::params::{Dilution, Examples, InteractionOrder, LearningMode, Lesson, Quality};
use crate::theory::multitasking::{
    Boundary, Change, State, Task, boundaries, hierarchy_end, learnt_states, states,
};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

/// States of a network of diluted patterns: pure, hierarchical, parallel, mixed.
#[derive(Debug, Args)]
pub struct Multitask {
    /// Interaction order P ≥ 2
    #[arg(long, default_value_t = 2)]
    p: u32,
    /// Number of patterns K, 1 to 12
    #[arg(long, value_name = "K")]
    patterns: usize,
    /// Dilution 0 ≤ d < 1: the probability that an entry of a pattern is 0
    #[arg(long, value_name = "d", allow_negative_numbers = true)]
    dilution: f64,
    /// Temperature T ≥ 0; 0 is the exact limit
    #[arg(long, value_name = "T", allow_negative_numbers = true, required_unless_present = "find")]
    temperature: Option<f64>,
    /// Learning from examples: quality r, 0 < r ≤ 1, with --examples and --mode, at P = 2
    #[arg(
        long,
        value_name = "r",
        requires = "examples",
        conflicts_with = "find",
        allow_negative_numbers = true
    )]
    quality: Option<f64>,
    /// Learning: examples per archetype M ≥ 1
    #[arg(long, value_name = "M", requires = "quality")]
    examples: Option<u64>,
    /// Learning: supervised or unsupervised
    #[arg(long, value_enum, default_value = "supervised", requires = "quality")]
    mode: Mode,
    /// Instead of the states at one temperature, where they change along the temperature axis
    #[arg(long, value_enum, conflicts_with = "temperature")]
    find: Option<Find>,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Mode {
    Supervised,
    Unsupervised,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Find {
    /// Temperatures at which the state of lowest f changes its kind, and stable states of a kind begin or end
    Boundaries,
}

impl Multitask {
    /// # Errors
    /// Bad input.
    pub fn run(&self) -> Result<()> {
        let d = Dilution::new(self.dilution).map_err(|error| error.at("--dilution"))?;
        let order = InteractionOrder::new(self.p).map_err(|error| error.at("--p"))?;
        if let Some(Find::Boundaries) = self.find {
            return self.boundaries(&boundaries(order, self.patterns, d).map_err(|e| e.at("--patterns"))?);
        }
        // clap made sure of --temperature.
        let t = temperature(self.temperature.unwrap_or_default(), "--temperature")?;
        let end = hierarchy_end(order, self.patterns).map_err(|error| error.at("--patterns"))?;
        let lesson = self.lesson()?;
        let found = match lesson {
            Some(_) if self.p != 2 => {
                return Err(Error::bad_input(format!("--quality at P = {order}")).remedy("learning at P = 2"));
            }
            Some(lesson) => learnt_states(self.patterns, d, lesson, t).map_err(|e| e.at("--examples"))?,
            None => states(order, self.patterns, d, t)?,
        };
        // From P = 3 on the paramagnet stays stable.
        let spread = match lesson {
            Some(Lesson { mode: LearningMode::Unsupervised, examples }) => 1.0 + examples.entropy(),
            _ => 1.0,
        };
        let critical = (self.p == 2).then(|| spread * (1.0 - d.get()));
        if self.json {
            let document = json!({
                "p": self.p, "patterns": self.patterns, "dilution": self.dilution, "temperature": t.get(),
                "mode": lesson.map(|x| x.mode.name()), "quality": self.quality, "examples": self.examples,
                "critical_temperature": critical, "hierarchy_end": end,
                "branches": found.iter().map(branch).collect::<Vec<_>>(),
            });
            return report(true, &document, None);
        }
        let mut text = format!(
            "P = {order}, K = {}, d = {d}, T = {t}; {}hierarchy at T = 0 up to d = {end:.6}\n{:<13} {:>17} {:>13} {:>13} {:>9}  m\n",
            self.patterns,
            critical.map_or_else(String::new, |t| format!("T_c = {t:.6}, ")),
            "branch",
            "free energy f",
            "energy u",
            "curvature",
            "residual"
        );
        for x in &found {
            let curvature = x.curvature.map_or("-∞".to_owned(), |v| format!("{v:.6}"));
            let m: Vec<String> = x.archetypes.iter().map(|m| format!("{m:.6}")).collect();
            let mark = if x.stable { "  stable" } else { "" };
            text += &format!(
                "{:<13} {:>17.12} {:>13.9} {curvature:>13} {:>9.1e}  {}{mark}\n",
                x.task.to_string(),
                x.free_energy,
                x.energy,
                x.residual,
                m.join(" ")
            );
        }
        output::text(&text)
    }
}

impl Multitask {
    fn lesson(&self) -> Result<Option<Lesson>> {
        let (Some(quality), Some(count)) = (self.quality, self.examples) else { return Ok(None) };
        let quality = Quality::new(quality).map_err(|error| error.at("--quality"))?;
        let examples = Examples::new(quality, count).map_err(|error| error.at("--examples"))?;
        let mode = match self.mode {
            Mode::Supervised => LearningMode::Supervised,
            Mode::Unsupervised => LearningMode::Unsupervised,
        };
        Ok(Some(Lesson { mode, examples }))
    }

    fn boundaries(&self, found: &[Boundary]) -> Result<()> {
        let words = |change: Change| match change {
            Change::Equilibrium { below, above } => ("equilibrium", Some(below), Some(above)),
            Change::Ends(task) => ("ends", Some(task), None),
            Change::Begins(task) => ("begins", None, Some(task)),
        };
        let name = |task: Option<Task>| task.map(|task| task.to_string());
        if self.json {
            let entry = |b: &Boundary| {
                let (change, below, above) = words(b.change);
                json!({ "temperature": b.temperature, "change": change, "below": name(below), "above": name(above) })
            };
            let document = json!({
                "p": self.p, "patterns": self.patterns, "dilution": self.dilution,
                "boundaries": found.iter().map(entry).collect::<Vec<_>>(),
            });
            return report(true, &document, None);
        }
        let mut text = format!("{:>12}  {:<12} {:<13} {}\n", "temperature", "change", "below", "above");
        for b in found {
            let (change, below, above) = words(b.change);
            let [below, above] = [below, above].map(|task| name(task).unwrap_or_else(|| "-".into()));
            text += &format!("{:>12.6}  {change:<12} {below:<13} {above}\n", b.temperature);
        }
        output::text(&text)
    }
}

fn branch(x: &State) -> Value {
    json!({ "branch": x.task.to_string(), "m": x.m, "archetypes": x.archetypes, "free_energy": x.free_energy, "energy": x.energy, "stable": x.stable,
            "curvature": x.curvature, "residual": x.residual })
}
