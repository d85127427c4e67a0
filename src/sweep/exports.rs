//! What is kept of chains as tables: joint histograms, series, curves, configurations.

use super::overlap_distribution::place;
use super::task::{ChainRecord, TaskResult};
use crate::error::Result;
use crate::estimators::{jackknife, mean};
use crate::scenario::{Column, Scenario, Task};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

const PLACE: &str = "p,n,k,gamma,temperature,start";

/// The chains of a run in the order of points.csv, samples innermost.
pub(super) fn chains<'f>(
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

fn place_of(column: &Column, chain: &ChainRecord) -> String {
    place(column, chain.temperature, &chain.start)
}

/// The joint histogram of (m, q) of each sample: …, `sample,m,q,count`.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn joint_csv(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<String> {
    let mut csv = format!("{PLACE},sample,m,q,count\n");
    for (column, sample, chain) in chains(scenario, finished)? {
        let (place, n) = (place_of(&column, chain), column.spins as f64);
        for (m, q, count) in &chain.kept.joint {
            // Writing to a String cannot fail.
            let _ = writeln!(csv, "{place},{sample},{},{},{count}", *m as f64 / n, *q as f64 / n);
        }
    }
    Ok(csv)
}

/// Every kept series: …, `sample,quantity,replica,sweep,value`; of overlaps `replica` counts pairs (0,1), (0,2), (1,2), …; an empty
/// value is not known.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn series_csv(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<String> {
    let mut csv = format!("{PLACE},sample,quantity,replica,sweep,value\n");
    for (column, sample, chain) in chains(scenario, finished)? {
        let place = place_of(&column, chain);
        for (quantity, replica, values) in &chain.kept.series {
            for (sweep, value) in values.iter().enumerate() {
                let value = if value.is_nan() { String::new() } else { value.to_string() };
                let _ = writeln!(csv, "{place},{sample},{quantity},{replica},{},{value}", sweep + 1);
            }
        }
    }
    Ok(csv)
}

/// The last configuration of the first replica of each chain: …, `sample,spins`, spins as ±1 with spaces between: a row of a spin file,
/// from which `dynamics.starts = [{ file = … }]` begins.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn configurations_csv(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<String> {
    let mut csv = format!("{PLACE},sample,spins\n");
    for (column, sample, chain) in chains(scenario, finished)? {
        let spins: Vec<String> = chain.last.as_slice().iter().map(i8::to_string).collect();
        let _ = writeln!(csv, "{},{sample},{}", place_of(&column, chain), spins.join(" "));
    }
    Ok(csv)
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

/// Averaged relaxation curves: …, `quantity,waiting,time,value,value_err`.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn curves_csv(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<String> {
    let mut csv = format!("{PLACE},quantity,waiting,time,value,value_err\n");
    for curve in relaxations(scenario, finished)? {
        let place = place(&curve.column, curve.temperature, &curve.start);
        for (time, value, error) in &curve.points {
            let error = error.map_or(String::new(), |e| e.to_string());
            let _ = writeln!(csv, "{place},{},{},{time},{value},{error}", curve.quantity, curve.waiting);
        }
    }
    Ok(csv)
}
