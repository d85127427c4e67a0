//! Histograms of an integer overlap, with exact bins.

use super::sum;

/// How often an overlap Nq took each of its N + 1 values −N, −N + 2, …, N.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverlapHistogram {
    counts: Vec<u64>,
}

impl OverlapHistogram {
    pub fn new(spins: usize) -> Self {
        Self { counts: vec![0; spins + 1] }
    }

    /// From the counts of Nq = −N, −N + 2, …, N.
    pub fn from_counts(counts: Vec<u64>) -> Self {
        Self { counts }
    }

    /// Counts of Nq = −N, −N + 2, …, N; empty where nothing was ever recorded.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.counts.len().saturating_sub(1)
    }

    /// Records the overlap Nq.
    #[inline]
    pub fn add(&mut self, overlap: i64) {
        let n = self.spins() as i64;
        if let Some(count) = self.counts.get_mut(((overlap + n) / 2) as usize) {
            *count += 1;
        }
    }

    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// (Nq, its probability), ascending; nothing of an empty histogram.
    pub fn law(&self) -> Vec<(i64, f64)> {
        let (n, total) = (self.spins() as i64, self.total());
        let counts = self.counts.iter().enumerate().filter(|_| total > 0);
        counts.map(|(bin, &count)| (2 * bin as i64 - n, count as f64 / total as f64)).collect()
    }

    /// Σ_q P(q) f(Nq); `None` of an empty histogram.
    pub fn average(&self, value: impl Fn(i64) -> f64) -> Option<f64> {
        let law = self.law();
        (!law.is_empty()).then(|| sum(law.iter().filter(|(_, p)| *p > 0.0).map(|&(m, p)| p * value(m))))
    }

    /// ⟨q^k⟩.
    pub fn moment(&self, k: i32) -> Option<f64> {
        let n = self.spins() as f64;
        self.average(|overlap| (overlap as f64 / n).powi(k))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_recorded_values() {
        let mut histogram = OverlapHistogram::new(5);
        assert_eq!(histogram.moment(2), None);
        [-5, 1, 1, 3].iter().for_each(|&m| histogram.add(m));
        assert_eq!(histogram.counts(), [1, 0, 0, 2, 1, 0]);
        assert!((histogram.moment(1).expect("recorded")).abs() < 1e-15);
        assert!((histogram.moment(2).expect("recorded") - (25.0 + 1.0 + 1.0 + 9.0) / 100.0).abs() < 1e-15);
    }
}
