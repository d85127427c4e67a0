//! What a figure consists of before it is an SVG or a PNG: shapes in logical units, y downwards, drawn in order.

use super::rich_text::RichText;

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

/// The shapes of a figure of `width` by `height` units on white.
#[derive(Debug, Clone)]
pub struct Scene {
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
}

impl Scene {
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, shapes: Vec::new() }
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
        self.shapes.extend(moved);
        self.width = self.width.max(lower.width);
        self.height += lower.height;
        self
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
