//! `replicon theory learn`: archetypes learnt from examples.

use super::{Ansatz, report};
use crate::error::{Error, Result};
use crate::params::{Examples, InteractionOrder, Load, Quality, Temperature};
use crate::theory::learning::one_rsb::{self, BrokenPoint};
use crate::theory::learning::rs::{self, LearningPoint};
use crate::theory::learning::threshold::{Criterion, critical_examples};
use crate::theory::learning::{Average, MOST_EXACT_EXAMPLES, Mode, Task};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum ModeChoice {
    /// The mean example of each archetype is stored
    Supervised,
    /// Every example is stored
    Unsupervised,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Find {
    /// The largest load with retrieval at (r, M, T)
    Load,
    /// The smallest M that retrieves the archetype at (r, γ, T)
    Examples,
}

#[derive(Debug, Args)]
pub struct Learn {
    #[arg(long, value_enum)]
    mode: ModeChoice,
    /// Interaction order P ≥ 2
    #[arg(long)]
    p: u32,
    /// Load γ > 0 (P = 2: α = K/N); may be left out with --find load
    #[arg(long, allow_negative_numbers = true)]
    gamma: Option<f64>,
    /// Temperature T ≥ 0; 0 is the exact limit
    #[arg(long, allow_negative_numbers = true)]
    temperature: f64,
    /// Quality r of the examples, 0 < r ≤ 1
    #[arg(long, allow_negative_numbers = true)]
    quality: f64,
    /// Examples per archetype, M ≥ 1; may be left out with --find examples
    #[arg(long, allow_negative_numbers = true)]
    examples: Option<u64>,
    /// The exact binomial average over the examples instead of the Gaussian one of M ≫ 1
    #[arg(long)]
    finite_m: bool,
    #[arg(long, value_enum)]
    find: Option<Find>,
    #[arg(long, value_enum, default_value = "rs")]
    ansatz: Ansatz,
    /// One JSON document
    #[arg(long)]
    json: bool,
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
    /// Bad input, or no such solution: then after the JSON document, if one is wanted.
    pub fn run(&self) -> Result<()> {
        let order = InteractionOrder::new(self.p).map_err(|e| e.at("--p"))?;
        let t = Temperature::new(self.temperature).map_err(|e| e.at("--temperature"))?;
        let quality = Quality::new(self.quality).map_err(|e| e.at("--quality"))?;
        let load = match self.gamma {
            Some(gamma) => Some(Load::new(gamma).map_err(|e| e.at("--gamma"))?),
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
            None => {
                return Err(Error::bad_input("no number of examples")
                    .at("--examples")
                    .remedy("give M ≥ 1, or --find examples"));
            }
        };
        let mode = match self.mode {
            ModeChoice::Supervised => Mode::Supervised,
            ModeChoice::Unsupervised => Mode::Unsupervised,
        };
        let average = if self.finite_m { Average::Binomial } else { Average::Gaussian };
        let task = |count: u64| -> Result<Task> {
            let examples = Examples::new(quality, count).map_err(|e| e.at("--examples"))?;
            Task::new(mode, order, examples, average)
        };
        let given = task(count)?;
        let critical_gamma = match self.find {
            Some(Find::Load) => self.critical_load(&given, t)?,
            _ => None,
        };
        let least = match (self.find, load) {
            (Some(Find::Examples), Some(gamma)) => {
                let solve = |task: &Task| Ok(self.solve(task, gamma, t)?.map(|state| *state.point()));
                critical_examples(&given, Criterion::Retrieved, solve)?
            }
            _ => None,
        };
        // The state at the γ and M given; at the one found where that is left out.
        let at = match (self.examples, least) {
            (Some(_), _) => Some(given),
            (None, Some(count)) => Some(task(count)?),
            (None, None) => None,
        };
        let state = match (at, load) {
            (Some(task), Some(gamma)) => self.solve(&task, gamma, t)?,
            _ => None,
        };
        let at_end = critical_gamma.as_ref().filter(|_| load.is_none()).map(|(_, state)| state);
        let shown = state.as_ref().or(at_end);
        let exists = match self.find {
            None => shown.is_some(),
            Some(Find::Load) => critical_gamma.is_some(),
            Some(Find::Examples) => least.is_some(),
        };
        let failure = if exists { None } else { Some(self.absence(&given, t)?) };
        let mut document = self.document(at.as_ref(), shown, exists);
        if let Some(map) = document.as_object_mut() {
            map.insert("critical_gamma".into(), json!(critical_gamma.as_ref().map(|(gamma, _)| gamma)));
            map.insert("critical_examples".into(), json!(least));
            map.insert("average".into(), json!(average.to_string()));
            // In words n is the number of spins elsewhere.
            if !self.json
                && let Some(n) = map.remove("n")
            {
                map.insert("stored_overlap".into(), n);
            }
        }
        report(self.json, &document, failure)
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
            task.mode, task.order, self.quality
        );
        if self.find == Some(Find::Examples) {
            let gamma = self.gamma.unwrap_or_default();
            let searched = match self.finite_m {
                true => format!("no number of examples up to {MOST_EXACT_EXAMPLES}, the most of --finite-m,"),
                false => "no number of examples".to_string(),
            };
            return Ok(Error::no_solution(format!("{searched} gives {what}, γ = {gamma}"))
                .remedy("perfect examples retrieve up to the load of `theory capacity`"));
        }
        let head = format!("no {what}, M = {}", task.examples.count());
        Ok(match (self.gamma, self.critical_load(task, t)?) {
            (Some(gamma), Some((end, _))) => Error::no_solution(format!("{head}, γ = {gamma}"))
                .remedy(format!("there it exists up to the load γ = {end:.9}")),
            _ => Error::no_solution(format!("{head} at any load")),
        })
    }

    fn document(&self, task: Option<&Task>, state: Option<&State>, exists: bool) -> Value {
        let point = state.map(State::point);
        let of = |f: fn(&LearningPoint) -> f64| point.map(f);
        let rho = task.map(|task| task.examples.entropy());
        let rho_p = task.map(|task| task.examples.tuple_entropy(task.order));
        let mode = if self.mode == ModeChoice::Supervised { Mode::Supervised } else { Mode::Unsupervised };
        let mut document = json!({
            "mode": mode.to_string(), "p": self.p, "gamma": self.gamma, "temperature": self.temperature,
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
        }
        document
    }
}
