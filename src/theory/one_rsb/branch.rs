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
use crate::numerics::follow::{Care, Curve as Path};
use crate::numerics::gaussian::{Rule, average};
use crate::numerics::walk::{End, Walk};
use crate::params::{InteractionOrder, Temperature};
use crate::theory::at_line::at_retrieval_load;
use crate::theory::curve::Curve;

/// Δ and J of the universal problem (see the head of the file).
pub(crate) const UNIVERSAL_SHIFT: f64 = 1.054_329_785_706_148_2;
pub(crate) const UNIVERSAL_WIDTH: f64 = 1.454_072_578_920_096_6;

/// Distance in log γ from the AT line below which the breaking, q2 − q1 < 1e-9, is not resolved.
const NEAREST: f64 = 1e-8;

/// V₂/T² from where its logarithm is the natural coordinate; below, V₂ itself: the curve is smooth through the AT line.
const SOFT: f64 = 0.1;
/// The coordinate of V₂ at which the branch is entered from the AT line.
const ENTRIES: [f64; 4] = [0.3, 0.06, 0.012, 0.0024];
/// Below this coordinate y is taken from the line between its AT point and one at ten times as much: the equation of θ has
/// fewer digits than that.
const SOFTEST: f64 = 2e-3;

/// Equations and goal as functions of x.
type Equations = Box<dyn Fn(&[f64], Care) -> Option<Vec<f64>>>;

/// Fields with S > 0 from x = (log S, log V₁, u, log y), u = log V₂ at T = 0 and log(1 + V₂/0.1T²) at T > 0.
pub(crate) fn fields(t: f64, x: &[f64]) -> Option<Fields> {
    let &[signal, v1, v2, y] = x else { return None };
    let exp = libm::exp;
    let v2 = if t == 0.0 { exp(v2) } else { SOFT * t * t * libm::expm1(v2) };
    let fields = Fields { t, signal: exp(signal), v1: exp(v1), v2, y: exp(y) };
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

/// The curve of retrieval at fixed T, goal log γ. The equation of θ is divided by V₂, in which it is linear at the AT line.
pub(crate) fn at_fixed_temperature(law: Law, t: f64) -> Path<Equations> {
    Path::new(Box::new(move |x: &[f64], care| {
        let f = fields(t, x)?;
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        let theta = if t == 0.0 { b.theta } else { b.theta * (1.0 + SOFT * t * t / f.v2) };
        Some(vec![b.signal, b.width, theta, libm::log(b.gamma)])
    }))
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

/// The retrieval branch of one temperature, walked once and asked for any load: what it answers does not depend on what else it
/// was asked.
pub(crate) struct RetrievalCurve {
    law: Law,
    t: f64,
    /// The branch of T = 0, where it is known
    cold: Option<Option<Walk<Equations>>>,
    entry: Option<Option<Entry>>,
}

/// The branch at T > 0 from its AT point on.
struct Entry {
    law: Law,
    t: f64,
    ln_gamma: f64,
    /// x on the AT line, where u = 0
    x: Vec<f64>,
    walk: Walk<Equations>,
}

impl RetrievalCurve {
    pub fn new(law: Law, t: f64) -> Self {
        Self { law, t, cold: None, entry: None }
    }

    /// The branch up to log γ = `target`: the end it has. It is the continuation of the T = 0 solution at the same load where
    /// that is near, else it is walked from the AT line. None where retrieval is AT-stable up to its spinodal, and where `target`
    /// is closer to the AT line than [`NEAREST`].
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
            self.entry = Some(Entry::new(self.law, self.t));
        }
        self.entry.as_mut()?.as_mut()?.reach(target)
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

impl Entry {
    fn new(law: Law, t: f64) -> Option<Self> {
        let p = law.order();
        let at = at_retrieval_load(InteractionOrder::new(p).ok()?, Temperature::new(t).ok()?)?;
        // Just inside of the curve's end where the AT point is next to it.
        let point = Curve::new(p, t, 0.0).retrieval(at.gamma * (1.0 - 1e-12)).ok()?;
        let (signal, noise) = (point.signal, point.noise());
        let theta = breaking_point(law, t, signal, noise, point.q, point.c);
        let ln_gamma = libm::log(at.gamma);
        let x = vec![libm::log(signal), 2.0 * libm::log(noise), 0.0, libm::log(theta.min(0.999) / t)];
        // Where the AT point is next to the spinodal, the branch turns soon.
        ENTRIES.iter().find_map(|&u| {
            let v2 = SOFT * t * t * libm::expm1(u);
            let mut guess = x.clone();
            *guess.get_mut(1)? = libm::log(noise * noise - v2);
            *guess.get_mut(2)? = u;
            let path = at_fixed_temperature(law, t);
            let inside = path.onto(&guess, 2)?;
            let walk = Walk::new(path, &inside)?;
            // The goal grows with V₂ before the turn.
            (walk.start().1 > ln_gamma && walk.rises_with(2)).then_some(())?;
            Some(Self { law, t, ln_gamma, x: x.clone(), walk })
        })
    }

    fn reach(&mut self, target: f64) -> Option<End> {
        let (first, ln_gamma) = self.walk.start();
        if target >= ln_gamma {
            return self.walk.reach(target);
        }
        if target - self.ln_gamma < NEAREST {
            return None;
        }
        let towards = |far: &[f64], part: f64| -> Vec<f64> {
            self.x.iter().zip(far).map(|(a, b)| a + part * (b - a)).collect()
        };
        let part = (target - self.ln_gamma) / (ln_gamma - self.ln_gamma);
        let guess = towards(first, part);
        let u = *guess.get(2)?;
        if u > SOFTEST {
            return self.walk.near_start(&guess, target).map(End::Reached);
        }
        let (law, t) = (self.law, self.t);
        let limit = *first.get(2)?;
        let near = if limit > 10.0 * SOFTEST {
            at_fixed_temperature(law, t).onto(&towards(first, 10.0 * SOFTEST / limit), 2)?
        } else {
            first.to_vec()
        };
        // log y as a function of u, and the three other equations.
        let (y, slope) = (*self.x.get(3)?, (near.get(3)? - self.x.get(3)?) / near.get(2)?);
        let whole = |x: &[f64]| -> Option<Vec<f64>> {
            let &[signal, v1, u] = x else { return None };
            Some(vec![signal, v1, u * SOFTEST, y + slope * u * SOFTEST])
        };
        let path = Path::new(|x: &[f64], care| {
            let f = fields(t, &whole(x)?)?;
            let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
            Some(vec![b.signal, b.width, libm::log(b.gamma)])
        });
        let start = [*guess.first()?, *guess.get(1)?, u / SOFTEST];
        path.solve(&start, target).and_then(|x| whole(&x)).map(End::Reached)
    }
}
