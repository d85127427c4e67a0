//! Whole spectra of dense symmetric matrices, by LAPACK (feature `lapack`, which needs an OpenBLAS of the system).

use crate::error::{Error, Result};
use ndarray::Array2;
use ndarray_linalg::{EigValsh, UPLO};

/// All eigenvalues, ascending, of a symmetric N × N matrix known by its product with a vector. 8 N² bytes.
///
/// # Errors
/// Those of `product`; a LAPACK that fails.
pub fn eigenvalues(n: usize, product: impl Fn(&[f64]) -> Result<Vec<f64>>) -> Result<Vec<f64>> {
    let mut matrix = Array2::<f64>::zeros((n, n));
    let mut unit = vec![0.0; n];
    for column in 0..n {
        unit[column] = 1.0;
        matrix.column_mut(column).iter_mut().zip(product(&unit)?).for_each(|(entry, value)| *entry = value);
        unit[column] = 0.0;
    }
    let values = matrix.eigvalsh(UPLO::Lower);
    Ok(values.map_err(|e| Error::failed(format!("LAPACK: {e}")))?.to_vec())
}
