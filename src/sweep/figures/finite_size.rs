//! Fits of finite sizes as they are drawn: a curve against 1/N, its limit at 1/N = 0, and both in words.

use crate::estimators::Extrapolation;
use crate::sweep::figure::{Line, Point};

/// The fit from N → ∞ to 1/N = `largest`; a straight line at ω = 1.
pub(super) fn curve(fit: &Extrapolation, name: String, group: usize, largest: f64) -> Line {
    const STEPS: usize = 60;
    let piece = (0..=STEPS)
        .map(|i| {
            // Dense next to 0, where N^{−ω} is steep at ω < 1.
            let x = largest * (i as f64 / STEPS as f64).powi(2);
            (x, if x > 0.0 { fit.at(1.0 / x) } else { fit.limit })
        })
        .collect();
    Line { name, pieces: vec![piece], group: Some(group) }
}

/// The limit as a point.
pub(super) fn limit(fit: &Extrapolation) -> Point {
    Point { x: 0.0, y: fit.limit, x_err: None, y_err: Some(fit.limit_err) }
}

/// `0.0709 ± 0.0011, χ²/dof = 2.7/2`, to two figures of the error.
pub(super) fn words(fit: &Extrapolation) -> String {
    let decimals = (1.0 - libm::floor(libm::log10(fit.limit_err))).clamp(0.0, 12.0) as usize;
    let limit = format!("{:.decimals$}", fit.limit).replace('-', "−");
    format!("{limit} ± {:.decimals$}, χ²/dof = {:.1}/{}", fit.limit_err, fit.chi_square, fit.freedom)
}
