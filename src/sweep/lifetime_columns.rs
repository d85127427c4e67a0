//! The columns of points.csv about how long a planted state lives.
//!
//! A spinodal is where a metastable state's lifetime ends to grow with N, not where its free-energy minimum is left in one descent.

use super::columns::{ERROR, Heading, headings};
use super::overlap_columns::{Quantity, both, ratio, simple};
use super::points::Row;
use crate::scenario::Scenario;

/// In the order of the table.
pub(super) const COLUMNS: &[Heading] = headings! {
    "survived"     Real "1"      "Fraction of chains whose m stayed at or above dynamics.lost_below through the measuring time"
    "survived_err" Real "1"      ERROR
    "lifetime"     Real "sweeps" "Time of a planted state until m falls below that, one over the mean hazard"
    "lifetime_err" Real "sweeps" ERROR
};

/// Fills them: the fraction of chains whose m stayed at or above `lost_below` through the measuring time t, and the lifetime in
/// sweeps, [time until then, at most t]/[lost]: the estimate of an exponential law cut off at t, and one over the mean hazard of
/// any other.
pub(super) fn fill(row: &mut Row, scenario: &Scenario) {
    let Some(protocol) = scenario.dynamics.as_ref().map(|plan| &plan.protocol) else { return };
    let nothing = if row.start == "random" {
        "no planted state to lose"
    } else if protocol.course.wanders() {
        "configurations wander between temperatures"
    } else if protocol.max_sweeps.is_some() {
        "the measuring time is not the same for all samples: dynamics.until = \"measured\""
    } else {
        "no chain was measured"
    };
    simple(row, "survived", "survived_err", |m| m.survived, nothing);
    let quantities: [Quantity; 2] = [|m| m.held_sweeps, |m| m.survived];
    let lifetime =
        ratio(row, quantities, |[held, survived]| (survived < 1.0).then(|| held / (1.0 - survived)));
    let never = if row.temperature.is_zero() {
        "no time at T = 0"
    } else if row.number("survived") == Some(1.0) {
        "no chain was lost in the measuring time"
    } else {
        nothing
    };
    both(row, "lifetime", "lifetime_err", lifetime, never);
}
