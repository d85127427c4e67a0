//! `replicon export DIR --format csv`: the tables of a run.

use super::output;
use crate::dynamics::Update;
use crate::error::{Error, Result};
use crate::sweep::{
    LoadedRun, Points, Readers, configurations_csv, curves_csv, joint_csv, load_run, load_states,
    overlap_distribution_csv, overlap_distributions, overlap_samples_csv, series_csv,
};
use std::path::PathBuf;

/// Write a table of a run to standard output, gathered anew from its finished tasks.
#[derive(clap::Args)]
pub struct Export {
    /// The run directory.
    directory: PathBuf,
    /// csv (parquet and npz: not yet).
    #[arg(long, default_value = "csv")]
    format: String,
    /// Which table: points; overlap-distribution (P(q) averaged over samples), overlap-samples (P_J(q) of each);
    /// configurations (the last of each chain); curves, series, joint where dynamics.keep asked for them,
    /// series of dynamics.update = "plefka" too.
    #[arg(long, default_value = "points")]
    table: String,
}

const TABLES: &str =
    "accepted: points, overlap-distribution, overlap-samples, configurations, curves, series, joint";

impl Export {
    pub fn run(self) -> Result<()> {
        match self.format.as_str() {
            "csv" => {}
            "parquet" | "npz" => {
                return Err(Error::bad_input(format!("--format {}: not yet", self.format))
                    .remedy("this version writes csv"));
            }
            other => return Err(Error::bad_input(format!("--format {other}")).remedy("accepted: csv")),
        }
        let LoadedRun { scenario, finished, damaged, .. } = load_run(&self.directory)?;
        output::warn_of(&damaged);
        let protocol = scenario.dynamics.as_ref().map(|plan| &plan.protocol);
        let keep = protocol.map(|protocol| protocol.keep).unwrap_or_default();
        // A mean field keeps its solutions unasked.
        let solved = protocol.is_some_and(|protocol| protocol.update == Update::Plefka);
        let missing = match self.table.as_str() {
            "curves" if !keep.curves => Some("dynamics.keep = [\"curves\"]"),
            "series" if !keep.series && !solved => Some("dynamics.keep = [\"series\"]"),
            "joint" if !keep.joint => Some("dynamics.keep = [\"joint\"]"),
            "overlap-distribution" | "overlap-samples" if protocol.is_none_or(|p| p.replicas < 2) => {
                Some("dynamics.replicas = 2 or more")
            }
            _ => None,
        };
        if let Some(needs) = missing {
            return Err(Error::bad_input(format!("--table {}: this run kept none", self.table))
                .remedy(format!("run a scenario with {needs}")));
        }
        output::text(&match self.table.as_str() {
            "points" => {
                let states = load_states(&self.directory, &scenario)?;
                Points::gather_with(&scenario, &finished, &states, Readers::of_run(&self.directory))?.to_csv()
            }
            "overlap-distribution" => overlap_distribution_csv(&overlap_distributions(&scenario, &finished)?),
            "overlap-samples" => overlap_samples_csv(&overlap_distributions(&scenario, &finished)?),
            "configurations" => configurations_csv(&scenario, &finished)?,
            "curves" => curves_csv(&scenario, &finished)?,
            "series" => series_csv(&scenario, &finished)?,
            "joint" => joint_csv(&scenario, &finished)?,
            other => return Err(Error::bad_input(format!("--table {other}")).remedy(TABLES)),
        })
    }
}
