//! All eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.

/// Sweeps over all pairs: convergence is quadratic, a dozen are enough for any size that fits into memory.
const MOST_SWEEPS: usize = 40;

/// Eigenvalues, ascending, and the eigenvector of each. N³ operations a sweep, six to ten sweeps.
pub fn eigen(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut vectors: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
    for _ in 0..MOST_SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                let (a, b, c) = (matrix[p][p], matrix[p][q], matrix[q][q]);
                if b.abs() <= 1e-17 * (a.abs() * c.abs()).sqrt() || b == 0.0 {
                    continue;
                }
                rotated = true;
                let ratio = (c - a) / (2.0 * b);
                let tangent = ratio.signum() / (ratio.abs() + (1.0 + ratio * ratio).sqrt());
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                let sine = tangent * cosine;
                // Columns, then rows; the vectors are rows of theirs.
                for row in &mut matrix {
                    (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
                }
                rotate(&mut matrix, (p, q), (cosine, sine));
                rotate(&mut vectors, (p, q), (cosine, sine));
                (matrix[p][q], matrix[q][p]) = (0.0, 0.0);
            }
        }
        if !rotated {
            break;
        }
    }
    let mut found: Vec<(f64, Vec<f64>)> =
        vectors.into_iter().enumerate().map(|(i, v)| (matrix[i][i], v)).collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().unzip()
}

fn rotate(rows: &mut [Vec<f64>], (p, q): (usize, usize), (cosine, sine): (f64, f64)) {
    let (first, second) = rows.split_at_mut(q);
    for (x, y) in first[p].iter_mut().zip(&mut second[0]) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::eigen;

    #[test]
    fn vectors_are_orthonormal_and_turned_into_multiples_of_themselves() {
        let n = 12;
        let element =
            |i: usize, j: usize| ((i * j + 3 * i + 3 * j) as f64).sin() + if i == j { i as f64 } else { 0.0 };
        let matrix: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| element(i, j)).collect()).collect();
        let (values, vectors) = eigen(matrix.clone());
        assert!(values.is_sorted());
        for (value, vector) in values.iter().zip(&vectors) {
            for (row, x) in matrix.iter().zip(vector) {
                let product: f64 = row.iter().zip(vector).map(|(a, x)| a * x).sum();
                assert!((product - value * x).abs() < 1e-12);
            }
        }
        for (i, a) in vectors.iter().enumerate() {
            for (j, b) in vectors.iter().enumerate() {
                let overlap: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                assert!((overlap - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
    }
}
