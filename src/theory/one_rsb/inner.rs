//! The inner average of 1RSB: Y2 at one outer field s, under the tilt cosh^θ.
//!
//! In units of energy h = s + √V₂ Y, L(h) = T log 2cosh(h/T) (its limit |h| at T = 0), y = θ/T, and
//!
//! ```text
//! ⟨·⟩ = E[e^{yL(h)} ·] / E e^{yL(h)},   t = tanh(h/T),   x = |s|/√V₂,   Δ = y√V₂
//! e^{−Y²/2 + y|h|} = e^{Δ²/2 + Δx} · e^{−(Y−Δ)²/2}            on the side of s,
//!                  = e^{Δ²/2 + Δx} · e^{−(Y+Δ)²/2 − 2Δx}      on the other,
//! ```
//!
//! two humps, each on its side of the step h = 0. With the common factor taken out nothing overflows at any θ, T: Z is
//! between ½ and 2. Everything is kept as its distance from the saturated state t = 1: 1 − ⟨t⟩, ⟨1 − t²⟩, Z − 1 have all
//! their digits where they are exponentially small, and their integrands live next to the step only, which bounds the
//! range of the integrals.

use crate::numerics::gaussian::{Rule, panels};
use crate::numerics::special::normal;

/// Averages at one outer field s ≥ 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Inner {
    /// 1 − ⟨t⟩
    pub co_t: f64,
    /// ⟨1 − t²⟩; 0 at T = 0
    pub sech2: f64,
    /// ⟨L″⟩ = ⟨1 − t²⟩/T, finite at T = 0
    pub slope: f64,
    /// ⟨(1 − t²)²⟩
    pub sech4: f64,
    /// ⟨log 2cosh g − g tanh g⟩, g = h/T
    pub entropy: f64,
    /// log E e^{yL} − Δ²/2 − Δx
    pub ln_z: f64,
}

/// What the inner average depends on besides s: T, V₂ > 0, y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tilt {
    pub t: f64,
    /// √V₂
    pub width: f64,
    pub y: f64,
}

impl Tilt {
    /// Δ = y√V₂
    pub fn shift(&self) -> f64 {
        self.y * self.width
    }

    /// The averages at s ≥ 0, saturated (t = 1) where what is left is below e^{−`cut`}.
    pub fn at(&self, s: f64, rule: Rule, cut: f64) -> Inner {
        let (x, shift, b) = (s / self.width, self.shift(), self.width / self.t);
        // The largest exponents of the integrands on the two sides of the step.
        let own =
            if 2.0 * b > x + shift { 0.5 * (x + shift) * (x + shift) } else { 2.0 * b * (x + shift - b) };
        let other = 2.0 * shift * x + 0.5 * (x - shift).max(0.0) * (x - shift).max(0.0);
        if own > cut && other > cut {
            return Inner { co_t: 0.0, sech2: 0.0, slope: 0.0, sech4: 0.0, entropy: 0.0, ln_z: 0.0 };
        }
        if self.t == 0.0 { self.at_zero_temperature(s) } else { self.at_temperature(s, rule) }
    }

    /// T = 0: Z = Φ(Δ+x) + e^{−2Δx} Φ(Δ−x), t = sign h, L″ = 2δ(h).
    fn at_zero_temperature(&self, s: f64) -> Inner {
        let (x, shift) = (s / self.width, self.shift());
        let other = libm::exp(-2.0 * shift * x) * normal(shift - x);
        let excess = other - normal(-shift - x);
        let z = 1.0 + excess;
        let density = INV_SQRT_TAU * libm::exp(-0.5 * (x + shift) * (x + shift));
        Inner {
            co_t: 2.0 * other / z,
            sech2: 0.0,
            slope: 2.0 * density / (self.width * z),
            sech4: 0.0,
            entropy: 0.0,
            ln_z: libm::log1p(excess),
        }
    }

    fn at_temperature(&self, s: f64, rule: Rule) -> Inner {
        let (x, shift) = (s / self.width, self.shift());
        let (theta, b) = (self.y * self.t, self.width / self.t);
        if x > 1e12 {
            // No width on the scale of s.
            let mut sharp = Self::sharp(self.t, s);
            sharp.ln_z = theta * libm::log1p(libm::exp(-2.0 * s / self.t));
            return sharp;
        }
        // The side of s: t = distance from the step, weight e^{−(t−x−Δ)²/2}, integrands e^{−2bt}.
        let [excess, co_t, sech2, sech4, entropy] = side(2.0 * b - x - shift, b, rule, |t| {
            let d = t - x - shift;
            let f = Saturation::at(b * t);
            let excess = libm::expm1(theta * f.ln1p);
            let tilt = 1.0 + excess;
            let values =
                [excess, tilt * f.co_tanh, tilt * f.sech2, tilt * f.sech2 * f.sech2, tilt * f.entropy];
            (libm::exp(-0.5 * d * d), values)
        });
        // The other side: weight e^{−(t+x−Δ)²/2 − 2Δx}, where 1 − t is 2 − (1 − |t|).
        let decay = x - shift;
        let lost = 2.0 * shift * x + 0.5 * decay.max(0.0) * decay.max(0.0);
        let [z_other, co_other, sech2_other, sech4_other, entropy_other] = if lost > 720.0 {
            [0.0; 5]
        } else if saturated(decay, b) {
            let weight = libm::exp(-2.0 * shift * x);
            [weight, 2.0 * weight, 0.0, 0.0, 0.0]
        } else {
            side(decay, b, rule, |t| {
                let d = t + x - shift;
                let f = Saturation::at(b * t);
                let tilt = libm::exp(theta * f.ln1p);
                let values = [
                    tilt,
                    tilt * (2.0 - f.co_tanh),
                    tilt * f.sech2,
                    tilt * f.sech2 * f.sech2,
                    tilt * f.entropy,
                ];
                (libm::exp(-0.5 * d * d - 2.0 * shift * x), values)
            })
        };
        let excess = excess + z_other - normal(-shift - x);
        let z = 1.0 + excess;
        let sech2 = (sech2 + sech2_other) / z;
        Inner {
            co_t: (co_t + co_other) / z,
            sech2,
            slope: sech2 / self.t,
            sech4: (sech4 + sech4_other) / z,
            entropy: (entropy + entropy_other) / z,
            ln_z: libm::log1p(excess),
        }
    }

    /// The averages at s ≥ 0 where the inner field has no width: V₂ = 0.
    pub fn sharp(t: f64, s: f64) -> Inner {
        let f = Saturation::at(s / t);
        Inner {
            co_t: f.co_tanh,
            sech2: f.sech2,
            slope: f.sech2 / t,
            sech4: f.sech2 * f.sech2,
            entropy: f.entropy,
            ln_z: 0.0,
        }
    }
}

const INV_SQRT_TAU: f64 = 0.398_942_280_401_432_7;

/// ∫ over distances t ≥ 0 from the step, where density times values falls like e^{−t²/2 − κt}, κ = `decay`.
fn side<const K: usize>(
    decay: f64,
    b: f64,
    rule: Rule,
    mut f: impl FnMut(f64) -> (f64, [f64; K]),
) -> [f64; K] {
    let mut sums = [0.0; K];
    if saturated(decay, b) {
        return sums;
    }
    let from = (-decay - 9.5).max(0.0);
    // Up to 42 below the maximum: t²/2 + κt = 42, written without cancellation, or beyond the hump at t = −κ.
    let to = if decay > 0.0 { 84.0 / (libm::hypot(decay, 9.165) + decay) } else { 9.5 - decay };
    panels(to - from, from, b, 4.0, |t0, t1| rule.add(&mut sums, from + t0, from + t1, &mut f));
    sums
}

/// Whether the hump at t = −`decay` is so far from the step that 1 − |t| vanishes on it (and that its place has lost the digits
/// of its width).
fn saturated(decay: f64, b: f64) -> bool {
    decay < -1e6 && b * (-decay - 40.0) > 400.0
}

/// Functions of g ≥ 0 that vanish as g → ∞.
struct Saturation {
    /// 1 − tanh g
    co_tanh: f64,
    /// 1 − tanh² g
    sech2: f64,
    /// log 2cosh g − g tanh g
    entropy: f64,
    /// log(1 + e^{−2g}) = log 2cosh g − g
    ln1p: f64,
}

impl Saturation {
    fn at(g: f64) -> Self {
        let e = libm::exp(-2.0 * g);
        let inverse = 1.0 / (1.0 + e);
        let co_tanh = 2.0 * e * inverse;
        let ln1p = libm::log1p(e);
        Self { co_tanh, sech2: 2.0 * inverse * co_tanh, entropy: ln1p + g.min(1000.0) * co_tanh, ln1p }
    }
}
