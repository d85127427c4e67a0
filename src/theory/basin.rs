//! How far from a pattern retrieval begins: the first parallel step, and the unstable state between retrieval and m = 0.

use super::curve::Curve;
use crate::numerics::roots::root;
use crate::numerics::special::power;
use crate::numerics::tanh_moments;
use crate::params::{InteractionOrder, Load, Temperature};

/// Overlap after one parallel step from m₀: m₁ = E tanh β[(P/2) m₀^{P−1} + Y √(γP/2)], at T = 0 erf((P/2) m₀^{P−1}/√(γP)).
///
/// The field of the other patterns on a start that is independent of them is Gaussian, q = 1 (P = 2: Kinzel, Z. Phys. B 60, 205 (1985)):
/// exact at N → ∞ for this one step and no later one. −1 ≤ m₀ ≤ 1: from −m₀ the step is −m₁ at even P and m₁ at odd. γ > 0, T ≥ 0.
pub fn first_step(p: InteractionOrder, gamma: Load, t: Temperature, m: f64) -> f64 {
    let order = f64::from(p.get());
    let (signal, noise) = (0.5 * order * power(m, p.get() - 1), (0.5 * order * gamma.get()).sqrt());
    if t.is_zero() {
        return libm::erf(signal / (noise * std::f64::consts::SQRT_2));
    }
    tanh_moments(t.beta() * signal, t.beta() * noise).tanh
}

/// m of the RS saddle point between retrieval and m = 0 at T = 0, which is unstable in m: where the basin of retrieval would end if
/// dynamics were a walk in m alone. None beyond the spinodal of retrieval.
///
/// The second load γ of the curve w ↦ γ(w) beyond its fold (`curve`): m = erf x, x = 1/(w√2), γ = (2/P)(wA)², A = (P/2)m^{P−1}
/// (P = 2: times (1 − C)², Amit, Gutfreund & Sompolinsky 1987), which falls from the fold to 0 as w → ∞.
pub fn unstable_overlap(p: InteractionOrder, gamma: Load) -> Option<f64> {
    let curve = Curve::new(p.get(), 0.0, 0.0);
    let target = (0.5 * f64::from(p.get()) * gamma.get()).sqrt();
    let fold = curve.fold().filter(|fold| fold.root_load > target)?;
    let excess = |w: f64| curve.at(w, (1.0, 0.0)).map(|point| libm::log(point.root_load / target));
    let mut beyond = fold.w;
    for _ in 0..200 {
        let before = beyond;
        beyond *= 1.5;
        let (lo, hi) = (excess(before)?, excess(beyond)?);
        if hi <= 0.0 {
            let w = root(|w| excess(w).unwrap_or(-1.0), (before, lo), (beyond, hi), 1e-14);
            return curve.at(w, (1.0, 0.0)).map(|point| point.m);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{first_step, unstable_overlap};
    use crate::params::{InteractionOrder, Load, Temperature};

    fn of(p: u32, gamma: f64) -> (InteractionOrder, Load) {
        (InteractionOrder::new(p).expect("P"), Load::new(gamma).expect("a load"))
    }

    /// From P = 3 on q = 1 and C = 0 in the field: the first step has the saddle points as its fixed points, and flees from this one.
    #[test]
    fn the_unstable_state_is_a_fixed_point_of_the_first_step_that_it_leaves() {
        let t = Temperature::new(0.0).expect("T");
        for p in [3, 4, 7] {
            let (p, gamma) = of(p, 0.08);
            let m = unstable_overlap(p, gamma).expect("below the spinodal");
            let step = |m: f64| first_step(p, gamma, t, m);
            assert!((step(m) - m).abs() < 1e-10, "P = {p}: {m} {}", step(m));
            assert!(step(m + 0.01) > m + 0.01 && step(m - 0.01) < m - 0.01, "P = {p}");
        }
    }

    /// It meets retrieval at the spinodal and is not there beyond, α_c = 0.1379 at P = 2, where it goes to 0 as m = erf y, y² = ¾√(2πα).
    #[test]
    fn the_unstable_state_ends_where_retrieval_does() {
        let at = |alpha: f64| {
            let (p, alpha) = of(2, alpha);
            unstable_overlap(p, alpha)
        };
        assert!(at(0.139).is_none());
        let (near, half, low) = (at(0.1378).expect("m"), at(0.08).expect("m"), at(1e-5).expect("m"));
        assert!(
            (0.90..0.97).contains(&near) && half < near && low < half && (0.08..0.095).contains(&low),
            "{near} {half} {low}"
        );
    }

    /// From the reversed start the field of the pattern, (P/2) m₀^{P−1}, is reversed at even P and the same at odd.
    #[test]
    fn the_first_step_from_the_reversed_start_has_the_parity_of_the_order() {
        for (p, sign) in [(2, -1.0), (3, 1.0), (4, -1.0), (5, 1.0)] {
            for t in [0.0, 0.3] {
                let (p, gamma) = of(p, 0.1);
                let step = |m: f64| first_step(p, gamma, Temperature::new(t).expect("T"), m);
                assert!(step(0.4) > 0.01 && step(-0.4) == sign * step(0.4), "P = {p}, T = {t}");
            }
        }
    }

    /// A low temperature is close to none.
    #[test]
    fn the_first_step_at_low_temperature_is_that_of_none() {
        let (p, gamma) = of(3, 0.2);
        let at = |t: f64| first_step(p, gamma, Temperature::new(t).expect("T"), 0.6);
        assert!((at(0.001) - at(0.0)).abs() < 1e-4, "{} {}", at(0.001), at(0.0));
    }
}
