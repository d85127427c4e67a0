//! Numbers without physics: Gaussian averages, roots, special functions.
//!
//! Everything here is pure Rust (`libm` for the transcendental functions) with a fixed order of summation, so the
//! same input gives the same bits on every platform.

pub mod clock;
pub mod davidson;
pub mod follow;
pub mod gaussian;
pub mod jacobi;
#[cfg(feature = "lapack")]
pub mod lapack;
pub mod linear;
pub mod roots;
pub mod special;
pub mod walk;

pub use gaussian::{TanhMoments, binary_entropy, tanh_moments};
