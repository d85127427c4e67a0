//! The continuous Hopfield network: its energy, its update (attention), and its fixed points.

use ndarray::{Array1, Array2, Axis, arr1, arr2};
use replicon::model::continuous::{FixedPoint, signs, spherical};
use replicon::model::{ContinuousHopfield, Patterns};
use replicon::rng::{Stream, StreamKey, uniform};

fn stream(purpose: &str) -> Stream {
    StreamKey::new(41, purpose).stream()
}

fn random(rows: usize, columns: usize, size: f64, stream: &mut Stream) -> Array2<f64> {
    Array2::from_shape_simple_fn((rows, columns), || size * (2.0 * uniform(stream) - 1.0))
}

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "{got} against {want}");
}

/// Three patterns of four numbers, evaluated with 60 digits.
#[test]
fn energy_weights_and_update_meet_a_high_precision_evaluation_at_every_beta() {
    let patterns = arr2(&[[1.0, -1.0, 1.0, 1.0], [0.5, 2.0, -1.0, 0.25], [-1.0, 0.75, 0.125, -2.0]]);
    let x = arr1(&[0.3, -0.2, 0.9, 0.1]);
    let table = [
        (
            0.05,
            3.286_275_825_757_514,
            [0.359_693_995_182_469_5, 0.315_451_093_283_799_5, 0.324_854_911_533_731_03],
            [
                0.192_564_630_290_638_2,
                0.514_849_375_035_427_7,
                0.084_849_765_840_386_4,
                -0.211_153_054_564_042_7,
            ],
        ),
        (
            1.0,
            2.678_027_649_497_970_1,
            [0.831_397_599_746_227_8, 0.060_226_240_124_476_49, 0.108_376_160_129_295_64],
            [
                0.753_134_559_679_170_4,
                -0.629_662_999_400_302_9,
                0.784_718_379_637_913_1,
                0.629_701_839_518_755_6,
            ],
        ),
        (
            40.0,
            1.791_527_807_216_702_7,
            [1.0, 2.506_567_475_899_953e-46, 4.027_167_792_140_633e-36],
            [1.0, -1.0, 1.0, 1.0],
        ),
        // e^{−6100} is 0 in double precision; nothing overflows on the way.
        (3000.0, 1.764_428_704_096_222_7, [1.0, 0.0, 0.0], [1.0, -1.0, 1.0, 1.0]),
    ];
    for (beta, energy, weights, update) in table {
        let network = ContinuousHopfield::new(patterns.clone(), beta).unwrap();
        close(network.energy(x.view()), energy, 1e-13);
        for (got, want) in network.weights(x.view()).iter().zip(weights) {
            close(*got, want, 1e-13 * want);
        }
        for (got, want) in network.update(x.view()).iter().zip(update) {
            close(*got, want, 1e-15);
        }
    }
}

#[test]
fn one_update_is_a_plain_attention_head() {
    let mut stream = stream("attention");
    let (keys, queries, beta) = (random(50, 24, 2.0, &mut stream), random(13, 24, 1.0, &mut stream), 0.7);
    // softmax(β Q Kᵀ) V with V = K, as anyone would write it.
    let mut scores = queries.dot(&keys.t()) * beta;
    scores.mapv_inplace(f64::exp);
    let sums = scores.sum_axis(Axis(1)).insert_axis(Axis(1));
    let attention = (scores / sums).dot(&keys);
    let network = ContinuousHopfield::new(keys.clone(), beta).unwrap();
    let batch = network.update_batch(queries.view());
    let distance = (&attention - &batch).fold(0.0f64, |most, d| d.abs().max(most));
    assert!(distance < 1e-14, "{distance}");
    // A head of another β is another head.
    let other = ContinuousHopfield::new(keys, 0.71).unwrap().update_batch(queries.view());
    assert!((&attention - &other).iter().any(|d| d.abs() > 1e-3));
    // Queries in a batch do not know of each other.
    for (row, query) in batch.rows().into_iter().zip(queries.rows()) {
        assert_eq!(row, network.update(query));
    }
}

#[test]
fn the_update_is_a_step_down_the_gradient_of_the_energy() {
    let mut stream = stream("gradient");
    for (k, n, beta) in [(1, 3, 1.0), (7, 5, 0.3), (20, 12, 4.0)] {
        let network = ContinuousHopfield::new(random(k, n, 1.5, &mut stream), beta).unwrap();
        let x = random(1, n, 1.0, &mut stream).row(0).to_owned();
        let gradient = &x - &network.update(x.view());
        for i in 0..n {
            let moved = |step: f64| {
                let mut y = x.clone();
                y[i] += step;
                network.energy(y.view())
            };
            close((moved(1e-5) - moved(-1e-5)) / 2e-5, gradient[i], 1e-8);
        }
    }
}

#[test]
fn the_energy_is_not_negative_and_never_rises_under_the_update() {
    let mut stream = stream("descent");
    let mut fell = 0;
    for (k, n, beta) in [(2, 4, 0.1), (10, 10, 1.0), (40, 20, 0.5), (100, 16, 8.0), (5, 30, 100.0)] {
        for size in [0.1, 1.0, 10.0] {
            let network = ContinuousHopfield::new(random(k, n, 1.0, &mut stream), beta).unwrap();
            let mut x = random(1, n, size, &mut stream).row(0).to_owned();
            let mut energy = network.energy(x.view());
            for _ in 0..50 {
                assert!(energy >= 0.0, "{energy}");
                x = network.update(x.view());
                let next = network.energy(x.view());
                // Room for the rounding of sums of about a hundred terms.
                assert!(next <= energy + 1e-12 * (1.0 + energy), "{energy} rose to {next}");
                fell += usize::from(next < energy);
                energy = next;
            }
        }
    }
    assert!(fell > 30, "{fell}");
}

#[test]
fn one_update_retrieves_with_an_error_that_falls_exponentially_with_the_separation() {
    // |update(ξ^μ) − ξ^μ| ≤ 2 M (K − 1) exp(−β Δ_μ): at x = ξ^μ every other pattern has weight e^{−βΔ} at most.
    let mut stream = stream("separation");
    let mut errors = Vec::new();
    for beta in [0.05, 0.1, 0.2, 0.4] {
        let network =
            ContinuousHopfield::new(spherical(48, 30, &mut StreamKey::new(3, "sphere").stream()), beta)
                .unwrap();
        let mut worst = 0.0f64;
        for mu in 0..30 {
            let pattern = network.patterns().row(mu).to_owned();
            let error = (&network.update(pattern.view()) - &pattern).mapv(|d| d * d).sum().sqrt();
            let bound = 2.0 * 48f64.sqrt() * 29.0 * (-beta * network.separation(mu)).exp();
            assert!(error <= bound, "{error} above {bound}");
            worst = worst.max(error);
        }
        errors.push(worst);
    }
    // Doubling β squares the factor e^{−βΔ}.
    assert!(errors[3] < errors[2] * errors[2], "{errors:?}");
    // From near the pattern as well.
    let patterns = Patterns::random(100, 50, &mut stream).unwrap();
    let network = ContinuousHopfield::new(signs(&patterns), 0.5).unwrap();
    let near: Array1<f64> =
        network.patterns().row(4).iter().map(|x| x + uniform(&mut stream) - 0.5).collect();
    let error =
        (&network.update(near.view()) - &network.patterns().row(4)).fold(0.0f64, |most, d| d.abs().max(most));
    assert!(error < 1e-9, "{error}");
}

#[test]
fn the_three_kinds_of_fixed_point_are_found_and_told_apart() {
    // Two groups of three patterns: close to each other within a group (5 of 64 entries differ), far from the other group.
    let mut stream = stream("groups");
    let centres = Patterns::random(64, 2, &mut stream).unwrap();
    let entry = |(mu, i): (usize, usize)| {
        let flipped = i / 5 == mu;
        f64::from(centres.sign(mu / 3, i)) * if flipped { -1.0 } else { 1.0 }
    };
    let patterns = Array2::from_shape_fn((6, 64), entry);
    let settle = |beta: f64| {
        let network = ContinuousHopfield::new(patterns.clone(), beta).unwrap();
        let settled = network.settle(patterns.row(1), 1e-12, 10_000);
        assert!(settled.residual <= 1e-12, "β = {beta}: {settled:?}");
        (FixedPoint::of(settled.participation, 6), settled.participation)
    };
    assert_eq!(settle(1.0).0, FixedPoint::Single);
    let (kind, participation) = settle(0.1);
    assert_eq!(kind, FixedPoint::Metastable);
    close(participation, 3.0, 0.2);
    assert_eq!(settle(1e-4).0, FixedPoint::Global);
    assert_eq!(FixedPoint::of(1.0, 1), FixedPoint::Single);
    // Not settled: the residual says so.
    let network = ContinuousHopfield::new(patterns.clone(), 0.05).unwrap();
    assert!(network.settle(patterns.row(1), 1e-12, 0).residual > 1e-3);
}

#[test]
fn what_is_no_network_is_refused() {
    let patterns = arr2(&[[1.0, 2.0]]);
    for beta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(ContinuousHopfield::new(patterns.clone(), beta).is_err());
    }
    assert!(ContinuousHopfield::new(Array2::zeros((0, 4)), 1.0).is_err());
    assert!(ContinuousHopfield::new(Array2::zeros((4, 0)), 1.0).is_err());
    assert!(ContinuousHopfield::new(arr2(&[[f64::NAN]]), 1.0).is_err());
    let alone = ContinuousHopfield::new(patterns, 1.0).unwrap();
    assert_eq!(alone.separation(0), f64::INFINITY);
    assert_eq!(alone.update(arr1(&[5.0, 5.0]).view()), arr1(&[1.0, 2.0]));
}
