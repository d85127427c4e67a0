//! The solutions of Plefka's equations beside the complexity of 1RSB.

use super::curves::nearest_or_middle;
use super::plefka::column_of;
use super::{axis, stem};
use crate::error::{Error, Result};
use crate::estimators::{jackknife, mean};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{PlefkaQuantity, PlefkaRequest, Scenario};
use crate::sweep::exports::chains;
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::task::TaskResult;
use crate::theory::one_rsb::complexity;
use std::collections::HashMap;

const BINS: usize = 12;
const THETAS: usize = 400;

/// The figures of one request, for each P.
pub(super) fn landscape_figures(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    request: &PlefkaRequest,
) -> Result<Vec<(String, Figure)>> {
    let each = scenario.orders.iter().map(|&order| {
        let minima = Minima::gather(scenario, finished, request, order)?;
        let figure = match request.quantity {
            PlefkaQuantity::States => minima.numbers()?,
            _ => minima.histogram(request.temperature)?,
        };
        if figure.series.iter().all(|series| series.points.is_empty()) {
            return Err(Error::bad_input(format!(
                "figure \"plefka\" at P = {order}: no solutions beside m = 0"
            ))
            .remedy("more replicas, starts = [\"cooled\"], a lower temperature"));
        }
        let kind = format!("plefka-{}", request.quantity.name());
        Ok((stem(&kind, scenario, order, None), Figure::Curves(figure)))
    });
    each.collect()
}

/// Free energies of the minima of every sample.
struct Minima {
    order: InteractionOrder,
    load: Load,
    sizes: Vec<usize>,
    temperatures: Vec<Temperature>,
    /// (N, T, f of the minima of one sample).
    samples: Vec<(usize, Temperature, Vec<f64>)>,
}

impl Minima {
    fn gather(
        scenario: &Scenario,
        finished: &HashMap<String, TaskResult>,
        request: &PlefkaRequest,
        order: InteractionOrder,
    ) -> Result<Self> {
        let sizes = scenario.spins.clone();
        let columns =
            sizes.iter().map(|&n| column_of(scenario, request, order, n)).collect::<Result<Vec<_>>>()?;
        let first = scenario.dynamics.iter().flat_map(|plan| &plan.starts).next().map(|s| s.label());
        let samples = chains(scenario, finished)?
            .into_iter()
            .filter(|(column, _, chain)| columns.contains(column) && Some(&chain.start) == first.as_ref())
            .map(|(column, _, chain)| {
                let values = |name: &str| {
                    let found = chain.kept.series.iter().find(|(quantity, ..)| quantity == name);
                    found.map_or(&[][..], |(.., values)| values)
                };
                let minima = values("plefka_free_energy").iter().zip(values("plefka_curvature"));
                let minima = minima.filter(|(_, curvature)| **curvature > 0.0).map(|(f, _)| *f);
                (column.spins, chain.temperature, minima.collect())
            })
            .collect();
        let load = columns.last().map_or_else(|| Load::new(1.0), |column| Ok(column.gamma))?;
        Ok(Self { order, load, sizes, temperatures: scenario.temperatures.clone(), samples })
    }

    fn at(&self, n: usize, t: Temperature) -> Vec<&[f64]> {
        let here = self.samples.iter().filter(|(size, temperature, _)| (*size, *temperature) == (n, t));
        here.map(|(.., minima)| minima.as_slice()).collect()
    }

    /// The physical part of Σ(f) under 1RSB.
    fn complexity(&self, t: Temperature) -> Result<Vec<(f64, f64)>> {
        let mut curve = Vec::new();
        for i in 1..=THETAS {
            let point = complexity(self.order, self.load, t, i as f64 / THETAS as f64)?;
            curve.extend(point.free_energy.zip(point.complexity).filter(|_| point.physical));
        }
        Ok(curve)
    }

    /// (1/N) log of the minima in a bin of f per sample, beside Σ(f).
    fn histogram(&self, wish: Option<f64>) -> Result<Curves> {
        let all: Vec<f64> = self.temperatures.iter().map(|t| t.get()).collect();
        let t = nearest_or_middle(&all, wish.or(all.first().copied())).unwrap_or_default();
        let t = Temperature::new(t)?;
        let found: Vec<f64> = self.sizes.iter().flat_map(|&n| self.at(n, t).concat()).collect();
        let low = found.iter().copied().fold(f64::INFINITY, f64::min);
        let width = (found.iter().copied().fold(f64::NEG_INFINITY, f64::max) - low) / BINS as f64;
        let mut series = Vec::new();
        for (group, &n) in self.sizes.iter().enumerate() {
            let samples = self.at(n, t);
            let mut counts = [0usize; BINS];
            for f in samples.concat() {
                counts[(((f - low) / width) as usize).min(BINS - 1)] += 1;
            }
            let points = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(bin, &count)| {
                let (count, n) = (count as f64, n as f64);
                let y = libm::log(count / samples.len() as f64) / n;
                Point {
                    x: low + (bin as f64 + 0.5) * width,
                    y,
                    x_err: None,
                    y_err: Some(1.0 / (n * count.sqrt())),
                }
            });
            series.push(Series { open: false, name: format!("N = {n}"), points: points.collect(), group });
        }
        let curve = self.complexity(t)?;
        let line = Line { name: "1RSB: Σ(f), physical".into(), pieces: vec![curve], group: None };
        let lines = if line.pieces[0].is_empty() { Vec::new() } else { vec![line] };
        let title = format!(
            "TAP solutions found, a lower bound: P = {}, γ = {:.4}, T = {t}",
            self.order,
            self.load.get()
        );
        let y = axis(&format!("(1/N) log of the number found per sample in {width:.3} of f"));
        Ok(Curves { title, x: axis("free energy f"), y, lines, series })
    }

    /// Minima per sample against N, beside e^{NΣ} at the largest physical Σ.
    fn numbers(&self) -> Result<Curves> {
        let (mut series, mut lines) = (Vec::new(), Vec::new());
        for (group, &t) in self.temperatures.iter().enumerate() {
            let points = self.sizes.iter().filter_map(|&n| {
                let counts: Vec<f64> = self.at(n, t).iter().map(|minima| minima.len() as f64).collect();
                let (y, y_err) = jackknife(&counts, mean)?;
                (y > 0.0).then_some(Point { x: n as f64, y, x_err: None, y_err })
            });
            series.push(Series { open: false, name: format!("T = {t}"), points: points.collect(), group });
            let largest = self.complexity(t)?.iter().map(|point| point.1).fold(0.0, f64::max);
            if let (true, Some(&first), Some(&last)) = (largest > 0.0, self.sizes.first(), self.sizes.last())
            {
                let number = |n: usize| (n as f64, libm::exp(n as f64 * largest));
                lines.push(Line {
                    name: format!("e^{{NΣ}}, Σ = {largest:.4}"),
                    pieces: vec![vec![number(first), number(last)]],
                    group: Some(group),
                });
            }
        }
        let title = format!("TAP solutions beside m = 0: P = {}, γ = {:.4}", self.order, self.load.get());
        let mut y = axis("minima found per sample, a lower bound");
        y.logarithmic = true;
        Ok(Curves { title, x: axis("N"), y, lines, series })
    }
}
