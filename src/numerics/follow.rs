//! Branches of solutions followed along a curve: Newton's method, pseudo-arclength continuation, folds.
//!
//! A system of N − 1 equations in N unknowns has a curve of solutions. A function of x returns the N − 1 residuals and,
//! last, the `goal`: a coordinate (a load, a temperature) that is to reach a target, or whose first maximum along the curve is
//! wanted. Steps are predicted along the tangent and corrected on the plane across it, so that folds are passed
//! (H. B. Keller, in *Applications of Bifurcation Theory*, 1977). Unknowns should be logarithms, or of order 1.

/// How exact an evaluation must be: rough on the way, exact at the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Errors up to about 1e-7 are allowed
    Rough,
    /// Rounding errors only
    Exact,
}

/// Where a curve was followed to.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The goal took its target here.
    Reached(Vec<f64>),
    /// The goal has its first maximum here, before the target: (x, goal).
    Fold(Vec<f64>, f64),
    /// The curve could not be followed further than here: (x, goal).
    Lost(Vec<f64>, f64),
}

/// Longest step of a corrected point, in any unknown.
const LONGEST: f64 = 0.5;

/// N − 1 equations and a goal in N unknowns. `f` is None outside the domain of the equations.
pub struct Curve<F> {
    f: F,
}

impl<F: Fn(&[f64], Care) -> Option<Vec<f64>>> Curve<F> {
    pub fn new(f: F) -> Self {
        Self { f }
    }

    /// Derivatives of all N functions, by differences.
    fn jacobian(&self, x: &[f64], care: Care) -> Option<Vec<Vec<f64>>> {
        let h = if care == Care::Rough { 1e-4 } else { 1e-5 };
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

    /// Newton's method from x for the N − 1 residuals and last(x, goal) = 0, whose derivative is the row `across` plus
    /// `weight` times the goal's. One Jacobian while it serves; exact at the end.
    fn newton(
        &self,
        x: &[f64],
        across: &[f64],
        weight: f64,
        end: Care,
        last: impl Fn(&[f64], f64) -> f64,
    ) -> Option<Vec<f64>> {
        let n = x.len();
        let mut x = x.to_vec();
        let mut care = Care::Rough;
        let value = |x: &[f64], care| {
            let mut f = (self.f)(x, care)?;
            f[n - 1] = last(x, f[n - 1]);
            Some(f)
        };
        let mut matrix = None;
        let mut before = f64::INFINITY;
        let (mut rebuilt, mut stalls) = (0, 0);
        for _ in 0..60 {
            if matrix.is_none() {
                rebuilt += 1;
                if rebuilt > 12 {
                    return None;
                }
                let mut rows = self.jacobian(&x, care)?;
                for (entry, a) in rows[n - 1].iter_mut().zip(across) {
                    *entry = weight * *entry + a;
                }
                matrix = Some(rows);
            }
            let f = value(&x, care)?;
            let mut step = linear(matrix.clone()?, f)?;
            let size = step.iter().fold(0.0_f64, |max, s| max.max(s.abs()));
            if !size.is_finite() || size > 20.0 {
                return None;
            }
            if size > LONGEST {
                step.iter_mut().for_each(|s| *s *= LONGEST / size);
                matrix = None;
            }
            x.iter_mut().zip(&step).for_each(|(x, s)| *x -= s);
            match care {
                Care::Rough if size < 1e-5 || (size < 1e-3 && size > 0.5 * before) => {
                    if end == Care::Rough {
                        return Some(x);
                    }
                    care = Care::Exact;
                    before = f64::INFINITY;
                }
                Care::Exact if size < 1e-14 || (size < 1e-9 && size > 0.3 * before) => return Some(x),
                // Rounding errors of a soft direction.
                Care::Exact if size < 1e-4 && size > 0.3 * before && stalls > 2 => return Some(x),
                _ => {
                    if size > 0.3 * before {
                        matrix = None;
                        stalls += u32::from(care == Care::Exact && size < 1e-4);
                    }
                    before = size;
                }
            }
        }
        None
    }

    /// The solution whose goal is `target`, from x near it.
    pub fn solve(&self, x: &[f64], target: f64) -> Option<Vec<f64>> {
        self.newton(x, &vec![0.0; x.len()], 1.0, Care::Exact, |_, goal| goal - target)
    }

    /// Unit tangent at x on the side of `towards`, and the derivative of the goal along it.
    fn tangent(&self, x: &[f64], towards: &[f64], care: Care) -> Option<(Vec<f64>, f64)> {
        let n = x.len();
        let mut rows = self.jacobian(x, care)?;
        let goal = std::mem::replace(&mut rows[n - 1], towards.to_vec());
        let mut unit = vec![0.0; n];
        unit[n - 1] = 1.0;
        let mut tangent = linear(rows, unit)?;
        let norm = dot(&tangent, &tangent).sqrt();
        if !(norm > 0.0 && norm.is_finite()) {
            return None;
        }
        tangent.iter_mut().for_each(|t| *t /= norm);
        let slope = dot(&goal, &tangent);
        Some((tangent, slope))
    }

    /// Whether x lies before the fold of the curve, as seen from the direction in which its last unknown falls.
    pub fn rises(&self, x: &[f64]) -> bool {
        let mut towards = vec![0.0; x.len()];
        if let Some(last) = towards.last_mut() {
            *last = -1.0;
        }
        self.tangent(x, &towards, Care::Rough).is_some_and(|(_, slope)| slope > 0.0)
    }

    /// The point of the curve on the plane across `tangent` at `length` from x.
    fn ahead(&self, x: &[f64], tangent: &[f64], length: f64, care: Care) -> Option<Vec<f64>> {
        let guess: Vec<f64> = x.iter().zip(tangent).map(|(x, t)| x + length * t).collect();
        let found = self.newton(&guess, tangent, 0.0, care, |at, _| {
            at.iter().zip(&guess).zip(tangent).map(|((a, g), t)| (a - g) * t).sum()
        })?;
        // A corrected point far from its prediction is another branch.
        let far = found.iter().zip(&guess).any(|(a, g)| (a - g).abs() > 0.5 * length.abs() + 1e-3);
        (!far).then_some(found)
    }

    /// The point of the curve next to x that has the same coordinate number `hold`.
    pub fn onto(&self, x: &[f64], hold: usize) -> Option<Vec<f64>> {
        let mut across = vec![0.0; x.len()];
        *across.get_mut(hold)? = 1.0;
        let kept = *x.get(hold)?;
        self.newton(x, &across, 0.0, Care::Exact, |at, _| at[hold] - kept)
    }

    /// Follows the curve from x, a point on it, in the direction of growing goal until the goal is `target`; with an infinite
    /// target, to its fold. A fold more than 1e-4 below a finite target is located roughly only.
    pub fn follow(&self, x: &[f64], target: f64) -> Option<End> {
        let goal = |x: &[f64]| (self.f)(x, Care::Rough)?.last().copied();
        let n = x.len();
        let mut x = x.to_vec();
        if goal(&x)? >= target {
            return self.solve(&x, target).map(End::Reached);
        }
        // First direction: that of the goal.
        let rows = self.jacobian(&x, Care::Rough)?;
        let mut unit = vec![0.0; n];
        unit[n - 1] = 1.0;
        let direction = linear(rows, unit)?;
        let mut length = 0.1;
        let (mut tangent, mut slope) = self.tangent(&x, &direction, Care::Rough)?;
        for _ in 0..80 {
            let here = goal(&x)?;
            let wanted = (target - here) / slope;
            if wanted < 0.5 {
                let guess: Vec<f64> = x.iter().zip(&tangent).map(|(x, t)| x + wanted * t).collect();
                if let Some(found) = self.solve(&guess, target)
                    && found.iter().zip(&guess).all(|(a, g)| (a - g).abs() < 0.3 * wanted.abs() + 1e-3)
                    && self.tangent(&found, &tangent, Care::Rough).is_some_and(|(_, slope)| slope > 0.0)
                {
                    return Some(End::Reached(found));
                }
            }
            let next = loop {
                let ahead = self.ahead(&x, &tangent, length, Care::Rough);
                if let Some(next) = ahead
                    && let Some(way) = self.tangent(&next, &tangent, Care::Rough)
                {
                    break Some((next, way));
                }
                length *= 0.5;
                if length < 1e-4 {
                    break None;
                }
            };
            let Some((next, way)) = next else { return Some(End::Lost(x, here)) };
            let there = goal(&next)?;
            if way.1 <= 0.0 || there < here {
                return self.fold(&x, &tangent, length, target);
            }
            if there >= target {
                return self.between(&x, &tangent, length, target);
            }
            x = next;
            (tangent, slope) = way;
            length = (1.6 * length).min(LONGEST);
        }
        let here = goal(&x)?;
        Some(End::Lost(x, here))
    }

    /// The maximum of the goal between x and `length` ahead along `tangent`, where the goal's slope changes sign; the point of
    /// goal `target` before it where that is below.
    fn fold(&self, x: &[f64], tangent: &[f64], length: f64, target: f64) -> Option<End> {
        let slope = |ahead: f64, care: Care| -> Option<(Vec<f64>, f64)> {
            let point = self.ahead(x, tangent, ahead, care)?;
            let (_, slope) = self.tangent(&point, tangent, care)?;
            Some((point, slope))
        };
        let lost = || {
            let goal = (self.f)(x, Care::Exact)?.last().copied()?;
            Some(End::Lost(x.to_vec(), goal))
        };
        let rough = |ahead: f64| slope(ahead, Care::Rough).map_or(-1.0, |(_, slope)| slope);
        let start = self.tangent(x, tangent, Care::Rough)?.1;
        let end = rough(length);
        if (start > 0.0) == (end > 0.0) {
            return lost();
        }
        let at = super::roots::root(rough, (0.0, start), (length, end), 1e-3 * length);
        if target.is_finite() {
            // Far below the target the place of the fold does not matter.
            let point = self.ahead(x, tangent, at, Care::Rough)?;
            let goal = (self.f)(&point, Care::Rough)?.last().copied()?;
            if goal < target - 1e-4 {
                return Some(End::Fold(point, goal));
            }
        }
        // A few secants with exact slopes; the goal is off by the square of what is left.
        let (mut a, mut b) = (at - 2e-3 * length, at + 2e-3 * length);
        let mut f_a = slope(a, Care::Exact)?.1;
        let mut best = slope(b, Care::Exact)?;
        for _ in 0..6 {
            let next = b - best.1 * (b - a) / (best.1 - f_a);
            if !next.is_finite() || (next - at).abs() > 0.2 * length {
                break;
            }
            (a, f_a) = (b, best.1);
            b = next;
            best = slope(b, Care::Exact)?;
            if (b - a).abs() < 1e-8 || best.1.abs() < 1e-11 {
                break;
            }
        }
        let goal = |x: &[f64]| (self.f)(x, Care::Exact)?.last().copied();
        let top = goal(&best.0)?;
        if top <= target {
            return Some(End::Fold(best.0, top));
        }
        self.between(x, tangent, b, target)
    }

    /// The point of goal `target` between x, where the goal is lower, and `length` ahead, where it is not.
    fn between(&self, x: &[f64], tangent: &[f64], length: f64, target: f64) -> Option<End> {
        let missing = |ahead: f64| {
            let point = self.ahead(x, tangent, ahead, Care::Exact)?;
            Some((self.f)(&point, Care::Exact)?.last()? - target)
        };
        let (first, last) = (missing(0.0)?, missing(length)?);
        if !(first <= 0.0 && last >= 0.0) {
            return Some(End::Lost(x.to_vec(), target + first));
        }
        let at = super::roots::root(|a| missing(a).unwrap_or(1.0), (0.0, first), (length, last), 0.0);
        self.ahead(x, tangent, at, Care::Exact).map(End::Reached)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Solves a x = b by elimination with row pivots; None where a is singular.
#[allow(clippy::needless_range_loop)] // rows of one matrix meet each other
fn linear(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs()))?;
        a.swap(k, pivot);
        b.swap(k, pivot);
        if !(a[k][k].abs() > 0.0 && a[k][k].is_finite()) {
            return None;
        }
        for i in k + 1..n {
            let factor = a[i][k] / a[k][k];
            for j in k..n {
                a[i][j] -= factor * a[k][j];
            }
            b[i] -= factor * b[k];
        }
    }
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| a[k][j] * b[j]).sum();
        b[k] = (b[k] - known) / a[k][k];
    }
    b.iter().all(|x| x.is_finite()).then_some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The circle x² + y² = 1 with goal y.
    fn circle() -> Curve<impl Fn(&[f64], Care) -> Option<Vec<f64>>> {
        Curve::new(|x: &[f64], _| Some(vec![x[0] * x[0] + x[1] * x[1] - 1.0, x[1]]))
    }

    #[test]
    fn a_curve_is_followed_to_its_target_and_to_its_fold() {
        let Some(End::Reached(x)) = circle().follow(&[1.0, 0.0], 0.6) else { panic!("not reached") };
        assert!((x[0] - 0.8).abs() < 1e-13 && (x[1] - 0.6).abs() < 1e-13, "{x:?}");
        let Some(End::Fold(x, goal)) = circle().follow(&[1.0, 0.0], f64::INFINITY) else { panic!("no fold") };
        assert!((goal - 1.0).abs() < 1e-14 && x[0].abs() < 1e-7, "{x:?} {goal}");
        for distance in [1e-3, 1e-6, 1e-9] {
            let Some(End::Reached(x)) = circle().follow(&[1.0, 0.0], 1.0 - distance) else {
                panic!("not reached")
            };
            assert!(x[0] > 0.0 && (x[1] - 1.0 + distance).abs() < 1e-13, "the side it came from: {x:?}");
        }
    }
}
