//! Averages over the values of diluted patterns, exactly.
//!
//! Patterns of equal amplitude enter the field by the sum S of their entries alone, and the law of S is a convolution: a state of r
//! different amplitudes on n_1, …, n_r patterns costs Π(2n_i + 1) terms, halved by ξ → −ξ, where the plain sum costs 3^K.

use crate::numerics::special::power;
use crate::params::{Dilution, InteractionOrder, LearningMode, Lesson, Temperature};

/// Fields below this fraction of their sum over patterns are zero at T = 0: the rest of a sum that vanishes exactly.
const TIE: f64 = 1e-12;

/// `size` patterns of one m > 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Block {
    pub amplitude: f64,
    pub size: usize,
}

/// What is stored of one pattern at one site: an integer times a unit.
struct Entry {
    integer: i64,
    probability: f64,
    /// E ξ of the archetype at given value
    archetype: f64,
}

/// One value of the sum S of the entries of a block.
struct Value {
    sum: f64,
    /// P(S)
    weight: f64,
    /// Σ of their squares, on average at given S: the number of non-zero ones where the patterns themselves are stored
    square: f64,
    /// Σ of their archetypes, on average at given S: S itself there
    archetype: f64,
}

/// Rarer sums of examples are left out: what they add is below rounding.
const RARE: f64 = 1e-30;

/// −1, 0, 1; or the sum of M examples, each of which flips ξ = ±1 with probability (1 − r)/2. With the unit they are counted in.
fn entries(dilution: Dilution, lesson: Option<Lesson>) -> (Vec<Entry>, f64) {
    let (d, half) = (dilution.get(), 0.5 * (1.0 - dilution.get()));
    let Some(Lesson { mode, examples }) = lesson else {
        let entry = |(integer, probability)| Entry { integer, probability, archetype: integer as f64 };
        return ([(-1, half), (0, d), (1, half)].map(entry).into(), 1.0);
    };
    let (count, up) = (examples.count() as i64, 0.5 * (1.0 + examples.quality().get()));
    let along = binomial(examples.count() as usize, up);
    let mut found: Vec<Entry> = (-count..=count)
        .map(|c| {
            let k = ((c + count) / 2) as usize;
            // M − k of M examples against ξ = 1 are as likely as along ξ = −1.
            let (a, b) = match (c + count) % 2 {
                0 => (half * along[k], half * along[count as usize - k]),
                _ => (0.0, 0.0),
            };
            let probability = a + b + if c == 0 { d } else { 0.0 };
            Entry {
                integer: c,
                probability,
                archetype: if probability > 0.0 { (a - b) / probability } else { 0.0 },
            }
        })
        .collect();
    found.retain(|entry| entry.probability > RARE);
    let norm = match mode {
        LearningMode::Supervised => (1.0 + examples.entropy()).sqrt(),
        LearningMode::Unsupervised => 1.0,
    };
    (found, 1.0 / (count as f64 * examples.quality().get() * norm))
}

/// P(k of n) at probability p > 0 each, from the likeliest k outwards.
fn binomial(n: usize, p: f64) -> Vec<f64> {
    let mut law = vec![0.0; n + 1];
    let mode = ((n as f64 + 1.0) * p).floor().min(n as f64) as usize;
    let odds = |k: usize| (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
    law[mode] = 1.0;
    for k in mode..n {
        law[k + 1] = law[k] * odds(k);
    }
    for k in (0..mode).rev() {
        law[k] = law[k + 1] / odds(k);
    }
    let sum: f64 = law.iter().sum();
    law.iter_mut().for_each(|weight| *weight /= sum);
    law
}

/// P(S) of n = 0 … `most` entries, and what is known of them at given S, by as many convolutions.
fn laws(most: usize, (entries, unit): &(Vec<Entry>, f64)) -> Vec<Vec<Value>> {
    let reach = entries.iter().map(|entry| entry.integer.unsigned_abs() as usize).max().unwrap_or(0);
    let (mut weight, mut square, mut archetype) = (vec![1.0], vec![0.0], vec![0.0]);
    let mut found = Vec::new();
    for n in 0..=most {
        let centre = (n * reach) as f64;
        let value = |(k, &w): (usize, &f64)| Value {
            sum: unit * (k as f64 - centre),
            weight: w,
            square: unit * unit * square[k] / w,
            archetype: archetype[k] / w,
        };
        found.push(weight.iter().enumerate().filter(|(_, w)| **w > 0.0).map(value).collect());
        if n == most {
            break;
        }
        let length = weight.len() + 2 * reach;
        let mut next = (vec![0.0; length], vec![0.0; length], vec![0.0; length]);
        for (k, w) in weight.iter().enumerate().filter(|(_, w)| **w > 0.0) {
            for entry in entries {
                let (at, p) = ((k + reach).strict_add_signed(entry.integer as isize), entry.probability);
                next.0[at] += p * w;
                next.1[at] += p * (square[k] + (entry.integer * entry.integer) as f64 * w);
                next.2[at] += p * (archetype[k] + entry.archetype * w);
            }
        }
        (weight, square, archetype) = next;
    }
    found
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
    /// E (Σ of the squares of the entries of block i) sech²
    pub squares: Vec<f64>,
}

/// The exact average over diluted patterns at temperature T, of order P.
pub(super) struct Average {
    pub order: InteractionOrder,
    pub dilution: Dilution,
    /// What is stored: examples of the patterns, or they themselves.
    pub lesson: Option<Lesson>,
    pub temperature: f64,
    /// P(S) of the sum of n entries, by n
    laws: Vec<Vec<Value>>,
}

impl Average {
    /// Of up to `patterns` patterns.
    pub fn new(
        order: InteractionOrder,
        patterns: usize,
        dilution: Dilution,
        lesson: Option<Lesson>,
        temperature: Temperature,
    ) -> Self {
        let laws = laws(patterns, &entries(dilution, lesson));
        Self { order, dilution, lesson, temperature: temperature.get(), laws }
    }

    /// (P/2) m^{P−1}, what a pattern adds to the field of a spin; m itself at P = 2.
    pub fn couple(&self, m: f64) -> f64 {
        0.5 * f64::from(self.order.get()) * power(m, self.order.get() - 1)
    }

    /// Its derivative c = (P(P−1)/2) m^{P−2}; 1 at P = 2.
    pub fn slope(&self, m: f64) -> f64 {
        let p = f64::from(self.order.get());
        0.5 * p * (p - 1.0) * power(m, self.order.get() - 2)
    }

    /// E (ξ^μ)² of what is stored: 1 − d, times 1 + ρ in unsupervised learning.
    pub fn mean_square(&self) -> f64 {
        let spread = match self.lesson {
            Some(Lesson { mode: LearningMode::Unsupervised, examples }) => 1.0 + examples.entropy(),
            _ => 1.0,
        };
        (1.0 - self.dilution.get()) * spread
    }

    /// E ξ^μ tanh(h/T) with what is stored, for each block.
    pub fn response(&self, blocks: &[Block]) -> Vec<f64> {
        let tie = self.tie(blocks);
        self.each(blocks, |value| value.sum, &mut |term| term.weight * self.tanh(term.field, tie))
    }

    /// E ξ^μ tanh(h/T) with the archetypes, for each block.
    pub fn archetypes(&self, blocks: &[Block]) -> Vec<f64> {
        let tie = self.tie(blocks);
        self.each(blocks, |value| value.archetype, &mut |term| term.weight * self.tanh(term.field, tie))
    }

    /// T E log 2cosh(h/T); E |h| at T = 0.
    pub fn log_cosh(&self, blocks: &[Block]) -> f64 {
        let t = self.temperature;
        let mut sum = 0.0;
        self.each(blocks, |_| 0.0, &mut |term| {
            let h = term.field.abs();
            let rest = if t == 0.0 { 0.0 } else { t * libm::log1p(libm::exp(-2.0 * h / t)) };
            sum += term.weight * (h + rest);
            0.0
        });
        sum
    }

    pub fn second(&self, blocks: &[Block]) -> Curvatures {
        let r = blocks.len();
        let mut found = Curvatures { sech2: 0.0, sums: vec![vec![0.0; r]; r], squares: vec![0.0; r] };
        let tie = self.tie(blocks);
        self.each(blocks, |_| 0.0, &mut |term| {
            let weight = term.weight * self.sech2(term.field, tie);
            if weight == 0.0 {
                return 0.0;
            }
            found.sech2 += weight;
            for (i, value) in term.values.iter().enumerate() {
                found.squares[i] += weight * value.square;
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

    /// Visits the values of the blocks, one of each pair ±; gives Σ a x/n for what the visits return, x of the sign of the field, with a
    /// of `moment` odd in the value of a block of n patterns.
    fn each(
        &self,
        blocks: &[Block],
        moment: fn(&Value) -> f64,
        visit: &mut impl FnMut(Term<'_>) -> f64,
    ) -> Vec<f64> {
        let laws: Vec<&[Value]> = blocks.iter().map(|b| self.laws[b.size].as_slice()).collect();
        let mut moments = vec![0.0; blocks.len()];
        let fields: Vec<f64> = blocks.iter().map(|b| self.couple(b.amplitude)).collect();
        let walk = Walk { fields: &fields, laws: &laws, moment };
        walk.descend((1.0, 0.0, true), &mut Vec::new(), &mut moments, visit);
        for (moment, block) in moments.iter_mut().zip(blocks) {
            *moment /= block.size as f64;
        }
        moments
    }

    fn tie(&self, blocks: &[Block]) -> f64 {
        TIE * blocks.iter().map(|b| self.couple(b.amplitude) * b.size as f64).sum::<f64>()
    }
}

/// All values of the blocks, block after block.
struct Walk<'a> {
    fields: &'a [f64],
    laws: &'a [&'a [Value]],
    moment: fn(&Value) -> f64,
}

impl<'a> Walk<'a> {
    /// Chooses the value of the next block; gives the sum of what was visited. While all values before are 0 (`open`), positive ones
    /// stand for their negatives too.
    fn descend(
        &self,
        (weight, field, open): (f64, f64, bool),
        chosen: &mut Vec<&'a Value>,
        moments: &mut [f64],
        visit: &mut impl FnMut(Term<'_>) -> f64,
    ) -> f64 {
        let level = chosen.len();
        let Some(law) = self.laws.get(level) else {
            return visit(Term { weight, field, values: chosen });
        };
        let mut total = 0.0;
        for value in law.iter().filter(|v| !open || v.sum >= 0.0) {
            let twice = if open && value.sum > 0.0 { 2.0 } else { 1.0 };
            let here = (
                weight * twice * value.weight,
                field + self.fields[level] * value.sum,
                open && value.sum == 0.0,
            );
            chosen.push(value);
            let below = self.descend(here, chosen, moments, visit);
            chosen.pop();
            moments[level] += (self.moment)(value) * below;
            total += below;
        }
        total
    }
}
