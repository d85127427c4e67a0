//! The columns of points.csv about Plefka's mean field.

use super::points::Row;
use crate::dynamics::Update;
use crate::scenario::Scenario;

/// In the order of the table.
pub(super) const COLUMNS: [&str; 11] = [
    "jump_acceptance",
    "plefka_pressure",
    "plefka_pressure_err",
    "plefka_curvature",
    "plefka_curvature_err",
    "plefka_residual",
    "plefka_converged",
    "plefka_paramagnet",
    "plefka_states",
    "plefka_states_err",
    "plefka_minima",
];

/// Fills them; empty beside any other update.
pub(super) fn fill(row: &mut Row, scenario: &Scenario) {
    let jumps = row.average(|m| m.jump_acceptance).map(|(value, _)| value);
    row.put("jump_acceptance", jumps, "of dynamics.update = \"plefka-assisted\" alone");
    if scenario.dynamics.as_ref().is_none_or(|plan| plan.protocol.update != Update::Plefka) {
        COLUMNS[1..].iter().for_each(|field| row.put(field, None, "of dynamics.update = \"plefka\" alone"));
        return;
    }
    let failed = "the equations did not converge in some sample: see plefka_residual";
    let (pressure, curvature) = (row.average(|m| m.plefka_pressure), row.average(|m| m.plefka_curvature));
    row.put("plefka_pressure", pressure.map(|p| p.0), failed);
    row.put("plefka_pressure_err", pressure.and_then(|p| p.1), failed);
    row.put("plefka_curvature", curvature.map(|c| c.0), failed);
    row.put("plefka_curvature_err", curvature.and_then(|c| c.1), failed);
    let residual = row.by_sample.iter().filter_map(|m| m.plefka_residual).reduce(f64::max);
    row.put("plefka_residual", residual, "no step was made");
    let none = "no sample";
    row.put("plefka_converged", row.average(|m| m.plefka_converged).map(|c| c.0), none);
    row.put("plefka_paramagnet", row.average(|m| m.plefka_paramagnet).map(|c| c.0), none);
    let states = row.average(|m| m.plefka_states);
    row.put("plefka_states", states.map(|s| s.0), none);
    row.put("plefka_states_err", states.and_then(|s| s.1), "needs two samples");
    row.put("plefka_minima", row.average(|m| m.plefka_minima).map(|c| c.0), none);
}
