//! K patterns of N signs, one bit each.

use super::Spins;
use crate::error::{Error, Result};
use crate::rng::Stream;
use rand_xoshiro::rand_core::Rng;
use sha2::{Digest, Sha256};

/// Patterns in one block of the bit plane.
pub const BLOCK: usize = 256;
/// Words in one block: bit j of word w is pattern 16 j + w of the block.
pub const WORDS: usize = 16;

/// One block of one column: the bits of 256 patterns at one site, 32 bytes that no cache line divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(32))]
pub struct Block([u16; WORDS]);

impl std::ops::Deref for Block {
    type Target = [u16; WORDS];

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::ops::DerefMut for Block {
    #[inline]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// K patterns ξ^μ ∈ {−1, +1}^N as bit planes, one plane (column) a site.
///
/// Bit 1 is ξ = +1. Pattern μ = 256 b + 16 j + w is bit j of word w of block b, so that one load of 16 words feeds
/// 16 vector steps by shifts; bits beyond K are 0. N K/8 bytes in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns {
    spins: usize,
    count: usize,
    blocks: Vec<Block>,
}

impl Patterns {
    /// Unbiased independent signs, a pure function of the stream.
    ///
    /// # Errors
    /// Where N or K is 0, or the bit planes do not fit into memory.
    pub fn random(spins: usize, count: usize, stream: &mut Stream) -> Result<Self> {
        let mut patterns = Self::zeros(spins, count)?;
        let per_column = patterns.blocks_per_column();
        for column in patterns.blocks.chunks_exact_mut(per_column) {
            for block in column.iter_mut() {
                for four in block.chunks_exact_mut(4) {
                    let bits = stream.next_u64();
                    for (shift, word) in four.iter_mut().enumerate() {
                        *word = (bits >> (16 * shift)) as u16;
                    }
                }
            }
            mask_padding(column, count);
        }
        Ok(patterns)
    }

    /// From rows of ±1, one pattern a row.
    ///
    /// # Errors
    /// Where rows differ in length, a value is not ±1, or there is nothing.
    pub fn from_rows<R: AsRef<[i8]>>(rows: &[R]) -> Result<Self> {
        let spins = rows.first().map_or(0, |r| r.as_ref().len());
        let mut patterns = Self::zeros(spins, rows.len())?;
        for (mu, row) in rows.iter().enumerate() {
            let row = row.as_ref();
            if row.len() != spins {
                return Err(Error::bad_input(format!(
                    "pattern {mu} has {} entries, the first has {spins}",
                    row.len()
                ))
                .remedy("all patterns have the same number of spins"));
            }
            for (i, &value) in row.iter().enumerate() {
                match value {
                    1 => patterns.set(mu, i),
                    -1 => {}
                    _ => {
                        return Err(Error::bad_input(format!("entry {i} of pattern {mu} is {value}"))
                            .remedy("an entry is 1 or -1"));
                    }
                }
            }
        }
        Ok(patterns)
    }

    /// Pattern μ is +1 at site i where `up(μ, i)`, asked site by site.
    ///
    /// # Errors
    /// Where N or K is 0, or the bit planes do not fit into memory.
    pub fn from_fn(spins: usize, count: usize, mut up: impl FnMut(usize, usize) -> bool) -> Result<Self> {
        let mut patterns = Self::zeros(spins, count)?;
        for i in 0..spins {
            for mu in 0..count {
                if up(mu, i) {
                    patterns.set(mu, i);
                }
            }
        }
        Ok(patterns)
    }

    fn zeros(spins: usize, count: usize) -> Result<Self> {
        if spins == 0 || count == 0 {
            return Err(Error::bad_input(format!("{count} patterns of {spins} spins"))
                .remedy("at least one pattern of one spin is needed"));
        }
        let length = spins.checked_mul(count.div_ceil(BLOCK));
        let mut blocks = Vec::new();
        match length {
            Some(length) if blocks.try_reserve_exact(length).is_ok() => {
                blocks.resize(length, Block([0; WORDS]))
            }
            _ => {
                return Err(Error::bad_input(format!(
                    "{count} patterns of {spins} spins do not fit into memory"
                )));
            }
        }
        Ok(Self { spins, count, blocks })
    }

    fn set(&mut self, mu: usize, i: usize) {
        let (block, word, bit) = place(mu);
        let at = i * self.blocks_per_column() + block;
        self.blocks[at][word] |= 1 << bit;
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// The number of patterns K.
    pub fn count(&self) -> usize {
        self.count
    }

    pub fn blocks_per_column(&self) -> usize {
        self.count.div_ceil(BLOCK)
    }

    /// The bits of all patterns at site i.
    #[inline]
    pub fn column(&self, i: usize) -> &[Block] {
        let length = self.blocks_per_column();
        &self.blocks[i * length..(i + 1) * length]
    }

    /// ξ^μ_i.
    #[inline]
    pub fn sign(&self, mu: usize, i: usize) -> i8 {
        let (block, word, bit) = place(mu);
        let bits = self.blocks[i * self.blocks_per_column() + block][word];
        if bits >> bit & 1 == 1 { 1 } else { -1 }
    }

    /// Pattern μ as a configuration.
    pub fn row(&self, mu: usize) -> Spins {
        Spins::from_fn(self.spins, |i| self.sign(mu, i) > 0)
    }

    /// Integer overlap M_μ = Σ_i ξ^μ_i s_i of one pattern.
    pub fn overlap(&self, mu: usize, spins: &Spins) -> i32 {
        let (block, word, bit) = place(mu);
        let step = self.blocks_per_column();
        let mut overlap = 0;
        for (i, &s) in spins.as_slice().iter().enumerate() {
            let sign = i32::from(self.blocks[i * step + block][word] >> bit & 1) * 2 - 1;
            overlap += sign * i32::from(s);
        }
        overlap
    }

    /// The first `count` patterns.
    ///
    /// # Errors
    /// Where there are fewer.
    pub fn first(&self, count: usize) -> Result<Self> {
        if count > self.count {
            return Err(Error::bad_input(format!("{count} patterns asked of {}", self.count)));
        }
        Self::from_fn(self.spins, count, |mu, i| self.sign(mu, i) > 0)
    }

    /// SHA-256 of N, K and the bits in pattern order, in hexadecimal: explains 'same seed, different answer'.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update((self.spins as u64).to_le_bytes());
        hash.update((self.count as u64).to_le_bytes());
        for block in &self.blocks {
            for word in block.iter() {
                hash.update(word.to_le_bytes());
            }
        }
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// (block, word, bit) of pattern μ.
#[inline]
fn place(mu: usize) -> (usize, usize, usize) {
    let within = mu % BLOCK;
    (mu / BLOCK, within % WORDS, within / WORDS)
}

/// Clears the bits beyond the last pattern.
fn mask_padding(column: &mut [Block], count: usize) {
    for mu in count..column.len() * BLOCK {
        let (block, word, bit) = place(mu);
        column[block][word] &= !(1 << bit);
    }
}
