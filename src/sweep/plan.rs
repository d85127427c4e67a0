//! What a run will cost: tasks, memory, and time from a short measurement.

use super::refine::refuse_of_parts;
use super::run::{Shard, peak_of_largest};
use super::states::{self, StateTask};
use super::task::{cost, peak_memory, with_sample};
use crate::chain::{Course, Protocol};
use crate::error::Result;
use crate::numerics::clock::thread_time;
use crate::scenario::{Column, Scenario, Task};
use std::collections::BTreeSet;

/// The plan of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    pub columns: Vec<ColumnPlan>,
    pub tasks: usize,
    /// Temperatures of 1RSB, each with all its loads.
    pub temperatures: usize,
    /// Bytes of the largest tasks that run together, and of the program itself.
    pub peak_memory: u64,
    /// Columns that refinement adds at most, and the seconds that they take on the given threads at most; where it is asked for.
    pub refinement: Option<(usize, f64)>,
    /// Seconds on the given threads, without refinement; with `until = "equilibrated"` and `update = "plefka"` the most that they can become.
    pub seconds: f64,
}

/// One column of the plan.
#[derive(Debug, Clone)]
pub struct ColumnPlan {
    pub column: Column,
    pub tasks: usize,
    /// Bytes of one task.
    pub memory: u64,
    /// Estimated seconds of one task on one core.
    pub task_seconds: f64,
}

/// Bytes of the program, its libraries and its store.
const PROGRAM: u64 = 8 << 20;

/// Sweeps of a first measurement at each temperature, and seconds that the last one should take.
const PROBE_SWEEPS: usize = 6;
const PROBE_SECONDS: f64 = 0.01;
/// Members of a population that are measured.
const PROBE_MEMBERS: usize = 4;
/// Where one sweep at each temperature takes longer than this, it is all that is measured: a plan should not become a run.
const LONG_SECONDS: f64 = 1.0;

/// Plans a run: nothing is written. The time of one task is measured on a few sweeps of the column's first sample, from its
/// own starts at its lowest, middle and highest temperature; columns between measured ones are interpolated by cost.
///
/// # Errors
/// What a run would refuse.
pub fn plan(scenario: &Scenario, threads: usize, shard: Option<Shard>) -> Result<Plan> {
    if shard.is_some() {
        refuse_of_parts(scenario, "a shard")?;
    }
    let mut tasks: Vec<Task> = scenario.tasks()?;
    tasks.sort_by(|a, b| cost(scenario, b).total_cmp(&cost(scenario, a)));
    let tasks = Shard::part(shard, tasks);
    let mut columns: Vec<ColumnPlan> = Vec::new();
    // Theory alone has no columns of its own: N, where it is given, only rounds the load.
    let simulated = if scenario.dynamics.is_some() { scenario.columns()?.0 } else { Vec::new() };
    for column in simulated {
        let count = tasks.iter().filter(|task| task.column == column).count();
        let task = Task { column: column.clone(), sample: 0 };
        columns.push(ColumnPlan {
            column,
            tasks: count,
            memory: peak_memory(scenario, &task),
            task_seconds: 0.0,
        });
    }
    let peak = peak_of_largest(scenario, &tasks.iter().collect::<Vec<_>>(), threads);
    let temperatures = Shard::part(shard.filter(|_| scenario.dynamics.is_none()), states::tasks(scenario)?);
    let seconds = estimate(scenario, &mut columns, threads)? + theory_seconds(&temperatures, threads)?;
    let (peak_memory, temperatures) = (PROGRAM.saturating_add(peak), temperatures.len());
    let dearest = columns.iter().map(|column| column.task_seconds).fold(0.0, f64::max);
    let refinement = scenario.refine.as_ref().map(|refine| {
        let tasks = (refine.budget * scenario.samples) as f64;
        (refine.budget, tasks * dearest / threads as f64)
    });
    Ok(Plan { columns, tasks: tasks.len(), temperatures, peak_memory, refinement, seconds })
}

/// Seconds of the 1RSB solver, from three of its temperatures.
fn theory_seconds(tasks: &[StateTask], threads: usize) -> Result<f64> {
    if tasks.is_empty() {
        return Ok(0.0);
    }
    let begin = thread_time();
    for pick in [1, 3, 5] {
        tasks[pick * (tasks.len() - 1) / 6].solve()?;
    }
    Ok((thread_time() - begin) / 3.0 * tasks.len() as f64 / threads as f64)
}

fn estimate(scenario: &Scenario, columns: &mut [ColumnPlan], threads: usize) -> Result<f64> {
    // Measure the cheapest, the dearest and two between of each (P, N); in between, seconds per cost are interpolated.
    let mut start = 0;
    while start < columns.len() {
        let same = |c: &ColumnPlan| {
            c.column.order == columns[start].column.order && c.column.spins == columns[start].column.spins
        };
        let end = start + columns[start..].iter().take_while(|c| same(c)).count();
        let group = &mut columns[start..end];
        let picks: Vec<usize> = (0..4).map(|i| i * (group.len() - 1) / 3).collect();
        let mut rates: Vec<(usize, f64)> = Vec::new();
        for &pick in &picks {
            if rates.iter().all(|(at, _)| *at != pick) {
                let task = Task { column: group[pick].column.clone(), sample: 0 };
                rates.push((pick, probe(scenario, &task)? / cost(scenario, &task)));
            }
        }
        for (at, planned) in group.iter_mut().enumerate() {
            let below = rates.iter().rev().find(|(pick, _)| *pick <= at).map_or((0, rates[0].1), |r| *r);
            let above = rates.iter().find(|(pick, _)| *pick >= at).map_or(below, |r| *r);
            let fraction =
                if above.0 > below.0 { (at - below.0) as f64 / (above.0 - below.0) as f64 } else { 0.0 };
            let rate = below.1 + fraction * (above.1 - below.1);
            let task = Task { column: planned.column.clone(), sample: 0 };
            planned.task_seconds = rate * cost(scenario, &task);
        }
        start = end;
    }
    let total: f64 = columns.iter().map(|c| c.tasks as f64 * c.task_seconds).sum();
    let longest = columns.iter().filter(|c| c.tasks > 0).map(|c| c.task_seconds).fold(0.0, f64::max);
    Ok((total / threads as f64).max(longest))
}

/// Estimated seconds of one task on one core.
fn probe(scenario: &Scenario, task: &Task) -> Result<f64> {
    let Some(plan) = &scenario.dynamics else { return Ok(0.0) };
    let begin = thread_time();
    with_sample(scenario, task, |sample, _| {
        let set_up = thread_time() - begin;
        let temperatures = &scenario.temperatures;
        let picks = BTreeSet::from([0, temperatures.len() / 2, temperatures.len() - 1]);
        let run = |protocol: &Protocol| -> Result<f64> {
            let begin = thread_time();
            for &pick in &picks {
                for start in &plan.starts {
                    let label = start.label();
                    sample.run(protocol, temperatures[pick], start, |purpose, replica| {
                        task.chain_stream(scenario.seed, purpose, temperatures[pick].get(), &label, replica)
                    })?;
                }
            }
            Ok(thread_time() - begin)
        };
        // Members of a population cost alike: a few stand for all.
        let replicas = match plan.protocol.population_members() {
            0 => plan.protocol.replicas,
            members => members.min(PROBE_MEMBERS),
        };
        let (whole, _) = plan.protocol.most_sweeps();
        let sweeps = |burn_in_sweeps, measure_sweeps| Protocol {
            burn_in_sweeps,
            measure_sweeps,
            max_sweeps: None,
            course: Course::Independent,
            replicas,
            ..plan.protocol.clone()
        };
        // The first run pays for a cold cache.
        let first = run(&sweeps(0, 1))?;
        let mut few = if first > LONG_SECONDS { 1 } else { PROBE_SWEEPS.min(whole.max(1)) };
        if few > 1 {
            run(&sweeps(0, few))?;
        }
        // The difference is sweeps alone: starting a chain (and taking its last estimates) is paid once.
        let (once, twice) = loop {
            let (once, twice) = (run(&sweeps(0, few))?, run(&sweeps(few, few))?);
            if twice - once > PROBE_SECONDS || few >= whole {
                break (once, twice);
            }
            few = (4 * few).min(whole);
        };
        let sweep = ((twice - once) / few as f64).max(0.0);
        let start = (once - sweep * few as f64).max(0.0);
        let chains = temperatures.len() as f64 / picks.len() as f64;
        let alike = plan.protocol.replicas as f64 / replicas as f64;
        Ok(set_up + alike * chains * (start + sweep * whole as f64))
    })
}
