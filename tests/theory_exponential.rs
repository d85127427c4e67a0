//! Theory of the exponential network: its one exact line, its limits, and the numbers behind the capacities.

mod support;

use replicon::theory::exponential::{RecallRates, cost_of_overlap, nearest_overlap, point, recall_rates};
use std::f64::consts::LN_2;
use support::{close, json, refused, temperature};

#[test]
fn the_cost_of_an_overlap_is_the_legendre_transform_of_log_cosh() {
    for lambda in [1e-3f64, 0.4, 1.0, 3.0] {
        let m = lambda.tanh();
        close(cost_of_overlap(m), lambda * m - lambda.cosh().ln(), 1e-14, &lambda);
    }
    close(cost_of_overlap(1.0), LN_2, 1e-15, &"x = 1");
    assert_eq!(cost_of_overlap(0.0), 0.0);
    for rate in [1e-6, 0.1, 0.5, 0.69] {
        close(cost_of_overlap(nearest_overlap(rate)), rate, 1e-14, &rate);
    }
    assert_eq!(nearest_overlap(0.8), 1.0);
}

#[test]
fn at_beta_lambda_the_pressure_is_the_exact_one_in_both_phases() {
    for lambda in [0.3f64, 1.0, 2.5] {
        for rate in [0.01, 0.1, 0.3, 0.6, 1.0] {
            let t = 1.0 / lambda;
            let point = point(rate, lambda, temperature(t)).unwrap();
            let exact = -t * (rate + (2.0 * lambda.cosh()).ln());
            let found = point.retrieval.unwrap_or(f64::INFINITY).min(point.paramagnet);
            close(found, exact, 1e-13, &format!("λ = {lambda}, a = {rate}"));
            // Valleys that do not overlap are retrieval; where they do there is none.
            assert_eq!(point.m.is_some(), rate < cost_of_overlap(lambda.tanh()));
        }
    }
}

#[test]
fn retrieval_ends_where_the_noise_has_grown_to_the_signal() {
    for (lambda, t) in [(0.5, 0.0), (0.5, 0.4), (1.0, 0.3), (1.0, 1.0), (1.0, 2.0), (3.0, 0.9), (2.0, 5.0)] {
        let at = |rate: f64| point(rate, lambda, temperature(t)).unwrap();
        let end = at(0.0).critical_rate;
        let m = temperature(t).beta().tanh();
        let noise = at(end).noise;
        close(noise, lambda * m, 1e-12, &format!("λ = {lambda}, T = {t}"));
        assert_eq!(at(end * (1.0 - 1e-9)).m, Some(m));
        assert_eq!(at(end * (1.0 + 1e-9)).m, None);
    }
    // λ → ∞ at T = 0: K up to 2^N.
    close(point(0.0, 400.0, temperature(0.0)).unwrap().critical_rate, LN_2, 1e-12, &"λ = 400");
}

#[test]
fn a_few_wrong_bits_lower_the_rate_and_all_patterns_at_once_halve_it() {
    // I(0.8) = ½(1.8 log 1.8 + 0.2 log 0.2)
    let want = 0.5 * (1.8 * 1.8f64.ln() + 0.2 * 0.2f64.ln());
    let RecallRates { one, all, .. } = recall_rates(1.0, 0.1).unwrap();
    close(one, want, 1e-14, &"one");
    close(all, want / 2.0, 1e-14, &"all");
    // Whole patterns: x = 1 > tanh 2.
    let whole = recall_rates(1.0, 0.0).unwrap();
    close(whole.one, 2.0 - 2f64.cosh().ln(), 1e-14, &"whole");
    close(whole.all, LN_2 / 2.0, 1e-14, &"all whole");
    // Continuous at x = tanh 2λ.
    let edge = (1.0 - 1.4f64.tanh()) / 2.0;
    let [below, above] = [-1e-9, 1e-9].map(|d| recall_rates(0.7, edge + d).unwrap().one);
    close(below, above, 1e-7, &"edge");
}

#[test]
fn the_command_answers_in_one_document_with_null_for_what_is_not() {
    let found = json("exponential --rate 0.2 --lambda 1 --temperature 0.5 --corrupted 0.1", 0);
    close(found["m"].as_f64().unwrap(), 2f64.tanh(), 1e-15, &found);
    close(found["critical_rate"].as_f64().unwrap(), 2f64.tanh() - 1f64.cosh().ln(), 1e-14, &found);
    assert_eq!(found["dominant"], "retrieval");
    close(found["recall_rate_one"].as_f64().unwrap(), 0.368_064_207, 1e-9, &found);
    let lost = json("exponential --rate 0.6 --lambda 1 --temperature 0.5", 0);
    assert!(lost["m"].is_null() && lost["free_energy_retrieval"].is_null() && lost["exists"] == false);
    refused("exponential --rate -1 --temperature 0", &["rate a = -1", "a ≥ 0"]);
    refused("exponential --rate 0.1 --lambda 0 --temperature 0", &["λ = 0", "above 0"]);
    refused("exponential --rate 0.1 --temperature -1", &["--temperature"]);
    refused("exponential --rate 0.1 --temperature 0 --corrupted 0.5", &["ϱ = 0.5", "wrong bits"]);
}
