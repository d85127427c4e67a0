//! Figures of kind "multitasking".

use super::FigureRequest;
use super::document::{Node, Table};
use super::figures::wish;
use crate::error::Result;
use crate::params::LearningMode;
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
    /// Every m_μ of learnt archetypes against the number of examples.
    Examples,
    /// The number of examples that each archetype takes, against 1/N.
    Thresholds,
}

impl MultitaskingQuantity {
    pub const NAMES: [(&'static str, Self); 5] = [
        ("amplitudes", Self::Amplitudes),
        ("sizes", Self::Sizes),
        ("phases", Self::Phases),
        ("examples", Self::Examples),
        ("thresholds", Self::Thresholds),
    ];

    /// Whether it is about what is learnt from examples.
    pub fn learns(self) -> bool {
        matches!(self, Self::Examples | Self::Thresholds)
    }

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}

/// Figures of stored patterns show no learning, and the other way round.
pub(super) fn check_figures(
    root: &Table<'_>,
    figures: &[FigureRequest],
    learning: &[LearningMode],
) -> Result<()> {
    let nodes = root.get("figures").map_or(&[][..], Node::items);
    for (node, figure) in nodes.iter().zip(figures) {
        match figure {
            FigureRequest::Multitasking(request) if request.quantity.learns() && learning.is_empty() => {
                return Err(node.refuse("figures", "this figure with model.learning"));
            }
            FigureRequest::Multitasking(request) if request.quantity.learns() => {}
            _ if learning.is_empty() => {}
            _ => {
                let accepted = "kind = \"multitasking\", quantity = \"examples\" or \"thresholds\" beside model.learning";
                return Err(node.refuse("figures", accepted));
            }
        }
    }
    Ok(())
}

impl MultitaskingRequest {
    pub(super) fn read(table: &Table<'_>, start: String) -> Result<Self> {
        let quantity = table.need("quantity", "what to draw, for example \"amplitudes\"")?;
        Ok(Self {
            quantity: quantity.as_choice("figures.quantity", &MultitaskingQuantity::NAMES)?,
            start,
            dilution: wish(table, "dilution", 1.0)?,
            temperature: wish(table, "temperature", f64::INFINITY)?,
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
