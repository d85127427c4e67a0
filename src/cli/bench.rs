//! `replicon bench`: how fast the simulation is on this machine.

use super::output;
use crate::dynamics::{AnyDynamics, Counts, Dynamics, Order, Update};
use crate::error::{Error, Result};
use crate::kernel::{Couplings, FieldTables, Limit, LocalFieldForm, Measured, OverlapForm, Twin, Work};
use crate::model::{DenseHebbian, Patterns};
use crate::numerics::clock::thread_time;
use crate::params::{InteractionOrder, Load, Temperature};
use crate::rng::{Stream, StreamKey, below, uniform};
use serde_json::json;
use std::hint::black_box;
use std::time::Instant;

/// Heat bath from a random start, measured after 40 sweeps, best of several repeats.
#[derive(clap::Args)]
#[command(allow_negative_numbers = true)]
pub struct Bench {
    /// Interaction order P.
    #[arg(long, default_value_t = 4)]
    p: u32,
    /// Spins N.
    #[arg(long, default_value_t = 100)]
    n: usize,
    /// Load γ.
    #[arg(long, default_value_t = 0.4)]
    gamma: f64,
    /// Temperature T.
    #[arg(long, default_value_t = 1.0)]
    temperature: f64,
    /// random, sequential or parallel.
    #[arg(long, default_value = "random")]
    order: String,
    /// Copies at the same time, each with its own patterns.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// One JSON document on standard output.
    #[arg(long)]
    json: bool,
}

/// What one thread did.
pub struct Speed {
    pub updates_per_s: f64,
    pub acceptance: f64,
    /// Least time of the random numbers and the passes over patterns that the updates took, over the time they did take: 1 where nothing
    /// else is in the way. See [`crate::kernel::Limit`].
    pub fraction_of_limit: f64,
}

impl Bench {
    pub fn run(self) -> Result<()> {
        let order = InteractionOrder::new(self.p).map_err(|e| e.at("--p"))?;
        let temperature = Temperature::new(self.temperature).map_err(|e| e.at("--temperature"))?;
        let patterns = Load::new(self.gamma).map_err(|e| e.at("--gamma"))?.pattern_count(order, self.n)?;
        let hamiltonian = DenseHebbian::new(order, self.n, patterns)?;
        let Some(&(_, visit)) = Order::NAMES.iter().find(|(name, _)| *name == self.order) else {
            return Err(Error::bad_input(format!("--order {}", self.order))
                .remedy("accepted: random, sequential, parallel"));
        };
        let dynamics = AnyDynamics::new(Update::Glauber, visit, hamiltonian.scale(), temperature)?;
        let tables = FieldTables::new(hamiltonian);
        let threads = usize::from(self.threads);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|e| Error::failed(format!("cannot start {threads} threads: {e}")))?;
        let speeds: Vec<Result<Speed>> =
            pool.broadcast(|context| measure(&tables, patterns, &dynamics, context.index() as u64));
        let speeds = speeds.into_iter().collect::<Result<Vec<_>>>()?;
        let updates: f64 = speeds.iter().map(|s| s.updates_per_s).sum();
        let mean = |value: fn(&Speed) -> f64| speeds.iter().map(value).sum::<f64>() / speeds.len() as f64;
        let (acceptance, fraction) = (mean(|s| s.acceptance), mean(|s| s.fraction_of_limit));
        let local = Couplings::pay(tables.hamiltonian().order(), self.n, patterns);
        let form = if local { "local fields" } else { "overlaps" };
        let kernel = format!("{} {form}", tables.twin().name());
        let terms = updates * patterns as f64;
        if self.json {
            let document = json!({
                "p": self.p, "n": self.n, "k": patterns, "gamma": self.gamma, "temperature": self.temperature,
                "order": self.order, "spin_updates_per_s": updates, "pattern_terms_per_s": terms,
                "acceptance": acceptance, "kernel": kernel, "threads": threads,
                "bytes_per_pattern_bit": bytes_per_pattern_bit(patterns),
                "fraction_of_limit": fraction,
            });
            return output::text(&format!("{document:#}\n"));
        }
        output::text(&format!(
            "P = {}, N = {}, K = {patterns} (γ = {}), T = {}, heat bath, {} order, {threads} thread(s)\n\
             kernel                 {kernel}\n\
             spin updates/s         {updates:.3e}\n\
             pattern terms/s        {terms:.3e}\n\
             acceptance             {acceptance:.3}\n\
             bytes per pattern bit  {:.3}\n\
             fraction of limit      {fraction:.2}\n",
            self.p,
            self.n,
            self.gamma,
            temperature,
            self.order,
            bytes_per_pattern_bit(patterns)
        ))
    }
}

/// Bit planes are padded to 256 patterns.
fn bytes_per_pattern_bit(patterns: usize) -> f64 {
    (patterns.div_ceil(256) * 256) as f64 / 8.0 / patterns as f64
}

/// Speed of one thread with the tables' twin of the kernels; `copy` numbers the patterns.
///
/// # Errors
/// Where there is no memory for the patterns.
pub fn measure(tables: &FieldTables, count: usize, dynamics: &AnyDynamics, copy: u64) -> Result<Speed> {
    let hamiltonian = tables.hamiltonian();
    let n = hamiltonian.spins();
    let key = |purpose: &str| StreamKey::new(1, purpose).integer("copy", copy).stream();
    let patterns = Patterns::random(n, count, &mut key("patterns"))?;
    let mut start = key("start");
    let up: Vec<bool> = (0..n).map(|_| uniform(&mut start) < 0.5).collect();
    let spins = crate::model::Spins::from_fn(n, |i| up[i]);
    let stream = key("dynamics");
    if Couplings::pay(hamiltonian.order(), n, count) {
        let couplings = Couplings::with_twin(&patterns, tables.twin())?;
        let form = LocalFieldForm::new(hamiltonian, &patterns, &couplings, spins);
        Ok(best(form, tables.twin(), dynamics, stream))
    } else {
        Ok(best(OverlapForm::new(tables, &patterns, spins), tables.twin(), dynamics, stream))
    }
}

/// Seconds of a repeat.
const REPEAT: f64 = 0.12;

/// The fastest of several repeats.
fn best<F: Measured>(mut system: F, twin: Twin, dynamics: &AnyDynamics, mut stream: Stream) -> Speed {
    for _ in 0..40 {
        dynamics.sweep(&mut system, &mut stream);
    }
    let mut counts = Counts::default();
    let (mut fastest, mut work) = (0.0, Work::default());
    for _ in 0..9 {
        let mut repeat = Counts::default();
        let (wall, before, begin) = (Instant::now(), system.work(), thread_time());
        while wall.elapsed().as_secs_f64() < REPEAT {
            repeat += dynamics.sweep(&mut system, &mut stream);
        }
        let speed = repeat.proposals as f64 / (thread_time() - begin);
        if speed > fastest {
            // Work of one update, in this repeat.
            (fastest, work) = (speed, system.work() - before);
            counts = repeat;
        }
    }
    black_box(system.energy_sum());
    let limit = Limit::measure(twin, thread_time);
    let least = system.least_seconds(work, &limit) / counts.proposals as f64 + seconds_of_draws(&mut stream);
    Speed {
        updates_per_s: fastest,
        acceptance: counts.accepted as f64 / counts.proposals as f64,
        fraction_of_limit: least * fastest,
    }
}

/// Least seconds of the random numbers of one proposal.
fn seconds_of_draws(stream: &mut Stream) -> f64 {
    const DRAWS: usize = 1 << 16;
    let mut fastest = f64::INFINITY;
    for _ in 0..20 {
        let begin = thread_time();
        for _ in 0..DRAWS {
            black_box((below(stream, black_box(1000)), uniform(stream)));
        }
        fastest = fastest.min(thread_time() - begin);
    }
    fastest / DRAWS as f64
}
