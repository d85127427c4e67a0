//! `replicon theory`: replica theory of a point, a line, a capacity.

mod tables;

use super::output;
use crate::error::Result;
use crate::questions::{Answer, Capacity, Complexity, Exponential, Learn, Line, Multitask, Point, Recall};
use clap::{Args, Subcommand};
use serde_json::Value;

/// Replica theory of one point, a line, a capacity.
#[derive(Debug, Args)]
pub struct Theory {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One saddle point: m, q, free energy, energy, entropy, stability.
    Point(Asked<Point>),
    /// The largest load with retrieval, and the largest at which it is the equilibrium state.
    Capacity(Asked<Capacity>),
    /// A line of the phase diagram, at given loads or temperatures.
    Line(Asked<Line>),
    /// How many patterns are perfectly recalled at T = 0 by N spins.
    Recall(Asked<Recall>),
    /// Complexity Σ(f) of the glass states of P ≥ 3, as a curve in θ.
    Complexity(Asked<Complexity>),
    /// Archetypes learnt from M examples of quality r: overlaps, stability, critical load, smallest M.
    Learn(Asked<Learn>),
    /// States of K diluted patterns: pure, hierarchical, parallel, mixed.
    Multitask(Asked<Multitask>),
    /// The exponential network with K = e^{aN} patterns.
    Exponential(Asked<Exponential>),
}

/// A question, and how its answer is written.
#[derive(Debug, Args)]
struct Asked<Q: Args> {
    #[command(flatten)]
    question: Q,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl Theory {
    /// # Errors
    /// Bad input, or no such solution: then after the JSON document, if one is wanted.
    pub fn run(&self) -> Result<()> {
        match &self.command {
            Command::Point(asked) => report(asked.json, asked.question.answer()?, quantities),
            Command::Capacity(asked) => report(asked.json, asked.question.answer()?, quantities),
            Command::Line(asked) => report(asked.json, asked.question.answer()?, tables::line),
            Command::Recall(asked) => report(asked.json, asked.question.answer()?, quantities),
            Command::Complexity(asked) => report(asked.json, asked.question.answer()?, tables::complexity),
            Command::Learn(asked) => report(asked.json, asked.question.answer()?, tables::learn),
            Command::Multitask(asked) => report(asked.json, asked.question.answer()?, tables::multitask),
            Command::Exponential(asked) => report(asked.json, asked.question.answer()?, quantities),
        }
    }
}

/// Writes the document, as JSON or as text, and then reports the failure, if any.
fn report(as_json: bool, answer: Answer, text: fn(&Value) -> String) -> Result<()> {
    let Answer { document, failure } = answer;
    if as_json {
        output::json(&document)?;
    } else if failure.is_none() {
        output::text(&text(&document))?;
    }
    failure.map_or(Ok(()), Err)
}

/// The quantities one below the other, without those that do not exist.
fn quantities(document: &Value) -> String {
    let mut text = String::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        let label = label(key);
        match value {
            Value::Null => {}
            Value::String(word) => text += &format!("{label:<44} {word}\n"),
            value => text += &format!("{label:<44} {value}\n"),
        }
    }
    text
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
        "steps" => "steps found k",
        "overlaps" => "overlaps q_0 … q_k",
        "breakpoints" => "places of the steps x_1 … x_k",
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
        "reason_thermodynamic" => "no thermodynamic load, because",
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
