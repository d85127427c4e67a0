//! Roots and maxima of functions of one variable, bracketed: they end, and they end inside the bracket.

/// A root of `f` between `lo` and `hi`, where `f_lo` and `f_hi` have opposite signs (Chandrupatla's method: inverse
/// quadratic interpolation where it is safe, bisection elsewhere; T. R. Chandrupatla, Adv. Eng. Softw. 28, 145 (1997)).
///
/// `f` need not be continuous: the answer is then a place where its sign changes. The returned end of the final
/// bracket is the one of smaller |f|.
pub fn root(mut f: impl FnMut(f64) -> f64, lo: (f64, f64), hi: (f64, f64), tolerance: f64) -> f64 {
    let ((mut b, mut f_b), (mut a, mut f_a)) = (lo, hi);
    let mut fraction = 0.5;
    for _ in 0..400 {
        let x = a + fraction * (b - a);
        let f_x = f(x);
        let (c, f_c) = if (f_x > 0.0) == (f_a > 0.0) {
            (a, f_a)
        } else {
            let old = (b, f_b);
            (b, f_b) = (a, f_a);
            old
        };
        (a, f_a) = (x, f_x);
        let best = if f_a.abs() < f_b.abs() { a } else { b };
        let limit = 2.0 * f64::EPSILON * best.abs() + 0.5 * tolerance;
        let span = (b - a).abs();
        if f_a == 0.0 || span <= 2.0 * limit {
            return if f_a == 0.0 { a } else { best };
        }
        let xi = (a - b) / (c - b);
        let phi = (f_a - f_b) / (f_c - f_b);
        let interpolate = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        fraction = if interpolate {
            f_a / (f_b - f_a) * (f_c / (f_b - f_c))
                + (c - a) / (b - a) * (f_a / (f_c - f_a)) * (f_b / (f_c - f_b))
        } else {
            0.5
        };
        let edge = (limit / span).min(0.5);
        fraction = if fraction.is_finite() { fraction.clamp(edge, 1.0 - edge) } else { 0.5 };
    }
    if f_a.abs() < f_b.abs() { a } else { b }
}

/// The place of the maximum of a unimodal `f` in [lo, hi], by golden sections, to `tolerance`.
pub fn maximum(mut f: impl FnMut(f64) -> f64, mut lo: f64, mut hi: f64, tolerance: f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let mut left = hi - GOLDEN * (hi - lo);
    let mut right = lo + GOLDEN * (hi - lo);
    let (mut f_left, mut f_right) = (f(left), f(right));
    for _ in 0..200 {
        if hi - lo <= tolerance {
            break;
        }
        if f_left < f_right {
            lo = left;
            (left, f_left) = (right, f_right);
            right = lo + GOLDEN * (hi - lo);
            f_right = f(right);
        } else {
            hi = right;
            (right, f_right) = (left, f_left);
            left = hi - GOLDEN * (hi - lo);
            f_left = f(left);
        }
    }
    0.5 * (lo + hi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_found_to_the_last_digits_in_few_steps() {
        let mut calls = 0;
        let cos = |x: f64| {
            calls += 1;
            libm::cos(x)
        };
        let x = root(cos, (1.0, libm::cos(1.0)), (2.0, libm::cos(2.0)), 0.0);
        assert!((x - std::f64::consts::FRAC_PI_2).abs() < 4e-16);
        assert!(calls < 15, "{calls} evaluations");
        let cubic = |x: f64| (x - 1e-3) * (x - 1e-3) * (x - 1e-3);
        let x = root(cubic, (-1.0, cubic(-1.0)), (4.0, cubic(4.0)), 1e-12);
        assert!((x - 1e-3).abs() < 1e-11);
    }

    #[test]
    fn a_jump_is_located() {
        let jump = |x: f64| if x < 0.3 { 2.0 } else { -1.0 };
        assert!((root(jump, (0.0, 2.0), (1.0, -1.0), 0.0) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn a_maximum_is_located() {
        assert!((maximum(|x| -(x - 0.7) * (x - 0.7), 0.0, 1.0, 1e-9) - 0.7).abs() < 1e-8);
    }
}
