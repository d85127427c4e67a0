//! Theory-only sweeps of 1RSB: the table is the solver's, and it does not matter how the sweep was cut up.
#![cfg(feature = "program")]

use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::theory::one_rsb::{equilibrium, retrieval};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("cut.toml"), SCENARIO).unwrap();
        Self(path)
    }

    fn replicon(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_replicon")).current_dir(&self.0).args(arguments).output().unwrap()
    }

    fn run(&self, out: &str, extra: &[&str]) -> i32 {
        let arguments: Vec<&str> = ["run", "cut.toml", "--out", out].iter().chain(extra).copied().collect();
        self.replicon(&arguments).status.code().unwrap_or(-1)
    }

    fn points(&self, out: &str) -> String {
        std::fs::read_to_string(self.0.join(out).join("points.csv")).unwrap()
    }

    /// Rows of points.csv, fields by name.
    fn rows(&self, out: &str) -> Vec<std::collections::HashMap<String, String>> {
        let text = self.points(out);
        let mut lines = text.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
        let names = lines.next().unwrap();
        lines.map(|fields| names.iter().cloned().zip(fields).collect()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_table_of_a_theory_sweep_is_what_the_solver_says_at_each_point() {
    let folder = Folder::new("theory-table");
    assert_eq!(folder.run("plain", &[]), 0);
    let rows = folder.rows("plain");
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
    let folder = Folder::new("theory-cut");
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
    let again = folder.replicon(&["run", "cut.toml", "--out", "merged"]);
    assert!(again.status.success());
    assert!(!String::from_utf8_lossy(&again.stderr).contains("temperatures of 1RSB"));
}

#[test]
fn one_step_stands_beside_a_simulation_and_its_figures() {
    let folder = Folder::new("theory-beside");
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
    std::fs::write(folder.0.join("cut.toml"), scenario).unwrap();
    assert_eq!(folder.run("out", &[]), 0);
    for row in folder.rows("out") {
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
