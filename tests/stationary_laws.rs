//! What each (rule, order) samples: full transition matrices at small N, against the law that the docs state.

use replicon::dynamics::{AnyDynamics, Dynamics, Glauber, Metropolis, Order, Update};
use replicon::exact::transition::{Matrix, is_irreducible, residual, row_defect, stationary};
use replicon::kernel::{FieldTables, OverlapForm};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::params::{InteractionOrder, Temperature};
use replicon::rng::StreamKey;

const RULES: [(Update, Order); 5] = [
    (Update::Glauber, Order::Random),
    (Update::Glauber, Order::Sequential),
    (Update::Glauber, Order::Parallel),
    (Update::Metropolis, Order::Random),
    (Update::Metropolis, Order::Sequential),
];

/// A small network with every energy of its 2^N states; bit i of a state is spin i up.
struct Network {
    order: InteractionOrder,
    patterns: Patterns,
    energies: Vec<f64>,
    temperature: Temperature,
}

impl Network {
    fn new(p: u32, n: usize, k: usize, temperature: f64) -> Self {
        let order = InteractionOrder::new(p).unwrap();
        let mut stream = StreamKey::new(17, "small").integer("p", p.into()).integer("n", n as u64).stream();
        let patterns = Patterns::random(n, k, &mut stream).unwrap();
        let hamiltonian = DenseHebbian::new(order, n, k).unwrap();
        let energies = (0..1usize << n)
            .map(|state| {
                let spins = configuration(n, state);
                hamiltonian.energy(
                    (0..k).map(|mu| hamiltonian.energy_of_overlap(patterns.overlap(mu, &spins))).sum(),
                )
            })
            .collect();
        Self { order, patterns, energies, temperature: Temperature::new(temperature).unwrap() }
    }

    fn spins(&self) -> usize {
        self.patterns.spins()
    }

    /// βΔE of flipping spin i, from the energies alone.
    fn cost(&self, state: usize, i: usize) -> f64 {
        (self.energies[state ^ (1 << i)] - self.energies[state]) * self.temperature.beta()
    }

    fn probability(&self, (update, order): (Update, Order), state: usize, i: usize) -> f64 {
        // Energies are sums of multiples of 2c: a difference below 1e-12 is an exact 0.
        let cost = self.cost(state, i);
        let cost = if cost.abs() < 1e-12 { 0.0 } else { cost };
        match update {
            Update::Glauber => Glauber::flip_probability(cost),
            _ => Metropolis::flip_probability(order, cost),
        }
    }

    /// One proposal at site i.
    fn step(&self, rule: (Update, Order), i: usize) -> Matrix {
        let states = self.energies.len();
        let mut matrix = vec![vec![0.0; states]; states];
        for state in 0..states {
            let p = self.probability(rule, state, i);
            matrix[state][state ^ (1 << i)] = p;
            matrix[state][state] = 1.0 - p;
        }
        matrix
    }

    /// One proposal at a random site.
    fn random_step(&self, rule: (Update, Order)) -> Matrix {
        let (n, states) = (self.spins(), self.energies.len());
        let mut one = vec![vec![0.0; states]; states];
        for i in 0..n {
            for (row, other) in one.iter_mut().zip(self.step(rule, i)) {
                for (a, b) in row.iter_mut().zip(other) {
                    *a += b / n as f64;
                }
            }
        }
        one
    }

    /// One sweep of N proposals.
    fn sweep(&self, rule: (Update, Order)) -> Matrix {
        let (n, states) = (self.spins(), self.energies.len());
        match rule.1 {
            Order::Random => {
                let one = self.random_step(rule);
                (1..n).fold(one.clone(), |power, _| product(&power, &one))
            }
            Order::Sequential => {
                (1..n).fold(self.step(rule, 0), |sweep, i| product(&sweep, &self.step(rule, i)))
            }
            Order::Parallel => (0..states)
                .map(|from| {
                    (0..states)
                        .map(|to| {
                            (0..n)
                                .map(|i| {
                                    let p = self.probability(rule, from, i);
                                    if (from ^ to) >> i & 1 == 1 { p } else { 1.0 - p }
                                })
                                .product()
                        })
                        .collect()
                })
                .collect(),
        }
    }

    fn gibbs(&self) -> Vec<f64> {
        normalised(self.energies.iter().map(|e| (-e * self.temperature.beta()).exp()).collect())
    }
}

fn configuration(n: usize, state: usize) -> Spins {
    Spins::from_fn(n, |i| state >> i & 1 == 1)
}

fn state_of(spins: &Spins) -> usize {
    (0..spins.len()).filter(|&i| spins.get(i) > 0).map(|i| 1 << i).sum()
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let size = a.len();
    (0..size).map(|i| (0..size).map(|j| (0..size).map(|k| a[i][k] * b[k][j]).sum()).collect()).collect()
}

fn normalised(weights: Vec<f64>) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / total).collect()
}

fn networks() -> Vec<Network> {
    let mut networks = Vec::new();
    for p in [2, 3, 4] {
        for n in [2, 3, 4] {
            for temperature in [0.3, 1.0] {
                networks.push(Network::new(p, n, 3, temperature));
            }
        }
    }
    networks
}

#[test]
fn every_rule_but_parallel_order_leaves_the_gibbs_law_invariant_and_reaches_every_state() {
    for network in networks() {
        for rule in RULES {
            let sweep = network.sweep(rule);
            let label = format!("{rule:?}, P = {}, N = {}", network.order, network.spins());
            assert!(row_defect(&sweep) < 1e-12, "{label}");
            // In random order the chain moves by single proposals. (Where the landscape is flat, N < P, metropolis flips at
            // every proposal, and a sweep of an even number of them keeps the parity of the up spins.)
            let chain = if rule.1 == Order::Random { network.random_step(rule) } else { sweep.clone() };
            assert!(is_irreducible(&chain), "{label} is reducible");
            if rule.1 != Order::Parallel {
                assert!(
                    residual(&sweep, &network.gibbs()) < 1e-13,
                    "{label} does not leave exp(-βH) invariant"
                );
            }
        }
    }
}

#[test]
fn parallel_glauber_at_p_2_samples_perettos_law_and_not_gibbs() {
    for n in [3, 4] {
        let network = Network::new(2, n, 3, 0.7);
        let law = stationary(&network.sweep((Update::Glauber, Order::Parallel))).unwrap();
        // h_i = ΔE_i/(2 s_i); cosh does not see the sign.
        let peretto = normalised(
            (0..network.energies.len())
                .map(|state| (0..n).map(|i| 2.0 * (network.cost(state, i) / 2.0).cosh()).product())
                .collect(),
        );
        let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum::<f64>();
        assert!(distance(&law, &peretto) < 1e-12);
        assert!(distance(&law, &network.gibbs()) > 1e-3);
    }
}

#[test]
fn sequential_metropolis_that_always_accepts_flat_moves_would_be_reducible() {
    // Why ΔE = 0 is accepted with ½: at N = 3, P = 4 the landscape is flat, and certain flips would only ever map a state to
    // its reversal.
    let network = Network::new(4, 3, 3, 1.0);
    assert!(network.energies.iter().all(|&e| e == 0.0));
    let certain: Matrix =
        (0..8usize).map(|from| (0..8).map(|to| if to == 7 - from { 1.0 } else { 0.0 }).collect()).collect();
    assert!(!is_irreducible(&certain));
    assert!(is_irreducible(&network.sweep((Update::Metropolis, Order::Sequential))));
}

/// χ² of the real sweep, started in `from`, against its row of the matrix; (χ², degrees of freedom).
fn chi_squared(
    network: &Network,
    rule: (Update, Order),
    sweep: &Matrix,
    from: usize,
    runs: usize,
) -> (f64, usize) {
    let tables = FieldTables::new(
        DenseHebbian::new(network.order, network.spins(), network.patterns.count()).unwrap(),
    );
    let dynamics =
        AnyDynamics::new(rule.0, rule.1, tables.hamiltonian().scale(), network.temperature).unwrap();
    let mut stream = StreamKey::new(23, "sweeps").integer("from", from as u64).stream();
    let mut counts = vec![0usize; sweep.len()];
    let form = OverlapForm::new(&tables, &network.patterns, configuration(network.spins(), from));
    for _ in 0..runs {
        let mut form = form.clone();
        dynamics.sweep(&mut form, &mut stream);
        counts[state_of(replicon::kernel::Fields::spins(&form))] += 1;
    }
    let mut chi2 = 0.0;
    let mut cells = 0;
    let mut rare = (0.0, 0.0);
    for (&count, &p) in counts.iter().zip(&sweep[from]) {
        let expected = p * runs as f64;
        if expected >= 10.0 {
            chi2 += (count as f64 - expected).powi(2) / expected;
            cells += 1;
        } else {
            rare = (rare.0 + count as f64, rare.1 + expected);
        }
    }
    if rare.1 >= 10.0 {
        chi2 += (rare.0 - rare.1).powi(2) / rare.1;
        cells += 1;
    }
    (chi2, cells.max(1) - 1)
}

#[test]
fn the_sweeps_that_run_have_these_matrices() {
    // χ² below d + 6 √(2d) + 15 in each of 5 · 3 · 16 rows: by the Wilson–Hilferty tail the joint false-alarm rate is
    // below 1e-4; the seeds are fixed.
    for p in [2, 3, 4] {
        let network = Network::new(p, 4, 3, 0.8);
        for rule in RULES {
            let sweep = network.sweep(rule);
            for from in 0..16 {
                let (chi2, degrees) = chi_squared(&network, rule, &sweep, from, 4_000);
                let d = degrees as f64;
                assert!(
                    chi2 < d + 6.0 * (2.0 * d).sqrt() + 15.0,
                    "{rule:?}, P = {p}, from {from}: χ² = {chi2}, d = {d}"
                );
            }
        }
    }
}

#[test]
fn zero_temperature_descent_ends_where_no_single_flip_lowers_the_energy() {
    for p in [2, 3, 4, 5] {
        let (n, k) = (40, 60);
        let mut stream = StreamKey::new(29, "descent").integer("p", p.into()).stream();
        let patterns = Patterns::random(n, k, &mut stream).unwrap();
        let tables = FieldTables::new(DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap());
        for order in [Order::Random, Order::Sequential] {
            let dynamics = AnyDynamics::new(
                Update::ZeroTemperature,
                order,
                tables.hamiltonian().scale(),
                Temperature::ZERO,
            )
            .unwrap();
            let start = Spins::from_fn(n, |i| i % 3 == 0);
            let mut form = OverlapForm::new(&tables, &patterns, start);
            let mut energy = replicon::observables::energy_per_spin(&form);
            let mut sweeps = 0;
            while !dynamics.is_at_rest(&mut form) {
                dynamics.sweep(&mut form, &mut stream);
                let next = replicon::observables::energy_per_spin(&form);
                assert!(next <= energy);
                energy = next;
                sweeps += 1;
                assert!(sweeps < 1000);
            }
        }
    }
}
