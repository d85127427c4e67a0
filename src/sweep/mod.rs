//! From a scenario to finished tasks, `points.csv` and the numbers of every figure.

pub mod figure;
mod figures;
mod points;
mod task;
mod transition;

#[cfg(feature = "program")]
mod manifest;
#[cfg(feature = "program")]
mod run;
#[cfg(feature = "program")]
mod store;

pub use figures::figures;
pub use points::{Points, Row};
pub use task::{ChainRecord, TaskResult, cost, peak_memory, run_task, task_patterns};
pub use transition::{Transition, transitions};

#[cfg(feature = "program")]
pub use run::{Options, Progress, Summary, load_run, run};
#[cfg(feature = "program")]
pub use store::{Store, read_stores};
