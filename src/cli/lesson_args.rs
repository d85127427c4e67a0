//! The options of every command whose pattern file may hold examples.

use super::pattern_args::PatternArgs;
use crate::error::Result;
use crate::exact::{Network, StoredAs};
use crate::params::InteractionOrder;
use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Copy, ValueEnum)]
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
    /// # Errors
    /// Quality or examples without a learning kind, or missing or out of range beside one.
    fn read(&self, order: InteractionOrder) -> Result<StoredAs> {
        let name = self.kind.to_possible_value();
        let name = name.as_ref().map_or("", |value| value.get_name());
        StoredAs::new(name, self.quality, self.examples, order)
    }

    /// The network of a pattern file.
    ///
    /// # Errors
    /// Those of [`Self::read`] and of the file.
    pub fn network(&self, patterns: &PatternArgs, order: InteractionOrder) -> Result<Network> {
        match self.read(order)? {
            StoredAs::Multitasking => Ok(Network::Multitasking(patterns.read_diluted()?)),
            StoredAs::DenseHebbian => Network::of_signs(patterns.read()?.patterns, None),
            StoredAs::Learnt(lesson) => Network::of_signs(patterns.read()?.patterns, Some(lesson)),
        }
    }
}
