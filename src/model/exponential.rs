//! The exponential Hopfield network: every pattern counts with the exponential of its overlap.
//!
//! ```text
//! lse:  H(s) = −(1/λ) log Σ_μ exp(λ M_μ)        sum:  H(s) = −Σ_μ exp(M_μ)  (Demircigil et al. 2017, doi:10.1007/s10955-017-1806-y)
//! ```
//!
//! `sum` is −exp(−H) of `lse` at λ = 1, a rising function of it: at T = 0 both make the same moves, and `sum` is run as that.
//!
//! H is no integer, but a function of integers: of how many patterns have each overlap. It is evaluated from these counts alone, in one
//! order, from the largest overlap down (so that nothing overflows), with `libm`, and rounded to a multiple of 2⁻⁴⁰ ≈ 10⁻¹². THE
//! energy is the rounded one: it is the same number however the configuration was reached, differences of it are exact integers, and
//! every law that holds for integer energies (detailed balance, enumeration) holds to the last bit. Energies nearer than that
//! are equal.

use super::{Patterns, Spins};
use crate::error::{Error, Result};

/// 2c: energies are whole multiples of this.
const STEP: f64 = 1.0 / (1u64 << 40) as f64;
/// Largest N + (log K)/λ: |H| stays below, and its 53 bits resolve the step.
const LARGEST: f64 = 4096.0;

/// `lse` of N spins and K patterns.
#[derive(Debug, Clone, PartialEq)]
pub struct Exponential {
    spins: usize,
    lambda: f64,
    /// e^{−2λj}: what a pattern j flips farther than the nearest one is worth; as far as K of them are worth 10⁻¹⁸.
    powers: Vec<f64>,
}

impl Exponential {
    /// # Errors
    /// Unless λ is finite and positive, N > 0 and N + (log K)/λ ≤ 4096.
    pub fn new(spins: usize, patterns: usize, lambda: f64) -> Result<Self> {
        if !(lambda.is_finite() && lambda > 0.0) {
            return Err(Error::bad_input(format!("λ = {lambda}")).remedy("λ is a finite number above 0"));
        }
        let largest = spins as f64 + libm::log(patterns.max(1) as f64) / lambda;
        if spins == 0 || largest > LARGEST {
            return Err(Error::bad_input(format!("N = {spins}, K = {patterns}, λ = {lambda}"))
                .remedy(format!("N > 0 and N + (log K)/λ ≤ {LARGEST}: energies are held to 12 decimals")));
        }
        let worth = |j: usize| libm::exp(-2.0 * lambda * j as f64);
        let powers = (0..=spins).map(worth).take_while(|w| w * patterns as f64 > 1e-18).collect();
        Ok(Self { spins, lambda, powers })
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    pub fn lambda(&self) -> f64 {
        self.lambda
    }

    /// c of H = −c Σ, Σ an even integer.
    pub fn scale(&self) -> f64 {
        STEP / 2.0
    }

    /// H/2c, rounded, where `counts[(N + M)/2]` patterns have overlap M.
    ///
    /// The whole of Σ exp is taken relative to the nearest pattern, so that it lies between 1 and K.
    #[inline]
    pub fn steps(&self, count: impl Fn(usize) -> u32) -> i64 {
        let Some(top) = (0..=self.spins).rev().find(|&up| count(up) > 0) else { return 0 };
        let sum: f64 = (0..=top).zip(&self.powers).map(|(j, power)| f64::from(count(top - j)) * power).sum();
        let nearest = 2.0 * top as f64 - self.spins as f64;
        (-(nearest + libm::log(sum) / self.lambda) / STEP).round_ties_even() as i64
    }

    /// Σ of one configuration: H = −c Σ.
    ///
    /// # Errors
    /// Where patterns or spins have another N.
    pub fn energy_sum(&self, patterns: &Patterns, spins: &Spins) -> Result<i64> {
        if patterns.spins() != self.spins || spins.len() != self.spins {
            return Err(Error::bad_input(format!(
                "a model of {} spins, patterns of {}, a configuration of {}",
                self.spins,
                patterns.spins(),
                spins.len()
            )));
        }
        let mut counts = vec![0u32; self.spins + 1];
        for mu in 0..patterns.count() {
            counts[((self.spins as i32 + patterns.overlap(mu, spins)) / 2) as usize] += 1;
        }
        Ok(-2 * self.steps(|up| counts[up]))
    }

    /// H of the integer Σ, total.
    pub fn energy(&self, sum: i64) -> f64 {
        -self.scale() * sum as f64
    }
}
