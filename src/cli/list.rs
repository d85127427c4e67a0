//! `replicon list`: the scenarios inside the program.

use super::output;
use crate::error::Result;
use crate::scenario::SHIPPED;

/// The scenarios inside this program, with the claim that each makes.
#[derive(clap::Args)]
pub struct List {}

impl List {
    pub fn run(self) -> Result<()> {
        let width = SHIPPED.iter().map(|s| s.name.len()).max().unwrap_or(0);
        let lines: String = SHIPPED.iter().map(|s| format!("{:width$}  {}\n", s.name, s.claim())).collect();
        output::text(&lines)
    }
}
