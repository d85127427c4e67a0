//! Binder's parameter of q and χ_SG against T through the glass transition, beside the transitions of theory as upright lines.
//!
//! g = ½(3 − [⟨q⁴⟩]/[⟨q²⟩]²) and χ_SG = N[⟨q²⟩], of the same moments at every P: at odd P, where q is one-sided in the glass, g is no
//! measure of Gaussianity about 0 but of how far P(q) has two places. Where q₁ appears with a weight that grows from 0 (P ≥ 3) [⟨q⁴⟩]/[⟨q²⟩]² is
//! large for a rare peak: g dips, below 0 too, before it rises (Hukushima & Kawamura, PRE 62, 3360 (2000)). Errors by bootstrap over disorder samples.

use super::super::curves::simulated;
use super::{Cut, axis, may_be_equilibrium};
use crate::error::Result;
use crate::estimators::{mean, paired_bootstrap_error};
use crate::params::Load;
use crate::scenario::Ansatz;
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::figures::with_theory;
use crate::sweep::points::{Points, Row};
use crate::sweep::transition::{RESAMPLES, bootstrap_stream};
use crate::theory::{lines, one_rsb};

/// Of the (⟨q²⟩, ⟨q⁴⟩) of samples of N spins.
type Statistic = fn(f64, &[(f64, f64)]) -> Option<f64>;

/// Both figures.
pub(super) fn figures(cut: &Cut<'_>, points: &Points) -> Result<Vec<(String, Figure)>> {
    let transitions = if with_theory(cut.scenario) { transitions(cut)? } else { Vec::new() };
    let quantities: [(&str, &str, Statistic); 2] = [
        ("freezing-binder", "Binder g = ½(3 − [⟨q⁴⟩]/[⟨q²⟩]²)", binder),
        ("freezing-susceptibility", "χ_{SG} = N[⟨q²⟩]", |n, samples| {
            Some(n * mean(&samples.iter().map(|s| s.0).collect::<Vec<f64>>())?)
        }),
    ];
    let mut made = Vec::new();
    for (kind, label, quantity) in quantities {
        let mut series: Vec<Series> = Vec::new();
        for (group, &n) in cut.scenario.spins.iter().enumerate() {
            let rows = cut.rows(points).filter(|row| row.column.spins == n && row.samples > 0);
            let of_size = rows.filter_map(|row| point(cut, row, quantity)).collect();
            series.extend(simulated(format!("N = {n}"), group, of_size));
        }
        series.retain(|series| !series.points.is_empty());
        let all = || series.iter().flat_map(|s| &s.points);
        let reach = |of: fn(&Point) -> f64| {
            all().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
        };
        let ((left, right), (low, high)) = (reach(|p| p.x), reach(|p| p.y));
        if series.is_empty() {
            continue;
        }
        let (mut y, from) = (axis(label), if kind == "freezing-binder" { low.min(0.0) } else { low });
        y.logarithmic = kind != "freezing-binder" && low > 0.0 && high > 5.0 * low;
        let upright = |(name, t): &(String, f64)| Line {
            name: name.clone(),
            pieces: vec![vec![(*t, from), (*t, high)]],
            group: None,
        };
        let inside = transitions.iter().filter(|(_, t)| (left..=right).contains(t));
        let lines = inside.map(upright).collect();
        let figure = Curves { title: cut.title(""), x: axis("temperature T"), y, lines, series };
        made.push((cut.name(kind, None), Figure::Curves(figure)));
    }
    Ok(made)
}

fn binder(_: f64, samples: &[(f64, f64)]) -> Option<f64> {
    let average = |of: fn(&(f64, f64)) -> f64| mean(&samples.iter().map(of).collect::<Vec<f64>>());
    let (second, fourth) = (average(|s| s.0)?, average(|s| s.1)?);
    (second > 0.0).then(|| 0.5 * (3.0 - fourth / (second * second)))
}

/// A quantity of one row, and whether that may be in equilibrium.
fn point(cut: &Cut<'_>, row: &Row, quantity: Statistic) -> Option<(bool, Point)> {
    let moments = row.by_sample.iter().map(|m| Some((m.overlap_sq?, m.overlap_fourth?)));
    let samples: Vec<(f64, f64)> = moments.collect::<Option<_>>()?;
    let n = row.column.spins as f64;
    let mut stream = bootstrap_stream(cut.scenario.seed, (cut.order, row.column.spins, row.temperature));
    let y = quantity(n, &samples)?;
    let y_err = paired_bootstrap_error(&samples, RESAMPLES, &mut stream, |drawn| quantity(n, drawn));
    Some((may_be_equilibrium(row), Point { x: row.temperature.get(), y, x_err: None, y_err }))
}

/// The transitions of theory by name at the load of the largest N.
fn transitions(cut: &Cut<'_>) -> Result<Vec<(String, f64)>> {
    let Some(column) = cut.columns.last() else { return Ok(Vec::new()) };
    let (gamma, root): (Load, f64) = (column.gamma, column.gamma.get().sqrt());
    if cut.order.get() == 2 {
        return Ok(vec![match column.is_gaussian() {
            true => ("T_{c} = √γ".into(), root),
            false => ("T_{g} = 1 + √α".into(), lines::at_glass_temperature(gamma)),
        }]);
    }
    let mut known = Vec::new();
    if cut.scenario.compare.contains(&Ansatz::OneStep) {
        let of_glass = one_rsb::transitions(cut.order)?;
        known.push(("T_{s}, static".into(), of_glass.statics * root));
        known.push(("T_{d}, dynamic".into(), of_glass.dynamics * root));
    }
    if cut.scenario.compare.contains(&Ansatz::ReplicaSymmetric) {
        known.push(("onset of the RS glass".into(), lines::glass_onset_temperature(cut.order, gamma)?));
    }
    Ok(known)
}
