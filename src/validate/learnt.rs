//! The digits of `docs/learning.md`, `docs/multitasking.md` and `docs/plefka.md`.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::printed::numbers;
use super::support::{rounding, solved};
use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::params::{Dilution, Examples, InteractionOrder, Load, Quality, Temperature};
use crate::theory::learning::threshold::{ALIGNED, Criterion, critical_examples};
use crate::theory::learning::{Average, Mode, Task, at_line, one_rsb, rs};
use crate::theory::multitasking::{self, Change, Task as Kind, boundaries, states};

const COLD: Temperature = Temperature::ZERO;
/// Dilutions at which the hierarchy gives way to the pure state are found to 2⁻¹⁰ of a step of the scan of 1.02 T_c/32.
const SCAN: f64 = 1.02 / 32.0 / 1024.0;

fn four() -> Result<InteractionOrder> {
    InteractionOrder::new(4)
}

/// r = ½, or r = 1 for M = 0.
fn task(mode: Mode, count: u64, average: Average) -> Result<Task> {
    let (r, count) = if count == 0 { (1.0, 1) } else { (0.5, count) };
    Task::new(mode, four()?, Examples::new(Quality::new(r)?, count)?, average)
}

/// A row of the table of critical loads: ρ = 0, 0.1, 0.2, 0.5, and 0.5 with the exact average.
fn critical_loads(broken: bool, row: &'static str) -> Claim {
    let ansatz = if broken { "1RSB" } else { "RS" };
    Claim::bounded(
        Group::Digits,
        format!("Supervised P = 4, T = 0: critical loads at ρ = 0, 0.1, 0.2, 0.5, {ansatz}"),
        Source::learning(row),
        Defect::Ansatz,
        move |setting| {
            let columns = [
                (0, Average::Gaussian),
                (30, Average::Gaussian),
                (15, Average::Gaussian),
                (6, Average::Gaussian),
                (6, Average::Binomial),
            ];
            let digits: Vec<&str> = numbers(row).into_iter().filter(|digits| digits.contains('.')).collect();
            let broken = broken != setting.has(Defect::Ansatz);
            let at = |((count, average), digits): ((u64, Average), &&str)| -> Result<Finding> {
                let task = task(Mode::Supervised, count, average)?;
                let (gamma, residual) = if broken {
                    let end = solved(one_rsb::critical_load(&task, COLD)?)?;
                    (end.gamma, end.point.point.residual)
                } else {
                    let end = solved(rs::critical_load(&task, COLD)?)?;
                    (end.gamma, end.point.residual)
                };
                Ok(Finding::printed(setting.printed(digits)?, gamma, residual).at(digits))
            };
            columns.into_iter().zip(&digits).map(at).collect::<Result<_>>().map(Finding::worst)
        },
    )
}

/// ρ at which m = erf(1/√2) at T = 0 and this load, supervised, P = 4.
fn aligned_entropy(gamma: f64, broken: bool) -> Result<f64> {
    let (gamma, count) = (Load::new(gamma)?, 1_000_000u64);
    // At many examples ρ is as good as continuous: r² = 1/(1 + ρM).
    let excess = |rho: f64| -> Result<f64> {
        let quality = Quality::new((1.0 / (1.0 + rho * count as f64)).sqrt())?;
        let task = Task::new(Mode::Supervised, four()?, Examples::new(quality, count)?, Average::Gaussian)?;
        let m = if broken {
            solved(one_rsb::retrieval(&task, gamma, COLD)?)?.point.m
        } else {
            solved(rs::retrieval(&task, gamma, COLD)?)?.m
        };
        Ok(m - ALIGNED)
    };
    let (low, high) = (0.9, 1.1);
    let ends = (excess(low)?, excess(high)?);
    let mut failed = None;
    let found = root(
        |rho| excess(rho).map_err(|error| failed = Some(error)).unwrap_or(f64::NAN),
        (low, ends.0),
        (high, ends.1),
        1e-12,
    );
    failed.map_or(Ok(found), Err)
}

fn aligned() -> Claim {
    const WORDS: &str = "0.967764 (RS), 0.968422 (1RSB) at γ = 1e-2; 0.9968219, 0.9968284 at 1e-3; 0.99968264, 0.99968270 at 1e-4.";
    Claim::bounded(
        Group::Digits,
        "Supervised P = 4, T = 0: ρ at which m = erf(1/√2), RS and 1RSB",
        Source::learning(WORDS),
        Defect::Ansatz,
        |setting| {
            let mut findings = Vec::new();
            let rows = [
                (1e-2, ["0.967764", "0.968422"]),
                (1e-3, ["0.9968219", "0.9968284"]),
                (1e-4, ["0.99968264", "0.99968270"]),
            ];
            for (gamma, digits) in rows {
                for (broken, digits) in [false, true].into_iter().zip(digits) {
                    let found = aligned_entropy(gamma, broken != setting.has(Defect::Ansatz))?;
                    // dm/dρ = −0.24: what a residual of 1e-12 in m leaves.
                    let finding = Finding::printed(setting.printed(digits)?, found, 1e-11);
                    findings.push(finding.at(format!("γ = {gamma}, {}", if broken { "1RSB" } else { "RS" })));
                }
            }
            Ok(Finding::worst(findings))
        },
    )
}

/// Where retrieval is unstable at T = 0.39, and where it ends.
fn unstable(setting: &Setting) -> Result<Finding> {
    let task = task(Mode::Supervised, 6, Average::Gaussian)?;
    let t = setting.temperature(0.39)?;
    let found = at_line::unstable_loads(&task, t);
    let [only] = found[..] else {
        return Ok(Finding::failed(format!("{} intervals instead of one", found.len())));
    };
    let end = solved(rs::critical_load(&task, t)?)?;
    let upper = solved(only.upper)?;
    // λ = 0 is met to rounding; γ moves by less than λ does.
    let at = |digits: &str, value: f64| {
        Ok::<_, Error>(Finding::printed(setting.printed(digits)?, value, 1e-9).at(digits))
    };
    Ok(Finding::worst(vec![
        at("0.2536", only.lower.gamma)?,
        at("0.2742", upper.gamma)?,
        at("0.2763", end.gamma)?,
    ]))
}

/// Which numbers of examples have a state at γ = 0.02, T = 0.3: 3 and 4, not 5 and 6, again from 7 on.
fn examples_with_a_gap(setting: &Setting) -> Result<Finding> {
    let t = setting.temperature(0.3)?;
    let at = |count: u64| {
        let task = task(Mode::Unsupervised, count, Average::Gaussian)?;
        rs::retrieval(&task, Load::new(0.02)?, t)
    };
    let mut findings = Vec::new();
    for (count, there) in [(3, true), (4, true), (5, false), (6, false), (7, true), (8, true)] {
        let found = at(count)?;
        findings
            .push(Finding::whole(there.into(), found.is_some().into()).at(format!("a state at M = {count}")));
        if let (Some(point), 3 | 4) = (found, count) {
            findings.push(
                Finding::printed(setting.printed("0.57")?, point.m, point.residual)
                    .at(format!("m at M = {count}")),
            );
        }
    }
    Ok(Finding::worst(findings))
}

/// The table of stable states: K, d, T, kind, amplitudes by rising index, curvature.
fn stable_states(setting: &Setting) -> Result<Finding> {
    type Line = (usize, f64, f64, Kind, &'static [&'static str], &'static str);
    const LINES: [Line; 6] = [
        (3, 0.8, 0.0, Kind::Mixed, &["0.196", "0.164", "0.132"], "1"),
        (3, 0.8, 0.05, Kind::Parallel, &["0.1636", "0.1636", "0.1636"], "0.0244"),
        (5, 0.6, 0.001, Kind::Mixed, &["0.3309", "0.2515", "0.2054", "0.1645", "0.1069"], "1.000"),
        (5, 0.6, 0.2, Kind::Mixed, &["0.2777", "0.2777", "0.1551", "0.0530"], "0.0012"),
        (5, 0.8, 0.02, Kind::Mixed, &["0.1787", "0.1624", "0.1403", "0.1181", "0.1019"], "0.18"),
        (5, 0.8, 0.05, Kind::Mixed, &["0.1511", "0.1511", "0.1511", "0.1220", "0.1220"], "0.0206"),
    ];
    let p = InteractionOrder::new(2)?;
    let mut findings = Vec::new();
    for (k, d, t, kind, amplitudes, curvature) in LINES.into_iter().take(setting.size.of(4, 6)) {
        let place = format!("K = {k}, d = {d}, T = {t}");
        let found = states(p, k, Dilution::new(d)?, setting.temperature(t)?)?;
        let lowest = solved(found.first())?;
        findings.push(
            Finding::whole(1, (lowest.task == kind).into())
                .at(format!("{place}: {kind}, found {}", lowest.task)),
        );
        let found = solved(lowest.curvature)?;
        for (digits, m) in amplitudes.iter().zip(&lowest.m) {
            // A saddle of curvature λ moves by residual/λ.
            findings.push(
                Finding::printed(setting.printed(digits)?, *m, lowest.residual / found.abs()).at(&place),
            );
        }
        findings.push(
            Finding::printed(setting.printed(curvature)?, found, rounding(1000, 1.0))
                .at(format!("{place}, curvature")),
        );
    }
    Ok(Finding::worst(findings))
}

/// Temperatures at which one kind of state gives way to another at K = 3.
fn exchanges(setting: &Setting) -> Result<Finding> {
    let p = InteractionOrder::new(2)?;
    let mut findings = Vec::new();
    for (d, digits, below, above) in [
        (0.3, "0.2128", Kind::Hierarchical, Kind::Pure),
        (0.5, "0.2872", Kind::Hierarchical, Kind::Pure),
        (0.8, "0.0486", Kind::Mixed, Kind::Parallel),
    ] {
        let found = boundaries(p, 3, Dilution::new(setting.load(d)?.get())?)?;
        let change = Change::Equilibrium { below, above };
        let Some(here) = found.iter().find(|boundary| boundary.change == change) else {
            return Ok(Finding::failed(format!("no exchange of {below} and {above} at d = {d}")));
        };
        findings.push(
            Finding::printed(setting.printed(digits)?, here.temperature, SCAN * (1.0 - d))
                .at(format!("d = {d}")),
        );
    }
    Ok(Finding::worst(findings))
}

/// The two modes of learning diluted archetypes in units of T_c.
fn modes_in_their_units(setting: &Setting) -> Result<Finding> {
    use crate::params::Lesson;
    let examples = Examples::new(Quality::new(0.5)?, 5)?;
    let (d, t) = (Dilution::new(0.3)?, 0.2);
    let at = |mode, t: Temperature| multitasking::learnt_states(2, d, Lesson { mode, examples }, t);
    let told = at(Mode::Supervised, Temperature::new(t)?)?;
    let untold = at(Mode::Unsupervised, setting.temperature(t * (1.0 + examples.entropy()))?)?;
    let mut findings = vec![Finding::whole(told.len() as u64, untold.len() as u64).at("how many states")];
    for (told, untold) in told.iter().zip(&untold) {
        let residual = told.residual + untold.residual;
        for (a, b) in told.archetypes.iter().zip(&untold.archetypes) {
            // A saddle of curvature λ moves by residual/λ.
            let moved = residual / solved(told.curvature)?.abs();
            findings.push(Finding::bound(*a, *b, moved + rounding(100, 1.0)).at(told.task));
        }
    }
    Ok(Finding::worst(findings))
}

/// The difference of the two thresholds over γ², at the load where both have digits to spare.
fn apart(setting: &Setting) -> Result<Finding> {
    let gamma = 1e-3;
    let load = setting.load(gamma)?.get();
    let found = (aligned_entropy(load, true)? - aligned_entropy(load, false)?) / (gamma * gamma);
    // Each ρ to 1e-11.
    Ok(Finding::printed(setting.printed("6.5")?, found, 2e-11 / (gamma * gamma)))
}

/// M of the threshold of unsupervised learning at r and r/2: log₂ of their ratio tends to 2P as r → 0, in r².
fn examples_against_quality(setting: &Setting) -> Result<Finding> {
    let order = setting.order(4)?;
    let least = |r: f64| -> Result<f64> {
        let asked =
            Task::new(Mode::Unsupervised, order, Examples::new(Quality::new(r)?, 1)?, Average::Gaussian)?;
        let found = critical_examples(&asked, Criterion::Aligned, |task| {
            rs::retrieval(task, Load::new(0.05)?, COLD)
        })?;
        Ok(solved(found)? as f64)
    };
    let (far, middle, near) = (least(0.1)?, least(0.05)?, least(0.025)?);
    let (before, last) = (libm::log2(middle / far), libm::log2(near / middle));
    // M is a whole number.
    let error = (last - before).abs() + 2.0 / far;
    Ok(Finding::bound(8.0, last, error))
}

/// m of RS beside the mean field of samples.
fn beside_mean_field(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (t, digits) in [(0.6, "0.9952"), (0.8, "0.975")] {
        let found =
            solved(crate::theory::rs::retrieval(four()?, Load::new(0.05)?, setting.temperature(t)?, 0.0)?)?;
        findings
            .push(Finding::printed(setting.printed(digits)?, found.m, found.residual).at(format!("T = {t}")));
    }
    Ok(Finding::worst(findings))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    vec![
        Claim::bounded(
            Group::Digits,
            "P = 4, γ = 0.05: m = 0.9952 and 0.975 at T = 0.6 and 0.8, RS",
            Source::plefka("0.9926 and 0.9924(4), RS at N → ∞ 0.9952"),
            Defect::Temperature(1.01),
            beside_mean_field,
        ),
        Claim::bounded(
            Group::Digits,
            "Supervised P = 4, γ → 0: the thresholds ρ of RS and 1RSB are 6.5 γ² apart",
            Source::learning("and their difference is 6.5 γ²"),
            Defect::Load(1.02),
            apart,
        ),
        Claim::bounded(
            Group::Digits,
            "Unsupervised P = 4: the threshold of learning is M ∝ r^{−2P}",
            Source::learning("unsupervised learning is M ∝ γ r^{−2P}"),
            Defect::Order,
            examples_against_quality,
        ),
        critical_loads(false, "| RS | 0.39572 | 0.26116 | 0.19741 | 0.12746 | 0.15084 |"),
        critical_loads(true, "| 1RSB | 0.45834 | 0.37214 | 0.33276 | 0.27671 | 0.30368 |"),
        aligned(),
        Claim::bounded(
            Group::Digits,
            "Supervised P = 4, M = 6, T = 0.39: unstable from 0.2536 to 0.2742, ends at 0.2763",
            Source::learning(
                "supervised, P = 4, M = 6, T = 0.39 is unstable from γ = 0.2536 to 0.2742 alone, and\nretrieval ends at 0.2763.",
            ),
            Defect::Temperature(1.002),
            unstable,
        ),
        Claim::bounded(
            Group::Digits,
            "Unsupervised P = 4, γ = 0.02, T = 0.3: states at M = 3, 4 (m = 0.57), none at 5, 6, again from 7",
            Source::learning(
                "unsupervised, P = 4, r = ½, γ = 0.02, T = 0.3 has a state of m = 0.57 at M = 3 and 4, none at\n5 and 6, and from 7 on the one that grows to m = 1 (Gaussian average).",
            ),
            Defect::Temperature(1.05),
            examples_with_a_gap,
        ),
        Claim::bounded(
            Group::Digits,
            "Multitasking, K = 3 and 5: lowest states, their amplitudes and curvatures",
            Source::multitasking(
                "| 3 | 0.8 | 0.05 | parallel | 0.1636 (three) | 0.0244 |\n| 5 | 0.6 | 0.001 | mixed (seven minima found) | 0.3309 0.2515 0.2054 0.1645 0.1069 | 1.000 |\n| 5 | 0.6 | 0.2 | mixed | 0.2777 0.2777 0.1551 0.0530 0 | 0.0012 |\n| 5 | 0.8 | 0.02 | mixed | 0.1787 0.1624 0.1403 0.1181 0.1019 | 0.18 |\n| 5 | 0.8 | 0.05 | mixed | 0.1511 (three) 0.1220 (two) | 0.0206 |",
            ),
            Defect::Temperature(1.02),
            stable_states,
        ),
        Claim::bounded(
            Group::Digits,
            "Multitasking, K = 3: exchanges at T = 0.2128 (d = 0.3), 0.2872 (0.5), 0.0486 (0.8)",
            Source::multitasking(
                "At K = 3 the hierarchy gives way to the pure state at T = 0.2128 (d = 0.3), 0.2872 (d = 0.5).",
            ),
            Defect::Load(1.01),
            exchanges,
        ),
        Claim::bounded(
            Group::Identities,
            "Multitasking from examples: unsupervised at T(1 + ρ) is supervised at T",
            Source::multitasking("Unsupervised learning at T(1+ρ) is supervised learning at T"),
            Defect::Temperature(1.001),
            modes_in_their_units,
        ),
    ]
}
