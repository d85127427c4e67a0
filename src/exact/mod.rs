//! The oracle: everything about one sample at small N, by enumeration of all 2^N states.
//!
//! One Gray-code walk (`enumerate.rs`) gives the exact integer energy of every state and the density of states, which
//! serves log Z, energy and heat capacity at all temperatures. Averages of spins cost one pass a temperature: the
//! Boltzmann weights through a pruned Walsh–Hadamard transform ([`walsh`]) for ⟨s_i⟩ and ⟨s_i s_j⟩, and a second walk
//! for ⟨|m_μ|⟩. Memory: 24 bytes × 2^{N−1} and the spectrum (at most 16 bytes × 2^N), 0.5 GiB at N = 24.
//! [`transition`] checks Markov chains against these laws.

mod enumerate;
pub mod exponential;
mod network;
pub mod plefka;
pub mod transition;
pub mod walsh;

pub use enumerate::Level;
pub use network::{Network, StoredAs, examples as given_examples};

use crate::error::{Error, Result};
use crate::model::examples::{self, Stored};
use crate::model::{
    DenseHebbian, DilutedPatterns, ExampleSet, Exponential, GaussianCouplings, Patterns, Spins,
    WeightedPatterns, weighted,
};
use crate::params::{InteractionOrder, Lesson, Load, Temperature};
use serde::Serialize;
use walsh::LowOrder;

/// Largest number of spins that is enumerated.
pub const MAX_SPINS: usize = 24;
/// Largest number of spins of [`Enumeration::probabilities`].
pub const MAX_SPINS_PROBABILITIES: usize = 16;

/// Weights below e^{−746} are 0 in double precision.
const SMALLEST_EXPONENT: f64 = 746.0;

/// Thermal averages of one sample at one temperature. Energies per spin, log Z total.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExactPoint {
    pub temperature: f64,
    /// log Σ_s e^{−βH(s)}, total; none at T = 0.
    pub log_z: Option<f64>,
    /// ⟨H⟩/N.
    pub energy: f64,
    /// β²(⟨H²⟩ − ⟨H⟩²)/N; none at T = 0.
    pub heat_capacity: Option<f64>,
    /// ⟨m_μ⟩, by pattern; 0 for even P.
    pub mattis: Vec<f64>,
    /// ⟨m_μ²⟩.
    pub mattis_sq: Vec<f64>,
    /// ⟨|m_μ|⟩.
    pub mattis_abs: Vec<f64>,
    /// ⟨q_ab²⟩ of two independent replicas of the sample: (1/N²) Σ_ij ⟨s_i s_j⟩².
    pub overlap_sq: f64,
}

/// The exact answer for one sample at several temperatures, as `replicon exact` writes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExactTable {
    /// Null of the exponential network.
    pub p: Option<u32>,
    pub n: usize,
    /// Null with Gaussian couplings.
    pub k: Option<usize>,
    /// Of the exponential network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gamma: Option<f64>,
    /// Of learning models: quality and number of examples; the overlaps are then those with the archetypes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examples: Option<u64>,
    /// Of multitasking: the fraction of entries that are 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dilution: Option<f64>,
    pub points: Vec<ExactPoint>,
}

/// Enumerates one sample and evaluates it at each temperature. `load` is echoed where there is one.
///
/// # Errors
/// Those of [`Enumeration::new`].
pub fn table(
    order: InteractionOrder,
    patterns: &Patterns,
    load: Option<Load>,
    temperatures: &[Temperature],
) -> Result<ExactTable> {
    check_size(patterns.spins())?;
    let model = DenseHebbian::new(order, patterns.spins(), patterns.count())?;
    let enumeration = Enumeration::new(&model, patterns)?;
    Ok(ExactTable {
        p: Some(order.get()),
        n: patterns.spins(),
        k: Some(patterns.count()),
        lambda: None,
        gamma: load.map(Load::get),
        quality: None,
        examples: None,
        dilution: None,
        points: temperatures.iter().map(|&t| enumeration.at(t)).collect::<Result<_>>()?,
    })
}

/// As [`table`], of a sample of Gaussian couplings: `k` is null, and there are no overlaps with patterns.
///
/// # Errors
/// Those of [`Enumeration::gaussian`].
pub fn gaussian_table(couplings: &GaussianCouplings, temperatures: &[Temperature]) -> Result<ExactTable> {
    let enumeration = Enumeration::gaussian(couplings)?;
    Ok(ExactTable {
        p: Some(couplings.order().get()),
        n: couplings.spins(),
        k: None,
        lambda: None,
        gamma: Some(couplings.gamma().get()),
        quality: None,
        examples: None,
        dilution: None,
        points: temperatures.iter().map(|&t| enumeration.at(t)).collect::<Result<_>>()?,
    })
}

/// As [`table`], of a sample of the exponential network: `p` is null.
///
/// # Errors
/// Those of [`Enumeration::exponential`].
pub fn exponential_table(
    model: &Exponential,
    patterns: &Patterns,
    temperatures: &[Temperature],
) -> Result<ExactTable> {
    let enumeration = Enumeration::exponential(model, patterns)?;
    Ok(ExactTable {
        p: None,
        n: patterns.spins(),
        k: Some(patterns.count()),
        lambda: Some(model.lambda()),
        gamma: None,
        dilution: None,
        quality: None,
        examples: None,
        points: temperatures.iter().map(|&t| enumeration.at(t)).collect::<Result<_>>()?,
    })
}

/// As [`table`], of a sample of learning: `k` counts archetypes, and overlaps are those with them.
///
/// # Errors
/// Those of [`Enumeration::learning`].
pub fn learning_table(
    order: InteractionOrder,
    set: &ExampleSet,
    load: Option<Load>,
    temperatures: &[Temperature],
) -> Result<ExactTable> {
    let enumeration = Enumeration::learning(order, set)?;
    let examples = set.lesson().examples;
    Ok(ExactTable {
        p: Some(order.get()),
        n: set.archetypes().spins(),
        k: Some(set.archetypes().count()),
        lambda: None,
        gamma: load.map(Load::get),
        quality: Some(examples.quality().get()),
        examples: Some(examples.count()),
        dilution: None,
        points: temperatures.iter().map(|&t| enumeration.at(t)).collect::<Result<_>>()?,
    })
}

/// As [`table`], of a sample of diluted patterns, or of what is learnt of them.
///
/// # Errors
/// Those of [`Enumeration::diluted`].
pub fn diluted_table(
    order: InteractionOrder,
    patterns: &DilutedPatterns,
    learnt: Option<(Lesson, &WeightedPatterns)>,
    temperatures: &[Temperature],
) -> Result<ExactTable> {
    let enumeration = Enumeration::diluted(order, patterns, learnt)?;
    let examples = learnt.map(|(lesson, _)| lesson.examples);
    Ok(ExactTable {
        p: Some(order.get()),
        lambda: None,
        n: patterns.spins(),
        k: Some(patterns.count()),
        gamma: None,
        quality: examples.map(|x| x.quality().get()),
        examples: examples.map(|x| x.count()),
        dilution: Some(patterns.dilution()),
        points: temperatures.iter().map(|&t| enumeration.at(t)).collect::<Result<_>>()?,
    })
}

/// Total energy H of one configuration of a learning model.
///
/// # Errors
/// Where examples and spins differ in N, or energies leave the range of exact integers.
pub fn learning_energy(order: InteractionOrder, set: &ExampleSet, spins: &Spins) -> Result<f64> {
    let (n, k, lesson) = (set.archetypes().spins(), set.archetypes().count(), set.lesson());
    match set.stored() {
        Stored::Examples(all) => {
            let model = examples::unsupervised(order, n, k, lesson)?;
            energy_sum(&model, all, spins).map(|sum| model.energy(sum))
        }
        Stored::Sums(sums) => {
            let model = set.weighted_model(order, sums)?;
            check_spins(n, spins)?;
            Ok(-model.scale() * weighted::energy_sum(order, sums, spins) as f64)
        }
    }
}

/// Σ_μ e_P(M_μ) of one configuration, exactly; H = [`DenseHebbian::energy`] of it.
///
/// # Errors
/// Where model, patterns and spins differ in N.
pub fn energy_sum(model: &DenseHebbian, patterns: &Patterns, spins: &Spins) -> Result<i128> {
    check_model(model, patterns)?;
    check_spins(patterns.spins(), spins)?;
    Ok((0..patterns.count()).map(|mu| model.energy_of_overlap(patterns.overlap(mu, spins))).sum())
}

fn check_spins(n: usize, spins: &Spins) -> Result<()> {
    if spins.len() == n {
        return Ok(());
    }
    Err(Error::bad_input(format!("a configuration of {} spins for patterns of {n} spins", spins.len()))
        .remedy("patterns and configurations need the same number of spins N"))
}

/// The energies of the states with the last spin down.
#[derive(Debug, Clone)]
enum Mirror {
    /// H(−s) = H(s)
    Even,
    /// H(−s) = −H(s)
    Odd,
    /// The integer Σ of −s, in the order of the states s with the last spin up.
    Table(Vec<i64>),
}

impl Mirror {
    fn of(order: InteractionOrder) -> Self {
        if order.is_odd() { Self::Odd } else { Self::Even }
    }
}

/// All 2^N states of one sample.
#[derive(Debug, Clone)]
pub struct Enumeration {
    spins: usize,
    mirror: Mirror,
    /// c of H = −c Σ.
    scale: f64,
    /// What overlaps are with, row after row; nothing of Gaussian couplings.
    patterns: Vec<Vec<i8>>,
    /// The integer Σ of the states with the last spin up, by the bits of the others.
    half: Vec<i64>,
    levels: Vec<Level>,
}

impl Enumeration {
    /// # Errors
    /// Above [`MAX_SPINS`] spins, where model and patterns differ in N, or where memory is missing.
    pub fn new(model: &DenseHebbian, patterns: &Patterns) -> Result<Self> {
        check_size(patterns.spins())?;
        check_model(model, patterns)?;
        let half = enumerate::half_table(model, patterns)?;
        let (spins, mirror, scale) = (model.spins(), Mirror::of(model.order()), model.scale());
        Ok(Self::of_half(spins, half, mirror, scale, enumerate::signs(patterns)))
    }

    /// All states of a sample of Gaussian couplings.
    ///
    /// # Errors
    /// Above [`MAX_SPINS`] spins, or where memory is missing.
    pub fn gaussian(couplings: &GaussianCouplings) -> Result<Self> {
        check_size(couplings.spins())?;
        let half = enumerate::gaussian_half_table(couplings)?;
        let (spins, mirror, scale) = (couplings.spins(), Mirror::of(couplings.order()), couplings.scale());
        Ok(Self::of_half(spins, half, mirror, scale, Vec::new()))
    }

    /// All states of a sample of diluted patterns, or of what is learnt of them; overlaps are those with the patterns.
    ///
    /// # Errors
    /// Above [`MAX_SPINS`] spins, where energies leave 63 bits, or where memory is missing.
    pub fn diluted(
        order: InteractionOrder,
        patterns: &DilutedPatterns,
        learnt: Option<(Lesson, &WeightedPatterns)>,
    ) -> Result<Self> {
        check_size(patterns.spins())?;
        let (spins, count) = (patterns.spins(), patterns.count());
        let (half, scale) = match learnt {
            Some((lesson, stored)) => {
                let model = DilutedPatterns::learnt_model(order, spins, count, lesson)?;
                (enumerate::weighted_half_table(&model, stored)?, model.scale())
            }
            None => {
                let model = DilutedPatterns::model(order, spins, count)?;
                (enumerate::diluted_half_table(order, patterns)?, model.scale())
            }
        };
        let rows = (0..count).map(|mu| patterns.row(mu).to_vec()).collect();
        Ok(Self::of_half(spins, half, Mirror::of(order), scale, rows))
    }

    /// All states of a sample of learning; overlaps are those with the archetypes.
    ///
    /// # Errors
    /// Above [`MAX_SPINS`] spins, or where energies leave 63 bits.
    pub fn learning(order: InteractionOrder, set: &ExampleSet) -> Result<Self> {
        let (archetypes, lesson) = (set.archetypes(), set.lesson());
        let (spins, count) = (archetypes.spins(), archetypes.count());
        check_size(spins)?;
        let (half, scale) = match set.stored() {
            Stored::Examples(all) => {
                let model = examples::unsupervised(order, spins, count, lesson)?;
                (enumerate::half_table(&model, all)?, model.scale())
            }
            Stored::Sums(sums) => {
                if sums.has_pinned() {
                    return Err(Error::bad_input("exact enumeration of centred storage")
                        .remedy("it counts on H(−s) = ±H(s), which plain storage has"));
                }
                let model = set.weighted_model(order, sums)?;
                (enumerate::weighted_half_table(&model, sums)?, model.scale())
            }
        };
        Ok(Self::of_half(spins, half, Mirror::of(order), scale, enumerate::signs(archetypes)))
    }

    /// All states of an exponential network.
    ///
    /// # Errors
    /// Above [`MAX_SPINS`] spins, where model and patterns differ in N, or where memory is missing.
    pub fn exponential(model: &Exponential, patterns: &Patterns) -> Result<Self> {
        let spins = patterns.spins();
        check_size(spins)?;
        if model.spins() != spins {
            return Err(Error::bad_input(format!(
                "a model of {} spins for patterns of {spins} spins",
                model.spins()
            )));
        }
        let (half, mirrored) = enumerate::exponential_tables(model, patterns)?;
        Ok(Self::of_half(spins, half, Mirror::Table(mirrored), model.scale(), enumerate::signs(patterns)))
    }

    fn of_half(spins: usize, half: Vec<i64>, mirror: Mirror, scale: f64, patterns: Vec<Vec<i8>>) -> Self {
        let levels = enumerate::density_of_states(&half, &mirror);
        Self { spins, mirror, scale, patterns, half, levels }
    }

    /// Σ of −s, s a state with the last spin up.
    fn mirrored(&self, state: usize) -> i64 {
        match &self.mirror {
            Mirror::Even => self.half[state],
            Mirror::Odd => -self.half[state],
            Mirror::Table(sums) => sums[state],
        }
    }

    /// The density of states, from the ground state up.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Σ_μ e_P(M_μ) of a state: bit i of `state` is 1 where s_i = +1.
    pub fn sum_of_state(&self, state: usize) -> i64 {
        let mask = self.half.len() - 1;
        if state > mask { self.half[state & mask] } else { self.mirrored(!state & mask) }
    }

    /// Total H of all 2^N states, by the bits of the state.
    pub fn energies(&self) -> Vec<f64> {
        (0..self.half.len() * 2).map(|state| -self.scale * self.sum_of_state(state) as f64).collect()
    }

    /// Thermal averages at temperature T; at T = 0 the uniform average over the ground states.
    ///
    /// # Errors
    /// Where memory for the weights is missing.
    pub fn at(&self, temperature: Temperature) -> Result<ExactPoint> {
        let n = self.spins;
        let (log_z, energy, heat_capacity) = self.thermodynamics(temperature);
        let (correlations, magnetisations) = self.transforms(temperature)?;
        let z = correlations.zero;
        let two = |i: usize, j: usize| match (i == n - 1, j == n - 1) {
            (true, true) => z,
            (true, false) => correlations.one[j],
            (false, true) => correlations.one[i],
            (false, false) => correlations.two(i, j),
        };
        let mean = |i: usize| match &magnetisations {
            None => 0.0,
            Some(low) => low.one.get(i).copied().unwrap_or(low.zero),
        };
        let over_patterns = |f: &dyn Fn(&[f64]) -> f64| -> Vec<f64> {
            let row = |row: &Vec<i8>| f(&row.iter().map(|&xi| f64::from(xi)).collect::<Vec<f64>>());
            self.patterns.iter().map(row).collect()
        };
        let size = n as f64;
        let mattis = over_patterns(&|xi| (0..n).map(|i| xi[i] * mean(i)).sum::<f64>() / (z * size) + 0.0);
        let mattis_sq = over_patterns(&|xi| {
            let row = |i: usize| (0..n).map(|j| xi[j] * two(i, j)).sum::<f64>();
            (0..n).map(|i| xi[i] * row(i)).sum::<f64>().max(0.0) / (z * size * size)
        });
        let squares = |i: usize| (0..n).map(|j| (two(i, j) / z) * (two(i, j) / z)).sum::<f64>();
        let overlap_sq = (0..n).map(squares).sum::<f64>() / (size * size);
        Ok(ExactPoint {
            temperature: temperature.get(),
            log_z,
            energy,
            heat_capacity,
            mattis,
            mattis_sq,
            mattis_abs: self.mattis_abs(temperature),
            overlap_sq,
        })
    }

    /// The Boltzmann law over all 2^N states: bit i of the index is 1 where s_i = +1.
    ///
    /// # Errors
    /// Above [`MAX_SPINS_PROBABILITIES`] spins.
    pub fn probabilities(&self, temperature: Temperature) -> Result<Vec<f64>> {
        let n = self.spins;
        if n > MAX_SPINS_PROBABILITIES {
            return Err(Error::bad_input(format!("the probabilities of 2^{n} states"))
                .remedy(format!("at most N = {MAX_SPINS_PROBABILITIES}")));
        }
        let weight = self.weight(temperature);
        let mut law: Vec<f64> = (0..1 << n).map(|state| weight(self.sum_of_state(state))).collect();
        let z = LowOrder::of(&mut law.clone()).zero;
        law.iter_mut().for_each(|p| *p /= z);
        Ok(law)
    }

    /// P(Nq = −N, −N + 2, …, N) of two independent replicas of the sample: the autocorrelation of the Boltzmann law over flips.
    ///
    /// # Errors
    /// Above [`MAX_SPINS_PROBABILITIES`] spins.
    pub fn overlap_law(&self, temperature: Temperature) -> Result<Vec<f64>> {
        let mut law = self.probabilities(temperature)?;
        walsh::transform(&mut law);
        law.iter_mut().for_each(|p| *p *= *p / (1u64 << self.spins) as f64);
        walsh::transform(&mut law);
        let mut overlaps = vec![0.0; self.spins + 1];
        for (flipped, p) in law.iter().enumerate() {
            overlaps[self.spins - flipped.count_ones() as usize] += p;
        }
        Ok(overlaps)
    }

    /// βc (Σ_0 − Σ) = β (H − H_0) ≥ 0, with Σ_0 the ground state's; infinite above it at T = 0.
    fn exponent(&self, temperature: Temperature) -> impl Fn(i64) -> f64 {
        let ground = self.levels.first().map_or(0, |l| l.sum);
        let scale = self.scale * temperature.beta();
        move |sum| if sum == ground { 0.0 } else { scale * (ground - sum) as f64 }
    }

    /// e^{−β(H − H_0)}; at T = 0, 1 for the ground states and 0 above.
    fn weight(&self, temperature: Temperature) -> impl Fn(i64) -> f64 {
        let exponent = self.exponent(temperature);
        move |sum| {
            let x = exponent(sum);
            if x > SMALLEST_EXPONENT { 0.0 } else { libm::exp(-x) }
        }
    }

    /// (log Z, ⟨H⟩/N, heat capacity per spin) from the density of states.
    fn thermodynamics(&self, temperature: Temperature) -> (Option<f64>, f64, Option<f64>) {
        let ground = self.levels.first().map_or(0, |l| l.sum);
        let size = self.spins as f64;
        let exponent = self.exponent(temperature);
        let (mut z, mut excess, mut reduced) = (Sum::default(), Sum::default(), Sum::default());
        let mut reached = 0;
        for level in &self.levels {
            let x = exponent(level.sum);
            if x > SMALLEST_EXPONENT {
                break;
            }
            let weight = f64::from(level.count) * libm::exp(-x);
            z.add(weight);
            excess.add(weight * (ground - level.sum) as f64);
            reduced.add(weight * x);
            reached += 1;
        }
        let z = z.value();
        let energy = -self.scale * (ground as f64 - excess.value() / z) / size + 0.0;
        if temperature.is_zero() {
            return (None, energy, None);
        }
        let mean = reduced.value() / z;
        let mut variance = Sum::default();
        for level in &self.levels[..reached] {
            let x = exponent(level.sum);
            variance.add(f64::from(level.count) * libm::exp(-x) * (x - mean) * (x - mean));
        }
        let log_z = temperature.beta() * self.scale * ground as f64 + libm::log(z);
        (Some(log_z).filter(|l| l.is_finite()), energy, Some(variance.value() / z / size))
    }

    /// Transforms over the states with the last spin up: of w(s) + w(−s), for even averages, and of w(s) − w(−s), for
    /// odd ones (none for even P, where they vanish). Weights relative to the ground state's.
    fn transforms(&self, temperature: Temperature) -> Result<(LowOrder, Option<LowOrder>)> {
        let weight = self.weight(temperature);
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(self.half.len()).map_err(|_| {
            Error::failed(format!("{} MiB for the weights are not there", self.half.len() >> 17))
        })?;
        let both = |state: usize| (weight(self.half[state]), weight(self.mirrored(state)));
        if matches!(self.mirror, Mirror::Even) {
            buffer.extend(self.half.iter().map(|&sum| 2.0 * weight(sum)));
            return Ok((LowOrder::of(&mut buffer), None));
        }
        buffer.extend((0..self.half.len()).map(both).map(|(up, down)| up + down));
        let even = LowOrder::of(&mut buffer);
        buffer.clear();
        buffer.extend((0..self.half.len()).map(both).map(|(up, down)| up - down));
        Ok((even, Some(LowOrder::of(&mut buffer))))
    }

    /// ⟨|m_μ|⟩ by a walk: |M| is no low-order function of the spins.
    fn mattis_abs(&self, temperature: Temperature) -> Vec<f64> {
        const BLOCK: usize = 1 << 10;
        let (n, k) = (self.spins, self.patterns.len());
        if k == 0 {
            return Vec::new();
        }
        let even = matches!(self.mirror, Mirror::Even);
        let weight = self.weight(temperature);
        let nonzero: Vec<f64> =
            self.patterns.iter().map(|row| row.iter().filter(|&&xi| xi != 0).count() as f64).collect();
        let (mut z, mut block_z) = (Sum::default(), 0.0);
        let (mut sums, mut block) = (vec![Sum::default(); k], vec![0.0; k]);
        let mut visited = 0;
        enumerate::walk(&self.patterns, |state, agreements| {
            let w = weight(self.half[state]) + if even { 0.0 } else { weight(self.mirrored(state)) };
            if w > 0.0 {
                block_z += w;
                for ((b, &u), nonzero) in block.iter_mut().zip(agreements).zip(&nonzero) {
                    *b += w * (2.0 * f64::from(u) - nonzero).abs();
                }
            }
            visited += 1;
            if visited % BLOCK == 0 || visited == self.half.len() {
                z.add(std::mem::take(&mut block_z));
                sums.iter_mut().zip(&mut block).for_each(|(s, b)| s.add(std::mem::take(b)));
            }
        });
        sums.iter().map(|s| s.value() / (z.value() * n as f64)).collect()
    }
}

pub fn check_size(spins: usize) -> Result<()> {
    if spins > MAX_SPINS {
        return Err(Error::bad_input(format!("enumeration of 2^{spins} states: N = {spins}"))
            .remedy(format!("exact answers go to N = {MAX_SPINS}; beyond, simulate with `replicon run`")));
    }
    Ok(())
}

fn check_model(model: &DenseHebbian, patterns: &Patterns) -> Result<()> {
    if model.spins() == patterns.spins() {
        return Ok(());
    }
    Err(Error::bad_input(format!(
        "a model of {} spins for patterns of {} spins",
        model.spins(),
        patterns.spins()
    )))
}

/// Compensated sum (Neumaier 1974, doi:10.1002/zamm.19740540106).
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, x: f64) {
        let total = self.total + x;
        self.lost +=
            if self.total.abs() >= x.abs() { (self.total - total) + x } else { (x - total) + self.total };
        self.total = total;
    }

    fn value(self) -> f64 {
        self.total + self.lost
    }
}
