//! The largest load with retrieval, and the largest at which it is the equilibrium state.

use super::{Ansatz, Answer, competitor, order, solution, temperature};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Temperature};
use crate::theory::one_rsb::{equilibrium, retrieval};
use crate::theory::{k_rsb, lines, transition};
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
    /// Steps of replica symmetry breaking: 0 is rs, 1 is 1rsb, 2 and more at P ≥ 3 and T > 0
    #[arg(long)]
    pub steps: Option<u32>,
}

impl Capacity {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let (p, t) = (order(self.p)?, temperature(self.temperature, "--temperature")?);
        let ansatz = match self.steps {
            None => self.ansatz,
            Some(0) if self.ansatz == Ansatz::Rs => Ansatz::Rs,
            Some(0) => {
                return Err(Error::bad_input("0 steps with --ansatz 1rsb")
                    .at("--steps")
                    .remedy("0 steps are replica symmetry: leave one of the two out"));
            }
            Some(1) => Ansatz::OneRsb,
            Some(k) => return self.with_steps(p, t, k),
        };
        let found = match ansatz {
            Ansatz::Rs => lines::retrieval_spinodal_load(p, t).map(|x| (x.gamma, x.m, x.residual)),
            Ansatz::OneRsb => retrieval::spinodal(p, t).map(|x| (x.gamma, x.point.m, x.point.residual)),
        };
        let (end, failure) = solution(found)?;
        let exchange = match ansatz {
            _ if end.is_none() => None,
            Ansatz::Rs => transition::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
            Ansatz::OneRsb => equilibrium::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
        };
        let document = json!({
            "p": self.p, "temperature": self.temperature, "ansatz": ansatz.name(), "exists": end.is_some(),
            "gamma_spinodal": end.map(|x| x.0), "m_spinodal": end.map(|x| x.1),
            "gamma_thermodynamic": exchange.map(|x| x.0),
            "competitor": exchange.map(|x| competitor(p, ansatz, x.1)),
            "residual": end.map(|x| x.2),
        });
        Ok(Answer { document, failure })
    }

    /// The same with k ≥ 2 steps.
    fn with_steps(&self, p: InteractionOrder, t: Temperature, k: u32) -> Result<Answer> {
        let (ends, failure) = solution(k_rsb::retrieval::spinodals(p, t, k))?;
        let end = ends.as_ref().and_then(|ends| ends.last());
        let exchange = match end {
            None => None,
            Some(_) => k_rsb::retrieval::thermodynamic_load(p, t, k)?.map(|x| (x.gamma, x.competitor)),
        };
        let document = json!({
            "p": self.p, "temperature": self.temperature, "ansatz": format!("{k}rsb"), "exists": end.is_some(),
            "gamma_spinodal": end.map(|x| x.gamma), "m_spinodal": end.map(|x| x.point.m),
            "gamma_thermodynamic": exchange.map(|x| x.0),
            "competitor": exchange.map(|x| x.1.to_string()),
            "residual": end.map(|x| x.point.residual),
            "steps": end.map(|x| x.point.steps()), "quadrature_error": end.map(|x| x.point.quadrature),
        });
        Ok(Answer { document, failure })
    }
}
