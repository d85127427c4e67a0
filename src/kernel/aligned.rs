//! Vectors of numbers that begin at a cache line: a load of 32 bytes then never straddles two.

/// Bytes of a cache line.
pub const LINE: usize = 64;

/// Numbers, all zero at first.
#[derive(Debug)]
pub struct Aligned<T> {
    numbers: Vec<T>,
    begin: usize,
    length: usize,
}

impl<T: Copy + Default> Aligned<T> {
    pub fn zeros(length: usize) -> Self {
        let slack = LINE / size_of::<T>();
        let numbers = vec![T::default(); length + slack];
        // Where the offset cannot be known, any place is right but slower.
        let begin = numbers.as_ptr().align_offset(LINE).min(slack);
        Self { numbers, begin, length }
    }
}

impl<T> std::ops::Deref for Aligned<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.numbers[self.begin..self.begin + self.length]
    }
}

impl<T> std::ops::DerefMut for Aligned<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.numbers[self.begin..self.begin + self.length]
    }
}

impl<T: Copy + Default> Clone for Aligned<T> {
    /// A copy at a line of its own.
    fn clone(&self) -> Self {
        let mut copy = Self::zeros(self.length);
        copy.copy_from_slice(self);
        copy
    }
}
