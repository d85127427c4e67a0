//! Standard output: one JSON document, or text.

use crate::error::{Error, Result};
use serde::Serialize;
use std::io::Write;

/// # Errors
/// Where standard output cannot be written.
pub fn json(document: &impl Serialize) -> Result<()> {
    let text =
        serde_json::to_string(document).map_err(|e| Error::failed(format!("cannot write JSON: {e}")))?;
    self::text(&(text + "\n"))
}

/// # Errors
/// Where standard output cannot be written.
pub fn text(text: &str) -> Result<()> {
    bytes(text.as_bytes())
}

/// Whoever reads may stop reading (`| head`): that is no failure.
///
/// # Errors
/// Where standard output cannot be written.
pub fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::failed(format!("cannot write to standard output: {e}")))
        }
        _ => Ok(()),
    }
}

/// A line on standard error. A reader that went away must not stop a computation: what cannot be said is not said.
pub fn note(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// What of a run's files could not be used.
pub fn warn_of(damaged: &[Error]) {
    damaged.iter().for_each(|damage| note(&format!("warning: {damage}")));
}
