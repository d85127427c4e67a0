//! `replicon schema`: what a scenario file may hold and what tables a run has, for editors, programs and people.

use super::output;
use crate::error::{Error, Result};
use crate::scenario::{keys_markdown, schema};
use crate::sweep::{all_headings, headings_markdown};
use serde_json::{Value, json};

/// JSON Schema of scenario files, or the columns of every table of a run, on standard output.
#[derive(clap::Args)]
#[command(
    after_help = "Editors with TOML support complete and check scenarios by it:\n  replicon schema > replicon.schema.json\n\
                        and in the first line of a scenario\n  #:schema ./replicon.schema.json"
)]
pub struct Schema {
    /// scenario: the keys of scenario files; columns: those of the tables that `replicon export` writes, each with its unit.
    #[arg(value_enum, default_value = "scenario")]
    what: What,
    /// As tables to read in place of JSON.
    #[arg(long)]
    markdown: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    Scenario,
    Columns,
}

impl Schema {
    pub fn run(self) -> Result<()> {
        let document = match (self.what, self.markdown) {
            (What::Scenario, true) => return output::text(&keys_markdown()),
            (What::Columns, true) => return output::text(&headings_markdown()),
            (What::Scenario, false) => schema(),
            (What::Columns, false) => columns(),
        };
        let text = serde_json::to_string_pretty(&document)
            .map_err(|e| Error::failed(format!("cannot write JSON: {e}")))?;
        output::text(&(text + "\n"))
    }
}

/// `[{ table, column, kind, unit, about }, …]` in the order of the tables.
fn columns() -> Value {
    all_headings()
        .map(|(table, heading)| {
            json!({
                "table": table, "column": heading.name, "kind": heading.kind.name(), "unit": heading.unit,
                "about": heading.about,
            })
        })
        .collect()
}
