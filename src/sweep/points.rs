//! `points.csv`: one row per grid point and start, data and theory side by side.

use super::task::TaskResult;
use crate::chain::Measurement;
use crate::dynamics::Order;
use crate::error::Result;
use crate::estimators::{Verdict, agree, jackknife, mean, stationary};
use crate::params::Temperature;
use crate::scenario::{Ansatz, Column, PatternsFrom, Scenario};
use crate::theory::{SaddlePoint, rs};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// The columns of points.csv, in their order.
const COLUMNS: [&str; 43] = [
    "p",
    "n",
    "k",
    "gamma",
    "gamma_requested",
    "temperature",
    "start",
    "samples",
    "mattis",
    "mattis_err",
    "mattis_abs",
    "mattis_abs_err",
    "mattis_max",
    "mattis_max_err",
    "overlap",
    "overlap_err",
    "overlap_sq",
    "overlap_sq_err",
    "energy",
    "energy_err",
    "heat_capacity",
    "heat_capacity_err",
    "acceptance",
    "tau_sweeps",
    "equilibrated",
    "starts_agree",
    "annealed_energy",
    "annealed_log_r",
    "at_rest",
    "energy_thermal_err",
    "mattis_thermal_err",
    "tau_energy",
    "tau_mattis",
    "tau_overlap",
    "law",
    "rs_branch",
    "rs_m",
    "rs_q",
    "rs_energy",
    "rs_replicon",
    "rs_residual",
    "rs_mattis_z",
    "rs_energy_z",
];

/// One row: a grid point and a start, averaged over disorder samples.
#[derive(Debug, Clone)]
pub struct Row {
    pub column: Column,
    pub temperature: Temperature,
    pub start: String,
    pub samples: usize,
    /// Thermal averages of each sample, in the order of the samples.
    pub by_sample: Vec<Measurement>,
    pub equilibrated: Verdict,
    pub starts_agree: Verdict,
    pub theory: Option<SaddlePoint>,
    fields: BTreeMap<&'static str, String>,
    reasons: Vec<(&'static str, String)>,
}

impl Row {
    /// Mean over samples and its jackknife error.
    pub fn average(&self, quantity: impl Fn(&Measurement) -> Option<f64>) -> Option<(f64, Option<f64>)> {
        let values = self.by_sample.iter().map(quantity).collect::<Option<Vec<f64>>>()?;
        jackknife(&values, mean)
    }

    /// ⟨m⟩ and its error.
    pub fn mattis(&self) -> Option<(f64, Option<f64>)> {
        self.average(|m| m.mattis)
    }

    fn put(&mut self, field: &'static str, value: Option<f64>, reason: &str) {
        match value.filter(|v| v.is_finite()) {
            Some(value) => {
                self.fields.insert(field, value.to_string());
            }
            None => self.reasons.push((field, reason.to_string())),
        }
    }

    fn label(&self) -> String {
        format!(
            "p={} n={} k={} temperature={} start={}",
            self.column.order, self.column.spins, self.column.patterns, self.temperature, self.start
        )
    }
}

/// The table of a run.
#[derive(Debug, Clone, Default)]
pub struct Points {
    pub rows: Vec<Row>,
    /// (field, reason) of every empty field, with the rows it is empty in.
    pub reasons: BTreeMap<(String, String), Vec<String>>,
}

impl Points {
    /// Gathers finished tasks into rows, adds verdicts and theory. A pure function of the scenario and the finished tasks.
    ///
    /// # Errors
    /// A theory solver that failed (not: found no solution).
    pub fn gather(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Result<Self> {
        let starts: Vec<String> = match &scenario.dynamics {
            Some(plan) => plan.starts.iter().map(|s| s.label()).collect(),
            // A theory-only sweep: the branch that a planted start would be compared with, and the m = 0 one.
            None => vec!["planted".into(), "random".into()],
        };
        let mut points = Self::default();
        for column in scenario.columns()?.0 {
            let tasks: Vec<&TaskResult> = (0..scenario.samples)
                .filter_map(|sample| {
                    finished.get(&crate::scenario::Task { column: column.clone(), sample }.key())
                })
                .collect();
            for &temperature in &scenario.temperatures {
                let theory = Theory::at(scenario, &column, temperature)?;
                let mut rows: Vec<Row> = starts
                    .iter()
                    .map(|start| {
                        let by_sample: Vec<Measurement> = tasks
                            .iter()
                            .filter_map(|task| {
                                task.chains
                                    .iter()
                                    .find(|c| c.temperature == temperature && c.start == *start)
                                    .map(|c| c.measurement.clone())
                            })
                            .collect();
                        row(scenario, &column, temperature, start, by_sample)
                    })
                    .collect();
                compare_starts(&mut rows);
                for row in &mut rows {
                    add_theory(row, &theory, scenario);
                }
                points.rows.extend(rows);
            }
        }
        for row in &points.rows {
            for (field, reason) in &row.reasons {
                points.reasons.entry(((*field).to_string(), reason.clone())).or_default().push(row.label());
            }
        }
        Ok(points)
    }

    /// The bytes of points.csv.
    pub fn to_csv(&self) -> String {
        let mut csv = COLUMNS.join(",");
        csv.push('\n');
        for row in &self.rows {
            for (position, column) in COLUMNS.iter().enumerate() {
                let separator = if position == 0 { "" } else { "," };
                let value = row.fields.get(column).map_or("", String::as_str);
                let _ = write!(csv, "{separator}{value}");
            }
            csv.push('\n');
        }
        csv
    }
}

type Quantity = fn(&Measurement) -> Option<f64>;

const NOT_SIMULATED: &str = "no finished sample";

fn row(
    scenario: &Scenario,
    column: &Column,
    temperature: Temperature,
    start: &str,
    by_sample: Vec<Measurement>,
) -> Row {
    let mut row = Row {
        column: column.clone(),
        temperature,
        start: start.to_string(),
        samples: by_sample.len(),
        by_sample,
        equilibrated: Verdict::Unknown(NOT_SIMULATED.into()),
        starts_agree: Verdict::Unknown(NOT_SIMULATED.into()),
        theory: None,
        fields: BTreeMap::new(),
        reasons: Vec::new(),
    };
    let mut text = |field, value: String| row.fields.insert(field, value);
    text("p", column.order.to_string());
    text("n", column.spins.to_string());
    text("k", column.patterns.to_string());
    text("gamma", column.gamma.to_string());
    text("temperature", temperature.to_string());
    text("start", start.to_string());
    text("samples", row.samples.to_string());
    row.put("gamma_requested", column.gamma_requested, "the number of patterns was given, not a load");
    row.put("annealed_energy", None, "the annealed baseline is not in this version yet");
    row.put("annealed_log_r", None, "the annealed baseline is not in this version yet");
    if row.samples == 0 {
        for field in &COLUMNS[8..35] {
            if !field.starts_with("annealed") {
                row.put(field, None, NOT_SIMULATED);
            }
        }
        return row;
    }
    let replicas = scenario.dynamics.as_ref().map_or(0, |plan| plan.protocol.replicas);
    let pair = if replicas < 2 { "needs two replicas" } else { "could not be estimated in every sample" };
    let cold = temperature.is_zero();
    let heat = if cold { "no heat capacity at T = 0" } else { "chain too short for its autocorrelation" };
    averaged(&mut row, "mattis", "mattis_err", |m| m.mattis, "could not be estimated in every sample");
    averaged(
        &mut row,
        "mattis_abs",
        "mattis_abs_err",
        |m| m.mattis_abs,
        "could not be estimated in every sample",
    );
    averaged(
        &mut row,
        "mattis_max",
        "mattis_max_err",
        |m| m.mattis_max,
        "could not be estimated in every sample",
    );
    averaged(&mut row, "overlap", "overlap_err", |m| m.overlap, pair);
    averaged(&mut row, "overlap_sq", "overlap_sq_err", |m| m.overlap_sq, pair);
    averaged(&mut row, "energy", "energy_err", |m| m.energy, "could not be estimated in every sample");
    averaged(&mut row, "heat_capacity", "heat_capacity_err", |m| m.heat_capacity, heat);
    let acceptance = row.average(|m| m.acceptance).map(|(value, _)| value);
    row.put("acceptance", acceptance, "no proposal was made");
    let at_rest = row.average(|m| m.at_rest).map(|(value, _)| value);
    row.put("at_rest", at_rest, "only a zero-temperature descent comes to rest");
    thermal_error(&mut row, "energy_thermal_err", |m| m.energy_thermal_error);
    thermal_error(&mut row, "mattis_thermal_err", |m| m.mattis_thermal_error);
    let tau = correlation_times(&mut row, cold);
    row.equilibrated = equilibrated(scenario, &row, tau, cold);
    let (verdict, reason) = match &row.equilibrated {
        Verdict::Yes => (Some("true"), String::new()),
        Verdict::No(why) => (Some("false"), why.clone()),
        Verdict::Unknown(why) => (None, why.clone()),
    };
    match verdict {
        Some(word) => {
            row.fields.insert("equilibrated", word.into());
        }
        None => row.reasons.push(("equilibrated", reason)),
    }
    let parallel = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel);
    let law = if cold {
        "zero temperature"
    } else if parallel {
        "parallel"
    } else {
        "gibbs"
    };
    row.fields.insert("law", law.into());
    row
}

fn averaged(
    row: &mut Row,
    field: &'static str,
    error: &'static str,
    quantity: impl Fn(&Measurement) -> Option<f64>,
    reason: &str,
) {
    let average = row.average(quantity);
    row.put(field, average.map(|(value, _)| value), reason);
    let why = if average.is_some() { "one sample has no scatter" } else { reason };
    row.put(error, average.and_then(|(_, error)| error), why);
}

/// Thermal part of the error of the row's mean: independent samples, so √(Σ e²)/n.
fn thermal_error(row: &mut Row, field: &'static str, quantity: impl Fn(&Measurement) -> Option<f64>) {
    let errors = row.by_sample.iter().map(quantity).collect::<Option<Vec<f64>>>();
    let combined = errors
        .map(|errors| crate::estimators::sum(errors.iter().map(|e| e * e)).sqrt() / errors.len() as f64);
    row.put(field, combined, "the chain is too short to bin");
}

/// Writes the correlation times, each averaged over the samples that move; returns the largest.
fn correlation_times(row: &mut Row, cold: bool) -> Option<f64> {
    let mut largest: Option<f64> = None;
    let mut complete = true;
    let reason = if cold {
        "no time at T = 0"
    } else {
        "nothing moved, or the chain is too short for its autocorrelation"
    };
    let quantities: [(&'static str, Quantity, Quantity); 3] = [
        ("tau_energy", |m| m.tau_energy, |m| m.moving_energy),
        ("tau_mattis", |m| m.tau_mattis, |m| m.moving_mattis),
        ("tau_overlap", |m| m.tau_overlap, |m| m.moving_overlap),
    ];
    for (field, time, moving) in quantities {
        let moved: Vec<&Measurement> =
            row.by_sample.iter().filter(|m| moving(m).is_some_and(|f| f > 0.0)).collect();
        // A chain too short for its τ must not be left out of the average: the slow ones would be the missing ones.
        let times = moved.iter().map(|m| time(m)).collect::<Option<Vec<f64>>>();
        complete &= times.is_some();
        let average = times.as_deref().and_then(mean);
        largest = match (largest, average) {
            (Some(a), Some(b)) => Some(f64::max(a, b)),
            (a, b) => a.or(b),
        };
        row.put(field, average, reason);
    }
    let largest = largest.filter(|_| complete);
    row.put("tau_sweeps", largest, reason);
    largest
}

fn equilibrated(scenario: &Scenario, row: &Row, tau: Option<f64>, cold: bool) -> Verdict {
    let Some(plan) = &scenario.dynamics else { return Verdict::Unknown(NOT_SIMULATED.into()) };
    if cold {
        return Verdict::Unknown("no equilibrium at T = 0".into());
    }
    let Some(tau) = tau else {
        return Verdict::Unknown("without an autocorrelation time there is no test of stationarity".into());
    };
    if (plan.protocol.measure_sweeps as f64) < 20.0 * tau {
        return Verdict::Unknown(format!(
            "{} sweeps are shorter than 20 τ = {:.0}",
            plan.protocol.measure_sweeps,
            20.0 * tau
        ));
    }
    let drifts = |quantity: fn(&Measurement) -> Option<f64>| -> Vec<f64> {
        row.by_sample.iter().filter_map(quantity).collect()
    };
    let mut tested = vec![("energy", drifts(|m| m.energy_drift)), ("mattis", drifts(|m| m.mattis_drift))];
    if plan.protocol.replicas > 1 {
        tested.push(("overlap", drifts(|m| m.overlap_drift)));
    }
    stationary(&tested)
}

/// `starts_agree` of the planted and the random row of one grid point.
fn compare_starts(rows: &mut [Row]) {
    let find = |label: &str| rows.iter().position(|r| r.start == label);
    let verdict = match (find("planted"), find("random")) {
        (Some(a), Some(b)) => {
            let (a, b) = (&rows[a], &rows[b]);
            if [a, b].iter().all(|r| r.equilibrated == Verdict::Yes) {
                let differences = |quantity: fn(&Measurement) -> Option<f64>| -> Option<Vec<f64>> {
                    a.by_sample
                        .iter()
                        .zip(&b.by_sample)
                        .map(|(a, b)| Some(quantity(a)? - quantity(b)?))
                        .collect()
                };
                let floor = 1.0 / a.column.spins as f64;
                let energy = differences(|m| m.energy).and_then(|d| agree(&d, 0.0));
                let overlap = differences(|m| m.overlap).and_then(|d| agree(&d, floor));
                match (energy, overlap) {
                    (Some(true), Some(true)) => Verdict::Yes,
                    (Some(_), Some(_)) => Verdict::No("planted and random start differ".into()),
                    _ => Verdict::Unknown("needs two samples and two replicas".into()),
                }
            } else {
                Verdict::Unknown("planted and random start are not both equilibrated".into())
            }
        }
        _ => Verdict::Unknown("needs a planted and a random start".into()),
    };
    for row in rows.iter_mut().filter(|r| r.samples > 0) {
        row.starts_agree = verdict.clone();
        match (&verdict, verdict.as_bool()) {
            (_, Some(word)) => {
                row.fields.insert("starts_agree", word.to_string());
            }
            (Verdict::Unknown(why), _) => row.reasons.push(("starts_agree", why.clone())),
            _ => {}
        }
    }
}

/// The two states that theory offers at one grid point.
struct Theory {
    retrieval: Option<SaddlePoint>,
    unmagnetised: Option<SaddlePoint>,
}

impl Theory {
    fn at(scenario: &Scenario, column: &Column, temperature: Temperature) -> Result<Self> {
        if !scenario.compare.contains(&Ansatz::ReplicaSymmetric) {
            return Ok(Self { retrieval: None, unmagnetised: None });
        }
        Ok(Self {
            retrieval: rs::retrieval(column.order, column.gamma, temperature, 0.0)?,
            unmagnetised: rs::zero_magnetisation(column.order, column.gamma, temperature)?,
        })
    }
}

const RS_FIELDS: [&str; 8] =
    ["rs_branch", "rs_m", "rs_q", "rs_energy", "rs_replicon", "rs_residual", "rs_mattis_z", "rs_energy_z"];

fn add_theory(row: &mut Row, theory: &Theory, scenario: &Scenario) {
    let parallel = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel);
    let random = row.start == "random";
    let state = if random { None } else { theory.retrieval.as_ref() }.or(theory.unmagnetised.as_ref());
    let stored = matches!(scenario.patterns, PatternsFrom::File(_));
    let reason = if scenario.compare.is_empty() {
        "theory was not asked for"
    } else if stored {
        "the theory is for unbiased independent patterns, these come from a file"
    } else if parallel {
        "parallel order does not sample exp(-beta H)"
    } else {
        "replica symmetry has no physical state there"
    };
    let Some(state) = state.filter(|_| !parallel && !stored) else {
        for field in RS_FIELDS {
            row.reasons.push((field, reason.to_string()));
        }
        return;
    };
    row.fields.insert("rs_branch", state.branch.to_string());
    row.put("rs_m", Some(state.m), "");
    row.put("rs_q", Some(state.q), "");
    row.put("rs_energy", Some(state.energy), "");
    row.put("rs_replicon", state.replicon, "no replicon at T = 0 where fields reach 0");
    row.put("rs_residual", Some(state.residual), "");
    let z = |measured: Option<(f64, Option<f64>)>, predicted: f64| {
        let (value, error) = measured?;
        error.filter(|&e| e > 0.0).map(|e| (value - predicted) / e)
    };
    let mattis = if random { None } else { z(row.mattis(), state.m) };
    let why = if random {
        "from a random start mattis is an extreme value"
    } else {
        "no error of the mean, or it is 0"
    };
    row.put("rs_mattis_z", mattis, why);
    let energy = z(row.average(|m| m.energy), state.energy);
    row.put("rs_energy_z", energy, "no error of the mean, or it is 0");
    row.theory = Some(*state);
}
