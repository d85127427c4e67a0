//! Saddles: A is least in (q, x) at fixed (m, γ); from there Newton's method, with m or γ among the unknowns where asked.

use super::staircase::{Place, Staircase};
use crate::numerics::jacobi::eigen;
use crate::numerics::linear::solve;

/// Residual at which a saddle is found; what rounding leaves is smaller by far.
const ACCEPTED: f64 = 1e-10;
/// Matrices after which Newton's method has lost its way.
const MOST_MATRICES: u32 = 15;
/// Residual of rounding.
const SOLVED: f64 = 1e-13;
/// What the next step of Newton's method may still change the unknowns by, where the residual is not that of rounding.
const RESOLVED: f64 = 1e-3;
/// Length of a step (in logarithms) after which Newton's method takes over from the search for the minimum.
const NEAR: f64 = 1e-3;
/// Fineness of the grid on the way to the minimum.
const COARSE: f64 = 0.8;
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
    /// ∂r/∂z of the last step of Newton's method, and what was free in it: it serves nearby saddles
    pub matrix: Option<(Free, Vec<Vec<f64>>)>,
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0_f64, |max, x| max.max(x.abs()))
}

/// F and its gradient.
fn value(z: &[f64], k: usize, place: &Place) -> Option<(f64, Vec<f64>)> {
    let stairs = Staircase::at(z, k, place.centred);
    let e = stairs.averages(place, COARSE, false)?;
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
        if long < NEAR {
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
    newton(start, place, free, 0.0, None)
}

/// Whether breaking is so weak that the equations are nearly degenerate: all heights within 1 − q_k.
fn weak(stairs: &Staircase, place: &Place) -> bool {
    let first = stairs.q.get(usize::from(place.centred)).copied().unwrap_or(0.0);
    stairs.q.last().is_some_and(|top| top - first < stairs.lack)
}

/// z = (staircase, log γ) of a saddle, ∂z/∂m along the branch, and the matrix ∂r/∂z.
type Tangent = (Vec<f64>, Vec<f64>, Vec<Vec<f64>>);

fn tangent(saddle: &Saddle) -> Option<Tangent> {
    let Saddle { stairs, place, matrix, .. } = saddle;
    let k = stairs.steps();
    let mut z = stairs.coordinates(place.centred);
    z.push(libm::log(place.gamma));
    let rows = match matrix {
        Some((Free::Load, rows)) => rows.clone(),
        _ => derivatives(&z, k, place, Free::Load, 0.0, weak(stairs, place))?,
    };
    let d = 1e-3 * (1.0 - place.m);
    let mut by_m = vec![0.0; z.len()];
    for (distance, weight) in [(d, -2.0 / 3.0), (2.0 * d, 1.0 / 12.0)] {
        for sign in [1.0, -1.0] {
            let moved = Place { m: place.m + sign * distance, ..*place };
            let (values, ..) = equations(&z, k, &moved, Free::Load, 0.0)?;
            by_m.iter_mut().zip(&values).for_each(|(sum, r)| *sum += sign * weight * r / d);
        }
    }
    let slope = solve(rows.clone(), by_m)?;
    Some((z, slope, rows))
}

/// d log γ/dm along the branch at a saddle: negative before the fold, on the side of m = 1.
pub(super) fn slope(saddle: &Saddle) -> Option<f64> {
    tangent(saddle).and_then(|(_, slope, _)| slope.last().copied())
}

/// The saddle at another m of the branch, with γ an unknown, along its tangent.
pub(super) fn along(near: &Saddle, m: f64) -> Result<Saddle, Lost> {
    let (mut z, slope, rows) = tangent(near).ok_or(Lost::Unfinished)?;
    z.iter_mut().zip(&slope).for_each(|(z, s)| *z += s * (m - near.place.m));
    let (ln_gamma, own) = z.split_last().ok_or(Lost::Unfinished)?;
    let start = Staircase::at(own, near.stairs.steps(), near.place.centred);
    newton(&start, &Place { m, gamma: libm::exp(*ln_gamma), ..near.place }, Free::Load, 0.0, Some(rows))
}

/// [`polish`] from a staircase of least A at a (m, γ) that is no saddle in m: m − E μ is led to 0 in `parts` equal steps.
pub(super) fn lead(start: &Staircase, place: &Place, free: Free, parts: u32) -> Result<Saddle, Lost> {
    let e = start.averages(place, 1.0, false).ok_or(Lost::Collapsed)?;
    let whole = place.m - e.magnetisation;
    let mut saddle = Saddle { stairs: start.clone(), place: *place, residual: f64::INFINITY, matrix: None };
    for part in (0..parts).rev() {
        let offset = whole * f64::from(part) / f64::from(parts);
        let kept = saddle.matrix.take().map(|(_, rows)| rows);
        saddle = newton(&saddle.stairs, &saddle.place, free, offset, kept)?;
    }
    Ok(saddle)
}

/// The saddle of as many steps at a lower temperature, followed down at given (m, γ) or with one of them free: at low T this costs a
/// fraction of growing it there, as the grid of fields is of spacing T/4.
pub(super) fn cool(start: &Saddle, t: f64, free: Free) -> Result<Saddle, Lost> {
    let centred = start.place.centred;
    let mut now = start.clone();
    let mut before: Option<Saddle> = None;
    while now.place.t > t {
        // A short stride first: from then on the staircase is extrapolated.
        let stride = if before.is_none() { 0.92 } else { 0.75 };
        let next = if (stride - 0.07) * now.place.t > t { stride * now.place.t } else { t };
        let ratio = next / now.place.t;
        let guess = match &before {
            // q and y = x/T have limits at T = 0, and 1 − q_k falls as T.
            None => {
                let Staircase { mut q, lack, mut x } = now.stairs.clone();
                let lack = lack * ratio;
                if let Some(top) = q.last_mut() {
                    *top = 1.0 - lack;
                }
                x.iter_mut().for_each(|x| *x *= ratio);
                Staircase { q, lack, x }
            }
            Some(before) => {
                let along = libm::log(ratio) / libm::log(now.place.t / before.place.t);
                let (a, b) = (before.stairs.coordinates(centred), now.stairs.coordinates(centred));
                let z: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b + along * (b - a)).collect();
                Staircase::at(&z, now.stairs.steps(), centred)
            }
        };
        let kept = now.matrix.as_ref().filter(|(same, _)| *same == free).map(|(_, rows)| rows.clone());
        let found = newton(&guess, &Place { t: next, ..now.place }, free, 0.0, kept)?;
        before = Some(std::mem::replace(&mut now, found));
    }
    Ok(now)
}

/// The matrix ∂r/∂z of [`equations`] by differences: of second order, or `precise` of fourth, as weak breaking leaves eigenvalues of
/// 1e-9 of its largest.
fn derivatives(
    z: &[f64],
    k: usize,
    place: &Place,
    free: Free,
    offset: f64,
    precise: bool,
) -> Option<Vec<Vec<f64>>> {
    const A: f64 = 1e-4;
    const B: f64 = 1.5e-3;
    let stencil: &[(f64, f64)] =
        if precise { &[(B, 2.0 / (3.0 * B)), (2.0 * B, -1.0 / (12.0 * B))] } else { &[(A, 0.5 / A)] };
    let n = z.len();
    let mut rows = vec![vec![0.0; n]; n];
    for j in 0..n {
        for (distance, weight) in stencil {
            for sign in [1.0, -1.0] {
                let mut moved = z.to_vec();
                *moved.get_mut(j)? += sign * distance;
                let (values, ..) = equations(&moved, k, place, free, offset)?;
                for (row, value) in rows.iter_mut().zip(&values) {
                    *row.get_mut(j)? += sign * weight * value;
                }
            }
        }
    }
    Some(rows)
}

/// Broyden's update of the matrix after the step `dz`, which changed r by `dr`.
fn update(rows: &mut [Vec<f64>], dz: &[f64], dr: &[f64]) {
    let square: f64 = dz.iter().map(|d| d * d).sum();
    for (row, dr) in rows.iter_mut().zip(dr) {
        let promised: f64 = row.iter().zip(dz).map(|(a, d)| a * d).sum();
        let excess = (dr - promised) / square;
        row.iter_mut().zip(dz).for_each(|(a, d)| *a += excess * d);
    }
}

/// A solution with m − E μ = `offset`: with differences of second order where breaking is strong, of fourth where it is weak or those
/// do not serve.
fn newton(
    start: &Staircase,
    place: &Place,
    free: Free,
    offset: f64,
    kept: Option<Vec<Vec<f64>>>,
) -> Result<Saddle, Lost> {
    let weak = weak(start, place);
    match iterate(start, place, (free, offset), kept, weak) {
        Err(Lost::Unfinished) if !weak => iterate(start, place, (free, offset), None, true),
        found => found,
    }
}

/// Newton's method. A step is taken if the one that would follow is shorter, whatever the residual does meanwhile: next to the AT line
/// the equations are a bent, narrow valley (Deuflhard, Newton Methods for Nonlinear Problems, § 3.1).
fn iterate(
    start: &Staircase,
    place: &Place,
    (free, offset): (Free, f64),
    kept: Option<Vec<Vec<f64>>>,
    precise: bool,
) -> Result<Saddle, Lost> {
    let k = start.steps();
    let mut z = start.coordinates(place.centred);
    match free {
        Free::Nothing => {}
        Free::Magnetisation => z.push(place.m),
        Free::Load => z.push(libm::log(place.gamma)),
    }
    let (mut r, mut at, mut stairs) = equations(&z, k, place, free, offset).ok_or(Lost::Collapsed)?;
    let mut matrix = kept;
    let (mut last, mut matrices) = (f64::INFINITY, 0);
    for _ in 0..60 {
        let fresh = matrix.is_none();
        // Next to rounding a new matrix gains nothing.
        if largest(&r) < if fresh { SOLVED } else { 0.1 * SOLVED } {
            break;
        }
        if fresh {
            matrices += 1;
            if matrices > MOST_MATRICES {
                break;
            }
            matrix = derivatives(&z, k, place, free, offset, precise);
        }
        let Some(rows) = &matrix else { return Err(Lost::Unfinished) };
        let step = solve(rows.clone(), r.clone()).ok_or(Lost::Unfinished)?;
        let long = largest(&step);
        last = long;
        let mut part = (0.5 / long).min(1.0);
        let found = (0..if fresh { 12 } else { 1 }).find_map(|_| {
            let next: Vec<f64> = z.iter().zip(&step).map(|(z, s)| z - part * s).collect();
            let found = equations(&next, k, place, free, offset).and_then(|found| {
                let ratio = largest(&solve(rows.clone(), found.0.clone())?) / long;
                // Where rounding hides the next step, the residual still tells.
                let gains = largest(&found.0) < 0.5 * largest(&r);
                (ratio < 1.0 - 0.25 * part || gains && long < 0.1).then_some((next, ratio, found))
            });
            part *= 0.5;
            found
        });
        match found {
            Some((next, ratio, (values, place, found))) => {
                let change = |new: &[f64], old: &[f64]| -> Vec<f64> {
                    new.iter().zip(old).map(|(new, old)| new - old).collect()
                };
                let slow = ratio > 0.5 && largest(&values) > 0.5 * largest(&r);
                match &mut matrix {
                    Some(rows) if !slow => update(rows, &change(&next, &z), &change(&values, &r)),
                    _ => matrix = None,
                }
                last = ratio * long;
                (z, r, at, stairs) = (next, values, place, found);
            }
            None if !fresh => matrix = None,
            None => break,
        }
        let own = if free == Free::Nothing { &z[..] } else { z.split_last().map_or(&[][..], |(_, own)| own) };
        if own.iter().any(|z| *z < NARROWEST) {
            return Err(Lost::Collapsed);
        }
    }
    let residual = largest(&r);
    let found = residual < SOLVED || residual < ACCEPTED && last < RESOLVED;
    let matrix = matrix.map(|rows| (free, rows));
    if found { Ok(Saddle { stairs, place: at, residual, matrix }) } else { Err(Lost::Unfinished) }
}
