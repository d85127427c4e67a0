//! The page of a run: whole, bounded, without anything from elsewhere. How it behaves in a browser is in `tests/browser/report.cjs`.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::report::page;
use replicon::scenario::{Files, Scenario};
use replicon::sweep::{Points, StateTable, figures};
use std::collections::HashMap;

fn page_of(text: &str) -> (Points, String) {
    let scenario = Scenario::from_text(text, "page.toml", &Files::Shipped, &[]).unwrap();
    let points = Points::gather(&scenario, &HashMap::new(), &StateTable::default()).unwrap();
    let figures = figures(&scenario, &points, &HashMap::new()).unwrap();
    let page = page(&scenario, &points, &figures).unwrap();
    (points, page)
}

const THEORY: &str = "[model]\ninteraction_order = 4\n[grid]\ngamma = { from = 0.05, to = 0.5, count = 16 }\n\
    temperature = { from = 0.05, to = 1.0, count = 20 }\n[theory]\n[[figures]]\nkind = \"phase-diagram\"\n";

#[test]
fn a_page_of_many_points_stays_bounded_and_says_what_it_leaves_out() {
    let (points, page) = page_of(&format!("name = \"many\"\n{THEORY}"));
    assert_eq!(points.rows.len(), 640);
    assert_eq!(page.matches("<tr id=\"row-").count(), 500);
    assert!(page.contains("500 of 640 rows"));
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
}

#[test]
fn nothing_in_a_page_comes_from_elsewhere_and_names_are_only_text() {
    let (_, page) = page_of(&format!("name = '<img onerror=\"x\"> & co'\n{THEORY}"));
    assert!(page.contains("&lt;img onerror=") && !page.contains("<img"));
    assert!(page.contains("default-src 'none'"));
    for elsewhere in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    // Its own files stand beside it.
    for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let beside = ["#", "figures/", "points.csv", "manifest.json"];
        assert!(beside.iter().any(|start| link.starts_with(start)), "{link}");
    }
}

#[test]
fn a_page_holds_the_scenario_that_makes_it_again() {
    let text = format!("name = \"again\"\nseed = 11\n{THEORY}");
    let scenario = Scenario::from_text(&text, "page.toml", &Files::Shipped, &[]).unwrap();
    let (_, page) = page_of(&text);
    let (_, rest) = page.rsplit_once("<pre>").unwrap();
    let stored = rest.split("</pre>").next().unwrap();
    let stored = stored.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    assert_eq!(stored, scenario.to_toml());
    assert!(page.contains(&scenario.identity().hash()));
    assert_eq!(page, page_of(&text).1);
}

/// The text at the end of a run and its page count by one rule, and name the same first.
#[test]
fn the_text_at_the_end_of_a_run_and_its_page_agree_about_disagreements() {
    let scenario = "name = \"agree\"\nseed = 3\n[model]\ninteraction_order = 3\n[grid]\nspins = 16\ngamma = [0.1, 0.3]\ntemperature = [0.3, 0.6]\n\
        [dynamics]\nburn_in_sweeps = 4\nmeasure_sweeps = 20\n[disorder]\nsamples = 4\n[theory]\ncompare = [\"rs\", \"1rsb\"]\n";
    let folder = Folder::with_scenario("page-agrees", scenario);
    let ran = folder.replicon(&["run", "scenario.toml", "--out", "out", "--quiet"]);
    let text = String::from_utf8(ran.stdout).unwrap();
    let page = std::fs::read_to_string(folder.0.join("out/report.html")).unwrap();
    let line = text.lines().find(|line| line.contains(" comparisons with theory")).unwrap();
    let counts: Vec<&str> = line.split(' ').collect();
    assert!(page.contains(&format!("<p>{} comparisons of a mean with theory", counts[2])), "{line}");
    assert!(page.contains(&format!("; {} differ by more than three", counts[0])), "{line}");
    let first = text.lines().find(|line| line.contains(", z = ")).unwrap();
    let place = first.split(": ").next().unwrap().trim();
    let theory = page.split("id=\"theory\"").nth(1).unwrap();
    let row = theory.split("<tr>").nth(2).unwrap();
    assert!(row.contains(place), "{first} is not first in {row}");
}
