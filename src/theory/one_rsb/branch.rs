//! The 1RSB solution with q1 > 0 as a curve of fields, followed in γ, T or θ.
//!
//! x = (log S, log V₁, log V₂, log y); the equations of [`super::law`] leave one direction free, along which the load is
//! explicit. The curve starts where its answer is known:
//!
//! * at T > 0 on the AT line, where V₂ = 0 and θ is a ratio of third moments (the breaking point of a continuous
//!   transition, [`breaking_point`]);
//! * at T = 0 at small load, where the breaking is confined to fields within √V₂ of h = 0. Their density ρ₀ is constant there,
//!   and with Δ = y√V₂, ε = 1 − q1, σ² = V₁ + V₂ the equations become universal:
//!
//! ```text
//! ε = ρ₀√V₂ J(Δ),   V₂ = (P−1)σ² ε,   (Δ²/4) J(Δ) = ∫ du [log E e^{Δ|u+Y|} − ⟨Δ|u+Y|⟩ + Δ²/2],   J = ∫ du (1 − ⟨sign⟩²)
//! ```
//!
//! with the solution Δ = 1.05433, J = 1.45407 at every P.

use super::law::Law;
use super::moments::Fields;
use crate::numerics::follow::{Care, Curve as Path, End};
use crate::numerics::gaussian::{Rule, average};
use crate::numerics::roots::root;
use crate::params::{InteractionOrder, Temperature};
use crate::theory::at_line::at_retrieval_load;
use crate::theory::curve::Curve;

/// Δ and J of the universal problem (see the head of the file).
const UNIVERSAL_SHIFT: f64 = 1.054_329_785_706_148_2;
const UNIVERSAL_WIDTH: f64 = 1.454_072_578_920_096_6;

/// Distance in log γ from the AT line below which the breaking, q2 − q1 < 1e-5, is not resolved.
const NEAREST: f64 = 5e-5;

/// Fields with S > 0 from x = (log S, log V₁, log V₂, log y).
pub(crate) fn fields(t: f64, x: &[f64]) -> Option<Fields> {
    let &[signal, v1, v2, y] = x else { return None };
    let exp = libm::exp;
    let fields = Fields { t, signal: exp(signal), v1: exp(v1), v2: exp(v2), y: exp(y) };
    let fine = [fields.signal, fields.v1, fields.v2, fields.y].iter().all(|f| f.is_finite() && *f > 0.0);
    (fine && fields.y * t < 1.5).then_some(fields) // θ ≤ 1, with room for differences
}

/// Fields with S = 0 from x = (log V₁, log V₂, log y, …).
pub(crate) fn glass_fields(t: f64, x: &[f64]) -> Option<Fields> {
    let &[v1, v2, y, ..] = x else { return None };
    let (v1, v2, y) = (libm::exp(v1), libm::exp(v2), libm::exp(y));
    let fine = [v1, v2, y].iter().all(|f| f.is_finite() && *f > 0.0);
    (fine && y * t < 1.5).then_some(Fields { t, signal: 0.0, v1, v2, y })
}

/// x of fields.
pub(crate) fn coordinates(f: &Fields) -> Vec<f64> {
    [f.signal, f.v1, f.v2, f.y].iter().map(|&v| libm::log(v)).collect()
}

pub(crate) fn rule(care: Care) -> Rule {
    if care == Care::Rough { Rule::COARSE } else { Rule::FINE }
}

/// The curve of retrieval at fixed T, goal log γ.
pub(crate) fn at_fixed_temperature(law: Law, t: f64) -> Path<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
    Path::new(move |x: &[f64], care| {
        let f = fields(t, x)?;
        // At small V₂ the equation of θ is a difference of higher order.
        let care = if f.v2 < 0.3 * t * t { Care::Exact } else { care };
        let (b, _) = law.solve_for_load(&f, rule(care))?;
        Some(vec![b.signal, b.width, b.theta, libm::log(b.gamma)])
    })
}

/// The curve of retrieval at fixed γ, T over all θ, goal ±log y.
pub(crate) fn at_fixed_load(
    law: Law,
    t: f64,
    gamma: f64,
    sign: f64,
) -> Path<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
    let ln_gamma = libm::log(gamma);
    Path::new(move |x: &[f64], care| {
        let f = fields(t, x)?;
        let (b, _) = law.solve_for_load(&f, rule(care))?;
        Some(vec![b.signal, b.width, libm::log(b.gamma) - ln_gamma, sign * libm::log(f.y)])
    })
}

/// Where the branch starts at T = 0: fields at a load at or below `gamma` at which 1 − q1 is small. None where
/// √V₂ underflows (1RSB and RS are then the same numbers), or where there is no RS retrieval even at small loads.
pub(crate) fn cold_start(law: Law, gamma: f64) -> Option<Fields> {
    let p = law.order();
    let curve = Curve::new(p, 0.0, 0.0);
    let mut load = gamma;
    for _ in 0..200 {
        if let Ok(point) = curve.retrieval(load) {
            let noise = point.noise();
            let x = point.signal / noise;
            let density = 0.398_942_280_401_432_7 * libm::exp(-0.5 * x * x) / noise;
            let width = f64::from(p - 1) * noise * noise * density * UNIVERSAL_WIDTH;
            if density * width * UNIVERSAL_WIDTH < 2e-3 {
                let v2 = width * width;
                let fine = width > 1e-140;
                let v1 = (noise * noise - v2).max(0.5 * noise * noise);
                let y = UNIVERSAL_SHIFT / width;
                return fine.then_some(Fields { t: 0.0, signal: point.signal, v1, v2, y });
            }
        }
        load *= 0.93;
    }
    None
}

/// θ where replica symmetry breaks continuously on the AT line (V₂ → 0), from third derivatives of log 2cosh:
/// P ≥ 3: θ = [(P−2)(E sech⁴)²/q + 4E t²sech⁴]/(2E sech⁶);  P = 2: θ = 4E t²sech⁴/(2E sech⁶ + 2β(E sech⁴)²/(1−C)).
fn breaking_point(law: Law, t: f64, signal: f64, noise: f64, q: f64, c: f64) -> f64 {
    let [sech4, sech6] = average(Rule::FINE, signal / t, noise / t, |g, _| {
        let e = libm::exp(-2.0 * g.abs());
        let sech2 = 4.0 * e / ((1.0 + e) * (1.0 + e));
        [sech2 * sech2, sech2 * sech2 * sech2]
    });
    let third = 4.0 * (sech4 - sech6);
    match law {
        Law::Dense(p) => (f64::from(p - 2) * sech4 * sech4 / q + third) / (2.0 * sech6),
        Law::Hopfield => third / (2.0 * (sech6 + sech4 * sech4 / (t * (1.0 - c)))),
    }
}

/// The branch entered at its AT point at T > 0, and followed from there up to log γ = `target`. None where retrieval is AT-stable
/// up to its spinodal, and where `target` is closer to the AT line than [`NEAREST`].
fn from_at_line(law: Law, t: f64, target: f64) -> Option<End> {
    let p = law.order();
    let at = at_retrieval_load(InteractionOrder::new(p).ok()?, Temperature::new(t).ok()?)?;
    if target - libm::log(at.gamma) < NEAREST {
        return None;
    }
    let curve = Curve::new(p, t, 0.0);
    // Just inside of the curve's end where the AT point is next to it.
    let point = curve.retrieval(at.gamma * (1.0 - 1e-12)).ok()?;
    let (signal, noise) = (point.signal, point.noise());
    let theta = breaking_point(law, t, signal, noise, point.q, point.c);
    let path = at_fixed_temperature(law, t);
    // At given V₂ the curve has one point, however near to the AT line.
    let entered = |x: &[f64], ln_v2: f64| {
        let mut x = x.to_vec();
        *x.get_mut(2)? = ln_v2;
        let x = path.onto(&x, 2)?;
        let (balance, _) = law.solve_for_load(&fields(t, &x)?, Rule::FINE)?;
        Some((x, libm::log(balance.gamma) - target))
    };
    let guess = Fields { t, signal, v1: noise * noise, v2: t * t, y: theta.min(0.999) / t };
    let guess = coordinates(&guess);
    let mut above: Option<(f64, f64)> = None;
    for part in [0.1, 0.02, 4e-3, 8e-4, 1e-4, 1e-5] {
        let v2 = part * t * t;
        if v2 > 0.5 * noise * noise {
            continue;
        }
        let ln_v2 = libm::log(v2);
        let mut start = guess.clone();
        *start.get_mut(1)? = libm::log(noise * noise - v2);
        let Some((x, excess)) = entered(&start, ln_v2) else { continue };
        match above {
            _ if excess > 0.0 => above = Some((ln_v2, excess)),
            None => return path.follow(&x, target),
            Some(above) => {
                if let Some(End::Reached(x)) = path.follow(&x, target) {
                    return Some(End::Reached(x));
                }
                let f = |ln_v2: f64| entered(&x, ln_v2).map_or(1.0, |(_, excess)| excess);
                let ln_v2 = root(f, (ln_v2, excess), above, 1e-11);
                return entered(&x, ln_v2)
                    .filter(|(_, excess)| excess.abs() < 1e-9)
                    .map(|(x, _)| End::Reached(x));
            }
        }
    }
    None
}

/// The branch at T, followed up to log γ = `target`: the end it has. It starts from the T = 0 solution at the same load
/// where that is near, else from the AT line.
pub(crate) fn follow(law: Law, t: f64, target: f64) -> Option<End> {
    let path = at_fixed_temperature(law, t);
    if t == 0.0 {
        let cold = cold_start(law, libm::exp(target).min(1.0))?;
        let x = path.onto(&coordinates(&cold), 2)?;
        return path.follow(&x, target);
    }
    if target.is_finite()
        && let Some(x) = from_zero_temperature(law, t, target)
        && path.rises(&x)
    {
        return Some(End::Reached(x));
    }
    from_at_line(law, t, target)
}

/// The solution at T and log γ = `target` by Newton's method from the one at T = 0, where y₀T is small enough to land on it.
fn from_zero_temperature(law: Law, t: f64, target: f64) -> Option<Vec<f64>> {
    // Fields within √V₂ of 0 feel the temperature at y₀T ≈ 1.
    let cold = cold_start(law, libm::exp(target))?;
    if cold.y * t > 100.0 {
        return None;
    }
    let Some(End::Reached(start)) = follow(law, 0.0, target) else { return None };
    let y = libm::exp(*start.last()?);
    if y * t > 0.7 {
        return None;
    }
    let x = at_fixed_temperature(law, t).solve(&start, target)?;
    x.iter().zip(&start).all(|(a, b)| (a - b).abs() < 0.7).then_some(x)
}
