//! Diluted patterns ξ ∈ {−1, 0, +1} of multitasking networks: a spin that one pattern leaves free serves another.
//!
//! ```text
//! H(s) = − P!/(2 N^{P−1}) Σ_μ e_P over the N_μ non-zero entries of pattern μ   (the prefactor of ±1 patterns, no 1/(1−d))
//! ```
//!
//! e_P is then the polynomial of N_μ signs at M_μ = Σ_i ξ^μ_i s_i. In a simulation they are weighted patterns of weights −1, 0, 1.

use super::examples::{check_sums, supervised};
use super::hamiltonian::{elementary_symmetric, unit_of_energy};
use super::{Spins, WeightedHebbian, WeightedPatterns};
use crate::error::{Error, Result};
use crate::params::{Dilution, Examples, InteractionOrder, LearningMode, Lesson};
use crate::rng::{Stream, uniform};
use sha2::{Digest, Sha256};

/// K patterns of N entries −1, 0, 1, pattern after pattern. N K bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DilutedPatterns {
    spins: usize,
    entries: Vec<i8>,
}

impl DilutedPatterns {
    /// Independent entries: 0 with probability d, else an unbiased sign.
    ///
    /// # Errors
    /// Where N or K is 0, or the entries do not fit into memory.
    pub fn random(spins: usize, count: usize, dilution: Dilution, stream: &mut Stream) -> Result<Self> {
        let mut entries = room(spins, count)?;
        let (d, up) = (dilution.get(), 0.5 * (1.0 + dilution.get()));
        entries.resize_with(spins * count, || match uniform(stream) {
            u if u < d => 0,
            u if u < up => 1,
            _ => -1,
        });
        Ok(Self { spins, entries })
    }

    /// From rows of −1, 0, 1, one pattern a row.
    ///
    /// # Errors
    /// Rows of different length, another value, a pattern of zeros alone, or nothing.
    pub fn from_rows<R: AsRef<[i8]>>(rows: &[R]) -> Result<Self> {
        let spins = rows.first().map_or(0, |row| row.as_ref().len());
        let mut entries = room(spins, rows.len())?;
        for (mu, row) in rows.iter().enumerate() {
            let row = row.as_ref();
            let fits = row.len() == spins && row.iter().all(|x| (-1..=1).contains(x));
            if !fits || row.iter().all(|&x| x == 0) {
                return Err(Error::bad_input(format!("pattern {mu} of diluted patterns"))
                    .remedy(format!("{spins} entries −1, 0, 1, not all of them 0")));
            }
            entries.extend_from_slice(row);
        }
        Ok(Self { spins, entries })
    }

    /// M examples of each pattern, one after the other: an entry ±1 is flipped with probability (1 − r)/2, a 0 stays.
    ///
    /// # Errors
    /// Where they do not fit into memory.
    pub fn examples(&self, examples: Examples, stream: &mut Stream) -> Result<Self> {
        let (count, up) = (examples.count() as usize, 0.5 * (1.0 + examples.quality().get()));
        let mut entries = room(self.spins, self.count().saturating_mul(count))?;
        for mu in 0..self.count() {
            for _ in 0..count {
                entries.extend(self.row(mu).iter().map(|&x| if uniform(stream) < up { x } else { -x }));
            }
        }
        Ok(Self { spins: self.spins, entries })
    }

    /// The first `count` patterns.
    ///
    /// # Errors
    /// Where there are fewer.
    pub fn first(&self, count: usize) -> Result<Self> {
        match self.entries.get(..count * self.spins) {
            Some(entries) if count > 0 => Ok(Self { spins: self.spins, entries: entries.to_vec() }),
            _ => Err(Error::bad_input(format!("{count} patterns asked of {}", self.count()))),
        }
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// The number of patterns K.
    pub fn count(&self) -> usize {
        self.entries.len() / self.spins
    }

    /// ξ^μ
    pub fn row(&self, mu: usize) -> &[i8] {
        &self.entries[mu * self.spins..(mu + 1) * self.spins]
    }

    /// N_μ, the number of non-zero entries.
    pub fn nonzero(&self, mu: usize) -> usize {
        self.row(mu).iter().filter(|&&x| x != 0).count()
    }

    /// The fraction of entries that are 0.
    pub fn dilution(&self) -> f64 {
        self.entries.iter().filter(|&&x| x == 0).count() as f64 / self.entries.len() as f64
    }

    /// M_μ = Σ_i ξ^μ_i s_i of every pattern.
    pub fn overlaps(&self, spins: &Spins) -> Vec<i16> {
        let dot = |row: &[i8]| row.iter().zip(spins.as_slice()).map(|(x, s)| i16::from(x * s)).sum();
        self.entries.chunks_exact(self.spins).map(dot).collect()
    }

    /// The hierarchical state of T = 0: each spin follows the first pattern that does not leave it free, a spin that all leave free is
    /// drawn. m_μ = (1−d) d^{μ−1} on average.
    pub fn hierarchical(&self, stream: &mut Stream) -> Spins {
        let mut up = Vec::with_capacity(self.spins);
        for i in 0..self.spins {
            let entry = (0..self.count()).map(|mu| self.row(mu)[i]).find(|&x| x != 0);
            up.push(entry.map_or_else(|| uniform(stream) < 0.5, |x| x > 0));
        }
        Spins::from_fn(self.spins, |i| up[i])
    }

    /// As weights, which the kernels run over.
    ///
    /// # Errors
    /// Where they do not fit into memory.
    pub fn weights(&self) -> Result<WeightedPatterns> {
        WeightedPatterns::from_fn(self.spins, self.count(), |mu, i| self.row(mu)[i].into())
    }

    /// The energy of K such patterns: weights up to 1, E c² not divided out.
    ///
    /// # Errors
    /// Those of [`WeightedHebbian::new`].
    pub fn model(order: InteractionOrder, spins: usize, patterns: usize) -> Result<WeightedHebbian> {
        WeightedHebbian::new(order, spins, patterns, 1, 1.0)
    }

    /// The energy of K such patterns learnt from M examples each: of their sums, weights of mean square (M²r² + M(1 − r²))(1 − d) whose
    /// root M r √(1+ρ) is divided out (supervised); or of all K·M examples, with 1/(M r^P) in front (unsupervised).
    ///
    /// # Errors
    /// Those of [`supervised`] and [`WeightedHebbian::new`]; 1/(M r^P) out of range.
    pub fn learnt_model(
        order: InteractionOrder,
        spins: usize,
        patterns: usize,
        lesson: Lesson,
    ) -> Result<WeightedHebbian> {
        match lesson.mode {
            LearningMode::Supervised => supervised(order, spins, patterns, lesson),
            LearningMode::Unsupervised => {
                let all = patterns.saturating_mul(lesson.examples.count() as usize);
                Ok(Self::model(order, spins, all)?.weighted(lesson.worth(order)?))
            }
        }
    }

    /// What is stored of M examples of each pattern: their sums (supervised), or they themselves.
    ///
    /// # Errors
    /// Where they do not fit into memory or, summed, into 16 bits.
    pub fn learnt(&self, lesson: Lesson, stream: &mut Stream) -> Result<WeightedPatterns> {
        check_sums(lesson)?;
        let (shown, count) = (self.examples(lesson.examples, stream)?, lesson.examples.count() as usize);
        match lesson.mode {
            LearningMode::Unsupervised => shown.weights(),
            LearningMode::Supervised => WeightedPatterns::from_fn(self.spins, self.count(), |mu, i| {
                (0..count).map(|a| i16::from(shown.row(mu * count + a)[i])).sum()
            }),
        }
    }

    /// e_P of pattern μ where `agreeing` of its non-zero entries have the sign of their spin; `None` beyond 2¹²⁷.
    pub fn energy_of_agreement(&self, order: InteractionOrder, mu: usize, agreeing: usize) -> Option<i128> {
        let nonzero = self.nonzero(mu) as i128;
        elementary_symmetric(order.get(), nonzero, 2 * agreeing as i128 - nonzero)
    }

    /// Total energy H of one configuration, by the overlaps.
    ///
    /// # Errors
    /// Another number of spins, or energies beyond the integers.
    pub fn energy(&self, order: InteractionOrder, spins: &Spins) -> Result<f64> {
        if spins.len() != self.spins {
            let what = format!("a configuration of {} spins for patterns of {}", spins.len(), self.spins);
            return Err(
                Error::bad_input(what).remedy("patterns and configurations need the same number of spins N")
            );
        }
        Self::model(order, self.spins, self.count())?;
        let overlaps = self.overlaps(spins);
        let term = |(mu, &m): (usize, &i16)| {
            let nonzero = self.nonzero(mu) as i128;
            elementary_symmetric(order.get(), nonzero, m.into()).unwrap_or_default()
        };
        let sum: i128 = overlaps.iter().enumerate().map(term).sum();
        Ok(-unit_of_energy(order, self.spins) * sum as f64)
    }

    /// SHA-256 of N, K and all entries, in hexadecimal.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update((self.spins as u64).to_le_bytes());
        hash.update((self.count() as u64).to_le_bytes());
        self.entries.iter().for_each(|entry| hash.update(entry.to_le_bytes()));
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

fn room(spins: usize, count: usize) -> Result<Vec<i8>> {
    if spins == 0 || count == 0 {
        return Err(Error::bad_input(format!("{count} patterns of {spins} spins"))
            .remedy("at least one pattern of one spin is needed"));
    }
    let mut entries = Vec::new();
    match spins.checked_mul(count) {
        Some(length) if entries.try_reserve_exact(length).is_ok() => Ok(entries),
        _ => {
            Err(Error::bad_input(format!("{count} diluted patterns of {spins} spins do not fit into memory")))
        }
    }
}
