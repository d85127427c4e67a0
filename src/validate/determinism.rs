//! The same bytes on another way: threads, shards, interruptions, extensions, kernels; and the digits of the first run.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::{points, scenario, solved};
use crate::dynamics::{AnyDynamics, Dynamics, Order, Update};
use crate::error::{Error, Result};
use crate::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm, Twin};
use crate::model::{DenseHebbian, Patterns, Spins};
use crate::params::{InteractionOrder, Temperature};
use crate::rng::{Stream, StreamKey};
use crate::scenario::{Scenario, Shipped};
use crate::sweep::{Options, Outcome, Shard, merge, run, transitions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SCENARIO: &str = r#"
name = "bytes"
seed = 5
[model]
interaction_order = [2, 4]
[grid]
spins = [24, 33]
gamma = [0.08, 0.3, 0.5]
temperature = [0, 0.2, 0.6]
[dynamics]
starts = ["planted", "random", { corrupted = 0.2 }]
burn_in_sweeps = 30
measure_sweeps = 90
[disorder]
samples = 5
[theory]
"#;

/// A folder for one claim, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("{}{number}", prefix()));
        std::fs::create_dir_all(&path).map_err(|e| Error::io("create", &path, &e))?;
        Ok(Self(path))
    }

    fn sub(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's folder for such files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the folders of this process begin with.
fn prefix() -> String {
    format!("replicon-validate-{}-", std::process::id())
}

/// Removes the folders that claims of this process are at work in: before it ends in the midst of one.
pub fn remove_folders() {
    let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix())) {
        let _ = std::fs::remove_dir_all(entry.path());
    }
}

fn go(scenario: &Scenario, options: &Options) -> Result<Outcome> {
    run(scenario, options, &mut ())
}

fn bytes(directory: &Path) -> Result<Vec<u8>> {
    let path = directory.join("points.csv");
    std::fs::read(&path).map_err(|e| Error::io("read", &path, &e))
}

/// The run that the others are compared with, at one thread.
fn plain(folder: &Folder, scenario: &Scenario) -> Result<(Vec<u8>, Duration)> {
    let begin = Instant::now();
    go(scenario, &Options::new(&folder.sub("plain"), 1))?;
    Ok((bytes(&folder.sub("plain"))?, begin.elapsed()))
}

/// How many bytes of two tables differ.
fn compare(setting: &Setting, expected: &[u8], mut got: Vec<u8>) -> Finding {
    if setting.has(Defect::Byte)
        && let Some(byte) = got.get_mut(1000)
    {
        *byte ^= 1;
    }
    let differ =
        expected.iter().zip(&got).filter(|(a, b)| a != b).count() + expected.len().abs_diff(got.len());
    Finding::whole(0, differ as u64).at(format!("of {} bytes", expected.len()))
}

/// The scenario of the other way: with another seed by the defect.
fn other(setting: &Setting) -> Result<Scenario> {
    let seed = if setting.has(Defect::Seed) { vec!["seed=6".to_string()] } else { Vec::new() };
    scenario(SCENARIO, &seed)
}

fn threads(setting: &Setting) -> Result<Finding> {
    let folder = Folder::new()?;
    let (expected, _) = plain(&folder, &scenario(SCENARIO, &[])?)?;
    go(&other(setting)?, &Options::new(&folder.sub("two"), 2))?;
    Ok(compare(setting, &expected, bytes(&folder.sub("two"))?))
}

/// Learning, multitasking, exponential networks, Gaussian couplings under exchange: how many bytes of their tables differ.
fn kinds(setting: &Setting) -> Result<Finding> {
    const KINDS: [&str; 5] = [
        "kind = \"supervised\"\ninteraction_order = 4\n[grid]\nspins = 20\ngamma = 0.1\nquality = 0.6\nexamples = 5\ntemperature = [0.3]\n[dynamics]\n",
        "kind = \"unsupervised\"\ninteraction_order = 3\n[grid]\nspins = 20\ngamma = 0.1\nquality = 0.6\nexamples = 5\ntemperature = [0.3]\n[dynamics]\n",
        "kind = \"multitasking\"\ninteraction_order = 2\n[grid]\nspins = 60\npatterns = [3]\ndilution = 0.4\ntemperature = [0.2]\n[dynamics]\n",
        "kind = \"exponential\"\nenergy = \"lse\"\n[grid]\nspins = 24\nrate = 0.1\nlambda = 1.0\ntemperature = [0.8]\n[dynamics]\n",
        "interaction_order = 3\ncouplings = \"gaussian\"\n[grid]\nspins = 16\ngamma = 1.0\ntemperature = [0.6, 0.9]\n[dynamics]\nreplica_exchange = true\n",
    ];
    let mut findings = Vec::new();
    for kind in KINDS {
        let folder = Folder::new()?;
        let text = format!(
            "name = \"kinds\"\nseed = 5\n[model]\n{kind}starts = [\"random\"]\nburn_in_sweeps = 30\nmeasure_sweeps = 90\n[disorder]\nsamples = 4\n"
        );
        go(&scenario(&text, &[])?, &Options::new(&folder.sub("one"), 1))?;
        let seed = if setting.has(Defect::Seed) { vec!["seed=6".to_string()] } else { Vec::new() };
        go(&scenario(&text, &seed)?, &Options::new(&folder.sub("two"), 2))?;
        let name = kind.split('"').nth(1).unwrap_or_default();
        findings.push(compare(setting, &bytes(&folder.sub("one"))?, bytes(&folder.sub("two"))?).at(name));
    }
    Ok(Finding::worst(findings))
}

fn shards(setting: &Setting) -> Result<Finding> {
    let folder = Folder::new()?;
    let (expected, _) = plain(&folder, &scenario(SCENARIO, &[])?)?;
    let mut parts = Vec::new();
    // Shard 1 twice.
    for (name, shard) in [("a", "0/3"), ("b", "1/3"), ("c", "2/3"), ("d", "1/3")] {
        let directory = folder.sub(name);
        go(&other(setting)?, &Options { shard: Some(Shard::parse(shard)?), ..Options::new(&directory, 2) })?;
        parts.push(directory);
    }
    merge(&folder.sub("all"), &parts, false, |_| {})?;
    Ok(compare(setting, &expected, bytes(&folder.sub("all"))?))
}

fn interrupted(setting: &Setting) -> Result<Finding> {
    let folder = Folder::new()?;
    let (expected, time) = plain(&folder, &scenario(SCENARIO, &[])?)?;
    let directory = folder.sub("stopped");
    let scenario = other(setting)?;
    // Stopped at once, then twice after a quarter of the time that the whole takes, then let go.
    for part in [0, 1, 1] {
        let deadline = Some(Instant::now() + part * time / 4);
        go(&scenario, &Options { deadline, ..Options::new(&directory, 1) })?;
    }
    go(&scenario, &Options::new(&directory, 1))?;
    Ok(compare(setting, &expected, bytes(&directory)?))
}

fn grown(setting: &Setting) -> Result<Finding> {
    let folder = Folder::new()?;
    let (expected, _) = plain(&folder, &scenario(SCENARIO, &[])?)?;
    let directory = folder.sub("grown");
    let first = ["disorder.samples=2".to_string(), "grid.temperature=[0.6]".to_string()];
    let second = ["grid.spins=33".to_string(), "grid.gamma=[0.3]".to_string()];
    for overrides in [&first[..], &second[..], &[]] {
        go(&scenario(SCENARIO, overrides)?, &Options::new(&directory, 2))?;
    }
    Ok(compare(setting, &expected, bytes(&directory)?))
}

fn sweep<F: Fields>(dynamics: &AnyDynamics, form: &mut F, stream: &mut Stream, sweeps: usize) {
    for _ in 0..sweeps {
        dynamics.sweep(form, stream);
    }
}

/// Trajectories of every twin of the kernels from one start with one stream: how many spins and energies differ.
fn twins(setting: &Setting) -> Result<Finding> {
    let mut differ = 0u64;
    let sweeps = setting.size.of(20, 200);
    for (p, n, k) in [(2, 130, 77), (3, 70, 500), (4, 45, 2011)] {
        let patterns =
            Patterns::random(n, k, &mut StreamKey::new(139, "twins").integer("p", p.into()).stream())?;
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(p)?, n, k)?;
        let dynamics =
            AnyDynamics::new(Update::Glauber, Order::Random, hamiltonian.scale(), Temperature::new(0.6)?)?;
        let trajectory = |twin: Twin, seed: u64| -> Result<(Spins, i128)> {
            let mut stream = StreamKey::new(seed, "dynamics").stream();
            let tables = FieldTables::with_twin(hamiltonian.clone(), twin);
            let start = patterns.row(0);
            if Couplings::pay(hamiltonian.order(), n, k) {
                let couplings = Couplings::with_twin(&patterns, twin)?;
                let mut form = LocalFieldForm::new(&hamiltonian, &patterns, &couplings, start);
                sweep(&dynamics, &mut form, &mut stream, sweeps);
                return Ok((form.spins().clone(), form.energy_sum()));
            }
            let mut form = OverlapForm::new(&tables, &patterns, start);
            sweep(&dynamics, &mut form, &mut stream, sweeps);
            Ok((form.spins().clone(), form.energy_sum()))
        };
        let portable = trajectory(Twin::Portable, 7)?;
        for twin in Twin::all() {
            let seed = if setting.has(Defect::Seed) { 8 } else { 7 };
            let (spins, energy) = trajectory(twin, seed)?;
            let turned =
                spins.as_slice().iter().zip(portable.0.as_slice()).filter(|(a, b)| a != b).count() as u64;
            differ += turned + u64::from(energy != portable.1);
        }
    }
    let names: Vec<&str> = Twin::all().into_iter().map(Twin::name).collect();
    Ok(Finding::whole(0, differ).at(format!("spins and energies, {}", names.join(", "))))
}

/// The digits that the README prints of its first run.
const FIRST_RUN: &str = "  4     64          0.3         0.4496 ± ?       0.3804       0.4493
  4     64          0.5    0.2926 ± 0.0129       0.3337       0.4591
  4     64          0.6    0.2607 ± 0.0407       0.2215       0.4383
  4     64          0.7         0.0914 ± ?       0.0521       0.3762";

fn first_run(setting: &Setting) -> Result<Finding> {
    let shipped = solved(Shipped::find("storage-capacity-p4"))?;
    // A temperature alone has the digits that it has in the whole grid.
    let mut overrides =
        vec![format!("grid.temperature={}", setting.size.of("[0.5, 0.6]", "[0.3, 0.5, 0.6, 0.7]"))];
    if setting.has(Defect::Seed) {
        overrides.push("seed=1".into());
    }
    let scenario = scenario(shipped.text, &overrides)?;
    let found = transitions(&points(&scenario)?, "planted", scenario.seed);
    let mut findings = Vec::new();
    for line in FIRST_RUN.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, _, t, load, _, error, ..] = words[..] else {
            return Err(Error::failed(format!("no row of the table: {line}")));
        };
        let t: f64 = t.parse().unwrap_or(f64::NAN);
        if !scenario.temperatures.iter().any(|at| at.get() == t) {
            continue;
        }
        let Some(here) = found.iter().find(|transition| transition.temperature.get() == t) else {
            findings.push(Finding::failed(format!("no transition at T = {t}")));
            continue;
        };
        findings
            .push(Finding::printed(setting.printed(load)?, here.gamma, 0.0).at(format!("load at T = {t}")));
        match (error, here.gamma_err) {
            ("?", None) => {}
            ("?", Some(error)) => findings.push(Finding::failed(format!("an error {error} at T = {t}"))),
            (digits, Some(error)) => findings
                .push(Finding::printed(setting.printed(digits)?, error, 0.0).at(format!("error at T = {t}"))),
            (_, None) => findings.push(Finding::failed(format!("no error at T = {t}"))),
        }
    }
    Ok(Finding::worst(findings))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    const BYTES: Source = Source::readme(
        "`points.csv` to the byte after kill −9s, on 1 and 2 threads, in 3 and 7 shards, with one shard run twice at once, and grown in steps.",
    );
    let same = |claim: &str, source, defect, measure: fn(&Setting) -> Result<Finding>| {
        Claim::bounded(Group::Determinism, claim, source, defect, measure)
    };
    vec![
        same("points.csv on 1 and 2 threads", BYTES, Defect::Seed, threads),
        same(
            "points.csv on 1 and 2 threads: learning, multitasking, exponential, Gaussian with exchange",
            Source::modern("work as with the integer energies of other kinds, to the byte."),
            Defect::Seed,
            kinds,
        ),
        same("points.csv of 3 shards, one of them run twice, merged", BYTES, Defect::Byte, shards),
        same(
            "points.csv of a run stopped and taken up again",
            Source::readme("`points.csv` has the same bytes as if nothing had happened."),
            Defect::Seed,
            interrupted,
        ),
        same("points.csv of a run grown by samples, loads and temperatures", BYTES, Defect::Byte, grown),
        same(
            "Trajectories on every kernel that this processor runs, P = 2, 3, 4",
            Source::readme("AVX-512, AVX2 or portable, the same integers"),
            Defect::Seed,
            twins,
        ),
        same(
            "The digits of the first run, storage-capacity-p4",
            Source::readme(FIRST_RUN),
            Defect::Seed,
            first_run,
        ),
    ]
}
