//! A line of the phase diagram, at given loads or temperatures.

use super::{Ansatz, Answer, competitor, load, order, solution, temperature};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::one_rsb::{self, OneRsbPoint, Transitions, equilibrium, retrieval};
use crate::theory::triple_points::triple_points;
use crate::theory::{at_line, lines, rs, transition};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Where retrieval ends
    RetrievalSpinodal,
    /// Where retrieval stops being the equilibrium state
    RetrievalThermodynamic,
    /// Where retrieval is unstable against replica symmetry breaking
    AtRetrieval,
    /// Where the glass is (P = 2: its onset)
    AtGlass,
    /// Where the RS glass begins (P ≥ 3: an artefact of replica symmetry)
    GlassOnset,
    /// T_s of the 1RSB glass, P ≥ 3: below it the glass is the m = 0 equilibrium state
    Static,
    /// T_d of the 1RSB glass, P ≥ 3: above it there is none
    Dynamic,
    /// T_G of the 1RSB glass, P ≥ 3: below it its states split further
    Gardner,
    /// The points where lines meet or end: at no values of γ or T
    #[value(alias = "triple-point")]
    TriplePoints,
}

/// A line of the phase diagram.
#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Interaction order P ≥ 2
    #[arg(long)]
    pub p: u32,
    /// Which line
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// How replica symmetry is assumed to break: not at all, or in one step
    #[arg(long, value_enum, default_value = "rs")]
    pub ansatz: Ansatz,
    #[serde(default)]
    /// Loads at which the temperature is wanted (the highest where there are two)
    #[arg(long, value_name = "γ[,γ…]", value_delimiter = ',', allow_negative_numbers = true)]
    gammas: Vec<f64>,
    #[serde(default)]
    /// Temperatures at which the load is wanted
    #[arg(
        long,
        value_name = "T[,T…]",
        value_delimiter = ',',
        allow_negative_numbers = true,
        conflicts_with = "gammas"
    )]
    temperatures: Vec<f64>,
}

/// One point of a line: (γ, T, log T, m, q, …), what is missing None.
#[derive(Default)]
struct LinePoint {
    gamma: Option<f64>,
    temperature: Option<f64>,
    ln_temperature: Option<f64>,
    m: Option<f64>,
    /// q under rs
    q: Option<f64>,
    /// q1, q2, θ under 1rsb
    broken: Option<[Option<f64>; 3]>,
    competitor: Option<String>,
    /// Of the state there; None where the line is a closed form, or a constant times √γ
    residual: Option<f64>,
    /// The lines that meet there
    meets: Option<&'static [&'static str]>,
}

impl LinePoint {
    fn value(&self) -> Value {
        let pairs = [
            ("gamma", self.gamma),
            ("temperature", self.temperature),
            ("ln_temperature", self.ln_temperature),
            ("m", self.m),
            ("q", self.q),
            ("residual", self.residual),
        ];
        let mut map = pairs.into_iter().map(|(k, x)| (k.to_owned(), json!(x))).collect::<Map<_, _>>();
        for (key, x) in ["q1", "q2", "theta"].iter().zip(self.broken.iter().flatten()) {
            map.insert((*key).to_owned(), json!(x));
        }
        if let Some(competitor) = &self.competitor {
            map.insert("competitor".to_owned(), json!(competitor));
        }
        if let Some(lines) = self.meets {
            map.insert("meets".to_owned(), json!(lines));
        }
        Value::Object(map)
    }

    fn with(self, point: &OneRsbPoint) -> Self {
        let broken = Some([Some(point.q1), Some(point.q2), point.theta]);
        Self { m: Some(point.m), broken, residual: Some(point.residual), ..self }
    }

    fn at(gamma: f64, t: f64) -> Self {
        let ln_temperature = (t > 0.0).then(|| libm::log(t));
        Self { gamma: Some(gamma), temperature: Some(t), ln_temperature, ..Self::default() }
    }
}

impl LinePoint {
    fn marginal(p: InteractionOrder, point: &at_line::AtPoint) -> Result<Self> {
        let state = match point.temperature {
            Some(t) => rs::retrieval(p, Load::new(point.gamma)?, Temperature::new(t)?, 0.0)?,
            None => None,
        };
        Ok(Self {
            residual: state.map(|state| state.residual),
            gamma: Some(point.gamma),
            temperature: point.temperature,
            ln_temperature: Some(point.ln_temperature),
            m: Some(point.m),
            q: Some(point.q),
            ..Self::default()
        })
    }
}

impl Line {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let p = order(self.p)?;
        let kind = self.kind.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let ansatz = match self.kind {
            Kind::Static | Kind::Dynamic | Kind::Gardner | Kind::TriplePoints => Ansatz::OneRsb,
            Kind::AtRetrieval | Kind::AtGlass | Kind::GlassOnset if self.ansatz == Ansatz::OneRsb => {
                return Err(Error::bad_input(format!("theory line --kind {kind} under 1rsb"))
                    .remedy("it is a line of replica symmetry, where that breaks: --ansatz rs"));
            }
            _ => self.ansatz,
        };
        // All values are checked before the first is solved.
        let loads = self.gammas.iter().map(|&x| load(x, "--gammas")).collect::<Result<Vec<_>>>()?;
        let temperatures = self
            .temperatures
            .iter()
            .map(|&x| temperature(x, "--temperatures"))
            .collect::<Result<Vec<_>>>()?;
        let asked = !(loads.is_empty() && temperatures.is_empty());
        if asked == (self.kind == Kind::TriplePoints) {
            let remedy = if asked {
                "these are points, not a line: leave --gammas and --temperatures out"
            } else {
                "give --gammas γ,… or --temperatures T,…"
            };
            return Err(Error::bad_input(format!("theory line --kind {kind}")).remedy(remedy));
        }
        let mut points = Vec::with_capacity(loads.len() + temperatures.len());
        for gamma in loads {
            let found = self.temperature_at(p, gamma)?;
            points.push(found.unwrap_or(LinePoint { gamma: Some(gamma.get()), ..LinePoint::default() }));
        }
        for t in temperatures {
            let found = self.load_at(p, t)?;
            points.push(found.unwrap_or(LinePoint { gamma: None, ..LinePoint::at(0.0, t.get()) }));
        }
        if self.kind == Kind::TriplePoints {
            points = triple_points(p)?
                .iter()
                .map(|x| LinePoint { meets: Some(x.meets), ..LinePoint::at(x.gamma, x.temperature) })
                .collect();
        }
        let exists = points
            .iter()
            .any(|x| x.gamma.is_some() && (x.temperature.is_some() || x.ln_temperature.is_some()));
        let failure = (!exists).then(|| self.nothing(p, &kind));
        let document = json!({
            "line": kind, "p": self.p, "ansatz": ansatz.name(), "exists": exists,
            "points": points.iter().map(LinePoint::value).collect::<Vec<_>>(),
        });
        Ok(Answer { document, failure })
    }

    fn temperature_at(&self, p: InteractionOrder, gamma: Load) -> Result<Option<LinePoint>> {
        let one_rsb = self.ansatz == Ansatz::OneRsb;
        Ok(match self.kind {
            Kind::RetrievalSpinodal if one_rsb => match retrieval::hottest(p, gamma)? {
                Some(t) => {
                    let end = solution(retrieval::spinodal(p, Temperature::new(t)?))?.0;
                    let point = LinePoint::at(gamma.get(), t);
                    Some(end.map_or(LinePoint::at(gamma.get(), t), |end| point.with(&end.point)))
                }
                None => None,
            },
            Kind::RetrievalSpinodal => match lines::retrieval_spinodal_temperature(p, gamma)? {
                Some(t) => {
                    let end = lines::retrieval_spinodal_load(p, Temperature::new(t)?);
                    let end = solution(end)?.0;
                    let (m, q, residual) = (end.map(|x| x.m), end.map(|x| x.q), end.map(|x| x.residual));
                    Some(LinePoint { m, q, residual, ..LinePoint::at(gamma.get(), t) })
                }
                None => None,
            },
            Kind::RetrievalThermodynamic if one_rsb => {
                equilibrium::thermodynamic_temperature(p, gamma)?.map(|x| self.exchange_one_rsb(p, &x))
            }
            Kind::RetrievalThermodynamic => {
                transition::thermodynamic_temperature(p, gamma)?.map(|x| self.exchange_rs(p, &x))
            }
            Kind::AtRetrieval => {
                let found = at_line::at_retrieval_temperature(p, gamma)?;
                found.map(|x| LinePoint::marginal(p, &x)).transpose()?
            }
            Kind::TriplePoints => None,
            Kind::AtGlass if p.get() > 2 => None,
            Kind::AtGlass | Kind::GlassOnset => {
                Some(LinePoint::at(gamma.get(), lines::glass_onset_temperature(p, gamma)?))
            }
            Kind::Static | Kind::Dynamic | Kind::Gardner => self
                .glass_ratio(p)?
                .map(|ratio| LinePoint::at(gamma.get(), Transitions::temperature(ratio, gamma))),
        })
    }

    fn load_at(&self, p: InteractionOrder, t: Temperature) -> Result<Option<LinePoint>> {
        let one_rsb = self.ansatz == Ansatz::OneRsb;
        Ok(match self.kind {
            Kind::RetrievalSpinodal if one_rsb => solution(retrieval::spinodal(p, t))?
                .0
                .map(|end| LinePoint::at(end.gamma, t.get()).with(&end.point)),
            Kind::RetrievalSpinodal => solution(lines::retrieval_spinodal_load(p, t))?.0.map(|end| {
                let (m, q, residual) = (Some(end.m), Some(end.q), Some(end.residual));
                LinePoint { m, q, residual, ..LinePoint::at(end.gamma, t.get()) }
            }),
            Kind::RetrievalThermodynamic if one_rsb => {
                let found = solution(equilibrium::thermodynamic_load(p, t))?.0.flatten();
                found.map(|x| self.exchange_one_rsb(p, &x))
            }
            Kind::RetrievalThermodynamic => {
                let found = solution(transition::thermodynamic_load(p, t))?.0.flatten();
                found.map(|x| self.exchange_rs(p, &x))
            }
            Kind::AtRetrieval => {
                at_line::at_retrieval_load(p, t).map(|x| LinePoint::marginal(p, &x)).transpose()?
            }
            Kind::TriplePoints => None,
            Kind::AtGlass if p.get() > 2 => None,
            Kind::AtGlass | Kind::GlassOnset => {
                lines::glass_onset_load(p, t).map(|gamma| LinePoint::at(gamma, t.get()))
            }
            Kind::Static | Kind::Dynamic | Kind::Gardner => self
                .glass_ratio(p)?
                .and_then(|ratio| Transitions::load(ratio, t))
                .map(|gamma| LinePoint::at(gamma, t.get())),
        })
    }

    /// T/√γ of a line of the glass; None at P = 2.
    fn glass_ratio(&self, p: InteractionOrder) -> Result<Option<f64>> {
        if p.get() == 2 {
            return Ok(None);
        }
        let found = one_rsb::transitions(p)?;
        Ok(match self.kind {
            Kind::Static => Some(found.statics),
            Kind::Dynamic => Some(found.dynamics),
            _ => found.gardner,
        })
    }

    fn exchange_rs(&self, p: InteractionOrder, x: &transition::Transition) -> LinePoint {
        let (m, q) = (Some(x.retrieval.m), Some(x.retrieval.q));
        let competitor = Some(competitor(p, 0, x.competitor));
        let residual = Some(x.retrieval.residual);
        LinePoint { m, q, competitor, residual, ..LinePoint::at(x.gamma, x.temperature) }
    }

    fn exchange_one_rsb(&self, p: InteractionOrder, x: &equilibrium::OneRsbTransition) -> LinePoint {
        let competitor = Some(competitor(p, 1, x.competitor));
        LinePoint { competitor, ..LinePoint::at(x.gamma, x.temperature).with(&x.retrieval) }
    }

    fn nothing(&self, p: InteractionOrder, kind: &str) -> Error {
        let hottest = lines::hottest_retrieval(p);
        let why = match self.kind {
            Kind::AtGlass if p.get() > 2 => {
                "the RS glass is AT-unstable on its whole branch at P ≥ 3, so there is no at-glass line; \
                 ask for glass-onset (an artefact of replica symmetry)"
                    .to_owned()
            }
            Kind::Static | Kind::Dynamic | Kind::Gardner if p.get() > 2 => {
                "these lines are T ∝ √γ: at T = 0 the load is 0, and at others it must be within the range of floating-point \
                 numbers"
                    .to_owned()
            }
            Kind::Static | Kind::Dynamic | Kind::Gardner => {
                "the glass of P ≥ 3 has these transitions at T ∝ √γ; that of P = 2 begins continuously at T = 1 + √α \
                 (--kind glass-onset)"
                    .to_owned()
            }
            Kind::AtGlass | Kind::GlassOnset => {
                "at these temperatures the glass exists at every load".to_owned()
            }
            _ if self.gammas.is_empty() => {
                format!("retrieval ends at T = {hottest:.9}, and this line may end before")
            }
            _ => {
                let most = lines::nishimori_load(p).map_or(0.1382, |gamma| gamma);
                format!("retrieval exists up to γ = {most:.4} only, and this line may end before")
            }
        };
        Error::no_solution(format!("line {kind} at P = {p} has no point at any of the values asked"))
            .remedy(why)
    }
}
