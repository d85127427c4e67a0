//! From a scenario to finished tasks, `points.csv` and the numbers of every figure.

mod classification;
pub mod columns;
pub mod comparison;
mod enumeration;
mod exports;
pub mod figure;
mod figures;
mod free_energy;
mod lifetime_columns;
mod mean_field_columns;
mod overlap_columns;
mod overlap_distribution;
mod place;
mod points;
mod reader_store;
mod states;
mod tables;
mod task;
mod transition;
mod verdict;

#[cfg(feature = "program")]
pub mod capacity;
#[cfg(feature = "program")]
pub mod export;
#[cfg(feature = "program")]
mod kept;
#[cfg(feature = "program")]
mod manifest;
#[cfg(feature = "program")]
mod merge;
#[cfg(feature = "program")]
mod plan;
#[cfg(feature = "program")]
mod refine;
#[cfg(feature = "program")]
mod run;
#[cfg(feature = "program")]
mod seal;
#[cfg(feature = "program")]
mod shell;
#[cfg(feature = "program")]
mod state_store;
#[cfg(feature = "program")]
mod status;
#[cfg(feature = "program")]
mod store;
#[cfg(feature = "program")]
mod workers;

pub use classification::{Readers, Reading, accuracy};
pub use enumeration::task_table;
pub use exports::{
    Relaxation, chains, configurations_table, curves_table, joint_table, relaxations, series_table,
};
pub use figures::{drawable, figures, with_theory};
pub use overlap_columns::thermalised;
pub use overlap_distribution::{
    OverlapBin, OverlapDistribution, overlap_distribution_table, overlap_distributions, overlap_samples_table,
};
pub use points::{Points, Row};
pub use states::{StateTable, StateTask, States};
pub use tables::{TABLES, headings, table};
pub use task::{
    ChainRecord, TaskResult, cost, peak_memory, run_task, task_couplings, task_diluted, task_examples,
    task_learnt_diluted, task_patterns, with_sample,
};
pub use transition::{Transition, transitions};
pub use verdict::{correlation_times, equilibrated, starts_agree};

#[cfg(feature = "program")]
pub use merge::merge;
#[cfg(feature = "program")]
pub use plan::{ColumnPlan, Plan, plan};
#[cfg(feature = "program")]
pub use refine::{Ended, Estimate, Found, Refinement, estimates, gained, refuse_of_parts};
#[cfg(feature = "program")]
pub(crate) use run::write_file;
#[cfg(feature = "program")]
pub use run::{LoadedRun, Options, Outcome, Progress, Shard, Summary, load_run, load_states, run};
#[cfg(feature = "program")]
pub use shell::shell_word;
#[cfg(feature = "program")]
pub use status::{Status, status};
#[cfg(feature = "program")]
pub use store::{Store, Stored, read_stores};
#[cfg(feature = "program")]
pub use tables::{all_headings, headings_markdown, points_of, table_of, table_of_run};
#[cfg(feature = "program")]
pub use workers::available_threads;
