//! Scenarios of `replicon capacity`: no load, which is what is looked for.

use super::document::{Node, Table, scenario_name};
use super::read::{choice, count, real_axis, whole_axis};
use super::theory::read_theory;
use super::{Ansatz, CouplingLaw, Identity, Kind, Shipped};
use crate::chain::Protocol;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::params::{InteractionOrder, Temperature};
use std::fmt::Write;
use std::path::Path;

/// What is asked of K patterns, with probability ½ over disorder (and dynamics).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Definition {
    /// m with the planted pattern stays at or above the threshold for a number of sweeps from it.
    Saturation,
    /// One stored pattern is a fixed point at T = 0.
    RecallOne,
    /// All of them are.
    RecallAll,
}

impl Definition {
    pub const NAMES: [(&'static str, Self); 3] =
        [("saturation", Self::Saturation), ("recall-one", Self::RecallOne), ("recall-all", Self::RecallAll)];

    pub fn name(self) -> &'static str {
        match self {
            Self::Saturation => "saturation",
            Self::RecallOne => "recall-one",
            Self::RecallAll => "recall-all",
        }
    }

    /// The definition of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, definition)| *definition)
    }
}

/// What saturation asks for: m ≥ threshold at every one of so many sweeps from the planted pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    pub threshold: f64,
    pub sweeps: usize,
}

/// One P with its sizes N, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPlan {
    pub order: InteractionOrder,
    pub spins: Vec<usize>,
    pub asked: Asked,
}

/// A scenario of `replicon capacity` with every default written out.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityScenario {
    pub name: String,
    pub seed: u64,
    /// Ascending in P.
    pub orders: Vec<OrderPlan>,
    /// Of saturation; perfect recall is asked at T = 0.
    pub temperatures: Vec<Temperature>,
    pub definitions: Vec<Definition>,
    /// Samples of every definition, T, P and N.
    pub samples: usize,
    pub compare: Vec<Ansatz>,
    /// Whether `[[figures]]` asks for capacity-scaling.
    pub figure: bool,
}

const DEFAULT_SWEEPS: usize = 200;
const DEFAULT_SAMPLES: usize = 400;
/// Beyond this the counts of a search no longer fit into memory.
pub(super) const MOST_SAMPLES: usize = 1_000_000;
pub(super) const MOST_SPINS: usize = 1 << 20;

impl CapacityScenario {
    /// Whether this text is a scenario of `replicon capacity`: a table of that name makes it one.
    pub fn is_asked_by(text: &str) -> bool {
        toml::from_str::<toml::Table>(text).is_ok_and(|document| document.contains_key("capacity"))
    }

    /// A scenario file, or the shipped scenario of this name.
    ///
    /// # Errors
    /// Neither, and everything that can be wrong with it.
    pub fn find(name: &str, overrides: &[String]) -> Result<Self> {
        let path = Path::new(name);
        match Shipped::find(name) {
            _ if path.is_file() => Self::from_file(path, overrides),
            Some(shipped) => Self::from_shipped(shipped, overrides),
            None => Err(Shipped::unknown(name)),
        }
    }

    /// Reads and resolves a scenario file. `overrides` are `key=value`.
    ///
    /// # Errors
    /// Everything that can be wrong with it, by file, line and key.
    pub fn from_file(path: &Path, overrides: &[String]) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| Error::io("read scenario", path, &e).as_kind(ErrorKind::BadInput))?;
        Self::from_text(&text, &path.display().to_string(), overrides)
    }

    /// One of the scenarios inside the binary.
    ///
    /// # Errors
    /// As [`Self::from_file`].
    pub fn from_shipped(shipped: &Shipped, overrides: &[String]) -> Result<Self> {
        Self::from_text(shipped.text, &format!("{}.toml", shipped.name), overrides)
    }

    /// Reads a scenario from text; `file` is its name in messages.
    ///
    /// # Errors
    /// As [`Self::from_file`].
    pub fn from_text(text: &str, file: &str, overrides: &[String]) -> Result<Self> {
        let mut document = Node::parse(text, file)?;
        for assignment in overrides {
            document.set(assignment)?;
        }
        let root = document.as_table("")?;
        let name = scenario_name(&root)?;
        let seed = root.get("seed").map_or(Ok(0), |node| node.as_count("seed", 0))? as u64;
        let model = root.need("model", "[model] with interaction_order")?.as_table("model")?;
        let orders = read_model(&model)?;
        let capacity = root.need("capacity", "[capacity] with definitions")?.as_table("capacity")?;
        let (definitions, asked) = read_capacity(&capacity, &orders)?;
        let grid =
            root.need("grid", "[grid] with spins, and temperature for saturation")?.as_table("grid")?;
        for key in ["gamma", "alpha", "patterns", "rate"] {
            if let Some(node) = grid.get(key) {
                return Err(node.refuse(&grid.key(key), "no load: it is what replicon capacity looks for"));
            }
        }
        let sizes = read_sizes(&grid, &orders)?;
        let plan = |((order, spins), asked)| OrderPlan { order, spins, asked };
        let orders = orders.into_iter().zip(sizes).zip(asked).map(plan).collect();
        let temperatures = read_temperatures(&grid, &definitions)?;
        grid.finish()?;
        let samples = match root.get("disorder") {
            Some(node) => {
                let table = node.as_table("disorder")?;
                let samples = count(&table, "samples", 1, DEFAULT_SAMPLES)?;
                table.finish()?;
                if samples > MOST_SAMPLES {
                    return Err(node.refuse("disorder.samples", &format!("at most {MOST_SAMPLES}")));
                }
                samples
            }
            None => DEFAULT_SAMPLES,
        };
        if let Some(node) = root.get("dynamics") {
            return Err(node.refuse(
                "dynamics",
                "no [dynamics]: saturation is Glauber's in random order from the planted pattern, for capacity.sweeps",
            ));
        }
        let (_, compare) = read_theory(&root, Kind::DenseHebbian)?;
        let figure = match root.get("figures") {
            None => false,
            Some(node) => {
                for item in node.items() {
                    let table = item.as_table("figures")?;
                    table
                        .need("kind", "\"capacity-scaling\"")?
                        .as_choice("figures.kind", &[("capacity-scaling", ())])?;
                    table.finish()?;
                }
                !node.items().is_empty()
            }
        };
        root.finish()?;
        Ok(Self { name, seed, orders, temperatures, definitions, samples, compare, figure })
    }

    /// What decides a trial beside its goal, K and sample.
    pub fn identity(&self) -> Identity {
        Identity::of([("seed", self.seed.to_string()), ("model.kind", "\"dense-hebbian\"".into())])
    }

    /// The resolved scenario, which reads back as itself.
    pub fn to_toml(&self) -> String {
        let orders: Vec<u32> = self.orders.iter().map(|plan| plan.order.get()).collect();
        let each = |of: &dyn Fn(&OrderPlan) -> String| {
            let list: Vec<String> =
                self.orders.iter().map(|plan| format!("p{} = {}", plan.order, of(plan))).collect();
            format!("{{ {} }}", list.join(", "))
        };
        let (spins, thresholds) =
            (each(&|plan| format!("{:?}", plan.spins)), each(&|plan| format!("{:?}", plan.asked.threshold)));
        let sweeps = self.orders.first().map_or(DEFAULT_SWEEPS, |plan| plan.asked.sweeps);
        let names: Vec<&str> = self.definitions.iter().map(|d| d.name()).collect();
        let mut text = format!(
            "name = {}\nseed = {}\n\n[model]\nkind = \"dense-hebbian\"\ninteraction_order = {orders:?}\n\n[grid]\nspins = {spins}\n",
            toml::Value::String(self.name.clone()),
            self.seed,
        );
        if !self.temperatures.is_empty() {
            let temperatures: Vec<f64> = self.temperatures.iter().map(|t| t.get()).collect();
            let _ = writeln!(text, "temperature = {temperatures:?}");
        }
        let _ = write!(
            text,
            "\n[capacity]\ndefinitions = {names:?}\nthreshold = {thresholds}\nsweeps = {sweeps}\n\n[disorder]\nsamples = {}\n",
            self.samples
        );
        if !self.compare.is_empty() {
            let compare: Vec<&str> = self.compare.iter().map(|a| a.name()).collect();
            let _ = write!(text, "\n[theory]\ncompare = {compare:?}\n");
        }
        if self.figure {
            text += "\n[[figures]]\nkind = \"capacity-scaling\"\n";
        }
        text
    }
}

fn read_model(model: &Table<'_>) -> Result<Vec<InteractionOrder>> {
    choice(model, "kind", &[("dense-hebbian", ())], ())?;
    choice(model, "patterns", &[("random", ())], ())?;
    choice(model, "couplings", &[(CouplingLaw::Hebbian.name(), ())], ())?;
    let orders = super::modern::read_orders(model, Kind::DenseHebbian)?;
    model.finish()?;
    Ok(orders)
}

fn read_capacity(capacity: &Table<'_>, orders: &[InteractionOrder]) -> Result<(Vec<Definition>, Vec<Asked>)> {
    let definitions = match capacity.get("definitions") {
        None => Definition::NAMES.iter().map(|(_, definition)| *definition).collect(),
        Some(node) => {
            let mut definitions = Vec::new();
            for item in node.items() {
                let definition = item.as_choice("capacity.definitions", &Definition::NAMES)?;
                if definitions.contains(&definition) {
                    return Err(item.refuse("capacity.definitions", "every definition once"));
                }
                definitions.push(definition);
            }
            if definitions.is_empty() {
                return Err(node.refuse(
                    "capacity.definitions",
                    "at least one of \"saturation\", \"recall-one\", \"recall-all\"",
                ));
            }
            definitions.sort_unstable();
            definitions
        }
    };
    const KEY: &str = "capacity.threshold";
    let threshold = |node: &Node, key: &str| -> Result<f64> {
        let m = node.as_real(key)?;
        if 0.0 < m && m < 1.0 { Ok(m) } else { Err(node.refuse(key, "0 < m < 1")) }
    };
    let thresholds = match capacity.get("threshold") {
        None => vec![Protocol::LOST_BELOW; orders.len()],
        Some(node) if node.is_table() => {
            of_each_order(&node.as_table(KEY)?, orders, "0 < m < 1 of this P", threshold)?
        }
        Some(node) => vec![threshold(node, KEY)?; orders.len()],
    };
    let sweeps = count(capacity, "sweeps", 1, DEFAULT_SWEEPS)?;
    capacity.finish()?;
    Ok((definitions, thresholds.into_iter().map(|threshold| Asked { threshold, sweeps }).collect()))
}

/// The values of a table `{ p2 = …, p3 = … }`, one for each P.
fn of_each_order<T>(
    table: &Table<'_>,
    orders: &[InteractionOrder],
    accepted: &str,
    read: impl Fn(&Node, &str) -> Result<T>,
) -> Result<Vec<T>> {
    let values = orders
        .iter()
        .map(|p| {
            let key = ORDER_KEYS[p.get() as usize - 2];
            read(table.need(key, accepted)?, &table.key(key))
        })
        .collect::<Result<_>>()?;
    table.finish()?;
    Ok(values)
}

/// grid.spins: one list for every P, or a table of lists.
fn read_sizes(grid: &Table<'_>, orders: &[InteractionOrder]) -> Result<Vec<Vec<usize>>> {
    const KEY: &str = "grid.spins";
    let node = grid.need("spins", "N, a list of them, or { p2 = [N, …], p3 = [N, …] }")?;
    let table = if node.is_table() { Some(node.as_table(KEY)?) } else { None };
    let sizes = match table.filter(|table| table.get("from").is_none()) {
        None => vec![whole_axis(node, KEY)?; orders.len()],
        Some(table) => {
            of_each_order(&table, orders, "the sizes of this P: N, or a list of them", whole_axis)?
        }
    };
    for (&p, sizes) in orders.iter().zip(&sizes) {
        if sizes.iter().any(|&n| n < (p.get() as usize).max(4) || n > MOST_SPINS) {
            return Err(node.refuse(KEY, &format!("N from max(P, 4) to {MOST_SPINS} at P = {p}")));
        }
    }
    Ok(sizes)
}

macro_rules! order_keys {
    ($($p:literal),*) => { [$(concat!("p", $p)),*] };
}

/// `p2` … `p64`, keys of what each P has of its own.
const ORDER_KEYS: [&str; InteractionOrder::MAX as usize - 1] = order_keys!(
    2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
    30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55,
    56, 57, 58, 59, 60, 61, 62, 63, 64
);

fn read_temperatures(grid: &Table<'_>, definitions: &[Definition]) -> Result<Vec<Temperature>> {
    const KEY: &str = "grid.temperature";
    let saturation = definitions.contains(&Definition::Saturation);
    match grid.get("temperature") {
        None if saturation => Err(grid.missing("temperature", "T ≥ 0 of saturation, or a list of them")),
        None => Ok(Vec::new()),
        Some(node) => real_axis(node, KEY, |item| item.as_real(KEY))?
            .into_iter()
            .map(|t| {
                if t != 0.0 && !(1e-9..=1e9).contains(&t) {
                    return Err(node.refuse(KEY, "T = 0 (the exact limit), or 1e-9 ≤ T ≤ 1e9"));
                }
                Temperature::new(t).map_err(|e| node.because(KEY, &e))
            })
            .collect(),
    }
}
