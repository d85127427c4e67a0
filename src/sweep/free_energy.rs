//! The columns of points.csv about free energies of branches, and about the populations that measure one.
//!
//! Three ways to log Z, and a column that says which: the population's own weights; from infinite temperature,
//! A(β) = log 2 − ∫₀^β u dβ′, for what a random start sees; from zero temperature, A(β) = −βu₀ + ∫_β^∞ (u − u₀) dβ′, for the valley of a
//! planted start (of one pattern, without −ξ), or from the temperature of the lowest energy where that is below the one of T = 0. u and its slope −C/β² are measured at the temperatures of the scenario; at β = 0 they are 0
//! and −(γ/2)(N)_P/N^P. Where the two branches' f cross is the thermodynamic transition.

use super::columns::{ERROR, Heading, headings};
use super::overlap_columns::{Quantity, both, simple};
use super::points::{Row, controlled_energy};
use crate::chain::{Course, Measurement, Start};
use crate::dynamics::{Order, Update};
use crate::estimators::{Node, integrals, integration_errors, jackknife, mean};
use crate::scenario::{Kind, PatternsFrom, Scenario};
use crate::theory::annealed_gaussian::distinct_weight;

/// In the order of the table.
pub(super) const COLUMNS: &[Heading] = headings! {
    "free_energy"            Real "energy per spin" "f = −(T/N) log Z of what chains of this start see, averaged over samples"
    "free_energy_err"        Real "energy per spin" ERROR
    "free_energy_from"       Text ""                "How: population, infinite temperature, zero temperature, lowest energy"
    "free_energy_quadrature" Real "energy per spin" "How far the integral over temperatures may be wrong because these are few"
    "free_energy_gap"        Real "energy per spin" "f of this start minus f of the random start, paired by sample: below 0 the planted branch is the equilibrium state; empty where a random start found a pattern"
    "free_energy_gap_err"    Real "energy per spin" ERROR
    "family_entropy"         Real "1"               "S_f of the population's families; e^{S_f} of them count"
    "family_entropy_err"     Real "1"               ERROR
    "rho_t"                  Real "1"               "Mean square family size ρ_t of the population: replicas/ρ_t are independent"
    "rho_t_err"              Real "1"               ERROR
};

const UNKNOWN: &str = "the energy or its fluctuation is not known in every sample (two replicas know it sooner), or the planted state was left";

/// Largest error of the integral over temperatures with which a free energy is given.
const COARSEST: f64 = 0.01;

/// Fraction of planted chains that must have stayed in their valley at every temperature of the integral.
const STAYED: f64 = 0.95;

/// Of the way from chance to m = 1, how far a single chain has come that is said to have found a pattern.
const FOUND: f64 = 0.5;

/// Least excess of ⟨max m_μ⟩ over chance, averaged over all chains of a sample, that is said to be a pattern: extreme values scatter. One
/// chain among more than ten is less than that, and no more than that of f.
const LEAST_EXCESS: f64 = 0.05;

/// How far s₁/(C₁/2) may be from 1 at the temperature of the lowest energy: k-step RSB of P = 3 has 0.93 … 1.26 for γ = 0.34 … 0.46 and
/// T = 0.1 … 0.3.
const ENTROPY_ERROR: f64 = 0.26;

/// Fills them in all rows of a run.
pub(super) fn fill(rows: &mut [Row], scenario: &Scenario) {
    let Some(plan) = &scenario.dynamics else { return };
    for row in rows.iter_mut().filter(|row| row.samples > 0) {
        let none = "dynamics.protocol is not \"population-annealing\"";
        let quantities: [(&'static str, &'static str, Quantity); 2] = [
            ("family_entropy", "family_entropy_err", |m| m.family_entropy),
            ("rho_t", "rho_t_err", |m| m.family_size),
        ];
        quantities.into_iter().for_each(|(name, error, of)| simple(row, name, error, of, none));
    }
    // Rows of one column and start are a ladder of temperatures, ascending.
    let mut ladders: Vec<Vec<usize>> = Vec::new();
    for (i, row) in rows.iter().enumerate().filter(|(_, row)| row.samples > 0) {
        let same = |ladder: &&mut Vec<usize>| {
            let first = &rows[ladder[0]];
            first.column == row.column && first.start == row.start
        };
        match ladders.iter_mut().find(same) {
            Some(ladder) => ladder.push(i),
            None => ladders.push(vec![i]),
        }
    }
    for ladder in ladders {
        let found = match plan.protocol.course {
            Course::PopulationAnnealing => of_populations(rows, &ladder),
            _ => reason_against(&rows[ladder[0]], scenario).map_or_else(
                || match Start::is_blind(&rows[ladder[0]].start) {
                    true => from_infinite_temperature(rows, &ladder),
                    false => from_zero_temperature(rows, &ladder),
                },
                Err,
            ),
        };
        write(rows, &ladder, found);
    }
    gaps(rows, plan.protocol.replicas);
}

/// Free energies per sample and what they may be wrong by, for each row of a ladder; `None` where they are not known there.
struct Found {
    from: &'static str,
    by_row: Vec<Option<(Vec<f64>, f64)>>,
}

/// Why u of this row is not the slope of its log Z.
fn reason_against(row: &Row, scenario: &Scenario) -> Option<&'static str> {
    let protocol = &scenario.dynamics.as_ref()?.protocol;
    if protocol.order == Order::Parallel {
        Some("parallel order does not sample exp(-beta H)")
    } else if matches!(protocol.update, Update::Plefka | Update::Attention | Update::ZeroTemperature) {
        Some("no chain at T > 0 is behind this row")
    } else if row.column.kind() != Kind::DenseHebbian || !matches!(scenario.patterns, PatternsFrom::Random) {
        Some("known of random patterns, stored themselves, and of Gaussian couplings")
    } else {
        None
    }
}

fn of_populations(rows: &[Row], ladder: &[usize]) -> Result<Found, &'static str> {
    let at = |&i: &usize| {
        let t = rows[i].temperature.get();
        let pressures = rows[i].by_sample.iter().map(|m| m.pressure).collect::<Option<Vec<f64>>>()?;
        Some((pressures.iter().map(|pressure| -t * pressure).collect(), 0.0))
    };
    Ok(Found { from: "population", by_row: ladder.iter().map(at).collect() })
}

/// u and C of a sample at a row.
fn known(m: &Measurement) -> Option<(f64, f64)> {
    // Where no energy ever changed there is no heat capacity to estimate; it is smaller than what the integral can see.
    Some((m.energy?, m.heat_capacity.or_else(|| (m.moving_energy == Some(0.0)).then_some(0.0))?))
}

/// Whether they are known in every sample.
fn is_known(row: &Row) -> bool {
    row.by_sample.iter().all(|m| known(m).is_some())
}

/// The smallest number of samples that all rows have.
fn samples(rows: &[Row], ladder: &[usize]) -> usize {
    ladder.iter().map(|&i| rows[i].by_sample.len()).min().unwrap_or(0)
}

fn from_infinite_temperature(rows: &[Row], ladder: &[usize]) -> Result<Found, &'static str> {
    let downwards = ladder.iter().rev().copied().filter(|&i| !rows[i].temperature.is_zero());
    // As far down as everything on the way is known.
    let warm: Vec<usize> = downwards.take_while(|&i| is_known(&rows[i])).collect();
    let column = &rows[ladder[0]].column;
    let origin: Node = (0.0, 0.0, -0.5 * column.gamma.get() * distinct_weight(column.order, column.spins));
    let nodes = |sample: usize| -> Option<Vec<Node>> {
        let node = |&i: &usize| {
            let (u, c) = known(&rows[i].by_sample[sample])?;
            let beta = rows[i].temperature.beta();
            Some((beta, u, -c / (beta * beta)))
        };
        std::iter::once(Some(origin)).chain(warm.iter().map(node)).collect()
    };
    let by_sample: Vec<Vec<Node>> = (0..samples(rows, ladder)).map_while(nodes).collect();
    if by_sample.is_empty() || warm.is_empty() {
        return Err(UNKNOWN);
    }
    let errors = integration_errors(&average(&by_sample));
    let integrals: Vec<Vec<f64>> = by_sample.iter().map(|nodes| integrals(nodes)).collect();
    let by_row = ladder.iter().map(|i| {
        let place = warm.iter().position(|w| w == i)? + 1;
        let t = rows[*i].temperature.get();
        let values = integrals.iter().map(|sums| -t * (std::f64::consts::LN_2 - sums[place])).collect();
        Some((values, t * errors[place]))
    });
    Ok(Found { from: "infinite temperature", by_row: by_row.collect() })
}

fn from_zero_temperature(rows: &[Row], ladder: &[usize]) -> Result<Found, &'static str> {
    let (Some(&coldest), true) = (ladder.first(), ladder.len() > 1) else {
        return Err("needs several temperatures, 0 among them");
    };
    if !rows[coldest].temperature.is_zero() {
        return Err("needs T = 0 among the temperatures: the energy that the valley begins with");
    }
    // As far up as everything on the way is known, and it is the valley's energy that was measured.
    let stayed = |i: usize| rows[i].number("survived").is_none_or(|survived| survived >= STAYED);
    let upwards = ladder[1..].iter().copied();
    let warm: Vec<usize> = upwards.take_while(|&i| is_known(&rows[i]) && stayed(i)).collect();
    if warm.is_empty() {
        return Err(UNKNOWN);
    }
    // Above the end of stability of RS a walk at T = 0 rests above the lowest state of its valley, which warmer ones find: the integral from
    // there up would be wrong by T/T₁ times as much. It then begins at the lowest energy, with the entropy C/2 of a C ∝ T², to C/2.
    let energy = |i: usize| rows[i].average(|m| m.energy).map_or(f64::INFINITY, |(u, _)| u);
    let lowest = (0..warm.len()).min_by(|&a, &b| energy(warm[a]).total_cmp(&energy(warm[b]))).unwrap_or(0);
    // Where the two are as good as equal, this changes f by no more than their noise; to wait until the difference is significant would
    // leave in f a bias of as many of its errors.
    let from_above = energy(warm[lowest]) < energy(coldest);
    let warm = if from_above { &warm[lowest..] } else { &warm[..] };
    // (u − u₀)/T² against T, from the lowest T > 0 on.
    let nodes = |sample: usize| -> Option<(f64, f64, Vec<Node>)> {
        let at = if from_above { warm[0] } else { coldest };
        let ground = rows[at].by_sample[sample].energy?;
        let node = |&i: &usize| {
            let (u, c) = known(&rows[i].by_sample[sample])?;
            let (t, x) = (rows[i].temperature.get(), u - ground);
            Some((t, x / (t * t), c / (t * t) - 2.0 * x / (t * t * t)))
        };
        let nodes: Vec<Node> = warm.iter().map(node).collect::<Option<_>>()?;
        let (t, x) = (nodes[0].0, nodes[0].1 * nodes[0].0 * nodes[0].0);
        let (_, c) = known(&rows[warm[0]].by_sample[sample])?;
        // Below it u − u₀ ∝ e^{−Δβ}, Δ = CT²/(u − u₀).
        let tail = match from_above {
            true => c / 2.0,
            false if x > 0.0 && c > 0.0 => x * x / (c * t * t),
            false => 0.0,
        };
        Some((ground, tail, nodes))
    };
    let by_sample: Vec<(f64, f64, Vec<Node>)> = (0..samples(rows, ladder)).map_while(nodes).collect();
    if by_sample.is_empty() {
        return Err(UNKNOWN);
    }
    let all: Vec<Vec<Node>> = by_sample.iter().map(|(.., nodes)| nodes.clone()).collect();
    let errors = integration_errors(&average(&all));
    // What is not known below the lowest T > 0 is not better than its own size, the entropy at the lowest energy than a quarter of it.
    let below = mean(&by_sample.iter().map(|(_, tail, _)| *tail).collect::<Vec<_>>()).unwrap_or(0.0);
    let below = if from_above { ENTROPY_ERROR * below } else { below };
    let sums: Vec<Vec<f64>> = by_sample.iter().map(|(.., nodes)| integrals(nodes)).collect();
    let by_row = ladder.iter().map(|&i| {
        let place = warm.iter().position(|&w| w == i);
        if place.is_none() && (i != coldest || from_above) {
            return None;
        }
        let t = rows[i].temperature.get();
        let values = by_sample.iter().enumerate().map(|(sample, (ground, tail, _))| {
            let integral = place.map_or(0.0, |place| tail + sums[sample][place]);
            // The energy of the pattern itself scatters from sample to sample about a mean that is known.
            let measured = &rows[i].by_sample[sample];
            let scatter = measured.energy.zip(controlled_energy(measured, &rows[i].column));
            ground - t * integral - scatter.map_or(0.0, |(u, controlled)| u - controlled)
        });
        Some((values.collect(), place.map_or(0.0, |place| t * (errors[place] + below))))
    });
    let from = if from_above { "lowest energy" } else { "zero temperature" };
    Ok(Found { from, by_row: by_row.collect() })
}

/// The nodes of all samples, averaged.
fn average(by_sample: &[Vec<Node>]) -> Vec<Node> {
    let count = by_sample.len() as f64;
    (0..by_sample[0].len())
        .map(|place| {
            let sum = |of: fn(&Node) -> f64| by_sample.iter().map(|nodes| of(&nodes[place])).sum::<f64>();
            (by_sample[0][place].0, sum(|n| n.1) / count, sum(|n| n.2) / count)
        })
        .collect()
}

fn write(rows: &mut [Row], ladder: &[usize], found: Result<Found, &'static str>) {
    let put_none = |row: &mut Row, why: &str| {
        both(row, "free_energy", "free_energy_err", None, why);
        row.put("free_energy_quadrature", None, why);
    };
    match found {
        Err(why) => ladder.iter().for_each(|&i| put_none(&mut rows[i], why)),
        Ok(Found { from, by_row }) => {
            for (&i, free) in ladder.iter().zip(by_row) {
                let row = &mut rows[i];
                match free {
                    None => put_none(
                        row,
                        "T = 0, or on the way here the planted state was left or a fluctuation is not known in some sample",
                    ),
                    Some((_, quadrature)) if quadrature > COARSEST => {
                        put_none(row, "the temperatures are too far apart for the integral over them");
                    }
                    Some((values, quadrature)) => {
                        both(row, "free_energy", "free_energy_err", jackknife(&values, mean), "no sample");
                        row.put("free_energy_quadrature", Some(quadrature), "");
                        row.put_text("free_energy_from", from);
                        row.free_energies = values;
                    }
                }
            }
        }
    }
}

/// Whether in some sample a chain of this random start retrieves: ⟨max m_μ⟩, averaged over the replicas, is further above the largest of K
/// Gaussian overlaps, √(2 ln K/N) (of their moduli at even P: 2K), than chance takes it. In the m = 0 state it stays below that level. Where
/// the level is 1, in very small systems, there is nothing to tell a pattern by.
fn has_found_a_pattern(row: &Row, replicas: usize) -> bool {
    let signs = if row.column.order.is_odd() { 1.0 } else { 2.0 };
    let choices = (signs * row.column.patterns as f64).max(1.0);
    let chance = (2.0 * libm::log(choices) / row.column.spins as f64).sqrt().min(1.0);
    let one_retrieves = (FOUND * (1.0 - chance) / replicas.max(1) as f64).max(LEAST_EXCESS);
    row.by_sample.iter().filter_map(|m| m.mattis_max).any(|largest| largest > chance + one_retrieves)
}

/// f minus that of the random start at the same grid point, as long as that is of the m = 0 state: neither at this temperature nor on the way
/// to it from β = 0 has a random start found a pattern.
fn gaps(rows: &mut [Row], replicas: usize) {
    for i in 0..rows.len() {
        let Row { samples, .. } = rows[i];
        if samples == 0 {
            continue;
        }
        let blind = Start::is_blind(&rows[i].start);
        let warmer = || {
            rows.iter().filter(|other| {
                Start::is_blind(&other.start)
                    && other.column == rows[i].column
                    && other.temperature.get() >= rows[i].temperature.get()
            })
        };
        let other = warmer().find(|other| other.temperature == rows[i].temperature);
        let found = other.is_some_and(|other| {
            warmer().any(|row| row.start == other.start && has_found_a_pattern(row, replicas))
        });
        let (free, other) = (&rows[i].free_energies, other.map_or(&[][..], |row| &row.free_energies));
        let known = !blind && !free.is_empty() && free.len() == other.len();
        let of = |(a, b): (&f64, &f64)| a - b;
        let differences: Vec<f64> = free.iter().zip(other).filter(|_| known && !found).map(of).collect();
        let why = match known && found {
            true => {
                "a random start has found a pattern, here or at a higher temperature: its f is not that of m = 0"
            }
            false => "needs free energies of a planted and of a random start",
        };
        let row = &mut rows[i];
        both(row, "free_energy_gap", "free_energy_gap_err", jackknife(&differences, mean), why);
        row.free_energy_gaps = differences;
    }
}

#[cfg(test)]
mod tests {
    use super::{from_zero_temperature, gaps, has_found_a_pattern};
    use crate::chain::Measurement;
    use crate::estimators::{jackknife, mean};
    use crate::rng::{StreamKey, uniform};
    use crate::scenario::{Files, Scenario};
    use crate::sweep::{Points, StateTable};
    use std::collections::HashMap;

    /// 512 spins, γ = 0.3: chance reaches 0.2. One chain of two that retrieves in one sample of four takes the gap away there and below, and
    /// nowhere above; chance overlaps do not.
    #[test]
    fn one_chain_that_retrieves_takes_the_gap_away_at_its_temperature_and_below() {
        let text = "name = \"t\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 512\ngamma = 0.3\ntemperature = [0.3, 0.4, 0.5]\n\
                    [dynamics]\nreplicas = 2\n[disorder]\nsamples = 4\n";
        let scenario = Scenario::from_text(text, "t", &Files::Shipped, &[]).expect("a scenario");
        let mut rows =
            Points::gather(&scenario, &HashMap::new(), &StateTable::default()).expect("points").rows;
        for row in &mut rows {
            row.samples = 4;
            row.free_energies = vec![if row.start == "random" { -0.5 } else { -0.6 }; 4];
            let chance = Measurement { mattis_max: Some(0.21), ..Measurement::default() };
            row.by_sample = vec![chance; 4];
        }
        let known = |rows: &[super::Row]| -> Vec<f64> {
            let with = rows.iter().filter(|row| !row.free_energy_gaps.is_empty());
            with.map(|row| row.temperature.get()).collect()
        };
        gaps(&mut rows, 2);
        assert_eq!(known(&rows), [0.3, 0.4, 0.5]);
        let random = |row: &&mut super::Row| row.start == "random" && row.temperature.get() == 0.4;
        let found = rows.iter_mut().find(random).expect("a row");
        found.by_sample[2].mattis_max = Some(0.5 * (0.21 + 0.97));
        assert!(has_found_a_pattern(found, 2));
        gaps(&mut rows, 2);
        assert_eq!(known(&rows), [0.5]);
        // An extreme value that is 0.03 above its usual size is no pattern, however many chains were averaged.
        let found = rows.iter_mut().find(random).expect("a row");
        found.by_sample[2].mattis_max = Some(0.24);
        gaps(&mut rows, 1000);
        assert_eq!(known(&rows), [0.3, 0.4, 0.5]);
    }

    /// u = −0.5 at every T, measured with noise: the lowest of four energies is low by about one error, and so is f, not more.
    #[test]
    fn noise_in_a_flat_energy_shifts_the_free_energy_by_about_its_error() {
        let text = "name = \"t\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 64\ngamma = 0.3\ntemperature = [0, 0.1, 0.2, 0.3]\n\
                    [dynamics]\nstarts = [\"planted\"]\n[disorder]\nsamples = 8\n";
        let scenario = Scenario::from_text(text, "t", &Files::Shipped, &[]).expect("a scenario");
        let mut rows =
            Points::gather(&scenario, &HashMap::new(), &StateTable::default()).expect("points").rows;
        let mut stream = StreamKey::new(1, "noise").stream();
        let ladder: Vec<usize> = (0..rows.len()).collect();
        let mut shift = 0.0;
        for _ in 0..200 {
            for row in &mut rows {
                let mut noisy = || Measurement {
                    energy: Some(-0.5 + 0.003 * (uniform(&mut stream) - 0.5)),
                    heat_capacity: Some(0.0),
                    ..Measurement::default()
                };
                row.by_sample = (0..8).map(|_| noisy()).collect();
            }
            let found = from_zero_temperature(&rows, &ladder).expect("a free energy");
            let (values, _) = found.by_row[3].clone().expect("of T = 0.3");
            let (mean, error) = jackknife(&values, mean).expect("eight samples");
            shift += (mean + 0.5) / error.expect("an error") / 200.0;
        }
        // Standard error of the average: 0.08.
        assert!((-1.4..0.0).contains(&shift), "{shift}");
    }
}
