//! Tables as files for other programs: CSV, NPZ for NumPy, Parquet for data frames. Each says inside which run it is of.

mod csv;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;
mod provenance;

pub use provenance::Provenance;

use super::columns::Table;
use crate::error::{Error, Result};
use std::path::Path;

/// What a table is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with a header: empty fields where there is nothing; before it lines that begin with `#`
    Csv,
    /// Apache Parquet, snappy; needs the feature `parquet`
    Parquet,
    /// NumPy's archive of arrays, one a column, without pickle
    Npz,
}

impl Format {
    pub const NAMES: [(&'static str, Self); 3] =
        [("csv", Self::Csv), ("parquet", Self::Parquet), ("npz", Self::Npz)];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    /// The format that a file name ends with.
    pub fn of_file(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        Self::NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(extension)).map(|(_, format)| *format)
    }

    /// Whether it is for programs alone, not to be shown.
    pub fn is_binary(self) -> bool {
        self != Self::Csv
    }
}

/// The bytes of a table in a format.
///
/// # Errors
/// [`crate::error::Kind::BadInput`] for Parquet without its feature.
pub fn export(table: &Table, format: Format, provenance: &Provenance) -> Result<Vec<u8>> {
    match format {
        Format::Csv => Ok(csv::write(table, provenance).into_bytes()),
        Format::Npz => npz::write(table, provenance),
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::write(table, provenance),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => Err(Error::bad_input("this program was built without Parquet").remedy(
            "build it in: cargo install --path . --features parquet; or --format npz, or csv, which polars, DuckDB and pandas read too",
        )),
    }
}

/// A library that failed to write into memory.
fn failed(what: &str, cause: impl std::fmt::Display) -> Error {
    Error::failed(format!("cannot write {what}: {cause}"))
}
