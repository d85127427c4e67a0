//! The two hot loops: one field (Σ over patterns of a proposal) and one flip (moving all overlaps).
//!
//! `cargo bench --bench kernels`; throughput is in pattern terms.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use replicon::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::InteractionOrder;
use replicon::rng::StreamKey;

fn system(p: u32, n: usize, k: usize) -> (FieldTables, Patterns) {
    let patterns = Patterns::random(n, k, &mut StreamKey::new(1, "bench").stream()).expect("patterns");
    let order = InteractionOrder::new(p).expect("order");
    (FieldTables::new(DenseHebbian::new(order, n, k).expect("hamiltonian")), patterns)
}

fn kernels(criterion: &mut Criterion) {
    for (p, n, k) in [(2, 100, 1000), (3, 100, 4000), (4, 100, 8333), (4, 100, 33_333), (6, 64, 33_333)] {
        let (tables, patterns) = system(p, n, k);
        let mut form = OverlapForm::new(&tables, &patterns, Spins::from_fn(n, |i| i % 3 == 0));
        let label = format!("P{p} N{n} K{k}");
        let mut group = criterion.benchmark_group("overlap form");
        group.throughput(Throughput::Elements(k as u64));
        let mut site = 0;
        group.bench_function(BenchmarkId::new("field", &label), |b| {
            b.iter(|| {
                site = (site + 1) % n;
                form.field(site)
            });
        });
        group.bench_function(BenchmarkId::new("flip", &label), |b| {
            b.iter(|| {
                site = (site + 1) % n;
                form.flip(site, 0);
                form.overlaps()[0]
            });
        });
        group.finish();
    }
    let (n, k) = (1000, 138);
    let (tables, patterns) = system(2, n, k);
    let couplings = Couplings::new(&patterns).expect("couplings");
    let start = Spins::from_fn(n, |i| i % 3 == 0);
    let mut form = LocalFieldForm::new(tables.hamiltonian(), &patterns, &couplings, start);
    let mut site = 0;
    criterion.bench_function("local-field form/flip/P2 N1000 K138", |b| {
        b.iter(|| {
            site = (site + 1) % n;
            form.flip(site, 0);
            form.field(0)
        });
    });
}

criterion_group!(benches, kernels);
criterion_main!(benches);
