//! Simulation against theory as N grows.
//!
//! A limit is that of a straight line in 1/N through the sizes, weighted by their errors, with Student's t at the degrees of freedom that
//! Welch and Satterthwaite give it. Its error has two parts: that of the points, and how far the limit moves without the smallest size,
//! which is what the terms that the line leaves out are worth. χ² asks whether it is a line at all, by
//! Fisher's F, for the errors are estimates.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::{points, scenario, simulate, solved};
use crate::chain::Measurement;
use crate::error::Result;
use crate::estimators::{extrapolate, mean, variance};
use crate::params::{Dilution, Load, Temperature};
use crate::sweep::Row;
use crate::theory::annealed::annealed;
use crate::theory::annealed_gaussian::distinct_weight;
use crate::theory::multitasking::hierarchy;
use crate::theory::{learning, rs};

/// A size with its average: (N, y, error, degrees of freedom of the error).
type Size = (f64, f64, f64, f64);

/// What the average over samples is at N → ∞, in 1/N, and whether it lies on a line.
fn limit(name: &str, expected: f64, sizes: &[Size]) -> Vec<Finding> {
    let bare: Vec<(f64, f64, f64)> = sizes.iter().map(|&(n, y, error, _)| (n, y, error)).collect();
    let (Some(fit), Some(without)) = (extrapolate(&bare, 1.0), extrapolate(&bare[1..], 1.0)) else {
        return vec![Finding::CannotTell(format!("{name}: fewer than four sizes with errors"))];
    };
    // The limit is linear in the averages: its coefficients are the limits of unit vectors.
    let part = |k: usize| {
        let unit: Vec<(f64, f64, f64)> = bare
            .iter()
            .enumerate()
            .map(|(j, &(n, _, error))| (n, f64::from(u8::from(j == k)), error))
            .collect();
        let coefficient = extrapolate(&unit, 1.0).map_or(0.0, |fit| fit.limit);
        (coefficient * bare[k].2).powi(2)
    };
    let parts: Vec<f64> = (0..bare.len()).map(part).collect();
    let total: f64 = parts.iter().sum();
    let freedom =
        total * total / parts.iter().zip(sizes).map(|(part, size)| part * part / size.3).sum::<f64>();
    let fewest = sizes.iter().map(|size| size.3).fold(f64::INFINITY, f64::min);
    let curvature = (fit.limit - without.limit).abs();
    let error = libm::hypot(fit.limit_err, curvature);
    vec![
        Finding::student(expected, fit.limit, error, freedom).at(format!("{name}, slope {:.2}/N", fit.slope)),
        Finding::chi_square(fit.chi_square, fit.freedom, fewest).at(format!("{name}, χ² of the line")),
    ]
}

/// Mean, error and degrees of freedom of a quantity over the samples of a row.
fn average(row: &Row, of: impl Fn(&Measurement) -> Option<f64>) -> Result<(f64, f64, f64)> {
    let values: Vec<f64> = solved(row.by_sample.iter().map(of).collect())?;
    let n = values.len() as f64;
    Ok((solved(mean(&values))?, (solved(variance(&values))? / n).sqrt(), n - 1.0))
}

/// Energy with the scatter of the planted pattern's energy taken out, which has the same mean, over the weight (N)_P/N^P of distinct indices:
/// that is most of what N spins lack to the limit.
fn controlled(row: &Row) -> impl Fn(&Measurement) -> Option<f64> {
    let weight = distinct_weight(row.column.order, row.column.spins);
    move |m| Some((m.energy? - (m.planted_energy? + 0.5 * weight)) / weight)
}

/// Deep retrieval from the planted pattern: u and m against RS at the load that K realises.
fn retrieval(setting: &Setting, text: &str, sizes: [[usize; 4]; 2], samples: [usize; 2]) -> Result<Finding> {
    let [quick, full] = sizes;
    let spins = setting.size.of(quick, full);
    let overrides = [
        format!("grid.spins={spins:?}"),
        format!("disorder.samples={}", setting.size.of(samples[0], samples[1])),
    ];
    let scenario = scenario(text, &overrides)?;
    let (mut energies, mut overlaps) = (Vec::new(), Vec::new());
    for row in &points(&scenario)?.rows {
        let t = setting.temperature(row.temperature.get())?;
        let gamma = Load::new(setting.load(row.column.gamma.get())?.get())?;
        let state = solved(rs::retrieval(row.column.order, gamma, t, 0.0)?)?;
        let n = row.column.spins as f64;
        let (u, error, freedom) = average(row, controlled(row))?;
        energies.push((n, setting.unit() * u - state.energy, error, freedom));
        let (m, error, freedom) = average(row, |m| m.mattis)?;
        overlaps.push((n, m - state.m, error, freedom));
    }
    let mut findings = limit("u − u_RS", 0.0, &energies);
    findings.extend(limit("m − m_RS", 0.0, &overlaps));
    Ok(Finding::worst(findings))
}

fn deep_retrieval(p: u32, gamma: f64, t: f64, sizes: [[usize; 4]; 2], samples: [usize; 2]) -> Claim {
    let text = format!(
        "name = \"trend\"\nseed = 101\n[model]\ninteraction_order = {p}\n[grid]\nspins = [64]\ngamma = {gamma}\ntemperature = [{t}]\n\
         [dynamics]\nstarts = [\"planted\"]\nreplicas = 2\nburn_in_sweeps = 60\nmeasure_sweeps = 240\n"
    );
    Claim::statistical(
        Group::Trend,
        format!("P = {p}, γ = {gamma}, T = {t}: u and m of retrieval tend to RS as 1/N"),
        Source::readme(
            "Deep in retrieval simulation and theory agree up to a 1/N that the tests follow over four sizes.",
        ),
        Defect::Unit(1.01),
        move |setting| retrieval(setting, &text, sizes, samples),
    )
}

/// On T = γ the energy of retrieval tends to −½.
fn nishimori(setting: &Setting) -> Result<Finding> {
    let text = "name = \"nishimori\"\nseed = 103\n[model]\ninteraction_order = 4\n[grid]\nspins = [64]\ngamma = 0.2\ntemperature = [0.2]\n\
                [dynamics]\nstarts = [\"planted\"]\nreplicas = 2\nburn_in_sweeps = 60\nmeasure_sweeps = 240\n";
    let overrides = [
        format!("grid.spins={:?}", setting.size.of([56, 72, 96, 128], [64, 96, 128, 160])),
        format!("disorder.samples={}", setting.size.of(64, 96)),
    ];
    let scenario = scenario(text, &overrides)?;
    let mut sizes = Vec::new();
    for row in &points(&scenario)?.rows {
        let (u, error, freedom) = average(row, controlled(row))?;
        sizes.push((row.column.spins as f64, setting.unit() * u, error, freedom));
    }
    Ok(Finding::worst(limit("u", -0.5, &sizes)))
}

/// A paramagnet against the annealed average, whose bracket leaves ∂_β log R/2N of the energy open.
fn paramagnets(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, n, t) in [(3, 32, 2.0), (4, 32, 2.0)] {
        let text = format!(
            "name = \"paramagnet\"\nseed = 107\n[model]\ninteraction_order = {p}\n[grid]\nspins = {n}\ngamma = 1.0\ntemperature = [{t}]\n\
             [dynamics]\nstarts = [\"random\"]\nreplicas = 2\nburn_in_sweeps = 100\nmeasure_sweeps = {}\n[disorder]\nsamples = {}\n",
            setting.size.of(600, 2400),
            setting.size.of(64, 256)
        );
        let scenario = scenario(&text, &[])?;
        let table = points(&scenario)?;
        let row = solved(table.rows.first())?;
        let at = |t: f64| -> Result<_> {
            solved(annealed(row.column.order, n, row.column.patterns, Temperature::new(t)?)?)
        };
        let baseline = at(setting.temperature(t)?.get())?;
        let (u, error, freedom) = average(row, |m| m.energy)?;
        if error > 0.01 * u.abs() {
            findings.push(Finding::failed(format!("P = {p}: the error {error} is above 1 % of u = {u}")));
        }
        let (beta, h) = (1.0 / t, 1e-3);
        let open = (at(1.0 / (beta + h))?.log_r - at(1.0 / (beta - h))?.log_r) / (2.0 * h) / (2.0 * n as f64);
        findings.push(
            Finding::student(baseline.energy, u, libm::hypot(error, open), freedom)
                .at(format!("P = {p}, N = {n}")),
        );
    }
    Ok(Finding::worst(findings))
}

/// Energy and overlaps of simulated glasses above T_d obey the identity, sample by sample.
fn simulated_identity(setting: &Setting) -> Result<Finding> {
    let short = setting.has(Defect::ShortRun);
    let text = format!(
        "name = \"identity\"\nseed = 109\n[model]\ninteraction_order = 3\ncouplings = \"gaussian\"\n[grid]\nspins = {:?}\ngamma = 1.0\n\
         temperature = [0.7, 0.85, 1.0, 1.15]\n[dynamics]\nupdate = \"metropolis\"\nstarts = [\"random\"]\nreplicas = 2\nburn_in_sweeps = {}\n\
         measure_sweeps = {}\nreplica_exchange = true\n[disorder]\nsamples = {}\n",
        setting.size.of(vec![16], vec![16, 24, 32]),
        if short { 1 } else { 500 },
        if short { 8 } else { 1000 },
        setting.size.of(96, 192)
    );
    let scenario = scenario(&text, &[])?;
    let mut findings = Vec::new();
    for row in &points(&scenario)?.rows {
        let strength = -0.5 * row.temperature.beta() * distinct_weight(row.column.order, row.column.spins);
        let expected = |m: &Measurement| Some(strength * (1.0 - m.overlap_tuple?));
        let (identity, ..) = average(row, expected)?;
        let (gap, error, freedom) = average(row, |m| Some(m.energy? - expected(m)?))?;
        let place = format!("N = {}, T = {}", row.column.spins, row.temperature);
        findings.push(Finding::student(identity, identity + gap, error, freedom).at(place));
    }
    Ok(Finding::worst(findings))
}

/// Amplitudes of the hierarchy at T = 0, a tenth of the spins flipped first.
fn amplitudes(setting: &Setting) -> Result<Finding> {
    let d = 0.3;
    let text = format!(
        "name = \"amplitudes\"\nseed = 113\n[model]\nkind = \"multitasking\"\ninteraction_order = 2\n[grid]\nspins = {:?}\npatterns = [3]\n\
         dilution = {d}\ntemperature = [0]\n[dynamics]\nstarts = [{{ corrupted = 0.1 }}]\nreplicas = 1\nburn_in_sweeps = 30\n\
         measure_sweeps = 30\n[disorder]\nsamples = {}\n",
        setting.size.of(vec![1000, 2000], vec![1000, 2000, 4000]),
        setting.size.of(32, 96)
    );
    let scenario = scenario(&text, &[])?;
    let law = hierarchy(3, Dilution::new(setting.load(d)?.get())?);
    let mut findings = Vec::new();
    for row in &points(&scenario)?.rows {
        for (k, &expected) in law.iter().enumerate() {
            let (m, error, freedom) = average(row, |m| m.mattis_ranked[k])?;
            let place = format!("m_{}, N = {}", k + 1, row.column.spins);
            findings.push(Finding::student(expected, m, error, freedom).at(place));
        }
    }
    Ok(Finding::worst(findings))
}

/// The exponential network keeps a pattern at m = tanh β.
fn exponential_retrieval(setting: &Setting) -> Result<Finding> {
    let text = format!(
        "name = \"exponential\"\nseed = 127\n[model]\nkind = \"exponential\"\nenergy = \"lse\"\n[grid]\nspins = {:?}\nrate = 0.05\nlambda = 1.0\n\
         temperature = [0.6, 0.8]\n[dynamics]\nstarts = [\"planted\"]\nreplicas = 2\nburn_in_sweeps = 50\nmeasure_sweeps = 200\n\
         [disorder]\nsamples = {}\n",
        setting.size.of(vec![64], vec![64, 96]),
        setting.size.of(32, 96)
    );
    let scenario = scenario(&text, &[])?;
    let mut findings = Vec::new();
    for row in &points(&scenario)?.rows {
        let expected = libm::tanh(setting.temperature(row.temperature.get())?.beta());
        let (m, error, freedom) = average(row, |m| m.mattis)?;
        let place = format!("N = {}, T = {}", row.column.spins, row.temperature);
        findings.push(Finding::student(expected, m, error, freedom).at(place));
    }
    Ok(Finding::worst(findings))
}

/// Archetypes learnt from examples: m of the samples that stayed against the exact average, N → ∞.
fn learnt(setting: &Setting, mode: &str) -> Result<Finding> {
    let text = format!(
        "name = \"learnt\"\nseed = 131\n[model]\nkind = \"{mode}\"\ninteraction_order = 2\n[grid]\nspins = {:?}\nalpha = 0.02\nquality = 0.5\n\
         examples = 30\ntemperature = [0.1]\n[dynamics]\nstarts = [\"planted\"]\nreplicas = 1\nburn_in_sweeps = 100\nmeasure_sweeps = 200\n\
         [disorder]\nsamples = {}\n",
        setting.size.of([128, 192, 256, 384], [256, 512, 1024, 2048]),
        setting.size.of(128, 128)
    );
    let scenario = scenario(&text, &[])?;
    let mut sizes = Vec::new();
    for row in &points(&scenario)?.rows {
        let task = learning::Task::of_lesson(solved(row.column.lesson)?, row.column.order)?;
        let gamma = setting.load(row.column.gamma.get())?;
        let state = solved(learning::rs::retrieval(&task, gamma, row.temperature)?)?;
        let stayed: Vec<f64> =
            row.by_sample.iter().filter(|m| m.survived == Some(1.0)).filter_map(|m| m.mattis).collect();
        let n = stayed.len() as f64;
        let error = (solved(variance(&stayed))? / n).sqrt();
        sizes.push((row.column.spins as f64, solved(mean(&stayed))? - state.m, error, n - 1.0));
    }
    Ok(Finding::worst(limit("m − m_RS", 0.0, &sizes)))
}

/// Plefka's mean field beside the chain from the same start: m agrees to 10⁻³ while chains stay.
fn mean_field(setting: &Setting) -> Result<Finding> {
    let text = format!(
        "name = \"mean-field\"\nseed = 137\n[model]\ninteraction_order = 4\n[grid]\nspins = {}\ngamma = 0.05\ntemperature = [0.4, 0.5]\n\
         [dynamics]\nstarts = [\"planted\"]\nreplicas = 2\nburn_in_sweeps = 100\nmeasure_sweeps = 400\nkeep = [\"plefka\"]\n[disorder]\nsamples = {}\n",
        setting.size.of(64, 96),
        setting.size.of(12, 24)
    );
    let scenario = scenario(&text, &[])?;
    let mut findings = Vec::new();
    for t in [0.4, 0.5] {
        let mut gaps = Vec::new();
        let mut chains = Vec::new();
        for result in &simulate(&scenario)? {
            let chain = solved(result.chains.iter().find(|chain| chain.temperature.get() == t))?;
            let m = solved(chain.measurement.mattis)?;
            chains.push(m);
            gaps.push(setting.unit() * solved(chain.measurement.plefka_mattis)? - m);
        }
        let error = (solved(variance(&gaps))? / gaps.len() as f64).sqrt();
        let m = solved(mean(&chains))?;
        // What is claimed is 10⁻³: only what lies beyond it counts, against the scatter of samples.
        let gap = solved(mean(&gaps))?;
        let beyond = (gap.abs() - 1e-3).max(0.0).copysign(gap);
        let freedom = gaps.len() as f64 - 1.0;
        findings.push(Finding::student(m, m + beyond, error, freedom).at(format!("m at T = {t}")));
    }
    Ok(Finding::worst(findings))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    let statistical = |claim: &str, source, defect, measure: fn(&Setting) -> Result<Finding>| {
        Claim::statistical(Group::Trend, claim, source, defect, measure)
    };
    let mut all = vec![
        deep_retrieval(2, 0.04, 0.3, [[100, 200, 300, 400], [200, 400, 800, 1600]], [32, 64]),
        deep_retrieval(3, 0.1, 0.4, [[48, 72, 108, 160], [96, 128, 192, 256]], [64, 64]),
        deep_retrieval(4, 0.1, 0.4, [[56, 72, 96, 128], [64, 96, 128, 160]], [32, 64]),
        statistical(
            "P = 4 on T = γ = 0.2: u tends to −1/2",
            Source::new(
                "scenarios/nishimori-p4.toml",
                "On T = γ the energy is −1/2 as N grows, by Nishimori's condition",
            ),
            Defect::Unit(1.01),
            nishimori,
        ),
        statistical(
            "Paramagnets show the annealed energy, errors below 1 %, P = 3, 4, N = 32",
            Source::readme(
                "Simulated paramagnets against the annealed average, with errors below 1 % of u, at P = 3 and 4.",
            ),
            Defect::Temperature(1.05),
            paramagnets,
        ),
        statistical(
            "Gaussian P = 3 above T_d, exchange: simulated u and R_3 obey their identity",
            Source::glasses("exact in equilibrium at any N and T"),
            Defect::ShortRun,
            simulated_identity,
        ),
        statistical(
            "Multitasking, T = 0, d = 0.3: m_μ = (1 − d) d^{μ−1}",
            Source::multitasking("| 0.3 | 0.7011(15) | 0.2089(26) | 0.0640(20) | 0.7000 0.2100 0.0630 |"),
            Defect::Load(1.05),
            amplitudes,
        ),
        statistical(
            "Exponential network, a = 0.05: m = tanh β",
            Source::modern("Simulation at a = 0.05 lies on tanh β until the valley is left within the run."),
            Defect::Temperature(1.02),
            exponential_retrieval,
        ),
    ];
    for mode in ["supervised", "unsupervised"] {
        let source = Source::learning(if mode == "supervised" {
            "| supervised P = 2 | 0.01 | 0.9932 |"
        } else {
            "| unsupervised P = 2 | 0.01 | 0.9930 |"
        });
        all.push(Claim::statistical(
            Group::Trend,
            format!("{mode} P = 2, α = 0.02, M = 30: m of what stayed tends to RS as 1/N"),
            source,
            Defect::Load(2.5),
            move |setting| learnt(setting, mode),
        ));
    }
    all.push(Claim::statistical(
        Group::Trend,
        "Plefka's mean field has the chain's m to 10⁻³ in retrieval, P = 4",
        Source::plefka("while chains stay, m agrees to 10⁻³"),
        Defect::Unit(1.01),
        mean_field,
    ));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_limit_and_a_curve_fails_its_chi_square() {
        let sizes = |f: fn(f64) -> f64| [32.0, 48.0, 64.0, 96.0].map(|n| (n, f(n), 1e-4, 20.0));
        let line = limit("line", 0.3, &sizes(|n| 0.3 - 2.0 / n));
        assert!(line.iter().all(|finding| finding.z().is_some_and(|z| z.abs() < 1e-6)), "{line:?}");
        let off = limit("line", 0.31, &sizes(|n| 0.3 - 2.0 / n));
        assert!(off[0].z().is_some_and(|z| z < -5.0), "{off:?}");
        let curve = limit("curve", 0.3, &sizes(|n| 0.3 + (n / 20.0).sin()));
        assert!(curve[1].z().is_some_and(|z| z > 5.0), "{curve:?}");
        assert!(matches!(limit("few", 0.3, &[(32.0, 0.3, 1e-4, 20.0); 2])[..], [Finding::CannotTell(_)]));
    }
}
