//! The whole retrieval branch at fixed T as one explicit curve.
//!
//! Write the local field as g = βA(1 + wY), with the signal A = (P/2) m^{P−1} + h and the noise-to-signal ratio
//! w = σ/A; σ² = γ(P/2) q^{P−1} for P ≥ 3, σ² = αq/(1−C)², C = β(1−q) for P = 2 (Amit, Gutfreund & Sompolinsky 1987).
//! Then
//!
//! * at given w the magnetisation is the largest root of m = E tanh βA(m)(1 + wY). The right side is a concave
//!   function of A, so Newton's method started at m = 1 comes down on that root from above and cannot pass it;
//! * q = E tanh² g and the load are explicit: γ = (2/P) [wA q^{−(P−1)/2}]² (times (1−C)² for P = 2);
//! * w = 0 is the noiseless top of the branch; γ rises from 0 to its first maximum, the **spinodal**. Below it,
//!   the root of γ(w) = γ is retrieval: no iteration in (m, q), no choice between solutions, no wrong branch.
//!   Up to there ln γ is concave in ln w, and beyond it γ is never as high again (not proven; a test checks both for
//!   P = 2 … 64), so Newton's method from γ ≤ (P/2)w² ends at the root or finds the spinodal lower than γ.
//!
//! At T = 0 the same with x = 1/(w√2): m = erf x, q = 1, C = √(2/π) e^{−x²}/σ.

use crate::numerics::roots::root;
use crate::numerics::special::power;
use crate::numerics::{TanhMoments, tanh_moments};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// Temperatures below this are their own limit T → 0 to the last digit (and β² would overflow).
pub(crate) const COLDEST: f64 = 1e-120;

/// What stays fixed along the curve: P, T, the cue field h.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Curve {
    pub p: u32,
    /// 0 for every T below [`COLDEST`].
    pub t: f64,
    pub cue: f64,
}

/// A saddle point of retrieval and its place on the curve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurvePoint {
    /// Noise-to-signal ratio σ/A.
    pub w: f64,
    /// Signal A, in units of energy.
    pub signal: f64,
    pub m: f64,
    /// 1 − m
    pub co_m: f64,
    pub q: f64,
    /// β(1 − q); its limit at T = 0
    pub c: f64,
    /// √(γP/2)
    pub root_load: f64,
    /// d ln γ/d ln w: positive before the fold
    pub slope: f64,
}

impl CurvePoint {
    pub fn gamma(&self, p: u32) -> f64 {
        2.0 * self.root_load * self.root_load / f64::from(p)
    }

    /// σ, in units of energy.
    pub fn noise(&self) -> f64 {
        self.w * self.signal
    }
}

impl Curve {
    pub fn new(p: u32, t: f64, cue: f64) -> Self {
        Self { p, t: if t < COLDEST { 0.0 } else { t }, cue }
    }

    fn signal(&self, m: f64) -> f64 {
        0.5 * f64::from(self.p) * power(m, self.p - 1) + self.cue
    }

    fn signal_slope(&self, m: f64) -> f64 {
        0.5 * f64::from(self.p) * f64::from(self.p - 1) * power(m, self.p - 2)
    }

    /// The highest temperature at which retrieval exists as γ → 0: m = tanh(β(P/2)m^{P−1}) at its tangency,
    /// T = max_a (P/2) tanh^{P−1}(a)/a, which lies at sinh 2a = 2(P−1)a. T = 1 for P = 2.
    pub fn hottest(p: u32) -> f64 {
        if p == 2 {
            return 1.0;
        }
        let n = f64::from(p - 1);
        let f = |a: f64| libm::log(2.0 * n * a) - libm::log(libm::sinh(2.0 * a));
        let (lo, hi) = (0.3, 10.0);
        let a = root(f, (lo, f(lo)), (hi, f(hi)), 0.0);
        0.5 * f64::from(p) * power(libm::tanh(a), p - 1) / a
    }

    /// The point of the curve at noise-to-signal ratio w, reached from (m, 1 − m) at or above it; None where the
    /// upper branch has no such point.
    pub fn at(&self, w: f64, from: (f64, f64)) -> Option<CurvePoint> {
        if !(w.is_finite() && w > 0.0) {
            return None;
        }
        if self.t == 0.0 { self.at_zero_temperature(w) } else { self.at_temperature(w, from) }
    }

    fn at_zero_temperature(&self, w: f64) -> Option<CurvePoint> {
        let x = FRAC_1_SQRT_2 / w;
        let (m, co_m) = (libm::erf(x), libm::erfc(x));
        let signal = self.signal(m);
        if signal <= 0.0 {
            return None;
        }
        // x dm/dx, and C = √(2/π) e^{−x²}/σ with σ = A/(x√2)
        let bell = FRAC_2_SQRT_PI * x * libm::exp(-x * x);
        let c = bell / signal;
        let ds = -self.signal_slope(m) * bell / signal; // d ln A/d ln w
        let mut root_load = w * signal;
        let mut slope = 2.0 + 2.0 * ds;
        if self.p == 2 {
            if c >= 1.0 {
                return None;
            }
            root_load *= 1.0 - c;
            slope -= 2.0 * c * (2.0 * x * x - 1.0 - ds) / (1.0 - c);
        }
        (root_load > 0.0).then_some(CurvePoint { w, signal, m, co_m, q: 1.0, c, root_load, slope })
    }

    fn at_temperature(&self, w: f64, from: (f64, f64)) -> Option<CurvePoint> {
        let (mut m, mut co_m) = from;
        // tanh a ≥ m needs β(P/2) m^{P−2} ≥ 1: nothing to find below.
        let floor = if self.cue > 0.0 || self.p == 2 {
            0.0
        } else {
            libm::pow(2.0 * self.t / f64::from(self.p), 1.0 / f64::from(self.p - 2)) * (1.0 - 1e-12)
        };
        let mut last_step = f64::INFINITY;
        for _ in 0..200 {
            let signal = self.signal(m);
            let a = signal / self.t;
            let b = w * a;
            let e = tanh_moments(a, b);
            let (_, jacobian) = self.jacobian(w, m, b, &e);
            if jacobian <= 0.0 || jacobian.is_nan() {
                return None;
            }
            let excess = if co_m < 0.5 { e.co_tanh - co_m } else { m - e.tanh };
            let step = excess / jacobian;
            let small = step.abs() <= 2e-16 * co_m.max(f64::MIN_POSITIVE).min(m)
                || step.abs() <= 1e-16 * m.min(1.0)
                || (step.abs() < 1e-11 * m && step.abs() >= last_step);
            if small {
                return self.point(w, m, co_m, &e);
            }
            last_step = step.abs();
            co_m += step;
            m = if co_m < 0.5 { 1.0 - co_m } else { m - step };
            if m <= floor || m > 1.0 + 1e-12 || m.is_nan() {
                return None;
            }
        }
        None
    }

    /// βA′(m), and 1 − d(E tanh g)/dm at fixed w.
    fn jacobian(&self, w: f64, m: f64, b: f64, e: &TanhMoments) -> (f64, f64) {
        let da = self.signal_slope(m) / self.t;
        (da, 1.0 - da * (e.sech2 - 2.0 * b * w * e.tanh_sech2))
    }

    /// The point at (w, m), whose averages are known.
    fn point(&self, w: f64, m: f64, co_m: f64, e: &TanhMoments) -> Option<CurvePoint> {
        let signal = self.signal(m);
        let b = w * (signal / self.t);
        let (da, jacobian) = self.jacobian(w, m, b, e);
        let TanhMoments { tanh_sq, sech2, tanh_sech2, tanh_sq_slope, .. } = *e;
        let n = f64::from(self.p - 1);
        let q = if sech2 < 0.5 { 1.0 - sech2 } else { tanh_sq };
        let c = sech2 / self.t;
        // Derivatives along the curve with respect to ln w.
        let dm = -2.0 * b * b * tanh_sech2 / jacobian;
        let dq = 2.0 * tanh_sech2 * da * dm + tanh_sq_slope * (w * da * dm / b + 1.0);
        let mut root_load = w * signal / power(q, self.p - 1).sqrt();
        let mut slope = 2.0 + 2.0 * self.signal_slope(m) * dm / signal - n * dq / q;
        if self.p == 2 {
            if c >= 1.0 {
                return None;
            }
            root_load *= 1.0 - c;
            slope += 2.0 * dq / (self.t * (1.0 - c));
        }
        let fine = root_load.is_finite() && root_load > 0.0 && slope.is_finite();
        fine.then_some(CurvePoint { w, signal, m, co_m, q, c, root_load, slope })
    }

    /// The point at w, reached from the very top.
    fn at_from_top(&self, w: f64) -> Option<CurvePoint> {
        self.at(w, (1.0, 0.0))
    }

    /// The first maximum of γ along the curve: the retrieval spinodal. None where the branch does not exist even as
    /// γ → 0 (T at or above [`Curve::hottest`]). Without a cue field only.
    pub fn fold(&self) -> Option<CurvePoint> {
        if self.t >= Self::hottest(self.p) {
            return None;
        }
        let before = |w: f64| self.at_from_top(w).filter(|point| point.slope > 0.0);
        let mut w = 0.3;
        let mut lo = loop {
            if let Some(point) = before(w) {
                break point;
            }
            w *= 0.5;
            if w < 1e-12 {
                return None;
            }
        };
        let mut hi = 1.3 * lo.w;
        while let Some(point) = before(hi) {
            lo = point;
            hi *= 1.3;
        }
        Some(self.fold_between(lo, hi))
    }

    /// The fold between a point before it and a w beyond it.
    fn fold_between(&self, lo: CurvePoint, hi: f64) -> CurvePoint {
        let mut best = lo;
        let slope = |w: f64| match self.at(w, (lo.m, lo.co_m)) {
            Some(point) => {
                if point.root_load > best.root_load {
                    best = point;
                }
                point.slope.max(-2.0)
            }
            None => -2.0,
        };
        root(slope, (lo.w, lo.slope), (hi, -2.0), 0.0);
        best
    }

    /// The stable retrieval point at load γ, or the fold if the branch ends before. None at T ≥ [`Curve::hottest`].
    pub fn retrieval(&self, gamma: f64) -> std::result::Result<CurvePoint, Option<CurvePoint>> {
        if self.t >= Self::hottest(self.p) {
            return Err(None);
        }
        let target = (0.5 * f64::from(self.p) * gamma).sqrt();
        // γ(w) ≤ (P/2)w² because q ≥ m²: the root lies at or beyond this w, and if this w is beyond the fold, then
        // γ exceeds the whole curve.
        let first = 2.0 * target / f64::from(self.p);
        let Some(mut point) = self.at_from_top(first).filter(|point| point.slope > 0.0) else {
            return Err(None);
        };
        // ln γ is concave in ln w: Newton's method approaches from below and stops at the root, or passes the fold.
        for _ in 0..200 {
            let error = 2.0 * libm::log(target / point.root_load);
            let step = error / point.slope;
            if error.abs() < 2e-16 || step.abs() < 1e-16 {
                return Ok(point);
            }
            let w = point.w * libm::exp(step.min(2.0));
            let from = if step > 0.0 { (point.m, point.co_m) } else { (1.0, 0.0) };
            // A load that fell on the way up has passed the fold as well.
            let before = |next: &CurvePoint| {
                next.slope > 0.0 && (step < 0.0 || next.root_load > point.root_load * (1.0 - 1e-13))
            };
            match self.at(w, from).filter(before) {
                Some(next) => {
                    let next_error = 2.0 * libm::log(target / next.root_load);
                    if next_error.abs() >= error.abs() && error.abs() < 1e-13 {
                        return Ok(point);
                    }
                    point = next;
                }
                None => {
                    let fold = self.fold_between(point, w);
                    if target > fold.root_load {
                        return Err(Some(fold));
                    }
                    return Ok(self.between(point, fold, target));
                }
            }
        }
        Ok(point)
    }

    /// The point of root load `target` between two points before the fold.
    fn between(&self, lo: CurvePoint, hi: CurvePoint, target: f64) -> CurvePoint {
        let mut best = if (hi.root_load - target).abs() < (lo.root_load - target).abs() { hi } else { lo };
        let error = |w: f64| match self.at(w, (lo.m, lo.co_m)) {
            Some(point) => {
                if (point.root_load - target).abs() < (best.root_load - target).abs() {
                    best = point;
                }
                (point.root_load - target) / target
            }
            None => 1.0,
        };
        let (e_lo, e_hi) = ((lo.root_load - target) / target, (hi.root_load - target) / target);
        root(error, (lo.w, e_lo), (hi.w, e_hi), 0.0);
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the certainty of the branch rests on, checked where it is not proven.
    #[test]
    fn the_load_is_concave_up_to_its_first_maximum_and_never_as_high_again() {
        for p in [2, 3, 4, 5, 6, 8, 12, 24, 64] {
            let hottest = Curve::hottest(p);
            for k in 0..60 {
                let t =
                    if k < 5 { [0.0, 1e-9, 1e-5, 1e-3, 5e-3][k] } else { hottest * (k as f64 - 4.0) / 56.0 };
                let curve = Curve::new(p, t, 0.0);
                let fold = curve.fold().expect("valid");
                let mut last = 2.0;
                let mut w = 1e-3;
                while let Some(point) = curve.at_from_top(w) {
                    if w < fold.w {
                        assert!(point.slope < last + 1e-9, "not concave at P = {p}, T = {t}, w = {w}");
                        assert!(
                            point.slope > -1e-9,
                            "a maximum before the fold at P = {p}, T = {t}, w = {w}"
                        );
                    }
                    let bound = fold.root_load * (1.0 + 1e-14);
                    assert!(point.root_load <= bound, "second maximum at P = {p}, T = {t}, w = {w}");
                    last = point.slope;
                    w *= 1.02;
                    if w > 20.0 {
                        break;
                    }
                }
            }
        }
    }

    #[test]
    fn the_slope_is_the_derivative_of_the_load() {
        for (p, t) in [(2, 0.0), (2, 0.1), (2, 0.6), (3, 0.3), (4, 0.0), (4, 0.01), (7, 0.5)] {
            let curve = Curve::new(p, t, 0.0);
            for w in [0.05, 0.2, 0.35] {
                let h = 1e-5;
                let ln = |w: f64| 2.0 * libm::log(curve.at_from_top(w).expect("valid").root_load);
                let slope = (ln(w * libm::exp(h)) - ln(w * libm::exp(-h))) / (2.0 * h);
                let got = curve.at_from_top(w).expect("valid").slope;
                assert!((slope - got).abs() < 1e-8, "P = {p}, T = {t}, w = {w}: {slope} {got}");
            }
        }
    }
}
