//! 1RSB retrieval in a cue field along the pattern.

mod support;

use replicon::theory::one_rsb::{OneRsbPoint, cued, retrieval};
use replicon::theory::rs;
use support::{close, json, load, order, refused, temperature};

fn held(p: u32, gamma: f64, t: f64, h: f64) -> OneRsbPoint {
    cued::retrieval(order(p), load(gamma), temperature(t), h).unwrap().unwrap()
}

#[test]
fn magnetisation_and_energy_are_derivatives_of_the_free_energy() {
    for (p, gamma, t, h) in
        [(3, 0.4, 0.2, 0.01), (4, 0.45, 0.0, 0.02), (4, 0.8, 0.1, 0.5), (2, 0.137, 0.01, 0.01)]
    {
        let point = held(p, gamma, t, h);
        let at = |what: &str| format!("{what} at P = {p}, γ = {gamma}, T = {t}, h = {h}");
        assert!(
            point.residual < 1e-11 && point.y.is_some() && point.q2 > point.q1,
            "{}: {point:?}",
            at("broken")
        );
        let step = 1e-4 * h;
        let slope = (held(p, gamma, t, h + step).free_energy - held(p, gamma, t, h - step).free_energy)
            / (2.0 * step);
        close(point.m, -slope, 1e-7, &at("m = −∂f/∂h"));
        if p == 3 {
            let step = 1e-4 * t;
            let slope = (held(p, gamma, t + step, h).free_energy - held(p, gamma, t - step, h).free_energy)
                / (2.0 * step);
            close(point.entropy, -slope, 1e-6, &at("s = −∂f/∂T"));
        }
        // What breaks lies above RS.
        let rs = rs::retrieval(order(p), load(gamma), temperature(t), h).unwrap().unwrap();
        assert!(point.free_energy > rs.free_energy, "{}", at("f"));
    }
}

#[test]
fn a_weak_field_leaves_retrieval_and_a_strong_one_restores_replica_symmetry() {
    for (p, gamma, t) in [(3, 0.4, 0.2), (4, 0.38, 0.0), (2, 0.137, 0.01)] {
        let free = retrieval::retrieval(order(p), load(gamma), temperature(t)).unwrap().unwrap();
        let weak = held(p, gamma, t, 1e-7);
        close(weak.m, free.m, 1e-5, &"m");
        close(weak.free_energy, free.free_energy, 1e-6, &"f");
        close(weak.y.unwrap() / free.y.unwrap(), 1.0, 1e-4, &"y");
        assert_eq!(held(p, gamma, t, 0.0), free);
    }
    let strong = held(3, 0.4, 0.2, 0.5);
    let rs = rs::retrieval(order(3), load(0.4), temperature(0.2), 0.5).unwrap().unwrap();
    assert!(strong.stable && strong.theta.is_none() && strong.q1 == strong.q2);
    assert_eq!(strong.free_energy, rs.free_energy);
    // Zero temperature is the limit.
    let (zero, cold) = (held(4, 0.45, 0.0, 0.02), held(4, 0.45, 1e-3, 0.02));
    close(cold.m, zero.m, 1e-4, &"m");
    close(cold.energy, zero.energy, 1e-5, &"u");
}

#[test]
fn the_command_takes_a_cue_under_1rsb() {
    let point = json("point --p 3 --gamma 0.4 --temperature 0.2 --ansatz 1rsb --cue 0.01", 0);
    assert_eq!(point["branch"], "retrieval");
    assert!((point["m"].as_f64().unwrap() - 0.8885973565599644).abs() < 1e-9);
    assert_eq!(
        json("point --p 3 --gamma 0.4 --temperature 0.2 --ansatz 1rsb --cue 0.01 --branch glass", 3)["exists"],
        false
    );
    refused("point --p 3 --gamma 0.4 --temperature 0.2 --ansatz 1rsb --cue -1", &["--cue"]);
    refused("point --p 3 --gamma 0.4 --temperature 0.2 --ansatz 1rsb --cue 0.1 --theta 0.5", &["--theta"]);
}
