//! `replicon run`: from a scenario to points.csv and figures.

use super::plot::draw_all;
use super::{output, scenario};
use crate::error::{Error, Result};
use crate::estimators::Verdict;
use crate::observables::pattern_statistics;
use crate::scenario::{PatternsFrom, Scenario, Task};
use crate::sweep::{Options, Points, Progress, Summary, run, transitions};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Simulate and solve a scenario. Run the same command again to go on after an interruption.
#[derive(clap::Args)]
pub struct Run {
    /// A scenario file, or the name of a shipped scenario (see `replicon list`).
    scenario: String,
    /// The run directory; default runs/<name>.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Tasks at the same time; default: the cores this process may use.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Another seed.
    #[arg(long)]
    seed: Option<u64>,
    /// Override a key of the scenario, for example --set disorder.samples=4. May be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// One shard of several (not yet).
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// Stop starting tasks after this time (not yet).
    #[arg(long, value_name = "TIME")]
    max_wall: Option<String>,
    /// Forget what is in the run directory and start over.
    #[arg(long)]
    fresh: bool,
    /// No progress on standard error.
    #[arg(long)]
    quiet: bool,
}

impl Run {
    pub fn run(mut self) -> Result<()> {
        for (flag, given) in [("--shard", self.shard.is_some()), ("--max-wall", self.max_wall.is_some())] {
            if given {
                return Err(Error::bad_input(format!("{flag}: not yet")).remedy("run without it"));
            }
        }
        if let Some(seed) = self.seed {
            self.overrides.push(format!("seed={seed}"));
        }
        let scenario = scenario(&self.scenario, &self.overrides)?;
        let directory = self.out.unwrap_or_else(|| Path::new("runs").join(&scenario.name));
        let stop = Arc::new(AtomicBool::new(false));
        let handler = Arc::clone(&stop);
        // SIGINT, SIGTERM and SIGHUP alike.
        ctrlc::set_handler(move || handler.store(true, Ordering::Relaxed))
            .map_err(|e| Error::failed(format!("cannot listen to signals: {e}")))?;
        let options = Options {
            directory: directory.clone(),
            threads: self.threads.map_or_else(available_threads, usize::from),
            fresh: self.fresh,
            stop,
        };
        let mut progress = Reporter::new(self.quiet);
        let summary = run(&scenario, &options, &mut progress)?;
        progress.end();
        let figures = draw_all(&scenario, &summary.points, &summary.finished, &directory)?;
        output::text(&report(&scenario, &summary, &directory, &figures))
    }
}

/// The cores this process may use; under Slurm those of its allocation.
fn available_threads() -> usize {
    std::env::var("SLURM_CPUS_PER_TASK")
        .ok()
        .and_then(|text| text.parse().ok())
        .filter(|&n| n > 0)
        .or_else(|| std::thread::available_parallelism().ok().map(std::num::NonZero::get))
        .unwrap_or(1)
}

/// A bar with the time left on a terminal, plain lines elsewhere.
struct Reporter {
    quiet: bool,
    bar: Option<ProgressBar>,
    begin: Instant,
    last_line: Instant,
    tasks: (usize, usize),
    cost: (f64, f64),
}

impl Reporter {
    fn new(quiet: bool) -> Self {
        let now = Instant::now();
        Self { quiet, bar: None, begin: now, last_line: now, tasks: (0, 0), cost: (0.0, 0.0) }
    }

    /// Time left, by the cost of what is left.
    fn left(&self) -> String {
        if self.cost.0 <= 0.0 {
            return "?".into();
        }
        let seconds = self.begin.elapsed().as_secs_f64() * (self.cost.1 - self.cost.0) / self.cost.0;
        if seconds < 90.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Reporter {
    fn start(&mut self, done: usize, total: usize, cost_left: f64) {
        self.tasks = (done, total);
        self.cost = (0.0, cost_left);
        self.begin = Instant::now();
        self.last_line = self.begin;
        if self.quiet || done == total {
            return;
        }
        if std::io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} tasks, {msg} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(total as u64).with_style(style).with_position(done as u64);
            bar.set_message("?");
            bar.enable_steady_tick(Duration::from_millis(200));
            self.bar = Some(bar);
        } else if done > 0 {
            eprintln!("{done} of {total} tasks were finished before");
        }
    }

    fn finished(&mut self, _task: &Task, cost: f64) {
        self.tasks.0 += 1;
        self.cost.0 += cost;
        let left = self.left();
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.tasks.0 as u64);
                bar.set_message(left);
            }
            None if !self.quiet
                && (self.last_line.elapsed().as_secs() >= 10 || self.tasks.0 == self.tasks.1) =>
            {
                self.last_line = Instant::now();
                eprintln!("{} of {} tasks, {left} left", self.tasks.0, self.tasks.1);
            }
            None => {}
        }
    }

    fn warning(&mut self, message: &str) {
        if !self.quiet {
            eprintln!("warning: {message}");
        }
    }
}

/// What the program says at the end of a run.
fn report(scenario: &Scenario, summary: &Summary, directory: &Path, figures: &[PathBuf]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_report(&mut text, scenario, summary, directory, figures);
    text
}

fn write_report(
    out: &mut String,
    scenario: &Scenario,
    summary: &Summary,
    directory: &Path,
    figures: &[PathBuf],
) -> std::fmt::Result {
    let rows = &summary.points.rows;
    writeln!(
        out,
        "{}: {} rows, {} tasks ({} run now) in {:.1} s",
        scenario.name,
        rows.len(),
        summary.total,
        summary.ran,
        summary.seconds
    )?;
    if let PatternsFrom::File(stored) = &scenario.patterns {
        let statistics = pattern_statistics(&stored.patterns);
        let n = stored.patterns.spins() as f64;
        write!(out, "stored patterns: mean spin {:.2} (theory: 0)", statistics.mean_spin)?;
        if let Some(rms) = statistics.overlap_rms {
            write!(out, ", rms overlap of two {rms:.3} (theory: 1/√N = {:.3})", 1.0 / n.sqrt())?;
        }
        writeln!(out, "; no theory is laid over biased, correlated patterns")?;
    }
    let simulated = rows.iter().filter(|r| r.samples > 0).count();
    if simulated > 0 {
        let count =
            |verdict: Option<bool>| rows.iter().filter(|r| r.equilibrated.as_bool() == verdict).count();
        writeln!(
            out,
            "equilibrated within their branch: {} yes, {} no, {} cannot say",
            count(Some(true)),
            count(Some(false)),
            count(None)
        )?;
        let agree = |verdict: fn(&Verdict) -> bool| rows.iter().filter(|r| verdict(&r.starts_agree)).count();
        let (same, differ) = (agree(|v| *v == Verdict::Yes), agree(|v| matches!(v, Verdict::No(_))));
        if same + differ > 0 {
            writeln!(out, "planted and random start: {same} rows agree, {differ} differ (metastable)")?;
        }
    }
    transition_table(out, scenario, &summary.points)?;
    writeln!(out, "{}", directory.join("points.csv").display())?;
    for figure in figures.iter().filter(|path| path.extension().is_some_and(|e| e == "svg" || e == "png")) {
        writeln!(out, "{}", figure.display())?;
    }
    Ok(())
}

/// Simulated transition loads beside the RS spinodal.
fn transition_table(out: &mut String, scenario: &Scenario, points: &Points) -> std::fmt::Result {
    let found = transitions(points, "planted", scenario.seed);
    if found.is_empty() {
        return Ok(());
    }
    writeln!(out, "load at which ⟨m⟩ from the planted start crosses ½, beside the end of RS retrieval:")?;
    writeln!(out, "{:>3} {:>6} {:>12} {:>18} {:>12}", "P", "N", "temperature", "simulation", "RS spinodal")?;
    for t in found {
        let simulated = match t.gamma_err {
            Some(error) => format!("{:.4} ± {error:.4}", t.gamma),
            None => format!("{:.4}", t.gamma),
        };
        let theory = crate::theory::lines::retrieval_spinodal_load(t.order, t.temperature)
            .map_or_else(|_| "none".to_string(), |fold| format!("{:.4}", fold.gamma));
        writeln!(
            out,
            "{:>3} {:>6} {:>12} {simulated:>18} {theory:>12}",
            t.order,
            t.spins,
            t.temperature.get()
        )?;
    }
    Ok(())
}
