//! `replicon plot DIR`: the figures of a run, again.

use super::{capacity, output};
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use crate::sweep::capacity::load_capacity;
use crate::sweep::figure::Figure;
#[cfg(feature = "plots")]
use crate::sweep::write_file;
use crate::sweep::{Points, TaskResult, drawable, load_run, points_of};
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
        if let Some(run) = load_capacity(&self.directory)? {
            let printed = self.print(|| capacity::figures_of(&run))?;
            let drawn = capacity::draw_again(&run, &self.directory)?;
            return self.done([drawn, printed].concat());
        }
        let run = load_run(&self.directory)?;
        output::warn_of(&run.damaged);
        let points = points_of(&run, &self.directory)?;
        let printed = self.print(|| Ok(drawable(&run.scenario, &points, &run.finished).0))?;
        let drawn = draw_all(&run.scenario, &points, &run.finished, &self.directory)?;
        self.done([drawn, printed].concat())
    }

    /// The figures of the width that was asked for.
    fn print(&self, figures: impl FnOnce() -> Result<Vec<(String, Figure)>>) -> Result<Vec<PathBuf>> {
        let Some(width) = &self.width else { return Ok(Vec::new()) };
        let folder = self.directory.join("figures");
        figures()?.iter().map(|(stem, figure)| draw_for_print(figure, &folder, stem, width)).collect()
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

/// Draws every figure of a scenario into `directory/figures`, and writes `directory/report.html`. Returns the paths of the figures. Of one that
/// cannot be drawn a line on standard error says why; where none can be it is an error.
pub fn draw_all(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
    directory: &Path,
) -> Result<Vec<PathBuf>> {
    let folder = directory.join("figures");
    let mut written = Vec::new();
    let (figures, mut failures) = drawable(scenario, points, finished);
    for (stem, figure) in &figures {
        std::fs::create_dir_all(&folder).map_err(|e| Error::io("create", &folder, &e))?;
        written.extend(draw(figure, &folder, stem)?);
    }
    #[cfg(feature = "plots")]
    write_file(&directory.join("report.html"), crate::report::page(scenario, points, &figures)?.as_bytes())?;
    if written.is_empty() && !failures.is_empty() {
        return Err(failures.swap_remove(0));
    }
    output::warn_of(&failures);
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
