//! The lowest eigenvalue of a symmetric matrix that is known by its diagonal and its products alone.
//!
//! Davidson's method: the search of Lanczos, each step of it divided by the diagonal (Davidson, J. Comput. Phys. 17, 87 (1975); the step
//! is that of Olsen, Jørgensen & Simons, Chem. Phys. Lett. 169, 463 (1990)). Stiff directions, such as 1/(1 − m²) of a Hessian near
//! |m| = 1, neither slow it down nor cost digits.

use super::jacobi::eigen;
use crate::error::{Error, Result};

/// Vectors of the search space before it is cut down, and those of the lowest Ritz values that stay.
const MOST_VECTORS: usize = 48;
const KEPT_VECTORS: usize = 16;
const MOST_STEPS: usize = 5000;
/// Of the scale of the eigenvalue: what the next step would lower it by, which is of second order in the error of the vector.
const TOLERANCE: f64 = 1e-15;

/// Lowest eigenvalue of an N × N matrix (N ≥ 1), one product a step, memory 100 N.
///
/// # Errors
/// Those of `product`; elements that are not finite; no convergence.
pub fn lowest_eigenvalue(diagonal: &[f64], product: impl Fn(&[f64]) -> Result<Vec<f64>>) -> Result<f64> {
    let (mut basis, mut images) = (Vec::<Vec<f64>>::new(), Vec::<Vec<f64>>::new());
    let mut projected: Vec<Vec<f64>> = Vec::new();
    let mut next = start(diagonal);
    for _ in 0..MOST_STEPS {
        let image = product(&next)?;
        basis.push(next);
        let row: Vec<f64> = basis.iter().map(|earlier| dot(earlier, &image)).collect();
        projected.iter_mut().zip(&row).for_each(|(line, x)| line.push(*x));
        projected.push(row);
        images.push(image);
        if projected.iter().flatten().any(|x| !x.is_finite()) {
            return Err(Error::no_solution("a matrix with elements that are not finite has no eigenvalues"));
        }
        let (values, vectors) = eigen(projected.clone());
        let (lowest, ritz) = (values[0], combined(&basis, &vectors[0]));
        let image = combined(&images, &vectors[0]);
        let residual: Vec<f64> = image.iter().zip(&ritz).map(|(a, v)| a - lowest * v).collect();
        let scale = lowest.abs() + ritz.iter().zip(diagonal).map(|(v, d)| v * v * d.abs()).sum::<f64>();
        let divided = |x: &[f64]| -> Vec<f64> {
            x.iter().zip(diagonal).map(|(x, d)| x / (d - lowest).abs().max(1e-3 * scale)).collect()
        };
        let (step, along) = (divided(&residual), divided(&ritz));
        if dot(&residual, &step) <= TOLERANCE * scale {
            return Ok(lowest);
        }
        if basis.len() == MOST_VECTORS {
            basis = vectors[..KEPT_VECTORS].iter().map(|y| combined(&basis, y)).collect();
            images = vectors[..KEPT_VECTORS].iter().map(|y| combined(&images, y)).collect();
            let row = |i: usize| (0..KEPT_VECTORS).map(|j| if i == j { values[i] } else { 0.0 }).collect();
            projected = (0..KEPT_VECTORS).map(row).collect();
        }
        // Across the vector, as Olsen does; where nothing of that is new, the bare residual as Lanczos.
        let share = dot(&ritz, &step) / dot(&ritz, &along);
        let across = step.iter().zip(&along).map(|(s, a)| s - share * a).collect();
        match orthonormal(across, &basis).or_else(|| orthonormal(residual, &basis)) {
            Some(new) => next = new,
            // The space is invariant.
            None => return Ok(lowest),
        }
    }
    Err(Error::failed(format!("no lowest eigenvalue after {MOST_STEPS} products")))
}

/// A vector without symmetry, the same every time, with little in stiff directions.
fn start(diagonal: &[f64]) -> Vec<f64> {
    let least = diagonal.iter().copied().fold(f64::INFINITY, f64::min);
    let unit = if least == 0.0 { 1.0 } else { least.abs() };
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let vector = diagonal.iter().map(|d| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // From ½ to 3/2.
        (0.5 + (state >> 11) as f64 / (1u64 << 53) as f64) * unit / (d - least + unit)
    });
    let vector: Vec<f64> = vector.collect();
    orthonormal(vector.clone(), &[]).unwrap_or(vector)
}

/// Σ_k y_k v_k.
fn combined(vectors: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; vectors[0].len()];
    for (vector, weight) in vectors.iter().zip(weights) {
        sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += weight * x);
    }
    sum
}

/// What is new in a vector, of length 1; None where that is rounding.
fn orthonormal(mut vector: Vec<f64>, basis: &[Vec<f64>]) -> Option<Vec<f64>> {
    let before = dot(&vector, &vector).sqrt();
    // Twice is enough (Kahan).
    for _ in 0..2 {
        for earlier in basis {
            let along = dot(earlier, &vector);
            vector.iter_mut().zip(earlier).for_each(|(x, e)| *x -= along * e);
        }
    }
    let length = dot(&vector, &vector).sqrt();
    vector.iter_mut().for_each(|x| *x /= length);
    (length > 1e-12 * before).then_some(vector)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::lowest_eigenvalue;

    #[test]
    fn a_chain_of_springs_has_its_known_lowest_mode() {
        // 2 on the diagonal, −1 beside it: 2 − 2 cos(π/(n+1)).
        for n in [1usize, 2, 7, 60, 300] {
            let product = |v: &[f64]| {
                Ok((0..n)
                    .map(|i| {
                        let before = if i > 0 { v[i - 1] } else { 0.0 };
                        2.0 * v[i] - before - v.get(i + 1).copied().unwrap_or(0.0)
                    })
                    .collect())
            };
            let exact = 2.0 - 2.0 * (std::f64::consts::PI / (n as f64 + 1.0)).cos();
            let found = lowest_eigenvalue(&vec![2.0; n], product).expect("valid");
            assert!((found - exact).abs() < 1e-12, "{n}: {found} {exact}");
        }
    }

    #[test]
    fn diagonal_matrices_and_infinite_ones_are_no_exception() {
        let diagonal: Vec<f64> = (0..100).map(|i| f64::from((i * 37) % 100) - 20.0).collect();
        let product = |v: &[f64]| Ok(v.iter().zip(&diagonal).map(|(v, d)| v * d).collect::<Vec<f64>>());
        let found = lowest_eigenvalue(&diagonal, product).expect("valid");
        assert!((found + 20.0).abs() < 1e-10, "{found}");
        assert!(lowest_eigenvalue(&[f64::INFINITY, 1.0], |v| Ok(vec![f64::NAN; v.len()])).is_err());
    }
}
