//! Overlap form, any P: M_μ of every pattern, and the cached vector a(M_μ).

use super::Fields;
use super::portable::{Entries, Entry, Polynomial, evaluate, largest_overlap, masked_sum, move_overlaps};
use crate::model::hamiltonian::elementary_symmetric;
use crate::model::patterns::{BLOCK, Block};
use crate::model::{DenseHebbian, Patterns, Spins};

/// The Hamiltonian's tables in the form that the kernels use: a(M)/g and b(M) as polynomials in k = (M − N mod 2)/2, and how
/// far 16 and 32 bits hold them. g divides every a(M) and, in powers of 2, every coefficient.
#[derive(Debug, Clone)]
pub struct FieldTables {
    hamiltonian: DenseHebbian,
    divisor: i128,
    width: Width,
}

/// Entries of 16 bits where nearly all overlaps fit, else of 32.
#[derive(Debug, Clone)]
enum Width {
    Narrow(Rule<i16>),
    Wide(Rule<i32>),
}

/// How to fill a plane; exact for |M| ≤ limit, beyond which a pattern is an exception.
#[derive(Debug, Clone)]
struct Rule<E> {
    field: Polynomial<E>,
    reaction: Polynomial<E>,
    limit: i16,
}

impl FieldTables {
    pub fn new(hamiltonian: DenseHebbian) -> Self {
        let n = hamiltonian.spins() as i128;
        let p = hamiltonian.order().get();
        let field = Newton::new(p - 1, n);
        let values = (0..=n as i32).map(|up| hamiltonian.field_of_overlap(2 * up - n as i32));
        let odd = values.fold(0, greatest_common_divisor).max(1);
        let odd = odd >> odd.trailing_zeros();
        let divisor = odd << field.twos();
        let reaction = Newton::new(p - 2, n);
        let limit = |bound: i128| -> i16 {
            let fits = |m: i32| {
                (hamiltonian.field_of_overlap(m) / divisor).abs() <= bound
                    && hamiltonian.reaction_of_overlap(m).abs() <= bound
            };
            let parity = (n % 2) as i32;
            let inside = (parity..=n as i32).step_by(2).take_while(|&m| fits(m) && fits(-m)).last();
            inside.map_or(-1, |m| m as i16)
        };
        let narrow = limit(i16::MAX.into());
        // Random overlaps exceed 4.2 √N with probability 3e-5: below that, exceptions are rare enough for 16 bits.
        let width = if f64::from(narrow) >= (4.2 * (n as f64).sqrt()).min(n as f64) {
            Width::Narrow(Rule::new(&field, divisor, &reaction, narrow))
        } else {
            Width::Wide(Rule::new(&field, divisor, &reaction, limit(i32::MAX.into())))
        };
        Self { hamiltonian, divisor, width }
    }

    pub fn hamiltonian(&self) -> &DenseHebbian {
        &self.hamiltonian
    }
}

impl<E: Entry> Rule<E> {
    fn new(field: &Newton, divisor: i128, reaction: &Newton, limit: i16) -> Self {
        Self { field: field.wrapped(divisor), reaction: reaction.wrapped(1), limit }
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
        // Degrees above 20 overflow the factorial; their kernels use the tables alone.
        let degree = degree.min(20);
        let mut differences: Vec<i128> = (0..=i128::from(degree))
            .map(|k| elementary_symmetric(degree, n - 2, 2 * k + parity).unwrap_or_default())
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

    /// The coefficients over `divisor` modulo the entry's power of 2.
    fn wrapped<E: Entry>(&self, divisor: i128) -> Polynomial<E> {
        let denominator = self.factorial * divisor;
        let twos = denominator.trailing_zeros();
        let odd = (denominator >> twos) as u64;
        // Newton's iteration doubles the number of right bits: 3, 6, 12, 24, 48, 96.
        let mut inverse = odd;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        let coefficient =
            |&numerator: &i128| E::wrapped(((numerator >> twos) as u64).wrapping_mul(inverse) as i64);
        Polynomial {
            parity: self.parity as i16,
            coefficients: self.numerators.iter().rev().map(coefficient).collect(),
        }
    }
}

#[derive(Debug, Clone)]
enum Plane {
    Narrow(Vec<Entries<i16>>),
    Wide(Vec<Entries<i32>>),
}

/// A configuration in overlap form. Memory: K·(2 + 2 or 4) bytes beside the shared patterns.
#[derive(Debug, Clone)]
pub struct OverlapForm<'a> {
    tables: &'a FieldTables,
    patterns: &'a Patterns,
    spins: Spins,
    /// M_μ, padded to whole blocks; a padding entry behaves as a pattern of −1 everywhere and is taken out at the end.
    overlaps: Vec<Entries<i16>>,
    plane: Plane,
    /// What the last pass over all patterns left.
    sums: Sums,
    energy_sum: i128,
}

/// Sums over patterns, without padding.
#[derive(Debug, Clone, Default)]
struct Sums {
    /// Σ_μ of the plane.
    plane: i64,
    /// Σ_μ b(M_μ).
    reaction: i128,
    /// (μ, a(M_μ)/g) of patterns whose entry does not fit, among them the retrieved one.
    exceptions: Vec<(usize, i128)>,
}

impl<'a> OverlapForm<'a> {
    /// The configuration `spins` of N = patterns.spins() spins.
    pub fn new(tables: &'a FieldTables, patterns: &'a Patterns, spins: Spins) -> Self {
        let overlaps = all_overlaps(patterns, &spins);
        let blocks = overlaps.len();
        let plane = match tables.width {
            Width::Narrow(_) => Plane::Narrow(vec![[0; BLOCK]; blocks]),
            Width::Wide(_) => Plane::Wide(vec![[0; BLOCK]; blocks]),
        };
        let mut form =
            Self { tables, patterns, spins, overlaps, plane, sums: Sums::default(), energy_sum: 0 };
        form.update(None);
        form.energy_sum = form.energy_from_overlaps();
        form
    }

    fn energy_from_overlaps(&self) -> i128 {
        self.overlaps().iter().map(|&m| self.tables.hamiltonian.energy_of_overlap(i32::from(m))).sum()
    }

    /// Moves the overlaps by a flip (site and step 2 s_i), then refills plane and sums.
    fn update(&mut self, flip: Option<(usize, i16)>) {
        let column = flip.map(|(i, step)| (self.patterns.column(i), step));
        let pass = Pass { tables: self.tables, column, count: self.patterns.count() };
        let mut exceptions = std::mem::take(&mut self.sums.exceptions);
        exceptions.clear();
        let sums = Sums { exceptions, ..Sums::default() };
        self.sums = match (&mut self.plane, &self.tables.width) {
            (Plane::Narrow(plane), Width::Narrow(rule)) => pass.run(rule, &mut self.overlaps, plane, sums),
            (Plane::Wide(plane), Width::Wide(rule)) => pass.run(rule, &mut self.overlaps, plane, sums),
            // The plane was made for the width.
            _ => sums,
        };
    }
}

/// M_μ of every pattern, padded to whole blocks.
pub(super) fn all_overlaps(patterns: &Patterns, spins: &Spins) -> Vec<Entries<i16>> {
    let mut overlaps = vec![[0i16; BLOCK]; patterns.blocks_per_column()];
    for (i, &s) in spins.as_slice().iter().enumerate() {
        // ξ s is +s where the bit is set: move by −(−s).
        for (overlaps, words) in overlaps.iter_mut().zip(patterns.column(i)) {
            move_overlaps(overlaps, words, -i16::from(s));
        }
    }
    overlaps
}

/// One pass over all blocks.
struct Pass<'p> {
    tables: &'p FieldTables,
    column: Option<(&'p [Block], i16)>,
    count: usize,
}

impl Pass<'_> {
    fn run<E: Entry>(
        &self,
        rule: &Rule<E>,
        overlaps: &mut [Entries<i16>],
        plane: &mut [Entries<E>],
        mut sums: Sums,
    ) -> Sums {
        let mut scratch = [E::default(); BLOCK];
        for (block, (overlaps, plane)) in overlaps.iter_mut().zip(plane).enumerate() {
            let widest = match self.column {
                Some((column, step)) => move_overlaps(overlaps, &column[block], step),
                None => largest_overlap(overlaps),
            };
            let filled = (widest <= rule.limit)
                .then(|| {
                    Some((
                        evaluate(&rule.field, overlaps, plane)?,
                        evaluate(&rule.reaction, overlaps, &mut scratch)?,
                    ))
                })
                .flatten();
            match filled {
                Some((field, reaction)) => {
                    // Padding entries are all equal.
                    let padding = ((block + 1) * BLOCK).saturating_sub(self.count) as i64;
                    sums.plane += field - padding * plane[BLOCK - 1].wide();
                    sums.reaction += i128::from(reaction - padding * scratch[BLOCK - 1].wide());
                }
                None => self.scan(rule.limit, block, overlaps, plane, &mut sums),
            }
        }
        sums
    }

    /// A block with exceptions, entry by entry from the exact tables.
    fn scan<E: Entry>(
        &self,
        limit: i16,
        block: usize,
        overlaps: &Entries<i16>,
        plane: &mut Entries<E>,
        sums: &mut Sums,
    ) {
        let hamiltonian = &self.tables.hamiltonian;
        *plane = [E::default(); BLOCK];
        let patterns = (block * BLOCK..self.count).zip(overlaps).zip(plane);
        for ((mu, &overlap), entry) in patterns {
            let value = hamiltonian.field_of_overlap(overlap.into()) / self.tables.divisor;
            sums.reaction += hamiltonian.reaction_of_overlap(overlap.into());
            if overlap.abs() <= limit {
                *entry = E::wrapped(value as i64);
                sums.plane += entry.wide();
            } else {
                sums.exceptions.push((mu, value));
            }
        }
    }
}

impl Fields for OverlapForm<'_> {
    fn scale(&self) -> f64 {
        self.tables.hamiltonian.scale()
    }

    fn spins(&self) -> &Spins {
        &self.spins
    }

    /// F_i = g (2 Σ_{bit = 1} A − Σ A) + exceptions − s_i Σ b.
    fn field(&self, i: usize) -> i128 {
        let column = self.patterns.column(i);
        let set = match &self.plane {
            Plane::Narrow(plane) => masked_sum(plane, column),
            Plane::Wide(plane) => masked_sum(plane, column),
        };
        let mut along = i128::from(2 * set - self.sums.plane);
        for &(mu, value) in &self.sums.exceptions {
            along += value * i128::from(self.patterns.sign(mu, i));
        }
        along * self.tables.divisor - i128::from(self.spins.get(i)) * self.sums.reaction
    }

    fn flip(&mut self, i: usize, field: i128) {
        let s = self.spins.get(i);
        self.energy_sum -= 2 * i128::from(s) * field;
        self.spins.flip(i);
        self.update(Some((i, 2 * i16::from(s))));
    }

    fn flip_together(&mut self, sites: &[usize]) {
        let Some((&last, rest)) = sites.split_last() else { return };
        for &i in rest {
            let step = 2 * i16::from(self.spins.get(i));
            for (overlaps, words) in self.overlaps.iter_mut().zip(self.patterns.column(i)) {
                move_overlaps(overlaps, words, step);
            }
            self.spins.flip(i);
        }
        let step = 2 * i16::from(self.spins.get(last));
        self.spins.flip(last);
        self.update(Some((last, step)));
        self.energy_sum = self.energy_from_overlaps();
    }

    fn energy_sum(&self) -> i128 {
        self.energy_sum
    }

    fn overlaps(&self) -> &[i16] {
        &self.overlaps.as_flattened()[..self.patterns.count()]
    }
}
