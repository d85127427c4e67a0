//! What stands in points.csv and in the exports about overlaps and equilibrium: every column of hand-made samples against numbers worked
//! out by hand, and what a recorder averages against the sweeps that it saw.

use replicon::chain::{Course, Keep, Kept, Measurement, Protocol, Sample, Start};
use replicon::dynamics::Update;
use replicon::estimators::{OverlapHistogram, Verdict, mean};
use replicon::kernel::{CouplingTensor, FieldTables};
use replicon::model::{DenseHebbian, GaussianCouplings, Patterns, Spins};
use replicon::observables::largest_overlaps;
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::{Stream, StreamKey, below};
use replicon::scenario::{Files, Scenario};
use replicon::sweep::{
    ChainRecord, Points, StateTable, TaskResult, joint_table, overlap_distribution_table,
    overlap_distributions, thermalised,
};
use std::collections::{BTreeMap, HashMap};

fn course(replica_exchange: bool) -> Course {
    if replica_exchange { Course::ReplicaExchange } else { Course::Independent }
}

/// N = 8, T = 4: (N)_P/N^P = 8·7·6/512 = 0.65625, βγ/2 = 0.125.
const SCENARIO: &str = r#"
name = "columns"
[model]
interaction_order = 3
couplings = "gaussian"
[grid]
spins = 8
gamma = 1.0
temperature = [4.0, 5.0]
[dynamics]
replicas = 4
[disorder]
samples = 4
"#;
const PREFACTOR: f64 = 0.125 * 0.65625;

fn scenario(text: &str, overrides: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<String> = overrides.iter().map(|o| (*o).to_string()).collect();
    Scenario::from_text(text, "columns.toml", &Files::Directory(".".into()), &overrides)
        .map_err(|e| e.to_string())
}

/// All chains of a scenario, made up.
fn made_up(scenario: &Scenario, of: impl Fn(usize) -> (Measurement, Kept)) -> HashMap<String, TaskResult> {
    let results = scenario.tasks().unwrap().into_iter().map(|task| {
        let chain = |&temperature: &Temperature| {
            let ((measurement, kept), up) = (of(task.sample), Spins::from_fn(8, |_| true));
            ChainRecord {
                temperature,
                start: "random".into(),
                measurement,
                kept,
                first: up.clone(),
                last: up,
            }
        };
        let chains = scenario.temperatures.iter().map(chain).collect();
        (task.key(), TaskResult { task, pattern_hash: "made up".into(), chains })
    });
    results.collect()
}

fn csv_rows(csv: &str) -> Vec<HashMap<String, String>> {
    let mut lines = csv.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines.map(|fields| header.iter().cloned().zip(fields).collect()).collect()
}

const SECOND: [f64; 4] = [0.1, 0.2, 0.3, 0.4];
const FOURTH: [f64; 4] = [0.05, 0.08, 0.15, 0.2];
const SQUARED: [f64; 4] = [0.02, 0.05, 0.1, 0.17];
const TUPLE: [f64; 4] = [0.1, 0.2, 0.2, 0.3];
/// Energy above what the identity asks for, around a mean: standard error 0.0064550, three of which are 0.019365.
const GAP: [f64; 4] = [-0.015, 0.005, -0.005, 0.015];

/// Every quantity another number, so that none can stand for another; the mean gap of the identity is `gap`.
fn measurement(sample: usize, gap: f64) -> Measurement {
    let step = [-0.03, -0.01, 0.01, 0.03][sample];
    Measurement {
        energy: Some(-PREFACTOR * (1.0 - TUPLE[sample]) + gap + GAP[sample]),
        overlap_sq: Some(SECOND[sample]),
        overlap_fourth: Some(FOURTH[sample]),
        overlap_sq_squared: Some(SQUARED[sample]),
        overlap_tuple: Some(TUPLE[sample]),
        overlap_signed: Some(0.11 + step),
        overlap_sq_thermal_error: Some([0.01, 0.02, 0.02, 0.04][sample]),
        mattis_second: Some(0.31 + step),
        edwards_anderson: Some(0.51 + step),
        overlap_sq_two_time: Some(SECOND[sample] + step),
        energy_window_drift: Some(0.1 * step),
        overlap_sq_window_drift: Some(-step),
        moving_energy: Some(1.0),
        moving_overlap: Some(1.0),
        tau_energy: Some(2.0),
        tau_overlap: Some(3.0),
        burn_in_used: Some(100.0 + 100.0 * sample as f64),
        measure_used: Some(1000.0 * (1.0 + sample as f64)),
        exchange_acceptance: Some(0.41 + step),
        round_trips: Some(21.0 + step),
        from_cold: Some(0.61 + step),
        ..Measurement::default()
    }
}

/// Standard error of a mean of four, written out.
fn error(values: [f64; 4]) -> f64 {
    let centre = values.iter().sum::<f64>() / 4.0;
    (values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / 12.0).sqrt()
}

/// Jackknife of a function of sums over samples, written out.
fn jackknife(of: impl Fn(&[usize]) -> f64) -> f64 {
    let left: Vec<f64> = (0..4).map(|i| of(&(0..4).filter(|&j| j != i).collect::<Vec<_>>())).collect();
    let centre = left.iter().sum::<f64>() / 4.0;
    (0.75 * left.iter().map(|v| (v - centre).powi(2)).sum::<f64>()).sqrt()
}

#[test]
fn every_column_about_overlaps_and_equilibrium_is_the_defined_number() {
    let scenario = scenario(SCENARIO, &[]).unwrap();
    let row = |gap: f64, change: fn(&mut Measurement)| {
        let finished = made_up(&scenario, |sample| {
            let mut m = measurement(sample, gap);
            change(&mut m);
            (m, Kept::default())
        });
        csv_rows(&Points::gather(&scenario, &finished, &StateTable::default()).unwrap().to_csv()).remove(0)
    };
    let found = row(0.0, |_| ());
    let average =
        |values: &[f64; 4], kept: &[usize]| kept.iter().map(|&i| values[i]).sum::<f64>() / kept.len() as f64;
    let binder = |kept: &[usize]| 0.5 * (3.0 - average(&FOURTH, kept) / average(&SECOND, kept).powi(2));
    let guerra = |kept: &[usize]| {
        let square = average(&SECOND, kept).powi(2);
        (average(&SQUARED, kept) - square) / (average(&FOURTH, kept) - square)
    };
    let steps = error([-0.03, -0.01, 0.01, 0.03]);
    let energies: [f64; 4] = std::array::from_fn(|i| -PREFACTOR * (1.0 - TUPLE[i]) + GAP[i]);
    // Worked out: [⟨q²⟩] = 0.25, [⟨q⁴⟩] = 0.12, [⟨q²⟩²] = 0.085, [⟨R_P⟩] = 0.2.
    let expected = [
        ("mattis_second", 0.31),
        ("mattis_second_err", steps),
        ("overlap_signed", 0.11),
        ("overlap_signed_err", steps),
        ("overlap_fourth", 0.12),
        ("overlap_fourth_err", error(FOURTH)),
        // √(0.01² + 2·0.02² + 0.04²)/4
        ("overlap_sq_thermal_err", 0.0125),
        ("binder", 0.54),
        ("binder_err", jackknife(binder)),
        ("guerra", 0.0225 / 0.0575),
        ("guerra_err", jackknife(guerra)),
        ("chi_sg", 2.0),
        ("chi_sg_err", 8.0 * error(SECOND)),
        ("overlap_sq_two_time", 0.25),
        ("overlap_sq_two_time_err", error([0.07, 0.19, 0.31, 0.43])),
        ("q_ea", 0.51),
        ("q_ea_err", steps),
        ("r_p", 0.2),
        ("r_p_err", error(TUPLE)),
        ("energy_from_r_p", -0.8 * PREFACTOR),
        ("energy_from_r_p_err", PREFACTOR * error(TUPLE)),
        ("energy_identity_gap", 0.0),
        ("energy_identity_gap_err", error(GAP)),
        ("annealed_energy", -PREFACTOR),
        // u = −0.8 of the prefactor
        ("annealed_z", 0.2 * PREFACTOR / error(energies)),
        ("burn_in_sweeps", 250.0),
        ("measure_sweeps", 2500.0),
        ("exchange_acceptance", 0.41),
        ("exchange_acceptance_err", steps),
        ("round_trips", 21.0),
        ("round_trips_err", steps),
        ("from_cold", 0.61),
    ];
    let mut wrong = Vec::new();
    for (field, value) in expected {
        let is: f64 = found[field].parse().unwrap_or_else(|_| panic!("{field} is '{}'", found[field]));
        if (is - value).abs() > 1e-12 {
            wrong.push(format!("{field} = {is}, not {value}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("; "));
    // The identity holds within three standard errors, 0.019365: neither two nor four.
    assert_eq!(found["energy_identity_holds"], "true");
    for (gap, holds) in [(0.018, "true"), (-0.018, "true"), (0.021, "false"), (-0.021, "false")] {
        assert_eq!(row(gap, |_| ())["energy_identity_holds"], holds, "gap {gap}");
    }
    assert_eq!(found["thermalised"], "true");
    // Each condition of `thermalised` alone.
    let accused = [
        row(0.0, |m| m.overlap_sq_two_time = m.overlap_sq.map(|q| q + 0.3 + 0.1 * q)),
        row(0.0, |m| m.energy_window_drift = m.energy_window_drift.map(|d| d + 0.1)),
        row(0.0, |m| m.overlap_sq_window_drift = m.overlap_sq_window_drift.map(|d| d - 1.0)),
        row(0.3, |_| ()),
    ];
    assert!(accused.iter().all(|row| row["thermalised"] == "false"));
}

#[test]
fn frozen_rows_are_neither_accused_nor_acquitted_and_few_samples_say_nothing() {
    let of = |count: usize, change: fn(&mut Measurement)| {
        let mut samples: Vec<Measurement> = (0..count).map(|i| measurement(i % 4, 0.0)).collect();
        samples.iter_mut().for_each(change);
        thermalised(&samples, None)
    };
    assert_eq!(of(8, |_| ()), Verdict::Yes);
    let frozen = |m: &mut Measurement| {
        (m.moving_energy, m.moving_overlap, m.tau_energy, m.tau_overlap) = (Some(0.5), Some(0.5), None, None);
        (m.energy_window_drift, m.overlap_sq_window_drift) = (Some(0.0), Some(0.0));
        m.overlap_sq_two_time = m.overlap_sq;
    };
    assert!(matches!(of(8, frozen), Verdict::Unknown(_)));
    assert!(matches!(of(8, |m| m.tau_overlap = None), Verdict::Unknown(_)));
    // Frozen in valleys of their own: replicas differ, each chain remembers itself.
    assert_eq!(
        of(8, |m| {
            m.moving_energy = Some(0.0);
            m.overlap_sq_two_time = Some(1.0);
        })
        .as_bool(),
        Some(false)
    );
    assert!(matches!(of(3, |_| ()), Verdict::Unknown(_)));
    let few = scenario(SCENARIO, &["disorder.samples=3"]).unwrap();
    let finished = made_up(&few, |sample| (measurement(sample, 0.0), Kept::default()));
    let points = Points::gather(&few, &finished, &StateTable::default()).unwrap();
    assert_eq!(csv_rows(&points.to_csv())[0]["energy_identity_holds"], "");
    let reason =
        |(field, reason): &(String, String)| field == "energy_identity_holds" && reason.contains("four");
    assert!(points.reasons.keys().any(reason));
}

#[test]
fn the_error_of_p_of_q_is_its_scatter_over_samples_and_joint_rows_are_m_then_q() {
    let scenario = scenario(SCENARIO, &[]).unwrap();
    let finished = made_up(&scenario, |sample| {
        let mut counts = vec![0; 9];
        (counts[4], counts[8]) = if sample % 2 == 0 { (10, 30) } else { (30, 10) };
        let overlaps = OverlapHistogram::from_counts(counts);
        (measurement(sample, 0.0), Kept { overlaps, joint: vec![(2, -4, 5)], ..Kept::default() })
    });
    let laws = overlap_distributions(&scenario, &finished).unwrap();
    let bins = csv_rows(&overlap_distribution_table(&laws).to_csv());
    // Densities p N/2 = 1, 3, 1, 3: mean 2, standard error √(4/3/4).
    for (q, density, scatter) in [("0", 2.0, (1.0f64 / 3.0).sqrt()), ("0.5", 0.0, 0.0)] {
        let bin = bins.iter().find(|bin| bin["q"] == q).unwrap();
        assert_eq!(bin["density"].parse::<f64>().unwrap(), density);
        assert!((bin["density_err"].parse::<f64>().unwrap() - scatter).abs() < 1e-12);
    }
    let joint = csv_rows(&joint_table(&scenario, &finished).unwrap().to_csv());
    assert_eq!(
        (joint[0]["m"].as_str(), joint[0]["q"].as_str(), joint[0]["count"].as_str()),
        ("0.25", "-0.5", "5")
    );
}

fn streams(seed: u64) -> impl Fn(&str, usize) -> Stream {
    move |purpose, replica| StreamKey::new(seed, purpose).integer("replica", replica as u64).stream()
}

fn temperature(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

/// The chain of one Hebbian sample at P = 4, which knows a pattern only up to its sign.
fn hebbian(protocol: &Protocol, t: f64, seed: u64) -> (Measurement, Kept) {
    let (n, k) = (16, 40);
    let patterns = Patterns::random(n, k, &mut StreamKey::new(90, "patterns").stream()).unwrap();
    let tables = FieldTables::new(DenseHebbian::new(InteractionOrder::new(4).unwrap(), n, k).unwrap());
    let sample = Sample::new(&tables, &patterns, 0).unwrap();
    let result = sample.run(protocol, temperature(t), &Start::Random, streams(seed)).unwrap();
    (result.measurement, result.kept)
}

#[test]
fn joint_histograms_and_squares_are_those_of_the_series() {
    let keep = Keep { series: true, joint: true, ..Keep::default() };
    let protocol =
        Protocol { replicas: 4, burn_in_sweeps: 3, measure_sweeps: 40, keep, ..Protocol::default() };
    let pairs = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)];
    let (mut negative, mut differ) = (false, false);
    for seed in 0..6 {
        // Low enough for every pair to stay at an overlap of its own.
        let (m, kept) = hebbian(&protocol, 0.15, 91 + seed);
        let series = |name: &str| -> Vec<&Vec<f64>> {
            kept.series.iter().filter(|(quantity, _, _)| quantity == name).map(|(_, _, v)| v).collect()
        };
        let (mattis, overlaps) = (series("mattis"), series("overlap"));
        let mut joint: BTreeMap<(i64, i64), u64> = BTreeMap::new();
        for (&(a, _), overlaps) in pairs.iter().zip(&overlaps) {
            for (m, q) in mattis[a].iter().zip(*overlaps) {
                *joint.entry(((16.0 * m).round() as i64, (16.0 * q).round() as i64)).or_default() += 1;
            }
        }
        let joint: Vec<(i64, i64, u64)> = joint.into_iter().map(|((m, q), count)| (m, q, count)).collect();
        assert_eq!(kept.joint, joint);
        // At the end of burn-in m of the nearest pattern is positive by choice of direction; q has its own sign.
        negative |= joint.iter().any(|(_, q, _)| *q < 0);
        assert!(mattis.iter().all(|m| m[0] > 0.0), "seed {seed}");
        let square = |pair: usize| mean(&overlaps[pair].iter().map(|q| q * q).collect::<Vec<_>>()).unwrap();
        // (01)(23), (02)(13), (12)(03)
        let disjoint = (square(0) * square(5) + square(1) * square(4) + square(2) * square(3)) / 3.0;
        assert!((m.overlap_sq_squared.unwrap() - disjoint).abs() < 1e-12);
        let all: Vec<f64> = (0..6).map(square).collect();
        differ |= (mean(&all).unwrap().powi(2) - disjoint).abs() > 1e-3;
    }
    assert!(negative && differ, "nothing that a defect could change");
}

#[test]
fn a_chain_is_compared_with_its_own_past_over_the_later_half_alone() {
    // Lags 3 and 4 from t₀ = 1 of a chain of 1 + 4 sweeps; of one without burn-in lags 2 and 3, t₀ being a quarter of the measuring time.
    for (burn_in_sweeps, lags) in [(1, [3, 4]), (0, [2, 3])] {
        let keep = Keep { curves: true, ..Keep::default() };
        let protocol =
            Protocol { replicas: 1, burn_in_sweeps, measure_sweeps: 4, keep, ..Protocol::default() };
        for seed in 0..5 {
            let (m, kept) = hebbian(&protocol, 1.0, 96 + seed);
            let at = |lag: usize| {
                let mut curve = kept.curves.iter().filter(|c| c.quantity == "overlap" && c.waiting == 1);
                curve.find(|c| c.time == lag).unwrap().value
            };
            let of = |f: fn(f64) -> f64| (f(at(lags[0])) + f(at(lags[1]))) / 2.0;
            assert!((m.edwards_anderson.unwrap() - of(|q| q)).abs() < 1e-14);
            assert!((m.overlap_sq_two_time.unwrap() - of(|q| q * q)).abs() < 1e-14);
        }
    }
}

#[test]
fn the_second_largest_overlap_is_the_second_and_a_sign_counts_at_odd_p_alone() {
    assert_eq!(largest_overlaps(&[3, -5, 4, 1], 8, false), (0.625, Some(0.5)));
    assert_eq!(largest_overlaps(&[3, -5, 4, 1], 8, true), (0.5, Some(0.375)));
    assert_eq!(largest_overlaps(&[4, 4], 8, true), (0.5, Some(0.5)));
    assert_eq!(largest_overlaps(&[-2], 8, true), (-0.25, None));
    // However many patterns there are, and wherever the two stand.
    let mut stream = StreamKey::new(104, "overlaps").stream();
    for count in [2, 3, 255, 256, 257, 600, 1500] {
        for round in 0..200 {
            let overlaps: Vec<i16> = (0..count).map(|_| below(&mut stream, 401) as i16 - 200).collect();
            for signed in [false, true] {
                let mut sorted: Vec<i16> =
                    overlaps.iter().map(|&m| if signed { m } else { m.abs() }).collect();
                sorted.sort_unstable_by(|a, b| b.cmp(a));
                let expected = (f64::from(sorted[0]) / 256.0, Some(f64::from(sorted[1]) / 256.0));
                assert_eq!(largest_overlaps(&overlaps, 256, signed), expected, "K = {count}, {round}");
            }
        }
    }
}

#[test]
fn mattis_follows_no_pattern_where_configurations_wander() {
    let (n, k) = (12, 20);
    let patterns = Patterns::random(n, k, &mut StreamKey::new(100, "patterns").stream()).unwrap();
    let tables = FieldTables::new(DenseHebbian::new(InteractionOrder::new(3).unwrap(), n, k).unwrap());
    let sample = Sample::new(&tables, &patterns, 0).unwrap();
    let run = |replica_exchange: bool, start: Start| -> Measurement {
        let protocol = Protocol { course: course(replica_exchange), ..Protocol::default() };
        let streams = |purpose: &str, t: Temperature, replica: usize| {
            StreamKey::new(101, purpose).real("t", t.get()).integer("replica", replica as u64).stream()
        };
        let ladder = [0.8, 1.2].map(temperature);
        sample.run_ladder(&protocol, &ladder, &start, streams).unwrap().swap_remove(0).measurement
    };
    let wanders = run(true, Start::Random);
    assert_eq!((wanders.mattis, wanders.mattis_abs, wanders.tau_mattis), (None, None, None));
    assert!(wanders.mattis_max.is_some() && wanders.mattis_second.is_some());
    assert!(run(true, Start::Planted).mattis.is_some() && run(false, Start::Random).mattis.is_some());
}

#[test]
fn until_equilibrated_waits_for_a_round_trip() {
    // Two temperatures so far apart that an exchange is accepted once in 10⁵ tries; each by itself is settled soon.
    let order = InteractionOrder::new(2).unwrap();
    let mut stream = StreamKey::new(102, "patterns").stream();
    let couplings = GaussianCouplings::draw(order, 200, Load::new(1.0).unwrap(), &mut stream).unwrap();
    let tensor = CouplingTensor::new(&couplings);
    let sample = Sample::gaussian(order, &tensor);
    let run = |replica_exchange: bool| -> (f64, f64) {
        let protocol = Protocol {
            burn_in_sweeps: 50,
            measure_sweeps: 100,
            max_sweeps: Some(4000),
            course: course(replica_exchange),
            update: Update::Metropolis,
            ..Protocol::default()
        };
        let streams = |purpose: &str, t: Temperature, replica: usize| {
            StreamKey::new(103, purpose).real("t", t.get()).integer("replica", replica as u64).stream()
        };
        let ladder = [1.5, 1000.0].map(temperature);
        let result = sample.run_ladder(&protocol, &ladder, &Start::Random, streams).unwrap().swap_remove(0);
        (result.measurement.measure_used.unwrap(), result.measurement.round_trips.unwrap_or(0.0))
    };
    let ((alone, _), (together, trips)) = (run(false), run(true));
    assert!(alone < 1600.0 && trips < 1.0, "{alone} {trips}");
    // 50 + 100 + 200 + 400 + 800 + 1600
    assert_eq!(together, 1600.0);
    let protocol = Protocol { burn_in_sweeps: 50, measure_sweeps: 100, ..Protocol::default() };
    assert_eq!(protocol.most_sweeps(), (150, 100));
    assert_eq!(Protocol { max_sweeps: Some(4000), ..protocol }.most_sweeps(), (3150, 1600));
}

#[test]
fn what_cannot_be_is_refused_by_name_before_anything_runs() {
    let refusal = |overrides: &[&str]| scenario(SCENARIO, overrides).unwrap_err();
    let most = ["dynamics.until=\"equilibrated\"", "dynamics.max_sweeps=999"];
    assert!(refusal(&most).contains("dynamics.max_sweeps") && refusal(&most).contains("1000"));
    assert!(scenario(SCENARIO, &[most[0], "dynamics.max_sweeps=1000"]).is_ok());
    let near = ["grid.temperature={from=1.0,to=1.00000000001,count=20}"];
    assert!(refusal(&near).contains("grid.temperature"));
    assert!(refusal(&["dynamics.keep=[\"joint\"]"]).contains("dynamics.keep"), "Gaussian couplings");
    let hebbian = SCENARIO.replace("couplings = \"gaussian\"", "").replace("1.0", "8.0");
    let joint = |more: &'static str| scenario(&hebbian, &["dynamics.keep=[\"joint\"]", more]);
    assert!(joint("dynamics.replicas=2").is_ok());
    assert!(joint("dynamics.replicas=1").unwrap_err().contains("dynamics.keep"));
    let wandering =
        ["dynamics.keep=[\"joint\"]", "dynamics.replica_exchange=true", "dynamics.starts=[\"random\"]"];
    assert!(scenario(&hebbian, &wandering).unwrap_err().contains("dynamics.keep"));
}
