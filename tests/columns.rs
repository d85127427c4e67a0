//! The tables of a run: every column has a heading that says what it is, and CSV is written from them.

use replicon::scenario::{Files, Kind as ModelKind, LoadAxis, SHIPPED, Scenario};
use replicon::sweep::columns::{Kind, Table, Values};
use replicon::sweep::{Points, StateTable, TABLES, TaskResult, all_headings, headings, run_task, table};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

/// A scenario of each kind, small enough to run here, keeping all it can.
const SMALL: [&str; 6] = [
    "interaction_order = [2, 3]\n[grid]\nspins = 12\ngamma = 0.2\ntemperature = [0.4, 0.8]\n[dynamics]\nkeep = [\"series\", \"joint\", \"curves\", \"plefka\"]\n\
     burn_in_sweeps = 4\nmeasure_sweeps = 16\n[theory]\n",
    "interaction_order = 3\ncouplings = \"gaussian\"\n[grid]\nspins = 10\ngamma = 1\ntemperature = [0.8, 1.0]\n[dynamics]\nreplicas = 4\nreplica_exchange = true\n\
     burn_in_sweeps = 4\nmeasure_sweeps = 16\n[theory]\n",
    "kind = \"supervised\"\ninteraction_order = 2\n[grid]\nspins = 16\npatterns = 2\nquality = 0.5\nexamples = 3\ntemperature = 0.4\n[dynamics]\nmeasure_sweeps = 16\n[theory]\n",
    "kind = \"multitasking\"\ninteraction_order = 2\n[grid]\nspins = 16\npatterns = 2\ndilution = 0.3\ntemperature = 0.2\n[dynamics]\nmeasure_sweeps = 16\n[theory]\n",
    "kind = \"exponential\"\n[grid]\nspins = 12\npatterns = 4\nlambda = 1\ntemperature = 0.2\n[dynamics]\nmeasure_sweeps = 16\nkeep = [\"series\"]\n",
    "kind = \"continuous\"\n[grid]\nspins = 12\npatterns = 4\nbeta = 2\n[dynamics]\nmeasure_sweeps = 16\n",
];

fn run(model: &str) -> (Scenario, HashMap<String, TaskResult>) {
    let text = format!("name = \"small\"\nseed = 5\n[disorder]\nsamples = 3\n[model]\n{model}");
    let scenario = Scenario::from_text(&text, "small.toml", &Files::Shipped, &[]).unwrap();
    let plan = scenario.dynamics.clone().unwrap();
    let tasks = scenario.tasks().unwrap();
    let finished = tasks.iter().map(|task| {
        (task.key(), run_task(&scenario, &plan, task, |_, _| true, &AtomicBool::new(false)).unwrap())
    });
    let finished = finished.collect();
    (scenario, finished)
}

fn points(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Points {
    Points::gather(scenario, finished, &StateTable::default()).unwrap()
}

/// All tables that a run has.
fn tables_of(scenario: &Scenario, finished: &HashMap<String, TaskResult>) -> Vec<Table> {
    let of = |(name, _)| table(scenario, finished, name, || Ok(points(scenario, finished))).ok();
    TABLES.into_iter().filter_map(of).collect()
}

#[test]
fn every_column_has_one_heading_with_a_unit_and_words() {
    let mut seen = BTreeSet::new();
    for (table, heading) in all_headings() {
        let name = heading.name;
        assert!(seen.insert((table, name)), "{table}.{name} twice");
        assert!(heading.about.chars().count() >= 5 && !heading.about.ends_with('.'), "{table}.{name}");
        let counted = matches!(heading.kind, Kind::Real | Kind::Parameter | Kind::Whole);
        let unitless = ["value", "value_err"].contains(&name);
        assert_eq!(
            heading.unit.is_empty(),
            !counted && heading.kind != Kind::Spins || unitless,
            "{table}.{name}"
        );
        if let Some(value) = name.strip_suffix("_err").filter(|v| !v.ends_with("thermal")) {
            let of = headings(table).into_iter().find(|h| h.name == value);
            assert_eq!(of.map(|h| h.unit), Some(heading.unit), "{table}.{name} has not the unit of {value}");
        }
    }
}

#[test]
fn every_field_that_a_shipped_scenario_leaves_empty_is_a_column() {
    let known: BTreeSet<&str> = headings("points").iter().map(|h| h.name).collect();
    for shipped in SHIPPED.iter().filter(|shipped| !shipped.is_of_capacity()) {
        let mut scenario = Scenario::from_shipped(shipped, &[]).unwrap();
        // One point of the grid says which columns there are.
        scenario.temperatures.truncate(1);
        scenario.dilutions.truncate(1);
        scenario.spins.truncate(1);
        scenario.qualities.truncate(1);
        scenario.examples.truncate(1);
        match &mut scenario.load {
            LoadAxis::Gamma(loads) | LoadAxis::Alpha(loads) | LoadAxis::Rate(loads) => loads.truncate(1),
            LoadAxis::Patterns(counts) => counts.truncate(1),
        }
        for (field, reason) in points(&scenario, &HashMap::new()).reasons.keys() {
            assert!(known.contains(field.as_str()), "{}: {field} ({reason})", shipped.name);
        }
    }
}

#[test]
fn tables_of_every_kind_have_the_columns_and_kinds_of_their_headings() {
    for model in SMALL {
        let (scenario, finished) = run(model);
        let known: BTreeSet<&str> = headings("points").iter().map(|h| h.name).collect();
        for (field, reason) in points(&scenario, &finished).reasons.keys() {
            assert!(known.contains(field.as_str()), "{field} ({reason})");
        }
        let tables = tables_of(&scenario, &finished);
        assert!(tables.len() >= 3, "{model}");
        // The continuous network keeps no overlaps: its table is there, and empty.
        for table in tables.into_iter().filter(|table| table.rows() > 0) {
            let headings = headings(table.name);
            let columns = table.columns.iter().map(|column| (column.name, column.unit, column.about));
            let mut stated = headings.iter().map(|h| (h.name, h.unit, h.about));
            columns.for_each(|column| assert!(stated.any(|s| s == column), "{}: {column:?}", table.name));
            for column in &table.columns {
                assert_eq!(column.values.len(), table.rows(), "{}.{}", table.name, column.name);
                let kind = headings.iter().find(|h| h.name == column.name).unwrap().kind;
                // Of networks without a P the tables have a word in its place.
                let word = column.name == "p"
                    && table.name != "points"
                    && matches!(scenario.kind, ModelKind::Exponential | ModelKind::Continuous);
                let kind = if word { Kind::Text } else { kind };
                assert_eq!(
                    column.values.kind().name(),
                    kind.name(),
                    "{}.{}: {model}",
                    table.name,
                    column.name
                );
            }
            assert_eq!(table.to_csv().lines().count(), table.rows() + 1, "{}", table.name);
        }
    }
}

#[test]
fn numbers_of_a_table_are_those_of_the_csv_to_the_last_bit() {
    let (scenario, finished) = run(SMALL[0]);
    assert!(tables_of(&scenario, &finished).iter().all(|table| table.rows() > 0));
    for table in tables_of(&scenario, &finished) {
        for (row, line) in table.to_csv().lines().skip(1).enumerate() {
            for (column, text) in table.columns.iter().zip(line.split(',')) {
                let same = match &column.values {
                    Values::Real(values) => values[row] == text.parse().ok(),
                    Values::Whole(values) => values[row] == text.parse().ok(),
                    Values::Flag(values) => values[row] == text.parse().ok(),
                    Values::Text(values) => values[row].as_deref().unwrap_or("") == text,
                    Values::Spins(values) => {
                        values[row].iter().map(|s| s.to_string()).collect::<Vec<_>>().join(" ") == text
                    }
                };
                assert!(same, "{}.{} row {row}: {text}", table.name, column.name);
            }
        }
    }
}

#[test]
fn a_table_that_there_is_not_is_refused_with_the_nearest_name() {
    let (scenario, finished) = run(SMALL[2]);
    let refused = |name: &str| {
        table(&scenario, &finished, name, || Ok(points(&scenario, &finished)))
            .map(drop)
            .unwrap_err()
            .to_string()
    };
    assert!(refused("point").contains("did you mean points?"), "{}", refused("point"));
    assert!(refused("curves").contains("dynamics.keep = [\"curves\"]"), "{}", refused("curves"));
}
