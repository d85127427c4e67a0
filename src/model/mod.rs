//! Spins, patterns, and THE Hamiltonian ([`hamiltonian`]).

pub mod brute_force;
pub mod continuous;
pub mod diluted;
pub mod examples;
pub mod exponential;
pub mod gaussian_couplings;
pub mod hamiltonian;
pub mod labelled;
pub mod pattern_file;
pub mod patterns;
pub mod soft_spins;
pub mod spins;
pub mod weighted;

pub use continuous::ContinuousHopfield;
pub use diluted::DilutedPatterns;
pub use examples::ExampleSet;
pub use exponential::Exponential;
pub use gaussian_couplings::GaussianCouplings;
pub use hamiltonian::DenseHebbian;
pub use labelled::LabelledPatterns;
pub use patterns::Patterns;
pub use spins::Spins;
pub use weighted::{WeightedHebbian, WeightedPatterns};
