//! Columns of learning models: overlaps with mean and single examples, and the theory of archetypes beside them.

use super::{NOT_SIMULATED, Row};
use crate::error::Result;
use crate::params::{InteractionOrder, LearningMode, Lesson, Load, Temperature};
use crate::sweep::states::States;
use crate::theory::learning::rs::LearningPoint;
use crate::theory::learning::{Average, MOST_EXACT_EXAMPLES, Task, one_rsb, rs};
use crate::theory::one_rsb::{OneRsbPoint, equilibrium};
use crate::theory::{Branch, SaddlePoint};

/// The columns in points.csv, in their order; empty where the kind learns from no examples.
pub(super) const COLUMNS: [&str; 12] = [
    "quality",
    "examples",
    "rho",
    "mattis_average",
    "mattis_average_err",
    "mattis_example",
    "mattis_example_err",
    "rs_n",
    "rs_example",
    "rs_average_z",
    "rs_example_z",
    "rs_average",
];

const NOT_LEARNING: &str = "the patterns themselves are stored, not examples of them";

/// What simulation says of the examples.
pub(super) fn fill(row: &mut Row) {
    let Some(lesson) = row.column.lesson else {
        for field in COLUMNS {
            row.put(field, None, NOT_LEARNING);
        }
        return;
    };
    row.put("quality", Some(lesson.examples.quality().get()), "");
    row.put("examples", Some(lesson.examples.count() as f64), "");
    row.put("rho", Some(lesson.examples.entropy()), "");
    let reason = if row.samples == 0 { NOT_SIMULATED } else { "that archetype's first example is not kept" };
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
        let task = task(lesson, order)?;
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
        let z = |measured: Option<(f64, Option<f64>)>, predicted: Option<f64>| {
            let ((value, error), predicted) = measured.zip(predicted)?;
            error.filter(|&e| e > 0.0).map(|e| (value - predicted) / e)
        };
        let (average, example) = (row.average(|m| m.mattis_average), row.average(|m| m.mattis_example));
        row.put("rs_average_z", z(average, point.map(|x| x.n)), reason);
        row.put("rs_example_z", z(example, point.map(|x| x.m_example)), reason);
        row.put_text("rs_average", self.average.to_string());
    }
}

fn task(lesson: Lesson, order: InteractionOrder) -> Result<Task> {
    let exact = lesson.examples.count() <= MOST_EXACT_EXAMPLES;
    let average = if exact { Average::Binomial } else { Average::Gaussian };
    Task::new(lesson.mode, order, lesson.examples, average)
}

/// The load of the ordinary network with the same noise at m = 0; None where there is none (P = 2 unsupervised).
pub(super) fn noise_load(lesson: Lesson, order: InteractionOrder, gamma: Load) -> Result<Option<Load>> {
    match lesson.mode {
        LearningMode::Supervised => Ok(Some(gamma)),
        LearningMode::Unsupervised if order.get() == 2 => Ok(None),
        LearningMode::Unsupervised => {
            Load::new(gamma.get() * (1.0 + lesson.examples.tuple_entropy(order))).map(Some)
        }
    }
}

/// Both 1RSB states of a grid point.
pub(super) fn states(lesson: Lesson, order: InteractionOrder, gamma: Load, t: Temperature) -> Result<States> {
    let retrieval = one_rsb::retrieval(&task(lesson, order)?, gamma, t)?.map(|x| OneRsbPoint {
        branch: Branch::Retrieval,
        m: x.point.m,
        q1: x.q1,
        q2: x.q2,
        theta: x.theta,
        y: x.y,
        pressure: x.point.pressure,
        free_energy: x.point.free_energy,
        energy: x.point.energy,
        entropy: x.point.entropy,
        replicon_inner: x.replicon_inner,
        replicon_outer: x.replicon_outer,
        stable: x.point.stable,
        complexity: x.y.map(|_| 0.0),
        residual: x.point.residual,
        quadrature: 0.0,
    });
    let unmagnetised = match noise_load(lesson, order, gamma)? {
        Some(load) => equilibrium::zero_state(order, load, t)?,
        None => None,
    };
    Ok(States { retrieval, unmagnetised })
}
