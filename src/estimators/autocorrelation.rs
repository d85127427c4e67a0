//! Integrated autocorrelation time.

use super::{mean, sum, variance};
use rustfft::FftPlannerScalar;
use rustfft::num_complex::Complex;

/// Window factor: summation stops at the first lag W ≥ 5 τ(W); what it leaves out is e^{−5} of τ.
const WINDOW: f64 = 5.0;

/// τ_int = ½ + Σ_{t≥1} ρ(t), in units of the spacing of the series, with the self-consistent window of Madras and Sokal
/// (J. Stat. Phys. 50, 109 (1988), doi:10.1007/BF01022990) and Wolff's correction of the bias that the series' own mean
/// brings, 1 + (2W + 1)/n (Comput. Phys. Commun. 156, 143 (2004), doi:10.1016/S0010-4655(03)00467-3). Independent values have
/// τ = ½; the error of a mean over n values is √(2τ σ²/n).
///
/// `None` where it cannot be estimated: fewer than 16 values, a series that never changes, or no window inside half
/// of the series (the chain is too short for its own correlation).
pub fn integrated_time(series: &[f64]) -> Option<f64> {
    let n = series.len();
    if n < 16 {
        return None;
    }
    let centre = mean(series)?;
    let fluctuation: Vec<f64> = series.iter().map(|v| v - centre).collect();
    let variance = sum(fluctuation.iter().map(|d| d * d)) / n as f64;
    // A constant series leaves rounding noise only.
    if variance <= (f64::EPSILON * centre.abs()).powi(2) * 16.0 {
        return None;
    }
    let mut tau = 0.5;
    let mut all = Vec::new();
    for lag in 1..=n / 2 {
        let products = if lag <= DIRECT {
            sum(fluctuation[lag..].iter().zip(&fluctuation).map(|(a, b)| a * b))
        } else {
            if all.is_empty() {
                all = products_at_all_lags(&fluctuation);
            }
            all[lag]
        };
        let covariance = products / (n - lag) as f64;
        tau += covariance / variance;
        if lag as f64 >= WINDOW * tau {
            // Anticorrelation can bring the sum below its value at independence; keep it positive.
            return Some(tau.max(1.0 / n as f64) * (1.0 + (2 * lag + 1) as f64 / n as f64));
        }
    }
    None
}

/// Lags summed one by one: most windows end before.
const DIRECT: usize = 256;

/// Σ_t x_t x_{t+lag} of every lag by Wiener and Khinchin: n log n, where a slow chain of n values would cost n².
fn products_at_all_lags(series: &[f64]) -> Vec<f64> {
    let length = (2 * series.len()).next_power_of_two();
    let mut spectrum: Vec<Complex<f64>> = series.iter().map(|&x| Complex::new(x, 0.0)).collect();
    spectrum.resize(length, Complex::default());
    // The scalar transform gives the same bits on every machine.
    let transform = FftPlannerScalar::new().plan_fft_forward(length);
    transform.process(&mut spectrum);
    spectrum.iter_mut().for_each(|z| *z = Complex::new(z.norm_sqr(), 0.0));
    // Real and even: forward and inverse transforms are the same but for the length.
    transform.process(&mut spectrum);
    spectrum[..series.len()].iter().map(|z| z.re / length as f64).collect()
}

/// Standard error of the drift (later half minus earlier half) of a stationary series: two independent means over h = n/2
/// values, √(2τ(σ₁² + σ₂²)/h) with τ and σ² taken inside each half, so that a drift does not hide itself. A transient at the
/// start swells the earlier half's: where the later half alone gives a smaller error, that is taken.
/// `None` as for [`integrated_time`]; 0 for a series that never changes.
pub fn drift_error(series: &[f64]) -> Option<f64> {
    if series.windows(2).all(|pair| pair[0] == pair[1]) {
        return (!series.is_empty()).then_some(0.0);
    }
    let half = series.len() / 2;
    // A later half in which nothing happened (rare excursions) knows no error: the whole series does, over twice the length.
    let late = square_of_mean_error(&series[series.len() - half..])
        .or_else(|| square_of_mean_error(series).map(|whole| 2.0 * whole))?;
    // A first half that never moved, or only drifted, says nothing of its own.
    let early = square_of_mean_error(&series[..half]).unwrap_or(late);
    Some((late + early.min(late)).sqrt())
}

/// 2τσ²/n of one stretch.
fn square_of_mean_error(series: &[f64]) -> Option<f64> {
    // Never less than independent values have: an anticorrelation measured by chance must not make an alarm.
    let tau = integrated_time(series)?.max(0.5);
    let n = series.len() as f64;
    // The mean over n values takes 2τ/n of the variance with it.
    let lost = (2.0 * tau / n).min(0.5);
    Some(2.0 * tau * variance(series)? / (1.0 - lost) / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{StreamKey, uniform};

    /// AR(1) with coefficient a has ρ(t) = a^t, τ_int = ½ (1 + a)/(1 − a).
    fn autoregressive(a: f64, n: usize, seed: u64) -> Vec<f64> {
        let mut stream = StreamKey::new(seed, "ar1").stream();
        let mut x = 0.0;
        (0..n + 1000)
            .map(|_| {
                let noise: f64 = (0..12).map(|_| uniform(&mut stream)).sum::<f64>() - 6.0;
                x = a * x + noise;
                x
            })
            .skip(1000)
            .collect()
    }

    #[test]
    fn integrated_time_of_an_autoregressive_chain_is_known() {
        for (a, n) in [(0.0f64, 20_000), (0.5, 20_000), (0.9, 100_000)] {
            let exact = 0.5 * (1.0 + a) / (1.0 - a);
            // Relative error of the estimate: √((4W + 2)/n) at W = 5 τ; over 20 chains the mean is good to a
            // twentieth of the variance. Five standard errors and the window's bias e^{−5}: false alarm < 1e-5.
            let mean = (0..20).filter_map(|s| integrated_time(&autoregressive(a, n, s))).sum::<f64>() / 20.0;
            let sigma = exact * ((20.0 * exact + 2.0) / n as f64 / 20.0).sqrt();
            assert!((mean - exact).abs() < 5.0 * sigma + 0.01 * exact, "a = {a}: {mean} against {exact}");
        }
    }

    #[test]
    fn products_by_fourier_transform_are_those_summed_one_by_one() {
        let series = autoregressive(0.99, 3000, 3);
        let fast = products_at_all_lags(&series);
        for lag in [0, 1, 257, 1500, 2999] {
            let slow = sum(series[lag..].iter().zip(&series).map(|(a, b)| a * b));
            assert!((fast[lag] - slow).abs() < 1e-11 * fast[0], "lag {lag}: {} against {slow}", fast[lag]);
        }
    }

    #[test]
    fn no_time_is_reported_for_a_drift_a_constant_or_a_handful() {
        assert_eq!(integrated_time(&[1.0; 100]), None);
        assert_eq!(integrated_time(&[0.1, 0.2, 0.3]), None);
        let drift: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!(integrated_time(&drift), None);
    }
}
