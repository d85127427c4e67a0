//! THE Hamiltonian: the energy of a dense Hebbian network as one exact integer table of the overlap.
//!
//! ```text
//! H(s) = − c Σ_μ e_P(M_μ),   c = P!/(2 N^{P−1}),   M_μ = Σ_i ξ^μ_i s_i
//! ```
//!
//! e_P(M) is the elementary symmetric polynomial of the N signs ξ_i s_i: the sum over *distinct* indices of their
//! products. It depends on the signs through their sum M alone, by the recurrence (n = N)
//!
//! ```text
//! k e_k(M) = M e_{k−1}(M) − (n − k + 2) e_{k−2}(M),   e_0 = 1,  e_1 = M
//! ```
//!
//! (a Krawtchouk polynomial of the number of disagreements). Splitting off spin i, with e^{(n)} the polynomials of n
//! signs and M the overlap *including* spin i, the local field is
//!
//! ```text
//! h_i = c F_i,   F_i = Σ_μ ξ^μ_i a(M_μ) − s_i Σ_μ b(M_μ),   a = e_{P−1}^{(N−2)},  b = e_{P−2}^{(N−2)}
//! ΔE_i = 2 c s_i F_i
//! ```
//!
//! because e^{(N−1)}_{P−1}(M − σ) = a(M) − σ b(M) for σ = ξ_i s_i, an identity of polynomials that holds at M = ±N
//! too. a and b do not depend on i: the field is a signed bit sum of a vector that changes only when a spin flips.

use crate::error::{Error, Result};
use crate::params::InteractionOrder;

/// The dense Hebbian energy of N spins at order P: e_P, a and b for every overlap, exact integers.
#[derive(Debug, Clone)]
pub struct DenseHebbian {
    order: InteractionOrder,
    spins: usize,
    weight: f64,
    energy: Vec<i128>,
    field: Vec<i128>,
    reaction: Vec<i128>,
}

impl DenseHebbian {
    /// # Errors
    /// Where N is 0 or above 2¹⁵ − 1, or K·C(N, P) leaves the range of exact integers (2¹²⁰).
    pub fn new(order: InteractionOrder, spins: usize, patterns: usize) -> Result<Self> {
        if spins == 0 || spins > i16::MAX as usize {
            return Err(Error::bad_input(format!("{spins} spins")).remedy("from 1 to 32767 spins"));
        }
        let too_large = || {
            Error::bad_input(format!(
                "P = {order}, N = {spins}, K = {patterns}: energies up to K·C(N, P) leave the range of exact integers"
            ))
            .remedy("K·C(N, P) must stay below 2^120")
        };
        let table = |k: u32, n: i128| -> Option<Vec<i128>> {
            (0..=spins as i128).map(|up| elementary_symmetric(k, n, 2 * up - spins as i128)).collect()
        };
        let n = spins as i128;
        let energy = table(order.get(), n).ok_or_else(too_large)?;
        let field = table(order.get() - 1, n - 2).ok_or_else(too_large)?;
        let reaction = table(order.get() - 2, n - 2).ok_or_else(too_large)?;
        let bound = energy.iter().chain(&field).chain(&reaction).map(|e| e.unsigned_abs()).max().unwrap_or(0);
        match bound.checked_mul(patterns.max(1) as u128) {
            Some(total) if total < 1 << 120 => {
                Ok(Self { order, spins, weight: 1.0, energy, field, reaction })
            }
            _ => Err(too_large()),
        }
    }

    /// The same with every energy multiplied by `weight`: what one of many stored patterns is worth.
    #[must_use]
    pub fn weighted(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    pub fn order(&self) -> InteractionOrder {
        self.order
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// c = P!/(2 N^{P−1}), times the weight: H = −c Σ_μ e_P(M_μ), total energy.
    pub fn scale(&self) -> f64 {
        self.weight * unit_of_energy(self.order, self.spins)
    }

    /// e_P(M): the distinct-index sum of one pattern at overlap M (|M| ≤ N, M ≡ N mod 2).
    #[inline]
    pub fn energy_of_overlap(&self, overlap: i32) -> i128 {
        self.energy[self.index(overlap)]
    }

    /// a(M) = e_{P−1}^{(N−2)}(M): what a pattern adds to the field along its own sign.
    #[inline]
    pub fn field_of_overlap(&self, overlap: i32) -> i128 {
        self.field[self.index(overlap)]
    }

    /// b(M) = e_{P−2}^{(N−2)}(M): what a pattern adds to the field against the spin itself.
    #[inline]
    pub fn reaction_of_overlap(&self, overlap: i32) -> i128 {
        self.reaction[self.index(overlap)]
    }

    /// Total energy H = −c Σ_μ e_P(M_μ) of the exact integer sum.
    #[inline]
    pub fn energy(&self, sum: i128) -> f64 {
        -self.scale() * sum as f64
    }

    #[inline]
    fn index(&self, overlap: i32) -> usize {
        ((overlap + self.spins as i32) / 2) as usize
    }
}

/// P!/(2 N^{P−1})
pub fn unit_of_energy(order: InteractionOrder, spins: usize) -> f64 {
    let power: f64 = (1..order.get()).map(|_| spins as f64).product();
    order.factorial() / (2.0 * power)
}

/// e_k of n signs with sum M, as the polynomial in M (n and M may be any integers); `None` on overflow.
pub fn elementary_symmetric(k: u32, n: i128, overlap: i128) -> Option<i128> {
    let (mut previous, mut current) = (0i128, 1i128);
    for j in 1..=i128::from(k) {
        let next = overlap.checked_mul(current)?.checked_sub((n - j + 2).checked_mul(previous)?)?;
        (previous, current) = (current, next / j);
    }
    Some(current)
}
