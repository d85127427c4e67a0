//! The chains of one start at all temperatures of a ladder; without replica exchange they do not know of each other.

use super::recall::to_rest;
use super::recorder::Recorder;
use super::relaxation::Relaxation;
use super::sample::Beside;
use super::{ChainResult, Course, Protocol, Start};
use crate::dynamics::{AnyDynamics, Counts, Diary, Dynamics, ReplicaExchange};
use crate::error::Result;
use crate::kernel::Fields;
use crate::model::Spins;
use crate::params::{InteractionOrder, Temperature};
use crate::rng::Stream;

/// Everything but the configurations.
pub(super) struct Ladder<'c> {
    protocol: &'c Protocol,
    order: InteractionOrder,
    temperatures: &'c [Temperature],
    start: &'c Start,
    planted: Option<usize>,
    /// What m is the overlap with, where the kernel does not know it.
    beside: Option<Beside<'c>>,
    rules: Vec<AnyDynamics>,
    exchange: Option<ReplicaExchange<AnyDynamics>>,
    /// By replica and temperature.
    streams: Vec<Vec<Stream>>,
    exchange_streams: Vec<Stream>,
}

/// One result a temperature, and the last configurations by replica and temperature.
pub(super) type Ended = (Vec<ChainResult>, Vec<Vec<Spins>>);

impl<'c> Ladder<'c> {
    pub fn new(
        protocol: &'c Protocol,
        (order, scale): (InteractionOrder, f64),
        rules: Vec<AnyDynamics>,
        temperatures: &'c [Temperature],
        start: &'c Start,
        (planted, beside): (Option<usize>, Option<Beside<'c>>),
        streams: &impl Fn(&str, Temperature, usize) -> Stream,
    ) -> Result<Self> {
        let exchange = if protocol.course == Course::ReplicaExchange {
            Some(ReplicaExchange::new(rules.clone(), protocol.order, scale, temperatures)?)
        } else {
            None
        };
        let of = |purpose: &'static str| {
            move |replica: usize| -> Vec<Stream> {
                temperatures.iter().map(|&t| streams(purpose, t, replica)).collect()
            }
        };
        Ok(Self {
            protocol,
            order,
            temperatures,
            start,
            planted,
            beside,
            rules,
            exchange_streams: match (&exchange, temperatures.first()) {
                (Some(_), Some(&lowest)) => {
                    (0..protocol.replicas).map(|replica| streams("exchange", lowest, replica)).collect()
                }
                _ => Vec::new(),
            },
            exchange,
            streams: (0..protocol.replicas).map(of("dynamics")).collect(),
        })
    }

    /// Runs from `first` (by replica and temperature); one result a temperature, and the last configurations as `first`.
    pub fn run<F: Fields>(self, first: &[Vec<Spins>], form: impl Fn(Spins) -> F) -> Ended {
        let systems: Vec<Vec<F>> =
            first.iter().map(|ladder| ladder.iter().map(|spins| form(spins.clone())).collect()).collect();
        let length = self.temperatures.len();
        let (sweeps, _) = self.protocol.most_sweeps();
        let planted = self.planted.filter(|_| self.start.knows_the_planted_pattern());
        // The kept overlaps are not those with archetypes or diluted patterns.
        let shown = planted.filter(|_| self.beside.is_none());
        let curves = if self.protocol.keep.curves { length } else { 0 };
        let mut run = Run {
            systems,
            counts: vec![vec![Counts::default(); length]; first.len()],
            diaries: first.iter().map(|_| Diary::new(length)).collect(),
            relaxation: (0..curves).map(|_| Relaxation::new(shown, sweeps)).collect(),
            time: 0,
            ladder: self,
        };
        run.look();
        let recorders = match run.ladder.rules.first() {
            Some(AnyDynamics::ZeroTemperature(_)) => run.descend(),
            _ => run.measure(),
        };
        let last =
            run.systems.iter().map(|ladder| ladder.iter().map(|s| s.spins().clone()).collect()).collect();
        (run.results(first, recorders), last)
    }
}

/// A ladder on its way.
struct Run<'c, F> {
    ladder: Ladder<'c>,
    /// By replica and temperature.
    systems: Vec<Vec<F>>,
    counts: Vec<Vec<Counts>>,
    diaries: Vec<Diary>,
    relaxation: Vec<Relaxation>,
    /// Sweeps since the start.
    time: usize,
}

impl<'c, F: Fields> Run<'c, F> {
    /// One sweep of everything.
    fn sweep(&mut self) {
        let ladder = &mut self.ladder;
        let replicas = self.systems.iter_mut().zip(&mut ladder.streams).zip(&mut self.counts);
        for (replica, ((systems, streams), counts)) in replicas.enumerate() {
            if let Some(exchange) = &ladder.exchange {
                let (stream, diary) = (&mut ladder.exchange_streams[replica], &mut self.diaries[replica]);
                exchange.sweep(systems, streams, counts, stream, diary);
                continue;
            }
            for (((rule, system), stream), counts) in
                ladder.rules.iter().zip(systems).zip(streams).zip(counts)
            {
                *counts += rule.sweep(system, stream);
            }
        }
        self.time += 1;
        self.look();
    }

    /// Shows the replicas of each temperature to those who follow the relaxation.
    fn look(&mut self) {
        for (t, relaxation) in self.relaxation.iter_mut().enumerate() {
            let replicas: Vec<&F> = self.systems.iter().map(|systems| &systems[t]).collect();
            relaxation.observe(self.time, &replicas);
        }
    }

    /// A recorder for each temperature, from now on.
    fn recorders(&mut self) -> Vec<Recorder<'c>> {
        self.counts.iter_mut().flatten().for_each(|counts| *counts = Counts::default());
        self.diaries.iter_mut().for_each(Diary::turn_the_page);
        let ladder = &self.ladder;
        (0..ladder.temperatures.len())
            .map(|t| {
                let replicas: Vec<&F> = self.systems.iter().map(|systems| &systems[t]).collect();
                let knows = ladder.start.knows_the_planted_pattern();
                let planted = ladder.planted.filter(|_| knows);
                let temperature = ladder.temperatures[t];
                Recorder::new(ladder.protocol, ladder.order, temperature, planted, ladder.beside, &replicas)
            })
            .collect()
    }

    fn record(&self, recorders: &mut [Recorder<'_>]) {
        for (t, recorder) in recorders.iter_mut().enumerate() {
            let replicas: Vec<&F> = self.systems.iter().map(|systems| &systems[t]).collect();
            recorder.observe(&replicas);
        }
    }

    /// Burn-in and measuring time; with `max_sweeps` the latter is doubled until every chain of the ladder looks equilibrated.
    fn measure(&mut self) -> Vec<Recorder<'c>> {
        let protocol = self.ladder.protocol;
        for _ in 0..protocol.burn_in_sweeps {
            self.sweep();
        }
        let mut window = protocol.measure_sweeps;
        loop {
            let mut recorders = self.recorders();
            for recorder in &mut recorders {
                recorder.begin(self.time, window);
            }
            for _ in 0..window {
                self.sweep();
                self.record(&mut recorders);
            }
            let most = protocol.max_sweeps.unwrap_or(0);
            let settled = || {
                let travelled = self.ladder.exchange.is_none()
                    || self.diaries.iter().all(|diary| diary.round_trips() >= 1.0);
                travelled && recorders.iter().all(Recorder::is_settled)
            };
            if self.time + 2 * window > most || settled() {
                return recorders;
            }
            window *= 2;
        }
    }

    /// Descent: until no single flip lowers the energy, at most all sweeps of the protocol.
    fn descend(&mut self) -> Vec<Recorder<'c>> {
        let protocol = self.ladder.protocol;
        let rule = self.ladder.rules[0].clone();
        let mut at_rest = Vec::new();
        let replicas = self.systems.iter_mut().zip(&mut self.ladder.streams).zip(&mut self.counts);
        for ((systems, streams), counts) in replicas {
            let (system, stream, counts) = (&mut systems[0], &mut streams[0], &mut counts[0]);
            let most = protocol.burn_in_sweeps + protocol.measure_sweeps;
            let rest = to_rest(&rule, system, stream, most, counts);
            at_rest.push(f64::from(u8::from(rest)));
        }
        let counts = self.counts.clone();
        let mut recorders = self.recorders();
        self.counts = counts;
        for recorder in &mut recorders {
            recorder.descended(&at_rest);
        }
        self.record(&mut recorders);
        recorders
    }

    fn results(self, first: &[Vec<Spins>], recorders: Vec<Recorder<'_>>) -> Vec<ChainResult> {
        let mut curves = self.relaxation.into_iter().map(Relaxation::points);
        let exchanged = self.ladder.exchange.is_some();
        let mut results = Vec::new();
        for (t, recorder) in recorders.into_iter().enumerate() {
            let (mut measurement, mut kept) = recorder.finish();
            let mut counts = Counts::default();
            self.counts.iter().for_each(|replica| counts += replica[t]);
            measurement.acceptance =
                (counts.proposals > 0).then(|| counts.accepted as f64 / counts.proposals as f64);
            measurement.jump_acceptance =
                (counts.jumps > 0).then(|| counts.accepted_jumps as f64 / counts.jumps as f64);
            if exchanged {
                let average = |of: &dyn Fn(&Diary) -> Option<f64>| {
                    let values: Option<Vec<f64>> = self.diaries.iter().map(of).collect();
                    crate::estimators::mean(&values?)
                };
                measurement.exchange_acceptance = average(&|diary| diary.acceptance(t));
                measurement.round_trips = average(&|diary| Some(diary.round_trips()));
                measurement.from_cold = average(&|diary| diary.from_cold(t));
            }
            kept.curves = curves.next().unwrap_or_default();
            results.push(ChainResult {
                measurement,
                kept,
                first: first[0][t].clone(),
                last: self.systems[0][t].spins().clone(),
            });
        }
        results
    }
}
