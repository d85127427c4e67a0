//! Fits of finite sizes as they are drawn: a curve against 1/N, its limit at 1/N = 0, and both in words.

use super::axis;
use crate::estimators::{EXPONENTS, Extrapolation, extrapolate};
use crate::params::{InteractionOrder, Temperature};
use crate::sweep::figure::{Axis, Curves, Line, Point, Series};
use crate::sweep::transition::Transition;

/// Transitions of one P and T as points against 1/N.
pub(super) fn against_size(found: &[Transition], order: InteractionOrder, t: Temperature) -> Vec<Point> {
    let here = found.iter().filter(|found| found.order == order && found.temperature == t);
    here.map(|found| Point {
        x: 1.0 / found.spins as f64,
        y: found.gamma,
        x_err: None,
        y_err: found.gamma_err,
    })
    .collect()
}

/// Measured loads against 1/N (`found`: x is 1/N) beside those of theory, with fits γ_∞ + b N^{−ω} where they are of one kind: where
/// theory names no ω and there are few sizes, how much the limits of several differ is the error. None where there is no load.
pub(super) fn loads(
    title: &str,
    label: &str,
    found: Vec<Point>,
    known: &[(String, f64)],
    fitted: bool,
) -> Option<Curves> {
    let largest = found.iter().map(|point| 1.08 * point.x).reduce(f64::max)?;
    let level = |(name, gamma): &(String, f64)| Line {
        name: name.clone(),
        pieces: vec![vec![(0.0, *gamma), (largest, *gamma)]],
        group: None,
    };
    let mut lines: Vec<Line> = known.iter().map(level).collect();
    let mut limits = Vec::new();
    if fitted {
        let sizes: Vec<(f64, f64, f64)> =
            found.iter().filter_map(|p| Some((1.0 / p.x, p.y, p.y_err?))).collect();
        for (i, fit) in EXPONENTS.iter().filter_map(|&omega| extrapolate(&sizes, omega)).enumerate() {
            let name = format!("ω = {:.3}: {}", fit.exponent, words(&fit));
            let (group, points) = (i + 1, vec![limit(&fit)]);
            limits.push(Series {
                open: true,
                name: format!("N → ∞, ω = {:.3}", fit.exponent),
                points,
                group,
            });
            lines.push(curve(&fit, name, group, largest));
        }
    }
    let simulated = Series { open: false, name: "simulation".into(), points: found, group: 0 };
    Some(Curves {
        title: title.into(),
        x: Axis { limits: Some((-0.03 * largest, largest)), ..axis("1/N") },
        y: axis(label),
        lines,
        series: std::iter::once(simulated).chain(limits).collect(),
    })
}

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
