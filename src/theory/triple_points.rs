//! Points where lines of the phase diagram meet.
//!
//! P ≥ 3, by Nishimori's condition T = γ (in units where T_s, T_d multiply √γ):
//!
//! * T = γ = T_s²: retrieval, glass and paramagnet have one free energy;
//! * T = γ = T_d²: the ends of retrieval and of the dynamic glass meet, and with them the AT line of retrieval, whose
//!   replicon vanishes there: the largest load of RS retrieval;
//! * γ → 0: retrieval ends at T = max_a (P/2) tanh^{P−1}(a)/a, and stops being the equilibrium state where
//!   log cosh a = (1 − 1/P) a tanh a at T = (P/2) tanh^{P−1}(a)/a, which tends to 1/(2 log 2) at large P.
//!
//! P = 2: all lines end at T = 1, α → 0. Where retrieval breaks on its spinodal, and where it breaks on its equilibrium line, is found
//! by the replicon along these lines.

use super::lines::{hottest_retrieval, nishimori_load, retrieval_spinodal_load};
use super::one_rsb::retrieval::spinodal;
use super::one_rsb::transitions;
use super::transition::thermodynamic_load;
use crate::error::Result;
use crate::numerics::roots::{maximum, root};
use crate::numerics::special::power;
use crate::params::{InteractionOrder, Temperature};

/// A point of the phase diagram where lines meet or end; γ = 0 is the limit.
#[derive(Debug, Clone, PartialEq)]
pub struct TriplePoint {
    /// γ
    pub gamma: f64,
    /// T
    pub temperature: f64,
    /// The lines, by their names in `theory line --kind`, and `end` or `largest load` for what a single line does there
    pub meets: &'static [&'static str],
}

/// All of them, from the highest temperature to the lowest.
///
/// # Errors
/// Values beyond the floating range.
pub fn triple_points(p: InteractionOrder) -> Result<Vec<TriplePoint>> {
    let mut points = Vec::new();
    let mut add = |found: Option<(f64, f64)>, meets| {
        points.extend(found.map(|(gamma, temperature)| TriplePoint { gamma, temperature, meets }));
    };
    if p.get() == 2 {
        let ends = &["retrieval-spinodal", "retrieval-thermodynamic", "at-glass", "glass-onset", "end"];
        add(Some((0.0, 1.0)), ends);
        add(spinodal_breaks(p), &["retrieval-spinodal", "at-retrieval"]);
        add(Some(largest_spinodal(p)), &["retrieval-spinodal", "largest load"]);
    } else {
        add(Some((0.0, hottest_retrieval(p))), &["retrieval-spinodal", "end"]);
        add(Some((0.0, noiseless_exchange(p))), &["retrieval-thermodynamic", "end"]);
        add(
            Some(spinodal_meets_dynamic(p)?),
            &["retrieval-spinodal", "dynamic", "at-retrieval", "largest load"],
        );
        add(Some(equilibrium_states_meet(p)?), &["retrieval-thermodynamic", "static"]);
    }
    add(equilibrium_breaks(p), &["retrieval-thermodynamic", "at-retrieval"]);
    points.sort_by(|a, b| b.temperature.total_cmp(&a.temperature));
    Ok(points)
}

/// P ≥ 3: (γ, T) = (T_s², T_s²), where retrieval, the glass and the paramagnet have one free energy.
///
/// # Errors
/// For P = 2.
pub fn equilibrium_states_meet(p: InteractionOrder) -> Result<(f64, f64)> {
    let load = transitions(p)?.static_load();
    Ok((load, load))
}

/// P ≥ 3: (γ, T) = (T_d², T_d²), where retrieval and the dynamic glass end and retrieval is marginal.
///
/// # Errors
/// For P = 2.
pub fn spinodal_meets_dynamic(p: InteractionOrder) -> Result<(f64, f64)> {
    let load = nishimori_load(p)?;
    Ok((load, load))
}

/// The temperature at which retrieval stops being the equilibrium state as γ → 0.
#[must_use]
pub fn noiseless_exchange(p: InteractionOrder) -> f64 {
    if p.get() == 2 {
        return 1.0;
    }
    let n = f64::from(p.get());
    let ln_cosh = |a: f64| a + libm::log1p(libm::exp(-2.0 * a)) - std::f64::consts::LN_2;
    let f = |a: f64| ln_cosh(a) - (1.0 - 1.0 / n) * a * libm::tanh(a);
    // −(½ − 1/P)a² at small a, a/P − log 2 at large a: one sign change.
    let (lo, hi) = (0.3, n + 5.0);
    let a = root(f, (lo, f(lo)), (hi, f(hi)), 0.0);
    0.5 * n * power(libm::tanh(a), p.get() - 1) / a
}

/// P = 2: (γ, T) at which the RS spinodal becomes AT-stable; below, retrieval ends broken.
#[must_use]
pub fn spinodal_breaks(p: InteractionOrder) -> Option<(f64, f64)> {
    let end = |t: f64| retrieval_spinodal_load(p, Temperature::new(t).ok()?).ok();
    let replicon = |t: f64| end(t).and_then(|x| x.replicon);
    let t = sign_change(replicon, 0.001, 0.5)?;
    Some((end(t)?.gamma, t))
}

/// (γ, T) of RS retrieval on its equilibrium line where that becomes AT-stable; below, it is broken. None where it is so only
/// below T = 1e-3.
#[must_use]
pub fn equilibrium_breaks(p: InteractionOrder) -> Option<(f64, f64)> {
    let line = |t: f64| thermodynamic_load(p, Temperature::new(t).ok()?).ok().flatten();
    let replicon = |t: f64| line(t).and_then(|x| x.retrieval.replicon);
    let t = sign_change(replicon, 0.001, 0.35)?;
    Some((line(t)?.gamma, t))
}

/// P = 2: (γ, T) of the largest load of 1RSB retrieval: its spinodal bends back below.
#[must_use]
pub fn largest_spinodal(p: InteractionOrder) -> (f64, f64) {
    let load = |t: f64| Temperature::new(t).and_then(|t| spinodal(p, t)).map_or(0.0, |end| end.gamma);
    let t = maximum(load, 0.0, 0.03, 2e-5);
    (load(t), t)
}

/// Where f turns from negative (or missing) to positive between `lo` and `hi`.
fn sign_change(f: impl Fn(f64) -> Option<f64>, lo: f64, hi: f64) -> Option<f64> {
    let g = |t: f64| f(t).unwrap_or(-1.0);
    let ends = (f(lo).is_some_and(|x| x > 0.0), f(hi)?);
    (!ends.0 && ends.1 > 0.0).then(|| root(g, (lo, g(lo)), (hi, ends.1), 0.0))
}
