//! The safe face of a vector twin: the methods of its token.

/// The kernels as methods of `$token`, a value that exists only where the processor has `$features`; they call the functions of the
/// same names in the file that uses this, which are compiled for them.
macro_rules! methods_of_token {
    ($token:ident, $features:literal) => {
        impl $token {
            /// Twin of [`portable::masked_sum`], for several columns.
            pub fn masked_sums<const PARTS: usize>(
                self,
                plane: &[Entries],
                columns: &[&[Block]],
                sums: &mut [i64],
            ) {
                // SAFETY: a token exists only where the processor has its instructions.
                unsafe { masked_sums::<PARTS>(plane, columns, sums) }
            }

            /// Twin of [`portable::move_overlaps`].
            pub fn move_overlaps(self, step: i16, column: &[Block], overlaps: &mut [i16]) {
                // SAFETY: a token exists only where the processor has its instructions.
                unsafe { move_overlaps(step, column, overlaps) }
            }

            /// Plain loops, compiled for these instructions where the compiler inlines them.
            #[inline]
            pub fn compiled<R>(self, loops: impl FnOnce() -> R) -> R {
                #[target_feature(enable = $features)]
                fn run<R>(loops: impl FnOnce() -> R) -> R {
                    loops()
                }
                // SAFETY: a token exists only where the processor has its instructions.
                unsafe { run(loops) }
            }

            /// Twin of [`portable::arithmetic`].
            pub fn arithmetic(self, rounds: usize) -> u16 {
                // SAFETY: a token exists only where the processor has its instructions.
                unsafe { arithmetic(rounds) }
            }

            /// Twin of [`portable::read`], for whole blocks of 512 numbers.
            pub fn read(self, numbers: &[i16]) -> i16 {
                // SAFETY: a token exists only where the processor has its instructions.
                unsafe { read(numbers) }
            }

            /// Twin of [`portable::move_and_fill`].
            pub fn move_and_fill<const PARTS: usize, const TERMS: usize>(
                self,
                (polynomial, limit): (&Polynomial, i16),
                step: i16,
                column: &[Block],
                overlaps: &mut [Entries],
                plane: &mut [Entries],
                crowded: &mut Vec<usize>,
            ) -> Moments {
                // SAFETY: a token exists only where the processor has its instructions.
                unsafe {
                    if polynomial.parity == 0 {
                        let fill = Fill::<PARTS, TERMS, true>::new(polynomial, limit);
                        fill.pass(step, column, overlaps, plane, crowded)
                    } else {
                        let fill = Fill::<PARTS, TERMS, false>::new(polynomial, limit);
                        fill.pass(step, column, overlaps, plane, crowded)
                    }
                }
            }
        }
    };
}

pub(super) use methods_of_token;
