//! Replica-symmetric saddle points against independent numbers, identities, limits and a stress grid.

mod support;

use replicon::numerics::{binary_entropy, tanh_moments};
use replicon::theory::{Branch, SaddlePoint, lines, rs};
use support::{load, number, order, reference, temperature};

fn retrieval(p: u32, gamma: f64, t: f64) -> Option<SaddlePoint> {
    rs::retrieval(order(p), load(gamma), temperature(t), 0.0).unwrap()
}

fn glass(p: u32, gamma: f64, t: f64) -> Option<SaddlePoint> {
    rs::glass(order(p), load(gamma), temperature(t)).unwrap()
}

fn paramagnet(p: u32, gamma: f64, t: f64) -> Option<SaddlePoint> {
    rs::paramagnet(order(p), load(gamma), temperature(t)).unwrap()
}

/// A(m, q) of theory.md written out as it stands: an independent path to every number in a saddle point.
fn pressure(p: u32, gamma: f64, t: f64, m: f64, q: f64) -> f64 {
    let beta = 1.0 / t;
    let (a, b) = field(p, gamma, beta, m, q);
    let e = tanh_moments(a, b);
    // E log 2cosh g = E S(g) + E g tanh g, and E g tanh g = a E tanh + b² E sech².
    let ln_2cosh = binary_entropy(a, b) + a * e.tanh + b * b * e.sech2;
    let p_f = f64::from(p);
    if p == 2 {
        let c = beta * (1.0 - q);
        let r = q / (1.0 - c).powi(2);
        let f = 0.5 * gamma
            + 0.5 * m * m
            + 0.5 * gamma / beta * ((1.0 - c).ln() - beta * q / (1.0 - c))
            + 0.5 * gamma * beta * r * (1.0 - q)
            - t * ln_2cosh;
        -beta * f
    } else {
        let bracket = 1.0 - p_f * q.powf(p_f - 1.0) + (p_f - 1.0) * q.powf(p_f);
        ln_2cosh + 0.25 * beta * beta * gamma * bracket - beta * 0.5 * (p_f - 1.0) * m.powf(p_f)
    }
}

/// g = a + bY
fn field(p: u32, gamma: f64, beta: f64, m: f64, q: f64) -> (f64, f64) {
    let p_f = f64::from(p);
    if p == 2 {
        let c = beta * (1.0 - q);
        (beta * m, beta * (gamma * q).sqrt() / (1.0 - c))
    } else {
        (beta * 0.5 * p_f * m.powf(p_f - 1.0), beta * (gamma * 0.5 * p_f * q.powf(p_f - 1.0)).sqrt())
    }
}

#[test]
fn every_reference_saddle_point_is_met() {
    let mut checked = 0;
    for entry in reference("rs_points.json", "entries") {
        let p = entry["P"].as_u64().unwrap() as u32;
        let (gamma, t) = (number(&entry, "gamma"), number(&entry, "T"));
        let branch = entry["branch"].as_str().unwrap();
        let got = match branch {
            "retrieval" => retrieval(p, gamma, t),
            "spin-glass" => glass(p, gamma, t),
            "paramagnet" => paramagnet(p, gamma, t),
            other => panic!("branch {other}"),
        }
        .unwrap_or_else(|| panic!("no {branch} at P = {p}, γ = {gamma}, T = {t}"));
        let tolerance = number(&entry, "tol").max(1e-8);
        for (name, value) in [
            ("m", got.m),
            ("q", got.q),
            ("A", got.pressure.unwrap()),
            ("f", got.free_energy),
            ("replicon", got.replicon.unwrap()),
        ] {
            let want = number(&entry, name);
            assert!((value - want).abs() < tolerance, "{name} at {entry}: {value}");
        }
        assert!(got.residual < 1e-13, "{got:?}");
        if entry["note"].is_string() && entry["start"] == "m1" {
            assert!(retrieval(p, gamma, t).is_none(), "retrieval should be gone at {entry}");
        }
        checked += 1;
    }
    assert_eq!(checked, 62);
}

#[test]
fn saddles_are_stationary_points_of_the_pressure_and_the_energy_is_its_derivative() {
    for (p, gamma, t) in [
        (2, 0.05, 0.4),
        (2, 0.12, 0.1),
        (2, 0.1, 1.1),
        (3, 0.2, 0.15),
        (3, 0.3, 0.15),
        (4, 0.3, 0.4),
        (5, 0.2, 0.6),
        (6, 0.5, 0.2),
        (8, 0.3, 0.3),
    ] {
        for point in [retrieval(p, gamma, t), glass(p, gamma, t)].into_iter().flatten() {
            let (m, q) = (point.m, point.q);
            let a = point.pressure.unwrap();
            let same = |x: f64, y: f64, tolerance: f64, what: &str| {
                assert!(
                    (x - y).abs() < tolerance * (1.0 + y.abs()),
                    "{what}: {x} {y} at {p} {gamma} {t} {point:?}"
                );
            };
            same(pressure(p, gamma, t, m, q), a, 1e-13, "A");
            let h = 1e-5 * (1.0 - q).min(1.0 - m);
            let slope = |f: &dyn Fn(f64) -> f64| (f(h) - f(-h)) / (2.0 * h);
            // The second derivatives are of order β² there: compare with what a relative error of 1e-4 would give.
            let dq = slope(&|d| pressure(p, gamma, t, m, q + d));
            same(dq, 0.0, 2e-5 / (t * t), "∂A/∂q");
            if m > 0.0 {
                same(slope(&|d| pressure(p, gamma, t, m + d, q)), 0.0, 2e-5 / (t * t), "∂A/∂m");
            }
            let h = 1e-5;
            let up = pressure(p, gamma, 1.0 / (1.0 / t + h), m, q);
            let down = pressure(p, gamma, 1.0 / (1.0 / t - h), m, q);
            same(-(up - down) / (2.0 * h), point.energy, 1e-8, "u");
            same(a + point.energy / t, point.entropy, 1e-12 / t, "s = A + βu");
            same(-t * a, point.free_energy, 1e-13, "f = −TA");
        }
    }
}

#[test]
fn nishimori_condition_gives_m_equal_q_and_energy_minus_one_half() {
    for (p, gamma_n) in [(3, 0.4645758889), (4, 0.4602415593), (5, 0.4901984101), (6, 0.5292207110)] {
        let got = lines::nishimori_load(order(p)).unwrap();
        assert!((got - gamma_n).abs() < 1e-10, "γ_N at P = {p}: {got}");
        for k in 1..40 {
            let gamma = got * f64::from(k) / 40.0;
            let point = retrieval(p, gamma, gamma).unwrap();
            assert!((point.m - point.q).abs() < 1e-10, "{point:?}");
            assert!((point.energy + 0.5).abs() < 1e-10, "{point:?}");
            assert!(point.stable);
        }
        assert!(retrieval(p, got * (1.0 + 1e-9), got * (1.0 + 1e-9)).is_none());
        let end = lines::retrieval_spinodal_load(order(p), temperature(got)).unwrap();
        assert!((end.gamma - got).abs() < 1e-10, "the branch ends at γ_N: {end:?}");
        assert!(end.replicon.unwrap().abs() < 1e-5, "replicon vanishes at γ_N: {end:?}");
    }
}

#[test]
fn zero_temperature_is_the_limit_of_small_temperatures() {
    for (p, gamma) in [(2, 0.05), (2, 0.13), (2, 0.1379), (3, 0.3), (4, 0.395), (6, 0.45)] {
        for find in [retrieval, glass] {
            let cold = find(p, gamma, 1e-7).unwrap();
            let zero = find(p, gamma, 0.0).unwrap();
            for (name, x, y) in [
                ("m", cold.m, zero.m),
                ("q", cold.q, zero.q),
                ("f", cold.free_energy, zero.free_energy),
                ("u", cold.energy, zero.energy),
                ("s", cold.entropy, zero.entropy),
            ] {
                assert!((x - y).abs() < 1e-4, "{name} at P = {p}, γ = {gamma}: {x} against {y}");
            }
            assert_eq!(zero.energy, zero.free_energy);
            assert_eq!((zero.pressure, zero.replicon, zero.stable), (None, None, false));
            assert!(zero.residual < 1e-14 && cold.residual < 1e-13, "{zero:?} {cold:?}");
            assert!(zero.entropy < 0.0, "the RS entropy is negative at T = 0");
        }
        // m = erf(√(P/4γ) m^{P−1}) for P ≥ 3
        if p > 2 {
            let m = retrieval(p, gamma, 0.0).unwrap().m;
            let x = (f64::from(p) / (4.0 * gamma)).sqrt() * m.powi(p as i32 - 1);
            assert!((m - libm::erf(x)).abs() < 1e-15);
            let e0 = glass(p, gamma, 0.0).unwrap().energy;
            assert!((e0 + (f64::from(p) * gamma / std::f64::consts::PI).sqrt()).abs() < 1e-14);
        }
    }
    // −1/π − √(2α/π): the RS ground state of the Hopfield model
    let e0 = glass(2, 0.1, 0.0).unwrap().energy;
    let want = -std::f64::consts::FRAC_1_PI - (0.2 / std::f64::consts::PI).sqrt();
    assert!((e0 - want).abs() < 1e-14, "{e0} {want}");
}

#[test]
fn at_small_load_the_noiseless_network_comes_back() {
    for (p, t) in [(2, 0.3), (2, 0.9), (3, 0.5), (4, 0.9), (6, 0.7)] {
        let mut m = 1.0;
        for _ in 0..5000 {
            m = libm::tanh(f64::from(p) / 2.0 * f64::powi(m, p as i32 - 1) / t);
        }
        let point = retrieval(p, 1e-13, t).unwrap();
        assert!((point.m - m).abs() < 1e-9, "P = {p}, T = {t}: {} {m}", point.m);
        assert!((point.q - m * m).abs() < 1e-9);
    }
    let point = retrieval(4, 1e-250, 1e-3).unwrap();
    assert_eq!(point.m, 1.0);
}

#[test]
fn the_glass_of_p2_exists_below_one_plus_root_alpha_and_is_unstable() {
    for alpha in [0.001, 0.05, 0.5, 3.0] {
        let onset = lines::at_glass_temperature(load(alpha));
        assert!((onset - 1.0 - f64::sqrt(alpha)).abs() < 1e-15);
        assert!(glass(2, alpha, onset * (1.0 + 1e-9)).is_none());
        for distance in [1e-6, 1e-3, 0.1, 0.5, 0.99, 0.9999] {
            let t = onset * (1.0 - distance);
            let point = glass(2, alpha, t).unwrap();
            assert!(point.q > 0.0 && point.replicon.unwrap() < 0.0, "{point:?}");
            assert!(point.residual < 1e-12, "{point:?}");
        }
        let above = paramagnet(2, alpha, onset * 1.001).unwrap();
        assert!(above.stable);
        if onset * 0.999 > 1.0 {
            assert!(!paramagnet(2, alpha, onset * 0.999).unwrap().stable);
        }
    }
}

#[test]
fn the_glass_of_dense_networks_ends_at_its_fold_and_is_unstable_everywhere() {
    for p in [3, 4, 6, 8, 20, 64] {
        for gamma in [0.01, 0.5, 10.0] {
            let onset = lines::glass_onset_temperature(order(p), load(gamma)).unwrap();
            assert!(glass(p, gamma, onset * (1.0 + 1e-9)).is_none());
            let mut q = 0.0;
            for distance in [1e-9, 1e-4, 0.01, 0.3, 0.9, 0.999] {
                let point = glass(p, gamma, onset * (1.0 - distance)).unwrap();
                assert!(point.q > q, "q grows with falling temperature: {point:?}");
                assert!(point.replicon.unwrap() < 0.0 && point.residual < 1e-12, "{point:?}");
                q = point.q;
            }
        }
    }
}

#[test]
fn the_dominant_state_is_named_or_the_missing_theory_is() {
    let dominant = |p, gamma, t| rs::dominant(order(p), load(gamma), temperature(t));
    assert_eq!(dominant(2, 0.04, 0.05).unwrap().branch, Branch::Retrieval);
    assert_eq!(dominant(2, 0.1, 0.05).unwrap().branch, Branch::Glass);
    assert_eq!(dominant(2, 0.1, 1.5).unwrap().branch, Branch::Paramagnet);
    assert_eq!(dominant(4, 0.1, 0.3).unwrap().branch, Branch::Retrieval);
    assert_eq!(dominant(4, 0.6, 0.6).unwrap().branch, Branch::Paramagnet);
    let error = dominant(4, 0.3, 0.1).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    assert!(error.to_string().contains("1rsb"), "{error}");
    let zero = |p, gamma, t| rs::zero_magnetisation(order(p), load(gamma), temperature(t)).unwrap();
    assert_eq!(zero(2, 0.1, 1.31).unwrap().branch, Branch::Glass);
    assert_eq!(zero(2, 0.1, 1.32).unwrap().branch, Branch::Paramagnet);
    assert!(zero(3, 1.0, 0.60).is_none(), "entropy log 2 − β²γ/4 < 0");
    assert!(zero(3, 1.0, 0.61).is_some());
    assert!(zero(3, 1.0, 0.0).is_none());
}

#[test]
fn no_input_however_extreme_panics_or_gives_a_number_that_is_not_finite() {
    let values = [5e-324, 1e-300, 1e-120, 1e-60, 1e-9, 0.1, 1.0, 1e9, 1e60, 1e150, 1.7e308];
    for p in [2, 3, 4, 17, 64] {
        for gamma in values {
            for t in values.into_iter().chain([0.0]) {
                let (p, gamma, t) = (order(p), load(gamma), temperature(t));
                let found = [
                    rs::retrieval(p, gamma, t, 0.0),
                    rs::glass(p, gamma, t),
                    rs::paramagnet(p, gamma, t),
                    rs::zero_magnetisation(p, gamma, t),
                    rs::dominant(p, gamma, t).map(Some),
                ];
                for point in found.into_iter().flatten().flatten() {
                    let all =
                        [point.m, point.q, point.free_energy, point.energy, point.entropy, point.residual];
                    for x in all.into_iter().chain(point.pressure).chain(point.replicon) {
                        assert!(x.is_finite(), "P = {p}, γ = {gamma}, T = {t}: {point:?}");
                    }
                }
            }
        }
    }
}

/// One damped step of the raw saddle equations in (m, C): no parametrisation, no knowledge of branches.
fn raw_step(p: u32, gamma: f64, t: f64, (m, c): (f64, f64)) -> Option<(f64, f64)> {
    let p_f = f64::from(p);
    let q = 1.0 - t * c;
    if q <= 0.0 || (p == 2 && c >= 1.0) {
        return None;
    }
    let signal = 0.5 * p_f * m.powi(p as i32 - 1);
    let noise = (0.5 * p_f * gamma * q.powi(p as i32 - 1)).sqrt() / if p == 2 { 1.0 - c } else { 1.0 };
    let (m_new, c_new) = if t == 0.0 {
        let x = signal / noise / std::f64::consts::SQRT_2;
        (libm::erf(x), (2.0 / std::f64::consts::PI).sqrt() * libm::exp(-x * x) / noise)
    } else {
        let e = tanh_moments(signal / t, noise / t);
        (e.tanh, e.sech2 / t)
    };
    Some((0.5 * (m + m_new), 0.5 * (c + c_new)))
}

/// Damped iteration from a start: the solution of m > 0.1 it converges to, if it does within `limit` steps.
fn iterate(p: u32, gamma: f64, t: f64, start: (f64, f64), limit: usize) -> Option<f64> {
    let mut state = start;
    for _ in 0..limit {
        let next = raw_step(p, gamma, t, state)?;
        if next.0 < 0.1 {
            return None;
        }
        let change = (next.0 - state.0).abs().max((next.1 - state.1).abs() * t.max(0.01));
        state = next;
        if change < 1e-13 {
            return Some(state.0);
        }
    }
    None
}

#[test]
fn a_grid_of_ten_thousand_points_has_no_wrong_branch_and_no_missing_solution() {
    let orders = [2, 3, 4, 5, 6, 8];
    let gammas: Vec<f64> = (0..28).map(|i| 1e-3 * 2000_f64.powf(f64::from(i) / 27.0)).collect();
    let temperatures: Vec<f64> =
        [0.0, 1e-4, 0.001, 0.005].into_iter().chain((1..57).map(|i| 1.5 * f64::from(i) / 56.0)).collect();
    let (mut points, mut wrong, mut missing, mut solved) = (0, 0, 0, 0);
    let mut worst = 0.0_f64;
    for p in orders {
        let mut row: Vec<Option<SaddlePoint>> = vec![None; gammas.len()];
        for &t in &temperatures {
            let end = lines::retrieval_spinodal_load(order(p), temperature(t)).ok();
            let c = |point: &SaddlePoint| {
                if t == 0.0 { 0.0 } else { (1.0 - point.q) / t }
            };
            let mut check = |gamma: f64, limit: usize, neighbours: &[Option<SaddlePoint>]| {
                points += 1;
                let found = retrieval(p, gamma, t);
                if let Some(point) = found {
                    solved += 1;
                    worst = worst.max(point.residual);
                    let fold = end.expect("a solution needs a branch");
                    let mut bad = point.residual > 1e-10
                        || point.m < fold.m - 1e-9
                        || gamma > fold.gamma * (1.0 + 1e-12);
                    // From m = 1 the raw equations land on the same solution.
                    if let Some(m) = iterate(p, gamma, t, (1.0, 0.0), limit) {
                        bad |= (m - point.m).abs() > 1e-6;
                    }
                    wrong += usize::from(bad);
                    if bad {
                        println!("wrong: P = {p}, γ = {gamma}, T = {t}: {point:?}");
                    }
                } else {
                    let starts =
                        neighbours.iter().flatten().map(|point| (point.m, c(point))).chain([(1.0, 0.0)]);
                    for start in starts {
                        if let Some(m) = iterate(p, gamma, t, start, limit) {
                            missing += 1;
                            println!("missing: P = {p}, γ = {gamma}, T = {t}: continuation finds m = {m}");
                            break;
                        }
                    }
                }
                found
            };
            let mut left = None;
            for (k, &gamma) in gammas.iter().enumerate() {
                left = check(gamma, 400, &[left, row[k]]);
                row[k] = left;
            }
            let Some(end) = end else { continue };
            for k in 3..=8 {
                let distance = 10_f64.powi(-k);
                let below = check(end.gamma * (1.0 - distance), 100, &[]);
                assert!(below.is_some(), "P = {p}, T = {t}: nothing at {distance} below the spinodal");
                let above = check(end.gamma * (1.0 + distance), if k < 6 { 1000 } else { 100 }, &[below]);
                assert!(above.is_none(), "P = {p}, T = {t}: a solution {distance} above the spinodal");
            }
        }
    }
    println!("stress grid: {points} points, {solved} with retrieval, worst residual {worst:.1e}");
    println!("stress grid: {wrong} on a wrong branch, {missing} missing that continuation finds");
    assert!(points >= 10_000 && solved > 2_000);
    assert_eq!((wrong, missing), (0, 0));
}

#[test]
fn a_cue_field_magnetises_every_state_and_m_is_its_derivative() {
    let at = |p: u32, gamma: f64, t: f64, h: f64| {
        rs::retrieval(order(p), load(gamma), temperature(t), h).unwrap().unwrap()
    };
    for (p, gamma, t, h) in [
        (2, 0.05, 0.4, 0.1),
        (2, 0.3, 0.6, 0.4),
        (3, 0.2, 0.3, 0.2),
        (4, 0.3, 0.4, 0.05),
        (4, 0.8, 0.7, 0.5),
        (6, 0.2, 0.0, 0.3),
    ] {
        let state = at(p, gamma, t, h);
        assert!(state.residual < 1e-10, "P = {p}: residual {}", state.residual);
        // m = −∂f/∂h at fixed T, and u = ∂(βf)/∂β at fixed h.
        let d = 1e-4;
        let slope = (at(p, gamma, t, h + d).free_energy - at(p, gamma, t, h - d).free_energy) / (2.0 * d);
        assert!((slope + state.m).abs() < 1e-6, "P = {p}: −∂f/∂h = {}, m = {}", -slope, state.m);
        if t > 0.0 {
            let beta_f = |beta: f64| beta * at(p, gamma, 1.0 / beta, h).free_energy;
            let energy = (beta_f(1.0 / t + d) - beta_f(1.0 / t - d)) / (2.0 * d);
            assert!((energy - state.energy).abs() < 1e-6, "P = {p}: {energy} {}", state.energy);
        }
    }
    // A vanishing cue leaves retrieval as it is; beyond the capacity it leaves a weak response.
    let free = at(4, 0.3, 0.4, 0.0);
    assert!((at(4, 0.3, 0.4, 1e-9).m - free.m).abs() < 1e-7);
    assert!((at(4, 0.8, 0.7, 0.01).m - 0.01 / 0.7).abs() < 1e-3);
}
