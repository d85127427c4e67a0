//! Perfect recall at T = 0 and finite N: how many patterns can be whole.
//!
//! With distinct indices the squared signal-to-noise ratio of a stored bit is C(N−1, P−1)/(K−1) exactly, written here
//! with K (a stored pattern alone is always whole). For independent Gaussian bits a pattern is whole with probability
//!
//! ```text
//! [1 − ½ erfc √(C(N−1,P−1)/2K)]^N
//! ```
//!
//! `k_one` sets it to ½; `k_all` sets the probability that all K are whole, exponent NK, to ½ (the question of Baldi &
//! Venkatesh, Phys. Rev. Lett. 58, 913 (1987)). Asymptotically K_one = N^{P−1}/(2 (P−1)! ln N), K_all = N^{P−1}/(2 P! ln N).
//! The simulated probability at `k_one` is a little above ½ at small N (0.60 at P = 3, N = 24): bits are not independent. The noises of two
//! bits have the correlation (P−1)/(N−1), and a pattern that overlaps much with the stored one, M_μ ≫ √N, makes all bits noisy at once: for
//! one variance of the noise, drawn anew with the patterns, fewer patterns have an error and those more of them. `replicon capacity` measures
//! by how much K lies above.

use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::numerics::special::ln_erfc;
use crate::params::InteractionOrder;
use std::f64::consts::LN_2;

/// Numbers of patterns, as real numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recall {
    /// log K at which one given pattern is whole with probability ½
    pub ln_k_one: f64,
    /// log K at which all K are whole with probability ½
    pub ln_k_all: f64,
}

impl Recall {
    /// K at which one given pattern is whole with probability ½; None where it overflows.
    #[must_use]
    pub fn k_one(&self) -> Option<f64> {
        finite(libm::exp(self.ln_k_one))
    }

    /// K at which all K patterns are whole with probability ½; None where it overflows.
    #[must_use]
    pub fn k_all(&self) -> Option<f64> {
        finite(libm::exp(self.ln_k_all))
    }
}

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

/// Perfect-recall capacities of N spins.
///
/// # Range
/// N ≥ 2 and N ≥ P; any size (logarithms throughout).
///
/// # Errors
/// Fewer spins than one term of the Hamiltonian needs.
pub fn recall(p: InteractionOrder, spins: u64) -> Result<Recall> {
    if spins < u64::from(p.get()) {
        return Err(Error::bad_input(format!("{spins} spins at P = {p}"))
            .remedy(format!("one term of the Hamiltonian needs P different spins: N ≥ {p}")));
    }
    let n = spins as f64;
    // log C(N−1, P−1)
    let ln_terms: f64 = (1..p.get()).map(|j| libm::log((spins - u64::from(j)) as f64 / f64::from(j))).sum();
    // x = ½ log(C/2K), so log z = x; the log of (log of survival of all bits) against log log 2.
    let excess = |x: f64, ln_bits: f64| {
        let ln_error = ln_erfc(libm::exp(x)) - LN_2;
        // log(−log(1 − e)): for tiny e it is log e
        let ln_rate = if ln_error < -36.0 { ln_error } else { libm::log(-libm::log1p(-libm::exp(ln_error))) };
        ln_bits + ln_rate - libm::log(LN_2)
    };
    let ln_k = |x: f64| ln_terms - LN_2 - 2.0 * x;
    let one = |x: f64| excess(x, libm::log(n));
    let all = |x: f64| excess(x, libm::log(n) + ln_k(x));
    let (lo, hi) = (-60.0, 60.0);
    let x_one = root(one, (lo, one(lo)), (hi, one(hi)), 0.0);
    let x_all = root(all, (lo, all(lo)), (hi, all(hi)), 0.0);
    Ok(Recall { ln_k_one: ln_k(x_one), ln_k_all: ln_k(x_all) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(p: u32) -> InteractionOrder {
        InteractionOrder::new(p).expect("valid")
    }

    #[test]
    fn half_of_the_patterns_are_whole_at_k_one_and_all_of_them_at_k_all() {
        let (p, n) = (3, 64_u64);
        let terms = 63.0 * 62.0 / 2.0;
        let got = recall(order(p), n).expect("valid");
        let survival = |k: f64| 1.0 - 0.5 * libm::erfc((terms / (2.0 * k)).sqrt());
        let one = got.k_one().expect("valid");
        assert!((libm::pow(survival(one), 64.0) - 0.5).abs() < 1e-12);
        let all = got.k_all().expect("valid");
        assert!((libm::pow(survival(all), 64.0 * all) - 0.5).abs() < 1e-11);
        assert!(all < one);
    }

    #[test]
    fn capacities_approach_the_asymptotic_law_logarithmically() {
        let ratio = |n: u64| {
            let n_f = n as f64;
            let law = n_f * n_f / (2.0 * 2.0 * libm::log(n_f));
            recall(order(3), n).expect("valid").k_one().expect("valid") / law
        };
        let (near, far) = (ratio(10_000_000), ratio(1_000_000_000_000_000));
        assert!((far - 1.0).abs() < (near - 1.0).abs() && (far - 1.0).abs() < 0.15, "{near} {far}");
    }

    #[test]
    fn unphysically_large_systems_do_not_overflow() {
        let got = recall(order(64), u64::MAX).expect("valid");
        assert!(got.ln_k_one.is_finite() && got.ln_k_all.is_finite());
        assert_eq!(got.k_one(), None);
        assert!(recall(order(4), 3).is_err());
        assert!(recall(order(2), 2).expect("valid").k_one().expect("valid") > 0.0);
    }
}
