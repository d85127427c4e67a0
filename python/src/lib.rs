//! What of replicon Python sees: arrays in and out, errors as exceptions, the interpreter lock released while anything computes.
//!
//! Nothing is computed here. The package `replicon` around it (`python/package/replicon/`) has the names that users see.

mod capacities;
mod errors;
mod listen;
mod runs;
mod scenarios;
mod small;
mod stored;
mod theory;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::capacities::{capacity, load_capacity};
    #[pymodule_export]
    use super::runs::{plan, run};
    #[pymodule_export]
    use super::scenarios::{sample_patterns, shipped, shipped_text};
    #[pymodule_export]
    use super::small::{energies, exact, exact_scenario, plefka};
    #[pymodule_export]
    use super::stored::{StoredRun, load};
    #[pymodule_export]
    use super::theory::answers;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
