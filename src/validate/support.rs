//! What the measurements share: scenarios run in memory, slopes with their errors, rounding.

use crate::error::{Error, Result};
use crate::exact::ExactTable;
use crate::params::Temperature;
use crate::scenario::{Files, Scenario};
use crate::sweep::{Points, StateTable, TaskResult, run_task, task_table};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// The solution of a branch that must be there.
pub fn solved<T>(found: Option<T>) -> Result<T> {
    found.ok_or_else(|| Error::no_solution("the theory has no such solution"))
}

/// What `terms` roundings of numbers of this size can add up to.
pub fn rounding(terms: usize, magnitude: f64) -> f64 {
    terms as f64 * f64::EPSILON * magnitude
}

/// A scenario from its text, with the data files that are shipped.
pub fn scenario(text: &str, overrides: &[String]) -> Result<Scenario> {
    Scenario::from_text(text, "validate.toml", &Files::Shipped, overrides)
}

/// Every task of a scenario, over the cores, in the order of its tasks.
pub fn simulate(scenario: &Scenario) -> Result<Vec<TaskResult>> {
    let Some(plan) = &scenario.dynamics else {
        return Err(Error::bad_input(format!("{} simulates nothing", scenario.name)));
    };
    let go_on = AtomicBool::new(false);
    scenario.tasks()?.par_iter().map(|task| run_task(scenario, plan, task, |_, _| true, &go_on)).collect()
}

/// The rows of points.csv of a scenario.
pub fn points(scenario: &Scenario) -> Result<Points> {
    let finished: HashMap<String, TaskResult> =
        simulate(scenario)?.into_iter().map(|result| (result.task.key(), result)).collect();
    Points::gather(scenario, &finished, &StateTable::default())
}

/// A simulated sample beside its enumeration.
pub struct Enumerated {
    pub result: TaskResult,
    pub table: ExactTable,
}

/// Every task of a scenario with the exact averages of the same sample, at temperatures that `at` makes of the simulated ones.
pub fn enumerated(
    scenario: &Scenario,
    at: impl Fn(f64) -> Result<Temperature> + Sync,
) -> Result<Vec<Enumerated>> {
    let temperatures: Vec<Temperature> =
        scenario.temperatures.iter().map(|t| at(t.get())).collect::<Result<_>>()?;
    simulate(scenario)?
        .into_par_iter()
        .map(|result| {
            let table = task_table(scenario, &result.task, &temperatures)?;
            Ok(Enumerated { result, table })
        })
        .collect()
}

/// The derivative of f at x by central differences at steps h and 2h, extrapolated, with a bound on its error: what extrapolation
/// changed, and the roundings of f, known to `relative` of itself, over h.
pub fn slope(x: f64, h: f64, relative: f64, f: impl Fn(f64) -> Result<f64>) -> Result<(f64, f64)> {
    let (up, down, far_up, far_down) = (f(x + h)?, f(x - h)?, f(x + 2.0 * h)?, f(x - 2.0 * h)?);
    let (near, far) = ((up - down) / (2.0 * h), (far_up - far_down) / (4.0 * h));
    let extrapolated = near + (near - far) / 3.0;
    let largest = [up, down, far_up, far_down].iter().fold(0.0f64, |largest, y| largest.max(y.abs()));
    Ok((extrapolated, (extrapolated - near).abs() + 3.0 * relative * largest / h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_within_its_bound_of_the_derivative() {
        for (x, h) in [(0.3, 1e-2), (1.0, 1e-3), (2.0, 1e-5)] {
            let (found, bound) = slope(x, h, 4.0 * f64::EPSILON, |x| Ok(libm::exp(x))).expect("finite");
            assert!((found - libm::exp(x)).abs() <= bound && bound < 1e-4, "{x} {h}: {found} ± {bound}");
        }
    }
}
