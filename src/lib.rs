//! **replicon**: the statistical mechanics of dense associative memories.
//!
//! One Hamiltonian ([`model::hamiltonian`]), simulated and solved: Monte Carlo over disorder samples on one side,
//! replica theory on the other, compared in one table. See the README for the program; this is the library.

pub mod error;
pub mod model;
pub mod numerics;
pub mod params;
#[cfg(feature = "plots")]
pub mod plot;
pub mod rng;
pub mod sweep;
pub mod theory;

pub use error::{Error, Result};
