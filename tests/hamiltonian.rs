//! The integer table of the Hamiltonian against the sum over index tuples that defines it.

use proptest::prelude::*;
use replicon::model::{DenseHebbian, Patterns, Spins, brute_force};
use replicon::params::InteractionOrder;
use replicon::rng::StreamKey;

fn sample(p: u32, n: usize, k: usize, seed: u64) -> (DenseHebbian, Patterns) {
    let mut stream = StreamKey::new(seed, "patterns").stream();
    let model = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap();
    (model, Patterns::random(n, k, &mut stream).unwrap())
}

fn sum(model: &DenseHebbian, patterns: &Patterns, spins: &Spins) -> i128 {
    (0..patterns.count()).map(|mu| model.energy_of_overlap(patterns.overlap(mu, spins))).sum()
}

/// F_i = Σ_μ ξ^μ_i a(M_μ) − s_i Σ_μ b(M_μ), so that flipping s_i changes Σ_μ e_P by −2 s_i F_i.
fn field(model: &DenseHebbian, patterns: &Patterns, spins: &Spins, i: usize) -> i128 {
    (0..patterns.count())
        .map(|mu| {
            let m = patterns.overlap(mu, spins);
            i128::from(patterns.sign(mu, i)) * model.field_of_overlap(m)
                - i128::from(spins.get(i)) * model.reaction_of_overlap(m)
        })
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_energy_table_equals_the_sum_over_index_tuples(
        p in 2u32..=8, n in 1usize..=12, k in 1usize..=4, seed: u64, bits: u16,
    ) {
        let (model, patterns) = sample(p, n, k, seed);
        let spins = Spins::from_fn(n, |i| bits >> i & 1 == 1);
        prop_assert_eq!(
            sum(&model, &patterns, &spins),
            brute_force::distinct_index_sum(p, &patterns, &spins)
        );
    }

    #[test]
    fn field_and_reaction_tables_give_the_flip_difference_of_every_spin(
        p in 2u32..=8, n in 1usize..=12, k in 1usize..=4, seed: u64, bits: u16, retrieved: bool,
    ) {
        let (model, patterns) = sample(p, n, k, seed);
        // A retrieved state has M = ±N, where the tables are polynomials beyond their combinatorial range.
        let spins = match retrieved {
            true => Spins::from_fn(n, |i| patterns.sign(0, i) > 0 && bits & 1 == 0 || patterns.sign(0, i) < 0 && bits & 1 == 1),
            false => Spins::from_fn(n, |i| bits >> i & 1 == 1),
        };
        let before = brute_force::distinct_index_sum(p, &patterns, &spins);
        for i in 0..n {
            let mut flipped = spins.clone();
            flipped.flip(i);
            let after = brute_force::distinct_index_sum(p, &patterns, &flipped);
            let s = i128::from(spins.get(i));
            prop_assert_eq!(after - before, -2 * s * field(&model, &patterns, &spins, i), "spin {}", i);
        }
    }
}

#[test]
fn a_retrieved_pattern_has_the_energy_of_all_its_tuples() {
    for p in 2..=8 {
        let (model, patterns) = sample(p, 12, 1, 5);
        let binomial = (0..i128::from(p)).fold(1, |c, j| c * (12 - j) / (j + 1));
        assert_eq!(sum(&model, &patterns, &patterns.row(0)), binomial);
        let reversed = Spins::from_fn(12, |i| patterns.sign(0, i) < 0);
        assert_eq!(sum(&model, &patterns, &reversed), if p % 2 == 0 { binomial } else { -binomial });
    }
}

#[test]
fn the_prefactor_is_p_factorial_over_two_n_to_the_p_minus_one() {
    for (p, n, c) in [(2, 8, 2.0 / 16.0), (3, 10, 6.0 / 200.0), (4, 10, 24.0 / 2000.0), (5, 4, 120.0 / 512.0)]
    {
        let (model, _) = sample(p, n, 1, 1);
        assert!((model.scale() - c).abs() < 1e-15);
        assert_eq!(model.energy(-1000), 1000.0 * model.scale());
    }
}

#[test]
fn the_full_power_energy_is_another_hamiltonian() {
    let text = std::fs::read_to_string("tests/reference/enum.json").unwrap();
    let reference: serde_json::Value = serde_json::from_str(&text).unwrap();
    let row = |v: &serde_json::Value| -> Vec<i8> {
        v.as_array().unwrap().iter().map(|s| s.as_i64().unwrap() as i8).collect()
    };
    let mut compared = 0;
    for entry in reference["entries"].as_array().unwrap() {
        let (p, n) = (entry["P"].as_u64().unwrap() as u32, entry["N"].as_u64().unwrap() as usize);
        let rows: Vec<Vec<i8>> = entry["patterns"].as_array().unwrap().iter().map(row).collect();
        let patterns = Patterns::from_rows(&rows).unwrap();
        let model = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, patterns.count()).unwrap();
        for config in entry["configs"].as_array().unwrap() {
            let spins = Spins::new(row(&config["s"])).unwrap();
            let distinct = model.energy(sum(&model, &patterns, &spins));
            let full: f64 = (0..patterns.count())
                .map(|mu| (f64::from(patterns.overlap(mu, &spins)) / n as f64).powi(p as i32))
                .sum::<f64>()
                * (-(n as f64) / 2.0);
            assert!((full - config["energy_naive_full_power"].as_f64().unwrap()).abs() < 1e-9);
            let gap = config["naive_minus_distinct"].as_f64().unwrap();
            assert!((full - distinct - gap).abs() < 1e-9);
            compared += usize::from(gap.abs() > 1e-3);
        }
    }
    assert!(compared >= 20, "{compared} configurations tell the two energies apart");
}
