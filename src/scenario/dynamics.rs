//! What `[dynamics]` asks for, and how it is read.

use super::document::{Node, Table};
use super::read::{choice, count};
use super::source::Files;
use super::{CouplingLaw, DynamicsPlan};
use crate::chain::{Course, Protocol, Start};
use crate::dynamics::{AnyDynamics, Metropolis, Order, ReplicaExchange, Update};
use crate::error::Result;
use crate::params::Temperature;

pub(super) fn read_dynamics(
    table: &Table<'_>,
    update: Update,
    (couplings, stores_patterns): (CouplingLaw, bool),
    files: &Files,
    spins: &[usize],
    temperatures: &[Temperature],
) -> Result<DynamicsPlan> {
    let order = choice(table, "order", &Order::NAMES, Order::Random)?;
    let course = read_course(table, update, order, temperatures)?;
    let annealed = course == Course::PopulationAnnealing;
    if update == Update::Plefka {
        refuse_beside_plefka(table, order)?;
    }
    if update == Update::PlefkaAssisted && order == Order::Parallel {
        let node = table.need("order", "random or sequential")?;
        return Err(node
            .refuse("dynamics.order", "\"random\" or \"sequential\": the heat bath between the proposals"));
    }
    if let (Update::Plefka | Update::PlefkaAssisted, CouplingLaw::Gaussian, Some(node)) =
        (update, couplings, table.get("update"))
    {
        let accepted = "\"glauber\" or \"metropolis\": Plefka's reaction is averaged over Hebbian couplings";
        return Err(node.refuse("dynamics.update", accepted));
    }
    if update == Update::Metropolis && order == Order::Parallel {
        let node = table.need("order", "random or sequential")?;
        return Err(node.refuse("dynamics.order", Metropolis::PARALLEL_REFUSED));
    }
    let starts = match table.get("starts") {
        Some(node) => {
            let mut starts = Vec::new();
            for item in node.items() {
                let start = read_start(item, files, spins)?;
                let free = matches!(start, Start::Random | Start::Configuration(..));
                if couplings == CouplingLaw::Gaussian && !free {
                    return Err(item.refuse(
                        "dynamics.starts",
                        "\"random\" or { file = … }: Gaussian couplings have no planted pattern",
                    ));
                }
                if start == Start::Cooled && update != Update::Plefka {
                    return Err(item.refuse(
                        "dynamics.starts",
                        "\"random\": \"cooled\" is of dynamics.update = \"plefka\" alone",
                    ));
                }
                if matches!(start, Start::Each(_)) && update != Update::ZeroTemperature {
                    return Err(item.refuse(
                        "dynamics.starts",
                        "{ corrupted = … }: { each = … } is of dynamics.update = \"zero-temperature\" alone",
                    ));
                }
                if starts.contains(&start) {
                    return Err(item.refuse("dynamics.starts", "every start once"));
                }
                if annealed && start != Start::Random {
                    let accepted = "\"random\" beside \"population-annealing\", which begins at β = 0";
                    return Err(item.refuse("dynamics.starts", accepted));
                }
                starts.push(start);
            }
            if starts.is_empty() {
                return Err(node.refuse("dynamics.starts", "at least one start"));
            }
            starts
        }
        None if couplings == CouplingLaw::Gaussian || annealed => vec![Start::Random],
        None => vec![Start::Planted, Start::Random],
    };
    let protocol = Protocol {
        update,
        order,
        replicas: if annealed {
            count(table, "replicas", 2, POPULATION)?
        } else {
            count(table, "replicas", 1, 2)?
        },
        burn_in_sweeps: count(table, "burn_in_sweeps", 0, 200)?,
        measure_sweeps: count(table, "measure_sweeps", 1, 800)?,
        ..read_equilibration(table, (update, course), (couplings, stores_patterns), temperatures)?
    };
    let fewest = protocol.burn_in_sweeps.saturating_add(protocol.measure_sweeps);
    if let (Some(most), Some(node)) = (protocol.max_sweeps, table.get("max_sweeps").or(table.get("until")))
        && most < fewest
    {
        let accepted = format!("at least burn_in_sweeps + measure_sweeps = {fewest}, here at most {most}");
        return Err(node.refuse("dynamics.max_sweeps", &accepted));
    }
    let followed = starts.iter().any(Start::knows_the_planted_pattern) || !protocol.course.wanders();
    if let (true, Some(node)) = (protocol.keep.joint, table.get("keep"))
        && (couplings == CouplingLaw::Gaussian || protocol.replicas < 2 || !followed)
    {
        let accepted = "\"joint\", the histogram of (m, q), with two replicas and a pattern to follow: no Gaussian couplings, \
                        and under replica exchange not from random starts alone";
        return Err(node.refuse("dynamics.keep", accepted));
    }
    table.finish()?;
    Ok(DynamicsPlan { protocol, starts })
}

/// Size of a population without another wish.
const POPULATION: usize = 1000;

/// How temperatures hang together: `protocol` and `replica_exchange`.
fn read_course(
    table: &Table<'_>,
    update: Update,
    order: Order,
    temperatures: &[Temperature],
) -> Result<Course> {
    let course = choice(table, "protocol", &Course::NAMES, Course::Independent)?;
    let annealed = course == Course::PopulationAnnealing;
    if let (true, Some(node)) = (course.joins_temperatures(), table.get("protocol")) {
        let refuse = |accepted: &str| Err(node.refuse("dynamics.protocol", accepted));
        if temperatures.len() < 2 {
            return refuse("\"independent\" at a single temperature: the others lead through several");
        }
        if !matches!(update, Update::Glauber | Update::Metropolis) {
            return refuse("\"independent\", or dynamics.update = \"glauber\" or \"metropolis\"");
        }
        if annealed && (temperatures[0].is_zero() || order == Order::Parallel) {
            return refuse(
                "\"independent\", or temperatures above 0 in random or sequential order: a population is weighted by exp(-βH)",
            );
        }
    }
    let Some(node) = table.get("replica_exchange") else { return Ok(course) };
    if !node.as_bool("dynamics.replica_exchange")? {
        return Ok(course);
    }
    if course.joins_temperatures() {
        let accepted = format!("false beside dynamics.protocol = \"{}\"", course.name());
        return Err(node.refuse("dynamics.replica_exchange", &accepted));
    }
    if temperatures.len() < 2 || temperatures[0].is_zero() || order == Order::Parallel {
        let accepted = ReplicaExchange::<AnyDynamics>::ACCEPTED;
        return Err(node.refuse("dynamics.replica_exchange", &format!("false; {accepted}")));
    }
    Ok(Course::ReplicaExchange)
}

/// How temperatures hang together, when to stop, and what to keep; the rest of the protocol as by default.
fn read_equilibration(
    table: &Table<'_>,
    (update, course): (Update, Course),
    (couplings, stores_patterns): (CouplingLaw, bool),
    temperatures: &[Temperature],
) -> Result<Protocol> {
    let mut protocol = Protocol { course, ..Protocol::default() };
    let timed = course.is_walk() || course == Course::PopulationAnnealing;
    let until = [("measured", false), ("equilibrated", true)];
    let until_equilibrated = choice(table, "until", &until, false)?;
    match (table.get("max_sweeps"), until_equilibrated) {
        (Some(node), true) => protocol.max_sweeps = Some(node.as_count("dynamics.max_sweeps", 1)?),
        (None, true) => protocol.max_sweeps = Some(100_000),
        (Some(node), false) => {
            return Err(node.refuse("dynamics.max_sweeps", "it only with dynamics.until = \"equilibrated\""));
        }
        (None, false) => {}
    }
    if let (true, Some(node)) = (until_equilibrated && update == Update::ZeroTemperature, table.get("until"))
    {
        return Err(node.refuse("dynamics.until", "\"measured\": a descent ends by itself"));
    }
    if let (true, true, Some(node)) = (until_equilibrated, timed, table.get("until")) {
        let accepted = format!("\"measured\": the time at each temperature belongs to \"{}\"", course.name());
        return Err(node.refuse("dynamics.until", &accepted));
    }
    if let Some(node) = table.get("lost_below") {
        protocol.lost_below = match node.as_real("dynamics.lost_below")? {
            m if (-1.0..=1.0).contains(&m) => m,
            _ => return Err(node.refuse("dynamics.lost_below", "an overlap from -1 to 1")),
        };
    }
    for item in table.get("keep").map_or(&[][..], Node::items) {
        if course == Course::PopulationAnnealing {
            let accepted = "nothing beside \"population-annealing\": its members have no series of their own";
            return Err(item.refuse("dynamics.keep", accepted));
        }
        match item.as_choice("dynamics.keep", &[("series", 0), ("joint", 1), ("curves", 2), ("plefka", 3)])? {
            0 => protocol.keep.series = true,
            1 => protocol.keep.joint = true,
            3 if couplings == CouplingLaw::Gaussian
                || !stores_patterns
                || temperatures.iter().any(|t| t.is_zero()) =>
            {
                let accepted = "\"plefka\" with Hebbian couplings of patterns, not of sums or random examples, and T > 0";
                return Err(item.refuse("dynamics.keep", accepted));
            }
            3 if timed => {
                let accepted =
                    "\"plefka\" with dynamics.protocol = \"independent\": a mean field has no past";
                return Err(item.refuse("dynamics.keep", accepted));
            }
            3 => protocol.keep.plefka = true,
            _ if course.joins_temperatures() || update == Update::ZeroTemperature => {
                return Err(item.refuse(
                    "dynamics.keep",
                    "\"curves\" of a dynamics at one temperature above 0, of \"independent\" chains without replica exchange",
                ));
            }
            _ => protocol.keep.curves = true,
        }
    }
    Ok(protocol)
}

/// Plefka's mean field has no chain: what belongs to one is refused by name.
fn refuse_beside_plefka(table: &Table<'_>, order: Order) -> Result<()> {
    let refuse = |key: &'static str, accepted: &str| match table.get(key) {
        Some(node) => Err(node.refuse(&format!("dynamics.{key}"), accepted)),
        None => Ok(()),
    };
    if order != Order::Random {
        refuse("order", "nothing beside \"plefka\": all magnetisations move at once")?;
    }
    if table.get("replica_exchange").map(|node| node.as_bool("dynamics.replica_exchange")).transpose()?
        == Some(true)
    {
        refuse("replica_exchange", "false beside \"plefka\"")?;
    }
    refuse("until", "nothing beside \"plefka\": burn_in_sweeps + measure_sweeps is the most steps")?;
    refuse("lost_below", "nothing beside \"plefka\"")?;
    refuse("keep", "nothing beside \"plefka\"")
}

fn read_start(node: &Node, files: &Files, spins: &[usize]) -> Result<Start> {
    const KEY: &str = "dynamics.starts";
    const ACCEPTED: &str = "\"planted\", \"random\", \"cooled\", { corrupted = 0.2 }, { each = 0.2 }, { overlap = 0.6 }, { file = \"spins.txt\" }";
    if !node.is_table() {
        return node
            .as_choice(KEY, &[("planted", 0), ("random", 1), ("cooled", 2)])
            .map(|which| [Start::Planted, Start::Random, Start::Cooled][which].clone())
            .map_err(|e| e.remedy(format!("accepted: {ACCEPTED}")));
    }
    let table = node.as_table(KEY)?;
    if let Some(value) = table.get("each") {
        table.finish()?;
        return match value.as_real(KEY)? {
            f if (0.0..=1.0).contains(&f) => Ok(Start::Each(f)),
            _ => Err(value.refuse("dynamics.starts.each", "a fraction of flipped spins from 0 to 1")),
        };
    }
    let start = match (table.get("corrupted"), table.get("overlap"), table.get("file")) {
        (Some(value), None, None) => match value.as_real(KEY)? {
            f if (0.0..=1.0).contains(&f) => Start::Corrupted(f),
            _ => {
                return Err(
                    value.refuse("dynamics.starts.corrupted", "a fraction of flipped spins from 0 to 1")
                );
            }
        },
        (None, Some(value), None) => match value.as_real(KEY)? {
            m if (-1.0..=1.0).contains(&m) => Start::Overlap(m),
            _ => return Err(value.refuse("dynamics.starts.overlap", "an overlap from -1 to 1")),
        },
        (None, None, Some(value)) => {
            let file = value.as_text(KEY)?;
            let (path, configuration) =
                files.read_spins(file).map_err(|e| value.because("dynamics.starts.file", &e))?;
            if spins != [configuration.len()] {
                return Err(value.refuse(
                    "dynamics.starts.file",
                    &format!("grid.spins = {}, as the file has", configuration.len()),
                ));
            }
            Start::Configuration(path, configuration)
        }
        _ => return Err(node.refuse(KEY, ACCEPTED)),
    };
    table.finish()?;
    Ok(start)
}
