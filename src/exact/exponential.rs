//! The exponential network at β = λ is a mixture of K products: solved, and sampled exactly, at any size.
//!
//! ```text
//! e^{−λH(s)} = Σ_μ e^{λM_μ} = Σ_μ Π_i e^{λ ξ^μ_i s_i}
//! ```
//!
//! for whatever patterns: Z = K (2cosh λ)^N, and the Gibbs measure is 'μ uniform, then independent spins of mean ξ^μ_i tanh λ'.

use crate::error::{Error, Result};
use crate::model::{Patterns, Spins};
use crate::rng::{Stream, below, uniform};

/// log Z of K patterns of N spins at β = λ, total.
pub fn log_z(spins: usize, patterns: usize, lambda: f64) -> f64 {
    // log 2cosh λ without overflow.
    libm::log(patterns as f64) + spins as f64 * (lambda + libm::log1p(libm::exp(-2.0 * lambda)))
}

/// An independent draw from the Gibbs measure at β = λ, and the pattern that it was drawn around.
///
/// # Errors
/// Unless λ is finite and positive.
pub fn draw(patterns: &Patterns, lambda: f64, stream: &mut Stream) -> Result<(usize, Spins)> {
    if !(lambda.is_finite() && lambda > 0.0) {
        return Err(Error::bad_input(format!("λ = {lambda}")).remedy("λ is a finite number above 0"));
    }
    let mu = below(stream, patterns.count());
    let agrees = 1.0 / (1.0 + libm::exp(-2.0 * lambda));
    let up: Vec<bool> =
        (0..patterns.spins()).map(|i| (uniform(stream) < agrees) == (patterns.sign(mu, i) > 0)).collect();
    Ok((mu, Spins::from_fn(patterns.spins(), |i| up[i])))
}
