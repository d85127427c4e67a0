//! What a figure of kind "classification" shows.

/// A figure of kind "classification": from one start, at one M and T where these are not the variable.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassificationRequest {
    pub quantity: ClassificationQuantity,
    pub start: String,
    /// The nearest grid value is taken; without a wish the most examples, and the lowest temperature.
    pub examples: Option<usize>,
    pub temperature: Option<f64>,
    /// Rows of a panel, one a class.
    pub images: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassificationQuantity {
    /// Accuracy against the number of examples.
    Examples,
    /// Accuracy against the fraction of flipped pixels.
    Corrupted,
    /// Accuracy against the temperature.
    Temperature,
    /// Which class is read as which.
    Confusion,
    /// Archetypes, cues and what is recalled.
    Panel,
}

impl ClassificationQuantity {
    pub const NAMES: [(&'static str, Self); 5] = [
        ("examples", Self::Examples),
        ("corrupted", Self::Corrupted),
        ("temperature", Self::Temperature),
        ("confusion", Self::Confusion),
        ("panel", Self::Panel),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}
