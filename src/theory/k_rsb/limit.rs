//! What a quantity tends to as the number of steps grows.

use crate::numerics::roots::root;

/// The limit k → ∞ of a quantity that is known for 1, 2, … k steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepsLimit {
    pub value: f64,
    /// How far one step less would have moved it: an estimate, no bound
    pub error: f64,
    /// w
    pub exponent: f64,
}

/// Exponents that are looked for: f of the SK model has 4 (Oppermann & Schmidt, Phys. Rev. E 78, 061124 (2008)).
const EXPONENTS: (f64, f64) = (0.5, 12.0);

/// Limit of a + b k^−w through the last three of the values for k = 1, 2, …; its error is the change from the limit through the three
/// before the last. None of fewer than four values, or where differences do not shrink like a power.
#[must_use]
pub fn limit(by_steps: &[f64]) -> Option<StepsLimit> {
    let k = by_steps.len();
    let (before, _) = through(by_steps.get(..k.checked_sub(1)?)?)?;
    let (value, exponent) = through(by_steps)?;
    Some(StepsLimit { value, error: (value - before).abs(), exponent })
}

/// a and w of a + b k^−w through the last three.
fn through(by_steps: &[f64]) -> Option<(f64, f64)> {
    let k = by_steps.len() as f64;
    let [.., a, b, c] = *by_steps else { return None };
    let powers = |w: f64| [k - 2.0, k - 1.0, k].map(|k| libm::pow(k, -w));
    // Rises with w.
    let excess = |w: f64| {
        let [one, two, three] = powers(w);
        (one - two) / (two - three) - (b - a) / (c - b)
    };
    let ((low, at_low), (high, at_high)) =
        ((EXPONENTS.0, excess(EXPONENTS.0)), (EXPONENTS.1, excess(EXPONENTS.1)));
    if !(at_low < 0.0 && at_high > 0.0) {
        return None;
    }
    let w = root(excess, (low, at_low), (high, at_high), 1e-13);
    let [_, two, three] = powers(w);
    Some((c - (c - b) / (three - two) * three, w))
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn a_power_law_has_its_limit_and_its_exponent() {
        let values: Vec<f64> = (1..=5).map(|k| 0.3 - 0.02 * libm::pow(f64::from(k), -3.5)).collect();
        let found = limit(&values).expect("a limit");
        assert!((found.value - 0.3).abs() < 1e-10 && (found.exponent - 3.5).abs() < 1e-6, "{found:?}");
        assert!(found.error < 1e-9);
    }

    /// A second power moves the limit, and the error is larger than what is wrong with it.
    #[test]
    fn the_error_covers_a_correction_to_the_power_law() {
        let value = |k: f64| 0.3 - 0.02 * libm::pow(k, -4.0) * (1.0 + 0.5 / k);
        let values: Vec<f64> = (1..=5).map(|k| value(f64::from(k))).collect();
        let found = limit(&values).expect("a limit");
        assert!((found.value - 0.3).abs() < found.error && found.error < 1e-3, "{found:?}");
    }

    #[test]
    fn three_values_and_differences_that_grow_have_none() {
        assert_eq!(limit(&[0.1, 0.2, 0.25]), None);
        assert_eq!(limit(&[0.1, 0.2, 0.3, 0.5]), None);
        assert_eq!(limit(&[0.1, 0.2, 0.2, 0.2]), None);
    }
}
