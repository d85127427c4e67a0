//! **replicon**: the statistical mechanics of dense associative memories.
//!
//! One Hamiltonian ([`model::hamiltonian`]), simulated and solved: Monte Carlo over disorder samples on one side,
//! replica theory on the other, compared in one table. See the README for the program; this is the library.

pub mod chain;
#[cfg(feature = "program")]
pub mod cli;
pub mod dynamics;
pub mod error;
pub mod estimators;
pub mod exact;
pub mod kernel;
pub mod model;
pub mod numerics;
pub mod observables;
pub mod params;
#[cfg(feature = "plots")]
pub mod plot;
#[cfg(feature = "program")]
pub mod questions;
#[cfg(all(feature = "program", feature = "plots"))]
pub mod report;
pub mod rng;
pub mod scenario;
pub mod sweep;
pub mod theory;
#[cfg(feature = "program")]
pub mod validate;

pub use error::{Error, Result};
