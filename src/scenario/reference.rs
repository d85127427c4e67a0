//! Every key of a scenario file, in one table: for the JSON Schema that editors complete from, and for people.
//!
//! Words come from the lists that the reader itself uses; `tests/scenario_schema.rs` holds the rest against the reader: every key that it
//! asks for stands here, nothing else does, and every default is the one that is written out.

use super::refine::{MOST_ADDED, Refined};
use super::{
    Ansatz, ClassificationQuantity, CouplingLaw, CurveVariable, Definition, Energy, Entries, Kind,
    LearningQuantity, ModernQuantity, MultitaskingQuantity, PlefkaQuantity, RsbQuantity, TransitionQuantity,
};
use crate::chain::Course;
use crate::dynamics::{Order, Update};
use crate::params::{InteractionOrder, LearningMode, Readable};
use std::fmt::Write;

/// A key of a table.
#[derive(Debug, Clone)]
pub struct Key {
    /// "" for the top of the file; `figures` is a list of tables
    pub table: &'static str,
    pub name: &'static str,
    pub form: Form,
    /// As it would be written, or in words; "" where there is none: the key is needed, or absent
    pub default: &'static str,
    /// In words: what it is, its symbol and unit, what it belongs to
    pub about: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone)]
pub enum Form {
    /// Text that can be a folder
    Name,
    /// A start, as it is called in points.csv
    Label,
    Bool,
    /// A whole number from … on
    Count(u64),
    /// A number within …
    Real(Interval),
    /// One of these words
    Word(Vec<&'static str>),
    /// So many of these words or more
    Words(usize, Vec<&'static str>),
    /// Numbers within …: one, a list, or { from, to, count, scale }
    Axis(Interval),
    /// Whole numbers from … to …, likewise
    CountAxis(u64, u64),
    /// P: a whole number, or a list of them
    Orders,
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
    /// What is refined, and by how many columns
    Refine(Vec<&'static str>),
}

/// Numbers between two ends, finite or not; an open end is not one of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub least: f64,
    pub most: f64,
    pub open_below: bool,
    pub open_above: bool,
}

impl Interval {
    const NOT_NEGATIVE: Self = Self::within(0.0, f64::INFINITY);
    const POSITIVE: Self = Self { open_below: true, ..Self::NOT_NEGATIVE };

    const fn within(least: f64, most: f64) -> Self {
        Self { least, most, open_below: false, open_above: false }
    }
}

/// The tables of a scenario file, in the order in which one would write them, and what each is about.
pub const TABLES: [(&str, &str); 8] = [
    ("", "At the top of the file"),
    ("model", "Which network stores what"),
    ("grid", "What is varied: a run is the product of these lists"),
    ("dynamics", "How it is simulated; without this table the scenario is theory alone"),
    ("disorder", "Over how many realisations of the patterns (or Gaussian couplings) is averaged"),
    ("theory", "What stands beside the data; without this table nothing does"),
    ("capacity", "Of `replicon capacity` alone, which looks for the load: the grid has none then"),
    ("figures", "One [[figures]] entry for each figure"),
];

fn names<T>(list: &[(&'static str, T)]) -> Vec<&'static str> {
    list.iter().map(|(name, _)| *name).collect()
}

/// All keys, table by table.
pub fn keys() -> Vec<Key> {
    let lists = [top(), model(), grid(), dynamics(), samples_and_theory(), figures()];
    let key = |(table, name, form, default, about)| Key { table, name, form, default, about };
    lists.into_iter().flatten().map(key).collect()
}

/// Table, key, form, default, about.
type Entry = (&'static str, &'static str, Form, &'static str, &'static str);

fn top() -> Vec<Entry> {
    vec![
        ("", "name", Form::Name, "", "Name of the run and of its folder, runs/<name>"),
        ("", "seed", Form::Count(0), "0", "Seed of every random stream of the run"),
    ]
}

fn model() -> Vec<Entry> {
    let table = "model";
    let p = "Interaction order P, how many spins a term of the energy couples; a list is the outermost axis of the grid. \
             Of the exponential network: polynomial networks that stand beside it; the continuous one has none";
    vec![
        (table, "kind", Form::Word(names(&Kind::NAMES)), "\"dense-hebbian\"", "The network"),
        (table, "interaction_order", Form::Orders, "", p),
        (
            table,
            "patterns",
            Form::Patterns,
            "\"random\"",
            "Independent random patterns, or those of a file; then N and K come from the file",
        ),
        (
            table,
            "couplings",
            Form::Word(names(&CouplingLaw::NAMES)),
            "\"hebbian\"",
            "Hebbian couplings of the patterns, or Gaussian ones of the same variance, γP!/(2N^{P−1}) for each P-tuple (P = 2: SK)",
        ),
        (
            table,
            "cue",
            Form::Real(Interval::within(0.0, 0.0)),
            "0",
            "Field h along the planted pattern, in units of the energy per spin; scenarios know 0, `replicon theory point --cue` any",
        ),
        (
            table,
            "held_out",
            Form::File,
            "",
            "Labelled patterns that are not learnt but told apart, one for each of disorder.samples; of classes learnt from a labelled file",
        ),
        (
            table,
            "centred",
            Form::Bool,
            "false",
            "Whether the part common to all classes is taken out of what is stored; of classes learnt from a labelled file",
        ),
        (
            table,
            "energy",
            Form::Word(names(&Energy::NAMES)),
            "\"lse\"",
            "Of the exponential network: −(1/λ) log Σ exp(λM), or −Σ exp(M)",
        ),
        (
            table,
            "entries",
            Form::Word(names(&Entries::NAMES)),
            "\"signs\"",
            "Of the continuous network's random patterns: ±1, or uniform on the sphere |ξ|² = N",
        ),
        (
            table,
            "learning",
            Form::Words(1, names(&LearningMode::NAMES)),
            "",
            "Of the multitasking network at P = 2: learns its patterns from examples, one way or both; absent: stores them",
        ),
    ]
}

fn grid() -> Vec<Entry> {
    let table = "grid";
    vec![
        (
            table,
            "spins",
            Form::Spins,
            "",
            "N, number of spins; absent in a theory-only sweep: the thermodynamic limit",
        ),
        (
            table,
            "gamma",
            Form::Axis(Interval::POSITIVE),
            "",
            "Load γ = P! K/(2 N^{P−1}), dimensionless; exactly one of gamma, alpha, patterns and rate is given. K is rounded",
        ),
        (
            table,
            "alpha",
            Form::Axis(Interval::POSITIVE),
            "",
            "Load α = K/N, dimensionless, of P = 2 alone (γ = α there)",
        ),
        (
            table,
            "patterns",
            Form::CountAxis(1, i32::MAX as u64),
            "",
            "K, number of patterns; of a file the first K of them, default all",
        ),
        (
            table,
            "rate",
            Form::Axis(Interval::NOT_NEGATIVE),
            "",
            "a of K = ⌊e^{aN}⌋, per spin; of the exponential network",
        ),
        (
            table,
            "temperature",
            Form::Temperatures,
            "",
            "T in units of the energy (k_B = 1, energies scaled so that a stored pattern has −N/2 at large N): 0 is the exact limit, else \
             1e-9 to 1e9. spacing = \"exchange\" is equal steps of 1/T",
        ),
        (
            table,
            "quality",
            Form::Axis(Interval { open_below: true, ..Interval::within(0.0, 1.0) }),
            "",
            "r, 0 < r ≤ 1: an entry of an example is that of its archetype with probability (1 + r)/2",
        ),
        (table, "examples", Form::CountAxis(1, u64::MAX), "", "M, number of examples of each archetype"),
        (
            table,
            "dilution",
            Form::Axis(Interval { open_above: true, ..Interval::within(0.0, 1.0) }),
            "",
            "d, 0 ≤ d < 1: the fraction of blank entries of multitasking patterns",
        ),
        (
            table,
            "lambda",
            Form::Axis(Interval::POSITIVE),
            "",
            "λ > 0 of the exponential network's energy \"lse\", per unit of M = Nm; 1 of \"sum\"",
        ),
        (
            table,
            "beta",
            Form::Axis(Interval::within(1e-9, 1e9)),
            "",
            "β of softmax(β ξ x), 1e-9 to 1e9, in the place of a temperature; of the continuous network",
        ),
        (
            table,
            "refine",
            Form::Refine(names(&Refined::NAMES)),
            "",
            "Adds loads, in rounds after the grid is finished, where the load at which ⟨m⟩ falls through ½ is uncertain: at most budget columns \
             (P, N, K), each with all samples, temperatures and starts; budget = 0 adds none yet",
        ),
    ]
}

fn dynamics() -> Vec<Entry> {
    let table = "dynamics";
    vec![
        (
            table,
            "update",
            Form::Word(names(&Update::NAMES)),
            "\"glauber\"",
            "How a configuration moves; of the continuous network \"attention\", and there alone",
        ),
        (table, "order", Form::Word(names(&Order::NAMES)), "\"random\"", "In which order sites are visited"),
        (
            table,
            "starts",
            Form::Starts,
            "[\"planted\", \"random\"]",
            "Where chains begin, each a row of points.csv. corrupted, each: fraction of flipped spins; overlap: m with the planted pattern",
        ),
        (table, "replicas", Form::Count(1), "2", "Independent chains of one sample; overlaps need two"),
        (table, "burn_in_sweeps", Form::Count(0), "200", "Sweeps before measuring; a sweep is N proposals"),
        (table, "measure_sweeps", Form::Count(1), "800", "Sweeps during which is measured, once a sweep"),
        (
            table,
            "replica_exchange",
            Form::Bool,
            "false",
            "Whether neighbouring temperatures exchange configurations after each sweep; needs two temperatures above 0",
        ),
        (
            table,
            "protocol",
            Form::Word(names(&Course::NAMES)),
            "\"independent\"",
            "How chains at different temperatures hang together: \"heating\" from the lowest and \"cooling\" from the highest go on at each from where \
             they were at the one before; \"population-annealing\" cools `replicas` configurations from β = 0",
        ),
        (
            table,
            "until",
            Form::Word(vec!["measured", "equilibrated"]),
            "\"measured\"",
            "\"equilibrated\" doubles the measuring time of a chain until it looks stationary",
        ),
        (
            table,
            "max_sweeps",
            Form::Count(1),
            "100000",
            "Most sweeps of a chain with until = \"equilibrated\"",
        ),
        (
            table,
            "lost_below",
            Form::Real(Interval::within(-1.0, 1.0)),
            "0.5",
            "m below which a planted state counts as lost, in the columns survived and lifetime",
        ),
        (
            table,
            "keep",
            Form::Words(0, vec!["series", "joint", "curves", "plefka"]),
            "[]",
            "What is kept of chains beside averages: every sweep, the histogram of (m, q), relaxation curves, a mean field solved beside them",
        ),
    ]
}

fn samples_and_theory() -> Vec<Entry> {
    vec![
        (
            "disorder",
            "samples",
            Form::Count(1),
            "8",
            "Realisations of the disorder; of `replicon capacity` trials for each definition, T, P and N, default 400",
        ),
        (
            "theory",
            "compare",
            Form::Words(1, names(&Ansatz::NAMES)),
            "[\"rs\"]",
            "Which replica theories stand beside the data in points.csv and figures",
        ),
        (
            "capacity",
            "definitions",
            Form::Words(1, names(&Definition::NAMES)),
            "all three",
            "What is asked of K patterns, with probability ½ over disorder",
        ),
        (
            "capacity",
            "threshold",
            Form::Thresholds,
            "0.5",
            "m, 0 < m < 1, that saturation asks for in every sweep; a table holds one for each P",
        ),
        ("capacity", "sweeps", Form::Count(1), "200", "For how many sweeps saturation asks for it"),
    ]
}

fn figures() -> Vec<Entry> {
    let table = "figures";
    let mut kinds = super::figures::kind_names();
    kinds.push("capacity-scaling");
    let lists = [
        names(&RsbQuantity::NAMES),
        names(&TransitionQuantity::NAMES),
        names(&LearningQuantity::NAMES),
        names(&PlefkaQuantity::NAMES),
        names(&ClassificationQuantity::NAMES),
        names(&ModernQuantity::NAMES),
        names(&MultitaskingQuantity::NAMES),
    ];
    let mut quantities = lists.concat();
    quantities.sort_unstable();
    quantities.dedup();
    vec![
        (
            table,
            "kind",
            Form::Word(kinds),
            "",
            "What is drawn; \"capacity-scaling\" of `replicon capacity` alone",
        ),
        (
            table,
            "quantity",
            Form::Word(quantities),
            "",
            "Of the kinds rsb, learning, plefka, classification, transition, modern and multitasking, each with its own: what of it",
        ),
        (
            table,
            "x",
            Form::Word(names(&CurveVariable::NAMES)),
            "\"temperature\"",
            "Of curves and rsb: the variable of the axis",
        ),
        (
            table,
            "start",
            Form::Label,
            "\"planted\" where it is one",
            "From which start, by its label in points.csv: \"planted\", \"random\", \"corrupted=0.2\", …",
        ),
        (
            table,
            "load",
            Form::Real(Interval::NOT_NEGATIVE),
            "the middle one",
            "At the load of the grid nearest to this, γ (of P = 2: α)",
        ),
        (
            table,
            "temperature",
            Form::Real(Interval::NOT_NEGATIVE),
            "by kind",
            "At the temperature of the grid nearest to this, in units of the energy",
        ),
        (
            table,
            "steps",
            Form::Count(1),
            "4",
            "Of rsb: most steps of RSB, up to 12, of \"spinodals\", \"thermodynamic\", \"ladder\" and \"steps\"",
        ),
        (table, "examples", Form::Count(1), "the most", "Of classification: at this number M of examples"),
        (
            table,
            "dilution",
            Form::Real(Interval::within(0.0, 1.0)),
            "the middle one",
            "Of multitasking: at the dilution d of the grid nearest to this",
        ),
        (table, "images", Form::Count(1), "6, of classification 10", "Rows of a panel of images"),
    ]
}

impl Interval {
    fn words(&self) -> String {
        let Self { least, most, .. } = *self;
        // The zeros of 0.000000001 would have to be counted.
        let shown = |x: f64| if x.abs() < 1e6 { Readable(x).to_string() } else { format!("{x:e}") };
        match (least == most, self.open_below, most.is_finite(), self.open_above) {
            (true, ..) => shown(least),
            (false, false, false, _) => format!("number from {} on", shown(least)),
            (false, true, false, _) => format!("number above {}", shown(least)),
            (false, false, true, false) => format!("number from {} to {}", shown(least), shown(most)),
            (false, false, true, true) => format!("number from {} to below {}", shown(least), shown(most)),
            (false, true, true, false) => format!("number above {}, up to {}", shown(least), shown(most)),
            (false, true, true, true) => format!("number between {} and {}", shown(least), shown(most)),
        }
    }
}

impl Form {
    /// What may be written, in words.
    fn words(&self) -> String {
        let quoted = |words: &[&str]| words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
        const FILE: &str = "{ file, array, threshold, index = [from, to], labels }";
        match self {
            Self::Label => "text".into(),
            Self::Name => "text that can be a folder: one line, no slash, no leading dot".into(),
            Self::Bool => "true, false".into(),
            Self::Count(least) => format!("whole number from {least} on"),
            Self::Real(interval) => interval.words(),
            Self::Word(words) => quoted(words),
            Self::Words(_, words) => format!("list of {}", quoted(words)),
            Self::Axis(interval) => format!("axis: {}", interval.words()),
            Self::CountAxis(least, u64::MAX) => format!("axis: whole number from {least} on"),
            Self::CountAxis(least, most) => format!("axis: whole number from {least} to {most}"),
            Self::Orders => format!("whole number from 2 to {}, or a list of them", InteractionOrder::MAX),
            Self::Temperatures => {
                "axis: 0, or number from 1e-9 to 1e9; or { from, to, count, spacing = \"exchange\" }".into()
            }
            Self::Spins => "axis: whole number from 1 on; of capacity also { p2 = […], … }".into(),
            Self::Thresholds => "number between 0 and 1, or { p2 = …, … }".into(),
            Self::Patterns => format!("\"random\", or {FILE}"),
            Self::File => FILE.into(),
            Self::Refine(words) => {
                format!("{{ on = {}, budget = whole number from 0 to {MOST_ADDED} }}", quoted(words))
            }
            Self::Starts => {
                "list of \"planted\", \"random\", \"cooled\", { corrupted = fraction }, { each = fraction }, \
                             { overlap = m }, { file = path }"
                    .into()
            }
        }
    }
}

/// Whether it is a value as it would be written, not words about one.
fn is_toml(default: &str) -> bool {
    format!("value = {default}").parse::<toml::Table>().is_ok()
}

/// The table of keys in Markdown, table by table: key, what may be written, default, what it is and its unit.
pub fn markdown() -> String {
    // A bar would end the cell.
    let cell = |text: &str| text.replace('|', "\\|");
    let mut text = "# Scenario files\n\nAn *axis* is one value, a list of them, or `{ from, to, count }` with `scale = \"linear\"` (default) or `\"log\"`.\n\n".to_string();
    for (table, about) in TABLES {
        let title = match table {
            "" => "Top of the file".to_string(),
            "figures" => "`[[figures]]`".to_string(),
            table => format!("`[{table}]`"),
        };
        let head = "| key | values | default | what it is |\n|---|---|---|---|\n";
        let about = if table.is_empty() { String::new() } else { format!("{about}.\n\n") };
        // Writing to a String cannot fail.
        let _ = write!(text, "## {title}\n\n{about}{head}");
        for key in keys().iter().filter(|key| key.table == table) {
            let default = match key.default {
                "" => "–".into(),
                default if is_toml(default) => format!("`{}`", cell(default)),
                words => cell(words),
            };
            let _ = writeln!(
                text,
                "| `{}` | {} | {default} | {} |",
                key.name,
                cell(&key.form.words()),
                cell(key.about)
            );
        }
        text.push('\n');
    }
    text
}
