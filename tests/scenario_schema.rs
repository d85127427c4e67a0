//! The table of keys and the JSON Schema against the reader of scenarios: what it asks for, what it accepts, what it says.

use replicon::scenario::{CapacityScenario, Files, SHIPPED, Scenario, TABLES, keys, keys_markdown, schema};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use toml::Value as Toml;

/// Keys that the reader names where it meets an unknown one.
fn asked(text: &str) -> BTreeSet<String> {
    let capacity = text.contains("[capacity]");
    let error = if capacity {
        CapacityScenario::from_text(text, "keys.toml", &[]).map(drop).unwrap_err()
    } else {
        Scenario::from_text(text, "keys.toml", &Files::Shipped, &[]).map(drop).unwrap_err()
    };
    let error = error.to_string();
    let Some((_, list)) = error.split_once("keys here: ") else { panic!("{error}\n{text}") };
    list.trim().split(", ").map(String::from).collect()
}

/// A shipped scenario with an unknown key in one of its tables.
fn with_unknown(text: &str, table: &str) -> Option<String> {
    if table.is_empty() {
        return Some(format!("zzzzzz = 1\n{text}"));
    }
    let header = if table == "figures" { "[[figures]]".into() } else { format!("[{table}]") };
    text.contains(&header).then(|| text.replacen(&header, &format!("{header}\nzzzzzz = 1"), 1))
}

#[test]
fn every_key_that_the_reader_asks_for_stands_in_the_table_and_no_other() {
    let mut read: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for shipped in
        SHIPPED.iter().filter(|s| !s.text.contains("data/mnist") && !s.text.contains("data/fashion"))
    {
        for (table, _) in TABLES {
            if let Some(text) = with_unknown(shipped.text, table) {
                read.entry(table).or_default().extend(asked(&text));
            }
        }
    }
    // What no shipped scenario but those of real data asks for.
    read.entry("figures").or_default().extend(["examples".into(), "images".into()]);
    let tables = TABLES.map(|(table, _)| table);
    // Asked for by name to say 'not yet', or how to write a range.
    let apart = ["spacing", "refine", "from"];
    for (table, mut found) in read {
        found.retain(|key| {
            !(apart.contains(&key.as_str()) || table.is_empty() && tables.contains(&key.as_str()))
        });
        let known: BTreeSet<String> =
            keys().iter().filter(|key| key.table == table).map(|key| key.name.to_string()).collect();
        let absent: Vec<_> = found.difference(&known).collect();
        assert!(absent.is_empty(), "[{table}]: not in the table of keys: {absent:?}");
        let strange: Vec<_> = known.difference(&found).collect();
        assert!(strange.is_empty(), "[{table}]: no reader asks for {strange:?}");
    }
}

/// Whether a value fits a schema: the parts of JSON Schema that the program writes.
fn fits(value: &Value, schema: &Value) -> bool {
    let all = |key: &str, check: &dyn Fn(&Value) -> bool| schema.get(key).is_none_or(check);
    all("anyOf", &|list| list.as_array().unwrap().iter().any(|schema| fits(value, schema)))
        && all("enum", &|list| list.as_array().unwrap().contains(value))
        && all("type", &|kind| match kind.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_u64() || value.is_i64(),
            "number" => value.is_number(),
            other => panic!("{other}"),
        })
        && all("minItems", &|least| {
            value.as_array().is_none_or(|list| list.len() as u64 >= least.as_u64().unwrap())
        })
        && all("minimum", &|least| value.as_f64().is_none_or(|x| x >= least.as_f64().unwrap()))
        && all("maximum", &|most| value.as_f64().is_none_or(|x| x <= most.as_f64().unwrap()))
        && all("items", &|item| {
            value.as_array().is_none_or(|list| list.iter().all(|value| fits(value, item)))
        })
        && all("required", &|list| {
            value.as_object().is_none_or(|map| {
                list.as_array().unwrap().iter().all(|key| map.contains_key(key.as_str().unwrap()))
            })
        })
        && value.as_object().is_none_or(|map| {
            map.iter().all(|(key, value)| match schema.get("properties").and_then(|p| p.get(key)) {
                Some(schema) => fits(value, schema),
                None => match schema.get("patternProperties").and_then(|p| p.get("^p[0-9]+$")) {
                    Some(schema) => key.starts_with('p') && fits(value, schema),
                    None => schema.get("additionalProperties") != Some(&json!(false)),
                },
            })
        })
}

fn read(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().map(Toml::Table).unwrap()).unwrap()
}

#[test]
fn every_shipped_scenario_fits_the_schema_as_written_and_as_resolved() {
    let schema = schema();
    for shipped in SHIPPED {
        assert!(fits(&read(shipped.text), &schema), "{} does not fit", shipped.name);
        let resolved = if shipped.is_of_capacity() {
            CapacityScenario::from_shipped(shipped, &[]).unwrap().to_toml()
        } else {
            Scenario::from_shipped(shipped, &[]).unwrap().to_toml()
        };
        assert!(fits(&read(&resolved), &schema), "{} as resolved does not fit:\n{resolved}", shipped.name);
    }
}

#[test]
fn what_the_reader_refuses_by_its_form_does_not_fit_the_schema_either() {
    let schema = schema();
    let good = "name = \"x\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 12\ngamma = 0.5\ntemperature = 0.5\n[dynamics]\nreplicas = 2\n";
    assert!(fits(&read(good), &schema));
    for (line, wrong) in [
        ("name = \"x\"", "title = \"x\""),
        ("interaction_order = 3", "interaction_order = 1"),
        ("interaction_order = 3", "interaction_order = []"),
        ("spins = 12", "spins = \"many\""),
        ("gamma = 0.5", "gamma = { from = 0.1, to = 0.5 }"),
        ("temperature = 0.5", "temperature = -0.5"),
        ("replicas = 2", "replicas = 0"),
        ("replicas = 2", "update = \"glaubr\""),
        ("replicas = 2", "starts = [{ corrupted = 1.5 }]"),
        ("replicas = 2", "replica = 2"),
    ] {
        let text = good.replace(line, wrong);
        assert!(!fits(&read(&text), &schema), "{wrong} fits");
        assert!(Scenario::from_text(&text, "x", &Files::Shipped, &[]).is_err(), "{wrong} is read");
    }
}

#[test]
fn every_default_is_the_one_that_a_resolved_scenario_writes_out() {
    let text = "name = \"x\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 12\ngamma = 0.5\ntemperature = 0.5\n[dynamics]\n[theory]\n";
    let resolved = read(&Scenario::from_text(text, "x", &Files::Shipped, &[]).unwrap().to_toml());
    let capacity =
        "name = \"x\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 12\ntemperature = 0\n[capacity]\n";
    let of_capacity = read(&CapacityScenario::from_text(capacity, "x", &[]).unwrap().to_toml());
    let mut compared = 0;
    for key in keys() {
        let at = |document: &Value| match key.table {
            "" => document.get(key.name).cloned(),
            table => document.get(table).and_then(|t| t.get(key.name)).cloned(),
        };
        let document = if key.table == "capacity" { &of_capacity } else { &resolved };
        // Words such as "the middle one" depend on the rest of the scenario.
        let stated = format!("value = {}", key.default).parse::<toml::Table>();
        if let (Some(written), Ok(stated)) = (at(document), stated) {
            let written = if written.is_object() { written["p3"].clone() } else { written };
            let stated = serde_json::to_value(&stated["value"]).unwrap();
            // 0 and 0.0 are one number.
            let equal = written == stated || written.is_number() && written.as_f64() == stated.as_f64();
            assert!(equal, "[{}] {}: {written} is written, {stated} stated", key.table, key.name);
            compared += 1;
        }
    }
    assert!(compared >= 18, "only {compared} defaults compared");
}

#[test]
fn the_tables_to_read_hold_every_key_once_in_four_cells() {
    let text = keys_markdown();
    for (table, keys_of) in TABLES.map(|(t, _)| (t, keys().into_iter().filter(move |k| k.table == t))) {
        let header = match table {
            "" => "## Top of the file".to_string(),
            "figures" => "## `[[figures]]`".to_string(),
            table => format!("## `[{table}]`"),
        };
        let section =
            text.split("## ").find(|part| header.ends_with(part.lines().next().unwrap_or(" "))).unwrap();
        for key in keys_of {
            let rows: Vec<&str> =
                section.lines().filter(|l| l.starts_with(&format!("| `{}` |", key.name))).collect();
            assert_eq!(rows.len(), 1, "[{table}] {}", key.name);
            assert_eq!(rows[0].replace("\\|", "").matches('|').count(), 5, "{}", rows[0]);
        }
    }
}
