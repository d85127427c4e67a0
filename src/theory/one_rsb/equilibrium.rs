//! Which 1RSB state is the equilibrium state: retrieval against the m = 0 state, and where they exchange.

use super::glass::{glass, static_temperature};
use super::point::OneRsbPoint;
use super::retrieval::{Isotherm, retrieval};
use super::soft::hopfield_glass;
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::transition::{self, crossing_load, crossing_temperature};
use crate::theory::{Branch, rs};

/// The physical m = 0 state. P ≥ 3: the glass below T_s, the paramagnet above. P = 2: the glass below 1 + √α, the paramagnet above.
///
/// # Errors
/// Values beyond the floating range.
pub fn zero_state(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    let symmetric = || Ok(rs::paramagnet(p, gamma, t)?.map(|point| OneRsbPoint::collapsed(&point)));
    if p.get() == 2 {
        if let Some(point) = hopfield_glass(gamma, t)? {
            return Ok(Some(point));
        }
        // Next to its onset the breaking is not resolved, and RS is the same to within it.
        return match rs::glass(p, gamma, t)? {
            Some(point) => Ok(Some(OneRsbPoint::collapsed(&point))),
            None => symmetric(),
        };
    }
    if t.get() < static_temperature(p)? * gamma.get().sqrt() {
        return glass(p, gamma, t);
    }
    symmetric()
}

/// The state of lowest free energy among retrieval and [`zero_state`].
///
/// # Errors
/// `NoSolution` where there is neither; values beyond the floating range.
pub fn dominant(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<OneRsbPoint> {
    let zero = zero_state(p, gamma, t)?;
    match (retrieval(p, gamma, t)?, zero) {
        (Some(retrieval), Some(zero)) if retrieval.free_energy < zero.free_energy => Ok(retrieval),
        (Some(retrieval), None) => Ok(retrieval),
        (_, Some(zero)) => Ok(zero),
        (None, None) => Err(Error::no_solution(format!(
            "no 1rsb state at P = {p}, γ = {gamma}, T = {t}: retrieval ends before this load, and this is within rounding of the \
             onset of the glass"
        ))),
    }
}

/// A point where 1RSB retrieval and the m = 0 state have one free energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneRsbTransition {
    /// γ
    pub gamma: f64,
    /// T
    pub temperature: f64,
    /// The retrieval state
    pub retrieval: OneRsbPoint,
    /// The state it exchanges stability with
    pub competitor: Branch,
}

/// f(retrieval) − f(m = 0) and the two states; None where one is missing.
fn gap(isotherm: &mut Isotherm, gamma: f64) -> Option<(f64, OneRsbTransition)> {
    let (p, t, load) = (isotherm.order(), isotherm.temperature(), Load::new(gamma).ok()?);
    let retrieval = isotherm.retrieval(load).ok()??;
    let zero = zero_state(p, load, t).ok()??;
    let transition = OneRsbTransition { gamma, temperature: t.get(), retrieval, competitor: zero.branch };
    Some((retrieval.free_energy - zero.free_energy, transition))
}

/// The load at which 1RSB retrieval at temperature T stops being the equilibrium state. None where there is none.
///
/// T = 0: 0.4224206756 (P = 3), 0.3797873392 (P = 4). On T = γ, P ≥ 3: T_s².
///
/// # Errors
/// Where no retrieval exists at any load.
pub fn thermodynamic_load(p: InteractionOrder, t: Temperature) -> Result<Option<OneRsbTransition>> {
    // Where retrieval is AT-stable on the line of RS retrieval, both are one.
    if let Some(found) = transition::thermodynamic_load(p, t)?
        && found.retrieval.stable
        && p.get() > 2
    {
        return Ok(Some(OneRsbTransition {
            gamma: found.gamma,
            temperature: found.temperature,
            retrieval: OneRsbPoint::collapsed(&found.retrieval),
            competitor: found.competitor,
        }));
    }
    let mut isotherm = Isotherm::new(p, t);
    let end = isotherm.spinodal()?;
    let gamma = crossing_load(end.gamma, |gamma| gap(&mut isotherm, gamma).map_or(1.0, |(d, _)| d));
    Ok(gamma.and_then(|gamma| gap(&mut isotherm, gamma)).map(|(_, transition)| transition))
}

/// The highest temperature at which 1RSB retrieval at load γ is the equilibrium state. None where it never is.
///
/// # Errors
/// Values beyond the floating range.
pub fn thermodynamic_temperature(p: InteractionOrder, gamma: Load) -> Result<Option<OneRsbTransition>> {
    let Some(top) = super::retrieval::hottest(p, gamma)? else { return Ok(None) };
    let at = |t: f64| gap(&mut Isotherm::new(p, Temperature::new(t).ok()?), gamma.get());
    let t = crossing_temperature(top, |t| at(t).map_or(1.0, |(d, _)| d));
    Ok(t.and_then(at).map(|(_, transition)| transition))
}
