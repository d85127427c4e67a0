//! The hot loops over bit planes, and the forms of a configuration that they keep up to date.
//!
//! * [`OverlapForm`], any P: all overlaps M_μ and the vector a(M_μ) cached; a field is a signed bit sum of it
//!   (cost K per proposal, K per accepted flip). Fields found once are remembered by configuration.
//! * [`LocalFieldForm`], P = 2: all N local fields cached (cost 1 per proposal, N per accepted flip).
//! * [`WeightedForm`], any P: patterns of integer weights, their sums e_1 … e_{P−1} cached.
//! * [`GaussianForm`], any P: explicit Gaussian couplings, all N fields cached.
//! * [`ExponentialForm`]: the overlaps of the exponential network, and how many patterns have each.
//!
//! The first two give the same exact integers, so trajectories do not depend on which one runs. The loops themselves stand in
//! [`portable`], written for the compiler to vectorise; a SIMD twin takes the same arguments and gives the same integers.
//! [`Twin`] chooses, once, by what the processor can do. [`Limit`] says how fast they could be at best.

mod aligned;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod exponential_form;
mod field_tables;
mod gaussian_form;
mod known_fields;
mod limit;
mod local_field_form;
mod overlap_form;
pub mod portable;
#[cfg(target_arch = "x86_64")]
mod token;
mod twin;
mod weighted_form;

pub use exponential_form::ExponentialForm;
pub use field_tables::{FieldTables, Polynomial, Rule};
pub use gaussian_form::{CouplingTensor, GaussianForm};
pub use known_fields::remembered_bytes;
pub use limit::{Limit, Measured, Pass, Work};
pub use local_field_form::{Couplings, LocalFieldForm};
pub use overlap_form::OverlapForm;
pub use twin::Twin;
pub use weighted_form::WeightedForm;

use crate::model::{Patterns, Spins};

/// A configuration with its exact integer fields.
///
/// F_i is the field in units of c: h_i = c F_i and ΔE_i = 2 c s_i F_i, for H = −c Σ with an integer Σ, which is Σ_μ e_P(M_μ) of
/// [`crate::model::DenseHebbian`] or Σ j s…s of [`crate::model::GaussianCouplings`], and H rounded to 2⁻⁴⁰ of [`crate::model::Exponential`].
pub trait Fields {
    /// c, the energy of one unit of the integer sum.
    fn scale(&self) -> f64;

    fn spins(&self) -> &Spins;

    /// F_i of the present configuration.
    fn field(&self, i: usize) -> i128;

    /// F of the first of `sites`. The others are asked next, in this order, as long as no spin flips: an implementation may
    /// find several at once.
    #[inline]
    fn field_ahead(&mut self, sites: &[usize]) -> i128 {
        self.field(sites[0])
    }

    /// Flips spin i; `field` is its present F_i.
    fn flip(&mut self, i: usize, field: i128);

    /// Flips several spins whose fields were taken before any of them moved.
    fn flip_together(&mut self, sites: &[usize]) {
        for &i in sites {
            let field = self.field(i);
            self.flip(i, field);
        }
    }

    /// Σ; the total energy is −c times this.
    fn energy_sum(&self) -> i128;

    /// M_μ of every pattern, in pattern order; empty where there are no patterns.
    fn overlaps(&self) -> &[i16];
}

/// M_μ of every pattern for a configuration that keeps none.
pub fn overlaps_with(patterns: &Patterns, spins: &Spins) -> Vec<i16> {
    let length = patterns.count().next_multiple_of(crate::model::patterns::BLOCK);
    let mut overlaps = overlap_form::all_overlaps(Twin::best(), patterns, spins, length).to_vec();
    overlaps.truncate(patterns.count());
    overlaps
}
