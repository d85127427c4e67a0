//! `replicon export DIR --format csv`: the table of a run.

use super::output;
use crate::error::{Error, Result};
use crate::sweep::{Points, load_run, load_states};
use std::path::PathBuf;

/// Write the table of a run to standard output, gathered anew from its finished tasks.
#[derive(clap::Args)]
pub struct Export {
    /// The run directory.
    directory: PathBuf,
    /// csv (parquet and npz: not yet).
    #[arg(long, default_value = "csv")]
    format: String,
}

impl Export {
    pub fn run(self) -> Result<()> {
        match self.format.as_str() {
            "csv" => {
                let (scenario, finished) = load_run(&self.directory)?;
                let states = load_states(&self.directory, &scenario)?;
                output::text(&Points::gather(&scenario, &finished, &states)?.to_csv())
            }
            "parquet" | "npz" => Err(Error::bad_input(format!("--format {}: not yet", self.format))
                .remedy("this version writes csv")),
            other => Err(Error::bad_input(format!("--format {other}")).remedy("accepted: csv")),
        }
    }
}
