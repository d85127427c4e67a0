//! Replica exchange: copies at neighbouring temperatures change places (Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604
//! (1996), doi:10.1143/JPSJ.65.1604).
//!
//! After every sweep of all copies, the pairs (0, 1), (2, 3), … or, every other time, (1, 2), (3, 4), … are offered an
//! exchange, accepted with min(1, e^{(β_a − β_b)(E_a − E_b)}): the product of the copies' laws exp(−β_t H) is stationary. A
//! rule and its stream belong to a temperature; the configuration wanders.

use super::{Counts, Dynamics, Order};
use crate::error::{Error, Result};
use crate::kernel::Fields;
use crate::params::Temperature;
use crate::rng::{Stream, uniform};

/// Any dynamics at each of several temperatures, and exchange between neighbours.
#[derive(Debug, Clone)]
pub struct ReplicaExchange<D> {
    rules: Vec<D>,
    /// (β_t − β_{t+1}) c of each pair of neighbours.
    steps: Vec<f64>,
}

impl<D: Dynamics> ReplicaExchange<D> {
    /// What a ladder must be.
    pub const ACCEPTED: &str =
        "replica exchange over at least two temperatures T > 0, in random or sequential order";

    /// `rules` one a temperature, ascending; `scale` is c of H = −c Σ.
    ///
    /// # Errors
    /// Fewer than two temperatures, T = 0, or parallel order, whose law is not exp(−βH).
    pub fn new(rules: Vec<D>, order: Order, scale: f64, temperatures: &[Temperature]) -> Result<Self> {
        if temperatures.len() < 2 || temperatures.iter().any(|t| t.is_zero()) || order == Order::Parallel {
            return Err(Error::bad_input("replica exchange").remedy(Self::ACCEPTED));
        }
        let steps = temperatures.windows(2).map(|pair| (pair[0].beta() - pair[1].beta()) * scale).collect();
        Ok(Self { rules, steps })
    }

    /// One sweep of every copy with its own stream, then one round of exchanges.
    pub fn sweep<F: Fields>(
        &self,
        systems: &mut [F],
        streams: &mut [Stream],
        counts: &mut [Counts],
        exchange: &mut Stream,
        diary: &mut Diary,
    ) {
        for (((rule, system), stream), counts) in
            self.rules.iter().zip(&mut *systems).zip(streams).zip(counts)
        {
            *counts += rule.sweep(system, stream);
        }
        self.exchange(systems, exchange, diary);
    }

    /// One round of exchanges.
    pub fn exchange<F: Fields>(&self, systems: &mut [F], stream: &mut Stream, diary: &mut Diary) {
        for cold in (diary.rounds % 2..self.steps.len()).step_by(2) {
            // (β_a − β_b)(E_a − E_b) = (β_a − β_b) c (Σ_b − Σ_a)
            let gained = systems[cold + 1].energy_sum() - systems[cold].energy_sum();
            let accepted = uniform(stream) < libm::exp(self.steps[cold] * gained as f64);
            if accepted {
                systems.swap(cold, cold + 1);
            }
            diary.note(cold, accepted);
        }
        diary.end_round();
    }
}

/// Where the copies of one ladder have been.
#[derive(Debug, Clone)]
pub struct Diary {
    rounds: usize,
    /// Which walker is at each temperature.
    walkers: Vec<usize>,
    /// Of each walker: the end that it saw last.
    last_end: Vec<Option<End>>,
    /// (offered, accepted) of each pair of neighbours.
    offers: Vec<(u64, u64)>,
    /// At each temperature: visits of walkers that came from the cold end, and from either.
    visits: Vec<(u64, u64)>,
    /// Passages from one end to the other, all walkers together.
    passages: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Cold,
    Hot,
}

impl Diary {
    pub fn new(temperatures: usize) -> Self {
        let mut diary = Self {
            rounds: 0,
            walkers: (0..temperatures).collect(),
            last_end: vec![None; temperatures],
            offers: Vec::new(),
            visits: Vec::new(),
            passages: 0,
        };
        diary.turn_the_page();
        diary
    }

    /// Forgets all counts, not who is where: the end of burn-in.
    pub fn turn_the_page(&mut self) {
        self.offers = vec![(0, 0); self.walkers.len() - 1];
        self.visits = vec![(0, 0); self.walkers.len()];
        self.passages = 0;
    }

    fn note(&mut self, cold: usize, accepted: bool) {
        self.offers[cold].0 += 1;
        if accepted {
            self.offers[cold].1 += 1;
            self.walkers.swap(cold, cold + 1);
        }
    }

    fn end_round(&mut self) {
        self.rounds += 1;
        let hot = self.walkers.len() - 1;
        for (slot, end) in [(0, End::Cold), (hot, End::Hot)] {
            let last = &mut self.last_end[self.walkers[slot]];
            self.passages += u64::from(last.is_some_and(|last| last != end));
            *last = Some(end);
        }
        for (visits, &walker) in self.visits.iter_mut().zip(&self.walkers) {
            if let Some(end) = self.last_end[walker] {
                visits.0 += u64::from(end == End::Cold);
                visits.1 += 1;
            }
        }
    }

    /// Accepted fraction of exchanges between temperature `slot` and the next higher one; `None` at the highest.
    pub fn acceptance(&self, slot: usize) -> Option<f64> {
        self.offers.get(slot).filter(|(offered, _)| *offered > 0).map(|&(n, yes)| yes as f64 / n as f64)
    }

    /// Round trips (cold to hot and back) per walker.
    pub fn round_trips(&self) -> f64 {
        self.passages as f64 / 2.0 / self.walkers.len() as f64
    }

    /// Of the walkers that meet temperature `slot`, the fraction that came from the cold end: falls from 1 to 0 along the
    /// ladder, evenly where the exchange is as fast as it can be, in a step at a bottleneck (Katzgraber et al., J. Stat. Mech.
    /// P03018 (2006), doi:10.1088/1742-5468/2006/03/P03018).
    pub fn from_cold(&self, slot: usize) -> Option<f64> {
        self.visits.get(slot).filter(|(_, all)| *all > 0).map(|&(cold, all)| cold as f64 / all as f64)
    }
}
