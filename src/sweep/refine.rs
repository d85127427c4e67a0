//! Rounds of refinement (`grid.refine`): where the load at which ⟨m⟩ falls through ½ is uncertain, columns are added.
//!
//! A round is a list of columns, a pure function of the scenario and of what was finished before it, and is written down (`rounds.json`)
//! before its tasks run. Rounds do not depend on the budget, of which they take what is left: a run with a larger budget goes on, and ends in
//! the bytes of one that had it from the beginning.

mod rounds;

pub(super) use rounds::{FILE, Rounds};

use super::task::TaskResult;
use super::transition::{Located, bootstrap_stream, located};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{AddedColumn, Column, OwnKeys, Scenario, Task};
use rayon::prelude::*;
use std::collections::HashMap;

/// ⟨m⟩ that is retrieval no more.
const LEVEL: f64 = 0.5;

/// What the columns of one (P, N, the kind's own keys) know of the transition at one temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    pub order: InteractionOrder,
    pub spins: usize,
    pub own: OwnKeys,
    pub temperature: Temperature,
    /// `None` where ⟨m⟩ does not fall through ½ inside the grid, or by more than its errors more than once.
    pub found: Option<Found>,
}

/// A transition between two loads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub gamma: f64,
    /// One standard error by bootstrap over samples; `None` where it cannot be told.
    pub sampling_error: Option<f64>,
    /// Standard deviation of a load that may lie anywhere between its neighbours of the grid.
    pub spacing_error: f64,
    /// K of the loads on both sides.
    between: (usize, usize),
}

/// Why a transition is refined no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// ⟨m⟩ does not fall through ½ inside the grid.
    NotInside,
    /// The loads on both sides differ by one pattern.
    OnePattern,
    /// The samples are now less certain than the spacing of loads.
    Samples,
}

impl Found {
    /// Both errors together, one standard deviation.
    pub fn uncertainty(&self) -> f64 {
        let error = self.sampling_error.unwrap_or(0.0);
        (error * error + self.spacing_error * self.spacing_error).sqrt()
    }
}

impl Estimate {
    /// `None` where another load would help.
    pub fn ended(&self) -> Option<Ended> {
        let Some(found) = &self.found else { return Some(Ended::NotInside) };
        if found.between.1 <= found.between.0 + 1 {
            return Some(Ended::OnePattern);
        }
        found.sampling_error.filter(|error| *error >= found.spacing_error).map(|_| Ended::Samples)
    }

    /// The load between the neighbours that is asked for next: the estimate itself, but not so close to a neighbour that little is
    /// learnt where the curve is a step.
    fn next(&self) -> Result<Option<(Found, usize)>> {
        let (None, Some(found)) = (self.ended(), self.found) else { return Ok(None) };
        let load = |patterns| Ok(Load::realised(self.order, self.spins, patterns)?.get());
        let (low, high): (f64, f64) = (load(found.between.0)?, load(found.between.1)?);
        let quarter = 0.25 * (high - low);
        let gamma = found.gamma.clamp(low + quarter, high - quarter);
        let patterns = Load::new(gamma)?.pattern_count(self.order, self.spins)?;
        Ok(Some((found, patterns.clamp(found.between.0 + 1, found.between.1 - 1))))
    }
}

/// What these columns of a finished scenario know of each transition, in the order of points.csv.
pub fn estimates(
    scenario: &Scenario,
    columns: &[Column],
    finished: &HashMap<String, TaskResult>,
) -> Vec<Estimate> {
    let Some(start) = scenario.refined_start().map(|start| start.label()) else { return Vec::new() };
    let same = |a: &Column, b: &Column| (a.order, a.spins, a.own()) == (b.order, b.spins, b.own());
    let groups: Vec<(&[Column], Vec<Vec<&TaskResult>>)> = columns
        .chunk_by(same)
        .map(|group| {
            let task = |column: &Column, sample| finished.get(&Task { column: column.clone(), sample }.key());
            let of = |column| (0..scenario.samples).filter_map(|sample| task(column, sample)).collect();
            (group, group.iter().map(of).collect())
        })
        .collect();
    let all: Vec<_> = groups
        .iter()
        .flat_map(|(group, tasks)| scenario.temperatures.iter().map(move |&t| (*group, tasks, t)))
        .collect();
    // Resampling takes as long as the shortest of simulations.
    all.par_iter()
        .map(|(group, tasks, temperature)| estimate(scenario.seed, group, tasks, (*temperature, &start)))
        .collect()
}

/// What columns of one (P, N, own keys), at least one, with their tasks know of one temperature.
fn estimate(
    seed: u64,
    group: &[Column],
    tasks: &[Vec<&TaskResult>],
    (temperature, start): (Temperature, &str),
) -> Estimate {
    let Column { order, spins, .. } = group[0];
    let mattis = |task: &&TaskResult| {
        let chain = task.chains.iter().find(|c| c.temperature == temperature && c.start == start)?;
        chain.measurement.mattis
    };
    let samples = |tasks: &Vec<&TaskResult>| tasks.iter().map(mattis).collect::<Option<Vec<f64>>>();
    let values: Option<Vec<(f64, Vec<f64>)>> =
        group.iter().zip(tasks).map(|(column, tasks)| Some((column.gamma.get(), samples(tasks)?))).collect();
    let stream = bootstrap_stream(seed, (order, spins, temperature));
    let patterns = |gamma: f64| {
        group.iter().find(|column| column.gamma.get() == gamma).map_or(0, |column| column.patterns)
    };
    let found = values.and_then(|values| located(&values, LEVEL, stream)).map(
        |Located { gamma, gamma_err, between: (low, high) }| Found {
            gamma,
            sampling_error: gamma_err,
            spacing_error: (high - low) / 12f64.sqrt(),
            between: (patterns(low), patterns(high)),
        },
    );
    Estimate { order, spins, own: group[0].own(), temperature, found }
}

/// A column that a round asks for, and what for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub column: AddedColumn,
    /// Where the transition was at this temperature, and how uncertain, when the column was asked for.
    pub temperature: f64,
    pub gamma: f64,
    pub uncertainty: f64,
}

/// The columns of the next round, the relatively most uncertain transition first: one between every two loads that have an uncertain
/// transition between them. A transition between other loads does not wait for it.
fn next_round(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    round: usize,
) -> Result<Vec<Wanted>> {
    let mut wanted: Vec<(f64, (usize, usize), Wanted)> = Vec::new();
    for estimate in estimates(scenario, &scenario.columns()?.0, finished) {
        let Some((found, patterns)) = estimate.next()? else { continue };
        let Estimate { order, spins, own, temperature, .. } = estimate;
        let uncertainty = found.uncertainty();
        let next = Wanted {
            column: AddedColumn { round, order, spins, own, patterns },
            temperature: temperature.get(),
            gamma: found.gamma,
            uncertainty,
        };
        wanted.push((uncertainty / found.gamma, found.between, next));
    }
    // Equals stay in the order of points.csv.
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut round: Vec<((usize, usize), Wanted)> = Vec::new();
    for (_, between, next) in wanted {
        let AddedColumn { order, spins, own, .. } = next.column;
        let taken = |(other, column): &((usize, usize), Wanted)| {
            let AddedColumn { order: p, spins: n, own: keys, .. } = column.column;
            *other == between && (p, n, keys) == (order, spins, own)
        };
        if !round.iter().any(taken) {
            round.push((between, next));
        }
    }
    Ok(round.into_iter().map(|(_, next)| next).collect())
}

/// Refuses to refine a part of a run, which does not know what the other parts have found.
///
/// # Errors
/// A scenario with a budget.
pub fn refuse_of_parts(scenario: &Scenario, part: &str) -> Result<()> {
    match scenario.refine_budget() {
        0 => Ok(()),
        budget => Err(Error::bad_input(format!(
            "{part} of a scenario with grid.refine.budget = {budget}: where loads are added is known only when the whole grid is finished"
        ))
        .remedy(
            "run the shards with --set grid.refine.budget=0 and merge them, then `replicon run` the scenario itself with --out on the merged \
             directory: it goes on from there",
        )),
    }
}

/// How far the refinement of a run is.
#[derive(Debug, Clone, PartialEq)]
pub struct Refinement {
    pub rounds: usize,
    pub columns: usize,
    pub budget: usize,
}

impl Refinement {
    /// Of a scenario with the columns that are added to it; `None` of one that asks for no refinement.
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let refine = scenario.refine.as_ref()?;
        let rounds = refine.added.iter().map(|column| column.round).max().unwrap_or(0);
        Some(Self { rounds, columns: refine.added.len(), budget: refine.budget })
    }
}

/// `refinement: 3 of at most 24 columns added, in 2 rounds`
impl std::fmt::Display for Refinement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rounds, columns, budget } = self;
        let plural = if *rounds == 1 { "" } else { "s" };
        write!(f, "refinement: {columns} of at most {budget} columns added, in {rounds} round{plural}")
    }
}

/// What the grid's lists alone, and what all columns know of each transition.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn gained(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
) -> Result<Vec<(Estimate, Estimate)>> {
    let before = estimates(scenario, &scenario.grid_columns()?, finished);
    let after = estimates(scenario, &scenario.columns()?.0, finished);
    Ok(before.into_iter().zip(after).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Files;
    use crate::sweep::run_task;

    /// P = 2, N = 64, T = 0.5, from the planted pattern: ⟨m⟩ falls through ½ at α = 0.092 within 20 + 60 sweeps.
    fn scenario(seed: u64, loads: &str) -> Scenario {
        let text = format!(
            "name = \"r\"\nseed = {seed}\n[model]\ninteraction_order = 2\n[grid]\nspins = 64\ntemperature = 0.5\n{loads}\n\
             [dynamics]\nstarts = [\"planted\"]\nburn_in_sweeps = 20\nmeasure_sweeps = 60\n[disorder]\nsamples = 16\n"
        );
        Scenario::from_text(&text, "r.toml", &Files::Shipped, &[]).expect("a scenario")
    }

    fn simulate(scenario: &Scenario, finished: &mut HashMap<String, TaskResult>) {
        let plan = scenario.dynamics.as_ref().expect("dynamics");
        for task in scenario.tasks().expect("tasks") {
            finished.entry(task.key()).or_insert_with(|| {
                run_task(scenario, plan, &task, |_, _| true, &Default::default()).expect("a result")
            });
        }
    }

    /// The grid's estimate after rounds of refinement, with the number of columns.
    fn located(mut scenario: Scenario) -> (Found, usize) {
        let mut finished = HashMap::new();
        let mut rounds = 0;
        loop {
            simulate(&scenario, &mut finished);
            rounds += 1;
            let budget = scenario.refine_budget();
            let wanted = next_round(&scenario, &finished, rounds).expect("a round");
            match &mut scenario.refine {
                Some(refine) if refine.added.len() < budget && !wanted.is_empty() => {
                    refine
                        .added
                        .extend(wanted.iter().map(|wanted| wanted.column).take(budget - refine.added.len()));
                }
                _ => break,
            }
        }
        let columns = scenario.columns().expect("columns").0;
        let found = estimates(&scenario, &columns, &finished)[0].found.expect("a transition");
        (found, columns.len())
    }

    /// Interpolated over a spacing wider than the transition, a load is wrong by as much every time, and its error bar by resampling does
    /// not know. With as many columns, refinement comes as close as its samples allow.
    ///
    /// The load is 0.0918 ± 0.0013 (400 samples at each of K = 2 … 16). Of 24 seeds, six drawn: the ratio of mean squares is above
    /// 1/4 in less than 0.2 % of draws.
    #[test]
    fn with_as_many_columns_refinement_is_closer_to_the_transition_than_an_even_grid() {
        const LOAD: f64 = 0.0918;
        let (mut even, mut refined) = (0.0, 0.0);
        for seed in 1..=6 {
            let (found, columns) = located(scenario(seed, "gamma = { from = 0.03, to = 1, count = 8 }"));
            even += (found.gamma - LOAD).powi(2);
            let loads = "gamma = [0.03, 1]\nrefine = { on = \"mattis\", budget = 6 }";
            let (closer, fewer) = located(scenario(seed, loads));
            refined += (closer.gamma - LOAD).powi(2);
            assert!(fewer <= columns && closer.spacing_error < 0.5 * found.spacing_error);
            // What is said of the error holds: more than 4 of it once in 10⁴ seeds.
            let error = closer.uncertainty().hypot(0.0013);
            assert!((closer.gamma - LOAD).abs() < 4.0 * error, "{closer:?}");
        }
        assert!(refined < 0.25 * even, "{refined} against {even}");
    }

    #[test]
    fn a_load_is_asked_for_near_the_estimate_but_away_from_its_neighbours_until_none_would_help() {
        let order = InteractionOrder::new(2).expect("P");
        let of = |gamma: f64, sampling_error: Option<f64>, between: (usize, usize)| {
            let spacing_error = (between.1 - between.0) as f64 / 100.0 / 12f64.sqrt();
            let found = Found { gamma, sampling_error, spacing_error, between };
            let (own, temperature) = (OwnKeys::default(), Temperature::ZERO);
            Estimate { order, spins: 100, own, temperature, found: Some(found) }
        };
        let asked =
            |estimate: Estimate| (estimate.next().expect("a load").map(|next| next.1), estimate.ended());
        assert_eq!(asked(of(0.19, Some(0.001), (10, 30))), (Some(19), None));
        assert_eq!(asked(of(0.11, None, (10, 30))), (Some(15), None));
        assert_eq!(asked(of(0.298, Some(0.001), (10, 30))), (Some(25), None));
        assert_eq!(asked(of(0.101, None, (10, 12))), (Some(11), None));
        assert_eq!(asked(of(0.105, None, (10, 11))), (None, Some(Ended::OnePattern)));
        assert_eq!(asked(of(0.19, Some(0.06), (10, 30))), (None, Some(Ended::Samples)));
        let outside = Estimate { found: None, ..of(0.2, None, (10, 30)) };
        assert_eq!(asked(outside), (None, Some(Ended::NotInside)));
    }
}
