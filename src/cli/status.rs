//! `replicon status DIR`: how far a run is.

use super::output::{self, warn_of};
use crate::error::Result;
use crate::sweep::capacity::{LoadedCapacity, load_capacity};
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
        if let Some(capacity) = load_capacity(&self.directory)? {
            return of_capacity(&capacity);
        }
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
        if let Some(refinement) = status.refinement.as_ref().filter(|refinement| refinement.budget > 0) {
            let _ = writeln!(text, "{refinement}");
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

fn of_capacity(capacity: &LoadedCapacity) -> Result<()> {
    warn_of(&capacity.damaged);
    let (budget, mut ended, mut all) = (capacity.scenario.samples, 0, 0);
    let mut text = String::new();
    for search in capacity.status() {
        let far = match search.ended {
            true => format!("ended after {} trials", search.trials),
            false => format!("{} of {budget} trials", search.trials),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<44} {far}", search.goal.key());
        (ended, all) = (ended + usize::from(search.ended), all + 1);
    }
    let _ = writeln!(text, "{}: {ended} of {all} searches", capacity.scenario.name);
    output::text(&text)
}
