//! Local-field form, P = 2: F_i = Σ_{j≠i} J_ij s_j with integer J_ij = Σ_μ ξ^μ_i ξ^μ_j, all N fields kept up to date.

use super::aligned::Blocks;
use super::overlap_form::all_overlaps;
use super::{Fields, Twin};
use crate::error::{Error, Result};
use crate::model::patterns::Block;
use crate::model::{DenseHebbian, Patterns, Spins};

/// The integer couplings of P = 2, J_ij = Σ_μ ξ^μ_i ξ^μ_j for i ≠ j and J_ii = 0. 2 N² bytes, shared by all replicas.
#[derive(Debug, Clone)]
pub struct Couplings {
    spins: usize,
    rows: Vec<i16>,
    twin: Twin,
}

impl Couplings {
    /// Whether J fits 16 bits and the fields 32: K < 2¹⁵ and N K < 2³⁰.
    pub fn fit(patterns: &Patterns) -> bool {
        patterns.count() <= i16::MAX as usize && patterns.count() * patterns.spins() < 1 << 30
    }

    /// # Errors
    /// Where the couplings do not fit (see [`Self::fit`]) or there is no memory for them.
    pub fn new(patterns: &Patterns) -> Result<Self> {
        let (n, k) = (patterns.spins(), patterns.count());
        let mut rows = Vec::new();
        if !Self::fit(patterns) || rows.try_reserve_exact(n * n).is_err() {
            return Err(Error::failed(format!("couplings of N = {n}, K = {k} do not fit")));
        }
        rows.resize(n * n, 0i16);
        for i in 0..n {
            for j in 0..i {
                // K − 2·(number of patterns where the two signs differ); padding bits never differ.
                let differ: u32 = patterns
                    .column(i)
                    .iter()
                    .zip(patterns.column(j))
                    .map(|(a, b)| differing_bits(a, b))
                    .sum();
                let coupling = (k as i64 - 2 * i64::from(differ)) as i16;
                rows[i * n + j] = coupling;
                rows[j * n + i] = coupling;
            }
        }
        Ok(Self { spins: n, rows, twin: Twin::best() })
    }

    #[inline]
    fn row(&self, i: usize) -> &[i16] {
        &self.rows[i * self.spins..(i + 1) * self.spins]
    }
}

fn differing_bits(a: &Block, b: &Block) -> u32 {
    a.iter().zip(b.iter()).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// A configuration with all its local fields. Memory: 4 N + 2 K bytes beside the shared couplings.
#[derive(Debug, Clone)]
pub struct LocalFieldForm<'a> {
    hamiltonian: &'a DenseHebbian,
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    spins: Spins,
    fields: Vec<i32>,
    /// M_μ, padded to whole blocks.
    overlaps: Blocks,
    energy_sum: i128,
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
        let overlaps = all_overlaps(couplings.twin, patterns, &spins);
        let fields: Vec<i32> = (0..spins.len())
            .map(|i| {
                couplings
                    .row(i)
                    .iter()
                    .zip(spins.as_slice())
                    .map(|(&j, &s)| i32::from(j) * i32::from(s))
                    .sum()
            })
            .collect();
        // Σ_μ e_2 = Σ_{i<j} J_ij s_i s_j
        let twice: i128 =
            fields.iter().zip(spins.as_slice()).map(|(&f, &s)| i128::from(f) * i128::from(s)).sum();
        Self { hamiltonian, patterns, couplings, spins, fields, overlaps, energy_sum: twice / 2 }
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
        i128::from(self.fields[i])
    }

    fn flip(&mut self, i: usize, field: i128) {
        let s = self.spins.get(i);
        self.energy_sum -= 2 * i128::from(s) * field;
        let step = -2 * i32::from(s);
        for (field, &coupling) in self.fields.iter_mut().zip(self.couplings.row(i)) {
            *field += step * i32::from(coupling);
        }
        let column = self.patterns.column(i);
        self.couplings.twin.move_overlaps(2 * i16::from(s), column, self.overlaps.blocks_mut());
        self.spins.flip(i);
    }

    fn energy_sum(&self) -> i128 {
        self.energy_sum
    }

    fn overlaps(&self) -> &[i16] {
        &self.overlaps.as_slice()[..self.patterns.count()]
    }
}
