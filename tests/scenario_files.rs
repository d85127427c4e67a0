//! Scenario files: what is accepted resolves and reads back as itself; what is wrong is refused by file, line and key.

use replicon::error::Kind;
use replicon::scenario::{Files, SHIPPED, Scenario};
use std::path::PathBuf;

const GOOD: &str = r#"name = "good"
seed = 3
[model]
interaction_order = [4, 2]
[grid]
spins = [16, 8]
gamma = { from = 0.1, to = 0.5, count = 5 }
temperature = [0.5, 0]
[dynamics]
starts = ["planted", { corrupted = 0.25 }, { overlap = -0.5 }]
[disorder]
samples = 2
[theory]
compare = ["rs"]
[[figures]]
kind = "retrieval-curve"
x = "load"
"#;

fn read(text: &str) -> replicon::Result<Scenario> {
    Scenario::from_text(text, "my.toml", &Files::Directory(PathBuf::from(".")), &[])
}

fn with(line: &str, replacement: &str) -> String {
    assert!(GOOD.contains(line));
    GOOD.replace(line, replacement)
}

#[test]
fn a_resolved_scenario_reads_back_as_itself() {
    let mut texts: Vec<String> = vec![
        GOOD.into(),
        with("gamma = { from = 0.1, to = 0.5, count = 5 }", "patterns = [3, 5]"),
        with("[dynamics]", "[dynamics]\nupdate = \"plefka\"").replace("[0.5, 0]", "[0.5]"),
        with("[dynamics]", "[dynamics]\nlost_below = 0.7\nkeep = [\"series\"]"),
        with(
            "[dynamics]\nstarts = [\"planted\", { corrupted = 0.25 }, { overlap = -0.5 }]\n[disorder]\nsamples = 2\n",
            "",
        ),
    ];
    texts.push(with("interaction_order = [4, 2]", "interaction_order = 2").replace(
        "gamma = { from = 0.1, to = 0.5, count = 5 }",
        "alpha = { from = 0.1, to = 1, count = 3, scale = \"log\" }",
    ));
    for text in texts {
        let scenario = read(&text).unwrap();
        let resolved = scenario.to_toml();
        let again = read(&resolved).unwrap();
        assert_eq!(again.to_toml(), resolved);
        assert_eq!(again.identity(), scenario.identity());
        assert_eq!(again.tasks().unwrap(), scenario.tasks().unwrap());
    }
    for shipped in SHIPPED.iter().filter(|shipped| !shipped.is_of_capacity()) {
        let scenario = Scenario::from_shipped(shipped, &[]).unwrap();
        let resolved = scenario.to_toml();
        let again =
            Scenario::from_text(&resolved, "resolved", &Files::Directory("elsewhere".into()), &[]).unwrap();
        assert_eq!(again.to_toml(), resolved, "{}", shipped.name);
        assert_eq!(again.identity(), scenario.identity());
        assert!(shipped.claim().len() > 20, "{} makes no claim in its first line", shipped.name);
    }
}

#[test]
fn grids_hold_the_numbers_that_one_would_write() {
    let scenario = read(GOOD).unwrap();
    let gammas: Vec<f64> = scenario.columns().unwrap().0.iter().filter_map(|c| c.gamma_requested).collect();
    // P = 2 first, N = 8 first; K = 2, 3, 4: loads 0.1 … 0.5 of N = 8 are K = 1, 2, 2, 3, 4.
    assert_eq!(gammas[..4], [0.1, 0.2, 0.4, 0.5]);
    let (_, warnings) = scenario.columns().unwrap();
    assert!(
        warnings.iter().any(|w| w.contains("P = 2, N = 8: loads 0.2 and 0.3 are both K = 2")),
        "{warnings:?}"
    );
}

#[test]
fn every_refusal_names_the_line_the_key_and_what_is_accepted() {
    // (text, where, what the message must say besides)
    let cases: Vec<(String, &str, &[&str])> = vec![
        (
            with("spins = [16, 8]", "spin = [16, 8]"),
            "my.toml:6",
            &["unknown key grid.spin", "did you mean grid.spins"],
        ),
        (with("seed = 3", "seed = -3"), "my.toml:2", &["seed = -3", "at least 0"]),
        (
            with("interaction_order = [4, 2]", "interaction_order = 1"),
            "my.toml:4",
            &["interaction_order = 1", "at least 2"],
        ),
        (with("spins = [16, 8]", "spins = []"), "my.toml:6", &["grid.spins", "at least one value"]),
        (with("spins = [16, 8]", "spins = [16, 16]"), "my.toml:6", &["grid.spins = 16", "every value once"]),
        (
            with("spins = [16, 8]", "spins = \"many\""),
            "my.toml:6",
            &["grid.spins = \"many\"", "whole number"],
        ),
        (with("temperature = [0.5, 0]", "temperature = [0.5, -1]"), "my.toml:8", &["-1", "1e-9"]),
        (with("temperature = [0.5, 0]", "temperature = [1e-300]"), "my.toml:8", &["1e-300", "T = 0"]),
        (
            with("samples = 2", "samples = 1000000000000"),
            "my.toml",
            &["disorder.samples", "at most 10000000"],
        ),
        (with("temperature = [0.5, 0]", "temperature = [nan]"), "my.toml:8", &["finite"]),
        (
            with("gamma = { from = 0.1, to = 0.5, count = 5 }", "gamma = 1e-9"),
            "my.toml:7",
            &["grid.gamma = 1e-9", "K = 0"],
        ),
        (
            with("gamma = { from = 0.1, to = 0.5, count = 5 }", "alpha = 0.1"),
            "my.toml:7",
            &["grid.alpha", "P = 2"],
        ),
        (with("seed = 3", "seed = 3\nsed = 4"), "my.toml:3", &["unknown key sed", "did you mean seed"]),
        (with("starts = [\"planted\",", "starts = [\"plantd\","), "my.toml:10", &["plantd"]),
        (with("{ corrupted = 0.25 }", "{ corrupted = 1.5 }"), "my.toml:10", &["1.5", "from 0 to 1"]),
        (
            with("starts =", "update = \"metropolis\"\norder = \"parallel\"\nstarts ="),
            "my.toml:11",
            &["parallel", "reducible", "glauber"],
        ),
        (with("starts =", "update = \"glaubr\"\nstarts ="), "my.toml:10", &["did you mean \"glauber\""]),
        (
            with("starts =", "update = \"zero-temperature\"\nstarts ="),
            "my.toml:8",
            &["grid.temperature", "zero-temperature"],
        ),
        (with("samples = 2", "samples = 0"), "my.toml:12", &["disorder.samples = 0", "at least 1"]),
        (with("samples = 2", "samples = 2.5"), "my.toml:12", &["2.5", "whole number"]),
        (with("kind = \"retrieval-curve\"", "kind = \"pie\""), "my.toml:16", &["pie", "phase-diagram"]),
        (
            with("compare = [\"rs\"]", "compare = [\"2rsb\"]"),
            "my.toml:14",
            &["theory.compare", "\"rs\", \"1rsb\""],
        ),
        (with("compare = [\"rs\"]", "compare = [\"rs\", \"rs\"]"), "my.toml:14", &["every ansatz once"]),
        (with("[grid]", "[grid"), "my.toml:5", &["TOML"]),
        (with("name = \"good\"", "name = \"../bad\""), "my.toml:1", &["name", "folder"]),
        (with("name = \"good\"", "name = \"two\\n[capacity]\""), "my.toml:1", &["name", "one line"]),
    ];
    for (text, place, words) in cases {
        let error = read(&text).expect_err(&text);
        let message = error.to_string();
        assert_eq!(error.kind(), Kind::BadInput, "{message}");
        assert!(message.contains(place), "{place} is not in: {message}");
        for word in words {
            assert!(message.contains(word), "'{word}' is not in: {message}");
        }
    }
}

#[test]
fn an_override_is_read_like_the_file_and_refused_by_its_own_words() {
    let set = |assignment: &str| {
        Scenario::from_text(GOOD, "my.toml", &Files::Directory(".".into()), &[assignment.to_string()])
    };
    assert_eq!(set("disorder.samples=7").unwrap().samples, 7);
    assert_eq!(set("name=other").unwrap().name, "other");
    let message = set("grid.temperature=-1").unwrap_err().to_string();
    assert!(message.contains("--set grid.temperature=-1"), "{message}");
    assert!(set("grid.temprature=1").unwrap_err().to_string().contains("did you mean grid.temperature"));
    assert!(set("nonsense").is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn no_damage_to_a_good_scenario_makes_the_reader_panic(at in 0usize..500, with in ".{0,6}", cut in 0usize..12) {
        let characters: Vec<char> = GOOD.chars().collect();
        let at = at.min(characters.len());
        let rest: String = characters[(at + cut).min(characters.len())..].iter().collect();
        let head: String = characters[..at].iter().collect();
        let _ = read(&format!("{head}{with}{rest}"));
    }
}
