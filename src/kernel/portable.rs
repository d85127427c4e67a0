//! Portable kernels: plain loops over blocks of 256 patterns that any compiler vectorises.
//!
//! Layout (see [`crate::model::patterns`]): bit j of word w of a block belongs to entry 16 j + w of the block's slice of
//! every per-pattern vector, so that one load of 16 words serves 16 steps by shifts. An entry of a plane is a number of PARTS
//! times 16 bits: a block of the plane is PARTS blocks of numbers, the lower 16 bits first, each part signed.
//!
//! All arithmetic wraps on purpose: where a result must be exact, the caller keeps it in range.

use super::Polynomial;
use crate::model::patterns::{BLOCK, Block, WORDS};

/// The numbers of one block.
pub type Entries = [i16; BLOCK];

/// What a pass over all patterns sums up, padding included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moments {
    /// Σ_μ A_μ
    pub plane: i64,
    /// Σ_μ M_μ A_μ
    pub overlap: i128,
}

/// Σ_p parts[p]·2^{16p}
pub fn joined<const PARTS: usize>(parts: [i64; PARTS]) -> i128 {
    parts.iter().rev().fold(0, |high, &low| (high << 16) + i128::from(low))
}

/// −1 where bit j of the word is set, else 0.
#[inline(always)]
fn mask(word: u16, j: usize) -> i16 {
    ((word << (15 - j)) as i16) >> 15
}

/// Σ of A_μ over the patterns whose bit is set.
pub fn masked_sum<const PARTS: usize>(plane: &[Entries], column: &[Block]) -> i64 {
    let mut totals = [0i64; PARTS];
    for (parts, words) in plane.as_chunks::<PARTS>().0.iter().zip(column) {
        for (total, entries) in totals.iter_mut().zip(parts) {
            // A dot product with the masks 0 and −1, known to compilers as a multiply-add of neighbours. At most 2⁸·2¹⁵ = 2²³.
            let mut sum = 0i32;
            for (j, step) in entries.as_chunks::<WORDS>().0.iter().enumerate() {
                let mut part = 0i32;
                for w in 0..WORDS {
                    part = part.wrapping_add(i32::from(step[w]) * i32::from(mask(words[w], j)));
                }
                sum = sum.wrapping_add(part);
            }
            *total -= i64::from(sum);
        }
    }
    joined(totals) as i64
}

/// Moves every overlap by −step where its bit is set and by +step where not: with step = 2 s_i the flip of spin i. The last block
/// may be cut off after any 32.
pub fn move_overlaps(step: i16, column: &[Block], overlaps: &mut [i16]) {
    for (overlaps, words) in overlaps.chunks_mut(BLOCK).zip(column) {
        for (j, overlaps) in overlaps.as_chunks_mut::<WORDS>().0.iter_mut().enumerate() {
            for w in 0..WORDS {
                overlaps[w] = moved(step, words[w], j, overlaps[w]);
            }
        }
    }
}

#[inline(always)]
fn moved(step: i16, word: u16, j: usize, overlap: i16) -> i16 {
    let sign = mask(word, j); // −1 where set
    overlap.wrapping_add((step ^ sign).wrapping_sub(sign))
}

/// Moves one block; the largest |M| after it.
#[inline(always)]
fn move_block(step: i16, words: &Block, overlaps: &mut Entries) -> i16 {
    let (mut least, mut most) = ([i16::MAX; WORDS], [i16::MIN; WORDS]);
    for (j, overlaps) in overlaps.as_chunks_mut::<WORDS>().0.iter_mut().enumerate() {
        for w in 0..WORDS {
            overlaps[w] = moved(step, words[w], j, overlaps[w]);
            least[w] = least[w].min(overlaps[w]);
            most[w] = most[w].max(overlaps[w]);
        }
    }
    least.iter().zip(&most).fold(0, |widest, (&low, &high)| widest.max(high).max(low.wrapping_neg()))
}

/// Moves the overlaps as [`move_overlaps`], fills the plane with the polynomial at each and sums it up. Blocks with an
/// |M| > limit, where the polynomial wraps, are left out of the sums and named in `crowded`. TERMS = degree + 1.
pub fn move_and_fill<const PARTS: usize, const TERMS: usize>(
    (polynomial, limit): (&Polynomial, i16),
    step: i16,
    column: &[Block],
    overlaps: &mut [Entries],
    plane: &mut [Entries],
    crowded: &mut Vec<usize>,
) -> Moments {
    let mut coefficients = [0i32; TERMS];
    coefficients.iter_mut().zip(&polynomial.coefficients).for_each(|(to, &from)| *to = from);
    let (mut totals, mut moments) = ([0i64; PARTS], [0i64; PARTS]);
    let blocks = overlaps.iter_mut().zip(plane.as_chunks_mut::<PARTS>().0).zip(column);
    for (block, ((overlaps, parts), words)) in blocks.enumerate() {
        let widest = move_block(step, words, overlaps);
        fill_block(&coefficients, overlaps, parts);
        if widest > limit {
            crowded.push(block);
            continue;
        }
        for (part, entries) in parts.iter().enumerate() {
            for (entries, overlaps) in entries.chunks(BLOCK / 2).zip(overlaps.chunks(BLOCK / 2)) {
                totals[part] += i64::from(entries.iter().map(|&a| i32::from(a)).sum::<i32>());
                // At most 2⁷·2⁹·2¹⁵ = 2³¹, for |M| < 2⁹.
                let products = entries.iter().zip(overlaps).map(|(&a, &m)| i32::from(a) * i32::from(m));
                moments[part] += i64::from(products.fold(0i32, i32::wrapping_add));
            }
        }
    }
    Moments { plane: joined(totals) as i64, overlap: joined(moments) }
}

/// The polynomial at each overlap of a block.
#[inline(always)]
fn fill_block<const PARTS: usize, const TERMS: usize>(
    coefficients: &[i32; TERMS],
    overlaps: &Entries,
    parts: &mut [Entries; PARTS],
) {
    if PARTS == 1 {
        let coefficients = coefficients.map(|c| c as i16);
        for (entry, &overlap) in parts[0].iter_mut().zip(overlaps) {
            // (M − parity)/2: the shift rounds down.
            let k = overlap >> 1;
            let horner = |h: i16, &c: &i16| h.wrapping_mul(k).wrapping_add(c);
            *entry = coefficients[1..].iter().fold(coefficients[0], horner);
        }
        return;
    }
    let mut values = [0i32; BLOCK];
    for (value, &overlap) in values.iter_mut().zip(overlaps) {
        let k = i32::from(overlap >> 1);
        let horner = |h: i32, &c: &i32| h.wrapping_mul(k).wrapping_add(c);
        *value = coefficients[1..].iter().fold(coefficients[0], horner);
    }
    split(&values, parts);
}

/// 32 bits as a signed lower and a signed upper half: v = low + 2¹⁶ high.
pub fn split<const PARTS: usize>(values: &[i32; BLOCK], parts: &mut [Entries; PARTS]) {
    for (e, &value) in values.iter().enumerate() {
        parts[0][e] = value as i16;
        if PARTS > 1 {
            parts[1][e] = (value.wrapping_add(1 << 15) >> 16) as i16;
        }
    }
}

/// A local field of P = 2, in arithmetic that wraps.
pub trait LocalField: Copy {
    fn plus_product(self, step: Self, coupling: Self) -> Self;
}

impl LocalField for i16 {
    #[inline(always)]
    fn plus_product(self, step: Self, coupling: Self) -> Self {
        self.wrapping_add(step.wrapping_mul(coupling))
    }
}

impl LocalField for i32 {
    #[inline(always)]
    fn plus_product(self, step: Self, coupling: Self) -> Self {
        self.wrapping_add(step.wrapping_mul(coupling))
    }
}

/// F_j += step · J_j
#[inline(always)]
pub fn add_row<J: Copy + Into<F>, F: LocalField>(step: F, row: &[J], fields: &mut [F]) {
    for (field, &coupling) in fields.iter_mut().zip(row) {
        *field = field.plus_product(step, coupling.into());
    }
}

/// Vectors that the loop of simple instructions works on, more than their latency.
pub const CHAINS: usize = 12;

/// `rounds` times two simple instructions on each of [`CHAINS`] vectors of 8 numbers.
pub fn arithmetic(rounds: usize) -> u16 {
    let mut chains: [[u16; 8]; CHAINS] = std::array::from_fn(|c| [c as u16; 8]);
    for round in 0..rounds {
        for chain in &mut chains {
            for number in chain {
                *number = number.wrapping_add(1) ^ (round as u16);
            }
        }
    }
    chains.as_flattened().iter().fold(0, |sum, &n| sum.wrapping_add(n))
}

/// Reads every number once.
pub fn read(numbers: &[i16]) -> i16 {
    numbers.iter().fold(0, |sum, &n| sum ^ n)
}
