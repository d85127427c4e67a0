//! The exact averages of one task's sample, of any kind that has 2^N states.

use super::task::{task_couplings, task_diluted, task_examples, task_learnt_diluted, task_patterns};
use crate::error::{Error, Result};
use crate::exact::{self, ExactTable};
use crate::model::Exponential;
use crate::params::Temperature;
use crate::scenario::{CouplingLaw, Scenario, Task};

/// Enumerates the disorder sample of a task at these temperatures.
///
/// # Errors
/// More than [`exact::MAX_SPINS`] spins, a continuous network, a sample that does not fit into memory.
pub fn task_table(scenario: &Scenario, task: &Task, temperatures: &[Temperature]) -> Result<ExactTable> {
    let column = &task.column;
    exact::check_size(column.spins)?;
    if scenario.couplings == CouplingLaw::Gaussian {
        return exact::gaussian_table(&task_couplings(scenario, task)?, temperatures);
    }
    if let (Some(lesson), Some(_)) = (column.lesson, column.dilution) {
        let (patterns, _, stored) = task_learnt_diluted(scenario, task, lesson)?;
        return exact::diluted_table(column.order, &patterns, Some((lesson, &stored)), temperatures);
    }
    if let Some(lesson) = column.lesson {
        let set = task_examples(scenario, task, lesson)?;
        return exact::learning_table(column.order, &set, Some(column.gamma), temperatures);
    }
    if column.entries.is_some() {
        return Err(Error::bad_input("enumeration of a continuous network")
            .remedy("it has no 2^N states; `replicon run` finds its fixed points"));
    }
    if column.dilution.is_some() {
        return exact::diluted_table(column.order, &task_diluted(scenario, task)?.0, None, temperatures);
    }
    let patterns = task_patterns(scenario, task)?;
    if let Some(lambda) = column.lambda {
        let model = Exponential::new(column.spins, column.patterns, lambda)?;
        return exact::exponential_table(&model, &patterns, temperatures);
    }
    exact::table(column.order, &patterns, Some(column.gamma), temperatures)
}
