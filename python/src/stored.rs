//! What a run left in its directory, as arrays.

use crate::listen::quietly;
use crate::scenarios::{PlacedPatterns, columns_of, place};
use numpy::ndarray::{Array1, Array2};
use numpy::{IntoPyArray, PyArray2};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use replicon::model::Spins;
use replicon::scenario::{Column, Scenario};
use replicon::sweep::columns::{Table, Values};
use replicon::sweep::{ChainRecord, LoadedRun, chains, load_run, overlap_distributions, table_of};
use std::path::PathBuf;
use std::sync::Arc;

/// A finished or interrupted run.
#[pyclass(frozen, module = "replicon._native")]
pub struct StoredRun {
    run: Arc<LoadedRun>,
    directory: PathBuf,
    points: Table,
    finished: usize,
    total: usize,
}

/// Reads a run directory.
#[pyfunction]
pub fn load(py: Python<'_>, directory: PathBuf) -> PyResult<StoredRun> {
    quietly(py, move |_| {
        let run = load_run(&directory)?;
        let points = table_of(&run, &directory, "points")?;
        let tasks = run.scenario.tasks()?;
        let finished = tasks.iter().filter(|task| run.finished.contains_key(&task.key())).count();
        Ok(StoredRun { points, finished, total: tasks.len(), directory, run: Arc::new(run) })
    })
}

#[pymethods]
impl StoredRun {
    /// A table of the run, "points" or another of `replicon export`: name, unit, meaning and values of each column.
    fn table<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Vec<PyColumn<'py>>> {
        if name == "points" {
            return columns(py, &self.points);
        }
        let (run, directory, name) = (Arc::clone(&self.run), self.directory.clone(), name.to_owned());
        columns(py, &quietly(py, move |_| table_of(&run, &directory, &name))?)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.run.scenario.name
    }

    /// The scenario with every default written out, as TOML.
    #[getter]
    fn scenario(&self) -> String {
        self.run.scenario.to_toml()
    }

    /// (tasks finished, tasks in all)
    #[getter]
    fn tasks(&self) -> (usize, usize) {
        (self.finished, self.total)
    }

    /// What of its files could not be used, in words.
    #[getter]
    fn damaged(&self) -> Vec<String> {
        self.run.damaged.iter().map(ToString::to_string).collect()
    }

    /// By grid point and start: its place, q, P(q), its standard error over samples (NaN of one sample), and counts by sample and bin.
    fn overlap_distributions<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let run = Arc::clone(&self.run);
        let found = quietly(py, move |_| overlap_distributions(&run.scenario, &run.finished))?;
        let as_python = |law: &replicon::sweep::OverlapDistribution| {
            let entry = place(py, &law.column)?;
            entry.set_item("temperature", law.temperature.get())?;
            entry.set_item("start", &law.start)?;
            let bins = law.average();
            let of = |value: fn(&replicon::sweep::OverlapBin) -> f64| -> Bound<'py, PyAny> {
                bins.iter().map(value).collect::<Array1<f64>>().into_pyarray(py).into_any()
            };
            entry.set_item("q", of(|bin| bin.q))?;
            entry.set_item("density", of(|bin| bin.density))?;
            entry.set_item("density_err", of(|bin| bin.error.unwrap_or(f64::NAN)))?;
            let shape = (law.by_sample.len(), bins.len());
            let counts = Array2::from_shape_fn(shape, |(sample, bin)| law.by_sample[sample].counts()[bin]);
            entry.set_item("counts", counts.into_pyarray(py))?;
            Ok(entry)
        };
        found.iter().map(as_python).collect()
    }

    /// By grid point and start: its place, the samples, and the first and last configuration of the first replica of each.
    fn configurations<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let all = chains(&self.run.scenario, &self.run.finished)
            .map_err(|error| crate::errors::exception(py, &error))?;
        let mut found = Vec::new();
        // Samples are innermost.
        let alike = |a: &(Column, usize, &ChainRecord), b: &(Column, usize, &ChainRecord)| {
            a.0 == b.0 && a.2.temperature == b.2.temperature && a.2.start == b.2.start
        };
        for chains in all.chunk_by(alike) {
            let (column, _, first) = &chains[0];
            let entry = place(py, column)?;
            entry.set_item("temperature", first.temperature.get())?;
            entry.set_item("start", &first.start)?;
            entry.set_item("samples", chains.iter().map(|(_, sample, _)| *sample).collect::<Vec<_>>())?;
            entry.set_item("first", stacked(py, column.spins, chains, |chain| &chain.first))?;
            entry.set_item("last", stacked(py, column.spins, chains, |chain| &chain.last))?;
            found.push(entry);
        }
        Ok(found)
    }

    /// The patterns of a disorder sample, by column.
    fn patterns<'py>(&self, py: Python<'py>, sample: usize) -> PyResult<Vec<PlacedPatterns<'py>>> {
        let scenario: Scenario = self.run.scenario.clone();
        let found = quietly(py, move |_| columns_of(&scenario, sample))?;
        found.into_iter().map(|(column, rows)| Ok((place(py, &column)?, rows.into_pyarray(py)))).collect()
    }
}

/// Name, unit, meaning, values.
type PyColumn<'py> = (&'static str, &'static str, &'static str, Bound<'py, PyAny>);

/// Numbers as arrays, NaN where there is none; words and verdicts as lists, None where there is none.
fn columns<'py>(py: Python<'py>, table: &Table) -> PyResult<Vec<PyColumn<'py>>> {
    let values = |values: &Values| -> PyResult<Bound<'py, PyAny>> {
        Ok(match values {
            Values::Real(reals) => {
                let reals: Vec<f64> = reals.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
                reals.into_pyarray(py).into_any()
            }
            Values::Whole(wholes) => match wholes.iter().copied().collect::<Option<Vec<i64>>>() {
                Some(all) => all.into_pyarray(py).into_any(),
                None => {
                    let reals: Vec<f64> = wholes.iter().map(|x| x.map_or(f64::NAN, |x| x as f64)).collect();
                    reals.into_pyarray(py).into_any()
                }
            },
            Values::Flag(flags) => PyList::new(py, flags)?.into_any(),
            Values::Text(words) => PyList::new(py, words.iter().map(Option::as_deref))?.into_any(),
            Values::Spins(rows) => {
                let rows = rows.iter().map(|row| row.clone().into_pyarray(py));
                PyList::new(py, rows)?.into_any()
            }
        })
    };
    table.columns.iter().map(|c| Ok((c.name, c.unit, c.about, values(&c.values)?))).collect()
}

/// One configuration a row.
fn stacked<'py>(
    py: Python<'py>,
    spins: usize,
    chains: &[(Column, usize, &ChainRecord)],
    which: fn(&ChainRecord) -> &Spins,
) -> Bound<'py, PyArray2<i8>> {
    Array2::from_shape_fn((chains.len(), spins), |(row, i)| which(chains[row].2).get(i)).into_pyarray(py)
}
