//! The options of every command that reads a pattern file.

use crate::error::{Error, Result};
use crate::model::DilutedPatterns;
use crate::model::pattern_file::{self, PatternFile, PatternSource};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
pub struct PatternArgs {
    /// Patterns: .csv/.txt rows of ±1, .npy/.npz, IDX images, each also gzipped
    #[arg(long, value_name = "FILE")]
    pub patterns: Option<PathBuf>,
    /// The array of an .npz file that holds several
    #[arg(long, value_name = "NAME")]
    pub array: Option<String>,
    /// Images: a pixel is up from this grey level on, as a fraction of white
    #[arg(long, default_value_t = 0.5, value_name = "LEVEL")]
    pub threshold: f64,
    /// Rows FROM ≤ row < TO of the file, counted from 0
    #[arg(long, value_name = "FROM,TO", value_parser = parse_range)]
    pub index: Option<(usize, usize)>,
}

impl PatternArgs {
    /// # Errors
    /// No file named, and those of [`pattern_file::read_file`].
    pub fn read(&self) -> Result<PatternFile> {
        pattern_file::read_file(&self.source()?)
    }

    /// Patterns with zeros.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_diluted(&self) -> Result<DilutedPatterns> {
        let source = self.source()?;
        pattern_file::read_diluted(&pattern_file::file_bytes(&source.file)?, &source)
    }

    fn source(&self) -> Result<PatternSource> {
        let Some(file) = self.patterns.clone() else {
            return Err(Error::bad_input("--patterns is missing").remedy("--patterns FILE"));
        };
        let (array, threshold, index) = (self.array.clone(), self.threshold, self.index);
        Ok(PatternSource { file, array, threshold, index })
    }
}

fn parse_range(text: &str) -> std::result::Result<(usize, usize), String> {
    let numbers = text
        .split_once(',')
        .and_then(|(from, to)| Some((from.trim().parse().ok()?, to.trim().parse().ok()?)));
    numbers.ok_or_else(|| "two whole numbers FROM,TO: rows FROM ≤ row < TO, counted from 0".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_two_whole_numbers() {
        assert_eq!(parse_range("3,10"), Ok((3, 10)));
        for bad in ["3", "3,", "a,b", "-1,2", "1,2,3", ""] {
            assert!(parse_range(bad).is_err(), "{bad}");
        }
    }
}
