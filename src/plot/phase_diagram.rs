//! A quantity over load and temperature as a colour map, with theory lines and simulated transitions over it.

use super::axis::{self, Scale};
use super::curves::{draw_line, draw_points, short};
use super::frame::{Frame, Surroundings, vertical_ticks, widest};
use super::geometry::Area;
use super::legend::{Bar, Entry, Sample, hatched, striped};
use super::page::Page;
use super::rich_text::RichText;
use super::scene::{self, Rgb, Scene};
use super::style::{self, INK, LABEL_SIZE, LineStyle, MarkerStyle, SHADES, WHITE};
use crate::sweep::figure::{Axis, Cells, Phase, PhaseDiagram, Series};

/// Right of the data: the whole room (gap, bar, ticks, label, edge), gap, width of the bar.
fn bar_room(page: &Page) -> [f64; 3] {
    if page.is_narrow() { [86.0, 9.0, 11.0] } else { [108.0, 20.0, 17.0] }
}

pub fn draw(figure: &PhaseDiagram, page: &Page) -> Scene {
    let columns = Grid::new(&figure.xs, figure.x.logarithmic);
    let rows = Grid::new(&figure.ys, figure.y.logarithmic);
    let cells = fills(&figure.cells, &columns, &rows);
    let (lines, markers) = looks(figure);
    let legend = legend(figure, &lines, &markers, cells.iter().flatten().any(Option::is_none));

    let [x, y] = view(figure, &columns, &rows);
    let around = Surroundings {
        title: &figure.title,
        x: (&figure.x, x),
        y: (&figure.y, y),
        right: if matches!(figure.cells, Cells::Values { .. } | Cells::Counts { .. }) {
            bar_room(page)[0]
        } else {
            0.0
        },
        grid: false,
        legend: &legend,
    };
    let mut frame = Frame::new(&around, page);
    let begins_at_zero = |values: &[f64]| values.iter().copied().reduce(f64::min) == Some(0.0);
    frame.hide_negative_ticks(begins_at_zero(&figure.xs), begins_at_zero(&figure.ys));
    draw_cells(&mut frame, &cells, &columns.edges, &rows.edges);
    if let Cells::Counts { cells, counts, .. } = &figure.cells {
        write_counts(&mut frame, figure, (cells, counts));
    }
    frame.scene.cells = said(figure, &frame, &columns, &rows);
    let labels = (figure.x.label.as_str(), figure.y.label.as_str());
    for (line, style) in figure.lines.iter().zip(&lines) {
        let name = Some(line.name.as_str()).filter(|name| !name.is_empty());
        draw_line(&mut frame, line, name, style, labels);
    }
    draw_points(&mut frame, &figure.points, &markers, labels);
    let area = frame.area;
    let mut scene = frame.finish();
    if let Cells::Values { label, .. } | Cells::Counts { label, .. } = &figure.cells {
        colour_bar(&mut scene, &area, label, page);
    }
    scene
}

/// How each line and each series looks.
pub fn looks(figure: &PhaseDiagram) -> (Vec<LineStyle>, Vec<MarkerStyle>) {
    ((0..figure.lines.len()).map(LineStyle::over_cells).collect(), markers(&figure.points))
}

/// Limits of x and y.
pub fn limits_of(figure: &PhaseDiagram) -> [(f64, f64); 2] {
    let grid = |values: &[f64], axis: &Axis| Grid::new(values, axis.logarithmic);
    view(figure, &grid(&figure.xs, &figure.x), &grid(&figure.ys, &figure.y))
}

fn view(figure: &PhaseDiagram, columns: &Grid, rows: &Grid) -> [(f64, f64); 2] {
    // The grid and the points decide what is seen, lines only where there is neither.
    let points = || figure.points.iter().flat_map(|series| &series.points);
    let bare = columns.edges.is_empty() && points().next().is_none();
    let on_lines = || figure.lines.iter().filter(|_| bare).flat_map(|line| line.pieces.iter().flatten());
    let x = limits(&figure.x, &columns.edges, points().map(|p| p.x), on_lines().map(|p| p.0));
    let y = limits(&figure.y, &rows.edges, points().map(|p| p.y), on_lines().map(|p| p.1));
    [x, y]
}

/// The cells fill the axis; points beyond them have some room around them.
fn limits(
    axis: &Axis,
    edges: &[f64],
    points: impl Iterator<Item = f64>,
    lines: impl Iterator<Item = f64>,
) -> (f64, f64) {
    const MARGIN: f64 = 0.04;
    let (Some(&low), Some(&high)) = (edges.first(), edges.last()) else {
        return axis::limits(axis, points.chain(lines), MARGIN);
    };
    let beyond: Vec<f64> =
        points.filter(|&p| axis::drawable(p, axis.logarithmic) && !(low..=high).contains(&p)).collect();
    let cells = axis::limits(axis, [low, high].into_iter(), 0.0);
    if beyond.is_empty() || axis.limits.is_some() {
        return cells;
    }
    let all = axis::limits(axis, beyond.iter().copied().chain([low, high]), MARGIN);
    let below = beyond.iter().any(|&p| p < low);
    let above = beyond.iter().any(|&p| p > high);
    (if below { all.0 } else { cells.0 }, if above { all.1 } else { cells.1 })
}

/// Drawable grid values in order, with the edges of their cells.
struct Grid {
    /// Index into the figure's list for each cell.
    index: Vec<usize>,
    /// One more than cells, or none.
    edges: Vec<f64>,
}

impl Grid {
    fn new(values: &[f64], logarithmic: bool) -> Self {
        let mut index: Vec<usize> =
            (0..values.len()).filter(|&i| axis::drawable(values[i], logarithmic)).collect();
        index.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        index.dedup_by(|b, a| values[*a] == values[*b]);
        let values: Vec<f64> = index.iter().map(|&i| values[i]).collect();
        Self { index, edges: edges(&values, logarithmic) }
    }
}

/// Edges half way between the values, the outer ones as far beyond as the inner ones are before them.
fn edges(values: &[f64], logarithmic: bool) -> Vec<f64> {
    let (Some(&first), Some(&last)) = (values.first(), values.last()) else { return Vec::new() };
    if values.len() == 1 {
        let half = if first == 0.0 { 0.5 } else { 0.1 * first.abs() };
        return if logarithmic { vec![first / 1.2, first * 1.2] } else { vec![first - half, first + half] };
    }
    let between = |a: f64, b: f64| if logarithmic { a.sqrt() * b.sqrt() } else { a / 2.0 + b / 2.0 };
    let beyond =
        |value: f64, edge: f64| if logarithmic { value / edge * value } else { value - (edge - value) };
    let mut edges: Vec<f64> = values.windows(2).map(|pair| between(pair[0], pair[1])).collect();
    let (low, high) = (beyond(first, edges[0]), beyond(last, edges[edges.len() - 1]));
    edges.insert(0, low);
    edges.push(high);
    edges
}

/// How a cell is filled: a colour, and stripes of another over it.
type Fill = (Rgb, Option<Rgb>);

/// The fill of each cell, rows and columns in grid order.
fn fills(cells: &Cells, columns: &Grid, rows: &Grid) -> Vec<Vec<Option<Fill>>> {
    let fill = |y: usize, x: usize| -> Option<Fill> {
        match cells {
            Cells::Values { cells, .. } | Cells::Counts { cells, .. } => {
                let value = cells.get(y)?.get(x).copied().flatten().filter(|v| v.is_finite())?;
                Some((style::shade(style::step(value)), None))
            }
            Cells::Phases { phases, cells } => Some(phase_fill(phases.get(cells.get(y)?.get(x).copied()??)?)),
        }
    };
    rows.index.iter().map(|&y| columns.index.iter().map(|&x| fill(y, x)).collect()).collect()
}

/// The colour of a phase where there are no stripes: of one with stripes what lies between its two.
pub fn plain_fill(phase: &Phase) -> Rgb {
    let (a, b) = phase_fill(phase);
    let b = b.unwrap_or(a);
    (a.0.midpoint(b.0), a.1.midpoint(b.1), a.2.midpoint(b.2))
}

fn phase_fill(phase: &Phase) -> Fill {
    (style::tone(phase.tone), phase.stripes.map(style::tone))
}

/// What each cell says.
fn said(figure: &PhaseDiagram, frame: &Frame, columns: &Grid, rows: &Grid) -> Option<scene::Cells> {
    let positions = |edges: &[f64], scale: &Scale| -> Option<Vec<f64>> {
        edges.iter().map(|&edge| scale.position(edge)).collect()
    };
    let plain = |markup: &str| RichText::parse(markup).plain();
    let (x_label, y_label) = (plain(&figure.x.label), plain(&figure.y.label));
    let text = |y: usize, x: usize| {
        let value = match &figure.cells {
            Cells::Values { cells, .. } => at(cells, y, x).map(short),
            Cells::Counts { cells, counts, .. } => at(cells, y, x).map(|v| {
                let count = counts.get(y).and_then(|row| row.get(x)).copied().unwrap_or(0);
                format!("{} ({count})", short(v))
            }),
            Cells::Phases { phases, cells } => {
                at(cells, y, x).and_then(|at| phases.get(at)).map(|p| plain(&p.name))
            }
        };
        value.unwrap_or_else(|| "no value".into())
    };
    let label = match &figure.cells {
        Cells::Values { label, .. } | Cells::Counts { label, .. } => format!("{}: ", plain(label)),
        Cells::Phases { .. } => String::new(),
    };
    let said = scene::Cells {
        columns: positions(&columns.edges, &frame.x)?,
        rows: positions(&rows.edges, &frame.y)?,
        at_column: columns.index.iter().map(|&x| format!("{x_label}: {}", short(figure.xs[x]))).collect(),
        at_row: rows.index.iter().map(|&y| format!("{y_label}: {}", short(figure.ys[y]))).collect(),
        label,
        texts: rows.index.iter().map(|&y| columns.index.iter().map(|&x| text(y, x)).collect()).collect(),
    };
    let cells = columns.index.len() * rows.index.len();
    Some(said).filter(|_| (1..=MOST_SAID).contains(&cells))
}

/// Beyond so many a cell is a few pixels, and a page of them megabytes.
const MOST_SAID: usize = 20_000;

fn at<T: Copy>(cells: &[Vec<Option<T>>], y: usize, x: usize) -> Option<T> {
    cells.get(y)?.get(x).copied().flatten()
}

/// One rectangle for each run of equal fill in a row.
fn draw_cells(frame: &mut Frame, cells: &[Vec<Option<Fill>>], columns: &[f64], rows: &[f64]) {
    for (row, y) in cells.iter().zip(rows.windows(2)) {
        let mut start = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            let corners = (frame.at(columns[start], y[1]), frame.at(columns[end], y[0]));
            start = end;
            let (Some(from), Some(to)) = corners else { continue };
            let (from, to) = (frame.area.clamp(from), frame.area.clamp(to));
            let area = Area { left: from.0, top: from.1, right: to.0, bottom: to.1 };
            match run[0] {
                Some((colour, None)) => frame.scene.rectangle(from, to, colour),
                Some((colour, Some(stripes))) => striped(&mut frame.scene, &area, colour, stripes),
                None => hatched(&mut frame.scene, &area),
            }
        }
    }
}

/// Classes that have room for their names and counts.
const MOST_CLASSES: usize = 25;

/// The counts that are not 0 in their cells, and a tick for each class, where they have room.
fn write_counts(
    frame: &mut Frame,
    figure: &PhaseDiagram,
    (cells, counts): (&[Vec<Option<f64>>], &[Vec<usize>]),
) {
    if figure.xs.len().max(figure.ys.len()) > MOST_CLASSES {
        return;
    }
    frame.tick_at(&figure.xs, &figure.ys);
    for ((y, counts), values) in figure.ys.iter().zip(counts).zip(cells) {
        for ((x, &count), value) in figure.xs.iter().zip(counts).zip(values) {
            let (Some((x, y)), Some(value), true) = (frame.at(*x, *y), value, count > 0) else { continue };
            // Viridis is dark below, light above.
            let colour = if *value < 0.55 { WHITE } else { INK };
            let text = RichText::parse(&count.to_string());
            frame.scene.label((x, y + LABEL_SIZE * 0.36), LABEL_SIZE, colour, text);
        }
    }
}

/// White, or from white to red if there are several groups; their shapes differ too.
fn markers(points: &[Series]) -> Vec<MarkerStyle> {
    const LAST: (f64, f64, f64) = (225.0, 60.0, 40.0);
    let ranks = style::ranks(points.iter().map(|series| series.group));
    points
        .iter()
        .map(|series| {
            let rank = ranks.rank(series.group);
            let t = if ranks.count() > 1 { rank as f64 / (ranks.count() - 1) as f64 } else { 0.0 };
            let mix = |end: f64| (255.0 + t * (end - 255.0)).round() as u8;
            let fill: Rgb = (mix(LAST.0), mix(LAST.1), mix(LAST.2));
            MarkerStyle { shape: rank, fill, edge: INK, bar: INK, halo: true }
        })
        .collect()
}

fn legend(figure: &PhaseDiagram, lines: &[LineStyle], markers: &[MarkerStyle], missing: bool) -> Vec<Entry> {
    let lines = figure
        .lines
        .iter()
        .zip(lines)
        .map(|(line, style)| Entry { name: line.name.clone(), sample: Sample::Line(style.clone()) });
    let points = figure.points.iter().zip(markers).map(|(series, style)| Entry {
        name: series.name.clone(),
        sample: Sample::Marker(style.clone(), Bar::Level),
    });
    let missing = missing.then(|| Entry { name: "no value".to_string(), sample: Sample::Missing });
    let phases: &[Phase] = if let Cells::Phases { phases, .. } = &figure.cells { phases } else { &[] };
    let phases = phases.iter().map(|phase| {
        let (colour, stripes) = phase_fill(phase);
        Entry { name: phase.name.clone(), sample: Sample::Swatch(colour, stripes) }
    });
    phases.chain(lines).chain(points).chain(missing).collect()
}

fn colour_bar(scene: &mut Scene, area: &Area, label: &str, page: &Page) {
    let (font, [room, gap, width]) = (&page.font, bar_room(page));
    let (left, right) = (area.right + gap, area.right + gap + width);
    let scale = Scale::new((0.0, 1.0), false, (area.bottom, area.top));
    let edge = |step: usize| area.bottom - area.height() * step as f64 / SHADES as f64;
    scene.rectangle((left, area.top), (right, area.bottom), WHITE);
    for step in 0..SHADES {
        scene.rectangle((left, edge(step + 1)), (right, edge(step)), style::shade(step));
    }
    scene.outline((left, area.top), (right, area.bottom), 1.0, INK);
    let ticks = scale.ticks(6);
    vertical_ticks(scene, &ticks, &scale, right, 1.0, widest(&ticks, font));
    let label = RichText::parse(label).fit(font, page.label_size, area.height() + 8.0);
    let x = area.right + room - 15.0;
    scene.text_upwards((x, (area.top + area.bottom) / 2.0), page.label_size, label);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_edges_lie_half_way_and_the_outer_cells_are_symmetric() {
        assert_eq!(edges(&[0.0, 0.2, 0.3, 0.6], false).len(), 5);
        let got = edges(&[0.0, 1.0, 3.0], false);
        assert_eq!(got, [-0.5, 0.5, 2.0, 4.0]);
        let got = edges(&[1.0, 100.0], true);
        assert!(got.iter().zip([0.1, 10.0, 1000.0]).all(|(a, b)| (a / b - 1.0).abs() < 1e-12), "{got:?}");
    }

    #[test]
    fn one_grid_value_has_a_cell_around_it() {
        for (value, logarithmic) in [(0.0, false), (0.3, false), (-2.0, false), (0.3, true)] {
            let got = edges(&[value], logarithmic);
            assert!(got[0] < value && value < got[1]);
        }
    }

    #[test]
    fn grid_values_without_a_place_and_repeated_ones_are_left_out() {
        let grid = Grid::new(&[0.5, f64::NAN, 0.1, 0.5, f64::INFINITY], false);
        assert_eq!(grid.index, [2, 0]);
        assert_eq!(Grid::new(&[0.0, 0.1], true).index, [1]);
    }
}
