//! Patterns of integer weights c^μ_i, and their dense Hebbian energy: the supervised model, c = Σ_a η^a.
//!
//! ```text
//! H(s) = − c₀ Σ_μ e_P(c^μ_1 s_1, …, c^μ_N s_N),   c₀ = P!/(2 N^{P−1}) / (E c²)^{P/2}
//! ```
//!
//! e_P, the sum over distinct indices, is no function of one overlap here. Adding a value v to a set changes e_k by v e_{k−1}, removing
//! it inverts that: the recurrence by which sums and fields are exact integers at every P. (In power sums p_j = Σ(c_i s_i)^j: e_2 =
//! (p1² − p2)/2, e_3 = (p1³ − 3p1p2 + 2p3)/6, e_4 = (p1⁴ − 6p1²p2 + 3p2² + 8p1p3 − 6p4)/24.)

use super::Spins;
use super::hamiltonian::unit_of_energy;
use crate::error::{Error, Result};
use crate::params::InteractionOrder;
use sha2::{Digest, Sha256};

/// Patterns in one block: columns are padded to whole blocks with weight 0, which adds nothing to any sum.
pub const LANES: usize = 64;

/// K patterns of N integer weights, site by site. 2 N K bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedPatterns {
    spins: usize,
    count: usize,
    largest: u16,
    weights: Vec<i16>,
    /// c^μ_0 of a further spin that is always up; none if empty.
    pinned: Vec<i32>,
}

impl WeightedPatterns {
    /// Weight of pattern μ at site i by `weight(μ, i)`, asked site by site.
    ///
    /// # Errors
    /// Where N or K is 0, or the weights do not fit into memory.
    pub fn from_fn(spins: usize, count: usize, mut weight: impl FnMut(usize, usize) -> i16) -> Result<Self> {
        if spins == 0 || count == 0 {
            return Err(Error::bad_input(format!("{count} patterns of {spins} spins"))
                .remedy("at least one pattern of one spin is needed"));
        }
        let padded = count.next_multiple_of(LANES);
        let mut weights = Vec::new();
        match spins.checked_mul(padded) {
            Some(length) if weights.try_reserve_exact(length).is_ok() => weights.resize(length, 0),
            _ => {
                return Err(Error::bad_input(format!(
                    "{count} weighted patterns of {spins} spins do not fit into memory"
                )));
            }
        }
        let mut largest = 0;
        for (i, column) in weights.chunks_exact_mut(padded).enumerate() {
            for (mu, entry) in column[..count].iter_mut().enumerate() {
                *entry = weight(mu, i);
                largest = largest.max(entry.unsigned_abs());
            }
        }
        Ok(Self { spins, count, largest, weights, pinned: Vec::new() })
    }

    /// With a further spin s_0 = +1 that no dynamics moves, of weight c^μ_0 in pattern μ: one more value in every e_k.
    ///
    /// # Errors
    /// Another number of values than patterns, or one beyond N times the largest weight.
    pub fn with_pinned(mut self, pinned: Vec<i32>) -> Result<Self> {
        let most = u64::from(self.largest) * self.spins as u64;
        if pinned.len() != self.count || pinned.iter().any(|&c| u64::from(c.unsigned_abs()) > most) {
            return Err(Error::bad_input(format!("{} weights of a pinned spin", pinned.len()))
                .remedy(format!("one for each of {} patterns, each up to {most}", self.count)));
        }
        self.pinned = pinned;
        Ok(self)
    }

    /// c^μ_0 of the pinned spin; 0 without one.
    pub fn pinned(&self, mu: usize) -> i32 {
        self.pinned.get(mu).copied().unwrap_or(0)
    }

    /// Whether there is a pinned spin: then no P has the symmetry s → −s.
    pub fn has_pinned(&self) -> bool {
        !self.pinned.is_empty()
    }

    /// Sites in bounds of e_k: a pinned spin, up to N times the largest weight, counts as N more.
    pub fn bounding_sites(&self) -> usize {
        if self.has_pinned() { 2 * self.spins } else { self.spins }
    }

    /// Mean of c² over sites and patterns.
    pub fn mean_square(&self) -> f64 {
        // Padding is 0.
        let total: u128 = self.weights.iter().map(|&c| u128::from(c.unsigned_abs()).pow(2)).sum();
        total as f64 / (self.spins as f64 * self.count as f64)
    }

    /// Σ_i c^μ_i s_i with the pinned spin.
    pub fn overlap(&self, mu: usize, spins: &Spins) -> i64 {
        let term = |(i, &s): (usize, &i8)| i64::from(self.weight(mu, i)) * i64::from(s);
        i64::from(self.pinned(mu)) + spins.as_slice().iter().enumerate().map(term).sum::<i64>()
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// The number of patterns K.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The largest |c|.
    pub fn largest(&self) -> u16 {
        self.largest
    }

    /// c^μ_i of all patterns, in whole blocks.
    #[inline]
    pub fn column(&self, i: usize) -> &[[i16; LANES]] {
        let length = self.count.next_multiple_of(LANES);
        self.weights[i * length..(i + 1) * length].as_chunks().0
    }

    /// c^μ_i
    pub fn weight(&self, mu: usize, i: usize) -> i16 {
        self.weights[i * self.count.next_multiple_of(LANES) + mu]
    }

    /// SHA-256 of N, K and all weights, in hexadecimal.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update((self.spins as u64).to_le_bytes());
        hash.update((self.count as u64).to_le_bytes());
        self.weights.iter().for_each(|weight| hash.update(weight.to_le_bytes()));
        self.pinned.iter().for_each(|weight| hash.update(weight.to_le_bytes()));
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// The energy of weighted patterns at order P.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedHebbian {
    order: InteractionOrder,
    spins: usize,
    scale: f64,
}

impl WeightedHebbian {
    /// For K patterns of N weights up to `largest`, of mean square `mean_square` = E c².
    ///
    /// # Errors
    /// Where K·C(N, P)·c^P leaves the range of exact integers (2¹²⁰).
    pub fn new(
        order: InteractionOrder,
        spins: usize,
        patterns: usize,
        largest: u64,
        mean_square: f64,
    ) -> Result<Self> {
        Self::bounded(order, spins, (spins, patterns, largest), mean_square)
    }

    /// For given patterns, E c² as they have it.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(order: InteractionOrder, weights: &WeightedPatterns) -> Result<Self> {
        let size = (weights.bounding_sites(), weights.count(), u64::from(weights.largest()));
        Self::bounded(order, weights.spins(), size, weights.mean_square())
    }

    /// The same H, `factor` times as large.
    #[must_use]
    pub fn weighted(self, factor: f64) -> Self {
        Self { scale: self.scale * factor, ..self }
    }

    fn bounded(
        order: InteractionOrder,
        spins: usize,
        (sites, patterns, largest): (usize, usize, u64),
        mean_square: f64,
    ) -> Result<Self> {
        let bound = sum_bound(order.get(), sites, largest).and_then(|b| b.checked_mul(patterns as u128));
        if spins == 0 || spins > i16::MAX as usize || bound.is_none_or(|bound| bound >= 1 << 120) {
            return Err(Error::bad_input(format!(
                "P = {order}, N = {spins}, K = {patterns}, weights up to {largest}: energies leave the range of exact integers"
            ))
            .remedy("K·C(N, P)·M^P must stay below 2^120"));
        }
        let root = mean_square.sqrt();
        let power: f64 = (0..order.get()).map(|_| root).product();
        Ok(Self { order, spins, scale: unit_of_energy(order, spins) / power })
    }

    pub fn order(&self) -> InteractionOrder {
        self.order
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// c₀ of H = −c₀ Σ.
    pub fn scale(&self) -> f64 {
        self.scale
    }
}

/// C(N, k) c^k: the largest |e_k| of N values up to c; None beyond 2¹²⁸.
pub fn sum_bound(k: u32, spins: usize, largest: u64) -> Option<u128> {
    (0..u128::from(k)).try_fold(1u128, |bound, j| {
        let n = (spins as u128).saturating_sub(j);
        Some(bound.checked_mul(n)?.checked_mul(u128::from(largest))? / (j + 1))
    })
}

/// Σ_μ e_P of one configuration, exactly. Cost N K P.
pub fn energy_sum(order: InteractionOrder, weights: &WeightedPatterns, spins: &Spins) -> i128 {
    let p = order.get() as usize;
    let of = |mu: usize| {
        let mut sums = vec![0i128; p + 1];
        (sums[0], sums[1]) = (1, weights.pinned(mu).into());
        for (i, &s) in spins.as_slice().iter().enumerate() {
            let value = i128::from(weights.weight(mu, i)) * i128::from(s);
            for k in (1..=p).rev() {
                sums[k] += value * sums[k - 1];
            }
        }
        sums[p]
    };
    (0..weights.count()).map(of).sum()
}
