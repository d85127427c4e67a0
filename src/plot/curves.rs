//! Curves against one variable: theory as lines, simulation as markers with error bars, one colour per group.

use super::axis::{self, Scale};
use super::frame::{Frame, Surroundings};
use super::legend::{Bar, Entry, Sample};
use super::page::Page;
use super::rich_text::RichText;
use super::scene::{Position, Scene, Target};
use super::style::{self, INK, LineStyle, MarkerStyle, Ranks, WHITE};
use crate::sweep::figure::{Curves, Line, Point, Series};

pub fn draw(figure: &Curves, page: &Page) -> Scene {
    with_legend(figure, page, true)
}

/// Below a panel whose legend names the same series.
pub fn draw_without_legend(figure: &Curves, page: &Page) -> Scene {
    with_legend(figure, page, false)
}

/// How each line and each series looks.
pub fn looks(figure: &Curves) -> (Vec<LineStyle>, Vec<MarkerStyle>) {
    let groups =
        figure.series.iter().map(|series| series.group).chain(figure.lines.iter().filter_map(|l| l.group));
    let ranks = style::ranks(groups);
    let markers = figure.series.iter().map(|series| {
        let rank = ranks.rank(series.group);
        let colour = style::ordered(rank, ranks.count());
        let (fill, edge) = if series.open { (WHITE, colour) } else { (colour, WHITE) };
        MarkerStyle { shape: rank, fill, edge, bar: colour, halo: false }
    });
    (line_styles(figure, &ranks), markers.collect())
}

/// Limits of x and y.
pub fn view(figure: &Curves) -> [(f64, f64); 2] {
    let points = || figure.series.iter().flat_map(|series| &series.points);
    let on_lines = || figure.lines.iter().flat_map(|line| line.pieces.iter().flatten());
    let xs = points().flat_map(|p| reach(p.x, p.x_err)).chain(on_lines().map(|p| p.0));
    let ys = points().flat_map(|p| reach(p.y, p.y_err)).chain(on_lines().map(|p| p.1));
    [axis::limits(&figure.x, xs, 0.03), axis::limits(&figure.y, ys, 0.05)]
}

fn with_legend(figure: &Curves, page: &Page, wanted: bool) -> Scene {
    let ((lines, markers), [x, y]) = (looks(figure), view(figure));
    let legend = if wanted { legend(figure, &lines, &markers) } else { Vec::new() };
    let around = Surroundings {
        title: &figure.title,
        x: (&figure.x, x),
        y: (&figure.y, y),
        right: 0.0,
        grid: true,
        legend: &legend,
    };
    let mut frame = Frame::new(&around, page);
    // Theory without a group goes over the coloured lines, which often run into it.
    let (over, under): (Vec<_>, Vec<_>) =
        figure.lines.iter().zip(&lines).partition(|(line, _)| line.group.is_none());
    for (line, style) in under.into_iter().chain(over) {
        // A line without a name goes with the points of its group.
        let name = Some(line.name.as_str()).filter(|name| !name.is_empty());
        let name = name.or_else(|| named(&figure.series, line.group?));
        draw_line(&mut frame, line, name, style, (&figure.x.label, &figure.y.label));
    }
    draw_points(&mut frame, &figure.series, &markers, (&figure.x.label, &figure.y.label));
    frame.finish()
}

/// The name of the first named series of a group.
fn named(series: &[Series], group: usize) -> Option<&str> {
    series.iter().find(|one| one.group == group && !one.name.is_empty()).map(|one| one.name.as_str())
}

/// Draws a line as a part of this name, with what it says along it.
pub fn draw_line(
    frame: &mut Frame,
    line: &Line,
    name: Option<&str>,
    style: &LineStyle,
    (x_label, y_label): (&str, &str),
) {
    const APART: f64 = 9.0;
    let part = name.map(|name| frame.scene.part(name));
    let area = frame.area;
    for piece in &line.pieces {
        let points: Vec<_> = piece.iter().map(|&(x, y)| frame.at(x, y)).collect();
        frame.scene.within(part, |scene| style.draw(scene, &points, &area));
        let mut last: Option<Position> = None;
        for (&(x, y), at) in piece.iter().zip(points) {
            let Some(at) = at.filter(|&at| area.contains(at)) else { continue };
            if last.is_none_or(|last| (last.0 - at.0).hypot(last.1 - at.1) >= APART) {
                last = Some(at);
                let text = said(&line.name, (x_label, x, None), (y_label, y, None));
                frame.scene.targets.push(Target { at, text, part });
            }
        }
    }
}

/// What a point says: its name, and its coordinates by the symbols of the axes.
fn said(name: &str, x: (&str, f64, Option<f64>), y: (&str, f64, Option<f64>)) -> String {
    let coordinate = |(label, value, error): (&str, f64, Option<f64>)| {
        let error = error.filter(|e| e.is_finite()).map_or(String::new(), |e| format!(" ± {}", short(e)));
        format!("\n{}: {}{error}", RichText::parse(label).plain(), short(value))
    };
    format!("{}{}{}", RichText::parse(name).plain(), coordinate(x), coordinate(y)).trim().to_string()
}

/// A number to read: five digits.
pub fn short(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.5}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Draws the points whose centre lies in the area: all error bars, then all markers, so that no bar crosses a marker.
pub fn draw_points(
    frame: &mut Frame,
    series: &[Series],
    styles: &[MarkerStyle],
    (x_label, y_label): (&str, &str),
) {
    let mut seen = Vec::new();
    for (one, style) in series.iter().zip(styles) {
        let part = named(std::slice::from_ref(one), one.group).or_else(|| named(series, one.group));
        let part = part.map(|name| frame.scene.part(name));
        for point in &one.points {
            let Some(at) = frame.at(point.x, point.y).filter(|&at| frame.area.contains(at)) else { continue };
            let text = said(&one.name, (x_label, point.x, point.x_err), (y_label, point.y, point.y_err));
            frame.scene.targets.push(Target { at, text, part });
            seen.push((point, at, style, part));
        }
    }
    let area = frame.area;
    for &(point, _, style, part) in &seen {
        for (a, b) in bars(frame, point) {
            frame.scene.within(part, |scene| style.error_bar(scene, a, b, &area));
        }
    }
    for (_, at, style, part) in seen {
        frame.scene.within(part, |scene| style.draw(scene, at));
    }
}

/// Ends of the error bars of a point. On a logarithmic axis a bar that reaches zero goes down to the edge.
fn bars(frame: &Frame, point: &Point) -> impl Iterator<Item = (Position, Position)> + use<> {
    let far = |scale: &Scale, value: f64| scale.position(value).or_else(|| scale.position(f64::MIN_POSITIVE));
    let end = |x: f64, y: f64| Some((far(&frame.x, x)?, far(&frame.y, y)?));
    let bar = |err: Option<f64>, dx: f64, dy: f64| {
        let err = err.filter(|err| err.is_finite() && *err > 0.0)?;
        let (low, high) =
            (end(point.x - dx * err, point.y - dy * err), end(point.x + dx * err, point.y + dy * err));
        Some((low?, high?))
    };
    [bar(point.x_err, 1.0, 0.0), bar(point.y_err, 0.0, 1.0)].into_iter().flatten()
}

/// Lines of a group have its colour, the others are black; lines of one colour differ by their dashes.
fn line_styles(figure: &Curves, ranks: &Ranks) -> Vec<LineStyle> {
    let mut used = std::collections::HashMap::new();
    figure
        .lines
        .iter()
        .map(|line| {
            let before = used.entry(line.group).or_insert(0);
            let index = *before;
            *before += 1;
            let colour = line.group.map_or(INK, |group| style::ordered(ranks.rank(group), ranks.count()));
            LineStyle::among_curves(colour, index)
        })
        .collect()
}

fn reach(value: f64, err: Option<f64>) -> [f64; 3] {
    let err = err.filter(|err| err.is_finite() && *err > 0.0).unwrap_or(0.0);
    [value, value - err, value + err]
}

fn legend(figure: &Curves, lines: &[LineStyle], markers: &[MarkerStyle]) -> Vec<Entry> {
    let lines = figure
        .lines
        .iter()
        .zip(lines)
        // A line without a name guides the eye through the points of its group.
        .filter(|(line, _)| !line.name.is_empty())
        .map(|(line, style)| Entry { name: line.name.clone(), sample: Sample::Line(style.clone()) });
    // A series without a name is told by the marks of another of its group.
    let named = figure.series.iter().zip(markers).filter(|(series, _)| !series.name.is_empty());
    let series = named.map(|(series, style)| {
        // Upright unless there are level bars only.
        let (x, y) = (
            series.points.iter().any(|p| p.x_err.is_some()),
            series.points.iter().any(|p| p.y_err.is_some()),
        );
        let bar = if y {
            Bar::Upright
        } else if x {
            Bar::Level
        } else {
            Bar::None
        };
        Entry { name: series.name.clone(), sample: Sample::Marker(style.clone(), bar) }
    });
    lines.chain(series).collect()
}
