//! Where simulation and theory disagree most.

use super::html::{number, with_error};
use crate::plot::escape;
use crate::sweep::columns::{Table, Values};
use crate::sweep::comparison::{beyond, disagreements, place_in_words};
use std::fmt::Write;

/// Disagreements shown.
const MOST: usize = 12;

/// The section, and the rows that it points to.
pub struct Comparison {
    pub html: String,
    pub rows: Vec<usize>,
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
    let all = disagreements(table);
    if all.is_empty() {
        return Comparison { html: String::new(), rows: Vec::new() };
    }
    let share = |most: f64| {
        let within = all.len() - beyond(&all, most);
        format!("{:.0} %", 100.0 * within as f64 / all.len() as f64)
    };
    let mut html = format!(
        "<p>{} comparisons of a mean with theory: {} lie within one standard error, {} within two, {} within three; {} differ by more than three. \
         Were theory exact at these N, the chains in equilibrium and the samples many, it would be 68 %, 95 % and 99.7 %. Theory is the limit of \
         large N: what is left at finite N shows here first, and so does a row that is not in the state it is compared with. Where two theories \
         say the same of a row it counts once.{}</p>\n",
        all.len(),
        share(1.0),
        share(2.0),
        share(3.0),
        beyond(&all, 3.0),
        few(table)
    );
    html.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Largest disagreements\"><table>\n<thead><tr><th>row</th><th>where</th><th>quantity</th><th>measured</th><th>theory</th><th>z</th></tr></thead>\n<tbody>\n");
    let largest = &all[..all.len().min(MOST)];
    for one in largest {
        // Writing to a String cannot fail.
        let _ = writeln!(
            html,
            "<tr><td><a href=\"#row-{0}\">{0}</a></td><td>{1}</td><td><code>{2}</code> – <code>{3}</code></td><td class=\"n\">{4}</td><td class=\"n\">{5}</td><td class=\"n\">{6}</td></tr>",
            one.row + 1,
            escape(&place_in_words(table, one.row)),
            one.of.measured,
            one.of.theory,
            with_error(one.measured, one.error),
            number(one.theory),
            format!("{:.1}", one.z).replace('-', "−")
        );
    }
    html.push_str("</tbody>\n</table></div>\n");
    Comparison { html, rows: largest.iter().map(|one| one.row).collect() }
}
