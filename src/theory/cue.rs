//! Retrieval in a cue field h along the pattern: H → H − h Σ_i ξ_i s_i adds βh to the local field.
//!
//! At fixed T every m < tanh β((P/2)m^{P−1} + h) fixes the noise b of g = a + bY by E tanh g = m, and so q and the load
//! γ(m). Going down from m = 1 the first m with γ(m) = γ is the state that the cue holds. It exists at every load: a
//! field magnetises whatever there is.

use super::saddle::Saddle;
use crate::numerics::roots::root;
use crate::numerics::special::power;
use crate::numerics::tanh_moments;
use std::f64::consts::SQRT_2;

/// The point of largest m at (P, γ, T, h > 0); `None` beyond the floating range.
pub(crate) fn cued_saddle(p: u32, gamma: f64, t: f64, cue: f64) -> Option<Saddle> {
    let at = |ln_lack: f64| point(p, t, cue, ln_lack);
    // 1 − m on a logarithmic scale from where doubles end to where m is gone.
    let (bottom, top) = (-36.0, -1e-9);
    let step = 0.02;
    // Above the noiseless m there is no point: γ would be negative.
    let excess = |x: f64| at(x).map_or(-gamma, |(load, _)| load - gamma);
    let mut below = (bottom, excess(bottom));
    let mut ln_lack = bottom;
    while below.1 < 0.0 && ln_lack < top {
        // Wide steps where m is 1 for all purposes, fine ones on the scale of m itself.
        ln_lack += if ln_lack < -4.0 { 10.0 * step } else { step * (-ln_lack).clamp(0.005, 1.0) };
        let here = (ln_lack, excess(ln_lack));
        if here.1 >= 0.0 {
            let found = root(excess, below, here, 0.0);
            return at(found).or_else(|| at(here.0)).map(|(_, saddle)| Saddle { gamma, ..saddle });
        }
        below = here;
    }
    // The load is reached with 1 − m below 2e-16.
    at(bottom).map(|(_, saddle)| Saddle { gamma, ..saddle })
}

/// (γ, saddle) at 1 − m = e^{ln_lack}.
fn point(p: u32, t: f64, cue: f64, ln_lack: f64) -> Option<(f64, Saddle)> {
    let lack = libm::exp(ln_lack);
    let m = -libm::expm1(ln_lack);
    let half_p = 0.5 * f64::from(p);
    let signal = half_p * power(m, p - 1) + cue;
    let (noise, q, c) = if t == 0.0 {
        let x = root(|x| lack - libm::erfc(x), (0.0, lack - 1.0), (7.0, lack - libm::erfc(7.0)), 0.0);
        let noise = signal / (SQRT_2 * x);
        (noise, 1.0, super::rs::SQRT_2_OVER_PI * libm::exp(-x * x) / noise)
    } else {
        let a = signal / t;
        let excess = |b: f64| tanh_moments(a, b).co_tanh - lack;
        let noiseless = excess(0.0);
        if noiseless >= 0.0 {
            return None;
        }
        let mut upper = (1.0, excess(1.0));
        while upper.1 < 0.0 {
            upper = (2.0 * upper.0, excess(2.0 * upper.0));
            if upper.0 > 1e12 {
                return None;
            }
        }
        let b = root(excess, (0.0, noiseless), upper, 0.0);
        let e = tanh_moments(a, b);
        (b * t, e.tanh_sq, e.sech2 / t)
    };
    let variance = noise * noise;
    let gamma = if p == 2 {
        if c >= 1.0 {
            return None;
        }
        variance * (1.0 - c) * (1.0 - c) / q
    } else {
        variance / (half_p * power(q, p - 1))
    };
    gamma.is_finite().then_some((gamma, Saddle { p, gamma, t, cue, m, q, c }))
}
