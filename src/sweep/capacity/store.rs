//! Trials in SQLite as they finish: one file per writing process, one transaction per piece of a round.

use super::trial::Goal;
use crate::error::{Error, Kind, Result};
use crate::scenario::Identity;
use crate::sweep::seal::of_values;
use crate::sweep::store::{self, Writer, open, store_files};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::path::Path;

/// Version of the table below.
pub const SCHEMA_VERSION: i64 = 1;

/// Outcomes of `length(outcomes)` samples from `first` on, 1 a success.
const SCHEMA: &str = "
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE trials (
    goal TEXT NOT NULL, k INTEGER NOT NULL, first INTEGER NOT NULL, outcomes TEXT NOT NULL, seconds REAL NOT NULL,
    seal TEXT NOT NULL, PRIMARY KEY (goal, k, first)
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
pub struct CapacityStore(Writer);

impl CapacityStore {
    /// Nothing is created yet.
    pub fn new(directory: &Path, identity: &Identity) -> Self {
        Self(Writer::new(directory, "", &[SCHEMA], store::about(identity, SCHEMA_VERSION)))
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
        let (goal, patterns, first) = (goal.key(), patterns as i64, first as i64);
        let text: String = outcomes.iter().map(|&success| if success { '1' } else { '0' }).collect();
        let seal = seal_of(&goal, patterns, first, &text);
        self.0.transaction(|connection| {
            connection
                .execute(
                    "INSERT INTO trials VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![goal, patterns, first, text, seconds, seal],
                )
                .map(drop)
        })
    }
}

/// All recorded outcomes of a run directory's store, and what could not be used.
///
/// # Errors
/// A file of another run; a sample found twice with different outcomes.
pub fn read_outcomes(directory: &Path, identity: &Identity) -> Result<(Outcomes, Vec<Error>)> {
    let (mut all, mut damaged) = (Outcomes::default(), Vec::new());
    for path in store_files(directory)? {
        let at = |e: Error| e.at(path.display());
        let read = open(&path, identity, SCHEMA_VERSION).and_then(|connection| match connection {
            Some(connection) => read_trials(&connection).map_err(|e| store::unreadable(&e)),
            None => Ok((Vec::new(), 0)),
        });
        match read {
            Ok((pieces, broken)) => {
                for (goal, patterns, first, outcomes) in pieces {
                    all.insert(goal, patterns, first, &outcomes).map_err(at)?;
                }
                if broken > 0 {
                    damaged.push(at(store::damaged(&format!("{broken} rows do not have their seals"))));
                }
            }
            Err(e) if e.kind() == Kind::Failed => damaged.push(at(e)),
            Err(e) => return Err(at(e)),
        }
    }
    Ok((all, damaged))
}

type Piece = (String, usize, usize, Vec<bool>);

/// Pieces that have their seals, and how many have not.
fn read_trials(connection: &Connection) -> rusqlite::Result<(Vec<Piece>, usize)> {
    let mut statement = connection.prepare("SELECT goal, k, first, outcomes, seal FROM trials")?;
    let mut rows = statement.query([])?;
    let (mut pieces, mut broken) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let values = (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
        // A value of another type is damage as a changed one is, of this row alone.
        let (Ok(goal), Ok(patterns), Ok(first), Ok(text), Ok(seal)) = values else {
            broken += 1;
            continue;
        };
        let (goal, text, seal): (String, String, String) = (goal, text, seal);
        let (patterns, first): (i64, i64) = (patterns, first);
        if seal_of(&goal, patterns, first, &text) != seal {
            broken += 1;
            continue;
        }
        // Sealed by this program: whole numbers of a search.
        pieces.push((goal, patterns as usize, first as usize, text.chars().map(|c| c == '1').collect()));
    }
    Ok((pieces, broken))
}

fn seal_of(goal: &str, patterns: i64, first: i64, outcomes: &str) -> String {
    use rusqlite::types::ValueRef::{Integer, Text};
    of_values(&[Text(goal.as_bytes()), Integer(patterns), Integer(first), Text(outcomes.as_bytes())])
}
