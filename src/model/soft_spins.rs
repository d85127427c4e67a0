//! The Hamiltonian at real magnetisations m_i: ⟨H⟩ of independent spins of these means, and its derivatives.
//!
//! ⟨H⟩ = −c Σ_μ e_P(ξ^μ_1 m_1, …, ξ^μ_N m_N), the same distinct-index sum as for spins. It is a polynomial in the power sums
//! p_k = Σ_i (ξ_i m_i)^k (Newton: k e_k = Σ_j (−1)^{j−1} e_{k−j} p_j), of which the even ones do not depend on the pattern
//! and the odd ones are signed bit sums: N K P/2 operations in all, and never the N^P tensor of couplings.
//!
//! ```text
//! −∂⟨H⟩/∂m_i = c Σ_μ ξ^μ_i e_{P−1}(all but i),   e_{P−1}(all but i) = Σ_j (−ξ_i m_i)^j e_{P−1−j}
//! ```

use super::patterns::{BLOCK, WORDS};
use super::{DenseHebbian, Patterns};
use crate::error::{Error, Result};

/// S(m) = −Σ_i Σ_± ((1 ± m_i)/2) log((1 ± m_i)/2), total.
pub fn entropy(magnetisations: &[f64]) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * libm::log(p) } else { 0.0 };
    magnetisations.iter().map(|m| part(0.5 * (1.0 + m)) + part(0.5 * (1.0 - m))).sum()
}

/// e_0 … e_P of every pattern at magnetisations m.
#[derive(Debug, Clone)]
pub struct SoftSpins<'a> {
    model: &'a DenseHebbian,
    patterns: &'a Patterns,
    magnetisations: Vec<f64>,
    /// `elementary[k][μ]`, 0 for the padding patterns.
    elementary: Vec<Vec<f64>>,
    /// Σ_μ e_k.
    totals: Vec<f64>,
}

impl<'a> SoftSpins<'a> {
    /// # Errors
    /// Where the number of magnetisations is not N, or one is outside [−1, 1].
    pub fn new(model: &'a DenseHebbian, patterns: &'a Patterns, magnetisations: &[f64]) -> Result<Self> {
        if magnetisations.len() != patterns.spins() || model.spins() != patterns.spins() {
            return Err(Error::bad_input(format!(
                "{} magnetisations for patterns of {} spins",
                magnetisations.len(),
                patterns.spins()
            ))
            .remedy("one magnetisation m_i for every spin"));
        }
        if let Some((i, m)) = magnetisations.iter().enumerate().find(|(_, m)| !(-1.0..=1.0).contains(*m)) {
            return Err(Error::bad_input(format!("magnetisation {m} of spin {i}"))
                .remedy("magnetisations are numbers from -1 to 1"));
        }
        let order = model.order().get() as usize;
        let padded = patterns.blocks_per_column() * BLOCK;
        let power_sums: Vec<PowerSum> =
            (1..=order).map(|k| PowerSum::of(patterns, magnetisations, k, padded)).collect();
        let mut elementary: Vec<Vec<f64>> = vec![vec![0.0; padded]; order + 1];
        elementary[0][..patterns.count()].fill(1.0);
        for k in 1..=order {
            let mut next = vec![0.0; padded];
            for (j, sums) in power_sums[..k].iter().enumerate() {
                let sign = if j % 2 == 0 { 1.0 } else { -1.0 };
                sums.add_product(&mut next, &elementary[k - 1 - j], sign);
            }
            next.iter_mut().for_each(|e| *e /= k as f64);
            elementary[k] = next;
        }
        let totals = elementary.iter().map(|e| e.iter().sum()).collect();
        Ok(Self { model, patterns, magnetisations: magnetisations.to_vec(), elementary, totals })
    }

    /// ⟨H⟩, total.
    pub fn energy(&self) -> f64 {
        -self.model.scale() * self.totals[self.model.order().get() as usize]
    }

    /// −∂⟨H⟩/∂m_i of every spin.
    pub fn fields(&self) -> Vec<f64> {
        let order = self.model.order().get() as usize;
        (0..self.patterns.spins())
            .map(|i| {
                let m = self.magnetisations[i];
                let mut power = 1.0;
                let mut field = 0.0;
                for j in 0..order {
                    let k = order - 1 - j;
                    // ξ^{j+1}: a signed sum where j is even, the plain total with its sign where it is odd.
                    field +=
                        if j % 2 == 0 { power * self.signed_total(i, k) } else { -power * self.totals[k] };
                    power *= m;
                }
                self.model.scale() * field
            })
            .collect()
    }

    /// Overlap (1/N) Σ_i ξ^μ_i m_i with each pattern.
    pub fn overlaps(&self) -> Vec<f64> {
        let n = self.patterns.spins() as f64;
        self.elementary[1][..self.patterns.count()].iter().map(|p| p / n).collect()
    }

    /// Σ_μ ξ^μ_i e_k(μ).
    fn signed_total(&self, i: usize, k: usize) -> f64 {
        let mut up = 0.0;
        for (words, entries) in self.patterns.column(i).iter().zip(self.elementary[k].chunks_exact(BLOCK)) {
            let mut lanes = [0.0; WORDS];
            for (bit, entries) in entries.chunks_exact(WORDS).enumerate() {
                for ((lane, &word), &e) in lanes.iter_mut().zip(words.iter()).zip(entries) {
                    *lane += f64::from(word >> bit & 1) * e;
                }
            }
            up += lanes.iter().sum::<f64>();
        }
        2.0 * up - self.totals[k]
    }
}

/// p_k = Σ_i (ξ_i m_i)^k: of each pattern for odd k, one number for even k.
enum PowerSum {
    Odd(Vec<f64>),
    Even(f64),
}

impl PowerSum {
    fn of(patterns: &Patterns, magnetisations: &[f64], k: usize, padded: usize) -> Self {
        let powers = magnetisations.iter().map(|m| m.powi(k as i32));
        if k.is_multiple_of(2) {
            return Self::Even(powers.sum());
        }
        let mut sums = vec![0.0; padded];
        for (i, power) in powers.enumerate() {
            for (words, sums) in patterns.column(i).iter().zip(sums.chunks_exact_mut(BLOCK)) {
                for (bit, sums) in sums.chunks_exact_mut(WORDS).enumerate() {
                    for (sum, &word) in sums.iter_mut().zip(words.iter()) {
                        *sum += (2.0 * f64::from(word >> bit & 1) - 1.0) * power;
                    }
                }
            }
        }
        Self::Odd(sums)
    }

    /// target += sign · p_k · values
    fn add_product(&self, target: &mut [f64], values: &[f64], sign: f64) {
        match self {
            Self::Even(sum) => {
                target.iter_mut().zip(values).for_each(|(target, value)| *target += sign * sum * value);
            }
            Self::Odd(sums) => target
                .iter_mut()
                .zip(values)
                .zip(sums)
                .for_each(|((target, value), sum)| *target += sign * sum * value),
        }
    }
}
