//! The ladder of nested averages of k steps, on a grid of local fields.
//!
//! In units of energy, φ = Φ/β and y = βx, so that T → 0 is harmless:
//!
//! ```text
//! φ_k(H) = T log cosh(H/T),   φ_{l−1}(H) = (1/y_l) log E exp[y_l φ_l(H + √v_l Y)],   v_l = ξ′(q_l) − ξ′(q_{l−1})
//! μ_k = tanh(H/T),            μ_{l−1} = ⟨μ_l⟩,   χ_{l−1} = ⟨χ_l + x_l μ_l²⟩ − x_l μ_{l−1}²,   χ_k = 1 − μ_k²
//! ```
//!
//! with ⟨·⟩ the average of weight exp(y_l φ_l). Downwards flow the functions, upwards the distributions of the field on
//! each level, from a Gaussian of mean S and variance ξ′(q_0).
//!
//! # Quadrature
//! The trapezoidal rule on a uniform grid: its error falls as exp(−π²T/d) at spacing d, from the poles of tanh(H/T) at
//! ±iπT/2, and as exp(−2π²v/d²), from the narrowest Gaussian (Trefethen & Weideman, SIAM Rev. 56, 385 (2014)). φ is even, so that
//! half a grid holds it; e^{yφ} is carried as e^{y(φ − |H|)} with e^{y|H|} inside the kernel, so that nothing overflows.

/// Spacing of the grid over T, and over the narrowest √v: both leave less than 1e-15.
const PER_TEMPERATURE: f64 = 0.27;
const PER_WIDTH: f64 = 0.7;
/// Half-width of a Gaussian in standard deviations: the mass beyond is 2e-17.
const BULK: f64 = 8.5;
/// Largest grid: beyond it steps are too narrow to be resolved.
const MOST_POINTS: f64 = 40_000.0;

/// What the ladder is built on.
#[derive(Debug, Clone)]
pub(super) struct Rungs {
    /// T > 0
    pub t: f64,
    /// S, the mean of the local field
    pub signal: f64,
    /// ξ′(q_0), the variance common to all states; 0 only at S = 0
    pub outermost: f64,
    /// (v_l, y_l), l = 1…k
    pub steps: Vec<(f64, f64)>,
}

/// Averages over the distributions of the levels.
#[derive(Debug, Clone)]
pub(super) struct Averages {
    /// E μ, the same on every level
    pub magnetisation: f64,
    /// E φ_l, l = 0…k
    pub potential: Vec<f64>,
    /// E μ_l², l = 0…k
    pub overlap: Vec<f64>,
    /// E(1 − μ_k²), accurate where it is small
    pub lack: f64,
    /// E χ_l², l = 0…k (empty unless asked for)
    pub response: Vec<f64>,
}

/// One level on the grid H = 0, d, 2d, …
struct Level {
    /// φ − |H|
    excess: Vec<f64>,
    /// μ, odd
    mean: Vec<f64>,
    /// χ, even
    response: Vec<f64>,
}

/// e^{y s d} times the Gaussian of variance v at s = −reach…reach.
struct Kernel {
    values: Vec<f64>,
    reach: usize,
}

/// sum_i += Σ_s kernel_s padded_{i+s}, four terms at a time: a third of the traffic of one.
fn convolve(sum: &mut [f64], padded: &[f64], kernel: &[f64]) {
    let (fours, rest) = kernel.as_chunks::<4>();
    for (s, [a, b, c, d]) in fours.iter().enumerate() {
        let windows = padded.get(4 * s..).unwrap_or(&[]).windows(4);
        for (out, window) in sum.iter_mut().zip(windows) {
            if let [w, x, y, z] = window {
                *out += (a * w + b * x) + (c * y + d * z);
            }
        }
    }
    for (s, k) in rest.iter().enumerate() {
        for (out, f) in sum.iter_mut().zip(padded.get(4 * fours.len() + s..).unwrap_or(&[])) {
            *out += k * f;
        }
    }
}

impl Kernel {
    fn new(v: f64, y: f64, d: f64) -> Self {
        let reach = ((BULK * v.sqrt() + y * v) / d).ceil() as usize;
        let scale = d / (2.0 * std::f64::consts::PI * v).sqrt();
        let value = |i: usize| {
            let s = (i as f64 - reach as f64) * d;
            scale * libm::exp(y * s - 0.5 * s * s / v)
        };
        Self { values: (0..=2 * reach).map(value).collect(), reach }
    }

    /// Σ_j K(j − i) f_j over the whole line for i = 0…n−1: f = `inner`, then its last value for ever; on the other side `parity` times
    /// the mirror image, damped by e^{−2yH_i} as both sides share the kernel.
    fn gather(&self, inner: &[f64], parity: f64, damping: &[f64]) -> Vec<f64> {
        let (n, reach) = (inner.len(), self.reach);
        let last = inner.last().copied().unwrap_or(0.0);
        let mut padded = vec![0.0; reach];
        padded.extend_from_slice(inner);
        padded.extend(std::iter::repeat_n(last, reach));
        let mut sum = vec![0.0; n];
        convolve(&mut sum, &padded, &self.values);
        for (i, (out, damping)) in sum.iter_mut().zip(damping).enumerate().take(reach) {
            let near = padded.iter().skip(reach + 1).zip(self.values.iter().skip(reach + i + 1));
            *out += parity * damping * near.map(|(f, k)| f * k).sum::<f64>();
        }
        sum
    }

    /// Σ_j K(i − j) f_j with the mirror image, the transpose of [`Self::gather`]; index 0 counts half of both.
    fn spread(&self, weights: &[f64], damping: &[f64]) -> Vec<f64> {
        let (n, reach) = (weights.len(), self.reach);
        let mut padded = vec![0.0; reach];
        padded.extend_from_slice(weights);
        padded.resize(n + 2 * reach, 0.0);
        let reversed: Vec<f64> = self.values.iter().rev().copied().collect();
        let mut sum = vec![0.0; n];
        convolve(&mut sum, &padded, &reversed);
        for (i, out) in sum.iter_mut().enumerate().take(reach) {
            let near = weights.iter().zip(damping).skip(1).zip(self.values.iter().skip(reach + i + 1));
            *out += near.map(|((w, damping), k)| w * damping * k).sum::<f64>();
        }
        sum
    }
}

impl Rungs {
    /// All averages on a grid `finer` times as fine as needed for 1e-13; None where steps are too narrow for it, or beyond the
    /// floating range.
    pub fn averages(&self, finer: f64, with_response: bool) -> Option<Averages> {
        let Self { t, signal, outermost, steps } = self;
        let (t, signal, outermost) = (*t, *signal, *outermost);
        let widths = steps.iter().map(|step| step.0).chain((outermost > 0.0).then_some(outermost));
        let narrowest = widths.clone().fold(f64::INFINITY, f64::min).sqrt();
        let d = (PER_TEMPERATURE * t).min(PER_WIDTH * narrowest) / finer;
        let total: f64 = widths.sum();
        let drift: f64 = steps.iter().map(|(v, y)| v * y).sum();
        let end = signal + (BULK + 1.0) * total.sqrt() + drift + 2.0 * t;
        if !(d > 0.0 && end / d <= MOST_POINTS * finer) {
            return None;
        }
        let n = (end / d).ceil() as usize + 1;
        let field = |i: usize| i as f64 * d;

        let mut levels = vec![innermost(n, d, t)];
        let mut kernels = Vec::new();
        for &(v, y) in steps.iter().rev() {
            let inner = levels.last()?;
            let kernel = Kernel::new(v, y, d);
            let damping: Vec<f64> = (0..n).map(|i| libm::exp(-2.0 * y * field(i))).collect();
            let weight: Vec<f64> = inner.excess.iter().map(|e| libm::exp(y * e)).collect();
            let norm = kernel.gather(&weight, 1.0, &damping);
            let averaged = |values: &[f64], parity: f64| -> Vec<f64> {
                let product: Vec<f64> = weight.iter().zip(values).map(|(w, x)| w * x).collect();
                let sum = kernel.gather(&product, parity, &damping);
                sum.iter().zip(&norm).map(|(s, n)| s / n).collect()
            };
            let mean = averaged(&inner.mean, -1.0);
            let response = if with_response {
                let x = y * t;
                let values: Vec<f64> =
                    inner.response.iter().zip(&inner.mean).map(|(c, m)| c + x * m * m).collect();
                averaged(&values, 1.0).iter().zip(&mean).map(|(c, m)| c - x * m * m).collect()
            } else {
                Vec::new()
            };
            let excess = norm.iter().map(|n| libm::log(*n) / y).collect();
            levels.push(Level { excess, mean, response });
            kernels.push((kernel, damping));
        }
        levels.reverse();
        kernels.reverse();

        // Folded distribution p(H) + p(−H); at H = 0 twice p(0), which counts half.
        let first = levels.first()?;
        let mut magnetisation = 0.0;
        let mut density = vec![0.0; n];
        if outermost > 0.0 {
            let scale = d / (2.0 * std::f64::consts::PI * outermost).sqrt();
            let gauss = |h: f64| scale * libm::exp(-0.5 * h * h / outermost);
            for (i, (density, mean)) in density.iter_mut().zip(&first.mean).enumerate() {
                let (ahead, behind) = (gauss(field(i) - signal), gauss(field(i) + signal));
                *density = ahead + behind;
                magnetisation += mean * (ahead - behind);
            }
        } else {
            *density.first_mut()? = 2.0;
        }
        let mut averages = Averages {
            magnetisation,
            potential: Vec::new(),
            overlap: Vec::new(),
            lack: 0.0,
            response: Vec::new(),
        };
        for (l, level) in levels.iter().enumerate() {
            if l > 0 {
                let (outer, (kernel, damping)) = (levels.get(l - 1)?, kernels.get(l - 1)?);
                let y = steps.get(l - 1)?.1;
                let weights: Vec<f64> =
                    density.iter().zip(&outer.excess).map(|(p, e)| p * libm::exp(-y * e)).collect();
                let sum = kernel.spread(&weights, damping);
                density = sum.iter().zip(&level.excess).map(|(s, e)| s * libm::exp(y * e)).collect();
            }
            let average = |value: &dyn Fn(usize) -> f64| -> f64 {
                density
                    .iter()
                    .enumerate()
                    .map(|(i, p)| if i == 0 { 0.5 * p * value(0) } else { p * value(i) })
                    .sum()
            };
            averages.potential.push(average(&|i| field(i) + level.excess[i]));
            averages.overlap.push(average(&|i| level.mean[i] * level.mean[i]));
            if with_response {
                averages.response.push(average(&|i| level.response[i] * level.response[i]));
            }
            if l + 1 == levels.len() {
                averages.lack = average(&|i| level.response[i]);
            }
        }
        let numbers = averages.potential.iter().chain(&averages.overlap).chain(&averages.response);
        let finite = numbers.chain([&averages.magnetisation]).all(|x| x.is_finite());
        finite.then_some(averages)
    }
}

/// A spin in the field H: T log cosh(H/T) − |H|, tanh(H/T), sech²(H/T).
fn innermost(n: usize, d: f64, t: f64) -> Level {
    let mut level = Level { excess: Vec::new(), mean: Vec::new(), response: Vec::new() };
    for i in 0..n {
        let e = libm::exp(-2.0 * i as f64 * d / t);
        level.excess.push(t * (libm::log1p(e) - std::f64::consts::LN_2));
        level.mean.push((1.0 - e) / (1.0 + e));
        level.response.push(4.0 * e / ((1.0 + e) * (1.0 + e)));
    }
    level
}
