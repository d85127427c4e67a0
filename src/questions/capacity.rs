//! The largest load with retrieval, and the largest at which it is the equilibrium state.

use super::{Ansatz, Answer, ansatz_name, competitor, order, solution, steps, temperature};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Temperature};
use crate::theory::k_rsb::{self, retrieval::StepsSpinodal};
use crate::theory::one_rsb::{equilibrium, retrieval, retrieval::OneRsbSpinodal};
use crate::theory::{Branch, lines, transition};
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
    /// How replica symmetry is assumed to break: not at all, or in one step; rs unless --steps says otherwise
    #[arg(long, value_enum)]
    pub ansatz: Option<Ansatz>,
    /// Steps of replica symmetry breaking, 0 to 12: 0 is rs, 1 is 1rsb, 2 and more at P ≥ 3 and T > 0
    #[arg(long, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=i64::from(k_rsb::MOST_STEPS)))]
    pub steps: Option<u32>,
}

/// Where retrieval ends.
struct End {
    gamma: f64,
    m: f64,
    residual: f64,
    /// None under rs, whose averages are not checked on another grid
    quadrature: Option<f64>,
    /// Found there
    steps: usize,
}

impl Capacity {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let (p, t) = (order(self.p)?, temperature(self.temperature, "--temperature")?);
        let k = steps(self.ansatz, self.steps)?;
        let (end, failure) = solution(end(p, t, k))?;
        // A spinodal that is known is answered, whatever becomes of the other load.
        let (exchange, reason) = match end.as_ref().map(|_| exchange(p, t, k)) {
            None => (None, None),
            Some(Ok(found)) => (found, None),
            Some(Err(error)) => (None, Some(error.message().to_owned())),
        };
        let end = end.as_ref();
        let document = json!({
            "p": self.p, "temperature": self.temperature, "ansatz": ansatz_name(k), "exists": end.is_some(),
            "gamma_spinodal": end.map(|x| x.gamma), "m_spinodal": end.map(|x| x.m),
            "gamma_thermodynamic": exchange.map(|x| x.0),
            "competitor": exchange.map(|x| competitor(p, k, x.1)),
            "residual": end.map(|x| x.residual),
            "steps": end.map(|x| x.steps), "quadrature_error": end.and_then(|x| x.quadrature),
            "reason_thermodynamic": reason,
        });
        Ok(Answer { document, failure })
    }
}

/// The largest load with retrieval of k steps.
fn end(p: InteractionOrder, t: Temperature, k: u32) -> Result<End> {
    let beyond = || Error::failed(format!("the retrieval spinodal at P = {p}, T = {t} was lost"));
    Ok(match k {
        0 => {
            let x = lines::retrieval_spinodal_load(p, t)?;
            End { gamma: x.gamma, m: x.m, residual: x.residual, quadrature: None, steps: 0 }
        }
        1 => {
            let OneRsbSpinodal { gamma, point } = retrieval::spinodal(p, t)?;
            let steps = usize::from(point.y.is_some());
            End { gamma, m: point.m, residual: point.residual, quadrature: Some(point.quadrature), steps }
        }
        _ => {
            let StepsSpinodal { gamma, point, .. } =
                k_rsb::retrieval::spinodals(p, t, k)?.pop().ok_or_else(beyond)?;
            let (steps, quadrature) = (point.steps(), Some(point.quadrature));
            End { gamma, m: point.m, residual: point.residual, quadrature, steps }
        }
    })
}

/// The load up to which it is the equilibrium state, and the state it exchanges with; None where there is none.
fn exchange(p: InteractionOrder, t: Temperature, k: u32) -> Result<Option<(f64, Branch)>> {
    Ok(match k {
        0 => transition::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
        1 => equilibrium::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
        _ => k_rsb::retrieval::thermodynamic_load(p, t, k)?.map(|x| (x.gamma, x.competitor)),
    })
}
