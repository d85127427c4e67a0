//! k steps of replica symmetry breaking against independent values, and against what fewer steps say.
//!
//! The numbers are the project's reference values of k steps, from another solver (nested Gauss–Hermite averages, stationarity
//! to 1e-13, energies by differences), good to 1e-9.

use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::theory::k_rsb::{self, StepsPoint, retrieval};
use replicon::theory::one_rsb;

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
    let glass = |t: f64, k: u32| k_rsb::glass(order(3), load(1.0), kelvin(t), k).unwrap().unwrap();
    meets(
        &glass(0.2, 2),
        4.069073324056348,
        -0.811875999029827,
        &[0.0, 0.970248540620657, 0.9782524692082406],
        &[0.2733903343963512, 0.4917923166395278],
        -0.007775941362179184,
    );
    meets(
        &glass(0.15, 2),
        5.4229441915812595,
        -0.8126269994865789,
        &[0.0, 0.9720960581875695, 0.9873948839082424],
        &[0.20500853987258605, 0.4114238519411336],
        -0.048663217221009525,
    );
    // Above T_G = 0.24026 one step is all there is, whatever is asked for.
    let above = glass(0.3, 3);
    let one = one_rsb::glass::glass(order(3), load(1.0), kelvin(0.3)).unwrap().unwrap();
    assert_eq!(above.steps(), 1);
    assert!(above.stable && above.free_energy == one.free_energy);
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
    // Lower bounds of the reference, within 4e-5; γ_N = T_d².
    for (p, nishimori, bounds) in
        [(3, 0.46457588892, [0.4644661, 0.4645431]), (4, 0.46024155935, [0.460161, 0.4602087])]
    {
        let ends = retrieval::spinodals(order(p), kelvin(0.1), 3).unwrap();
        assert_eq!(ends.len(), 3);
        assert!(ends.windows(2).all(|pair| pair[0].gamma < pair[1].gamma));
        assert!(ends.iter().all(|end| end.gamma < nishimori && end.error < 1e-9));
        for (end, bound) in ends[1..].iter().zip(bounds) {
            assert!(end.gamma > bound - 1e-7 && end.gamma < bound + 4e-5, "{} for {bound}", end.gamma);
        }
    }
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
