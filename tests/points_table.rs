//! What stands in points.csv: every column against what design and definitions say, on hand-made and on simulated samples.

use replicon::chain::{Measurement, Protocol, Sample, Start};
use replicon::dynamics::{AnyDynamics, Dynamics, Order, Update};
use replicon::exact::Enumeration;
use replicon::kernel::{FieldTables, Fields, OverlapForm};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::{Stream, StreamKey};
use replicon::scenario::{Column, Files, Scenario, Task};
use replicon::sweep::{ChainRecord, Points, StateTable, TaskResult};
use replicon::theory::rs;
use std::collections::HashMap;

const SCENARIO: &str = r#"
name = "table"
[model]
interaction_order = 4
[grid]
spins = 50
gamma = 0.2
temperature = [0.4]
[dynamics]
starts = ["planted", "random"]
measure_sweeps = 1000
[disorder]
samples = 4
[theory]
"#;

fn scenario(text: &str) -> Scenario {
    Scenario::from_text(text, "table.toml", &Files::Directory(".".into()), &[]).unwrap()
}

/// A sample with all that a verdict needs, its mean energy and overlap shifted by `shift`.
fn measurement(shift: f64) -> Measurement {
    Measurement {
        mattis: Some(0.9 + shift),
        mattis_abs: Some(0.9),
        mattis_max: Some(0.9),
        overlap: Some(0.8 + shift),
        overlap_sq: Some(0.7),
        energy: Some(-0.45 + shift),
        heat_capacity: Some(0.3),
        acceptance: Some(0.1),
        tau_energy: Some(2.0),
        tau_mattis: Some(5.0),
        tau_overlap: Some(3.0),
        moving_energy: Some(1.0),
        moving_mattis: Some(1.0),
        moving_overlap: Some(1.0),
        energy_drift: Some(0.0),
        mattis_drift: Some(0.0),
        overlap_drift: Some(0.0),
        energy_drift_error: Some(0.01),
        mattis_drift_error: Some(0.01),
        overlap_drift_error: Some(0.01),
        planted_energy: Some(-0.45),
        ..Measurement::default()
    }
}

/// The table of made-up samples; `of(sample, start)`.
fn table(scenario: &Scenario, of: impl Fn(usize, &str) -> Measurement) -> Vec<HashMap<String, String>> {
    let mut finished = HashMap::new();
    for task in scenario.tasks().unwrap() {
        let n = task.column.spins;
        let chains = scenario
            .temperatures
            .iter()
            .flat_map(|&temperature| ["planted", "random"].map(|start| (temperature, start)))
            .map(|(temperature, start)| ChainRecord {
                temperature,
                start: start.into(),
                measurement: of(task.sample, start),
                kept: Default::default(),
                first: Spins::from_fn(n, |_| true),
                last: Spins::from_fn(n, |_| true),
            })
            .collect();
        let result = TaskResult { task: task.clone(), pattern_hash: "made up".into(), chains };
        finished.insert(task.key(), result);
    }
    rows(&Points::gather(scenario, &finished, &StateTable::default()).unwrap().to_csv())
}

fn rows(csv: &str) -> Vec<HashMap<String, String>> {
    let mut lines = csv.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines.map(|fields| header.iter().cloned().zip(fields).collect()).collect()
}

fn number(row: &HashMap<String, String>, field: &str) -> f64 {
    row[field].parse().unwrap_or_else(|_| panic!("{field} is '{}'", row[field]))
}

#[test]
fn averages_errors_times_and_z_scores_are_the_defined_ones() {
    let scenario = scenario(SCENARIO);
    let shifts = [0.00, 0.01, 0.03, 0.04];
    let rows = table(&scenario, |sample, _| measurement(shifts[sample]));
    let (planted, random) = (&rows[0], &rows[1]);
    assert_eq!((planted["start"].as_str(), random["start"].as_str()), ("planted", "random"));
    // Mean 0.02, standard error √(Σ d²/(n(n−1))) = √(10e-4/12)
    let error = (10e-4f64 / 12.0).sqrt();
    assert!((number(planted, "mattis") - 0.92).abs() < 1e-12);
    assert!((number(planted, "mattis_err") - error).abs() < 1e-12);
    assert!((number(planted, "energy") + 0.43).abs() < 1e-12);
    assert!((number(planted, "energy_err") - error).abs() < 1e-12);
    assert!((number(planted, "overlap_err") - error).abs() < 1e-12);
    // The largest of the three times.
    assert_eq!(number(planted, "tau_sweeps"), 5.0);
    // Planted against the retrieval branch, random against m = 0; z = (measured − theory)/error.
    let column = &scenario.columns().unwrap().0[0];
    let retrieval =
        rs::retrieval(column.order, column.gamma, scenario.temperatures[0], 0.0).unwrap().unwrap();
    let zero = rs::zero_magnetisation(column.order, column.gamma, scenario.temperatures[0]).unwrap().unwrap();
    assert_eq!((planted["rs_branch"].as_str(), random["rs_branch"].as_str()), ("retrieval", "paramagnet"));
    assert!((number(planted, "rs_m") - retrieval.m).abs() < 1e-14 && number(random, "rs_m") == 0.0);
    assert!((number(planted, "rs_mattis_z") - (0.92 - retrieval.m) / error).abs() < 1e-9);
    assert!((number(planted, "rs_energy_z") - (-0.43 - retrieval.energy) / error).abs() < 1e-9);
    assert!((number(random, "rs_energy_z") - (-0.43 - zero.energy) / error).abs() < 1e-9);
    assert_eq!(random["rs_mattis_z"], "", "an extreme value has no z-score");
    // The energy with the planted pattern's scatter taken out: −(N)_P/(2N^P) in place of −0.45.
    let distinct = 50.0 * 49.0 * 48.0 * 47.0 / 50f64.powi(4);
    assert!((number(planted, "energy_controlled") - (-0.43 + 0.45 - 0.5 * distinct)).abs() < 1e-12);
    assert_eq!((planted["equilibrated"].as_str(), planted["starts_agree"].as_str()), ("true", "true"));
    // 1000 sweeps are 20 τ of 50, not of 51.
    let slow = table(&scenario, |s, _| Measurement { tau_mattis: Some(51.0), ..measurement(shifts[s]) });
    assert_eq!((slow[0]["equilibrated"].as_str(), number(&slow[0], "tau_sweeps")), ("", 51.0));
    let just = table(&scenario, |s, _| Measurement { tau_mattis: Some(50.0), ..measurement(shifts[s]) });
    assert_eq!(just[0]["equilibrated"], "true");
    // The heat capacity asks 20 τ of the energy alone.
    assert_eq!(number(&slow[0], "heat_capacity"), 0.3);
    let hot = table(&scenario, |s, _| Measurement { tau_energy: Some(51.0), ..measurement(shifts[s]) });
    assert_eq!((hot[0]["heat_capacity"].as_str(), hot[0]["heat_capacity_err"].as_str()), ("", ""));
}

#[test]
fn starts_agree_within_three_standard_errors_or_one_over_n_and_only_of_equilibrated_rows() {
    let scenario = scenario(SCENARIO);
    // Paired differences of mean d and standard error 0.001: from −0.0015, 0, 0, 0.0015 the error is √(4.5e-6/12) = 6.1e-4.
    let scatter = [-0.0015, 0.0, 0.0, 0.0015];
    let error = (4.5e-6f64 / 12.0).sqrt();
    let verdict = |energy: f64, overlap: f64| {
        let rows = table(&scenario, |sample, start| {
            let mut m = measurement(0.0);
            if start == "random" {
                m.energy = m.energy.map(|u| u + energy + scatter[sample]);
                m.overlap = m.overlap.map(|q| q + overlap);
            }
            m
        });
        rows[0]["starts_agree"].clone()
    };
    assert_eq!(verdict(2.9 * error, 0.0), "true");
    assert_eq!(verdict(3.1 * error, 0.0), "false");
    // N = 50: the floor of the overlap is 0.02.
    assert_eq!(verdict(0.0, 0.019), "true");
    assert_eq!(verdict(0.0, 0.021), "false");
    // A drift of 6 of its errors in one start: not equilibrated, no verdict on the starts.
    let rows = table(&scenario, |_, start| Measurement {
        energy_drift: Some(if start == "random" { 0.06 } else { 0.0 }),
        ..measurement(0.0)
    });
    assert_eq!((rows[0]["equilibrated"].as_str(), rows[1]["equilibrated"].as_str()), ("true", "false"));
    assert_eq!((rows[0]["starts_agree"].as_str(), rows[1]["starts_agree"].as_str()), ("", ""));
}

#[test]
fn parallel_order_has_its_own_law_no_theory_and_no_heat_capacity() {
    let scenario = scenario(&SCENARIO.replace("starts =", "order = \"parallel\"\nstarts ="));
    let row = &table(&scenario, |_, _| measurement(0.0))[0];
    assert_eq!(row["law"], "parallel");
    for field in ["heat_capacity", "rs_branch", "rs_m", "rs_energy_z", "annealed_energy"] {
        assert_eq!(row[field], "", "{field}");
    }
}

fn stream(purpose: &str, replica: usize) -> Stream {
    StreamKey::new(61, purpose).integer("replica", replica as u64).stream()
}

struct Network {
    tables: FieldTables,
    patterns: Patterns,
}

impl Network {
    fn new(p: u32, n: usize, k: usize) -> Self {
        let patterns =
            Patterns::random(n, k, &mut StreamKey::new(61, "patterns").integer("p", p.into()).stream())
                .unwrap();
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap();
        Self { tables: FieldTables::new(hamiltonian), patterns }
    }

    fn chain(&self, t: f64, sweeps: usize, replicas: usize, start: &Start) -> Measurement {
        let protocol = Protocol {
            update: Update::Glauber,
            order: Order::Random,
            replicas,
            burn_in_sweeps: 200,
            measure_sweeps: sweeps,
            ..Protocol::default()
        };
        let sample = Sample::new(&self.tables, &self.patterns, 0).unwrap();
        sample.run(&protocol, Temperature::new(t).unwrap(), start, stream).unwrap().measurement
    }
}

#[test]
fn at_infinite_temperature_every_quantity_of_a_chain_is_known() {
    let n = 40;
    let network = Network::new(4, n, 100);
    let m = network.chain(1e9, 40_000, 2, &Start::Planted);
    // A spin is visited k times a sweep, k binomial(N, 1/N), and forgotten at the first: r = (1 − 1/N)^N,
    // τ_m = ½ + r/(1 − r).
    let r = (1.0 - 1.0 / n as f64).powi(n as i32);
    let tau = 0.5 + r / (1.0 - r);
    // Error of τ: τ √((20τ + 2)/n/2 replicas) = 2 %; five of them.
    assert!((m.tau_mattis.unwrap() / tau - 1.0).abs() < 0.1, "τ = {:?}, exact {tau}", m.tau_mattis);
    // ⟨|m|⟩ of N independent spins: C(N−1, N/2 − 1)·N/2^{N−1}/N; ⟨q²⟩ = 1/N, ⟨|q|⟩ the same as ⟨|m|⟩.
    let binomial: f64 = (1..n / 2).map(|i| (n - i) as f64 / i as f64).product();
    let mean_abs = binomial / 2f64.powi(n as i32 - 1);
    let error = (2.0 * tau * (1.0 / n as f64 - mean_abs * mean_abs) / 80_000.0).sqrt();
    assert!(
        (m.mattis_abs.unwrap() - mean_abs).abs() < 5.0 * error,
        "{:?} {mean_abs} ± {error}",
        m.mattis_abs
    );
    assert!((m.overlap.unwrap() - mean_abs).abs() < 5.0 * 1.5 * error, "{:?} {mean_abs}", m.overlap);
    assert!((m.overlap_sq.unwrap() * n as f64 - 1.0).abs() < 0.05);
    assert!((m.acceptance.unwrap() - 0.5).abs() < 0.002);
    // The largest of 100 overlaps: beyond √(2 ln 200/N) hardly ever, above half of it always.
    let extreme = (2.0 * 200f64.ln() / n as f64).sqrt();
    assert!((0.8 * extreme..1.05 * extreme).contains(&m.mattis_max.unwrap()), "{:?} {extreme}", m.mattis_max);
}

#[test]
fn odd_orders_keep_the_sign_of_the_overlap_and_even_orders_follow_a_pattern_in_its_own_direction() {
    // P = 2 at low T from random starts: half of the chains fall on −ξ, and mattis counts along the one they fell on.
    let network = Network::new(2, 60, 2);
    let m = network.chain(0.2, 200, 4, &Start::Random);
    assert!(m.mattis.unwrap() > 0.8, "{:?}", m.mattis);
    // |q| of four replicas on ±ξ¹, ±ξ² is not signed.
    assert!(m.overlap.unwrap() >= m.overlap_sq.unwrap() - 1e-12 && m.overlap.unwrap() > 0.2);
    // P = 3 hot: ⟨q⟩ signed is 0, while |q| would be √(2/πN) = 0.13.
    let network = Network::new(3, 40, 30);
    let q = network.chain(50.0, 20_000, 2, &Start::Random).overlap.unwrap();
    assert!(q.abs() < 0.01, "{q}");
}

#[test]
fn the_heat_capacity_of_a_short_chain_is_unbiased_with_two_replicas() {
    // P = 4, N = 12: chains of 15 to 60 sweeps against enumeration, averaged over many runs of one sample.
    let network = Network::new(4, 12, 60);
    let t = 0.9;
    let exact = Enumeration::new(network.tables.hamiltonian(), &network.patterns)
        .unwrap()
        .at(Temperature::new(t).unwrap())
        .unwrap()
        .heat_capacity
        .unwrap();
    for sweeps in [15, 60] {
        let protocol = Protocol {
            update: Update::Glauber,
            order: Order::Random,
            replicas: 2,
            burn_in_sweeps: 300,
            measure_sweeps: sweeps,
            ..Protocol::default()
        };
        let sample = Sample::new(&network.tables, &network.patterns, 0).unwrap();
        let values: Vec<f64> = (0..1500)
            .map(|run| {
                sample
                    .run(&protocol, Temperature::new(t).unwrap(), &Start::Random, |purpose, replica| {
                        StreamKey::new(67, purpose)
                            .integer("run", run)
                            .integer("replica", replica as u64)
                            .stream()
                    })
                    .unwrap()
                    .measurement
                    .heat_capacity
                    .unwrap_or(0.0)
            })
            .collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
        let error = (spread / values.len() as f64).sqrt();
        assert!((mean - exact).abs() < 4.5 * error, "{sweeps} sweeps: {mean} ± {error}, exact {exact}");
    }
}

#[test]
fn a_task_is_known_by_its_values_and_streams_do_not_depend_on_the_grid() {
    let order = InteractionOrder::new(3).unwrap();
    let gamma = Load::realised(order, 20, 7).unwrap();
    let column = Column::bare(order, 20, 7, gamma, None);
    let task = Task { column: column.clone(), sample: 2 };
    let same = Task { column: Column { gamma_requested: Some(0.05), ..column }, sample: 2 };
    assert_eq!(task.key(), same.key());
    let draw = |task: &Task| replicon::rng::uniform(&mut task.chain_stream(1, "dynamics", 0.5, "planted", 0));
    assert_eq!(draw(&task), draw(&same));
}

#[test]
fn a_sweep_at_rest_is_a_fixed_point_of_every_zero_temperature_order() {
    let network = Network::new(3, 30, 20);
    let dynamics = |order| {
        AnyDynamics::new(
            Update::ZeroTemperature,
            order,
            network.tables.hamiltonian().scale(),
            Temperature::ZERO,
        )
        .unwrap()
    };
    let mut form = OverlapForm::new(&network.tables, &network.patterns, network.patterns.row(3));
    let mut random = stream("dynamics", 0);
    while !dynamics(Order::Random).is_at_rest(&mut form) {
        dynamics(Order::Random).sweep(&mut form, &mut random);
    }
    let rest = form.spins().clone();
    for order in [Order::Random, Order::Sequential, Order::Parallel] {
        assert_eq!(dynamics(order).sweep(&mut form, &mut random).accepted, 0);
        assert_eq!(form.spins(), &rest);
    }
}
