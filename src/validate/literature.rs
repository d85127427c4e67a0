//! Theory against published values: half a unit of the last digit that the source prints.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::{rounding, solved};
use crate::error::{Error, Result};
use crate::params::{Dilution, Examples, InteractionOrder, Load, Quality, Temperature};
use crate::theory::learning::{self, Average, Mode};
use crate::theory::multitasking::{Change, Task, boundaries, hierarchy_end};
use crate::theory::one_rsb::{self, equilibrium, retrieval, soft};
use crate::theory::{exponential, lines, rs, sk, transition};
use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, PI, SQRT_2};

/// A value with the largest violation of its equations, beside digits.
fn published(
    claim: &str,
    digits: &'static str,
    words: &'static str,
    defect: Defect,
    value: impl Fn(&Setting) -> Result<(f64, f64)> + Send + Sync + 'static,
) -> Claim {
    beside(claim, words, defect, value, move |setting, value, residual| {
        Ok(Finding::printed(setting.printed(digits)?, value, residual))
    })
}

/// As [`published`], of a source that cuts its digits off instead of rounding them.
fn published_cut(
    claim: &str,
    digits: &'static str,
    words: &'static str,
    defect: Defect,
    value: impl Fn(&Setting) -> Result<(f64, f64)> + Send + Sync + 'static,
) -> Claim {
    beside(claim, words, defect, value, move |setting, value, residual| {
        let finding = Finding::printed(setting.printed(digits)?.cut(), value, residual);
        Ok(finding.at(format!("{digits} is cut off, not rounded")))
    })
}

fn beside(
    claim: &str,
    words: &'static str,
    defect: Defect,
    value: impl Fn(&Setting) -> Result<(f64, f64)> + Send + Sync + 'static,
    compare: impl Fn(&Setting, f64, f64) -> Result<Finding> + Send + Sync + 'static,
) -> Claim {
    Claim::bounded(Group::Literature, claim, Source::theory(words), defect, move |setting| {
        let (value, residual) = value(setting)?;
        compare(setting, value, residual)
    })
}

const COLD: Temperature = Temperature::ZERO;

fn saturation(setting: &Setting) -> Result<(f64, f64)> {
    let end = lines::retrieval_spinodal_load(setting.order(2)?, COLD)?;
    Ok((end.gamma, end.residual))
}

/// Where retrieval stops being the equilibrium state at P = 2 and T = 0, under RS or, with the defect, 1RSB.
fn equilibrium_load(setting: &Setting) -> Result<(f64, f64)> {
    let p = InteractionOrder::new(2)?;
    if setting.has(Defect::Ansatz) {
        let found = solved(equilibrium::thermodynamic_load(p, COLD)?)?;
        return Ok((found.gamma, found.retrieval.residual));
    }
    let found = solved(transition::thermodynamic_load(p, COLD)?)?;
    Ok((found.gamma, found.retrieval.residual))
}

/// The temperature below which the mixture of three patterns is stable without zeros.
fn mixture_of_three(setting: &Setting) -> Result<Finding> {
    let d = if setting.has(Defect::Load(0.8)) { 0.2 } else { 0.0 };
    let found = boundaries(InteractionOrder::new(2)?, 3, Dilution::new(d)?)?;
    let end = found.iter().find(|b| b.change == Change::Ends(Task::Parallel));
    // The scan's steps, 1.02/32, are halved ten times.
    let resolution = 1.02 / 32.0 / 1024.0;
    match end {
        Some(end) => Ok(Finding::printed(setting.printed("0.46")?, end.temperature, resolution)),
        None => Ok(Finding::failed("no end of the symmetric mixture")),
    }
}

/// ρ M at which m = erf(1/√2) as γ → 0 at T = 0: the overlap at M = (1 − r²)/r² examples.
fn aligned_overlap(setting: &Setting) -> Result<Finding> {
    let r = 0.2;
    let order = InteractionOrder::new(4)?;
    let mut findings = Vec::new();
    for mode in [Mode::Supervised, Mode::Unsupervised] {
        let count = if setting.has(Defect::Load(2.0)) { 48 } else { 24 };
        let task =
            learning::Task::new(mode, order, Examples::new(Quality::new(r)?, count)?, Average::Gaussian)?;
        // The leading correction is linear in γ′: two loads give the limit, and their difference bounds what is left.
        let unit = 1.0 + task.examples.tuple_entropy(order);
        let at = |gamma: f64| -> Result<f64> {
            let scale = if mode == Mode::Unsupervised { unit } else { 1.0 };
            Ok(solved(learning::rs::retrieval(&task, Load::new(gamma / scale)?, COLD)?)?.m)
        };
        let (near, nearer) = (at(1e-6)?, at(1e-8)?);
        let finding = Finding::bound(learning::threshold::ALIGNED, nearer, (near - nearer).abs());
        findings.push(finding.at(mode));
    }
    Ok(Finding::worst(findings))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    let one = |t: f64| Ok::<_, Error>((Load::new(1.0)?, Temperature::new(t)?));
    let mut all = vec![
        published(
            "P = 2: γ_c(T = 0), RS; Amit, Gutfreund & Sompolinsky 1987",
            "0.138",
            "0.138 (Amit, Gutfreund & Sompolinsky 1987)",
            Defect::Order,
            saturation,
        ),
        published_cut(
            "P = 2: γ_c(T = 0), RS; Steffan & Kühn 1994",
            "0.137905",
            "0.137905 (Steffan & Kühn 1994)",
            Defect::Value("0.138186"),
            saturation,
        ),
        published(
            "P = 2: γ_c(T = 0), 1RSB; Steffan & Kühn 1994",
            "0.138186",
            "0.138186, and 0.138187 with two steps (Steffan & Kühn 1994)",
            Defect::Value("0.144"),
            // Crisanti, Amit & Gutfreund (1986), whom Steffan & Kühn do not confirm, had 0.144.
            |_| {
                let end = retrieval::spinodal(InteractionOrder::new(2)?, COLD)?;
                Ok((end.gamma, end.point.residual))
            },
        ),
        published_cut(
            "P = 2: γ_t(T = 0), RS; Amit, Gutfreund & Sompolinsky 1987",
            "0.051",
            "0.051 (Amit, Gutfreund & Sompolinsky 1987)",
            Defect::Ansatz,
            equilibrium_load,
        ),
        published(
            "SK: u(T = 0), 1RSB; Parisi 1980",
            "-0.765",
            "−0.765 (Parisi 1980)",
            Defect::Ansatz,
            move |setting| {
                let (gamma, t) = one(0.0)?;
                if setting.has(Defect::Ansatz) {
                    return solved(sk::glass(gamma, t)?).map(|x| (x.energy, x.residual));
                }
                solved(soft::sherrington_kirkpatrick(gamma, t)?).map(|x| (x.energy, x.residual))
            },
        ),
    ];
    all.push(Claim::bounded(
        Group::Literature,
        "SK: u(T = 0) = −√(2/π), s = −1/(2π), RS; Sherrington & Kirkpatrick 1975",
        Source::theory("−√(2/π), −1/(2π)"),
        Defect::Temperature(1.01),
        move |setting| {
            // The defect leaves T = 0.01 of T = 0.
            let (gamma, zero) = one(0.0)?;
            let cold = match setting.defect {
                Some(Defect::Temperature(factor)) => Temperature::new(factor - 1.0)?,
                _ => zero,
            };
            let found = solved(sk::glass(gamma, cold)?)?;
            Ok(Finding::worst(vec![
                Finding::bound(-FRAC_2_SQRT_PI / SQRT_2, found.energy, rounding(8, 1.0)).at("u"),
                Finding::bound(-0.5 / PI, found.entropy, rounding(8, 1.0)).at("s"),
            ]))
        },
    ));
    all.push(Claim::bounded(
        Group::Literature,
        "P = 3: T_s, T_d, T_G in √γ; Montanari & Ricci-Tersenghi 2003",
        Source::theory("0.651, 0.682, 0.240 (Montanari & Ricci-Tersenghi 2003)"),
        Defect::Order,
        |setting| {
            let found = one_rsb::transitions(setting.order(3)?)?;
            let gardner = found.gardner.unwrap_or(f64::NAN);
            let at = |digits, value, name| {
                // Digits of the solver, as docs/theory.md states them: 1e-9 at worst.
                Ok::<_, Error>(Finding::printed(setting.printed(digits)?, value, 1e-9).at(name))
            };
            Ok(Finding::worst(vec![
                at("0.651", found.statics, "T_s")?,
                at("0.682", found.dynamics, "T_d")?,
                at("0.240", gardner, "T_G")?,
            ]))
        },
    ));
    all.push(Claim::bounded(
        Group::Literature,
        "P → ∞: T_s → 1/(2√ln 2) faster than 2^−P; random energy model, Derrida 1981",
        Source::theory("1/(2√ln 2), the random energy model (Derrida 1981)"),
        Defect::Temperature(1.0001),
        |setting| {
            let limit = setting.temperature(0.5 / LN_2.sqrt())?.get();
            let at = |p: u32| -> Result<Finding> {
                let found = one_rsb::transitions(InteractionOrder::new(p)?)?.statics;
                // Beside 2^−P the digits of the solver, 1e-11.
                Ok(Finding::bound(limit, found, libm::pow(2.0, -f64::from(p)) + 1e-11).at(format!("P = {p}")))
            };
            [12, 20, 40].into_iter().map(at).collect::<Result<_>>().map(Finding::worst)
        },
    ));
    all.push(Claim::bounded(
        Group::Literature,
        "Hopfield glass from T_g = 1 + √α, SK from √γ: the replicon vanishes; AGS 1987, de Almeida & Thouless 1978",
        Source::theory("glass below T = √γ"),
        Defect::Temperature(1.001),
        |setting| {
            let p = InteractionOrder::new(2)?;
            let mut findings = Vec::new();
            for load in [0.02, 0.14, 1.0, 3.0] {
                let gamma = Load::new(load)?;
                let hopfield = solved(rs::paramagnet(p, gamma, setting.temperature(1.0 + load.sqrt())?)?)?;
                let lambda = hopfield.replicon.unwrap_or(f64::NAN);
                findings.push(Finding::bound(0.0, lambda, rounding(16, 1.0)).at(format!("Hopfield, α = {load}")));
                let sk = sk::paramagnet(gamma, setting.temperature(load.sqrt())?)?;
                let lambda = sk.replicon.unwrap_or(f64::NAN);
                findings.push(Finding::bound(0.0, lambda, rounding(16, 1.0)).at(format!("SK, γ = {load}")));
            }
            Ok(Finding::worst(findings))
        },
    ));
    all.push(Claim::bounded(
        Group::Literature,
        "Multitasking hierarchy ends at d = 0.618, 0.544, 0.519 (K = 3, 4, 5): 1 − 2d + d^K = 0; Agliari et al. 2012",
        Source::multitasking("at P = 2 d < 0.6180 (K = 3), 0.5437 (4), 0.5188 (5), → ½"),
        Defect::Order,
        |setting| {
            let p = setting.order(2)?;
            let at = |(k, digits): (usize, &str)| -> Result<Finding> {
                let end = hierarchy_end(p, k)?;
                Ok(Finding::printed(setting.printed(digits)?, end, rounding(k, 1.0)).at(format!("K = {k}")))
            };
            [(3, "0.6180"), (4, "0.5437"), (5, "0.5188")].into_iter().map(at).collect::<Result<_>>().map(Finding::worst)
        },
    ));
    all.push(Claim::bounded(
        Group::Literature,
        "The mixture of three Hopfield patterns is stable below T = 0.46; Amit, Gutfreund & Sompolinsky 1985",
        Source::multitasking(
            "the symmetric mixture is stable below T ≈ 0.46, as known of the Hopfield network",
        ),
        Defect::Load(0.8),
        mixture_of_three,
    ));
    all.push(Claim::bounded(
        Group::Literature,
        "Exponential network: capacity rates I(1−2ϱ) of one, I(1−2ϱ)/2 of all patterns, ϱ = ¼; Demircigil et al. 2017",
        Source::modern("and all K (from each in turn: `starts = [{ each = 0.25 }]`, `lost_below = 1.0`) while a < I(1−2ϱ)/2."),
        Defect::Load(1.04),
        |setting| {
            let corrupted = 0.25 * setting.load(1.0)?.get();
            let found = exponential::recall_rates(1.0, corrupted)?;
            // I(½) = ¾ ln 3 − ln 2 in closed form.
            let cost = 0.75 * libm::log(3.0) - LN_2;
            Ok(Finding::worst(vec![
                Finding::bound(cost, found.one, rounding(8, 1.0)).at("one"),
                Finding::bound(0.5 * cost, found.all, rounding(8, 1.0)).at("all"),
            ]))
        },
    ));
    all.push(Claim::bounded(
        Group::Literature,
        "M = (1 − r²)/r² examples have m = erf(1/√2) as γ → 0, T = 0, supervised and unsupervised; Agliari et al. 2022",
        Source::learning("Both tend to ρ = 1, M = (1 − r²)/r²"),
        Defect::Load(2.0),
        aligned_overlap,
    ));
    all
}
