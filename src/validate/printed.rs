//! Numbers as they are printed: the last digit says how well they are known.

use crate::error::{Error, Result};

/// A printed number: the value and half of what its last digit may hide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Printed {
    pub value: f64,
    /// Half a unit of the last digit.
    pub half_unit: f64,
}

impl Printed {
    /// From digits such as `0.137905`, `-0.765`, `−1.33`, `3·10⁵` being refused: the value is within half a unit of the last digit.
    ///
    /// # Errors
    /// Digits that are no decimal number.
    pub fn rounded(digits: &str) -> Result<Self> {
        let text = digits.trim().replace('−', "-");
        let refuse = || Error::failed(format!("'{digits}' is not a printed number"));
        let (mantissa, exponent) = match text.split_once('e') {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| refuse())?),
            None => (text.as_str(), 0),
        };
        let value: f64 = text.parse().map_err(|_| refuse())?;
        let places = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let unit = libm::pow(10.0, f64::from(exponent) - places as f64);
        if !value.is_finite() || unit <= 0.0 || !unit.is_finite() {
            return Err(refuse());
        }
        Ok(Self { value, half_unit: 0.5 * unit })
    }

    /// The same digits where the rest was cut off instead of rounded: the value is within half a unit of the middle.
    #[must_use]
    pub fn cut(self) -> Self {
        Self { value: self.value + self.half_unit.copysign(self.value), ..self }
    }
}

/// The numbers among the words of a sentence or the cells of a table row, in their order; a cell or word that is none is left out, and
/// what stands in brackets behind a number, its standard error in units of the last digit, too.
pub fn numbers(words: &str) -> Vec<&str> {
    let apart = |c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';' | '(' | ')' | ':');
    words
        .split(apart)
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '−'))
        .filter(|word| Printed::rounded(word).is_ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_says_how_well_a_number_is_known() {
        let near = |digits: &str, value: f64, half: f64| {
            let printed = Printed::rounded(digits).expect("a number");
            assert_eq!(printed.value, value, "{digits}");
            assert!((printed.half_unit / half - 1.0).abs() < 1e-12, "{digits}: {printed:?}");
        };
        near("0.137905", 0.137_905, 5e-7);
        near("−0.765", -0.765, 5e-4);
        near("12", 12.0, 0.5);
        near("1.3e-4", 1.3e-4, 5e-6);
        for wrong in ["", "-", "a.5", "inf", "NaN", "1e400", "½"] {
            assert!(Printed::rounded(wrong).is_err(), "{wrong}");
        }
        let cut = Printed::rounded("0.051").expect("a number").cut();
        assert!((cut.value - 0.0515).abs() < 1e-15 && (cut.half_unit - 5e-4).abs() < 1e-15);
    }

    #[test]
    fn numbers_are_found_between_bars_and_words() {
        assert_eq!(numbers("| 3 | 0.65 | | (0.42, 0.28) |"), ["3", "0.65", "0.42", "0.28"]);
        assert_eq!(numbers("it ends at 0.2763. d < 0.6180 (K = 3)"), ["0.2763", "0.6180", "3"]);
    }
}
