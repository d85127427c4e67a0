//! points.csv is a pure function of the scenario: any number of threads, any interruption, any order of extension.
#![cfg(feature = "program")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const SCENARIO: &str = r#"
name = "small"
seed = 5
[model]
interaction_order = [2, 4]
[grid]
spins = [24, 33]
gamma = [0.08, 0.3, 0.5]
temperature = [0, 0.2, 0.6]
[dynamics]
starts = ["planted", "random", { corrupted = 0.2 }]
burn_in_sweeps = 30
measure_sweeps = 90
[disorder]
samples = 5
[theory]
[[figures]]
kind = "phase-diagram"
"#;

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn replicon() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_replicon"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn run(scenario: &Path, out: &Path, extra: &[&str]) -> i32 {
    let status =
        replicon().args(["run", "--quiet"]).arg(scenario).arg("--out").arg(out).args(extra).status().unwrap();
    status.code().unwrap_or(-1)
}

fn points(out: &Path) -> Vec<u8> {
    std::fs::read(out.join("points.csv")).unwrap()
}

fn scenario_file(folder: &Path) -> PathBuf {
    let path = folder.join("small.toml");
    std::fs::write(&path, SCENARIO).unwrap();
    path
}

#[test]
fn one_and_two_threads_give_the_same_bytes() {
    let folder = folder("threads");
    let scenario = scenario_file(&folder);
    assert_eq!(run(&scenario, &folder.join("one"), &["--threads", "1"]), 0);
    assert_eq!(run(&scenario, &folder.join("two"), &["--threads", "2"]), 0);
    assert_eq!(points(&folder.join("one")), points(&folder.join("two")));
    assert!(points(&folder.join("one")).len() > 1000);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn ten_kills_at_any_moment_lose_nothing_and_change_no_byte() {
    let folder = folder("kills");
    let scenario = scenario_file(&folder);
    assert_eq!(run(&scenario, &folder.join("plain"), &[]), 0);
    let out = folder.join("killed");
    let mut recorded = 0;
    for kill in 0..10u64 {
        let mut child = replicon()
            .args(["run", "--quiet", "--threads", "2"])
            .arg(&scenario)
            .arg("--out")
            .arg(&out)
            .spawn()
            .unwrap();
        // Moments spread over the first third of a second, whatever the machine's speed.
        std::thread::sleep(Duration::from_millis(15 + 37 * kill % 300));
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        let now = tasks_recorded(&out);
        assert!(now >= recorded, "a finished task was lost: {recorded} before, {now} after kill {kill}");
        recorded = now;
    }
    assert_eq!(run(&scenario, &out, &[]), 0);
    assert_eq!(points(&folder.join("plain")), points(&out));
    std::fs::remove_dir_all(&folder).unwrap();
}

fn tasks_recorded(out: &Path) -> i64 {
    let Ok(files) = std::fs::read_dir(out.join("store")) else { return 0 };
    files
        .flatten()
        .filter(|f| f.path().extension().is_some_and(|e| e == "db"))
        .map(|f| {
            let store = rusqlite::Connection::open(f.path()).unwrap();
            store.query_row("SELECT count(*) FROM task", [], |row| row.get(0)).unwrap_or(0)
        })
        .sum()
}

#[test]
fn a_run_grown_by_samples_loads_and_temperatures_is_the_run_done_at_once() {
    let folder = folder("grown");
    let scenario = scenario_file(&folder);
    assert_eq!(run(&scenario, &folder.join("plain"), &[]), 0);
    let out = folder.join("grown");
    assert_eq!(run(&scenario, &out, &["--set", "disorder.samples=2", "--set", "grid.temperature=[0.6]"]), 0);
    assert_eq!(run(&scenario, &out, &["--set", "grid.spins=33", "--set", "grid.gamma=[0.3]"]), 0);
    assert_eq!(run(&scenario, &out, &[]), 0);
    assert_eq!(points(&folder.join("plain")), points(&out));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn another_identity_is_refused_by_name_and_fresh_starts_over() {
    let folder = folder("identity");
    let scenario = scenario_file(&folder);
    let out = folder.join("out");
    let few = ["--set", "disorder.samples=1", "--set", "grid.spins=24", "--set", "grid.temperature=0.6"];
    assert_eq!(run(&scenario, &out, &few), 0);
    let before = points(&out);
    let output = Command::new(env!("CARGO_BIN_EXE_replicon"))
        .args(["run", "--quiet"])
        .arg(&scenario)
        .arg("--out")
        .arg(&out)
        .args(few)
        .args(["--set", "dynamics.measure_sweeps=40"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("dynamics.measure_sweeps: 90 → 40") && message.contains("--fresh"), "{message}");
    assert_eq!(points(&out), before, "a refused run changed something");
    let fresh: Vec<&str> =
        few.iter().copied().chain(["--set", "dynamics.measure_sweeps=40", "--fresh"]).collect();
    assert_eq!(run(&scenario, &out, &fresh), 0);
    assert_ne!(points(&out), before);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_is_finished_and_exits_130() {
    let folder = folder("interrupt");
    let scenario = scenario_file(&folder);
    let out = folder.join("out");
    // Long enough to be interrupted on any machine.
    let long = ["--set", "dynamics.measure_sweeps=20000", "--set", "disorder.samples=40", "--threads", "1"];
    let mut child =
        replicon().args(["run", "--quiet"]).arg(&scenario).arg("--out").arg(&out).args(long).spawn().unwrap();
    while tasks_recorded(&out) < 1 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(tasks_recorded(&out) >= 1);
    std::fs::remove_dir_all(&folder).unwrap();
}
