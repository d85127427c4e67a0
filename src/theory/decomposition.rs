//! The m = 0 pressure as a hard (binary) and a soft (Gaussian) spin glass: both at P = 2, only the hard one at P ≥ 3.

use super::rs;
use crate::error::Result;
use crate::numerics::gaussian::{binary_entropy, tanh_moments};
use crate::params::{InteractionOrder, Load, Temperature};

/// A = hard + soft + rest at the RS saddle of m = 0.
///
/// P = 2 (Barra, Genovese & Guerra, J. Phys. A 45, 245203 (2012)), with C = β(1−q), β1 = √α β/(1−C), β2 = 1−C:
///
/// ```text
/// hard = log 2 + E log cosh(β1√q Y) + β1²(1−q)²/4      the Sherrington–Kirkpatrick glass at β1
/// soft = α[½ log σ² + ½β2²pσ² + ¼β2²p²],   σ² = 1/(1−C),  p = βq/(1−C)²
/// rest = −β1²/4 − αβ/2                                  self-couplings
/// ```
///
/// P ≥ 3: A is the p-spin glass of the same spins, hard alone; no Gaussian variable is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decomposition {
    pub hard: f64,
    pub soft: f64,
    pub rest: f64,
    /// q of the saddle, RS
    pub q: f64,
    /// A itself, by the formula of [`rs`]
    pub pressure: f64,
}

/// The parts of the pressure at the RS state of m = 0 (the glass where it exists, else the paramagnet); None at T = 0 and where
/// there is neither.
///
/// # Errors
/// Values beyond the floating range.
pub fn hard_and_soft(p: InteractionOrder, gamma: Load, t: Temperature) -> Result<Option<Decomposition>> {
    let state = match rs::glass(p, gamma, t)? {
        Some(glass) => Some(glass),
        None => rs::paramagnet(p, gamma, t)?,
    };
    let Some((q, pressure)) = state.and_then(|state| Some((state.q, state.pressure?))) else {
        return Ok(None);
    };
    let (beta, gamma) = (t.beta(), gamma.get());
    // log 2 + E log cosh bY
    let log_partition = |b: f64| binary_entropy(0.0, b) + b * b * tanh_moments(0.0, b).sech2;
    if p.get() > 2 {
        let n = f64::from(p.get());
        let lower = libm::pow(q, n - 1.0);
        let bracket = 1.0 - n * lower + (n - 1.0) * lower * q;
        let hard =
            log_partition(beta * (0.5 * n * gamma * lower).sqrt()) + 0.25 * beta * beta * gamma * bracket;
        return Ok(Some(Decomposition { hard, soft: 0.0, rest: 0.0, q, pressure }));
    }
    let beta_2 = 1.0 - beta * (1.0 - q);
    let beta_1 = gamma.sqrt() * beta / beta_2;
    let (variance, noise) = (1.0 / beta_2, beta * q / (beta_2 * beta_2));
    let hard = log_partition(beta_1 * q.sqrt()) + 0.25 * (beta_1 * (1.0 - q)) * (beta_1 * (1.0 - q));
    let soft = 0.5 * libm::log(variance)
        + 0.5 * beta_2 * beta_2 * noise * variance
        + 0.25 * (beta_2 * noise) * (beta_2 * noise);
    let rest = -0.25 * beta_1 * beta_1 - 0.5 * gamma * beta;
    Ok(Some(Decomposition { hard, soft: gamma * soft, rest, q, pressure }))
}
