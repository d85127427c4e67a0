//! `report.html`: a run on one page that needs nothing else, neither network nor script.
//!
//! Figures are inline SVG, in which a small script shows values and hides curves; the table of points can be sorted and filtered by it.
//! Equal runs give equal pages: nothing of the machine or the time stands in them.

mod capacities;
mod comparison;
mod html;
mod points;
mod table;
mod verdicts;

use crate::error::Result;
use crate::plot::{attribute, escape, inline};
use crate::scenario::{CapacityScenario, Scenario};
use crate::sweep::capacity;
use crate::sweep::export::Provenance;
use crate::sweep::figure::Figure;
use crate::sweep::shell_word;
use crate::sweep::{Points, Refinement};
use std::fmt::Write;

/// The page of a run: its figures by their stems, verdicts, disagreements with theory, points, and how to repeat it.
///
/// # Errors
/// A figure that cannot be drawn.
pub fn page(scenario: &Scenario, points: &Points, figures: &[(String, Figure)]) -> Result<String> {
    let table = points.table();
    let comparison = comparison::section(&table);
    Ok(document(
        &scenario.name,
        &summary(scenario, points),
        &[
            ("figures", "Figures", drawn(figures)?),
            ("verdicts", "Verdicts", verdicts::section(points)),
            ("theory", "Against theory", comparison.html),
            ("points", "Points", points::section(&table, &comparison.rows)),
            (
                "reproduce",
                "How to reproduce",
                reproduce(&Provenance::of(scenario), &scenario.to_toml(), "run", "points.csv"),
            ),
        ],
    ))
}

/// The page of a run of capacity: its figures, half points, exponents and limits, and how to repeat it.
///
/// # Errors
/// A figure that cannot be drawn.
pub fn capacity_page(
    scenario: &CapacityScenario,
    rows: &[capacity::Row],
    scalings: &[capacity::Scaling],
    figures: &[(String, Figure)],
) -> Result<String> {
    let origin = Provenance::of_capacity(scenario);
    Ok(document(
        &scenario.name,
        &capacities::summary(scenario, rows),
        &[
            ("figures", "Figures", drawn(figures)?),
            ("points", "Half points", capacities::half_points(rows)),
            ("exponents", "Exponents", capacities::exponents(scalings)),
            ("limits", "N → ∞", capacities::limits(scalings)),
            (
                "reproduce",
                "How to reproduce",
                reproduce(&origin, &scenario.to_toml(), "capacity", "capacity.csv"),
            ),
        ],
    ))
}

/// (id, title, content) of each section; those without content are left out.
type Section<'s> = (&'s str, &'s str, String);

fn document(name: &str, summary: &str, sections: &[Section<'_>]) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{0} · replicon</title>\n<style>\n{1}</style>\n</head>\n<body>\n<header>\n<h1>{0}</h1>\n<p>{2}</p>\n<nav>",
        escape(name),
        include_str!("page.css"),
        escape(summary),
    );
    // Writing to a String cannot fail.
    for (id, title, _) in sections.iter().filter(|(.., content)| !content.is_empty()) {
        let _ = write!(page, "<a href=\"#{id}\">{title}</a> ");
    }
    page.push_str("</nav>\n</header>\n<main>\n");
    for (id, title, content) in sections.iter().filter(|(.., content)| !content.is_empty()) {
        let _ = write!(page, "<section id=\"{id}\">\n<h2>{title}</h2>\n{content}</section>\n");
    }
    let _ = write!(page, "</main>\n<script>\n{}</script>\n</body>\n</html>\n", include_str!("page.js"));
    page
}

/// In one line, what was done.
fn summary(scenario: &Scenario, points: &Points) -> String {
    let (orders, spins) = (list(&scenario.orders), list(&scenario.spins));
    let temperatures = list(&scenario.temperatures);
    let mut words = vec![scenario.kind.to_string()];
    words.extend((!orders.is_empty()).then(|| format!("P = {orders}")));
    words.push(if spins.is_empty() { "N → ∞".into() } else { format!("N = {spins}") });
    words.push(format!("T = {temperatures}"));
    words.push(match &scenario.dynamics {
        Some(_) => format!("{} disorder samples", scenario.samples),
        None => "theory alone".into(),
    });
    let refinement = Refinement::of(scenario).map(|refinement| format!("; {refinement}"));
    format!("{}; {} rows{}", words.join(", "), points.rows.len(), refinement.unwrap_or_default())
}

/// All of a few values, the first and last of many.
fn list(values: &[impl ToString]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    match values.len() {
        0..=4 => values.join(", "),
        n => format!("{} … {} ({n} values)", values[0], values[n - 1]),
    }
}

fn drawn(figures: &[(String, Figure)]) -> Result<String> {
    let mut html = String::new();
    for (stem, figure) in figures {
        let title = match figure {
            Figure::PhaseDiagram(figure) => &figure.title,
            Figure::Curves(figure) | Figure::WithResiduals(figure, _) => &figure.title,
            Figure::Panel(figure) => &figure.title,
        };
        let made = inline(figure, title)?;
        let parts = attribute(&serde_json::Value::from(made.parts).to_string());
        let name = escape(stem);
        let _ = write!(
            html,
            "<figure id=\"figure-{}\" data-parts=\"{parts}\">\n<div class=\"drawing\">{}</div>\n<figcaption><strong>{name}</strong>: \
             <a href=\"figures/{name}.csv\">numbers</a>, <a href=\"figures/{name}.svg\">SVG</a>, \
             <a href=\"figures/{name}.py\">script of matplotlib</a></figcaption>\n</figure>\n",
            attribute(stem),
            made.svg,
        );
    }
    Ok(html)
}

/// How the same `command` gives the same bytes of `result` again.
fn reproduce(origin: &Provenance, scenario: &str, command: &str, result: &str) -> String {
    let rows = [
        ("replicon", env!("CARGO_PKG_VERSION").to_string()),
        ("identity", origin.identity.clone()),
        ("seed", origin.seed.to_string()),
        ("store schema", origin.store_schema.to_string()),
    ];
    let rows: String = rows
        .iter()
        .map(|(key, value)| format!("<dt>{key}</dt><dd><code>{}</code></dd>", escape(value)))
        .collect();
    format!(
        "<p>Save the scenario below as <code>scenario.toml</code> (it stands under this name beside this page); the same version gives the same \
         bytes of <code>{result}</code> on any machine with any number of threads:</p>\n<pre>replicon {command} scenario.toml --out {}</pre>\n\
         <dl>{rows}</dl>\n<details open><summary>scenario.toml</summary>\n<pre>{}</pre></details>\n",
        escape(&shell_word(&origin.name)),
        escape(scenario)
    )
}
