//! Replica symmetry of the SK model: P = 2 with Gaussian couplings of variance γ/N (Sherrington & Kirkpatrick,
//! Phys. Rev. Lett. 35, 1792 (1975)).
//!
//! ```text
//! q = E tanh² g,  g = β√(γq) Y,   A = log 2 + E log cosh g + (β²γ/4)(1−q)²,   u = −(γ/2)β(1−q²),   λ = 1 − β²γ E sech⁴ g
//! ```
//!
//! With b = β√(γq), T/√γ = √q(b)/b is explicit and falls with b. At P ≥ 3 Gaussian couplings give the same theory as Hebbian ones at
//! m = 0 (see [`super::rs`]).

use super::rs::{SQRT_2_OVER_PI, glass_temperature};
use super::{Branch, SaddlePoint};
use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::numerics::{binary_entropy, tanh_moments};
use crate::params::{Load, Temperature};
use crate::theory::curve::COLDEST;
use std::f64::consts::LN_2;

/// The RS glass of the SK model, T < √γ; None above. AT-unstable everywhere. T = 0: u = −√(2γ/π) = −0.79788456 √γ.
///
/// # Errors
/// Values beyond the floating range.
pub fn glass(gamma: Load, t: Temperature) -> Result<Option<SaddlePoint>> {
    let scale = gamma.get().sqrt();
    let tau = t.get() / scale;
    if tau < COLDEST {
        return point(gamma, 0.0, 1.0, SQRT_2_OVER_PI, 0.0).map(Some);
    }
    let Some(b) = glass_noise(tau) else { return Ok(None) };
    let e = tanh_moments(0.0, b);
    let q = if e.sech2 < 0.5 { 1.0 - e.sech2 } else { e.tanh_sq };
    point(gamma, tau, q, e.sech2 / tau, b).map(Some)
}

/// b of the RS glass at T/√γ = `tau`: the root of √q(b)/b = τ.
pub(crate) fn glass_noise(tau: f64) -> Option<f64> {
    let lack = (1.0 - tau) * (1.0 + tau);
    if (0.0..1e-5).contains(&lack) {
        // 1 − τ² = 2b² − (17/3)b⁴ + …
        let square = 0.5 * lack * (1.0 + 17.0 / 12.0 * lack);
        return (square > 0.0).then(|| square.sqrt());
    }
    let error = |ln_b: f64| libm::log(glass_temperature(2, libm::exp(ln_b)).0 / tau);
    let (lo, hi) = (-18.0, libm::log(1.0 / tau) + 1.0);
    let (f_lo, f_hi) = (error(lo), error(hi));
    (tau < 1.0 && f_lo > 0.0 && f_hi < 0.0).then(|| libm::exp(root(error, (lo, f_lo), (hi, f_hi), 0.0)))
}

/// The saddle at γ, T = τ√γ with overlap q, C = √γ β(1−q) and b = β√(γq).
fn point(gamma: Load, tau: f64, q: f64, c: f64, b: f64) -> Result<SaddlePoint> {
    let scale = gamma.get().sqrt();
    let spin_entropy = if tau == 0.0 { 0.0 } else { binary_entropy(0.0, b) };
    let entropy = spin_entropy - 0.25 * c * c;
    let energy = -0.5 * scale * c * (1.0 + q);
    let t = tau * scale;
    let free_energy = energy - t * entropy;
    let (replicon, residual) = if tau == 0.0 {
        (None, 0.0)
    } else {
        let noise = q.sqrt() / tau;
        let e = tanh_moments(0.0, noise);
        (Some(1.0 - e.sech4 / tau / tau), (q - e.tanh_sq).abs())
    };
    if ![free_energy, energy, entropy].iter().chain(&replicon).all(|x| x.is_finite()) {
        return Err(Error::bad_input(format!(
            "the glass of the SK model at γ = {gamma}, T = {t} is beyond the range of floating-point numbers"
        ))
        .remedy("loads and temperatures between 1e-100 and 1e100 are safe; T = 0 is the exact limit"));
    }
    let pressure = (tau > 0.0).then(|| -free_energy / t);
    let stable = replicon.is_some_and(|lambda| lambda > 0.0);
    Ok(SaddlePoint {
        branch: Branch::Glass,
        m: 0.0,
        q,
        pressure,
        free_energy,
        energy,
        entropy,
        replicon,
        stable,
        residual,
    })
}

/// The paramagnet of the SK model: A = log 2 + β²γ/4, stable above T = √γ.
///
/// # Errors
/// `NoSolution` at T = 0 and where β²γ overflows.
pub fn paramagnet(gamma: Load, t: Temperature) -> Result<SaddlePoint> {
    let ratio = gamma.get().sqrt() / t.get();
    let square = ratio * ratio;
    if !square.is_finite() {
        return Err(Error::no_solution(format!("no paramagnet of the SK model at γ = {gamma}, T = {t}"))
            .remedy("it is no limit of saddle points as T → 0: ask for the glass"));
    }
    let (energy, entropy) = (-0.5 * square * t.get(), LN_2 - 0.25 * square);
    Ok(SaddlePoint {
        branch: Branch::Paramagnet,
        m: 0.0,
        q: 0.0,
        pressure: Some(LN_2 + 0.25 * square),
        free_energy: energy - t.get() * entropy,
        energy,
        entropy,
        replicon: Some(1.0 - square),
        stable: square < 1.0,
        residual: 0.0,
    })
}

/// The glass below T = √γ, the paramagnet above.
///
/// # Errors
/// Values beyond the floating range.
pub fn dominant(gamma: Load, t: Temperature) -> Result<SaddlePoint> {
    match glass(gamma, t)? {
        Some(glass) => Ok(glass),
        None => paramagnet(gamma, t),
    }
}
