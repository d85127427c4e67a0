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
    refused("learn --mode supervised --p 4 --gamma 0.1 --temperature 0.1 --quality 0.5", &["--examples"]);
    refused("learn --mode both --p 4 --gamma 0.1 --temperature 0.1 --quality 0.5 --examples 3", &["--mode"]);
    refused(
        "learn --mode supervised --p 1 --gamma 0.1 --temperature 0.1 --quality 0.5 --examples 3",
        &["--p"],
    );
}
