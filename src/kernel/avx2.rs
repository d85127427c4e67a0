//! AVX2 twins of the portable kernels: the same integers, 16 patterns a step.
//!
//! This file, `avx512.rs` and `token.rs` are the only ones with `unsafe`, for three reasons: calling a function compiled for
//! instructions that not every processor has (in `token.rs`, guarded by the token [`Avx2`]), and loads and stores of a vector
//! (guarded by references to arrays of its size).

use super::Polynomial;
use super::portable::{CHAINS, Entries, Moments, joined};
use super::token::methods_of_token;
use crate::model::patterns::{BLOCK, Block, WORDS};
use std::arch::x86_64::*;

/// Proof that this processor has AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Avx2(());

/// Blocks of the plane that are read for one pair of columns after the other before going on: 16 KiB of numbers stay in L1.
const TILE: usize = 32;

impl Avx2 {
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

methods_of_token!(Avx2, "avx2");

#[inline]
#[target_feature(enable = "avx2")]
fn load(numbers: &[i16; WORDS]) -> __m256i {
    // SAFETY: the reference is to 32 bytes; the load asks for no alignment.
    unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_words(words: &Block) -> __m256i {
    // SAFETY: the reference is to 32 bytes; the load asks for no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(numbers: &mut [i16; WORDS], vector: __m256i) {
    // SAFETY: the reference is to 32 bytes that are this function's alone; the store asks for no alignment.
    unsafe { _mm256_storeu_si256(numbers.as_mut_ptr().cast(), vector) }
}

/// Σ of 8 lanes of 32 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn total(lanes: __m256i) -> i64 {
    total_of_wide(widened(lanes))
}

/// 8 lanes of 32 bits as 4 of 64, added in pairs.
#[inline]
#[target_feature(enable = "avx2")]
fn widened(lanes: __m256i) -> __m256i {
    let low = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(lanes));
    let high = _mm256_cvtepi32_epi64(_mm256_extracti128_si256::<1>(lanes));
    _mm256_add_epi64(low, high)
}

#[inline]
#[target_feature(enable = "avx2")]
fn total_of_wide(lanes: __m256i) -> i64 {
    let pair = _mm_add_epi64(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256::<1>(lanes));
    _mm_cvtsi128_si64(pair) + _mm_extract_epi64::<1>(pair)
}

#[inline]
#[target_feature(enable = "avx2")]
fn masked_sums<const PARTS: usize>(plane: &[Entries], columns: &[&[Block]], sums: &mut [i64]) {
    let plane = plane.as_chunks::<PARTS>().0;
    sums.fill(0);
    let tile = TILE / PARTS;
    for (index, plane) in plane.chunks(tile).enumerate() {
        let range = index * tile..index * tile + plane.len();
        let (pairs, rest) = columns.as_chunks::<2>();
        let (pair_sums, rest_sums) = sums.as_chunks_mut::<2>();
        for (sums, [a, b]) in pair_sums.iter_mut().zip(pairs) {
            let tile = masked_tile::<PARTS, 2>(plane, [&a[range.clone()], &b[range.clone()]]);
            sums.iter_mut().zip(tile).for_each(|(sum, tile)| *sum += tile);
        }
        for (sum, column) in rest_sums.iter_mut().zip(rest) {
            *sum += masked_tile::<PARTS, 1>(plane, [&column[range.clone()]])[0];
        }
    }
}

/// One tile for C columns. Four patterns in one bit position b of their nibble: the bit itself is the factor, A·2^b, and
/// the power is taken out at the end: three instructions a step where a mask costs four. |A|·2³·2·4 a block and lane:
/// 2²¹, so a tile stays within 32 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn masked_tile<const PARTS: usize, const C: usize>(
    plane: &[[Entries; PARTS]],
    columns: [&[Block]; C],
) -> [i64; C] {
    let mut parts = [[0i64; PARTS]; C];
    for p in 0..PARTS {
        let mut sums = [[_mm256_setzero_si256(); 4]; C];
        for (block, entries) in plane.iter().enumerate() {
            let mut words = [_mm256_setzero_si256(); C];
            for c in 0..C {
                words[c] = load_words(&columns[c][block]);
            }
            let steps = entries[p].as_chunks::<WORDS>().0;
            for four in steps.as_chunks::<4>().0 {
                for b in 0..4 {
                    let entries = load(&four[b]);
                    for c in 0..C {
                        let bit = _mm256_and_si256(words[c], _mm256_set1_epi16(1 << b));
                        sums[c][b] = _mm256_add_epi32(sums[c][b], _mm256_madd_epi16(entries, bit));
                    }
                }
                for words in &mut words {
                    *words = _mm256_srli_epi16::<4>(*words);
                }
            }
        }
        for c in 0..C {
            parts[c][p] = (0..4).map(|b| total(sums[c][b]) >> b).sum();
        }
    }
    parts.map(|parts| joined(parts) as i64)
}

/// −step where the highest bit is set, else +step.
#[inline]
#[target_feature(enable = "avx2")]
fn signed_step(step: __m256i, highest: __m256i) -> __m256i {
    _mm256_sign_epi16(step, _mm256_or_si256(highest, _mm256_set1_epi16(1)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn move_overlaps(step: i16, column: &[Block], overlaps: &mut [i16]) {
    let step = _mm256_set1_epi16(step);
    for (overlaps, words) in overlaps.chunks_mut(BLOCK).zip(column) {
        let steps = overlaps.as_chunks_mut::<WORDS>().0;
        let unused = _mm_cvtsi32_si128((WORDS - steps.len()) as i32);
        let mut words = _mm256_sll_epi16(load_words(words), unused);
        // From the highest bit down: a doubling brings the next one up.
        for overlaps in steps.iter_mut().rev() {
            store(overlaps, _mm256_add_epi16(load(overlaps), signed_step(step, words)));
            words = _mm256_add_epi16(words, words);
        }
    }
}

/// The polynomial of TERMS coefficients in PARTS times 16 bits, even or odd in k where EVEN.
struct Fill<const PARTS: usize, const TERMS: usize, const EVEN: bool> {
    coefficients: [__m256i; TERMS],
    limit: __m256i,
}

impl<const PARTS: usize, const TERMS: usize, const EVEN: bool> Fill<PARTS, TERMS, EVEN> {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(polynomial: &Polynomial, limit: i16) -> Self {
        let mut coefficients = [_mm256_setzero_si256(); TERMS];
        for (to, &from) in coefficients.iter_mut().zip(&polynomial.coefficients) {
            *to = if PARTS == 1 { _mm256_set1_epi16(from as i16) } else { _mm256_set1_epi32(from) };
        }
        Self { coefficients, limit: _mm256_set1_epi16(limit) }
    }

    #[target_feature(enable = "avx2")]
    fn pass(
        &self,
        step: i16,
        column: &[Block],
        overlaps: &mut [Entries],
        plane: &mut [Entries],
        crowded: &mut Vec<usize>,
    ) -> Moments {
        let step = _mm256_set1_epi16(step);
        let one = _mm256_set1_epi16(1);
        let zero = _mm256_setzero_si256();
        let (mut totals, mut moments) = ([zero; PARTS], [zero; PARTS]);
        let blocks = overlaps.iter_mut().zip(plane.as_chunks_mut::<PARTS>().0).zip(column);
        for (block, ((overlaps, parts), words)) in blocks.enumerate() {
            let mut words = load_words(words);
            let (mut sums, mut products) = ([zero; PARTS], [zero; PARTS]);
            let mut widest = zero;
            for (j, overlaps) in overlaps.as_chunks_mut::<WORDS>().0.iter_mut().enumerate().rev() {
                let moved = _mm256_add_epi16(load(overlaps), signed_step(step, words));
                words = _mm256_add_epi16(words, words);
                store(overlaps, moved);
                widest = _mm256_max_epi16(widest, _mm256_abs_epi16(moved));
                let entries = self.entries(_mm256_srai_epi16::<1>(moved));
                for p in 0..PARTS {
                    store(&mut parts[p].as_chunks_mut::<WORDS>().0[j], entries[p]);
                    sums[p] = _mm256_add_epi32(sums[p], _mm256_madd_epi16(entries[p], one));
                    products[p] = _mm256_add_epi32(products[p], _mm256_madd_epi16(entries[p], moved));
                }
            }
            if _mm256_movemask_epi8(_mm256_cmpgt_epi16(widest, self.limit)) != 0 {
                crowded.push(block);
                continue;
            }
            for p in 0..PARTS {
                totals[p] = _mm256_add_epi64(totals[p], widened(sums[p]));
                moments[p] = _mm256_add_epi64(moments[p], widened(products[p]));
            }
        }
        Moments {
            plane: joined(totals.map(|t| total_of_wide(t))) as i64,
            overlap: joined(moments.map(|m| total_of_wide(m))),
        }
    }

    /// The polynomial at 16 values of k.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn entries(&self, k: __m256i) -> [__m256i; PARTS] {
        if PARTS == 1 {
            return [self.horner(k, |a, b| _mm256_mullo_epi16(a, b), |a, b| _mm256_add_epi16(a, b)); PARTS];
        }
        // Unpacking and packing interleave the two halves of a register alike: the order comes back.
        let low = _mm256_srai_epi32::<16>(_mm256_unpacklo_epi16(k, k));
        let high = _mm256_srai_epi32::<16>(_mm256_unpackhi_epi16(k, k));
        let [low, high] = [low, high]
            .map(|k| self.horner(k, |a, b| _mm256_mullo_epi32(a, b), |a, b| _mm256_add_epi32(a, b)));
        let lower = |v| _mm256_srai_epi32::<16>(_mm256_slli_epi32::<16>(v));
        let half = _mm256_set1_epi32(1 << 15);
        let upper = |v| _mm256_srai_epi32::<16>(_mm256_add_epi32(v, half));
        let mut entries = [_mm256_packs_epi32(lower(low), lower(high)); PARTS];
        entries[PARTS - 1] = _mm256_packs_epi32(upper(low), upper(high));
        entries
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn horner(
        &self,
        k: __m256i,
        times: impl Fn(__m256i, __m256i) -> __m256i,
        plus: impl Fn(__m256i, __m256i) -> __m256i,
    ) -> __m256i {
        let c = &self.coefficients;
        if EVEN && TERMS > 2 {
            let square = times(k, k);
            let mut h = c[0];
            for power in (2..TERMS).step_by(2) {
                h = plus(times(h, square), c[power]);
            }
            return if TERMS.is_multiple_of(2) { times(h, k) } else { h };
        }
        c[1..].iter().fold(c[0], |h, &c| plus(times(h, k), c))
    }
}

#[target_feature(enable = "avx2")]
fn arithmetic(rounds: usize) -> u16 {
    let mut chains: [__m256i; CHAINS] = std::array::from_fn(|c| _mm256_set1_epi16(c as i16));
    for round in 0..rounds {
        let (one, other) = (_mm256_set1_epi16(1), _mm256_set1_epi16(round as i16));
        for chain in &mut chains {
            *chain = _mm256_xor_si256(_mm256_add_epi16(*chain, one), other);
        }
    }
    let all = chains.iter().fold(_mm256_setzero_si256(), |all, &chain| _mm256_xor_si256(all, chain));
    _mm256_extract_epi16::<0>(all) as u16
}

#[target_feature(enable = "avx2")]
fn read(numbers: &[i16]) -> i16 {
    let mut sums = [_mm256_setzero_si256(); 8];
    for eight in numbers.as_chunks::<WORDS>().0.as_chunks::<8>().0 {
        for (sum, numbers) in sums.iter_mut().zip(eight) {
            *sum = _mm256_xor_si256(*sum, load(numbers));
        }
    }
    let all = sums.iter().fold(_mm256_setzero_si256(), |all, &sum| _mm256_xor_si256(all, sum));
    _mm256_extract_epi16::<0>(all) as i16
}
