//! Curves against one variable: theory as lines, simulation as markers with error bars, one colour per group.

use super::axis::{self, Scale};
use super::font::Font;
use super::frame::{Frame, Surroundings};
use super::legend::{Bar, Entry, Sample};
use super::scene::{Position, Scene};
use super::style::{self, INK, LineStyle, MarkerStyle, Ranks, WHITE};
use crate::sweep::figure::{Curves, Point, Series};

pub fn draw(figure: &Curves, font: &Font) -> Scene {
    let groups =
        figure.series.iter().map(|series| series.group).chain(figure.lines.iter().filter_map(|l| l.group));
    let ranks = style::ranks(groups);
    let lines = line_styles(figure, &ranks);
    let markers: Vec<MarkerStyle> = figure
        .series
        .iter()
        .map(|series| {
            let rank = ranks.rank(series.group);
            let colour = style::ordered(rank, ranks.count());
            let (fill, edge) = if series.open { (WHITE, colour) } else { (colour, WHITE) };
            MarkerStyle { shape: rank, fill, edge, bar: colour, halo: false }
        })
        .collect();

    let points = || figure.series.iter().flat_map(|series| &series.points);
    let on_lines = || figure.lines.iter().flat_map(|line| line.pieces.iter().flatten());
    let xs = points().flat_map(|p| reach(p.x, p.x_err)).chain(on_lines().map(|p| p.0));
    let ys = points().flat_map(|p| reach(p.y, p.y_err)).chain(on_lines().map(|p| p.1));
    let legend = legend(figure, &lines, &markers);
    let around = Surroundings {
        title: &figure.title,
        x: (&figure.x, axis::limits(&figure.x, xs, 0.03)),
        y: (&figure.y, axis::limits(&figure.y, ys, 0.05)),
        right: 0.0,
        grid: true,
        legend: &legend,
    };
    let mut frame = Frame::new(&around, font);
    // Theory without a group goes over the coloured lines, which often run into it.
    let (over, under): (Vec<_>, Vec<_>) =
        figure.lines.iter().zip(&lines).partition(|(line, _)| line.group.is_none());
    for (line, style) in under.into_iter().chain(over) {
        for piece in &line.pieces {
            let points: Vec<_> = piece.iter().map(|&(x, y)| frame.at(x, y)).collect();
            style.draw(&mut frame.scene, &points, &frame.area);
        }
    }
    draw_points(&mut frame, &figure.series, &markers);
    frame.finish()
}

/// Draws the points whose centre lies in the area: all error bars, then all markers, so that no bar crosses a marker.
pub fn draw_points(frame: &mut Frame, series: &[Series], styles: &[MarkerStyle]) {
    let seen: Vec<_> = series
        .iter()
        .zip(styles)
        .flat_map(|(series, style)| series.points.iter().map(move |point| (point, style)))
        .filter_map(|(point, style)| Some((point, frame.at(point.x, point.y)?, style)))
        .filter(|(_, at, _)| frame.area.contains(*at))
        .collect();
    for (point, _, style) in &seen {
        for (a, b) in bars(frame, point) {
            style.error_bar(&mut frame.scene, a, b, &frame.area);
        }
    }
    for (_, at, style) in seen {
        style.draw(&mut frame.scene, at);
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
