//! Plefka's expansion of one sample at small N, exactly: the oracle of mean-field methods.
//!
//! −βG(m) = max over fields … = log Z(λ) − λ·m with ⟨s⟩ = m is the constrained pressure (total, not per spin). Expanded in β at
//! fixed m (Plefka 1982; Georges & Yedidia 1991), with ⟨·⟩ over independent spins of means m_i and
//! U = H − ⟨H⟩ − Σ_i (s_i − m_i) ∂⟨H⟩/∂m_i:
//!
//! ```text
//! −βG = S(m) − β⟨H⟩ + (β²/2)⟨U²⟩ − (β³/6)⟨U³⟩ + O(β⁴)
//! ```

use crate::error::{Error, Result};
use crate::model::soft_spins::entropy;
use crate::numerics::linear::solve;

/// Largest number of spins: 2^N energies and weights.
pub const MAX_SPINS: usize = 20;

/// The coefficients of the expansion: −βG to order n is the sum of `terms[k]` β^k, k ≤ n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expansion {
    pub terms: [f64; 4],
}

impl Expansion {
    /// −βG to order n = 0 … 3.
    pub fn minus_beta_g(&self, order: usize, beta: f64) -> f64 {
        self.terms.iter().take(order + 1).rev().fold(0.0, |sum, term| sum * beta + term)
    }
}

/// The expansion of `energies` (total H of every state; bit i of the index is 1 where s_i = +1) at magnetisations m.
///
/// # Errors
/// More than [`MAX_SPINS`] spins, a number of energies that is not 2^N, magnetisations outside [−1, 1].
pub fn expansion(energies: &[f64], magnetisations: &[f64]) -> Result<Expansion> {
    check(energies, magnetisations)?;
    let weights = product_measure(magnetisations);
    let mean: f64 = weights.iter().zip(energies).map(|(w, h)| w * h).sum();
    // ∂⟨H⟩/∂m_i = ⟨(H − ⟨H⟩)(s_i − m_i)⟩/(1 − m_i²); a spin that cannot move has none.
    let slopes: Vec<f64> = magnetisations
        .iter()
        .enumerate()
        .map(|(i, m)| {
            let covariance: f64 = weights
                .iter()
                .zip(energies)
                .enumerate()
                .map(|(state, (w, h))| w * (h - mean) * (sign(state, i) - m))
                .sum();
            if m.abs() < 1.0 { covariance / (1.0 - m * m) } else { 0.0 }
        })
        .collect();
    let (mut square, mut cube) = (0.0, 0.0);
    for (state, (w, h)) in weights.iter().zip(energies).enumerate() {
        let linear: f64 =
            slopes.iter().zip(magnetisations).enumerate().map(|(i, (g, m))| g * (sign(state, i) - m)).sum();
        let u = h - mean - linear;
        square += w * u * u;
        cube += w * u * u * u;
    }
    Ok(Expansion { terms: [entropy(magnetisations), -mean, 0.5 * square, -cube / 6.0] })
}

/// −βG(m) itself: log Z(λ) − λ·m at the fields λ that give the magnetisations m, by Newton's method.
///
/// # Errors
/// As [`expansion`]; a magnetisation of ±1, whose field is infinite; no convergence.
pub fn minus_beta_g(energies: &[f64], magnetisations: &[f64], beta: f64) -> Result<f64> {
    check(energies, magnetisations)?;
    let n = magnetisations.len();
    if magnetisations.iter().any(|m| m.abs() >= 1.0) {
        return Err(Error::no_solution("a magnetisation of ±1 needs an infinite field"));
    }
    let mut fields: Vec<f64> = magnetisations.iter().map(|&m| libm::atanh(m)).collect();
    for _ in 0..100 {
        let (log_z, means, covariance) = tilted(energies, &fields, beta, n);
        let gap: Vec<f64> = magnetisations.iter().zip(&means).map(|(m, mean)| m - mean).collect();
        if gap.iter().all(|g| g.abs() < 1e-13) {
            let work: f64 = fields.iter().zip(magnetisations).map(|(f, m)| f * m).sum();
            return Ok(log_z - work);
        }
        let Some(step) = solve(covariance, gap) else { break };
        // The function is convex: a step of at most 1 in every field keeps Newton inside its basin.
        let largest = step.iter().fold(1.0f64, |largest, s| largest.max(s.abs()));
        fields.iter_mut().zip(&step).for_each(|(f, s)| *f += s / largest);
    }
    Err(Error::failed("no fields give these magnetisations to 1e-13")
        .remedy("take a higher temperature, or magnetisations further from ±1"))
}

fn check(energies: &[f64], magnetisations: &[f64]) -> Result<()> {
    let n = magnetisations.len();
    if n > MAX_SPINS {
        return Err(Error::bad_input(format!("Plefka's exact expansion of N = {n} spins"))
            .remedy(format!("it enumerates 2^N states: N ≤ {MAX_SPINS}")));
    }
    if energies.len() != 1 << n {
        return Err(Error::bad_input(format!("{} energies for the 2^{n} states", energies.len())));
    }
    match magnetisations.iter().enumerate().find(|(_, m)| !(-1.0..=1.0).contains(*m)) {
        Some((i, m)) => Err(Error::bad_input(format!("magnetisation {m} of spin {i}"))
            .remedy("magnetisations are numbers from -1 to 1")),
        None => Ok(()),
    }
}

/// Π_i (1 + m_i s_i)/2 of every state.
fn product_measure(magnetisations: &[f64]) -> Vec<f64> {
    let mut weights = vec![1.0];
    for m in magnetisations {
        let up: Vec<f64> = weights.iter().map(|w| w * 0.5 * (1.0 + m)).collect();
        weights.iter_mut().for_each(|w| *w *= 0.5 * (1.0 - m));
        weights.extend(up);
    }
    weights
}

/// log Z, ⟨s_i⟩ and the covariance of exp(−βH + λ·s).
fn tilted(energies: &[f64], fields: &[f64], beta: f64, n: usize) -> (f64, Vec<f64>, Vec<Vec<f64>>) {
    let exponents: Vec<f64> = energies
        .iter()
        .enumerate()
        .map(|(state, h)| -beta * h + (0..n).map(|i| fields[i] * sign(state, i)).sum::<f64>())
        .collect();
    let top = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = exponents.iter().map(|x| libm::exp(x - top)).collect();
    let z: f64 = weights.iter().sum();
    let mut means = vec![0.0; n];
    let mut products = vec![vec![0.0; n]; n];
    for (state, w) in weights.iter().enumerate() {
        for i in 0..n {
            let s = sign(state, i) * w / z;
            means[i] += s;
            products[i][..=i].iter_mut().enumerate().for_each(|(j, product)| *product += s * sign(state, j));
        }
    }
    for i in 0..n {
        for j in 0..=i {
            products[i][j] -= means[i] * means[j];
            products[j][i] = products[i][j];
        }
    }
    (top + libm::log(z), means, products)
}

/// s_i of a state.
fn sign(state: usize, i: usize) -> f64 {
    if state >> i & 1 == 1 { 1.0 } else { -1.0 }
}
