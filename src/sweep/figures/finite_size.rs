//! Fits of finite sizes as they are drawn: a curve against 1/N, its limit at 1/N = 0, and both in words.

use super::axis;
use crate::estimators::{
    EXPONENTS, Extrapolation, FREE_EXPONENTS, FreeExtrapolation, extrapolate, extrapolate_freely,
};
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
/// theory names no ω and there are few sizes, how much the limits of several differ is the error. From four sizes on ω is free, too: the
/// bar at 1/N = 0 then covers the limits of all ω with χ² at most 1 above the least. A load without an error is open, and not fitted. None
/// where there is no load.
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
        if let Some(free) = extrapolate_freely(&sizes) {
            let group = EXPONENTS.len() + 1;
            lines.push(curve(&free.best, free_words(&free), group, largest));
            let (low, high) = free.limits;
            let middle =
                Point { x: 0.0, y: (low + high) / 2.0, x_err: None, y_err: Some((high - low) / 2.0) };
            limits
                .push(Series { open: true, name: "N → ∞, ω free".into(), points: vec![middle], group });
        }
    }
    let (certain, uncertain): (Vec<Point>, Vec<Point>) =
        found.into_iter().partition(|point| point.y_err.is_some());
    let simulated = [(false, "simulation", certain), (true, UNCERTAIN, uncertain)]
        .map(|(open, name, points)| Series { open, name: name.into(), points, group: 0 });
    Some(Curves {
        title: title.into(),
        x: Axis { limits: Some((-0.03 * largest, largest)), ..axis("1/N") },
        y: axis(label),
        lines,
        series: simulated.into_iter().filter(|one| !one.points.is_empty()).chain(limits).collect(),
    })
}

/// A load next to the first or last of the grid: more than one resample in twenty has none there (`Transition::gamma_err`).
const UNCERTAIN: &str = "simulation, too near the last load for an error";

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

/// `ω free, 0.30 … 1.25: 0.41 … 0.52, χ²/dof = 1.1/1`; an end of ω that the sizes leave open is `?`.
fn free_words(free: &FreeExtrapolation) -> String {
    let end = |value: f64, open: f64| {
        if (value - open).abs() < 1e-9 { "?".to_string() } else { format!("{value:.2}") }
    };
    let (from, to) = (end(free.exponents.0, FREE_EXPONENTS.0), end(free.exponents.1, FREE_EXPONENTS.1));
    let limit = |value: f64| format!("{value:.3}").replace('-', "−");
    let (low, high) = (limit(free.limits.0), limit(free.limits.1));
    let fit = &free.best;
    format!("ω free, {from} … {to}: {low} … {high}, χ²/dof = {:.1}/{}", fit.chi_square, fit.freedom)
}

/// `0.0709 ± 0.0011, χ²/dof = 2.7/2`, to two figures of the error.
pub(super) fn words(fit: &Extrapolation) -> String {
    let decimals = (1.0 - libm::floor(libm::log10(fit.limit_err))).clamp(0.0, 12.0) as usize;
    let limit = format!("{:.decimals$}", fit.limit).replace('-', "−");
    format!("{limit} ± {:.decimals$}, χ²/dof = {:.1}/{}", fit.limit_err, fit.chi_square, fit.freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_sizes_have_a_limit_with_a_free_exponent_and_three_have_not() {
        let point = |n: f64| Point {
            x: 1.0 / n,
            y: 0.42 - 0.9 * libm::pow(n, -0.8),
            x_err: None,
            y_err: Some(0.001),
        };
        let sizes = [64.0, 128.0, 256.0, 512.0];
        let figure = |n: usize| loads("", "", sizes[..n].iter().map(|&n| point(n)).collect(), &[], true);
        let names = |figure: Curves| figure.series.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert!(!names(figure(3).expect("loads")).contains(&"N → ∞, ω free".to_string()));
        let free = figure(4).expect("loads").series.pop().expect("limits");
        let limit = &free.points[0];
        assert!(free.name == "N → ∞, ω free" && limit.x == 0.0);
        let error = limit.y_err.expect("an error");
        assert!((limit.y - 0.42).abs() < error && (0.001..0.02).contains(&error), "{limit:?}");
    }

    #[test]
    fn a_load_without_an_error_is_drawn_open_and_says_so() {
        let point = |x: f64, y_err: Option<f64>| Point { x, y: 0.4, x_err: None, y_err };
        let figure = loads("", "", vec![point(0.01, Some(0.1)), point(0.02, None)], &[], true);
        let series = figure.expect("loads").series;
        let simulated: Vec<(bool, usize)> = series.iter().map(|s| (s.open, s.points.len())).collect();
        assert_eq!(simulated, [(false, 1), (true, 1)]);
        assert_eq!(series[1].name, UNCERTAIN);
    }
}
