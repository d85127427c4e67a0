//! K_c against N on logarithmic axes, with theory; below, what is left over it.

use super::{Row, Scaling, terms};
use crate::error::Result;
use crate::params::InteractionOrder;
use crate::scenario::{CapacityScenario, Definition};
use crate::sweep::figure::{Axis, Curves, Figure, Line, Point, Series};
use crate::theory::recall::recall;

/// Sizes of a curve of theory.
const STEPS: usize = 24;

/// One figure for each definition and T, each with the name of its file; none where the scenario asks for none.
///
/// # Errors
/// None today; sizes beyond the range of theory.
pub fn figures(
    scenario: &CapacityScenario,
    rows: &[Row],
    scalings: &[Scaling],
) -> Result<Vec<(String, Figure)>> {
    if !scenario.figure {
        return Ok(Vec::new());
    }
    let same =
        |a: &Row, b: &Row| (a.goal.definition, a.goal.temperature) == (b.goal.definition, b.goal.temperature);
    rows.chunk_by(same).map(|rows| one(rows, scalings)).collect()
}

fn one(rows: &[Row], scalings: &[Scaling]) -> Result<(String, Figure)> {
    let goal = rows[0].goal;
    let (stem, title) = match goal.definition {
        Definition::Saturation => (
            format!("capacity-saturation-t{}", goal.temperature.get()),
            format!(
                "Patterns of which one is kept for {} sweeps at T = {} with probability ½",
                goal.asked.map_or(0, |asked| asked.sweeps),
                goal.temperature.get()
            ),
        ),
        Definition::RecallOne => {
            ("capacity-recall-one".into(), "Patterns of which one is whole (T = 0) with probability ½".into())
        }
        Definition::RecallAll => {
            ("capacity-recall-all".into(), "Patterns that are all whole (T = 0) with probability ½".into())
        }
    };
    let axis = |label: &str, logarithmic| Axis { label: label.into(), logarithmic, limits: None };
    let mut upper = Curves {
        title,
        x: axis("spins N", true),
        y: axis("patterns K_{c}", true),
        lines: Vec::new(),
        series: Vec::new(),
    };
    let mut lower = Curves {
        title: String::new(),
        x: axis("spins N", true),
        y: axis("K_{c}/theory", false),
        lines: Vec::new(),
        series: Vec::new(),
    };
    let mut ends = (f64::INFINITY, 0.0f64);
    for (group, of_order) in rows.chunk_by(|a, b| a.goal.order == b.goal.order).enumerate() {
        let p = of_order[0].goal.order;
        let sizes = of_order.iter().map(|row| row.goal.spins as f64);
        let (least, most) = (sizes.clone().fold(f64::INFINITY, f64::min), sizes.fold(0.0, f64::max));
        ends = (ends.0.min(least), ends.1.max(most));
        let exponent = scalings
            .iter()
            .find(|s| (s.definition, s.temperature, s.order) == of_order[0].goal.study())
            .and_then(|s| s.against_size)
            .map_or(String::new(), |line| format!(", exponent {:.2} ± {:.2}", line.slope, line.slope_error));
        let kept = of_order[0].goal.asked.map_or(String::new(), |asked| format!(", m ≥ {}", asked.threshold));
        let name = format!("P = {p}{kept}{exponent}");
        let points = |unit: &dyn Fn(&Row) -> Option<f64>| -> Vec<Point> {
            let point = |row: &Row| {
                let (k, error, _) = *row.found.as_ref().ok()?;
                let unit = unit(row)?;
                Some(Point { x: row.goal.spins as f64, y: k / unit, x_err: None, y_err: Some(error / unit) })
            };
            of_order.iter().filter_map(point).collect()
        };
        let series = |name: &str, points| Series { name: name.into(), points, group, open: false };
        upper.series.push(series(&name, points(&|_| Some(1.0))));
        lower.series.push(series(&name, points(&Row::expected)));
        let drawn = curve(goal.definition, p, &of_order[0], (least, most))?;
        let name = if group == 0 { theory_name(&of_order[0]) } else { String::new() };
        upper.lines.push(Line { name, pieces: vec![drawn], group: Some(group) });
    }
    let unit = vec![(ends.0, 1.0), (ends.1, 1.0)];
    lower.lines.push(Line { name: String::new(), pieces: vec![unit], group: None });
    Ok((stem, Figure::WithResiduals(upper, lower)))
}

fn theory_name(row: &Row) -> String {
    match (row.goal.definition, row.theory.one_rsb, row.theory.rs) {
        (Definition::Saturation, Some(_), _) => "1RSB spinodal × (2/P) C(N−1, P−1)".into(),
        (Definition::Saturation, None, Some(_)) => "RS spinodal × (2/P) C(N−1, P−1)".into(),
        (Definition::Saturation, None, None) => String::new(),
        _ => "independent Gaussian bits".into(),
    }
}

/// Theory's K over the sizes.
fn curve(
    definition: Definition,
    p: InteractionOrder,
    row: &Row,
    (least, most): (f64, f64),
) -> Result<Vec<(f64, f64)>> {
    let mut sizes: Vec<usize> = (0..=STEPS)
        .map(|i| libm::round(least * libm::pow(most / least, i as f64 / STEPS as f64)) as usize)
        .collect();
    sizes.dedup();
    let load = row.theory.one_rsb.or(row.theory.rs);
    let at = |&n: &usize| -> Result<Option<f64>> {
        let whole = || recall(p, n as u64);
        match definition {
            Definition::Saturation => Ok(load.map(|load| load * terms(p, n) * 2.0 / f64::from(p.get()))),
            Definition::RecallOne => Ok(whole()?.k_one()),
            Definition::RecallAll => Ok(whole()?.k_all()),
        }
    };
    let found: Vec<Option<f64>> = sizes.iter().map(at).collect::<Result<_>>()?;
    Ok(sizes.iter().zip(found).filter_map(|(&n, k)| Some((n as f64, k?))).collect())
}
