//! The choice between the twins of the kernels.

use super::field_tables::Rule;
use super::portable::{self, Entries, LocalField, Moments};
use super::weighted_form;
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512};
use crate::model::patterns::Block;
use crate::model::weighted::LANES;

/// Which form of the kernels runs. All give the same integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twin {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

/// Calls a kernel with the number of terms of the polynomial as its second constant.
macro_rules! with_terms {
    ($terms:expr, [$($kernel:tt)+], $arguments:tt) => {
        match $terms {
            1 => $($kernel)+::<PARTS, 1> $arguments,
            2 => $($kernel)+::<PARTS, 2> $arguments,
            3 => $($kernel)+::<PARTS, 3> $arguments,
            4 => $($kernel)+::<PARTS, 4> $arguments,
            5 => $($kernel)+::<PARTS, 5> $arguments,
            6 => $($kernel)+::<PARTS, 6> $arguments,
            7 => $($kernel)+::<PARTS, 7> $arguments,
            _ => $($kernel)+::<PARTS, 8> $arguments,
        }
    };
}

impl Twin {
    /// All that this processor runs, the fastest first.
    pub fn all() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let vector = [Avx512::detect().map(Self::Avx512), Avx2::detect().map(Self::Avx2)];
        #[cfg(not(target_arch = "x86_64"))]
        let vector = [None];
        vector.into_iter().flatten().chain([Self::Portable]).collect()
    }

    /// The fastest that this processor runs.
    pub fn best() -> Self {
        Self::all()[0]
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
        }
    }

    /// Whether a plane beyond the first cache streams in more slowly than it is summed up for one column.
    pub fn outruns_l2(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        if matches!(self, Self::Avx512(_)) {
            return true;
        }
        false
    }

    /// Σ of A_μ over the patterns whose bit is set, for each column.
    #[inline]
    pub fn masked_sums<const PARTS: usize>(self, plane: &[Entries], columns: &[&[Block]], sums: &mut [i64]) {
        match self {
            Self::Portable => {
                for (sum, column) in sums.iter_mut().zip(columns) {
                    *sum = portable::masked_sum::<PARTS>(plane, column);
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.masked_sums::<PARTS>(plane, columns, sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.masked_sums::<PARTS>(plane, columns, sums),
        }
    }

    /// Moves every overlap by −step where its bit is set and by +step where not; the last block may be cut off after any 32.
    pub fn move_overlaps(self, step: i16, column: &[Block], overlaps: &mut [i16]) {
        match self {
            Self::Portable => portable::move_overlaps(step, column, overlaps),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.move_overlaps(step, column, overlaps),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.move_overlaps(step, column, overlaps),
        }
    }

    /// F_j += step · J_j
    pub fn add_row<J: Copy + Into<F>, F: LocalField>(self, step: F, row: &[J], fields: &mut [F]) {
        match self {
            Self::Portable => portable::add_row(step, row, fields),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.add_row(step, row, fields),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.add_row(step, row, fields),
        }
    }

    /// F_i of weighted patterns in floating numbers.
    #[inline]
    pub fn weighted_field(self, rows: usize, s: i16, column: &[[i16; LANES]], sums: &[[f64; LANES]]) -> i128 {
        match self {
            Self::Portable => weighted_form::field(rows, s, column, sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.weighted_field(rows, s, column, sums),
            // No form of its own: what runs it runs AVX2 too.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => match Avx2::detect() {
                Some(avx2) => avx2.weighted_field(rows, s, column, sums),
                None => weighted_form::field(rows, s, column, sums),
            },
        }
    }

    /// Their sums after a flip.
    pub fn weighted_flip(self, rows: usize, s: i16, column: &[[i16; LANES]], sums: &mut [[f64; LANES]]) {
        match self {
            Self::Portable => weighted_form::flip(rows, s, column, sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.weighted_flip(rows, s, column, sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => match Avx2::detect() {
                Some(avx2) => avx2.weighted_flip(rows, s, column, sums),
                None => weighted_form::flip(rows, s, column, sums),
            },
        }
    }

    /// Moves the overlaps, fills the plane with the rule's polynomial (at most 8 terms) and sums it up, blocks with an
    /// |M| > limit left out and named in `crowded`.
    pub fn move_and_fill<const PARTS: usize>(
        self,
        rule: &Rule,
        step: i16,
        column: &[Block],
        overlaps: &mut [Entries],
        plane: &mut [Entries],
        crowded: &mut Vec<usize>,
    ) -> Moments {
        let of = (&rule.polynomial, rule.limit);
        let terms = rule.polynomial.coefficients.len();
        match self {
            Self::Portable => {
                with_terms!(terms, [portable::move_and_fill], (of, step, column, overlaps, plane, crowded))
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => {
                with_terms!(terms, [avx2.move_and_fill], (of, step, column, overlaps, plane, crowded))
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => {
                with_terms!(terms, [avx512.move_and_fill], (of, step, column, overlaps, plane, crowded))
            }
        }
    }
}
