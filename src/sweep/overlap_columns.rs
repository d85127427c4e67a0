//! The columns of points.csv about replica overlaps, equilibration and exchange.
//!
//! [·] is the average over disorder samples, ⟨·⟩ the thermal one; errors by jackknife over samples.

use super::columns::{ERROR, Heading, headings};
use super::points::Row;
use crate::chain::{Course, Measurement};
use crate::estimators::{Drift, Verdict, jackknife, mean, stationary, variance};
use crate::scenario::{Column, Scenario};
use crate::theory::annealed_gaussian::distinct_weight;

/// In the order of the table.
pub(super) const COLUMNS: &[Heading] = headings! {
    "mattis_second"           Real "1"               "⟨second largest |m_μ|⟩ (odd P: signed): with mattis_max it tells one pattern from a mixture"
    "mattis_second_err"       Real "1"               ERROR
    "overlap_signed"          Real "1"               "[⟨q_ab⟩] with its sign"
    "overlap_signed_err"      Real "1"               ERROR
    "overlap_fourth"          Real "1"               "[⟨q_ab⁴⟩]"
    "overlap_fourth_err"      Real "1"               ERROR
    "overlap_sq_thermal_err"  Real "1"               "Thermal part of overlap_sq_err, by binning"
    "binder"                  Real "1"               "½(3 − [⟨q⁴⟩]/[⟨q²⟩]²): 0 for a Gaussian P(q), 1 for two peaks ±q"
    "binder_err"              Real "1"               ERROR
    "guerra"                  Real "1"               "([⟨q²⟩²] − [⟨q²⟩]²)/([⟨q⁴⟩] − [⟨q²⟩]²), sample-to-sample fluctuations; needs four replicas"
    "guerra_err"              Real "1"               ERROR
    "chi_sg"                  Real "1"               "N[⟨q²⟩], spin-glass susceptibility where ⟨s_i⟩ = 0"
    "chi_sg_err"              Real "1"               ERROR
    "q_ea"                    Real "1"               "Overlap of a chain with its own configuration at t₀: q_EA while it stays in one valley"
    "q_ea_err"                Real "1"               ERROR
    "overlap_sq_two_time"     Real "1"               "Mean square of that overlap: comes down to overlap_sq in equilibrium"
    "overlap_sq_two_time_err" Real "1"               ERROR
    "r_p"                     Real "1"               "[⟨R_P⟩], R_P = e_P(Nq)/C(N, P)"
    "r_p_err"                 Real "1"               ERROR
    "energy_from_r_p"         Real "energy per spin" "−(βγ/2)((N)_P/N^P)(1 − [⟨R_P⟩]) of Gaussian couplings: u in equilibrium"
    "energy_from_r_p_err"     Real "energy per spin" ERROR
    "energy_identity_gap"     Real "energy per spin" "u minus energy_from_r_p"
    "energy_identity_gap_err" Real "energy per spin" ERROR
    "energy_identity_holds"   Flag ""                "Whether that gap is within 3 standard errors of 0"
    "annealed_z"              Real "standard errors" "Distance of u from annealed_energy"
    "thermalised"             Flag ""                "Whether the row has forgotten its start, one test over samples"
    "burn_in_sweeps"          Real "sweeps"          "Sweeps before measuring, on average over samples"
    "measure_sweeps"          Real "sweeps"          "Sweeps of measuring, on average over samples"
    "exchange_acceptance"     Real "1"               "Accepted fraction of exchanges with the next higher temperature"
    "exchange_acceptance_err" Real "1"               ERROR
    "round_trips"             Real "1"               "Round trips along the ladder per walker, in the measuring time"
    "round_trips_err"         Real "1"               ERROR
    "from_cold"               Real "1"               "Of the walkers met here, the fraction that saw the cold end last"
};

/// Samples below which no verdict over samples is given.
const FEWEST: usize = 4;

pub(super) type Quantity = fn(&Measurement) -> Option<f64>;

/// Fills the columns of a simulated row.
pub(super) fn fill(row: &mut Row, scenario: &Scenario) {
    let Some(protocol) = scenario.dynamics.as_ref().map(|plan| &plan.protocol) else { return };
    let n = row.column.spins as f64;
    let cold = row.temperature.is_zero();
    let patterns = if row.column.patterns < 2 { "needs two patterns" } else { "could not be estimated" };
    let pair =
        if protocol.replicas < 2 { "needs two replicas" } else { "could not be estimated in every sample" };
    simple(row, "mattis_second", "mattis_second_err", |m| m.mattis_second, patterns);
    simple(row, "overlap_signed", "overlap_signed_err", |m| m.overlap_signed, pair);
    simple(row, "overlap_fourth", "overlap_fourth_err", |m| m.overlap_fourth, pair);
    let errors = row.by_sample.iter().map(|m| m.overlap_sq_thermal_error).collect::<Option<Vec<f64>>>();
    let thermal = errors.map(|e| e.iter().map(|e| e * e).sum::<f64>().sqrt() / e.len() as f64);
    row.put("overlap_sq_thermal_err", thermal, if cold { "no thermal fluctuation at T = 0" } else { pair });
    // ½(3 − [⟨q⁴⟩]/[⟨q²⟩]²): 0 for a Gaussian P(q), 1 for two peaks ±q.
    let binder = ratio(row, [|m| m.overlap_sq, |m| m.overlap_fourth], |[second, fourth]| {
        (second > 0.0).then(|| 0.5 * (3.0 - fourth / (second * second)))
    });
    both(row, "binder", "binder_err", binder, pair);
    // ([⟨q²⟩²] − [⟨q²⟩]²)/([⟨q⁴⟩] − [⟨q²⟩]²): sample-to-sample fluctuations, 1/3 where replica symmetry is broken (Guerra 1996).
    let moments: [Quantity; 3] = [|m| m.overlap_sq, |m| m.overlap_fourth, |m| m.overlap_sq_squared];
    let guerra = ratio(row, moments, |[second, fourth, squared]| {
        let all = fourth - second * second;
        // Where q has one value only there is nothing to compare with.
        (all > 1e-12).then(|| (squared - second * second) / all)
    });
    let four = if protocol.replicas < 4 {
        "needs four replicas: [⟨q²⟩²] without bias takes two independent pairs"
    } else {
        "could not be estimated"
    };
    both(row, "guerra", "guerra_err", guerra, four);
    // N[⟨q²⟩]: the spin-glass susceptibility where ⟨s_i⟩ = 0.
    let chi = row.average(|m| m.overlap_sq).map(|(q2, error)| (n * q2, error.map(|e| n * e)));
    both(row, "chi_sg", "chi_sg_err", chi, pair);
    let plateau = if protocol.course.wanders() {
        "configurations wander between temperatures"
    } else if cold {
        "no time at T = 0"
    } else {
        "could not be estimated"
    };
    simple(row, "q_ea", "q_ea_err", |m| m.edwards_anderson, plateau);
    let two_times = if cold { "no time at T = 0" } else { "could not be estimated" };
    simple(row, "overlap_sq_two_time", "overlap_sq_two_time_err", |m| m.overlap_sq_two_time, two_times);
    let tuples = row.column.interaction_order().is_some();
    let no_tuple = if tuples { pair } else { "the network has no interaction order" };
    simple(row, "r_p", "r_p_err", |m| m.overlap_tuple.filter(|_| tuples), no_tuple);
    let gaps = identity(row);
    equilibration(row, gaps.as_deref());
    let used = |of: Quantity| mean(&values(&row.by_sample, of).unwrap_or_default());
    let (before, during) = (used(|m| m.burn_in_used), used(|m| m.measure_used));
    row.put("burn_in_sweeps", before, "no time at T = 0");
    row.put("measure_sweeps", during, "no time at T = 0");
    let exchanged = protocol.course == Course::ReplicaExchange;
    let exchange =
        if exchanged { "the highest temperature has no higher neighbour" } else { "no replica exchange" };
    simple(row, "exchange_acceptance", "exchange_acceptance_err", |m| m.exchange_acceptance, exchange);
    simple(row, "round_trips", "round_trips_err", |m| m.round_trips, exchange);
    let from_cold = row.average(|m| m.from_cold).map(|(value, _)| value);
    row.put("from_cold", from_cold, if exchanged { "no walker reached an end" } else { exchange });
}

/// Gaussian couplings: u = −(βγ/2)((N)_P/N^P)(1 − ⟨R_P⟩) on average over disorder, in equilibrium and only there. A chain that comes
/// from above has u too high and ⟨R_P⟩ too small, so that the two sides enclose the truth. Returns u minus the other side, by sample.
fn identity(row: &mut Row) -> Option<Vec<f64>> {
    let fields = [
        "energy_from_r_p",
        "energy_from_r_p_err",
        "energy_identity_gap",
        "energy_identity_gap_err",
        "energy_identity_holds",
    ];
    if !row.column.is_gaussian() || row.temperature.is_zero() {
        for field in fields {
            row.put(field, None, "an identity of Gaussian couplings at T > 0");
        }
        return None;
    }
    let Column { order, spins, gamma, .. } = row.column;
    let prefactor = 0.5 * row.temperature.beta() * gamma.get() * distinct_weight(order, spins);
    let other = |m: &Measurement| Some(-prefactor * (1.0 - m.overlap_tuple?));
    simple(row, fields[0], fields[1], other, "needs two replicas");
    let gap = |m: &Measurement| Some(m.energy? - other(m)?);
    simple(row, fields[2], fields[3], gap, "needs two replicas");
    // Of fewer samples the error is not known well enough for three of it to mean anything.
    let estimate = row.average(gap).filter(|_| row.samples >= FEWEST);
    match estimate.and_then(|(gap, error)| Some(gap.abs() <= 3.0 * error?)) {
        Some(holds) => row.put_flag(fields[4], holds),
        None => row.put(fields[4], None, "needs two replicas and four samples"),
    }
    values(&row.by_sample, gap)
}

/// `thermalised`: energy and q² agree between the last two logarithmic windows of the measuring time, q² of a chain with its own past
/// has come down to that of its replicas (Bhatt and Young 1985), and (Gaussian couplings) energy and overlaps obey their identity:
/// Student's t over samples, together at most 1 % false alarms.
fn equilibration(row: &mut Row, gaps: Option<&[f64]>) {
    let annealed = row.number("annealed_energy");
    let z = row
        .average(|m| m.energy)
        .zip(annealed)
        .and_then(|((u, error), annealed)| error.filter(|&e| e > 0.0).map(|e| (u - annealed) / e));
    row.put("annealed_z", z, "no annealed baseline there, or no error");
    let verdict = thermalised(&row.by_sample, gaps);
    row.put_verdict("thermalised", &verdict);
    row.thermalised = verdict;
}

/// The verdict of the column `thermalised` from the measurements of all samples, and the gaps of the identity.
pub fn thermalised(by_sample: &[Measurement], gaps: Option<&[f64]>) -> Verdict {
    let count = by_sample.len();
    if count < FEWEST {
        return Verdict::Unknown("needs four samples".into());
    }
    let over_samples = |values: &[f64]| -> Option<Drift> {
        let error = (variance(values)? / count as f64).sqrt();
        Some(Drift { drift: mean(values)?, error, freedom: (count - 1) as f64 })
    };
    let mut tested = Vec::new();
    let conditions: [(&str, Quantity); 3] = [
        ("energy between the last two logarithmic windows", |m| m.energy_window_drift),
        ("q² between the last two logarithmic windows", |m| m.overlap_sq_window_drift),
        ("q² of chains with their own past from q² of replicas", |m| {
            let difference = m.overlap_sq_two_time? - m.overlap_sq?;
            // Of frozen chains the two are equal up to rounding.
            Some(if difference.abs() < 1e-12 { 0.0 } else { difference })
        }),
    ];
    for (name, of) in conditions {
        match values(by_sample, of).and_then(|v| over_samples(&v)) {
            Some(drift) => tested.push((name, drift)),
            None => return Verdict::Unknown("needs two replicas, T > 0 and a series of four sweeps".into()),
        }
    }
    if let Some(gaps) = gaps {
        tested.extend(over_samples(gaps).map(|drift| ("energy against ⟨R_P⟩", drift)));
    }
    match stationary(&tested) {
        Verdict::No(text) => Verdict::No(text.replace("drifts by", "differs by")),
        // Stillness accuses nobody, and acquits nobody.
        _ if 2 * by_sample.iter().filter(|m| moves(m)).count() <= count => Verdict::Unknown(
            "in most samples a replica is frozen or its series too short for its own τ".into(),
        ),
        verdict => verdict,
    }
}

/// Whether all replicas move, and for many times their own τ.
fn moves(m: &Measurement) -> bool {
    let fraction = [m.moving_energy, m.moving_overlap].map(|fraction| fraction.unwrap_or(0.0));
    fraction == [1.0, 1.0] && m.tau_energy.is_some() && m.tau_overlap.is_some()
}

fn values(samples: &[Measurement], of: impl Fn(&Measurement) -> Option<f64>) -> Option<Vec<f64>> {
    samples.iter().map(of).collect()
}

pub(super) type Estimate = Option<(f64, Option<f64>)>;

/// A function of averages over samples, and its jackknife error.
pub(super) fn ratio<const K: usize>(
    row: &Row,
    quantities: [Quantity; K],
    of_averages: impl Fn([f64; K]) -> Option<f64>,
) -> Estimate {
    let of_sample = |m: &Measurement| -> Option<[f64; K]> {
        let found = quantities.map(|of| of(m));
        found.iter().all(Option::is_some).then(|| found.map(Option::unwrap_or_default))
    };
    let samples = row.by_sample.iter().map(of_sample).collect::<Option<Vec<[f64; K]>>>()?;
    jackknife(&samples, |samples| {
        let column = |k: usize| samples.iter().map(|values| values[k]).sum::<f64>() / samples.len() as f64;
        of_averages(std::array::from_fn(column))
    })
}

pub(super) fn simple(
    row: &mut Row,
    field: &'static str,
    error: &'static str,
    of: impl Fn(&Measurement) -> Option<f64>,
    reason: &str,
) {
    let estimate = row.average(of);
    both(row, field, error, estimate, reason);
}

pub(super) fn both(
    row: &mut Row,
    field: &'static str,
    error: &'static str,
    estimate: Estimate,
    reason: &str,
) {
    row.put(field, estimate.map(|(value, _)| value), reason);
    let why = if estimate.is_some() { "one sample has no scatter" } else { reason };
    row.put(error, estimate.and_then(|(_, error)| error), why);
}
