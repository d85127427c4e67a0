//! The largest load with retrieval, and the largest at which it is the equilibrium state.

use super::{Ansatz, Answer, competitor, order, solution, temperature};
use crate::error::Result;
use crate::theory::one_rsb::{equilibrium, retrieval};
use crate::theory::{lines, transition};
use clap::Args;
use serde::Deserialize;
use serde_json::json;

/// The largest load with retrieval, and the largest at which it is the equilibrium state.
#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Interaction order P ≥ 2
    #[arg(long)]
    pub p: u32,
    /// Temperature T ≥ 0; 0 is the exact limit
    #[arg(long, allow_negative_numbers = true)]
    pub temperature: f64,
    /// How replica symmetry is assumed to break: not at all, or in one step
    #[arg(long, value_enum, default_value = "rs")]
    pub ansatz: Ansatz,
}

impl Capacity {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let (p, t) = (order(self.p)?, temperature(self.temperature, "--temperature")?);
        let found = match self.ansatz {
            Ansatz::Rs => lines::retrieval_spinodal_load(p, t).map(|x| (x.gamma, x.m, x.residual)),
            Ansatz::OneRsb => retrieval::spinodal(p, t).map(|x| (x.gamma, x.point.m, x.point.residual)),
        };
        let (end, failure) = solution(found)?;
        let exchange = match self.ansatz {
            _ if end.is_none() => None,
            Ansatz::Rs => transition::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
            Ansatz::OneRsb => equilibrium::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
        };
        let document = json!({
            "p": self.p, "temperature": self.temperature, "ansatz": self.ansatz.name(), "exists": end.is_some(),
            "gamma_spinodal": end.map(|x| x.0), "m_spinodal": end.map(|x| x.1),
            "gamma_thermodynamic": exchange.map(|x| x.0),
            "competitor": exchange.map(|x| competitor(p, self.ansatz, x.1)),
            "residual": end.map(|x| x.2),
        });
        Ok(Answer { document, failure })
    }
}
