//! What a run directory of capacity holds.

use super::store::read_outcomes;
use super::{Goal, Row, Scaling, Search, Tallies, round, rows, scalings};
use crate::error::{Error, Kind, Result};
use crate::scenario::CapacityScenario;
use std::path::{Path, PathBuf};

/// The searches of a run directory, as far as its recorded trials take them.
pub struct LoadedCapacity {
    pub scenario: CapacityScenario,
    /// Files and rows that could not be used: their trials count as not run.
    pub damaged: Vec<Error>,
    directory: PathBuf,
    searches: Vec<Search>,
}

/// How far one search is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchStatus {
    pub goal: Goal,
    /// Trials of finished rounds
    pub trials: usize,
    /// At its end: the samples are spent, or there is no K_c to find
    pub ended: bool,
}

/// Reads the run of capacity in `directory`; None where it is not one of capacity, but of `replicon run` or nothing at all.
///
/// # Errors
/// A scenario or a store that cannot be read.
pub fn load_capacity(directory: &Path) -> Result<Option<LoadedCapacity>> {
    let file = directory.join("scenario.toml");
    if !file.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&file)
        .map_err(|e| Error::io("read scenario", &file, &e).as_kind(Kind::BadInput))?;
    if !CapacityScenario::is_asked_by(&text) {
        return Ok(None);
    }
    let scenario = CapacityScenario::from_text(&text, &file.display().to_string(), &[])?;
    let (outcomes, damaged) = read_outcomes(&directory.join("store"), &scenario.identity())?;
    let goals = Goal::all(&scenario).into_iter();
    let mut searches: Vec<Search> = goals.map(|goal| Search::new(goal, &scenario)).collect::<Result<_>>()?;
    round(&mut searches, &outcomes);
    Ok(Some(LoadedCapacity { scenario, damaged, directory: directory.to_path_buf(), searches }))
}

impl LoadedCapacity {
    /// How far each search is, in the order of the table.
    pub fn status(&self) -> impl Iterator<Item = SearchStatus> {
        self.searches.iter().map(|search| SearchStatus {
            goal: search.goal,
            trials: search.tallies.values().map(|tally| tally.1).sum(),
            ended: search.end.is_some(),
        })
    }

    /// What every search has tried: (successes, trials) by K.
    pub(super) fn tallies(&self) -> impl Iterator<Item = (Goal, &Tallies)> {
        self.searches.iter().map(|search| (search.goal, &search.tallies))
    }

    /// The rows of the searches that are at their ends, and what they say together; none of a search that was interrupted before.
    ///
    /// # Errors
    /// A solver of the theory beside them that failed.
    pub fn results(&self) -> Result<(Vec<Row>, Vec<Scaling>)> {
        let ended = self.searches.iter().filter(|search| search.end.is_some());
        let rows =
            rows(&self.scenario, ended.map(|search| (search.goal, &search.tallies, search.end.as_ref())))?;
        let scalings = scalings(&rows);
        Ok((rows, scalings))
    }

    /// [`Self::results`], to draw or to export.
    ///
    /// # Errors
    /// [`Kind::Failed`] where no search is at its end yet; those of [`Self::results`].
    pub fn something_to_show(&self) -> Result<(Vec<Row>, Vec<Scaling>)> {
        let (rows, scalings) = self.results()?;
        if rows.is_empty() {
            return Err(Error::failed("no search is at its end yet, there is nothing to show")
                .at(self.directory.display())
                .remedy("`replicon status` says how far they are; run `replicon capacity` again to go on"));
        }
        Ok((rows, scalings))
    }
}
