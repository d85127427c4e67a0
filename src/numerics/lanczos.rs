//! The lowest eigenvalue of a symmetric matrix that is known by its products alone.

use crate::error::Result;

/// Steps after which the answer is taken as it is.
const MOST_STEPS: usize = 400;
/// Relative change of the eigenvalue over ten steps at which it is taken as converged.
const TOLERANCE: f64 = 1e-11;

/// Lowest eigenvalue of an N × N matrix by Lanczos' method with full reorthogonalisation (N ≥ 1).
///
/// Memory N × steps. Exact after N steps; the extreme eigenvalues long before.
///
/// # Errors
/// Those of `product`.
pub fn lowest_eigenvalue(n: usize, product: impl Fn(&[f64]) -> Result<Vec<f64>>) -> Result<f64> {
    // A start without symmetry, the same every time.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut vector: Vec<f64> = (0..n)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        })
        .collect();
    normalise(&mut vector);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let (mut diagonal, mut off_diagonal) = (Vec::new(), Vec::<f64>::new());
    let mut last = f64::INFINITY;
    for step in 1..=n.min(MOST_STEPS) {
        let mut next = product(&vector)?;
        diagonal.push(dot(&vector, &next));
        basis.push(vector);
        // Twice is enough (Kahan).
        for _ in 0..2 {
            for earlier in &basis {
                let along = dot(earlier, &next);
                next.iter_mut().zip(earlier).for_each(|(x, e)| *x -= along * e);
            }
        }
        let length = normalise(&mut next);
        if step % 10 == 0 || step == n || length < 1e-12 {
            let lowest = tridiagonal_lowest(&diagonal, &off_diagonal);
            if length < 1e-12 || (last - lowest).abs() <= TOLERANCE * lowest.abs().max(1.0) {
                return Ok(lowest);
            }
            last = lowest;
        }
        off_diagonal.push(length);
        vector = next;
    }
    Ok(tridiagonal_lowest(&diagonal, &off_diagonal))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Divides by the length and returns it.
fn normalise(vector: &mut [f64]) -> f64 {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
    length
}

/// Lowest eigenvalue of a symmetric tridiagonal matrix, by bisection on the number of negative pivots.
fn tridiagonal_lowest(diagonal: &[f64], off_diagonal: &[f64]) -> f64 {
    let off = |i: usize| off_diagonal.get(i).copied().filter(|_| i + 1 < diagonal.len()).unwrap_or(0.0);
    // Gershgorin's circles.
    let radius = |i: usize| off(i).abs() + if i > 0 { off(i - 1).abs() } else { 0.0 };
    let mut low = diagonal.iter().enumerate().map(|(i, d)| d - radius(i)).fold(f64::INFINITY, f64::min);
    let mut high = diagonal.iter().copied().fold(f64::INFINITY, f64::min);
    let any_below = |x: f64| {
        let mut pivot = 1.0;
        for (i, d) in diagonal.iter().enumerate() {
            let before = if i > 0 { off(i - 1) * off(i - 1) / pivot } else { 0.0 };
            pivot = d - x - before;
            if pivot < 0.0 {
                return true;
            }
            if pivot == 0.0 {
                pivot = f64::MIN_POSITIVE;
            }
        }
        false
    };
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if any_below(middle) { high = middle } else { low = middle }
    }
    0.5 * (low + high)
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
            let found = lowest_eigenvalue(n, product).expect("valid");
            assert!((found - exact).abs() < 1e-9, "{n}: {found} {exact}");
        }
    }
}
