//! The exponential and the continuous network: what of a scenario only they have.

use super::document::{Node, Table};
use super::read::{axis, choice, real_axis};
use super::{Column, DynamicsPlan, Kind, OwnKeys, PatternsFrom};
use crate::chain::Start;
use crate::dynamics::Update;
use crate::error::{Error, Result};
use crate::model::Exponential;
use crate::params::{InteractionOrder, Temperature};
use std::fmt::Write;

/// model.energy of the exponential network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Energy {
    /// −(1/λ) log Σ exp(λM)
    LogSumExp,
    /// −Σ exp(M), at T = 0: the moves of the other at λ = 1, as which it is run.
    Sum,
}

impl Energy {
    pub const NAMES: [(&'static str, Self); 2] = [("lse", Self::LogSumExp), ("sum", Self::Sum)];

    pub fn name(self) -> &'static str {
        if self == Self::Sum { "sum" } else { "lse" }
    }
}

/// model.entries of the continuous network's random patterns; of a file they are signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entries {
    /// ±1
    Signs,
    /// Uniform on |ξ|² = N.
    Sphere,
}

impl Entries {
    pub const NAMES: [(&'static str, Self); 2] = [("signs", Self::Signs), ("sphere", Self::Sphere)];

    pub fn name(self) -> &'static str {
        if self == Self::Sphere { "sphere" } else { "signs" }
    }
}

/// Keys of the two kinds; nothing of any other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Modern {
    pub energy: Option<Energy>,
    /// λ, ascending.
    pub lambdas: Vec<f64>,
    pub entries: Option<Entries>,
    /// β of the continuous network, ascending.
    pub betas: Vec<f64>,
}

impl Modern {
    /// model.energy and model.entries.
    pub(super) fn read_model(model: &Table<'_>, kind: Kind, patterns: &PatternsFrom) -> Result<Self> {
        let belongs = |key: &'static str, to: Kind| match model.get(key) {
            Some(node) if kind != to => Err(node.refuse(
                &model.key(key),
                &format!("nothing: it belongs to model.kind = \"{to}\", not \"{kind}\""),
            )),
            _ => Ok(()),
        };
        belongs("energy", Kind::Exponential)?;
        belongs("entries", Kind::Continuous)?;
        let mut modern = Self::default();
        if kind == Kind::Exponential {
            modern.energy = Some(choice(model, "energy", &Energy::NAMES, Energy::LogSumExp)?);
        }
        if kind == Kind::Continuous {
            modern.entries = Some(choice(model, "entries", &Entries::NAMES, Entries::Signs)?);
            if let (Some(Entries::Sphere), PatternsFrom::File(_), Some(node)) =
                (modern.entries, patterns, model.get("entries"))
            {
                return Err(node.refuse("model.entries", "\"signs\": those of the file"));
            }
        }
        Ok(modern)
    }

    /// grid.lambda.
    pub(super) fn read_grid(&mut self, grid: &Table<'_>, kind: Kind) -> Result<()> {
        const KEY: &str = "grid.lambda";
        match (grid.get("lambda"), self.energy) {
            (None, None) => {}
            (None, Some(Energy::Sum)) => self.lambdas = vec![1.0],
            (None, Some(Energy::LogSumExp)) => {
                return Err(grid.missing("lambda", "λ > 0 of H = −(1/λ) log Σ exp(λM), or a list of them"));
            }
            (Some(node), None) => {
                return Err(node.refuse(KEY, &format!("nothing: model.kind = \"{kind}\" has no λ")));
            }
            (Some(node), Some(Energy::Sum)) => {
                return Err(node.refuse(KEY, "nothing: energy = \"sum\" has the moves of \"lse\" at λ = 1"));
            }
            (Some(node), Some(Energy::LogSumExp)) => {
                self.lambdas = real_axis(node, KEY, |item| {
                    let lambda = item.as_real(KEY)?;
                    Exponential::new(1, 1, lambda).map(|_| lambda).map_err(|e| item.because(KEY, &e))
                })?;
            }
        }
        match (grid.get("beta"), kind) {
            (Some(node), kind) if kind != Kind::Continuous => {
                let accepted = format!("grid.temperature: model.kind = \"{kind}\" has no β of its own");
                Err(node.refuse("grid.beta", &accepted))
            }
            (_, Kind::Continuous) => {
                self.betas = read_betas(grid)?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// One column's keys for each λ, or of the continuous network; none of another kind.
    pub(super) fn own_keys(&self) -> Vec<OwnKeys> {
        let with = |&lambda: &f64| OwnKeys { lambda: Some(lambda), ..OwnKeys::default() };
        match self.entries {
            Some(entries) => vec![OwnKeys { entries: Some(entries), ..OwnKeys::default() }],
            None => self.lambdas.iter().map(with).collect(),
        }
    }

    /// 1/β, ascending.
    pub(super) fn temperatures(&self) -> Result<Vec<Temperature>> {
        self.betas.iter().rev().map(|beta| Temperature::new(1.0 / beta)).collect()
    }

    /// β of a temperature of the continuous network, as it was asked for.
    pub fn beta(&self, temperature: Temperature) -> Option<f64> {
        self.betas.iter().copied().find(|beta| 1.0 / beta == temperature.get())
    }

    /// `sum` knows T = 0 alone.
    pub(super) fn check_temperatures(&self, grid: &Table<'_>, temperatures: &[Temperature]) -> Result<()> {
        if self.energy != Some(Energy::Sum) || temperatures.iter().all(|t| t.is_zero()) {
            return Ok(());
        }
        let accepted =
            "0 alone: energy = \"sum\" grows with e^N, and has no scale for a temperature; \"lse\" has";
        match grid.get("temperature") {
            Some(node) => Err(node.refuse("grid.temperature", accepted)),
            None => Err(grid.missing("temperature", accepted)),
        }
    }
}

/// { each = … } is of stored signs.
pub(super) fn check_starts(kind: Kind, dynamics: &Option<DynamicsPlan>, root: &Table<'_>) -> Result<()> {
    let each = dynamics.iter().flat_map(|plan| &plan.starts).any(|start| matches!(start, Start::Each(_)));
    match root.get("dynamics") {
        Some(node) if each && !matches!(kind, Kind::DenseHebbian | Kind::Exponential) => Err(node.refuse(
            "dynamics.starts",
            "{ corrupted = … }: { each = … } is of model.kind = \"dense-hebbian\" and \"exponential\"",
        )),
        _ => Ok(()),
    }
}

/// The load axes of the two kinds.
pub(super) const LOADS: &str =
    "grid.patterns = K or a list of them; of model.kind = \"exponential\" also grid.rate = a, K = e^{aN}";

/// dynamics.update without a wish.
pub(super) fn usual_update(kind: Kind) -> Update {
    if kind == Kind::Continuous { Update::Attention } else { Update::Glauber }
}

/// dynamics.update, and what of `[dynamics]` the two kinds do not know.
pub(super) fn read_update(table: &Table<'_>, kind: Kind) -> Result<Update> {
    let update = choice(table, "update", &Update::NAMES, usual_update(kind))?;
    let refuse = |key: &'static str, accepted: &str| match table.get(key) {
        Some(node) => Err(node.refuse(&table.key(key), accepted)),
        None => Ok(()),
    };
    if (update == Update::Attention) != (kind == Kind::Continuous) {
        refuse("update", "\"attention\" of model.kind = \"continuous\", and there alone")?;
    }
    if matches!(update, Update::Plefka | Update::PlefkaAssisted) && kind == Kind::Exponential {
        refuse(
            "update",
            "\"glauber\", \"metropolis\" or \"zero-temperature\": its expansion is in Hebbian couplings",
        )?;
    }
    if kind == Kind::Continuous {
        for key in ["order", "replica_exchange", "until", "keep", "lost_below"] {
            refuse(key, "nothing beside \"attention\": burn_in_sweeps + measure_sweeps is the most updates")?;
        }
    }
    Ok(update)
}

/// model.interaction_order: of the exponential network optional, the polynomial networks that stand beside it.
pub(super) fn read_orders(model: &Table<'_>, kind: Kind) -> Result<Vec<InteractionOrder>> {
    const KEY: &str = "model.interaction_order";
    let node = match (model.get("interaction_order"), kind) {
        (Some(node), Kind::Continuous) => {
            return Err(node.refuse(KEY, "nothing: the continuous network has no interaction order"));
        }
        (None, Kind::Continuous | Kind::Exponential) => return Ok(Vec::new()),
        (Some(node), _) => node,
        (None, _) => model.need("interaction_order", "a whole number P ≥ 2, or a list of them")?,
    };
    axis(node, KEY, |item| {
        let p = item.as_count(KEY, 2)?;
        InteractionOrder::new(u32::try_from(p).unwrap_or(u32::MAX)).map_err(|e| item.because(KEY, &e))
    })
}

/// grid.rate: a of K = ⌊e^{aN}⌋.
pub(super) fn read_rates(node: &Node) -> Result<Vec<f64>> {
    real_axis(node, "grid.rate", |item| match item.as_real("grid.rate")? {
        rate if rate >= 0.0 => Ok(rate),
        _ => Err(item.refuse("grid.rate", "a rate a ≥ 0 of K = e^{aN}")),
    })
}

/// K = ⌊e^{aN}⌋
pub(super) fn patterns_of_rate(rate: f64, spins: usize) -> Result<usize> {
    let k = libm::exp(rate * spins as f64).floor();
    if k > f64::from(i32::MAX) {
        let most = libm::log(f64::from(i32::MAX)) / spins as f64;
        return Err(Error::bad_input(format!("rate a = {rate} at N = {spins} is K = {k:.3e} patterns"))
            .remedy(format!("at most 2147483647 patterns can be held: a ≤ {most:.4} there")));
    }
    Ok(k as usize)
}

/// grid.beta of the continuous network.
pub(super) fn read_betas(grid: &Table<'_>) -> Result<Vec<f64>> {
    const KEY: &str = "grid.beta";
    if let Some(node) = grid.get("temperature") {
        return Err(node.refuse("grid.temperature", "grid.beta in its place: the continuous network's β"));
    }
    let node = grid.get("beta").ok_or_else(|| {
        grid.missing("beta", "β > 0 of softmax(β ξ x), a list of them, or { from, to, count }")
    })?;
    real_axis(node, KEY, |item| match item.as_real(KEY)? {
        beta if (1e-9..=1e9).contains(&beta) => Ok(beta),
        _ => Err(item.refuse(KEY, "1e-9 ≤ β ≤ 1e9")),
    })
}

/// Whether the energies of a column of these kinds fit.
pub(super) fn check(column: &Column) -> Result<()> {
    match column.lambda {
        Some(lambda) => Exponential::new(column.spins, column.patterns, lambda).map(|_| ()),
        None => Ok(()),
    }
}

/// A figure of kind "modern".
#[derive(Debug, Clone, PartialEq)]
pub struct ModernRequest {
    pub quantity: ModernQuantity,
    /// All starts without a wish.
    pub start: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModernQuantity {
    /// K at which patterns are recalled with probability ½ at T = 0, against N.
    Capacity,
    /// m against T.
    Retrieval,
    /// Kinds of fixed points, by K and β.
    Phases,
    /// Patterns that a fixed point is an average of, against β.
    Participation,
    /// Error of one update, against β.
    OneStep,
}

impl ModernQuantity {
    pub const NAMES: [(&'static str, Self); 5] = [
        ("capacity", Self::Capacity),
        ("retrieval", Self::Retrieval),
        ("phases", Self::Phases),
        ("participation", Self::Participation),
        ("one-step", Self::OneStep),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}

impl ModernRequest {
    pub(super) fn read(table: &Table<'_>, start: Option<String>) -> Result<Self> {
        let quantity = table.need("quantity", "what to draw, for example \"capacity\"")?;
        Ok(Self { quantity: quantity.as_choice("figures.quantity", &ModernQuantity::NAMES)?, start })
    }

    /// What stands under `[[figures]]`.
    pub(super) fn write_toml(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "kind = \"modern\"\nquantity = \"{}\"", self.quantity.name())?;
        match &self.start {
            Some(start) => writeln!(out, "start = {}", toml::Value::String(start.clone())),
            None => Ok(()),
        }
    }

    /// What the scenario lacks for it.
    pub(super) fn lacks(&self, kind: Kind, theory_only: bool) -> Option<&'static str> {
        let wanted = match self.quantity {
            ModernQuantity::Capacity | ModernQuantity::Retrieval => Kind::Exponential,
            _ => Kind::Continuous,
        };
        match wanted {
            _ if theory_only => Some("[dynamics]"),
            Kind::Exponential if kind != wanted => Some("model.kind = \"exponential\""),
            Kind::Continuous if kind != wanted => Some("model.kind = \"continuous\""),
            _ => None,
        }
    }
}
