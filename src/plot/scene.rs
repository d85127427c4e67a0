//! What a figure consists of before it is an SVG or a PNG: shapes in logical units, y downwards, drawn in order.

use super::rich_text::RichText;
use std::ops::Range;

pub type Position = (f64, f64);
pub type Rgb = (u8, u8, u8);

/// Which part of a text stands at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Debug, Clone)]
pub enum Shape {
    Rectangle { from: Position, to: Position, fill: Rgb },
    Path { points: Vec<Position>, width: f64, colour: Rgb },
    Polygon { points: Vec<Position>, fill: Rgb },
    Circle { centre: Position, radius: f64, fill: Rgb },
    Text(Text),
}

/// A line of text. `at` lies on the baseline; `upwards` turns it by a quarter to read from bottom to top.
#[derive(Debug, Clone)]
pub struct Text {
    pub at: Position,
    pub size: f64,
    pub anchor: Anchor,
    pub upwards: bool,
    pub colour: Rgb,
    pub text: RichText,
}

/// A curve or a series of points: what of the figure belongs to it.
#[derive(Debug, Clone)]
pub struct Part {
    pub name: String,
    /// Ranges of its shapes, those of its legend entry among them
    pub shapes: Vec<Range<usize>>,
}

/// A place with something to say: a point, a place on a curve.
#[derive(Debug, Clone)]
pub struct Target {
    pub at: Position,
    pub text: String,
    /// Which part it belongs to
    pub part: Option<usize>,
}

/// Cells with something to say.
#[derive(Debug, Clone)]
pub struct Cells {
    /// Positions of the edges, one more than cells
    pub columns: Vec<f64>,
    pub rows: Vec<f64>,
    /// What all cells of a column, of a row say
    pub at_column: Vec<String>,
    pub at_row: Vec<String>,
    /// Before what each cell says
    pub label: String,
    /// What each says, row by row
    pub texts: Vec<Vec<String>>,
}

/// The shapes of a figure of `width` by `height` units on white; and what an interactive one needs besides.
#[derive(Debug, Clone)]
pub struct Scene {
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
    pub parts: Vec<Part>,
    pub targets: Vec<Target>,
    pub cells: Option<Cells>,
}

impl Scene {
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, shapes: Vec::new(), parts: Vec::new(), targets: Vec::new(), cells: None }
    }

    /// One scene with another below it.
    #[must_use]
    pub fn above(mut self, lower: Self) -> Self {
        let down = |(x, y): Position| (x, y + self.height);
        let moved = lower.shapes.into_iter().map(|shape| match shape {
            Shape::Rectangle { from, to, fill } => Shape::Rectangle { from: down(from), to: down(to), fill },
            Shape::Path { points, width, colour } => {
                Shape::Path { points: points.into_iter().map(down).collect(), width, colour }
            }
            Shape::Polygon { points, fill } => {
                Shape::Polygon { points: points.into_iter().map(down).collect(), fill }
            }
            Shape::Circle { centre, radius, fill } => Shape::Circle { centre: down(centre), radius, fill },
            Shape::Text(text) => Shape::Text(Text { at: down(text.at), ..text }),
        });
        let before = self.shapes.len();
        self.shapes.extend(moved);
        // Parts of one name are one part.
        let parts: Vec<usize> = lower.parts.iter().map(|part| self.part(&part.name)).collect();
        for (&at, part) in parts.iter().zip(&lower.parts) {
            let moved = part.shapes.iter().map(|range| range.start + before..range.end + before);
            self.parts[at].shapes.extend(moved);
        }
        self.targets.extend(lower.targets.into_iter().map(|target| Target {
            at: (target.at.0, target.at.1 + self.height),
            part: target.part.map(|part| parts[part]),
            ..target
        }));
        self.width = self.width.max(lower.width);
        self.height += lower.height;
        self
    }

    /// The part of this name, a new one where there is none.
    pub fn part(&mut self, name: &str) -> usize {
        self.parts.iter().position(|part| part.name == name).unwrap_or_else(|| {
            self.parts.push(Part { name: name.to_string(), shapes: Vec::new() });
            self.parts.len() - 1
        })
    }

    /// What is drawn belongs to a part, where there is one.
    pub fn within(&mut self, part: Option<usize>, draw: impl FnOnce(&mut Self)) {
        let from = self.shapes.len();
        draw(self);
        let drawn = from..self.shapes.len();
        if let Some(part) = part.and_then(|part| self.parts.get_mut(part)) {
            part.shapes.push(drawn);
        }
    }

    pub fn rectangle(&mut self, from: Position, to: Position, fill: Rgb) {
        self.shapes.push(Shape::Rectangle { from, to, fill });
    }

    pub fn path(&mut self, points: Vec<Position>, width: f64, colour: Rgb) {
        self.shapes.push(Shape::Path { points, width, colour });
    }

    pub fn polygon(&mut self, points: Vec<Position>, fill: Rgb) {
        self.shapes.push(Shape::Polygon { points, fill });
    }

    pub fn circle(&mut self, centre: Position, radius: f64, fill: Rgb) {
        self.shapes.push(Shape::Circle { centre, radius, fill });
    }

    pub fn outline(&mut self, from: Position, to: Position, width: f64, colour: Rgb) {
        let (left, top) = from;
        let (right, bottom) = to;
        let half = width / 2.0;
        for (a, b) in [
            ((left - half, top), (right + half, top)),
            ((left - half, bottom), (right + half, bottom)),
            ((left, top - half), (left, bottom + half)),
            ((right, top - half), (right, bottom + half)),
        ] {
            self.path(vec![a, b], width, colour);
        }
    }

    pub fn text(&mut self, at: Position, size: f64, anchor: Anchor, text: RichText) {
        self.push_text(at, size, anchor, text, false, super::style::INK);
    }

    /// In the middle of something coloured.
    pub fn label(&mut self, at: Position, size: f64, colour: Rgb, text: RichText) {
        self.push_text(at, size, Anchor::Middle, text, false, colour);
    }

    pub fn text_upwards(&mut self, at: Position, size: f64, text: RichText) {
        self.push_text(at, size, Anchor::Middle, text, true, super::style::INK);
    }

    fn push_text(
        &mut self,
        at: Position,
        size: f64,
        anchor: Anchor,
        text: RichText,
        upwards: bool,
        colour: Rgb,
    ) {
        if !text.is_empty() {
            self.shapes.push(Shape::Text(Text { at, size, anchor, upwards, colour, text }));
        }
    }
}
