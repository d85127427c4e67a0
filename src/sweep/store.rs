//! Finished tasks in SQLite: one file per writing process, one transaction per task. A run is the union of its files.
//!
//! Rollback journal, never shared between writers, so that it is safe on network file systems and after kill −9.

use super::kept;
use super::state_store::is_state_store;
use super::task::{ChainRecord, TaskResult};
use crate::chain::Measurement;
use crate::error::{Error, Result};
use crate::model::Spins;
use crate::params::{Examples, InteractionOrder, LearningMode, Lesson, Load, Quality, Temperature};
use crate::scenario::{Column, Identity, OwnKeys, Task};
use rusqlite::{Connection, OpenFlags, params};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Version of the tables below. A file of a newer version is refused by name.
const SCHEMA_VERSION: i64 = 4;

const SCHEMA: &str = "
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE task (
    id INTEGER PRIMARY KEY, p INTEGER NOT NULL, n INTEGER NOT NULL, k INTEGER NOT NULL, gamma REAL NOT NULL,
    mode TEXT NOT NULL, quality REAL NOT NULL, examples INTEGER NOT NULL, own TEXT NOT NULL,
    sample INTEGER NOT NULL, pattern_hash TEXT NOT NULL, seconds REAL NOT NULL,
    UNIQUE (p, n, k, gamma, quality, examples, own, sample)
);
CREATE TABLE measurement (
    task INTEGER NOT NULL REFERENCES task, temperature REAL NOT NULL, start TEXT NOT NULL, quantity TEXT NOT NULL,
    value REAL NOT NULL, PRIMARY KEY (task, temperature, start, quantity)
) WITHOUT ROWID;
CREATE TABLE configuration (
    task INTEGER NOT NULL REFERENCES task, temperature REAL NOT NULL, start TEXT NOT NULL,
    first BLOB NOT NULL, last BLOB NOT NULL, PRIMARY KEY (task, temperature, start)
) WITHOUT ROWID;
";

/// The store file of this process, created with the first finished task.
pub struct Store {
    directory: PathBuf,
    identity: Identity,
    connection: Option<Connection>,
}

impl Store {
    /// Nothing is created yet.
    pub fn new(directory: &Path, identity: Identity) -> Self {
        Self { directory: directory.to_path_buf(), identity, connection: None }
    }

    /// Records a finished task in one transaction.
    ///
    /// # Errors
    /// A store that cannot be written (disk full, read-only folder); what was recorded before stays.
    pub fn record(&mut self, result: &TaskResult, seconds: f64) -> Result<()> {
        let directory = self.directory.clone();
        let failed = |e: rusqlite::Error| {
            Error::failed(format!("cannot record a finished task: {e}")).at(directory.display()).remedy(
                "everything recorded before is kept; free the disk or fix the folder and run again to go on",
            )
        };
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => {
                empty.insert(create(&self.directory, "", &[SCHEMA, kept::SCHEMA], &about(&self.identity))?)
            }
        };
        let transaction = connection.transaction().map_err(failed)?;
        write(&transaction, result, seconds).map_err(failed)?;
        transaction.commit().map_err(failed)
    }
}

/// A new file of this process, with its tables and what it is about.
pub(super) fn create(
    directory: &Path,
    prefix: &str,
    schemas: &[&str],
    about: &[(&str, String)],
) -> Result<Connection> {
    std::fs::create_dir_all(directory).map_err(|e| Error::io("create", directory, &e))?;
    let stamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let path = directory.join(format!("{prefix}{stamp:020}-{}.db", std::process::id()));
    let failed = |e: rusqlite::Error| Error::failed(format!("cannot create {}: {e}", path.display()));
    let connection = Connection::open(&path).map_err(failed)?;
    let transaction = connection.unchecked_transaction().map_err(failed)?;
    for schema in schemas {
        transaction.execute_batch(schema).map_err(failed)?;
    }
    for (key, value) in about {
        transaction.execute("INSERT INTO about VALUES (?1, ?2)", params![key, value]).map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    Ok(connection)
}

fn about(identity: &Identity) -> [(&'static str, String); 4] {
    [
        ("schema_version", SCHEMA_VERSION.to_string()),
        ("identity", identity.hash()),
        ("identity_text", identity.text()),
        ("replicon", env!("CARGO_PKG_VERSION").to_string()),
    ]
}

fn write(connection: &Connection, result: &TaskResult, seconds: f64) -> rusqlite::Result<()> {
    let column = &result.task.column;
    let (mode, quality, examples) = lesson_fields(column.lesson);
    connection
        .prepare_cached(
            "INSERT INTO task (p, n, k, gamma, sample, pattern_hash, seconds, mode, quality, examples, own) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            column.order.get(),
            column.spins as i64,
            column.patterns as i64,
            column.gamma.get(),
            result.task.sample as i64,
            result.pattern_hash,
            seconds,
            mode,
            quality,
            examples,
            column.own().label_beside_examples()
        ])?;
    let id = connection.last_insert_rowid();
    let mut measurement = connection.prepare_cached("INSERT INTO measurement VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut configuration =
        connection.prepare_cached("INSERT INTO configuration VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for chain in &result.chains {
        for (name, value) in chain.measurement.quantities() {
            if let Some(value) = value {
                measurement.execute(params![id, chain.temperature.get(), chain.start, name, value])?;
            }
        }
        configuration.execute(params![
            id,
            chain.temperature.get(),
            chain.start,
            chain.first.to_bits(),
            chain.last.to_bits()
        ])?;
        kept::write(connection, (id, chain.temperature.get(), &chain.start), &chain.kept)?;
    }
    Ok(())
}

/// Reads all store files of a run: the union by task and chain.
///
/// # Errors
/// A file of another identity or a newer schema, an unreadable file, or a chain found twice with different numbers.
pub fn read_stores(directory: &Path, identity: &Identity) -> Result<HashMap<String, TaskResult>> {
    read_all(directory, identity, true)
}

/// [`read_stores`] without the series.
pub(super) fn read_averages(directory: &Path, identity: &Identity) -> Result<HashMap<String, TaskResult>> {
    read_all(directory, identity, false)
}

fn read_all(directory: &Path, identity: &Identity, series: bool) -> Result<HashMap<String, TaskResult>> {
    let mut finished = HashMap::new();
    for path in store_files(directory)? {
        let tasks = read_one(&path, identity, series).map_err(|e| e.at(path.display()))?;
        for result in tasks {
            unite(&mut finished, result).map_err(|e| e.at(path.display()))?;
        }
    }
    Ok(finished)
}

/// Adds the chains of a task to those already known.
pub(super) fn unite(finished: &mut HashMap<String, TaskResult>, result: TaskResult) -> Result<()> {
    let key = result.task.key();
    let Some(known) = finished.get_mut(&key) else {
        finished.insert(key, result);
        return Ok(());
    };
    if known.pattern_hash != result.pattern_hash {
        return Err(Error::failed(format!("task {key} is recorded twice with different patterns"))
            .remedy("the two files do not come from the same program and machine arithmetic; remove one"));
    }
    for chain in result.chains {
        match known.chains.iter().find(|c| c.temperature == chain.temperature && c.start == chain.start) {
            Some(same) if *same == chain => {}
            Some(_) => {
                return Err(Error::failed(format!(
                    "task {key}, temperature {}, start {} is recorded twice with different numbers",
                    chain.temperature, chain.start
                ))
                .remedy(
                    "the two files do not come from the same program and machine arithmetic; remove one",
                ));
            }
            None => known.chains.push(chain),
        }
    }
    Ok(())
}

fn store_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::io("read", directory, &e)),
    };
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "db")).collect();
    paths.retain(|path| !is_state_store(path));
    paths.sort();
    Ok(paths)
}

fn read_one(path: &Path, identity: &Identity, series: bool) -> Result<Vec<TaskResult>> {
    let unreadable = |e: rusqlite::Error| {
        Error::failed(format!("cannot be read: {e}"))
            .remedy("move the file away; its tasks are then run again")
    };
    // Read and write: a journal left by a killed process is rolled back on the way.
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(unreadable)?;
    connection.busy_timeout(Duration::from_secs(30)).map_err(unreadable)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master WHERE name = 'about'", [], |row| row.get(0))
        .map_err(unreadable)?;
    if tables == 0 {
        // Killed before the tables were there: nothing in it.
        return Ok(Vec::new());
    }
    let about = |key: &str| -> Result<String> {
        connection
            .query_row("SELECT value FROM about WHERE key = ?1", [key], |row| row.get(0))
            .map_err(unreadable)
    };
    let version = about("schema_version")?;
    if version != SCHEMA_VERSION.to_string() {
        return Err(Error::failed(format!(
            "has schema version {version}, this program knows {SCHEMA_VERSION}"
        ))
        .remedy("use the version of replicon that wrote it"));
    }
    if about("identity")? != identity.hash() {
        let changes = identity.changes_from(&about("identity_text")?);
        return Err(Error::bad_input(format!(
            "belongs to another run; different are {}",
            changes.join("; ")
        ))
        .remedy("choose another --out, undo the change, or start over with --fresh"));
    }
    read_tasks(&connection, series).map_err(unreadable)
}

fn read_tasks(connection: &Connection, series: bool) -> rusqlite::Result<Vec<TaskResult>> {
    let mut tasks: Vec<(i64, TaskResult)> = Vec::new();
    let mut statement = connection.prepare(
        "SELECT id, p, n, k, sample, gamma, pattern_hash, examples, quality, mode, own FROM task ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let [p, n, k, sample]: [i64; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let gamma: f64 = row.get(5)?;
        let column = u32::try_from(p).ok().and_then(|p| InteractionOrder::new(p).ok()).and_then(|order| {
            let (spins, patterns) = (usize::try_from(n).ok()?, usize::try_from(k).ok()?);
            let gamma = Load::new(gamma).ok()?;
            Some(Column::bare(order, spins, patterns, gamma, None))
        });
        let Some(column) = column else { return Err(corrupt("task")) };
        let own = OwnKeys::parse(&row.get::<_, String>(10)?).ok_or_else(|| corrupt("own"))?;
        let lesson = read_lesson(row.get(9)?, row.get(8)?, row.get(7)?)?;
        let column = column.with(OwnKeys { lesson, ..own });
        let task = Task { column, sample: usize::try_from(sample).map_err(|_| corrupt("sample"))? };
        tasks.push((row.get(0)?, TaskResult { task, pattern_hash: row.get(6)?, chains: Vec::new() }));
    }
    let mut configurations = connection
        .prepare("SELECT temperature, start, first, last FROM configuration WHERE task = ?1 ORDER BY temperature, start")?;
    let mut measurements =
        connection.prepare("SELECT temperature, start, quantity, value FROM measurement WHERE task = ?1")?;
    for (id, result) in &mut tasks {
        let n = result.task.column.spins;
        let mut rows = configurations.query([*id])?;
        while let Some(row) = rows.next()? {
            let spins = |bytes: Vec<u8>| Spins::from_bits(n, &bytes).map_err(|_| corrupt("configuration"));
            let (temperature, start): (f64, String) = (row.get(0)?, row.get(1)?);
            result.chains.push(ChainRecord {
                temperature: Temperature::new(temperature).map_err(|_| corrupt("temperature"))?,
                measurement: Measurement::default(),
                kept: kept::read(connection, (*id, temperature, &start), series)?,
                start,
                first: spins(row.get(2)?)?,
                last: spins(row.get(3)?)?,
            });
        }
        let mut rows = measurements.query([*id])?;
        while let Some(row) = rows.next()? {
            let (temperature, start, quantity, value): (f64, String, String, f64) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let chain =
                result.chains.iter_mut().find(|c| c.temperature.get() == temperature && c.start == start);
            let known = chain.is_some_and(|chain| chain.measurement.set(&quantity, value));
            if !known {
                return Err(corrupt(&quantity));
            }
        }
    }
    Ok(tasks.into_iter().map(|(_, result)| result).collect())
}

/// mode, quality, examples as they are stored. No lesson: no mode, 0 examples.
pub(super) fn lesson_fields(lesson: Option<Lesson>) -> (&'static str, f64, i64) {
    lesson.map_or(("", 1.0, 0), |Lesson { mode, examples }| {
        (mode.name(), examples.quality().get(), examples.count() as i64)
    })
}

pub(super) fn read_lesson(mode: String, quality: f64, count: i64) -> rusqlite::Result<Option<Lesson>> {
    if mode.is_empty() {
        return Ok(None);
    }
    let mode = LearningMode::NAMES.iter().find(|(name, _)| *name == mode).map(|(_, mode)| *mode);
    let examples = Quality::new(quality).and_then(|r| Examples::new(r, u64::try_from(count).unwrap_or(0)));
    match (mode, examples) {
        (Some(mode), Ok(examples)) => Ok(Some(Lesson { mode, examples })),
        _ => Err(corrupt("examples")),
    }
}

fn corrupt(what: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(format!("{what}: not a value that this program writes"))
}
