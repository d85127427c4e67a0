//! Runs what is missing of a scenario: tasks over cores, longest first, each recorded as it finishes.

use super::manifest;
use super::points::Points;
use super::store::{Store, read_stores};
use super::task::{TaskResult, cost, peak_memory, run_task};
use crate::chain::Start;
use crate::error::{Error, Kind, Result};
use crate::params::Temperature;
use crate::scenario::{Scenario, Task};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How to run.
pub struct Options {
    /// The run directory.
    pub directory: PathBuf,
    pub threads: usize,
    /// Forget what is in the directory.
    pub fresh: bool,
    /// Set from outside to stop: everything finished is kept.
    pub stop: Arc<AtomicBool>,
}

/// Told about the progress of a run. Costs are in the unit of [`cost`].
pub trait Progress {
    /// `done` of `total` tasks (cost `cost_left` left) at the start.
    fn start(&mut self, done: usize, total: usize, cost_left: f64);
    fn finished(&mut self, task: &Task, cost: f64);
    fn warning(&mut self, message: &str);
}

/// What a run came to.
pub struct Summary {
    pub points: Points,
    pub finished: HashMap<String, TaskResult>,
    /// Tasks run now, tasks in all.
    pub ran: usize,
    pub total: usize,
    pub seconds: f64,
}

/// Runs all missing tasks, then writes points.csv and manifest.json.
///
/// # Errors
/// A directory of another run ([`Kind::BadInput`], naming what differs), a plan larger than the machine's memory, a task that
/// failed, a store that cannot be written, or a stop from outside ([`Kind::Interrupted`]); finished tasks are kept in every case.
pub fn run(scenario: &Scenario, options: &Options, progress: &mut dyn Progress) -> Result<Summary> {
    let begin = Instant::now();
    let (_, warnings) = scenario.columns()?;
    for warning in &warnings {
        progress.warning(warning);
    }
    let tasks = scenario.tasks()?;
    check_memory(scenario, &tasks, options.threads)?;
    let stores = options.directory.join("store");
    let identity = scenario.identity();
    if options.fresh {
        remove(&options.directory)?;
    }
    let mut finished = read_stores(&stores, &identity)?;
    std::fs::create_dir_all(&stores).map_err(|e| Error::io("create", &stores, &e))?;
    write_file(&options.directory.join("scenario.toml"), scenario.to_toml().as_bytes())?;

    let mut missing: Vec<(f64, Task)> = tasks
        .iter()
        .filter(|task| !missing_chains(scenario, finished.get(&task.key())).is_empty())
        .map(|task| (cost(scenario, task), task.clone()))
        .collect();
    // Longest first, so that the cores end together; the order of equals is that of the grid.
    missing.sort_by(|a, b| b.0.total_cmp(&a.0));
    let ran = missing.len();
    progress.start(tasks.len() - ran, tasks.len(), missing.iter().map(|(cost, _)| cost).sum());
    let outcome =
        run_missing(scenario, options, missing, &mut finished, Store::new(&stores, identity), progress);
    outcome?;

    let points = Points::gather(scenario, &finished)?;
    write_file(&options.directory.join("points.csv"), points.to_csv().as_bytes())?;
    let summary =
        Summary { points, finished, ran, total: tasks.len(), seconds: begin.elapsed().as_secs_f64() };
    write_file(&options.directory.join("manifest.json"), manifest::text(scenario, &summary).as_bytes())?;
    Ok(summary)
}

/// A finished or interrupted run, from its directory alone.
///
/// # Errors
/// No run there, or one that cannot be read.
pub fn load_run(directory: &Path) -> Result<(Scenario, HashMap<String, TaskResult>)> {
    let file = directory.join("scenario.toml");
    if !file.is_file() {
        return Err(Error::bad_input(format!(
            "{} is not a run directory: no scenario.toml in it",
            directory.display()
        ))
        .remedy("give the folder that `replicon run` wrote, by default runs/<name>"));
    }
    let scenario = Scenario::from_file(&file, &[])?;
    let finished = read_stores(&directory.join("store"), &scenario.identity())?;
    Ok((scenario, finished))
}

/// The chains of a task that are not recorded yet.
fn missing_chains(scenario: &Scenario, known: Option<&TaskResult>) -> Vec<(Temperature, String)> {
    let starts = scenario.dynamics.iter().flat_map(|plan| &plan.starts);
    let labels: Vec<String> = starts.map(Start::label).collect();
    let recorded = |temperature: Temperature, label: &str| {
        known.is_some_and(|known| {
            known.chains.iter().any(|c| c.temperature == temperature && c.start == label)
        })
    };
    scenario
        .temperatures
        .iter()
        .flat_map(|&temperature| labels.iter().map(move |label| (temperature, label.clone())))
        .filter(|(temperature, label)| !recorded(*temperature, label))
        .collect()
}

enum Message {
    Finished(Box<TaskResult>, f64, f64),
    Failed(Task, Error),
}

fn run_missing(
    scenario: &Scenario,
    options: &Options,
    missing: Vec<(f64, Task)>,
    finished: &mut HashMap<String, TaskResult>,
    mut store: Store,
    progress: &mut dyn Progress,
) -> Result<()> {
    let Some(plan) = scenario.dynamics.clone() else { return Ok(()) };
    if missing.is_empty() {
        return Ok(());
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.min(missing.len()))
        .build()
        .map_err(|e| Error::failed(format!("cannot start {} threads: {e}", options.threads)))?;
    let work: Vec<_> = missing
        .into_iter()
        .map(|(cost, task)| {
            let chains = missing_chains(scenario, finished.get(&task.key()));
            (cost, task, chains)
        })
        .collect();
    let left = work.len();
    let (send, receive) = channel();
    let shared = Arc::new((scenario.clone(), plan, work, AtomicUsize::new(0)));
    let stop = Arc::clone(&options.stop);
    let worker_stop = Arc::clone(&stop);
    // Each worker takes the next task; this thread alone writes the store.
    pool.spawn_broadcast(move |_| {
        let (scenario, plan, work, next) = &*shared;
        while let Some((cost, task, chains)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            let begin = Instant::now();
            let wanted = |temperature: Temperature, start: &Start| {
                chains.iter().any(|(t, label)| *t == temperature && *label == start.label())
            };
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                run_task(scenario, plan, task, wanted, &worker_stop)
            }))
            .unwrap_or_else(|_| Err(Error::failed("the task panicked: a defect of replicon")));
            let message = match result {
                Ok(result) => Message::Finished(Box::new(result), *cost, begin.elapsed().as_secs_f64()),
                Err(error) => Message::Failed(task.clone(), error),
            };
            if send.send(message).is_err() || worker_stop.load(Ordering::Relaxed) {
                return;
            }
        }
    });
    let mut failures: Vec<Error> = Vec::new();
    for _ in 0..left {
        let message = loop {
            match receive.recv_timeout(Duration::from_millis(50)) {
                Ok(message) => break message,
                Err(RecvTimeoutError::Timeout) if !stop.load(Ordering::Relaxed) => {}
                // Stopped: do not wait for the tasks under way.
                Err(_) => return Err(interrupted()),
            }
        };
        match message {
            Message::Finished(result, cost, seconds) => {
                if let Err(error) = store.record(&result, seconds) {
                    stop.store(true, Ordering::Relaxed);
                    return Err(error);
                }
                progress.finished(&result.task, cost);
                match finished.get_mut(&result.task.key()) {
                    Some(known) => known.chains.extend(result.chains),
                    None => {
                        finished.insert(result.task.key(), *result);
                    }
                }
            }
            Message::Failed(_, error) if error.kind() == Kind::Interrupted => return Err(interrupted()),
            Message::Failed(task, error) => failures.push(error.at(format!("task {}", task.key()))),
        }
    }
    match failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn interrupted() -> Error {
    Error::interrupted("interrupted; every finished task is kept")
        .remedy("run the same command again to go on")
}

/// Refuses a plan that needs more memory than the machine has.
fn check_memory(scenario: &Scenario, tasks: &[Task], threads: usize) -> Result<()> {
    let mut needs: Vec<(u64, &Task)> = tasks.iter().map(|task| (peak_memory(scenario, task), task)).collect();
    needs.sort_by_key(|need| std::cmp::Reverse(need.0));
    let together: u64 = needs.iter().take(threads).map(|(bytes, _)| bytes).sum();
    let (Some((_, largest)), Some(machine)) = (needs.first(), machine_memory()) else { return Ok(()) };
    if together > machine {
        let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        return Err(Error::bad_input(format!(
            "{threads} tasks of up to P = {}, N = {}, K = {} need {:.1} GiB together, the machine has {:.1}",
            largest.column.order,
            largest.column.spins,
            largest.column.patterns,
            gib(together),
            gib(machine)
        ))
        .remedy("fewer --threads, a smaller grid.spins or load"));
    }
    Ok(())
}

/// Bytes of memory of this machine, where it says so.
fn machine_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Removes what a run wrote, and nothing else.
fn remove(directory: &Path) -> Result<()> {
    for name in ["store", "figures"] {
        let path = directory.join(name);
        match std::fs::remove_dir_all(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("remove", &path, &e)),
            _ => {}
        }
    }
    for name in ["scenario.toml", "points.csv", "manifest.json"] {
        let path = directory.join(name);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("remove", &path, &e)),
            _ => {}
        }
    }
    Ok(())
}

/// Writes a file whole or not at all: a temporary beside it, then a rename.
fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension(format!("tmp-{}", std::process::id()));
    std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path)).map_err(|e| {
        // Best effort: the error that matters is the first.
        let _ = std::fs::remove_file(&temporary);
        Error::io("write", path, &e)
    })
}
