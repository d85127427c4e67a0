//! Ratios of speeds within one run: seconds of CPU of one thread, interleaved, so that what else the machine does falls on both sides.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::report::FALSE_ALARM;
use crate::dynamics::{AnyDynamics, Dynamics, Order, Update};
use crate::error::Result;
use crate::estimators::{mean, variance};
use crate::kernel::{FieldTables, Fields, OverlapForm, Twin};
use crate::model::{DenseHebbian, Patterns};
use crate::numerics::clock::thread_time;
use crate::params::{InteractionOrder, Temperature};
use crate::rng::StreamKey;
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::hint::black_box;

/// A speed in one repeat.
type Speed<'a> = Box<dyn FnMut() -> f64 + 'a>;

/// Ratios of two speeds over interleaved repeats must be at least this. Where the repeats scatter so much that they cross it, nothing
/// can be told.
fn ratio(least: f64, mut fast: Speed<'_>, mut slow: Speed<'_>) -> Finding {
    const REPEATS: usize = 9;
    let logs: Vec<f64> = (0..REPEATS).map(|_| libm::log(fast() / slow())).collect();
    let (Some(centre), Some(scatter)) = (mean(&logs), variance(&logs)) else {
        return Finding::CannotTell("no time was measured".into());
    };
    // Student's t that repeats exceed on one side by chance as rarely as a whole report may fail.
    let Ok(law) = StudentsT::new(0.0, 1.0, REPEATS as f64 - 1.0) else {
        return Finding::failed("no law of the scatter of the repeats");
    };
    let beyond = law.inverse_cdf(1.0 - FALSE_ALARM);
    let error = beyond * (scatter / REPEATS as f64).sqrt();
    let (low, high) = (libm::exp(centre - error), libm::exp(centre + error));
    if low < least && high > least {
        return Finding::CannotTell(format!("a ratio between {low:.2} and {high:.2} on this machine now"));
    }
    let got = libm::exp(centre);
    Finding::at_least(least, got, got - low)
}

/// Proposals per second of CPU, of `sweeps` at a time.
fn proposals<'a, F: Fields + 'a>(mut form: F, dynamics: AnyDynamics, sweeps: usize) -> Speed<'a> {
    let mut stream = StreamKey::new(149, "dynamics").stream();
    (0..40).for_each(|_| {
        dynamics.sweep(&mut form, &mut stream);
    });
    Box::new(move || {
        let begin = thread_time();
        let done: u64 = (0..sweeps).map(|_| dynamics.sweep(&mut form, &mut stream).proposals).sum();
        black_box(form.energy_sum());
        done as f64 / (thread_time() - begin).max(1e-9)
    })
}

struct Network {
    patterns: Patterns,
    hamiltonian: DenseHebbian,
}

impl Network {
    fn new() -> Result<Self> {
        let (n, k) = (100, 33_333);
        let patterns = Patterns::random(n, k, &mut StreamKey::new(151, "patterns").stream())?;
        Ok(Self { patterns, hamiltonian: DenseHebbian::new(InteractionOrder::new(4)?, n, k)? })
    }

    fn heat_bath(&self, t: f64) -> Result<AnyDynamics> {
        AnyDynamics::new(Update::Glauber, Order::Random, self.hamiltonian.scale(), Temperature::new(t)?)
    }
}

/// The README's table: at T = 0.2, where next to nothing is accepted, and at T = 1.
fn frozen(setting: &Setting) -> Result<Finding> {
    let network = Network::new()?;
    let tables = FieldTables::new(network.hamiltonian.clone());
    let form = || OverlapForm::new(&tables, &network.patterns, network.patterns.row(0));
    let cold = setting.temperature(0.2)?.get();
    let sweeps = setting.size.of(40, 400);
    let fast = proposals(form(), network.heat_bath(cold)?, 10 * sweeps);
    let slow = proposals(form(), network.heat_bath(1.0)?, sweeps);
    Ok(ratio(10.0, fast, slow))
}

/// The twin that is chosen at run time against the portable one, at T = 1.
fn chosen(setting: &Setting) -> Result<Finding> {
    let network = Network::new()?;
    let (best, portable) = (Twin::best(), Twin::Portable);
    if best == portable {
        return Ok(Finding::CannotTell("this processor runs the portable kernels alone".into()));
    }
    let (first, second) = if setting.has(Defect::Exchange) { (portable, best) } else { (best, portable) };
    let tables = [first, second].map(|twin| FieldTables::with_twin(network.hamiltonian.clone(), twin));
    let form = |of: usize| OverlapForm::new(&tables[of], &network.patterns, network.patterns.row(0));
    let sweeps = setting.size.of(40, 400);
    let fast = proposals(form(0), network.heat_bath(1.0)?, sweeps);
    let slow = proposals(form(1), network.heat_bath(1.0)?, sweeps);
    Ok(ratio(1.0, fast, slow))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    vec![
        Claim::bounded(
            Group::Throughput,
            "P = 4, N = 100, K = 33 333: T = 0.2 runs at least ten times as fast as T = 1",
            Source::readme(
                "What is refused costs next to nothing: a frozen network runs at least ten times as fast as one at T = 1.",
            ),
            Defect::Temperature(5.0),
            frozen,
        ),
        Claim::bounded(
            Group::Throughput,
            "P = 4, N = 100, K = 33 333, T = 1: the kernel chosen is faster than the portable one",
            Source::readme(
                "(the kernels are chosen at run time: AVX-512, AVX2 or portable, the same integers)",
            ),
            Defect::Exchange,
            chosen,
        ),
    ]
}
