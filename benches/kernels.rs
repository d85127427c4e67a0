//! The hot loops, each in every twin that this processor runs. `cargo bench --bench kernels`; throughput is in pattern terms.
//!
//! * field: one bit sum over the plane; four fields: four of them in one pass
//! * flip: overlaps moved, plane filled, sums taken
//! * row: the fields of P = 2 after a flip; throughput is in fields

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use replicon::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm, Twin};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::InteractionOrder;
use replicon::rng::StreamKey;

fn overlap_kernels(criterion: &mut Criterion, twin: Twin, (p, n, k): (u32, usize, usize)) {
    let patterns = Patterns::random(n, k, &mut StreamKey::new(1, "bench").stream()).expect("patterns");
    let order = InteractionOrder::new(p).expect("order");
    let tables = FieldTables::with_twin(DenseHebbian::new(order, n, k).expect("hamiltonian"), twin);
    let mut form = OverlapForm::new(&tables, &patterns, Spins::from_fn(n, |i| i % 3 == 0));
    let label = format!("{} P{p} N{n} K{k}", twin.name());
    let mut group = criterion.benchmark_group("overlap form");
    let mut site = 0;
    let mut next = move || {
        site = (site + 1) % n;
        site
    };
    group.throughput(Throughput::Elements(k as u64));
    group.bench_function(BenchmarkId::new("field", &label), |b| b.iter(|| form.field(next())));
    group.bench_function(BenchmarkId::new("flip", &label), |b| {
        b.iter(|| {
            // Flipping does not ask what the field is; the energy, which does, is not looked at.
            form.flip(next(), 0);
            form.overlaps()[0]
        });
    });
    group.throughput(Throughput::Elements(4 * k as u64));
    let plane = vec![[3; 256]; tables.parts * patterns.blocks_per_column()];
    group.bench_function(BenchmarkId::new("four fields", &label), |b| {
        b.iter(|| {
            let columns = std::array::from_fn::<_, 4, _>(|_| patterns.column(next()));
            let mut sums = [0; 4];
            match tables.parts {
                1 => twin.masked_sums::<1>(&plane, &columns, &mut sums),
                _ => twin.masked_sums::<2>(&plane, &columns, &mut sums),
            }
            sums
        });
    });
    group.finish();
}

fn row_kernel(criterion: &mut Criterion, twin: Twin) {
    let (n, k) = (1000, 138);
    let patterns = Patterns::random(n, k, &mut StreamKey::new(1, "bench").stream()).expect("patterns");
    let hamiltonian = DenseHebbian::new(InteractionOrder::new(2).expect("order"), n, k).expect("hamiltonian");
    let couplings = Couplings::with_twin(&patterns, twin).expect("couplings");
    let start = Spins::from_fn(n, |i| i % 3 == 0);
    let mut form = LocalFieldForm::new(&hamiltonian, &patterns, &couplings, start);
    let mut group = criterion.benchmark_group("local-field form");
    group.throughput(Throughput::Elements(n as u64));
    let mut site = 0;
    group.bench_function(BenchmarkId::new("row", format!("{} N{n} K{k}", twin.name())), |b| {
        b.iter(|| {
            site = (site + 1) % n;
            form.flip(site, 0);
            form.field(0)
        });
    });
    group.finish();
}

fn kernels(criterion: &mut Criterion) {
    for twin in Twin::all() {
        for shape in [(3, 100, 4000), (4, 100, 4000), (4, 100, 33_333), (4, 64, 1 << 20), (6, 64, 33_333)] {
            overlap_kernels(criterion, twin, shape);
        }
        row_kernel(criterion, twin);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(std::time::Duration::from_secs(1));
    targets = kernels
}
criterion_main!(benches);
