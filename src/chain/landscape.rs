//! The distinct solutions that many starts lead to: what the TAP equations of one sample look like.

use super::Measurement;
use crate::dynamics::plefka::{Plefka, Solution, self_overlap};

/// Two solutions are one where (1/N) Σ (m_i − m′_i)² is below this: far above what convergence to 1e-9 leaves, far below the
/// distance 2/N·O(1) of states that differ by one spin.
const SAME: f64 = 1e-6;

/// A solution, and how many starts ended there.
struct Valley<'s> {
    solution: &'s Solution,
    starts: usize,
    /// Lowest eigenvalue of the Hessian of βG.
    curvature: Option<f64>,
}

/// The distinct converged solutions of one sample at one temperature. m and −m are one where H is even.
pub(super) struct Landscape<'s> {
    valleys: Vec<Valley<'s>>,
    starts: usize,
    temperature: f64,
}

impl<'s> Landscape<'s> {
    pub fn of(problem: &Plefka<'_>, found: &'s [Solution], even: bool, temperature: f64) -> Self {
        let mut valleys: Vec<Valley<'s>> = Vec::new();
        for solution in found.iter().filter(|solution| solution.converged) {
            let m = &solution.magnetisations;
            let known = valleys.iter_mut().find(|valley| {
                let other = &valley.solution.magnetisations;
                distance(m, other, 1.0) < SAME || (even && distance(m, other, -1.0) < SAME)
            });
            match known {
                Some(valley) => valley.starts += 1,
                None => {
                    valleys.push(Valley { solution, starts: 1, curvature: problem.lowest_curvature(m).ok() });
                }
            }
        }
        valleys.sort_by(|a, b| b.solution.minus_beta_g.total_cmp(&a.solution.minus_beta_g));
        Self { valleys, starts: found.len(), temperature }
    }

    /// Mean curvature over the starts, where every one has a value.
    pub fn curvature(&self) -> Option<f64> {
        let counted: usize = self.valleys.iter().map(|valley| valley.starts).sum();
        let sum: Option<f64> =
            self.valleys.iter().map(|valley| Some(valley.curvature? * valley.starts as f64)).sum();
        sum.filter(|_| counted == self.starts && counted > 0).map(|sum| sum / counted as f64)
    }

    /// Solutions other than m = 0.
    fn states(&self) -> impl Iterator<Item = &Valley<'s>> {
        self.valleys.iter().filter(|valley| !valley.is_paramagnet())
    }

    pub fn measure(&self, measurement: &mut Measurement) {
        let share = |of: &dyn Fn(&Valley<'s>) -> bool| {
            let starts: usize = self.valleys.iter().filter(|v| of(v)).map(|valley| valley.starts).sum();
            Some(starts as f64 / self.starts as f64)
        };
        measurement.plefka_converged = share(&|_| true);
        measurement.plefka_paramagnet = share(&Valley::is_paramagnet);
        measurement.plefka_states = Some(self.states().count() as f64);
        let minima = self.states().filter(|valley| valley.curvature.is_some_and(|c| c > 0.0));
        measurement.plefka_minima = Some(minima.count() as f64);
    }

    /// Free energy f = −T(−βG)/N, energy u and q of each state from the lowest f up, its curvature, and the starts that led to it: one
    /// series a quantity, one value a state, NaN where the
    /// curvature is not known.
    pub fn series(&self) -> Vec<(String, usize, Vec<f64>)> {
        type Quantity<'q> = (&'q str, &'q dyn Fn(&Valley<'_>) -> f64);
        let n = |valley: &Valley<'_>| valley.solution.magnetisations.len() as f64;
        let quantities: [Quantity<'_>; 5] = [
            ("plefka_free_energy", &|v| -self.temperature * v.solution.minus_beta_g / n(v)),
            ("plefka_energy", &|v| v.solution.energy / n(v)),
            ("plefka_overlap", &|v| self_overlap(&v.solution.magnetisations)),
            ("plefka_curvature", &|v| v.curvature.unwrap_or(f64::NAN)),
            ("plefka_starts", &|v| v.starts as f64),
        ];
        quantities
            .iter()
            .map(|(name, of)| ((*name).to_string(), 0, self.states().map(of).collect()))
            .collect()
    }
}

impl Valley<'_> {
    fn is_paramagnet(&self) -> bool {
        self_overlap(&self.solution.magnetisations) < SAME
    }
}

/// (1/N) Σ (m_i ∓ m′_i)².
fn distance(a: &[f64], b: &[f64], sign: f64) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - sign * b) * (a - sign * b)).sum::<f64>() / a.len().max(1) as f64
}
