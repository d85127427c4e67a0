//! Gaussian couplings: exact integers, the Boltzmann law of the enumeration, and the identity of integration by parts.

use replicon::dynamics::{AnyDynamics, Dynamics, Order, Update};
use replicon::estimators::{OverlapHistogram, integrated_time, jackknife, mean, variance};
use replicon::exact::Enumeration;
use replicon::kernel::{CouplingTensor, Fields, GaussianForm};
use replicon::model::{GaussianCouplings, Spins};
use replicon::observables::{energy_per_spin, replica_overlap, tuple_overlap};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::{StreamKey, below, uniform};
use replicon::scenario::{Files, Scenario};
use replicon::theory::annealed_gaussian::{annealed_gaussian, distinct_weight};

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn couplings(p: u32, n: usize, gamma: f64, sample: u64) -> GaussianCouplings {
    let key = StreamKey::new(61, "patterns").integer("p", p.into()).integer("sample", sample);
    GaussianCouplings::draw(order(p), n, Load::new(gamma).unwrap(), &mut key.stream()).unwrap()
}

#[test]
fn fields_and_energies_equal_the_sums_over_tuples_after_any_flips() {
    for (p, n) in [(2, 2), (2, 70), (3, 3), (3, 33), (4, 13), (5, 11), (6, 10)] {
        let couplings = couplings(p, n, 1.3, 0);
        let tensor = CouplingTensor::new(&couplings);
        let mut stream = StreamKey::new(62, "flips").integer("n", n as u64).stream();
        let mut form = GaussianForm::new(&tensor, Spins::from_fn(n, |i| i % 3 == 0));
        for flips in 0..40 {
            let spins = form.spins().clone();
            assert_eq!(form.energy_sum(), couplings.sum(&spins).into(), "P = {p}, N = {n}");
            for i in [0, n / 2, n - 1] {
                let mut flipped = spins.clone();
                flipped.flip(i);
                // Σ(s) − Σ(flipped) = 2 s_i F_i
                let field = (couplings.sum(&spins) - couplings.sum(&flipped)) / 2 * i64::from(spins.get(i));
                assert_eq!(form.field(i), field.into(), "P = {p}, N = {n}, site {i}");
            }
            if flips % 4 == 3 {
                let sites: Vec<usize> = (0..n).filter(|_| uniform(&mut stream) < 0.3).collect();
                form.flip_together(&sites);
            } else {
                let i = below(&mut stream, n);
                form.flip(i, form.field(i));
            }
        }
    }
}

#[test]
fn the_enumeration_by_transform_is_the_sum_over_tuples_and_its_overlap_law_the_sum_over_pairs() {
    for (p, n) in [(2, 7), (3, 8), (4, 6)] {
        let couplings = couplings(p, n, 0.8, 1);
        let enumeration = Enumeration::gaussian(&couplings).unwrap();
        let spins = |state: usize| Spins::from_fn(n, |i| state >> i & 1 == 1);
        for state in 0..1 << n {
            assert_eq!(
                enumeration.sum_of_state(state),
                couplings.sum(&spins(state)),
                "P = {p}, state {state}"
            );
        }
        let t = Temperature::new(0.6).unwrap();
        let law = enumeration.probabilities(t).unwrap();
        let mut expected = vec![0.0; n + 1];
        for (a, pa) in law.iter().enumerate() {
            for (b, pb) in law.iter().enumerate() {
                expected[n - (a ^ b).count_ones() as usize] += pa * pb;
            }
        }
        let found = enumeration.overlap_law(t).unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-14, "P = {p}: {found} {expected}");
        }
        let square: f64 = (0..=n).map(|u| found[u] * ((2.0 * u as f64 - n as f64) / n as f64).powi(2)).sum();
        assert!((square - enumeration.at(t).unwrap().overlap_sq).abs() < 1e-13);
    }
}

/// Single-spin dynamics sample exp(−βH). z = (mean − exact)/√(2τσ²/n); bound 5: a false alarm has probability 6e-7 each, below 1e-4
/// in all (72 means; τ is good to a few per cent). Seeds fixed. With the scale of the couplings off by a twentieth the largest |z| is
/// above the bound in every row.
#[test]
fn dynamics_sample_the_boltzmann_law_of_gaussian_couplings_and_a_wrong_scale_is_caught() {
    for (p, n, t) in [(2, 10, 0.7), (3, 9, 0.7), (3, 12, 1.2), (4, 9, 0.8)] {
        let couplings = couplings(p, n, 1.0, 2);
        let exact = Enumeration::gaussian(&couplings).unwrap().at(Temperature::new(t).unwrap()).unwrap();
        let tensor = CouplingTensor::new(&couplings);
        let worst = |update, order, factor: f64| {
            let t = Temperature::new(t).unwrap();
            let rule = AnyDynamics::new(update, order, factor * couplings.scale(), t).unwrap();
            let mut systems =
                [0, 1].map(|r| GaussianForm::new(&tensor, Spins::from_fn(n, |i| (i + r) % 3 == 0)));
            let mut streams = [0, 1].map(|r| StreamKey::new(63, "dynamics").integer("replica", r).stream());
            let mut series = [Vec::new(), Vec::new(), Vec::new()];
            for sweep in 0..40_500 {
                for (system, stream) in systems.iter_mut().zip(&mut streams) {
                    rule.sweep(system, stream);
                }
                if sweep >= 500 {
                    let u = energy_per_spin(&systems[0]);
                    series[0].push(u);
                    series[1].push((u - exact.energy).powi(2));
                    series[2].push(replica_overlap(systems[0].spins(), systems[1].spins()).powi(2));
                }
            }
            let capacity = exact.heat_capacity.unwrap() * t.get().powi(2) / n as f64;
            let expected = [exact.energy, capacity, exact.overlap_sq];
            let z = |(series, expected): (&Vec<f64>, f64)| {
                let tau = integrated_time(series).unwrap();
                let error = (2.0 * tau * variance(series).unwrap() / series.len() as f64).sqrt();
                ((mean(series).unwrap() - expected) / error).abs()
            };
            series.iter().zip(expected).map(z).fold(0.0, f64::max)
        };
        for update in [Update::Glauber, Update::Metropolis] {
            for order in [Order::Random, Order::Sequential] {
                let z = worst(update, order, 1.0);
                assert!(z < 5.0, "{update:?} {order:?}, P = {p}, N = {n}, T = {t}: |z| = {z:.1}");
            }
        }
        let z = worst(Update::Glauber, Order::Random, 1.05);
        assert!(z > 5.0, "P = {p}, N = {n}: a scale 5 % off passed with |z| = {z:.1}");
    }
}

/// u = −(βγ/2)((N)_P/N^P)(1 − ⟨R_P⟩), averaged over disorder: exact thermal averages, so that only the disorder scatters. Bound 4
/// standard errors of 400 samples: false alarm 6e-5 each. A factor N^P in place of (N)_P is off by more than five.
#[test]
fn energy_and_overlaps_obey_the_identity_of_integration_by_parts() {
    for (p, n, t) in [(2, 8, 0.8), (3, 9, 0.5), (3, 9, 1.0), (4, 8, 0.7)] {
        let temperature = Temperature::new(t).unwrap();
        let tuple = tuple_overlap(order(p), n);
        let prefactor = 1.7 / (2.0 * t) * distinct_weight(order(p), n);
        let gaps = |prefactor: f64| -> Vec<f64> {
            (0..400)
                .map(|sample| {
                    let enumeration = Enumeration::gaussian(&couplings(p, n, 1.7, 100 + sample)).unwrap();
                    let law = enumeration.overlap_law(temperature).unwrap();
                    let r: f64 =
                        law.iter().enumerate().map(|(up, w)| w * tuple(2 * up as i64 - n as i64)).sum();
                    enumeration.at(temperature).unwrap().energy + prefactor * (1.0 - r)
                })
                .collect()
        };
        let z = |gaps: &[f64]| {
            let (gap, error) = jackknife(gaps, mean).unwrap();
            gap / error.unwrap()
        };
        let right = z(&gaps(prefactor));
        assert!(right.abs() < 4.0, "P = {p}, T = {t}: z = {right:.1}");
        let wrong = z(&gaps(prefactor / distinct_weight(order(p), n)));
        assert!(wrong.abs() > 5.0, "P = {p}, T = {t}: the wrong factor passes with z = {wrong:.1}");
    }
}

/// The disorder average of log Z lies in the annealed bracket: 300 samples at N = 10, four standard errors (6e-5).
#[test]
fn the_quenched_pressure_lies_in_the_annealed_bracket() {
    let (p, n, t) = (3, 10, Temperature::new(1.2).unwrap());
    let found = annealed_gaussian(order(p), n, Load::new(1.0).unwrap(), t).unwrap();
    let pressures: Vec<f64> = (0..300)
        .map(|sample| {
            let enumeration = Enumeration::gaussian(&couplings(p, n, 1.0, 1000 + sample)).unwrap();
            enumeration.at(t).unwrap().log_z.unwrap() / n as f64
        })
        .collect();
    let (pressure, error) = jackknife(&pressures, mean).unwrap();
    let margin = 4.0 * error.unwrap();
    assert!(found.width < 0.01, "{}", found.width);
    assert!(pressure < found.pressure + margin, "{pressure} {}", found.pressure);
    assert!(
        pressure > found.pressure - found.width - margin,
        "{pressure} {} {}",
        found.pressure,
        found.width
    );
}

#[test]
fn moments_of_r_p_are_those_of_tuples() {
    // R_P(Nq) = mean over P-tuples of Π s^a s^b, counted for signs with overlap M.
    for (p, n) in [(2usize, 5usize), (3, 6), (4, 6)] {
        let tuple = tuple_overlap(order(p as u32), n);
        for ups in 0..=n {
            let signs: Vec<f64> = (0..n).map(|i| if i < ups { 1.0 } else { -1.0 }).collect();
            let (mut sum, mut count) = (0.0, 0.0);
            for mask in 0u32..1 << n {
                if mask.count_ones() as usize == p {
                    sum += (0..n).filter(|i| mask >> i & 1 == 1).map(|i| signs[i]).product::<f64>();
                    count += 1.0;
                }
            }
            let expected = sum / count;
            assert!(
                (tuple(2 * ups as i64 - n as i64) - expected).abs() < 1e-14,
                "P = {p}, N = {n}, {ups} up"
            );
        }
    }
    let mut histogram = OverlapHistogram::new(6);
    [6, 6, 0].iter().for_each(|&m| histogram.add(m));
    let zero = tuple_overlap(order(2), 6)(0);
    assert!((histogram.average(tuple_overlap(order(2), 6)).unwrap() - (2.0 + zero) / 3.0).abs() < 1e-15);
}

#[test]
fn what_gaussian_couplings_do_not_know_is_refused_by_name() {
    let text = |extra: &str, load: &str, starts: &str| {
        format!(
            "name = \"g\"\n[model]\ninteraction_order = 3\ncouplings = \"gaussian\"\n{extra}\n[grid]\nspins = 12\n{load}\n\
             temperature = 1.0\n[dynamics]\n{starts}\n"
        )
    };
    let read = |text: &str| Scenario::from_text(text, "g.toml", &Files::Directory(".".into()), &[]);
    let good = read(&text("", "gamma = [2.0, 1.0]", "")).unwrap();
    let columns = good.columns().unwrap().0;
    assert_eq!(columns.iter().map(|c| (c.patterns, c.gamma.get())).collect::<Vec<_>>(), [(0, 1.0), (0, 2.0)]);
    let again = read(&good.to_toml()).unwrap();
    assert_eq!((again.to_toml(), again.identity()), (good.to_toml(), good.identity()));
    for (extra, load, starts, key) in [
        ("cue = 0.1", "gamma = 1.0", "", "model.cue"),
        ("", "patterns = 10", "", "grid.patterns"),
        ("", "gamma = 1.0", "starts = [\"planted\"]", "dynamics.starts"),
        ("", "gamma = 1.0", "starts = [{ corrupted = 0.2 }]", "dynamics.starts"),
        ("", "gamma = 1.0", "starts = [{ overlap = 0.2 }]", "dynamics.starts"),
    ] {
        let error = read(&text(extra, load, starts)).unwrap_err().to_string();
        assert!(error.contains(key), "{key}: {error}");
    }
}
