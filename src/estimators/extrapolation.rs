//! Finite sizes extrapolated to N → ∞.

use super::sum;

/// y(N) = y_∞ + b N^{−ω} at given ω, by weighted least squares; errors from those of the points, not from how well the line fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extrapolation {
    /// ω
    pub exponent: f64,
    /// y_∞ and its error
    pub limit: f64,
    pub limit_err: f64,
    /// b
    pub slope: f64,
    /// Of `freedom` degrees of freedom: two less than there are points
    pub chi_square: f64,
    pub freedom: usize,
}

/// The exponents that finite sizes are tried with where theory names none: so few sizes cannot tell.
pub const EXPONENTS: [f64; 4] = [0.5, 2.0 / 3.0, 1.0, 1.5];

/// From points (N, y, error of y). None of fewer than three different sizes with errors: two always fit.
pub fn extrapolate(points: &[(f64, f64, f64)], exponent: f64) -> Option<Extrapolation> {
    let points: Vec<(f64, f64, f64)> = points
        .iter()
        .filter(|(size, y, err)| *size > 0.0 && y.is_finite() && err.is_finite() && *err > 0.0)
        .map(|&(size, y, err)| (libm::pow(size, -exponent), y, 1.0 / (err * err)))
        .collect();
    let different =
        points.iter().enumerate().filter(|(i, p)| points[..*i].iter().all(|q| q.0 != p.0)).count();
    if different < 3 {
        return None;
    }
    let total = |f: &dyn Fn(f64, f64) -> f64| sum(points.iter().map(|&(x, y, weight)| weight * f(x, y)));
    let weight = total(&|_, _| 1.0);
    let (x_mean, y_mean) = (total(&|x, _| x) / weight, total(&|_, y| y) / weight);
    let spread = total(&|x, _| (x - x_mean) * (x - x_mean));
    let slope = total(&|x, y| (x - x_mean) * (y - y_mean)) / spread;
    let limit = y_mean - slope * x_mean;
    let chi_square = total(&|x, y| (y - limit - slope * x) * (y - limit - slope * x));
    Some(Extrapolation {
        exponent,
        limit,
        limit_err: (1.0 / weight + x_mean * x_mean / spread).sqrt(),
        slope,
        chi_square,
        freedom: points.len() - 2,
    })
}

/// ω of a fit with ω free, and how far it may lie: where χ² is larger by 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FreeExtrapolation {
    /// At the best ω; errors of the limit are those at this ω alone
    pub best: Extrapolation,
    /// ω and y_∞ of all fits with χ² at most 1 above the least: (least, largest). An end of [`FREE_EXPONENTS`] means: open there
    pub exponents: (f64, f64),
    pub limits: (f64, f64),
}

/// Between these ω is looked for: below, N^{−ω} is a constant for any sizes that there are; above, only the smallest size matters.
pub const FREE_EXPONENTS: (f64, f64) = (0.1, 3.0);

/// y(N) = y_∞ + b N^{−ω} with ω free, by the least χ² over a fine grid of ω. None of fewer than four different sizes.
pub fn extrapolate_freely(points: &[(f64, f64, f64)]) -> Option<FreeExtrapolation> {
    const STEPS: usize = 290;
    let (least, largest) = FREE_EXPONENTS;
    let fits: Vec<Extrapolation> = (0..=STEPS)
        .map(|i| least + (largest - least) * i as f64 / STEPS as f64)
        .filter_map(|exponent| extrapolate(points, exponent))
        .collect();
    let best =
        *fits.iter().min_by(|a, b| a.chi_square.total_cmp(&b.chi_square)).filter(|fit| fit.freedom > 1)?;
    let near: Vec<&Extrapolation> =
        fits.iter().filter(|fit| fit.chi_square <= best.chi_square + 1.0).collect();
    let range = |of: &dyn Fn(&Extrapolation) -> (f64, f64)| {
        near.iter()
            .map(|fit| of(fit))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (a, b)| (low.min(a), high.max(b)))
    };
    Some(FreeExtrapolation {
        best: Extrapolation { freedom: best.freedom - 1, ..best },
        exponents: range(&|fit| (fit.exponent, fit.exponent)),
        limits: range(&|fit| (fit.limit - fit.limit_err, fit.limit + fit.limit_err)),
    })
}

impl Extrapolation {
    /// y at size N.
    #[must_use]
    pub fn at(&self, size: f64) -> f64 {
        self.limit + self.slope * libm::pow(size, -self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_without_noise_is_met_exactly_and_two_sizes_are_no_fit() {
        for exponent in EXPONENTS {
            let at = |size: f64| (size, 0.97 - 1.3 * libm::pow(size, -exponent), 0.01);
            let points = [64.0, 96.0, 160.0, 256.0].map(at);
            let fit = extrapolate(&points, exponent).expect("four sizes");
            assert!((fit.limit - 0.97).abs() < 1e-13 && (fit.slope + 1.3).abs() < 1e-11, "{fit:?}");
            assert!(fit.chi_square < 1e-20 && fit.freedom == 2 && (fit.at(96.0) - points[1].1).abs() < 1e-13);
            assert!(extrapolate(&points[..2], exponent).is_none());
            // A point without an error has no weight.
            let bare = [points[0], points[1], points[2], (256.0, 0.5, 0.0)];
            assert_eq!(extrapolate(&bare, exponent), extrapolate(&points[..3], exponent));
        }
    }

    #[test]
    fn a_free_exponent_is_found_where_there_is_no_noise_and_left_open_where_there_is() {
        let at = |err: f64| move |size: f64| (size, 0.45 - 1.3 * libm::pow(size, -0.8), err);
        let sizes = [32.0, 64.0, 128.0, 256.0, 512.0];
        let sharp = extrapolate_freely(&sizes.map(at(1e-5))).expect("five sizes");
        assert!((sharp.best.exponent - 0.8).abs() < 1e-9 && (sharp.best.limit - 0.45).abs() < 1e-9);
        assert!(sharp.best.freedom == 2 && sharp.exponents.1 - sharp.exponents.0 < 0.03);
        let blunt = extrapolate_freely(&sizes.map(at(0.05))).expect("five sizes");
        assert!(blunt.exponents.0 <= 0.1 && blunt.limits.1 - blunt.limits.0 > 0.1, "{blunt:?}");
        assert!(extrapolate_freely(&sizes.map(at(0.01))[..3]).is_none());
    }

    /// Errors and χ² as 4000 repetitions have them: each within 5 standard errors, false alarms 6e-7.
    #[test]
    fn the_error_of_the_limit_and_chi_square_are_what_repetitions_have() {
        use crate::rng::{StreamKey, uniform};
        let mut stream = StreamKey::new(7, "extrapolation").stream();
        // Twelve uniform numbers less six: variance 1.
        let mut noise = || (0..12).map(|_| uniform(&mut stream)).sum::<f64>() - 6.0;
        let (rounds, sizes) =
            (4000, [(64.0, 0.02), (96.0, 0.01), (128.0, 0.03), (192.0, 0.01), (256.0, 0.02)]);
        let (mut pulls, mut squares) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let points = sizes.map(|(size, err)| (size, 0.9 + 2.0 / size + err * noise(), err));
            let fit = extrapolate(&points, 1.0).expect("five sizes");
            pulls.push((fit.limit - 0.9) / fit.limit_err);
            squares.push(fit.chi_square);
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / f64::from(rounds);
        let root = f64::from(rounds).sqrt();
        assert!(mean(&pulls).abs() < 5.0 / root, "{}", mean(&pulls));
        let width = mean(&pulls.iter().map(|z| z * z).collect::<Vec<_>>());
        assert!((width - 1.0).abs() < 5.0 * 2f64.sqrt() / root, "{width}");
        assert!((mean(&squares) - 3.0).abs() < 5.0 * 6f64.sqrt() / root, "{}", mean(&squares));
    }
}
