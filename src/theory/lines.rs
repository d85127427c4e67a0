//! Where the RS branches end: the retrieval spinodal and the onset of the glass.

use super::curve::{Curve, CurvePoint};
use super::rs::{COLDEST_UNRESOLVED, glass_onset_noise, glass_temperature, on_curve, resolved};
use crate::error::{Error, Result};
use crate::numerics::roots::{maximum, root};
use crate::numerics::special::power;
use crate::numerics::tanh_moments;
use crate::params::{InteractionOrder, Load, Temperature};

/// The end of the retrieval branch at given T.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spinodal {
    /// Largest load with a retrieval branch
    pub gamma: f64,
    /// Mattis magnetisation there
    pub m: f64,
    /// Replica overlap there
    pub q: f64,
    /// Replicon eigenvalue there; None at T = 0
    pub replicon: Option<f64>,
    /// Largest violation of the saddle-point equations
    pub residual: f64,
}

/// The largest load γ_s(T) with a retrieval branch: the saturation capacity under RS.
///
/// At T = 0: γ_s = max_x (P/4)[erf(x)^{P−1}/x]² for P ≥ 3, α_c = 0.137905566 for P = 2. The line is re-entrant: for P ≥ 3
/// γ_s(T) is largest at T = γ_s (Nishimori's condition), for P = 2 near T = 0.02.
///
/// # Errors
/// `NoSolution` at and above the temperature where retrieval ends even as γ → 0 (P = 2: T = 1).
pub fn retrieval_spinodal_load(p: InteractionOrder, t: Temperature) -> Result<Spinodal> {
    resolved(p, t, COLDEST_UNRESOLVED)?;
    let Some(fold) = Curve::new(p.get(), t.get(), 0.0).fold() else {
        return Err(Error::no_solution(format!(
            "no retrieval at P = {p}, T = {t} at any load: it ends at T = {:.9} as γ → 0",
            Curve::hottest(p.get())
        )));
    };
    Ok(spinodal(p.get(), t.get(), &fold))
}

fn spinodal(p: u32, t: f64, fold: &CurvePoint) -> Spinodal {
    let gamma = fold.gamma(p);
    let saddle = on_curve(p, gamma, t, fold);
    Spinodal { gamma, m: fold.m, q: fold.q, replicon: saddle.replicon(), residual: saddle.residual() }
}

/// √(γ_s P/2) at temperature t; 0 where there is no retrieval.
fn fold_load(p: u32, t: f64) -> f64 {
    Curve::new(p, t, 0.0).fold().map_or(0.0, |fold| fold.root_load)
}

/// The temperature at which retrieval as γ → 0 ends: T = max_a (P/2) tanh^{P−1}(a)/a; 1 for P = 2.
#[must_use]
pub fn hottest_retrieval(p: InteractionOrder) -> f64 {
    Curve::hottest(p.get())
}

/// γ_N = T_d²: the end of the retrieval branch under Nishimori's condition T = γ, for P ≥ 3,
/// γ_N = max_a (P/2) φ(a)^{P−1}/a, φ(a) = E tanh(a + √a Y). It is the largest load of RS retrieval at any temperature.
///
/// # Errors
/// For P = 2, where the condition has no such point.
pub fn nishimori_load(p: InteractionOrder) -> Result<f64> {
    if p.get() == 2 {
        return Err(Error::bad_input("Nishimori's condition at P = 2").remedy("it needs P ≥ 3"));
    }
    let n = f64::from(p.get() - 1);
    // d/da of (P−1) log φ − log a, times a; dφ/da = E sech²(…) − E tanh sech² = E (1 − tanh)² (1 + tanh), and with
    // E tanh = E tanh² on this line it equals E sech⁴.
    let slope = |a: f64| {
        let e = tanh_moments(a, a.sqrt());
        n * a * e.sech4 / e.tanh - 1.0
    };
    let (lo, hi) = (0.05, 60.0);
    let a = root(slope, (lo, slope(lo)), (hi, slope(hi)), 0.0);
    Ok(0.5 * f64::from(p.get()) * power(tanh_moments(a, a.sqrt()).tanh, p.get() - 1) / a)
}

/// P = 2: the spinodal load at the highest temperature that is resolved.
const LEAST_LOAD: f64 = 2.7e-9;

/// The highest temperature at which a retrieval branch exists at load γ; None where γ exceeds the line's maximum.
///
/// # Errors
/// None today; values beyond the floating range.
pub fn retrieval_spinodal_temperature(p: InteractionOrder, gamma: Load) -> Result<Option<f64>> {
    if p.get() == 2 && gamma.get() < LEAST_LOAD {
        return Err(Error::bad_input(format!(
            "α = {gamma} at P = 2: retrieval ends too near T = 1 to be resolved"
        ))
        .remedy(format!("α ≥ {LEAST_LOAD:e}; below, T → 1 − √(α/0.2619)")));
    }
    let p = p.get();
    let target = (0.5 * f64::from(p) * gamma.get()).sqrt();
    let error = |t: f64| fold_load(p, t) - target;
    // γ_s(T) falls from its maximum at `peak` to 0 at the hottest.
    let mut peak = if p == 2 { 0.05 } else { nishimori_load(InteractionOrder::new(p)?)? };
    let mut at_peak = error(peak);
    if at_peak < 0.0 && p == 2 {
        peak = maximum(|t| fold_load(2, t), 0.005, 0.05, 1e-7);
        at_peak = error(peak);
    }
    if at_peak < 0.0 {
        return Ok(None);
    }
    let hottest = Curve::hottest(p);
    Ok(Some(root(error, (peak, at_peak), (hottest, -target), 0.0)))
}

/// Onset T of the RS glass: for P ≥ 3 the fold of the branch m = 0, q > 0, proportional to √γ (an artefact of replica
/// symmetry: the branch is AT-unstable everywhere); 1 + √α for P = 2.
///
/// # Errors
/// Values beyond the floating range.
pub fn glass_onset_temperature(p: InteractionOrder, gamma: Load) -> Result<f64> {
    if p.get() == 2 {
        return Ok(at_glass_temperature(gamma));
    }
    Ok(glass_temperature(p.get(), glass_onset_noise(p.get())).0 * gamma.get().sqrt())
}

/// Onset load of the RS glass at T > 0, the inverse of [`glass_onset_temperature`]; None where there is none
/// (P = 2 at T ≤ 1: the glass exists at every load).
#[must_use]
pub fn glass_onset_load(p: InteractionOrder, t: Temperature) -> Option<f64> {
    let root_gamma = if p.get() == 2 {
        t.get() - 1.0
    } else {
        t.get() / glass_temperature(p.get(), glass_onset_noise(p.get())).0
    };
    let gamma = root_gamma * root_gamma;
    (root_gamma > 0.0 && gamma > 0.0 && gamma.is_finite()).then_some(gamma)
}

/// P = 2: the glass's onset and its AT line coincide at T_g = 1 + √α.
#[must_use]
pub fn at_glass_temperature(alpha: Load) -> f64 {
    1.0 + alpha.get().sqrt()
}
