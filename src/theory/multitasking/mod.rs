//! Multitasking networks: diluted patterns retrieved in parallel (Agliari, Barra, Galluzzi, Guerra & Moauro, Phys. Rev. Lett. 109,
//! 268101 (2012)), at any P and a finite number K of patterns.
//!
//! ```text
//! P(ξ = 0) = d,  P(ξ = ±1) = (1−d)/2,  h = (P/2) Σ_ν m_ν^{P−1} ξ^ν
//! m_μ = E ξ^μ tanh(h/T),   f = ((P−1)/2) Σ m^P − T E log 2cosh(h/T),   u = −½ Σ m^P
//! Hessian c_μ δ_μν − (1/T) c_μ c_ν E ξ^μ ξ^ν sech²(h/T),   c_μ = (P(P−1)/2) m_μ^{P−2}
//! ```
//!
//! m_μ is not divided by 1 − d. In x = (P/2) m^{P−1}, f is a convex function less the convex E log 2cosh, whose gradients are m and
//! E ξ tanh: so m ← E ξ tanh never raises f, and iteration ends in a minimum of f among
//! the vectors of the symmetry of its start. A minimum of all of them is a stable state, any other is a saddle. At T = 0 f has no minimum
//! where a field vanishes (its kinks point upwards), so stable states there have the Hessian c. From P = 3 on c = 0 where m_μ = 0: f then
//! rises as m_μ^P, and at T > 0 no state is unstable against a pattern that it does not retrieve.

mod average;
mod boundaries;
mod descent;
mod starts;

pub use boundaries::{Boundary, Change, boundaries};

use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::numerics::special::{geometric_sum, power};
use crate::params::{Dilution, InteractionOrder, LearningMode, Lesson, Temperature};
use average::{Average, Block};
use std::fmt;

/// Largest K: 3^K values of a spin's patterns are summed where all amplitudes differ.
pub const MOST_PATTERNS: usize = 12;

/// Amplitudes closer than this are one state's, found twice.
const SAME: f64 = 1e-9;

/// The kind of a state, read off its amplitudes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// m = 0
    Paramagnet,
    /// One pattern
    Pure,
    /// Each m^{P−1} exceeds the sum of all smaller ones: a spin follows the strongest of its patterns
    Hierarchical,
    /// All K amplitudes equal
    Parallel,
    /// Anything else: spins follow majorities of their patterns
    Mixed,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Paramagnet => "paramagnet",
            Self::Pure => "pure",
            Self::Hierarchical => "hierarchical",
            Self::Parallel => "parallel",
            Self::Mixed => "mixed",
        })
    }
}

/// A solution of the self-consistency equations. Energies are per spin, in units of the coupling; k_B = 1.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub task: Task,
    /// m_μ ≥ 0, descending: one of the states that differ by permutations and signs
    pub m: Vec<f64>,
    /// Learning: the overlaps with the archetypes, m being those with what is stored; else m again
    pub archetypes: Vec<f64>,
    /// f = u − Ts
    pub free_energy: f64,
    /// u = −½ Σ m^P
    pub energy: f64,
    /// Largest violation of the self-consistency equations
    pub residual: f64,
    /// Lowest eigenvalue of the Hessian of f (from P = 3 on among the patterns of m > 0); None where it is −∞ (T = 0 with vanishing
    /// fields)
    pub curvature: Option<f64>,
    /// A minimum of f
    pub stable: bool,
}

/// The states of K patterns of dilution d at order P and temperature T ≥ 0 that iteration finds, unstable ones too, by rising free energy; one of
/// those that differ by permutations and signs. T = 0 is the limit, tanh → sign with sign 0 = 0.
///
/// # Starts
/// n equal amplitudes; two values on n_1 and n_2 patterns; hierarchies and descending lines of every length; random vectors. So pure, hierarchical,
/// parallel and every symmetric mixture are found where they exist; unstable states without symmetry may be missed.
///
/// # Range
/// 1 ≤ K ≤ [`MOST_PATTERNS`].
///
/// # Errors
/// K outside its range.
pub fn states(
    order: InteractionOrder,
    patterns: usize,
    dilution: Dilution,
    temperature: Temperature,
) -> Result<Vec<State>> {
    check(patterns)?;
    Ok(found_by(&Average::new(order, patterns, dilution, None, temperature), patterns))
}

/// The states of K diluted archetypes learnt from M examples each, in which every entry ±1 is flipped with probability (1 − r)/2 and a 0
/// stays, at P = 2. With the mean example x = Σ_a η^a/(Mr), ρ = (1 − r²)/(Mr²):
///
/// ```text
/// h = Σ_ν n_ν x̂^ν,   n_μ = E x̂^μ tanh(h/T),   m_μ = E ξ^μ tanh(h/T),   f and Hessian with n and x̂ for m and ξ
/// supervised x̂ = x/√(1+ρ): T_c = 1 − d;   unsupervised x̂ = x: T_c = (1 − d)(1 + ρ)
/// ```
///
/// Unsupervised learning is a network of K·M patterns; its states are those in which all examples of an archetype have one overlap. So one is
/// the other at T(1+ρ): measured in T_c, the thresholds of both are the same at low storage. The average is the exact binomial one. `m` of a
/// state is n.
///
/// # Errors
/// K outside its range, or (2M + 1)^K above 3^12.
pub fn learnt_states(
    patterns: usize,
    dilution: Dilution,
    lesson: Lesson,
    temperature: Temperature,
) -> Result<Vec<State>> {
    check(patterns)?;
    if !exact_average(patterns, lesson) {
        return Err(Error::bad_input(format!("{patterns} patterns of {} examples", lesson.examples.count()))
            .remedy("(2M + 1)^K of at most 3^12: the average runs over all values of the mean examples"));
    }
    let order = InteractionOrder::new(2)?;
    let average = Average::new(order, patterns, dilution, Some(lesson), temperature);
    Ok(found_by(&average, patterns))
}

/// Whether the values of the mean examples of K archetypes can be summed over: (2M + 1)^K up to 3^12.
#[must_use]
pub fn exact_average(patterns: usize, lesson: Lesson) -> bool {
    let values = libm::log(2.0 * lesson.examples.count() as f64 + 1.0) * patterns as f64;
    values <= libm::log(3.0) * MOST_PATTERNS as f64
}

fn found_by(average: &Average, patterns: usize) -> Vec<State> {
    let mut found: Vec<State> = Vec::new();
    for start in starts::starts(patterns, average.dilution) {
        let state = descent::settle(average, patterns, start);
        let known = |x: &State| x.m.iter().zip(&state.m).all(|(a, b)| (a - b).abs() <= SAME);
        if !found.iter().any(known) {
            found.push(state);
        }
    }
    found.sort_by(|a, b| a.free_energy.total_cmp(&b.free_energy));
    found
}

/// The state in which K patterns end that begin in the hierarchy of T = 0, its amplitudes times `overlap` > 0: the flow dm/dt = −m + E ξ tanh(h/T), which single spins that
/// follow their fields obey at large N, to its end. With a lesson (P = 2) the archetypes begin in their hierarchy: n = m/√(1+ρ) in supervised
/// learning, m in unsupervised.
///
/// # Errors
/// K outside its range; of a lesson those of [`learnt_states`], and P > 2.
pub fn reached_from_the_hierarchy(
    order: InteractionOrder,
    patterns: usize,
    dilution: Dilution,
    lesson: Option<Lesson>,
    temperature: Temperature,
    overlap: f64,
) -> Result<State> {
    check(patterns)?;
    if let Some(lesson) = lesson
        && (order.get() != 2 || !exact_average(patterns, lesson))
    {
        return Err(Error::bad_input(format!("{patterns} patterns learnt at P = {order}"))
            .remedy("P = 2 and (2M + 1)^K of at most 3^12"));
    }
    let average = Average::new(order, patterns, dilution, lesson, temperature);
    let shown = match lesson {
        Some(Lesson { mode: LearningMode::Supervised, examples }) => 1.0 / (1.0 + examples.entropy()).sqrt(),
        _ => 1.0,
    };
    let start: Vec<f64> = hierarchy(patterns, dilution).iter().map(|m| shown * overlap * m).collect();
    Ok(descent::flow(&average, patterns, &start))
}

fn check(patterns: usize) -> Result<()> {
    if (1..=MOST_PATTERNS).contains(&patterns) {
        return Ok(());
    }
    Err(Error::bad_input(format!("{patterns} patterns"))
        .remedy(format!("from 1 to {MOST_PATTERNS} patterns: the average runs over up to 3^K values")))
}

/// The hierarchy at T = 0: m_μ = (1−d) d^{μ−1}, μ = 1 … K.
#[must_use]
pub fn hierarchy(patterns: usize, dilution: Dilution) -> Vec<f64> {
    let d = dilution.get();
    (0..patterns as u32).map(|k| (1.0 - d) * power(d, k)).collect()
}

/// The dilution at which the hierarchy ceases to solve the equations of T = 0: m_1 = m_2 + … + m_K, that is 1 − 2d + d^K = 0 with d < 1,
/// or d + … + d^{K−1} = 1; at order P with d^{P−1} in the place of d. At P = 2 it falls from 1 (K ≤ 2) over 0.618 (K = 3) to ½.
///
/// # Errors
/// K outside its range.
pub fn hierarchy_end(order: InteractionOrder, patterns: usize) -> Result<f64> {
    check(patterns)?;
    if patterns <= 2 {
        return Ok(1.0);
    }
    let excess = |d: f64| d * geometric_sum(d, patterns as u32 - 1) - 1.0;
    let end = root(excess, (0.5, excess(0.5)), (1.0, excess(1.0)), 0.0);
    Ok(libm::pow(end, 1.0 / f64::from(order.get() - 1)))
}

/// The kind of a state of `blocks` among K patterns.
fn task(average: &Average, blocks: &[Block], patterns: usize) -> Task {
    let field = |b: &Block| average.couple(b.amplitude);
    let smaller = |k: usize| blocks[k + 1..].iter().map(field).sum::<f64>();
    match blocks {
        [] => Task::Paramagnet,
        [block] if block.size == 1 => Task::Pure,
        [block] if block.size == patterns => Task::Parallel,
        _ if blocks.iter().enumerate().all(|(k, b)| b.size == 1 && field(b) > smaller(k)) => {
            Task::Hierarchical
        }
        _ => Task::Mixed,
    }
}
