//! Times of replica theory: one Gaussian average, one saddle point of every kind, one point of a line, one row of a diagram.
//!
//! Goals: an RS point below 1 ms, a 1RSB point below 50 ms, a 100 × 100 1RSB diagram (a hundred rows) in minutes.

use criterion::{Criterion, criterion_group, criterion_main};
use replicon::numerics::tanh_moments;
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::theory::one_rsb::{cued, equilibrium, glass, retrieval, soft};
use replicon::theory::{at_line, lines, rs, transition, triple_points};
use std::hint::black_box;

fn theory(c: &mut Criterion) {
    let order = |p| InteractionOrder::new(p).expect("an order");
    let load = |gamma| Load::new(gamma).expect("a load");
    let temperature = |t| Temperature::new(t).expect("a temperature");

    c.bench_function("gaussian average, b = 3", |b| b.iter(|| tanh_moments(black_box(5.0), black_box(3.0))));
    c.bench_function("gaussian average, b = 1e6", |b| {
        b.iter(|| tanh_moments(black_box(2e6), black_box(1e6)))
    });
    for (p, gamma, t) in [(2, 0.1, 0.1), (4, 0.3, 0.3), (4, 0.3, 0.0), (4, 0.3, 0.005)] {
        c.bench_function(&format!("rs retrieval, P = {p}, T = {t}"), |b| {
            b.iter(|| rs::retrieval(order(p), load(black_box(gamma)), temperature(t), 0.0));
        });
    }
    c.bench_function("rs retrieval 1e-8 below the spinodal, P = 4", |b| {
        let end = lines::retrieval_spinodal_load(order(4), temperature(0.3)).expect("a spinodal");
        let gamma = load(end.gamma * (1.0 - 1e-8));
        b.iter(|| rs::retrieval(order(4), black_box(gamma), temperature(0.3), 0.0));
    });
    c.bench_function("rs glass, P = 4", |b| {
        b.iter(|| rs::glass(order(4), load(black_box(0.3)), temperature(0.1)))
    });
    c.bench_function("spinodal load, P = 4", |b| {
        b.iter(|| lines::retrieval_spinodal_load(order(4), temperature(black_box(0.3))));
    });
    c.bench_function("spinodal temperature, P = 4", |b| {
        b.iter(|| lines::retrieval_spinodal_temperature(order(4), load(black_box(0.3))));
    });
    c.bench_function("AT temperature, P = 4", |b| {
        b.iter(|| at_line::at_retrieval_temperature(order(4), load(black_box(0.3))));
    });
    c.bench_function("thermodynamic load, P = 2", |b| {
        b.iter(|| transition::thermodynamic_load(order(2), temperature(black_box(0.3))));
    });
}

fn one_step(c: &mut Criterion) {
    let order = |p| InteractionOrder::new(p).expect("an order");
    let load = |gamma| Load::new(gamma).expect("a load");
    let temperature = |t| Temperature::new(t).expect("a temperature");

    let mut group = c.benchmark_group("1rsb");
    group.sample_size(20);
    for t in [0.0, 0.05, 0.5, 0.65] {
        group.bench_function(format!("glass, P = 4, T = {t}"), |b| {
            b.iter(|| glass::glass(order(4), load(black_box(1.0)), temperature(t)));
        });
    }
    for (kind, p, gamma, t) in [
        ("T = 0", 2, 0.13, 0.0),
        ("T = 0", 4, 0.38, 0.0),
        ("from T = 0", 4, 0.38, 0.1),
        ("from the AT line", 3, 0.4, 0.2),
        ("from the AT line, P = 2", 2, 0.137, 0.01),
        ("next to the AT line", 3, 0.38556, 0.2),
        ("next to the spinodal", 4, 0.46003, 0.2),
        ("unbroken", 4, 0.45, 0.4),
        ("just beyond the spinodal", 4, 0.4601, 0.2),
        ("beyond the spinodal", 4, 0.8, 0.2),
    ] {
        group.bench_function(format!("retrieval {kind}, P = {p}, γ = {gamma}, T = {t}"), |b| {
            b.iter(|| retrieval::retrieval(order(p), load(black_box(gamma)), temperature(t)));
        });
    }
    let loads: Vec<_> = (1..=100).map(|k| load(0.005 * f64::from(k))).collect();
    for t in [0.0, 0.02, 0.1, 0.3, 0.6] {
        group.bench_function(format!("row of 100 loads, retrieval, P = 4, T = {t}"), |b| {
            b.iter(|| retrieval::row(order(4), temperature(black_box(t)), &loads));
        });
    }
    for t in [0.0, 0.3, 1.2, 1.31] {
        group.bench_function(format!("glass, P = 2, α = 0.1, T = {t}"), |b| {
            b.iter(|| soft::hopfield_glass(load(black_box(0.1)), temperature(t)));
        });
    }
    group.bench_function("retrieval in a cue field, P = 3, T = 0.2", |b| {
        b.iter(|| cued::retrieval(order(3), load(black_box(0.4)), temperature(0.2), 0.01));
    });
    for t in [0.0, 0.2] {
        group.bench_function(format!("spinodal load, P = 4, T = {t}"), |b| {
            b.iter(|| retrieval::spinodal(order(4), temperature(black_box(t))));
        });
        group.bench_function(format!("thermodynamic load, P = 4, T = {t}"), |b| {
            b.iter(|| equilibrium::thermodynamic_load(order(4), temperature(black_box(t))));
        });
    }
    group.bench_function("triple points, P = 4", |b| {
        b.iter(|| triple_points::triple_points(order(black_box(4))))
    });
    group.finish();
}

criterion_group!(benches, theory, one_step);
criterion_main!(benches);
