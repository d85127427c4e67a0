//! Sums of a function over the states of n spins, against 1, s_i and s_i s_j: a Walsh–Hadamard transform of which
//! only the coefficients of at most two spins are kept.
//!
//! ```text
//! zero = Σ_s w(s),   one_i = Σ_s s_i w(s),   two_ij = Σ_s s_i s_j w(s),   two_ii = zero
//! ```
//!
//! State index: bit i is 1 where s_i = +1. One step of the transform splits off the highest spin, into
//! w(s, +) + w(s, −) and w(s, +) − w(s, −); branches with two differences need their sum only. That is about 4·2^n
//! additions instead of n 2^n, in a tree of fixed shape: the rounding error grows with n, not with 2^n, and integer
//! weights give exact integers.

/// The whole transform in place, unnormalised and its own inverse up to 2^n: w(s) becomes Σ_s w(s) (−1)^{|s ∧ k|}. The length must
/// be a power of two.
pub fn transform(weights: &mut [f64]) {
    let mut half = 1;
    while half < weights.len() {
        for block in weights.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half *= 2;
    }
}

/// Coefficients of at most two spins.
#[derive(Debug, Clone, PartialEq)]
pub struct LowOrder {
    spins: usize,
    /// Σ_s w(s).
    pub zero: f64,
    /// Σ_s s_i w(s), by i.
    pub one: Vec<f64>,
    two: Vec<f64>,
}

impl LowOrder {
    /// Transforms in place: `weights` holds 2^n values on entry, intermediate sums on return.
    ///
    /// # Panics
    /// Unless the length is a power of two.
    pub fn of(weights: &mut [f64]) -> Self {
        assert!(weights.len().is_power_of_two(), "2^n weights");
        let spins = weights.len().trailing_zeros() as usize;
        let mut out = Self { spins, zero: 0.0, one: vec![0.0; spins], two: vec![0.0; spins * spins] };
        out.transform(weights, spins, &[]);
        for i in 0..spins {
            out.two[i * spins + i] = out.zero;
        }
        out
    }

    /// Σ_s s_i s_j w(s).
    pub fn two(&self, i: usize, j: usize) -> f64 {
        self.two[i * self.spins + j]
    }

    /// `taken`: the spins above `free` whose difference was taken.
    fn transform(&mut self, weights: &mut [f64], free: usize, taken: &[usize]) {
        if free == 0 || taken.len() == 2 {
            let total = fold(weights);
            match *taken {
                [] => self.zero = total,
                [i] => self.one[i] = total,
                [i, j, ..] => {
                    self.two[i * self.spins + j] = total;
                    self.two[j * self.spins + i] = total;
                }
            }
            return;
        }
        let top = free - 1;
        let (down, up) = weights.split_at_mut(1 << top);
        for (d, u) in down.iter_mut().zip(up.iter_mut()) {
            (*d, *u) = (*u + *d, *u - *d);
        }
        self.transform(down, top, taken);
        match *taken {
            [] => self.transform(up, top, &[top]),
            [i, ..] => self.transform(up, top, &[i, top]),
        }
    }
}

/// Sum by halving.
fn fold(values: &mut [f64]) -> f64 {
    let mut rest = values;
    while rest.len() > 1 {
        let (low, high) = rest.split_at_mut(rest.len() / 2);
        for (l, h) in low.iter_mut().zip(high) {
            *l += *h;
        }
        rest = low;
    }
    rest.first().copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pruned_transform_equals_the_sums_it_stands_for() {
        for n in 0..7usize {
            let weights: Vec<f64> =
                (0..1u32 << n).map(|s| f64::from(s.wrapping_mul(2_654_435_761) >> 12)).collect();
            let spin = |s: usize, i: usize| if s >> i & 1 == 1 { 1.0 } else { -1.0 };
            let sum =
                |f: &dyn Fn(usize) -> f64| weights.iter().enumerate().map(|(s, w)| f(s) * w).sum::<f64>();
            let low = LowOrder::of(&mut weights.clone());
            assert_eq!(low.zero, sum(&|_| 1.0));
            for i in 0..n {
                assert_eq!(low.one[i], sum(&|s| spin(s, i)));
                for j in 0..n {
                    assert_eq!(low.two(i, j), sum(&|s| spin(s, i) * spin(s, j)), "n = {n}, i = {i}, j = {j}");
                }
            }
        }
    }
}
