//! AVX-512 twins of the portable kernels: the same integers, 32 patterns a step. See [`super::avx2`] for the reasons of `unsafe`.
//!
//! A vector of 32 numbers covers two steps of the layout: bit j of the words in its lower half, bit j + 1 in its upper half.

use super::Polynomial;
use super::portable::{CHAINS, Entries, Moments, joined};
use super::token::methods_of_token;
use crate::model::patterns::{BLOCK, Block, WORDS};
use std::arch::x86_64::*;

/// Proof that this processor has AVX-512 with the instructions used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Avx512(());

/// Blocks of the plane that are read for one group of columns after the other before going on: 16 KiB of numbers stay in L1.
const TILE: usize = 32;
/// Numbers of a vector.
const LANES: usize = 2 * WORDS;
/// Vectors of a block.
const STEPS: usize = BLOCK / LANES;

impl Avx512 {
    pub fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vnni");
        has.then_some(Self(()))
    }
}

methods_of_token!(Avx512, "avx512f,avx512bw");

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load(numbers: &[i16; LANES]) -> __m512i {
    // SAFETY: the reference is to 64 bytes; the load asks for no alignment.
    unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn store(numbers: &mut [i16; LANES], vector: __m512i) {
    // SAFETY: the reference is to 64 bytes that are this function's alone; the store asks for no alignment.
    unsafe { _mm512_storeu_si512(numbers.as_mut_ptr().cast(), vector) }
}

/// The words of a block, in both halves.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load_words(words: &Block) -> __m512i {
    // SAFETY: the reference is to 32 bytes; the load asks for no alignment.
    _mm512_broadcast_i64x4(unsafe { _mm256_loadu_si256(words.as_ptr().cast()) })
}

/// One number in the lower half, another in the upper.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn halves(lower: i16, upper: i16) -> __m512i {
    _mm512_inserti64x4::<1>(_mm512_set1_epi16(lower), _mm256_set1_epi16(upper))
}

/// 16 lanes of 32 bits as 8 of 64, added in pairs.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn widened(lanes: __m512i) -> __m512i {
    let low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(lanes));
    let high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64::<1>(lanes));
    _mm512_add_epi64(low, high)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn masked_sums<const PARTS: usize>(plane: &[Entries], columns: &[&[Block]], sums: &mut [i64]) {
    let plane = plane.as_chunks::<PARTS>().0;
    sums.fill(0);
    let tile = TILE / PARTS;
    for (index, plane) in plane.chunks(tile).enumerate() {
        let range = index * tile..index * tile + plane.len();
        let (pairs, rest) = columns.as_chunks::<2>();
        let (pair_sums, rest_sums) = sums.as_chunks_mut::<2>();
        for (sums, [a, b]) in pair_sums.iter_mut().zip(pairs) {
            let tile = masked_tile::<PARTS, 2, 4>(plane, [&a[range.clone()], &b[range.clone()]]);
            sums.iter_mut().zip(tile).for_each(|(sum, tile)| *sum += tile);
        }
        for (sum, column) in rest_sums.iter_mut().zip(rest) {
            *sum += masked_tile::<PARTS, 1, 8>(plane, [&column[range.clone()]])[0];
        }
    }
}

/// One tile for C columns, as in AVX2: the bit at position b of its nibble is the factor, A·2^b. Vector t holds the positions
/// b = 0 and 2 in turn. SUMS accumulators a column hide the latency of the multiplication.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn masked_tile<const PARTS: usize, const C: usize, const SUMS: usize>(
    plane: &[[Entries; PARTS]],
    columns: [&[Block]; C],
) -> [i64; C] {
    let shifts = halves(0, 1);
    let bits = [_mm512_set1_epi16(1), _mm512_set1_epi16(4)];
    let mut parts = [[0i64; PARTS]; C];
    for p in 0..PARTS {
        let mut sums = [[_mm512_setzero_si512(); SUMS]; C];
        for (block, entries) in plane.iter().enumerate() {
            let mut words = [shifts; C];
            for c in 0..C {
                words[c] = _mm512_srlv_epi16(load_words(&columns[c][block]), shifts);
            }
            for (t, entries) in entries[p].as_chunks::<LANES>().0.iter().enumerate() {
                let entries = load(entries);
                for c in 0..C {
                    let bit = _mm512_and_si512(words[c], bits[t % 2]);
                    sums[c][t % SUMS] = _mm512_dpwssd_epi32(sums[c][t % SUMS], entries, bit);
                    if t % 2 == 1 {
                        words[c] = _mm512_srli_epi16::<4>(words[c]);
                    }
                }
            }
        }
        for c in 0..C {
            for (t, &sums) in sums[c].iter().enumerate() {
                parts[c][p] += _mm512_reduce_add_epi64(widened(sums)) >> (2 * (t % 2));
            }
        }
    }
    parts.map(|parts| joined(parts) as i64)
}

/// The words with the bits of the last of `steps` vectors on top: of its even position in the lower half, its odd one in the upper.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn topmost(words: &Block, steps: usize) -> __m512i {
    let unused = 2 * (STEPS - steps) as i16;
    _mm512_sllv_epi16(load_words(words), halves(unused + 1, unused))
}

/// −step where the highest bit is set, else +step.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn moved(overlaps: __m512i, step: __m512i, highest: __m512i) -> __m512i {
    let up = _mm512_add_epi16(overlaps, step);
    _mm512_mask_sub_epi16(up, _mm512_movepi16_mask(highest), overlaps, step)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn move_overlaps(step: i16, column: &[Block], overlaps: &mut [i16]) {
    let step = _mm512_set1_epi16(step);
    for (overlaps, words) in overlaps.chunks_mut(BLOCK).zip(column) {
        let steps = overlaps.as_chunks_mut::<LANES>().0;
        let mut words = topmost(words, steps.len());
        for overlaps in steps.iter_mut().rev() {
            store(overlaps, moved(load(overlaps), step, words));
            words = _mm512_slli_epi16::<2>(words);
        }
    }
}

/// The polynomial of TERMS coefficients in PARTS times 16 bits, even or odd in k where EVEN.
struct Fill<const PARTS: usize, const TERMS: usize, const EVEN: bool> {
    coefficients: [__m512i; TERMS],
    limit: __m512i,
}

impl<const PARTS: usize, const TERMS: usize, const EVEN: bool> Fill<PARTS, TERMS, EVEN> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn new(polynomial: &Polynomial, limit: i16) -> Self {
        let mut coefficients = [_mm512_setzero_si512(); TERMS];
        for (to, &from) in coefficients.iter_mut().zip(&polynomial.coefficients) {
            *to = if PARTS == 1 { _mm512_set1_epi16(from as i16) } else { _mm512_set1_epi32(from) };
        }
        Self { coefficients, limit: _mm512_set1_epi16(limit) }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    fn pass(
        &self,
        step: i16,
        column: &[Block],
        overlaps: &mut [Entries],
        plane: &mut [Entries],
        crowded: &mut Vec<usize>,
    ) -> Moments {
        let step = _mm512_set1_epi16(step);
        let one = _mm512_set1_epi16(1);
        let zero = _mm512_setzero_si512();
        let (mut totals, mut moments) = ([zero; PARTS], [zero; PARTS]);
        let blocks = overlaps.iter_mut().zip(plane.as_chunks_mut::<PARTS>().0).zip(column);
        for (block, ((overlaps, parts), words)) in blocks.enumerate() {
            let mut words = topmost(words, STEPS);
            // Two of each in turn hide the latency of the multiplication.
            let (mut sums, mut products) = ([[zero; PARTS]; 2], [[zero; PARTS]; 2]);
            let mut widest = zero;
            let steps = overlaps.as_chunks_mut::<LANES>().0;
            for t in (0..STEPS).rev() {
                let moved = moved(load(&steps[t]), step, words);
                words = _mm512_slli_epi16::<2>(words);
                store(&mut steps[t], moved);
                widest = _mm512_max_epi16(widest, _mm512_abs_epi16(moved));
                let entries = self.entries(_mm512_srai_epi16::<1>(moved));
                for p in 0..PARTS {
                    store(&mut parts[p].as_chunks_mut::<LANES>().0[t], entries[p]);
                    sums[t % 2][p] = _mm512_dpwssd_epi32(sums[t % 2][p], entries[p], one);
                    products[t % 2][p] = _mm512_dpwssd_epi32(products[t % 2][p], entries[p], moved);
                }
            }
            if _mm512_cmpgt_epi16_mask(widest, self.limit) != 0 {
                crowded.push(block);
                continue;
            }
            for p in 0..PARTS {
                totals[p] = _mm512_add_epi64(totals[p], widened(_mm512_add_epi32(sums[0][p], sums[1][p])));
                moments[p] =
                    _mm512_add_epi64(moments[p], widened(_mm512_add_epi32(products[0][p], products[1][p])));
            }
        }
        Moments {
            plane: joined(totals.map(|t| _mm512_reduce_add_epi64(t))) as i64,
            overlap: joined(moments.map(|m| _mm512_reduce_add_epi64(m))),
        }
    }

    /// The polynomial at 32 values of k.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn entries(&self, k: __m512i) -> [__m512i; PARTS] {
        if PARTS == 1 {
            return [self.horner(k, |a, b| _mm512_mullo_epi16(a, b), |a, b| _mm512_add_epi16(a, b)); PARTS];
        }
        // Unpacking and packing interleave the quarters of a register alike: the order comes back.
        let low = _mm512_srai_epi32::<16>(_mm512_unpacklo_epi16(k, k));
        let high = _mm512_srai_epi32::<16>(_mm512_unpackhi_epi16(k, k));
        let low = self.horner(low, |a, b| _mm512_mullo_epi32(a, b), |a, b| _mm512_add_epi32(a, b));
        let high = self.horner(high, |a, b| _mm512_mullo_epi32(a, b), |a, b| _mm512_add_epi32(a, b));
        let lower = |v| _mm512_srai_epi32::<16>(_mm512_slli_epi32::<16>(v));
        let half = _mm512_set1_epi32(1 << 15);
        let upper = |v| _mm512_srai_epi32::<16>(_mm512_add_epi32(v, half));
        let mut entries = [_mm512_packs_epi32(lower(low), lower(high)); PARTS];
        entries[PARTS - 1] = _mm512_packs_epi32(upper(low), upper(high));
        entries
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn horner(
        &self,
        k: __m512i,
        times: impl Fn(__m512i, __m512i) -> __m512i,
        plus: impl Fn(__m512i, __m512i) -> __m512i,
    ) -> __m512i {
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

#[target_feature(enable = "avx512f,avx512bw")]
fn arithmetic(rounds: usize) -> u16 {
    let mut chains: [__m512i; CHAINS] = std::array::from_fn(|c| _mm512_set1_epi16(c as i16));
    for round in 0..rounds {
        let (one, other) = (_mm512_set1_epi16(1), _mm512_set1_epi16(round as i16));
        for chain in &mut chains {
            *chain = _mm512_xor_si512(_mm512_add_epi16(*chain, one), other);
        }
    }
    let all = chains.iter().fold(_mm512_setzero_si512(), |all, &chain| _mm512_xor_si512(all, chain));
    _mm512_reduce_add_epi32(all) as u16
}

#[target_feature(enable = "avx512f,avx512bw")]
fn read(numbers: &[i16]) -> i16 {
    let mut sums = [_mm512_setzero_si512(); 8];
    for eight in numbers.as_chunks::<LANES>().0.as_chunks::<8>().0 {
        for (sum, numbers) in sums.iter_mut().zip(eight) {
            *sum = _mm512_xor_si512(*sum, load(numbers));
        }
    }
    let all = sums.iter().fold(_mm512_setzero_si512(), |all, &sum| _mm512_xor_si512(all, sum));
    _mm512_reduce_add_epi32(all) as i16
}
