//! k steps of replica symmetry breaking against independent values, and against what fewer steps say.
//!
//! The numbers are the project's reference values of k steps, from another solver (nested Gauss–Hermite averages, stationarity
//! to 1e-13, energies by differences), good to 1e-9.

use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::theory::k_rsb::{self, StepsPoint, retrieval};
use replicon::theory::{lines, one_rsb};

fn load(gamma: f64) -> Load {
    Load::new(gamma).unwrap()
}

fn kelvin(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn sk(t: f64, k: u32) -> StepsPoint {
    k_rsb::sherrington_kirkpatrick(load(1.0), kelvin(t), k).unwrap().unwrap()
}

fn glass(p: u32, t: f64, k: u32) -> StepsPoint {
    k_rsb::glass(order(p), load(1.0), kelvin(t), k).unwrap().unwrap()
}

/// The largest load with retrieval at T, for 1…k steps.
fn ends(p: u32, t: f64, k: u32) -> Vec<f64> {
    retrieval::spinodals(order(p), kelvin(t), k).unwrap().iter().map(|end| end.gamma).collect()
}

fn meets(point: &StepsPoint, a: f64, u: f64, q: &[f64], x: &[f64], inner: f64) {
    assert_eq!((point.overlaps.len(), point.steps()), (q.len(), x.len()));
    assert!((point.pressure - a).abs() < 1e-9, "A = {}", point.pressure);
    assert!((point.energy - u).abs() < 2e-9, "u = {}", point.energy);
    assert!((point.replicon_inner - inner).abs() < 1e-7);
    for (found, reference) in point.overlaps.iter().zip(q).chain(point.breakpoints.iter().zip(x)) {
        assert!((found - reference).abs() < 2e-8, "{found} for {reference}");
    }
    assert!(point.residual < 1e-10 && point.quadrature < 1e-11);
    assert!(!point.stable, "every finite number of steps is unstable there");
}

#[test]
fn the_sk_model_has_the_reference_staircases() {
    meets(
        &sk(0.5, 2),
        1.5823642818021395,
        -0.7114923953856745,
        &[0.13334157817800246, 0.4020700757730675, 0.6307297407379971],
        &[0.17676461263952825, 0.3551810816195146],
        -0.024771424916769202,
    );
    meets(
        &sk(0.4, 3),
        1.9447799401641412,
        -0.735124071360048,
        &[0.12002362469454016, 0.36359189024259664, 0.585543143938347, 0.7539169392460641],
        &[0.12631444062314653, 0.24947561182433234, 0.39487452440093757],
        -0.02501672301191582,
    );
    meets(
        &sk(0.4, 4),
        1.9447742066961107,
        -0.7351124807200388,
        &[0.0940491617481533, 0.2851904446230777, 0.4697057813231871, 0.6313091395831525, 0.7558918696210563],
        &[0.09970209236368248, 0.1953253302609862, 0.29601847669296316, 0.4186898664900281],
        -0.015461181213940689,
    );
}

#[test]
fn below_gardners_temperature_the_states_of_p_3_split() {
    meets(
        &glass(3, 0.2, 2),
        4.069073324056348,
        -0.811875999029827,
        &[0.0, 0.970248540620657, 0.9782524692082406],
        &[0.2733903343963512, 0.4917923166395278],
        -0.007775941362179184,
    );
    meets(
        &glass(3, 0.15, 2),
        5.4229441915812595,
        -0.8126269994865789,
        &[0.0, 0.9720960581875695, 0.9873948839082424],
        &[0.20500853987258605, 0.4114238519411336],
        -0.048663217221009525,
    );
    // Above T_G = 0.24026 one step is all there is, whatever is asked for.
    let above = glass(3, 0.3, 3);
    let one = one_rsb::glass::glass(order(3), load(1.0), kelvin(0.3)).unwrap().unwrap();
    assert_eq!(above.steps(), 1);
    assert!(above.stable && above.free_energy == one.free_energy);
}

/// The saddle, and A, u, q, x and the inner stability of the reference.
type Entry<'a> = (StepsPoint, f64, f64, &'a [f64], &'a [f64], f64);

#[test]
fn every_other_staircase_of_the_reference_is_met() {
    let entries: [Entry; 11] = [
        (
            sk(0.5, 1),
            1.5824176847584321,
            -0.7116679751792105,
            &[0.21463106457359868, 0.6192008853558522],
            &[0.28184264456361524],
            -0.06309116220303368,
        ),
        (
            sk(0.4, 1),
            1.9449908335711381,
            -0.7355314971901493,
            &[0.2634988174911456, 0.7350429057052859],
            &[0.27335989973500047],
            -0.11573524592584761,
        ),
        (
            sk(0.3, 2),
            2.565165566928502,
            -0.7509219541300631,
            &[0.19936062628261048, 0.5889212960516049, 0.8493919408850992],
            &[0.15419495647497863, 0.33277181966444286],
            -0.09134755835100039,
        ),
        (
            sk(0.2, 1),
            3.8278111373675396,
            -0.7606407128689879,
            &[0.3664017748719191, 0.9114013402474682],
            &[0.19372239104875769],
            -0.44641534346135114,
        ),
        (
            sk(0.2, 2),
            3.825778303452136,
            -0.759613381740998,
            &[0.23604342265090808, 0.6806639348470332, 0.9257961787551231],
            &[0.12126769224731132, 0.28318476960953687],
            -0.19652523011031597,
        ),
        (
            sk(0.2, 3),
            3.8254851379351034,
            -0.7594571631206806,
            &[0.17347454180866026, 0.5193115358608876, 0.7844844582373969, 0.9307643872915858],
            &[0.0896746613089123, 0.1849926395190805, 0.33742532390699465],
            -0.1095338512190267,
        ),
        (
            sk(0.1, 1),
            7.644413290691384,
            -0.7644723741270278,
            &[0.4209446895229487, 0.9664198813528793],
            &[0.11477928918510685],
            -1.2016627521571994,
        ),
        (
            sk(0.1, 2),
            7.635962659913685,
            -0.7630346623105291,
            &[0.27644112655348246, 0.7686809836449545, 0.9758806928552204],
            &[0.07116180169920579, 0.18906219361367163],
            -0.5630686285541269,
        ),
        (
            sk(0.1, 4),
            7.634291694705986,
            -0.7627310291666687,
            &[
                0.1631427649716011,
                0.49028162340493353,
                0.7521332633365504,
                0.9107252555335934,
                0.9810390342165732,
            ],
            &[0.042244634305820115, 0.08602289249612172, 0.1504651953957084, 0.287841075278274],
            -0.21220141191438402,
        ),
        (
            glass(3, 0.1, 1),
            8.133150003708172,
            -0.8132204751670657,
            &[0.0, 0.990099072542584],
            &[0.13727153750636956],
            -0.9173011573592107,
        ),
        (
            glass(3, 0.2, 1),
            4.069079910388451,
            -0.8118973773197773,
            &[0.0, 0.9759011032239615],
            &[0.27349031354619147],
            -0.1271352121059628,
        ),
    ];
    for (point, a, u, q, x, inner) in &entries {
        meets(point, *a, *u, q, x, *inner);
        assert!((point.entropy - (a + u * a / -point.free_energy)).abs() < 1e-8);
    }
}

#[test]
fn the_ground_state_of_the_sk_model_has_the_energy_of_parisi() {
    // s = aT² at small T: f = E0 − aT³/3 and u = E0 + 2aT³/3 leave E0 = (2f + u)/3.
    let e0 = |x: &StepsPoint| (2.0 * x.free_energy + x.energy) / 3.0;
    // Two steps, by u at two temperatures as in the reference.
    let (cold, warm) = (sk(0.04, 2).energy, sk(0.05, 2).energy);
    assert!((cold + 0.763555072).abs() < 2e-9 && (warm + 0.763515578).abs() < 2e-9);
    assert!((cold + (cold - warm) * 16.0 / 9.0 + 0.76362).abs() < 3e-5);
    // The error of k steps falls as k⁻⁴.
    let (eight, ten) = (e0(&sk(0.05, 8)), e0(&sk(0.05, 10)));
    let limit = ten + (ten - eight) / (1.25_f64.powi(4) - 1.0);
    assert!((limit + 0.76317).abs() < 5e-6, "{limit}");
}

#[test]
fn a_cooled_staircase_is_the_one_that_grows_in_place() {
    // Below T = 0.05 (P = 3: 0.05 √1.5 = 0.0612) the staircase is grown there: f goes on as f′ = −s.
    let (above, below) = (sk(0.0502, 3), sk(0.0498, 3));
    assert_eq!(below.steps(), 3);
    let slope = -0.5 * (above.entropy + below.entropy);
    assert!((above.free_energy - below.free_energy - slope * 4e-4).abs() < 1e-11);
    let (above, below) = (glass(3, 0.0614, 3), glass(3, 0.0610, 3));
    let slope = -0.5 * (above.entropy + below.entropy);
    assert!((above.free_energy - below.free_energy - slope * 4e-4).abs() < 1e-11);
}

#[test]
fn each_step_raises_the_free_energy_of_the_glass() {
    let f: Vec<f64> = (1..=5).map(|k| sk(0.3, k).free_energy).collect();
    let gains: Vec<f64> = f.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gains.iter().all(|gain| *gain > 0.0), "{gains:?}");
    assert!(gains.windows(2).all(|pair| pair[1] < 0.4 * pair[0]), "{gains:?}");
}

#[test]
fn the_energy_is_the_derivative_of_the_pressure() {
    let (t, d) = (0.25, 1e-4);
    let a = |beta: f64| sk(1.0 / beta, 2).pressure;
    let beta = 1.0 / t;
    let slope = (a(beta + d) - a(beta - d)) / (2.0 * d);
    assert!((slope + sk(t, 2).energy).abs() < 1e-7);
}

#[test]
fn retrieval_ends_later_with_every_step_and_never_beyond_nishimoris_load() {
    // Lower bounds of the reference, within 4e-5, and what is found here; γ_N = T_d².
    for (p, nishimori, bounds, values) in [
        (3, 0.46457588892, [0.4644661, 0.4645431], [0.46446614, 0.46454309]),
        (4, 0.46024155935, [0.460161, 0.4602087], [0.46016098, 0.46020874]),
    ] {
        let ends = retrieval::spinodals(order(p), kelvin(0.1), 3).unwrap();
        assert_eq!(ends.len(), 3);
        assert!(ends.windows(2).all(|pair| pair[0].gamma < pair[1].gamma));
        assert!(ends.iter().all(|end| end.gamma < nishimori && end.error < 1e-9));
        for ((end, bound), value) in ends[1..].iter().zip(bounds).zip(values) {
            assert!(end.gamma > bound - 1e-7 && end.gamma < bound + 4e-5, "{} for {bound}", end.gamma);
            assert!((end.gamma - value).abs() < 1e-8, "{} for {value}", end.gamma);
        }
    }
}

#[test]
fn every_end_of_retrieval_in_the_reference_is_met() {
    // (P, T, k, γ): to 1e-7 at k ≤ 1, lower bounds within 4e-5 at k ≥ 2. Those at T ≤ 0.05 lie up to 3e-7 above what is found here
    // on grids of either fineness to 1e-11.
    for (p, t, k, reference) in [
        (3, 0.0, 0, 0.378285646),
        (3, 0.46, 0, 0.4645554),
        (3, 0.0, 1, 0.461211787),
        (3, 0.03, 1, 0.462),
        (3, 0.1, 1, 0.4633297),
        (3, 0.025, 2, 0.4642937),
        (3, 0.05, 2, 0.4643686),
        (3, 0.2, 2, 0.4645431),
        (4, 0.0, 0, 0.395720238),
        (4, 0.46, 0, 0.4602415),
        (4, 0.0, 1, 0.4583434668),
        (4, 0.03, 1, 0.4587786),
        (4, 0.1, 1, 0.4595159),
        (4, 0.2, 1, 0.4600394),
        (4, 0.025, 2, 0.4600602),
        (4, 0.05, 2, 0.4601036),
        (4, 0.2, 2, 0.4602088),
    ] {
        let found = match k {
            0 => lines::retrieval_spinodal_load(order(p), kelvin(t)).unwrap().gamma,
            1 => one_rsb::retrieval::spinodal(order(p), kelvin(t)).unwrap().gamma,
            _ => ends(p, t, k)[k as usize - 1],
        };
        let above = if k < 2 { 1e-7 } else { 4e-5 };
        let below = if k < 2 || t > 0.05 { 1e-7 } else { 4e-7 };
        let message = format!("P = {p}, T = {t}, k = {k}: {found} for {reference}");
        assert!(found > reference - below && found < reference + above, "{message}");
    }
    for (p, reference) in [(3, 0.46457588892), (4, 0.46024155935), (5, 0.49019841005), (6, 0.52922071099)] {
        assert!((lines::nishimori_load(order(p)).unwrap() - reference).abs() < 1e-10);
    }
}

#[test]
fn as_many_steps_as_are_asked_for_are_found_where_all_are_unstable() {
    for (p, t, last) in [
        (3, 0.1, vec![0.46455476, 0.46455741, 0.46455817]),
        (3, 0.2, vec![0.46455842]),
        (3, 0.3, vec![0.46456065]),
        (4, 0.1, vec![0.46021678]),
        (4, 0.2, vec![0.46021981]),
        (5, 0.1, vec![0.49017090]),
    ] {
        let k = last.len() + 3;
        let found = ends(p, t, k as u32);
        assert_eq!(found.len(), k, "P = {p}, T = {t}");
        for (found, value) in found[3..].iter().zip(&last) {
            assert!((found - value).abs() < 1e-8, "P = {p}, T = {t}: {found} for {value}");
        }
    }
    // Cooled from where the staircase was grown, 0.05 √1.5 √γ.
    let cold = ends(3, 0.03, 4);
    assert!(cold.len() == 4 && (cold[3] - 0.46454451).abs() < 1e-8, "{cold:?}");
}

#[test]
fn weak_breaking_is_resolved_and_ends_where_one_step_is_stable() {
    // Next to T = γ: q_1 − q_0 = 0.05 and 0.011.
    let weak = retrieval::spinodals(order(3), kelvin(0.44), 2).unwrap();
    assert!(weak.len() == 2 && !weak[0].point.stable && weak[1].point.residual < 1e-12);
    assert!((weak[1].gamma - weak[0].gamma).abs() < 2e-9);
    let weaker = retrieval::spinodals(order(3), kelvin(0.46), 3).unwrap();
    assert!(weaker.len() == 1 && weaker[0].point.stable && weaker[0].point.steps() == 1);
    // So the line leaves T_d² at once: this end is below it by 1.3e-7.
    let short = lines::nishimori_load(order(3)).unwrap() - weaker[0].gamma;
    assert!((short - 1.33e-7).abs() < 1e-9, "{short}");
    // At a load, next to the AT line: both stabilities fall with the square of the number of steps.
    let inner: Vec<f64> = (1..=4)
        .map(|k| {
            let point = retrieval::retrieval(order(3), load(0.46), kelvin(0.4), k).unwrap().unwrap();
            assert_eq!(point.steps(), k as usize);
            -point.replicon_inner * f64::from(k * k)
        })
        .collect();
    assert!(inner.iter().all(|scaled| (scaled / inner[3] - 1.0).abs() < 0.03), "{inner:?}");
}

#[test]
fn retrieval_beyond_the_end_of_one_step_is_found_with_three() {
    let (p, t) = (order(3), kelvin(0.1));
    let one_step = one_rsb::retrieval::spinodal(p, t).unwrap().gamma;
    let point = retrieval::retrieval(p, load(0.4643), t, 3).unwrap().unwrap();
    assert!(one_step < 0.4643 && point.steps() == 3 && point.residual < 1e-10);
    assert!(retrieval::retrieval(p, load(0.4646), t, 3).unwrap().is_none());
}

#[test]
fn where_replica_symmetry_holds_no_step_is_found() {
    let point = retrieval::retrieval(order(4), load(0.3), kelvin(0.45), 3).unwrap().unwrap();
    assert!(point.steps() == 0 && point.stable && point.overlaps.len() == 1);
}
