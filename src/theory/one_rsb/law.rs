//! The saddle-point equations of 1RSB as equations between fields, and what a saddle says.
//!
//! The unknowns are the fields (S, V₁, V₂, y) at given T; the overlaps m, q1, q2 are averages over them, the load is
//! explicit, and what must vanish is
//!
//! ```text
//! P ≥ 3:  γ = 2V₁/(P q1^{P−1}),    S = (P/2) m^{P−1},    V₂ = γ(P/2)(q2^{P−1} − q1^{P−1})
//! P = 2:  α = V₁D²/q1,             S = m,                V₂ = α(q2−q1)/(ΔD),   Δ = 1−C, C = β(1−q2), D = Δ − y(q2−q1)
//! ```
//!
//! and Σ = −θ² ∂A/∂θ (with z = y(q2−q1), Δ₂ = y√V₂):
//!
//! ```text
//! P ≥ 3:  Σ = E1[log E2 e^{yL} − ⟨yL⟩] + (Δ₂²/2)(P−1)(q2^P − q1^P)/(P(q2^{P−1} − q1^{P−1}))
//! P = 2:  Σ = E1[log E2 e^{yL} − ⟨yL⟩] + Δ₂² q2/2 + (α/2)[−log(1 − z/Δ) − z/D]
//! ```
//!
//! whose parts cancel to second order at small Δ₂: both are written without that cancellation.

use super::moments::{Fields, Moments};
use crate::numerics::gaussian::Rule;
use crate::numerics::special::{geometric_sum, power, weighted_geometric_sum};

/// Which model, by its effective fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Law {
    /// Hebbian couplings at P ≥ 3; Gaussian couplings at P ≥ 2
    Dense(u32),
    /// Hebbian couplings at P = 2
    Hopfield,
}

/// Residuals of the equations at given fields, each relative to what it compares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Balance {
    pub gamma: f64,
    /// log S − log of what m makes of it
    pub signal: f64,
    /// log V₂ − log of what q1, q2 make of it
    pub width: f64,
    /// Σ relative to its negative part
    pub theta: f64,
    /// Σ
    pub complexity: f64,
}

impl Law {
    pub fn order(self) -> u32 {
        match self {
            Self::Dense(p) => p,
            Self::Hopfield => 2,
        }
    }

    /// The signal that magnetisation m gives.
    pub fn signal(self, m: f64) -> f64 {
        match self {
            Self::Dense(p) => 0.5 * f64::from(p) * power(m, p - 1),
            Self::Hopfield => m,
        }
    }

    /// (q2^{P−1} − q1^{P−1})/(q2 − q1)
    fn steps(p: u32, q1: f64, q2: f64) -> f64 {
        let mut sum = 0.0;
        let mut low = 1.0;
        for _ in 0..p - 1 {
            sum = sum * q2 + low;
            low *= q1;
        }
        sum
    }

    /// The equations at these fields, with the averages there. None outside the range of the equations.
    pub fn balance(self, fields: &Fields, e: &Moments) -> Option<Balance> {
        let (q1, q2) = (e.q1(), e.q2());
        let shift2 = fields.y * fields.y * fields.v2;
        let (gamma, width, negative) = match self {
            Self::Dense(p) => {
                let n = f64::from(p);
                let steps = Self::steps(p, q1, q2);
                let low = power(q1, p - 1);
                // q1 = 0: the load follows from V₂
                let gamma = if fields.v1 > 0.0 {
                    2.0 * fields.v1 / (n * low)
                } else {
                    2.0 * fields.v2 / (n * e.split * steps)
                };
                let width = 0.5 * n * gamma * e.split * steps;
                let w = |co: f64, q: f64| co * (co / e.split) * weighted_geometric_sum(q, p - 1);
                let lost = (w(e.co_q1, q1) - w(e.co_q2, q2)) / (n * steps);
                (gamma, width, 0.5 * shift2 * lost)
            }
            Self::Hopfield => {
                let inner = 1.0 - e.c;
                let z = fields.y * e.split;
                let outer = inner - z;
                if !(inner > 0.0 && outer > 0.0) {
                    return None;
                }
                let alpha = if fields.v1 > 0.0 {
                    fields.v1 * outer * outer / q1
                } else {
                    fields.v2 * inner * outer / e.split
                };
                let width = alpha * e.split / (inner * outer);
                (alpha, width, 0.5 * (shift2 * e.co_q2 + alpha * soft(z / inner)))
            }
        };
        let local = e.local;
        let balance = Balance {
            gamma,
            signal: if fields.signal > 0.0 {
                libm::log(fields.signal / (self.signal(e.m) + fields.cue))
            } else {
                0.0
            },
            width: libm::log(fields.v2 / width),
            // Both vanish with θ.
            theta: if negative == 0.0 { local } else { local / negative - 1.0 },
            complexity: local - negative,
        };
        let fine = e.finite()
            && q1 >= 0.0
            && gamma > 0.0
            && [balance.gamma, balance.signal, balance.width, balance.theta].iter().all(|x| x.is_finite());
        fine.then_some(balance)
    }

    /// The same from the fields alone.
    pub fn solve_for_load(self, fields: &Fields, rule: Rule) -> Option<(Balance, Moments)> {
        let e = fields.moments(rule);
        self.balance(fields, &e).map(|balance| (balance, e))
    }

    /// u = −m^P/2 − hm − (γ/2)[c Σ q2^k + y(q2^P − q1^P)], c = β(1−q2); P = 2:
    /// u = −m²/2 − hm + α/2 − (α/2)[TC/Δ + r2], r2 = q1/D² + (q2−q1)/(ΔD).
    pub fn energy(self, gamma: f64, fields: &Fields, e: &Moments) -> f64 {
        let (q1, q2, m) = (e.q1(), e.q2(), if fields.signal > 0.0 { e.m } else { 0.0 });
        let cue = fields.cue * m;
        match self {
            Self::Dense(p) => {
                let rise = e.split * Self::steps(p + 1, q1, q2);
                -0.5 * power(m, p) - cue - 0.5 * gamma * (e.c * geometric_sum(q2, p) + fields.y * rise)
            }
            Self::Hopfield => {
                let inner = 1.0 - e.c;
                let outer = inner - fields.y * e.split;
                let r2 = q1 / (outer * outer) + e.split / (inner * outer);
                -0.5 * m * m - cue - 0.5 * gamma * (fields.t * e.c / inner + r2 - 1.0)
            }
        }
    }

    /// ∂f/∂T at fixed y with the sign of an entropy; the entropy itself where Σ = 0:
    /// E⟨S(g)⟩ − (γ/4) c² Σ k q2^{k−1}; P = 2: E⟨S(g)⟩ − (α/2)[log(1−C) + C/(1−C)].
    pub fn entropy(self, gamma: f64, e: &Moments) -> f64 {
        match self {
            Self::Dense(p) => e.entropy - 0.25 * gamma * e.c * e.c * weighted_geometric_sum(e.q2(), p - 1),
            Self::Hopfield => e.entropy - 0.5 * gamma * (libm::log1p(-e.c) + e.c / (1.0 - e.c)),
        }
    }

    /// The fields that (m, q1, q2, θ) make at (γ, T > 0). None where P = 2 has no such fields (D ≤ 0).
    pub fn fields(self, gamma: f64, t: f64, [m, q1, q2, theta]: [f64; 4]) -> Option<Fields> {
        let y = theta / t;
        let (v1, v2) = match self {
            Self::Dense(p) => {
                let scale = 0.5 * gamma * f64::from(p);
                (scale * power(q1, p - 1), scale * (q2 - q1) * Self::steps(p, q1, q2))
            }
            Self::Hopfield => {
                let inner = 1.0 - (1.0 - q2) / t;
                let outer = inner - y * (q2 - q1);
                if outer <= 0.0 || outer.is_nan() {
                    return None;
                }
                (gamma * q1 / (outer * outer), gamma * (q2 - q1) / (inner * outer))
            }
        };
        Some(Fields { t, signal: self.signal(m), v1, v2, y, cue: 0.0 })
    }

    /// A(m, q1, q2, θ) as it stands in `docs/theory.md`, anywhere: the function whose saddles are solved for.
    pub fn pressure(self, gamma: f64, t: f64, at: [f64; 4]) -> Option<f64> {
        let [m, q1, q2, theta] = at;
        let fields = self.fields(gamma, t, at)?;
        let spin = fields.moments(Rule::FINE).potential / t;
        let beta = 1.0 / t;
        let rest = match self {
            Self::Dense(p) => {
                let n = f64::from(p);
                let step = power(q2, p) - power(q1, p);
                let bracket =
                    1.0 - n * power(q2, p - 1) + (n - 1.0) * power(q2, p) - theta * (n - 1.0) * step;
                0.25 * beta * beta * gamma * bracket - 0.5 * beta * (n - 1.0) * power(m, p)
            }
            Self::Hopfield => {
                let inner = 1.0 - beta * (1.0 - q2);
                let outer = inner - beta * theta * (q2 - q1);
                let r1 = q1 / (outer * outer);
                let r2 = r1 + (q2 - q1) / (inner * outer);
                let logs = libm::log(inner) + libm::log(outer / inner) / theta - beta * q1 / outer;
                let rise = r2 * (1.0 - q2) + theta * (r2 * q2 - r1 * q1);
                -0.5 * beta * m * m - 0.5 * gamma * (beta + logs + beta * beta * rise)
            }
        };
        let pressure = spin + rest;
        pressure.is_finite().then_some(pressure)
    }

    /// (inner, outer) stability; inner None at T = 0, where it is −∞.
    /// P ≥ 3: 1 − β²γ(P(P−1)/2) q^{P−2} E…; P = 2: 1 − (α/Δ²)…, 1 − (α/D²)….
    pub fn stability(self, gamma: f64, fields: &Fields, e: &Moments) -> (Option<f64>, f64) {
        let sech4 = (fields.t > 0.0).then(|| e.sech4 / fields.t / fields.t);
        let (inner, outer) = match self {
            Self::Dense(p) => {
                let n = 0.5 * gamma * f64::from(p) * f64::from(p - 1);
                (n * power(e.q2(), p - 2), n * power(e.q1(), p - 2))
            }
            Self::Hopfield => {
                let inner = 1.0 - e.c;
                let outer = inner - fields.y * e.split;
                (gamma / (inner * inner), gamma / (outer * outer))
            }
        };
        (sech4.map(|x| 1.0 - inner * x), 1.0 - outer * e.outer)
    }
}

/// log(1−ζ) + ζ/(1−ζ) = ζ²/2 + 2ζ³/3 + …, ζ < 1.
pub(crate) fn soft(zeta: f64) -> f64 {
    if zeta > 0.05 {
        return libm::log1p(-zeta) + zeta / (1.0 - zeta);
    }
    // Σ_{k≥2} (1 − 1/k) ζ^k
    (2..=14).rev().fold(0.0, |sum, k| sum * zeta + (1.0 - 1.0 / f64::from(k))) * zeta * zeta
}
