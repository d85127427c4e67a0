//! Gaussian averages of functions of tanh g, g = a + bY, Y standard normal.
//!
//! # Why not Gauss–Hermite
//! At low temperature b = O(1/T): tanh g is a step at Y₀ = −a/b of width 1/b, which fixed nodes cannot see once it is
//! narrower than their spacing; nothing in their answer says so. Here [−L, L] is cut into panels that are laid out
//! around Y₀ in multiples of 1/b and, away from it, at the Gaussian's own scale, with 20 Gauss–Legendre nodes in each.
//!
//! # Precision
//! Panels are as wide as the poles of tanh g at Y₀ ± iπ/2b allow: each panel's Bernstein ellipse of parameter
//! ρ = 3 is free of them, so the rule's error is of order ρ^−40 ≈ 1e-19 of the integrand (Trefethen, *Approximation
//! Theory and Approximation Practice*, 2013, theorem 19.3). Checked to 1e-13 relative against 30-digit integrals,
//! also where an average is exponentially small because the step is far outside the Gaussian's bulk.

/// 20-point Gauss–Legendre rule on [−1, 1]: positive nodes and their weights.
#[allow(clippy::excessive_precision)] // as tabulated
const GAUSS_LEGENDRE: [(f64, f64); 10] = [
    (0.076526521133497333755, 0.1527533871307258507),
    (0.22778585114164507808, 0.14917298647260374679),
    (0.37370608871541956067, 0.14209610931838205133),
    (0.510867001950827098, 0.1316886384491766269),
    (0.63605368072651502545, 0.11819453196151841731),
    (0.74633190646015079261, 0.10193011981724043504),
    (0.83911697182221882339, 0.083276741576704748725),
    (0.91223442825132590587, 0.06267204833410906357),
    (0.96397192727791379127, 0.040601429800386941331),
    (0.99312859918509492479, 0.017614007139152118312),
];

/// 8-point Gauss–Legendre rule on [−1, 1]: positive nodes and their weights.
#[allow(clippy::excessive_precision)] // as tabulated
const GAUSS_LEGENDRE_8: [(f64, f64); 4] = [
    (0.18343464249564980494, 0.36268378337836198297),
    (0.52553240991632898582, 0.31370664587788728734),
    (0.79666647741362673959, 0.22238103445337447054),
    (0.96028985649753623168, 0.10122853629037625915),
];

/// 12-point Gauss–Legendre rule on [−1, 1]: positive nodes and their weights.
#[allow(clippy::excessive_precision)] // as tabulated
const GAUSS_LEGENDRE_12: [(f64, f64); 6] = [
    (0.12523340851146891547, 0.249147045813402785),
    (0.36783149899818019375, 0.23349253653835480876),
    (0.5873179542866174473, 0.20316742672306592175),
    (0.76990267419430468704, 0.16007832854334622633),
    (0.90411725637047485668, 0.10693932599531843096),
    (0.98156063424671925069, 0.047175336386511827195),
];

/// How finely a panel is integrated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    nodes: &'static [(f64, f64)],
    pieces: u32,
}

impl Rule {
    /// 20 nodes in each panel: rounding errors only.
    pub const FINE: Self = Self { nodes: &GAUSS_LEGENDRE, pieces: 1 };
    /// 8 nodes in each panel: about 1e-8 relative (ρ^−16), for the way to a solution.
    pub const COARSE: Self = Self { nodes: &GAUSS_LEGENDRE_8, pieces: 1 };
    /// 12 nodes in each panel: about 1e-11 relative (ρ^−24).
    pub const MEDIUM: Self = Self { nodes: &GAUSS_LEGENDRE_12, pieces: 1 };
    /// Twice as many panels as [`Self::FINE`]: the difference is the error of the quadrature.
    pub const DOUBLED: Self = Self { nodes: &GAUSS_LEGENDRE, pieces: 2 };

    /// Adds (1/√2π) ∫ density(t) values(t) dt over [t0, t1], where f(t) = (density, values).
    pub fn add<const K: usize>(
        self,
        sums: &mut [f64; K],
        t0: f64,
        t1: f64,
        mut f: impl FnMut(f64) -> (f64, [f64; K]),
    ) {
        let cut = |k: u32| {
            if k == self.pieces { t1 } else { t0 + (t1 - t0) * (f64::from(k) / f64::from(self.pieces)) }
        };
        for k in 0..self.pieces {
            let (t0, t1) = (cut(k), cut(k + 1));
            let half = 0.5 * (t1 - t0);
            let centre = 0.5 * (t1 + t0);
            let mut panel = [0.0; K];
            for &(node, weight) in self.nodes {
                for t in [centre - half * node, centre + half * node] {
                    let (density, values) = f(t);
                    let density = weight * density;
                    for (sum, value) in panel.iter_mut().zip(values) {
                        *sum += density * value;
                    }
                }
            }
            for (sum, value) in sums.iter_mut().zip(panel) {
                *sum += half * INV_SQRT_TAU * value;
            }
        }
    }
}

/// Half-width of the Gaussian's bulk: the mass beyond it is 2e-19.
const BULK: f64 = 9.0;
/// Widest panel at the Gaussian's own scale.
const WIDEST: f64 = 4.0;
/// Beyond |Y| = 39 the weight underflows.
const EDGE: f64 = 39.0;
/// 1/√(2π)
const INV_SQRT_TAU: f64 = 0.398_942_280_401_432_7;

/// Averages over Y of functions of g = a + bY, all from one pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TanhMoments {
    /// E tanh g
    pub tanh: f64,
    /// 1 − E tanh g, accurate where it is small: E 2/(1 + e^{2g})
    pub co_tanh: f64,
    /// E tanh² g, accurate where it is small
    pub tanh_sq: f64,
    /// E sech² g = 1 − E tanh² g, accurate where it is small
    pub sech2: f64,
    /// E sech⁴ g
    pub sech4: f64,
    /// E tanh g sech² g = ½ ∂(E tanh² g)/∂a
    pub tanh_sech2: f64,
    /// ∂(E tanh² g)/∂ ln b
    pub tanh_sq_slope: f64,
}

/// The averages of [`TanhMoments`] at g = a + bY.
///
/// # Range
/// Any finite a and b (the sign of b does not matter), including b = 0 and b far above 1e6. NaN otherwise: who calls
/// with what may overflow checks the answer.
///
/// # Precision
/// 1e-14 relative for the positive averages, where they do not underflow; 1e-16 absolute for the signed ones. The last two
/// are of order 1/b² and 1/b and keep their digits at large b, where the obvious integrands cancel: integration by
/// parts gives E tanh g sech² g = −E Y sech² g/2b and ∂(E tanh² g)/∂ ln b = 2 E (g − a) tanh g sech² g, used for b ≥ 1,
/// and 2b² E (3 sech⁴ g − 2 sech² g), used below.
#[must_use]
pub fn tanh_moments(a: f64, b: f64) -> TanhMoments {
    let (a_abs, b) = (a.abs(), b.abs());
    let sums = average(Rule::FINE, a_abs, b, |g, y| {
        let e = libm::exp(-2.0 * g.abs());
        let inverse = 1.0 / (1.0 + e);
        let small = 2.0 * e * inverse; // 1 − |tanh g|
        let magnitude = (1.0 - e) * inverse;
        let tanh = if g < 0.0 { -magnitude } else { magnitude };
        let co_tanh = if g < 0.0 { 2.0 * inverse } else { small };
        let sech2 = 2.0 * inverse * small;
        let odd = tanh * sech2;
        // g sech² g → 0 where g overflows
        let even = if sech2 > 0.0 { g * odd } else { 0.0 };
        [tanh, co_tanh, tanh * tanh, sech2, sech2 * sech2, odd, y * sech2, even]
    });
    let [tanh, co_tanh, tanh_sq, sech2, sech4, odd, y_sech2, even] = sums;
    let (tanh_sech2, tanh_sq_slope) = if b < 1.0 {
        (odd, 2.0 * b * b * (3.0 * sech4 - 2.0 * sech2))
    } else {
        let odd = -0.5 * y_sech2 / b;
        (odd, 2.0 * (even - a_abs * odd))
    };
    let moments = TanhMoments { tanh, co_tanh, tanh_sq, sech2, sech4, tanh_sech2, tanh_sq_slope };
    if a < 0.0 {
        TanhMoments { tanh: -tanh, co_tanh: 1.0 + tanh, tanh_sech2: -tanh_sech2, ..moments }
    } else {
        moments
    }
}

/// E [log 2cosh g − g tanh g] at g = a + bY: the mean entropy of a spin in the field g.
///
/// # Range and precision
/// As [`tanh_moments`].
#[must_use]
pub fn binary_entropy(a: f64, b: f64) -> f64 {
    let [entropy] = average(Rule::FINE, a.abs(), b.abs(), |g, _| {
        let x = 2.0 * g.abs();
        let e = libm::exp(-x);
        [libm::log1p(e) + x.min(2000.0) * e / (1.0 + e)]
    });
    entropy
}

/// E f(a + bY, Y) for a, b ≥ 0, f analytic but for poles at g = ±iπ/2 (mod iπ).
pub(crate) fn average<const K: usize>(
    rule: Rule,
    a: f64,
    b: f64,
    mut f: impl FnMut(f64, f64) -> [f64; K],
) -> [f64; K] {
    if !(a.is_finite() && b.is_finite()) {
        return [f64::NAN; K];
    }
    let mut sums = [0.0; K];
    let step = if b > 0.0 { -a / b } else { f64::NEG_INFINITY };
    // sech² g against the Gaussian peaks between the step and −2b (sech⁴: −4b): follow it beyond the bulk.
    let peak = (-step).min(4.0 * b);
    let left = -(BULK + peak).min(EDGE);
    let widest = WIDEST.min(20.0 / peak.clamp(5.0, EDGE));
    let mut at = |g: f64, y: f64| (libm::exp(-0.5 * y * y), f(g, y));
    if step > left {
        // Distances t from the step, so that g = bt keeps its digits however steep the step is.
        let mut at = |t: f64| at(b * t, step + t);
        panels(BULK - step, 0.0, b, widest, |t0, t1| rule.add(&mut sums, t0, t1, &mut at));
        panels(step - left, 0.0, b, widest, |t0, t1| rule.add(&mut sums, -t1, -t0, &mut at));
    } else {
        let mut at = |y: f64| at(a + b * y, y);
        panels(BULK - left, left - step, b, widest, |t0, t1| {
            rule.add(&mut sums, left + t0, left + t1, &mut at);
        });
    }
    sums
}

/// Cuts [0, length] into panels; `ahead` is the distance of 0 from the step. A panel at distance d from the step is
/// 2.8/b or 2.4 d wide, whichever is more, and everything is smooth from d = 36/b on.
pub(crate) fn panels(length: f64, ahead: f64, b: f64, widest: f64, mut panel: impl FnMut(f64, f64)) {
    let mut t = 0.0;
    while t < length {
        let distance = ahead + t;
        let width = if distance * b > 36.0 { widest } else { (2.8 / b).max(2.4 * distance).min(widest) };
        // Never leave a sliver behind.
        let next = if t + 1.2 * width >= length { length } else { t + width };
        panel(t, next);
        t = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64, relative: f64, what: &str) {
        assert!((got - want).abs() <= relative * want.abs() + 2e-16, "{what}: {got:e} against {want:e}");
    }

    /// (a, b, [E tanh, 1 − E tanh, E tanh², E sech², E sech⁴, E tanh sech², E entropy]): 30-digit integrals.
    #[allow(clippy::excessive_precision)]
    const REFERENCE: [(f64, f64, [f64; 7]); 9] = [
        (
            0.0,
            0.01,
            [
                0.0,
                1.0,
                9.9980005664600925e-5,
                0.999900019994335399,
                0.99980006996868339,
                0.0,
                0.693097188058279138,
            ],
        ),
        (
            0.3,
            0.7,
            [
                0.215952242481096586,
                0.784047757518903414,
                0.29940895504372864,
                0.70059104495627136,
                0.562865707153102448,
                0.0945591906228996062,
                0.52355816218676513,
            ],
        ),
        (
            2.0,
            1.5,
            [
                0.748743642832343596,
                0.251256357167656404,
                0.764738460841920042,
                0.235261539158079958,
                0.152197574771130744,
                0.0781973285622105884,
                0.195408365891821207,
            ],
        ),
        (
            5.0,
            0.2,
            [
                0.999901643362989196,
                9.83566370108042134e-5,
                0.999803298078328126,
                1.96701921671873917e-4,
                4.54032487733643978e-8,
                1.96679218510007162e-4,
                5.3309484580033561e-4,
            ],
        ),
        (
            0.0,
            30.0,
            [
                0.0,
                1.0,
                0.973415988806022277,
                0.0265840111939777232,
                0.0177275926020560531,
                0.0,
                0.0218604834104708442,
            ],
        ),
        (
            40.0,
            13.0,
            [
                0.997855394962629948,
                2.14460503737005217e-3,
                0.999449084330608157,
                5.50915669391842603e-4,
                3.62723979530489752e-4,
                6.487940619968406e-5,
                4.5682726928046234e-4,
            ],
        ),
        (
            30.0,
            2.0,
            [
                1.0,
                5.22055813933538569e-23,
                1.0,
                1.04411162786708111e-22,
                9.6873629532711185e-38,
                1.04411162786708062e-22,
                1.17462558135046662e-21,
            ],
        ),
        (
            900.0,
            100.0,
            [
                1.0,
                2.26480322763323865e-19,
                1.0,
                2.06273335469185931e-20,
                1.37240571441161366e-20,
                9.28153573940934299e-22,
                1.69876634884393901e-20,
            ],
        ),
        (
            0.001,
            3.0,
            [
                2.54833287666113016e-4,
                0.999745166712333887,
                0.745166721014814867,
                0.254833278985185133,
                0.174229316062363679,
                1.30213915505157263e-5,
                0.206295565679796146,
            ],
        ),
    ];

    #[test]
    fn averages_meet_thirty_digit_integrals() {
        for (a, b, want) in REFERENCE {
            let got = tanh_moments(a, b);
            let at = |what: &str| format!("{what} at a = {a}, b = {b}");
            close(got.tanh, want[0], 1e-14, &at("tanh"));
            assert!((got.co_tanh / want[1] - 1.0).abs() < 1e-13, "{} {got:?}", at("1 − tanh"));
            assert!((got.tanh_sq / want[2] - 1.0).abs() < 1e-14, "{} {got:?}", at("tanh²"));
            assert!((got.sech2 / want[3] - 1.0).abs() < 1e-13, "{} {got:?}", at("sech²"));
            assert!((got.sech4 / want[4] - 1.0).abs() < 1e-13, "{} {got:?}", at("sech⁴"));
            close(got.tanh_sech2, want[5], 1e-13, &at("tanh sech²"));
            assert!((binary_entropy(a, b) / want[6] - 1.0).abs() < 1e-13, "{}", at("entropy"));
        }
    }

    #[test]
    fn a_step_of_any_steepness_is_seen() {
        // E tanh(a + bY) → erf(a/(b√2)), b E sech² → 2φ(a/b) as b → ∞, with corrections of order 1/b².
        for (b, tolerance) in [(1e3, 2e-6), (1e6, 2e-12), (1e9, 1e-14), (1e17, 1e-14), (1e60, 1e-14)] {
            for x in [0.0, 0.1, 1.0, 2.5, 4.0] {
                let got = tanh_moments(x * b, b);
                let density = INV_SQRT_TAU * libm::exp(-0.5 * x * x);
                close(got.tanh, libm::erf(x / std::f64::consts::SQRT_2), tolerance, "step");
                close(got.sech2 * b, 2.0 * density, 10.0 * tolerance, "density");
                close(got.sech4 * b, 4.0 / 3.0 * density, 10.0 * tolerance, "density");
                // b² E tanh sech² → (a/b) φ, ∂(E tanh²)/∂ ln b = −∂(E sech²)/∂ ln b → 2φ(1 − x²)/b
                let (up, across) = (got.tanh_sech2 * b * b, got.tanh_sq_slope * b);
                assert!((up - x * density).abs() < 10.0 * tolerance, "x = {x}, b = {b}: {up}");
                let want = 2.0 * density * (1.0 - x * x);
                assert!((across - want).abs() < 10.0 * tolerance, "x = {x}, b = {b}: {across} {want}");
                close(got.co_tanh, libm::erfc(x / std::f64::consts::SQRT_2), 10.0 * tolerance, "tail");
            }
        }
    }

    #[test]
    fn complements_add_up_and_derivatives_follow_integration_by_parts() {
        for a in [0.0, 0.5, 3.0, 20.0] {
            for b in [0.0, 0.3, 1.0, 2.0, 5.0, 17.0, 100.0] {
                let got = tanh_moments(a, b);
                close(got.tanh + got.co_tanh, 1.0, 1e-15, "1");
                close(got.tanh_sq + got.sech2, 1.0, 1e-15, "1");
                let wider = tanh_moments(a, b * libm::exp(1e-5)).tanh_sq;
                let narrower = tanh_moments(a, b * libm::exp(-1e-5)).tanh_sq;
                assert!(((wider - narrower) / 2e-5 - got.tanh_sq_slope).abs() < 1e-8, "∂ ln b at {a}, {b}");
                let h = 1e-5 * (1.0 + b);
                let up = tanh_moments(a + h, b).tanh;
                let down = tanh_moments(a - h, b).tanh;
                assert!(((up - down) / (2.0 * h) - got.sech2).abs() < 1e-8, "∂a at {a}, {b}");
                let up = tanh_moments(a, b + h).tanh;
                let down = tanh_moments(a, (b - h).abs()).tanh;
                if b > 0.0 {
                    assert!(
                        ((up - down) / (2.0 * h) + 2.0 * b * got.tanh_sech2).abs() < 1e-8,
                        "∂b at {a}, {b}"
                    );
                }
            }
        }
        let negative = tanh_moments(-0.7, 1.3);
        let positive = tanh_moments(0.7, 1.3);
        assert_eq!(negative.tanh, -positive.tanh);
        assert_eq!(negative.sech4, positive.sech4);
    }

    #[test]
    fn no_field_however_extreme_gives_a_number_that_is_not_finite() {
        for a in [0.0, 1e-300, 1.0, 1e10, 1e150] {
            for b in [0.0, 1e-310, 1e-200, 1e-8, 1.0, 1e8, 1e100, 1e200] {
                let got = tanh_moments(a, b);
                for value in [got.tanh, got.co_tanh, got.tanh_sq, got.sech2, got.sech4, got.tanh_sech2] {
                    assert!(value.is_finite() && value.abs() <= 1.0 + 1e-15, "{a} {b} {got:?}");
                }
                assert!(binary_entropy(a, b).is_finite());
            }
        }
    }
}
