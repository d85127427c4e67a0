//! A figure inside a page: SVG whose curves and series are groups that can be hidden, with what its points and cells say.

use super::markup::{attribute, escape};
use super::page::{Page, Width};
use super::scene::{Anchor, Position, Rgb, Scene, Shape, Text};
use super::style::hex;
use crate::error::Result;
use crate::sweep::figure::Figure;
use serde_json::json;
use std::fmt::Write;

/// An SVG element, and the names of its parts: group `data-part="i"` is the i-th.
#[derive(Debug, Clone)]
pub struct Inline {
    pub svg: String,
    pub parts: Vec<String>,
}

/// A figure for a page. Points are circles of class `target` with a `<title>`, which browsers show without a script; cells are one
/// rectangle of class `cells` whose `data-cells` holds the edges of columns and rows and what they say.
///
/// # Errors
/// A panel that is too large, as [`super::draw`].
pub fn inline(figure: &Figure, title: &str) -> Result<Inline> {
    let scene = super::scene(figure, &Page::new(Width::Screen)?)?;
    let parts = scene.parts.iter().map(|part| super::rich_text::RichText::parse(&part.name).plain());
    Ok(Inline { svg: svg(&scene, title), parts: parts.collect() })
}

fn svg(scene: &Scene, title: &str) -> String {
    let mut part_of: Vec<Option<usize>> = vec![None; scene.shapes.len()];
    for (i, part) in scene.parts.iter().enumerate() {
        part.shapes.iter().cloned().for_each(|range| part_of[range].fill(Some(i)));
    }
    let mut out = format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" stroke-linejoin=\"round\" \
         font-family=\"DejaVu Sans, Verdana, sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        place(scene.width),
        place(scene.height),
        attribute(title)
    );
    let shapes: Vec<(&Shape, Option<usize>)> = scene.shapes.iter().zip(part_of).collect();
    for group in shapes.chunk_by(|a, b| a.1 == b.1) {
        if let Some(part) = group[0].1 {
            let _ = write!(out, "<g data-part=\"{part}\">");
        }
        for run in group.chunk_by(|a, b| fill(a.0).is_some() && fill(a.0) == fill(b.0)) {
            match fill(run[0].0) {
                Some(colour) => rectangles(&mut out, run, colour),
                None => run.iter().for_each(|(shape, _)| element(&mut out, shape)),
            }
        }
        out.push_str(if group[0].1.is_some() { "</g>\n" } else { "\n" });
    }
    if let (Some(cells), [x, .., to_x], [y, .., to_y]) = (
        &scene.cells,
        scene.cells.as_ref().map_or(&[][..], |c| &c.columns),
        scene.cells.as_ref().map_or(&[][..], |c| &c.rows),
    ) {
        let rounded = |edges: &[f64]| edges.iter().map(|&e| (e * 10.0).round() / 10.0).collect::<Vec<_>>();
        let data = json!({
            "columns": rounded(&cells.columns), "rows": rounded(&cells.rows), "label": cells.label, "texts": cells.texts,
            "atColumn": cells.at_column, "atRow": cells.at_row,
        });
        let _ = writeln!(
            out,
            "<rect class=\"cells\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"transparent\" data-cells=\"{}\"/>",
            place(x.min(*to_x)),
            place(y.min(*to_y)),
            place((to_x - x).abs()),
            place((to_y - y).abs()),
            attribute(&data.to_string())
        );
    }
    for target in &scene.targets {
        let part = target.part.map_or(String::new(), |part| format!(" data-part=\"{part}\""));
        let _ = writeln!(
            out,
            "<circle class=\"target\"{part} cx=\"{}\" cy=\"{}\" r=\"7\" fill=\"transparent\"><title>{}</title></circle>",
            place(target.at.0),
            place(target.at.1),
            escape(&target.text)
        );
    }
    out + "</svg>\n"
}

/// The colour of a rectangle.
fn fill(shape: &Shape) -> Option<Rgb> {
    if let Shape::Rectangle { fill, .. } = shape { Some(*fill) } else { None }
}

/// Those of one colour in one path.
fn rectangles(out: &mut String, run: &[(&Shape, Option<usize>)], fill: Rgb) {
    out.push_str("<path shape-rendering=\"crispEdges\" d=\"");
    for (shape, _) in run {
        if let Shape::Rectangle { from, to, .. } = shape {
            let (width, height) = (place(to.0 - from.0), place(to.1 - from.1));
            let _ = write!(out, "M{} {}h{width}v{height}h-{width}z", place(from.0), place(from.1));
        }
    }
    let _ = write!(out, "\" fill=\"{}\"/>", hex(fill));
}

fn element(out: &mut String, shape: &Shape) {
    let list = |points: &[Position]| {
        points.iter().map(|p| format!("{},{}", place(p.0), place(p.1))).collect::<Vec<_>>().join(" ")
    };
    // Writing to a String cannot fail.
    let _ = match shape {
        Shape::Rectangle { .. } => Ok(()),
        Shape::Path { points, width, colour: c } => write!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>",
            list(points),
            hex(*c),
            place(*width)
        ),
        Shape::Polygon { points, fill } => {
            write!(out, "<polygon points=\"{}\" fill=\"{}\"/>", list(points), hex(*fill))
        }
        Shape::Circle { centre, radius, fill } => write!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>",
            place(centre.0),
            place(centre.1),
            place(*radius),
            hex(*fill)
        ),
        Shape::Text(Text { at, size, anchor, upwards, colour: c, text }) => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let (x, y) = (place(at.0), place(at.1));
            let turn = if *upwards { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
            write!(
                out,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{}\"{turn}>{}</text>",
                hex(*c),
                text.svg(*size)
            )
        }
    };
}

/// A position to a tenth of a unit.
fn place(value: f64) -> String {
    // Without the sign of a zero.
    format!("{}", (value * 10.0).round() / 10.0 + 0.0)
}
