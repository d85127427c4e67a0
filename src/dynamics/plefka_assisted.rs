//! Heat bath with proposals of a whole configuration from a mean-field law.

use super::{Counts, Dynamics, Glauber, Order};
use crate::kernel::Fields;
use crate::params::Temperature;
use crate::rng::{Stream, uniform};

/// A sweep of [`Glauber`], then one independence proposal (Metropolis–Hastings): s′ from the product law
/// π(s) = Π_i (1 + m_i s_i)/2 of given magnetisations, accepted with min(1, e^{−βΔH} π(s)/π(s′)), ΔH from the exact integers.
///
/// Each part leaves exp(−βH) invariant, whatever the m_i: bad ones are refused nearly always, and cost one pass over the spins that
/// differ, twice. The magnetisations are those of Plefka's mean field (`plefka.rs`).
#[derive(Debug, Clone)]
pub struct PlefkaAssisted {
    glauber: Glauber,
    /// βc
    per_unit: f64,
    magnetisations: Vec<f64>,
}

/// Proposals stay this far from certainty, so that every configuration can be proposed.
const DOUBT: f64 = 1e-9;

impl PlefkaAssisted {
    /// `scale` is c of H = −c Σ; `order` that of the heat-bath sweep (random or sequential); T > 0.
    pub fn new(order: Order, scale: f64, temperature: Temperature, magnetisations: &[f64]) -> Self {
        let inside = |&m: &f64| m.clamp(-1.0 + DOUBT, 1.0 - DOUBT);
        Self {
            glauber: Glauber::new(order, scale, temperature),
            per_unit: scale * temperature.beta(),
            magnetisations: magnetisations.iter().map(inside).collect(),
        }
    }

    /// One proposal; whether it was accepted.
    pub fn propose<F: Fields>(&self, system: &mut F, stream: &mut Stream) -> bool {
        let spins = system.spins().clone();
        let mut sites = Vec::new();
        // log π(s) − log π(s′): only spins that differ count.
        let mut log_ratio = 0.0;
        for (i, m) in self.magnetisations.iter().enumerate() {
            let proposed = if uniform(stream) < 0.5 * (1.0 + m) { 1 } else { -1 };
            if proposed != spins.get(i) {
                sites.push(i);
                let s = f64::from(spins.get(i));
                log_ratio += libm::log1p(m * s) - libm::log1p(-m * s);
            }
        }
        let u = uniform(stream);
        if sites.is_empty() {
            return true;
        }
        let before = system.energy_sum();
        system.flip_together(&sites);
        // −βΔH = βc (Σ′ − Σ)
        let log_acceptance = self.per_unit * (system.energy_sum() - before) as f64 + log_ratio;
        if libm::log(u) < log_acceptance {
            return true;
        }
        system.flip_together(&sites);
        false
    }
}

impl Dynamics for PlefkaAssisted {
    fn sweep<F: Fields>(&self, system: &mut F, stream: &mut Stream) -> Counts {
        let mut counts = self.glauber.sweep(system, stream);
        counts.jumps += 1;
        counts.accepted_jumps += u64::from(self.propose(system, stream));
        counts
    }
}
