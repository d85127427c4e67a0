//! 1RSB retrieval: m > 0, at T ≥ 0, and its spinodal.

use super::branch::{RetrievalCurve, at_fixed_load, coordinates, fields};
use super::glass::check_theta;
use super::law::Law;
use super::moments::Fields;
use super::point::{OneRsbPoint, Theta, evaluate};
use crate::error::{Error, Result};
use crate::numerics::walk::{End, Walk};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::curve::COLDEST;
use crate::theory::{Branch, SaddlePoint, lines, rs};

pub(crate) fn law(p: InteractionOrder) -> Law {
    if p.get() == 2 { Law::Hopfield } else { Law::Dense(p.get()) }
}

pub(crate) fn cold(t: Temperature) -> f64 {
    if t.get() < COLDEST { 0.0 } else { t.get() }
}

/// Retrieval under 1RSB at (γ, T); None beyond its spinodal.
///
/// Where RS retrieval is AT-stable, q1 = q2 (no breaking: θ, y and the complexity are None, the rest is RS). Likewise, with `stable`
/// false, at T = 0 and loads so small that q2 − q1 underflows, and closer to the AT line than 3e-8 or 1e-11/(1 − q) in log γ,
/// whichever is larger, where q2 − q1 is not resolved.
///
/// # Errors
/// Values beyond the floating range; `Failed` where the branch could not be followed: never the RS state in its place.
pub fn retrieval(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    Isotherm::new(p, t).retrieval(gamma)
}

/// [`retrieval()`] at many loads of one temperature: the same numbers to the last bit, in a fraction of the time.
pub fn row(p: InteractionOrder, t: Temperature, loads: &[Load]) -> Vec<Result<Option<OneRsbPoint>>> {
    let mut isotherm = Isotherm::new(p, t);
    loads.iter().map(|&gamma| isotherm.retrieval(gamma)).collect()
}

/// A retrieval solution: with breaking, or the RS one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Solution {
    Broken(Fields),
    Symmetric(SaddlePoint),
}

/// 1RSB retrieval at one temperature. Its branch is walked once, as far as the loads asked for need it; an answer does not depend
/// on what else was asked.
pub struct Isotherm {
    p: InteractionOrder,
    t: Temperature,
    curve: RetrievalCurve,
}

impl Isotherm {
    #[must_use]
    pub fn new(p: InteractionOrder, t: Temperature) -> Self {
        Self { p, t, curve: RetrievalCurve::new(law(p), cold(t)) }
    }

    pub(crate) fn order(&self) -> InteractionOrder {
        self.p
    }

    pub(crate) fn temperature(&self) -> Temperature {
        self.t
    }

    /// Retrieval at load γ: [`retrieval()`].
    ///
    /// # Errors
    /// Values beyond the floating range.
    pub fn retrieval(&mut self, gamma: Load) -> Result<Option<OneRsbPoint>> {
        match self.solve(gamma)? {
            Some(Solution::Broken(fields)) => {
                evaluate(law(self.p), Branch::Retrieval, gamma.get(), &fields, Theta::Stationary).map(Some)
            }
            Some(Solution::Symmetric(point)) => Ok(Some(OneRsbPoint::collapsed(&point))),
            None => Ok(None),
        }
    }

    pub(crate) fn solve(&mut self, gamma: Load) -> Result<Option<Solution>> {
        let symmetric = rs::retrieval(self.p, gamma, self.t, 0.0)?;
        if let Some(point) = symmetric
            && point.replicon.is_some_and(|lambda| lambda >= 0.0)
        {
            return Ok(Some(Solution::Symmetric(point)));
        }
        if gamma.get() > largest_load(self.p)? {
            return Ok(None);
        }
        match self.curve.reach(libm::log(gamma.get())) {
            Some(End::Reached(x)) => Ok(fields(cold(self.t), &x).map(Solution::Broken)),
            Some(End::Fold(..)) => Ok(None),
            // Breaking that is not resolved: what RS says is all there is.
            None => Ok(symmetric.map(Solution::Symmetric)),
            Some(End::Lost(..)) => Err(Error::failed(format!(
                "1rsb retrieval at P = {}, γ = {gamma}, T = {}: its branch was lost",
                self.p, self.t
            ))
            .remedy("a load or temperature 1e-3 away may be found; --ansatz rs gives the unbroken state")),
        }
    }

    /// The end of retrieval at this temperature: [`spinodal`].
    ///
    /// # Errors
    /// As [`spinodal`].
    pub fn spinodal(&mut self) -> Result<OneRsbSpinodal> {
        let symmetric = lines::retrieval_spinodal_load(self.p, self.t)?;
        let stable = symmetric.replicon.is_some_and(|lambda| lambda > 0.0);
        let end = if stable { None } else { self.curve.reach(f64::INFINITY) };
        if let Some(End::Fold(x, ln_gamma)) = end
            && let Some(fields) = fields(cold(self.t), &x)
        {
            let gamma = libm::exp(ln_gamma);
            let point = evaluate(law(self.p), Branch::Retrieval, gamma, &fields, Theta::Stationary)?;
            return Ok(OneRsbSpinodal { gamma, point });
        }
        // At the fold itself, just inside of it.
        let gamma = symmetric.gamma;
        let inside = Load::new(gamma * (1.0 - 1e-14))?;
        match rs::retrieval(self.p, inside, self.t, 0.0)? {
            Some(point) => Ok(OneRsbSpinodal { gamma, point: OneRsbPoint::collapsed(&point) }),
            None => Err(Error::failed(format!(
                "the retrieval spinodal at P = {}, T = {} was lost",
                self.p, self.t
            ))),
        }
    }
}

/// A load beyond every retrieval branch with breaking. P ≥ 3: γ_N, towards which the 1RSB spinodal rises from T = 0 to T = γ_N
/// (not proven; a test checks it); P = 2: the spinodal stays below 0.1385.
fn largest_load(p: InteractionOrder) -> Result<f64> {
    if p.get() == 2 { Ok(0.14) } else { Ok(lines::nishimori_load(p)? * (1.0 + 1e-9)) }
}

/// Retrieval at given θ: a saddle in m, q1, q2, not in θ. None where it does not exist, or where q1 = q2 at θ* (there any θ
/// gives the RS point).
///
/// # Errors
/// T = 0, θ outside [1e-6, 1], values beyond the floating range.
pub fn retrieval_at(
    p: InteractionOrder,
    gamma: Load,
    t: Temperature,
    theta: f64,
) -> Result<Option<OneRsbPoint>> {
    check_theta(theta, t)?;
    let start = match Isotherm::new(p, t).solve(gamma)? {
        None => return Ok(None),
        Some(Solution::Symmetric(point)) => return Ok(Some(OneRsbPoint::collapsed(&point))),
        Some(Solution::Broken(fields)) => fields,
    };
    let law = law(p);
    let target = libm::log(theta / t.get());
    let sign = if target > libm::log(start.y) { 1.0 } else { -1.0 };
    let path = at_fixed_load(law, t.get(), gamma.get(), sign);
    let walk = Walk::new(path, &coordinates(&start));
    match walk.and_then(|mut walk| walk.reach(sign * target)) {
        Some(End::Reached(x)) => match fields(t.get(), &x) {
            Some(f) => evaluate(law, Branch::Retrieval, gamma.get(), &f, Theta::Given(theta)).map(Some),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The end of 1RSB retrieval at given T.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneRsbSpinodal {
    /// Largest load with a retrieval branch
    pub gamma: f64,
    /// The solution there
    pub point: OneRsbPoint,
}

/// The largest load with 1RSB retrieval at T ≥ 0: the first maximum of γ along the branch. Where RS retrieval is AT-stable
/// up to its spinodal, that one.
///
/// T = 0: 0.46121179 (P = 3), 0.45834347 (P = 4), 0.13818649 (P = 2; Steffan & Kühn, Z. Phys. B 95, 249 (1994)).
///
/// # Errors
/// `NoSolution` at and above the temperature where retrieval ends even as γ → 0; values beyond the floating range.
pub fn spinodal(p: InteractionOrder, t: Temperature) -> Result<OneRsbSpinodal> {
    Isotherm::new(p, t).spinodal()
}

/// The highest temperature of 1RSB retrieval at load γ; None where there is none at any temperature.
///
/// Where the end of RS retrieval is AT-stable this is its end: for P ≥ 3 at every load up to γ_N (on and above T = γ), so that only
/// loads beyond it are left, which have no branch at either. P = 2: the spinodal breaks only below its maximum.
///
/// # Errors
/// Values beyond the floating range.
pub fn hottest(p: InteractionOrder, gamma: Load) -> Result<Option<f64>> {
    let symmetric = lines::retrieval_spinodal_temperature(p, gamma)?;
    let end = |t: f64| -> Result<f64> { Ok(spinodal(p, Temperature::new(t)?)?.gamma) };
    if p.get() > 2 {
        return Ok(symmetric);
    }
    // P = 2: RS breaks at its spinodal below some temperature; above it the two lines are one.
    if let Some(t) = symmetric
        && end(t)? <= gamma.get() * (1.0 + 1e-12)
    {
        return Ok(Some(t));
    }
    let difference = |t: f64| end(t).unwrap_or(0.0) - gamma.get();
    let low = symmetric.unwrap_or(0.0);
    let mut below = (low, difference(low));
    if symmetric.is_none() {
        // Above the maximum of the RS line: look for the window of 1RSB.
        let top = crate::numerics::roots::maximum(difference, 0.0, 0.05, 1e-4);
        below = (top, difference(top));
        if below.1 < 0.0 {
            return Ok(None);
        }
    }
    let mut high = below.0 + 0.01;
    while difference(high) > 0.0 && high < 1.0 {
        below = (high, difference(high));
        high += 0.01;
    }
    Ok(Some(crate::numerics::roots::root(difference, below, (high, difference(high)), 1e-12)))
}
