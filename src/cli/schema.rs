//! `replicon schema`: what a scenario file may hold, for editors.

use super::output;
use crate::error::{Error, Result};
use crate::scenario::schema;

/// JSON Schema of scenario files on standard output. Editors with TOML support complete and check scenarios by it: save it and write
/// `#:schema replicon.schema.json` into the first line of a scenario.
#[derive(clap::Args)]
pub struct Schema {}

impl Schema {
    pub fn run(self) -> Result<()> {
        let text = serde_json::to_string_pretty(&schema())
            .map_err(|e| Error::failed(format!("cannot write JSON: {e}")))?;
        output::text(&(text + "\n"))
    }
}
