//! Descents at T = 0: to rest, and from every stored pattern in turn.

use super::{ChainResult, Kept, Measurement, Protocol, Start};
use crate::dynamics::{Counts, Dynamics};
use crate::estimators::mean;
use crate::kernel::Fields;
use crate::model::{Patterns, Spins};
use crate::rng::Stream;

/// Sweeps until the rule is at rest, `most` times at most; whether it is.
pub(super) fn to_rest<F: Fields>(
    rule: &impl Dynamics,
    system: &mut F,
    stream: &mut Stream,
    most: usize,
    counts: &mut Counts,
) -> bool {
    let mut rest = rule.is_at_rest(system);
    for _ in 0..most {
        if rest {
            break;
        }
        *counts += rule.sweep(system, stream);
        rest = rule.is_at_rest(system);
    }
    rest
}

/// Descends from every pattern, one after the other, until one is not found again (m < `lost_below`): `survived` says of each replica
/// whether all were found. First and last configuration are those of the first replica's last descent.
pub(super) fn from_each<F: Fields>(
    protocol: &Protocol,
    start: &Start,
    patterns: &Patterns,
    rule: &impl Dynamics,
    streams: impl Fn(&str, usize) -> Stream,
    form: impl Fn(Spins) -> F,
) -> ChainResult {
    let most = protocol.burn_in_sweeps + protocol.measure_sweeps;
    let (mut counts, mut survived, mut ends) = (Counts::default(), Vec::new(), None);
    for replica in 0..protocol.replicas {
        let (mut starts, mut dynamics) = (streams("start", replica), streams("dynamics", replica));
        let (mut all, mut last) = (true, None);
        for mu in 0..patterns.count() {
            let pattern = patterns.row(mu);
            let first = start.configuration(&pattern, &mut starts);
            let mut system = form(first.clone());
            to_rest(rule, &mut system, &mut dynamics, most, &mut counts);
            let m = system.spins().dot(&pattern) as f64 / pattern.len() as f64;
            last = Some((first, system.spins().clone()));
            if m < protocol.lost_below {
                all = false;
                break;
            }
        }
        survived.push(f64::from(u8::from(all)));
        ends = ends.or(last);
    }
    let (first, last) = ends.unwrap_or_else(|| (patterns.row(0), patterns.row(0)));
    let measurement = Measurement {
        survived: mean(&survived),
        acceptance: (counts.proposals > 0).then(|| counts.accepted as f64 / counts.proposals as f64),
        ..Measurement::default()
    };
    ChainResult { measurement, kept: Kept::default(), first, last }
}
