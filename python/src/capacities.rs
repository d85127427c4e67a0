//! Capacities by simulation: `replicon capacity` from Python.

use crate::listen::{Messages, listening, quietly};
use crate::runs::{Event, HowToRun, Reporter};
use crate::scenarios::Source;
use pyo3::prelude::*;
use pythonize::pythonize;
use replicon::Error;
use replicon::sweep::capacity::{load_capacity as load, run_capacity, to_json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Runs the searches of a scenario of capacity in `out` (default runs/<name>), as [`crate::runs::run`] does. Returns the directory.
#[pyfunction]
#[pyo3(signature = (source, overrides, out, threads, fresh, max_wall_s, progress, warning))]
#[allow(clippy::too_many_arguments)] // the keywords of replicon.capacity, each by its name
pub fn capacity(
    py: Python<'_>,
    source: Source,
    overrides: Vec<String>,
    out: Option<PathBuf>,
    threads: Option<usize>,
    fresh: bool,
    max_wall_s: Option<f64>,
    progress: &Bound<'_, PyAny>,
    warning: &Bound<'_, PyAny>,
) -> PyResult<PathBuf> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    let how = HowToRun { out, threads, fresh, max_wall_s };
    let work = move |messages: Messages<PathBuf, Event>| {
        let scenario = source.capacity(&overrides)?;
        let options = how.options(&scenario.name, None, seen, Arc::new(AtomicBool::new(false)));
        run_capacity(&scenario, &options, &mut Reporter::new(messages))?;
        Ok(options.directory)
    };
    listening(py, &stop, || false, work, |_, event| event.pass_on(progress, warning))
}

/// Name, scenario with every default written out, (searches at their ends, in all), what could not be used, and the document of
/// capacity.json: of the searches at their ends.
type StoredCapacity = (String, String, (usize, usize), Vec<String>, Py<PyAny>);

/// Reads a run of capacity, finished or not.
#[pyfunction]
pub fn load_capacity(py: Python<'_>, directory: PathBuf) -> PyResult<StoredCapacity> {
    let (run, document) = quietly(py, move |_| {
        let run = load(&directory)?.ok_or_else(|| {
            Error::bad_input(format!("{}: not a run directory of capacity", directory.display())).remedy(
                "what replicon.capacity or `replicon capacity` wrote; replicon.load reads those of `run`",
            )
        })?;
        let (rows, scalings) = run.results()?;
        let document = to_json(&run.scenario, &rows, &scalings);
        Ok((run, document))
    })?;
    let ended: Vec<bool> = run.status().map(|search| search.ended).collect();
    let done = (ended.iter().filter(|ended| **ended).count(), ended.len());
    let damaged = run.damaged.iter().map(ToString::to_string).collect();
    let scenario = run.scenario.to_toml();
    Ok((run.scenario.name, scenario, done, damaged, pythonize(py, &document)?.unbind()))
}
