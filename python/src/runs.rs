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
enum Event {
    /// (pieces of what, done, in all, fraction of the work that is done, seconds since it began)
    Progress(&'static str, usize, usize, f64, f64),
    Warning(String),
}

/// Tells Python how far a run is.
struct Reporter {
    messages: Messages<Finished, Event>,
    what: &'static str,
    tasks: (usize, usize),
    cost: (f64, f64),
    begin: Instant,
}

/// Directory of the run, tasks run now, finished, in all, and whether the time was up.
type Finished = (PathBuf, usize, usize, usize, bool);

impl Reporter {
    fn tell(&self) {
        let fraction = if self.cost.1 > 0.0 { self.cost.0 / self.cost.1 } else { 1.0 };
        let seconds = self.begin.elapsed().as_secs_f64();
        self.messages.send(Event::Progress(self.what, self.tasks.0, self.tasks.1, fraction, seconds));
    }
}

impl Progress for Reporter {
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
    let work = move |messages: Messages<Finished, Event>| {
        let scenario = source.scenario(&overrides)?;
        let shard = shard.as_deref().map(Shard::parse).transpose()?;
        let wall = max_wall_s.map(|s| Duration::try_from_secs_f64(s.max(0.0)).unwrap_or(Duration::MAX));
        let options = Options {
            directory: out.unwrap_or_else(|| Path::new("runs").join(&scenario.name)),
            threads: threads.unwrap_or_else(available_threads).max(1),
            fresh,
            shard,
            deadline: wall.and_then(|wall| Instant::now().checked_add(wall)),
            stop: shared.0,
            recorded: shared.1,
            before_work: None,
        };
        let begin = Instant::now();
        let mut reporter = Reporter { messages, what: "tasks", tasks: (0, 0), cost: (0.0, 0.0), begin };
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
    listening(py, &stop, abandon, work, |_, event| {
        match event {
            Event::Progress(what, done, total, fraction, seconds) => {
                progress.call1((what, done, total, fraction, seconds))?
            }
            Event::Warning(text) => warning.call1((keywords(&text),))?,
        };
        Ok(())
    })
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
    let threads = threads.unwrap_or_else(available_threads).max(1);
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
    found.set_item("peak_memory_bytes", plan.peak_memory)?;
    found.set_item("columns", columns)?;
    found.set_item("warnings", warnings)?;
    Ok(found)
}
