//! Theory-only sweeps of 1RSB: the table is the solver's, and it does not matter how the sweep was cut up.
#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::sweep::{StateTable, States};
use replicon::theory::k_rsb;
use replicon::theory::one_rsb::{self, equilibrium, retrieval};

const SCENARIO: &str = r#"
name = "cut"
[model]
interaction_order = [2, 4]
[grid]
gamma = [0.05, 0.3, 0.42, 0.6]
temperature = [0.0, 0.1, 0.3, 0.9]
[theory]
compare = ["rs", "1rsb"]
"#;

/// Rows of points.csv, fields by name.
fn rows(folder: &Folder, out: &str) -> Vec<std::collections::HashMap<String, String>> {
    let text = folder.points(out);
    let mut lines = text.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
    let names = lines.next().unwrap();
    lines.map(|fields| names.iter().cloned().zip(fields).collect()).collect()
}

#[test]
fn the_table_of_a_theory_sweep_is_what_the_solver_says_at_each_point() {
    let folder = Folder::with_scenario("theory-table", SCENARIO);
    assert_eq!(folder.run("plain", &[]), 0);
    let rows = rows(&folder, "plain");
    assert_eq!(rows.len(), 2 * 4 * 4 * 2);
    let (mut broken, mut metastable) = (0, 0);
    for row in rows {
        let number = |field: &str| row[field].parse::<f64>().ok();
        assert!(row["n"].is_empty() && row["k"].is_empty(), "no N in the limit of large N");
        let p = InteractionOrder::new(row["p"].parse().unwrap()).unwrap();
        let gamma = Load::new(number("gamma").unwrap()).unwrap();
        let t = Temperature::new(number("temperature").unwrap()).unwrap();
        let found = retrieval::retrieval(p, gamma, t).unwrap();
        let zero = equilibrium::zero_state(p, gamma, t).unwrap();
        let dominant = equilibrium::dominant(p, gamma, t).unwrap();
        let state = if row["start"] == "random" { zero } else { found.or(zero) }.unwrap();
        assert_eq!(row["rsb1_branch"], state.branch.to_string());
        assert_eq!(number("rsb1_m"), Some(state.m));
        assert_eq!((number("rsb1_q1"), number("rsb1_q2")), (Some(state.q1), Some(state.q2)));
        assert_eq!(number("rsb1_theta"), state.theta);
        assert_eq!(number("rsb1_free_energy"), Some(state.free_energy));
        assert_eq!(number("rsb1_replicon_inner"), state.replicon_inner);
        assert_eq!(row["rsb1_equilibrium"] == "true", state.branch == dominant.branch);
        broken += usize::from(state.y.is_some());
        metastable += usize::from(state.m > 0.0 && row["rsb1_equilibrium"] == "false");
    }
    assert!(broken > 10 && metastable > 2, "the grid holds every kind of state: {broken} {metastable}");
}

#[test]
fn interrupted_extended_and_sharded_theory_sweeps_end_in_the_bytes_of_the_plain_one() {
    let folder = Folder::with_scenario("theory-cut", SCENARIO);
    assert_eq!(folder.run("plain", &[]), 0);
    let plain = folder.points("plain");

    // No time at all, then some more of the grid than at first, then all.
    assert_eq!(folder.run("later", &["--max-wall", "0s"]), 130);
    assert!(!folder.0.join("later/points.csv").exists());
    let part = ["--set", "grid.gamma=[0.05, 0.42]", "--set", "grid.temperature=[0.1, 0.9]"];
    assert_eq!(folder.run("later", &part), 0);
    assert_eq!(folder.run("later", &[]), 0);
    assert_eq!(folder.points("later"), plain);

    let outs = ["shard-0", "shard-1", "shard-2"];
    for (i, out) in outs.iter().enumerate() {
        assert_eq!(folder.run(out, &["--shard", &format!("{i}/3")]), 0);
        assert!(!folder.0.join(out).join("points.csv").exists(), "a shard alone has no table");
    }
    let output = folder.replicon(&["merge", "merged", "shard-2", "shard-0", "shard-1"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(folder.points("merged"), plain);
    // What was merged is recorded: nothing is left to solve.
    let again = folder.replicon(&["run", "scenario.toml", "--out", "merged"]);
    assert!(again.status.success());
    assert!(!String::from_utf8_lossy(&again.stderr).contains("temperatures of 1RSB"));
}

#[test]
fn one_step_stands_beside_a_simulation_and_its_figures() {
    let scenario = r#"
name = "beside"
[model]
interaction_order = 3
[grid]
spins = 24
gamma = [0.2, 0.5]
temperature = [0.2, 0.4, 0.6]
[dynamics]
burn_in_sweeps = 10
measure_sweeps = 30
[disorder]
samples = 2
[theory]
compare = ["1rsb"]
[[figures]]
kind = "phase-diagram"
[[figures]]
kind = "retrieval-curve"
[[figures]]
kind = "rsb"
quantity = "replicon"
"#;
    let folder = Folder::with_scenario("theory-beside", scenario);
    assert_eq!(folder.run("out", &[]), 0);
    for row in rows(&folder, "out") {
        assert!(row["rs_branch"].is_empty() && !row["rsb1_branch"].is_empty());
        assert!(row["samples"] == "2" && !row["rsb1_energy_z"].is_empty());
    }
    let diagram = std::fs::read_to_string(folder.0.join("out/figures/phase-diagram.csv")).unwrap();
    assert!(diagram.contains("1RSB retrieval spinodal") && diagram.contains("T_{d}"));
    let curve = std::fs::read_to_string(folder.0.join("out/figures/retrieval-temperature.csv")).unwrap();
    assert!(curve.contains("1RSB theory"));
    let before = folder.points("out");
    assert!(folder.replicon(&["plot", "out"]).status.success());
    assert_eq!(folder.points("out"), before);
}

#[test]
fn plan_and_status_know_what_a_theory_sweep_is() {
    let folder = Folder::with_scenario("theory-plan", SCENARIO);
    for name in ["scenario.toml", "rsb-cut-p4", "capacity-against-order", "hard-and-soft"] {
        let output = folder.replicon(&["plan", name]);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("theory only"), "{name}");
    }
    assert_eq!(folder.run("later", &["--max-wall", "0s"]), 130);
    let status = |out: &str| String::from_utf8(folder.replicon(&["status", out]).stdout).unwrap();
    assert!(status("later").contains("1RSB: 0 of 8 temperatures solved"), "{}", status("later"));
    assert_eq!(folder.run("later", &[]), 0);
    assert!(status("later").contains("1RSB: 8 of 8 temperatures solved"));
}

#[test]
fn a_point_solved_twice_with_different_numbers_is_an_error_and_another_solver_is_not_believed() {
    let folder = Folder::with_scenario("theory-twice", SCENARIO);
    for out in ["one", "two"] {
        assert_eq!(folder.run(out, &["--set", "model.interaction_order=4"]), 0);
    }
    let change = |out: &str, statement: &str| {
        let store =
            std::fs::read_dir(folder.0.join(out).join("store")).unwrap().next().unwrap().unwrap().path();
        rusqlite::Connection::open(store).unwrap().execute(statement, []).unwrap();
    };
    change("two", "UPDATE state SET energy = energy + 1e-9 WHERE role = 'unmagnetised'");
    // A number changed behind its seal is damage: named, and solved again.
    for (both, order) in [("first", ["one", "two"]), ("second", ["two", "one"])] {
        let output = folder.replicon(&["merge", both, order[0], order[1]]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.contains("do not have their seals"), "{errors}");
        assert_eq!(folder.points(both), folder.points("one"));
    }
    // Two solvers of one name that differ are an error.
    let (order, gamma, t) =
        (InteractionOrder::new(4).unwrap(), Load::new(0.3).unwrap(), Temperature::new(0.5).unwrap());
    let table = |states: States| {
        let mut table = StateTable::default();
        table.insert((order, None, gamma, t), states);
        table
    };
    let solved =
        States { unmagnetised: equilibrium::zero_state(order, gamma, t).unwrap(), ..States::default() };
    assert!(table(solved).unite(table(solved)).is_ok());
    let error = table(solved).unite(table(States::default())).unwrap_err().to_string();
    assert!(error.contains("recorded twice with different numbers"), "{error}");
    // What another version of the solver wrote is solved again.
    change("two", "UPDATE about SET value = 'an older solver'");
    let output = folder.replicon(&["merge", "both", "two", "one"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(folder.points("both"), folder.points("one"));
}

#[test]
fn the_phases_of_a_diagram_are_those_of_the_transition_temperatures() {
    // P = 4: T_s, T_d, T_G = 0.6169, 0.6784, 0.1278 √γ; retrieval is the equilibrium state up to about γ = 0.38 and ends at 0.46,
    // at γ = 0.2 at T = 0.61 and 0.86; it breaks below T = 0.108 at γ = 0.35. Every point is far from every line, not from twice it.
    let scenario = r#"
name = "phases"
[model]
interaction_order = 4
[grid]
gamma = [0.2, 0.35, 0.42, 0.6]
temperature = [0.05, 0.3, 0.4, 0.5, 0.7]
[theory]
compare = ["1rsb"]
[[figures]]
kind = "phase-diagram"
"#;
    let folder = Folder::with_scenario("theory-phases", scenario);
    assert_eq!(folder.run("out", &[]), 0);
    let diagram = std::fs::read_to_string(folder.0.join("out/figures/phase-diagram.csv")).unwrap();
    let phase = |gamma: &str, t: &str| {
        let cell = |line: &&str| {
            // x, x_err, y, y_err
            line.starts_with("cell,") && line.contains(&format!(",{gamma},,{t},,"))
        };
        diagram.lines().find(cell).unwrap_or_else(|| panic!("no cell at {gamma}, {t}")).to_string()
    };
    for (gamma, t, name) in [
        ("0.2", "0.3", "retrieval"),
        ("0.35", "0.05", "retrieval with RSB"),
        ("0.6", "0.05", "Gardner phase"),
        ("0.6", "0.3", "glass"),
        ("0.6", "0.4", "glass"),
        ("0.6", "0.5", "dynamic glass"),
        ("0.6", "0.7", "paramagnet"),
        ("0.2", "0.7", "\"paramagnet, metastable retrieval\""),
        ("0.42", "0.05", "\"Gardner phase, metastable retrieval with RSB\""),
        ("0.42", "0.3", "\"glass, metastable retrieval\""),
    ] {
        let cell = phase(gamma, t);
        assert!(cell.starts_with(&format!("cell,{name},")), "γ = {gamma}, T = {t}: {cell}");
    }
}

/// Points of a figure's table: series, x, y, error of y.
fn drawn(folder: &Folder, figure: &str) -> Vec<(String, f64, f64, Option<f64>)> {
    let text = std::fs::read_to_string(folder.0.join(format!("out/figures/{figure}.csv"))).unwrap();
    // Commas within quotes belong to a name.
    let fields = text.lines().map(|line| {
        let mut quoted = false;
        let cut = move |c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        };
        line.split(cut).map(|field| field.trim_matches('"')).collect::<Vec<_>>()
    });
    let number = |text: &str| text.parse::<f64>().ok();
    let points = fields.filter(|fields| fields[0] == "point" || fields[0] == "line");
    points.map(|f| (f[1].into(), number(f[3]).unwrap(), number(f[5]).unwrap(), number(f[6]))).collect()
}

#[test]
fn figures_by_steps_show_the_ends_of_retrieval_that_the_solver_finds() {
    let folder = Folder::with_scenario(
        "steps",
        "name = \"steps\"\n[model]\ninteraction_order = 3\n[grid]\ngamma = 0.46\ntemperature = [0.1, 0.2]\n[theory]\n\
         [[figures]]\nkind = \"rsb\"\nquantity = \"spinodals\"\n[[figures]]\nkind = \"rsb\"\nquantity = \"thermodynamic\"\nsteps = 2\n\
         [[figures]]\nkind = \"rsb\"\nquantity = \"steps\"\nsteps = 2\ntemperature = 0.1\n",
    );
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let p = InteractionOrder::new(3).unwrap();
    let ends = k_rsb::retrieval::spinodals(p, Temperature::new(0.1).unwrap(), 4).unwrap();
    let line = drawn(&folder, "rsb-spinodals");
    for (end, k) in ends.iter().zip(1..) {
        let found = line.iter().find(|(name, _, t, _)| *name == format!("k = {k}") && *t == 0.1);
        assert_eq!(found.map(|found| found.1), Some(end.gamma), "k = {k}");
    }
    // 1 … 4 steps have a limit, below T_d² by more than its error; RS is four orders further away.
    let loads: Vec<f64> = ends.iter().map(|end| end.gamma).collect();
    let limit = k_rsb::limit(&loads).unwrap();
    let limits = drawn(&folder, "rsb-spinodals-limits");
    let (_, _, y, error) = limits.iter().find(|point| point.1 == 0.1 && point.3.is_some()).unwrap();
    let bound = one_rsb::transitions(p).unwrap().dynamic_load();
    assert!(
        (y - (limit.value / bound - 1.0)).abs() < 1e-12
            && (error.unwrap() - limit.error / bound).abs() < 1e-12
    );
    assert!(*y < -2.0 * error.unwrap(), "{y} {error:?}");
    // q(x) of two steps: treads and risers in turn, up to x = 1.
    let stairs = drawn(&folder, "rsb-steps-retrieval");
    let two: Vec<_> = stairs.iter().filter(|point| point.0 == "k = 2").collect();
    assert_eq!((two.len(), two[0].1, two[5].1), (6, 0.0, 1.0));
    assert!(two.windows(2).all(|pair| pair[0].1 <= pair[1].1 && pair[0].2 <= pair[1].2));
    assert!(!drawn(&folder, "rsb-thermodynamic").is_empty());
    // Steps belong to these quantities alone, and are few.
    for wrong in ["quantity = \"replicon\"\nsteps = 2", "quantity = \"ladder\"\nsteps = 13"] {
        let text = format!(
            "name = \"wrong\"\n[model]\ninteraction_order = 3\n[grid]\ngamma = 0.46\ntemperature = 0.1\n[theory]\n[[figures]]\nkind = \"rsb\"\n{wrong}\n"
        );
        std::fs::write(folder.0.join("scenario.toml"), text).unwrap();
        let refused = folder.replicon(&["run", "scenario.toml", "--out", "wrong"]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("figures.steps"), "{refused:?}");
    }
}

#[test]
fn the_ladder_of_the_sk_model_goes_to_its_ground_state_energy() {
    let folder = Folder::with_scenario(
        "ladder",
        "name = \"ladder\"\n[model]\ninteraction_order = 2\ncouplings = \"gaussian\"\n[grid]\ngamma = 1.0\ntemperature = [0.1]\n[theory]\n\
         [[figures]]\nkind = \"rsb\"\nquantity = \"ladder\"\nsteps = 6\n",
    );
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let points = drawn(&folder, "rsb-ladder");
    assert_eq!(points.len(), 6);
    // Parisi 1980: −0.7632; the energy of k steps is below it by less with every step, as k⁻⁴ or so.
    assert!(points[0].0.contains("→ −0.76316"), "{}", points[0].0);
    assert!(points.windows(2).all(|pair| pair[1].2 < pair[0].2));
}
