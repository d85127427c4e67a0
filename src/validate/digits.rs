//! Theory against the digits that the documents print: the words of a claim are the row or the sentence, and what is expected is read
//! out of them.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::printed::numbers;
use super::support::{rounding, scenario, solved};
use crate::error::{Error, Result};
use crate::numerics::roots::root;
use crate::observables::pattern_statistics;
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{PatternsFrom, Shipped};
use crate::theory::one_rsb::{self, equilibrium, glass, retrieval, soft};
use crate::theory::{annealed, exponential, lines, rs, transition, triple_points};

const COLD: Temperature = Temperature::ZERO;

/// The cells of a row of a table, each without what follows its first word.
fn cells(row: &str) -> Vec<&str> {
    row.trim().trim_matches('|').split('|').map(|cell| cell.split_whitespace().next().unwrap_or("")).collect()
}

/// What a solver of `docs/theory.md` (Numbers) leaves: 1e-11 of T_s, 1e-12 of T_d, 1e-9 of T_G.
const DIGITS: [f64; 3] = [1e-11, 1e-12, 1e-9];

/// T_s, T_d, T_G, and at T = 0 γ_c of RS and 1RSB, γ_t of RS and 1RSB, each with its error; None where a cell is empty.
fn row_of_numbers(order: InteractionOrder, digits: &[&str]) -> Result<Vec<Option<(f64, f64)>>> {
    let mut found = vec![None; 7];
    if order.get() > 2 {
        let ends = one_rsb::transitions(order)?;
        for (k, value) in [Some(ends.statics), Some(ends.dynamics), ends.gardner].into_iter().enumerate() {
            found[k] = value.map(|value| (value, DIGITS[k]));
        }
    }
    let symmetric = lines::retrieval_spinodal_load(order, COLD)?;
    let broken = retrieval::spinodal(order, COLD)?;
    found[3] = Some((symmetric.gamma, symmetric.residual));
    found[4] = Some((broken.gamma, broken.point.residual));
    if !digits[5].is_empty() {
        let exchange = solved(transition::thermodynamic_load(order, COLD)?)?;
        found[5] = Some((exchange.gamma, exchange.retrieval.residual));
    }
    let exchange = solved(equilibrium::thermodynamic_load(order, COLD)?)?;
    found[6] = Some((exchange.gamma, exchange.retrieval.residual));
    Ok(found)
}

fn table_of_numbers(row: &'static str) -> Claim {
    let p = cells(row)[0];
    Claim::bounded(
        Group::Digits,
        format!("P = {p}: T_s, T_d, T_G; γ_c and γ_t at T = 0, RS and 1RSB"),
        Source::theory(row),
        Defect::Order,
        move |setting| {
            let cells = cells(row);
            let order = setting.order(solved(cells[0].parse().ok())?)?;
            let names =
                ["T_s", "T_d", "T_G", "γ_c of RS", "γ_c of 1RSB", "γ_t of RS retrieval", "γ_t of 1RSB"];
            let found = row_of_numbers(order, &cells[1..])?;
            let mut findings = Vec::new();
            for ((name, digits), value) in names.iter().zip(&cells[1..]).zip(found) {
                match value {
                    Some((value, error)) if !digits.is_empty() => {
                        findings.push(Finding::printed(setting.printed(digits)?, value, error).at(name));
                    }
                    _ => {}
                }
            }
            Ok(Finding::worst(findings))
        },
    )
}

fn table_of_meeting_points(row: &'static str) -> Claim {
    let p = cells(row)[0];
    Claim::bounded(
        Group::Digits,
        format!("P = {p}: where lines meet and end"),
        Source::theory(row),
        Defect::Order,
        move |setting| {
            let digits = numbers(row);
            let order = setting.order(solved(digits[0].parse().ok())?)?;
            let breaks = solved(triple_points::equilibrium_breaks(order))?;
            let found = [
                (triple_points::equilibrium_states_meet(order)?.0, DIGITS[0]),
                (triple_points::spinodal_meets_dynamic(order)?.0, DIGITS[1]),
                // λ = 0 on the equilibrium line, found to rounding: γ hardly depends on where, T does by 1/λ′ ~ 10.
                (breaks.0, rounding(1000, 1.0)),
                (breaks.1, rounding(100_000, 1.0)),
                (lines::hottest_retrieval(order), rounding(100, 1.0)),
                (triple_points::noiseless_exchange(order), rounding(100, 1.0)),
            ];
            let at = |(digits, (value, error)): (&&str, (f64, f64))| {
                Ok::<_, Error>(Finding::printed(setting.printed(digits)?, value, error).at(digits))
            };
            digits[1..].iter().zip(found).map(at).collect::<Result<_>>().map(Finding::worst)
        },
    )
}

/// Loads at which simulation of the quick start stands beside: equilibrium and spinodal, RS.
fn quick_start_theory(rows: &'static str) -> Claim {
    Claim::bounded(
        Group::Digits,
        "P = 4: equilibrium and spinodal loads beside the first run, RS",
        Source::readme(rows),
        Defect::Order,
        move |setting| {
            let mut findings = Vec::new();
            for row in rows.lines() {
                let words: Vec<&str> = row.split_whitespace().collect();
                let [_, _, t, .., equilibrium, spinodal] = words[..] else {
                    return Err(Error::failed(format!("no row of the table: {row}")));
                };
                let t = Temperature::new(t.parse().unwrap_or(f64::NAN))?;
                let order = setting.order(4)?;
                let end = lines::retrieval_spinodal_load(order, t)?;
                let exchange = solved(transition::thermodynamic_load(order, t)?)?;
                let at = |digits: &str, value, error| {
                    Ok::<_, Error>(
                        Finding::printed(setting.printed(digits)?, value, error).at(format!("T = {t}")),
                    )
                };
                findings.push(at(equilibrium, exchange.gamma, exchange.retrieval.residual)?);
                findings.push(at(spinodal, end.gamma, end.residual)?);
            }
            Ok(Finding::worst(findings))
        },
    )
}

/// A single number among the words.
fn number(
    claim: &'static str,
    source: Source,
    digits: &'static str,
    defect: Defect,
    value: impl Fn(&Setting) -> Result<(f64, f64)> + Send + Sync + 'static,
) -> Claim {
    Claim::bounded(Group::Digits, claim, source, defect, move |setting| {
        let (value, error) = value(setting)?;
        Ok(Finding::printed(setting.printed(digits)?, value, error))
    })
}

/// The annealed energy of the README's example, and its limit.
fn annealed_example(setting: &Setting) -> Result<(f64, f64)> {
    let p = InteractionOrder::new(4)?;
    let k = Load::new(1.0)?.pattern_count(p, 32)?;
    let found = solved(annealed::annealed(p, 32, k, setting.temperature(2.0)?)?)?;
    Ok((found.energy, rounding(32 * 32, 1.0)))
}

/// The temperature at which retrieval of the exponential network ends at rate a = 0.05, λ = 1.
fn exponential_end(setting: &Setting) -> Result<(f64, f64)> {
    let rate = setting.load(0.05)?.get();
    let excess = |t: f64| {
        let found = Temperature::new(t).and_then(|t| exponential::point(rate, 1.0, t));
        found.map_or(f64::NAN, |point| point.critical_rate - rate)
    };
    Ok((root(excess, (0.5, excess(0.5)), (20.0, excess(20.0)), 0.0), rounding(1000, 3.0)))
}

/// Mean spin and rms overlap of the hundred pictures of clothes.
fn hundred_pictures(setting: &Setting) -> Result<Finding> {
    let shipped = solved(Shipped::find("image-recall-fashion"))?;
    let scenario = scenario(shipped.text, &[])?;
    let PatternsFrom::File(stored) = &scenario.patterns else {
        return Err(Error::failed("image-recall-fashion has no pattern file"));
    };
    let patterns = stored.patterns.first(if setting.has(Defect::Load(0.1)) { 10 } else { 100 })?;
    let found = pattern_statistics(&patterns);
    Ok(Finding::worst(vec![
        Finding::printed(setting.printed("−0.39")?, found.mean_spin, rounding(100, 1.0)).at("mean spin"),
        Finding::printed(setting.printed("0.42")?, solved(found.overlap_rms)?, rounding(100, 1.0))
            .at("rms overlap"),
    ]))
}

/// q2 of the 1RSB glass that P(q) is compared with.
fn glass_overlap(setting: &Setting) -> Result<(f64, f64)> {
    let found = solved(glass::glass(InteractionOrder::new(3)?, Load::new(1.0)?, setting.temperature(0.5)?)?)?;
    Ok((found.q2, found.residual + found.quadrature))
}

fn learnt_and_sk() -> Vec<Claim> {
    vec![
        number(
            "SK: u(T = 0), 1RSB, nine digits",
            Source::theory("| SK, T = 0, 1RSB: u | −0.765259435 |"),
            "−0.765259435",
            Defect::Load(1.0000001),
            |setting| {
                let found = solved(soft::sherrington_kirkpatrick(setting.load(1.0)?, COLD)?)?;
                Ok((found.energy, found.residual + found.quadrature))
            },
        ),
        number(
            "P = 3 glass at T = 0.5, γ = 1: q2 = 0.893, 1RSB",
            Source::glasses("at T = 0.5 at q = 0.94 (1RSB: 0.893)"),
            "0.893",
            Defect::Temperature(1.02),
            glass_overlap,
        ),
        number(
            "P = 3, γ = 0.35, T = 0.4: replicon 0.626, RS",
            Source::plefka("replicon of the solutions 0.599 at N = 240 (RS 0.626)"),
            "0.626",
            Defect::Temperature(1.01),
            |setting| {
                let p = InteractionOrder::new(3)?;
                let found = solved(rs::retrieval(p, Load::new(0.35)?, setting.temperature(0.4)?, 0.0)?)?;
                Ok((solved(found.replicon)?, 100.0 * found.residual))
            },
        ),
    ]
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    let mut all: Vec<Claim> = [
        "| 2 | | | | 0.1379055665 | 0.1381864896 | 0.0518543309 (RS glass) | 0.0561416114 |",
        "| 3 | 0.6513852269 | 0.6815980406 | 0.2402600364 | 0.3782856462 | 0.4612117870 | | 0.4224206756 |",
        "| 4 | 0.6168832895 | 0.6784110549 | 0.1278411170 | 0.3957202384 | 0.4583434668 | 0.3805731328 | 0.3797873392 |",
        "| 5 | 0.6069517302 | 0.7001417071 | 0.0741268541 | 0.4319313850 | 0.4885954335 | 0.3681134356 | 0.3680494182 |",
        "| 6 | 0.6032958112 | 0.7274755742 | 0.0440326348 | 0.4730386097 | 0.5277083495 | 0.3638173271 | 0.3638094852 |",
        "| 7 | 0.6017887807 | 0.7559548292 | 0.0262614110 | 0.5157081001 | 0.5699775523 | 0.3620782647 | 0.3620771519 |",
        "| 8 | 0.6011280091 | 0.7841843801 | 0.0155913743 | 0.5588013309 | 0.6134470574 | 0.3613210287 | 0.3613208602 |",
        "| 9 | 0.6008275215 | 0.8116813094 | 0.0091789368 | 0.6018589084 | 0.6573050803 | 0.3609776690 | 0.3609776428 |",
        "| 10 | 0.6006877507 | 0.8382898285 | 0.0053501035 | 0.6446803859 | 0.7011762999 | 0.3608181450 | 0.3608181409 |",
    ]
    .into_iter()
    .map(table_of_numbers)
    .collect();
    all.extend(
        [
            "| 3 | 0.4243027139 | 0.4645758889 | (0.42320880, 0.28345684) | 0.87387436, 0.74395375 |",
            "| 4 | 0.3805449929 | 0.4602415593 | (0.37988483, 0.15876090) | 0.99157260, 0.72589867 |",
            "| 5 | 0.3683904028 | 0.4901984101 | (0.36806343, 0.09242241) | 1.12800894, 0.72240478 |",
            "| 6 | 0.3639658358 | 0.5292207110 | (0.36381161, 0.05443409) | 1.26816093, 0.72160506 |",
            "| 10 | 0.3608257739 | 0.7027298365 | (0.36081814, 0.00645637) | 1.82228441, 0.72134851 |",
        ]
        .map(table_of_meeting_points),
    );
    all.push(Claim::bounded(
        Group::Digits,
        "P = 2: the RS spinodal breaks at (0.13818591, 0.02506837)",
        Source::theory("the spinodal breaks at (0.13818591, 0.02506837)"),
        Defect::Order,
        |setting| {
            let (gamma, t) = solved(triple_points::spinodal_breaks(setting.order(2)?))?;
            Ok(Finding::worst(vec![
                Finding::printed(setting.printed("0.13818591")?, gamma, rounding(1000, 1.0)).at("γ"),
                Finding::printed(setting.printed("0.02506837")?, t, rounding(100_000, 1.0)).at("T"),
            ]))
        },
    ));
    all.push(quick_start_theory(
        "  4     64          0.3         0.4496 ± ?       0.3804       0.4493
  4     64          0.5    0.2926 ± 0.0129       0.3337       0.4591
  4     64          0.6    0.2607 ± 0.0407       0.2215       0.4383
  4     64          0.7         0.0914 ± ?       0.0521       0.3762",
    ));
    all.extend([
        number(
            "P = 4, N = 32, γ = 1, T = 2: annealed u = −0.277",
            Source::readme("at N = 32, P = 4, γ = 1, T = 2 it is −0.277, the limit N → ∞ −0.25"),
            "−0.277",
            Defect::Temperature(1.01),
            annealed_example,
        ),
        number(
            "Exponential network, a = 0.05, λ = 1: retrieval ends at T = 3.08",
            Source::modern("The end at T = 3.08 is one of N → ∞."),
            "3.08",
            Defect::Load(1.02),
            exponential_end,
        ),
        number(
            "Exponential network, λ = 1, no wrong bits, T = 0: K ~ e^{0.675 N}",
            Source::modern("e^{0.675 N}"),
            "0.675",
            Defect::Load(1.01),
            |setting| {
                let found = exponential::recall_rates(setting.load(1.0)?.get(), 0.0)?;
                Ok((found.one, rounding(8, 1.0)))
            },
        ),
        number(
            "Exponential network, λ = 1: T → 0 has retrieval end at a_c = 0.566",
            Source::modern("it is already above a_c = 0.566, where T → 0 has retrieval end"),
            "0.566",
            Defect::Load(1.01),
            |setting| {
                let found = exponential::point(0.0, setting.load(1.0)?.get(), COLD)?;
                Ok((found.critical_rate, rounding(8, 1.0)))
            },
        ),
    ]);
    all.extend(learnt_and_sk());
    all.push(Claim::bounded(
        Group::Digits,
        "A hundred pictures of clothes: mean spin −0.39, rms overlap 0.42",
        Source::readme("A hundred of these have mean spin −0.39 instead of 0 and an rms overlap of 0.42"),
        Defect::Load(0.1),
        hundred_pictures,
    ));
    all
}
