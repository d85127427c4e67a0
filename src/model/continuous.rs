//! The continuous Hopfield network of Ramsauer et al. (2021, arXiv:2008.02217): its update is an attention head.
//!
//! ```text
//! E(x) = −(1/β) log Σ_μ exp(β ξ^μ·x) + x·x/2 + (log K)/β + ½ max_μ |ξ^μ|²  ≥ 0
//! x ← Σ_μ ξ^μ p_μ(x),   p = softmax(β ξ x),     ∇E(x) = x − Σ_μ ξ^μ p_μ(x)
//! ```
//!
//! E never rises under the update (the concave–convex procedure), and the fixed points of the update are the stationary points of E:
//! one pattern, a metastable average of several, or the average of all, told apart by how many patterns the weights p are spread over,
//! the participation 1/Σ p² ([`FixedPoint`]).
//!
//! Sums are taken in one fixed order with `libm`: the same bits on every machine.

use super::Patterns;
use super::gaussian_couplings::deviates;
use crate::error::{Error, Result};
use crate::rng::Stream;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

/// K patterns of N real numbers at inverse temperature β.
#[derive(Debug, Clone, PartialEq)]
pub struct ContinuousHopfield {
    /// K × N
    patterns: Array2<f64>,
    beta: f64,
    /// (log K)/β + ½ max |ξ|²
    constant: f64,
}

/// What a fixed point is an average of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixedPoint {
    /// One pattern: participation up to [`FixedPoint::SINGLE`].
    Single,
    /// Several, but neither one nor all.
    Metastable,
    /// All: participation from [`FixedPoint::GLOBAL`] K on. (K = 1 is single.)
    Global,
}

impl FixedPoint {
    /// Largest participation of one pattern: the others weigh 5 % together at most, or nearly so.
    pub const SINGLE: f64 = 1.1;
    /// Smallest participation of all patterns, as a fraction of K.
    pub const GLOBAL: f64 = 0.9;

    /// By the participation 1/Σ p² of the weights of K patterns.
    pub fn of(participation: f64, patterns: usize) -> Self {
        if participation <= Self::SINGLE {
            Self::Single
        } else if participation >= Self::GLOBAL * patterns as f64 {
            Self::Global
        } else {
            Self::Metastable
        }
    }
}

/// Where the update ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub x: Array1<f64>,
    /// Updates made.
    pub updates: usize,
    /// |x − Σ ξ p(x)|/√N, the root mean square of ∇E.
    pub residual: f64,
    /// 1/Σ p²
    pub participation: f64,
}

impl ContinuousHopfield {
    /// K × N patterns.
    ///
    /// # Errors
    /// No pattern or no entry, an entry that is not finite, β not finite and positive.
    pub fn new(patterns: Array2<f64>, beta: f64) -> Result<Self> {
        if patterns.is_empty() {
            return Err(Error::bad_input(format!(
                "{} patterns of {} numbers",
                patterns.nrows(),
                patterns.ncols()
            ))
            .remedy("at least one pattern of one number"));
        }
        if let Some(entry) = patterns.iter().find(|x| x.is_nan() || x.abs() >= 1e100) {
            return Err(Error::bad_input(format!("entry {entry} of a pattern")).remedy("numbers below 1e100"));
        }
        if !(1e-100..1e100).contains(&beta) {
            return Err(
                Error::bad_input(format!("β = {beta}")).remedy("a number β > 0, from 1e-100 to 1e100")
            );
        }
        let norm = |row: ArrayView1<'_, f64>| dot(row, row);
        let largest = patterns.rows().into_iter().map(norm).fold(0.0, f64::max);
        let constant = libm::log(patterns.nrows() as f64) / beta + 0.5 * largest;
        Ok(Self { patterns, beta, constant })
    }

    /// N
    pub fn spins(&self) -> usize {
        self.patterns.ncols()
    }

    /// K
    pub fn count(&self) -> usize {
        self.patterns.nrows()
    }

    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// ξ, K × N.
    pub fn patterns(&self) -> ArrayView2<'_, f64> {
        self.patterns.view()
    }

    /// p = softmax(β ξ x), and log Σ exp(β ξ·x).
    fn softmax(&self, x: ArrayView1<'_, f64>) -> (Array1<f64>, f64) {
        let mut p: Array1<f64> =
            self.patterns.rows().into_iter().map(|row| self.beta * dot(row, x)).collect();
        let top = p.fold(f64::NEG_INFINITY, |top, &z| top.max(z));
        p.mapv_inplace(|z| libm::exp(z - top));
        let sum: f64 = p.iter().sum();
        p.mapv_inplace(|w| w / sum);
        (p, top + libm::log(sum))
    }

    /// The weights p_μ(x) of the patterns.
    ///
    /// `x` has N entries, here and below.
    pub fn weights(&self, x: ArrayView1<'_, f64>) -> Array1<f64> {
        self.softmax(x).0
    }

    /// E(x), total.
    pub fn energy(&self, x: ArrayView1<'_, f64>) -> f64 {
        0.5 * dot(x, x) - self.softmax(x).1 / self.beta + self.constant
    }

    /// Σ_μ ξ^μ p_μ
    fn average(&self, weights: &Array1<f64>) -> Array1<f64> {
        let mut sum = Array1::zeros(self.spins());
        for (row, &weight) in self.patterns.rows().into_iter().zip(weights) {
            sum.scaled_add(weight, &row);
        }
        sum
    }

    /// One update of one query.
    pub fn update(&self, x: ArrayView1<'_, f64>) -> Array1<f64> {
        self.average(&self.weights(x))
    }

    /// One update of a batch of queries, one a row: softmax(β Q ξᵀ) ξ.
    pub fn update_batch(&self, queries: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut updated = queries.to_owned();
        for mut row in updated.axis_iter_mut(Axis(0)) {
            let next = self.update(row.view());
            row.assign(&next);
        }
        updated
    }

    /// Δ_μ = min_{ν≠μ} (ξ^μ·ξ^μ − ξ^μ·ξ^ν): how well pattern μ is separated from the others. Infinite for K = 1.
    pub fn separation(&self, mu: usize) -> f64 {
        let row = self.patterns.row(mu);
        let others = self.patterns.rows().into_iter().enumerate().filter(|&(nu, _)| nu != mu);
        others.map(|(_, other)| dot(row, row) - dot(row, other)).fold(f64::INFINITY, f64::min)
    }

    /// Updates until the residual is at most `tolerance`, `most` times at most.
    pub fn settle(&self, start: ArrayView1<'_, f64>, tolerance: f64, most: usize) -> Settled {
        let (mut x, mut updates) = (start.to_owned(), 0);
        loop {
            let weights = self.weights(x.view());
            let next = self.average(&weights);
            let step = &x - &next;
            let residual = (dot(step.view(), step.view()) / self.spins() as f64).sqrt();
            if residual <= tolerance || updates >= most {
                let participation = 1.0 / dot(weights.view(), weights.view());
                return Settled { x, updates, residual, participation };
            }
            (x, updates) = (next, updates + 1);
        }
    }
}

/// The ±1 of binary patterns, K × N.
pub fn signs(patterns: &Patterns) -> Array2<f64> {
    Array2::from_shape_fn((patterns.count(), patterns.spins()), |(mu, i)| f64::from(patterns.sign(mu, i)))
}

/// K patterns drawn uniformly from the sphere |ξ|² = N, K × N.
pub fn spherical(spins: usize, count: usize, stream: &mut Stream) -> Array2<f64> {
    let mut patterns = Array2::from_shape_simple_fn((count, spins), || deviates(stream)[0]);
    for mut row in patterns.rows_mut() {
        let norm = (dot(row.view(), row.view()) / spins as f64).sqrt();
        row.mapv_inplace(|x| x / norm);
    }
    patterns
}

/// Eight sums side by side: a fixed order that vector units take.
fn dot(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    let mut sums = [0.0; 8];
    match (a.as_slice(), b.as_slice()) {
        (Some(a), Some(b)) => {
            for (a, b) in a.chunks(8).zip(b.chunks(8)) {
                sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (x, y))| *sum += x * y);
            }
        }
        _ => a.iter().zip(b).enumerate().for_each(|(i, (x, y))| sums[i % 8] += x * y),
    }
    sums.iter().sum()
}
