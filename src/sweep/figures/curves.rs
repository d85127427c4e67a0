//! Curves against one variable: retrieval, energy, finite size, corrupted cues.

use super::basin;
use super::{axis, load_label, order_phrase, scaled, start_phrase, stem, with_theory};
use crate::chain::{Measurement, Start};
use crate::error::Result;
use crate::estimators::{Verdict, jackknife, mean};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{Ansatz, Column, CurveQuantity, CurveRequest, CurveVariable, Scenario};
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::points::{Points, Row, controlled_energy};
use crate::sweep::states::StateTask;
use crate::theory::rs;
use rayon::prelude::*;

/// Points of a line of theory.
const FINE: usize = 120;

/// The value of a list nearest to the wished one; the middle of the list without a wish.
pub(super) fn nearest_or_middle(values: &[f64], wish: Option<f64>) -> Option<f64> {
    match wish {
        Some(wish) => values.iter().copied().min_by(|a, b| (a - wish).abs().total_cmp(&(b - wish).abs())),
        None => values.get(values.len() / 2).copied(),
    }
}

/// The figures of one request: one for each P; against corruption one with all (P, N, K).
pub(super) fn curves(
    scenario: &Scenario,
    points: &Points,
    request: &CurveRequest,
) -> Result<Vec<(String, Figure)>> {
    if request.x == CurveVariable::Corrupted {
        return basin::basins(scenario, points, request.temperature);
    }
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let Some(cut) = Cut::of(scenario, request, order)? else { continue };
        let mut series: Vec<Series> = match request.x {
            CurveVariable::Size => simulated("simulation".into(), 0, cut.points(points, None)),
            _ => scenario
                .spins
                .iter()
                .enumerate()
                .flat_map(|(group, &n)| simulated(format!("N = {n}"), group, cut.points(points, Some(n))))
                .collect(),
        };
        let lines = if with_theory(scenario) { cut.theory(scenario, points)? } else { Vec::new() };
        if request.quantity == CurveQuantity::Energy
            && with_theory(scenario)
            && request.x != CurveVariable::Size
        {
            series.extend(cut.lone_annealed_points(scenario, points));
        }
        if request.x != CurveVariable::Size && with_theory(scenario) {
            series.extend(cut.mean_field(scenario, points).1);
        }
        let (quantity, label) = match request.quantity {
            CurveQuantity::Mattis => ("retrieval", "Mattis magnetisation ⟨m⟩"),
            CurveQuantity::Energy => ("energy", "energy u per spin"),
        };
        let load = format!("{} = {:.4}", load_symbol(order), cut.load);
        let temperature = format!("T = {}", cut.temperature);
        let (x, fixed) = match request.x {
            CurveVariable::Temperature => ("temperature T", load),
            CurveVariable::Size => ("1/N", format!("{load}, {temperature}")),
            _ => (load_label(order), temperature),
        };
        let mut y = axis(label);
        if request.quantity == CurveQuantity::Mattis && request.x != CurveVariable::Size {
            y.limits = Some((-0.05, 1.05));
        }
        let mut x = match request.x {
            CurveVariable::Temperature => scaled(axis(x), &cut.temperatures),
            CurveVariable::Load => scaled(axis(x), &cut.loads),
            _ => axis(x),
        };
        if request.x == CurveVariable::Size {
            let smallest = scenario.spins.first().map_or(1.0, |&n| 1.0 / n as f64);
            x.limits = Some((0.0, 1.08 * smallest));
        }
        let figure = Curves {
            title: format!(
                "{}: P = {order}, {fixed}, {}{}",
                scenario.name,
                start_phrase(&request.start),
                order_phrase(scenario)
            ),
            x,
            y,
            lines,
            series: series.into_iter().filter(|series| !series.points.is_empty()).collect(),
        };
        let kind = format!("{quantity}-{}", request.x.name());
        made.push((stem(&kind, scenario, order, None), Figure::Curves(figure)));
    }
    Ok(made)
}

/// A cut through the grid at one P: the variable, and the fixed load and temperature.
struct Cut<'r> {
    request: &'r CurveRequest,
    order: InteractionOrder,
    columns: Vec<Column>,
    temperatures: Vec<f64>,
    /// Loads of the largest N, as asked for, without those that refinement added.
    loads: Vec<f64>,
    load: f64,
    temperature: f64,
}

/// The load that was asked for; the realised one where K was given.
pub(super) fn asked(column: &Column) -> f64 {
    column.gamma_requested.unwrap_or(column.gamma.get())
}

impl<'r> Cut<'r> {
    fn of(scenario: &Scenario, request: &'r CurveRequest, order: InteractionOrder) -> Result<Option<Self>> {
        let columns: Vec<Column> = scenario.columns()?.0.into_iter().filter(|c| c.order == order).collect();
        let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
        let largest = |c: &&Column| c.order == order && Some(&c.spins) == scenario.spins.last();
        let loads: Vec<f64> = scenario.grid_columns()?.iter().filter(largest).map(asked).collect();
        let fixed =
            (nearest_or_middle(&loads, request.load), nearest_or_middle(&temperatures, request.temperature));
        Ok(match fixed {
            (Some(load), Some(temperature)) => {
                Some(Self { request, order, columns, temperatures, loads, load, temperature })
            }
            _ => None,
        })
    }

    fn holds(&self, row: &Row) -> bool {
        // With K given, loads differ between sizes: take the nearest of this size.
        let of_size: Vec<f64> =
            self.columns.iter().filter(|c| c.spins == row.column.spins).map(asked).collect();
        let at_load = nearest_or_middle(&of_size, Some(self.load)) == Some(asked(&row.column));
        let at_temperature = row.temperature.get() == self.temperature;
        row.column.order == self.order
            && row.start == self.request.start
            && match self.request.x {
                CurveVariable::Temperature => at_load,
                CurveVariable::Size => at_load && at_temperature,
                _ => at_temperature,
            }
    }

    fn x(&self, row: &Row) -> f64 {
        match self.request.x {
            CurveVariable::Temperature => row.temperature.get(),
            CurveVariable::Size => 1.0 / row.column.spins as f64,
            _ => row.column.gamma.get(),
        }
    }

    /// Simulated points, of one N or of all, and whether they may stand for equilibrium.
    fn points(&self, points: &Points, spins: Option<usize>) -> Vec<(bool, Point)> {
        let rows = points.rows.iter().filter(|r| self.holds(r) && spins.is_none_or(|n| r.column.spins == n));
        rows.filter_map(|row| {
            let (value, error) = match self.request.quantity {
                CurveQuantity::Mattis => row.mattis()?,
                // Near the planted pattern the scatter of its own energy is the larger part of the error.
                CurveQuantity::Energy if row.start == "planted" => {
                    row.average(|m| controlled_energy(m, &row.column)).or(row.average(|m| m.energy))?
                }
                CurveQuantity::Energy => row.average(|m| m.energy)?,
            };
            Some((may_be_equilibrium(row), Point { x: self.x(row), y: value, x_err: None, y_err: error }))
        })
        .collect()
    }

    fn theory(&self, scenario: &Scenario, points: &Points) -> Result<Vec<Line>> {
        if self.request.x == CurveVariable::Size {
            let mut lines = self.finite_size_lines(scenario)?;
            lines.extend(
                self.identity_line(points).filter(|_| self.request.quantity == CurveQuantity::Energy),
            );
            return Ok(lines);
        }
        let mut lines = Vec::new();
        if scenario.compare.contains(&Ansatz::ReplicaSymmetric) {
            lines.push(self.replica_symmetric_line()?);
        }
        lines.extend(self.one_rsb_line(scenario, points));
        lines.extend(self.mean_field(scenario, points).0);
        if self.request.quantity == CurveQuantity::Energy {
            lines.extend(self.annealed_lines(scenario, points));
        }
        Ok(lines)
    }

    /// The state that a start is compared with, and the quantity there.
    fn state(&self, gamma: f64, t: f64) -> Result<Option<f64>> {
        let (gamma, t) = (Load::new(gamma)?, Temperature::new(t)?);
        let retrieval = match Start::is_blind(&self.request.start) {
            true => None,
            false => rs::retrieval(self.order, gamma, t, 0.0)?,
        };
        let state = match retrieval {
            Some(state) => Some(state),
            None => rs::zero_magnetisation(self.order, gamma, t)?,
        };
        Ok(match self.request.quantity {
            CurveQuantity::Mattis => state.map(|state| state.m),
            CurveQuantity::Energy => state.map(|state| state.energy),
        })
    }

    /// The RS curve, a piece for each stretch, ended at the branch's own end; m = 0 where there is no retrieval.
    fn replica_symmetric_line(&self) -> Result<Line> {
        let along_temperature = self.request.x == CurveVariable::Temperature;
        let values = if along_temperature { &self.temperatures } else { &self.loads };
        let (from, to) = (
            values.iter().copied().fold(f64::INFINITY, f64::min),
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        );
        let state = |value: f64| {
            if along_temperature { self.state(self.load, value) } else { self.state(value, self.temperature) }
        };
        let retrieval = |value: f64| -> Result<bool> {
            let (gamma, t) = if along_temperature { (self.load, value) } else { (value, self.temperature) };
            let planted = !Start::is_blind(&self.request.start);
            Ok(planted && rs::retrieval(self.order, Load::new(gamma)?, Temperature::new(t)?, 0.0)?.is_some())
        };
        // Nothing is drawn where the theory has no physical state.
        let value_at = |x: f64| -> Result<Option<f64>> { state(x) };
        let mut pieces: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
        let push = |pieces: &mut Vec<Vec<(f64, f64)>>, x: f64, y: Option<f64>| match (y, pieces.last_mut()) {
            (Some(y), Some(piece)) => piece.push((x, y)),
            (None, Some(piece)) if !piece.is_empty() => pieces.push(Vec::new()),
            _ => {}
        };
        let mut last: Option<(f64, bool)> = None;
        for i in 0..=FINE {
            let x = from + (to - from) * i as f64 / FINE as f64;
            let is_retrieval = retrieval(x)?;
            if let Some((mut before, was)) = last.filter(|(_, was)| *was != is_retrieval) {
                // The branch ends between the two: by bisection to far below the width of a line.
                let (mut after, grid) = (x, before);
                for _ in 0..30 {
                    let middle = 0.5 * (before + after);
                    if retrieval(middle)? == was { before = middle } else { after = middle }
                }
                // It ends with a vertical slope: points closer and closer to the end.
                for k in 1..=8 {
                    let near = before - (before - grid) * 0.5f64.powi(k);
                    push(&mut pieces, near, value_at(near)?);
                }
                push(&mut pieces, before, value_at(before)?);
                pieces.push(Vec::new());
                push(&mut pieces, after, value_at(after)?);
            }
            push(&mut pieces, x, value_at(x)?);
            last = Some((x, is_retrieval));
        }
        pieces.retain(|piece| !piece.is_empty());
        Ok(Line { name: "RS theory".into(), pieces, group: None })
    }

    /// 1RSB at the load of the largest N, where it was asked for: at the grid values, of m = 0 between them too.
    fn one_rsb_line(&self, scenario: &Scenario, points: &Points) -> Option<Line> {
        let largest = self.columns.iter().map(|c| c.spins).max();
        let rows = points.rows.iter().filter(|r| self.holds(r) && Some(r.column.spins) == largest);
        let mut values: Vec<(f64, f64)> = rows
            .filter_map(|row| {
                let states = row.states?;
                let retrieval = states.retrieval.filter(|_| !Start::is_blind(&self.request.start));
                let state = retrieval.or(states.unmagnetised)?;
                let value = match self.request.quantity {
                    CurveQuantity::Mattis => state.m,
                    CurveQuantity::Energy => state.energy,
                };
                Some((self.x(row), value))
            })
            .collect();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let row = points.rows.iter().find(|r| self.holds(r) && Some(r.column.spins) == largest);
        if let (Some(row), [first, .., last]) = (row, &values[..])
            && Start::is_blind(&self.request.start)
        {
            values = self.fine_one_rsb(scenario, row, (first.0, last.0));
        }
        (values.len() > 1).then(|| Line { name: "1RSB theory".into(), pieces: vec![values], group: None })
    }

    /// The m = 0 state of 1RSB between two values of the variable, which has a kink at the transition.
    fn fine_one_rsb(&self, scenario: &Scenario, row: &Row, (from, to): (f64, f64)) -> Vec<(f64, f64)> {
        let at = |i: usize| -> Option<(f64, f64)> {
            let x = from + (to - from) * i as f64 / FINE as f64;
            let along_temperature = self.request.x == CurveVariable::Temperature;
            let (gamma, temperature) = if along_temperature {
                (row.column.gamma, Temperature::new(x).ok()?)
            } else {
                (Load::new(x).ok()?, row.temperature)
            };
            let (order, couplings, lesson) = (self.order, scenario.couplings, row.column.lesson);
            let state = StateTask { order, couplings, lesson, temperature, loads: vec![gamma] };
            let state = state.zero(gamma).ok().flatten()?;
            Some((x, if self.request.quantity == CurveQuantity::Mattis { state.m } else { state.energy }))
        };
        (0..=FINE).into_par_iter().filter_map(at).collect()
    }

    /// Plefka's mean field of the same samples where it was kept beside the chains, for each N: its average where it converged in all of
    /// them, joined by lines; apart from these the average over those where it did, if only in some.
    fn mean_field(&self, scenario: &Scenario, points: &Points) -> (Vec<Line>, Vec<Series>) {
        let quantity: fn(&Measurement) -> Option<f64> = match self.request.quantity {
            CurveQuantity::Mattis => |m| m.plefka_mattis,
            CurveQuantity::Energy => |m| m.plefka_energy,
        };
        let (mut lines, mut series) = (Vec::new(), Vec::new());
        if scenario.dynamics.as_ref().is_none_or(|plan| !plan.protocol.keep.plefka) {
            return (lines, series);
        }
        for (index, &n) in scenario.spins.iter().enumerate() {
            let group = scenario.spins.len() + index;
            let (mut pieces, mut whole, mut partial) = (vec![Vec::new()], Vec::new(), Vec::new());
            for row in points.rows.iter().filter(|r| self.holds(r) && r.column.spins == n) {
                let values: Vec<f64> = row.by_sample.iter().filter_map(quantity).collect();
                let complete = values.len() == row.by_sample.len();
                let point = jackknife(&values, mean).map(|(y, y_err)| Point {
                    x: self.x(row),
                    y,
                    x_err: None,
                    y_err,
                });
                match (point, complete, pieces.last_mut()) {
                    (Some(point), true, Some(piece)) => {
                        piece.push((point.x, point.y));
                        whole.push(point);
                    }
                    _ => {
                        partial.extend(point);
                        pieces.push(Vec::new());
                    }
                }
            }
            pieces.retain(|piece| piece.len() > 1);
            let name = format!("Plefka, the same samples of N = {n}");
            lines.push(Line { name: String::new(), pieces, group: Some(group) });
            series.push(Series { open: false, name: name.clone(), points: whole, group });
            let name = format!("{name}, not converged in some");
            series.push(Series { open: true, name, points: partial, group });
        }
        lines.retain(|line| !line.pieces.is_empty());
        (lines, series)
    }

    /// The annealed energy of one N where its bracket is narrow, at the grid values.
    fn annealed(&self, points: &Points, n: usize) -> Vec<(f64, f64)> {
        let rows = points.rows.iter().filter(|r| self.holds(r) && r.column.spins == n);
        rows.filter_map(|row| Some((self.x(row), row.number("annealed_energy")?))).collect()
    }

    fn annealed_lines(&self, scenario: &Scenario, points: &Points) -> Vec<Line> {
        let line = |(group, &n): (usize, &usize)| {
            let piece = self.annealed(points, n);
            let name = format!("annealed, finite N = {n}");
            (piece.len() > 1).then(|| Line { name, pieces: vec![piece], group: Some(group) })
        };
        scenario.spins.iter().enumerate().filter_map(line).collect()
    }

    /// The sizes at which the annealed energy is known at one grid value alone: no line goes through a point.
    fn lone_annealed_points(&self, scenario: &Scenario, points: &Points) -> Vec<Series> {
        let lone = |(group, &n): (usize, &usize)| match self.annealed(points, n)[..] {
            [(x, y)] => {
                let points = vec![Point { x, y, x_err: None, y_err: None }];
                // A colour and shape of its own: open markers of its N are points out of equilibrium.
                let group = scenario.spins.len() + group;
                Some(Series { open: false, name: format!("annealed, finite N = {n}"), points, group })
            }
            _ => None,
        };
        scenario.spins.iter().enumerate().filter_map(lone).collect()
    }

    /// Gaussian couplings: the energy that the measured overlaps ask for.
    fn identity_line(&self, points: &Points) -> Option<Line> {
        let rows = points.rows.iter().filter(|row| self.holds(row));
        let mut piece: Vec<(f64, f64)> =
            rows.filter_map(|row| Some((self.x(row), row.number("energy_from_r_p")?))).collect();
        piece.sort_by(|a, b| a.0.total_cmp(&b.0));
        let name = "−(βγ/2) ((N)_{P}/N^{P}) (1 − ⟨R_{P}⟩), ⟨R_{P}⟩ measured".to_string();
        (piece.len() > 1).then(|| Line { name, pieces: vec![piece], group: None })
    }

    /// RS at N → ∞, and for the energy RS times (N)_P/N^P, the weight of distinct indices.
    fn finite_size_lines(&self, scenario: &Scenario) -> Result<Vec<Line>> {
        let Some(limit) = self.state(self.load, self.temperature)? else { return Ok(Vec::new()) };
        let largest = scenario.spins.first().map_or(1.0, |&n| 1.08 / n as f64);
        let level = vec![(0.0, limit), (largest, limit)];
        let mut lines = vec![Line { name: "RS, N → ∞".into(), pieces: vec![level], group: None }];
        if self.request.quantity == CurveQuantity::Energy {
            let distinct = |x: f64| (0..self.order.get()).map(|i| 1.0 - f64::from(i) * x).product::<f64>();
            let curve =
                (0..=FINE).map(|i| largest * i as f64 / FINE as f64).map(|x| (x, limit * distinct(x)));
            lines.push(Line {
                name: "RS × (N)_{P}/N^{P}".into(),
                pieces: vec![curve.collect()],
                group: None,
            });
        }
        Ok(lines)
    }
}

/// Whether a row may stand for equilibrium: from a start without a pattern in sight, where it has not been found to be out of it. (From a
/// planted one it is its branch that is measured.)
pub(super) fn may_be_equilibrium(row: &Row) -> bool {
    !Start::is_blind(&row.start) || !matches!(row.thermalised, Verdict::No(_))
}

/// One series; the points out of equilibrium are another of the same colour, with open markers.
pub(super) fn simulated(name: String, group: usize, points: Vec<(bool, Point)>) -> Vec<Series> {
    let part =
        |wanted: bool| points.iter().filter(|(is, _)| *is == wanted).map(|(_, point)| *point).collect();
    let out = Series { open: true, name: format!("{name}, not thermalised"), points: part(false), group };
    vec![Series { open: false, name, points: part(true), group }, out]
}

pub(super) fn load_symbol(order: InteractionOrder) -> &'static str {
    if order.get() == 2 { "α" } else { "γ" }
}
