//! Plefka's mean field: the magnetisations m_i of one sample as a fixed point of its TAP equations.
//!
//! At fixed magnetisations −βG = S(m) − β⟨H⟩ + reaction, with q = (1/N)Σ m_i² and C = β(1−q); the reaction is averaged over the
//! disorder (Plefka 1982; P = 2 resummed: Mézard, Parisi & Virasoro 1987, Nakanishi & Takayama 1997):
//!
//! ```text
//! P ≥ 3, order 2:   N(β²γ/4)[1 − P q^{P−1} + (P−1) q^P],    R = βγ(P(P−1)/2) q^{P−2}(1−q)
//! P = 2, all orders: −(αN/2)[log(1−C) + C],                  R = α C/(1−C)
//! order 2 and 3 of it: (αN/2)[C²/2 (+ C³/3)],                R = α(C (+ C²))
//! m_i = tanh β[−∂⟨H⟩/∂m_i − R m_i]
//! ```
//!
//! A step costs N K P/2 operations through the pattern overlaps ([`SoftSpins`]); the couplings are never written out.

use crate::error::{Error, Result};
use crate::model::soft_spins::{FieldSlopes, SoftSpins, entropy};
use crate::model::{DenseHebbian, Patterns};
use crate::numerics::davidson::lowest_eigenvalue;
use crate::params::{Load, Temperature};

/// How far the reaction term goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Order 1: none.
    Naive,
    /// Order 2.
    Second,
    /// Order 3, P = 2.
    Third,
    /// All orders, P = 2.
    Resummed,
}

/// The mean-field problem of one sample at one temperature.
#[derive(Debug, Clone)]
pub struct Plefka<'a> {
    model: &'a DenseHebbian,
    patterns: &'a Patterns,
    gamma: f64,
    beta: f64,
    reaction: Reaction,
}

/// Where the iteration ended.
#[derive(Debug, Clone)]
pub struct Solution {
    pub magnetisations: Vec<f64>,
    /// max_i |m_i − tanh β[…]| there.
    pub residual: f64,
    /// residual ≤ the tolerance asked for.
    pub converged: bool,
    pub iterations: usize,
    /// −βG, total.
    pub minus_beta_g: f64,
    /// ∂(βG)/∂β at fixed m: the total energy.
    pub energy: f64,
}

impl<'a> Plefka<'a> {
    /// # Errors
    /// T = 0, or so low that β = 1/T is no number (the expansion is in β); an order that this P does not have.
    pub fn new(
        model: &'a DenseHebbian,
        patterns: &'a Patterns,
        temperature: Temperature,
        reaction: Reaction,
    ) -> Result<Self> {
        let order = model.order();
        if !temperature.beta().is_finite() {
            return Err(Error::bad_input(format!("Plefka's expansion at T = {temperature}")).remedy(
                "it is an expansion in β = 1/T, a finite number; at T = 0 use zero-temperature descent",
            ));
        }
        if order.get() > 2 && matches!(reaction, Reaction::Third | Reaction::Resummed) {
            return Err(Error::bad_input(format!("the averaged reaction beyond order 2 at P = {order}"))
                .remedy("orders 1 and 2 at P ≥ 3; 3 and all orders at P = 2"));
        }
        let gamma = Load::realised(order, patterns.spins(), patterns.count())?.get();
        Ok(Self { model, patterns, gamma, beta: temperature.beta(), reaction })
    }

    /// The reaction that belongs to an order P by default: all of it at P = 2, order 2 at P ≥ 3.
    pub fn usual_reaction(model: &DenseHebbian) -> Reaction {
        if model.order().get() == 2 { Reaction::Resummed } else { Reaction::Second }
    }

    /// (reaction in −βG, R in the field, reaction in the energy) at q; total, per m_i, total.
    fn reaction(&self, q: f64) -> (f64, f64, f64) {
        let n = self.patterns.spins() as f64;
        let p = f64::from(self.model.order().get());
        let (beta, gamma) = (self.beta, self.gamma);
        if p > 2.0 {
            if self.reaction == Reaction::Naive {
                return (0.0, 0.0, 0.0);
            }
            let lower = libm::pow(q, p - 2.0);
            let bracket = 1.0 - p * lower * q + (p - 1.0) * lower * q * q;
            let term = n * beta * gamma / 4.0 * bracket;
            return (beta * term, beta * gamma * p * (p - 1.0) / 2.0 * lower * (1.0 - q), -2.0 * term);
        }
        let c = beta * (1.0 - q);
        let (pressure, slope) = match self.reaction {
            Reaction::Naive => (0.0, 0.0),
            Reaction::Second => (0.5 * c * c, c),
            Reaction::Third => (0.5 * c * c + c * c * c / 3.0, c + c * c),
            Reaction::Resummed if c < 1.0 => (-libm::log1p(-c) - c, c / (1.0 - c)),
            // Where C ≥ 1 the series has no sum: the paramagnet below its own instability.
            Reaction::Resummed => (f64::INFINITY, f64::INFINITY),
        };
        (0.5 * gamma * n * pressure, gamma * slope, -0.5 * gamma * n * (1.0 - q) * slope)
    }

    /// −βG and the energy ∂(βG)/∂β at fixed magnetisations, totals.
    ///
    /// # Errors
    /// A wrong number of magnetisations, or one outside [−1, 1].
    pub fn free_energy(&self, magnetisations: &[f64]) -> Result<(f64, f64)> {
        let soft = SoftSpins::new(self.model, self.patterns, magnetisations)?;
        let (reaction, _, reaction_energy) = self.reaction(self_overlap(magnetisations));
        let energy = soft.energy();
        Ok((entropy(magnetisations) - self.beta * energy + reaction, energy + reaction_energy))
    }

    /// The fields −∂⟨H⟩/∂m_i and R.
    fn fields(&self, magnetisations: &[f64]) -> Result<(Vec<f64>, f64)> {
        let fields = SoftSpins::new(self.model, self.patterns, magnetisations)?.fields();
        let (_, r, _) = self.reaction(self_overlap(magnetisations));
        if r.is_finite() {
            return Ok((fields, r));
        }
        Err(beyond_resummation())
    }

    /// tanh β[h_i − R `memory`_i].
    fn answer(&self, (fields, r): &(Vec<f64>, f64), memory: &[f64]) -> Vec<f64> {
        fields.iter().zip(memory).map(|(h, m)| libm::tanh(self.beta * (h - r * m))).collect()
    }

    /// Iterates from `start` until the residual is at most `tolerance`, at most `most` steps: first with the reaction of the step
    /// before (Bolthausen 2014, which converges wherever the AT condition holds), then damped more and more.
    ///
    /// # Errors
    /// As [`Self::free_energy`]. No convergence is no error: it is in the solution.
    pub fn solve(&self, start: &[f64], tolerance: f64, most: usize) -> Result<Solution> {
        self.iterate(start, tolerance, most, &[0.0, 0.5, 0.8, 0.95])
    }

    /// As [`Self::solve`], damped from the first step on: the valley that the start lies in, or m = 0 where it has none.
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn solve_nearby(&self, start: &[f64], tolerance: f64, most: usize) -> Result<Solution> {
        self.iterate(start, tolerance, most, &[0.5, 0.8, 0.95])
    }

    /// Attempts with one share of the old value kept in each step after the other; 0 carries the memory of the step before.
    fn iterate(&self, start: &[f64], tolerance: f64, most: usize, attempts: &[f64]) -> Result<Solution> {
        let mut best: Option<(f64, Vec<f64>)> = None;
        let mut iterations = 0;
        for &damping in attempts {
            let mut m = start.to_vec();
            let mut before = m.clone();
            for _ in 0..most.div_ceil(attempts.len()) {
                iterations += 1;
                let Ok(fields) = self.fields(&m) else { break };
                let present = self.answer(&fields, &m);
                let residual = present.iter().zip(&m).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
                if best.as_ref().is_none_or(|(least, _)| residual < *least) {
                    best = Some((residual, m.clone()));
                }
                if residual <= tolerance {
                    return self.finish(best, tolerance, iterations, start);
                }
                let next = if damping == 0.0 {
                    self.answer(&fields, &before)
                } else {
                    present.iter().zip(&m).map(|(new, old)| damping * old + (1.0 - damping) * new).collect()
                };
                before = std::mem::replace(&mut m, next);
            }
        }
        self.finish(best, tolerance, iterations, start)
    }

    fn finish(
        &self,
        best: Option<(f64, Vec<f64>)>,
        tolerance: f64,
        iterations: usize,
        start: &[f64],
    ) -> Result<Solution> {
        let (residual, magnetisations) = best.unwrap_or((f64::INFINITY, start.to_vec()));
        let (minus_beta_g, energy) = self.free_energy(&magnetisations)?;
        let converged = residual <= tolerance;
        Ok(Solution { magnetisations, residual, converged, iterations, minus_beta_g, energy })
    }

    /// Lowest eigenvalue of the Hessian of βG at m: positive where the solution is a minimum of G.
    ///
    /// ```text
    /// δ_ij/(1−m_i²) + β∂_ijH + β(R δ_ij + (2/N) R′(q) m_i m_j)
    /// P ≥ 3: R′ = βγ(P(P−1)/2) [(P−2)q^{P−3} − (P−1)q^{P−2}];   P = 2, resummed: R′ = −αβ/(1−C)²
    /// ```
    ///
    /// By Davidson's method on the exact product with a vector, N K P operations each. A spin whose m_i rounds to ±1 is frozen: it is
    /// left out, which is the limit |m_i| → 1.
    ///
    /// # Errors
    /// Every spin frozen; a wrong number of magnetisations; C ≥ 1 where the reaction is resummed.
    pub fn lowest_curvature(&self, magnetisations: &[f64]) -> Result<f64> {
        let hessian = self.hessian(magnetisations)?;
        lowest_eigenvalue(&hessian.diagonal(), |v| Ok(hessian.product(v)))
    }

    /// Every eigenvalue of the Hessian of βG at m, ascending, by LAPACK: N products, N³ operations, 8 N² bytes.
    ///
    /// # Errors
    /// As [`Self::lowest_curvature`]; one magnetisation of ±1, where the Hessian is infinite; a LAPACK that fails.
    #[cfg(feature = "lapack")]
    pub fn spectrum(&self, magnetisations: &[f64]) -> Result<Vec<f64>> {
        let hessian = self.hessian(magnetisations)?;
        if magnetisations.iter().any(|&m| frozen(m)) {
            return Err(Error::no_solution("the Hessian is infinite at a magnetisation of ±1"));
        }
        crate::numerics::lapack::eigenvalues(magnetisations.len(), |v| Ok(hessian.product(v)))
    }

    fn hessian<'s>(&'s self, magnetisations: &'s [f64]) -> Result<Hessian<'s>> {
        let slopes = SoftSpins::new(self.model, self.patterns, magnetisations)?.field_slopes();
        if magnetisations.iter().all(|&m| frozen(m)) {
            return Err(Error::no_solution("the Hessian is infinite where every magnetisation is ±1"));
        }
        let q = self_overlap(magnetisations);
        let (_, r, _) = self.reaction(q);
        if !r.is_finite() {
            return Err(beyond_resummation());
        }
        // (1 − m)(1 + m) keeps the digits that 1 − m² loses near ±1.
        let entropy = |m: f64| if frozen(m) { f64::MAX } else { 1.0 / ((1.0 - m) * (1.0 + m)) };
        let own = magnetisations.iter().map(|&m| entropy(m) + self.beta * r).collect();
        let along = self.beta * self.reaction_slope(q) * 2.0 / magnetisations.len() as f64;
        Ok(Hessian { slopes, magnetisations, beta: self.beta, own, along })
    }

    /// R′(q).
    fn reaction_slope(&self, q: f64) -> f64 {
        let p = f64::from(self.model.order().get());
        let c = self.beta * (1.0 - q);
        match self.reaction {
            Reaction::Naive => 0.0,
            _ if p > 2.0 => {
                let bracket = (p - 2.0) * libm::pow(q, p - 3.0) - (p - 1.0) * libm::pow(q, p - 2.0);
                self.beta * self.gamma * p * (p - 1.0) / 2.0 * bracket
            }
            Reaction::Second => -self.gamma * self.beta,
            Reaction::Third => -self.gamma * self.beta * (1.0 + 2.0 * c),
            Reaction::Resummed => -self.gamma * self.beta / ((1.0 - c) * (1.0 - c)),
        }
    }
}

/// The Hessian of βG at m.
struct Hessian<'a> {
    slopes: FieldSlopes<'a>,
    magnetisations: &'a [f64],
    beta: f64,
    /// 1/(1−m_i²) + βR.
    own: Vec<f64>,
    /// (2/N)βR′(q).
    along: f64,
}

impl Hessian<'_> {
    /// ∂_iiH = 0: H is linear in each m_i.
    fn diagonal(&self) -> Vec<f64> {
        self.own.iter().zip(self.magnetisations).map(|(own, m)| own + self.along * m * m).collect()
    }

    fn product(&self, v: &[f64]) -> Vec<f64> {
        let overlap = self.magnetisations.iter().zip(v).map(|(m, v)| m * v).sum::<f64>();
        let own = self.own.iter().zip(v).zip(self.magnetisations);
        own.zip(self.slopes.along(v))
            .map(|(((own, v), &m), slope)| match frozen(m) {
                true => 0.0,
                false => own * v - self.beta * slope + self.along * overlap * m,
            })
            .collect()
    }
}

fn frozen(m: f64) -> bool {
    m.abs() >= 1.0
}

fn beyond_resummation() -> Error {
    Error::no_solution("the resummed reaction does not exist at C = β(1 − q) ≥ 1")
        .remedy("start nearer to a pattern, or take order 2")
}

/// q = (1/N) Σ m_i².
pub fn self_overlap(magnetisations: &[f64]) -> f64 {
    magnetisations.iter().map(|m| m * m).sum::<f64>() / magnetisations.len().max(1) as f64
}
