//! How often the verdicts of points.csv are wrong, on chains with known answers.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::{points, scenario, solved};
use crate::error::Result;
use crate::estimators::{
    Drift, average_drift, drift_error, freedom_of_error, integrated_time, mean, stationary,
};
use crate::rng::{Stream, StreamKey, uniform};
use rayon::prelude::*;

/// A stationary AR(1) series of unit variance with integrated time τ.
fn autoregressive(tau: f64, n: usize, stream: &mut Stream) -> Vec<f64> {
    // Σ a^t + ½ = τ
    let a = (tau - 0.5) / (tau + 0.5);
    let mut gaussian = || {
        let (u, v) = (1.0 - uniform(stream), uniform(stream));
        (-2.0 * libm::log(u)).sqrt() * libm::cos(std::f64::consts::TAU * v)
    };
    let mut x = gaussian();
    (0..n)
        .map(|_| {
            x = a * x + (1.0 - a * a).sqrt() * gaussian();
            x
        })
        .collect()
}

/// `equilibrated` of a row of independent chains that start `off` equilibrium, in its standard deviations; None where it cannot say.
fn accused(tau: f64, n: usize, samples: usize, off: f64, row: u64) -> Result<Option<bool>> {
    let mut stream = StreamKey::new(157, "verdicts").real("tau", tau).integer("row", row).stream();
    let mut tested = Vec::new();
    for name in ["energy", "mattis", "overlap"] {
        let mut drifts = Vec::new();
        for _ in 0..samples {
            let mut series = autoregressive(tau, n, &mut stream);
            // ⟨x(t)⟩ − ⟨x⟩ = off e^{−t/τ} is left of a start there.
            series.iter_mut().enumerate().for_each(|(t, x)| *x += off * libm::exp(-(t as f64) / tau));
            let (Some(time), Some(error)) = (integrated_time(&series), drift_error(&series)) else {
                return Ok(None);
            };
            let half = n / 2;
            let drift = solved(mean(&series[n - half..]))? - solved(mean(&series[..half]))?;
            drifts.push(Drift { drift, error, freedom: freedom_of_error(n, time) });
        }
        tested.push((name, solved(average_drift(&drifts))?));
    }
    Ok(stationary(&tested).as_bool().map(|stationary| !stationary))
}

/// How many of the rows that say something are accused.
fn false_alarms(setting: &Setting) -> Result<Finding> {
    let rows = setting.size.of(300u64, 2000);
    let mut findings = Vec::new();
    for (tau, n, samples) in [(2.0, 100, 8), (10.0, 500, 8)] {
        // m = 1 is √N of its standard deviations off zero; here N = 1024.
        let off = if setting.has(Defect::ShortRun) { 32.0 } else { 0.0 };
        let said: Vec<bool> = (0..rows)
            .into_par_iter()
            .map(|row| accused(tau, n, samples, off, row))
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect();
        let hits = said.iter().filter(|accused| **accused).count();
        findings.push(
            Finding::rate_at_most(0.01, hits, said.len().max(1))
                .at(format!("{hits} of {} rows, τ = {tau}, {n} sweeps", said.len())),
        );
    }
    Ok(Finding::worst(findings))
}

/// `thermalised` of glasses that have reached equilibrium; with the defect, of glasses that have not.
fn glasses(setting: &Setting) -> Result<Finding> {
    let short = setting.has(Defect::ShortRun);
    let seeds = setting.size.of(20u64, 100);
    let one = |seed: u64| -> Result<Option<bool>> {
        let text = format!(
            "name = \"glass\"\nseed = {seed}\n[model]\ninteraction_order = 3\ncouplings = \"gaussian\"\n[grid]\nspins = 12\ngamma = 1.0\n\
             temperature = [0.5, 0.8, 1.1]\n[dynamics]\nupdate = \"metropolis\"\nstarts = [\"random\"]\nreplicas = 2\nburn_in_sweeps = {}\n\
             measure_sweeps = {}\nreplica_exchange = {}\n[disorder]\nsamples = 32\n",
            if short { 1 } else { 200 },
            if short { 20 } else { 1000 },
            !short
        );
        let table = points(&scenario(&text, &[])?)?;
        Ok(solved(table.rows.first())?.thermalised.as_bool().map(|yes| !yes))
    };
    let said: Vec<bool> = (0..seeds).map(one).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    if said.is_empty() {
        return Ok(Finding::CannotTell("no row has a verdict".into()));
    }
    let hits = said.iter().filter(|accused| **accused).count();
    Ok(Finding::rate_at_most(0.01, hits, said.len()).at(format!("{hits} of {} rows", said.len())))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    vec![
        Claim::statistical(
            Group::Verdicts,
            "`thermalised` accuses at most 1 % of glasses in equilibrium, and all that have not thermalised",
            Source::verdicts("| three temperatures with exchange, 200 + 1000 sweeps | 80 | 1 |"),
            Defect::ShortRun,
            glasses,
        ),
        Claim::statistical(
            Group::Verdicts,
            "`equilibrated` accuses at most 1 % of stationary rows",
            Source::verdicts("1 % for the three quantities together"),
            Defect::ShortRun,
            false_alarms,
        ),
    ]
}
