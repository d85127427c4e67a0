//! JSON Schema of scenario files, from the table of their keys: what editors complete and check by.
//!
//! It is as strict as the reader where JSON Schema has the words, and never stricter: `tests/scenario_schema.rs` holds both against the
//! same scenarios. What one key asks of another stands in [`super::schema_rules`].

use super::read::{MOST_RUNGS, MOST_VALUES};
use super::reference::{Form, Interval, Key, TABLES, keys};
use super::refine::MOST_ADDED;
use super::schema_rules::{figure_rules, rules};
use crate::params::InteractionOrder;
use serde_json::{Map, Value, json};

/// JSON Schema (draft 2020-12) of scenario files, those of `replicon capacity` among them.
pub fn schema() -> Value {
    let keys = keys();
    let table = |name: &str| -> Value {
        let properties: Map<String, Value> = keys
            .iter()
            .filter(|key| key.table == name)
            .map(|key| (key.name.to_string(), described(key)))
            .collect();
        json!({ "type": "object", "properties": properties, "additionalProperties": false })
    };
    let mut root = table("");
    for (name, about) in TABLES.into_iter().filter(|(name, _)| !name.is_empty()) {
        let mut value = table(name);
        if name == "figures" {
            value["required"] = json!(["kind"]);
            value["allOf"] = figure_rules().into();
            // A list of entries, or the only one as [figures]; without anyOf an editor says what is wrong in which.
            let entry = value.clone();
            value["type"] = json!(["array", "object"]);
            value["items"] = entry;
        }
        value["description"] = about.into();
        root["properties"][name] = value;
    }
    root["required"] = json!(["name", "model", "grid"]);
    root["allOf"] = rules().into();
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    root["title"] = "replicon scenario".into();
    root
}

fn described(key: &Key) -> Value {
    let mut value = form(&key.form);
    let default = if key.default.is_empty() { String::new() } else { format!(" (default {})", key.default) };
    value["description"] = format!("{}{default}", key.about).into();
    value
}

/// Characters that a folder cannot have, as a class of a regular expression.
const NO_FOLDER: &str = r"/\\\u0000-\u001f\u007f-\u009f";

fn real(interval: Interval) -> Value {
    let mut value = json!({ "type": "number" });
    if interval.least.is_finite() {
        let least = if interval.open_below { "exclusiveMinimum" } else { "minimum" };
        value[least] = json!(interval.least);
    }
    if interval.most.is_finite() {
        let most = if interval.open_above { "exclusiveMaximum" } else { "maximum" };
        value[most] = json!(interval.most);
    }
    value
}

fn count(least: u64, most: u64) -> Value {
    let mut value = json!({ "type": "integer", "minimum": least });
    if most < u64::MAX {
        value["maximum"] = json!(most);
    }
    value
}

/// A list in which no value stands twice.
fn several(item: &Value) -> Value {
    json!({ "type": "array", "items": item, "minItems": 1, "uniqueItems": true })
}

/// One value, a list, or { from, to, count, scale }.
fn axis(item: &Value) -> Value {
    let range = json!({
        "type": "object", "required": ["from", "to", "count"], "additionalProperties": false,
        "properties": { "from": item, "to": item, "count": count(2, MOST_VALUES as u64), "scale": { "enum": ["linear", "log"] } },
        "if": { "required": ["scale"], "properties": { "scale": { "const": "log" } } },
        "then": { "properties": { "from": { "exclusiveMinimum": 0 } } },
    });
    json!({ "anyOf": [item, several(item), range] })
}

/// { p2 = …, p3 = …, … }
fn by_order(item: &Value) -> Value {
    let p = format!("^p([2-9]|[1-5][0-9]|6[0-{}])$", InteractionOrder::MAX % 10);
    json!({ "type": "object", "patternProperties": { p: item }, "additionalProperties": false, "minProperties": 1 })
}

fn file() -> Value {
    let rows = json!({ "type": "array", "items": count(0, u64::MAX), "minItems": 2, "maxItems": 2, "description": "Rows [from, to)" });
    json!({
        "type": "object", "required": ["file"], "additionalProperties": false,
        "properties": {
            "file": { "type": "string", "description": "Path relative to the scenario" },
            "array": { "type": "string", "description": "Of an archive that holds several" },
            "threshold": {
                "type": "number", "exclusiveMinimum": 0, "maximum": 1,
                "description": "Grey level from which a pixel is +1, as a fraction of white",
            },
            "index": rows,
            "labels": { "type": "string", "description": "The file of the labels" },
            "sha256": { "type": "string", "description": "Written by resolved scenarios" },
        },
    })
}

fn temperatures() -> Value {
    let t = json!({ "type": "number", "anyOf": [{ "const": 0 }, { "minimum": 1e-9, "maximum": 1e9 }] });
    let above = json!({ "type": "number", "minimum": 1e-9, "maximum": 1e9 });
    let ladder = json!({
        "type": "object", "required": ["from", "to", "count", "spacing"], "additionalProperties": false,
        "properties": { "from": above, "to": above, "count": count(2, MOST_RUNGS as u64), "spacing": { "const": "exchange" } },
    });
    let mut temperatures = axis(&t);
    if let Some(ways) = temperatures["anyOf"].as_array_mut() {
        ways.push(ladder);
    }
    temperatures
}

fn starts() -> Value {
    let part = |name: &str, value: Value| json!({ "type": "object", "required": [name], "additionalProperties": false, "properties": { name: value } });
    let fraction = json!({ "type": "number", "minimum": 0, "maximum": 1 });
    let start = json!({ "anyOf": [
        { "enum": ["planted", "random", "cooled"] },
        part("corrupted", fraction.clone()),
        part("each", fraction),
        part("overlap", json!({ "type": "number", "minimum": -1, "maximum": 1 })),
        part("file", json!({ "type": "string" })),
    ] });
    json!({ "anyOf": [start, several(&start)] })
}

fn refine(words: &[&str]) -> Value {
    json!({
        "type": "object", "required": ["on", "budget"], "additionalProperties": false,
        "properties": {
            "on": { "enum": words, "description": "What is located: mattis, the load at which ⟨m⟩ falls through ½" },
            "budget": count(0, MOST_ADDED as u64),
        },
    })
}

fn form(form: &Form) -> Value {
    match form {
        Form::Name => json!({ "type": "string", "pattern": format!("^[^.{NO_FOLDER}][^{NO_FOLDER}]*$") }),
        Form::Label => {
            json!({ "type": "string", "pattern": "^(planted|random|cooled|(corrupted|each|overlap|file)=.+)$" })
        }
        Form::Bool => json!({ "type": "boolean" }),
        Form::Count(least) => count(*least, u64::MAX),
        Form::Real(interval) => real(*interval),
        Form::Word(words) => json!({ "enum": words }),
        // A word that is kept may stand twice; of any other list each word stands once.
        Form::Words(least, words) => json!({ "anyOf": [
            { "enum": words },
            { "type": "array", "items": { "enum": words }, "minItems": least, "uniqueItems": *least > 0 },
        ] }),
        Form::Axis(interval) => axis(&real(*interval)),
        Form::CountAxis(least, most) => axis(&count(*least, *most)),
        Form::Orders => {
            let order = count(2, InteractionOrder::MAX.into());
            json!({ "anyOf": [order, several(&order)] })
        }
        Form::Temperatures => temperatures(),
        Form::Spins => {
            let spins = axis(&count(1, u64::MAX));
            json!({ "anyOf": [spins, by_order(&spins)] })
        }
        Form::Thresholds => {
            let m = json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 });
            json!({ "anyOf": [m, by_order(&m)] })
        }
        Form::Patterns => json!({ "anyOf": [{ "const": "random" }, file()] }),
        Form::File => file(),
        Form::Starts => starts(),
        Form::Refine(words) => refine(words),
    }
}
