//! Zero-temperature descent: a spin flips where that lowers the energy. Zero fields count as stable.

use super::{Counts, Dynamics, Order, parallel_sweep, single_flip_sweep};
use crate::kernel::Fields;
use crate::rng::Stream;

/// Descent to a state that no single flip lowers.
///
/// * random and sequential order: every flip lowers H by an integer multiple of 2c, so the descent ends.
/// * parallel order: H need not fall; the end may be a cycle of two configurations (always reached at P = 2), which never
///   comes to rest.
#[derive(Debug, Clone)]
pub struct ZeroTemperature {
    order: Order,
}

impl ZeroTemperature {
    pub fn new(order: Order) -> Self {
        Self { order }
    }
}

impl Dynamics for ZeroTemperature {
    fn sweep<F: Fields>(&self, system: &mut F, stream: &mut Stream) -> Counts {
        if self.order == Order::Parallel {
            return parallel_sweep(system, unstable);
        }
        single_flip_sweep(system, self.order, stream, |_| 0.0, |spin, field, _| unstable(spin, field))
    }

    fn is_at_rest<F: Fields>(&self, system: &mut F) -> bool {
        let all: Vec<usize> = (0..system.spins().len()).collect();
        all.iter().all(|&i| {
            let field = system.field_ahead(&all[i..]);
            !unstable(system.spins().get(i), field)
        })
    }
}

/// ΔE = 2 c s F < 0.
#[inline]
fn unstable(spin: i8, field: i128) -> bool {
    i128::from(spin) * field < 0
}
