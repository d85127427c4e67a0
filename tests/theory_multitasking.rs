//! Diluted patterns retrieved in parallel: states, their energies and stability, against independent numbers and closed forms.

mod support;

use replicon::dynamics::{AnyDynamics, Dynamics, Order, Update};
use replicon::kernel::{Fields, WeightedForm};
use replicon::model::{DilutedPatterns, WeightedHebbian, WeightedPatterns};
use replicon::params::{Dilution, Examples, LearningMode, Lesson, Quality};
use replicon::rng::StreamKey;
use replicon::theory::multitasking::{
    Boundary, Change, State, Task, boundaries, hierarchy, hierarchy_end, learnt_states,
    reached_from_the_hierarchy, states,
};
use serde_json::Value;
use support::{close, json, number, order, reference, refused, temperature};

fn found(patterns: usize, d: f64, t: f64) -> Vec<State> {
    states(order(2), patterns, Dilution::new(d).unwrap(), temperature(t)).unwrap()
}

fn the(task: Task, patterns: usize, d: f64, t: f64) -> State {
    let states = found(patterns, d, t);
    states.iter().find(|x| x.task == task).unwrap_or_else(|| panic!("no {task} state in {states:?}")).clone()
}

#[test]
fn every_reference_state_is_found_with_its_free_energy_and_stability() {
    for entry in reference("multitask.json", "entries") {
        let want: Vec<f64> = entry["m"].as_array().unwrap().iter().map(|m| m.as_f64().unwrap()).collect();
        let tolerance = number(&entry, "tol");
        let (k, d, t) = (want.len(), number(&entry, "d"), number(&entry, "T"));
        let same = |x: &State| x.m.iter().zip(&want).all(|(a, b)| (a - b).abs() <= tolerance);
        let states = found(k, d, t);
        let state = states.iter().find(|x| same(x)).unwrap_or_else(|| panic!("{entry} not in {states:?}"));
        close(state.free_energy, number(&entry, "f"), tolerance, &entry);
        // Rounding of the reference: an eigenvalue is 1 minus a sum times 1/T.
        close(state.curvature.unwrap(), number(&entry, "min_hessian_eig"), tolerance / t, &entry);
        assert_eq!(state.stable, entry["stable"].as_bool().unwrap(), "{entry}");
        assert!(entry["branch"].as_str().unwrap().starts_with(&state.task.to_string()), "{entry}");
    }
}

#[test]
fn every_state_solves_its_equations_and_its_free_energy_is_a_potential_of_its_energy() {
    let step = 1e-4;
    for (k, d, t) in [(3, 0.4, 0.2), (4, 0.0, 0.3), (5, 0.6, 0.2), (5, 0.8, 0.05), (6, 0.3, 0.15)] {
        let (warmer, colder) = (found(k, d, t / (1.0 - step)), found(k, d, t / (1.0 + step)));
        let near = |states: &[State], x: &State| {
            let distance = |y: &State| x.m.iter().zip(&y.m).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            states.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap().clone()
        };
        for state in found(k, d, t) {
            assert!(state.residual < 1e-14, "{state:?}");
            if !state.stable {
                continue;
            }
            // d(βf)/dβ = u
            let (low, high) = (near(&warmer, &state), near(&colder, &state));
            let slope = (high.free_energy * (1.0 + step) - low.free_energy * (1.0 - step)) / (2.0 * step);
            close(slope, state.energy, 1e-6, &format!("K = {k}, d = {d}, T = {t}: {:?}", state.m));
        }
    }
}

#[test]
fn the_hierarchy_solves_the_equations_of_zero_temperature_up_to_its_end() {
    let ends: Value = serde_json::from_str(include_str!("reference/multitask.json")).unwrap();
    for k in [3, 4, 5, 6, 8, 12] {
        close(hierarchy_end(order(2), k).unwrap(), number(&ends["d_c"], &k.to_string()), 1e-13, &k);
    }
    let k = 4;
    let end = hierarchy_end(order(2), k).unwrap();
    for d in [0.1, 0.3, end - 1e-3] {
        let want = hierarchy(k, Dilution::new(d).unwrap());
        let state = found(k, d, 0.0).into_iter().find(|x| x.task == Task::Hierarchical && x.stable).unwrap();
        for (got, want) in state.m.iter().zip(&want) {
            close(*got, *want, 1e-15, &d);
        }
        assert_eq!(state.curvature, Some(1.0));
        close(state.energy, state.free_energy, 1e-15, &"no entropy term at T = 0");
        // The limit T → 0.
        let cold = found(k, d, 1e-5).into_iter().find(|x| x.task == Task::Hierarchical && x.stable).unwrap();
        close(cold.m[k - 1], want[k - 1], 1e-6, &d);
    }
    assert!(!found(k, end + 1e-3, 0.0).iter().any(|x| x.task == Task::Hierarchical && x.stable));
}

#[test]
fn beyond_the_hierarchy_spins_follow_majorities_at_zero_temperature_and_the_parallel_state_is_a_saddle() {
    // K = 3, m_1 > m_2 > m_3, m_1 < m_2 + m_3: a spin of three patterns follows two that agree, one of two the stronger. p = 1 − d:
    // m_1 = p³/2 + p d² + 2p²d, m_2 = p³/2 + p d² + p²d, m_3 = p³/2 + p d²; the condition 5d² − 4d + 1 > 0 always holds.
    for d in [0.2, 0.5, 0.8] {
        let p = 1.0 - d;
        let last = p * p * p / 2.0 + p * d * d;
        let want = [last + 2.0 * p * p * d, last + p * p * d, last];
        let state = found(3, d, 0.0).into_iter().find(|x| x.task == Task::Mixed && x.stable).unwrap();
        state.m.iter().zip(want).for_each(|(got, want)| close(*got, want, 1e-15, &d));
        assert_eq!(the(Task::Parallel, 3, d, 0.0).curvature, None);
        assert!(!the(Task::Parallel, 3, d, 1e-3).stable);
    }
}

#[test]
fn just_below_the_critical_temperature_two_thirds_of_zeros_make_retrieval_parallel() {
    for (k, d, task) in
        [(3, 0.64, Task::Pure), (3, 0.69, Task::Parallel), (5, 0.64, Task::Pure), (5, 0.69, Task::Parallel)]
    {
        let critical = 1.0 - d;
        let states = found(k, d, 0.998 * critical);
        let stable: Vec<Task> = states.iter().filter(|x| x.stable).map(|x| x.task).collect();
        assert_eq!(stable, [task], "{states:?}");
        let above = found(k, d, 1.002 * critical);
        assert_eq!(above.len(), 1);
        assert!(above[0].stable && above[0].task == Task::Paramagnet && above[0].energy == 0.0);
    }
}

#[test]
fn without_dilution_three_patterns_mix_stably_below_their_known_temperature_and_two_never() {
    // T = 0.461: Amit, Gutfreund & Sompolinsky, Phys. Rev. A 32, 1007 (1985).
    assert!(the(Task::Parallel, 3, 0.0, 0.459).stable && !the(Task::Parallel, 3, 0.0, 0.462).stable);
    for t in [0.0, 0.1, 0.4, 0.8] {
        assert!(!the(Task::Parallel, 2, 0.0, t).stable);
        assert!(the(Task::Pure, 3, 0.0, t).stable);
    }
    close(the(Task::Parallel, 3, 0.0, 0.0).energy, -0.375, 1e-15, &"u of three");
}

#[test]
fn one_pattern_is_a_ferromagnet_on_its_spins() {
    let (d, t) = (0.3, 0.4);
    let m = the(Task::Pure, 1, d, t).m[0];
    close(m, (1.0 - d) * (m / t).tanh(), 1e-15, &"m");
}

#[test]
fn the_command_answers_with_every_key_and_refuses_by_the_flag() {
    let answer = json("multitask --patterns 3 --dilution 0.4 --temperature 0.2", 0);
    let branches = answer["branches"].as_array().unwrap();
    let first = &branches[0];
    for key in ["branch", "m", "free_energy", "energy", "stable", "curvature", "residual"] {
        assert!(!first[key].is_null(), "{key}");
    }
    assert_eq!((&first["branch"], &first["stable"]), (&Value::from("hierarchical"), &Value::from(true)));
    let energies: Vec<f64> = branches.iter().map(|x| number(x, "free_energy")).collect();
    assert!(energies.is_sorted());
    // Where the lowest curvature is −∞ it is null.
    let zero = json("multitask --patterns 3 --dilution 0.8 --temperature 0", 0);
    assert!(
        zero["branches"].as_array().unwrap().iter().any(|x| x["curvature"].is_null() && x["stable"] == false)
    );
    for (arguments, flag) in [
        ("--patterns 0 --dilution 0.4 --temperature 0.2", "--patterns: "),
        ("--patterns 13 --dilution 0.4 --temperature 0.2", "--patterns: "),
        ("--patterns 3 --dilution 1 --temperature 0.2", "--dilution: "),
        ("--patterns 3 --dilution nan --temperature 0.2", "--dilution: "),
        ("--patterns 3 --dilution 0.4 --temperature -1", "--temperature: "),
    ] {
        refused(&format!("multitask {arguments}"), &[flag]);
    }
}

/// The states of order P by their definition: one pattern without zeros is the Curie–Weiss model of P spins, f is stationary, and its
/// slopes are the residuals of the equations times c; the Hessian is that of f.
#[test]
fn from_order_three_on_states_are_minima_of_the_free_energy_written_out() {
    for (p, d, t) in [(3, 0.4, 0.1), (3, 0.7, 0.02), (4, 0.2, 0.15), (4, 0.6, 0.01), (2, 0.6, 0.2)] {
        let k = 3;
        let (power, half) = (f64::from(p), 0.5 * f64::from(p));
        let free_energy = |m: &[f64]| {
            let mut log_cosh = 0.0;
            for code in 0..27usize {
                let xi: Vec<f64> = (0..k as u32).map(|mu| (code / 3usize.pow(mu) % 3) as f64 - 1.0).collect();
                let weight: f64 = xi.iter().map(|x| if *x == 0.0 { d } else { 0.5 * (1.0 - d) }).product();
                let h: f64 = xi.iter().zip(m).map(|(x, m)| half * m.powi(p as i32 - 1) * x).sum();
                log_cosh += weight * (h.abs() + t * (-2.0 * h.abs() / t).exp().ln_1p());
            }
            0.5 * (power - 1.0) * m.iter().map(|m| m.powi(p as i32)).sum::<f64>() - log_cosh
        };
        let found = states(order(p), k, Dilution::new(d).unwrap(), temperature(t)).unwrap();
        assert!(found.iter().any(|x| x.task == Task::Pure && (p == 2 || x.stable)), "{found:?}");
        assert!(found.iter().any(|x| x.task == Task::Paramagnet && x.stable == (p > 2)), "{found:?}");
        for state in &found {
            let what = format!("P = {p}, d = {d}, T = {t}: {:?}", state.m);
            close(state.free_energy, free_energy(&state.m), 1e-13, &what);
            close(state.energy, -0.5 * state.m.iter().map(|m| m.powi(p as i32)).sum::<f64>(), 1e-14, &what);
            // Curvature along the direction in which it is least, for states of all patterns.
            let step = 1e-4 * (1.0 - d);
            let shifted = |shifts: &[(usize, f64)]| {
                let mut m = state.m.clone();
                shifts.iter().for_each(|&(mu, x)| m[mu] += x * step);
                free_energy(&m)
            };
            let active = state.m.iter().filter(|m| **m > 0.0).count();
            let mut least = f64::INFINITY;
            for a in 0..active {
                let slope = (shifted(&[(a, 1.0)]) - shifted(&[(a, -1.0)])) / (2.0 * step);
                assert!(slope.abs() < 1e-5, "{what}: {slope}");
                let second = |shifts: &dyn Fn(f64) -> Vec<(usize, f64)>, norm: f64| {
                    (shifted(&shifts(1.0)) - 2.0 * state.free_energy + shifted(&shifts(-1.0)))
                        / (step * step * norm)
                };
                least = least.min(second(&|x| vec![(a, x)], 1.0));
                for b in 0..a {
                    least = least.min(second(&|x| vec![(a, x), (b, x)], 2.0));
                    least = least.min(second(&|x| vec![(a, x), (b, -x)], 2.0));
                }
            }
            // The least eigenvalue is below every curvature along a line, and is one of them where patterns are alike.
            if active > 0 {
                let curvature = state.curvature.unwrap();
                assert!(curvature <= least + 1e-3 * least.abs().max(1.0), "{what}: {curvature}, {least}");
                if state.task == Task::Parallel || active == 1 && p > 2 {
                    close(curvature, least, 1e-3 * curvature.abs().max(1.0), &what);
                }
            }
        }
    }
}

#[test]
fn one_pattern_without_zeros_is_the_curie_weiss_model_of_p_spins() {
    for (p, t) in [(3, 0.3), (4, 0.2), (5, 0.4)] {
        let found = states(order(p), 1, Dilution::new(0.0).unwrap(), temperature(t)).unwrap();
        let state = found.iter().find(|x| x.task == Task::Pure).unwrap();
        close(state.m[0], (0.5 * f64::from(p) * state.m[0].powi(p as i32 - 1) / t).tanh(), 1e-14, &p);
        assert!(state.stable && state.m[0] > 0.9);
    }
}

#[test]
fn the_hierarchy_of_order_p_ends_where_that_of_order_two_does_at_the_power_p_minus_one() {
    for p in [3, 4] {
        let end = hierarchy_end(order(p), 3).unwrap();
        close(end.powi(p as i32 - 1), hierarchy_end(order(2), 3).unwrap(), 1e-13, &p);
        for (d, stable) in [(end - 1e-3, true), (end + 1e-3, false)] {
            let dilution = Dilution::new(d).unwrap();
            let want = hierarchy(3, dilution);
            let near = |x: &State| x.stable && x.m.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-12);
            let found = states(order(p), 3, dilution, temperature(0.0)).unwrap();
            assert_eq!(found.iter().any(near), stable, "P = {p}, d = {d}: {found:?}");
        }
    }
}

/// From the hierarchy single spins reach a minimum of f: the hierarchy where it lives, what takes its place where it does not.
#[test]
fn the_flow_from_the_hierarchy_ends_in_a_stable_state() {
    let reached = |p, k, d, t| {
        reached_from_the_hierarchy(order(p), k, Dilution::new(d).unwrap(), None, temperature(t), 1.0).unwrap()
    };
    for (p, k, d, t, task) in [
        (2, 3, 0.4, 0.01, Task::Hierarchical),
        (2, 3, 0.8, 0.0, Task::Mixed),
        (2, 3, 0.8, 0.05, Task::Parallel),
        (2, 3, 0.3, 0.6, Task::Pure),
        (2, 4, 0.3, 0.9, Task::Paramagnet),
        (3, 3, 0.4, 0.1, Task::Pure),
        (4, 3, 0.4, 0.0, Task::Hierarchical),
    ] {
        let state = reached(p, k, d, t);
        assert_eq!((state.task, state.stable), (task, true), "P = {p}, d = {d}, T = {t}: {state:?}");
        assert!(state.residual < 1e-14);
    }
}

fn changes(k: usize, d: f64) -> Vec<Boundary> {
    boundaries(order(2), k, Dilution::new(d).unwrap()).unwrap()
}

/// All states end at T_c = 1 − d; just below it the pure one is stable for d < 2/3, the parallel one for d > 2/3. The pure state begins
/// where a second pattern ceases to gain from the spins that the first leaves free: 1 = ((1−d)/T)[d + (1−d) sech²(m/T)].
#[test]
fn boundaries_are_where_states_begin_and_end() {
    for (d, below) in [(0.5, Task::Pure), (0.72, Task::Parallel), (0.85, Task::Parallel)] {
        let all = changes(3, d);
        let end = all.iter().find(|b| b.change == Change::Ends(below)).unwrap();
        close(end.temperature, 1.0 - d, 2e-5, &d);
        let exchange = Change::Equilibrium { below, above: Task::Paramagnet };
        assert!(
            all.iter().any(|b| b.change == exchange && (b.temperature - 1.0 + d).abs() < 2e-5),
            "{all:?}"
        );
    }
    let d = 0.5;
    let start = changes(3, d).into_iter().find(|b| b.change == Change::Begins(Task::Pure)).unwrap();
    let m = the(Task::Pure, 3, d, start.temperature).m[0];
    let t = start.temperature;
    close((1.0 - d) / t * (d + (1.0 - d) / (m / t).cosh().powi(2)), 1.0, 1e-3, &d);
    // What is stable at strong dilution: an ordered majority state, then the parallel one.
    let all = changes(3, 0.8);
    let exchange = Change::Equilibrium { below: Task::Mixed, above: Task::Parallel };
    close(all.iter().find(|b| b.change == exchange).unwrap().temperature, 0.04865, 1e-4, &"d = 0.8");
    // In each other direction of the plane the same lines are met: a state on either side of one.
    for (t, task) in [(0.04, Task::Mixed), (0.06, Task::Parallel)] {
        assert_eq!(found(3, 0.8, t)[0].task, task);
    }
    refused("multitask --patterns 9 --dilution 0.5 --find boundaries", &["--patterns", "from 1 to 8"]);
    let document = json("multitask --patterns 2 --dilution 0.4 --find boundaries", 0);
    let last = document["boundaries"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["change"].as_str(), last["above"].as_str()), (Some("begins"), Some("paramagnet")));
}

fn learnt(k: usize, d: f64, (mode, r, count): (LearningMode, f64, u64), t: f64) -> Vec<State> {
    let examples = Examples::new(Quality::new(r).unwrap(), count).unwrap();
    learnt_states(k, Dilution::new(d).unwrap(), Lesson { mode, examples }, temperature(t)).unwrap()
}

#[test]
fn perfect_examples_are_the_patterns_themselves() {
    for mode in [LearningMode::Supervised, LearningMode::Unsupervised] {
        let (taught, stored) = (learnt(3, 0.4, (mode, 1.0, 2), 0.2), found(3, 0.4, 0.2));
        assert_eq!(taught.len(), stored.len());
        for (a, b) in taught.iter().zip(&stored) {
            close(a.free_energy, b.free_energy, 1e-12, &"f");
            for ((x, y), m) in a.m.iter().zip(&b.m).zip(&a.archetypes) {
                close(*x, *y, 1e-9, &"m");
                close(*m, *y, 1e-9, &"archetype");
            }
        }
    }
}

/// One pattern of very many examples is a ferromagnet on its spins: m = (1−d) tanh(n/T), up to ρ ≈ 3·10⁻⁵. The sum over examples leaves out
/// what is rarer than rounding, and does not take long.
#[test]
fn very_many_examples_are_as_good_as_the_pattern() {
    let (d, t) = (0.5, 0.1);
    let state = learnt(1, d, (LearningMode::Unsupervised, 0.5, 100_000), t)[0].clone();
    let m = the(Task::Pure, 1, d, t).m[0];
    close(state.archetypes[0], m, 1e-5, &"archetype");
    assert!(state.residual < 1e-13 && state.stable, "{state:?}");
}

/// Unsupervised learning at T(1+ρ) is supervised learning at T, and both end at their T_c.
#[test]
fn measured_in_their_critical_temperatures_supervised_and_unsupervised_thresholds_are_equal() {
    for (k, d, r, count, t) in [(2, 0.3, 0.5, 5, 0.3), (3, 0.6, 0.7, 3, 0.15), (2, 0.8, 0.4, 8, 0.1)] {
        let rho = (1.0 - r * r) / (count as f64 * r * r);
        let told = learnt(k, d, (LearningMode::Supervised, r, count), t);
        let untold = learnt(k, d, (LearningMode::Unsupervised, r, count), t * (1.0 + rho));
        assert_eq!(told.len(), untold.len());
        for (a, b) in told.iter().zip(&untold) {
            assert_eq!((a.task, a.stable), (b.task, b.stable));
            close(b.free_energy, (1.0 + rho) * a.free_energy, 1e-10, &"f");
            for (x, y) in a.archetypes.iter().zip(&b.archetypes) {
                close(*x, *y, 1e-8, &"archetype");
            }
        }
        for (mode, critical) in
            [(LearningMode::Supervised, 1.0 - d), (LearningMode::Unsupervised, (1.0 - d) * (1.0 + rho))]
        {
            let ordered = |t: f64| learnt(k, d, (mode, r, count), t)[0].task != Task::Paramagnet;
            assert!(ordered(0.98 * critical) && !ordered(1.02 * critical), "{mode} d = {d}");
        }
    }
    refused("multitask --patterns 12 --dilution 0.5 --temperature 0.1 --quality 0.5 --examples 9", &["3^12"]);
    refused(
        "multitask --p 3 --patterns 2 --dilution 0.5 --temperature 0.1 --quality 0.5 --examples 9",
        &["P = 2"],
    );
}

/// Heat baths of N = 3000 spins from the hierarchy of the archetypes, four samples: |m| of both archetypes lies within 0.025 of the exact
/// average, which differs from m without examples by 0.05 and more.
#[test]
fn learnt_archetypes_are_simulated_as_theory_says() {
    let (n, k, d, r, count, t) = (3000, 2, 0.3, 0.6, 5u64, 0.08);
    let examples = Examples::new(Quality::new(r).unwrap(), count).unwrap();
    let rho = examples.entropy();
    for (mode, t) in [(LearningMode::Supervised, t), (LearningMode::Unsupervised, t * (1.0 + rho))] {
        let want = learnt(k, d, (mode, r, count), t).into_iter().find(|x| x.stable).unwrap().archetypes;
        let mut sums = vec![0.0; k];
        for sample in 0..4 {
            let mut stream = StreamKey::new(3, "learning").integer("sample", sample).stream();
            let archetypes = DilutedPatterns::random(n, k, Dilution::new(d).unwrap(), &mut stream).unwrap();
            let shown = archetypes.examples(examples, &mut stream).unwrap();
            let total = |mu: usize, i: usize| {
                (0..count as usize).map(|a| i16::from(shown.row(mu * count as usize + a)[i])).sum()
            };
            let of_order = order(2);
            let (model, weights) = match mode {
                LearningMode::Supervised => {
                    let m = count as f64;
                    let square = m * m * r * r + m * (1.0 - r * r);
                    let model = WeightedHebbian::new(of_order, n, k, count, square).unwrap();
                    (model, WeightedPatterns::from_fn(n, k, total).unwrap())
                }
                LearningMode::Unsupervised => {
                    let model = DilutedPatterns::model(of_order, n, k * count as usize).unwrap();
                    (model.weighted(1.0 / (count as f64 * r * r)), shown.weights().unwrap())
                }
            };
            let mut form = WeightedForm::new(&model, &weights, archetypes.hierarchical(&mut stream));
            let rule =
                AnyDynamics::new(Update::Glauber, Order::Random, model.scale(), temperature(t)).unwrap();
            for sweep in 0..60 {
                rule.sweep(&mut form, &mut stream);
                if sweep >= 20 {
                    let mut sizes: Vec<i16> =
                        archetypes.overlaps(form.spins()).into_iter().map(i16::abs).collect();
                    sizes.sort_by_key(|m| std::cmp::Reverse(*m));
                    for (sum, m) in sums.iter_mut().zip(sizes) {
                        *sum += f64::from(m) / (n as f64 * 160.0);
                    }
                }
            }
        }
        let plain = &found(k, d, 0.08)[0].m;
        for mu in 0..k {
            close(sums[mu], want[mu], 0.025, &format!("{mode}, archetype {mu}: {sums:?} {want:?}"));
        }
        assert!((plain[0] - want[0]).abs() > 0.05, "{plain:?} {want:?}");
    }
}
