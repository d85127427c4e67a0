//! What diluted patterns look like: every amplitude against the dilution and against 1/N, and the phases.

use super::curves::nearest_or_middle;
use super::multitasking_learning::learning_figures;
use super::{axis, finite_size, start_phrase, stem};
use crate::chain::{RANKS, Start};
use crate::error::Result;
use crate::estimators::extrapolate;
use crate::params::{Dilution, InteractionOrder, Temperature};
use crate::scenario::{LoadAxis, MultitaskingQuantity, MultitaskingRequest, Scenario};
use crate::sweep::figure::{Axis, Cells, Curves, Figure, Line, Phase, PhaseDiagram, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::theory::multitasking::{
    Boundary, Change, State, Task, boundaries, hierarchy, hierarchy_end, reached_from_the_hierarchy, states,
};
use rayon::prelude::*;

/// Dilutions of a line of theory, of the lines and of the cells of a phase diagram.
const FINE: usize = 99;
const COARSE: usize = 40;
/// m_2/m_1 where simulation and theory are compared in the plane.
const RATIO: f64 = 0.5;

/// The grid's T and d that a request means.
pub(super) fn chosen(scenario: &Scenario, request: &MultitaskingRequest) -> Result<(Temperature, Dilution)> {
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let temperature = nearest_or_middle(&temperatures, request.temperature).unwrap_or_default();
    let dilution = nearest_or_middle(&scenario.dilutions, request.dilution).unwrap_or_default();
    Ok((Temperature::new(temperature)?, Dilution::new(dilution)?))
}

/// The figures of one request, for each P and K.
pub(super) fn multitasking_figures(
    scenario: &Scenario,
    points: &Points,
    request: &MultitaskingRequest,
) -> Result<Vec<(String, Figure)>> {
    let LoadAxis::Patterns(counts) = &scenario.load else { return Ok(Vec::new()) };
    let (temperature, dilution) = chosen(scenario, request)?;
    let mut made = Vec::new();
    for &order in &scenario.orders {
        for &patterns in counts {
            let rows = points.rows.iter().filter(|row| {
                row.column.order == order && row.column.patterns == patterns && row.start == request.start
            });
            let cut = Cut {
                scenario,
                order,
                patterns,
                temperature,
                dilution,
                start: &request.start,
                rows: rows.collect(),
            };
            let several = if counts.len() > 1 { format!("-k{patterns}") } else { String::new() };
            let kind = format!("multitasking-{}{several}", request.quantity.name());
            let figure = match request.quantity {
                MultitaskingQuantity::Amplitudes => Figure::Curves(cut.amplitudes()?),
                MultitaskingQuantity::Sizes => Figure::Curves(cut.sizes()?),
                MultitaskingQuantity::Phases => Figure::PhaseDiagram(cut.phases(points)?),
                MultitaskingQuantity::Examples | MultitaskingQuantity::Thresholds => {
                    return learning_figures(scenario, points, request);
                }
            };
            made.push((stem(&kind, scenario, order, None), figure));
        }
    }
    Ok(made)
}

struct Cut<'s> {
    scenario: &'s Scenario,
    order: InteractionOrder,
    patterns: usize,
    temperature: Temperature,
    dilution: Dilution,
    start: &'s str,
    rows: Vec<&'s Row>,
}

impl Cut<'_> {
    fn title(&self, fixed: &str) -> String {
        let start = if self.rows.iter().any(|row| row.samples > 0) {
            format!(", {}", start_phrase(self.start))
        } else {
            String::new()
        };
        format!("{}: P = {}, K = {}{fixed}{start}", self.scenario.name, self.order, self.patterns)
    }

    /// The state that the start reaches: the flow from the hierarchy, the lowest f from random starts.
    fn state(&self, dilution: Dilution, t: Temperature) -> Result<Option<State>> {
        if Start::is_blind(self.start) {
            return Ok(states(self.order, self.patterns, dilution, t)?.into_iter().next());
        }
        let Some(overlap) = Start::planted_overlap(self.start).filter(|m| *m > 0.0) else { return Ok(None) };
        reached_from_the_hierarchy(self.order, self.patterns, dilution, None, t, overlap).map(Some)
    }

    /// m_μ of the rows that are `wanted`, a series for each pattern.
    fn measured(&self, size: &str, x: impl Fn(&Row) -> Option<f64>) -> Vec<Series> {
        let ranks = RANKS.iter().enumerate().take(self.patterns);
        let series = ranks.map(|(rank, _)| {
            let point = |row: &&Row| {
                let (y, y_err) = row.average(|m| m.mattis_ranked[rank])?;
                Some(Point { x: x(row)?, y, x_err: None, y_err })
            };
            let points = self.rows.iter().filter_map(point).collect();
            Series { open: false, name: format!("m_{{{}}}{size}", rank + 1), points, group: rank }
        });
        series.filter(|series| !series.points.is_empty()).collect()
    }

    /// Every m_μ against d: the largest N as points, theory at T, and the power law of T = 0.
    fn amplitudes(&self) -> Result<Curves> {
        let largest = self.rows.iter().map(|row| row.column.spins).max().unwrap_or_default();
        let dilutions: Vec<f64> = (0..FINE).map(|k| (k as f64 + 1.0) / (FINE as f64 + 1.0)).collect();
        let found: Vec<(f64, Option<State>)> = dilutions
            .par_iter()
            .map(|&d| Ok((d, self.state(Dilution::new(d)?, self.temperature)?)))
            .collect::<Result<_>>()?;
        let end = hierarchy_end(self.order, self.patterns)?;
        let law = |rank: usize| -> Result<Vec<(f64, f64)>> {
            let before = dilutions.iter().filter(|d| **d < end);
            before.map(|&d| Ok((d, hierarchy(self.patterns, Dilution::new(d)?)[rank]))).collect()
        };
        // Below the others.
        let pieces = (0..self.patterns).map(law).collect::<Result<_>>()?;
        let mut lines = vec![Line { name: "T = 0: (1 − d)d^{μ−1}".into(), pieces, group: None }];
        for rank in 0..self.patterns {
            let reached =
                found.iter().filter_map(|(d, state)| Some((*d, *state.as_ref()?.m.get(rank)?))).collect();
            let name = format!("m_{{{}}}, T = {}", rank + 1, self.temperature);
            lines.push(Line { name, pieces: vec![reached], group: Some(rank) });
        }
        let here = |row: &Row| row.temperature == self.temperature && row.column.spins == largest;
        let x = |row: &Row| row.column.dilution.filter(|_| here(row)).map(Dilution::get);
        Ok(Curves {
            title: self.title(&format!(", T = {}", self.temperature)),
            x: axis("dilution d"),
            y: axis("overlap m_{μ}"),
            lines,
            series: self.measured(&format!(", N = {largest}"), x),
        })
    }

    /// Every m_μ against 1/N, theory along it, and its limit at 1/N = 0 where there are enough sizes.
    fn sizes(&self) -> Result<Curves> {
        let here =
            |row: &Row| row.temperature == self.temperature && row.column.dilution == Some(self.dilution);
        let inverse = |row: &Row| Some(1.0 / row.column.spins as f64).filter(|_| here(row));
        let mut series = self.measured("", inverse);
        let widest = series.iter().flat_map(|s| &s.points).map(|p| p.x).fold(0.0, f64::max);
        let fitted = |series: &Series| {
            let known = |p: &Point| Some((1.0 / p.x, p.y, p.y_err?));
            let fit = extrapolate(&series.points.iter().filter_map(known).collect::<Vec<_>>(), 1.0)?;
            let name = format!("{} → {}", series.name, finite_size::words(&fit));
            let limit = Series {
                open: true,
                name: if series.group == 0 { "N → ∞" } else { "" }.into(),
                points: vec![finite_size::limit(&fit)],
                group: series.group,
            };
            Some((finite_size::curve(&fit, name, series.group, widest), limit))
        };
        let (fits, limits): (Vec<Line>, Vec<Series>) = series.iter().filter_map(fitted).unzip();
        let state = self.state(self.dilution, self.temperature)?;
        let line = |(rank, m): (usize, &f64)| Line {
            // One entry of the legend for all.
            name: if rank == 0 { "theory" } else { "" }.into(),
            pieces: vec![vec![(0.0, *m), (widest, *m)]],
            group: Some(rank),
        };
        let branch = state.as_ref().map_or(String::new(), |x| format!(", {} state", x.task));
        series.extend(limits);
        let mut lines: Vec<Line> = state.iter().flat_map(|x| x.m.iter().enumerate()).map(line).collect();
        lines.extend(fits);
        Ok(Curves {
            title: self.title(&format!(", d = {}, T = {}{branch}", self.dilution, self.temperature)),
            x: Axis { limits: Some((-0.03 * widest, 1.05 * widest)), ..axis("1/N") },
            y: axis("overlap m_{μ}"),
            lines,
            series,
        })
    }

    /// The equilibrium state in colour with other stable ones as stripes, where they begin and end, and where m_2 = m_1/2.
    fn phases(&self, points: &Points) -> Result<PhaseDiagram> {
        let order = f64::from(self.order.get());
        let top = 1.05 * 0.5 * order;
        let middle = |k: usize| (k as f64 + 0.5) / COARSE as f64;
        let xs: Vec<f64> = (0..COARSE).map(middle).collect();
        let ys: Vec<f64> = (0..COARSE).map(|k| top * middle(k)).collect();
        let kinds = |&t: &f64| -> Result<Vec<Phase>> {
            xs.iter()
                .map(|&d| {
                    Ok(phase(&states(self.order, self.patterns, Dilution::new(d)?, Temperature::new(t)?)?))
                })
                .collect()
        };
        let found: Vec<Vec<Phase>> = ys.par_iter().map(kinds).collect::<Result<_>>()?;
        let mut phases: Vec<Phase> = Vec::new();
        for phase in found.iter().flatten() {
            if !phases.contains(phase) {
                phases.push(phase.clone());
            }
        }
        phases.sort_by_key(|phase| (phase.tone, phase.stripes));
        let position = |phase: &Phase| phases.iter().position(|p| p == phase);
        let cells = found.iter().map(|row| row.iter().map(position).collect()).collect();
        let mut lines = self.boundary_lines(&xs)?;
        lines.extend(self.level(&xs, &ys)?);
        Ok(PhaseDiagram {
            title: format!("{}: P = {}, K = {}", self.scenario.name, self.order, self.patterns),
            x: Axis { limits: Some((0.0, 1.0)), ..axis("dilution d") },
            y: Axis { limits: Some((0.0, top)), ..axis("temperature T") },
            cells: Cells::Phases { phases, cells },
            xs,
            ys,
            lines,
            points: self.crossings(points),
        })
    }

    /// Where stable states of a kind end, and where the equilibrium changes, as T rises.
    fn boundary_lines(&self, dilutions: &[f64]) -> Result<Vec<Line>> {
        let found: Vec<(f64, Vec<Boundary>)> = dilutions
            .par_iter()
            .map(|&d| Ok((d, boundaries(self.order, self.patterns, Dilution::new(d)?)?)))
            .collect::<Result<_>>()?;
        let named = |name: &str, wanted: &dyn Fn(&Change) -> bool| {
            let at = |(d, all): &(f64, Vec<Boundary>)| -> Vec<(f64, f64)> {
                all.iter().filter(|b| wanted(&b.change)).map(|b| (*d, b.temperature)).collect()
            };
            Line { name: name.into(), pieces: joined(found.iter().map(at)), group: None }
        };
        let ends = |task: Task| move |change: &Change| *change == Change::Ends(task);
        let begins = |task: Task| move |change: &Change| *change == Change::Begins(task);
        let all = [
            named("pure state ends", &ends(Task::Pure)),
            named("pure state becomes stable", &begins(Task::Pure)),
            named("hierarchy ends", &ends(Task::Hierarchical)),
            named("parallel state becomes stable", &begins(Task::Parallel)),
            named("parallel state ends", &ends(Task::Parallel)),
        ];
        Ok(all.into_iter().filter(|line| !line.pieces.is_empty()).collect())
    }

    /// d at which m_2 = m_1/2 in the state that the start reaches, by T.
    fn level(&self, dilutions: &[f64], temperatures: &[f64]) -> Result<Option<Line>> {
        let at = |&t: &f64| -> Result<Vec<(f64, f64)>> {
            let mut ratios = Vec::new();
            for &d in dilutions {
                let state = self.state(Dilution::new(d)?, Temperature::new(t)?)?;
                let m = state.map_or(Vec::new(), |state| state.m);
                if let [first, second, ..] = m[..]
                    && first > 0.0
                {
                    ratios.push((d, second / first, None));
                }
            }
            Ok(crossing(&ratios, RATIO).map(|(d, _)| (d, t)).into_iter().collect())
        };
        let found: Vec<Vec<(f64, f64)>> = temperatures.par_iter().map(at).collect::<Result<_>>()?;
        let piece: Vec<(f64, f64)> = found.concat();
        Ok((piece.len() > 1).then(|| Line {
            name: "m_{2} = m_{1}/2, theory".into(),
            pieces: vec![piece],
            group: None,
        }))
    }

    /// The same of the simulation, for each N and start; open where starts are random.
    fn crossings(&self, points: &Points) -> Vec<Series> {
        let starts = self.scenario.dynamics.iter().flat_map(|plan| &plan.starts).map(Start::label);
        let mut series = Vec::new();
        for start in starts {
            for (group, &spins) in self.scenario.spins.iter().enumerate() {
                let mut found = Vec::new();
                for &t in &self.scenario.temperatures {
                    let here = |row: &&Row| {
                        let column = &row.column;
                        row.start == start
                            && row.temperature == t
                            && (column.order, column.patterns, column.spins)
                                == (self.order, self.patterns, spins)
                    };
                    let ratio = |row: &Row| {
                        let [first, second] = [0, 1].map(|rank| row.average(|m| m.mattis_ranked[rank]));
                        let ((a, a_err), (b, b_err)) = (first?, second?);
                        // Scatter of both, as if they were independent.
                        let error = a_err
                            .zip(b_err)
                            .map(|(x, y)| ((y / a).powi(2) + (x * b / (a * a)).powi(2)).sqrt());
                        (a > 0.0).then_some((row.column.dilution?.get(), b / a, error))
                    };
                    let ratios: Vec<_> = points.rows.iter().filter(here).filter_map(ratio).collect();
                    found.extend(crossing(&ratios, RATIO).map(|(x, x_err)| Point {
                        x,
                        y: t.get(),
                        x_err,
                        y_err: None,
                    }));
                }
                let name = format!("simulation N = {spins}, {}", start_phrase(&start));
                series.push(Series {
                    open: Start::is_blind(&start),
                    name,
                    points: found,
                    group: 2 * group + usize::from(Start::is_blind(&start)),
                });
            }
        }
        series.retain(|series| !series.points.is_empty());
        series
    }
}

/// The first x, ascending, at which y (with its error) reaches a level, by a straight line between neighbours.
pub(super) fn crossing(ratios: &[(f64, f64, Option<f64>)], level: f64) -> Option<(f64, Option<f64>)> {
    let pair = ratios.windows(2).find(|pair| pair[0].1 < level && pair[1].1 >= level)?;
    let [(x0, y0, e0), (x1, y1, e1)] = [pair[0], pair[1]];
    let (slope, share) = ((y1 - y0) / (x1 - x0), (level - y0) / (y1 - y0));
    let error = e0.zip(e1).map(|(a, b)| ((1.0 - share) * a).hypot(share * b) / slope);
    Some((x0 + share * (x1 - x0), error))
}

/// Pieces of a line from the points at one abscissa after the other: the highest one each, and broken where there is none.
fn joined(all: impl Iterator<Item = Vec<(f64, f64)>>) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    for points in all {
        match (points.last(), pieces.last_mut()) {
            (Some(point), Some(piece)) => piece.push(*point),
            _ => pieces.push(Vec::new()),
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// The stable state of lowest f, striped where a stable state of another kind is beside it.
fn phase(states: &[State]) -> Phase {
    let tone = |task: Task| match task {
        Task::Paramagnet => 0,
        Task::Parallel => 1,
        Task::Mixed => 2,
        Task::Hierarchical => 3,
        Task::Pure => 4,
    };
    let mut stable = states.iter().filter(|x| x.stable).map(|x| x.task);
    let first = stable.next().unwrap_or(Task::Paramagnet);
    let other = stable.find(|task| *task != first);
    let beside = other.map_or(String::new(), |task| format!(", {task} metastable"));
    Phase { name: format!("{first}{beside}"), tone: tone(first), stripes: other.map(tone) }
}
