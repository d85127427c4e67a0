//! A configuration of N Ising spins.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};

/// N spins s_i = ±1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spins(Vec<i8>);

impl Spins {
    /// # Errors
    /// Where a value is not +1 or −1, or there is none.
    pub fn new(values: Vec<i8>) -> Result<Self> {
        if values.is_empty() {
            return Err(Error::bad_input("a configuration of 0 spins"));
        }
        match values.iter().position(|&s| s != 1 && s != -1) {
            None => Ok(Self(values)),
            Some(i) => {
                Err(Error::bad_input(format!("spin {i} is {}", values[i])).remedy("a spin is 1 or -1"))
            }
        }
    }

    /// Spin i up where `up(i)`.
    pub fn from_fn(n: usize, up: impl Fn(usize) -> bool) -> Self {
        Self((0..n).map(|i| if up(i) { 1 } else { -1 }).collect())
    }

    /// The number of spins N.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub fn get(&self, i: usize) -> i8 {
        self.0[i]
    }

    #[inline]
    pub fn flip(&mut self, i: usize) {
        self.0[i] = -self.0[i];
    }

    pub fn as_slice(&self) -> &[i8] {
        &self.0
    }

    /// Σ_i s_i s'_i, an integer between −N and N; divided by N it is the overlap q.
    pub fn dot(&self, other: &Self) -> i64 {
        self.0.iter().zip(&other.0).map(|(&a, &b)| i32::from(a * b)).sum::<i32>().into()
    }

    /// One bit a spin, most significant first, 1 for +1.
    pub fn to_bits(&self) -> Vec<u8> {
        let mut bytes = vec![0u8; self.len().div_ceil(8)];
        for (i, _) in self.0.iter().enumerate().filter(|&(_, &s)| s > 0) {
            bytes[i / 8] |= 0x80 >> (i % 8);
        }
        bytes
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the bits: the name of a configuration by its content.
    pub fn hash(&self) -> String {
        Sha256::digest(self.to_bits()).iter().take(8).map(|b| format!("{b:02x}")).collect()
    }

    /// The inverse of [`Self::to_bits`].
    ///
    /// # Errors
    /// Where there are too few bytes for n spins.
    pub fn from_bits(n: usize, bytes: &[u8]) -> Result<Self> {
        if n == 0 || bytes.len() < n.div_ceil(8) {
            return Err(Error::bad_input(format!("{} bytes for {n} spins", bytes.len())));
        }
        Ok(Self::from_fn(n, |i| bytes[i / 8] >> (7 - i % 8) & 1 == 1))
    }
}
