//! Trials in SQLite as they finish: one file per writing process, one transaction per piece of a round.

use super::trial::Goal;
use crate::error::{Error, Result};
use crate::scenario::Identity;
use crate::sweep::store::{self, create, open, store_files};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Version of the table below.
const SCHEMA_VERSION: i64 = 1;

/// Outcomes of `length(outcomes)` samples from `first` on, 1 a success.
const SCHEMA: &str = "
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE trials (
    goal TEXT NOT NULL, k INTEGER NOT NULL, first INTEGER NOT NULL, outcomes TEXT NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (goal, k, first)
) WITHOUT ROWID;
";

/// Outcomes by goal and K, then by sample.
#[derive(Debug, Clone, Default)]
pub struct Outcomes(HashMap<(String, usize), Vec<Option<bool>>>);

impl Outcomes {
    /// Of one sample, where it is known.
    pub fn get(&self, goal: &Goal, patterns: usize, sample: usize) -> Option<bool> {
        self.0.get(&(goal.key(), patterns))?.get(sample).copied().flatten()
    }

    /// Those of `first`, `first` + 1, …
    ///
    /// # Errors
    /// A sample that is known with the other outcome.
    pub fn insert(&mut self, goal: String, patterns: usize, first: usize, outcomes: &[bool]) -> Result<()> {
        let known = self.0.entry((goal, patterns)).or_default();
        known.resize(known.len().max(first + outcomes.len()), None);
        for (i, &outcome) in outcomes.iter().enumerate() {
            if known[first + i].replace(outcome).is_some_and(|before| before != outcome) {
                return Err(Error::failed(format!(
                    "sample {} of K = {patterns} is recorded twice with different outcomes",
                    first + i
                ))
                .remedy(
                    "the two files do not come from the same program and machine arithmetic; remove one",
                ));
            }
        }
        Ok(())
    }
}

/// The file of this process, created with the first finished piece.
pub struct CapacityStore {
    directory: PathBuf,
    identity: Identity,
    connection: Option<Connection>,
}

impl CapacityStore {
    /// Nothing is created yet.
    pub fn new(directory: &Path, identity: Identity) -> Self {
        Self { directory: directory.to_path_buf(), identity, connection: None }
    }

    /// Records one piece.
    ///
    /// # Errors
    /// A store that cannot be written; what was recorded before stays.
    pub fn record(
        &mut self,
        goal: &Goal,
        patterns: usize,
        first: usize,
        outcomes: &[bool],
        seconds: f64,
    ) -> Result<()> {
        let directory = self.directory.display().to_string();
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => {
                let about = store::about(&self.identity, SCHEMA_VERSION);
                empty.insert(create(&self.directory, "", &[SCHEMA], &about)?)
            }
        };
        let text: String = outcomes.iter().map(|&success| if success { '1' } else { '0' }).collect();
        connection
            .execute(
                "INSERT INTO trials VALUES (?1, ?2, ?3, ?4, ?5)",
                params![goal.key(), patterns as i64, first as i64, text, seconds],
            )
            .map(drop)
            .map_err(|e| store::cannot_record(&e, &directory))
    }
}

/// All recorded outcomes of a run directory's store.
///
/// # Errors
/// A file of another run, a newer version, or one that cannot be read; a sample found twice with different outcomes.
pub fn read_outcomes(directory: &Path, identity: &Identity) -> Result<Outcomes> {
    let mut all = Outcomes::default();
    for path in store_files(directory)? {
        let at = |e: Error| e.at(path.display());
        let Some(connection) = open(&path, identity, SCHEMA_VERSION).map_err(at)? else { continue };
        for (goal, patterns, first, outcomes) in
            read_trials(&connection).map_err(|e| at(store::unreadable(&e)))?
        {
            all.insert(goal, patterns, first, &outcomes).map_err(at)?;
        }
    }
    Ok(all)
}

type Piece = (String, usize, usize, Vec<bool>);

fn read_trials(connection: &Connection) -> rusqlite::Result<Vec<Piece>> {
    let mut statement = connection.prepare("SELECT goal, k, first, outcomes FROM trials")?;
    let mut rows = statement.query([])?;
    let mut pieces = Vec::new();
    while let Some(row) = rows.next()? {
        let whole = |column: usize| -> rusqlite::Result<usize> {
            // No search goes as far.
            let value = usize::try_from(row.get::<_, i64>(column)?).ok().filter(|&value| value < 1 << 40);
            value.ok_or_else(|| store::corrupt("trials"))
        };
        let text: String = row.get(3)?;
        let outcomes = text
            .chars()
            .map(|c| match c {
                '0' => Ok(false),
                '1' => Ok(true),
                _ => Err(store::corrupt("outcomes")),
            })
            .collect::<rusqlite::Result<Vec<bool>>>()?;
        let first = whole(2)?;
        if first > MOST_TRIALS || outcomes.len() > MOST_TRIALS {
            return Err(store::corrupt("first"));
        }
        pieces.push((row.get(0)?, whole(1)?, first, outcomes));
    }
    Ok(pieces)
}

/// Samples of one K: more than any scenario may ask for.
const MOST_TRIALS: usize = 1 << 21;
