//! The figures that a scenario asks for, as numbers.

use super::figure::{Axis, Curves, Figure, Line, Panel, PanelImage, PanelRow, PhaseDiagram, Point, Series};
use super::points::{Points, Row};
use super::task::{TaskResult, task_patterns};
use super::transition::transitions;
use crate::chain::Start;
use crate::dynamics::Order;
use crate::error::{Error, Result};
use crate::model::{Patterns, Spins};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{Column, CurveVariable, FigureRequest, PatternsFrom, Scenario, Task};
use crate::theory::{at_line, lines, rs};
use std::collections::HashMap;

/// Points of a theory curve.
const FINE: usize = 120;

/// Every figure of a scenario with the stem of its files, from the table of a run.
///
/// # Errors
/// A figure that cannot be made of this scenario, named by its kind.
pub fn figures(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
) -> Result<Vec<(String, Figure)>> {
    let mut figures = Vec::new();
    for request in &scenario.figures {
        let made = match request {
            FigureRequest::PhaseDiagram { start } => phase_diagrams(scenario, points, start)?,
            FigureRequest::RetrievalCurve { x: CurveVariable::Corrupted, temperature, .. } => {
                vec![corruption_curve(scenario, points, *temperature)?]
            }
            FigureRequest::RetrievalCurve { x, start, load, temperature } => {
                retrieval_curves(scenario, points, *x, start, *load, *temperature)?
            }
            FigureRequest::RecallPanel { images, start } => {
                recall_panels(scenario, finished, *images, start.as_deref())?
            }
        };
        for (stem, figure) in made {
            // Two figures of one kind: number the later ones.
            let taken = figures.iter().filter(|(s, _): &&(String, Figure)| s.starts_with(&stem)).count();
            figures.push((if taken == 0 { stem } else { format!("{stem}-{}", taken + 1) }, figure));
        }
    }
    Ok(figures)
}

fn axis(label: &str) -> Axis {
    Axis { label: label.into(), logarithmic: false, limits: None }
}

fn load_label(order: InteractionOrder) -> &'static str {
    if order.get() == 2 { "load α = K/N" } else { "load γ" }
}

fn start_phrase(start: &str) -> String {
    match start.strip_prefix("corrupted=") {
        Some(fraction) => format!("start with {fraction} of the spins flipped"),
        None => format!("{start} start"),
    }
}

/// Theory does not describe parallel order.
fn with_theory(scenario: &Scenario) -> bool {
    !scenario.compare.is_empty()
        && scenario.dynamics.as_ref().is_none_or(|plan| plan.protocol.order != Order::Parallel)
        && matches!(scenario.patterns, PatternsFrom::Random)
}

fn phase_diagrams(scenario: &Scenario, points: &Points, start: &str) -> Result<Vec<(String, Figure)>> {
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let lines = if with_theory(scenario) {
            let of_order = points.rows.iter().filter(|r| r.column.order == order);
            let right = of_order.map(|r| r.column.gamma.get()).fold(0.0, f64::max);
            phase_lines(order, right, scenario.temperatures.iter().map(|t| t.get()).fold(0.0, f64::max))?
        } else {
            Vec::new()
        };
        for &spins in &scenario.spins {
            let rows: Vec<&Row> = points
                .rows
                .iter()
                .filter(|r| r.column.order == order && r.column.spins == spins && r.start == start)
                .collect();
            let mut xs: Vec<f64> = rows.iter().map(|r| r.column.gamma.get()).collect();
            xs.sort_by(f64::total_cmp);
            xs.dedup();
            let ys: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
            let cell = |x: f64, y: f64| {
                let row = rows.iter().find(|r| r.column.gamma.get() == x && r.temperature.get() == y)?;
                // Colour runs from 0 to 1: an average slightly below 0 is none.
                match row.samples {
                    0 => row.theory.as_ref().map(|s| s.m),
                    _ => row.mattis().map(|(m, _)| m.clamp(0.0, 1.0)),
                }
            };
            let cells = ys.iter().map(|&y| xs.iter().map(|&x| cell(x, y)).collect()).collect();
            let simulated = transitions(points, start, scenario.seed);
            let series = scenario
                .spins
                .iter()
                .enumerate()
                .map(|(group, &n)| Series {
                    name: format!("simulation N = {n}: ⟨m⟩ = ½"),
                    group,
                    points: simulated
                        .iter()
                        .filter(|t| t.order == order && t.spins == n)
                        .map(|t| Point {
                            x: t.gamma,
                            y: t.temperature.get(),
                            x_err: t.gamma_err,
                            y_err: None,
                        })
                        .collect(),
                })
                .filter(|series| !series.points.is_empty())
                .collect();
            let simulated_here = rows.iter().any(|r| r.samples > 0);
            let colour =
                if simulated_here { format!("⟨m⟩, {}", start_phrase(start)) } else { "RS m".to_string() };
            let size = if simulated_here { format!(", N = {spins}") } else { String::new() };
            let figure = PhaseDiagram {
                title: format!("{}: P = {order}{size}", scenario.name),
                x: axis(load_label(order)),
                y: axis("temperature T"),
                colour,
                xs,
                ys,
                cells,
                lines: lines.clone(),
                points: series,
            };
            made.push((stem("phase-diagram", scenario, order, Some(spins)), Figure::PhaseDiagram(figure)));
        }
    }
    Ok(made)
}

/// `kind[-pP][-nN]`: what is needed to tell the figures of one scenario apart.
fn stem(kind: &str, scenario: &Scenario, order: InteractionOrder, spins: Option<usize>) -> String {
    let mut stem = kind.to_string();
    if scenario.orders.len() > 1 {
        stem.push_str(&format!("-p{order}"));
    }
    if let Some(n) = spins.filter(|_| scenario.spins.len() > 1) {
        stem.push_str(&format!("-n{n}"));
    }
    stem
}

/// Lines of the replica-symmetric phase diagram, from the solver's own curves, up to load `right` and temperature `top`.
fn phase_lines(order: InteractionOrder, right: f64, top: f64) -> Result<Vec<Line>> {
    let mut drawn = Vec::new();
    let mut line = |name: &str, pieces: Vec<Vec<(f64, f64)>>| {
        let pieces: Vec<_> = pieces.into_iter().filter(|piece| piece.len() > 1).collect();
        if !pieces.is_empty() {
            drawn.push(Line { name: name.into(), pieces, group: None });
        }
    };
    // Beyond the plotted range a line is of no use; a little of it shows where it leaves.
    let temperatures: Vec<f64> = (0..=FINE).map(|i| 1.2 * top.max(1e-3) * i as f64 / FINE as f64).collect();
    let mut spinodal = Vec::new();
    for &t in &temperatures {
        match lines::retrieval_spinodal_load(order, Temperature::new(t)?) {
            Ok(fold) => spinodal.push((fold.gamma, t)),
            // Above the temperature at which retrieval ends even at γ = 0.
            Err(_) => break,
        }
    }
    line("RS retrieval spinodal", vec![spinodal]);
    let loads: Vec<f64> = (1..=FINE).map(|i| 1.2 * right * i as f64 / FINE as f64).collect();
    let mut at = Vec::new();
    for &gamma in &loads {
        if let Some(point) = at_line::at_retrieval_temperature(order, Load::new(gamma)?)? {
            at.push((gamma, point.temperature.unwrap_or(0.0)));
        }
    }
    line("RS stability (AT) of retrieval", vec![at]);
    if order.get() == 2 {
        let glass = loads
            .iter()
            .map(|&a| Ok((a, lines::at_glass_temperature(Load::new(a)?))))
            .collect::<Result<_>>()?;
        line("glass T_{g} = 1 + √α", vec![glass]);
    } else {
        let onset = loads
            .iter()
            .map(|&gamma| Ok((gamma, lines::glass_onset_temperature(order, Load::new(gamma)?)?)))
            .collect::<Result<_>>()?;
        line("onset of the RS glass (an artefact)", vec![onset]);
    }
    Ok(drawn)
}

/// The value of a list nearest to the wished one; the middle of the list without a wish.
fn nearest_or_middle(values: &[f64], wish: Option<f64>) -> Option<f64> {
    match wish {
        Some(wish) => values.iter().copied().min_by(|a, b| (a - wish).abs().total_cmp(&(b - wish).abs())),
        None => values.get(values.len() / 2).copied(),
    }
}

fn retrieval_curves(
    scenario: &Scenario,
    points: &Points,
    x: CurveVariable,
    start: &str,
    load: Option<f64>,
    temperature: Option<f64>,
) -> Result<Vec<(String, Figure)>> {
    let columns = scenario.columns()?.0;
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let of_order: Vec<&Column> = columns.iter().filter(|c| c.order == order).collect();
        let loads: Vec<f64> = of_order
            .iter()
            .filter(|c| Some(&c.spins) == scenario.spins.last())
            .map(|c| c.gamma_requested.unwrap_or(c.gamma.get()))
            .collect();
        let (Some(fixed_load), Some(fixed_temperature)) =
            (nearest_or_middle(&loads, load), nearest_or_middle(&temperatures, temperature))
        else {
            continue;
        };
        let on_curve = |row: &Row| match x {
            CurveVariable::Temperature => {
                let requested = row.column.gamma_requested.unwrap_or(row.column.gamma.get());
                // With K given, loads differ between sizes: take the nearest of this size.
                let of_size: Vec<f64> = of_order
                    .iter()
                    .filter(|c| c.spins == row.column.spins)
                    .map(|c| c.gamma_requested.unwrap_or(c.gamma.get()))
                    .collect();
                nearest_or_middle(&of_size, Some(fixed_load)) == Some(requested)
            }
            _ => row.temperature.get() == fixed_temperature,
        };
        let mut series = Vec::new();
        for (group, &n) in scenario.spins.iter().enumerate() {
            let points: Vec<Point> = points
                .rows
                .iter()
                .filter(|r| r.column.order == order && r.column.spins == n && r.start == start && on_curve(r))
                .filter_map(|r| {
                    let (m, error) = r.mattis()?;
                    let x = if x == CurveVariable::Temperature {
                        r.temperature.get()
                    } else {
                        r.column.gamma.get()
                    };
                    Some(Point { x, y: m, x_err: None, y_err: error })
                })
                .collect();
            if !points.is_empty() {
                series.push(Series { name: format!("N = {n}"), points, group });
            }
        }
        let mut theory = Vec::new();
        if with_theory(scenario) {
            theory.push(retrieval_line(order, x, fixed_load, fixed_temperature, &temperatures, &loads)?);
        }
        let (label, fixed) = match x {
            CurveVariable::Temperature => {
                ("temperature T", format!("{} = {fixed_load:.4}", load_symbol(order)))
            }
            _ => (load_label(order), format!("T = {fixed_temperature}")),
        };
        let mut y = axis("Mattis magnetisation ⟨m⟩");
        y.limits = Some((-0.05, 1.05));
        let figure = Curves {
            title: format!("{}: P = {order}, {fixed}, {}", scenario.name, start_phrase(start)),
            x: axis(label),
            y,
            lines: theory,
            series,
        };
        let kind = format!("retrieval-{}", x.name());
        made.push((stem(&kind, scenario, order, None), Figure::Curves(figure)));
    }
    Ok(made)
}

fn load_symbol(order: InteractionOrder) -> &'static str {
    if order.get() == 2 { "α" } else { "γ" }
}

/// m of the RS retrieval branch, and m = 0 where it does not exist: one piece for each stretch, ended at the branch's own end.
fn retrieval_line(
    order: InteractionOrder,
    x: CurveVariable,
    load: f64,
    temperature: f64,
    temperatures: &[f64],
    loads: &[f64],
) -> Result<Line> {
    let values = if x == CurveVariable::Temperature { temperatures } else { loads };
    let (from, to) = (
        values.iter().copied().fold(f64::INFINITY, f64::min),
        values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let magnetisation = |value: f64| -> Result<Option<f64>> {
        let (gamma, t) = if x == CurveVariable::Temperature { (load, value) } else { (value, temperature) };
        Ok(rs::retrieval(order, Load::new(gamma)?, Temperature::new(t)?, 0.0)?.map(|state| state.m))
    };
    let mut pieces: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    let mut last: Option<(f64, Option<f64>)> = None;
    for i in 0..=FINE {
        let value = from + (to - from) * i as f64 / FINE as f64;
        let m = magnetisation(value)?;
        if let Some((mut before, mut m_before)) =
            last.filter(|(_, m_before)| m_before.is_some() != m.is_some())
        {
            // The branch ends between the two: by bisection to the width of a line.
            let (mut after, mut m_after) = (value, m);
            for _ in 0..30 {
                let middle = 0.5 * (before + after);
                match magnetisation(middle)? {
                    found if found.is_some() == m_before.is_some() => (before, m_before) = (middle, found),
                    found => (after, m_after) = (middle, found),
                }
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push((before, m_before.unwrap_or(0.0)));
            }
            pieces.push(vec![(after, m_after.unwrap_or(0.0))]);
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push((value, m.unwrap_or(0.0)));
        }
        last = Some((value, m));
    }
    Ok(Line { name: "RS theory".into(), pieces, group: None })
}

/// ⟨m⟩ after recall against the corrupted fraction; one series for each (P, N, K).
fn corruption_curve(
    scenario: &Scenario,
    points: &Points,
    temperature: Option<f64>,
) -> Result<(String, Figure)> {
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let fixed = nearest_or_middle(&temperatures, temperature).unwrap_or_default();
    let starts = scenario.dynamics.iter().flat_map(|plan| &plan.starts);
    let fractions: Vec<(f64, String)> = starts
        .filter_map(|start| match start {
            Start::Corrupted(fraction) => Some((*fraction, start.label())),
            Start::Planted => Some((0.0, start.label())),
            _ => None,
        })
        .collect();
    let series: Vec<Series> = scenario
        .columns()?
        .0
        .iter()
        .enumerate()
        .map(|(group, column)| Series {
            name: format!("P = {}, K = {}", column.order, column.patterns),
            group,
            points: fractions
                .iter()
                .filter_map(|(fraction, label)| {
                    let row = points
                        .rows
                        .iter()
                        .find(|r| r.column == *column && r.temperature.get() == fixed && r.start == *label)?;
                    let (m, error) = row.mattis()?;
                    Some(Point { x: *fraction, y: m, x_err: None, y_err: error })
                })
                .collect(),
        })
        .filter(|series| !series.points.is_empty())
        .collect();
    if series.is_empty() {
        return Err(Error::bad_input("retrieval-curve against corrupted: nothing to draw")
            .remedy("dynamics.starts needs { corrupted = fraction } entries"));
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
    let figure = Curves {
        title: format!("{}: recall at T = {fixed}", scenario.name),
        x: axis("fraction of flipped pixels"),
        y,
        lines: vec![start_line],
        series,
    };
    Ok(("retrieval-corrupted".into(), Figure::Curves(figure)))
}

/// Stored, corrupted and recalled configurations of the first samples: a row a sample, columns by order P; one panel for
/// each K.
fn recall_panels(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    images: usize,
    start: Option<&str>,
) -> Result<Vec<(String, Figure)>> {
    let PatternsFrom::File(stored) = &scenario.patterns else {
        return Err(Error::bad_input("recall-panel: the patterns are random")
            .remedy("a panel shows images: model.patterns = { file = … } with an image array"));
    };
    let Some((height, width)) = stored.image_shape else {
        return Err(Error::bad_input("recall-panel: the pattern file says no image shape")
            .remedy("a `shape` array beside `packed`, an `images` array, or an IDX file"));
    };
    let corrupted = scenario.dynamics.iter().flat_map(|plan| &plan.starts).find_map(|start| match start {
        Start::Corrupted(_) => Some(start.label()),
        _ => None,
    });
    let Some(label) = start.map(String::from).or(corrupted) else {
        return Err(Error::bad_input("recall-panel: no corrupted start")
            .remedy("dynamics.starts = [{ corrupted = 0.2 }]"));
    };
    let temperature = scenario.temperatures[0];
    let columns = scenario.columns()?.0;
    let mut counts: Vec<usize> = columns.iter().map(|c| c.patterns).collect();
    counts.sort_unstable();
    counts.dedup();
    let mut made = Vec::new();
    for k in counts {
        let of_k: Vec<&Column> = columns.iter().filter(|c| c.patterns == k).collect();
        let mut captions = vec!["stored".to_string(), label.replace('=', " ")];
        captions.extend(of_k.iter().map(|c| format!("recalled, P = {}", c.order)));
        let mut rows = Vec::new();
        // Sample s begins on pattern s mod K: beyond K the same images come again.
        for sample in 0..images.min(scenario.samples).min(k) {
            if let Some(row) = panel_row(scenario, finished, &of_k, sample, &label, temperature)? {
                rows.push(row);
            }
        }
        let figure = Panel {
            title: format!("{}: K = {k} stored images, T = {temperature}", scenario.name),
            columns: captions,
            rows,
            width,
            height,
        };
        made.push((format!("recall-panel-k{k}"), Figure::Panel(figure)));
    }
    Ok(made)
}

fn panel_row(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    columns: &[&Column],
    sample: usize,
    start: &str,
    temperature: Temperature,
) -> Result<Option<PanelRow>> {
    let image = |spins: &Spins, caption: String| PanelImage { spins: spins.as_slice().to_vec(), caption };
    let mut images = Vec::new();
    let mut caption = String::new();
    for column in columns {
        let task = Task { column: (*column).clone(), sample };
        let chain = finished.get(&task.key()).and_then(|result| {
            result.chains.iter().find(|c| c.start == start && c.temperature == temperature)
        });
        let Some(chain) = chain else { return Ok(None) };
        let patterns: Patterns = task_patterns(scenario, &task)?;
        let index = scenario.planted_index(&task);
        let planted = patterns.row(index);
        let overlap = |spins: &Spins| spins.dot(&planted) as f64 / planted.len() as f64;
        if images.is_empty() {
            caption = format!("pattern {index}");
            images.push(image(&planted, String::new()));
            images.push(image(&chain.first, format!("m = {:.2}", overlap(&chain.first))));
        }
        images.push(image(&chain.last, format!("m = {:.2}", overlap(&chain.last))));
    }
    Ok(Some(PanelRow { caption, images }))
}
