//! One disorder sample ready for chains.

use super::attention;
use super::ladder::Ladder;
use super::mean_field;
use super::recall;
use super::{ChainResult, Keep, Protocol, Start};
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
    system: System<'a>,
    order: InteractionOrder,
    /// The pattern that planted starts begin on; of Gaussian couplings all spins up, which no start refers to.
    planted: Spins,
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

enum System<'a> {
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

    /// Runs the chains of several temperatures (ascending) side by side, with replica exchange between neighbours where the protocol
    /// says so. Each replica is a ladder of its own, one configuration a temperature. One result a temperature.
    ///
    /// `streams(purpose, temperature, replica)` gives the keyed streams: "start" and "dynamics" of each temperature; "exchange" is
    /// asked for at the lowest.
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
        let replicas = 0..protocol.replicas;
        let first: Vec<Vec<Spins>> = replicas
            .clone()
            .map(|replica| {
                let begin =
                    |&t: &Temperature| start.configuration(&self.planted, &mut streams("start", t, replica));
                temperatures.iter().map(begin).collect()
            })
            .collect();
        let ladder = |scale: f64| {
            let rules = match protocol.update {
                Update::PlefkaAssisted => self.assisted(protocol, scale, temperatures, &first)?,
                update => temperatures
                    .iter()
                    .map(|&t| AnyDynamics::new(update, protocol.order, scale, t))
                    .collect::<Result<_>>()?,
            };
            let (system, planted) = ((self.order, scale), (self.planted_index, self.beside));
            Ladder::new(protocol, system, rules, temperatures, start, planted, &streams)
        };
        let mut results = match &self.system {
            System::Overlaps(tables, patterns) => ladder(tables.hamiltonian().scale())?
                .run(&first, |spins| OverlapForm::new(tables, patterns, spins)),
            System::LocalFields(tables, patterns, couplings) => {
                let hamiltonian = tables.hamiltonian();
                ladder(hamiltonian.scale())?
                    .run(&first, |spins| LocalFieldForm::new(hamiltonian, patterns, couplings, spins))
            }
            System::Gaussian(tensor) => {
                ladder(tensor.scale())?.run(&first, |spins| GaussianForm::new(tensor, spins))
            }
            System::Weighted(model, sums) => {
                ladder(model.scale())?.run(&first, |spins| WeightedForm::new(model, sums, spins))
            }
            System::Exponential(model, patterns) => {
                ladder(model.scale())?.run(&first, |spins| ExponentialForm::new(model, patterns, spins))
            }
            System::Continuous(_) => Vec::new(),
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

    /// Descents from every pattern.
    fn run_each(
        &self,
        protocol: &Protocol,
        temperature: Temperature,
        start: &Start,
        streams: &impl Fn(&str, Temperature, usize) -> Stream,
    ) -> Result<ChainResult> {
        fn run<F: Fields>(
            (protocol, temperature, start): (&Protocol, Temperature, &Start),
            (scale, patterns): (f64, &Patterns),
            streams: impl Fn(&str, Temperature, usize) -> Stream,
            form: impl Fn(Spins) -> F,
        ) -> Result<ChainResult> {
            let rule = AnyDynamics::new(protocol.update, protocol.order, scale, temperature)?;
            let streams = |purpose: &str, replica| streams(purpose, temperature, replica);
            Ok(recall::from_each(protocol, start, patterns, &rule, streams, form))
        }
        let how = (protocol, temperature, start);
        match &self.system {
            System::Overlaps(tables, patterns) => {
                let of = (tables.hamiltonian().scale(), *patterns);
                run(how, of, streams, |spins| OverlapForm::new(tables, patterns, spins))
            }
            System::LocalFields(tables, patterns, couplings) => {
                let hamiltonian = tables.hamiltonian();
                let form = |spins| LocalFieldForm::new(hamiltonian, patterns, couplings, spins);
                run(how, (hamiltonian.scale(), patterns), streams, form)
            }
            System::Exponential(model, patterns) => {
                let form = |spins| ExponentialForm::new(model, patterns, spins);
                run(how, (model.scale(), patterns), streams, form)
            }
            System::Gaussian(_) | System::Weighted(..) | System::Continuous(_) => Err(Error::bad_input(
                format!("a {} start where no patterns are stored themselves", start.label()),
            )
            .remedy("take { corrupted = … }")),
        }
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
