//! 1RSB beside the grid: the retrieval and the m = 0 state at every point of a scenario.
//!
//! A point costs up to tens of milliseconds, so that a diagram of 10⁴ points is itself a sweep: one task is one (P, T), of a learning
//! model with one lesson, and all its loads: their branch is walked once. An answer is the same to the last bit whatever else is in the grid.

use crate::error::{Error, Kind, Result};
use crate::params::{InteractionOrder, LearningMode, Lesson, Load, Temperature};
use crate::scenario::{Ansatz, Column, CouplingLaw, Scenario};
use crate::sweep::with_theory;
use crate::theory::Branch;
use crate::theory::learning::{self, Task, noise_load};
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

/// One (P, lesson, T) with the loads at which it is not solved yet: what is run in parallel and recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct StateTask {
    pub order: InteractionOrder,
    pub couplings: CouplingLaw,
    pub lesson: Option<Lesson>,
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
        let retrieval: Vec<Result<Option<OneRsbPoint>>> = match (self.lesson, self.couplings) {
            (Some(lesson), _) => {
                let task = Task::of_lesson(lesson, order)?;
                self.loads.iter().map(|&gamma| archetype(&task, gamma, t)).collect()
            }
            (None, CouplingLaw::Hebbian) => retrieval::row(order, t, &self.loads),
            // Gaussian couplings know no pattern to retrieve.
            (None, CouplingLaw::Gaussian) => self.loads.iter().map(|_| Ok(None)).collect(),
        };
        retrieval
            .into_iter()
            .zip(&self.loads)
            .map(|(retrieval, &gamma)| {
                // A branch that the walk has lost, or did not find: nothing is said about this point, and the sweep goes on.
                if retrieval.as_ref().is_err_and(|error| error.kind() == Kind::Failed) {
                    return Ok(States::default());
                }
                Ok(States { retrieval: resolved(retrieval)?, unmagnetised: resolved(self.zero(gamma))? })
            })
            .collect()
    }

    /// The physical state of m = 0.
    pub(super) fn zero(&self, gamma: Load) -> Result<Option<OneRsbPoint>> {
        let (order, t) = (self.order, self.temperature);
        let load = match self.lesson {
            Some(lesson) => noise_load(lesson, order, gamma)?,
            None => Some(gamma),
        };
        match load {
            None => Ok(None),
            Some(gamma) if order.get() == 2 && self.couplings == CouplingLaw::Gaussian => sk(gamma, t),
            // From P = 3 on the glass of Gaussian couplings is that of the Hebbian ones.
            Some(gamma) => equilibrium::zero_state(order, gamma, t),
        }
    }

    fn key(&self, gamma: Load) -> Key {
        key(self.order, self.lesson, gamma, self.temperature)
    }
}

/// P, mode, r, M, γ and T: reals by their bits.
type Key = (u32, Option<(LearningMode, u64, u64)>, u64, u64);

fn key(order: InteractionOrder, lesson: Option<Lesson>, gamma: Load, t: Temperature) -> Key {
    let lesson =
        lesson.map(|Lesson { mode, examples }| (mode, examples.quality().get().to_bits(), examples.count()));
    (order.get(), lesson, gamma.get().to_bits(), t.get().to_bits())
}

/// States by (P, lesson, γ, T).
#[derive(Debug, Clone, Default)]
pub struct StateTable(HashMap<Key, States>);

impl StateTable {
    pub fn get(&self, column: &Column, t: Temperature) -> Option<&States> {
        self.0.get(&key(column.order, column.lesson, column.gamma, t))
    }

    /// Adds one point by (P, lesson, γ, T).
    pub fn insert(
        &mut self,
        (order, lesson, gamma, t): (InteractionOrder, Option<Lesson>, Load, Temperature),
        states: States,
    ) {
        self.0.insert(key(order, lesson, gamma, t), states);
    }

    /// Adds the states of another table.
    ///
    /// # Errors
    /// A point that both have with different numbers.
    pub fn unite(&mut self, other: Self) -> Result<()> {
        for (key, states) in other.0 {
            if self.0.insert(key, states).is_some_and(|known| known != states) {
                let (p, gamma, t) = (key.0, f64::from_bits(key.2), f64::from_bits(key.3));
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
        Ok(self.unsolved(tasks(scenario)?))
    }

    /// What of these tasks is not solved yet.
    pub fn unsolved(&self, mut tasks: Vec<StateTask>) -> Vec<StateTask> {
        for task in &mut tasks {
            let unknown: Vec<Load> =
                task.loads.iter().copied().filter(|&gamma| !self.0.contains_key(&task.key(gamma))).collect();
            task.loads = unknown;
        }
        tasks.retain(|task| !task.loads.is_empty());
        tasks
    }

    /// The states of a task, of the loads that are solved.
    pub fn of_task(&self, task: &StateTask) -> Vec<States> {
        task.loads.iter().filter_map(|&gamma| self.0.get(&task.key(gamma)).copied()).collect()
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
            self.0.insert(task.key(gamma), states);
        }
    }
}

/// Every (P, lesson, T) of a scenario that asks for 1RSB, with its loads.
///
/// # Errors
/// A load whose K rounds to 0.
pub fn tasks(scenario: &Scenario) -> Result<Vec<StateTask>> {
    let mut tasks: Vec<StateTask> = Vec::new();
    if !scenario.compare.contains(&Ansatz::OneStep) || !with_theory(scenario) {
        return Ok(tasks);
    }
    let columns = scenario.columns()?.0;
    let mut models: Vec<(InteractionOrder, Option<Lesson>)> = Vec::new();
    for column in &columns {
        if !models.contains(&(column.order, column.lesson)) {
            models.push((column.order, column.lesson));
        }
    }
    for (order, lesson) in models {
        let of_model = columns.iter().filter(|column| (column.order, column.lesson) == (order, lesson));
        let mut loads: Vec<Load> = of_model.map(|column| column.gamma).collect();
        loads.sort_by(|a, b| a.get().total_cmp(&b.get()));
        loads.dedup();
        tasks.extend(scenario.temperatures.iter().map(|&temperature| StateTask {
            order,
            couplings: scenario.couplings,
            lesson,
            temperature,
            loads: loads.clone(),
        }));
    }
    Ok(tasks)
}

/// 1RSB retrieval of an archetype, as a state of the grid; a failure where the breaking is not resolved.
fn archetype(task: &Task, gamma: Load, t: Temperature) -> Result<Option<OneRsbPoint>> {
    let found = learning::one_rsb::retrieval(task, gamma, t)?;
    if found.is_some_and(|x| !x.resolved) {
        return Err(Error::failed("a breaking too weak to be resolved"));
    }
    Ok(found.map(|x| OneRsbPoint {
        branch: Branch::Retrieval,
        m: x.point.m,
        q1: x.q1,
        q2: x.q2,
        theta: x.theta,
        y: x.y,
        pressure: x.point.pressure,
        free_energy: x.point.free_energy,
        energy: x.point.energy,
        entropy: x.point.entropy,
        replicon_inner: x.replicon_inner,
        replicon_outer: x.replicon_outer,
        stable: x.point.stable,
        complexity: x.y.map(|_| 0.0),
        residual: x.point.residual,
        quadrature: 0.0,
    }))
}
