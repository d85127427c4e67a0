//! `replicon slurm`: what the script says, and what it does on a real Slurm of two nodes that fails in every way a cluster does.
#![cfg(all(feature = "program", unix))]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Four shards of four tasks, each of a second or two.
const SCENARIO: &str = r#"name = "on-slurm"
seed = 13
[model]
interaction_order = 3
[grid]
spins = [48]
gamma = [0.2, 0.4]
temperature = [0.3, 0.6, 0.9]
[dynamics]
starts = ["planted", "random"]
replicas = 2
burn_in_sweeps = 200
measure_sweeps = 8000
[disorder]
samples = 8
"#;

#[test]
fn the_script_names_its_shards_and_survives_odd_names() {
    let folder = Folder::with_scenario("slurm-script", SCENARIO);
    let odd = folder.0.join("it's a $HOME");
    let run = |more: &[&str]| {
        folder.replicon(&[&["slurm", "scenario.toml", "--out", odd.to_str().unwrap()], more].concat())
    };
    let output = run(&["--tasks", "7", "--time", "2h", "--threads", "3", "--set", "grid.spins=[48, 64]"]);
    let script = String::from_utf8(output.stdout).unwrap();
    for line in [
        "#SBATCH --array=0-6",
        "#SBATCH --cpus-per-task=3",
        "#SBATCH --time=0-02:00:00",
        "#SBATCH --open-mode=append",
        "#SBATCH --requeue",
    ] {
        assert!(script.lines().any(|l| l == line), "{line} is not in {script}");
    }
    for words in ["--shard \"$SLURM_ARRAY_TASK_ID/7\"", "--set 'grid.spins=[48, 64]'", "--max-wall 7"] {
        assert!(script.contains(words), "{words} is not in {script}");
    }
    assert!(!script.contains("SLURM_ARRAY_TASK_COUNT"));
    std::fs::write(folder.0.join("job.sh"), &script).unwrap();
    // Every word is one: a shard and the merge run without a scheduler.
    let part = |part: &str, task: &str| {
        let mut bash = Command::new("bash");
        bash.arg(folder.0.join("job.sh")).arg(part).env("SLURM_ARRAY_TASK_ID", task).output().unwrap()
    };
    let script = script
        .replace("/7\"", "/2\"")
        .replace("seq 0 6", "seq 0 1")
        .replace("spins=[48, 64]", "spins=[8, 10]");
    std::fs::write(folder.0.join("job.sh"), script).unwrap();
    for task in ["0", "1"] {
        assert!(part("shard", task).status.success(), "{:?}", part("shard", task));
    }
    let merged = part("merge", "0");
    assert!(merged.status.success() && odd.join("points.csv").is_file(), "{merged:?}");
    assert_eq!(part("nonsense", "0").status.code(), Some(2));
    for (refused, words) in [
        (&["--tasks", "0"][..], "0"),
        (&["--tasks", "4", "--time", "soon"], "a time with units"),
        (&["--tasks", "4", "--time", "30s"], "a minute at least"),
    ] {
        let output = run(refused);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && errors.contains(words), "{errors}");
    }
}

/// Whether this machine has a program.
fn there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin".into(), "/sbin".into()]);
    folders.iter().any(|folder| folder.join(program).is_file())
}

#[test]
fn gnu_parallel_starts_a_shard_that_was_killed_again_and_the_merge_has_the_same_bytes() {
    if !there("parallel") {
        println!("skipped: GNU parallel is not installed (Debian: parallel)");
        return;
    }
    let folder = Folder::with_scenario("parallel", SCENARIO);
    assert_eq!(folder.run("alone", &["--quiet"]), 0);
    let replicon = env!("CARGO_BIN_EXE_replicon");
    let script = format!(
        "parallel --will-cite -j 2 --retries 3 '{replicon}' run scenario.toml --quiet --threads 1 --shard {{}}/4 --out parts/{{}} ::: 0 1 2 3"
    );
    let mut all = Command::new("bash").args(["-c", &script]).current_dir(&folder.0).spawn().unwrap();
    // The first that has recorded something dies.
    let begun = |shard: usize| {
        let entries = std::fs::read_dir(folder.0.join(format!("parts/{shard}/store"))).into_iter().flatten();
        entries.flatten().find_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some(name.strip_suffix(".db")?.split_once('-')?.1.to_string())
        })
    };
    let process = wait_for("a shard that records", 60, || (0..4).find_map(begun));
    let _ = Command::new("kill").args(["-9", &process]).status().unwrap();
    assert!(all.wait().unwrap().success());
    let merged = folder.replicon(&["merge", "out", "parts/0", "parts/1", "parts/2", "parts/3"]);
    assert!(merged.status.success(), "{merged:?}");
    assert_eq!(folder.points("out"), folder.points("alone"));
}

/// A Slurm of this test alone, stopped at its end.
struct Cluster(PathBuf);

impl Cluster {
    fn script(&self, name: &str, more: &[&str]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slurm").join(name);
        Command::new("bash").arg(script).arg(&self.0).args(more).output().unwrap()
    }

    fn start(&self) {
        let output = self.script("start-local-slurm.sh", &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A command of Slurm; what it prints.
    fn ask(&self, command: &str, arguments: &[&str]) -> String {
        let output = Command::new(command)
            .args(arguments)
            .env("SLURM_CONF", self.0.join("slurm.conf"))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// (task of the array, state, node) of what is in the queue.
    fn tasks(&self) -> Vec<(String, String, String)> {
        self.ask("squeue", &["-h", "-r", "-n", "on-slurm", "-o", "%K %T %N"])
            .lines()
            .map(|line| {
                let mut words = line.split_whitespace().map(String::from);
                let mut next = || words.next().unwrap_or_default();
                (next(), next(), next())
            })
            .collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.script("stop-local-slurm.sh", &[]);
    }
}

fn wait_for<T>(what: &str, seconds: u64, mut found: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(seconds), "{what}: not within {seconds} s");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_requeued_task_a_dead_node_a_shard_run_twice_and_a_new_controller_leave_the_same_bytes() {
    if std::env::var_os("REPLICON_SLURM_TESTS").is_none() {
        println!(
            "skipped: it waits for a cluster for a minute and a half; REPLICON_SLURM_TESTS=1 does it, as .ci/run does"
        );
        return;
    }
    if !["munged", "slurmctld", "slurmd", "sbatch"].into_iter().all(there) {
        println!("skipped: Slurm is not installed (Debian: munge slurmctld slurmd slurm-client)");
        return;
    }
    let begin = Instant::now();
    let say = |what: &str| println!("{:>5.1} s  {what}", begin.elapsed().as_secs_f64());
    let folder = Folder::with_scenario("slurm", SCENARIO);
    assert_eq!(folder.run("alone", &["--quiet"]), 0);
    say("the run of one machine");
    let cluster = Cluster(std::env::temp_dir().join(format!("replicon-slurm-{}", std::process::id())));
    cluster.start();
    say("two nodes");
    let out = folder.0.join("out");
    let script =
        folder.replicon(&["slurm", "scenario.toml", "--tasks", "4", "--time", "10m", "--out", "out"]);
    std::fs::write(folder.0.join("job.sh"), script.stdout).unwrap();
    let submitted = Command::new("bash")
        .arg("job.sh")
        .current_dir(&folder.0)
        .env("SLURM_CONF", cluster.0.join("slurm.conf"))
        .output()
        .unwrap();
    assert!(submitted.status.success(), "{submitted:?}");
    let merge: u64 = String::from_utf8(submitted.stdout).unwrap().trim().parse().unwrap();
    let array = merge - 1;
    let stores = |task: usize| {
        let entries = std::fs::read_dir(out.join(format!("shards/{task}/store"))).into_iter().flatten();
        entries.flatten().filter(|e| e.file_name().to_string_lossy().ends_with(".db")).count()
    };
    let finished = |task: usize| {
        let output = folder.replicon(&["status", &format!("out/shards/{task}")]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().last()?.split(": ").nth(1)?.split(' ').next()?.parse::<usize>().ok()
    };
    // One task is put back into the queue with a part of its work done.
    wait_for("shard 0 with a finished task", 60, || finished(0).filter(|n| *n > 0));
    cluster.ask("scontrol", &["requeue", &format!("{array}_0")]);
    say(&format!("shard 0 requeued with {:?} of its tasks finished", finished(0)));
    // A node dies with what runs on it.
    let (task, _, node) = wait_for("a shard that runs with a finished task", 60, || {
        let running = |(task, state, node): &(String, String, String)| {
            let id: Option<usize> = task.parse().ok();
            state == "RUNNING" && !node.is_empty() && id.is_some_and(|id| finished(id).is_some_and(|n| n > 0))
        };
        cluster.tasks().into_iter().find(running)
    });
    assert!(cluster.script("stop-local-slurm.sh", &[&node]).status.success());
    say(&format!(
        "node {node} killed with shard {task}, which had {:?} finished",
        finished(task.parse().unwrap())
    ));
    // One shard runs twice at once: by hand, while Slurm runs it.
    let shard = wait_for("another shard that runs with a finished task", 60, || {
        let running = |(id, state, _): &(String, String, String)| {
            let id: usize = id.parse().ok().filter(|_| state == "RUNNING" && *id != task)?;
            finished(id).filter(|n| (1..4).contains(n)).map(|_| id)
        };
        cluster.tasks().iter().find_map(running)
    });
    let mut twice = Command::new(env!("CARGO_BIN_EXE_replicon"))
        .args(["run", "scenario.toml", "--quiet", "--shard", &format!("{shard}/4")])
        .args(["--out", &format!("out/shards/{shard}")])
        .current_dir(&folder.0)
        .spawn()
        .unwrap();
    say(&format!("shard {shard} runs twice"));
    // The controller is restarted, as for an update (killed, it forgets what was submitted in the last seconds); the node comes back.
    let own = std::fs::read_to_string(cluster.0.join("run/slurmctld.own")).unwrap();
    let pid = own.split_whitespace().next().unwrap();
    assert!(Command::new("kill").arg(pid).status().unwrap().success());
    let gone = || (!Path::new("/proc").join(pid).exists()).then_some(());
    wait_for("the end of the controller", 30, gone);
    say("controller stopped");
    cluster.start();
    say("controller and node started again");
    assert!(twice.wait().unwrap().success());
    say("its second run ended");
    wait_for("the merge", 240, || out.join("points.csv").is_file().then_some(()));
    say(&format!(
        "merged; stores of the shards: {:?}, queue: {:?}",
        [0, 1, 2, 3].map(stores),
        cluster.tasks()
    ));
    assert_eq!(folder.points("out"), folder.points("alone"));
    // The requeued and the killed one were begun twice, the other by two processes.
    let killed: usize = task.parse().unwrap();
    for begun_again in [0, killed, shard] {
        assert!(stores(begun_again) >= 2, "shard {begun_again}: {:?}", [0, 1, 2, 3].map(stores));
    }
}
