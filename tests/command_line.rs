//! The program as a user meets it: what each command prints, and its exit code.
#![cfg(feature = "program")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn replicon(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replicon")).args(arguments).output().unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = replicon(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(arguments: &[&str], code: i32, words: &[&str]) {
    let output = replicon(arguments);
    let message = String::from_utf8_lossy(&output.stderr).to_string();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    for word in words {
        assert!(message.contains(word), "{arguments:?}: '{word}' is not in: {message}");
    }
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

#[test]
fn energy_of_a_stored_pattern_alone_is_minus_one_half_of_the_distinct_tuples() {
    let folder = folder("energy");
    let patterns = file(&folder, "patterns.txt", "1 1 -1 1 -1 1 1 1\n");
    let spins = file(&folder, "spins.csv", "1,1,-1,1,-1,1,1,1\n-1,-1,1,-1,1,-1,-1,-1\n");
    for (p, expected) in [(2, [-3.5, -3.5]), (3, [-2.625, 2.625]), (4, [-1.640625, -1.640625])] {
        let p = p.to_string();
        let answer = json(&["energy", "--patterns", &patterns, "--spins", &spins, "--p", &p, "--json"]);
        // −(N/2) (N)_P/N^P at N = 8
        assert_eq!(answer, serde_json::json!({ "energies": expected }), "P = {p}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn exact_answers_with_the_documented_keys_and_infinite_temperature_is_trivial() {
    let folder = folder("exact");
    let patterns = file(&folder, "patterns.txt", "1 1 -1 1 -1 1\n-1 1 1 1 1 -1\n");
    let answer =
        json(&["exact", "--patterns", &patterns, "--p", "4", "--temperature", "0,0.5,1e9", "--json"]);
    assert_eq!(
        (answer["p"].as_u64(), answer["n"].as_u64(), answer["k"].as_u64()),
        (Some(4), Some(6), Some(2))
    );
    let points = answer["points"].as_array().unwrap();
    assert_eq!(points.len(), 3);
    assert!(points[0]["log_z"].is_null() && points[0]["heat_capacity"].is_null());
    for key in
        ["temperature", "log_z", "energy", "heat_capacity", "mattis", "mattis_sq", "mattis_abs", "overlap_sq"]
    {
        assert!(points[1].get(key).is_some(), "{key}");
    }
    let hot = &points[2];
    assert!((hot["log_z"].as_f64().unwrap() - 6.0 * 2f64.ln()).abs() < 1e-8);
    assert!((hot["overlap_sq"].as_f64().unwrap() - 1.0 / 6.0).abs() < 1e-8);
    // A scenario: a list, one for each column.
    let scenario = file(
        &folder,
        "small.toml",
        "name = \"s\"\n[model]\ninteraction_order = 2\n[grid]\nspins = 8\nalpha = [0.25, 0.5]\ntemperature = [0.5]\n[theory]\n",
    );
    let answer = json(&["exact", &scenario, "--sample", "1", "--json"]);
    assert_eq!(answer.as_array().unwrap().len(), 2);
    assert_eq!(answer[1]["gamma"].as_f64(), Some(0.5));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// log Z of six rows of examples, two archetypes of three, from the energies of all 2^7 states; the thermal energy from them too.
#[test]
fn the_exact_answer_of_a_file_of_examples_is_the_sum_over_all_its_states() {
    let folder = folder("exact-examples");
    let row = |mu: usize| {
        (0..7).map(|i| if (mu * 7 + i * i + mu * i) % 5 < 2 { "-1 " } else { "1 " }).collect::<String>()
    };
    let patterns = file(&folder, "examples.txt", &(0..6).map(|mu| row(mu) + "\n").collect::<String>());
    let state = |s: usize| (0..7).map(|i| if s >> i & 1 == 1 { "-1 " } else { "1 " }).collect::<String>();
    let spins = file(&folder, "spins.txt", &(0..128).map(|s| state(s) + "\n").collect::<String>());
    let mut answers = Vec::new();
    for kind in ["supervised", "unsupervised"] {
        for p in ["2", "3", "4"] {
            let lesson = [
                "--patterns",
                &patterns,
                "--kind",
                kind,
                "--quality",
                "0.6",
                "--examples",
                "3",
                "--p",
                p,
                "--json",
            ];
            let all = json(&[&["energy", "--spins", &spins][..], &lesson].concat());
            let energies: Vec<f64> =
                all["energies"].as_array().unwrap().iter().map(|e| e.as_f64().unwrap()).collect();
            let z: f64 = energies.iter().map(|e| (-e / 0.7).exp()).sum();
            let u: f64 = energies.iter().map(|e| e * (-e / 0.7).exp()).sum::<f64>() / z / 7.0;
            let answer = json(&[&["exact", "--temperature", "0.7"][..], &lesson].concat());
            assert_eq!((answer["k"].as_u64(), answer["examples"].as_u64()), (Some(2), Some(3)));
            let point = &answer["points"][0];
            assert!((point["log_z"].as_f64().unwrap() - z.ln()).abs() < 1e-12, "{kind} P = {p}");
            assert!((point["energy"].as_f64().unwrap() - u).abs() < 1e-12, "{kind} P = {p}");
            answers.push(z);
        }
    }
    assert!((answers[2] - answers[5]).abs() > 0.1, "the two kinds are two models");
    let base = ["exact", "--patterns", &patterns, "--p", "4", "--temperature", "1"];
    let with = |more: &[&str], words: &[&str]| refused(&[&base[..], more].concat(), 2, words);
    with(&["--quality", "0.5"], &["--kind supervised"]);
    with(&["--kind", "supervised", "--quality", "0.5"], &["--examples"]);
    with(&["--kind", "supervised", "--quality", "0", "--examples", "3"], &["--quality"]);
    with(&["--kind", "unsupervised", "--quality", "0.5", "--examples", "0"], &["--examples"]);
    with(&["--kind", "unsupervised", "--quality", "0.5", "--examples", "4"], &["--examples", "consecutive"]);
    refused(&["exact", "sk", "--kind", "supervised"], 2, &["--kind"]);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_simulation_of_a_scenario_agrees_with_the_exact_answer_of_the_same_scenario() {
    let folder = folder("agree");
    let scenario = file(
        &folder,
        "agree.toml",
        "name = \"agree\"\nseed = 2\n[model]\ninteraction_order = 3\n[grid]\nspins = 10\ngamma = 0.3\ntemperature = [1.0]\n\
         [dynamics]\nstarts = [\"planted\"]\nmeasure_sweeps = 40000\n[disorder]\nsamples = 1\n",
    );
    let exact = json(&["exact", &scenario, "--json"]);
    let out = folder.join("out");
    assert_eq!(
        replicon(&["run", &scenario, "--out", out.to_str().unwrap(), "--quiet"]).status.code(),
        Some(0)
    );
    let table =
        String::from_utf8(replicon(&["export", "--no-metadata", out.to_str().unwrap()]).stdout).unwrap();
    assert_eq!(table, std::fs::read_to_string(out.join("points.csv")).unwrap());
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (header, row) = (lines.next().unwrap(), lines.next().unwrap());
    let value = |name: &str| -> f64 { row[header.iter().position(|h| *h == name).unwrap()].parse().unwrap() };
    let point = &exact[0]["points"][0];
    for (name, error, exact) in [
        ("energy", value("energy_thermal_err"), point["energy"].as_f64().unwrap()),
        ("mattis", value("mattis_thermal_err"), point["mattis"][0].as_f64().unwrap()),
    ] {
        // Binned thermal error with 20 bins: |t| of 19 degrees of freedom above 6 has probability 9e-6; fixed seed.
        let t = (value(name) - exact) / error;
        assert!(t.abs() < 6.0, "{name}: {} ± {error} against {exact}", value(name));
    }
    // Thermal fluctuations: no error of their own in the table; 40000 sweeps are good to a few per cent.
    let heat = point["heat_capacity"].as_f64().unwrap();
    assert!((value("heat_capacity") / heat - 1.0).abs() < 0.1);
    assert!((value("overlap_sq") / point["overlap_sq"].as_f64().unwrap() - 1.0).abs() < 0.1);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn wrong_input_says_what_is_accepted() {
    refused(&["slurm", "storage-capacity-p4"], 2, &["--tasks"]);
    refused(&["run", "no-such-scenario"], 2, &["no-such-scenario", "shipped"]);
    refused(&["run", "storage-capacity-p3"], 2, &["did you mean storage-capacity-p4"]);
    refused(&["plot", "/"], 2, &["scenario.toml"]);
    refused(&["export", "x", "--format", "hdf5"], 2, &["csv, parquet, npz"]);
    refused(&["bench", "--gamma", "-1"], 2, &["γ > 0"]);
    refused(
        &["run", "storage-capacity-p4", "--set", "disorder.samples=none"],
        2,
        &["--set disorder.samples=none"],
    );
    refused(
        &["energy", "--patterns", "missing.txt", "--spins", "missing.txt", "--p", "4"],
        2,
        &["missing.txt"],
    );
    refused(&["bogus"], 2, &["bogus"]);
}

#[test]
fn completions_know_every_command_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = String::from_utf8(replicon(&["completions", shell]).stdout).unwrap();
        for command in ["run", "theory", "capacity", "validate", "merge"] {
            assert!(text.contains(command), "{shell}: {command}");
        }
    }
    refused(&["completions", "csh"], 2, &["csh", "bash"]);
}

#[test]
fn list_names_every_shipped_scenario_with_its_claim() {
    let text = String::from_utf8(replicon(&["list"]).stdout).unwrap();
    assert_eq!(text.lines().count(), replicon::scenario::SHIPPED.len());
    assert!(text.contains("storage-capacity-p4") && text.contains("Storage of the dense"));
}

#[test]
fn stored_images_are_recalled_and_no_theory_is_laid_over_them() {
    let folder = folder("images");
    let out = folder.join("out");
    let run = [
        "run",
        "image-recall-digits",
        "--quiet",
        "--out",
        out.to_str().unwrap(),
        "--set",
        "grid.patterns=[5]",
        "--set",
        "disorder.samples=5",
    ];
    let output = replicon(&run);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("mean spin -0.35") && said.contains("no theory is laid over"), "{said}");
    for name in ["retrieval-corrupted.svg", "retrieval-corrupted.csv", "recall-panel-k5.png"] {
        assert!(out.join("figures").join(name).is_file(), "{name}");
    }
    let table = std::fs::read_to_string(out.join("points.csv")).unwrap();
    let row = |p: &str| {
        table.lines().find(|l| l.starts_with(p) && l.contains("corrupted=0.1")).unwrap().to_string()
    };
    let mattis = |p: &str| row(p).split(',').nth(8).unwrap().parse::<f64>().unwrap();
    assert!(mattis("4,64") > 0.95 && mattis("2,64") < 0.8, "{} {}", mattis("4,64"), mattis("2,64"));
    assert!(row("4,64").ends_with(",,,,,,,,"), "theory columns must be empty: {}", row("4,64"));
    assert_eq!(replicon(&["plot", out.to_str().unwrap()]).status.code(), Some(0));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_start_from_a_file_is_known_by_its_content_and_the_run_stands_alone() {
    let folder = folder("start");
    let row = "1,-1,1,1,-1,1,1,-1,1,1,-1,1,1,1,-1,1\n";
    file(&folder, "a,b.csv", row);
    file(&folder, "same.csv", row);
    let run = |name: &str| {
        let scenario = file(
            &folder,
            &format!("{name}.toml"),
            &format!(
                "name = \"{name}\"\nseed = 2\n[model]\ninteraction_order = 2\n[grid]\nspins = 16\nalpha = 0.25\ntemperature = 0.7\n\
                 [dynamics]\nstarts = [{{ file = \"{name}.csv\" }}]\nmeasure_sweeps = 50\n[disorder]\nsamples = 2\n[theory]\n"
            )
            .replace("\"a\"", "\"a,b\""),
        );
        let out = folder.join(format!("out-{name}"));
        let output = replicon(&["run", &scenario, "--out", out.to_str().unwrap(), "--quiet"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(out.join("points.csv")).unwrap()
    };
    let (first, second) = (run("a,b"), run("same"));
    assert_eq!(first, second);
    let fields: Vec<usize> = first.lines().map(|line| line.split(',').count()).collect();
    assert!(fields.iter().all(|&n| n == fields[0]), "{fields:?}");
    // From another folder.
    let output = Command::new(env!("CARGO_BIN_EXE_replicon"))
        .current_dir(std::env::temp_dir())
        .args(["export", "--no-metadata", folder.join("out-same").to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        second,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn nothing_that_is_not_a_run_is_overwritten_or_removed() {
    let folder = folder("foreign");
    let text = "# my own words\nname = \"mine\"\n[model]\ninteraction_order = 2\n[grid]\nspins = 16\nalpha = 0.25\ntemperature = 0.5\n\
                [dynamics]\nmeasure_sweeps = 20\n[disorder]\nsamples = 1\n";
    let scenario = file(&folder, "scenario.toml", text);
    std::fs::create_dir_all(folder.join("figures")).unwrap();
    file(&folder, "figures/mine.pdf", "a paper");
    for extra in [&[][..], &["--fresh"][..]] {
        let mut arguments = vec!["run", &scenario, "--out", folder.to_str().unwrap()];
        arguments.extend(extra);
        refused(&arguments, 2, &["is not a run directory", "--out"]);
    }
    assert_eq!(std::fs::read_to_string(&scenario).unwrap(), text);
    // And of a run, --fresh removes only what a run wrote.
    let out = folder.join("out");
    let arguments = ["run", &scenario, "--quiet", "--out", out.to_str().unwrap()];
    assert!(replicon(&arguments).status.success());
    file(&out, "notes.txt", "mine");
    assert!(replicon(&[&arguments[..], &["--fresh"]].concat()).status.success());
    assert!(out.join("notes.txt").is_file() && folder.join("figures/mine.pdf").is_file());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_reader_of_the_progress_that_goes_away_does_not_stop_a_run() {
    let folder = folder("pipe");
    let out = folder.join("out");
    let mut child = Command::new(env!("CARGO_BIN_EXE_replicon"))
        .args(["run", "image-recall-digits", "--set", "disorder.samples=2", "--out", out.to_str().unwrap()])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(out.join("points.csv").is_file());
    std::fs::remove_dir_all(&folder).unwrap();
}
