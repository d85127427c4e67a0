//! Phase diagrams: the simulation in colour, theory as lines; ⟨m⟩ from starts that know a pattern, [⟨q²⟩] from random ones.

use super::phases;
use super::{axis, load_label, order_phrase, scaled, start_phrase, stem, with_theory};
use crate::chain::Start;
use crate::error::Result;
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{Ansatz, Scenario};
use crate::sweep::figure::{Axis, Cells, Figure, Line, PhaseDiagram, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::sweep::transition::{FROZEN, Freezing, Transition, freezing, transitions};
use crate::theory::{at_line, lines, transition};

/// Points of a line of theory.
const FINE: usize = 120;

/// One phase diagram for each (P, N).
pub(super) fn phase_diagrams(
    scenario: &Scenario,
    points: &Points,
    start: &str,
) -> Result<Vec<(String, Figure)>> {
    let mut made = Vec::new();
    // A random start says nothing about the end of retrieval; its replicas tell about the glass.
    let about_retrieval = !Start::is_blind(start);
    let ends = if about_retrieval { transitions(points, start, scenario.seed) } else { Vec::new() };
    let froze = if about_retrieval { Vec::new() } else { freezing(points, start, scenario.seed) };
    for &order in &scenario.orders {
        let of_order = || points.rows.iter().filter(|r| r.column.order == order && r.start == start);
        let frozen = !about_retrieval && of_order().any(|r| r.average(|m| m.overlap_sq).is_some());
        let lines = if with_theory(scenario) && (about_retrieval || frozen) {
            let mut loads: Vec<f64> = of_order().map(|r| r.column.gamma.get()).collect();
            loads.sort_by(f64::total_cmp);
            loads.dedup();
            let temperatures = || scenario.temperatures.iter().map(|t| t.get());
            let seen = physical(axis(""), &loads).limits;
            let window = Window {
                left: seen.map_or(0.0, |limits| limits.0),
                right: loads.last().copied().unwrap_or_default(),
                bottom: temperatures().fold(f64::INFINITY, f64::min),
                top: temperatures().fold(0.0, f64::max),
            };
            if scenario.compare.contains(&Ansatz::OneStep) {
                let mut lines = phases::lines(order, &window)?;
                let beside =
                    frozen && order.get() > 2 && scenario.compare.contains(&Ansatz::ReplicaSymmetric);
                lines.extend(if beside { rs_onset(order, &window)? } else { None });
                lines
            } else {
                phase_lines(order, &window)?
            }
        } else {
            Vec::new()
        };
        for spins in scenario.sizes() {
            let rows: Vec<&Row> = of_order().filter(|r| r.column.spins == spins).collect();
            let mut xs: Vec<f64> = rows.iter().map(|r| r.column.gamma.get()).collect();
            xs.sort_by(f64::total_cmp);
            xs.dedup();
            let ys: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
            let simulated_here = rows.iter().any(|r| r.samples > 0);
            let row_at =
                |x: f64, y: f64| rows.iter().find(|r| r.column.gamma.get() == x && r.temperature.get() == y);
            let cells = if !simulated_here && scenario.compare.contains(&Ansatz::OneStep) {
                phases::cells(order, &xs, &ys, |x, y| row_at(x, y)?.states)?
            } else {
                // Colour runs from 0 to 1: an average slightly below 0 is none.
                let value = |x: f64, y: f64| match row_at(x, y)? {
                    row if row.samples == 0 => row.theory.as_ref().map(|s| s.m),
                    row if frozen => row.average(|m| m.overlap_sq).map(|(q2, _)| q2),
                    row => row.mattis().map(|(m, _)| m.clamp(0.0, 1.0)),
                };
                // Points are of every N, colours of one.
                let what = if frozen { "[⟨q²⟩]" } else { "⟨m⟩" };
                let label = match simulated_here {
                    true => format!("{what} at N = {spins}, {}", start_phrase(start)),
                    false => "RS m".into(),
                };
                let cells = ys.iter().map(|&y| xs.iter().map(|&x| value(x, y)).collect()).collect();
                Cells::Values { label, cells }
            };
            let found = if about_retrieval {
                ends_of_retrieval(scenario, &ends, order)
            } else {
                freezing_points(scenario, &froze, order)
            };
            let level = if frozen { isoline(&froze, order, spins) } else { None };
            let size = if simulated_here { format!(", N = {spins}") } else { String::new() };
            let figure = PhaseDiagram {
                title: format!("{}: P = {order}{size}{}", scenario.name, order_phrase(scenario)),
                x: physical(axis(load_label(order)), &xs),
                y: physical(axis("temperature T"), &ys),
                xs,
                ys,
                cells,
                lines: lines.iter().cloned().chain(level).collect(),
                points: found,
            };
            made.push((stem("phase-diagram", scenario, order, Some(spins)), Figure::PhaseDiagram(figure)));
        }
    }
    Ok(made)
}

/// A series of points for each N, without empty ones. Each point comes with whether it is to be drawn open.
fn by_size(
    scenario: &Scenario,
    (what, open_what): (&str, &str),
    of_size: impl Fn(usize) -> Vec<(Point, bool)>,
) -> Vec<Series> {
    let named = scenario.spins.iter().enumerate().flat_map(|(group, &n)| {
        let points = of_size(n);
        [(false, what), (true, open_what)].map(|(open, what)| Series {
            open,
            name: format!("simulation N = {n}: {what}"),
            group,
            points: points.iter().filter(|(_, is_open)| *is_open == open).map(|(point, _)| *point).collect(),
        })
    });
    named.filter(|series| !series.points.is_empty()).collect()
}

fn ends_of_retrieval(scenario: &Scenario, all: &[Transition], order: InteractionOrder) -> Vec<Series> {
    by_size(scenario, ("⟨m⟩ = ½", ""), |n| {
        let found = all.iter().filter(|t| t.order == order && t.spins == n);
        let point =
            |t: &Transition| Point { x: t.gamma, y: t.temperature.get(), x_err: t.gamma_err, y_err: None };
        found.map(|t| (point(t), false)).collect()
    })
}

fn freezing_points(scenario: &Scenario, all: &[Freezing], order: InteractionOrder) -> Vec<Series> {
    let level = format!("[⟨q²⟩] = {FROZEN}");
    let in_doubt = format!("{level}, equilibrium in doubt");
    by_size(scenario, (&level, &in_doubt), |n| {
        let found = all.iter().filter(|f| f.order == order && f.spins == n);
        let point =
            |f: &Freezing| Point { x: f.gamma, y: f.temperature, x_err: None, y_err: f.temperature_err };
        found.map(|f| (point(f), !f.thermalised)).collect()
    })
}

/// What 1RSB says of the level at which freezing is measured, at the loads of one N.
fn isoline(all: &[Freezing], order: InteractionOrder, spins: usize) -> Option<Line> {
    let here = |f: &Freezing| f.order == order && f.spins == spins;
    let piece: Vec<(f64, f64)> =
        all.iter().filter(|f| here(f)).filter_map(|f| Some((f.gamma, f.one_rsb?))).collect();
    let name = format!("1RSB: [⟨q²⟩] = {FROZEN}");
    (piece.len() > 1).then(|| Line { name, pieces: vec![piece], group: None })
}

/// Limits at the outer edges of the cells, but never below 0, where there is neither load nor temperature.
fn physical(mut axis: Axis, values: &[f64]) -> Axis {
    if let [first, second, ..] = values
        && let [.., before, last] = values
    {
        if scaled(axis.clone(), values).logarithmic {
            return scaled(axis, values);
        }
        axis.limits = Some(((first - 0.5 * (second - first)).max(0.0), last + 0.5 * (last - before)));
    }
    axis
}

/// The part of the plane that is drawn: loads from `left` to `right`, temperatures from `bottom` to `top`.
pub(super) struct Window {
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
    pub top: f64,
}

impl Window {
    /// Temperatures at which lines are computed: a little beyond the plotted range shows where a line leaves it.
    pub fn temperatures(&self, count: usize) -> Vec<f64> {
        (0..=count).map(|i| 1.2 * self.top.max(1e-3) * i as f64 / count as f64).collect()
    }

    pub fn loads(&self, count: usize) -> Vec<f64> {
        (1..=count).map(|i| 1.2 * self.right * i as f64 / count as f64).collect()
    }

    /// A line of the legend, if any of it is inside.
    pub fn line(&self, name: &str, piece: Vec<(f64, f64)>) -> Option<Line> {
        let inside = |&(x, y): &(f64, f64)| {
            (self.left..=self.right).contains(&x) && (self.bottom..=1.02 * self.top).contains(&y)
        };
        let inside = piece.iter().any(inside);
        (piece.len() > 1 && inside).then(|| Line { name: name.into(), pieces: vec![piece], group: None })
    }
}

/// Lines of the replica-symmetric phase diagram, from the solver's own curves.
fn phase_lines(order: InteractionOrder, window: &Window) -> Result<Vec<Line>> {
    let mut drawn = Vec::new();
    let mut line = |name: &str, piece: Vec<(f64, f64)>| drawn.extend(window.line(name, piece));
    let temperatures = window.temperatures(FINE);
    line("RS retrieval spinodal", rs_spinodal(order, &temperatures)?);
    let mut exchange = Vec::new();
    for &t in &temperatures {
        let t = Temperature::new(t)?;
        let gamma = transition::exchange_load(order, t)?;
        exchange.extend(gamma.map(|gamma| (gamma, t.get())));
    }
    let name =
        if order.get() == 2 { "RS thermodynamic line" } else { "RS retrieval = m = 0 state in free energy" };
    line(name, exchange);
    let loads = window.loads(FINE);
    line("RS stability (AT) of retrieval", at_retrieval(order, &loads)?);
    if order.get() == 2 {
        let glass = loads
            .iter()
            .map(|&a| Ok((a, lines::at_glass_temperature(Load::new(a)?))))
            .collect::<Result<_>>()?;
        line("glass T_{g} = 1 + √α", glass);
    } else {
        drawn.extend(rs_onset(order, window)?);
    }
    Ok(drawn)
}

/// Where the RS glass of P ≥ 3 begins.
fn rs_onset(order: InteractionOrder, window: &Window) -> Result<Option<Line>> {
    let at = |gamma: f64| Ok((gamma, lines::glass_onset_temperature(order, Load::new(gamma)?)?));
    let onset = window.loads(FINE).into_iter().map(at).collect::<Result<_>>()?;
    Ok(window.line("onset of the RS glass (an artefact)", onset))
}

/// The end of RS retrieval at each temperature, up to the one at which it ends even at γ = 0.
pub(super) fn rs_spinodal(order: InteractionOrder, temperatures: &[f64]) -> Result<Vec<(f64, f64)>> {
    let mut spinodal = Vec::new();
    for &t in temperatures {
        match lines::retrieval_spinodal_load(order, Temperature::new(t)?) {
            Ok(fold) => spinodal.push((fold.gamma, t)),
            Err(_) => break,
        }
    }
    Ok(spinodal)
}

/// The AT line of retrieval at each load.
pub(super) fn at_retrieval(order: InteractionOrder, loads: &[f64]) -> Result<Vec<(f64, f64)>> {
    let mut at = Vec::new();
    for &gamma in loads {
        if let Some(point) = at_line::at_retrieval_temperature(order, Load::new(gamma)?)? {
            at.push((gamma, point.temperature.unwrap_or(0.0)));
        }
    }
    Ok(at)
}
