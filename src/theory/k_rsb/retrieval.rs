//! Retrieval with k steps, P ≥ 3: at given load, its end, and where the glass has the same free energy.
//!
//! γ is explicit along the branch: at given m the load is an unknown of Newton's method, and the branch ends where
//! γ(m) is largest. There is no fold to go round.

use super::solve::{Free, Lost, Saddle, along, cool, polish, slope};
use super::staircase::Place;
use super::{StepsPoint, check, glass, lost, warm};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::one_rsb::{equilibrium, retrieval as one_step};
use crate::theory::{Branch, lines, rs};

/// The end of retrieval with k steps at given T.
#[derive(Debug, Clone, PartialEq)]
pub struct StepsSpinodal {
    /// Largest load with a retrieval branch
    pub gamma: f64,
    /// What the last parabola and the quadrature leave uncertain of it
    pub error: f64,
    /// The solution there
    pub point: StepsPoint,
}

/// Where retrieval and the m = 0 state of k steps have one free energy.
#[derive(Debug, Clone, PartialEq)]
pub struct StepsTransition {
    pub gamma: f64,
    pub retrieval: StepsPoint,
    pub competitor: Branch,
}

/// Refuses P = 2, and what is beyond [`check`] at the largest load of retrieval.
fn check_order(p: InteractionOrder, t: Temperature, k: u32) -> Result<()> {
    if p.get() == 2 {
        return Err(Error::bad_input("P = 2 with Hebbian couplings and more than one step")
            .at("--steps")
            .remedy("--steps 0 and 1 are solved for at P = 2, 0 to 12 at P ≥ 3"));
    }
    check(k, p.get(), t.get(), lines::nishimori_load(p)?.max(1.0))
}

/// The maximum of γ(m) from a saddle near it, and its uncertainty. A further step moves it by 1e-4 in m: short strides find it, and
/// keep Newton's method on its branch.
fn summit(start: Saddle) -> std::result::Result<(Saddle, f64), Lost> {
    let scale = 1.0 - start.place.m;
    let (mut stride, mut middle) = (0.01 * scale, start);
    for _ in 0..60 {
        let around = along(&middle, middle.place.m - stride)
            .and_then(|left| Ok((left, along(&middle, middle.place.m + stride)?)));
        let (left, right) = match around {
            Ok(found) => found,
            Err(lost) if stride < 1e-4 * scale => return Err(lost),
            Err(_) => {
                stride *= 0.3;
                continue;
            }
        };
        let (a, b, c) = (left.place.gamma, middle.place.gamma, right.place.gamma);
        if a > b || c > b {
            middle = if a > c { left } else { right };
            continue;
        }
        let bend = a - 2.0 * b + c;
        if bend == 0.0 {
            return Ok((middle, 0.0));
        }
        let shift = 0.5 * stride * (a - c) / bend;
        let top = along(&middle, middle.place.m + shift)?;
        let expected = b - 0.125 * (a - c) * (a - c) / bend;
        let error = (top.place.gamma - expected).abs();
        middle = if top.place.gamma > b { top } else { middle };
        if error < 1e-10 * middle.place.gamma || stride < 1e-4 * scale {
            return Ok((middle, error));
        }
        stride *= 0.2;
    }
    Err(Lost::Unfinished)
}

/// Spinodals at one temperature, one step after the other.
struct Ends {
    /// Of one step
    first: one_step::OneRsbSpinodal,
    /// Of 2, 3, … steps as far as they do not collapse
    more: Vec<(Saddle, f64)>,
}

/// The ends at T, cooled from those at a higher one where T is low.
fn ends(p: InteractionOrder, t: Temperature, k: u32) -> Result<Ends> {
    let first = one_step::spinodal(p, t)?;
    let start = warm(p.get(), first.gamma);
    if t.get() < start
        && k > 1
        && let Ok(found) = grown(p, Temperature::new(start)?, k)
        && found.more.len() + 1 == k as usize
        && let Ok(more) = found
            .more
            .iter()
            .map(|(end, _)| cool(end, t.get(), Free::Load).and_then(summit))
            .collect::<std::result::Result<_, _>>()
    {
        return Ok(Ends { first, more });
    }
    grown(p, t, k)
}

fn grown(p: InteractionOrder, t: Temperature, k: u32) -> Result<Ends> {
    let first = one_step::spinodal(p, t)?;
    let place = Place { p: p.get(), gamma: first.gamma, t: t.get(), m: first.point.m, centred: false };
    let mut found = Ends { first, more: Vec::new() };
    let Some(mut saddle) = Saddle::one_step(&first.point, place) else { return Ok(found) };
    for steps in 2..=k as usize {
        if saddle.stable() {
            break;
        }
        let next = saddle.one_more(Free::Load).and_then(summit);
        match next {
            Ok((next, error)) => {
                saddle = next.clone();
                found.more.push((next, error));
            }
            Err(Lost::Collapsed) => break,
            Err(Lost::Unfinished) => return Err(lost(Branch::Retrieval, steps, &saddle.place)),
        }
    }
    Ok(found)
}

/// The largest load with k-step retrieval at T, for each number of steps 1…k; fewer where the state is stable with fewer, or further
/// ones are lost in rounding.
///
/// # Errors
/// P = 2, k or T out of range, no retrieval at this T; `Failed` where a branch was lost.
pub fn spinodals(p: InteractionOrder, t: Temperature, k: u32) -> Result<Vec<StepsSpinodal>> {
    check_order(p, t, k)?;
    let Ends { first, more } = ends(p, t, k)?;
    let beyond = || Error::failed(format!("the retrieval spinodal at P = {p}, T = {t} was lost"));
    let point = StepsPoint::from_one_step(&first.point).ok_or_else(beyond)?;
    let mut all = vec![StepsSpinodal { gamma: first.gamma, error: point.quadrature, point }];
    for (saddle, error) in &more {
        let point = saddle.evaluate(Branch::Retrieval).ok_or_else(beyond)?;
        all.push(StepsSpinodal { gamma: saddle.place.gamma, error: error.max(point.quadrature), point });
    }
    Ok(all)
}

/// Whether γ falls with m at the saddle: before the fold, on the side of m = 1.
fn before_fold(saddle: &Saddle) -> bool {
    slope(saddle).is_some_and(|slope| slope < 0.0)
}

/// Up to k steps at (γ, T) from one; None where the branch is lost on the way, as next to its end.
fn climb(one: Saddle, k: u32) -> Option<Saddle> {
    let mut saddle = one;
    while saddle.stairs.steps() < k as usize && !saddle.stable() {
        match saddle.one_more(Free::Magnetisation) {
            Ok(next) if before_fold(&next) => saddle = next,
            Err(Lost::Collapsed) => break,
            _ => return None,
        }
    }
    Some(saddle)
}

/// k steps at [`warm`], cooled to T at this load; None where T is above it or the branch is lost on the way.
fn cooled(p: InteractionOrder, gamma: Load, t: Temperature, k: u32) -> Option<Saddle> {
    let start = warm(p.get(), gamma.get());
    if k < 2 || t.get() >= start {
        return None;
    }
    let warm = one_step::retrieval(p, gamma, Temperature::new(start).ok()?).ok()??;
    let place = Place { p: p.get(), gamma: gamma.get(), t: start, m: warm.m, centred: false };
    let found =
        climb(Saddle::one_step(&warm, place)?, k).filter(|found| found.stairs.steps() == k as usize)?;
    cool(&found, t.get(), Free::Magnetisation).ok().filter(before_fold)
}

/// Retrieval with k ≥ 1 steps at (γ, T); None beyond its end. RS where that is AT-stable.
///
/// # Errors
/// P = 2, k or T out of range; `Failed` where the saddle was not found.
pub fn retrieval(p: InteractionOrder, gamma: Load, t: Temperature, k: u32) -> Result<Option<StepsPoint>> {
    check_order(p, t, k)?;
    let mut place = Place { p: p.get(), gamma: gamma.get(), t: t.get(), m: 0.0, centred: false };
    let beyond = |place: &Place| lost(Branch::Retrieval, k as usize, place);
    if let Some(one) = one_step::retrieval(p, gamma, t)? {
        place.m = one.m;
        let as_it_is = || StepsPoint::from_one_step(&one).ok_or_else(|| beyond(&place)).map(Some);
        let Some(start) = Saddle::one_step(&one, place) else { return as_it_is() };
        let found = cooled(p, gamma, t, k).or_else(|| climb(start, k));
        match found {
            Some(found) if found.stairs.steps() == 1 => return as_it_is(),
            Some(found) => return found.evaluate(Branch::Retrieval).ok_or_else(|| beyond(&place)).map(Some),
            None => {}
        }
    } else if rs::retrieval(p, gamma, t, 0.0)?.is_some() {
        return Err(beyond(&place));
    }
    // Next to the end, or beyond that of one step: back from the end of k steps.
    let Ends { first, more } = ends(p, t, k)?;
    let Some((end, _)) = more.last() else {
        if gamma.get() > first.gamma {
            return Ok(None);
        }
        return Err(beyond(&place));
    };
    if gamma.get() > end.place.gamma {
        return Ok(None);
    }
    let mut saddle = end.clone();
    let mut stride = 0.02 * (1.0 - end.place.m);
    for _ in 0..400 {
        let next = match along(&saddle, saddle.place.m + stride) {
            Ok(next) => next,
            Err(_) if stride > 1e-5 * (1.0 - end.place.m) => {
                stride *= 0.5;
                continue;
            }
            Err(_) => break,
        };
        if next.place.gamma < gamma.get() {
            let at = Place { gamma: gamma.get(), ..next.place };
            let found = polish(&next.stairs, &at, Free::Magnetisation).map_err(|_| beyond(&place))?;
            return found.evaluate(Branch::Retrieval).ok_or_else(|| beyond(&place)).map(Some);
        }
        saddle = next;
    }
    Err(beyond(&place))
}

/// The `NoSolution` of a load beyond the end of retrieval with k steps.
#[must_use]
pub fn ended(p: InteractionOrder, gamma: Load, t: Temperature, k: u32) -> Error {
    let head = format!("no {k}-step retrieval at P = {p}, γ = {gamma}, T = {t}");
    match spinodals(p, t, k) {
        Ok(ends) => {
            let end = ends.last().map_or(0.0, |end| end.gamma);
            Error::no_solution(format!("{head}: at this T it exists up to the spinodal load γ = {end:.9}"))
        }
        Err(_) => Error::no_solution(head),
    }
    .remedy("a smaller load, or --branch glass")
}

/// The load at which k-step retrieval at T has the free energy of the k-step glass (the paramagnet above T_s); None where there is none.
///
/// # Errors
/// As [`retrieval()`] and [`glass`].
pub fn thermodynamic_load(p: InteractionOrder, t: Temperature, k: u32) -> Result<Option<StepsTransition>> {
    check_order(p, t, k)?;
    let Some(one) = equilibrium::thermodynamic_load(p, t)? else { return Ok(None) };
    let beyond = || Error::failed(format!("the {k}-step transition at P = {p}, T = {t} was not found"));
    let gap = |gamma: f64| -> Result<Option<(f64, StepsPoint)>> {
        let load = Load::new(gamma)?;
        let Some(state) = retrieval(p, load, t, k)? else { return Ok(None) };
        let other = match one.competitor {
            Branch::Glass => glass(p, load, t, k)?.map(|x| x.free_energy),
            _ => rs::paramagnet(p, load, t)?.map(|x| x.free_energy),
        };
        Ok(other.map(|other| (state.free_energy - other, state)))
    };
    let (mut a, mut b) = (one.gamma, one.gamma * (1.0 + 1e-4));
    let (mut f_a, _) = gap(a)?.ok_or_else(beyond)?;
    for _ in 0..12 {
        let (f_b, state) = gap(b)?.ok_or_else(beyond)?;
        if f_b.abs() < 1e-12 || (b - a).abs() < 1e-11 {
            return Ok(Some(StepsTransition { gamma: b, retrieval: state, competitor: one.competitor }));
        }
        if f_a == f_b {
            break;
        }
        let next = b - f_b * (b - a) / (f_b - f_a);
        (a, f_a, b) = (b, f_b, next);
    }
    Err(beyond())
}
