//! `replicon report DIR`: the page of a run, again.

use super::plot::draw_all;
use super::{capacity, output};
use crate::error::{Error, Result};
use crate::sweep::capacity::load_capacity;
use crate::sweep::{load_run, points_of};
use std::path::PathBuf;

/// Write the page of a run, report.html, and its figures again from stored numbers.
#[derive(clap::Args)]
pub struct Report {
    /// The run directory.
    directory: PathBuf,
}

impl Report {
    pub fn run(self) -> Result<()> {
        if cfg!(not(feature = "plots")) {
            return Err(Error::bad_input("this program was built without figures")
                .remedy("build with the feature `plots`"));
        }
        if let Some(run) = load_capacity(&self.directory)? {
            capacity::draw_again(&run, &self.directory)?;
        } else {
            let run = load_run(&self.directory)?;
            output::warn_of(&run.damaged);
            let points = points_of(&run, &self.directory)?;
            draw_all(&run.scenario, &points, &run.finished, &self.directory)?;
        }
        output::text(&format!("{}\n", self.directory.join("report.html").display()))
    }
}
