//! `replicon plan SCENARIO`: tasks, memory and time, before anything runs.

use super::output;
use super::run::human_time;
use crate::chain::Protocol;
use crate::dynamics::Update;
use crate::error::Result;
use crate::scenario::Scenario;
use crate::sweep::{Shard, available_threads, plan};
use std::fmt::Write;

/// Tasks, memory and estimated time of a scenario, from a short measurement. Writes nothing.
#[derive(clap::Args)]
pub struct Plan {
    /// A scenario file, or the name of a shipped scenario.
    scenario: String,
    /// Tasks at the same time; default: the cores this process may use.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Override a key of the scenario. May be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// One shard of several.
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
}

impl Plan {
    pub fn run(self) -> Result<()> {
        let scenario = Scenario::find(&self.scenario, &self.overrides)?;
        let threads = self.threads.map_or_else(available_threads, usize::from);
        let shard = self.shard.as_deref().map(Shard::parse).transpose()?;
        let plan = plan(&scenario, threads, shard)?;
        for warning in scenario.columns()?.1 {
            output::note(&format!("warning: {warning}"));
        }
        let mut text = String::new();
        if plan.temperatures > 0 {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "1RSB at {} temperatures, each with all its loads", plan.temperatures);
        }
        let simulated = scenario.dynamics.is_some();
        let header = format!(
            "{:>3} {:>6} {:>10} {:>10} {:>6} {:>12} {:>14}\n",
            "P", "N", "K", "load", "tasks", "memory/task", "time/task"
        );
        if simulated {
            text.push_str(&header);
        }
        let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
        for planned in &plan.columns {
            let c = &planned.column;
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{:>3} {:>6} {:>10} {:>10.4} {:>6} {:>12} {:>14}",
                c.network(),
                c.spins,
                c.patterns,
                c.interaction_order().map_or(c.rate(), |_| c.gamma.get()),
                planned.tasks,
                mib(planned.memory),
                human_time(planned.task_seconds)
            );
        }
        // A fixed point ends the iteration, mostly long before the last step.
        let most = |protocol: &Protocol| protocol.max_sweeps.is_some() || protocol.update == Update::Plefka;
        let most = scenario.dynamics.as_ref().is_some_and(|plan| most(&plan.protocol));
        let time = format!("{} {}", if most { "up to" } else { "about" }, human_time(plan.seconds));
        let _ = match simulated {
            true => writeln!(
                text,
                "{} tasks on {threads} threads: {time}, {} at the peak",
                plan.tasks,
                mib(plan.peak_memory)
            ),
            false => writeln!(text, "theory only, on {threads} threads: {time}"),
        };
        if let Some((columns, seconds)) = plan.refinement.filter(|(columns, _)| *columns > 0) {
            let tasks = columns * scenario.samples;
            let _ = writeln!(
                text,
                "refinement: up to {columns} columns more, {tasks} tasks: up to {}",
                human_time(seconds)
            );
        }
        output::text(&text)
    }
}
