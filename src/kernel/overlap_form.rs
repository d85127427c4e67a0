//! Overlap form, any P: M_μ of every pattern, and the cached vector a(M_μ).

use super::Fields;
use super::portable::{
    BlockSums, PlaneEntry, WrappingPolynomial, masked_sum_16, masked_sum_32, move_overlaps, refill,
};
use crate::model::patterns::{BLOCK, Block};
use crate::model::{DenseHebbian, Patterns, Spins};

/// The Hamiltonian's tables in the form that the kernels use: a(M)/g with g the common divisor of all values, as
/// wrapping polynomials, and how far they may be trusted.
#[derive(Debug, Clone)]
pub struct FieldTables {
    hamiltonian: DenseHebbian,
    /// g: the greatest common divisor of a(M) over the overlaps that occur.
    divisor: i128,
    field: WrappingPolynomial,
    reaction: WrappingPolynomial,
    /// Largest |M| whose a/g fits into a plane entry and whose b fits into 26 bits; beyond it entries are exceptions.
    limit_16: i16,
    limit_32: i16,
    wide: bool,
}

impl FieldTables {
    pub fn new(hamiltonian: DenseHebbian) -> Self {
        let n = hamiltonian.spins() as i32;
        let p = hamiltonian.order().get();
        let overlaps = || (0..=n).map(|up| 2 * up - n);
        let divisor =
            overlaps().map(|m| hamiltonian.field_of_overlap(m)).fold(0, greatest_common_divisor).max(1);
        let field = wrapping_polynomial(p - 1, i128::from(n) - 2, divisor);
        let reaction = wrapping_polynomial(p - 2, i128::from(n) - 2, 1);
        let fits = |m: i32, entry: i128| {
            (hamiltonian.field_of_overlap(m) / divisor).abs() <= entry.min(reach(field.shift))
                && hamiltonian.reaction_of_overlap(m).abs() <= (1 << 26).min(reach(reaction.shift))
        };
        let limit = |entry: i128| {
            let parity = n % 2;
            let mut limit = -1;
            for m in (parity..=n).step_by(2) {
                if !(fits(m, entry) && fits(-m, entry)) {
                    break;
                }
                limit = m;
            }
            limit as i16
        };
        // 32-bit entries stop at 2²⁶, so that 16 of them sum in 32 bits.
        let (limit_16, limit_32) = (limit(i128::from(i16::MAX)), limit(1 << 26));
        // Random overlaps exceed 4.2 √N with probability 3e-5: below that, exceptions are rare enough for 16 bits.
        let wide = f64::from(limit_16) < (4.2 * f64::from(n).sqrt()).min(f64::from(n)) && limit_32 > limit_16;
        Self { hamiltonian, divisor, field, reaction, limit_16, limit_32, wide }
    }

    pub fn hamiltonian(&self) -> &DenseHebbian {
        &self.hamiltonian
    }
}

/// Largest |value| that survives the final arithmetic shift.
fn reach(shift: u32) -> i128 {
    if shift > 24 { -1 } else { 1 << (30 - shift) }
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// e_k of n signs over `divisor` as a wrapping polynomial. The integer polynomial E_k = k! e_k obeys
/// E_k = M E_{k−1} − (k−1)(n−k+2) E_{k−2}; dividing by k!·divisor = 2^v·odd is a multiplication by odd⁻¹ mod 2³² and a
/// shift by v.
fn wrapping_polynomial(k: u32, n: i128, divisor: i128) -> WrappingPolynomial {
    let k = k as usize;
    let (mut previous, mut current) = (vec![0i64; k + 1], vec![0i64; k + 1]);
    current[0] = 1;
    for j in 1..=k {
        let factor = ((j as i128 - 1) * (n - j as i128 + 2)) as i64;
        let next: Vec<i64> = (0..=k)
            .map(|power| {
                let raised = if power > 0 { current[power - 1] } else { 0 };
                raised.wrapping_sub(factor.wrapping_mul(previous[power]))
            })
            .collect();
        (previous, current) = (current, next);
    }
    let (mut odd_part, mut shift) = (1u32, 0);
    for factor in (1..=k as i128).chain([divisor]) {
        let twos = factor.trailing_zeros();
        shift += twos;
        odd_part = odd_part.wrapping_mul((factor >> twos) as u32);
    }
    // Newton's iteration doubles the number of right bits: 3, 6, 12, 24, 48.
    let mut inverse = odd_part;
    for _ in 0..4 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(odd_part.wrapping_mul(inverse)));
    }
    WrappingPolynomial {
        coefficients: (0..=k).rev().step_by(2).map(|power| current[power] as i32).collect(),
        odd: k % 2 == 1,
        inverse: inverse as i32,
        shift: shift.min(31),
    }
}

#[derive(Debug, Clone)]
enum Plane {
    Narrow(Vec<i16>),
    Wide(Vec<i32>),
}

/// A configuration in overlap form. Memory: K·(2 + 2 or 4) bytes beside the shared patterns.
#[derive(Debug, Clone)]
pub struct OverlapForm<'a> {
    tables: &'a FieldTables,
    patterns: &'a Patterns,
    spins: Spins,
    /// M_μ, padded to whole blocks; a padding entry behaves as a pattern of −1 everywhere and is taken out at the end.
    overlaps: Vec<i16>,
    plane: Plane,
    /// Σ_μ of the plane, padding included.
    plane_sum: i64,
    /// (μ, a(M_μ)/g) of patterns whose entry does not fit, among them the retrieved one.
    exceptions: Vec<(usize, i128)>,
    /// Σ_μ b(M_μ) without padding.
    reaction_sum: i128,
    energy_sum: i128,
}

impl<'a> OverlapForm<'a> {
    /// The configuration `spins` of N = patterns.spins() spins.
    pub fn new(tables: &'a FieldTables, patterns: &'a Patterns, spins: Spins) -> Self {
        let padded = patterns.blocks_per_column() * BLOCK;
        let mut overlaps = vec![0i16; padded];
        for (i, &s) in spins.as_slice().iter().enumerate() {
            // ξ s is +s where the bit is set: move by −(−s).
            for (overlaps, words) in overlaps.chunks_exact_mut(BLOCK).zip(patterns.column(i)) {
                move_overlaps(overlaps, words, -i16::from(s));
            }
        }
        let plane = if tables.wide { Plane::Wide(vec![0; padded]) } else { Plane::Narrow(vec![0; padded]) };
        let mut form = Self {
            tables,
            patterns,
            spins,
            overlaps,
            plane,
            plane_sum: 0,
            exceptions: Vec::new(),
            reaction_sum: 0,
            energy_sum: 0,
        };
        form.update(None);
        form.energy_sum = form.energy_from_overlaps();
        form
    }

    fn energy_from_overlaps(&self) -> i128 {
        self.overlaps().iter().map(|&m| self.tables.hamiltonian.energy_of_overlap(i32::from(m))).sum()
    }

    /// Moves the overlaps by a flip (site and step 2 s_i), then refills plane, sums and exceptions.
    fn update(&mut self, flip: Option<(usize, i16)>) {
        let column = flip.map(|(i, step)| (self.patterns.column(i), step));
        self.exceptions.clear();
        let count = self.patterns.count();
        let mut pass = Pass {
            tables: self.tables,
            overlaps: &mut self.overlaps,
            column,
            count,
            exceptions: &mut self.exceptions,
        };
        let (plane_sum, reaction_sum) = match &mut self.plane {
            Plane::Narrow(plane) => pass.run(plane, self.tables.limit_16),
            Plane::Wide(plane) => pass.run(plane, self.tables.limit_32),
        };
        self.plane_sum = plane_sum;
        self.reaction_sum = reaction_sum;
    }
}

/// One pass over all blocks.
struct Pass<'p> {
    tables: &'p FieldTables,
    overlaps: &'p mut [i16],
    column: Option<(&'p [Block], i16)>,
    count: usize,
    exceptions: &'p mut Vec<(usize, i128)>,
}

impl Pass<'_> {
    /// Returns (Σ of the plane without padding, Σ b without padding).
    fn run<E: PlaneEntry>(&mut self, plane: &mut [E], limit: i16) -> (i64, i128) {
        let (mut field, mut reaction) = (0i64, 0i128);
        for (block, plane) in plane.chunks_exact_mut(BLOCK).enumerate() {
            let overlaps = &mut self.overlaps[block * BLOCK..(block + 1) * BLOCK];
            let widest = match self.column {
                Some((column, step)) => move_overlaps(overlaps, &column[block], step),
                None => overlaps.iter().map(|m| m.abs()).max().unwrap_or(0),
            };
            let inside = (widest <= limit)
                .then(|| refill(plane, overlaps, &self.tables.field, &self.tables.reaction))
                .flatten();
            let first = block * BLOCK;
            let sums = match inside {
                Some(sums) => self.without_padding(sums, plane, first),
                None => self.scan(plane, first, limit),
            };
            field += sums.0;
            reaction += sums.1;
        }
        (field, reaction)
    }

    /// Takes the padding out of the sums of a refilled block: all its entries are equal.
    fn without_padding<E: PlaneEntry>(&self, sums: BlockSums, plane: &[E], first: usize) -> (i64, i128) {
        let padding = (first + BLOCK).saturating_sub(self.count);
        if padding == 0 {
            return (sums.field, i128::from(sums.reaction));
        }
        let entry: i64 = plane[BLOCK - 1].into();
        let overlap = i32::from(self.overlaps[first + BLOCK - 1]);
        let padding = padding as i64;
        (
            sums.field - padding * entry,
            i128::from(sums.reaction)
                - i128::from(padding) * self.tables.hamiltonian.reaction_of_overlap(overlap),
        )
    }

    /// A block with exceptions, entry by entry from the exact tables.
    fn scan<E: PlaneEntry>(&mut self, plane: &mut [E], first: usize, limit: i16) -> (i64, i128) {
        let (mut field, mut reaction) = (0i64, 0i128);
        for (offset, entry) in plane.iter_mut().enumerate() {
            let mu = first + offset;
            *entry = E::default();
            if mu >= self.count {
                continue;
            }
            let overlap = self.overlaps[mu];
            let value = self.tables.hamiltonian.field_of_overlap(i32::from(overlap)) / self.tables.divisor;
            reaction += self.tables.hamiltonian.reaction_of_overlap(i32::from(overlap));
            if overlap.abs() <= limit {
                *entry = E::truncated(value as i32);
                field += (*entry).into();
            } else {
                self.exceptions.push((mu, value));
            }
        }
        (field, reaction)
    }
}

impl Fields for OverlapForm<'_> {
    fn hamiltonian(&self) -> &DenseHebbian {
        &self.tables.hamiltonian
    }

    fn spins(&self) -> &Spins {
        &self.spins
    }

    /// F_i = g (2 Σ_{bit = 1} A − Σ A) + exceptions − s_i Σ b.
    fn field(&self, i: usize) -> i128 {
        let column = self.patterns.column(i);
        let set = match &self.plane {
            Plane::Narrow(plane) => masked_sum_16(plane, column),
            Plane::Wide(plane) => masked_sum_32(plane, column),
        };
        let mut along = i128::from(2 * set - self.plane_sum);
        for &(mu, value) in &self.exceptions {
            along += value * i128::from(self.patterns.sign(mu, i));
        }
        along * self.tables.divisor - i128::from(self.spins.get(i)) * self.reaction_sum
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
            for (overlaps, words) in self.overlaps.chunks_exact_mut(BLOCK).zip(self.patterns.column(i)) {
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
        &self.overlaps[..self.patterns.count()]
    }
}
