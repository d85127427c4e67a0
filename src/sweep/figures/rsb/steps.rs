//! What k steps of replica symmetry breaking change: ends of retrieval, equal free energies, ground-state energies, q(x).

use super::{GLASS, MOST_CURVES, RETRIEVAL, spread};
use crate::error::{Error, Kind, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{CouplingLaw, RsbQuantity, RsbRequest, Scenario};
use crate::sweep::figure::{Axis, Curves, Figure, Line, Point, Series};
use crate::sweep::figures::{axis, curves::nearest_or_middle, order_phrase, stem};
use crate::theory::k_rsb::{self, StepsLimit, StepsPoint, limit};
use crate::theory::one_rsb::{self, equilibrium, retrieval};
use crate::theory::{lines, transition};
use rayon::prelude::*;

/// The figures of a request about numbers of steps.
pub(super) fn steps_figures(scenario: &Scenario, request: &RsbRequest) -> Result<Vec<(String, Figure)>> {
    let made = match request.quantity {
        RsbQuantity::Spinodals => loads(scenario, request, spinodals)?,
        RsbQuantity::Thermodynamic => loads(scenario, request, equal_free_energies)?,
        RsbQuantity::Ladder => ladders(scenario, request)?,
        _ => staircases(scenario, request)?,
    };
    match made.is_empty() {
        true => Err(Error::bad_input(format!("figure \"rsb\", quantity = \"{}\": nothing to draw", request.quantity.name()))
            .remedy("loads need Hebbian couplings and interaction_order from 3 on; a glass needs a temperature below that of one-step breaking, and 0.004 √γ or more")),
        false => Ok(made),
    }
}

/// Loads at one temperature for k = 0, 1, …, None where one is not found, each with its numerical error.
type ByStep = Vec<Option<(f64, f64)>>;

/// What does not exist at this temperature, or whose saddle is not found, is left out.
fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), Kind::NoSolution | Kind::Failed | Kind::BadInput) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Largest loads with retrieval.
fn spinodals(p: InteractionOrder, t: Temperature, most: u32) -> Result<ByStep> {
    let symmetric = found(lines::retrieval_spinodal_load(p, t))?.map(|end| (end.gamma, end.residual));
    let one = found(retrieval::spinodal(p, t))?.map(|end| (end.gamma, end.point.quadrature));
    let mut ends = vec![symmetric, one];
    // As many steps as are found.
    for k in (2..=most).rev() {
        if let Some(steps) = found(k_rsb::retrieval::spinodals(p, t, k))? {
            ends.extend(steps.iter().skip(1).map(|end| Some((end.gamma, end.error))));
            break;
        }
    }
    Ok(ends)
}

/// Loads at which retrieval has the free energy of the m = 0 state.
fn equal_free_energies(p: InteractionOrder, t: Temperature, most: u32) -> Result<ByStep> {
    let symmetric = found(transition::thermodynamic_load(p, t))?.flatten().map(|x| (x.gamma, 0.0));
    let one = found(equilibrium::thermodynamic_load(p, t))?.flatten();
    let mut loads = vec![symmetric, one.map(|x| (x.gamma, x.retrieval.quadrature))];
    for k in 2..=most {
        let Some(next) = found(k_rsb::retrieval::thermodynamic_load(p, t, k))?.flatten() else { break };
        loads.push(Some((next.gamma, next.retrieval.quadrature)));
    }
    Ok(loads)
}

/// For each P the loads by k against T as they are, and how far below the load of T = γ; of all P the limits k → ∞.
fn loads(
    scenario: &Scenario,
    request: &RsbRequest,
    of: fn(InteractionOrder, Temperature, u32) -> Result<ByStep>,
) -> Result<Vec<(String, Figure)>> {
    if scenario.couplings == CouplingLaw::Gaussian {
        return Ok(Vec::new());
    }
    let ends = request.quantity == RsbQuantity::Spinodals;
    let (what, name) = match ends {
        true => ("end of retrieval", "T_{d}²"),
        false => ("equal free energies", "T_{s}²"),
    };
    let kind = format!("rsb-{}", request.quantity.name());
    let mut made = Vec::new();
    let mut limits = Vec::new();
    for (group, &order) in scenario.orders.iter().enumerate().filter(|(_, order)| order.get() > 2) {
        let reduced = one_rsb::transitions(order)?;
        let reduced = if ends { reduced.dynamics } else { reduced.statics };
        let bound = reduced * reduced;
        // Above T = γ there is another end.
        let below: Vec<Temperature> =
            scenario.temperatures.iter().copied().filter(|t| t.get() < bound).collect();
        let by_temperature: Vec<(f64, ByStep)> =
            below.par_iter().map(|&t| Ok((t.get(), of(order, t, request.steps)?))).collect::<Result<_>>()?;
        let by_step = |k: usize| -> Vec<(f64, f64, f64)> {
            let at = |(t, loads): &(f64, ByStep)| {
                loads.get(k).copied().flatten().map(|(gamma, error)| (*t, gamma, error))
            };
            by_temperature.iter().filter_map(at).collect()
        };
        let most = by_temperature.iter().map(|(_, loads)| loads.len()).max().unwrap_or(0);
        if by_temperature.iter().all(|(_, loads)| loads.iter().all(Option::is_none)) {
            continue;
        }
        let limit_at = |(t, loads): &(f64, ByStep)| -> Option<(f64, StepsLimit)> {
            let by_steps = loads.iter().skip(1).map(|load| load.map(|(gamma, _)| gamma));
            Some((*t, limit(&by_steps.collect::<Option<Vec<f64>>>()?)?))
        };
        let order_limits: Vec<(f64, StepsLimit)> = by_temperature.iter().filter_map(limit_at).collect();
        let title = |shown: &str| format!("{what} by steps of RSB: P = {order}{shown}");
        // As a line in the plane of load and temperature: vertical or not. That of RS is far to the left.
        let (first, _) =
            by_step(1.min(most - 1)).iter().fold((bound, 0.0), |(least, _), x| (x.1.min(least), 0.0));
        let margin = (0.15 * (bound - first)).max(1e-6 * bound);
        let warmest = below.last().map_or(bound, |t| t.get());
        let mut drawn: Vec<Line> = (1..most)
            .map(|k| Line {
                name: step_name(k),
                pieces: vec![by_step(k).iter().map(|&(t, gamma, _)| (gamma, t)).collect()],
                group: Some(k),
            })
            .collect();
        drawn.push(Line {
            name: format!("{name}, where it is on T = γ"),
            pieces: vec![vec![(bound, 0.0), (bound, warmest)]],
            group: None,
        });
        let limit_series = |point: fn(f64, &StepsLimit, f64) -> Point, bound: f64| Series {
            open: true,
            name: "k → ∞".into(),
            points: order_limits.iter().map(|(t, limit)| point(*t, limit, bound)).collect(),
            group: most,
        };
        let upright = |t: f64, limit: &StepsLimit, _: f64| Point {
            x: limit.value,
            y: t,
            x_err: Some(limit.error),
            y_err: None,
        };
        made.push((
            stem(&kind, scenario, order, None),
            Figure::Curves(Curves {
                title: title(""),
                x: Axis { limits: Some((first - margin, bound + margin)), ..axis("load γ") },
                y: axis("temperature T"),
                lines: drawn,
                series: some(vec![limit_series(upright, bound)]),
            }),
        ));
        // On a logarithmic axis the distance of every k can be seen.
        let distance = |k: usize| {
            let far = by_step(k).into_iter().filter(|&(_, gamma, _)| gamma < bound);
            far.map(|(t, gamma, error)| (t, 1.0 - gamma / bound, error / bound)).collect::<Vec<_>>()
        };
        let series = (0..most)
            .map(|k| Series {
                open: false,
                name: step_name(k),
                points: distance(k)
                    .into_iter()
                    .map(|(x, y, error)| Point { x, y, x_err: None, y_err: Some(error) })
                    .collect(),
                group: k,
            })
            .chain([limit_series(
                |t, limit, bound| Point {
                    x: t,
                    y: 1.0 - limit.value / bound,
                    x_err: None,
                    y_err: Some(limit.error / bound),
                },
                bound,
            )])
            .map(|mut series| {
                series.points.retain(|point| point.y > 0.0);
                series
            });
        made.push((
            stem(&format!("{kind}-distance"), scenario, order, None),
            Figure::Curves(Curves {
                title: title(&format!(", distance from {name} = {bound:.6}")),
                x: axis("temperature T"),
                y: Axis { logarithmic: true, ..axis(&format!("1 − γ/{name}")) },
                lines: Vec::new(),
                series: some(series.collect()),
            }),
        ));
        limits.push(Series {
            open: false,
            name: format!("P = {order}"),
            points: order_limits
                .iter()
                .map(|(t, limit)| Point {
                    x: *t,
                    y: limit.value / bound - 1.0,
                    x_err: None,
                    y_err: Some(limit.error / bound),
                })
                .collect(),
            group,
        });
    }
    let limits = some(limits);
    if let Some(warmest) =
        limits.iter().flat_map(|series| &series.points).map(|point| point.x).reduce(f64::max)
    {
        made.push((
            format!("{kind}-limits"),
            Figure::Curves(Curves {
                title: format!("{what}, k → ∞ from {} steps at most, relative to {name}", request.steps),
                x: Axis { limits: Some((0.0, 1.08 * warmest)), ..axis("temperature T") },
                y: axis(&format!("γ_{{∞}}/{name} − 1")),
                lines: vec![Line {
                    name: name.into(),
                    pieces: vec![vec![(0.0, 0.0), (1.08 * warmest, 0.0)]],
                    group: None,
                }],
                series: limits,
            }),
        ));
    }
    Ok(made)
}

fn step_name(k: usize) -> String {
    if k == 0 { "RS".into() } else { format!("k = {k}") }
}

fn some(series: Vec<Series>) -> Vec<Series> {
    series.into_iter().filter(|series| !series.points.is_empty()).collect()
}

/// The glass of a scenario's couplings; None where one step is not broken.
fn glass(
    scenario: &Scenario,
    order: InteractionOrder,
    gamma: Load,
    t: Temperature,
    k: u32,
) -> Result<Option<StepsPoint>> {
    let point = match (order.get(), scenario.couplings) {
        (2, CouplingLaw::Gaussian) => k_rsb::sherrington_kirkpatrick(gamma, t, k),
        (2, CouplingLaw::Hebbian) => return Ok(None),
        _ => k_rsb::glass(order, gamma, t, k),
    };
    Ok(found(point)?.flatten().filter(|point| point.steps() == k as usize))
}

/// The load of a request, the middle one without a wish.
fn load(scenario: &Scenario, order: InteractionOrder, request: &RsbRequest) -> Result<Load> {
    let columns = scenario.grid_columns()?;
    let mut loads: Vec<f64> = columns
        .iter()
        .filter(|column| column.order == order)
        .map(|column| column.gamma_requested.unwrap_or(column.gamma.get()))
        .collect();
    loads.sort_by(f64::total_cmp);
    loads.dedup();
    Load::new(nearest_or_middle(&loads, request.load).unwrap_or_default())
}

/// How far the ground-state energy of k steps is below that of all: (2f + u)/3 at low T, where s ∝ T².
fn ladders(scenario: &Scenario, request: &RsbRequest) -> Result<Vec<(String, Figure)>> {
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let gamma = load(scenario, order, request)?;
        let temperatures: Vec<Temperature> =
            spread(&scenario.temperatures, MOST_CURVES).into_iter().copied().collect();
        let energies: Vec<(Temperature, Vec<f64>)> = temperatures
            .par_iter()
            .map(|&t| {
                let mut energies = Vec::new();
                for k in 1..=request.steps {
                    let Some(point) = glass(scenario, order, gamma, t, k)? else { break };
                    energies.push((2.0 * point.free_energy + point.energy) / 3.0);
                }
                Ok((t, energies))
            })
            .collect::<Result<_>>()?;
        let series = energies.iter().enumerate().filter_map(|(group, (t, energies))| {
            let end = limit(energies)?;
            let points = energies.iter().zip(1..).filter(|(e, _)| end.value > **e).map(|(e, k)| Point {
                x: f64::from(k),
                y: end.value - e,
                x_err: None,
                y_err: None,
            });
            let value = format!("{:.7}", end.value).replace('-', "−");
            let power = end.exponent.map(|w| format!(", ∝ k^{{−{w:.1}}}"));
            Some(Series {
                open: false,
                name: format!("T = {t}: → {value} ± {:.0e}{}", end.error, power.unwrap_or_default()),
                points: points.collect(),
                group,
            })
        });
        let series = some(series.collect());
        if !series.is_empty() {
            made.push((
                stem("rsb-ladder", scenario, order, None),
                Figure::Curves(Curves {
                    title: format!(
                        "ground-state energy by steps of RSB: P = {order}, γ = {gamma}{}",
                        order_phrase(scenario)
                    ),
                    x: Axis { logarithmic: true, ..axis("steps k") },
                    y: Axis { logarithmic: true, ..axis("E_{0}(∞) − E_{0}(k),  E_{0} = (2f + u)/3") },
                    lines: Vec::new(),
                    series,
                }),
            ));
        }
    }
    Ok(made)
}

/// q(x) of 1, 2, … steps at one load and temperature: of the glass, and of retrieval where it is broken.
fn staircases(scenario: &Scenario, request: &RsbRequest) -> Result<Vec<(String, Figure)>> {
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let t = Temperature::new(nearest_or_middle(&temperatures, request.temperature).unwrap_or_default())?;
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let gamma = load(scenario, order, request)?;
        for (state, _) in [GLASS, RETRIEVAL] {
            let mut drawn = Vec::new();
            for k in 1..=request.steps {
                let point = match state == GLASS.0 {
                    true => glass(scenario, order, gamma, t, k)?,
                    false if order.get() > 2 && scenario.couplings == CouplingLaw::Hebbian => {
                        let point = found(k_rsb::retrieval::retrieval(order, gamma, t, k))?.flatten();
                        point.filter(|point| point.steps() == k as usize)
                    }
                    false => None,
                };
                drawn.extend(point.map(|point| staircase(k as usize, &point)));
            }
            if drawn.is_empty() {
                continue;
            }
            made.push((
                stem(&format!("rsb-steps-{state}"), scenario, order, None),
                Figure::Curves(Curves {
                    title: format!(
                        "k steps, {state}: P = {order}, γ = {gamma}, T = {t}{}",
                        order_phrase(scenario)
                    ),
                    x: Axis { limits: Some((0.0, 1.0)), ..axis("x") },
                    y: axis("overlap q(x)"),
                    lines: drawn,
                    series: Vec::new(),
                }),
            ));
        }
    }
    Ok(made)
}

fn staircase(k: usize, point: &StepsPoint) -> Line {
    let ends = |l: usize| {
        let from = l.checked_sub(1).map_or(0.0, |before| point.breakpoints[before]);
        (from, point.breakpoints.get(l).copied().unwrap_or(1.0))
    };
    let treads = point.overlaps.iter().enumerate().flat_map(|(l, &q)| [(ends(l).0, q), (ends(l).1, q)]);
    Line { name: step_name(k), pieces: vec![treads.collect()], group: Some(k - 1) }
}
