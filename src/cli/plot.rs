//! `replicon plot DIR`: the figures of a run, again.

use super::{capacity, output};
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use crate::sweep::capacity::load_capacity;
use crate::sweep::{Points, TaskResult, figures, load_run, points_of};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Draw the figures of a run again from its stored numbers.
#[derive(clap::Args)]
pub struct Plot {
    /// The run directory.
    directory: PathBuf,
}

impl Plot {
    pub fn run(self) -> Result<()> {
        if let Some(capacity) = load_capacity(&self.directory)? {
            output::warn_of(&capacity.damaged);
            let (rows, scalings) = capacity.results()?;
            if rows.is_empty() && capacity.scenario.figure {
                return Err(Error::failed("no search is at its end yet, there is nothing to draw")
                    .at(self.directory.display())
                    .remedy(
                        "`replicon status` says how far they are; run `replicon capacity` again to go on",
                    ));
            }
            return self.done(capacity::draw_all(&capacity.scenario, &rows, &scalings, &self.directory)?);
        }
        let run = load_run(&self.directory)?;
        output::warn_of(&run.damaged);
        let points = points_of(&run, &self.directory)?;
        self.done(draw_all(&run.scenario, &points, &run.finished, &self.directory)?)
    }

    fn done(&self, written: Vec<PathBuf>) -> Result<()> {
        if written.is_empty() {
            return Err(Error::bad_input("the scenario asks for no figure")
                .at(self.directory.join("scenario.toml").display())
                .remedy("add a [[figures]] entry with a kind"));
        }
        output::text(&written.iter().map(|p| format!("{}\n", p.display())).collect::<String>())
    }
}

/// Draws every figure of a scenario into `directory/figures`.
pub fn draw_all(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
    directory: &Path,
) -> Result<Vec<PathBuf>> {
    let folder = directory.join("figures");
    let mut written = Vec::new();
    for (stem, figure) in figures(scenario, points, finished)? {
        std::fs::create_dir_all(&folder).map_err(|e| Error::io("create", &folder, &e))?;
        written.extend(draw(&figure, &folder, &stem)?);
    }
    Ok(written)
}

#[cfg(feature = "plots")]
pub use crate::plot::draw;

#[cfg(not(feature = "plots"))]
pub fn draw(_: &crate::sweep::figure::Figure, _: &Path, _: &str) -> Result<Vec<PathBuf>> {
    Err(Error::bad_input("this program was built without figures").remedy("build with the feature `plots`"))
}
