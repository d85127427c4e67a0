//! Simulation and replica theory of the same network, deep in retrieval, with the finite-N trend shown.

use replicon::chain::{Protocol, Sample, Start};
use replicon::dynamics::{Order, Update};
use replicon::estimators::{mean, variance};
use replicon::kernel::FieldTables;
use replicon::model::{DenseHebbian, Patterns};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::StreamKey;
use replicon::theory::rs;

struct Point {
    n: f64,
    /// The load that K realises.
    gamma: Load,
    energy: f64,
    energy_error: f64,
    mattis: f64,
    mattis_error: f64,
}

fn simulate(p: u32, n: usize, gamma: f64, t: f64, samples: u64) -> Point {
    let order = InteractionOrder::new(p).unwrap();
    let k = Load::new(gamma).unwrap().pattern_count(order, n).unwrap();
    let tables = FieldTables::new(DenseHebbian::new(order, n, k).unwrap());
    let protocol = Protocol {
        update: Update::Glauber,
        order: Order::Random,
        replicas: 2,
        burn_in_sweeps: 60,
        measure_sweeps: 240,
        ..Protocol::default()
    };
    let (mut energies, mut magnetisations) = (Vec::new(), Vec::new());
    for sample in 0..samples {
        let key = |purpose: &str| {
            StreamKey::new(41, purpose)
                .integer("p", p.into())
                .integer("n", n as u64)
                .integer("sample", sample)
        };
        let patterns = Patterns::random(n, k, &mut key("patterns").stream()).unwrap();
        let chain = Sample::new(&tables, &patterns, 0)
            .unwrap()
            .run(&protocol, Temperature::new(t).unwrap(), &Start::Planted, |purpose, replica| {
                key(purpose).integer("replica", replica as u64).stream()
            })
            .unwrap();
        // The energy of the planted pattern scatters by √(γ/2N) around −(N)_P/(2 N^P), its exact mean over disorder (the other
        // patterns add 0 on average). In retrieval the chain's energy scatters with it: taking it out leaves the mean as it is
        // and an error ten times smaller.
        let hamiltonian = tables.hamiltonian();
        let planted = patterns.row(0);
        let sum: i128 = (0..k).map(|mu| hamiltonian.energy_of_overlap(patterns.overlap(mu, &planted))).sum();
        let scatter = hamiltonian.energy(sum) / n as f64 + 0.5 * distinct(p, n as f64);
        energies.push(chain.measurement.energy.unwrap() - scatter);
        magnetisations.push(chain.measurement.mattis.unwrap());
    }
    let error = |values: &[f64]| (variance(values).unwrap() / values.len() as f64).sqrt();
    Point {
        n: n as f64,
        gamma: Load::realised(order, n, k).unwrap(),
        energy: mean(&energies).unwrap(),
        energy_error: error(&energies),
        mattis: mean(&magnetisations).unwrap(),
        mattis_error: error(&magnetisations),
    }
}

/// χ² of a straight line y = y∞ + b/N through weighted points; returns (y∞, its error, χ²).
fn extrapolate(points: &[(f64, f64, f64)]) -> (f64, f64, f64) {
    let (mut s, mut sx, mut sy, mut sxx, mut sxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for &(n, y, error) in points {
        let (w, x) = (1.0 / (error * error), 1.0 / n);
        s += w;
        sx += w * x;
        sy += w * y;
        sxx += w * x * x;
        sxy += w * x * y;
    }
    let determinant = s * sxx - sx * sx;
    let (intercept, slope) = ((sxx * sy - sx * sxy) / determinant, (s * sxy - sx * sy) / determinant);
    let chi2 = points.iter().map(|&(n, y, error)| ((y - intercept - slope / n) / error).powi(2)).sum();
    (intercept, (sxx / determinant).sqrt(), chi2)
}

/// Falls (N)_P/N^P short of 1 for the energy of a perfectly retrieved pattern.
fn distinct(p: u32, n: f64) -> f64 {
    (0..p).map(|i| (n - f64::from(i)) / n).product()
}

fn check(p: u32, gamma: f64, t: f64, sizes: [usize; 4], samples: u64) {
    let order = InteractionOrder::new(p).unwrap();
    let temperature = Temperature::new(t).unwrap();
    println!("P = {p}, γ = {gamma}, T = {t}");
    let (mut energies, mut magnetisations) = (Vec::new(), Vec::new());
    for n in sizes {
        let point = simulate(p, n, gamma, t, samples);
        let state = rs::retrieval(order, point.gamma, temperature, 0.0).unwrap().unwrap();
        println!(
            "N = {n:4}: m {:.5} ± {:.5} (RS {:.5}), u {:.5} ± {:.5} (RS {:.5}, times (N)_P/N^P {:.5})",
            point.mattis,
            point.mattis_error,
            state.m,
            point.energy,
            point.energy_error,
            state.energy,
            state.energy * distinct(p, point.n)
        );
        energies.push((point.n, point.energy - state.energy, point.energy_error));
        magnetisations.push((point.n, point.mattis - state.m, point.mattis_error));
    }
    for (name, differences) in [("u", &energies), ("m", &magnetisations)] {
        let (limit, error, chi2) = extrapolate(differences);
        println!("{name} − RS at N → ∞: {limit:.5} ± {error:.5}, χ² = {chi2:.1} with 2 degrees of freedom");
        // 4 standard errors: 6e-5; χ² of 2 above 20: 5e-5; fixed seeds, so below 1e-3 over all claims here. The term in 1/N²
        // that the line leaves out is allowed for by its size at the smallest N.
        let curvature = 4.0 / (sizes[0] as f64).powi(2);
        assert!(limit.abs() < 4.0 * error + curvature, "{name}: {limit} ± {error}");
        // And the difference is there at finite N, and falls.
        let (first, last) = (differences[0].1.abs(), differences[3].1.abs());
        assert!(
            last < first,
            "{name} does not approach RS: {first} at N = {}, {last} at N = {}",
            sizes[0],
            sizes[3]
        );
    }
}

#[test]
fn dense_retrieval_approaches_replica_symmetry_as_one_over_n() {
    check(3, 0.1, 0.4, [96, 128, 192, 256], 16);
    check(4, 0.1, 0.4, [48, 64, 96, 128], 16);
}

#[test]
fn hopfield_retrieval_approaches_the_ags_solution_as_one_over_n() {
    check(2, 0.04, 0.3, [200, 400, 800, 1600], 16);
}
