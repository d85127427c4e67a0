//! Local-field form, P = 2: F_i = Σ_{j≠i} J_ij s_j with integer J_ij = Σ_μ ξ^μ_i ξ^μ_j, all N fields kept up to date.

use super::aligned::{Aligned, LINE};
use super::limit::{Limit, Measured, Pass, Work};
use super::overlap_form::all_overlaps;
use super::{Fields, Twin};
use crate::error::{Error, Result};
use crate::model::patterns::{Block, WORDS};
use crate::model::{DenseHebbian, Patterns, Spins};
use crate::params::InteractionOrder;

/// The integer couplings of P = 2, J_ij = Σ_μ ξ^μ_i ξ^μ_j for i ≠ j and J_ii = 0, in the narrowest integers that hold them.
/// N² bytes or twice that, shared by all replicas.
#[derive(Debug, Clone)]
pub struct Couplings {
    rows: Rows,
    /// Numbers from one row to the next: N, rounded up to whole cache lines.
    stride: usize,
    /// Whether Σ_j |J_ij| fits 16 bits.
    short_fields: bool,
    twin: Twin,
}

#[derive(Debug, Clone)]
enum Rows {
    Bytes(Aligned<i8>),
    Words(Aligned<i16>),
}

impl Couplings {
    /// Whether J of N spins and K patterns fits 16 bits and the fields 32: K < 2¹⁵ and N K < 2³⁰.
    pub fn fit(spins: usize, patterns: usize) -> bool {
        patterns <= i16::MAX as usize && patterns.saturating_mul(spins) < 1 << 30
    }

    /// Whether to simulate with local fields, which only P = 2 has. One flip costs N in them, one proposal K in overlap form: they pay
    /// unless there are few patterns.
    pub fn pay(order: InteractionOrder, spins: usize, patterns: usize) -> bool {
        order.get() == 2 && Self::fit(spins, patterns) && patterns.saturating_mul(16) >= spins
    }

    /// # Errors
    /// Where the couplings do not fit (see [`Self::fit`]) or there is no memory for them.
    pub fn new(patterns: &Patterns) -> Result<Self> {
        Self::with_twin(patterns, Twin::best())
    }

    /// With a given twin of the kernels: every twin gives the same numbers.
    ///
    /// # Errors
    /// See [`Self::new`].
    pub fn with_twin(patterns: &Patterns, twin: Twin) -> Result<Self> {
        let (n, k) = (patterns.spins(), patterns.count());
        let stride = n.next_multiple_of(LINE);
        // Asked for, given back: a refusal is an error, not an abort.
        let there_is_room = Vec::<i16>::new().try_reserve_exact(n * stride).is_ok();
        if !Self::fit(n, k) || !there_is_room {
            return Err(Error::failed(format!("couplings of N = {n}, K = {k} do not fit")));
        }
        let mut words = Aligned::<i16>::zeros(n * stride);
        for i in 0..n {
            for j in 0..i {
                // K − 2·(number of patterns where the two signs differ); padding bits never differ.
                let pairs = patterns.column(i).iter().zip(patterns.column(j));
                let differ: u32 = pairs.map(|(a, b)| differing_bits(a, b)).sum();
                let coupling = (k as i64 - 2 * i64::from(differ)) as i16;
                words[i * stride + j] = coupling;
                words[j * stride + i] = coupling;
            }
        }
        let row_sum = |row: &[i16]| row.iter().map(|&j| i32::from(j).abs()).sum::<i32>();
        let short_fields = words.chunks(stride).map(row_sum).max() <= Some(i16::MAX.into());
        let rows = if short_fields && words.iter().all(|&j| i8::try_from(j).is_ok()) {
            let mut bytes = Aligned::zeros(words.len());
            bytes.iter_mut().zip(&*words).for_each(|(byte, &word)| *byte = word as i8);
            Rows::Bytes(bytes)
        } else {
            Rows::Words(words)
        };
        Ok(Self { rows, stride, short_fields, twin })
    }

    /// The twin of the kernels that runs.
    pub fn twin(&self) -> Twin {
        self.twin
    }

    /// fields += step · (row i)
    #[inline]
    fn add_row(&self, step: i16, i: usize, fields: &mut LocalFields) {
        let at = i * self.stride..(i + 1) * self.stride;
        match (fields, &self.rows) {
            (LocalFields::Short(fields), Rows::Bytes(rows)) => self.twin.add_row(step, &rows[at], fields),
            (LocalFields::Short(fields), Rows::Words(rows)) => self.twin.add_row(step, &rows[at], fields),
            (LocalFields::Long(fields), Rows::Words(rows)) => {
                self.twin.add_row(step.into(), &rows[at], fields)
            }
            (LocalFields::Long(fields), Rows::Bytes(rows)) => {
                self.twin.add_row(step.into(), &rows[at], fields)
            }
        }
    }
}

fn differing_bits(a: &Block, b: &Block) -> u32 {
    a.iter().zip(b.iter()).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// F_i, padded to whole cache lines with zeros.
#[derive(Debug, Clone)]
enum LocalFields {
    Short(Aligned<i16>),
    Long(Aligned<i32>),
}

impl LocalFields {
    #[inline]
    fn get(&self, i: usize) -> i32 {
        match self {
            Self::Short(fields) => fields[i].into(),
            Self::Long(fields) => fields[i],
        }
    }
}

/// A configuration with all its local fields. Memory: 2 or 4 N + 2 K bytes beside the shared couplings.
#[derive(Debug, Clone)]
pub struct LocalFieldForm<'a> {
    hamiltonian: &'a DenseHebbian,
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    spins: Spins,
    fields: LocalFields,
    /// M_μ, padded to whole steps.
    overlaps: Aligned<i16>,
    energy_sum: i128,
    work: Work,
}

impl<'a> LocalFieldForm<'a> {
    /// The configuration `spins`. The Hamiltonian's order must be 2.
    pub fn new(
        hamiltonian: &'a DenseHebbian,
        patterns: &'a Patterns,
        couplings: &'a Couplings,
        spins: Spins,
    ) -> Self {
        debug_assert_eq!(hamiltonian.order().get(), 2);
        let overlaps =
            all_overlaps(couplings.twin, patterns, &spins, patterns.count().next_multiple_of(2 * WORDS));
        let mut fields = if couplings.short_fields {
            LocalFields::Short(Aligned::zeros(couplings.stride))
        } else {
            LocalFields::Long(Aligned::zeros(couplings.stride))
        };
        for (j, &s) in spins.as_slice().iter().enumerate() {
            couplings.add_row(s.into(), j, &mut fields);
        }
        // Σ_μ e_2 = Σ_{i<j} J_ij s_i s_j
        let along = |(i, &s): (usize, &i8)| i128::from(fields.get(i)) * i128::from(s);
        let energy_sum = spins.as_slice().iter().enumerate().map(along).sum::<i128>() / 2;
        Self { hamiltonian, patterns, couplings, spins, fields, overlaps, energy_sum, work: Work::default() }
    }
}

impl Fields for LocalFieldForm<'_> {
    fn scale(&self) -> f64 {
        self.hamiltonian.scale()
    }

    fn spins(&self) -> &Spins {
        &self.spins
    }

    #[inline]
    fn field(&self, i: usize) -> i128 {
        self.fields.get(i).into()
    }

    fn flip(&mut self, i: usize, field: i128) {
        let s = self.spins.get(i);
        self.energy_sum -= 2 * i128::from(s) * field;
        self.work.fills += 1;
        let step = 2 * i16::from(s);
        self.couplings.add_row(-step, i, &mut self.fields);
        let column = self.patterns.column(i);
        self.couplings.twin.move_overlaps(step, column, &mut self.overlaps);
        self.spins.flip(i);
    }

    fn energy_sum(&self) -> i128 {
        self.energy_sum
    }

    fn overlaps(&self) -> &[i16] {
        &self.overlaps[..self.patterns.count()]
    }
}

impl Measured for LocalFieldForm<'_> {
    fn work(&self) -> Work {
        self.work
    }

    fn least_seconds(&self, work: Work, limit: &Limit) -> f64 {
        let (rows, coupling) = match &self.couplings.rows {
            Rows::Bytes(rows) => (size_of_val(&**rows), 1.0),
            Rows::Words(rows) => (size_of_val(&**rows), 2.0),
        };
        // A row of J streams in; the fields, read and written, stay near. Widening, multiplying, adding: long fields are two vectors.
        let vectors = if self.couplings.short_fields { 1.0 } else { 2.0 };
        let row = Pass {
            numbers: self.couplings.stride,
            instructions: 3.0 * vectors,
            bytes: coupling,
            working_set: rows,
        };
        let column = Pass {
            numbers: self.overlaps.len(),
            instructions: 4.0,
            bytes: 4.0,
            working_set: size_of_val(&*self.overlaps),
        };
        limit.seconds(work.fills, row) + limit.seconds(work.fills, column)
    }
}
