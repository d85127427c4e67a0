//! Every claim of the documents, measured again.
//!
//! A [`Claim`] has words, the document that says them, a measurement and a [`Defect`]: a mistake put where it would be made, with which
//! the same measurement must fail. Tolerances are derived, not typed:
//!
//! * a printed number is known to half a unit of its last digit, a published one likewise;
//! * what a solver finds, to the largest violation of its equations; a finite difference, to what extrapolation changes and its roundings;
//! * an average over samples, to its standard error: the test is Student's t or Fisher's F, and the probability that it gives is
//!   what counts, against [`report::FALSE_ALARM`] for all of them together;
//! * whole numbers and bytes are equal or not.
//!
//! `claims` is all of them in the order of the report, [`run`] measures them.

mod capacity;
mod claim;
mod determinism;
mod digits;
mod enumeration;
mod finding;
mod finite_size;
mod identities;
mod learnt;
mod literature;
mod models;
mod printed;
mod report;
mod support;
mod throughput;
mod trend;
mod verdicts;

pub use claim::{Claim, Defect, Group, Setting, Size, Source};
pub use determinism::remove_folders;
pub use finding::{Finding, Law};
pub use printed::{Printed, numbers};
pub use report::{FALSE_ALARM, Report, Row, Verdict, limit, run};

/// All claims, in the order of the report.
pub fn claims() -> Vec<Claim> {
    let mut all: Vec<Claim> = [
        enumeration::claims(),
        literature::claims(),
        digits::claims(),
        capacity::claims(),
        finite_size::claims(),
        learnt::claims(),
        identities::claims(),
        models::claims(),
        trend::claims(),
        verdicts::claims(),
        determinism::claims(),
        throughput::claims(),
    ]
    .into_iter()
    .flatten()
    .collect();
    // Stable: the groups one after the other, each in the order of its files.
    all.sort_by_key(|claim| claim.group);
    all
}
