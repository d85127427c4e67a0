//! Learning from examples as scenarios: keys, refusals, columns, repetition to the byte, simulation beside theory.

#[path = "support/folder.rs"]
mod folder;

use replicon::params::LearningMode;
use replicon::scenario::{Files, SHIPPED, Scenario};
use replicon::sweep::{Points, Row, StateTable, run_task};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

fn text(kind: &str, grid: &str, rest: &str) -> String {
    format!(
        "name = \"lesson\"\nseed = 3\n[model]\nkind = \"{kind}\"\ninteraction_order = 4\n[grid]\nspins = 24\ngamma = 0.05\n\
         temperature = [0.1]\n{grid}\n[dynamics]\nstarts = [\"planted\"]\nreplicas = 1\nburn_in_sweeps = 20\nmeasure_sweeps = 60\n\
         [disorder]\nsamples = 4\n[theory]\ncompare = [\"rs\"]\n{rest}"
    )
}

fn scenario(text: &str) -> replicon::Result<Scenario> {
    Scenario::from_text(text, "test.toml", &Files::Shipped, &[])
}

fn rows(scenario: &Scenario) -> (Vec<Row>, String) {
    let plan = scenario.dynamics.as_ref().unwrap();
    let mut finished = HashMap::new();
    for task in scenario.tasks().unwrap() {
        let result = run_task(scenario, plan, &task, |_, _| true, &AtomicBool::new(false)).unwrap();
        finished.insert(task.key(), result);
    }
    let points = Points::gather(scenario, &finished, &StateTable::default()).unwrap();
    let csv = points.to_csv();
    (points.rows, csv)
}

#[test]
fn what_is_no_lesson_is_refused_by_the_name_of_its_key() {
    for (kind, grid, words) in [
        ("supervised", "quality = 0\nexamples = 5", "grid.quality"),
        ("supervised", "quality = 1.2\nexamples = 5", "grid.quality"),
        ("unsupervised", "quality = [0.5, -0.1]\nexamples = 5", "grid.quality"),
        ("unsupervised", "quality = 0.5\nexamples = 0", "grid.examples"),
        ("supervised", "quality = 0.5\nexamples = [3, 0]", "grid.examples"),
        ("supervised", "examples = 5", "grid.quality"),
        ("supervised", "quality = 0.5", "grid.examples"),
        ("dense-hebbian", "quality = 0.5", "grid.quality"),
        ("dense-hebbian", "examples = 3", "grid.examples"),
        ("supervised", "quality = 0.5\nexamples = 40000", "32767"),
        ("supervised", "quality = 0.5\nexamples = 32768", "grid.examples"),
        ("supervised", "quality = 1e-200\nexamples = 5", "grid.quality"),
        ("unsupervised", "quality = 1e-200\nexamples = 5", "grid.quality"),
        // 1/(M r^P) would overflow.
        ("unsupervised", "quality = 1e-90\nexamples = 5", "grid.quality"),
        ("unsupervised", "quality = [0.5, 1e-26]\nexamples = 5", "r from 6.7e-26 on"),
    ] {
        let error = scenario(&text(kind, grid, "")).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{error}");
        assert!(error.to_string().contains(words), "{words} in {error}");
    }
    let lesson = "quality = 0.5\nexamples = 5";
    let figure = text("supervised", lesson, "[[figures]]\nkind = \"phase-diagram\"\n");
    assert!(scenario(&figure).unwrap_err().to_string().contains("learning"));
    let plefka = text("supervised", lesson, "").replace("replicas = 1", "update = \"plefka\"");
    assert!(scenario(&plefka).unwrap_err().to_string().contains("dynamics.update"));
    let gaussian = text("supervised", lesson, "").replace("[grid]", "couplings = \"gaussian\"\n[grid]");
    assert!(scenario(&gaussian).unwrap_err().to_string().contains("model.couplings"));
}

/// What an example is worth at the smallest quality allowed: energies and their squares are finite.
#[test]
fn energies_at_the_smallest_quality_are_numbers() {
    let text = text("unsupervised", "quality = 1e-25\nexamples = 5", "").replace("0.1]", "1e9]");
    let scenario = scenario(&text).unwrap();
    let csv = rows(&scenario).1;
    let mut lines = csv.lines();
    let at = lines.next().unwrap().split(',').position(|name| name == "energy").unwrap();
    for line in lines {
        let energy: f64 = line.split(',').nth(at).unwrap().parse().unwrap();
        assert!(energy.is_finite() && energy.abs() > 1e90, "{line}");
    }
}

#[test]
fn more_examples_than_memory_holds_are_refused_by_their_key() {
    let text = text("unsupervised", "quality = 0.5\nexamples = 1000000000000", "");
    let folder = folder::Folder::with_scenario("lesson-memory", &text);
    let output = folder.replicon(&["run", "scenario.toml", "--out", "out"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("grid.examples") && errors.contains("M = 1000000000000"), "{errors}");
    assert!(!folder.0.join("out").exists());
}

/// The limit N → ∞ that the figure draws is the weighted fit in 1/N of the points that it draws, and theory stands at 0.
#[test]
fn the_size_figure_holds_its_points_their_fit_and_theory() {
    let figure = "[[figures]]\nkind = \"learning\"\nquantity = \"size\"\n";
    let text = text("supervised", "quality = 0.8\nexamples = 9", figure)
        .replace("spins = 24", "spins = [40, 60, 80, 120]")
        .replace("interaction_order = 4", "interaction_order = 2")
        .replace("[0.1]", "[0.4]");
    let scenario = scenario(&text).unwrap();
    let again = self::scenario(&scenario.to_toml()).unwrap();
    assert_eq!(again.to_toml(), scenario.to_toml());
    let mut finished = HashMap::new();
    for task in scenario.tasks().unwrap() {
        let plan = scenario.dynamics.as_ref().unwrap();
        finished.insert(
            task.key(),
            run_task(&scenario, plan, &task, |_, _| true, &AtomicBool::new(false)).unwrap(),
        );
    }
    let points = Points::gather(&scenario, &finished, &StateTable::default()).unwrap();
    let made = replicon::sweep::figures(&scenario, &points, &finished).unwrap();
    assert_eq!(made[0].0, "learning-size");
    let replicon::sweep::figure::Figure::Curves(curves) = &made[0].1 else { panic!("no curves") };
    let [simulated, limit] = &curves.series[..] else { panic!("{:?}", curves.series) };
    assert_eq!((simulated.points.len(), limit.points.len(), limit.points[0].x), (4, 1, 0.0));
    // y = ⟨m⟩ − m_RS of each row.
    for (row, point) in points.rows.iter().zip(&simulated.points) {
        let want = row.mattis_of_survivors().unwrap().0 - row.theory.as_ref().unwrap().m;
        assert!((point.y - want).abs() < 1e-15 && (point.x * row.column.spins as f64 - 1.0).abs() < 1e-12);
    }
    // The normal equations: residuals over σ² are orthogonal to 1 and to 1/N.
    let (fit, theory) = (&curves.lines[0], &curves.lines[1]);
    let (first, last) = (fit.pieces[0][0], fit.pieces[0][fit.pieces[0].len() - 1]);
    assert_eq!(first, (0.0, limit.points[0].y));
    let slope = (last.1 - first.1) / (last.0 - first.0);
    let mut chi_square = 0.0;
    let (mut even, mut odd) = (0.0, 0.0);
    for p in &simulated.points {
        let (rest, err) = (p.y - first.1 - slope * p.x, p.y_err.unwrap());
        chi_square += (rest / err).powi(2);
        even += rest / (err * err);
        odd += rest * p.x / (err * err);
    }
    let scale: f64 = simulated.points.iter().map(|p| p.y.abs() / p.y_err.unwrap().powi(2)).sum();
    assert!(even.abs() < 1e-10 * scale && odd.abs() < 1e-10 * scale, "{even} {odd} {scale}");
    assert!(fit.name.contains(&format!("χ²/dof = {chi_square:.1}/2")), "{} {chi_square}", fit.name);
    assert!(theory.pieces[0].iter().all(|point| point.1 == 0.0));
    // Without theory there is nothing to be less of.
    let bare = self::scenario(&text.replace("compare = [\"rs\"]", "compare = []"));
    let refused = bare.and_then(|scenario| {
        let points = Points::gather(&scenario, &finished, &StateTable::default())?;
        replicon::sweep::figures(&scenario, &points, &finished).map(drop)
    });
    assert!(refused.unwrap_err().to_string().contains("rs"));
}

#[test]
fn a_resolved_lesson_reads_back_as_itself() {
    for kind in ["supervised", "unsupervised"] {
        let figure = "[[figures]]\nkind = \"learning\"\nquantity = \"capacity\"\n";
        let first = scenario(&text(kind, "quality = [0.5, 0.8]\nexamples = [3, 9]", figure)).unwrap();
        assert_eq!(first.kind.mode().map(LearningMode::name), Some(kind));
        let again = scenario(&first.to_toml()).unwrap();
        assert_eq!(first.to_toml(), again.to_toml());
        assert_eq!(first.identity(), again.identity());
        let columns = first.columns().unwrap().0;
        assert_eq!(columns.len(), 4);
        // Adding examples extends a run; another kind is another run.
        let more = scenario(&text(kind, "quality = [0.5, 0.8]\nexamples = [3, 9, 12]", figure)).unwrap();
        assert_eq!(first.identity(), more.identity());
        assert!(columns.iter().all(|column| more.columns().unwrap().0.contains(column)));
    }
    let other = |kind| scenario(&text(kind, "quality = 0.5\nexamples = 3", "")).unwrap().identity();
    assert_ne!(other("supervised"), other("unsupervised"));
}

#[test]
fn the_table_holds_archetype_mean_example_and_one_example_apart() {
    for kind in ["supervised", "unsupervised"] {
        let scenario = scenario(&text(kind, "quality = 0.6\nexamples = [8, 20]", "")).unwrap();
        let (rows, csv) = rows(&scenario);
        assert_eq!(rows.len(), 2);
        let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
        for line in csv.lines().skip(1) {
            let cell =
                |name: &str| line.split(',').nth(head.iter().position(|h| *h == name).unwrap()).unwrap();
            assert_eq!(cell("quality"), "0.6");
            assert!(["8", "20"].contains(&cell("examples")));
            assert_eq!(cell("rs_average"), "binomial");
            for name in
                ["mattis_average", "mattis_average_err", "mattis_example", "rs_m", "rs_n", "rs_example"]
            {
                assert!(cell(name).parse::<f64>().is_ok(), "{kind} {name}: {:?}", cell(name));
            }
            assert!(cell("annealed_energy").is_empty());
        }
        // The same bytes again, and when other lessons are in the grid.
        let alone = text(kind, "quality = 0.6\nexamples = 20", "");
        let (_, again) = self::rows(&self::scenario(&alone).unwrap());
        assert_eq!(csv.lines().nth(2), again.lines().nth(1));
    }
}

/// P = 2 and 4, three loads, both modes, at one size each against the exact average, with 1/N of slack: |m − m_RS| < 4 errors + 2.5/N,
/// N = 96 (P = 4) and 256 (P = 2). False alarms below 1e-3 in all; seeds are fixed.
#[test]
fn simulation_meets_the_exact_average() {
    for (kind, p, n, loads) in [
        ("supervised", 2, 256, "[0.005, 0.01, 0.02]"),
        ("unsupervised", 2, 256, "[0.005, 0.01, 0.02]"),
        ("supervised", 4, 96, "[0.03, 0.06, 0.1]"),
        ("unsupervised", 4, 96, "[0.003, 0.006, 0.01]"),
    ] {
        let text = text(kind, "quality = 0.5\nexamples = 30", "")
            .replace("interaction_order = 4", &format!("interaction_order = {p}"))
            .replace("spins = 24", &format!("spins = {n}"))
            .replace("gamma = 0.05", &format!("gamma = {loads}"))
            .replace("samples = 4", "samples = 24");
        let (rows, _) = rows(&scenario(&text).unwrap());
        for row in rows {
            let (m, error) = row.mattis().unwrap();
            let (error, theory) = (error.unwrap(), row.theory.unwrap());
            assert!(error < 0.01, "{kind} P = {p}: ± {error}");
            let off = (m - theory.m).abs();
            assert!(
                off < 4.0 * error + 2.5 / n as f64,
                "{kind} P = {p} γ = {}: {m} ± {error}, RS {}",
                row.column.gamma,
                theory.m
            );
        }
    }
}

#[test]
fn shipped_lessons_are_whole() {
    let lessons = SHIPPED.iter().filter(|shipped| shipped.name.contains("supervised")).count();
    assert_eq!(lessons, 18);
}
