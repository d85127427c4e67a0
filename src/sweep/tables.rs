//! Which tables a run has, and each of them by its name.

use super::columns::{Heading, Table};
use super::exports::{
    CONFIGURATIONS, CURVES, JOINT, SERIES, configurations_table, curves_table, joint_table, series_table,
};
use super::overlap_distribution::{
    DISTRIBUTION, SAMPLES, overlap_distribution_table, overlap_distributions, overlap_samples_table,
};
use super::place::placed;
use super::points;
use super::task::TaskResult;
use crate::dynamics::Update;
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use std::collections::HashMap;

/// The tables by name, and what a row of each is.
pub const TABLES: [(&str, &str); 7] = [
    ("points", "a grid point and start, averaged over disorder samples, with theory beside it: points.csv"),
    ("overlap-distribution", "a bin of P(q), averaged over disorder samples"),
    ("overlap-samples", "a bin of P_J(q) of one disorder sample"),
    ("configurations", "the last configuration of a chain"),
    ("curves", "a time of a relaxation curve, with dynamics.keep = [\"curves\"]"),
    ("series", "a sweep of one chain, with dynamics.keep = [\"series\"]; of update = \"plefka\" a solution"),
    ("joint", "a bin of the joint histogram of (m, q), with dynamics.keep = [\"joint\"]"),
];

/// Every column that the table of this name can have, in order; none where there is no such table. Not every run has them all: those of
/// single diluted patterns, `mattis_1` and so on, go as far as its patterns do, and keys of a kind (quality, dilution, …) end the tables beside points
/// where it has them.
pub fn headings(table: &str) -> Vec<Heading> {
    match table {
        "points" => points::every_heading(),
        "overlap-distribution" => placed(DISTRIBUTION),
        "overlap-samples" => placed(SAMPLES),
        "configurations" => placed(CONFIGURATIONS),
        "curves" => placed(CURVES),
        "series" => placed(SERIES),
        "joint" => placed(JOINT),
        #[cfg(feature = "program")]
        other => super::capacity::headings(other).to_vec(),
        #[cfg(not(feature = "program"))]
        _ => Vec::new(),
    }
}

/// The table of this name of finished tasks. `points` is made when that table is asked for.
///
/// # Errors
/// [`crate::error::Kind::BadInput`] for a name that is none of [`TABLES`], or a table that the scenario keeps nothing for; what `points`
/// fails with.
pub fn table(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    name: &str,
    points: impl FnOnce() -> Result<points::Points>,
) -> Result<Table> {
    if !TABLES.iter().any(|(known, _)| *known == name) {
        return Err(unknown_table(name, &TABLES));
    }
    if let Some(needs) = missing(scenario, name) {
        return Err(Error::bad_input(format!("table {name}: this run kept none"))
            .remedy(format!("run a scenario with {needs}")));
    }
    match name {
        "overlap-distribution" => Ok(overlap_distribution_table(&overlap_distributions(scenario, finished)?)),
        "overlap-samples" => Ok(overlap_samples_table(&overlap_distributions(scenario, finished)?)),
        "configurations" => configurations_table(scenario, finished),
        "curves" => curves_table(scenario, finished),
        "series" => series_table(scenario, finished),
        "joint" => joint_table(scenario, finished),
        _ => Ok(points()?.table()),
    }
}

/// No table has this name.
pub(super) fn unknown_table(name: &str, tables: &[(&str, &str)]) -> Error {
    let names: Vec<&str> = tables.iter().map(|(known, _)| *known).collect();
    let hint =
        crate::scenario::nearest(name, &names).map_or(String::new(), |n| format!("did you mean {n}? "));
    Error::bad_input(format!("no table {name}")).remedy(format!("{hint}accepted: {}", names.join(", ")))
}

/// What a scenario lacks for a table.
fn missing(scenario: &Scenario, table: &str) -> Option<&'static str> {
    let protocol = scenario.dynamics.as_ref().map(|plan| &plan.protocol);
    let keep = protocol.map(|protocol| protocol.keep).unwrap_or_default();
    // A mean field keeps its solutions unasked.
    let solved = protocol.is_some_and(|protocol| protocol.update == Update::Plefka);
    match table {
        "curves" if !keep.curves => Some("dynamics.keep = [\"curves\"]"),
        "series" if !keep.series && !solved => Some("dynamics.keep = [\"series\"]"),
        "joint" if !keep.joint => Some("dynamics.keep = [\"joint\"]"),
        "overlap-distribution" | "overlap-samples" if protocol.is_none_or(|p| p.replicas < 2) => {
            Some("dynamics.replicas = 2 or more")
        }
        _ => None,
    }
}

/// Every table that there is, of runs and of capacity: its name, what a row is, its columns.
#[cfg(feature = "program")]
fn every_table() -> impl Iterator<Item = (&'static str, &'static str, Vec<Heading>)> {
    TABLES.into_iter().chain(super::capacity::TABLES).map(|(name, row)| (name, row, headings(name)))
}

/// The columns of every table: table, heading.
#[cfg(feature = "program")]
pub fn all_headings() -> impl Iterator<Item = (&'static str, Heading)> {
    every_table().flat_map(|(name, _, headings)| headings.into_iter().map(move |heading| (name, heading)))
}

/// The table of this name of the run in `directory`, gathered anew from what is finished.
///
/// # Errors
/// As [`table`], and what [`super::load_run`] refuses.
#[cfg(feature = "program")]
pub fn table_of_run(directory: &std::path::Path, name: &str) -> Result<Table> {
    table_of(&super::load_run(directory)?, directory, name)
}

/// As [`table_of_run`], of a run that is loaded.
///
/// # Errors
/// As [`table`].
#[cfg(feature = "program")]
pub fn table_of(run: &super::LoadedRun, directory: &std::path::Path, name: &str) -> Result<Table> {
    table(&run.scenario, &run.finished, name, || points_of(run, directory))
}

/// The points of a run that is loaded, with the states and readers kept in its directory.
///
/// # Errors
/// A solver that failed, a store that cannot be read.
#[cfg(feature = "program")]
pub fn points_of(run: &super::LoadedRun, directory: &std::path::Path) -> Result<points::Points> {
    let states = super::load_states(directory, &run.scenario)?;
    let readers = super::Readers::of_run(directory);
    points::Points::gather_with(&run.scenario, &run.finished, &states, readers)
}

/// The columns of all tables in Markdown, table by table: column, kind, unit, what it is.
#[cfg(feature = "program")]
pub fn headings_markdown() -> String {
    // A bar would end the cell.
    let cell = |text: &str| text.replace('|', "\\|");
    let mut text = String::from(
        "# Columns of the tables\n\nWhat `replicon export` writes, a heading for each `--table`; `points` is points.csv; `capacity`, `exponents`, `extrapolations` and \
         `trials` are those of `replicon capacity`.\n\n",
    );
    for (name, row, headings) in every_table() {
        text.push_str(&format!(
            "## `{name}`\n\nA row is {row}.\n\n| column | kind | unit | what it is |\n|---|---|---|---|\n"
        ));
        for Heading { name, kind, unit, about } in headings {
            let (kind, unit) = (kind.name(), if unit.is_empty() { "–" } else { unit });
            text.push_str(&format!("| `{name}` | {kind} | {unit} | {} |\n", cell(about)));
        }
        text.push('\n');
    }
    text
}
