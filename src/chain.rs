//! One chain: start, thermalise, measure.
//!
//! A chain is all replicas of one (patterns, temperature, start). Its numbers are thermal averages of one disorder sample;
//! averages over samples are made later, from these.

use crate::dynamics::{AnyDynamics, Counts, Dynamics, Order, Update};
use crate::error::Result;
use crate::estimators::{binned_error, drift_error, integrated_time, mean, sum, variance};
use crate::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm};
use crate::model::{DenseHebbian, Patterns, Spins};
use crate::observables::{energy_per_spin, largest_mattis, mattis, nearest_pattern, replica_overlap};
use crate::params::Temperature;
use crate::rng::{Stream, below, uniform};

/// Where a chain begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// On the planted pattern.
    Planted,
    /// Independent unbiased spins.
    Random,
    /// The planted pattern with this fraction of its spins flipped, chosen at random: exactly the nearest integer to f N.
    Corrupted(f64),
    /// At overlap m with the planted pattern: (1 − m)/2 of its spins flipped.
    Overlap(f64),
    /// A given configuration, with the file it came from. It is known by its content, not by its name.
    Configuration(String, Spins),
}

impl Start {
    /// As it stands in points.csv.
    pub fn label(&self) -> String {
        match self {
            Self::Planted => "planted".into(),
            Self::Random => "random".into(),
            Self::Corrupted(fraction) => format!("corrupted={fraction}"),
            Self::Overlap(m) => format!("overlap={m}"),
            Self::Configuration(_, spins) => format!("file={}", spins.hash()),
        }
    }

    /// Whether the chain begins in sight of the planted pattern, which is then the one that `mattis` follows.
    pub fn knows_the_planted_pattern(&self) -> bool {
        !matches!(self, Self::Random)
    }

    /// The first configuration.
    pub fn configuration(&self, planted: &Spins, stream: &mut Stream) -> Spins {
        let n = planted.len();
        match self {
            Self::Planted => planted.clone(),
            Self::Random => {
                let up: Vec<bool> = (0..n).map(|_| uniform(stream) < 0.5).collect();
                Spins::from_fn(n, |i| up[i])
            }
            Self::Corrupted(fraction) => {
                with_flips(planted, (fraction * n as f64).round_ties_even() as usize, stream)
            }
            Self::Overlap(m) => {
                with_flips(planted, ((1.0 - m) / 2.0 * n as f64).round_ties_even() as usize, stream)
            }
            Self::Configuration(_, spins) => spins.clone(),
        }
    }
}

/// `flips` distinct spins flipped, uniformly chosen (a partial Fisher–Yates shuffle).
fn with_flips(spins: &Spins, flips: usize, stream: &mut Stream) -> Spins {
    let n = spins.len();
    let mut sites: Vec<usize> = (0..n).collect();
    let mut spins = spins.clone();
    for step in 0..flips.min(n) {
        sites.swap(step, step + below(stream, n - step));
        spins.flip(sites[step]);
    }
    spins
}

/// How a chain is run.
#[derive(Debug, Clone, PartialEq)]
pub struct Protocol {
    pub update: Update,
    pub order: Order,
    pub replicas: usize,
    pub burn_in_sweeps: usize,
    pub measure_sweeps: usize,
}

/// Thermal averages of one chain. `None` where a quantity could not be estimated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measurement {
    /// ⟨m⟩ with the followed pattern: the planted one; from a random start the nearest at the end of burn-in, in its
    /// direction (even P knows a pattern only up to its sign). That pattern was chosen for its overlap, an extreme value: in
    /// a paramagnet the first τ sweeps of measuring still remember it.
    pub mattis: Option<f64>,
    pub mattis_abs: Option<f64>,
    /// ⟨max_μ |m_μ|⟩ (odd P: max_μ m_μ).
    pub mattis_max: Option<f64>,
    /// ⟨|q_ab|⟩ over replica pairs (odd P: signed).
    pub overlap: Option<f64>,
    pub overlap_sq: Option<f64>,
    /// ⟨H⟩/N.
    pub energy: Option<f64>,
    /// β²(⟨H²⟩ − ⟨H⟩²)/N, with what a chain of finite length misses put back.
    pub heat_capacity: Option<f64>,
    /// Accepted flips per proposal.
    pub acceptance: Option<f64>,
    /// Integrated autocorrelation times in sweeps, averaged over replicas.
    pub tau_energy: Option<f64>,
    pub tau_mattis: Option<f64>,
    pub tau_overlap: Option<f64>,
    /// Fraction of replicas (pairs) whose series changed at all; the times above are averages over these.
    pub moving_energy: Option<f64>,
    pub moving_mattis: Option<f64>,
    pub moving_overlap: Option<f64>,
    /// Thermal standard errors, by binning.
    pub energy_thermal_error: Option<f64>,
    pub mattis_thermal_error: Option<f64>,
    /// Mean of the later half minus mean of the earlier half of the measuring time.
    pub energy_drift: Option<f64>,
    pub mattis_drift: Option<f64>,
    pub overlap_drift: Option<f64>,
    /// Their standard errors were the chain stationary, from τ.
    pub energy_drift_error: Option<f64>,
    pub mattis_drift_error: Option<f64>,
    pub overlap_drift_error: Option<f64>,
    /// H/N of the planted pattern itself. Its mean over random patterns is known exactly, so that its scatter can be taken out of
    /// the energy of a chain that stays near it.
    pub planted_energy: Option<f64>,
    /// Descents that came to rest, as a fraction of replicas (zero temperature only).
    pub at_rest: Option<f64>,
}

macro_rules! quantities {
    ($($name:ident),* $(,)?) => {
        impl Measurement {
            /// Names and values, in a fixed order.
            pub fn quantities(&self) -> Vec<(&'static str, Option<f64>)> {
                vec![$((stringify!($name), self.$name)),*]
            }

            /// Sets a quantity by its name; false where there is none of that name.
            pub fn set(&mut self, name: &str, value: f64) -> bool {
                match name {
                    $(stringify!($name) => self.$name = Some(value),)*
                    _ => return false,
                }
                true
            }
        }
    };
}
quantities!(
    mattis,
    mattis_abs,
    mattis_max,
    overlap,
    overlap_sq,
    energy,
    heat_capacity,
    acceptance,
    tau_energy,
    tau_mattis,
    tau_overlap,
    moving_energy,
    moving_mattis,
    moving_overlap,
    energy_thermal_error,
    mattis_thermal_error,
    energy_drift,
    mattis_drift,
    overlap_drift,
    energy_drift_error,
    mattis_drift_error,
    overlap_drift_error,
    planted_energy,
    at_rest,
);

/// What a chain leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainResult {
    pub measurement: Measurement,
    /// First and last configuration of the first replica.
    pub first: Spins,
    pub last: Spins,
}

/// Bins of the thermal error.
const BINS: usize = 20;

/// One disorder sample ready for chains: the patterns and what the kernels derive from them once.
pub struct Sample<'a> {
    patterns: &'a Patterns,
    tables: &'a FieldTables,
    couplings: Option<Couplings>,
    planted: Spins,
    planted_index: usize,
    planted_energy: f64,
}

impl<'a> Sample<'a> {
    /// `planted` is the index of the pattern that planted starts begin on.
    ///
    /// # Errors
    /// Where there is no memory for the couplings of P = 2.
    pub fn new(tables: &'a FieldTables, patterns: &'a Patterns, planted: usize) -> Result<Self> {
        let hamiltonian = tables.hamiltonian();
        // One flip costs N in local fields, one proposal K in overlap form: fields pay unless there are few patterns.
        let few = patterns.count() * 16 < patterns.spins();
        let couplings = if hamiltonian.order().get() == 2 && Couplings::fit(patterns) && !few {
            Some(Couplings::new(patterns)?)
        } else {
            None
        };
        let row = patterns.row(planted);
        let planted_energy = energy_per_spin(&OverlapForm::new(tables, patterns, row.clone()));
        Ok(Self { patterns, tables, couplings, planted: row, planted_index: planted, planted_energy })
    }

    /// Runs all replicas of one chain.
    ///
    /// `streams(purpose, replica)` gives the keyed stream of a replica: "start" and "dynamics".
    ///
    /// # Errors
    /// A rule that does not go with the order or the temperature.
    pub fn run(
        &self,
        protocol: &Protocol,
        temperature: Temperature,
        start: &Start,
        streams: impl Fn(&str, usize) -> Stream,
    ) -> Result<ChainResult> {
        let hamiltonian = self.tables.hamiltonian();
        let dynamics = AnyDynamics::new(protocol.update, protocol.order, hamiltonian, temperature)?;
        let first: Vec<Spins> = (0..protocol.replicas)
            .map(|replica| start.configuration(&self.planted, &mut streams("start", replica)))
            .collect();
        let dynamics_streams: Vec<Stream> =
            (0..protocol.replicas).map(|replica| streams("dynamics", replica)).collect();
        let chain =
            Chain { hamiltonian, dynamics, protocol, temperature, start, planted: self.planted_index };
        let mut result = match &self.couplings {
            Some(couplings) => chain.run(
                first
                    .iter()
                    .map(|spins| LocalFieldForm::new(hamiltonian, self.patterns, couplings, spins.clone()))
                    .collect(),
                dynamics_streams,
                first,
            ),
            None => chain.run(
                first
                    .iter()
                    .map(|spins| OverlapForm::new(self.tables, self.patterns, spins.clone()))
                    .collect(),
                dynamics_streams,
                first,
            ),
        };
        result.measurement.planted_energy = Some(self.planted_energy);
        Ok(result)
    }
}

struct Chain<'c> {
    hamiltonian: &'c DenseHebbian,
    dynamics: AnyDynamics,
    protocol: &'c Protocol,
    temperature: Temperature,
    start: &'c Start,
    planted: usize,
}

/// Time series of one replica, one value a sweep.
#[derive(Default)]
struct Series {
    energy: Vec<f64>,
    mattis: Vec<f64>,
    mattis_max: Vec<f64>,
}

impl Chain<'_> {
    fn run<F: Fields>(
        &self,
        mut systems: Vec<F>,
        mut streams: Vec<Stream>,
        first: Vec<Spins>,
    ) -> ChainResult {
        let signed = self.hamiltonian.order().is_odd();
        let descends = matches!(self.dynamics, AnyDynamics::ZeroTemperature(_));
        let mut counts = Counts::default();
        let mut at_rest = vec![false; systems.len()];
        for ((system, stream), rest) in systems.iter_mut().zip(&mut streams).zip(&mut at_rest) {
            // Descent: until no single flip lowers the energy, at most all sweeps of the protocol.
            let limit =
                self.protocol.burn_in_sweeps + if descends { self.protocol.measure_sweeps } else { 0 };
            for _ in 0..limit {
                *rest = self.dynamics.is_at_rest(system);
                if *rest {
                    break;
                }
                let moved = self.dynamics.sweep(system, stream);
                if descends {
                    counts += moved;
                }
            }
            *rest = *rest || self.dynamics.is_at_rest(system);
        }
        // (pattern, direction) that mattis follows.
        let followed: Vec<(usize, f64)> = systems
            .iter()
            .map(|system| {
                if self.start.knows_the_planted_pattern() {
                    return (self.planted, 1.0);
                }
                let (pattern, overlap) = nearest_pattern(system, signed);
                (pattern, if overlap < 0 && !signed { -1.0 } else { 1.0 })
            })
            .collect();
        let mut series: Vec<Series> = systems.iter().map(|_| Series::default()).collect();
        let pairs: Vec<(usize, usize)> =
            (0..systems.len()).flat_map(|a| (0..a).map(move |b| (b, a))).collect();
        let mut overlaps: Vec<Vec<f64>> = vec![Vec::new(); pairs.len()];
        let sweeps = if descends { 1 } else { self.protocol.measure_sweeps };
        for _ in 0..sweeps {
            for (((system, stream), series), &(pattern, direction)) in
                systems.iter_mut().zip(&mut streams).zip(&mut series).zip(&followed)
            {
                if !descends {
                    counts += self.dynamics.sweep(system, stream);
                }
                series.energy.push(energy_per_spin(system));
                series.mattis.push(direction * mattis(system, pattern));
                series.mattis_max.push(largest_mattis(system, signed));
            }
            for (&(a, b), overlaps) in pairs.iter().zip(&mut overlaps) {
                overlaps.push(replica_overlap(systems[a].spins(), systems[b].spins()));
            }
        }
        let mut measurement = self.measure(&series, &overlaps, signed);
        measurement.acceptance =
            (counts.proposals > 0).then(|| counts.accepted as f64 / counts.proposals as f64);
        if descends {
            measurement.at_rest = mean(&at_rest.iter().map(|&r| f64::from(u8::from(r))).collect::<Vec<_>>());
        }
        let last = systems[0].spins().clone();
        ChainResult { measurement, first: first[0].clone(), last }
    }

    fn measure(&self, series: &[Series], overlaps: &[Vec<f64>], signed: bool) -> Measurement {
        let mut measurement = Measurement {
            mattis: over(series, |s| mean(&s.mattis)),
            mattis_abs: over(series, |s| mean(&absolute(&s.mattis))),
            mattis_max: over(series, |s| mean(&s.mattis_max)),
            energy: over(series, |s| mean(&s.energy)),
            overlap: over(overlaps, |q| if signed { mean(q) } else { mean(&absolute(q)) }),
            overlap_sq: over(overlaps, |q| mean(&squared(q))),
            ..Measurement::default()
        };
        if self.temperature.is_zero() {
            return measurement;
        }
        let energies: Vec<&[f64]> = series.iter().map(|s| s.energy.as_slice()).collect();
        let magnetisations: Vec<&[f64]> = series.iter().map(|s| s.mattis.as_slice()).collect();
        let pairs: Vec<&[f64]> = overlaps.iter().map(Vec::as_slice).collect();
        (measurement.moving_energy, measurement.tau_energy) = time_of_moving(&energies);
        (measurement.moving_mattis, measurement.tau_mattis) = time_of_moving(&magnetisations);
        (measurement.moving_overlap, measurement.tau_overlap) = time_of_moving(&pairs);
        measurement.energy_thermal_error = error_over(series, |s| binned_error(&s.energy, BINS));
        measurement.mattis_thermal_error = error_over(series, |s| binned_error(&s.mattis, BINS));
        measurement.energy_drift = over(series, |s| drift(&s.energy));
        measurement.mattis_drift = over(series, |s| drift(&s.mattis));
        measurement.overlap_drift = over(overlaps, |q| drift(q));
        measurement.energy_drift_error = error_over(series, |s| drift_error(&s.energy));
        measurement.mattis_drift_error = error_over(series, |s| drift_error(&s.mattis));
        // Pairs share replicas: their errors are taken as fully correlated.
        measurement.overlap_drift_error = over(overlaps, |q| drift_error(q));
        measurement.heat_capacity = self.heat_capacity(series);
        measurement
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
        (total > 0.0).then(|| beta * beta * self.hamiltonian.spins() as f64 * total)
    }
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

fn absolute(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v.abs()).collect()
}

fn squared(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v * v).collect()
}
