//! The walk over all states, and the exact density of states.
//!
//! H(−s) = (−1)^P H(s) (the exponential network apart), so the 2^{N−1} states with the last spin up are enough. A Gray code visits them one flip at
//! a time; a flip of s_i moves each overlap M_μ by ±2, held as the number of agreements u_μ = (N + M_μ)/2.

use super::Mirror;
use crate::error::{Error, Result};
use crate::model::weighted::{energy_sum, sum_bound};
use crate::model::{
    DenseHebbian, DilutedPatterns, Exponential, GaussianCouplings, Patterns, Spins, WeightedHebbian,
    WeightedPatterns,
};
use crate::params::InteractionOrder;

/// Calls `visit(state, agreements)` for each of the 2^{N−1} states with spin N−1 up, in Gray-code order.
///
/// Bit i of `state` is 1 where s_i = +1 (the last spin has no bit); `agreements[μ]` = (N_μ + M_μ)/2, N_μ the non-zero entries.
pub(super) fn walk(rows: &[Vec<i8>], mut visit: impl FnMut(usize, &[u8])) {
    let (n, k) = (rows.first().map_or(0, Vec::len), rows.len());
    let column = |i: usize| -> Vec<i8> { rows.iter().map(|row| row[i]).collect() };
    let columns: Vec<Vec<i8>> = (0..n).map(column).collect();
    // From all spins down but the last: s_i agrees with ξ_i = −1, the last with ξ = +1.
    let mut agreements: Vec<u8> = (0..k)
        .map(|mu| {
            let below = columns[..n - 1].iter().filter(|c| c[mu] < 0).count() as u8;
            below + u8::from(columns[n - 1][mu] > 0)
        })
        .collect();
    let mut state = 0usize;
    visit(state, &agreements);
    for step in 1..1usize << (n - 1) {
        let i = step.trailing_zeros() as usize;
        state ^= 1 << i;
        if state >> i & 1 == 1 {
            agreements.iter_mut().zip(&columns[i]).for_each(|(u, &xi)| *u = u.wrapping_add(xi as u8));
        } else {
            agreements.iter_mut().zip(&columns[i]).for_each(|(u, &xi)| *u = u.wrapping_sub(xi as u8));
        }
        visit(state, &agreements);
    }
}

/// Σ_μ e_P(M_μ) of each state with the last spin up, by state index.
///
/// # Errors
/// Where K·C(N, P) leaves 63 bits: never below 10¹² patterns at N ≤ 24.
pub(super) fn half_table(model: &DenseHebbian, patterns: &Patterns) -> Result<Vec<i64>> {
    let n = model.spins();
    let too_large = || {
        Error::bad_input(format!("K = {}: energies leave 63 bits", patterns.count()))
            .remedy("K·C(N, P) must stay below 2^62")
    };
    let table: Vec<i64> = (0..=n as i32)
        .map(|up| i64::try_from(model.energy_of_overlap(2 * up - n as i32)).map_err(|_| too_large()))
        .collect::<Result<_>>()?;
    let largest = table.iter().map(|e| u128::from(e.unsigned_abs())).max().unwrap_or(0);
    if largest * patterns.count() as u128 >= 1 << 62 {
        return Err(too_large());
    }
    let mut energies = zeros(n)?;
    walk(&signs(patterns), |state, agreements| {
        energies[state] = agreements.iter().map(|&u| table[usize::from(u)]).sum();
    });
    Ok(energies)
}

/// Σ_μ e_P over the non-zero entries of diluted patterns, of each state with the last spin up, by state index.
///
/// # Errors
/// Where K·C(N, P) leaves 63 bits.
pub(super) fn diluted_half_table(order: InteractionOrder, patterns: &DilutedPatterns) -> Result<Vec<i64>> {
    let (n, k) = (patterns.spins(), patterns.count());
    let bound = sum_bound(order.get(), n, 1).and_then(|bound| bound.checked_mul(k as u128));
    if bound.is_none_or(|bound| bound >= 1 << 62) {
        return Err(Error::bad_input(format!("K = {k}: energies leave 63 bits"))
            .remedy("K·C(N, P) must stay below 2^62"));
    }
    let of = |mu: usize, up: usize| patterns.energy_of_agreement(order, mu, up).unwrap_or_default() as i64;
    let tables: Vec<Vec<i64>> =
        (0..k).map(|mu| (0..=patterns.nonzero(mu)).map(|up| of(mu, up)).collect()).collect();
    let rows: Vec<Vec<i8>> = (0..k).map(|mu| patterns.row(mu).to_vec()).collect();
    let mut energies = zeros(n)?;
    walk(&rows, |state, agreements| {
        energies[state] = agreements.iter().zip(&tables).map(|(&u, table)| table[usize::from(u)]).sum();
    });
    Ok(energies)
}

/// Rows of ±1.
pub(super) fn signs(patterns: &Patterns) -> Vec<Vec<i8>> {
    let row = |mu: usize| (0..patterns.spins()).map(|i| patterns.sign(mu, i)).collect();
    (0..patterns.count()).map(row).collect()
}

/// Σ j s…s of each state with the last spin up, by state index: the Walsh–Hadamard transform of the couplings, each at the
/// index of its tuple (without the last spin, which is +1). Exact: Σ|j| < 2^63 for every tuple of 24 spins.
pub(super) fn gaussian_half_table(couplings: &GaussianCouplings) -> Result<Vec<i64>> {
    let last = couplings.spins() - 1;
    let mut sums = zeros(couplings.spins())?;
    couplings.for_each(|tuple, j| {
        let index: usize = tuple.iter().filter(|&&i| i != last).map(|&i| 1 << i).sum();
        sums[index] += i64::from(j);
    });
    for i in 0..last {
        for block in sums.chunks_exact_mut(2 << i) {
            let (without, with) = block.split_at_mut(1 << i);
            for (a, b) in without.iter_mut().zip(with) {
                // Bit 0 is s_i = −1.
                (*a, *b) = (*a - *b, *a + *b);
            }
        }
    }
    Ok(sums)
}

/// Σ_μ e_P of weighted patterns of each state with the last spin up, by state index: every state by itself, cost 2^{N−1} N K P.
///
/// # Errors
/// Where K·C(N, P)·c^P leaves 63 bits.
pub(super) fn weighted_half_table(model: &WeightedHebbian, weights: &WeightedPatterns) -> Result<Vec<i64>> {
    let (n, order) = (weights.spins(), model.order());
    let bound = sum_bound(order.get(), n, weights.largest().into())
        .and_then(|bound| bound.checked_mul(weights.count() as u128));
    if bound.is_none_or(|bound| bound >= 1 << 62) {
        return Err(Error::bad_input(format!("K = {}: energies leave 63 bits", weights.count()))
            .remedy("K·C(N, P)·M^P must stay below 2^62"));
    }
    let mut energies = zeros(n)?;
    for (state, energy) in energies.iter_mut().enumerate() {
        let spins = Spins::from_fn(n, |i| i == n - 1 || state >> i & 1 == 1);
        *energy = energy_sum(order, weights, &spins) as i64;
    }
    Ok(energies)
}

/// Σ of each state s of an exponential network with the last spin up, and of −s, by state index. Cost 2^{N−1} (K + 2N).
pub(super) fn exponential_tables(model: &Exponential, patterns: &Patterns) -> Result<(Vec<i64>, Vec<i64>)> {
    let n = patterns.spins();
    let (mut half, mut mirrored) = (zeros(n)?, zeros(n)?);
    let mut counts = vec![0u32; n + 1];
    walk(&signs(patterns), |state, agreements| {
        counts.fill(0);
        agreements.iter().for_each(|&u| counts[usize::from(u)] += 1);
        half[state] = -2 * model.steps(|up| counts[up]);
        mirrored[state] = -2 * model.steps(|up| counts[n - up]);
    });
    Ok((half, mirrored))
}

/// One number for each state of n spins with the last one up.
fn zeros(n: usize) -> Result<Vec<i64>> {
    let (mut energies, states) = (Vec::new(), 1usize << (n - 1));
    energies.try_reserve_exact(states).map_err(|_| {
        Error::failed(format!("{} MiB for the energies of 2^{} states are not there", states >> 17, n - 1))
    })?;
    energies.resize(states, 0);
    Ok(energies)
}

/// One energy of the spectrum: H = −c Σ with Σ = Σ_μ e_P(M_μ).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The exact integer Σ_μ e_P(M_μ) (Gaussian couplings: Σ j s…s; exponential network: −H/c).
    pub sum: i64,
    /// The number of states there, of 2^N.
    pub count: u32,
}

/// The spectrum, from the ground state up: Σ descending, counts adding up to 2^N.
pub(super) fn density_of_states(half: &[i64], mirror: &Mirror) -> Vec<Level> {
    let mut sorted = half.to_vec();
    if let Mirror::Table(others) = mirror {
        sorted.extend(others);
    }
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let mut levels: Vec<Level> = Vec::new();
    let mut push = |sum: i64, count: u32| match levels.last_mut() {
        Some(last) if last.sum == sum => last.count += count,
        _ => levels.push(Level { sum, count }),
    };
    match mirror {
        Mirror::Even => sorted.iter().for_each(|&sum| push(sum, 2)),
        Mirror::Table(_) => sorted.iter().for_each(|&sum| push(sum, 1)),
        Mirror::Odd => {
            // The other half has −Σ: merge the descending Σ with the descending −Σ, from the far end.
            let (mut front, mut back) = (0, sorted.len());
            while front < sorted.len() || back > 0 {
                let mirrored = back > 0 && (front == sorted.len() || -sorted[back - 1] > sorted[front]);
                if mirrored {
                    back -= 1;
                    push(-sorted[back], 1);
                } else {
                    push(sorted[front], 1);
                    front += 1;
                }
            }
        }
    }
    levels.shrink_to_fit();
    levels
}
