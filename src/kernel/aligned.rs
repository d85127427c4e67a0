//! Vectors of numbers that begin at a cache line.

use super::portable::Entries;
use crate::model::patterns::BLOCK;

/// Bytes of a cache line.
const LINE: usize = 64;

/// Blocks of 256 numbers each, all zero at first, beginning at a cache line: a load of 32 bytes then never straddles two.
#[derive(Debug)]
pub struct Blocks {
    numbers: Vec<i16>,
    begin: usize,
    end: usize,
}

impl Blocks {
    pub fn zeros(blocks: usize) -> Self {
        let numbers = vec![0i16; blocks * BLOCK + LINE / size_of::<i16>()];
        // The offset of a line's begin is at most a line; where it cannot be known, any place is right but slower.
        let begin = numbers.as_ptr().align_offset(LINE).min(LINE / size_of::<i16>());
        Self { numbers, begin, end: begin + blocks * BLOCK }
    }

    pub fn blocks(&self) -> &[Entries] {
        self.as_slice().as_chunks().0
    }

    pub fn blocks_mut(&mut self) -> &mut [Entries] {
        self.numbers[self.begin..self.end].as_chunks_mut().0
    }

    pub fn as_slice(&self) -> &[i16] {
        &self.numbers[self.begin..self.end]
    }
}

impl Clone for Blocks {
    /// A copy at a line of its own.
    fn clone(&self) -> Self {
        let mut copy = Self::zeros((self.end - self.begin) / BLOCK);
        copy.numbers[copy.begin..copy.end].copy_from_slice(self.as_slice());
        copy
    }
}
