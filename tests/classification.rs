//! Classes learnt from labelled patterns and held-out patterns told apart: what must come out exactly, and what is refused.

mod support {
    pub mod folder;
}

use replicon::exact::learning_energy;
use replicon::kernel::{Fields, WeightedForm};
use replicon::model::examples::Stored;
use replicon::model::labelled::{LabelledPatterns, quality};
use replicon::model::{ExampleSet, Patterns, Spins, brute_force, weighted};
use replicon::params::{Examples, InteractionOrder, LearningMode, Lesson, Quality};
use replicon::rng::{Stream, StreamKey, below};
use replicon::scenario::{Files, Scenario};
use replicon::sweep::{Points, Reading, Row, StateTable, accuracy, run_task};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use support::folder::Folder;

const SIDE: usize = 8;
const N: usize = SIDE * SIDE;

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn stream(purpose: &str) -> Stream {
    StreamKey::new(11, purpose).stream()
}

/// Row `class` of a Hadamard matrix: any two are orthogonal.
fn clean(class: usize) -> Vec<i8> {
    (0..N).map(|i| if (i & (class * 5 + 3)).count_ones().is_multiple_of(2) { 1 } else { -1 }).collect()
}

fn noisy(pattern: &[i8], flips: usize, stream: &mut Stream) -> Vec<i8> {
    let mut row = pattern.to_vec();
    (0..flips).for_each(|_| {
        let i = below(stream, N);
        row[i] = -row[i];
    });
    row
}

fn idx_images(rows: &[Vec<i8>], side: usize) -> Vec<u8> {
    let header = [0x0803, rows.len() as u32, side as u32, side as u32];
    let mut bytes: Vec<u8> = header.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.extend(rows.iter().flatten().map(|&s| if s > 0 { 255 } else { 0 }));
    bytes
}

fn idx_labels(labels: &[u8]) -> Vec<u8> {
    let header = [0x0801, labels.len() as u32];
    header.iter().flat_map(|word| word.to_be_bytes()).chain(labels.iter().copied()).collect()
}

/// Images and labels of K classes, `per_class` each, interleaved, as `<name>.idx` and `<name>-labels.idx`.
fn write(
    folder: &Path,
    name: &str,
    classes: &[usize],
    per_class: usize,
    flips: usize,
    label: impl Fn(usize) -> u8,
) {
    let mut stream = stream(name);
    let of: Vec<usize> = (0..per_class).flat_map(|_| 0..classes.len()).collect();
    let rows: Vec<Vec<i8>> = of.iter().map(|&k| noisy(&clean(classes[k]), flips, &mut stream)).collect();
    let labels: Vec<u8> = of.iter().map(|&k| label(k)).collect();
    std::fs::write(folder.join(format!("{name}.idx")), idx_images(&rows, SIDE)).unwrap();
    std::fs::write(folder.join(format!("{name}-labels.idx")), idx_labels(&labels)).unwrap();
}

const CLASSES: [usize; 4] = [0, 1, 2, 3];

fn with_data(name: &str, flips: usize) -> Folder {
    let folder = Folder::new(name);
    write(&folder.0, "taught", &CLASSES, 5, flips, |k| k as u8);
    write(&folder.0, "shown", &CLASSES, 3, flips, |k| k as u8);
    folder
}

fn text(kind: &str, model: &str, grid: &str) -> String {
    format!(
        "name = \"classes\"\nseed = 5\n[model]\nkind = \"{kind}\"\ninteraction_order = [2, 4]\n\
         patterns = {{ file = \"taught.idx\", labels = \"taught-labels.idx\" }}\n\
         held_out = {{ file = \"shown.idx\", labels = \"shown-labels.idx\" }}\n{model}\n[grid]\n{grid}\n\
         [dynamics]\nupdate = \"zero-temperature\"\norder = \"sequential\"\nstarts = [\"planted\", {{ corrupted = 0.1 }}]\n\
         replicas = 1\nburn_in_sweeps = 50\nmeasure_sweeps = 1\n[disorder]\nsamples = 12\n"
    )
}

fn scenario(text: &str, folder: &Folder) -> replicon::Result<Scenario> {
    Scenario::from_text(text, "test.toml", &Files::Directory(folder.0.clone()), &[])
}

fn rows(text: &str, folder: &Folder) -> Vec<Row> {
    let scenario = scenario(text, folder).unwrap();
    let plan = scenario.dynamics.as_ref().unwrap();
    let mut finished = HashMap::new();
    for task in scenario.tasks().unwrap() {
        let result = run_task(&scenario, plan, &task, |_, _| true, &AtomicBool::new(false)).unwrap();
        finished.insert(task.key(), result);
    }
    Points::gather(&scenario, &finished, &StateTable::default()).unwrap().rows
}

#[test]
fn orthogonal_classes_without_noise_are_told_apart_without_error() {
    let folder = with_data("classes-clean", 0);
    for (kind, centred) in
        [("supervised", false), ("unsupervised", false), ("supervised", true), ("unsupervised", true)]
    {
        for row in rows(&text(kind, &format!("centred = {centred}"), "examples = [1, 3]"), &folder) {
            let read: [fn(&Reading) -> usize; 4] =
                [|r| r.recalled, |r| r.cue, |r| r.nearest_mean, |r| r.logistic];
            for read in read {
                let found = accuracy(&row.readings, read);
                // Centred, the deviations of four orthogonal rows from their mean overlap by −1/3: P = 2 does not keep them apart.
                if !(centred && row.column.order.get() == 2) {
                    assert_eq!(found, Some((1.0, Some(0.0))), "{kind}, centred {centred}, {row:?}");
                }
            }
            if !centred {
                assert_eq!(row.mattis(), Some((1.0, Some(0.0))), "the archetype itself is recalled");
            }
        }
    }
}

#[test]
fn one_example_a_class_is_the_same_memory_told_or_not() {
    let folder = with_data("classes-one", 6);
    let of = |kind| rows(&text(kind, "", "examples = 1"), &folder);
    for (told, untold) in of("supervised").iter().zip(of("unsupervised")) {
        // Without a flipped pixel nothing is drawn: the descents are the same, spin by spin.
        if told.start == "planted" {
            assert_eq!(told.readings, untold.readings);
            let (a, b) = (told.average(|m| m.energy).unwrap().0, untold.average(|m| m.energy).unwrap().0);
            assert!((a - b).abs() < 1e-12 && told.mattis() == untold.mattis());
        }
    }
}

#[test]
fn names_of_classes_do_not_matter() {
    let folder = with_data("classes-named", 10);
    let before = rows(&text("supervised", "", "examples = [3, 5]"), &folder);
    let permuted = |k: usize| [2, 0, 3, 1][k];
    write(&folder.0, "taught", &CLASSES, 5, 10, |k| permuted(k) as u8);
    write(&folder.0, "shown", &CLASSES, 3, 10, |k| permuted(k) as u8);
    let after = rows(&text("supervised", "", "examples = [3, 5]"), &folder);
    for (before, after) in before.iter().zip(&after).filter(|(row, _)| row.start == "planted") {
        for (a, b) in before.readings.iter().zip(&after.readings) {
            let named = [a.label, a.recalled, a.cue, a.nearest_mean, a.logistic].map(permuted);
            assert_eq!(named, [b.label, b.recalled, b.cue, b.nearest_mean, b.logistic]);
        }
    }
}

fn biased(count: usize) -> Patterns {
    let mut stream = stream("biased");
    Patterns::from_fn(9, count, |_, _| below(&mut stream, 10) < 3).unwrap()
}

fn lesson(mode: LearningMode, r: f64, m: u64) -> Lesson {
    Lesson { mode, examples: Examples::new(Quality::new(r).unwrap(), m).unwrap() }
}

#[test]
fn centred_storage_takes_the_common_part_out_of_patterns_and_configuration() {
    let examples = biased(12);
    let mean = |i: usize| (0..12).map(|nu| f64::from(examples.sign(nu, i))).sum::<f64>() / 12.0;
    for mode in [LearningMode::Supervised, LearningMode::Unsupervised] {
        let set = ExampleSet::centred(lesson(mode, 0.5, 4), &examples).unwrap();
        let Stored::Sums(sums) = set.stored() else { panic!("weights are stored") };
        assert_eq!(sums.count(), if mode == LearningMode::Supervised { 3 } else { 12 });
        for mu in 0..sums.count() {
            let square: f64 = (0..9).map(|i| f64::from(sums.weight(mu, i)).powi(2)).sum();
            assert!((square / 9.0 / 1024.0 - 1.0).abs() < 0.05, "all of one length: {square}");
            let state = examples.row(mu);
            let centred: f64 =
                (0..9).map(|i| f64::from(sums.weight(mu, i)) * (f64::from(state.get(i)) - mean(i))).sum();
            assert!((sums.overlap(mu, &state) as f64 - centred).abs() <= 0.5 + 1e-9);
        }
    }
    let same = Patterns::from_fn(6, 4, |_, i| i % 2 == 0).unwrap();
    let refused = ExampleSet::centred(lesson(LearningMode::Supervised, 0.5, 2), &same).unwrap_err();
    assert!(refused.to_string().contains("the mean of all"), "{refused}");
}

#[test]
fn a_pinned_spin_is_one_site_more_in_the_definition_of_the_energy() {
    let examples = biased(12);
    let set = ExampleSet::centred(lesson(LearningMode::Unsupervised, 0.5, 4), &examples).unwrap();
    let Stored::Sums(sums) = set.stored() else { panic!("weights are stored") };
    for p in 2..=5 {
        let model = set.weighted_model(order(p), sums).unwrap();
        let mut form = WeightedForm::new(&model, sums, examples.row(0));
        for step in 0..20 {
            let defined = brute_force::weighted_sum(p, sums, form.spins());
            assert_eq!(form.energy_sum(), defined, "P = {p}, step {step}");
            assert_eq!(weighted::energy_sum(order(p), sums, form.spins()), defined);
            let i = step * 5 % 9;
            let mut flipped = form.spins().clone();
            flipped.flip(i);
            let difference = brute_force::weighted_sum(p, sums, &flipped) - defined;
            assert_eq!(-2 * i128::from(form.spins().get(i)) * form.field(i), difference);
            form.flip(i, form.field(i));
        }
    }
    let h = learning_energy(order(4), &set, &examples.row(0)).unwrap();
    let defined = brute_force::weighted_sum(4, sums, &examples.row(0)) as f64;
    let model = set.weighted_model(order(4), sums).unwrap();
    assert!((h + model.scale() * defined).abs() <= 1e-12 * h.abs());
}

/// r of 4 examples each of 300 archetypes. Its error is 0.003 (108,000 pairs, products of variance 1 − r⁴, pairs of one site correlated):
/// 5 of these, a false alarm of 6e-7, fixed seed. Counting an example as its own pair gives 0.72.
#[test]
fn the_quality_of_examples_is_read_off_their_agreement() {
    let mut stream = stream("quality");
    let (n, k, m, r) = (60, 300, 4, 0.6);
    let archetypes = Patterns::random(n, k, &mut stream).unwrap();
    let examples = Patterns::from_fn(n, k * m, |nu, i| {
        (below(&mut stream, 1000) < 800) == (archetypes.sign(nu / m, i) > 0)
    })
    .unwrap();
    let found = quality(&examples, m).unwrap().get();
    assert!((found - r).abs() < 0.016, "{found}");
    assert_eq!(quality(&examples, 1).unwrap().get(), 1.0);
    let random = Patterns::from_fn(4, 4, |nu, i| (nu + i) % 2 == 0).unwrap();
    assert!(quality(&random, 2).unwrap_err().to_string().contains("resemble"));
}

#[test]
fn the_mean_field_of_classes_is_where_chains_stay() {
    let folder = with_data("classes-plefka", 4);
    let with = |update: &str| {
        let text =
            text("unsupervised", "", "examples = 5\ntemperature = 0.1").replace("zero-temperature", update);
        rows(
            &text
                .replace("order = \"sequential\"\n", "")
                .replace("measure_sweeps = 1", "measure_sweeps = 200"),
            &folder,
        )
    };
    for (chain, field) in with("glauber").iter().zip(with("plefka")) {
        let (chain, field) = (chain.mattis().unwrap().0, field.mattis().unwrap().0);
        assert!((chain - field).abs() < 0.02, "{chain} {field}");
    }
}

#[test]
fn an_image_whose_mean_field_did_not_converge_is_not_read_and_not_counted_as_wrong() {
    let folder = with_data("classes-unread", 10);
    let with = |steps: usize| {
        let text = text("unsupervised", "", "examples = 5\ntemperature = 0.4")
            .replace("zero-temperature", "plefka")
            .replace("order = \"sequential\"\n", "")
            .replace(
                "burn_in_sweeps = 50\nmeasure_sweeps = 1",
                &format!("burn_in_sweeps = 0\nmeasure_sweeps = {steps}"),
            );
        rows(&text, &folder)
    };
    let mut partly = 0;
    for steps in [4, 20, 40, 60, 80, 120, 200] {
        for row in with(steps) {
            let converged: Vec<usize> =
                (0..12).filter(|&sample| row.by_sample[sample].mattis.is_some()).collect();
            let read: Vec<usize> = row.readings.iter().map(|reading| reading.sample).collect();
            assert_eq!(read, converged, "read are those that converged, no others");
            assert_eq!(row.number("unread"), Some((12 - read.len()) as f64));
            let right = row.readings.iter().filter(|r| r.recalled == r.label).count();
            let expected = (!read.is_empty()).then(|| right as f64 / read.len() as f64);
            assert_eq!(row.number("accuracy"), expected, "{right} of {} read", read.len());
            partly += usize::from(!read.is_empty() && read.len() < 12);
        }
    }
    assert!(partly > 0, "no row with both");
}

#[test]
fn the_classifier_of_a_finished_run_is_read_and_not_trained_again() {
    let folder = with_data("classes-trained", 6);
    std::fs::write(folder.0.join("scenario.toml"), text("supervised", "", "examples = 5")).unwrap();
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let before = folder.points("out");
    let kept = || -> Vec<std::path::PathBuf> {
        let files = std::fs::read_dir(folder.0.join("out/store")).unwrap().map(|file| file.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|e| e == "f64")).collect()
    };
    let exported = || {
        let output = folder.replicon(&["export", "out", "--no-metadata"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let [file] = kept().try_into().unwrap();
    assert_eq!(exported(), before);
    // Other weights under their own seal, other answers: they come from the file.
    let whole = std::fs::read(&file).unwrap();
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    let mut other = vec![0; whole.len() - 32];
    let seal = Sha256::digest(&other);
    other.extend_from_slice(&seal);
    std::fs::write(&file, other).unwrap();
    assert_ne!(exported(), before);
    // Nor is one with another byte.
    let mut changed = whole.clone();
    changed[100] ^= 1;
    for broken in [&whole[..whole.len() / 2], &vec![0; whole.len()], &[], &changed] {
        std::fs::write(&file, broken).unwrap();
        assert_eq!(exported(), before);
        assert_eq!(std::fs::read(&file).unwrap(), whole);
    }
}

#[test]
fn a_resolved_scenario_reads_back_and_a_run_goes_on_where_it_was() {
    let folder = with_data("classes-run", 6);
    std::fs::write(folder.0.join("scenario.toml"), text("supervised", "centred = true", "examples = 3"))
        .unwrap();
    assert_eq!(folder.run("a", &["--set", "grid.examples=[1, 3]", "--quiet"]), 0);
    assert_eq!(folder.run("b", &["--quiet"]), 0);
    assert_eq!(folder.run("b", &["--set", "grid.examples=[1, 3]", "--quiet"]), 0);
    assert_eq!(folder.points("a"), folder.points("b"));
    let resolved = std::fs::read_to_string(folder.0.join("a/scenario.toml")).unwrap();
    let again = scenario(&resolved, &folder).unwrap();
    assert_eq!(again.to_toml(), resolved);
    let changed = folder.replicon(&["run", "scenario.toml", "--out", "b", "--set", "model.centred=false"]);
    assert_eq!(changed.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&changed.stderr).contains("model.centred"));
}

#[test]
fn labels_are_one_for_each_pattern() {
    let labelled = LabelledPatterns::new(biased(4), vec![1, 0, 1, 1]).unwrap();
    assert_eq!(labelled.examples(1).unwrap().row(0), labelled.row(1).0);
    let short = labelled.examples(2).unwrap_err().to_string();
    assert!(short.contains("class 0 has 1 examples of 2"), "{short}");
    assert!(LabelledPatterns::new(biased(4), vec![0, 1]).is_err());
    let spins: Spins = labelled.row(2).0;
    assert_eq!(spins.len(), 9);
}

/// Exit code 2, the words in the message, and nothing written.
#[track_caller]
fn refused(folder: &Folder, text: &str, words: &[&str]) {
    std::fs::write(folder.0.join("scenario.toml"), text).unwrap();
    let output = folder.replicon(&["run", "scenario.toml", "--out", "out", "--quiet"]);
    let message = String::from_utf8_lossy(&output.stderr).to_string();
    assert_eq!(output.status.code(), Some(2), "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert!(message.contains("scenario.toml:") && message.contains("\n  "), "place and remedy: {message}");
    assert!(!folder.0.join("out").exists());
}

#[test]
fn files_that_are_no_labelled_images_are_refused_by_name() {
    let folder = with_data("classes-files", 2);
    let good = text("supervised", "", "examples = 3");
    let spoil = |file: &str, bytes: &[u8], words: &[&str]| {
        let path = folder.0.join(file);
        let before = std::fs::read(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        refused(&folder, &good, &[&[file], words].concat());
        std::fs::write(&path, before).unwrap();
    };
    let images = std::fs::read(folder.0.join("taught.idx")).unwrap();
    let labels = std::fs::read(folder.0.join("taught-labels.idx")).unwrap();
    let five = |f: &dyn Fn(usize) -> u8| idx_labels(&(0..20).map(f).collect::<Vec<u8>>());
    spoil("taught.idx", &images[..images.len() - 7], &["model.patterns", "1280 bytes", "1273 are there"]);
    spoil("taught.idx", &labels, &["0x00000801", "these are labels"]);
    spoil("shown.idx", &images[..9], &["model.held_out", "ends within its header"]);
    spoil("taught-labels.idx", &images, &["0x00000803", "these are images"]);
    spoil("taught-labels.idx", &labels[..labels.len() - 1], &["20 labels", "19 are there"]);
    spoil("taught-labels.idx", &labels[..5], &["ends within its header"]);
    // A header that announces a thousand million labels is refused before they are looked for.
    let announced = [0, 0, 8, 1, 0x40, 0, 0, 0];
    spoil("taught-labels.idx", &announced, &["1073741824 labels, 16777216 at most"]);
    spoil("taught-labels.idx", b"0 1 2 3", &["no labels"]);
    spoil("taught-labels.idx", &five(&|_| 0)[..26], &["are there"]);
    spoil("taught-labels.idx", &[0x1f, 0x8b, 8, 0, 1], &["gzip"]);
    spoil("shown.idx", &idx_images(&[vec![1; 9], vec![-1; 9]], 3), &["labels"]);
    let message = |file: &str, bytes: &[u8], words: &[&str]| {
        let path = folder.0.join(file);
        let before = std::fs::read(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        refused(&folder, &good, words);
        std::fs::write(&path, before).unwrap();
    };
    message("taught-labels.idx", &idx_labels(&[0, 1, 2]), &["model.patterns", "3 labels of 20 patterns"]);
    message("taught-labels.idx", &five(&|a| [0, 1, 3, 4][a % 4]), &["class 2 has 0 examples", "every label"]);
    message("shown-labels.idx", &idx_labels(&[9; 12]), &["model.held_out", "row 0 is of class 9", "0 to 3"]);
}

#[test]
fn keys_that_do_not_go_with_classes_are_refused_by_name() {
    let folder = with_data("classes-keys", 2);
    let good = |model: &str, grid: &str| text("supervised", model, grid);
    let with = |from: &str, to: &str| {
        let text = good("", "examples = 3");
        assert!(text.contains(from));
        text.replace(from, to)
    };
    refused(&folder, &good("", "examples = 6"), &["grid.examples", "class 0 has 5 examples of 6"]);
    refused(&folder, &good("", "examples = 0"), &["grid.examples"]);
    refused(&folder, &good("", "examples = 3\nquality = 0.5"), &["grid.quality", "that of the file"]);
    refused(&folder, &good("", "examples = 3\npatterns = 2"), &["grid.patterns", "number of classes"]);
    refused(&folder, &good("", "examples = 3\ngamma = 0.1"), &["grid.gamma"]);
    refused(&folder, &good("centred = 1", "examples = 3"), &["model.centred", "true or false"]);
    let beside = with("[dynamics]", "[dynamics]\nkeep = [\"plefka\"]");
    refused(&folder, &beside, &["dynamics.keep", "Hebbian couplings of patterns"]);
    refused(&folder, &with("samples = 12", "samples = 13"), &["disorder", "up to 12 samples"]);
    refused(&folder, &with(", labels = \"taught-labels.idx\"", ""), &["taught.idx", "these are images"]);
    refused(&folder, &with("\"supervised\"", "\"dense-hebbian\""), &["model.patterns", "labels"]);
    refused(
        &folder,
        &with("\"zero-temperature\"\norder = \"sequential\"", "\"plefka\""),
        &["dynamics.update"],
    );
    let figure = good("", "examples = 3") + "[[figures]]\nkind = \"learning\"\nquantity = \"examples\"\n";
    refused(&folder, &figure, &["classification"]);
    let held_out = "held_out = { file = \"shown.idx\", labels = \"shown-labels.idx\" }";
    refused(&folder, &with(held_out, ""), &["model.held_out is missing"]);
    std::fs::write(folder.0.join("small.idx"), idx_images(&[vec![1; 9], vec![-1; 9]], 3)).unwrap();
    std::fs::write(folder.0.join("small-labels.idx"), idx_labels(&[0, 1])).unwrap();
    refused(&folder, &with("shown", "small"), &["patterns of 9 spins", "have 64"]);
    let random = "name = \"x\"\n[model]\nkind = \"supervised\"\ninteraction_order = 2\ncentred = true\n[grid]\nspins = 20\n\
                  gamma = 0.1\nquality = 0.5\nexamples = 3\ntemperature = 0.1\n[dynamics]\n";
    refused(&folder, random, &["model.centred", "patterns from a file"]);
}
