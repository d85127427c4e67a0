//! How a branch with breaking is entered from the AT line at T > 0.
//!
//! There V₂ = 0, and θ is a ratio of third derivatives of log 2cosh:
//!
//! ```text
//! P ≥ 3: θ = [(P−2)(E sech⁴)²/q + 4E t²sech⁴]/(2E sech⁶),     P = 2: θ = 4E t²sech⁴/(2E sech⁶ + 2β(E sech⁴)²/(1−C))
//! ```
//!
//! From there on the branch is smooth in V₂. What is left of the equation of θ when the others hold is of order (V₂/T²)², so that next
//! to the line θ is interpolated and the three other equations are solved.

use super::branch::{Equations, SOFT, Shared, path};
use super::law::Law;
use crate::numerics::follow::Curve as Path;
use crate::numerics::gaussian::{Rule, average};
use crate::numerics::walk::{End, Walk};

/// Relative distance of the goal from the AT line below which the breaking, q2 − q1 < 1e-9, is not resolved.
const NEAREST: f64 = 1e-8;
/// The coordinate of V₂ at which the branch is entered.
const ENTRIES: [f64; 4] = [0.3, 0.06, 0.012, 0.0024];
/// Below this coordinate y is taken from the line between its AT point and one at ten times as much.
const SOFTEST: f64 = 2e-3;

/// RS retrieval on the AT line: signal and noise of its field, q and C.
pub(crate) struct Marginal {
    pub signal: f64,
    pub noise: f64,
    pub q: f64,
    pub c: f64,
}

impl Marginal {
    /// θ where replica symmetry breaks.
    fn breaking_point(&self, law: Law, t: f64) -> f64 {
        let [sech4, sech6] = average(Rule::FINE, self.signal / t, self.noise / t, |g, _| {
            let e = libm::exp(-2.0 * g.abs());
            let sech2 = 4.0 * e / ((1.0 + e) * (1.0 + e));
            [sech2 * sech2, sech2 * sech2 * sech2]
        });
        let third = 4.0 * (sech4 - sech6);
        match law {
            Law::Dense(p) => (f64::from(p - 2) * sech4 * sech4 / self.q + third) / (2.0 * sech6),
            Law::Hopfield => third / (2.0 * (sech6 + sech4 * sech4 / (t * (1.0 - self.c)))),
        }
    }
}

/// A branch from its AT point on.
pub(crate) struct Entry {
    /// Equations with that of θ as number 2
    equations: Shared,
    /// The goal and x = (log S, log V₁, u = 0, log y) on the AT line
    goal: f64,
    x: Vec<f64>,
    walk: Walk<Equations>,
}

impl Entry {
    /// The branch of the `equations` that starts at a marginal RS state, where their goal is `goal` and grows with V₂.
    pub fn new(law: Law, t: f64, equations: Shared, at: &Marginal, goal: f64) -> Option<Self> {
        let theta = at.breaking_point(law, t);
        let variance = at.noise * at.noise;
        let x = vec![libm::log(at.signal), libm::log(variance), 0.0, libm::log(theta.min(0.999) / t)];
        // Where the AT point is next to the end of the branch, that turns soon.
        let walk = ENTRIES.iter().find_map(|&u| {
            let mut guess = x.clone();
            *guess.get_mut(1)? = libm::log(variance - SOFT * t * t * libm::expm1(u));
            *guess.get_mut(2)? = u;
            let curve = path(&equations);
            let inside = curve.onto(&guess, 2)?;
            let walk = Walk::new(curve, &inside)?;
            (walk.start().1 > goal && walk.rises_with(2)).then_some(walk)
        })?;
        Some(Self { equations, goal, x, walk })
    }

    /// The branch up to goal = `target`; None next to the AT line.
    pub fn reach(&mut self, target: f64) -> Option<End> {
        let (first, goal) = self.walk.start();
        if target >= goal {
            return self.walk.reach(target);
        }
        if target - self.goal < NEAREST * self.goal.abs().min(1.0) {
            return None;
        }
        let towards = |far: &[f64], part: f64| -> Vec<f64> {
            self.x.iter().zip(far).map(|(a, b)| a + part * (b - a)).collect()
        };
        let guess = towards(first, (target - self.goal) / (goal - self.goal));
        let u = *guess.get(2)?;
        if u > SOFTEST {
            return self.walk.near_start(&guess, target).map(End::Reached);
        }
        let limit = *first.get(2)?;
        let near = if limit > 10.0 * SOFTEST {
            path(&self.equations).onto(&towards(first, 10.0 * SOFTEST / limit), 2)?
        } else {
            first.to_vec()
        };
        // log y as a function of u, and the three other equations.
        let (y, slope) = (*self.x.get(3)?, (near.get(3)? - self.x.get(3)?) / near.get(2)?);
        let whole = |x: &[f64]| -> Option<Vec<f64>> {
            let &[signal, v1, u] = x else { return None };
            Some(vec![signal, v1, u * SOFTEST, y + slope * u * SOFTEST])
        };
        let others = Path::new(|x: &[f64], care| {
            let mut values = (self.equations)(&whole(x)?, care)?;
            values.remove(2);
            Some(values)
        });
        let start = [*guess.first()?, *guess.get(1)?, u / SOFTEST];
        others.solve(&start, target).and_then(|x| whole(&x)).map(End::Reached)
    }
}
