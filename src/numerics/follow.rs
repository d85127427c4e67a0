//! A curve of solutions: Newton's method on it, its tangent, the next point along it. [`super::walk`] goes along.
//!
//! A system of N − 1 equations in N unknowns has a curve of solutions. A function of x returns the N − 1 residuals and,
//! last, the `goal`: a coordinate (a load, a temperature) that is to reach a target, or whose first maximum along the curve is
//! wanted. Unknowns should be logarithms, or of order 1.

use super::linear::solve;

/// How exact an evaluation must be: rough on the way, exact at the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Errors up to about 1e-7 are allowed
    Rough,
    /// Errors up to about 1e-10
    Careful,
    /// Rounding errors only
    Exact,
}

/// Longest step of a corrected point, in any unknown.
pub(super) const LONGEST: f64 = 0.5;

pub(super) type Matrix = Vec<Vec<f64>>;

/// What takes the place of the goal as the last equation.
pub(super) enum Condition<'a> {
    /// goal = target
    Goal(f64),
    /// (x − through)·normal = 0
    Plane { normal: &'a [f64], through: &'a [f64] },
}

impl Condition<'_> {
    fn value(&self, x: &[f64], goal: f64) -> f64 {
        match self {
            Self::Goal(target) => goal - target,
            Self::Plane { normal, through } => {
                x.iter().zip(*through).zip(*normal).map(|((x, o), n)| (x - o) * n).sum()
            }
        }
    }

    /// The Jacobian whose last row is the goal's, with this condition's instead.
    fn replace(&self, mut matrix: Matrix) -> Matrix {
        if let (Self::Plane { normal, .. }, Some(row)) = (self, matrix.last_mut()) {
            row.copy_from_slice(normal);
        }
        matrix
    }
}

/// N − 1 equations and a goal in N unknowns. `f` is None outside the domain of the equations.
pub struct Curve<F> {
    f: F,
}

/// A point of a curve with the derivatives there.
pub(super) struct Node {
    pub x: Vec<f64>,
    pub goal: f64,
    /// Derivatives of the residuals and, last, of the goal
    pub matrix: Matrix,
    /// Unit tangent, and the derivative of the goal along it
    pub tangent: Vec<f64>,
    pub slope: f64,
}

impl<F: Fn(&[f64], Care) -> Option<Vec<f64>>> Curve<F> {
    pub fn new(f: F) -> Self {
        Self { f }
    }

    pub(super) fn goal(&self, x: &[f64], care: Care) -> Option<f64> {
        (self.f)(x, care)?.last().copied()
    }

    /// Derivatives of all N functions, by differences.
    fn jacobian(&self, x: &[f64], care: Care) -> Option<Matrix> {
        let h = if care == Care::Rough { 1e-4 } else { 3e-5 };
        let n = x.len();
        let mut rows = vec![vec![0.0; n]; n];
        for j in 0..n {
            let moved = |h: f64| {
                let mut x = x.to_vec();
                x[j] += h;
                (self.f)(&x, care)
            };
            let (up, down) = (moved(h)?, moved(-h)?);
            for (row, (u, d)) in rows.iter_mut().zip(up.iter().zip(&down)) {
                row[j] = (u - d) / (2.0 * h);
            }
        }
        Some(rows)
    }

    /// Newton's method from x for the N − 1 residuals and the condition, from the Jacobian `known` of a neighbour where there
    /// is one. Broyden's updates keep the Jacobian while they serve; rough first, as exact as `end` at the end.
    pub(super) fn newton(
        &self,
        x: &[f64],
        known: Option<&Matrix>,
        condition: &Condition<'_>,
        end: Care,
    ) -> Option<Vec<f64>> {
        let n = x.len();
        let mut x = x.to_vec();
        let mut care = Care::Rough;
        let value = |x: &[f64], care| {
            let mut f = (self.f)(x, care)?;
            f[n - 1] = condition.value(x, f[n - 1]);
            Some(f)
        };
        let mut kept = known.map(|matrix| condition.replace(matrix.clone()));
        let mut f = value(&x, care)?;
        let mut before = f64::INFINITY;
        let (mut rebuilt, mut stalls) = (0, 0);
        for _ in 0..60 {
            let mut matrix = match kept.take() {
                Some(matrix) => matrix,
                None if rebuilt > 11 => return None,
                None => {
                    rebuilt += 1;
                    condition.replace(self.jacobian(&x, Care::Rough)?)
                }
            };
            let mut step = solve(matrix.clone(), f.clone())?;
            let size = largest(&step);
            if !size.is_finite() || size > 20.0 {
                return None;
            }
            let cut = size > LONGEST;
            if cut {
                step.iter_mut().for_each(|s| *s *= LONGEST / size);
            }
            x.iter_mut().zip(&step).for_each(|(x, s)| *x -= s);
            let slow = size > 0.3 * before;
            if care == Care::Rough && (size < 1e-5 || (size < 1e-3 && slow)) {
                if end == Care::Rough {
                    return Some(x);
                }
                care = end;
                f = value(&x, care)?;
                before = f64::INFINITY;
                kept = Some(matrix);
                continue;
            }
            if care != Care::Rough {
                // Rounding errors of a soft direction.
                let rounding = slow && size < 1e-4;
                if size < 1e-11 || (size < 1e-9 && slow) || (rounding && stalls > 2) {
                    return Some(x);
                }
                stalls += u32::from(rounding);
            }
            let next = value(&x, care)?;
            if !cut && !slow {
                // The residual that is left was not foreseen along the step.
                let square = dot(&step, &step);
                for (row, left) in matrix.iter_mut().zip(&next) {
                    row.iter_mut().zip(&step).for_each(|(entry, s)| *entry -= left * s / square);
                }
                kept = Some(matrix);
            }
            before = size;
            f = next;
        }
        None
    }

    /// The solution whose goal is `target`, from x near it.
    pub fn solve(&self, x: &[f64], target: f64) -> Option<Vec<f64>> {
        self.newton(x, None, &Condition::Goal(target), Care::Exact)
    }

    /// The point of the curve next to x that has the same coordinate number `hold`.
    pub fn onto(&self, x: &[f64], hold: usize) -> Option<Vec<f64>> {
        let mut normal = vec![0.0; x.len()];
        *normal.get_mut(hold)? = 1.0;
        self.newton(x, None, &Condition::Plane { normal: &normal, through: x }, Care::Exact)
    }

    /// The point of the curve at x with its derivatives; its tangent on the side of `towards`, or of a growing goal.
    pub(super) fn node(&self, x: Vec<f64>, towards: Option<&[f64]>, care: Care) -> Option<Node> {
        let n = x.len();
        let matrix = self.jacobian(&x, care)?;
        let goal = self.goal(&x, care)?;
        let mut rows = matrix.clone();
        if let (Some(towards), Some(row)) = (towards, rows.last_mut()) {
            row.copy_from_slice(towards);
        }
        let mut unit = vec![0.0; n];
        unit[n - 1] = 1.0;
        let mut tangent = solve(rows, unit)?;
        let norm = dot(&tangent, &tangent).sqrt();
        if !(norm > 0.0 && norm.is_finite()) {
            return None;
        }
        tangent.iter_mut().for_each(|t| *t /= norm);
        let slope = dot(matrix.last()?, &tangent);
        Some(Node { x, goal, matrix, tangent, slope })
    }

    /// Whether x lies before the fold of the curve, as seen from the direction in which its last unknown falls.
    pub fn rises(&self, x: &[f64]) -> bool {
        let mut towards = vec![0.0; x.len()];
        if let Some(last) = towards.last_mut() {
            *last = -1.0;
        }
        self.node(x.to_vec(), Some(&towards), Care::Rough).is_some_and(|node| node.slope > 0.0)
    }

    /// The point of the curve on the plane across the tangent of `node` at `length` from it.
    pub(super) fn ahead(&self, node: &Node, length: f64, care: Care) -> Option<Vec<f64>> {
        let guess = node.along(length);
        let plane = Condition::Plane { normal: &node.tangent, through: &guess };
        let found = self.newton(&guess, Some(&node.matrix), &plane, care)?;
        // A corrected point far from its prediction is another branch.
        let far = found.iter().zip(&guess).any(|(a, g)| (a - g).abs() > 0.5 * length.abs() + 1e-3);
        (!far).then_some(found)
    }

    /// The point of goal `target` near `guess`, if it lies before the fold as seen from `node` and within `near` of the guess.
    pub(super) fn land(&self, node: &Node, guess: &[f64], target: f64, near: f64) -> Option<Vec<f64>> {
        let found = self.newton(guess, Some(&node.matrix), &Condition::Goal(target), Care::Exact)?;
        let close = found.iter().zip(guess).all(|(a, g)| (a - g).abs() < near);
        let rises = || {
            let node = self.node(found.clone(), Some(&node.tangent), Care::Rough);
            node.is_some_and(|node| node.slope > 0.0)
        };
        (close && rises()).then_some(found)
    }
}

impl Node {
    pub fn along(&self, length: f64) -> Vec<f64> {
        self.x.iter().zip(&self.tangent).map(|(x, t)| x + length * t).collect()
    }
}

fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0_f64, |max, x| max.max(x.abs()))
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
