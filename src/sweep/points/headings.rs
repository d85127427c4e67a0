//! The columns of points.csv up to those of overlaps and of theory.

use crate::sweep::columns::{ERROR, Heading, headings};

/// In their order.
pub(super) const COLUMNS: &[Heading] = headings! {
    "p"                     Whole     "1"               "Interaction order P; empty for networks without one"
    "n"                     Whole     "1"               "Number of spins N; empty in the limit of large N"
    "k"                     Whole     "1"               "Number of patterns K; empty with Gaussian couplings and in the limit"
    "gamma"                 Parameter "1"               "Load γ = P! K/(2 N^{P−1}) that K realises (P = 2: α = K/N); theory is evaluated here"
    "gamma_requested"       Real      "1"               "Load that the scenario asked for, before K was rounded"
    "temperature"           Parameter "energy"          "Temperature T; 0 is the exact limit"
    "start"                 Text      ""                "Where the chains began: planted, random, corrupted=0.2, …"
    "samples"               Whole     "1"               "Disorder samples that the row averages over"
    "mattis"                Real      "1"               "⟨m⟩, overlap with the planted pattern; from a random start with the pattern nearest at the end of burn-in"
    "mattis_err"            Real      "1"               ERROR
    "mattis_abs"            Real      "1"               "⟨|m|⟩ with the same pattern"
    "mattis_abs_err"        Real      "1"               ERROR
    "mattis_max"            Real      "1"               "⟨max_μ |m_μ|⟩ (odd P: max_μ m_μ), an extreme value: beside √(2 ln 2K / N) of chance"
    "mattis_max_err"        Real      "1"               ERROR
    "overlap"               Real      "1"               "⟨|q_ab|⟩ over pairs of replicas (odd P: ⟨q_ab⟩)"
    "overlap_err"           Real      "1"               ERROR
    "overlap_sq"            Real      "1"               "⟨q_ab²⟩ over pairs of replicas"
    "overlap_sq_err"        Real      "1"               ERROR
    "energy"                Real      "energy per spin" "u = ⟨H⟩/N"
    "energy_err"            Real      "energy per spin" ERROR
    "heat_capacity"         Real      "k_B per spin"    "β²(⟨H²⟩ − ⟨H⟩²)/N"
    "heat_capacity_err"     Real      "k_B per spin"    ERROR
    "acceptance"            Real      "1"               "Accepted flips per proposal"
    "tau_sweeps"            Real      "sweeps"          "Largest integrated autocorrelation time, of energy, m and overlap"
    "equilibrated"          Flag      ""                "Whether every chain is stationary within its branch"
    "starts_agree"          Flag      ""                "Whether energy and overlap of planted and random start agree within 3 standard errors"
    "annealed_energy"       Real      "energy per spin" "Annealed average of the energy at this N, where its bracket holds"
    "annealed_log_r"        Real      "1"               "log R_c of the bracket: the quenched pressure lies below the annealed one by about log R_c/(2N) at most"
    "energy_controlled"     Real      "energy per spin" "u with the scatter of the planted pattern's own energy taken out: the same mean, near the pattern a far smaller error"
    "energy_controlled_err" Real      "energy per spin" ERROR
    "at_rest"               Real      "1"               "Fraction of chains at T = 0 (continuous network: of iterations) that came to rest"
    "energy_thermal_err"    Real      "energy per spin" "Thermal part of energy_err, by binning"
    "mattis_thermal_err"    Real      "1"               "Thermal part of mattis_err, by binning"
    "tau_energy"            Real      "sweeps"          "Integrated autocorrelation time of the energy"
    "tau_mattis"            Real      "sweeps"          "Integrated autocorrelation time of m"
    "tau_overlap"           Real      "sweeps"          "Integrated autocorrelation time of the overlap of replicas"
    "law"                   Text      ""                "What the dynamics samples: gibbs, parallel, zero temperature, plefka"
};
