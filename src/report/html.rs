//! Numbers in HTML.

/// A number to read: five significant digits, true minus sign.
pub fn number(value: f64) -> String {
    let text = if value == 0.0 {
        "0".to_string()
    } else if (1e-4..1e6).contains(&value.abs()) {
        let decimals = (4 - libm::floor(libm::log10(value.abs())) as i32).clamp(0, 8) as usize;
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
    } else {
        format!("{value:.3e}")
    };
    text.replace('-', "−")
}

/// `0.9812 ± 0.0031`: two digits of the error, the value to the same place.
pub fn with_error(value: f64, error: Option<f64>) -> String {
    match error.filter(|e| e.is_finite() && *e > 0.0) {
        Some(e) if (1e-8..1e4).contains(&e) && value.abs() < 1e6 => {
            let decimals = (1 - libm::floor(libm::log10(e)) as i32).clamp(0, 10) as usize;
            format!("{value:.decimals$} ± {e:.decimals$}").replace('-', "−")
        }
        Some(e) => format!("{} ± {}", number(value), number(e)),
        None => number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_two_digits_and_values_end_where_they_do() {
        assert_eq!(with_error(0.981234, Some(0.00312)), "0.9812 ± 0.0031");
        assert_eq!(with_error(-12.3, Some(4.56)), "−12.3 ± 4.6");
        assert_eq!(with_error(0.5, Some(0.0)), "0.5");
        assert_eq!(with_error(1.0, None), "1");
    }

    #[test]
    fn numbers_have_five_digits() {
        assert_eq!(
            [0.0, 0.123_456_7, -1234.567, 1e-9, 64.0].map(number),
            ["0", "0.12346", "−1234.6", "1.000e−9", "64"]
        );
    }
}
