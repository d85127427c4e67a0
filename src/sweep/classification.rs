//! Held-out patterns told apart: the class that a chain ends in, beside those that linear readers see in the bits it began with.

use super::columns::{ERROR, Heading, headings};
use super::points::Row;
use super::reader_store::trained;
use super::task::{ChainRecord, TaskResult, task_examples};
use crate::error::{Error, Result};
use crate::estimators::logistic::{Logistic, Training, largest};
use crate::estimators::{jackknife, mean};
use crate::model::{Patterns, Spins};
use crate::scenario::{Column, Scenario, Task};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

/// The columns of points.csv, in their order.
pub(super) const COLUMNS: &[Heading] = headings! {
    "accuracy"                  Real  "1" "Fraction of held-out patterns whose class is recalled: nearest archetype of where the chain ended"
    "accuracy_err"              Real  "1" ERROR
    "accuracy_cue"              Real  "1" "Fraction read rightly by the nearest archetype of the cue"
    "accuracy_cue_err"          Real  "1" ERROR
    "accuracy_nearest_mean"     Real  "1" "Fraction read rightly by the nearest mean example of the cue"
    "accuracy_nearest_mean_err" Real  "1" ERROR
    "accuracy_logistic"         Real  "1" "Fraction read rightly by logistic regression of the cue"
    "accuracy_logistic_err"     Real  "1" ERROR
    "unread"                    Whole "1" "Held-out patterns without an answer: mean fields that did not converge"
};

/// The usual ridge, ½ Σ w² beside the summed loss.
const RIDGE: f64 = 1.0;
/// Of the gradient of the mean loss: of 500 digits or clothes none is read otherwise at 1e-10, four are at 1e-4.
const TOLERANCE: f64 = 1e-7;
const MOST_STEPS: usize = 5000;

/// Classes read of one held-out pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Which held-out pattern.
    pub sample: usize,
    /// The class it is of.
    pub label: usize,
    /// The archetype nearest to where the chain ended.
    pub recalled: usize,
    /// The archetype nearest to where it began.
    pub cue: usize,
    /// Where it began, by the nearest mean example (Euclidean) and by logistic regression on the same examples.
    pub nearest_mean: usize,
    pub logistic: usize,
}

/// One of the classes read.
pub type Read = fn(&Reading) -> usize;

/// Those who read the bits that a chain began with.
pub const OF_THE_CUE: [(&str, Read); 3] = [
    ("nearest archetype", |r| r.cue),
    ("nearest mean", |r| r.nearest_mean),
    ("logistic regression", |r| r.logistic),
];

/// The readers of each number of examples, trained when first asked for, or found in the store of a run.
#[derive(Default)]
pub struct Readers {
    store: Option<PathBuf>,
    known: HashMap<u64, Reader>,
}

struct Reader {
    archetypes: Patterns,
    /// S_i = Σ_a η^a_i of each class.
    sums: Vec<Vec<i64>>,
    per_class: i64,
    logistic: Logistic,
}

impl Readers {
    /// Those of the run in a directory, where they are kept.
    pub fn of_run(directory: &Path) -> Self {
        Self { store: Some(directory.join("store")), known: HashMap::new() }
    }

    /// The readings of a row: of the tasks of its column, at its temperature and from its start. None of random starts, nor of mean
    /// fields that did not converge: those are counted as `unread`, apart from the wrong ones.
    ///
    /// # Errors
    /// Examples that do not fit into memory.
    pub(super) fn read(
        &mut self,
        scenario: &Scenario,
        row: &Row,
        tasks: &[&TaskResult],
    ) -> Result<Vec<Reading>> {
        if scenario.classes.is_none() || row.start == "random" {
            return Ok(Vec::new());
        }
        let (Some(lesson), Some(_)) = (row.column.lesson, tasks.first()) else { return Ok(Vec::new()) };
        let count = lesson.examples.count();
        let reader = match self.known.entry(count) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(empty) => empty.insert(Reader::new(scenario, &row.column, self.store.as_deref())?),
        };
        let read = |task: &&TaskResult| {
            let at = |c: &&ChainRecord| c.temperature == row.temperature && c.start == row.start;
            let chain = task.chains.iter().find(at)?;
            // A mean field that did not converge reads nothing.
            chain.measurement.mattis?;
            let (_, label) = scenario.held_out(&task.task)?;
            Some(reader.read((task.task.sample, label), &chain.first, &chain.last))
        };
        Ok(tasks.iter().filter_map(read).collect())
    }

    /// Why logistic regression of so many examples has no answer, where it has none.
    fn failure(&self, row: &Row) -> Option<String> {
        let reader = self.known.get(&row.column.lesson?.examples.count())?;
        let residual = reader.logistic.gradient;
        (residual > TOLERANCE).then(|| format!("not converged: the gradient is {residual:.1e}"))
    }

    /// The columns of a row from its readings.
    pub(super) fn fill(&self, row: &mut Row) {
        let unread = row.samples - row.readings.len();
        let told = row.column.lesson.is_some_and(|lesson| self.known.contains_key(&lesson.examples.count()));
        if !told || row.start == "random" {
            let reason = "only held-out patterns of classes are told apart, from starts on them";
            COLUMNS.iter().for_each(|heading| row.put(heading.name, None, reason));
            return;
        }
        row.put("unread", Some(unread as f64), "");
        let failure = self.failure(row);
        let recalled: Read = |r| r.recalled;
        let readers = std::iter::once(recalled).chain(OF_THE_CUE.map(|(_, read)| read));
        for (headings, read) in COLUMNS.chunks_exact(2).zip(readers) {
            let (value, error) = (headings[0].name, headings[1].name);
            let found = accuracy(&row.readings, read);
            let failed = failure.as_deref().filter(|_| value == "accuracy_logistic");
            let none =
                if row.readings.is_empty() { "no mean field converged" } else { "one sample has no scatter" };
            let reason = failed.unwrap_or(none);
            let found = found.filter(|_| failed.is_none());
            row.put(value, found.map(|f| f.0), reason);
            row.put(error, found.and_then(|f| f.1), reason);
        }
    }
}

/// The fraction read rightly, with its binomial error.
pub fn accuracy(readings: &[Reading], read: impl Fn(&Reading) -> usize) -> Option<(f64, Option<f64>)> {
    let right: Vec<f64> = readings.iter().map(|r| f64::from(u8::from(read(r) == r.label))).collect();
    jackknife(&right, mean)
}

impl Reader {
    fn new(scenario: &Scenario, column: &Column, store: Option<&Path>) -> Result<Self> {
        let Some((lesson, classes)) = column.lesson.zip(scenario.classes.as_ref()) else {
            return Err(Error::failed("classes of a model that learns none"));
        };
        let per_class = lesson.examples.count() as usize;
        let set = task_examples(scenario, &Task { column: column.clone(), sample: 0 }, lesson)?;
        let examples = classes.taught.examples(per_class)?;
        let rows: Vec<Vec<i8>> =
            (0..examples.count()).map(|nu| examples.row(nu).as_slice().to_vec()).collect();
        let labels: Vec<usize> = (0..rows.len()).map(|nu| nu / per_class).collect();
        let sum = |rows: &[Vec<i8>]| -> Vec<i64> {
            (0..examples.spins()).map(|i| rows.iter().map(|row| i64::from(row[i])).sum()).collect()
        };
        let training = Training { rows: &rows, labels: &labels, classes: column.patterns };
        Ok(Self {
            archetypes: set.archetypes().clone(),
            sums: rows.chunks_exact(per_class).map(sum).collect(),
            per_class: per_class as i64,
            logistic: trained(store, &training, || {
                Logistic::train(&training, RIDGE / rows.len() as f64, TOLERANCE, MOST_STEPS)
            }),
        })
    }

    fn read(&self, (sample, label): (usize, usize), first: &Spins, last: &Spins) -> Reading {
        Reading {
            sample,
            label,
            recalled: self.nearest_archetype(last),
            cue: self.nearest_archetype(first),
            nearest_mean: self.nearest_mean(first),
            logistic: self.logistic.class(first.as_slice()),
        }
    }

    fn nearest_archetype(&self, spins: &Spins) -> usize {
        let overlap = |mu: usize| f64::from(self.archetypes.overlap(mu, spins));
        largest(&(0..self.archetypes.count()).map(overlap).collect::<Vec<_>>())
    }

    /// The smallest |s − S/M|²: the largest 2M S·s − S², in exact integers.
    fn nearest_mean(&self, spins: &Spins) -> usize {
        let nearness = |sums: &Vec<i64>| {
            let terms = sums.iter().zip(spins.as_slice());
            let total: i64 = terms.map(|(sum, &s)| sum * (2 * self.per_class * i64::from(s) - sum)).sum();
            total as f64
        };
        largest(&self.sums.iter().map(nearness).collect::<Vec<_>>())
    }
}
