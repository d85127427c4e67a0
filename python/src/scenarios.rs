//! Scenarios from Python: a dict, TOML text, a file, a shipped name; and their disorder.

use crate::errors::exception;
use crate::listen::quietly;
use numpy::ndarray::Array2;
use numpy::{IntoPyArray, PyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pythonize::depythonize;
use replicon::model::Patterns;
use replicon::scenario::{CapacityScenario, Column, Files, SHIPPED, Scenario, Shipped, Task};
use replicon::sweep::{task_diluted, task_examples, task_patterns};
use replicon::{Error, Result};
use std::path::{Path, PathBuf};

/// Where a scenario comes from.
#[derive(Debug, Clone)]
pub enum Source {
    File(PathBuf),
    /// The name of a shipped one, or a path.
    Named(String),
    /// A TOML document, which has several lines; the files that it names are relative to the working directory.
    Text(String),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Source {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(table) = object.cast::<PyDict>() {
            let refuse = |e: &dyn std::fmt::Display| {
                let error = Error::bad_input(e.to_string().trim_end().to_string());
                exception(
                    object.py(),
                    &error.at("scenario").remedy("a dict of TOML values: text, numbers, lists, dicts"),
                )
            };
            let table: toml::Table = depythonize(&table).map_err(|e| refuse(&e))?;
            return toml::to_string(&table).map(Self::Text).map_err(|e| refuse(&e));
        }
        match object.extract::<String>() {
            Ok(text) if text.contains('\n') => Ok(Self::Text(text)),
            Ok(name) => Ok(Self::Named(name)),
            Err(_) => object.extract().map(Self::File),
        }
    }
}

impl Source {
    /// # Errors
    /// Everything that can be wrong with a scenario.
    pub fn scenario(&self, overrides: &[String]) -> Result<Scenario> {
        match self {
            Self::File(path) => Scenario::from_file(path, overrides),
            Self::Named(name) => Scenario::find(name, overrides),
            Self::Text(text) => {
                let files = Files::Directory(Path::new("").to_path_buf());
                Scenario::from_text(text, "scenario", &files, overrides)
            }
        }
    }
}

impl Source {
    /// The scenario of `replicon capacity`.
    ///
    /// # Errors
    /// Everything that can be wrong with it.
    pub fn capacity(&self, overrides: &[String]) -> Result<CapacityScenario> {
        match self {
            Self::File(path) => CapacityScenario::from_file(path, overrides),
            Self::Named(name) => CapacityScenario::find(name, overrides),
            Self::Text(text) => CapacityScenario::from_text(text, "scenario", overrides),
        }
    }
}

/// (name, what it claims) of each scenario inside the package.
#[pyfunction]
pub fn shipped() -> Vec<(&'static str, &'static str)> {
    SHIPPED.iter().map(|shipped| (shipped.name, shipped.claim())).collect()
}

/// The TOML text of one.
#[pyfunction]
pub fn shipped_text(py: Python<'_>, name: &str) -> PyResult<&'static str> {
    Shipped::find(name).map(|shipped| shipped.text).ok_or_else(|| exception(py, &Shipped::unknown(name)))
}

/// The place of a column in the grid, by the names of points.csv.
pub fn place<'py>(py: Python<'py>, column: &Column) -> PyResult<Bound<'py, PyDict>> {
    let place = PyDict::new(py);
    match column.interaction_order() {
        Some(p) => place.set_item("p", p.get())?,
        None => place.set_item("p", column.network())?,
    }
    place.set_item("n", column.spins)?;
    place.set_item("k", (!column.is_gaussian()).then_some(column.patterns))?;
    place.set_item("gamma", column.gamma.get())?;
    if let Some(requested) = column.gamma_requested {
        place.set_item("gamma_requested", requested)?;
    }
    if let Some(lesson) = column.lesson {
        place.set_item("mode", lesson.mode.name())?;
        place.set_item("quality", lesson.examples.quality().get())?;
        place.set_item("examples", lesson.examples.count())?;
    }
    if let Some(dilution) = column.dilution {
        place.set_item("dilution", dilution.get())?;
    }
    if let Some(lambda) = column.lambda {
        place.set_item("lambda", lambda)?;
    }
    Ok(place)
}

/// The place of a column, and its patterns.
pub type PlacedPatterns<'py> = (Bound<'py, PyDict>, Bound<'py, PyArray2<i8>>);

/// The patterns of one disorder sample, by column: its place, and K × N of ±1 (0 where a pattern leaves a spin free), of learning models
/// the archetypes.
#[pyfunction]
pub fn sample_patterns<'py>(
    py: Python<'py>,
    source: Source,
    overrides: Vec<String>,
    sample: usize,
) -> PyResult<Vec<PlacedPatterns<'py>>> {
    let found = quietly(py, move |_| columns_of(&source.scenario(&overrides)?, sample))?;
    found.into_iter().map(|(column, rows)| Ok((place(py, &column)?, rows.into_pyarray(py)))).collect()
}

/// The patterns of one sample in every column.
///
/// # Errors
/// Couplings without patterns; patterns that do not fit into memory.
pub fn columns_of(scenario: &Scenario, sample: usize) -> Result<Vec<(Column, Array2<i8>)>> {
    let columns = scenario.columns()?.0;
    let of = |column: Column| Ok((column.clone(), drawn(scenario, &Task { column, sample })?));
    columns.into_iter().map(of).collect()
}

fn drawn(scenario: &Scenario, task: &Task) -> Result<Array2<i8>> {
    let column = &task.column;
    if column.is_gaussian() || column.is_limit() || column.entries.is_some() {
        return Err(Error::bad_input("a scenario without patterns of ±1")
            .remedy("Gaussian couplings, theory alone and the continuous network have none"));
    }
    if column.dilution.is_some() {
        let (diluted, _) = task_diluted(scenario, task)?;
        let shape = (diluted.count(), diluted.spins());
        return Ok(Array2::from_shape_fn(shape, |(mu, i)| diluted.row(mu)[i]));
    }
    let signs = |patterns: &Patterns| {
        let shape = (patterns.count(), patterns.spins());
        Array2::from_shape_fn(shape, |(mu, i)| patterns.sign(mu, i))
    };
    match column.lesson {
        Some(lesson) => Ok(signs(task_examples(scenario, task, lesson)?.archetypes())),
        None => Ok(signs(&task_patterns(scenario, task)?)),
    }
}
