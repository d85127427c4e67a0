//! Monte Carlo means of every (rule, order) against exact enumeration.
//!
//! z = (mean − exact)/√(2τσ²/n) with the measured τ. A test fails where |z| > 5: for a Gaussian mean a false alarm has
//! probability 6e-7, and below 1e-4 in all (about 150 means; τ itself is good to a few per cent). Seeds are fixed. The last
//! tests plant defects and show that each is caught by the same bound.

use replicon::dynamics::{AnyDynamics, Dynamics, Glauber, Order, Update};
use replicon::estimators::{integrated_time, mean, variance};
use replicon::exact::Enumeration;
use replicon::exact::transition::{Matrix, stationary};
use replicon::kernel::{FieldTables, Fields, OverlapForm};
use replicon::model::{DenseHebbian, Patterns, Spins};
use replicon::observables::{energy_per_spin, mattis, replica_overlap};
use replicon::params::{InteractionOrder, Temperature};
use replicon::rng::StreamKey;

const SWEEPS: usize = 30_000;
const BOUND: f64 = 5.0;

struct System {
    tables: FieldTables,
    patterns: Patterns,
    temperature: Temperature,
}

impl System {
    fn new(p: u32, n: usize, k: usize, temperature: f64) -> Self {
        let mut stream =
            StreamKey::new(31, "patterns").integer("p", p.into()).integer("n", n as u64).stream();
        let patterns = Patterns::random(n, k, &mut stream).unwrap();
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(p).unwrap(), n, k).unwrap();
        Self {
            tables: FieldTables::new(hamiltonian),
            patterns,
            temperature: Temperature::new(temperature).unwrap(),
        }
    }

    fn form(&self, replica: usize) -> OverlapForm<'_> {
        let n = self.patterns.spins();
        OverlapForm::new(&self.tables, &self.patterns, Spins::from_fn(n, |i| (i + replica).is_multiple_of(3)))
    }

    /// Series of (energy, m_0², |m_1|, q²) over the sweeps of two replicas.
    fn run<F: Fields>(&self, rule: (Update, Order), mut replicas: [F; 2]) -> [Vec<f64>; 4] {
        let dynamics =
            AnyDynamics::new(rule.0, rule.1, self.tables.hamiltonian().scale(), self.temperature).unwrap();
        let mut streams = [0, 1].map(|r| StreamKey::new(37, "dynamics").integer("replica", r).stream());
        let mut series: [Vec<f64>; 4] = Default::default();
        for sweep in 0..SWEEPS + 500 {
            for (replica, stream) in replicas.iter_mut().zip(&mut streams) {
                dynamics.sweep(replica, stream);
            }
            if sweep >= 500 {
                series[0].push(energy_per_spin(&replicas[0]));
                series[1].push(mattis(&replicas[0], 0).powi(2));
                series[2].push(mattis(&replicas[0], 1).abs());
                series[3].push(replica_overlap(replicas[0].spins(), replicas[1].spins()).powi(2));
            }
        }
        series
    }
}

fn z(series: &[f64], exact: f64) -> f64 {
    let tau = integrated_time(series).expect("an autocorrelation time");
    let error = (2.0 * tau * variance(series).unwrap() / series.len() as f64).sqrt();
    (mean(series).unwrap() - exact) / error
}

/// Largest |z| over the four observables against the Gibbs law.
fn worst<F: Fields>(system: &System, rule: (Update, Order), replicas: [F; 2]) -> f64 {
    let exact = Enumeration::new(system.tables.hamiltonian(), &system.patterns)
        .unwrap()
        .at(system.temperature)
        .unwrap();
    let expected = [exact.energy, exact.mattis_sq[0], exact.mattis_abs[1], exact.overlap_sq];
    system
        .run(rule, replicas)
        .iter()
        .zip(expected)
        .map(|(series, exact)| z(series, exact).abs())
        .fold(0.0, f64::max)
}

#[test]
fn single_spin_dynamics_sample_the_gibbs_law_at_every_order() {
    for (p, n, k) in [(2, 10, 4), (3, 9, 12), (4, 10, 30), (5, 9, 40), (8, 10, 60)] {
        for temperature in [0.6, 1.5] {
            let system = System::new(p, n, k, temperature);
            for rule in [
                (Update::Glauber, Order::Random),
                (Update::Glauber, Order::Sequential),
                (Update::Metropolis, Order::Random),
                (Update::Metropolis, Order::Sequential),
            ] {
                let z = worst(&system, rule, [system.form(0), system.form(1)]);
                assert!(z < BOUND, "{rule:?}, P = {p}, T = {temperature}: |z| = {z:.1}");
            }
        }
    }
}

#[test]
fn parallel_glauber_samples_the_stationary_law_of_its_matrix() {
    for (p, n, k) in [(2, 7, 3), (3, 7, 6), (4, 7, 12)] {
        let system = System::new(p, n, k, 0.9);
        let states = 1usize << n;
        let spins = |state: usize| Spins::from_fn(n, |i| state >> i & 1 == 1);
        let energy = |state: usize| {
            let s = spins(state);
            let hamiltonian = system.tables.hamiltonian();
            hamiltonian
                .energy((0..k).map(|mu| hamiltonian.energy_of_overlap(system.patterns.overlap(mu, &s))).sum())
        };
        let energies: Vec<f64> = (0..states).map(energy).collect();
        let flip = |from: usize, i: usize| {
            Glauber::flip_probability(
                (energies[from ^ (1 << i)] - energies[from]) * system.temperature.beta(),
            )
        };
        let matrix: Matrix = (0..states)
            .map(|from| {
                let flips: Vec<f64> = (0..n).map(|i| flip(from, i)).collect();
                (0..states)
                    .map(|to| {
                        flips
                            .iter()
                            .enumerate()
                            .map(|(i, p)| if (from ^ to) >> i & 1 == 1 { *p } else { 1.0 - p })
                            .product()
                    })
                    .collect()
            })
            .collect();
        let law = stationary(&matrix).unwrap();
        let exact: f64 = law.iter().zip(&energies).map(|(p, e)| p * e / n as f64).sum();
        let series = system.run((Update::Glauber, Order::Parallel), [system.form(0), system.form(1)]);
        let z = z(&series[0], exact);
        assert!(z.abs() < BOUND, "P = {p}: z = {z:.1}");
    }
}

/// A planted defect: what the wrapped configuration tells the dynamics is wrong.
#[derive(Clone)]
struct Defective<'a, F> {
    inner: F,
    hamiltonian: &'a DenseHebbian,
    defect: Defect,
    stale: Vec<i128>,
}

#[derive(Clone, Copy)]
enum Defect {
    WrongFactor,
    SwappedSign,
    StaleOverlap,
}

impl<'a, F: Fields> Defective<'a, F> {
    fn new(inner: F, hamiltonian: &'a DenseHebbian, defect: Defect) -> Self {
        let stale = (0..inner.spins().len()).map(|i| inner.field(i)).collect();
        Self { inner, hamiltonian, defect, stale }
    }
}

impl<F: Fields> Fields for Defective<'_, F> {
    fn scale(&self) -> f64 {
        self.inner.scale()
    }

    fn spins(&self) -> &Spins {
        self.inner.spins()
    }

    fn field(&self, i: usize) -> i128 {
        match self.defect {
            // ξ a(M) − s b(M) with 2 b(M): the self-interaction counted twice.
            Defect::WrongFactor => {
                let reaction: i128 = self
                    .inner
                    .overlaps()
                    .iter()
                    .map(|&m| self.hamiltonian.reaction_of_overlap(m.into()))
                    .sum();
                self.inner.field(i) - i128::from(self.spins().get(i)) * reaction
            }
            Defect::SwappedSign => -self.inner.field(i),
            Defect::StaleOverlap => self.stale[i],
        }
    }

    fn flip(&mut self, i: usize, _told: i128) {
        // Fields as they were before this flip.
        self.stale = (0..self.spins().len()).map(|j| self.inner.field(j)).collect();
        self.inner.flip(i, self.inner.field(i));
    }

    fn energy_sum(&self) -> i128 {
        let overlaps = self.inner.overlaps().iter();
        overlaps.map(|&m| self.hamiltonian.energy_of_overlap(m.into())).sum()
    }

    fn overlaps(&self) -> &[i16] {
        self.inner.overlaps()
    }
}

#[test]
fn a_wrong_factor_a_swapped_sign_and_a_stale_overlap_are_each_caught() {
    for p in [2, 3, 4] {
        let system = System::new(p, 10, [4, 12, 30][p as usize - 2], 1.0);
        for (name, defect) in [
            ("wrong factor", Defect::WrongFactor),
            ("swapped sign", Defect::SwappedSign),
            ("stale overlap", Defect::StaleOverlap),
        ] {
            let replicas =
                [0, 1].map(|r| Defective::new(system.form(r), system.tables.hamiltonian(), defect));
            let z = worst(&system, (Update::Glauber, Order::Random), replicas);
            assert!(z > BOUND, "{name} at P = {p} passed with |z| = {z:.1}");
        }
    }
}
