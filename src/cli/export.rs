//! `replicon export DIR`: the tables of a run for other programs.

use super::output;
use crate::error::{Error, Result};
use crate::sweep::capacity::{self, load_capacity};
use crate::sweep::columns::Table;
use crate::sweep::export::{Format, Provenance, export};
use crate::sweep::{TABLES, load_run, table_of, write_file};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Write a table of a run, gathered anew from its finished tasks.
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub struct Export {
    /// The run directory.
    directory: PathBuf,
    /// csv, parquet (where the program was built with it) or npz; default: what --out ends with, else csv.
    #[arg(long)]
    format: Option<String>,
    /// Which table, see below; default: points, of a run of capacity capacity.
    #[arg(long)]
    table: Option<String>,
    /// CSV alone, without the lines before it that begin with #: of points, the bytes of points.csv.
    #[arg(long)]
    no_metadata: bool,
    /// The file to write; default, and -: standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn after_help() -> String {
    let list = |tables: &[(&str, &str)]| -> String {
        tables.iter().map(|(name, row)| format!("  {name:<21} a row is {row}\n")).collect()
    };
    format!(
        "Tables of a run:\n{}Tables of a run of capacity:\n{}Their columns with units: replicon schema columns --markdown",
        list(&TABLES),
        list(&capacity::TABLES)
    )
}

/// A file whole or not at all, where a link leads if it is one; what is no file (a pipe, a device) is written into.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    match std::fs::metadata(path) {
        Ok(there) if !there.is_file() => {
            std::fs::write(path, bytes).map_err(|e| Error::io("write", path, &e))
        }
        Ok(_) => {
            let file = std::fs::canonicalize(path).map_err(|e| Error::io("find", path, &e))?;
            write_file(&file, bytes)
        }
        Err(_) => write_file(path, bytes),
    }
}

impl Export {
    pub fn run(self) -> Result<()> {
        let format = self.format()?;
        if format.is_binary() && self.out.is_none() && std::io::stdout().is_terminal() {
            return Err(Error::bad_input(format!("--format {} to a terminal", format.name()))
                .remedy(format!("--out table.{}, or > table.{}", format.name(), format.name())));
        }
        if self.no_metadata && format != Format::Csv {
            return Err(Error::bad_input(format!("--no-metadata with {}", format.name()))
                .remedy("leave it out: metadata are no rows there; or --format csv"));
        }
        let (table, origin) = self.table()?;
        let bytes = match self.no_metadata {
            true => table.to_csv().into_bytes(),
            false => export(&table, format, &origin)?,
        };
        match &self.out {
            Some(path) if path != Path::new("-") => write(path, &bytes),
            _ => output::bytes(&bytes),
        }
    }

    /// The table that was asked for, and the run that it is of.
    fn table(&self) -> Result<(Table, Provenance)> {
        if let Some(run) = load_capacity(&self.directory)? {
            output::warn_of(&run.damaged);
            let table = capacity::table(&run, self.table.as_deref().unwrap_or("capacity"))?;
            return Ok((table, Provenance::of_capacity(&run.scenario)));
        }
        let run = load_run(&self.directory)?;
        output::warn_of(&run.damaged);
        let table = table_of(&run, &self.directory, self.table.as_deref().unwrap_or("points"))?;
        Ok((table, Provenance::of(&run.scenario)))
    }

    fn format(&self) -> Result<Format> {
        let names = Format::NAMES.map(|(name, _)| name).join(", ");
        match (&self.format, &self.out) {
            (Some(name), _) => {
                let known = Format::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
                known.map(|(_, format)| *format).ok_or_else(|| {
                    Error::bad_input(format!("--format {name}")).remedy(format!("accepted: {names}"))
                })
            }
            (None, Some(path)) => Format::of_file(path).ok_or_else(|| {
                Error::bad_input(format!("--out {} does not say which format", path.display()))
                    .remedy(format!("--format, one of {names}, or a file name that ends with one of them"))
            }),
            (None, None) => Ok(Format::Csv),
        }
    }
}
