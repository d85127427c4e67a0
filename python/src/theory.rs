//! Questions to theory, one or many at once.

use crate::errors::{exception, keywords};
use crate::listen::quietly;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pythonize::{depythonize, pythonize};
use rayon::prelude::*;
use replicon::questions::{Answer, Capacity, Complexity, Exponential, Learn, Line, Multitask, Point, Recall};
use replicon::{Error, Result};
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicBool, Ordering};

type Solver = Box<dyn Fn() -> Result<Answer> + Send + Sync>;

/// The answers to `questions` of one kind, as (document, why there is no solution), on `threads` threads.
#[pyfunction]
pub fn answers(
    py: Python<'_>,
    kind: &str,
    questions: Vec<Bound<'_, PyDict>>,
    threads: usize,
) -> PyResult<Vec<(Py<PyAny>, Option<String>)>> {
    let solvers = questions.iter().map(|question| solver(kind, question)).collect::<PyResult<Vec<_>>>()?;
    let found = quietly(py, move |stop| solve(&solvers, threads, stop))?;
    let as_python = |answer: Answer| {
        let document = pythonize(py, &answer.document)?.unbind();
        Ok((document, answer.failure.map(|failure| keywords(&failure.to_string()))))
    };
    found.into_iter().map(as_python).collect()
}

fn solver(kind: &str, question: &Bound<'_, PyDict>) -> PyResult<Solver> {
    Ok(match kind {
        "point" => boxed(read(question)?, Point::answer),
        "capacity" => boxed(read(question)?, Capacity::answer),
        "line" => boxed(read(question)?, Line::answer),
        "recall" => boxed(read(question)?, Recall::answer),
        "complexity" => boxed(read(question)?, Complexity::answer),
        "learn" => boxed(read(question)?, Learn::answer),
        "multitask" => boxed(read(question)?, Multitask::answer),
        "exponential" => boxed(read(question)?, Exponential::answer),
        other => {
            let error = Error::bad_input(format!("a question called {other}"));
            return Err(exception(question.py(), &error));
        }
    })
}

fn boxed<Q: Send + Sync + 'static>(question: Q, answer: fn(&Q) -> Result<Answer>) -> Solver {
    Box::new(move || answer(&question))
}

fn read<Q: DeserializeOwned>(question: &Bound<'_, PyDict>) -> PyResult<Q> {
    depythonize(question).map_err(|error| {
        let error = Error::bad_input(error.to_string().trim_end().to_string());
        exception(question.py(), &error)
    })
}

fn solve(solvers: &[Solver], threads: usize, stop: &AtomicBool) -> Result<Vec<Answer>> {
    if let [only] = solvers {
        return Ok(vec![only()?]);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.clamp(1, solvers.len().max(1)))
        .build()
        .map_err(|e| Error::failed(format!("cannot start {threads} threads: {e}")))?;
    let one = |(index, solver): (usize, &Solver)| {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::interrupted("stopped"));
        }
        solver().map_err(|error| error.at(format!("element {index}")))
    };
    pool.install(|| solvers.par_iter().enumerate().map(one).collect())
}
