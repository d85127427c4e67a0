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
    /// A marker with its error bar.
    Marker(MarkerStyle, Bar),
    /// A phase: its colour and its stripes.
    Swatch(Rgb, Option<Rgb>),
    /// A cell without a value.
    Missing,
}

/// The error bar of a series.
#[derive(Clone, Copy, PartialEq)]
pub enum Bar {
    None,
    Level,
    Upright,
}

/// A legend with its size.
pub struct Legend<'a> {
    entries: &'a [Entry],
    names: Vec<RichText>,
    /// Width of each column.
    columns: Vec<f64>,
    pub width: f64,
    pub height: f64,
}

/// As few rows as fit into `room`, evenly filled.
pub fn layout<'a>(entries: &'a [Entry], font: &Font, room: f64) -> Legend<'a> {
    let shown = &entries[..entries.len().min(MOST)];
    let mut names: Vec<RichText> = shown.iter().map(|entry| RichText::parse(&entry.name)).collect();
    if entries.len() > MOST {
        names.push(RichText::parse(&format!("… and {} more", entries.len() - MOST)));
    }
    let names: Vec<RichText> =
        names.into_iter().map(|name| name.fit(font, LEGEND_SIZE, room - SAMPLE - GAP)).collect();
    let widths: Vec<f64> = names.iter().map(|name| SAMPLE + GAP + name.width(font, LEGEND_SIZE)).collect();
    let mut rows = 1;
    loop {
        let mut columns = vec![0.0_f64; names.len().div_ceil(rows)];
        let count = columns.len();
        for (i, &width) in widths.iter().enumerate() {
            columns[i % count] = columns[i % count].max(width);
        }
        let width = columns.iter().sum::<f64>() + BETWEEN * count.saturating_sub(1) as f64;
        if width <= room || count <= 1 {
            let rows = if names.is_empty() { 0 } else { rows };
            return Legend { entries: shown, names, columns, width, height: rows as f64 * ROW };
        }
        rows += 1;
    }
}

impl Legend<'_> {
    /// Draws the legend with its upper left corner at `corner`.
    pub fn draw(&self, scene: &mut Scene, corner: Position) {
        let mut x = corner.0;
        for (i, name) in self.names.iter().enumerate() {
            let column = i % self.columns.len();
            x = if column == 0 { corner.0 } else { x + self.columns[column - 1] + BETWEEN };
            let y = corner.1 + ((i / self.columns.len()) as f64 + 0.5) * ROW;
            let baseline = y + LEGEND_SIZE * 0.36;
            let entry = self.entries.get(i);
            let part = entry
                .filter(|entry| matches!(entry.sample, Sample::Line(_) | Sample::Marker(..)))
                .map(|entry| scene.part(&entry.name));
            scene.within(part, |scene| {
                if let Some(entry) = entry {
                    sample(scene, &entry.sample, (x, y));
                }
                scene.text((x + SAMPLE + GAP, baseline), LEGEND_SIZE, Anchor::Start, name.clone());
            });
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
        Sample::Marker(style, bar) => {
            let reach = if *bar == Bar::Level { (11.0, 0.0) } else { (0.0, ROW / 2.0 - 1.5) };
            let (a, b) = ((centre.0 - reach.0, y - reach.1), (centre.0 + reach.0, y + reach.1));
            if *bar != Bar::None {
                style.error_bar(scene, a, b, &area);
            }
            style.draw(scene, centre);
        }
        Sample::Swatch(..) | Sample::Missing => {
            let swatch = Area { left: centre.0 - 9.0, top: y - 6.0, right: centre.0 + 9.0, bottom: y + 6.0 };
            let (from, to) = ((swatch.left, swatch.top), (swatch.right, swatch.bottom));
            match *sample {
                Sample::Swatch(colour, Some(stripes)) => striped(scene, &swatch, colour, stripes),
                Sample::Swatch(colour, None) => scene.rectangle(from, to, colour),
                _ => hatched(scene, &swatch),
            }
            scene.outline(from, to, 0.6, INK);
        }
    }
}

/// Light grey with diagonal lines: nothing to say.
pub fn hatched(scene: &mut Scene, area: &Area) {
    diagonals(scene, area, MISSING, (HATCH, 0.8));
}

/// A colour with stripes of another.
pub fn striped(scene: &mut Scene, area: &Area, colour: Rgb, stripes: Rgb) {
    diagonals(scene, area, colour, (stripes, 2.2));
}

/// Diagonal lines that go on from one cell to the next.
fn diagonals(scene: &mut Scene, area: &Area, ground: Rgb, (colour, width): (Rgb, f64)) {
    const SPACING: f64 = 7.0;
    scene.rectangle((area.left, area.top), (area.right, area.bottom), ground);
    // Lines x + y = sum.
    let first = ((area.left + area.top) / SPACING).ceil() as i64;
    let last = ((area.right + area.bottom) / SPACING).floor() as i64;
    for k in first..=last {
        let sum = k as f64 * SPACING;
        let from = (sum - area.bottom).max(area.left);
        let to = (sum - area.top).min(area.right);
        if to - from > 0.3 {
            scene.path(vec![(from, sum - from), (to, sum - to)], width, colour);
        }
    }
}
