//! Diluted patterns: their energy against its definition, their averages against the sum over all states, the kernel against both, and
//! the identity between energy and losses.

mod support;

use replicon::dynamics::{AnyDynamics, Dynamics, Order, Update};
use replicon::estimators::{integrated_time, mean, variance};
use replicon::exact::Enumeration;
use replicon::kernel::{Fields, WeightedForm};
use replicon::model::hamiltonian::unit_of_energy;
use replicon::model::{DilutedPatterns, Spins, brute_force};
use replicon::observables::energy_per_spin;
use replicon::params::{Dilution, Examples, LearningMode, Lesson, Quality};
use replicon::rng::{Stream, StreamKey, uniform};
use support::{close, order, temperature};

fn stream(name: &str) -> Stream {
    StreamKey::new(11, name).stream()
}

fn sample(n: usize, k: usize, d: f64) -> DilutedPatterns {
    let mut stream = StreamKey::new(5, "patterns").integer("n", n as u64).integer("k", k as u64).stream();
    DilutedPatterns::random(n, k, Dilution::new(d).unwrap(), &mut stream).unwrap()
}

fn configuration(n: usize, stream: &mut Stream) -> Spins {
    let up: Vec<bool> = (0..n).map(|_| uniform(stream) < 0.5).collect();
    Spins::from_fn(n, |i| up[i])
}

/// H as it is defined: distinct indices among the non-zero entries.
fn defined(p: u32, patterns: &DilutedPatterns, spins: &Spins) -> f64 {
    let weights = patterns.weights().unwrap();
    -unit_of_energy(order(p), spins.len()) * brute_force::weighted_sum(p, &weights, spins) as f64
}

#[test]
fn the_energy_is_the_sum_over_distinct_nonzero_entries_and_the_kernel_follows_it() {
    let mut stream = stream("configurations");
    for (p, n, k, d) in [(2, 14, 4, 0.0), (2, 17, 5, 0.5), (3, 13, 3, 0.3), (4, 12, 3, 0.6), (4, 9, 4, 0.85)]
    {
        let patterns = sample(n, k, d);
        let weights = patterns.weights().unwrap();
        let model = DilutedPatterns::model(order(p), n, k).unwrap();
        let spins = configuration(n, &mut stream);
        let what = format!("P = {p}, N = {n}, d = {d}");
        close(patterns.energy(order(p), &spins).unwrap(), defined(p, &patterns, &spins), 1e-12, &what);
        let mut form = WeightedForm::new(&model, &weights, spins);
        for i in 0..n {
            let (before, field) = (defined(p, &patterns, form.spins()), form.field(i));
            let rise = 2.0 * model.scale() * f64::from(form.spins().get(i)) * field as f64;
            form.flip(i, field);
            let after = defined(p, &patterns, form.spins());
            close(after - before, rise, 1e-12, &format!("{what}, flip of {i}"));
            close(energy_per_spin(&form) * n as f64, after, 1e-12, &what);
        }
    }
}

#[test]
fn enumeration_is_the_sum_over_all_states() {
    let n = 9;
    for (p, k, d, t) in [(2, 3, 0.4, 0.3), (3, 2, 0.5, 0.2), (4, 3, 0.2, 0.4), (3, 3, 0.7, 0.05)] {
        let patterns = sample(n, k, d);
        let (mut z, mut energy, mut m, mut square, mut size) =
            (0.0, 0.0, vec![0.0; k], vec![0.0; k], vec![0.0; k]);
        for state in 0..1usize << n {
            let spins = Spins::from_fn(n, |i| state >> i & 1 == 1);
            let h = defined(p, &patterns, &spins);
            let weight = (-h / t).exp();
            z += weight;
            energy += weight * h / n as f64;
            for (mu, overlap) in patterns.overlaps(&spins).into_iter().enumerate() {
                let x = f64::from(overlap) / n as f64;
                m[mu] += weight * x;
                square[mu] += weight * x * x;
                size[mu] += weight * x.abs();
            }
        }
        let point = Enumeration::diluted(order(p), &patterns, None).unwrap().at(temperature(t)).unwrap();
        let what = format!("P = {p}, K = {k}, d = {d}");
        close(point.log_z.unwrap(), z.ln(), 1e-11, &what);
        close(point.energy, energy / z, 1e-12, &what);
        for mu in 0..k {
            close(point.mattis[mu], m[mu] / z, 1e-12, &what);
            close(point.mattis_sq[mu], square[mu] / z, 1e-12, &what);
            close(point.mattis_abs[mu], size[mu] / z, 1e-12, &what);
        }
    }
}

/// (z of ⟨H⟩/N, z of ⟨m_1²⟩) of a heat bath against enumeration; `wrong` times the energy that it should have.
fn distances(p: u32, d: f64, t: f64, wrong: f64) -> [f64; 2] {
    let (n, k, sweeps) = (12, 3, 20_000);
    let patterns = sample(n, k, d);
    let exact = Enumeration::diluted(order(p), &patterns, None).unwrap().at(temperature(t)).unwrap();
    let (weights, model) = (patterns.weights().unwrap(), DilutedPatterns::model(order(p), n, k).unwrap());
    let mut form = WeightedForm::new(&model, &weights, Spins::from_fn(n, |i| i % 3 == 0));
    let rule =
        AnyDynamics::new(Update::Glauber, Order::Random, wrong * model.scale(), temperature(t)).unwrap();
    let (mut stream, mut energies, mut squares) = (stream("dynamics"), Vec::new(), Vec::new());
    for sweep in 0..sweeps + 200 {
        rule.sweep(&mut form, &mut stream);
        if sweep >= 200 {
            energies.push(energy_per_spin(&form));
            squares.push((f64::from(patterns.overlaps(form.spins())[0]) / n as f64).powi(2));
        }
    }
    [(energies, exact.energy), (squares, exact.mattis_sq[0])].map(|(series, want)| {
        let tau = integrated_time(&series).unwrap();
        let error = (2.0 * tau * variance(&series).unwrap() / series.len() as f64).sqrt();
        (mean(&series).unwrap() - want) / error
    })
}

/// Each |z| below 5: false alarms 6e-7 a mean, and the seed is fixed. A Hamiltonian 5 % too strong is caught.
#[test]
fn a_heat_bath_meets_the_enumeration_of_diluted_patterns() {
    for (p, d, t) in [(2, 0.4, 0.5), (2, 0.7, 0.3), (3, 0.3, 0.6), (4, 0.3, 0.6)] {
        for z in distances(p, d, t, 1.0) {
            assert!(z.abs() < 5.0, "P = {p}, d = {d}: z = {z}");
        }
    }
    assert!(distances(2, 0.4, 0.5, 1.05).iter().any(|z| z.abs() > 5.0));
}

/// m_μ = (1−d) d^{μ−1} within five standard errors of its binomial scatter: false alarms 6e-7 each, and the seed is fixed.
#[test]
fn the_hierarchical_configuration_has_the_amplitudes_of_the_hierarchy() {
    let (n, d) = (30_000, 0.4);
    let patterns = sample(n, 4, d);
    let spins = patterns.hierarchical(&mut stream("free"));
    for (mu, overlap) in patterns.overlaps(&spins).into_iter().enumerate() {
        let want = (1.0 - d) * d.powi(mu as i32);
        // Entries that follow an earlier pattern add ±1 at random.
        let error = ((1.0 - d) / n as f64).sqrt();
        close(f64::from(overlap) / n as f64, want, 5.0 * error, &mu);
    }
}

/// L± = (1/2N) Σ_i (ξ_i ∓ s_i)², the losses of retrieving a pattern and its inverse: L⁺L⁻ = c² − m² and (L⁻ − L⁺)/2 = m with
/// c = (1 + N_μ/N)/2. So the energy of any order is a polynomial of losses, on every configuration.
#[test]
fn the_energy_is_a_polynomial_of_the_losses() {
    let mut stream = stream("losses");
    for (n, k, d) in [(40, 3, 0.0), (57, 4, 0.5), (64, 5, 0.8)] {
        let (patterns, size) = (sample(n, k, d), n as f64);
        for _ in 0..10 {
            let spins = configuration(n, &mut stream);
            let mut energies = [0.0; 3];
            for mu in 0..k {
                let loss = |sign: f64| {
                    let term = |(x, s): (&i8, &i8)| (f64::from(*x) - sign * f64::from(*s)).powi(2);
                    patterns.row(mu).iter().zip(spins.as_slice()).map(term).sum::<f64>() / (2.0 * size)
                };
                let (toward, away) = (loss(1.0), loss(-1.0));
                let nonzero = patterns.nonzero(mu) as f64;
                let c = 0.5 * (1.0 + nonzero / size);
                let m = f64::from(patterns.overlaps(&spins)[mu]) / size;
                close(toward * away, c * c - m * m, 1e-12, &"product");
                close(0.5 * (away - toward), m, 1e-12, &"difference");
                let (square, cube) = (c * c - toward * away, (0.5 * (away - toward)).powi(3));
                energies[0] -= 0.5 * size * square - 0.5 * nonzero / size;
                energies[1] -= 0.5 * size * cube - 0.25 * (3.0 * nonzero - 2.0) * (away - toward) / size;
                energies[2] -= 0.5 * size * square * square - 0.5 * (6.0 * nonzero - 8.0) * square / size
                    + 1.5 * nonzero * (nonzero - 2.0) / size.powi(3);
            }
            for (p, energy) in (2..).zip(energies) {
                close(
                    patterns.energy(order(p), &spins).unwrap(),
                    energy,
                    1e-11,
                    &format!("P = {p}, d = {d}"),
                );
            }
        }
    }
}

/// H of what is learnt, written out: the couplings of the mean examples over 1 + ρ, or of every example, over r² (and M).
#[test]
fn enumeration_of_learnt_patterns_is_the_sum_over_all_states_of_their_examples() {
    let (n, k, r, t) = (8usize, 2usize, 0.6, 0.4);
    for count in [1u64, 3] {
        let archetypes = sample(n, k, 0.4);
        let examples = Examples::new(Quality::new(r).unwrap(), count).unwrap();
        let shown = archetypes.examples(examples, &mut stream("examples")).unwrap();
        let rows = |mu: usize| (0..count as usize).map(move |a| mu * count as usize + a);
        for mode in [LearningMode::Supervised, LearningMode::Unsupervised] {
            let lesson = Lesson { mode, examples };
            let learnt = archetypes.learnt(lesson, &mut stream("examples")).unwrap();
            let pair = |i: usize, j: usize, nu: usize| f64::from(shown.row(nu)[i] * shown.row(nu)[j]);
            let coupling = |i: usize, j: usize| -> f64 {
                let m = count as f64;
                let of = |mu: usize| match mode {
                    LearningMode::Supervised => {
                        let mean =
                            |i: usize| rows(mu).map(|nu| f64::from(shown.row(nu)[i])).sum::<f64>() / (m * r);
                        mean(i) * mean(j) / (1.0 + examples.entropy())
                    }
                    LearningMode::Unsupervised => {
                        rows(mu).map(|nu| pair(i, j, nu)).sum::<f64>() / (m * r * r)
                    }
                };
                (0..k).map(of).sum::<f64>() / n as f64
            };
            let (mut z, mut energy, mut m) = (0.0, 0.0, vec![0.0; k]);
            for state in 0..1usize << n {
                let s = |i: usize| if state >> i & 1 == 1 { 1.0 } else { -1.0 };
                let h: f64 = -(0..n)
                    .flat_map(|i| (0..i).map(move |j| (i, j)))
                    .map(|(i, j)| coupling(i, j) * s(i) * s(j))
                    .sum::<f64>();
                let weight = (-h / t).exp();
                z += weight;
                energy += weight * h / n as f64;
                for (mu, m) in m.iter_mut().enumerate() {
                    let overlap: f64 = (0..n).map(|i| f64::from(archetypes.row(mu)[i]) * s(i)).sum();
                    *m += weight * (overlap / n as f64).powi(2);
                }
            }
            let exact = Enumeration::diluted(order(2), &archetypes, Some((lesson, &learnt))).unwrap();
            let point = exact.at(temperature(t)).unwrap();
            let what = format!("{mode}, M = {count}");
            close(point.log_z.unwrap(), z.ln(), 1e-11, &what);
            close(point.energy, energy / z, 1e-12, &what);
            for (got, m) in point.mattis_sq.iter().zip(&m) {
                close(*got, m / z, 1e-12, &what);
            }
        }
    }
}
