//! Overlap form, any P: M_μ of every pattern, and the cached vector a(M_μ).

use super::aligned::Aligned;
use super::field_tables::LARGEST_DEGREE;
use super::known_fields::KnownFields;
use super::limit::{Limit, Measured, Pass, Work};
use super::portable::{Entries, Moments, joined, split};
use super::{FieldTables, Fields, Twin};
use crate::model::patterns::{BLOCK, Block};
use crate::model::{Patterns, Spins};

/// A configuration in overlap form. Memory: K·(2 + 2 or 4) bytes beside the shared patterns.
#[derive(Debug, Clone)]
pub struct OverlapForm<'a> {
    tables: &'a FieldTables,
    patterns: &'a Patterns,
    spins: Spins,
    /// M_μ, padded to whole blocks; a padding entry behaves as a pattern of −1 everywhere and is taken out at the end.
    overlaps: Aligned<i16>,
    /// A_μ = a(M_μ)/g, 0 for an exception.
    plane: Aligned<i16>,
    /// Whether plane and sums are those of the present overlaps.
    filled: bool,
    sums: Sums,
    energy_sum: i128,
    /// Σ_μ b(M_μ)
    reaction: i128,
    known: KnownFields,
    work: Work,
}

/// Sums over patterns that the last pass left, without padding.
#[derive(Debug, Clone, Default)]
struct Sums {
    /// Σ_μ A_μ
    plane: i64,
    /// Σ_μ M_μ a(M_μ)/g, exceptions included.
    overlap: i128,
    /// (μ, a(M_μ)/g) of patterns whose entry does not fit, among them the retrieved one.
    exceptions: Vec<(usize, i128)>,
    /// Blocks that hold an exception.
    crowded: Vec<usize>,
}

impl<'a> OverlapForm<'a> {
    /// The configuration `spins` of N = patterns.spins() spins.
    pub fn new(tables: &'a FieldTables, patterns: &'a Patterns, spins: Spins) -> Self {
        let overlaps = all_overlaps(tables.twin, patterns, &spins, patterns.blocks_per_column() * BLOCK);
        let plane = Aligned::zeros(tables.parts * patterns.blocks_per_column() * BLOCK);
        let known = KnownFields::new(spins.len());
        let (sums, energy_sum, reaction, work) = Default::default();
        let filled = false;
        let mut form = Self {
            tables,
            patterns,
            spins,
            overlaps,
            plane,
            filled,
            sums,
            energy_sum,
            reaction,
            known,
            work,
        };
        form.energy_sum = form.energy_from_overlaps();
        form.fill(patterns.column(0), 0);
        form
    }

    /// Σ_μ e_P(M_μ) by counting how often each overlap occurs.
    fn energy_from_overlaps(&self) -> i128 {
        let n = self.spins.len() as i32;
        let mut counts = vec![0u32; n as usize + 1];
        for &m in self.overlaps() {
            counts[((i32::from(m) + n) / 2) as usize] += 1;
        }
        let energy = |up: i32| self.tables.hamiltonian.energy_of_overlap(2 * up - n);
        (0..).zip(counts).map(|(up, count)| i128::from(count) * energy(up)).sum()
    }

    /// Moves the overlaps by a flip (of step 2 s_i in the column of i), refills the plane and takes its sums. The energy must
    /// be that after the flip.
    fn fill(&mut self, column: &[Block], step: i16) {
        self.work.fills += 1;
        match self.tables.parts {
            1 => self.fill_parts::<1>(column, step),
            _ => self.fill_parts::<2>(column, step),
        }
        // P e_P(M) = M a(M) − N b(M) for every pattern (Euler's identity Σ_i s_i F_i = P Σ_μ e_P): Σ b needs no pass of its own.
        let order = i128::from(self.tables.hamiltonian.order().get());
        let along = self.tables.divisor * self.sums.overlap;
        self.reaction = (along - order * self.energy_sum) / self.spins.len() as i128;
        self.filled = true;
    }

    fn fill_parts<const PARTS: usize>(&mut self, column: &[Block], step: i16) {
        let (tables, count) = (self.tables, self.patterns.count());
        let (overlaps, plane) = (self.overlaps.as_chunks_mut().0, self.plane.as_chunks_mut().0);
        let mut sums = std::mem::take(&mut self.sums);
        sums.exceptions.clear();
        sums.crowded.clear();
        let moments = if tables.hamiltonian.order().get() <= LARGEST_DEGREE + 1 {
            tables.twin.move_and_fill::<PARTS>(&tables.rule, step, column, overlaps, plane, &mut sums.crowded)
        } else {
            tables.twin.move_overlaps(step, column, overlaps.as_flattened_mut());
            fill_from_tables::<PARTS>(tables, overlaps, plane);
            sums.crowded.extend(0..overlaps.len());
            Moments::default()
        };
        sums.plane = moments.plane;
        sums.overlap = moments.overlap;
        if sums.crowded.last().is_none_or(|&last| last + 1 < overlaps.len()) {
            // Padding entries are all equal.
            let padding = (overlaps.len() * BLOCK - count) as i64;
            let last = &plane[plane.len() - PARTS..];
            let entry = joined::<PARTS>(std::array::from_fn(|p| i64::from(last[p][BLOCK - 1]))) as i64;
            let overlap = overlaps[overlaps.len() - 1][BLOCK - 1];
            sums.plane -= padding * entry;
            sums.overlap -= i128::from(padding * entry) * i128::from(overlap);
        }
        let parts = plane.as_chunks_mut::<PARTS>().0;
        for at in 0..sums.crowded.len() {
            let block = sums.crowded[at];
            sums.add_crowded(tables, block * BLOCK..count, &overlaps[block], &mut parts[block]);
        }
        self.sums = sums;
    }

    fn evaluate(&self, columns: &[&[Block]], sums: &mut [i64]) {
        let plane = self.plane.as_chunks().0;
        match self.tables.parts {
            1 => self.tables.twin.masked_sums::<1>(plane, columns, sums),
            _ => self.tables.twin.masked_sums::<2>(plane, columns, sums),
        }
    }

    /// F_i = Σ_μ ξ_i a(M_μ) − s_i Σ_μ b(M_μ) from the tables.
    fn field_by_definition(&self, i: usize) -> i128 {
        let (hamiltonian, s) = (&self.tables.hamiltonian, i128::from(self.spins.get(i)));
        let term = |(mu, &m): (usize, &i16)| {
            i128::from(self.patterns.sign(mu, i)) * hamiltonian.field_of_overlap(m.into())
                - s * hamiltonian.reaction_of_overlap(m.into())
        };
        self.overlaps().iter().enumerate().map(term).sum()
    }

    /// F_i = g (2 Σ_{bit = 1} A − Σ A) + exceptions − s_i Σ b.
    fn field_from(&self, i: usize, set: i64) -> i128 {
        let mut along = i128::from(2 * set - self.sums.plane);
        for &(mu, value) in &self.sums.exceptions {
            along += value * i128::from(self.patterns.sign(mu, i));
        }
        along * self.tables.divisor - i128::from(self.spins.get(i)) * self.reaction
    }
}

impl Sums {
    /// Adds a block of patterns with exceptions: their entries are set to 0.
    fn add_crowded<const PARTS: usize>(
        &mut self,
        tables: &FieldTables,
        patterns: std::ops::Range<usize>,
        overlaps: &Entries,
        parts: &mut [Entries; PARTS],
    ) {
        let limit = tables.rule.limit;
        for part in parts.iter_mut() {
            for (entry, &m) in part.iter_mut().zip(overlaps) {
                *entry = if m.abs() > limit { 0 } else { *entry };
            }
        }
        let real = patterns.len().min(BLOCK);
        let (mut totals, mut moments) = ([0i64; PARTS], [0i64; PARTS]);
        for (part, entries) in parts.iter().enumerate() {
            for (&entry, &m) in entries[..real].iter().zip(overlaps) {
                totals[part] += i64::from(entry);
                moments[part] += i64::from(i32::from(entry) * i32::from(m));
            }
        }
        self.plane += joined(totals) as i64;
        self.overlap += joined(moments);
        for (mu, &m) in patterns.zip(&overlaps[..real]) {
            if m.abs() > limit {
                let value = tables.hamiltonian.field_of_overlap(m.into()) / tables.divisor;
                self.overlap += i128::from(m) * value;
                self.exceptions.push((mu, value));
            }
        }
    }
}

/// Orders without a polynomial kernel: entries beyond the limit wrap, and are replaced later.
fn fill_from_tables<const PARTS: usize>(tables: &FieldTables, overlaps: &[Entries], plane: &mut [Entries]) {
    for (overlaps, parts) in overlaps.iter().zip(plane.as_chunks_mut::<PARTS>().0) {
        let value = |m: i16| (tables.hamiltonian.field_of_overlap(m.into()) / tables.divisor) as i32;
        split(&overlaps.map(value), parts);
    }
}

/// M_μ of every pattern, padded to `length`.
pub(super) fn all_overlaps(twin: Twin, patterns: &Patterns, spins: &Spins, length: usize) -> Aligned<i16> {
    let mut overlaps = Aligned::zeros(length);
    for (i, &s) in spins.as_slice().iter().enumerate() {
        // ξ s is +s where the bit is set: move by −(−s).
        twin.move_overlaps(-i16::from(s), patterns.column(i), &mut overlaps);
    }
    overlaps
}

/// Most fields of one pass.
const AHEAD: usize = 4;

impl Fields for OverlapForm<'_> {
    fn scale(&self) -> f64 {
        self.tables.hamiltonian.scale()
    }

    fn spins(&self) -> &Spins {
        &self.spins
    }

    fn field(&self, i: usize) -> i128 {
        self.known.get(i).unwrap_or_else(|| {
            if !self.filled {
                return self.field_by_definition(i);
            }
            let mut set = [0];
            self.evaluate(&[self.patterns.column(i)], &mut set);
            self.field_from(i, set[0])
        })
    }

    #[inline]
    fn field_ahead(&mut self, sites: &[usize]) -> i128 {
        self.known.propose();
        match self.known.get(sites[0]) {
            Some(field) => field,
            None => self.fields_ahead(sites),
        }
    }

    fn flip(&mut self, i: usize, field: i128) {
        let s = self.spins.get(i);
        self.energy_sum -= 2 * i128::from(s) * field;
        let (column, step) = (self.patterns.column(i), 2 * i16::from(s));
        if self.known.flip(&[i], &mut self.spins) {
            self.tables.twin.move_overlaps(step, column, &mut self.overlaps);
            self.work.moves += 1;
            self.filled = false;
        } else {
            self.fill(column, step);
        }
    }

    fn flip_together(&mut self, sites: &[usize]) {
        if sites.is_empty() {
            return;
        }
        for &i in sites {
            let step = 2 * i16::from(self.spins.get(i));
            self.tables.twin.move_overlaps(step, self.patterns.column(i), &mut self.overlaps);
        }
        self.work.moves += sites.len() as u64;
        self.known.flip(sites, &mut self.spins);
        self.energy_sum = self.energy_from_overlaps();
        self.filled = false;
    }

    fn energy_sum(&self) -> i128 {
        self.energy_sum
    }

    fn overlaps(&self) -> &[i16] {
        &self.overlaps[..self.patterns.count()]
    }
}

impl OverlapForm<'_> {
    /// The field of the first site, and in the same pass those of the next unknown ones.
    #[inline(never)]
    fn fields_ahead(&mut self, sites: &[usize]) -> i128 {
        let most = self.fields_of_one_pass();
        let mut chosen = [sites[0]; AHEAD];
        let mut count = 1;
        for &i in &sites[1..] {
            if count == most {
                break;
            }
            if self.known.get(i).is_none() && !chosen[..count].contains(&i) {
                chosen[count] = i;
                count += 1;
            }
        }
        if !self.filled {
            self.fill(self.patterns.column(0), 0);
        }
        self.work.reads += 1;
        self.work.fields += count as u64;
        let mut sums = [0; AHEAD];
        let columns = chosen.map(|i| self.patterns.column(i));
        self.evaluate(&columns[..count], &mut sums[..count]);
        let mut first = 0;
        for (&i, &set) in chosen[..count].iter().zip(&sums).rev() {
            first = self.field_from(i, set);
            self.known.set(i, first);
        }
        first
    }

    /// A pass for several fields reads the plane once, which pays where the plane streams in more slowly than it is summed up;
    /// fields that a flip makes worthless do not pay. Near a boundary both choices cost the same, so that nothing is lost by
    /// going to and fro.
    fn fields_of_one_pass(&self) -> usize {
        let bytes = size_of_val(&*self.plane);
        let (beyond_l1, beyond_l2) = (bytes > 1 << 15, bytes > 1 << 20);
        match self.known.pace() {
            0..2 => 1 + usize::from(beyond_l1 && self.tables.twin.outruns_l2()),
            2..8 => 1 + usize::from(beyond_l2 || beyond_l1 && self.tables.twin.outruns_l2()),
            _ => 2 + 2 * usize::from(beyond_l2),
        }
    }
}

impl Measured for OverlapForm<'_> {
    fn work(&self) -> Work {
        self.work
    }

    fn least_seconds(&self, work: Work, limit: &Limit) -> f64 {
        let [field, moving, fill] =
            self.tables.twin.instructions(&self.tables.rule.polynomial, self.tables.parts);
        let (plane, overlaps) = (size_of_val(&*self.plane), size_of_val(&*self.overlaps));
        let entry = plane as f64 / self.overlaps.len() as f64;
        // A bit of the column to a number; fields of one pass share the plane.
        let shared = entry * work.reads as f64 / work.fields.max(1) as f64;
        let pass = |instructions, bytes, working_set| Pass {
            numbers: self.overlaps.len(),
            instructions,
            bytes: bytes + 0.125,
            working_set,
        };
        limit.seconds(work.fields, pass(field, shared, plane))
            + limit.seconds(work.moves, pass(moving, 4.0, overlaps))
            + limit.seconds(work.fills, pass(fill, 4.0 + entry, plane + overlaps))
    }
}
