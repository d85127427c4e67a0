//! Validated parameters. Units live here: T (not β), γ (not K), per spin (not total) unless a name says so.

use crate::error::{Error, Result};
use std::fmt;

/// Interaction order P: how many spins meet in one term of the Hamiltonian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InteractionOrder(u32);

impl InteractionOrder {
    /// Largest order accepted. P! must stay far from the end of the floating range.
    pub const MAX: u32 = 64;
    /// What stands in the place of P where a network has none: odd, so that overlaps keep their sign, for H(−s) ≠ H(s) there.
    pub const NONE: Self = Self(3);

    /// # Errors
    /// Unless 2 ≤ P ≤ [`Self::MAX`].
    pub fn new(p: u32) -> Result<Self> {
        if (2..=Self::MAX).contains(&p) {
            Ok(Self(p))
        } else {
            Err(Error::bad_input(format!("interaction order {p}"))
                .remedy(format!("the interaction order P is a whole number from 2 to {}", Self::MAX)))
        }
    }

    pub fn get(self) -> u32 {
        self.0
    }

    /// For odd P, H(−s) = −H(s): the reversed pattern is not retrieved, overlaps keep their sign.
    pub fn is_odd(self) -> bool {
        self.0 % 2 == 1
    }

    /// P! as a floating number (exact to P = 18, correctly rounded products beyond).
    pub fn factorial(self) -> f64 {
        (2..=self.0).map(f64::from).product()
    }
}

impl fmt::Display for InteractionOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Temperature T ≥ 0 in units of the coupling; k_B = 1. T = 0 is the exact limit.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Temperature(f64);

impl Temperature {
    pub const ZERO: Self = Self(0.0);

    /// # Errors
    /// Unless T is finite and not negative.
    pub fn new(t: f64) -> Result<Self> {
        if t.is_finite() && t >= 0.0 {
            Ok(Self(t + 0.0)) // −0 becomes 0
        } else {
            Err(Error::bad_input(format!("temperature {}", Readable(t)))
                .remedy("a temperature is a finite number T ≥ 0 (0 is the exact limit)"))
        }
    }

    pub fn get(self) -> f64 {
        self.0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0.0
    }

    /// Inverse temperature β = 1/T; infinite at T = 0.
    pub fn beta(self) -> f64 {
        1.0 / self.0
    }
}

impl fmt::Display for Temperature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Readable(self.0).fmt(f)
    }
}

/// A number in a message: plain digits where they are few, an exponent elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Readable(pub f64);

impl fmt::Display for Readable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if value == 0.0 || !value.is_finite() || (1e-7..1e15).contains(&value.abs()) {
            write!(f, "{value}")
        } else {
            write!(f, "{value:e}")
        }
    }
}

/// Load γ > 0 of the dense regime, K = (2/P!) γ N^{P−1}. For P = 2 it is α = K/N.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Load(f64);

impl Load {
    /// # Errors
    /// Unless γ is finite and positive.
    pub fn new(gamma: f64) -> Result<Self> {
        if gamma.is_finite() && gamma > 0.0 {
            Ok(Self(gamma))
        } else {
            Err(Error::bad_input(format!("load γ = {}", Readable(gamma)))
                .remedy("a load is a finite number γ > 0"))
        }
    }

    pub fn get(self) -> f64 {
        self.0
    }

    /// K: the rounding, half to even, of (2/P!) γ N^{P−1}.
    ///
    /// # Errors
    /// Where K rounds to 0, or exceeds 2³¹ − 1 patterns.
    pub fn pattern_count(self, order: InteractionOrder, spins: usize) -> Result<usize> {
        let k = (self.0 * patterns_per_unit_load(order, spins)).round_ties_even();
        if spins == 0 {
            return Err(Error::bad_input("0 spins").remedy("at least one spin"));
        }
        if k < 1.0 {
            return Err(Error::bad_input(format!(
                "load γ = {self} at P = {order}, N = {spins} is K = 0 patterns"
            ))
            .remedy(format!(
                "one pattern needs γ ≥ {:.3e} there",
                0.5 / patterns_per_unit_load(order, spins)
            )));
        }
        if k > f64::from(i32::MAX) {
            return Err(Error::bad_input(format!(
                "load γ = {self} at P = {order}, N = {spins} is K = {k:.3e} patterns"
            ))
            .remedy("at most 2147483647 patterns can be held"));
        }
        Ok(k as usize)
    }

    /// The load that K patterns realise: γ = K P!/(2 N^{P−1}).
    ///
    /// # Errors
    /// For K = 0.
    pub fn realised(order: InteractionOrder, spins: usize, patterns: usize) -> Result<Self> {
        Self::new(patterns as f64 / patterns_per_unit_load(order, spins))
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Readable(self.0).fmt(f)
    }
}

/// 2 N^{P−1}/P!, the number of patterns at γ = 1.
fn patterns_per_unit_load(order: InteractionOrder, spins: usize) -> f64 {
    let power: f64 = (1..order.get()).map(|_| spins as f64).product();
    2.0 * power / order.factorial()
}

/// Quality r of examples, 0 < r ≤ 1: an example agrees with its archetype on a spin with probability (1 + r)/2.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Quality(f64);

impl Quality {
    /// # Errors
    /// Unless 0 < r ≤ 1.
    pub fn new(r: f64) -> Result<Self> {
        if r > 0.0 && r <= 1.0 {
            Ok(Self(r))
        } else {
            Err(Error::bad_input(format!("quality r = {}", Readable(r)))
                .remedy("the quality of examples is a number 0 < r ≤ 1 (1: every example is the archetype)"))
        }
    }

    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Readable(self.0).fmt(f)
    }
}

/// Dilution d of multitasking patterns, 0 ≤ d < 1: an entry is 0 with probability d, ±1 with (1 − d)/2 each.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Dilution(f64);

impl Dilution {
    /// # Errors
    /// Unless 0 ≤ d < 1.
    pub fn new(d: f64) -> Result<Self> {
        if (0.0..1.0).contains(&d) {
            Ok(Self(d + 0.0)) // −0 becomes 0
        } else {
            Err(Error::bad_input(format!("dilution d = {}", Readable(d)))
                .remedy("the dilution of patterns is a number 0 ≤ d < 1 (0: every entry is ±1)"))
        }
    }

    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Dilution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Readable(self.0).fmt(f)
    }
}

/// M examples of quality r per archetype.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Examples {
    quality: Quality,
    count: u64,
}

impl Examples {
    /// # Errors
    /// For M = 0, and where 1/(M r²) leaves the floating range.
    pub fn new(quality: Quality, count: u64) -> Result<Self> {
        if count == 0 {
            return Err(
                Error::bad_input("examples M = 0").remedy("at least one example per archetype, M ≥ 1")
            );
        }
        let examples = Self { quality, count };
        if !examples.entropy().is_finite() {
            return Err(Error::bad_input(format!("quality r = {quality}"))
                .remedy("M r² must stay within the range of floating-point numbers"));
        }
        Ok(examples)
    }

    pub fn quality(self) -> Quality {
        self.quality
    }

    /// M
    pub fn count(self) -> u64 {
        self.count
    }

    /// Dataset entropy ρ = (1 − r²)/(M r²): the variance of the mean example over its square mean.
    pub fn entropy(self) -> f64 {
        let r = self.quality.0;
        (1.0 - r) * (1.0 + r) / (self.count as f64 * r * r)
    }

    /// ρ_P = (1 − r^{2P})/(M r^{2P}): the same of a product of P signs, what P-spin noise feels.
    pub fn tuple_entropy(self, order: InteractionOrder) -> f64 {
        let r2 = self.quality.0 * self.quality.0;
        let power: f64 = (0..order.get()).map(|_| r2).product();
        (1.0 - power) / (self.count as f64 * power)
    }
}

/// Whether the machine is told which examples belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LearningMode {
    /// The mean example of each archetype is stored.
    Supervised,
    /// Every example is stored.
    Unsupervised,
}

impl LearningMode {
    pub const NAMES: [(&'static str, Self); 2] =
        [("supervised", Self::Supervised), ("unsupervised", Self::Unsupervised)];

    pub fn name(self) -> &'static str {
        match self {
            Self::Supervised => "supervised",
            Self::Unsupervised => "unsupervised",
        }
    }
}

impl fmt::Display for LearningMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is learnt from: M examples of quality r per archetype, told apart or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lesson {
    pub mode: LearningMode,
    pub examples: Examples,
}

impl Lesson {
    /// Most an example may be worth in the energy: sums up to 2¹²⁰ and their squares stay finite.
    const LARGEST_WORTH: f64 = 1e100;

    /// What the energy of one stored example is multiplied by: 1/(M r^P) if unsupervised.
    ///
    /// # Errors
    /// Above 1e100.
    pub fn worth(self, order: InteractionOrder) -> Result<f64> {
        if self.mode == LearningMode::Supervised {
            return Ok(1.0);
        }
        let (Quality(r), count) = (self.examples.quality, self.examples.count as f64);
        let power: f64 = (0..order.get()).map(|_| r).product();
        let worth = 1.0 / (count * power);
        if worth <= Self::LARGEST_WORTH {
            return Ok(worth);
        }
        let least = libm::pow(Self::LARGEST_WORTH * count, -1.0 / f64::from(order.get()));
        Err(Error::bad_input(format!(
            "quality r = {}: at P = {order} an example is worth 1/(M r^P), beyond the range of floating-point energies",
            self.examples.quality
        ))
        .remedy(format!("at M = {}, r from {least:.1e} on", self.examples.count)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_count_rounds_half_to_even_and_the_realised_load_is_reported() {
        let p2 = InteractionOrder::new(2).expect("valid");
        assert_eq!(Load::new(0.25).expect("valid").pattern_count(p2, 10).expect("valid"), 2); // 2.5 → 2
        assert_eq!(Load::new(0.35).expect("valid").pattern_count(p2, 10).expect("valid"), 4); // 3.5 → 4
        let p4 = InteractionOrder::new(4).expect("valid");
        assert_eq!(Load::new(0.4).expect("valid").pattern_count(p4, 100).expect("valid"), 33_333);
        let realised = Load::realised(p4, 100, 33_333).expect("valid").get();
        assert!((realised - 0.399_996).abs() < 1e-12);
    }

    #[test]
    fn impossible_parameters_are_refused() {
        assert!(InteractionOrder::new(1).is_err());
        assert!(Temperature::new(-0.1).is_err());
        assert!(Temperature::new(f64::NAN).is_err());
        assert!(Load::new(0.0).is_err());
        assert!(
            Dilution::new(1.0).is_err() && Dilution::new(-0.1).is_err() && Dilution::new(f64::NAN).is_err()
        );
        let p2 = InteractionOrder::new(2).expect("valid");
        assert!(Load::new(0.001).expect("valid").pattern_count(p2, 10).is_err());
    }
}
