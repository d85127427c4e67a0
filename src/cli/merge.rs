//! `replicon merge OUT DIR…`: shards become one run.

use super::plot::draw_all;
use super::{closing, output};
use crate::error::Result;
use crate::sweep::merge;
use std::path::PathBuf;

/// Join shards of one scenario into one run directory.
#[derive(clap::Args)]
pub struct Merge {
    /// The run directory to write.
    out: PathBuf,
    /// The shards' run directories.
    #[arg(required = true)]
    directories: Vec<PathBuf>,
    /// Take what is there although tasks are missing.
    #[arg(long)]
    partial: bool,
}

impl Merge {
    pub fn run(self) -> Result<()> {
        let summary = merge(&self.out, &self.directories, self.partial, |text| {
            output::note(&format!("warning: {text}"))
        })?;
        let figures = draw_all(&summary.scenario, &summary.points, &summary.finished, &self.out)?;
        output::text(&closing::text(&summary, &self.out, &figures))
    }
}
