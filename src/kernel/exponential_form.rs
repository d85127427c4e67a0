//! Exponential form: all overlaps M_μ, and how many patterns have each.
//!
//! The energy after a flip of s_i is that of other counts: patterns that agree with s_i lose 2, the others gain 2. How many of each
//! overlap agree is one pass over the patterns, cost K per proposal and per accepted flip. Fields found once are remembered by
//! configuration.

use super::aligned::Aligned;
use super::known_fields::KnownFields;
use super::overlap_form::all_overlaps;
use super::{Fields, Twin};
use crate::model::patterns::{BLOCK, Block, WORDS};
use crate::model::{Exponential, Patterns, Spins};

/// A configuration of the exponential network. Memory: 2 K bytes beside the shared patterns.
#[derive(Debug, Clone)]
pub struct ExponentialForm<'a> {
    model: &'a Exponential,
    patterns: &'a Patterns,
    twin: Twin,
    spins: Spins,
    /// M_μ, padded to whole blocks.
    overlaps: Aligned<i16>,
    /// Patterns of overlap M, by (N + M)/2.
    counts: Vec<u32>,
    /// H/2c
    steps: i64,
    known: KnownFields,
}

impl<'a> ExponentialForm<'a> {
    /// The configuration `spins` of N = patterns.spins() spins.
    pub fn new(model: &'a Exponential, patterns: &'a Patterns, spins: Spins) -> Self {
        let twin = Twin::best();
        let overlaps = all_overlaps(twin, patterns, &spins, patterns.blocks_per_column() * BLOCK);
        let known = KnownFields::new(spins.len());
        let mut form = Self { model, patterns, twin, spins, overlaps, counts: Vec::new(), steps: 0, known };
        form.count();
        form
    }

    fn count(&mut self) {
        let n = self.spins.len() as i16;
        let mut counts = vec![0; self.spins.len() + 1];
        self.overlaps().iter().for_each(|&m| counts[((n + m) >> 1) as usize] += 1);
        self.steps = self.model.steps(|up| counts[up]);
        self.counts = counts;
    }

    /// s_i (H' − H)/2c
    fn evaluate(&self, i: usize) -> i128 {
        let n = self.spins.len();
        let up = self.twin.compiled(|| counts_of_set(n, self.patterns.column(i), &self.overlaps));
        let along = self.spins.get(i) > 0;
        // A pattern of overlap M after the flip agreed at M + 2, or did not at M − 2.
        let agree = |at: usize| if along { up[at] } else { self.counts[at] - up[at] };
        let count = |at: usize| {
            let above = if at < n { agree(at + 1) } else { 0 };
            let below = if at > 0 { self.counts[at - 1] - agree(at - 1) } else { 0 };
            above + below
        };
        i128::from(self.spins.get(i)) * i128::from(self.model.steps(count) - self.steps)
    }
}

/// By (N + M)/2: patterns whose bit is set. Padding has none. Neighbours count apart, lest one wait for the other.
#[inline(always)]
fn counts_of_set(n: usize, column: &[Block], overlaps: &[i16]) -> Vec<u32> {
    let mut counts = vec![[0u32; 4]; n + 1];
    for (overlaps, words) in overlaps.as_chunks::<BLOCK>().0.iter().zip(column) {
        for (j, step) in overlaps.as_chunks::<WORDS>().0.iter().enumerate() {
            for w in 0..WORDS {
                let at = (n as i32 + i32::from(step[w])) >> 1;
                counts[at as usize][w % 4] += u32::from(words[w] >> j & 1);
            }
        }
    }
    counts.iter().map(|four| four.iter().sum()).collect()
}

impl Fields for ExponentialForm<'_> {
    fn scale(&self) -> f64 {
        self.model.scale()
    }

    fn spins(&self) -> &Spins {
        &self.spins
    }

    fn field(&self, i: usize) -> i128 {
        self.known.get(i).unwrap_or_else(|| self.evaluate(i))
    }

    fn field_ahead(&mut self, sites: &[usize]) -> i128 {
        self.known.propose();
        let i = sites[0];
        self.known.get(i).unwrap_or_else(|| {
            let field = self.evaluate(i);
            self.known.set(i, field);
            field
        })
    }

    fn flip(&mut self, i: usize, _field: i128) {
        self.flip_together(&[i]);
    }

    fn flip_together(&mut self, sites: &[usize]) {
        for &i in sites {
            let step = 2 * i16::from(self.spins.get(i));
            self.twin.move_overlaps(step, self.patterns.column(i), &mut self.overlaps);
        }
        self.known.flip(sites, &mut self.spins);
        self.count();
    }

    fn energy_sum(&self) -> i128 {
        -2 * i128::from(self.steps)
    }

    fn overlaps(&self) -> &[i16] {
        &self.overlaps[..self.patterns.count()]
    }
}
