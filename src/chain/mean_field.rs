//! Plefka's mean field in the place of a chain: the magnetisations of one sample at one temperature, from each start.

use super::{ChainResult, Kept, Measurement, Protocol, Start};
use crate::dynamics::plefka::{Plefka, Reaction, Solution};
use crate::error::Result;
use crate::estimators::mean;
use crate::model::soft_spins::SoftSpins;
use crate::model::{DenseHebbian, ExampleSet, Patterns, Spins};
use crate::params::Temperature;
use crate::rng::Stream;

/// Largest |m_i − tanh β[…]| of a solution.
const TOLERANCE: f64 = 1e-9;
/// Magnetisations of the first step: inside (−1, 1), where the entropy has a slope.
const INSIDE: f64 = 0.98;
/// Steps before an assisted chain.
const MOST_STEPS: usize = 400;

/// One temperature: every replica from its own start, `burn_in_sweeps + measure_sweeps` steps at most.
///
/// A replica that does not converge makes every average missing; its residual is kept. `mattis` is with the planted pattern, from
/// a random start with the nearest one; `overlap` of a replica is that of two independent states of its law, (1/N) Σ m_i².
///
/// # Errors
/// T = 0.
pub(super) fn run(
    model: &DenseHebbian,
    patterns: &Patterns,
    protocol: &Protocol,
    temperature: Temperature,
    (start, planted_index, planted): (&Start, usize, &Spins),
    lesson: Option<&ExampleSet>,
    streams: &impl Fn(&str, Temperature, usize) -> Stream,
) -> Result<ChainResult> {
    let problem = Plefka::new(model, patterns, temperature, reaction(model, lesson))?;
    let most = protocol.burn_in_sweeps + protocol.measure_sweeps;
    let mut first = None;
    let mut last = None;
    let mut found: Vec<(Solution, State)> = Vec::new();
    for replica in 0..protocol.replicas {
        let begin = start.configuration(planted, &mut streams("start", temperature, replica));
        let magnetisations: Vec<f64> = begin.as_slice().iter().map(|&s| INSIDE * f64::from(s)).collect();
        let solution = problem.solve(&magnetisations, TOLERANCE, most)?;
        let follow = Some(planted_index).filter(|_| start.knows_the_planted_pattern());
        let overlaps = overlaps(model, patterns, lesson, &solution.magnetisations)?;
        let state = State::of(model, &overlaps, &solution.magnetisations, follow);
        last.get_or_insert_with(|| Spins::from_fn(begin.len(), |i| solution.magnetisations[i] >= 0.0));
        first.get_or_insert(begin);
        found.push((solution, state));
    }
    let n = patterns.spins() as f64;
    let converged = found.iter().all(|(solution, _)| solution.converged);
    let average = |quantity: &dyn Fn(&(Solution, State)) -> f64| {
        mean(&found.iter().map(quantity).collect::<Vec<f64>>()).filter(|_| converged)
    };
    let curvatures: Vec<f64> = found
        .iter()
        .filter(|_| converged)
        .filter_map(|(solution, _)| problem.lowest_curvature(&solution.magnetisations).ok())
        .collect();
    let measurement = Measurement {
        mattis: average(&|(_, state)| state.mattis),
        mattis_abs: average(&|(_, state)| state.mattis.abs()),
        mattis_max: average(&|(_, state)| state.largest),
        overlap: average(&|(_, state)| state.self_overlap),
        overlap_sq: average(&|(_, state)| state.self_overlap * state.self_overlap),
        energy: average(&|(solution, _)| solution.energy / n),
        plefka_mattis: average(&|(_, state)| state.mattis),
        plefka_energy: average(&|(solution, _)| solution.energy / n),
        plefka_pressure: average(&|(solution, _)| solution.minus_beta_g / n),
        plefka_curvature: mean(&curvatures).filter(|_| curvatures.len() == found.len()),
        plefka_residual: found.iter().map(|(solution, _)| solution.residual).reduce(f64::max),
        ..Measurement::default()
    };
    let planted = || planted.clone();
    Ok(ChainResult {
        measurement,
        kept: Kept::default(),
        first: first.unwrap_or_else(planted),
        last: last.unwrap_or_else(planted),
    })
}

/// Where the equations lead from a configuration, converged or not: any product law is a valid proposal.
///
/// # Errors
/// T = 0.
pub(super) fn magnetisations(
    model: &DenseHebbian,
    patterns: &Patterns,
    temperature: Temperature,
    start: &Spins,
    lesson: Option<&ExampleSet>,
) -> Result<Vec<f64>> {
    let problem = Plefka::new(model, patterns, temperature, reaction(model, lesson))?;
    let start: Vec<f64> = start.as_slice().iter().map(|&s| INSIDE * f64::from(s)).collect();
    Ok(problem.solve(&start, TOLERANCE, MOST_STEPS)?.magnetisations)
}

/// What a solution says.
struct State {
    mattis: f64,
    largest: f64,
    self_overlap: f64,
}

impl State {
    fn of(model: &DenseHebbian, overlaps: &[f64], m: &[f64], follow: Option<usize>) -> Self {
        let signed = model.order().is_odd();
        let size = |overlap: f64| if signed { overlap } else { overlap.abs() };
        let largest = overlaps.iter().copied().map(size).fold(f64::NEG_INFINITY, f64::max);
        let mattis = follow.and_then(|mu| overlaps.get(mu).copied()).unwrap_or(largest);
        Self { mattis, largest, self_overlap: crate::dynamics::plefka::self_overlap(m) }
    }
}

/// (1/N) Σ ξ^μ_i m_i with the archetypes of a learning model, else with the patterns.
fn overlaps(
    model: &DenseHebbian,
    patterns: &Patterns,
    lesson: Option<&ExampleSet>,
    m: &[f64],
) -> Result<Vec<f64>> {
    let Some(lesson) = lesson else { return Ok(SoftSpins::new(model, patterns, m)?.overlaps()) };
    let archetypes = lesson.archetypes();
    let overlap = |mu: usize| -> f64 {
        let terms = m.iter().enumerate().map(|(i, m)| f64::from(archetypes.sign(mu, i)) * m);
        terms.sum::<f64>() / m.len() as f64
    };
    Ok((0..archetypes.count()).map(overlap).collect())
}

/// The reaction is averaged over independent patterns, which examples of one archetype are not: they have the naive mean field.
fn reaction(model: &DenseHebbian, lesson: Option<&ExampleSet>) -> Reaction {
    if lesson.is_some() { Reaction::Naive } else { Plefka::usual_reaction(model) }
}
