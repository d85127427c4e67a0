//! Small special functions with the same bits on every platform.

/// xⁿ by repeated multiplication.
#[must_use]
pub fn power(x: f64, n: u32) -> f64 {
    let (mut result, mut square, mut n) = (1.0, x, n);
    while n > 0 {
        if n % 2 == 1 {
            result *= square;
        }
        square *= square;
        n /= 2;
    }
    result
}

/// 1 + q + … + q^{n−1} = (1 − qⁿ)/(1 − q), without cancellation at q → 1.
#[must_use]
pub fn geometric_sum(q: f64, n: u32) -> f64 {
    (0..n).fold(0.0, |sum, _| sum * q + 1.0)
}

/// 1 + 2q + … + n q^{n−1}, so that 1 − P q^{P−1} + (P−1) q^P = (1 − q)² Σ_{k=1}^{P−1} k q^{k−1} without cancellation.
#[must_use]
pub fn weighted_geometric_sum(q: f64, n: u32) -> f64 {
    (0..n).rev().fold(0.0, |sum, k| sum * q + f64::from(k + 1))
}

/// log erfc z, also where erfc z underflows (z > 26).
#[must_use]
pub fn ln_erfc(z: f64) -> f64 {
    if z < 20.0 {
        return libm::log(libm::erfc(z));
    }
    // Asymptotic series (Abramowitz & Stegun 7.1.23); its terms fall below 1e-17 well before they grow.
    let t = 1.0 / (2.0 * z * z);
    let series = 1.0 - t * (1.0 - 3.0 * t * (1.0 - 5.0 * t * (1.0 - 7.0 * t)));
    const LN_SQRT_PI: f64 = 0.572_364_942_924_700_1;
    -z * z - libm::log(z) - LN_SQRT_PI + libm::log(series)
}

/// Φ(x) = ½ erfc(−x/√2), the Gaussian distribution function, with all its digits in the lower tail.
#[must_use]
pub fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_meet_their_closed_forms() {
        let (q, p) = (0.37, 7);
        assert!((geometric_sum(q, p) - (1.0 - power(q, p)) / (1.0 - q)).abs() < 1e-14);
        let bracket = 1.0 - 7.0 * power(q, 6) + 6.0 * power(q, 7);
        assert!((weighted_geometric_sum(q, 6) * (1.0 - q) * (1.0 - q) - bracket).abs() < 1e-14);
        assert_eq!(power(1.1, 0), 1.0);
        assert_eq!(geometric_sum(0.0, 3), 1.0);
        assert_eq!(weighted_geometric_sum(0.0, 3), 1.0);
    }

    #[test]
    fn ln_erfc_joins_its_asymptotic_series() {
        let below = libm::log(libm::erfc(20.5));
        assert!((ln_erfc(20.5) / below - 1.0).abs() < 1e-14);
        assert!((ln_erfc(100.0) + 10_005.177_585_122_665).abs() < 1e-9);
    }
}
