//! Monte Carlo, the energy table and the kernels against sums over all states.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::{enumerated, points, rounding, scenario, solved};
use crate::chain::Measurement;
use crate::dynamics::Glauber;
use crate::error::Result;
use crate::estimators::{mean, variance};
use crate::exact::transition::{Matrix, stationary};
use crate::exact::{Enumeration, ExactPoint};
use crate::kernel::{Couplings, FieldTables, Fields, LocalFieldForm, OverlapForm, Twin};
use crate::model::brute_force::distinct_index_sum;
use crate::model::{DenseHebbian, Patterns, Spins};
use crate::params::{InteractionOrder, Temperature};
use crate::rng::{Stream, StreamKey, below};
use crate::sweep::{task_patterns, task_table};

/// A measured average and its exact value.
type Pair = (&'static str, fn(&Measurement) -> Option<f64>, fn(&ExactPoint) -> Option<f64>);

/// What an enumeration knows too; ⟨|m|⟩ is that of the planted pattern, where there is one.
const OBSERVABLES: [Pair; 3] = [
    ("u", |m| m.energy, |x| Some(x.energy)),
    ("⟨q²⟩", |m| m.overlap_sq, |x| Some(x.overlap_sq)),
    ("⟨|m|⟩", |m| m.mattis_abs, |x| x.mattis_abs.first().copied()),
];

/// Means over disorder samples of (measured − exact), each sample against its own enumeration. At `[dynamics]` of the text, with each
/// of the `overrides` in turn.
fn against_enumeration(setting: &Setting, text: &str, variants: &[&[&str]]) -> Result<Finding> {
    let samples = setting.size.of(24, 96);
    let sweeps = setting.size.of(3000, 6000);
    let mut findings = Vec::new();
    for variant in variants {
        let mut overrides: Vec<String> = variant.iter().map(|text| (*text).to_string()).collect();
        overrides.push(format!("disorder.samples={samples}"));
        overrides.push(format!("dynamics.measure_sweeps={sweeps}"));
        let scenario = scenario(text, &overrides)?;
        let found = enumerated(&scenario, |t| setting.temperature(t))?;
        for column in scenario.columns()?.0 {
            let here: Vec<_> = found.iter().filter(|x| x.result.task.column == column).collect();
            for (position, t) in scenario.temperatures.iter().enumerate() {
                for (name, measured, exact) in OBSERVABLES {
                    let mut pairs = Vec::new();
                    for sample in &here {
                        let chain =
                            solved(sample.result.chains.iter().find(|chain| chain.temperature == *t))?;
                        let pair = (measured(&chain.measurement), exact(&sample.table.points[position]));
                        if let (Some(measured), Some(exact)) = pair {
                            pairs.push((measured, exact));
                        }
                    }
                    if pairs.len() < here.len() {
                        continue;
                    }
                    let place = format!("{name} at T = {t}{}", words(variant));
                    findings.push(paired(&pairs).at(place));
                }
            }
        }
    }
    Ok(Finding::worst(findings))
}

/// What a variant is, beside its start.
fn words(variant: &[&str]) -> String {
    let told =
        variant.iter().filter_map(|text| text.split_once('=')).filter(|(key, _)| !key.ends_with("starts"));
    told.map(|(key, value)| if value == "true" { key.trim_start_matches("dynamics.") } else { value })
        .map(|word| format!(", {}", word.replace('_', " ")))
        .collect()
}

/// Means of both sides, with the error of the mean difference.
fn paired(pairs: &[(f64, f64)]) -> Finding {
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
    let exact: Vec<f64> = pairs.iter().map(|(_, b)| *b).collect();
    let n = pairs.len() as f64;
    match (mean(&differences), variance(&differences), mean(&exact)) {
        (Some(gap), Some(variance), Some(exact)) if variance > 0.0 => {
            Finding::student(exact, exact + gap, (variance / n).sqrt(), n - 1.0)
        }
        _ => Finding::CannotTell("no scatter over samples".into()),
    }
}

const RULES: [&[&str]; 4] = [
    &["dynamics.update=glauber", "dynamics.order=random"],
    &["dynamics.update=glauber", "dynamics.order=sequential"],
    &["dynamics.update=metropolis", "dynamics.order=random"],
    &["dynamics.update=metropolis", "dynamics.order=sequential"],
];

const MEANS: Source = Source::readme("Monte Carlo means against enumeration at |z| < 5");

fn sampled(
    claim: impl Into<String>,
    source: Source,
    defect: Defect,
    text: String,
    variants: &'static [&'static [&'static str]],
) -> Claim {
    Claim::statistical(Group::Enumeration, claim, source, defect, move |setting| {
        against_enumeration(setting, &text, variants)
    })
}

fn dense(p: u32, n: usize, k: usize) -> Claim {
    let text = format!(
        "name = \"enumeration\"\nseed = 71\n[model]\ninteraction_order = {p}\n[grid]\nspins = {n}\npatterns = [{k}]\n\
         temperature = [0.6, 1.5]\n[dynamics]\nstarts = [\"planted\"]\nreplicas = 2\nburn_in_sweeps = 300\n"
    );
    sampled(
        format!("P = {p}: heat bath and Metropolis, random and sequential, N = {n}, K = {k}"),
        MEANS,
        Defect::Temperature(1.06),
        text,
        &RULES,
    )
}

fn other_kinds() -> Vec<Claim> {
    let text = |model: &str, grid: &str| {
        format!(
            "name = \"enumeration\"\nseed = 73\n[model]\n{model}\n[grid]\n{grid}\n[dynamics]\nreplicas = 2\nburn_in_sweeps = 300\n"
        )
    };
    let planted: &[&[&str]] = &[&["dynamics.starts=[\"planted\"]"]];
    let random: &[&[&str]] = &[&["dynamics.starts=[\"random\"]"]];
    vec![
        sampled(
            "Gaussian couplings, P = 3, N = 10",
            Source::glasses("2⁻²⁰ standard deviations, so that energies are exact there too"),
            Defect::Temperature(1.06),
            text(
                "interaction_order = 3\ncouplings = \"gaussian\"",
                "spins = 10\ngamma = 1.0\ntemperature = [0.7, 1.2]",
            ),
            random,
        ),
        sampled(
            "Replica exchange, four temperatures, P = 3, N = 10",
            Source::glasses("any dynamics in random or sequential order, T > 0"),
            Defect::Temperature(1.06),
            text(
                "interaction_order = 3\ncouplings = \"gaussian\"",
                "spins = 10\ngamma = 1.0\ntemperature = [0.5, 0.7, 0.9, 1.2]",
            ),
            &[&["dynamics.replica_exchange=true", "dynamics.starts=[\"random\"]"]],
        ),
        sampled(
            "Exponential network, λ = 0.5, N = 10, K = 12",
            Source::modern(
                "kernels, dynamics, replica exchange, `exact` and shards work as with the integer energies of other kinds",
            ),
            Defect::Temperature(1.06),
            text(
                "kind = \"exponential\"\nenergy = \"lse\"",
                "spins = 10\npatterns = [12]\nlambda = 0.5\ntemperature = [1.0, 2.5]",
            ),
            planted,
        ),
        sampled(
            "Supervised learning, P = 3, r = 0.6, M = 4, N = 10",
            Source::learning("Energies are exact integers times one scale"),
            Defect::Temperature(1.06),
            text(
                "kind = \"supervised\"\ninteraction_order = 3",
                "spins = 10\npatterns = [6]\nquality = 0.6\nexamples = 4\ntemperature = [0.6, 1.2]",
            ),
            planted,
        ),
        sampled(
            "Unsupervised learning, P = 4, r = 0.6, M = 4, N = 10",
            Source::learning("unsupervised ones are K·M ordinary patterns"),
            Defect::Temperature(1.06),
            text(
                "kind = \"unsupervised\"\ninteraction_order = 4",
                "spins = 10\npatterns = [4]\nquality = 0.6\nexamples = 4\ntemperature = [0.8, 2.0]",
            ),
            planted,
        ),
        sampled(
            "Multitasking, P = 2, d = 0.4, N = 12, K = 4",
            Source::multitasking("H = −P!/(2N^{P−1}) Σ_μ e_P over the N_μ non-zero entries"),
            Defect::Temperature(1.06),
            text(
                "kind = \"multitasking\"\ninteraction_order = 2",
                "spins = 12\npatterns = [4]\ndilution = 0.4\ntemperature = [0.4, 0.8]",
            ),
            planted,
        ),
        sampled(
            "Heat bath with proposals of Plefka's mean field, P = 3, N = 10",
            Source::plefka("any magnetisations\nleave exp(−βH) as it is"),
            Defect::Temperature(1.06),
            text("interaction_order = 3", "spins = 10\npatterns = [8]\ntemperature = [0.8, 1.2]"),
            &[&["dynamics.update=plefka-assisted", "dynamics.starts=[\"planted\"]"]],
        ),
    ]
}

/// The parallel heat bath against the stationary law of its own transition matrix: mean energies, sample by sample.
fn parallel(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, k) in [(2, 3), (3, 6), (4, 12)] {
        let text = format!(
            "name = \"parallel\"\nseed = 79\n[model]\ninteraction_order = {p}\n[grid]\nspins = 6\npatterns = [{k}]\ntemperature = [0.9]\n\
             [dynamics]\norder = \"parallel\"\nstarts = [\"planted\"]\nreplicas = 2\nburn_in_sweeps = 300\nmeasure_sweeps = {}\n\
             [disorder]\nsamples = {}\n",
            setting.size.of(4000, 16_000),
            setting.size.of(24, 64)
        );
        let scenario = scenario(&text, &[])?;
        let mut pairs = Vec::new();
        for result in super::support::simulate(&scenario)? {
            let patterns = task_patterns(&scenario, &result.task)?;
            let exact = parallel_energy(&patterns, InteractionOrder::new(p)?, setting)?;
            pairs.push((solved(result.chains[0].measurement.energy)?, exact));
        }
        findings.push(paired(&pairs).at(format!("P = {p}")));
    }
    Ok(Finding::worst(findings))
}

/// ⟨H⟩/N under the stationary law of parallel Glauber; with the defect, under exp(−βH).
fn parallel_energy(patterns: &Patterns, order: InteractionOrder, setting: &Setting) -> Result<f64> {
    let n = patterns.spins();
    let t = Temperature::new(0.9)?;
    let hamiltonian = DenseHebbian::new(order, n, patterns.count())?;
    let enumeration = Enumeration::new(&hamiltonian, patterns)?;
    if setting.has(Defect::Gibbs) {
        return Ok(enumeration.at(t)?.energy);
    }
    let energies = enumeration.energies();
    let flip = |from: usize, i: usize| {
        Glauber::flip_probability((energies[from ^ (1 << i)] - energies[from]) * t.beta())
    };
    let states = 0..energies.len();
    let matrix: Matrix = states
        .clone()
        .map(|from| {
            let flips: Vec<f64> = (0..n).map(|i| flip(from, i)).collect();
            let turned = |to: usize, i: usize| (from ^ to) >> i & 1 == 1;
            let probability = |to: usize| {
                flips.iter().enumerate().map(move |(i, p)| if turned(to, i) { *p } else { 1.0 - p })
            };
            states.clone().map(|to| probability(to).product()).collect()
        })
        .collect();
    let law = stationary(&matrix)?;
    Ok(law.iter().zip(&energies).map(|(p, e)| p * e / n as f64).sum())
}

fn stream(purpose: &str, p: u32) -> Stream {
    StreamKey::new(83, purpose).integer("p", p.into()).stream()
}

fn random_spins(n: usize, stream: &mut Stream) -> Spins {
    let bits: Vec<bool> = (0..n).map(|_| below(stream, 2) == 1).collect();
    Spins::from_fn(n, |i| bits[i])
}

/// A configuration, with one spin turned by the defect.
fn perhaps_turned(spins: &Spins, setting: &Setting) -> Spins {
    let mut spins = spins.clone();
    if setting.has(Defect::Spin) {
        spins.flip(0);
    }
    spins
}

/// Σ_μ e_P of the table against sums over tuples, P = 2 … 8: how many configurations differ.
fn energy_table(setting: &Setting) -> Result<Finding> {
    let (mut differ, mut count) = (0, 0);
    for p in 2..=8 {
        let (n, k) = (11, 7);
        let mut stream = stream("tuples", p);
        let patterns = Patterns::random(n, k, &mut stream)?;
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(p)?, n, k)?;
        for _ in 0..setting.size.of(20, 200) {
            let spins = random_spins(n, &mut stream);
            let other = perhaps_turned(&spins, setting);
            let table: i128 =
                (0..k).map(|mu| hamiltonian.energy_of_overlap(patterns.overlap(mu, &other))).sum();
            count += 1;
            differ += u64::from(table != distinct_index_sum(p, &patterns, &spins));
        }
    }
    Ok(Finding::whole(0, differ).at(format!("of {count} configurations")))
}

/// Fields of every twin of the kernels against differences of the table, on shapes that divide by nothing: how many differ.
fn kernel_fields(setting: &Setting) -> Result<Finding> {
    let (mut differ, mut count) = (0u64, 0);
    let mut check = |hamiltonian: &DenseHebbian, patterns: &Patterns, form: &dyn Fields, spins: &Spins| {
        let sum = |spins: &Spins| -> i128 {
            (0..patterns.count()).map(|mu| hamiltonian.energy_of_overlap(patterns.overlap(mu, spins))).sum()
        };
        let here = sum(spins);
        for i in 0..spins.len() {
            let mut flipped = spins.clone();
            flipped.flip(i);
            count += 1;
            differ += u64::from(2 * i128::from(spins.get(i)) * form.field(i) != here - sum(&flipped));
        }
    };
    for p in [2, 3, 4, 5, 8] {
        for (n, k) in [(33, 77), (29, setting.size.of(301, 3001))] {
            let mut stream = stream("fields", p);
            let patterns = Patterns::random(n, k, &mut stream)?;
            let hamiltonian = DenseHebbian::new(InteractionOrder::new(p)?, n, k)?;
            let spins = random_spins(n, &mut stream);
            for twin in Twin::all() {
                let tables = FieldTables::with_twin(hamiltonian.clone(), twin);
                let form = OverlapForm::new(&tables, &patterns, perhaps_turned(&spins, setting));
                check(&hamiltonian, &patterns, &form, &spins);
                if p == 2 && Couplings::fit(n, k) {
                    let couplings = Couplings::with_twin(&patterns, twin)?;
                    let turned = perhaps_turned(&spins, setting);
                    let form = LocalFieldForm::new(&hamiltonian, &patterns, &couplings, turned);
                    check(&hamiltonian, &patterns, &form, &spins);
                }
            }
        }
    }
    let names: Vec<&str> = Twin::all().into_iter().map(Twin::name).collect();
    Ok(Finding::whole(0, differ).at(format!("of {count} fields, {}", names.join(", "))))
}

/// log Z, u and ⟨q²⟩ of the enumeration against plain sums over 2^N states of sums over tuples.
fn plain_sums(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, n, k) in [(2, 8, 3), (3, 8, 5), (4, 7, 9)] {
        let t = 0.7;
        let patterns = Patterns::random(n, k, &mut stream("sums", p))?;
        let hamiltonian = DenseHebbian::new(InteractionOrder::new(p)?, n, k)?;
        let exact = Enumeration::new(&hamiltonian, &patterns)?.at(setting.temperature(t)?)?;
        let states = 0..1usize << n;
        let spins = |state: usize| Spins::from_fn(n, |i| state >> i & 1 == 1);
        let energy =
            |state: usize| -hamiltonian.scale() * distinct_index_sum(p, &patterns, &spins(state)) as f64;
        let weights: Vec<f64> = states.clone().map(|s| libm::exp(-energy(s) / t)).collect();
        let z: f64 = weights.iter().sum();
        let u: f64 = states.clone().map(|s| weights[s] * energy(s)).sum::<f64>() / z / n as f64;
        let sign = |state: usize, i: usize| if state >> i & 1 == 1 { 1.0 } else { -1.0 };
        let mut q2 = 0.0;
        for i in 0..n {
            for j in 0..n {
                let two: f64 = states.clone().map(|s| weights[s] * sign(s, i) * sign(s, j)).sum();
                q2 += (two / z) * (two / z) / (n * n) as f64;
            }
        }
        // Sums of 2^N positive weights, each known to a few roundings of its exponent, up to |H|/T.
        let exponent = states.clone().map(|s| energy(s).abs() / t).fold(1.0, f64::max);
        let error = rounding((1 << n) + 8, exponent);
        findings
            .push(Finding::bound(libm::log(z), solved(exact.log_z)?, error).at(format!("log Z, P = {p}")));
        findings.push(Finding::bound(u, exact.energy, error).at(format!("u, P = {p}")));
        findings.push(Finding::bound(q2, exact.overlap_sq, error).at(format!("⟨q²⟩, P = {p}")));
    }
    Ok(Finding::worst(findings))
}

/// f of each sample against its own enumeration, P = 3, N = 10: of a population's weights, or integrated from infinite temperature, whose
/// nodes are wrong by `free_energy_quadrature` at most.
fn free_energies(setting: &Setting, dynamics: &str) -> Result<Finding> {
    let text = format!(
        "name = \"free\"\nseed = 89\n[model]\ninteraction_order = 3\n[grid]\nspins = 10\ngamma = 0.6\n\
         temperature = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0, 6.0]\n[dynamics]\nstarts = [\"random\"]\n{dynamics}\n\
         [disorder]\nsamples = {}\n",
        setting.size.of(24, 96)
    );
    let scenario = scenario(&text, &[])?;
    let at: Vec<Temperature> =
        scenario.temperatures.iter().map(|t| setting.temperature(t.get())).collect::<Result<_>>()?;
    let tables =
        scenario.tasks()?.iter().map(|task| task_table(&scenario, task, &at)).collect::<Result<Vec<_>>>()?;
    let mut findings = Vec::new();
    for (position, row) in
        points(&scenario)?.rows.iter().enumerate().take_while(|(_, row)| row.temperature.get() < 2.0)
    {
        let exact = tables.iter().map(|table| {
            let point = &table.points[position];
            Ok(-point.temperature * solved(point.log_z)? / row.column.spins as f64)
        });
        let exact = exact.collect::<Result<Vec<f64>>>()?;
        let pairs: Vec<(f64, f64)> = row.free_energies.iter().copied().zip(exact).collect();
        findings.push(paired(&pairs).at(format!("T = {}", row.temperature)));
    }
    Ok(Finding::worst(findings))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    let mut all = vec![
        Claim::bounded(
            Group::Enumeration,
            "The energy table is the sum over index tuples, P = 2 … 8",
            Source::readme("The energy table against sums over index tuples, P = 2 … 8"),
            Defect::Spin,
            energy_table,
        ),
        Claim::bounded(
            Group::Enumeration,
            "Fields of every kernel are differences of the table, P = 2 … 8",
            Source::readme("the kernels' integer fields against the table on shapes that divide by nothing."),
            Defect::Spin,
            kernel_fields,
        ),
        Claim::bounded(
            Group::Enumeration,
            "`exact` is the plain sum over 2^N states",
            Source::readme("enumeration to N = 24: log Z, energy, heat capacity, ⟨m⟩, ⟨q²⟩"),
            Defect::Temperature(1.0001),
            plain_sums,
        ),
    ];
    all.extend([dense(2, 10, 4), dense(3, 9, 8), dense(4, 10, 30), dense(5, 9, 30)]);
    all.extend(other_kinds());
    let free: [(_, _, &'static str); 2] = [
        (
            "Population annealing: f of each sample, P = 3, N = 10, T = 0.5 … 1.5",
            "| population | −(T/N) log Z of its weights | the whole sample |",
            "protocol = \"population-annealing\"\nreplicas = 1000\nburn_in_sweeps = 4\nmeasure_sweeps = 1",
        ),
        (
            "Integration from β = 0: f of each sample, P = 3, N = 10, T = 0.5 … 1.5",
            "| infinite temperature | −T[log 2 − ∫₀^β u dβ′] | what a random start sees |",
            "burn_in_sweeps = 200\nmeasure_sweeps = 3000",
        ),
    ];
    all.extend(free.map(|(claim, words, dynamics)| {
        Claim::statistical(
            Group::Enumeration,
            claim,
            Source::transitions(words),
            Defect::Temperature(1.06),
            move |setting| free_energies(setting, dynamics),
        )
    }));
    all.push(Claim::statistical(
        Group::Enumeration,
        "Parallel heat bath samples the law of its matrix, not exp(−βH), P = 2, 3, 4, N = 6",
        Source::readme("its rows are labelled `law = parallel`, and it is tested against its own law."),
        Defect::Gibbs,
        parallel,
    ));
    all
}
