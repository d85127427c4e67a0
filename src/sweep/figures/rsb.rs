//! What replica symmetry breaking looks like: cuts through the solved states of a scenario, as lines.

mod steps;

use super::curves::nearest_or_middle;
use super::{axis, load_label, stem};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{CurveVariable, RsbQuantity, RsbRequest, Scenario};
use crate::sweep::figure::{Curves, Figure, Line, Point, Series};
use crate::sweep::points::Points;
use crate::sweep::states::States;
use crate::theory::decomposition::hard_and_soft;
use crate::theory::one_rsb::{self, OneRsbPoint, Transitions, equilibrium, retrieval};
use crate::theory::{lines, rs, transition};
use rayon::prelude::*;

/// Points of a curve that is not taken from the grid.
const FINE: usize = 400;
/// Curves of one figure that differ by temperature or load.
const MOST_CURVES: usize = 5;

/// The figures of one request: one for each P, for "capacity" one for all.
pub(super) fn rsb_figures(
    scenario: &Scenario,
    points: &Points,
    request: &RsbRequest,
) -> Result<Vec<(String, Figure)>> {
    let kind = format!("rsb-{}", request.quantity.name());
    if request.quantity == RsbQuantity::Capacity {
        return Ok(vec![(kind, Figure::Curves(capacity(scenario, request)?))]);
    }
    if request.quantity.by_steps() {
        return steps::steps_figures(scenario, request);
    }
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let cut = Cut::of(scenario, points, request, order);
        let figures = match request.quantity {
            RsbQuantity::Replicon => vec![("", cut.replicon()?)],
            RsbQuantity::Staircase => {
                vec![("-glass", cut.staircase(GLASS)), ("-retrieval", cut.staircase(RETRIEVAL))]
            }
            RsbQuantity::Complexity => vec![("", cut.complexity()?)],
            RsbQuantity::BreakingPoint => vec![("", cut.breaking_point())],
            RsbQuantity::Entropy => {
                vec![("-glass", cut.glass_entropy()?), ("-retrieval", cut.retrieval_entropy()?)]
            }
            RsbQuantity::Decomposition => vec![("", cut.decomposition()?)],
            _ => continue,
        };
        // A load without a glass, or without retrieval, has one figure less.
        let drawn: Vec<_> = figures.into_iter().filter(|(_, figure)| !figure.lines.is_empty()).collect();
        if drawn.is_empty() {
            return Err(Error::bad_input(format!("figure \"{kind}\" at P = {order}: nothing to draw")).remedy(
                "the cut needs states that break replica symmetry: theory.compare = [\"1rsb\"], another load or temperature",
            ));
        }
        for (suffix, figure) in drawn {
            made.push((stem(&format!("{kind}{suffix}"), scenario, order, None), Figure::Curves(figure)));
        }
    }
    Ok(made)
}

/// Which of the two states of a grid point.
type Which = (&'static str, fn(&States) -> Option<OneRsbPoint>);
const GLASS: Which = ("glass", |states| states.unmagnetised);
const RETRIEVAL: Which = ("retrieval", |states| states.retrieval);
/// Colours of lines: RS, then 1RSB retrieval, then 1RSB glass.
const RS: Option<usize> = Some(0);
const BROKEN_RETRIEVAL: Option<usize> = Some(1);
const BROKEN_GLASS: Option<usize> = Some(2);

/// A cut through the grid at one P.
struct Cut<'s> {
    scenario: &'s Scenario,
    order: InteractionOrder,
    along_temperature: bool,
    /// (γ, T, states) in ascending order of the variable.
    points: Vec<(Load, Temperature, States)>,
    load: f64,
    temperature: f64,
}

impl<'s> Cut<'s> {
    fn of(scenario: &'s Scenario, points: &Points, request: &RsbRequest, order: InteractionOrder) -> Self {
        let rows = points.rows.iter().filter(|row| row.column.order == order);
        let mut all: Vec<(Load, Temperature, States)> =
            rows.map(|row| (row.column.gamma, row.temperature, row.states.unwrap_or_default())).collect();
        all.dedup_by(|a, b| (a.0, a.1) == (b.0, b.1));
        let loads: Vec<f64> = all.iter().map(|(gamma, ..)| gamma.get()).collect();
        let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
        let mut distinct = loads.clone();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let load = nearest_or_middle(&distinct, request.load).unwrap_or_default();
        let temperature = nearest_or_middle(&temperatures, request.temperature).unwrap_or_default();
        let along_temperature = request.x == CurveVariable::Temperature;
        all.retain(
            |(gamma, t, _)| {
                if along_temperature { gamma.get() == load } else { t.get() == temperature }
            },
        );
        all.sort_by(|a, b| {
            (a.0.get(), a.1.get()).partial_cmp(&(b.0.get(), b.1.get())).unwrap_or(std::cmp::Ordering::Equal)
        });
        Self { scenario, order, along_temperature, points: all, load, temperature }
    }

    fn x(&self, gamma: Load, t: Temperature) -> f64 {
        if self.along_temperature { t.get() } else { gamma.get() }
    }

    /// A line through the grid, interrupted where the quantity does not exist.
    fn line(&self, name: &str, group: Option<usize>, quantity: impl Fn(&States) -> Option<f64>) -> Line {
        let values = self.points.iter().map(|(gamma, t, states)| (self.x(*gamma, *t), quantity(states)));
        Line { name: name.into(), pieces: pieces(values), group }
    }

    /// A line of a quantity of replica symmetry, on the same grid.
    fn rs_line(
        &self,
        name: &str,
        quantity: impl Fn(Load, Temperature) -> Result<Option<f64>>,
    ) -> Result<Line> {
        let values: Vec<(f64, Option<f64>)> = self
            .points
            .iter()
            .map(|&(gamma, t, _)| Ok((self.x(gamma, t), quantity(gamma, t)?)))
            .collect::<Result<_>>()?;
        Ok(Line { name: name.into(), pieces: pieces(values.into_iter()), group: RS })
    }

    fn figure(&self, what: &str, y: &str, lines: Vec<Line>) -> Curves {
        let fixed = if self.along_temperature {
            format!("{} = {:.4}", if self.order.get() == 2 { "α" } else { "γ" }, self.load)
        } else {
            format!("T = {}", self.temperature)
        };
        let x = if self.along_temperature { "temperature T" } else { load_label(self.order) };
        Curves {
            title: format!("{what}: P = {}, {fixed}", self.order),
            x: axis(x),
            y: axis(y),
            lines: lines.into_iter().filter(|line| !line.pieces.is_empty()).collect(),
            series: Vec::new(),
        }
    }

    fn replicon(&self) -> Result<Curves> {
        let of = |(_, state): Which, quantity: fn(OneRsbPoint) -> Option<f64>| {
            move |states: &States| state(states).filter(|s| s.y.is_some()).and_then(quantity)
        };
        let lines = vec![
            self.rs_line("RS retrieval", |gamma, t| {
                Ok(rs::retrieval(self.order, gamma, t, 0.0)?.and_then(|s| s.replicon))
            })?,
            self.line("1RSB retrieval: inner", BROKEN_RETRIEVAL, of(RETRIEVAL, |s| s.replicon_inner)),
            self.line("1RSB retrieval: outer", BROKEN_RETRIEVAL, of(RETRIEVAL, |s| s.replicon_outer)),
            self.line("1RSB glass: inner", BROKEN_GLASS, of(GLASS, |s| s.replicon_inner)),
            self.line("1RSB glass: outer", BROKEN_GLASS, of(GLASS, |s| s.replicon_outer)),
        ];
        let mut figure = self.figure("stability", "replicon λ (stable above 0)", lines);
        // λ → −∞ as T → 0: what happens around 0 is the point.
        let top =
            figure.lines.iter().flat_map(|l| l.pieces.iter().flatten()).map(|p| p.1).fold(0.2, f64::max);
        figure.y.limits = Some((-1.0, 1.05 * top));
        Ok(figure)
    }

    /// q(x): q1 below the breaking point, q2 above, at a few points of the cut.
    fn staircase(&self, (name, state): Which) -> Curves {
        let broken: Vec<(Load, Temperature, OneRsbPoint, f64)> = self
            .points
            .iter()
            .filter_map(|(gamma, t, states)| {
                let state = state(states)?;
                Some((*gamma, *t, state, state.theta?))
            })
            .collect();
        let steps = spread(&broken, MOST_CURVES).into_iter().enumerate();
        let lines = steps
            .map(|(group, (gamma, t, state, theta))| Line {
                name: if self.along_temperature {
                    format!("T = {t}")
                } else {
                    format!("γ = {:.4}", gamma.get())
                },
                pieces: vec![vec![(0.0, state.q1), (*theta, state.q1), (*theta, state.q2), (1.0, state.q2)]],
                group: Some(group),
            })
            .collect();
        let mut figure = self.figure(&format!("1RSB order parameter, {name}"), "overlap q(x)", lines);
        figure.x = axis("x");
        figure.x.limits = Some((0.0, 1.0));
        figure
    }

    /// Σ(f) of the glass states, θ running along each curve; the physical part of each by itself.
    fn complexity(&self) -> Result<Curves> {
        let gamma = Load::new(self.load)?;
        let glass = one_rsb::transitions(self.order)?;
        // Between T_G and T_d: below, no states are stable; above, there are none.
        let inside: Vec<Temperature> = self
            .scenario
            .temperatures
            .iter()
            .copied()
            .filter(|&t| {
                let reduced = Transitions::reduced(gamma, t);
                reduced < glass.dynamics && reduced > glass.gardner.unwrap_or(0.0)
            })
            .collect();
        let mut curves = Vec::new();
        for &t in spread(&inside, MOST_CURVES) {
            let thetas: Vec<f64> = (1..=FINE).map(|i| i as f64 / FINE as f64).collect();
            let curve = thetas
                .par_iter()
                .map(|&theta| one_rsb::complexity(self.order, gamma, t, theta))
                .collect::<Result<Vec<_>>>()?;
            curves.push((t, curve));
        }
        // Σ → −∞ as θ → 1 far below T_s: what happens around 0 is the point.
        let all = curves.iter().flat_map(|(_, curve)| curve).filter_map(|point| point.complexity);
        let floor = -0.5 * all.fold(0.0, f64::max);
        let mut lines = Vec::new();
        for (group, (t, curve)) in curves.iter().enumerate() {
            for (physical, name) in [(true, format!("T = {t}")), (false, format!("T = {t}, not physical"))] {
                // The part that is not physical begins at the last physical point, so that the curve has no gap.
                let other = |at: Option<usize>| at.and_then(|i| curve.get(i)).is_some_and(|p| !p.physical);
                let belongs = |i: usize| match physical {
                    true => curve[i].physical,
                    false => !curve[i].physical || other(i.checked_sub(1)) || other(Some(i + 1)),
                };
                let values = curve.iter().enumerate().map(|(i, point)| {
                    let here = point.free_energy.zip(point.complexity).filter(|h| h.1 >= floor && belongs(i));
                    (here.map_or(0.0, |h| h.0), here.map(|h| h.1))
                });
                lines.push(Line { name, pieces: pieces(values), group: Some(group) });
            }
        }
        let mut figure = self.figure("complexity of the glass", "complexity Σ", lines);
        figure.title = format!("complexity of the glass: P = {}, γ = {:.4}", self.order, self.load);
        figure.x = axis("free energy f of the states");
        Ok(figure)
    }

    fn breaking_point(&self) -> Curves {
        let lines = vec![
            self.line("glass (m = 0)", BROKEN_GLASS, |s| s.unmagnetised?.theta),
            self.line("retrieval", BROKEN_RETRIEVAL, |s| s.retrieval?.theta),
        ];
        let mut figure = self.figure("breaking point", "breaking point θ", lines);
        figure.y.limits = Some((-0.03, 1.03));
        figure
    }

    fn retrieval_entropy(&self) -> Result<Curves> {
        let broken = self.line("1RSB retrieval", BROKEN_RETRIEVAL, |s| Some(s.retrieval?.entropy));
        let symmetric = self.rs_line("RS retrieval", |gamma, t| {
            Ok(rs::retrieval(self.order, gamma, t, 0.0)?.map(|s| s.entropy))
        })?;
        Ok(self.figure("entropy of retrieval", "entropy s per spin", vec![symmetric, broken]))
    }

    fn glass_entropy(&self) -> Result<Curves> {
        let order = self.order;
        let broken =
            self.line("1RSB: glass, above T_{s} paramagnet", BROKEN_GLASS, |s| Some(s.unmagnetised?.entropy));
        let highest = broken.pieces.iter().flatten().map(|p| p.1).fold(0.1, f64::max);
        let lines = vec![
            self.rs_line(
                "RS paramagnet",
                |gamma, t| Ok(rs::paramagnet(order, gamma, t)?.map(|s| s.entropy)),
            )?,
            broken,
        ];
        let mut figure = self.figure("entropy at m = 0", "entropy s per spin", lines);
        // The entropies of RS fall without bound as T → 0.
        figure.y.limits = Some((-0.5 * highest, 1.05 * highest));
        Ok(figure)
    }

    /// −f of the m = 0 state and its hard and soft part; of replica symmetry, at every temperature of the scenario.
    fn decomposition(&self) -> Result<Curves> {
        let gamma = Load::new(self.load)?;
        let temperatures: Vec<Temperature> =
            self.scenario.temperatures.iter().copied().filter(|t| !t.is_zero()).collect();
        let parts = temperatures
            .iter()
            .map(|&t| Ok((t.get(), hard_and_soft(self.order, gamma, t)?)))
            .collect::<Result<Vec<_>>>()?;
        let line = |name: &str, of: fn(&crate::theory::decomposition::Decomposition) -> f64| Line {
            name: name.into(),
            pieces: pieces(parts.iter().map(|(t, parts)| (*t, parts.as_ref().map(|p| t * of(p))))),
            group: None,
        };
        let lines = vec![
            line("hard: binary spins", |p| p.hard),
            line("soft: Gaussian spins", |p| p.soft),
            line("self-couplings", |p| p.rest),
            line("sum", |p| p.hard + p.soft + p.rest),
        ];
        let few: Vec<_> =
            parts.iter().filter_map(|(t, parts)| Some((*t, parts.as_ref()?.pressure * t))).collect();
        let mut figure = self.figure("m = 0 state", "−f = A/β, and its parts", lines);
        figure.title = format!("hard and soft spin glass: P = {}, load {:.4}", self.order, self.load);
        figure.x = axis("temperature T");
        figure.series = vec![Series {
            open: false,
            name: "RS free energy of the network".into(),
            points: spread(&few, 12)
                .into_iter()
                .map(|&(x, y)| Point { x, y, x_err: None, y_err: None })
                .collect(),
            group: 0,
        }];
        Ok(figure)
    }
}

/// Loads where retrieval ends, and up to which it is the equilibrium state, against P.
fn capacity(scenario: &Scenario, request: &RsbRequest) -> Result<Curves> {
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let t = Temperature::new(
        nearest_or_middle(&temperatures, request.temperature.or(Some(0.0))).unwrap_or_default(),
    )?;
    // [RS end, 1RSB end, RS equilibrium, 1RSB equilibrium, T_d², T_s²]
    let loads: Vec<(f64, [Option<f64>; 6])> = scenario
        .orders
        .par_iter()
        .map(|&order| {
            let glass = (order.get() > 2).then(|| one_rsb::transitions(order)).transpose()?;
            // Where retrieval does not exist at this temperature there is no point.
            let symmetric = transition::thermodynamic_load(order, t).ok().flatten();
            let broken = equilibrium::thermodynamic_load(order, t).ok().flatten();
            Ok((
                f64::from(order.get()),
                [
                    lines::retrieval_spinodal_load(order, t).ok().map(|end| end.gamma),
                    retrieval::spinodal(order, t).ok().map(|end| end.gamma),
                    symmetric.map(|x| x.gamma),
                    broken.map(|x| x.gamma),
                    glass.map(|g| g.dynamic_load()),
                    glass.map(|g| g.static_load()),
                ],
            ))
        })
        .collect::<Result<_>>()?;
    let names = [
        "RS: retrieval ends",
        "1RSB: retrieval ends",
        "RS: retrieval is the equilibrium state",
        "1RSB: retrieval is the equilibrium state",
        "T_{d}²: retrieval ends on T = γ",
        "T_{s}²: its equilibrium ends on T = γ",
    ];
    let curve = |i: usize| pieces(loads.iter().map(|(p, values)| (*p, values[i])));
    let series = (0..4)
        .map(|i| Series {
            open: false,
            name: names[i].into(),
            points: curve(i)
                .concat()
                .into_iter()
                .map(|(x, y)| Point { x, y, x_err: None, y_err: None })
                .collect(),
            group: i,
        })
        .filter(|series| !series.points.is_empty())
        .collect();
    let lines = (4..6).map(|i| Line { name: names[i].into(), pieces: curve(i), group: None }).collect();
    let highest = loads.iter().flat_map(|(_, values)| values).flatten().copied().fold(0.0, f64::max);
    let mut y = axis("load γ (P = 2: α)");
    y.limits = Some((0.0, 1.05 * highest));
    Ok(Curves {
        title: format!("capacity against the interaction order, T = {t}"),
        x: axis("interaction order P"),
        y,
        lines,
        series,
    })
}

/// The stretches on which a quantity exists.
fn pieces(values: impl Iterator<Item = (f64, Option<f64>)>) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = vec![Vec::new()];
    for (x, y) in values {
        match (y, pieces.last_mut()) {
            (Some(y), Some(piece)) => piece.push((x, y)),
            (None, Some(piece)) if !piece.is_empty() => pieces.push(Vec::new()),
            _ => {}
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// At most `most` of a list, evenly spread, its first and last among them.
fn spread<T>(list: &[T], most: usize) -> Vec<&T> {
    if list.len() <= most {
        return list.iter().collect();
    }
    (0..most).map(|i| &list[i * (list.len() - 1) / (most - 1)]).collect()
}
