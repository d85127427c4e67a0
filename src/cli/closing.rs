//! What the program says at the end of a run or a merge.

use crate::dynamics::Order;
use crate::estimators::Verdict;
use crate::observables::pattern_statistics;
use crate::scenario::{PatternsFrom, Scenario};
use crate::sweep::comparison::{beyond, disagreements, place_in_words};
use crate::sweep::{
    Ended, Estimate, Found, Points, Refinement, Row, Summary, gained, transitions, with_theory,
};
use crate::theory::{learning, lines, transition};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The report, as text.
pub fn text(summary: &Summary, directory: &Path, figures: &[PathBuf]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_report(&mut text, summary, directory, figures);
    text
}

fn write_report(
    out: &mut String,
    summary: &Summary,
    directory: &Path,
    figures: &[PathBuf],
) -> std::fmt::Result {
    let (scenario, rows) = (&summary.scenario, &summary.points.rows);
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
        let mut reasons: Vec<(&str, usize)> = Vec::new();
        for (field, reason) in summary.points.reasons.iter().filter(|((field, _), _)| field == "equilibrated")
        {
            reasons.push((field.1.as_str(), reason.len()));
        }
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (reason, count) in reasons.iter().take(3) {
            writeln!(out, "  cannot say in {count} rows: {reason}")?;
        }
        thermalised(out, rows)?;
        let starts = scenario.dynamics.as_ref().map_or(1, |plan| plan.starts.len());
        let agree = |verdict: fn(&Verdict) -> bool| rows.iter().filter(|r| verdict(&r.starts_agree)).count();
        let (same, differ) = (agree(|v| *v == Verdict::Yes), agree(|v| matches!(v, Verdict::No(_))));
        if same + differ > 0 {
            // Both rows of a grid point carry its verdict.
            let (same, differ) = (same / starts, differ / starts);
            writeln!(
                out,
                "planted and random start agree at {same} grid points, differ at {differ} (metastable)"
            )?;
        }
    }
    if scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel) {
        writeln!(out, "parallel order: averages are over its own stationary law, not exp(-βH)")?;
    }
    if let Some(refinement) = Refinement::of(scenario).filter(|refinement| refinement.budget > 0) {
        writeln!(out, "{refinement}")?;
        // Loads that were laid out before are so again.
        refinement_table(out, &gained(scenario, &summary.finished).unwrap_or_default())?;
    }
    transition_table(out, scenario, &summary.points)?;
    write_disagreements(out, &summary.points)?;
    writeln!(out, "{}", directory.join("points.csv").display())?;
    for figure in figures.iter().filter(|path| path.extension().is_some_and(|e| e == "svg" || e == "png")) {
        writeln!(out, "{}", figure.display())?;
    }
    if cfg!(feature = "plots") {
        writeln!(out, "{}", directory.join("report.html").display())?;
    }
    Ok(())
}

/// Rows named whose glass is not in equilibrium.
const MOST_UNTHERMALISED: usize = 5;

/// How many rows are thermalised, and where and why not.
fn thermalised(out: &mut String, rows: &[Row]) -> std::fmt::Result {
    let count = |verdict: Option<bool>| rows.iter().filter(|r| r.thermalised.as_bool() == verdict).count();
    let (yes, no) = (count(Some(true)), count(Some(false)));
    if yes + no == 0 {
        return Ok(());
    }
    writeln!(out, "thermalised, from sample to sample: {yes} yes, {no} no, {} cannot say", count(None))?;
    let accused = rows.iter().filter_map(|row| match &row.thermalised {
        Verdict::No(why) => Some((row, why)),
        _ => None,
    });
    for (row, why) in accused.take(MOST_UNTHERMALISED) {
        let Row { column, temperature, start, .. } = row;
        let (network, n, load) = (column.network_phrase(), column.spins, column.load_phrase());
        writeln!(out, "  not at {network} N = {n} {load} T = {temperature} {start}: {why}")?;
    }
    if no > MOST_UNTHERMALISED {
        writeln!(out, "  and {} more: points.csv, manifest.json", no - MOST_UNTHERMALISED)?;
    }
    Ok(())
}

/// Simulated transition loads between the load where retrieval stops being the equilibrium state and the one where it ends.
fn transition_table(out: &mut String, scenario: &Scenario, points: &Points) -> std::fmt::Result {
    let found = transitions(points, "planted", scenario.seed);
    if found.is_empty() || !with_theory(scenario) {
        return Ok(());
    }
    writeln!(
        out,
        "load at which ⟨m⟩ from the planted start crosses ½, beside RS: retrieval is the equilibrium state up to the first load, and \
         ends at the second"
    )?;
    writeln!(
        out,
        "{:>3} {:>6} {:>12} {:>18} {:>12} {:>12}",
        "P", "N", "temperature", "simulation", "equilibrium", "spinodal"
    )?;
    for t in found {
        let simulated = match t.gamma_err {
            Some(error) => format!("{:.4} ± {error:.4}", t.gamma),
            None => format!("{:.4} ± ?", t.gamma),
        };
        let load = |gamma: Option<f64>| gamma.map_or_else(|| "-".to_string(), |gamma| format!("{gamma:.4}"));
        let (spinodal, exchange) = match t.lesson {
            Some(lesson) => {
                let end = |task| learning::rs::critical_load(&task, t.temperature).ok().flatten();
                let task = learning::Task::of_lesson(lesson, t.order).ok();
                (task.and_then(end).map(|end| end.gamma), None)
            }
            None => (
                lines::retrieval_spinodal_load(t.order, t.temperature).ok().map(|fold| fold.gamma),
                transition::exchange_load(t.order, t.temperature).ok().flatten(),
            ),
        };
        writeln!(
            out,
            "{:>3} {:>6} {:>12} {simulated:>18} {:>12} {:>12}",
            t.order,
            t.spins,
            t.temperature.get(),
            load(exchange),
            load(spinodal)
        )?;
    }
    Ok(())
}

/// How much more closely each transition is known, and what would help where it is not known well.
fn refinement_table(out: &mut String, gained: &[(Estimate, Estimate)]) -> std::fmt::Result {
    writeln!(
        out,
        "load at which ⟨m⟩ crosses ½, and the uncertainty by the spacing of loads and by samples together:"
    )?;
    writeln!(
        out,
        "{:>3} {:>6} {:>12} {:>18} {:>18}  what is left",
        "P", "N", "temperature", "grid", "refined"
    )?;
    for (before, after) in gained {
        let shown = |estimate: &Estimate| {
            let shown = |found: &Found| format!("{:.4} ± {:.4}", found.gamma, found.uncertainty());
            estimate.found.as_ref().map_or_else(|| "-".to_string(), shown)
        };
        let own = match after.own.label().trim_start() {
            "" => String::new(),
            keys => format!("{keys}: "),
        };
        let left = match after.ended() {
            Some(Ended::NotInside) => "does not cross inside the grid: widen grid's loads",
            Some(Ended::OnePattern) => "nothing: its neighbours are one pattern apart",
            Some(Ended::Samples) => "more samples would help, more loads would not",
            None => "more loads would help: raise grid.refine.budget",
        };
        writeln!(
            out,
            "{:>3} {:>6} {:>12} {:>18} {:>18}  {own}{left}",
            after.order,
            after.spins,
            after.temperature.get(),
            shown(before),
            shown(after),
        )?;
    }
    Ok(())
}

/// Rows of the list of disagreements.
const WORST: usize = 5;

/// What differs most from theory, as the page says it too.
fn write_disagreements(out: &mut String, points: &Points) -> std::fmt::Result {
    let table = points.table();
    let all = disagreements(&table);
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{} of {} comparisons with theory (N → ∞) differ by more than 3 standard errors of the samples (finite N, lifetimes of \
         metastable states and RSB are in it); the largest:",
        beyond(&all, 3.0),
        all.len()
    )?;
    for one in all.iter().take(WORST) {
        let error = one.error.map_or("?".into(), |error| format!("{error:.4}"));
        writeln!(
            out,
            "  {}: {} = {:.4} ± {error}, {} {:.4}, z = {:.1}",
            place_in_words(&table, one.row),
            one.of.measured,
            one.measured,
            one.of.theory,
            one.theory,
            one.z
        )?;
    }
    Ok(())
}
