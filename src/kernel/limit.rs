//! What this machine could do at best: the bound that `replicon bench` divides by.
//!
//! Every pass over patterns is a stream of vector instructions and of bytes. Both rates are measured here, by loops that do nothing
//! else; the time of a pass is at least the larger of its instructions over the one rate and its bytes over the other.

use super::aligned::Aligned;
use super::portable::CHAINS;
use super::{Fields, Twin};
use std::hint::black_box;

/// Passes that a configuration has made since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Columns summed up for a field each.
    pub fields: u64,
    /// Passes over the plane for them.
    pub reads: u64,
    /// Passes that move the overlaps and fill the plane (P = 2 in local fields: rows of J added to the fields).
    pub fills: u64,
    /// Passes that move the overlaps only.
    pub moves: u64,
}

impl std::ops::Sub for Work {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            fields: self.fields - earlier.fields,
            reads: self.reads - earlier.reads,
            fills: self.fills - earlier.fills,
            moves: self.moves - earlier.moves,
        }
    }
}

/// A form of which the work is counted and bounded.
pub trait Measured: Fields {
    /// What it has done since its start.
    fn work(&self) -> Work;

    /// Least seconds that a machine of these rates needs for that.
    fn least_seconds(&self, work: Work, limit: &Limit) -> f64;
}

/// One kind of pass.
#[derive(Debug, Clone, Copy)]
pub struct Pass {
    /// Numbers of 16 bits that the pass goes over.
    pub numbers: usize,
    /// Vector instructions to a vector of numbers, loads and stores apart.
    pub instructions: f64,
    /// Bytes to a number.
    pub bytes: f64,
    /// The memory that the passes keep coming back to, in bytes.
    pub working_set: usize,
}

/// Measured rates of one core.
#[derive(Debug, Clone)]
pub struct Limit {
    twin: Twin,
    /// Numbers of 16 bits that simple vector instructions treat in a second.
    numbers_per_s: f64,
    /// CPU seconds of this thread.
    clock: fn() -> f64,
}

/// Seconds of one repeat of a measurement, and the number of repeats, of which the best counts.
const REPEAT: f64 = 0.004;
const REPEATS: usize = 8;
/// Larger working sets are measured by this one: beyond every cache.
const LARGEST: usize = 128 << 20;

impl Limit {
    /// Measures the arithmetic of a twin. `clock`: CPU seconds of this thread.
    pub fn measure(twin: Twin, clock: fn() -> f64) -> Self {
        let rounds = 1000;
        let seconds = best(clock, || {
            black_box(twin.arithmetic(black_box(rounds)));
        });
        let numbers = 2 * CHAINS * twin.lanes() * rounds;
        Self { twin, numbers_per_s: numbers as f64 / seconds, clock }
    }

    /// Bytes read in a second, again and again from as much memory.
    pub fn bandwidth(&self, working_set: usize) -> f64 {
        let numbers = Aligned::<i16>::zeros((working_set.clamp(1 << 13, LARGEST) / 2).next_multiple_of(512));
        let seconds = best(self.clock, || {
            black_box(self.twin.read(black_box(&numbers)));
        });
        size_of_val(&*numbers) as f64 / seconds
    }

    /// Least seconds of so many passes of one kind.
    pub fn seconds(&self, passes: u64, pass: Pass) -> f64 {
        if passes == 0 {
            return 0.0;
        }
        let numbers = passes as f64 * pass.numbers as f64;
        let arithmetic = numbers * pass.instructions / self.numbers_per_s;
        let memory = numbers * pass.bytes / self.bandwidth(pass.working_set);
        arithmetic.max(memory)
    }
}

fn best(clock: fn() -> f64, mut work: impl FnMut()) -> f64 {
    let mut count = 1;
    let mut fastest = f64::INFINITY;
    let mut repeats = 0;
    while repeats < REPEATS {
        let begin = clock();
        (0..count).for_each(|_| work());
        let seconds = clock() - begin;
        if seconds < REPEAT && count < 1 << 30 {
            count *= 2;
        } else {
            fastest = fastest.min(seconds / f64::from(count));
            repeats += 1;
        }
    }
    fastest
}
