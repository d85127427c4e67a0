//! Phase diagrams: the simulation in colour, theory as lines.

use super::{axis, load_label, order_phrase, scaled, start_phrase, stem, with_theory};
use crate::error::Result;
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::Scenario;
use crate::sweep::figure::{Axis, Figure, Line, PhaseDiagram, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::sweep::transition::transitions;
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
    for &order in &scenario.orders {
        // From a random start nothing is said about the end of retrieval.
        let about_retrieval = start != "random";
        let lines = if with_theory(scenario) && about_retrieval {
            let of_order = points.rows.iter().filter(|r| r.column.order == order);
            let right = of_order.map(|r| r.column.gamma.get()).fold(0.0, f64::max);
            phase_lines(
                order,
                right,
                scenario.temperatures.iter().map(|t| t.get()).fold(f64::INFINITY, f64::min),
                scenario.temperatures.iter().map(|t| t.get()).fold(0.0, f64::max),
            )?
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
            let simulated =
                if about_retrieval { transitions(points, start, scenario.seed) } else { Vec::new() };
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
                title: format!("{}: P = {order}{size}{}", scenario.name, order_phrase(scenario)),
                x: physical(axis(load_label(order)), &xs),
                y: physical(axis("temperature T"), &ys),
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

/// Lines of the replica-symmetric phase diagram, from the solver's own curves, up to load `right`, from temperature
/// `bottom` to `top`.
fn phase_lines(order: InteractionOrder, right: f64, bottom: f64, top: f64) -> Result<Vec<Line>> {
    let mut drawn = Vec::new();
    let mut line = |name: &str, pieces: Vec<Vec<(f64, f64)>>| {
        // A curve that nowhere enters the diagram is not in its legend either.
        let inside =
            |piece: &[(f64, f64)]| piece.iter().any(|&(x, y)| x <= right && y <= 1.02 * top && y >= bottom);
        let pieces: Vec<_> = pieces.into_iter().filter(|piece| piece.len() > 1 && inside(piece)).collect();
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
    let mut exchange = Vec::new();
    for &t in &temperatures {
        let t = Temperature::new(t)?;
        let gamma = transition::exchange_load(order, t)?;
        exchange.extend(gamma.map(|gamma| (gamma, t.get())));
    }
    let name =
        if order.get() == 2 { "RS thermodynamic line" } else { "retrieval = paramagnet in free energy" };
    line(name, vec![exchange]);
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
