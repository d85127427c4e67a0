//! One task: the patterns of one disorder sample, and every chain on them.

use crate::chain::{Course, Kept, Measurement, RANKS, Sample, Start};
use crate::dynamics::Update;
use crate::error::{Error, Result};
use crate::kernel::{CouplingTensor, Couplings, FieldTables, remembered_bytes};
use crate::model::examples::{self, Stored};
use crate::model::gaussian_couplings::binomial;
use crate::model::patterns::BLOCK;
use crate::model::{
    DenseHebbian, DilutedPatterns, ExampleSet, Exponential, GaussianCouplings, Patterns, Spins,
    WeightedPatterns, continuous,
};
use crate::params::{LearningMode, Lesson, Temperature};
use crate::scenario::{DynamicsPlan, Entries, PatternsFrom, Scenario, Task};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicBool, Ordering};

/// Everything that a finished task leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskResult {
    pub task: Task,
    pub pattern_hash: String,
    /// One for each (temperature, start), temperatures outermost.
    pub chains: Vec<ChainRecord>,
}

impl TaskResult {
    /// Series are for the store: nothing later in a run asks for them.
    #[cfg(feature = "program")]
    pub(super) fn forget_series(&mut self) {
        self.chains.iter_mut().for_each(|chain| chain.kept.series = Vec::new());
    }
}

/// One chain of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainRecord {
    pub temperature: Temperature,
    /// Label of the start.
    pub start: String,
    pub measurement: Measurement,
    pub kept: Kept,
    /// First and last configuration of the first replica.
    pub first: Spins,
    pub last: Spins,
}

/// Patterns of a task: drawn from its stream, or the first K of the file.
///
/// # Errors
/// Patterns that do not fit into memory.
pub fn task_patterns(scenario: &Scenario, task: &Task) -> Result<Patterns> {
    let column = &task.column;
    match &scenario.patterns {
        PatternsFrom::Random => {
            Patterns::random(column.spins, column.patterns, &mut task.pattern_stream(scenario.seed))
        }
        PatternsFrom::File(stored) => stored.patterns.first(column.patterns),
    }
}

/// Diluted patterns of a task, drawn from its stream or the first K of the file, and their hierarchical state, which planted starts
/// begin on.
///
/// # Errors
/// Patterns that do not fit into memory.
pub fn task_diluted(scenario: &Scenario, task: &Task) -> Result<(DilutedPatterns, Spins)> {
    let column = &task.column;
    let stream = &mut task.pattern_stream(scenario.seed);
    let patterns = match (&scenario.patterns, column.dilution) {
        (PatternsFrom::File(stored), _) if stored.diluted.is_some() => stored
            .diluted
            .iter()
            .map(|diluted| diluted.first(column.patterns))
            .collect::<Result<Vec<_>>>()?
            .remove(0),
        (_, Some(dilution)) => DilutedPatterns::random(column.spins, column.patterns, dilution, stream)?,
        _ => return Err(Error::bad_input("patterns without a dilution")),
    };
    let planted = patterns.hierarchical(stream);
    Ok((patterns, planted))
}

/// Diluted archetypes of a task, their hierarchical state, and what is stored of the examples of them.
///
/// # Errors
/// Those of [`task_diluted`] and [`DilutedPatterns::learnt`].
pub fn task_learnt_diluted(
    scenario: &Scenario,
    task: &Task,
    lesson: Lesson,
) -> Result<(DilutedPatterns, Spins, WeightedPatterns)> {
    let (archetypes, planted) = task_diluted(scenario, task)?;
    // Archetypes and planted state took the stream of the patterns.
    let stored = archetypes.learnt(lesson, &mut task.chain_stream(scenario.seed, "examples", 0.0, "", 0))?;
    Ok((archetypes, planted, stored))
}

/// Gaussian couplings of a task, drawn from its stream.
///
/// # Errors
/// Couplings that do not fit into memory.
pub fn task_couplings(scenario: &Scenario, task: &Task) -> Result<GaussianCouplings> {
    let column = &task.column;
    let stream = &mut task.pattern_stream(scenario.seed);
    GaussianCouplings::draw(column.order, column.spins, column.gamma, stream)
}

/// Archetypes and examples of a task, drawn from its stream, or those of the file.
///
/// # Errors
/// Examples that do not fit into memory.
pub fn task_examples(scenario: &Scenario, task: &Task, lesson: Lesson) -> Result<ExampleSet> {
    let column = &task.column;
    if let Some(classes) = &scenario.classes {
        return classes.example_set(lesson);
    }
    ExampleSet::random(lesson, column.spins, column.patterns, &mut task.pattern_stream(scenario.seed))
}

/// Calls `work` with the disorder sample of a task and the hash of its patterns or couplings.
///
/// # Errors
/// Those of `work`; a sample that does not fit into memory.
pub fn with_sample<T>(
    scenario: &Scenario,
    task: &Task,
    work: impl FnOnce(&Sample<'_>, String) -> Result<T>,
) -> Result<T> {
    let column = &task.column;
    if column.is_gaussian() {
        let couplings = task_couplings(scenario, task)?;
        let tensor = CouplingTensor::new(&couplings);
        return work(&Sample::gaussian(column.order, &tensor), couplings.hash());
    }
    let (order, spins, count) = (column.order, column.spins, column.patterns);
    if let (Some(lesson), Some(_)) = (column.lesson, column.dilution) {
        let (archetypes, planted, stored) = task_learnt_diluted(scenario, task, lesson)?;
        let model = DilutedPatterns::learnt_model(order, spins, count, lesson)?;
        return work(&Sample::diluted(&model, &stored, &archetypes, planted), stored.hash());
    }
    if let Some(lesson) = column.lesson {
        let set = task_examples(scenario, task, lesson)?;
        let planted = scenario.held_out(task).unwrap_or_else(|| (set.archetypes().row(0), 0));
        return match set.stored() {
            Stored::Examples(all) => {
                let tables = FieldTables::new(examples::unsupervised(order, spins, count, lesson)?);
                work(&Sample::unsupervised(&tables, all, &set, planted)?, set.hash())
            }
            Stored::Sums(sums) => {
                let model = set.weighted_model(order, sums)?;
                work(&Sample::supervised(&model, sums, &set, planted), set.hash())
            }
        };
    }
    if column.entries == Some(Entries::Sphere) {
        let patterns = continuous::spherical(spins, count, &mut task.pattern_stream(scenario.seed));
        let mut hash = Sha256::new();
        patterns.iter().for_each(|x| hash.update(x.to_le_bytes()));
        let hash = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        return work(&Sample::continuous(&patterns, 0), hash);
    }
    if column.dilution.is_some() {
        let (patterns, planted) = task_diluted(scenario, task)?;
        let (model, weights) = (DilutedPatterns::model(order, spins, count)?, patterns.weights()?);
        return work(&Sample::diluted(&model, &weights, &patterns, planted), patterns.hash());
    }
    let patterns = task_patterns(scenario, task)?;
    let planted = scenario.planted_index(task);
    if column.entries.is_some() {
        return work(&Sample::continuous(&continuous::signs(&patterns), planted), patterns.hash());
    }
    if let Some(lambda) = column.lambda {
        let model = Exponential::new(spins, count, lambda)?;
        return work(&Sample::exponential(&model, &patterns, planted), patterns.hash());
    }
    let tables = FieldTables::new(DenseHebbian::new(order, spins, count)?);
    work(&Sample::new(&tables, &patterns, planted)?, patterns.hash())
}

/// Runs the chains (temperature, start) of a task for which `wanted` says so.
///
/// # Errors
/// What the scenario should have refused; [`crate::error::Kind::Interrupted`] once `stop` is set.
pub fn run_task(
    scenario: &Scenario,
    plan: &DynamicsPlan,
    task: &Task,
    wanted: impl Fn(Temperature, &Start) -> bool,
    stop: &AtomicBool,
) -> Result<TaskResult> {
    // Temperatures that hang together run as one ladder.
    let length = if plan.protocol.course.joins_temperatures() { scenario.temperatures.len() } else { 1 };
    with_sample(scenario, task, |sample, pattern_hash| {
        let mut chains = Vec::new();
        for ladder in scenario.temperatures.chunks(length.max(1)) {
            for start in plan.starts.iter().filter(|start| ladder.iter().any(|&t| wanted(t, start))) {
                if stop.load(Ordering::Relaxed) {
                    return Err(Error::interrupted("stopped"));
                }
                let label = start.label();
                let results = sample.run_ladder(&plan.protocol, ladder, start, |purpose, t, replica| {
                    task.chain_stream(scenario.seed, purpose, t.get(), &label, replica)
                })?;
                chains.extend(ladder.iter().zip(results).map(|(&temperature, result)| ChainRecord {
                    temperature,
                    start: label.clone(),
                    measurement: result.measurement,
                    kept: result.kept,
                    first: result.first,
                    last: result.last,
                }));
            }
        }
        Ok(TaskResult { task: task.clone(), pattern_hash, chains })
    })
}

/// Relative cost of a task (with `until = "equilibrated"` the most that it can become), for starting the longest first, in pattern terms: about 0.03 ns, accepted flips included.
pub fn cost(scenario: &Scenario, task: &Task) -> f64 {
    let (n, k) = (task.column.spins as f64, stored_patterns(task) as f64);
    let p = task.column.order.get();
    let chains = scenario.dynamics.as_ref().map_or(0.0, |plan| {
        (plan.starts.len() * plan.protocol.replicas) as f64 * plan.protocol.most_sweeps().0 as f64
    });
    // A decision costs as much as 300 terms. With local fields (P = 2, Gaussian couplings) an accepted flip renews N fields, and
    // no sum is taken.
    let update = 300.0
        + if task.column.lambda.is_some() {
            // Counting overlaps, a nanosecond each.
            30.0 * k
        } else if task.column.entries.is_some() {
            20.0 * k
        } else if stores_sums(scenario, task) {
            20.0 * f64::from(p) * k
        } else if task.column.is_gaussian() {
            0.3 * n * binomial(task.column.spins, p as usize - 2) as f64
        } else if Couplings::pay(task.column.order, task.column.spins, stored_patterns(task)) {
            0.3 * n
        } else {
            k
        };
    chains * scenario.temperatures.len() as f64 * n * update
}

/// Patterns that the kernels run over: all K·M examples of unsupervised learning.
fn stored_patterns(task: &Task) -> usize {
    match task.column.lesson {
        Some(Lesson { mode: LearningMode::Unsupervised, examples }) => {
            // More than any machine holds, and times 2N still an integer.
            task.column.patterns.saturating_mul(examples.count() as usize).min(1 << 44)
        }
        _ => task.column.patterns,
    }
}

fn stores_sums(scenario: &Scenario, task: &Task) -> bool {
    let centred = scenario.classes.as_ref().is_some_and(|classes| classes.centred);
    centred
        || task.column.dilution.is_some()
        || task.column.lesson.is_some_and(|lesson| lesson.mode == LearningMode::Supervised)
}

/// Bytes that one running task needs at its peak: bit planes, couplings of P = 2, and per replica overlaps, plane or fields, and
/// the configurations that it may remember.
pub fn peak_memory(scenario: &Scenario, task: &Task) -> u64 {
    let (order, spins, patterns) = (task.column.order, task.column.spins, stored_patterns(task));
    let (n, k) = (spins as u64, patterns.next_multiple_of(BLOCK) as u64);
    let (replicas, sweeps, ladder) = scenario.dynamics.as_ref().map_or((1, 0, 1), |plan| {
        let protocol = &plan.protocol;
        // Under replica exchange the temperatures run side by side.
        let ladder =
            if protocol.course == Course::ReplicaExchange { scenario.temperatures.len() as u64 } else { 1 };
        // Plefka's mean field solves one replica after the other and keeps no series of sweeps.
        let sweeps = if protocol.update == Update::Plefka { 0 } else { protocol.most_sweeps().1 as u64 };
        (protocol.replicas as u64, sweeps, ladder)
    });
    // A population moves one configuration after the other; of the others it keeps spins, energy and family, twice while it is drawn anew.
    let population = scenario.dynamics.as_ref().map_or(0, |plan| plan.protocol.population_members()) as u64;
    let members = population.saturating_mul((2 * (n + 48)).saturating_add(sweeps.saturating_mul(8)));
    let (replicas, sweeps) = if population > 0 { (1, 0) } else { (replicas, sweeps) };
    // Fields are remembered where next to nothing is accepted: at the cold end of a ladder.
    let remembered = replicas.saturating_mul(remembered_bytes(spins) as u64);
    let (shared, replica) = if task.column.entries.is_some() {
        (24 * n * k, 16 * n + 8 * k)
    } else if task.column.lambda.is_some() {
        (remembered, 2 * k + 32 * n)
    } else if stores_sums(scenario, task) {
        (2 * n * k + remembered, 8 * u64::from(order.get() - 1) * k + 16 * n)
    } else if task.column.is_gaussian() {
        (4 * n * n * binomial(spins, order.get() as usize - 2) as u64, 32 * n)
    } else if Couplings::pay(order, spins, patterns) {
        (2 * n * n, 2 * k + 8 * n)
    } else {
        let parts = DenseHebbian::new(order, spins, patterns).map_or(2, |h| FieldTables::new(h).parts) as u64;
        (remembered, 2 * k * (1 + parts) + 16 * n)
    };
    // Series of one chain: energy, Mattis, its two extremes for each replica, the overlap for each pair.
    let pairs = replicas.saturating_mul(replicas) / 2;
    // Of diluted patterns every m as well.
    let each = if task.column.dilution.is_some() { patterns.min(RANKS.len()) as u64 } else { 0 };
    let series = replicas.saturating_mul(4 + each).saturating_add(pairs);
    // Those kept wait for the end of the task: energy, Mattis and overlaps, and once more on their way into the store.
    let kept = scenario.dynamics.as_ref().filter(|plan| plan.protocol.keep.series).map_or(0, |plan| {
        let chains = (scenario.temperatures.len() * plan.starts.len()) as u64;
        replicas.saturating_mul(2).saturating_add(pairs).saturating_mul(chains + 1)
    });
    let values = series.saturating_mul(ladder).saturating_add(kept).saturating_mul(sweeps);
    (n * k / 8)
        .saturating_add(shared)
        .saturating_add(members)
        .saturating_add(replicas.saturating_mul(ladder).saturating_mul(replica))
        .saturating_add(values.saturating_mul(8))
}

/// Bytes that stay in memory of a finished task until the end of the run: averages, histograms, configurations and curves of its
/// chains, but no series.
#[cfg(feature = "program")]
pub fn finished_memory(scenario: &Scenario, task: &Task) -> u64 {
    let Some(plan) = &scenario.dynamics else { return 0 };
    let (protocol, n) = (&plan.protocol, task.column.spins as u64);
    let (sweeps, window) = protocol.most_sweeps();
    let values =
        (protocol.replicas as u64).saturating_mul(protocol.replicas as u64).saturating_mul(window as u64);
    let joint = if protocol.keep.joint { 24 * values.min((n + 1).saturating_mul(n + 1)) } else { 0 };
    // A curve has about four times an octave, and a q(t_w + t, t_w) for every decade.
    let octaves = u64::from(usize::BITS - sweeps.leading_zeros());
    let curves = if protocol.keep.curves { 64 * 4 * octaves * (2 + octaves / 3) } else { 0 };
    let chain = size_of::<ChainRecord>() as u64 + 64 + 10 * n + joint + curves;
    ((scenario.temperatures.len() * plan.starts.len()) as u64).saturating_mul(chain)
}
