//! 1RSB beside the grid: the retrieval and the m = 0 state at every (P, γ, T) of a scenario.
//!
//! A point costs up to tens of milliseconds, so that a diagram of 10⁴ points is itself a sweep: one task is one (P, T) with its
//! loads, whose branch is walked once. An answer is the same to the last bit whatever else is in the grid.

use crate::error::{Error, Kind, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{Ansatz, CouplingLaw, Scenario};
use crate::sweep::with_theory;
use crate::theory::one_rsb::{OneRsbPoint, equilibrium, retrieval, soft};
use rayon::prelude::*;
use std::collections::HashMap;

/// The two states that 1RSB offers at one grid point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct States {
    /// m > 0, stable or not, equilibrium or metastable.
    pub retrieval: Option<OneRsbPoint>,
    /// The physical state of m = 0: glass or paramagnet.
    pub unmagnetised: Option<OneRsbPoint>,
}

impl States {
    /// Whether retrieval is the equilibrium state.
    pub fn retrieval_dominates(&self) -> bool {
        match (&self.retrieval, &self.unmagnetised) {
            (Some(retrieval), Some(other)) => retrieval.free_energy < other.free_energy,
            (retrieval, _) => retrieval.is_some(),
        }
    }
}

/// The SK model: its glass, above T_g the paramagnet.
fn sk(gamma: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    match soft::sherrington_kirkpatrick(gamma, t)? {
        Some(glass) => Ok(Some(glass)),
        None => soft::sk_paramagnet(gamma, t).map(Some),
    }
}

/// One (P, T) with the loads at which it is not solved yet: what is run in parallel and recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct StateTask {
    pub order: InteractionOrder,
    pub couplings: CouplingLaw,
    pub temperature: Temperature,
    pub loads: Vec<Load>,
}

impl StateTask {
    /// The states, in the order of the loads.
    ///
    /// # Errors
    /// A solver that failed (not: found no solution, or refused a value beyond its range).
    pub fn solve(&self) -> Result<Vec<States>> {
        let resolved = |found: Result<Option<OneRsbPoint>>| match found {
            Err(error) if error.kind() == Kind::BadInput => Ok(None),
            other => other,
        };
        let (order, t) = (self.order, self.temperature);
        let hebbian = self.couplings == CouplingLaw::Hebbian;
        let zero = |gamma: Load| match order.get() {
            2 if !hebbian => sk(gamma, t),
            // From P = 3 on the glass of Gaussian couplings is that of the Hebbian ones.
            _ => equilibrium::zero_state(order, gamma, t),
        };
        // Gaussian couplings know no pattern to retrieve.
        let retrieval: Vec<Result<Option<OneRsbPoint>>> = match hebbian {
            true => retrieval::row(order, t, &self.loads),
            false => self.loads.iter().map(|_| Ok(None)).collect(),
        };
        retrieval
            .into_iter()
            .zip(&self.loads)
            .map(|(retrieval, &gamma)| {
                // A branch that the walk has lost: nothing is said about this point, and the sweep goes on.
                if retrieval.as_ref().is_err_and(|error| error.kind() == Kind::Failed) {
                    return Ok(States::default());
                }
                Ok(States { retrieval: resolved(retrieval)?, unmagnetised: resolved(zero(gamma))? })
            })
            .collect()
    }
}

/// States by (P, γ, T).
#[derive(Debug, Clone, Default)]
pub struct StateTable(HashMap<(u32, u64, u64), States>);

impl StateTable {
    pub fn get(&self, order: InteractionOrder, gamma: Load, t: Temperature) -> Option<&States> {
        self.0.get(&key(order, gamma, t))
    }

    pub fn insert(&mut self, order: InteractionOrder, gamma: Load, t: Temperature, states: States) {
        self.0.insert(key(order, gamma, t), states);
    }

    /// Adds the states of another table.
    ///
    /// # Errors
    /// A point that both have with different numbers.
    pub fn unite(&mut self, other: Self) -> Result<()> {
        for (key, states) in other.0 {
            if self.0.insert(key, states).is_some_and(|known| known != states) {
                let (p, gamma, t) = (key.0, f64::from_bits(key.1), f64::from_bits(key.2));
                return Err(Error::failed(format!(
                    "1rsb at P = {p}, γ = {gamma}, T = {t} is recorded twice with different numbers"
                ))
                .remedy(
                    "the two files do not come from the same program and machine arithmetic; remove one",
                ));
            }
        }
        Ok(())
    }

    /// What of a scenario is not solved yet; nothing where it does not ask for 1RSB.
    ///
    /// # Errors
    /// A load whose K rounds to 0.
    pub fn missing(&self, scenario: &Scenario) -> Result<Vec<StateTask>> {
        let mut tasks = tasks(scenario)?;
        for task in &mut tasks {
            task.loads.retain(|&gamma| self.get(task.order, gamma, task.temperature).is_none());
        }
        tasks.retain(|task| !task.loads.is_empty());
        Ok(tasks)
    }

    /// Solves what is missing on all cores and records nothing.
    ///
    /// # Errors
    /// A solver that failed.
    pub fn complete(&mut self, scenario: &Scenario) -> Result<()> {
        let missing = self.missing(scenario)?;
        let solved: Vec<Vec<States>> = missing.par_iter().map(StateTask::solve).collect::<Result<_>>()?;
        for (task, states) in missing.iter().zip(solved) {
            self.absorb(task, states);
        }
        Ok(())
    }

    /// Adds the states of a task.
    pub fn absorb(&mut self, task: &StateTask, states: Vec<States>) {
        for (&gamma, states) in task.loads.iter().zip(states) {
            self.insert(task.order, gamma, task.temperature, states);
        }
    }
}

/// Every (P, T) of a scenario that asks for 1RSB, with its loads.
///
/// # Errors
/// A load whose K rounds to 0.
pub fn tasks(scenario: &Scenario) -> Result<Vec<StateTask>> {
    if !scenario.compare.contains(&Ansatz::OneStep) || !with_theory(scenario) {
        return Ok(Vec::new());
    }
    // Learning models have solvers of their own.
    let mut columns = scenario.columns()?.0;
    columns.retain(|column| column.lesson.is_none());
    let task = |&order: &InteractionOrder, &temperature: &Temperature| {
        let mut loads: Vec<Load> = columns.iter().filter(|c| c.order == order).map(|c| c.gamma).collect();
        loads.sort_by(|a, b| a.get().total_cmp(&b.get()));
        loads.dedup();
        StateTask { order, couplings: scenario.couplings, temperature, loads }
    };
    let orders = scenario.orders.iter();
    Ok(orders
        .flat_map(|p| scenario.temperatures.iter().map(move |t| (p, t)))
        .map(|(p, t)| task(p, t))
        .collect())
}

fn key(order: InteractionOrder, gamma: Load, t: Temperature) -> (u32, u64, u64) {
    (order.get(), gamma.get().to_bits(), t.get().to_bits())
}
