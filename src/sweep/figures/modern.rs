//! Figures of the exponential and the continuous network: capacity against N, retrieval against T, and the kinds of fixed points.

use super::{axis, scaled, start_phrase};
use crate::chain::Measurement;
use crate::error::{Error, Result};
use crate::estimators::{HalfPoint, StraightLine, Trials, half_point, straight_line};
use crate::params::Temperature;
use crate::scenario::{Energy, ModernQuantity, ModernRequest, Scenario};
use crate::sweep::figure::{Axis, Cells, Curves, Figure, Line, Phase, PhaseDiagram, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::theory::exponential::{point, recall_rates};
use crate::theory::recall::recall;

/// The figure of one request.
pub(super) fn modern_figures(
    scenario: &Scenario,
    points: &Points,
    request: &ModernRequest,
) -> Result<Vec<(String, Figure)>> {
    let rows: Vec<&Row> = points
        .rows
        .iter()
        .filter(|row| request.start.as_ref().is_none_or(|start| *start == row.start))
        .collect();
    let figure = match request.quantity {
        ModernQuantity::Capacity => Figure::Curves(capacity(scenario, &rows)?),
        ModernQuantity::Retrieval => Figure::Curves(retrieval(scenario, &rows)?),
        ModernQuantity::Phases => Figure::PhaseDiagram(phases(scenario, &rows)?),
        ModernQuantity::Participation => Figure::Curves(against_beta(
            scenario,
            &rows,
            ("participation", "participation_err"),
            "patterns averaged over, 1/Σp²",
        )),
        ModernQuantity::OneStep => Figure::Curves(one_step(scenario, &rows)),
    };
    let empty = match &figure {
        Figure::Curves(curves) => curves.series.is_empty(),
        Figure::PhaseDiagram(diagram) => diagram.xs.is_empty(),
        Figure::Panel(_) => false,
    };
    if empty {
        return Err(Error::bad_input(format!(
            "figure \"modern\", quantity \"{}\": nothing to draw",
            request.quantity.name()
        ))
        .remedy("a capacity needs loads on both sides of probability ½"));
    }
    Ok(vec![(format!("modern-{}", request.quantity.name()), figure)])
}

/// Rows in groups of equal keys, in the order in which they come.
fn grouped<'r, K: PartialEq>(rows: &[&'r Row], key: impl Fn(&Row) -> K) -> Vec<(K, Vec<&'r Row>)> {
    let mut groups: Vec<(K, Vec<&'r Row>)> = Vec::new();
    for row in rows {
        let key = key(row);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    groups
}

/// log K at which all `lost_below` criteria are met with probability ½, of the rows of one N.
fn capacity_of(rows: &[&Row]) -> Option<HalfPoint> {
    let trials = |row: &&Row| -> Option<Trials> {
        // Replicas of one sample share its patterns: samples are the independent trials.
        let of = |m: &Measurement| m.survived;
        Some((libm::log(row.column.patterns as f64), row.average(of)?.0, row.samples as f64))
    };
    let mut data: Vec<Trials> = rows.iter().filter_map(trials).collect();
    data.sort_by(|a, b| a.0.total_cmp(&b.0));
    half_point(&data)
}

/// What a start asks to be recalled: the fraction of wrong bits, and whether all patterns at once.
fn recalled(start: &str) -> Option<(f64, bool)> {
    let fraction = |text: &str| text.parse().ok();
    match start.split_once('=') {
        Some(("corrupted", value)) => Some((fraction(value)?, false)),
        Some(("each", value)) => Some((fraction(value)?, true)),
        None if start == "planted" => Some((0.0, false)),
        _ => None,
    }
}

/// K_c(N) of every network and start: exponents by a straight line through log K_c against N, or log N of polynomial networks.
fn capacity(scenario: &Scenario, rows: &[&Row]) -> Result<Curves> {
    let (mut series, mut lines) = (Vec::new(), Vec::new());
    for ((network, lambda, start), rows) in
        grouped(rows, |r| (r.column.network(), r.column.lambda, r.start.clone()))
    {
        let Some((fraction, all)) = recalled(&start) else { continue };
        let sizes: Vec<(f64, HalfPoint)> = grouped(&rows, |r| r.column.spins)
            .iter()
            .filter_map(|(n, rows)| Some((*n as f64, capacity_of(rows)?)))
            .collect();
        let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else { continue };
        let group = series.len();
        let which = if all { "all patterns" } else { "one pattern" };
        let from = if fraction > 0.0 { format!(", {fraction} wrong") } else { String::new() };
        // Where half of the bits are wrong nothing is left to recall.
        let rates =
            lambda.filter(|_| fraction < 0.5).map(|lambda| recall_rates(lambda, fraction)).transpose()?;
        let theory =
            rates.map(|rates| if all { (rates.all, rates.power_all) } else { (rates.one, rates.power_one) });
        let scale = |n: f64| if lambda.is_some() { n } else { libm::log(n) };
        let fit = straight_line(&sizes.iter().map(|(n, at)| (scale(*n), at.x, at.error)).collect::<Vec<_>>());
        let slope = |fit: StraightLine| format!("{:.3} ± {:.3}", fit.slope, fit.slope_error);
        let mut exponent = match (fit, lambda) {
            (None, _) => String::new(),
            (Some(fit), Some(_)) => format!(": K_{{c}} ~ e^{{aN}}, a = {}", slope(fit)),
            (Some(fit), None) => format!(": K_{{c}} ~ N^{{z}}, z = {}", slope(fit)),
        };
        if let Some((_, power)) = theory.filter(|(_, power)| *power > 0.0) {
            let without = |(n, at): &(f64, HalfPoint)| (*n, at.x - power * libm::log(*n), at.error);
            let fit = straight_line(&sizes.iter().map(without).collect::<Vec<_>>());
            exponent +=
                &fit.map_or(String::new(), |fit| format!("; ~ N^{{{power}}} e^{{aN}}, a = {}", slope(fit)));
        }
        let name = match lambda {
            Some(_) if scenario.modern.energy == Some(Energy::Sum) => {
                format!("exponential, {which}{from}{exponent}")
            }
            Some(lambda) => format!("λ = {lambda}, {which}{from}{exponent}"),
            None => format!("P = {network}, {which}{from}{exponent}"),
        };
        let points = sizes.iter().map(|(n, at)| {
            let k = libm::exp(at.x);
            Point { x: *n, y: k, x_err: None, y_err: Some(k * at.error) }
        });
        series.push(Series { name, points: points.collect(), group, open: all });
        let line = |name: String, at: &dyn Fn(f64) -> Option<f64>| {
            let piece: Vec<(f64, f64)> = (0..=60)
                .filter_map(|i| {
                    let n = first.0 + (last.0 - first.0) * f64::from(i) / 60.0;
                    Some((n, at(n)?))
                })
                .collect();
            Line { name, pieces: vec![piece], group: Some(group) }
        };
        match theory {
            Some((rate, power)) => {
                // The prefactor is that of the simulation: its mean distance from theory.
                let growth = |n: f64| rate * n + power * libm::log(n);
                let (mut sum, mut weight) = (0.0, 0.0);
                for (n, at) in &sizes {
                    sum += (at.x - growth(*n)) / (at.error * at.error);
                    weight += 1.0 / (at.error * at.error);
                }
                let front = if power > 0.0 { format!("N^{{{power}}} ") } else { String::new() };
                let name = format!("theory, {which}{from}: ~ {front}e^{{aN}}, a = {rate:.4}");
                lines.push(line(name, &|n| Some(libm::exp(sum / weight + growth(n)))));
            }
            None if fraction == 0.0 => {
                let order = rows[0].column.order;
                let whole = |n: f64| -> Option<f64> {
                    let found = recall(order, n.round() as u64).ok()?;
                    if all { found.k_all() } else { found.k_one() }
                };
                let mut theory = line(format!("P = {network}, {which}: Gaussian bits"), &whole);
                theory.pieces = vec![sizes.iter().filter_map(|(n, _)| Some((*n, whole(*n)?))).collect()];
                lines.push(theory);
            }
            None => {}
        }
    }
    Ok(Curves {
        title: format!("{}: patterns recalled with probability 1/2, T = 0", scenario.name),
        x: axis("spins N"),
        y: Axis { logarithmic: true, ..axis("K_{c}") },
        lines,
        series,
    })
}

/// ⟨m⟩ against T at every K of every N and λ, beside tanh β up to where the noise outgrows it.
fn retrieval(scenario: &Scenario, rows: &[&Row]) -> Result<Curves> {
    let (mut series, mut lines) = (Vec::new(), Vec::new());
    let mut drawn = Vec::new();
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let (from, to) =
        (temperatures.first().copied().unwrap_or(0.0), temperatures.last().copied().unwrap_or(1.0));
    for ((lambda, n, k), rows) in grouped(rows, |r| (r.column.lambda, r.column.spins, r.column.patterns)) {
        let Some(lambda) = lambda else { continue };
        let measured = rows.iter().filter_map(|row| {
            let (y, y_err) = row.mattis()?;
            Some(Point { x: row.temperature.get(), y, x_err: None, y_err })
        });
        let points: Vec<Point> = measured.collect();
        if points.is_empty() {
            continue;
        }
        let group = series.len();
        let rate = rows[0].column.rate();
        series.push(Series {
            name: format!("N = {n}, K = {k} (a = {rate:.3}), λ = {lambda}"),
            points,
            group,
            open: false,
        });
        // One line for each rate as it was asked for: ⌊e^{aN}⌋ realises it nearly.
        let asked = rows[0].column.gamma_requested.unwrap_or(rate);
        if drawn.contains(&(lambda, asked)) {
            continue;
        }
        drawn.push((lambda, asked));
        let mut piece = Vec::new();
        for i in 0..=400 {
            let t = from + (to - from) * f64::from(i) / 400.0;
            if let Some(m) = point(asked, lambda, Temperature::new(t)?)?.m {
                piece.push((t, m));
            }
        }
        let name = format!("N → ∞: tanh β while λ tanh β > ψ, a = {asked}, λ = {lambda}");
        lines.push(Line { name, pieces: vec![piece], group: None });
    }
    let start = rows.first().map_or(String::new(), |row| start_phrase(&row.start));
    Ok(Curves {
        title: format!("{}: exponential network, {start}", scenario.name),
        x: axis("temperature T"),
        y: Axis { limits: Some((-0.05, 1.05)), ..axis("Mattis magnetisation ⟨m⟩") },
        lines,
        series,
    })
}

/// In which of the three kinds of fixed point most chains end, by K and β.
fn phases(scenario: &Scenario, rows: &[&Row]) -> Result<PhaseDiagram> {
    let rows: Vec<&&Row> = rows.iter().filter(|row| row.column.entries.is_some()).collect();
    let size = rows.first().map_or(0, |row| row.column.spins);
    let mut xs: Vec<f64> =
        rows.iter().filter(|r| r.column.spins == size).map(|r| r.column.patterns as f64).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let ys = scenario.modern.betas.clone();
    let kind = |k: f64, beta: f64| -> Option<usize> {
        let row = rows.iter().find(|row| {
            row.column.spins == size
                && row.column.patterns as f64 == k
                && scenario.modern.beta(row.temperature) == Some(beta)
        })?;
        let fractions =
            ["settled_single", "settled_metastable", "settled_global"].map(|field| row.number(field));
        let largest = fractions.iter().flatten().copied().fold(0.0, f64::max);
        fractions.iter().position(|fraction| *fraction == Some(largest))
    };
    let cells = ys.iter().map(|&beta| xs.iter().map(|&k| kind(k, beta)).collect()).collect();
    let phase = |(tone, name): (usize, &str)| Phase { name: name.into(), tone, stripes: None };
    let names = ["one pattern", "average of several", "average of all"];
    // Of random patterns: the others weigh K cosh(β)^N e^{−βN} together, 5 % where a single one ends.
    let bound = |&k: &f64| -> Option<(f64, f64)> {
        let worth = libm::log(20.0 * (k - 1.0)) / size as f64;
        let excess = |beta: f64| beta - (libm::log(libm::cosh(beta))) - worth;
        let (mut low, mut high) = (0.0, 20.0);
        if k < 2.0 || excess(high) < 0.0 {
            return None;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if excess(middle) < 0.0 { low = middle } else { high = middle }
        }
        Some((k, low))
    };
    let random = matches!(scenario.patterns, crate::scenario::PatternsFrom::Random);
    let piece: Vec<(f64, f64)> = if random { xs.iter().filter_map(bound).collect() } else { Vec::new() };
    let lines = match piece.len() {
        0 | 1 => Vec::new(),
        _ => vec![Line { name: "others weigh 5 % at a pattern".into(), pieces: vec![piece], group: None }],
    };
    let start = rows.first().map_or(String::new(), |row| start_phrase(&row.start));
    Ok(PhaseDiagram {
        title: format!("{}: N = {size}, {start}", scenario.name),
        x: scaled(axis("patterns K"), &xs),
        y: scaled(axis("β"), &ys),
        cells: Cells::Phases { phases: names.into_iter().enumerate().map(phase).collect(), cells },
        xs,
        ys,
        lines,
        points: Vec::new(),
    })
}

/// A column of points.csv against β, a series for each N and K.
fn against_beta(scenario: &Scenario, rows: &[&Row], (field, error): (&str, &str), label: &str) -> Curves {
    let mut series = Vec::new();
    for ((n, k), rows) in grouped(rows, |r| (r.column.spins, r.column.patterns)) {
        let measured = rows.iter().filter_map(|row| {
            let x = scenario.modern.beta(row.temperature)?;
            Some(Point { x, y: row.number(field)?, x_err: None, y_err: row.number(error) })
        });
        let points: Vec<Point> = measured.filter(|point| point.y > 0.0).collect();
        if !points.is_empty() {
            let name = format!("N = {n}, K = {k}");
            series.push(Series { name, points, group: series.len(), open: false });
        }
    }
    let start = rows.first().map_or(String::new(), |row| start_phrase(&row.start));
    Curves {
        title: format!("{}: continuous network, {start}", scenario.name),
        x: scaled(axis("β"), &scenario.modern.betas),
        y: Axis { logarithmic: true, ..axis(label) },
        lines: Vec::new(),
        series,
    }
}

/// Most numbers of patterns that a figure of errors shows.
const MOST_SHOWN: usize = 5;

/// Distances of entries of order 1 below this are rounding.
const ROUNDING: f64 = 1e-16;

/// Distance from the pattern after one update against β, below 2 (K − 1) e^{−βΔ}, averaged over samples.
fn one_step(scenario: &Scenario, rows: &[&Row]) -> Curves {
    let label = "r.m.s. distance after one update";
    let columns = grouped(rows, |r| (r.column.spins, r.column.patterns));
    let step = columns.len().div_ceil(MOST_SHOWN).max(1);
    let shown: Vec<&Row> = columns.iter().step_by(step).flat_map(|(_, rows)| rows.clone()).collect();
    let mut curves = against_beta(scenario, &shown, ("one_step_error", "one_step_error_err"), label);
    // Below the rounding of an update there is nothing to see.
    curves.series.iter_mut().for_each(|series| series.points.retain(|point| point.y >= ROUNDING));
    curves.series.retain(|series| !series.points.is_empty());
    for (group, (_, rows)) in columns.iter().step_by(step).enumerate() {
        let bound = rows
            .iter()
            .filter_map(|row| Some((scenario.modern.beta(row.temperature)?, row.number("one_step_bound")?)));
        let mut piece: Vec<(f64, f64)> = bound.filter(|(_, y)| (ROUNDING..10.0).contains(y)).collect();
        piece.sort_by(|a, b| a.0.total_cmp(&b.0));
        if piece.len() > 1 {
            let name = if group == 0 { "bound 2 (K − 1) e^{−βΔ}" } else { "" };
            curves.lines.push(Line { name: name.into(), pieces: vec![piece], group: Some(group) });
        }
    }
    curves
}
