//! How far a run is.

use super::refine::Refinement;
use super::run::{LoadedRun, load_run, unfinished_tasks};
use super::state_store::read_states;
use super::states;
use super::task::cost;
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use std::collections::BTreeMap;
use std::path::Path;

/// How far a run is.
#[derive(Debug, Clone)]
pub struct Status {
    pub scenario: Scenario,
    pub finished: usize,
    pub total: usize,
    /// Fraction of the work, by cost, that is finished.
    pub fraction: f64,
    /// (P, N, K, finished, in all) of each column.
    pub columns: Vec<(String, usize, usize, usize, usize)>,
    /// Temperatures of 1RSB that are solved, and in all.
    pub temperatures: (usize, usize),
    /// Rounds of refinement and the columns that they added, of so many at most; where it was asked for.
    pub refinement: Option<Refinement>,
    /// Files and tasks that could not be used: they count as not run.
    pub damaged: Vec<Error>,
    /// Tasks that failed and are not finished since: their keys and why.
    pub failed: BTreeMap<String, String>,
}

/// Reads how far the run in `directory` is.
///
/// # Errors
/// No run there, or one that cannot be read.
pub fn status(directory: &Path) -> Result<Status> {
    let LoadedRun { scenario, finished, damaged, failed } = load_run(directory)?;
    let tasks = scenario.tasks()?;
    let unfinished = unfinished_tasks(&scenario, &finished)?;
    let missing = read_states(&directory.join("store"))?.0.missing(&scenario)?.len();
    let temperatures = states::tasks(&scenario)?.len();
    let simulated = if scenario.dynamics.is_some() { scenario.columns()?.0 } else { Vec::new() };
    let columns = simulated
        .iter()
        .map(|column| {
            let all = tasks.iter().filter(|t| t.column == *column).count();
            let left = unfinished.iter().filter(|t| t.column == *column).count();
            (column.network(), column.spins, column.patterns, all - left, all)
        })
        .collect();
    let whole: f64 = tasks.iter().map(|task| cost(&scenario, task)).sum();
    let left: f64 = unfinished.iter().map(|task| cost(&scenario, task)).sum();
    let temperatures = (temperatures - missing, temperatures);
    let fraction = match (whole > 0.0, temperatures) {
        (true, _) => 1.0 - left / whole,
        (false, (solved, all)) if all > 0 => solved as f64 / all as f64,
        _ => 1.0,
    };
    let refinement = Refinement::of(&scenario);
    let (finished, total) = (tasks.len() - unfinished.len(), tasks.len());
    Ok(Status { finished, total, fraction, columns, temperatures, refinement, damaged, failed, scenario })
}
