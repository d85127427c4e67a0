//! The exponential and the continuous network as scenarios: what is read, what is refused, what comes out.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::estimators::{Trials, half_point};
use replicon::exact::Enumeration;
use replicon::model::Exponential;
use replicon::scenario::{Files, Scenario};
use replicon::sweep::{Summary, task_patterns};

const EXPONENTIAL: &str = r#"
name = "exponential"
seed = 3
[model]
kind = "exponential"
energy = "lse"
[grid]
spins = 10
patterns = [3, 12]
lambda = [0.5, 1.0]
temperature = [0.0, 1.5]
[dynamics]
starts = ["planted", "random"]
replicas = 2
burn_in_sweeps = 100
measure_sweeps = 4000
[disorder]
samples = 3
"#;

const RECALL: &str = r#"
name = "recall"
seed = 4
[model]
kind = "exponential"
energy = "sum"
[grid]
spins = [16, 32]
rate = { from = 0.06, to = 0.26, count = 11 }
temperature = 0
[dynamics]
update = "zero-temperature"
starts = [{ corrupted = 0.25 }, { each = 0.25 }]
replicas = 1
lost_below = 1.0
burn_in_sweeps = 0
measure_sweeps = 100
[disorder]
samples = 60
[[figures]]
kind = "modern"
quantity = "capacity"
"#;

const CONTINUOUS: &str = r#"
name = "continuous"
seed = 5
[model]
kind = "continuous"
[grid]
spins = 40
patterns = [3, 20]
beta = [0.003, 0.03, 0.3]
[dynamics]
starts = ["planted", "random"]
replicas = 2
measure_sweeps = 5000
[disorder]
samples = 4
[[figures]]
kind = "modern"
quantity = "phases"
start = "planted"
"#;

fn read(text: &str, overrides: &[&str]) -> replicon::error::Result<Scenario> {
    let overrides: Vec<String> = overrides.iter().map(|o| (*o).to_string()).collect();
    Scenario::from_text(text, "scenario.toml", &Files::Shipped, &overrides)
}

fn run(name: &str, text: &str, overrides: &[&str], threads: usize) -> Summary {
    Folder::new(name).run_scenario(&read(text, overrides).unwrap(), threads)
}

/// A column of points.csv by name, empty fields as None.
fn column(csv: &str, name: &str) -> Vec<Option<f64>> {
    let at = csv.lines().next().unwrap().split(',').position(|c| c == name).unwrap();
    csv.lines().skip(1).map(|line| line.split(',').nth(at).unwrap().parse().ok()).collect()
}

#[test]
fn a_resolved_scenario_reads_back_as_itself() {
    for text in [EXPONENTIAL, RECALL, CONTINUOUS] {
        let resolved = read(text, &[]).unwrap().to_toml();
        let again = read(&resolved, &[]).unwrap();
        assert_eq!(again.to_toml(), resolved);
        assert_eq!(again.identity(), read(text, &[]).unwrap().identity());
    }
    // β as it was written, though 1/(1/β) may be another number.
    let odd = read(CONTINUOUS, &["grid.beta=[0.1, 0.3, 49.0]"]).unwrap();
    let again = read(&odd.to_toml(), &[]).unwrap();
    assert_eq!(odd.temperatures, again.temperatures);
}

#[test]
fn bad_input_is_refused_by_the_name_of_the_key() {
    let dense = "name = \"d\"\n[model]\nkind = \"dense-hebbian\"\ninteraction_order = 3\n[grid]\nspins = 8\npatterns = 4\ntemperature = 0\n[dynamics]\n";
    for (text, change, key, accepted) in [
        (RECALL, "grid.lambda=1.0", "grid.lambda", "λ = 1"),
        (RECALL, "grid.rate=0.9", "grid.rate", "a ≤ "),
        (RECALL, "grid.rate=-0.1", "grid.rate", "a ≥ 0"),
        (RECALL, "grid.gamma=0.1", "grid", "one load axis"),
        (EXPONENTIAL, "grid.lambda=0", "grid.lambda", "above 0"),
        (EXPONENTIAL, "grid.lambda=-1", "grid.lambda", "above 0"),
        (EXPONENTIAL, "grid.lambda=1e-5", "grid.patterns", "12 decimals"),
        (EXPONENTIAL, "grid.beta=1", "grid.beta", "no β"),
        (EXPONENTIAL, "model.entries=signs", "model.entries", "continuous"),
        (EXPONENTIAL, "model.energy=square", "model.energy", "\"lse\""),
        (EXPONENTIAL, "model.couplings=gaussian", "model.couplings", "hebbian"),
        (EXPONENTIAL, "theory.compare=rs", "theory", "points.csv"),
        (EXPONENTIAL, "dynamics.update=plefka", "dynamics.update", "glauber"),
        (EXPONENTIAL, "dynamics.update=attention", "dynamics.update", "continuous"),
        (EXPONENTIAL, "dynamics.starts=[{ each = 0.1 }]", "dynamics.starts", "zero-temperature"),
        (EXPONENTIAL, "grid.dilution=0.1", "grid.dilution", "not diluted"),
        (CONTINUOUS, "model.interaction_order=2", "model.interaction_order", "no interaction order"),
        (CONTINUOUS, "grid.beta=0", "grid.beta", "1e-9"),
        (CONTINUOUS, "grid.temperature=1", "grid.temperature", "grid.beta"),
        (CONTINUOUS, "grid.lambda=1", "grid.lambda", "no λ"),
        (CONTINUOUS, "dynamics.update=glauber", "dynamics.update", "attention"),
        (CONTINUOUS, "dynamics.order=parallel", "dynamics.order", "attention"),
        (CONTINUOUS, "model.energy=lse", "model.energy", "exponential"),
        (dense, "grid.lambda=1", "grid.lambda", "no λ"),
        (dense, "grid.beta=1", "grid.beta", "no β"),
        (dense, "model.energy=lse", "model.energy", "exponential"),
        (dense, "dynamics.update=attention", "dynamics.update", "continuous"),
    ] {
        let error = read(text, &[change]).expect_err(change).to_string();
        assert!(error.contains(key) && error.contains(accepted), "{change}: {error}");
    }
    let warm = read(RECALL, &["dynamics.update=glauber", "grid.temperature=0.5", "dynamics.starts=planted"]);
    assert!(warm.expect_err("sum at T > 0").to_string().contains("\"lse\" has"));
    let rate = dense.replace("patterns = 4", "rate = 0.1");
    assert!(read(&rate, &[]).expect_err("rate").to_string().contains("exponential"));
    let gamma = EXPONENTIAL.replace("patterns = [3, 12]", "gamma = 0.1");
    assert!(read(&gamma, &[]).expect_err("gamma").to_string().contains("grid.patterns"));
    let figure = "[[figures]]\nkind = \"modern\"\nquantity = \"phases\"\n";
    let error = read(&format!("{EXPONENTIAL}{figure}"), &[]).expect_err("figure").to_string();
    assert!(error.contains("continuous"), "{error}");
}

#[test]
fn chains_of_every_lambda_agree_with_enumeration_and_results_do_not_depend_on_threads() {
    let summary = run("exponential-one", EXPONENTIAL, &[], 1);
    let csv = summary.points.to_csv();
    assert_eq!(csv, run("exponential-two", EXPONENTIAL, &[], 2).points.to_csv());
    let scenario = read(EXPONENTIAL, &[]).unwrap();
    let (mut square, mut count) = (0.0, 0.0);
    for task in scenario.tasks().unwrap() {
        let lambda = task.column.lambda.unwrap();
        let patterns = task_patterns(&scenario, &task).unwrap();
        let model = Exponential::new(10, patterns.count(), lambda).unwrap();
        let enumeration = Enumeration::exponential(&model, &patterns).unwrap();
        for chain in &summary.finished[&task.key()].chains {
            if chain.temperature.is_zero() {
                continue;
            }
            let exact = enumeration.at(chain.temperature).unwrap().energy;
            let error = chain.measurement.energy_thermal_error.unwrap();
            square += ((chain.measurement.energy.unwrap() - exact) / error).powi(2);
            count += 1.0;
        }
    }
    // χ²/24 of 24 chains: above 2.5 with probability 4e-5, fixed seed.
    assert_eq!(count, 24.0);
    assert!(square / count < 2.5, "{}", square / count);
    // The pattern, λ and T are there, P and γ are not.
    assert!(column(&csv, "p").iter().chain(&column(&csv, "gamma")).all(Option::is_none));
    assert!(column(&csv, "lambda").iter().all(Option::is_some));
}

#[test]
fn the_sum_makes_the_moves_of_lse_at_lambda_one_and_stored_energies_are_its_logarithm() {
    let changes = ["grid.temperature=0", "grid.lambda=1.0"];
    let lse = run("lse", EXPONENTIAL, &changes, 2).points.to_csv();
    let text = EXPONENTIAL.replace("\"lse\"", "\"sum\"").replace("lambda = [0.5, 1.0]\n", "");
    let sum = run("sum", &text, &["grid.temperature=0"], 2).points.to_csv();
    assert_eq!(lse, sum);
}

#[test]
fn polynomial_networks_beside_the_exponential_one_are_the_dense_hebbian_ones() {
    let beside = run("beside", RECALL, &["model.interaction_order=[3]", "grid.spins=[16]"], 2);
    let dense = RECALL
        .replace(
            "kind = \"exponential\"\nenergy = \"sum\"",
            "kind = \"dense-hebbian\"\ninteraction_order = 3",
        )
        .replace("rate = { from = 0.06, to = 0.26, count = 11 }", "patterns = [6, 17]")
        .replace("spins = [16, 32]", "spins = 16");
    let dense = &dense[..dense.find("[[figures]]").unwrap()];
    let alone = run("alone", dense, &[], 2);
    let mut compared = 0;
    for (key, result) in &alone.finished {
        if let Some(other) = beside.finished.get(key) {
            assert_eq!((&result.pattern_hash, &result.chains), (&other.pattern_hash, &other.chains));
            compared += 1;
        }
    }
    assert!(compared >= 60, "{compared}");
}

#[test]
fn the_capacity_of_the_exponential_network_grows_as_theory_says() {
    let summary = run("capacity", RECALL, &[], 2);
    let half = |spins: usize, start: &str| {
        let rows = summary.points.rows.iter().filter(|r| r.column.spins == spins && r.start == start);
        let trials = |r: &replicon::sweep::Row| -> Trials {
            let survived = r.average(|m| m.survived).unwrap().0;
            ((r.column.patterns as f64).ln(), survived, r.samples as f64)
        };
        half_point(&rows.map(trials).collect::<Vec<_>>()).unwrap()
    };
    // I(½) = ½ (1.5 log 1.5 + 0.5 log 0.5), with N^{1/2} e^{NI} of one pattern and N^{1/4} e^{NI/2} of all: within 4 errors (false
    // alarms 1e-4, fixed seed) of log K_c(32)/K_c(16). Twice the rate is 15 errors away.
    let rate = 0.5 * (1.5 * 1.5f64.ln() + 0.5 * 0.5f64.ln());
    for (start, share) in [("corrupted=0.25", 1.0), ("each=0.25", 0.5)] {
        let (small, large) = (half(16, start), half(32, start));
        let (growth, error) = (large.x - small.x, small.error.hypot(large.error));
        let expected = share * (16.0 * rate + 0.5 * 2f64.ln());
        assert!((growth - expected).abs() < 4.0 * error, "{start}: {growth} ± {error}, theory {expected}");
        assert!((growth - 2.0 * expected).abs() > 4.0 * error);
    }
}

#[test]
fn the_continuous_network_settles_on_fixed_points_of_each_kind_within_its_bounds() {
    let csv = run("continuous", CONTINUOUS, &[], 2).points.to_csv();
    assert!(column(&csv, "settled_residual").iter().all(|r| r.unwrap() <= 1e-10));
    assert!(column(&csv, "at_rest").iter().all(|r| *r == Some(1.0)));
    let (betas, k) = (column(&csv, "beta"), column(&csv, "k"));
    let (participation, m) = (column(&csv, "participation"), column(&csv, "mattis"));
    let (error, bound) = (column(&csv, "one_step_error"), column(&csv, "one_step_bound"));
    let mut planted = 0;
    for row in 0..betas.len() {
        let planted_row = csv.lines().nth(row + 1).unwrap().contains("planted");
        let (participation, m) = (participation[row].unwrap(), m[row].unwrap());
        match betas[row].unwrap() {
            0.003 => assert!(participation > 0.9 * k[row].unwrap()),
            0.3 if planted_row => assert!(participation < 1.01 && m > 0.99, "{participation} {m}"),
            _ => {}
        }
        if planted_row {
            assert!(error[row] <= bound[row]);
            planted += 1;
        }
    }
    assert_eq!(planted, 6);
}
