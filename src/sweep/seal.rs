//! What a store file holds, told from what a damaged disk makes of it.
//!
//! A task is sealed in the transaction that records it: the SHA-256 of all its rows as SQLite gives them back. SQLite itself notices
//! damage to its own structure, but not a digit that changed; read again, a task whose rows do not have its seal counts as lost.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

pub(super) const SCHEMA: &str = "
CREATE TABLE seal (task INTEGER PRIMARY KEY REFERENCES task, averages TEXT NOT NULL, series TEXT NOT NULL);
";

/// Rows of a task, without its series, each table in an order of its own values.
const AVERAGES: [&str; 6] = [
    "SELECT * FROM task WHERE id = ?1",
    "SELECT * FROM measurement WHERE task = ?1 ORDER BY temperature, start, quantity",
    "SELECT * FROM configuration WHERE task = ?1 ORDER BY temperature, start",
    "SELECT * FROM overlap_histogram WHERE task = ?1 ORDER BY temperature, start",
    "SELECT * FROM joint_histogram WHERE task = ?1 ORDER BY temperature, start, mattis, overlap",
    "SELECT * FROM curve WHERE task = ?1 ORDER BY temperature, start, quantity, waiting, time",
];
const SERIES: [&str; 1] =
    ["SELECT rowid, * FROM series WHERE task = ?1 ORDER BY temperature, start, quantity, replica"];

/// Seals the rows of a task.
pub(super) fn seal(connection: &Connection, task: i64) -> rusqlite::Result<()> {
    let (averages, series) = (hash(connection, task, &AVERAGES)?, hash(connection, task, &SERIES)?);
    connection
        .prepare_cached("INSERT INTO seal VALUES (?1, ?2, ?3)")?
        .execute(params![task, averages, series])
        .map(drop)
}

/// Whether a task has its seal; `series`: that of its series too.
pub(super) fn whole(connection: &Connection, task: i64, series: bool) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached("SELECT averages, series FROM seal WHERE task = ?1")?;
    let mut rows = statement.query([task])?;
    let Some(row) = rows.next()? else { return Ok(false) };
    let known: (String, String) = (row.get(0)?, row.get(1)?);
    Ok(known.0 == hash(connection, task, &AVERAGES)?
        && (!series || known.1 == hash(connection, task, &SERIES)?))
}

fn hash(connection: &Connection, task: i64, queries: &[&str]) -> rusqlite::Result<String> {
    let mut hash = Sha256::new();
    for query in queries {
        let mut statement = connection.prepare_cached(query)?;
        let columns = statement.column_count();
        let mut rows = statement.query([task])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                take(&mut hash, row.get_ref(column)?);
            }
        }
        hash.update(b"|");
    }
    Ok(hexadecimal(&hash))
}

/// The seal of one row by its values, in the order given.
pub(super) fn of_values(values: &[ValueRef<'_>]) -> String {
    let mut hash = Sha256::new();
    values.iter().for_each(|value| take(&mut hash, *value));
    hexadecimal(&hash)
}

/// A value with its kind and length, so that no two rows run into each other.
fn take(hash: &mut Sha256, value: ValueRef<'_>) {
    let mut field = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    match value {
        ValueRef::Null => field(b'n', &[]),
        ValueRef::Integer(value) => field(b'i', &value.to_le_bytes()),
        ValueRef::Real(value) => field(b'r', &value.to_bits().to_le_bytes()),
        ValueRef::Text(text) => field(b't', text),
        ValueRef::Blob(bytes) => field(b'b', bytes),
    }
}

fn hexadecimal(hash: &Sha256) -> String {
    hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
