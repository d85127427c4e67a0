//! Where retrieval stops being the equilibrium state, and where it ends: loads measured at several N beside those of theory.

use super::curves::nearest_or_middle;
use super::survival::{ansatz_name, end_of_retrieval, patterns_themselves};
use super::{axis, finite_size, load_label, scaled, start_phrase, stem, with_theory};
use crate::error::{Error, Kind, Result};
use crate::params::{InteractionOrder, Temperature};
use crate::scenario::{Ansatz, Scenario, TransitionQuantity, TransitionRequest};
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::sweep::transition::{Transition, thermodynamic, transitions};
use crate::theory::learning::Task;
use crate::theory::{one_rsb, transition};

/// The figures of one request, for each P.
pub(super) fn transition_figures(
    scenario: &Scenario,
    points: &Points,
    request: &TransitionRequest,
) -> Result<Vec<(String, Figure)>> {
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let at = nearest_or_middle(&temperatures, request.temperature).unwrap_or_default();
    let temperature = Temperature::new(at)?;
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let title = format!("{}: P = {order}, T = {at}, {}", scenario.name, start_phrase(&request.start));
        let measured = |found: &[Transition]| finite_size::against_size(found, order, temperature);
        let (kind, found, label, known) =
            match request.quantity {
                TransitionQuantity::FreeEnergy => {
                    let known = loads(scenario, order, temperature, request.quantity)?;
                    made.extend(gaps(scenario, points, (order, at), &request.start, &title, &known).map(
                        |figure| (stem("transition-gap", scenario, order, None), Figure::Curves(figure)),
                    ));
                    let found = measured(&thermodynamic(points, &request.start, scenario.seed));
                    ("transition-thermodynamic", found, "load of equal free energies", known)
                }
                TransitionQuantity::Spinodal => {
                    let known = loads(scenario, order, temperature, request.quantity)?;
                    let found = measured(&transitions(points, &request.start, scenario.seed));
                    ("transition-spinodal", found, "load at which ⟨m⟩ = ½", known)
                }
            };
        if let Some(figure) = finite_size::loads(&title, label, found, &known, true) {
            made.push((stem(kind, scenario, order, None), Figure::Curves(figure)));
        }
    }
    if made.is_empty() {
        let lacks = match request.quantity {
            TransitionQuantity::FreeEnergy => {
                "free energies of a planted and a random start, columns free_energy"
            }
            TransitionQuantity::Spinodal => "loads between which ⟨m⟩ falls through ½ at this temperature",
        };
        return Err(Error::bad_input("figure \"transition\": nothing to draw").remedy(lacks));
    }
    Ok(made)
}

/// f(start) − f(random) against the load, a series for each N, with the loads of theory as upright lines.
fn gaps(
    scenario: &Scenario,
    points: &Points,
    (order, temperature): (InteractionOrder, f64),
    start: &str,
    title: &str,
    known: &[(String, f64)],
) -> Option<Curves> {
    let rows: Vec<&Row> = points
        .rows
        .iter()
        .filter(|r| r.column.order == order && r.temperature.get() == temperature && r.start == start)
        .collect();
    let series: Vec<Series> = scenario
        .spins
        .iter()
        .enumerate()
        .map(|(group, &n)| {
            let point = |row: &&&Row| {
                let (x, y) = (row.column.gamma.get(), row.number("free_energy_gap")?);
                Some(Point { x, y, x_err: None, y_err: row.number("free_energy_gap_err") })
            };
            let here = rows.iter().filter(|row| row.column.spins == n);
            Series {
                open: false,
                name: format!("N = {n}"),
                points: here.filter_map(|row| point(&row)).collect(),
                group,
            }
        })
        .filter(|series| !series.points.is_empty())
        .collect();
    let all = || series.iter().flat_map(|s| &s.points);
    let least = all().map(|p| p.y).reduce(f64::min)?.min(0.0);
    let most = all().map(|p| p.y).reduce(f64::max)?.max(0.0);
    let loads: Vec<f64> = all().map(|p| p.x).collect();
    let (first, last) =
        loads.iter().fold((f64::INFINITY, 0.0), |(a, b): (f64, f64), &x| (a.min(x), b.max(x)));
    let upright = known.iter().map(|(name, gamma)| Line {
        name: name.clone(),
        pieces: vec![vec![(*gamma, least), (*gamma, most)]],
        group: None,
    });
    let level = Line { name: "equal".into(), pieces: vec![vec![(first, 0.0), (last, 0.0)]], group: None };
    Some(Curves {
        title: title.into(),
        x: scaled(axis(load_label(order)), &loads),
        y: axis("f of the planted branch − f of the random one"),
        lines: std::iter::once(level).chain(upright).collect(),
        series,
    })
}

/// The loads of theory by name, at P ≥ 3 and T below it that of the line T = γ among them: T_d² ends retrieval there, T_s² its
/// equilibrium. At T above it RS holds, and ends before that bound.
fn loads(
    scenario: &Scenario,
    order: InteractionOrder,
    t: Temperature,
    quantity: TransitionQuantity,
) -> Result<Vec<(String, f64)>> {
    if !with_theory(scenario) {
        return Ok(Vec::new());
    }
    let mut known = Vec::new();
    for &ansatz in &scenario.compare {
        let load = load(quantity, ansatz, order, t)?;
        known.extend(load.map(|gamma| (ansatz_name(ansatz).to_string(), gamma)));
    }
    if order.get() > 2 {
        let glass = one_rsb::transitions(order)?;
        let (name, load) = match quantity {
            TransitionQuantity::FreeEnergy => ("T_{s}² (on T = γ)", glass.static_load()),
            TransitionQuantity::Spinodal => ("T_{d}² (on T = γ)", glass.dynamic_load()),
        };
        if t.get() <= load {
            known.push((name.into(), load));
        }
    }
    Ok(known)
}

fn load(
    quantity: TransitionQuantity,
    ansatz: Ansatz,
    order: InteractionOrder,
    t: Temperature,
) -> Result<Option<f64>> {
    match (quantity, ansatz) {
        (TransitionQuantity::Spinodal, _) => {
            end_of_retrieval(ansatz, &Task::of_lesson(patterns_themselves()?, order)?, t)
        }
        (TransitionQuantity::FreeEnergy, Ansatz::ReplicaSymmetric) => transition::exchange_load(order, t),
        (TransitionQuantity::FreeEnergy, Ansatz::OneStep) => {
            match one_rsb::equilibrium::thermodynamic_load(order, t) {
                Ok(found) => Ok(found.map(|found| found.gamma)),
                Err(error) if error.kind() == Kind::NoSolution => Ok(None),
                Err(error) => Err(error),
            }
        }
    }
}
