//! The whole retrieval branch at fixed T as one explicit curve, as in `theory/curve.rs`.
//!
//! With the signal S = (P/2) n^{P−1} and w = σ/S the local field is g = βS(X + wY). At given w:
//!
//! * T > 0: with v = βS, n(v) = E X tanh v(X + wY) grows with v, is a concave function of it for either law of X, and
//!   T = (P/2) n(v)^{P−1}/v. Newton's method in log v, started at the value of v that the T = 0 overlap gives, comes down on the
//!   largest root;
//! * T = 0: n = E X erf(X/(w√2)), and C = β(1−q) finite;
//! * the load is explicit: γ = (wS)²/V(q, C).
//!
//! γ(w) rises from 0 to the spinodal. Under the exact average it can have several maxima (spins with few examples in favour of
//! the archetype are lost first): a load has the point of smallest w, which has the largest m, and the capacity is the
//! highest maximum.

use super::Task;
use super::law::{Component, components};
use super::storage::Storage;
use crate::numerics::roots::root;
use crate::numerics::{binary_entropy, tanh_moments};
use crate::theory::curve::COLDEST;
use crate::theory::rs::SQRT_2_OVER_PI;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

#[derive(Debug, Clone)]
pub(crate) struct Curve {
    pub storage: Storage,
    pub law: Vec<Component>,
    /// 0 for every T below [`COLDEST`]
    pub t: f64,
}

/// A saddle point of retrieval and its place on the curve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurvePoint {
    /// Noise-to-signal ratio σ/S
    pub w: f64,
    /// S
    pub signal: f64,
    pub n: f64,
    pub m: f64,
    pub q: f64,
    /// β(1 − q)
    pub c: f64,
    pub gamma: f64,
    /// d ln γ/d ln w
    pub slope: f64,
}

/// n, m, q and 1 − q at (v, w), with their derivatives with respect to log v and log w.
#[derive(Debug, Clone, Copy, Default)]
struct Averages {
    n: f64,
    m: f64,
    q: f64,
    sech2: f64,
    n_v: f64,
    n_w: f64,
    q_v: f64,
    q_w: f64,
}

/// Growth of w from one look to the next, where the load is still far from its maximum and where it is not.
const STRIDES: [f64; 2] = [1.35, 1.06];
/// w beyond which nothing is retrieved.
const WIDEST: f64 = 60.0;

impl Curve {
    pub fn new(task: &Task, t: f64) -> Self {
        let t = if t < COLDEST { 0.0 } else { t };
        Self { storage: Storage::new(task), law: components(task), t }
    }

    fn averages(&self, v: f64, w: f64) -> Averages {
        let mut sum = Averages::default();
        for part in &self.law {
            let width2 = part.variance + w * w;
            let (a, b) = (v * part.centre, v * width2.sqrt());
            let e = tanh_moments(a, b);
            let noise = v * v * w * w; // b ∂b/∂ log w
            let m_v = a * e.sech2 - 2.0 * b * b * e.tanh_sech2;
            let m_w = -2.0 * noise * e.tanh_sech2;
            let q_v = 2.0 * a * e.tanh_sech2 + e.tanh_sq_slope;
            let q_w = e.tanh_sq_slope * (w * w / width2);
            // Stein: E Z tanh v(c + σZ + wY) = vσ E sech²
            let spread = part.variance * v;
            let p = part.weight;
            sum.n += p * (part.centre * e.tanh + spread * e.sech2);
            sum.n_v += p * (part.centre * m_v + spread * (e.sech2 - q_v));
            sum.n_w += p * (part.centre * m_w - spread * q_w);
            sum.m += part.odd_weight * e.tanh;
            sum.q += p * e.tanh_sq;
            sum.sech2 += p * e.sech2;
            sum.q_v += p * q_v;
            sum.q_w += p * q_w;
        }
        if sum.sech2 < 0.5 {
            sum.q = 1.0 - sum.sech2;
        }
        sum
    }

    /// The point at noise-to-signal ratio w; None where there is none.
    pub fn at(&self, w: f64) -> Option<CurvePoint> {
        if self.t == 0.0 { self.at_zero_temperature(w) } else { self.at_temperature(w) }
    }

    /// (n, m, vC-limit E sech²·v, its d log/d log w numerator, dn/d log w) at T = 0.
    fn frozen(&self, w: f64) -> [f64; 5] {
        let [mut n, mut m, mut density, mut density_w, mut n_w] = [0.0; 5];
        for part in &self.law {
            let width = (part.variance + w * w).sqrt();
            let y = part.centre * FRAC_1_SQRT_2 / width;
            let bell = libm::exp(-y * y);
            let share = w * w / (width * width); // d log width/d log w
            let (erf, step) = (libm::erf(y), -FRAC_2_SQRT_PI * bell * y * share);
            let local = SQRT_2_OVER_PI * bell / width;
            let local_w = local * share * (2.0 * y * y - 1.0);
            let p = part.weight;
            n += p * (part.centre * erf + part.variance * local);
            n_w += p * (part.centre * step + part.variance * local_w);
            m += part.odd_weight * erf;
            density += p * local;
            density_w += p * local_w;
        }
        [n, m, density, density_w, n_w]
    }

    fn at_zero_temperature(&self, w: f64) -> Option<CurvePoint> {
        let [n, m, density, density_w, n_w] = self.frozen(w);
        let signal = self.storage.signal(n);
        let c = density / signal;
        let dln_s = f64::from(self.storage.p - 1) * n_w / n;
        let dc = density_w / signal - c * dln_s;
        self.point(CurvePoint { w, signal, n, m, q: 1.0, c, gamma: 0.0, slope: 0.0 }, dln_s, 0.0, dc)
    }

    fn at_temperature(&self, w: f64) -> Option<CurvePoint> {
        let steps = f64::from(self.storage.p - 1);
        let ln_t = libm::log(self.t);
        let top = self.storage.signal(self.frozen(w)[0]) / self.t;
        let excess = |e: &Averages, ln_v: f64| libm::log(self.storage.signal(e.n)) - ln_v - ln_t;
        let mut ln_v = libm::log(top);
        let mut last = f64::INFINITY;
        for _ in 0..100 {
            let e = self.averages(libm::exp(ln_v), w);
            let slope = steps * e.n_v / e.n - 1.0;
            if slope >= 0.0 || slope.is_nan() || e.n <= 0.0 {
                return None;
            }
            let step = excess(&e, ln_v) / slope;
            let done =
                step.abs() <= 4e-16 * ln_v.abs().max(1.0) || (step.abs() < 1e-11 && step.abs() >= last);
            if done {
                return self.finish(w, libm::exp(ln_v), &e, slope);
            }
            last = step.abs();
            ln_v -= step;
        }
        None
    }

    fn finish(&self, w: f64, v: f64, e: &Averages, slope: f64) -> Option<CurvePoint> {
        let steps = f64::from(self.storage.p - 1);
        // Along the curve (P−1) d log n = d log v = d log S.
        let dln_v = -steps * e.n_w / e.n / slope;
        let dq = e.q_v * dln_v + e.q_w;
        let c = e.sech2 / self.t;
        let start = CurvePoint { w, signal: v * self.t, n: e.n, m: e.m, q: e.q, c, gamma: 0.0, slope: 0.0 };
        self.point(start, dln_v, dq / e.q, -dq / self.t)
    }

    /// Load and slope, from d log S, d log q, dC.
    fn point(&self, start: CurvePoint, dln_s: f64, dln_q: f64, dc: f64) -> Option<CurvePoint> {
        let CurvePoint { w, signal, q, c, .. } = start;
        let noise = w * signal;
        let gamma = noise * noise / self.storage.variance(q, c)?;
        let slope = 2.0 + 2.0 * dln_s - self.storage.variance_slope(c, dln_q, dc);
        let fine = gamma.is_finite() && gamma > 0.0 && slope.is_finite();
        fine.then_some(CurvePoint { gamma, slope, ..start })
    }

    /// Looks along the curve from `first` upwards until `visit` (last point, this w, this point) has an answer, or the
    /// branch ends.
    fn walk<T>(
        &self,
        first: f64,
        mut visit: impl FnMut(Option<&CurvePoint>, f64, Option<&CurvePoint>) -> Option<T>,
    ) -> Option<T> {
        let (mut w, mut last, mut begun) = (first, None::<CurvePoint>, false);
        while w < WIDEST {
            let here = self.at(w);
            if let Some(answer) = visit(last.as_ref(), w, here.as_ref()) {
                return Some(answer);
            }
            if begun && here.is_none() {
                return None;
            }
            begun |= here.is_some();
            let far = here.is_none_or(|point| point.slope > 1.8);
            w *= if far { STRIDES[0] } else { STRIDES[1] };
            last = here;
        }
        None
    }

    /// The maximum of γ between a point where it rises and w, where it does not.
    fn maximum(&self, from: &CurvePoint, w: f64) -> CurvePoint {
        let mut best = *from;
        let slope = |w: f64| match self.at(w) {
            Some(point) => {
                if point.gamma > best.gamma {
                    best = point;
                }
                point.slope.max(-2.0)
            }
            None => -2.0,
        };
        root(slope, (from.w, from.slope), (w, -2.0), 0.0);
        best
    }

    /// The point of largest γ of all the branch: the spinodal. None where there is no retrieval at any load.
    pub fn fold(&self) -> Option<CurvePoint> {
        let mut best: Option<CurvePoint> = None;
        let _: Option<()> = self.walk(1e-3, |last, w, here| {
            if let Some(before) = last
                && before.slope > 0.0
                && here.is_none_or(|here| here.slope <= 0.0)
            {
                let top = self.maximum(before, w);
                if best.is_none_or(|best| top.gamma > best.gamma) {
                    best = Some(top);
                }
            }
            None
        });
        best
    }

    /// The point of largest m at load γ; None beyond the spinodal.
    pub fn retrieval(&self, gamma: f64) -> Option<CurvePoint> {
        let ln_gamma = libm::log(gamma);
        // At T = 0 the first point of the branch may have any load: begin where (wS)² is below what γ makes at least.
        let mut first: f64 = 1e-3;
        while first > 1e-60 && self.at(first).is_some_and(|point| point.gamma > gamma) {
            first *= 0.1;
        }
        self.walk(first, |last, w, here| {
            let reached = here.is_some_and(|point| point.gamma >= gamma);
            if reached {
                return Some(self.between(last.copied(), last.map_or(w / STRIDES[0], |x| x.w), w, ln_gamma));
            }
            let before = last?;
            if before.slope > 0.0 && here.is_none_or(|here| here.slope <= 0.0) {
                let top = self.maximum(before, w);
                if top.gamma >= gamma {
                    return Some(self.between(Some(*before), before.w, top.w, ln_gamma));
                }
            }
            None
        })?
    }

    /// The states of largest m, from w = `first` to the end of retrieval, in pieces of one branch each: at a maximum of γ below
    /// the highest the next piece begins at the same load and a larger w.
    pub fn states(&self, first: f64) -> Vec<Vec<CurvePoint>> {
        let Some(fold) = self.fold() else { return Vec::new() };
        let (mut pieces, mut piece, mut top) = (Vec::new(), Vec::new(), 0.0);
        let _: Option<()> = self.walk(first, |last, w, here| {
            let last_of_all = w >= fold.w;
            let here = if last_of_all { Some(&fold) } else { here };
            let here = here?;
            match last {
                Some(before)
                    if !piece.is_empty() && before.slope > 0.0 && here.slope <= 0.0 && !last_of_all =>
                {
                    let crest = self.maximum(before, w);
                    top = crest.gamma;
                    piece.push(crest);
                    pieces.push(std::mem::take(&mut piece));
                }
                _ if here.gamma > top => {
                    if piece.is_empty() && top > 0.0 {
                        piece.extend(last.and_then(|x| self.between(Some(*x), x.w, here.w, libm::log(top))));
                    }
                    piece.push(*here);
                    top = here.gamma;
                }
                _ => {}
            }
            last_of_all.then_some(())
        });
        pieces.push(piece);
        pieces
    }

    /// The point of log load `ln_gamma` between `low`, where the load is less or the branch has not begun, and `high`.
    fn between(&self, start: Option<CurvePoint>, low: f64, high: f64, ln_gamma: f64) -> Option<CurvePoint> {
        let mut best = start;
        let mut error = |w: f64| match self.at(w) {
            Some(point) => {
                let error = libm::log(point.gamma) - ln_gamma;
                let closer = |old: CurvePoint| error.abs() < (libm::log(old.gamma) - ln_gamma).abs();
                if best.is_none_or(closer) {
                    best = Some(point);
                }
                error
            }
            None => -1.0,
        };
        let (lo, hi) = (error(low), error(high));
        root(error, (low, lo.min(0.0)), (high, hi.max(0.0)), 0.0);
        best
    }

    /// E S(g) of the spins in their fields at a point; 0 at T = 0.
    pub fn spin_entropy(&self, point: &CurvePoint) -> f64 {
        self.sum(point, binary_entropy)
    }

    /// E sech⁴ g at a point, T > 0.
    pub fn sech4(&self, point: &CurvePoint) -> f64 {
        self.sum(point, |a, b| tanh_moments(a, b).sech4)
    }

    fn sum(&self, point: &CurvePoint, f: impl Fn(f64, f64) -> f64) -> f64 {
        if self.t == 0.0 {
            return 0.0;
        }
        let v = point.signal / self.t;
        let term = |part: &Component| {
            part.weight * f(v * part.centre, v * (part.variance + point.w * point.w).sqrt())
        };
        self.law.iter().map(term).sum()
    }

    /// Largest violation of the equations of n, m, q at load γ, the noise recomputed from (q, C).
    pub fn residual(&self, point: &CurvePoint, gamma: f64) -> f64 {
        let Some(variance) = self.storage.variance(point.q, point.c) else { return f64::INFINITY };
        let signal = self.storage.signal(point.n);
        let w = (gamma * variance).sqrt() / signal;
        if self.t == 0.0 {
            let [n, m, density, ..] = self.frozen(w);
            return (n - point.n).abs().max((m - point.m).abs()).max((density / signal - point.c).abs());
        }
        let e = self.averages(signal / self.t, w);
        (e.n - point.n).abs().max((e.m - point.m).abs()).max((e.q - point.q).abs())
    }
}
