//! Classes learnt from files of labelled patterns, and held-out patterns to be told apart.

use super::document::Table;
use super::read::read_pattern_file;
use super::source::{Files, StoredPatterns};
use super::{LoadAxis, Scenario, Task};
use crate::error::{Error, Result};
use crate::model::examples::Stored;
use crate::model::labelled::{self, LabelledPatterns};
use crate::model::pattern_file::Zeros;
use crate::model::{ExampleSet, Spins};
use crate::params::{Examples, InteractionOrder, LearningMode, Lesson, Quality};
use std::sync::Arc;

/// What is learnt and what is asked about it.
#[derive(Debug, Clone)]
pub struct Classes {
    pub taught: LabelledPatterns,
    pub held_out: LabelledPatterns,
    pub held_out_file: StoredPatterns,
    /// Whether the common part is taken out of what is stored.
    pub centred: bool,
    /// Quality of the first M examples of every class, by M.
    pub(super) qualities: Vec<(usize, Quality)>,
}

impl Classes {
    /// model.patterns with labels, model.held_out and model.centred.
    pub(super) fn read(model: &Table<'_>, stored: &StoredPatterns, files: &Files) -> Result<Self> {
        const HELD_OUT: &str = "model.held_out";
        let (patterns, labels) = (model.get("patterns"), "{ file = …, labels = … }");
        let taught = stored.labelled().map_err(|e| match patterns {
            Some(node) => node.because("model.patterns", &e),
            None => e,
        })?;
        let node = model.need(
            "held_out",
            &format!("{labels}: patterns that are not learnt, one for each of disorder.samples"),
        )?;
        let held_out_file = read_pattern_file(node, HELD_OUT, files, Zeros::Refused)?;
        let held_out = held_out_file.labelled().map_err(|e| node.because(HELD_OUT, &e))?;
        let (n, there) = (taught.patterns().spins(), held_out.patterns().spins());
        if n != there {
            let error =
                Error::bad_input(format!("patterns of {there} spins, those of model.patterns have {n}"))
                    .remedy("held-out patterns are of the same size");
            return Err(node.because(HELD_OUT, &error));
        }
        if let Some(row) = held_out.labels().iter().position(|&label| label >= taught.classes()) {
            let label = held_out.labels()[row];
            let error = Error::bad_input(format!("row {row} is of class {label}"))
                .remedy(format!("model.patterns teaches the classes 0 to {}", taught.classes() - 1));
            return Err(node.because(HELD_OUT, &error));
        }
        if let (Err(error), Some(node)) = (taught.examples(1), patterns) {
            return Err(node.because("model.patterns", &error));
        }
        let centred = model.get("centred").map_or(Ok(false), |node| node.as_bool("model.centred"))?;
        Ok(Self { taught, held_out, held_out_file, centred, qualities: Vec::new() })
    }

    /// grid.examples; a load or a quality is refused, for both are those of the file.
    pub(super) fn read_grid(&mut self, grid: &Table<'_>, mode: LearningMode) -> Result<Vec<usize>> {
        for (key, known) in [
            ("quality", "the quality is that of the file"),
            ("patterns", "K is the number of classes"),
            ("gamma", "K is the number of classes"),
            ("alpha", "K is the number of classes"),
        ] {
            if let Some(node) = grid.get(key) {
                return Err(node.refuse(&grid.key(key), &format!("nothing: {known}")));
            }
        }
        const KEY: &str = "grid.examples";
        let node = grid.need("examples", "numbers M ≥ 1 of examples a class")?;
        let counts = super::read::whole_axis(node, KEY)?;
        for &count in &counts {
            let examples = self.taught.examples(count).map_err(|e| node.because(KEY, &e))?;
            let quality = labelled::quality(&examples, count).map_err(|e| node.because(KEY, &e))?;
            self.qualities.push((count, quality));
            if self.centred {
                let lesson = Lesson { mode, examples: Examples::new(quality, count as u64)? };
                ExampleSet::centred(lesson, &examples).map_err(|e| node.because("model.centred", &e))?;
            }
        }
        Ok(counts)
    }

    /// K, the only load there is.
    pub(super) fn load(&self) -> LoadAxis {
        LoadAxis::Patterns(vec![self.taught.classes()])
    }

    /// Archetypes and what is stored, from the first M examples of each class.
    ///
    /// # Errors
    /// A class with fewer, or examples that do not fit into memory.
    pub fn example_set(&self, lesson: Lesson) -> Result<ExampleSet> {
        let examples = self.taught.examples(lesson.examples.count() as usize)?;
        if self.centred {
            ExampleSet::centred(lesson, &examples)
        } else {
            ExampleSet::from_examples(lesson, &examples)
        }
    }
}

impl Scenario {
    /// The held-out pattern of a task and its class, where classes are learnt from files.
    pub fn held_out(&self, task: &Task) -> Option<(Spins, usize)> {
        let held_out = &self.classes.as_ref()?.held_out;
        (task.sample < held_out.labels().len()).then(|| held_out.row(task.sample))
    }

    pub(super) fn is_centred(&self) -> bool {
        self.classes.as_ref().is_some_and(|classes| classes.centred)
    }

    /// Whether energies of centred storage stay within the integers.
    pub(super) fn check_centred(&self, order: InteractionOrder, lesson: Lesson) -> Result<()> {
        let Some(classes) = &self.classes else { return Ok(()) };
        let set = classes.example_set(lesson)?;
        match set.stored() {
            Stored::Sums(sums) => set.weighted_model(order, sums).map(drop),
            Stored::Examples(_) => Ok(()),
        }
    }

    pub(super) fn class_lessons(classes: &Arc<Classes>, mode: LearningMode) -> Result<Vec<Lesson>> {
        let lesson = |&(count, quality): &(usize, Quality)| -> Result<Lesson> {
            Ok(Lesson { mode, examples: Examples::new(quality, count as u64)? })
        };
        classes.qualities.iter().map(lesson).collect()
    }
}
