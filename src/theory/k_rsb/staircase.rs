//! The pressure of a staircase q(x), its derivatives, and the equations of its saddle.
//!
//! With ξ(q) = γq^P/2, ζ = qξ′ − ξ = γ(P−1)q^P/2, x_0 = 0, x_{k+1} = 1 and the averages of `ladder`:
//!
//! ```text
//! F = A/β = T log 2 + E φ_0 + (βγ/4)[1 − P q_k^{P−1} + (P−1)q_k^P] − ½ Σ_l y_l (ζ(q_l) − ζ(q_{l−1})) − (P−1)m^P/2
//! ∂F/∂q_l = (β/2) ξ″(q_l)(x_{l+1} − x_l)(q_l − E μ_l²)
//! ∂F/∂y_l = (E φ_l − E φ_{l−1})/y_l − ½(ζ(q_l) − ζ(q_{l−1}))
//! ∂F/∂m = (P(P−1)/2) m^{P−2}(E μ − m)
//! ```

use super::ladder::{Averages, Rungs};
use crate::numerics::special::{geometric_sum, power, weighted_geometric_sum};
use std::f64::consts::LN_2;

/// k + 1 overlaps in ascending order, and the k places of the steps.
#[derive(Debug, Clone)]
pub(super) struct Staircase {
    /// q_0 < … < q_k
    pub q: Vec<f64>,
    /// 1 − q_k
    pub lack: f64,
    /// x_1 < … < x_k
    pub x: Vec<f64>,
}

/// Where a staircase is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub p: u32,
    pub gamma: f64,
    /// T > 0
    pub t: f64,
    pub m: f64,
    /// q_0 = 0 (the glass of P ≥ 3), else q_0 is an unknown
    pub centred: bool,
}

/// aⁿ − bⁿ without cancellation.
fn power_difference(a: f64, b: f64, n: u32) -> f64 {
    (a - b) * (0..n).map(|i| power(a, i) * power(b, n - 1 - i)).sum::<f64>()
}

impl Staircase {
    pub fn steps(&self) -> usize {
        self.x.len()
    }

    /// The unknowns: log[(h_l − h_{l−1})/(1 − h_l)] of heights and of places, in ascending order. What F depends on most, x_1 and
    /// q_0 (or q_1), are then coordinates of their own, and no narrow valley of F is bent.
    pub fn coordinates(&self, centred: bool) -> Vec<f64> {
        let split = |values: &[f64], lack: f64| -> Vec<f64> {
            let last = values.len().saturating_sub(1);
            let before = std::iter::once(0.0).chain(values.iter().copied());
            let rest = |i: usize, v: f64| if i == last { lack } else { 1.0 - v };
            values
                .iter()
                .zip(before)
                .enumerate()
                .map(|(i, (v, b))| libm::log((v - b) / rest(i, *v)))
                .collect()
        };
        let mut z = split(self.q.get(usize::from(centred)..).unwrap_or(&[]), self.lack);
        z.extend(split(&self.x, 1.0 - self.x.last().copied().unwrap_or(0.0)));
        z
    }

    /// The staircase of k steps at these unknowns.
    pub fn at(z: &[f64], k: usize, centred: bool) -> Self {
        let overlaps = k + 1 - usize::from(centred);
        let (a, b) = z.split_at(overlaps.min(z.len()));
        let heights = |a: &[f64]| -> (Vec<f64>, f64) {
            let mut rest = 1.0;
            let values = a.iter().map(|a| {
                let part = libm::exp(*a);
                rest /= 1.0 + part;
                1.0 - rest
            });
            (values.collect(), rest)
        };
        let ((mut q, lack), (x, _)) = (heights(a), heights(b.get(..k).unwrap_or(b)));
        if centred {
            q.insert(0, 0.0);
        }
        Self { q, lack, x }
    }

    /// x_{l+1} − x_l, l = 0…k: the weight of q_l in P(q).
    pub fn weights(&self) -> Vec<f64> {
        let before = std::iter::once(0.0).chain(self.x.iter().copied());
        self.x.iter().copied().chain([1.0]).zip(before).map(|(x, b)| x - b).collect()
    }

    pub fn averages(&self, place: &Place, finer: f64, with_response: bool) -> Option<Averages> {
        let Place { p, gamma, t, m, .. } = *place;
        let half = 0.5 * gamma * f64::from(p);
        let pairs = self.q.iter().zip(self.q.iter().skip(1));
        let steps = pairs.zip(&self.x).map(|((a, b), x)| (half * power_difference(*b, *a, p - 1), x / t));
        let rungs = Rungs {
            t,
            signal: if m == 0.0 { 0.0 } else { 0.5 * f64::from(p) * power(m, p - 1) },
            outermost: half * power(*self.q.first()?, p - 1),
            steps: steps.collect(),
        };
        rungs.averages(finer, with_response)
    }

    /// ζ(q_l) − ζ(q_{l−1}), l = 1…k.
    fn balance(&self, place: &Place) -> Vec<f64> {
        let scale = 0.5 * place.gamma * f64::from(place.p - 1);
        let pairs = self.q.iter().zip(self.q.iter().skip(1));
        pairs.map(|(a, b)| scale * power_difference(*b, *a, place.p)).collect()
    }

    /// F = A/β = −f.
    pub fn pressure(&self, place: &Place, e: &Averages) -> f64 {
        let Place { p, gamma, t, m, .. } = *place;
        let inner = self.q.last().map_or(0.0, |q| weighted_geometric_sum(*q, p - 1));
        let outer: f64 = self.balance(place).iter().zip(&self.x).map(|(b, x)| x * b).sum();
        t * LN_2
            + e.potential.first().copied().unwrap_or(f64::NAN)
            + 0.25 * gamma * (self.lack / t) * self.lack * inner
            - 0.5 * outer / t
            - 0.5 * f64::from(p - 1) * power(m, p)
    }

    /// u = −m^P/2 − (βγ/2)(1 − ∫ q^P dx).
    pub fn energy(&self, place: &Place) -> f64 {
        let Place { p, gamma, t, m, .. } = *place;
        let top = self.q.last().copied().unwrap_or(0.0);
        // 1 − ∫q^P = (1 − q_k^P) + Σ x_l (q_l^P − q_{l−1}^P)
        let below: f64 = self
            .q
            .iter()
            .zip(self.q.iter().skip(1))
            .zip(&self.x)
            .map(|((a, b), x)| x * power_difference(*b, *a, p))
            .sum();
        -0.5 * power(m, p) - 0.5 * gamma / t * (self.lack * geometric_sum(top, p) + below)
    }

    /// What vanishes at the saddle: E μ_l² − q_l (not that of q_0 = 0), and ∂F/∂log y_l over T + √γ, the scale of energies.
    pub fn equations(&self, place: &Place, e: &Averages) -> Vec<f64> {
        let k = self.steps();
        let mut r: Vec<f64> = self
            .q
            .iter()
            .zip(&e.overlap)
            .enumerate()
            .skip(usize::from(place.centred))
            .map(|(l, (q, found))| if l == k { self.lack - e.lack } else { found - q })
            .collect();
        let slopes = self.slopes(place, e);
        let scale = place.t * (place.t + place.gamma.sqrt());
        r.extend(slopes.iter().zip(&self.x).map(|(s, x)| s * x / scale));
        r
    }

    /// ∂F/∂y_l, l = 1…k.
    fn slopes(&self, place: &Place, e: &Averages) -> Vec<f64> {
        let rises = e.potential.iter().zip(e.potential.iter().skip(1));
        rises
            .zip(&self.x)
            .zip(self.balance(place))
            .map(|(((a, b), x), balance)| (b - a) * place.t / x - 0.5 * balance)
            .collect()
    }

    /// ∂F/∂z of the unknowns of [`Self::coordinates`].
    pub fn gradient(&self, place: &Place, e: &Averages) -> Vec<f64> {
        let Place { p, gamma, t, centred, .. } = *place;
        let k = self.steps();
        let bend = 0.25 * gamma * f64::from(p) * f64::from(p - 1) / t;
        let by_q: Vec<f64> = self
            .q
            .iter()
            .zip(&e.overlap)
            .zip(self.weights())
            .enumerate()
            .map(|(l, ((q, found), w))| {
                let gap = if l == k { e.lack - self.lack } else { q - found };
                bend * power(*q, p - 2) * w * gap
            })
            .collect();
        let by_x: Vec<f64> = self.slopes(place, e).iter().map(|s| s / t).collect();
        // 1 − h_l = Π_{i≤l} 1/(1 + e^{a_i}): ∂h_l/∂a_j = (1 − h_l) e^{a_j}/(1 + e^{a_j}) for j ≤ l.
        let chain = |values: &[f64], slopes: &[f64]| -> Vec<f64> {
            let before = std::iter::once(0.0).chain(values.iter().copied());
            let parts = values.iter().zip(before).map(|(h, b)| (h - b) / (1.0 - b));
            let above = |j: usize| values.iter().zip(slopes).skip(j).map(|(h, s)| (1.0 - h) * s).sum::<f64>();
            parts.enumerate().map(|(j, part)| part * above(j)).collect()
        };
        let first = usize::from(centred);
        let mut g = chain(self.q.get(first..).unwrap_or(&[]), by_q.get(first..).unwrap_or(&[]));
        g.extend(chain(&self.x, &by_x));
        g
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Staircase};
    use crate::rng::{StreamKey, uniform};

    #[test]
    fn the_gradient_is_that_of_the_pressure() {
        const D: f64 = 2e-3;
        let sk = Place { p: 2, gamma: 1.0, t: 0.3, m: 0.0, centred: false };
        let glass = Place { p: 3, gamma: 0.7, t: 0.2, m: 0.0, centred: true };
        let retrieval = Place { p: 4, gamma: 0.45, t: 0.25, m: 0.8, centred: false };
        let mut stream = StreamKey::new(7, "gradient").stream();
        for (place, k) in [(sk, 1), (sk, 3), (glass, 2), (glass, 4), (retrieval, 2), (retrieval, 3)] {
            let n = 2 * k + 1 - usize::from(place.centred);
            let z: Vec<f64> = (0..n).map(|_| 2.0 * uniform(&mut stream) - 1.5).collect();
            let pressure = |z: &[f64]| {
                let stairs = Staircase::at(z, k, place.centred);
                stairs.averages(&place, 1.0, false).map_or(f64::NAN, |e| stairs.pressure(&place, &e))
            };
            let stairs = Staircase::at(&z, k, place.centred);
            let gradient = stairs.averages(&place, 1.0, false).map(|e| stairs.gradient(&place, &e));
            let gradient = gradient.unwrap_or_default();
            assert_eq!(gradient.len(), n);
            for (j, g) in gradient.iter().enumerate() {
                let moved = |d: f64| {
                    let mut z = z.clone();
                    z[j] += d;
                    pressure(&z)
                };
                let (near, far) = (moved(D) - moved(-D), moved(2.0 * D) - moved(-2.0 * D));
                let slope = (8.0 * near - far) / (12.0 * D);
                assert!(
                    (g - slope).abs() < 1e-10 + 1e-8 * g.abs(),
                    "P = {}, z_{j}: {g} and {slope}",
                    place.p
                );
            }
        }
    }

    #[test]
    fn coordinates_and_staircases_are_each_others_inverse() {
        let mut stream = StreamKey::new(3, "coordinates").stream();
        for (k, centred) in [(1, false), (1, true), (5, false), (12, true)] {
            let n = 2 * k + 1 - usize::from(centred);
            let z: Vec<f64> = (0..n).map(|_| 4.0 * uniform(&mut stream) - 3.0).collect();
            let stairs = Staircase::at(&z, k, centred);
            assert!(stairs.q.is_sorted() && stairs.x.is_sorted() && stairs.steps() == k);
            for (a, b) in z.iter().zip(stairs.coordinates(centred)) {
                assert!((a - b).abs() < 1e-9, "{a} and {b}");
            }
        }
    }
}
