//! Configurations to numbers: Mattis magnetisation, replica overlap, energy.

use crate::kernel::Fields;
use crate::model::{Patterns, Spins};

/// m_μ = M_μ/N of one pattern.
pub fn mattis<F: Fields>(system: &F, pattern: usize) -> f64 {
    f64::from(system.overlaps()[pattern]) / system.spins().len() as f64
}

/// The pattern of largest |M_μ| (largest M_μ where `signed`) and its M_μ; the first of equals.
pub fn nearest_pattern<F: Fields>(system: &F, signed: bool) -> (usize, i16) {
    let size = |m: i16| if signed { i32::from(m) } else { i32::from(m).abs() };
    let mut best = (0, system.overlaps()[0]);
    for (mu, &m) in system.overlaps().iter().enumerate().skip(1) {
        if size(m) > size(best.1) {
            best = (mu, m);
        }
    }
    best
}

/// max_μ |m_μ| (max_μ m_μ where `signed`). For N spins that know no pattern its expectation is about √(2 ln 2K / N).
pub fn largest_mattis<F: Fields>(system: &F, signed: bool) -> f64 {
    let range = |(low, high): (i16, i16), &m: &i16| (low.min(m), high.max(m));
    let (low, high) = system.overlaps().iter().fold((i16::MAX, i16::MIN), range);
    let largest = if signed { high } else { high.max(-low) };
    f64::from(largest) / system.spins().len() as f64
}

/// Replica overlap q_ab = (1/N) Σ_i s^a_i s^b_i.
pub fn replica_overlap(a: &Spins, b: &Spins) -> f64 {
    a.dot(b) as f64 / a.len() as f64
}

/// H/N.
pub fn energy_per_spin<F: Fields>(system: &F) -> f64 {
    system.hamiltonian().energy(system.energy_sum()) / system.spins().len() as f64
}

/// How far a set of patterns is from unbiased and independent, which is what the theory is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PatternStatistics {
    /// Mean of all ξ^μ_i; 0 for unbiased patterns.
    pub mean_spin: f64,
    /// Root mean square overlap of two different patterns; 1/√N for independent unbiased ones. `None` of one pattern.
    pub overlap_rms: Option<f64>,
}

/// Bias and correlation of stored patterns. Cost K² N.
pub fn pattern_statistics(patterns: &Patterns) -> PatternStatistics {
    let (n, k) = (patterns.spins(), patterns.count());
    let rows: Vec<Spins> = (0..k).map(|mu| patterns.row(mu)).collect();
    let total: i64 = rows.iter().map(|row| row.as_slice().iter().map(|&s| i64::from(s)).sum::<i64>()).sum();
    let mut squares = 0.0;
    for (mu, row) in rows.iter().enumerate() {
        for other in &rows[..mu] {
            squares += replica_overlap(row, other).powi(2);
        }
    }
    let pairs = k * (k - 1) / 2;
    PatternStatistics {
        mean_spin: total as f64 / (n * k) as f64,
        overlap_rms: (pairs > 0).then(|| (squares / pairs as f64).sqrt()),
    }
}
