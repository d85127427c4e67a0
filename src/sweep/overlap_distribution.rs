//! P(q), averaged over disorder samples, and P_J(q) of each.

use super::columns::{Cell, Heading, Table, headings};
use super::place::Places;
use super::task::TaskResult;
use crate::estimators::{OverlapHistogram, mean, variance};
use crate::params::Temperature;
use crate::scenario::{Column, Scenario, Task};
use std::collections::HashMap;

/// P(q) of one grid point and start.
#[derive(Debug, Clone)]
pub struct OverlapDistribution {
    pub column: Column,
    pub temperature: Temperature,
    pub start: String,
    /// P_J(q) of each sample, in the order of the samples.
    pub by_sample: Vec<OverlapHistogram>,
}

/// One bin of an averaged P(q).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverlapBin {
    /// q = −1, −1 + 2/N, …, 1
    pub q: f64,
    /// Density: probability of the bin times N/2, so that Σ P(q) 2/N = 1.
    pub density: f64,
    /// One standard error over samples.
    pub error: Option<f64>,
}

impl OverlapDistribution {
    /// The average over samples, every sample with equal weight; nothing without samples.
    pub fn average(&self) -> Vec<OverlapBin> {
        let laws: Vec<Vec<(i64, f64)>> = self.by_sample.iter().map(OverlapHistogram::law).collect();
        let n = self.column.spins as f64;
        let bins = laws.iter().map(Vec::len).min().unwrap_or(0);
        (0..bins)
            .filter_map(|bin| {
                let values: Vec<f64> = laws.iter().map(|law| law[bin].1 * n / 2.0).collect();
                let error = variance(&values).map(|v| (v / values.len() as f64).sqrt());
                Some(OverlapBin { q: laws[0][bin].0 as f64 / n, density: mean(&values)?, error })
            })
            .collect()
    }
}

/// P(q) of every grid point and start of which every finished sample has one, in the order of points.csv.
///
/// # Errors
/// As [`Scenario::columns`].
pub fn overlap_distributions(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
) -> crate::Result<Vec<OverlapDistribution>> {
    let starts: Vec<String> =
        scenario.dynamics.iter().flat_map(|plan| &plan.starts).map(|start| start.label()).collect();
    let mut distributions = Vec::new();
    for column in scenario.columns()?.0 {
        let key = |sample| Task { column: column.clone(), sample }.key();
        let tasks: Vec<&TaskResult> =
            (0..scenario.samples).filter_map(|sample| finished.get(&key(sample))).collect();
        for &temperature in &scenario.temperatures {
            for start in &starts {
                let chains = tasks.iter().flat_map(|task| &task.chains);
                let by_sample: Vec<OverlapHistogram> = chains
                    .filter(|chain| chain.temperature == temperature && chain.start == *start)
                    .map(|chain| chain.kept.overlaps.clone())
                    .collect();
                if !by_sample.is_empty() && by_sample.iter().all(|histogram| histogram.total() > 0) {
                    let (column, start) = (column.clone(), start.clone());
                    distributions.push(OverlapDistribution { column, temperature, start, by_sample });
                }
            }
        }
    }
    Ok(distributions)
}

pub(super) const DISTRIBUTION: &[Heading] = headings! {
    "samples"     Whole "1" "Disorder samples averaged over"
    "q"           Real  "1" "Overlap of two replicas, the centre of a bin: −1, −1 + 2/N, …, 1"
    "density"     Real  "1" "P(q): Σ P(q) 2/N = 1"
    "density_err" Real  "1" "One standard error of the density, over disorder samples"
};

/// P(q) averaged over samples, bin by bin.
pub fn overlap_distribution_table(distributions: &[OverlapDistribution]) -> Table {
    let places = Places::of(distributions.iter().map(|d| &d.column));
    let mut table = Table::new("overlap-distribution", &places.headings(DISTRIBUTION));
    for d in distributions {
        let place = places.at(&d.column, d.temperature, &d.start);
        for bin in d.average() {
            let density = [Cell::Real(bin.q), Cell::Real(bin.density), bin.error.into()];
            table.push(place.row([Cell::from(d.by_sample.len())].into_iter().chain(density)));
        }
    }
    table
}

pub(super) const SAMPLES: &[Heading] = headings! {
    "sample" Whole "1" "Which disorder sample, from 0"
    "q"      Real  "1" "Overlap of two replicas, the centre of a bin"
    "count"  Whole "1" "How often it was met"
};

/// P_J(q) of each sample as counts of the bins that were met.
pub fn overlap_samples_table(distributions: &[OverlapDistribution]) -> Table {
    let places = Places::of(distributions.iter().map(|d| &d.column));
    let mut table = Table::new("overlap-samples", &places.headings(SAMPLES));
    for d in distributions {
        let place = places.at(&d.column, d.temperature, &d.start);
        let n = d.column.spins as f64;
        for (sample, histogram) in d.by_sample.iter().enumerate() {
            for (bin, &count) in histogram.counts().iter().enumerate().filter(|(_, count)| **count > 0) {
                let q = (2.0 * bin as f64 - n) / n;
                let counted = [Cell::from(sample), Cell::Real(q), Cell::Whole(count as i64)];
                table.push(place.row(counted));
            }
        }
    }
    table
}
