//! One trial: K patterns of N spins, kept or not.

use crate::chain::{Sample, whole};
use crate::error::Result;
use crate::estimators::Fall;
use crate::kernel::FieldTables;
use crate::model::{DenseHebbian, Patterns};
use crate::params::{InteractionOrder, Load, Temperature};
use crate::scenario::{Asked, CapacityScenario, Column, Definition, Task};
use std::sync::atomic::AtomicBool;

/// What K_c is looked for: a definition at (T, P, N).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    pub definition: Definition,
    /// 0 for perfect recall.
    pub temperature: Temperature,
    pub order: InteractionOrder,
    pub spins: usize,
    /// What saturation asks for; None for perfect recall.
    pub asked: Option<Asked>,
}

impl Goal {
    /// Those of a scenario, in the order of capacity.csv.
    pub fn all(scenario: &CapacityScenario) -> Vec<Self> {
        let zero = [Temperature::ZERO];
        let mut goals = Vec::new();
        for &definition in &scenario.definitions {
            let saturation = definition == Definition::Saturation;
            let temperatures = if saturation { scenario.temperatures.as_slice() } else { &zero };
            for &temperature in temperatures {
                for plan in &scenario.orders {
                    let asked = saturation.then_some(plan.asked);
                    let at =
                        |&spins: &usize| Self { definition, temperature, order: plan.order, spins, asked };
                    goals.extend(plan.spins.iter().map(at));
                }
            }
        }
        goals
    }

    /// How successes fall with K: one thing that fails at a K of its own, or one of many patterns.
    pub fn fall(&self) -> Fall {
        match self.definition {
            Definition::Saturation | Definition::RecallOne => Fall::Even,
            Definition::RecallAll => Fall::Extreme,
        }
    }

    /// What sizes have in common that are fitted together.
    pub fn study(&self) -> (Definition, Temperature, InteractionOrder) {
        (self.definition, self.temperature, self.order)
    }

    /// The least m that saturation keeps: the threshold, or the next step of m = 1, 1 − 2/N, … above it. Sizes where it is another are asked
    /// something else.
    pub fn least_kept(&self) -> Option<f64> {
        let (asked, n) = (self.asked?, self.spins as f64);
        // As the chain compares: N m, a whole number, with N times the threshold.
        let flipped = ((n - asked.threshold * n) / 2.0).floor();
        Some((n - 2.0 * flipped) / n)
    }

    /// Its name by its values.
    pub fn key(&self) -> String {
        let name = format!("{} p={} n={}", self.definition.name(), self.order, self.spins);
        self.asked.map_or(name.clone(), |Asked { threshold, sweeps }| {
            format!("{name} temperature={} threshold={threshold} sweeps={sweeps}", self.temperature.get())
        })
    }

    /// Relative cost of a trial at K, in pattern terms.
    pub fn cost(&self, patterns: usize) -> f64 {
        let (n, k) = (self.spins as f64, patterns as f64);
        let sweeps = self.asked.map_or(0, |asked| asked.sweeps);
        match self.definition {
            Definition::Saturation if self.order.get() == 2 => n * (sweeps as f64 * 500.0 + 0.05 * n * k),
            Definition::Saturation => sweeps as f64 * n * (300.0 + k),
            Definition::RecallOne => n * k,
            Definition::RecallAll => 0.5 * n * k * k,
        }
    }

    /// Whether sample `sample` of K patterns is a success. Patterns are those of a `run` of the same seed, P, N, K and sample.
    ///
    /// # Errors
    /// Patterns that do not fit into memory; [`crate::error::Kind::Interrupted`] once `stop` is set.
    pub fn succeeds(
        &self,
        scenario: &CapacityScenario,
        patterns: usize,
        sample: usize,
        stop: &AtomicBool,
    ) -> Result<bool> {
        let gamma = Load::realised(self.order, self.spins, patterns)?;
        let task = Task { column: Column::bare(self.order, self.spins, patterns, gamma, None), sample };
        let stored = Patterns::random(self.spins, patterns, &mut task.pattern_stream(scenario.seed))?;
        let tables = FieldTables::new(DenseHebbian::new(self.order, self.spins, patterns)?);
        match (self.definition, self.asked) {
            (Definition::Saturation, Some(asked)) => {
                let t = self.temperature;
                let mut stream = task.chain_stream(scenario.seed, "capacity", t.get(), "planted", 0);
                let sample = Sample::new(&tables, &stored, 0)?;
                sample.survives(t, asked.threshold, asked.sweeps, &mut stream, stop)
            }
            (Definition::RecallAll, _) => whole(&tables, &stored, 0..patterns, stop),
            _ => whole(&tables, &stored, 0..1, stop),
        }
    }
}
