//! The thermodynamic retrieval line: equal free energy of RS retrieval and the m = 0 state.
//!
//! Below it retrieval is the equilibrium state, above it only metastable. The competitor is the RS state at P = 2 (Amit,
//! Gutfreund & Sompolinsky 1987; α = 0.0519 at T = 0); for P ≥ 3 the paramagnet above T_s and below it the 1RSB glass, whose
//! RS counterpart is unphysical. With 1RSB on both sides: [`super::one_rsb::equilibrium`].

use super::lines::retrieval_spinodal_load;
use super::one_rsb::equilibrium::zero_state;
use super::rs::{resolved, retrieval, zero_magnetisation};
use super::{Branch, SaddlePoint};
use crate::error::{Error, Result};
use crate::numerics::roots::{maximum, root};
use crate::params::{InteractionOrder, Load, Temperature};

/// A point of the line: both states there, at one free energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transition {
    /// γ
    pub gamma: f64,
    /// T
    pub temperature: f64,
    /// The retrieval state
    pub retrieval: SaddlePoint,
    /// The state it exchanges stability with
    pub competitor: Branch,
}

/// A load and a temperature at which two free energies meet, as functions that know f(retrieval) − f(m = 0).
///
/// The load in (0, `end`) at which the difference turns positive; None where retrieval is nowhere the equilibrium state, or is
/// so up to its end.
pub(crate) fn crossing_load(end: f64, difference: impl FnMut(f64) -> f64) -> Option<f64> {
    let mut difference = difference;
    let (lo, hi) = (1e-6 * end, end * (1.0 - 1e-12));
    let (d_lo, d_hi) = (difference(lo), difference(hi));
    if d_lo >= 0.0 || d_hi <= 0.0 {
        return None;
    }
    Some(root(difference, (lo, d_lo), (hi, d_hi), 1e-15))
}

/// The highest temperature below `top` at which the difference turns positive; None where it nowhere is negative.
pub(crate) fn crossing_temperature(top: f64, difference: impl FnMut(f64) -> f64) -> Option<f64> {
    let mut difference = difference;
    let mut above = (top, 1.0);
    let mut least = (top, f64::INFINITY);
    for k in (0..=40).rev() {
        let t = top * f64::from(k) / 40.0;
        let d = difference(t);
        if d <= 0.0 {
            return Some(root(difference, (t, d), above, 0.0));
        }
        if d < least.1 {
            least = (t, d);
        }
        above = (t, d);
    }
    // Next to the top of the line the window of temperatures is narrower than the scan: look at its bottom.
    let (lo, hi) = ((least.0 - top / 40.0).max(0.0), (least.0 + top / 40.0).min(top));
    let t = maximum(|t| -difference(t), lo, hi, 1e-7);
    let d = difference(t);
    if d <= 0.0 {
        let at_hi = difference(hi);
        return Some(root(difference, (t, d), (hi, at_hi), 0.0));
    }
    None
}

/// The state at m = 0 that competes: (which, f). None where there is none.
fn competitor(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<(Branch, f64)>> {
    if p.get() == 2 {
        return Ok(zero_magnetisation(p, gamma, t)?.map(|zero| (zero.branch, zero.free_energy)));
    }
    Ok(zero_state(p, gamma, t)?.map(|zero| (zero.branch, zero.free_energy)))
}

/// f(retrieval) − f(m = 0) at (γ, T), and the two states; None where one is missing.
fn states(p: InteractionOrder, gamma: f64, t: f64) -> Option<(f64, SaddlePoint, Branch)> {
    let (load, t) = (Load::new(gamma).ok()?, Temperature::new(t).ok()?);
    let retrieval = retrieval(p, load, t, 0.0).ok()??;
    let (branch, free_energy) = competitor(p, load, t).ok()??;
    Some((retrieval.free_energy - free_energy, retrieval, branch))
}

fn transition(p: InteractionOrder, gamma: f64, t: f64) -> Option<Transition> {
    states(p, gamma, t).map(|(_, retrieval, competitor)| Transition {
        gamma,
        temperature: t,
        retrieval,
        competitor,
    })
}

/// The load at which retrieval at temperature T stops being the equilibrium state. None where there is none.
///
/// # Errors
/// Where no retrieval exists at any load (P = 2: T ≥ 1).
pub fn thermodynamic_load(p: InteractionOrder, t: Temperature) -> Result<Option<Transition>> {
    // At P = 2 its loads are smaller than the spinodal's by half: it loses its digits earlier.
    resolved(p, t, 0.999)?;
    let spinodal = retrieval_spinodal_load(p, t)?;
    let difference = |gamma: f64| states(p, gamma, t.get()).map_or(1.0, |(d, ..)| d);
    Ok(crossing_load(spinodal.gamma, difference).and_then(|gamma| transition(p, gamma, t.get())))
}

/// The highest temperature at which retrieval at load γ is the equilibrium state. None where it never is.
///
/// # Errors
/// Values beyond the floating range.
pub fn thermodynamic_temperature(p: InteractionOrder, gamma: Load) -> Result<Option<Transition>> {
    if p.get() == 2 && gamma.get() < 1.5e-7 {
        return Err(Error::bad_input(format!(
            "α = {gamma} at P = 2: the line is too near T = 1 to be resolved"
        ))
        .remedy("α ≥ 1.5e-7; below, T → 1 − √(α/0.1484)"));
    }
    let Some(top) = super::lines::retrieval_spinodal_temperature(p, gamma)? else { return Ok(None) };
    let difference = |t: f64| states(p, gamma.get(), t).map_or(1.0, |(d, ..)| d);
    Ok(crossing_temperature(top, difference).and_then(|t| transition(p, gamma.get(), t)))
}

/// The load of [`thermodynamic_load`]; None also where there is no line at this temperature.
///
/// # Errors
/// None today.
pub fn exchange_load(p: InteractionOrder, t: Temperature) -> Result<Option<f64>> {
    Ok(thermodynamic_load(p, t).ok().flatten().map(|found| found.gamma))
}
