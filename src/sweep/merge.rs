//! Joins shards: the union of their finished tasks as a run of its own.

use super::refine::refuse_of_parts;
use super::run::{LoadedRun, Summary, complete, load_run, unfinished_tasks, write_file};
use super::state_store::{StateStore, read_states};
use super::states::StateTable;
use super::store::{Store, Stored, read_stores};
use super::task::TaskResult;
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Joins the runs in `directories` (and what is in `out` already) into `out`, and writes its points.csv and manifest.json.
/// `warn` is told of files and tasks that are damaged: they count as missing.
///
/// # Errors
/// Directories of different runs, naming what differs; unequal duplicates; missing tasks, by name, unless `partial`.
pub fn merge(out: &Path, directories: &[PathBuf], partial: bool, warn: impl Fn(&str)) -> Result<Summary> {
    let begin = Instant::now();
    let Some((first, rest)) = directories.split_first() else {
        return Err(Error::bad_input("nothing to merge").remedy("merge OUT DIR…"));
    };
    let LoadedRun { scenario, mut finished, mut damaged, .. } = load_run(first)?;
    refuse_of_parts(&scenario, "a merge")?;
    let stores = out.join("store");
    let (mut states, own) = read_states(&stores)?;
    damaged.extend(own);
    let known = states.clone();
    states.unite(read_states(&first.join("store"))?.0).map_err(|e| e.at(first.display()))?;
    let identity = scenario.identity();
    for directory in rest {
        let LoadedRun { scenario: other, finished: tasks, damaged: more, .. } = load_run(directory)?;
        damaged.extend(more);
        let changes = identity.changes_from(&other.identity().text());
        if !changes.is_empty() {
            return Err(Error::bad_input(format!(
                "{} and {} are different runs: {}",
                directory.display(),
                first.display(),
                changes.join("; ")
            ))
            .remedy("merge takes shards of one scenario"));
        }
        if other.to_toml() != scenario.to_toml() {
            return Err(Error::bad_input(format!(
                "{} and {} have the same identity but other grids, samples, theory or figures",
                directory.display(),
                first.display()
            ))
            .remedy(
                "give all shards the same scenario; to join runs of different grids, extend one of them",
            ));
        }
        absorb(&mut finished, tasks)?;
        states.unite(read_states(&directory.join("store"))?.0).map_err(|e| e.at(directory.display()))?;
    }
    let Stored { tasks: present, damaged: own, .. } = read_stores(&stores, &identity)?;
    damaged.extend(own);
    damaged.iter().for_each(|damage| warn(&damage.to_string()));
    // What is new to OUT, recorded there.
    let mut store = Store::new(&stores, &identity);
    let mut keys: Vec<&String> = finished.keys().collect();
    keys.sort();
    let mut ran = 0;
    for key in keys {
        let result = &finished[key];
        let known = present.get(key);
        let mut fresh = result.clone();
        fresh.chains.retain(|chain| {
            !known.is_some_and(|k| {
                k.chains.iter().any(|c| c.temperature == chain.temperature && c.start == chain.start)
            })
        });
        if !fresh.chains.is_empty() {
            store.record(&fresh, 0.0)?;
            ran += 1;
        }
    }
    absorb(&mut finished, present)?;
    std::fs::create_dir_all(out).map_err(|e| Error::io("create", out, &e))?;
    write_file(&out.join("scenario.toml"), scenario.to_toml().as_bytes())?;
    let missing = unfinished_tasks(&scenario, &finished)?;
    if !missing.is_empty() && !partial {
        let names: Vec<String> = missing.iter().take(10).map(|task| task.key()).collect();
        let more = if missing.len() > names.len() {
            format!(" and {} more", missing.len() - names.len())
        } else {
            String::new()
        };
        return Err(Error::failed(format!(
            "{} tasks are missing: {}{more}",
            missing.len(),
            names.join("; ")
        ))
        .remedy("run the missing shards and merge again, or take what is there with --partial"));
    }
    let solved = record_states(&scenario, &stores, &known, &mut states)?;
    complete(&scenario, finished, states, out, (ran, solved), begin)
}

/// Solves what no shard has solved, and records what is new to OUT. Returns how many temperatures were solved now.
fn record_states(
    scenario: &Scenario,
    stores: &Path,
    known: &StateTable,
    states: &mut StateTable,
) -> Result<usize> {
    let solved = states.missing(scenario)?.len();
    states.complete(scenario)?;
    let mut store = StateStore::new(stores);
    for task in known.missing(scenario)? {
        store.record(&task, &states.of_task(&task))?;
    }
    Ok(solved)
}

/// Adds tasks to those already known; the same chain must have the same numbers.
fn absorb(finished: &mut HashMap<String, TaskResult>, tasks: HashMap<String, TaskResult>) -> Result<()> {
    for (_, result) in tasks {
        super::store::unite(finished, result)?;
    }
    Ok(())
}
