//! What the sizes say together: exponents, and the load at N → ∞.

use super::{Row, terms};
use crate::estimators::{
    Extrapolation, FreeExtrapolation, StraightLine, extrapolate, extrapolate_freely, straight_line,
};
use crate::params::{InteractionOrder, Temperature};
use crate::scenario::Definition;
use serde_json::{Value, json};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// One definition, T and P over its sizes.
#[derive(Debug, Clone)]
pub struct Scaling {
    pub definition: Definition,
    pub temperature: Temperature,
    pub order: InteractionOrder,
    /// log K_c against log N and against log C(N−1, P−1); None of fewer than three sizes
    pub against_size: Option<StraightLine>,
    pub against_terms: Option<StraightLine>,
    /// The slope of log C(N−1, P−1) against log N with the weights of the data: what an exact P − 1 looks like at these sizes
    pub terms_exponent: Option<f64>,
    /// Likewise of theory's K, where it has one at finite N
    pub theory_exponent: Option<f64>,
    /// y(N) = y_∞ + a N^{−ω} at ω = 2/3 and 1, and with ω free. y is γ̃_c of saturation, of recall K_c over that of independent Gaussian bits,
    /// whose correction this is: y_∞ = 1 where they become independent and Gaussian
    pub fixed: Vec<Extrapolation>,
    pub free: Option<FreeExtrapolation>,
    /// γ of RS, 1RSB and T_d²
    pub theory: super::Theory,
}

/// A line is not believed whose χ² is as large by chance in fewer cases than this.
pub const MISFIT: f64 = 0.01;

/// The exponents ω that are compared.
pub const OMEGAS: [f64; 2] = [2.0 / 3.0, 1.0];

/// One for each definition, T and P of the rows, in their order.
pub fn scalings(rows: &[Row]) -> Vec<Scaling> {
    rows.chunk_by(|a, b| a.goal.study() == b.goal.study()).map(scaling).collect()
}

fn scaling(rows: &[Row]) -> Scaling {
    let goal = rows[0].goal;
    let log = |x: f64| libm::log(x);
    let found: Vec<(&Row, f64, f64)> =
        rows.iter().filter_map(|row| row.found.as_ref().ok().map(|f| (row, log(f.0), f.1 / f.0))).collect();
    let size = |row: &Row| log(row.goal.spins as f64);
    let term = |row: &Row| log(terms(row.goal.order, row.goal.spins));
    let line = |x: &dyn Fn(&Row) -> f64, y: &dyn Fn(&Row, f64) -> Option<f64>| {
        let points: Option<Vec<_>> =
            found.iter().map(|&(row, k, error)| Some((x(row), y(row, k)?, error))).collect();
        straight_line(&points?)
    };
    let recall = goal.definition != Definition::Saturation;
    let values: Vec<(f64, f64, f64)> = rows
        .iter()
        .filter_map(|row| row.extrapolated().map(|(y, error)| (row.goal.spins as f64, y, error)))
        .collect();
    Scaling {
        definition: goal.definition,
        temperature: goal.temperature,
        order: goal.order,
        against_size: line(&size, &|_, k| Some(k)),
        against_terms: line(&term, &|_, k| Some(k)),
        terms_exponent: line(&size, &|row, _| Some(term(row))).map(|fit| fit.slope),
        theory_exponent: line(&size, &|row, _| row.expected().filter(|_| recall).map(log))
            .map(|fit| fit.slope),
        fixed: OMEGAS.iter().filter_map(|&omega| extrapolate(&values, omega)).collect(),
        free: extrapolate_freely(&values),
        theory: rows[0].theory,
    }
}

impl Scaling {
    /// How far the exponent is from what is expected, in its errors: of saturation that against C(N−1, P−1) from 1 (beyond about 2,
    /// K_c ∝ N^{P−1} does not hold at these sizes), of recall, which has logarithms, that against N from theory's at the same sizes.
    pub fn deviation(&self) -> Option<f64> {
        let (line, expected) = match self.definition {
            Definition::Saturation => (self.against_terms?, 1.0),
            Definition::RecallOne | Definition::RecallAll => (self.against_size?, self.theory_exponent?),
        };
        Some((line.slope - expected) / line.slope_error)
    }

    /// Whether what is expected of the exponent ([`Self::deviation`]) is within two of its errors. None too where it is, but the points do
    /// not lie on a line (χ² by chance in less than 1 %): errors scaled up by a misfit are no reason to believe.
    pub fn holds(&self) -> Option<bool> {
        let near = self.deviation()?.abs() <= 2.0;
        (!near || self.fits()?).then_some(near)
    }

    /// Whether the points of the exponent that [`Self::deviation`] is about lie on a line.
    pub fn fits(&self) -> Option<bool> {
        let line = match self.definition {
            Definition::Saturation => self.against_terms?,
            Definition::RecallOne | Definition::RecallAll => self.against_size?,
        };
        let law = ChiSquared::new(line.freedom as f64).ok()?;
        Some(law.sf(line.chi_square) >= MISFIT)
    }

    /// The name of what is extrapolated.
    pub fn extrapolated(&self) -> &'static str {
        if self.definition == Definition::Saturation { "gamma_tilde_c" } else { "k_c / theory_k_c" }
    }

    pub(super) fn to_json(&self) -> Value {
        let line = |line: Option<StraightLine>| {
            line.map(|l| {
                json!({ "exponent": l.slope, "error": l.slope_error, "chi_square": l.chi_square, "freedom": l.freedom })
            })
        };
        let fit = |fit: &Extrapolation| {
            json!({
                "omega": fit.exponent, "limit": fit.limit, "limit_err": fit.limit_err, "a": fit.slope,
                "chi_square": fit.chi_square, "freedom": fit.freedom,
            })
        };
        json!({
            "definition": self.definition.name(), "temperature": self.temperature.get(), "p": self.order.get(),
            "against_n": line(self.against_size), "against_terms": line(self.against_terms),
            "terms_against_n": self.terms_exponent, "theory_against_n": self.theory_exponent,
            "deviation": self.deviation(), "fits": self.fits(), "holds": self.holds(), "extrapolated": self.extrapolated(),
            "extrapolations": self.fixed.iter().map(fit).collect::<Vec<_>>(),
            "free": self.free.map(|free| json!({
                "best": fit(&free.best), "omega_range": [free.exponents.0, free.exponents.1],
                "limit_range": [free.limits.0, free.limits.1],
            })),
            "rs_gamma_c": self.theory.rs, "rsb1_gamma_c": self.theory.one_rsb, "nishimori_gamma": self.theory.nishimori,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::capacity::{Goal, Theory};

    /// Rows of K_c = (2/P) C(N−1, P−1) γ(N), each known to a thousandth.
    fn rows(p: u32, gamma: impl Fn(f64) -> f64) -> Vec<Row> {
        let order = InteractionOrder::new(p).expect("valid");
        let row = |spins: usize| {
            let k = 2.0 / f64::from(p) * terms(order, spins) * gamma(spins as f64);
            let (definition, temperature) = (Definition::Saturation, Temperature::ZERO);
            Row {
                goal: Goal { definition, temperature, order, spins, asked: None },
                samples: 100,
                found: Ok((k, 1e-3 * k, 8.0)),
                theory: Theory { rs: Some(0.4), one_rsb: Some(0.46), ..Theory::default() },
            }
        };
        [32, 48, 64, 96, 128].map(row).to_vec()
    }

    #[test]
    fn a_constant_load_has_the_exponent_of_the_terms_and_is_its_own_limit() {
        for p in [2, 3, 4, 5] {
            let rows = rows(p, |_| 0.46);
            let [found] = scalings(&rows).try_into().expect("one law");
            let terms = found.against_terms.expect("five sizes");
            assert!((terms.slope - 1.0).abs() < 1e-12 && found.holds() == Some(true), "{terms:?}");
            assert!(
                (found.against_size.expect("five sizes").slope - found.terms_exponent.expect("five")).abs()
                    < 1e-12
            );
            for fit in &found.fixed {
                assert!((fit.limit - 0.46).abs() < 1e-12 && fit.slope.abs() < 1e-9, "{fit:?}");
            }
            // The best ansatz at hand, at its own N: here what was put in.
            let ratio = |row: &Row| row.found.as_ref().expect("found").0 / row.expected().expect("theory");
            assert!(rows.iter().all(|row| (ratio(row) - 1.0).abs() < 1e-12), "P = {p}");
        }
        // C(4, 2) = 6 and C(127, 1) = 127.
        assert_eq!(terms(InteractionOrder::new(3).expect("valid"), 5), 6.0);
        assert_eq!(terms(InteractionOrder::new(2).expect("valid"), 128), 127.0);
    }

    #[test]
    fn an_approach_in_one_over_n_is_taken_off_the_limit_and_seen_in_the_exponent() {
        let [found] = scalings(&rows(3, |n| 0.46 - 6.0 / n)).try_into().expect("one law");
        let of = |omega: f64| found.fixed.iter().find(|fit| fit.exponent == omega).expect("fitted");
        assert!((of(1.0).limit - 0.46).abs() < 1e-12 && (of(1.0).slope + 6.0).abs() < 1e-9);
        assert!(of(1.0).chi_square < 1e-9 && of(2.0 / 3.0).chi_square > 10.0);
        assert!((found.free.expect("five sizes").best.exponent - 1.0).abs() < 1e-9);
        assert!(found.against_terms.expect("five sizes").slope > 1.1 && found.holds() == Some(false));
    }
}
