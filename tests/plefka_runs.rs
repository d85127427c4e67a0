//! Runs that solve Plefka's mean field of each sample, in the place of a chain or beside it.
#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::scenario::{Files, Scenario};

const CHAINS: &str = r#"
name = "beside"
seed = 4
[model]
interaction_order = 4
[grid]
spins = 64
gamma = 0.03
temperature = [0.3, 0.5]
[dynamics]
starts = ["planted"]
burn_in_sweeps = 100
measure_sweeps = 300
keep = ["plefka"]
[disorder]
samples = 6
[theory]
compare = ["rs"]
[[figures]]
kind = "retrieval-curve"
"#;

fn read(text: &str) -> replicon::Result<Scenario> {
    Scenario::from_text(text, "beside.toml", &Files::Directory(".".into()), &[])
}

#[test]
fn the_mean_field_beside_a_chain_is_the_one_in_its_place_and_tells_what_the_chain_does() {
    let scenario = read(CHAINS).unwrap();
    assert_eq!(read(&scenario.to_toml()).unwrap().to_toml(), scenario.to_toml());
    let folder = Folder::new("plefka-beside");
    let beside = folder.run_scenario(&scenario, 2);
    let alone = CHAINS.replace("keep = [\"plefka\"]", "update = \"plefka\"");
    let folder = Folder::new("plefka-alone");
    let alone = folder.run_scenario(&read(&alone).unwrap(), 2);
    for (chain, field) in beside.points.rows.iter().zip(&alone.points.rows) {
        for (chain, field) in chain.by_sample.iter().zip(&field.by_sample) {
            assert_eq!(chain.plefka_mattis, field.mattis);
            assert_eq!(chain.plefka_energy, field.energy);
            assert_eq!(chain.plefka_pressure, field.plefka_pressure);
            assert_eq!(chain.plefka_curvature, field.plefka_curvature);
            assert!(field.plefka_residual.unwrap() < 1e-9);
            // Deep in retrieval the state has one valley: what is left is 1/N and the noise of 600 sweeps.
            let m = (chain.mattis.unwrap(), chain.plefka_mattis.unwrap());
            let u = (chain.energy.unwrap(), chain.plefka_energy.unwrap());
            assert!((m.0 - m.1).abs() < 0.01 && (u.0 - u.1).abs() < 0.01, "{m:?} {u:?}");
        }
    }
    let drawn = replicon::sweep::figures(&scenario, &beside.points, &beside.finished).unwrap();
    let replicon::sweep::figure::Figure::Curves(curves) = &drawn[0].1 else { panic!("{}", drawn[0].0) };
    let drawn: Vec<_> = curves.series.iter().filter(|series| series.name.contains("Plefka")).collect();
    assert!(drawn.len() == 1 && drawn[0].points.len() == 2, "{drawn:?}");
    assert!(drawn[0].points.iter().all(|point| point.y_err.is_some()), "errors over the samples");
}

#[test]
fn where_the_mean_field_converges_in_some_samples_alone_its_points_are_open_and_say_so() {
    let text = CHAINS
        .replace("interaction_order = 4", "interaction_order = 2")
        .replace("gamma = 0.03", "gamma = 0.05")
        .replace("[0.3, 0.5]", "[0.2, 0.5, 0.55, 0.6, 0.65, 0.7]");
    let scenario = read(&text).unwrap();
    let run = Folder::new("plefka-partly").run_scenario(&scenario, 2);
    let figures = replicon::sweep::figures(&scenario, &run.points, &run.finished).unwrap();
    let replicon::sweep::figure::Figure::Curves(curves) = &figures[0].1 else { panic!("{}", figures[0].0) };
    let at = |open: bool| -> Vec<(f64, f64)> {
        let of = |s: &&replicon::sweep::figure::Series| s.open == open && s.name.contains("Plefka");
        let found: Vec<_> = curves.series.iter().filter(of).collect();
        assert!(found.iter().all(|series| series.name.contains("not converged") == open));
        found.iter().flat_map(|series| series.points.iter().map(|point| (point.x, point.y))).collect()
    };
    let (mut whole, mut partly) = (Vec::new(), Vec::new());
    for row in &run.points.rows {
        let found: Vec<f64> = row.by_sample.iter().filter_map(|m| m.plefka_mattis).collect();
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        match found.len() {
            0 => {}
            6 => whole.push((row.temperature.get(), mean)),
            _ => partly.push((row.temperature.get(), mean)),
        }
    }
    assert!(!whole.is_empty() && !partly.is_empty(), "{whole:?} {partly:?}");
    let same = |a: &[(f64, f64)], b: &[(f64, f64)]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-12)
    };
    assert!(same(&at(false), &whole) && same(&at(true), &partly), "{:?} {:?}", at(false), at(true));
}

#[test]
fn what_has_no_mean_field_in_the_place_of_a_chain_has_none_beside_it() {
    let random = CHAINS
        .replace("[model]", "[model]\nkind = \"unsupervised\"")
        .replace("gamma = 0.03", "gamma = 0.03\nquality = 0.5\nexamples = 3");
    for (text, key) in [
        (random.clone(), "dynamics.keep"),
        (random.replace("keep = [\"plefka\"]", "update = \"plefka\""), "dynamics.update"),
    ] {
        let error = read(&text).unwrap_err().to_string();
        assert!(error.contains(key), "{error}");
    }
}

#[test]
fn the_command_refuses_what_is_no_sample_and_prints_numbers_that_can_be_read() {
    let folder = Folder::new("plefka-command");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.0.join(name), bytes).unwrap();
    write("patterns.csv", b"1,-1,1\n1,1,-1\n");
    write("m.txt", b"0.5 -0.2 0.1\n");
    write("latin.txt", b"0.5 0.1 0.2 # \xe9\n");
    let plefka = |m: &str, p: &str, t: &str| {
        let arguments =
            ["plefka", "--patterns", "patterns.csv", "--magnetisations", m, "--p", p, "--temperature", t];
        let output = folder.replicon(&arguments);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, _, message) = plefka("m.txt", "4", "1");
    assert!(code == Some(2) && message.contains("--p 4") && message.contains("N = 3"), "{message}");
    assert!(message.contains("P ≤ N"), "{message}");
    let (code, _, message) = plefka("latin.txt", "2", "1");
    assert!(code == Some(2) && message.contains("latin.txt") && message.contains("byte 14"), "{message}");
    assert!(message.contains("text file of numbers"), "{message}");
    let (code, table, message) = plefka("m.txt", "2", "1e-300");
    assert_eq!(code, Some(0), "{message}");
    assert!(table.lines().all(|line| line.len() < 120), "{table}");
    assert!(plefka("m.txt", "3", "1").0 == Some(0));
}

#[test]
fn a_mean_field_that_does_not_exist_is_refused_by_name() {
    for (from, to) in [
        ("temperature = [0.3, 0.5]", "temperature = [0, 0.5]"),
        ("interaction_order = 4", "interaction_order = 4\ncouplings = \"gaussian\""),
        ("[model]", "[model]\nkind = \"supervised\"\n"),
    ] {
        let text = CHAINS.replace(from, to).replace("[\"planted\"]", "[\"random\"]").replace(
            "gamma = 0.03",
            if to.contains("supervised") {
                "gamma = 0.03\nquality = 0.5\nexamples = 3"
            } else {
                "gamma = 0.03"
            },
        );
        let error = read(&text).unwrap_err().to_string();
        assert!(error.contains("dynamics.keep"), "{to}: {error}");
    }
}
