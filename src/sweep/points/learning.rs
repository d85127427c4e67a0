//! Columns of learning models: overlaps with mean and single examples, and the theory of archetypes beside them.

use super::theory::z;
use super::{NOT_SIMULATED, Row};
use crate::error::Result;
use crate::params::{InteractionOrder, Lesson, Load, Temperature};
use crate::scenario::Column;
use crate::sweep::columns::{ERROR, Heading, headings};
use crate::theory::learning::rs::LearningPoint;
use crate::theory::learning::{Average, Task, rs};
use crate::theory::{Branch, SaddlePoint};

/// The columns in points.csv, in their order; empty where the kind learns from no examples.
pub(super) const COLUMNS: &[Heading] = headings! {
    "quality"            Real  "1"               "Quality r of examples"
    "examples"           Whole "1"               "Number M of examples of each archetype"
    "rho"                Real  "1"               "ρ = (1 − r²)/(M r²), entropy of the examples"
    "mattis_average"     Real  "1"               "⟨n⟩, overlap with the stored average of the followed archetype's examples"
    "mattis_average_err" Real  "1"               ERROR
    "mattis_example"     Real  "1"               "Overlap with the followed archetype's first example"
    "mattis_example_err" Real  "1"               ERROR
    "rs_n"               Real  "1"               "n of replica-symmetric retrieval"
    "rs_example"         Real  "1"               "Overlap with one example of replica-symmetric retrieval"
    "rs_average_z"       Real  "standard errors" "Distance of mattis_average from rs_n"
    "rs_example_z"       Real  "standard errors" "Distance of mattis_example from rs_example"
    "rs_average"         Text  ""                "How theory averages over examples: gaussian or binomial"
};

/// Diluted patterns are learnt in both ways in one run: which of them a row is about.
pub(super) const MODE: &[Heading] = headings! {
    "learning" Text "" "How examples of diluted patterns are stored: supervised or unsupervised"
};

/// Whether the kind of this network is learnt in both ways.
pub(super) fn is_of_both(column: &Column) -> bool {
    column.lesson.is_some() && column.dilution.is_some()
}

const NOT_LEARNING: &str = "the patterns themselves are stored, not examples of them";

/// What simulation says of the examples.
pub(super) fn fill(row: &mut Row) {
    let Some(lesson) = row.column.lesson else {
        COLUMNS.iter().for_each(|heading| row.put(heading.name, None, NOT_LEARNING));
        return;
    };
    if is_of_both(&row.column) {
        row.put_text("learning", lesson.mode.name());
    }
    row.put("quality", Some(lesson.examples.quality().get()), "");
    row.put("examples", Some(lesson.examples.count() as f64), "");
    row.put("rho", Some(lesson.examples.entropy()), "");
    let reason = match (row.samples, row.column.dilution) {
        (0, _) => NOT_SIMULATED,
        (_, Some(_)) => "of diluted patterns the overlaps with the archetypes are measured",
        _ => "that archetype's first example is not kept",
    };
    super::averaged(row, "mattis_average", "mattis_average_err", |m| m.mattis_average, reason);
    super::averaged(row, "mattis_example", "mattis_example_err", |m| m.mattis_example, reason);
}

/// Theory of a grid point of a learning model.
pub(super) struct Learning {
    retrieval: Option<LearningPoint>,
    average: Average,
}

impl Learning {
    /// With the exact average over examples where it has few enough terms.
    pub fn at(lesson: Lesson, order: InteractionOrder, gamma: Load, t: Temperature) -> Result<Self> {
        let task = Task::of_lesson(lesson, order)?;
        Ok(Self { retrieval: rs::retrieval(&task, gamma, t)?, average: task.average })
    }

    pub fn saddle(&self) -> Option<SaddlePoint> {
        self.retrieval.map(|x| SaddlePoint {
            branch: Branch::Retrieval,
            m: x.m,
            q: x.q,
            pressure: x.pressure,
            free_energy: x.free_energy,
            energy: x.energy,
            entropy: x.entropy,
            replicon: x.replicon,
            stable: x.stable,
            residual: x.residual,
        })
    }

    /// n and the overlap with one example, where the row is compared with retrieval.
    pub fn fill(&self, row: &mut Row) {
        let retrieved = row.theory.is_some_and(|state| state.branch == Branch::Retrieval);
        let point = self.retrieval.filter(|_| retrieved);
        let reason = "no retrieval state is compared with";
        row.put("rs_n", point.map(|x| x.n), reason);
        row.put("rs_example", point.map(|x| x.m_example), reason);
        let (average, example) = (row.average(|m| m.mattis_average), row.average(|m| m.mattis_example));
        row.put("rs_average_z", point.and_then(|x| z(average, x.n)), reason);
        row.put("rs_example_z", point.and_then(|x| z(example, x.m_example)), reason);
        row.put_text("rs_average", &self.average.to_string());
    }
}
