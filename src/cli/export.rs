//! `replicon export DIR --format csv`: the tables of a run.

use super::output;
use crate::error::{Error, Result};
use crate::sweep::{load_run, table_of};
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
        let run = load_run(&self.directory)?;
        output::warn_of(&run.damaged);
        output::text(&table_of(&run, &self.directory, &self.table)?.to_csv())
    }
}
