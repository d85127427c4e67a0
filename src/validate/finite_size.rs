//! The digits of the documents that are about finite N: annealed averages, and simulations whose streams are keyed by their values, so that
//! a part of a run has the digits of the whole.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::printed::numbers;
use super::support::{points, rounding, scenario, solved};
use crate::error::{Error, Result};
use crate::estimators::{LAST_STEP, half_point};
use crate::model::gaussian_couplings::binomial;
use crate::observables::{pattern_statistics, tuple_overlap};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{PatternsFrom, Shipped};
use crate::sweep::Row;
use crate::theory::annealed::annealed;
use crate::theory::annealed_gaussian::distinct_weight;
use crate::theory::recall::recall;

/// (u_annealed/u_Gaussian − 1) N/β^k at γ = 1, as β → 0 and N → ∞: linear in both, so extrapolated from two values of each; the steps
/// that extrapolation makes bound what is left of it.
fn correction(order: InteractionOrder, power: i32) -> Result<(f64, f64)> {
    let at = |n: usize, beta: f64| -> Result<f64> {
        let k = Load::new(1.0)?.pattern_count(order, n)?;
        let gamma = Load::realised(order, n, k)?.get();
        let found = solved(annealed(order, n, k, Temperature::new(1.0 / beta)?)?)?;
        let gaussian = -0.5 * beta * gamma * distinct_weight(order, n);
        Ok((found.energy / gaussian - 1.0) * n as f64 / libm::pow(beta, f64::from(power)))
    };
    let cold = |n: usize| -> Result<(f64, f64)> {
        let (far, near) = (at(n, 1.0 / 32.0)?, at(n, 1.0 / 64.0)?);
        Ok((2.0 * near - far, (near - far).abs()))
    };
    let (small, large, largest) = (cold(32)?, cold(64)?, cold(128)?);
    let (before, found) = (2.0 * large.0 - small.0, 2.0 * largest.0 - large.0);
    Ok((found, (found - before).abs() + largest.1 * largest.1))
}

fn corrections(setting: &Setting) -> Result<Finding> {
    let (third, third_error) = correction(setting.order(3)?, 2)?;
    Ok(Finding::printed(setting.printed("22.5")?, third, third_error))
}

/// N⟨q²⟩ of two replicas of Gaussian couplings in the annealed average, from its law of q.
fn annealed_overlaps(setting: &Setting) -> Result<Finding> {
    let order = InteractionOrder::new(3)?;
    let mut findings = Vec::new();
    for (n, t, digits) in
        [(64usize, 1.15, "1.0468"), (64, 1.0, "1.116"), (1024, 1.15, "1.0025"), (1024, 1.0, "1.0045")]
    {
        let beta = setting.temperature(t)?.beta();
        let (size, r) = (n as f64, tuple_overlap(order, n));
        let strength = 0.5 * size * beta * beta * distinct_weight(order, n);
        let mut log_weight = 0.0;
        let terms: Vec<(f64, f64)> = (0..=n)
            .map(|d| {
                let overlap = n as i64 - 2 * d as i64;
                let term = (log_weight + strength * r(overlap), (overlap * overlap) as f64 / size);
                log_weight += libm::log((n - d) as f64 / (d as f64 + 1.0));
                term
            })
            .collect();
        let top = terms.iter().map(|term| term.0).fold(f64::NEG_INFINITY, f64::max);
        let weight = |x: f64| libm::exp(x - top);
        let total: f64 = terms.iter().map(|term| weight(term.0)).sum();
        let found = terms.iter().map(|term| weight(term.0) * term.1).sum::<f64>() / total;
        // Exponents add up over N logarithms of size N.
        let error = rounding(n, size);
        findings
            .push(Finding::printed(setting.printed(digits)?, found, error).at(format!("N = {n}, T = {t}")));
    }
    Ok(Finding::worst(findings))
}

/// K_c of the exponential network recalled with probability ½, by maximum likelihood over the rows of one N.
fn capacity_of(rows: &[&Row]) -> Result<(f64, f64)> {
    let mut data = Vec::new();
    for row in rows {
        let (fraction, _) = solved(row.average(|m| m.survived))?;
        data.push((libm::log(row.column.patterns as f64), fraction, row.samples as f64));
    }
    data.sort_by(|a: &(f64, f64, f64), b| a.0.total_cmp(&b.0));
    let half = solved(half_point(&data))?;
    let k = libm::exp(half.x);
    Ok((k, k * half.error))
}

fn exponential_capacity(row: &'static str, start: &'static str, which: &'static str) -> Claim {
    Claim::bounded(
        Group::Digits,
        format!("Exponential network, ϱ = ¼: K_c of {which} by simulation, N = 16, 24, 32"),
        Source::modern(row),
        Defect::Seed,
        move |setting| {
            let shipped = solved(Shipped::find("exponential-capacity"))?;
            let sizes = setting.size.of(vec![16, 24], vec![16, 24, 32]);
            let mut overrides = vec![format!("grid.spins={sizes:?}"), format!("dynamics.starts=[{start}]")];
            if setting.has(Defect::Seed) {
                overrides.push("seed=2".into());
            }
            let table = points(&scenario(shipped.text, &overrides)?)?;
            let digits = numbers(row);
            let mut findings = Vec::new();
            for (n, digits) in sizes.iter().zip(digits.chunks(2)) {
                let rows: Vec<&Row> = table.rows.iter().filter(|row| row.column.spins == *n).collect();
                let (k, error) = capacity_of(&rows)?;
                // x½ = −a/b moves with the last steps of a and b, at a steepness b of at least 1.
                let residual = LAST_STEP * (1.0 + libm::log(k)) * k;
                findings
                    .push(Finding::printed(setting.printed(digits[0])?, k, residual).at(format!("N = {n}")));
                findings.push(
                    Finding::printed(setting.printed(digits[1])?, error, residual)
                        .at(format!("its error, N = {n}")),
                );
            }
            Ok(Finding::worst(findings))
        },
    )
}

/// Fractions of 500 held-out digits read rightly: P = 2, 3, 4, 6, the archetype nearest to the cue, nearest mean, logistic regression.
fn digit_classes(setting: &Setting) -> Result<Finding> {
    let digits: Vec<&str> = numbers(CLASSES).into_iter().filter(|digits| digits.contains('.')).collect();
    let shipped = solved(Shipped::find("digit-classes"))?;
    let orders = setting.size.of(vec![3], vec![2, 3, 4, 6]);
    let examples = if setting.has(Defect::Load(3.0)) { 30 } else { 10 };
    let overrides = [
        format!("grid.examples=[{examples}]"),
        "dynamics.starts=[\"planted\"]".to_string(),
        format!("model.interaction_order={orders:?}"),
    ];
    let table = points(&scenario(shipped.text, &overrides)?)?;
    let mut findings = Vec::new();
    for row in &table.rows {
        let place = [2, 3, 4, 6].iter().position(|&p| p == row.column.order.get());
        let place = solved(place)?;
        let fields = [
            ("accuracy", digits[place]),
            ("accuracy_cue", digits[4]),
            ("accuracy_nearest_mean", digits[5]),
            ("accuracy_logistic", digits[6]),
        ];
        for (field, digits) in fields {
            let found = solved(row.number(field))?;
            findings.push(
                Finding::printed(setting.printed(digits)?, found, rounding(4, 1.0))
                    .at(format!("{field}, P = {}", row.column.order)),
            );
        }
    }
    Ok(Finding::worst(findings))
}

const CLASSES: &str =
    "| 0 %, 10 | 0.144(16) | 0.476(22) | 0.398(22) | 0.392(22) | 0.514(22) | 0.594(22) | 0.604(22) |";

/// Mean spin and rms overlap of a file of images, of the first `count`.
fn images(file: &str, count: usize) -> Result<(f64, f64)> {
    let text = format!(
        "name = \"images\"\nseed = 1\n[model]\ninteraction_order = 2\npatterns = {{ file = \"{file}\", array = \"packed\" }}\n[grid]\n\
         patterns = [{count}]\ntemperature = [0]\n[dynamics]\nupdate = \"zero-temperature\"\n"
    );
    let scenario = scenario(&text, &[])?;
    let PatternsFrom::File(stored) = &scenario.patterns else {
        return Err(Error::failed(format!("{file} is no pattern file")));
    };
    let found = pattern_statistics(&stored.patterns.first(count)?);
    Ok((found.mean_spin, solved(found.overlap_rms)?))
}

fn biased_images(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    let files = if setting.has(Defect::Exchange) {
        ["data/fashion-train.npz", "data/mnist-train.npz"]
    } else {
        ["data/mnist-train.npz", "data/fashion-train.npz"]
    };
    let (digits, clothes) = rayon::join(|| images(files[0], 3000), || images(files[1], 3000));
    let found = [(digits?, ["−0.73", "0.66"]), (clothes?, ["−0.37", "0.41"])];
    for (file, ((mean_spin, rms), [spin, overlap])) in files.into_iter().zip(found) {
        let at = |digits: &str, value, name: &str| {
            let finding = Finding::printed(setting.printed(digits)?, value, rounding(1000, 1.0));
            Ok::<_, Error>(finding.at(format!("{name} of {file}")))
        };
        findings.push(at(spin, mean_spin, "mean spin")?);
        findings.push(at(overlap, rms, "rms overlap")?);
    }
    Ok(Finding::worst(findings))
}

/// [1 − ½ erfc √(C/2K)]^N = ½ at K of one pattern, exponent NK at K of all.
fn perfect_recall(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, n) in [(2, 1000u64), (3, 64), (4, 100)] {
        let found = recall(setting.order(p)?, n)?;
        let tuples = binomial(n as usize - 1, p as usize - 1) as f64;
        let log_whole =
            |k: f64, bits: f64| bits * libm::log1p(-0.5 * libm::erfc((tuples / (2.0 * k)).sqrt()));
        let (one, all) = (solved(found.k_one())?, solved(found.k_all())?);
        // log K is known to rounding, and the logarithm of the chance moves ten to thirty times as much.
        for (name, found) in [("one", log_whole(one, n as f64)), ("all", log_whole(all, n as f64 * all))] {
            let place = format!("{name} of P = {p}, N = {n}");
            findings.push(Finding::bound(-std::f64::consts::LN_2, found, rounding(1000, 1.0)).at(place));
        }
    }
    Ok(Finding::worst(findings))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    let bounded = |claim: &str, source, defect, measure: fn(&Setting) -> Result<Finding>| {
        Claim::bounded(Group::Digits, claim, source, defect, measure)
    };
    vec![
        bounded(
            "P = 3, high above the transition: Hebbian energies exceed Gaussian ones by 22.5 (√γ/T)²/(γN)",
            Source::glasses("relative corrections of 22.5 (√γ/T)²/(γN) to the energy at P = 3"),
            Defect::Value("11.25"),
            corrections,
        ),
        bounded(
            "Gaussian P = 3: annealed N⟨q²⟩ = 1.0468, 1.116 at N = 64, 1.0025, 1.0045 at 1024",
            Source::glasses("(1.0468, 1.116, and 1.0025, 1.0045 at N = 1024)"),
            Defect::Temperature(1.01),
            annealed_overlaps,
        ),
        exponential_capacity(
            "| one pattern | 19.5 ± 0.6 | 68.8 ± 2.3 | 229 ± 8 |",
            "{ corrupted = 0.25 }",
            "one pattern",
        ),
        exponential_capacity(
            "| all patterns | 4.80 ± 0.09 | 8.02 ± 0.16 | 13.7 ± 0.3 |",
            "{ each = 0.25 }",
            "all patterns",
        ),
        bounded(
            "Held-out digits read by recall, archetypes, nearest mean, logistic regression, M = 10",
            Source::new("docs/images.md", CLASSES),
            Defect::Load(3.0),
            digit_classes,
        ),
        bounded(
            "Images are biased and alike: mean spin −0.73 and −0.37, rms overlap 0.66 and 0.41",
            Source::new(
                "docs/images.md",
                "(mean spin −0.73 for digits, −0.37 for clothes) and alike (rms overlap 0.66 and 0.41 of two)",
            ),
            Defect::Exchange,
            biased_images,
        ),
        Claim::bounded(
            Group::Identities,
            "Perfect recall: one pattern, or all, whole with probability ½ as independent Gaussian bits",
            Source::readme("T = 0 capacity; perfect recall"),
            Defect::Order,
            perfect_recall,
        ),
    ]
}
