//! The kernels' integer fields are the Hamiltonian's, to the last digit, on every shape.

use replicon::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::InteractionOrder;
use replicon::rng::{Stream, StreamKey, below, uniform};

fn stream(label: &str, p: u32, n: usize, k: usize) -> Stream {
    StreamKey::new(11, label).integer("p", p.into()).integer("n", n as u64).integer("k", k as u64).stream()
}

fn random_spins(n: usize, stream: &mut Stream) -> Spins {
    let bits: Vec<bool> = (0..n).map(|_| uniform(stream) < 0.5).collect();
    Spins::from_fn(n, |i| bits[i])
}

/// F_i from its definition: c F_i = −∂H/∂s_i, so F_i = Σ_μ ξ_i e_{P−1}(the other spins).
fn naive_field(hamiltonian: &DenseHebbian, patterns: &Patterns, spins: &Spins, i: usize) -> i128 {
    let energy = |spins: &Spins| -> i128 {
        (0..patterns.count()).map(|mu| hamiltonian.energy_of_overlap(patterns.overlap(mu, spins))).sum()
    };
    let mut flipped = spins.clone();
    flipped.flip(i);
    // Σe(s) − Σe(flipped) = 2 s_i F_i
    (energy(spins) - energy(&flipped)) / 2 * i128::from(spins.get(i))
}

fn check(form: &impl Fields, hamiltonian: &DenseHebbian, patterns: &Patterns, label: &str) {
    for i in 0..form.spins().len() {
        assert_eq!(form.field(i), naive_field(hamiltonian, patterns, form.spins(), i), "{label}, site {i}");
    }
    let energy: i128 = (0..patterns.count())
        .map(|mu| hamiltonian.energy_of_overlap(patterns.overlap(mu, form.spins())))
        .sum();
    assert_eq!(form.energy_sum(), energy, "{label}: energy");
    for (mu, &m) in form.overlaps().iter().enumerate() {
        assert_eq!(i32::from(m), patterns.overlap(mu, form.spins()), "{label}: overlap {mu}");
    }
}

#[test]
fn fields_are_exact_for_every_order_and_shape_including_retrieved_states() {
    for p in 2..=9 {
        for (n, k) in [(2, 1), (5, 3), (17, 255), (24, 256), (31, 257), (64, 600)] {
            let mut stream = stream("shapes", p, n, k);
            let patterns = Patterns::random(n, k, &mut stream).unwrap();
            let hamiltonian = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap();
            let tables = FieldTables::new(hamiltonian);
            for start in [random_spins(n, &mut stream), patterns.row(k / 2)] {
                let mut form = OverlapForm::new(&tables, &patterns, start);
                check(&form, tables.hamiltonian(), &patterns, &format!("P = {p}, N = {n}, K = {k}"));
                for _ in 0..5 {
                    let i = below(&mut stream, n);
                    form.flip(i, form.field(i));
                }
                check(
                    &form,
                    tables.hamiltonian(),
                    &patterns,
                    &format!("P = {p}, N = {n}, K = {k}, after flips"),
                );
                let sites: Vec<usize> = (0..n).filter(|_| uniform(&mut stream) < 0.4).collect();
                form.flip_together(&sites);
                check(
                    &form,
                    tables.hamiltonian(),
                    &patterns,
                    &format!("P = {p}, N = {n}, K = {k}, after a parallel flip"),
                );
            }
        }
    }
}

#[test]
fn a_retrieved_state_whose_field_overflows_sixteen_bits_stays_exact_over_ten_thousand_flips() {
    for (p, n, k) in [(3, 400, 300), (4, 200, 700), (6, 101, 130)] {
        let mut stream = stream("long", p, n, k);
        let patterns = Patterns::random(n, k, &mut stream).unwrap();
        let tables = FieldTables::new(DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap());
        let mut form = OverlapForm::new(&tables, &patterns, patterns.row(0));
        for _ in 0..10_000 {
            // Flip at random near the pattern: the retrieved overlap moves in and out of the exceptions.
            let i = below(&mut stream, n);
            let field = form.field(i);
            if uniform(&mut stream) < 0.5 || field * i128::from(form.spins().get(i)) < 0 {
                form.flip(i, field);
            }
        }
        check(&form, tables.hamiltonian(), &patterns, &format!("P = {p}, N = {n}, K = {k}"));
    }
}

#[test]
fn local_field_form_and_overlap_form_are_the_same_network_at_p_2() {
    let (n, k) = (131, 300);
    let mut stream = stream("forms", 2, n, k);
    let patterns = Patterns::random(n, k, &mut stream).unwrap();
    let tables = FieldTables::new(DenseHebbian::new(InteractionOrder::new(2).unwrap(), n, k).unwrap());
    let couplings = Couplings::new(&patterns).unwrap();
    let start = random_spins(n, &mut stream);
    let mut overlap = OverlapForm::new(&tables, &patterns, start.clone());
    let mut local = LocalFieldForm::new(tables.hamiltonian(), &patterns, &couplings, start);
    for _ in 0..500 {
        let i = below(&mut stream, n);
        assert_eq!(overlap.field(i), local.field(i));
        overlap.flip(i, overlap.field(i));
        local.flip(i, local.field(i));
    }
    check(&local, tables.hamiltonian(), &patterns, "local-field form");
    assert_eq!(overlap.energy_sum(), local.energy_sum());
}
