//! Trained classifiers beside the finished tasks, so that a run is gathered again without training them again.
//!
//! `store/logistic-<hash>.f64`: gradient, means, weights as 64-bit floating numbers, little-endian. They are a pure function of the
//! training set, whose hash is the name, and end with their SHA-256; a file that is not whole is trained anew.

use crate::estimators::logistic::{Logistic, Training};
use sha2::{Digest, Sha256};
use std::path::Path;

/// How the names of these files begin.
pub(super) const PREFIX: &str = "logistic-";

/// Raised with every change that moves a number.
const TRAINER: u64 = 2;

/// The classifier of a training set: from the store, else trained and put there.
pub(super) fn trained(
    store: Option<&Path>,
    training: &Training<'_>,
    train: impl FnOnce() -> Logistic,
) -> Logistic {
    let Some(store) = store else { return train() };
    let path = store.join(format!("{PREFIX}{:016x}.f64", hash(training)));
    let known = std::fs::read(&path).ok().and_then(|bytes| {
        let (numbers, digest) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
        let whole = Sha256::digest(numbers).as_slice() == digest;
        let (numbers, rest) = numbers.as_chunks::<8>();
        let numbers: Vec<f64> = numbers.iter().map(|number| f64::from_le_bytes(*number)).collect();
        Logistic::from_numbers(training, &numbers).filter(|_| whole && rest.is_empty())
    });
    known.unwrap_or_else(|| {
        let found = train();
        let mut bytes: Vec<u8> = found.numbers().iter().flat_map(|number| number.to_le_bytes()).collect();
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        // Whole or not at all; a folder that cannot be written costs the next one the training, nothing else.
        let draft = path.with_extension(format!("tmp-{}", std::process::id()));
        if std::fs::write(&draft, bytes).and_then(|()| std::fs::rename(&draft, &path)).is_err() {
            let _ = std::fs::remove_file(&draft);
        }
        found
    })
}

/// FNV-1a of the trainer, the labels and the rows.
fn hash(training: &Training<'_>) -> u64 {
    let numbers = [TRAINER, training.classes as u64].into_iter();
    let labels = training.labels.iter().map(|&label| label as u64);
    let rows = training.rows.iter().flatten().map(|&x| u64::from(x > 0));
    fnv(numbers.chain(labels).chain(rows))
}

fn fnv(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0xcbf2_9ce4_8422_2325, |hash, x| (hash ^ x).wrapping_mul(0x0100_0000_01b3))
}
