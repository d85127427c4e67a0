//! The de Almeida–Thouless line of the retrieval branch: where its replicon eigenvalue vanishes.
//!
//! As T → 0, β E sech⁴ g → (4/3) ρ₀, ρ₀ the density of local fields at 0 in the T = 0 saddle, so that at small load
//!
//! ```text
//! T_AT → (4/3) γ (P(P−1)/2) ρ₀   (P ≥ 3),     (4/3) α ρ₀/(1−C)²   (P = 2),     ρ₀ = e^{−x²}/(σ√(2π))
//! ```
//!
//! with corrections of relative order T_AT²: exponentially small in 1/γ, hence the logarithm.

use super::curve::Curve;
use super::lines::{nishimori_load, retrieval_spinodal_temperature};
use super::rs::{on_curve, retrieval_saddle};
use crate::error::Result;
use crate::numerics::roots::root;
use crate::params::{InteractionOrder, Load, Temperature};

/// A point of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtPoint {
    /// Load γ
    pub gamma: f64,
    /// T_AT; None where it underflows
    pub temperature: Option<f64>,
    /// log T_AT
    pub ln_temperature: f64,
    /// Mattis magnetisation there
    pub m: f64,
    /// Replica overlap there
    pub q: f64,
}

/// log T_AT by the T → 0 asymptotics, with the T = 0 saddle's (m, q); None where there is no retrieval at T = 0.
fn asymptotic(p: u32, gamma: f64) -> Option<AtPoint> {
    let point = retrieval_saddle(p, gamma, 0.0)?;
    let x = std::f64::consts::FRAC_1_SQRT_2 / point.w;
    let noise = point.noise();
    const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_7;
    let ln_density = -x * x - libm::log(noise) - LN_SQRT_TAU;
    // γ(P(P−1)/2) q^{P−2} = (P−1)σ²/q, and for P = 2 α/(1−C)² = σ²/q
    let ln_temperature = libm::log(4.0 / 3.0 * f64::from(p - 1)) + 2.0 * libm::log(noise) + ln_density;
    let temperature = libm::exp(ln_temperature);
    let temperature = (temperature >= f64::MIN_POSITIVE).then_some(temperature);
    Some(AtPoint { gamma, temperature, ln_temperature, m: point.m, q: point.q })
}

/// T_AT(γ), the highest temperature at which retrieval loses its stability against replica symmetry breaking. None
/// where the branch does not exist at this load, or is nowhere marginal.
///
/// # Range
/// T_AT exists for every load at which retrieval exists at T = 0; `temperature` is None where it underflows (small γ),
/// `ln_temperature` is always there.
///
/// # Errors
/// Values beyond the floating range.
pub fn at_retrieval_temperature(p: InteractionOrder, gamma: Load) -> Result<Option<AtPoint>> {
    let (order, load) = (p.get(), gamma.get());
    let cold = asymptotic(order, load);
    if let Some(point) = cold
        && point.ln_temperature < -20.7
    {
        return Ok(cold); // T < 1e-9
    }
    let Some(top) = retrieval_spinodal_temperature(p, gamma)? else { return Ok(None) };
    // On Nishimori's line T = γ the replicon is positive up to the spinodal: for P ≥ 3 start there.
    let top = if order == 2 || load >= nishimori_load(p)? { top } else { load.min(top) };
    let floor = cold.map_or(-25.0, |point| point.ln_temperature - 3.0);
    let replicon = |ln_t: f64| -> Option<f64> {
        let t = libm::exp(ln_t);
        on_curve(order, load, t, &retrieval_saddle(order, load, t)?).replicon()
    };
    let mut above: Option<(f64, f64)> = None;
    let mut ln_t = libm::log(top) - 1e-9;
    let mut step = 0.02;
    while ln_t > floor {
        match (replicon(ln_t), above) {
            (Some(lambda), Some(up)) if lambda <= 0.0 => {
                let f = |x: f64| replicon(x).unwrap_or(-1.0);
                let ln_t = root(f, (ln_t, lambda), up, 1e-15);
                return Ok(at_point(order, load, ln_t));
            }
            (Some(lambda), None) if lambda <= 0.0 => return Ok(None),
            (Some(lambda), _) => above = Some((ln_t, lambda)),
            // The branch ends below (re-entrance): look closer.
            (None, Some(up)) => {
                let Some(lambda) = lowest(&replicon, ln_t, up.0) else { return Ok(None) };
                if lambda.1 > 0.0 {
                    return Ok(None);
                }
                let f = |x: f64| replicon(x).unwrap_or(-1.0);
                return Ok(at_point(order, load, root(f, lambda, up, 1e-15)));
            }
            (None, None) => {}
        }
        ln_t -= step;
        step = (1.5 * step).min(0.4);
    }
    Ok(None)
}

/// The replicon next to the lower end of the branch, between `none` (no branch) and `some` (branch).
fn lowest(replicon: &impl Fn(f64) -> Option<f64>, none: f64, some: f64) -> Option<(f64, f64)> {
    let (mut none, mut some) = (none, some);
    for _ in 0..40 {
        let middle = 0.5 * (none + some);
        if replicon(middle).is_some() { some = middle } else { none = middle }
    }
    replicon(some).map(|lambda| (some, lambda))
}

fn at_point(p: u32, gamma: f64, ln_t: f64) -> Option<AtPoint> {
    let t = libm::exp(ln_t);
    let point = retrieval_saddle(p, gamma, t)?;
    Some(AtPoint { gamma, temperature: Some(t), ln_temperature: ln_t, m: point.m, q: point.q })
}

/// γ_AT(T): the load at which retrieval at temperature T loses its stability; None where it is stable up to its spinodal
/// (or does not exist, or at T = 0, where it is unstable at every load).
#[must_use]
pub fn at_retrieval_load(p: InteractionOrder, t: Temperature) -> Option<AtPoint> {
    let (order, t) = (p.get(), t.get());
    let curve = Curve::new(order, t, 0.0);
    if curve.t == 0.0 {
        return None;
    }
    let fold = curve.fold()?;
    let replicon = |w: f64| {
        let point = curve.at(w, (1.0, 0.0))?;
        on_curve(order, point.gamma(order), t, &point).replicon()
    };
    let at_fold = replicon(fold.w)?;
    if at_fold > 0.0 {
        return None;
    }
    let f = |w: f64| replicon(w).unwrap_or(-1.0);
    let lo = 1e-4 * fold.w;
    let w = root(f, (lo, f(lo)), (fold.w, at_fold), 0.0);
    let point = curve.at(w, (1.0, 0.0))?;
    let gamma = point.gamma(order);
    Some(AtPoint { gamma, temperature: Some(t), ln_temperature: libm::log(t), m: point.m, q: point.q })
}
