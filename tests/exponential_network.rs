//! The exponential Hopfield network: its energy, its kernel, its exact laws, and the exact sampler at β = λ.

use replicon::dynamics::{AnyDynamics, Dynamics, Order, Update};
use replicon::exact::transition::{is_irreducible, residual, row_defect};
use replicon::exact::{Enumeration, exponential};
use replicon::kernel::{ExponentialForm, Fields};
use replicon::model::brute_force::log_sum_exp;
use replicon::model::{Exponential, Patterns, Spins};
use replicon::params::Temperature;
use replicon::rng::{Stream, StreamKey, below};

fn stream(purpose: &str) -> Stream {
    StreamKey::new(31, purpose).stream()
}

fn at(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

fn network(n: usize, k: usize, lambda: f64) -> (Exponential, Patterns) {
    let mut stream = StreamKey::new(37, "network").integer("n", n as u64).integer("k", k as u64).stream();
    (Exponential::new(n, k, lambda).unwrap(), Patterns::random(n, k, &mut stream).unwrap())
}

fn configuration(n: usize, state: usize) -> Spins {
    Spins::from_fn(n, |i| state >> i & 1 == 1)
}

fn random_spins(n: usize, stream: &mut Stream) -> Spins {
    let bits: Vec<bool> = (0..n).map(|_| below(stream, 2) == 1).collect();
    Spins::from_fn(n, |i| bits[i])
}

#[test]
fn the_energy_is_the_logarithm_of_the_sum_of_exponentials_to_twelve_decimals() {
    let mut stream = stream("energies");
    for (n, k, lambda) in [(1, 1, 0.5), (7, 3, 1.0), (40, 300, 0.1), (60, 256, 1.0), (33, 1000, 3.0)] {
        let (model, patterns) = network(n, k, lambda);
        for _ in 0..20 {
            let spins = random_spins(n, &mut stream);
            let energy = model.energy(model.energy_sum(&patterns, &spins).unwrap());
            let expected = log_sum_exp(lambda, &patterns, &spins);
            assert!((energy - expected).abs() < 1e-11, "N = {n}, K = {k}, λ = {lambda}: {energy} {expected}");
        }
    }
}

#[test]
fn nothing_overflows_where_the_exponentials_themselves_would() {
    // e^{λN} = e^{10^5}: on a pattern H = −N − (log 1)/λ, all others being 100 flips away.
    let (model, patterns) = network(1000, 50, 100.0);
    let spins = patterns.row(7);
    assert_eq!(model.energy(model.energy_sum(&patterns, &spins).unwrap()), -1000.0);
    let form = ExponentialForm::new(&model, &patterns, spins);
    // A flip takes 2 from that overlap.
    assert_eq!(form.scale() * 2.0 * form.field(3) as f64 * f64::from(patterns.sign(7, 3)), 2.0);
}

#[test]
fn fields_are_differences_of_the_energy_and_stay_so_along_any_walk() {
    for (n, k, lambda) in [(5, 1, 1.0), (12, 40, 0.3), (30, 600, 1.0), (30, 256, 8.0)] {
        let (model, patterns) = network(n, k, lambda);
        let sum = |spins: &Spins| i128::from(model.energy_sum(&patterns, spins).unwrap());
        let mut stream = stream("walk");
        let mut form = ExponentialForm::new(&model, &patterns, random_spins(n, &mut stream));
        for step in 0..60 {
            let here = sum(form.spins());
            assert_eq!(form.energy_sum(), here);
            for i in 0..n {
                let mut flipped = form.spins().clone();
                flipped.flip(i);
                // ΔE = 2 c s F and E = −c Σ.
                let field = form.field_ahead(&[i]);
                assert_eq!(2 * i128::from(form.spins().get(i)) * field, here - sum(&flipped));
            }
            if step % 3 == 0 {
                form.flip_together(&[0, n - 1, n / 2][..2]);
            } else {
                let i = below(&mut stream, n);
                let field = form.field(i);
                form.flip(i, field);
            }
            let overlaps: Vec<i16> = (0..k).map(|mu| patterns.overlap(mu, form.spins()) as i16).collect();
            assert_eq!(form.overlaps(), overlaps);
        }
    }
}

#[test]
fn descent_of_the_sum_makes_the_moves_of_lse_at_lambda_1() {
    // −Σ exp(M) written out, at sizes where it does not overflow; sites where the two rounding errors could differ do not occur.
    let (n, k) = (20, 200);
    let (model, patterns) = network(n, k, 1.0);
    let mut stream = stream("sum");
    let energy = |spins: &Spins| -> f64 {
        -(0..k).map(|mu| f64::from(patterns.overlap(mu, spins)).exp()).sum::<f64>()
    };
    let mut moves = 0;
    for _ in 0..30 {
        let spins = random_spins(n, &mut stream);
        let form = ExponentialForm::new(&model, &patterns, spins.clone());
        for i in 0..n {
            let mut flipped = spins.clone();
            flipped.flip(i);
            let downhill = i128::from(spins.get(i)) * form.field(i) < 0;
            assert_eq!(downhill, energy(&flipped) < energy(&spins));
            moves += usize::from(downhill);
        }
    }
    assert!((100..500).contains(&moves), "{moves} of 600");
}

#[test]
fn enumeration_is_the_sum_over_all_states_written_out_without_any_symmetry() {
    for (n, k, lambda, t) in [(6, 4, 0.7, 0.9), (9, 12, 1.3, 2.0), (8, 1, 1.0, 0.4)] {
        let (model, patterns) = network(n, k, lambda);
        let enumeration = Enumeration::exponential(&model, &patterns).unwrap();
        let energies: Vec<f64> =
            (0..1 << n).map(|state| log_sum_exp(lambda, &patterns, &configuration(n, state))).collect();
        for (got, expected) in enumeration.energies().iter().zip(&energies) {
            assert!((got - expected).abs() < 1e-11);
        }
        let weights: Vec<f64> = energies.iter().map(|e| (-e / t).exp()).collect();
        let z: f64 = weights.iter().sum();
        let average = |f: &dyn Fn(usize) -> f64| (0..1 << n).map(|s| weights[s] * f(s)).sum::<f64>() / z;
        let point = enumeration.at(at(t)).unwrap();
        let close = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-9, "{got} {expected}");
        close(point.log_z.unwrap(), z.ln());
        close(point.energy, average(&|s| energies[s]) / n as f64);
        let m = |mu: usize, s: usize| f64::from(patterns.overlap(mu, &configuration(n, s))) / n as f64;
        for mu in 0..k {
            close(point.mattis[mu], average(&|s| m(mu, s)));
            close(point.mattis_sq[mu], average(&|s| m(mu, s).powi(2)));
            close(point.mattis_abs[mu], average(&|s| m(mu, s).abs()));
        }
        assert_eq!(enumeration.levels().iter().map(|level| u64::from(level.count)).sum::<u64>(), 1 << n);
        let law = enumeration.probabilities(at(t)).unwrap();
        law.iter().zip(&weights).for_each(|(p, w)| close(*p, w / z));
    }
}

#[test]
fn at_beta_lambda_the_partition_function_and_the_law_are_those_of_a_mixture_of_products() {
    for (n, k, lambda) in [(5, 1, 0.4), (8, 3, 1.0), (10, 30, 0.6), (12, 200, 2.0)] {
        let (model, patterns) = network(n, k, lambda);
        let enumeration = Enumeration::exponential(&model, &patterns).unwrap();
        let point = enumeration.at(at(1.0 / lambda)).unwrap();
        assert!((point.log_z.unwrap() - exponential::log_z(n, k, lambda)).abs() < 1e-9);
        let law = enumeration.probabilities(at(1.0 / lambda)).unwrap();
        for (state, p) in law.iter().enumerate() {
            let spins = configuration(n, state);
            let mixture: f64 = (0..k)
                .map(|mu| {
                    (0..n)
                        .map(|i| {
                            let along = f64::from(patterns.sign(mu, i) * spins.get(i));
                            (1.0 + along * lambda.tanh()) / 2.0
                        })
                        .product::<f64>()
                })
                .sum::<f64>()
                / k as f64;
            assert!((p - mixture).abs() < 1e-12, "{p} {mixture}");
        }
        // Off β = λ it is another law.
        let elsewhere = enumeration.at(at(1.1 / lambda)).unwrap().log_z.unwrap();
        assert!((elsewhere - exponential::log_z(n, k, lambda / 1.1)).abs() > 1e-3 || k == 1);
    }
}

#[test]
fn exact_draws_have_the_enumerated_law() {
    // χ² of 2^8 cells over three networks below d + 6√(2d) + 15: joint false-alarm rate below 1e-7, fixed seeds.
    for (k, lambda) in [(1, 0.3), (6, 0.5), (40, 0.8)] {
        let (model, patterns) = network(8, k, lambda);
        let enumeration = Enumeration::exponential(&model, &patterns).unwrap();
        let chi2 = |t: f64| {
            let law = enumeration.probabilities(at(t)).unwrap();
            let mut stream = stream("draws");
            let (runs, mut counts) = (200_000, vec![0u32; 256]);
            for _ in 0..runs {
                let (_, spins) = exponential::draw(&patterns, lambda, &mut stream).unwrap();
                counts[(0..8).filter(|&i| spins.get(i) > 0).map(|i| 1 << i).sum::<usize>()] += 1;
            }
            let cell = |(&count, p): (&u32, &f64)| {
                let expected = p * f64::from(runs);
                (f64::from(count) - expected).powi(2) / expected
            };
            counts.iter().zip(&law).map(cell).sum::<f64>()
        };
        let limit = 255.0 + 6.0 * 510f64.sqrt() + 15.0;
        assert!(chi2(1.0 / lambda) < limit, "K = {k}, λ = {lambda}: χ² = {}", chi2(1.0 / lambda));
        // The law of a temperature 15 % off is told apart.
        assert!(chi2(1.15 / lambda) > limit, "K = {k}, λ = {lambda}");
    }
}

#[test]
fn glauber_and_metropolis_keep_the_gibbs_law_of_the_energy_that_the_kernel_has() {
    let (n, k) = (4, 3);
    for (lambda, t) in [(1.0, 0.7), (0.4, 2.5)] {
        let (model, patterns) = network(n, k, lambda);
        let law = Enumeration::exponential(&model, &patterns).unwrap().probabilities(at(t)).unwrap();
        for metropolis in [false, true] {
            let mut matrix = vec![vec![0.0; 16]; 16];
            for state in 0..16usize {
                let form = ExponentialForm::new(&model, &patterns, configuration(n, state));
                for i in 0..n {
                    let cost = 2.0 * form.scale() * form.field(i) as f64 * f64::from(form.spins().get(i)) / t;
                    let p = if metropolis { (-cost).exp().min(1.0) } else { 1.0 / (1.0 + cost.exp()) };
                    matrix[state][state ^ 1 << i] += p / n as f64;
                    matrix[state][state] += (1.0 - p) / n as f64;
                }
            }
            assert!(row_defect(&matrix) < 1e-12 && is_irreducible(&matrix));
            assert!(residual(&matrix, &law) < 1e-12);
        }
    }
}

/// z of the change of H over some sweeps of a chain that begins on an exact draw: 0 on average where the dynamics keeps the law.
fn drift(n: usize, k: usize, lambda: f64, t: f64, update: Update) -> f64 {
    let (model, patterns) = network(n, k, lambda);
    let dynamics = AnyDynamics::new(update, Order::Random, model.scale(), at(t)).unwrap();
    let mut stream = stream("oracle");
    let change = |_| {
        let (_, spins) = exponential::draw(&patterns, lambda, &mut stream).unwrap();
        let mut form = ExponentialForm::new(&model, &patterns, spins);
        let before = form.energy_sum();
        for _ in 0..5 {
            dynamics.sweep(&mut form, &mut stream);
        }
        (before - form.energy_sum()) as f64 * model.scale()
    };
    let changes: Vec<f64> = (0..400).map(change).collect();
    let mean = changes.iter().sum::<f64>() / 400.0;
    let variance = changes.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 399.0;
    mean / (variance / 400.0).sqrt()
}

#[test]
fn chains_that_begin_on_exact_draws_stay_in_their_law_at_any_size() {
    // |z| < 4.5 in 6 chains: joint false-alarm rate 4e-5, fixed seeds. 10 % off in T is seen.
    for (n, k, lambda) in [(60, 20, 0.5), (200, 300, 0.8), (500, 100, 1.2)] {
        for update in [Update::Glauber, Update::Metropolis] {
            let z = drift(n, k, lambda, 1.0 / lambda, update);
            assert!(z.abs() < 4.5, "{update:?}, N = {n}, K = {k}, λ = {lambda}: z = {z}");
        }
        let z = drift(n, k, lambda, 1.1 / lambda, Update::Glauber);
        assert!(z > 4.5, "N = {n}, K = {k}, λ = {lambda}: z = {z} at a temperature 10 % too high");
    }
}

#[test]
fn what_has_no_energy_is_refused() {
    for lambda in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(Exponential::new(10, 10, lambda).is_err());
        let (_, patterns) = network(4, 2, 1.0);
        assert!(exponential::draw(&patterns, lambda, &mut stream("refused")).is_err());
    }
    assert!(Exponential::new(0, 10, 1.0).is_err());
    assert!(Exponential::new(10, 10, 1e-6).is_err());
    assert!(Exponential::new(5000, 10, 1.0).is_err());
    let (model, patterns) = network(6, 2, 1.0);
    assert!(model.energy_sum(&patterns, &configuration(5, 0)).is_err());
    assert!(Enumeration::exponential(&Exponential::new(5, 2, 1.0).unwrap(), &patterns).is_err());
}
