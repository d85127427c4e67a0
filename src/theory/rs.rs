//! The replica-symmetric (RS) saddle points: retrieval, glass, paramagnet, for every P ≥ 2 and T ≥ 0.
//!
//! P ≥ 3 (`docs/theory.md`; Gardner 1987, Agliari et al. 2023 in other normalisations):
//!
//! ```text
//! A = log 2 + E log cosh g + (β²γ/4)[1 − P q^{P−1} + (P−1) q^P] − β (P−1)/2 m^P
//! g = β (P/2) m^{P−1} + βh + Y β √(γ (P/2) q^{P−1}),   m = E tanh g,   q = E tanh² g
//! u = −m^P/2 − hm − (βγ/2)(1 − q^P),   λ = 1 − β²γ (P(P−1)/2) q^{P−2} E sech⁴ g
//! ```
//!
//! P = 2 (Amit, Gutfreund & Sompolinsky, Ann. Phys. 173, 30 (1987)): g = β(m + h + √(αr) Y), r = q/(1−C)², C = β(1−q),
//! u = −m²/2 − hm − (αC/2)[1/(1−C) + r], λ = (1−C)² − αβ² E sech⁴ g.

use super::cue::cued_saddle;
use super::curve::{COLDEST, Curve, CurvePoint};
use super::saddle::Saddle;
use super::{Branch, SaddlePoint};
use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::numerics::special::power;
use crate::numerics::tanh_moments;
use crate::params::{InteractionOrder, Load, Temperature};
use std::f64::consts::LN_2;

/// √(2/π)
pub(crate) const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;

/// Largest residual of an answer in a cue field.
const CUED_RESIDUAL: f64 = 1e-7;

/// The retrieval saddle, continued from m = 1; None beyond its spinodal.
///
/// # Range
/// All P, γ > 0, T ≥ 0, cue field h ≥ 0 (energy −h Σ ξ s). With h > 0 the state of largest m, at every load: a field
/// magnetises whatever there is.
///
/// # Errors
/// A negative cue field, values beyond the floating range, or a state in a weak field that the solver has lost.
pub fn retrieval(p: InteractionOrder, gamma: Load, t: Temperature, cue: f64) -> Result<Option<SaddlePoint>> {
    check_cue(cue)?;
    if cue > 0.0 {
        let Some(saddle) = cued_saddle(p.get(), gamma.get(), t.get(), cue) else { return Ok(None) };
        let point = saddle.evaluate(Branch::Retrieval)?;
        // In a weak field beyond the spinodal m and q are small and far apart: what the walk in m ends at may be no solution.
        if point.residual > CUED_RESIDUAL {
            return Err(Error::failed(format!(
                "the state in the field h = {cue} at P = {p}, γ = {gamma}, T = {t} was lost (residual {:.1e})",
                point.residual
            ))
            .remedy("a stronger field, or a load below the spinodal of h = 0"));
        }
        return Ok(Some(point));
    }
    resolved(p, t, COLDEST_UNRESOLVED)?;
    match retrieval_saddle(p.get(), gamma.get(), t.get()) {
        Some(point) => on_curve(p.get(), gamma.get(), t.get(), &point).evaluate(Branch::Retrieval).map(Some),
        None => Ok(None),
    }
}

/// Refuses a cue field that is negative or not finite.
pub(crate) fn check_cue(cue: f64) -> Result<()> {
    if cue.is_finite() && cue >= 0.0 {
        return Ok(());
    }
    Err(Error::bad_input(format!("cue field h = {cue}")).remedy("a finite field h ≥ 0 along the pattern"))
}

/// At P = 2 retrieval sets in at T = 1 as m² ∝ 1 − T with loads ∝ (1 − T)²: nearer than this the curve's digits are gone.
pub(crate) const COLDEST_UNRESOLVED: f64 = 0.9999;

/// # Errors
/// P = 2 with `from` < T < 1.
pub(crate) fn resolved(p: InteractionOrder, t: Temperature, from: f64) -> Result<()> {
    if p.get() == 2 && t.get() > from && t.get() < 1.0 {
        return Err(Error::bad_input(format!(
            "T = {t} at P = 2: too near the end of retrieval at T = 1 to be resolved"
        ))
        .remedy(format!("T ≤ {from}; towards T = 1 the loads of the lines fall as (1 − T)²")));
    }
    Ok(())
}

/// The retrieval point of the curve at (γ, T).
pub(crate) fn retrieval_saddle(p: u32, gamma: f64, t: f64) -> Option<CurvePoint> {
    Curve::new(p, t, 0.0).retrieval(gamma).ok()
}

/// The saddle point that a point of the curve is, at load γ.
pub(crate) fn on_curve(p: u32, gamma: f64, t: f64, point: &CurvePoint) -> Saddle {
    Saddle { p, gamma, t: if t < COLDEST { 0.0 } else { t }, cue: 0.0, m: point.m, q: point.q, c: point.c }
}

/// The RS glass: m = 0 and the largest q > 0; None where there is only q = 0.
///
/// * P ≥ 3: with b = β√(γ(P/2)q^{P−1}), T/√γ = √(P/2) q(b)^{(P−1)/2}/b, q(b) = E tanh² bY, an explicit curve whose
///   maximum is the onset and whose side of larger b is the branch. It is AT-unstable everywhere, its onset and its
///   free energy are artefacts of replica symmetry: the physical glass is the 1RSB one.
/// * P = 2: √α = b(T − E sech² bY)/√q, exists for T < 1 + √α, AT-unstable everywhere.
///
/// # Errors
/// Values beyond the floating range.
pub fn glass(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<SaddlePoint>> {
    match glass_saddle(p.get(), gamma.get(), t.get()) {
        Some(saddle) => saddle.evaluate(Branch::Glass).map(Some),
        None => Ok(None),
    }
}

pub(crate) fn glass_saddle(p: u32, gamma: f64, t: f64) -> Option<Saddle> {
    let t = if t < COLDEST * gamma.sqrt().max(1.0) { 0.0 } else { t };
    let saddle = |q: f64, c: f64| Saddle { p, gamma, t, cue: 0.0, m: 0.0, q, c };
    if t == 0.0 {
        let noise = if p == 2 { gamma.sqrt() + SQRT_2_OVER_PI } else { (0.5 * f64::from(p) * gamma).sqrt() };
        return Some(saddle(1.0, SQRT_2_OVER_PI / noise));
    }
    let b = if p == 2 { hopfield_glass_noise(gamma.sqrt(), t)? } else { glass_noise(p, t / gamma.sqrt())? };
    let e = tanh_moments(0.0, b);
    let q = if e.sech2 < 0.5 { 1.0 - e.sech2 } else { e.tanh_sq };
    Some(saddle(q, e.sech2 / t))
}

/// T/√γ of the RS glass as a function of b, and d ln(T/√γ)/d ln b.
pub(crate) fn glass_temperature(p: u32, b: f64) -> (f64, f64) {
    let e = tanh_moments(0.0, b);
    let q = e.tanh_sq;
    let ratio = (0.5 * f64::from(p) * power(q, p - 1)).sqrt() / b;
    (ratio, 0.5 * f64::from(p - 1) * e.tanh_sq_slope / q - 1.0)
}

/// b at the onset of the RS glass, P ≥ 3: the maximum of T/√γ.
pub(crate) fn glass_onset_noise(p: u32) -> f64 {
    let slope = |b: f64| glass_temperature(p, b).1;
    let (lo, hi) = (0.1, 1e3);
    root(slope, (lo, slope(lo)), (hi, slope(hi)), 0.0)
}

/// b of the RS glass at T/√γ = `ratio`, P ≥ 3, on the side of large q.
fn glass_noise(p: u32, ratio: f64) -> Option<f64> {
    let onset = glass_onset_noise(p);
    if ratio > glass_temperature(p, onset).0 {
        return None;
    }
    // T/√γ ≤ √(P/2)/b bounds b from above.
    let error = |b: f64| libm::log(glass_temperature(p, b).0 / ratio);
    let hi = (0.5 * f64::from(p)).sqrt() / ratio * (1.0 + 1e-12);
    let (f_lo, f_hi) = (error(onset).max(0.0), error(hi).min(0.0));
    Some(root(error, (onset, f_lo), (hi.max(onset), f_hi), 0.0))
}

/// b of the RS glass, P = 2: the root of b(T − E sech² bY)/√q = √α; the left side increases with b.
fn hopfield_glass_noise(root_alpha: f64, t: f64) -> Option<f64> {
    if t >= 1.0 + root_alpha {
        return None;
    }
    // √q/b is kept finite at b → 0, where it tends to 1.
    let error = |ln_b: f64| {
        let b = libm::exp(ln_b);
        let e = tanh_moments(0.0, b);
        let ratio = if b < 1e-8 { 1.0 } else { b / e.tanh_sq.sqrt() };
        ratio * (t - e.sech2) - root_alpha
    };
    let mut lo = -1.0;
    let mut f_lo = error(lo);
    while f_lo >= 0.0 {
        lo -= 2.0;
        if lo < -20.0 {
            return None; // within rounding of the onset
        }
        f_lo = error(lo);
    }
    // b ≤ (√α + √(2/π))/T, as C ≤ √(2/π)/σ.
    let hi = libm::log((root_alpha + 1.0) / t).max(lo) + 1.0;
    let f_hi = error(hi).max(0.0);
    Some(libm::exp(root(error, (lo, f_lo), (hi, f_hi), 0.0)))
}

/// The paramagnet m = q = 0: a saddle at every T > 0 for P ≥ 3, at T > 1 for P = 2; None elsewhere.
///
/// P ≥ 3: A = log 2 + β²γ/4, physical only while its entropy log 2 − β²γ/4 ≥ 0.
/// P = 2: A = log 2 − (α/2)[log(1−β) + β], stable above 1 + √α.
///
/// # Errors
/// Values beyond the floating range.
pub fn paramagnet(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<SaddlePoint>> {
    let coldest = if p.get() == 2 { 1.0 } else { COLDEST };
    if t.get() <= coldest {
        return Ok(None);
    }
    Saddle { p: p.get(), gamma: gamma.get(), t: t.get(), cue: 0.0, m: 0.0, q: 0.0, c: t.beta() }
        .evaluate(Branch::Paramagnet)
        .map(Some)
}

/// Entropy log 2 − β²γ/4 of the RS paramagnet, P ≥ 3.
pub(crate) fn paramagnet_entropy(gamma: f64, t: f64) -> f64 {
    let x = gamma.sqrt() / t;
    LN_2 - 0.25 * x * x
}

/// The physical RS state at m = 0. P = 2: the glass below T = 1 + √α, the paramagnet above. P ≥ 3: the paramagnet while
/// its entropy log 2 − β²γ/4 ≥ 0, else None (RS has no physical state there; 1RSB has).
///
/// # Errors
/// Values beyond the floating range.
pub fn zero_magnetisation(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<SaddlePoint>> {
    if p.get() == 2 {
        return match glass(p, gamma, t)? {
            Some(glass) => Ok(Some(glass)),
            None => paramagnet(p, gamma, t),
        };
    }
    if t.is_zero() || paramagnet_entropy(gamma.get(), t.get()) < 0.0 {
        return Ok(None);
    }
    paramagnet(p, gamma, t)
}

/// The state of lower free energy among retrieval and [`zero_magnetisation`].
///
/// # Errors
/// `NoSolution` for P ≥ 3 where the RS paramagnet has negative entropy: its competitor there is the 1RSB glass.
pub fn dominant(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<SaddlePoint> {
    let Some(zero) = zero_magnetisation(p, gamma, t)? else {
        if p.get() == 2 {
            return Err(Error::no_solution(format!(
                "γ = {gamma}, T = {t} is within rounding of the critical point T = 1, γ = 0 of P = 2"
            )));
        }
        let bound = 0.5 * gamma.get().sqrt() / LN_2.sqrt();
        return Err(Error::no_solution(format!(
            "under rs no physical m = 0 state competes with retrieval at P = {p}, γ = {gamma}, T = {t}: \
             the paramagnet's entropy log 2 − β²γ/4 is negative below T = {bound:.6}"
        ))
        .remedy("use ansatz 1rsb, whose glass is the competitor there, or ask for one branch by name"));
    };
    match retrieval(p, gamma, t, 0.0)? {
        Some(retrieval) if retrieval.free_energy < zero.free_energy => Ok(retrieval),
        _ => Ok(zero),
    }
}
