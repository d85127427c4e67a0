//! The thermodynamic retrieval line at P = 2: equal free energy of retrieval and the RS state at m = 0.
//!
//! Below it retrieval is the equilibrium state, above it only metastable (Amit, Gutfreund & Sompolinsky 1987; α = 0.0519 at
//! T = 0). For P ≥ 3 the competitor below T_s is the 1RSB glass, so this file says nothing there.

use super::lines::retrieval_spinodal_load;
use super::rs::{resolved, retrieval, zero_magnetisation};
use super::{Branch, SaddlePoint};
use crate::error::{Error, Result};
use crate::numerics::roots::{maximum, root};
use crate::params::{InteractionOrder, Load, Temperature};

/// A point of the line: both states there, at one free energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transition {
    /// α
    pub gamma: f64,
    /// T
    pub temperature: f64,
    /// The retrieval state
    pub retrieval: SaddlePoint,
    /// The state it exchanges stability with
    pub competitor: Branch,
}

fn hopfield_only(p: InteractionOrder) -> Result<()> {
    if p.get() == 2 {
        return Ok(());
    }
    Err(Error::bad_input(format!("the thermodynamic retrieval line at P = {p} under rs"))
        .remedy("not yet: its competitor is the 1RSB glass; rs has it at P = 2 only"))
}

/// f(retrieval) − f(m = 0) at (α, T), and the two states; None where one is missing.
fn states(alpha: f64, t: f64) -> Option<(f64, SaddlePoint, SaddlePoint)> {
    let p = InteractionOrder::new(2).ok()?;
    let (load, t) = (Load::new(alpha).ok()?, Temperature::new(t).ok()?);
    let retrieval = retrieval(p, load, t, 0.0).ok()??;
    let zero = zero_magnetisation(p, load, t).ok()??;
    Some((retrieval.free_energy - zero.free_energy, retrieval, zero))
}

fn transition(alpha: f64, t: f64) -> Option<Transition> {
    states(alpha, t).map(|(_, retrieval, zero)| Transition {
        gamma: alpha,
        temperature: t,
        retrieval,
        competitor: zero.branch,
    })
}

/// The load at which retrieval at temperature T stops being the equilibrium state. None where there is none.
///
/// # Errors
/// For P ≥ 3 (not yet), or where no retrieval exists (T ≥ 1).
pub fn thermodynamic_load(p: InteractionOrder, t: Temperature) -> Result<Option<Transition>> {
    hopfield_only(p)?;
    // Its loads are smaller than the spinodal's by half: it loses its digits earlier.
    resolved(p, t, 0.999)?;
    let spinodal = retrieval_spinodal_load(p, t)?;
    let difference = |alpha: f64| states(alpha, t.get()).map_or(1.0, |(d, ..)| d);
    let (lo, hi) = (1e-3 * spinodal.gamma, spinodal.gamma * (1.0 - 1e-12));
    let (d_lo, d_hi) = (difference(lo), difference(hi));
    if d_lo >= 0.0 || d_hi <= 0.0 {
        return Ok(None);
    }
    Ok(transition(root(difference, (lo, d_lo), (hi, d_hi), 0.0), t.get()))
}

/// The highest temperature at which retrieval at load α is the equilibrium state. None where it never is.
///
/// # Errors
/// For P ≥ 3 (not yet).
pub fn thermodynamic_temperature(p: InteractionOrder, alpha: Load) -> Result<Option<Transition>> {
    hopfield_only(p)?;
    if alpha.get() < 1.5e-7 {
        return Err(Error::bad_input(format!(
            "α = {alpha} at P = 2: the line is too near T = 1 to be resolved"
        ))
        .remedy("α ≥ 1.5e-7; below, T → 1 − √(α/0.1484)"));
    }
    let Some(top) = super::lines::retrieval_spinodal_temperature(p, alpha)? else { return Ok(None) };
    let difference = |t: f64| states(alpha.get(), t).map_or(1.0, |(d, ..)| d);
    let mut above = (top, 1.0);
    let mut least = (top, f64::INFINITY);
    for k in (0..=40).rev() {
        let t = top * f64::from(k) / 40.0;
        let d = difference(t);
        if d <= 0.0 {
            let t = root(difference, (t, d), above, 0.0);
            return Ok(transition(alpha.get(), t));
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
        return Ok(transition(alpha.get(), root(difference, (t, d), (hi, difference(hi)), 0.0)));
    }
    Ok(None)
}

/// The load up to which retrieval is the equilibrium state as far as RS knows: [`thermodynamic_load`] at P = 2,
/// [`paramagnet_exchange_load`] above. None where RS has no answer.
///
/// # Errors
/// Values beyond the floating range.
pub fn exchange_load(p: InteractionOrder, t: Temperature) -> Result<Option<f64>> {
    if p.get() == 2 {
        // Above the end of retrieval there is no line, which is no failure here.
        return Ok(thermodynamic_load(p, t).ok().flatten().map(|found| found.gamma));
    }
    paramagnet_exchange_load(p, t)
}

/// P ≥ 3: the load at which retrieval and the paramagnet have the same free energy at temperature T, where the paramagnet is
/// physical (entropy log 2 − γ/(4T²) ≥ 0). Above T_s that is the thermodynamic line; a little below, the 1RSB glass takes the
/// paramagnet's place. None at P = 2, or where there is no such load.
///
/// # Errors
/// Values beyond the floating range.
pub fn paramagnet_exchange_load(p: InteractionOrder, t: Temperature) -> Result<Option<f64>> {
    if p.get() == 2 || t.is_zero() {
        return Ok(None);
    }
    let Ok(spinodal) = retrieval_spinodal_load(p, t) else { return Ok(None) };
    let t_ = t.get();
    let difference = |gamma: f64| -> f64 {
        let state = Load::new(gamma).and_then(|load| retrieval(p, load, t, 0.0));
        let paramagnet = -t_ * std::f64::consts::LN_2 - gamma / (4.0 * t_);
        state.ok().flatten().map_or(1.0, |state| state.free_energy - paramagnet)
    };
    let (lo, hi) = (1e-6 * spinodal.gamma, spinodal.gamma * (1.0 - 1e-12));
    let (d_lo, d_hi) = (difference(lo), difference(hi));
    if d_lo >= 0.0 || d_hi <= 0.0 {
        return Ok(None);
    }
    let gamma = root(difference, (lo, d_lo), (hi, d_hi), 0.0);
    Ok((std::f64::consts::LN_2 - gamma / (4.0 * t_ * t_) >= 0.0).then_some(gamma))
}
