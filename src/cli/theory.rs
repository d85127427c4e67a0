//! `replicon theory`: replica theory of a point, a line, a capacity.

use super::output;
use crate::error::{Error, Result};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::theory::{Branch, SaddlePoint, absence, at_line, lines, recall, rs, transition};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};

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
    Line(Line),
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Where retrieval ends
    RetrievalSpinodal,
    /// Where retrieval stops being the equilibrium state (P = 2)
    RetrievalThermodynamic,
    /// Where retrieval is unstable against replica symmetry breaking
    AtRetrieval,
    /// Where the glass is (P = 2: its onset)
    AtGlass,
    /// Where the RS glass begins (P ≥ 3: an artefact of replica symmetry)
    GlassOnset,
    /// 1RSB, not yet
    Static,
    /// 1RSB, not yet
    Dynamic,
    /// 1RSB, not yet
    Gardner,
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
struct Line {
    /// Interaction order P ≥ 2
    #[arg(long)]
    p: u32,
    #[arg(long, value_enum)]
    kind: Kind,
    #[arg(long, value_enum, default_value = "rs")]
    ansatz: Ansatz,
    /// Loads at which the temperature is wanted (the highest where there are two)
    #[arg(long, value_name = "γ[,γ…]", value_delimiter = ',', allow_negative_numbers = true)]
    gammas: Vec<f64>,
    /// Temperatures at which the load is wanted
    #[arg(
        long,
        value_name = "T[,T…]",
        value_delimiter = ',',
        allow_negative_numbers = true,
        conflicts_with = "gammas",
        required_unless_present = "gammas"
    )]
    temperatures: Vec<f64>,
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
        if self.cue != 0.0 {
            // Refuses, and says what is accepted.
            rs::retrieval(p, gamma, t, self.cue)?;
        }
        let named = |branch: Branch, found: Result<Option<SaddlePoint>>| {
            found.and_then(|point| point.ok_or_else(|| absence::no_rs_branch(branch, p, gamma, t)))
        };
        let found = match self.branch {
            BranchChoice::Retrieval => named(Branch::Retrieval, rs::retrieval(p, gamma, t, 0.0)),
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

/// One point of a line: (γ, T, log T, m, q), what is missing None.
#[derive(Default)]
struct LinePoint {
    gamma: Option<f64>,
    temperature: Option<f64>,
    ln_temperature: Option<f64>,
    m: Option<f64>,
    q: Option<f64>,
}

impl LinePoint {
    fn value(&self) -> Value {
        let pairs = [
            ("gamma", self.gamma),
            ("temperature", self.temperature),
            ("ln_temperature", self.ln_temperature),
            ("m", self.m),
            ("q", self.q),
        ];
        Value::Object(pairs.into_iter().map(|(k, x)| (k.to_owned(), json!(x))).collect::<Map<_, _>>())
    }

    fn at(gamma: f64, t: f64) -> Self {
        let ln_temperature = (t > 0.0).then(|| libm::log(t));
        Self { gamma: Some(gamma), temperature: Some(t), ln_temperature, ..Self::default() }
    }
}

impl From<at_line::AtPoint> for LinePoint {
    fn from(point: at_line::AtPoint) -> Self {
        Self {
            gamma: Some(point.gamma),
            temperature: point.temperature,
            ln_temperature: Some(point.ln_temperature),
            m: Some(point.m),
            q: Some(point.q),
        }
    }
}

impl From<transition::Transition> for LinePoint {
    fn from(point: transition::Transition) -> Self {
        let (m, q) = (Some(point.retrieval.m), Some(point.retrieval.q));
        Self { m, q, ..Self::at(point.gamma, point.temperature) }
    }
}

impl Line {
    fn run(&self) -> Result<()> {
        self.ansatz.only_rs("theory line")?;
        let p = InteractionOrder::new(self.p)?;
        let kind = self.kind.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        match self.kind {
            Kind::Static | Kind::Dynamic | Kind::Gardner => {
                return Err(not_yet(&format!("theory line --kind {kind} (1rsb)")));
            }
            Kind::RetrievalThermodynamic if p.get() > 2 => {
                return Err(not_yet("theory line --kind retrieval-thermodynamic at P ≥ 3 (1rsb)"));
            }
            _ => {}
        }
        // All values are checked before the first is solved.
        let loads = self.gammas.iter().map(|&x| Load::new(x)).collect::<Result<Vec<_>>>()?;
        let temperatures =
            self.temperatures.iter().map(|&x| Temperature::new(x)).collect::<Result<Vec<_>>>()?;
        let mut points = Vec::with_capacity(loads.len() + temperatures.len());
        for gamma in loads {
            let found = self.temperature_at(p, gamma)?;
            points.push(found.unwrap_or(LinePoint { gamma: Some(gamma.get()), ..LinePoint::default() }));
        }
        for t in temperatures {
            let found = self.load_at(p, t)?;
            points.push(found.unwrap_or(LinePoint { gamma: None, ..LinePoint::at(0.0, t.get()) }));
        }
        let exists = points
            .iter()
            .any(|x| x.gamma.is_some() && (x.temperature.is_some() || x.ln_temperature.is_some()));
        let failure = (!exists).then(|| self.nothing(p, &kind));
        if self.json {
            let document = json!({
                "line": kind, "p": self.p, "ansatz": "rs", "exists": exists,
                "points": points.iter().map(LinePoint::value).collect::<Vec<_>>(),
            });
            return report(true, &document, failure);
        }
        if let Some(failure) = failure {
            return Err(failure);
        }
        let mut text = format!("{kind}, P = {p}, rs\n");
        text += &format!("{:>20} {:>20} {:>20} {:>20} {:>20}\n", "γ", "T", "ln T", "m", "q");
        let cell = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.12}"));
        for point in &points {
            let all = [point.gamma, point.temperature, point.ln_temperature, point.m, point.q];
            text += &all.map(|x| format!("{:>20}", cell(x))).join(" ");
            text += "\n";
        }
        output::text(&text)
    }

    fn temperature_at(&self, p: InteractionOrder, gamma: Load) -> Result<Option<LinePoint>> {
        Ok(match self.kind {
            Kind::RetrievalSpinodal => match lines::retrieval_spinodal_temperature(p, gamma)? {
                Some(t) => {
                    let end = lines::retrieval_spinodal_load(p, Temperature::new(t)?);
                    let end = solution(end)?.ok();
                    let (m, q) = (end.map(|x| x.m), end.map(|x| x.q));
                    Some(LinePoint { m, q, ..LinePoint::at(gamma.get(), t) })
                }
                None => None,
            },
            Kind::RetrievalThermodynamic => transition::thermodynamic_temperature(p, gamma)?.map(Into::into),
            Kind::AtRetrieval => at_line::at_retrieval_temperature(p, gamma)?.map(Into::into),
            Kind::AtGlass if p.get() > 2 => None,
            Kind::AtGlass | Kind::GlassOnset => {
                Some(LinePoint::at(gamma.get(), lines::glass_onset_temperature(p, gamma)?))
            }
            Kind::Static | Kind::Dynamic | Kind::Gardner => None,
        })
    }

    fn load_at(&self, p: InteractionOrder, t: Temperature) -> Result<Option<LinePoint>> {
        Ok(match self.kind {
            Kind::RetrievalSpinodal => solution(lines::retrieval_spinodal_load(p, t))?
                .ok()
                .map(|end| LinePoint { m: Some(end.m), q: Some(end.q), ..LinePoint::at(end.gamma, t.get()) }),
            Kind::RetrievalThermodynamic => {
                solution(transition::thermodynamic_load(p, t))?.ok().flatten().map(Into::into)
            }
            Kind::AtRetrieval => at_line::at_retrieval_load(p, t).map(Into::into),
            Kind::AtGlass if p.get() > 2 => None,
            Kind::AtGlass | Kind::GlassOnset => {
                lines::glass_onset_load(p, t).map(|gamma| LinePoint::at(gamma, t.get()))
            }
            Kind::Static | Kind::Dynamic | Kind::Gardner => None,
        })
    }

    fn nothing(&self, p: InteractionOrder, kind: &str) -> Error {
        let hottest = lines::hottest_retrieval(p);
        let why = match self.kind {
            Kind::AtGlass if p.get() > 2 => {
                "the RS glass is AT-unstable on its whole branch at P ≥ 3, so there is no at-glass line; \
                 ask for glass-onset (an artefact of replica symmetry)"
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
