//! Configurations to numbers: Mattis magnetisation, replica overlap, energy.

use crate::kernel::{Fields, Twin};
use crate::model::{Patterns, Spins};
use crate::params::InteractionOrder;

/// m_μ = M_μ/N of one pattern.
pub fn mattis<F: Fields>(system: &F, pattern: usize) -> f64 {
    f64::from(system.overlaps()[pattern]) / system.spins().len() as f64
}

/// Of the overlaps M_μ, the pattern of largest |M_μ| (largest M_μ where `signed`) and its M_μ; the first of equals.
pub fn nearest_pattern(overlaps: &[i16], signed: bool) -> (usize, i16) {
    let size = |m: i16| if signed { i32::from(m) } else { i32::from(m).abs() };
    let mut best = (0, overlaps[0]);
    for (mu, &m) in overlaps.iter().enumerate().skip(1) {
        if size(m) > size(best.1) {
            best = (mu, m);
        }
    }
    best
}

/// Of the overlaps M_μ of N spins, the largest and the second largest |m_μ| (m_μ where `signed`), the second where there are two
/// patterns. For N spins that know no pattern the expectation of the first is about √(2 ln 2K / N).
pub fn largest_overlaps(overlaps: &[i16], spins: usize, signed: bool) -> (f64, Option<f64>) {
    let (largest, second) = Twin::best().compiled(|| two_largest(overlaps, signed));
    let size = spins as f64;
    (f64::from(largest) / size, (second > i16::MIN).then(|| f64::from(second) / size))
}

/// The two largest |M| (M where `signed`), −2¹⁵ where there is none.
#[inline(always)]
fn two_largest(overlaps: &[i16], signed: bool) -> (i16, i16) {
    let (mut largest, mut second, mut home) = (i16::MIN, i16::MIN, &[][..]);
    for chunk in overlaps.chunks(256) {
        let size = largest_of(chunk, signed);
        if size > largest {
            (largest, second, home) = (size, largest, chunk);
        } else {
            second = second.max(size);
        }
    }
    // The second may be beside the first.
    if let Some(at) = home.iter().position(|&m| m == largest || !signed && m == -largest) {
        second = second.max(largest_of(&home[..at], signed)).max(largest_of(&home[at + 1..], signed));
    }
    (largest, second)
}

#[inline(always)]
fn largest_of(overlaps: &[i16], signed: bool) -> i16 {
    let (mut low, mut high) = (i16::MAX, i16::MIN);
    for &m in overlaps {
        (low, high) = (low.min(m), high.max(m));
    }
    if signed || overlaps.is_empty() { high } else { high.max(-low) }
}

/// R_P(Nq) = e_P(Nq)/C(N, P) of integer overlaps Nq: the mean over all P-tuples of the product of their overlaps s^a s^b, q^P at
/// large N. For Gaussian couplings u = −(βγ/2)((N)_P/N^P)(1 − ⟨R_P⟩) exactly, at any N and T in equilibrium (integration by parts).
pub fn tuple_overlap(order: InteractionOrder, spins: usize) -> impl Fn(i64) -> f64 {
    let (n, p) = (spins as f64, order.get());
    // k! e_k/(N)_k by the recurrence of e_k, in floating numbers of order 1.
    move |overlap| {
        let m = overlap as f64;
        let (mut previous, mut current) = (1.0, m / n);
        for k in 2..=p {
            let k = f64::from(k);
            let next = (m * current - (k - 1.0) * previous) / (n - k + 1.0);
            (previous, current) = (current, next);
        }
        current
    }
}

/// Replica overlap q_ab = (1/N) Σ_i s^a_i s^b_i.
pub fn replica_overlap(a: &Spins, b: &Spins) -> f64 {
    a.dot(b) as f64 / a.len() as f64
}

/// H/N.
pub fn energy_per_spin<F: Fields>(system: &F) -> f64 {
    -system.scale() * system.energy_sum() as f64 / system.spins().len() as f64
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
