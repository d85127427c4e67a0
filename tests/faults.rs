//! What goes wrong with disks, folders and tasks: nothing finished is lost, nothing wrong is reported.
#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::rng::{StreamKey, below};
use replicon::scenario::{CapacityScenario, Scenario};
use replicon::sweep::capacity::run_capacity;
use replicon::sweep::{Options, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Two sizes, two temperatures, series and curves kept: every table of the store has rows.
const SCENARIO: &str = r#"name = "faults"
seed = 8
[model]
interaction_order = 3
[grid]
spins = [9, 12]
gamma = 0.8
temperature = [0.3, 0.7]
[dynamics]
burn_in_sweeps = 10
measure_sweeps = 50
keep = ["series", "curves", "joint"]
[disorder]
samples = 4
"#;

const THEORY: &str = r#"name = "states"
[model]
interaction_order = 4
[grid]
gamma = [0.1, 0.3, 0.45]
temperature = [0.1, 0.4]
[theory]
compare = ["1rsb"]
"#;

const CAPACITY: &str = r#"name = "held"
seed = 2
[model]
interaction_order = [2, 3]
[grid]
spins = [16, 24, 32]
[capacity]
definitions = ["recall-one"]
[disorder]
samples = 60
"#;

/// The files of a run's store.
fn stores(out: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(out.join("store")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn the_store(out: &Path) -> PathBuf {
    let files = stores(out);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

/// A command with its arguments: exit code, standard output, standard error.
fn replicon(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = folder.replicon(arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Damages copies of a finished run's store in many ways, runs again each time, and demands the same table: what SQLite or a seal
/// notices is named and run again, what they do not notice changed nothing. Returns how often something was named.
fn survives(name: &str, text: &str, command: &str, table: &str, damages: &[Damage]) -> usize {
    let folder = Folder::with_scenario(name, text);
    let arguments = [command, "scenario.toml", "--quiet", "--out", "out"];
    assert_eq!(replicon(&folder, &arguments).0, Some(0));
    let out = folder.0.join("out");
    let (store, expected) = (the_store(&out), std::fs::read(out.join(table)).unwrap());
    let sound = std::fs::read(&store).unwrap();
    let mut named = 0;
    for damage in damages {
        for file in stores(&out) {
            std::fs::remove_file(file).unwrap();
        }
        std::fs::remove_file(out.join(table)).unwrap();
        std::fs::write(&store, damage.of(&sound)).unwrap();
        let (code, _, errors) = replicon(&folder, &arguments);
        assert_eq!(code, Some(0), "{damage:?}: {errors}");
        assert!(std::fs::read(out.join(table)).unwrap() == expected, "{damage:?} changed {table}: {errors}");
        let rerun = stores(&out).len() > 1;
        let said = errors.contains(store.file_name().unwrap().to_str().unwrap());
        // An empty file is one whose writer was killed before the first task.
        assert!(said || !rerun || matches!(damage, Damage::Cut(part) if *part < 0.1), "{damage:?}: {errors}");
        named += usize::from(said);
    }
    named
}

#[derive(Debug)]
enum Damage {
    /// One byte at this part of the file, by this.
    Byte(f64, u8),
    /// Only this part of the file is left.
    Cut(f64),
}

impl Damage {
    fn of(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        match *self {
            Self::Byte(part, by) => {
                let at = (part * bytes.len() as f64) as usize;
                bytes[at] ^= by;
            }
            Self::Cut(part) => bytes.truncate((part * bytes.len() as f64) as usize),
        }
        bytes
    }

    fn many(bytes: usize) -> Vec<Self> {
        let mut stream = StreamKey::new(1, "damage").stream();
        let mut byte =
            |_| Self::Byte(below(&mut stream, 10_000) as f64 / 1e4, 1 + below(&mut stream, 255) as u8);
        let cuts = [0.0, 0.001, 0.02, 0.3, 0.5, 0.9, 0.999].map(Self::Cut);
        (0..bytes).map(&mut byte).chain(cuts).collect()
    }
}

#[test]
fn a_store_damaged_in_any_byte_or_cut_off_gives_the_same_points() {
    let named = survives("damaged", SCENARIO, "run", "points.csv", &Damage::many(60));
    assert!(named >= 20, "only {named} damages were noticed: most of a file is rows");
}

#[test]
fn damaged_states_of_theory_are_solved_again() {
    let named = survives("damaged-states", THEORY, "run", "points.csv", &Damage::many(25));
    assert!(named >= 3, "{named}");
}

#[test]
fn damaged_searches_of_capacity_are_run_again() {
    let named = survives("damaged-capacity", CAPACITY, "capacity", "capacity.csv", &Damage::many(25));
    assert!(named >= 3, "{named}");
}

#[test]
fn a_number_changed_behind_the_seal_is_found_and_named() {
    let folder = Folder::with_scenario("seal", SCENARIO);
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let (expected, store) = (folder.points("out"), the_store(&folder.0.join("out")));
    // Without the seal this would be believed: SQLite has nothing against it.
    let tables = [
        "UPDATE measurement SET value = value + 1e-3 WHERE task = 2 AND quantity = 'energy'",
        "UPDATE configuration SET last = first WHERE task = 3",
        "UPDATE curve SET value = 0.5 WHERE task = 4",
        "DELETE FROM overlap_histogram WHERE task = 5",
        "UPDATE task SET sample = 7 WHERE id = 6",
        "DELETE FROM seal WHERE task = 7",
        "UPDATE series SET vals = x'0000000000000000' WHERE task = 8 AND quantity = 'energy'",
    ];
    for change in tables {
        let connection = rusqlite::Connection::open(&store).unwrap();
        assert!(connection.execute(change, []).unwrap() > 0, "{change}");
    }
    let (code, table, errors) = replicon(&folder, &["export", "out", "--no-metadata", "--table", "curves"]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(!table.is_empty() && errors.matches("does not have its seal").count() == 7, "{errors}");
    let (code, text, errors) = replicon(&folder, &["status", "out"]);
    assert!(code == Some(0) && text.contains("1 of 8 tasks") && errors.contains("sample="), "{text}{errors}");
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    assert_eq!(folder.points("out"), expected);
}

#[test]
fn a_store_of_a_newer_version_is_named_and_the_rest_is_used() {
    let folder = Folder::with_scenario("newer", SCENARIO);
    for shard in ["0/2", "1/2"] {
        assert_eq!(folder.run("out", &["--quiet", "--shard", shard]), 0);
    }
    assert_eq!(folder.run("plain", &["--quiet"]), 0);
    let out = folder.0.join("out");
    let files = stores(&out);
    let connection = rusqlite::Connection::open(&files[0]).unwrap();
    connection.execute("UPDATE about SET value = '99' WHERE key = 'schema_version'", []).unwrap();
    drop(connection);
    let (_, text, errors) = replicon(&folder, &["status", "out"]);
    assert!(text.contains("4 of 8 tasks"), "{text}");
    assert!(
        errors.contains("schema version 99")
            && errors.contains(files[0].file_name().unwrap().to_str().unwrap()),
        "{errors}"
    );
    let before = std::fs::read(&files[0]).unwrap();
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    assert_eq!(folder.points("out"), folder.points("plain"));
    assert!(std::fs::read(&files[0]).unwrap() == before, "a file of another version is left alone");
    // Of another run it is still refused.
    let connection = rusqlite::Connection::open(&files[1]).unwrap();
    connection.execute("UPDATE about SET value = 'x' WHERE key = 'identity'", []).unwrap();
    let (_, _, errors) = replicon(&folder, &["status", "out"]);
    assert!(errors.contains("its identity is not what it was"), "{errors}");
}

#[test]
fn a_task_that_panics_is_recorded_as_failed_and_the_rest_go_on() {
    let folder = Folder::with_scenario("panics", SCENARIO);
    let scenario = Scenario::from_file(&folder.0.join("scenario.toml"), &[]).unwrap();
    let mut options = Options::new(&folder.0.join("out"), 2);
    options.before_work = Some(|name| assert!(!name.contains("sample=2"), "planted"));
    std::panic::set_hook(Box::new(|_| {}));
    let error = run(&scenario, &options, &mut ()).err().unwrap();
    let _ = std::panic::take_hook();
    let message = error.to_string();
    assert_eq!(error.exit_code(), 1);
    for words in ["2 of 8 failed", "n=9 k=22 sample=2", "n=12 k=38 sample=2", "planted"] {
        assert!(message.contains(words), "{words}: {message}");
    }
    let (_, text, _) = replicon(&folder, &["status", "out"]);
    assert!(text.contains("6 of 8 tasks") && text.contains("failed: task p=3 n=9 k=22 sample=2"), "{text}");
    // The next run has these two to do, and ends as if nothing had been.
    options.before_work = Some(|name| assert!(name.contains("sample=2")));
    assert!(run(&scenario, &options, &mut ()).is_ok());
    assert_eq!(folder.run("plain", &["--quiet"]), 0);
    assert_eq!(folder.points("out"), folder.points("plain"));
    assert!(!replicon(&folder, &["status", "out"]).1.contains("failed"));
}

#[test]
fn a_trial_of_capacity_that_panics_ends_its_search_and_the_others_go_on() {
    let folder = Folder::with_scenario("capacity-panics", CAPACITY);
    let scenario = CapacityScenario::from_file(&folder.0.join("scenario.toml"), &[]).unwrap();
    let mut options = Options::new(&folder.0.join("out"), 2);
    options.before_work = Some(|name| assert!(!name.contains("n=24"), "planted"));
    std::panic::set_hook(Box::new(|_| {}));
    let error = run_capacity(&scenario, &options, &mut ()).err().unwrap();
    let _ = std::panic::take_hook();
    assert!(error.exit_code() == 1 && error.to_string().contains("n=24"), "{error}");
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let table = read("out/capacity.csv");
    let empty = table.lines().filter(|row| row.contains(",24,,,")).count();
    assert!(empty == 2 && table.lines().count() == 7, "{table}");
    assert!(read("out/capacity.json").contains("planted"));
    // The next run has these to do, and ends as if nothing had been.
    options.before_work = None;
    assert!(run_capacity(&scenario, &options, &mut ()).is_ok());
    assert_eq!(replicon(&folder, &["capacity", "scenario.toml", "--quiet", "--out", "plain"]).0, Some(0));
    assert_eq!(read("out/capacity.csv"), read("plain/capacity.csv"));
}

#[test]
fn a_row_of_capacity_of_another_type_costs_its_own_trials_alone() {
    let folder = Folder::with_scenario("capacity-types", CAPACITY);
    let capacity = ["capacity", "scenario.toml", "--quiet", "--threads", "1", "--out"];
    assert_eq!(replicon(&folder, &[&capacity[..], &["out"]].concat()).0, Some(0));
    let before = std::fs::read(folder.0.join("out/capacity.csv")).unwrap();
    let store = rusqlite::Connection::open(the_store(&folder.0.join("out"))).unwrap();
    for change in ["k = 'abc'", "outcomes = x'00ff'"] {
        let first =
            "(SELECT goal, k, first FROM trials WHERE typeof(k) = 'integer' ORDER BY goal, k, first LIMIT 1)";
        let one = format!("UPDATE trials SET {change} WHERE (goal, k, first) = {first}");
        assert_eq!(store.execute(&one, []).unwrap(), 1);
    }
    drop(store);
    let (code, text, errors) = replicon(&folder, &["status", "out"]);
    assert!(code == Some(0) && text.contains("5 of 6 searches"), "{text}");
    assert!(errors.contains("2 rows do not have their seals"), "{errors}");
    assert_eq!(replicon(&folder, &[&capacity[..], &["out"]].concat()).0, Some(0));
    assert_eq!(std::fs::read(folder.0.join("out/capacity.csv")).unwrap(), before);
}

#[test]
fn runs_and_capacities_do_not_take_over_each_others_folders() {
    let folder = Folder::with_scenario("foreign", SCENARIO);
    std::fs::write(folder.0.join("capacity.toml"), CAPACITY).unwrap();
    let run = ["run", "scenario.toml", "--quiet", "--out"];
    let capacity = ["capacity", "capacity.toml", "--quiet", "--out"];
    for (first, second, place) in [(run, capacity, "one"), (capacity, run, "two")] {
        assert_eq!(replicon(&folder, &[&first[..], &[place]].concat()).0, Some(0));
        let before = std::fs::read(folder.0.join(place).join("scenario.toml")).unwrap();
        let (code, _, errors) = replicon(&folder, &[&second[..], &[place]].concat());
        assert!(code == Some(2) && errors.contains("another run"), "{code:?} {errors}");
        assert_eq!(std::fs::read(folder.0.join(place).join("scenario.toml")).unwrap(), before);
    }
}

/// Runs with files of at most `blocks` · 512 bytes, the signal of a larger one ignored or not.
#[cfg(unix)]
fn limited(folder: &Folder, blocks: u32, ignored: bool) -> std::process::Output {
    let trap = if ignored { "trap '' XFSZ; " } else { "" };
    let script = format!(
        "{trap}ulimit -f {blocks}; ulimit -c 0; exec \"$0\" run scenario.toml --quiet --threads 1 --out out"
    );
    let program = env!("CARGO_BIN_EXE_replicon");
    Command::new("sh").args(["-c", &script, program]).current_dir(&folder.0).output().unwrap()
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_what_is_finished_is_kept_and_the_run_goes_on_when_there_is_room() {
    for ignored in [true, false] {
        let folder = Folder::with_scenario("full", SCENARIO);
        assert_eq!(folder.run("plain", &["--quiet"]), 0);
        let whole = std::fs::metadata(the_store(&folder.0.join("plain"))).unwrap().len();
        let output = limited(&folder, (whole / 1024) as u32, ignored);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "half of the store was enough: {whole}");
        if ignored {
            assert_eq!(output.status.code(), Some(1), "{errors}");
            assert!(errors.contains("cannot record") && errors.contains("store"), "{errors}");
        }
        let (_, text, errors) = replicon(&folder, &["status", "out"]);
        let finished = (1..8).find(|n| text.contains(&format!("{n} of 8 tasks")));
        assert!(finished.is_some_and(|n| n >= 2), "ignored {ignored}: {text}{errors}");
        assert!(!folder.0.join("out/points.csv").exists());
        assert_eq!(folder.run("out", &["--quiet"]), 0);
        assert_eq!(folder.points("out"), folder.points("plain"));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_scenario("read-only", SCENARIO);
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let expected = folder.points("out");
    let locked = folder.0.join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).unwrap();
    // Nothing stops the superuser but what is no folder at all.
    let superuser = std::fs::write(locked.join("probe"), "").is_ok();
    let place = if superuser { "scenario.toml/out" } else { "locked/out" };
    let (code, _, errors) = replicon(&folder, &["run", "scenario.toml", "--quiet", "--out", place]);
    assert!(code == Some(1) && errors.contains(place), "{code:?} {errors}");
    // A finished run is read where nothing can be written.
    let modes = |mode| {
        for path in stores(&folder.0.join("out")) {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        for path in ["out/store", "out"] {
            let mode = mode | if mode == 0o444 { 0o111 } else { 0o100 };
            std::fs::set_permissions(folder.0.join(path), std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    modes(0o444);
    let (code, table, errors) = replicon(&folder, &["export", "out", "--no-metadata"]);
    modes(0o644);
    assert!(code == Some(0) && table == expected, "{errors}");
}
