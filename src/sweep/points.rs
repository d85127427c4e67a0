//! `points.csv`: one row per grid point and start, data and theory side by side.

mod headings;
mod learning;
mod modern;
pub(super) mod multitasking;
mod theory;

use self::headings::COLUMNS;
use self::theory::{ONE_RSB_FIELDS, RS_FIELDS, Theory};
use super::classification::{self, Readers, Reading};
use super::columns::{Cell, Heading, Table};
use super::states::{StateTable, States};
use super::task::TaskResult;
use super::verdict::{correlation_times, equilibrated, starts_agree};
use super::{free_energy, lifetime_columns, mean_field_columns, overlap_columns};
use crate::chain::Measurement;
use crate::dynamics::{Order, Update};
use crate::error::Result;
use crate::estimators::{Verdict, jackknife, mean};
use crate::params::{LearningMode, Temperature};
use crate::scenario::{Column, PatternsFrom, Scenario};
use crate::theory::SaddlePoint;
use std::collections::{BTreeMap, HashMap};

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
    pub thermalised: Verdict,
    /// Classes read of each sample's held-out pattern, where classes are learnt.
    pub readings: Vec<Reading>,
    /// f of each sample where it is known, and f minus that of the random start.
    pub free_energies: Vec<f64>,
    pub free_energy_gaps: Vec<f64>,
    /// The RS state that the row is compared with.
    pub theory: Option<SaddlePoint>,
    /// Both 1RSB states of the grid point, where they were asked for.
    pub states: Option<States>,
    fields: BTreeMap<&'static str, Cell>,
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

    /// ⟨m⟩ and its error over the samples that did not leave the planted state; all of them where that is not followed.
    pub fn mattis_of_survivors(&self) -> Option<(f64, Option<f64>)> {
        let stayed = self.by_sample.iter().filter(|m| m.survived.is_none_or(|survived| survived == 1.0));
        jackknife(&stayed.map(|m| m.mattis).collect::<Option<Vec<f64>>>()?, mean)
    }

    pub(super) fn put(&mut self, field: &'static str, value: Option<f64>, reason: &str) {
        match value.filter(|v| v.is_finite()) {
            Some(value) => {
                self.fields.insert(field, Cell::Real(value));
            }
            None => self.reasons.push((field, reason.to_string())),
        }
    }

    pub(super) fn put_text(&mut self, field: &'static str, text: &str) {
        self.fields.insert(field, Cell::from(text));
    }

    pub(super) fn put_flag(&mut self, field: &'static str, flag: bool) {
        self.fields.insert(field, Cell::Flag(flag));
    }

    /// A number already written into the row; None where the field is empty.
    pub fn number(&self, field: &str) -> Option<f64> {
        match self.fields.get(field)? {
            Cell::Real(value) => Some(*value),
            Cell::Whole(value) => Some(*value as f64),
            _ => None,
        }
    }

    pub(super) fn put_verdict(&mut self, field: &'static str, verdict: &Verdict) {
        match (verdict.as_bool(), verdict) {
            (Some(word), _) => {
                self.fields.insert(field, Cell::Flag(word));
            }
            (None, Verdict::Unknown(why)) => self.reasons.push((field, why.clone())),
            (None, _) => {}
        }
    }

    /// The grid point and start, in words.
    fn label(&self) -> String {
        let Column { spins, gamma, patterns, .. } = &self.column;
        let network = self.column.network();
        let load = if *patterns == 0 { format!("gamma={gamma}") } else { format!("k={patterns}") };
        let own = self.column.own().label();
        format!("p={network} n={spins} {load}{own} temperature={} start={}", self.temperature, self.start)
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
    /// Gathers finished tasks into rows, adds verdicts and theory. A pure function of the scenario, the finished tasks and the
    /// solved states.
    ///
    /// # Errors
    /// A theory solver that failed (not: found no solution).
    pub fn gather(
        scenario: &Scenario,
        finished: &HashMap<String, TaskResult>,
        states: &StateTable,
    ) -> Result<Self> {
        Self::gather_with(scenario, finished, states, Readers::default())
    }

    /// As [`Self::gather`], with the trained readers of a run where they are kept.
    ///
    /// # Errors
    /// As [`Self::gather`].
    pub fn gather_with(
        scenario: &Scenario,
        finished: &HashMap<String, TaskResult>,
        states: &StateTable,
        mut readers: Readers,
    ) -> Result<Self> {
        let starts: Vec<String> = match &scenario.dynamics {
            Some(plan) => plan.starts.iter().map(|s| s.label()).collect(),
            // A theory-only sweep: the branch that a planted start would be compared with, and the m = 0 one.
            None => vec!["planted".into(), "random".into()],
        };
        let mut points = Self::default();
        let mut diluted = multitasking::States::default();
        for column in scenario.columns()?.0 {
            let tasks: Vec<&TaskResult> = (0..scenario.samples)
                .filter_map(|sample| {
                    finished.get(&crate::scenario::Task { column: column.clone(), sample }.key())
                })
                .collect();
            for &temperature in &scenario.temperatures {
                let theory = Theory::at(scenario, states, &column, temperature)?;
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
                    row.readings = readers.read(scenario, row, &tasks)?;
                    readers.fill(row);
                    learning::fill(row);
                    modern::fill(row, scenario)?;
                    diluted.fill(row, scenario)?;
                    theory.fill(row, scenario);
                    if row.samples > 0 {
                        overlap_columns::fill(row, scenario);
                        mean_field_columns::fill(row, scenario);
                        lifetime_columns::fill(row, scenario);
                    }
                }
                points.rows.extend(rows);
            }
        }
        free_energy::fill(&mut points.rows, scenario);
        for row in &points.rows {
            for (field, reason) in &row.reasons {
                points.reasons.entry(((*field).to_string(), reason.clone())).or_default().push(row.label());
            }
        }
        Ok(points)
    }

    /// The columns of points.csv of this run, in their order.
    pub fn headings(&self) -> Vec<Heading> {
        let mut headings = headings(multitasking::most_patterns(&self.rows));
        if self.rows.iter().any(|row| learning::is_of_both(&row.column)) {
            headings.extend(learning::MODE);
        }
        headings
    }

    /// These columns with the values of all rows.
    pub fn table(&self) -> Table {
        let headings = self.headings();
        let mut table = Table::new("points", &headings);
        for row in &self.rows {
            table.push(headings.iter().map(|h| row.fields.get(h.name).cloned().unwrap_or(Cell::Empty)));
        }
        table
    }

    /// The bytes of points.csv.
    pub fn to_csv(&self) -> String {
        self.table().to_csv()
    }
}

/// The columns of points.csv of a run whose rows have up to so many diluted patterns, in their order.
pub(super) fn headings(diluted_patterns: usize) -> Vec<Heading> {
    [
        COLUMNS,
        overlap_columns::COLUMNS,
        mean_field_columns::COLUMNS,
        lifetime_columns::COLUMNS,
        free_energy::COLUMNS,
        learning::COLUMNS,
        multitasking::COLUMNS,
        classification::COLUMNS,
        modern::COLUMNS,
        RS_FIELDS,
        ONE_RSB_FIELDS,
        &multitasking::columns(diluted_patterns),
    ]
    .concat()
}

/// Every column that points.csv of some run has.
pub(super) fn every_heading() -> Vec<Heading> {
    [&headings(crate::chain::RANKS.len()), learning::MODE].concat()
}

const NOT_SIMULATED: &str = "no finished sample";
const LIMIT: &str = "theory in the limit of large N";

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
        thermalised: Verdict::Unknown(NOT_SIMULATED.into()),
        readings: Vec::new(),
        free_energies: Vec::new(),
        free_energy_gaps: Vec::new(),
        theory: None,
        states: None,
        fields: BTreeMap::new(),
        reasons: Vec::new(),
    };
    row.put("temperature", Some(temperature.get()), "");
    row.put_text("start", start);
    row.put("samples", Some(row.samples as f64), "");
    let orderless = "the network has no interaction order";
    match column.interaction_order() {
        Some(p) => {
            row.put("p", Some(p.get().into()), "");
            row.put("gamma", Some(column.gamma.get()), "");
            row.put(
                "gamma_requested",
                column.gamma_requested,
                "the number of patterns was given, not a load",
            );
        }
        None => {
            ["p", "gamma", "gamma_requested"].into_iter().for_each(|field| row.put(field, None, orderless))
        }
    }
    let size = |count: usize| Some(count as f64).filter(|&count| count > 0.0);
    row.put("n", size(column.spins), LIMIT);
    row.put(
        "k",
        size(column.patterns),
        if column.is_gaussian() { "Gaussian couplings know no pattern" } else { LIMIT },
    );
    if row.samples == 0 {
        let simulated = [
            &COLUMNS[8..],
            overlap_columns::COLUMNS,
            mean_field_columns::COLUMNS,
            lifetime_columns::COLUMNS,
            free_energy::COLUMNS,
        ];
        for field in simulated.concat().iter().map(|heading| heading.name) {
            if !field.starts_with("annealed_") || field == "annealed_z" {
                row.put(field, None, NOT_SIMULATED);
            }
        }
        return row;
    }
    let replicas = scenario.dynamics.as_ref().map_or(0, |plan| plan.protocol.replicas);
    let pair = if replicas < 2 { "needs two replicas" } else { "could not be estimated in every sample" };
    let cold = temperature.is_zero();
    let exchange = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.course.wanders());
    let patternless = "Gaussian couplings know no pattern";
    let follow = match (column.is_gaussian(), exchange) {
        (true, _) => patternless,
        (_, true) => "configurations wander between temperatures: they follow no pattern from this start",
        _ => "could not be estimated in every sample",
    };
    averaged(&mut row, "mattis", "mattis_err", |m| m.mattis, follow);
    averaged(&mut row, "mattis_abs", "mattis_abs_err", |m| m.mattis_abs, follow);
    let nearest = if column.is_gaussian() { patternless } else { "could not be estimated in every sample" };
    averaged(&mut row, "mattis_max", "mattis_max_err", |m| m.mattis_max, nearest);
    averaged(&mut row, "overlap", "overlap_err", |m| m.overlap, pair);
    averaged(&mut row, "overlap_sq", "overlap_sq_err", |m| m.overlap_sq, pair);
    averaged(&mut row, "energy", "energy_err", |m| m.energy, "could not be estimated in every sample");
    let random = matches!(scenario.patterns, PatternsFrom::Random) && column.interaction_order().is_some();
    let uncontrolled =
        "not Hebbian couplings of random patterns: the mean energy of the planted one is not known";
    averaged(
        &mut row,
        "energy_controlled",
        "energy_controlled_err",
        |m| controlled_energy(m, column).filter(|_| random),
        if random { "could not be estimated in every sample" } else { uncontrolled },
    );
    // A descent that begins at rest makes no proposal: it is left out.
    let acceptance = mean(&row.by_sample.iter().filter_map(|m| m.acceptance).collect::<Vec<_>>());
    row.put("acceptance", acceptance, "no proposal was made");
    let at_rest = row.average(|m| m.at_rest).map(|(value, _)| value);
    row.put("at_rest", at_rest, "only a zero-temperature descent comes to rest");
    thermal_error(&mut row, "energy_thermal_err", |m| m.energy_thermal_error, cold);
    thermal_error(&mut row, "mattis_thermal_err", |m| m.mattis_thermal_error, cold);
    put_times(&mut row, cold);
    put_heat_capacity(&mut row, scenario, cold);
    if let Some(plan) = &scenario.dynamics {
        row.equilibrated = equilibrated(&plan.protocol, temperature, &row.by_sample);
    }
    let verdict = row.equilibrated.clone();
    row.put_verdict("equilibrated", &verdict);
    let parallel = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel);
    let mean_field = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.update == Update::Plefka);
    let law = if mean_field {
        "plefka"
    } else if cold {
        "zero temperature"
    } else if parallel {
        "parallel"
    } else {
        "gibbs"
    };
    row.put_text("law", law);
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

/// Energy of a sample with the scatter of its planted pattern's energy taken out: u − (H(ξ)/N − E H(ξ)/N), with
/// E H(ξ)/N = −(N)_P/(2 N^P) exactly over random patterns, (1+ρ)^{−P/2} times that of supervised archetypes. The same mean; near the
/// planted pattern a far smaller error.
pub fn controlled_energy(m: &Measurement, column: &Column) -> Option<f64> {
    let n = column.spins as f64;
    let distinct: f64 = (0..column.order.get()).map(|i| (n - f64::from(i)) / n).product();
    let told = column.lesson.filter(|lesson| lesson.mode == LearningMode::Supervised);
    let root = told.map_or(1.0, |lesson| (1.0 + lesson.examples.entropy()).sqrt());
    let weight: f64 = (0..column.order.get()).map(|_| root).product();
    Some(m.energy? - (m.planted_energy? + 0.5 * distinct / weight))
}

/// Thermal part of the error of the row's mean: independent samples, so √(Σ e²)/n.
fn thermal_error(
    row: &mut Row,
    field: &'static str,
    quantity: impl Fn(&Measurement) -> Option<f64>,
    cold: bool,
) {
    let errors = row.by_sample.iter().map(quantity).collect::<Option<Vec<f64>>>();
    let combined = errors
        .map(|errors| crate::estimators::sum(errors.iter().map(|e| e * e)).sqrt() / errors.len() as f64);
    row.put(
        field,
        combined,
        if cold { "no thermal fluctuation at T = 0" } else { "the chain is too short to bin" },
    );
}

/// Writes the heat capacity where the chains are long enough to know the variance of the energy.
fn put_heat_capacity(row: &mut Row, scenario: &Scenario, cold: bool) {
    let Some(plan) = &scenario.dynamics else { return };
    let tau = correlation_times(&row.by_sample).0[0];
    let used = row.by_sample.iter().filter_map(|m| m.measure_used).reduce(f64::min);
    let moved = row.by_sample.iter().all(|m| m.moving_energy.is_some_and(|fraction| fraction > 0.0));
    let reason = if cold {
        "no heat capacity at T = 0"
    } else if plan.protocol.order == Order::Parallel {
        "the fluctuation formula holds for exp(-beta H), which parallel order does not sample"
    } else if !moved {
        "in some sample the energy never changed"
    } else if tau.is_none_or(|tau| (used.unwrap_or(plan.protocol.measure_sweeps as f64)) < 20.0 * tau) {
        "chain shorter than 20 autocorrelation times of the energy"
    } else {
        averaged(
            row,
            "heat_capacity",
            "heat_capacity_err",
            |m| m.heat_capacity,
            "could not be estimated in every sample",
        );
        return;
    };
    row.put("heat_capacity", None, reason);
    row.put("heat_capacity_err", None, reason);
}

/// Writes the correlation times.
fn put_times(row: &mut Row, cold: bool) {
    let reason = if cold {
        "no time at T = 0"
    } else {
        "nothing moved, or the chain is too short for its autocorrelation"
    };
    let ([energy, mattis, overlap], largest) = correlation_times(&row.by_sample);
    row.put("tau_energy", energy, reason);
    row.put("tau_mattis", mattis, reason);
    row.put("tau_overlap", overlap, reason);
    row.put("tau_sweeps", largest, reason);
}

/// `starts_agree` of the planted and the random row of one grid point, written into all its rows.
fn compare_starts(rows: &mut [Row]) {
    let find = |label: &str| rows.iter().find(|r| r.start == label);
    let verdict = match (find("planted"), find("random")) {
        (Some(planted), Some(random)) => {
            if [planted, random].iter().all(|r| r.equilibrated == Verdict::Yes) {
                starts_agree(&planted.by_sample, &random.by_sample, planted.column.spins)
            } else {
                Verdict::Unknown("planted and random start are not both equilibrated".into())
            }
        }
        _ => Verdict::Unknown("needs a planted and a random start".into()),
    };
    for row in rows.iter_mut().filter(|r| r.samples > 0) {
        row.starts_agree = verdict.clone();
        row.put_verdict("starts_agree", &verdict);
    }
}
