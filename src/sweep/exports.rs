//! What is kept of chains as tables: joint histograms, series, curves, configurations.

use super::columns::{Cell, Heading, Table, headings};
use super::place::Places;
use super::task::{ChainRecord, TaskResult};
use crate::error::Result;
use crate::estimators::{jackknife, mean};
use crate::scenario::{Column, Scenario, Task};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The chains of a run in the order of points.csv, samples innermost: column, sample, what is kept of the chain.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn chains<'f>(
    scenario: &Scenario,
    finished: &'f HashMap<String, TaskResult>,
) -> Result<Vec<(Column, usize, &'f ChainRecord)>> {
    let starts: Vec<String> =
        scenario.dynamics.iter().flat_map(|plan| &plan.starts).map(|start| start.label()).collect();
    let mut found = Vec::new();
    for column in scenario.columns()?.0 {
        let tasks: Vec<(usize, &TaskResult)> = (0..scenario.samples)
            .filter_map(|sample| {
                Some((sample, finished.get(&Task { column: column.clone(), sample }.key())?))
            })
            .collect();
        for &temperature in &scenario.temperatures {
            for start in &starts {
                for (sample, task) in &tasks {
                    let mut of =
                        task.chains.iter().filter(|c| c.temperature == temperature && c.start == *start);
                    found.extend(of.next().map(|chain| (column.clone(), *sample, chain)));
                }
            }
        }
    }
    Ok(found)
}

fn places_of(chains: &[(Column, usize, &ChainRecord)]) -> Places {
    Places::of(chains.iter().map(|(column, ..)| column))
}

pub(super) const JOINT: &[Heading] = headings! {
    "sample" Whole "1" "Which disorder sample, from 0"
    "m"      Real  "1" "Overlap with the followed pattern"
    "q"      Real  "1" "Overlap of two replicas"
    "count"  Whole "1" "How often the pair was met"
};

/// The joint histogram of (m, q) of each sample.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn joint_table(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<Table> {
    let chains = chains(scenario, finished)?;
    let places = places_of(&chains);
    let mut table = Table::new("joint", &places.headings(JOINT));
    for (column, sample, chain) in chains {
        let place = places.at(&column, chain.temperature, &chain.start);
        let n = column.spins as f64;
        for &(m, q, count) in &chain.kept.joint {
            let counted = [Cell::Real(m as f64 / n), Cell::Real(q as f64 / n), Cell::Whole(count as i64)];
            table.push(place.row([Cell::from(sample)].into_iter().chain(counted)));
        }
    }
    Ok(table)
}

pub(super) const SERIES: &[Heading] = headings! {
    "sample"   Whole "1"      "Which disorder sample, from 0"
    "quantity" Text  ""       "energy (per spin), mattis, overlap; of mean fields what was solved for"
    "replica"  Whole "1"      "Which replica, from 0; of overlaps the pairs (0,1), (0,2), (1,2), … counted from 0"
    "sweep"    Whole "sweeps" "Of the measuring time, from 1; of mean fields the start"
    "value"    Real  ""       "In units of the quantity; empty where it is not known"
};

/// Every kept series.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn series_table(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<Table> {
    let chains = chains(scenario, finished)?;
    let places = places_of(&chains);
    let mut table = Table::new("series", &places.headings(SERIES));
    for (column, sample, chain) in chains {
        let place = places.at(&column, chain.temperature, &chain.start);
        for (quantity, replica, values) in &chain.kept.series {
            let quantity: Arc<str> = quantity.as_str().into();
            for (sweep, &value) in values.iter().enumerate() {
                let which = [Cell::from(sample), Cell::Text(Arc::clone(&quantity)), Cell::from(*replica)];
                let value = Cell::from(Some(value).filter(|value| !value.is_nan()));
                table.push(place.row(which.into_iter().chain([Cell::from(sweep + 1), value])));
            }
        }
    }
    Ok(table)
}

pub(super) const CONFIGURATIONS: &[Heading] = headings! {
    "sample" Whole "1" "Which disorder sample, from 0"
    "spins"  Spins "1" "The N spins ±1 of the chain's first replica at its end"
};

/// The last configuration of the first replica of each chain. In CSV spins have spaces between: a row of a spin file, from which
/// `dynamics.starts = [{ file = … }]` begins.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn configurations_table(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<Table> {
    let chains = chains(scenario, finished)?;
    let places = places_of(&chains);
    let mut table = Table::new("configurations", &places.headings(CONFIGURATIONS));
    for (column, sample, chain) in chains {
        let last = [Cell::from(sample), Cell::Spins(chain.last.as_slice().to_vec())];
        table.push(places.at(&column, chain.temperature, &chain.start).row(last));
    }
    Ok(table)
}

/// A relaxation curve averaged over samples.
#[derive(Debug, Clone)]
pub struct Relaxation {
    pub column: Column,
    pub temperature: crate::params::Temperature,
    pub start: String,
    /// "energy", "mattis" or "overlap"
    pub quantity: String,
    /// t_w in sweeps
    pub waiting: usize,
    /// (t in sweeps, mean, standard error over samples)
    pub points: Vec<(usize, f64, Option<f64>)>,
}

/// The relaxation curves of a run, averaged over samples, in the order of points.csv.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn relaxations(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<Vec<Relaxation>> {
    let mut curves: Vec<Relaxation> = Vec::new();
    let all = chains(scenario, finished)?;
    let same = |a: &(Column, usize, &ChainRecord), b: &(Column, usize, &ChainRecord)| {
        a.0 == b.0 && a.2.temperature == b.2.temperature && a.2.start == b.2.start
    };
    for group in all.chunk_by(same) {
        let mut values: BTreeMap<(&str, usize), BTreeMap<usize, Vec<f64>>> = BTreeMap::new();
        for point in group.iter().flat_map(|(_, _, chain)| &chain.kept.curves) {
            let curve = values.entry((point.quantity.as_str(), point.waiting)).or_default();
            curve.entry(point.time).or_default().push(point.value);
        }
        let (column, _, chain) = &group[0];
        for ((quantity, waiting), curve) in values {
            let average = |(&time, values): (&usize, &Vec<f64>)| {
                let (value, error) = jackknife(values, mean)?;
                Some((time, value, error))
            };
            curves.push(Relaxation {
                column: column.clone(),
                temperature: chain.temperature,
                start: chain.start.clone(),
                quantity: quantity.to_string(),
                waiting,
                points: curve.iter().filter_map(average).collect(),
            });
        }
    }
    Ok(curves)
}

pub(super) const CURVES: &[Heading] = headings! {
    "quantity"  Text  ""       "energy (per spin), mattis or overlap (of times t_w + t and t_w)"
    "waiting"   Whole "sweeps" "t_w, time since the start"
    "time"      Whole "sweeps" "t, time since t_w"
    "value"     Real  ""       "Average over samples, in units of the quantity"
    "value_err" Real  ""       "One standard error of the value, over disorder samples"
};

/// Averaged relaxation curves.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn curves_table(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<Table> {
    let curves = relaxations(scenario, finished)?;
    let places = Places::of(curves.iter().map(|curve| &curve.column));
    let mut table = Table::new("curves", &places.headings(CURVES));
    for curve in curves {
        let place = places.at(&curve.column, curve.temperature, &curve.start);
        for &(time, value, error) in &curve.points {
            let which = [Cell::from(curve.quantity.as_str()), Cell::from(curve.waiting), Cell::from(time)];
            table.push(place.row(which.into_iter().chain([Cell::Real(value), error.into()])));
        }
    }
    Ok(table)
}
