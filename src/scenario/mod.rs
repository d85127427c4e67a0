//! Scenario files: typed, resolved, and laid out as a grid, with the place of every error.

mod capacity;
mod classes;
mod classification_figure;
mod document;
mod dynamics;
mod figures;
mod grid;
mod identity;
mod kind;
mod lessons;
mod modern;
mod multitasking;
mod own_axes;
mod read;
mod reference;
mod refine;
mod rsb_figure;
mod schema;
mod schema_rules;
mod shipped;
mod source;
mod theory;
mod transition_figure;

pub use capacity::{Asked, CapacityScenario, Definition, OrderPlan};
pub use classes::Classes;
pub use classification_figure::{ClassificationQuantity, ClassificationRequest};
pub use document::nearest;
pub use figures::{
    CurveQuantity, CurveRequest, CurveVariable, FigureRequest, GlassFigure, GlassRequest, LearningQuantity,
    LearningRequest, PlefkaQuantity, PlefkaRequest, SurvivalRequest,
};
pub use grid::{Column, Task};
pub use identity::Identity;
pub use kind::{Kind, OwnKeys};
pub use modern::{Energy, Entries, Modern, ModernQuantity, ModernRequest};
pub use multitasking::{MultitaskingQuantity, MultitaskingRequest};
pub use reference::{Form, Interval, Key, TABLES, keys, markdown as keys_markdown};
pub use refine::{AddedColumn, Refine, Refined};
pub use rsb_figure::{RsbQuantity, RsbRequest};
pub use schema::schema;
pub use shipped::{SHIPPED, Shipped};
pub use source::{Files, PatternFileKey, StoredPatterns};
pub use transition_figure::{TransitionQuantity, TransitionRequest};

use crate::chain::{Protocol, Start};
use crate::params::{InteractionOrder, LearningMode, Temperature};
use std::sync::Arc;

/// A scenario with every default written out.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub name: String,
    pub seed: u64,
    /// P; of the exponential network those of polynomial networks beside it.
    pub orders: Vec<InteractionOrder>,
    pub patterns: PatternsFrom,
    pub couplings: CouplingLaw,
    pub kind: Kind,
    /// What is learnt from a file of labelled patterns, where it is.
    pub classes: Option<Arc<Classes>>,
    pub spins: Vec<usize>,
    pub load: LoadAxis,
    /// How loads are added to the grid's list; `None`: not at all.
    pub refine: Option<Refine>,
    /// Qualities r and numbers M of examples, ascending; empty where the kind learns from none.
    pub qualities: Vec<f64>,
    pub examples: Vec<usize>,
    /// How a multitasking network learns its patterns; empty where they are stored themselves.
    pub learning: Vec<LearningMode>,
    /// Dilutions d, ascending; empty where the kind has none.
    pub dilutions: Vec<f64>,
    pub modern: Modern,
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
    /// a of K = ⌊e^{aN}⌋, the exponential network's.
    Rate(Vec<f64>),
}

/// Which theory stands beside the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ansatz {
    ReplicaSymmetric,
    /// One step of replica symmetry breaking.
    OneStep,
}

impl Ansatz {
    pub const NAMES: [(&'static str, Self); 2] = [("rs", Self::ReplicaSymmetric), ("1rsb", Self::OneStep)];

    pub fn name(self) -> &'static str {
        match self {
            Self::ReplicaSymmetric => "rs",
            Self::OneStep => "1rsb",
        }
    }
}
