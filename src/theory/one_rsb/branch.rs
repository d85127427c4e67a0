//! The 1RSB solution with q1 > 0 as a curve of fields, followed in γ, T or θ.
//!
//! x = (log S, log V₁, log V₂, log y); the equations of [`super::law`] leave one direction free, along which the load is
//! explicit. The curve starts where its answer is known:
//!
//! * at T > 0 on the AT line ([`super::entry`]);
//! * at T = 0 at small load, where the breaking is confined to fields within √V₂ of h = 0. Their density ρ₀ is constant there,
//!   and with Δ = y√V₂, ε = 1 − q1, σ² = V₁ + V₂ the equations become universal:
//!
//! ```text
//! ε = ρ₀√V₂ J(Δ),   V₂ = (P−1)σ² ε,   (Δ²/4) J(Δ) = ∫ du [log E e^{Δ|u+Y|} − ⟨Δ|u+Y|⟩ + Δ²/2],   J = ∫ du (1 − ⟨sign⟩²)
//! ```
//!
//! with the solution Δ = 1.05433, J = 1.45407 at every P.

use super::entry::{Entry, Marginal};
use super::law::{Balance, Law};
use super::moments::Fields;
use crate::numerics::follow::{Care, Curve as Path};
use crate::numerics::gaussian::Rule;
use crate::numerics::walk::{End, Walk};
use crate::params::{InteractionOrder, Temperature};
use crate::theory::at_line::{AtPoint, at_retrieval_load};
use crate::theory::curve::Curve;
use std::sync::Arc;

/// Δ and J of the universal problem (see the head of the file).
pub(crate) const UNIVERSAL_SHIFT: f64 = 1.054_329_785_706_148_2;
pub(crate) const UNIVERSAL_WIDTH: f64 = 1.454_072_578_920_096_6;

/// V₂/T² from where its logarithm is the natural coordinate; below, V₂ itself: the curve is smooth through the AT line.
pub(crate) const SOFT: f64 = 0.1;
/// Equations and goal as functions of x.
pub(crate) type Equations = Box<dyn Fn(&[f64], Care) -> Option<Vec<f64>> + Send>;
pub(crate) type Shared = Arc<dyn Fn(&[f64], Care) -> Option<Vec<f64>> + Send + Sync>;

/// Fields with S > 0 from x = (log S, log V₁, u, log y), u = log V₂ at T = 0 and log(1 + V₂/0.1T²) at T > 0.
pub(crate) fn fields(t: f64, x: &[f64]) -> Option<Fields> {
    let &[signal, v1, v2, y] = x else { return None };
    let exp = libm::exp;
    let v2 = if t == 0.0 { exp(v2) } else { SOFT * t * t * libm::expm1(v2) };
    let fields = Fields { t, signal: exp(signal), v1: exp(v1), v2, y: exp(y), cue: 0.0 };
    let fine = [fields.signal, fields.v1, fields.v2, fields.y].iter().all(|f| f.is_finite() && *f > 0.0);
    (fine && fields.y * t < 1.5).then_some(fields) // θ ≤ 1, with room for differences
}

/// Fields with S = 0 from x = (log V₁, log V₂, log y, …).
pub(crate) fn glass_fields(t: f64, x: &[f64]) -> Option<Fields> {
    let &[v1, v2, y, ..] = x else { return None };
    let (v1, v2, y) = (libm::exp(v1), libm::exp(v2), libm::exp(y));
    let fine = [v1, v2, y].iter().all(|f| f.is_finite() && *f > 0.0);
    (fine && y * t < 1.5).then_some(Fields { t, signal: 0.0, v1, v2, y, cue: 0.0 })
}

/// x of fields.
pub(crate) fn coordinates(f: &Fields) -> Vec<f64> {
    let v2 = if f.t == 0.0 { libm::log(f.v2) } else { libm::log1p(f.v2 / (SOFT * f.t * f.t)) };
    vec![libm::log(f.signal), libm::log(f.v1), v2, libm::log(f.y)]
}

/// The rule for an evaluation. What is left of the equation of θ when the others hold is of order (V₂/T²)²: finer at small V₂.
pub(crate) fn rule(care: Care, f: &Fields) -> Rule {
    let spread = f.v2 / (f.t * f.t);
    match care {
        Care::Exact => Rule::FINE,
        _ if spread < 0.02 => Rule::FINE,
        Care::Rough if spread > 0.1 => Rule::COARSE,
        Care::Rough | Care::Careful => Rule::MEDIUM,
    }
}

/// The equation of θ divided by V₂, in which it is linear at the AT line.
pub(crate) fn reduced(b: &Balance, f: &Fields) -> f64 {
    if f.t == 0.0 { b.theta } else { b.theta * (1.0 + SOFT * f.t * f.t / f.v2) }
}

/// Retrieval at fixed T, goal log γ.
fn over_loads(law: Law, t: f64) -> Shared {
    Arc::new(move |x: &[f64], care| {
        let f = fields(t, x)?;
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![b.signal, b.width, reduced(&b, &f), libm::log(b.gamma)])
    })
}

/// The curve of retrieval at fixed T.
pub(crate) fn at_fixed_temperature(law: Law, t: f64) -> Path<Equations> {
    path(&over_loads(law, t))
}

/// A curve of equations that are kept for others.
pub(crate) fn path(equations: &Shared) -> Path<Equations> {
    let equations = Arc::clone(equations);
    Path::new(Box::new(move |x: &[f64], care| equations(x, care)))
}

/// The curve of retrieval at fixed γ, T over all θ, goal ±log y.
pub(crate) fn at_fixed_load(law: Law, t: f64, gamma: f64, sign: f64) -> Path<Equations> {
    let ln_gamma = libm::log(gamma);
    Path::new(Box::new(move |x: &[f64], care| {
        let f = fields(t, x)?;
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![b.signal, b.width, libm::log(b.gamma) - ln_gamma, sign * libm::log(f.y)])
    }))
}

/// Where the branch starts at T = 0: fields at a load at or below `gamma` at which 1 − q1 is small. None where
/// √V₂ underflows (1RSB and RS are then the same numbers), or where there is no RS retrieval even at small loads.
pub(crate) fn cold_start(law: Law, gamma: f64) -> Option<Fields> {
    let p = law.order();
    let curve = Curve::new(p, 0.0, 0.0);
    let mut load = gamma;
    for _ in 0..200 {
        if let Ok(point) = curve.retrieval(load) {
            match universal(law, point.signal, point.noise()) {
                Universal::Fields(fields) => return Some(fields),
                Universal::Underflow => return None,
                Universal::TooWide => {}
            }
        }
        load *= 0.93;
    }
    None
}

/// The universal solution of T = 0 in a field of given signal and noise.
pub(crate) enum Universal {
    Fields(Fields),
    /// 1 − q1 is not small
    TooWide,
    /// √V₂ is below the floating range
    Underflow,
}

pub(crate) fn universal(law: Law, signal: f64, noise: f64) -> Universal {
    let x = signal / noise;
    let density = 0.398_942_280_401_432_7 * libm::exp(-0.5 * x * x) / noise;
    let width = f64::from(law.order() - 1) * noise * noise * density * UNIVERSAL_WIDTH;
    if density * width * UNIVERSAL_WIDTH >= 2e-3 {
        return Universal::TooWide;
    }
    if width < 1e-140 {
        return Universal::Underflow;
    }
    let v2 = width * width;
    let v1 = (noise * noise - v2).max(0.5 * noise * noise);
    Universal::Fields(Fields { t: 0.0, signal, v1, v2, y: UNIVERSAL_SHIFT / width, cue: 0.0 })
}

/// The retrieval branch of one temperature, walked once and asked for any load: what it answers does not depend on what else it
/// was asked.
pub(crate) struct RetrievalCurve {
    law: Law,
    t: f64,
    /// The branch of T = 0, where it is known
    cold: Option<Option<Walk<Equations>>>,
    entry: Option<Option<Entry>>,
}

impl RetrievalCurve {
    pub fn new(law: Law, t: f64) -> Self {
        Self { law, t, cold: None, entry: None }
    }

    /// The branch up to log γ = `target`: the end it has. It is the continuation of the T = 0 solution at the same load where
    /// that is near, else it is walked from the AT line; Lost where neither is found. None where there is no AT line, where `target`
    /// is closer to it than is resolved, and at T = 0 where q2 − q1 underflows.
    pub fn reach(&mut self, target: f64) -> Option<End> {
        if self.t == 0.0 {
            return self.at_zero_temperature(target);
        }
        if target.is_finite()
            && let Some(x) = self.continued(target)
        {
            return Some(End::Reached(x));
        }
        if self.entry.is_none() {
            self.entry = Some(at_entry(self.law, self.t));
        }
        match self.entry.as_mut()?.as_mut() {
            Some(entry) => entry.reach(target),
            None if at_line(self.law, self.t).is_none() => None,
            None => Some(End::Lost(Vec::new(), f64::NEG_INFINITY)),
        }
    }

    fn at_zero_temperature(&mut self, target: f64) -> Option<End> {
        let path = || at_fixed_temperature(self.law, 0.0);
        let start = |gamma: f64| path().onto(&coordinates(&cold_start(self.law, gamma)?), 2);
        if self.cold.is_none() {
            self.cold = Some(start(1.0).and_then(|x| Walk::new(path(), &x)));
        }
        let walk = self.cold.as_mut()?.as_mut()?;
        if target >= walk.start().1 {
            return walk.reach(target);
        }
        // Below the load where the walk begins breaking is universal at any load.
        start(libm::exp(target)).and_then(|x| Walk::new(path(), &x)?.reach(target))
    }

    /// The solution at T and log γ = `target` by Newton's method from the one at T = 0, where y₀T is small enough to land on it.
    fn continued(&mut self, target: f64) -> Option<Vec<f64>> {
        // Fields within √V₂ of 0 feel the temperature at y₀T ≈ 1.
        let cold = cold_start(self.law, libm::exp(target))?;
        if cold.y * self.t > 100.0 {
            return None;
        }
        let Some(End::Reached(start)) = self.at_zero_temperature(target) else { return None };
        let start = fields(0.0, &start)?;
        if start.y * self.t > 0.7 {
            return None;
        }
        let path = at_fixed_temperature(self.law, self.t);
        let start = coordinates(&Fields { t: self.t, ..start });
        let x = path.solve(&start, target)?;
        let near = x.iter().zip(&start).all(|(a, b)| (a - b).abs() < 0.7);
        (near && path.rises(&x)).then_some(x)
    }
}

/// Where retrieval breaks at this temperature; None where it never does.
fn at_line(law: Law, t: f64) -> Option<AtPoint> {
    at_retrieval_load(InteractionOrder::new(law.order()).ok()?, Temperature::new(t).ok()?)
}

/// The branch over loads from its AT point on.
fn at_entry(law: Law, t: f64) -> Option<Entry> {
    let p = law.order();
    let at = at_line(law, t)?;
    // Just inside of the curve's end where the AT point is next to it.
    let point = Curve::new(p, t, 0.0).retrieval(at.gamma * (1.0 - 1e-12)).ok()?;
    let marginal = Marginal { signal: point.signal, noise: point.noise(), q: point.q, c: point.c };
    Entry::new(law, t, over_loads(law, t), &marginal, libm::log(at.gamma))
}
