//! u < p(βΔE) without an exponential, nearly always.

/// u is sorted into this many bins.
const BINS: usize = 256;
/// Room for the rounding of p, relative.
const ROUNDING: f64 = 1e-12;
/// Beyond this βΔE, p is 0 or 1 to double precision.
const FAR: f64 = 800.0;

/// An acceptance p(x), x = βΔE, and per bin of u how far down x is accepted, and how far up rejected, whatever u in the bin.
/// Between the two, and at x = 0 where a rule may have a value of its own, p decides: the answer is always that of u < p(x).
pub(super) struct Acceptance {
    probability: fn(f64) -> f64,
    /// Accepted below the first, rejected above the second.
    sure: [(f64, f64); BINS],
}

impl Acceptance {
    /// `probability` falls with x, except that p(0) may be anything.
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
        let (accepted, rejected) = self.sure[(u * BINS as f64) as usize];
        if x < accepted && x != 0.0 {
            true
        } else if x > rejected && x != 0.0 {
            false
        } else {
            u < (self.probability)(x)
        }
    }
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
        // Not at 0, where p may differ from both its limits.
        let middle = Some((below + above) / 2.0).filter(|&x| x != 0.0).unwrap_or(f64::MIN_POSITIVE);
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
        let rules: [fn(f64) -> f64; 3] = [
            Glauber::flip_probability,
            |x| Metropolis::flip_probability(Order::Random, x),
            |x| Metropolis::flip_probability(Order::Sequential, x),
        ];
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
                let (accepted, rejected) = acceptance.sure[(u * BINS as f64) as usize];
                exact += u32::from((accepted..=rejected).contains(&anywhere));
            }
            assert!(exact < 800, "{exact} of 40000 took the exponential");
        }
    }
}
