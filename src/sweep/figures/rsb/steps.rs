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
            .remedy("loads need Hebbian couplings, interaction_order from 3 on and temperatures below T_d² (T_s² of equal free energies); a glass needs one below that of one-step breaking, and 0.004 √γ or more")),
        false => Ok(made),
    }
}

/// What is found at one temperature.
struct ByStep {
    /// γ and its numerical error for k = 0, 1, …; None where RS or one step have none.
    loads: Vec<Option<(f64, f64)>>,
    /// Whether one more step was not found, or refused at so low a temperature; else it does not exist.
    lost: bool,
}

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
    let (mut loads, mut lost) = (vec![symmetric, one], false);
    // As many steps as are found.
    for k in (2..=most).rev() {
        if let Some(steps) = found(k_rsb::retrieval::spinodals(p, t, k))? {
            loads.extend(steps.iter().skip(1).map(|end| Some((end.gamma, end.error))));
            break;
        }
        lost = true;
    }
    Ok(ByStep { loads, lost })
}

/// Loads at which retrieval has the free energy of the m = 0 state.
fn equal_free_energies(p: InteractionOrder, t: Temperature, most: u32) -> Result<ByStep> {
    let symmetric = found(transition::thermodynamic_load(p, t))?.flatten().map(|x| (x.gamma, 0.0));
    let one = found(equilibrium::thermodynamic_load(p, t))?.flatten();
    let mut loads = vec![symmetric, one.map(|x| (x.gamma, x.retrieval.quadrature))];
    for k in 2..=most {
        let Some(next) = found(k_rsb::retrieval::thermodynamic_load(p, t, k))? else {
            return Ok(ByStep { loads, lost: true });
        };
        let Some(next) = next else { break };
        loads.push(Some((next.gamma, next.retrieval.quadrature)));
    }
    Ok(ByStep { loads, lost: false })
}

/// For each P the loads by k in the plane of load and temperature, ends of retrieval by their distance from T_d² too; of all P the
/// limits k → ∞.
fn loads(
    scenario: &Scenario,
    request: &RsbRequest,
    of: fn(InteractionOrder, Temperature, u32) -> Result<ByStep>,
) -> Result<Vec<(String, Figure)>> {
    if scenario.couplings == CouplingLaw::Gaussian {
        return Ok(Vec::new());
    }
    let kind = format!("rsb-{}", request.quantity.name());
    let mut made = Vec::new();
    let mut limits = Vec::new();
    for (group, &order) in scenario.orders.iter().enumerate().filter(|(_, order)| order.get() > 2) {
        let Some(lines) = LoadLines::of(scenario, request, order, of)? else { continue };
        made.push((stem(&kind, scenario, order, None), Figure::Curves(lines.plane())));
        if lines.are_ends() {
            made.push((
                stem(&format!("{kind}-distance"), scenario, order, None),
                Figure::Curves(lines.distance()),
            ));
        }
        limits.push((lines, group));
    }
    made.extend(
        limits_of_all(&limits, request.steps)
            .map(|figure| (format!("{kind}-limits"), Figure::Curves(figure))),
    );
    Ok(made)
}

/// The loads of one P below T = γ.
struct LoadLines {
    order: InteractionOrder,
    quantity: RsbQuantity,
    /// T_d² or T_s²
    bound: f64,
    by_temperature: Vec<(f64, ByStep)>,
    /// k → ∞, where the steps tell it
    limits: Vec<(f64, StepsLimit)>,
}

impl LoadLines {
    fn of(
        scenario: &Scenario,
        request: &RsbRequest,
        order: InteractionOrder,
        of: fn(InteractionOrder, Temperature, u32) -> Result<ByStep>,
    ) -> Result<Option<Self>> {
        let quantity = request.quantity;
        let glass = one_rsb::transitions(order)?;
        let bound =
            if quantity == RsbQuantity::Spinodals { glass.dynamic_load() } else { glass.static_load() };
        // Above T = γ there is another end.
        let below: Vec<Temperature> =
            scenario.temperatures.iter().copied().filter(|t| t.get() < bound).collect();
        let by_temperature: Vec<(f64, ByStep)> =
            below.par_iter().map(|&t| Ok((t.get(), of(order, t, request.steps)?))).collect::<Result<_>>()?;
        let limit_at = |(t, found): &(f64, ByStep)| -> Option<(f64, StepsLimit)> {
            let by_steps = found.loads.iter().skip(1).map(|load| load.map(|(gamma, _)| gamma));
            let by_steps = by_steps.collect::<Option<Vec<f64>>>()?;
            let all = !found.lost && by_steps.len() < request.steps as usize;
            let ended = || by_steps.last().filter(|_| all).map(|&last| k_rsb::ended(last));
            Some((*t, limit(&by_steps).or_else(ended)?))
        };
        let limits = by_temperature.iter().filter_map(limit_at).collect();
        let any = by_temperature.iter().any(|(_, found)| found.loads.iter().any(Option::is_some));
        Ok(any.then_some(Self { order, quantity, bound, by_temperature, limits }))
    }

    fn are_ends(&self) -> bool {
        self.quantity == RsbQuantity::Spinodals
    }

    fn what(&self) -> &'static str {
        if self.are_ends() { "end of retrieval" } else { "equal free energies" }
    }

    fn bound_name(&self) -> &'static str {
        if self.are_ends() { "T_{d}²" } else { "T_{s}²" }
    }

    /// The number of k, that of RS among them.
    fn most(&self) -> usize {
        self.by_temperature.iter().map(|(_, found)| found.loads.len()).max().unwrap_or(0)
    }

    /// With the temperatures at which it was looked for in vain.
    fn name(&self, k: usize) -> String {
        let lost = self.by_temperature.iter().filter(|(_, found)| found.lost && found.loads.len() == k);
        let lost: Vec<String> = lost.map(|(t, _)| t.to_string()).collect();
        match lost.is_empty() {
            true => step_name(k),
            false => format!("{}, not found at T = {}", step_name(k), lost.join(", ")),
        }
    }

    /// (T, γ, error) of k steps.
    fn by_step(&self, k: usize) -> impl Iterator<Item = (f64, f64, f64)> {
        self.by_temperature.iter().filter_map(move |(t, found)| {
            found.loads.get(k).copied().flatten().map(|(gamma, error)| (*t, gamma, error))
        })
    }

    /// Vertical or not; the line of RS is far to the left.
    fn plane(&self) -> Curves {
        let least = self.by_step(1).map(|(_, gamma, _)| gamma).fold(self.bound, f64::min);
        let margin = (0.15 * (self.bound - least)).max(1e-6 * self.bound);
        let warmest = self.by_temperature.last().map_or(self.bound, |(t, _)| *t);
        let by_steps = (1..self.most()).map(|k| Line {
            name: self.name(k),
            pieces: vec![self.by_step(k).map(|(t, gamma, _)| (gamma, t)).collect()],
            group: Some(k),
        });
        let bound = Line {
            name: format!("{}, where it is on T = γ", self.bound_name()),
            pieces: vec![vec![(self.bound, 0.0), (self.bound, warmest)]],
            group: None,
        };
        let point = |(t, limit): &(f64, StepsLimit)| Point {
            x: limit.value,
            y: *t,
            x_err: Some(limit.error),
            y_err: None,
        };
        Curves {
            title: format!("{} by steps of RSB: P = {}", self.what(), self.order),
            x: Axis { limits: Some((least - margin, self.bound + margin)), ..axis("load γ") },
            y: axis("temperature T"),
            lines: by_steps.chain([bound]).collect(),
            series: some(vec![self.limit_series(point)]),
        }
    }

    /// On a logarithmic axis, where every k can be seen.
    fn distance(&self) -> Curves {
        let relative = |t: f64, gamma: f64, error: f64| Point {
            x: t,
            y: 1.0 - gamma / self.bound,
            x_err: None,
            y_err: Some(error / self.bound),
        };
        let by_steps = (0..self.most()).map(|k| Series {
            open: false,
            name: self.name(k),
            points: self.by_step(k).map(|(t, gamma, error)| relative(t, gamma, error)).collect(),
            group: k,
        });
        let limit = self.limit_series(|(t, limit)| relative(*t, limit.value, limit.error));
        let series = by_steps.chain([limit]).map(|mut series| {
            series.points.retain(|point| point.y > 0.0);
            series
        });
        let name = self.bound_name();
        Curves {
            title: format!(
                "{} by steps of RSB: P = {}, distance from {name} = {:.6}",
                self.what(),
                self.order,
                self.bound
            ),
            x: axis("temperature T"),
            y: Axis { logarithmic: true, ..axis(&format!("1 − γ/{name}")) },
            lines: Vec::new(),
            series: some(series.collect()),
        }
    }

    fn limit_series(&self, point: impl Fn(&(f64, StepsLimit)) -> Point) -> Series {
        Series {
            open: true,
            name: "k → ∞".into(),
            points: self.limits.iter().map(point).collect(),
            group: self.most(),
        }
    }
}

/// The limits of every P relative to the load of T = γ.
fn limits_of_all(all: &[(LoadLines, usize)], steps: u32) -> Option<Curves> {
    let (first, _) = all.first()?;
    let series = all.iter().map(|(lines, group)| Series {
        open: false,
        name: format!("P = {}", lines.order),
        points: lines
            .limits
            .iter()
            .map(|(t, limit)| Point {
                x: *t,
                y: limit.value / lines.bound - 1.0,
                x_err: None,
                y_err: Some(limit.error / lines.bound),
            })
            .collect(),
        group: *group,
    });
    let series = some(series.collect());
    let warmest = series.iter().flat_map(|series| &series.points).map(|point| point.x).reduce(f64::max)?;
    let name = first.bound_name();
    Some(Curves {
        title: format!("{}, k → ∞ from {steps} steps at most, relative to {name}", first.what()),
        x: Axis { limits: Some((0.0, 1.08 * warmest)), ..axis("temperature T") },
        y: axis(&format!("γ_{{∞}}/{name} − 1")),
        lines: vec![Line {
            name: name.into(),
            pieces: vec![vec![(0.0, 0.0), (1.08 * warmest, 0.0)]],
            group: None,
        }],
        series,
    })
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
                name: format!("T = {t}: → {value} ± {:.0e} in k{}", end.error, power.unwrap_or_default()),
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
                    y: Axis {
                        logarithmic: true, ..axis("e(∞) − e(k),  e = (2f + u)/3 → E_{0} at T → 0")
                    },
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
