//! The layers of the house: a file uses lower layers or its own folder, and nothing else.
//!
//! | layer | modules |
//! |---|---|
//! | 0 | error, params, rng, numerics |
//! | 1 | model, theory, estimators |
//! | 2 | kernel, observables, dynamics, exact |
//! | 3 | chain, scenario, questions |
//! | 4 | sweep |
//! | 5 | plot, validate |
//! | 6 | report |
//! | 7 | cli, main |
//!
//! A few edges inside one layer are allowed, one way, each with its reason ([`INSIDE`]): the loops of `kernel` are what
//! `observables` and `dynamics` run on, a scenario resolves to the chain's protocol, validation uses the one error type.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const LAYERS: [&[&str]; 8] = [
    &["error", "params", "rng", "numerics"],
    &["model", "theory", "estimators"],
    &["kernel", "observables", "dynamics", "exact"],
    &["chain", "scenario", "questions"],
    &["sweep"],
    &["plot", "validate"],
    &["report"],
    &["cli", "main"],
];

/// Edges inside one layer, each with its reason.
const INSIDE: [(&str, &str); 6] = [
    ("params", "error"),       // validation fails with the one error type
    ("numerics", "error"),     // likewise
    ("observables", "kernel"), // observables read a configuration in the kernels' form
    ("dynamics", "kernel"),    // dynamics move it
    ("scenario", "chain"),     // a scenario resolves to the chain's protocol and starts
    ("main", "cli"),
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// (module, modules that it names by `crate::` or `replicon::`).
fn uses(root: &Path, file: &Path) -> (String, BTreeSet<String>) {
    let relative = file.strip_prefix(root).unwrap();
    let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_string();
    let text = std::fs::read_to_string(file).unwrap();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|l| format!("{l}\n")).collect();
    let mut used = BTreeSet::new();
    for prefix in ["crate::", "replicon::"] {
        for piece in code.split(prefix).skip(1) {
            for name in first_names(piece) {
                // `crate::Error` and `crate::Result` are the error module.
                used.insert(if name == "Error" || name == "Result" { "error".into() } else { name });
            }
        }
    }
    (module, used)
}

/// The first name of a path, or of each path of a list in braces: `{a::{b, c}, d}` names a and d.
fn first_names(piece: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = piece.strip_prefix('{') else { return vec![word(piece)] };
    let (mut names, mut depth, mut item) = (Vec::new(), 0, String::new());
    for c in list.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => names.push(word(std::mem::take(&mut item).trim())),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                item.push(c);
            }
        }
    }
    names.push(word(item.trim()));
    names.retain(|name| !name.is_empty());
    names
}

fn forbidden(module: &str, used: &str) -> bool {
    if module == used || module == "lib" {
        return false;
    }
    match (layer(module), layer(used)) {
        (Some(above), Some(below)) if above > below => false,
        (Some(a), Some(b)) if a == b => !INSIDE.contains(&(module, used)),
        _ => true,
    }
}

#[test]
fn every_file_uses_lower_layers_or_its_own_folder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in sources(&root) {
        let (module, used) = uses(&root, &file);
        assert!(module == "lib" || layer(&module).is_some(), "{module} stands in no layer");
        for other in used.iter().filter(|other| forbidden(&module, other)) {
            wrong.push(format!("{} uses {other}", file.strip_prefix(&root).unwrap().display()));
        }
    }
    assert!(wrong.is_empty(), "edges that the layers do not allow:\n{}", wrong.join("\n"));
}

#[test]
fn names_after_a_nested_list_are_seen() {
    assert_eq!(first_names("{a::{b, c}, d::e,\n f}; rest"), ["a", "d", "f"]);
    assert_eq!(first_names("theory::rs;"), ["theory"]);
}

#[test]
fn theory_and_simulation_are_independent_witnesses() {
    assert!(
        forbidden("theory", "model") && forbidden("theory", "estimators") && forbidden("model", "theory")
    );
    assert!(forbidden("kernel", "dynamics") && forbidden("plot", "cli") && forbidden("sweep", "plot"));
    assert!(!forbidden("sweep", "theory") && !forbidden("dynamics", "kernel"));
}
