//! What is known of one chain: names and numbers.

/// Thermal averages of one chain. `None` where a quantity could not be estimated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measurement {
    /// ⟨m⟩ with the followed pattern: the planted one; from a random start the nearest at the end of burn-in, in its
    /// direction (even P knows a pattern only up to its sign). That pattern was chosen for its overlap, an extreme value: in
    /// a paramagnet the first τ sweeps of measuring still remember it.
    pub mattis: Option<f64>,
    pub mattis_abs: Option<f64>,
    /// ⟨max_μ |m_μ|⟩ (odd P: max_μ m_μ).
    pub mattis_max: Option<f64>,
    /// ⟨|q_ab|⟩ over replica pairs (odd P: signed).
    pub overlap: Option<f64>,
    pub overlap_sq: Option<f64>,
    /// ⟨H⟩/N.
    pub energy: Option<f64>,
    /// β²(⟨H²⟩ − ⟨H⟩²)/N, with what a chain of finite length misses put back.
    pub heat_capacity: Option<f64>,
    /// Accepted flips per proposal.
    pub acceptance: Option<f64>,
    /// Integrated autocorrelation times in sweeps, averaged over replicas.
    pub tau_energy: Option<f64>,
    pub tau_mattis: Option<f64>,
    pub tau_overlap: Option<f64>,
    /// Fraction of replicas (pairs) whose series changed at all; the times above are averages over these.
    pub moving_energy: Option<f64>,
    pub moving_mattis: Option<f64>,
    pub moving_overlap: Option<f64>,
    /// Thermal standard errors, by binning.
    pub energy_thermal_error: Option<f64>,
    pub mattis_thermal_error: Option<f64>,
    /// Mean of the later half minus mean of the earlier half of the measuring time.
    pub energy_drift: Option<f64>,
    pub mattis_drift: Option<f64>,
    pub overlap_drift: Option<f64>,
    /// Their standard errors were the chain stationary, from τ.
    pub energy_drift_error: Option<f64>,
    pub mattis_drift_error: Option<f64>,
    pub overlap_drift_error: Option<f64>,
    /// H/N of the planted pattern itself. Its mean over random patterns is known exactly, so that its scatter can be taken out of
    /// the energy of a chain that stays near it.
    pub planted_energy: Option<f64>,
    /// Descents that came to rest, as a fraction of replicas (zero temperature only).
    pub at_rest: Option<f64>,
    /// ⟨second largest |m_μ|⟩ (odd P: signed); beside `mattis_max` it tells one pattern from a mixture.
    pub mattis_second: Option<f64>,
    /// ⟨q_ab⟩ with its sign, at every P.
    pub overlap_signed: Option<f64>,
    /// ⟨q_ab⁴⟩.
    pub overlap_fourth: Option<f64>,
    /// ⟨R_P⟩ of [`crate::observables::tuple_overlap`].
    pub overlap_tuple: Option<f64>,
    /// ⟨q²⟩² of this sample without bias: the mean of ⟨q_ab²⟩⟨q_cd²⟩ over disjoint pairs (four replicas at least).
    pub overlap_sq_squared: Option<f64>,
    pub overlap_sq_thermal_error: Option<f64>,
    /// Mean overlap of a chain with its own configuration at t₀ (the end of burn-in, or a quarter of the measuring time after the start
    /// where that is later), over the later half of the measuring time: q_EA where it stays in one valley for that long.
    pub edwards_anderson: Option<f64>,
    /// Mean of the square of that overlap. It falls to ⟨q_ab²⟩ from above while ⟨q_ab²⟩ of replicas from random starts rises (Bhatt and
    /// Young 1985). Under replica exchange: of the configurations at one temperature, whichever walkers these are.
    pub overlap_sq_two_time: Option<f64>,
    /// Mean over the last logarithmic window of the measuring time (its later half) minus that over the window before (its second
    /// quarter).
    pub energy_window_drift: Option<f64>,
    pub overlap_sq_window_drift: Option<f64>,
    /// Sweeps before and in the measuring time.
    pub burn_in_used: Option<f64>,
    pub measure_used: Option<f64>,
    /// Accepted fraction of exchanges with the next higher temperature.
    pub exchange_acceptance: Option<f64>,
    /// Round trips along the ladder per walker, in the measuring time.
    pub round_trips: Option<f64>,
    /// Of the walkers met here, the fraction that came from the cold end.
    pub from_cold: Option<f64>,
    /// m, energy per spin and −βG/N of Plefka's mean field, from the same start.
    pub plefka_mattis: Option<f64>,
    pub plefka_energy: Option<f64>,
    pub plefka_pressure: Option<f64>,
    /// Lowest eigenvalue of the Hessian of βG there.
    pub plefka_curvature: Option<f64>,
    /// Largest violation of its equations, over replicas.
    pub plefka_residual: Option<f64>,
    /// Fraction of starts from which it converged, and that ended in m = 0.
    pub plefka_converged: Option<f64>,
    pub plefka_paramagnet: Option<f64>,
    /// Distinct solutions found beside m = 0, and those of positive curvature among them.
    pub plefka_states: Option<f64>,
    pub plefka_minima: Option<f64>,
    /// Accepted proposals of a whole configuration.
    pub jump_acceptance: Option<f64>,
    /// Learning models: ⟨n⟩, the overlap with what is stored of the followed archetype's examples: (1/N)Σ η̂ s (supervised) or
    /// (1/N)Σ x s, x = Σ_a η^a/(Mr) (unsupervised).
    pub mattis_average: Option<f64>,
    /// Learning models: ⟨overlap⟩ with one example, the first, of the followed archetype.
    pub mattis_example: Option<f64>,
    /// Fraction of replicas whose m with the planted pattern stayed at or above `lost_below` at every sweep of the measuring time (at
    /// T = 0: is so at rest).
    pub survived: Option<f64>,
    /// Sweeps of the measuring time before m first fell below that, all of them where it never did; averaged over replicas.
    pub held_sweeps: Option<f64>,
    /// Continuous network: 1/Σ p² of the weights at the fixed point.
    pub participation: Option<f64>,
    /// Fraction of replicas that ended on one pattern, on an average of several, on that of all.
    pub settled_single: Option<f64>,
    pub settled_metastable: Option<f64>,
    pub settled_global: Option<f64>,
    /// Largest root mean square of ∇E where they ended.
    pub settled_residual: Option<f64>,
    /// Updates made.
    pub settled_updates: Option<f64>,
    /// Root mean square distance from the planted pattern after one update.
    pub one_step_error: Option<f64>,
    /// 2 (K − 1) e^{−βΔ}, which bounds it from a planted start, |ξ|² ≤ N.
    pub one_step_bound: Option<f64>,
    /// Δ/N of the planted pattern: its distance in overlap from the nearest other one.
    pub separation: Option<f64>,
    /// Diluted patterns: ⟨m_μ⟩ of each. From starts that know the planted state in the order of the patterns; from a random start by |m|
    /// at the end of burn-in, each in its direction (even P): then equal amplitudes look apart by what they fluctuate.
    pub mattis_ranked: [Option<f64>; RANKS.len()],
    /// (1/N) log Z of this sample, from population annealing.
    pub pressure: Option<f64>,
    /// Family entropy S_f and mean square family size ρ_t of the population.
    pub family_entropy: Option<f64>,
    pub family_size: Option<f64>,
}

/// The overlaps that are measured one by one, by their names.
pub const RANKS: [&str; 12] = [
    "mattis_1",
    "mattis_2",
    "mattis_3",
    "mattis_4",
    "mattis_5",
    "mattis_6",
    "mattis_7",
    "mattis_8",
    "mattis_9",
    "mattis_10",
    "mattis_11",
    "mattis_12",
];

macro_rules! quantities {
    ($($name:ident),* $(,)?) => {
        impl Measurement {
            /// Names and values, in a fixed order.
            pub fn quantities(&self) -> Vec<(&'static str, Option<f64>)> {
                let named = vec![$((stringify!($name), self.$name)),*];
                named.into_iter().chain(RANKS.into_iter().zip(self.mattis_ranked)).collect()
            }

            /// Sets a quantity by its name; false where there is none of that name.
            pub fn set(&mut self, name: &str, value: f64) -> bool {
                match name {
                    $(stringify!($name) => self.$name = Some(value),)*
                    _ => match RANKS.iter().position(|rank| *rank == name) {
                        Some(rank) => self.mattis_ranked[rank] = Some(value),
                        None => return false,
                    },
                }
                true
            }
        }
    };
}
impl Measurement {
    /// Sets beside a chain what Plefka's mean field says in its place.
    pub(super) fn take_mean_field(&mut self, solved: &Self) {
        *self = Self {
            plefka_mattis: solved.plefka_mattis,
            plefka_energy: solved.plefka_energy,
            plefka_pressure: solved.plefka_pressure,
            plefka_curvature: solved.plefka_curvature,
            plefka_residual: solved.plefka_residual,
            ..self.clone()
        };
    }
}
quantities!(
    mattis,
    mattis_abs,
    mattis_max,
    overlap,
    overlap_sq,
    energy,
    heat_capacity,
    acceptance,
    tau_energy,
    tau_mattis,
    tau_overlap,
    moving_energy,
    moving_mattis,
    moving_overlap,
    energy_thermal_error,
    mattis_thermal_error,
    energy_drift,
    mattis_drift,
    overlap_drift,
    energy_drift_error,
    mattis_drift_error,
    overlap_drift_error,
    planted_energy,
    at_rest,
    mattis_second,
    overlap_signed,
    overlap_fourth,
    overlap_tuple,
    overlap_sq_squared,
    overlap_sq_thermal_error,
    edwards_anderson,
    overlap_sq_two_time,
    energy_window_drift,
    overlap_sq_window_drift,
    burn_in_used,
    measure_used,
    exchange_acceptance,
    round_trips,
    from_cold,
    plefka_pressure,
    plefka_curvature,
    plefka_residual,
    plefka_converged,
    plefka_paramagnet,
    plefka_states,
    plefka_minima,
    plefka_mattis,
    plefka_energy,
    jump_acceptance,
    mattis_average,
    mattis_example,
    survived,
    held_sweeps,
    participation,
    settled_single,
    settled_metastable,
    settled_global,
    settled_residual,
    settled_updates,
    one_step_error,
    one_step_bound,
    separation,
    pressure,
    family_entropy,
    family_size,
);
