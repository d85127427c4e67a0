//! The enumeration against independent values, against the definitions written out, and against its own derivatives.
//!
//! `tests/reference/enum.json` holds log Z, energy, ⟨m⟩, ⟨m²⟩, ⟨|m_1|⟩, heat capacity and ⟨q²⟩ of samples with N = 8…12,
//! computed by another program in which three routes to e_P agreed; `tol` is the uncertainty of an entry.

use replicon::exact::{self, Enumeration, transition};
use replicon::model::{DenseHebbian, Patterns, Spins, brute_force};
use replicon::params::{InteractionOrder, Temperature};
use replicon::rng::StreamKey;
use serde_json::Value;

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn at(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

fn sample(p: u32, n: usize, k: usize) -> (DenseHebbian, Patterns) {
    let mut stream = StreamKey::new(17, "patterns").integer("n", n as u64).integer("k", k as u64).stream();
    (DenseHebbian::new(order(p), n, k).unwrap(), Patterns::random(n, k, &mut stream).unwrap())
}

fn enumerate(p: u32, n: usize, k: usize) -> Enumeration {
    let (model, patterns) = sample(p, n, k);
    Enumeration::new(&model, &patterns).unwrap()
}

fn state(n: usize, bits: usize) -> Spins {
    Spins::from_fn(n, |i| bits >> i & 1 == 1)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn signs(value: &Value) -> Vec<i8> {
    value.as_array().unwrap().iter().map(|v| v.as_i64().unwrap() as i8).collect()
}

#[track_caller]
fn close(what: &str, got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{what}: {got} instead of {expected}");
}

#[test]
fn enumeration_meets_the_independent_reference_values() {
    let text = std::fs::read_to_string("tests/reference/enum.json").unwrap();
    let reference: Value = serde_json::from_str(&text).unwrap();
    let entries = reference["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 6);
    for entry in entries {
        let get = |key: &str| entry[key].as_u64().unwrap();
        let (n, k, p) = (get("N") as usize, get("K") as usize, get("P") as u32);
        let tolerance = entry["tol"].as_f64().unwrap().max(1e-8);
        let rows: Vec<Vec<i8>> = entry["patterns"].as_array().unwrap().iter().map(signs).collect();
        let patterns = Patterns::from_rows(&rows).unwrap();
        let model = DenseHebbian::new(order(p), n, k).unwrap();
        close("prefactor", model.scale(), entry["prefactor"].as_f64().unwrap(), 1e-14);

        for config in entry["configs"].as_array().unwrap() {
            let spins = Spins::new(signs(&config["s"])).unwrap();
            let energy = model.energy(exact::energy_sum(&model, &patterns, &spins).unwrap());
            close("energy", energy, config["energy"].as_f64().unwrap(), tolerance);
        }

        let enumeration = Enumeration::new(&model, &patterns).unwrap();
        let ground = enumeration.levels()[0];
        close("ground", model.energy(ground.sum.into()), entry["ground_energy"].as_f64().unwrap(), tolerance);
        assert_eq!(u64::from(ground.count), get("ground_degeneracy"));
        for thermo in entry["thermo"].as_array().unwrap() {
            let value = |key: &str| thermo[key].as_f64().unwrap();
            let point = enumeration.at(at(1.0 / value("beta"))).unwrap();
            close("log Z", point.log_z.unwrap(), value("logZ"), tolerance);
            close("u", point.energy, value("mean_energy_per_spin"), tolerance);
            close("c", point.heat_capacity.unwrap(), value("heat_capacity_per_spin"), tolerance);
            close("|m_1|", point.mattis_abs[0], value("abs_m1_mean"), tolerance);
            close("q²", point.overlap_sq, value("q_two_replica_mean_sq"), tolerance);
            for mu in 0..k {
                close("m", point.mattis[mu], numbers(&thermo["m_mean"])[mu], tolerance);
                close("m²", point.mattis_sq[mu], numbers(&thermo["m2_mean"])[mu], tolerance);
            }
        }
    }
}

/// Every average as the definition says, from energies over index tuples.
#[test]
fn averages_equal_sums_over_all_states_written_out() {
    for (p, n, k) in [(2, 1, 1), (2, 2, 3), (3, 5, 2), (4, 6, 3), (5, 7, 4), (3, 7, 3), (2, 7, 3), (6, 7, 9)]
    {
        let (model, patterns) = sample(p, n, k);
        let enumeration = Enumeration::new(&model, &patterns).unwrap();
        let states: Vec<Spins> = (0..1 << n).map(|bits| state(n, bits)).collect();
        let energy = |s: &Spins| -model.scale() * brute_force::distinct_index_sum(p, &patterns, s) as f64;
        for t in [0.0, 0.03, 0.4, 1.3] {
            let lowest = states.iter().map(energy).fold(f64::INFINITY, f64::min);
            let weight = |s: &Spins| match energy(s) - lowest {
                gap if t == 0.0 => f64::from(gap < 1e-9),
                gap => (-gap / t).exp(),
            };
            let z: f64 = states.iter().map(weight).sum();
            let mean = |f: &dyn Fn(&Spins) -> f64| states.iter().map(|s| weight(s) * f(s)).sum::<f64>() / z;
            let size = n as f64;
            let point = enumeration.at(at(t)).unwrap();
            let u = mean(&energy);
            close("u", point.energy, u / size, 1e-12);
            if t == 0.0 {
                assert_eq!((point.log_z, point.heat_capacity), (None, None));
            } else {
                close("log Z", point.log_z.unwrap(), z.ln() - lowest / t, 1e-11);
                let c = mean(&|s| (energy(s) - u).powi(2)) / (t * t * size);
                close("c", point.heat_capacity.unwrap(), c, 1e-11);
            }
            for mu in 0..k {
                let m = |s: &Spins| patterns.row(mu).dot(s) as f64 / size;
                close("m", point.mattis[mu], mean(&m), 1e-12);
                close("m²", point.mattis_sq[mu], mean(&|s| m(s).powi(2)), 1e-12);
                close("|m|", point.mattis_abs[mu], mean(&|s| m(s).abs()), 1e-12);
            }
            // Two replicas, as pairs of states.
            let q2: f64 = states
                .iter()
                .flat_map(|a| states.iter().map(move |b| (a, b)))
                .map(|(a, b)| weight(a) * weight(b) * (a.dot(b) as f64 / size).powi(2))
                .sum::<f64>()
                / (z * z);
            close("q²", point.overlap_sq, q2, 1e-12);
            let law = enumeration.probabilities(at(t)).unwrap();
            for (bits, s) in states.iter().enumerate() {
                close("π", law[bits], weight(s) / z, 1e-13);
            }
        }
    }
}

#[test]
fn the_spectrum_is_the_energies_of_all_states_and_counts_them() {
    for (p, n, k) in [(2, 6, 2), (3, 7, 3), (4, 8, 5), (5, 6, 4)] {
        let (model, patterns) = sample(p, n, k);
        let enumeration = Enumeration::new(&model, &patterns).unwrap();
        let mut sums: Vec<i128> =
            (0..1 << n).map(|bits| brute_force::distinct_index_sum(p, &patterns, &state(n, bits))).collect();
        for (bits, &sum) in sums.iter().enumerate() {
            assert_eq!(i128::from(enumeration.sum_of_state(bits)), sum);
        }
        sums.sort_unstable_by(|a, b| b.cmp(a));
        let listed: Vec<i128> = enumeration
            .levels()
            .iter()
            .flat_map(|level| std::iter::repeat_n(i128::from(level.sum), level.count as usize))
            .collect();
        assert_eq!(listed, sums);
        assert!(enumeration.levels().windows(2).all(|pair| pair[0].sum > pair[1].sum));
    }
}

/// u = −∂(log Z/N)/∂β and c = ∂u/∂T: log Z, energy and heat capacity are three separate sums.
#[test]
fn energy_and_heat_capacity_are_derivatives_of_log_z() {
    for (p, k) in [(2, 3), (3, 8), (4, 30), (5, 40)] {
        let enumeration = enumerate(p, 13, k);
        for t in [0.2, 0.5, 1.0, 3.0] {
            let (beta, h) = (1.0 / t, 1e-4);
            let log_z = |b: f64| enumeration.at(at(1.0 / b)).unwrap().log_z.unwrap() / 13.0;
            let energy = |t: f64| enumeration.at(at(t)).unwrap().energy;
            let point = enumeration.at(at(t)).unwrap();
            close("u", point.energy, -(log_z(beta + h) - log_z(beta - h)) / (2.0 * h), 1e-6);
            let slope = (energy(t + h * t) - energy(t - h * t)) / (2.0 * h * t);
            close("c", point.heat_capacity.unwrap(), slope, 2e-6);
        }
    }
}

#[test]
fn low_temperatures_end_in_the_zero_temperature_limit_and_extremes_stay_finite() {
    for (p, n, k) in [(2, 9, 2), (3, 10, 6), (4, 10, 12), (16, 9, 2)] {
        let enumeration = enumerate(p, n, k);
        let zero = enumeration.at(Temperature::ZERO).unwrap();
        for t in [f64::MIN_POSITIVE, 1e-300, 1e-160, 1e-9, 1e-3] {
            let cold = enumeration.at(at(t)).unwrap();
            close("u", cold.energy, zero.energy, 1e-12);
            close("q²", cold.overlap_sq, zero.overlap_sq, 1e-12);
            for (c, z) in cold.mattis_abs.iter().zip(&zero.mattis_abs) {
                close("|m|", *c, *z, 1e-12);
            }
            assert!(cold.heat_capacity.unwrap().abs() < 1e-9 && cold.log_z.is_none_or(f64::is_finite));
        }
        let hot = enumeration.at(at(1e300)).unwrap();
        close("log Z", hot.log_z.unwrap(), n as f64 * std::f64::consts::LN_2, 1e-12);
        close("q²", hot.overlap_sq, 1.0 / n as f64, 1e-12);
    }
}

#[test]
fn sizes_that_cannot_be_enumerated_are_refused_with_a_remedy() {
    let (model, patterns) = sample(2, 25, 2);
    let error = Enumeration::new(&model, &patterns).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("N = 25") && error.to_string().contains("24"), "{error}");
    let (_, other) = sample(2, 9, 2);
    assert!(Enumeration::new(&model, &other).is_err());
    assert!(enumerate(2, 17, 2).probabilities(at(1.0)).is_err());
}

#[test]
fn json_keys_are_those_of_the_design() {
    let (_, patterns) = sample(3, 6, 2);
    let table = exact::table(order(3), &patterns, None, &[at(0.0), at(0.5)]).unwrap();
    let json = serde_json::to_value(&table).unwrap();
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&json), "p n k points");
    assert_eq!(
        keys(&json["points"][0]),
        "temperature log_z energy heat_capacity mattis mattis_sq mattis_abs overlap_sq"
    );
    assert!(json["points"][0]["log_z"].is_null() && json["points"][1]["log_z"].is_f64());
}

/// One spin of N at random, then the heat bath: the transition-matrix tools and the Boltzmann law check each other.
#[test]
fn the_heat_bath_has_the_boltzmann_law_as_its_stationary_law() {
    for p in [2, 3, 4] {
        let (n, t) = (4, 0.7);
        let enumeration = enumerate(p, n, 3);
        let law = enumeration.probabilities(at(t)).unwrap();
        let mut matrix = vec![vec![0.0; 1 << n]; 1 << n];
        for a in 0..1 << n {
            for i in 0..n {
                let b = a ^ (1 << i);
                let go = law[b] / (law[a] + law[b]) / n as f64;
                matrix[a][b] += go;
                matrix[a][a] += 1.0 / n as f64 - go;
            }
        }
        assert!(transition::row_defect(&matrix) < 1e-14 && transition::is_irreducible(&matrix));
        assert!(transition::residual(&matrix, &law) < 1e-15);
        let found = transition::stationary(&matrix).unwrap();
        for (a, b) in found.iter().zip(&law) {
            close("π", *a, *b, 1e-14);
        }
    }
}
