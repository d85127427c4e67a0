//! 1RSB retrieval in a cue field h along the pattern: H → H − h Σ ξ_i s_i adds h to the signal S, and −hm to u.
//!
//! At given load and temperature h = S − (P/2)m^{P−1} (P = 2: S − m) is explicit in the fields, so that the states held by a field
//! are one more curve. A strong field restores replica symmetry: the curve is entered at the field where RS is marginal (at T = 0, where
//! it never is, in a field that leaves 1 − q1 small) and walked down to the field asked for.

use super::branch::{Shared, Universal, coordinates, fields, path, reduced, rule, universal};
use super::entry::{Entry, Marginal};
use super::law::Law;
use super::moments::Fields;
use super::point::{OneRsbPoint, Theta, evaluate};
use super::retrieval::{self, cold, law};
use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::numerics::walk::{End, Walk};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::cue::cued_saddle;
use crate::theory::rs::check_cue;
use crate::theory::{Branch, rs};
use std::sync::Arc;

/// Strongest field that is tried.
const STRONGEST: f64 = 1e3;

/// The magnetised state in a cue field h ≥ 0, followed down from strong fields: at loads with retrieval that state. None where that
/// branch ends above h: at loads beyond the spinodal, where weak fields leave a weakly magnetised glass.
///
/// Where RS is stable in the field (or √V₂ underflows at T = 0), q1 = q2.
///
/// # Errors
/// A negative field; values beyond the floating range.
pub fn retrieval(p: InteractionOrder, gamma: Load, t: Temperature, cue: f64) -> Result<Option<OneRsbPoint>> {
    check_cue(cue)?;
    if cue == 0.0 {
        return retrieval::retrieval(p, gamma, t);
    }
    let symmetric = rs::retrieval(p, gamma, t, cue)?.map(|point| OneRsbPoint::collapsed(&point));
    if symmetric.is_some_and(|point| point.stable) {
        return Ok(symmetric);
    }
    let (law, t) = (law(p), cold(t));
    let end = if t == 0.0 { from_strong(law, gamma.get(), cue) } else { from_at(law, gamma.get(), t, cue) };
    match end {
        Some(End::Reached(x)) => {
            let found = fields(t, &x).map(|f| Fields { cue, ..f });
            let point = |f| evaluate(law, Branch::Retrieval, gamma.get(), &f, Theta::Stationary);
            found.map(point).transpose()
        }
        Some(End::Fold(..)) => Ok(None),
        Some(End::Lost(..)) => Err(Error::failed(format!(
            "1rsb retrieval at P = {p}, γ = {gamma}, T = {t} in a cue field h = {cue}: its branch was lost"
        ))
        .remedy("a field, load or temperature 1e-3 away may be found; --ansatz rs gives the unbroken state")),
        None => Ok(symmetric),
    }
}

/// Equations at given load and temperature, goal −h.
fn over_fields(law: Law, gamma: f64, t: f64) -> Shared {
    let ln_gamma = libm::log(gamma);
    Arc::new(move |x: &[f64], care| {
        let f = fields(t, x)?;
        let (b, e) = law.solve_for_load(&f, rule(care, &f))?;
        Some(vec![b.width, libm::log(b.gamma) - ln_gamma, reduced(&b, &f), law.signal(e.m) - f.signal])
    })
}

/// T = 0: from a field in which breaking is universal. None where it underflows.
fn from_strong(law: Law, gamma: f64, cue: f64) -> Option<End> {
    let mut h = cue;
    while h < STRONGEST {
        let (signal, noise) = cued_saddle(law.order(), gamma, 0.0, h)?.field();
        match universal(law, signal, noise) {
            Universal::Fields(start) => {
                let curve = path(&over_fields(law, gamma, 0.0));
                let x = curve.onto(&coordinates(&start), 2)?;
                return Walk::new(curve, &x)?.reach(-cue);
            }
            Universal::Underflow => return None,
            Universal::TooWide => h = 1.3 * h + 0.01,
        }
    }
    None
}

/// T > 0: from the field in which RS is marginal.
fn from_at(law: Law, gamma: f64, t: f64, cue: f64) -> Option<End> {
    let replicon = |h: f64| cued_saddle(law.order(), gamma, t, h).and_then(|saddle| saddle.replicon());
    let mut below = (cue, replicon(cue)?);
    let mut h = 1.2 * cue + 1e-3;
    while below.1 < 0.0 && h < STRONGEST {
        let here = (h, replicon(h)?);
        if here.1 >= 0.0 {
            let h = root(|h| replicon(h).unwrap_or(-1.0), below, here, 0.0);
            let saddle = cued_saddle(law.order(), gamma, t, h)?;
            let (signal, noise) = saddle.field();
            let marginal = Marginal { signal, noise, q: saddle.q, c: saddle.c };
            return Entry::new(law, t, over_fields(law, gamma, t), &marginal, -h)?.reach(-cue);
        }
        below = here;
        h = 1.2 * h + 1e-3;
    }
    None
}
