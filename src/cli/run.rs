//! `replicon run`: from a scenario to points.csv and figures.

use super::plot::draw_all;
use super::{closing, output};
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use crate::sweep::{Options, Outcome, Progress, Shard, available_threads, run};
use indicatif::{ProgressBar, ProgressStyle};
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
    #[command(flatten)]
    how: HowToRun,
    /// Shard i of n, from 0/n to n-1/n: only its part of the tasks; join the shards with `replicon merge`.
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
}

/// Where and how `run` and `capacity` work.
#[derive(clap::Args)]
pub struct HowToRun {
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
    /// Start no task after this time, for example 2h or 1h30m; run again to go on.
    #[arg(long, value_name = "TIME")]
    max_wall: Option<String>,
    /// Forget what is in the run directory and start over.
    #[arg(long)]
    fresh: bool,
    /// No progress on standard error.
    #[arg(long)]
    quiet: bool,
}

impl HowToRun {
    /// The overrides of the scenario, the seed among them.
    pub fn overrides(&self) -> Vec<String> {
        let seed = self.seed.map(|seed| format!("seed={seed}"));
        self.overrides.iter().cloned().chain(seed).collect()
    }

    /// Options of a scenario of this name, and what reports its progress; from now on signals stop it.
    ///
    /// # Errors
    /// A time that is none; signals that cannot be listened to.
    pub fn options(&self, name: &str, shard: Option<Shard>) -> Result<(Options, Reporter)> {
        let deadline = self
            .max_wall
            .as_deref()
            .map(|text| parse_time("--max-wall", text))
            .transpose()?
            .map(|time| Instant::now() + time);
        let (stop, recorded) = stop_on_signals()?;
        let options = Options {
            directory: self.out.clone().unwrap_or_else(|| Path::new("runs").join(name)),
            threads: self.threads.map_or_else(available_threads, usize::from),
            fresh: self.fresh,
            shard,
            deadline,
            stop,
            recorded,
            before_work: None,
        };
        Ok((options, Reporter::new(self.quiet)))
    }
}

impl Run {
    pub fn run(self) -> Result<()> {
        let shard = self.shard.as_deref().map(Shard::parse).transpose()?;
        let scenario = Scenario::find(&self.scenario, &self.how.overrides())?;
        let (options, mut progress) = self.how.options(&scenario.name, shard)?;
        let directory = options.directory.clone();
        let outcome = run(&scenario, &options, &mut progress)?;
        progress.end();
        match outcome {
            Outcome::Complete(summary) => {
                let figures = draw_all(&summary.scenario, &summary.points, &summary.finished, &directory)?;
                output::text(&closing::text(&summary, &directory, &figures))
            }
            Outcome::Partial { finished, total, out_of_time: true, .. } => Err(Error::interrupted(format!(
                "the time of --max-wall is up; {finished} of {total} tasks are finished and kept"
            ))
            .remedy("run the same command again to go on")),
            Outcome::Partial { ran, finished, total, .. } => output::text(&format!(
                "{}: {ran} tasks run now, {finished} of {total} in {}; join the shards with `replicon merge OUT DIR…`\n",
                scenario.name,
                directory.display()
            )),
        }
    }
}

/// (set by SIGINT, SIGTERM and SIGHUP alike; to be set once every task is recorded: there is nothing left to lose then, theory and figures
/// stop at once).
///
/// # Errors
/// Signals that cannot be listened to.
fn stop_on_signals() -> Result<(Arc<AtomicBool>, Arc<AtomicBool>)> {
    let (stop, recorded) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (handler, all_recorded) = (Arc::clone(&stop), Arc::clone(&recorded));
    ctrlc::set_handler(move || {
        if all_recorded.load(Ordering::Relaxed) {
            output::note(
                "replicon: interrupted; every task is kept, run the same command again for table and figures",
            );
            std::process::exit(130);
        }
        handler.store(true, Ordering::Relaxed);
    })
    .map_err(|e| Error::failed(format!("cannot listen to signals: {e}")))?;
    Ok((stop, recorded))
}

/// A time such as 90s, 45m, 2h, 1d or 1h30m.
pub fn parse_time(flag: &str, text: &str) -> Result<Duration> {
    let refuse = || {
        Error::bad_input(format!("{flag} {text}"))
            .remedy("a time with units, for example 90s, 45m, 2h, 1h30m, 1d")
    };
    let mut seconds: f64 = 0.0;
    let mut digits = String::new();
    for character in text.trim().chars() {
        let unit = match character {
            's' => 1.0,
            'm' => 60.0,
            'h' => 3600.0,
            'd' => 86400.0,
            _ => {
                digits.push(character);
                continue;
            }
        };
        seconds += digits.parse::<f64>().map_err(|_| refuse())? * unit;
        digits.clear();
    }
    // Up to a century; a number without its unit is left over.
    if !digits.is_empty() || text.trim().is_empty() || !(0.0..=3.2e9).contains(&seconds) {
        return Err(refuse());
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Seconds as a person would say it.
pub fn human_time(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.0} ms", 1e3 * s),
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} days", s / 86400.0),
    }
}

/// A bar with the time left on a terminal, plain lines elsewhere.
pub struct Reporter {
    quiet: bool,
    what: &'static str,
    bar: Option<ProgressBar>,
    begin: Instant,
    last_line: Instant,
    tasks: (usize, usize),
    cost: (f64, f64),
}

impl Reporter {
    pub fn new(quiet: bool) -> Self {
        let now = Instant::now();
        Self { quiet, what: "tasks", bar: None, begin: now, last_line: now, tasks: (0, 0), cost: (0.0, 0.0) }
    }

    /// Time left, by the cost of what is left.
    fn left(&self) -> String {
        if self.cost.0 <= 0.0 {
            return "?".into();
        }
        let seconds = self.begin.elapsed().as_secs_f64() * (self.cost.1 - self.cost.0) / self.cost.0;
        human_time(seconds)
    }

    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Reporter {
    fn start(&mut self, what: &'static str, done: usize, total: usize, cost_left: f64) {
        self.end();
        self.what = what;
        self.tasks = (done, total);
        self.cost = (0.0, cost_left);
        self.begin = Instant::now();
        self.last_line = self.begin;
        if self.quiet || done == total {
            return;
        }
        if std::io::stderr().is_terminal() {
            let style =
                ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {what}, {{msg}} left"))
                    .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(total as u64).with_style(style).with_position(done as u64);
            bar.set_message("?");
            bar.enable_steady_tick(Duration::from_millis(200));
            self.bar = Some(bar);
        } else if done > 0 {
            output::note(&format!("{done} of {total} {what} were finished before"));
        }
    }

    fn finished(&mut self, cost: f64) {
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
                output::note(&format!("{} of {} {}, {left} left", self.tasks.0, self.tasks.1, self.what));
            }
            None => {}
        }
    }

    fn warning(&mut self, message: &str) {
        output::note(&format!("warning: {message}"));
    }
}
