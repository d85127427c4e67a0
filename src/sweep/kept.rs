//! The tables of the store for what is kept beside averages: histograms, series, curves.
//!
//! `overlap_histogram.counts` is P_J(q): N + 1 unsigned 64-bit integers, little-endian, for Nq = −N, −N + 2, …, N.
//! `series.vals` are 64-bit floating numbers, little-endian, one a sweep; NaN: not known.

use crate::chain::{CurvePoint, Kept};
use crate::estimators::OverlapHistogram;
use rusqlite::{Connection, Row, params};

pub(super) const SCHEMA: &str = "
CREATE TABLE overlap_histogram (
    task INTEGER NOT NULL REFERENCES task, temperature REAL NOT NULL, start TEXT NOT NULL, counts BLOB NOT NULL,
    PRIMARY KEY (task, temperature, start)
) WITHOUT ROWID;
CREATE TABLE joint_histogram (
    task INTEGER NOT NULL REFERENCES task, temperature REAL NOT NULL, start TEXT NOT NULL, mattis INTEGER NOT NULL,
    overlap INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (task, temperature, start, mattis, overlap)
) WITHOUT ROWID;
CREATE TABLE series (
    task INTEGER NOT NULL REFERENCES task, temperature REAL NOT NULL, start TEXT NOT NULL, quantity TEXT NOT NULL,
    replica INTEGER NOT NULL, vals BLOB NOT NULL, PRIMARY KEY (task, temperature, start, quantity, replica)
);
CREATE TABLE curve (
    task INTEGER NOT NULL REFERENCES task, temperature REAL NOT NULL, start TEXT NOT NULL, quantity TEXT NOT NULL,
    waiting INTEGER NOT NULL, time INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (task, temperature, start, quantity, waiting, time)
) WITHOUT ROWID;
";

/// Which chain: task id, temperature, label of the start.
pub(super) type ChainKey<'k> = (i64, f64, &'k str);

pub(super) fn write(connection: &Connection, chain: ChainKey<'_>, kept: &Kept) -> rusqlite::Result<()> {
    let (task, temperature, start) = chain;
    if !kept.overlaps.counts().is_empty() {
        let counts: Vec<u8> = kept.overlaps.counts().iter().flat_map(|c| c.to_le_bytes()).collect();
        connection
            .prepare_cached("INSERT INTO overlap_histogram VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![task, temperature, start, counts])?;
    }
    let mut joint =
        connection.prepare_cached("INSERT INTO joint_histogram VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (mattis, overlap, count) in &kept.joint {
        joint.execute(params![task, temperature, start, mattis, overlap, *count as i64])?;
    }
    let mut series = connection.prepare_cached("INSERT INTO series VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (quantity, replica, values) in &kept.series {
        let values: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        series.execute(params![task, temperature, start, quantity, *replica as i64, values])?;
    }
    let mut curve = connection.prepare_cached("INSERT INTO curve VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for p in &kept.curves {
        let times = (p.waiting as i64, p.time as i64);
        curve.execute(params![task, temperature, start, p.quantity, times.0, times.1, p.value])?;
    }
    Ok(())
}

/// `series`: these too, which may be large.
pub(super) fn read(connection: &Connection, chain: ChainKey<'_>, series: bool) -> rusqlite::Result<Kept> {
    let mut kept = Kept::default();
    each(connection, "counts FROM overlap_histogram", "counts", chain, |row| {
        let counts = eights(row.get_ref(0)?.as_blob()?).map(u64::from_le_bytes).collect();
        kept.overlaps = OverlapHistogram::from_counts(counts);
        Ok(())
    })?;
    each(connection, "mattis, overlap, count FROM joint_histogram", "mattis, overlap", chain, |row| {
        kept.joint.push((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64));
        Ok(())
    })?;
    if series {
        // In the order in which they were written.
        each(connection, "quantity, replica, vals FROM series", "rowid", chain, |row| {
            let values = eights(row.get_ref(2)?.as_blob()?).map(f64::from_le_bytes).collect();
            kept.series.push((row.get(0)?, row.get::<_, i64>(1)? as usize, values));
            Ok(())
        })?;
    }
    let order = "quantity, waiting, time";
    each(connection, "quantity, waiting, time, value FROM curve", order, chain, |row| {
        let (waiting, time): (i64, i64) = (row.get(1)?, row.get(2)?);
        kept.curves.push(CurvePoint {
            quantity: row.get(0)?,
            waiting: waiting as usize,
            time: time as usize,
            value: row.get(3)?,
        });
        Ok(())
    })?;
    Ok(kept)
}

fn each(
    connection: &Connection,
    what: &str,
    order: &str,
    (task, temperature, start): ChainKey<'_>,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let text = format!("SELECT {what} WHERE task = ?1 AND temperature = ?2 AND start = ?3 ORDER BY {order}");
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params![task, temperature, start])?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

fn eights(bytes: &[u8]) -> impl Iterator<Item = [u8; 8]> {
    bytes.as_chunks::<8>().0.iter().copied()
}
