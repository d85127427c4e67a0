//! The 1RSB glass m = q1 = 0 of P ≥ 3 (Gardner 1985 for the Ising p-spin model), whose couplings have variance P!γ/(2N^{P−1}).
//!
//! Only T/√γ matters: everything here is at γ = 1 and scaled at the end. There is one average, with b = √V₂/T:
//!
//! ```text
//! T(b, θ) = √(P/2) q2^{(P−1)/2}/b,      q2 = ⟨t²⟩ at g = bY
//! ```
//!
//! an explicit curve at given θ, whose side of larger b is the branch of largest q2; its maximum is the end of the branch.
//! At θ = 1 the maximum is T_d; Σ(θ=1) = 0 on it is T_s. Below T_s the glass is at θ* with Σ = 0, between T_s and T_d at θ = 1.

use super::law::Law;
use super::moments::Fields;
use super::point::{OneRsbPoint, Theta, evaluate};
use crate::error::{Error, Result};
use crate::numerics::gaussian::Rule;
use crate::numerics::roots::{maximum, root};
use crate::numerics::special::power;
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::Branch;
use crate::theory::curve::COLDEST;
use crate::theory::lines::nishimori_load;
use std::sync::OnceLock;

/// T_s, T_d, T_G of the glass, in units of √γ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transitions {
    /// T_s: below it the glass is the equilibrium state (θ < 1)
    pub statics: f64,
    /// T_d: above it there is no glass
    pub dynamics: f64,
    /// T_G: below it the states of the glass split further (inner stability lost); None where it is below the reach of the solver
    pub gardner: Option<f64>,
}

impl Transitions {
    /// T/√γ, by which alone the phase at m = 0 is decided.
    #[must_use]
    pub fn reduced(gamma: Load, t: Temperature) -> f64 {
        t.get() / gamma.get().sqrt()
    }

    /// The temperature of a transition, given in units of √γ, at load γ.
    #[must_use]
    pub fn temperature(reduced: f64, gamma: Load) -> f64 {
        reduced * gamma.get().sqrt()
    }

    /// The load at which a transition, given in units of √γ, is at T; None where it is 0 or beyond the floating range.
    #[must_use]
    pub fn load(reduced: f64, t: Temperature) -> Option<f64> {
        let root = t.get() / reduced;
        Some(root * root).filter(|gamma| *gamma > 0.0 && gamma.is_finite())
    }

    /// T_d²: the load at which retrieval ends on T = γ (Nishimori's line).
    #[must_use]
    pub fn dynamic_load(&self) -> f64 {
        self.dynamics * self.dynamics
    }

    /// T_s²: the load at which it stops being the equilibrium state there.
    #[must_use]
    pub fn static_load(&self) -> f64 {
        self.statics * self.statics
    }
}

/// A glass state at γ = 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    pub fields: Fields,
    pub complexity: f64,
    pub inner: f64,
}

impl State {
    fn new(p: u32, t: f64, width: f64, y: f64) -> Option<Self> {
        let fields = Fields { t, signal: 0.0, v1: 0.0, v2: width * width, y, cue: 0.0 };
        let (balance, moments) = Law::Dense(p).solve_for_load(&fields, Rule::FINE)?;
        let inner = if t == 0.0 {
            f64::NEG_INFINITY
        } else {
            let b = width / t;
            1.0 - f64::from(p - 1) * b * (b * moments.sech4) / moments.q2()
        };
        Some(Self { fields, complexity: balance.complexity, inner })
    }

    fn scaled(&self, gamma: f64) -> Fields {
        let root_gamma = gamma.sqrt();
        Fields {
            t: self.fields.t * root_gamma,
            v2: self.fields.v2 * gamma,
            y: self.fields.y / root_gamma,
            ..self.fields
        }
    }
}

/// log of √(P/2) q2^{(P−1)/2} over √V₂: positive where V₂ is smaller than what its overlap makes of it.
fn excess(p: u32, t: f64, y: f64, width: f64) -> f64 {
    let e = Fields { t, signal: 0.0, v1: 0.0, v2: width * width, y, cue: 0.0 }.moments(Rule::FINE);
    0.5 * libm::log(0.5 * f64::from(p) * power(e.q2(), p - 1)) - libm::log(width)
}

/// The state of largest q2 at given T, y = θ/T (γ = 1); None where only q2 = 0 is left.
pub(crate) fn state(p: u32, t: f64, y: f64) -> Option<State> {
    // q2 ≤ 1 bounds the width.
    let widest = (0.5 * f64::from(p)).sqrt();
    if t == 0.0 {
        return State::new(p, t, widest, y);
    }
    let f = |width: f64| excess(p, t, y, width);
    let mut above = (widest, f(widest).min(0.0));
    let mut before = above;
    let mut width = widest;
    while width > 1e-3 * widest.min(t) {
        width *= 0.93;
        let here = (width, f(width));
        if here.1 >= 0.0 {
            let width = root(f, here, above, 0.0);
            return State::new(p, t, width, y);
        }
        if here.1 < above.1 {
            // Past the maximum: it lies between this point and the one before the last.
            let top = maximum(f, here.0, before.0, 1e-9 * widest);
            let at_top = (top, f(top));
            if at_top.1 < 0.0 {
                return None;
            }
            let hi = if top < above.0 { above } else { before };
            return State::new(p, t, root(f, at_top, hi, 0.0), y);
        }
        before = above;
        above = here;
    }
    None
}

/// The state at θ* (Σ = 0) below T_s, in units of √γ; None above T_s.
pub(crate) fn static_state(p: u32, t: f64) -> Option<State> {
    // 1/T_s and its limit 2√ln 2 = 1.665 bound y* from above: it grows with T and with P.
    let top = (1.0 / t).min(1.7);
    let sigma = |y: f64| state(p, t, y).map(|x| x.complexity);
    let mut above = (top, sigma(top)?);
    if above.1 > 0.0 {
        return None;
    }
    let mut y = top;
    for _ in 0..60 {
        y *= 0.93;
        let here = (y, sigma(y)?);
        if here.1 >= 0.0 {
            let y = root(|y| sigma(y).unwrap_or(1.0), here, above, 0.0);
            return state(p, t, y);
        }
        above = here;
    }
    None
}

/// b at T_d: the maximum of T(b, θ = 1); b² maximises (P/2)φ(b²)^{P−1}/b², so T_d² = γ_N.
fn dynamic_noise(p: InteractionOrder) -> Result<(f64, f64)> {
    let t = nishimori_load(p)?.sqrt();
    let f = |b: f64| one_temperature(p.get(), b).map_or(0.0, |(t, _)| t);
    Ok((maximum(f, 0.3, 12.0, 1e-7), t))
}

/// (T, Σ) at θ = 1 and b.
fn one_temperature(p: u32, b: f64) -> Option<(f64, f64)> {
    let fields = Fields { t: 1.0, signal: 0.0, v1: 0.0, v2: b * b, y: 1.0, cue: 0.0 };
    let (balance, e) = Law::Dense(p).solve_for_load(&fields, Rule::FINE)?;
    let t = (0.5 * f64::from(p) * power(e.q2(), p - 1)).sqrt() / b;
    Some((t, balance.complexity))
}

/// T_s, T_d and T_G in units of √γ, P ≥ 3.
///
/// P = 3: 0.6513852, 0.6815980, 0.2402600. P → ∞: T_s → 1/(2√ln 2), the random energy model's.
///
/// # Errors
/// For P = 2, whose glass has a continuous transition.
pub fn transitions(p: InteractionOrder) -> Result<Transitions> {
    dense_only(p)?;
    if let Some(known) = KNOWN[p.get() as usize].get() {
        return Ok(*known);
    }
    let found = solve_transitions(p)?;
    Ok(*KNOWN[p.get() as usize].get_or_init(|| found))
}

/// The transitions of each P are solved for once.
static KNOWN: [OnceLock<Transitions>; InteractionOrder::MAX as usize + 1] =
    [const { OnceLock::new() }; InteractionOrder::MAX as usize + 1];

fn solve_transitions(p: InteractionOrder) -> Result<Transitions> {
    let order = p.get();
    let (b_d, dynamics) = dynamic_noise(p)?;
    let sigma = |b: f64| one_temperature(order, b).map_or(-1.0, |(_, sigma)| sigma);
    let mut hi = b_d;
    while sigma(hi) > 0.0 {
        hi *= 1.2;
    }
    let b_s = root(sigma, (b_d, sigma(b_d).max(0.0)), (hi, sigma(hi)), 0.0);
    let statics = one_temperature(order, b_s).map_or(dynamics, |(t, _)| t);
    // Inner stability along the static line, in log T.
    let inner = |ln_t: f64| static_state(order, libm::exp(ln_t)).map_or(1.0, |x| x.inner);
    let mut above = (libm::log(statics) - 1e-6, 1.0);
    above.1 = inner(above.0);
    let mut gardner = None;
    for k in 1..=60 {
        let ln_t = above.0 - 0.25 * f64::from(1 + k / 8);
        let here = (ln_t, inner(ln_t));
        if here.1 <= 0.0 {
            gardner = Some(libm::exp(root(inner, here, above, 0.0)));
            break;
        }
        above = here;
    }
    Ok(Transitions { statics, dynamics, gardner })
}

/// T_s in units of √γ.
pub(crate) fn static_temperature(p: InteractionOrder) -> Result<f64> {
    transitions(p).map(|x| x.statics)
}

fn dense_only(p: InteractionOrder) -> Result<()> {
    if p.get() > 2 {
        return Ok(());
    }
    Err(Error::bad_input("the 1RSB glass with q1 = 0 at P = 2")
        .remedy("it needs P ≥ 3; P = 2 breaks continuously at T = 1 + √α"))
}

/// T/√γ, with every temperature below 1e-120 taken for the limit 0.
fn ratio(gamma: Load, t: Temperature) -> f64 {
    let ratio = t.get() / gamma.get().sqrt();
    if ratio < COLDEST { 0.0 } else { ratio }
}

/// The glass of P ≥ 3 at (γ, T): θ* with Σ = 0 below T_s, θ = 1 between T_s and T_d, None above T_d.
///
/// Between T_s and T_d, A is the paramagnet's and Σ(1) > 0 is its complexity.
///
/// # Errors
/// For P = 2; values beyond the floating range.
pub fn glass(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    dense_only(p)?;
    let tau = ratio(gamma, t);
    if let Some(found) = static_state(p.get(), tau) {
        return at_load(p, gamma, &found, Theta::Stationary).map(Some);
    }
    match state(p.get(), tau, 1.0 / tau) {
        Some(found) => at_load(p, gamma, &found, Theta::Given(1.0)).map(Some),
        None => Ok(None),
    }
}

fn at_load(p: InteractionOrder, gamma: Load, found: &State, theta: Theta) -> Result<OneRsbPoint> {
    evaluate(Law::Dense(p.get()), Branch::Glass, gamma.get(), &found.scaled(gamma.get()), theta)
}

/// The glass at given θ: a saddle in q2 (the largest), not in θ. None where only q2 = 0 is left.
///
/// # Errors
/// For P = 2, T = 0 (where θ = 0), or θ outside [1e-6, 1].
pub fn glass_at(p: InteractionOrder, gamma: Load, t: Temperature, theta: f64) -> Result<Option<OneRsbPoint>> {
    dense_only(p)?;
    check_theta(theta, t)?;
    let tau = ratio(gamma, t);
    match state(p.get(), tau, theta / tau) {
        Some(found) => at_load(p, gamma, &found, Theta::Given(theta)).map(Some),
        None => Ok(None),
    }
}

/// Smallest θ: A at given θ is known to 1e-16/θ, and differs from RS by O(θ).
const SMALLEST: f64 = 1e-6;

/// Refuses θ outside [1e-6, 1], and any θ at T = 0.
pub(crate) fn check_theta(theta: f64, t: Temperature) -> Result<()> {
    if !(SMALLEST..=1.0).contains(&theta) {
        return Err(Error::bad_input(format!("breaking point θ = {theta:?}"))
            .remedy("θ is a number from 1e-6 to 1, 0 < θ ≤ 1 (θ → 0 is replica symmetry: --ansatz rs)"));
    }
    if t.get() < COLDEST {
        return Err(Error::bad_input(format!("θ = {theta} at T = 0"))
            .remedy("θ vanishes at T = 0, where y = βθ is finite: leave θ out, or take T > 0"));
    }
    Ok(())
}

/// A point of the complexity curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComplexityPoint {
    /// θ
    pub theta: f64,
    /// Free energy f of the states counted: −βf = ∂(θA)/∂θ; None where there are none
    pub free_energy: Option<f64>,
    /// Σ: log of their number per spin
    pub complexity: Option<f64>,
    /// Σ ≥ 0, Σ falling with θ, states stable
    pub physical: bool,
    /// That of the saddle at this θ: [`OneRsbPoint::residual`]
    pub residual: Option<f64>,
}

/// Σ(f) of the glass states of P ≥ 3 at (γ, T), as a curve in θ.
///
/// # Errors
/// As [`glass_at`].
pub fn complexity(p: InteractionOrder, gamma: Load, t: Temperature, theta: f64) -> Result<ComplexityPoint> {
    dense_only(p)?;
    check_theta(theta, t)?;
    let tau = ratio(gamma, t);
    let at = |theta: f64| state(p.get(), tau, theta / tau);
    let Some(here) = at(theta) else {
        return Ok(ComplexityPoint {
            theta,
            free_energy: None,
            complexity: None,
            physical: false,
            residual: None,
        });
    };
    let point = at_load(p, gamma, &here, Theta::Given(theta))?;
    // −βf(θ) = A + θ ∂A/∂θ = A − Σ/θ
    let free_energy = point.free_energy + t.get() * here.complexity / theta;
    let (below, above) = (at(theta * (1.0 - 1e-4)), at(theta * (1.0 + 1e-4)));
    let falls = match (below, above) {
        (Some(below), Some(above)) => above.complexity < below.complexity,
        _ => false,
    };
    let physical = here.complexity >= -1e-13 && falls && here.inner > 0.0;
    let (free_energy, complexity) = (Some(free_energy), Some(here.complexity));
    Ok(ComplexityPoint { theta, free_energy, complexity, physical, residual: Some(point.residual) })
}
