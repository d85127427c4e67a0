//! JSON Schema of scenario files, from the table of their keys: what editors complete and check by.

use super::reference::{Form, Key, TABLES, keys};
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
            value = json!({ "type": "array", "items": value });
        }
        value["description"] = about.into();
        root["properties"][name] = value;
    }
    root["required"] = json!(["name", "model", "grid"]);
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

fn form(form: &Form) -> Value {
    let real = |least: f64, most: f64| {
        let mut value = json!({ "type": "number" });
        if least.is_finite() {
            value["minimum"] = json!(least);
        }
        if most.is_finite() {
            value["maximum"] = json!(most);
        }
        value
    };
    let count = |least: u64| json!({ "type": "integer", "minimum": least });
    let within = |least: u64, most: u64| match most {
        u64::MAX => count(least),
        most => json!({ "type": "integer", "minimum": least, "maximum": most }),
    };
    let several = |item: Value| json!({ "type": "array", "items": item, "minItems": 1 });
    let range = |item: &Value| {
        json!({
            "type": "object", "required": ["from", "to", "count"], "additionalProperties": false,
            "properties": { "from": item, "to": item, "count": count(2), "scale": { "enum": ["linear", "log"] } },
        })
    };
    let axis = |item: Value| json!({ "anyOf": [item, several(item.clone()), range(&item)] });
    let by_order = |item: Value| json!({ "type": "object", "patternProperties": { "^p[0-9]+$": item } });
    let file = json!({
        "type": "object", "required": ["file"], "additionalProperties": false,
        "properties": {
            "file": { "type": "string", "description": "Path relative to the scenario" },
            "array": { "type": "string", "description": "Of an archive that holds several" },
            "threshold": { "type": "number", "description": "Grey level from which a pixel is +1" },
            "index": { "type": "array", "items": count(0), "minItems": 2, "maxItems": 2, "description": "Rows [from, to)" },
            "labels": { "type": "string", "description": "The file of the labels" },
            "sha256": { "type": "string", "description": "Written by resolved scenarios" },
        },
    });
    match form {
        Form::Text => json!({ "type": "string" }),
        Form::Bool => json!({ "type": "boolean" }),
        Form::Count(least) => count(*least),
        Form::Real(least, most) => real(*least, *most),
        Form::Word(words) => json!({ "enum": words }),
        Form::Words(least, words) => {
            let list = json!({ "type": "array", "items": { "enum": words }, "minItems": least });
            json!({ "anyOf": [{ "enum": words }, list] })
        }
        Form::Axis(least, most) => axis(real(*least, *most)),
        Form::CountAxis(least, most) => axis(within(*least, *most)),
        Form::Orders => {
            let order = within(2, InteractionOrder::MAX.into());
            json!({ "anyOf": [order, several(order.clone())] })
        }
        Form::Temperatures => {
            let t = real(0.0, f64::INFINITY);
            let ladder = json!({
                "type": "object", "required": ["from", "to", "count", "spacing"], "additionalProperties": false,
                "properties": { "from": t, "to": t, "count": count(2), "spacing": { "enum": ["exchange"] } },
            });
            json!({ "anyOf": [t, several(t.clone()), range(&t), ladder] })
        }
        Form::Spins => json!({ "anyOf": [axis(count(1)), by_order(axis(count(1)))] }),
        Form::Thresholds => json!({ "anyOf": [real(0.0, 1.0), by_order(real(0.0, 1.0))] }),
        Form::Patterns => json!({ "anyOf": [{ "enum": ["random"] }, file] }),
        Form::File => file,
        Form::Starts => {
            let part = |name: &str, value: Value| json!({ "type": "object", "required": [name], "additionalProperties": false, "properties": { name: value } });
            let start = json!({ "anyOf": [
                { "enum": ["planted", "random", "cooled"] },
                part("corrupted", real(0.0, 1.0)),
                part("each", real(0.0, 1.0)),
                part("overlap", real(-1.0, 1.0)),
                part("file", json!({ "type": "string" })),
            ] });
            json!({ "anyOf": [start, several(start.clone())] })
        }
    }
}
