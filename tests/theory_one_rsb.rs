//! One step of replica symmetry breaking against independent numbers, identities and limits.

use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::theory::one_rsb::{self, OneRsbPoint, glass, retrieval};
use replicon::theory::{Branch, at_line, lines, rs};
use serde_json::Value;

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn load(gamma: f64) -> Load {
    Load::new(gamma).unwrap()
}

fn temperature(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

fn glass_at(p: u32, gamma: f64, t: f64) -> Option<OneRsbPoint> {
    glass::glass(order(p), load(gamma), temperature(t)).unwrap()
}

fn fixed(p: u32, gamma: f64, t: f64, theta: f64) -> Option<OneRsbPoint> {
    one_rsb::glass_at(order(p), load(gamma), temperature(t), theta).unwrap()
}

fn retrieved(p: u32, gamma: f64, t: f64) -> Option<OneRsbPoint> {
    retrieval::retrieval(order(p), load(gamma), temperature(t)).unwrap()
}

fn reference(name: &str, list: &str) -> Vec<Value> {
    let path = format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    let value: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    value[list].as_array().unwrap().clone()
}

fn number(entry: &Value, key: &str) -> f64 {
    entry[key].as_f64().unwrap_or_else(|| panic!("{key} in {entry}"))
}

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64, what: &dyn std::fmt::Display) {
    assert!((got - want).abs() <= tolerance, "{what}: {got} against {want}");
}

fn sound(point: &OneRsbPoint) {
    assert!(point.residual < 1e-9 && point.quadrature < 1e-9, "{point:?}");
    assert!(point.q1 <= point.q2 && point.q2 <= 1.0 && point.m <= 1.0, "{point:?}");
}

#[test]
fn every_reference_saddle_point_of_the_glass_and_of_retrieval_is_met() {
    let mut checked = 0;
    for entry in reference("rsb1_points.json", "entries") {
        let p = entry["P"].as_u64().unwrap() as u32;
        let (gamma, t, tol) = (number(&entry, "gamma"), number(&entry, "T"), number(&entry, "tol"));
        let got = match entry["kind"].as_str().unwrap() {
            "1RSB_static" => glass_at(p, gamma, t).unwrap(),
            "1RSB_fixed_theta" => fixed(p, gamma, t, number(&entry, "theta")).unwrap(),
            "retrieval_1RSB" => retrieved(p, gamma, t).unwrap(),
            "SK_1RSB" => continue,
            other => panic!("kind {other}"),
        };
        sound(&got);
        close(got.m, number(&entry, "m"), tol, &entry);
        close(got.q1, number(&entry, "q1"), tol, &entry);
        close(got.q2, number(&entry, "q2"), tol, &entry);
        close(got.theta.unwrap(), number(&entry, "theta"), tol, &entry);
        close(got.pressure.unwrap(), number(&entry, "A"), tol, &entry);
        close(got.complexity.unwrap(), number(&entry, "complexity"), tol, &entry);
        // The reference's replicon differs by roundings of 1 − q2 where it is tiny.
        close(got.replicon_inner.unwrap(), number(&entry, "replicon"), 10.0 * tol, &entry);
        if let Some(energy) = entry["energy"].as_f64() {
            close(got.energy, energy, tol, &entry);
        }
        checked += 1;
    }
    assert_eq!(checked, 45);
}

#[test]
fn every_zero_temperature_value_of_the_reference_is_met() {
    let mut checked = 0;
    for entry in reference("rsb1_points.json", "t0") {
        let p = entry["P"].as_u64().unwrap() as u32;
        let tol = number(&entry, "tol");
        match entry["kind"].as_str().unwrap() {
            "retrieval_T0_1RSB" | "Hopfield_T0_1RSB" => {
                let got = retrieved(p, number(&entry, "gamma"), 0.0).unwrap();
                sound(&got);
                close(got.m, number(&entry, "m"), tol, &entry);
                close(got.q1, number(&entry, "q1"), tol, &entry);
                close(got.energy, number(&entry, "E"), tol, &entry);
                // y is soft where q1 is near 1.
                let y = number(&entry, "y");
                close(got.y.unwrap(), y, 1e-5 * y, &entry);
            }
            "capacity_T0_1RSB" | "Hopfield_capacity_T0_1RSB" => {
                let got = retrieval::spinodal(order(p), Temperature::ZERO).unwrap();
                sound(&got.point);
                close(got.gamma, number(&entry, "gamma_c"), tol, &entry);
                close(got.point.m, number(&entry, "m"), 1e-6, &entry);
                close(got.point.y.unwrap(), number(&entry, "y"), 1e-4, &entry);
            }
            other => {
                println!("{other}");
                continue;
            }
        }
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn the_glass_of_two_spin_models_meets_its_reference() {
    let mut checked = 0;
    for entry in reference("rsb1_points.json", "t0").iter().chain(&reference("rsb1_points.json", "entries")) {
        let (gamma, tol) = (entry["gamma"].as_f64().unwrap_or(1.0), number(entry, "tol"));
        let t = entry["T"].as_f64().unwrap_or(0.0);
        let got = match entry["kind"].as_str().unwrap() {
            "Hopfield_glass_T0_1RSB" => one_rsb::soft::hopfield_glass(load(gamma), temperature(t)),
            "SK_T0_1RSB" | "SK_1RSB" => one_rsb::soft::sherrington_kirkpatrick(load(gamma), temperature(t)),
            _ => continue,
        };
        let got = got.unwrap().unwrap();
        sound(&got);
        let tol = tol.max(1e-9);
        close(got.q1, number(entry, "q1"), tol, entry);
        if t > 0.0 {
            close(got.q2, number(entry, "q2"), tol, entry);
            close(got.theta.unwrap(), number(entry, "theta"), tol, entry);
            close(got.free_energy, number(entry, "f"), tol, entry);
            close(got.replicon_inner.unwrap(), number(entry, "replicon"), 10.0 * tol, entry);
        } else {
            close(got.y.unwrap(), number(entry, "y"), tol, entry);
            close(got.energy, number(entry, "E"), tol, entry);
        }
        assert!(!got.stable && got.replicon().is_none_or(|lambda| lambda < 0.0));
        checked += 1;
    }
    assert_eq!(checked, 16);
}

/// A at (m, q1, q2, θ).
fn pressure(p: u32, gamma: f64, t: f64, at: [f64; 4]) -> f64 {
    let [m, q1, q2, theta] = at;
    one_rsb::pressure(order(p), load(gamma), temperature(t), [m, q1, q2], theta).unwrap()
}

/// Every kind of solution: (P, γ, T, point, whether θ is stationary).
fn solutions() -> Vec<(u32, f64, f64, OneRsbPoint, bool)> {
    let mut all = Vec::new();
    for (p, gamma, t) in [(3, 1.0, 0.15), (3, 1.0, 0.6), (4, 2.0, 0.5), (6, 0.5, 0.3), (10, 1.0, 0.05)] {
        all.push((p, gamma, t, glass_at(p, gamma, t).unwrap(), true));
    }
    for (p, t, theta) in [(3, 0.3, 0.5), (4, 0.5, 0.7), (5, 0.66, 1.0), (3, 0.66, 1.0)] {
        all.push((p, 1.0, t, fixed(p, 1.0, t, theta).unwrap(), false));
    }
    for (p, gamma, t) in
        [(3, 0.35, 0.02), (3, 0.4, 0.2), (4, 0.38, 0.1), (4, 0.45, 0.3), (7, 0.5, 0.1), (2, 0.137, 0.01)]
    {
        all.push((p, gamma, t, retrieved(p, gamma, t).unwrap(), true));
    }
    let point = retrieval::retrieval_at(order(3), load(0.4), temperature(0.2), 0.5).unwrap().unwrap();
    all.push((3, 0.4, 0.2, point, false));
    for (alpha, t) in [(0.1, 0.3), (0.5, 0.9), (0.02, 0.1)] {
        let point = one_rsb::soft::hopfield_glass(load(alpha), temperature(t)).unwrap().unwrap();
        all.push((2, alpha, t, point, true));
    }
    all
}

#[test]
fn every_interior_saddle_is_stationary_by_finite_differences() {
    for (p, gamma, t, point, stationary) in solutions() {
        sound(&point);
        let theta = point.theta.unwrap();
        let at = [point.m, point.q1, point.q2, theta];
        close(pressure(p, gamma, t, at), point.pressure.unwrap(), 1e-11 / t, &format!("A of {point:?}"));
        let slope = |k: usize| {
            let h = 1e-4 * (at[k].min(1.0 - at[k]).min(point.q2 - point.q1)).min(at[k]);
            let moved = |h: f64| {
                let mut at = at;
                at[k] += h;
                pressure(p, gamma, t, at)
            };
            (8.0 * (moved(h) - moved(-h)) - (moved(2.0 * h) - moved(-2.0 * h))) / (12.0 * h)
        };
        for k in 0..4 {
            let boundary = at[k] == 0.0 || (k == 3 && !stationary);
            if !boundary {
                assert!(
                    slope(k).abs() < 2e-6 / t,
                    "∂A/∂x{k} = {:e} at P = {p}, γ = {gamma}, T = {t}: {point:?}",
                    slope(k)
                );
            }
        }
        if !stationary && theta < 1.0 {
            close(point.complexity.unwrap(), -theta * theta * slope(3), 1e-6, &format!("Σ of {point:?}"));
        }
    }
}

#[test]
fn energy_is_the_derivative_of_the_pressure_and_entropy_adds_up() {
    for (p, gamma, t, point, stationary) in solutions() {
        let theta = point.theta.unwrap();
        // At fixed (m, q1, q2, θ) only the explicit dependence is left: they are stationary, θ given.
        let at = [point.m, point.q1, point.q2, theta];
        let h = 1e-5 * t;
        let up = pressure(p, gamma, t + h, at);
        let down = pressure(p, gamma, t - h, at);
        let slope = t * t * (up - down) / (2.0 * h);
        close(
            point.energy,
            slope,
            2e-7,
            &format!("u = T² ∂A/∂T at P = {p}, γ = {gamma}, T = {t} {stationary}"),
        );
        close(point.entropy, point.pressure.unwrap() + point.energy / t, 1e-10 / t, &"s = A + βu");
        close(point.free_energy, -t * point.pressure.unwrap(), 1e-14, &"f");
    }
}
