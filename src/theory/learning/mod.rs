//! Learning from examples: the archetype ξ is never shown, M examples η^a of quality r are.
//!
//! η^{μ,a}_i = ξ^μ_i χ^{μ,a}_i, P(χ = ±1) = (1 ± r)/2, ρ = (1−r²)/(M r²), x_i = ξ_i Σ_a η^a_i/(M r). Supervised: one pattern
//! η̂ = (1/M)Σ_a η^a/(r√(1+ρ)) per archetype is stored; unsupervised: H carries (1/M)Σ_a and 1/r^P, as if nobody knew which examples
//! belong together. (`docs/theory.md`; Agliari, Alemanno, Barra et al. 2023 in other normalisations.)
//!
//! P ≥ 3, with X = x/√(1+ρ), γ′ = γ (supervised) and X = x, γ′ = γ(1+ρ_P), ρ_P = (1−r^{2P})/(M r^{2P}) (unsupervised):
//!
//! ```text
//! A = log 2 + E log cosh g + (β²γ′/4)[1 − P q^{P−1} + (P−1) q^P] − β (P−1)/2 n^P
//! g = β(P/2) n^{P−1} X + Yβ√(γ′(P/2)q^{P−1}),   n = E X tanh g,   m = E tanh g,   q = E tanh² g
//! u = −n^P/2 − (βγ′/2)(1 − q^P),   λ = 1 − β²γ′(P(P−1)/2) q^{P−2} E sech⁴ g
//! ```
//!
//! P = 2: `storage`. n is the overlap with what is stored, m that with the archetype, r E x tanh g that with one
//! example.
//!
//! * `law`: the law of X, Gaussian or exact
//! * `storage`: load, energy and replicon of a noise
//! * `curve`: the retrieval branch at fixed T as one explicit curve
//! * [`unmagnetised`]: glass and paramagnet of P = 2 unsupervised learning
//! * [`rs`]: its points, its end
//! * [`at_line`]: where replica symmetry breaks
//! * [`threshold`]: the smallest M
//! * [`one_rsb`]: one step of replica symmetry breaking

pub mod at_line;
mod curve;
mod law;
pub mod one_rsb;
pub mod rs;
mod storage;
pub mod threshold;
mod unmagnetised;

pub use law::Average;
pub use unmagnetised::unmagnetised;

use crate::error::{Error, Result};
pub use crate::params::LearningMode as Mode;
use crate::params::{Examples, InteractionOrder, Lesson, Load};

/// What is learnt, and how its average is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Task {
    pub mode: Mode,
    pub order: InteractionOrder,
    pub examples: Examples,
    pub average: Average,
}

/// Most examples of the exact average: it has about 12√M terms.
pub const MOST_EXACT_EXAMPLES: u64 = 100_000;

impl Task {
    /// # Errors
    /// More than [`MOST_EXACT_EXAMPLES`] under the exact average; r^{2P} beyond the floating range.
    pub fn new(mode: Mode, order: InteractionOrder, examples: Examples, average: Average) -> Result<Self> {
        if average == Average::Binomial && examples.count() > MOST_EXACT_EXAMPLES {
            return Err(Error::bad_input(format!(
                "examples M = {} under the exact average",
                examples.count()
            ))
            .remedy(format!(
                "up to M = {MOST_EXACT_EXAMPLES}; beyond, the Gaussian average is the same to 1e-5"
            )));
        }
        if mode == Mode::Unsupervised && !examples.tuple_entropy(order).is_finite() {
            return Err(Error::bad_input(format!("quality r = {}", examples.quality()))
                .remedy("M r^{2P} must stay within the range of floating-point numbers"));
        }
        Ok(Self { mode, order, examples, average })
    }

    /// With the exact average where it has few enough terms.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_lesson(lesson: Lesson, order: InteractionOrder) -> Result<Self> {
        let exact = lesson.examples.count() <= MOST_EXACT_EXAMPLES;
        let average = if exact { Average::Binomial } else { Average::Gaussian };
        Self::new(lesson.mode, order, lesson.examples, average)
    }
}

/// γ′, the load of the ordinary network with the same noise at m = 0; None where there is none (P = 2 unsupervised: [`unmagnetised`]).
///
/// # Errors
/// A load beyond the floating range.
pub fn noise_load(lesson: Lesson, order: InteractionOrder, gamma: Load) -> Result<Option<Load>> {
    match lesson.mode {
        Mode::Supervised => Ok(Some(gamma)),
        Mode::Unsupervised if order.get() == 2 => Ok(None),
        Mode::Unsupervised => Load::new(gamma.get() * (1.0 + lesson.examples.tuple_entropy(order))).map(Some),
    }
}
