//! The continuous network from a start to its fixed point.

use super::{ChainResult, Kept, Measurement, Protocol, Start};
use crate::error::Result;
use crate::estimators::mean;
use crate::model::continuous::{FixedPoint, Settled};
use crate::model::{ContinuousHopfield, Spins};
use crate::params::Temperature;
use crate::rng::Stream;
use ndarray::{Array1, Array2, ArrayView1};

/// Root mean square of ∇E at which an update is at rest.
const TOLERANCE: f64 = 1e-10;

/// Every replica from its start: the planted pattern with signs as the start says (all of them at random from a random start).
pub(super) fn run(
    patterns: &Array2<f64>,
    protocol: &Protocol,
    temperature: Temperature,
    start: &Start,
    planted: usize,
    streams: &impl Fn(&str, Temperature, usize) -> Stream,
) -> Result<ChainResult> {
    let network = ContinuousHopfield::new(patterns.clone(), temperature.beta())?;
    let (n, pattern) = (network.spins() as f64, patterns.row(planted));
    let up = Spins::from_fn(network.spins(), |_| true);
    let most = protocol.burn_in_sweeps + protocol.measure_sweeps;
    let (mut ends, mut errors): (Vec<(Array1<f64>, Settled)>, _) = (Vec::new(), Vec::new());
    for replica in 0..protocol.replicas {
        let signs = match start {
            Start::Configuration(_, spins) => spins.clone(),
            start => start.configuration(&up, &mut streams("start", temperature, replica)),
        };
        let signed = |(&x, &s): (&f64, &i8)| match start {
            Start::Configuration(..) => f64::from(s),
            _ => x * f64::from(s),
        };
        let first: Array1<f64> = pattern.iter().zip(signs.as_slice()).map(signed).collect();
        let missed = &network.update(first.view()) - &pattern;
        errors.push((missed.dot(&missed) / n).sqrt());
        let settled = network.settle(first.view(), TOLERANCE, most);
        ends.push((first, settled));
    }
    let over =
        |value: &dyn Fn(&Settled) -> f64| mean(&ends.iter().map(|(_, end)| value(end)).collect::<Vec<_>>());
    let kind = |wanted: FixedPoint| {
        over(&|end| f64::from(u8::from(FixedPoint::of(end.participation, network.count()) == wanted)))
    };
    let separation = network.separation(planted);
    let others = (network.count() - 1) as f64;
    let measurement = Measurement {
        mattis: over(&|end| end.x.dot(&pattern) / pattern.dot(&pattern)),
        energy: over(&|end| network.energy(end.x.view()) / n),
        at_rest: over(&|end| f64::from(u8::from(end.residual <= TOLERANCE))),
        participation: over(&|end| end.participation),
        settled_single: kind(FixedPoint::Single),
        settled_metastable: kind(FixedPoint::Metastable),
        settled_global: kind(FixedPoint::Global),
        settled_residual: ends.iter().map(|(_, end)| end.residual).reduce(f64::max),
        settled_updates: over(&|end| end.updates as f64),
        one_step_error: mean(&errors),
        one_step_bound: Some(2.0 * others * libm::exp(-network.beta() * separation)),
        separation: Some(separation / n).filter(|separation| separation.is_finite()),
        ..Measurement::default()
    };
    let signs = |x: ArrayView1<'_, f64>| Spins::from_fn(x.len(), |i| x[i] >= 0.0);
    let (first, last) = ends
        .first()
        .map_or_else(|| (up.clone(), up.clone()), |(first, end)| (signs(first.view()), signs(end.x.view())));
    Ok(ChainResult { measurement, kept: Kept::default(), first, last })
}
