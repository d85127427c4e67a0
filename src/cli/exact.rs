//! `replicon exact`: thermal averages by enumeration.

use super::output;
use super::pattern_args::PatternArgs;
use clap::Args;
use replicon::error::Result;
use replicon::exact::{self, ExactTable};
use replicon::params::{InteractionOrder, Temperature};

/// Everything about one small sample at any temperature, by enumeration of all 2^N states.
#[derive(Debug, Args)]
pub struct ExactArgs {
    #[command(flatten)]
    pub patterns: PatternArgs,
    /// Interaction order P
    #[arg(long)]
    pub p: u32,
    /// Temperatures; 0 is the average over the ground states
    #[arg(long, value_name = "T[,T…]", value_delimiter = ',', required = true, allow_negative_numbers = true)]
    pub temperature: Vec<f64>,
    /// One JSON document: {"p", "n", "k", "points": […]}
    #[arg(long)]
    pub json: bool,
}

impl ExactArgs {
    /// # Errors
    /// Bad input, or output that cannot be written.
    pub fn run(self) -> Result<()> {
        let order = InteractionOrder::new(self.p).map_err(|e| e.at("--p"))?;
        let temperatures: Vec<Temperature> = self
            .temperature
            .iter()
            .map(|&t| Temperature::new(t))
            .collect::<Result<_>>()
            .map_err(|e| e.at("--temperature"))?;
        let patterns = self.patterns.read()?.patterns;
        // No load here: a scenario's columns go through the same function with theirs.
        let table = exact::table(order, &patterns, None, &temperatures)
            .map_err(|e| e.at(self.patterns.patterns.display()))?;
        if self.json { output::json(&table) } else { output::text(&readable(&table)) }
    }
}

/// One line a temperature; of the K overlaps, the largest.
pub fn readable(table: &ExactTable) -> String {
    let mut text = format!("P = {}, N = {}, K = {}\n", table.p, table.n, table.k);
    let head = ["T", "log Z", "H/N", "C/N", "<m>", "<m²>", "<|m|>", "<q²>"];
    text += &head.map(|h| format!("{h:>13}")).concat();
    text += "\n";
    for point in &table.points {
        let largest = |values: &[f64]| {
            values.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a })
        };
        let cells = [
            Some(point.temperature),
            point.log_z,
            Some(point.energy),
            point.heat_capacity,
            Some(largest(&point.mattis)),
            Some(largest(&point.mattis_sq)),
            Some(largest(&point.mattis_abs)),
            Some(point.overlap_sq),
        ];
        text += &cells.map(|c| c.map_or(format!("{:>13}", "-"), |x| format!("{x:>13.6}"))).concat();
        text += "\n";
    }
    if table.k > 1 {
        text += "<m>, <m²>, <|m|>: of the pattern where each is largest; --json gives all\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use replicon::exact::ExactPoint;

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
        let text = readable(&ExactTable { p: 3, n: 6, k: 2, gamma: None, points: vec![point] });
        let line: Vec<&str> = text.lines().nth(2).unwrap().split_whitespace().collect();
        assert_eq!(line, ["0.000000", "-", "-0.250000", "-", "-0.500000", "0.300000", "0.500000", "1.000000"]);
    }
}
