//! `replicon completions SHELL`: what a shell completes after `replicon`.

use super::{Program, output};
use crate::error::{Error, Result};
use clap::CommandFactory;
use clap_complete::Shell;

/// Completions of a shell on standard output.
#[derive(clap::Args)]
#[command(after_help = "To install them, for example of bash or fish:\n  \
                        replicon completions bash > ~/.local/share/bash-completion/completions/replicon\n  \
                        replicon completions fish > ~/.config/fish/completions/replicon.fish")]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<()> {
        let mut command = Program::command();
        let mut written = Vec::new();
        clap_complete::generate(self.shell, &mut command, "replicon", &mut written);
        let text = String::from_utf8(written)
            .map_err(|e| Error::failed(format!("completions that are no text: {e}")))?;
        output::text(&text)
    }
}
