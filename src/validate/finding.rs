//! What was found beside what was expected, and how far apart the two may be.

use super::printed::Printed;
use crate::estimators::{mean, variance};
use statrs::distribution::{ContinuousCDF, FisherSnedecor, Normal, StudentsT};

/// What makes a difference too large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// The error is a bound: half a unit of the last digit printed, what a solver or a quadrature leaves, a sum of roundings.
    Bound,
    /// As [`Self::Bound`], for values that must not be smaller.
    AtLeast,
    /// As [`Self::Bound`], for values that must not be larger.
    AtMost,
    /// The probability of a difference as large or larger.
    Chance(f64),
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    Measured {
        expected: f64,
        got: f64,
        error: f64,
        law: Law,
        /// Which of several comparisons it is, how many there were.
        detail: String,
    },
    /// The measurement says nothing here.
    CannotTell(String),
    /// The measurement could not be made, which a claim must allow.
    Failed(String),
}

impl Finding {
    fn new(expected: f64, got: f64, error: f64, law: Law) -> Self {
        Self::Measured { expected, got, error, law, detail: String::new() }
    }

    /// Equal to within a bound.
    pub fn bound(expected: f64, got: f64, error: f64) -> Self {
        Self::new(expected, got, error, Law::Bound)
    }

    /// A printed number, and a value known to within `error`.
    pub fn printed(printed: Printed, got: f64, error: f64) -> Self {
        Self::bound(printed.value, got, printed.half_unit + error)
    }

    /// Whole numbers that must be equal: the bound is half a unit.
    pub fn whole(expected: u64, got: u64) -> Self {
        Self::bound(expected as f64, got as f64, 0.5)
    }

    pub fn at_least(least: f64, got: f64, error: f64) -> Self {
        Self::new(least, got, error, Law::AtLeast)
    }

    pub fn at_most(most: f64, got: f64, error: f64) -> Self {
        Self::new(most, got, error, Law::AtMost)
    }

    /// A Gaussian average with a known standard error.
    pub fn gaussian(expected: f64, got: f64, error: f64) -> Self {
        let chance = 2.0 * standard_normal_tail(((got - expected) / error).abs());
        Self::new(expected, got, error, Law::Chance(chance))
    }

    /// An average whose standard error is known with ν degrees of freedom: Student's t.
    pub fn student(expected: f64, got: f64, error: f64, freedom: f64) -> Self {
        let t = ((got - expected) / error).abs();
        match StudentsT::new(0.0, 1.0, freedom.clamp(1.0, 1e6)) {
            Ok(law) if t.is_finite() => Self::new(expected, got, error, Law::Chance(2.0 * law.sf(t))),
            _ => Self::CannotTell(format!("no standard error: {got} ± {error}")),
        }
    }

    /// The mean of independent values.
    pub fn mean_of(expected: f64, values: &[f64]) -> Self {
        let n = values.len() as f64;
        match (mean(values), variance(values)) {
            (Some(mean), Some(variance)) if variance > 0.0 => {
                Self::student(expected, mean, (variance / n).sqrt(), n - 1.0)
            }
            _ => Self::CannotTell(format!("{} values have no standard error", values.len())),
        }
    }

    /// χ² of a fit whose errors are known with ν degrees of freedom each: Fisher's F of χ²/f with f and ν, which is χ² as ν → ∞. Too large
    /// by chance with its upper tail.
    pub fn chi_square(chi_square: f64, freedom: usize, of_errors: f64) -> Self {
        let f = freedom as f64;
        match FisherSnedecor::new(f, of_errors.clamp(1.0, 1e6)) {
            Ok(law) if chi_square.is_finite() => {
                Self::new(f, chi_square, (2.0 * f).sqrt(), Law::Chance(law.sf(chi_square / f)))
            }
            _ => Self::CannotTell(format!("χ² = {chi_square} of {freedom} degrees of freedom")),
        }
    }

    /// A rate known from `trials` that must not exceed `most`: the chance of so many at that rate, by Hoeffding's bound in
    /// relative entropy (J. Am. Stat. Assoc. 58, 13 (1963)), e^{−n D(got‖most)}.
    pub fn rate_at_most(most: f64, hits: usize, trials: usize) -> Self {
        let (n, got) = (trials as f64, hits as f64 / trials as f64);
        let part = |p: f64, q: f64| if p > 0.0 { p * libm::log(p / q) } else { 0.0 };
        let chance =
            if got <= most { 1.0 } else { libm::exp(-n * (part(got, most) + part(1.0 - got, 1.0 - most))) };
        Self::new(most, got, (most * (1.0 - most) / n).sqrt(), Law::Chance(chance))
    }

    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed(reason.into())
    }

    /// The same with words on which comparison it is.
    #[must_use]
    pub fn at(mut self, place: impl std::fmt::Display) -> Self {
        match &mut self {
            Self::Measured { detail, .. } if detail.is_empty() => *detail = place.to_string(),
            Self::Measured { detail, .. } => *detail = format!("{place}, {detail}"),
            Self::CannotTell(reason) | Self::Failed(reason) => *reason = format!("{place}: {reason}"),
        }
        self
    }

    /// The worst of several comparisons, which must all hold. Chances are multiplied by how many there are (Bonferroni), so that the
    /// worst of many is as rare as it says. What failed comes first; what cannot tell last, unless it is all there is.
    pub fn worst(findings: Vec<Self>) -> Self {
        let count = findings.len();
        let several = |finding: Self| match finding {
            Self::Measured { expected, got, error, law, detail } if count > 1 => {
                let law = match law {
                    Law::Chance(p) => Law::Chance((p * count as f64).min(1.0)),
                    other => other,
                };
                let detail = format!("{detail}{}worst of {count}", if detail.is_empty() { "" } else { "; " });
                Self::Measured { expected, got, error, law, detail }
            }
            other => other,
        };
        let rank = |finding: &Self| match finding {
            Self::Failed(_) => f64::INFINITY,
            Self::CannotTell(_) => -1.0,
            Self::Measured { .. } => finding.z().map_or(f64::MAX, f64::abs),
        };
        let worst = findings.into_iter().reduce(|a, b| if rank(&b) > rank(&a) { b } else { a });
        several(worst.unwrap_or_else(|| Self::failed("nothing was compared")))
    }

    /// Under a bound: the difference over the bound, of [`Law::AtLeast`] and [`Law::AtMost`] in the wrong direction. Under chance: the Gaussian deviate
    /// with the same two-sided probability, with the sign of the difference. None where there is no number, or no bound at all.
    pub fn z(&self) -> Option<f64> {
        let Self::Measured { expected, got, error, law, .. } = self else { return None };
        let difference = got - expected;
        let z = match law {
            Law::Chance(p) => gaussian_deviate(*p).copysign(difference),
            Law::Bound => difference / error,
            Law::AtMost => (difference / error).max(0.0),
            Law::AtLeast => (-difference / error).max(0.0),
        };
        z.is_finite().then_some(z)
    }
}

/// P(Y > z) of a standard Gaussian, with all digits in the tail.
fn standard_normal_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

/// The z with P(|Y| > z) = p; 38 for what no double can tell from 0.
pub fn gaussian_deviate(p: f64) -> f64 {
    const FARTHEST: f64 = 38.0;
    if p >= 1.0 {
        return 0.0;
    }
    // Below this the inverse has no digits left.
    if p < 1e-300 {
        return FARTHEST;
    }
    -Normal::standard().inverse_cdf(0.5 * p)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn z(finding: &Finding) -> f64 {
        finding.z().expect("a number")
    }

    #[test]
    fn the_deviate_of_a_probability_is_gaussian_far_into_the_tail() {
        for at in [0.1, 1.0, 3.0, 5.0, 8.0, 20.0] {
            assert!((gaussian_deviate(2.0 * standard_normal_tail(at)) - at).abs() < 1e-6 * at, "{at}");
        }
        assert_eq!(gaussian_deviate(1.0), 0.0);
        assert_eq!(gaussian_deviate(0.0), 38.0);
        // A Gaussian finding has its own deviate; Student's t is nearer to 0, the nearer the fewer samples there were.
        assert!((z(&Finding::gaussian(1.0, 1.3, 0.1)) - 3.0).abs() < 1e-6);
        let few = z(&Finding::student(1.0, 1.3, 0.1, 5.0));
        let many = z(&Finding::student(1.0, 1.3, 0.1, 500.0));
        assert!(few < 2.3 && few > 2.0 && many > 2.95 && many < 3.0, "{few} {many}");
        // χ² of 2 above 20 has the probability e^{−10}; with errors from few samples it is nothing rare.
        let chance = |of_errors| z(&Finding::chi_square(20.0, 2, of_errors));
        assert!((chance(1e6) - gaussian_deviate(libm::exp(-10.0))).abs() < 1e-3, "{}", chance(1e6));
        assert!(chance(20.0) < 3.6 && z(&Finding::chi_square(0.5, 2, 20.0)) < 0.4);
    }

    #[test]
    fn the_worst_of_several_is_the_worst_and_says_of_how_many() {
        let all = vec![Finding::bound(0.0, 0.2, 1.0).at("a"), Finding::bound(0.0, -0.9, 1.0).at("b")];
        let worst = Finding::worst(all.clone());
        assert_eq!(worst.z(), Some(-0.9));
        assert!(matches!(&worst, Finding::Measured { detail, .. } if detail == "b; worst of 2"));
        let with = |other: Finding| Finding::worst([all.clone(), vec![other]].concat());
        assert!(matches!(with(Finding::failed("no")), Finding::Failed(_)));
        assert!(with(Finding::CannotTell("no".into())).z().is_some());
        assert!(matches!(Finding::worst(Vec::new()), Finding::Failed(_)));
        // Two chances of 1 % together are one of 2 %.
        let pair = Finding::worst(vec![Finding::gaussian(0.0, 2.575_829, 1.0); 2]);
        assert!((z(&pair) - 2.326_348).abs() < 1e-4, "{pair:?}");
    }

    #[test]
    fn one_sided_bounds_and_rates_count_in_one_direction() {
        assert_eq!(z(&Finding::at_least(10.0, 50.0, 1.0)), 0.0);
        assert_eq!(z(&Finding::at_least(10.0, 8.0, 1.0)), 2.0);
        assert_eq!(z(&Finding::at_most(10.0, 8.0, 1.0)), 0.0);
        assert_eq!(z(&Finding::rate_at_most(0.01, 4, 400)), 0.0);
        assert!(z(&Finding::rate_at_most(0.01, 40, 400)) > 6.0);
        // An error of 0 leaves no z, unless both are one number; nothing is said of NaN.
        assert_eq!(Finding::bound(1.0, 2.0, 0.0).z(), None);
        assert_eq!(Finding::bound(1.0, f64::NAN, 1.0).z(), None);
    }
}
