//! The kernels' integer fields are the Hamiltonian's, to the last digit, on every shape.

use replicon::dynamics::{AnyDynamics, Dynamics, Order, Update};
use replicon::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm, Twin};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::{InteractionOrder, Temperature};
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
        for (n, k) in [(1, 1), (2, 1), (5, 3), (17, 255), (24, 256), (31, 257), (63, 65), (64, 600), (65, 63)]
        {
            let mut stream = stream("shapes", p, n, k);
            let patterns = Patterns::random(n, k, &mut stream).unwrap();
            let hamiltonian = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap();
            let tables = FieldTables::new(hamiltonian);
            // Retrieved, and retrieved with every sign turned: |M| = N on both sides.
            let turned = Spins::from_fn(n, |i| patterns.sign(k - 1, i) < 0);
            for start in [random_spins(n, &mut stream), patterns.row(k / 2), turned] {
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

/// Every pattern is the state or its opposite, so that sums of products are as large as they get.
#[test]
fn states_that_every_pattern_knows_stay_exact_beyond_the_largest_overlap_of_a_plane() {
    for p in 2..=8 {
        for (n, k) in [(511, 1), (511, 300), (513, 257), (1000, 300), (2000, 128)] {
            let mut stream = stream("aligned", p, n, k);
            let spins = random_spins(n, &mut stream);
            let patterns = Patterns::from_fn(n, k, |mu, i| (spins.get(i) > 0) ^ (mu % 3 == 0)).unwrap();
            // Values of the Hamiltonian beyond 127 bits are refused.
            let Ok(hamiltonian) = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k) else {
                continue;
            };
            for twin in Twin::all() {
                let tables = FieldTables::with_twin(hamiltonian.clone(), twin);
                let mut form = OverlapForm::new(&tables, &patterns, spins.clone());
                for step in 0..3 {
                    let i = below(&mut stream, n);
                    let field = form.field(i);
                    let label = format!("P = {p}, N = {n}, K = {k}, {}, step {step}", twin.name());
                    assert_eq!(
                        field,
                        naive_field(tables.hamiltonian(), &patterns, form.spins(), i),
                        "{label}"
                    );
                    form.flip(i, field);
                }
            }
        }
    }
}

#[test]
fn orders_far_beyond_the_polynomial_kernels_are_exact_too() {
    for p in [10, 21, 22, 25, 33, 47, 64] {
        for (n, k) in [(26, 3), (40, 1), (58, 3), (130, 2)] {
            let Ok(hamiltonian) = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k) else {
                continue;
            };
            let mut stream = stream("high orders", p, n, k);
            let patterns = Patterns::random(n, k, &mut stream).unwrap();
            let tables = FieldTables::new(hamiltonian);
            for start in [random_spins(n, &mut stream), patterns.row(0)] {
                let form = OverlapForm::new(&tables, &patterns, start);
                check(&form, tables.hamiltonian(), &patterns, &format!("P = {p}, N = {n}, K = {k}"));
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
    // Couplings of 8 bits; of 16 bits; and with fields that 16 bits do not hold.
    for (n, k, longest) in [(131, 300, 127), (90, 3000, i16::MAX.into()), (300, 32_000, i32::MAX)] {
        let mut stream = stream("forms", 2, n, k);
        let patterns = Patterns::random(n, k, &mut stream).unwrap();
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(2).unwrap(), n, k).unwrap();
        let coupling = |i: usize, j: usize| -> i32 {
            (0..k).map(|mu| i32::from(patterns.sign(mu, i) * patterns.sign(mu, j))).sum()
        };
        let row: Vec<i32> = (1..n).map(|j| coupling(0, j).abs()).collect();
        let (largest, sum) = (row.iter().max().copied(), row.iter().sum::<i32>());
        let width = [Some(127) >= largest, sum <= i16::MAX.into()];
        assert_eq!(width, [longest == 127, longest <= i16::MAX.into()], "N = {n}, K = {k}: another width");
        let start = random_spins(n, &mut stream);
        let tables = FieldTables::new(hamiltonian);
        let mut overlap = OverlapForm::new(&tables, &patterns, start.clone());
        let couplings: Vec<Couplings> =
            Twin::all().into_iter().map(|twin| Couplings::with_twin(&patterns, twin).unwrap()).collect();
        let mut local: Vec<LocalFieldForm> = couplings
            .iter()
            .map(|c| LocalFieldForm::new(tables.hamiltonian(), &patterns, c, start.clone()))
            .collect();
        for _ in 0..300 {
            let i = below(&mut stream, n);
            let field = overlap.field(i);
            overlap.flip(i, field);
            for local in &mut local {
                assert_eq!(field, local.field(i), "N = {n}, K = {k}");
                local.flip(i, field);
            }
        }
        for local in &local {
            assert_same(&overlap, local, &format!("N = {n}, K = {k}"));
        }
    }
}

/// The state of two forms is the same to the last digit.
fn assert_same(a: &impl Fields, b: &impl Fields, label: &str) {
    assert_eq!(a.spins(), b.spins(), "{label}: spins");
    assert_eq!(a.energy_sum(), b.energy_sum(), "{label}: energy");
    assert_eq!(a.overlaps(), b.overlaps(), "{label}: overlaps");
}

#[test]
fn the_twins_of_the_kernels_give_the_same_integers_on_any_shape() {
    let mut shapes = stream("twins", 0, 0, 0);
    let mut draw = |low: usize, high: usize| low + below(&mut shapes, high - low + 1);
    for p in 2..=8u32 {
        for case in 0..8 {
            // N odd and even, K on both sides of whole blocks; the last of each order large.
            let (n, k) = match case {
                0 => (draw(2, 9), 1),
                1 => (draw(10, 80), 256 * draw(1, 8) - 1),
                2 => (draw(100, 300), 256 * draw(1, 4) + 1),
                7 if p % 2 == 0 => (draw(8, 12), draw(900_000, 1_000_000)),
                _ => (draw(10, 150), draw(2, 9000)),
            };
            let label = format!("P = {p}, N = {n}, K = {k}");
            let mut stream = stream("twins", p, n, k);
            let patterns = Patterns::random(n, k, &mut stream).unwrap();
            let hamiltonian = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap();
            let tables: Vec<FieldTables> = Twin::all()
                .into_iter()
                .map(|twin| FieldTables::with_twin(hamiltonian.clone(), twin))
                .collect();
            // Retrieved, and retrieved with every sign turned: |M| = N on both sides.
            let turned = Spins::from_fn(n, |i| patterns.sign(k - 1, i) < 0);
            for start in [random_spins(n, &mut stream), patterns.row(k / 2), turned] {
                let mut forms: Vec<OverlapForm> =
                    tables.iter().map(|t| OverlapForm::new(t, &patterns, start.clone())).collect();
                for step in 0..40 {
                    let mut sites: Vec<usize> = (0..4).map(|_| below(&mut stream, n)).collect();
                    let fields: Vec<i128> = sites.iter().map(|&i| forms[0].field(i)).collect();
                    for form in &mut forms {
                        assert_eq!(
                            fields,
                            sites.iter().map(|&i| form.field(i)).collect::<Vec<_>>(),
                            "{label}"
                        );
                        // Several at once, and remembered ones.
                        for from in 0..4 {
                            assert_eq!(form.field_ahead(&sites[from..]), fields[from], "{label}");
                        }
                    }
                    sites.sort_unstable();
                    sites.dedup();
                    for form in &mut forms {
                        if step % 10 == 9 {
                            form.flip_together(&sites);
                        } else {
                            form.flip(sites[0], form.field(sites[0]));
                        }
                    }
                    for form in &forms[1..] {
                        assert_same(&forms[0], form, &label);
                    }
                }
            }
        }
    }
}

/// A trajectory that asks for every field anew: what the dynamics would do without anything remembered or looked ahead.
#[derive(Clone)]
struct Forgetful<'a>(OverlapForm<'a>, &'a FieldTables, &'a Patterns);

impl Fields for Forgetful<'_> {
    fn scale(&self) -> f64 {
        self.0.scale()
    }
    fn spins(&self) -> &Spins {
        self.0.spins()
    }
    fn field(&self, i: usize) -> i128 {
        naive_field(self.1.hamiltonian(), self.2, self.spins(), i)
    }
    fn flip(&mut self, i: usize, _: i128) {
        let mut spins = self.spins().clone();
        spins.flip(i);
        self.0 = OverlapForm::new(self.1, self.2, spins);
    }
    fn energy_sum(&self) -> i128 {
        self.0.energy_sum()
    }
    fn overlaps(&self) -> &[i16] {
        self.0.overlaps()
    }
}

#[test]
fn trajectories_depend_neither_on_the_twin_nor_on_what_is_remembered() {
    let rules = [
        (Update::Glauber, Order::Random),
        (Update::Glauber, Order::Sequential),
        (Update::Glauber, Order::Parallel),
        (Update::Metropolis, Order::Random),
        (Update::Metropolis, Order::Sequential),
        (Update::ZeroTemperature, Order::Random),
        (Update::ZeroTemperature, Order::Parallel),
    ];
    for (p, n, k) in [(2, 40, 12), (3, 26, 90), (4, 33, 500), (5, 18, 300), (9, 20, 40)] {
        let mut draws = stream("trajectories", p, n, k);
        let patterns = Patterns::random(n, k, &mut draws).unwrap();
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap();
        let portable = FieldTables::with_twin(hamiltonian.clone(), Twin::Portable);
        let best = FieldTables::new(hamiltonian.clone());
        // Hot and cold: from single passes to remembered configurations.
        for (rule, t) in rules.into_iter().flat_map(|rule| [0.0, 0.1, 0.4, 2.0].map(|t| (rule, t))) {
            if (rule.0 == Update::ZeroTemperature) != (t == 0.0) {
                continue;
            }
            let temperature = Temperature::new(t).unwrap();
            let dynamics = AnyDynamics::new(rule.0, rule.1, hamiltonian.scale(), temperature).unwrap();
            let start = random_spins(n, &mut draws);
            let mut a = OverlapForm::new(&portable, &patterns, start.clone());
            let mut b = OverlapForm::new(&best, &patterns, start.clone());
            let mut c = Forgetful(OverlapForm::new(&best, &patterns, start), &best, &patterns);
            let [mut one, mut two, mut three] = [(); 3].map(|()| stream("dynamics", p, n, k));
            for sweep in 0..30 {
                let label = format!("P = {p}, {rule:?}, T = {t}, sweep {sweep}");
                let counts = dynamics.sweep(&mut a, &mut one);
                assert_eq!(counts, dynamics.sweep(&mut b, &mut two), "{label}");
                assert_same(&a, &b, &label);
                if sweep < 12 {
                    assert_eq!(counts, dynamics.sweep(&mut c, &mut three), "{label}");
                    assert_same(&a, &c, &label);
                }
            }
        }
    }
}
