//! The phases of 1RSB in the load–temperature plane, and the lines between them.

use super::phase_diagram::{Window, at_retrieval, rs_spinodal};
use crate::error::Result;
use crate::params::{InteractionOrder, Load, Temperature};
use crate::sweep::figure::{Cells, Line, Phase};
use crate::sweep::states::States;
use crate::theory::lines as rs_lines;
use crate::theory::one_rsb::{Transitions, equilibrium, retrieval, transitions};
use rayon::prelude::*;

/// Points of a line of 1RSB, each solved from the start.
const POINTS: usize = 48;

/// What the m = 0 state is, and what retrieval is beside it.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Zero {
    Paramagnet,
    /// T_s < T < T_d: exponentially many states, the paramagnet's free energy.
    DynamicGlass,
    Glass,
    /// T < T_G: the states of the glass split further.
    GardnerGlass,
}

impl Zero {
    const ALL: [Self; 4] = [Self::Paramagnet, Self::DynamicGlass, Self::Glass, Self::GardnerGlass];

    fn at(transitions: Option<&Transitions>, gamma: Load, t: Temperature) -> Self {
        match transitions {
            Some(of_glass) => {
                let ratio = Transitions::reduced(gamma, t);
                if ratio > of_glass.dynamics {
                    Self::Paramagnet
                } else if ratio > of_glass.statics {
                    Self::DynamicGlass
                } else if of_glass.gardner.is_none_or(|gardner| ratio > gardner) {
                    Self::Glass
                } else {
                    Self::GardnerGlass
                }
            }
            // P = 2 breaks continuously and at once in full.
            None if t.get() > rs_lines::at_glass_temperature(gamma) => Self::Paramagnet,
            None => Self::GardnerGlass,
        }
    }

    fn name(self, order: InteractionOrder) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::DynamicGlass => "dynamic glass",
            Self::Glass => "glass",
            Self::GardnerGlass if order.get() == 2 => "glass",
            Self::GardnerGlass => "Gardner phase",
        }
    }
}

const RETRIEVAL: usize = 4;
const BROKEN_RETRIEVAL: usize = 5;

/// The phase of every grid point.
pub(super) fn cells(
    order: InteractionOrder,
    xs: &[f64],
    ys: &[f64],
    states: impl Fn(f64, f64) -> Option<States>,
) -> Result<Cells> {
    let of_glass = if order.get() > 2 { Some(transitions(order)?) } else { None };
    let phase = |gamma: f64, t: f64| -> Option<Phase> {
        let states = states(gamma, t)?;
        let zero = Zero::at(of_glass.as_ref(), Load::new(gamma).ok()?, Temperature::new(t).ok()?);
        let broken = states.retrieval.is_some_and(|state| state.y.is_some());
        Some(if states.retrieval_dominates() {
            let (name, tone) =
                if broken { ("retrieval with RSB", BROKEN_RETRIEVAL) } else { ("retrieval", RETRIEVAL) };
            Phase { name: name.into(), tone, stripes: None }
        } else {
            let tone = Zero::ALL.iter().position(|z| *z == zero).unwrap_or_default();
            let stripes = states.retrieval.map(|_| if broken { BROKEN_RETRIEVAL } else { RETRIEVAL });
            let beside = match stripes {
                None => "",
                Some(RETRIEVAL) => ", metastable retrieval",
                Some(_) => ", metastable retrieval with RSB",
            };
            Phase { name: format!("{}{beside}", zero.name(order)), tone, stripes }
        })
    };
    let found: Vec<Vec<Option<Phase>>> =
        ys.iter().map(|&t| xs.iter().map(|&gamma| phase(gamma, t)).collect()).collect();
    let mut phases: Vec<Phase> = Vec::new();
    for phase in found.iter().flatten().flatten() {
        if !phases.contains(phase) {
            phases.push(phase.clone());
        }
    }
    phases.sort_by_key(|phase| (phase.stripes, phase.tone));
    let position = |phase: Option<Phase>| phases.iter().position(|p| Some(p) == phase.as_ref());
    let cells = found.into_iter().map(|row| row.into_iter().map(position).collect()).collect();
    Ok(Cells::Phases { phases, cells })
}

/// Every line of the 1RSB phase diagram, beside the RS spinodal.
pub(super) fn lines(order: InteractionOrder, window: &Window) -> Result<Vec<Line>> {
    let temperatures = window.temperatures(POINTS);
    let by_temperature =
        |load: fn(InteractionOrder, Temperature) -> Result<Option<f64>>| -> Result<Vec<(f64, f64)>> {
            let found: Vec<Option<(f64, f64)>> = temperatures
                .par_iter()
                .map(|&t| Ok(load(order, Temperature::new(t)?)?.map(|gamma| (gamma, t))))
                .collect::<Result<_>>()?;
            Ok(found.into_iter().flatten().collect())
        };
    // Above some temperature retrieval ends even at γ = 0.
    let spinodal = by_temperature(|order, t| Ok(retrieval::spinodal(order, t).ok().map(|end| end.gamma)))?;
    let equilibrium = by_temperature(|order, t| {
        Ok(equilibrium::thermodynamic_load(order, t).ok().flatten().map(|x| x.gamma))
    })?;
    let loads = window.loads(4 * POINTS);
    let mut drawn = vec![
        window.line("RS retrieval spinodal", rs_spinodal(order, &window.temperatures(4 * POINTS))?),
        window.line("1RSB retrieval spinodal", spinodal),
        window.line("retrieval = m = 0 state in free energy", equilibrium),
        window.line("RSB of retrieval (AT)", at_retrieval(order, &loads)?),
    ];
    if order.get() > 2 {
        let of_glass = transitions(order)?;
        let lines = [
            ("T_{d}, dynamic", Some(of_glass.dynamics)),
            ("T_{s}, static", Some(of_glass.statics)),
            ("T_{G}, Gardner", of_glass.gardner),
        ];
        for (name, ratio) in lines.into_iter().filter_map(|(name, ratio)| Some((name, ratio?))) {
            let at = |&gamma: &f64| Ok((gamma, Transitions::temperature(ratio, Load::new(gamma)?)));
            drawn.push(window.line(name, loads.iter().map(at).collect::<Result<_>>()?));
        }
    } else {
        let glass = |&alpha: &f64| Ok((alpha, rs_lines::at_glass_temperature(Load::new(alpha)?)));
        drawn.push(window.line("glass T_{g} = 1 + √α", loads.iter().map(glass).collect::<Result<_>>()?));
    }
    Ok(drawn.into_iter().flatten().collect())
}
