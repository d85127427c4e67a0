//! Weighted form, any P: the sums e_1 … e_{P−1} of every weighted pattern, kept up to date.
//!
//! With v = c_i s_i and t_k = e_k of the other spins, t_0 = 1, t_k = e_k − v t_{k−1}: the field is F_i = Σ_μ c^μ_i t_{P−1}, and after
//! the flip e_k = t_k − v t_{k−1}. Cost K P per proposal, and again per accepted flip.
//!
//! Everything is an integer. Where a block of patterns stays below 2⁵³ it is held in floating numbers, which are exact there and
//! come 2 or 4 to an instruction; else in 128 bits.

use super::known_fields::KnownFields;
use super::{Fields, Twin};
use crate::model::weighted::{LANES, energy_sum, sum_bound};
use crate::model::{Spins, WeightedHebbian, WeightedPatterns};
use std::ops::{AddAssign, Mul, Sub};

/// An exact integer of some width.
pub trait Whole:
    Copy + Default + From<i16> + From<i32> + AddAssign + Mul<Output = Self> + Sub<Output = Self>
{
    fn wide(self) -> i128;
}

impl Whole for f64 {
    fn wide(self) -> i128 {
        self as i128
    }
}

impl Whole for i128 {
    fn wide(self) -> i128 {
        self
    }
}

/// e_1 … e_{P−1} of every block of patterns, P − 1 rows of [`LANES`] a block.
#[derive(Debug, Clone)]
enum Sums {
    Float(Vec<[f64; LANES]>),
    Wide(Vec<[i128; LANES]>),
}

/// A configuration with the sums of its weighted patterns. Memory: 8 (P−1) K bytes (16 where 2⁵³ is too small) beside the shared
/// weights, and the fields that are remembered.
#[derive(Debug, Clone)]
pub struct WeightedForm<'a> {
    model: &'a WeightedHebbian,
    weights: &'a WeightedPatterns,
    twin: Twin,
    known: KnownFields,
    spins: Spins,
    sums: Sums,
    energy_sum: i128,
}

impl<'a> WeightedForm<'a> {
    pub fn new(model: &'a WeightedHebbian, weights: &'a WeightedPatterns, spins: Spins) -> Self {
        let (p, largest) = (model.order().get(), u64::from(weights.largest()));
        // c t_{P−1} of a block, and every e_k on the way.
        let sites = weights.bounding_sites();
        let most = (1..p).filter_map(|k| sum_bound(k, sites, largest)).max().unwrap_or(1);
        let narrow = most.saturating_mul(u128::from(largest) + 1).saturating_mul(LANES as u128) < 1 << 53;
        Self::with_width(model, weights, spins, narrow, Twin::best())
    }

    /// With the width and the twin given: all give the same integers where floating numbers are wide enough.
    pub fn with_width(
        model: &'a WeightedHebbian,
        weights: &'a WeightedPatterns,
        spins: Spins,
        float: bool,
        twin: Twin,
    ) -> Self {
        let rows = model.order().get() as usize - 1;
        let sums = if float {
            Sums::Float(initial(rows, weights, &spins))
        } else {
            Sums::Wide(initial(rows, weights, &spins))
        };
        let energy_sum = energy_sum(model.order(), weights, &spins);
        Self { model, weights, twin, known: KnownFields::new(spins.len()), spins, sums, energy_sum }
    }

    fn rows(&self) -> usize {
        self.model.order().get() as usize - 1
    }

    fn evaluate(&self, i: usize) -> i128 {
        let (rows, s, column) = (self.rows(), i16::from(self.spins.get(i)), self.weights.column(i));
        match &self.sums {
            Sums::Float(sums) => self.twin.compiled(|| field(rows, s, column, sums)),
            Sums::Wide(sums) => field(rows, s, column, sums),
        }
    }
}

/// e_1 … e_{P−1} by adding site after site.
fn initial<T: Whole>(rows: usize, weights: &WeightedPatterns, spins: &Spins) -> Vec<[T; LANES]> {
    let blocks = weights.column(0).len();
    let mut sums = vec![[T::default(); LANES]; rows * blocks];
    for mu in 0..weights.count() {
        sums[mu / LANES * rows][mu % LANES] = T::from(weights.pinned(mu));
    }
    for (i, &s) in spins.as_slice().iter().enumerate() {
        for (block, weights) in sums.chunks_exact_mut(rows.max(1)).zip(weights.column(i)) {
            for lane in 0..LANES {
                let value = T::from(weights[lane] * i16::from(s));
                for k in (0..rows).rev() {
                    let below = if k == 0 { T::from(1i16) } else { block[k - 1][lane] };
                    block[k][lane] += value * below;
                }
            }
        }
    }
    sums
}

/// Σ_μ c t_{P−1}.
#[inline(always)]
fn field<T: Whole>(rows: usize, s: i16, column: &[[i16; LANES]], sums: &[[T; LANES]]) -> i128 {
    let mut total = 0i128;
    for (block, weights) in sums.chunks_exact(rows).zip(column) {
        let weights = weights.map(T::from);
        let sign = T::from(s);
        let mut others = [T::from(1i16); LANES];
        for row in block {
            for lane in 0..LANES {
                others[lane] = row[lane] - weights[lane] * sign * others[lane];
            }
        }
        // Whole numbers: any order gives the same sum, this one as a vector.
        let mut sums = [T::default(); 8];
        for (lane, other) in others.iter().enumerate() {
            sums[lane % 8] += weights[lane] * *other;
        }
        let mut sum = T::default();
        sums.iter().for_each(|&x| sum += x);
        total += sum.wide();
    }
    total
}

/// e_k after the flip of a spin that was s.
#[inline(always)]
fn flip<T: Whole>(rows: usize, s: i16, column: &[[i16; LANES]], sums: &mut [[T; LANES]]) {
    for (block, weights) in sums.chunks_exact_mut(rows).zip(column) {
        let values = weights.map(|c| T::from(c * s));
        let mut others = [T::from(1i16); LANES];
        for row in block {
            for lane in 0..LANES {
                let other = row[lane] - values[lane] * others[lane];
                row[lane] = other - values[lane] * others[lane];
                others[lane] = other;
            }
        }
    }
}

impl Fields for WeightedForm<'_> {
    fn scale(&self) -> f64 {
        self.model.scale()
    }

    fn spins(&self) -> &Spins {
        &self.spins
    }

    fn field(&self, i: usize) -> i128 {
        self.known.get(i).unwrap_or_else(|| self.evaluate(i))
    }

    fn field_ahead(&mut self, sites: &[usize]) -> i128 {
        self.known.propose();
        let i = sites[0];
        self.known.get(i).unwrap_or_else(|| {
            let field = self.evaluate(i);
            self.known.set(i, field);
            field
        })
    }

    fn flip(&mut self, i: usize, field: i128) {
        let (rows, s, column) = (self.rows(), self.spins.get(i), self.weights.column(i));
        self.energy_sum -= 2 * i128::from(s) * field;
        match &mut self.sums {
            Sums::Float(sums) => self.twin.compiled(|| flip(rows, s.into(), column, sums)),
            Sums::Wide(sums) => flip(rows, s.into(), column, sums),
        }
        self.known.flip(&[i], &mut self.spins);
    }

    fn energy_sum(&self) -> i128 {
        self.energy_sum
    }

    fn overlaps(&self) -> &[i16] {
        &[]
    }
}
