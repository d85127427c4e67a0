//! The columns of points.csv about Plefka's mean field.

use super::columns::{ERROR, Heading, headings};
use super::points::Row;
use crate::chain::Measurement;
use crate::dynamics::Update;
use crate::scenario::Scenario;

/// In the order of the table.
pub(super) const COLUMNS: &[Heading] = headings! {
    "jump_acceptance"      Real "1"               "Accepted proposals of a whole configuration, of update = \"plefka-assisted\""
    "plefka_pressure"      Real "1"               "−βG/N of Plefka's mean field"
    "plefka_pressure_err"  Real "1"               ERROR
    "plefka_curvature"     Real "1"               "Lowest eigenvalue of the Hessian of βG"
    "plefka_curvature_err" Real "1"               ERROR
    "plefka_residual"      Real "1"               "Largest violation of its equations"
    "plefka_converged"     Real "1"               "Fraction of starts from which it converged"
    "plefka_paramagnet"    Real "1"               "Fraction of starts that ended in m = 0"
    "plefka_states"        Real "1"               "Distinct solutions beside m = 0 in a sample"
    "plefka_states_err"    Real "1"               ERROR
    "plefka_minima"        Real "1"               "Of those, the ones of positive curvature"
    "plefka_mattis"        Real "1"               "m of the mean field from the same start"
    "plefka_mattis_err"    Real "1"               ERROR
    "plefka_energy"        Real "energy per spin" "u of the mean field from the same start"
    "plefka_energy_err"    Real "energy per spin" ERROR
};

/// Fills them: in the place of a chain, or beside it where the scenario keeps it.
pub(super) fn fill(row: &mut Row, scenario: &Scenario) {
    let jumps = row.average(|m| m.jump_acceptance).map(|(value, _)| value);
    row.put("jump_acceptance", jumps, "of dynamics.update = \"plefka-assisted\" alone");
    let solved =
        |protocol: &crate::chain::Protocol| protocol.update == Update::Plefka || protocol.keep.plefka;
    if scenario.dynamics.as_ref().is_none_or(|plan| !solved(&plan.protocol)) {
        let reason = "with dynamics.update = \"plefka\" or dynamics.keep = [\"plefka\"]";
        COLUMNS[1..].iter().for_each(|heading| row.put(heading.name, None, reason));
        return;
    }
    let mut put = |value, error, quantity: fn(&Measurement) -> Option<f64>| {
        let failed = "the equations did not converge in some sample: see plefka_residual";
        let average = row.average(quantity);
        row.put(value, average.map(|a| a.0), failed);
        row.put(error, average.and_then(|a| a.1), failed);
    };
    put("plefka_pressure", "plefka_pressure_err", |m| m.plefka_pressure);
    put("plefka_curvature", "plefka_curvature_err", |m| m.plefka_curvature);
    put("plefka_mattis", "plefka_mattis_err", |m| m.plefka_mattis);
    put("plefka_energy", "plefka_energy_err", |m| m.plefka_energy);
    let residual = row.by_sample.iter().filter_map(|m| m.plefka_residual).reduce(f64::max);
    row.put("plefka_residual", residual, "no step was made");
    let none = "of dynamics.update = \"plefka\" alone";
    row.put("plefka_converged", row.average(|m| m.plefka_converged).map(|c| c.0), none);
    row.put("plefka_paramagnet", row.average(|m| m.plefka_paramagnet).map(|c| c.0), none);
    let states = row.average(|m| m.plefka_states);
    row.put("plefka_states", states.map(|s| s.0), none);
    row.put("plefka_states_err", states.and_then(|s| s.1), "needs two samples");
    row.put("plefka_minima", row.average(|m| m.plefka_minima).map(|c| c.0), none);
}
