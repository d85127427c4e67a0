//! Where a scenario's files are: beside it on disk, or inside the binary.

use super::shipped::shipped_file;
use crate::error::{Error, Result};
use crate::model::pattern_file::{self, PatternSource, Zeros};
use crate::model::{DilutedPatterns, LabelledPatterns, Patterns, Spins};
use sha2::{Digest, Sha256};
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
    /// The file of the labels; without one they are the array `labels` of the same file.
    pub labels: Option<String>,
}

/// The patterns of a file.
#[derive(Debug, Clone)]
pub struct StoredPatterns {
    pub key: PatternFileKey,
    /// Diluted patterns: their signs alone, −1 where there is none.
    pub patterns: Patterns,
    /// Diluted patterns of model.kind = "multitasking".
    pub diluted: Option<DilutedPatterns>,
    /// (height, width) where the patterns are images.
    pub image_shape: Option<(usize, usize)>,
    /// Of the file; with a file of labels, of both digests.
    pub sha256: String,
    /// The class of each pattern, or why there is none.
    labels: Result<Vec<usize>>,
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
        match pattern_file::file_bytes(&path) {
            Ok(bytes) if matches!(self, Self::Directory(_)) => Ok((path, Cow::Owned(bytes))),
            other => match (shipped_file(file), other) {
                (Some(bytes), _) => Ok((path, Cow::Borrowed(bytes))),
                (None, Ok(bytes)) => Ok((path, Cow::Owned(bytes))),
                (None, Err(e)) => Err(e),
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
    /// With entries 0 where `zeros` says so.
    ///
    /// # Errors
    /// Everything that can be wrong with a pattern file.
    pub fn load(mut key: PatternFileKey, files: &Files, zeros: Zeros) -> Result<Self> {
        let (path, bytes) = files.read(&key.file)?;
        let source = PatternSource {
            file: path.clone(),
            array: key.array.clone(),
            threshold: key.threshold,
            index: key.index,
        };
        let (patterns, diluted, image_shape) = match zeros {
            Zeros::Refused => {
                let file = pattern_file::read(&bytes, &source)?;
                (file.patterns, None, file.image_shape)
            }
            Zeros::Allowed => {
                let diluted = pattern_file::read_diluted(&bytes, &source)?;
                let up = |mu: usize, i: usize| diluted.row(mu)[i] > 0;
                (Patterns::from_fn(diluted.spins(), diluted.count(), up)?, Some(diluted), None)
            }
        };
        let mut sha256 = hexadecimal(&Sha256::digest(&bytes));
        let labels = match &mut key.labels {
            None => pattern_file::read_labels(&bytes, &PatternSource { array: None, ..source }),
            Some(name) => {
                let (path, bytes) = files.read(name)?;
                let digests = format!("{sha256}{}", hexadecimal(&Sha256::digest(&bytes)));
                sha256 = hexadecimal(&Sha256::digest(digests));
                if shipped_file(name).is_none() {
                    *name = full_path(&path);
                }
                let labels = PatternSource { file: path, array: None, ..source };
                Ok(pattern_file::read_labels(&bytes, &labels)?)
            }
        };
        // A resolved scenario is read from another folder: name files on disk by their full path.
        if shipped_file(&key.file).is_none() {
            key.file = full_path(&path);
        }
        Ok(Self { key, patterns, diluted, image_shape, sha256, labels })
    }

    /// The patterns with their labels.
    ///
    /// # Errors
    /// A file without labels, or with another number of them.
    pub fn labelled(&self) -> Result<LabelledPatterns> {
        LabelledPatterns::new(self.patterns.clone(), self.labels.clone()?)
    }
}

fn full_path(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
