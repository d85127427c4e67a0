//! Proposals from a mean-field law leave exp(−βH) as it is, whatever the magnetisations.

use replicon::dynamics::{Dynamics, Order, PlefkaAssisted};
use replicon::exact::Enumeration;
use replicon::kernel::{FieldTables, OverlapForm};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::{InteractionOrder, Temperature};
use replicon::rng::StreamKey;

fn state(spins: &Spins) -> usize {
    spins.as_slice().iter().enumerate().map(|(i, &s)| usize::from(s > 0) << i).sum()
}

/// Worst |z| over the states of the frequency with which one proposal, from states drawn from exp(−βH) itself, ends in each.
fn worst_deviation(p: u32, magnetisations: &[f64], t: f64, acceptance_defect: bool) -> f64 {
    let n = magnetisations.len();
    let temperature = Temperature::new(t).unwrap();
    let patterns = Patterns::random(n, 3, &mut StreamKey::new(5, "patterns").stream()).unwrap();
    let model = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, 3).unwrap();
    let law = Enumeration::new(&model, &patterns).unwrap().probabilities(temperature).unwrap();
    let tables = FieldTables::new(model.clone());
    // A planted defect: the rule believes in half the energy.
    let scale = if acceptance_defect { 0.5 * model.scale() } else { model.scale() };
    let rule = PlefkaAssisted::new(Order::Random, scale, temperature, magnetisations);
    let mut stream = StreamKey::new(9, "dynamics").stream();
    const DRAWS: usize = 60_000;
    let mut counts = vec![0usize; law.len()];
    for (start, probability) in law.iter().enumerate() {
        let spins = Spins::from_fn(n, |i| start >> i & 1 == 1);
        // As many as the law says, the fraction left to the next state on average.
        let draws = (probability * DRAWS as f64).round() as usize;
        for _ in 0..draws {
            let mut system = OverlapForm::new(&tables, &patterns, spins.clone());
            rule.propose(&mut system, &mut stream);
            counts[state(replicon::kernel::Fields::spins(&system))] += 1;
        }
    }
    let total: usize = counts.iter().sum();
    law.iter()
        .zip(&counts)
        .filter(|(p, _)| **p * total as f64 > 20.0)
        .map(|(p, &count)| {
            let expected = p * total as f64;
            (count as f64 - expected).abs() / expected.sqrt()
        })
        .fold(0.0, f64::max)
}

#[test]
fn one_proposal_leaves_the_boltzmann_law_as_it_is_whatever_the_magnetisations() {
    // 16 to 32 states in each of 6 cases, starts stratified (so the z are smaller than normal): |z| < 4.5 fails by chance below 2e-3.
    for (p, m) in
        [(2, vec![0.3; 4]), (3, vec![0.8, -0.7, 0.2, 0.9, 0.5]), (4, vec![1.0, -0.9, 0.6, 0.0, -1.0])]
    {
        for t in [0.5, 1.5] {
            let worst = worst_deviation(p, &m, t, false);
            assert!(worst < 4.5, "P = {p}, T = {t}: |z| = {worst}");
        }
    }
    let planted = worst_deviation(3, &[0.8, -0.7, 0.2, 0.9, 0.5], 0.5, true);
    assert!(planted > 7.0, "half the energy in the acceptance is seen: |z| = {planted}");
}

#[test]
fn an_assisted_chain_has_the_enumerated_energy_and_jumps() {
    let (p, n, t) = (3, 9, 0.7);
    let temperature = Temperature::new(t).unwrap();
    let patterns = Patterns::random(n, 4, &mut StreamKey::new(2, "patterns").stream()).unwrap();
    let model = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, 4).unwrap();
    let exact = Enumeration::new(&model, &patterns).unwrap().at(temperature).unwrap();
    let tables = FieldTables::new(model.clone());
    let m: Vec<f64> = (0..n).map(|i| 0.6 * f64::from(patterns.sign(0, i))).collect();
    let rule = PlefkaAssisted::new(Order::Sequential, model.scale(), temperature, &m);
    let mut stream = StreamKey::new(3, "dynamics").stream();
    let mut system = OverlapForm::new(&tables, &patterns, patterns.row(1));
    let (mut counts, mut energies) = (replicon::dynamics::Counts::default(), Vec::new());
    for sweep in 0..44_000 {
        counts += rule.sweep(&mut system, &mut stream);
        if sweep >= 4000 {
            energies.push(model.energy(replicon::kernel::Fields::energy_sum(&system)) / n as f64);
        }
    }
    let bins: Vec<f64> =
        energies.chunks(1000).map(|bin| bin.iter().sum::<f64>() / bin.len() as f64).collect();
    let mean = bins.iter().sum::<f64>() / bins.len() as f64;
    let variance = bins.iter().map(|b| (b - mean) * (b - mean)).sum::<f64>() / (bins.len() - 1) as f64;
    let z = (mean - exact.energy) / (variance / bins.len() as f64).sqrt();
    // False alarm below 1e-4.
    assert!(z.abs() < 4.5, "u = {mean}, exactly {}: z = {z}", exact.energy);
    assert_eq!(counts.jumps, 44_000);
    assert!(counts.accepted_jumps > 400, "{}", counts.accepted_jumps);
}
