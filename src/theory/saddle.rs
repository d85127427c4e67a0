//! What a saddle point says: free energy, energy, entropy, replicon, residual, without cancellation at small T.
//!
//! With g the local field, ε = 1 − q and S(g) = log 2cosh g − g tanh g the entropy of a spin, the RS equations give
//!
//! ```text
//! P ≥ 3:  s = E S(g) − (γ/4) (βε)² Σ_{k=1}^{P−1} k q^{k−1},     u = −m^P/2 − hm − (γ/2) βε Σ_{k=0}^{P−1} q^k
//! P = 2:  s = E S(g) − (α/2)[log(1−C) + C/(1−C)],               u = −m²/2 − hm − (αC/2)[1/(1−C) + q/(1−C)²]
//! ```
//!
//! and f = u − Ts, A = −βf. C = βε stays finite as T → 0, so these forms hold there too (E S = 0).

use super::{Branch, SaddlePoint};
use crate::error::{Error, Result};
use crate::numerics::special::{geometric_sum, power, weighted_geometric_sum};
use crate::numerics::{binary_entropy, tanh_moments};
use std::f64::consts::SQRT_2;

/// A solution (m, q) of the RS equations at (P, γ, T, h).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Saddle {
    pub p: u32,
    pub gamma: f64,
    /// 0 is the limit
    pub t: f64,
    pub cue: f64,
    pub m: f64,
    pub q: f64,
    /// C = β(1 − q)
    pub c: f64,
}

impl Saddle {
    /// (signal, noise) of the local field in units of energy: g = β(signal + noise Y).
    pub fn field(&self) -> (f64, f64) {
        let half_p = 0.5 * f64::from(self.p);
        let signal = half_p * power(self.m, self.p - 1) + self.cue;
        let noise = (half_p * self.gamma).sqrt() * power(self.q, self.p - 1).sqrt();
        (signal, if self.p == 2 { noise / (1.0 - self.c) } else { noise })
    }

    /// Replicon eigenvalue, P ≥ 3: 1 − (P−1)(b²/q) E sech⁴ g, b = β·noise; P = 2: (1−C)² times the same.
    /// None at T = 0 for q > 0, where it is −∞.
    pub fn replicon(&self) -> Option<f64> {
        let scale = if self.p == 2 { (1.0 - self.c) * (1.0 - self.c) } else { 1.0 };
        if self.q == 0.0 {
            // The noise vanishes with q: P = 2 keeps its ratio to √q.
            let beta = 1.0 / self.t;
            return Some(if self.p == 2 { scale - self.gamma * beta * beta } else { 1.0 });
        }
        if self.t == 0.0 {
            return None;
        }
        let (signal, noise) = self.field();
        let b = noise / self.t;
        let sech4 = tanh_moments(signal / self.t, b).sech4;
        Some(scale * (1.0 - f64::from(self.p - 1) * b * (b * sech4) / self.q))
    }

    /// Largest violation of m = E tanh g, q = E tanh² g; at T = 0 of m = erf(signal/(noise√2)) and of C.
    pub fn residual(&self) -> f64 {
        let (signal, noise) = self.field();
        if self.t == 0.0 {
            let x = signal / (noise * SQRT_2);
            let c = super::rs::SQRT_2_OVER_PI * libm::exp(-x * x) / noise;
            return (self.m - libm::erf(x)).abs().max((self.c - c).abs());
        }
        let e = tanh_moments(signal / self.t, noise / self.t);
        (self.m - e.tanh).abs().max((self.q - e.tanh_sq).abs())
    }

    /// All thermodynamic quantities at this saddle.
    pub fn evaluate(&self, branch: Branch) -> Result<SaddlePoint> {
        let Self { p, gamma, t, cue, m, q, c } = *self;
        let (signal, noise) = self.field();
        let spin_entropy = if t == 0.0 { 0.0 } else { binary_entropy(signal / t, noise / t) };
        let (energy, entropy) = if p == 2 {
            let d = 1.0 - c;
            (
                -0.5 * m * m - cue * m - 0.5 * gamma * c * (1.0 / d + q / (d * d)),
                spin_entropy - 0.5 * gamma * (libm::log1p(-c) + c / d),
            )
        } else {
            (
                -0.5 * power(m, p) - cue * m - 0.5 * gamma * c * geometric_sum(q, p),
                spin_entropy - 0.25 * (gamma * c) * c * weighted_geometric_sum(q, p - 1),
            )
        };
        let free_energy = energy - t * entropy;
        let pressure = (t > 0.0).then(|| -free_energy / t);
        let replicon = self.replicon();
        let residual = self.residual();
        let numbers = [m, q, free_energy, energy, entropy, residual];
        if numbers.iter().chain(&pressure).chain(&replicon).any(|x| !x.is_finite()) {
            return Err(Error::bad_input(format!(
                "the {branch} saddle at P = {p}, γ = {gamma}, T = {t} is beyond the range of floating-point numbers"
            ))
            .remedy("loads and temperatures between 1e-100 and 1e100 are safe; T = 0 is the exact limit"));
        }
        let stable = replicon.is_some_and(|lambda| lambda > 0.0);
        Ok(SaddlePoint { branch, m, q, pressure, free_energy, energy, entropy, replicon, stable, residual })
    }
}
