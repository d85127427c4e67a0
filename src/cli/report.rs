//! What the program says at the end of a run or a merge.

use crate::estimators::Verdict;
use crate::observables::pattern_statistics;
use crate::scenario::{PatternsFrom, Scenario};
use crate::sweep::{Points, Summary, transitions};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The report, as text.
pub fn text(scenario: &Scenario, summary: &Summary, directory: &Path, figures: &[PathBuf]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_report(&mut text, scenario, summary, directory, figures);
    text
}

fn write_report(
    out: &mut String,
    scenario: &Scenario,
    summary: &Summary,
    directory: &Path,
    figures: &[PathBuf],
) -> std::fmt::Result {
    let rows = &summary.points.rows;
    writeln!(
        out,
        "{}: {} rows, {} tasks ({} run now) in {:.1} s",
        scenario.name,
        rows.len(),
        summary.total,
        summary.ran,
        summary.seconds
    )?;
    if let PatternsFrom::File(stored) = &scenario.patterns {
        let statistics = pattern_statistics(&stored.patterns);
        let n = stored.patterns.spins() as f64;
        write!(out, "stored patterns: mean spin {:.2} (theory: 0)", statistics.mean_spin)?;
        if let Some(rms) = statistics.overlap_rms {
            write!(out, ", rms overlap of two {rms:.3} (theory: 1/√N = {:.3})", 1.0 / n.sqrt())?;
        }
        writeln!(out, "; no theory is laid over biased, correlated patterns")?;
    }
    let simulated = rows.iter().filter(|r| r.samples > 0).count();
    if simulated > 0 {
        let count =
            |verdict: Option<bool>| rows.iter().filter(|r| r.equilibrated.as_bool() == verdict).count();
        writeln!(
            out,
            "equilibrated within their branch: {} yes, {} no, {} cannot say",
            count(Some(true)),
            count(Some(false)),
            count(None)
        )?;
        let agree = |verdict: fn(&Verdict) -> bool| rows.iter().filter(|r| verdict(&r.starts_agree)).count();
        let (same, differ) = (agree(|v| *v == Verdict::Yes), agree(|v| matches!(v, Verdict::No(_))));
        if same + differ > 0 {
            writeln!(out, "planted and random start: {same} rows agree, {differ} differ (metastable)")?;
        }
    }
    transition_table(out, scenario, &summary.points)?;
    writeln!(out, "{}", directory.join("points.csv").display())?;
    for figure in figures.iter().filter(|path| path.extension().is_some_and(|e| e == "svg" || e == "png")) {
        writeln!(out, "{}", figure.display())?;
    }
    Ok(())
}

/// Simulated transition loads beside the RS spinodal.
fn transition_table(out: &mut String, scenario: &Scenario, points: &Points) -> std::fmt::Result {
    let found = transitions(points, "planted", scenario.seed);
    if found.is_empty() {
        return Ok(());
    }
    writeln!(out, "load at which ⟨m⟩ from the planted start crosses ½, beside the end of RS retrieval:")?;
    writeln!(out, "{:>3} {:>6} {:>12} {:>18} {:>12}", "P", "N", "temperature", "simulation", "RS spinodal")?;
    for t in found {
        let simulated = match t.gamma_err {
            Some(error) => format!("{:.4} ± {error:.4}", t.gamma),
            None => format!("{:.4}", t.gamma),
        };
        let theory = crate::theory::lines::retrieval_spinodal_load(t.order, t.temperature)
            .map_or_else(|_| "none".to_string(), |fold| format!("{:.4}", fold.gamma));
        writeln!(
            out,
            "{:>3} {:>6} {:>12} {simulated:>18} {theory:>12}",
            t.order,
            t.spins,
            t.temperature.get()
        )?;
    }
    Ok(())
}
