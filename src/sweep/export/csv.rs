//! CSV with what it is of in lines before the header that begin with `#`, as readers skip them: pandas `comment="#"`, polars
//! `comment_prefix="#"`, DuckDB `comment='#'`, gnuplot unasked.

use super::Provenance;
use crate::sweep::columns::Table;
use std::fmt::Write;

/// Key by key in lines `# key: value`, then each column in a line `# column NAME [UNIT]: what it is`, then the table.
pub(super) fn write(table: &Table, provenance: &Provenance) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for (key, value) in provenance.origin(table) {
        let value = value.as_str().map_or_else(|| value.to_string(), on_one_line);
        let _ = writeln!(text, "# {key}: {value}");
    }
    for column in &table.columns {
        let unit = if column.unit.is_empty() { String::new() } else { format!(" [{}]", column.unit) };
        let _ = writeln!(text, "# column {}{unit}: {}", column.name, column.about);
    }
    text + &table.to_csv()
}

/// A name with a line feed would end its comment.
fn on_one_line(name: &str) -> String {
    name.replace(|c: char| c.is_control(), " ")
}
