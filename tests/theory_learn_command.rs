//! `replicon theory learn`: keys, exit codes, refusals by the name of the flag.

mod support;

use support::{json, refused, theory};

const KEYS: &str = "mode p gamma temperature quality examples ansatz exists m n q rho rho_p pressure energy replicon \
                    critical_gamma critical_examples average";

#[test]
fn a_state_has_every_key_of_the_design() {
    let command =
        "learn --mode unsupervised --p 4 --gamma 0.015 --temperature 0.1 --quality 0.5 --examples 30";
    let point = json(command, 0);
    for key in KEYS.split_whitespace() {
        assert!(point.get(key).is_some(), "{key}");
    }
    // The open point of the references: m = 0.9833 under the Gaussian average.
    assert!((point["m"].as_f64().unwrap() - 0.9833).abs() < 5e-5, "{point}");
    assert!((point["rho"].as_f64().unwrap() - 0.1).abs() < 1e-15 && point["rho_p"] == 8.5);
    assert_eq!((&point["average"], &point["exists"]), (&"gaussian".into(), &true.into()));
    assert!(point["critical_gamma"].is_null() && point["critical_examples"].is_null());
    let exact = json(&format!("{command} --finite-m"), 0);
    assert_eq!(exact["average"], "binomial");
    assert!(exact["m"] != point["m"]);
    let cold = json(&command.replace("--temperature 0.1", "--temperature 0"), 0);
    assert!(cold["pressure"].is_null() && cold["replicon"].is_null() && cold["energy"].is_number());
}

#[test]
fn loads_and_numbers_of_examples_are_found() {
    let command = "learn --mode supervised --p 4 --temperature 0 --quality 0.5";
    let end = json(&format!("{command} --examples 6 --find load"), 0);
    assert!((end["critical_gamma"].as_f64().unwrap() - 0.12746176147450985).abs() < 1e-10);
    assert!((end["m"].as_f64().unwrap() - 0.645022818214483).abs() < 1e-7);
    let broken = json(&format!("{command} --examples 6 --find load --ansatz 1rsb"), 0);
    assert!((broken["critical_gamma"].as_f64().unwrap() - 0.27671).abs() < 1e-5);
    assert_eq!(broken["q"], broken["q2"]);
    // γ_c(M = 9) < 0.16 < γ_c(M = 10), under RS; under 1RSB fewer are enough.
    // A perfect example is the archetype.
    let perfect = "learn --mode supervised --p 4 --gamma 0.05 --temperature 0.1 --quality 1 --find examples";
    assert_eq!(json(perfect, 0)["critical_examples"], 1);
    let least = json(&format!("{command} --gamma 0.16 --find examples"), 0);
    let count = least["critical_examples"].as_u64().unwrap();
    json(&format!("{command} --gamma 0.16 --examples {count}"), 0);
    assert_eq!(json(&format!("{command} --gamma 0.16 --examples {}", count - 1), 3)["exists"], false);
    let fewer = json(&format!("{command} --gamma 0.16 --find examples --ansatz 1rsb"), 0);
    assert!(fewer["critical_examples"].as_u64().unwrap() < count);
}

/// As `theory line --kind at-retrieval`: T at given γ, or γ at given T; here with both edges.
#[test]
fn the_at_line_is_found_at_a_load_and_at_a_temperature() {
    let command = "learn --mode supervised --p 4 --quality 0.5 --examples 6 --find at";
    let cut = json(&format!("{command} --temperature 0.39"), 0);
    let edge = |key: &str| cut[key].as_f64().unwrap();
    assert!(
        (edge("at_gamma") - 0.253588068).abs() < 1e-8 && (edge("at_gamma_upper") - 0.274182520).abs() < 1e-8
    );
    assert!(cut["at_temperature"].is_null() && edge("replicon").abs() < 1e-9, "{cut}");
    let back = json(&format!("{command} --gamma {}", edge("at_gamma")), 0);
    assert!(
        (back["at_temperature"].as_f64().unwrap() - 0.39).abs() < 1e-9 && back["at_gamma"].is_null(),
        "{back}"
    );
    // Perfect examples: the ordinary network.
    let line = json("line --p 4 --kind at-retrieval --gammas 0.2", 0);
    let perfect = json("learn --mode supervised --p 4 --quality 1 --examples 3 --find at --gamma 0.2", 0);
    let want = line["points"][0]["temperature"].as_f64().unwrap();
    assert!((perfect["at_temperature"].as_f64().unwrap() - want).abs() < 1e-9 * want, "{perfect} {line}");
    let stable = json(&format!("{command} --temperature 0.45"), 3);
    assert!(stable["at_gamma"].is_null() && stable["exists"] == false);
    json(&format!("{command} --gamma 0.5"), 3);
    refused(&format!("{command} --gamma 0.2 --ansatz 1rsb"), &["--ansatz rs"]);
}

/// At P = 2 the breaking is weak next to the AT line: where its branch is not found, the answer says so.
#[test]
fn a_breaking_that_is_not_resolved_is_said_to_be_none() {
    let command = "learn --mode supervised --p 2 --quality 0.5 --examples 30 --ansatz 1rsb";
    let at = |gamma: f64, t: f64| json(&format!("{command} --gamma {gamma} --temperature {t}"), 0);
    let broken = at(0.0710, 0.01);
    assert!(broken["resolved"] == true && broken["q2"].as_f64() > broken["q1"].as_f64(), "{broken}");
    let stable = at(0.03, 0.1);
    assert!(stable["resolved"] == true && stable["theta"].is_null() && stable["q1"] == stable["q2"]);
    let near = json(&format!("{command} --find at --temperature 0.01").replace(" --ansatz 1rsb", ""), 0);
    let edge = near["at_gamma"].as_f64().unwrap();
    let weak = at(edge * (1.0 + 1e-7), 0.01);
    assert!(weak["resolved"] == false && weak["q1"] == weak["q2"] && weak["stable"] == false, "{weak}");
}

#[test]
fn what_does_not_exist_is_said_with_code_3_and_how_far_it_reaches() {
    let command = "learn --mode supervised --p 4 --gamma 0.3 --temperature 0.1 --quality 0.5 --examples 6";
    let absent = json(command, 3);
    assert_eq!(absent["exists"], false);
    assert!(absent["m"].is_null() && absent["energy"].is_null() && absent["quality"] == 0.5);
    let errors = String::from_utf8_lossy(&theory(command).stderr).into_owned();
    assert!(errors.contains("γ = 0.158893"), "{errors}");
    let never =
        json("learn --mode supervised --p 4 --gamma 0.5 --temperature 0 --quality 0.5 --find examples", 3);
    assert_eq!(never["exists"], false);
    let hot =
        json("learn --mode supervised --p 2 --temperature 1.5 --quality 0.5 --examples 3 --find load", 3);
    assert!(hot["critical_gamma"].is_null());
}

#[test]
fn wrong_input_is_refused_by_the_name_of_its_flag() {
    let with = |quality: &str, examples: &str, rest: &str| {
        format!(
            "learn --mode supervised --p 4 --gamma 0.1 --temperature 0.1 --quality {quality} --examples {examples} {rest}"
        )
    };
    for quality in ["0", "-0.5", "1.01", "nan"] {
        refused(&with(quality, "6", ""), &["--quality", "0 < r ≤ 1"]);
    }
    refused(&with("0.5", "0", ""), &["--examples", "M ≥ 1"]);
    refused(&with("0.5", "-3", ""), &["--examples"]);
    refused("learn --mode supervised --p 4 --temperature 0.1 --quality 0.5 --examples 3", &["--gamma"]);
    refused("learn --mode supervised --p 4 --gamma 0.1 --quality 0.5 --examples 3", &["--temperature"]);
    refused(&with("1e-300", "3", ""), &["--quality"]);
    refused(&with("0.5", "200000", "--finite-m"), &["--examples"]);
    refused(&with("0.5", "6", "--find at"), &["--gamma for the temperature"]);
    refused("learn --mode supervised --p 4 --gamma 0.1 --temperature 0.1 --quality 0.5", &["--examples"]);
    refused("learn --mode both --p 4 --gamma 0.1 --temperature 0.1 --quality 0.5 --examples 3", &["--mode"]);
    refused(
        "learn --mode supervised --p 1 --gamma 0.1 --temperature 0.1 --quality 0.5 --examples 3",
        &["--p"],
    );
}
