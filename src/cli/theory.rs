//! `replicon theory`: replica theory of a point, a line, a capacity.

mod complexity;
mod exponential;
mod learn;
mod line;
mod multitask;
mod point;

use super::output;
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::one_rsb::glass::check_theta;
use crate::theory::one_rsb::{equilibrium, retrieval};
use crate::theory::{Branch, lines, recall, transition};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

/// Replica theory of one point, a line, a capacity.
#[derive(Debug, Args)]
pub struct Theory {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One saddle point: m, q, free energy, energy, entropy, stability.
    Point(point::Point),
    /// The largest load with retrieval, and the largest at which it is the equilibrium state.
    Capacity(Capacity),
    /// A line of the phase diagram, at given loads or temperatures.
    Line(line::Line),
    /// How many patterns are perfectly recalled at T = 0 by N spins.
    Recall(RecallArgs),
    /// Complexity Σ(f) of the glass states of P ≥ 3, as a curve in θ.
    Complexity(complexity::Complexity),
    /// Archetypes learnt from M examples of quality r: overlaps, stability, critical load, smallest M.
    Learn(learn::Learn),
    /// States of K diluted patterns: pure, hierarchical, parallel, mixed.
    Multitask(multitask::Multitask),
    /// The exponential network with K = e^{aN} patterns.
    Exponential(exponential::Exponential),
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Ansatz {
    /// Replica symmetry
    Rs,
    /// One step of replica symmetry breaking
    #[value(name = "1rsb")]
    OneRsb,
}

impl Ansatz {
    fn name(self) -> &'static str {
        if self == Self::Rs { "rs" } else { "1rsb" }
    }
}

#[derive(Debug, Args)]
struct Capacity {
    /// Interaction order P ≥ 2
    #[arg(long)]
    p: u32,
    /// Temperature T ≥ 0; 0 is the exact limit
    #[arg(long, allow_negative_numbers = true)]
    temperature: f64,
    #[arg(long, value_enum, default_value = "rs")]
    ansatz: Ansatz,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct RecallArgs {
    /// Interaction order P ≥ 2
    #[arg(long)]
    p: u32,
    /// Number of spins N ≥ P
    #[arg(long)]
    n: u64,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

fn not_yet(what: &str) -> Error {
    Error::bad_input(format!("{what}: not yet"))
        .remedy("this version has --ansatz rs and 1rsb: theory point, capacity, line, complexity, recall")
}

impl Theory {
    /// # Errors
    /// Bad input, or no such solution: then after the JSON document, if one is wanted.
    pub fn run(&self) -> Result<()> {
        match &self.command {
            Command::Point(point) => point.run(),
            Command::Capacity(capacity) => capacity.run(),
            Command::Line(line) => line.run(),
            Command::Recall(recall) => recall.run(),
            Command::Complexity(complexity) => complexity.run(),
            Command::Learn(learn) => learn.run(),
            Command::Multitask(multitask) => multitask.run(),
            Command::Exponential(exponential) => exponential.run(),
        }
    }
}

/// The values of flags, refused by the name of the flag.
fn order(p: u32) -> Result<InteractionOrder> {
    InteractionOrder::new(p).map_err(|error| error.at("--p"))
}

fn load(gamma: f64, flag: &str) -> Result<Load> {
    Load::new(gamma).map_err(|error| error.at(flag))
}

fn temperature(t: f64, flag: &str) -> Result<Temperature> {
    Temperature::new(t).map_err(|error| error.at(flag))
}

/// θ of 1RSB at given temperature.
fn breaking_point(theta: f64, t: Temperature, flag: &str) -> Result<()> {
    check_theta(theta, t).map_err(|error| error.at(flag))
}

/// Writes the document, as JSON or as aligned text without its nulls, and then reports the failure, if any.
fn report(as_json: bool, document: &Value, failure: Option<Error>) -> Result<()> {
    if as_json {
        output::json(document)?;
    } else if failure.is_none() {
        let mut text = String::new();
        for (key, value) in document.as_object().into_iter().flatten() {
            let label = label(key);
            match value {
                Value::Null => {}
                Value::String(word) => text += &format!("{label:<44} {word}\n"),
                value => text += &format!("{label:<44} {value}\n"),
            }
        }
        output::text(&text)?;
    }
    failure.map_or(Ok(()), Err)
}

/// A key in words and the letters of the equations; energies per spin in units of the coupling, k_B = 1.
fn label(key: &str) -> &str {
    match key {
        "p" => "interaction order P",
        "gamma" => "load γ",
        "temperature" => "temperature T",
        "m" => "Mattis magnetisation m",
        "n" => "spins N",
        "stored_overlap" => "overlap n with what is stored",
        "m_example" => "overlap with one example",
        "rho" => "dataset entropy ρ = (1 − r²)/(M r²)",
        "rho_p" => "ρ_P = (1 − r^{2P})/(M r^{2P})",
        "quality" => "quality r",
        "examples" => "examples per archetype M",
        "at_gamma" => "AT load γ (unstable from here)",
        "at_gamma_upper" => "AT load γ (stable again from here)",
        "at_temperature" => "AT temperature T (unstable below)",
        "resolved" => "breaking resolved",
        "critical_gamma" => "critical load γ_c (retrieval ends)",
        "critical_examples" => "smallest M that retrieves",
        "average" => "average over the examples",
        "q" => "replica overlap q",
        "pressure" => "pressure A = (1/N) E log Z",
        "free_energy" => "free energy f = −TA per spin",
        "energy" => "energy u per spin",
        "entropy" => "entropy s per spin",
        "q1" => "overlap of two states q1",
        "q2" => "overlap inside a state q2",
        "theta" => "breaking point θ",
        "y" => "y = βθ",
        "replicon" => "replicon eigenvalue λ",
        "replicon_inner" => "inner stability (states split)",
        "replicon_outer" => "outer stability (states cluster)",
        "complexity" => "complexity Σ = −θ² ∂A/∂θ",
        "stable" => "stable (λ > 0)",
        "residual" => "residual of the saddle equations",
        "quadrature_error" => "change when the quadrature is refined",
        "gamma_spinodal" => "spinodal load γ_s (retrieval ends)",
        "m_spinodal" => "Mattis magnetisation there",
        "gamma_thermodynamic" => "thermodynamic load (retrieval dominant)",
        "competitor" => "its competitor",
        "k_one" => "K_one (one pattern whole, probability ½)",
        "k_all" => "K_all (all patterns whole, probability ½)",
        "ln_k_one" => "log K_one",
        "ln_k_all" => "log K_all",
        "rate" => "rate a of K = e^{aN}",
        "critical_rate" => "critical rate a_c (retrieval ends)",
        "noise" => "noise ψ of the other patterns",
        "condensed" => "the nearest of them alone",
        "free_energy_retrieval" => "free energy of all valleys together",
        "free_energy_paramagnet" => "free energy elsewhere",
        "corrupted" => "fraction ϱ of wrong bits",
        "recall_rate_one" => "rate to undo them at T = 0, one pattern",
        "recall_rate_all" => "rate to undo them at T = 0, all patterns",
        other => other,
    }
}

/// Splits off what decides between a failure of the theory (exit 3, document written) and one of the input.
fn solution<T>(result: Result<T>) -> Result<std::result::Result<T, Error>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) if error.exit_code() == 3 => Ok(Err(error)),
        Err(error) => Err(error),
    }
}

impl Capacity {
    fn run(&self) -> Result<()> {
        let (p, t) = (order(self.p)?, temperature(self.temperature, "--temperature")?);
        let found = match self.ansatz {
            Ansatz::Rs => lines::retrieval_spinodal_load(p, t).map(|x| (x.gamma, x.m, x.residual)),
            Ansatz::OneRsb => retrieval::spinodal(p, t).map(|x| (x.gamma, x.point.m, x.point.residual)),
        };
        let (end, failure) = match solution(found)? {
            Ok(end) => (Some(end), None),
            Err(error) => (None, Some(error)),
        };
        let exchange = match self.ansatz {
            _ if end.is_none() => None,
            Ansatz::Rs => transition::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
            Ansatz::OneRsb => equilibrium::thermodynamic_load(p, t)?.map(|x| (x.gamma, x.competitor)),
        };
        let document = json!({
            "p": self.p, "temperature": self.temperature, "ansatz": self.ansatz.name(), "exists": end.is_some(),
            "gamma_spinodal": end.map(|x| x.0), "m_spinodal": end.map(|x| x.1),
            "gamma_thermodynamic": exchange.map(|x| x.0),
            "competitor": exchange.map(|x| competitor(p, self.ansatz, x.1)),
            "residual": end.map(|x| x.2),
        });
        report(self.json, &document, failure)
    }
}

/// The name of the state that retrieval exchanges with: at P ≥ 3 the glass is 1RSB under both ansätze, at P = 2 that of `ansatz`.
fn competitor(p: InteractionOrder, ansatz: Ansatz, branch: Branch) -> String {
    match branch {
        Branch::Glass if p.get() > 2 || ansatz == Ansatz::OneRsb => "glass (1rsb)".to_owned(),
        other => other.to_string(),
    }
}

impl RecallArgs {
    fn run(&self) -> Result<()> {
        let found = recall::recall(order(self.p)?, self.n).map_err(|error| error.at("--n"))?;
        let mut document =
            json!({ "p": self.p, "n": self.n, "k_one": found.k_one(), "k_all": found.k_all() });
        if !self.json
            && let Some(map) = document.as_object_mut()
        {
            map.insert("ln_k_one".into(), json!(found.ln_k_one));
            map.insert("ln_k_all".into(), json!(found.ln_k_all));
        }
        report(self.json, &document, None)
    }
}
