//! Shards, merges, several writers and time limits all end in the bytes of the plain run.
#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use std::process::Command;

const SCENARIO: &str = r#"
name = "sharded"
seed = 8
[model]
interaction_order = [2, 3]
[grid]
spins = [20, 27]
gamma = [0.1, 0.4]
temperature = [0.3, 0.8]
[dynamics]
starts = ["planted", "random"]
burn_in_sweeps = 20
measure_sweeps = 60
[disorder]
samples = 4
[theory]
"#;

#[test]
fn three_and_seven_shards_merge_to_the_plain_run() {
    let folder = Folder::with_scenario("shards", SCENARIO);
    assert_eq!(folder.run("plain", &[]), 0);
    for count in [3, 7] {
        let outs: Vec<String> = (0..count).map(|i| format!("shard-{count}-{i}")).collect();
        for (i, out) in outs.iter().enumerate() {
            assert_eq!(folder.run(out, &["--shard", &format!("{i}/{count}")]), 0);
            assert!(!folder.0.join(out).join("points.csv").exists(), "a shard alone has no table");
        }
        let merged = format!("merged-{count}");
        let mut arguments = vec!["merge", &merged];
        // In any order.
        arguments.extend(outs.iter().rev().map(String::as_str));
        let output = folder.replicon(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(folder.points(&merged), folder.points("plain"));
    }
}

#[test]
fn a_missing_shard_is_named_and_taken_only_when_told_to() {
    let folder = Folder::with_scenario("missing", SCENARIO);
    assert_eq!(folder.run("a", &["--shard", "0/2"]), 0);
    let output = folder.replicon(&["merge", "out", "a"]);
    let message = String::from_utf8_lossy(&output.stderr).to_string();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("16 tasks are missing: p=") && message.contains("--partial"), "{message}");
    assert!(folder.replicon(&["merge", "out", "a", "--partial"]).status.success());
    assert!(!folder.points("out").is_empty());
    // The other shard comes later, into the same place.
    assert_eq!(folder.run("b", &["--shard", "1/2"]), 0);
    assert!(folder.replicon(&["merge", "out", "b", "a"]).status.success());
    assert_eq!(folder.run("plain", &[]), 0);
    assert_eq!(folder.points("out"), folder.points("plain"));
    // And a merged run can be extended like any other.
    assert_eq!(folder.run("out", &["--set", "disorder.samples=5"]), 0);
    assert_eq!(folder.run("plain", &["--set", "disorder.samples=5"]), 0);
    assert_eq!(folder.points("out"), folder.points("plain"));
}

#[test]
fn shards_of_different_runs_are_refused_by_what_differs() {
    let folder = Folder::with_scenario("mixed", SCENARIO);
    assert_eq!(folder.run("a", &["--shard", "0/2"]), 0);
    assert_eq!(folder.run("b", &["--shard", "1/2", "--seed", "9"]), 0);
    let output = folder.replicon(&["merge", "out", "a", "b"]);
    let message = String::from_utf8_lossy(&output.stderr).to_string();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("seed: 9 → 8"), "{message}");
    assert!(!folder.0.join("out").exists(), "a refused merge wrote something");
    for bad in ["2/2", "0/0", "-1/2", "x", "1"] {
        assert_eq!(folder.run("c", &[&format!("--shard={bad}")]), 2, "{bad}");
    }
}

#[test]
fn one_shard_run_twice_at_once_is_harmless() {
    let folder = Folder::with_scenario("twice", SCENARIO);
    assert_eq!(folder.run("plain", &[]), 0);
    let spawn = || {
        Command::new(env!("CARGO_BIN_EXE_replicon"))
            .current_dir(&folder.0)
            .args(["run", "scenario.toml", "--quiet", "--out", "both", "--shard", "0/2", "--threads", "1"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let (mut a, mut b) = (spawn(), spawn());
    assert!(a.wait().unwrap().success() && b.wait().unwrap().success());
    // The second shard into the same directory completes it.
    assert_eq!(folder.run("both", &["--shard", "1/2"]), 0);
    assert_eq!(folder.points("both"), folder.points("plain"));
}

#[test]
fn when_the_time_is_up_what_is_finished_is_kept_and_the_next_run_goes_on() {
    let folder = Folder::with_scenario("wall", SCENARIO);
    assert_eq!(folder.run("timed", &["--max-wall", "0s"]), 130);
    assert_eq!(folder.run("timed", &["--max-wall", "nonsense"]), 2);
    assert_eq!(folder.run("timed", &["--max-wall", "1h30m"]), 0);
    assert_eq!(folder.run("plain", &[]), 0);
    assert_eq!(folder.points("timed"), folder.points("plain"));
    let status = String::from_utf8(folder.replicon(&["status", "timed"]).stdout).unwrap();
    assert!(status.contains("32 of 32 tasks, 100 %"), "{status}");
}

#[test]
fn a_plan_writes_nothing_and_names_tasks_memory_and_time() {
    let folder = Folder::with_scenario("plan", SCENARIO);
    let before = std::fs::read_dir(&folder.0).unwrap().count();
    let plan =
        String::from_utf8(folder.replicon(&["plan", "scenario.toml", "--threads", "2"]).stdout).unwrap();
    assert!(plan.contains("32 tasks on 2 threads: about") && plan.contains("MiB at the peak"), "{plan}");
    // A fixed point is mostly found long before the last step: that time is a bound.
    let solver = ["plan", "scenario.toml", "--set", "dynamics.update=plefka"];
    let bound = String::from_utf8(folder.replicon(&solver).stdout).unwrap();
    assert!(bound.contains("threads: up to"), "{bound}");
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), before);
    let machine = folder.replicon(&[
        "run",
        "scenario.toml",
        "--set",
        "grid.spins=[30000]",
        "--set",
        "grid.gamma=[0.4]",
        "--set",
        "model.interaction_order=3",
    ]);
    let message = String::from_utf8_lossy(&machine.stderr).to_string();
    assert_eq!(machine.status.code(), Some(2), "{message}");
    assert!(message.contains("GiB together, the machine has"), "{message}");
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), before, "a refused run created something");
}

/// Retrieval that ends between the two loads, at each N and T elsewhere.
const REFINED: &str = r#"
name = "refined"
seed = 3
[model]
interaction_order = 2
[grid]
spins = [48, 64]
gamma = [0.03, 0.4]
temperature = [0.2, 0.5]
refine = { on = "mattis", budget = 9 }
[dynamics]
starts = ["planted", "random"]
burn_in_sweeps = 20
measure_sweeps = 60
[disorder]
samples = 8
"#;

fn rounds(folder: &Folder, out: &str) -> String {
    std::fs::read_to_string(folder.0.join(out).join("rounds.json")).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_string()
}

#[test]
fn a_refined_run_killed_grown_or_sharded_is_the_run_done_at_once() {
    let folder = Folder::with_scenario("refined", REFINED);
    assert_eq!(folder.run("plain", &["--threads", "2"]), 0);
    let (points, planned) = (folder.points("plain"), rounds(&folder, "plain"));
    let rows = points.lines().count() - 1;
    assert_eq!(rows, (2 * 2 + 9) * 2 * 2, "the budget is spent");
    let same = |out: &str| {
        assert_eq!(folder.points(out), points, "{out}");
        assert_eq!(rounds(&folder, out), planned, "{out}");
    };
    assert_eq!(folder.run("one-thread", &["--threads", "1"]), 0);
    same("one-thread");
    // A budget in steps: what a round asked for beyond it waits.
    for budget in [0, 1, 6] {
        assert_eq!(folder.run("grown", &["--set", &format!("grid.refine.budget={budget}")]), 0);
        assert_eq!(folder.points("grown").lines().count() - 1, (2 * 2 + budget) * 2 * 2);
    }
    assert_eq!(folder.run("grown", &[]), 0);
    same("grown");
    // And back: the grid alone, then all of it again, with nothing to run.
    assert_eq!(folder.run("grown", &["--set", "grid.refine.budget=2"]), 0);
    assert_eq!(folder.points("grown").lines().count() - 1, (2 * 2 + 2) * 2 * 2);
    let again = folder.replicon(&["run", "scenario.toml", "--out", "grown"]);
    assert!(text(&again.stdout).contains("(0 run now)"), "{}", text(&again.stdout));
    same("grown");
    for part in ["0/2", "1/2"] {
        let out = format!("part-{}", &part[..1]);
        assert_eq!(folder.run(&out, &["--shard", part, "--set", "grid.refine.budget=0"]), 0);
    }
    assert!(folder.replicon(&["merge", "merged", "part-0", "part-1"]).status.success());
    assert_eq!(folder.run("merged", &[]), 0);
    same("merged");
    for kill in 0..5 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_replicon"))
            .current_dir(&folder.0)
            .args(["run", "scenario.toml", "--quiet", "--threads", "2", "--out", "killed"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Moments within the grid and within the rounds, whatever the machine's speed.
        std::thread::sleep(std::time::Duration::from_millis(15 + 35 * kill));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(folder.run("killed", &[]), 0);
    same("killed");
}

#[test]
fn rounds_are_kept_when_samples_or_loads_are_added_and_planned_again_when_lost() {
    let folder = Folder::with_scenario("rounds", REFINED);
    let (few, more) = (["--set", "grid.refine.budget=4"], ["--set", "disorder.samples=9"]);
    assert_eq!(folder.run("out", &few), 0);
    let (points, planned) = (folder.points("out"), rounds(&folder, "out"));
    // A damaged plan, and one that no program of ours writes: named, and found again without running anything.
    for wrong in [
        &planned[..40],
        "{\"version\": 9, \"on\": \"mattis\", \"rounds\": []}",
        &planned.replace("\"k\": ", "\"k\": -"),
    ] {
        std::fs::write(folder.0.join("out/rounds.json"), wrong).unwrap();
        let output = folder.replicon(&[&["run", "scenario.toml", "--out", "out"], &few[..]].concat());
        assert!(text(&output.stderr).contains("rounds.json"), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("(0 run now)"), "{}", text(&output.stdout));
        assert_eq!((folder.points("out"), rounds(&folder, "out")), (points.clone(), planned.clone()));
    }
    // A sample more of all columns; loads of the lists that rounds had asked for cost no budget.
    let grown = [&few[..], &more].concat();
    assert_eq!(folder.run("out", &grown), 0);
    assert_eq!(rounds(&folder, "out"), planned);
    let columns = |out: &str| (folder.points(out).lines().count() - 1) / 4;
    assert_eq!(columns("out"), 2 * 2 + 4);
    let lists = [&grown[..], &["--set", "grid.gamma=[0.03, 0.2, 0.4]"]].concat();
    assert_eq!(folder.run("out", &lists), 0);
    assert_eq!(columns("out"), 2 * 3 + 4);
    // --fresh forgets the plan too; a folder that holds nothing but one is somebody else's.
    assert_eq!(folder.run("out", &["--fresh", "--set", "grid.refine.budget=0"]), 0);
    assert!(!folder.0.join("out/rounds.json").exists());
    std::fs::create_dir(folder.0.join("other")).unwrap();
    std::fs::write(folder.0.join("other/rounds.json"), "").unwrap();
    assert_eq!(folder.run("other", &[]), 2);
}

#[test]
fn parts_of_a_refined_run_are_refused_and_what_it_comes_to_is_told() {
    let folder = Folder::with_scenario("parts", REFINED);
    let refused = |arguments: &[&str]| {
        let output = folder.replicon(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains("--set grid.refine.budget=0"), "{message}");
    };
    refused(&["run", "scenario.toml", "--shard", "0/2"]);
    refused(&["plan", "scenario.toml", "--shard", "0/2"]);
    refused(&["slurm", "scenario.toml", "--tasks", "2"]);
    assert!(!folder.0.join("runs").exists());
    let plan = text(&folder.replicon(&["plan", "scenario.toml"]).stdout);
    assert!(plan.contains("32 tasks") && plan.contains("up to 9 columns more, 72 tasks"), "{plan}");
    let output = folder.replicon(&["run", "scenario.toml", "--out", "out"]);
    let told = text(&output.stdout);
    assert!(told.contains("refinement: 9 of at most 9 columns added, in "), "{told}");
    let status = text(&folder.replicon(&["status", "out"]).stdout);
    assert!(status.contains("refinement: 9 of at most 9 columns added, in "), "{status}");
    assert!(status.contains("104 of 104 tasks, 100 %"), "{status}");
    refused(&["merge", "merged", "out"]);
}
