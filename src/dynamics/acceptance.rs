//! u < p(βΔE) without an exponential, nearly always.

/// u is sorted into this many bins.
const BINS: usize = 256;
/// Room for the rounding of p, relative.
const ROUNDING: f64 = 1e-12;
/// Beyond this βΔE, p is 0 or 1 to double precision.
const FAR: f64 = 800.0;

/// An acceptance p(x), x = βΔE, and per bin of u how far down x is accepted, and how far up rejected, whatever u in the bin.
/// Between the two p decides: the answer is always that of u < p(x).
pub(super) struct Acceptance {
    probability: fn(f64) -> f64,
    /// Accepted below the first, rejected above the second.
    sure: [(f64, f64); BINS + 1],
}

impl Acceptance {
    /// `probability` falls with x.
    pub fn new(probability: fn(f64) -> f64) -> Self {
        let sure = std::array::from_fn(|bin| {
            let (low, high) = (bin as f64 / BINS as f64, (bin + 1) as f64 / BINS as f64);
            let accepted = crossing(|x| probability(x) >= high * (1.0 + ROUNDING));
            let rejected = crossing(|x| probability(x) > low * (1.0 - ROUNDING));
            (accepted.0, rejected.1)
        });
        Self { probability, sure }
    }

    #[inline]
    pub fn accepts(&self, u: f64, x: f64) -> bool {
        let (accepted, rejected) = self.sure[bin(u).min(BINS)];
        if x < accepted {
            true
        } else if x > rejected {
            false
        } else {
            u < (self.probability)(x)
        }
    }
}

/// The bin of u ∈ [0, 1): the highest bits of the fraction of 1 + u. Rounding may take a u just below the edge of a bin to the next one,
/// less than [`ROUNDING`] away.
#[inline]
fn bin(u: f64) -> usize {
    const FRACTION: u32 = f64::MANTISSA_DIGITS - 1 - BINS.trailing_zeros();
    ((1.0 + u).to_bits() >> FRACTION).wrapping_sub(1.0f64.to_bits() >> FRACTION) as usize
}

/// Where a condition that holds for small x and not for large x changes: the last x where it holds, the first where it does
/// not; infinite where there is none.
fn crossing(holds: impl Fn(f64) -> bool) -> (f64, f64) {
    let (mut below, mut above) = (-FAR, FAR);
    if !holds(below) {
        return (f64::NEG_INFINITY, f64::NEG_INFINITY);
    }
    if holds(above) {
        return (f64::INFINITY, f64::INFINITY);
    }
    for _ in 0..60 {
        let middle = (below + above) / 2.0;
        if holds(middle) { below = middle } else { above = middle }
    }
    (below, above)
}

#[cfg(test)]
mod tests {
    use super::super::{Glauber, Metropolis, Order};
    use super::*;
    use crate::rng::{StreamKey, uniform};

    #[test]
    fn decisions_are_those_of_the_exponential() {
        let rules: [fn(f64) -> f64; 2] =
            [Glauber::flip_probability, |x| Metropolis::flip_probability(Order::Random, x)];
        let mut stream = StreamKey::new(1, "acceptance").stream();
        for probability in rules {
            let acceptance = Acceptance::new(probability);
            let mut exact = 0;
            for _ in 0..40_000 {
                let u = uniform(&mut stream);
                // Around the threshold of u, and anywhere.
                let near = crossing(|x| probability(x) > u).0 + 1e-13 * (uniform(&mut stream) - 0.5);
                let anywhere = 40.0 * uniform(&mut stream) - 20.0;
                let special = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 750.0, -750.0, 1e-300, -1e-300];
                for x in [near, anywhere].into_iter().chain(special) {
                    assert_eq!(acceptance.accepts(u, x), u < probability(x), "u = {u}, x = {x}");
                }
                let (accepted, rejected) = acceptance.sure[bin(u)];
                exact += u32::from((accepted..=rejected).contains(&anywhere));
            }
            assert!(exact < 800, "{exact} of 40000 took the exponential");
        }
    }
}
