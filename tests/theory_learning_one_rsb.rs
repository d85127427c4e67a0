//! Learning from examples under one step of replica symmetry breaking.

mod support;

use replicon::params::{Examples, Quality, Temperature};
use replicon::theory::learning::one_rsb::{self, BrokenPoint};
use replicon::theory::learning::threshold::ALIGNED;
use replicon::theory::learning::{Average, Mode, Task, rs};
use support::{close, load, order, temperature};

const MODES: [Mode; 2] = [Mode::Supervised, Mode::Unsupervised];

fn task(mode: Mode, p: u32, r: f64, count: u64, average: Average) -> Task {
    let examples = Examples::new(Quality::new(r).unwrap(), count).unwrap();
    Task::new(mode, order(p), examples, average).unwrap()
}

fn end(task: &Task, t: f64) -> (f64, BrokenPoint) {
    let end = one_rsb::critical_load(task, temperature(t)).unwrap().unwrap();
    (end.gamma, end.point)
}

#[test]
fn critical_loads_at_zero_temperature_meet_those_of_theory() {
    // P = 4, Gaussian average, r = ½: ρ = 3/M.
    for (count, symmetric, broken, m) in
        [(30, 0.26116, 0.37214, 0.64), (15, 0.19741, 0.33275, 0.58), (6, 0.12746, 0.27671, 0.49)]
    {
        let task = task(Mode::Supervised, 4, 0.5, count, Average::Gaussian);
        let plain = rs::critical_load(&task, Temperature::ZERO).unwrap().unwrap();
        close(plain.gamma, symmetric, 1e-5, &"RS");
        let (gamma, point) = end(&task, 0.0);
        close(gamma, broken, 1e-5, &"1RSB");
        close(point.point.m, m, 5e-3, &"m");
        assert!(point.point.residual < 1e-11 && !point.point.stable);
    }
    // Perfect examples: the ordinary network, P = 2 included.
    for (p, want) in [(2, 0.13818649), (3, 0.46121179), (4, 0.45834347)] {
        for mode in MODES {
            let (gamma, point) = end(&task(mode, p, 1.0, 4, Average::Binomial), 0.0);
            close(gamma, want, 1e-8, &format!("P = {p}, {mode}"));
            close(point.point.m, point.point.n, 1e-13, &"n = m");
        }
    }
}

/// At P = 2 the loads with breaking at T > 0 are the last per mille before the end: they are looked for between the AT load and it.
#[test]
fn breaking_at_few_loads_is_found_at_two_spins() {
    let plenty = task(Mode::Supervised, 2, 0.5, 30, Average::Binomial);
    for (t, want) in [(0.01, 0.0720419548), (0.03, 0.0720427733)] {
        let (gamma, point) = end(&plenty, t);
        close(gamma, want, 1e-9, &format!("T = {t}"));
        assert!(point.resolved && point.q2 > point.q1 && point.point.residual < 1e-9, "{point:?}");
    }
}

#[test]
fn perfect_examples_are_the_ordinary_network_inside_the_branch() {
    for (p, gamma, t) in [(4, 0.38, 0.1), (3, 0.42, 0.05), (4, 0.44, 0.0), (2, 0.137, 0.0), (2, 0.137, 0.005)]
    {
        let plain =
            replicon::theory::one_rsb::retrieval::retrieval(order(p), load(gamma), temperature(t)).unwrap();
        let plain = plain.unwrap();
        for mode in MODES {
            let task = task(mode, p, 1.0, 3, Average::Gaussian);
            let got = one_rsb::retrieval(&task, load(gamma), temperature(t)).unwrap().unwrap();
            for (a, b) in [
                (got.point.m, plain.m),
                (got.q1, plain.q1),
                (got.q2, plain.q2),
                (got.point.free_energy, plain.free_energy),
                (got.point.energy, plain.energy),
                (got.y.unwrap(), plain.y.unwrap()),
                (got.replicon_outer.unwrap(), plain.replicon_outer.unwrap()),
            ] {
                close(a, b, 1e-8 * b.abs().max(1.0), &format!("P = {p}, γ = {gamma}, T = {t}, {mode}"));
            }
        }
    }
}

#[test]
fn unsupervised_is_supervised_at_another_temperature_and_load() {
    for (r, count, gamma, t) in [(0.5, 6, 0.02, 0.1), (0.5, 30, 0.03, 0.0), (0.8, 5, 0.15, 0.05)] {
        let (told, untold) = (
            task(Mode::Supervised, 4, r, count, Average::Gaussian),
            task(Mode::Unsupervised, 4, r, count, Average::Gaussian),
        );
        let factor = (1.0 + told.examples.entropy()).powi(2);
        let scale = (1.0 + told.examples.tuple_entropy(order(4))) / (factor * factor);
        let here = one_rsb::retrieval(&untold, load(gamma), temperature(t)).unwrap().unwrap();
        let there = one_rsb::retrieval(&told, load(gamma * scale), temperature(t / factor)).unwrap().unwrap();
        assert!(here.q2 - here.q1 > 1e-4, "{here:?}");
        for (a, b) in [
            (here.point.m, there.point.m),
            (here.q1, there.q1),
            (here.q2, there.q2),
            (here.point.free_energy, factor * there.point.free_energy),
            (here.y.unwrap(), there.y.unwrap() / factor),
        ] {
            close(a, b, 1e-8 * b.abs().max(1.0), &format!("r = {r}, M = {count}"));
        }
    }
}

#[test]
fn the_energy_is_the_derivative_of_the_pressure_and_breaking_raises_the_free_energy() {
    for (mode, p, r, count, gamma, t) in [
        (Mode::Supervised, 4, 0.5, 6, 0.12, 0.1),
        (Mode::Unsupervised, 3, 0.5, 6, 0.06, 0.1),
        (Mode::Unsupervised, 2, 0.5, 6, 0.0086, 0.03),
        (Mode::Supervised, 2, 0.5, 30, 0.0710, 0.01),
    ] {
        let task = task(mode, p, r, count, Average::Gaussian);
        let at = |t: f64| one_rsb::retrieval(&task, load(gamma), temperature(t)).unwrap().unwrap();
        let point = at(t);
        assert!(point.q2 > point.q1, "{mode} P = {p} {point:?}");
        let h = 1e-4 / t;
        let pressure = |beta: f64| at(1.0 / beta).point.pressure.unwrap();
        let energy = -(pressure(1.0 / t + h) - pressure(1.0 / t - h)) / (2.0 * h);
        close(energy, point.point.energy, 1e-6, &format!("u at {mode} P = {p}"));
        let plain = rs::retrieval(&task, load(gamma), temperature(t)).unwrap().unwrap();
        assert!(point.point.free_energy > plain.free_energy, "{mode} P = {p}: {point:?} {plain:?}");
    }
}

/// ρ at which m = erf(1/√2), by r at M = 1000.
fn aligned(mode: Mode, m: impl Fn(&Task) -> Option<f64>) -> f64 {
    let at = |rho: f64| {
        let count = 1000;
        let r = (1.0 / (1.0 + rho * f64::from(count))).sqrt();
        m(&task(mode, 4, r, count as u64, Average::Gaussian)).unwrap_or(0.0) - ALIGNED
    };
    let (mut low, mut high) = (0.01, 1.5);
    for _ in 0..45 {
        let middle = 0.5 * (low + high);
        if at(middle) > 0.0 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The literature's statement (Agliari et al. 2023 and after): replica symmetry breaking leaves the learning threshold where it is. At
/// γ → 0 it holds: the breaking is confined to ever fewer spins. At γ > 0 it is a statement about two numbers that differ.
#[test]
fn breaking_leaves_the_learning_threshold_unmoved_as_the_load_vanishes() {
    let thresholds = |gamma: f64| {
        let symmetric = aligned(Mode::Supervised, |task| {
            rs::retrieval(task, load(gamma), Temperature::ZERO).unwrap().map(|x| x.m)
        });
        let broken = aligned(Mode::Supervised, |task| {
            one_rsb::retrieval(task, load(gamma), Temperature::ZERO).unwrap().map(|x| x.point.m)
        });
        (symmetric, broken)
    };
    let mut gaps = Vec::new();
    for gamma in [1e-2, 1e-3, 1e-4] {
        let (symmetric, broken) = thresholds(gamma);
        println!("γ = {gamma}: ρ = {symmetric} (RS), {broken} (1RSB)");
        gaps.push(broken - symmetric);
        // ρ → 1 itself linearly in γ.
        assert!((symmetric - 1.0).abs() < 30.0 * gamma, "{symmetric}");
    }
    // The gap falls at least as γ².
    assert!(
        gaps[0] > gaps[1] && gaps[1] < 0.02 * gaps[0] && gaps[2].abs() < 0.02 * gaps[1] + 1e-9,
        "{gaps:?}"
    );
}
