//! Lines of the replica-symmetric phase diagram against independent numbers, closed forms and each other.

mod support;

use replicon::theory::{Branch, at_line, lines, rs, transition};
use support::{close, load, number, order, reference, temperature};

fn spinodal(p: u32, t: f64) -> lines::Spinodal {
    lines::retrieval_spinodal_load(order(p), temperature(t)).unwrap()
}

#[test]
fn every_reference_line_point_is_met() {
    let mut checked = 0;
    for entry in reference("rs_lines.json", "entries") {
        let p = entry["P"].as_u64().unwrap() as u32;
        let tolerance = number(&entry, "tol").max(1e-8);
        match entry["kind"].as_str().unwrap() {
            "retrieval_spinodal" => {
                let got = spinodal(p, number(&entry, "T"));
                let tol_m = number(&entry, "tol_m");
                close(got.gamma, number(&entry, "gamma_c"), tolerance, &entry);
                close(got.m, number(&entry, "m"), tol_m, &entry);
                close(got.q, number(&entry, "q"), tol_m, &entry);
                assert!(got.residual < 1e-13);
            }
            "retrieval_T_M" => {
                let gamma = load(number(&entry, "gamma"));
                let got = lines::retrieval_spinodal_temperature(order(p), gamma).unwrap().unwrap();
                close(got, number(&entry, "T_M"), tolerance, &entry);
                let end = spinodal(p, got);
                close(end.m, number(&entry, "m"), 1e-6, &entry);
                close(end.q, number(&entry, "q"), 1e-6, &entry);
            }
            "AT_retrieval" => {
                let gamma = number(&entry, "gamma");
                let got = at_line::at_retrieval_temperature(order(p), load(gamma)).unwrap().unwrap();
                let t = got.temperature.unwrap();
                close(t, number(&entry, "T_AT"), tolerance, &entry);
                close(got.m, number(&entry, "m"), tolerance, &entry);
                close(got.q, number(&entry, "q"), tolerance, &entry);
                close(got.ln_temperature, t.ln(), 1e-14 * got.ln_temperature.abs(), &entry);
                // Both ways round.
                let back = at_line::at_retrieval_load(order(p), temperature(t)).unwrap();
                close(back.gamma, gamma, 1e-9, &entry);
            }
            "glass_onset_and_AT" => {
                let got = lines::at_glass_temperature(load(number(&entry, "gamma")));
                close(got, number(&entry, "T_g"), 1e-8, &entry);
            }
            "glass_RS_onset" => {
                let gamma = load(number(&entry, "gamma"));
                let got = lines::glass_onset_temperature(order(p), gamma).unwrap();
                close(got, number(&entry, "T_onset"), tolerance, &entry);
                let point = rs::glass(order(p), gamma, temperature(got * (1.0 - 1e-13))).unwrap().unwrap();
                close(point.q, number(&entry, "q_at_onset"), 1e-5, &entry);
                close(point.replicon.unwrap(), number(&entry, "replicon_at_onset"), 1e-4, &entry);
                close(
                    lines::glass_onset_load(order(p), temperature(got)).unwrap(),
                    gamma.get(),
                    1e-12,
                    &entry,
                );
            }
            other => panic!("kind {other}"),
        }
        checked += 1;
    }
    assert_eq!(checked, 44);
}

#[test]
fn hopfield_zero_temperature_capacity_is_0_137905566() {
    let got = spinodal(2, 0.0);
    close(got.gamma, 0.137905566, 5e-10, &"α_c");
    close(got.gamma, 0.13790556649493174, 1e-14, &"α_c");
}

#[test]
fn every_zero_temperature_capacity_of_the_reference_is_met() {
    for entry in reference("t0_capacity.json", "entries") {
        let p = entry["P"].as_u64().unwrap() as u32;
        let got = spinodal(p, 0.0);
        close(got.gamma, number(&entry, "gamma_c"), 1e-12, &"γ_c");
        close(got.m, number(&entry, "m_c"), 1e-8, &"m_c");
        let below = load(got.gamma * (1.0 - 1e-15));
        let end = rs::retrieval(order(p), below, temperature(0.0), 0.0).unwrap().unwrap();
        close(end.energy, number(&entry, "E_retrieval_at_gamma_c"), 1e-7, &"energy at γ_c");
        if p == 2 {
            let got = transition::thermodynamic_load(order(2), temperature(0.0)).unwrap().unwrap();
            close(got.gamma, number(&entry, "gamma_t_RSglass"), 1e-12, &"γ_t");
            close(got.retrieval.m, number(&entry, "m_at_gamma_t_RS"), 1e-10, &"m at γ_t");
            close(got.retrieval.energy, number(&entry, "E_at_gamma_t_RS"), 1e-10, &"E at γ_t");
            assert_eq!(got.competitor, Branch::Glass);
        } else {
            let gamma = number(&entry, "gamma_t_RSglass");
            let point = rs::retrieval(order(p), load(gamma), temperature(0.0), 0.0).unwrap().unwrap();
            close(point.m, number(&entry, "m_at_gamma_t_RS"), 1e-8, &"m");
            close(point.energy, number(&entry, "E_at_gamma_t_RS"), 1e-8, &"E");
            let glass = rs::glass(order(p), load(1.0), temperature(0.0)).unwrap().unwrap();
            close(glass.energy, number(&entry, "e0_RS"), 1e-12, &"RS ground state");
        }
    }
    close(spinodal(3, 0.0).gamma, 0.378285646, 3e-9, &"P = 3");
    // The closed form, maximised on a fine grid: an independent path.
    for p in [3, 4, 5, 7, 12] {
        let f = |x: f64| f64::from(p) / 4.0 * (libm::erf(x).powi(p as i32 - 1) / x).powi(2);
        let best = (1..40_000).map(|i| f(f64::from(i) * 1e-4)).fold(0.0, f64::max);
        close(spinodal(p, 0.0).gamma, best, 1e-8, &"closed form");
    }
}

#[test]
fn the_spinodal_is_re_entrant_and_its_temperature_is_the_highest() {
    for (t, want) in [(0.005, 0.13802), (0.02, 0.13818), (0.05, 0.13779)] {
        close(spinodal(2, t).gamma, want, 6e-6, &t);
    }
    let at = |p, gamma| lines::retrieval_spinodal_temperature(order(p), load(gamma)).unwrap();
    // α = 0.138 lies above α_c(0) and below the maximum: two temperatures, the higher is the answer.
    let t = at(2, 0.138).unwrap();
    assert!(t > 0.02 && t < 0.05, "{t}");
    close(spinodal(2, t).gamma, 0.138, 1e-12, &"back");
    assert_eq!(at(2, 0.1383), None);
    let t = at(4, 0.43).unwrap();
    assert!(t > 0.5, "{t}");
    close(spinodal(4, t).gamma, 0.43, 1e-12, &"back");
    assert_eq!(at(4, 0.4603), None);
    // γ_s(T) is largest on Nishimori's line.
    for p in [3, 4, 5, 6, 9] {
        let top = lines::nishimori_load(order(p)).unwrap();
        close(spinodal(p, top).gamma, top, 1e-11, &"γ_N");
        for t in [0.95 * top, 1.05 * top] {
            assert!(spinodal(p, t).gamma < top);
        }
        close(at(p, top * (1.0 - 1e-6)).unwrap(), top, 2e-2, &"T at the top");
    }
    for p in [2, 3, 8] {
        let hottest = lines::hottest_retrieval(order(p));
        assert!(lines::retrieval_spinodal_load(order(p), temperature(hottest * 1.000001)).is_err());
        let t = at(p, 3e-9).unwrap();
        assert!(t < hottest && t > 0.999 * hottest, "P = {p}: {t} {hottest}");
    }
}

#[test]
fn hottest_retrieval_of_p2_near_one_follows_landau_theory() {
    // α_s → (1−T)²/c with a finite c as T → 1.
    let ratio = |d: f64| spinodal(2, 1.0 - d).gamma / (d * d);
    let (near, nearer) = (ratio(1e-3), ratio(1e-4));
    close(near, nearer, 1e-2 * near, &"α_s/(1−T)²");
}

#[test]
fn at_temperature_is_exponentially_small_at_small_load_and_known_by_its_logarithm() {
    let at = |p, gamma| at_line::at_retrieval_temperature(order(p), load(gamma)).unwrap();
    let tiny = at(4, 0.0005).unwrap();
    assert_eq!(tiny.temperature, None);
    assert!(tiny.ln_temperature < -1000.0);
    // ln T_AT ~ −P/(4γ)
    close(tiny.ln_temperature * 0.0005, -1.0, 0.02, &"γ ln T");
    // The asymptotic law joins the solved line: T_AT ≈ 1e-9 is where the method changes.
    for (p, lo, hi) in [(2, 0.02_f64, 0.06), (3, 0.02, 0.1), (4, 0.03, 0.1)] {
        let mut last = at(p, lo).unwrap().ln_temperature;
        let mut bend = f64::NAN;
        let n = 60;
        for k in 1..=n {
            let gamma = lo * (hi / lo).powf(f64::from(k) / f64::from(n));
            let ln_t = at(p, gamma).unwrap().ln_temperature;
            let slope = ln_t - last;
            assert!(slope > 0.0 && (bend.is_nan() || slope <= bend), "no jump at P = {p}, γ = {gamma}");
            (last, bend) = (ln_t, slope);
        }
    }
    // Replicon changes sign there; both methods agree where both are good.
    for (p, gamma) in [(2, 0.05), (3, 0.1), (4, 0.12)] {
        let point = at(p, gamma).unwrap();
        let t = point.temperature.unwrap();
        let replicon = |t: f64| {
            rs::retrieval(order(p), load(gamma), temperature(t), 0.0).unwrap().unwrap().replicon.unwrap()
        };
        assert!(replicon(t * 1.0001) > 0.0 && replicon(t * 0.9999) < 0.0, "P = {p}, γ = {gamma}, T = {t:e}");
    }
    assert_eq!(at(4, 0.5), None);
    // P = 2 above α_c(0): retrieval exists at T > 0 only, and has its AT point there.
    let point = at(2, 0.1381).unwrap();
    let t = point.temperature.unwrap();
    let back = at_line::at_retrieval_load(order(2), temperature(t)).unwrap();
    close(back.gamma, 0.1381, 1e-9, &"both ways round");
    // Between the T = 0 capacity and γ_N the branch is re-entrant and still has its AT point, below T = γ.
    let point = at(4, 0.45).unwrap();
    let t = point.temperature.unwrap();
    assert!(t < 0.45 && t > 0.3, "{t}");
}

#[test]
fn the_thermodynamic_line_of_p2_joins_its_ends() {
    let p = order(2);
    let by_load = transition::thermodynamic_load(p, temperature(0.3)).unwrap().unwrap();
    close(
        by_load.retrieval.free_energy,
        rs::zero_magnetisation(p, load(by_load.gamma), temperature(0.3)).unwrap().unwrap().free_energy,
        1e-13,
        &"f",
    );
    let back = transition::thermodynamic_temperature(p, load(by_load.gamma)).unwrap().unwrap();
    close(back.temperature, 0.3, 1e-9, &"T");
    // Re-entrant: at α = 0.0525 > α_t(0) retrieval is dominant in a window of temperatures only; up to the line's very top.
    let point = transition::thermodynamic_temperature(p, load(0.0525)).unwrap().unwrap();
    assert!(point.temperature > 0.1, "{point:?}");
    let by = |t: f64| transition::thermodynamic_load(p, temperature(t)).unwrap().unwrap().gamma;
    let top = (50..150).map(|k| by(f64::from(k) * 1e-3)).fold(0.0, f64::max);
    assert!(transition::thermodynamic_temperature(p, load(top * (1.0 - 1e-7))).unwrap().is_some(), "{top}");
    assert!(transition::thermodynamic_temperature(p, load(top * (1.0 + 1e-5))).unwrap().is_none(), "{top}");
    assert!(transition::thermodynamic_temperature(p, load(0.06)).unwrap().is_none());
}

#[test]
fn retrieval_meets_the_paramagnet_below_the_spinodal_and_at_t_s_squared_on_nishimoris_line() {
    for p in [3, 4, 6] {
        for t in [0.45, 0.55, 0.65, 0.72] {
            let found = transition::thermodynamic_load(order(p), temperature(t)).unwrap().unwrap();
            let gamma = load(found.gamma);
            let retrieval = rs::retrieval(order(p), gamma, temperature(t), 0.0).unwrap().unwrap();
            let paramagnet = rs::paramagnet(order(p), gamma, temperature(t)).unwrap().unwrap();
            assert_eq!(found.competitor, Branch::Paramagnet);
            close(retrieval.free_energy, paramagnet.free_energy, 1e-12, &format!("f at P = {p}, T = {t}"));
            assert!(found.gamma < spinodal(p, t).gamma);
        }
        let none = transition::exchange_load(order(p), temperature(0.95)).unwrap();
        assert!(
            none.is_none(),
            "above T = 1/(2 log 2) retrieval is nowhere the equilibrium state at P = {p}"
        );
    }
    // The line crosses T = γ at T_s² = 0.6168833² = 0.38054 (P = 4).
    let gamma = transition::exchange_load(order(4), temperature(0.380_545)).unwrap().unwrap();
    close(gamma, 0.380_545, 2e-5, &"γ_t");
}

#[test]
fn next_to_t_equal_1_hopfields_lines_are_refused_rather_than_wrong() {
    let p2 = order(2);
    // γ_s → 0.26189 (1 − T)² as T → 1, to 1e-4 at the last temperature that is answered.
    let last = lines::retrieval_spinodal_load(p2, temperature(0.9999)).unwrap().gamma;
    assert!((last / 1e-8 / 0.26189 - 1.0).abs() < 1e-4, "{last}");
    assert!(lines::retrieval_spinodal_load(p2, temperature(0.99995)).is_err());
    assert!(lines::retrieval_spinodal_temperature(p2, load(1e-9)).is_err());
    assert!(transition::thermodynamic_load(p2, temperature(0.9995)).is_err());
    assert!(transition::thermodynamic_temperature(p2, load(1e-8)).is_err());
    assert!(rs::retrieval(p2, load(1e-12), temperature(0.99999), 0.0).is_err());
    assert!(rs::retrieval(p2, load(0.1), temperature(1.2), 0.0).unwrap().is_none());
}

#[test]
fn the_two_spin_glass_of_tiny_loads_is_refused_at_once_and_its_equilibrium_line_exists_at_every_temperature()
{
    use replicon::theory::one_rsb::{equilibrium, soft};
    let p = order(2);
    let at = temperature;
    for alpha in [1e-60, 1e-30, 5e-7, 9e-6] {
        let alpha = load(alpha);
        assert!(soft::hopfield_glass(alpha, at(0.3)).unwrap().is_none());
        // RS is the same to within what could be seen, where its own digits last.
        if alpha.get() > 1e-12 {
            assert!(equilibrium::zero_state(p, alpha, at(0.3)).unwrap().is_some());
        }
    }
    for t in [0.0, 0.01, 0.3, 0.7, 0.95] {
        let found = equilibrium::thermodynamic_load(p, at(t)).unwrap().unwrap();
        assert!((1e-5..0.0565).contains(&found.gamma), "T = {t}: {}", found.gamma);
    }
}
