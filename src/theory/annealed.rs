//! The annealed average at finite N: what a simulated paramagnet must show, exactly up to the width of a bracket.
//!
//! ```text
//! A_ann = log 2 + (K/N) log B,   B = 2^{−N} Σ_k C(N, k) e^{w(N−2k)},   w(M) = β P! e_P(M)/(2N^{P−1}),   u = −∂A_ann/∂β
//! R = E Z²/(E Z)² = Σ_d C(N, d) 2^{−N} (B_d/B²)^K,
//! B_d = 2^{−N} Σ_{k,l} C(N−d, k) C(d, l) e^{w(N−2(k+l)) + w(N−2(k+d−l))}
//! ```
//!
//! Without the rare events |M| > cN these are A_c, R_c, and A_c − log R_c/(2N) ≲ A ≤ A_ann. Hebbian couplings are not
//! Gaussian: at the sizes of a simulation this differs from the limit N → ∞ by tens of per cent at γ ≈ 1.

use crate::error::Result;
use crate::params::{InteractionOrder, Temperature};

/// Largest N for which the bracket is computed: its cost grows as N³.
pub const MAX_SPINS: usize = 256;

/// Widest bracket with which the baseline is used.
pub const WIDTH: f64 = 1e-3;

/// The annealed baseline of N spins and K patterns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Annealed {
    /// A_ann, per spin
    pub pressure: f64,
    /// u = −∂A_ann/∂β, per spin
    pub energy: f64,
    /// log R_c of the best cut
    pub log_r: f64,
    /// A_ann − (A_c − log R_c/(2N)) of the best cut: how far the quenched pressure can lie below
    pub width: f64,
}

impl Annealed {
    /// Whether the bracket is narrow enough for a baseline.
    pub fn holds(&self) -> bool {
        self.width < WIDTH
    }
}

/// The annealed baseline; None at T = 0, above [`MAX_SPINS`], or where e^w leaves the floating range.
///
/// # Errors
/// None today.
pub fn annealed(
    p: InteractionOrder,
    spins: usize,
    patterns: usize,
    t: Temperature,
) -> Result<Option<Annealed>> {
    if t.is_zero() || spins == 0 || spins > MAX_SPINS {
        return Ok(None);
    }
    let law = Law::new(p, spins, t.beta());
    if !law.weights.iter().all(|w| w.is_finite()) {
        return Ok(None);
    }
    let k = patterns as f64;
    let n = spins as f64;
    let whole = law.moments(spins);
    let pressure = std::f64::consts::LN_2 + k / n * whole.log_b;
    let energy = -k / n * whole.slope / t.get().recip();
    // Cuts from 3 standard deviations of a random overlap to everything.
    let mut best: Option<(f64, f64)> = None;
    let mut cut = (3.0 * n.sqrt()).min(n) as usize;
    loop {
        let part = law.moments(cut);
        let log_r = law.log_r(cut, &part, k);
        let lower = std::f64::consts::LN_2 + k / n * part.log_b - log_r / (2.0 * n);
        let width = pressure - lower;
        if width.is_finite() && best.is_none_or(|(narrowest, _)| width < narrowest) {
            best = Some((width, log_r));
        }
        if cut >= spins {
            break;
        }
        cut = (cut + (spins / 32).max(1)).min(spins);
    }
    Ok(best.filter(|_| pressure.is_finite() && energy.is_finite()).map(|(width, log_r)| Annealed {
        pressure,
        energy,
        log_r,
        // Rounding can make an exact bracket a hair negative.
        width: width.max(0.0),
    }))
}

/// w(M) over M = N − 2k, and the binomial law of k.
struct Law {
    spins: usize,
    weights: Vec<f64>,
    /// log C(n, k) for n ≤ N.
    log_factorial: Vec<f64>,
}

struct Moments {
    /// log B_c
    log_b: f64,
    /// (Σ w e^w)/(Σ e^w) over the law, without the factor β
    slope: f64,
}

impl Law {
    fn new(p: InteractionOrder, spins: usize, beta: f64) -> Self {
        let n = spins as f64;
        // P! e_P(M)/N^{P−1} by the recurrence of E_k = k! e_k/N^{k−1}, in floating numbers: no cancellation worth a digit.
        let weights = (0..=spins)
            .map(|k| {
                let m = n - 2.0 * k as f64;
                let (mut previous, mut current) = (n, m);
                for j in 2..=p.get() {
                    let j = f64::from(j);
                    let next = (m * current - (j - 1.0) * (n - j + 2.0) * previous / n) / n;
                    (previous, current) = (current, next);
                }
                0.5 * beta * current
            })
            .collect();
        let mut log_factorial = vec![0.0; spins + 1];
        for i in 1..=spins {
            log_factorial[i] = log_factorial[i - 1] + libm::log(i as f64);
        }
        Self { spins, weights, log_factorial }
    }

    fn log_binomial(&self, n: usize, k: usize) -> f64 {
        self.log_factorial[n] - self.log_factorial[k] - self.log_factorial[n - k]
    }

    /// e^{w(N − 2k)} where |N − 2k| ≤ cut, else 0, over e^{`scale`}.
    fn factors(&self, cut: usize, scale: f64) -> Vec<f64> {
        let inside = |k: usize| (self.spins as i64 - 2 * k as i64).unsigned_abs() as usize <= cut;
        let factor = |(k, w): (usize, &f64)| if inside(k) { libm::exp(w - scale) } else { 0.0 };
        self.weights.iter().enumerate().map(factor).collect()
    }

    fn moments(&self, cut: usize) -> Moments {
        let n = self.spins;
        let log_half = n as f64 * std::f64::consts::LN_2;
        let term = |k: usize| self.log_binomial(n, k) - log_half + self.weights[k];
        let inside: Vec<usize> = (0..=n).filter(|&k| n.abs_diff(2 * k) <= cut).collect();
        let top = inside.iter().map(|&k| term(k)).fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut first) = (0.0, 0.0);
        for &k in &inside {
            let weight = libm::exp(term(k) - top);
            sum += weight;
            first += weight * self.weights[k];
        }
        Moments { log_b: top + libm::log(sum), slope: first / sum }
    }

    /// log R_c = log Σ_d C(N, d) 2^{−N} (B_d/B²)^K.
    fn log_r(&self, cut: usize, part: &Moments, patterns: f64) -> f64 {
        let n = self.spins;
        let log_half = n as f64 * std::f64::consts::LN_2;
        let scale = self.weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let factors = self.factors(cut, scale);
        let terms: Vec<f64> = (0..=n)
            .map(|d| {
                let rows: Vec<f64> = (0..=n - d)
                    .map(|k| libm::exp(self.log_binomial(n - d, k) - (n - d) as f64 * std::f64::consts::LN_2))
                    .collect();
                let columns: Vec<f64> = (0..=d)
                    .map(|l| libm::exp(self.log_binomial(d, l) - d as f64 * std::f64::consts::LN_2))
                    .collect();
                let mut sum = 0.0;
                for (k, row) in rows.iter().enumerate() {
                    let mut inner = 0.0;
                    for (l, column) in columns.iter().enumerate() {
                        inner += column * factors[k + l] * factors[k + d - l];
                    }
                    sum += row * inner;
                }
                let log_b_d = libm::log(sum) + 2.0 * scale;
                self.log_binomial(n, d) - log_half + patterns * (log_b_d - 2.0 * part.log_b)
            })
            .collect();
        let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        top + libm::log(terms.iter().map(|t| libm::exp(t - top)).sum::<f64>())
    }
}
