//! How many examples it takes.

use super::law::Average;
use super::rs::LearningPoint;
use super::{MOST_EXACT_EXAMPLES, Task};
use crate::error::Result;
use crate::params::Examples;

/// The overlap erf(1/√2) at which the mean field on a spin is one standard deviation on the archetype's side: the criterion by
/// which the literature counts examples. At T = 0 and γ → 0 it is ρ = 1, M = (1 − r²)/r².
pub const ALIGNED: f64 = 0.682_689_492_137_085_9;

/// What counts as learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// There is a retrieval state, nearer to the archetype than to one example: m > r E x tanh g. Where the state ends at a
    /// spinodal this is its existence; at small load it tells the archetype from the stored examples themselves.
    Retrieved,
    /// m ≥ erf(1/√2)
    Aligned,
}

impl Criterion {
    #[must_use]
    pub fn met(self, point: &LearningPoint) -> bool {
        match self {
            Self::Retrieved => point.m > point.m_example,
            Self::Aligned => point.m >= ALIGNED,
        }
    }
}

/// Every M up to here is tried, in order; beyond, learnt once is learnt for more examples.
const TRIED: u64 = 32;

/// The smallest M that retrieves the archetype, where `retrieval` solves for the state at given (γ, T) under either ansatz;
/// `task.examples` gives r alone. None where no M does (under the exact average: none up to [`MOST_EXACT_EXAMPLES`]).
///
/// # Errors
/// Those of `retrieval`.
pub fn critical_examples(
    task: &Task,
    criterion: Criterion,
    retrieval: impl Fn(&Task) -> Result<Option<LearningPoint>>,
) -> Result<Option<u64>> {
    let quality = task.examples.quality();
    let learnt = |count: u64| -> Result<bool> {
        let Ok(examples) = Examples::new(quality, count) else { return Ok(false) };
        let Ok(task) = Task::new(task.mode, task.order, examples, task.average) else { return Ok(false) };
        // A perfect example is the archetype: to retrieve one is to retrieve the other.
        let perfect = quality.get() == 1.0 && matches!(criterion, Criterion::Retrieved);
        Ok(retrieval(&task)?.is_some_and(|point| perfect || criterion.met(&point)))
    };
    for count in 1..=TRIED {
        if learnt(count)? {
            return Ok(Some(count));
        }
    }
    let most = if task.average == Average::Binomial { MOST_EXACT_EXAMPLES } else { 1 << 60 };
    let (mut low, mut high) = (TRIED, 2 * TRIED);
    while !learnt(high.min(most))? {
        if high >= most {
            return Ok(None);
        }
        (low, high) = (high, 4 * high);
    }
    high = high.min(most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if learnt(middle)? { high = middle } else { low = middle }
    }
    Ok(Some(high))
}
