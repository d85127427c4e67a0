//! `replicon report DIR`: the page of a run, again.

use super::output;
use super::plot::draw_all;
use crate::error::{Error, Result};
use crate::sweep::{load_run, points_of};
use std::path::PathBuf;

/// Write the page of a run, report.html, and its figures again from stored numbers.
#[derive(clap::Args)]
pub struct ReportPage {
    /// The run directory.
    directory: PathBuf,
}

impl ReportPage {
    pub fn run(self) -> Result<()> {
        if cfg!(not(feature = "plots")) {
            return Err(Error::bad_input("this program was built without figures")
                .remedy("build with the feature `plots`"));
        }
        let run = load_run(&self.directory)?;
        output::warn_of(&run.damaged);
        let points = points_of(&run, &self.directory)?;
        draw_all(&run.scenario, &points, &run.finished, &self.directory)?;
        output::text(&format!("{}\n", self.directory.join("report.html").display()))
    }
}
