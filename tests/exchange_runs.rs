//! Runs with replica exchange: scenario keys, the store, and the same bytes whatever the way.
#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::scenario::{Files, Scenario};
use replicon::sweep::figure::{Curves, Figure};
use replicon::sweep::{
    LoadedRun, columns, curves_table, figures, joint_table, load_run, overlap_distribution_table,
    overlap_distributions, overlap_samples_table, series_table,
};

const LADDER: &str = r#"
name = "ladder"
seed = 4
[model]
interaction_order = 3
couplings = "gaussian"
[grid]
spins = [8, 10]
gamma = [1.0, 4.0]
temperature = { from = 0.5, to = 2.0, count = 4, spacing = "exchange" }
[dynamics]
replicas = 4
burn_in_sweeps = 20
measure_sweeps = 60
replica_exchange = true
until = "equilibrated"
max_sweeps = 400
keep = ["series"]
[disorder]
samples = 3
[theory]
"#;

fn read(text: &str) -> replicon::Result<Scenario> {
    Scenario::from_text(text, "ladder.toml", &Files::Directory(".".into()), &[])
}

#[test]
fn a_ladder_is_stored_whole_read_back_and_the_same_on_one_thread_and_two() {
    let scenario = read(LADDER).unwrap();
    let (one, two) = (Folder::new("ladder-one"), Folder::new("ladder-two"));
    let first = one.run_scenario(&scenario, 1);
    let second = two.run_scenario(&scenario, 2);
    assert_eq!(first.points.to_csv(), second.points.to_csv());
    let LoadedRun { scenario: stored, finished, .. } = load_run(&one.0).unwrap();
    assert_eq!(stored.to_toml(), scenario.to_toml());
    assert_eq!(finished.len(), first.finished.len());
    for (key, task) in &first.finished {
        // Series are in the store alone: in memory they leave with their task.
        let mut read_back = finished[key].clone();
        assert!(read_back.chains.iter().all(|chain| !chain.kept.series.is_empty()), "{key}");
        read_back.chains.iter_mut().for_each(|chain| chain.kept.series.clear());
        assert!(read_back.chains == task.chains && read_back.pattern_hash == task.pattern_hash, "{key}");
    }
    assert!(finished == load_run(&two.0).unwrap().finished, "series and all");
    let distributions = overlap_distributions(&scenario, &finished).unwrap();
    // Two sizes, two loads, four temperatures; the averaged density integrates to 1.
    assert_eq!(distributions.len(), 16);
    for d in &distributions {
        let bins = d.average();
        let total: f64 = bins.iter().map(|bin| bin.density * 2.0 / d.column.spins as f64).sum();
        assert!((total - 1.0).abs() < 1e-12 && d.by_sample.len() == 3 && bins.len() == d.column.spins + 1);
    }
    let lines = |table: columns::Table| table.to_csv().lines().count();
    assert_eq!(lines(overlap_distribution_table(&distributions)), 1 + 8 * (9 + 11));
    assert!(lines(overlap_samples_table(&distributions)) > 1);
    assert!(lines(series_table(&scenario, &finished).unwrap()) > 60);
    assert_eq!(lines(joint_table(&scenario, &finished).unwrap()), 1);
    assert_eq!(lines(curves_table(&scenario, &finished).unwrap()), 1);
    // An extension in samples runs only what is new; another ladder is another run.
    let more = read(&LADDER.replace("samples = 3", "samples = 4")).unwrap();
    assert_eq!(one.run_scenario(&more, 2).ran, 4);
    let other = read(&LADDER.replace("count = 4", "count = 5")).unwrap();
    assert!(!scenario.identity().changes_from(&other.identity().text()).is_empty());
    let independent = LADDER.replace("replica_exchange = true", "replica_exchange = false");
    let (a, b) = (read(&independent).unwrap(), read(&independent.replace("count = 4", "count = 5")).unwrap());
    assert_eq!(a.identity(), b.identity(), "without exchange the temperatures do not belong to the identity");
}

#[test]
fn the_ladder_has_equal_steps_of_inverse_temperature_and_is_written_out() {
    let scenario = read(LADDER).unwrap();
    let betas: Vec<f64> = scenario.temperatures.iter().map(|t| t.beta()).collect();
    assert!(betas.windows(2).all(|b| (b[0] - b[1] - 0.5).abs() < 1e-9), "{betas:?}");
    assert!(
        scenario.to_toml().contains("temperature = [0.5, 0.666666666667, 1.0, 2.0]"),
        "{}",
        scenario.to_toml()
    );
}

#[test]
fn what_cannot_exchange_is_refused_by_name() {
    for (from, to, key) in [
        ("{ from = 0.5, to = 2.0, count = 4, spacing = \"exchange\" }", "0.5", "replica_exchange"),
        ("{ from = 0.5, to = 2.0, count = 4, spacing = \"exchange\" }", "[0, 0.5]", "replica_exchange"),
        ("replica_exchange = true", "replica_exchange = true\norder = \"parallel\"", "replica_exchange"),
        ("keep = [\"series\"]", "keep = [\"curves\"]", "keep"),
        ("keep = [\"series\"]", "keep = [\"everything\"]", "keep"),
        ("until = \"equilibrated\"\n", "", "max_sweeps"),
        ("spacing = \"exchange\"", "spacing = \"geometric\"", "spacing"),
        ("from = 0.5", "from = 0", "temperature"),
    ] {
        let error = read(&LADDER.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(key), "{to}: {error}");
    }
}

fn curves<'f>(made: &'f [(String, Figure)], stem: &str) -> &'f Curves {
    match made.iter().find(|(name, _)| name == stem) {
        Some((_, Figure::Curves(curves))) => curves,
        _ => panic!("no {stem} among {:?}", made.iter().map(|(name, _)| name).collect::<Vec<_>>()),
    }
}

#[test]
fn figures_of_glasses_show_what_was_measured_and_the_one_step_law() {
    let figure = |kind: &str| format!("[[figures]]\nkind = \"{kind}\"\n");
    let exchange = LADDER.replace("[theory]", "[theory]\ncompare = [\"1rsb\"]")
        + &figure("overlap-distribution")
        + &figure("exchange");
    let scenario = read(&exchange).unwrap();
    assert_eq!(read(&scenario.to_toml()).unwrap().figures, scenario.figures);
    let folder = Folder::new("glass-figures");
    let summary = folder.run_scenario(&scenario, 2);
    let made = figures(&scenario, &summary.points, &summary.finished).unwrap();
    let law = curves(&made, "overlap-distribution");
    assert_eq!((law.series.len(), law.series[0].points.len()), (4, 11));
    // Load 4 (the middle of two): T = 0.5 is T/√γ = 0.25, deep below T_s; the bars are θ and 1 − θ of the highest point.
    let bars = law.lines.last().unwrap();
    let top = law.series.iter().flat_map(|s| &s.points).map(|p| p.y).fold(0.0, f64::max);
    let weights: Vec<f64> = bars.pieces.iter().map(|piece| piece[1].1 / top).collect();
    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9 && bars.pieces[0][0].0 == 0.0, "{weights:?}");
    assert!(bars.pieces[1][0].0 > 0.9 && weights[1] > 0.5, "{:?}", bars.pieces);
    assert_eq!(curves(&made, "overlap-distribution-sizes").series.len(), 2);
    assert_eq!(curves(&made, "exchange-acceptance").series[0].points.len(), 3);
    assert_eq!(curves(&made, "exchange-from-cold").series[0].points.len(), 4);
    let alone = LADDER
        .replace("replica_exchange = true", "replica_exchange = false")
        .replace("[\"series\"]", "[\"curves\"]")
        .replace("gamma = [1.0, 4.0]", "gamma = 1.0")
        .replace("until = \"equilibrated\"\nmax_sweeps = 400\n", "");
    let scenario = read(&(alone.clone() + &figure("relaxation"))).unwrap();
    let folder = Folder::new("relaxation");
    let summary = folder.run_scenario(&scenario, 2);
    let made = figures(&scenario, &summary.points, &summary.finished).unwrap();
    assert_eq!(curves(&made, "relaxation-energy-n8").series.len(), 4);
    // t_w = 0, 1, 10 of 80 sweeps.
    assert_eq!(curves(&made, "relaxation-overlap-n8").series.len(), 3);
    // What a run does not hold cannot be drawn.
    let scenario = read(&(alone + &figure("exchange"))).unwrap();
    let error = figures(&scenario, &summary.points, &summary.finished).unwrap_err().to_string();
    assert!(error.contains("replica_exchange"), "{error}");
    // And takes no other figure with it.
    let both = read(&(scenario.to_toml() + &figure("relaxation"))).unwrap();
    let (made, failures) = replicon::sweep::drawable(&both, &summary.points, &summary.finished);
    assert!(
        made.iter().any(|(name, _)| name == "relaxation-energy-n8") && failures.len() == 1,
        "{failures:?}"
    );
}

#[test]
fn overlaps_of_the_sherrington_kirkpatrick_model_freeze_where_one_step_rsb_says() {
    let text = r#"
name = "freezing"
seed = 6
[model]
interaction_order = 2
couplings = "gaussian"
[grid]
spins = 64
gamma = [0.7, 1.0]
temperature = { from = 0.3, to = 1.2, count = 10 }
[dynamics]
starts = ["random"]
update = "metropolis"
burn_in_sweeps = 150
measure_sweeps = 300
replica_exchange = true
[disorder]
samples = 24
[theory]
compare = ["1rsb"]
[[figures]]
kind = "phase-diagram"
"#;
    let scenario = read(text).unwrap();
    let folder = Folder::new("freezing");
    let summary = folder.run_scenario(&scenario, 2);
    let made = figures(&scenario, &summary.points, &summary.finished).unwrap();
    let Figure::PhaseDiagram(diagram) = &made[0].1 else { panic!("{}", made[0].0) };
    let level = diagram.lines.iter().find(|line| line.name.contains("⟨q²⟩")).expect("the level of 1RSB");
    let (measured, predicted) = (&diagram.points[0].points, &level.pieces[0]);
    assert_eq!((measured.len(), predicted.len()), (2, 2));
    for (point, &(gamma, t)) in measured.iter().zip(predicted) {
        assert_eq!(point.x, gamma);
        // Both scale as √γ. At T_c the overlap of N = 64 is ⟨q²⟩ ∼ N^{−2/3} ≈ 0.06 already: it reaches 0.1 well above the limit.
        let error = point.y_err.expect("an error over samples");
        assert!(error < 0.1 * t && point.y > t - 3.0 * error && point.y < 1.3 * t, "{point:?} {t}");
        assert!((t / gamma.sqrt() - 0.69).abs() < 0.02, "{t}");
    }
}
