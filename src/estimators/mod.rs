//! Numbers to numbers: means with errors, autocorrelation, resampling, verdicts. No physics.
//!
//! Where a quantity cannot be estimated the answer is `None`, never a number.

mod autocorrelation;
mod extrapolation;
mod half_point;
mod histogram;
mod integration;
pub mod logistic;
mod resampling;
mod verdicts;

pub use autocorrelation::{drift_error, integrated_time};
pub use extrapolation::{
    EXPONENTS, Extrapolation, FREE_EXPONENTS, FreeExtrapolation, extrapolate, extrapolate_freely,
};
pub use half_point::{
    Fall, HalfPoint, LAST_STEP, StraightLine, Trials, half_point, half_point_of, overlapping, straight_line,
};
pub use histogram::OverlapHistogram;
pub use integration::{Node, integrals, integration_errors};
pub use resampling::{binned_error, bootstrap_error, jackknife, paired_bootstrap_error};
pub use verdicts::{Drift, Verdict, agree, average_drift, freedom_of_error, stationary};

/// Mean, by compensated summation; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| sum(values.iter().copied()) / values.len() as f64)
}

/// Unbiased variance; `None` of fewer than two.
pub fn variance(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    (values.len() > 1)
        .then(|| sum(values.iter().map(|v| (v - mean) * (v - mean))) / (values.len() - 1) as f64)
}

/// Neumaier's compensated sum (Z. Angew. Math. Mech. 54, 39 (1974)): the order of summation is the order given.
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0f64, 0.0f64);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    sum + lost
}
