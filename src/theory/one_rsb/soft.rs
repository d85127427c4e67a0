//! The 1RSB glass of two-spin models, m = 0 with q1 > 0: P = 2 Hebbian, and Gaussian couplings at P = 2 (the SK model).
//!
//! At T = 0 it is followed in α from a known point. At T > 0 it is the continuation of RS: with x = T/T_g and the variance V of the
//! local field under RS, V₁/(V₁ + V₂) and θ/(κ q), κ = √α/(1+√α) (1 for SK), depend little on the load, and a table of them is near
//! enough for Newton's method; small loads are reached from larger ones. Towards T_g, where both tend to 1/3 and 4/3, the equation of θ
//! loses its digits as (1 − x)⁵: θ is interpolated there. Unlike the glass of P ≥ 3 it is unstable against further breaking everywhere: an approximation to full breaking, better
//! than RS.

use super::branch::{glass_fields, rule};
use super::glass::check_theta;
use super::law::Law;
use super::moments::Fields;
use super::point::{OneRsbPoint, Theta, evaluate};
use crate::error::Result;
use crate::numerics::follow::{Care, Curve as Path};
use crate::numerics::tanh_moments;
use crate::numerics::walk::{End, Walk};
use crate::params::{Load, Temperature};
use crate::theory::curve::COLDEST;
use crate::theory::rs::glass_saddle;
use crate::theory::{Branch, sk};

/// The T = 0 glass of the Hopfield model next to α = 0.1: log of (V₁, V₂, y).
const HOPFIELD_START: [f64; 3] = [0.874_520, 0.347_00, 0.569_81];
/// The T = 0 glass of the SK model at γ = 1.
const SK_START: [f64; 3] = [0.476_784, 0.523_216, 1.360_821];

/// (1 − T/T_g, V₁/(V₁+V₂), θ/κq), about: the start of Newton's method.
const SHAPE: [(f64, f64, f64); 8] = [
    (0.0, 0.3333, 1.3333),
    (0.1, 0.336, 1.06),
    (0.2, 0.338, 0.85),
    (0.5, 0.36, 0.52),
    (0.7, 0.39, 0.37),
    (0.9, 0.45, 0.18),
    (0.99, 0.5, 0.03),
    (1.0, 0.5, 0.003),
];

/// The solutions that are interpolated below the first of them, by their 1 − T/T_g in units of [`Shape::nearest`].
const NODES: [f64; 4] = [1.0, 1.5, 2.1, 2.9];
/// 1 − T/T_g below which V₁ and V₂ are interpolated as well, to 1e-10 in the overlaps.
const NEAREST: f64 = 1e-3;
/// α from which smaller loads are reached where the table does not lead to them.
const LARGE: f64 = 0.1;

/// The curve of T = 0 states, goal ± log γ.
fn over_loads(law: Law, sign: f64) -> Path<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
    Path::new(move |x: &[f64], care| {
        let f = glass_fields(0.0, x)?;
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![b.width, b.theta, sign * libm::log(b.gamma)])
    })
}

/// The curve of states at given load and temperature over all θ, goal ±log y.
fn over_breaking_points(
    law: Law,
    gamma: f64,
    t: f64,
    sign: f64,
) -> Path<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
    let ln_gamma = libm::log(gamma);
    Path::new(move |x: &[f64], care| {
        let f = glass_fields(t, x)?;
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![b.width, libm::log(b.gamma) - ln_gamma, sign * libm::log(f.y)])
    })
}

/// Fields of the glass of T = 0.
fn cold(law: Law, gamma: f64) -> Option<Fields> {
    let (start, sign) = match law {
        // Called at γ = 1, where the start is the solution.
        Law::Dense(_) => (SK_START, 1.0),
        Law::Hopfield => (HOPFIELD_START, if gamma > 0.1 { 1.0 } else { -1.0 }),
    };
    let start: Vec<f64> = start.iter().map(|&v| libm::log(v)).collect();
    if law != Law::Hopfield {
        return glass_fields(0.0, &over_loads(law, 1.0).solve(&start, libm::log(gamma))?);
    }
    let path = over_loads(law, sign);
    let start = path.onto(&start, 0)?;
    match Walk::new(path, &start)?.reach(sign * libm::log(gamma))? {
        End::Reached(x) => glass_fields(0.0, &x),
        End::Fold(..) | End::Lost(..) => None,
    }
}

/// A two-spin glass at T > 0 by the quantities that depend little on load and temperature.
struct Shape {
    law: Law,
    gamma: f64,
    onset: f64,
    /// κ
    slope: f64,
}

impl Shape {
    fn new(law: Law, gamma: f64) -> Self {
        let root = gamma.sqrt();
        match law {
            Law::Dense(_) => Self { law, gamma, onset: root, slope: 1.0 },
            Law::Hopfield => Self { law, gamma, onset: 1.0 + root, slope: root / (1.0 + root) },
        }
    }

    /// 1 − T/T_g
    fn distance(&self, t: f64) -> f64 {
        (self.onset - t) / self.onset
    }

    /// 1 − T/T_g from which the equation of θ has six digits: farther from the onset at small loads.
    fn nearest(&self) -> f64 {
        0.025 * libm::pow(0.25 / self.slope.min(0.25), 0.6)
    }

    /// (q, V) of RS
    fn symmetric(&self, t: f64) -> Option<(f64, f64)> {
        match self.law {
            Law::Dense(_) => {
                let b = sk::glass_noise(t / self.onset)?;
                Some((tanh_moments(0.0, b).tanh_sq, b * b * t * t))
            }
            Law::Hopfield => {
                let saddle = glass_saddle(2, self.gamma, t)?;
                let (_, noise) = saddle.field();
                Some((saddle.q, noise * noise))
            }
        }
    }

    /// The fields that V₁/V, V₂/V and θ/κq make at T.
    fn fields(&self, t: f64, [low, high, theta]: [f64; 3]) -> Option<Fields> {
        let (q, v) = self.symmetric(t)?;
        Some(Fields { t, signal: 0.0, v1: low * v, v2: high * v, y: theta * self.slope * q / t, cue: 0.0 })
    }

    /// Equations in x = (log V₁, log V₂, log y) at T, goal −log γ.
    fn path(&self, t: f64) -> Path<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
        let (law, small) = (self.law, self.gamma < LARGE && self.law == Law::Hopfield);
        Path::new(move |x: &[f64], care| {
            let f = glass_fields(t, x)?;
            // The equation of θ is a difference of high order in the fields, and D = 1 − C − y(q2 − q1) one of order √α.
            let care = if small || f.v1 + f.v2 < t * t { Care::Exact } else { care };
            let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
            Some(vec![b.width, b.theta, -libm::log(b.gamma)])
        })
    }

    /// The solution at T from fields near it.
    fn solved(&self, near: &Fields) -> Option<Fields> {
        let start = [near.v1, near.v2, near.y].map(libm::log);
        self.checked(glass_fields(near.t, &self.path(near.t).solve(&start, -libm::log(self.gamma))?)?)
    }

    /// Newton's method can end elsewhere: V₂ → 0 is RS at any θ.
    fn checked(&self, f: Fields) -> Option<Fields> {
        let part = f.v1 / (f.v1 + f.v2);
        (0.02..0.9).contains(&part).then_some(f)
    }

    /// The solution at T, by Newton's method from the table.
    fn by_table(&self, t: f64) -> Option<Fields> {
        let distance = self.distance(t);
        let right = SHAPE.iter().position(|row| row.0 >= distance)?.max(1);
        let ((d0, low0, theta0), (d1, low1, theta1)) = (SHAPE[right - 1], SHAPE[right]);
        let part = (distance - d0) / (d1 - d0);
        let low = low0 + part * (low1 - low0);
        self.solved(&self.fields(t, [low, 1.0 - low, theta0 + part * (theta1 - theta0)])?)
    }

    /// The solution at T not next to the onset.
    fn at(&self, t: f64) -> Option<Fields> {
        let small = self.law == Law::Hopfield && self.gamma < LARGE;
        if let Some(found) = self.by_table(t) {
            return Some(found);
        }
        if !small {
            return self.solved(&Fields { t, ..cold(self.law, self.gamma)? });
        }
        let start = Self::new(self.law, LARGE).at(t)?;
        let x = [start.v1, start.v2, start.y].map(libm::log);
        match Walk::new(self.path(t), &x)?.reach(-libm::log(self.gamma))? {
            End::Reached(x) => self.checked(glass_fields(t, &x)?),
            End::Fold(..) | End::Lost(..) => None,
        }
    }

    /// Fields of the solution at T < T_g.
    fn solution(&self, t: f64) -> Option<Fields> {
        let distance = self.distance(t);
        if distance >= self.nearest() {
            return self.at(t);
        }
        if distance <= 0.0 {
            return None;
        }
        // Lagrange's polynomial through the limit and four solutions.
        let mut nodes = vec![(0.0, [1.0 / 3.0, 2.0 / 3.0, 4.0 / 3.0])];
        for node in NODES.map(|node| node * self.nearest()) {
            let t = self.onset * (1.0 - node);
            let (f, (q, v)) = (self.at(t)?, self.symmetric(t)?);
            nodes.push((node, [f.v1 / v, f.v2 / v, f.y * t / (self.slope * q)]));
        }
        let shape = [0, 1, 2].map(|k| {
            let term = |(i, (x, value)): (usize, &(f64, [f64; 3]))| -> f64 {
                let others = nodes.iter().enumerate().filter(|(j, _)| *j != i);
                others.map(|(_, other)| (distance - other.0) / (x - other.0)).product::<f64>() * value[k]
            };
            nodes.iter().enumerate().map(term).sum()
        });
        let guess = self.fields(t, shape)?;
        if distance < NEAREST {
            return Some(guess);
        }
        let (law, y) = (self.law, libm::log(guess.y));
        let path = Path::new(|x: &[f64], _| {
            let f = glass_fields(t, &[*x.first()?, *x.get(1)?, y])?;
            let (b, _) = law.solve_for_load(&f, rule(Care::Exact, &f))?;
            Some(vec![b.width, -libm::log(b.gamma)])
        });
        let x = path.solve(&[guess.v1, guess.v2].map(libm::log), -libm::log(self.gamma))?;
        glass_fields(t, &[*x.first()?, *x.get(1)?, y])
    }
}

/// Fields of the glass at (γ, T); None above its onset.
fn solve(law: Law, gamma: f64, t: f64) -> Option<Fields> {
    if t == 0.0 { cold(law, gamma) } else { Shape::new(law, gamma).solution(t) }
}

/// Fields at given θ, on the curve from the stationary point.
fn solve_at(law: Law, gamma: f64, t: f64, theta: f64) -> Option<Fields> {
    let start = solve(law, gamma, t)?;
    let target = libm::log(theta / t);
    let sign = if target > libm::log(start.y) { 1.0 } else { -1.0 };
    let x = [start.v1, start.v2, start.y].map(libm::log);
    let walk = Walk::new(over_breaking_points(law, gamma, t, sign), &x);
    match walk.and_then(|mut walk| walk.reach(sign * target)) {
        Some(End::Reached(x)) => glass_fields(t, &x),
        // Below some θ the states do not overlap: q1 = 0.
        _ if sign < 0.0 => {
            apart(law, gamma, &Fields { v1: 0.0, v2: start.v1 + start.v2, y: theta / t, ..start })
        }
        _ => None,
    }
}

/// The solution with q1 = 0 at given y, from fields near it; None where it is unstable against q1 > 0.
fn apart(law: Law, gamma: f64, near: &Fields) -> Option<Fields> {
    let at = |ln_v2: f64| Fields { v2: libm::exp(ln_v2), ..*near };
    let path = Path::new(|x: &[f64], care| {
        let f = at(*x.first()?);
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![libm::log(b.gamma)])
    });
    let fields = at(*path.solve(&[libm::log(near.v2)], libm::log(gamma))?.first()?);
    let (_, e) = law.solve_for_load(&fields, rule(Care::Exact, &fields))?;
    (law.stability(gamma, &fields, &e).1 > 0.0).then_some(fields)
}

fn cold_limit(t: f64) -> f64 {
    if t < COLDEST { 0.0 } else { t }
}

/// The 1RSB glass of the Hopfield model (P = 2), T < 1 + √α = T_g; None above.
///
/// None also where q2 itself is lost in rounding (1 − T/T_g below about 1e-14), and at α below about 1e-5, where D = 1 − C − y(q2 − q1)
/// loses its digits.
///
/// T = 0: u = −0.5607587 at α = 0.1 (RS: −0.5706231).
///
/// # Errors
/// Values beyond the floating range.
pub fn hopfield_glass(alpha: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    let fields = solve(Law::Hopfield, alpha.get(), cold_limit(t.get()));
    let point = |f| evaluate(Law::Hopfield, Branch::Glass, alpha.get(), &f, Theta::Stationary);
    Ok(fields.map(point).transpose()?.filter(|point| point.residual < 1e-9))
}

/// The glass of [`hopfield_glass`] at given θ: a saddle in q1 and q2, not in θ. None above T_g, and where it cannot be followed to this θ.
///
/// # Errors
/// T = 0, θ outside [1e-6, 1], values beyond the floating range.
pub fn hopfield_glass_at(alpha: Load, t: Temperature, theta: f64) -> Result<Option<OneRsbPoint>> {
    check_theta(theta, t)?;
    let fields = solve_at(Law::Hopfield, alpha.get(), t.get(), theta);
    let point = |f| evaluate(Law::Hopfield, Branch::Glass, alpha.get(), &f, Theta::Given(theta));
    fields.map(point).transpose()
}

/// Fields at γ = 1 scaled to γ: only T/√γ matters.
fn scaled(f: &Fields, gamma: Load) -> Fields {
    let root = gamma.get().sqrt();
    Fields { t: f.t * root, v1: f.v1 * gamma.get(), v2: f.v2 * gamma.get(), y: f.y / root, ..*f }
}

/// The 1RSB solution of the SK model (P = 2 with Gaussian couplings of variance γ/N), T < √γ; None above, and where q2 itself is lost
/// in rounding.
///
/// T = 0: u = −0.76525943 √γ.
///
/// # Errors
/// Values beyond the floating range.
pub fn sherrington_kirkpatrick(gamma: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    let law = Law::Dense(2);
    let fields = solve(law, 1.0, cold_limit(t.get() / gamma.get().sqrt()));
    let point = |f| evaluate(law, Branch::Glass, gamma.get(), &scaled(&f, gamma), Theta::Stationary);
    fields.map(point).transpose()
}

/// The glass of [`sherrington_kirkpatrick`] at given θ.
///
/// # Errors
/// T = 0, θ outside [1e-6, 1], values beyond the floating range.
pub fn sherrington_kirkpatrick_at(gamma: Load, t: Temperature, theta: f64) -> Result<Option<OneRsbPoint>> {
    check_theta(theta, t)?;
    let law = Law::Dense(2);
    let fields = solve_at(law, 1.0, t.get() / gamma.get().sqrt(), theta);
    let point = |f| evaluate(law, Branch::Glass, gamma.get(), &scaled(&f, gamma), Theta::Given(theta));
    fields.map(point).transpose()
}

/// The paramagnet of the SK model: [`sk::paramagnet`].
///
/// # Errors
/// `NoSolution` at T = 0; values beyond the floating range.
pub fn sk_paramagnet(gamma: Load, t: Temperature) -> Result<OneRsbPoint> {
    sk::paramagnet(gamma, t).map(|point| OneRsbPoint::collapsed(&point))
}
