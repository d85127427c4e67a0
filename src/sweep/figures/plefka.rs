//! What Plefka's expansion is worth: its error order by order, and the gap of the averaged reaction.

use super::curves::nearest_or_middle;
use super::landscape::landscape_figures;
use super::{axis, load_label, stem};
use crate::dynamics::plefka::{Plefka, Reaction};
use crate::error::{Error, Result};
use crate::estimators::{jackknife, mean};
use crate::exact::Enumeration;
use crate::exact::plefka::{Expansion, MAX_SPINS, expansion, minus_beta_g};
use crate::model::{DenseHebbian, Patterns};
use crate::params::{InteractionOrder, Temperature};
use crate::rng::{StreamKey, uniform};
use crate::scenario::{Column, PlefkaQuantity, PlefkaRequest, Scenario, Task};
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::task::{TaskResult, task_patterns};
use rayon::prelude::*;
use std::collections::HashMap;

/// Magnetisations are uniform between these.
const LARGEST: f64 = 0.9;

/// The figures of one request: of the error one for each P, of the reaction one with all.
pub(super) fn plefka_figures(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    request: &PlefkaRequest,
) -> Result<Vec<(String, Figure)>> {
    if matches!(request.quantity, PlefkaQuantity::Landscape | PlefkaQuantity::States) {
        return landscape_figures(scenario, finished, request);
    }
    if request.quantity == PlefkaQuantity::Reaction {
        return Ok(vec![("plefka-reaction".into(), Figure::Curves(reaction(scenario, request)?))]);
    }
    let smallest = scenario.spins.iter().copied().min().unwrap_or_default();
    let each = scenario.orders.iter().map(|&order| {
        let column = column_of(scenario, request, order, smallest)?;
        Ok((stem("plefka-error", scenario, order, None), Figure::Curves(errors(scenario, &column)?)))
    });
    each.collect()
}

/// The column of one (P, N) at the load nearest to the wished one.
pub(super) fn column_of(
    scenario: &Scenario,
    request: &PlefkaRequest,
    order: InteractionOrder,
    spins: usize,
) -> Result<Column> {
    let columns = scenario.grid_columns()?.into_iter().filter(|c| c.order == order && c.spins == spins);
    let columns: Vec<Column> = columns.collect();
    let asked = |column: &Column| column.gamma_requested.unwrap_or(column.gamma.get());
    let load = nearest_or_middle(&columns.iter().map(asked).collect::<Vec<_>>(), request.load);
    let found = columns.into_iter().find(|column| Some(asked(column)) == load);
    found.ok_or_else(|| Error::failed(format!("no column of P = {order}, N = {spins}")))
}

/// One disorder sample, its patterns those of the task, at its own magnetisations.
struct Instance {
    model: DenseHebbian,
    patterns: Patterns,
    magnetisations: Vec<f64>,
    energies: Vec<f64>,
    expansion: Expansion,
}

impl Instance {
    fn new(scenario: &Scenario, column: &Column, sample: usize) -> Result<Self> {
        let patterns = task_patterns(scenario, &Task { column: column.clone(), sample })?;
        let (spins, count) = (column.spins, column.patterns);
        let model = DenseHebbian::new(column.order, spins, count)?;
        let stream = &mut StreamKey::new(scenario.seed, "magnetisations")
            .integer("n", spins as u64)
            .integer("sample", sample as u64)
            .stream();
        let magnetisations: Vec<f64> = (0..spins).map(|_| LARGEST * (2.0 * uniform(stream) - 1.0)).collect();
        let energies = Enumeration::new(&model, &patterns)?.energies();
        let expansion = expansion(&energies, &magnetisations)?;
        Ok(Self { model, patterns, magnetisations, energies, expansion })
    }

    fn averaged(&self, temperature: Temperature, reaction: Reaction) -> Result<f64> {
        let problem = Plefka::new(&self.model, &self.patterns, temperature, reaction)?;
        Ok(problem.free_energy(&self.magnetisations)?.0)
    }

    /// |−βG_n − exact|/N: orders 0 to 3 of the sample, then the averaged second order, at P = 2 the resummed form too.
    fn errors(&self, temperature: Temperature) -> Result<Vec<Option<f64>>> {
        let beta = temperature.beta();
        // Where no fields are found there is nothing to compare with.
        let exact = minus_beta_g(&self.energies, &self.magnetisations, beta).ok();
        let mut values: Vec<f64> = (0..4).map(|order| self.expansion.minus_beta_g(order, beta)).collect();
        values.push(self.averaged(temperature, Reaction::Second)?);
        if self.model.order().get() == 2 {
            values.push(self.averaged(temperature, Reaction::Resummed)?);
        }
        let n = self.magnetisations.len() as f64;
        let error = |value: f64| exact.map(|exact| (value - exact).abs() / n).filter(|e| e.is_finite());
        Ok(values.into_iter().map(error).collect())
    }

    /// (second order of the sample − its average over the disorder)/(Nβ²).
    fn reaction_gap(&self) -> Result<f64> {
        let one = Temperature::new(1.0)?;
        let averaged = self.averaged(one, Reaction::Second)? - self.averaged(one, Reaction::Naive)?;
        Ok((self.expansion.terms[2] - averaged) / self.magnetisations.len() as f64)
    }
}

fn instances(scenario: &Scenario, column: &Column) -> Result<Vec<Instance>> {
    (0..scenario.samples).into_par_iter().map(|sample| Instance::new(scenario, column, sample)).collect()
}

/// Mean errors over the samples against β, and the slopes that they should have.
fn errors(scenario: &Scenario, column: &Column) -> Result<Curves> {
    let samples = instances(scenario, column)?;
    // From the smallest β up.
    let temperatures: Vec<Temperature> =
        scenario.temperatures.iter().rev().copied().filter(|t| !t.is_zero()).collect();
    let found: Vec<Vec<Vec<Option<f64>>>> = temperatures
        .par_iter()
        .map(|&t| samples.iter().map(|sample| sample.errors(t)).collect::<Result<Vec<_>>>())
        .collect::<Result<_>>()?;
    let names = ["order 0", "order 1", "order 2", "order 3", "averaged order 2", "averaged, resummed"];
    let kinds = if column.order.get() == 2 { 6 } else { 5 };
    let (mut series, mut lines) = (Vec::new(), Vec::new());
    for (kind, name) in names.into_iter().enumerate().take(kinds) {
        let points: Vec<Point> = temperatures
            .iter()
            .zip(&found)
            .filter_map(|(t, by_sample)| {
                let values: Vec<f64> = by_sample.iter().map(|v| v[kind]).collect::<Option<_>>()?;
                let (y, y_err) = jackknife(&values, mean)?;
                Some(Point { x: t.beta(), y, x_err: None, y_err })
            })
            .collect();
        // Order n against its leading power, from the smallest β on.
        if let (true, [first, second, .., last]) = (kind < 4, points.as_slice()) {
            let slope = libm::log(second.y / first.y) / libm::log(second.x / first.x);
            let power = kind as f64 + 1.0;
            let end = first.y * libm::pow(last.x / first.x, power);
            lines.push(Line {
                name: String::new(),
                pieces: vec![vec![(first.x, first.y), (last.x, end)]],
                group: Some(kind),
            });
            series.push(Series {
                open: false,
                name: format!("{name}: slope {slope:.2}"),
                points,
                group: kind,
            });
        } else {
            series.push(Series { open: false, name: name.into(), points, group: kind });
        }
    }
    let symbol = load_label(column.order).split(' ').nth(1).unwrap_or("γ");
    let title = format!(
        "Plefka's expansion: P = {}, N = {}, {symbol} = {:.4}",
        column.order,
        column.spins,
        column.gamma.get()
    );
    let (mut x, mut y) = (axis("β"), axis("|−βG_{n} − exact|/N; lines: β^{n+1}"));
    (x.logarithmic, y.logarithmic) = (true, true);
    Ok(Curves { title, x, y, lines, series })
}

/// Root mean square over samples of the gap of the averaged second order, against N, with N^{−ω} fitted.
fn reaction(scenario: &Scenario, request: &PlefkaRequest) -> Result<Curves> {
    let sizes: Vec<usize> = scenario.spins.iter().copied().filter(|&n| n <= MAX_SPINS).collect();
    let (mut series, mut lines) = (Vec::new(), Vec::new());
    for (group, &order) in scenario.orders.iter().enumerate() {
        let mut points = Vec::new();
        for &spins in &sizes {
            let column = column_of(scenario, request, order, spins)?;
            let gaps: Vec<f64> = (0..scenario.samples)
                .into_par_iter()
                .map(|sample| Instance::new(scenario, &column, sample)?.reaction_gap())
                .collect::<Result<_>>()?;
            let square = |values: &[f64]| mean(&values.iter().map(|gap| gap * gap).collect::<Vec<_>>());
            let Some((y, y_err)) = jackknife(&gaps, |values| square(values).map(f64::sqrt)) else { continue };
            points.push(Point { x: spins as f64, y, x_err: None, y_err });
        }
        let Some((slope, at_one)) = power_law(&points) else { continue };
        let (first, last) = (points[0].x, points[points.len() - 1].x);
        lines.push(Line {
            name: String::new(),
            pieces: vec![[first, last].map(|n| (n, libm::exp(at_one + slope * libm::log(n)))).to_vec()],
            group: Some(group),
        });
        series.push(Series { open: false, name: format!("P = {order}: N^{{{slope:.2}}}"), points, group });
    }
    let title = "averaged reaction against that of the sample".to_string();
    let (mut x, mut y) = (axis("N"), axis("rms gap of the second order /(N β²)"));
    (x.logarithmic, y.logarithmic) = (true, true);
    Ok(Curves { title, x, y, lines, series })
}

/// Least squares of log y = a log x + b: (a, b).
fn power_law(points: &[Point]) -> Option<(f64, f64)> {
    let logs: Vec<(f64, f64)> = points.iter().map(|p| (libm::log(p.x), libm::log(p.y))).collect();
    let (xs, ys): (Vec<f64>, Vec<f64>) = logs.iter().copied().unzip();
    let (x, y) = (mean(&xs)?, mean(&ys)?);
    let (covariance, variance) =
        logs.iter().fold((0.0, 0.0), |(c, v), (a, b)| (c + (a - x) * (b - y), v + (a - x) * (a - x)));
    (variance > 0.0).then(|| (covariance / variance, y - covariance / variance * x))
}
