//! 1RSB beside the grid: the retrieval and the m = 0 state at every (P, γ, T) of a scenario.
//!
//! A point costs tens of milliseconds, so that a diagram of 10⁴ points is itself a sweep: points are solved one by one, each
//! from nothing but its own (P, γ, T) (results do not depend on what else is in the grid), in parallel, and recorded.

use crate::error::{Kind, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{Ansatz, Column, CouplingLaw, Scenario};
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
    /// # Errors
    /// A solver that failed (not: found no solution, or refused a value beyond its range).
    pub fn solve(
        order: InteractionOrder,
        couplings: CouplingLaw,
        gamma: Load,
        t: Temperature,
    ) -> Result<Self> {
        let resolved = |found: Result<Option<OneRsbPoint>>| match found {
            Err(error) if error.kind() == Kind::BadInput => Ok(None),
            other => other,
        };
        // Gaussian couplings know no pattern to retrieve; from P = 3 on their glass is that of the Hebbian ones.
        if couplings == CouplingLaw::Gaussian {
            let zero = if order.get() == 2 { sk(gamma, t) } else { equilibrium::zero_state(order, gamma, t) };
            return Ok(Self { retrieval: None, unmagnetised: resolved(zero)? });
        }
        Ok(Self {
            retrieval: resolved(retrieval::retrieval(order, gamma, t))?,
            unmagnetised: resolved(equilibrium::zero_state(order, gamma, t))?,
        })
    }

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

/// One (P, γ) with the temperatures at which it is not solved yet: what is run in parallel and recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct StateTask {
    pub order: InteractionOrder,
    pub couplings: CouplingLaw,
    pub gamma: Load,
    pub temperatures: Vec<Temperature>,
}

impl StateTask {
    /// The states, in the order of the temperatures.
    ///
    /// # Errors
    /// As [`States::solve`].
    pub fn solve(&self) -> Result<Vec<States>> {
        self.temperatures.iter().map(|&t| States::solve(self.order, self.couplings, self.gamma, t)).collect()
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

    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What of a scenario is not solved yet; nothing where it does not ask for 1RSB.
    ///
    /// # Errors
    /// A load whose K rounds to 0.
    pub fn missing(&self, scenario: &Scenario) -> Result<Vec<StateTask>> {
        let mut tasks = tasks(scenario)?;
        for task in &mut tasks {
            task.temperatures.retain(|&t| self.get(task.order, task.gamma, t).is_none());
        }
        tasks.retain(|task| !task.temperatures.is_empty());
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
        for (&t, states) in task.temperatures.iter().zip(states) {
            self.insert(task.order, task.gamma, t, states);
        }
    }
}

/// Every (P, γ) of a scenario that asks for 1RSB, once.
///
/// # Errors
/// A load whose K rounds to 0.
pub fn tasks(scenario: &Scenario) -> Result<Vec<StateTask>> {
    let mut tasks: Vec<StateTask> = Vec::new();
    if !scenario.compare.contains(&Ansatz::OneStep) || !with_theory(scenario) {
        return Ok(tasks);
    }
    // Learning models have solvers of their own.
    let plain = scenario.columns()?.0.into_iter().filter(|column| column.lesson.is_none());
    for Column { order, gamma, .. } in plain {
        if !tasks.iter().any(|task| task.order == order && task.gamma == gamma) {
            let temperatures = scenario.temperatures.clone();
            tasks.push(StateTask { order, couplings: scenario.couplings, gamma, temperatures });
        }
    }
    Ok(tasks)
}

fn key(order: InteractionOrder, gamma: Load, t: Temperature) -> (u32, u64, u64) {
    (order.get(), gamma.get().to_bits(), t.get().to_bits())
}
