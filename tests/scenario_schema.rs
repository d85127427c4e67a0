//! The table of keys and the JSON Schema against the reader of scenarios: what it asks for, what it accepts, what it says.

use replicon::scenario::{
    CapacityScenario, Files, Form, SHIPPED, Scenario, TABLES, keys, keys_markdown, schema,
};
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
    let apart = ["spacing", "from"];
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

/// Whether a value fits a schema: the keywords of JSON Schema that the program writes, and no other (`python/tests` asks an
/// implementation of all of them).
fn fits(value: &Value, schema: &Value) -> bool {
    let Some(keywords) = schema.as_object() else { return schema == &json!(true) };
    keywords.iter().all(|(keyword, asked)| keeps(value, keyword, asked, schema))
}

fn keeps(value: &Value, keyword: &str, asked: &Value, schema: &Value) -> bool {
    let schemas = || asked.as_array().unwrap().iter();
    let number =
        |holds: fn(f64, f64) -> bool| value.as_f64().is_none_or(|x| holds(x, asked.as_f64().unwrap()));
    let items = |holds: &dyn Fn(&[Value]) -> bool| value.as_array().is_none_or(|list| holds(list));
    let members =
        |holds: &dyn Fn(&serde_json::Map<String, Value>) -> bool| value.as_object().is_none_or(holds);
    let length = asked.as_u64().unwrap_or_default() as usize;
    match keyword {
        "description" | "title" | "$schema" | "then" | "else" => true,
        "const" => equal(value, asked),
        "enum" => schemas().any(|one| equal(value, one)),
        "type" => match asked {
            Value::Array(kinds) => kinds.iter().any(|kind| is_a(value, kind.as_str().unwrap())),
            kind => is_a(value, kind.as_str().unwrap()),
        },
        "allOf" => schemas().all(|one| fits(value, one)),
        "anyOf" => schemas().any(|one| fits(value, one)),
        "oneOf" => schemas().filter(|one| fits(value, one)).count() == 1,
        "not" => !fits(value, asked),
        "if" => {
            let branch = if fits(value, asked) { "then" } else { "else" };
            schema.get(branch).is_none_or(|branch| fits(value, branch))
        }
        "minimum" => number(|x, end| x >= end),
        "maximum" => number(|x, end| x <= end),
        "exclusiveMinimum" => number(|x, end| x > end),
        "exclusiveMaximum" => number(|x, end| x < end),
        "pattern" => value.as_str().is_none_or(|text| match asked.as_str().expect("a pattern") {
            r"^[^./\\\u0000-\u001f\u007f-\u009f][^/\\\u0000-\u001f\u007f-\u009f]*$" => {
                let refused = |c: char| "/\\".contains(c) || c.is_control();
                !text.is_empty() && !text.starts_with('.') && !text.contains(refused)
            }
            "^(planted|random|cooled|(corrupted|each|overlap|file)=.+)$" => match text.split_once('=') {
                None => ["planted", "random", "cooled"].contains(&text),
                Some((kind, rest)) => {
                    ["corrupted", "each", "overlap", "file"].contains(&kind) && !rest.is_empty()
                }
            },
            other => panic!("the program writes the pattern {other}, which is not checked here"),
        }),
        "items" => items(&|list| list.iter().all(|one| fits(one, asked))),
        "minItems" => items(&|list| list.len() >= length),
        "maxItems" => items(&|list| list.len() <= length),
        "uniqueItems" => {
            let twice =
                |list: &[Value]| (1..list.len()).any(|i| list[..i].iter().any(|one| equal(one, &list[i])));
            items(&|list| asked == &json!(false) || !twice(list))
        }
        "required" => members(&|map| schemas().all(|key| map.contains_key(key.as_str().unwrap()))),
        "minProperties" => members(&|map| map.len() >= length),
        "propertyNames" => members(&|map| map.keys().all(|name| fits(&json!(name), asked))),
        "properties" => members(&|map| {
            asked
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, one)| map.get(name).is_none_or(|value| fits(value, one)))
        }),
        "patternProperties" => members(&|map| {
            let (_, one) = asked.as_object().unwrap().iter().next().unwrap();
            map.iter().all(|(name, value)| !of_an_order(name) || fits(value, one))
        }),
        "additionalProperties" => {
            assert_eq!(asked, &json!(false));
            let stated =
                |name: &String| schema.get("properties").is_some_and(|stated| stated.get(name).is_some());
            let by_order = schema.get("patternProperties").is_some();
            members(&|map| map.keys().all(|name| stated(name) || by_order && of_an_order(name)))
        }
        other => panic!("the program writes {other}, which is not checked here"),
    }
}

/// `p2` to `p64`
fn of_an_order(name: &str) -> bool {
    (2..=64).any(|p| name == format!("p{p}"))
}

/// 0 and 0.0 are one number.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(_), Value::Number(_)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        _ => a == b,
    }
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("{other}"),
    }
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

/// Scenarios of every kind, each read and each fitting.
const BASES: [(&str, &str); 9] = [
    (
        "spins",
        r#"name = "x"
        model = { interaction_order = 3 }
        grid = { spins = 12, gamma = 0.5, temperature = [0.5, 0.7] }
        dynamics = { replicas = 2 }"#,
    ),
    (
        "theory",
        r#"name = "x"
        model = { interaction_order = [2, 4] }
        grid = { gamma = { from = 0.1, to = 0.5, count = 3 }, temperature = 0.5 }
        theory = { compare = ["rs", "1rsb"] }"#,
    ),
    (
        "gaussian",
        r#"name = "x"
        model = { interaction_order = 3, couplings = "gaussian" }
        grid = { spins = 12, gamma = 0.5, temperature = 0.5 }
        dynamics = { starts = "random" }"#,
    ),
    (
        "learning",
        r#"name = "x"
        model = { kind = "supervised", interaction_order = 2 }
        grid = { spins = 12, gamma = 0.5, temperature = 0.5, quality = 0.5, examples = 3 }
        dynamics = { replicas = 2 }"#,
    ),
    (
        "multitasking",
        r#"name = "x"
        model = { kind = "multitasking", interaction_order = 2 }
        grid = { spins = 12, patterns = 2, temperature = 0.5, dilution = 0.1 }
        dynamics = { replicas = 2 }"#,
    ),
    (
        "exponential",
        r#"name = "x"
        model = { kind = "exponential" }
        grid = { spins = 12, patterns = 2, temperature = 0.5, lambda = 1.0 }
        dynamics = { replicas = 2 }"#,
    ),
    (
        "continuous",
        r#"name = "x"
        model = { kind = "continuous" }
        grid = { spins = 12, patterns = 2, beta = 0.5 }
        dynamics = { replicas = 2 }"#,
    ),
    (
        "file",
        r#"name = "x"
        model = { interaction_order = 2, patterns = { file = "data/digits8x8.npz", array = "packed" } }
        grid = { patterns = [5, 50], temperature = 0.5 }
        dynamics = { starts = [{ corrupted = 0.1 }] }"#,
    ),
    (
        "capacity",
        r#"name = "x"
        model = { interaction_order = [2, 3] }
        grid = { spins = [12, 16], temperature = 0.5 }
        capacity = { sweeps = 10 }"#,
    ),
];

/// `key = value; table.key = value; -table.key`: a base with keys set or taken away.
fn changed(base: &str, changes: &str) -> toml::Table {
    let text = BASES.iter().find(|(name, _)| *name == base).expect("a base").1;
    let mut document: toml::Table = text.parse().expect("TOML");
    for change in changes.split(';').map(str::trim).filter(|change| !change.is_empty()) {
        let (path, value) = match change.split_once(" = ") {
            Some((path, value)) => {
                (path, Some(format!("value = {value}").parse::<toml::Table>().expect(value)["value"].clone()))
            }
            None => (change.strip_prefix('-').expect("- before what goes"), None),
        };
        let (table, key) = path.split_once('.').unwrap_or(("", path));
        let entries = match table {
            "" => &mut document,
            table => {
                document.entry(table).or_insert(Toml::Table(toml::Table::new())).as_table_mut().expect(table)
            }
        };
        match value {
            Some(value) => drop(entries.insert(key.into(), value)),
            None => drop(entries.remove(key).expect(path)),
        }
    }
    document
}

/// What the reader says of it.
fn refused(document: &toml::Table) -> Option<String> {
    let text = document.to_string();
    let result = match document.contains_key("capacity") {
        true => CapacityScenario::from_text(&text, "x", &[]).map(drop),
        false => Scenario::from_text(&text, "x", &Files::Shipped, &[]).map(drop),
    };
    result.err().map(|error| error.to_string())
}

#[test]
fn what_the_reader_refuses_does_not_fit_the_schema_and_what_it_reads_does() {
    let schema = schema();
    let fit = |document: &toml::Table| fits(&serde_json::to_value(document).expect("JSON"), &schema);
    let mut wrong = Vec::new();
    for (base, changes) in READ {
        let document = changed(base, changes);
        if let Some(error) = refused(&document) {
            wrong.push(format!("{base}: {changes}: {error}"));
        }
        if !fit(&document) {
            wrong.push(format!("{base}: {changes}: does not fit"));
        }
    }
    for (base, changes) in REFUSED {
        let document = changed(base, changes);
        if refused(&document).is_none() {
            wrong.push(format!("{base}: {changes}: is read"));
        }
        if fit(&document) {
            wrong.push(format!("{base}: {changes}: fits"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Values of every sort, for every key.
const VALUES: [&str; 22] = [
    "-1",
    "0",
    "1",
    "2",
    "0.5",
    "1e10",
    "true",
    "false",
    "\"\"",
    "\"a/b\"",
    "\"corrupted=0.1\"",
    "\"cooled\"",
    "[]",
    "[0.1, 0.2]",
    "[2, 2]",
    "[4, 3]",
    "[\"random\"]",
    "{ each = 0.1 }",
    "{ file = \"no.npz\" }",
    "{ from = 1, to = 4, count = 4 }",
    "{ from = 0, to = 2, count = 3, scale = \"log\" }",
    "{ from = 0.5, to = 1.5, count = 2, spacing = \"exchange\" }",
];

/// Beside them in one figure each: a kind that has the key.
const FIGURES: [&str; 4] = [
    "figures.kind = \"retrieval-curve\"",
    "figures.kind = \"rsb\"; figures.quantity = \"replicon\"",
    "figures.kind = \"modern\"; figures.quantity = \"phases\"",
    "figures.kind = \"multitasking\"; figures.quantity = \"amplitudes\"",
];

#[test]
fn schema_and_reader_agree_on_every_key_and_value_that_no_other_number_or_file_decides() {
    let schema = schema();
    let mut wrong = Vec::new();
    for (base, _) in BASES.into_iter().filter(|(base, _)| *base != "file") {
        for key in keys() {
            let path = if key.table.is_empty() {
                key.name.to_string()
            } else {
                format!("{}.{}", key.table, key.name)
            };
            let words = match &key.form {
                Form::Word(words) | Form::Words(_, words) => words.clone(),
                _ => Vec::new(),
            };
            let values = VALUES.iter().map(|value| value.to_string());
            for value in values.chain(words.iter().map(|word| format!("\"{word}\""))) {
                let of_figures = if key.table == "figures" { &FIGURES[..] } else { &[""] };
                for figure in of_figures {
                    let changes = format!("{figure}; {path} = {value}");
                    let document = changed(base, &changes);
                    let fit = fits(&serde_json::to_value(&document).expect("JSON"), &schema);
                    match refused(&document) {
                        None if !fit => wrong.push(format!("{base}: {changes}: is read, but does not fit")),
                        Some(error) if fit && !DECIDED.iter().any(|words| error.contains(words)) => {
                            wrong.push(format!("{base}: {changes}: fits, but {error}"));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the reader says where one number is measured against another, or a file is not there.
const DECIDED: [&str; 7] = [
    "patterns can be held",
    "one pattern needs",
    "P different spins",
    "from max(P, 4)",
    "no.npz",
    "a start of this scenario",
    "burn_in_sweeps + measure_sweeps",
];

/// (base, what is changed) of scenarios that are read.
const READ: &[(&str, &str)] = &[
    ("spins", ""),
    ("spins", "-dynamics; theory.compare = \"rs\""),
    (
        "spins",
        "grid.temperature = { from = 0.5, to = 1.5, count = 4, spacing = \"exchange\" }; dynamics.replica_exchange = true",
    ),
    ("spins", "grid.temperature = { from = 0.1, to = 1, count = 3, scale = \"log\" }"),
    (
        "spins",
        "grid.temperature = 0; dynamics.update = \"zero-temperature\"; dynamics.starts = { each = 0.1 }",
    ),
    ("spins", "-grid.temperature; dynamics.update = \"zero-temperature\""),
    ("spins", "dynamics.update = \"plefka\"; dynamics.starts = [\"planted\", \"cooled\"]"),
    ("spins", "dynamics.until = \"equilibrated\"; dynamics.max_sweeps = 2000"),
    ("spins", "dynamics.keep = [\"joint\", \"curves\", \"plefka\"]"),
    ("spins", "model.interaction_order = 2; -grid.gamma; grid.alpha = 0.5"),
    ("spins", "figures.kind = \"phase-diagram\"; figures.start = \"random\""),
    (
        "spins",
        "dynamics.starts = [{ corrupted = 0.2 }]; figures.kind = \"retrieval-curve\"; figures.x = \"corrupted\"",
    ),
    ("spins", "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = 24 }"),
    (
        "spins",
        "-grid.gamma; grid.patterns = { from = 2, to = 9, count = 3 }; grid.refine = { on = \"mattis\", budget = 0 }; dynamics.starts = [\"random\", { overlap = 0.9 }]",
    ),
    ("learning", "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = 2 }"),
    ("file", "grid.refine = { on = \"mattis\", budget = 2 }"),
    ("theory", ""),
    ("theory", "figures.kind = \"rsb\"; figures.quantity = \"staircase\"; figures.x = \"load\""),
    ("gaussian", ""),
    ("gaussian", "-dynamics.starts"),
    ("learning", ""),
    ("learning", "grid.quality = 1; figures.kind = \"learning\"; figures.quantity = \"size\""),
    ("multitasking", ""),
    (
        "multitasking",
        "model.learning = [\"supervised\", \"unsupervised\"]; grid.quality = 0.5; grid.examples = [1, 3]",
    ),
    ("multitasking", "grid.dilution = 0"),
    ("exponential", ""),
    ("exponential", "model.energy = \"sum\"; -grid.lambda; grid.temperature = 0"),
    ("exponential", "model.interaction_order = [2, 3]; -grid.patterns; grid.rate = 0.1"),
    ("continuous", ""),
    ("continuous", "model.entries = \"sphere\"; figures.kind = \"modern\"; figures.quantity = \"phases\""),
    ("file", ""),
    ("file", "-grid.patterns"),
    ("file", "figures.kind = \"recall-panel\"; figures.images = 3"),
    ("capacity", ""),
    ("capacity", "capacity.definitions = [\"recall-one\"]; -grid.temperature"),
    ("capacity", "grid.spins = { p2 = [12, 16], p3 = 16 }; capacity.threshold = { p2 = 0.5, p3 = 0.9 }"),
    ("capacity", "figures.kind = \"capacity-scaling\"; theory.compare = \"1rsb\""),
];

/// (base, what is changed) of scenarios that are refused.
const REFUSED: &[(&str, &str)] = &[
    ("spins", "-name"),
    ("spins", "name = \"..\""),
    ("spins", "-dynamics"),
    ("spins", "-model"),
    ("spins", "-model.interaction_order"),
    ("spins", "model.interaction_order = 65"),
    ("spins", "-grid.gamma"),
    ("spins", "grid.gamma = [0.1, 0.5]; grid.refine = true"),
    ("spins", "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\" }"),
    ("spins", "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"energy\", budget = 2 }"),
    ("spins", "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = -1 }"),
    ("spins", "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = 2, more = 1 }"),
    ("spins", "grid.gamma = [0.1]; grid.refine = { on = \"mattis\", budget = 2 }"),
    ("spins", "grid.refine = { on = \"mattis\", budget = 2 }"),
    (
        "spins",
        "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = 2 }; dynamics.starts = \"random\"",
    ),
    (
        "spins",
        "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = 2 }; dynamics.replica_exchange = true",
    ),
    (
        "spins",
        "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = 2 }; dynamics.protocol = \"population-annealing\"",
    ),
    ("theory", "grid.refine = { on = \"mattis\", budget = 2 }"),
    ("gaussian", "grid.gamma = [0.1, 0.5]; grid.refine = { on = \"mattis\", budget = 2 }"),
    ("multitasking", "grid.patterns = [2, 5]; grid.refine = { on = \"mattis\", budget = 2 }"),
    ("exponential", "grid.patterns = [2, 5]; grid.refine = { on = \"mattis\", budget = 2 }"),
    ("continuous", "grid.patterns = [2, 5]; grid.refine = { on = \"mattis\", budget = 2 }"),
    ("file", "-grid.patterns; grid.refine = { on = \"mattis\", budget = 2 }"),
    ("capacity", "grid.refine = { on = \"mattis\", budget = 2 }"),
    ("spins", "grid.patterns = 3"),
    ("spins", "-grid.gamma; grid.alpha = 0.5"),
    ("spins", "grid.gamma = { from = 0.1, to = 0.5 }"),
    ("spins", "grid.gamma = { from = 0, to = 0.5, count = 2 }"),
    ("spins", "-grid.spins"),
    ("spins", "-grid.temperature"),
    ("spins", "grid.temperature = 1e-10"),
    ("spins", "grid.temperature = { from = 0, to = 1, count = 3, scale = \"log\" }"),
    ("spins", "grid.temperature = { from = 0, to = 1, count = 3, spacing = \"exchange\" }"),
    ("spins", "dynamics.update = \"zero-temperature\""),
    ("spins", "grid.temperature = [0, 1]; dynamics.update = \"plefka\""),
    ("spins", "grid.temperature = 0.5; dynamics.replica_exchange = true"),
    ("spins", "grid.temperature = [0, 1]; dynamics.replica_exchange = true"),
    ("spins", "dynamics.order = \"parallel\"; dynamics.update = \"metropolis\""),
    ("spins", "dynamics.starts = \"cooled\""),
    ("spins", "dynamics.starts = [{ each = 0.1 }]"),
    ("spins", "dynamics.starts = [\"random\", \"random\"]"),
    ("spins", "dynamics.starts = [{ corrupted = 0.1, overlap = 0.5 }]"),
    ("spins", "dynamics.max_sweeps = 1000"),
    ("spins", "dynamics.keep = \"curves\"; dynamics.replica_exchange = true"),
    ("spins", "dynamics.keep = \"joint\"; dynamics.replicas = 1"),
    ("spins", "dynamics.update = \"plefka\"; dynamics.keep = \"series\""),
    ("spins", "theory.compare = [\"rs\", \"rs\"]"),
    ("spins", "figures = [{ start = \"planted\" }]"),
    ("spins", "figures = [{ kind = \"phase-diagram\", x = \"load\" }]"),
    ("spins", "figures = [{ kind = \"rsb\" }]"),
    ("spins", "figures = [{ kind = \"rsb\", quantity = \"size\" }]"),
    ("spins", "figures = [{ kind = \"rsb\", quantity = \"replicon\", x = \"size\" }]"),
    ("spins", "figures = [{ kind = \"retrieval-curve\", x = \"corrupted\" }]"),
    ("spins", "figures = [{ kind = \"retrieval-curve\", load = -1 }]"),
    ("spins", "figures = [{ kind = \"survival\", start = \"random\" }]"),
    ("spins", "figures = [{ kind = \"learning\", quantity = \"size\" }]"),
    ("spins", "figures = [{ kind = \"capacity-scaling\" }]"),
    ("spins", "figures = [{ kind = \"recall-panel\" }]"),
    ("spins", "grid.quality = 0.5"),
    ("spins", "grid.dilution = 0.5"),
    ("theory", "grid.patterns = 3; -grid.gamma"),
    ("theory", "figures = [{ kind = \"relaxation\" }]"),
    ("theory", "figures = [{ kind = \"phase-diagram\", start = \"planted\" }]"),
    ("theory", "figures = [{ kind = \"rsb\", quantity = \"complexity\" }]"),
    ("theory", "theory.compare = \"rs\"; figures = [{ kind = \"rsb\", quantity = \"theta\" }]"),
    ("gaussian", "dynamics.starts = \"planted\""),
    ("gaussian", "-grid.gamma; grid.patterns = 3"),
    ("gaussian", "dynamics.update = \"plefka\""),
    ("gaussian", "figures = [{ kind = \"survival\" }]"),
    ("learning", "-grid.quality"),
    ("learning", "-grid.examples"),
    ("learning", "grid.quality = 0"),
    ("learning", "model.couplings = \"gaussian\""),
    ("learning", "dynamics.update = \"plefka\""),
    ("learning", "figures = [{ kind = \"phase-diagram\" }]"),
    ("multitasking", "grid.dilution = 1"),
    ("multitasking", "-grid.dilution"),
    ("multitasking", "-grid.patterns; grid.gamma = 0.5"),
    ("multitasking", "model.learning = \"supervised\""),
    (
        "multitasking",
        "model.interaction_order = 3; model.learning = \"supervised\"; grid.quality = 0.5; grid.examples = 3",
    ),
    ("multitasking", "theory.compare = \"1rsb\""),
    ("multitasking", "figures = [{ kind = \"multitasking\", quantity = \"examples\" }]"),
    ("exponential", "-grid.lambda"),
    ("exponential", "grid.lambda = 0"),
    ("exponential", "model.energy = \"sum\""),
    ("exponential", "theory.compare = \"rs\""),
    ("exponential", "figures = [{ kind = \"modern\", quantity = \"phases\" }]"),
    ("continuous", "grid.temperature = 1"),
    ("continuous", "grid.beta = 0"),
    ("continuous", "model.interaction_order = 2"),
    ("continuous", "dynamics.update = \"glauber\""),
    ("continuous", "dynamics.order = \"random\""),
    ("file", "-grid.patterns; grid.gamma = 0.5"),
    ("file", "model.held_out = { file = \"data/digits8x8.npz\" }"),
    ("file", "model.patterns = { file = \"data/digits8x8.npz\", array = \"packed\", threshold = 0 }"),
    ("file", "model.patterns = { file = \"data/digits8x8.npz\", array = \"packed\", index = [1] }"),
    ("file", "figures = [{ kind = \"rsb\", quantity = \"replicon\" }]"),
    ("capacity", "grid.gamma = 0.5"),
    ("capacity", "-grid.temperature"),
    ("capacity", "dynamics.replicas = 2"),
    ("capacity", "capacity.threshold = 1"),
    ("capacity", "grid.spins = { p2 = [2, 16], p3 = 16 }"),
    ("capacity", "grid.spins = { p65 = 16 }"),
    ("capacity", "model.kind = \"multitasking\""),
    ("capacity", "figures = [{ kind = \"phase-diagram\" }]"),
];

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
