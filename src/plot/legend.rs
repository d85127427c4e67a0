//! The legend: a strip of samples and names below the data.

use super::font::Font;
use super::geometry::Area;
use super::rich_text::RichText;
use super::scene::{Anchor, Position, Rgb, Scene};
use super::style::{HATCH, INK, LEADING, LEGEND_SIZE, LineStyle, MISSING, MarkerStyle};

const SAMPLE: f64 = 32.0;
const GAP: f64 = 7.0;
const BETWEEN: f64 = 24.0;
const ROW: f64 = LEGEND_SIZE * LEADING + 4.0;
/// Longer legends end in a count of what is left out.
const MOST: usize = 60;

/// A name and what it stands for.
pub struct Entry {
    pub name: String,
    pub sample: Sample,
}

pub enum Sample {
    Line(LineStyle),
    /// A marker and whether its error bar is level.
    Marker(MarkerStyle, bool),
    /// A cell without a value.
    Missing,
}

/// A legend with its size.
pub struct Legend<'a> {
    entries: &'a [Entry],
    names: Vec<RichText>,
    columns: usize,
    column: f64,
    pub width: f64,
    pub height: f64,
}

/// Equal columns, as many as fit into `room` but no more than fill their rows evenly.
pub fn layout<'a>(entries: &'a [Entry], font: &Font, room: f64) -> Legend<'a> {
    let shown = &entries[..entries.len().min(MOST)];
    let mut names: Vec<RichText> = shown.iter().map(|entry| RichText::parse(&entry.name)).collect();
    if entries.len() > MOST {
        names.push(RichText::parse(&format!("… and {} more", entries.len() - MOST)));
    }
    let names: Vec<RichText> =
        names.into_iter().map(|name| name.fit(font, LEGEND_SIZE, room - SAMPLE - GAP)).collect();
    let widest = names.iter().map(|name| name.width(font, LEGEND_SIZE)).fold(0.0, f64::max);
    let column = SAMPLE + GAP + widest;
    let fitting = (((room + BETWEEN) / (column + BETWEEN)) as usize).max(1);
    let rows = names.len().div_ceil(fitting);
    let columns = names.len().div_ceil(rows.max(1)).max(1);
    let width = columns as f64 * (column + BETWEEN) - BETWEEN;
    Legend { entries: shown, names, columns, column, width, height: rows as f64 * ROW }
}

impl Legend<'_> {
    /// Draws the legend with its upper left corner at `corner`.
    pub fn draw(&self, scene: &mut Scene, corner: Position) {
        for (i, name) in self.names.iter().enumerate() {
            let x = corner.0 + (i % self.columns) as f64 * (self.column + BETWEEN);
            let y = corner.1 + ((i / self.columns) as f64 + 0.5) * ROW;
            if let Some(entry) = self.entries.get(i) {
                sample(scene, &entry.sample, (x, y));
            }
            let baseline = y + LEGEND_SIZE * 0.36;
            scene.text((x + SAMPLE + GAP, baseline), LEGEND_SIZE, Anchor::Start, name.clone());
        }
    }
}

fn sample(scene: &mut Scene, sample: &Sample, (x, y): Position) {
    let area = Area { left: x, top: y - ROW / 2.0, right: x + SAMPLE, bottom: y + ROW / 2.0 };
    let centre = (x + SAMPLE / 2.0, y);
    match sample {
        Sample::Line(style) => {
            style.draw(scene, &[Some((area.left, y)), Some((area.right, y))], &area);
        }
        Sample::Marker(style, level) => {
            let reach = if *level { (11.0, 0.0) } else { (0.0, ROW / 2.0 - 1.5) };
            let (a, b) = ((centre.0 - reach.0, y - reach.1), (centre.0 + reach.0, y + reach.1));
            style.error_bar(scene, a, b, &area);
            style.draw(scene, centre);
        }
        Sample::Missing => {
            let swatch = Area { left: centre.0 - 9.0, top: y - 6.0, right: centre.0 + 9.0, bottom: y + 6.0 };
            hatched(scene, &swatch);
            scene.outline((swatch.left, swatch.top), (swatch.right, swatch.bottom), 0.6, INK);
        }
    }
}

/// Light grey with diagonal lines that go on from one cell to the next.
pub fn hatched(scene: &mut Scene, area: &Area) {
    const SPACING: f64 = 7.0;
    const COLOUR: Rgb = HATCH;
    scene.rectangle((area.left, area.top), (area.right, area.bottom), MISSING);
    // Lines x + y = sum.
    let first = ((area.left + area.top) / SPACING).ceil() as i64;
    let last = ((area.right + area.bottom) / SPACING).floor() as i64;
    for k in first..=last {
        let sum = k as f64 * SPACING;
        let from = (sum - area.bottom).max(area.left);
        let to = (sum - area.top).min(area.right);
        if to - from > 0.3 {
            scene.path(vec![(from, sum - from), (to, sum - to)], 0.8, COLOUR);
        }
    }
}
