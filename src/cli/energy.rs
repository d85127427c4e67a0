//! `replicon energy`: the exact energy of given configurations.

use super::output;
use super::pattern_args::PatternArgs;
use crate::error::{Error, Result};
use crate::exact::{energy_sum, learning_energy};
use crate::model::pattern_file::{PatternSource, read_spins_file};
use crate::model::{DenseHebbian, ExampleSet};
use crate::params::{Examples, InteractionOrder, LearningMode, Lesson, Quality};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
pub enum Kind {
    /// The patterns are stored
    DenseHebbian,
    /// The patterns are examples, --examples consecutive rows of each archetype; their mean is stored
    Supervised,
    /// The patterns are examples; each is stored
    Unsupervised,
}

/// Total energy H of each configuration of a file.
#[derive(Debug, Args)]
pub struct Energy {
    #[command(flatten)]
    pub patterns: PatternArgs,
    /// Configurations, one a row: an .npz array `spins`, or any form of the patterns
    #[arg(long, value_name = "FILE")]
    pub spins: PathBuf,
    /// Interaction order P
    #[arg(long)]
    pub p: u32,
    #[arg(long, value_enum, default_value = "dense-hebbian")]
    pub kind: Kind,
    /// Quality r of the examples, 0 < r ≤ 1 (learning kinds)
    #[arg(long, allow_negative_numbers = true)]
    pub quality: Option<f64>,
    /// Examples per archetype M ≥ 1 (learning kinds)
    #[arg(long, allow_negative_numbers = true)]
    pub examples: Option<u64>,
    /// One JSON document: {"energies": [total H, …]}
    #[arg(long)]
    pub json: bool,
}

impl Energy {
    /// # Errors
    /// Bad input, or output that cannot be written.
    pub fn run(self) -> Result<()> {
        let energies = self.energies()?;
        if self.json {
            return output::json(&json!({ "energies": energies }));
        }
        let mut text = format!("{:>8}  {:>24}\n", "row", "H");
        for (row, energy) in energies.iter().enumerate() {
            text += &format!("{row:>8}  {energy:>24}\n");
        }
        output::text(&text)
    }

    fn lesson(&self) -> Result<Option<Lesson>> {
        let mode = match self.kind {
            Kind::DenseHebbian if self.quality.is_some() || self.examples.is_some() => {
                return Err(Error::bad_input("--quality or --examples without a learning kind")
                    .remedy("--kind supervised or --kind unsupervised"));
            }
            Kind::DenseHebbian => return Ok(None),
            Kind::Supervised => LearningMode::Supervised,
            Kind::Unsupervised => LearningMode::Unsupervised,
        };
        let missing =
            |flag: &str| Error::bad_input(format!("{flag} is missing")).remedy("learning kinds need it");
        let quality = self.quality.ok_or_else(|| missing("--quality"))?;
        let count = self.examples.ok_or_else(|| missing("--examples"))?;
        let quality = Quality::new(quality).map_err(|e| e.at("--quality"))?;
        let examples = Examples::new(quality, count).map_err(|e| e.at("--examples"))?;
        Ok(Some(Lesson { mode, examples }))
    }

    fn energies(&self) -> Result<Vec<f64>> {
        let order = InteractionOrder::new(self.p).map_err(|e| e.at("--p"))?;
        let patterns = self.patterns.read()?.patterns;
        let configurations = read_spins_file(&PatternSource::new(&self.spins))?;
        if let Some(lesson) = self.lesson()? {
            let set = ExampleSet::from_examples(lesson, &patterns).map_err(|e| e.at("--examples"))?;
            return configurations
                .iter()
                .map(|spins| learning_energy(order, &set, spins).map(|energy| energy + 0.0))
                .collect::<Result<_>>()
                .map_err(|e| e.at(self.spins.display()));
        }
        let model = DenseHebbian::new(order, patterns.spins(), patterns.count())?;
        configurations
            .iter()
            .map(|spins| {
                // Adding 0 turns −0 into 0.
                energy_sum(&model, &patterns, spins).map(|sum| model.energy(sum) + 0.0)
            })
            .collect::<Result<_>>()
            .map_err(|e| e.at(self.spins.display()))
    }
}
