//! Saddles: A is least in (q, x) at fixed (m, γ); from there Newton's method, with m or γ among the unknowns where asked.

use super::staircase::{Place, Staircase};
use crate::numerics::jacobi::eigen;
use crate::numerics::linear::solve;

/// Residual at which a saddle is found; what rounding leaves is smaller by far.
const ACCEPTED: f64 = 1e-10;
/// Gap of overlaps over 1 − q_k, or of x over 1 − x_k, below which two steps are one (in logarithms).
const NARROWEST: f64 = -9.0;

/// What is solved for beside the staircase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Free {
    Nothing,
    /// m at given γ
    Magnetisation,
    /// γ at given m
    Load,
}

/// Why there is no staircase of so many steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Lost {
    /// Two steps became one
    Collapsed,
    /// The iteration did not end
    Unfinished,
}

/// A staircase and where it is the saddle.
#[derive(Debug, Clone)]
pub(super) struct Saddle {
    pub stairs: Staircase,
    pub place: Place,
    pub residual: f64,
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0_f64, |max, x| max.max(x.abs()))
}

/// F and its gradient.
fn value(z: &[f64], k: usize, place: &Place) -> Option<(f64, Vec<f64>)> {
    let stairs = Staircase::at(z, k, place.centred);
    let e = stairs.averages(place, 1.0, false)?;
    Some((stairs.pressure(place, &e), stairs.gradient(place, &e)))
}

/// The staircase near `start` of least A at fixed (m, γ), roughly: Newton's method with |curvatures|, steps bounded.
#[allow(clippy::needless_range_loop)] // columns of one matrix
pub(super) fn minimise(start: &Staircase, place: &Place) -> Result<Staircase, Lost> {
    const DIFFERENCE: f64 = 1e-5;
    let k = start.steps();
    let mut z = start.coordinates(place.centred);
    let n = z.len();
    let (mut f, mut g) = value(&z, k, place).ok_or(Lost::Collapsed)?;
    for _ in 0..80 {
        let mut hessian = vec![vec![0.0; n]; n];
        for j in 0..n {
            let mut moved = z.clone();
            moved[j] += DIFFERENCE;
            let (_, next) = value(&moved, k, place).ok_or(Lost::Collapsed)?;
            for (i, (b, a)) in next.iter().zip(&g).enumerate() {
                let slope = 0.5 * (b - a) / DIFFERENCE;
                hessian[i][j] += slope;
                hessian[j][i] += slope;
            }
        }
        let (curvatures, directions) = eigen(hessian);
        let floor = 1e-10 * largest(&curvatures);
        let mut step = vec![0.0; n];
        for (c, v) in curvatures.iter().zip(&directions) {
            let along: f64 = v.iter().zip(&g).map(|(a, b)| a * b).sum();
            let length = -along / c.abs().max(floor);
            step.iter_mut().zip(v).for_each(|(s, v)| *s += length * v);
        }
        let long = largest(&step);
        let mut part = (1.0 / long).min(1.0);
        let promised: f64 = step.iter().zip(&g).map(|(a, b)| a * b).sum();
        let found = (0..30).find_map(|_| {
            let next: Vec<f64> = z.iter().zip(&step).map(|(z, s)| z + part * s).collect();
            let better = value(&next, k, place)
                .filter(|(value, gradient)| {
                    // In a flat valley A no longer tells, but its gradient does.
                    *value <= f + 1e-4 * part * promised
                        || *value <= f + 1e-13 * f.abs() && largest(gradient) < 0.9 * largest(&g)
                })
                .map(|(value, gradient)| (next, value, gradient));
            part *= 0.4;
            better
        });
        let Some((next, value, gradient)) = found else { break };
        (z, f, g) = (next, value, gradient);
        if z.iter().any(|z| *z < NARROWEST) {
            return Err(Lost::Collapsed);
        }
        if long < 1e-6 {
            break;
        }
    }
    Ok(Staircase::at(&z, k, place.centred))
}

/// The equations at z = (staircase, m or log γ), with m − E μ = `offset`.
fn equations(
    z: &[f64],
    k: usize,
    place: &Place,
    free: Free,
    offset: f64,
) -> Option<(Vec<f64>, Place, Staircase)> {
    let mut place = *place;
    let last = *z.last()?;
    let own = match free {
        Free::Nothing => z,
        Free::Magnetisation => {
            place.m = last;
            z.split_last()?.1
        }
        Free::Load => {
            place.gamma = libm::exp(last);
            z.split_last()?.1
        }
    };
    let stairs = Staircase::at(own, k, place.centred);
    let e = stairs.averages(&place, 1.0, false)?;
    let mut r = stairs.equations(&place, &e);
    if free != Free::Nothing {
        r.push(place.m - e.magnetisation - offset);
    }
    Some((r, place, stairs))
}

/// Newton's method from a staircase near the saddle, its matrix by differences and kept while it serves.
pub(super) fn polish(start: &Staircase, place: &Place, free: Free) -> Result<Saddle, Lost> {
    newton(start, place, free, 0.0)
}

/// [`polish`] from a staircase of least A at a (m, γ) that is no saddle in m: m − E μ is led to 0 in `parts` equal steps.
pub(super) fn lead(start: &Staircase, place: &Place, free: Free, parts: u32) -> Result<Saddle, Lost> {
    let e = start.averages(place, 1.0, false).ok_or(Lost::Collapsed)?;
    let whole = place.m - e.magnetisation;
    let mut saddle = Saddle { stairs: start.clone(), place: *place, residual: f64::INFINITY };
    for part in (0..parts).rev() {
        let offset = whole * f64::from(part) / f64::from(parts);
        saddle = newton(&saddle.stairs, &saddle.place, free, offset)?;
    }
    Ok(saddle)
}

/// A solution with m − E μ = `offset`.
#[allow(clippy::needless_range_loop)] // columns of one matrix
fn newton(start: &Staircase, place: &Place, free: Free, offset: f64) -> Result<Saddle, Lost> {
    const DIFFERENCE: f64 = 1e-5;
    let k = start.steps();
    let mut z = start.coordinates(place.centred);
    match free {
        Free::Nothing => {}
        Free::Magnetisation => z.push(place.m),
        Free::Load => z.push(libm::log(place.gamma)),
    }
    let n = z.len();
    let (mut r, mut at, mut stairs) = equations(&z, k, place, free, offset).ok_or(Lost::Collapsed)?;
    let mut matrix: Option<Vec<Vec<f64>>> = None;
    let mut best = largest(&r);
    for _ in 0..60 {
        if best < 1e-14 {
            break;
        }
        let fresh = matrix.is_none();
        if fresh {
            let mut rows = vec![vec![0.0; n]; n];
            for j in 0..n {
                let mut moved = z.clone();
                moved[j] += DIFFERENCE;
                let (above, ..) = equations(&moved, k, place, free, offset).ok_or(Lost::Unfinished)?;
                moved[j] -= 2.0 * DIFFERENCE;
                let (below, ..) = equations(&moved, k, place, free, offset).ok_or(Lost::Unfinished)?;
                for (row, (b, a)) in rows.iter_mut().zip(above.iter().zip(&below)) {
                    row[j] = 0.5 * (b - a) / DIFFERENCE;
                }
            }
            matrix = Some(rows);
        }
        let rows = matrix.clone().ok_or(Lost::Unfinished)?;
        let step = solve(rows, r.clone()).ok_or(Lost::Unfinished)?;
        // A fresh matrix gives a direction in which the residual falls; an old one is trusted only where it gains.
        let mut part = (0.5 / largest(&step)).min(1.0);
        let found = (0..if fresh { 12 } else { 1 }).find_map(|_| {
            let next: Vec<f64> = z.iter().zip(&step).map(|(z, s)| z - part * s).collect();
            part *= 0.5;
            let found =
                equations(&next, k, place, free, offset).filter(|(values, ..)| largest(values) < best)?;
            Some((next, found))
        });
        match found {
            Some((next, (values, place, found))) => {
                if largest(&values) > 0.2 * best {
                    matrix = None;
                }
                best = largest(&values);
                (z, r, at, stairs) = (next, values, place, found);
            }
            None if !fresh => matrix = None,
            None => break,
        }
        let own = if free == Free::Nothing { &z[..] } else { &z[..n - 1] };
        if own.iter().any(|z| *z < NARROWEST) {
            return Err(Lost::Collapsed);
        }
    }
    if best < ACCEPTED { Ok(Saddle { stairs, place: at, residual: best }) } else { Err(Lost::Unfinished) }
}
