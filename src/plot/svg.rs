//! A scene as SVG text.
//!
//! plotters writes whole numbers, so everything is drawn [`GRID`] times enlarged into a view box of that size. It
//! writes a text in one piece, so it gets a placeholder which is then replaced by the text with its tspans.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, IntoFont, RGBColor, TextStyle};

use super::font::FAMILY;
use super::scene::{Anchor, Position, Rgb, Scene, Shape};
use crate::error::{Error, Result};

/// Whole numbers of the file per logical unit.
const GRID: f64 = 10.0;

/// plotters puts the baseline of a text anchored at its top this far below, in sizes …
const TOP_TO_BASELINE: f64 = 0.76;
/// … and takes for its size the height of a line.
const LINE_HEIGHT: f64 = 1.24;

/// `millimetres` is the printed width, where there is one.
pub fn render(scene: &Scene, millimetres: Option<f64>) -> Result<String> {
    let mut document = String::new();
    let size = (round(scene.width) as u32, round(scene.height) as u32);
    let mut texts = Vec::new();
    {
        let mut backend = SVGBackend::with_string(&mut document, size);
        backend
            .draw_rect((0, 0), (size.0 as i32, size.1 as i32), &RGBColor(255, 255, 255), true)
            .map_err(failed)?;
        for shape in &scene.shapes {
            draw(&mut backend, shape, &mut texts)?;
        }
        backend.present().map_err(failed)?;
    }
    let printed = match millimetres {
        Some(mm) => [format!("{mm}mm"), format!("{:.2}mm", mm * scene.height / scene.width)],
        None => [scene.width, scene.height].map(|units| units.to_string()),
    };
    Ok(finish(&document, &printed, size, &texts))
}

fn draw(backend: &mut SVGBackend<'_>, shape: &Shape, texts: &mut Vec<String>) -> Result<()> {
    let drawn = match shape {
        Shape::Rectangle { from, to, fill } => {
            backend.draw_rect(grid(*from), grid(*to), &colour(*fill), true)
        }
        Shape::Path { points, width, colour: c } => {
            let style = colour(*c).stroke_width(round(*width).max(1) as u32);
            backend.draw_path(points.iter().map(|&p| grid(p)), &style)
        }
        Shape::Polygon { points, fill } => {
            backend.fill_polygon(points.iter().map(|&p| grid(p)), &colour(*fill))
        }
        Shape::Circle { centre, radius, fill } => {
            backend.draw_circle(grid(*centre), round(*radius).max(1) as u32, &colour(*fill), true)
        }
        Shape::Text(text) => {
            let place = placeholder(texts.len());
            texts.push(text.text.svg(text.size * GRID));
            let top = TOP_TO_BASELINE * text.size;
            let (x, y) = text.at;
            let at = if text.upwards { (x - top, y) } else { (x, y - top) };
            let horizontal = match text.anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let turn = if text.upwards { FontTransform::Rotate270 } else { FontTransform::None };
            let font = (FAMILY, text.size * GRID * LINE_HEIGHT).into_font().transform(turn);
            let colour = colour(text.colour);
            let style = TextStyle::from(font).color(&colour).pos(Pos::new(horizontal, VPos::Top));
            backend.draw_text(&place, &style, grid(at))
        }
    };
    drawn.map_err(failed)
}

/// Gives the document its logical size, sharp rectangle edges, round joins, and the texts.
fn finish(document: &str, [width, height]: &[String; 2], size: (u32, u32), texts: &[String]) -> String {
    let mut finished = String::with_capacity(document.len() + document.len() / 4);
    let mut next = texts.iter().enumerate();
    let mut text_line = false;
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(first) = Rectangle::read(line) {
            // Those of one colour in one path: a fifth of the bytes.
            finished.push_str("<path shape-rendering=\"crispEdges\" d=\"");
            finished.push_str(&first.outline());
            while let Some(next) = lines.peek().and_then(|line| Rectangle::read(line)) {
                if (next.opacity, next.fill) != (first.opacity, first.fill) {
                    break;
                }
                finished.push_str(&next.outline());
                lines.next();
            }
            finished.push_str(&format!("\" fill=\"{}\" opacity=\"{}\"/>", first.fill, first.opacity));
        } else if line.starts_with("<svg ") {
            finished.push_str(&format!(
                "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" stroke-linejoin=\"round\" \
                 xmlns=\"http://www.w3.org/2000/svg\">",
                size.0, size.1
            ));
        } else if text_line {
            // The line between `<text …>` and `</text>` is the placeholder.
            if let Some((index, text)) = next.next() {
                debug_assert_eq!(line, placeholder(index));
                finished.push_str(text);
            }
            text_line = false;
            continue;
        } else if let Some(text) = line.strip_prefix("<text ") {
            // Else the spaces at the ends of a tspan are lost.
            finished.push_str("<text xml:space=\"preserve\" ");
            finished.push_str(text);
        } else {
            finished.push_str(line);
        }
        text_line = line.starts_with("<text ");
        if !text_line {
            finished.push('\n');
        }
    }
    finished
}

/// A filled rectangle as plotters writes it.
struct Rectangle<'l> {
    x: &'l str,
    y: &'l str,
    width: &'l str,
    height: &'l str,
    opacity: &'l str,
    fill: &'l str,
}

impl<'l> Rectangle<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let rest = line.strip_prefix("<rect ")?;
        let value = |name: &str| rest.split_once(name)?.1.split('"').nth(1);
        Some(Self {
            x: value("x=")?,
            y: value("y=")?,
            width: value("width=")?,
            height: value("height=")?,
            opacity: value("opacity=")?,
            fill: value("fill=")?,
        })
    }

    fn outline(&self) -> String {
        let Self { x, y, width, height, .. } = self;
        format!("M{x} {y}h{width}v{height}h-{width}z")
    }
}

fn placeholder(index: usize) -> String {
    format!("text {index}")
}

fn grid((x, y): Position) -> (i32, i32) {
    (round(x), round(y))
}

fn round(value: f64) -> i32 {
    (value * GRID).round() as i32
}

fn colour((r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::failed(format!("the SVG could not be drawn: {cause}"))
}
