//! Scenario files: typed, resolved, and laid out as a grid, with the place of every error.

mod document;
mod grid;
mod identity;
mod read;
mod shipped;
mod source;

pub use document::nearest;
pub use grid::{Column, Task};
pub use identity::Identity;
pub use shipped::{SHIPPED, Shipped};
pub use source::{Files, PatternFileKey, StoredPatterns};

use crate::chain::{Protocol, Start};
use crate::params::{InteractionOrder, Temperature};
use std::sync::Arc;

/// A scenario with every default written out.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub name: String,
    pub seed: u64,
    pub orders: Vec<InteractionOrder>,
    pub patterns: PatternsFrom,
    pub couplings: CouplingLaw,
    pub spins: Vec<usize>,
    pub load: LoadAxis,
    pub temperatures: Vec<Temperature>,
    /// `None`: theory only.
    pub dynamics: Option<DynamicsPlan>,
    pub samples: usize,
    pub compare: Vec<Ansatz>,
    pub figures: Vec<FigureRequest>,
}

/// What `[dynamics]` asks for.
#[derive(Debug, Clone)]
pub struct DynamicsPlan {
    pub protocol: Protocol,
    pub starts: Vec<Start>,
}

/// What couples the spins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouplingLaw {
    /// The dense Hebbian sum over patterns.
    Hebbian,
    /// Explicit Gaussian P-tuples of the same variance: no patterns at all.
    Gaussian,
}

impl CouplingLaw {
    pub const NAMES: [(&'static str, Self); 2] = [("hebbian", Self::Hebbian), ("gaussian", Self::Gaussian)];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hebbian => "hebbian",
            Self::Gaussian => "gaussian",
        }
    }
}

/// Where patterns come from.
#[derive(Debug, Clone)]
pub enum PatternsFrom {
    Random,
    File(Arc<StoredPatterns>),
}

/// The load axis: γ, α (P = 2), or the number of patterns itself.
#[derive(Debug, Clone, PartialEq)]
pub enum LoadAxis {
    Gamma(Vec<f64>),
    Alpha(Vec<f64>),
    Patterns(Vec<usize>),
}

/// Which theory stands beside the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ansatz {
    ReplicaSymmetric,
}

/// One `[[figures]]` entry.
#[derive(Debug, Clone, PartialEq)]
pub enum FigureRequest {
    /// Colour map of ⟨m⟩ over load and temperature, one for each (P, N).
    PhaseDiagram { start: String },
    /// A quantity against one variable.
    Curve(CurveRequest),
    /// Stored, corrupted and recalled images of the first samples.
    RecallPanel { images: usize, start: Option<String> },
}

/// A curve: which quantity against what, from which start, and at which value of the variable that is fixed.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveRequest {
    pub quantity: CurveQuantity,
    pub x: CurveVariable,
    pub start: String,
    /// The nearest grid value is taken; the middle one without a wish.
    pub load: Option<f64>,
    pub temperature: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveQuantity {
    /// ⟨m⟩: "retrieval-curve".
    Mattis,
    /// u: "energy-curve".
    Energy,
}

impl CurveQuantity {
    /// The figure's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Mattis => "retrieval-curve",
            Self::Energy => "energy-curve",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveVariable {
    Temperature,
    Load,
    /// The fraction of flipped spins of the corrupted starts.
    Corrupted,
    /// 1/N: the finite-size trend.
    Size,
}

impl CurveVariable {
    pub const NAMES: [(&'static str, Self); 4] = [
        ("temperature", Self::Temperature),
        ("load", Self::Load),
        ("corrupted", Self::Corrupted),
        ("size", Self::Size),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Load => "load",
            Self::Corrupted => "corrupted",
            Self::Size => "size",
        }
    }
}
