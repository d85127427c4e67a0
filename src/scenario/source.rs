//! Where a scenario's files are: beside it on disk, or inside the binary.

use super::shipped::shipped_file;
use crate::error::{Error, Kind, Result};
use crate::model::pattern_file::{self, PatternSource};
use crate::model::{Patterns, Spins};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// How `model.patterns` names its file.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternFileKey {
    pub file: String,
    pub array: Option<String>,
    /// Grey level from which a pixel is +1, of 1.
    pub threshold: f64,
    /// Rows from … to (not included).
    pub index: Option<(usize, usize)>,
}

/// The patterns of a file.
#[derive(Debug, Clone)]
pub struct StoredPatterns {
    pub key: PatternFileKey,
    pub patterns: Patterns,
    /// (height, width) where the patterns are images.
    pub image_shape: Option<(usize, usize)>,
    /// Of the file.
    pub sha256: String,
}

/// Where files named by a scenario are looked for.
#[derive(Debug, Clone)]
pub enum Files {
    /// Relative to this folder.
    Directory(PathBuf),
    /// Inside the binary.
    Shipped,
}

impl Files {
    fn read(&self, file: &str) -> Result<(PathBuf, Cow<'static, [u8]>)> {
        let path = match self {
            Self::Directory(directory) => directory.join(file),
            Self::Shipped => PathBuf::from(file),
        };
        match std::fs::read(&path) {
            Ok(bytes) if matches!(self, Self::Directory(_)) => Ok((path, Cow::Owned(bytes))),
            other => match (shipped_file(file), other) {
                (Some(bytes), _) => Ok((path, Cow::Borrowed(bytes))),
                (None, Ok(bytes)) => Ok((path, Cow::Owned(bytes))),
                (None, Err(e)) => Err(Error::io("read", &path, &e).as_kind(Kind::BadInput)),
            },
        }
    }

    /// The full path and the one configuration of a spin file.
    ///
    /// # Errors
    /// An unreadable file, or more than one configuration in it.
    pub fn read_spins(&self, file: &str) -> Result<(String, Spins)> {
        let (path, bytes) = self.read(file)?;
        let full = full_path(&path);
        let source = PatternSource { file: path, array: None, threshold: 0.5, index: None };
        let mut rows = pattern_file::read_spins(&bytes, &source)?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok((full, row)),
            _ => {
                Err(Error::bad_input(format!("{file} does not hold one configuration"))
                    .remedy("one row of ±1"))
            }
        }
    }
}

impl StoredPatterns {
    /// # Errors
    /// Everything that can be wrong with a pattern file.
    pub fn load(mut key: PatternFileKey, files: &Files) -> Result<Self> {
        let (path, bytes) = files.read(&key.file)?;
        let source = PatternSource {
            file: path.clone(),
            array: key.array.clone(),
            threshold: key.threshold,
            index: key.index,
        };
        let file = pattern_file::read(&bytes, &source)?;
        // A resolved scenario is read from another folder: name files on disk by their full path.
        if shipped_file(&key.file).is_none() {
            key.file = full_path(&path);
        }
        Ok(Self { key, patterns: file.patterns, image_shape: file.image_shape, sha256: file.sha256 })
    }
}

fn full_path(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}
