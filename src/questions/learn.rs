//! Archetypes learnt from examples.

use super::{Ansatz, Answer, ModeChoice, load, temperature};
use crate::error::{Error, Result};
use crate::exact::given_examples;
use crate::params::{InteractionOrder, Load, Readable, Temperature};
use crate::theory::learning::at_line::{at_temperature, unstable_loads};
use crate::theory::learning::one_rsb::{self, BrokenPoint};
use crate::theory::learning::rs::{self, LearningPoint};
use crate::theory::learning::threshold::{Criterion, critical_examples};
use crate::theory::learning::{Average, MOST_EXACT_EXAMPLES, Mode, Task};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Find {
    /// The largest load with retrieval at (r, M, T)
    Load,
    /// The smallest M that retrieves the archetype at (r, γ, T)
    Examples,
    /// Where retrieval at (r, M) is unstable against replica symmetry breaking: T at given γ, or γ at given T
    At,
}

/// Retrieval of archetypes learnt from M examples of quality r.
#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learn {
    /// Whether the machine is told which examples belong together, and stores their means, or stores every example
    #[arg(long, value_enum)]
    pub mode: ModeChoice,
    /// Interaction order P ≥ 2
    #[arg(long)]
    pub p: u32,
    /// Load γ > 0 (P = 2: α = K/N); may be left out with --find load or at
    #[arg(long, allow_negative_numbers = true)]
    pub gamma: Option<f64>,
    /// Temperature T ≥ 0; 0 is the exact limit; may be left out with --find at
    #[arg(long, allow_negative_numbers = true)]
    pub temperature: Option<f64>,
    /// Quality r of the examples, 0 < r ≤ 1
    #[arg(long, allow_negative_numbers = true)]
    pub quality: f64,
    /// Examples per archetype, M ≥ 1; may be left out with --find examples
    #[arg(long, allow_negative_numbers = true)]
    pub examples: Option<u64>,
    /// The exact binomial average over the examples instead of the Gaussian one of M ≫ 1
    #[arg(long)]
    pub finite_m: bool,
    /// Instead of the state at one point: the largest load with retrieval, the smallest number of examples, or the AT line
    #[arg(long, value_enum)]
    pub find: Option<Find>,
    /// How replica symmetry is assumed to break: not at all, or in one step
    #[arg(long, value_enum, default_value = "rs")]
    pub ansatz: Ansatz,
}

fn no_examples(remedy: &str) -> Error {
    Error::bad_input("no number of examples").at("--examples").remedy(remedy)
}

/// A state under either ansatz.
enum State {
    Rs(LearningPoint),
    OneRsb(BrokenPoint),
}

impl State {
    fn point(&self) -> &LearningPoint {
        match self {
            Self::Rs(point) => point,
            Self::OneRsb(broken) => &broken.point,
        }
    }
}

impl Learn {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        if self.find == Some(Find::At) {
            return self.marginal();
        }
        let t = match self.temperature {
            Some(t) => temperature(t, "--temperature")?,
            None => return Err(Error::bad_input("no temperature").at("--temperature").remedy("give T ≥ 0")),
        };
        let gamma = match self.gamma {
            Some(gamma) => Some(load(gamma, "--gamma")?),
            None if self.find == Some(Find::Load) => None,
            None => {
                return Err(Error::bad_input("no load")
                    .at("--gamma")
                    .remedy("give a load γ > 0, or --find load"));
            }
        };
        let count = match self.examples {
            Some(count) => count,
            None if self.find == Some(Find::Examples) => 1,
            None => return Err(no_examples("give M ≥ 1, or --find examples")),
        };
        let given = self.task(count)?;
        let critical_gamma = match self.find {
            Some(Find::Load) => self.critical_load(&given, t)?,
            _ => None,
        };
        let least = match (self.find, gamma) {
            (Some(Find::Examples), Some(gamma)) => {
                let solve = |task: &Task| Ok(self.solve(task, gamma, t)?.map(|state| *state.point()));
                critical_examples(&given, Criterion::Retrieved, solve)?
            }
            _ => None,
        };
        // The state at the γ and M given; at the one found where that is left out.
        let at = match (self.examples, least) {
            (Some(_), _) => Some(given),
            (None, Some(count)) => Some(self.task(count)?),
            (None, None) => None,
        };
        let state = match (at, gamma) {
            (Some(task), Some(gamma)) => self.solve(&task, gamma, t)?,
            _ => None,
        };
        let at_end = critical_gamma.as_ref().filter(|_| gamma.is_none()).map(|(_, state)| state);
        let shown = state.as_ref().or(at_end);
        let exists = match self.find {
            None | Some(Find::At) => shown.is_some(),
            Some(Find::Load) => critical_gamma.is_some(),
            Some(Find::Examples) => least.is_some(),
        };
        let failure = if exists { None } else { Some(self.absence(&given, t)?) };
        let found = [
            ("critical_gamma", json!(critical_gamma.as_ref().map(|(gamma, _)| gamma))),
            ("critical_examples", json!(least)),
        ];
        Ok(self.with(at.as_ref(), shown, found, failure))
    }

    /// The AT line at the load or the temperature given, with the state there.
    fn marginal(&self) -> Result<Answer> {
        if self.ansatz == Ansatz::OneRsb {
            return Err(Error::bad_input("theory learn --find at under 1rsb")
                .at("--ansatz")
                .remedy("it is a line of replica symmetry, where that breaks: --ansatz rs"));
        }
        let task = self.task(self.examples.ok_or_else(|| no_examples("give M ≥ 1"))?)?;
        let (place, upper) = match (self.gamma, self.temperature) {
            (Some(gamma), None) => {
                let gamma = load(gamma, "--gamma")?;
                let t = at_temperature(&task, gamma).map(Temperature::new).transpose()?;
                (t.map(|t| (gamma, t)), None)
            }
            (None, Some(t)) => {
                let t = temperature(t, "--temperature")?;
                let first = unstable_loads(&task, t).first().copied();
                let gamma = first.map(|x| Load::new(x.lower.gamma)).transpose()?;
                (gamma.map(|gamma| (gamma, t)), first.and_then(|x| x.upper))
            }
            _ => {
                return Err(Error::bad_input("theory learn --find at")
                    .remedy("give --gamma for the temperature, or --temperature for the loads"));
            }
        };
        let state = match place {
            Some((gamma, t)) => rs::retrieval(&task, gamma, t)?.map(State::Rs),
            None => None,
        };
        let failure = place.is_none().then(|| {
            Error::no_solution(format!("{} retrieval is nowhere marginal there", self.place(&task)))
                .remedy("above the AT line it is stable up to its end; at T = 0 it is unstable at every load")
        });
        let found = [
            ("at_gamma", json!(place.filter(|_| self.gamma.is_none()).map(|(gamma, _)| gamma.get()))),
            ("at_gamma_upper", json!(upper.map(|x| x.gamma))),
            ("at_temperature", json!(place.filter(|_| self.gamma.is_some()).map(|(_, t)| t.get()))),
        ];
        Ok(self.with(Some(&task), state.as_ref(), found, failure))
    }

    /// The document with what was looked for.
    fn with<const F: usize>(
        &self,
        task: Option<&Task>,
        state: Option<&State>,
        found: [(&str, Value); F],
        failure: Option<Error>,
    ) -> Answer {
        let mut document = self.document(task, state, failure.is_none());
        if let Some(map) = document.as_object_mut() {
            map.extend(found.map(|(key, value)| (key.to_owned(), value)));
            map.insert("average".into(), json!(self.average().to_string()));
        }
        Answer { document, failure }
    }

    fn mode(&self) -> Mode {
        self.mode.into()
    }

    fn average(&self) -> Average {
        if self.finite_m { Average::Binomial } else { Average::Gaussian }
    }

    fn task(&self, count: u64) -> Result<Task> {
        let order = InteractionOrder::new(self.p).map_err(|e| e.at("--p"))?;
        let examples = given_examples(self.quality, count)?;
        // Too many examples for the exact average, or of a quality whose r^{2P} is no number.
        let flag = if self.finite_m && count > MOST_EXACT_EXAMPLES { "--examples" } else { "--quality" };
        Task::new(self.mode(), order, examples, self.average()).map_err(|e| e.at(flag))
    }

    /// What was asked, in words.
    fn place(&self, task: &Task) -> String {
        let gamma = self.gamma.map_or(String::new(), |gamma| format!(", γ = {}", Readable(gamma)));
        let t = self.temperature.map_or(String::new(), |t| format!(", T = {}", Readable(t)));
        let (r, count) = (task.examples.quality(), task.examples.count());
        format!("P = {}, r = {r}, M = {count}{gamma}{t}: {}", task.order, task.mode)
    }

    fn solve(&self, task: &Task, gamma: Load, t: Temperature) -> Result<Option<State>> {
        match self.ansatz {
            Ansatz::Rs => Ok(rs::retrieval(task, gamma, t)?.map(State::Rs)),
            Ansatz::OneRsb => Ok(one_rsb::retrieval(task, gamma, t)?.map(State::OneRsb)),
        }
    }

    fn critical_load(&self, task: &Task, t: Temperature) -> Result<Option<(f64, State)>> {
        match self.ansatz {
            Ansatz::Rs => Ok(rs::critical_load(task, t)?.map(|end| (end.gamma, State::Rs(end.point)))),
            Ansatz::OneRsb => {
                Ok(one_rsb::critical_load(task, t)?.map(|end| (end.gamma, State::OneRsb(end.point))))
            }
        }
    }

    /// Why there is no answer, and how far retrieval reaches.
    fn absence(&self, task: &Task, t: Temperature) -> Result<Error> {
        let ansatz = self.ansatz.name();
        let what = format!(
            "{} retrieval under {ansatz} at P = {}, T = {t}, r = {}",
            task.mode,
            task.order,
            task.examples.quality()
        );
        if self.find == Some(Find::Examples) {
            let gamma = Readable(self.gamma.unwrap_or_default());
            let searched = match self.finite_m {
                true => format!("no number of examples up to {MOST_EXACT_EXAMPLES}, the most of --finite-m,"),
                false => "no number of examples".to_string(),
            };
            return Ok(Error::no_solution(format!("{searched} gives {what}, γ = {gamma}"))
                .remedy("perfect examples retrieve up to the load of `theory capacity`"));
        }
        let head = format!("no {what}, M = {}", task.examples.count());
        Ok(match (self.gamma, self.critical_load(task, t)?) {
            (Some(gamma), Some((end, _))) => Error::no_solution(format!("{head}, γ = {}", Readable(gamma)))
                .remedy(format!("there it exists up to the load γ = {end:.9}")),
            _ => Error::no_solution(format!("{head} at any load")),
        })
    }

    fn document(&self, task: Option<&Task>, state: Option<&State>, exists: bool) -> Value {
        let point = state.map(State::point);
        let of = |f: fn(&LearningPoint) -> f64| point.map(f);
        let rho = task.map(|task| task.examples.entropy());
        let rho_p = task.map(|task| task.examples.tuple_entropy(task.order));
        let mut document = json!({
            "mode": self.mode().to_string(), "p": self.p, "gamma": self.gamma, "temperature": self.temperature,
            "quality": self.quality, "examples": self.examples, "ansatz": self.ansatz.name(), "branch": "retrieval",
            "exists": exists, "m": of(|x| x.m), "n": of(|x| x.n), "m_example": of(|x| x.m_example), "q": of(|x| x.q),
            "rho": rho, "rho_p": rho_p.filter(|x| x.is_finite()), "pressure": point.and_then(|x| x.pressure),
            "free_energy": of(|x| x.free_energy), "energy": of(|x| x.energy), "entropy": of(|x| x.entropy),
            "replicon": point.and_then(|x| x.replicon), "stable": point.map(|x| x.stable), "residual": of(|x| x.residual),
        });
        if self.ansatz == Ansatz::OneRsb
            && let Some(map) = document.as_object_mut()
        {
            let broken = match state {
                Some(State::OneRsb(broken)) => Some(broken),
                _ => None,
            };
            map.insert("q1".into(), json!(broken.map(|x| x.q1)));
            map.insert("q2".into(), json!(broken.map(|x| x.q2)));
            map.insert("theta".into(), json!(broken.and_then(|x| x.theta)));
            map.insert("y".into(), json!(broken.and_then(|x| x.y)));
            map.insert("replicon_inner".into(), json!(broken.and_then(|x| x.replicon_inner)));
            map.insert("replicon_outer".into(), json!(broken.and_then(|x| x.replicon_outer)));
            map.insert("resolved".into(), json!(broken.map(|x| x.resolved)));
        }
        document
    }
}
