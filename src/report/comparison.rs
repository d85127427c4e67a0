//! Where simulation and theory disagree most.

use super::html::{number, with_error};
use crate::plot::escape;
use crate::sweep::columns::{Column, Table, Values};
use std::fmt::Write;

/// Disagreements shown.
const MOST: usize = 12;

/// The section, and the rows that it points to.
pub struct Comparison {
    pub html: String,
    pub rows: Vec<usize>,
}

/// A measured column and that of theory beside it, by the column of their distance in standard errors; None where it is none.
pub fn compared(distance: &Column) -> Option<(String, String)> {
    if let Some(rank) = distance.name.strip_prefix("multitask_z_") {
        return Some((format!("mattis_{rank}"), format!("multitask_m_{rank}")));
    }
    if distance.unit != "standard errors" {
        return None;
    }
    // "Distance of mattis from rs_m"
    let (measured, theory) = distance.about.strip_prefix("Distance of ")?.split_once(" from ")?;
    Some((if measured == "u" { "energy" } else { measured }.to_string(), theory.to_string()))
}

fn real(table: &Table, name: &str, row: usize) -> Option<f64> {
    match &table.column(name)?.values {
        Values::Real(values) => values.get(row).copied().flatten(),
        _ => None,
    }
}

/// The grid point and start of a row, in few words.
pub fn place(table: &Table, row: usize) -> String {
    let names = [
        ("p", "P"),
        ("n", "N"),
        ("k", "K"),
        ("gamma", "γ"),
        ("quality", "r"),
        ("examples", "M"),
        ("dilution", "d"),
        ("lambda", "λ"),
        ("beta", "β"),
        ("temperature", "T"),
    ];
    let known = names.iter().filter_map(|(name, symbol)| {
        let column = table.column(name)?;
        let text = match &column.values {
            Values::Real(values) => number(values.get(row).copied().flatten()?),
            _ => column.text(row),
        };
        (!text.is_empty()).then(|| format!("{symbol} = {text}"))
    });
    let start = table.column("start").map(|column| column.text(row));
    known.chain(start).collect::<Vec<_>>().join(", ")
}

/// Errors from few samples are not known well enough for their multiples to mean much.
fn few(table: &Table) -> String {
    match table.column("samples").map(|column| &column.values) {
        Some(Values::Whole(samples)) => match samples.iter().flatten().filter(|n| **n > 0).min() {
            Some(&least) if least < 10 => {
                format!(
                    " Rows have as few as {least} samples: their errors are themselves uncertain, and large z are common."
                )
            }
            _ => String::new(),
        },
        _ => String::new(),
    }
}

pub fn section(table: &Table) -> Comparison {
    let mut all: Vec<(f64, usize, &Column, (String, String))> = Vec::new();
    for column in &table.columns {
        let (Some(pair), Values::Real(values)) = (compared(column), &column.values) else { continue };
        let there = values.iter().enumerate().filter_map(|(row, z)| Some(((*z)?, row)));
        all.extend(there.map(|(z, row)| (z, row, column, pair.clone())));
    }
    if all.is_empty() {
        return Comparison { html: String::new(), rows: Vec::new() };
    }
    let share = |most: f64| {
        let within = all.iter().filter(|(z, ..)| z.abs() <= most).count();
        format!("{:.0} %", 100.0 * within as f64 / all.len() as f64)
    };
    let mut html = format!(
        "<p>{} comparisons of a mean with theory: {} lie within one standard error, {} within two, {} within three. Were theory exact at these N, the \
         chains in equilibrium and the samples many, it would be 68 %, 95 % and 99.7 %. Theory is the limit of large N: what is left at finite N \
         shows here first, and so does a row that is not in the state it is compared with.{}</p>\n",
        all.len(),
        share(1.0),
        share(2.0),
        share(3.0),
        few(table)
    );
    // Equal ones in the order of the table.
    all.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.cmp(&b.1)));
    all.truncate(MOST);
    html.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Largest disagreements\"><table>\n<thead><tr><th>row</th><th>where</th><th>quantity</th><th>measured</th><th>theory</th><th>z</th></tr></thead>\n<tbody>\n");
    for (z, row, _, (measured, theory)) in &all {
        let value = real(table, measured, *row);
        let error = real(table, &format!("{measured}_err"), *row);
        // Writing to a String cannot fail.
        let _ = writeln!(
            html,
            "<tr><td><a href=\"#row-{0}\">{0}</a></td><td>{1}</td><td><code>{2}</code> – <code>{3}</code></td><td class=\"n\">{4}</td><td class=\"n\">{5}</td><td class=\"n\">{6}</td></tr>",
            row + 1,
            escape(&place(table, *row)),
            escape(measured),
            escape(theory),
            value.map_or("–".into(), |value| with_error(value, error)),
            real(table, theory, *row).map_or("–".into(), number),
            format!("{z:.1}").replace('-', "−")
        );
    }
    html.push_str("</tbody>\n</table></div>\n");
    Comparison { html, rows: all.iter().map(|(_, row, ..)| *row).collect() }
}
