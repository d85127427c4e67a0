//! `replicon plot DIR`: the figures of a run, again.

use super::output;
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use crate::sweep::capacity::{self, load_capacity};
use crate::sweep::figure::Figure;
use crate::sweep::{Points, TaskResult, figures, load_run, points_of};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Draw the figures of a run again from its stored numbers.
#[derive(clap::Args)]
pub struct Plot {
    /// The run directory.
    directory: PathBuf,
    /// For print as well: one-column (86 mm) or two-column (178 mm), letters of 8 pt, no title, as figures/<name>-one-column.svg.
    #[arg(long, value_name = "WIDTH")]
    width: Option<String>,
}

impl Plot {
    pub fn run(self) -> Result<()> {
        let figures = self.figures()?;
        if figures.is_empty() {
            return Err(Error::bad_input("the scenario asks for no figure")
                .at(self.directory.join("scenario.toml").display())
                .remedy("add a [[figures]] entry with a kind"));
        }
        let mut written = draw_each(&figures, &self.directory)?;
        if let Some(width) = &self.width {
            for (stem, figure) in &figures {
                written.push(draw_for_print(figure, &self.directory.join("figures"), stem, width)?);
            }
        }
        output::text(&written.iter().map(|p| format!("{}\n", p.display())).collect::<String>())
    }

    /// Those of a run, or of searches for capacities, by name.
    fn figures(&self) -> Result<Vec<(String, Figure)>> {
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
            return capacity::figures(&capacity.scenario, &rows, &scalings);
        }
        let run = load_run(&self.directory)?;
        output::warn_of(&run.damaged);
        let points = points_of(&run, &self.directory)?;
        figures(&run.scenario, &points, &run.finished)
    }
}

/// Draws every figure of a scenario into `directory/figures`.
pub fn draw_all(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
    directory: &Path,
) -> Result<Vec<PathBuf>> {
    draw_each(&figures(scenario, points, finished)?, directory)
}

/// Draws figures into `directory/figures`.
///
/// # Errors
/// Files that cannot be written.
pub fn draw_each(figures: &[(String, Figure)], directory: &Path) -> Result<Vec<PathBuf>> {
    let folder = directory.join("figures");
    let mut written = Vec::new();
    for (stem, figure) in figures {
        std::fs::create_dir_all(&folder).map_err(|e| Error::io("create", &folder, &e))?;
        written.extend(draw(figure, &folder, stem)?);
    }
    Ok(written)
}

#[cfg(feature = "plots")]
pub use crate::plot::draw;

/// A figure of the printed width of this name.
#[cfg(feature = "plots")]
fn draw_for_print(figure: &Figure, folder: &Path, stem: &str, width: &str) -> Result<PathBuf> {
    use crate::plot::Width;
    let mut printed = Width::NAMES.iter().filter(|(_, width)| width.millimetres().is_some());
    match printed.find(|(name, _)| *name == width) {
        Some((_, width)) => crate::plot::draw_for_print(figure, folder, stem, *width),
        None => Err(Error::bad_input(format!("--width {width}")).remedy("accepted: one-column, two-column")),
    }
}

#[cfg(not(feature = "plots"))]
pub fn draw(_: &Figure, _: &Path, _: &str) -> Result<Vec<PathBuf>> {
    Err(Error::bad_input("this program was built without figures").remedy("build with the feature `plots`"))
}

#[cfg(not(feature = "plots"))]
fn draw_for_print(figure: &Figure, folder: &Path, stem: &str, _: &str) -> Result<PathBuf> {
    draw(figure, folder, stem).map(|_| folder.join(stem))
}
