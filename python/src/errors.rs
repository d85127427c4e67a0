//! Errors of the library as exceptions of the package, with the same words.

use pyo3::prelude::*;
use replicon::error::{Error, Kind};

/// The exception of an error: `replicon.BadInput`, `NoSolution`, `Failed` or `Interrupted`, each a `replicon.Error`.
pub fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let class = match error.kind() {
        Kind::Failed => "Failed",
        Kind::BadInput => "BadInput",
        Kind::NoSolution => "NoSolution",
        Kind::Interrupted => "Interrupted",
    };
    let raised = py
        .import("replicon._errors")
        .and_then(|module| module.getattr(class))
        .and_then(|class| class.call1((keywords(&error.to_string()),)));
    raised.map_or_else(|failed| failed, PyErr::from_value)
}

/// Flags of the command line are keywords here: `--finite-m` is `finite_m`.
pub fn keywords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("--") {
        let (before, flag) = (&rest[..at], &rest[at + 2..]);
        let begins = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-');
        let length = flag.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(flag.len());
        out.push_str(before);
        if begins && length > 0 {
            out.push_str(&flag[..length].replace('-', "_"));
            rest = &flag[length..];
        } else {
            out.push_str("--");
            rest = flag;
        }
    }
    out + rest
}
