//! The states of K diluted patterns.

use super::{Answer, ModeChoice, temperature};
use crate::error::{Error, Result};
use crate::params::{Dilution, Examples, InteractionOrder, LearningMode, Lesson, Quality};
use crate::theory::multitasking::{
    Boundary, Change, State, Task, boundaries, hierarchy_end, learnt_states, states,
};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::{Value, json};

/// States of a network of diluted patterns: pure, hierarchical, parallel, mixed.
#[derive(Debug, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multitask {
    /// Interaction order P ≥ 2
    #[arg(long, default_value_t = 2)]
    pub p: u32,
    /// Number of patterns K, 1 to 12
    #[arg(long, value_name = "K")]
    pub patterns: usize,
    /// Dilution 0 ≤ d < 1: the probability that an entry of a pattern is 0
    #[arg(long, value_name = "d", allow_negative_numbers = true)]
    pub dilution: f64,
    /// Temperature T ≥ 0; 0 is the exact limit
    #[arg(long, value_name = "T", allow_negative_numbers = true, required_unless_present = "find")]
    pub temperature: Option<f64>,
    /// Learning from examples: quality r, 0 < r ≤ 1, with --examples and --mode, at P = 2
    #[arg(
        long,
        value_name = "r",
        requires = "examples",
        conflicts_with = "find",
        allow_negative_numbers = true
    )]
    pub quality: Option<f64>,
    /// Learning: examples per archetype M ≥ 1
    #[arg(long, value_name = "M", requires = "quality")]
    pub examples: Option<u64>,
    /// Learning: supervised or unsupervised
    #[arg(long, value_enum, default_value = "supervised", requires = "quality")]
    pub mode: ModeChoice,
    /// Instead of the states at one temperature, where they change along the temperature axis
    #[arg(long, value_enum, conflicts_with = "temperature")]
    pub find: Option<Find>,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Find {
    /// Temperatures at which the state of lowest f changes its kind, and stable states of a kind begin or end
    Boundaries,
}

impl Multitask {
    /// # Errors
    /// Bad input.
    pub fn answer(&self) -> Result<Answer> {
        let d = Dilution::new(self.dilution).map_err(|error| error.at("--dilution"))?;
        let order = InteractionOrder::new(self.p).map_err(|error| error.at("--p"))?;
        if let Some(Find::Boundaries) = self.find {
            let found = boundaries(order, self.patterns, d).map_err(|e| e.at("--patterns"))?;
            return Ok(self.boundaries(&found));
        }
        // clap made sure of --temperature.
        let t = temperature(self.temperature.unwrap_or_default(), "--temperature")?;
        let end = hierarchy_end(order, self.patterns).map_err(|error| error.at("--patterns"))?;
        let lesson = self.lesson()?;
        let found = match lesson {
            Some(_) if self.p != 2 => {
                return Err(Error::bad_input(format!("--quality at P = {order}")).remedy("learning at P = 2"));
            }
            Some(lesson) => learnt_states(self.patterns, d, lesson, t).map_err(|e| e.at("--examples"))?,
            None => states(order, self.patterns, d, t)?,
        };
        // From P = 3 on the paramagnet stays stable.
        let spread = match lesson {
            Some(Lesson { mode: LearningMode::Unsupervised, examples }) => 1.0 + examples.entropy(),
            _ => 1.0,
        };
        let critical = (self.p == 2).then(|| spread * (1.0 - d.get()));
        let document = json!({
            "p": self.p, "patterns": self.patterns, "dilution": self.dilution, "temperature": t.get(),
            "mode": lesson.map(|x| x.mode.name()), "quality": self.quality, "examples": self.examples,
            "critical_temperature": critical, "hierarchy_end": end,
            "branches": found.iter().map(branch).collect::<Vec<_>>(),
        });
        Ok(Answer { document, failure: None })
    }
}

impl Multitask {
    fn lesson(&self) -> Result<Option<Lesson>> {
        let (Some(quality), Some(count)) = (self.quality, self.examples) else { return Ok(None) };
        let quality = Quality::new(quality).map_err(|error| error.at("--quality"))?;
        let examples = Examples::new(quality, count).map_err(|error| error.at("--examples"))?;
        Ok(Some(Lesson { mode: self.mode.into(), examples }))
    }

    fn boundaries(&self, found: &[Boundary]) -> Answer {
        let words = |change: Change| match change {
            Change::Equilibrium { below, above } => ("equilibrium", Some(below), Some(above)),
            Change::Ends(task) => ("ends", Some(task), None),
            Change::Begins(task) => ("begins", None, Some(task)),
        };
        let name = |task: Option<Task>| task.map(|task| task.to_string());
        let entry = |b: &Boundary| {
            let (change, below, above) = words(b.change);
            json!({ "temperature": b.temperature, "change": change, "below": name(below), "above": name(above) })
        };
        let document = json!({
            "p": self.p, "patterns": self.patterns, "dilution": self.dilution,
            "boundaries": found.iter().map(entry).collect::<Vec<_>>(),
        });
        Answer { document, failure: None }
    }
}

fn branch(x: &State) -> Value {
    json!({ "branch": x.task.to_string(), "m": x.m, "archetypes": x.archetypes, "free_energy": x.free_energy, "energy": x.energy, "stable": x.stable,
            "curvature": x.curvature, "residual": x.residual })
}
