//! The `.npy` format (NEP 1, versions 1 to 3): magic, version, length and text of a header, then the elements.
//!
//! The header is parsed here rather than by a crate because it comes from outside: shapes are multiplied with care,
//! and the elements are read only as far as they are there.

use super::{MAX_BYTES, read_at_most};
use crate::error::{Error, Result};
use std::io::Read;

const MAX_HEADER: usize = 1 << 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Signed,
    Unsigned,
    Float,
}

/// An array of numbers as it is in the file.
pub(super) struct Array {
    pub number: Number,
    /// Bytes of one element: 1, 2, 4 or 8.
    size: usize,
    big_endian: bool,
    fortran: bool,
    pub shape: Vec<usize>,
    data: Vec<u8>,
}

impl Array {
    /// Reads header and elements to the end of the stream.
    pub fn read(mut reader: impl Read) -> Result<Self> {
        let mut start = [0; 8];
        fill(&mut reader, &mut start, "the first 8 bytes")?;
        if !start.starts_with(b"\x93NUMPY") {
            return Err(bad(format!("no .npy array: it starts with {}", super::first_bytes(&start))));
        }
        let length = match start[6] {
            1 => {
                let mut length = [0; 2];
                fill(&mut reader, &mut length, "the length of its header")?;
                usize::from(u16::from_le_bytes(length))
            }
            2 | 3 => {
                let mut length = [0; 4];
                fill(&mut reader, &mut length, "the length of its header")?;
                u32::from_le_bytes(length) as usize
            }
            version => return Err(bad(format!(".npy version {version}.{}", start[7]))),
        };
        if length > MAX_HEADER {
            return Err(bad(format!("a header of {length} bytes (at most {MAX_HEADER})")));
        }
        let mut text = vec![0; length];
        fill(&mut reader, &mut text, "its header")?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut array = header(&text)?;
        array.data = array.elements(reader)?;
        Ok(array)
    }

    fn elements(&self, reader: impl Read) -> Result<Vec<u8>> {
        let shape = self.shape_text();
        let needed = self.shape.iter().try_fold(self.size, |product, &axis| product.checked_mul(axis));
        let needed = needed.filter(|&n| n <= MAX_BYTES).ok_or_else(|| {
            Error::bad_input(format!(
                "shape {shape} of {}-byte elements is more than {MAX_BYTES} bytes",
                self.size
            ))
            .remedy("arrays go to 1 GiB; `packed` bits are the smallest form")
        })?;
        let (data, more) = read_at_most(reader, needed).map_err(|e| damaged(&e))?;
        if data.len() == needed && !more {
            return Ok(data);
        }
        let there = if more { "more".to_string() } else { data.len().to_string() };
        Err(bad(format!("shape {shape} of {}-byte elements is {needed} bytes, {there} are there", self.size)))
    }

    pub fn shape_text(&self) -> String {
        let axes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("({})", axes.join(", "))
    }

    /// The number of rows (the first axis; 1 for a single number).
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(1)
    }

    /// Entries of a row: the product of the other axes.
    pub fn columns(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// Is it of unsigned bytes?
    pub fn is_bytes(&self) -> bool {
        self.number == Number::Unsigned && self.size == 1
    }

    /// Entry `column` of `row`, the other axes counted with the last one fastest, as a floating number (64-bit
    /// integers rounded).
    pub fn get(&self, row: usize, column: usize) -> f64 {
        let mut at = row * self.columns() + column;
        if self.fortran {
            // First axis fastest: take the index apart from the last axis and put it together from the first.
            let (mut rest, mut stride) = (column, self.shape.iter().product::<usize>());
            at = row;
            for &axis in self.shape.iter().skip(1).rev() {
                stride /= axis;
                at += rest % axis * stride;
                rest /= axis;
            }
        }
        self.element(at)
    }

    fn element(&self, at: usize) -> f64 {
        let mut bytes = [0u8; 8]; // little-endian
        let stored = &self.data[at * self.size..(at + 1) * self.size];
        bytes[..self.size].copy_from_slice(stored);
        if self.big_endian {
            bytes[..self.size].reverse();
        }
        let bits = u64::from_le_bytes(bytes);
        match (self.number, self.size) {
            (Number::Unsigned, _) => bits as f64,
            (Number::Signed, size) => {
                let unused = 64 - 8 * size as u32;
                ((bits << unused) as i64 >> unused) as f64
            }
            (Number::Float, 2) => half(bits as u16),
            (Number::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Number::Float, _) => f64::from_bits(bits),
        }
    }
}

/// IEEE 754 binary16.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

fn bad(message: String) -> Error {
    Error::bad_input(message).remedy("save it again with numpy.save or numpy.savez_compressed")
}

fn damaged(cause: &std::io::Error) -> Error {
    bad(format!("the array is damaged or cut short: {cause}"))
}

fn fill(reader: &mut impl Read, buffer: &mut [u8], what: &str) -> Result<()> {
    reader.read_exact(buffer).map_err(|e| match e.kind() {
        std::io::ErrorKind::UnexpectedEof => bad(format!("the array ends within {what}")),
        _ => damaged(&e),
    })
}

/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`, with the elements still to come.
fn header(text: &str) -> Result<Array> {
    let shown: String = text.trim().chars().take(100).flat_map(char::escape_debug).collect();
    let unreadable = || bad(format!("its header is not that of an array of numbers: {shown}"));
    let after = |key: &str| -> Result<&str> {
        let at = text.find(&format!("'{key}'")).ok_or_else(unreadable)?;
        text[at + key.len() + 2..].trim_start().strip_prefix(':').map(str::trim_start).ok_or_else(unreadable)
    };
    let descr = after("descr")?
        .strip_prefix('\'')
        .and_then(|rest| rest.split_once('\''))
        .map(|(descr, _)| descr)
        .ok_or_else(unreadable)?;
    let (number, size, big_endian) = element_type(descr)?;
    let order = after("fortran_order")?;
    let fortran = match (order.starts_with("True"), order.starts_with("False")) {
        (true, _) => true,
        (_, true) => false,
        _ => return Err(unreadable()),
    };
    let inside = after("shape")?
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map(|(inside, _)| inside)
        .ok_or_else(unreadable)?;
    let shape = inside
        .split(',')
        .map(str::trim)
        .filter(|axis| !axis.is_empty())
        .map(|axis| {
            axis.parse::<usize>().map_err(|_| bad(format!("axis `{}` of its shape", axis.escape_debug())))
        })
        .collect::<Result<_>>()?;
    Ok(Array { number, size, big_endian, fortran, shape, data: Vec::new() })
}

fn element_type(descr: &str) -> Result<(Number, usize, bool)> {
    let refused = || {
        Error::bad_input(format!("elements of type `{}`", descr.escape_debug()))
            .remedy("integers and floating numbers of 1 to 8 bytes are read (i1…i8, u1…u8, f2, f4, f8)")
    };
    let mut letters = descr.chars();
    let (order, kind) = (letters.next().ok_or_else(refused)?, letters.next().ok_or_else(refused)?);
    let size: usize = letters.as_str().parse().map_err(|_| refused())?;
    let number = match kind {
        'i' => Number::Signed,
        'u' => Number::Unsigned,
        'f' => Number::Float,
        _ => return Err(refused()),
    };
    let whole = matches!(size, 1 | 2 | 4 | 8) && !(number == Number::Float && size == 1);
    match order {
        '<' | '>' if whole => Ok((number, size, order == '>')),
        '|' | '=' if whole && size == 1 => Ok((number, size, false)),
        _ => Err(refused()),
    }
}
