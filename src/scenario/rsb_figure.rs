//! What a figure of kind "rsb" shows.

use super::CurveVariable;
use super::document::Table;
use super::figures::wish;
use super::read::choice;
use crate::error::Result;
use crate::theory::k_rsb::MOST_STEPS;
use std::fmt::Write;

/// A figure of kind "rsb": one quantity of replica symmetry breaking, along a cut through the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct RsbRequest {
    pub quantity: RsbQuantity,
    /// "load" or "temperature": the variable of a cut.
    pub x: CurveVariable,
    /// The nearest grid value is taken; the middle one without a wish.
    pub load: Option<f64>,
    pub temperature: Option<f64>,
    /// Most steps k of what is drawn for each number of them.
    pub steps: u32,
}

impl RsbRequest {
    const USUAL_STEPS: u32 = 4;

    pub(super) fn read(table: &Table<'_>) -> Result<Self> {
        let quantity = table.need("quantity", "what to draw, for example \"replicon\"")?;
        let quantity = quantity.as_choice("figures.quantity", &RsbQuantity::NAMES)?;
        let mut steps = Self::USUAL_STEPS;
        if let Some(node) = table.get("steps") {
            let key = table.key("steps");
            steps = match u32::try_from(node.as_count(&key, 1)?) {
                _ if !quantity.by_steps() => {
                    return Err(node.refuse(
                        &key,
                        "it with quantity = \"spinodals\", \"thermodynamic\", \"ladder\" or \"steps\"",
                    ));
                }
                Ok(steps) if steps <= MOST_STEPS => steps,
                _ => return Err(node.refuse(&key, &format!("a whole number from 1 to {MOST_STEPS}"))),
            };
        }
        Ok(Self {
            quantity,
            x: choice(table, "x", &CurveVariable::NAMES[..2], CurveVariable::Temperature)?,
            load: wish(table, "load", f64::INFINITY)?,
            temperature: wish(table, "temperature", f64::INFINITY)?,
            steps,
        })
    }

    pub(super) fn write_toml(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "kind = \"rsb\"\nquantity = \"{}\"\nx = \"{}\"", self.quantity.name(), self.x.name())?;
        if self.quantity.by_steps() {
            writeln!(out, "steps = {}", self.steps)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RsbQuantity {
    /// Stability of RS and of 1RSB.
    Replicon,
    /// q(x) at several temperatures.
    Staircase,
    /// Σ(f) at several temperatures.
    Complexity,
    /// The breaking point θ.
    BreakingPoint,
    /// Entropy, RS beside 1RSB.
    Entropy,
    /// Loads where retrieval ends and where it stops being the equilibrium state, against P.
    Capacity,
    /// The pressure of P = 2 as a hard and a soft spin glass.
    Decomposition,
    /// Loads where retrieval ends, for each number of steps.
    Spinodals,
    /// Loads up to which retrieval is the equilibrium state, for each number of steps.
    Thermodynamic,
    /// Ground-state energy of the glass against the number of steps.
    Ladder,
    /// q(x) of each number of steps.
    Steps,
}

impl RsbQuantity {
    pub const NAMES: [(&'static str, Self); 11] = [
        ("replicon", Self::Replicon),
        ("staircase", Self::Staircase),
        ("complexity", Self::Complexity),
        ("theta", Self::BreakingPoint),
        ("entropy", Self::Entropy),
        ("capacity", Self::Capacity),
        ("decomposition", Self::Decomposition),
        ("spinodals", Self::Spinodals),
        ("thermodynamic", Self::Thermodynamic),
        ("ladder", Self::Ladder),
        ("steps", Self::Steps),
    ];

    /// Whether it is drawn for 1, 2, … steps.
    pub fn by_steps(self) -> bool {
        matches!(self, Self::Spinodals | Self::Thermodynamic | Self::Ladder | Self::Steps)
    }

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}
