//! Exact enumeration, and energies of given configurations.

use crate::listen::quietly;
use crate::scenarios::Source;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pythonize::pythonize;
use replicon::exact::{
    ExactTable, diluted_table, energy_sum, learning_energy, learning_table, table as plain_table,
};
use replicon::model::{DenseHebbian, DilutedPatterns, ExampleSet, Patterns, Spins};
use replicon::params::{InteractionOrder, LearningMode, Lesson, Temperature};
use replicon::questions::examples;
use replicon::scenario::Task;
use replicon::sweep::task_table;
use replicon::{Error, Result};

type Rows = Vec<Vec<i8>>;

/// What of the patterns is stored: themselves, with zeros among their entries, or what is learnt from them.
enum Kind {
    DenseHebbian,
    Multitasking,
    Learning(Lesson),
}

impl Kind {
    fn new(name: &str, order: InteractionOrder, lesson: Option<(f64, u64)>) -> Result<Self> {
        let mode = match (name, lesson) {
            ("dense-hebbian", None) => return Ok(Self::DenseHebbian),
            ("multitasking", None) => return Ok(Self::Multitasking),
            ("dense-hebbian" | "multitasking", Some(_)) => {
                return Err(Error::bad_input("quality or examples without a learning kind")
                    .remedy("kind supervised or unsupervised"));
            }
            ("supervised", _) => LearningMode::Supervised,
            ("unsupervised", _) => LearningMode::Unsupervised,
            _ => {
                return Err(Error::bad_input(format!("kind {name}"))
                    .remedy("accepted: dense-hebbian, supervised, unsupervised, multitasking"));
            }
        };
        let (quality, count) = lesson.ok_or_else(|| {
            Error::bad_input("quality and examples are missing").remedy("learning kinds need both")
        })?;
        let lesson = Lesson { mode, examples: examples(quality, count)? };
        lesson.worth(order).map_err(|e| e.at("quality"))?;
        replicon::model::examples::check_sums(lesson).map_err(|e| e.at("examples"))?;
        Ok(Self::Learning(lesson))
    }
}

fn rows(array: &PyReadonlyArray2<'_, i8>) -> Rows {
    array.as_array().rows().into_iter().map(|row| row.to_vec()).collect()
}

/// log Z, energy, overlaps of one sample of patterns at each temperature, by enumeration of all 2^N states.
#[pyfunction]
#[pyo3(signature = (patterns, p, temperatures, kind, lesson))]
pub fn exact(
    py: Python<'_>,
    patterns: PyReadonlyArray2<'_, i8>,
    p: u32,
    temperatures: Vec<f64>,
    kind: &str,
    lesson: Option<(f64, u64)>,
) -> PyResult<Py<PyAny>> {
    let (patterns, kind) = (rows(&patterns), kind.to_owned());
    let table = quietly(py, move |_| {
        let order = InteractionOrder::new(p).map_err(|e| e.at("p"))?;
        let temperatures: Vec<Temperature> = temperatures
            .into_iter()
            .map(Temperature::new)
            .collect::<Result<_>>()
            .map_err(|e| e.at("temperatures"))?;
        let place = |e: Error| e.at("patterns");
        match Kind::new(&kind, order, lesson)? {
            Kind::Multitasking => {
                let patterns = DilutedPatterns::from_rows(&patterns).map_err(place)?;
                diluted_table(order, &patterns, None, &temperatures)
            }
            Kind::DenseHebbian => {
                plain_table(order, &Patterns::from_rows(&patterns).map_err(place)?, None, &temperatures)
            }
            Kind::Learning(lesson) => {
                let patterns = Patterns::from_rows(&patterns).map_err(place)?;
                let set = ExampleSet::from_examples(lesson, &patterns).map_err(|e| e.at("examples"))?;
                learning_table(order, &set, None, &temperatures)
            }
        }
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
#[pyo3(signature = (patterns, spins, p, kind, lesson))]
pub fn energies<'py>(
    py: Python<'py>,
    patterns: PyReadonlyArray2<'py, i8>,
    spins: PyReadonlyArray2<'py, i8>,
    p: u32,
    kind: &str,
    lesson: Option<(f64, u64)>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (patterns, spins, kind) = (rows(&patterns), rows(&spins), kind.to_owned());
    let energies = quietly(py, move |_| {
        let order = InteractionOrder::new(p).map_err(|e| e.at("p"))?;
        let spins = spins.into_iter().map(Spins::new).collect::<Result<Vec<_>>>();
        let spins = spins.map_err(|e| e.at("spins"))?;
        let place = |e: Error| e.at("patterns");
        // Adding 0 turns −0 into 0.
        let each = |energy: &dyn Fn(&Spins) -> Result<f64>| {
            spins
                .iter()
                .map(|s| Ok(energy(s)? + 0.0))
                .collect::<Result<Vec<f64>>>()
                .map_err(|e| e.at("spins"))
        };
        match Kind::new(&kind, order, lesson)? {
            Kind::Multitasking => {
                let patterns = DilutedPatterns::from_rows(&patterns).map_err(place)?;
                each(&|s| patterns.energy(order, s))
            }
            Kind::DenseHebbian => {
                let patterns = Patterns::from_rows(&patterns).map_err(place)?;
                let model = DenseHebbian::new(order, patterns.spins(), patterns.count())?;
                each(&|s| Ok(model.energy(energy_sum(&model, &patterns, s)?)))
            }
            Kind::Learning(lesson) => {
                let patterns = Patterns::from_rows(&patterns).map_err(place)?;
                let set = ExampleSet::from_examples(lesson, &patterns).map_err(|e| e.at("examples"))?;
                each(&|s| learning_energy(order, &set, s))
            }
        }
    });
    Ok(energies?.into_pyarray(py))
}
