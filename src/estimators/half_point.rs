//! Where a probability of success falls to ½, and straight lines through such points.

/// x½ of P(x) = exp(−log 2 · e^{s (x − x½)}), or 1/(1 + e^{s (x − x½)}): with x = log K and s = 1 the first is the law of failures that
/// each of K patterns causes by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfPoint {
    pub x: f64,
    /// One standard error, of binomial scatter.
    pub error: f64,
    pub steepness: f64,
    /// One standard error of the steepness
    pub steepness_error: f64,
}

/// One point of the curve: x, the fraction of successes, and the number of independent trials.
pub type Trials = (f64, f64, f64);

/// Fractions below this are past the fall, of so many trials at least: few may fail together by chance.
const FALLEN: (f64, f64) = (0.1, 30.0);
/// A fit ends with a Newton step of intercept and slope below this.
pub const LAST_STEP: f64 = 1e-10;

/// How a probability of success falls with x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fall {
    /// P = exp(−e^{a + bx}): each of many parts may fail by itself.
    Extreme,
    /// P = 1/(1 + e^{a + bx}): one thing fails at an x of its own, which scatters evenly about x½.
    Even,
}

/// What the likelihood of one trial needs at η = a + bx, which is never beyond 30 in size.
struct Tangent {
    /// −log P and −log(1 − P)
    success: f64,
    failure: f64,
    /// ∂ log(1 − P)/∂η and −∂ log P/∂η
    gain: f64,
    loss: f64,
    /// Expected information about η
    weight: f64,
}

impl Fall {
    /// η at P = ½.
    fn half(self) -> f64 {
        match self {
            Self::Extreme => libm::log(std::f64::consts::LN_2),
            Self::Even => 0.0,
        }
    }

    fn at(self, eta: f64) -> Tangent {
        let rate = libm::exp(eta.clamp(-30.0, 30.0));
        match self {
            Self::Extreme => {
                // rate e^{−rate}/(1 − e^{−rate}) → 1
                let odds = rate / libm::expm1(rate);
                let failure = -libm::log(-libm::expm1(-rate));
                Tangent { success: rate, failure, gain: odds, loss: rate, weight: rate * odds }
            }
            Self::Even => {
                let (success, failure) = (libm::log1p(rate), libm::log1p(1.0 / rate));
                let fails = rate / (1.0 + rate);
                Tangent { success, failure, gain: 1.0 - fails, loss: fails, weight: fails * (1.0 - fails) }
            }
        }
    }
}

/// Whether the maximum of the likelihood lies at a finite steepness: some trial failed at a smaller x than another succeeded at.
pub fn overlapping(data: &[Trials]) -> bool {
    let first_failure = data.iter().filter(|d| d.1 < 1.0).map(|d| d.0).fold(f64::INFINITY, f64::min);
    data.iter().any(|d| d.1 > 0.0 && d.0 > first_failure)
}

/// [`half_point_of`] a fall of many parts.
pub fn half_point(data: &[Trials]) -> Option<HalfPoint> {
    half_point_of(Fall::Extreme, data)
}

/// By maximum likelihood (Fisher scoring), from the points (x ascending) up to the first fraction below 0.1 of 30 trials or more: far beyond, what
/// succeeds does so for other reasons, and P does not go to 0. `None` unless fractions lie on both sides of ½ and fall with x.
pub fn half_point_of(fall: Fall, data: &[Trials]) -> Option<HalfPoint> {
    let fallen = data.iter().position(|d| d.1 < FALLEN.0 && d.2 >= FALLEN.1).map_or(data.len(), |at| at + 1);
    let data = &data[..fallen];
    let above = data.iter().filter(|d| d.1 > 0.5).map(|d| d.0).reduce(f64::max)?;
    let below = data.iter().filter(|d| d.1 < 0.5).map(|d| d.0).reduce(f64::min)?;
    let centre = 0.5 * (above + below);
    let half = fall.half();
    let likelihood = |(a, b): (f64, f64)| -> f64 {
        let of = |&(x, fraction, trials): &Trials| {
            let at = fall.at(a + b * (x - centre));
            // 0 · ∞ where all succeeded.
            let failed = if fraction < 1.0 { (1.0 - fraction) * at.failure } else { 0.0 };
            -trials * (failed + fraction * at.success)
        };
        super::sum(data.iter().map(of))
    };
    let (mut a, mut b) = (half, 1.0);
    let mut information = [0.0; 3];
    for _ in 0..200 {
        let (mut score, mut known) = ([0.0; 2], [0.0; 3]);
        for &(x, fraction, trials) in data {
            let x = x - centre;
            let at = fall.at(a + b * x);
            let slope = trials * ((1.0 - fraction) * at.gain - fraction * at.loss);
            let weight = trials * at.weight;
            score = [score[0] + slope, score[1] + slope * x];
            known = [known[0] + weight, known[1] + weight * x, known[2] + weight * x * x];
        }
        let determinant = known[0] * known[2] - known[1] * known[1];
        if determinant.is_nan() || determinant <= 0.0 {
            return None;
        }
        information = known.map(|entry| entry / determinant);
        let step = [
            information[2] * score[0] - information[1] * score[1],
            information[0] * score[1] - information[1] * score[0],
        ];
        let here = likelihood((a, b));
        let mut length = 1.0;
        while length > 1e-6 && likelihood((a + length * step[0], b + length * step[1])) < here {
            length *= 0.5;
        }
        (a, b) = (a + length * step[0], b + length * step[1]);
        if step[0].abs() + step[1].abs() < LAST_STEP {
            break;
        }
    }
    let offset = (half - a) / b;
    // x½ = (half − a)/b: its error by the covariance of a and b.
    let variance =
        (information[2] - 2.0 * information[1] * offset + information[0] * offset * offset) / (b * b);
    (b > 0.0 && variance.is_finite()).then(|| HalfPoint {
        x: centre + offset,
        error: variance.sqrt(),
        steepness: b,
        steepness_error: information[0].sqrt(),
    })
}

/// y = intercept + slope x, by weighted least squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StraightLine {
    pub intercept: f64,
    pub slope: f64,
    /// One standard error of the slope; where the points scatter by more than their errors, as much larger.
    pub slope_error: f64,
    /// Of `freedom` degrees of freedom: two less than there are points
    pub chi_square: f64,
    pub freedom: usize,
}

/// Through (x, y, error of y) of at least three points.
pub fn straight_line(points: &[(f64, f64, f64)]) -> Option<StraightLine> {
    if points.len() < 3 || points.iter().any(|p| p.2.is_nan() || p.2 <= 0.0) {
        return None;
    }
    let weighted =
        |f: &dyn Fn(f64, f64) -> f64| super::sum(points.iter().map(|&(x, y, e)| f(x, y) / (e * e)));
    let total = weighted(&|_, _| 1.0);
    let (x, y) = (weighted(&|x, _| x) / total, weighted(&|_, y| y) / total);
    let spread = weighted(&|a, _| (a - x) * (a - x));
    let slope = weighted(&|a, b| (a - x) * (b - y)) / spread;
    let chi_square = weighted(&|a, b| (b - y - slope * (a - x)).powi(2));
    let freedom = points.len() - 2;
    let slope_error = ((chi_square / freedom as f64).max(1.0) / spread).sqrt();
    let line = StraightLine { intercept: y - slope * x, slope, slope_error, chi_square, freedom };
    slope_error.is_finite().then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{StreamKey, uniform};

    #[test]
    fn the_half_point_of_drawn_successes_is_found_within_its_error() {
        // 200 fits: z of x½ has mean 0 ± 0.07 and variance 1 ± 0.1; limits at more than 4 of these, fixed seed.
        let mut stream = StreamKey::new(9, "half").stream();
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..200 {
            let data: Vec<Trials> = (0..8)
                .map(|i| {
                    let x = 3.0 + 0.5 * f64::from(i);
                    let p = (-std::f64::consts::LN_2 * (1.2 * (x - 4.7)).exp()).exp();
                    let successes = (0..60).filter(|_| uniform(&mut stream) < p).count();
                    (x, successes as f64 / 60.0, 60.0)
                })
                .collect();
            let found = half_point(&data).expect("valid");
            let z = (found.x - 4.7) / found.error;
            sum += z;
            square += z * z;
        }
        assert!((sum / 200.0).abs() < 0.3 && (square / 200.0 - 1.0).abs() < 0.45, "{sum} {square}");
    }

    #[test]
    fn the_half_point_of_an_even_fall_is_found_within_its_error() {
        // As above, with the other law: the fit of the wrong one is off by a tenth of a width.
        let mut stream = StreamKey::new(10, "half").stream();
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..200 {
            let data: Vec<Trials> = (0..8)
                .map(|i| {
                    let x = 3.0 + 0.5 * f64::from(i);
                    let p = 1.0 / (1.0 + (2.0 * (x - 4.7)).exp());
                    let successes = (0..60).filter(|_| uniform(&mut stream) < p).count();
                    (x, successes as f64 / 60.0, 60.0)
                })
                .collect();
            let found = half_point_of(Fall::Even, &data).expect("valid");
            let z = (found.x - 4.7) / found.error;
            sum += z;
            square += z * z;
        }
        assert!((sum / 200.0).abs() < 0.3 && (square / 200.0 - 1.0).abs() < 0.45, "{sum} {square}");
    }

    #[test]
    fn steps_do_not_overlap_and_falls_do() {
        assert!(!overlapping(&[(1.0, 1.0, 9.0), (2.0, 0.5, 9.0), (3.0, 0.0, 9.0)]));
        assert!(!overlapping(&[(1.0, 1.0, 9.0), (2.0, 0.0, 9.0)]) && !overlapping(&[]));
        assert!(overlapping(&[(1.0, 0.9, 9.0), (2.0, 0.1, 9.0)]));
    }

    #[test]
    fn a_plateau_far_beyond_the_fall_does_not_move_the_half_point() {
        let p = |x: f64| (-std::f64::consts::LN_2 * (x - 4.7).exp()).exp();
        let mut data: Vec<Trials> =
            (0..8).map(|i| 3.0 + 0.5 * f64::from(i)).map(|x| (x, p(x), 60.0)).collect();
        assert!((half_point(&data).expect("valid").x - 4.7).abs() < 1e-6);
        data.extend([(8.0, 0.05, 60.0), (12.0, 0.05, 60.0)]);
        assert!((half_point(&data).expect("valid").x - 4.7).abs() < 1e-6);
    }

    #[test]
    fn what_does_not_cross_one_half_has_no_half_point() {
        assert_eq!(half_point(&[(1.0, 0.9, 50.0), (2.0, 0.8, 50.0)]), None);
        assert_eq!(half_point(&[(1.0, 0.1, 50.0), (2.0, 0.0, 50.0)]), None);
        assert_eq!(half_point(&[]), None);
        assert_eq!(half_point(&[(1.0, 0.0, 50.0), (2.0, 1.0, 50.0)]), None);
        // A step between two points: somewhere between, with a finite error or none at all.
        let step = half_point(&[(1.0, 1.0, 50.0), (2.0, 0.0, 50.0)]);
        assert!(
            step.is_none_or(|found| (1.0..=2.0).contains(&found.x) && found.error.is_finite()),
            "{step:?}"
        );
    }

    #[test]
    fn a_straight_line_is_weighted_and_honest_about_scatter() {
        let exact: Vec<(f64, f64, f64)> =
            (1..6).map(|i| (f64::from(i), 2.0 + 0.5 * f64::from(i), 0.1)).collect();
        let line = straight_line(&exact).expect("valid");
        assert!((line.slope - 0.5).abs() < 1e-12 && (line.intercept - 2.0).abs() < 1e-12);
        assert!((line.slope_error - 0.1 / 10f64.sqrt()).abs() < 1e-12);
        let mut bent = exact.clone();
        bent[2].1 += 1.0;
        assert!(straight_line(&bent).expect("valid").slope_error > 5.0 * line.slope_error);
        bent[2].2 = 1e6;
        assert!((straight_line(&bent).expect("valid").slope - 0.5).abs() < 1e-9);
        assert_eq!(straight_line(&exact[..2]), None);
    }
}
