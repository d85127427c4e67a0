//! How long a planted state lives: columns, key and figure.

use replicon::scenario::{Files, Scenario};
use replicon::sweep::{Points, StateTable, figures, run_task};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

fn scenario(kind: &str, t: f64, more: &str) -> replicon::Result<Scenario> {
    let lesson = if kind == "dense-hebbian" { "" } else { "quality = 0.8\nexamples = 4" };
    let text = format!(
        "name = \"life\"\nseed = 5\n[model]\nkind = \"{kind}\"\ninteraction_order = 2\n[grid]\nspins = 1600\nalpha = [0.002, 0.004]\n\
         temperature = [{t}]\n{lesson}\n[dynamics]\nstarts = [\"planted\", \"random\"]\nburn_in_sweeps = 0\n\
         measure_sweeps = 12\nreplicas = 2\n{more}\n[disorder]\nsamples = 3\n[theory]\ncompare = [\"rs\"]\n"
    );
    Scenario::from_text(&text, "test.toml", &Files::Shipped, &[])
}

type Rows = Vec<HashMap<String, String>>;

fn rows(scenario: &Scenario) -> (Rows, Points) {
    let plan = scenario.dynamics.as_ref().unwrap();
    let mut finished = HashMap::new();
    for task in scenario.tasks().unwrap() {
        let result = run_task(scenario, plan, &task, |_, _| true, &AtomicBool::new(false)).unwrap();
        finished.insert(task.key(), result);
    }
    let points = Points::gather(scenario, &finished, &StateTable::default()).unwrap();
    let csv = points.to_csv();
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let row =
        |line: &str| head.iter().map(|h| h.to_string()).zip(line.split(',').map(String::from)).collect();
    (csv.lines().skip(1).map(row).collect(), points)
}

/// Without energy a spin stays untouched for t sweeps of N random proposals with probability e^{−t}: m falls below 0.2 between one
/// sweep and two, below 0.01 between four and six (N = 1600: m = e^{−4} = 0.018 ± 0.025 of a single sweep).
#[test]
fn at_infinite_temperature_a_state_lives_as_long_as_untouched_spins_do() {
    for kind in ["dense-hebbian", "supervised", "unsupervised"] {
        let (rows, _) = rows(&scenario(kind, 1e6, "lost_below = 0.2").unwrap());
        for row in rows.iter().filter(|row| row["start"] == "planted") {
            assert_eq!((row["survived"].as_str(), row["lifetime"].as_str()), ("0", "1"), "{kind}");
        }
        for row in rows.iter().filter(|row| row["start"] == "random") {
            assert!(row["survived"].is_empty() && row["lifetime"].is_empty(), "{kind}");
        }
    }
}

#[test]
fn a_state_that_nothing_threatens_survives_and_has_no_lifetime() {
    for kind in ["dense-hebbian", "supervised"] {
        let (rows, points) = rows(&scenario(kind, 0.3, "").unwrap());
        for row in rows.iter().filter(|row| row["start"] == "planted") {
            assert_eq!((row["survived"].as_str(), row["lifetime"].as_str()), ("1", ""), "{kind}");
        }
        let why = |field: &str| {
            points.reasons.keys().filter(|(f, _)| f == field).map(|(_, why)| why.as_str()).collect::<Vec<_>>()
        };
        assert!(why("lifetime").contains(&"no chain was lost in the measuring time"));
        assert!(why("survived").contains(&"no planted state to lose"));
    }
}

/// At T = 0.85 and load 0.004 m ≈ 0.65 moves about: a higher mark is passed downwards earlier. Of the same chains.
#[test]
fn a_higher_mark_is_lost_earlier() {
    let held = |mark: f64| -> f64 {
        let scenario = scenario("dense-hebbian", 0.85, &format!("lost_below = {mark}")).unwrap();
        let (rows, points) = rows(&scenario);
        assert_eq!(rows.len(), points.rows.len());
        let planted = points.rows.iter().filter(|row| row.start == "planted");
        planted.map(|row| row.average(|m| m.held_sweeps).unwrap().0).sum()
    };
    let (low, middle, high) = (held(0.62), held(0.67), held(0.72));
    assert!(low > middle && middle > high, "{low} {middle} {high}");
}

#[test]
fn the_mark_belongs_to_the_identity_and_must_be_an_overlap() {
    let of = |more: &str| scenario("dense-hebbian", 0.3, more).unwrap();
    assert_eq!(of("").identity(), of("lost_below = 0.5").identity());
    assert_ne!(of("").identity(), of("lost_below = 0.6").identity());
    let resolved = of("lost_below = 0.6").to_toml();
    let again = Scenario::from_text(&resolved, "test.toml", &Files::Shipped, &[]).unwrap();
    assert_eq!(again.to_toml(), resolved);
    for bad in ["1.5", "\"half\"", "-2"] {
        let error = scenario("dense-hebbian", 0.3, &format!("lost_below = {bad}")).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("dynamics.lost_below"), "{error}");
    }
}

/// Both kinds have the figure with the loads of theory upright in it: of plain patterns the known spinodal.
#[test]
fn the_figure_shows_survival_beside_the_loads_of_theory() {
    let text = |start: &str| format!("{}\n[[figures]]\nkind = \"survival\"\nstart = \"{start}\"\n", "");
    let with = |kind: &str, start: &str| {
        let plain = scenario(kind, 0.3, "").unwrap().to_toml();
        Scenario::from_text(&(plain + &text(start)), "test.toml", &Files::Shipped, &[])
    };
    for kind in ["dense-hebbian", "unsupervised"] {
        let scenario = with(kind, "planted").unwrap();
        let (_, points) = rows(&scenario);
        let made = figures(&scenario, &points, &HashMap::new()).unwrap();
        assert_eq!(made.len(), 1, "nothing was lost: no lifetime and no half of it");
        let replicon::sweep::figure::Figure::Curves(curves) = &made[0].1 else { panic!("no curves") };
        assert_eq!(curves.series[0].points.len(), 2);
        let end = curves.lines[0].pieces[0][0].0;
        if kind == "dense-hebbian" {
            let (p, t) = (scenario.orders[0], scenario.temperatures[0]);
            let spinodal = replicon::theory::lines::retrieval_spinodal_load(p, t).unwrap().gamma;
            assert!((end / spinodal - 1.0).abs() < 1e-6, "{end} {spinodal}");
        }
    }
    assert!(with("supervised", "random").unwrap_err().to_string().contains("which can be lost"));
}
