//! What is measured of the replicas of one temperature, sweep by sweep, and the thermal averages of it.

use super::measurement::RANKS;
use super::sample::Beside;
use super::{Kept, Measurement, Protocol};
use crate::estimators::{OverlapHistogram, binned_error, drift_error, integrated_time, mean, sum, variance};
use crate::kernel::Fields;
use crate::model::Spins;
use crate::observables::{energy_per_spin, largest_overlaps, nearest_pattern, tuple_overlap};
use crate::params::{InteractionOrder, Temperature};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Bins of the thermal error.
const BINS: usize = 20;
/// Chains shorter than so many τ are not called settled.
const SETTLED_TIMES: f64 = 50.0;

/// Time series of one replica, one value a sweep.
#[derive(Default)]
struct Series {
    energy: Vec<f64>,
    mattis: Vec<f64>,
    mattis_max: Vec<f64>,
    mattis_second: Vec<f64>,
    /// n and the overlap with one example, in learning models.
    stored: Vec<f64>,
    example: Vec<f64>,
    /// All K of diluted patterns, in the order of `ranks`.
    ranked: Vec<Vec<f64>>,
}

pub(super) struct Recorder<'c> {
    /// What m is the overlap with, where that is not what is stored.
    beside: Option<Beside<'c>>,
    protocol: Protocol,
    order: InteractionOrder,
    temperature: Temperature,
    spins: usize,
    /// Whether a planted state can be lost: a chain of its own from a start in sight of it, measured for a given time.
    planted: bool,
    /// Whether there are patterns at all.
    patterns: bool,
    /// (pattern, direction) that mattis follows in each replica; nothing where there are no patterns, and where the configurations
    /// wander between temperatures from starts that knew none.
    followed: Vec<(usize, f64)>,
    /// Of diluted patterns, (pattern, direction) of all of them in each replica: in their own order where the start knows them, else by
    /// |m| now, each in its direction.
    ranks: Vec<Vec<(usize, f64)>>,
    series: Vec<Series>,
    pairs: Vec<(usize, usize)>,
    /// q of each pair, one value a sweep.
    overlaps: Vec<Vec<f64>>,
    histogram: OverlapHistogram,
    joint: BTreeMap<(i64, i64), u64>,
    /// Configurations at t₀, from which on a chain is compared with itself.
    reference: Vec<Spins>,
    /// Σ of the overlap with them and of its square over the later half, replica by replica, and the number of values.
    plateau: (f64, f64, u64),
    began: usize,
    window: usize,
    at_rest: Option<f64>,
}

/// M_μ of a configuration with what is beside it, or with the patterns that it keeps the overlaps of.
pub(super) fn overlaps_of<'f, F: Fields>(beside: Option<Beside<'_>>, system: &'f F) -> Cow<'f, [i16]> {
    match beside {
        Some(beside) => Cow::Owned(beside.overlaps(system.spins())),
        None => Cow::Borrowed(system.overlaps()),
    }
}

impl<'c> Recorder<'c> {
    /// `planted` is the pattern that mattis follows; without one the nearest of each replica now, in its direction, under replica
    /// exchange none.
    pub fn new<F: Fields>(
        protocol: &Protocol,
        order: InteractionOrder,
        temperature: Temperature,
        planted: Option<usize>,
        beside: Option<Beside<'c>>,
        replicas: &[&F],
    ) -> Self {
        let patterns = beside.is_some() || replicas.iter().any(|system| !system.overlaps().is_empty());
        let follow = |system: &&F| match planted {
            _ if !patterns => None,
            Some(pattern) => Some((pattern, 1.0)),
            None if protocol.course.wanders() => None,
            None => {
                let (pattern, overlap) = nearest_pattern(&overlaps_of(beside, *system), order.is_odd());
                Some((pattern, if overlap < 0 && !order.is_odd() { -1.0 } else { 1.0 }))
            }
        };
        let ranks = |system: &&F| match beside {
            Some(Beside::Diluted(patterns)) => {
                ranks(&patterns.overlaps(system.spins()), planted.is_some(), order.is_odd())
            }
            _ => Vec::new(),
        };
        let spins = replicas.first().map_or(0, |system| system.spins().len());
        let pairs: Vec<(usize, usize)> =
            (0..replicas.len()).flat_map(|a| (0..a).map(move |b| (b, a))).collect();
        Self {
            beside,
            protocol: protocol.clone(),
            order,
            temperature,
            spins,
            planted: planted.is_some() && !protocol.course.wanders() && protocol.max_sweeps.is_none(),
            patterns,
            followed: replicas.iter().filter_map(follow).collect(),
            ranks: replicas.iter().map(ranks).collect(),
            series: replicas.iter().map(|_| Series::default()).collect(),
            overlaps: vec![Vec::new(); pairs.len()],
            histogram: if pairs.is_empty() {
                OverlapHistogram::default()
            } else {
                OverlapHistogram::new(spins)
            },
            pairs,
            joint: BTreeMap::new(),
            reference: replicas.iter().map(|system| system.spins().clone()).collect(),
            plateau: (0.0, 0.0, 0),
            began: 0,
            window: 0,
            at_rest: None,
        }
    }

    /// A measuring time of `window` sweeps begins after `began` sweeps.
    pub fn begin(&mut self, began: usize, window: usize) {
        (self.began, self.window) = (began, window);
    }

    /// These descents came to rest (1) or did not (0).
    pub fn descended(&mut self, at_rest: &[f64]) {
        self.at_rest = mean(at_rest);
    }

    pub fn observe<F: Fields>(&mut self, replicas: &[&F]) {
        for (replica, system) in replicas.iter().enumerate() {
            let series = &mut self.series[replica];
            series.energy.push(energy_per_spin(*system));
            if !self.patterns {
                continue;
            }
            let overlaps = overlaps_of(self.beside, *system);
            let (largest, second) = largest_overlaps(&overlaps, self.spins, self.order.is_odd());
            series.mattis_max.push(largest);
            series.mattis_second.extend(second);
            let ranks = &self.ranks[replica];
            series.ranked.resize(ranks.len(), Vec::new());
            for (ranked, &(pattern, direction)) in series.ranked.iter_mut().zip(ranks) {
                ranked.push(direction * f64::from(overlaps[pattern]) / self.spins as f64);
            }
            if let Some(&(pattern, direction)) = self.followed.get(replica) {
                series.mattis.push(direction * f64::from(overlaps[pattern]) / self.spins as f64);
                if let Some(lesson) = self.beside.and_then(Beside::lesson) {
                    series.stored.push(direction * lesson.stored_overlap(pattern, system.spins()));
                    let example = lesson.first_example_overlap(pattern, system.spins());
                    series.example.extend(example.map(|m| direction * m));
                }
            }
        }
        for (&(a, b), overlaps) in self.pairs.iter().zip(&mut self.overlaps) {
            let overlap = replicas[a].spins().dot(replicas[b].spins());
            overlaps.push(overlap as f64 / self.spins as f64);
            self.histogram.add(overlap);
            if let (true, Some(&(pattern, direction))) = (self.protocol.keep.joint, self.followed.get(a)) {
                let overlaps = overlaps_of(self.beside, replicas[a]);
                let along = direction as i64 * i64::from(overlaps[pattern]);
                *self.joint.entry((along, overlap)).or_default() += 1;
            }
        }
        let seen = self.series.first().map_or(0, |s| s.energy.len());
        // A system as old as the lag t − t₀ at least: younger ones forget their configuration because they still descend.
        if self.began + seen == self.window / 4 {
            self.reference = replicas.iter().map(|system| system.spins().clone()).collect();
        }
        if 2 * seen > self.window {
            for (system, reference) in replicas.iter().zip(&self.reference) {
                let overlap = system.spins().dot(reference) as f64 / self.spins as f64;
                self.plateau.0 += overlap;
                self.plateau.1 += overlap * overlap;
                self.plateau.2 += 1;
            }
        }
    }

    /// Whether the chain looks equilibrated by itself: 50 τ of energy and overlap long, and neither drifts between the halves of the
    /// measuring time by more than three of its errors, and replicas agree in energy. One sample cannot know more.
    pub fn is_settled(&self) -> bool {
        let energies: Vec<&[f64]> = self.series.iter().map(|s| s.energy.as_slice()).collect();
        let pairs: Vec<&[f64]> = self.overlaps.iter().map(Vec::as_slice).collect();
        let long = |series: &[&[f64]]| match time_of_moving(series) {
            (Some(0.0), _) => false,
            (_, Some(tau)) => self.window as f64 >= SETTLED_TIMES * tau,
            _ => series.is_empty(),
        };
        let still = |series: &[&[f64]], independent: bool| {
            let drift = over(series, |s| drift(s));
            let error = if independent {
                error_over(series, |s| drift_error(s))
            } else {
                over(series, |s| drift_error(s))
            };
            series.is_empty() || drift.zip(error).is_some_and(|(d, e)| d.abs() <= 3.0 * e)
        };
        long(&energies)
            && long(&pairs)
            && still(&energies, true)
            && still(&pairs, false)
            && self.replicas_agree()
    }

    /// Whether no two replicas differ in energy by more than four of their errors: each may be still in a valley of its own.
    fn replicas_agree(&self) -> bool {
        // A drift is the difference of two halves: twice the error of the mean.
        let known = |s: &Series| Some((mean(&s.energy)?, drift_error(&s.energy)? / 2.0));
        let Some(known) = self.series.iter().map(known).collect::<Option<Vec<(f64, f64)>>>() else {
            return false;
        };
        self.pairs.iter().all(|&(a, b)| {
            let error = (known[a].1.powi(2) + known[b].1.powi(2)).sqrt();
            (known[a].0 - known[b].0).abs() <= 4.0 * error
        })
    }

    /// The averages, and what is kept beside them.
    pub fn finish(self) -> (Measurement, Kept) {
        let measurement = self.measure();
        let mut kept = Kept {
            overlaps: self.histogram,
            joint: self.joint.into_iter().map(|((m, q), count)| (m, q, count)).collect(),
            ..Kept::default()
        };
        if self.protocol.keep.series {
            for (replica, series) in self.series.into_iter().enumerate() {
                kept.series.push(("energy".into(), replica, series.energy));
                if !series.mattis.is_empty() {
                    kept.series.push(("mattis".into(), replica, series.mattis));
                }
            }
            let pairs = self.overlaps.into_iter().enumerate();
            kept.series.extend(pairs.map(|(pair, overlaps)| ("overlap".into(), pair, overlaps)));
        }
        (measurement, kept)
    }

    fn measure(&self) -> Measurement {
        let (series, overlaps) = (&self.series, &self.overlaps);
        let signed = self.order.is_odd();
        let tuple = tuple_overlap(self.order, self.spins);
        let mut measurement = Measurement {
            mattis: over(series, |s| mean(&s.mattis)),
            mattis_abs: over(series, |s| mean(&absolute(&s.mattis))),
            mattis_max: over(series, |s| mean(&s.mattis_max)),
            mattis_second: over(series, |s| mean(&s.mattis_second)),
            mattis_average: over(series, |s| mean(&s.stored)),
            mattis_example: over(series, |s| mean(&s.example)),
            energy: over(series, |s| mean(&s.energy)),
            overlap: over(overlaps, |q| if signed { mean(q) } else { mean(&absolute(q)) }),
            overlap_sq: over(overlaps, |q| mean(&squared(q))),
            overlap_signed: self.histogram.moment(1),
            overlap_fourth: self.histogram.moment(4),
            overlap_tuple: self.histogram.average(tuple),
            overlap_sq_squared: self.overlap_sq_squared(),
            at_rest: self.at_rest,
            ..Measurement::default()
        };
        for (rank, value) in measurement.mattis_ranked.iter_mut().enumerate() {
            *value = over(series, |s| mean(s.ranked.get(rank)?));
        }
        let lost = |s: &Series| s.mattis.iter().position(|&m| m < self.protocol.lost_below);
        if self.planted {
            measurement.survived = over(series, |s| Some(f64::from(u8::from(lost(s).is_none()))));
        }
        if self.temperature.is_zero() {
            return measurement;
        }
        let energies: Vec<&[f64]> = series.iter().map(|s| s.energy.as_slice()).collect();
        let magnetisations: Vec<&[f64]> = series.iter().map(|s| s.mattis.as_slice()).collect();
        let pairs: Vec<&[f64]> = overlaps.iter().map(Vec::as_slice).collect();
        (measurement.moving_energy, measurement.tau_energy) = time_of_moving(&energies);
        (measurement.moving_overlap, measurement.tau_overlap) = time_of_moving(&pairs);
        measurement.energy_thermal_error = error_over(series, |s| binned_error(&s.energy, BINS));
        measurement.overlap_sq_thermal_error = over(overlaps, |q| binned_error(&squared(q), BINS));
        measurement.energy_drift = over(series, |s| drift(&s.energy));
        measurement.overlap_drift = over(overlaps, |q| drift(q));
        measurement.energy_drift_error = error_over(series, |s| drift_error(&s.energy));
        // Pairs share replicas: their errors are taken as fully correlated.
        measurement.overlap_drift_error = over(overlaps, |q| drift_error(q));
        measurement.energy_window_drift = over(series, |s| window_drift(&s.energy));
        measurement.overlap_sq_window_drift = over(overlaps, |q| window_drift(&squared(q)));
        // On a walk through temperatures a chain may have been lost before.
        if self.planted && !self.protocol.course.is_walk() {
            measurement.held_sweeps = over(series, |s| Some(lost(s).unwrap_or(s.mattis.len()) as f64));
        }
        if !self.followed.is_empty() {
            (measurement.moving_mattis, measurement.tau_mattis) = time_of_moving(&magnetisations);
            measurement.mattis_thermal_error = error_over(series, |s| binned_error(&s.mattis, BINS));
            measurement.mattis_drift = over(series, |s| drift(&s.mattis));
            measurement.mattis_drift_error = error_over(series, |s| drift_error(&s.mattis));
        }
        measurement.heat_capacity = self.heat_capacity(series);
        // A configuration that wanders between temperatures leaves every valley.
        let (linear, square, values) = self.plateau;
        let stays = !self.protocol.course.wanders() && values > 0;
        measurement.edwards_anderson = stays.then(|| linear / values as f64);
        measurement.overlap_sq_two_time = (values > 0).then(|| square / values as f64);
        measurement.burn_in_used = Some(self.began as f64);
        measurement.measure_used = Some(self.window as f64);
        measurement
    }

    /// ⟨q²⟩² from the products of disjoint pairs of replicas, which are independent.
    fn overlap_sq_squared(&self) -> Option<f64> {
        let squares = self.overlaps.iter().map(|q| mean(&squared(q))).collect::<Option<Vec<f64>>>()?;
        let mut products = Vec::new();
        for (i, &(a, b)) in self.pairs.iter().enumerate() {
            let disjoint = |&(c, d): &(usize, usize)| ![a, b].contains(&c) && ![a, b].contains(&d);
            let others = self.pairs[..i].iter().zip(&squares).filter(|(pair, _)| disjoint(pair));
            products.extend(others.map(|(_, square)| square * squares[i]));
        }
        mean(&products)
    }

    /// β² N Var(u) of one sample. The variance around a chain's own mean misses the variance of that mean: with several
    /// replicas that is what their means scatter by, whatever τ is; with one it is 2τσ²/n.
    fn heat_capacity(&self, series: &[Series]) -> Option<f64> {
        let inside = over(series, |s| {
            Some(variance(&s.energy)? * (s.energy.len() - 1) as f64 / s.energy.len() as f64)
        })?;
        let means: Vec<f64> = series.iter().filter_map(|s| mean(&s.energy)).collect();
        let total = match variance(&means) {
            Some(between) => inside + between,
            None => {
                let energy = &series.first()?.energy;
                inside / (1.0 - (2.0 * integrated_time(energy)? / energy.len() as f64).min(0.5))
            }
        };
        let beta = self.temperature.beta();
        (total > 0.0).then_some(beta * beta * self.spins as f64 * total)
    }
}

/// (pattern, direction) of the overlaps M_μ that are measured one by one: the first [`RANKS`], in their own order or by |M| (M where
/// `signed`).
fn ranks(overlaps: &[i16], in_order: bool, signed: bool) -> Vec<(usize, f64)> {
    let direction = |m: i16| if m < 0 && !signed && !in_order { -1.0 } else { 1.0 };
    let mut ranks: Vec<(usize, i16)> = overlaps.iter().copied().enumerate().collect();
    if !in_order {
        let size = |m: i16| if signed { i32::from(m) } else { i32::from(m).abs() };
        ranks.sort_by_key(|&(_, m)| std::cmp::Reverse(size(m)));
    }
    ranks.into_iter().take(RANKS.len()).map(|(pattern, m)| (pattern, direction(m))).collect()
}

/// Mean over items that have a value for all; `None` where one has none, or there is no item.
fn over<T>(items: &[T], value: impl Fn(&T) -> Option<f64>) -> Option<f64> {
    mean(&items.iter().map(value).collect::<Option<Vec<f64>>>()?)
}

/// Error of the mean of independent items from their errors.
fn error_over<T>(items: &[T], error: impl Fn(&T) -> Option<f64>) -> Option<f64> {
    let errors = items.iter().map(error).collect::<Option<Vec<f64>>>()?;
    (!errors.is_empty()).then(|| sum(errors.iter().map(|e| e * e)).sqrt() / errors.len() as f64)
}

/// (fraction of series that change, mean τ of these). No time where one of them is too short for its own correlation.
fn time_of_moving(series: &[&[f64]]) -> (Option<f64>, Option<f64>) {
    let moving: Vec<&&[f64]> = series.iter().filter(|s| s.windows(2).any(|w| w[0] != w[1])).collect();
    let fraction = (!series.is_empty()).then(|| moving.len() as f64 / series.len() as f64);
    (fraction, over(&moving, |s| integrated_time(s)))
}

fn drift(series: &[f64]) -> Option<f64> {
    let half = series.len() / 2;
    Some(mean(&series[series.len() - half..])? - mean(&series[..half])?)
}

/// The later half against the quarter before it: the last two windows of logarithmic binning.
fn window_drift(series: &[f64]) -> Option<f64> {
    let half = series.len() / 2;
    Some(mean(&series[half..])? - mean(&series[half / 2..half])?)
}

fn absolute(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v.abs()).collect()
}

fn squared(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v * v).collect()
}
