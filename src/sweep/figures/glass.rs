//! Figures of glasses: P(q) with the 1RSB law, relaxation, and how replica exchange went.

use super::curves::{may_be_equilibrium, nearest_or_middle};
use super::{axis, load_label, stem};
use crate::error::{Error, Result};
use crate::params::InteractionOrder;
use crate::scenario::{Column, GlassFigure, GlassRequest, Scenario};
use crate::sweep::exports::{Relaxation, relaxations};
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::overlap_distribution::{OverlapBin, OverlapDistribution, overlap_distributions};
use crate::sweep::points::{Points, Row};
use crate::sweep::task::TaskResult;
use std::collections::HashMap;

mod freezing;

/// Temperatures of one figure.
const MOST_CURVES: usize = 5;

/// The figures of one request, for each P.
pub(super) fn glass_figures(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
    request: &GlassRequest,
) -> Result<Vec<(String, Figure)>> {
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let cut = Cut::of(scenario, request, order)?;
        match request.figure {
            GlassFigure::OverlapDistribution => {
                let laws = overlap_distributions(scenario, finished)?;
                let laws: Vec<&OverlapDistribution> =
                    laws.iter().filter(|d| cut.holds(&d.column, &d.start)).collect();
                made.extend(cut.distributions(points, &laws));
            }
            GlassFigure::Relaxation => {
                let curves = relaxations(scenario, finished)?;
                let curves: Vec<&Relaxation> =
                    curves.iter().filter(|c| cut.holds(&c.column, &c.start)).collect();
                made.extend(cut.relaxation(&curves));
            }
            GlassFigure::Exchange => made.extend(cut.exchange(points)),
            GlassFigure::Freezing => made.extend(freezing::figures(&cut, points)?),
        }
    }
    if made.is_empty() {
        let (kind, needs) = match request.figure {
            GlassFigure::OverlapDistribution => ("overlap-distribution", "dynamics.replicas = 2 or more"),
            GlassFigure::Relaxation => ("relaxation", "dynamics.keep = [\"curves\"]"),
            GlassFigure::Exchange => ("exchange", "dynamics.replica_exchange = true"),
            GlassFigure::Freezing => ("freezing", "dynamics.replicas = 2 or more"),
        };
        return Err(Error::bad_input(format!("figure \"{kind}\": nothing to draw")).remedy(needs));
    }
    Ok(made)
}

/// One P, one load of each size, one start.
struct Cut<'s> {
    scenario: &'s Scenario,
    order: InteractionOrder,
    request: &'s GlassRequest,
    columns: Vec<Column>,
    temperatures: Vec<f64>,
    load: f64,
}

impl<'s> Cut<'s> {
    fn of(scenario: &'s Scenario, request: &'s GlassRequest, order: InteractionOrder) -> Result<Self> {
        let asked = |column: &Column| column.gamma_requested.unwrap_or(column.gamma.get());
        let all: Vec<Column> = scenario.grid_columns()?.into_iter().filter(|c| c.order == order).collect();
        let loads = |n: usize| -> Vec<f64> { all.iter().filter(|c| c.spins == n).map(asked).collect() };
        let largest = scenario.spins.last().map_or_else(Vec::new, |&n| loads(n));
        let load = nearest_or_middle(&largest, request.load).unwrap_or_default();
        let at_load = |c: &&Column| nearest_or_middle(&loads(c.spins), Some(load)) == Some(asked(c));
        let columns = all.iter().filter(at_load).cloned().collect();
        let temperatures = scenario.temperatures.iter().map(|t| t.get()).collect();
        Ok(Self { scenario, order, request, columns, temperatures, load })
    }

    fn holds(&self, column: &Column, start: &str) -> bool {
        self.columns.contains(column) && start == self.request.start
    }

    fn name(&self, kind: &str, spins: Option<usize>) -> String {
        stem(kind, self.scenario, self.order, spins)
    }

    fn title(&self, what: &str) -> String {
        let symbol = load_label(self.order).split(' ').nth(1).unwrap_or("γ");
        let couplings = self.columns.first().is_some_and(Column::is_gaussian);
        let law = if couplings { "Gaussian couplings" } else { "Hebbian" };
        format!("{}: P = {}, {law}, {symbol} = {:.4}{what}", self.scenario.name, self.order, self.load)
    }

    /// At most five temperatures, evenly taken from the grid, the lowest and the highest among them.
    fn some_temperatures(&self) -> Vec<f64> {
        let all = &self.temperatures;
        let count = all.len().min(MOST_CURVES);
        (0..count).map(|i| all[i * (all.len() - 1) / (count - 1).max(1)]).collect()
    }

    /// P(q) of the largest N over temperatures, and at one temperature over N.
    fn distributions(&self, points: &Points, laws: &[&OverlapDistribution]) -> Vec<(String, Figure)> {
        let mut made = Vec::new();
        let series = |law: &OverlapDistribution, name: String, group| {
            let row = points.rows.iter().find(|row| {
                row.column == law.column && row.temperature == law.temperature && row.start == law.start
            });
            let open = row.is_some_and(|row| !may_be_equilibrium(row));
            let name = if open { format!("{name}, not thermalised") } else { name };
            let bins = law.average();
            // Markers with their errors where there is room for them.
            let points = bins.iter().step_by((bins.len() / 50).max(1));
            let point = |bin: &OverlapBin| Point { x: bin.q, y: bin.density, x_err: None, y_err: bin.error };
            Series { open: false, name, group, points: points.map(point).collect() }
        };
        // Every bin, without a name in the legend.
        let curve = |law: &OverlapDistribution, group| Line {
            name: String::new(),
            pieces: vec![law.average().iter().map(|bin| (bin.q, bin.density)).collect()],
            group: Some(group),
        };
        let figure = |title: String, series: Vec<Series>, lines: Vec<Line>| {
            let (mut x, y) = (axis("overlap q"), axis("P(q)"));
            let seen = 1e-3 * highest(&series);
            let negative = series.iter().flat_map(|s| &s.points).any(|p| p.x < -0.5 && p.y > seen);
            x.limits = Some((if negative { -1.05 } else { -0.55 }, 1.05));
            Figure::Curves(Curves { title, x, y, lines, series })
        };
        if let Some(&spins) = self.scenario.spins.last() {
            let (mut all, mut lines) = (Vec::new(), Vec::new());
            for (group, t) in self.some_temperatures().into_iter().enumerate() {
                let found = laws.iter().find(|d| d.column.spins == spins && d.temperature.get() == t);
                let Some(law) = found else { continue };
                all.push(series(law, format!("T = {t:.3}"), group));
                lines.push(curve(law, group));
            }
            // The 1RSB law at the lowest temperature.
            let lowest = self.temperatures.first().copied().unwrap_or_default();
            lines.extend(self.one_rsb_law(points, spins, lowest, highest(&all)));
            if !all.is_empty() {
                let title = self.title(&format!(", N = {spins}"));
                made.push((self.name("overlap-distribution", None), figure(title, all, lines)));
            }
        }
        let wish = self.request.temperature.or(self.temperatures.first().copied());
        if let (true, Some(t)) = (self.scenario.spins.len() > 1, nearest_or_middle(&self.temperatures, wish))
        {
            let at: Vec<&&OverlapDistribution> = laws.iter().filter(|d| d.temperature.get() == t).collect();
            let all: Vec<Series> = at
                .iter()
                .enumerate()
                .map(|(group, law)| series(law, format!("N = {}", law.column.spins), group))
                .collect();
            let mut lines: Vec<Line> = at.iter().enumerate().map(|(group, law)| curve(law, group)).collect();
            let largest = self.scenario.spins.last().copied().unwrap_or_default();
            lines.extend(self.one_rsb_law(points, largest, t, highest(&all)));
            if !all.is_empty() {
                let title = self.title(&format!(", T = {t}"));
                made.push((self.name("overlap-distribution-sizes", None), figure(title, all, lines)));
            }
        }
        made
    }

    /// θδ(q − q1) + (1 − θ)δ(q − q2), for even P on both sides: bars with heights proportional to their weights.
    fn one_rsb_law(&self, points: &Points, spins: usize, t: f64, height: f64) -> Option<Line> {
        let row = self.rows(points).find(|r| r.column.spins == spins && r.temperature.get() == t)?;
        let state = row.states?.unmagnetised?;
        let theta = state.theta.unwrap_or(1.0);
        let (sides, half): (&[f64], f64) =
            if self.order.is_odd() { (&[1.0], 1.0) } else { (&[-1.0, 1.0], 0.5) };
        let mut pieces = Vec::new();
        for (q, weight) in [(state.q1, theta), (state.q2, 1.0 - theta)] {
            for &side in sides.iter().filter(|_| weight > 1e-9) {
                let weight = if q == 0.0 { weight } else { weight * half };
                pieces.push(vec![(side * q, 0.0), (side * q, weight * height)]);
            }
        }
        Some(Line {
            name: format!("1RSB at T = {t:.3}, N → ∞: δ peaks, heights ∝ weights"),
            pieces,
            group: None,
        })
    }

    fn rows<'p>(&'p self, points: &'p Points) -> impl Iterator<Item = &'p Row> {
        points.rows.iter().filter(|row| self.holds(&row.column, &row.start))
    }

    /// Energy and m against time over temperatures; q(t_w + t, t_w) at one temperature over t_w.
    fn relaxation(&self, curves: &[&Relaxation]) -> Vec<(String, Figure)> {
        let mut made = Vec::new();
        let series = |curve: &Relaxation, name: String, group| Series {
            open: false,
            name,
            group,
            // t = 0 has no place on a logarithmic axis.
            points: curve
                .points
                .iter()
                .filter(|(t, _, _)| *t > 0)
                .map(|&(t, y, y_err)| Point { x: t as f64, y, x_err: None, y_err })
                .collect(),
        };
        let some = self.some_temperatures();
        for &spins in &self.scenario.spins {
            let of = |quantity: &'static str| {
                curves.iter().filter(move |c| c.column.spins == spins && c.quantity == quantity)
            };
            let quantities =
                [("energy", "energy u per spin"), ("mattis", "m with the planted pattern"), ("overlap", "")];
            for (quantity, label) in quantities {
                let (all, label, what): (Vec<Series>, _, _) = if quantity == "overlap" {
                    let wish = self.request.temperature.or(self.temperatures.first().copied());
                    let t = nearest_or_middle(&self.temperatures, wish).unwrap_or_default();
                    let waits = of(quantity).filter(|c| c.temperature.get() == t);
                    // All of them: a decade each.
                    let all = waits.enumerate();
                    let all = all.map(|(group, c)| series(c, format!("t_{{w}} = {}", c.waiting), group));
                    (all.collect(), "q(t_{w} + t, t_{w})", format!(", N = {spins}, T = {t}"))
                } else {
                    let at = some.iter().enumerate().filter_map(|(group, &t)| {
                        let curve = of(quantity).find(|c| c.temperature.get() == t)?;
                        Some(series(curve, format!("T = {t:.3}"), group))
                    });
                    (at.collect(), label, format!(", N = {spins}"))
                };
                if all.is_empty() {
                    continue;
                }
                let mut x = axis("time t in sweeps");
                x.logarithmic = true;
                let figure =
                    Curves { title: self.title(&what), x, y: axis(label), lines: Vec::new(), series: all };
                made.push((
                    self.name(&format!("relaxation-{quantity}"), Some(spins)),
                    Figure::Curves(figure),
                ));
            }
        }
        made
    }

    /// Acceptance of exchanges, and the fraction of walkers from the cold end, against T.
    fn exchange(&self, points: &Points) -> Vec<(String, Figure)> {
        type Quantity = fn(&crate::chain::Measurement) -> Option<f64>;
        let quantities: [(&str, &str, Quantity); 2] = [
            ("exchange-acceptance", "exchanges accepted", |m| m.exchange_acceptance),
            ("exchange-from-cold", "walkers from the cold end", |m| m.from_cold),
        ];
        let mut made = Vec::new();
        for (kind, label, quantity) in quantities {
            let series = self.scenario.spins.iter().enumerate().filter_map(|(group, &n)| {
                let of_size = || self.rows(points).filter(move |r| r.column.spins == n);
                let trips = of_size().find_map(|r| r.average(|m| m.round_trips))?.0;
                let points = of_size().filter_map(|row| {
                    let (y, y_err) = row.average(quantity)?;
                    Some(Point { x: row.temperature.get(), y, x_err: None, y_err })
                });
                Some(Series {
                    open: false,
                    name: format!("N = {n}: {trips:.0} round trips"),
                    group,
                    points: points.collect(),
                })
            });
            let series: Vec<Series> = series.collect();
            if !series.is_empty() {
                let mut y = axis(label);
                y.limits = Some((-0.02, 1.02));
                let x = axis("temperature T");
                let figure = Curves { title: self.title(""), x, y, lines: Vec::new(), series };
                made.push((self.name(kind, None), Figure::Curves(figure)));
            }
        }
        made
    }
}

fn highest(series: &[Series]) -> f64 {
    series.iter().flat_map(|s| &s.points).map(|p| p.y).fold(0.0, f64::max)
}
