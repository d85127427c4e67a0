//! The verdicts of a row, from the measurements of its samples. Their measured error rates are in `docs/verdicts.md`.

use crate::chain::{Course, Measurement, Protocol};
use crate::estimators::{Drift, Verdict, agree, average_drift, freedom_of_error, mean, stationary};
use crate::params::Temperature;

type Quantity = fn(&Measurement) -> Option<f64>;

/// One of the three quantities that verdicts look at: its name, τ, fraction of moving series, drift and its error.
struct Followed {
    name: &'static str,
    time: Quantity,
    moving: Quantity,
    drift: Quantity,
    error: Quantity,
}

const FOLLOWED: [Followed; 3] = [
    Followed {
        name: "energy",
        time: |m| m.tau_energy,
        moving: |m| m.moving_energy,
        drift: |m| m.energy_drift,
        error: |m| m.energy_drift_error,
    },
    Followed {
        name: "mattis",
        time: |m| m.tau_mattis,
        moving: |m| m.moving_mattis,
        drift: |m| m.mattis_drift,
        error: |m| m.mattis_drift_error,
    },
    Followed {
        name: "overlap",
        time: |m| m.tau_overlap,
        moving: |m| m.moving_overlap,
        drift: |m| m.overlap_drift,
        error: |m| m.overlap_drift_error,
    },
];

/// Integrated autocorrelation times of a row, in sweeps: of energy, Mattis magnetisation and overlap, each averaged over the
/// samples in which it moves; and the largest, if none is missing. A chain too short for its own τ makes the average missing: were
/// it left out, the slow ones would be the ones left out.
pub fn correlation_times(by_sample: &[Measurement]) -> ([Option<f64>; 3], Option<f64>) {
    let mut complete = true;
    let times = FOLLOWED.map(|followed| {
        let moved = by_sample.iter().filter(|m| (followed.moving)(m).is_some_and(|fraction| fraction > 0.0));
        let times = moved.map(followed.time).collect::<Option<Vec<f64>>>();
        complete &= times.is_some();
        times.as_deref().and_then(mean)
    });
    let largest = times.iter().flatten().copied().reduce(f64::max);
    (times, largest.filter(|_| complete))
}

/// Whether a population is one: at least a hundred families count in every sample, S_f ≥ log 100 (Wang, Machta and Katzgraber 2015,
/// doi:10.1103/PhysRevE.92.063307).
fn population(by_sample: &[Measurement]) -> Verdict {
    const FEWEST_FAMILIES: f64 = 100.0;
    let entropies = by_sample.iter().map(|m| m.family_entropy).collect::<Option<Vec<f64>>>();
    let Some(least) = entropies.and_then(|all| all.into_iter().reduce(f64::min)) else {
        return Verdict::Unknown("no population".into());
    };
    if least >= libm::log(FEWEST_FAMILIES) {
        return Verdict::Yes;
    }
    let left = libm::exp(least);
    Verdict::No(format!(
        "the families collapsed: {left:.0} count in some sample, of the 100 that are asked for"
    ))
}

/// `equilibrated`: whether a row is stationary within its branch.
pub fn equilibrated(protocol: &Protocol, temperature: Temperature, by_sample: &[Measurement]) -> Verdict {
    if temperature.is_zero() {
        return Verdict::Unknown("no equilibrium at T = 0".into());
    }
    if protocol.course == Course::PopulationAnnealing {
        return population(by_sample);
    }
    let Some(tau) = correlation_times(by_sample).1 else {
        return Verdict::Unknown("without an autocorrelation time there is no test of stationarity".into());
    };
    // With dynamics.until = "equilibrated" every sample has its own.
    let used = by_sample.iter().filter_map(|m| m.measure_used).map(|sweeps| sweeps as usize).min();
    let sweeps = used.unwrap_or(protocol.measure_sweeps);
    if (sweeps as f64) < 20.0 * tau {
        return Verdict::Unknown(format!("{sweeps} sweeps are shorter than 20 τ = {:.0}", 20.0 * tau));
    }
    let tested = FOLLOWED
        .iter()
        .filter(|followed| followed.name != "overlap" || protocol.replicas > 1)
        // Without patterns there is no Mattis magnetisation.
        .filter(|followed| followed.name != "mattis" || by_sample.iter().any(|m| m.mattis.is_some()))
        .map(|followed| {
            // Pairs of replicas share configurations: they count as one chain.
            let chains = if followed.name == "overlap" { 1 } else { protocol.replicas };
            let drift = |m: &Measurement| {
                // A sample in which nothing moved has no error and no time.
                let freedom =
                    (followed.time)(m).map_or(f64::INFINITY, |tau| freedom_of_error(sweeps * chains, tau));
                Some(Drift { drift: (followed.drift)(m)?, error: (followed.error)(m)?, freedom })
            };
            let each = by_sample.iter().map(drift).collect::<Option<Vec<Drift>>>()?;
            Some((followed.name, average_drift(&each)?))
        })
        .collect::<Option<Vec<_>>>();
    match tested {
        Some(tested) => stationary(&tested),
        None => Verdict::Unknown("the error of a drift could not be estimated in every sample".into()),
    }
}

/// `starts_agree`: whether energy and overlap from two starts differ, paired by sample, by less than 3 standard errors (the
/// overlap: or by less than 1/N).
pub fn starts_agree(planted: &[Measurement], random: &[Measurement], spins: usize) -> Verdict {
    let differences = |quantity: Quantity| -> Option<Vec<f64>> {
        planted.iter().zip(random).map(|(a, b)| Some(quantity(a)? - quantity(b)?)).collect()
    };
    let energy = differences(|m| m.energy).and_then(|d| agree(&d, 0.0));
    let overlap = differences(|m| m.overlap).and_then(|d| agree(&d, 1.0 / spins as f64));
    match (energy, overlap) {
        (Some(true), Some(true)) => Verdict::Yes,
        (Some(_), Some(_)) => Verdict::No("planted and random start differ".into()),
        _ => Verdict::Unknown("needs two samples and two replicas".into()),
    }
}
