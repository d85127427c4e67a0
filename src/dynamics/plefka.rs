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
use crate::model::soft_spins::{SoftSpins, entropy};
use crate::model::{DenseHebbian, Patterns};
use crate::numerics::lanczos::lowest_eigenvalue;
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
    /// T = 0 (the expansion is in β); an order that this P does not have.
    pub fn new(
        model: &'a DenseHebbian,
        patterns: &'a Patterns,
        temperature: Temperature,
        reaction: Reaction,
    ) -> Result<Self> {
        let order = model.order();
        if temperature.is_zero() {
            return Err(Error::bad_input("Plefka's expansion at T = 0")
                .remedy("it is an expansion in β: T > 0; at T = 0 use zero-temperature descent"));
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
        Err(Error::no_solution("the resummed reaction does not exist at C = β(1 − q) ≥ 1")
            .remedy("start nearer to a pattern, or take order 2"))
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
    /// P ≥ 3: δ_ij/(1−m_i²) + β∂_ijH + β²γ(P(P−1)/2){q^{P−2}(1−q)δ_ij + (2/N) m_i m_j[(P−2)q^{P−3} − (P−1)q^{P−2}]}
    /// P = 2: δ_ij/(1−m_i²) + β∂_ijH + αβ[C/(1−C) δ_ij − (2β/N) m_i m_j/(1−C)²]      (resummed)
    /// ```
    ///
    /// By Lanczos' method on the product with a vector, N K P operations each: ∂_ijH v_j is the slope of a polynomial.
    ///
    /// # Errors
    /// A magnetisation of ±1, where the Hessian is infinite; a wrong number of them.
    pub fn lowest_curvature(&self, magnetisations: &[f64]) -> Result<f64> {
        lowest_eigenvalue(magnetisations.len(), self.hessian(magnetisations)?)
    }

    /// Every eigenvalue of the Hessian of βG at m, ascending, by LAPACK: N products, N³ operations, 8 N² bytes.
    ///
    /// # Errors
    /// As [`Self::lowest_curvature`]; a LAPACK that fails.
    #[cfg(feature = "lapack")]
    pub fn spectrum(&self, magnetisations: &[f64]) -> Result<Vec<f64>> {
        crate::numerics::lapack::eigenvalues(magnetisations.len(), self.hessian(magnetisations)?)
    }

    /// The product of the Hessian of βG at m with a vector.
    fn hessian<'s>(&'s self, magnetisations: &'s [f64]) -> Result<impl Fn(&[f64]) -> Result<Vec<f64>> + 's> {
        if magnetisations.iter().any(|m| m.abs() >= 1.0) {
            return Err(Error::no_solution("the Hessian is infinite at a magnetisation of ±1"));
        }
        let n = magnetisations.len() as f64;
        let q = self_overlap(magnetisations);
        let (_, r, _) = self.reaction(q);
        // dR/dq, for R(q) m_i differentiated along m_j: dq = (2/N) m_j dm_j.
        let h = 1e-6 * (1.0 - q).min(0.5);
        let slope = (self.reaction(q + h).1 - self.reaction(q - h).1) / (2.0 * h);
        Ok(move |v: &[f64]| {
            let curved = self.field_slope(magnetisations, v)?;
            let along = magnetisations.iter().zip(v).map(|(m, v)| m * v).sum::<f64>() * 2.0 / n;
            Ok(magnetisations
                .iter()
                .zip(v)
                .zip(&curved)
                .map(|((m, v), slope_of_field)| {
                    v / (1.0 - m * m) - self.beta * slope_of_field + self.beta * (r * v + slope * along * m)
                })
                .collect())
        })
    }

    /// d/dε of the fields −∂⟨H⟩/∂m along m + εv: exact for polynomials of degree 4, that is to P = 5.
    fn field_slope(&self, m: &[f64], v: &[f64]) -> Result<Vec<f64>> {
        // Steps that keep every m_i + 2εv_i inside [−1, 1].
        let room = m.iter().zip(v).map(|(m, v)| (1.0 - m.abs()) / v.abs().max(1e-300)).fold(1.0, f64::min);
        let step = 0.5 * room;
        let at = |multiple: f64| -> Result<Vec<f64>> {
            let moved: Vec<f64> =
                m.iter().zip(v).map(|(m, v)| (m + multiple * step * v).clamp(-1.0, 1.0)).collect();
            Ok(SoftSpins::new(self.model, self.patterns, &moved)?.fields())
        };
        let (a, b, c, d) = (at(1.0)?, at(-1.0)?, at(2.0)?, at(-2.0)?);
        Ok((0..m.len()).map(|i| (8.0 * (a[i] - b[i]) - (c[i] - d[i])) / (12.0 * step)).collect())
    }
}

/// q = (1/N) Σ m_i².
pub fn self_overlap(magnetisations: &[f64]) -> f64 {
    magnetisations.iter().map(|m| m * m).sum::<f64>() / magnetisations.len().max(1) as f64
}
