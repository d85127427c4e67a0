//! `replicon validate`: every claim of the documents, measured again.

use super::output;
use super::run::human_time;
use crate::error::{Error, Result};
use crate::validate::{Report, Row, Size, Verdict, claims, remove_folders, run};
use clap::Args;

/// Measures every claim of the README and the docs again: simulation against enumeration, theory against published values and the digits
/// that the documents print, identities, simulation against theory as N grows, determinism, speed. One line a claim, with
/// what it expects, what was found, the error and z. Exit code 1 if any fails.
#[derive(Debug, Args)]
pub struct Validate {
    /// The same claims at smaller sizes: within a minute on two cores instead of a quarter of an hour
    #[arg(long)]
    quick: bool,
    /// One JSON document: {"version", "quick", "passed", "holds", "fails", "cannot_tell", …, "claims": [{"claim", "source", "expected",
    /// "got", "error", "z", "verdict", "seconds", …}]}
    #[arg(long)]
    json: bool,
}

impl Validate {
    /// # Errors
    /// A claim that fails, by name; output that cannot be written.
    pub fn run(self) -> Result<()> {
        // Nothing is kept of a report that is not whole; what was measured stands on standard error.
        ctrlc::set_handler(|| {
            remove_folders();
            let interrupted = Error::interrupted("interrupted");
            output::note(&format!("replicon: {interrupted}"));
            std::process::exit(interrupted.exit_code().into());
        })
        .map_err(|e| Error::failed(format!("cannot listen for Ctrl-C: {e}")))?;
        let size = if self.quick { Size::Quick } else { Size::Full };
        let report = run(&claims(), size, progress);
        if self.json { output::json(&report) } else { output::text(&report.text()) }?;
        output::note(&format!("{} claims in {}", report.claims.len(), human_time(report.seconds)));
        conclude(&report)
    }
}

/// Exit code 1 where a claim fails.
fn conclude(report: &Report) -> Result<()> {
    if report.passed {
        return Ok(());
    }
    let failed = report.claims.iter().filter(|row| row.verdict == Verdict::Fails);
    let names: Vec<&str> = failed.map(|row| row.claim.as_str()).collect();
    Err(Error::failed(format!(
        "{} of {} claims fail: {}",
        report.fails,
        report.claims.len(),
        names.join("; ")
    ))
    .remedy("`detail` says where; `source` and `words` of --json which sentence of which document it is"))
}

/// One line a claim on standard error.
fn progress(row: &Row, number: usize, of: usize) {
    let (verdict, time) = (row.verdict.name(), human_time(row.seconds));
    output::note(&format!("{number:>3} of {of}  {verdict:11}  {time:>7}  {}", row.claim));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::{Claim, Defect, Finding, Group, Source};

    #[test]
    fn one_claim_that_fails_is_exit_code_1_and_one_that_cannot_be_told_is_not() {
        let claim = |words: &str, found: fn() -> Finding| {
            let source = Source::readme("");
            Claim::bounded(Group::Digits, words, source, Defect::Byte, move |_| Ok(found()))
        };
        let good = || claim("good", || Finding::whole(1, 1));
        let unknown = || claim("unknown", || Finding::CannotTell("no such machine".into()));
        let bad = claim("two is three", || Finding::whole(3, 2));
        let mut told = 0;
        let report = run(&[good(), unknown()], Size::Quick, |_, number, of| told += number + of);
        assert!(conclude(&report).is_ok() && report.passed && report.cannot_tell == 1);
        assert_eq!(told, 1 + 2 + 2 + 2);
        let report = run(&[good(), bad, unknown()], Size::Quick, |_, _, _| ());
        let error = conclude(&report).expect_err("a claim fails");
        assert_eq!(error.exit_code(), 1);
        assert!(error.message().contains("1 of 3 claims fail: two is three"), "{error}");
        let text = report.text();
        assert!(text.contains("3 claims: 1 hold, 1 fail, 1 cannot be told (quick)"), "{text}");
    }
}
