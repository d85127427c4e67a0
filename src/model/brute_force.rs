//! The Hamiltonian as it is defined, term by term: slow, obvious, the witness of the fast one.

use super::{Patterns, Spins, WeightedPatterns};

/// Σ_μ Σ_{i1<…<iP} Π_a ξ^μ_{ia} s_{ia}, over index tuples. Cost K·C(N, P).
pub fn distinct_index_sum(order: u32, patterns: &Patterns, spins: &Spins) -> i128 {
    (0..patterns.count())
        .map(|mu| {
            let signs: Vec<i8> = (0..spins.len()).map(|i| patterns.sign(mu, i) * spins.get(i)).collect();
            tuples(&signs, order, 1)
        })
        .sum()
}

fn tuples(signs: &[i8], order: u32, product: i8) -> i128 {
    if order == 0 {
        return i128::from(product);
    }
    (0..signs.len()).map(|i| tuples(&signs[i + 1..], order - 1, product * signs[i])).sum()
}

/// Σ_μ Σ_{i1<…<iP} Π_a c^μ_{ia} s_{ia} of integer weights, over index tuples; a pinned spin
/// is one site more. Cost K·C(N, P).
pub fn weighted_sum(order: u32, weights: &WeightedPatterns, spins: &Spins) -> i128 {
    fn tuples(values: &[i128], order: u32, product: i128) -> i128 {
        if order == 0 {
            return product;
        }
        (0..values.len()).map(|i| tuples(&values[i + 1..], order - 1, product * values[i])).sum()
    }
    (0..weights.count())
        .map(|mu| {
            let value = |i| i128::from(weights.weight(mu, i)) * i128::from(spins.get(i));
            let all = std::iter::once(weights.pinned(mu).into()).chain((0..spins.len()).map(value));
            tuples(&all.collect::<Vec<_>>(), order, 1)
        })
        .sum()
}

/// −(1/λ) log Σ_μ exp(λ M_μ), pattern by pattern. Overflows beyond λN ≈ 700.
pub fn log_sum_exp(lambda: f64, patterns: &Patterns, spins: &Spins) -> f64 {
    let term = |mu| (lambda * f64::from(patterns.overlap(mu, spins))).exp();
    -(0..patterns.count()).map(term).sum::<f64>().ln() / lambda
}
