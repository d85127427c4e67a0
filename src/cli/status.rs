//! `replicon status DIR`: how far a run is.

use super::output::{self, warn_of};
use crate::error::Result;
use crate::sweep::status;
use std::fmt::Write;
use std::path::PathBuf;

/// How far a run is, from its directory; it may be running.
#[derive(clap::Args)]
pub struct Status {
    /// The run directory.
    directory: PathBuf,
}

impl Status {
    pub fn run(self) -> Result<()> {
        let status = status(&self.directory)?;
        warn_of(&status.damaged);
        let mut text = String::new();
        if !status.columns.is_empty() {
            text = format!("{:>3} {:>6} {:>10} {:>16}\n", "P", "N", "K", "finished tasks");
        }
        for (p, n, k, finished, all) in &status.columns {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{p:>3} {n:>6} {k:>10} {:>16}", format!("{finished} of {all}"));
        }
        let (solved, temperatures) = status.temperatures;
        if temperatures > 0 {
            let _ = writeln!(text, "1RSB: {solved} of {temperatures} temperatures solved");
        }
        for why in status.failed.values() {
            let _ = writeln!(text, "failed: {why}");
        }
        let _ = writeln!(
            text,
            "{}: {} of {} tasks, {:.0} % of the work",
            status.scenario.name,
            status.finished,
            status.total,
            100.0 * status.fraction
        );
        output::text(&text)
    }
}
