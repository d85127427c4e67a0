//! a(M) in the form that the kernels use: a polynomial of the overlap in the narrowest exact integers.

use super::Twin;
use crate::model::DenseHebbian;

/// a(M)/g as a polynomial in k = (M − N mod 2)/2, and how far 16 or 32 bits hold it. g divides every a(M) and, in powers of 2,
/// every coefficient of the polynomial, where there is one.
#[derive(Debug, Clone)]
pub struct FieldTables {
    pub(super) hamiltonian: DenseHebbian,
    pub(super) divisor: i128,
    /// Numbers of 16 bits to an entry of the plane: 1 where nearly all overlaps fit, else 2.
    pub parts: usize,
    pub rule: Rule,
    pub(super) twin: Twin,
}

/// How to fill a plane; exact for |M| ≤ limit, beyond which a pattern is an exception.
#[derive(Debug, Clone)]
pub struct Rule {
    pub polynomial: Polynomial,
    pub limit: i16,
}

/// A polynomial in k = (M − parity)/2, coefficients from the highest power down, modulo 2³².
#[derive(Debug, Clone)]
pub struct Polynomial {
    /// N mod 2. Where it is 0, only every other coefficient differs from 0: a(−M) = ±a(M).
    pub parity: i16,
    /// None above degree 7.
    pub coefficients: Vec<i32>,
}

/// Largest degree with a kernel of its own (P = 8); above, planes are filled from the tables.
pub(super) const LARGEST_DEGREE: u32 = 7;
/// No plane holds larger |M|: the kernels add 128 products M·(16 bits) in 32 bits.
const LARGEST_LIMIT: i32 = (1 << 9) - 1;

impl FieldTables {
    pub fn new(hamiltonian: DenseHebbian) -> Self {
        Self::with_twin(hamiltonian, Twin::best())
    }

    /// With a given twin of the kernels: every twin gives the same numbers.
    pub fn with_twin(hamiltonian: DenseHebbian, twin: Twin) -> Self {
        let n = hamiltonian.spins() as i128;
        let degree = hamiltonian.order().get() - 1;
        let newton = (degree <= LARGEST_DEGREE).then(|| Newton::new(degree, n));
        let values = (0..=n as i32).map(|up| hamiltonian.field_of_overlap(2 * up - n as i32));
        let common = values.fold(0, greatest_common_divisor).max(1);
        let divisor =
            newton.as_ref().map_or(common, |newton| (common >> common.trailing_zeros()) << newton.twos());
        let limit = |bound: i128| -> i16 {
            let fits = |m: i32| (hamiltonian.field_of_overlap(m) / divisor).abs() <= bound;
            let parity = (n % 2) as i32;
            let overlaps = (parity..=LARGEST_LIMIT.min(n as i32)).step_by(2);
            overlaps.take_while(|&m| fits(m) && fits(-m)).last().map_or(-1, |m| m as i16)
        };
        let narrow = limit(i16::MAX.into());
        // Random overlaps exceed 4.2 √N with probability 3e-5: below that, exceptions are rare enough for 16 bits.
        let (parts, limit) = if f64::from(narrow) >= (4.2 * (n as f64).sqrt()).min(n as f64) {
            (1, narrow)
        } else {
            // The upper part is rounded, not cut: it needs half a unit of room.
            (2, limit((i32::MAX - (1 << 15)).into()))
        };
        let none = Polynomial { parity: (n % 2) as i16, coefficients: Vec::new() };
        let rule = Rule { polynomial: newton.map_or(none, |newton| newton.wrapped(divisor)), limit };
        Self { hamiltonian, divisor, parts, rule, twin }
    }

    pub fn hamiltonian(&self) -> &DenseHebbian {
        &self.hamiltonian
    }

    /// The twin of the kernels that runs.
    pub fn twin(&self) -> Twin {
        self.twin
    }
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// e_d of N − 2 signs with sum M as a polynomial in k = (M − N mod 2)/2, in Newton's form Σ_j Δ_j C(k, j). The forward
/// differences Δ_j are integers divisible by 2^j (each step of k moves M by 2), so that the coefficients of k^j, with
/// denominators j!, are fractions with odd denominators: exact modulo any power of 2.
struct Newton {
    parity: i128,
    /// Numerators of the coefficients of k^j over d!.
    numerators: Vec<i128>,
    factorial: i128,
}

impl Newton {
    fn new(degree: u32, n: i128) -> Self {
        let parity = n % 2;
        let mut differences: Vec<i128> = (0..=i128::from(degree))
            .map(|k| {
                crate::model::hamiltonian::elementary_symmetric(degree, n - 2, 2 * k + parity)
                    .unwrap_or_default()
            })
            .collect();
        let factorial: i128 = (1..=i128::from(degree)).product();
        let mut numerators = vec![0i128; degree as usize + 1];
        // Falling factorial k (k−1) … (k−j+1) in powers of k, and d!/j!.
        let (mut falling, mut weight) = (vec![1i128], factorial);
        for j in 0..=degree as usize {
            let difference = differences[0];
            for (numerator, &c) in numerators.iter_mut().zip(&falling) {
                *numerator = numerator.wrapping_add(difference.wrapping_mul(weight).wrapping_mul(c));
            }
            differences = differences.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
            if differences.is_empty() {
                break;
            }
            let mut next = vec![0i128; falling.len() + 1];
            for (power, &c) in falling.iter().enumerate() {
                next[power + 1] += c;
                next[power] -= c * j as i128;
            }
            falling = next;
            weight /= j as i128 + 1;
        }
        Self { parity, numerators, factorial }
    }

    /// Powers of 2 common to all coefficients.
    fn twos(&self) -> u32 {
        let common = self.numerators.iter().fold(0, |g, &c| greatest_common_divisor(g, c));
        common.max(1).trailing_zeros().saturating_sub(self.factorial.trailing_zeros())
    }

    /// The coefficients over `divisor` modulo 2³².
    fn wrapped(&self, divisor: i128) -> Polynomial {
        let denominator = self.factorial * divisor;
        let twos = denominator.trailing_zeros();
        let odd = (denominator >> twos) as u64;
        // Newton's iteration doubles the number of right bits: 3, 6, 12, 24, 48, 96.
        let mut inverse = odd;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        let coefficient = |&numerator: &i128| ((numerator >> twos) as u64).wrapping_mul(inverse) as i32;
        Polynomial {
            parity: self.parity as i16,
            coefficients: self.numerators.iter().rev().map(coefficient).collect(),
        }
    }
}
