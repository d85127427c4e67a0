//! Σ(f) of the glass states as a curve in θ.

use super::{Answer, breaking_point, load, order, temperature};
use crate::error::{Error, Result};
use crate::theory::one_rsb::{self, ComplexityPoint, Transitions};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

/// Complexity of the glass states of P ≥ 3 at m = 0.
#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complexity {
    /// Interaction order P ≥ 3
    #[arg(long)]
    pub p: u32,
    /// Load γ > 0
    #[arg(long, allow_negative_numbers = true)]
    pub gamma: f64,
    /// Temperature T > 0
    #[arg(long, allow_negative_numbers = true)]
    pub temperature: f64,
    /// Breaking points 0 < θ ≤ 1
    #[arg(
        long,
        value_name = "θ[,θ…]",
        value_delimiter = ',',
        required = true,
        allow_negative_numbers = true
    )]
    thetas: Vec<f64>,
}

impl Complexity {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let p = order(self.p)?;
        let (gamma, t) = (load(self.gamma, "--gamma")?, temperature(self.temperature, "--temperature")?);
        self.thetas.iter().try_for_each(|&theta| breaking_point(theta, t, "--thetas"))?;
        let points = self
            .thetas
            .iter()
            .map(|&theta| one_rsb::complexity(p, gamma, t, theta).map_err(|error| error.at("--p")))
            .collect::<Result<Vec<_>>>()?;
        let exists = points.iter().any(|x| x.complexity.is_some());
        let failure = (!exists).then(|| {
            let onset =
                one_rsb::transitions(p).map_or(f64::NAN, |x| Transitions::temperature(x.dynamics, gamma));
            Error::no_solution(format!("no glass state at P = {p}, γ = {gamma}, T = {t} at any θ asked"))
                .remedy(format!("at θ = 1 they end at T_d = {onset:.9}"))
        });
        let value = |x: &ComplexityPoint| {
            let physical = x.complexity.map(|_| x.physical);
            json!({ "theta": x.theta, "free_energy": x.free_energy, "complexity": x.complexity, "physical": physical,
                    "residual": x.residual })
        };
        let document = json!({
            "p": self.p, "gamma": self.gamma, "temperature": self.temperature, "exists": exists,
            "points": points.iter().map(value).collect::<Vec<Value>>(),
        });
        Ok(Answer { document, failure })
    }
}
