//! `replicon exact`: thermal averages by enumeration.

use super::lesson_args::LessonArgs;
use super::output;
use super::pattern_args::PatternArgs;
use crate::error::Result;
use crate::exact::ExactTable;
use crate::params::{InteractionOrder, Temperature};
use crate::scenario::{Scenario, Task};
use crate::sweep::task_table;
use clap::Args;

/// Everything about small samples at any temperature, by enumeration of all 2^N states: of a pattern file, or of the columns
/// of a scenario. The archetypes behind a file of examples are unknown: overlaps are with the majority of each one's examples.
#[derive(Debug, Args)]
pub struct Exact {
    /// A scenario file or the name of a shipped scenario; its columns at its temperatures
    #[arg(conflicts_with_all = ["patterns", "p", "temperature", "kind", "quality", "examples"])]
    scenario: Option<String>,
    /// Which disorder sample of the scenario
    #[arg(long, default_value_t = 0)]
    sample: usize,
    /// Override a key of the scenario, for example --set grid.spins=12
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "scenario")]
    overrides: Vec<String>,
    #[command(flatten)]
    patterns: PatternArgs,
    #[command(flatten)]
    lesson: LessonArgs,
    /// Interaction order P
    #[arg(long, required_unless_present = "scenario")]
    p: Option<u32>,
    /// Temperatures; 0 is the average over the ground states
    #[arg(
        long,
        value_name = "T[,T…]",
        value_delimiter = ',',
        required_unless_present = "scenario",
        allow_negative_numbers = true
    )]
    temperature: Vec<f64>,
    /// One JSON document: {"p", "n", "k", "points": […]}, or a list of these for a scenario
    #[arg(long)]
    json: bool,
}

impl Exact {
    /// # Errors
    /// Bad input, or output that cannot be written.
    pub fn run(self) -> Result<()> {
        if let Some(argument) = &self.scenario {
            let tables = self.columns(argument)?;
            return if self.json {
                output::json(&tables)
            } else {
                output::text(&tables.iter().map(readable).collect::<Vec<_>>().join("\n"))
            };
        }
        // clap made sure of --p.
        let order = InteractionOrder::new(self.p.unwrap_or_default()).map_err(|e| e.at("--p"))?;
        let temperatures: Vec<Temperature> = self
            .temperature
            .iter()
            .map(|&t| Temperature::new(t))
            .collect::<Result<_>>()
            .map_err(|e| e.at("--temperature"))?;
        let table = self.lesson.network(&self.patterns, order)?.table(order, &temperatures)?;
        if self.json { output::json(&table) } else { output::text(&readable(&table)) }
    }

    /// One table for each column of a scenario.
    fn columns(&self, argument: &str) -> Result<Vec<ExactTable>> {
        let scenario = Scenario::find(argument, &self.overrides)?;
        let sample = |column| Task { column, sample: self.sample };
        let columns = scenario.columns()?.0.into_iter().map(sample);
        columns.map(|task| task_table(&scenario, &task, &scenario.temperatures)).collect()
    }
}

/// One line a temperature; of the K overlaps, the largest.
pub fn readable(table: &ExactTable) -> String {
    let network = match (table.p, table.lambda) {
        (Some(p), _) => format!("P = {p}"),
        (None, lambda) => format!("λ = {}", lambda.unwrap_or_default()),
    };
    let mut text = match table.k {
        Some(k) => format!("{network}, N = {}, K = {k}\n", table.n),
        None => {
            let gamma = table.gamma.unwrap_or_default();
            format!("{network}, N = {}, Gaussian couplings, γ = {gamma}\n", table.n)
        }
    };
    let head = ["T", "log Z", "H/N", "C/N", "<m>", "<m²>", "<|m|>", "<q²>"];
    text += &head.map(|h| format!("{h:>13}")).concat();
    text += "\n";
    for point in &table.points {
        let most =
            |values: &[f64]| values.iter().copied().reduce(|a, b| if b.abs() > a.abs() { b } else { a });
        let cells = [
            Some(point.temperature),
            point.log_z,
            Some(point.energy),
            point.heat_capacity,
            most(&point.mattis),
            most(&point.mattis_sq),
            most(&point.mattis_abs),
            Some(point.overlap_sq),
        ];
        text += &cells.map(|c| c.map_or(format!("{:>13}", "-"), |x| format!("{x:>13.6}"))).concat();
        text += "\n";
    }
    if table.k.is_some_and(|k| k > 1) {
        text += "<m>, <m²>, <|m|>: of the pattern where each is largest; --json gives all\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::ExactPoint;

    #[test]
    fn the_table_shows_what_does_not_exist_as_a_dash() {
        let point = ExactPoint {
            temperature: 0.0,
            log_z: None,
            energy: -0.25,
            heat_capacity: None,
            mattis: vec![0.1, -0.5],
            mattis_sq: vec![0.2, 0.3],
            mattis_abs: vec![0.4, 0.5],
            overlap_sq: 1.0,
        };
        let text = readable(&ExactTable {
            p: Some(3),
            n: 6,
            k: Some(2),
            lambda: None,
            gamma: None,
            quality: None,
            examples: None,
            dilution: None,
            points: vec![point],
        });
        let line: Vec<&str> = text.lines().nth(2).expect("a line").split_whitespace().collect();
        assert_eq!(
            line,
            ["0.000000", "-", "-0.250000", "-", "-0.500000", "0.300000", "0.500000", "1.000000"]
        );
    }
}
