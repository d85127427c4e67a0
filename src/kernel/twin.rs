//! The choice between the twins of the kernels.

use super::Polynomial;
use super::field_tables::Rule;
use super::portable::{self, Entries, LocalField, Moments};
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512};
use crate::model::patterns::Block;

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
    /// The fastest that this processor runs.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(twin) = Avx512::detect().map(Self::Avx512).or_else(|| Avx2::detect().map(Self::Avx2)) {
            return twin;
        }
        Self::Portable
    }

    /// All that this processor runs.
    pub fn all() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let vector = [Avx2::detect().map(Self::Avx2), Avx512::detect().map(Self::Avx512)];
        #[cfg(not(target_arch = "x86_64"))]
        let vector = [None];
        [Self::Portable].into_iter().chain(vector.into_iter().flatten()).collect()
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

    /// Plain loops, compiled for the twin's instructions where the compiler inlines them.
    #[inline]
    pub fn compiled<R>(self, loops: impl FnOnce() -> R) -> R {
        match self {
            Self::Portable => loops(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.compiled(loops),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.compiled(loops),
        }
    }

    /// F_j += step · J_j
    pub fn add_row<J: Copy + Into<F>, F: LocalField>(self, step: F, row: &[J], fields: &mut [F]) {
        self.compiled(|| portable::add_row(step, row, fields));
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

    /// Numbers of 16 bits in a vector.
    pub fn lanes(self) -> usize {
        match self {
            Self::Portable => 8,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => 16,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => 32,
        }
    }

    /// Vector instructions to a vector of numbers, loads and stores apart, as the kernels are written: of a field, of moving the
    /// overlaps, and of a fill.
    pub fn instructions(self, polynomial: &Polynomial, parts: usize) -> [f64; 3] {
        let (field, moving, sums) = match self {
            Self::Portable => (4.0, 5.0, 6.0),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => (3.25, 4.0, 4.0),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => (2.75, 4.0, 2.0),
        };
        let terms = polynomial.coefficients.len();
        let horner =
            if polynomial.parity == 0 && terms > 2 { terms } else { 2 * terms.saturating_sub(1) } as f64;
        // 32 bits take two vectors, 4 instructions to widen k and 6 to split the values.
        let values = if parts == 1 { horner } else { 2.0 * horner + 10.0 };
        // Moving, k, the widest overlap, values and sums.
        [parts as f64 * field, moving, moving + 3.0 + values + parts as f64 * sums]
    }

    /// Simple vector instructions: `rounds` times 2·[`portable::CHAINS`] of them.
    pub fn arithmetic(self, rounds: usize) -> u16 {
        match self {
            Self::Portable => portable::arithmetic(rounds),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.arithmetic(rounds),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.arithmetic(rounds),
        }
    }

    /// Reads every number once.
    pub fn read(self, numbers: &[i16]) -> i16 {
        match self {
            Self::Portable => portable::read(numbers),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.read(numbers),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.read(numbers),
        }
    }
}
