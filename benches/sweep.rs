//! Whole sweeps of the heat bath, and the exact oracle. `cargo bench --bench sweep`; throughput is in spin updates.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use replicon::dynamics::{AnyDynamics, Dynamics, Order, Update};
use replicon::exact::Enumeration;
use replicon::kernel::{FieldTables, OverlapForm};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::StreamKey;

fn sweeps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("heat bath sweep");
    for (p, n, gamma, t) in [(4, 64, 0.2, 1.0), (4, 100, 0.4, 0.2), (4, 100, 0.4, 1.0), (3, 200, 0.3, 0.5)] {
        let order = InteractionOrder::new(p).expect("order");
        let k = Load::new(gamma).and_then(|load| load.pattern_count(order, n)).expect("patterns");
        let tables = FieldTables::new(DenseHebbian::new(order, n, k).expect("hamiltonian"));
        let mut stream = StreamKey::new(1, "bench").stream();
        let patterns = Patterns::random(n, k, &mut stream).expect("patterns");
        let temperature = Temperature::new(t).expect("temperature");
        let dynamics =
            AnyDynamics::new(Update::Glauber, Order::Random, tables.hamiltonian().scale(), temperature)
                .expect("dynamics");
        let mut form = OverlapForm::new(&tables, &patterns, Spins::from_fn(n, |i| i % 3 == 0));
        for _ in 0..40 {
            dynamics.sweep(&mut form, &mut stream);
        }
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(format!("P{p} N{n} gamma{gamma} T{t}"), |b| {
            b.iter(|| dynamics.sweep(&mut form, &mut stream));
        });
    }
    group.finish();
}

fn enumeration(criterion: &mut Criterion) {
    let (n, k) = (20, 50);
    let patterns = Patterns::random(n, k, &mut StreamKey::new(1, "bench").stream()).expect("patterns");
    for p in [2, 3, 4] {
        let order = InteractionOrder::new(p).expect("order");
        let hamiltonian = DenseHebbian::new(order, n, k).expect("hamiltonian");
        criterion.bench_function(&format!("enumeration N20 K50 P{p}, one temperature"), |b| {
            b.iter(|| {
                let temperature = Temperature::new(0.5).expect("temperature");
                Enumeration::new(&hamiltonian, &patterns).and_then(|e| e.at(temperature)).expect("a point")
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = sweeps, enumeration
}
criterion_main!(benches);
