//! What the tests of replica theory share: parameters, reference values, closeness.
#![allow(dead_code)] // each test uses some of it

use replicon::params::{InteractionOrder, Load, Temperature};
use serde_json::Value;
use std::process::{Command, Output};

pub fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

pub fn load(gamma: f64) -> Load {
    Load::new(gamma).unwrap()
}

pub fn temperature(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

/// A list of a file of tests/reference.
pub fn reference(name: &str, list: &str) -> Vec<Value> {
    let path = format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    let value: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    value[list].as_array().unwrap().clone()
}

pub fn number(entry: &Value, key: &str) -> f64 {
    entry[key].as_f64().unwrap_or_else(|| panic!("{key} in {entry}"))
}

#[track_caller]
pub fn close(got: f64, want: f64, tolerance: f64, what: &dyn std::fmt::Display) {
    assert!((got - want).abs() <= tolerance, "{what}: {got} against {want}");
}

/// What `replicon theory …` answers.
pub fn theory(arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replicon"))
        .arg("theory")
        .args(arguments.split_whitespace())
        .output()
        .unwrap()
}

/// Its JSON document, after checking the exit code.
pub fn json(arguments: &str, code: i32) -> Value {
    let output = theory(&format!("{arguments} --json"));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments}: {errors}");
    assert_eq!(errors.is_empty(), code == 0, "{arguments}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// That it refuses with these words.
pub fn refused(arguments: &str, words: &[&str]) {
    let output = theory(arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments}: {errors}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(errors.contains(word), "{word} in {errors}");
    }
}
