//! Running and planning scenarios.

use crate::errors::keywords;
use crate::listen::{Messages, listening, quietly};
use crate::scenarios::{Source, place};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use replicon::sweep::{self, Options, Outcome, Progress, Shard, available_threads};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What happens in a run.
pub enum Event {
    /// (pieces of what, done, in all, fraction of the work that is done, seconds since it began)
    Progress(&'static str, usize, usize, f64, f64),
    Warning(String),
}

/// Tells Python how far a run is.
pub struct Reporter<T> {
    messages: Messages<T, Event>,
    what: &'static str,
    tasks: (usize, usize),
    cost: (f64, f64),
    begin: Instant,
}

/// Directory of the run, tasks run now, finished, in all, and whether the time was up.
type Finished = (PathBuf, usize, usize, usize, bool);

impl<T> Reporter<T> {
    pub fn new(messages: Messages<T, Event>) -> Self {
        Self { messages, what: "tasks", tasks: (0, 0), cost: (0.0, 0.0), begin: Instant::now() }
    }

    fn tell(&self) {
        let fraction = if self.cost.1 > 0.0 { self.cost.0 / self.cost.1 } else { 1.0 };
        let seconds = self.begin.elapsed().as_secs_f64();
        self.messages.send(Event::Progress(self.what, self.tasks.0, self.tasks.1, fraction, seconds));
    }
}

impl<T> Progress for Reporter<T> {
    fn start(&mut self, what: &'static str, done: usize, total: usize, cost_left: f64) {
        (self.what, self.tasks, self.cost, self.begin) =
            (what, (done, total), (0.0, cost_left), Instant::now());
        self.tell();
    }

    fn finished(&mut self, cost: f64) {
        self.tasks.0 += 1;
        self.cost.0 += cost;
        self.tell();
    }

    fn warning(&mut self, message: &str) {
        self.messages.send(Event::Warning(message.to_string()));
    }
}

impl Event {
    /// Calls `progress` with (what, done, total, fraction of the work done, seconds), or `warning` with a text.
    pub fn pass_on(self, progress: &Bound<'_, PyAny>, warning: &Bound<'_, PyAny>) -> PyResult<()> {
        match self {
            Self::Progress(what, done, total, fraction, seconds) => {
                progress.call1((what, done, total, fraction, seconds))?
            }
            Self::Warning(text) => warning.call1((keywords(&text),))?,
        };
        Ok(())
    }
}

/// Where and how a run works: `out` (default runs/<name>), the threads, whether it starts over, and when it starts no more tasks.
pub struct HowToRun {
    pub out: Option<PathBuf>,
    pub threads: Option<usize>,
    pub fresh: bool,
    pub max_wall_s: Option<f64>,
}

impl HowToRun {
    pub fn options(
        self,
        name: &str,
        shard: Option<Shard>,
        stop: Arc<AtomicBool>,
        recorded: Arc<AtomicBool>,
    ) -> Options {
        let wall = self.max_wall_s.map(|s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX));
        Options {
            directory: self.out.unwrap_or_else(|| Path::new("runs").join(name)),
            threads: self.threads.unwrap_or_else(available_threads),
            fresh: self.fresh,
            shard,
            deadline: wall.and_then(|wall| Instant::now().checked_add(wall)),
            stop,
            recorded,
            before_work: None,
        }
    }
}

/// Runs what is missing of a scenario in `out` (default runs/<name>). `progress` is called with (what, done, total, fraction of the work
/// done, seconds), `warning` with a text.
#[pyfunction]
#[pyo3(signature = (source, overrides, out, threads, fresh, shard, max_wall_s, progress, warning))]
#[allow(clippy::too_many_arguments)] // the keywords of replicon.run, each by its name
pub fn run(
    py: Python<'_>,
    source: Source,
    overrides: Vec<String>,
    out: Option<PathBuf>,
    threads: Option<usize>,
    fresh: bool,
    shard: Option<String>,
    max_wall_s: Option<f64>,
    progress: &Bound<'_, PyAny>,
    warning: &Bound<'_, PyAny>,
) -> PyResult<Finished> {
    let (stop, recorded) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let shared = (Arc::clone(&stop), Arc::clone(&recorded));
    let how = HowToRun { out, threads, fresh, max_wall_s };
    let work = move |messages: Messages<Finished, Event>| {
        let scenario = source.scenario(&overrides)?;
        let shard = shard.as_deref().map(Shard::parse).transpose()?;
        let options = how.options(&scenario.name, shard, shared.0, shared.1);
        let mut reporter = Reporter::new(messages);
        let outcome = sweep::run(&scenario, &options, &mut reporter)?;
        Ok(match outcome {
            Outcome::Complete(summary) => {
                (options.directory, summary.ran, summary.total, summary.total, false)
            }
            Outcome::Partial { ran, finished, total, out_of_time } => {
                (options.directory, ran, finished, total, out_of_time)
            }
        })
    };
    // Once every task is recorded nothing can be lost: table and figures are not waited for.
    let abandon = || recorded.load(Ordering::Relaxed);
    listening(py, &stop, abandon, work, |_, event| event.pass_on(progress, warning))
}

/// Tasks, memory and time of a scenario: nothing is written.
#[pyfunction]
#[pyo3(signature = (source, overrides, threads, shard))]
pub fn plan<'py>(
    py: Python<'py>,
    source: Source,
    overrides: Vec<String>,
    threads: Option<usize>,
    shard: Option<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let threads = threads.unwrap_or_else(available_threads);
    let (plan, warnings) = quietly(py, move |_| {
        let scenario = source.scenario(&overrides)?;
        let shard = shard.as_deref().map(Shard::parse).transpose()?;
        Ok((sweep::plan(&scenario, threads, shard)?, scenario.columns()?.1))
    })?;
    let columns = PyList::empty(py);
    for planned in &plan.columns {
        let entry = place(py, &planned.column)?;
        entry.set_item("tasks", planned.tasks)?;
        entry.set_item("memory_bytes", planned.memory)?;
        entry.set_item("task_seconds", planned.task_seconds)?;
        columns.append(entry)?;
    }
    let found = PyDict::new(py);
    found.set_item("tasks", plan.tasks)?;
    found.set_item("temperatures_of_1rsb", plan.temperatures)?;
    found.set_item("threads", threads)?;
    found.set_item("seconds", plan.seconds)?;
    let refinement = plan.refinement.map(|(columns, seconds)| -> PyResult<_> {
        let most = PyDict::new(py);
        most.set_item("columns", columns)?;
        most.set_item("seconds", seconds)?;
        Ok(most)
    });
    found.set_item("refinement", refinement.transpose()?)?;
    found.set_item("peak_memory_bytes", plan.peak_memory)?;
    found.set_item("columns", columns)?;
    found.set_item("warnings", warnings)?;
    Ok(found)
}
