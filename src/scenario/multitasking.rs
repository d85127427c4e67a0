//! Figures of kind "multitasking".

use super::document::Table;
use crate::error::Result;
use std::fmt::Write;

/// A figure of kind "multitasking", for each P and K, from one start.
#[derive(Debug, Clone, PartialEq)]
pub struct MultitaskingRequest {
    pub quantity: MultitaskingQuantity,
    pub start: String,
    /// The nearest grid value is taken; the middle one without a wish.
    pub dilution: Option<f64>,
    pub temperature: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MultitaskingQuantity {
    /// Every m_μ against the dilution.
    Amplitudes,
    /// Every m_μ against 1/N, at one dilution.
    Sizes,
    /// Which state is stable where in the plane of dilution and temperature.
    Phases,
}

impl MultitaskingQuantity {
    pub const NAMES: [(&'static str, Self); 3] =
        [("amplitudes", Self::Amplitudes), ("sizes", Self::Sizes), ("phases", Self::Phases)];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}

impl MultitaskingRequest {
    pub(super) fn read(table: &Table<'_>, start: String) -> Result<Self> {
        let quantity = table.need("quantity", "what to draw, for example \"amplitudes\"")?;
        let real = |key: &'static str| table.get(key).map(|n| n.as_real(&table.key(key))).transpose();
        Ok(Self {
            quantity: quantity.as_choice("figures.quantity", &MultitaskingQuantity::NAMES)?,
            start,
            dilution: real("dilution")?,
            temperature: real("temperature")?,
        })
    }

    pub(super) fn write_toml(&self, out: &mut String, start: Option<&str>) -> std::fmt::Result {
        writeln!(out, "kind = \"multitasking\"\nquantity = \"{}\"", self.quantity.name())?;
        if let Some(start) = start {
            writeln!(out, "start = {start}")?;
        }
        match self.dilution {
            Some(d) => writeln!(out, "dilution = {d:?}"),
            None => Ok(()),
        }
    }
}
