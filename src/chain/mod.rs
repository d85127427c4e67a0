//! One chain: start, thermalise, measure.
//!
//! A chain is all replicas of one (couplings, temperature, start). Its numbers are thermal averages of one disorder sample;
//! averages over samples are made later, from these. Where temperatures hang together ([`Course`]) their chains run as one ladder.

mod attention;
mod course;
mod ladder;
mod landscape;
mod mean_field;
mod measurement;
mod population;
mod recall;
mod recorder;
mod relaxation;
mod sample;
mod start;
mod survival;

pub use course::Course;
pub use measurement::{Measurement, RANKS};
pub use relaxation::{CurvePoint, log_times};
pub use sample::Sample;
pub use start::Start;
pub use survival::whole;

use crate::dynamics::{Order, Update};
use crate::estimators::OverlapHistogram;
use crate::model::Spins;

/// How a chain is run.
#[derive(Debug, Clone, PartialEq)]
pub struct Protocol {
    pub update: Update,
    pub order: Order,
    pub replicas: usize,
    pub burn_in_sweeps: usize,
    pub measure_sweeps: usize,
    /// How the temperatures hang together.
    pub course: Course,
    /// Until the chain looks equilibrated, at most so many sweeps: the measuring time is doubled, what was measured before becoming
    /// burn-in. `None`: `burn_in_sweeps` and `measure_sweeps` as they stand.
    pub max_sweeps: Option<usize>,
    /// A planted state is lost where m first falls below this.
    pub lost_below: f64,
    pub keep: Keep,
}

/// What is kept of a chain beside its averages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// Energy, m and q of every sweep of the measuring time.
    pub series: bool,
    /// The joint histogram of (m, q).
    pub joint: bool,
    /// Energy, m and two-time overlaps on a logarithmic grid of times from the start.
    pub curves: bool,
    /// Plefka's mean field of the same sample, from the same starts.
    pub plefka: bool,
}

impl Keep {
    /// As a scenario names them.
    pub fn names(self) -> Vec<&'static str> {
        let all = [
            ("series", self.series),
            ("joint", self.joint),
            ("curves", self.curves),
            ("plefka", self.plefka),
        ];
        all.iter().filter(|(_, kept)| *kept).map(|(name, _)| *name).collect()
    }
}

impl Protocol {
    /// m below which a planted state is lost, without another wish.
    pub const LOST_BELOW: f64 = 0.5;

    /// Configurations of a population that is annealed; 0 where none is.
    pub fn population_members(&self) -> usize {
        if self.course == Course::PopulationAnnealing { self.replicas } else { 0 }
    }

    /// (sweeps of a whole chain, sweeps of its measuring time): with `max_sweeps` the most that they can become.
    pub fn most_sweeps(&self) -> (usize, usize) {
        let mut window = self.measure_sweeps;
        let mut time = self.burn_in_sweeps.saturating_add(window);
        while window > 0 && time.saturating_add(window.saturating_mul(2)) <= self.max_sweeps.unwrap_or(0) {
            window *= 2;
            time += window;
        }
        (time, window)
    }
}

impl Default for Protocol {
    fn default() -> Self {
        Self {
            update: Update::Glauber,
            order: Order::Random,
            replicas: 2,
            burn_in_sweeps: 200,
            measure_sweeps: 800,
            course: Course::Independent,
            max_sweeps: None,
            lost_below: Self::LOST_BELOW,
            keep: Keep::default(),
        }
    }
}

/// What a chain leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainResult {
    pub measurement: Measurement,
    pub kept: Kept,
    /// First and last configuration of the first replica.
    pub first: Spins,
    pub last: Spins,
}

/// Histograms, series and curves of one chain.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// P_J(q): every sweep of the measuring time, every pair of replicas. Empty with one replica.
    pub overlaps: OverlapHistogram,
    /// (M, Nq, how often) in ascending order: M = N m of one replica of a pair, q of the pair.
    pub joint: Vec<(i64, i64, u64)>,
    /// One series a quantity and replica (or pair, in the order (0,1), (0,2), (1,2), …), one value a sweep; NaN: not known.
    pub series: Vec<(String, usize, Vec<f64>)>,
    pub curves: Vec<CurvePoint>,
}

/// Equal to the bit: what is not known is the same twice.
impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        let bits = |kept: &Self| -> Vec<(String, usize, Vec<u64>)> {
            let series = kept.series.iter();
            series.map(|(name, of, x)| (name.clone(), *of, x.iter().map(|x| x.to_bits()).collect())).collect()
        };
        bits(self) == bits(other)
            && (&self.overlaps, &self.joint, &self.curves) == (&other.overlaps, &other.joint, &other.curves)
    }
}
