//! One task: the patterns of one disorder sample, and every chain on them.

use crate::chain::{Measurement, Sample, Start};
use crate::error::{Error, Result};
use crate::kernel::{FieldTables, remembered_bytes};
use crate::model::patterns::BLOCK;
use crate::model::{DenseHebbian, Patterns, Spins};
use crate::params::Temperature;
use crate::scenario::{DynamicsPlan, PatternsFrom, Scenario, Task};
use std::sync::atomic::{AtomicBool, Ordering};

/// Everything that a finished task leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskResult {
    pub task: Task,
    pub pattern_hash: String,
    /// One for each (temperature, start), temperatures outermost.
    pub chains: Vec<ChainRecord>,
}

/// One chain of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainRecord {
    pub temperature: Temperature,
    /// Label of the start.
    pub start: String,
    pub measurement: Measurement,
    /// First and last configuration of the first replica.
    pub first: Spins,
    pub last: Spins,
}

/// Patterns of a task: drawn from its stream, or the first K of the file.
///
/// # Errors
/// Patterns that do not fit into memory.
pub fn task_patterns(scenario: &Scenario, task: &Task) -> Result<Patterns> {
    let column = &task.column;
    match &scenario.patterns {
        PatternsFrom::Random => {
            Patterns::random(column.spins, column.patterns, &mut task.pattern_stream(scenario.seed))
        }
        PatternsFrom::File(stored) => stored.patterns.first(column.patterns),
    }
}

/// Runs the chains (temperature, start) of a task for which `wanted` says so.
///
/// # Errors
/// What the scenario should have refused; [`crate::error::Kind::Interrupted`] once `stop` is set.
pub fn run_task(
    scenario: &Scenario,
    plan: &DynamicsPlan,
    task: &Task,
    wanted: impl Fn(Temperature, &Start) -> bool,
    stop: &AtomicBool,
) -> Result<TaskResult> {
    let patterns = task_patterns(scenario, task)?;
    let column = &task.column;
    let tables = FieldTables::new(DenseHebbian::new(column.order, column.spins, column.patterns)?);
    let sample = Sample::new(&tables, &patterns, scenario.planted_index(task))?;
    let mut chains = Vec::new();
    for &temperature in &scenario.temperatures {
        for start in plan.starts.iter().filter(|start| wanted(temperature, start)) {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::interrupted("stopped"));
            }
            let label = start.label();
            let result = sample.run(&plan.protocol, temperature, start, |purpose, replica| {
                task.chain_stream(scenario.seed, purpose, temperature.get(), &label, replica)
            })?;
            chains.push(ChainRecord {
                temperature,
                start: label,
                measurement: result.measurement,
                first: result.first,
                last: result.last,
            });
        }
    }
    Ok(TaskResult { task: task.clone(), pattern_hash: patterns.hash(), chains })
}

/// Relative cost of a task, for starting the longest first, in pattern terms: about 0.03 ns, accepted flips included.
pub fn cost(scenario: &Scenario, task: &Task) -> f64 {
    let (n, k) = (task.column.spins as f64, task.column.patterns as f64);
    let chains = scenario.dynamics.as_ref().map_or(0.0, |plan| {
        (plan.starts.len()
            * plan.protocol.replicas
            * (plan.protocol.burn_in_sweeps + plan.protocol.measure_sweeps)) as f64
    });
    // A decision costs as much as 300 terms. With local fields (P = 2) an accepted flip renews N fields, and no sum is taken.
    let update = 300.0 + if task.column.order.get() == 2 { 0.3 * n } else { k };
    chains * scenario.temperatures.len() as f64 * n * update
}

/// Bytes that one running task needs at its peak: bit planes, couplings of P = 2, and per replica overlaps, plane or fields, and
/// the configurations that it may remember.
pub fn peak_memory(scenario: &Scenario, task: &Task) -> u64 {
    let (order, spins, patterns) = (task.column.order, task.column.spins, task.column.patterns);
    let (n, k) = (spins as u64, patterns.next_multiple_of(BLOCK) as u64);
    let (replicas, sweeps) = scenario.dynamics.as_ref().map_or((1, 0), |plan| {
        let protocol = &plan.protocol;
        (protocol.replicas as u64, protocol.measure_sweeps as u64)
    });
    let (shared, replica) = if order.get() == 2 {
        (2 * n * n, 2 * k + 8 * n)
    } else {
        let parts = DenseHebbian::new(order, spins, patterns).map_or(2, |h| FieldTables::new(h).parts) as u64;
        (0, 2 * k * (1 + parts) + remembered_bytes(spins) as u64 + 16 * n)
    };
    // Series of one chain: energy, Mattis, its extreme for each replica, the overlap for each pair.
    let series = replicas.saturating_mul(3).saturating_add(replicas.saturating_mul(replicas) / 2);
    (n * k / 8)
        .saturating_add(shared)
        .saturating_add(replicas.saturating_mul(replica))
        .saturating_add(series.saturating_mul(sweeps).saturating_mul(8))
}
