//! The command line: one file per command, no physics.
//!
//! Exit codes: 0 done, 1 failed, 2 bad input, 3 no such solution, 130 interrupted with everything finished kept. Results go
//! to standard output, progress and warnings to standard error.

pub mod bench;
mod capacity;
mod closing;
mod completions;
mod energy;
mod exact;
mod export;
mod lesson_args;
mod list;
mod merge;
mod output;
mod pattern_args;
mod plan;
mod plefka;
mod plot;
mod reference;
mod report;
mod run;
mod schema;
mod slurm;
mod status;
mod theory;
mod validate;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "replicon", version, about, max_term_width = 100)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Simulate and solve a scenario (a file, or the name of a shipped one); run again to go on.
    Run(run::Run),
    /// Tasks, memory and time of a scenario; runs nothing.
    Plan(plan::Plan),
    /// How far a run is.
    Status(status::Status),
    /// Join shards into one run.
    Merge(merge::Merge),
    /// The scenarios inside this program.
    List(list::List),
    /// Draw the figures of a run again.
    Plot(plot::Plot),
    /// The page of a run again: figures, verdicts, disagreements with theory, points.
    Report(report::Report),
    /// Write a table of a run.
    Export(export::Export),
    /// Replica theory of one point, a line, a capacity.
    Theory(theory::Theory),
    /// Exact enumeration of all 2^N configurations, N up to 24.
    Exact(exact::Exact),
    /// Energies of given configurations.
    Energy(energy::Energy),
    /// Measure the speed of the simulation on this machine.
    Bench(bench::Bench),
    /// Plefka's expansion at fixed magnetisations.
    Plefka(plefka::Plefka),
    /// Capacities by simulation, how they grow with N, beside theory.
    Capacity(capacity::Capacity),
    /// Every claim of the documents, measured again.
    Validate(validate::Validate),
    /// A Slurm job array of a scenario, and the merge of its shards.
    Slurm(slurm::Slurm),
    /// JSON Schema of scenario files, for editors.
    Schema(schema::Schema),
    /// Completions of a shell.
    Completions(completions::Completions),
}

/// Parses the command line, runs the command, prints an error if there is one.
pub fn main() -> ExitCode {
    // clap exits by itself: 0 for help and version, 2 for a wrong command line.
    let result = match Program::parse().command {
        Command::Run(run) => run.run(),
        Command::List(list) => list.run(),
        Command::Plot(plot) => plot.run(),
        Command::Report(report) => report.run(),
        Command::Export(export) => export.run(),
        Command::Theory(theory) => theory.run(),
        Command::Exact(exact) => exact.run(),
        Command::Energy(energy) => energy.run(),
        Command::Bench(bench) => bench.run(),
        Command::Plan(plan) => plan.run(),
        Command::Status(status) => status.run(),
        Command::Merge(merge) => merge.run(),
        Command::Plefka(plefka) => plefka.run(),
        Command::Capacity(capacity) => capacity.run(),
        Command::Validate(validate) => validate.run(),
        Command::Slurm(slurm) => slurm.run(),
        Command::Schema(schema) => schema.run(),
        Command::Completions(completions) => completions.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(&format!("replicon: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}

/// All commands as a page to read.
fn commands_markdown() -> String {
    reference::commands_markdown(&Program::command())
}
