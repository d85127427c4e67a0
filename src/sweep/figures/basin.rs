//! The basin of a pattern: ⟨m⟩ after recall against the fraction of the spins that were flipped, beside what theory has about it.

use super::curves::{load_symbol, nearest_or_middle};
use super::{axis, stem, with_theory};
use crate::chain::Start;
use crate::error::{Error, Result};
use crate::params::Temperature;
use crate::scenario::{Column, Kind, PatternsFrom, Scenario};
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::points::Points;
use crate::theory::basin;

/// Points of a line of theory.
const FINE: usize = 120;

/// A series for each (P, N, K); where both P and N vary, a figure for each P.
pub(super) fn basins(
    scenario: &Scenario,
    points: &Points,
    temperature: Option<f64>,
) -> Result<Vec<(String, Figure)>> {
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let at = nearest_or_middle(&temperatures, temperature).unwrap_or_default();
    let starts = scenario.dynamics.iter().flat_map(|plan| &plan.starts);
    let fractions: Vec<(f64, String)> = starts
        .filter_map(|start| match start {
            Start::Corrupted(fraction) => Some((*fraction, start.label())),
            Start::Planted => Some((0.0, start.label())),
            _ => None,
        })
        .collect();
    let columns = scenario.grid_columns()?;
    let apart = scenario.orders.len() > 1 && scenario.spins.len() > 1;
    let groups: Vec<(String, Vec<Column>)> = match apart {
        false => vec![("retrieval-corrupted".into(), columns)],
        true => scenario
            .orders
            .iter()
            .map(|&order| {
                let of_order = columns.iter().filter(|column| column.order == order).cloned();
                (stem("retrieval-corrupted", scenario, order, None), of_order.collect())
            })
            .collect(),
    };
    let mut made = Vec::new();
    for (name, columns) in groups {
        if let Some(figure) = basin_of(scenario, points, (at, &fractions), &columns)? {
            made.push((name, Figure::Curves(figure)));
        }
    }
    if made.is_empty() {
        return Err(Error::bad_input("retrieval-curve against corrupted: nothing to draw")
            .remedy("dynamics.starts needs { corrupted = fraction } entries"));
    }
    Ok(made)
}

fn basin_of(
    scenario: &Scenario,
    points: &Points,
    (at, fractions): (f64, &[(f64, String)]),
    columns: &[Column],
) -> Result<Option<Curves>> {
    let series = columns.iter().enumerate().map(|(group, column)| {
        let of_fraction = |(fraction, label): &(f64, String)| {
            let here = |r: &&crate::sweep::Row| {
                r.column == *column && r.temperature.get() == at && r.start == *label
            };
            let (y, y_err) = points.rows.iter().find(here)?.mattis()?;
            Some(Point { x: *fraction, y, x_err: None, y_err })
        };
        let n = if scenario.spins.len() > 1 { format!(", N = {}", column.spins) } else { String::new() };
        Series {
            open: false,
            name: format!("P = {}{n}, K = {}", column.order, column.patterns),
            group,
            points: fractions.iter().filter_map(of_fraction).collect(),
        }
    });
    let series: Vec<Series> = series.filter(|series| !series.points.is_empty()).collect();
    if series.is_empty() {
        return Ok(None);
    }
    // What stays if nothing is recalled: m = 1 − 2 f.
    let lost = fractions.iter().map(|(f, _)| *f).fold(0.0, f64::max);
    let start_line = Line {
        name: "start: m = 1 − 2 × flipped fraction".into(),
        pieces: vec![vec![(0.0, 1.0), (lost, 1.0 - 2.0 * lost)]],
        group: None,
    };
    let lowest = series
        .iter()
        .flat_map(|series| &series.points)
        .map(|point| point.y - point.y_err.unwrap_or(0.0))
        .fold(0.0, f64::min);
    let mut y = axis("overlap with the stored pattern ⟨m⟩");
    y.limits = Some((lowest - 0.05, 1.05));
    Ok(Some(Curves {
        title: format!("{}: recall at T = {at}", scenario.name),
        x: axis(match scenario.patterns {
            PatternsFrom::File(_) => "fraction of flipped pixels",
            PatternsFrom::Random => "fraction of flipped spins",
        }),
        y,
        lines: std::iter::once(start_line).chain(theory(scenario, columns, at, lost)?).collect(),
        series,
    }))
}

/// What theory has about basins, for each (P, load) at the realised load of the largest N and in its colour: m after one parallel step, and
/// at T = 0 the fraction to flip for the unstable RS state, as an upright line.
fn theory(scenario: &Scenario, columns: &[Column], t: f64, lost: f64) -> Result<Vec<Line>> {
    if !with_theory(scenario) || scenario.kind != Kind::DenseHebbian {
        return Ok(Vec::new());
    }
    let t = Temperature::new(t)?;
    let mut lines = Vec::new();
    let largest = |column: &Column| Some(&column.spins) == scenario.spins.last();
    for (group, column) in columns.iter().enumerate().filter(|(_, column)| largest(column)) {
        let (p, gamma) = (column.order, column.gamma);
        let at = format!("P = {p}, {} = {:.4}", load_symbol(p), gamma.get());
        let fractions = (0..=FINE).map(|i| lost * i as f64 / FINE as f64);
        let step = fractions.map(|f| (f, basin::first_step(p, gamma, t, 1.0 - 2.0 * f)));
        let group = Some(group);
        lines.push(Line { name: format!("{at}: one parallel step"), pieces: vec![step.collect()], group });
        if t.is_zero()
            && let Some(m) = basin::unstable_overlap(p, gamma)
        {
            let f = 0.5 * (1.0 - m);
            let pieces = vec![vec![(f, 0.0), (f, 1.0)]];
            lines.push(Line { name: format!("{at}: unstable RS state"), pieces, group });
        }
    }
    Ok(lines)
}
