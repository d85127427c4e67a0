//! The law of the signal X: what a spin sees of the examples of its archetype.

use super::{Mode, Task};
use std::fmt;

/// How the average over the examples is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Average {
    /// x = 1 + √ρ Z, for M ≫ 1
    Gaussian,
    /// x = (2k − M)/(Mr), k binomial: exact at every M
    Binomial,
}

impl fmt::Display for Average {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gaussian => "gaussian",
            Self::Binomial => "binomial",
        })
    }
}

/// A part of the law of X: Gaussian of mean ±`centre` and variance `variance`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Component {
    /// Probability of both signs together
    pub weight: f64,
    /// Probability of + less that of −
    pub odd_weight: f64,
    /// ≥ 0
    pub centre: f64,
    pub variance: f64,
}

/// Terms of the binomial law below this do not count.
const NEGLIGIBLE: f64 = 1e-22;

/// The law of X: one Gaussian component, or the values of the binomial law with ±X together.
pub(crate) fn components(task: &Task) -> Vec<Component> {
    let (r, rho) = (task.examples.quality().get(), task.examples.entropy());
    let scale = match task.mode {
        Mode::Supervised => 1.0 / (1.0 + rho).sqrt(),
        Mode::Unsupervised => 1.0,
    };
    if task.average == Average::Gaussian {
        let (centre, variance) = (scale, rho * scale * scale);
        return vec![Component { weight: 1.0, odd_weight: 1.0, centre, variance }];
    }
    let count = task.examples.count();
    let law = binomial(count, r);
    let probability = |k: u64| law.get(k as usize).copied().unwrap_or(0.0);
    (count.div_ceil(2)..=count)
        .filter_map(|k| {
            let (plus, minus) = (probability(k), if 2 * k == count { 0.0 } else { probability(count - k) });
            let odd_weight = if 2 * k == count { 0.0 } else { plus - minus };
            let centre = scale * (2 * k - count) as f64 / (count as f64 * r);
            let weight = plus + minus;
            (weight > NEGLIGIBLE).then_some(Component { weight, odd_weight, centre, variance: 0.0 })
        })
        .collect()
}

/// C(M, k) ((1+r)/2)^k ((1−r)/2)^{M−k}, k = 0 … M, by the ratio of neighbours from the largest term outwards.
fn binomial(count: u64, r: f64) -> Vec<f64> {
    let mut law = vec![0.0; count as usize + 1];
    let odds = (1.0 + r) / (1.0 - r);
    let mode = if r == 1.0 { count } else { (((count + 1) as f64 * 0.5 * (1.0 + r)) as u64).min(count) };
    law[mode as usize] = 1.0;
    let (mut up, mut down) = (1.0, 1.0);
    for k in mode + 1..=count {
        up *= (count - k + 1) as f64 / k as f64 * odds;
        law[k as usize] = up;
    }
    for k in (0..mode).rev() {
        down *= (k + 1) as f64 / (count - k) as f64 / odds;
        law[k as usize] = down;
    }
    let total: f64 = law.iter().sum();
    law.iter_mut().for_each(|p| *p /= total);
    law
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{Examples, InteractionOrder, Quality};

    #[test]
    fn both_averages_have_mean_one_and_variance_rho() {
        for (r, count) in [(0.5, 1), (0.5, 6), (0.2, 30), (0.9, 7), (1.0, 4), (0.1, 20_000)] {
            let examples = Examples::new(Quality::new(r).expect("valid"), count).expect("valid");
            for average in [Average::Gaussian, Average::Binomial] {
                let order = InteractionOrder::new(4).expect("valid");
                let task = Task { mode: Mode::Unsupervised, order, examples, average };
                let law = components(&task);
                let total: f64 = law.iter().map(|c| c.weight).sum();
                let mean: f64 = law.iter().map(|c| c.odd_weight * c.centre).sum();
                let square: f64 = law.iter().map(|c| c.weight * (c.centre * c.centre + c.variance)).sum();
                assert!(
                    (total - 1.0).abs() < 1e-10 && (mean - 1.0).abs() < 1e-10,
                    "{r} {count} {total} {mean}"
                );
                assert!((square / (1.0 + examples.entropy()) - 1.0).abs() < 1e-10, "{r} {count} {square}");
            }
        }
    }
}
