//! `rounds.json`: what rounds of refinement asked for.

use super::{Wanted, next_round};
use crate::error::{Error, Result};
use crate::params::InteractionOrder;
use crate::scenario::{AddedColumn, Column, Scenario};
use crate::sweep::run::write_file;
use crate::sweep::task::TaskResult;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// Its name in the run directory.
pub(in crate::sweep) const FILE: &str = "rounds.json";

/// Version of the file. One of another version is named and not used.
const VERSION: u32 = 1;

/// What a pattern count may be at most.
const MOST_PATTERNS: usize = i32::MAX as usize;

/// The rounds of a run, each whole, whatever the budget took of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::sweep) struct Rounds(Vec<Vec<Entry>>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    on: String,
    rounds: Vec<Vec<Entry>>,
}

/// A column, and the transition that it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    p: u32,
    n: usize,
    k: usize,
    /// The kind's own keys, as in the names of tasks
    #[serde(default, skip_serializing_if = "String::is_empty")]
    own: String,
    temperature: f64,
    gamma: f64,
    uncertainty: f64,
}

impl Entry {
    fn of(wanted: &Wanted) -> Self {
        let column = &wanted.column;
        Self {
            p: column.order.get(),
            n: column.spins,
            k: column.patterns,
            own: column.own.label().trim_start().to_string(),
            temperature: wanted.temperature,
            gamma: wanted.gamma,
            uncertainty: wanted.uncertainty,
        }
    }

    /// Whether it stands beside this column: of the same (P, N, own keys).
    fn is_beside(&self, column: &Column) -> bool {
        let same = column.interaction_order().map(InteractionOrder::get) == Some(self.p);
        same && column.spins == self.n && column.own().label().trim_start() == self.own
    }
}

impl Rounds {
    /// Those of a run directory; with what is damaged, which counts as not there: what it said is found again from what is finished.
    pub fn read(directory: &Path) -> (Self, Option<Error>) {
        let path = directory.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return (Self::default(), None),
            Err(e) => return (Self::default(), Some(Error::io("read", &path, &e))),
        };
        let damaged = |what: String| {
            let remedy = "it is not used: rounds are planned again from what is finished, and what they find finished is kept";
            (Self::default(), Some(Error::failed(what).at(path.display()).remedy(remedy)))
        };
        match serde_json::from_str::<File>(&text) {
            Ok(file) if file.version != VERSION => {
                damaged(format!("has version {}, this program knows {VERSION}", file.version))
            }
            Ok(file) => match file.rounds.iter().flatten().find(|e| !(1..=MOST_PATTERNS).contains(&e.k)) {
                Some(entry) => damaged(format!("damaged: K = {}", entry.k)),
                None => (Self(file.rounds), None),
            },
            Err(error) => damaged(format!("damaged: {error}")),
        }
    }

    fn write(&self, scenario: &Scenario, directory: &Path) -> Result<()> {
        let on = scenario.refine.as_ref().map_or("", |refine| refine.on.name()).to_string();
        let file = File { version: VERSION, on, rounds: self.0.clone() };
        let path = directory.join(FILE);
        let text = serde_json::to_string_pretty(&file)
            .map_err(|e| Error::failed(format!("cannot write {}: {e}", path.display())))?;
        write_file(&path, format!("{text}\n").as_bytes())
    }

    /// The scenario with as many of their columns as its budget takes, in their order. Columns of sizes that the grid no longer has are
    /// left out, and those that its lists have by now cost nothing.
    ///
    /// # Errors
    /// As [`Scenario::columns`].
    pub fn applied_to(&self, scenario: &Scenario) -> Result<Scenario> {
        let mut scenario = scenario.clone();
        let grid = if scenario.refine.is_some() { scenario.grid_columns()? } else { return Ok(scenario) };
        let Some(refine) = &mut scenario.refine else { return Ok(scenario) };
        refine.added.clear();
        for (round, entry) in
            self.0.iter().zip(1..).flat_map(|(entries, round)| entries.iter().map(move |e| (round, e)))
        {
            if refine.added.len() == refine.budget {
                break;
            }
            let Some(beside) = grid.iter().find(|column| entry.is_beside(column)) else { continue };
            let added = AddedColumn {
                round,
                order: beside.order,
                spins: beside.spins,
                own: beside.own(),
                patterns: entry.k,
            };
            let there = grid.iter().any(|column| entry.is_beside(column) && column.patterns == entry.k)
                || refine.added.iter().any(|other| AddedColumn { round, ..*other } == added);
            if !there {
                refine.added.push(added);
            }
        }
        Ok(scenario)
    }

    /// The scenario with one round more than `refined`, all of whose tasks are finished, after that round is written down; `None`
    /// where the budget is spent, or no other load would help.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn next(
        &mut self,
        refined: &Scenario,
        finished: &HashMap<String, TaskResult>,
        directory: &Path,
    ) -> Result<Option<Scenario>> {
        if refined.added().len() >= refined.refine_budget() {
            return Ok(None);
        }
        let wanted = next_round(refined, finished, self.0.len() + 1)?;
        if wanted.is_empty() {
            return Ok(None);
        }
        self.0.push(wanted.iter().map(Entry::of).collect());
        self.write(refined, directory)?;
        self.applied_to(refined).map(Some)
    }
}
