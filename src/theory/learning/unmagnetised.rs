//! The states without an overlap with any archetype at P = 2, where what is stored is no ordinary set of patterns.

use super::Task;
use super::storage::{Noise, Storage};
use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::numerics::{binary_entropy, tanh_moments};
use crate::params::{Load, Temperature};
use crate::theory::curve::COLDEST;
use crate::theory::rs::SQRT_2_OVER_PI;
use crate::theory::{Branch, SaddlePoint};
use std::f64::consts::LN_2;

/// The RS state at m = n = 0 and P = 2, over the eigenvalues Λ of an archetype's examples: the glass
///
/// ```text
/// q = E tanh² βσY,   σ² = α Σ Λ²q/(1−ΛC)²,   C = β(1−q),   λ = 1 − αβ²Σ Λ²/(1−ΛC)² E sech⁴ βσY ≤ 0
/// ```
///
/// below the temperature where α Σ Λ²/(T−Λ)² = 1, else the paramagnet q = 0; A and u as in `storage` at n = 0.
/// None at P ≥ 3, where the noise is that of an ordinary network at γ′ (`noise_load`).
///
/// # Errors
/// Values beyond the floating range.
pub fn unmagnetised(task: &Task, alpha: Load, t: Temperature) -> Result<Option<SaddlePoint>> {
    let storage = Storage::new(task);
    let Noise::Hopfield { eigenvalues, .. } = &storage.noise else { return Ok(None) };
    let (alpha, t) = (alpha.get(), if t.get() < COLDEST { 0.0 } else { t.get() });
    // (q, C, βσ) at the width σ of the fields.
    let state = |sigma: f64| -> (f64, f64, f64) {
        if t == 0.0 {
            return (1.0, SQRT_2_OVER_PI / sigma, f64::INFINITY);
        }
        let e = tanh_moments(0.0, sigma / t);
        (if e.sech2 < 0.5 { 1.0 - e.sech2 } else { e.tanh_sq }, e.sech2 / t, sigma / t)
    };
    let top = eigenvalues.iter().map(|e| e.0).fold(0.0, f64::max);
    // (1 − Λ_max C) (σ/√(αq) − √(Σ Λ²/(1−ΛC)²)): negative below the root, without a pole at Λ_max C = 1.
    let error = |sigma: f64| -> f64 {
        let (q, c, _) = state(sigma);
        let d = 1.0 - top * c;
        if d <= 0.0 {
            return d - top;
        }
        let term = |&(value, times): &(f64, f64)| times * (value * d / (1.0 - value * c)).powi(2);
        d * sigma / (alpha * q).sqrt() - eigenvalues.iter().map(term).sum::<f64>().sqrt()
    };
    let all: f64 = eigenvalues.iter().map(|(value, times)| times * value * value).sum();
    // C ≤ √(2/π)/σ bounds σ from above.
    let (lo, hi) = (1e-6 * (t + top), 1.01 * (top * SQRT_2_OVER_PI + (alpha * all).sqrt()));
    let (f_lo, f_hi) = (error(lo), error(hi).max(0.0));
    let glass = f_lo < 0.0 && f_lo.is_finite() && f_hi.is_finite();
    let (q, c, b) = if glass { state(root(error, (lo, f_lo), (hi, f_hi), 0.0)) } else { (0.0, 1.0 / t, 0.0) };
    if top * c >= 1.0 {
        return Ok(None); // within rounding of the onset
    }
    let (energy, rest) = storage.energy_and_entropy(alpha, 0.0, q, c);
    let spins = match b {
        0.0 => LN_2,
        _ if t == 0.0 => 0.0,
        b => binary_entropy(0.0, b),
    };
    let entropy = spins + rest;
    let free_energy = energy - t * entropy;
    let noise: f64 = eigenvalues.iter().map(|(v, times)| times * (v / (1.0 - v * c)).powi(2)).sum();
    let replicon = (t > 0.0).then(|| {
        let sech4 = if glass { tanh_moments(0.0, b).sech4 } else { 1.0 };
        storage.replicon((alpha * noise).sqrt() / t, 1.0, c, sech4)
    });
    let residual = if glass {
        (alpha * noise * q).sqrt() - if t > 0.0 { b * t } else { SQRT_2_OVER_PI / c }
    } else {
        0.0
    };
    if [energy, free_energy, entropy].iter().chain(&replicon).any(|x| !x.is_finite()) {
        return Err(Error::bad_input(format!(
            "P = 2, α = {alpha}, T = {t} is beyond the range of floating-point numbers"
        ))
        .remedy("loads and temperatures between 1e-100 and 1e100 are safe; T = 0 is the exact limit"));
    }
    Ok(Some(SaddlePoint {
        branch: if glass { Branch::Glass } else { Branch::Paramagnet },
        m: 0.0,
        q,
        pressure: (t > 0.0).then(|| -free_energy / t),
        free_energy,
        energy,
        entropy,
        replicon,
        stable: replicon.is_some_and(|lambda| lambda > 0.0),
        residual: residual.abs(),
    }))
}
