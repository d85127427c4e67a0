//! Replica-symmetric retrieval of an archetype: its points, the load where it ends.

use super::Task;
use super::curve::{Curve, CurvePoint};
use crate::error::{Error, Result};
use crate::params::{Load, Readable, Temperature};

/// A retrieval state. Energies per spin in units of the coupling; k_B = 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningPoint {
    /// Overlap with the archetype
    pub m: f64,
    /// Overlap with what is stored: η̂ (supervised), x (unsupervised; it can exceed 1)
    pub n: f64,
    /// Overlap with one example, r E x tanh g
    pub m_example: f64,
    /// Replica overlap; q1, q2 where they differ
    pub q: f64,
    /// A = (1/N) E log Z = −βf; None at T = 0
    pub pressure: Option<f64>,
    /// f = u − Ts
    pub free_energy: f64,
    /// u = −∂A/∂β
    pub energy: f64,
    /// s = A + βu
    pub entropy: f64,
    /// Replicon eigenvalue λ; None at T = 0, where it is −∞
    pub replicon: Option<f64>,
    /// λ > 0
    pub stable: bool,
    /// Largest violation of the saddle-point equations
    pub residual: f64,
}

/// r E x tanh g from n.
pub(super) fn example_overlap(task: &Task, n: f64) -> f64 {
    let scale = match task.mode {
        super::Mode::Supervised => (1.0 + task.examples.entropy()).sqrt(),
        super::Mode::Unsupervised => 1.0,
    };
    task.examples.quality().get() * scale * n
}

fn evaluate(task: &Task, curve: &Curve, gamma: f64, point: &CurvePoint) -> Result<LearningPoint> {
    let t = curve.t;
    let CurvePoint { n, m, q, c, .. } = *point;
    let (energy, rest) = curve.storage.energy_and_entropy(gamma, n, q, c);
    let entropy = curve.spin_entropy(point) + rest;
    let free_energy = energy - t * entropy;
    let pressure = (t > 0.0).then(|| -free_energy / t);
    let replicon = replicon(curve, point);
    let residual = curve.residual(point, gamma);
    let numbers = [m, n, q, free_energy, energy, entropy, residual];
    if numbers.iter().chain(&pressure).chain(&replicon).any(|x| !x.is_finite()) {
        return Err(Error::bad_input(format!(
            "{} retrieval at P = {}, γ = {}, T = {} is beyond the range of floating-point numbers",
            task.mode,
            task.order,
            Readable(gamma),
            Readable(t)
        ))
        .remedy("loads and temperatures between 1e-100 and 1e100 are safe; T = 0 is the exact limit"));
    }
    let (stable, m_example) = (replicon.is_some_and(|lambda| lambda > 0.0), example_overlap(task, n));
    Ok(LearningPoint {
        m,
        n,
        m_example,
        q,
        pressure,
        free_energy,
        energy,
        entropy,
        replicon,
        stable,
        residual,
    })
}

pub(super) fn replicon(curve: &Curve, point: &CurvePoint) -> Option<f64> {
    let b = point.w * point.signal / curve.t;
    (curve.t > 0.0).then(|| curve.storage.replicon(b, point.q, point.c, curve.sech4(point)))
}

/// The retrieval state of largest m at (γ, T); None beyond its spinodal.
///
/// # Errors
/// Values beyond the floating range.
pub fn retrieval(task: &Task, gamma: Load, t: Temperature) -> Result<Option<LearningPoint>> {
    let curve = Curve::new(task, t.get());
    match curve.retrieval(gamma.get()) {
        Some(point) => evaluate(task, &curve, gamma.get(), &point).map(Some),
        None => Ok(None),
    }
}

/// The end of retrieval at given T.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningSpinodal {
    /// Largest load with a retrieval state
    pub gamma: f64,
    /// The state there
    pub point: LearningPoint,
}

/// The critical load γ_c(ρ, T): the largest with a retrieval state. None where there is none at any load.
///
/// T = 0, P = 4, Gaussian average, ρ = ½: 0.12746 (supervised), 0.014834 (unsupervised, M = 6).
///
/// # Errors
/// Values beyond the floating range.
pub fn critical_load(task: &Task, t: Temperature) -> Result<Option<LearningSpinodal>> {
    let curve = Curve::new(task, t.get());
    let Some(fold) = curve.fold() else { return Ok(None) };
    let point = evaluate(task, &curve, fold.gamma, &fold)?;
    Ok(Some(LearningSpinodal { gamma: fold.gamma, point }))
}

/// An upper bound of the temperatures of retrieval at any load: S/v at its maximum without noise.
#[must_use]
pub(super) fn hottest(task: &Task) -> f64 {
    let law = super::law::components(task);
    let largest: f64 = law.iter().map(|c| c.weight * (c.centre + c.variance.sqrt())).sum();
    let square: f64 = law.iter().map(|c| c.weight * (c.centre * c.centre + c.variance)).sum();
    // n ≤ min(E|X|, v E X²) bounds T = (P/2) n^{P−1}/v by (P/2) E X² (E|X|)^{P−2}.
    let p = task.order.get();
    0.5 * f64::from(p) * square * crate::numerics::special::power(largest, p - 2)
}
