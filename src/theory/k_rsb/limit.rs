//! What a quantity tends to as the number of steps grows.

use crate::numerics::roots::root;

/// The limit k → ∞ of a quantity that is known for 1, 2, … k steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepsLimit {
    pub value: f64,
    /// How far one step less would have moved it: an estimate, no bound
    pub error: f64,
    /// w; None where steps gain less and less faster than by any power
    pub exponent: Option<f64>,
}

/// Exponents that are looked for: f of the SK model has 4 (Oppermann & Schmidt, Phys. Rev. E 78, 061124 (2008)).
const EXPONENTS: (f64, f64) = (0.5, 12.0);

/// Relative gains below it follow no law: the end of retrieval of P = 3 at T = 0.2 rises to seven steps and falls by 3e-8 to twelve.
const NOTHING: f64 = 5e-8;

/// Limit of a + b k^−w through the last three of the values for k = 1, 2, …; its error is the change from the limit through the three
/// before the last, of which there must be as many. Where the last step gains so little that w would be above 12, where it takes back, and
/// where gains are below 5e-8 of the value and follow no law, the limit is the last value, its error that gain, or the larger of the last
/// two. Where the last gain is below 5e-8 of the value, so much is the error at least. None of fewer values, or where steps do not gain less
/// and less.
#[must_use]
pub fn limit(by_steps: &[f64]) -> Option<StepsLimit> {
    let last = through(by_steps)?;
    let error = match last.exponent {
        None => last.error,
        Some(_) => (last.value - through(by_steps.get(..by_steps.len() - 1)?)?.value).abs(),
    };
    let [.., before, end] = *by_steps else { return None };
    let floor = NOTHING * end.abs();
    let floor = if (end - before).abs() < floor { floor } else { 0.0 };
    Some(StepsLimit { error: error.max(floor), ..last })
}

/// The limit where no further step exists, or its gain is lost in rounding: the last value, to 5e-8 of it.
#[must_use]
pub fn ended(last: f64) -> StepsLimit {
    StepsLimit { value: last, error: NOTHING * last.abs(), exponent: None }
}

/// Through the last three; `error` is what the last step gained.
fn through(by_steps: &[f64]) -> Option<StepsLimit> {
    let k = by_steps.len() as f64;
    let [.., a, b, c] = *by_steps else { return None };
    let error = (c - b).abs();
    let powers = |w: f64| [k - 2.0, k - 1.0, k].map(|k| libm::pow(k, -w));
    // Gain of a step over that of the next: rises with w.
    let gain = |w: f64| {
        let [one, two, three] = powers(w);
        (one - two) / (two - three)
    };
    let (before, taken_back) = ((b - a).abs(), (b - a) * (c - b) < 0.0);
    if before >= gain(EXPONENTS.1) * error {
        return Some(StepsLimit { value: c, error, exponent: None });
    }
    if taken_back && error <= before {
        return Some(StepsLimit { value: c, error: before, exponent: None });
    }
    let excess = |w: f64| gain(w) - (b - a) / (c - b);
    let ends = [EXPONENTS.0, EXPONENTS.1].map(|w| (w, excess(w)));
    if !(ends[0].1 < 0.0 && ends[1].1 > 0.0) {
        let still = before.max(error) <= NOTHING * c.abs();
        return still.then_some(StepsLimit { value: c, error: before.max(error), exponent: None });
    }
    let w = root(excess, ends[0], ends[1], 1e-13);
    let [_, two, three] = powers(w);
    Some(StepsLimit { value: c - (c - b) / (three - two) * three, error, exponent: Some(w) })
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn a_power_law_has_its_limit_and_its_exponent() {
        let values: Vec<f64> = (1..=5).map(|k| 0.3 - 0.02 * libm::pow(f64::from(k), -3.5)).collect();
        let found = limit(&values).expect("a limit");
        assert!(
            (found.value - 0.3).abs() < 1e-10 && found.exponent.is_some_and(|w| (w - 3.5).abs() < 1e-6),
            "{found:?}"
        );
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
    fn steps_that_gain_next_to_nothing_end_at_the_last_value() {
        let found = limit(&[0.4, 0.46, 0.460_001]).expect("a limit");
        assert!(found.value == 0.460_001 && (found.error - 1e-6).abs() < 1e-12, "{found:?}");
        // A gain of the wrong sign within rounding is one of nothing.
        let found = limit(&[0.4, 0.46, 0.461, 0.461 - 1e-12]).expect("a limit");
        assert!(found.exponent.is_none() && found.error < 3e-8, "{found:?}");
        let found = limit(&[0.4, 0.46, 0.461, 0.4608]).expect("a limit");
        assert!(found.value == 0.4608 && (found.error - 1e-3).abs() < 1e-12, "{found:?}");
        let found = limit(&[0.46, 0.461, 0.461_000_001, 0.461_000_003]).expect("a limit");
        assert!(found.value == 0.461_000_003 && found.error > 2e-8, "{found:?}");
        assert!(limit(&[0.3, 0.3, 0.3]).is_some_and(|found| found.value == 0.3 && found.error < 2e-8));
    }

    #[test]
    fn three_values_of_a_power_law_and_gains_that_grow_have_none() {
        assert_eq!(limit(&[0.1, 0.2, 0.25]), None);
        assert_eq!(limit(&[0.1, 0.2, 0.3, 0.5]), None);
        assert_eq!(limit(&[0.1, 0.2, 0.15, 0.25]), None);
    }
}
