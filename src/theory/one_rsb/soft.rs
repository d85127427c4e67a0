//! The 1RSB glass of two-spin models, m = 0 with q1 > 0: P = 2 Hebbian, and Gaussian couplings at P = 2 (the SK model).
//!
//! It is entered at T = 0 and α = 0.1 and followed in α, then in T; it ends continuously at its AT line. Unlike the glass of
//! P ≥ 3 it is unstable against further breaking everywhere: an approximation to full breaking, better than RS.

use super::branch::{glass_fields, rule};
use super::law::Law;
use super::moments::Fields;
use super::point::{OneRsbPoint, Theta, evaluate};
use crate::error::{Error, Result};
use crate::numerics::follow::{Care, Curve as Path};
use crate::numerics::walk::{End, Walk};
use crate::params::{Load, Temperature};
use crate::theory::curve::COLDEST;
use crate::theory::{Branch, SaddlePoint};
use std::f64::consts::LN_2;

/// The T = 0 glass of the Hopfield model next to α = 0.1: log of (V₁, V₂, y).
const HOPFIELD_START: [f64; 3] = [0.874_520, 0.347_00, 0.569_81];
/// The T = 0 glass of the SK model at γ = 1.
const SK_START: [f64; 3] = [0.476_784, 0.523_216, 1.360_821];

/// Fraction of the onset temperature up to which the breaking is resolved.
const RESOLVED: f64 = 0.96;

/// The curve of T = 0 states, goal ± log γ.
fn over_loads(law: Law, sign: f64) -> Path<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
    Path::new(move |x: &[f64], care| {
        let f = glass_fields(0.0, x)?;
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![b.width, b.theta, sign * libm::log(b.gamma)])
    })
}

/// The curve of states at given load over temperatures T = e^τ, goal τ.
fn over_temperatures(law: Law, gamma: f64) -> Path<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
    let ln_gamma = libm::log(gamma);
    Path::new(move |x: &[f64], care| {
        let &ln_t = x.last()?;
        let f = glass_fields(libm::exp(ln_t), x)?;
        // Near the onset the equation of θ is a difference of higher order.
        let care = if f.v2 < 0.5 * f.t * f.t { Care::Exact } else { care };
        let (b, _) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![b.width, b.theta, libm::log(b.gamma) - ln_gamma, ln_t])
    })
}

/// Fields of the glass at (γ, T); None above its onset.
pub(crate) fn solve(law: Law, gamma: f64, t: f64) -> Option<Fields> {
    let cold = match law {
        // T/√γ is all that matters: scale γ = 1.
        Law::Dense(_) => {
            let path = over_loads(law, 1.0);
            let start: Vec<f64> = SK_START.iter().map(|&v| libm::log(v)).collect();
            path.solve(&start, libm::log(gamma.clamp(0.9, 1.1))).filter(|_| (gamma - 1.0).abs() < 1e-12)?
        }
        Law::Hopfield => {
            let target = libm::log(gamma);
            let sign = if gamma > 0.1 { 1.0 } else { -1.0 };
            let path = over_loads(law, sign);
            let start: Vec<f64> = HOPFIELD_START.iter().map(|&v| libm::log(v)).collect();
            let start = path.onto(&start, 0)?;
            match Walk::new(path, &start)?.reach(sign * target)? {
                End::Reached(x) => x,
                End::Fold(..) | End::Lost(..) => return None,
            }
        }
    };
    if t == 0.0 {
        return glass_fields(0.0, &cold);
    }
    let path = over_temperatures(law, gamma);
    let y = libm::exp(*cold.get(2)?);
    let first = t.min(0.02 / y);
    let mut x = cold;
    x.push(libm::log(first));
    let x = path.solve(&x, libm::log(first))?;
    match Walk::new(path, &x)?.reach(libm::log(t))? {
        End::Reached(x) => glass_fields(t, &x),
        End::Fold(..) | End::Lost(..) => None,
    }
}

/// The 1RSB glass of the Hopfield model (P = 2), T < 1 + √α = T_g; None above.
///
/// None also above 0.96 of it, where 1RSB and RS differ by less than 1e-5 in f and the equation of θ is too soft
/// to follow, and below α of about 1e-7 at T = 0 (1e-3 at T > 0).
///
/// T = 0: u = −0.5607587 at α = 0.1 (RS: −0.5706231).
///
/// # Errors
/// Values beyond the floating range.
pub fn hopfield_glass(alpha: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    let t_value = if t.get() < COLDEST { 0.0 } else { t.get() };
    if t_value >= RESOLVED * (1.0 + alpha.get().sqrt()) {
        return Ok(None);
    }
    match solve(Law::Hopfield, alpha.get(), t_value) {
        Some(fields) => {
            evaluate(Law::Hopfield, Branch::Glass, alpha.get(), &fields, Theta::Stationary).map(Some)
        }
        None => Ok(None),
    }
}

/// The 1RSB solution of the SK model (P = 2 with Gaussian couplings of variance γ/N), T < √γ; None above 0.96 of that, as
/// for [`hopfield_glass`].
///
/// T = 0: u = −0.76525943 √γ.
///
/// # Errors
/// Values beyond the floating range.
pub fn sherrington_kirkpatrick(gamma: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    let root_gamma = gamma.get().sqrt();
    let tau = t.get() / root_gamma;
    let tau = if tau < COLDEST { 0.0 } else { tau };
    if tau >= RESOLVED {
        return Ok(None);
    }
    let law = Law::Dense(2);
    match solve(law, 1.0, tau) {
        Some(f) => {
            let (v1, v2) = (f.v1 * gamma.get(), f.v2 * gamma.get());
            let fields = Fields { t: tau * root_gamma, v1, v2, y: f.y / root_gamma, ..f };
            evaluate(law, Branch::Glass, gamma.get(), &fields, Theta::Stationary).map(Some)
        }
        None => Ok(None),
    }
}

/// The paramagnet of the SK model: A = log 2 + β²γ/4, stable above T = √γ.
///
/// # Errors
/// `NoSolution` at T = 0; values beyond the floating range.
pub fn sk_paramagnet(gamma: Load, t: Temperature) -> Result<OneRsbPoint> {
    let ratio = gamma.get().sqrt() / t.get();
    let square = ratio * ratio;
    if !square.is_finite() {
        return Err(Error::no_solution(format!("no paramagnet of the SK model at γ = {gamma}, T = {t}")));
    }
    let (energy, entropy) = (-0.5 * square * t.get(), LN_2 - 0.25 * square);
    let replicon = Some(1.0 - square);
    Ok(OneRsbPoint::collapsed(&SaddlePoint {
        branch: Branch::Paramagnet,
        m: 0.0,
        q: 0.0,
        pressure: Some(LN_2 + 0.25 * square),
        free_energy: energy - t.get() * entropy,
        energy,
        entropy,
        replicon,
        stable: square < 1.0,
        residual: 0.0,
    }))
}
