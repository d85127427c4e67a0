//! How many patterns are perfectly recalled at T = 0.

use super::{Answer, order};
use crate::error::Result;
use crate::theory::recall;
use clap::Args;
use serde::Deserialize;
use serde_json::json;

/// How many patterns are perfectly recalled at T = 0 by N spins.
#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// Interaction order P ≥ 2
    #[arg(long)]
    pub p: u32,
    /// Number of spins N ≥ P
    #[arg(long)]
    pub n: u64,
}

impl Recall {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let found = recall::recall(order(self.p)?, self.n).map_err(|error| error.at("--n"))?;
        let document = json!({
            "p": self.p, "n": self.n, "k_one": found.k_one(), "k_all": found.k_all(),
            "ln_k_one": found.ln_k_one, "ln_k_all": found.ln_k_all,
        });
        Ok(Answer { document, failure: None })
    }
}
