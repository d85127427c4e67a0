//! One saddle point.

use super::{
    Ansatz, Answer, ansatz_name, breaking_point, load, not_yet, order, solution, steps, temperature,
};
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::k_rsb::{self, StepsPoint};
use crate::theory::one_rsb::{self, OneRsbPoint, cued, equilibrium, glass, retrieval, soft};
use crate::theory::{Branch, SaddlePoint, absence, rs, sk};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Couplings {
    Hebbian,
    /// The p-spin control (P = 2 is the SK model); it has no retrieval
    Gaussian,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BranchChoice {
    Retrieval,
    Glass,
    Paramagnet,
    /// The one of lowest free energy among the physical ones
    Dominant,
}

#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Interaction order P ≥ 2
    #[arg(long)]
    pub p: u32,
    /// Load γ > 0 (P = 2: α = K/N)
    #[arg(long, allow_negative_numbers = true)]
    pub gamma: f64,
    /// Temperature T ≥ 0; 0 is the exact limit
    #[arg(long, allow_negative_numbers = true)]
    pub temperature: f64,
    /// How replica symmetry is assumed to break: not at all, or in one step; rs unless --steps says otherwise
    #[arg(long, value_enum)]
    pub ansatz: Option<Ansatz>,
    /// Which state; dominant is the one of lowest free energy
    #[arg(long, value_enum, default_value = "dominant")]
    pub branch: BranchChoice,
    /// 1RSB at fixed θ, 0 < θ ≤ 1, of --branch retrieval or glass
    #[arg(long, allow_negative_numbers = true)]
    pub theta: Option<f64>,
    /// Hebbian couplings of patterns, or Gaussian ones of the same variance (P = 2: the SK model)
    #[arg(long, value_enum, default_value = "hebbian")]
    pub couplings: Couplings,
    /// Steps of replica symmetry breaking, 0 to 12: 0 is rs, 1 is 1rsb, 2 and more of --branch retrieval (P ≥ 3) or glass at T > 0
    #[arg(long, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=i64::from(k_rsb::MOST_STEPS)))]
    pub steps: Option<u32>,
    /// Cue field h ≥ 0 along the pattern
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub cue: f64,
}

/// The state under either ansatz.
enum State {
    Rs(SaddlePoint),
    OneRsb(OneRsbPoint),
    Steps(StepsPoint),
}

impl Point {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let k = steps(self.ansatz, self.steps)?;
        let p = order(self.p)?;
        let (gamma, t) = (load(self.gamma, "--gamma")?, temperature(self.temperature, "--temperature")?);
        if let Some(theta) = self.theta {
            breaking_point(theta, t, "--theta")?;
        }
        rs::check_cue(self.cue).map_err(|error| error.at("--cue"))?;
        if self.couplings == Couplings::Gaussian {
            if self.branch == BranchChoice::Retrieval {
                return Err(Error::bad_input("retrieval with Gaussian couplings")
                    .at("--branch")
                    .remedy("no pattern is stored in them: ask for glass, paramagnet or dominant"));
            }
            if self.cue != 0.0 {
                return Err(Error::bad_input("a cue field with Gaussian couplings")
                    .at("--cue")
                    .remedy("no pattern is stored in them: leave --cue out"));
            }
        }
        let found = match k {
            0 => self.under_rs(p, gamma, t).map(State::Rs),
            1 => self.under_one_rsb(p, gamma, t).map(State::OneRsb),
            _ => self.under_steps(p, gamma, t, k).map(State::Steps),
        };
        let (state, failure) = solution(found)?;
        Ok(Answer { document: self.document(k, state.as_ref()), failure })
    }

    fn no_zero_magnetisation(&self) -> Error {
        Error::no_solution(format!("no m = 0 state in a cue field h = {}", self.cue))
            .remedy("ask for --branch retrieval, or leave --cue out")
    }

    fn under_rs(&self, p: InteractionOrder, gamma: Load, t: Temperature) -> Result<SaddlePoint> {
        if self.theta.is_some() {
            return Err(Error::bad_input("θ under rs").at("--theta").remedy("θ belongs to --ansatz 1rsb"));
        }
        if self.couplings == Couplings::Gaussian && p.get() == 2 {
            let absent = || {
                Error::no_solution(format!("no rs glass of the SK model at γ = {gamma}, T = {t}"))
                    .remedy(format!("it needs T below √γ = {:.9}", gamma.get().sqrt()))
            };
            return match self.branch {
                BranchChoice::Glass => sk::glass(gamma, t)?.ok_or_else(absent),
                BranchChoice::Paramagnet => sk::paramagnet(gamma, t),
                BranchChoice::Dominant | BranchChoice::Retrieval => sk::dominant(gamma, t),
            };
        }
        if self.couplings == Couplings::Gaussian && self.branch == BranchChoice::Dominant {
            let absent = || {
                Error::no_solution(format!("under rs no physical state at P = {p}, γ = {gamma}, T = {t}"))
                    .remedy("use --ansatz 1rsb, or ask for one branch by name")
            };
            return rs::zero_magnetisation(p, gamma, t)?.ok_or_else(absent);
        }
        let named = |branch: Branch, found: Result<Option<SaddlePoint>>| {
            found.and_then(|point| point.ok_or_else(|| absence::no_rs_branch(branch, p, gamma, t)))
        };
        match self.branch {
            // In a cue field every state is magnetised.
            BranchChoice::Retrieval | BranchChoice::Dominant if self.cue != 0.0 => {
                rs::retrieval(p, gamma, t, self.cue)?.ok_or_else(|| {
                    Error::no_solution(format!(
                        "no rs retrieval at P = {p}, γ = {gamma}, T = {t} in a cue field h = {}: its branch ends before",
                        self.cue
                    ))
                    .remedy("a stronger --cue holds it, or a smaller load or temperature")
                })
            }
            BranchChoice::Retrieval => named(Branch::Retrieval, rs::retrieval(p, gamma, t, 0.0)),
            BranchChoice::Glass | BranchChoice::Paramagnet if self.cue != 0.0 => {
                Err(self.no_zero_magnetisation())
            }
            BranchChoice::Glass => named(Branch::Glass, rs::glass(p, gamma, t)),
            BranchChoice::Paramagnet => named(Branch::Paramagnet, rs::paramagnet(p, gamma, t)),
            BranchChoice::Dominant => rs::dominant(p, gamma, t),
        }
    }

    fn under_one_rsb(&self, p: InteractionOrder, gamma: Load, t: Temperature) -> Result<OneRsbPoint> {
        let named = |branch: Branch, found: Result<Option<OneRsbPoint>>| {
            let absent = || absence::no_one_rsb_branch(branch, p, gamma, t, self.theta);
            found.and_then(|point| point.ok_or_else(absent))
        };
        let gaussian = self.couplings == Couplings::Gaussian;
        let two_spin = p.get() == 2;
        let no_sk = || {
            Error::no_solution(format!("no 1rsb glass of the SK model at γ = {gamma}, T = {t}"))
                .remedy(format!("it needs T below √γ = {:.9}", gamma.get().sqrt()))
        };
        if self.cue != 0.0 {
            if self.theta.is_some() {
                return Err(not_yet("theory point --theta in a cue field").at("--theta"));
            }
            if matches!(self.branch, BranchChoice::Glass | BranchChoice::Paramagnet) {
                return Err(self.no_zero_magnetisation());
            }
            let absent = || {
                Error::no_solution(format!(
                    "no 1rsb state at P = {p}, γ = {gamma}, T = {t}, h = {} is reached from strong fields",
                    self.cue
                ))
                .remedy("beyond the spinodal weak fields leave a weakly magnetised glass: a stronger --cue, or --ansatz rs")
            };
            return cued::retrieval(p, gamma, t, self.cue)?.ok_or_else(absent);
        }
        match (self.branch, self.theta) {
            (BranchChoice::Retrieval, None) => named(Branch::Retrieval, retrieval::retrieval(p, gamma, t)),
            (BranchChoice::Retrieval, Some(theta)) => {
                named(Branch::Retrieval, retrieval::retrieval_at(p, gamma, t, theta))
            }
            (BranchChoice::Glass, Some(theta)) if two_spin && gaussian => {
                soft::sherrington_kirkpatrick_at(gamma, t, theta)?.ok_or_else(no_sk)
            }
            (BranchChoice::Glass, Some(theta)) if two_spin => {
                named(Branch::Glass, soft::hopfield_glass_at(gamma, t, theta))
            }
            (BranchChoice::Glass, Some(theta)) => named(Branch::Glass, one_rsb::glass_at(p, gamma, t, theta)),
            (BranchChoice::Paramagnet | BranchChoice::Dominant, Some(_)) => {
                Err(Error::bad_input("θ without a branch that depends on it")
                    .at("--theta")
                    .remedy("name one: --branch retrieval or --branch glass"))
            }
            (BranchChoice::Glass, None) if two_spin && gaussian => {
                soft::sherrington_kirkpatrick(gamma, t)?.ok_or_else(no_sk)
            }
            (BranchChoice::Glass, None) if two_spin => named(Branch::Glass, soft::hopfield_glass(gamma, t)),
            (BranchChoice::Glass, None) => named(Branch::Glass, glass::glass(p, gamma, t)),
            (BranchChoice::Paramagnet, None) if two_spin && gaussian => soft::sk_paramagnet(gamma, t),
            (BranchChoice::Paramagnet, None) => {
                let found = rs::paramagnet(p, gamma, t);
                named(Branch::Paramagnet, found.map(|x| x.map(|point| OneRsbPoint::collapsed(&point))))
            }
            (BranchChoice::Dominant, None) if two_spin && gaussian => {
                match soft::sherrington_kirkpatrick(gamma, t)? {
                    Some(point) => Ok(point),
                    None => soft::sk_paramagnet(gamma, t),
                }
            }
            (BranchChoice::Dominant, None) if gaussian => {
                let absent = || absence::no_one_rsb_branch(Branch::Glass, p, gamma, t, None);
                equilibrium::zero_state(p, gamma, t)?.ok_or_else(absent)
            }
            (BranchChoice::Dominant, None) => equilibrium::dominant(p, gamma, t),
        }
    }

    fn under_steps(&self, p: InteractionOrder, gamma: Load, t: Temperature, k: u32) -> Result<StepsPoint> {
        let gaussian = self.couplings == Couplings::Gaussian;
        if p.get() == 2 && !gaussian {
            return Err(Error::bad_input(format!("{k} steps at P = 2 with Hebbian couplings"))
                .at("--steps")
                .remedy("--steps 0 or 1 there; more at P ≥ 3, or at P = 2 with --couplings gaussian (SK)"));
        }
        if self.theta.is_some() || self.cue != 0.0 {
            let flag = if self.theta.is_some() { "--theta" } else { "--cue" };
            return Err(Error::bad_input(format!("{flag} with {k} steps"))
                .at(flag)
                .remedy("it belongs to --steps 1: leave one of the two out"));
        }
        match self.branch {
            BranchChoice::Retrieval => k_rsb::retrieval::retrieval(p, gamma, t, k)?
                .ok_or_else(|| k_rsb::retrieval::ended(p, gamma, t, k)),
            BranchChoice::Glass if p.get() == 2 => {
                k_rsb::sherrington_kirkpatrick(gamma, t, k)?.ok_or_else(|| {
                    Error::no_solution(format!("no glass of the SK model at γ = {gamma}, T = {t}"))
                        .remedy(format!("it needs T below √γ = {:.9}", gamma.get().sqrt()))
                })
            }
            BranchChoice::Glass => k_rsb::glass(p, gamma, t, k)?
                .ok_or_else(|| absence::no_one_rsb_branch(Branch::Glass, p, gamma, t, None)),
            BranchChoice::Paramagnet | BranchChoice::Dominant => {
                Err(Error::bad_input(format!("{k} steps without a branch that has them"))
                    .at("--branch")
                    .remedy("name one: --branch retrieval (P ≥ 3) or --branch glass"))
            }
        }
    }

    /// The question, then the quantities: the same keys whatever was found, null where there is nothing.
    fn document(&self, k: u32, state: Option<&State>) -> Value {
        const KEYS: &str = "m q q1 q2 theta y pressure free_energy energy entropy replicon replicon_inner replicon_outer \
                            stable complexity residual quadrature_error steps";
        let asked = self.branch.to_possible_value().map(|value| value.get_name().to_owned());
        let (branch, found, overlaps, breakpoints) = match state {
            Some(State::OneRsb(x)) => (
                Some(x.branch),
                json!({
                    "m": x.m, "q1": x.q1, "q2": x.q2, "theta": x.theta, "y": x.y, "pressure": x.pressure,
                    "free_energy": x.free_energy, "energy": x.energy, "entropy": x.entropy, "replicon": x.replicon(),
                    "replicon_inner": x.replicon_inner, "replicon_outer": x.replicon_outer, "stable": x.stable,
                    "complexity": x.complexity, "residual": x.residual, "quadrature_error": x.quadrature,
                    "steps": u32::from(x.y.is_some()),
                }),
                // q1 = q2 where nothing breaks: no step.
                if x.y.is_some() { json!([x.q1, x.q2]) } else { json!([x.q2]) },
                if x.y.is_some() { json!([x.theta]) } else { json!([]) },
            ),
            Some(State::Steps(x)) => (
                Some(x.branch),
                json!({
                    "m": x.m, "pressure": x.pressure, "free_energy": x.free_energy, "energy": x.energy,
                    "entropy": x.entropy, "replicon": x.replicon(), "replicon_inner": x.replicon_inner,
                    "replicon_outer": x.replicon_outer, "stable": x.stable, "residual": x.residual,
                    "quadrature_error": x.quadrature, "steps": x.steps(),
                }),
                json!(x.overlaps),
                json!(x.breakpoints),
            ),
            Some(State::Rs(x)) => (
                Some(x.branch),
                json!({
                    "m": x.m, "q": x.q, "pressure": x.pressure, "free_energy": x.free_energy, "energy": x.energy,
                    "entropy": x.entropy, "replicon": x.replicon, "stable": x.stable, "residual": x.residual, "steps": 0,
                }),
                json!([x.q]),
                Value::Array(Vec::new()),
            ),
            None => (None, Value::Null, Value::Null, Value::Null),
        };
        let mut document = json!({
            "p": self.p, "gamma": self.gamma, "temperature": self.temperature, "ansatz": ansatz_name(k),
            "branch": branch.map(|branch| branch.to_string()).or(asked), "exists": state.is_some(),
        });
        if let Some(map) = document.as_object_mut() {
            for key in KEYS.split_whitespace() {
                map.insert(key.into(), found.get(key).cloned().unwrap_or_default());
            }
            if self.steps.is_some() {
                map.insert("overlaps".into(), overlaps);
                map.insert("breakpoints".into(), breakpoints);
            }
        }
        document
    }
}
