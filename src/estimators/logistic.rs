//! Multinomial logistic regression, the linear classifier to compare with.
//!
//! Loss ℓ(w) = (1/n) Σ_a [log Σ_k exp(w_k·x_a + b_k) − (w_y·x_a + b_y)] + (λ/2) Σ_k w_k², with the features taken from their mean. ℓ is
//! convex, and ∂²ℓ ≤ ½ (1/n) Σ x x^T + λ for each class (Böhning, Ann. Inst. Stat. Math. 44, 197 (1992)): in this metric Nesterov's accelerated
//! descent with restarts (O'Donoghue & Candès 2015) takes steps of length 1 and finds the minimum in some hundreds.

use super::sum;

/// A trained classifier.
#[derive(Debug, Clone)]
pub struct Logistic {
    /// Class after class: weights of the features, then b.
    weights: Vec<f64>,
    mean: Vec<f64>,
    features: usize,
    /// Largest |∂ℓ| where the descent ended.
    pub gradient: f64,
}

/// Features of ±1 in rows, and the class of each row.
pub struct Training<'a> {
    pub rows: &'a [Vec<i8>],
    pub labels: &'a [usize],
    pub classes: usize,
}

impl Logistic {
    /// With penalty λ > 0, until no |∂ℓ| is above `tolerance`, or for `most` steps.
    pub fn train(training: &Training<'_>, penalty: f64, tolerance: f64, most: usize) -> Self {
        let (n, features) = (training.rows.len(), training.rows.first().map_or(0, Vec::len));
        let mean: Vec<f64> = (0..features)
            .map(|i| sum(training.rows.iter().map(|row| f64::from(row[i]))) / n.max(1) as f64)
            .collect();
        let length = features + 1;
        let centred: Vec<Vec<f64>> = training.rows.iter().map(|row| centred(row, &mean)).collect();
        let mut found =
            Self { weights: vec![0.0; training.classes * length], mean, features, gradient: f64::INFINITY };
        let metric = Metric::new(&centred, penalty);
        let (mut ahead, mut momentum) = (found.weights.clone(), 1.0f64);
        for _ in 0..most {
            let slope = gradient(&ahead, &centred, training, penalty);
            found.gradient = slope.iter().fold(0.0, |most, g| g.abs().max(most));
            if found.gradient <= tolerance {
                found.weights = ahead;
                return found;
            }
            let mut step = slope.clone();
            step.chunks_exact_mut(length).for_each(|step| metric.divide(step));
            let next: Vec<f64> = ahead.iter().zip(&step).map(|(w, step)| w - step).collect();
            let uphill =
                sum(slope.iter().zip(next.iter().zip(&found.weights)).map(|(g, (a, b))| g * (a - b)));
            let before = if uphill > 0.0 { 1.0 } else { momentum };
            momentum = 0.5 * (1.0 + (1.0 + 4.0 * before * before).sqrt());
            let weight = if uphill > 0.0 { 0.0 } else { (before - 1.0) / momentum };
            ahead = next.iter().zip(&found.weights).map(|(new, old)| new + weight * (new - old)).collect();
            found.weights = next;
        }
        found
    }

    /// Gradient, means, weights: all that there is, to be kept.
    pub fn numbers(&self) -> Vec<f64> {
        [self.gradient].iter().chain(&self.mean).chain(&self.weights).copied().collect()
    }

    /// What [`Self::numbers`] kept of this training; None where they are not as many.
    pub fn from_numbers(training: &Training<'_>, numbers: &[f64]) -> Option<Self> {
        let features = training.rows.first().map_or(0, Vec::len);
        let (gradient, rest) = numbers.split_first()?;
        let (mean, weights) = rest.split_at_checked(features)?;
        (weights.len() == training.classes * (features + 1)).then(|| Self {
            weights: weights.to_vec(),
            mean: mean.to_vec(),
            features,
            gradient: *gradient,
        })
    }

    /// The most probable class.
    pub fn class(&self, row: &[i8]) -> usize {
        largest(&scores(&self.weights, &centred(row, &self.mean), self.features + 1))
    }
}

/// The index of the largest value, the first of equal ones.
pub fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, k| if values[k] > values[best] { k } else { best })
}

/// x − mean, and 1 for the constant.
fn centred(row: &[i8], mean: &[f64]) -> Vec<f64> {
    row.iter().zip(mean).map(|(&x, m)| f64::from(x) - m).chain([1.0]).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Eight sums side by side: a fixed order that vector units take.
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks(8).zip(b.chunks(8)) {
        for (sum, (x, y)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += x * y;
        }
    }
    sums.iter().sum()
}

fn scores(weights: &[f64], row: &[f64], length: usize) -> Vec<f64> {
    weights.chunks_exact(length).map(|w| dot(w, row)).collect()
}

/// ∂ℓ.
fn gradient(weights: &[f64], rows: &[Vec<f64>], training: &Training<'_>, penalty: f64) -> Vec<f64> {
    let length = rows.first().map_or(1, Vec::len);
    let mut slope: Vec<f64> = weights.iter().map(|w| penalty * w).collect();
    slope.iter_mut().skip(length - 1).step_by(length).for_each(|constant| *constant = 0.0);
    for (row, &label) in rows.iter().zip(training.labels) {
        let scores = scores(weights, row, length);
        let top = scores[largest(&scores)];
        let raised: Vec<f64> = scores.iter().map(|s| libm::exp(s - top)).collect();
        let total: f64 = raised.iter().sum();
        for (k, slope) in slope.chunks_exact_mut(length).enumerate() {
            let excess = raised[k] / total - f64::from(u8::from(k == label));
            let share = excess / rows.len() as f64;
            slope.iter_mut().zip(row).for_each(|(s, x)| *s += share * x);
        }
    }
    slope
}

/// Cholesky's factor L of ½ (1/n) Σ x x^T + λ, rows of the lower triangle.
struct Metric(Vec<Vec<f64>>);

impl Metric {
    fn new(rows: &[Vec<f64>], penalty: f64) -> Self {
        let length = rows.first().map_or(1, Vec::len);
        let mut factor: Vec<Vec<f64>> = (0..length).map(|i| vec![0.0; i + 1]).collect();
        for row in rows {
            for (line, x) in factor.iter_mut().zip(row) {
                let share = 0.5 * x / rows.len() as f64;
                line.iter_mut().zip(row).for_each(|(sum, y)| *sum += share * y);
            }
        }
        for i in 0..length {
            // The constant has no penalty, and a curvature of ½.
            factor[i][i] += if i + 1 < length { penalty } else { 0.0 };
            let (above, below) = factor.split_at_mut(i);
            let line = &mut below[0];
            for (j, other) in above.iter().enumerate() {
                line[j] = (line[j] - dot(&line[..j], &other[..j])) / other[j];
            }
            line[i] = (line[i] - dot(&line[..i], &line[..i])).max(f64::MIN_POSITIVE).sqrt();
        }
        Self(factor)
    }

    /// x → (L L^T)^{−1} x.
    fn divide(&self, x: &mut [f64]) {
        for (i, line) in self.0.iter().enumerate() {
            x[i] = (x[i] - dot(&line[..i], &x[..i])) / line[i];
        }
        for (i, line) in self.0.iter().enumerate().rev() {
            x[i] /= line[i];
            let (below, here) = x.split_at_mut(i);
            below.iter_mut().zip(line).for_each(|(x, l)| *x -= l * here[0]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{StreamKey, below};

    fn noisy(classes: usize, per_class: usize) -> (Vec<Vec<i8>>, Vec<usize>) {
        let mut stream = StreamKey::new(2, "logistic").stream();
        let prototypes: Vec<Vec<i8>> =
            (0..classes).map(|_| (0..40).map(|_| 2 * below(&mut stream, 2) as i8 - 1).collect()).collect();
        let labels: Vec<usize> = (0..classes * per_class).map(|a| a % classes).collect();
        let noisy = |&k: &usize| -> Vec<i8> {
            prototypes[k].iter().map(|&x| if below(&mut stream, 4) == 0 { -x } else { x }).collect()
        };
        (labels.iter().map(noisy).collect(), labels)
    }

    #[test]
    fn the_gradient_vanishes_at_the_optimum_and_is_the_slope_of_the_loss() {
        let (rows, labels) = noisy(3, 12);
        let training = Training { rows: &rows, labels: &labels, classes: 3 };
        let penalty = 0.05;
        let found = Logistic::train(&training, penalty, 1e-10, 5000);
        assert!(found.gradient <= 1e-10, "{}", found.gradient);
        let centred: Vec<Vec<f64>> = rows.iter().map(|row| centred(row, &found.mean)).collect();
        let loss = |w: &[f64]| -> f64 {
            let data: f64 = centred
                .iter()
                .zip(&labels)
                .map(|(row, &y)| {
                    let s = scores(w, row, 41);
                    s.iter().map(|s| s.exp()).sum::<f64>().ln() - s[y]
                })
                .sum();
            let square: f64 = w.chunks_exact(41).flat_map(|w| &w[..40]).map(|w| w * w).sum::<f64>();
            data / 36.0 + 0.5 * penalty * square
        };
        let lowest = loss(&found.weights);
        for k in [0, 17, 40, 81, 122] {
            // Away from the minimum the gradient is the difference quotient.
            let mut up = found.weights.clone();
            up[k] += 0.1;
            let slope = gradient(&up, &centred, &training, penalty)[k];
            let (mut above, mut below) = (up.clone(), up.clone());
            above[k] += 1e-5;
            below[k] -= 1e-5;
            assert!((slope - (loss(&above) - loss(&below)) / 2e-5).abs() < 1e-7);
            assert!(loss(&up) > lowest && slope > 0.0);
        }
    }

    #[test]
    fn separable_classes_are_told_apart() {
        let (rows, labels) = noisy(4, 6);
        let training = Training { rows: &rows, labels: &labels, classes: 4 };
        let found = Logistic::train(&training, 1e-3, 1e-6, 5000);
        assert!(rows.iter().zip(&labels).all(|(row, &label)| found.class(row) == label));
    }
}
