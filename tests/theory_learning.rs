//! Learning from examples under replica symmetry: independent numbers, identities, limits.

mod support;

use replicon::numerics::{binary_entropy, tanh_moments};
use replicon::params::{Examples, Quality, Temperature};
use replicon::theory::learning::at_line::{self, Marginal, Unstable};
use replicon::theory::learning::rs::{self, LearningPoint};
use replicon::theory::learning::threshold::{Criterion, critical_examples};
use replicon::theory::learning::{Average, Mode, Task, unmagnetised};
use support::{load, number, order, reference, temperature};

const MODES: [Mode; 2] = [Mode::Supervised, Mode::Unsupervised];
const AVERAGES: [Average; 2] = [Average::Gaussian, Average::Binomial];

fn task(mode: Mode, p: u32, r: f64, count: u64, average: Average) -> Task {
    let examples = Examples::new(Quality::new(r).unwrap(), count).unwrap();
    Task::new(mode, order(p), examples, average).unwrap()
}

fn retrieval(task: &Task, gamma: f64, t: f64) -> Option<LearningPoint> {
    rs::retrieval(task, load(gamma), temperature(t)).unwrap()
}

#[test]
fn every_reference_saddle_and_critical_load_is_met() {
    for (mode, name, entries) in
        [(Mode::Supervised, "supervised.json", 22), (Mode::Unsupervised, "unsupervised.json", 23)]
    {
        let all = reference(name, "entries");
        assert_eq!(all.len(), entries);
        for entry in all {
            // ρ = 0 is r = 1 at any M.
            let count = entry["example_M"].as_u64().unwrap_or(7);
            let p = entry["P"].as_u64().unwrap() as u32;
            let task = task(mode, p, number(&entry, "example_r"), count, Average::Gaussian);
            assert!((task.examples.entropy() - number(&entry, "rho")).abs() < 1e-15);
            if let Some(rho_p) = entry["rho_P"].as_f64() {
                assert!(
                    (task.examples.tuple_entropy(task.order) / rho_p - 1.0).abs() < 1e-14 || rho_p == 0.0
                );
            }
            let t = number(&entry, "T");
            let tolerance = number(&entry, "tol").max(2e-15);
            let near = |got: f64, key: &str, tolerance: f64| {
                if entry[key].is_number() {
                    let want = number(&entry, key);
                    assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{key}: {got} in {entry}");
                }
            };
            let point = if entry["item"] == "gamma_c" {
                let end = rs::critical_load(&task, temperature(t)).unwrap().unwrap();
                near(end.gamma, "gamma_c", tolerance);
                let beyond = retrieval(&task, end.gamma * (1.0 + 1e-9), t);
                assert!(beyond.is_none(), "retrieval beyond its end: {beyond:?} at {entry}");
                end.point
            } else {
                retrieval(&task, number(&entry, "gamma"), t).unwrap()
            };
            let at_fold = entry["tol_mn"].as_f64().unwrap_or(tolerance);
            near(point.m, "m", at_fold);
            near(point.n, "n", at_fold);
            near(point.q, "q", at_fold);
            if let Some(pressure) = point.pressure {
                near(pressure, "A", tolerance);
            }
            assert!(point.residual < 1e-12, "{point:?} at {entry}");
        }
    }
}

#[test]
fn perfect_examples_are_the_ordinary_network() {
    for p in [2, 3, 4, 6] {
        for (gamma, t) in [(0.05, 0.0), (0.05, 0.2), (0.12, 0.05), (0.01, 0.6)] {
            let Some(plain) =
                replicon::theory::rs::retrieval(order(p), load(gamma), temperature(t), 0.0).unwrap()
            else {
                continue;
            };
            let c = if t > 0.0 { (1.0 - plain.q) / t } else { 0.0 };
            for mode in MODES {
                for average in AVERAGES {
                    let point = retrieval(&task(mode, p, 1.0, 5, average), gamma, t).unwrap();
                    let same =
                        |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}: {point:?} {plain:?}");
                    same(point.m, plain.m);
                    same(point.n, plain.m);
                    same(point.m_example, plain.m);
                    same(point.q, plain.q);
                    same(point.free_energy, plain.free_energy);
                    same(point.energy, plain.energy);
                    same(point.entropy, plain.entropy);
                    if let (Some(a), Some(b)) = (point.replicon, plain.replicon) {
                        // Unsupervised P = 2 has no factor (1 − C)².
                        let factor =
                            if p == 2 && mode == Mode::Unsupervised { (1.0 - c) * (1.0 - c) } else { 1.0 };
                        same(a * factor, b);
                    }
                }
            }
        }
    }
    for (p, gamma) in [(2, 0.137_905_566), (3, 0.378_285_646), (4, 0.395_720_238)] {
        for mode in MODES {
            let end =
                rs::critical_load(&task(mode, p, 1.0, 3, Average::Gaussian), Temperature::ZERO).unwrap();
            assert!((end.unwrap().gamma - gamma).abs() < 1e-9);
        }
    }
}

#[test]
fn unsupervised_is_supervised_at_another_temperature_and_load() {
    for p in [3, 4, 5] {
        for (r, count) in [(0.5, 6), (0.8, 10), (0.3, 200)] {
            for average in AVERAGES {
                let (told, untold) = (
                    task(Mode::Supervised, p, r, count, average),
                    task(Mode::Unsupervised, p, r, count, average),
                );
                let (rho, rho_p) = (told.examples.entropy(), told.examples.tuple_entropy(order(p)));
                let factor = (1.0 + rho).powf(0.5 * f64::from(p));
                for (gamma, t) in [(1e-3, 0.0), (2e-3, 0.1), (1e-2, 0.3), (1e-4, 0.5)] {
                    let here = retrieval(&untold, gamma, t);
                    let there = retrieval(&told, gamma * (1.0 + rho_p) / (factor * factor), t / factor);
                    assert_eq!(here.is_some(), there.is_some());
                    let (Some(here), Some(there)) = (here, there) else { continue };
                    let same = |a: f64, b: f64| {
                        assert!((a - b).abs() < 1e-11 * b.abs().max(1.0), "{here:?} {there:?}")
                    };
                    same(here.m, there.m);
                    same(here.q, there.q);
                    same(here.m_example, there.m_example);
                    same(here.n, there.n * (1.0 + rho).sqrt());
                    same(here.free_energy, there.free_energy * factor);
                    same(here.entropy, there.entropy);
                    if let (Some(a), Some(b)) = (here.replicon, there.replicon) {
                        same(a, b);
                    }
                }
            }
        }
    }
}

/// (weight, sign, X) of the exact law, straight from its definition.
fn exact_law(task: &Task) -> Vec<(f64, f64)> {
    let (r, count) = (task.examples.quality().get(), task.examples.count());
    let scale = match task.mode {
        Mode::Supervised => 1.0 / (1.0 + task.examples.entropy()).sqrt(),
        Mode::Unsupervised => 1.0,
    };
    let mut choose = 1.0;
    (0..=count)
        .map(|k| {
            let p = choose * (0.5 * (1.0 + r)).powi(k as i32) * (0.5 * (1.0 - r)).powi((count - k) as i32);
            choose *= (count - k) as f64 / (k + 1) as f64;
            (p, scale * (2.0 * k as f64 - count as f64) / (count as f64 * r))
        })
        .collect()
}

/// A(n, q) of theory.md written out as it stands, with the exact law.
fn pressure(task: &Task, gamma: f64, t: f64, n: f64, q: f64) -> f64 {
    let (p, beta) = (f64::from(task.order.get()), 1.0 / t);
    let rho = task.examples.entropy();
    let (signal, noise, rest) = if task.order.get() == 2 {
        let spectrum = match task.mode {
            Mode::Supervised => vec![(1.0, 1.0)],
            Mode::Unsupervised => vec![(1.0 + rho, 1.0), (rho, (task.examples.count() - 1) as f64)],
        };
        let c = beta * (1.0 - q);
        let sum = |f: &dyn Fn(f64) -> f64| spectrum.iter().map(|&(l, times)| times * f(l)).sum::<f64>();
        let r = sum(&|l| l * l * q / (1.0 - l * c).powi(2));
        let logs = sum(&|l| (1.0 - l * c).ln() - beta * l * q / (1.0 - l * c));
        let rest = -0.5 * beta * n * n
            - 0.5 * gamma * beta * sum(&|l| l)
            - 0.5 * gamma * logs
            - 0.5 * gamma * beta * beta * r * (1.0 - q);
        (n, (gamma * r).sqrt(), rest)
    } else {
        let gamma = match task.mode {
            Mode::Supervised => gamma,
            Mode::Unsupervised => gamma * (1.0 + task.examples.tuple_entropy(task.order)),
        };
        let bracket = 1.0 - p * q.powf(p - 1.0) + (p - 1.0) * q.powf(p);
        let rest = 0.25 * beta * beta * gamma * bracket - 0.5 * beta * (p - 1.0) * n.powf(p);
        (0.5 * p * n.powf(p - 1.0), (0.5 * gamma * p * q.powf(p - 1.0)).sqrt(), rest)
    };
    let spins: f64 = exact_law(task)
        .iter()
        .map(|&(weight, x)| {
            let (a, b) = ((beta * signal * x).abs(), beta * noise);
            let e = tanh_moments(a, b);
            weight * (binary_entropy(a, b) + a * e.tanh + b * b * e.sech2)
        })
        .sum();
    spins + rest
}

#[test]
fn saddles_are_stationary_and_the_energy_is_the_derivative_of_the_pressure() {
    for mode in MODES {
        for (p, r, count, gamma, t) in [
            (2, 0.5, 6, 0.004, 0.3),
            (2, 0.8, 3, 0.02, 0.4),
            (3, 0.6, 12, 0.01, 0.3),
            (4, 0.5, 6, 0.004, 0.2),
            (4, 0.7, 9, 0.02, 0.4),
            (5, 0.9, 2, 0.05, 0.5),
        ] {
            let task = task(mode, p, r, count, Average::Binomial);
            let point = retrieval(&task, gamma, t).unwrap_or_else(|| panic!("{task:?}"));
            let (n, q) = (point.n, point.q);
            let a = |n: f64, q: f64, t: f64| pressure(&task, gamma, t, n, q);
            let got = point.pressure.unwrap();
            assert!((a(n, q, t) / got - 1.0).abs() < 1e-12, "{} {got} at {task:?}", a(n, q, t));
            let h = 1e-5;
            let dn = (a(n + h, q, t) - a(n - h, q, t)) / (2.0 * h);
            let d = h * (1.0 - q);
            let dq = (a(n, q + d, t) - a(n, q - d, t)) / (2.0 * d);
            assert!(dn.abs() < 1e-7 / t && dq.abs() < 1e-6 / (t * t), "{dn} {dq} at {task:?}");
            // Along the saddle the derivative is the explicit one.
            let (up, down) = (1.0 / (1.0 / t + 1e-5), 1.0 / (1.0 / t - 1e-5));
            let energy = -(a(n, q, up) - a(n, q, down)) / 2e-5;
            assert!((energy - point.energy).abs() < 1e-7, "{energy} {point:?} at {task:?}");
            assert!((point.entropy - (got + point.energy / t)).abs() < 1e-11);
        }
    }
}

#[test]
fn the_exact_average_tends_to_the_gaussian_one_and_differs_at_few_examples() {
    // theory.md: γ_c at P = 4, ρ = ½, T = 0.
    for (mode, gaussian, six, decimals) in
        [(Mode::Supervised, 0.1275, 0.1508, 5e-5), (Mode::Unsupervised, 0.01483, 0.01756, 5e-6)]
    {
        let end = |r: f64, count: u64, average: Average| {
            rs::critical_load(&task(mode, 4, r, count, average), Temperature::ZERO).unwrap().unwrap().gamma
        };
        assert!((end(0.5, 6, Average::Gaussian) - gaussian).abs() < decimals);
        assert!(
            (end(0.5, 6, Average::Binomial) - six).abs() < decimals,
            "{}",
            end(0.5, 6, Average::Binomial)
        );
    }
    // M = 24 at ρ = ½: r² = 1/13.
    let r = (1.0_f64 / 13.0).sqrt();
    let end = rs::critical_load(&task(Mode::Supervised, 4, r, 24, Average::Binomial), Temperature::ZERO);
    assert!((end.unwrap().unwrap().gamma - 0.1329).abs() < 5e-5);
    // At fixed ρ the difference falls like 1/M.
    let difference = |count: u64| {
        let r = (1.0 / (1.0 + 0.3 * count as f64)).sqrt();
        let at = |average| retrieval(&task(Mode::Supervised, 4, r, count, average), 0.05, 0.1).unwrap().m;
        at(Average::Binomial) - at(Average::Gaussian)
    };
    let ratio = difference(50) / difference(200);
    assert!((ratio - 4.0).abs() < 0.3, "{ratio}");
}

#[test]
fn one_stored_example_is_an_ordinary_pattern_that_resembles_the_archetype() {
    // Supervised, M = 1: η itself is stored; m = r n exactly.
    let plain = replicon::theory::rs::retrieval(order(4), load(0.2), temperature(0.1), 0.0).unwrap().unwrap();
    let point = retrieval(&task(Mode::Supervised, 4, 0.6, 1, Average::Binomial), 0.2, 0.1).unwrap();
    assert!((point.n - plain.m).abs() < 1e-12 && (point.m_example - plain.m).abs() < 1e-12);
    assert!((point.m - 0.6 * plain.m).abs() < 1e-12);
    assert!(!Criterion::Retrieved.met(&point));
}

fn least_examples(task: &Task, gamma: f64, t: Temperature, criterion: Criterion) -> Option<u64> {
    critical_examples(task, criterion, |task| rs::retrieval(task, load(gamma), t)).unwrap()
}

#[test]
fn the_smallest_number_of_examples_is_the_first_that_retrieves() {
    for (mode, p, r, gamma, t) in [
        (Mode::Supervised, 4, 0.5, 0.15, 0.0),
        (Mode::Supervised, 4, 0.5, 0.25, 0.1),
        (Mode::Unsupervised, 4, 0.5, 0.03, 0.1),
        (Mode::Unsupervised, 3, 0.3, 0.1, 0.0),
        (Mode::Unsupervised, 2, 0.5, 0.05, 0.1),
    ] {
        let asked = task(mode, p, r, 1, Average::Gaussian);
        let least = least_examples(&asked, gamma, temperature(t), Criterion::Retrieved).unwrap();
        let at = |count: u64| retrieval(&task(mode, p, r, count, Average::Gaussian), gamma, t);
        let point = at(least).unwrap_or_else(|| panic!("M = {least}"));
        assert!(point.m > point.m_example && least > 1);
        assert!(at(least - 1).is_none(), "{mode} P = {p}, r = {r}, γ = {gamma}: M = {least}");
    }
    // γ → 0, T = 0: ρ ≤ 1, so M = (1 − r²)/r² in both modes; at γ > 0 unsupervised learning takes ∝ r^{−2P}.
    for r in [0.5, 0.2, 0.1] {
        for mode in MODES {
            let asked = task(mode, 4, r, 1, Average::Gaussian);
            let least = least_examples(&asked, 1e-12, Temperature::ZERO, Criterion::Aligned);
            let want = ((1.0 - r * r) / (r * r) - 1e-6).ceil() as u64;
            // Unsupervised noise γρ_P is 1e-12·r^{−8}/M.
            assert!(least.unwrap().abs_diff(want) <= 1, "{mode} r = {r}: {least:?}, {want}");
        }
    }
    let many = |r: f64| {
        let asked = task(Mode::Unsupervised, 4, r, 1, Average::Gaussian);
        least_examples(&asked, 0.05, Temperature::ZERO, Criterion::Aligned).unwrap() as f64
    };
    let exponent = (many(0.1) / many(0.05)).log2();
    assert!((exponent + 8.0).abs() < 0.05, "{exponent}");
    // No number of examples carries more than the ordinary network.
    let asked = task(Mode::Supervised, 4, 0.5, 1, Average::Gaussian);
    assert!(least_examples(&asked, 0.45, Temperature::ZERO, Criterion::Retrieved).is_none());
}

#[test]
fn the_branch_ends_at_its_fold_and_falls_with_the_load() {
    for mode in MODES {
        for average in AVERAGES {
            for p in [2, 3, 4] {
                for (r, count) in [(0.5, 4), (0.5, 9), (0.7, 3), (0.8, 40)] {
                    for t in [0.0, 0.02, 0.3] {
                        let task = task(mode, p, r, count, average);
                        let Some(end) = rs::critical_load(&task, temperature(t)).unwrap() else { continue };
                        assert!(end.point.residual < 1e-10, "{end:?} {task:?} T = {t}");
                        let mut last = f64::INFINITY;
                        for part in [1e-6, 0.01, 0.1, 0.3, 0.6, 0.9, 0.999, 1.0 - 1e-7] {
                            let point = retrieval(&task, end.gamma * part, t)
                                .unwrap_or_else(|| panic!("lost at {part} of the end: {task:?} T = {t}"));
                            assert!(point.residual < 1e-9, "{point:?} {part} {task:?} T = {t}");
                            assert!(point.m <= last + 1e-12, "m rises: {task:?} T = {t} {part}");
                            last = point.m;
                        }
                        assert!(retrieval(&task, end.gamma * 1.000_001, t).is_none());
                    }
                }
            }
        }
    }
}

#[test]
fn replica_symmetry_breaks_where_the_replicon_vanishes() {
    for mode in MODES {
        for (p, r, count) in [(2, 0.5, 30), (3, 0.6, 10), (4, 0.5, 30)] {
            let task = task(mode, p, r, count, Average::Gaussian);
            let t = 0.03;
            let intervals = at_line::unstable_loads(&task, temperature(t));
            assert_eq!(intervals.len(), 1, "{task:?}");
            let (Marginal { gamma, m }, upper) = (intervals[0].lower, intervals[0].upper);
            assert!(upper.is_none(), "{task:?}: stable again from {upper:?}");
            let point = retrieval(&task, gamma, t).unwrap();
            assert!(point.replicon.unwrap().abs() < 1e-9 && (point.m - m).abs() < 1e-9, "{point:?}");
            let back = at_line::at_temperature(&task, load(gamma)).unwrap();
            assert!((back / t - 1.0).abs() < 1e-8, "{back} {task:?}");
            assert!(retrieval(&task, gamma * 0.99, t).unwrap().stable);
        }
    }
    let task = task(Mode::Supervised, 4, 0.5, 6, Average::Gaussian);
    assert!(at_line::unstable_loads(&task, Temperature::ZERO).is_empty(), "at T = 0 it is broken everywhere");
    assert!(at_line::unstable_loads(&task, temperature(0.6)).is_empty());
    // As cold as it gets: T ∝ w².
    let cold = at_line::unstable_loads(&task, temperature(1e-60));
    assert!(cold.len() == 1 && cold[0].lower.gamma < 1e-50 && cold[0].upper.is_none(), "{cold:?}");
}

/// λ is not monotone along the branch: between two loads it is negative, and at the spinodal positive again.
#[test]
fn retrieval_can_be_stable_again_next_to_its_spinodal() {
    let task = task(Mode::Supervised, 4, 0.5, 6, Average::Gaussian);
    let t = 0.39;
    let found = at_line::unstable_loads(&task, temperature(t));
    let [Unstable { lower, upper: Some(upper) }] = found[..] else { panic!("{found:?}") };
    let end = rs::critical_load(&task, temperature(t)).unwrap().unwrap();
    assert!(lower.gamma < upper.gamma && upper.gamma < end.gamma && end.point.stable);
    for edge in [lower, upper] {
        let point = retrieval(&task, edge.gamma, t).unwrap();
        assert!(point.replicon.unwrap().abs() < 1e-8 && (point.m - edge.m).abs() < 1e-8, "{point:?}");
    }
    // The sign of λ at any load is what the edges say, at this and other temperatures.
    for t in [0.3, 0.36, 0.38, 0.385, 0.39, 0.395, 0.4, 0.405, 0.41, 0.45] {
        let intervals = at_line::unstable_loads(&task, temperature(t));
        let end = rs::critical_load(&task, temperature(t)).unwrap().unwrap().gamma;
        for step in 1..60 {
            let gamma = end * f64::from(step) / 60.0;
            let inside = |x: &Unstable| x.lower.gamma < gamma && x.upper.is_none_or(|up| gamma < up.gamma);
            let point = retrieval(&task, gamma, t).unwrap();
            assert_eq!(point.stable, !intervals.iter().any(inside), "T = {t}, γ = {gamma}: {point:?}");
        }
    }
    // At a load of the interval the highest marginal temperature is the tip of the line or below, and beyond its lower edge.
    let hottest = at_line::at_temperature(&task, load(0.26)).unwrap();
    assert!((0.39..0.42).contains(&hottest), "{hottest}");
    let point = retrieval(&task, 0.26, hottest).unwrap();
    assert!(point.replicon.unwrap().abs() < 1e-8, "{point:?}");
}

#[test]
fn what_is_no_set_of_examples_is_refused() {
    for r in [0.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
        assert!(Quality::new(r).is_err());
    }
    assert!(Examples::new(Quality::new(0.5).unwrap(), 0).is_err());
    let tiny = Examples::new(Quality::new(1e-100).unwrap(), 3).unwrap();
    assert!(Task::new(Mode::Unsupervised, order(4), tiny, Average::Gaussian).is_err());
    let many = Examples::new(Quality::new(0.1).unwrap(), 1_000_000).unwrap();
    assert!(Task::new(Mode::Supervised, order(4), many, Average::Binomial).is_err());
}

#[test]
fn no_corner_of_the_parameters_gives_a_number_that_is_not_finite() {
    for mode in MODES {
        for average in AVERAGES {
            for p in [2, 3, 4, 12, 64] {
                for (r, count) in [(1e-3, 1), (0.05, 3), (0.5, 2), (0.999_999, 1000), (1.0, 1)] {
                    for gamma in [1e-80, 1e-9, 0.03, 10.0, 1e80] {
                        for t in [0.0, 1e-200, 1e-9, 0.4, 3.0, 1e90] {
                            let examples = Examples::new(Quality::new(r).unwrap(), count).unwrap();
                            let Ok(task) = Task::new(mode, order(p), examples, average) else { continue };
                            if let Ok(Some(x)) = rs::retrieval(&task, load(gamma), temperature(t)) {
                                assert!(x.m.is_finite() && x.free_energy.is_finite(), "{x:?}");
                                assert!(x.q <= 1.0 + 1e-15 && x.m.abs() <= 1.0 + 1e-12, "{x:?}");
                            }
                        }
                    }
                }
            }
        }
    }
}

/// P = 2 at m = 0. Of one eigenvalue Λ = 1 it is the ordinary network; of many the pressure written out, whose stationary point in q
/// and derivative in β it must be, on both sides of the glass transition α Σ Λ²/(T−Λ)² = 1.
#[test]
fn glass_and_paramagnet_of_stored_examples_are_saddles_of_their_pressure() {
    for (t, alpha) in [(0.0, 0.1), (0.3, 0.1), (1.2, 0.1), (1.4, 0.1), (3.0, 0.7)] {
        let plain =
            replicon::theory::rs::zero_magnetisation(order(2), load(alpha), temperature(t)).unwrap().unwrap();
        for task in [
            task(Mode::Supervised, 2, 0.4, 7, Average::Binomial),
            task(Mode::Unsupervised, 2, 1.0, 5, Average::Binomial),
        ] {
            let found = unmagnetised(&task, load(alpha), temperature(t)).unwrap();
            assert!(found.is_some(), "T = {t} {task:?}");
            let found = found.unwrap();
            assert_eq!(found.branch, plain.branch, "T = {t}");
            for (got, want) in
                [(found.q, plain.q), (found.energy, plain.energy), (found.free_energy, plain.free_energy)]
            {
                assert!((got - want).abs() < 1e-11, "T = {t}: {found:?} against {plain:?}");
            }
            assert!(found.residual < 1e-12);
        }
    }
    let (r, count, alpha) = (0.5, 6, 0.05);
    let task = task(Mode::Unsupervised, 2, r, count, Average::Binomial);
    let rho = task.examples.entropy();
    let eigenvalues = [(1.0 + rho, 1.0), (rho, count as f64 - 1.0)];
    let pressure = |beta: f64, q: f64| -> f64 {
        let c = beta * (1.0 - q);
        let sum = |f: &dyn Fn(f64) -> f64| eigenvalues.iter().map(|&(v, times)| times * f(v)).sum::<f64>();
        let variance = alpha * sum(&|v| v * v * q / (1.0 - v * c).powi(2));
        let g = beta * variance.sqrt();
        // E log 2cosh = E S + g² E sech² by parts.
        let spins = binary_entropy(0.0, g) + g * g * tanh_moments(0.0, g).sech2;
        spins
            - 0.5 * alpha * sum(&|v| beta * v + (1.0 - v * c).ln() - beta * v * q / (1.0 - v * c))
            - 0.5 * beta * beta * variance * (1.0 - q)
    };
    let onset = |t: f64| alpha * eigenvalues.iter().map(|(v, n)| n * (v / (t - v)).powi(2)).sum::<f64>();
    assert!(onset(1.8) > 1.0 && onset(1.9) < 1.0);
    for (t, glassy) in [(0.4, true), (1.5, true), (1.8, true), (1.9, false), (4.0, false)] {
        let x = unmagnetised(&task, load(alpha), temperature(t)).unwrap().unwrap();
        assert_eq!(x.q > 0.0, glassy, "T = {t}: {x:?}");
        assert_eq!(x.stable, !glassy, "a glass is unstable, a paramagnet is not: {x:?}");
        let beta = 1.0 / t;
        assert!((pressure(beta, x.q) - x.pressure.unwrap()).abs() < 1e-11, "T = {t}");
        let step = 1e-5;
        let energy = -(pressure(beta + step, x.q) - pressure(beta - step, x.q)) / (2.0 * step);
        assert!((energy - x.energy).abs() < 1e-7, "T = {t}: {energy} {x:?}");
        if glassy {
            let slope = (pressure(beta, x.q + 1e-6) - pressure(beta, x.q - 1e-6)) / 2e-6;
            assert!(slope.abs() < 1e-6, "T = {t}: {slope}");
        }
    }
    let dense = self::task(Mode::Unsupervised, 4, r, count, Average::Binomial);
    assert!(unmagnetised(&dense, load(alpha), temperature(1.0)).unwrap().is_none());
}
