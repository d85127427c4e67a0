//! From a TOML document to a resolved scenario.

use super::classes::Classes;
use super::document::{Node, Table, scenario_name};
use super::dynamics::read_dynamics;
use super::figures::read_figures;
use super::modern::{self, Modern, read_orders, read_rates};
use super::multitasking::check_figures;
use super::own_axes::{read_dilutions, read_learning, read_lessons};
use super::source::{Files, PatternFileKey, StoredPatterns};
use super::theory::read_theory;
use super::{CouplingLaw, Kind, LoadAxis, PatternsFrom, Scenario, Shipped, refine};
use crate::chain::Start;
use crate::dynamics::Update;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::model::pattern_file::Zeros;
use crate::model::{DenseHebbian, DilutedPatterns, GaussianCouplings, examples};
use crate::params::{InteractionOrder, LearningMode, Load, Temperature};
use std::path::Path;
use std::sync::Arc;

/// Tasks of one run: each has a row in memory and in the store.
const MOST_TASKS: usize = 10_000_000;
/// Most values of { from, to, count }, and of a ladder for replica exchange.
pub(super) const MOST_VALUES: usize = 100_000;
pub(super) const MOST_RUNGS: usize = 1000;

impl Scenario {
    /// Reads and resolves a scenario file; pattern files are relative to it. `overrides` are `key=value`.
    ///
    /// # Errors
    /// Everything that can be wrong with a scenario, by file, line and key.
    pub fn from_file(path: &Path, overrides: &[String]) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| Error::io("read scenario", path, &e).as_kind(ErrorKind::BadInput))?;
        let directory = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Self::from_text(&text, &path.display().to_string(), &Files::Directory(directory), overrides)
    }

    /// One of the scenarios inside the binary.
    ///
    /// # Errors
    /// As [`Self::from_file`].
    pub fn from_shipped(shipped: &Shipped, overrides: &[String]) -> Result<Self> {
        Self::from_text(shipped.text, &format!("{}.toml", shipped.name), &Files::Shipped, overrides)
    }

    /// Reads a scenario from text; `file` is its name in messages.
    ///
    /// # Errors
    /// As [`Self::from_file`].
    pub fn from_text(text: &str, file: &str, files: &Files, overrides: &[String]) -> Result<Self> {
        let mut document = Node::parse(text, file)?;
        for assignment in overrides {
            document.set(assignment)?;
        }
        let root = document.as_table("")?;
        let scenario_name = scenario_name(&root)?;
        if let Some(node) = root.get("capacity") {
            let cause =
                Error::bad_input("a scenario of `replicon capacity`, which this command does not take");
            let remedy =
                "run `replicon capacity SCENARIO`; again, it goes on, or writes table and figures anew";
            return Err(node.because("[capacity]", &cause.remedy(remedy)));
        }
        let seed = root.get("seed").map_or(Ok(0), |node| node.as_count("seed", 0))? as u64;

        let model = root.need("model", "[model] with kind and interaction_order")?.as_table("model")?;
        let (orders, patterns, couplings, kind, (mut classes, mut modern, learning)) =
            read_model(&model, files)?;

        let dynamics_table = root.get("dynamics").map(|node| node.as_table("dynamics")).transpose()?;
        let update = match &dynamics_table {
            Some(table) => modern::read_update(table, kind)?,
            None => modern::usual_update(kind),
        };
        let grid_node = root.need("grid", "[grid] with spins, a load and temperature")?;
        let grid = grid_node.as_table("grid")?;
        let mode = kind.mode();
        let (qualities, examples) = match (&mut classes, mode) {
            (Some(classes), Some(mode)) => (Vec::new(), classes.read_grid(&grid, mode)?),
            _ => read_lessons(&grid, kind, &learning)?,
        };
        let dilutions = read_dilutions(&grid, kind, &patterns)?;
        modern.read_grid(&grid, kind)?;
        let refine = refine::read(&grid)?;
        let mean_field = matches!(update, Update::Plefka | Update::PlefkaAssisted);
        let stores_patterns = mode == Some(LearningMode::Unsupervised)
            && classes.as_ref().is_some_and(|classes| !classes.centred);
        if let (Some(_), true, false, Some(table)) = (mode, mean_field, stores_patterns, &dynamics_table) {
            let node = table.need("update", "\"glauber\"")?;
            let instead = "of learning models, the unsupervised ones of labelled patterns in plain storage have a mean field";
            return Err(node.not_yet("dynamics.update", instead));
        }
        if let (Kind::Multitasking, true, Some(table)) = (kind, mean_field, &dynamics_table) {
            let node = table.need("update", "\"glauber\"")?;
            return Err(node.not_yet("dynamics.update", "diluted patterns have no mean field"));
        }
        let (spins, mut load, temperatures) = read_grid(
            &grid,
            (&orders, kind, &modern),
            &patterns,
            couplings,
            update,
            dynamics_table.is_some(),
        )?;
        modern.check_temperatures(&grid, &temperatures)?;
        if let Some(classes) = &classes {
            load = classes.load();
        }
        // Supervised learning stores sums, centred storage integers, diluted patterns zeros: the mean field is one of signs.
        let has_mean_field = kind == Kind::DenseHebbian || stores_patterns;
        let dynamics = dynamics_table
            .map(|table| {
                read_dynamics(&table, update, (couplings, has_mean_field), files, &spins, &temperatures)
            })
            .transpose()?;

        let cooled = dynamics.as_ref().is_some_and(|plan| plan.starts.contains(&Start::Cooled));
        if let (true, true, Some(node)) = (cooled, kind != Kind::DenseHebbian, root.get("dynamics")) {
            return Err(node.refuse(
                "dynamics.starts",
                "\"random\": a \"cooled\" start knows model.kind = \"dense-hebbian\" alone",
            ));
        }
        modern::check_starts(kind, &dynamics, &root)?;
        let samples = match root.get("disorder") {
            Some(node) => {
                let table = node.as_table("disorder")?;
                let samples =
                    table.get("samples").map_or(Ok(8), |node| node.as_count("disorder.samples", 1))?;
                table.finish()?;
                samples
            }
            None => 8,
        };
        if let (Some(classes), Some(node)) = (&classes, root.get("disorder"))
            && samples > classes.held_out.labels().len()
        {
            let most = classes.held_out.labels().len();
            let accepted = format!("up to {most} samples: each begins on a held-out pattern of its own");
            return Err(node.refuse("disorder", &accepted));
        }
        let (theory, compare) = read_theory(&root, kind)?;
        let figures =
            read_figures(&root, &dynamics, &patterns, kind, (&orders, &compare), (couplings, &spins))?;
        check_figures(&root, &figures, &learning)?;
        root.finish()?;
        if dynamics.is_none() && !theory {
            return Err(Error::bad_input("neither [dynamics] nor [theory]").at(file).remedy(
                "add [dynamics] to simulate, or [theory] with compare = [\"rs\"] for a theory-only sweep",
            ));
        }
        let scenario = Self {
            name: scenario_name,
            seed,
            orders,
            patterns,
            couplings,
            kind,
            classes: classes.map(Arc::new),
            spins,
            load,
            refine,
            qualities,
            examples,
            learning,
            dilutions,
            modern,
            temperatures,
            dynamics,
            samples,
            compare,
            figures,
        };
        scenario.check_grid().map_err(|e| e.at("grid").at(file))?;
        scenario.check_lessons(&grid)?;
        scenario.check_refine(&grid)?;
        let load = ["gamma", "alpha", "patterns", "rate"]
            .into_iter()
            .find_map(|key| Some((grid.key(key), grid.get(key)?)));
        let (key, node) = load.unwrap_or(("grid".into(), grid_node));
        scenario.check().map_err(|e| node.because(&key, &e))?;
        let columns = scenario.columns()?.0.len() + scenario.refine_budget();
        let tasks = columns.saturating_mul(scenario.samples);
        if tasks > MOST_TASKS {
            return Err(Error::bad_input(format!("disorder.samples = {samples} makes {tasks} tasks"))
                .at(file)
                .remedy(format!("at most {MOST_TASKS} tasks (columns × samples) in one run")));
        }
        Ok(scenario)
    }

    /// Loads without patterns and energies beyond the integers, before anything runs.
    fn check(&self) -> Result<()> {
        for column in self.columns()?.0.iter().filter(|column| !column.is_limit()) {
            if column.interaction_order().is_none() {
                modern::check(column)?;
                continue;
            }
            if column.spins < column.order.get() as usize {
                return Err(Error::bad_input(format!("N = {} at P = {}", column.spins, column.order))
                    .remedy("one term of the Hamiltonian needs P different spins: N ≥ P"));
            }
            let (order, spins, patterns) = (column.order, column.spins, column.patterns);
            match (self.couplings, column.lesson) {
                (CouplingLaw::Gaussian, _) => GaussianCouplings::check(order, spins)?,
                (CouplingLaw::Hebbian, lesson) if column.dilution.is_some() => match lesson {
                    Some(lesson) => drop(DilutedPatterns::learnt_model(order, spins, patterns, lesson)?),
                    None => drop(DilutedPatterns::model(order, spins, patterns)?),
                },
                (CouplingLaw::Hebbian, None) => drop(DenseHebbian::new(order, spins, patterns)?),
                (CouplingLaw::Hebbian, Some(lesson)) if self.is_centred() => {
                    self.check_centred(order, lesson)?
                }
                (CouplingLaw::Hebbian, Some(lesson)) => match lesson.mode {
                    LearningMode::Supervised => drop(examples::supervised(order, spins, patterns, lesson)?),
                    LearningMode::Unsupervised => {
                        drop(examples::unsupervised(order, spins, patterns, lesson)?)
                    }
                },
            }
        }
        Ok(())
    }
}

pub(super) fn choice<T: Copy>(
    table: &Table<'_>,
    key: &'static str,
    choices: &[(&'static str, T)],
    default: T,
) -> Result<T> {
    table.get(key).map_or(Ok(default), |node| node.as_choice(&table.key(key), choices))
}

pub(super) fn count(table: &Table<'_>, key: &'static str, least: usize, default: usize) -> Result<usize> {
    table.get(key).map_or(Ok(default), |node| node.as_count(&table.key(key), least))
}

type Own = (Option<Classes>, Modern, Vec<LearningMode>);
type Model = (Vec<InteractionOrder>, PatternsFrom, CouplingLaw, Kind, Own);

fn read_model(model: &Table<'_>, files: &Files) -> Result<Model> {
    let mut kind = Kind::DenseHebbian;
    if let Some(node) = model.get("kind") {
        kind = node.as_choice("model.kind", &Kind::NAMES)?;
    }
    let mode = kind.mode();
    let orders = read_orders(model, kind)?;
    let patterns = match model.get("patterns") {
        Some(node) if node.is_table() => {
            let zeros = if kind == Kind::Multitasking { Zeros::Allowed } else { Zeros::Refused };
            PatternsFrom::File(Arc::new(read_pattern_file(node, "model.patterns", files, zeros)?))
        }
        Some(node) => {
            node.as_choice("model.patterns", &[("random", ())])
                .map_err(|e| e.remedy("accepted: \"random\", or { file = \"path\", array = …, threshold = 0.5, index = [from, to] }"))?;
            PatternsFrom::Random
        }
        None => PatternsFrom::Random,
    };
    let couplings = choice(model, "couplings", &CouplingLaw::NAMES, CouplingLaw::Hebbian)?;
    if let (CouplingLaw::Gaussian, PatternsFrom::File(_), Some(node)) =
        (couplings, &patterns, model.get("patterns"))
    {
        return Err(node.refuse("model.patterns", "nothing: Gaussian couplings know no patterns"));
    }
    let learning = "of model.kind = \"supervised\" and \"unsupervised\"";
    if let (true, CouplingLaw::Gaussian, Some(node)) =
        (kind != Kind::DenseHebbian, couplings, model.get("couplings"))
    {
        let accepted = format!("\"hebbian\": the couplings of model.kind = \"{kind}\"");
        return Err(node.refuse("model.couplings", &accepted));
    }
    if let Some(node) = model.get("cue")
        && node.as_real("model.cue")? != 0.0
    {
        return Err(match couplings {
            CouplingLaw::Gaussian => {
                node.refuse("model.cue", "0: Gaussian couplings know no pattern for a cue to point along")
            }
            CouplingLaw::Hebbian => node.not_yet("model.cue", "this version knows cue = 0"),
        });
    }
    let classes = match (mode, &patterns, model.get("patterns")) {
        (Some(_), PatternsFrom::File(stored), _) => Some(Classes::read(model, stored, files)?),
        (None, PatternsFrom::File(stored), Some(node)) if stored.key.labels.is_some() => {
            let accepted = format!("a file without labels: they are {learning}");
            return Err(node.refuse("model.patterns", &accepted));
        }
        _ => None,
    };
    if let (None, Some((key, node))) =
        (&classes, ["held_out", "centred"].into_iter().find_map(|key| Some((key, model.get(key)?))))
    {
        let accepted = format!("nothing: it belongs to patterns from a file {learning}");
        return Err(node.refuse(&model.key(key), &accepted));
    }
    let modern = Modern::read_model(model, kind, &patterns)?;
    let learning = read_learning(model, kind, &patterns, &orders)?;
    model.finish()?;
    Ok((orders, patterns, couplings, kind, (classes, modern, learning)))
}

/// model.patterns or model.held_out: which file, and what of it.
pub(super) fn read_pattern_file(
    node: &Node,
    key: &'static str,
    files: &Files,
    zeros: Zeros,
) -> Result<StoredPatterns> {
    let table = node.as_table(key)?;
    let text = |entry: &'static str| -> Result<Option<String>> {
        table.get(entry).map(|n| n.as_text(&table.key(entry)).map(String::from)).transpose()
    };
    table.need("file", "a path relative to the scenario")?;
    let file_key = PatternFileKey {
        file: text("file")?.unwrap_or_default(),
        array: text("array")?,
        threshold: table.get("threshold").map_or(Ok(0.5), |n| n.as_real(&table.key("threshold")))?,
        index: table.get("index").map(|n| range(n, &table.key("index"))).transpose()?,
        labels: text("labels")?,
    };
    let expected = text("sha256")?;
    table.finish()?;
    let stored = StoredPatterns::load(file_key, files, zeros).map_err(|e| node.because(key, &e))?;
    if expected.is_some_and(|expected| expected != stored.sha256) {
        return Err(node.because(
            key,
            &Error::bad_input(format!("the file's SHA-256 is now {}", stored.sha256))
                .remedy("the file changed since this scenario was resolved; put it back, or remove sha256"),
        ));
    }
    Ok(stored)
}

fn range(node: &Node, key: &str) -> Result<(usize, usize)> {
    match node.items() {
        [from, to] if node.is_list() => {
            let (from, to) = (from.as_count(key, 0)?, to.as_count(key, 0)?);
            if from < to {
                Ok((from, to))
            } else {
                Err(node.refuse(key, "[from, to] with from < to; to is not included"))
            }
        }
        _ => Err(node.refuse(key, "[from, to] with from < to; to is not included")),
    }
}

type GridLists = (Vec<usize>, LoadAxis, Vec<Temperature>);

fn read_grid(
    grid: &Table<'_>,
    (orders, kind, modern): (&[InteractionOrder], Kind, &Modern),
    patterns: &PatternsFrom,
    couplings: CouplingLaw,
    update: Update,
    simulated: bool,
) -> Result<GridLists> {
    let loads = ["gamma", "alpha", "patterns", "rate"].map(|key| (key, grid.get(key)));
    let given: Vec<_> = loads.iter().filter_map(|&(key, node)| node.map(|node| (key, node))).collect();
    if let [(first, _), (second, node), ..] = given.as_slice() {
        return Err(
            node.refuse(&format!("grid.{second}"), &format!("one load axis; grid.{first} is there already"))
        );
    }
    let real = |key: &'static str| move |item: &Node| item.as_real(key);
    let load_value = |key: &'static str| {
        move |item: &Node| Load::new(item.as_real(key)?).map(Load::get).map_err(|e| item.because(key, &e))
    };
    if let (Kind::Multitasking, Some((key, node))) = (kind, given.first())
        && *key != "patterns"
    {
        return Err(node
            .refuse(&format!("grid.{key}"), "grid.patterns = [K, …]: a finite number of diluted patterns"));
    }
    let load = match (given.first(), patterns) {
        (Some((key, node)), PatternsFrom::File(_)) if *key != "patterns" => {
            return Err(node.refuse(
                &format!("grid.{key}"),
                "with patterns from a file the load is grid.patterns = [K, …], or all of them",
            ));
        }
        (Some((key, node)), _) if couplings == CouplingLaw::Gaussian && *key != "gamma" => {
            return Err(node.refuse(&format!("grid.{key}"), "grid.gamma: the load of Gaussian couplings"));
        }
        (Some((key @ ("gamma" | "alpha"), node)), _)
            if matches!(kind, Kind::Exponential | Kind::Continuous) =>
        {
            return Err(node.refuse(&format!("grid.{key}"), &format!("grid.patterns: {}", modern::LOADS)));
        }
        (Some(("rate", node)), _) if kind != Kind::Exponential => {
            return Err(
                node.refuse("grid.rate", "another load: K = e^{aN} is of model.kind = \"exponential\"")
            );
        }
        (Some(("rate", node)), _) => LoadAxis::Rate(read_rates(node)?),
        (Some(("gamma", node)), _) => {
            LoadAxis::Gamma(real_axis(node, "grid.gamma", load_value("grid.gamma"))?)
        }
        (Some(("alpha", node)), _) => {
            if orders.iter().any(|p| p.get() != 2) {
                return Err(node.refuse("grid.alpha", "α = K/N is the load of P = 2 alone; write gamma"));
            }
            LoadAxis::Alpha(real_axis(node, "grid.alpha", load_value("grid.alpha"))?)
        }
        (Some((_, node)), _) => {
            let counts = whole_axis(node, "grid.patterns")?;
            if counts.last().is_some_and(|&most| most > i32::MAX as usize) {
                return Err(node.refuse("grid.patterns", "at most 2147483647 patterns"));
            }
            if let PatternsFrom::File(stored) = patterns
                && let Some(&most) = counts.last()
                && most > stored.patterns.count()
            {
                return Err(node.refuse(
                    "grid.patterns",
                    &format!("at most {} patterns are in the file", stored.patterns.count()),
                ));
            }
            LoadAxis::Patterns(counts)
        }
        (None, PatternsFrom::File(stored)) => LoadAxis::Patterns(vec![stored.patterns.count()]),
        (None, PatternsFrom::Random) if matches!(kind, Kind::Exponential | Kind::Continuous) => {
            return Err(grid.missing("patterns", modern::LOADS));
        }
        (None, PatternsFrom::Random) => {
            return Err(grid.missing("gamma", "one of grid.gamma, grid.alpha (P = 2), grid.patterns"));
        }
    };
    let spins = match (grid.get("spins"), patterns) {
        (Some(node), PatternsFrom::Random) => whole_axis(node, "grid.spins")?,
        (Some(node), PatternsFrom::File(stored)) => {
            let spins = whole_axis(node, "grid.spins")?;
            if spins != [stored.patterns.spins()] {
                return Err(node.refuse(
                    "grid.spins",
                    &format!(
                        "the file's patterns have {} spins; leave grid.spins out",
                        stored.patterns.spins()
                    ),
                ));
            }
            spins
        }
        (None, PatternsFrom::File(stored)) => vec![stored.patterns.spins()],
        // Theory alone: the thermodynamic limit, at the loads as given.
        (None, PatternsFrom::Random) if !simulated && !matches!(load, LoadAxis::Patterns(_)) => Vec::new(),
        (None, PatternsFrom::Random) => {
            return Err(grid.missing("spins", "N, or a list of them"));
        }
    };
    let temperatures = match grid.get("temperature") {
        _ if kind == Kind::Continuous => modern.temperatures()?,
        Some(node) => {
            let values = match exchange_ladder(node)? {
                Some(ladder) => ladder,
                None => real_axis(node, "grid.temperature", real("grid.temperature"))?,
            };
            let temperatures: Vec<Temperature> = values
                .into_iter()
                .map(|t| {
                    if t != 0.0 && !(1e-9..=1e9).contains(&t) {
                        return Err(
                            node.refuse("grid.temperature", "T = 0 (the exact limit), or 1e-9 ≤ T ≤ 1e9")
                        );
                    }
                    Temperature::new(t).map_err(|e| node.because("grid.temperature", &e))
                })
                .collect::<Result<_>>()?;
            if matches!(update, Update::Plefka | Update::PlefkaAssisted)
                && temperatures.iter().any(|t| t.is_zero())
            {
                return Err(node.refuse("grid.temperature", "T > 0: Plefka's expansion is in β"));
            }
            if update == Update::ZeroTemperature && temperatures.iter().any(|t| !t.is_zero()) {
                return Err(
                    node.refuse("grid.temperature", "0 alone: dynamics.update is \"zero-temperature\"")
                );
            }
            temperatures
        }
        None if update == Update::ZeroTemperature => vec![Temperature::ZERO],
        None => {
            return Err(grid.missing("temperature", "T ≥ 0, a list of them, or { from, to, count }"));
        }
    };
    if let Some(node) = grid.get("spacing") {
        return Err(node.not_yet("grid.spacing", "write the temperatures as a list"));
    }
    grid.finish()?;
    Ok((spins, load, temperatures))
}

/// { from, to, count, spacing = "exchange" }: equal steps of β. In the annealed paramagnet u = −(βγ/2)(N)_P/N^P, so that the
/// energy has the same variance, Nγ/2, at every β, and neighbours a step Δβ apart exchange with probability
/// erfc(Δβ √(Nγ)/(2√2)) all along the ladder; in the glass, where the variance is smaller, more often.
fn exchange_ladder(node: &Node) -> Result<Option<Vec<f64>>> {
    const KEY: &str = "grid.temperature";
    if !node.is_table() {
        return Ok(None);
    }
    let table = node.as_table(KEY)?;
    let Some(spacing) = table.get("spacing") else { return Ok(None) };
    spacing.as_choice("grid.temperature.spacing", &[("exchange", ())])?;
    let from = table.need("from", "the lowest temperature")?.as_real(KEY)?;
    let to = table.need("to", "the highest temperature")?.as_real(KEY)?;
    let count = table.need("count", "how many temperatures")?.as_count(&table.key("count"), 2)?;
    table.finish()?;
    if !(0.0 < from && from < to && count <= MOST_RUNGS) {
        return Err(node.refuse(KEY, &format!("0 < from < to and count from 2 to {MOST_RUNGS}")));
    }
    let steps = (count - 1) as f64;
    let temperature = |i: usize| {
        let beta = 1.0 / from + (1.0 / to - 1.0 / from) * i as f64 / steps;
        format!("{:.11e}", 1.0 / beta).parse().unwrap_or(1.0 / beta)
    };
    distinct(node, KEY, (0..count).map(temperature).collect()).map(Some)
}

/// A list of values in ascending order; a value given twice is refused.
pub(super) fn axis<T: PartialOrd + Copy>(
    node: &Node,
    key: &str,
    read: impl Fn(&Node) -> Result<T>,
) -> Result<Vec<T>> {
    let items = node.items();
    if items.is_empty() {
        return Err(node.refuse(key, "at least one value"));
    }
    let mut values: Vec<(T, usize)> =
        items.iter().enumerate().map(|(i, item)| Ok((read(item)?, i))).collect::<Result<_>>()?;
    // The first of equal values stays first, so that the other is the one refused.
    values.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal));
    if let Some(pair) = values.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(items[pair[1].1].refuse(key, "every value once"));
    }
    Ok(values.into_iter().map(|(value, _)| value).collect())
}

/// A list of numbers, or { from, to, count [, scale = "log"] }.
pub(super) fn real_axis(node: &Node, key: &str, read: impl Fn(&Node) -> Result<f64>) -> Result<Vec<f64>> {
    if !node.is_table() {
        return axis(node, key, read);
    }
    let table = node.as_table(key)?;
    let from = read(table.need("from", "the first value")?)?;
    let to = read(table.need("to", "the last value")?)?;
    let count = table.need("count", "how many values")?.as_count(&table.key("count"), 2)?;
    let logarithmic = choice(&table, "scale", &[("linear", false), ("log", true)], false)?;
    table.finish()?;
    if count > MOST_VALUES {
        return Err(node.refuse(key, &format!("count up to {MOST_VALUES}")));
    }
    if from >= to || (logarithmic && from <= 0.0) {
        return Err(node.refuse(key, "from < to, and from > 0 on a log scale"));
    }
    let steps = (count - 1) as f64;
    let values = (0..count)
        .map(|i| {
            let fraction = i as f64 / steps;
            let value = if logarithmic {
                from * libm::exp(fraction * libm::log(to / from))
            } else {
                from + fraction * (to - from)
            };
            // To 12 digits: 0.15 on a grid is the 0.15 that one would write.
            format!("{value:.11e}").parse().unwrap_or(value)
        })
        .collect();
    distinct(node, key, values)
}

/// Ascending or descending values that a computed axis may have rounded to one.
fn distinct(node: &Node, key: &str, values: Vec<f64>) -> Result<Vec<f64>> {
    match values.windows(2).any(|pair| pair[0] == pair[1]) {
        true => Err(node.refuse(key, "fewer values or a wider range: neighbours are equal to 12 digits")),
        false => Ok(values),
    }
}

pub(super) fn whole_axis(node: &Node, key: &str) -> Result<Vec<usize>> {
    if !node.is_table() {
        return axis(node, key, |item| item.as_count(key, 1));
    }
    let mut values: Vec<usize> = real_axis(node, key, |item| item.as_count(key, 1).map(|v| v as f64))?
        .iter()
        .map(|v| v.round() as usize)
        .collect();
    values.dedup();
    Ok(values)
}
