//! Glauber's heat bath: the new value of a spin is drawn from its conditional law.

use super::acceptance::Acceptance;
use super::{Cost, Counts, Dynamics, Order, parallel_sweep, single_flip_sweep};
use crate::kernel::Fields;
use crate::params::Temperature;
use crate::rng::{Stream, uniform};
use std::sync::LazyLock;

static ACCEPTANCE: LazyLock<Acceptance> = LazyLock::new(|| Acceptance::new(Glauber::flip_probability));

/// Heat bath: P(flip) = 1/(1 + e^{βΔE}) (Glauber, J. Math. Phys. 4, 294 (1963), doi:10.1063/1.1703954).
///
/// * random order: reversible with respect to exp(−βH).
/// * sequential order: exp(−βH) is stationary (each step leaves it so), without detailed balance.
/// * parallel order: the stationary law is **not** exp(−βH). At P = 2 it is Peretto's π(s) ∝ Π_i 2cosh βh_i(s)
///   (Biol. Cybern. 50, 51 (1984), doi:10.1007/BF00317939); at P ≥ 3 no closed form is known.
///
/// T = 0 is the exact limit: downhill always, zero field with probability ½, uphill never.
#[derive(Debug, Clone)]
pub struct Glauber {
    order: Order,
    cost: Cost,
}

impl Glauber {
    pub fn new(order: Order, scale: f64, temperature: Temperature) -> Self {
        Self { order, cost: Cost::new(scale, temperature) }
    }

    /// 1/(1 + e^{βΔE}), from βΔE ∈ [−∞, ∞].
    #[inline]
    pub fn flip_probability(cost: f64) -> f64 {
        1.0 / (1.0 + libm::exp(cost))
    }
}

impl Dynamics for Glauber {
    fn sweep<F: Fields>(&self, system: &mut F, stream: &mut Stream) -> Counts {
        let acceptance = &*ACCEPTANCE;
        match self.order {
            Order::Parallel => parallel_sweep(system, |spin, field| {
                acceptance.accepts(uniform(stream), self.cost.of_flip(spin, field))
            }),
            order => single_flip_sweep(system, order, stream, uniform, |spin, field, u| {
                acceptance.accepts(u, self.cost.of_flip(spin, field))
            }),
        }
    }
}
