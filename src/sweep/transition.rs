//! Simulated transition points: where ⟨m⟩, or the fraction of states that survive, crosses ½.

use super::points::{Points, Row};
use crate::chain::Measurement;
use crate::estimators::{bootstrap_error, mean};
use crate::params::{InteractionOrder, Lesson, Temperature};
use crate::rng::StreamKey;

/// The load at which a quantity from one start crosses ½ at fixed temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    pub order: InteractionOrder,
    pub spins: usize,
    pub temperature: Temperature,
    pub lesson: Option<Lesson>,
    pub gamma: f64,
    /// One standard error, by bootstrap over disorder samples; it does not hold the grid's spacing or finite N.
    pub gamma_err: Option<f64>,
}

/// Resamples of the bootstrap: its own error is 1.6 % of the error.
const ROUNDS: usize = 2000;

/// Where ⟨m⟩ of `start` falls through ½ along the load, linear between grid values, one for each (P, N, T) and lesson. No crossing inside
/// the grid, or more than one, no point.
pub fn transitions(points: &Points, start: &str, seed: u64) -> Vec<Transition> {
    crossings(points, start, seed, |m| m.mattis)
}

/// The same of any quantity.
pub(super) fn crossings(
    points: &Points,
    start: &str,
    seed: u64,
    of: impl Fn(&Measurement) -> Option<f64>,
) -> Vec<Transition> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in points.rows.iter().filter(|r| r.start == start && r.samples > 0) {
        let same = |group: &&mut Vec<&Row>| {
            let first = group[0];
            first.column.order == row.column.order
                && first.column.spins == row.column.spins
                && first.column.lesson == row.column.lesson
                && first.temperature == row.temperature
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups.iter().filter_map(|group| along_load(group, seed, &of)).collect()
}

fn along_load(rows: &[&Row], seed: u64, of: &impl Fn(&Measurement) -> Option<f64>) -> Option<Transition> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|r| r.column.patterns);
    let values: Vec<(f64, Vec<f64>)> = rows
        .iter()
        .map(|row| {
            let samples: Option<Vec<f64>> = row.by_sample.iter().map(of).collect();
            Some((row.column.gamma.get(), samples?))
        })
        .collect::<Option<_>>()?;
    let all: Vec<(f64, f64)> =
        values.iter().map(|(gamma, m)| Some((*gamma, mean(m)?))).collect::<Option<_>>()?;
    let gamma = crossing(&all)?;
    let first = rows[0];
    let mut stream = StreamKey::new(seed, "bootstrap")
        .integer("p", first.column.order.get().into())
        .integer("n", first.column.spins as u64)
        .real("temperature", first.temperature.get())
        .stream();
    // Samples of different loads are independent: each load draws its own.
    let (loads, samples): (Vec<f64>, Vec<Vec<f64>>) = values.into_iter().unzip();
    let gamma_err = bootstrap_error(&samples, ROUNDS, &mut stream, |drawn| {
        let curve: Option<Vec<(f64, f64)>> =
            loads.iter().zip(drawn).map(|(&gamma, m)| Some((gamma, mean(m)?))).collect();
        first_crossing(&curve?)
    });
    Some(Transition {
        order: first.column.order,
        spins: first.column.spins,
        temperature: first.temperature,
        lesson: first.column.lesson,
        gamma,
        gamma_err,
    })
}

/// The downward crossing of ½ if there is one and only one, linear between neighbours. A curve that falls through ½ twice has
/// no transition point: it is noise, or not a transition.
fn crossing(curve: &[(f64, f64)]) -> Option<f64> {
    let falls = curve.windows(2).filter(|pair| pair[0].1 >= 0.5 && pair[1].1 < 0.5).count();
    first_crossing(curve).filter(|_| falls == 1)
}

/// The first downward crossing of ½.
fn first_crossing(curve: &[(f64, f64)]) -> Option<f64> {
    curve.windows(2).find_map(|pair| {
        let ((x0, m0), (x1, m1)) = (pair[0], pair[1]);
        (m0 >= 0.5 && m1 < 0.5).then(|| x0 + (x1 - x0) * (m0 - 0.5) / (m0 - m1))
    })
}

#[cfg(test)]
mod tests {
    use super::crossing;

    #[test]
    fn a_crossing_is_linear_between_grid_values_and_absent_outside() {
        assert_eq!(crossing(&[(0.1, 1.0), (0.2, 0.75), (0.3, 0.25)]), Some(0.25));
        assert_eq!(crossing(&[(0.1, 1.0), (0.2, 0.9)]), None);
        assert_eq!(crossing(&[(0.1, 0.4), (0.2, 0.1)]), None);
        // Twice through ½: no point.
        assert_eq!(crossing(&[(0.1, 0.9), (0.2, 0.4), (0.3, 0.6), (0.4, 0.2)]), None);
    }
}
