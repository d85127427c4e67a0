//! What the other archetypes do to a spin: the noise, its load, energy, entropy and replicon.

use super::{Mode, Task};
use crate::numerics::special::{geometric_sum, power, weighted_geometric_sum};

/// The law of the noise σ² = V(q, C) γ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Noise {
    /// P ≥ 3: σ² = γ′(P/2) q^{P−1}, `factor` = γ′/γ
    Dense { factor: f64 },
    /// P = 2: σ² = α Σ Λ²q/(1−ΛC)², over the eigenvalues Λ (with multiplicities) of the covariance of what is stored per
    /// archetype: 1 if supervised; 1+ρ once and ρ (M−1) times if unsupervised. C = β(1−q).
    ///
    /// ```text
    /// A = log 2 + E log cosh β(nX + σY) − βn²/2 − (α/2)Σ[βΛ + log(1−ΛC) − βΛq/(1−ΛC)] − (βσ)²(1−q)/2
    /// u = −n²/2 − (αC/2)Σ[Λ²/(1−ΛC) + Λ²q/(1−ΛC)²],   λ = 1 − αβ²Σ Λ²/(1−ΛC)² E sech⁴ g (supervised: (1−C)² times this)
    /// ```
    Hopfield { eigenvalues: Vec<(f64, f64)>, supervised: bool },
}

/// P, and the noise.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Storage {
    pub p: u32,
    pub noise: Noise,
}

impl Storage {
    pub fn new(task: &Task) -> Self {
        let p = task.order.get();
        let rho = task.examples.entropy();
        let noise = match (p, task.mode) {
            (2, Mode::Supervised) => Noise::Hopfield { eigenvalues: vec![(1.0, 1.0)], supervised: true },
            (2, Mode::Unsupervised) => {
                let others = (task.examples.count() - 1) as f64;
                let eigenvalues = if others > 0.0 && rho > 0.0 {
                    vec![(1.0 + rho, 1.0), (rho, others)]
                } else {
                    vec![(1.0 + rho, 1.0)]
                };
                Noise::Hopfield { eigenvalues, supervised: false }
            }
            (_, Mode::Supervised) => Noise::Dense { factor: 1.0 },
            (_, Mode::Unsupervised) => Noise::Dense { factor: 1.0 + task.examples.tuple_entropy(task.order) },
        };
        Self { p, noise }
    }

    /// Signal S of the stored overlap n: (P/2) n^{P−1}.
    pub fn signal(&self, n: f64) -> f64 {
        0.5 * f64::from(self.p) * power(n, self.p - 1)
    }

    /// σ²/γ at (q, C); None where the noise diverges (ΛC ≥ 1).
    pub fn variance(&self, q: f64, c: f64) -> Option<f64> {
        match &self.noise {
            Noise::Dense { factor } => Some(factor * 0.5 * f64::from(self.p) * power(q, self.p - 1)),
            Noise::Hopfield { eigenvalues, .. } => {
                let mut sum = 0.0;
                for &(value, times) in eigenvalues {
                    let d = 1.0 - value * c;
                    if d <= 0.0 || d.is_nan() {
                        return None;
                    }
                    sum += times * value * value * q / (d * d);
                }
                Some(sum)
            }
        }
    }

    /// d ln(σ²/γ) for changes d ln q and dC.
    pub fn variance_slope(&self, c: f64, dln_q: f64, dc: f64) -> f64 {
        match &self.noise {
            Noise::Dense { .. } => f64::from(self.p - 1) * dln_q,
            Noise::Hopfield { eigenvalues, .. } => {
                let term = |&(value, times): &(f64, f64)| {
                    let d = 1.0 - value * c;
                    (times * value * value / (d * d), value / d)
                };
                let total: f64 = eigenvalues.iter().map(|e| term(e).0).sum();
                let rise: f64 = eigenvalues.iter().map(|e| term(e).0 * term(e).1).sum();
                dln_q + 2.0 * rise / total * dc
            }
        }
    }

    /// (u, s − E S(g)): energy, and entropy beside that of the spins in their fields.
    pub fn energy_and_entropy(&self, gamma: f64, n: f64, q: f64, c: f64) -> (f64, f64) {
        let stored = -0.5 * power(n, self.p);
        match &self.noise {
            Noise::Dense { factor } => {
                let gamma = gamma * factor;
                (
                    stored - 0.5 * gamma * c * geometric_sum(q, self.p),
                    -0.25 * (gamma * c) * c * weighted_geometric_sum(q, self.p - 1),
                )
            }
            Noise::Hopfield { eigenvalues, .. } => {
                let (mut energy, mut entropy) = (0.0, 0.0);
                for &(value, times) in eigenvalues {
                    let d = 1.0 - value * c;
                    energy += times * value * value * (1.0 / d + q / (d * d));
                    entropy += times * (libm::log1p(-value * c) + value * c / d);
                }
                (stored - 0.5 * gamma * c * energy, -0.5 * gamma * entropy)
            }
        }
    }

    /// The replicon where b = σ/T is the noise of g: 1 − (P−1)(b²/q) E sech⁴ g.
    pub fn replicon(&self, b: f64, q: f64, c: f64, sech4: f64) -> f64 {
        let scale = match &self.noise {
            Noise::Hopfield { supervised: true, .. } => (1.0 - c) * (1.0 - c),
            _ => 1.0,
        };
        scale * (1.0 - f64::from(self.p - 1) * b * (b * sech4) / q)
    }
}
