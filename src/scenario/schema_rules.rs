//! What one key of a scenario file asks of another, as conditions of its JSON Schema.
//!
//! A constraint speaks of the values that are there: one of several forms (a word or a list of words, a number, a list or a range) is
//! constrained in each, since a keyword of JSON Schema passes over values of other types.

use super::capacity::{MOST_SAMPLES, MOST_SPINS};
use super::figures::kind_names;
use super::{
    ClassificationQuantity, CurveVariable, LearningQuantity, ModernQuantity, MultitaskingQuantity,
    PlefkaQuantity, RsbQuantity, TransitionQuantity,
};
use crate::theory::k_rsb::MOST_STEPS;
use serde_json::{Map, Value, json};

/// Loads of random patterns, of which a scenario states one.
const LOADS: [&str; 4] = ["gamma", "alpha", "patterns", "rate"];
/// What of `[dynamics]` belongs to chains of spins.
const OF_CHAINS: [&str; 4] = ["until", "lost_below", "keep", "max_sweeps"];

fn all<const N: usize>(conditions: [Value; N]) -> Value {
    json!({ "allOf": conditions.to_vec() })
}

fn any<const N: usize>(conditions: [Value; N]) -> Value {
    json!({ "anyOf": conditions.to_vec() })
}

fn not(condition: &Value) -> Value {
    json!({ "not": condition })
}

fn when(condition: &Value, then: Value) -> Value {
    json!({ "if": condition, "then": then })
}

/// The constraint on a key of a table, where both are there.
fn at(table: &str, key: &str, constraint: Value) -> Value {
    json!({ "properties": { table: { "properties": { key: constraint } } } })
}

/// Whether the key is there and fits.
fn has(table: &str, key: &str, constraint: Value) -> Value {
    json!({ "required": [table], "properties": { table: { "required": [key], "properties": { key: constraint } } } })
}

fn needs<const N: usize>(table: &str, keys: [&str; N]) -> Value {
    json!({ "required": [table], "properties": { table: { "required": keys.to_vec() } } })
}

fn without(table: &str, keys: &[&str]) -> Value {
    let none: Map<String, Value> = keys.iter().map(|key| (key.to_string(), Value::Bool(false))).collect();
    json!({ "properties": { table: { "properties": none } } })
}

/// Of a single value or a list: none is like this.
fn none(like: Value) -> Value {
    json!({ "not": like, "items": { "not": like } })
}

fn some(like: Value) -> Value {
    not(&none(like))
}

/// Of a number, a list or a range: all of it above 0.
fn positive() -> Value {
    let above = json!({ "exclusiveMinimum": 0 });
    json!({ "exclusiveMinimum": 0, "items": above, "properties": { "from": above } })
}

/// Of a number, a list or a range: all of it from 2 on.
fn from_two_on() -> Value {
    let least = json!({ "minimum": 2 });
    json!({ "minimum": 2, "items": least, "properties": { "from": least } })
}

/// Of a number, a list or a range: 0 alone.
fn zero() -> Value {
    json!({ "type": ["number", "array"], "maximum": 0, "items": { "maximum": 0 } })
}

/// The constraint on every entry of `[[figures]]`, or on the only one as `[figures]`.
fn each_figure(constraint: Value) -> Value {
    json!({ "properties": { "figures": { "if": { "type": "object" }, "then": constraint, "else": { "items": constraint } } } })
}

/// Every condition between keys of different tables, or of one table that is no list.
pub(super) fn rules() -> Vec<Value> {
    let capacity = json!({ "required": ["capacity"] });
    let usual = any([json!({ "required": ["dynamics"] }), json!({ "required": ["theory"] })]);
    let mut rules = vec![json!({ "if": capacity, "then": capacity_rules(), "else": usual })];
    let mut others: Vec<Value> = Vec::new();
    others.extend(model_rules());
    others.extend(grid_rules());
    others.extend(refine_rules());
    others.extend(dynamics_rules());
    others.extend(figure_choices());
    rules.push(when(&not(&capacity), json!({ "allOf": others })));
    rules
}

fn kind(kinds: &[&str]) -> Value {
    let named = has("model", "kind", json!({ "enum": kinds }));
    // Without a word it is dense-hebbian.
    match kinds.contains(&"dense-hebbian") {
        true => any([named, not(&needs("model", ["kind"]))]),
        false => named,
    }
}

fn from_file() -> Value {
    has("model", "patterns", json!({ "type": "object" }))
}

fn learns() -> Value {
    kind(&["supervised", "unsupervised"])
}

fn taught() -> Value {
    has("model", "learning", json!(true))
}

fn gaussian() -> Value {
    has("model", "couplings", json!({ "const": "gaussian" }))
}

fn update(updates: &[&str]) -> Value {
    has("dynamics", "update", json!({ "enum": updates }))
}

/// Whether there is a mean field: of stored signs, which unsupervised learning of plain labelled patterns stores too.
fn mean_field() -> Value {
    let centred = has("model", "centred", json!({ "const": true }));
    any([kind(&["dense-hebbian"]), all([kind(&["unsupervised"]), from_file(), not(&centred)])])
}

fn capacity_rules() -> Value {
    let sizes = json!({ "minimum": 4, "maximum": MOST_SPINS });
    let sizes_of = |sizes: &Value| json!({ "minimum": 4, "maximum": MOST_SPINS, "items": sizes, "properties": { "from": sizes, "to": sizes } });
    let mut spins = sizes_of(&sizes);
    spins["patternProperties"] = json!({ "^p": sizes_of(&sizes) });
    let saturation = any([
        not(&needs("capacity", ["definitions"])),
        has("capacity", "definitions", some(json!({ "const": "saturation" }))),
    ]);
    let fixed = |key: &str, word: &str| at("model", key, json!({ "const": word }));
    all([
        needs("model", ["interaction_order"]),
        fixed("kind", "dense-hebbian"),
        fixed("patterns", "random"),
        fixed("couplings", "hebbian"),
        without("model", &["cue", "held_out", "centred", "energy", "entries", "learning"]),
        needs("grid", ["spins"]),
        without("grid", &LOADS),
        without("grid", &["quality", "examples", "dilution", "lambda", "beta", "refine"]),
        at("grid", "spins", spins),
        at("grid", "temperature", json!({ "properties": { "spacing": false } })),
        when(&saturation, needs("grid", ["temperature"])),
        at("disorder", "samples", json!({ "maximum": MOST_SAMPLES })),
        json!({ "properties": { "dynamics": false } }),
        each_figure(json!({ "properties": { "kind": { "const": "capacity-scaling" } } })),
    ])
}

fn model_rules() -> Vec<Value> {
    let modern = kind(&["exponential", "continuous"]);
    let classes = all([learns(), from_file()]);
    let two = json!({ "enum": [2, [2]] });
    vec![
        when(&not(&modern), needs("model", ["interaction_order"])),
        when(&kind(&["continuous"]), without("model", &["interaction_order"])),
        when(&not(&kind(&["dense-hebbian"])), at("model", "couplings", json!({ "const": "hebbian" }))),
        when(&gaussian(), at("model", "patterns", json!({ "const": "random" }))),
        when(&classes, needs("model", ["held_out"])),
        when(&not(&classes), without("model", &["held_out", "centred"])),
        when(&not(&learns()), at("model", "patterns", json!({ "properties": { "labels": false } }))),
        when(&not(&kind(&["exponential"])), without("model", &["energy"])),
        when(&not(&kind(&["continuous"])), without("model", &["entries"])),
        when(&all([kind(&["continuous"]), from_file()]), at("model", "entries", json!({ "const": "signs" }))),
        when(&not(&kind(&["multitasking"])), without("model", &["learning"])),
        when(&taught(), at("model", "patterns", json!({ "const": "random" }))),
        when(&taught(), at("model", "interaction_order", two)),
        when(&modern, json!({ "properties": { "theory": false } })),
        when(&kind(&["multitasking"]), at("theory", "compare", json!({ "enum": ["rs", ["rs"]] }))),
    ]
}

/// Whether temperatures hang together in one of these ways.
fn protocol(names: &[&str]) -> Value {
    has("dynamics", "protocol", json!({ "enum": names }))
}

fn grid_rules() -> Vec<Value> {
    let file = from_file();
    let random = not(&file);
    let classes = all([learns(), from_file()]);
    let one_load: Vec<Value> = LOADS.iter().map(|load| json!({ "required": [load] })).collect();
    let exponential = kind(&["exponential"]);
    let sum = has("model", "energy", json!({ "const": "sum" }));
    let at_zero = update(&["zero-temperature"]);
    let exchange = has("dynamics", "replica_exchange", json!({ "const": true }));
    let taught_or_learns = any([taught(), all([learns(), random.clone()])]);
    let diluted = all([kind(&["multitasking"]), random.clone()]);
    vec![
        when(&random, json!({ "properties": { "grid": { "oneOf": one_load } } })),
        when(&file, without("grid", &["gamma", "alpha", "rate"])),
        when(&classes, without("grid", &["patterns", "quality"])),
        when(&classes, needs("grid", ["examples"])),
        when(&gaussian(), without("grid", &["alpha", "patterns", "rate"])),
        when(&kind(&["multitasking", "continuous", "exponential"]), without("grid", &["gamma", "alpha"])),
        when(&not(&exponential), without("grid", &["rate", "lambda"])),
        when(
            &has("grid", "alpha", json!(true)),
            at("model", "interaction_order", json!({ "enum": [2, [2]] })),
        ),
        // The thermodynamic limit is theory's, and not at a number of patterns.
        when(&all([random.clone(), json!({ "required": ["dynamics"] })]), needs("grid", ["spins"])),
        when(&all([random, needs("grid", ["patterns"])]), needs("grid", ["spins"])),
        at("grid", "spins", json!({ "required": ["from"] })),
        // Of P ≥ 2 spins that meet.
        when(&not(&kind(&["exponential", "continuous"])), at("grid", "spins", from_two_on())),
        when(&kind(&["continuous"]), needs("grid", ["beta"])),
        when(&kind(&["continuous"]), without("grid", &["temperature"])),
        when(&not(&kind(&["continuous"])), without("grid", &["beta"])),
        when(&not(&any([kind(&["continuous"]), at_zero.clone()])), needs("grid", ["temperature"])),
        when(&at_zero, at("grid", "temperature", zero())),
        when(&update(&["plefka", "plefka-assisted"]), at("grid", "temperature", positive())),
        when(&exchange, needs("grid", ["temperature"])),
        when(
            &exchange,
            at(
                "grid",
                "temperature",
                all([positive(), json!({ "type": ["array", "object"], "minItems": 2 })]),
            ),
        ),
        when(
            &protocol(&["heating", "cooling", "population-annealing"]),
            at("grid", "temperature", json!({ "type": ["array", "object"], "minItems": 2 })),
        ),
        when(&protocol(&["population-annealing"]), at("grid", "temperature", positive())),
        when(&all([exponential.clone(), sum.clone()]), without("grid", &["lambda"])),
        when(&all([exponential.clone(), sum.clone()]), at("grid", "temperature", zero())),
        when(&all([exponential, not(&sum)]), needs("grid", ["lambda"])),
        when(&taught_or_learns, needs("grid", ["quality", "examples"])),
        when(&not(&taught_or_learns), without("grid", &["quality"])),
        when(&not(&any([taught(), learns()])), without("grid", &["examples"])),
        when(&diluted, needs("grid", ["dilution"])),
        when(&not(&diluted), without("grid", &["dilution"])),
    ]
}

/// Where ⟨m⟩ of some start may fall through ½ between two loads.
fn refine_rules() -> Vec<Value> {
    let refined = needs("grid", ["refine"]);
    let exchange = has("dynamics", "replica_exchange", json!({ "const": true }));
    let several = json!({ "type": ["array", "object"], "minItems": 2 });
    let never = any([
        not(&json!({ "required": ["dynamics"] })),
        not(&kind(&["dense-hebbian", "supervised", "unsupervised"])),
        all([learns(), from_file()]),
        all([from_file(), not(&needs("grid", ["patterns"]))]),
        gaussian(),
        exchange,
        protocol(&["population-annealing"]),
        not(&sighted()),
    ]);
    let mut rules = vec![when(&never, without("grid", &["refine"]))];
    let loads = ["gamma", "alpha", "patterns"];
    rules.extend(loads.map(|load| when(&refined, at("grid", load, several.clone()))));
    rules
}

/// Whether some start knows the planted pattern; without a word there is one, but of Gaussian couplings.
fn sighted() -> Value {
    let sighted = json!({ "type": ["string", "object"], "not": { "enum": ["random", "cooled"] } });
    any([
        has("dynamics", "starts", some(sighted)),
        all([not(&needs("dynamics", ["starts"])), not(&gaussian())]),
    ])
}

fn dynamics_rules() -> Vec<Value> {
    let continuous = kind(&["continuous"]);
    let mean_fields = ["plefka", "plefka-assisted"];
    let keeps = |what: &str| has("dynamics", "keep", some(json!({ "const": what })));
    let exchange = has("dynamics", "replica_exchange", json!({ "const": true }));
    let none_of = |key: &str, like: Value| at("dynamics", key, none(like));
    let not_parallel = at("dynamics", "order", json!({ "not": { "const": "parallel" } }));
    let each = json!({ "type": "object", "required": ["each"] });
    let pattern_in_sight = json!({ "type": "object", "anyOf": [{ "required": ["corrupted"] }, { "required": ["each"] }, { "required": ["overlap"] }] });
    let until_equilibrated = has("dynamics", "until", json!({ "const": "equilibrated" }));
    let walk = protocol(&["heating", "cooling"]);
    let annealed = protocol(&["population-annealing"]);
    let joined = any([walk, annealed.clone()]);
    vec![
        when(&continuous, at("dynamics", "update", json!({ "const": "attention" }))),
        when(&continuous, without("dynamics", &["order", "replica_exchange"])),
        when(&continuous, at("dynamics", "protocol", json!({ "const": "independent" }))),
        when(&any([continuous.clone(), update(&["plefka"])]), without("dynamics", &OF_CHAINS)),
        when(&not(&continuous), at("dynamics", "update", json!({ "not": { "const": "attention" } }))),
        when(&update(&mean_fields), mean_field()),
        when(&gaussian(), at("dynamics", "update", json!({ "not": { "enum": mean_fields } }))),
        when(&update(&["plefka"]), at("dynamics", "order", json!({ "const": "random" }))),
        when(&update(&["plefka"]), at("dynamics", "replica_exchange", json!({ "const": false }))),
        when(&any([update(&["metropolis", "plefka-assisted"]), exchange.clone()]), not_parallel),
        when(&exchange, at("dynamics", "update", json!({ "not": { "const": "zero-temperature" } }))),
        when(
            &not(&all([update(&["plefka"]), kind(&["dense-hebbian"])])),
            none_of("starts", json!({ "const": "cooled" })),
        ),
        when(
            &not(&all([update(&["zero-temperature"]), kind(&["dense-hebbian", "exponential"])])),
            none_of("starts", each),
        ),
        when(&gaussian(), none_of("starts", any([json!({ "const": "planted" }), pattern_in_sight]))),
        when(&has("dynamics", "max_sweeps", json!(true)), until_equilibrated),
        when(&update(&["zero-temperature"]), at("dynamics", "until", json!({ "const": "measured" }))),
        when(
            &any([update(&["zero-temperature"]), exchange.clone()]),
            none_of("keep", json!({ "const": "curves" })),
        ),
        when(&not(&all([mean_field(), not(&gaussian())])), none_of("keep", json!({ "const": "plefka" }))),
        when(&keeps("plefka"), at("grid", "temperature", positive())),
        when(&gaussian(), none_of("keep", json!({ "const": "joint" }))),
        when(&keeps("joint"), at("dynamics", "replicas", json!({ "minimum": 2 }))),
        when(&joined, at("dynamics", "update", json!({ "enum": ["glauber", "metropolis"] }))),
        when(&joined, at("dynamics", "replica_exchange", json!({ "const": false }))),
        when(&joined, at("dynamics", "until", json!({ "const": "measured" }))),
        when(&joined, none_of("keep", json!({ "enum": ["curves", "plefka"] }))),
        when(&annealed, at("dynamics", "order", json!({ "not": { "const": "parallel" } }))),
        when(&annealed, at("dynamics", "starts", json!({ "enum": ["random", ["random"]] }))),
        when(&annealed, at("dynamics", "keep", json!({ "const": [] }))),
        when(&annealed, at("dynamics", "replicas", json!({ "minimum": 2 }))),
        when(
            &all([keeps("joint"), exchange]),
            at("dynamics", "starts", json!({ "not": { "enum": ["random", ["random"]] } })),
        ),
    ]
}

/// Which figures a scenario can ask for.
fn figure_choices() -> Vec<Value> {
    let named = |kinds: &[&str]| json!({ "properties": { "kind": { "enum": kinds } } });
    let never = |kinds: &[&str]| json!({ "properties": { "kind": { "not": { "enum": kinds } } } });
    let showing = |kind: &str, quantities: &[&str]| json!({ "required": ["kind", "quantity"], "properties": { "kind": { "const": kind }, "quantity": { "enum": quantities } } });
    let unless = |condition: Value, figure: Value| when(&not(&condition), each_figure(not(&figure)));
    let dynamics = json!({ "required": ["dynamics"] });
    let from_three_on = at("model", "interaction_order", none(json!({ "const": 2 })));
    let corrupted = has("dynamics", "starts", some(json!({ "type": "object", "required": ["corrupted"] })));
    let landscape = showing("plefka", &["landscape", "states"]);
    let learnt: Vec<&str> =
        MultitaskingQuantity::NAMES.iter().filter(|(_, q)| q.learns()).map(|(name, _)| *name).collect();
    let taught_alone = json!({ "required": ["quantity"], "properties": { "kind": { "const": "multitasking" }, "quantity": { "enum": learnt } } });
    // Absent, they are planted and random.
    let begins = |word: &'static str, usual: bool| {
        let given = has("dynamics", "starts", some(json!({ "const": word })));
        let condition = if usual { any([given, not(&needs("dynamics", ["starts"]))]) } else { given };
        unless(condition, json!({ "required": ["start"], "properties": { "start": { "const": word } } }))
    };
    vec![
        begins("planted", true),
        begins("random", true),
        begins("cooled", false),
        each_figure(never(&["capacity-scaling"])),
        when(&kind(&["exponential", "continuous"]), each_figure(named(&["modern"]))),
        when(&kind(&["multitasking"]), each_figure(named(&MULTITASKING_FIGURES))),
        when(&all([learns(), from_file()]), each_figure(named(&["classification", "survival"]))),
        when(&all([learns(), not(&from_file())]), each_figure(named(&["learning", "survival"]))),
        when(
            &kind(&["dense-hebbian"]),
            each_figure(never(&["modern", "multitasking", "learning", "classification"])),
        ),
        when(&kind(&["exponential"]), each_figure(at_quantity(&["capacity", "retrieval"]))),
        when(&kind(&["continuous"]), each_figure(at_quantity(&["phases", "participation", "one-step"]))),
        when(&from_file(), each_figure(never(&["plefka", "rsb", "multitasking", "transition"]))),
        when(&not(&from_file()), each_figure(never(&["recall-panel"]))),
        when(&gaussian(), each_figure(never(&["plefka", "transition"]))),
        when(&taught(), each_figure(taught_alone)),
        unless(taught(), showing("multitasking", &learnt)),
        unless(
            dynamics.clone(),
            json!({ "required": ["kind"], "properties": { "kind": { "enum": SIMULATED_FIGURES } } }),
        ),
        unless(dynamics, json!({ "required": ["start"] })),
        unless(
            corrupted,
            any([
                json!({ "required": ["kind"], "properties": { "kind": { "const": "recall-panel" } } }),
                json!({ "required": ["x"], "properties": { "x": { "const": "corrupted" } } }),
            ]),
        ),
        unless(
            sighted(),
            json!({ "required": ["kind"], "properties": { "kind": { "enum": ["survival", "transition"] } } }),
        ),
        unless(all([update(&["plefka"]), from_three_on.clone()]), landscape),
        unless(from_three_on, showing("rsb", &["complexity"])),
        unless(
            has("theory", "compare", some(json!({ "const": "1rsb" }))),
            showing("rsb", &["staircase", "theta"]),
        ),
    ]
}

/// What is drawn of diluted patterns.
const MULTITASKING_FIGURES: [&str; 8] = [
    "multitasking",
    "retrieval-curve",
    "energy-curve",
    "overlap-distribution",
    "relaxation",
    "exchange",
    "freezing",
    "survival",
];
/// Figures of what only a simulation has.
const SIMULATED_FIGURES: [&str; 8] = [
    "overlap-distribution",
    "relaxation",
    "exchange",
    "freezing",
    "survival",
    "transition",
    "classification",
    "modern",
];

fn at_quantity(quantities: &[&str]) -> Value {
    json!({ "properties": { "quantity": { "enum": quantities } } })
}

/// Which keys an entry of `[[figures]]` has by its kind.
pub(super) fn figure_rules() -> Vec<Value> {
    let by_kind = |kind: &'static str| {
        let (mut keys, quantities) = figure_keys(kind);
        keys.push("kind");
        let is = json!({ "required": ["kind"], "properties": { "kind": { "const": kind } } });
        let mut then = json!({ "propertyNames": { "enum": keys }, "properties": {} });
        if let Some(quantities) = quantities {
            then["required"] = json!(["quantity"]);
            then["properties"]["quantity"] = json!({ "enum": quantities });
        }
        if kind == "rsb" {
            then["properties"]["x"] = json!({ "enum": names(&CurveVariable::NAMES[..2]) });
            then["properties"]["steps"] = json!({ "maximum": MOST_STEPS });
            let by_steps: Vec<&str> =
                RsbQuantity::NAMES.iter().filter(|(_, q)| q.by_steps()).map(|(n, _)| *n).collect();
            then["if"] = at_quantity(&by_steps);
            then["else"] = json!({ "properties": { "steps": false } });
        }
        if ["survival", "transition"].contains(&kind) {
            then["properties"]["start"] = json!({ "not": { "enum": ["random", "cooled"] } });
        }
        when(&is, then)
    };
    kind_names().into_iter().chain(["capacity-scaling"]).map(by_kind).collect()
}

fn names<T>(list: &[(&'static str, T)]) -> Vec<&'static str> {
    list.iter().map(|(name, _)| *name).collect()
}

/// The keys of a kind beside `kind` itself, and what `quantity` may be where it must be there.
fn figure_keys(kind: &str) -> (Vec<&'static str>, Option<Vec<&'static str>>) {
    let with = |mut keys: Vec<&'static str>, quantities| {
        keys.push("quantity");
        (keys, Some(quantities))
    };
    match kind {
        "phase-diagram" => (vec!["start"], None),
        "retrieval-curve" | "energy-curve" => (vec!["x", "start", "load", "temperature"], None),
        "recall-panel" => (vec!["images", "start"], None),
        "survival" => (vec!["start", "temperature"], None),
        "transition" => with(vec!["start", "temperature"], names(&TransitionQuantity::NAMES)),
        "overlap-distribution" | "relaxation" | "exchange" | "freezing" => {
            (vec!["start", "load", "temperature"], None)
        }
        "rsb" => with(vec!["x", "load", "temperature", "steps"], names(&RsbQuantity::NAMES)),
        "learning" => with(vec!["load", "temperature"], names(&LearningQuantity::NAMES)),
        "plefka" => with(vec!["load", "temperature"], names(&PlefkaQuantity::NAMES)),
        "classification" => {
            with(vec!["start", "examples", "temperature", "images"], names(&ClassificationQuantity::NAMES))
        }
        "modern" => with(vec!["start"], names(&ModernQuantity::NAMES)),
        "multitasking" => with(vec!["start", "dilution", "temperature"], names(&MultitaskingQuantity::NAMES)),
        // "capacity-scaling"
        _ => (Vec::new(), None),
    }
}
