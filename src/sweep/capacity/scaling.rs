//! What the sizes say together: exponents, and the load at N → ∞.

use super::{Row, terms};
use crate::estimators::{
    Extrapolation, FreeExtrapolation, StraightLine, extrapolate, extrapolate_freely, straight_line,
};
use crate::params::{InteractionOrder, Temperature};
use crate::scenario::Definition;
use serde_json::{Value, json};

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

/// The exponents ω that are compared.
pub const OMEGAS: [f64; 2] = [2.0 / 3.0, 1.0];

/// One for each definition, T and P of the rows, in their order.
pub fn scalings(rows: &[Row]) -> Vec<Scaling> {
    let same = |a: &Row, b: &Row| {
        let of = |row: &Row| (row.goal.definition, row.goal.temperature, row.goal.order);
        of(a) == of(b)
    };
    rows.chunk_by(same).map(scaling).collect()
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
            "deviation": self.deviation(), "extrapolated": self.extrapolated(),
            "extrapolations": self.fixed.iter().map(fit).collect::<Vec<_>>(),
            "free": self.free.map(|free| json!({
                "best": fit(&free.best), "omega_range": [free.exponents.0, free.exponents.1],
                "limit_range": [free.limits.0, free.limits.1],
            })),
            "rs_gamma_c": self.theory.rs, "rsb1_gamma_c": self.theory.one_rsb, "nishimori_gamma": self.theory.nishimori,
        })
    }
}
