//! The annealed average of Gaussian couplings at finite N, in closed form.
//!
//! ```text
//! A_ann = log 2 + (β²γ/4) (N)_P/N^P,   u = −(βγ/2) (N)_P/N^P,   (N)_P = N (N−1) … (N−P+1)
//! R = E Z²/(E Z)² = 2^{−N} Σ_d C(N, d) e^{(Nβ²γ/2) ((N)_P/N^P) R_P(N−2d)},   R_P(M) = e_P(M)/C(N, P)
//! A_ann − log R/(2N) ≲ A ≤ A_ann
//! ```

use super::annealed::Annealed;
use crate::params::{InteractionOrder, Load, Temperature};

/// (N)_P/N^P, the weight of distinct indices.
pub fn distinct_weight(p: InteractionOrder, spins: usize) -> f64 {
    (0..p.get()).map(|i| (spins as f64 - f64::from(i)) / spins as f64).product()
}

/// The annealed baseline of N spins with Gaussian couplings at load γ; None at T = 0 or where R leaves the floating range.
pub fn annealed_gaussian(p: InteractionOrder, spins: usize, gamma: Load, t: Temperature) -> Option<Annealed> {
    let (n, beta, weight) = (spins as f64, t.beta(), distinct_weight(p, spins));
    let strength = 0.5 * beta * beta * gamma.get() * weight;
    // log C(N, d) − N log 2 as d grows, and R_P(N − 2d) by its recurrence.
    let (mut log_weight, mut terms) = (-n * std::f64::consts::LN_2, Vec::with_capacity(spins + 1));
    for d in 0..=spins {
        let m = n - 2.0 * d as f64;
        let (mut previous, mut current) = (1.0, m / n);
        for k in 2..=p.get() {
            let k = f64::from(k);
            (previous, current) = (current, (m * current - (k - 1.0) * previous) / (n - k + 1.0));
        }
        terms.push(log_weight + n * strength * current);
        log_weight += libm::log((n - d as f64) / (d as f64 + 1.0));
    }
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_r = top + libm::log(terms.iter().map(|t| libm::exp(t - top)).sum::<f64>());
    let found = Annealed {
        pressure: std::f64::consts::LN_2 + 0.5 * strength,
        energy: -strength / beta,
        log_r,
        width: (log_r / (2.0 * n)).max(0.0),
    };
    (!t.is_zero() && found.log_r.is_finite() && found.pressure.is_finite()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_moment_is_that_of_three_spins_by_hand() {
        // P = 3, N = 3: one coupling J of variance σ² = γ/3. E Z = 8 e^{β²σ²/2}, E Z² = 64 (e^{2β²σ²} + 1)/2.
        let (p, gamma) = (InteractionOrder::new(3).expect("valid"), Load::new(1.5).expect("valid"));
        let found = annealed_gaussian(p, 3, gamma, Temperature::new(0.8).expect("valid")).expect("finite");
        let x = 1.5 / 3.0 / 0.64f64;
        assert!((found.pressure - (8.0f64.ln() + x / 2.0) / 3.0).abs() < 1e-14);
        let r = (libm::exp(2.0 * x) + 1.0) / 2.0 / libm::exp(x);
        assert!((found.log_r - r.ln()).abs() < 1e-14, "{} {}", found.log_r, r.ln());
    }
}
