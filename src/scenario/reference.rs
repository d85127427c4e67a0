//! Every key of a scenario file, in one table: for the JSON Schema that editors complete from, and for people.
//!
//! Words come from the lists that the reader itself uses; `tests/scenario_schema.rs` holds the rest against the reader: every key that it
//! asks for stands here, and nothing else does.

use super::{
    Ansatz, ClassificationQuantity, CouplingLaw, CurveVariable, Definition, Energy, Entries, Kind,
    LearningQuantity, ModernQuantity, MultitaskingQuantity, PlefkaQuantity, RsbQuantity,
};
use crate::dynamics::{Order, Update};
use serde_json::{Map, Value, json};

/// A key of a table.
#[derive(Debug, Clone)]
pub struct Key {
    /// "" for the top of the file; `figures` is a list of tables
    pub table: &'static str,
    pub name: &'static str,
    pub form: Form,
    /// In words: what it is, its unit, what it belongs to
    pub about: &'static str,
    /// As it would be written; "" where there is none: the key is needed, or absent
    pub default: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone)]
pub enum Form {
    Text,
    Bool,
    /// A whole number from … on
    Count(u64),
    /// A number within …
    Real(f64, f64),
    /// One of these words
    Word(Vec<&'static str>),
    /// Several of these words
    Words(Vec<&'static str>),
    /// Numbers: one, a list, or { from, to, count, scale }
    Axis(f64, f64),
    /// Whole numbers, likewise
    CountAxis(u64),
    /// Temperatures: an axis, or a ladder { from, to, count, spacing = "exchange" }
    Temperatures,
    /// N: whole numbers; in a scenario of capacity also { p2 = […], … }
    Spins,
    /// m: a number, or { p2 = …, … }
    Thresholds,
    /// "random", or a table that names a file
    Patterns,
    /// A table that names a file
    File,
    /// Where chains begin
    Starts,
}

fn names<T>(list: &[(&'static str, T)]) -> Vec<&'static str> {
    list.iter().map(|(name, _)| *name).collect()
}

/// All keys, table by table in the order in which one would write them.
pub fn keys() -> Vec<Key> {
    let mut keys = Vec::new();
    let mut add = |table, name, form, default, about| keys.push(Key { table, name, form, about, default });
    let infinite = f64::INFINITY;
    add("", "name", Form::Text, "", "Name of the run, and of its folder under runs/");
    add("", "seed", Form::Count(0), "0", "Seed of all random streams");
    let p = "Interaction order P, or a list of them: the outermost axis. Of the exponential network: polynomial networks beside it";
    add("model", "kind", Form::Word(names(&Kind::NAMES)), "\"dense-hebbian\"", "Which network");
    add("model", "interaction_order", Form::CountAxis(2), "", p);
    add("model", "patterns", Form::Patterns, "\"random\"", "Random patterns, or those of a file");
    add(
        "model",
        "couplings",
        Form::Word(names(&CouplingLaw::NAMES)),
        "\"hebbian\"",
        "Hebbian couplings, or Gaussian P-tuples of the same variance (P = 2: SK)",
    );
    add("model", "cue", Form::Real(0.0, 0.0), "0", "Field along the planted pattern; simulations know 0");
    add(
        "model",
        "held_out",
        Form::File,
        "",
        "Classes from labelled patterns: the file of the patterns that are told apart",
    );
    add(
        "model",
        "centred",
        Form::Bool,
        "false",
        "Classes from labelled patterns: store what differs from their mean",
    );
    add("model", "energy", Form::Word(names(&Energy::NAMES)), "\"lse\"", "Of the exponential network");
    add(
        "model",
        "entries",
        Form::Word(names(&Entries::NAMES)),
        "\"signs\"",
        "Of the continuous network's random patterns",
    );
    add(
        "model",
        "learning",
        Form::Words(names(&crate::params::LearningMode::NAMES)),
        "",
        "Multitasking: from examples, one way or both; absent: patterns stored themselves",
    );
    add("grid", "spins", Form::Spins, "", "N; absent in a theory-only sweep: the thermodynamic limit");
    add(
        "grid",
        "gamma",
        Form::Axis(0.0, infinite),
        "",
        "Load γ = P! K/(2 N^{P−1}); exactly one of gamma, alpha, patterns, rate",
    );
    add("grid", "alpha", Form::Axis(0.0, infinite), "", "Load α = K/N of P = 2");
    add("grid", "patterns", Form::CountAxis(1), "", "K itself; of a file the first K");
    add("grid", "rate", Form::Axis(0.0, infinite), "", "a of K = ⌊e^{aN}⌋, of the exponential network");
    add("grid", "temperature", Form::Temperatures, "", "T in units of the energy; 0 is the exact limit");
    add("grid", "quality", Form::Axis(0.0, 1.0), "", "r of examples, 0 < r ≤ 1");
    add("grid", "examples", Form::CountAxis(1), "", "M, examples of each archetype");
    add(
        "grid",
        "dilution",
        Form::Axis(0.0, 1.0),
        "",
        "d, the part of blank entries of multitasking patterns",
    );
    add("grid", "lambda", Form::Axis(0.0, infinite), "", "λ of the exponential network's lse energy");
    add("grid", "beta", Form::Axis(0.0, infinite), "", "β of the continuous network");
    add("dynamics", "update", Form::Word(names(&Update::NAMES)), "\"glauber\"", "How configurations move");
    add(
        "dynamics",
        "order",
        Form::Word(names(&Order::NAMES)),
        "\"random\"",
        "In which order sites are visited",
    );
    add(
        "dynamics",
        "starts",
        Form::Starts,
        "[\"planted\", \"random\"]",
        "Where chains begin, each start a row of points.csv",
    );
    add("dynamics", "replicas", Form::Count(1), "2", "Replicas of one sample");
    add("dynamics", "burn_in_sweeps", Form::Count(0), "200", "Sweeps (N proposals each) before measuring");
    add("dynamics", "measure_sweeps", Form::Count(1), "800", "Sweeps of measuring");
    add("dynamics", "replica_exchange", Form::Bool, "false", "Exchange between neighbouring temperatures");
    add(
        "dynamics",
        "protocol",
        Form::Word(vec!["independent"]),
        "\"independent\"",
        "Temperatures one by one",
    );
    add(
        "dynamics",
        "until",
        Form::Word(vec!["measured", "equilibrated"]),
        "\"measured\"",
        "Double the measuring time until the chain looks equilibrated",
    );
    add("dynamics", "max_sweeps", Form::Count(1), "100000", "The most sweeps with until = \"equilibrated\"");
    add("dynamics", "lost_below", Form::Real(-1.0, 1.0), "0.5", "m below which a planted state is lost");
    add(
        "dynamics",
        "keep",
        Form::Words(vec!["series", "joint", "curves", "plefka"]),
        "[]",
        "What is kept of chains beside averages",
    );
    add(
        "disorder",
        "samples",
        Form::Count(1),
        "8",
        "Samples of the disorder (of capacity: trials for each definition, T, P and N; default 260)",
    );
    add(
        "theory",
        "compare",
        Form::Words(names(&Ansatz::NAMES)),
        "[\"rs\"]",
        "Which theory stands beside the data",
    );
    add(
        "capacity",
        "definitions",
        Form::Words(names(&Definition::NAMES)),
        "all",
        "Scenarios of `replicon capacity`: what is asked of K patterns",
    );
    add("capacity", "threshold", Form::Thresholds, "0.5", "m that saturation asks for");
    add("capacity", "sweeps", Form::Count(1), "200", "for so many sweeps");
    let kinds = [
        "phase-diagram",
        "retrieval-curve",
        "energy-curve",
        "recall-panel",
        "rsb",
        "overlap-distribution",
        "relaxation",
        "exchange",
        "learning",
        "plefka",
        "classification",
        "survival",
        "modern",
        "multitasking",
        "capacity-scaling",
    ];
    let mut quantities = Vec::new();
    for list in [
        names(&RsbQuantity::NAMES),
        names(&LearningQuantity::NAMES),
        names(&PlefkaQuantity::NAMES),
        names(&ClassificationQuantity::NAMES),
        names(&ModernQuantity::NAMES),
        names(&MultitaskingQuantity::NAMES),
    ] {
        quantities.extend(list);
    }
    quantities.sort_unstable();
    quantities.dedup();
    add("figures", "kind", Form::Word(kinds.to_vec()), "", "What is drawn");
    add("figures", "quantity", Form::Word(quantities), "", "Of kinds that draw several things");
    add(
        "figures",
        "x",
        Form::Word(names(&CurveVariable::NAMES)),
        "\"temperature\"",
        "Of curves: against what",
    );
    add(
        "figures",
        "start",
        Form::Text,
        "the first",
        "From which start, by its label: planted, random, corrupted=0.2, …",
    );
    add(
        "figures",
        "load",
        Form::Real(0.0, infinite),
        "the middle one",
        "At the grid value nearest to this load",
    );
    add(
        "figures",
        "temperature",
        Form::Real(0.0, infinite),
        "by kind",
        "At the grid value nearest to this temperature",
    );
    add("figures", "examples", Form::Count(1), "the most", "Of classes: at this number of examples");
    add(
        "figures",
        "dilution",
        Form::Real(0.0, 1.0),
        "by kind",
        "Of multitasking: at the grid value nearest to this dilution",
    );
    add("figures", "images", Form::Count(1), "by kind", "Rows of a panel");
    keys
}

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
    let tables = [
        ("model", "The network"),
        ("grid", "The product of these lists"),
        ("dynamics", "How it is simulated; absent: theory alone"),
        ("disorder", "Samples"),
        ("theory", "What stands beside the data"),
        ("capacity", "Of `replicon capacity` alone: there is no load then"),
    ];
    for (name, about) in tables {
        let mut value = table(name);
        value["description"] = about.into();
        root["properties"][name] = value;
    }
    root["properties"]["figures"] =
        json!({ "type": "array", "items": table("figures"), "description": "One entry a figure" });
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
        Form::Words(words) => json!({ "anyOf": [{ "enum": words }, several(json!({ "enum": words }))] }),
        Form::Axis(least, most) => axis(real(*least, *most)),
        Form::CountAxis(least) => axis(count(*least)),
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
