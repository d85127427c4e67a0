//! What a figure of kind "transition" shows.

/// A figure of kind "transition": where retrieval ends, or stops being the equilibrium state, from one start at the temperature nearest
/// to the wished one, the middle one without a wish.
#[derive(Debug, Clone, PartialEq)]
pub struct TransitionRequest {
    pub quantity: TransitionQuantity,
    pub start: String,
    pub temperature: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitionQuantity {
    /// f of the planted branch minus f of the random one against the load, and the load where they cross against 1/N.
    FreeEnergy,
    /// The load at which ⟨m⟩ falls through ½, against 1/N.
    Spinodal,
}

impl TransitionQuantity {
    pub const NAMES: [(&'static str, Self); 2] =
        [("free-energy", Self::FreeEnergy), ("spinodal", Self::Spinodal)];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}
