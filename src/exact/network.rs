//! Networks of given patterns, of any kind that stores them: their energies and exact averages.

use super::{ExactTable, diluted_table, energy_sum, learning_energy, learning_table, table};
use crate::error::{Error, Result};
use crate::model::examples::check_sums;
use crate::model::{DenseHebbian, DilutedPatterns, ExampleSet, Patterns, Spins};
use crate::params::{Examples, InteractionOrder, LearningMode, Lesson, Quality, Temperature};

/// What of a table of patterns is stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StoredAs {
    /// The patterns themselves.
    DenseHebbian,
    /// They are examples, M consecutive rows of each archetype.
    Learnt(Lesson),
    /// The patterns, and 0 is an entry that a pattern leaves free.
    Multitasking,
}

impl StoredAs {
    /// The names that scenarios have for them.
    pub const NAMES: [&'static str; 4] = ["dense-hebbian", "supervised", "unsupervised", "multitasking"];

    /// By its name; the learning kinds with quality r and number M of examples.
    ///
    /// # Errors
    /// Another name; quality or examples without a learning kind, or missing or out of range beside one.
    pub fn new(
        name: &str,
        quality: Option<f64>,
        count: Option<u64>,
        order: InteractionOrder,
    ) -> Result<Self> {
        let mode = match name {
            "dense-hebbian" | "multitasking" if quality.is_some() || count.is_some() => {
                return Err(Error::bad_input("--quality or --examples without a learning kind")
                    .remedy("--kind supervised or --kind unsupervised"));
            }
            "dense-hebbian" => return Ok(Self::DenseHebbian),
            "multitasking" => return Ok(Self::Multitasking),
            "supervised" => LearningMode::Supervised,
            "unsupervised" => LearningMode::Unsupervised,
            other => {
                return Err(Error::bad_input(format!("--kind {other}"))
                    .remedy(format!("accepted: {}", Self::NAMES.join(", "))));
            }
        };
        let missing =
            |flag: &str| Error::bad_input(format!("{flag} is missing")).remedy("learning kinds need it");
        let quality = quality.ok_or_else(|| missing("--quality"))?;
        let count = count.ok_or_else(|| missing("--examples"))?;
        let lesson = Lesson { mode, examples: examples(quality, count)? };
        lesson.worth(order).map_err(|e| e.at("--quality"))?;
        check_sums(lesson).map_err(|e| e.at("--examples"))?;
        Ok(Self::Learnt(lesson))
    }
}

/// M examples of quality r, refused by the name of the flag that is wrong.
///
/// # Errors
/// r outside of (0, 1] or 1/(M r²) beyond the floating range; M = 0.
pub fn examples(quality: f64, count: u64) -> Result<Examples> {
    let quality = Quality::new(quality).map_err(|e| e.at("--quality"))?;
    // With an example there, what can be out of range is the quality.
    Examples::new(quality, count).map_err(|e| e.at(if count == 0 { "--examples" } else { "--quality" }))
}

/// What couples the spins.
#[derive(Debug, Clone)]
pub enum Network {
    DenseHebbian(Patterns),
    Learnt(ExampleSet),
    Multitasking(DilutedPatterns),
}

impl Network {
    /// Of patterns with entries ±1.
    ///
    /// # Errors
    /// A number of patterns that is no multiple of the number of examples.
    pub fn of_signs(patterns: Patterns, lesson: Option<Lesson>) -> Result<Self> {
        Ok(match lesson {
            None => Self::DenseHebbian(patterns),
            Some(lesson) => {
                Self::Learnt(ExampleSet::from_examples(lesson, &patterns).map_err(|e| e.at("--examples"))?)
            }
        })
    }

    /// Exact averages by enumeration; of examples, overlaps with the majority of each archetype's.
    ///
    /// # Errors
    /// More than [`super::MAX_SPINS`] spins; energies beyond the integers.
    pub fn table(&self, order: InteractionOrder, temperatures: &[Temperature]) -> Result<ExactTable> {
        match self {
            Self::DenseHebbian(patterns) => table(order, patterns, None, temperatures),
            Self::Learnt(set) => learning_table(order, set, None, temperatures),
            Self::Multitasking(patterns) => diluted_table(order, patterns, None, temperatures),
        }
    }

    /// Total energy H of each configuration.
    ///
    /// # Errors
    /// Configurations of another number of spins; energies beyond the integers.
    pub fn energies(&self, order: InteractionOrder, configurations: &[Spins]) -> Result<Vec<f64>> {
        // Adding 0 turns −0 into 0.
        let each = |energy: &dyn Fn(&Spins) -> Result<f64>| {
            configurations.iter().map(|spins| Ok(energy(spins)? + 0.0)).collect()
        };
        match self {
            Self::DenseHebbian(patterns) => {
                let model = DenseHebbian::new(order, patterns.spins(), patterns.count())?;
                each(&|spins| energy_sum(&model, patterns, spins).map(|sum| model.energy(sum)))
            }
            Self::Learnt(set) => each(&|spins| learning_energy(order, set, spins)),
            Self::Multitasking(patterns) => each(&|spins| patterns.energy(order, spins)),
        }
    }
}
