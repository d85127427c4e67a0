//! How far a run is.

use super::run::{load_run, unfinished_tasks};
use super::task::cost;
use crate::error::Result;
use crate::scenario::Scenario;
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
    pub columns: Vec<(u32, usize, usize, usize, usize)>,
}

/// Reads how far the run in `directory` is.
///
/// # Errors
/// No run there, or one that cannot be read.
pub fn status(directory: &Path) -> Result<Status> {
    let (scenario, finished) = load_run(directory)?;
    let tasks = scenario.tasks()?;
    let unfinished = unfinished_tasks(&scenario, &finished)?;
    let columns = scenario
        .columns()?
        .0
        .iter()
        .map(|column| {
            let all = tasks.iter().filter(|t| t.column == *column).count();
            let left = unfinished.iter().filter(|t| t.column == *column).count();
            (column.order.get(), column.spins, column.patterns, all - left, all)
        })
        .collect();
    let whole: f64 = tasks.iter().map(|task| cost(&scenario, task)).sum();
    let left: f64 = unfinished.iter().map(|task| cost(&scenario, task)).sum();
    let fraction = if whole > 0.0 { 1.0 - left / whole } else { 1.0 };
    Ok(Status { finished: tasks.len() - unfinished.len(), total: tasks.len(), fraction, columns, scenario })
}
