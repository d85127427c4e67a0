//! Simulated transition points: the load at which ⟨m⟩, or the fraction of states that survive, crosses ½, the temperature at which
//! [⟨q²⟩] does 0.1.

use super::points::{Points, Row};
use crate::chain::Measurement;
use crate::estimators::{Verdict, bootstrap_error, mean, paired_bootstrap_error, variance};
use crate::params::{InteractionOrder, Lesson, Temperature};
use crate::rng::{Stream, StreamKey};

/// The load at which a quantity from one start crosses ½ at fixed temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    pub order: InteractionOrder,
    pub spins: usize,
    pub temperature: Temperature,
    pub lesson: Option<Lesson>,
    pub gamma: f64,
    /// One standard error, by bootstrap over disorder samples; it does not hold the grid's spacing or finite N. None where more than one
    /// resample in twenty does not cross between the first and the last load.
    pub gamma_err: Option<f64>,
}

/// Resamples of the bootstrap: its own error is 1.6 % of the error.
pub(super) const RESAMPLES: usize = 2000;

/// Where ⟨m⟩ of `start` falls through ½ along the load, linear between grid values, one for each (P, N, T) and lesson. No crossing inside
/// the grid, no point; where there are several, the middle of those that noise can have made of one.
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
    let groups =
        groups(points, start, |a, b| a.temperature == b.temperature && a.column.lesson == b.column.lesson);
    let samples = |row: &Row| row.by_sample.iter().map(&of).collect::<Option<Vec<f64>>>();
    groups.iter().filter_map(|group| Some(along_load(group, seed, (&samples, 0.5))?.0)).collect()
}

/// Where f of `start` rises through that of the random start along the load: the thermodynamic transition. None where at a load of the
/// grid between its neighbours the difference is not known.
pub fn thermodynamic(points: &Points, start: &str, seed: u64) -> Vec<Transition> {
    let groups =
        groups(points, start, |a, b| a.temperature == b.temperature && a.column.lesson == b.column.lesson);
    let samples =
        |row: &Row| -> Option<Vec<f64>> { Some(row.free_energy_gaps.iter().map(|gap| -gap).collect()) };
    let of = |group: Vec<&Row>| {
        let (known, unknown): (Vec<&Row>, Vec<&Row>) =
            group.into_iter().partition(|row| !row.free_energy_gaps.is_empty());
        let (found, (below, above)) = along_load(&known, seed, (&samples, 0.0))?;
        let between = |row: &&Row| (below..above).contains(&row.column.gamma.get());
        unknown.iter().all(|row| !between(row)).then_some(found)
    };
    groups.into_iter().filter_map(of).collect()
}

/// The temperature at which [⟨q²⟩] from one start falls through [`FROZEN`] at fixed load.
#[derive(Debug, Clone, PartialEq)]
pub struct Freezing {
    pub order: InteractionOrder,
    pub spins: usize,
    pub gamma: f64,
    pub temperature: f64,
    /// One standard error, by bootstrap over disorder samples, which all temperatures share; it does not hold the grid's spacing or
    /// finite N.
    pub temperature_err: Option<f64>,
    /// Whether the rows next to it are known to be in equilibrium.
    pub thermalised: bool,
    /// Where θq₁² + (1 − θ)q₂² of the 1RSB state of m = 0 falls through the same level, by the same interpolation.
    pub one_rsb: Option<f64>,
}

/// The level of [⟨q²⟩] by which freezing is located: above what a paramagnet of a hundred spins has (1/N), below what a glass well
/// under its transition has. No transition by itself: measured and predicted temperatures are to be compared at the same level.
pub const FROZEN: f64 = 0.1;

/// Where [⟨q²⟩] of `start` falls through [`FROZEN`] along the temperature, one for each (P, N, load), as in [`transitions`]; none
/// where the simulation next to it is known to be out of equilibrium.
pub fn freezing(points: &Points, start: &str, seed: u64) -> Vec<Freezing> {
    let groups = groups(points, start, |a, b| a.column == b.column);
    groups.iter().filter_map(|group| along_temperature(group, seed)).collect()
}

fn along_temperature(rows: &[&Row], seed: u64) -> Option<Freezing> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| a.temperature.get().total_cmp(&b.temperature.get()));
    let temperatures: Vec<f64> = rows.iter().map(|row| row.temperature.get()).collect();
    let fewest = rows.iter().map(|row| row.by_sample.len()).min()?;
    let by_sample: Vec<Vec<f64>> = (0..fewest)
        .map(|sample| rows.iter().map(|row| row.by_sample[sample].overlap_sq).collect())
        .collect::<Option<_>>()?;
    let average = |samples: &[Vec<f64>]| -> Option<Vec<(f64, f64)>> {
        let at = |i: usize| mean(&samples.iter().map(|s| s[i]).collect::<Vec<f64>>());
        temperatures.iter().enumerate().map(|(i, &t)| Some((t, at(i)?))).collect()
    };
    let about = crossing(&average(&by_sample)?, FROZEN)?;
    // A chain that has not found the deep states of its sample has too small an overlap.
    let nearest =
        temperatures.iter().rposition(|&t| t <= about)?..=temperatures.iter().position(|&t| t >= about)?;
    let nearest = &rows[nearest];
    if nearest.iter().any(|row| matches!(row.thermalised, Verdict::No(_))) {
        return None;
    }
    let thermalised = nearest.iter().all(|row| row.thermalised == Verdict::Yes);
    let at_level = |samples: &[Vec<f64>]| first_crossing(&average(samples)?, FROZEN);
    let temperature = at_level(&by_sample)?;
    let first = rows.first()?;
    let place = (first.column.order, first.column.spins, first.temperature);
    let mut stream = bootstrap_stream(seed, place);
    let temperature_err = paired_bootstrap_error(&by_sample, RESAMPLES, &mut stream, at_level);
    let predicted = |row: &&Row| Some((row.temperature.get(), row.states?.unmagnetised?.overlap_sq()));
    let law: Vec<(f64, f64)> = rows.iter().filter_map(predicted).collect();
    let column = &rows[0].column;
    Some(Freezing {
        order: column.order,
        spins: column.spins,
        gamma: column.gamma.get(),
        temperature,
        temperature_err,
        thermalised,
        one_rsb: crossing(&law, FROZEN),
    })
}

/// The simulated rows of one start, by (P, N) and whatever else two rows have to share.
fn groups<'p>(points: &'p Points, start: &str, same: impl Fn(&Row, &Row) -> bool) -> Vec<Vec<&'p Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in points.rows.iter().filter(|r| r.start == start && r.samples > 0) {
        let belongs = |group: &&mut Vec<&Row>| {
            let first = group[0];
            first.column.order == row.column.order
                && first.column.spins == row.column.spins
                && same(first, row)
        };
        match groups.iter_mut().find(belongs) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// Where the average over samples falls through a level, and the loads next to it.
fn along_load(
    rows: &[&Row],
    seed: u64,
    (samples, level): (&impl Fn(&Row) -> Option<Vec<f64>>, f64),
) -> Option<(Transition, (f64, f64))> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| a.column.gamma.get().total_cmp(&b.column.gamma.get()));
    let values: Vec<(f64, Vec<f64>)> =
        rows.iter().map(|row| Some((row.column.gamma.get(), samples(row)?))).collect::<Option<_>>()?;
    let first = rows.first()?;
    let place = (first.column.order, first.column.spins, first.temperature);
    let Located { gamma, gamma_err, between } = located(&values, level, bootstrap_stream(seed, place))?;
    let found = Transition {
        order: first.column.order,
        spins: first.column.spins,
        temperature: first.temperature,
        lesson: first.column.lesson,
        gamma,
        gamma_err,
    };
    Some((found, between))
}

/// The random numbers of one transition's bootstrap.
pub(super) fn bootstrap_stream(
    seed: u64,
    (order, spins, temperature): (InteractionOrder, usize, Temperature),
) -> Stream {
    StreamKey::new(seed, "bootstrap")
        .integer("p", order.get().into())
        .integer("n", spins as u64)
        .real("temperature", temperature.get())
        .stream()
}

/// Where a curve falls through a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Located {
    pub gamma: f64,
    /// As of a [`Transition`]
    pub gamma_err: Option<f64>,
    /// The neighbouring loads of the grid
    pub between: (f64, f64),
}

/// Values may be so many standard errors from the monotone curve through them.
const OUT_OF_ORDER: f64 = 3.0;

/// Where the average over samples falls through a level, of (γ, samples) with γ ascending: linear between neighbours. Where it falls
/// through more than once, and no further out of order than its errors allow, neighbours that are out of order are pooled first (isotonic
/// regression; Barlow, Bartholomew, Bremner & Brunk 1972): loads close to a transition differ by less than their noise. Further out of
/// order, it is not a transition.
pub(super) fn located(values: &[(f64, Vec<f64>)], level: f64, mut stream: Stream) -> Option<Located> {
    let average = |samples: &[Vec<f64>]| -> Option<Vec<(f64, f64)>> {
        values.iter().zip(samples).map(|((gamma, _), m)| Some((*gamma, mean(m)?))).collect()
    };
    // Samples of different loads are independent: each load draws its own.
    let samples: Vec<Vec<f64>> = values.iter().map(|(_, samples)| samples.clone()).collect();
    let curve = average(&samples)?;
    let noisy = falls(&curve, level) > 1;
    if noisy && !in_order(&curve, &samples) {
        return None;
    }
    let of = |curve: &[(f64, f64)]| match noisy {
        true => first_crossing(&pooled(curve), level),
        false => first_crossing(curve, level),
    };
    let gamma = of(&curve)?;
    let gamma_err = bootstrap_error(&samples, RESAMPLES, &mut stream, |drawn| of(&average(drawn)?));
    let after = curve.partition_point(|&(load, _)| load <= gamma).clamp(1, curve.len() - 1);
    Some(Located { gamma, gamma_err, between: (curve[after - 1].0, curve[after].0) })
}

/// A curve made to fall by averaging neighbours that rise, their loads likewise; of each point the position of its pool too.
fn pools(curve: &[(f64, f64)]) -> (Vec<(f64, f64)>, Vec<usize>) {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    let height = |pool: &(f64, f64, usize)| pool.1 / pool.2 as f64;
    for &(x, y) in curve {
        let mut pool = (x, y, 1);
        while let Some(before) = pools.pop_if(|before| height(before) < height(&pool)) {
            pool = (before.0 + pool.0, before.1 + pool.1, before.2 + pool.2);
        }
        pools.push(pool);
    }
    let members = pools.iter().enumerate().flat_map(|(at, pool)| std::iter::repeat_n(at, pool.2)).collect();
    let mean = |pool: &(f64, f64, usize)| (pool.0 / pool.2 as f64, height(pool));
    (pools.iter().map(mean).collect(), members)
}

fn pooled(curve: &[(f64, f64)]) -> Vec<(f64, f64)> {
    pools(curve).0
}

/// Whether every value is within its errors of the falling curve through all.
fn in_order(curve: &[(f64, f64)], samples: &[Vec<f64>]) -> bool {
    let (pools, members) = pools(curve);
    curve.iter().zip(&members).zip(samples).all(|((point, &pool), samples)| {
        let error = variance(samples).map_or(0.0, |variance| (variance / samples.len() as f64).sqrt());
        (point.1 - pools[pool].1).abs() <= OUT_OF_ORDER * error
    })
}

/// The downward crossing of a level if there is one and only one, linear between neighbours.
fn crossing(curve: &[(f64, f64)], level: f64) -> Option<f64> {
    first_crossing(curve, level).filter(|_| falls(curve, level) == 1)
}

/// How often a curve falls through a level.
fn falls(curve: &[(f64, f64)], level: f64) -> usize {
    curve.windows(2).filter(|pair| pair[0].1 >= level && pair[1].1 < level).count()
}

/// The first downward crossing of a level.
fn first_crossing(curve: &[(f64, f64)], level: f64) -> Option<f64> {
    curve.windows(2).find_map(|pair| {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        (y0 >= level && y1 < level).then(|| x0 + (x1 - x0) * (y0 - level) / (y0 - y1))
    })
}

#[cfg(test)]
mod tests {
    use super::{Points, Row, crossing, located, pooled, thermodynamic};
    use crate::rng::StreamKey;
    use crate::scenario::{Files, Scenario};
    use crate::sweep::StateTable;
    use std::collections::HashMap;

    #[test]
    fn a_crossing_is_linear_between_grid_values_and_absent_outside() {
        assert_eq!(crossing(&[(0.1, 1.0), (0.2, 0.75), (0.3, 0.25)], 0.5), Some(0.25));
        assert_eq!(crossing(&[(0.1, 1.0), (0.2, 0.9)], 0.5), None);
        assert_eq!(crossing(&[(0.1, 0.4), (0.2, 0.1)], 0.5), None);
        // Twice through ½: no point.
        assert_eq!(crossing(&[(0.1, 0.9), (0.2, 0.4), (0.3, 0.6), (0.4, 0.2)], 0.5), None);
    }

    /// f of the planted branch crosses that of the random one at γ = 0.3; where no gap is known there is no transition.
    #[test]
    fn branches_change_places_where_their_free_energies_cross_and_nowhere_if_these_are_not_known() {
        let text = "name = \"t\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 100\ngamma = [0.1, 0.2, 0.4, 0.5]\n\
                    temperature = [0.2, 0.4]\n[dynamics]\n[disorder]\nsamples = 4\n";
        let scenario = Scenario::from_text(text, "t", &Files::Shipped, &[]).expect("a scenario");
        let mut points = Points::gather(&scenario, &HashMap::new(), &StateTable::default()).expect("points");
        for row in &mut points.rows {
            row.samples = 4;
        }
        assert!(thermodynamic(&points, "planted", 1).is_empty());
        let warm = |row: &&mut Row| row.temperature.get() == 0.4 && row.start == "planted";
        for row in points.rows.iter_mut().filter(warm) {
            let gap = 0.5 * (row.column.gamma.get() - 0.3);
            row.free_energy_gaps = [-0.01, 0.01, 0.02, -0.02].map(|z| gap + z).to_vec();
        }
        let found = thermodynamic(&points, "planted", 1);
        let [found] = &found[..] else { panic!("{found:?}") };
        assert!((found.gamma - 0.3).abs() < 1e-3 && found.temperature.get() == 0.4, "{found:?}");
        // Each gap has the error 0.0091 over a slope of 0.5: half way between two loads 0.0129 of the load.
        assert!(found.gamma_err.is_some_and(|error| (0.009..0.016).contains(&error)), "{found:?}");
        // Between 0.1 and 0.4 nothing is known to be straight where 0.2 was asked for and is not known.
        let unknown = |row: &&mut Row| warm(row) && (0.15..0.25).contains(&row.column.gamma.get());
        points.rows.iter_mut().filter(unknown).for_each(|row| row.free_energy_gaps.clear());
        assert!(thermodynamic(&points, "planted", 1).is_empty());
    }

    #[test]
    fn neighbours_out_of_order_are_pooled_and_the_others_left_alone() {
        assert_eq!(
            pooled(&[(1.0, 0.9), (2.0, 0.4), (3.0, 0.6), (4.0, 0.2)]),
            [(1.0, 0.9), (2.5, 0.5), (4.0, 0.2)]
        );
        let falling = [(1.0, 0.9), (2.0, 0.4), (3.0, 0.4), (4.0, 0.2)];
        assert_eq!(pooled(&falling), falling);
    }

    #[test]
    fn a_curve_that_falls_twice_by_its_noise_has_a_transition_and_by_more_has_none() {
        let around =
            |gamma: f64, m: f64, noise: f64| (gamma, [-1.0, 0.0, 1.0, 0.0].map(|z| m + noise * z).to_vec());
        let curve = |noise: f64| {
            [(1.0, 0.9), (2.0, 0.4), (3.0, 0.6), (4.0, 0.2)].map(|(gamma, m)| around(gamma, m, noise))
        };
        let stream = || StreamKey::new(1, "bootstrap").stream();
        // The errors are 0.41 of the noise: 0.1 out of order is 1.2 of them, or 12.
        let found = located(&curve(0.2), 0.5, stream()).expect("noise");
        assert_eq!((found.gamma, found.between), (2.5, (2.0, 3.0)));
        assert!(found.gamma_err.is_some_and(|error| (0.1..1.0).contains(&error)), "{found:?}");
        assert_eq!(located(&curve(0.02), 0.5, stream()), None);
    }
}
