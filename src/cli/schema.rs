//! `replicon schema`: what a scenario file may hold, for editors and for people.

use super::output;
use crate::error::{Error, Result};
use crate::scenario::{keys_markdown, schema};

/// JSON Schema of scenario files on standard output.
#[derive(clap::Args)]
#[command(
    after_help = "Editors with TOML support complete and check scenarios by it:\n  replicon schema > replicon.schema.json\n\
                        and in the first line of a scenario\n  #:schema ./replicon.schema.json"
)]
pub struct Schema {
    /// The same as tables to read: each key with what may be written, its default, what it is and its unit.
    #[arg(long)]
    markdown: bool,
}

impl Schema {
    pub fn run(self) -> Result<()> {
        if self.markdown {
            return output::text(&keys_markdown());
        }
        let text = serde_json::to_string_pretty(&schema())
            .map_err(|e| Error::failed(format!("cannot write JSON: {e}")))?;
        output::text(&(text + "\n"))
    }
}
