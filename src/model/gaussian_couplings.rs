//! Gaussian couplings, one for every P-tuple of spins: the p-spin model, which the dense Hebbian glass becomes at large K.
//!
//! ```text
//! H(s) = − Σ_{i1<…<iP} J_{i1…iP} s_{i1} … s_{iP},   J ~ N(0, σ²),   σ² = γ P!/(2 N^{P−1})
//! ```
//!
//! (P = 2: the model of Sherrington and Kirkpatrick, J of variance γ/N.) The variance of H at fixed s is
//! C(N, P) σ² = (Nγ/2)(N)_P/N^P, that of Hebbian couplings at load γ. Beside them it tells what is due to finite N from what
//! is due to finite K.
//!
//! **Energies are exact integers here too.** A coupling is J = σ 2⁻²⁰ j with j the integer nearest to 2²⁰ z, z a standard
//! Gaussian deviate, so that H = −c Σ j s…s with c = σ 2⁻²⁰. Rounding changes the variance of J by the factor
//! 1 + 2⁻⁴⁰/12 = 1 + 8·10⁻¹⁴ and, spread over independent tuples, H by 2⁻²⁰/√12 = 3·10⁻⁷ of its own standard deviation: no
//! average over disorder that could be simulated would show it.

use super::Spins;
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load};
use crate::rng::{Stream, uniform};
use sha2::{Digest, Sha256};

/// Steps of the fixed-point grid in one standard deviation.
pub const GRID: f64 = (1u64 << 20) as f64;

/// Most entries of N² C(N, P−2), the form in which the couplings are used: 256 MiB.
const MOST_ENTRIES: u128 = 1 << 26;

/// One integer for each of the C(N, P) tuples i1 < … < iP, in lexicographic order: 4 C(N, P) bytes.
#[derive(Debug, Clone)]
pub struct GaussianCouplings {
    order: InteractionOrder,
    spins: usize,
    gamma: Load,
    integers: Vec<i32>,
}

impl GaussianCouplings {
    /// Draws all couplings, a pure function of the stream. The integers do not depend on γ, which only scales them.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn draw(order: InteractionOrder, spins: usize, gamma: Load, stream: &mut Stream) -> Result<Self> {
        Self::check(order, spins)?;
        let count = binomial(spins, order.get() as usize) as usize;
        let mut integers = Vec::new();
        integers
            .try_reserve_exact(count + 1)
            .map_err(|_| Error::bad_input(format!("{count} Gaussian couplings do not fit into memory")))?;
        while integers.len() < count {
            let pair = deviates(stream);
            integers.extend(pair.map(|z| (GRID * z).round_ties_even() as i32));
        }
        integers.truncate(count);
        Ok(Self { order, spins, gamma, integers })
    }

    /// Whether N spins at order P can have explicit couplings.
    ///
    /// # Errors
    /// N < P, N above 2¹⁵ − 1, or more than 2²⁶ entries N² C(N, P−2): N up to 8192 at P = 2, 406 at P = 3, 107 at P = 4.
    pub fn check(order: InteractionOrder, spins: usize) -> Result<()> {
        let p = order.get() as usize;
        if spins < p || spins > i16::MAX as usize {
            return Err(Error::bad_input(format!("N = {spins} at P = {p}"))
                .remedy("one term of the Hamiltonian needs P different spins: P ≤ N ≤ 32767"));
        }
        let entries = binomial(spins, p - 2).saturating_mul((spins * spins) as u128);
        if entries > MOST_ENTRIES {
            return Err(Error::bad_input(format!(
                "N = {spins} at P = {p}: explicit couplings take N² C(N, P−2) = {entries} integers"
            ))
            .remedy(format!(
                "at most {MOST_ENTRIES}: N up to 8192 at P = 2, 406 at P = 3, 107 at P = 4; or couplings = \"hebbian\""
            )));
        }
        Ok(())
    }

    pub fn order(&self) -> InteractionOrder {
        self.order
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    pub fn gamma(&self) -> Load {
        self.gamma
    }

    /// c = σ 2⁻²⁰, σ² = γ P!/(2N^{P−1}): H = −c Σ j s…s, total energy.
    pub fn scale(&self) -> f64 {
        let power: f64 = (1..self.order.get()).map(|_| self.spins as f64).product();
        (self.gamma.get() * self.order.factorial() / (2.0 * power)).sqrt() / GRID
    }

    /// Calls `visit(tuple, j)` for every tuple i1 < … < iP, in lexicographic order.
    pub fn for_each(&self, mut visit: impl FnMut(&[usize], i32)) {
        let p = self.order.get() as usize;
        let mut tuple: Vec<usize> = (0..p).collect();
        for &j in &self.integers {
            visit(&tuple, j);
            // The last index that can still grow, and all after it right behind.
            let Some(at) = (0..p).rev().find(|&at| tuple[at] < self.spins - p + at) else { return };
            tuple[at] += 1;
            for behind in at + 1..p {
                tuple[behind] = tuple[behind - 1] + 1;
            }
        }
    }

    /// Σ j s…s over all tuples, term by term; H = −c times this.
    pub fn sum(&self, spins: &Spins) -> i64 {
        let mut sum = 0;
        self.for_each(|tuple, j| {
            sum += i64::from(j) * tuple.iter().map(|&i| i64::from(spins.get(i))).product::<i64>();
        });
        sum
    }

    /// SHA-256 of P, N and the integers, in hexadecimal.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(u64::from(self.order.get()).to_le_bytes());
        hash.update((self.spins as u64).to_le_bytes());
        self.integers.iter().for_each(|j| hash.update(j.to_le_bytes()));
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// C(n, k), saturating.
pub fn binomial(n: usize, k: usize) -> u128 {
    (0..k as u128).fold(1u128, |c, i| c.saturating_mul((n as u128).saturating_sub(i)) / (i + 1))
}

/// Two independent standard Gaussian deviates by Marsaglia's polar method (SIAM Rev. 6, 260 (1964), doi:10.1137/1006063);
/// with 53-bit uniforms none exceeds 8.7.
pub(super) fn deviates(stream: &mut Stream) -> [f64; 2] {
    loop {
        let (x, y) = (2.0 * uniform(stream) - 1.0, 2.0 * uniform(stream) - 1.0);
        let r2 = x * x + y * y;
        if r2 > 0.0 && r2 < 1.0 {
            let length = (-2.0 * libm::log(r2) / r2).sqrt();
            return [(x * length).clamp(-8.7, 8.7), (y * length).clamp(-8.7, 8.7)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::StreamKey;

    #[test]
    fn tuples_come_in_lexicographic_order_and_deviates_are_standard() {
        let order = InteractionOrder::new(3).expect("valid");
        let gamma = Load::new(2.0).expect("valid");
        let mut stream = StreamKey::new(5, "couplings").stream();
        let small = GaussianCouplings::draw(order, 5, gamma, &mut stream).expect("valid");
        let mut tuples = Vec::new();
        small.for_each(|tuple, _| tuples.push(tuple.to_vec()));
        let expected: Vec<Vec<usize>> = (0..5)
            .flat_map(|i| (i + 1..5).flat_map(move |j| (j + 1..5).map(move |k| vec![i, j, k])))
            .collect();
        assert_eq!(tuples, expected);
        let large = GaussianCouplings::draw(order, 64, gamma, &mut stream).expect("valid");
        let (mut count, mut moments) = (0.0, [0.0; 4]);
        large.for_each(|_, j| {
            let z = f64::from(j) / GRID;
            count += 1.0;
            moments.iter_mut().enumerate().for_each(|(k, m)| *m += z.powi(k as i32 + 1));
        });
        assert_eq!(count, 41_664.0);
        // Standard errors √(1, 2, 15, 96)/√count; five of each (6e-7), seed fixed.
        for ((m, exact), variance) in moments.iter().zip([0.0, 1.0, 0.0, 3.0]).zip([1.0f64, 2.0, 15.0, 96.0])
        {
            assert!((m / count - exact).abs() < 5.0 * (variance / count).sqrt(), "{moments:?}");
        }
        // σ² = γ P!/(2N²)
        assert!((small.scale() * GRID - (2.0 * 6.0 / 50.0f64).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let check = |p, n| GaussianCouplings::check(InteractionOrder::new(p).expect("valid"), n);
        for (p, n) in [(2, 8192), (3, 406), (4, 107)] {
            assert!(check(p, n).is_ok() && check(p, n + 1).is_err(), "P = {p}");
        }
        assert!(check(3, 2).is_err());
    }
}
