//! `replicon capacity`: K_c(N) by simulation, beside theory.

use super::output;
use super::plot::draw;
use super::run::HowToRun;
use crate::error::{Error, Result};
use crate::estimators::Extrapolation;
use crate::scenario::{CapacityScenario, Definition};
use crate::sweep::capacity::{CapacityOutcome, LoadedCapacity, Row, Scaling, figures, run_capacity, to_json};
use crate::sweep::figure::Figure;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Find how many patterns N spins hold, by an adaptive search, and how that number grows with N. Run again to go on.
#[derive(clap::Args)]
pub struct Capacity {
    /// A scenario file with [capacity], or the name of a shipped one.
    scenario: String,
    #[command(flatten)]
    how: HowToRun,
    /// One JSON document on standard output.
    #[arg(long)]
    json: bool,
}

impl Capacity {
    pub fn run(self) -> Result<()> {
        let overrides = self.how.overrides();
        let scenario = CapacityScenario::find(&self.scenario, &overrides)?;
        let (options, mut progress) = self.how.options(&scenario.name, None)?;
        let directory = options.directory.clone();
        let outcome = run_capacity(&scenario, &options, &mut progress)?;
        progress.end();
        let (rows, scalings) = match outcome {
            CapacityOutcome::Complete { rows, scalings } => (rows, scalings),
            CapacityOutcome::OutOfTime { trials } => {
                return Err(Error::interrupted(format!(
                    "the time of --max-wall is up; {trials} trials were run now and are kept"
                ))
                .remedy("run the same command again to go on"));
            }
        };
        let drawn = draw_all(&scenario, &rows, &scalings, &directory)?;
        if self.json {
            return output::json(&to_json(&scenario, &rows, &scalings));
        }
        let mut text = text(&rows, &scalings);
        let _ = writeln!(text, "\n{}", directory.join("capacity.csv").display());
        for path in drawn.iter().filter(|path| path.extension().is_some_and(|e| e == "svg")) {
            let _ = writeln!(text, "{}", path.display());
        }
        if cfg!(feature = "plots") {
            let _ = writeln!(text, "{}", directory.join("report.html").display());
        }
        output::text(&text)
    }
}

/// Draws every figure of a scenario into `directory/figures`, and writes `directory/report.html`. Returns the paths of the figures.
pub fn draw_all(
    scenario: &CapacityScenario,
    rows: &[Row],
    scalings: &[Scaling],
    directory: &Path,
) -> Result<Vec<PathBuf>> {
    let figures = figures(scenario, rows, scalings)?;
    let mut drawn = Vec::new();
    for (stem, figure) in &figures {
        drawn.extend(draw(figure, &directory.join("figures"), stem)?);
    }
    #[cfg(feature = "plots")]
    {
        let page = crate::report::capacity_page(scenario, rows, scalings, &figures)?;
        crate::sweep::write_file(&directory.join("report.html"), page.as_bytes())?;
    }
    Ok(drawn)
}

/// As [`draw_all`], of what is in a run directory.
///
/// # Errors
/// No search is at its end; a solver or a drawing that failed.
pub fn draw_again(run: &LoadedCapacity, directory: &Path) -> Result<Vec<PathBuf>> {
    output::warn_of(&run.damaged);
    let (rows, scalings) = run.something_to_show()?;
    draw_all(&run.scenario, &rows, &scalings, directory)
}

/// The figures of what is in a run directory.
///
/// # Errors
/// As [`draw_again`].
pub fn figures_of(run: &LoadedCapacity) -> Result<Vec<(String, Figure)>> {
    let (rows, scalings) = run.something_to_show()?;
    figures(&run.scenario, &rows, &scalings)
}

fn text(rows: &[Row], scalings: &[Scaling]) -> String {
    let mut text = String::new();
    for (rows, scaling) in rows.chunk_by(|a, b| a.goal.study() == b.goal.study()).zip(scalings) {
        let (p, saturation) = (scaling.order, scaling.definition == Definition::Saturation);
        let asked = match scaling.definition {
            Definition::Saturation => {
                let asked = rows[0].goal.asked.map_or(String::new(), |asked| {
                    format!(": m ≥ {} for {} sweeps", asked.threshold, asked.sweeps)
                });
                format!("saturation, T = {}{asked}", scaling.temperature)
            }
            Definition::RecallOne => "recall-one: a pattern is whole at T = 0".into(),
            Definition::RecallAll => "recall-all: all patterns are whole at T = 0".into(),
        };
        let _ = writeln!(text, "{}P = {p}, {asked}", if text.is_empty() { "" } else { "\n" });
        let kept: Vec<f64> = rows.iter().filter_map(|row| row.goal.least_kept()).collect();
        let (low, high) = kept.iter().fold((1.0f64, 0.0f64), |(low, high), m| (low.min(*m), high.max(*m)));
        if low < high {
            let _ = writeln!(
                text,
                "  m moves in steps of 2/N: what is kept is m ≥ {low:.4} … {high:.4}, not the same at every N"
            );
        }
        let heads = if saturation { ["γ̃_c", ""] } else { ["K Gaussian", "ratio"] };
        let _ = writeln!(
            text,
            "{:>6} {:>12} {:>10} {:>8} {:>12} {:>12}",
            "N", "K_c", "±", "samples", heads[0], heads[1]
        );
        for row in rows {
            let _ = write!(text, "{:>6} ", row.goal.spins);
            let _ = match (&row.found, saturation) {
                (Err(why), _) => writeln!(text, "none: {why}"),
                (Ok((k, error, _)), true) => {
                    let (load, load_error) = row.load().unwrap_or_default();
                    writeln!(
                        text,
                        "{k:>12.1} {error:>10.1} {:>8} {load:>12.4} ± {load_error:.4}",
                        row.samples
                    )
                }
                (Ok((k, error, _)), false) => {
                    let expected = row.expected().map_or("–".into(), |x| format!("{x:.1}"));
                    let ratio =
                        row.extrapolated().map_or("–".into(), |(y, error)| format!("{y:.3} ± {error:.3}"));
                    writeln!(text, "{k:>12.1} {error:>10.1} {:>8} {expected:>12} {ratio:>16}", row.samples)
                }
            };
        }
        summary(&mut text, scaling);
    }
    text
}

fn summary(text: &mut String, scaling: &Scaling) {
    let p_less_one = scaling.order.get() - 1;
    let (Some(size), Some(terms)) = (scaling.against_size, scaling.against_terms) else {
        let _ = writeln!(text, "  no exponent: it takes three sizes with an error");
        return;
    };
    let ideal =
        scaling.terms_exponent.map_or(String::new(), |x| format!("; C(N−1, P−1) itself has {x:.3} here"));
    let theory = scaling.theory_exponent.map_or(String::new(), |x| format!(", theory {x:.3}"));
    let _ = writeln!(
        text,
        "  K_c ~ N^{:.3}({:.3}), χ²/dof {:.1}/{} (P − 1 = {p_less_one}{ideal}{theory})",
        size.slope, size.slope_error, size.chi_square, size.freedom
    );
    let _ = writeln!(
        text,
        "  K_c ~ C(N−1, P−1)^{:.3}({:.3}), χ²/dof {:.1}/{}",
        terms.slope, terms.slope_error, terms.chi_square, terms.freedom
    );
    let law = if scaling.definition == Definition::Saturation {
        "N^(P−1), by the exponent against C(N−1, P−1),"
    } else {
        "theory's exponent against N"
    };
    if let Some(deviation) = scaling.deviation() {
        let verdict = match scaling.holds() {
            Some(true) => "holds within errors",
            Some(false) => "does not hold at these sizes",
            None => "cannot be told, the line does not fit",
        };
        let _ = writeln!(text, "  {law} {verdict}: {deviation:+.1} errors off");
    }
    let what = if scaling.definition == Definition::Saturation { "γ_c" } else { "ratio" };
    let say = |fit: &Extrapolation| {
        format!(
            "{what} = {:.4} ± {:.4}, a = {:.2}, χ²/dof {:.1}/{}",
            fit.limit, fit.limit_err, fit.slope, fit.chi_square, fit.freedom
        )
    };
    for fit in &scaling.fixed {
        let _ = writeln!(text, "  N → ∞, {what} + a N^−{:.2}: {}", fit.exponent, say(fit));
    }
    if let Some(free) = &scaling.free {
        let _ = writeln!(
            text,
            "  N → ∞, ω free: ω = {:.2} ({:.2} … {:.2}), {what} = {:.4} ({:.4} … {:.4}), χ²/dof {:.1}/{}",
            free.best.exponent,
            free.exponents.0,
            free.exponents.1,
            free.best.limit,
            free.limits.0,
            free.limits.1,
            free.best.chi_square,
            free.best.freedom
        );
    }
    let known: Vec<String> =
        [("RS", scaling.theory.rs), ("1RSB", scaling.theory.one_rsb), ("T_d²", scaling.theory.nishimori)]
            .iter()
            .filter_map(|(name, value)| value.map(|value| format!("{name} {value:.4}")))
            .collect();
    if !known.is_empty() {
        let _ = writeln!(text, "  theory: {}", known.join(", "));
    }
}
