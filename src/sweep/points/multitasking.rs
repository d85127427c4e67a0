//! Columns of multitasking: the dilution of patterns.

use super::Row;

/// The columns in points.csv, in their order; empty where patterns are not diluted.
pub(super) const COLUMNS: [&str; 1] = ["dilution"];

pub(super) fn fill(row: &mut Row) {
    let dilution = row.column.dilution.map(|d| d.get());
    row.put("dilution", dilution, "the patterns are not diluted");
}
