//! Plefka's mean field in the place of a chain: the magnetisations of one sample at one temperature, from each start.

use super::landscape::Landscape;
use super::{ChainResult, Kept, Measurement, Protocol, Start};
use crate::dynamics::plefka::{Plefka, Reaction, Solution};
use crate::dynamics::{Dynamics, Glauber, Order, ZeroTemperature};
use crate::error::Result;
use crate::estimators::mean;
use crate::kernel::{FieldTables, Fields, OverlapForm};
use crate::model::soft_spins::SoftSpins;
use crate::model::{DenseHebbian, ExampleSet, Patterns, Spins};
use crate::params::{Load, Temperature};
use crate::rng::Stream;

/// Largest |m_i − tanh β[…]| of a solution.
const TOLERANCE: f64 = 1e-9;
/// Magnetisations of the first step: inside (−1, 1), where the entropy has a slope.
const INSIDE: f64 = 0.98;
/// Steps before an assisted chain.
const MOST_STEPS: usize = 400;

/// One temperature: every replica from its own start, `burn_in_sweeps + measure_sweeps` steps at most; a cooled start is cooled in
/// `burn_in_sweeps` sweeps.
///
/// A replica that does not converge makes every average missing; its residual is kept. `mattis` is with the planted pattern, from
/// a random start with the nearest one; `overlap` of a replica is that of two independent states of its law, (1/N) Σ m_i².
/// The distinct solutions are counted and kept, see [`Landscape`].
///
/// # Errors
/// T = 0.
pub(super) fn run(
    tables: &FieldTables,
    patterns: &Patterns,
    protocol: &Protocol,
    temperature: Temperature,
    (start, planted_index, planted): (&Start, usize, &Spins),
    lesson: Option<&ExampleSet>,
    streams: &impl Fn(&str, Temperature, usize) -> Stream,
) -> Result<ChainResult> {
    let model = tables.hamiltonian();
    let problem = Plefka::new(model, patterns, temperature, reaction(model, lesson))?;
    let gamma = Load::realised(model.order(), patterns.spins(), patterns.count())?;
    let most = protocol.burn_in_sweeps + protocol.measure_sweeps;
    let mut first = None;
    let mut last = None;
    let (mut found, mut states) = (Vec::<Solution>::new(), Vec::<State>::new());
    for replica in 0..protocol.replicas {
        let mut begin = start.configuration(planted, &mut streams("start", temperature, replica));
        if *start == Start::Cooled {
            let schedule = (gamma.get(), protocol.burn_in_sweeps);
            let stream = &mut streams("dynamics", temperature, replica);
            begin = cooled(tables, patterns, schedule, begin, stream)?;
        }
        let magnetisations: Vec<f64> = begin.as_slice().iter().map(|&s| INSIDE * f64::from(s)).collect();
        let solution = match start {
            Start::Cooled => problem.solve_nearby(&magnetisations, TOLERANCE, most)?,
            _ => problem.solve(&magnetisations, TOLERANCE, most)?,
        };
        let follow = Some(planted_index).filter(|_| start.knows_the_planted_pattern());
        let overlaps = overlaps(model, patterns, lesson, &solution.magnetisations)?;
        let state = State::of(model, &overlaps, &solution.magnetisations, follow);
        last.get_or_insert_with(|| Spins::from_fn(begin.len(), |i| solution.magnetisations[i] >= 0.0));
        first.get_or_insert(begin);
        found.push(solution);
        states.push(state);
    }
    let n = patterns.spins() as f64;
    let converged = found.iter().all(|solution| solution.converged);
    let average = |values: Vec<f64>| mean(&values).filter(|_| converged);
    let of_state = |quantity: &dyn Fn(&State) -> f64| average(states.iter().map(quantity).collect());
    let of_solution = |quantity: &dyn Fn(&Solution) -> f64| average(found.iter().map(quantity).collect());
    let landscape = Landscape::of(&problem, &found, !model.order().is_odd(), temperature.get());
    let mut measurement = Measurement {
        mattis: of_state(&|state| state.mattis),
        mattis_abs: of_state(&|state| state.mattis.abs()),
        mattis_max: of_state(&|state| state.largest),
        overlap: of_state(&|state| state.self_overlap),
        overlap_sq: of_state(&|state| state.self_overlap * state.self_overlap),
        energy: of_solution(&|solution| solution.energy / n),
        plefka_mattis: of_state(&|state| state.mattis),
        plefka_energy: of_solution(&|solution| solution.energy / n),
        plefka_pressure: of_solution(&|solution| solution.minus_beta_g / n),
        plefka_curvature: landscape.curvature(),
        plefka_residual: found.iter().map(|solution| solution.residual).reduce(f64::max),
        ..Measurement::default()
    };
    landscape.measure(&mut measurement);
    let planted = || planted.clone();
    Ok(ChainResult {
        measurement,
        kept: Kept { series: landscape.series(), ..Kept::default() },
        first: first.unwrap_or_else(planted),
        last: last.unwrap_or_else(planted),
    })
}

/// Cooled by the heat bath from T = √γ, above every transition of P ≥ 3, to 0 in `sweeps` sweeps, then brought to rest.
fn cooled(
    tables: &FieldTables,
    patterns: &Patterns,
    (gamma, sweeps): (f64, usize),
    from: Spins,
    stream: &mut Stream,
) -> Result<Spins> {
    let mut system = OverlapForm::new(tables, patterns, from);
    for sweep in 0..sweeps {
        let t = Temperature::new(gamma.sqrt() * (1.0 - sweep as f64 / sweeps as f64))?;
        Glauber::new(Order::Random, tables.hamiltonian().scale(), t).sweep(&mut system, stream);
    }
    let descent = ZeroTemperature::new(Order::Random);
    // Every flip lowers H by a finite amount: the descent ends.
    while !descent.is_at_rest(&mut system) {
        descent.sweep(&mut system, stream);
    }
    Ok(system.spins().clone())
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
