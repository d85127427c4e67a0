//! Archetypes and the examples of them: η^{μ,a}_i = ξ^μ_i χ^{μ,a}_i, P(χ = ±1) = (1 ± r)/2.

use super::weighted::WeightedHebbian;
use super::{DenseHebbian, Patterns, Spins, WeightedPatterns};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, LearningMode, Lesson};
use crate::rng::Stream;
use rand_xoshiro::rand_core::Rng;
use sha2::{Digest, Sha256};

/// A of centred weights: their root mean square, in integers.
const AMPLITUDE: f64 = 32.0;

/// K archetypes, and what is stored of M examples of each.
#[derive(Debug, Clone)]
pub struct ExampleSet {
    lesson: Lesson,
    archetypes: Patterns,
    stored: Stored,
    /// Whether `stored` are centred sums: of archetypes (supervised) or of every example (unsupervised).
    centred: bool,
    /// The first example of the first archetype, where `stored` does not hold it.
    first: Option<Spins>,
}

/// What the machine keeps of the examples.
#[derive(Debug, Clone)]
pub enum Stored {
    /// Unsupervised: all K·M examples as patterns, example a of archetype μ at μM + a.
    Examples(Patterns),
    /// Supervised: the sums Σ_a η^{μ,a}. Centred storage of either kind.
    Sums(WeightedPatterns),
}

impl ExampleSet {
    /// Random archetypes and examples, a pure function of the stream.
    ///
    /// # Errors
    /// Where N or K is 0, or what is stored does not fit into memory.
    pub fn random(lesson: Lesson, spins: usize, count: usize, stream: &mut Stream) -> Result<Self> {
        let archetypes = Patterns::random(spins, count, stream)?;
        let (r, examples) = (lesson.examples.quality().get(), lesson.examples.count());
        let stored = match lesson.mode {
            LearningMode::Unsupervised => {
                let per = examples as usize;
                let all =
                    count.checked_mul(per).ok_or_else(|| Error::bad_input("K·M beyond the integers"))?;
                // 2^64 (1 + r)/2, in exact arithmetic up to the rounding of r.
                let keep = ((1.0 + r) * 0.5 * 18_446_744_073_709_551_616.0) as u128;
                let examples = Patterns::from_fn(spins, all, |nu, i| {
                    let agrees = u128::from(stream.next_u64()) < keep;
                    agrees == (archetypes.sign(nu / per, i) > 0)
                })?;
                Stored::Examples(examples)
            }
            LearningMode::Supervised => {
                let law = BinomialLaw::new(examples, r);
                let sums = WeightedPatterns::from_fn(spins, count, |mu, i| {
                    let sum = 2 * law.draw(stream.next_u64()) as i32 - examples as i32;
                    (sum * i32::from(archetypes.sign(mu, i))) as i16
                })?;
                Stored::Sums(sums)
            }
        };
        // Given their sum, M examples are + in any order alike: the first with probability k/M.
        let first = match &stored {
            Stored::Examples(_) => None,
            Stored::Sums(sums) => {
                let up = |i: usize| {
                    let plus = (i64::from(sums.weight(0, i)) + examples as i64) as u128 / 2;
                    u128::from(stream.next_u64()) * u128::from(examples) < plus << 64
                };
                let up: Vec<bool> = (0..spins).map(up).collect();
                Some(Spins::from_fn(spins, |i| up[i]))
            }
        };
        Ok(Self { lesson, archetypes, stored, centred: false, first })
    }

    /// From rows of examples, M consecutive ones an archetype; the archetypes themselves are unknown, and stand as the majority of
    /// their examples (ties up).
    ///
    /// # Errors
    /// A number of rows that is no multiple of M; those of [`check_sums`].
    pub fn from_examples(lesson: Lesson, examples: &Patterns) -> Result<Self> {
        check_sums(lesson)?;
        let per = lesson.examples.count() as usize;
        if !examples.count().is_multiple_of(per) {
            return Err(Error::bad_input(format!("{} examples at M = {per}", examples.count()))
                .remedy("M consecutive rows for every archetype"));
        }
        let (spins, count) = (examples.spins(), examples.count() / per);
        let sum = |mu: usize, i: usize| -> i64 {
            (0..per).map(|a| i64::from(examples.sign(mu * per + a, i))).sum()
        };
        let archetypes = Patterns::from_fn(spins, count, |mu, i| sum(mu, i) >= 0)?;
        let stored = match lesson.mode {
            LearningMode::Unsupervised => Stored::Examples(examples.clone()),
            LearningMode::Supervised => {
                Stored::Sums(WeightedPatterns::from_fn(spins, count, |mu, i| sum(mu, i) as i16)?)
            }
        };
        Ok(Self { lesson, archetypes, stored, centred: false, first: Some(examples.row(0)) })
    }

    /// As [`Self::from_examples`], of biased and correlated examples: what all have in common is taken out of what is stored.
    ///
    /// With m_i the mean of all examples, v^ν the mean examples (supervised) or the examples themselves (unsupervised) and σ_ν² the
    /// mean over sites of (v^ν_i − m_i)²,
    ///
    /// ```text
    /// c^ν_i = A (v^ν_i − m_i)/σ_ν,   c^ν_0 = −Σ_i c^ν_i m_i   of a pinned spin,   A = 32,
    /// ```
    ///
    /// to the nearest integers, so that Σ_i c^ν_i s_i + c^ν_0 = Σ_i c^ν_i (s_i − m_i): patterns and configuration are both centred, and all
    /// patterns have one length.
    ///
    /// # Errors
    /// Those of [`Self::from_examples`]; a pattern that is the mean of all, of which nothing is left.
    pub fn centred(lesson: Lesson, examples: &Patterns) -> Result<Self> {
        let plain = Self::from_examples(lesson, examples)?;
        let (n, all, classes) = (examples.spins(), examples.count(), plain.archetypes.count());
        let per = all / classes;
        let sum = |rows: std::ops::Range<usize>, i: usize| -> f64 {
            rows.map(|nu| i32::from(examples.sign(nu, i))).sum::<i32>().into()
        };
        let mean: Vec<f64> = (0..n).map(|i| sum(0..all, i) / all as f64).collect();
        let (rows, each) = match lesson.mode {
            LearningMode::Supervised => (classes, per),
            LearningMode::Unsupervised => (all, 1),
        };
        let mut weights = vec![0i16; rows * n];
        let mut pinned = Vec::with_capacity(rows);
        for (nu, row) in weights.chunks_exact_mut(n).enumerate() {
            let deviation = |i: usize| sum(nu * each..(nu + 1) * each, i) / each as f64 - mean[i];
            let deviations: Vec<f64> = (0..n).map(deviation).collect();
            let spread = (deviations.iter().map(|d| d * d).sum::<f64>() / n as f64).sqrt();
            if spread == 0.0 {
                return Err(Error::bad_input(format!("pattern {nu} is the mean of all {rows}"))
                    .remedy("nothing is left of it after centring: plain storage, or other examples"));
            }
            let mut shift = 0.0;
            for ((c, d), m) in row.iter_mut().zip(&deviations).zip(&mean) {
                // |d| ≤ √N σ: within 16 bits to N = 10⁶.
                *c = (AMPLITUDE * d / spread).round() as i16;
                shift -= f64::from(*c) * m;
            }
            pinned.push(shift.round() as i32);
        }
        let sums = WeightedPatterns::from_fn(n, rows, |nu, i| weights[nu * n + i])?.with_pinned(pinned)?;
        Ok(Self { stored: Stored::Sums(sums), centred: true, ..plain })
    }

    /// H of the weights that are stored; unsupervised, each of K·M counts 1/M.
    ///
    /// # Errors
    /// Those of [`WeightedHebbian::new`].
    pub fn weighted_model(
        &self,
        order: InteractionOrder,
        sums: &WeightedPatterns,
    ) -> Result<WeightedHebbian> {
        let count = self.archetypes.count();
        if self.centred {
            return Ok(WeightedHebbian::of(order, sums)?.weighted(count as f64 / sums.count() as f64));
        }
        supervised(order, sums.spins(), count, self.lesson)
    }

    pub fn lesson(&self) -> Lesson {
        self.lesson
    }

    /// The K archetypes.
    pub fn archetypes(&self) -> &Patterns {
        &self.archetypes
    }

    pub fn stored(&self) -> &Stored {
        &self.stored
    }

    /// (Σ_i Σ_a η^{μ,a}_i s_i)/(N M): the overlap with the mean example of an archetype, r (supervised: r√(1+ρ)) times n.
    pub fn mean_example_overlap(&self, mu: usize, spins: &Spins) -> f64 {
        let per = self.lesson.examples.count() as usize;
        let total: i64 = match &self.stored {
            Stored::Examples(examples) => {
                (mu * per..(mu + 1) * per).map(|nu| i64::from(examples.overlap(nu, spins))).sum()
            }
            Stored::Sums(sums) => sums.overlap(mu, spins),
        };
        total as f64 / (spins.len() as f64 * per as f64)
    }

    /// Overlap with what is stored, n of the theory: with η̂ (supervised) or x (unsupervised); centred, (1/N A)Σ c (s − m), the mean of it
    /// over the examples of the archetype.
    pub fn stored_overlap(&self, mu: usize, spins: &Spins) -> f64 {
        if let (true, Stored::Sums(sums)) = (self.centred, &self.stored) {
            let group = sums.count() / self.archetypes.count();
            let total: i64 = (mu * group..(mu + 1) * group).map(|nu| sums.overlap(nu, spins)).sum();
            return total as f64 / (AMPLITUDE * group as f64 * spins.len() as f64);
        }
        let examples = self.lesson.examples;
        let scale = match self.lesson.mode {
            LearningMode::Supervised => (1.0 + examples.entropy()).sqrt(),
            LearningMode::Unsupervised => 1.0,
        };
        self.mean_example_overlap(mu, spins) / (examples.quality().get() * scale)
    }

    /// Overlap with the first example of an archetype; None where it was not kept (supervised: all but those of the first archetype).
    pub fn first_example_overlap(&self, mu: usize, spins: &Spins) -> Option<f64> {
        let overlap = match (&self.stored, &self.first) {
            (Stored::Examples(examples), _) => {
                i64::from(examples.overlap(mu * self.lesson.examples.count() as usize, spins))
            }
            (Stored::Sums(_), Some(first)) if mu == 0 => first.dot(spins),
            _ => return None,
        };
        Some(overlap as f64 / spins.len() as f64)
    }

    /// SHA-256 of archetypes and what is stored, in hexadecimal.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.archetypes.hash());
        hash.update(match &self.stored {
            Stored::Examples(examples) => examples.hash(),
            Stored::Sums(sums) => sums.hash(),
        });
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// H of unsupervised learning: K·M ordinary patterns, each worth 1/(M r^P).
///
/// # Errors
/// Those of [`DenseHebbian::new`] and [`Lesson::worth`].
pub fn unsupervised(
    order: InteractionOrder,
    spins: usize,
    archetypes: usize,
    lesson: Lesson,
) -> Result<DenseHebbian> {
    let patterns = archetypes.saturating_mul(lesson.examples.count() as usize);
    Ok(DenseHebbian::new(order, spins, patterns)?.weighted(lesson.worth(order)?))
}

/// Whether the sums that supervised learning stores fit into 16 bits.
///
/// # Errors
/// M above 2¹⁵ − 1.
pub fn check_sums(lesson: Lesson) -> Result<()> {
    let count = lesson.examples.count();
    if lesson.mode == LearningMode::Supervised && count > i16::MAX as u64 {
        return Err(Error::bad_input(format!("M = {count} examples in a simulation of supervised learning"))
            .remedy("at most 32767 examples per archetype"));
    }
    Ok(())
}

/// H of supervised learning: weights Σ_a η^a of mean square M²r² + M(1 − r²) = M²r²(1 + ρ).
///
/// # Errors
/// Those of [`check_sums`] and [`WeightedHebbian::new`].
pub fn supervised(
    order: InteractionOrder,
    spins: usize,
    archetypes: usize,
    lesson: Lesson,
) -> Result<WeightedHebbian> {
    check_sums(lesson)?;
    let (r, count) = (lesson.examples.quality().get(), lesson.examples.count());
    let m = count as f64;
    WeightedHebbian::new(order, spins, archetypes, count, m * m * r * r + m * (1.0 - r * r))
}

/// The binomial law of the number of examples that agree with their archetype at a site, as thresholds of 64 random bits.
struct BinomialLaw {
    /// 2^64 P(k ≤ j), j = 0 … M.
    thresholds: Vec<u64>,
}

impl BinomialLaw {
    fn new(count: u64, r: f64) -> Self {
        let (n, odds) = (count as usize, (1.0 + r) / (1.0 - r));
        let mut law = vec![0.0f64; n + 1];
        // Outwards from the largest term, by the ratio of neighbours.
        let mode = if r == 1.0 { n } else { (((count + 1) as f64 * 0.5 * (1.0 + r)) as usize).min(n) };
        law[mode] = 1.0;
        for k in mode + 1..=n {
            law[k] = law[k - 1] * ((n - k + 1) as f64 / k as f64 * odds);
        }
        for k in (0..mode).rev() {
            law[k] = law[k + 1] * ((k + 1) as f64 / (n - k) as f64 / odds);
        }
        let total: f64 = law.iter().sum();
        let mut sum = 0.0;
        let threshold = |p: &f64| {
            sum += p / total;
            // Saturates at the top.
            (sum * 18_446_744_073_709_551_616.0) as u64
        };
        let mut thresholds: Vec<u64> = law.iter().map(threshold).collect();
        thresholds[n] = u64::MAX;
        Self { thresholds }
    }

    fn draw(&self, bits: u64) -> usize {
        self.thresholds.partition_point(|&t| t <= bits).min(self.thresholds.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{Examples, Quality};
    use crate::rng::StreamKey;

    /// Moments of the draws against those of the law; each within 5 standard errors: false alarms 6e-7 each, and the seed is fixed.
    #[test]
    fn examples_agree_with_their_archetype_as_often_as_they_should() {
        for (mode, r, count) in [
            (LearningMode::Supervised, 0.5, 7),
            (LearningMode::Supervised, 0.1, 200),
            (LearningMode::Supervised, 1.0, 3),
            (LearningMode::Unsupervised, 0.5, 7),
            (LearningMode::Unsupervised, 0.8, 2),
        ] {
            let lesson = Lesson {
                mode,
                examples: Examples::new(Quality::new(r).expect("valid"), count).expect("valid"),
            };
            let (n, k) = (60, 150);
            let set =
                ExampleSet::random(lesson, n, k, &mut StreamKey::new(3, "test").stream()).expect("valid");
            let (mut first, mut second) = (0.0, 0.0);
            for mu in 0..k {
                for i in 0..n {
                    let sum = match set.stored() {
                        Stored::Sums(sums) => f64::from(sums.weight(mu, i)),
                        Stored::Examples(all) => {
                            (0..count as usize).map(|a| f64::from(all.sign(mu * count as usize + a, i))).sum()
                        }
                    };
                    let x = sum * f64::from(set.archetypes().sign(mu, i)) / (count as f64 * r);
                    first += x;
                    second += (x - 1.0) * (x - 1.0);
                }
            }
            let size = (n * k) as f64;
            let rho = lesson.examples.entropy();
            assert!((first / size - 1.0).abs() <= 5.0 * (rho / size).sqrt(), "{mode} {r} {count}: mean");
            assert!(
                (second / size - rho).abs() <= 5.0 * rho * (4.0 / size).sqrt(),
                "{mode} {r} {count}: variance"
            );
            // The first example: r of the archetype, on average, and of the mean example by definition.
            let planted = set.archetypes().row(0);
            let one = set.first_example_overlap(0, &planted).expect("kept");
            assert!((one - r).abs() <= 5.0 * ((1.0 - r * r) / n as f64).sqrt(), "{mode} {r} {count}: {one}");
        }
    }
}
