//! What `[[figures]]` asks for: its kinds, how they are read, and how they stand in the resolved scenario.

use super::classification_figure::{ClassificationQuantity, ClassificationRequest};
use super::document::{Node, Table};
use super::modern::ModernRequest;
use super::read::{choice, count};
use super::rsb_figure::{RsbQuantity, RsbRequest};
use super::transition_figure::{TransitionQuantity, TransitionRequest};
use super::{Ansatz, CouplingLaw, DynamicsPlan, Kind as ModelKind, MultitaskingRequest, PatternsFrom};
use crate::chain::Start;
use crate::dynamics::Update;
use crate::error::Result;
use crate::exact::plefka::MAX_SPINS;
use crate::params::InteractionOrder;
use std::fmt::Write;

/// One `[[figures]]` entry.
#[derive(Debug, Clone, PartialEq)]
pub enum FigureRequest {
    /// Colour map over load and temperature, one for each (P, N): ⟨m⟩ of a simulation, or the phases of a theory-only sweep.
    PhaseDiagram { start: String },
    /// A quantity against one variable.
    Curve(CurveRequest),
    /// Stored, corrupted and recalled images of the first samples.
    RecallPanel { images: usize, start: Option<String> },
    /// What replica symmetry breaking looks like, from theory alone.
    Rsb(RsbRequest),
    /// Replica overlaps, relaxation, replica exchange: what simulated glasses look like.
    Glass(GlassRequest),
    /// What learning from examples looks like.
    Learning(LearningRequest),
    /// What Plefka's expansion is worth, and what its solutions look like.
    Plefka(PlefkaRequest),
    /// How well held-out patterns are told apart.
    Classification(ClassificationRequest),
    /// How long planted states live.
    Survival(SurvivalRequest),
    /// Where retrieval ends or stops being the equilibrium state.
    Transition(TransitionRequest),
    /// The exponential and the continuous network.
    Modern(ModernRequest),
    /// What diluted patterns look like.
    Multitasking(MultitaskingRequest),
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

/// A figure of a simulated glass, from one start and at the load nearest to the wished one; P(q) against sizes and q(t_w + t, t_w) are
/// drawn at `temperature` (the lowest without a wish).
#[derive(Debug, Clone, PartialEq)]
pub struct GlassRequest {
    pub figure: GlassFigure,
    pub start: String,
    pub load: Option<f64>,
    pub temperature: Option<f64>,
}

/// A figure of kind "learning", at one load or temperature where the other varies.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningRequest {
    pub quantity: LearningQuantity,
    /// The nearest grid value is taken; the middle one without a wish.
    pub load: Option<f64>,
    pub temperature: Option<f64>,
}

/// A figure of kind "survival", from one start at the temperature nearest to the wished one, the middle one without a wish.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalRequest {
    pub start: String,
    pub temperature: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlassFigure {
    /// P(q) over temperatures and sizes, with the 1RSB law.
    OverlapDistribution,
    /// Energy, m and two-time overlaps against time.
    Relaxation,
    /// Acceptance of exchanges and where walkers come from.
    Exchange,
    /// Binder's parameter of q and χ_SG against the temperature, through the transition.
    Freezing,
}

impl GlassFigure {
    /// The figure's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::OverlapDistribution => "overlap-distribution",
            Self::Relaxation => "relaxation",
            Self::Exchange => "exchange",
            Self::Freezing => "freezing",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearningQuantity {
    /// m against the load.
    Retrieval,
    /// m against the number of examples.
    Examples,
    /// Where retrieval ends, in the plane of load and temperature.
    PhaseDiagram,
    /// The critical load against ρ.
    Capacity,
    /// The smallest number of examples against the load.
    Threshold,
    /// m less that of theory against 1/N, with its limit.
    Size,
}

impl LearningQuantity {
    pub const NAMES: [(&'static str, Self); 6] = [
        ("retrieval", Self::Retrieval),
        ("examples", Self::Examples),
        ("phase-diagram", Self::PhaseDiagram),
        ("capacity", Self::Capacity),
        ("threshold", Self::Threshold),
        ("size", Self::Size),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}

/// A figure of kind "plefka", at one load.
#[derive(Debug, Clone, PartialEq)]
pub struct PlefkaRequest {
    pub quantity: PlefkaQuantity,
    /// The nearest grid value is taken; the middle one without a wish.
    pub load: Option<f64>,
    pub temperature: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlefkaQuantity {
    /// Error of each order against β, at the smallest N.
    Error,
    /// Second order of the sample against its average over the disorder, over N.
    Reaction,
    /// Free energies of the solutions found, beside the complexity of 1RSB.
    Landscape,
    /// Number of the solutions found, over N.
    States,
}

impl PlefkaQuantity {
    pub const NAMES: [(&'static str, Self); 4] = [
        ("error", Self::Error),
        ("reaction", Self::Reaction),
        ("landscape", Self::Landscape),
        ("states", Self::States),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, quantity)| *quantity == self).map_or("", |(name, _)| name)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    PhaseDiagram,
    Curve(CurveQuantity),
    RecallPanel,
    Rsb,
    Glass(GlassFigure),
    Learning,
    Plefka,
    Classification,
    Survival,
    Transition,
    Modern,
    Multitasking,
}

const KINDS: [(&str, Kind); 16] = [
    ("phase-diagram", Kind::PhaseDiagram),
    ("retrieval-curve", Kind::Curve(CurveQuantity::Mattis)),
    ("energy-curve", Kind::Curve(CurveQuantity::Energy)),
    ("recall-panel", Kind::RecallPanel),
    ("rsb", Kind::Rsb),
    ("overlap-distribution", Kind::Glass(GlassFigure::OverlapDistribution)),
    ("relaxation", Kind::Glass(GlassFigure::Relaxation)),
    ("exchange", Kind::Glass(GlassFigure::Exchange)),
    ("freezing", Kind::Glass(GlassFigure::Freezing)),
    ("learning", Kind::Learning),
    ("plefka", Kind::Plefka),
    ("classification", Kind::Classification),
    ("survival", Kind::Survival),
    ("transition", Kind::Transition),
    ("modern", Kind::Modern),
    ("multitasking", Kind::Multitasking),
];
const NOT_YET: [&str; 1] = ["capacity-scaling"];

/// Every kind of figure that `replicon run` draws.
pub(super) fn kind_names() -> Vec<&'static str> {
    KINDS.map(|(name, _)| name).to_vec()
}

fn quoted_kinds() -> String {
    KINDS.map(|(name, _)| format!("\"{name}\"")).join(", ")
}

/// Largest N of the exact −βG of a figure.
const MOST_EXACT: usize = 12;

/// Every entry of `[[figures]]`.
pub(super) fn read_figures(
    root: &Table<'_>,
    dynamics: &Option<DynamicsPlan>,
    patterns: &PatternsFrom,
    model: ModelKind,
    (orders, compare): (&[InteractionOrder], &[Ansatz]),
    (couplings, spins): (CouplingLaw, &[usize]),
) -> Result<Vec<FigureRequest>> {
    let Some(node) = root.get("figures") else { return Ok(Vec::new()) };
    let labels: Vec<String> = dynamics.iter().flat_map(|plan| &plan.starts).map(Start::label).collect();
    let corrupted = labels.iter().any(|label| label.starts_with("corrupted="));
    let images = matches!(patterns, PatternsFrom::File(stored) if stored.image_shape.is_some());
    let one_step = compare.contains(&Ansatz::OneStep);
    let two_spin = orders.iter().any(|p| p.get() == 2);
    let stored = matches!(patterns, PatternsFrom::File(_));
    let mode = model.mode();
    let classes = stored && mode.is_some();
    let possible = |item: &Node| {
        let request = read_figure(item, &labels)?;
        let missing = match &request {
            FigureRequest::Modern(modern) => match modern.lacks(model, labels.is_empty()) {
                Some(missing) => missing,
                None => return Ok(request),
            },
            _ if matches!(model, ModelKind::Exponential | ModelKind::Continuous) => {
                "kind = \"modern\": the only one of the exponential and the continuous network"
            }
            FigureRequest::RecallPanel { .. } if !images => "patterns from a file that knows its image shape",
            FigureRequest::RecallPanel { .. } if !corrupted => "a start { corrupted = fraction }",
            FigureRequest::Curve(curve) if curve.x == CurveVariable::Corrupted && !corrupted => {
                "a start { corrupted = fraction }"
            }
            FigureRequest::Glass(_) | FigureRequest::Survival(_) | FigureRequest::Transition(_)
                if labels.is_empty() =>
            {
                "[dynamics]"
            }
            FigureRequest::Survival(survival) if Start::is_blind(&survival.start) => {
                "a start in sight of the planted pattern, which can be lost"
            }
            FigureRequest::Survival(_) => return Ok(request),
            FigureRequest::Transition(transition)
                if Start::is_blind(&transition.start) || model != ModelKind::DenseHebbian || stored =>
            {
                "random patterns of model.kind = \"dense-hebbian\" and a start in sight of the planted one"
            }
            FigureRequest::Multitasking(_) if model != ModelKind::Multitasking || stored => {
                "model.kind = \"multitasking\" and random patterns"
            }
            FigureRequest::Multitasking(_) => return Ok(request),
            FigureRequest::Learning(_) if mode.is_none() => "model.kind = \"supervised\" or \"unsupervised\"",
            FigureRequest::Classification(_) if !classes => "classes from a file of labelled patterns",
            FigureRequest::Classification(x) if x.quantity == ClassificationQuantity::Panel && !images => {
                "patterns from a file that knows its image shape"
            }
            FigureRequest::Classification(_) if labels.is_empty() => "[dynamics]",
            FigureRequest::Classification(_) => return Ok(request),
            FigureRequest::Learning(_) if classes => {
                "kind = \"classification\": no theory is about these patterns"
            }
            FigureRequest::Learning(_) => return Ok(request),
            _ if mode.is_some() => {
                "model.kind = \"dense-hebbian\" (learning models have kind = \"learning\" and \"survival\")"
            }
            FigureRequest::Curve(_) | FigureRequest::Glass(_) if model == ModelKind::Multitasking => {
                return Ok(request);
            }
            _ if model == ModelKind::Multitasking => {
                "model.kind = \"dense-hebbian\" (no theory of a load is about diluted patterns)"
            }
            FigureRequest::Plefka(_) if couplings == CouplingLaw::Gaussian || stored => {
                "random patterns: its reaction is averaged over Hebbian couplings"
            }
            FigureRequest::Plefka(plefka)
                if plefka.quantity == PlefkaQuantity::Error
                    && spins.first().is_none_or(|&n| n > MOST_EXACT) =>
            {
                "grid.spins that begin at 12 or below: the exact −βG sums over all states"
            }
            FigureRequest::Plefka(plefka)
                if plefka.quantity == PlefkaQuantity::Reaction
                    && spins.iter().filter(|&&n| n <= MAX_SPINS).count() < 2 =>
            {
                "two grid.spins up to 20: the second order of a sample sums over all states"
            }
            FigureRequest::Plefka(plefka)
                if matches!(plefka.quantity, PlefkaQuantity::Landscape | PlefkaQuantity::States)
                    && (two_spin
                        || dynamics.as_ref().is_none_or(|plan| plan.protocol.update != Update::Plefka)) =>
            {
                "dynamics.update = \"plefka\" and interaction_order from 3 on"
            }
            FigureRequest::Rsb(_) if stored => "random patterns, which the theory is about",
            FigureRequest::Rsb(rsb) if rsb.quantity == RsbQuantity::Complexity && two_spin => {
                "interaction_order from 3 on: at P = 2 the glass has no complexity"
            }
            FigureRequest::Rsb(rsb)
                if !one_step
                    && matches!(rsb.quantity, RsbQuantity::Staircase | RsbQuantity::BreakingPoint) =>
            {
                "theory.compare = [\"rs\", \"1rsb\"]"
            }
            _ => return Ok(request),
        };
        Err(item.refuse("figures", &format!("this figure with {missing}")))
    };
    node.items().iter().map(possible).collect()
}

/// The value of the grid that a figure is drawn at is the nearest to this one.
pub(super) fn wish(table: &Table<'_>, key: &'static str, most: f64) -> Result<Option<f64>> {
    let Some(node) = table.get(key) else { return Ok(None) };
    match node.as_real(&table.key(key))? {
        x if (0.0..=most).contains(&x) => Ok(Some(x)),
        _ if most.is_finite() => Err(node.refuse(&table.key(key), &format!("a number from 0 to {most}"))),
        _ => Err(node.refuse(&table.key(key), "a number from 0 on")),
    }
}

fn read_figure(node: &Node, starts: &[String]) -> Result<FigureRequest> {
    let table = node.as_table("figures")?;
    let kind = table.need("kind", &quoted_kinds())?;
    if NOT_YET.contains(&kind.as_text("figures.kind")?) {
        return Err(kind.not_yet("figures.kind", &format!("this version draws {}", quoted_kinds())));
    }
    let start = |default: Option<&str>| -> Result<Option<String>> {
        match table.get("start") {
            Some(node) => {
                let label = node.as_text("figures.start")?;
                if starts.iter().any(|s| s == label) {
                    Ok(Some(label.to_string()))
                } else {
                    Err(node
                        .refuse("figures.start", &format!("a start of this scenario: {}", starts.join(", "))))
                }
            }
            None => Ok(default.map(String::from)),
        }
    };
    // Without a planted start the first one is drawn.
    let usual = starts.iter().find(|s| *s == "planted").or(starts.first()).map_or("planted", String::as_str);
    let real = |key: &'static str| wish(&table, key, f64::INFINITY);
    let request = match kind.as_choice("figures.kind", &KINDS)? {
        Kind::PhaseDiagram => FigureRequest::PhaseDiagram { start: start(Some(usual))?.unwrap_or_default() },
        Kind::Curve(quantity) => FigureRequest::Curve(CurveRequest {
            quantity,
            x: choice(&table, "x", &CurveVariable::NAMES, CurveVariable::Temperature)?,
            start: start(Some(usual))?.unwrap_or_default(),
            load: real("load")?,
            temperature: real("temperature")?,
        }),
        Kind::RecallPanel => {
            FigureRequest::RecallPanel { images: count(&table, "images", 1, 6)?, start: start(None)? }
        }
        Kind::Glass(figure) => FigureRequest::Glass(GlassRequest {
            figure,
            start: start(starts.iter().find(|s| *s == "random").or(starts.first()).map(String::as_str))?
                .unwrap_or_default(),
            load: real("load")?,
            temperature: real("temperature")?,
        }),
        Kind::Modern => FigureRequest::Modern(ModernRequest::read(&table, start(None)?)?),
        Kind::Multitasking => FigureRequest::Multitasking(MultitaskingRequest::read(
            &table,
            start(Some(usual))?.unwrap_or_default(),
        )?),
        Kind::Survival => FigureRequest::Survival(SurvivalRequest {
            start: start(Some(usual))?.unwrap_or_default(),
            temperature: real("temperature")?,
        }),
        Kind::Transition => FigureRequest::Transition(TransitionRequest {
            quantity: table
                .need("quantity", "what to draw, for example \"free-energy\"")?
                .as_choice("figures.quantity", &TransitionQuantity::NAMES)?,
            start: start(Some(usual))?.unwrap_or_default(),
            temperature: real("temperature")?,
        }),
        Kind::Rsb => FigureRequest::Rsb(RsbRequest::read(&table)?),
        Kind::Plefka => {
            let quantity = table.need("quantity", "what to draw, for example \"error\"")?;
            FigureRequest::Plefka(PlefkaRequest {
                quantity: quantity.as_choice("figures.quantity", &PlefkaQuantity::NAMES)?,
                load: real("load")?,
                temperature: real("temperature")?,
            })
        }
        Kind::Classification => {
            let quantity = table.need("quantity", "what to draw, for example \"examples\"")?;
            FigureRequest::Classification(ClassificationRequest {
                quantity: quantity.as_choice("figures.quantity", &ClassificationQuantity::NAMES)?,
                start: start(Some(usual))?.unwrap_or_default(),
                examples: table
                    .get("examples")
                    .map(|node| node.as_count("figures.examples", 1))
                    .transpose()?,
                temperature: real("temperature")?,
                images: count(&table, "images", 1, 10)?,
            })
        }
        Kind::Learning => {
            let quantity = table.need("quantity", "what to draw, for example \"capacity\"")?;
            FigureRequest::Learning(LearningRequest {
                quantity: quantity.as_choice("figures.quantity", &LearningQuantity::NAMES)?,
                load: real("load")?,
                temperature: real("temperature")?,
            })
        }
    };
    table.finish()?;
    Ok(request)
}

impl FigureRequest {
    /// The entry with every default written out. A theory-only scenario has no starts.
    pub(super) fn write_toml(&self, out: &mut String, simulated: bool) -> std::fmt::Result {
        let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
        writeln!(out, "\n[[figures]]")?;
        let fixed = match self {
            Self::PhaseDiagram { start } => {
                writeln!(out, "kind = \"phase-diagram\"")?;
                if simulated {
                    writeln!(out, "start = {}", quoted(start))?;
                }
                [None; 2]
            }
            Self::Curve(curve) => {
                writeln!(out, "kind = \"{}\"\nx = \"{}\"", curve.quantity.kind(), curve.x.name())?;
                if simulated {
                    writeln!(out, "start = {}", quoted(&curve.start))?;
                }
                [curve.load, curve.temperature]
            }
            Self::RecallPanel { images, start } => {
                writeln!(out, "kind = \"recall-panel\"\nimages = {images}")?;
                if let Some(start) = start {
                    writeln!(out, "start = {}", quoted(start))?;
                }
                [None; 2]
            }
            Self::Glass(glass) => {
                writeln!(out, "kind = \"{}\"\nstart = {}", glass.figure.kind(), quoted(&glass.start))?;
                [glass.load, glass.temperature]
            }
            Self::Rsb(rsb) => {
                rsb.write_toml(out)?;
                [rsb.load, rsb.temperature]
            }
            Self::Classification(request) => {
                let (quantity, start) = (request.quantity.name(), quoted(&request.start));
                writeln!(out, "kind = \"classification\"\nquantity = \"{quantity}\"\nstart = {start}")?;
                if let Some(examples) = request.examples {
                    writeln!(out, "examples = {examples}")?;
                }
                writeln!(out, "images = {}", request.images)?;
                [None, request.temperature]
            }
            Self::Multitasking(request) => {
                let start = quoted(&request.start);
                request.write_toml(out, simulated.then_some(&start))?;
                [None, request.temperature]
            }
            Self::Survival(survival) => {
                writeln!(out, "kind = \"survival\"\nstart = {}", quoted(&survival.start))?;
                [None, survival.temperature]
            }
            Self::Transition(transition) => {
                let (quantity, start) = (transition.quantity.name(), quoted(&transition.start));
                writeln!(out, "kind = \"transition\"\nquantity = \"{quantity}\"\nstart = {start}")?;
                [None, transition.temperature]
            }
            Self::Modern(modern) => {
                modern.write_toml(out)?;
                [None; 2]
            }
            Self::Learning(learning) => {
                writeln!(out, "kind = \"learning\"\nquantity = \"{}\"", learning.quantity.name())?;
                [learning.load, learning.temperature]
            }
            Self::Plefka(plefka) => {
                writeln!(out, "kind = \"plefka\"\nquantity = \"{}\"", plefka.quantity.name())?;
                [plefka.load, plefka.temperature]
            }
        };
        for (key, value) in ["load", "temperature"].into_iter().zip(fixed) {
            if let Some(value) = value {
                writeln!(out, "{key} = {value:?}")?;
            }
        }
        Ok(())
    }
}
