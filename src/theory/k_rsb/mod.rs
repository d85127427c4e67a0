//! k steps of replica symmetry breaking: the glass of SK and of P ≥ 3 below T_G, retrieval of P ≥ 3, T > 0.
//!
//! Parisi's pressure of a staircase q(x) (G. Parisi, J. Phys. A 13, L115 (1980); `docs/theory.md`), ξ(q) = γq^P/2:
//!
//! ```text
//! A = log 2 + Φ(0, β(P/2)m^{P−1}) − (β²/2)∫ q ξ″(q) x(q) dq − β(P−1)m^P/2
//! Φ_{l−1}(h) = (1/x_l) log E exp[x_l Φ_l(h + Y β√(ξ′(q_l) − ξ′(q_{l−1})))],   Φ at q = 1: log cosh h
//! ```
//!
//! A is least in (q, x) at fixed (m, γ) and stationary in m. k = 0 and 1 are answered by [`super::rs`] and [`super::one_rsb`],
//! from which the ladder of k grows one step at a time, until the state is stable (a further step is not there) or a further step
//! gains less than 1e-11 of f and is lost in rounding. At temperatures below 0.05 √ξ′(1) it is grown at that one and cooled.
//!
//! * `ladder`: the nested averages; `staircase`: pressure, gradient, equations; `solve`: saddles; `guess`: one step more; [`limit`]: k → ∞
//! * [`retrieval`]: m > 0, its end in γ, and where the glass takes over

mod guess;
mod ladder;
mod limit;
pub mod retrieval;
mod solve;
mod staircase;

use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::Branch;
use crate::theory::one_rsb::{OneRsbPoint, glass as one_step, soft};
pub use limit::{StepsLimit, ended, limit};
use solve::{Free, Lost, Saddle, cool, lead, minimise, polish};
use staircase::{Place, Staircase};

/// Most steps that are solved for.
pub const MOST_STEPS: u32 = 12;
/// Lowest temperature of more than one step, over √γ at P ≤ 3: the grid of local fields is of spacing T/4.
pub const COLDEST: f64 = 0.004;
/// Below this temperature, over the width of the local fields, a staircase is grown at it and then cooled.
const WARM: f64 = 0.05;

/// [`WARM`] at load γ, where the fields of q = 1 have variance ξ′(1) = γP/2.
fn warm(p: u32, gamma: f64) -> f64 {
    WARM * (0.5 * f64::from(p) * gamma).sqrt()
}

/// A saddle of k steps. Energies per spin in units of the coupling; k_B = 1.
#[derive(Debug, Clone, PartialEq)]
pub struct StepsPoint {
    pub branch: Branch,
    /// Mattis magnetisation m
    pub m: f64,
    /// q_0 < … < q_k; fewer than asked for where the state is stable with them, or the gain of a further step is lost in rounding
    pub overlaps: Vec<f64>,
    /// x_1 < … < x_k; empty under RS
    pub breakpoints: Vec<f64>,
    /// A = (1/N) E log Z = −βf
    pub pressure: f64,
    /// f = u − Ts
    pub free_energy: f64,
    /// u = −∂A/∂β
    pub energy: f64,
    /// s = A + βu
    pub entropy: f64,
    /// 1 − β²ξ″(q_k) E⟨(1−t²)²⟩: states against splitting
    pub replicon_inner: f64,
    /// 1 − β²ξ″(q_0) E[Φ″_0²]: the set of states against clustering
    pub replicon_outer: f64,
    /// Both positive by more than 1e-9 and the error of the quadrature
    pub stable: bool,
    /// Largest violation of the equations of m, q and x
    pub residual: f64,
    /// Largest change of A, m and the overlaps when the grid is made twice as fine
    pub quadrature: f64,
}

impl StepsPoint {
    /// k: the steps found.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.breakpoints.len()
    }

    /// The smaller of the two stabilities.
    #[must_use]
    pub fn replicon(&self) -> f64 {
        self.replicon_inner.min(self.replicon_outer)
    }

    /// What one step (or none, where q1 = q2) says; None at T = 0.
    fn from_one_step(x: &OneRsbPoint) -> Option<Self> {
        let (overlaps, breakpoints) = match x.theta {
            Some(theta) => (vec![x.q1, x.q2], vec![theta]),
            None => (vec![x.q2], Vec::new()),
        };
        Some(Self {
            branch: x.branch,
            m: x.m,
            overlaps,
            breakpoints,
            pressure: x.pressure?,
            free_energy: x.free_energy,
            energy: x.energy,
            entropy: x.entropy,
            replicon_inner: x.replicon_inner?,
            replicon_outer: x.replicon_outer?,
            stable: x.stable,
            residual: x.residual,
            quadrature: x.quadrature,
        })
    }
}

impl Saddle {
    /// The staircase of one step that `x` is; None where q1 = q2.
    fn one_step(x: &OneRsbPoint, place: Place) -> Option<Self> {
        let theta = x.theta?;
        let stairs = Staircase { q: vec![x.q1, x.q2], lack: 1.0 - x.q2, x: vec![theta] };
        Some(Self { stairs, place, residual: x.residual, matrix: None })
    }

    /// A saddle of one step more near this (m, γ), with `free` an unknown. It has the smaller A: where that gain is next to rounding
    /// and the saddle is not found, the step is not there.
    fn one_more(&self, free: Free) -> std::result::Result<Self, Lost> {
        const TRIES: usize = 3;
        /// Over F
        const RESOLVED: f64 = 1e-11;
        let value = |stairs: &Staircase| {
            let e = stairs.averages(&self.place, 1.0, false)?;
            Some(stairs.pressure(&self.place, &e)).filter(|f| f.is_finite())
        };
        let before = value(&self.stairs).ok_or(Lost::Unfinished)?;
        let resolved = RESOLVED * before.abs();
        let guesses = guess::one_more(&self.stairs, self.place.centred);
        let mut starts: Vec<(f64, Staircase)> =
            guesses.into_iter().filter_map(|start| Some((value(&start)?, start))).collect();
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut lost = Lost::Collapsed;
        for (_, start) in starts.iter().take(TRIES) {
            let found = minimise(start, &self.place).and_then(|near| {
                let gain = before - value(&near).ok_or(Lost::Unfinished)?;
                if gain < -resolved {
                    return Err(Lost::Collapsed);
                }
                let found = polish(&near, &self.place, free).or_else(|error| {
                    if free == Free::Nothing {
                        return Err(error);
                    }
                    let near = polish(&near, &self.place, Free::Nothing)?;
                    lead(&near.stairs, &self.place, free, 8)
                });
                found.map_err(|error| if gain < resolved { Lost::Collapsed } else { error })
            });
            match found {
                Ok(found) => return Ok(found),
                Err(Lost::Unfinished) => lost = Lost::Unfinished,
                Err(Lost::Collapsed) => {}
            }
        }
        Err(lost)
    }

    /// Whether no further step lowers A: then there is none.
    fn stable(&self) -> bool {
        self.evaluate(Branch::Glass).is_some_and(|point| point.stable)
    }

    /// Everything that follows from the saddle; None beyond the floating range.
    fn evaluate(&self, branch: Branch) -> Option<StepsPoint> {
        const LEAST_ERROR: f64 = 1e-9;
        let Self { stairs, place, residual, .. } = self;
        let e = stairs.averages(place, 1.0, true)?;
        let fine = stairs.averages(place, 2.0, true)?;
        let (f, t) = (-stairs.pressure(place, &e), place.t);
        let mut quadrature = ((f + stairs.pressure(place, &fine)) / t).abs();
        quadrature = quadrature.max((e.magnetisation - fine.magnetisation).abs());
        for (a, b) in e.overlap.iter().zip(&fine.overlap) {
            quadrature = quadrature.max((a - b).abs());
        }
        let p = place.p;
        let bend = 0.5 * place.gamma * f64::from(p * (p - 1)) / (t * t);
        let stability =
            |q: f64, response: f64| 1.0 - bend * crate::numerics::special::power(q, p - 2) * response;
        let inner = |e: &ladder::Averages| Some(stability(*stairs.q.last()?, *e.response.last()?));
        let outer = |e: &ladder::Averages| Some(stability(*stairs.q.first()?, *e.response.first()?));
        let error = (inner(&e)? - inner(&fine)?).abs().max((outer(&e)? - outer(&fine)?).abs());
        let least = LEAST_ERROR.max(quadrature).max(error);
        let energy = stairs.energy(place);
        Some(StepsPoint {
            branch,
            m: place.m,
            overlaps: stairs.q.clone(),
            breakpoints: stairs.x.clone(),
            pressure: -f / t,
            free_energy: f,
            energy,
            entropy: (energy - f) / t,
            replicon_inner: inner(&e)?,
            replicon_outer: outer(&e)?,
            stable: inner(&e)?.min(outer(&e)?) > least,
            residual: *residual,
            quadrature,
        })
    }
}

/// k within what is solved for, T within what the grid resolves at load γ, where fields are as wide as √(γP/3).
///
/// # Errors
/// k > [`MOST_STEPS`], T below [`COLDEST`].
fn check(k: u32, p: u32, t: f64, gamma: f64) -> Result<()> {
    if k > MOST_STEPS {
        return Err(Error::bad_input(format!("{k} steps"))
            .at("--steps")
            .remedy(format!("0 to {MOST_STEPS} steps are solved for")));
    }
    let coldest = COLDEST * (gamma * (f64::from(p) / 3.0).max(1.0)).sqrt();
    if t < coldest {
        return Err(Error::bad_input(format!("T = {t} with {k} steps")).at("--temperature").remedy(format!(
            "T ≥ {:?} here: the grid of local fields is of spacing T/4, and T = 0 is reached by extrapolation; --steps 0 and 1 accept \
             every T ≥ 0",
            rounded_up(coldest)
        )));
    }
    Ok(())
}

/// x > 0 to three digits, never below it but by rounding.
fn rounded_up(x: f64) -> f64 {
    let unit = libm::pow(10.0, libm::floor(libm::log10(x)) - 2.0);
    let digits = libm::ceil(x / unit - 1e-9);
    format!("{:.2e}", digits * unit).parse().unwrap_or(x)
}

fn lost(branch: Branch, k: usize, place: &Place) -> Error {
    Error::failed(format!(
        "{k} steps of the {branch} at P = {}, γ = {}, T = {}: the saddle was not found",
        place.p, place.gamma, place.t
    ))
    .remedy("fewer steps, or a temperature or load 1e-3 away, may be found")
}

/// Up to k steps, one after the other, from one; fewer where the state is stable or a further step collapses.
fn climb(mut saddle: Saddle, k: u32, free: Free) -> std::result::Result<Saddle, Lost> {
    while saddle.stairs.steps() < k as usize && !saddle.stable() {
        match saddle.one_more(free) {
            Ok(next) => saddle = next,
            Err(Lost::Collapsed) => break,
            Err(lost) => return Err(lost),
        }
    }
    Ok(saddle)
}

/// A state of m = 0 with k ≥ 2 steps, grown from what `one_step` says.
fn grow(
    one_step: &dyn Fn(Temperature) -> Result<Option<OneRsbPoint>>,
    place: Place,
    k: u32,
) -> Result<Option<StepsPoint>> {
    let beyond = || lost(Branch::Glass, k as usize, &place);
    // θ = 1 is the boundary above T_s: no step is left to split.
    let broken = |one: &OneRsbPoint, place: Place| {
        Saddle::one_step(one, place).filter(|_| !one.stable && one.theta.is_some_and(|theta| theta < 1.0))
    };
    let warm = warm(place.p, place.gamma);
    if place.t < warm
        && k > 1
        && let Ok(Some(one)) = one_step(Temperature::new(warm)?)
        && let Some(start) = broken(&one, Place { t: warm, ..place })
        && let Ok(found) = climb(start, k, Free::Nothing)
        && found.stairs.steps() == k as usize
        && let Ok(found) = cool(&found, place.t, Free::Nothing)
    {
        return found.evaluate(Branch::Glass).ok_or_else(beyond).map(Some);
    }
    let Some(one) = one_step(Temperature::new(place.t)?)? else { return Ok(None) };
    let found = match broken(&one, place) {
        Some(start) => climb(start, k, Free::Nothing).map_err(|_| beyond())?,
        None => return StepsPoint::from_one_step(&one).ok_or_else(beyond).map(Some),
    };
    if found.stairs.steps() == 1 {
        return StepsPoint::from_one_step(&one).ok_or_else(beyond).map(Some);
    }
    found.evaluate(Branch::Glass).ok_or_else(beyond).map(Some)
}

/// The glass of the SK model with k ≥ 1 steps; None above T = √γ.
///
/// # Errors
/// k or T out of range; `Failed` where the saddle was not found.
pub fn sherrington_kirkpatrick(gamma: Load, t: Temperature, k: u32) -> Result<Option<StepsPoint>> {
    check(k, 2, t.get(), gamma.get())?;
    let place = Place { p: 2, gamma: gamma.get(), t: t.get(), m: 0.0, centred: false };
    grow(&|t| soft::sherrington_kirkpatrick(gamma, t), place, k)
}

/// The glass of P ≥ 3 with k ≥ 1 steps, q_0 = 0: one step above T_G, and none above T_d.
///
/// # Errors
/// P = 2, k or T out of range; `Failed` where the saddle was not found.
pub fn glass(p: InteractionOrder, gamma: Load, t: Temperature, k: u32) -> Result<Option<StepsPoint>> {
    check(k, p.get(), t.get(), gamma.get())?;
    let place = Place { p: p.get(), gamma: gamma.get(), t: t.get(), m: 0.0, centred: true };
    grow(&|t| one_step::glass(p, gamma, t), place, k)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one step says, by its own solver, is a staircase of one step that satisfies these equations.
    #[test]
    fn one_step_solves_the_equations_of_k_steps() -> Result<()> {
        let (three, one) = (InteractionOrder::new(3)?, Load::new(1.0)?);
        let mut cases = Vec::new();
        for t in [0.1, 0.3, 0.7] {
            let place = Place { p: 2, gamma: 1.0, t, m: 0.0, centred: false };
            cases.push((place, soft::sherrington_kirkpatrick(one, Temperature::new(t)?)?));
        }
        for t in [0.1, 0.2, 0.5] {
            let place = Place { p: 3, gamma: 1.0, t, m: 0.0, centred: true };
            cases.push((place, one_step::glass(three, one, Temperature::new(t)?)?));
        }
        for (gamma, t) in [(0.4, 0.1), (0.45, 0.2), (0.46, 0.05)] {
            let found =
                crate::theory::one_rsb::retrieval::retrieval(three, Load::new(gamma)?, Temperature::new(t)?)?;
            let m = found.as_ref().map_or(0.0, |x| x.m);
            cases.push((Place { p: 3, gamma, t, m, centred: false }, found));
        }
        for (place, found) in cases {
            let lost = || Error::failed(format!("{place:?}"));
            let one = found.ok_or_else(lost)?;
            let saddle = Saddle::one_step(&one, place).ok_or_else(lost)?;
            let e = saddle.stairs.averages(&place, 1.0, false).ok_or_else(lost)?;
            for r in saddle.stairs.equations(&place, &e) {
                assert!(r.abs() < 1e-9, "{r} at {place:?}");
            }
            assert!((e.magnetisation - place.m).abs() < 1e-9, "{place:?}");
            let point = saddle.evaluate(one.branch).ok_or_else(lost)?;
            for (k_step, one_step) in [
                (point.pressure, one.pressure),
                (point.energy, Some(one.energy)),
                (point.entropy, Some(one.entropy)),
                (point.replicon_inner, one.replicon_inner),
                (point.replicon_outer, one.replicon_outer),
            ] {
                let one_step = one_step.ok_or_else(lost)?;
                assert!(
                    (k_step - one_step).abs() < 1e-9 * one_step.abs().max(1.0),
                    "{place:?}: {k_step} {one_step}"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn the_lowest_temperature_is_said_in_three_digits_from_above() {
        for (x, said) in [(0.004, 0.004), (0.004_001, 0.00401), (1.234_5e-7, 1.24e-7), (399.9, 400.0)] {
            assert!((rounded_up(x) / said - 1.0).abs() < 1e-12, "{}", rounded_up(x));
        }
    }
}
