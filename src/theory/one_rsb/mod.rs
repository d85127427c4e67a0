//! One step of replica symmetry breaking (1RSB).
//!
//! Replicas fall into groups of θ: overlap q2 inside a group, q1 ≤ q2 between groups. P ≥ 3 (`docs/theory.md`; Gardner 1985
//! at m = 0), with Y1, Y2 standard Gaussians and ⟨·⟩ = E2[cosh^θ g ·]/E2 cosh^θ g:
//!
//! ```text
//! A = log 2 + (1/θ) E1 log E2 cosh^θ g + (β²γ/4)[1 − P q2^{P−1} + (P−1) q2^P − θ(P−1)(q2^P − q1^P)] − β(P−1)/2 m^P
//! g = β(P/2)m^{P−1} + Y1 β√(γ(P/2)q1^{P−1}) + Y2 β√(γ(P/2)(q2^{P−1} − q1^{P−1}))
//! m = E1⟨tanh g⟩,   q1 = E1⟨tanh g⟩²,   q2 = E1⟨tanh² g⟩,   ∂A/∂θ = 0
//! ```
//!
//! P = 2 (Crisanti, Amit & Gutfreund 1986; Steffan & Kühn 1994): the form of `law.rs`. y = βθ stays finite as T → 0, and all
//! equations are written in y and T, so that T = 0 is the same code with its closed inner average.
//!
//! * `inner`, `moments`: the nested averages
//! * `law`: equations and thermodynamics in terms of the averages
//! * [`mod@glass`]: m = q1 = 0 at P ≥ 3, one explicit curve; T_s, T_d, T_G; complexity
//! * `branch`, `entry`: q1 > 0, followed along its curve; [`retrieval`]; [`cued`], in a field; [`soft`], the glass of P = 2
//! * [`equilibrium`]: which state has the lowest free energy

pub(crate) mod branch;
pub mod cued;
mod entry;
pub mod equilibrium;
pub mod glass;
mod inner;
pub(crate) mod law;
pub(crate) mod moments;
mod point;
pub mod retrieval;
pub mod soft;

pub use glass::{ComplexityPoint, Transitions, complexity, glass_at, transitions};
pub use point::OneRsbPoint;

use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};

/// A(m, q1, q2, θ), the function whose saddles are the solutions, at any argument: P ≥ 3 as above, P = 2 in its own form.
///
/// # Errors
/// T = 0, θ outside [1e-6, 1], overlaps out of order, or (P = 2) D = 1 − β(1−q2) − βθ(q2−q1) ≤ 0.
pub fn pressure(
    p: InteractionOrder,
    gamma: Load,
    t: Temperature,
    overlaps: [f64; 3],
    theta: f64,
) -> Result<f64> {
    glass::check_theta(theta, t)?;
    let [m, q1, q2] = overlaps;
    if !((0.0..=1.0).contains(&m) && 0.0 <= q1 && q1 <= q2 && q2 <= 1.0) {
        return Err(Error::bad_input(format!("m = {m}, q1 = {q1}, q2 = {q2}"))
            .remedy("overlaps obey 0 ≤ m ≤ 1 and 0 ≤ q1 ≤ q2 ≤ 1"));
    }
    retrieval::law(p).pressure(gamma.get(), t.get(), [m, q1, q2, theta]).ok_or_else(|| {
        Error::bad_input("the pressure does not exist there").remedy("D = Δ − βθ(q2 − q1) must be positive")
    })
}
