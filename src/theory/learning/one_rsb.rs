//! One step of replica symmetry breaking for archetypes: the equations of [`crate::theory::one_rsb`] with the average over X outside.
//!
//! The outer field of a spin is S X + √V₁ Y1: of a Gaussian X = c + √v Z this is again Gaussian, of mean S c and variance
//! S² v + V₁, so that the nested averages of `one_rsb` serve, and n = E X⟨t⟩ = Σ p [c E⟨t⟩ + v S (C + y(q2 − q1))]. With n in
//! the place of m the equations are those of the ordinary network at γ′; P = 2 unsupervised has sums over Λ:
//!
//! ```text
//! V₁ = α Σ Λ²q1/D²,   V₂ = α Σ Λ²(q2 − q1)/(ΔD),   Δ = 1 − ΛC,   D = Δ − Λy(q2 − q1)
//! u = −n²/2 − (α/2)Σ Λ[TC/Δ + q1/D² + (q2 − q1)/(ΔD) − 1]
//! Σ = E1[log E2 e^{yL} − ⟨yL⟩] + y²V₂q2/2 + (α/2)Σ[−log(D/Δ) − Λy(q2 − q1)/D]
//! ```
//!
//! The branch starts at T = 0 and a load so small that the breaking is confined to fields next to 0, is followed in γ, and from there
//! in T at fixed γ.

use super::Task;
use super::at_line::unstable_loads;
use super::curve::{Curve, CurvePoint};
use super::law::{Component, components};
use super::rs::{self, LearningPoint};
use super::storage::{Noise, Storage};
use crate::error::{Error, Result};
use crate::numerics::follow::{Care, Curve as Path};
use crate::numerics::gaussian::Rule;
use crate::numerics::special::power;
use crate::numerics::walk::{End, Walk};
use crate::params::{Load, Readable, Temperature};
use crate::theory::one_rsb::branch::{UNIVERSAL_SHIFT, UNIVERSAL_WIDTH, coordinates, fields, rule};
use crate::theory::one_rsb::law::{Balance, Law, soft};
use crate::theory::one_rsb::moments::{Fields, Moments};

/// A 1RSB retrieval state; where nothing is broken q1 = q2 and θ, y are None.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrokenPoint {
    /// What RS has too; q is q2, the replicon the smaller of the two stabilities
    pub point: LearningPoint,
    /// Overlap of two states
    pub q1: f64,
    /// Overlap inside a state
    pub q2: f64,
    /// Breaking point θ; None at T = 0
    pub theta: Option<f64>,
    /// y = βθ
    pub y: Option<f64>,
    /// Stability of a state against splitting; None at T = 0, where it is −∞
    pub replicon_inner: Option<f64>,
    /// Stability of the set of states against clustering
    pub replicon_outer: Option<f64>,
    /// False where replica symmetry is broken, but next to the AT line and too weakly for the branch to be found: the RS state
    pub resolved: bool,
}

/// The equations of one task.
#[derive(Debug, Clone)]
struct Equations {
    law: Vec<Component>,
    storage: Storage,
}

/// √V₂ below which RS is 1RSB to the last digit.
const FAINTEST: f64 = 1e-140;

type System = Box<dyn Fn(&[f64], Care) -> Option<Vec<f64>>>;

impl Equations {
    fn new(task: &Task) -> Self {
        Self { law: components(task), storage: Storage::new(task) }
    }

    /// The averages with n in the place of m, and m itself.
    fn moments(&self, f: &Fields, rule: Rule) -> (Moments, f64) {
        let mut m = 0.0;
        let parts = self.law.iter().map(|part| {
            let signal = f.signal * part.centre;
            let e = Fields { signal, v1: f.v1 + f.signal * f.signal * part.variance, ..*f }.moments(rule);
            m += part.odd_weight * e.m;
            let n = part.centre * e.m + part.variance * f.signal * (e.c + f.y * e.split);
            (part.weight, Moments { m: n, co_m: 1.0 - n, ..e })
        });
        let mixture = Moments::mixture(parts);
        (mixture, m)
    }

    fn balance(&self, f: &Fields, e: &Moments) -> Option<Balance> {
        match &self.storage.noise {
            Noise::Dense { factor } => {
                let b = Law::Dense(self.storage.p).balance(f, e)?;
                Some(Balance { gamma: b.gamma / factor, ..b })
            }
            Noise::Hopfield { eigenvalues, .. } => {
                let (q1, n) = (e.q1(), e.m);
                let (mut outer_sum, mut mixed, mut softs) = (0.0, 0.0, 0.0);
                for &(value, times) in eigenvalues {
                    let inner = 1.0 - value * e.c;
                    let z = value * f.y * e.split;
                    let outer = inner - z;
                    if !(inner > 0.0 && outer > 0.0) {
                        return None;
                    }
                    outer_sum += times * value * value / (outer * outer);
                    mixed += times * value * value / (inner * outer);
                    softs += times * soft(z / inner);
                }
                let gamma = f.v1 / (q1 * outer_sum);
                let negative = 0.5 * (f.y * f.y * f.v2 * e.co_q2 + gamma * softs);
                let balance = Balance {
                    gamma,
                    signal: libm::log(f.signal / n),
                    width: libm::log(f.v2 / (gamma * e.split * mixed)),
                    theta: e.local / negative - 1.0,
                    complexity: e.local - negative,
                };
                let fine = e.finite()
                    && gamma > 0.0
                    && [balance.signal, balance.width, balance.theta].iter().all(|x| x.is_finite());
                fine.then_some(balance)
            }
        }
    }

    /// The curve at fixed T over the loads, goal log γ.
    fn over_loads(&self, t: f64) -> Path<System> {
        let equations = self.clone();
        Path::new(Box::new(move |x: &[f64], care| {
            let f = fields(t, x)?;
            let (e, _) = equations.moments(&f, rule(care, &f));
            let b = equations.balance(&f, &e)?;
            Some(vec![b.signal, b.width, b.theta, libm::log(b.gamma)])
        }))
    }

    /// The curve at fixed load over the temperatures T = e^τ, goal τ; x = (log S, log V₁, log V₂, log y, τ).
    fn over_temperatures(&self, gamma: f64) -> Path<System> {
        let equations = self.clone();
        let ln_gamma = libm::log(gamma);
        Path::new(Box::new(move |x: &[f64], care| {
            let (&ln_t, x) = x.split_last()?;
            let f = Fields { t: libm::exp(ln_t), ..fields(0.0, x)? };
            if f.y * f.t >= 1.5 {
                return None;
            }
            let (e, _) = equations.moments(&f, rule(care, &f));
            let b = equations.balance(&f, &e)?;
            Some(vec![b.signal, b.width, b.theta, libm::log(b.gamma) - ln_gamma, ln_t])
        }))
    }

    /// At T = 0, the density of local fields at 0 and the range √V₂ of those that break: C is twice the density.
    fn breaking(&self, point: &CurvePoint) -> (f64, f64) {
        let (noise, density) = (point.w * point.signal, 0.5 * point.c);
        (density, f64::from(self.storage.p - 1) * noise * noise * density * UNIVERSAL_WIDTH)
    }

    /// A point at T = 0 at or below `gamma`, where the breaking is confined to fields next to 0 (`one_rsb/branch.rs`). None where it
    /// underflows.
    fn cold_start(&self, task: &Task, gamma: f64) -> Option<Vec<f64>> {
        let curve = Curve::new(task, 0.0);
        let path = self.over_loads(0.0);
        let mut load = gamma;
        for _ in 0..200 {
            if let Some(point) = curve.retrieval(load) {
                let noise = point.w * point.signal;
                let (density, width) = self.breaking(&point);
                let small = density * width * UNIVERSAL_WIDTH;
                if small < 0.3 {
                    let v2 = width * width;
                    let v1 = (noise * noise - v2).max(0.5 * noise * noise);
                    let f =
                        Fields { t: 0.0, signal: point.signal, cue: 0.0, v1, v2, y: UNIVERSAL_SHIFT / width };
                    if width < FAINTEST {
                        return None;
                    }
                    if let Some(x) = path.onto(&coordinates(&f), 2) {
                        return Some(x);
                    }
                }
            }
            load *= 0.9;
        }
        None
    }

    /// The T = 0 branch up to log γ = `target`.
    fn cold(&self, task: &Task, target: f64) -> Option<End> {
        let start = self.cold_start(task, libm::exp(target).min(1.0))?;
        Walk::new(self.over_loads(0.0), &start)?.reach(target)
    }

    /// x at (γ, T > 0) from the T = 0 solution at γ; None where the breaking ends below T.
    fn heated(&self, task: &Task, gamma: f64, t: f64) -> Option<Vec<f64>> {
        let Some(End::Reached(x)) = self.cold(task, libm::log(gamma)) else { return None };
        let y = libm::exp(*x.last()?);
        // So cold that yT ≪ 1 changes little.
        let first = t.min(0.02 / y);
        let guess = fields(0.0, &x)?;
        self.warmer(gamma, &Fields { t: first, ..guess }, t)
    }

    /// x at (γ, T) from near (γ, T₀ = `from.t`), T ≥ T₀.
    fn warmer(&self, gamma: f64, from: &Fields, t: f64) -> Option<Vec<f64>> {
        let path = self.over_temperatures(gamma);
        let (first, target) = (libm::log(from.t), libm::log(t));
        let mut x = coordinates(&Fields { t: 0.0, ..*from });
        x.push(first);
        let mut x = path.solve(&x, first)?;
        if target > first {
            let End::Reached(there) = Walk::new(path, &x)?.reach(target)? else { return None };
            x = there;
        }
        x.pop();
        Some(coordinates(&Fields { t, ..fields(0.0, &x)? }))
    }

    /// The branch at T > 0 over the loads, from some load where it is broken. Where T = 0 has no such load (its branch ends
    /// before that of T), from next to the end of the branch at half the temperature.
    fn warm(&self, task: &Task, t: f64) -> Option<Walk<System>> {
        let End::Fold(_, top) = self.cold(task, f64::INFINITY)? else { return None };
        // Below the AT load of T nothing is broken there, whatever is at lower T; at P = 2 it lies next to the end.
        let marginal = unstable_loads(task, Temperature::new(t).ok()?).last().map_or(0.0, |x| x.lower.gamma);
        let below_end = |top: f64, parts: &[f64]| -> Vec<f64> {
            let between = [0.5, 0.85].map(|part| marginal + part * (top - marginal));
            parts.iter().map(|part| part * top).chain(between).filter(|&gamma| gamma > marginal).collect()
        };
        let loads = below_end(libm::exp(top), &[0.9, 0.98, 0.8, 0.6, 0.4]);
        let heated = loads.into_iter().find_map(|gamma| self.heated(task, gamma, t));
        let x = heated.or_else(|| {
            let mut below = self.warm(task, 0.5 * t).filter(|_| t > 1e-3)?;
            let End::Fold(_, top) = below.reach(f64::INFINITY)? else { return None };
            below_end(libm::exp(top), &[0.98, 0.995]).into_iter().find_map(|gamma| {
                let End::Reached(x) = below.reach(libm::log(gamma))? else { return None };
                self.warmer(gamma, &fields(0.5 * t, &x)?, t)
            })
        })?;
        Walk::new(self.over_loads(t), &x)
    }

    fn evaluate(&self, task: &Task, gamma: f64, f: &Fields) -> Result<BrokenPoint> {
        let t = f.t;
        let beyond = || {
            Error::bad_input(format!(
                "1rsb {} retrieval at γ = {}, T = {}",
                task.mode,
                Readable(gamma),
                Readable(t)
            ))
            .remedy("loads and temperatures between 1e-100 and 1e100 are safe")
        };
        let (e, m) = self.moments(f, Rule::FINE);
        let check = self.moments(f, Rule::DOUBLED).0;
        let b = self.balance(f, &check).ok_or_else(beyond)?;
        let (n, q1, q2) = (e.m, e.q1(), e.q2());
        let (energy, entropy, inner, outer) = match &self.storage.noise {
            Noise::Dense { factor } => {
                let (law, gamma) = (Law::Dense(self.storage.p), gamma * factor);
                let (inner, outer) = law.stability(gamma, f, &e);
                (law.energy(gamma, f, &e), law.entropy(gamma, &e), inner, outer)
            }
            Noise::Hopfield { eigenvalues, .. } => {
                let (mut energy, mut entropy, mut inner, mut outer) = (0.0, e.entropy, 0.0, 0.0);
                for &(value, times) in eigenvalues {
                    let small = 1.0 - value * e.c;
                    let large = small - value * f.y * e.split;
                    let noise = q1 / (large * large) + e.split / (small * large);
                    energy += times * value * (t * e.c / small + noise - 1.0);
                    entropy -= 0.5 * gamma * times * (libm::log1p(-value * e.c) + value * e.c / small);
                    inner += times * power(value / small, 2);
                    outer += times * power(value / large, 2);
                }
                let sech4 = (t > 0.0).then(|| e.sech4 / t / t);
                (
                    -0.5 * n * n - 0.5 * gamma * energy,
                    entropy,
                    sech4.map(|x| 1.0 - gamma * inner * x),
                    1.0 - gamma * outer * e.outer,
                )
            }
        };
        let free_energy = energy - t * entropy;
        let residual = [n * b.signal, q1 * (b.gamma / gamma - 1.0), e.split * b.width, b.complexity]
            .iter()
            .fold(0.0_f64, |max, x| max.max(x.abs()));
        let point = LearningPoint {
            m,
            n,
            m_example: rs::example_overlap(task, n),
            q: q2,
            pressure: (t > 0.0).then(|| -free_energy / t),
            free_energy,
            energy,
            entropy,
            replicon: inner.map(|inner| inner.min(outer)),
            stable: inner.is_some_and(|inner| inner > 0.0) && outer > 0.0,
            residual,
        };
        if [m, n, q1, q2, free_energy, residual, outer].iter().any(|x| !x.is_finite()) {
            return Err(beyond());
        }
        let theta = (t > 0.0).then_some(f.y * t);
        Ok(BrokenPoint {
            point,
            q1,
            q2,
            theta,
            y: Some(f.y),
            replicon_inner: inner,
            replicon_outer: Some(outer),
            resolved: true,
        })
    }
}

fn symmetric(point: LearningPoint) -> BrokenPoint {
    BrokenPoint {
        q1: point.q,
        q2: point.q,
        theta: None,
        y: None,
        replicon_inner: point.replicon,
        replicon_outer: point.replicon,
        resolved: point.replicon.is_some_and(|lambda| lambda >= 0.0),
        point,
    }
}

/// 1RSB retrieval at (γ, T); None beyond its spinodal. Where RS is stable, or the breaking is not resolved
/// ([`BrokenPoint::resolved`]), the RS state with q1 = q2.
///
/// # Errors
/// Values beyond the floating range.
pub fn retrieval(task: &Task, gamma: Load, t: Temperature) -> Result<Option<BrokenPoint>> {
    let plain = rs::retrieval(task, gamma, t)?;
    if let Some(point) = plain
        && point.replicon.is_some_and(|lambda| lambda >= 0.0)
    {
        return Ok(Some(symmetric(point)));
    }
    // Where RS is stable up to its end, that is the end.
    if plain.is_none() && rs::critical_load(task, t)?.is_none_or(|end| end.point.stable) {
        return Ok(None);
    }
    let equations = Equations::new(task);
    let t_value = Curve::new(task, t.get()).t;
    let target = libm::log(gamma.get());
    let end = if t_value == 0.0 {
        equations.cold(task, target)
    } else if let Some(x) = equations.heated(task, gamma.get(), t_value) {
        Some(End::Reached(x))
    } else {
        equations
            .warm(task, t_value)
            .and_then(|mut walk| if walk.start().1 < target { walk.reach(target) } else { None })
    };
    let x = match end {
        Some(End::Reached(x)) => Some(x),
        Some(End::Fold(..)) => return Ok(None),
        Some(End::Lost(..)) | None => None,
    };
    match x.and_then(|x| fields(t_value, &x)) {
        Some(f) => equations.evaluate(task, gamma.get(), &f).map(Some),
        None => {
            let curve = Curve::new(task, t_value);
            let faint = t_value == 0.0
                && curve.retrieval(gamma.get()).is_some_and(|point| equations.breaking(&point).1 < FAINTEST);
            Ok(plain.map(|point| BrokenPoint { resolved: faint, ..symmetric(point) }))
        }
    }
}

/// The end of 1RSB retrieval at given T.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrokenSpinodal {
    /// Largest load with a retrieval state
    pub gamma: f64,
    /// The state there
    pub point: BrokenPoint,
}

/// The critical load under 1RSB. Where RS is stable up to its spinodal, or the breaking sets in too near to it to be resolved (P = 2,
/// [`BrokenPoint::resolved`]), that one. None where there is none at any load.
///
/// T = 0, P = 4, Gaussian average: 0.45834, 0.37214, 0.33275, 0.27671 at ρ = 0, 0.1, 0.2, 0.5 (supervised).
///
/// # Errors
/// `NoSolution` where the branch of T = 0 could not be followed to its end; values beyond the floating range.
pub fn critical_load(task: &Task, t: Temperature) -> Result<Option<BrokenSpinodal>> {
    let Some(plain) = rs::critical_load(task, t)? else { return Ok(None) };
    if plain.point.stable {
        return Ok(Some(BrokenSpinodal { gamma: plain.gamma, point: symmetric(plain.point) }));
    }
    let equations = Equations::new(task);
    let t_value = Curve::new(task, t.get()).t;
    let end = if t_value == 0.0 {
        equations.cold(task, f64::INFINITY)
    } else {
        equations.warm(task, t_value).and_then(|mut walk| walk.reach(f64::INFINITY))
    };
    let unbroken = BrokenSpinodal { gamma: plain.gamma, point: symmetric(plain.point) };
    let Some(End::Fold(x, ln_gamma)) = end else {
        if t_value == 0.0 {
            return Err(Error::no_solution(format!(
                "the 1rsb branch of {} retrieval at P = {}, T = 0 was not followed to its end",
                task.mode, task.order
            ))
            .remedy("use --ansatz rs, or a temperature above 0"));
        }
        return Ok(Some(unbroken));
    };
    let Some(f) = fields(t_value, &x) else { return Ok(Some(unbroken)) };
    let gamma = libm::exp(ln_gamma);
    Ok(Some(BrokenSpinodal { gamma, point: equations.evaluate(task, gamma, &f)? }))
}
