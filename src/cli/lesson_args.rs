//! The options of every command whose pattern file may hold examples.

use crate::error::{Error, Result};
use crate::model::examples::check_sums;
use crate::params::{InteractionOrder, LearningMode, Lesson};
use crate::questions::examples;
use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
pub enum Kind {
    /// The patterns are stored
    DenseHebbian,
    /// The patterns are examples, --examples consecutive rows of each archetype; their mean is stored
    Supervised,
    /// The patterns are examples; each is stored
    Unsupervised,
    /// The patterns are stored, and 0 is an entry that a pattern leaves free
    Multitasking,
}

#[derive(Debug, Clone, Args)]
pub struct LessonArgs {
    /// What is stored of the pattern file
    #[arg(long, value_enum, default_value = "dense-hebbian")]
    pub kind: Kind,
    /// Quality r of the examples, 0 < r ≤ 1 (learning kinds)
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    pub quality: Option<f64>,
    /// Examples per archetype M ≥ 1 (learning kinds)
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    pub examples: Option<u64>,
}

impl LessonArgs {
    /// None where the patterns themselves are stored.
    ///
    /// # Errors
    /// Quality or examples without a learning kind, or missing or out of range beside one.
    pub fn read(&self, order: InteractionOrder) -> Result<Option<Lesson>> {
        let mode = match self.kind {
            Kind::DenseHebbian | Kind::Multitasking if self.quality.is_some() || self.examples.is_some() => {
                return Err(Error::bad_input("--quality or --examples without a learning kind")
                    .remedy("--kind supervised or --kind unsupervised"));
            }
            Kind::DenseHebbian | Kind::Multitasking => return Ok(None),
            Kind::Supervised => LearningMode::Supervised,
            Kind::Unsupervised => LearningMode::Unsupervised,
        };
        let missing =
            |flag: &str| Error::bad_input(format!("{flag} is missing")).remedy("learning kinds need it");
        let quality = self.quality.ok_or_else(|| missing("--quality"))?;
        let count = self.examples.ok_or_else(|| missing("--examples"))?;
        let lesson = Lesson { mode, examples: examples(quality, count)? };
        lesson.worth(order).map_err(|e| e.at("--quality"))?;
        check_sums(lesson).map_err(|e| e.at("--examples"))?;
        Ok(Some(lesson))
    }
}
