//! Averages over the values of diluted patterns, exactly.
//!
//! Patterns of equal amplitude enter the field by the sum S of their entries alone, and the law of S is a convolution: a state of r
//! different amplitudes on n_1, …, n_r patterns costs Π(2n_i + 1) terms, halved by ξ → −ξ, where the plain sum costs 3^K.

use crate::numerics::special::power;
use crate::params::{Dilution, InteractionOrder};

/// Fields below this fraction of their sum over patterns are zero at T = 0: the rest of a sum that vanishes exactly.
const TIE: f64 = 1e-12;

/// `size` patterns of one m > 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Block {
    pub amplitude: f64,
    pub size: usize,
}

/// One value of the sum S of the entries of a block.
struct Value {
    sum: f64,
    /// P(S)
    weight: f64,
    /// Non-zero entries, on average at given S
    nonzero: f64,
}

/// P(S) of n entries, and the mean number of non-zero ones at given S, by n convolutions.
fn law(n: usize, dilution: Dilution) -> Vec<Value> {
    let d = dilution.get();
    let entry = [0.5 * (1.0 - d), d, 0.5 * (1.0 - d)];
    let (mut weight, mut nonzero) = (vec![1.0], vec![0.0]);
    for _ in 0..n {
        let mut next = (vec![0.0; weight.len() + 2], vec![0.0; weight.len() + 2]);
        for (k, (w, q)) in weight.iter().zip(&nonzero).enumerate() {
            for (shift, p) in entry.iter().enumerate() {
                next.0[k + shift] += p * w;
                next.1[k + shift] += p * (q + if shift == 1 { 0.0 } else { *w });
            }
        }
        (weight, nonzero) = next;
    }
    let value = |(k, (weight, q)): (usize, (f64, f64))| Value {
        sum: k as f64 - n as f64,
        weight,
        nonzero: if weight > 0.0 { q / weight } else { 0.0 },
    };
    weight.into_iter().zip(nonzero).enumerate().map(value).filter(|v| v.weight > 0.0).collect()
}

/// What the average of a configuration of the blocks is made of.
struct Term<'a> {
    weight: f64,
    field: f64,
    /// Of each block
    values: &'a [&'a Value],
}

/// The second moments that the Hessian is made of; all zero at T = 0 unless fields vanish.
pub(super) struct Curvatures {
    /// E sech²
    pub sech2: f64,
    /// E S_i S_j sech², blocks i and j
    pub sums: Vec<Vec<f64>>,
    /// E (number of non-zero entries of block i) sech²
    pub nonzero: Vec<f64>,
}

/// The exact average over diluted patterns at temperature T, of order P.
pub(super) struct Average {
    pub order: InteractionOrder,
    pub dilution: Dilution,
    pub temperature: f64,
}

impl Average {
    /// (P/2) m^{P−1}, what a pattern adds to the field of a spin; m itself at P = 2.
    pub fn couple(&self, m: f64) -> f64 {
        0.5 * f64::from(self.order.get()) * power(m, self.order.get() - 1)
    }

    /// Its derivative c = (P(P−1)/2) m^{P−2}; 1 at P = 2.
    pub fn slope(&self, m: f64) -> f64 {
        let p = f64::from(self.order.get());
        0.5 * p * (p - 1.0) * power(m, self.order.get() - 2)
    }

    /// E ξ^μ tanh(h/T), for each block.
    pub fn response(&self, blocks: &[Block]) -> Vec<f64> {
        let tie = self.tie(blocks);
        let mut moments = self.each(blocks, &mut |term| term.weight * self.tanh(term.field, tie));
        for (moment, block) in moments.iter_mut().zip(blocks) {
            *moment /= block.size as f64;
        }
        moments
    }

    /// T E log 2cosh(h/T); E |h| at T = 0.
    pub fn log_cosh(&self, blocks: &[Block]) -> f64 {
        let t = self.temperature;
        let mut sum = 0.0;
        self.each(blocks, &mut |term| {
            let h = term.field.abs();
            let rest = if t == 0.0 { 0.0 } else { t * libm::log1p(libm::exp(-2.0 * h / t)) };
            sum += term.weight * (h + rest);
            0.0
        });
        sum
    }

    pub fn second(&self, blocks: &[Block]) -> Curvatures {
        let r = blocks.len();
        let mut found = Curvatures { sech2: 0.0, sums: vec![vec![0.0; r]; r], nonzero: vec![0.0; r] };
        let tie = self.tie(blocks);
        self.each(blocks, &mut |term| {
            let weight = term.weight * self.sech2(term.field, tie);
            if weight == 0.0 {
                return 0.0;
            }
            found.sech2 += weight;
            for (i, value) in term.values.iter().enumerate() {
                found.nonzero[i] += weight * value.nonzero;
                for (j, other) in term.values[..=i].iter().enumerate() {
                    found.sums[i][j] += weight * value.sum * other.sum;
                }
            }
            0.0
        });
        for i in 0..r {
            for j in 0..i {
                found.sums[j][i] = found.sums[i][j];
            }
        }
        found
    }

    /// tanh(h/T); the sign of h at T = 0.
    fn tanh(&self, h: f64, tie: f64) -> f64 {
        if self.temperature == 0.0 {
            return if h.abs() <= tie { 0.0 } else { h.signum() };
        }
        let small = libm::exp(-2.0 * h.abs() / self.temperature);
        if small > 0.5 {
            libm::tanh(h / self.temperature)
        } else {
            h.signum() * (1.0 - small) / (1.0 + small)
        }
    }

    /// sech²(h/T); at T = 0 it marks the fields that vanish.
    fn sech2(&self, h: f64, tie: f64) -> f64 {
        if self.temperature == 0.0 {
            return f64::from(h.abs() <= tie);
        }
        let small = libm::exp(-2.0 * h.abs() / self.temperature);
        4.0 * small / ((1.0 + small) * (1.0 + small))
    }

    /// Visits the values of the blocks, one of each pair ±; gives Σ S_i x for what the visits return, x of the sign of the field.
    fn each(&self, blocks: &[Block], visit: &mut impl FnMut(Term<'_>) -> f64) -> Vec<f64> {
        let laws: Vec<Vec<Value>> = blocks.iter().map(|b| law(b.size, self.dilution)).collect();
        let mut moments = vec![0.0; blocks.len()];
        let fields: Vec<f64> = blocks.iter().map(|b| self.couple(b.amplitude)).collect();
        descend(&fields, &laws, (1.0, 0.0, true), &mut Vec::new(), &mut moments, visit);
        moments
    }

    fn tie(&self, blocks: &[Block]) -> f64 {
        TIE * blocks.iter().map(|b| self.couple(b.amplitude) * b.size as f64).sum::<f64>()
    }
}

/// Chooses the value of the next block; gives the sum of what was visited. While all values before are 0 (`open`), positive ones stand
/// for their negatives too.
fn descend<'a>(
    fields: &[f64],
    laws: &'a [Vec<Value>],
    (weight, field, open): (f64, f64, bool),
    chosen: &mut Vec<&'a Value>,
    moments: &mut [f64],
    visit: &mut impl FnMut(Term<'_>) -> f64,
) -> f64 {
    let level = chosen.len();
    let Some(law) = laws.get(level) else {
        return visit(Term { weight, field, values: chosen });
    };
    let mut total = 0.0;
    for value in law.iter().filter(|v| !open || v.sum >= 0.0) {
        let twice = if open && value.sum > 0.0 { 2.0 } else { 1.0 };
        let here =
            (weight * twice * value.weight, field + fields[level] * value.sum, open && value.sum == 0.0);
        chosen.push(value);
        let below = descend(fields, laws, here, chosen, moments, visit);
        chosen.pop();
        moments[level] += value.sum * below;
        total += below;
    }
    total
}
