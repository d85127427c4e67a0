//! The annealed average at finite N, and simulated paramagnets against it.

use replicon::chain::{Protocol, Sample, Start};
use replicon::dynamics::{Order, Update};
use replicon::estimators::{mean, variance};
use replicon::exact::Enumeration;
use replicon::kernel::FieldTables;
use replicon::model::{DenseHebbian, Patterns};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::StreamKey;
use replicon::theory::annealed::annealed;

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn at(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

#[test]
fn it_is_the_average_of_z_and_of_z_squared_over_all_patterns() {
    // N = 4, K = 2: all 2^8 pattern sets.
    let (n, k) = (4, 2);
    for p in [2, 3, 4] {
        let t = 0.9;
        let hamiltonian = DenseHebbian::new(order(p), n, k).unwrap();
        let (mut z, mut z2, mut slope) = (0.0, 0.0, 0.0);
        for bits in 0..256u32 {
            let patterns = Patterns::from_fn(n, k, |mu, i| bits >> (4 * mu + i) & 1 == 1).unwrap();
            let point = Enumeration::new(&hamiltonian, &patterns).unwrap().at(at(t)).unwrap();
            let partition = point.log_z.unwrap().exp();
            z += partition / 256.0;
            z2 += partition * partition / 256.0;
            // ∂Z/∂β = −⟨H⟩ Z
            slope += -point.energy * n as f64 * partition / 256.0;
        }
        let baseline = annealed(order(p), n, k, at(t)).unwrap().unwrap();
        assert!((baseline.pressure - z.ln() / n as f64).abs() < 1e-12, "P = {p}: A");
        assert!((baseline.energy + slope / z / n as f64).abs() < 1e-12, "P = {p}: u");
        // No cut leaves out anything here: the bracket is Jensen's with the exact second moment.
        let width = (z2 / (z * z)).ln() / (2.0 * n as f64);
        assert!(baseline.width <= width + 1e-12, "P = {p}: width {} {width}", baseline.width);
    }
}

#[test]
fn the_bracket_has_the_width_of_the_convention_page() {
    // P = 3, γ = 1: 4e-5 (N = 32, T = 2), 3e-3 (N = 32, T = 1.5), 8e-5 (N = 64, T = 1.5), to their one digit.
    for (n, t, width) in [(32, 2.0, 4e-5), (32, 1.5, 3e-3), (64, 1.5, 8e-5)] {
        let k = Load::new(1.0).unwrap().pattern_count(order(3), n).unwrap();
        let found = annealed(order(3), n, k, at(t)).unwrap().unwrap();
        println!("N = {n}, T = {t}: width {:.2e}, log R {:.2e}", found.width, found.log_r);
        assert!(found.width < 1.6 * width && found.width > width / 1.6, "N = {n}, T = {t}: {}", found.width);
        assert_eq!(found.holds(), width < 1e-3);
    }
}

#[test]
fn the_leading_orders_of_the_energy_are_the_known_ones() {
    // u = −(βγ/2)(N)_P/N^P − 11.25 β³γ/N (P = 3), − 9 β²γ/N (P = 4), to leading order in β and 1/N.
    for (p, correction, power) in [(3, 11.25, 3), (4, 9.0, 2)] {
        let (n, t, gamma) = (200usize, 12.0f64, 1.0);
        let k = Load::new(gamma).unwrap().pattern_count(order(p), n).unwrap();
        let realised = Load::realised(order(p), n, k).unwrap().get();
        let beta = 1.0 / t;
        let distinct: f64 = (0..p).map(|i| (n as f64 - f64::from(i)) / n as f64).product();
        let expected =
            -0.5 * beta * realised * distinct - correction * beta.powi(power) * realised / n as f64;
        let found = annealed(order(p), n, k, at(t)).unwrap().unwrap().energy;
        let leading = -0.5 * beta * realised * distinct;
        let ratio = (found - leading) / (expected - leading);
        assert!((ratio - 1.0).abs() < 0.12, "P = {p}: correction is {ratio} of the leading one");
    }
}

#[test]
fn simulated_paramagnets_show_the_annealed_energy_to_one_per_cent() {
    for (p, n, gamma, t) in [(3, 32, 1.0, 2.0), (3, 48, 1.0, 1.6), (4, 32, 1.0, 2.0), (4, 40, 0.5, 1.5)] {
        let k = Load::new(gamma).unwrap().pattern_count(order(p), n).unwrap();
        let baseline = annealed(order(p), n, k, at(t)).unwrap().unwrap();
        assert!(baseline.holds());
        let tables = FieldTables::new(DenseHebbian::new(order(p), n, k).unwrap());
        let protocol = Protocol {
            update: Update::Glauber,
            order: Order::Random,
            replicas: 2,
            burn_in_sweeps: 100,
            measure_sweeps: 1200,
            ..Protocol::default()
        };
        let energies: Vec<f64> = (0..40)
            .map(|sample| {
                let key = |purpose: &str| {
                    StreamKey::new(43, purpose).integer("p", p.into()).integer("sample", sample)
                };
                let patterns = Patterns::random(n, k, &mut key("patterns").stream()).unwrap();
                Sample::new(&tables, &patterns, 0)
                    .unwrap()
                    .run(&protocol, at(t), &Start::Random, |purpose, r| {
                        key(purpose).integer("replica", r as u64).stream()
                    })
                    .unwrap()
                    .measurement
                    .energy
                    .unwrap()
            })
            .collect();
        let error = (variance(&energies).unwrap() / energies.len() as f64).sqrt();
        let u = mean(&energies).unwrap();
        let naive = -0.5 * gamma / t;
        println!(
            "P = {p}, N = {n}, γ = {gamma}, T = {t}: u = {u:.5} ± {error:.5}, annealed {:.5}, N → ∞ {naive:.5}",
            baseline.energy
        );
        assert!(error < 0.01 * u.abs(), "error {error} is above 1 % of u = {u}");
        // t of 39 degrees of freedom above 4.5: 6e-5 each; the seed is fixed.
        assert!(
            (u - baseline.energy).abs() < 5.0 * error,
            "P = {p}: {u} ± {error} against {}",
            baseline.energy
        );
        // The limit N → ∞ is far outside: the baseline is worth having.
        assert!((u - naive).abs() > 2.5 * error);
    }
}
