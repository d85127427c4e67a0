//! Replica theory, one file per theory. Knows units, never the simulation.
//!
//! * [`rs`]: replica-symmetric saddle points, P ≥ 2, T ≥ 0
//! * [`sk`]: RS of the SK model, the P = 2 of Gaussian couplings
//! * [`lines`]: where their branches end (retrieval spinodal, onset of the glass)
//! * [`annealed`]: the finite-N baseline of the paramagnet
//! * [`at_line`]: where replica symmetry breaks (de Almeida–Thouless)
//! * [`transition`]: where RS retrieval and the m = 0 state exchange stability
//! * [`one_rsb`]: one step of replica symmetry breaking, P ≥ 2, T ≥ 0: glass, retrieval, their lines, complexity
//! * [`k_rsb`]: more steps: the glass of SK and of P ≥ 3, retrieval of P ≥ 3, T > 0
//! * [`absence`]: why a branch does not exist at a point, and where it ends
//! * [`decomposition`]: the m = 0 pressure as a hard and a soft spin glass
//! * [`triple_points`]: where lines of the phase diagram meet
//! * [`learning`]: archetypes learnt from examples, supervised and unsupervised, RS and 1RSB
//! * [`multitasking`]: diluted patterns retrieved in parallel, P = 2, finite K
//! * [`exponential`]: e^{aN} patterns in the exponential network
//! * [`recall`]: how many patterns are whole at T = 0 and finite N

pub mod absence;
pub mod annealed;
pub mod annealed_gaussian;
pub mod at_line;
pub mod basin;
mod cue;
mod curve;
pub mod decomposition;
pub mod exponential;
pub mod k_rsb;
pub mod learning;
pub mod lines;
pub mod multitasking;
pub mod one_rsb;
pub mod recall;
pub mod rs;
mod saddle;
pub mod sk;
pub mod transition;
pub mod triple_points;

use std::fmt;

/// Which solution of the saddle-point equations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Branch {
    /// m > 0, continued from m = 1
    Retrieval,
    /// m = 0, the largest q > 0
    Glass,
    /// m = q = 0
    Paramagnet,
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Retrieval => "retrieval",
            Self::Glass => "glass",
            Self::Paramagnet => "paramagnet",
        })
    }
}

/// A saddle point and what follows from it. Energies are per spin, in units of the coupling; k_B = 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaddlePoint {
    pub branch: Branch,
    /// Mattis magnetisation m
    pub m: f64,
    /// Replica overlap q
    pub q: f64,
    /// A = (1/N) E log Z = −βf; None at T = 0
    pub pressure: Option<f64>,
    /// f = u − Ts
    pub free_energy: f64,
    /// u = −∂A/∂β
    pub energy: f64,
    /// s = A + βu; negative where the saddle is unphysical
    pub entropy: f64,
    /// Replicon eigenvalue λ; None at T = 0, where it is −∞
    pub replicon: Option<f64>,
    /// λ > 0
    pub stable: bool,
    /// Largest violation of the saddle-point equations, recomputed from (m, q)
    pub residual: f64,
}
