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
    /// p_1 … p_P.
    power_sums: Vec<PowerSum>,
    elementary: Elementary,
}

/// Values e_k(μ), 0 for the padding patterns, and Σ_μ e_k.
#[derive(Debug, Clone)]
struct Elementary {
    values: Vec<Vec<f64>>,
    totals: Vec<f64>,
}

impl Elementary {
    fn new(values: Vec<Vec<f64>>) -> Self {
        let totals = values.iter().map(|e| e.iter().sum()).collect();
        Self { values, totals }
    }

    /// Σ_μ (ξ^μ_i)^{j+1} e_k(μ): a signed sum where j is even, the plain total where it is odd.
    fn total(&self, patterns: &Patterns, i: usize, j: usize, k: usize) -> f64 {
        if j % 2 == 1 {
            return self.totals[k];
        }
        let mut up = 0.0;
        for (words, entries) in patterns.column(i).iter().zip(self.values[k].chunks_exact(BLOCK)) {
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
        let power_sums: Vec<PowerSum> = (1..=order)
            .map(|k| PowerSum::of(patterns, magnetisations.iter().map(|m| m.powi(k as i32)), k))
            .collect();
        let mut elementary = vec![vec![0.0; padded(patterns)]];
        elementary[0][..patterns.count()].fill(1.0);
        for k in 1..=order {
            let mut next = vec![0.0; padded(patterns)];
            for (j, sums) in power_sums[..k].iter().enumerate() {
                sums.add_product(&mut next, &elementary[k - 1 - j], sign(j));
            }
            next.iter_mut().for_each(|e| *e /= k as f64);
            elementary.push(next);
        }
        let elementary = Elementary::new(elementary);
        Ok(Self { model, patterns, magnetisations: magnetisations.to_vec(), power_sums, elementary })
    }

    /// ⟨H⟩, total.
    pub fn energy(&self) -> f64 {
        -self.model.scale() * self.elementary.totals[self.model.order().get() as usize]
    }

    /// −∂⟨H⟩/∂m_i of every spin.
    pub fn fields(&self) -> Vec<f64> {
        let order = self.model.order().get() as usize;
        let field = |(i, m): (usize, &f64)| {
            let term = |j: usize| {
                sign(j) * m.powi(j as i32) * self.elementary.total(self.patterns, i, j, order - 1 - j)
            };
            self.model.scale() * (0..order).map(term).sum::<f64>()
        };
        self.magnetisations.iter().enumerate().map(field).collect()
    }

    /// The derivatives of the fields.
    pub fn field_slopes(self) -> FieldSlopes<'a> {
        let order = self.model.order().get() as usize;
        let own = |(i, m): (usize, &f64)| {
            let term = |j: usize| {
                let total = self.elementary.total(self.patterns, i, j, order - 1 - j);
                sign(j) * j as f64 * m.powi(j as i32 - 1) * total
            };
            (1..order).map(term).sum()
        };
        let own = self.magnetisations.iter().enumerate().map(own).collect();
        FieldSlopes { soft: self, own }
    }

    /// Overlap (1/N) Σ_i ξ^μ_i m_i with each pattern.
    pub fn overlaps(&self) -> Vec<f64> {
        let n = self.patterns.spins() as f64;
        self.elementary.values[1][..self.patterns.count()].iter().map(|p| p / n).collect()
    }
}

/// −∂²⟨H⟩/∂m_i∂m_j, as products with vectors.
///
/// ```text
/// d e_k = (1/k) Σ_j (−1)^{j−1} (d e_{k−j} p_j + e_{k−j} d p_j),   d p_k = k Σ_i ξ_i^k m_i^{k−1} v_i
/// ```
#[derive(Debug, Clone)]
pub struct FieldSlopes<'a> {
    soft: SoftSpins<'a>,
    /// Of the field of a spin by its own m_i where the e_k are kept: it takes out what they change with m_i.
    own: Vec<f64>,
}

impl FieldSlopes<'_> {
    /// The slope Σ_j v_j ∂/∂m_j of every field, N values for N: N K P/2 operations.
    pub fn along(&self, v: &[f64]) -> Vec<f64> {
        let SoftSpins { model, patterns, magnetisations, power_sums, elementary } = &self.soft;
        let order = model.order().get() as usize;
        let slopes: Vec<PowerSum> = (1..order)
            .map(|k| {
                let terms = magnetisations.iter().zip(v);
                PowerSum::of(patterns, terms.map(|(m, v)| k as f64 * m.powi(k as i32 - 1) * v), k)
            })
            .collect();
        let mut values = vec![vec![0.0; padded(patterns)]];
        for k in 1..order {
            let mut next = vec![0.0; padded(patterns)];
            for (j, (sums, slopes)) in power_sums.iter().zip(&slopes[..k]).enumerate() {
                sums.add_product(&mut next, &values[k - 1 - j], sign(j));
                slopes.add_product(&mut next, &elementary.values[k - 1 - j], sign(j));
            }
            next.iter_mut().for_each(|e| *e /= k as f64);
            values.push(next);
        }
        let changes = Elementary::new(values);
        let slope = |i: usize| {
            // e_0 does not change.
            let term = |j: usize| {
                sign(j) * magnetisations[i].powi(j as i32) * changes.total(patterns, i, j, order - 1 - j)
            };
            model.scale() * ((0..order - 1).map(term).sum::<f64>() + self.own[i] * v[i])
        };
        (0..magnetisations.len()).map(slope).collect()
    }
}

/// (−1)^j
fn sign(j: usize) -> f64 {
    if j.is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// The number of patterns with those that fill the last block.
fn padded(patterns: &Patterns) -> usize {
    patterns.blocks_per_column() * BLOCK
}

/// p_k = Σ_i (ξ_i m_i)^k: of each pattern for odd k, one number for even k.
#[derive(Debug, Clone)]
enum PowerSum {
    Odd(Vec<f64>),
    Even(f64),
}

impl PowerSum {
    /// From m_i^k of every spin.
    fn of(patterns: &Patterns, powers: impl Iterator<Item = f64>, k: usize) -> Self {
        if k.is_multiple_of(2) {
            return Self::Even(powers.sum());
        }
        let mut sums = vec![0.0; padded(patterns)];
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
