//! The figures that a scenario asks for, as numbers.

mod basin;
mod classification;
mod curves;
mod finite_size;
mod glass;
mod landscape;
mod learning;
mod modern;
mod multitasking;
mod multitasking_learning;
mod panel;
mod phase_diagram;
mod phases;
mod plefka;
mod rsb;
mod survival;
mod transition;

use super::figure::{Axis, Figure};
use super::points::Points;
use super::task::TaskResult;
use crate::dynamics::Order;
use crate::error::{Error, Result};
use crate::params::InteractionOrder;
use crate::scenario::{CouplingLaw, FigureRequest, Kind, PatternsFrom, Scenario};
use std::collections::HashMap;

/// Every figure of a scenario with the stem of its files, from the table of a run.
///
/// # Errors
/// A figure that cannot be made of this scenario, named by its kind.
pub fn figures(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
) -> Result<Vec<(String, Figure)>> {
    let (figures, failures) = drawable(scenario, points, finished);
    failures.into_iter().next().map_or(Ok(figures), Err)
}

/// The figures that can be made, and why others cannot: what a run has no numbers for takes no other figure with it.
pub fn drawable(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
) -> (Vec<(String, Figure)>, Vec<Error>) {
    let (mut figures, mut failures): (Vec<(String, Figure)>, Vec<Error>) = Default::default();
    for request in &scenario.figures {
        let made = match requested(scenario, points, finished, request) {
            Ok(made) => made,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        };
        for (stem, figure) in made {
            // Two figures of one kind: number the later ones.
            let taken = |name: &str| figures.iter().any(|(s, _): &(String, Figure)| s == name);
            let mut name = stem.clone();
            let mut number = 2;
            while taken(&name) {
                name = format!("{stem}-{number}");
                number += 1;
            }
            figures.push((name, figure));
        }
    }
    (figures, failures)
}

/// The figures of one request.
fn requested(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
    request: &FigureRequest,
) -> Result<Vec<(String, Figure)>> {
    match request {
        FigureRequest::PhaseDiagram { start } => phase_diagram::phase_diagrams(scenario, points, start),
        FigureRequest::Curve(request) => curves::curves(scenario, points, request),
        FigureRequest::RecallPanel { images, start } => {
            panel::recall_panels(scenario, finished, *images, start.as_deref())
        }
        FigureRequest::Glass(request) => glass::glass_figures(scenario, points, finished, request),
        FigureRequest::Learning(request) => learning::learning_figures(scenario, points, request),
        FigureRequest::Plefka(request) => plefka::plefka_figures(scenario, finished, request),
        FigureRequest::Classification(request) => {
            classification::classification_figures(scenario, points, finished, request)
        }
        FigureRequest::Survival(request) => survival::survival_figures(scenario, points, request),
        FigureRequest::Transition(request) => transition::transition_figures(scenario, points, request),
        FigureRequest::Modern(request) => modern::modern_figures(scenario, points, request),
        FigureRequest::Multitasking(request) => multitasking::multitasking_figures(scenario, points, request),
        FigureRequest::Rsb(request) => rsb::rsb_figures(scenario, points, request),
    }
}

fn axis(label: &str) -> Axis {
    Axis { label: label.into(), logarithmic: false, limits: None }
}

/// A grid of equal ratios over more than a factor of 10 is drawn on a logarithmic axis.
fn scaled(mut axis: Axis, values: &[f64]) -> Axis {
    let geometric = values.windows(3).all(|w| (w[1] * w[1] / (w[0] * w[2]) - 1.0).abs() < 1e-6);
    if let (true, Some(&first), Some(&last)) = (values.len() > 2 && geometric, values.first(), values.last())
    {
        axis.logarithmic = first > 0.0 && last > 10.0 * first;
    }
    axis
}

/// What of the couplings and the order of updates belongs into a title.
fn order_phrase(scenario: &Scenario) -> &'static str {
    let parallel = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel);
    match (scenario.couplings, parallel) {
        (CouplingLaw::Hebbian, false) => "",
        (CouplingLaw::Hebbian, true) => ", parallel order",
        (CouplingLaw::Gaussian, false) => ", Gaussian couplings",
        (CouplingLaw::Gaussian, true) => ", Gaussian couplings, parallel order",
    }
}

fn load_label(order: InteractionOrder) -> &'static str {
    if order.get() == 2 { "load α = K/N" } else { "load γ" }
}

fn start_phrase(start: &str) -> String {
    match start.strip_prefix("corrupted=") {
        Some(fraction) => format!("start with {fraction} of the spins flipped"),
        None => match start.strip_prefix("each=") {
            Some(fraction) => format!("from each pattern with {fraction} of the spins flipped"),
            None => format!("{start} start"),
        },
    }
}

/// Whether theory is laid over a scenario: it was asked for, and describes it (not parallel order, not patterns from a file).
pub fn with_theory(scenario: &Scenario) -> bool {
    !scenario.compare.is_empty()
        && scenario.kind != Kind::Multitasking
        && scenario.dynamics.as_ref().is_none_or(|plan| plan.protocol.order != Order::Parallel)
        && matches!(scenario.patterns, PatternsFrom::Random)
}

/// `kind[-pP][-nN]`: what is needed to tell the figures of one scenario apart.
fn stem(kind: &str, scenario: &Scenario, order: InteractionOrder, spins: Option<usize>) -> String {
    let mut stem = kind.to_string();
    if scenario.orders.len() > 1 {
        stem.push_str(&format!("-p{order}"));
    }
    if let Some(n) = spins.filter(|_| scenario.spins.len() > 1) {
        stem.push_str(&format!("-n{n}"));
    }
    stem
}
