//! Transition matrices of Markov chains on a few states: is the law stationary, is every state reached?
//!
//! `matrix[a][b]` is the probability to go from state a to state b in one step; rows add up to 1.

use crate::error::{Error, Result};

/// A square matrix with `matrix[from][to]`.
pub type Matrix = Vec<Vec<f64>>;

/// Largest |Σ_b W(a → b) − 1| over a, or of a negative entry: 0 for a stochastic matrix.
pub fn row_defect(matrix: &[Vec<f64>]) -> f64 {
    let row = |r: &Vec<f64>| {
        let negative = r.iter().fold(0.0f64, |worst, &w| worst.max(-w));
        (r.iter().sum::<f64>() - 1.0).abs().max(negative)
    };
    matrix.iter().map(row).fold(0.0, f64::max)
}

/// Largest |Σ_a π(a) W(a → b) − π(b)| over b: 0 where π is stationary.
pub fn residual(matrix: &[Vec<f64>], law: &[f64]) -> f64 {
    (0..law.len())
        .map(|b| (law.iter().zip(matrix).map(|(pi, row)| pi * row[b]).sum::<f64>() - law[b]).abs())
        .fold(0.0, f64::max)
}

/// Does every state reach every other one?
pub fn is_irreducible(matrix: &[Vec<f64>]) -> bool {
    let n = matrix.len();
    let reaches_all = |step: &dyn Fn(usize, usize) -> f64| {
        let (mut seen, mut open) = (vec![false; n], vec![0]);
        while let Some(a) = open.pop() {
            if !std::mem::replace(&mut seen[a], true) {
                open.extend((0..n).filter(|&b| step(a, b) > 0.0));
            }
        }
        seen.iter().all(|&s| s)
    };
    n > 0 && reaches_all(&|a, b| matrix[a][b]) && reaches_all(&|a, b| matrix[b][a])
}

/// The stationary law π = πW, Σπ = 1, of an irreducible chain (periodic or not), by elimination without subtractions
/// (Grassmann, Taksar and Heyman 1985, doi:10.1287/opre.33.5.1107): small probabilities keep their relative accuracy.
///
/// # Errors
/// Where the chain is reducible: its stationary law is not unique.
pub fn stationary(matrix: &[Vec<f64>]) -> Result<Vec<f64>> {
    if !is_irreducible(matrix) {
        return Err(Error::no_solution("the chain is reducible: its stationary law is not unique"));
    }
    let mut w: Matrix = matrix.to_vec();
    for last in (1..w.len()).rev() {
        let leaving: f64 = w[last][..last].iter().sum();
        let (above, below) = w.split_at_mut(last);
        for row in above {
            row[last] /= leaving;
            let through = row[last];
            row[..last].iter_mut().zip(&below[0]).for_each(|(entry, &back)| *entry += through * back);
        }
    }
    let mut law = vec![1.0];
    while law.len() < w.len() {
        let next = law.iter().zip(&w).map(|(pi, row)| pi * row[law.len()]).sum();
        law.push(next);
    }
    let total: f64 = law.iter().sum();
    law.iter_mut().for_each(|p| *p /= total);
    Ok(law)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stationary_law_of_a_three_state_chain() {
        // Solved by hand: π ∝ (1, 2, 3).
        let w = vec![vec![0.0, 1.0, 0.0], vec![0.0, 0.25, 0.75], vec![1.0 / 3.0, 1.0 / 6.0, 0.5]];
        assert!(row_defect(&w) < 1e-15);
        let law = stationary(&w).expect("valid");
        for (p, expected) in law.iter().zip([1.0 / 6.0, 1.0 / 3.0, 0.5]) {
            assert!((p - expected).abs() < 1e-15, "{law:?}");
        }
        assert!(residual(&w, &law) < 1e-15);
        assert!(residual(&w, &[1.0 / 3.0; 3]) > 0.05);
    }

    #[test]
    fn a_chain_with_an_absorbing_state_is_reducible() {
        let w = vec![vec![1.0, 0.0], vec![0.5, 0.5]];
        assert!(!is_irreducible(&w));
        assert!(stationary(&w).is_err());
        assert!(is_irreducible(&[vec![0.0, 1.0], vec![1.0, 0.0]]));
        assert_eq!(stationary(&[vec![0.0, 1.0], vec![1.0, 0.0]]).expect("valid"), [0.5, 0.5]);
    }
}
