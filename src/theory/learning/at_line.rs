//! The de Almeida–Thouless line of learning: where the replicon λ of retrieval vanishes.
//!
//! λ is not monotone along the branch: next to the spinodal, where m falls steeply, a state can be stable again. A temperature has
//! therefore intervals of loads without replica symmetry, each with a lower edge and, unless it reaches the spinodal, an upper one.

use super::Task;
use super::curve::{Curve, CurvePoint};
use super::rs::{hottest, replicon};
use crate::numerics::roots::{maximum, root};
use crate::params::{Load, Temperature};

/// A marginal state, λ = 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marginal {
    /// Load γ
    pub gamma: f64,
    /// Overlap with the archetype
    pub m: f64,
}

/// Loads between which retrieval is unstable against replica symmetry breaking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unstable {
    pub lower: Marginal,
    /// None where the state is unstable up to its spinodal
    pub upper: Option<Marginal>,
}

/// A state of the branch and its λ.
#[derive(Debug, Clone, Copy)]
struct State {
    point: CurvePoint,
    lambda: f64,
}

fn state(curve: &Curve, w: f64) -> Option<State> {
    let point = curve.at(w)?;
    Some(State { point, lambda: replicon(curve, &point)? })
}

/// The states with, between any two where |λ| has a dip that does not change sign on what was looked at, its bottom.
fn with_dips(curve: &Curve, states: &[State]) -> Vec<State> {
    let mut all = Vec::with_capacity(states.len() + 4);
    for (i, &here) in states.iter().enumerate() {
        all.push(here);
        let (Some(before), Some(after)) = (i.checked_sub(1).map(|i| states[i]), states.get(i + 1)) else {
            continue;
        };
        let sign = here.lambda.signum();
        let size = |x: &State| sign * x.lambda;
        if size(&here) > 0.0 && size(&here) <= size(&before) && size(&here) <= size(after) {
            let depth = |w: f64| state(curve, w).map_or(f64::NEG_INFINITY, |x| -size(&x));
            let w = maximum(depth, before.point.w, after.point.w, 1e-6 * here.point.w);
            all.extend(state(curve, w).filter(|x| size(x) <= 0.0));
        }
    }
    all.sort_by(|a, b| a.point.w.total_cmp(&b.point.w));
    all
}

/// The change of sign from `low` to `high`: λ = 0, or the load at which the state of largest m becomes another one.
fn edge(curve: &Curve, low: &State, high: &State) -> Marginal {
    let mut best = if low.lambda.abs() < high.lambda.abs() { *low } else { *high };
    if high.point.gamma > low.point.gamma * (1.0 + 1e-9) {
        let lambda = |w: f64| {
            let Some(here) = state(curve, w) else { return low.lambda };
            if here.lambda.abs() < best.lambda.abs() {
                best = here;
            }
            here.lambda
        };
        root(lambda, (low.point.w, low.lambda), (high.point.w, high.lambda), 0.0);
    }
    Marginal { gamma: best.point.gamma, m: best.point.m }
}

/// Where retrieval at temperature T has λ ≤ 0, smallest loads first. Empty where it is stable at every load, where it does not exist,
/// and at T = 0, where it is unstable at every load.
///
/// Supervised, P = 4, r = ½, M = 6, Gaussian average, T = 0.39: from γ = 0.25359 to 0.27418, below the spinodal at 0.2763.
#[must_use]
pub fn unstable_loads(task: &Task, t: Temperature) -> Vec<Unstable> {
    let curve = Curve::new(task, t.get());
    // Down to where the branch is stable: w = O(√T) at least.
    let mut first: f64 = 1e-3;
    while first > 1e-70 && state(&curve, first).is_some_and(|x| x.lambda <= 0.0) {
        first *= 0.1;
    }
    let mut states: Vec<State> = Vec::new();
    for piece in curve.states(first) {
        let piece: Vec<State> = piece
            .into_iter()
            .filter_map(|point| Some(State { point, lambda: replicon(&curve, &point)? }))
            .collect();
        states.extend(with_dips(&curve, &piece));
    }
    let mut found: Vec<Unstable> = Vec::new();
    for pair in states.windows(2) {
        let [low, high] = pair else { continue };
        match (low.lambda > 0.0, high.lambda > 0.0) {
            (true, false) => found.push(Unstable { lower: edge(&curve, low, high), upper: None }),
            (false, true) => {
                if let Some(open) = found.last_mut() {
                    open.upper = Some(edge(&curve, low, high));
                }
            }
            _ => {}
        }
    }
    found
}

/// Highest temperature at which retrieval at load γ loses its stability; None where it is nowhere marginal above T = 1e-9.
#[must_use]
pub fn at_temperature(task: &Task, gamma: Load) -> Option<f64> {
    let lambda = |ln_t: f64| -> Option<f64> {
        let curve = Curve::new(task, libm::exp(ln_t));
        replicon(&curve, &curve.retrieval(gamma.get())?)
    };
    let marginal =
        |low: (f64, f64), high: (f64, f64)| libm::exp(root(|x| lambda(x).unwrap_or(-1.0), low, high, 1e-14));
    // The end of the branch, between where it is and where it is not.
    let end = |mut is: f64, mut is_not: f64| {
        for _ in 0..45 {
            let middle = 0.5 * (is + is_not);
            *(if lambda(middle).is_some() { &mut is } else { &mut is_not }) = middle;
        }
        lambda(is).map(|value| (is, value))
    };
    let mut last: Option<(f64, Option<f64>)> = None;
    let mut ln_t = libm::log(hottest(task));
    while ln_t > -20.7 {
        let here = lambda(ln_t);
        let pair = match (last, here) {
            (Some((above, Some(up))), Some(value)) => Some(((ln_t, value), (above, up))),
            // Next to its ends the branch can be stable again.
            (Some((above, None)), Some(value)) => end(ln_t, above).map(|top| ((ln_t, value), top)),
            (Some((above, Some(up))), None) => end(above, ln_t).map(|bottom| (bottom, (above, up))),
            _ => None,
        };
        if let Some((low, high)) = pair
            && low.1 <= 0.0
            && high.1 > 0.0
        {
            return Some(marginal(low, high));
        }
        last = Some((ln_t, here));
        ln_t -= if ln_t > -3.0 { 0.03 } else { 0.3 };
    }
    None
}
