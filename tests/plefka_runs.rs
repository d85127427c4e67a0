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
    assert!(curves.lines.iter().any(|line| line.name.contains("Plefka")), "the mean field is drawn");
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
