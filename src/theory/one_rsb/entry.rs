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

/// Relative distance of the goal from the AT line below which breaking is not resolved, and that distance times 1 − q: averages
/// are sums of rounding errors of 1e-16, of which the fields next to 0 that break are the part 1 − q.
const NEAREST: f64 = 3e-8;
const LEAST_SPLIT: f64 = 1e-11;
/// The coordinate of V₂ at which the branch is entered.
const ENTRIES: [f64; 4] = [0.3, 0.06, 0.012, 0.0024];
/// Up to this coordinate log y is taken from the parabola through its AT point and the branch here and at three times as much: there
/// rounding leaves less than 1e-5 of the equation of θ (it grows as 1/V₂²), and the parabola is off by less.
const SOFTEST: f64 = 1e-2;

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
    /// Distance of the goal from its value there below which breaking is not resolved
    nearest: f64,
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
        let nearest = NEAREST.max(LEAST_SPLIT / (at.c * t)) * goal.abs().min(1.0);
        Some(Self { equations, goal, x, nearest, walk })
    }

    /// The branch up to goal = `target`; None next to the AT line, where breaking is not resolved.
    pub fn reach(&mut self, target: f64) -> Option<End> {
        let (first, goal) = self.walk.start();
        if target >= goal {
            return self.walk.reach(target);
        }
        if target - self.goal < self.nearest {
            return None;
        }
        let guess = towards(&self.x, first, (target - self.goal) / (goal - self.goal));
        let found = if guess.get(2).is_some_and(|u| *u > SOFTEST) {
            // Where rounding stops Newton's method, the parabola still holds.
            self.walk.near_start(&guess, target).or_else(|| self.soft(&guess, target))
        } else {
            self.soft(&guess, target)
        };
        Some(found.map_or(End::Lost(self.x.clone(), self.goal), End::Reached))
    }

    /// The solution of goal `target` near `guess` with log y from its parabola in u, by the three other equations.
    fn soft(&self, guess: &[f64], target: f64) -> Option<Vec<f64>> {
        let (first, _) = self.walk.start();
        let limit = *first.get(2)?;
        let at = *self.x.get(3)?;
        // u and (log y − log y at the AT point)/u
        let secant = |u: f64| -> Option<(f64, f64)> {
            let u = u.min(limit);
            let x = if u < limit {
                path(&self.equations).onto(&towards(&self.x, first, u / limit), 2)?
            } else {
                first.to_vec()
            };
            Some((u, (x.get(3)? - at) / u))
        };
        let ((near, slope), (far, next)) = (secant(SOFTEST)?, secant(3.0 * SOFTEST)?);
        let bend = if far > near { (next - slope) / (far - near) } else { 0.0 };
        // Differences of 1e-4 in u/unit are to stay inside V₂ > 0, and above rounding.
        [100.0, 1000.0, 4000.0].iter().find_map(|many| {
            let unit = (many * guess.get(2)?).min(SOFTEST);
            let whole = |x: &[f64]| -> Option<Vec<f64>> {
                let &[signal, v1, part] = x else { return None };
                let u = part * unit;
                Some(vec![signal, v1, u, at + u * (slope + bend * (u - near))])
            };
            let others = Path::new(|x: &[f64], care| {
                let mut values = (self.equations)(&whole(x)?, care)?;
                values.remove(2);
                Some(values)
            });
            let start = [*guess.first()?, *guess.get(1)?, guess.get(2)? / unit];
            others.solve(&start, target).and_then(|x| whole(&x))
        })
    }
}

/// The point at `part` of the way from `near` to `far`.
fn towards(near: &[f64], far: &[f64], part: f64) -> Vec<f64> {
    near.iter().zip(far).map(|(a, b)| a + part * (b - a)).collect()
}
