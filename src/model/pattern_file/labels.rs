//! Labels of patterns: an array of an archive, or an IDX file (magic 0x00000801, count, one byte a label).

use super::{PatternSource, Request, Zeros, arrays, first_bytes, unpacked};
use crate::error::{Error, Result};

const MAGIC: u32 = 0x0801;
const HEADER: usize = 8;
/// Far more than any set of labelled images; 16 bytes each while they are read.
const MOST_LABELS: usize = 1 << 24;
const REMEDY: &str = "labels are an array of whole numbers from 0 to 255 in a .npz or .npy file, or an IDX file: 0x00000801, count \
                      (4 bytes each, big-endian), then one byte a label; gzip of any of these";

/// The label of each row that `source` selects.
///
/// # Errors
/// Bad input, naming file and place: an array that is not there or not of one axis, a label that is no whole number from 0 to 255, an IDX
/// file of another magic, or cut short.
pub fn read_labels(bytes: &[u8], source: &PatternSource) -> Result<Vec<usize>> {
    labels(bytes, source).map_err(|e| e.at(source.file.display()))
}

fn labels(bytes: &[u8], source: &PatternSource) -> Result<Vec<usize>> {
    let name = source.file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let content = unpacked(bytes, &name)?;
    let request = Request { source, zeros: Zeros::Allowed, names: &["labels"] };
    let values: Vec<f64> = match &content[..] {
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] | [b'P', b'K', 3, 4, ..] => {
            arrays::one_axis(&content, &request, MOST_LABELS)?
        }
        [0, 0, 0x08..=0x0e, _, ..] => idx(&content)?.iter().map(|&label| f64::from(label)).collect(),
        other => {
            return Err(
                Error::bad_input(format!("no labels: it starts with {}", first_bytes(other))).remedy(REMEDY)
            );
        }
    };
    let selected = request.selected(values.len())?;
    let start = selected.start;
    let label = |(row, &value): (usize, &f64)| {
        if (0.0..=255.0).contains(&value) && value.fract() == 0.0 {
            return Ok(value as usize);
        }
        Err(Error::bad_input(format!("label {value}")).at(format!("row {}", start + row)).remedy(REMEDY))
    };
    values[selected].iter().enumerate().map(label).collect()
}

fn idx(bytes: &[u8]) -> Result<&[u8]> {
    let word =
        |i: usize| -> Option<u32> { Some(u32::from_be_bytes(bytes.get(4 * i..4 * i + 4)?.try_into().ok()?)) };
    let (Some(magic), Some(count)) = (word(0), word(1)) else {
        let cut = format!("an IDX file of {} bytes ends within its header of {HEADER}", bytes.len());
        return Err(Error::bad_input(cut).remedy(REMEDY));
    };
    if magic != MAGIC {
        let what = if magic == 0x0803 { ": these are images" } else { "" };
        return Err(Error::bad_input(format!("IDX magic 0x{magic:08x}{what}")).remedy(REMEDY));
    }
    if count as usize > MOST_LABELS {
        return Err(Error::bad_input(format!("{count} labels, {MOST_LABELS} at most")).remedy(REMEDY));
    }
    let labels = &bytes[HEADER..];
    if labels.len() != count as usize {
        let found = format!("{count} labels need {count} bytes after the header, {} are there", labels.len());
        return Err(Error::bad_input(found).remedy(REMEDY));
    }
    Ok(labels)
}
