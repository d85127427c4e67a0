//! NPZ: a zip archive of `.npy` arrays (NEP 1), one a column, which `numpy.load` opens without pickle.
//!
//! | column | array | where there is nothing |
//! |---|---|---|
//! | real | `<f8` | NaN |
//! | whole, flag, text | `<i8`, `|b1`, `<U…` | 0, false, "", and True in the array `<name>_mask` |
//! | spins | `|i1`, rows × N | 0 beyond the N of a row, where they differ |
//!
//! `metadata` is a text of JSON: `json.loads(str(archive["metadata"]))`.

use super::{Provenance, failed};
use crate::error::Result;
use crate::sweep::columns::{Table, Values};
use serde_json::{Map, Value};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An array: type and shape as the header writes them, and the elements.
struct Array {
    kind: String,
    shape: String,
    data: Vec<u8>,
}

pub(super) fn write(table: &Table, provenance: &Provenance) -> Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The time of writing stays out: equal tables give equal bytes.
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    let mut add = |name: &str, array: &Array| -> Result<()> {
        archive.start_file(format!("{name}.npy"), options).map_err(|e| failed("an NPZ archive", e))?;
        archive.write_all(&array.npy()).map_err(|e| failed("an NPZ archive", e))
    };
    for column in &table.columns {
        let (array, mask) = arrays(&column.values);
        add(column.name, &array)?;
        if let Some(mask) = mask {
            add(&format!("{}_mask", column.name), &mask)?;
        }
    }
    let metadata: Map<String, Value> =
        provenance.metadata(table).into_iter().map(|(key, value)| (key.to_string(), value)).collect();
    let text = Value::from(metadata).to_string();
    let Array { kind, data, .. } = texts(std::iter::once(text.as_str()));
    add("metadata", &Array { kind, shape: "()".into(), data })?;
    Ok(archive.finish().map_err(|e| failed("an NPZ archive", e))?.into_inner())
}

impl Array {
    fn of(kind: &str, rows: usize, data: Vec<u8>) -> Self {
        Self { kind: kind.into(), shape: format!("({rows},)"), data }
    }

    /// Magic, version 1.0, length and text of the header, padded to a multiple of 64 bytes, then the elements.
    fn npy(&self) -> Vec<u8> {
        const START: usize = 10;
        let mut header =
            format!("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", self.kind, self.shape);
        let padding = 63 - (START + header.len()) % 64;
        header.extend(std::iter::repeat_n(' ', padding));
        header.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(&self.data);
        bytes
    }
}

/// The array of a column, and which of its entries are missing, unless NaN says so.
fn arrays(values: &Values) -> (Array, Option<Array>) {
    let rows = values.len();
    let mask = |missing: Vec<bool>| Some(Array::of("|b1", rows, missing.into_iter().map(u8::from).collect()));
    match values {
        Values::Real(reals) => {
            let data = reals.iter().flat_map(|x| x.unwrap_or(f64::NAN).to_le_bytes()).collect();
            (Array::of("<f8", rows, data), None)
        }
        Values::Whole(wholes) => {
            let data = wholes.iter().flat_map(|x| x.unwrap_or(0).to_le_bytes()).collect();
            (Array::of("<i8", rows, data), mask(wholes.iter().map(Option::is_none).collect()))
        }
        Values::Flag(flags) => {
            let data = flags.iter().map(|x| u8::from(*x == Some(true))).collect();
            (Array::of("|b1", rows, data), mask(flags.iter().map(Option::is_none).collect()))
        }
        Values::Text(words) => {
            let array = texts(words.iter().map(|word| word.as_deref().unwrap_or("")));
            (array, mask(words.iter().map(Option::is_none).collect()))
        }
        Values::Spins(configurations) => {
            let spins = configurations.iter().map(Vec::len).max().unwrap_or(0);
            let mut data = Vec::with_capacity(rows * spins);
            for configuration in configurations {
                data.extend(configuration.iter().map(|&s| s as u8));
                data.extend(std::iter::repeat_n(0, spins - configuration.len()));
            }
            (Array { kind: "|i1".into(), shape: format!("({rows}, {spins})"), data }, None)
        }
    }
}

/// Unicode of equal width, as NumPy keeps it: four bytes a letter, zeros at the end.
fn texts<'t>(words: impl Iterator<Item = &'t str>) -> Array {
    let words: Vec<Vec<u32>> = words.map(|word| word.chars().map(u32::from).collect()).collect();
    let width = words.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let padded = |word: &Vec<u32>| {
        let padding = std::iter::repeat_n(0, width - word.len());
        word.iter().copied().chain(padding).flat_map(u32::to_le_bytes).collect::<Vec<u8>>()
    };
    Array::of(&format!("<U{width}"), words.len(), words.iter().flat_map(padded).collect())
}
