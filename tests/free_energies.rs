//! Free energies from simulation against enumeration of the same disorder samples: population annealing, integration from infinite
//! temperature and from zero temperature up a valley; and walks through temperatures.
//!
//! Of each sample the difference from its exact log Z/N is known; Student's t over 24 samples must stay below 5 (a false alarm has
//! probability 5e-5 for each of the about 20 means tested). Seeds are fixed. Planted defects are shown to fail by the same bound.

use replicon::params::Temperature;
use replicon::scenario::{Files, Scenario};
use replicon::sweep::{Points, StateTable, TaskResult, run_task, task_table};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

const BOUND: f64 = 5.0;

fn scenario(text: &str, overrides: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<String> = overrides.iter().map(|o| (*o).to_string()).collect();
    Scenario::from_text(text, "free.toml", &Files::Directory(".".into()), &overrides)
        .map_err(|e| e.to_string())
}

fn finished(scenario: &Scenario) -> HashMap<String, TaskResult> {
    let plan = scenario.dynamics.as_ref().unwrap();
    let stop = AtomicBool::new(false);
    let results = scenario.tasks().unwrap().into_iter().map(|task| {
        let result = run_task(scenario, plan, &task, |_, _| true, &stop).unwrap();
        (task.key(), result)
    });
    results.collect()
}

fn points(scenario: &Scenario) -> Points {
    Points::gather(scenario, &finished(scenario), &StateTable::default()).unwrap()
}

/// Exact f of each sample at a temperature.
fn exact_free_energies(scenario: &Scenario, temperature: f64) -> Vec<f64> {
    let at = [Temperature::new(temperature).unwrap()];
    let of = |task| {
        let table = task_table(scenario, &task, &at).unwrap();
        -temperature * table.points[0].log_z.unwrap() / scenario.spins[0] as f64
    };
    scenario.tasks().unwrap().into_iter().map(of).collect()
}

/// Mean over its standard error.
fn t(values: &[f64]) -> f64 {
    let mean = replicon::estimators::mean(values).unwrap();
    mean / (replicon::estimators::variance(values).unwrap() / values.len() as f64).sqrt()
}

fn differences(found: &[f64], exact: &[f64]) -> Vec<f64> {
    assert_eq!(found.len(), exact.len());
    found.iter().zip(exact).map(|(a, b)| a - b).collect()
}

const POPULATION: &str = r#"
name = "population"
seed = 5
[model]
interaction_order = 3
[grid]
spins = 12
gamma = 0.6
temperature = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0, 6.0]
[dynamics]
protocol = "population-annealing"
replicas = 1000
burn_in_sweeps = 4
measure_sweeps = 1
[disorder]
samples = 24
"#;

#[test]
fn a_population_measures_log_z_of_each_sample() {
    let scenario = scenario(POPULATION, &[]).unwrap();
    let points = points(&scenario);
    for row in &points.rows {
        let temperature = row.temperature.get();
        let exact = exact_free_energies(&scenario, temperature);
        let differences = differences(&row.free_energies, &exact);
        assert!(t(&differences).abs() < BOUND, "T = {temperature}: t = {}", t(&differences));
        let worst = differences.iter().fold(0.0, |worst: f64, d| worst.max(d.abs()));
        assert!(worst < 0.02, "T = {temperature}: {worst}");
        // Energies 1 % too large are noticed: −T log Z of them at T is 1.01 times that of T/1.01.
        if temperature <= 1.0 {
            let wrong: Vec<f64> =
                exact_free_energies(&scenario, temperature / 1.01).iter().map(|f| 1.01 * f).collect();
            let planted: Vec<f64> = row.free_energies.iter().zip(&wrong).map(|(a, b)| a - b).collect();
            assert!(t(&planted).abs() > BOUND, "T = {temperature}: a defect with t = {}", t(&planted));
        }
    }
}

#[test]
fn energies_and_overlaps_of_a_population_are_those_of_the_gibbs_law() {
    let scenario = scenario(POPULATION, &[]).unwrap();
    let points = points(&scenario);
    for row in points.rows.iter().filter(|row| row.temperature.get() >= 0.5) {
        let at = [row.temperature];
        let tables: Vec<_> = scenario
            .tasks()
            .unwrap()
            .iter()
            .map(|task| task_table(&scenario, task, &at).unwrap().points[0].clone())
            .collect();
        let energies: Vec<f64> =
            row.by_sample.iter().zip(&tables).map(|(m, e)| m.energy.unwrap() - e.energy).collect();
        let overlaps: Vec<f64> =
            row.by_sample.iter().zip(&tables).map(|(m, e)| m.overlap_sq.unwrap() - e.overlap_sq).collect();
        assert!(t(&energies).abs() < BOUND, "T = {}: energy, t = {}", row.temperature, t(&energies));
        assert!(t(&overlaps).abs() < BOUND, "T = {}: q², t = {}", row.temperature, t(&overlaps));
        let variances: Vec<f64> = row
            .by_sample
            .iter()
            .zip(&tables)
            .map(|(m, e)| m.heat_capacity.unwrap() - e.heat_capacity.unwrap())
            .collect();
        assert!(t(&variances).abs() < BOUND, "T = {}: C, t = {}", row.temperature, t(&variances));
    }
}

/// A population of 60 cannot have a hundred families: the row says so, and larger ones are not accused.
#[test]
fn families_that_collapse_are_named() {
    let small = points(&scenario(POPULATION, &["dynamics.replicas=60", "disorder.samples=2"]).unwrap());
    let cold = &small.rows[0];
    let why = format!("{:?}", cold.equilibrated);
    assert!(why.contains("families collapsed"), "{why}");
    assert!(cold.number("rho_t").unwrap() > 1.5);
    let large = points(&scenario(POPULATION, &["disorder.samples=2"]).unwrap());
    let hot = large.rows.last().unwrap();
    assert_eq!(hot.equilibrated.as_bool(), Some(true), "{:?}", hot.equilibrated);
    assert!(hot.number("family_entropy").unwrap() > 6.0);
}

const INDEPENDENT: &str = r#"
name = "integration"
seed = 6
[model]
interaction_order = 3
[grid]
spins = 12
gamma = 0.6
temperature = [0.6, 0.7, 0.85, 1.0, 1.25, 1.6, 2.5, 5.0]
[dynamics]
starts = ["random"]
burn_in_sweeps = 200
measure_sweeps = 4000
[disorder]
samples = 24
"#;

#[test]
fn integration_from_infinite_temperature_gives_the_free_energy() {
    let scenario = scenario(INDEPENDENT, &[]).unwrap();
    for row in &points(&scenario).rows {
        let temperature = row.temperature.get();
        let exact = exact_free_energies(&scenario, temperature);
        let differences = differences(&row.free_energies, &exact);
        let quadrature = row.number("free_energy_quadrature").unwrap();
        let mean = replicon::estimators::mean(&differences).unwrap();
        let error = mean / t(&differences);
        // What the nodes leave out may be its own estimate more.
        assert!(
            mean.abs() < BOUND * error.abs() + 2.0 * quadrature,
            "T = {temperature}: {mean} ± {error}, quadrature {quadrature}"
        );
        assert!(mean.abs() < 2e-3, "T = {temperature}: {mean}");
        assert_eq!(row.free_energies.len(), 24);
    }
}

/// Far apart, the temperatures do not tell the free energy, and the row says so.
#[test]
fn few_temperatures_give_no_free_energy() {
    let sparse = ["grid.temperature=[0.2, 1.5]", "disorder.samples=2", "dynamics.measure_sweeps=200"];
    let points = points(&scenario(INDEPENDENT, &sparse).unwrap());
    let refused =
        points.reasons.keys().any(|(field, why)| field == "free_energy" && why.contains("too far apart"));
    assert!(refused, "{:?}", points.reasons.keys());
}

fn alone_reasons(points: &Points) -> Vec<&(String, String)> {
    points.reasons.keys().filter(|(field, _)| field.starts_with("free_energy")).collect()
}

const VALLEY: &str = r#"
name = "valley"
seed = 7
[model]
interaction_order = 3
[grid]
spins = 22
patterns = 2
temperature = [0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4]
[dynamics]
protocol = "heating"
starts = ["planted"]
burn_in_sweeps = 100
measure_sweeps = 4000
lost_below = 0.3
[disorder]
samples = 24
"#;

/// The network of one pattern at odd P has one valley, and up to T = 0.4 nothing else: its log Z is the network's. What the integral adds to
/// the energy of T = 0 is small; it is right to a quarter of itself, where it can be seen.
#[test]
fn integration_from_zero_temperature_gives_the_free_energy_of_a_valley() {
    let alone = scenario(VALLEY, &["grid.patterns=[1]", "disorder.samples=4"]).unwrap();
    let table = points(&alone);
    for row in &table.rows {
        let temperature = row.temperature.get();
        if temperature == 0.0 {
            continue;
        }
        let exact = exact_free_energies(&alone, temperature);
        let found = row
            .free_energies
            .first()
            .unwrap_or_else(|| panic!("T = {temperature}: {:?}", alone_reasons(&table)));
        assert!((found - exact[0]).abs() < 1e-3, "T = {temperature}: {found} {}", exact[0]);
        if temperature >= 0.35 {
            let ground = table.rows[0].free_energies[0];
            let mean = replicon::estimators::mean(&row.free_energies).unwrap();
            let (added, right) = (mean - ground, exact[0] - ground);
            assert!((added - right).abs() < 0.25 * right.abs(), "T = {temperature}: {added} {right}");
        }
    }
}

/// A walk that rests 0.01 too high at T = 0, and whose warmer energies are lower: integrated from there f would be wrong by 0.01 T/T₁ = 0.04 at
/// T = 0.4; from the lowest energy on it is right within what the table says of it.
#[test]
fn a_valley_whose_walk_rests_too_high_at_zero_temperature_is_integrated_from_its_lowest_energy() {
    let alone = scenario(VALLEY, &["grid.patterns=[1]", "disorder.samples=4"]).unwrap();
    let mut finished = finished(&alone);
    for result in finished.values_mut() {
        let coldest = result.chains.first_mut().unwrap();
        *coldest.measurement.energy.as_mut().unwrap() += 0.01;
    }
    let table = Points::gather(&alone, &finished, &StateTable::default()).unwrap();
    let (coldest, warmest) = (&table.rows[0], table.rows.last().unwrap());
    assert!(coldest.number("free_energy").is_none());
    let exact = exact_free_energies(&alone, warmest.temperature.get())[0];
    let found = warmest.number("free_energy").unwrap();
    let bound = 1e-3 + warmest.number("free_energy_quadrature").unwrap();
    assert!((found - exact).abs() < bound && bound < 0.01, "{found} {exact} {bound}");
}

/// On a walk each temperature begins where the last one ended.
#[test]
fn a_walk_goes_on_from_temperature_to_temperature() {
    for (protocol, reverse) in [("heating", false), ("cooling", true)] {
        let text = VALLEY.replace("heating", protocol);
        let scenario = scenario(&text, &["disorder.samples=1", "dynamics.measure_sweeps=5"]).unwrap();
        let finished = finished(&scenario);
        let mut chains = finished.values().next().unwrap().chains.clone();
        assert_eq!(chains.len(), 8);
        if reverse {
            chains.reverse();
        }
        for pair in chains.windows(2) {
            assert_eq!(pair[0].last, pair[1].first, "{protocol}");
        }
    }
}

const BRANCHES: &str = r#"
name = "branches"
seed = 8
[model]
interaction_order = 3
[grid]
spins = 40
patterns = 3
temperature = [0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.42, 0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.6, 2.5, 5.0]
[dynamics]
starts = ["planted", "random"]
replicas = 2
burn_in_sweeps = 100
measure_sweeps = 1000
[disorder]
samples = 4
"#;

/// Three patterns of 40 spins are found from anywhere at T = 0.35, and the two branches are one: the table gives no gap there and says why.
#[test]
fn there_is_no_gap_of_free_energies_where_a_random_start_has_found_a_pattern() {
    let few = points(&scenario(BRANCHES, &[]).unwrap());
    let at = |table: &Points, start: &str| {
        table.rows.iter().find(|r| r.temperature.get() == 0.35 && r.start == start).unwrap().clone()
    };
    let (planted, random) = (at(&few, "planted"), at(&few, "random"));
    assert!(random.number("mattis_max").unwrap() > 0.6, "{:?}", random.number("mattis_max"));
    assert!(
        !planted.free_energies.is_empty() && !random.free_energies.is_empty(),
        "{:?}",
        alone_reasons(&few)
    );
    assert_eq!(planted.number("free_energy_gap"), None);
    assert!(planted.free_energy_gaps.is_empty());
    let told = few
        .reasons
        .keys()
        .any(|(field, why)| field == "free_energy_gap" && why.contains("a random start has found a pattern"));
    assert!(told, "{:?}", alone_reasons(&few));
}
