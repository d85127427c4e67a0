//! Plefka's expansion and its solutions as scenarios: errors and gaps that are drawn, states that are counted.

#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::chain::Start;
use replicon::dynamics::plefka::{Plefka, self_overlap};
use replicon::model::{DenseHebbian, Patterns};
use replicon::params::{InteractionOrder, Temperature};
use replicon::rng::StreamKey;
use replicon::scenario::{Files, Scenario};

const ERROR: &str = r#"
name = "error"
seed = 4
[model]
interaction_order = [2, 3]
[grid]
spins = [6, 10]
gamma = [0.5]
temperature = [20.0, 40.0]
[disorder]
samples = 24
[theory]
compare = ["rs"]
[[figures]]
kind = "plefka"
quantity = "error"
[[figures]]
kind = "plefka"
quantity = "reaction"
"#;

const LANDSCAPE: &str = r#"
name = "landscape"
seed = 2
[model]
interaction_order = 3
[grid]
spins = [28, 40]
gamma = 8.0
temperature = [1.131]
[dynamics]
update = "plefka"
starts = ["cooled"]
replicas = 40
burn_in_sweeps = 100
measure_sweeps = 900
[disorder]
samples = 3
[theory]
compare = ["1rsb"]
[[figures]]
kind = "plefka"
quantity = "states"
[[figures]]
kind = "plefka"
quantity = "landscape"
"#;

/// (name, x, y) of the points of a figure.
fn points(folder: &Folder, figure: &str) -> Vec<(String, f64, f64)> {
    let path = folder.0.join("out/figures").join(format!("{figure}.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    let cells = text.lines().filter(|line| line.starts_with("point,"));
    cells
        .map(|line| {
            // The name, which a comma puts into quotes, no piece, then x, x_err, y, …
            let (name, numbers) = line["point,".len()..].split_once(",,").unwrap();
            let numbers: Vec<&str> = numbers.split(',').collect();
            let at = |place: usize| numbers[place].parse().unwrap();
            let name = name.trim_matches('"').split(',').next().unwrap_or_default();
            (name.to_string(), at(0), at(2))
        })
        .collect()
}

#[test]
fn drawn_errors_fall_as_powers_of_beta_and_the_gap_of_the_averaged_reaction_falls_with_n() {
    let folder = Folder::with_scenario("plefka-error", ERROR);
    assert_eq!(folder.run("out", &[]), 0);
    for p in [2, 3] {
        let points = points(&folder, &format!("plefka-error-p{p}"));
        for order in 0..4 {
            let of: Vec<f64> = points
                .iter()
                .filter(|(name, ..)| name.starts_with(&format!("order {order}")))
                .map(|point| point.2)
                .collect();
            let slope = (of[1] / of[0]).log2();
            assert!((slope - f64::from(order + 1)).abs() < 0.15, "P = {p}, order {order}: slope {slope}");
        }
        // The averaged second order keeps an error of β²: its reaction is not that of the sample.
        let averaged: Vec<f64> =
            points.iter().filter(|(name, ..)| name == "averaged order 2").map(|point| point.2).collect();
        assert!(((averaged[1] / averaged[0]).log2() - 2.0).abs() < 0.15, "{averaged:?}");
    }
    let gaps = points(&folder, "plefka-reaction");
    for pair in gaps.chunks(2) {
        // N^{−1} makes 0.6 of it; 24 samples leave 15 %, so 1 is three standard errors off.
        assert!(pair[1].2 / pair[0].2 < 1.0, "{gaps:?}");
    }
    // The samples of a theory-only sweep are part of the resolved scenario: the figure is drawn again as it was.
    let path = folder.0.join("out/figures/plefka-error-p3.csv");
    let before = std::fs::read_to_string(&path).unwrap();
    assert!(folder.replicon(&["plot", "out"]).status.success());
    assert_eq!(before, std::fs::read_to_string(&path).unwrap());
}

#[test]
fn from_many_cooled_starts_distinct_minima_are_found_beside_the_paramagnet() {
    let folder = Folder::with_scenario("plefka-landscape", LANDSCAPE);
    assert_eq!(folder.run("out", &[]), 0);
    let csv = folder.points("out");
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let mut most = 0.0f64;
    for line in csv.lines().skip(1) {
        let cell = |name: &str| -> f64 {
            line.split(',').nth(head.iter().position(|h| *h == name).unwrap()).unwrap().parse().unwrap()
        };
        let (converged, paramagnet) = (cell("plefka_converged"), cell("plefka_paramagnet"));
        assert!(paramagnet > 0.3 && paramagnet <= converged && converged <= 1.0, "{line}");
        assert!(cell("plefka_minima") <= cell("plefka_states"));
        // No more states than starts that converged elsewhere.
        assert!(cell("plefka_states") <= 40.0 * (converged - paramagnet) + 1e-9, "{line}");
        most = most.max(cell("plefka_states"));
    }
    assert!(most > 0.0, "no solution beside m = 0");
    let states = points(&folder, "plefka-landscape");
    // Below the free energy of m = 0 at T = 1.131 no solution is much: −T log 2 − γ/(4T) = −2.55.
    assert!(!states.is_empty() && states.iter().all(|(_, f, _)| (-2.6..-1.4).contains(f)), "{states:?}");
}

#[test]
fn a_curvature_that_is_not_known_is_an_empty_field_and_no_minimum() {
    // At T = 0.0002 every magnetisation of a stored pattern rounds to ±1: the Hessian is infinite.
    let cold = LANDSCAPE
        .replace("1.131", "0.0002, 1.131")
        .replace("\"cooled\"", "\"planted\"")
        .replace("[28, 40]", "40")
        .replace("gamma = 8.0", "gamma = 0.1");
    let cold = &cold[..cold.find("[theory]").unwrap()];
    let folder = Folder::with_scenario("plefka-unknown", cold);
    assert_eq!(folder.run("out", &[]), 0);
    // Read again, and found to be what it was.
    assert_eq!(folder.run("out", &[]), 0);
    let export = folder.replicon(&["export", "out", "--table", "series", "--no-metadata"]);
    assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
    let text = String::from_utf8(export.stdout).unwrap();
    let curvatures = |t: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains("plefka_curvature") && line.contains(t));
        lines.map(|line| line.rsplit(',').next().unwrap().to_string()).collect()
    };
    let cold = curvatures(",0.0002,");
    assert!(cold.len() == 3 && cold.iter().all(String::is_empty), "{cold:?}");
    let csv = folder.points("out");
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let cell = |name: &str| {
        let row = csv.lines().nth(1).unwrap();
        row.split(',').nth(head.iter().position(|h| *h == name).unwrap()).unwrap().to_string()
    };
    assert_eq!([cell("plefka_states"), cell("plefka_minima"), cell("plefka_curvature")], ["1", "0", ""]);
}

#[test]
fn a_solution_nearby_is_a_fixed_point_and_m_0_is_always_one_of_p_3() {
    let patterns = Patterns::random(24, 1536, &mut StreamKey::new(3, "patterns").stream()).unwrap();
    let model = DenseHebbian::new(InteractionOrder::new(3).unwrap(), 24, 1536).unwrap();
    let t = Temperature::new(1.131).unwrap();
    let problem = Plefka::new(&model, &patterns, t, Plefka::usual_reaction(&model)).unwrap();
    // Far above the threshold there is no valley: a random configuration ends in m = 0, where the curvature is 1.
    let start: Vec<f64> = (0..24).map(|i| if i * 7 % 5 < 2 { 0.98 } else { -0.98 }).collect();
    let solution = problem.solve_nearby(&start, 1e-9, 900).unwrap();
    assert!(solution.converged && self_overlap(&solution.magnetisations) < 1e-6);
    let curvature = problem.lowest_curvature(&solution.magnetisations).unwrap();
    assert!((curvature - 1.0).abs() < 1e-6, "{curvature}");
}

#[test]
fn what_has_no_landscape_or_no_enumeration_is_refused_by_name() {
    let read = |text: &str| Scenario::from_text(text, "test.toml", &Files::Shipped, &[]);
    let scenario = read(LANDSCAPE).unwrap();
    assert_eq!(scenario.dynamics.as_ref().unwrap().starts, [Start::Cooled]);
    assert_eq!(read(&scenario.to_toml()).unwrap().to_toml(), scenario.to_toml());
    for (text, word) in [
        (LANDSCAPE.replace("\"plefka\"\nstarts", "\"glauber\"\nstarts"), "dynamics.starts"),
        (LANDSCAPE.replace("interaction_order = 3", "interaction_order = 2"), "interaction_order"),
        (ERROR.replace("[6, 10]", "[14, 16]"), "12"),
        (ERROR.replace("[6, 10]", "[6, 24]"), "20"),
    ] {
        let message = read(&text).unwrap_err().to_string();
        assert!(message.contains(word), "{word}: {message}");
    }
}
