//! Population annealing: a population is cooled from β = 0, and at each temperature drawn anew with the weights of the step
//! (Hukushima and Iba, AIP Conf. Proc. 690, 200 (2003), doi:10.1063/1.1632130; Machta, Phys. Rev. E 82, 026704 (2010),
//! doi:10.1103/PhysRevE.82.026704).
//!
//! From β to β′ a configuration of energy E has the weight e^{−(β′−β)E}; the population is resampled in proportion, and the mean weight
//! is Z(β′)/Z(β), so that log Z follows from log Z(0) = N log 2. Then every replica makes its sweeps at β′. A family is what descends
//! from one configuration of β = 0; ν_i is its share of the population. The family entropy S_f = −Σ ν_i log ν_i and the mean square
//! family size ρ_t = R Σ ν_i² say how many independent configurations are left: R/ρ_t, e^{S_f} (Wang, Machta and Katzgraber,
//! Phys. Rev. E 92, 063307 (2015), doi:10.1103/PhysRevE.92.063307).

use super::recorder::overlaps_of;
use super::sample::Beside;
use super::{ChainResult, Kept, Measurement, Protocol};
use crate::dynamics::{AnyDynamics, Counts, Dynamics};
use crate::estimators::{OverlapHistogram, mean, sum, variance};
use crate::kernel::Fields;
use crate::model::Spins;
use crate::observables::{energy_per_spin, largest_overlaps, tuple_overlap};
use crate::params::{InteractionOrder, Temperature};
use crate::rng::{Stream, uniform};

/// A configuration of the population.
#[derive(Clone)]
struct Member {
    spins: Spins,
    /// Σ of H = −c Σ.
    energy_sum: i128,
    /// The configuration of β = 0 that it descends from.
    family: usize,
}

/// Anneals the population `first` through `temperatures` (ascending, all above 0); `rules` one a temperature, `scale` is c of H = −c Σ.
/// One result a temperature, ascending. `streams` gives those of a temperature: "resampling" and "dynamics".
pub(super) fn anneal<F: Fields>(
    protocol: &Protocol,
    (order, scale, beside): (InteractionOrder, f64, Option<Beside<'_>>),
    (temperatures, rules): (&[Temperature], &[AnyDynamics]),
    first: Vec<Spins>,
    streams: impl Fn(&str, Temperature) -> Stream,
    form: impl Fn(Spins) -> F,
) -> Vec<ChainResult> {
    let mut members: Vec<Member> = first
        .into_iter()
        .enumerate()
        .map(|(family, spins)| {
            let energy_sum = form(spins.clone()).energy_sum();
            Member { spins, energy_sum, family }
        })
        .collect();
    let spins = members.first().map_or(0, |member| member.spins.len());
    let mut log_z = spins as f64 * std::f64::consts::LN_2;
    let mut beta = 0.0;
    let mut results = Vec::new();
    for (&temperature, rule) in temperatures.iter().zip(rules).rev() {
        let step = (temperature.beta() - beta) * scale;
        beta = temperature.beta();
        let (log_mean, drawn) = resample(&members, step, &mut streams("resampling", temperature));
        log_z += log_mean;
        members = drawn;
        let begin = members.first().map(|member| member.spins.clone());
        let mut stream = streams("dynamics", temperature);
        let mut seen = Seen::new(protocol, order, beside, members.len());
        for member in &mut members {
            let mut system = form(member.spins.clone());
            seen.evolve(&mut system, rule, &mut stream);
            (member.spins, member.energy_sum) = (system.spins().clone(), system.energy_sum());
        }
        let (mut measurement, overlaps) = seen.finish(&members, temperature);
        measurement.pressure = Some(log_z / spins as f64);
        if let (Some(first), Some(last)) = (begin, members.first().map(|member| member.spins.clone())) {
            let kept = Kept { overlaps, ..Kept::default() };
            results.push(ChainResult { measurement, kept, first, last });
        }
    }
    results.reverse();
    results
}

/// log of the mean weight e^{step Σ}, and the population drawn anew in proportion to it: of R members each is taken ⌊Rw/W⌋ or one more
/// times (systematic resampling, one random number for all).
fn resample(members: &[Member], step: f64, stream: &mut Stream) -> (f64, Vec<Member>) {
    let exponents: Vec<f64> = members.iter().map(|member| step * member.energy_sum as f64).collect();
    let largest = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = exponents.iter().map(|x| libm::exp(x - largest)).collect();
    let (size, total) = (members.len() as f64, sum(weights.iter().copied()));
    let mut drawn = Vec::with_capacity(members.len());
    let (mut reached, mut next) = (0.0, uniform(stream));
    for (member, weight) in members.iter().zip(&weights) {
        reached += weight / total * size;
        while next < reached && drawn.len() < members.len() {
            drawn.push(member.clone());
            next += 1.0;
        }
    }
    // Rounding may have left the last place empty.
    while let (true, Some(last)) = (drawn.len() < members.len(), members.last()) {
        drawn.push(last.clone());
    }
    (largest + libm::log(total / size), drawn)
}

/// What is seen of a population at one temperature.
struct Seen<'p> {
    protocol: &'p Protocol,
    order: InteractionOrder,
    beside: Option<Beside<'p>>,
    counts: Counts,
    energies: Vec<f64>,
    largest: Vec<f64>,
    second: Vec<f64>,
}

impl<'p> Seen<'p> {
    fn new(
        protocol: &'p Protocol,
        order: InteractionOrder,
        beside: Option<Beside<'p>>,
        members: usize,
    ) -> Self {
        let room = members * protocol.measure_sweeps;
        Self {
            protocol,
            order,
            beside,
            counts: Counts::default(),
            energies: Vec::with_capacity(room),
            largest: Vec::new(),
            second: Vec::new(),
        }
    }

    fn evolve<F: Fields>(&mut self, system: &mut F, rule: &AnyDynamics, stream: &mut Stream) {
        let (before, all) =
            (self.protocol.burn_in_sweeps, self.protocol.burn_in_sweeps + self.protocol.measure_sweeps);
        for sweep in 0..all {
            self.counts += rule.sweep(system, stream);
            if sweep >= before {
                self.energies.push(energy_per_spin(system));
            }
        }
        let overlaps = overlaps_of(self.beside, system);
        if !overlaps.is_empty() {
            let (largest, second) = largest_overlaps(&overlaps, system.spins().len(), self.order.is_odd());
            self.largest.push(largest);
            self.second.extend(second);
        }
    }

    fn finish(self, members: &[Member], temperature: Temperature) -> (Measurement, OverlapHistogram) {
        let spins = members.first().map_or(0, |member| member.spins.len());
        let overlaps = overlaps(members);
        let signed = self.order.is_odd();
        let size = |q: i64| if signed { q as f64 } else { q.abs() as f64 } / spins as f64;
        let (entropy, square) = families(members);
        let variance = variance(&self.energies);
        let beta = temperature.beta();
        let measurement = Measurement {
            energy: mean(&self.energies),
            heat_capacity: variance.map(|v| beta * beta * v * spins as f64),
            // As many independent members as there are families of mean square size.
            energy_thermal_error: variance.map(|v| (v * square / members.len() as f64).sqrt()),
            mattis_max: mean(&self.largest),
            mattis_second: mean(&self.second),
            overlap: overlaps.average(size),
            overlap_sq: overlaps.moment(2),
            overlap_signed: overlaps.moment(1),
            overlap_fourth: overlaps.moment(4),
            overlap_tuple: overlaps.average(tuple_overlap(self.order, spins)),
            acceptance: (self.counts.proposals > 0)
                .then(|| self.counts.accepted as f64 / self.counts.proposals as f64),
            family_entropy: Some(entropy),
            family_size: Some(square),
            burn_in_used: Some(self.protocol.burn_in_sweeps as f64),
            measure_used: Some(self.protocol.measure_sweeps as f64),
            ..Measurement::default()
        };
        (measurement, overlaps)
    }
}

/// Overlaps of members of different families. Those of one family stand side by side: each is compared with the one half a population
/// away.
fn overlaps(members: &[Member]) -> OverlapHistogram {
    let spins = members.first().map_or(0, |member| member.spins.len());
    let mut histogram = OverlapHistogram::new(spins);
    let half = members.len() / 2;
    for (a, b) in members.iter().zip(&members[half..]) {
        if a.family != b.family {
            histogram.add(a.spins.dot(&b.spins));
        }
    }
    histogram
}

/// S_f = −Σ ν log ν and ρ_t = R Σ ν² of the shares ν of the families.
fn families(members: &[Member]) -> (f64, f64) {
    let mut sizes = vec![0u64; members.len()];
    members.iter().for_each(|member| sizes[member.family] += 1);
    let size = members.len() as f64;
    let shares = || sizes.iter().filter(|&&count| count > 0).map(|&count| count as f64 / size);
    (-sum(shares().map(|share| share * libm::log(share))), size * sum(shares().map(|share| share * share)))
}

#[cfg(test)]
mod tests {
    use super::{Member, families, resample};
    use crate::model::Spins;
    use crate::rng::StreamKey;

    fn population(energies: &[i128]) -> Vec<Member> {
        let member = |(family, &energy_sum): (usize, &i128)| Member {
            spins: Spins::from_fn(3, |_| true),
            energy_sum,
            family,
        };
        energies.iter().enumerate().map(member).collect()
    }

    /// Systematic resampling takes each member ⌊Rw/W⌋ or ⌈Rw/W⌉ times, Rw/W on average.
    #[test]
    fn a_member_is_drawn_in_proportion_to_its_weight() {
        let members = population(&[0, 1, 2, 3]);
        let step = 0.7;
        let weights: Vec<f64> = (0..4).map(|e| f64::exp(step * f64::from(e))).collect();
        let total: f64 = weights.iter().sum();
        let rounds = 4000;
        let mut counts = [0usize; 4];
        for round in 0..rounds {
            let mut stream = StreamKey::new(3, "resampling").integer("round", round).stream();
            let (log_mean, drawn) = resample(&members, step, &mut stream);
            assert!((log_mean - (total / 4.0).ln()).abs() < 1e-12);
            assert_eq!(drawn.len(), 4);
            let mut of = [0usize; 4];
            drawn.iter().for_each(|member| of[member.family] += 1);
            for (family, &count) in of.iter().enumerate() {
                let expected = 4.0 * weights[family] / total;
                assert!(count as f64 >= expected.floor() && count as f64 <= expected.ceil());
                counts[family] += count;
            }
        }
        for (family, &count) in counts.iter().enumerate() {
            let expected = 4.0 * weights[family] / total;
            // The fraction of rounds in which one more was taken has at most this error; 4.5 of it.
            let tolerance = 4.5 * 0.5 / (rounds as f64).sqrt();
            assert!((count as f64 / rounds as f64 - expected).abs() < tolerance, "{family}: {count}");
        }
    }

    #[test]
    fn a_population_of_one_family_has_no_entropy() {
        let mut members = population(&[0; 8]);
        let (entropy, square) = families(&members);
        assert!((entropy - 8f64.ln()).abs() < 1e-12 && (square - 1.0).abs() < 1e-12);
        members.iter_mut().for_each(|member| member.family = 5);
        assert_eq!(families(&members), (0.0, 8.0));
    }
}
