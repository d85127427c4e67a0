//! Portable kernels: plain loops over blocks of 256 patterns that any compiler vectorises.
//!
//! Layout (see [`crate::model::patterns`]): bit j of word w of a block belongs to entry 16 j + w of the block's slice of
//! every per-pattern vector, so that one load of 16 words serves 16 steps by shifts. All arithmetic wraps on purpose: where
//! a result must be exact, the caller keeps it in range.

use crate::model::patterns::{BLOCK, Block, WORDS};

/// The entries of one block.
pub type Entries<E> = [E; BLOCK];

/// An entry of a plane: 16 or 32 bits, in wrapping arithmetic.
pub trait Entry: Copy + Default {
    /// The value modulo 2¹⁶ or 2³².
    fn wrapped(value: i64) -> Self;
    fn wide(self) -> i64;
    /// self · factor + term
    fn multiply_add(self, factor: Self, term: Self) -> Self;
    fn of(k: i16) -> Self;
    /// Σ over set bits of the entries of one block.
    fn masked_sum(entries: &Entries<Self>, words: &Block) -> i64;
    /// Σ of the entries of one block.
    fn sum(entries: &Entries<Self>) -> i64;
}

/// −1 where bit j of the word is set, else 0.
#[inline(always)]
fn mask(word: u16, j: usize) -> i16 {
    ((word << (15 - j)) as i16) >> 15
}

impl Entry for i16 {
    #[inline(always)]
    fn wrapped(value: i64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn wide(self) -> i64 {
        self.into()
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, term: Self) -> Self {
        self.wrapping_mul(factor).wrapping_add(term)
    }

    #[inline(always)]
    fn of(k: i16) -> Self {
        k
    }

    #[inline(always)]
    fn masked_sum(entries: &Entries<Self>, words: &Block) -> i64 {
        // A dot product with the masks 0 and −1: compilers know it as a multiply-add of neighbours. At most 2⁸·2¹⁵ = 2²³.
        let mut total = 0i32;
        for (j, step) in entries.as_chunks::<WORDS>().0.iter().enumerate() {
            let mut sum = 0i32;
            for w in 0..WORDS {
                sum = sum.wrapping_add(i32::from(step[w]) * i32::from(mask(words[w], j)));
            }
            total = total.wrapping_add(sum);
        }
        -i64::from(total)
    }

    #[inline(always)]
    fn sum(entries: &Entries<Self>) -> i64 {
        let mut sum = 0i32;
        for &entry in entries {
            sum = sum.wrapping_add(i32::from(entry));
        }
        sum.into()
    }
}

impl Entry for i32 {
    #[inline(always)]
    fn wrapped(value: i64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn wide(self) -> i64 {
        self.into()
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, term: Self) -> Self {
        self.wrapping_mul(factor).wrapping_add(term)
    }

    #[inline(always)]
    fn of(k: i16) -> Self {
        k.into()
    }

    #[inline(always)]
    fn masked_sum(entries: &Entries<Self>, words: &Block) -> i64 {
        let mut lanes = [0i64; WORDS];
        for (j, step) in entries.as_chunks::<WORDS>().0.iter().enumerate() {
            for w in 0..WORDS {
                lanes[w] = lanes[w].wrapping_add(i64::from(step[w] & Self::from(mask(words[w], j))));
            }
        }
        lanes.iter().sum()
    }

    #[inline(always)]
    fn sum(entries: &Entries<Self>) -> i64 {
        let mut sum = 0i64;
        for &entry in entries {
            sum = sum.wrapping_add(entry.into());
        }
        sum
    }
}

/// Σ over set bits of a whole plane.
pub fn masked_sum<E: Entry>(plane: &[Entries<E>], column: &[Block]) -> i64 {
    let mut total = 0i64;
    for (entries, words) in plane.iter().zip(column) {
        total = total.wrapping_add(E::masked_sum(entries, words));
    }
    total
}

/// Moves the overlaps of one block by ±`step`: M_μ + step where the bit is clear, M_μ − step where it is set.
/// With step = 2 s_i this is the flip of spin i. Returns the largest |M|.
#[inline]
pub fn move_overlaps(overlaps: &mut Entries<i16>, words: &Block, step: i16) -> i16 {
    let (mut least, mut most) = ([i16::MAX; WORDS], [i16::MIN; WORDS]);
    for (j, overlaps) in overlaps.as_chunks_mut::<WORDS>().0.iter_mut().enumerate() {
        for w in 0..WORDS {
            let sign = mask(words[w], j); // −1 where set
            let moved = overlaps[w].wrapping_add((step ^ sign).wrapping_sub(sign));
            overlaps[w] = moved;
            least[w] = least[w].min(moved);
            most[w] = most[w].max(moved);
        }
    }
    widest(&least, &most)
}

/// Largest |M| of one block.
pub fn largest_overlap(overlaps: &Entries<i16>) -> i16 {
    let (mut least, mut most) = ([i16::MAX; WORDS], [i16::MIN; WORDS]);
    for step in overlaps.as_chunks::<WORDS>().0 {
        for w in 0..WORDS {
            least[w] = least[w].min(step[w]);
            most[w] = most[w].max(step[w]);
        }
    }
    widest(&least, &most)
}

fn widest(least: &[i16; WORDS], most: &[i16; WORDS]) -> i16 {
    least.iter().zip(most).fold(0, |widest, (&low, &high)| widest.max(high).max(low.wrapping_neg()))
}

/// A polynomial in k = (M − parity)/2, coefficients from the highest power down, in wrapping arithmetic.
#[derive(Debug, Clone)]
pub struct Polynomial<E> {
    pub parity: i16,
    pub coefficients: Vec<E>,
}

/// Fills `values` with the polynomial at each overlap and returns their sum. `None` for a degree without an unrolled form
/// (above 7, that is P > 8).
pub fn evaluate<E: Entry>(
    polynomial: &Polynomial<E>,
    overlaps: &Entries<i16>,
    values: &mut Entries<E>,
) -> Option<i64> {
    match polynomial.coefficients.len() {
        1 => evaluate_as::<E, 1>(polynomial, overlaps, values),
        2 => evaluate_as::<E, 2>(polynomial, overlaps, values),
        3 => evaluate_as::<E, 3>(polynomial, overlaps, values),
        4 => evaluate_as::<E, 4>(polynomial, overlaps, values),
        5 => evaluate_as::<E, 5>(polynomial, overlaps, values),
        6 => evaluate_as::<E, 6>(polynomial, overlaps, values),
        7 => evaluate_as::<E, 7>(polynomial, overlaps, values),
        8 => evaluate_as::<E, 8>(polynomial, overlaps, values),
        _ => None,
    }
}

fn evaluate_as<E: Entry, const TERMS: usize>(
    polynomial: &Polynomial<E>,
    overlaps: &Entries<i16>,
    values: &mut Entries<E>,
) -> Option<i64> {
    let coefficients = <[E; TERMS]>::try_from(polynomial.coefficients.as_slice()).ok()?;
    let parity = polynomial.parity;
    for (value, &overlap) in values.iter_mut().zip(overlaps) {
        let k = E::of(overlap.wrapping_sub(parity) >> 1);
        let mut horner = coefficients[0];
        for &coefficient in &coefficients[1..] {
            horner = horner.multiply_add(k, coefficient);
        }
        *value = horner;
    }
    Some(E::sum(values))
}
