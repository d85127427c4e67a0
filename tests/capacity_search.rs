//! Capacities by simulation: what a trial is, what the searches find, how they are kept, and what the command says.

#[path = "support/folder.rs"]
mod folder;
mod support;

use folder::Folder;
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::scenario::{Asked, CapacityScenario, Column, Definition, SHIPPED, Scenario, Task};
use replicon::sweep::capacity::{Goal, search_alone};
use replicon::theory::lines::retrieval_spinodal_load;
use replicon::theory::recall::recall;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;
use support::order;

const SMALL: &str = r#"name = "small-capacity"
seed = 5
[model]
interaction_order = [2, 3]
[grid]
spins = { p2 = [32, 48, 64], p3 = [12, 16, 24] }
temperature = [0.0, 0.4]
[capacity]
threshold = 0.7
sweeps = 20
[disorder]
samples = 60
[theory]
compare = ["rs"]
[[figures]]
kind = "capacity-scaling"
"#;

fn read(text: &str) -> replicon::Result<CapacityScenario> {
    CapacityScenario::from_text(text, "my.toml", &[])
}

/// The patterns of a trial, as a run of the same seed draws them.
fn patterns(seed: u64, p: u32, spins: usize, count: usize, sample: usize) -> Patterns {
    let gamma = Load::realised(order(p), spins, count).unwrap();
    let task = Task { column: Column::bare(order(p), spins, count, gamma, None), sample };
    Patterns::random(spins, count, &mut task.pattern_stream(seed)).unwrap()
}

const ONE: Goal = Goal {
    definition: Definition::RecallOne,
    temperature: Temperature::ZERO,
    order: InteractionOrder::NONE,
    spins: 0,
    asked: None,
};

#[test]
fn a_pattern_is_whole_where_no_single_flip_lowers_its_energy() {
    let scenario = read(SMALL).unwrap();
    let stop = AtomicBool::new(false);
    let mut outcomes = [0, 0];
    for (p, spins, count) in [(2, 16, 3), (3, 10, 6), (4, 9, 8), (3, 12, 2)] {
        let model = DenseHebbian::new(order(p), spins, count).unwrap();
        for sample in 0..40 {
            let stored = patterns(scenario.seed, p, spins, count, sample);
            // Σ of E = −c Σ.
            let sum = |spins: &Spins| -> i128 {
                let overlaps = (0..count).map(|mu| stored.row(mu).dot(spins) as i32);
                overlaps.map(|overlap| model.energy_of_overlap(overlap)).sum()
            };
            let whole = |mu: usize| {
                let pattern = stored.row(mu);
                (0..spins).all(|i| {
                    let mut flipped = pattern.clone();
                    flipped.flip(i);
                    sum(&flipped) <= sum(&pattern)
                })
            };
            let of = |definition| Goal { definition, order: order(p), spins, ..ONE };
            for (definition, expected) in
                [(Definition::RecallOne, whole(0)), (Definition::RecallAll, (0..count).all(whole))]
            {
                let found = of(definition).succeeds(&scenario, count, sample, &stop).unwrap();
                assert_eq!(found, expected, "P = {p}, N = {spins}, K = {count}, sample {sample}");
                outcomes[usize::from(found)] += 1;
            }
        }
    }
    assert!(outcomes.iter().all(|&count| count > 40), "{outcomes:?} tests one side only");
}

/// At T = 0 descent to rest from the pattern: the last m of a run of the same patterns; above the threshold all the way or not.
#[test]
fn a_pattern_is_kept_at_few_and_lost_at_many() {
    let scenario = read(SMALL).unwrap();
    let stop = AtomicBool::new(false);
    let kept = |temperature: f64, p: u32, spins: usize, count: usize| {
        let temperature = Temperature::new(temperature).unwrap();
        let asked = Some(Asked { threshold: 0.7, sweeps: 20 });
        let goal = Goal { definition: Definition::Saturation, temperature, order: order(p), spins, asked };
        (0..20).filter(|&sample| goal.succeeds(&scenario, count, sample, &stop).unwrap()).count()
    };
    for (p, spins, few, many) in [(2, 128, 6, 100), (3, 32, 20, 3000), (4, 24, 100, 20_000)] {
        for temperature in [0.0, 0.3] {
            assert!(kept(temperature, p, spins, few) >= 19, "P = {p}, T = {temperature}");
            assert!(kept(temperature, p, spins, many) <= 3, "P = {p}, T = {temperature}");
        }
    }
    // Hotter than retrieval exists at any load.
    assert_eq!(kept(1.5, 3, 32, 2), 0);
}

/// K_c of 2000 samples at P = 3, N = 24 and 48 over that of independent Gaussian bits: 1.19 and 1.09 by an independent count of whole
/// patterns (6000 samples at one K each; 0.02 from the steepness). Both at 4 errors: false alarms 1e-4, seed fixed.
#[test]
fn perfect_recall_holds_more_than_independent_gaussian_bits_by_less_as_n_grows() {
    let scenario = read(&SMALL.replace("samples = 60", "samples = 2000")).unwrap();
    for (spins, expected) in [(24, 1.20), (48, 1.09)] {
        let goal = Goal { order: order(3), spins, ..ONE };
        let gaussian = recall(order(3), spins as u64).unwrap();
        let (found, error) = search_alone(&goal, &scenario).unwrap();
        let formula = gaussian.k_one().unwrap();
        let (ratio, error) = (found / formula, error / found);
        assert!(
            (ratio - expected).abs() < 4.0 * (ratio * error).hypot(0.02),
            "N = {spins}: {ratio} ± {error}"
        );
        assert!(ratio > 1.0 + 2.0 * error, "N = {spins}: {ratio} ± {error}");
    }
}

/// γ̃_c(N) of P = 2 at T = 0.3 rises with N to the end of retrieval, 0.1033 under RS (which is stable there), of which N = 250 and 1000 have
/// 0.88(3) and 0.96(2): at 5 errors, false alarms 1e-6. Twice the temperature, or half of the patterns counted, is off by a factor of two.
#[test]
fn saturation_of_hopfield_in_noise_rises_to_the_end_of_replica_symmetric_retrieval() {
    let scenario = read(&SMALL.replace("samples = 60", "samples = 200")).unwrap();
    let temperature = Temperature::new(0.3).unwrap();
    let theory = retrieval_spinodal_load(order(2), temperature).unwrap().gamma;
    let loads = [250, 1000].map(|spins| {
        let asked = Some(Asked { threshold: 0.9, sweeps: 300 });
        let goal = Goal { definition: Definition::Saturation, temperature, order: order(2), spins, asked };
        let (found, error) = search_alone(&goal, &scenario).unwrap();
        (found / (spins - 1) as f64 / theory, error / (spins - 1) as f64 / theory)
    });
    for ((load, error), expected) in loads.into_iter().zip([0.88, 0.96]) {
        assert!((load - expected).abs() < 5.0 * error && error < 0.03, "{loads:?}");
    }
    assert!(loads[0].0 < loads[1].0 && loads[1].0 < 1.0 + 5.0 * loads[1].1, "{loads:?}");
}

fn capacity(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replicon")).arg("capacity").args(arguments).output().unwrap()
}

fn run(file: &Path, out: &Path, more: &[&str]) -> String {
    let both = [&[file.to_str().unwrap(), "--quiet", "--out", out.to_str().unwrap()], more].concat();
    let output = capacity(&both);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn capacities_repeat_to_the_byte_whatever_the_threads_and_after_an_interruption() {
    let own = Folder::new("capacity-repeats");
    let folder = &own.0;
    let file = folder.join("small.toml");
    std::fs::write(&file, SMALL).unwrap();
    let table = |name: &str| std::fs::read_to_string(folder.join(name).join("capacity.csv")).unwrap();
    let text = run(&file, &folder.join("one"), &["--threads", "1"]);
    for words in ["saturation, T = 0.4", "recall-all", "K_c ~ N^", "χ²/dof", "theory: RS"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let document: serde_json::Value =
        serde_json::from_str(&run(&file, &folder.join("two"), &["--threads", "2", "--json"])).unwrap();
    assert_eq!(document["rows"].as_array().unwrap().len(), 24);
    assert_eq!(document["scaling"].as_array().unwrap().len(), 8);
    assert_eq!(table("one"), table("two"));
    assert_eq!(table("one").lines().count(), 25);
    for figure in
        ["capacity-saturation-t0", "capacity-saturation-t0.4", "capacity-recall-one", "capacity-recall-all"]
    {
        assert!(folder.join("one/figures").join(format!("{figure}.svg")).is_file(), "{figure}");
    }
    // A search of fewer samples first; then no time at all; then the rest: the same table, and only the rest is run.
    let path = folder.join("three");
    run(&file, &path, &["--set", "disorder.samples=20"]);
    let few = std::fs::read_to_string(path.join("capacity.csv")).unwrap();
    assert!(few != table("one"));
    let late =
        capacity(&[file.to_str().unwrap(), "--quiet", "--max-wall", "0s", "--out", path.to_str().unwrap()]);
    assert_eq!(late.status.code(), Some(130));
    let of = |command: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_replicon")).arg(command).arg(&path).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    // Of a round of 60 samples, only what of the search of 20 fits its rounds is done.
    let early = Command::new(env!("CARGO_BIN_EXE_replicon")).arg("plot").arg(&path).output().unwrap();
    let errors = String::from_utf8_lossy(&early.stderr).into_owned();
    assert!(early.status.code() == Some(1) && errors.contains("no search is at its end yet"), "{errors}");
    let status = of("status");
    assert!(
        status.contains(" of 60 trials") && status.contains("small-capacity: 0 of 24 searches"),
        "{status}"
    );
    run(&file, &path, &[]);
    assert_eq!(table("one"), table("three"));
    let status = of("status");
    assert!(status.contains("small-capacity: 24 of 24 searches") && status.lines().count() == 25, "{status}");
    // Drawn again, the same figures.
    let drawn = path.join("figures/capacity-recall-one.svg");
    let before = std::fs::read(&drawn).unwrap();
    std::fs::remove_file(&drawn).unwrap();
    assert_eq!(of("plot").lines().filter(|line| line.ends_with(".svg")).count(), 4);
    assert_eq!(std::fs::read(&drawn).unwrap(), before);
    has_a_page(&path);
    has_tables(&path);
}

/// Figures that say their values, every half point to sort, the exponents, and how to repeat it, from the run and again by `report`.
fn has_a_page(path: &Path) {
    let page = || std::fs::read_to_string(path.join("report.html")).unwrap();
    let first = page();
    assert_eq!(first.matches("<figure ").count(), 4);
    assert_eq!(first.matches("<tr id=\"row-").count(), 24);
    for words in [
        "id=\"sortable\"",
        "theory_k_c",
        "terms_exponent",
        "replicon capacity scenario.toml --out small-capacity",
        "[capacity]",
    ] {
        assert!(first.contains(words), "{words}");
    }
    assert!(
        !first.contains("http://") && !first.contains("https://") && !first.contains("src="),
        "it needs nothing from elsewhere"
    );
    std::fs::remove_file(path.join("report.html")).unwrap();
    let again = Command::new(env!("CARGO_BIN_EXE_replicon")).arg("report").arg(path).output().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(page(), first);
}

/// Every table is exported, with units, and says what capacity.csv and capacity.json say.
fn has_tables(path: &Path) {
    let export = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_replicon"))
            .arg("export")
            .arg(path)
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let text = |arguments: &[&str]| String::from_utf8(export(arguments)).unwrap();
    assert_eq!(text(&["--no-metadata"]), std::fs::read_to_string(path.join("capacity.csv")).unwrap());
    let rows = ["capacity", "exponents", "extrapolations", "trials"].map(|name| {
        let table = text(&["--table", name]);
        assert!(
            table.starts_with("# name: small-capacity\n")
                && table.contains("# column temperature [energy]: "),
            "{table}"
        );
        assert!(!export(&["--table", name, "--format", "npz"]).is_empty());
        table.lines().filter(|line| !line.starts_with('#')).count() - 1
    });
    assert!(rows[..2] == [24, 8] && rows[2] >= 16 && rows[3] > 72, "{rows:?}");
    // The trials are those that the table counts.
    let number = |table: &str, name: &str| -> f64 {
        let lines: Vec<&str> = table.lines().collect();
        let column = lines[0].split(',').position(|heading| heading == name).unwrap();
        lines[1..].iter().map(|line| line.split(',').nth(column).unwrap().parse::<f64>().unwrap()).sum()
    };
    let [halves, trials] = ["capacity", "trials"].map(|name| text(&["--no-metadata", "--table", name]));
    assert_eq!(number(&halves, "samples"), number(&trials, "trials"));
    let document: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path.join("capacity.json")).unwrap()).unwrap();
    let exponents = text(&["--no-metadata", "--table", "exponents"]);
    let slopes =
        document["scaling"].as_array().unwrap().iter().map(|s| s["against_n"]["exponent"].as_f64().unwrap());
    assert!((number(&exponents, "exponent") - slopes.sum::<f64>()).abs() < 1e-12);
    let wrong = Command::new(env!("CARGO_BIN_EXE_replicon"))
        .arg("export")
        .arg(path)
        .args(["--table", "trial"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(wrong.status.code() == Some(2) && errors.contains("did you mean trials?"), "{errors}");
}

#[test]
fn what_is_no_scenario_of_capacity_is_refused_by_line_and_key_and_nothing_is_written() {
    let with = |line: &str, replacement: &str| {
        assert!(SMALL.contains(line));
        SMALL.replace(line, replacement)
    };
    let cases: [(String, &str, &str); 13] = [
        (with("seed = 5", "sed = 5"), "my.toml:2", "did you mean seed"),
        (with("threshold = 0.7", "threshold = 1.0"), "my.toml:9", "0 < m < 1"),
        (with("sweeps = 20", "sweeps = 0"), "my.toml:10", "at least 1"),
        (with("samples = 60", "samples = 0"), "my.toml:12", "at least 1"),
        (with("samples = 60", "samples = 99999999"), "my.toml:11", "at most"),
        (
            with("[capacity]", "[capacity]\ndefinitions = [\"recal-one\"]"),
            "my.toml:9",
            "did you mean \"recall-one\"",
        ),
        (with("temperature = [0.0, 0.4]", "temperature = [-1.0]"), "my.toml:7", "T = 0"),
        (with("temperature = [0.0, 0.4]\n", ""), "my.toml:5", "grid.temperature is missing"),
        (with("temperature", "gamma = 0.1\ntemperature"), "my.toml:7", "no load"),
        (with("p3 = [12, 16, 24]", "p4 = [12]"), "my.toml:6", "p3"),
        (
            with("threshold = 0.7", "threshold = { p2 = 0.5, p3 = 2 }"),
            "my.toml:9",
            "capacity.threshold.p3 = 2",
        ),
        (with("p3 = [12, 16, 24]", "p3 = [2]"), "my.toml:6", "max(P, 4)"),
        (with("[theory]", "[dynamics]\n[theory]"), "my.toml:13", "no [dynamics]"),
    ];
    for (text, place, words) in cases {
        let error = read(&text).expect_err(&text).to_string();
        assert!(error.contains(place) && error.contains(words), "{error}");
    }
    let own = Folder::new("capacity-refused");
    let folder = &own.0;
    let (file, out) = (folder.join("small.toml"), folder.join("out"));
    std::fs::write(&file, SMALL.replace("seed = 5", "seed = -5")).unwrap();
    let refused = capacity(&[file.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(refused.status.code() == Some(2) && !out.exists());
    assert_eq!(capacity(&["no-such-scenario"]).status.code(), Some(2));
    // Another threshold is looked for beside; another seed is another run.
    std::fs::write(&file, SMALL).unwrap();
    run(&file, &out, &["--set", "capacity.definitions=recall-one", "--set", "disorder.samples=20"]);
    run(&file, &out, &["--set", "capacity.threshold={ p2 = 0.9, p3 = 0.8 }", "--set", "disorder.samples=20"]);
    let other = capacity(&[file.to_str().unwrap(), "--out", out.to_str().unwrap(), "--seed", "6"]);
    let errors = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(other.status.code() == Some(2) && errors.contains("seed: 5 → 6"), "{errors}");
}

/// Of 24 spins m takes the values 1, 22/24, 20/24, …: at least 0.85 is at least 22/24, at least 0.8 is 20/24; of 40 and 20 these are 0.85 and 0.8
/// themselves.
#[test]
fn the_least_m_that_is_kept_is_a_step_of_two_over_n() {
    for (spins, threshold, least) in [
        (24, 0.85, 22.0 / 24.0),
        (24, 0.8, 20.0 / 24.0),
        (40, 0.85, 0.85),
        (20, 0.8, 0.8),
        (250, 0.904, 0.904),
    ] {
        let goal = Goal { spins, asked: Some(Asked { threshold, sweeps: 1 }), ..ONE };
        assert_eq!(goal.least_kept(), Some(least), "N = {spins}");
    }
    assert_eq!(ONE.least_kept(), None);
    // The shipped scenario asks every N of a law the same.
    let shipped = SHIPPED.iter().find(|shipped| shipped.name == "capacity-scaling").unwrap();
    for plan in CapacityScenario::from_shipped(shipped, &[]).unwrap().orders {
        for spins in plan.spins {
            let goal = Goal { order: plan.order, spins, asked: Some(plan.asked), ..ONE };
            assert_eq!(goal.least_kept(), Some(plan.asked.threshold), "P = {}, N = {spins}", plan.order);
        }
    }
}

#[test]
fn scenarios_of_capacity_and_of_runs_are_told_apart() {
    let shipped: Vec<_> = SHIPPED.iter().filter(|shipped| shipped.is_of_capacity()).collect();
    assert!(!shipped.is_empty());
    for shipped in shipped {
        let error = Scenario::from_shipped(shipped, &[]).unwrap_err().to_string();
        assert!(error.contains("replicon capacity"), "{error}");
        let scenario = CapacityScenario::from_shipped(shipped, &[]).unwrap();
        let again = CapacityScenario::from_text(&scenario.to_toml(), "resolved", &[]).unwrap();
        assert_eq!(again, scenario);
        assert!(shipped.claim().len() > 20);
    }
    let scenario = read(SMALL).unwrap();
    assert_eq!(read(&scenario.to_toml()).unwrap(), scenario);
    let other = CapacityScenario::from_shipped(&SHIPPED[0], &[]).unwrap_err().to_string();
    assert!(other.contains("capacity is missing"), "{other}");
}
