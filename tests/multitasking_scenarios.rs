//! Multitasking scenarios: diluted patterns in a scenario file, simulated, and beside their theory.

use replicon::rng::{StreamKey, uniform};
use replicon::scenario::{Files, Kind, OwnKeys, Scenario, Task};
use std::path::PathBuf;

const DILUTED: &str = r#"name = "diluted"
seed = 3
[model]
kind = "multitasking"
interaction_order = [2, 3]
[grid]
spins = [24, 12]
patterns = [3, 2]
dilution = [0.5, 0.25]
temperature = [0.2]
[disorder]
samples = 2
[theory]
"#;

fn read(text: &str) -> replicon::Result<Scenario> {
    Scenario::from_text(text, "my.toml", &Files::Directory(PathBuf::from(".")), &[])
}

#[test]
fn a_diluted_scenario_reads_back_as_itself_and_spans_its_dilutions() {
    let scenario = read(DILUTED).unwrap();
    assert_eq!(scenario.kind, Kind::Multitasking);
    let resolved = scenario.to_toml();
    let again = read(&resolved).unwrap();
    assert_eq!((again.to_toml(), again.identity()), (resolved, scenario.identity()));
    let columns = scenario.columns().unwrap().0;
    assert_eq!(columns.len(), 2 * 2 * 2 * 2);
    for column in &columns {
        assert_eq!(column.kind(), Kind::Multitasking);
        let label = column.own().label();
        assert_eq!(OwnKeys::parse(&label), Some(column.own()), "{label}");
    }
    let dilutions: Vec<f64> = columns[..4].iter().map(|c| c.dilution.unwrap().get()).collect();
    assert_eq!(dilutions, [0.25, 0.25, 0.5, 0.5]);
    assert_eq!(OwnKeys::parse(" colour=1"), None);
    assert_eq!(OwnKeys::parse(" dilution=1.5"), None);
}

/// The keys of a task's streams, written out: those of older kinds must never change.
#[test]
fn streams_are_keyed_by_the_own_keys_of_the_kind_alone() {
    let plain = "name = \"x\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 20\npatterns = 7\ntemperature = 0.5\n[dynamics]\n";
    let learnt = plain
        .replace("[model]", "[model]\nkind = \"supervised\"")
        .replace("[grid]", "[grid]\nquality = 0.4\nexamples = 5");
    let gaussian =
        plain.replace("patterns = 7", "gamma = 0.3").replace("[model]", "[model]\ncouplings = \"gaussian\"");
    let key = |kind: &str, couplings: &str, (p, n, k): (u64, u64, u64)| {
        StreamKey::new(9, "patterns")
            .text("kind", kind)
            .text("couplings", couplings)
            .integer("p", p)
            .integer("n", n)
            .integer("k", k)
            .integer("sample", 1)
    };
    let (hebbian, sizes) = ("hebbian", (3, 20, 7));
    for (text, key) in [
        (plain, key("dense-hebbian", hebbian, sizes)),
        (&learnt, key("supervised", hebbian, sizes).real("quality", 0.4).integer("examples", 5)),
        (&gaussian, key("dense-hebbian", "gaussian", (3, 20, 0)).real("gamma", 0.3)),
        (DILUTED, key("multitasking", hebbian, (2, 12, 2)).real("dilution", 0.25)),
    ] {
        let column = read(text).unwrap().columns().unwrap().0[0].clone();
        let mut stream = Task { column, sample: 1 }.pattern_stream(9);
        assert_eq!(uniform(&mut stream), uniform(&mut key.stream()), "{text}");
    }
}

#[test]
fn keys_of_another_kind_and_impossible_dilutions_are_refused_by_name() {
    for (from, to, words) in [
        ("dilution = [0.5, 0.25]", "dilution = 1.0", &["my.toml:9", "grid.dilution = 1.0", "0 ≤ d < 1"][..]),
        ("dilution = [0.5, 0.25]", "dilution = -0.1", &["my.toml:9", "0 ≤ d < 1"]),
        ("dilution = [0.5, 0.25]", "dilution = \"half\"", &["my.toml:9", "a finite number"]),
        ("dilution = [0.5, 0.25]\n", "", &["grid.dilution", "multitasking"]),
        ("patterns = [3, 2]", "gamma = 0.1", &["my.toml:8", "grid.gamma", "grid.patterns = [K, …]"]),
        (
            "kind = \"multitasking\"",
            "kind = \"dense-hebbian\"",
            &["my.toml:9", "grid.dilution", "not diluted"],
        ),
        ("[grid]", "[grid]\nquality = 0.5", &["grid.quality", "multitasking", "learns from no examples"]),
        (
            "interaction_order = [2, 3]",
            "interaction_order = [2, 3]\ncouplings = \"gaussian\"",
            &["model.couplings", "\"hebbian\""],
        ),
    ] {
        assert!(DILUTED.contains(from), "{from}");
        let error = read(&DILUTED.replace(from, to)).unwrap_err().to_string();
        for word in words {
            assert!(error.contains(word), "{to}: {error}");
        }
    }
}
