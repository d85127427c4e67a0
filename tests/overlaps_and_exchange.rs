//! Replica overlaps, replica exchange and the verdict on equilibration, against enumeration at small N.
//!
//! Means of 40 independent chains are compared with exact values by Student's t with 39 degrees of freedom; bound 6, a false alarm of
//! 5e-7 each, below 1e-3 in all (about 600 values). Seeds are fixed. Each comparison is repeated with a planted defect, which the same
//! bound must see.

use replicon::chain::{Course, Keep, Kept, Measurement, Protocol, Sample, Start};
use replicon::dynamics::{AnyDynamics, Counts, Diary, Order, ReplicaExchange, Update};
use replicon::estimators::{Verdict, mean, variance};
use replicon::exact::Enumeration;
use replicon::kernel::{CouplingTensor, FieldTables, GaussianForm};
use replicon::model::{DenseHebbian, GaussianCouplings, Patterns, Spins};
use replicon::observables::{energy_per_spin, tuple_overlap};
use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::rng::StreamKey;
use replicon::sweep::thermalised;
use replicon::theory::annealed_gaussian::distinct_weight;

fn course(exchange: bool) -> Course {
    if exchange { Course::ReplicaExchange } else { Course::Independent }
}

const CHAINS: u64 = 40;
const BOUND: f64 = 6.0;

fn order(p: u32) -> InteractionOrder {
    InteractionOrder::new(p).unwrap()
}

fn temperature(t: f64) -> Temperature {
    Temperature::new(t).unwrap()
}

fn gaussian(p: u32, n: usize, sample: u64) -> GaussianCouplings {
    let mut stream = StreamKey::new(71, "patterns").integer("sample", sample).stream();
    GaussianCouplings::draw(order(p), n, Load::new(1.0).unwrap(), &mut stream).unwrap()
}

/// Student's t of independent values against an exact one. Below 1e-4 an error says more about what was never met than about scatter.
fn t_value(values: &[f64], exact: f64) -> f64 {
    let error = (variance(values).unwrap() / values.len() as f64).sqrt();
    ((mean(values).unwrap() - exact) / error.max(1e-4)).abs()
}

/// Largest |t| of P(q), bin by bin where it has weight, and of its moments. `shared`: replicas 0 and 1 get one stream (the defect).
fn worst_of_overlaps(
    sample: &Sample<'_>,
    exact: &Enumeration,
    n: usize,
    p: u32,
    t: f64,
    shared: bool,
) -> f64 {
    let protocol = Protocol { replicas: 3, burn_in_sweeps: 300, measure_sweeps: 1500, ..Protocol::default() };
    let runs: Vec<(Measurement, Kept)> = (0..CHAINS)
        .map(|chain| {
            let result = sample
                .run(&protocol, temperature(t), &Start::Random, |purpose, replica| {
                    let replica = if shared && replica == 1 { 0 } else { replica };
                    StreamKey::new(72, purpose)
                        .integer("chain", chain)
                        .integer("replica", replica as u64)
                        .stream()
                })
                .unwrap();
            (result.measurement, result.kept)
        })
        .collect();
    let law = exact.overlap_law(temperature(t)).unwrap();
    let q = |up: usize| (2.0 * up as f64 - n as f64) / n as f64;
    let exact_mean = |f: &dyn Fn(usize) -> f64| (0..=n).map(|up| law[up] * f(up)).sum::<f64>();
    let tuple = tuple_overlap(order(p), n);
    let of = |f: &dyn Fn(&Measurement) -> Option<f64>| -> Vec<f64> {
        runs.iter().map(|(m, _)| f(m).unwrap()).collect()
    };
    let mut ts = vec![
        t_value(&of(&|m| m.overlap_signed), exact_mean(&q)),
        t_value(&of(&|m| m.overlap_sq), exact_mean(&|up| q(up).powi(2))),
        t_value(&of(&|m| m.overlap_fourth), exact_mean(&|up| q(up).powi(4))),
        t_value(&of(&|m| m.overlap_tuple), exact_mean(&|up| tuple(2 * up as i64 - n as i64))),
    ];
    for up in (0..=n).filter(|&up| law[up] > 1e-3) {
        let values: Vec<f64> = runs.iter().map(|(_, kept)| kept.overlaps.law()[up].1).collect();
        ts.push(t_value(&values, law[up]));
    }
    ts.into_iter().fold(0.0, f64::max)
}

#[test]
fn the_distribution_of_overlaps_is_that_of_enumeration_and_replicas_that_share_numbers_are_caught() {
    for (p, n, k) in [(2, 10, 4), (3, 11, 20), (4, 12, 60)] {
        let patterns = Patterns::random(n, k, &mut StreamKey::new(73, "patterns").stream()).unwrap();
        let tables = FieldTables::new(DenseHebbian::new(order(p), n, k).unwrap());
        let sample = Sample::new(&tables, &patterns, 0).unwrap();
        let exact = Enumeration::new(tables.hamiltonian(), &patterns).unwrap();
        for t in [0.8, 1.5] {
            let worst = worst_of_overlaps(&sample, &exact, n, p, t, false);
            assert!(worst < BOUND, "P = {p}, T = {t}: |t| = {worst:.1}");
        }
        let worst = worst_of_overlaps(&sample, &exact, n, p, 1.5, true);
        assert!(worst > BOUND, "P = {p}: shared random numbers pass with |t| = {worst:.1}");
    }
    for (p, n) in [(2, 12), (3, 10), (4, 10)] {
        let couplings = gaussian(p, n, 1);
        let (tensor, exact) = (CouplingTensor::new(&couplings), Enumeration::gaussian(&couplings).unwrap());
        let sample = Sample::gaussian(order(p), &tensor);
        for t in [0.7, 1.2] {
            let worst = worst_of_overlaps(&sample, &exact, n, p, t, false);
            assert!(worst < BOUND, "Gaussian, P = {p}, T = {t}: |t| = {worst:.1}");
        }
    }
}

#[test]
fn the_square_of_a_samples_overlap_is_estimated_without_bias() {
    // Short chains: ⟨q²⟩ of one chain scatters, its square is too large; the product of disjoint pairs is not.
    let (n, t) = (10, 0.9);
    let couplings = gaussian(3, n, 2);
    let tensor = CouplingTensor::new(&couplings);
    let exact = Enumeration::gaussian(&couplings).unwrap().at(temperature(t)).unwrap().overlap_sq;
    let protocol = Protocol { replicas: 4, burn_in_sweeps: 200, measure_sweeps: 12, ..Protocol::default() };
    let runs: Vec<Measurement> = (0..2000u64)
        .map(|chain| {
            let streams = |purpose: &str, replica: usize| {
                StreamKey::new(74, purpose)
                    .integer("chain", chain)
                    .integer("replica", replica as u64)
                    .stream()
            };
            let sample = Sample::gaussian(order(3), &tensor);
            sample.run(&protocol, temperature(t), &Start::Random, streams).unwrap().measurement
        })
        .collect();
    let unbiased: Vec<f64> = runs.iter().map(|m| m.overlap_sq_squared.unwrap()).collect();
    assert!(t_value(&unbiased, exact * exact) < 5.0);
    let naive: Vec<f64> = runs.iter().map(|m| m.overlap_sq.unwrap().powi(2)).collect();
    assert!(t_value(&naive, exact * exact) > 5.0, "the biased estimate passes");
}

/// A ladder over a peaked target: at the lowest temperature 97 % of the weight of this sample are two states far apart (P = 2: s and −s;
/// otherwise nearly so), which single flips do not connect in the time of the run.
const LADDER: [f64; 5] = [0.12, 0.2, 0.35, 0.6, 1.2];

/// Largest |t| of energy and of the probability of the ground state's energy over the ladder. `factor` spoils the scale that exchange
/// uses.
fn worst_of_ladder(p: u32, n: usize, factor: Option<f64>) -> f64 {
    let couplings = gaussian(p, n, 3);
    let exact = Enumeration::gaussian(&couplings).unwrap();
    let tensor = CouplingTensor::new(&couplings);
    let temperatures = LADDER.map(temperature);
    let rules: Vec<AnyDynamics> = temperatures
        .iter()
        .map(|&t| AnyDynamics::new(Update::Glauber, Order::Random, couplings.scale(), t).unwrap())
        .collect();
    let scale = couplings.scale() * factor.unwrap_or(1.0);
    let exchange = ReplicaExchange::new(rules, Order::Random, scale, &temperatures).unwrap();
    let ground = exact.levels()[0].sum;
    let mut energies = vec![Vec::new(); LADDER.len()];
    let mut grounds = energies.clone();
    for chain in 0..CHAINS {
        let key = |purpose: &str, i: u64| {
            StreamKey::new(75, purpose).integer("chain", chain).integer("i", i).stream()
        };
        let mut systems: Vec<GaussianForm<'_>> = (0..LADDER.len())
            .map(|i| {
                GaussianForm::new(
                    &tensor,
                    Start::Random.configuration(&Spins::from_fn(n, |_| true), &mut key("start", i as u64)),
                )
            })
            .collect();
        let mut streams: Vec<_> = (0..LADDER.len()).map(|i| key("dynamics", i as u64)).collect();
        let (mut swaps, mut diary) = (key("exchange", 0), Diary::new(LADDER.len()));
        let mut counts = vec![Counts::default(); LADDER.len()];
        let mut sums = vec![(0.0, 0.0); LADDER.len()];
        let sweeps = 2500;
        for sweep in 0..sweeps + 500 {
            // No factor: no exchange at all.
            if factor.is_some() {
                exchange.sweep(&mut systems, &mut streams, &mut counts, &mut swaps, &mut diary);
            } else {
                use replicon::dynamics::Dynamics;
                for ((system, stream), &t) in systems.iter_mut().zip(&mut streams).zip(&temperatures) {
                    AnyDynamics::new(Update::Glauber, Order::Random, couplings.scale(), t)
                        .unwrap()
                        .sweep(system, stream);
                }
            }
            if sweep >= 500 {
                for (system, sums) in systems.iter().zip(&mut sums) {
                    use replicon::kernel::Fields;
                    sums.0 += energy_per_spin(system) / f64::from(sweeps);
                    sums.1 += f64::from(u8::from(system.energy_sum() == ground.into())) / f64::from(sweeps);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            energies[i].push(sums.0);
            grounds[i].push(sums.1);
        }
    }
    let mut worst: f64 = 0.0;
    for (i, &t) in temperatures.iter().enumerate() {
        let point = exact.at(t).unwrap();
        let beta_gap = t.beta() * (-couplings.scale() * ground as f64) + point.log_z.unwrap();
        let weight = f64::from(exact.levels()[0].count) * (-beta_gap).exp();
        worst = worst.max(t_value(&energies[i], point.energy)).max(t_value(&grounds[i], weight));
    }
    worst
}

#[test]
fn exchange_leaves_the_enumerated_law_invariant_at_a_peaked_target() {
    for (p, n) in [(2, 10), (3, 10), (4, 9)] {
        let right = worst_of_ladder(p, n, Some(1.0));
        assert!(right < BOUND, "P = {p}: |t| = {right:.1}");
        for factor in [0.8, -1.0] {
            let wrong = worst_of_ladder(p, n, Some(factor));
            assert!(wrong > BOUND, "P = {p}: exchange with {factor} × ΔE passes with |t| = {wrong:.1}");
        }
        if p > 2 {
            let alone = worst_of_ladder(p, n, None);
            assert!(alone > BOUND, "P = {p}: without exchange |t| = {alone:.1}: the target is not peaked");
        }
    }
}

/// The same through whole chains of Hebbian networks, whose forms remember fields while configurations change places.
#[test]
fn ladders_of_hebbian_networks_sample_the_enumerated_law_at_every_temperature() {
    for (p, n, k) in [(2, 10, 6), (3, 10, 30), (4, 9, 60)] {
        let patterns = Patterns::random(n, k, &mut StreamKey::new(81, "patterns").stream()).unwrap();
        let tables = FieldTables::new(DenseHebbian::new(order(p), n, k).unwrap());
        let sample = Sample::new(&tables, &patterns, 0).unwrap();
        let exact = Enumeration::new(tables.hamiltonian(), &patterns).unwrap();
        let temperatures = [0.25, 0.5, 0.9, 1.6].map(temperature);
        let protocol = Protocol {
            burn_in_sweeps: 300,
            measure_sweeps: 1500,
            course: Course::ReplicaExchange,
            update: if p == 3 { Update::Metropolis } else { Update::Glauber },
            ..Protocol::default()
        };
        let runs: Vec<Vec<Measurement>> = (0..CHAINS)
            .map(|chain| {
                let streams = |purpose: &str, t: Temperature, replica: usize| {
                    let key = StreamKey::new(82, purpose).integer("chain", chain).real("t", t.get());
                    key.integer("replica", replica as u64).stream()
                };
                let results = sample.run_ladder(&protocol, &temperatures, &Start::Random, streams).unwrap();
                results.into_iter().map(|result| result.measurement).collect()
            })
            .collect();
        for (i, &t) in temperatures.iter().enumerate() {
            let point = exact.at(t).unwrap();
            let of = |f: fn(&Measurement) -> Option<f64>| -> Vec<f64> {
                runs.iter().map(|run| f(&run[i]).unwrap()).collect()
            };
            let (energy, overlap) = (of(|m| m.energy), of(|m| m.overlap_sq));
            let worst = t_value(&energy, point.energy).max(t_value(&overlap, point.overlap_sq));
            assert!(worst < BOUND, "P = {p}, T = {t}: |t| = {worst:.1}");
        }
    }
}

#[test]
fn round_trips_acceptance_and_origins_are_counted() {
    // Three equal temperatures, nearly: every exchange is accepted, walkers go through like clockwork.
    let couplings = gaussian(3, 6, 4);
    let tensor = CouplingTensor::new(&couplings);
    let temperatures = [1.0, 1.0 + 1e-12, 1.0 + 2e-12].map(temperature);
    let rules: Vec<AnyDynamics> = temperatures
        .iter()
        .map(|&t| AnyDynamics::new(Update::Glauber, Order::Random, couplings.scale(), t).unwrap())
        .collect();
    let exchange = ReplicaExchange::new(rules, Order::Random, couplings.scale(), &temperatures).unwrap();
    let mut systems = vec![GaussianForm::new(&tensor, Spins::from_fn(6, |_| true)); 3];
    let (mut diary, mut stream) = (Diary::new(3), StreamKey::new(76, "exchange").stream());
    for _ in 0..6 {
        exchange.exchange(&mut systems, &mut stream, &mut diary);
    }
    diary.turn_the_page();
    for _ in 0..600 {
        exchange.exchange(&mut systems, &mut stream, &mut diary);
    }
    // Period 6 for 3 walkers: each goes round once in 6 rounds.
    assert_eq!(diary.round_trips(), 100.0);
    assert_eq!([0, 1, 2].map(|slot| diary.acceptance(slot)), [Some(1.0), Some(1.0), None]);
    assert_eq!([0, 1, 2].map(|slot| diary.from_cold(slot)), [Some(1.0), Some(0.5), Some(0.0)]);
}

/// A row of 32 Gaussian samples at P = 3, N = 12, T/√γ = 0.5.
fn verdict(row: u64, burn_in_sweeps: usize, measure_sweeps: usize, ladder: bool) -> Verdict {
    const SAMPLES: u64 = 32;
    let (p, n, t) = (3, 12, 0.5);
    let protocol = Protocol { burn_in_sweeps, measure_sweeps, course: course(ladder), ..Protocol::default() };
    let length = if ladder { 3 } else { 1 };
    let temperatures: Vec<Temperature> = [t, 0.7, 1.0][..length].iter().map(|&t| temperature(t)).collect();
    let by_sample: Vec<Measurement> = (0..SAMPLES)
        .map(|sample| {
            let couplings = gaussian(p, n, 1000 + row * SAMPLES + sample);
            let tensor = CouplingTensor::new(&couplings);
            let streams = |purpose: &str, t: Temperature, replica: usize| {
                let key = StreamKey::new(77, purpose).integer("row", row).integer("sample", sample);
                key.real("t", t.get()).integer("replica", replica as u64).stream()
            };
            let sample = Sample::gaussian(order(p), &tensor);
            sample
                .run_ladder(&protocol, &temperatures, &Start::Random, streams)
                .unwrap()
                .swap_remove(0)
                .measurement
        })
        .collect();
    let prefactor = 0.5 / t * distinct_weight(order(p), n);
    let gaps: Vec<f64> =
        by_sample.iter().map(|m| m.energy.unwrap() + prefactor * (1.0 - m.overlap_tuple.unwrap())).collect();
    thermalised(&by_sample, Some(&gaps))
}

/// Rates over 80 rows of 32 samples at T/√γ = 0.5. One sweep of burn-in and 20 of measuring: caught in at least 95 % of rows. A ladder
/// with 200 + 1000 sweeps, which is equilibrated there: accused in at most 1 % + 4 standard deviations of the count (4 of 80). (From
/// exact thermal averages at N = 14 the identity alone accuses 1 % to 1.5 % of rows of 16 samples, whose scatter is skew, and none of
/// 100 rows of 64.)
#[test]
fn a_row_that_has_not_equilibrated_is_caught_and_one_that_has_is_not_accused() {
    let rows = 80;
    let said = |burn_in, measure, ladder| -> usize {
        (0..rows).filter(|&row| verdict(row, burn_in, measure, ladder).as_bool() == Some(false)).count()
    };
    let caught = said(1, 20, false);
    println!("one sweep of burn-in: caught {caught} of {rows}");
    assert!(caught >= 76, "caught {caught} of {rows}");
    let accused = said(200, 1000, true);
    println!("equilibrated: accused {accused} of {rows}");
    assert!(accused <= 4, "accused {accused} of {rows}");
}

/// A row of 16 Hebbian samples at P = 3, N = 16, γ = 8, four replicas, at the lowest of some temperatures; with more than one they
/// exchange.
fn hebbian_verdict(row: u64, burn_in_sweeps: usize, measure_sweeps: usize, temperatures: &[f64]) -> Verdict {
    let (p, n, k) = (3, 16, 683);
    let protocol = Protocol {
        update: Update::Metropolis,
        replicas: 4,
        burn_in_sweeps,
        measure_sweeps,
        course: course(temperatures.len() > 1),
        ..Protocol::default()
    };
    let temperatures: Vec<Temperature> = temperatures.iter().map(|&t| temperature(t)).collect();
    let tables = FieldTables::new(DenseHebbian::new(order(p), n, k).unwrap());
    let by_sample: Vec<Measurement> = (0..16)
        .map(|sample| {
            let key =
                |purpose: &str| StreamKey::new(83, purpose).integer("row", row).integer("sample", sample);
            let patterns = Patterns::random(n, k, &mut key("patterns").stream()).unwrap();
            let streams = |purpose: &str, t: Temperature, replica: usize| {
                key(purpose).real("t", t.get()).integer("replica", replica as u64).stream()
            };
            let sample = Sample::new(&tables, &patterns, 0).unwrap();
            let mut results = sample.run_ladder(&protocol, &temperatures, &Start::Random, streams).unwrap();
            results.swap_remove(0).measurement
        })
        .collect();
    thermalised(&by_sample, None)
}

/// Hebbian couplings have no identity between energy and overlaps: what catches a quenched glass, still in the valley that it fell
/// into, is that its chains remember themselves more than they resemble each other. Rates over 40 rows of 16 samples at γ = 8, T/√γ = 0.28
/// and below. A correct row is accused at most in 1 % + 4 standard deviations of the count (3 of 40).
#[test]
fn a_quenched_hebbian_glass_is_caught_and_one_in_equilibrium_is_not_accused() {
    let rows = 40;
    let said = |burn_in, measure, temperatures: &[f64], verdict: Option<bool>| -> usize {
        let verdicts = (0..rows).map(|row| hebbian_verdict(row, burn_in, measure, temperatures).as_bool());
        verdicts.filter(|&v| v == verdict).count()
    };
    for (t, burn_in, measure) in [(0.1, 1, 200), (0.8, 1, 200), (0.8, 60, 200)] {
        let caught = said(burn_in, measure, &[t], Some(false));
        println!("T = {t}, {burn_in} + {measure} sweeps: caught {caught} of {rows}");
        assert!(caught >= 38, "T = {t}, {burn_in} + {measure} sweeps: caught {caught} of {rows}");
    }
    let ladder = [0.8, 1.2, 1.6, 2.0, 2.5, 3.2];
    let accused = said(500, 1000, &ladder, Some(false));
    println!("equilibrated: accused {accused} of {rows}");
    assert!(accused <= 3, "accused {accused} of {rows}");
}

#[test]
fn until_equilibrated_doubles_the_measuring_time_and_never_goes_beyond_the_limit() {
    let couplings = gaussian(3, 16, 5);
    let tensor = CouplingTensor::new(&couplings);
    let run = |t: f64, max_sweeps: usize| {
        let protocol = Protocol {
            burn_in_sweeps: 10,
            measure_sweeps: 20,
            max_sweeps: Some(max_sweeps),
            ..Protocol::default()
        };
        let streams = |purpose: &str, replica: usize| {
            StreamKey::new(78, purpose).real("t", t).integer("replica", replica as u64).stream()
        };
        let sample = Sample::gaussian(order(3), &tensor);
        let m = sample.run(&protocol, temperature(t), &Start::Random, streams).unwrap().measurement;
        (m.burn_in_used.unwrap(), m.measure_used.unwrap())
    };
    let (hot_before, hot) = run(2.0, 100_000);
    assert!((40.0..2000.0).contains(&hot) && hot_before >= 10.0, "{hot_before} {hot}");
    // 10 + 20 + 40 + … : the last window that fits begins where all before it became burn-in.
    let (before, window) = run(0.15, 1000);
    assert_eq!((before, window), (10.0 + 20.0 + 40.0 + 80.0 + 160.0, 320.0));
    assert_eq!(run(0.15, 1000), (before, window), "a pure function of scenario and task");
}

#[test]
fn curves_series_and_joint_histograms_are_what_the_sweeps_gave() {
    let (n, k) = (12, 20);
    let patterns = Patterns::random(n, k, &mut StreamKey::new(79, "patterns").stream()).unwrap();
    let tables = FieldTables::new(DenseHebbian::new(order(3), n, k).unwrap());
    let protocol = Protocol {
        replicas: 3,
        burn_in_sweeps: 20,
        measure_sweeps: 44,
        keep: Keep { series: true, joint: true, curves: true, ..Keep::default() },
        ..Protocol::default()
    };
    let streams = |purpose: &str, replica: usize| {
        StreamKey::new(80, purpose).integer("replica", replica as u64).stream()
    };
    let sample = Sample::new(&tables, &patterns, 0).unwrap();
    let result = sample.run(&protocol, temperature(1.0), &Start::Planted, streams).unwrap();
    let (m, kept) = (&result.measurement, &result.kept);
    assert_eq!(kept.overlaps.total(), 3 * 44);
    assert_eq!(kept.joint.iter().map(|(_, _, count)| count).sum::<u64>(), 3 * 44);
    let from_joint: f64 =
        kept.joint.iter().map(|(_, q, c)| *c as f64 * (*q as f64 / n as f64).powi(2)).sum::<f64>()
            / (3.0 * 44.0);
    assert!((from_joint - m.overlap_sq.unwrap()).abs() < 1e-14);
    let series = |name: &str| -> Vec<&Vec<f64>> {
        kept.series.iter().filter(|(quantity, _, _)| quantity == name).map(|(_, _, values)| values).collect()
    };
    assert_eq!([series("energy").len(), series("mattis").len(), series("overlap").len()], [3, 3, 3]);
    let energy = mean(&series("energy").iter().map(|s| mean(s).unwrap()).collect::<Vec<_>>()).unwrap();
    assert!((energy - m.energy.unwrap()).abs() < 1e-14);
    // Curves: from the start (m = 1), at 0, 1, 2, 3, 4, 6, …, 64 sweeps; t_w = 0, 1, 10 (64/2 = 32 is the last).
    let curve = |quantity: &str, waiting: usize| -> Vec<(usize, f64)> {
        let of = kept.curves.iter().filter(|c| c.quantity == quantity && c.waiting == waiting);
        of.map(|c| (c.time, c.value)).collect()
    };
    assert_eq!(curve("mattis", 0)[0], (0, 1.0));
    assert_eq!(curve("mattis", 0).last().unwrap().0, 64);
    // From the planted pattern the overlap with the start is m.
    assert_eq!(curve("overlap", 0), curve("mattis", 0));
    assert_eq!(curve("overlap", 10)[0], (0, 1.0));
    assert!(curve("overlap", 100).is_empty() && !curve("overlap", 1).is_empty());
    // The value at t = 32 is sweep 12 of the measuring time.
    let at = |s: &[&Vec<f64>]| mean(&s.iter().map(|s| s[11]).collect::<Vec<_>>()).unwrap();
    let energy_at = curve("energy", 0).iter().find(|(t, _)| *t == 32).unwrap().1;
    assert!((energy_at - at(&series("energy"))).abs() < 1e-14);
}
