//! The exponential network `lse` at K = e^{aN}, N → ∞, and what a corrupted pattern may bear at T = 0.
//!
//! H = −(1/λ) log Σ_μ exp(λ M_μ). Of K patterns e^{N(a − I(x))} have overlap Nx with a given configuration,
//! I(x) = ½[(1+x) log(1+x) + (1−x) log(1−x)], so that together they are worth e^{Nψ} there:
//!
//! ```text
//! ψ = a + log cosh λ   where a ≥ I(tanh λ),     else   λ m_a, I(m_a) = a   (condensed: the nearest pattern alone)
//! ```
//!
//! A retrieved pattern outweighs that while λm > ψ; then H = −M, and its spins are independent: m = tanh β. Hence the largest rate
//!
//! ```text
//! a_c = λ tanh β − log cosh λ   where β ≥ λ,     else   I(tanh β)
//! ```
//!
//! All valleys together weigh e^{N(a + log 2cosh β)}, the other configurations 2^N e^{Nβψ/λ}; at β = λ their sum is
//! Z = K (2cosh λ)^N exactly.
//!
//! At T = 0 only the sign of a field counts, and noise, of random sign, is smaller than ψ says: the square root of
//! Σ_μ exp(2λ M_μ). From an overlap x = 1 − 2ϱ a descent finds one given pattern while a < I(x) (no other is nearer), or while
//! a < 2λx − log cosh 2λ where x > tanh 2λ; it finds all K of them from as many starts while also a < I(x)/2. Where a nearer pattern
//! decides, the probability of one is e^{−N I(x)}/√N up to a factor, so that K ~ N^{1/2} e^{aN} of one pattern, N^{1/4} e^{aN} of all.

use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::params::Temperature;
use std::f64::consts::LN_2;

/// I(x), the rate at which e^{−N I(x)} of all configurations have overlap Nx with a given one. |x| ≤ 1.
#[must_use]
pub fn cost_of_overlap(x: f64) -> f64 {
    let half = |x: f64| if x <= -1.0 { 0.0 } else { (1.0 + x) * libm::log1p(x) };
    0.5 * (half(x) + half(-x))
}

/// m_a with I(m_a) = a: the overlap of the nearest of e^{aN} random patterns; 1 beyond a = log 2.
#[must_use]
pub fn nearest_overlap(rate: f64) -> f64 {
    if rate >= LN_2 {
        return 1.0;
    }
    root(|x| cost_of_overlap(x) - rate, (0.0, -rate), (1.0, LN_2 - rate), 0.0)
}

/// One point of the phase diagram; energies per spin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// ψ
    pub noise: f64,
    /// Whether ψ is the nearest pattern's alone.
    pub condensed: bool,
    /// The rate at which retrieval ends.
    pub critical_rate: f64,
    /// tanh β while the rate is below.
    pub m: Option<f64>,
    /// −T (a + log 2cosh β): all K valleys together, where they exist.
    pub retrieval: Option<f64>,
    /// −T log 2 − ψ/λ: all other configurations.
    pub paramagnet: f64,
}

impl Point {
    /// Whether the valleys of the patterns are the equilibrium state.
    #[must_use]
    pub fn retrieval_dominates(&self) -> bool {
        self.retrieval.is_some_and(|f| f <= self.paramagnet)
    }
}

/// K = e^{aN} patterns of weight λ at temperature T.
///
/// # Range
/// a ≥ 0, λ > 0, T ≥ 0 (0: the limit T → 0; a descent at T = 0 goes further, see [`recall_rates`]).
///
/// # Errors
/// Parameters outside.
pub fn point(rate: f64, lambda: f64, temperature: Temperature) -> Result<Point> {
    check(rate, lambda)?;
    let (t, beta) = (temperature.get(), temperature.beta());
    let m = libm::tanh(beta);
    let condensed = rate < cost_of_overlap(libm::tanh(lambda));
    let noise = if condensed { lambda * nearest_overlap(rate) } else { rate + ln_cosh(lambda) };
    let critical_rate = if beta >= lambda { lambda * m - ln_cosh(lambda) } else { cost_of_overlap(m) };
    let retrieves = rate < critical_rate;
    // T log 2cosh β → 1 at T = 0.
    let valley = if temperature.is_zero() { 1.0 } else { t * (LN_2 + ln_cosh(beta)) };
    Ok(Point {
        noise,
        condensed,
        critical_rate,
        m: retrieves.then_some(m),
        retrieval: retrieves.then_some(-valley - t * rate),
        paramagnet: -t * LN_2 - noise / lambda,
    })
}

/// Largest rates at which a T = 0 descent undoes a fraction ϱ of wrong bits: of one given pattern, and of all K.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecallRates {
    pub one: f64,
    pub all: f64,
    /// Powers of N in front of e^{aN}.
    pub power_one: f64,
    pub power_all: f64,
}

/// # Range
/// λ > 0, 0 ≤ ϱ < ½. `sum` is λ = 1.
///
/// # Errors
/// Parameters outside.
pub fn recall_rates(lambda: f64, corrupted: f64) -> Result<RecallRates> {
    check(0.0, lambda)?;
    if !(0.0..0.5).contains(&corrupted) {
        return Err(
            Error::bad_input(format!("ϱ = {corrupted}")).remedy("a fraction of wrong bits, 0 ≤ ϱ < 1/2")
        );
    }
    let x = 1.0 - 2.0 * corrupted;
    let nearer = cost_of_overlap(x);
    let bulk = 2.0 * lambda * x - ln_cosh(2.0 * lambda);
    let (one, power_one) = if x > libm::tanh(2.0 * lambda) { (bulk, 0.0) } else { (nearer, 0.5) };
    let (all, power_all) = if one < nearer / 2.0 { (one, power_one) } else { (nearer / 2.0, 0.25) };
    Ok(RecallRates { one, all, power_one, power_all })
}

fn check(rate: f64, lambda: f64) -> Result<()> {
    if !(rate.is_finite() && rate >= 0.0) {
        return Err(Error::bad_input(format!("rate a = {rate}")).remedy("a finite number a ≥ 0: K = e^{aN}"));
    }
    if !(lambda.is_finite() && lambda > 0.0) {
        return Err(Error::bad_input(format!("λ = {lambda}")).remedy("λ is a finite number above 0"));
    }
    Ok(())
}

/// log cosh x without overflow.
fn ln_cosh(x: f64) -> f64 {
    x.abs() + libm::log1p(libm::exp(-2.0 * x.abs())) - LN_2
}
