//! IDX images: big-endian magic 0x00000803 (unsigned bytes, three axes), K, height, width, then the pixels
//! (Y. LeCun, C. Cortes, C. J. C. Burges, the MNIST database).

use super::{Request, SignTable, room};
use crate::error::{Error, Result};

const MAGIC: u32 = 0x0803;
const HEADER: usize = 16;
const REMEDY: &str = "IDX images start with 0x00000803, K, height and width (4 bytes each, big-endian), then K·height·width bytes";

pub(super) fn parse(bytes: &[u8], request: &Request<'_>) -> Result<SignTable> {
    let word =
        |i: usize| -> Option<u32> { Some(u32::from_be_bytes(bytes.get(4 * i..4 * i + 4)?.try_into().ok()?)) };
    let cut = || {
        Error::bad_input(format!("an IDX file of {} bytes ends within its header of {HEADER}", bytes.len()))
            .remedy(REMEDY)
    };
    let magic = word(0).ok_or_else(cut)?;
    if magic != MAGIC {
        let what = if magic == 0x0801 { ": these are labels" } else { "" };
        return Err(Error::bad_input(format!("IDX magic 0x{magic:08x}{what}")).remedy(REMEDY));
    }
    let (count, height, width) = (
        word(1).ok_or_else(cut)? as usize,
        word(2).ok_or_else(cut)? as usize,
        word(3).ok_or_else(cut)? as usize,
    );
    let pixels = &bytes[HEADER..];
    let columns = height.checked_mul(width);
    let needed = columns.and_then(|c| c.checked_mul(count));
    let (Some(columns), Some(true)) = (columns, needed.map(|n| n == pixels.len())) else {
        let needed = needed.map_or_else(|| "more than 2^64".to_string(), |n| n.to_string());
        return Err(Error::bad_input(format!(
            "{count} images of {height} × {width} need {needed} bytes after the header, {} are there",
            pixels.len()
        ))
        .remedy(REMEDY));
    };
    let selected = request.selected(count)?;
    if columns == 0 {
        return Err(Error::bad_input(format!("images of {height} × {width} pixels")).remedy(REMEDY));
    }
    let mut values = room(selected.len(), columns)?;
    let rows = &pixels[selected.start * columns..selected.end * columns];
    values.extend(rows.iter().map(|&grey| grey_sign(grey, request.source.threshold)));
    Ok(SignTable { columns, values, image_shape: Some((height, width)) })
}

/// Up where grey/255 ≥ threshold.
pub(super) fn grey_sign(grey: u8, threshold: f64) -> i8 {
    if f64::from(grey) / 255.0 >= threshold { 1 } else { -1 }
}
