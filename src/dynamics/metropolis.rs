//! Metropolis: downhill always, uphill with e^{−βΔE}.

use super::acceptance::Acceptance;
use super::{Cost, Counts, Dynamics, Order, single_flip_sweep};
use crate::error::{Error, Result};
use crate::kernel::Fields;
use crate::params::Temperature;
use crate::rng::{Stream, uniform};
use std::sync::LazyLock;

static ACCEPTANCE: LazyLock<Acceptance> =
    LazyLock::new(|| Acceptance::new(|cost| Metropolis::flip_probability(Order::Random, cost)));

/// Metropolis et al., J. Chem. Phys. 21, 1087 (1953), doi:10.1063/1.1699114: P(flip) = min(1, e^{−βΔE}).
///
/// * random order: reversible with respect to exp(−βH). (On a flat landscape, N < P, every proposal is a flip and the chain
///   has period 2.)
/// * sequential order: exp(−βH) is stationary. ΔE = 0 is accepted with probability ½ there: with probability 1 a flat
///   direction would be flipped at every visit, and the chain would be reducible.
/// * parallel order is refused: all downhill flips at once make the chain reducible.
///
/// T = 0 is the exact limit: downhill always, uphill never, ΔE = 0 as above.
#[derive(Debug, Clone)]
pub struct Metropolis {
    order: Order,
    cost: Cost,
}

impl Metropolis {
    /// What to take instead of parallel order.
    pub const PARALLEL_REFUSED: &str = "order = \"random\" or \"sequential\" (in parallel order metropolis is reducible), or update = \"glauber\"";

    /// # Errors
    /// Parallel order.
    pub fn new(order: Order, scale: f64, temperature: Temperature) -> Result<Self> {
        if order == Order::Parallel {
            return Err(Error::bad_input("metropolis in parallel order: the chain would be reducible")
                .remedy(
                    "take order = \"random\" or \"sequential\", or update = \"glauber\" for parallel order",
                ));
        }
        Ok(Self { order, cost: Cost::new(scale, temperature) })
    }

    /// Acceptance from βΔE ∈ [−∞, ∞] in the given order.
    #[inline]
    pub fn flip_probability(order: Order, cost: f64) -> f64 {
        if cost > 0.0 {
            libm::exp(-cost)
        } else if cost == 0.0 && order == Order::Sequential {
            0.5
        } else {
            1.0
        }
    }
}

impl Dynamics for Metropolis {
    fn sweep<F: Fields>(&self, system: &mut F, stream: &mut Stream) -> Counts {
        let acceptance = &*ACCEPTANCE;
        single_flip_sweep(system, self.order, stream, uniform, |spin, field, u| {
            let cost = self.cost.of_flip(spin, field);
            // The two orders differ at ΔE = 0 only.
            if cost == 0.0 {
                u < Self::flip_probability(self.order, cost)
            } else {
                acceptance.accepts(u, cost)
            }
        })
    }
}
