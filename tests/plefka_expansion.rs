//! Plefka's expansion: instance-exact at small N, averaged at any N, and its fixed points.

use replicon::dynamics::plefka::{Plefka, Reaction, self_overlap};
use replicon::exact::Enumeration;
use replicon::exact::plefka::{expansion, minus_beta_g};
use replicon::model::soft_spins::SoftSpins;
use replicon::model::{DenseHebbian, Patterns};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::{StreamKey, uniform};
use replicon::theory::rs;
use serde_json::Value;

fn model(p: u32, patterns: &Patterns) -> DenseHebbian {
    DenseHebbian::new(InteractionOrder::new(p).unwrap(), patterns.spins(), patterns.count()).unwrap()
}

fn random(n: usize, k: usize, seed: u64) -> Patterns {
    Patterns::random(n, k, &mut StreamKey::new(seed, "patterns").stream()).unwrap()
}

fn magnetisations(n: usize, seed: u64) -> Vec<f64> {
    let mut stream = StreamKey::new(seed, "magnetisations").stream();
    (0..n).map(|_| 1.8 * uniform(&mut stream) - 0.9).collect()
}

fn reals(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

#[test]
fn the_expansion_meets_the_reference_of_an_sk_sample_and_of_a_dense_one() {
    let reference: Value = serde_json::from_str(include_str!("reference/tap.json")).unwrap();
    let entries = reference["entries"].as_array().unwrap();
    assert!(entries.len() >= 2);
    let mut compared = 0;
    for entry in entries {
        let m = reals(&entry["m"]);
        let n = m.len();
        let energies = match entry.get("J") {
            Some(couplings) => {
                let j: Vec<Vec<f64>> = couplings.as_array().unwrap().iter().map(reals).collect();
                let sign = |state: usize, i: usize| if state >> i & 1 == 1 { 1.0 } else { -1.0 };
                (0..1usize << n)
                    .map(|s| {
                        let pairs = (0..n).flat_map(|a| (0..a).map(move |b| (a, b)));
                        -pairs.map(|(a, b)| j[a][b] * sign(s, a) * sign(s, b)).sum::<f64>()
                    })
                    .collect()
            }
            None => {
                let rows: Vec<Vec<i8>> = entry["patterns"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|row| reals(row).iter().map(|&x| x as i8).collect())
                    .collect();
                let patterns = Patterns::from_rows(&rows).unwrap();
                let p = entry["P"].as_u64().unwrap() as u32;
                Enumeration::new(&model(p, &patterns), &patterns).unwrap().energies()
            }
        };
        let found = expansion(&energies, &m).unwrap();
        for row in entry["rows"].as_array().unwrap() {
            let beta = row["beta"].as_f64().unwrap();
            for (order, key) in [(1, "order1"), (2, "order2"), (3, "order3")] {
                let (here, there) = (found.minus_beta_g(order, beta), row[key].as_f64().unwrap());
                assert!(
                    (here - there).abs() < 1e-10,
                    "{} {key} at β = {beta}: {here} {there}",
                    entry["name"]
                );
            }
            let exact = minus_beta_g(&energies, &m, beta).unwrap();
            let there = row["exact"].as_f64().unwrap();
            assert!((exact - there).abs() < 1e-9, "{} at β = {beta}: {exact} {there}", entry["name"]);
            compared += 1;
        }
    }
    assert!(compared >= 10);
}

#[test]
fn the_error_of_order_n_falls_as_beta_to_the_n_plus_one() {
    for p in [2, 3, 4] {
        let patterns = random(9, 5, u64::from(p));
        let energies = Enumeration::new(&model(p, &patterns), &patterns).unwrap().energies();
        let m = magnetisations(9, 3);
        let found = expansion(&energies, &m).unwrap();
        let error = |order: usize, beta: f64| {
            (found.minus_beta_g(order, beta) - minus_beta_g(&energies, &m, beta).unwrap()).abs()
        };
        for order in 0..=3 {
            // Low enough for the leading term, high enough for the rounding of the exact value.
            let (hot, cold) = [(1e-3, 2e-3), (0.01, 0.02), (0.02, 0.04), (0.05, 0.1)][order];
            let slope = (error(order, cold) / error(order, hot)).log2();
            assert!((slope - (order as f64 + 1.0)).abs() < 0.25, "P = {p}, order {order}: slope {slope}");
        }
    }
}

#[test]
fn soft_spins_are_the_product_measure_of_the_hamiltonian() {
    // N and K that divide by nothing; against the enumeration, and fields against finite differences.
    for (p, n, k) in [(2, 9, 7), (3, 10, 300), (4, 11, 5), (5, 9, 3), (6, 8, 4)] {
        let patterns = random(n, k, 11);
        let model = model(p, &patterns);
        let energies = Enumeration::new(&model, &patterns).unwrap().energies();
        let m = magnetisations(n, 5);
        let soft = SoftSpins::new(&model, &patterns, &m).unwrap();
        let mean = -expansion(&energies, &m).unwrap().terms[1];
        assert!(
            (soft.energy() - mean).abs() < 1e-10 * (1.0 + mean.abs()),
            "P = {p}: {} {mean}",
            soft.energy()
        );
        let energy = |m: &[f64]| SoftSpins::new(&model, &patterns, m).unwrap().energy();
        for (i, field) in soft.fields().iter().enumerate() {
            // The energy is linear in each m_i: a difference of any width is exact.
            let at = |value: f64| {
                let mut moved = m.clone();
                moved[i] = value;
                energy(&moved)
            };
            let slope = -(at(1.0) - at(-1.0)) / 2.0;
            assert!((field - slope).abs() < 1e-10 * (1.0 + slope.abs()), "P = {p}, i = {i}: {field} {slope}");
        }
    }
}

#[test]
fn at_a_fixed_point_the_averaged_free_energy_is_stationary_and_its_energy_is_its_slope_in_beta() {
    for (p, k, t, reaction) in [
        (2, 1, 0.5, Reaction::Resummed),
        (2, 1, 0.6, Reaction::Third),
        (2, 1, 0.6, Reaction::Second),
        (2, 1, 0.6, Reaction::Naive),
        (3, 40, 0.5, Reaction::Second),
        (4, 60, 0.6, Reaction::Second),
        (4, 60, 0.6, Reaction::Naive),
    ] {
        let patterns = random(40, k, 2);
        let model = model(p, &patterns);
        let at = |t: f64| Plefka::new(&model, &patterns, Temperature::new(t).unwrap(), reaction).unwrap();
        let problem = at(t);
        let start: Vec<f64> = (0..40).map(|i| 0.9 * f64::from(patterns.sign(0, i))).collect();
        let solution = problem.solve(&start, 1e-12, 4000).unwrap();
        assert!(solution.converged, "P = {p} {reaction:?}: residual {}", solution.residual);
        let m = &solution.magnetisations;
        assert!(self_overlap(m) > 0.3);
        let value = |m: &[f64]| problem.free_energy(m).unwrap().0;
        for i in [0, 7, 39] {
            let h = 1e-5 * (1.0 - m[i].abs());
            let at = |shift: f64| {
                let mut moved = m.clone();
                moved[i] += shift;
                value(&moved)
            };
            let slope = (at(h) - at(-h)) / (2.0 * h);
            assert!(slope.abs() < 1e-4, "P = {p} {reaction:?}: ∂(−βG)/∂m_{i} = {slope}");
        }
        let beta = 1.0 / t;
        let h = 1e-5;
        let g = |beta: f64| at(1.0 / beta).free_energy(m).unwrap().0;
        let slope = -(g(beta + h) - g(beta - h)) / (2.0 * h);
        assert!((slope - solution.energy).abs() < 1e-5, "P = {p} {reaction:?}: {slope} {}", solution.energy);
    }
}

#[test]
fn the_lowest_curvature_is_the_lowest_eigenvalue_of_the_hessian_by_finite_differences() {
    for (p, k, t) in [(2, 3, 0.6), (3, 20, 0.5), (4, 30, 0.6)] {
        let n = 14;
        let patterns = random(n, k, 6);
        let model = model(p, &patterns);
        let problem =
            Plefka::new(&model, &patterns, Temperature::new(t).unwrap(), Plefka::usual_reaction(&model))
                .unwrap();
        let start: Vec<f64> = (0..n).map(|i| 0.8 * f64::from(patterns.sign(0, i))).collect();
        let m = problem.solve(&start, 1e-12, 4000).unwrap().magnetisations;
        let found = problem.lowest_curvature(&m).unwrap();
        let g = |m: &[f64]| -problem.free_energy(m).unwrap().0;
        let h: Vec<f64> = m.iter().map(|m| 1e-4 * (1.0 - m.abs())).collect();
        let shifted = |i: usize, a: f64, j: usize, b: f64| {
            let mut moved = m.clone();
            moved[i] += a * h[i];
            moved[j] += b * h[j];
            g(&moved)
        };
        let entry = |i: usize, j: usize| {
            if i == j {
                return (shifted(i, 1.0, i, 0.0) - 2.0 * g(&m) + shifted(i, -1.0, i, 0.0)) / (h[i] * h[i]);
            }
            (shifted(i, 1.0, j, 1.0) - shifted(i, 1.0, j, -1.0) - shifted(i, -1.0, j, 1.0)
                + shifted(i, -1.0, j, -1.0))
                / (4.0 * h[i] * h[j])
        };
        // The lowest eigenvalue by power iteration on (shift − Hessian).
        let hessian: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        let shift = hessian.iter().map(|row| row.iter().map(|x| x.abs()).sum::<f64>()).fold(0.0, f64::max);
        let mut v: Vec<f64> = (0..n).map(|i| 1.0 + 0.1 * i as f64).collect();
        let mut lowest = 0.0;
        for _ in 0..40_000 {
            let product: Vec<f64> = (0..n)
                .map(|i| shift * v[i] - hessian[i].iter().zip(&v).map(|(a, b)| a * b).sum::<f64>())
                .collect();
            let length = product.iter().map(|x| x * x).sum::<f64>().sqrt();
            lowest = shift - length;
            v = product.iter().map(|x| x / length).collect();
        }
        assert!((found - lowest).abs() < 1e-3 * (1.0 + lowest.abs()), "P = {p}: {found} {lowest}");
    }
}

/// e_k of some numbers, by multiplying out Π(1 + x_j z): sums without Newton's identities.
fn elementary(k: usize, numbers: impl Iterator<Item = f64>) -> f64 {
    let mut e = vec![0.0; k + 1];
    e[0] = 1.0;
    numbers.for_each(|x| (1..=k).rev().for_each(|j| e[j] += x * e[j - 1]));
    e[k]
}

/// The Hessian of βG at m of second order, element by element from its definition; P ≥ 3, or P = 2 without reaction.
fn hessian(model: &DenseHebbian, patterns: &Patterns, beta: f64, m: &[f64], reaction: bool) -> Vec<Vec<f64>> {
    let p = model.order().get() as usize;
    let (n, q) = (m.len(), self_overlap(m));
    let load = Load::realised(model.order(), n, patterns.count()).unwrap().get();
    let (strength, power) = (beta * beta * load * (p * (p - 1)) as f64 / 2.0, |k: usize| q.powi(k as i32));
    let couple = |i: usize, j: usize| {
        let others = |mu: usize| {
            let kept = (0..n).filter(move |&l| l != i && l != j);
            elementary(p - 2, kept.map(|l| f64::from(patterns.sign(mu, l)) * m[l]))
        };
        let of = |mu: usize| f64::from(patterns.sign(mu, i) * patterns.sign(mu, j)) * others(mu);
        -beta * model.scale() * (0..patterns.count()).map(of).sum::<f64>()
    };
    let element = |i: usize, j: usize| {
        let mut sum = if i == j { 1.0 / ((1.0 - m[i]) * (1.0 + m[i])) } else { couple(i, j) };
        if reaction {
            let rank_one = (p - 2) as f64 * power(p - 3) - (p - 1) as f64 * power(p - 2);
            sum += strength * 2.0 / n as f64 * m[i] * m[j] * rank_one;
            sum += if i == j { strength * power(p - 2) * (1.0 - q) } else { 0.0 };
        }
        sum
    };
    (0..n).map(|i| (0..n).map(|j| element(i, j)).collect()).collect()
}

/// Is H − x positive definite? By Cholesky's elimination, which keeps every digit of a matrix whose diagonal spans 14 decades.
fn positive_definite(hessian: &[Vec<f64>], x: f64) -> bool {
    let n = hessian.len();
    let mut rows = hessian.to_vec();
    (0..n).for_each(|i| rows[i][i] -= x);
    for k in 0..n {
        if rows[k][k] <= 0.0 {
            return false;
        }
        let (upper, lower) = rows.split_at_mut(k + 1);
        for (i, row) in (k + 1..).zip(lower) {
            let factor = upper[k][i] / upper[k][k];
            (i..n).for_each(|j| row[j] -= factor * upper[k][j]);
        }
    }
    true
}

/// The largest x below which H − x is positive definite.
fn lowest_by_bisection(hessian: &[Vec<f64>]) -> f64 {
    let mut high = hessian.iter().enumerate().map(|(i, row)| row[i]).fold(f64::INFINITY, f64::min);
    let mut low = -1.0 - high.abs();
    while positive_definite(hessian, low) == positive_definite(hessian, high) {
        low *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if positive_definite(hessian, middle) { low = middle } else { high = middle }
    }
    low
}

#[test]
fn the_lowest_curvature_keeps_its_digits_where_spins_are_nearly_frozen_at_every_order() {
    let beta = 1.0 / 0.7;
    for p in 2..=8 {
        let (n, k) = (17, 9);
        let patterns = random(n, k, 20 + u64::from(p));
        let model = model(p, &patterns);
        let free = magnetisations(n, u64::from(p));
        let frozen = |i: usize| (1.0 - 1e-14) * free[i].signum();
        for (share, m) in [
            ("none", free.clone()),
            ("some", (0..n).map(|i| if i % 3 == 0 { frozen(i) } else { free[i] }).collect()),
            ("all but one", (0..n).map(|i| if i == 4 { free[i] } else { frozen(i) }).collect()),
            ("all", (0..n).map(frozen).collect()),
        ] {
            let reaction = if p == 2 { Reaction::Naive } else { Reaction::Second };
            let temperature = Temperature::new(1.0 / beta).unwrap();
            let problem = Plefka::new(&model, &patterns, temperature, reaction).unwrap();
            let found = problem.lowest_curvature(&m).unwrap();
            let dense = hessian(&model, &patterns, temperature.beta(), &m, p > 2);
            let exact = lowest_by_bisection(&dense);
            assert!((found / exact - 1.0).abs() < 1e-10, "P = {p}, {share} frozen: {found} {exact}");
            // Rounded to ±1 they take no part.
            let rounded: Vec<f64> = m.iter().map(|m| if m.abs() > 0.9 { m.signum() } else { *m }).collect();
            match problem.lowest_curvature(&rounded) {
                Ok(limit) => assert!((limit / exact - 1.0).abs() < 1e-10, "P = {p}: {limit} {exact}"),
                Err(error) => assert!(share == "all" && error.to_string().contains("every magnetisation")),
            }
        }
    }
}

#[test]
fn the_lowest_curvature_of_two_thousand_spins_is_where_their_hessian_stops_being_positive() {
    let (n, k) = (2000, 100);
    let patterns = random(n, k, 6);
    let model = model(2, &patterns);
    let t = 0.5;
    let temperature = Temperature::new(t).unwrap();
    let problem = Plefka::new(&model, &patterns, temperature, Reaction::Resummed).unwrap();
    let start: Vec<f64> = (0..n).map(|i| 0.95 * f64::from(patterns.sign(0, i))).collect();
    let solution = problem.solve(&start, 1e-10, 2000).unwrap();
    assert!(solution.converged, "T = {t}: {}", solution.residual);
    let m = &solution.magnetisations;
    let found = problem.lowest_curvature(m).unwrap();
    let (alpha, beta) = (k as f64 / n as f64, temperature.beta());
    let c = beta * (1.0 - self_overlap(m));
    let signs: Vec<Vec<f64>> =
        (0..n).map(|i| (0..k).map(|mu| f64::from(patterns.sign(mu, i))).collect()).collect();
    let element = |i: usize, j: usize| {
        let coupling = signs[i].iter().zip(&signs[j]).map(|(a, b)| a * b).sum::<f64>() / n as f64;
        let own = 1.0 / (1.0 - m[i] * m[i]) + alpha * beta * c / (1.0 - c);
        let rank_one = alpha * beta * 2.0 * beta / n as f64 * m[i] * m[j] / ((1.0 - c) * (1.0 - c));
        if i == j { own - rank_one } else { -beta * coupling - rank_one }
    };
    let dense: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| element(i, j)).collect()).collect();
    assert!(positive_definite(&dense, found * (1.0 - 1e-9)), "T = {t}: not so low as {found}");
    assert!(!positive_definite(&dense, found * (1.0 + 1e-9)), "T = {t}: lower than {found}");
}

#[test]
fn mean_field_retrieval_has_the_replica_symmetric_overlap_of_large_networks() {
    // One sample scatters as 1/√N: 3 of those.
    for (p, n, k, t) in [(2, 1000, 50, 0.3), (2, 1000, 20, 0.6), (3, 120, 900, 0.4), (4, 80, 8000, 0.5)] {
        let patterns = random(n, k, 4);
        let model = model(p, &patterns);
        let temperature = Temperature::new(t).unwrap();
        let problem = Plefka::new(&model, &patterns, temperature, Plefka::usual_reaction(&model)).unwrap();
        let start: Vec<f64> = (0..n).map(|i| 0.95 * f64::from(patterns.sign(0, i))).collect();
        let solution = problem.solve(&start, 1e-10, 2000).unwrap();
        assert!(solution.converged, "P = {p}, T = {t}: residual {}", solution.residual);
        let soft = SoftSpins::new(&model, &patterns, &solution.magnetisations).unwrap();
        let m = soft.overlaps()[0];
        let order = InteractionOrder::new(p).unwrap();
        let gamma = Load::realised(order, n, k).unwrap();
        let theory = rs::retrieval(order, gamma, temperature, 0.0).unwrap().unwrap();
        assert!((m - theory.m).abs() < 3.0 / (n as f64).sqrt(), "P = {p}, T = {t}: {m} {}", theory.m);
        let curvature = problem.lowest_curvature(&solution.magnetisations).unwrap();
        assert!(curvature > 0.0, "a stable state: {curvature}");
    }
}

#[test]
fn what_the_expansion_cannot_do_is_refused_or_said() {
    let patterns = random(8, 3, 1);
    let model = model(3, &patterns);
    let t = Temperature::new(0.5).unwrap();
    assert!(Plefka::new(&model, &patterns, Temperature::ZERO, Reaction::Second).is_err());
    let frozen = Temperature::new(1e-320).unwrap();
    let refused = Plefka::new(&model, &patterns, frozen, Reaction::Second).unwrap_err().to_string();
    assert!(refused.contains("expansion in β"), "{refused}");
    assert!(Plefka::new(&model, &patterns, t, Reaction::Third).is_err());
    let problem = Plefka::new(&model, &patterns, t, Reaction::Second).unwrap();
    assert!(problem.free_energy(&[0.5; 7]).is_err());
    assert!(problem.free_energy(&[1.5; 8]).is_err());
    // No steps, no convergence: a value with its residual.
    let solution = problem.solve(&[0.3; 8], 1e-12, 1).unwrap();
    assert!(!solution.converged && solution.residual > 1e-12);
}

/// Where the spectrum of the Hessian at m begins, and its replicon. The Hessian is diag(1/(1−m²)) + σ²(1 − q) + a random matrix of
/// variance σ²/N, σ² = β²γ(P(P−1)/2)q^{P−2}; its resolvent (Pastur 1972) maps w below all a_i = 1/(1−m_i²) to z(w) = w + σ²(1 − q) −
/// σ²⟨1/(a − w)⟩, whose maximum is the edge. z(0) = 0, and z′(0) = 1 − σ²⟨(1−m²)²⟩ is the replicon: the edge is above 0 where that is
/// positive.
fn edge_and_replicon(p: f64, gamma: f64, t: f64, m: &[f64]) -> (f64, f64) {
    let (n, q) = (m.len() as f64, self_overlap(m));
    let sigma2 = gamma * p * (p - 1.0) / 2.0 * q.powf(p - 2.0) / (t * t);
    let a: Vec<f64> = m.iter().map(|m| 1.0 / (1.0 - m * m)).collect();
    let mean = |f: &dyn Fn(f64) -> f64| a.iter().map(|&a| f(a)).sum::<f64>() / n;
    let z = |w: f64| w + sigma2 * (1.0 - q) - sigma2 * mean(&|a| 1.0 / (a - w));
    assert!(z(0.0).abs() < 1e-9);
    let lowest = a.iter().copied().fold(f64::INFINITY, f64::min);
    let edge = (0..4000).map(|i| z(lowest * (1.0 - f64::from(i) * 1e-3 - 1e-6))).fold(f64::MIN, f64::max);
    (edge, 1.0 - sigma2 * mean(&|a| 1.0 / (a * a)))
}

#[test]
fn the_spectrum_of_a_retrieval_state_begins_where_its_replicon_says() {
    // The edge of N levels is approached as N^{−2/3}: a factor 2.5 from N = 60 to 240, and the samples become alike.
    let mut gaps = Vec::new();
    for (p, n, k, t, samples) in [(3, 60, 419, 0.4, 20), (3, 240, 6700, 0.4, 4)] {
        let (order, temperature) = (InteractionOrder::new(p).unwrap(), Temperature::new(t).unwrap());
        let load = Load::realised(order, n, k).unwrap();
        let theory = rs::retrieval(order, load, temperature, 0.0).unwrap().unwrap();
        let found: Vec<[f64; 3]> = (0..samples)
            .filter_map(|seed| {
                let patterns = random(n, k, 40 + seed);
                let model = model(p, &patterns);
                let problem = Plefka::new(&model, &patterns, temperature, Reaction::Second).unwrap();
                let start: Vec<f64> = (0..n).map(|i| 0.95 * f64::from(patterns.sign(0, i))).collect();
                let solution = problem.solve(&start, 1e-10, 2000).unwrap();
                let m = solution.magnetisations;
                let (edge, replicon) = edge_and_replicon(f64::from(p), load.get(), t, &m);
                solution.converged.then(|| [problem.lowest_curvature(&m).unwrap(), edge, replicon])
            })
            .collect();
        assert!(4 * found.len() >= 3 * samples as usize, "P = {p}: {} of {samples}", found.len());
        let mean = |i: usize| found.iter().map(|x| x[i]).sum::<f64>() / found.len() as f64;
        let [curvature, edge, replicon] = [mean(0), mean(1), mean(2)];
        let expected = theory.replicon.unwrap();
        assert!((replicon - expected).abs() < 0.08, "P = {p}, N = {n}: replicon {replicon}, RS {expected}");
        gaps.push(curvature - edge);
    }
    assert!(gaps[0] > 0.0 && gaps[0] / gaps[1] > 1.6 && gaps[1] < 0.25, "{gaps:?}");
}

/// Both ways to the lowest eigenvalue, at a size where they differ in everything else.
#[cfg(feature = "lapack")]
#[test]
fn davidson_and_lapack_find_the_same_lowest_curvature() {
    let (n, k, p) = (300, 3000, 3);
    let patterns = random(n, k, 8);
    let model = model(p, &patterns);
    let problem = Plefka::new(&model, &patterns, Temperature::new(0.4).unwrap(), Reaction::Second).unwrap();
    let start: Vec<f64> = (0..n).map(|i| 0.95 * f64::from(patterns.sign(0, i))).collect();
    let m = problem.solve(&start, 1e-10, 2000).unwrap().magnetisations;
    let (one, all) = (problem.lowest_curvature(&m).unwrap(), problem.spectrum(&m).unwrap());
    assert_eq!(all.len(), n);
    assert!((one - all[0]).abs() < 1e-9 * all[0].abs(), "{one} {}", all[0]);
}
