//! `replicon energy`: the exact energy of given configurations.

use super::lesson_args::LessonArgs;
use super::output;
use super::pattern_args::PatternArgs;
use crate::error::Result;
use crate::model::pattern_file::{PatternSource, read_spins_file};
use crate::params::InteractionOrder;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

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
    #[command(flatten)]
    pub lesson: LessonArgs,
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

    fn energies(&self) -> Result<Vec<f64>> {
        let order = InteractionOrder::new(self.p).map_err(|e| e.at("--p"))?;
        let configurations = read_spins_file(&PatternSource::new(&self.spins))?;
        let network = self.lesson.network(&self.patterns, order)?;
        network.energies(order, &configurations).map_err(|e| e.at(self.spins.display()))
    }
}
