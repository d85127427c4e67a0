//! What theory can be asked by name, and its answers as documents: `replicon theory` and Python's `replicon.theory` are this.
//!
//! A question is a struct whose fields are the flags of the command line and the keywords of Python. Its [`Answer`] is the JSON
//! document of design and docs: quantities by name, null where one does not exist, with the reason beside it.

mod capacity;
mod complexity;
mod exponential;
mod learn;
mod line;
mod multitask;
mod plefka;
mod point;
mod recall;

pub use capacity::Capacity;
pub use complexity::Complexity;
pub use exponential::Exponential;
pub use learn::Learn;
pub use line::Line;
pub use multitask::Multitask;
pub use plefka::{PlefkaExpansion, expand};
pub use point::Point;
pub use recall::Recall;

use crate::error::{Error, Kind, Result};
use crate::params::{InteractionOrder, LearningMode, Load, Temperature};
use crate::theory::Branch;
use crate::theory::one_rsb::glass::check_theta;
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::Value;

/// What a question came to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// An object: the question echoed, then the quantities; null where one does not exist.
    pub document: Value,
    /// Why there is no solution, where there is none ([`Kind::NoSolution`]).
    pub failure: Option<Error>,
}

/// How replica symmetry is assumed to break.
#[derive(Debug, Clone, Copy, PartialEq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ansatz {
    /// Replica symmetry
    Rs,
    /// One step of replica symmetry breaking
    #[value(name = "1rsb")]
    #[serde(rename = "1rsb")]
    OneRsb,
}

impl Ansatz {
    pub fn name(self) -> &'static str {
        if self == Self::Rs { "rs" } else { "1rsb" }
    }

    fn steps(self) -> u32 {
        u32::from(self == Self::OneRsb)
    }
}

/// What `--ansatz` and `--steps` come to, as a number of steps: rs where neither is given.
///
/// # Errors
/// Where the two contradict each other.
fn steps(ansatz: Option<Ansatz>, steps: Option<u32>) -> Result<u32> {
    match (ansatz, steps) {
        (Some(ansatz), Some(k)) if k != ansatz.steps() => {
            Err(Error::bad_input(format!("{k} steps with --ansatz {}", ansatz.name()))
                .at("--steps")
                .remedy("rs is 0 steps and 1rsb is 1: leave --ansatz out"))
        }
        (_, Some(k)) => Ok(k),
        (ansatz, None) => Ok(ansatz.map_or(0, Ansatz::steps)),
    }
}

/// rs, 1rsb, 2rsb, …
fn ansatz_name(steps: u32) -> String {
    if steps == 0 { "rs".to_owned() } else { format!("{steps}rsb") }
}

/// Whether the machine is told which examples belong together.
#[derive(Debug, Clone, Copy, PartialEq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModeChoice {
    /// The mean example of each archetype is stored
    Supervised,
    /// Every example is stored
    Unsupervised,
}

impl From<ModeChoice> for LearningMode {
    fn from(choice: ModeChoice) -> Self {
        match choice {
            ModeChoice::Supervised => Self::Supervised,
            ModeChoice::Unsupervised => Self::Unsupervised,
        }
    }
}

fn not_yet(what: &str) -> Error {
    Error::bad_input(format!("{what}: not yet"))
        .remedy("this version has --ansatz rs and 1rsb: theory point, capacity, line, complexity, recall")
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

/// Splits off what decides between a failure of the theory (an answer) and one of the input.
fn solution<T>(result: Result<T>) -> Result<(Option<T>, Option<Error>)> {
    match result {
        Ok(value) => Ok((Some(value), None)),
        Err(error) if error.kind() == Kind::NoSolution => Ok((None, Some(error))),
        Err(error) => Err(error),
    }
}

/// The name of the state that retrieval exchanges with: at P ≥ 3 the glass has one step where retrieval has none, else as many as are
/// asked for.
fn competitor(p: InteractionOrder, steps: u32, branch: Branch) -> String {
    match branch {
        Branch::Glass if p.get() > 2 || steps > 0 => format!("glass ({})", ansatz_name(steps.max(1))),
        other => other.to_string(),
    }
}
