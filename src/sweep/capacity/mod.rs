//! K_c(N) by simulation: searches of all goals side by side, round by round, each piece of a round recorded as it finishes.

mod figure;
mod folder;
mod scaling;
mod search;
mod store;
mod table;
mod tables;
mod trial;

pub use figure::figures;
pub use folder::{LoadedCapacity, SearchStatus, load_capacity};
pub use scaling::{Scaling, scalings};
pub use search::{Limits, Next, Tallies, estimate, next};
pub use store::SCHEMA_VERSION as STORE_SCHEMA;
pub use table::{Row, Theory, capacity_table, rows, to_json};
pub use tables::{TABLES, exponents_table, extrapolations_table, headings, table};
pub use trial::Goal;

use super::run::{Options, Progress, machine_memory, refuse_foreign, remove, write_file};
use crate::error::{Error, Kind, Result};
use crate::model::DenseHebbian;
use crate::params::InteractionOrder;
use crate::scenario::{CapacityScenario, Definition};
use crate::theory::recall::recall;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use store::{CapacityStore, Outcomes, read_outcomes};

/// Trials recorded together.
const PIECE: usize = 16;

/// How a capacity run ended without an error.
pub enum CapacityOutcome {
    /// capacity.csv and capacity.json are written.
    Complete { rows: Vec<Row>, scalings: Vec<Scaling> },
    /// The time was up; trials run now.
    OutOfTime { trials: usize },
}

/// One search.
struct Search {
    goal: Goal,
    limits: Limits,
    tallies: Tallies,
    end: Option<Next>,
}

impl Search {
    fn new(goal: Goal, scenario: &CapacityScenario) -> Result<Self> {
        Ok(Self { goal, limits: limits(&goal, scenario)?, tallies: Tallies::new(), end: None })
    }
}

/// Runs the searches of a scenario to their ends, then writes capacity.csv and capacity.json.
///
/// # Errors
/// A directory of another run ([`crate::error::Kind::BadInput`], naming what differs), a trial that failed, a store that cannot be written, or a stop from
/// outside ([`crate::error::Kind::Interrupted`]); finished trials are kept in every case.
pub fn run_capacity(
    scenario: &CapacityScenario,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<CapacityOutcome> {
    let stores = options.directory.join("store");
    let identity = scenario.identity();
    refuse_foreign(&options.directory)?;
    if options.fresh {
        remove(&options.directory)?;
    }
    let mut searches: Vec<Search> =
        Goal::all(scenario).into_iter().map(|goal| Search::new(goal, scenario)).collect::<Result<_>>()?;
    let (mut outcomes, damaged) = read_outcomes(&stores, &identity)?;
    damaged.iter().for_each(|damage| progress.warning(&damage.to_string()));
    std::fs::create_dir_all(&stores).map_err(|e| Error::io("create", &stores, &e))?;
    write_file(&options.directory.join("scenario.toml"), scenario.to_toml().as_bytes())?;
    let mut store = CapacityStore::new(&stores, &identity);
    let workers = options.workers();
    let shared = Arc::new(scenario.clone());
    let (mut trials, mut failure) = (0, None);
    loop {
        let pieces = round(&mut searches, &outcomes);
        let todo = pieces.len();
        if todo == 0 {
            break;
        }
        progress.start("pieces of a round", 0, todo, pieces.iter().map(|piece| piece.cost).sum());
        let scenario = Arc::clone(&shared);
        // Of searches with a trial that failed: why. The others go on.
        let (mut failed, mut recorded) = (HashMap::new(), true);
        let ran = workers.run(
            pieces,
            |piece| format!("{} k={}", piece.goal.key(), piece.patterns),
            move |piece, stop| -> Result<Vec<bool>> {
                let sample = |sample| piece.goal.succeeds(&scenario, piece.patterns, sample, stop);
                (piece.first..piece.first + piece.count).map(sample).collect()
            },
            |piece, found, seconds| {
                let found = match found {
                    Ok(found) => found,
                    Err(error) => {
                        failed.insert(piece.goal.key(), error.to_string());
                        return Ok(());
                    }
                };
                progress.finished(piece.cost);
                trials += found.len();
                let written = store
                    .record(&piece.goal, piece.patterns, piece.first, &found, seconds)
                    .and_then(|()| outcomes.insert(piece.goal.key(), piece.patterns, piece.first, &found));
                recorded &= written.is_ok();
                written
            },
        );
        let ran = match ran {
            Err(error) if recorded && !failed.is_empty() && error.kind() != Kind::Interrupted => {
                for search in &mut searches {
                    search.end = search.end.take().or(failed.remove(&search.goal.key()).map(Next::Nowhere));
                }
                failure = failure.or(Some(error));
                continue;
            }
            other => other?,
        };
        if ran < todo {
            return Ok(CapacityOutcome::OutOfTime { trials });
        }
    }
    let rows = rows(scenario, searches.iter().map(|s| (s.goal, &s.tallies, s.end.as_ref())))?;
    let scalings = scalings(&rows);
    write_file(&options.directory.join("capacity.csv"), capacity_table(&rows).to_csv().as_bytes())?;
    let document = format!("{:#}\n", to_json(scenario, &rows, &scalings));
    write_file(&options.directory.join("capacity.json"), document.as_bytes())?;
    failure.map_or(Ok(CapacityOutcome::Complete { rows, scalings }), Err)
}

/// A part of a round: samples of one K.
struct Piece {
    goal: Goal,
    patterns: usize,
    first: usize,
    count: usize,
    cost: f64,
}

/// Takes every search as far as the known outcomes go. What is not known of their next rounds, the costliest first; nothing once all
/// searches are at their ends.
fn round(searches: &mut [Search], outcomes: &Outcomes) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for search in searches.iter_mut().filter(|search| search.end.is_none()) {
        loop {
            let wanted = match next(&search.tallies, &search.limits) {
                Next::Try(wanted) => wanted,
                end => {
                    search.end = Some(end);
                    break;
                }
            };
            let mut missing = Vec::new();
            let mut found = Vec::new();
            for &(patterns, count) in &wanted {
                let first = search.tallies.get(&patterns).map_or(0, |tally| tally.1);
                let known: Vec<Option<bool>> = (first..first + count)
                    .map(|sample| outcomes.get(&search.goal, patterns, sample))
                    .collect();
                let successes = known.iter().filter(|outcome| **outcome == Some(true)).count();
                found.push((patterns, successes, count));
                let unknown: Vec<usize> = (first..)
                    .zip(&known)
                    .filter(|(_, outcome)| outcome.is_none())
                    .map(|(at, _)| at)
                    .collect();
                for run in unknown.chunk_by(|a, b| a + 1 == *b).flat_map(|run| run.chunks(PIECE)) {
                    let cost = run.len() as f64 * search.goal.cost(patterns);
                    missing.push(Piece {
                        goal: search.goal,
                        patterns,
                        first: run[0],
                        count: run.len(),
                        cost,
                    });
                }
            }
            if !missing.is_empty() {
                pieces.extend(missing);
                break;
            }
            for (patterns, successes, count) in found {
                let tally = search.tallies.entry(patterns).or_default();
                *tally = (tally.0 + successes, tally.1 + count);
            }
        }
    }
    pieces.sort_by(|a, b| b.cost.total_cmp(&a.cost));
    pieces
}

/// (K_c, error) of one goal, searched here and now, and recorded nowhere: the numbers that a run has.
///
/// # Errors
/// A trial that failed; no K_c within the limits or the samples.
pub fn search_alone(goal: &Goal, scenario: &CapacityScenario) -> Result<(f64, f64)> {
    let mut search = [Search::new(*goal, scenario)?];
    let (mut outcomes, stop) = (Outcomes::default(), AtomicBool::new(false));
    loop {
        let pieces = round(&mut search, &outcomes);
        if pieces.is_empty() {
            break;
        }
        for piece in pieces {
            let sample = |sample| goal.succeeds(scenario, piece.patterns, sample, &stop);
            let found: Vec<bool> =
                (piece.first..piece.first + piece.count).map(sample).collect::<Result<_>>()?;
            outcomes.insert(goal.key(), piece.patterns, piece.first, &found)?;
        }
    }
    let [Search { tallies, end, .. }] = search;
    table::found(goal, &tallies, end.as_ref()).map(|found| (found.0, found.1)).map_err(Error::failed)
}

/// Where to look for K_c.
fn limits(goal: &Goal, scenario: &CapacityScenario) -> Result<Limits> {
    let (p, n) = (goal.order, goal.spins);
    let terms = terms(p, n);
    let guess = match goal.definition {
        // A load at which any network keeps, or nearly keeps, its patterns.
        Definition::Saturation => 0.6 / f64::from(p.get()) * terms * if p.get() == 2 { 0.4 } else { 1.0 },
        Definition::RecallOne => libm::exp(recall(p, n as u64)?.ln_k_one),
        Definition::RecallAll => libm::exp(recall(p, n as u64)?.ln_k_all),
    };
    let guess = guess.max(1.0);
    let far = (FARTHEST * guess).min(f64::from(i32::MAX)) as usize;
    let held = match machine_memory() {
        // Bits, their words, overlaps and the vectors of fields, of 32 trials at once: the same for any number of threads.
        Some(bytes) => bytes as f64 / 32.0 / (0.3 * n as f64 + 24.0),
        None => f64::INFINITY,
    };
    DenseHebbian::new(p, n, 1)?;
    // The largest K whose energies are integers of the machine.
    let (mut fits, mut beyond) = (1, far.max(2));
    if DenseHebbian::new(p, n, beyond).is_ok() {
        fits = beyond;
    }
    while beyond - fits > 1 {
        let middle = fits + (beyond - fits) / 2;
        if DenseHebbian::new(p, n, middle).is_ok() { fits = middle } else { beyond = middle }
    }
    let (most, beyond) = if held < fits as f64 {
        (held as usize, "the most that the memory of this machine holds")
    } else if fits < far {
        (fits, "beyond which energies are no longer integers of the machine")
    } else {
        (
            far,
            "64 times where any capacity is: this is no loss of patterns but descent, or time, that stops above the threshold",
        )
    };
    let most = most.max(1);
    let guess = (guess as usize).clamp(1, most);
    Ok(Limits { guess, most, beyond, samples: scenario.samples, fall: goal.fall() })
}

/// K is looked for up to this many times the first guess.
const FARTHEST: f64 = 64.0;

/// C(N−1, P−1), the number of terms with one spin.
pub(crate) fn terms(p: InteractionOrder, spins: usize) -> f64 {
    (1..p.get()).map(|j| (spins as f64 - f64::from(j)) / f64::from(j)).product()
}
