//! A solution of the 1RSB equations and everything that follows from it.

use super::law::Law;
use super::moments::Fields;
use crate::error::{Error, Result};
use crate::numerics::gaussian::Rule;
use crate::theory::{Branch, SaddlePoint};

/// A 1RSB saddle point (θ given: a saddle in the overlaps only). Energies per spin in units of the coupling; k_B = 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneRsbPoint {
    pub branch: Branch,
    /// Mattis magnetisation m
    pub m: f64,
    /// Overlap of two states
    pub q1: f64,
    /// Overlap inside a state, ≥ q1
    pub q2: f64,
    /// Breaking point θ; None at T = 0 and where q1 = q2 (any θ is a solution there)
    pub theta: Option<f64>,
    /// y = βθ; None where q1 = q2
    pub y: Option<f64>,
    /// A = (1/N) E log Z = −βf; None at T = 0
    pub pressure: Option<f64>,
    /// f = u − Ts
    pub free_energy: f64,
    /// u = −∂A/∂β
    pub energy: f64,
    /// s = A + βu
    pub entropy: f64,
    /// Stability of a state against splitting; None at T = 0 with q2 > 0, where it is −∞
    pub replicon_inner: Option<f64>,
    /// Stability of the set of states against clustering
    pub replicon_outer: Option<f64>,
    /// Both positive by more than their numerical error, 1e-9 or the change of the averages and of both when the panels of the
    /// quadrature are halved, whichever is largest: false where the sign is that of rounding errors, as next to the AT line.
    /// (Where q1 = q2: the replicon of RS is positive.)
    pub stable: bool,
    /// Σ = −θ² ∂A/∂θ: 0 where θ is stationary; None where q1 = q2
    pub complexity: Option<f64>,
    /// Largest violation of the equations for m, q1, q2 (and Σ = 0 where θ is free), recomputed on panels half as wide
    pub residual: f64,
    /// Largest change of the averages when the panels of the quadrature are halved
    pub quadrature: f64,
}

impl OneRsbPoint {
    /// [⟨q²⟩] = θ q1² + (1 − θ) q2² of two replicas; q2² at T = 0, where θ = 0.
    #[must_use]
    pub fn overlap_sq(&self) -> f64 {
        let theta = self.theta.unwrap_or(0.0);
        theta * self.q1 * self.q1 + (1.0 - theta) * self.q2 * self.q2
    }

    /// The smaller of the two stabilities; None at T = 0 with q2 > 0.
    #[must_use]
    pub fn replicon(&self) -> Option<f64> {
        match (self.replicon_inner, self.replicon_outer) {
            (Some(inner), Some(outer)) => Some(inner.min(outer)),
            _ => None,
        }
    }

    /// Where 1RSB says the same as RS: q1 = q2 = q, any θ.
    #[must_use]
    pub fn collapsed(rs: &SaddlePoint) -> Self {
        Self {
            branch: rs.branch,
            m: rs.m,
            q1: rs.q,
            q2: rs.q,
            theta: None,
            y: None,
            pressure: rs.pressure,
            free_energy: rs.free_energy,
            energy: rs.energy,
            entropy: rs.entropy,
            replicon_inner: rs.replicon,
            replicon_outer: rs.replicon,
            stable: rs.stable,
            complexity: None,
            residual: rs.residual,
            quadrature: 0.0,
        }
    }
}

/// What is known of θ at a solution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Theta {
    /// Σ = 0
    Stationary,
    /// θ given: Σ is what it is
    Given(f64),
}

/// The solution of `law` at load γ with these fields.
pub(crate) fn evaluate(
    law: Law,
    branch: Branch,
    gamma: f64,
    fields: &Fields,
    theta: Theta,
) -> Result<OneRsbPoint> {
    let p = law.order();
    let beyond = || {
        Error::bad_input(format!(
            "the 1rsb {branch} at P = {p}, γ = {gamma}, T = {} is beyond the range of floating-point numbers",
            fields.t
        ))
        .remedy("loads and temperatures between 1e-100 and 1e100 are safe; T = 0 is the exact limit")
    };
    let e = fields.moments(Rule::FINE);
    let check = fields.moments(Rule::DOUBLED);
    let balance = law.balance(fields, &check).ok_or_else(beyond)?;
    let complexity = match theta {
        Theta::Stationary => 0.0,
        Theta::Given(_) => law.balance(fields, &e).ok_or_else(beyond)?.complexity,
    };
    let (m, q1) = if fields.signal > 0.0 { (e.m, e.q1()) } else { (0.0, e.q1()) };
    let q1 = if fields.v1 > 0.0 { q1 } else { 0.0 };
    let mut residual = (m * balance.signal / f64::from(p - 1).max(1.0)).abs();
    let load = if fields.v1 > 0.0 { q1 } else { e.q2() };
    residual = residual.max(load * (balance.gamma / gamma - 1.0).abs());
    residual = residual.max(e.split * balance.width.abs());
    if theta == Theta::Stationary {
        residual = residual.max(balance.complexity.abs());
    }
    let energy = law.energy(gamma, fields, &e);
    let theta_value = match theta {
        Theta::Given(theta) => theta,
        Theta::Stationary => fields.y * fields.t,
    };
    // f = u − Ts, with the entropy at fixed θ where θ is given.
    let entropy = law.entropy(gamma, &e) + if complexity == 0.0 { 0.0 } else { complexity / theta_value };
    let free_energy =
        if fields.t > 0.0 { energy - fields.t * entropy } else { energy - complexity / fields.y };
    let (replicon_inner, replicon_outer) = law.stability(gamma, fields, &e);
    // Next to the AT line θ is known to 1e-5, and both stabilities vanish with q2 − q1.
    const LEAST_ERROR: f64 = 1e-9;
    let (check_inner, check_outer) = law.stability(gamma, fields, &check);
    let quadrature = e.distance(&check);
    let positive = |value: f64, check: f64| value > quadrature.max((value - check).abs()).max(LEAST_ERROR);
    let inner_stable = replicon_inner.zip(check_inner).is_some_and(|(inner, check)| positive(inner, check));
    let point = OneRsbPoint {
        branch,
        m,
        q1,
        q2: e.q2(),
        theta: (fields.t > 0.0).then_some(theta_value),
        y: Some(fields.y),
        pressure: (fields.t > 0.0).then(|| -free_energy / fields.t),
        free_energy,
        energy,
        entropy: if fields.t > 0.0 { entropy } else { law.entropy(gamma, &e) },
        replicon_inner,
        replicon_outer: Some(replicon_outer),
        stable: inner_stable && positive(replicon_outer, check_outer),
        complexity: Some(complexity),
        residual,
        quadrature,
    };
    let numbers = [point.m, point.q1, point.q2, free_energy, energy, point.entropy, residual, fields.y];
    let optional = [point.pressure, replicon_inner, Some(replicon_outer), Some(complexity), point.theta];
    if numbers.iter().chain(optional.iter().flatten()).any(|x| !x.is_finite()) {
        return Err(beyond());
    }
    Ok(point)
}
