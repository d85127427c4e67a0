//! What the verdicts of all rows come to, and why fields are empty.

use crate::estimators::Verdict;
use crate::plot::escape;
use crate::sweep::{Points, Row};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Reasons shown of each verdict.
const MOST: usize = 6;

type Of = fn(&Row) -> &Verdict;

pub fn section(points: &Points) -> String {
    let simulated: Vec<&Row> = points.rows.iter().filter(|row| row.samples > 0).collect();
    if simulated.is_empty() {
        return String::new();
    }
    let verdicts: [(&str, &str, Of); 3] = [
        ("equilibrated", "every chain is stationary within its branch", |row| &row.equilibrated),
        ("thermalised", "the row has forgotten its start, tested over samples", |row| &row.thermalised),
        (
            "starts_agree",
            "planted and random start agree in energy and overlap; metastable retrieval does not",
            |row| &row.starts_agree,
        ),
    ];
    let mut html = String::from(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Verdicts\"><table>\n<thead><tr><th>verdict</th><th>rows: yes</th><th>no</th><th>not given</th><th>what it says</th></tr></thead>\n<tbody>\n",
    );
    let mut why = String::new();
    for (name, about, of) in verdicts {
        let count = |wanted: Option<bool>| simulated.iter().filter(|row| of(row).as_bool() == wanted).count();
        let _ = writeln!(
            html,
            "<tr><td><code>{name}</code></td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            count(Some(true)),
            count(Some(false)),
            count(None),
            escape(about)
        );
        reasons(&mut why, name, &simulated, of);
    }
    html.push_str("</tbody>\n</table></div>\n");
    if !why.is_empty() {
        let _ = write!(
            html,
            "<details><summary>Why no, or why none was given</summary>\n<ul>\n{why}</ul>\n</details>\n"
        );
    }
    html
}

/// Reasons by how often they were given; numbers in them differ from row to row and are left out.
fn reasons(html: &mut String, name: &str, rows: &[&Row], of: Of) {
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for row in rows {
        let (word, text) = match of(row) {
            Verdict::Yes => continue,
            Verdict::No(why) => ("no", why),
            Verdict::Unknown(why) => ("not given", why),
        };
        *counts.entry((word, general(text))).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for ((word, why), count) in counts.into_iter().take(MOST) {
        let _ = writeln!(html, "<li><code>{name}</code> {word} in {count}: {}</li>", escape(&why));
    }
}

/// A reason without its numbers and values.
fn general(text: &str) -> String {
    let text = text.split(['=', ':']).next().unwrap_or_default().trim();
    let word = |word: &str| {
        let number = word.trim_end_matches([',', ';']);
        match number.parse::<f64>() {
            Ok(_) => format!("…{}", &word[number.len()..]),
            Err(_) => word.to_string(),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::general;

    #[test]
    fn reasons_that_differ_by_numbers_alone_are_one() {
        assert_eq!(
            general("mattis drifts by -1.2e-3, -4.1 standard errors"),
            "mattis drifts by …, … standard errors"
        );
        assert_eq!(general("800 sweeps are shorter than 20 τ = 912"), "… sweeps are shorter than … τ");
    }
}
