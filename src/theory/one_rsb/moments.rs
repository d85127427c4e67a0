//! The nested averages of 1RSB: Y1 outside, Y2 under the tilt inside.
//!
//! The outer integrand varies on the scale ℓ = max(T, min(√V₂, 1/y)) next to s = 0 and is smooth elsewhere: its panels
//! are those of [`crate::numerics::gaussian`] for a step of this width.

use super::inner::{Inner, Tilt};
use crate::numerics::gaussian::{Rule, average};

/// Local fields h = S + √V₁ Y1 + √V₂ Y2 in units of energy, y = βθ, T: all that the averages depend on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fields {
    pub t: f64,
    /// Signal S: (P/2) m^{P−1}; m for P = 2
    pub signal: f64,
    /// Variance V₁ of the outer field
    pub v1: f64,
    /// Variance V₂ of the inner field
    pub v2: f64,
    /// y = βθ
    pub y: f64,
    /// The part of S that a cue field makes
    pub cue: f64,
}

/// Averages over both fields. T = 0: `sech2` = `sech4` = `entropy` = 0, the rest finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moments {
    /// E⟨t⟩ = m
    pub m: f64,
    /// 1 − m
    pub co_m: f64,
    /// 1 − E⟨t⟩² = 1 − q1
    pub co_q1: f64,
    /// E[⟨t²⟩ − ⟨t⟩²] = q2 − q1
    pub split: f64,
    /// E⟨1 − t²⟩ = 1 − q2
    pub co_q2: f64,
    /// β(1 − q2)
    pub c: f64,
    /// E⟨(1 − t²)²⟩
    pub sech4: f64,
    /// β² E[(⟨1 − t²⟩ + θ(⟨t²⟩ − ⟨t⟩²))²], of the outer stability
    pub outer: f64,
    /// E⟨log 2cosh g − g tanh g⟩
    pub entropy: f64,
    /// E[log E e^{yL} − ⟨yL⟩] + Δ²/2: the part of the relative entropy that saturated fields do not have
    pub local: f64,
    /// T E log E e^{yL}/θ = (1/y) E log E e^{yL}
    pub potential: f64,
}

impl Fields {
    fn tilt(&self) -> Tilt {
        Tilt { t: self.t, width: self.v2.sqrt(), y: self.y }
    }

    /// Scale of the outer integrand.
    fn scale(&self) -> f64 {
        self.t.max(self.v2.sqrt().min(1.0 / self.y))
    }

    /// All the averages. Not finite where the fields are not.
    pub fn moments(&self, rule: Rule) -> Moments {
        let tilt = self.tilt();
        let (shift, theta) = (tilt.shift(), self.y * self.t);
        // Next to the step the outer weight is e^{−S²/2V₁}: what is 1e-20 of it does not count.
        let cut =
            46.0 + if self.v1 > 0.0 { 0.5 * self.signal * (self.signal / self.v1) } else { f64::INFINITY };
        let terms = |s: f64| -> [f64; 11] {
            let size = s.abs();
            let e: Inner = if self.v2 > 0.0 { tilt.at(size, rule, cut) } else { Tilt::sharp(self.t, size) };
            let co_q1 = e.co_t * (2.0 - e.co_t);
            let split = co_q1 - e.sech2;
            let (t, co_t) = if s < 0.0 { (e.co_t - 1.0, 2.0 - e.co_t) } else { (1.0 - e.co_t, e.co_t) };
            let response = e.slope + self.y * split;
            // y·size = Δx, also where V₂ = 0
            let local = shift * shift * e.sech2 + self.y * size * e.co_t + e.ln_z
                - self.y * self.v2 * e.slope
                - theta * e.entropy;
            let local = if self.v2 > 0.0 { local } else { 0.0 };
            let potential = if self.v2 > 0.0 {
                size + e.ln_z / self.y
            } else {
                size + self.t * libm::log1p(libm::exp(-2.0 * size / self.t))
            };
            [
                t,
                co_t,
                co_q1,
                split,
                e.sech2,
                e.slope,
                e.sech4,
                response * response,
                e.entropy,
                local,
                potential,
            ]
        };
        let sums = if self.v1 > 0.0 {
            let scale = self.scale();
            average(rule, self.signal / scale, self.v1.sqrt() / scale, |g, _| terms(g * scale))
        } else {
            terms(self.signal)
        };
        let [m, co_m, co_q1, split, co_q2, c, sech4, outer, entropy, local, potential] = sums;
        let m = if co_m < 0.5 { 1.0 - co_m } else { m };
        let potential = potential + 0.5 * self.y * self.v2;
        Moments { m, co_m, co_q1, split, co_q2, c, sech4, outer, entropy, local, potential }
    }
}

impl Moments {
    /// The averages over a mixture of outer fields, from (weight, averages) of its parts.
    pub fn mixture(parts: impl Iterator<Item = (f64, Self)>) -> Self {
        let mut sum = [0.0; 11];
        for (weight, e) in parts {
            let values = [
                e.m,
                e.co_m,
                e.co_q1,
                e.split,
                e.co_q2,
                e.c,
                e.sech4,
                e.outer,
                e.entropy,
                e.local,
                e.potential,
            ];
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
        }
        let [m, co_m, co_q1, split, co_q2, c, sech4, outer, entropy, local, potential] = sum;
        Self { m, co_m, co_q1, split, co_q2, c, sech4, outer, entropy, local, potential }
    }

    /// q1
    pub fn q1(&self) -> f64 {
        1.0 - self.co_q1
    }

    /// q2 = q1 + (q2 − q1)
    pub fn q2(&self) -> f64 {
        1.0 - self.co_q2
    }

    /// Everything a finite number?
    pub fn finite(&self) -> bool {
        [self.m, self.co_q1, self.split, self.c, self.outer, self.local, self.potential]
            .iter()
            .all(|x| x.is_finite())
    }

    /// Largest difference to the same averages by another rule: the error of the quadrature.
    pub fn distance(&self, other: &Self) -> f64 {
        let pairs = [
            (self.m, other.m),
            (self.co_q1, other.co_q1),
            (self.split, other.split),
            (self.c, other.c),
            (self.local, other.local),
            (self.potential, other.potential),
        ];
        pairs.iter().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }
}
