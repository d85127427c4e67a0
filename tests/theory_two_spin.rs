//! The glass of two-spin models, Hopfield's and SK's: RS and 1RSB from T = 0 to the onset, at stationary and at given θ.

mod support;

use replicon::theory::one_rsb::{retrieval, soft};
use replicon::theory::{Branch, rs, sk};
use support::{close, json, load, order, refused, temperature};

#[test]
fn rs_of_the_sk_model_has_its_known_limits() {
    let cold = sk::glass(load(1.0), temperature(0.0)).unwrap().unwrap();
    close(cold.energy, -(2.0 / std::f64::consts::PI).sqrt(), 1e-15, &"E0 = −√(2/π)");
    // Entropy −1/(2π): the first sign that RS is wrong (Sherrington & Kirkpatrick 1975).
    close(cold.entropy, -0.5 / std::f64::consts::PI, 1e-15, &"s(0)");
    for t in [0.05, 0.3, 0.7, 0.95, 0.999_999] {
        let point = sk::glass(load(1.0), temperature(t)).unwrap().unwrap();
        let (beta, q) = (1.0 / t, point.q);
        assert!(point.residual < 1e-14 && !point.stable && point.replicon.unwrap() < 0.0);
        let h = 1e-5 * t;
        let pressure = |t: f64| sk::glass(load(1.0), temperature(t)).unwrap().unwrap().pressure.unwrap();
        if t < 0.99 {
            let slope = t * t * (pressure(t + h) - pressure(t - h)) / (2.0 * h);
            close(point.energy, slope, 1e-7, &"u = T² ∂A/∂T");
        }
        close(point.energy, -0.5 * beta * (1.0 - q * q), 1e-13, &"u");
        // Only T/√γ matters.
        let other = sk::glass(load(9.0), temperature(3.0 * t)).unwrap().unwrap();
        close(other.q, q, 1e-12, &"q");
        close(other.free_energy, 3.0 * point.free_energy, 1e-11, &"f");
    }
    // q = (1 − T) + (1 − T)²/3 + … at the onset.
    let near = sk::glass(load(1.0), temperature(0.999)).unwrap().unwrap();
    close(near.q / 1e-3, 1.0 + 1e-3 / 3.0, 1e-5, &"q/(1 − T)");
    assert!(sk::glass(load(1.0), temperature(1.0)).unwrap().is_none());
    let hot = sk::dominant(load(1.0), temperature(1.5)).unwrap();
    assert_eq!((hot.branch, hot.stable), (Branch::Paramagnet, true));
}

#[test]
fn one_rsb_reaches_the_onset_with_universal_ratios() {
    for alpha in [1e-3, 0.01, 0.1, 1.0, 30.0_f64] {
        let onset = 1.0 + alpha.sqrt();
        let slope = alpha.sqrt() / onset;
        for distance in [0.3, 0.1, 0.04, 0.0251, 0.0249, 0.01, 1e-3, 1e-5, 1e-8] {
            let (alpha, t) = (load(alpha), temperature(onset * (1.0 - distance)));
            let point = soft::hopfield_glass(alpha, t).unwrap().unwrap();
            assert!(point.residual < 1e-9, "α = {alpha}, {distance}: {point:?}");
            let rs = rs::glass(order(2), alpha, t).unwrap().unwrap();
            assert!(
                point.free_energy >= rs.free_energy - 1e-14 - 10.0 * point.residual,
                "α = {alpha}, {distance}"
            );
            // q1 : q2 : θ/κ → 1/3 : 1 : 4/3 of q.
            let at = |what: &str| format!("{what} at α = {alpha}, 1 − T/T_g = {distance}");
            close(point.q1 / rs.q, 1.0 / 3.0, 0.005 + 0.2 * distance, &at("q1/q"));
            close(point.theta.unwrap() / (slope * rs.q), 4.0 / 3.0, 0.005 + 4.0 * distance, &at("θ/κq"));
        }
        assert!(soft::hopfield_glass(load(alpha), temperature(onset)).unwrap().is_none());
    }
    for distance in [0.1, 0.02, 1e-3, 1e-6, 1e-10] {
        let t = 1.0 - distance;
        let point = soft::sherrington_kirkpatrick(load(1.0), temperature(t)).unwrap().unwrap();
        assert!(point.residual < 1e-9, "{distance}: {point:?}");
        close(point.q2 / distance, 1.0, 1e-3 + distance, &"q2/(1 − T)");
    }
}

#[test]
fn where_the_interpolation_next_to_the_onset_begins_nothing_jumps() {
    for alpha in [0.1, 2.0_f64] {
        let onset = 1.0 + alpha.sqrt();
        let at = |distance: f64| {
            let t = temperature(onset * (1.0 - distance));
            soft::hopfield_glass(load(alpha), t).unwrap().unwrap()
        };
        for edge in [0.025, 1e-3] {
            let (inside, outside) = (at(edge * (1.0 - 1e-6)), at(edge * (1.0 + 1e-6)));
            close(inside.q1 / outside.q1, 1.0, 1e-4, &"q1");
            close(inside.theta.unwrap() / outside.theta.unwrap(), 1.0, 1e-4, &"θ");
            close(inside.energy, outside.energy, 1e-7, &"u");
        }
    }
}

#[test]
fn at_given_theta_the_glass_of_two_spins_goes_from_rs_to_rs() {
    for (alpha, t) in [(0.1, 0.4), (1.0, 0.5), (0.5, 1.2)] {
        let (alpha, t) = (load(alpha), temperature(t));
        let rs = rs::glass(order(2), alpha, t).unwrap().unwrap();
        let star = soft::hopfield_glass(alpha, t).unwrap().unwrap();
        let at = |theta: f64| soft::hopfield_glass_at(alpha, t, theta).unwrap().unwrap();
        let same = at(star.theta.unwrap());
        close(same.pressure.unwrap(), star.pressure.unwrap(), 1e-12, &"A(θ*)");
        close(same.complexity.unwrap(), 0.0, 1e-10, &"Σ(θ*)");
        for theta in [1e-6, 1.0] {
            close(at(theta).pressure.unwrap(), rs.pressure.unwrap(), 1e-5, &format!("A at θ = {theta}"));
        }
        close(at(1.0).q1, rs.q, 1e-10, &"q1 at θ = 1");
        close(at(1e-6).q2, rs.q, 1e-4, &"q2 at θ → 0");
        // A is smallest at θ*.
        for theta in [0.003, 0.3, 0.6] {
            let point = at(theta);
            assert!(point.residual < 1e-9 && point.pressure > star.pressure, "θ = {theta}: {point:?}");
            let h = 1e-4 * theta;
            let slope = (at(theta + h).pressure.unwrap() - at(theta - h).pressure.unwrap()) / (2.0 * h);
            close(point.complexity.unwrap(), -theta * theta * slope, 1e-7, &format!("Σ at θ = {theta}"));
        }
    }
}

#[test]
fn the_command_answers_for_gaussian_couplings_under_both_ansaetze() {
    let sk = json("point --p 2 --gamma 1 --temperature 0 --couplings gaussian", 0);
    assert!((sk["energy"].as_f64().unwrap() + 0.7978845608028654).abs() < 1e-14);
    assert_eq!((&sk["branch"], &sk["ansatz"]), (&"glass".into(), &"rs".into()));
    let hot = json("point --p 2 --gamma 1 --temperature 1.2 --couplings gaussian", 0);
    assert_eq!(hot["branch"], "paramagnet");
    assert_eq!(
        json("point --p 2 --gamma 1 --temperature 1.2 --couplings gaussian --branch glass", 3)["exists"],
        false
    );
    // At P ≥ 3 there is no difference at m = 0.
    let gaussian = json("point --p 3 --gamma 1 --temperature 0.8 --couplings gaussian", 0);
    assert_eq!(gaussian, json("point --p 3 --gamma 1 --temperature 0.8 --branch paramagnet", 0));
    assert_eq!(json("point --p 3 --gamma 1 --temperature 0.2 --couplings gaussian", 3)["exists"], false);
    let theta = json("point --p 2 --gamma 0.1 --temperature 0.5 --ansatz 1rsb --branch glass --theta 0.5", 0);
    assert_eq!(theta["theta"], 0.5);
    refused(
        "point --p 2 --gamma 1 --temperature 0.1 --couplings gaussian --branch retrieval",
        &["--branch", "pattern"],
    );
    refused("point --p 2 --gamma 1 --temperature 0.1 --couplings gaussian --cue 0.1", &["--cue", "pattern"]);
}

/// Counts of what random points of P = 2 (α from 1e-3 to 2, T from 0 to 1.1 T_g) answer.
fn stress(points: u32) {
    let mut seed = 20240229_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut glassy, mut broken, mut symmetric, mut none) = (0, 0, 0, 0);
    let mut worst: f64 = 0.0;
    for _ in 0..points {
        let alpha = libm::exp(libm::log(1e-3) + libm::log(2e3) * random());
        let onset = 1.0 + alpha.sqrt();
        let t = if random() < 0.1 { 0.0 } else { 1.1 * onset * random() };
        let at = format!("α = {alpha}, T = {t}");
        let glass = soft::hopfield_glass(load(alpha), temperature(t)).unwrap();
        assert_eq!(glass.is_some(), t < onset, "glass at {at}");
        glassy += u32::from(glass.is_some());
        let found = if (0.9999..1.0).contains(&t) {
            None
        } else {
            retrieval::retrieval(order(2), load(alpha), temperature(t)).unwrap()
        };
        match &found {
            None => {
                none += 1;
                if let Ok(end) = retrieval::spinodal(order(2), temperature(t)) {
                    assert!(end.gamma <= alpha, "{at} is below {end:?}");
                }
            }
            Some(point) if point.y.is_some() => broken += 1,
            Some(_) => symmetric += 1,
        }
        for point in found.iter().chain(&glass) {
            worst = worst.max(point.residual);
            assert!(point.residual < 1e-9 && point.q1 <= point.q2, "{at}: {point:?}");
            assert!([point.free_energy, point.energy, point.entropy].iter().all(|x| x.is_finite()), "{at}");
        }
    }
    println!(
        "{points} points: glass {glassy}; retrieval {broken} broken, {symmetric} symmetric, {none} none; worst residual {worst:e}"
    );
}

#[test]
fn random_points_have_no_hole_and_no_silent_error() {
    stress(if std::env::var_os("REPLICON_LONG_TESTS").is_some() { 2000 } else { 60 });
}
