//! Equations that hold exactly: of energies, of small systems, of attention.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::{rounding, scenario, simulate, slope, solved};
use crate::error::Result;
use crate::estimators::mean;
use crate::exact::plefka::{expansion, minus_beta_g};
use crate::exact::{Enumeration, energy_sum, exponential};
use crate::model::brute_force::weighted_sum;
use crate::model::{
    ContinuousHopfield, DenseHebbian, DilutedPatterns, Exponential, GaussianCouplings, Patterns, Spins,
    WeightedPatterns, continuous, weighted,
};
use crate::observables::tuple_overlap;
use crate::params::{Dilution, InteractionOrder, Load, Temperature};
use crate::rng::{Stream, StreamKey, below, uniform};
use crate::sweep::task_patterns;
use crate::theory::annealed::annealed;
use crate::theory::annealed_gaussian::distinct_weight;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

fn stream(purpose: &str, number: u64) -> Stream {
    StreamKey::new(89, purpose).integer("number", number).stream()
}

fn random_spins(n: usize, stream: &mut Stream) -> Spins {
    let bits: Vec<bool> = (0..n).map(|_| below(stream, 2) == 1).collect();
    Spins::from_fn(n, |i| bits[i])
}

/// H = (N/2) Σ_μ (L⁺L⁻ − c_μ²) + Σ_μ N_μ/(2N) of diluted patterns at P = 2.
fn losses(setting: &Setting) -> Result<Finding> {
    let (n, k) = (40, 5);
    let size = n as f64;
    let order = InteractionOrder::new(2)?;
    let mut findings = Vec::new();
    for draw in 0..20 {
        let mut stream = stream("losses", draw);
        let patterns = DilutedPatterns::random(n, k, Dilution::new(0.4)?, &mut stream)?;
        let spins = random_spins(n, &mut stream);
        let mut expected = 0.0;
        for mu in 0..k {
            let loss = |sign: f64| -> f64 {
                let rows = patterns.row(mu).iter().zip(spins.as_slice());
                rows.map(|(&xi, &s)| (f64::from(xi) - sign * f64::from(s)).powi(2)).sum::<f64>()
                    / (2.0 * size)
            };
            let entries = patterns.nonzero(mu) as f64;
            let c = 0.5 * (1.0 + entries / size);
            expected += 0.5 * size * (loss(1.0) * loss(-1.0) - c * c) + entries / (2.0 * size);
        }
        let found = setting.unit() * patterns.energy(order, &spins)?;
        // Each of K terms is N/2 times a difference of numbers up to 1.
        findings.push(Finding::bound(expected, found, rounding(16 * k, 0.5 * size)));
    }
    Ok(Finding::worst(findings))
}

/// Z = K (2cosh λ)^N at β = λ, for any patterns: energies are rounded to 2⁻⁴⁰, so log Z is known to β 2⁻⁴¹.
fn exponential_partition(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (n, k, lambda) in [(8, 3, 0.5), (10, 20, 1.0), (12, 100, 0.3), (9, 1, 2.0)] {
        let patterns = Patterns::random(n, k, &mut stream("exponential", n as u64))?;
        let enumeration = Enumeration::exponential(&Exponential::new(n, k, lambda)?, &patterns)?;
        let found = solved(enumeration.at(setting.temperature(1.0 / lambda)?)?.log_z)?;
        let expected = exponential::log_z(n, k, lambda);
        let error = lambda * libm::pow(2.0, -41.0) + rounding(1 << n, 1.0) + rounding(8, expected);
        findings.push(Finding::bound(expected, found, error).at(format!("N = {n}, K = {k}, λ = {lambda}")));
    }
    Ok(Finding::worst(findings))
}

/// The heat bath at β = λ against independent draws from the Gibbs measure, on the same patterns.
fn exponential_draws(setting: &Setting) -> Result<Finding> {
    let (n, k) = (60, 20);
    let text = format!(
        "name = \"draws\"\nseed = 97\n[model]\nkind = \"exponential\"\nenergy = \"lse\"\n[grid]\nspins = {n}\npatterns = [{k}]\nlambda = 1.0\n\
         temperature = [1.0]\n[dynamics]\nstarts = [\"planted\"]\nreplicas = 1\nburn_in_sweeps = 100\nmeasure_sweeps = 1000\n[disorder]\nsamples = {}\n",
        setting.size.of(24, 96)
    );
    let scenario = scenario(&text, &[])?;
    let model = Exponential::new(n, k, 1.0)?;
    let lambda = match setting.defect {
        Some(Defect::Temperature(factor)) => 1.0 / factor,
        _ => 1.0,
    };
    let mut differences = Vec::new();
    let mut drawn = Vec::new();
    for (sample, result) in simulate(&scenario)?.into_iter().enumerate() {
        let patterns = task_patterns(&scenario, &result.task)?;
        let mut stream = stream("draws", sample as u64);
        let energies = (0..1000).map(|_| {
            let (_, spins) = exponential::draw(&patterns, lambda, &mut stream)?;
            Ok(model.energy(model.energy_sum(&patterns, &spins)?) / n as f64)
        });
        let energy = solved(mean(&energies.collect::<Result<Vec<f64>>>()?))?;
        drawn.push(energy);
        differences.push(solved(result.chains[0].measurement.energy)? - energy);
    }
    Ok(shifted(solved(mean(&drawn))?, &differences))
}

/// The mean of differences, shown beside the value that they are differences from.
fn shifted(expected: f64, differences: &[f64]) -> Finding {
    match Finding::mean_of(0.0, differences) {
        Finding::Measured { got, error, law, detail, .. } => {
            Finding::Measured { expected, got: expected + got, error, law, detail }
        }
        other => other,
    }
}

/// A_ann and u of the annealed average, over all 2^{NK} sets of patterns at N = 4, K = 2.
fn all_patterns(setting: &Setting) -> Result<Finding> {
    let (n, k, t) = (4, 2, 0.9);
    let mut findings = Vec::new();
    for p in [2, 3, 4] {
        let order = InteractionOrder::new(p)?;
        let hamiltonian = DenseHebbian::new(order, n, k)?;
        let (mut z, mut z_slope) = (0.0, 0.0);
        for bits in 0..256u32 {
            let patterns = Patterns::from_fn(n, k, |mu, i| bits >> (4 * mu + i) & 1 == 1)?;
            let point = Enumeration::new(&hamiltonian, &patterns)?.at(Temperature::new(t)?)?;
            let weight = libm::exp(solved(point.log_z)?) / 256.0;
            z += weight;
            z_slope += point.energy * weight;
        }
        let found = solved(annealed(order, n, k, setting.temperature(t)?)?)?;
        let error = rounding(256 * 16, 1.0);
        findings
            .push(Finding::bound(libm::log(z) / n as f64, found.pressure, error).at(format!("A, P = {p}")));
        findings.push(Finding::bound(z_slope / z, found.energy, error).at(format!("u, P = {p}")));
    }
    Ok(Finding::worst(findings))
}

/// u = −(βγ/2)((N)_P/N^P)(1 − [⟨R_P⟩]) of Gaussian couplings, by enumeration of samples: energies and overlaps of one sample share its
/// couplings, so the mean of their difference over samples is what must vanish.
fn gaussian_identity(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, n, t) in [(2, 10, 0.8), (3, 10, 0.6), (4, 9, 0.7)] {
        let order = InteractionOrder::new(p)?;
        let (gamma, cold) = (Load::new(1.0)?, Temperature::new(t)?);
        let r = tuple_overlap(order, n);
        let one = |sample: u64| -> Result<(f64, f64)> {
            let couplings = GaussianCouplings::draw(order, n, gamma, &mut stream("couplings", sample))?;
            let enumeration = Enumeration::gaussian(&couplings)?;
            let law = enumeration.overlap_law(cold)?;
            let overlap: f64 = law.iter().enumerate().map(|(k, p)| p * r(2 * k as i64 - n as i64)).sum();
            let beta = setting.temperature(t)?.beta();
            let expected = -0.5 * beta * distinct_weight(order, n) * (1.0 - overlap);
            Ok((expected, enumeration.at(cold)?.energy))
        };
        let pairs: Vec<(f64, f64)> =
            (0..setting.size.of(2000u64, 20_000)).into_par_iter().map(one).collect::<Result<_>>()?;
        let differences: Vec<f64> = pairs.iter().map(|(expected, energy)| energy - expected).collect();
        let expected: Vec<f64> = pairs.iter().map(|(expected, _)| *expected).collect();
        findings
            .push(shifted(solved(mean(&expected))?, &differences).at(format!("P = {p}, N = {n}, T = {t}")));
    }
    Ok(Finding::worst(findings))
}

/// −βG to order n is wrong by O(β^{n+1}): the power of the root mean square over samples between β and 2β, which reaches n + 1 linearly in
/// β. Extrapolated from two of them, with the change of that from β to 2β as its bound.
fn plefka_orders(setting: &Setting) -> Result<Finding> {
    const STEPS: usize = 4;
    let (n, samples) = (8, 16);
    let mut findings = Vec::new();
    for (p, k) in [(2, 4), (3, 11)] {
        let order = InteractionOrder::new(p)?;
        let mut squares = vec![[0.0; STEPS]; 4];
        for sample in 0..samples {
            let mut stream = stream("plefka", sample);
            let patterns = Patterns::random(n, k, &mut stream)?;
            let energies = Enumeration::new(&DenseHebbian::new(order, n, k)?, &patterns)?.energies();
            let m: Vec<f64> = (0..n).map(|_| 1.8 * uniform(&mut stream) - 0.9).collect();
            let scaled: Vec<f64> = energies.iter().map(|h| setting.unit() * h).collect();
            let series = expansion(&scaled, &m)?;
            for step in 0..STEPS {
                let beta = 0.02 * f64::from(1 << step);
                let exact = minus_beta_g(&energies, &m, beta)?;
                for (order, squares) in squares.iter_mut().enumerate() {
                    squares[step] += (series.minus_beta_g(order, beta) - exact).powi(2);
                }
            }
        }
        for (order, squares) in squares.into_iter().enumerate().skip(1) {
            let power = |step: usize| 0.5 * libm::log2(squares[step + 1] / squares[step]);
            let (near, far) = (2.0 * power(0) - power(1), 2.0 * power(1) - power(2));
            // −βG itself is known to the 1e-13 in magnetisations at which Newton's method stops, N of them.
            let noise = n as f64 * 1e-13 / (squares[0] / samples as f64).sqrt();
            findings.push(
                Finding::bound(order as f64 + 1.0, near, (far - near).abs() + 6.0 * noise)
                    .at(format!("order {order}, P = {p}")),
            );
        }
    }
    Ok(Finding::worst(findings))
}

/// One update is an attention head with keys and values ξ, written plainly.
fn attention(setting: &Setting) -> Result<Finding> {
    let (n, k, beta) = (24, 12, 0.2);
    let patterns = continuous::spherical(n, k, &mut stream("attention", 0));
    let model = ContinuousHopfield::new(patterns.clone(), setting.temperature(beta)?.get())?;
    let queries = continuous::spherical(n, 6, &mut stream("attention", 1));
    let found = model.update_batch(queries.view());
    let scores = queries.dot(&patterns.t()).mapv(|x| libm::exp(beta * x));
    let expected: Array2<f64> = Array2::from_shape_fn((6, n), |(row, i)| {
        let total: f64 = scores.row(row).sum();
        (0..k).map(|mu| scores[[row, mu]] / total * patterns[[mu, i]]).sum()
    });
    let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    Ok(Finding::bound(0.0, worst, 1e-14).at("largest difference of an entry"))
}

/// E never rises along updates, E ≥ 0, and ∇E = x − update(x).
fn continuous_energy(setting: &Setting) -> Result<Finding> {
    let (n, k, beta) = (20, 10, 0.3);
    let patterns = continuous::signs(&Patterns::random(n, k, &mut stream("continuous", 0))?);
    let model = ContinuousHopfield::new(patterns, beta)?;
    let mut stream = stream("continuous", 1);
    let mut findings = Vec::new();
    for _ in 0..8 {
        let mut x: Array1<f64> = (0..n).map(|_| 4.0 * uniform(&mut stream) - 2.0).collect();
        let step = setting.unit() * (x[0] - model.update(x.view())[0]);
        let (gradient, error) = slope(x[0], 1e-3, rounding(8, 1.0), |value| {
            let mut moved = x.clone();
            moved[0] = value;
            Ok(model.energy(moved.view()))
        })?;
        findings.push(Finding::bound(gradient, step, error).at("∇E"));
        for _ in 0..20 {
            let before = model.energy(x.view());
            x = model.update(x.view());
            let after = model.energy(x.view());
            findings.push(Finding::at_most(before, after, rounding(8 * n, before.abs() + 1.0)).at("E rises"));
            findings.push(Finding::at_least(0.0, after, rounding(8 * n, 1.0)).at("E < 0"));
        }
    }
    Ok(Finding::worst(findings))
}

/// After one update from a stored pattern of |ξ|² = N the r.m.s. distance from it is at most 2 (K − 1) e^{−βΔ}.
fn one_step(setting: &Setting) -> Result<Finding> {
    let (n, k, beta) = (30, 12, 0.6);
    let patterns = continuous::spherical(n, k, &mut stream("one step", 0));
    let model = ContinuousHopfield::new(patterns.clone(), beta)?;
    let mut findings = Vec::new();
    for mu in 0..k {
        let pattern = patterns.row(mu);
        let gap = &model.update(pattern) - &pattern;
        let distance = (gap.dot(&gap) / n as f64).sqrt();
        let colder = setting.temperature(beta)?.get();
        let bound = 2.0 * (k - 1) as f64 * libm::exp(-colder * model.separation(mu));
        findings.push(Finding::at_most(bound, distance, rounding(100, 1.0)).at(format!("pattern {mu}")));
    }
    Ok(Finding::worst(findings))
}

/// H(ξ, s) = H(gξ, gs), P = 2 … 6: how many differ.
fn gauge(setting: &Setting) -> Result<Finding> {
    let (n, k) = (30, 17);
    let mut differ = 0;
    for p in 2..=6 {
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(p)?, n, k)?;
        for draw in 0..20 {
            let mut stream = stream("gauge", draw);
            let patterns = Patterns::random(n, k, &mut stream)?;
            let (spins, turn) = (random_spins(n, &mut stream), random_spins(n, &mut stream));
            let turned = Patterns::from_fn(n, k, |mu, i| patterns.sign(mu, i) * turn.get(i) > 0)?;
            let mut both = Spins::from_fn(n, |i| spins.get(i) * turn.get(i) > 0);
            if setting.has(Defect::Spin) {
                both.flip(0);
            }
            let (a, b) =
                (energy_sum(&hamiltonian, &patterns, &spins)?, energy_sum(&hamiltonian, &turned, &both)?);
            differ += u64::from(a != b);
        }
    }
    Ok(Finding::whole(0, differ).at("of 100 configurations"))
}

/// Σ_μ e_P of integer weights against sums over index tuples, P = 2 … 6: how many differ.
fn weights(setting: &Setting) -> Result<Finding> {
    let (n, k) = (10, 4);
    let mut differ = 0;
    for p in 2..=6 {
        for draw in 0..20 {
            let mut stream = stream("weights", draw);
            let values: Vec<i16> = (0..n * k).map(|_| below(&mut stream, 13) as i16 - 6).collect();
            let patterns = WeightedPatterns::from_fn(n, k, |mu, i| values[mu * n + i])?;
            let spins = random_spins(n, &mut stream);
            let mut other = spins.clone();
            if setting.has(Defect::Spin) {
                other.flip(0);
            }
            let table = weighted::energy_sum(InteractionOrder::new(p)?, &patterns, &other);
            differ += u64::from(table != weighted_sum(p, &patterns, &spins));
        }
    }
    Ok(Finding::whole(0, differ).at("of 100 configurations"))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    let bounded = |claim: &str, source, defect, measure: fn(&Setting) -> Result<Finding>| {
        Claim::bounded(Group::Identities, claim, source, defect, measure)
    };
    let statistical = |claim: &str, source, defect, measure: fn(&Setting) -> Result<Finding>| {
        Claim::statistical(Group::Identities, claim, source, defect, measure)
    };
    vec![
        bounded(
            "P = 2: H is (N/2) Σ (L⁺L⁻ − c²) + Σ N_μ/2N, the product of two losses",
            Source::multitasking("H = (N/2) Σ_μ (L⁺L⁻ − c_μ²) + Σ_μ N_μ/(2N)"),
            Defect::Unit(1.001),
            losses,
        ),
        bounded(
            "H(ξ, s) = H(gξ, gs), P = 2 … 6",
            Source::new("docs/images.md", "for H(ξ, s) = H(gξ, gs)"),
            Defect::Spin,
            gauge,
        ),
        bounded(
            "Energies of integer weights are sums over index tuples, P = 2 … 6",
            Source::learning("supervised weights are c = Σ_a η^a, for which e_P needs more than one overlap"),
            Defect::Spin,
            weights,
        ),
        bounded(
            "Annealed A and u are averages over all patterns, N = 4, K = 2, P = 2, 3, 4",
            Source::readme("`annealed_energy` is the exact finite-N energy of a paramagnet"),
            Defect::Temperature(1.0001),
            all_patterns,
        ),
        statistical(
            "Gaussian couplings: u = −(βγ/2)((N)_P/N^P)(1 − ⟨R_P⟩), P = 2, 3, 4, by enumeration",
            Source::verdicts("u = −(βγ/2) ((N)_P/N^P) (1 − ⟨R_P⟩),   R_P = e_P(Nq)/C(N, P)"),
            Defect::Temperature(1.05),
            gaussian_identity,
        ),
        bounded(
            "Exponential network at β = λ: Z = K (2cosh λ)^N",
            Source::modern("At β = λ, for any patterns and any N, Z = K (2cosh λ)^N"),
            Defect::Temperature(1.001),
            exponential_partition,
        ),
        statistical(
            "Exponential network at β = λ: the heat bath has the energy of exact draws, N = 60",
            Source::modern("the Gibbs measure is 'μ uniform, then independent spins of mean ξ^μ_i tanh λ'"),
            Defect::Temperature(1.05),
            exponential_draws,
        ),
        bounded(
            "Plefka's expansion to order n = 1, 2, 3 is wrong by O(β^{n+1}), P = 2, 3",
            Source::plefka("order 1: 2.01, 2.00, 2.01, order 2: 3.00 … 3.01, order 3: 3.99 … 4.00."),
            Defect::Unit(1.02),
            plefka_orders,
        ),
        bounded(
            "One update of the continuous network is an attention head, to 1e-14",
            Source::modern("a test writes the head plainly and meets it to 1e-14"),
            Defect::Temperature(1.001),
            attention,
        ),
        bounded(
            "Continuous network: one update ends within 2 (K − 1) e^{−βΔ} of a stored pattern",
            Source::modern("2 (K − 1) e^{−βΔ}, which bounds it from a planted start"),
            Defect::Temperature(1.3),
            one_step,
        ),
        bounded(
            "Continuous network: E never rises, E ≥ 0, ∇E = x − update(x)",
            Source::modern("E never rises, E ≥ 0, ∇E = x − update(x)."),
            Defect::Unit(1.001),
            continuous_energy,
        ),
    ]
}
