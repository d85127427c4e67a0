//! Patterns and configurations from files.
//!
//! | form | what |
//! |---|---|
//! | `.csv`, `.txt` | rows of 1 and −1 separated by commas or blanks; `#` starts a comment, blank lines are skipped |
//! | `.npy`, `.npz` | array `patterns` (±1, K × N), `packed` (u8 bits, most significant first, K × ⌈N/8⌉, with the companion array `shape` whose product is N), or `images` (K × H × W or K × N) |
//! | IDX images | magic 0x00000803, one byte a pixel |
//! | gzip | of any of these |
//!
//! Grey levels: a pixel is up where grey/255 ≥ threshold for u8 (and IDX), and where value ≥ threshold for floating
//! images, whose values must lie in 0…1 already. Where an archive holds several of `patterns`, `packed`, `images`, the
//! source says which; `labels`, `index`, `shape`, `threshold` are companions and no choice. An array by another name
//! must be asked for, and is read as patterns if it has two axes, as images if it has three. A bare `.npy` likewise.
//!
//! The form is told by the content; where the name says something too, both must agree. Nothing is allocated by what
//! a header claims: sizes are checked against the bytes that are there, and decompression stops at [`MAX_BYTES`].
//! Every refusal is bad input, naming file and place.

mod arrays;
mod idx;
mod labels;
mod numpy;
mod text;

pub use labels::read_labels;

use super::{DilutedPatterns, Patterns, Spins};
use crate::error::{Error, Kind, Result};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Largest file, and largest array after decompression: 1 GiB.
pub const MAX_BYTES: usize = 1 << 30;
/// Largest number of entries K·N.
pub const MAX_ENTRIES: usize = 1 << 31;

const FORMS: &str = "accepted: .csv or .txt with rows of 1 and -1, .npy or .npz with an array `patterns`, `packed` \
                     or `images`, IDX images (magic 0x00000803), and gzip of any of these";

/// Which file, and what of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternSource {
    /// The file; its extension tells the form, its name stands in messages.
    pub file: PathBuf,
    /// The array of an archive; needed where several hold patterns.
    pub array: Option<String>,
    /// A pixel is up from this grey level on (0 < threshold ≤ 1).
    pub threshold: f64,
    /// Rows `from..to` (0-based, half-open: `to` is not included); all rows if none.
    pub index: Option<(usize, usize)>,
}

impl PatternSource {
    /// All rows, threshold ½, the only array.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), array: None, threshold: 0.5, index: None }
    }
}

/// Patterns of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternFile {
    pub patterns: Patterns,
    /// (height, width) where the file says so.
    pub image_shape: Option<(usize, usize)>,
    /// SHA-256 of the file's bytes as they are on disk, in hexadecimal.
    pub sha256: String,
}

/// What an entry 0 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// Refused: Hebbian patterns and spins are ±1.
    Refused,
    /// Kept: a blank entry of a diluted pattern.
    Allowed,
}

/// Rows of −1, 0, 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignTable {
    pub columns: usize,
    /// Row after row.
    pub values: Vec<i8>,
    pub image_shape: Option<(usize, usize)>,
}

impl SignTable {
    /// The rows, each of [`Self::columns`] entries.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[i8]> {
        self.values.chunks_exact(self.columns)
    }
}

/// Patterns from the bytes of a file.
///
/// # Errors
/// Bad input, naming file and place, for anything but the forms above.
pub fn read(bytes: &[u8], source: &PatternSource) -> Result<PatternFile> {
    let table = read_signs(bytes, source, Zeros::Refused)?;
    let rows: Vec<&[i8]> = table.rows().collect();
    Ok(PatternFile {
        patterns: Patterns::from_rows(&rows).map_err(|e| e.at(source.file.display()))?,
        image_shape: table.image_shape,
        sha256: Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect(),
    })
}

/// Diluted patterns from the bytes of a file: [`read`] with 0 as an entry.
///
/// # Errors
/// As [`read`].
pub fn read_diluted(bytes: &[u8], source: &PatternSource) -> Result<DilutedPatterns> {
    let table = read_signs(bytes, source, Zeros::Allowed)?;
    let rows: Vec<&[i8]> = table.rows().collect();
    DilutedPatterns::from_rows(&rows).map_err(|e| e.at(source.file.display()))
}

/// [`read`] of the file itself.
///
/// # Errors
/// As [`read`]; a file that cannot be opened is bad input too.
pub fn read_file(source: &PatternSource) -> Result<PatternFile> {
    read(&file_bytes(&source.file)?, source)
}

/// Rows of ±1, and of 0 where `zeros` allows (multitasking patterns).
///
/// # Errors
/// As [`read`].
pub fn read_signs(bytes: &[u8], source: &PatternSource, zeros: Zeros) -> Result<SignTable> {
    signs(bytes, source, zeros, &["patterns", "packed", "images"]).map_err(|e| e.at(source.file.display()))
}

/// Configurations, one a row: an array `spins` (±1), or else whatever [`read`] takes.
///
/// # Errors
/// As [`read`].
pub fn read_spins(bytes: &[u8], source: &PatternSource) -> Result<Vec<Spins>> {
    let table = signs(bytes, source, Zeros::Refused, &["spins", "patterns", "packed", "images"])
        .map_err(|e| e.at(source.file.display()))?;
    table.rows().map(|row| Spins::new(row.to_vec())).collect()
}

/// [`read_spins`] of the file itself.
///
/// # Errors
/// As [`read_file`].
pub fn read_spins_file(source: &PatternSource) -> Result<Vec<Spins>> {
    read_spins(&file_bytes(&source.file)?, source)
}

/// The bytes of a file, at most [`MAX_BYTES`].
///
/// # Errors
/// Bad input where it cannot be read or is larger.
pub fn file_bytes(path: &Path) -> Result<Vec<u8>> {
    let io = |e: std::io::Error| {
        Error::io("read", path, &e).as_kind(Kind::BadInput).remedy("give a file that exists and can be read")
    };
    let file = std::fs::File::open(path).map_err(io)?;
    let (bytes, more) = read_at_most(file, MAX_BYTES).map_err(io)?;
    if more {
        return Err(Error::bad_input(format!("more than {MAX_BYTES} bytes"))
            .at(path.display())
            .remedy("pattern files go to 1 GiB; `packed` bits are the smallest form"));
    }
    Ok(bytes)
}

enum Form {
    Text,
    Npy,
    Npz,
    Idx,
}

fn signs(bytes: &[u8], source: &PatternSource, zeros: Zeros, names: &[&str]) -> Result<SignTable> {
    if !(source.threshold > 0.0 && source.threshold <= 1.0) {
        return Err(Error::bad_input(format!("threshold {}", source.threshold))
            .remedy("a threshold is a grey level as a fraction of white, 0 < threshold ≤ 1"));
    }
    let name = source.file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let content = &*unpacked(bytes, &name)?;
    let request = Request { source, zeros, names };
    match form(name.strip_suffix(".gz").unwrap_or(&name), content)? {
        Form::Text => {
            only_arrays_have_names(source, "text")?;
            text::parse(content, &request)
        }
        Form::Idx => {
            only_arrays_have_names(source, "IDX")?;
            idx::parse(content, &request)
        }
        Form::Npy => arrays::from_npy(content, &request),
        Form::Npz => arrays::from_npz(content, &request),
    }
}

/// The content of a file, gzip or not; `name` in lower case.
fn unpacked<'b>(bytes: &'b [u8], name: &str) -> Result<Cow<'b, [u8]>> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return gunzip(bytes, MAX_BYTES).map(Cow::Owned);
    }
    if name.ends_with(".gz") && !bytes.is_empty() {
        let start = first_bytes(bytes);
        return Err(
            Error::bad_input(format!("named .gz, but it starts with {start}, not 1f 8b")).remedy(FORMS)
        );
    }
    Ok(Cow::Borrowed(bytes))
}

/// What is asked of a file.
struct Request<'a> {
    source: &'a PatternSource,
    zeros: Zeros,
    /// Arrays looked for where none is asked for.
    names: &'a [&'a str],
}

impl Request<'_> {
    /// The rows asked for, of `rows` that are there.
    fn selected(&self, rows: usize) -> Result<Range<usize>> {
        match self.source.index {
            _ if rows == 0 => Err(Error::bad_input("no rows").remedy("at least one row is needed")),
            None => Ok(0..rows),
            Some((from, to)) if from < to && to <= rows => Ok(from..to),
            Some((from, to)) => Err(Error::bad_input(format!("index = [{from}, {to}] of {rows} rows"))
                .remedy(format!("index = [from, to] takes rows from ≤ row < to, with from < to ≤ {rows}"))),
        }
    }

    /// 1, −1 or, where allowed, 0; else the reason.
    fn sign(&self, value: f64) -> Result<i8> {
        if value == 1.0 {
            Ok(1)
        } else if value == -1.0 {
            Ok(-1)
        } else if value == 0.0 {
            match self.zeros {
                Zeros::Allowed => Ok(0),
                Zeros::Refused => Err(Error::bad_input("the entry is 0").remedy(
                    "an entry is 1 or -1; 0 is for the diluted patterns of multitasking (kind = \"multitasking\")",
                )),
            }
        } else {
            Err(Error::bad_input(format!("the entry is {value}")).remedy("an entry is 1 or -1"))
        }
    }
}

/// A vector of `rows × columns` signs to fill, if it is of a size to be held.
fn room(rows: usize, columns: usize) -> Result<Vec<i8>> {
    let mut values = Vec::new();
    match rows.checked_mul(columns) {
        Some(entries) if entries <= MAX_ENTRIES && values.try_reserve_exact(entries).is_ok() => Ok(values),
        _ => Err(Error::bad_input(format!("{rows} rows of {columns} entries do not fit"))
            .remedy(format!("at most {MAX_ENTRIES} entries: take fewer rows by index = [from, to]"))),
    }
}

fn form(name: &str, content: &[u8]) -> Result<Form> {
    if content.is_empty() {
        return Err(Error::bad_input("the file is empty").remedy(FORMS));
    }
    let (found, form) = match content {
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => (".npy", Form::Npy),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => (".npz", Form::Npz),
        [0, 0, 0x08..=0x0e, _, ..] => ("IDX", Form::Idx),
        _ => ("text", Form::Text),
    };
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    let said = match extension {
        "csv" | "txt" => "text",
        "npy" => ".npy",
        "npz" => ".npz",
        _ if extension == "idx" || name.ends_with("ubyte") => "IDX",
        _ => found,
    };
    if said == found {
        return Ok(form);
    }
    let start = first_bytes(content);
    Err(Error::bad_input(format!("its name says {said}, its content is {found} (it starts with {start})"))
        .remedy(FORMS))
}

fn only_arrays_have_names(source: &PatternSource, form: &str) -> Result<()> {
    match &source.array {
        None => Ok(()),
        Some(array) => Err(Error::bad_input(format!("array `{}` of a {form} file", array.escape_debug()))
            .remedy("only .npz files have named arrays: leave `array` out")),
    }
}

fn first_bytes(bytes: &[u8]) -> String {
    bytes.iter().take(4).map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
}

/// Reads to the end or to the limit; true where there was more. Memory grows with what arrives.
fn read_at_most(reader: impl Read, limit: usize) -> std::io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    let more = bytes.len() > limit;
    bytes.truncate(limit);
    Ok((bytes, more))
}

fn gunzip(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
    let damaged = |e: std::io::Error| {
        Error::bad_input(format!("the gzip stream of {} bytes is damaged or cut short: {e}", bytes.len()))
            .remedy("compress the file again (`gzip -t` tests it)")
    };
    let (content, more) = read_at_most(flate2::read::MultiGzDecoder::new(bytes), limit).map_err(damaged)?;
    if more {
        return Err(Error::bad_input(format!("{} bytes unpack to more than {limit}", bytes.len()))
            .remedy("pattern files go to 1 GiB unpacked"));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn unpacking_stops_at_the_limit() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&[b'1'; 100_000]).expect("valid");
        let packed = encoder.finish().expect("valid");
        assert!(packed.len() < 1000);
        assert_eq!(gunzip(&packed, 100_000).expect("valid").len(), 100_000);
        let error = gunzip(&packed, 99_999).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("more than 99999"), "{error}");
    }
}
