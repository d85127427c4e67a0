//! Branches of 1RSB retrieval as curves: rows of loads, the neighbourhood of the AT line, ends, points where lines meet.

mod support;

use replicon::theory::one_rsb::retrieval::{self, Isotherm};
use replicon::theory::one_rsb::{equilibrium, transitions};
use replicon::theory::{Branch, at_line, lines, rs, transition, triple_points};
use support::{close, load, order, temperature};

#[test]
fn a_row_of_loads_is_its_points_to_the_last_bit_in_any_order() {
    for (p, t) in [(2, 0.0), (2, 0.01), (3, 0.0), (3, 0.2), (4, 0.02), (4, 0.3), (10, 0.1), (4, 0.5)] {
        let most = retrieval::spinodal(order(p), temperature(t)).unwrap().gamma;
        let loads: Vec<_> = (1..=25).map(|k| load(most * f64::from(k) / 24.0)).collect();
        let row = retrieval::row(order(p), temperature(t), &loads);
        let mut backwards = Isotherm::new(order(p), temperature(t));
        backwards.spinodal().unwrap();
        for (gamma, point) in loads.iter().zip(&row).rev() {
            let alone = retrieval::retrieval(order(p), *gamma, temperature(t));
            assert_eq!(point, &alone, "P = {p}, T = {t}, γ = {gamma}");
            assert_eq!(&backwards.retrieval(*gamma), point);
        }
        assert!(row.last().unwrap().as_ref().unwrap().is_none());
        assert!(row.first().unwrap().as_ref().unwrap().is_some());
    }
}

#[test]
fn breaking_grows_linearly_from_the_at_line_and_is_resolved_to_the_last_digits() {
    for (p, t) in [(2, 0.01), (3, 0.2), (4, 0.1), (6, 0.05)] {
        let at = at_line::at_retrieval_load(order(p), temperature(t)).unwrap();
        let mut isotherm = Isotherm::new(order(p), temperature(t));
        let mut ratios = Vec::new();
        for distance in [1e-3, 1e-4, 1e-5, 1e-6, 1e-7] {
            let point = isotherm.retrieval(load(at.gamma * (1.0 + distance))).unwrap().unwrap();
            assert!(
                point.residual < 1e-11 && point.replicon().unwrap() < 1e-9,
                "P = {p}, {distance}: {point:?}"
            );
            ratios.push((point.q2 - point.q1) / distance);
        }
        // At the smallest distance rounding errors of q2 − q1 ≈ 1e-8 show.
        let last = ratios[3];
        assert!(last > 0.0);
        for (k, ratio) in ratios.iter().enumerate() {
            let tolerance = [0.1, 0.01, 1e-3, 0.0, 0.01][k];
            close(ratio / last, 1.0, tolerance, &format!("P = {p}, T = {t}, step {k}"));
        }
        let on = isotherm.retrieval(load(at.gamma * (1.0 - 1e-9))).unwrap().unwrap();
        assert!(on.theta.is_none() && on.stable);
    }
}

#[test]
fn below_the_at_line_every_state_is_broken_and_its_breaking_point_continuous() {
    for (p, gamma) in [(2, 0.138), (2, 0.1381), (3, 0.46), (4, 0.2), (4, 0.38), (4, 0.45)] {
        let at = at_line::at_retrieval_temperature(order(p), load(gamma)).unwrap().unwrap();
        let t_at = at.temperature.unwrap();
        // log10(1 − T/T_AT) from −2 to −8, denser where the equations change
        let coarse = (0..=60).map(|k| -2.0 - 0.1 * f64::from(k));
        let fine = (0..60).map(|k| -2.3 - 0.03 * f64::from(k));
        let mut distances: Vec<f64> = coarse.chain(fine).map(|log| 10f64.powf(log)).collect();
        distances.sort_by(|a, b| b.total_cmp(a));
        let mut last: Option<f64> = None;
        for distance in distances {
            let t = temperature(t_at * (1.0 - distance));
            let what = format!("P = {p}, γ = {gamma}, 1 − T/T_AT = {distance:e}");
            let point = retrieval::retrieval(order(p), load(gamma), t).unwrap().unwrap();
            assert!(!point.stable && point.residual < 1e-11, "{what}: {point:?}");
            let Some(theta) = point.theta else {
                // The resolution that is documented, in log γ.
                let nearest = (1e-11 / (1.0 - at.q)).max(3e-8);
                let marginal = at_line::at_retrieval_load(order(p), t).unwrap().gamma;
                assert!((gamma / marginal).ln() < 1.01 * nearest, "{what}: no breaking");
                continue;
            };
            assert!(point.q2 > point.q1, "{what}: {point:?}");
            let jump = last.map_or(0.0, |before| (theta - before).abs());
            assert!(jump < 0.2 * distance + 5e-5, "{what}: θ jumps by {jump:e}");
            last = Some(theta);
        }
    }
}

#[test]
fn one_rsb_retrieval_ends_below_the_load_of_nishimoris_line() {
    for p in [3, 4, 5, 7, 10, 16] {
        let most = lines::nishimori_load(order(p)).unwrap();
        let mut last = 0.0;
        for part in [0.0, 0.02, 0.1, 0.3, 0.6, 0.9, 0.99] {
            let end = retrieval::spinodal(order(p), temperature(part * most)).unwrap();
            assert!(end.gamma < most && end.gamma > last, "P = {p}, T = {part} γ_N: {}", end.gamma);
            last = end.gamma;
        }
        close(last, most, 1e-6, &"γ_s → γ_N");
    }
    for t in [0.0, 0.005, 0.01, 0.02, 0.03, 0.06] {
        let end = retrieval::spinodal(order(2), temperature(t)).unwrap();
        assert!(end.gamma < 0.1385, "T = {t}: {}", end.gamma);
    }
}

#[test]
fn retrieval_glass_and_paramagnet_meet_at_t_s_squared_seen_from_both_sides() {
    for p in [3, 4, 6, 10] {
        let (gamma, t) = triple_points::equilibrium_states_meet(order(p)).unwrap();
        let side = |factor: f64| {
            let found = equilibrium::thermodynamic_load(order(p), temperature(t * factor)).unwrap().unwrap();
            (found.gamma, found.competitor)
        };
        for step in [1e-3, 1e-5] {
            let ((above, hot), (below, cold)) = (side(1.0 + step), side(1.0 - step));
            assert_eq!((hot, cold), (Branch::Paramagnet, Branch::Glass), "P = {p}");
            close(above, gamma, 2.0 * step * gamma, &"from above");
            close(below, gamma, 2.0 * step * gamma, &"from below");
        }
        // The free energies themselves.
        let retrieval = rs::retrieval(order(p), load(gamma), temperature(t), 0.0).unwrap().unwrap();
        let paramagnet = rs::paramagnet(order(p), load(gamma), temperature(t)).unwrap().unwrap();
        let just_below = temperature(t * (1.0 - 1e-9));
        let glass =
            replicon::theory::one_rsb::glass::glass(order(p), load(gamma), just_below).unwrap().unwrap();
        close(retrieval.free_energy, paramagnet.free_energy, 1e-12, &"f of retrieval");
        close(glass.free_energy, paramagnet.free_energy, 1e-8, &"f of the glass");
        close(glass.theta.unwrap(), 1.0, 1e-6, &"θ");
    }
}

#[test]
fn spinodal_dynamic_and_at_line_meet_at_t_d_squared() {
    for p in [3, 4, 6, 10] {
        let (gamma, t) = triple_points::spinodal_meets_dynamic(order(p)).unwrap();
        let end = lines::retrieval_spinodal_load(order(p), temperature(t)).unwrap();
        close(end.gamma, gamma, 1e-12, &"spinodal");
        close(end.replicon.unwrap(), 0.0, 1e-6, &"replicon at the spinodal");
        close(transitions(order(p)).unwrap().dynamics * gamma.sqrt(), t, 1e-12, &"T_d √γ");
        let at = at_line::at_retrieval_load(order(p), temperature(t * (1.0 - 1e-4))).unwrap();
        close(at.gamma, gamma, 1e-4, &"AT line");
        assert!(at_line::at_retrieval_load(order(p), temperature(t * (1.0 + 1e-4))).is_none());
    }
}

#[test]
fn as_the_load_vanishes_lines_end_where_one_pattern_alone_does() {
    for p in [3, 4, 7] {
        let end = triple_points::noiseless_exchange(order(p));
        let below =
            transition::thermodynamic_load(order(p), temperature(end * (1.0 - 1e-4))).unwrap().unwrap();
        assert!(below.gamma < 2e-3, "P = {p}: {}", below.gamma);
        assert!(transition::thermodynamic_load(order(p), temperature(end * (1.0 + 1e-4))).unwrap().is_none());
    }
    let at = triple_points::noiseless_exchange(order(24));
    close(at, 0.5 / std::f64::consts::LN_2, 1e-9, &"1/(2 log 2)");
    // Where retrieval of P = 2 is marginal on its spinodal, and on its equilibrium line for P ≥ 3.
    let (alpha, t) = triple_points::spinodal_breaks(order(2)).unwrap();
    let end = lines::retrieval_spinodal_load(order(2), temperature(t)).unwrap();
    close(end.gamma, alpha, 1e-12, &"α");
    close(end.replicon.unwrap(), 0.0, 1e-10, &"replicon");
    let (gamma, t) = triple_points::equilibrium_breaks(order(4)).unwrap();
    let at = at_line::at_retrieval_load(order(4), temperature(t)).unwrap();
    close(at.gamma, gamma, 1e-9, &"AT line on the thermodynamic line");
}
