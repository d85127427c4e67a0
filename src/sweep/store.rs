//! Finished tasks in SQLite: one file per writing process, one transaction per task. A run is the union of its files.
//!
//! Rollback journal, never shared between writers, so that it is safe on network file systems and after kill −9.

use super::kept;
use super::seal;
use super::state_store::is_state_store;
use super::task::{ChainRecord, TaskResult};
use crate::chain::Measurement;
use crate::error::{Error, Kind, Result};
use crate::model::Spins;
use crate::params::{Examples, InteractionOrder, LearningMode, Lesson, Load, Quality, Temperature};
use crate::scenario::{Column, Identity, OwnKeys, Task};
use rusqlite::{Connection, OpenFlags, params};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Version of the tables below. A file of another version is named and not read.
pub const SCHEMA_VERSION: i64 = 5;

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
CREATE TABLE failure (task TEXT NOT NULL, why TEXT NOT NULL);
";

/// A store file of this process, created with the first transaction.
pub(super) struct Writer {
    directory: PathBuf,
    prefix: &'static str,
    schemas: &'static [&'static str],
    about: Vec<(&'static str, String)>,
    connection: Option<Connection>,
}

impl Writer {
    /// Nothing is created yet. `about` goes into the table of that name, which one of the schemas has.
    pub fn new(
        directory: &Path,
        prefix: &'static str,
        schemas: &'static [&'static str],
        about: Vec<(&'static str, String)>,
    ) -> Self {
        Self { directory: directory.to_path_buf(), prefix, schemas, about, connection: None }
    }

    /// All of `work` or nothing of it.
    ///
    /// # Errors
    /// A store that cannot be written (disk full, read-only folder); what was recorded before stays.
    pub fn transaction(&mut self, work: impl Fn(&Connection) -> rusqlite::Result<()>) -> Result<()> {
        let directory = self.directory.display().to_string();
        let failed = |e: rusqlite::Error| {
            Error::failed(format!("cannot record what is finished: {e}")).at(&directory).remedy(
                "everything recorded before is kept; free the disk or fix the folder and run again to go on",
            )
        };
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => empty.insert(create(&self.directory, self.prefix, self.schemas, &self.about)?),
        };
        let transaction = connection.transaction().map_err(failed)?;
        work(&transaction).map_err(failed)?;
        transaction.commit().map_err(failed)
    }
}

/// The store file of this process, created with the first finished task.
pub struct Store(Writer);

impl Store {
    /// Nothing is created yet.
    pub fn new(directory: &Path, identity: &Identity) -> Self {
        let about = about(identity, SCHEMA_VERSION);
        Self(Writer::new(directory, "", &[SCHEMA, kept::SCHEMA, seal::SCHEMA], about))
    }

    /// Records a finished task in one transaction.
    ///
    /// # Errors
    /// A store that cannot be written (disk full, read-only folder); what was recorded before stays.
    pub fn record(&mut self, result: &TaskResult, seconds: f64) -> Result<()> {
        self.0.transaction(|connection| write(connection, result, seconds))
    }

    /// Records that a task failed, and why. It is run again with the next run.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn record_failure(&mut self, task: &Task, why: &str) -> Result<()> {
        self.0.transaction(|connection| {
            connection.execute("INSERT INTO failure VALUES (?1, ?2)", params![task.key(), why]).map(drop)
        })
    }
}

/// A new file of this process, with its tables and what it is about.
fn create(directory: &Path, prefix: &str, schemas: &[&str], about: &[(&str, String)]) -> Result<Connection> {
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

/// A store file that is none.
pub(super) fn unreadable(e: &rusqlite::Error) -> Error {
    damaged(&e.to_string())
}

/// What of a store file is not what was written.
pub(super) fn damaged(what: &str) -> Error {
    Error::failed(format!("damaged: {what}"))
        .remedy("it is not used, what it held counts as not run; what else is finished is kept")
}

/// What a store file says of itself, with the version of its tables.
pub(super) fn about(identity: &Identity, schema_version: i64) -> Vec<(&'static str, String)> {
    vec![
        ("schema_version", schema_version.to_string()),
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
    seal::seal(connection, id)
}

/// What the store files of a run hold.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Finished tasks by their keys
    pub tasks: HashMap<String, TaskResult>,
    /// What could not be used, by file: it counts as not run
    pub damaged: Vec<Error>,
    /// Tasks that failed and are not finished since: their keys and why
    pub failed: BTreeMap<String, String>,
}

/// Reads all store files of a run: the union by task and chain. A file that is damaged or of another version of the tables is named and
/// not used, likewise a task that does not have its seal; all else is.
///
/// # Errors
/// A file of another identity, or a chain found twice with different numbers.
pub fn read_stores(directory: &Path, identity: &Identity) -> Result<Stored> {
    read_all(directory, identity, true)
}

/// [`read_stores`] without the series.
pub(super) fn read_averages(directory: &Path, identity: &Identity) -> Result<Stored> {
    read_all(directory, identity, false)
}

fn read_all(directory: &Path, identity: &Identity, series: bool) -> Result<Stored> {
    let mut stored = Stored::default();
    for path in store_files(directory)? {
        let at = |e: Error| e.at(path.display());
        let (tasks, failures) = match read_one(&path, identity, series) {
            Ok(Some(content)) => content,
            Ok(None) => continue,
            Err(e) if e.kind() == Kind::Failed => {
                stored.damaged.push(at(e));
                continue;
            }
            Err(e) => return Err(at(e)),
        };
        for task in tasks {
            match task {
                Ok(result) => unite(&mut stored.tasks, result).map_err(at)?,
                Err(damage) => stored.damaged.push(at(damage)),
            }
        }
        stored.failed.extend(failures);
    }
    stored.failed.retain(|key, _| !stored.tasks.contains_key(key));
    Ok(stored)
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

/// Files of finished tasks, not those of solved states.
pub(super) fn store_files(directory: &Path) -> Result<Vec<PathBuf>> {
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

/// Tasks, or what is wrong with one, and failures.
type Content = (Vec<Result<TaskResult>>, Vec<(String, String)>);

fn read_one(path: &Path, identity: &Identity, series: bool) -> Result<Option<Content>> {
    let Some(connection) = open(path, identity, SCHEMA_VERSION)? else { return Ok(None) };
    let read = || Ok((read_tasks(&connection, series)?, read_failures(&connection)?));
    read().map(Some).map_err(|e| unreadable(&e))
}

fn read_failures(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare("SELECT task, why FROM failure ORDER BY rowid")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Opens a store file of this identity and version; None where its writer was killed before anything was in it.
///
/// # Errors
/// A file of another run ([`Kind::BadInput`]); one of another version, or that cannot be read ([`Kind::Failed`]).
pub(super) fn open(path: &Path, identity: &Identity, schema_version: i64) -> Result<Option<Connection>> {
    let failed = |e: rusqlite::Error| unreadable(&e);
    // Read and write: a journal left by a killed process is rolled back on the way.
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
    connection.busy_timeout(Duration::from_secs(30)).map_err(failed)?;
    if !begun(&connection).map_err(failed)? {
        return Ok(None);
    }
    if is_torn(path, &connection).map_err(failed)? {
        return Err(damaged("its last page is not whole"));
    }
    let about = |key: &str| -> Result<String> {
        connection
            .query_row("SELECT value FROM about WHERE key = ?1", [key], |row| row.get(0))
            .map_err(failed)
    };
    let (hash, text) = (about("identity")?, about("identity_text")?);
    if Identity::hash_of(&text) != hash {
        return Err(damaged("its identity is not what it was"));
    }
    if hash != identity.hash() {
        let changes = identity.changes_from(&text);
        return Err(Error::bad_input(format!(
            "belongs to another run; different are {}",
            changes.join("; ")
        ))
        .remedy("choose another --out, undo the change, or start over with --fresh"));
    }
    let version = about("schema_version")?;
    if version != schema_version.to_string() {
        return Err(Error::failed(format!(
            "has schema version {version}, this program knows {schema_version}: not read"
        ))
        .remedy("its tasks count as not run; use the version of replicon that wrote it to keep them"));
    }
    Ok(Some(connection))
}

/// Whether the tables are there: a writer may be killed before.
pub(super) fn begun(connection: &Connection) -> rusqlite::Result<bool> {
    let count = "SELECT count(*) FROM sqlite_master WHERE name = 'about'";
    connection.query_row(count, [], |row| row.get::<_, i64>(0)).map(|tables| tables > 0)
}

/// Whether a file ends within a page, which SQLite reads as zeros.
pub(super) fn is_torn(path: &Path, connection: &Connection) -> rusqlite::Result<bool> {
    let page: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0))?.max(1) as u64;
    Ok(std::fs::metadata(path).is_ok_and(|file| !file.len().is_multiple_of(page)))
}

fn read_tasks(connection: &Connection, series: bool) -> rusqlite::Result<Vec<Result<TaskResult>>> {
    let mut statement = connection.prepare("SELECT id FROM task ORDER BY id")?;
    let ids: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    ids.into_iter()
        .map(|id| match seal::whole(connection, id, series)? {
            true => read_task(connection, id, series).map(Ok),
            false => Ok(Err(damaged(&format!("task {} does not have its seal", named(connection, id))))),
        })
        .collect()
}

/// What a damaged task calls itself.
fn named(connection: &Connection, id: i64) -> String {
    let text = "SELECT 'p=' || p || ' n=' || n || ' k=' || k || ' sample=' || sample FROM task WHERE id = ?1";
    connection.query_row(text, [id], |row| row.get(0)).unwrap_or_else(|_| format!("number {id}"))
}

fn read_task(connection: &Connection, id: i64, series: bool) -> rusqlite::Result<TaskResult> {
    let task =
        "SELECT p, n, k, sample, gamma, pattern_hash, examples, quality, mode, own FROM task WHERE id = ?1";
    let mut result = connection.prepare_cached(task)?.query_row([id], |row| {
        let [p, n, k, sample]: [i64; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
        let gamma: f64 = row.get(4)?;
        let column = u32::try_from(p).ok().and_then(|p| InteractionOrder::new(p).ok()).and_then(|order| {
            let (spins, patterns) = (usize::try_from(n).ok()?, usize::try_from(k).ok()?);
            let gamma = Load::new(gamma).ok()?;
            Some(Column::bare(order, spins, patterns, gamma, None))
        });
        let Some(column) = column else { return Err(corrupt("task")) };
        let own = OwnKeys::parse(&row.get::<_, String>(9)?).ok_or_else(|| corrupt("own"))?;
        let lesson = read_lesson(row.get(8)?, row.get(7)?, row.get(6)?)?;
        let column = column.with(OwnKeys { lesson, ..own });
        let task = Task { column, sample: usize::try_from(sample).map_err(|_| corrupt("sample"))? };
        Ok(TaskResult { task, pattern_hash: row.get(5)?, chains: Vec::new() })
    })?;
    let mut configurations = connection.prepare_cached(
        "SELECT temperature, start, first, last FROM configuration WHERE task = ?1 ORDER BY temperature, start",
    )?;
    let n = result.task.column.spins;
    let mut rows = configurations.query([id])?;
    while let Some(row) = rows.next()? {
        let spins = |bytes: Vec<u8>| Spins::from_bits(n, &bytes).map_err(|_| corrupt("configuration"));
        let (temperature, start): (f64, String) = (row.get(0)?, row.get(1)?);
        result.chains.push(ChainRecord {
            temperature: Temperature::new(temperature).map_err(|_| corrupt("temperature"))?,
            measurement: Measurement::default(),
            kept: kept::read(connection, (id, temperature, &start), series)?,
            start,
            first: spins(row.get(2)?)?,
            last: spins(row.get(3)?)?,
        });
    }
    let mut measurements = connection
        .prepare_cached("SELECT temperature, start, quantity, value FROM measurement WHERE task = ?1")?;
    let mut rows = measurements.query([id])?;
    while let Some(row) = rows.next()? {
        let (temperature, start, quantity, value): (f64, String, String, f64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let chain = result.chains.iter_mut().find(|c| c.temperature.get() == temperature && c.start == start);
        let known = chain.is_some_and(|chain| chain.measurement.set(&quantity, value));
        if !known {
            return Err(corrupt(&quantity));
        }
    }
    Ok(result)
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

/// A field of a store file with what no program of ours writes.
pub(super) fn corrupt(what: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(format!("{what}: not a value that this program writes"))
}
