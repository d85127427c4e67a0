//! Solved 1RSB states in SQLite, beside the finished tasks: one file per writing process, one transaction per (P, lesson, T).
//!
//! States are a pure function of (P, lesson, γ, T) and of the solver: files of another version of it are not read, and their
//! points are solved again.

use super::seal::of_values;
use super::states::{StateTable, StateTask, States};
use super::store::{self, Writer, lesson_fields, read_lesson};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::Branch;
use crate::theory::one_rsb::OneRsbPoint;
use rusqlite::{Connection, OpenFlags, Row, params};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the names of these files begin, to tell them from those of finished tasks.
pub const PREFIX: &str = "theory-";

/// What wrote a file: the program's version and that of its 1RSB solver, raised with every change that moves a number.
const WRITER: &str = concat!(env!("CARGO_PKG_VERSION"), ", solver 4, sealed");

/// A state that does not exist is a row of empty fields.
const SCHEMA: &str = "
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE state (
    p INTEGER NOT NULL, mode TEXT NOT NULL, quality REAL NOT NULL, examples INTEGER NOT NULL,
    gamma REAL NOT NULL, temperature REAL NOT NULL, role TEXT NOT NULL, branch TEXT,
    m REAL, q1 REAL, q2 REAL, theta REAL, y REAL, pressure REAL, free_energy REAL, energy REAL, entropy REAL,
    replicon_inner REAL, replicon_outer REAL, complexity REAL, residual REAL, quadrature REAL, stable INTEGER,
    seal TEXT NOT NULL DEFAULT '', PRIMARY KEY (p, mode, quality, examples, gamma, temperature, role)
) WITHOUT ROWID;
";

/// The file of this process, created with the first solved task.
pub struct StateStore(Writer);

impl StateStore {
    /// Nothing is created yet.
    pub fn new(directory: &Path) -> Self {
        Self(Writer::new(directory, PREFIX, &[SCHEMA], vec![("replicon", WRITER.into())]))
    }

    /// Records the states of a task in one transaction.
    ///
    /// # Errors
    /// A store that cannot be written; what was recorded before stays.
    pub fn record(&mut self, task: &StateTask, states: &[States]) -> Result<()> {
        self.0.transaction(|connection| {
            for (&gamma, states) in task.loads.iter().zip(states) {
                for (role, state) in ROLES.into_iter().zip([&states.retrieval, &states.unmagnetised]) {
                    write(connection, task, gamma, role, state.as_ref())?;
                }
                seal(connection, task, gamma)?;
            }
            Ok(())
        })
    }
}

fn write(
    connection: &Connection,
    task: &StateTask,
    gamma: Load,
    role: &str,
    state: Option<&OneRsbPoint>,
) -> rusqlite::Result<()> {
    let (mode, quality, examples) = lesson_fields(task.lesson);
    let of = |quantity: fn(&OneRsbPoint) -> Option<f64>| state.and_then(quantity);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO state (p, mode, quality, examples, gamma, temperature, role, branch, m, q1, q2, theta, y, pressure, \
             free_energy, energy, entropy, replicon_inner, replicon_outer, complexity, residual, quadrature, stable) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
             ?18, ?19, ?20, ?21, ?22, ?23)",
        )?
        .execute(params![
            task.order.get(),
            mode,
            quality,
            examples,
            gamma.get(),
            task.temperature.get(),
            role,
            state.map(|s| s.branch.to_string()),
            of(|s| Some(s.m)),
            of(|s| Some(s.q1)),
            of(|s| Some(s.q2)),
            of(|s| s.theta),
            of(|s| s.y),
            of(|s| s.pressure),
            of(|s| Some(s.free_energy)),
            of(|s| Some(s.energy)),
            of(|s| Some(s.entropy)),
            of(|s| s.replicon_inner),
            of(|s| s.replicon_outer),
            of(|s| s.complexity),
            of(|s| Some(s.residual)),
            of(|s| Some(s.quadrature)),
            state.map(|s| s.stable),
        ])?;
    Ok(())
}

/// All solved states of a run directory's store that this version wrote, and what of it could not be used: those points are solved again.
///
/// # Errors
/// A folder that cannot be read; a point found twice with different numbers.
pub fn read_states(directory: &Path) -> Result<(StateTable, Vec<Error>)> {
    let (mut table, mut damaged) = (StateTable::default(), Vec::new());
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok((table, damaged)),
        Err(e) => return Err(Error::io("read", directory, &e)),
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_state_store(path) && path.extension().is_some_and(|e| e == "db"))
        .collect();
    paths.sort();
    for path in paths {
        let mut found = StateTable::default();
        match read_one(&path, &mut found) {
            Ok(0) => {}
            Ok(broken) => damaged
                .push(store::damaged(&format!("{broken} points do not have their seals")).at(path.display())),
            Err(e) => {
                damaged.push(store::unreadable(&e).at(path.display()));
                continue;
            }
        }
        table.unite(found).map_err(|e| e.at(path.display()))?;
    }
    Ok((table, damaged))
}

/// Whether a file of a store folder holds solved states, by its name.
pub fn is_state_store(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
}

/// Returns how many points do not have their seals.
fn read_one(path: &Path, table: &mut StateTable) -> rusqlite::Result<usize> {
    // Read and write: a journal left by a killed process is rolled back on the way.
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(Duration::from_secs(30))?;
    if !store::begun(&connection)? {
        return Ok(0);
    }
    let version: String =
        connection.query_row("SELECT value FROM about WHERE key = 'replicon'", [], |row| row.get(0))?;
    if version != WRITER {
        return Ok(0);
    }
    if store::is_torn(path, &connection)? {
        return Err(store::corrupt("its last page"));
    }
    // Both roles of a point in one row.
    let mut statement = connection.prepare(
        "SELECT a.*, b.* FROM state a JOIN state b USING (p, mode, quality, examples, gamma, temperature) \
         WHERE a.role = 'retrieval' AND b.role = 'unmagnetised'",
    )?;
    let columns = statement.column_count() / 2;
    let mut rows = statement.query([])?;
    let (mut pairs, mut broken) = (0, 0);
    while let Some(row) = rows.next()? {
        pairs += 1;
        if !(sealed(row, 0, columns)? && sealed(row, columns, columns)?) {
            broken += 1;
            continue;
        }
        let lesson = read_lesson(row.get(1)?, row.get(2)?, row.get(3)?)?;
        let place = (
            InteractionOrder::new(row.get(0)?).ok(),
            Load::new(row.get(4)?).ok(),
            Temperature::new(row.get(5)?).ok(),
        );
        if let (Some(order), Some(gamma), Some(t)) = place {
            let states =
                States { retrieval: state(row, BRANCH)?, unmagnetised: state(row, columns + BRANCH)? };
            table.insert((order, lesson, gamma, t), states);
        }
    }
    // Rows without the other role.
    let all: i64 = connection.query_row("SELECT count(*) FROM state", [], |row| row.get(0))?;
    Ok(broken + usize::try_from(all).unwrap_or(0).saturating_sub(2 * pairs))
}

/// Whether the row of `columns` values from `first` on, its seal the last, has its seal.
fn sealed(row: &Row<'_>, first: usize, columns: usize) -> rusqlite::Result<bool> {
    let values: Vec<_> =
        (first..first + columns - 1).map(|column| row.get_ref(column)).collect::<rusqlite::Result<_>>()?;
    Ok(row.get::<_, String>(first + columns - 1)? == of_values(&values))
}

/// Seals what a task has just written.
fn seal(connection: &Connection, task: &StateTask, gamma: Load) -> rusqlite::Result<()> {
    let (mode, quality, examples) = lesson_fields(task.lesson);
    let place = params![task.order.get(), mode, quality, examples, gamma.get(), task.temperature.get()];
    const PLACE: &str =
        "p = ?1 AND mode = ?2 AND quality = ?3 AND examples = ?4 AND gamma = ?5 AND temperature = ?6";
    for role in ROLES {
        let mut statement =
            connection.prepare_cached(&format!("SELECT * FROM state WHERE {PLACE} AND role = '{role}'"))?;
        let columns = statement.column_count();
        let seal = statement.query_row(place, |row| {
            let values: Vec<_> =
                (0..columns - 1).map(|column| row.get_ref(column)).collect::<rusqlite::Result<_>>()?;
            Ok(of_values(&values))
        })?;
        connection
            .prepare_cached(&format!("UPDATE state SET seal = '{seal}' WHERE {PLACE} AND role = '{role}'"))?
            .execute(place)?;
    }
    Ok(())
}

const ROLES: [&str; 2] = ["retrieval", "unmagnetised"];

/// The column of `branch`.
const BRANCH: usize = 7;

/// The state whose branch stands in column `at`.
fn state(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<OneRsbPoint>> {
    let Some(name) = row.get::<_, Option<String>>(at)? else { return Ok(None) };
    let branches = [Branch::Retrieval, Branch::Glass, Branch::Paramagnet];
    let Some(branch) = branches.into_iter().find(|branch| branch.to_string() == name) else {
        return Ok(None);
    };
    let mut column = at;
    let mut next = || {
        column += 1;
        column
    };
    Ok(Some(OneRsbPoint {
        branch,
        m: row.get(next())?,
        q1: row.get(next())?,
        q2: row.get(next())?,
        theta: row.get(next())?,
        y: row.get(next())?,
        pressure: row.get(next())?,
        free_energy: row.get(next())?,
        energy: row.get(next())?,
        entropy: row.get(next())?,
        replicon_inner: row.get(next())?,
        replicon_outer: row.get(next())?,
        complexity: row.get(next())?,
        residual: row.get(next())?,
        quadrature: row.get(next())?,
        stable: row.get(next())?,
    }))
}
