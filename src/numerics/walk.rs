//! Branches of solutions followed along a curve: pseudo-arclength continuation, folds.
//!
//! Steps are predicted along the tangent and corrected on the plane across it, so that folds are passed (H. B. Keller, in
//! *Applications of Bifurcation Theory*, 1977).

use super::follow::{Care, Condition, Curve, LONGEST, Node, dot};
use super::roots::root;

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

/// A curve walked once from its start, which answers for any target. Its steps do not depend on what is asked, so that every
/// answer is the same as if it were the only one, to the last bit.
pub struct Walk<F> {
    curve: Curve<F>,
    nodes: Vec<Node>,
    /// Length of the next step
    length: f64,
    stop: Option<Stop>,
    rough_fold: Option<(f64, Vec<f64>, f64)>,
    fold: Option<(f64, Vec<f64>, f64)>,
}

/// Why no node follows the last one.
#[derive(Clone, Copy)]
enum Stop {
    /// The goal turns within the next step, at whose end it has this slope
    Turn(f64),
    Lost,
}

impl<F: Fn(&[f64], Care) -> Option<Vec<f64>>> Walk<F> {
    /// A walk from x, a point of the curve, in the direction of growing goal.
    pub fn new(curve: Curve<F>, x: &[f64]) -> Option<Self> {
        let start = curve.node(x.to_vec(), None, Care::Rough)?;
        Some(Self { curve, nodes: vec![start], length: 0.2, stop: None, rough_fold: None, fold: None })
    }

    /// The start and its goal.
    pub fn start(&self) -> (&[f64], f64) {
        (&self.nodes[0].x, self.nodes[0].goal)
    }

    /// Whether the goal grows with unknown number k at the start.
    pub fn rises_with(&self, k: usize) -> bool {
        self.nodes[0].tangent.get(k).is_some_and(|t| *t > 0.0)
    }

    /// Follows the curve in the direction of growing goal until the goal is `target`; with an infinite target, to its fold. A
    /// fold more than 1e-4 below a finite target is located roughly only.
    pub fn reach(&mut self, target: f64) -> Option<End> {
        if self.nodes[0].goal >= target {
            let from = self.nodes[0].x.clone();
            return self.near_start(&from, target).map(End::Reached);
        }
        for k in 0.. {
            let node = &self.nodes[k];
            let wanted = (target - node.goal) / node.slope;
            if wanted < 0.5
                && let Some(found) =
                    self.curve.land(node, &node.along(wanted), target, 0.3 * wanted.abs() + 1e-3)
            {
                return Some(End::Reached(found));
            }
            if k + 1 == self.nodes.len() && self.stop.is_none() {
                self.step();
            }
            let node = &self.nodes[k];
            match (self.nodes.get(k + 1), self.stop) {
                (Some(next), _) if next.goal >= target => {
                    let length = dot(&node.tangent, &next.x) - dot(&node.tangent, &node.x);
                    return self.between(k, length, target);
                }
                (Some(_), _) => {}
                (None, Some(Stop::Turn(slope))) => return self.turn(slope, target),
                (None, _) => return Some(End::Lost(node.x.clone(), node.goal)),
            }
        }
        None
    }

    /// The solution of goal `target` from x, near the start.
    pub fn near_start(&self, x: &[f64], target: f64) -> Option<Vec<f64>> {
        self.curve.newton(x, Some(&self.nodes[0].matrix), &Condition::Goal(target), Care::Exact)
    }

    /// The next node, or why there is none.
    fn step(&mut self) {
        let node = &self.nodes[self.nodes.len() - 1];
        let next = loop {
            let ahead = self.curve.ahead(node, self.length, Care::Rough);
            let next = ahead.and_then(|x| self.curve.node(x, Some(&node.tangent), Care::Rough));
            if next.is_some() || self.nodes.len() > 80 {
                break next;
            }
            self.length *= 0.5;
            if self.length < 1e-4 {
                break None;
            }
        };
        match next {
            Some(next) if next.slope <= 0.0 || next.goal < node.goal => {
                self.stop = Some(Stop::Turn(next.slope));
            }
            Some(next) if self.nodes.len() <= 80 => {
                self.nodes.push(next);
                self.length = (1.6 * self.length).min(LONGEST);
            }
            _ => self.stop = Some(Stop::Lost),
        }
    }

    /// The maximum of the goal within the step after the last node, where the goal's slope changes sign; the point of goal
    /// `target` before it where that is below.
    fn turn(&mut self, slope: f64, target: f64) -> Option<End> {
        let k = self.nodes.len() - 1;
        if self.rough_fold.is_none() {
            self.rough_fold = self.rough_fold(slope);
        }
        let Some((at, x, goal)) = &self.rough_fold else {
            let node = &self.nodes[k];
            return Some(End::Lost(node.x.clone(), node.goal));
        };
        // Far below the target the place of the fold does not matter.
        if target.is_finite() && *goal < target - 1e-4 {
            return Some(End::Fold(x.clone(), *goal));
        }
        if self.fold.is_none() {
            self.fold = self.exact_fold(*at);
        }
        let (at, x, top) = self.fold.as_ref()?;
        if *top <= target {
            return Some(End::Fold(x.clone(), *top));
        }
        self.between(k, *at, target)
    }

    /// (length from the last node, x, goal) of the fold, to 1e-3 of the step.
    fn rough_fold(&self, end: f64) -> Option<(f64, Vec<f64>, f64)> {
        let node = self.nodes.last()?;
        let slope = |length: f64| {
            let x = self.curve.ahead(node, length, Care::Rough);
            let there = x.and_then(|x| self.curve.node(x, Some(&node.tangent), Care::Rough));
            there.map_or(-1.0, |there| there.slope)
        };
        if !(node.slope > 0.0 && end <= 0.0) {
            return None;
        }
        let at = root(slope, (0.0, node.slope), (self.length, end), 1e-3 * self.length);
        let x = self.curve.ahead(node, at, Care::Rough)?;
        let goal = self.curve.goal(&x, Care::Rough)?;
        Some((at, x, goal))
    }

    /// The fold by a few secants with careful slopes; the goal is off by the square of what is left.
    fn exact_fold(&self, at: f64) -> Option<(f64, Vec<f64>, f64)> {
        let node = self.nodes.last()?;
        let slope = |length: f64| {
            let x = self.curve.ahead(node, length, Care::Careful)?;
            self.curve.node(x, Some(&node.tangent), Care::Careful).map(|there| there.slope)
        };
        let (mut a, mut b) = (at - 2e-3 * self.length, at + 2e-3 * self.length);
        let (mut slope_a, mut slope_b) = (slope(a)?, slope(b)?);
        for _ in 0..6 {
            let next = b - slope_b * (b - a) / (slope_b - slope_a);
            if !next.is_finite() || (next - at).abs() > 0.2 * self.length {
                break;
            }
            (a, slope_a, b) = (b, slope_b, next);
            if (b - a).abs() < 1e-7 {
                break;
            }
            slope_b = slope(b)?;
            if slope_b.abs() < 1e-9 {
                break;
            }
        }
        let x = self.curve.ahead(node, b, Care::Exact)?;
        let goal = self.curve.goal(&x, Care::Exact)?;
        Some((b, x, goal))
    }

    /// The point of goal `target` between node k, where the goal is lower, and `length` ahead, where it is not.
    fn between(&self, k: usize, length: f64, target: f64) -> Option<End> {
        let node = &self.nodes[k];
        let missing = |ahead: f64, care: Care| {
            let point = self.curve.ahead(node, ahead, care)?;
            Some(self.curve.goal(&point, care)? - target)
        };
        let rough = |ahead: f64| missing(ahead, Care::Rough).unwrap_or(1.0);
        let at_end = rough(length);
        if node.goal < target && at_end > 0.0 {
            let at = root(rough, (0.0, node.goal - target), (length, at_end), 1e-5 * length);
            if let Some(guess) = self.curve.ahead(node, at, Care::Rough)
                && let Some(found) = self.curve.land(node, &guess, target, 1e-3)
            {
                return Some(End::Reached(found));
            }
        }
        // Next to the fold, on its side.
        let exact = |ahead: f64| missing(ahead, Care::Exact);
        let (first, last) = (exact(0.0)?, exact(length)?);
        if !(first <= 0.0 && last >= 0.0) {
            return Some(End::Lost(node.x.clone(), target + first));
        }
        let at = root(|a| exact(a).unwrap_or(1.0), (0.0, first), (length, last), 0.0);
        self.curve.ahead(node, at, Care::Exact).map(End::Reached)
    }
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
        let Some(End::Reached(x)) = Walk::new(circle(), &[1.0, 0.0]).expect("valid").reach(0.6) else {
            panic!("not reached")
        };
        assert!((x[0] - 0.8).abs() < 1e-13 && (x[1] - 0.6).abs() < 1e-13, "{x:?}");
        let Some(End::Fold(x, goal)) = Walk::new(circle(), &[1.0, 0.0]).expect("valid").reach(f64::INFINITY)
        else {
            panic!("no fold")
        };
        assert!((goal - 1.0).abs() < 1e-14 && x[0].abs() < 1e-7, "{x:?} {goal}");
        for distance in [1e-3, 1e-6, 1e-9] {
            let Some(End::Reached(x)) =
                Walk::new(circle(), &[1.0, 0.0]).expect("valid").reach(1.0 - distance)
            else {
                panic!("not reached")
            };
            assert!(x[0] > 0.0 && (x[1] - 1.0 + distance).abs() < 1e-13, "the side it came from: {x:?}");
        }
    }

    #[test]
    fn what_a_walk_answers_does_not_depend_on_what_it_was_asked_before() {
        let targets = [0.99999, 0.3, 2.0, 0.7, f64::INFINITY, 0.05, 0.95];
        let mut walk = Walk::new(circle(), &[1.0, 0.0]).expect("valid");
        for target in targets {
            let alone = Walk::new(circle(), &[1.0, 0.0]).expect("valid").reach(target);
            assert_eq!(walk.reach(target), alone);
        }
    }
}
