//! `replicon bench`: how fast the simulation is on this machine.

use super::output;
use crate::dynamics::{AnyDynamics, Counts, Dynamics, Order, Update};
use crate::error::{Error, Result};
use crate::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm};
use crate::model::{DenseHebbian, Patterns};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::rng::{Stream, StreamKey, uniform};
use serde_json::json;
use std::time::{Duration, Instant};

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

struct Speed {
    updates_per_s: f64,
    acceptance: f64,
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
        let acceptance = speeds.iter().map(|s| s.acceptance).sum::<f64>() / speeds.len() as f64;
        let kernel = if self.p == 2 { "portable local fields" } else { "portable overlaps" };
        let terms = updates * patterns as f64;
        if self.json {
            let document = json!({
                "p": self.p, "n": self.n, "k": patterns, "gamma": self.gamma, "temperature": self.temperature,
                "order": self.order, "spin_updates_per_s": updates, "pattern_terms_per_s": terms,
                "acceptance": acceptance, "kernel": kernel, "threads": threads,
                "bytes_per_pattern_bit": bytes_per_pattern_bit(patterns),
                "fraction_of_limit": serde_json::Value::Null,
            });
            return output::text(&format!("{document:#}\n"));
        }
        output::text(&format!(
            "P = {}, N = {}, K = {patterns} (γ = {}), T = {}, heat bath, {} order, {threads} thread(s)\n\
             kernel                 {kernel}\n\
             spin updates/s         {updates:.3e}\n\
             pattern terms/s        {terms:.3e}\n\
             acceptance             {acceptance:.3}\n\
             bytes per pattern bit  {:.3}\n",
            self.p,
            self.n,
            self.gamma,
            self.temperature,
            self.order,
            bytes_per_pattern_bit(patterns)
        ))
    }
}

/// Bit planes are padded to 256 patterns.
fn bytes_per_pattern_bit(patterns: usize) -> f64 {
    (patterns.div_ceil(256) * 256) as f64 / 8.0 / patterns as f64
}

fn measure(tables: &FieldTables, count: usize, dynamics: &AnyDynamics, copy: u64) -> Result<Speed> {
    let hamiltonian = tables.hamiltonian();
    let n = hamiltonian.spins();
    let key = |purpose: &str| StreamKey::new(1, purpose).integer("copy", copy).stream();
    let patterns = Patterns::random(n, count, &mut key("patterns"))?;
    let mut start = key("start");
    let up: Vec<bool> = (0..n).map(|_| uniform(&mut start) < 0.5).collect();
    let spins = crate::model::Spins::from_fn(n, |i| up[i]);
    let stream = key("dynamics");
    if hamiltonian.order().get() == 2 && Couplings::fit(&patterns) {
        let couplings = Couplings::new(&patterns)?;
        Ok(best(LocalFieldForm::new(hamiltonian, &patterns, &couplings, spins), dynamics, stream))
    } else {
        Ok(best(OverlapForm::new(tables, &patterns, spins), dynamics, stream))
    }
}

/// The fastest of several repeats of about a tenth of a second.
fn best<F: Fields>(mut system: F, dynamics: &AnyDynamics, mut stream: Stream) -> Speed {
    for _ in 0..40 {
        dynamics.sweep(&mut system, &mut stream);
    }
    let mut counts = Counts::default();
    let mut fastest: f64 = 0.0;
    for _ in 0..9 {
        let mut repeat = Counts::default();
        let (wall, cpu) = (Instant::now(), thread_time());
        while wall.elapsed() < Duration::from_millis(120) {
            repeat += dynamics.sweep(&mut system, &mut stream);
        }
        let seconds = match (cpu, thread_time()) {
            (Some(begin), Some(end)) if end > begin => end - begin,
            _ => wall.elapsed().as_secs_f64(),
        };
        fastest = fastest.max(repeat.proposals as f64 / seconds);
        counts += repeat;
    }
    std::hint::black_box(system.energy_sum());
    Speed { updates_per_s: fastest, acceptance: counts.accepted as f64 / counts.proposals.max(1) as f64 }
}

/// CPU seconds of this thread, where the system says so: on a shared machine wall time wanders. Linux counts it in
/// nanoseconds in the first field of schedstat.
fn thread_time() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse::<f64>().ok().map(|ns| ns * 1e-9)
}
