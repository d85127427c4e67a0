//! Portable kernels: plain loops over blocks of 256 patterns that any compiler vectorises.
//!
//! Layout (see [`crate::model::patterns`]): bit j of word w of a block belongs to entry 16 j + w of the block's slice of
//! every per-pattern vector, so that one load of 16 words serves 16 steps by shifts.

use crate::model::patterns::{BLOCK, Block, WORDS};

/// Blocks after which 32-bit lanes are emptied into 64 bits: a lane gains at most 16·2·2¹⁵ = 2²⁰ a block.
const FLUSH: usize = 1024;

/// −1 where bit j of the word is set, else 0.
#[inline(always)]
fn mask(word: u16, j: usize) -> i16 {
    ((word << (15 - j)) as i16) >> 15
}

/// Σ over set bits of a 16-bit plane.
pub fn masked_sum_16(plane: &[i16], column: &[Block]) -> i64 {
    let mut total = 0i64;
    for (plane, column) in plane.chunks(FLUSH * BLOCK).zip(column.chunks(FLUSH)) {
        let mut lanes = [0i32; WORDS / 2];
        for (values, words) in plane.chunks_exact(BLOCK).zip(column) {
            for (j, values) in values.chunks_exact(WORDS).enumerate() {
                for lane in 0..WORDS / 2 {
                    let (even, odd) = (2 * lane, 2 * lane + 1);
                    // A multiply-add of neighbours: one instruction on most machines.
                    lanes[lane] += i32::from(values[even]) * i32::from(mask(words[even], j))
                        + i32::from(values[odd]) * i32::from(mask(words[odd], j));
                }
            }
        }
        total -= lanes.iter().map(|&lane| i64::from(lane)).sum::<i64>();
    }
    total
}

/// Σ over set bits of a 32-bit plane.
pub fn masked_sum_32(plane: &[i32], column: &[Block]) -> i64 {
    let mut total = 0i64;
    for (values, words) in plane.chunks_exact(BLOCK).zip(column) {
        // 16 steps of at most 2³¹ each: halves keep a lane inside 32 bits only for |value| < 2²⁷, so sum in 64.
        let mut lanes = [0i64; WORDS];
        for (j, values) in values.chunks_exact(WORDS).enumerate() {
            for w in 0..WORDS {
                lanes[w] += i64::from(values[w] & i32::from(mask(words[w], j)));
            }
        }
        total += lanes.iter().sum::<i64>();
    }
    total
}

/// Moves the overlaps of one block by ±`step`: M_μ + step where the bit is clear, M_μ − step where it is set.
/// With step = 2 s_i this is the flip of spin i. Returns the largest |M|.
#[inline(always)]
pub fn move_overlaps(overlaps: &mut [i16], words: &Block, step: i16) -> i16 {
    let mut widest = [0i16; WORDS];
    for (j, overlaps) in overlaps.chunks_exact_mut(WORDS).enumerate() {
        for w in 0..WORDS {
            let sign = mask(words[w], j); // −1 where set
            let moved = overlaps[w] + ((step ^ sign) - sign);
            overlaps[w] = moved;
            widest[w] = widest[w].max(moved.abs());
        }
    }
    widest.iter().copied().max().unwrap_or(0)
}

/// An integer-valued polynomial of definite parity, evaluated in 32-bit wrapping arithmetic:
/// value = (Σ_k c_k M^{2k + parity} · inverse) >> shift, exact while |value| < 2^{31 − shift}.
#[derive(Debug, Clone)]
pub struct WrappingPolynomial {
    /// c_k from the highest power down.
    pub coefficients: Vec<i32>,
    pub odd: bool,
    pub inverse: i32,
    pub shift: u32,
}

/// Horner's scheme with a length known at compile time, so that it unrolls inside vector loops.
#[derive(Clone, Copy)]
struct Horner<const TERMS: usize, const ODD: bool> {
    coefficients: [i32; TERMS],
    inverse: i32,
    shift: u32,
}

impl<const TERMS: usize, const ODD: bool> Horner<TERMS, ODD> {
    fn new(polynomial: &WrappingPolynomial) -> Option<Self> {
        let coefficients = <[i32; TERMS]>::try_from(polynomial.coefficients.as_slice()).ok()?;
        (polynomial.odd == ODD).then_some(Self {
            coefficients,
            inverse: polynomial.inverse,
            shift: polynomial.shift,
        })
    }

    #[inline(always)]
    fn at(&self, overlap: i32) -> i32 {
        let square = overlap.wrapping_mul(overlap);
        let mut value = self.coefficients[0];
        for &c in &self.coefficients[1..] {
            value = value.wrapping_mul(square).wrapping_add(c);
        }
        if ODD {
            value = value.wrapping_mul(overlap);
        }
        value.wrapping_mul(self.inverse) >> self.shift
    }
}

/// What one block adds after its overlaps moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BlockSums {
    /// Σ of the plane.
    pub field: i64,
    /// Σ of b(M).
    pub reaction: i64,
}

/// An entry of a plane: 16 or 32 bits.
pub trait PlaneEntry: Copy + Default + Into<i64> {
    fn truncated(value: i32) -> Self;
}

impl PlaneEntry for i16 {
    #[inline(always)]
    fn truncated(value: i32) -> Self {
        value as i16
    }
}

impl PlaneEntry for i32 {
    #[inline(always)]
    fn truncated(value: i32) -> Self {
        value
    }
}

/// Refills one block of the plane from its overlaps; valid where no |M| exceeds the tables' limit.
/// Returns `None` for an order without an unrolled form (P > 8).
pub fn refill<E: PlaneEntry>(
    plane: &mut [E],
    overlaps: &[i16],
    field: &WrappingPolynomial,
    reaction: &WrappingPolynomial,
) -> Option<BlockSums> {
    // (terms, parity) of a (degree P − 1) and b (degree P − 2) for P = 2 … 8.
    match (field.coefficients.len(), field.odd) {
        (1, true) => refill_as::<E, 1, true, 1, false>(plane, overlaps, field, reaction),
        (2, false) => refill_as::<E, 2, false, 1, true>(plane, overlaps, field, reaction),
        (2, true) => refill_as::<E, 2, true, 2, false>(plane, overlaps, field, reaction),
        (3, false) => refill_as::<E, 3, false, 2, true>(plane, overlaps, field, reaction),
        (3, true) => refill_as::<E, 3, true, 3, false>(plane, overlaps, field, reaction),
        (4, false) => refill_as::<E, 4, false, 3, true>(plane, overlaps, field, reaction),
        (4, true) => refill_as::<E, 4, true, 4, false>(plane, overlaps, field, reaction),
        _ => None,
    }
}

fn refill_as<E: PlaneEntry, const A: usize, const A_ODD: bool, const B: usize, const B_ODD: bool>(
    plane: &mut [E],
    overlaps: &[i16],
    field: &WrappingPolynomial,
    reaction: &WrappingPolynomial,
) -> Option<BlockSums> {
    let field = Horner::<A, A_ODD>::new(field)?;
    let reaction = Horner::<B, B_ODD>::new(reaction)?;
    let mut field_lanes = [0i32; WORDS];
    let mut reaction_lanes = [0i32; WORDS];
    for (plane, overlaps) in plane.chunks_exact_mut(WORDS).zip(overlaps.chunks_exact(WORDS)) {
        for w in 0..WORDS {
            let overlap = i32::from(overlaps[w]);
            let value = field.at(overlap);
            plane[w] = E::truncated(value);
            field_lanes[w] += value;
            reaction_lanes[w] += reaction.at(overlap);
        }
    }
    let sum = |lanes: &[i32; WORDS]| lanes.iter().map(|&lane| i64::from(lane)).sum();
    Some(BlockSums { field: sum(&field_lanes), reaction: sum(&reaction_lanes) })
}
