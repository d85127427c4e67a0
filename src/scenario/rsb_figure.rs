//! What a figure of kind "rsb" shows.

use super::CurveVariable;

/// A figure of kind "rsb": one quantity of replica symmetry breaking, along a cut through the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct RsbRequest {
    pub quantity: RsbQuantity,
    /// "load" or "temperature": the variable of a cut.
    pub x: CurveVariable,
    /// The nearest grid value is taken; the middle one without a wish.
    pub load: Option<f64>,
    pub temperature: Option<f64>,
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
}

impl RsbQuantity {
    pub const NAMES: [(&'static str, Self); 7] = [
        ("replicon", Self::Replicon),
        ("staircase", Self::Staircase),
        ("complexity", Self::Complexity),
        ("theta", Self::BreakingPoint),
        ("entropy", Self::Entropy),
        ("capacity", Self::Capacity),
        ("decomposition", Self::Decomposition),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}
