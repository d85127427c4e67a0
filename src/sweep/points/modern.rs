//! Columns of the exponential and the continuous network: their keys, the exact or asymptotic theory, and fixed points.

use super::theory::z;
use super::{NOT_SIMULATED, Row, averaged};
use crate::chain::Start;
use crate::dynamics::Order;
use crate::error::Result;
use crate::scenario::{PatternsFrom, Scenario};
use crate::sweep::columns::{ERROR, Heading, headings};
use crate::sweep::overlap_columns::Quantity;
use crate::theory::exponential::{point, recall_rates};

/// The columns in points.csv, in their order; empty of other kinds.
pub(super) const COLUMNS: &[Heading] = headings! {
    "lambda"                    Real "1"               "λ of the exponential network"
    "rate"                      Real "1"               "a = log K / N that K realises, exponential network"
    "rate_requested"            Real "1"               "Rate that the scenario asked for, before K was rounded"
    "beta"                      Real "1"               "β of the continuous network"
    "exponential_m"             Real "1"               "m of theory, exponential network"
    "exponential_energy"        Real "energy per spin" "u of theory, exponential network"
    "exponential_critical_rate" Real "1"               "Rate a at which retrieval ends in theory"
    "exponential_mattis_z"      Real "standard errors" "Distance of mattis from exponential_m"
    "exponential_energy_z"      Real "standard errors" "Distance of energy from exponential_energy"
    "participation"             Real "1"               "1/Σ p² of the weights at the fixed point: how many patterns it is an average of"
    "participation_err"         Real "1"               ERROR
    "one_step_error"            Real "1"               "Root mean square distance from the pattern after one update"
    "one_step_error_err"        Real "1"               ERROR
    "one_step_bound"            Real "1"               "2 (K − 1) e^{−βΔ}, which bounds it from a planted start"
    "settled_single"            Real "1"               "Fraction of chains that ended on one pattern, participation ≤ 1.1"
    "settled_metastable"        Real "1"               "Fraction that ended on an average of several"
    "settled_global"            Real "1"               "Fraction that ended on the average of all, participation ≥ 0.9 K"
    "settled_residual"          Real "1"               "Largest root mean square of ∇E where they ended"
    "settled_updates"           Real "1"               "Updates made"
    "separation"                Real "1"               "Δ/N of the planted pattern: its distance in overlap from the nearest other one"
};

const NOT_EXPONENTIAL: &str = "a column of model.kind = \"exponential\"";
const NOT_CONTINUOUS: &str = "a column of model.kind = \"continuous\"";

pub(super) fn fill(row: &mut Row, scenario: &Scenario) -> Result<()> {
    fill_continuous(row, scenario);
    fill_exponential(row, scenario)
}

fn fill_exponential(row: &mut Row, scenario: &Scenario) -> Result<()> {
    let Some(lambda) = row.column.lambda else {
        COLUMNS[..3]
            .iter()
            .chain(&COLUMNS[4..9])
            .for_each(|heading| row.put(heading.name, None, NOT_EXPONENTIAL));
        return Ok(());
    };
    let (rate, temperature) = (row.column.rate(), row.temperature);
    row.put("lambda", Some(lambda), "");
    row.put("rate", Some(rate), "");
    row.put("rate_requested", row.column.gamma_requested, "the number of patterns was given, not a rate");
    let found = point(rate, lambda, temperature)?;
    // A descent at T = 0 asks for the sign of a field alone.
    let whole = recall_rates(lambda, 0.0)?.one;
    let critical = if temperature.is_zero() { whole } else { found.critical_rate };
    row.put("exponential_critical_rate", Some(critical), "");
    let parallel = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel);
    let m = if temperature.is_zero() { Some(1.0).filter(|_| rate < whole) } else { found.m };
    let (m, reason) = if !matches!(scenario.patterns, PatternsFrom::Random) {
        (None, "the theory is for random patterns")
    } else if parallel {
        (None, "parallel order does not sample exp(-beta H)")
    } else if row.start != Start::Planted.label() {
        (None, "theory is about the pattern that a planted start begins on")
    } else {
        (m, "no retrieval at this rate")
    };
    row.put("exponential_m", m, reason);
    row.put("exponential_energy", m.map(|m| -m), reason);
    let unknown = if m.is_some() { "no error of the mean, or it is 0" } else { reason };
    let (mattis, energy) = (row.mattis(), row.average(|m| m.energy));
    row.put("exponential_mattis_z", m.and_then(|m| z(mattis, m)), unknown);
    row.put("exponential_energy_z", m.and_then(|m| z(energy, -m)), unknown);
    Ok(())
}

fn fill_continuous(row: &mut Row, scenario: &Scenario) {
    let continuous = row.column.entries.is_some();
    if !continuous || row.samples == 0 {
        let reason = if continuous { NOT_SIMULATED } else { NOT_CONTINUOUS };
        COLUMNS[3..4].iter().chain(&COLUMNS[9..]).for_each(|heading| row.put(heading.name, None, reason));
        return;
    }
    row.put("beta", scenario.modern.beta(row.temperature), "");
    let missing = "could not be estimated in every sample";
    averaged(row, "participation", "participation_err", |m| m.participation, missing);
    averaged(row, "one_step_error", "one_step_error_err", |m| m.one_step_error, missing);
    let quantities: [(&'static str, Quantity); 6] = [
        ("one_step_bound", |m| m.one_step_bound),
        ("settled_single", |m| m.settled_single),
        ("settled_metastable", |m| m.settled_metastable),
        ("settled_global", |m| m.settled_global),
        ("settled_updates", |m| m.settled_updates),
        ("separation", |m| m.separation),
    ];
    for (field, quantity) in quantities {
        let mean = row.average(quantity).map(|(mean, _)| mean);
        row.put(field, mean, missing);
    }
    let residual = row.by_sample.iter().filter_map(|m| m.settled_residual).reduce(f64::max);
    row.put("settled_residual", residual, missing);
}
