//! Times of replica-symmetric theory: one Gaussian average, one saddle point, one point of a line.

use criterion::{Criterion, criterion_group, criterion_main};
use replicon::numerics::tanh_moments;
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::theory::{at_line, lines, rs, transition};
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

criterion_group!(benches, theory);
criterion_main!(benches);
