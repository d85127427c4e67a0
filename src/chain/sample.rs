//! One disorder sample ready for chains.

use super::attention;
use super::ladder::{Ended, Ladder};
use super::mean_field;
use super::population;
use super::recall;
use super::{ChainResult, Course, Keep, Protocol, Start};
use crate::dynamics::{AnyDynamics, PlefkaAssisted, Update};
use crate::error::{Error, Result};
use crate::kernel::{
    CouplingTensor, Couplings, ExponentialForm, FieldTables, Fields, GaussianForm, LocalFieldForm,
    OverlapForm, WeightedForm, overlaps_with,
};
use crate::model::{
    DilutedPatterns, ExampleSet, Exponential, Patterns, Spins, WeightedHebbian, WeightedPatterns,
};
use crate::observables::energy_per_spin;
use crate::params::{InteractionOrder, Temperature};
use crate::rng::Stream;
use ndarray::Array2;

/// One disorder sample: the couplings and what the kernels derive from them once.
pub struct Sample<'a> {
    pub(super) system: System<'a>,
    order: InteractionOrder,
    /// The pattern that planted starts begin on; of Gaussian couplings all spins up, which no start refers to.
    pub(super) planted: Spins,
    planted_index: Option<usize>,
    planted_energy: Option<f64>,
    beside: Option<Beside<'a>>,
}

/// What m is the overlap with, where the kernel does not know it.
#[derive(Clone, Copy)]
pub(super) enum Beside<'a> {
    /// The archetypes of learning.
    Archetypes(&'a ExampleSet),
    Diluted(&'a DilutedPatterns),
}

impl<'a> Beside<'a> {
    pub fn lesson(self) -> Option<&'a ExampleSet> {
        match self {
            Self::Archetypes(set) => Some(set),
            Self::Diluted(_) => None,
        }
    }

    /// M_μ of a configuration.
    pub fn overlaps(self, spins: &Spins) -> Vec<i16> {
        match self {
            Self::Archetypes(set) => overlaps_with(set.archetypes(), spins),
            Self::Diluted(patterns) => patterns.overlaps(spins),
        }
    }
}

/// Something to do with configurations of any system, given how its fields are kept.
trait Job {
    type Outcome: Default;
    fn on<F: Fields>(self, form: impl Fn(Spins) -> F) -> Self::Outcome;
}

/// The chains of a ladder from their first configurations.
struct Side<'c>(Ladder<'c>, &'c [Vec<Spins>]);

impl Job for Side<'_> {
    type Outcome = Ended;
    fn on<F: Fields>(self, form: impl Fn(Spins) -> F) -> Ended {
        self.0.run(self.1, form)
    }
}

/// Population annealing.
struct Annealed<'c, S> {
    protocol: &'c Protocol,
    of: (InteractionOrder, f64, Option<Beside<'c>>),
    temperatures: &'c [Temperature],
    rules: Vec<AnyDynamics>,
    first: Vec<Spins>,
    streams: S,
}

impl<S: Fn(&str, Temperature) -> Stream> Job for Annealed<'_, S> {
    type Outcome = Vec<ChainResult>;
    fn on<F: Fields>(self, form: impl Fn(Spins) -> F) -> Vec<ChainResult> {
        let temperatures = (self.temperatures, &self.rules[..]);
        population::anneal(self.protocol, self.of, temperatures, self.first, self.streams, form)
    }
}

/// Descents from every pattern.
struct Each<'c, S> {
    protocol: &'c Protocol,
    start: &'c Start,
    patterns: &'c Patterns,
    rule: AnyDynamics,
    streams: S,
}

impl<S: Fn(&str, usize) -> Stream> Job for Each<'_, S> {
    type Outcome = Option<ChainResult>;
    fn on<F: Fields>(self, form: impl Fn(Spins) -> F) -> Option<ChainResult> {
        Some(recall::from_each(self.protocol, self.start, self.patterns, &self.rule, self.streams, form))
    }
}

/// The rule of each temperature.
fn rules(protocol: &Protocol, scale: f64, temperatures: &[Temperature]) -> Result<Vec<AnyDynamics>> {
    temperatures.iter().map(|&t| AnyDynamics::new(protocol.update, protocol.order, scale, t)).collect()
}

pub(super) enum System<'a> {
    Overlaps(&'a FieldTables, &'a Patterns),
    LocalFields(&'a FieldTables, &'a Patterns, Couplings),
    Gaussian(&'a CouplingTensor),
    Weighted(&'a WeightedHebbian, &'a WeightedPatterns),
    Exponential(&'a Exponential, &'a Patterns),
    /// K × N patterns of real numbers.
    Continuous(&'a Array2<f64>),
}

impl<'a> Sample<'a> {
    /// `planted` is the index of the pattern that planted starts begin on.
    ///
    /// # Errors
    /// Where there is no memory for the couplings of P = 2.
    pub fn new(tables: &'a FieldTables, patterns: &'a Patterns, planted: usize) -> Result<Self> {
        let row = patterns.row(planted);
        let planted_energy = Some(energy_per_spin(&OverlapForm::new(tables, patterns, row.clone())));
        let (system, order) = (Self::of_patterns(tables, patterns)?, tables.hamiltonian().order());
        Ok(Self { system, order, planted: row, planted_index: Some(planted), planted_energy, beside: None })
    }

    fn of_patterns(tables: &'a FieldTables, patterns: &'a Patterns) -> Result<System<'a>> {
        let order = tables.hamiltonian().order();
        Ok(if Couplings::pay(order, patterns.spins(), patterns.count()) {
            System::LocalFields(tables, patterns, Couplings::new(patterns)?)
        } else {
            System::Overlaps(tables, patterns)
        })
    }

    /// A sample of unsupervised learning: `tables` are those of the weighted Hamiltonian of its K·M `examples`; `planted` is the
    /// configuration that planted starts begin on, and the archetype that m is followed with.
    ///
    /// # Errors
    /// Where there is no memory for the couplings of P = 2.
    pub fn unsupervised(
        tables: &'a FieldTables,
        examples: &'a Patterns,
        lesson: &'a ExampleSet,
        planted: (Spins, usize),
    ) -> Result<Self> {
        let planted_energy = energy_per_spin(&OverlapForm::new(tables, examples, planted.0.clone()));
        let (system, order) = (Self::of_patterns(tables, examples)?, tables.hamiltonian().order());
        Ok(Self::learning(system, order, planted, planted_energy, lesson))
    }

    /// A sample of supervised learning: `sums` are the sums of examples that it stores; `planted` as in
    /// [`Self::unsupervised`].
    pub fn supervised(
        model: &'a WeightedHebbian,
        sums: &'a WeightedPatterns,
        lesson: &'a ExampleSet,
        planted: (Spins, usize),
    ) -> Self {
        let planted_energy = energy_per_spin(&WeightedForm::new(model, sums, planted.0.clone()));
        Self::learning(System::Weighted(model, sums), model.order(), planted, planted_energy, lesson)
    }

    fn learning(
        system: System<'a>,
        order: InteractionOrder,
        (planted, archetype): (Spins, usize),
        planted_energy: f64,
        lesson: &'a ExampleSet,
    ) -> Self {
        Self {
            system,
            order,
            planted,
            planted_index: Some(archetype),
            planted_energy: Some(planted_energy),
            beside: Some(Beside::Archetypes(lesson)),
        }
    }

    /// A sample of diluted patterns, they or what is learnt of them as `weights` in the kernel; `planted` is their hierarchical state, in
    /// which m follows the first.
    pub fn diluted(
        model: &'a WeightedHebbian,
        weights: &'a WeightedPatterns,
        patterns: &'a DilutedPatterns,
        planted: Spins,
    ) -> Self {
        Self {
            system: System::Weighted(model, weights),
            order: model.order(),
            planted,
            planted_index: Some(0),
            planted_energy: None,
            beside: Some(Beside::Diluted(patterns)),
        }
    }

    /// A sample of the exponential network.
    pub fn exponential(model: &'a Exponential, patterns: &'a Patterns, planted: usize) -> Self {
        let row = patterns.row(planted);
        let planted_energy = Some(energy_per_spin(&ExponentialForm::new(model, patterns, row.clone())));
        Self {
            system: System::Exponential(model, patterns),
            order: InteractionOrder::NONE,
            planted: row,
            planted_index: Some(planted),
            planted_energy,
            beside: None,
        }
    }

    /// A sample of the continuous network: K × N patterns.
    pub fn continuous(patterns: &'a Array2<f64>, planted: usize) -> Self {
        let row = patterns.row(planted);
        Self {
            system: System::Continuous(patterns),
            order: InteractionOrder::NONE,
            planted: Spins::from_fn(row.len(), |i| row[i] >= 0.0),
            planted_index: Some(planted),
            planted_energy: None,
            beside: None,
        }
    }

    /// A sample of Gaussian couplings, which knows no pattern.
    pub fn gaussian(order: InteractionOrder, tensor: &'a CouplingTensor) -> Self {
        Self {
            system: System::Gaussian(tensor),
            order,
            planted: Spins::from_fn(tensor.spins(), |_| true),
            planted_index: None,
            planted_energy: None,
            beside: None,
        }
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
        let mut results = self
            .run_ladder(protocol, &[temperature], start, |purpose, _, replica| streams(purpose, replica))?;
        results.pop().ok_or_else(|| Error::failed("a chain without a result"))
    }

    /// Runs the chains of several temperatures (ascending), side by side, with replica exchange between neighbours, one after the other,
    /// or as one population, as the protocol says. Each replica is a ladder of its own, one configuration a temperature. One result a
    /// temperature.
    ///
    /// `streams(purpose, temperature, replica)` gives the keyed streams: "start" and "dynamics" of each temperature, on a walk "start" at
    /// the first; "exchange" is asked for at the lowest, "resampling" of a population at each.
    ///
    /// # Errors
    /// A rule that does not go with the order or a temperature, a ladder that cannot exchange, or a start that knows a planted
    /// pattern where there is none.
    pub fn run_ladder(
        &self,
        protocol: &Protocol,
        temperatures: &[Temperature],
        start: &Start,
        streams: impl Fn(&str, Temperature, usize) -> Stream + Copy,
    ) -> Result<Vec<ChainResult>> {
        let patternless = matches!(self.system, System::Gaussian(_));
        if patternless && start.knows_the_planted_pattern() && !matches!(start, Start::Configuration(..)) {
            return Err(Error::bad_input(format!("a {} start with Gaussian couplings", start.label()))
                .remedy("they have no planted pattern: take the random start"));
        }
        if let System::Continuous(patterns) = self.system {
            let planted = self.planted_index.unwrap_or_default();
            let at = |&t: &Temperature| attention::run(patterns, protocol, t, start, planted, &streams);
            return temperatures.iter().map(at).collect();
        }
        if let Start::Each(_) = start {
            return temperatures.iter().map(|&t| self.run_each(protocol, t, start, &streams)).collect();
        }
        if protocol.update == Update::Plefka {
            let (tables, patterns) = self.hebbian()?;
            let start = (start, self.planted_index.unwrap_or_default(), &self.planted);
            let at = |&t: &Temperature| {
                mean_field::run(tables, patterns, protocol, t, start, self.lesson(), &streams)
            };
            return temperatures.iter().map(at).collect();
        }
        let begin = |t: Temperature, replica: usize| {
            start.configuration(&self.planted, &mut streams("start", t, replica))
        };
        let mut results = match protocol.course {
            Course::PopulationAnnealing => self.anneal(protocol, temperatures, begin, &streams)?,
            Course::Heating | Course::Cooling => self.walk(protocol, temperatures, start, begin, &streams)?,
            Course::Independent | Course::ReplicaExchange => {
                let ladder = |replica| temperatures.iter().map(|&t| begin(t, replica)).collect();
                let first: Vec<Vec<Spins>> = (0..protocol.replicas).map(ladder).collect();
                self.side_by_side(protocol, temperatures, start, &first, &streams)?.0
            }
        };
        for result in &mut results {
            result.measurement.planted_energy = self.planted_energy;
        }
        if protocol.keep.plefka {
            let mean_field = Protocol { update: Update::Plefka, keep: Keep::default(), ..protocol.clone() };
            let solved = self.run_ladder(&mean_field, temperatures, start, streams)?;
            for (result, solved) in results.iter_mut().zip(solved) {
                result.measurement.take_mean_field(&solved.measurement);
            }
        }
        Ok(results)
    }

    /// The chains of several temperatures from `first`, by replica and temperature.
    fn side_by_side(
        &self,
        protocol: &Protocol,
        temperatures: &[Temperature],
        start: &Start,
        first: &[Vec<Spins>],
        streams: &impl Fn(&str, Temperature, usize) -> Stream,
    ) -> Result<Ended> {
        let scale = self.scale();
        let rules = match protocol.update {
            Update::PlefkaAssisted => self.assisted(protocol, scale, temperatures, first)?,
            _ => rules(protocol, scale, temperatures)?,
        };
        let of = (self.planted_index, self.beside);
        let ladder = Ladder::new(protocol, (self.order, scale), rules, temperatures, start, of, streams)?;
        Ok(self.in_its_form(Side(ladder, first)))
    }

    /// One temperature after the other, each from where the one before ended.
    fn walk(
        &self,
        protocol: &Protocol,
        temperatures: &[Temperature],
        start: &Start,
        begin: impl Fn(Temperature, usize) -> Spins,
        streams: &impl Fn(&str, Temperature, usize) -> Stream,
    ) -> Result<Vec<ChainResult>> {
        let mut path = temperatures.to_vec();
        if protocol.course == Course::Cooling {
            path.reverse();
        }
        let mut now: Vec<Vec<Spins>> = match path.first() {
            Some(&t) => (0..protocol.replicas).map(|replica| vec![begin(t, replica)]).collect(),
            None => Vec::new(),
        };
        let mut results = Vec::new();
        for &temperature in &path {
            let (chain, last) = self.side_by_side(protocol, &[temperature], start, &now, streams)?;
            results.extend(chain);
            now = last;
        }
        if protocol.course == Course::Cooling {
            results.reverse();
        }
        Ok(results)
    }

    fn anneal(
        &self,
        protocol: &Protocol,
        temperatures: &[Temperature],
        begin: impl Fn(Temperature, usize) -> Spins,
        streams: &impl Fn(&str, Temperature, usize) -> Stream,
    ) -> Result<Vec<ChainResult>> {
        let Some(&hottest) = temperatures.last() else { return Ok(Vec::new()) };
        let rules = rules(protocol, self.scale(), temperatures)?;
        let first = (0..protocol.replicas).map(|replica| begin(hottest, replica)).collect();
        let of = (self.order, self.scale(), self.beside);
        let streams = |purpose: &str, t| streams(purpose, t, 0);
        Ok(self.in_its_form(Annealed { protocol, of, temperatures, rules, first, streams }))
    }

    /// c of H = −c Σ.
    fn scale(&self) -> f64 {
        match &self.system {
            System::Overlaps(tables, _) | System::LocalFields(tables, ..) => tables.hamiltonian().scale(),
            System::Gaussian(tensor) => tensor.scale(),
            System::Weighted(model, _) => model.scale(),
            System::Exponential(model, _) => model.scale(),
            System::Continuous(_) => 1.0,
        }
    }

    /// Does the job in the form that keeps the fields of this system; nothing of real numbers, which have no fields.
    fn in_its_form<J: Job>(&self, job: J) -> J::Outcome {
        match &self.system {
            System::Overlaps(tables, patterns) => job.on(|spins| OverlapForm::new(tables, patterns, spins)),
            System::LocalFields(tables, patterns, couplings) => {
                job.on(|spins| LocalFieldForm::new(tables.hamiltonian(), patterns, couplings, spins))
            }
            System::Gaussian(tensor) => job.on(|spins| GaussianForm::new(tensor, spins)),
            System::Weighted(model, sums) => job.on(|spins| WeightedForm::new(model, sums, spins)),
            System::Exponential(model, patterns) => {
                job.on(|spins| ExponentialForm::new(model, patterns, spins))
            }
            System::Continuous(_) => J::Outcome::default(),
        }
    }

    /// Descents from every pattern.
    fn run_each(
        &self,
        protocol: &Protocol,
        temperature: Temperature,
        start: &Start,
        streams: &impl Fn(&str, Temperature, usize) -> Stream,
    ) -> Result<ChainResult> {
        let patterns = match &self.system {
            System::Overlaps(_, patterns)
            | System::LocalFields(_, patterns, _)
            | System::Exponential(_, patterns) => *patterns,
            System::Gaussian(_) | System::Weighted(..) | System::Continuous(_) => {
                return Err(Error::bad_input(format!(
                    "a {} start where no patterns are stored themselves",
                    start.label()
                ))
                .remedy("take { corrupted = … }"));
            }
        };
        let rule = AnyDynamics::new(protocol.update, protocol.order, self.scale(), temperature)?;
        let streams = |purpose: &str, replica| streams(purpose, temperature, replica);
        let found = self.in_its_form(Each { protocol, start, patterns, rule, streams });
        found.ok_or_else(|| Error::failed("a chain without a result"))
    }

    fn lesson(&self) -> Option<&'a ExampleSet> {
        self.beside.and_then(Beside::lesson)
    }

    fn hebbian(&self) -> Result<(&'a FieldTables, &'a Patterns)> {
        match &self.system {
            System::Overlaps(tables, patterns) | System::LocalFields(tables, patterns, _) => {
                Ok((tables, patterns))
            }
            _ => Err(Error::bad_input("Plefka's mean field of what are no Hebbian couplings of patterns")
                .remedy("its reaction is averaged over Hebbian couplings")),
        }
    }

    /// The rules of an assisted chain: at each temperature the mean field that the first replica's start leads to.
    fn assisted(
        &self,
        protocol: &Protocol,
        scale: f64,
        temperatures: &[Temperature],
        first: &[Vec<Spins>],
    ) -> Result<Vec<AnyDynamics>> {
        let (tables, patterns) = self.hebbian()?;
        let starts = first.first().map_or(&[][..], Vec::as_slice);
        temperatures
            .iter()
            .zip(starts)
            .map(|(&t, start)| {
                let m = mean_field::magnetisations(tables.hamiltonian(), patterns, t, start, self.lesson())?;
                Ok(AnyDynamics::PlefkaAssisted(PlefkaAssisted::new(protocol.order, scale, t, &m)))
            })
            .collect()
    }
}
