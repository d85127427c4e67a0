//! A table of a run as HTML: value and error in one cell, units in the headings.

use super::html::with_error;
use crate::plot::{attribute, escape};
use crate::sweep::columns::{Column, Table, Values};
use std::fmt::Write;

/// Rows of a table that can be sorted and filtered.
pub struct Rows<'r> {
    pub shown: &'r [usize],
    /// Words that one could filter by
    pub example: &'r str,
}

/// The table of a page that its script sorts and filters; rows have the ids `row-1`, `row-2`, … of their places.
pub fn sortable(table: &Table, columns: &[&Column], rows: &Rows<'_>, label: &str) -> String {
    let begin = format!("<table id=\"sortable\" data-example=\"{}\">", attribute(rows.example));
    let mut html = opened("scroll table", label, &begin);
    html.push_str("<thead><tr><th scope=\"col\" class=\"n\">row</th>");
    columns.iter().for_each(|column| heading(&mut html, column));
    html.push_str("</tr></thead>\n<tbody>\n");
    for &row in rows.shown {
        // Writing to a String cannot fail.
        let _ = write!(html, "<tr id=\"row-{0}\"><td class=\"n\">{0}</td>", row + 1);
        columns.iter().for_each(|column| cell(&mut html, table, column, row));
        html.push_str("</tr>\n");
    }
    html + "</tbody>\n</table></div>\n"
}

/// A table as it is, every column that holds anything but the errors of others.
pub fn plain(table: &Table, label: &str) -> String {
    let mut html = opened("scroll", label, "<table>");
    let columns = filled(table, |column| !is_error(table, column));
    html.push_str("<thead><tr>");
    columns.iter().for_each(|column| heading(&mut html, column));
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in 0..table.rows() {
        html.push_str("<tr>");
        columns.iter().for_each(|column| cell(&mut html, table, column, row));
        html.push_str("</tr>\n");
    }
    html + "</tbody>\n</table></div>\n"
}

/// The columns that hold anything and are wanted.
pub fn filled(table: &Table, wanted: impl Fn(&Column) -> bool) -> Vec<&Column> {
    let anything = |column: &Column| (0..table.rows()).any(|row| !column.text(row).is_empty());
    table.columns.iter().filter(|column| wanted(column) && anything(column)).collect()
}

/// Whether a column is the error of another, which stands in the cell of that.
pub fn is_error(table: &Table, column: &Column) -> bool {
    column.name.strip_suffix("_err").is_some_and(|of| table.column(of).is_some())
}

fn opened(class: &str, label: &str, table: &str) -> String {
    format!(
        "<div class=\"{class}\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{table}\n",
        attribute(label)
    )
}

fn heading(html: &mut String, column: &Column) {
    let unit = match column.unit {
        "" | "1" => String::new(),
        unit => format!(" [{unit}]"),
    };
    let class = if matches!(column.values, Values::Real(_) | Values::Whole(_)) { " class=\"n\"" } else { "" };
    let _ = write!(
        html,
        "<th scope=\"col\"{class} title=\"{}\">{}</th>",
        attribute(&format!("{}{unit}", column.about)),
        escape(column.name)
    );
}

fn cell(html: &mut String, table: &Table, column: &Column, row: usize) {
    let real = |column: &Column| match &column.values {
        Values::Real(values) => values.get(row).copied().flatten(),
        _ => None,
    };
    let _ = match (&column.values, real(column)) {
        (Values::Real(_), Some(z)) if column.unit == "standard errors" => {
            let far = if z.abs() > 3.0 { " far" } else { "" };
            write!(html, "<td class=\"n{far}\" data-v=\"{z}\">{}</td>", format!("{z:.1}").replace('-', "−"))
        }
        (Values::Real(_), Some(value)) => {
            let error = table.column(&format!("{}_err", column.name)).and_then(real);
            write!(html, "<td class=\"n\" data-v=\"{value}\">{}</td>", with_error(value, error))
        }
        (Values::Real(_), None) => write!(html, "<td></td>"),
        (Values::Whole(_), _) => write!(html, "<td class=\"n\">{}</td>", column.text(row)),
        (Values::Flag(values), _) => match values.get(row).copied().flatten() {
            Some(true) => write!(html, "<td>yes</td>"),
            Some(false) => write!(html, "<td class=\"far\">no</td>"),
            None => write!(html, "<td></td>"),
        },
        _ => write!(html, "<td>{}</td>", escape(&column.text(row))),
    };
}
