//! Figures as SVG and PNG, with the numbers that were drawn as CSV. This layer computes nothing.
//!
//! A [`Figure`] becomes a list of shapes in logical units (`scene`), which plotters writes as SVG (the primary
//! format, text as text) and rasterises as PNG at two pixels a unit. The font is linked in, and equal figures give
//! equal bytes. Values that are not finite, or have no place on a logarithmic axis, are skipped.
//!
//! # The CSV
//!
//! Phase diagrams and curves: `kind,name,piece,x,x_err,y,y_err,value,curve,label,colour,fill,dash,marker`, an empty field where there is
//! nothing.
//!
//! | kind | name | piece | x, y | x_err, y_err | value |
//! |---|---|---|---|---|---|
//! | `cell` | the colour's label, or the phase | | grid values | | the measured value (colours end at 0 and 1), or the phase's position; empty if none |
//! | `line` | the line's name | 0, 1, …: the line has a gap between pieces | a point of the curve | | |
//! | `residual-line`, `residual-point` | of the lower of two panels | | | | |
//! | `point` | the series' name | | the point | one standard error | |
//! | `phase` | an entry of the legend | | | | |
//!
//! The other columns say how it looks, for the script beside it: `curve` counts what is drawn in one go; `label` is the entry of the legend in
//! the markup of matplotlib; `colour` and `fill` (of markers) are `#rrggbb`, of a phase with stripes what lies between its two colours; `dash`
//! lengths of ink and gap in line widths, `1 0` solid and `0 1` no line; `marker` matplotlib's letter.
//!
//! Panels: `row,column,caption,width,height,pixels`, one row per image: the captions of row, column and image, its
//! size, and its spins row by row as `+` (ink), `-` (paper) and `0` (grey).
//!
//! Names keep their markup (`q_{ab}`). Limits of an axis cut the picture, not the CSV.

mod axis;
mod csv;
mod curves;
mod font;
mod frame;
mod geometry;
mod inline;
mod legend;
mod markup;
mod page;
mod panel;
mod phase_diagram;
mod png;
mod python;
mod rich_text;
mod scene;
mod style;
mod svg;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

pub use inline::{Inline, inline};
pub use markup::{attribute, escape};
pub use page::Width;

use crate::error::{Error, Result};
use crate::sweep::figure::Figure;
use page::Page;

/// Draws `figure` as `<stem>.svg`, `<stem>.png`, writes `<stem>.csv` of what was drawn and `<stem>.py`, which redraws it from the CSV by
/// matplotlib and pandas; returns the paths.
///
/// Each file appears whole or not at all; an existing one is replaced. The directory is created if it is missing.
///
/// # Errors
///
/// Bad input: a stem that is not a file name; a panel that is too large or whose images have the wrong number of
/// spins. Failed: a file could not be written.
pub fn draw(figure: &Figure, directory: &Path, stem: &str) -> Result<Vec<PathBuf>> {
    check(stem)?;
    let page = Page::new(Width::Screen)?;
    let scene = scene(figure, &page)?;
    fs::create_dir_all(directory).map_err(|cause| Error::io("create", directory, &cause))?;
    let contents = [
        ("svg", svg::render(&scene, None)?.into_bytes()),
        ("png", png::render(&scene, &page.font)?),
        ("csv", csv::render(figure).into_bytes()),
        ("py", python::render(figure, stem).into_bytes()),
    ];
    contents
        .into_iter()
        .map(|(extension, content)| write(directory, &format!("{stem}.{extension}"), &content))
        .collect()
}

/// Draws `figure` for print as `<stem>-<width>.svg`, of the printed size with letters of 8 pt and no title; returns the path.
///
/// # Errors
///
/// As [`draw`].
pub fn draw_for_print(figure: &Figure, directory: &Path, stem: &str, width: Width) -> Result<PathBuf> {
    check(stem)?;
    let scene = scene(figure, &Page::new(width)?)?;
    fs::create_dir_all(directory).map_err(|cause| Error::io("create", directory, &cause))?;
    let svg = svg::render(&scene, width.millimetres())?;
    write(directory, &format!("{stem}-{}.svg", width.name()), svg.as_bytes())
}

fn check(stem: &str) -> Result<()> {
    if stem.is_empty() || stem.starts_with('.') || stem.contains(['/', '\\', '\0']) {
        return Err(Error::bad_input(format!("{stem:?} cannot name a figure"))
            .remedy("a file name without extension, for example \"retrieval-p4\""));
    }
    Ok(())
}

fn scene(figure: &Figure, page: &Page) -> Result<scene::Scene> {
    Ok(match figure {
        Figure::PhaseDiagram(figure) => phase_diagram::draw(figure, page),
        Figure::Curves(figure) => curves::draw(figure, page),
        Figure::WithResiduals(upper, lower) => {
            curves::draw(upper, page).above(curves::draw_without_legend(lower, page))
        }
        Figure::Panel(figure) => panel::draw(figure, page)?,
    })
}

/// Writes under a temporary name in the same directory, then renames.
fn write(directory: &Path, name: &str, content: &[u8]) -> Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let unique = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = directory.join(format!(".{name}.{}-{unique}.tmp", std::process::id()));
    let path = directory.join(name);
    let written = fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, &path));
    written.map_err(|cause| {
        // What is left behind is only a temporary file: the first failure is the one to report.
        let _ = fs::remove_file(&temporary);
        Error::io("write", &path, &cause)
    })?;
    Ok(path)
}
