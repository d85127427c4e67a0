//! What phase diagrams and curves share: title, axes, and a legend below them that covers no data.

use super::axis::{Scale, Tick};
use super::font::Font;
use super::geometry::Area;
use super::legend::{self, Entry};
use super::page::Page;
use super::rich_text::RichText;
use super::scene::{Anchor, Scene};
use super::style::{FAINT, INK, LEADING, TICK_SIZE, TITLE_SIZE};
use crate::sweep::figure::Axis;

const EDGE: f64 = 16.0;
const TICK: f64 = 5.0;
/// Most lines of a title.
const TITLE_LINES: usize = 3;

/// What stands around the data.
pub struct Surroundings<'a> {
    pub title: &'a str,
    pub x: (&'a Axis, (f64, f64)),
    pub y: (&'a Axis, (f64, f64)),
    /// Room kept free to the right of the data, for a colour bar.
    pub right: f64,
    /// Faint lines at the ticks, below the data.
    pub grid: bool,
    pub legend: &'a [Entry],
}

/// A scene with room for data in `area`. Draw them, then call [`Frame::finish`].
pub struct Frame {
    pub scene: Scene,
    pub area: Area,
    pub x: Scale,
    pub y: Scale,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    y_tick_width: f64,
}

impl Frame {
    pub fn new(around: &Surroundings<'_>, page: &Page) -> Self {
        let (font, width) = (&page.font, page.width);
        let title =
            RichText::parse(page.title(around.title)).wrap(font, TITLE_SIZE, width - 2.0 * EDGE, TITLE_LINES);
        let top = EDGE + title.len() as f64 * TITLE_SIZE * LEADING + if title.is_empty() { 0.0 } else { 6.0 };
        let bottom = top + page.data_height;
        let y = Scale::new(around.y.1, around.y.0.logarithmic, (bottom, top));
        let y_ticks = y.ticks(6);
        let y_tick_width = widest(&y_ticks, font).max(16.0);
        let left = EDGE + page.label_size * LEADING + 6.0 + y_tick_width + TICK + 4.0;
        // Half of the last label of x may stand beyond the area.
        let right = width - around.right.max(34.0);
        let left = left.min(right - 0.25 * width);
        let area = Area { left, top, right, bottom };
        let (x, x_ticks) = spread(around, (left, right), font);

        let below = bottom + TICK + 4.0 + TICK_SIZE * LEADING + 4.0;
        let label = RichText::parse(&around.x.0.label).fit(font, page.label_size, width - 2.0 * EDGE);
        let legend_top = below + if label.is_empty() { 0.0 } else { page.label_size * LEADING } + 12.0;
        let legend = legend::layout(around.legend, font, width - 2.0 * EDGE);
        let height = (legend_top + legend.height + EDGE + 4.0).ceil();

        let mut scene = Scene::new(width, height);
        for (i, line) in title.into_iter().enumerate() {
            let baseline = EDGE + (i as f64 + 0.8) * TITLE_SIZE * LEADING;
            scene.text((width / 2.0, baseline), TITLE_SIZE, Anchor::Middle, line);
        }
        let centre = (left + right) / 2.0;
        let half = label.width(font, page.label_size) / 2.0;
        let centre = centre.clamp(EDGE + half, (width - EDGE - half).max(EDGE + half));
        scene.text((centre, below + page.label_size * 0.85), page.label_size, Anchor::Middle, label);
        let label = RichText::parse(&around.y.0.label).fit(font, page.label_size, page.data_height + 8.0);
        scene.text_upwards((EDGE + page.label_size * 0.8, (top + bottom) / 2.0), page.label_size, label);
        legend.draw(&mut scene, (width / 2.0 - legend.width / 2.0, legend_top));

        let mut frame = Self { scene, area, x, y, x_ticks, y_ticks, y_tick_width };
        if around.grid {
            frame.grid();
        }
        frame
    }

    /// Position of a point; `None` if a coordinate has none.
    pub fn at(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        Some((self.x.position(x)?, self.y.position(y)?))
    }

    /// No ticks below zero, for an axis of a quantity that cannot be negative but whose first cell is centred at 0.
    pub fn hide_negative_ticks(&mut self, x: bool, y: bool) {
        self.x_ticks.retain(|tick| !x || tick.value >= 0.0);
        self.y_ticks.retain(|tick| !y || tick.value >= 0.0);
    }

    /// A tick at each of these values, and no others.
    pub fn tick_at(&mut self, xs: &[f64], ys: &[f64]) {
        let ticks = |values: &[f64]| {
            values.iter().map(|&value| Tick { value, label: Some(value.to_string()) }).collect()
        };
        (self.x_ticks, self.y_ticks) = (ticks(xs), ticks(ys));
    }

    fn grid(&mut self) {
        let area = self.area;
        for x in named_positions(&self.x_ticks, &self.x) {
            self.scene.path(vec![(x, area.top), (x, area.bottom)], 0.8, FAINT);
        }
        for y in named_positions(&self.y_ticks, &self.y) {
            self.scene.path(vec![(area.left, y), (area.right, y)], 0.8, FAINT);
        }
    }

    /// Draws the edge and the ticks over the data.
    pub fn finish(mut self) -> Scene {
        let area = self.area;
        self.scene.outline((area.left, area.top), (area.right, area.bottom), 1.0, INK);
        for tick in &self.x_ticks {
            let Some(x) = self.x.position(tick.value) else { continue };
            let length = if tick.label.is_some() { TICK } else { TICK * 0.6 };
            self.scene.path(vec![(x, area.bottom), (x, area.bottom + length)], 1.0, INK);
            if let Some(label) = &tick.label {
                let baseline = area.bottom + TICK + 4.0 + TICK_SIZE * 0.95;
                self.scene.text((x, baseline), TICK_SIZE, Anchor::Middle, RichText::parse(label));
            }
        }
        vertical_ticks(&mut self.scene, &self.y_ticks, &self.y, area.left, -1.0, self.y_tick_width);
        self.scene
    }
}

/// Ticks and right-aligned labels of an upright axis at `x`; `side` is -1 for its left, 1 for its right side.
pub fn vertical_ticks(scene: &mut Scene, ticks: &[Tick], scale: &Scale, x: f64, side: f64, width: f64) {
    for tick in ticks {
        let Some(y) = scale.position(tick.value) else { continue };
        let length = if tick.label.is_some() { TICK } else { TICK * 0.6 };
        scene.path(vec![(x, y), (x + side * length, y)], 1.0, INK);
        if let Some(label) = &tick.label {
            let end = if side < 0.0 { x - TICK - 4.0 } else { x + TICK + 4.0 + width };
            scene.text((end, y + TICK_SIZE * 0.36), TICK_SIZE, Anchor::End, RichText::parse(label));
        }
    }
}

/// Width of the widest label.
pub fn widest(ticks: &[Tick], font: &Font) -> f64 {
    ticks
        .iter()
        .filter_map(|tick| tick.label.as_ref())
        .map(|label| RichText::parse(label).width(font, TICK_SIZE))
        .fold(0.0, f64::max)
}

/// The x axis with as many ticks as have room for their labels.
fn spread(around: &Surroundings<'_>, ends: (f64, f64), font: &Font) -> (Scale, Vec<Tick>) {
    let (axis, limits) = around.x;
    let scale = Scale::new(limits, axis.logarithmic, ends);
    let mut ticks = scale.ticks(8);
    for count in (1..8).rev() {
        let positions: Vec<f64> = named_positions(&ticks, &scale).collect();
        let nearest =
            positions.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
        if nearest >= widest(&ticks, font) + 10.0 {
            break;
        }
        ticks = scale.ticks(count);
    }
    (scale, ticks)
}

fn named_positions(ticks: &[Tick], scale: &Scale) -> impl Iterator<Item = f64> {
    ticks.iter().filter(|tick| tick.label.is_some()).filter_map(|tick| scale.position(tick.value))
}
