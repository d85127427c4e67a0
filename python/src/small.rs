//! Exact enumeration, and energies of given configurations.

use crate::listen::quietly;
use crate::scenarios::Source;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pythonize::pythonize;
use replicon::Result;
use replicon::exact::{ExactTable, Network, StoredAs};
use replicon::model::{DilutedPatterns, Patterns, Spins};
use replicon::params::{InteractionOrder, Temperature};
use replicon::questions::expand;
use replicon::scenario::Task;
use replicon::sweep::task_table;

/// Rows of patterns and what they are.
struct Given {
    rows: Vec<Vec<i8>>,
    kind: String,
    quality: Option<f64>,
    examples: Option<u64>,
}

impl Given {
    fn network(&self, order: InteractionOrder) -> Result<Network> {
        let signs = || Patterns::from_rows(&self.rows).map_err(|e| e.at("patterns"));
        match StoredAs::new(&self.kind, self.quality, self.examples, order)? {
            StoredAs::DenseHebbian => Network::of_signs(signs()?, None),
            StoredAs::Learnt(lesson) => Network::of_signs(signs()?, Some(lesson)),
            StoredAs::Multitasking => {
                let diluted = DilutedPatterns::from_rows(&self.rows).map_err(|e| e.at("patterns"));
                Ok(Network::Multitasking(diluted?))
            }
        }
    }
}

fn rows(array: &PyReadonlyArray2<'_, i8>) -> Vec<Vec<i8>> {
    array.as_array().rows().into_iter().map(|row| row.to_vec()).collect()
}

/// log Z, energy, overlaps of one sample of patterns at each temperature, by enumeration of all 2^N states.
#[pyfunction]
#[pyo3(signature = (patterns, p, temperatures, kind, quality, examples))]
pub fn exact(
    py: Python<'_>,
    patterns: PyReadonlyArray2<'_, i8>,
    p: u32,
    temperatures: Vec<f64>,
    kind: String,
    quality: Option<f64>,
    examples: Option<u64>,
) -> PyResult<Py<PyAny>> {
    let given = Given { rows: rows(&patterns), kind, quality, examples };
    let table = quietly(py, move |_| {
        let order = InteractionOrder::new(p).map_err(|e| e.at("p"))?;
        let temperatures = temperatures.into_iter().map(Temperature::new).collect::<Result<Vec<_>>>();
        given.network(order)?.table(order, &temperatures.map_err(|e| e.at("temperatures"))?)
    })?;
    Ok(pythonize(py, &table)?.unbind())
}

/// The same of the columns of a scenario, for one of its disorder samples.
#[pyfunction]
pub fn exact_scenario(
    py: Python<'_>,
    source: Source,
    overrides: Vec<String>,
    sample: usize,
) -> PyResult<Py<PyAny>> {
    let tables = quietly(py, move |_| {
        let scenario = source.scenario(&overrides)?;
        let columns = scenario.columns()?.0.into_iter().map(|column| Task { column, sample });
        columns
            .map(|task| task_table(&scenario, &task, &scenario.temperatures))
            .collect::<Result<Vec<ExactTable>>>()
    })?;
    Ok(pythonize(py, &tables)?.unbind())
}

/// Total energy H of each configuration.
#[pyfunction]
#[pyo3(signature = (patterns, spins, p, kind, quality, examples))]
pub fn energies<'py>(
    py: Python<'py>,
    patterns: PyReadonlyArray2<'py, i8>,
    spins: PyReadonlyArray2<'py, i8>,
    p: u32,
    kind: String,
    quality: Option<f64>,
    examples: Option<u64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let given = Given { rows: rows(&patterns), kind, quality, examples };
    let spins = rows(&spins);
    let energies = quietly(py, move |_| {
        let order = InteractionOrder::new(p).map_err(|e| e.at("p"))?;
        let network = given.network(order)?;
        let spins = spins.into_iter().map(Spins::new).collect::<Result<Vec<_>>>();
        spins.and_then(|spins| network.energies(order, &spins)).map_err(|e| e.at("spins"))
    })?;
    Ok(energies.into_pyarray(py))
}

/// Plefka's expansion at fixed magnetisations: the document of `replicon plefka`, and why something in it is missing.
#[pyfunction]
pub fn plefka(
    py: Python<'_>,
    patterns: PyReadonlyArray2<'_, i8>,
    magnetisations: Vec<f64>,
    p: u32,
    temperature: f64,
) -> PyResult<(Py<PyAny>, Vec<String>)> {
    let rows = rows(&patterns);
    let found = quietly(py, move |_| {
        let order = InteractionOrder::new(p).map_err(|e| e.at("p"))?;
        let temperature = Temperature::new(temperature).map_err(|e| e.at("temperature"))?;
        let patterns = Patterns::from_rows(&rows).map_err(|e| e.at("patterns"))?;
        expand(&patterns, order, &magnetisations, temperature)
    })?;
    Ok((pythonize(py, &found.document())?.unbind(), found.notes))
}
