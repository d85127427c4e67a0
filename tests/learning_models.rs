//! Supervised and unsupervised learning in simulation: exact energies, fields and sampling against enumeration.

use replicon::chain::{Protocol, Sample, Start};
use replicon::exact::{Enumeration, learning_energy};
use replicon::kernel::{FieldTables, Fields, OverlapForm, Twin, WeightedForm};
use replicon::model::brute_force::{distinct_index_sum, weighted_sum};
use replicon::model::examples::{self, Stored};
use replicon::model::{ExampleSet, Patterns, Spins, WeightedPatterns, weighted};
use replicon::params::{Examples, InteractionOrder, LearningMode, Lesson, Quality, Temperature};
use replicon::rng::{Stream, StreamKey, below, uniform};

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn stream(name: &str, key: u64) -> Stream {
    StreamKey::new(key, name).stream()
}

fn lesson(mode: LearningMode, r: f64, count: u64) -> Lesson {
    Lesson { mode, examples: Examples::new(Quality::new(r).unwrap(), count).unwrap() }
}

fn set(mode: LearningMode, r: f64, count: u64, n: usize, k: usize) -> ExampleSet {
    ExampleSet::random(lesson(mode, r, count), n, k, &mut stream("examples", 5)).unwrap()
}

fn random_spins(n: usize, stream: &mut Stream) -> Spins {
    let up: Vec<bool> = (0..n).map(|_| uniform(stream) < 0.5).collect();
    Spins::from_fn(n, |i| up[i])
}

fn sums(set: &ExampleSet) -> &WeightedPatterns {
    match set.stored() {
        Stored::Sums(sums) => sums,
        Stored::Examples(_) => panic!("supervised"),
    }
}

/// e_P in power sums p_j = Σ (c_i s_i)^j, as docs/theory.md writes it.
fn by_power_sums(p: u32, weights: &WeightedPatterns, spins: &Spins) -> i128 {
    (0..weights.count())
        .map(|mu| {
            let power = |j: u32| -> i128 {
                (0..spins.len())
                    .map(|i| (i128::from(weights.weight(mu, i)) * i128::from(spins.get(i))).pow(j))
                    .sum()
            };
            let (p1, p2, p3, p4) = (power(1), power(2), power(3), power(4));
            match p {
                2 => (p1 * p1 - p2) / 2,
                3 => (p1.pow(3) - 3 * p1 * p2 + 2 * p3) / 6,
                _ => (p1.pow(4) - 6 * p1 * p1 * p2 + 3 * p2 * p2 + 8 * p1 * p3 - 6 * p4) / 24,
            }
        })
        .sum()
}

#[test]
fn supervised_energies_are_the_distinct_index_sum_term_by_term() {
    let mut random = stream("spins", 1);
    for (count, n, k) in [(1, 8, 3), (5, 9, 4), (30, 10, 2), (32_767, 7, 2)] {
        let set = set(LearningMode::Supervised, 0.4, count, n, k);
        for p in [2, 3, 4] {
            for _ in 0..4 {
                let spins = random_spins(n, &mut random);
                let want = weighted_sum(p, sums(&set), &spins);
                assert_eq!(weighted::energy_sum(order(p), sums(&set), &spins), want, "P = {p}, M = {count}");
                assert_eq!(by_power_sums(p, sums(&set), &spins), want, "P = {p}, M = {count}");
            }
        }
        assert_eq!(
            weighted::energy_sum(order(5), sums(&set), &set.archetypes().row(0)),
            weighted_sum(5, sums(&set), &set.archetypes().row(0))
        );
    }
}

#[test]
fn the_scale_of_both_energies_is_that_of_theory() {
    let mut random = stream("spins", 2);
    for p in [2, 3, 4] {
        for (r, count, n, k) in [(0.5, 6, 9, 3), (0.8, 1, 8, 5)] {
            let unit = {
                let power = (n as f64).powi(p as i32 - 1);
                f64::from((1..=p).product::<u32>()) / (2.0 * power)
            };
            let (m, rho) = (count as f64, (1.0 - r * r) / (count as f64 * r * r));
            let told = set(LearningMode::Supervised, r, count, n, k);
            let untold = set(LearningMode::Unsupervised, r, count, n, k);
            let spins = random_spins(n, &mut random);
            // H = −(P!/2N^{P−1}) Σ e_P(η̂ s), η̂ = Σ_a η^a/(M r √(1+ρ))
            let scale = unit / (m * r * (1.0 + rho).sqrt()).powi(p as i32);
            let want = -scale * weighted_sum(p, sums(&told), &spins) as f64;
            let got = learning_energy(order(p), &told, &spins).unwrap();
            assert!((got - want).abs() < 1e-12 * want.abs().max(1.0), "{got} {want}");
            let Stored::Examples(all) = untold.stored() else { panic!("unsupervised") };
            let want = -unit / (m * r.powi(p as i32)) * distinct_index_sum(p, all, &spins) as f64;
            let got = learning_energy(order(p), &untold, &spins).unwrap();
            assert!((got - want).abs() < 1e-12 * want.abs().max(1.0), "{got} {want}");
        }
    }
}

/// Each twin, each width: the same integers as differences of brute-force sums, along a walk of flips.
#[test]
fn fields_of_weighted_patterns_are_differences_of_energies() {
    let mut random = stream("walk", 3);
    for p in [2, 3, 4, 5] {
        // 70 patterns: a block and a bit.
        for (count, n, k) in [(3, 12, 70), (40, 9, 5)] {
            let set = set(LearningMode::Supervised, 0.3, count, n, k);
            let model = examples::supervised(order(p), n, k, set.lesson()).unwrap();
            let start = random_spins(n, &mut random);
            let form = |float, twin| WeightedForm::with_width(&model, sums(&set), start.clone(), float, twin);
            let mut forms =
                [form(true, Twin::best()), form(true, Twin::Portable), form(false, Twin::Portable)];
            for step in 0..25 {
                let i = below(&mut random, n);
                let before = weighted_sum(p, sums(&set), forms[0].spins());
                let mut flipped = forms[0].spins().clone();
                flipped.flip(i);
                // ΔΣ = −2 s_i F_i
                let field = (before - weighted_sum(p, sums(&set), &flipped)) / 2
                    * i128::from(forms[0].spins().get(i));
                for form in &mut forms {
                    assert_eq!(form.energy_sum(), before);
                    assert_eq!(form.field(i), field, "P = {p}, M = {count}, step {step}");
                    assert_eq!(form.field_ahead(&[i]), field);
                    form.flip(i, field);
                    assert_eq!(form.spins(), &flipped);
                }
            }
        }
    }
}

#[test]
fn one_perfect_example_is_the_ordinary_network() {
    for p in [2, 3, 4] {
        let told = set(LearningMode::Supervised, 1.0, 1, 14, 9);
        let model = examples::supervised(order(p), 14, 9, told.lesson()).unwrap();
        let tables = FieldTables::new(replicon::model::DenseHebbian::new(order(p), 14, 9).unwrap());
        let spins = random_spins(14, &mut stream("spins", 4));
        let weighted = WeightedForm::new(&model, sums(&told), spins.clone());
        let plain = OverlapForm::new(&tables, told.archetypes(), spins);
        assert_eq!(weighted.energy_sum(), plain.energy_sum());
        assert_eq!(weighted.scale(), plain.scale());
        assert!((0..14).all(|i| weighted.field(i) == plain.field(i)));
    }
}

/// Long chains of either model against enumeration of the same sample. |z| < 5 on each of 24 numbers: false alarms below 2e-5; seeds
/// are fixed.
#[test]
fn chains_sample_what_enumeration_says() {
    for mode in [LearningMode::Supervised, LearningMode::Unsupervised] {
        for p in [2, 3, 4] {
            let (n, k, t) = (10, 4, 0.8);
            let set = set(mode, 0.6, 3, n, k);
            let exact =
                Enumeration::learning(order(p), &set).unwrap().at(Temperature::new(t).unwrap()).unwrap();
            let protocol =
                Protocol { replicas: 8, burn_in_sweeps: 500, measure_sweeps: 12_000, ..Protocol::default() };
            let run = |sample: Sample<'_>| {
                let streams = |purpose: &str, replica: usize| stream(purpose, 100 + replica as u64);
                sample
                    .run(&protocol, Temperature::new(t).unwrap(), &Start::Planted, streams)
                    .unwrap()
                    .measurement
            };
            let got = match set.stored() {
                Stored::Examples(all) => {
                    let tables =
                        FieldTables::new(examples::unsupervised(order(p), n, k, set.lesson()).unwrap());
                    run(Sample::unsupervised(&tables, all, &set, (set.archetypes().row(0), 0)).unwrap())
                }
                Stored::Sums(sums) => {
                    let model = examples::supervised(order(p), n, k, set.lesson()).unwrap();
                    run(Sample::supervised(&model, sums, &set, (set.archetypes().row(0), 0)))
                }
            };
            let what = format!("{mode}, P = {p}: {got:?}");
            let z = (got.energy.unwrap() - exact.energy) / got.energy_thermal_error.unwrap();
            assert!(z.abs() < 5.0, "energy z = {z} at {what}");
            if p == 3 {
                let z = (got.mattis.unwrap() - exact.mattis[0]) / got.mattis_thermal_error.unwrap();
                assert!(z.abs() < 5.0, "m z = {z} at {what}");
            }
            let spread = (got.mattis_abs.unwrap() - exact.mattis_abs[0]).abs();
            assert!(spread < 5.0 * got.mattis_thermal_error.unwrap() + 0.01, "|m| off by {spread} at {what}");
        }
    }
}

#[test]
fn overlaps_with_archetype_mean_example_and_one_example_are_told_apart() {
    for mode in [LearningMode::Supervised, LearningMode::Unsupervised] {
        let set = set(mode, 0.5, 9, 400, 3);
        let planted = set.archetypes().row(0);
        // On the archetype: n = Σx/N → 1 (1/√(1+ρ) of η̂), one example r.
        let scale = if mode == LearningMode::Supervised { (1.0f64 + 1.0 / 3.0).sqrt() } else { 1.0 };
        assert!((set.stored_overlap(0, &planted) * scale - 1.0).abs() < 0.15);
        assert!((set.first_example_overlap(0, &planted).unwrap() - 0.5).abs() < 0.2);
        assert!((set.mean_example_overlap(0, &planted) - 0.5).abs() < 0.1);
        assert!(set.stored_overlap(1, &planted).abs() < 0.3);
    }
}

/// Sums of more than 32767 examples do not fit into what supervised learning stores; examples themselves have no such limit.
#[test]
fn unsupervised_energies_know_no_most_examples() {
    let (n, count, r) = (6, 40_000, 0.5);
    let sign = |nu: usize, i: usize| !(nu * 7 + i).is_multiple_of(4);
    let rows = Patterns::from_fn(n, count, sign).unwrap();
    let set = ExampleSet::from_examples(lesson(LearningMode::Unsupervised, r, count as u64), &rows).unwrap();
    let spins = Spins::from_fn(n, |i| i != 2);
    // 4 different rows, 10000 of each.
    let sum = 10_000 * distinct_index_sum(4, &Patterns::from_fn(n, 4, sign).unwrap(), &spins);
    let want = -24.0 / (2.0 * 216.0) * sum as f64 / (count as f64 * r.powi(4));
    let got = learning_energy(order(4), &set, &spins).unwrap();
    assert!((got - want).abs() < 1e-9 * want.abs(), "{got} {want}");
    assert!(ExampleSet::from_examples(lesson(LearningMode::Supervised, r, count as u64), &rows).is_err());
}
