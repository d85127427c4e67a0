//! Hostile input: mutated scenarios, pattern files, stores and command lines. No panic, no hang, no more memory than stated.
//!
//! A fuzzing harness without an instrumented compiler: valid inputs are taken as seeds and mutated by what goes wrong in practice (numbers at
//! the ends of their ranges, lines lost or twice, bytes changed, headers that lie, files cut off). Each target runs for
//! `REPLICON_FUZZ_SECONDS` (default 4) from fixed seeds and prints how many inputs it has tried:
//!
//!     REPLICON_FUZZ_SECONDS=600 cargo test --test hostile_input -- --nocapture
//!
//! `REPLICON_FUZZ_SEED` (default 1) chooses another sequence. A case that fails is printed whole.
#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::{Folder, peak_memory};
use replicon::model::pattern_file::{self, PatternSource};
use replicon::numerics::clock::thread_time;
use replicon::rng::{Stream, StreamKey, below};
use replicon::scenario::{CapacityScenario, Files, SHIPPED, Scenario};
use replicon::sweep::{load_run, load_states, status};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// An input that takes longer than this hangs: seconds of its thread, of a command those of the wall.
const HANG: Duration = Duration::from_secs(5);
/// Peak of memory of a target, beyond what the process had before, in bytes: twice the limit of a pattern file, whose pixels and bits
/// stand side by side.
const MEMORY: u64 = 2 << 30;

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Tries inputs until the time is up: `draw` makes one, `shown` prints it, `take` must neither panic nor hang.
fn fuzz<T>(
    target: &str,
    mut draw: impl FnMut(&mut Stream) -> T,
    shown: impl Fn(&T) -> String,
    mut take: impl FnMut(&T) -> bool,
) {
    let time = Duration::from_secs(variable("REPLICON_FUZZ_SECONDS", 4));
    let mut stream =
        StreamKey::new(variable("REPLICON_FUZZ_SEED", 1), "fuzz").text("target", target).stream();
    let before = peak_memory().unwrap_or(0);
    let begin = Instant::now();
    let (mut tried, mut accepted, mut slowest) = (0u64, 0u64, Duration::ZERO);
    while begin.elapsed() < time {
        let input = draw(&mut stream);
        let started = thread_time();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| take(&input)));
        let spent = Duration::from_secs_f64((thread_time() - started).max(0.0));
        slowest = slowest.max(spent);
        tried += 1;
        match outcome {
            Ok(taken) => accepted += u64::from(taken),
            Err(_) => panic!("{target}, input {tried} panicked:\n{}", shown(&input)),
        }
        assert!(spent < HANG, "{target}, input {tried} took {spent:?}:\n{}", shown(&input));
    }
    let memory = peak_memory().unwrap_or(0).saturating_sub(before);
    println!(
        "{target}: {tried} inputs, {accepted} accepted, slowest {slowest:?}, memory + {} MiB",
        memory >> 20
    );
    assert!(memory < MEMORY, "{target}: {memory} bytes");
    assert!(tried > 20, "{target}: only {tried} inputs in {time:?}");
}

fn pick<'t, T>(stream: &mut Stream, of: &'t [T]) -> &'t T {
    &of[below(stream, of.len())]
}

const NUMBERS: [&str; 26] = [
    "0",
    "-1",
    "1",
    "2",
    "3",
    "17",
    "64",
    "65",
    "1000",
    "100000",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "-9223372036854775808",
    "0.0",
    "-0.0",
    "1e-320",
    "1e-9",
    "0.5",
    "0.999999999999",
    "1.0",
    "1e9",
    "1e300",
    "1e400",
    "nan",
    "inf",
];

const WORDS: [&str; 30] = [
    "\"planted\"",
    "\"random\"",
    "\"cooled\"",
    "\"plefka\"",
    "\"attention\"",
    "\"supervised\"",
    "\"unsupervised\"",
    "\"multitasking\"",
    "\"exponential\"",
    "\"continuous\"",
    "\"gaussian\"",
    "\"1rsb\"",
    "\"rs\"",
    "\"\"",
    "true",
    "[]",
    "{}",
    "[[]]",
    "{ from = 0.1, to = 0.2, count = 100000 }",
    "{ from = 1, to = 100000, count = 100000 }",
    "{ corrupted = 0.2 }",
    "{ overlap = -1 }",
    "{ each = 0.1 }",
    "{ file = \"/dev/zero\" }",
    "{ from = 0.1, to = 2.0, count = 1000, spacing = \"exchange\" }",
    "1979-05-27",
    "\"\\u0000\"",
    "\"😀\"",
    "\"sum\"",
    "\"parallel\"",
];

/// A scenario with some of its lines, numbers and words changed.
fn mutated(text: &str, stream: &mut Stream) -> String {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    for _ in 0..=below(stream, 4) {
        let at = below(stream, lines.len().max(1)).min(lines.len().saturating_sub(1));
        if lines.is_empty() {
            break;
        }
        match below(stream, 9) {
            0 => drop(lines.remove(at)),
            1 => {
                let line = lines[at].clone();
                lines.insert(at, line);
            }
            2 => {
                let other = below(stream, lines.len());
                lines.swap(at, other);
            }
            3..=5 => {
                if let Some((key, _)) = lines[at].clone().split_once('=') {
                    let values = if below(stream, 2) == 0 { &NUMBERS[..] } else { &WORDS[..] };
                    lines[at] = format!("{key}= {}", pick(stream, values));
                }
            }
            6 => {
                // One number of the line.
                let starts: Vec<usize> = lines[at]
                    .char_indices()
                    .filter(|(i, c)| {
                        c.is_ascii_digit() && !lines[at][..*i].ends_with(|b: char| b.is_ascii_alphanumeric())
                    })
                    .map(|(i, _)| i)
                    .collect();
                if !starts.is_empty() {
                    let from = *pick(stream, &starts);
                    let rest = &lines[at][from..];
                    let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                    let number = pick(stream, &NUMBERS);
                    lines[at] = format!("{}{number}{}", &lines[at][..from], &lines[at][from + length..]);
                }
            }
            7 => {
                let characters: Vec<char> = lines[at].chars().collect();
                if !characters.is_empty() {
                    let cut = below(stream, characters.len());
                    lines[at] = characters[..cut].iter().collect();
                }
            }
            _ => {
                let keys = [
                    "spins",
                    "temperature",
                    "gamma",
                    "samples",
                    "replicas",
                    "examples",
                    "quality",
                    "dilution",
                ];
                lines[at] = format!("{} = {}", pick(stream, &keys), pick(stream, &NUMBERS));
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn scenarios() {
    // Real data cost a tenth of a second to read: one scenario of them is enough.
    let seeds: Vec<_> = SHIPPED
        .iter()
        .filter(|s| !s.text.contains("data/mnist") && !s.text.contains("data/fashion"))
        .collect();
    fuzz(
        "scenarios",
        |stream| mutated(pick(stream, &seeds).text, stream),
        String::clone,
        |text| {
            let capacity = CapacityScenario::from_text(text, "fuzz.toml", &[]).map(|s| s.to_toml());
            let run = Scenario::from_text(text, "fuzz.toml", &Files::Shipped, &[]).map(|s| s.to_toml());
            // What is accepted reads back.
            if let Ok(resolved) = &run {
                assert!(
                    Scenario::from_text(resolved, "resolved", &Files::Shipped, &[]).is_ok(),
                    "{resolved}"
                );
            }
            if let Ok(resolved) = &capacity {
                assert!(CapacityScenario::from_text(resolved, "resolved", &[]).is_ok(), "{resolved}");
            }
            run.is_ok() || capacity.is_ok()
        },
    );
}

/// Bytes with some changed, cut off, repeated, or headers that lie.
fn mutated_bytes(bytes: &[u8], stream: &mut Stream) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=below(stream, 3) {
        if bytes.is_empty() {
            break;
        }
        // Headers are where the lies are.
        let reach = if below(stream, 2) == 0 { bytes.len().min(160) } else { bytes.len() };
        let at = below(stream, reach);
        match below(stream, 7) {
            0 => bytes[at] ^= 1 << below(stream, 8),
            1 => bytes[at] = *pick(stream, &[0, 1, 0x7f, 0x80, 0xff, b'9', b'-', b'\n', b' ']),
            2 => bytes.truncate(at),
            3 => {
                let end = (at + 1 + below(stream, 64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let end = (at + 4).min(bytes.len());
                bytes[at..end].fill(0xff);
            }
            5 => {
                // A digit becomes many.
                if bytes[at].is_ascii_digit() {
                    bytes.splice(at..at, *b"99999999");
                }
            }
            _ => {
                let end = (at + 1 + below(stream, 16)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

#[test]
fn pattern_files() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut seeds: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for entry in std::fs::read_dir(folder.join("tests/data/patterns")).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            seeds.push((entry.path(), std::fs::read(entry.path()).unwrap()));
        }
    }
    let digits = folder.join("scenarios/data/digits8x8.npz");
    seeds.push((digits.clone(), std::fs::read(digits).unwrap()));
    // IDX images and labels: two of 2 × 2 pixels.
    let images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 255, 3, 200, 9, 8, 255, 254];
    seeds.push(("images-idx3-ubyte".into(), images.to_vec()));
    seeds.push(("labels-idx1-ubyte".into(), vec![0, 0, 8, 1, 0, 0, 0, 2, 3, 7]));
    seeds.push(("rows.csv".into(), b"1,-1,1\n-1,-1,1\n".to_vec()));
    seeds.push(("zeros.txt".into(), b"1 0 -1 1\n0 0 1 -1\n".to_vec()));
    seeds.sort();
    fuzz(
        "pattern files",
        |stream| {
            let (path, bytes) = pick(stream, &seeds);
            let mut source = PatternSource::new(path.file_name().unwrap());
            source.array = match below(stream, 5) {
                0 => Some((*pick(stream, &["patterns", "packed", "images", "labels", "shape"])).to_string()),
                _ => None,
            };
            source.threshold = *pick(stream, &[0.5, 0.5, 1.0, f64::NAN, -1.0, 1e300]);
            source.index = *pick(
                stream,
                &[
                    None,
                    None,
                    Some((0, 1)),
                    Some((3, 1)),
                    Some((0, usize::MAX)),
                    Some((usize::MAX, usize::MAX)),
                ],
            );
            (mutated_bytes(bytes, stream), source)
        },
        |(bytes, source)| format!("{source:?} {bytes:02x?}"),
        |(bytes, source)| {
            let read = pattern_file::read(bytes, source).is_ok();
            let spins = pattern_file::read_spins(bytes, source).is_ok();
            let diluted = pattern_file::read_diluted(bytes, source).is_ok();
            read | spins | diluted | pattern_file::read_labels(bytes, source).is_ok()
        },
    );
}

#[test]
fn store_files() {
    let folder = Folder::with_scenario(
        "fuzz-store",
        "name = \"fuzz\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 8\ngamma = 0.8\ntemperature = [0.4, 0.6]\n[dynamics]\nburn_in_sweeps = 5\nmeasure_sweeps = 20\nkeep = [\"series\", \"curves\", \"joint\"]\n[disorder]\nsamples = 2\n[theory]\ncompare = [\"rs\", \"1rsb\"]\n",
    );
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let out = folder.0.join("out");
    let seeds: Vec<(PathBuf, Vec<u8>)> = std::fs::read_dir(out.join("store"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    assert_eq!(seeds.len(), 2, "tasks and states");
    fuzz(
        "store files",
        |stream| {
            let (path, bytes) = pick(stream, &seeds);
            (path.clone(), mutated_bytes(bytes, stream))
        },
        |(path, bytes)| format!("{} {bytes:02x?}", path.display()),
        |(path, bytes)| {
            std::fs::write(path, bytes).unwrap();
            let loaded = load_run(&out);
            let whole = loaded.as_ref().is_ok_and(|run| run.damaged.is_empty());
            if let Ok(run) = loaded {
                assert!(load_states(&out, &run.scenario).is_ok());
            }
            let _ = status(&out);
            for (path, bytes) in &seeds {
                std::fs::write(path, bytes).unwrap();
            }
            whole
        },
    );
}

/// What rounds of refinement asked for: damaged, it is named and planned again; with other numbers in it, it is another plan.
#[test]
fn rounds_of_refinement() {
    let folder = Folder::with_scenario(
        "fuzz-rounds",
        "name = \"fuzz\"\nseed = 3\n[model]\ninteraction_order = 2\n[grid]\nspins = [24, 32]\ngamma = [0.05, 0.5]\ntemperature = 0.3\n\
         refine = { on = \"mattis\", budget = 4 }\n[dynamics]\nstarts = [\"planted\"]\nburn_in_sweeps = 5\nmeasure_sweeps = 20\n\
         [disorder]\nsamples = 4\n",
    );
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let (out, path) = (folder.0.join("out"), folder.0.join("out/rounds.json"));
    let seed = std::fs::read(&path).unwrap();
    assert!(
        load_run(&out).is_ok_and(|run| run.scenario.columns().is_ok_and(|(columns, _)| columns.len() == 8))
    );
    fuzz(
        "rounds",
        |stream| mutated_bytes(&seed, stream),
        |bytes| String::from_utf8_lossy(bytes).into_owned(),
        |bytes| {
            std::fs::write(&path, bytes).unwrap();
            let _ = status(&out);
            load_run(&out).is_ok_and(|run| run.damaged.is_empty())
        },
    );
}

/// Commands that answer at once, with arguments that are half right.
const COMMANDS: [&str; 21] = [
    "theory point --p 4 --gamma 0.3 --temperature 0.4",
    "theory point --p 3 --gamma 8 --temperature 1 --ansatz 1rsb",
    "theory point --p 2 --gamma 0.1 --temperature 0 --ansatz 1rsb --json",
    "theory capacity --p 4 --temperature 0.2 --json",
    "theory line --p 4 --kind retrieval-spinodal --gammas 0.1,0.2",
    "theory line --p 3 --kind static --gammas 1,8 --json",
    "theory recall --p 3 --n 24",
    "theory complexity --p 3 --gamma 8 --temperature 0.5 --thetas 0.2,0.5",
    "theory learn --mode supervised --p 2 --gamma 0.05 --temperature 0.1 --quality 0.5 --examples 30",
    "theory learn --mode unsupervised --p 4 --gamma 0.01 --temperature 0.1 --quality 0.5 --examples 30 --find load",
    "theory multitask --patterns 3 --dilution 0.3 --temperature 0.1",
    "theory exponential --rate 0.1 --lambda 1 --temperature 1",
    "exact --patterns rows.txt --p 2 --temperature 0.5,1 --json",
    "energy --patterns rows.txt --spins rows.txt --p 2",
    "plefka --patterns rows.txt --magnetisations m.txt --p 2 --temperature 1",
    "plan scenario.toml --set grid.spins=16",
    "capacity capacity.toml --quiet --out found --threads 1 --seed 7 --set disorder.samples=24 --set capacity.sweeps=5",
    "status nowhere",
    "export nowhere --format csv",
    "merge out nowhere",
    "list",
];

const ARGUMENTS: [&str; 14] = [
    "--p",
    "--json",
    "--gamma",
    "--temperature",
    "--ansatz",
    "--branch",
    "--steps",
    "--cue",
    "--couplings",
    "--find",
    "--",
    "-1",
    "\u{fffd}",
    "--set",
];

#[test]
fn command_lines() {
    let folder = Folder::with_scenario(
        "fuzz-command",
        "name = \"fuzz\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 8\ngamma = 0.8\ntemperature = 0.4\n[dynamics]\n",
    );
    std::fs::write(folder.0.join("rows.txt"), "1 -1 1 1\n-1 -1 1 -1\n").unwrap();
    std::fs::write(folder.0.join("m.txt"), "0.1 -0.2 0.3 0.4\n").unwrap();
    std::fs::write(
        folder.0.join("capacity.toml"),
        "name = \"fuzz\"\n[model]\ninteraction_order = 2\n[grid]\nspins = 8\ntemperature = 0.1\n[capacity]\ndefinitions = \"recall-one\"\n",
    )
    .unwrap();
    fuzz(
        "command lines",
        |stream| {
            let mut words: Vec<String> =
                pick(stream, &COMMANDS).split_whitespace().map(String::from).collect();
            for _ in 0..=below(stream, 2) {
                let at = below(stream, words.len());
                match below(stream, 6) {
                    0 => drop(words.remove(at)),
                    1 => words.insert(at, (*pick(stream, &ARGUMENTS)).into()),
                    _ => {
                        // A value of an option, mostly.
                        let values: Vec<usize> = (0..words.len())
                            .filter(|&i| words[i].starts_with(|c: char| c.is_ascii_digit()))
                            .collect();
                        let at = if values.is_empty() { at } else { *pick(stream, &values) };
                        words[at] = (*pick(stream, &NUMBERS)).into();
                    }
                }
                if words.is_empty() {
                    break;
                }
            }
            words
        },
        |words| words.join(" "),
        |words| {
            let mut child = Command::new(env!("CARGO_BIN_EXE_replicon"))
                .current_dir(&folder.0)
                .args(words)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let begin = Instant::now();
            while child.try_wait().unwrap().is_none() {
                if begin.elapsed() > 4 * HANG {
                    let _ = child.kill();
                    panic!("still running after {:?}, on a machine that others may use", 4 * HANG);
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            let output = child.wait_with_output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(!errors.contains("panicked"), "{errors}");
            assert!(matches!(output.status.code(), Some(0..=3)), "{:?} {errors}", output.status);
            output.status.success()
        },
    );
}
