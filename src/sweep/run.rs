//! Runs what is missing of a scenario: tasks over cores, longest first, each recorded as it finishes.

use super::classification::Readers;
use super::manifest;
use super::points::Points;
use super::reader_store;
use super::refine::{self, Rounds};
use super::state_store::{StateStore, read_states};
use super::states::{self, StateTable, StateTask};
use super::store::{Store, Stored, read_averages, read_stores};
use super::task::{TaskResult, cost, finished_memory, peak_memory, run_task};
use super::workers::Workers;
use crate::chain::Start;
use crate::error::{Error, Result};
use crate::params::Temperature;
use crate::scenario::{Scenario, Task};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// How to run.
pub struct Options {
    /// The run directory.
    pub directory: PathBuf,
    pub threads: usize,
    /// Forget what is in the directory.
    pub fresh: bool,
    /// Only the tasks of one shard.
    pub shard: Option<Shard>,
    /// Start no task after this moment.
    pub deadline: Option<Instant>,
    /// Set from outside to stop: everything finished is kept.
    pub stop: Arc<AtomicBool>,
    /// Set by the run once all its tasks are recorded: what remains can be repeated from the store.
    pub recorded: Arc<AtomicBool>,
    /// Called with the name of each piece of work at its beginning: where tests plant faults.
    pub before_work: Option<fn(&str)>,
}

impl Options {
    /// All tasks, by so many threads, until they are done.
    pub fn new(directory: &Path, threads: usize) -> Self {
        Self {
            directory: directory.to_path_buf(),
            threads,
            fresh: false,
            shard: None,
            deadline: None,
            stop: Arc::default(),
            recorded: Arc::default(),
            before_work: None,
        }
    }

    pub(super) fn workers(&self) -> Workers {
        Workers {
            threads: self.threads,
            deadline: self.deadline,
            stop: Arc::clone(&self.stop),
            before: self.before_work,
        }
    }
}

/// Shard i of n, 0 ≤ i < n: every n-th task of the list, longest first, so that shards cost about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// From `i/n`.
    ///
    /// # Errors
    /// Anything but two whole numbers with 0 ≤ i < n.
    pub fn parse(text: &str) -> Result<Self> {
        let numbers =
            text.split_once('/').and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
        match numbers {
            Some((index, count)) if index < count => Ok(Self { index, count }),
            _ => Err(Error::bad_input(format!("shard {text}"))
                .remedy("a shard is i/n with 0 ≤ i < n, for example 0/8 to 7/8")),
        }
    }

    /// Its part of a list; all of it without a shard.
    pub(super) fn part<T>(shard: Option<Self>, list: Vec<T>) -> Vec<T> {
        match shard {
            Some(Self { index, count }) => list.into_iter().skip(index).step_by(count).collect(),
            None => list,
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// Told about the progress of a run.
pub trait Progress {
    /// `done` of `total` pieces of `what` ("tasks", "temperatures of 1RSB") at the start, with work `cost_left` left, in any unit.
    fn start(&mut self, what: &'static str, done: usize, total: usize, cost_left: f64);
    /// One more is finished and recorded.
    fn finished(&mut self, cost: f64);
    fn warning(&mut self, message: &str);
}

/// Nobody is told.
impl Progress for () {
    fn start(&mut self, _: &'static str, _: usize, _: usize, _: f64) {}
    fn finished(&mut self, _: f64) {}
    fn warning(&mut self, _: &str) {}
}

/// What a run came to.
pub struct Summary {
    /// With the columns that refinement added.
    pub scenario: Scenario,
    pub points: Points,
    pub finished: HashMap<String, TaskResult>,
    pub states: StateTable,
    /// Tasks run now, tasks in all.
    pub ran: usize,
    pub total: usize,
    /// Temperatures of 1RSB solved now.
    pub solved: usize,
    pub seconds: f64,
}

/// How a run ended without an error.
pub enum Outcome {
    /// Every task is finished: points.csv and manifest.json are written.
    Complete(Box<Summary>),
    /// A shard is done, or the time was up: tasks run now, finished in this directory, in all.
    Partial { ran: usize, finished: usize, total: usize, out_of_time: bool },
}

/// Warnings printed one by one.
const MOST_WARNINGS: usize = 5;

/// Runs all missing tasks (of one shard), then writes points.csv and manifest.json if every task of the scenario is there.
///
/// # Errors
/// A directory of another run ([`crate::error::Kind::BadInput`], naming what differs), a plan larger than the machine's memory, a task that
/// failed, a store that cannot be written, or a stop from outside ([`crate::error::Kind::Interrupted`]); finished tasks are kept in every case.
pub fn run(scenario: &Scenario, options: &Options, progress: &mut dyn Progress) -> Result<Outcome> {
    let begin = Instant::now();
    let (_, warnings) = scenario.columns()?;
    for warning in warnings.iter().take(MOST_WARNINGS) {
        progress.warning(warning);
    }
    if warnings.len() > MOST_WARNINGS {
        progress.warning(&format!("and {} more loads merged", warnings.len() - MOST_WARNINGS));
    }
    if options.shard.is_some() {
        refine::refuse_of_parts(scenario, "a shard")?;
    }
    check_memory(scenario, &longest_first(scenario, options.shard)?, options.threads)?;
    let stores = options.directory.join("store");
    let identity = scenario.identity();
    refuse_foreign(&options.directory)?;
    if options.fresh {
        remove(&options.directory)?;
    }
    let read = if keeps_sweeps(scenario) { read_averages } else { read_stores };
    let Stored { tasks: mut finished, damaged, .. } = read(&stores, &identity)?;
    let (mut rounds, damage) = Rounds::read(&options.directory);
    damaged.iter().chain(&damage).for_each(|damage| progress.warning(&damage.to_string()));
    std::fs::create_dir_all(&stores).map_err(|e| Error::io("create", &stores, &e))?;
    write_file(&options.directory.join("scenario.toml"), scenario.to_toml().as_bytes())?;

    let workers = options.workers();
    let mut store = Store::new(&stores, &identity);
    let partial =
        |ran, finished, total, out_of_time| Ok(Outcome::Partial { ran, finished, total, out_of_time });
    let (mut refined, mut ran, mut is_round) = (rounds.applied_to(scenario)?, 0, false);
    let (scenario, total) = loop {
        let mut missing = longest_first(&refined, options.shard)?;
        check_memory(&refined, &missing, options.threads)?;
        let (total, mine) = (refined.tasks()?.len(), missing.len());
        missing.retain(|(_, task)| !missing_chains(&refined, finished.get(&task.key())).is_empty());
        let todo = missing.len();
        if total > 0 {
            let cost = missing.iter().map(|(cost, _)| cost).sum();
            match is_round {
                true => progress.start("tasks of a round of refinement", 0, todo, cost),
                false => progress.start("tasks", mine - todo, mine, cost),
            }
        }
        let ran_now = run_missing(&refined, &workers, missing, &mut finished, &mut store, progress)?;
        ran += ran_now;
        if options.shard.is_some() {
            // Other shards may have been busy in the same directory.
            finished = read(&stores, &identity)?.tasks;
        }
        let unfinished = unfinished_tasks(&refined, &finished)?.len();
        if unfinished > 0 {
            return partial(ran, total - unfinished, total, ran_now < todo);
        }
        match rounds.next(&refined, &finished, &options.directory)? {
            Some(next) => (refined, is_round) = (next, true),
            None => break (&refined, total),
        }
    };
    // Everything simulated is recorded. The temperatures of 1RSB are sharded where there is nothing else to do.
    options.recorded.store(true, Ordering::Relaxed);
    let (mut states, damaged) = read_states(&stores)?;
    damaged.iter().for_each(|damage| progress.warning(&damage.to_string()));
    let shard = options.shard.filter(|_| scenario.dynamics.is_none());
    let all = states::tasks(scenario)?;
    let temperatures = all.len();
    let mine = states.unsolved(Shard::part(shard, all));
    let todo = mine.len();
    if todo > 0 {
        let done = temperatures - states.missing(scenario)?.len();
        progress.start(
            "temperatures of 1RSB",
            done,
            done + todo,
            mine.iter().map(|t| t.loads.len() as f64).sum(),
        );
    }
    let solved = solve_missing(&workers, mine, &mut states, StateStore::new(&stores), progress)?;
    if shard.is_some() {
        states.unite(read_states(&stores)?.0)?;
    }
    let left = states.missing(scenario)?.len();
    if left > 0 {
        return partial(ran + solved, total + temperatures - left, total + temperatures, solved < todo);
    }
    let summary = complete(scenario, finished, states, &options.directory, (ran, solved), begin)?;
    Ok(Outcome::Complete(Box::new(summary)))
}

/// The tasks of a shard with their costs, longest first, so that the cores end together; the order of equals is that of the grid.
fn longest_first(scenario: &Scenario, shard: Option<Shard>) -> Result<Vec<(f64, Task)>> {
    let mut tasks: Vec<(f64, Task)> =
        scenario.tasks()?.into_iter().map(|task| (cost(scenario, &task), task)).collect();
    tasks.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(Shard::part(shard, tasks))
}

/// Tasks of the scenario with a chain that is not recorded.
pub(super) fn unfinished_tasks(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
) -> Result<Vec<Task>> {
    let mut tasks = scenario.tasks()?;
    tasks.retain(|task| !missing_chains(scenario, finished.get(&task.key())).is_empty());
    Ok(tasks)
}

/// Gathers the finished tasks and writes points.csv and manifest.json.
pub(super) fn complete(
    scenario: &Scenario,
    finished: HashMap<String, TaskResult>,
    states: StateTable,
    directory: &Path,
    (ran, solved): (usize, usize),
    begin: Instant,
) -> Result<Summary> {
    let points = Points::gather_with(scenario, &finished, &states, Readers::of_run(directory))?;
    write_file(&directory.join("points.csv"), points.to_csv().as_bytes())?;
    let total = scenario.tasks()?.len();
    let seconds = begin.elapsed().as_secs_f64();
    let scenario = scenario.clone();
    let summary = Summary { scenario, points, finished, states, ran, total, solved, seconds };
    write_file(&directory.join("manifest.json"), manifest::text(&summary).as_bytes())?;
    Ok(summary)
}

/// A finished or interrupted run.
#[derive(Debug, Clone)]
pub struct LoadedRun {
    /// With the columns that refinement has added so far.
    pub scenario: Scenario,
    pub finished: HashMap<String, TaskResult>,
    /// Files and tasks that could not be used: they count as not run
    pub damaged: Vec<Error>,
    /// Tasks that failed and are not finished since: their keys and why
    pub failed: BTreeMap<String, String>,
}

/// A finished or interrupted run, from its directory alone.
///
/// # Errors
/// No run there, or one that cannot be read.
pub fn load_run(directory: &Path) -> Result<LoadedRun> {
    let file = directory.join("scenario.toml");
    if !file.is_file() {
        return Err(Error::bad_input(format!(
            "{} is not a run directory: no scenario.toml in it",
            directory.display()
        ))
        .remedy("give the folder that `replicon run` wrote, by default runs/<name>"));
    }
    let scenario = Scenario::from_file(&file, &[])?;
    let store = directory.join("store");
    let Stored { tasks, mut damaged, failed } = read_stores(&store, &scenario.identity())?;
    damaged.extend(read_states(&store)?.1);
    let (rounds, damage) = Rounds::read(directory);
    damaged.extend(damage);
    let scenario = rounds.applied_to(&scenario)?;
    Ok(LoadedRun { scenario, finished: tasks, damaged, failed })
}

/// The 1RSB states of a run: those recorded in its directory, the others solved now.
///
/// # Errors
/// A file that cannot be read, a solver that failed.
pub fn load_states(directory: &Path, scenario: &Scenario) -> Result<StateTable> {
    let mut states = read_states(&directory.join("store"))?.0;
    states.complete(scenario)?;
    Ok(states)
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

/// Whether series of every sweep are kept, for the export alone: too much to hold in memory.
fn keeps_sweeps(scenario: &Scenario) -> bool {
    scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.keep.series)
}

/// Runs the missing chains of the tasks, longest first. Returns how many tasks ran.
fn run_missing(
    scenario: &Scenario,
    workers: &Workers,
    missing: Vec<(f64, Task)>,
    finished: &mut HashMap<String, TaskResult>,
    store: &mut Store,
    progress: &mut dyn Progress,
) -> Result<usize> {
    let Some(plan) = scenario.dynamics.clone() else { return Ok(0) };
    let forgets = keeps_sweeps(scenario);
    let work: Vec<_> = missing
        .into_iter()
        .map(|(cost, task)| {
            let chains = missing_chains(scenario, finished.get(&task.key()));
            (cost, task, chains)
        })
        .collect();
    let scenario = scenario.clone();
    workers.run(
        work,
        |(_, task, _)| format!("task {}", task.key()),
        move |(_, task, chains), stop| {
            let wanted = |temperature: Temperature, start: &Start| {
                chains.iter().any(|(t, label)| *t == temperature && *label == start.label())
            };
            run_task(&scenario, &plan, task, wanted, stop)
        },
        |(cost, task, _), result, seconds| {
            let mut result = match result {
                Ok(result) => result,
                // The workers report it at their end; whether it can be recorded matters less than that.
                Err(error) => {
                    return store.record_failure(task, &error.to_string());
                }
            };
            store.record(&result, seconds)?;
            if forgets {
                result.forget_series();
            }
            progress.finished(*cost);
            match finished.get_mut(&task.key()) {
                Some(known) => known.chains.extend(result.chains),
                None => {
                    finished.insert(task.key(), result);
                }
            }
            Ok(())
        },
    )
}

/// Solves the missing 1RSB states, each (P, T) recorded as it is finished. Returns how many were solved.
fn solve_missing(
    workers: &Workers,
    missing: Vec<StateTask>,
    states: &mut StateTable,
    mut store: StateStore,
    progress: &mut dyn Progress,
) -> Result<usize> {
    workers.run(
        missing,
        |task| format!("1rsb at P = {}, T = {}", task.order, task.temperature),
        |task, _| task.solve(),
        |task, solved, _| {
            let Ok(solved) = solved else { return Ok(()) };
            store.record(task, &solved)?;
            progress.finished(task.loads.len() as f64);
            states.absorb(task, solved);
            Ok(())
        },
    )
}

/// Bytes of the `threads` largest tasks together, beside what is left of all the others.
pub(super) fn peak_of_largest(scenario: &Scenario, tasks: &[&Task], threads: usize) -> u64 {
    let mut needs: Vec<u64> = tasks.iter().map(|task| peak_memory(scenario, task)).collect();
    needs.sort_unstable_by_key(|&bytes| std::cmp::Reverse(bytes));
    let running = needs.iter().take(threads).copied();
    running
        .chain(tasks.iter().map(|task| finished_memory(scenario, task)))
        .fold(0, |sum, bytes| sum.saturating_add(bytes))
}

/// Refuses a plan that needs more memory than the machine has.
fn check_memory(scenario: &Scenario, tasks: &[(f64, Task)], threads: usize) -> Result<()> {
    let tasks: Vec<&Task> = tasks.iter().map(|(_, task)| task).collect();
    let together = peak_of_largest(scenario, &tasks, threads);
    let largest = tasks.iter().max_by_key(|task| peak_memory(scenario, task));
    let (Some(largest), Some(machine)) = (largest, machine_memory()) else { return Ok(()) };
    if together > machine {
        let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        let column = &largest.column;
        let examples = match column.lesson {
            Some(lesson) => format!(", M = {}", lesson.examples.count()),
            None => String::new(),
        };
        let smaller =
            if column.lesson.is_some() { "grid.spins, load or grid.examples" } else { "grid.spins or load" };
        return Err(Error::bad_input(format!(
            "{threads} tasks of up to {}, N = {}, K = {}{examples} need {:.1} GiB together, the machine has {:.1}",
            column.network_phrase(),
            column.spins,
            column.patterns,
            gib(together),
            gib(machine)
        ))
        .remedy(format!(
            "fewer --threads, a smaller {smaller}, fewer sweeps or nothing in dynamics.keep"
        )));
    }
    Ok(())
}

/// Bytes of memory of this machine, where it says so.
pub(super) fn machine_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Tables, documents and the page that runs, and those of capacity, write.
const TABLES: [&str; 6] =
    ["points.csv", "manifest.json", "report.html", "capacity.csv", "capacity.json", refine::FILE];

/// Refuses to write into a folder that holds files of our names but is no run: a user's own scenario.toml, say.
pub(super) fn refuse_foreign(directory: &Path) -> Result<()> {
    if is_run(directory) {
        return Ok(());
    }
    for name in ["scenario.toml", "store", "figures"].iter().chain(&TABLES) {
        if directory.join(name).exists() {
            return Err(Error::bad_input(format!(
                "{} holds a {name} but is not a run directory of replicon",
                directory.display()
            ))
            .remedy("choose another --out: nothing there is overwritten"));
        }
    }
    Ok(())
}

/// Whether a run was begun here: its scenario.toml stands beside a store folder that holds store files or nothing.
fn is_run(directory: &Path) -> bool {
    let store = directory.join("store");
    let ours = |name: &str| {
        name.ends_with(".db") || name.ends_with(".db-journal") || name.starts_with(reader_store::PREFIX)
    };
    let entries = std::fs::read_dir(store)
        .map(|entries| entries.flatten().all(|entry| ours(&entry.file_name().to_string_lossy())));
    entries.unwrap_or(false)
}

/// Removes what a run wrote, and nothing else.
pub(super) fn remove(directory: &Path) -> Result<()> {
    let written = |folder: &str, endings: &[&str]| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(directory.join(folder));
        let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        let ours =
            |path: &PathBuf| path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending));
        paths.filter(ours).collect()
    };
    let mut files = written("store", &["db", "db-journal", "f64"]);
    files.extend(written("figures", &["svg", "png", "csv", "py"]));
    files.extend(["scenario.toml"].iter().chain(&TABLES).map(|name| directory.join(name)));
    for path in files {
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("remove", &path, &e)),
            _ => {}
        }
    }
    Ok(())
}

/// Writes a file whole or not at all: a temporary beside it, then a rename.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let same_length = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() == bytes.len() as u64);
    if same_length && std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let temporary = path.with_extension(format!("tmp-{}", std::process::id()));
    std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path)).map_err(|e| {
        // Best effort: the error that matters is the first.
        let _ = std::fs::remove_file(&temporary);
        Error::io("write", path, &e)
    })
}
