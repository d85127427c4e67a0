//! Relaxation: energy, m and two-time overlaps on a logarithmic grid of times.

use crate::estimators::mean;
use crate::kernel::Fields;
use crate::model::Spins;
use crate::observables::{energy_per_spin, mattis, replica_overlap};

/// A point of a curve, averaged over the replicas of one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvePoint {
    /// "energy" (H/N), "mattis" (with the planted pattern) or "overlap" (q(t_w + t, t_w)).
    pub quantity: String,
    /// t_w in sweeps; 0 for one-time quantities.
    pub waiting: usize,
    /// t in sweeps, from the start or from t_w.
    pub time: usize,
    pub value: f64,
}

/// 0, 1, 2, 3, 4, 6, 8, 11, 16, … up to `last`: two a factor of 2.
pub fn log_times(last: usize) -> Vec<usize> {
    let mut times = vec![0, 1, 2, 3];
    let (mut even, mut odd) = (4usize, 6usize);
    while even <= last {
        times.extend([even, odd]);
        even = even.saturating_mul(2);
        odd = (even as f64 * std::f64::consts::SQRT_2).round() as usize;
    }
    times.retain(|&t| t <= last);
    times
}

/// Follows the replicas of one chain from their start.
pub(super) struct Relaxation {
    planted: Option<usize>,
    times: Vec<usize>,
    /// (t_w, the configurations then): t_w = 0, 1, 10, 100, …
    waiting: Vec<(usize, Vec<Spins>)>,
    points: Vec<CurvePoint>,
}

impl Relaxation {
    pub fn new(planted: Option<usize>, sweeps: usize) -> Self {
        Self { planted, times: log_times(sweeps), waiting: Vec::new(), points: Vec::new() }
    }

    /// Looks at the replicas after `time` sweeps.
    pub fn observe<F: Fields>(&mut self, time: usize, replicas: &[&F]) {
        let power = time == 0 || 10usize.checked_pow(time.ilog10()) == Some(time);
        if power && time <= self.times.last().copied().unwrap_or(0) / 2 {
            self.waiting.push((time, replicas.iter().map(|s| s.spins().clone()).collect()));
        }
        let mut put = |quantity: &str, waiting, time, values: Vec<f64>| {
            let point = |value| CurvePoint { quantity: quantity.into(), waiting, time, value };
            self.points.extend(mean(&values).map(point));
        };
        if self.times.binary_search(&time).is_ok() {
            put("energy", 0, time, replicas.iter().map(|s| energy_per_spin(*s)).collect());
            if let Some(planted) = self.planted {
                put("mattis", 0, time, replicas.iter().map(|s| mattis(*s, planted)).collect());
            }
        }
        for (begin, reference) in &self.waiting {
            if self.times.binary_search(&(time - begin)).is_ok() {
                let pairs = replicas.iter().zip(reference);
                put(
                    "overlap",
                    *begin,
                    time - begin,
                    pairs.map(|(s, r)| replica_overlap(s.spins(), r)).collect(),
                );
            }
        }
    }

    pub fn points(self) -> Vec<CurvePoint> {
        let mut points = self.points;
        points.sort_by(|a, b| (&a.quantity, a.waiting, a.time).cmp(&(&b.quantity, b.waiting, b.time)));
        points
    }
}

#[cfg(test)]
mod tests {
    use super::log_times;

    #[test]
    fn times_are_two_a_factor_of_two() {
        assert_eq!(log_times(20), [0, 1, 2, 3, 4, 6, 8, 11, 16]);
        assert_eq!(log_times(1), [0, 1]);
        assert!(log_times(1_000_000).windows(2).all(|w| w[0] < w[1]));
    }
}
