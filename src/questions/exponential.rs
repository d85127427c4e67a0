//! K = e^{aN} patterns in the exponential network.

use super::{Answer, temperature};
use crate::error::Result;
use crate::theory::exponential::{point, recall_rates};
use clap::Args;
use serde::Deserialize;
use serde_json::json;

/// The exponential network with K = e^{aN} patterns: retrieval, its critical rate, and what descent at T = 0 undoes.
#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exponential {
    /// Rate a ≥ 0 of K = e^{aN}
    #[arg(long, value_name = "a", allow_negative_numbers = true)]
    pub rate: f64,
    /// λ > 0 of H = −(1/λ) log Σ exp(λM); energy = "sum" at T = 0 is λ = 1
    #[arg(long, value_name = "λ", allow_negative_numbers = true, default_value_t = 1.0)]
    pub lambda: f64,
    /// Temperature T ≥ 0; 0 is the limit
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub temperature: f64,
    /// Fraction 0 ≤ ϱ < 1/2 of wrong bits that a descent at T = 0 begins with
    #[arg(long, value_name = "ϱ", allow_negative_numbers = true, default_value_t = 0.0)]
    pub corrupted: f64,
}

impl Exponential {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let t = temperature(self.temperature, "--temperature")?;
        let rates = recall_rates(self.lambda, self.corrupted)?;
        let found = point(self.rate, self.lambda, t)?;
        let dominant = if found.retrieval_dominates() { "retrieval" } else { "paramagnet" };
        let document = json!({
            "rate": self.rate, "lambda": self.lambda, "temperature": self.temperature,
            "critical_rate": found.critical_rate, "exists": found.m.is_some(), "m": found.m,
            "noise": found.noise, "condensed": found.condensed,
            "free_energy_retrieval": found.retrieval, "free_energy_paramagnet": found.paramagnet,
            "dominant": dominant,
            "corrupted": self.corrupted, "recall_rate_one": rates.one, "recall_rate_all": rates.all,
        });
        Ok(Answer { document, failure: None })
    }
}
