//! `replicon theory`: replica theory of a point, a line, a capacity.

mod line;

use super::output;
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::{Branch, SaddlePoint, absence, lines, recall, rs, transition};
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
    Point(Point),
    /// The largest load with retrieval, and the largest at which it is the equilibrium state.
    Capacity(Capacity),
    /// A line of the phase diagram, at given loads or temperatures.
    Line(line::Line),
    /// How many patterns are perfectly recalled at T = 0 by N spins.
    Recall(RecallArgs),
    /// Complexity of the 1RSB states (not yet).
    Complexity(Later),
    /// Learning from examples (not yet).
    Learn(Later),
    /// Diluted patterns (not yet).
    Multitask(Later),
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Ansatz {
    /// Replica symmetry
    Rs,
    /// One step of replica symmetry breaking (not yet)
    #[value(name = "1rsb")]
    OneRsb,
}

impl Ansatz {
    fn only_rs(self, what: &str) -> Result<()> {
        if self == Self::Rs { Ok(()) } else { Err(not_yet(&format!("{what} under 1rsb"))) }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Couplings {
    Hebbian,
    /// The p-spin control (not yet)
    Gaussian,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum BranchChoice {
    Retrieval,
    Glass,
    Paramagnet,
    /// The one of lowest free energy among the physical ones
    Dominant,
}

#[derive(Debug, Args)]
struct Point {
    /// Interaction order P ≥ 2
    #[arg(long)]
    p: u32,
    /// Load γ > 0 (P = 2: α = K/N)
    #[arg(long, allow_negative_numbers = true)]
    gamma: f64,
    /// Temperature T ≥ 0; 0 is the exact limit
    #[arg(long, allow_negative_numbers = true)]
    temperature: f64,
    #[arg(long, value_enum, default_value = "rs")]
    ansatz: Ansatz,
    #[arg(long, value_enum, default_value = "dominant")]
    branch: BranchChoice,
    /// 1RSB at fixed θ (not yet)
    #[arg(long, allow_negative_numbers = true)]
    theta: Option<f64>,
    /// Gaussian couplings: the p-spin control (not yet)
    #[arg(long, value_enum, default_value = "hebbian")]
    couplings: Couplings,
    /// Steps of replica symmetry breaking: 0 is rs; more, not yet
    #[arg(long)]
    steps: Option<u32>,
    /// Cue field h along the pattern (not yet)
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    cue: f64,
    /// One JSON document
    #[arg(long)]
    json: bool,
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

/// A theory of a later version: says so, whatever its arguments.
#[derive(Debug, Args)]
struct Later {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<String>,
}

fn not_yet(what: &str) -> Error {
    Error::bad_input(format!("{what}: not yet"))
        .remedy("this version has replica symmetry (--ansatz rs): theory point, capacity, line, recall")
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
            Command::Complexity(_) => Err(not_yet("theory complexity")),
            Command::Learn(_) => Err(not_yet("theory learn")),
            Command::Multitask(_) => Err(not_yet("theory multitask")),
        }
    }
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
        "n" => "spins N",
        "gamma" => "load γ",
        "temperature" => "temperature T",
        "m" => "Mattis magnetisation m",
        "q" => "replica overlap q",
        "pressure" => "pressure A = (1/N) E log Z",
        "free_energy" => "free energy f = −TA per spin",
        "energy" => "energy u per spin",
        "entropy" => "entropy s per spin",
        "replicon" => "replicon eigenvalue λ",
        "stable" => "stable (λ > 0)",
        "residual" => "residual of the saddle equations",
        "gamma_spinodal" => "spinodal load γ_s (retrieval ends)",
        "m_spinodal" => "Mattis magnetisation there",
        "gamma_thermodynamic" => "thermodynamic load (retrieval dominant)",
        "competitor" => "its competitor",
        "k_one" => "K_one (one pattern whole, probability ½)",
        "k_all" => "K_all (all patterns whole, probability ½)",
        "ln_k_one" => "log K_one",
        "ln_k_all" => "log K_all",
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

impl Point {
    fn run(&self) -> Result<()> {
        self.ansatz.only_rs("theory point")?;
        if self.steps.is_some_and(|k| k > 0) {
            return Err(not_yet("theory point --steps 1 and more"));
        }
        if self.theta.is_some() {
            return Err(not_yet("theory point --theta"));
        }
        if matches!(self.couplings, Couplings::Gaussian) {
            return Err(not_yet("theory point --couplings gaussian"));
        }
        let p = InteractionOrder::new(self.p)?;
        let (gamma, t) = (Load::new(self.gamma)?, Temperature::new(self.temperature)?);
        let named = |branch: Branch, found: Result<Option<SaddlePoint>>| {
            found.and_then(|point| point.ok_or_else(|| absence::no_rs_branch(branch, p, gamma, t)))
        };
        let found = match self.branch {
            BranchChoice::Retrieval => named(Branch::Retrieval, rs::retrieval(p, gamma, t, self.cue)),
            // In a cue field every state is magnetised.
            BranchChoice::Dominant if self.cue != 0.0 => {
                named(Branch::Retrieval, rs::retrieval(p, gamma, t, self.cue))
            }
            BranchChoice::Glass | BranchChoice::Paramagnet if self.cue != 0.0 => {
                Err(Error::no_solution(format!("no m = 0 state in a cue field h = {}", self.cue))
                    .remedy("ask for --branch retrieval, or leave --cue out"))
            }
            BranchChoice::Glass => named(Branch::Glass, rs::glass(p, gamma, t)),
            BranchChoice::Paramagnet => named(Branch::Paramagnet, rs::paramagnet(p, gamma, t)),
            BranchChoice::Dominant => rs::dominant(p, gamma, t),
        };
        let (point, failure) = match solution(found)? {
            Ok(point) => (Some(point), None),
            Err(error) => (None, Some(error)),
        };
        let asked = self.branch.to_possible_value().map(|value| value.get_name().to_owned());
        let branch = point.map(|point| point.branch.to_string()).or(asked);
        let mut document = json!({
            "p": self.p, "gamma": self.gamma, "temperature": self.temperature, "ansatz": "rs", "branch": branch,
            "exists": point.is_some(),
            "m": point.map(|x| x.m), "q": point.map(|x| x.q), "q1": null, "q2": null, "theta": null,
            "pressure": point.and_then(|x| x.pressure), "free_energy": point.map(|x| x.free_energy),
            "energy": point.map(|x| x.energy), "entropy": point.map(|x| x.entropy),
            "replicon": point.and_then(|x| x.replicon), "replicon_inner": null, "replicon_outer": null,
            "stable": point.map(|x| x.stable), "complexity": null, "residual": point.map(|x| x.residual),
        });
        if self.steps.is_some()
            && let Some(map) = document.as_object_mut()
        {
            map.insert("overlaps".into(), json!(point.map(|x| [x.q])));
            map.insert("breakpoints".into(), json!(point.map(|_| [0.0; 0])));
        }
        report(self.json, &document, failure)
    }
}

impl Capacity {
    fn run(&self) -> Result<()> {
        self.ansatz.only_rs("theory capacity")?;
        let (p, t) = (InteractionOrder::new(self.p)?, Temperature::new(self.temperature)?);
        let (end, failure) = match solution(lines::retrieval_spinodal_load(p, t))? {
            Ok(end) => (Some(end), None),
            Err(error) => (None, Some(error)),
        };
        let equilibrium =
            if p.get() == 2 && end.is_some() { transition::thermodynamic_load(p, t)? } else { None };
        let document = json!({
            "p": self.p, "temperature": self.temperature, "ansatz": "rs", "exists": end.is_some(),
            "gamma_spinodal": end.map(|x| x.gamma), "m_spinodal": end.map(|x| x.m),
            "gamma_thermodynamic": equilibrium.map(|x| x.gamma),
            "competitor": equilibrium.map(|x| x.competitor.to_string()),
            "residual": end.map(|x| x.residual),
        });
        report(self.json, &document, failure)
    }
}

impl RecallArgs {
    fn run(&self) -> Result<()> {
        let found = recall::recall(InteractionOrder::new(self.p)?, self.n)?;
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
