//! `replicon plefka`: Plefka's expansion of one sample at fixed magnetisations.

use super::output;
use super::pattern_args::PatternArgs;
use crate::error::{Error, Kind, Result};
use crate::model::Patterns;
use crate::params::{InteractionOrder, Temperature};
use crate::questions::expand;
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// −βG at fixed magnetisations: orders 0 to 3 of Plefka's expansion of this sample, and with the averaged reaction.
#[derive(Debug, Args)]
pub struct Plefka {
    #[command(flatten)]
    patterns: PatternArgs,
    /// N numbers from -1 to 1, separated by blanks, commas or lines; # starts a comment
    #[arg(long, value_name = "FILE")]
    magnetisations: PathBuf,
    /// Interaction order P
    #[arg(long)]
    p: u32,
    /// Temperature T > 0
    #[arg(long, allow_negative_numbers = true)]
    temperature: f64,
    /// Also every eigenvalue of the Hessian of βG; needs a program built with --features lapack
    #[arg(long)]
    spectrum: bool,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl Plefka {
    /// # Errors
    /// Bad input, or output that cannot be written.
    pub fn run(self) -> Result<()> {
        let order = InteractionOrder::new(self.p).map_err(|e| e.at("--p"))?;
        let temperature = Temperature::new(self.temperature).map_err(|e| e.at("--temperature"))?;
        let patterns = self.patterns.read()?.patterns;
        let m = read_magnetisations(&self.magnetisations, patterns.spins())?;
        let found = expand(&patterns, order, &m, temperature)?;
        found.notes.iter().for_each(|note| output::note(&format!("replicon: {note}")));
        let spectrum = match self.spectrum {
            true => Some(spectrum(&patterns, order, &m, temperature)?),
            false => None,
        };
        if self.json {
            let mut document = found.document();
            if let Some(spectrum) = spectrum {
                document["spectrum"] = spectrum.into();
            }
            return output::json(&document);
        }
        let shown = |value: Option<f64>| value.map_or("-".to_string(), number);
        let mut text = format!("{:>10}  {:>20}\n", "order", "−βG (total)");
        for (order, value) in found.orders.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{order:>10}  {:>20}", shown(*value));
        }
        let _ = writeln!(
            text,
            "{:>10}  {:>20}\n{:>10}  {:>20}\nlowest eigenvalue of the Hessian of βG with the averaged reaction: {}",
            "averaged",
            shown(found.averaged),
            "exact",
            shown(found.exact),
            shown(found.lowest_curvature)
        );
        for value in spectrum.iter().flatten() {
            let _ = writeln!(text, "{value}");
        }
        output::text(&text)
    }
}

/// Every eigenvalue of the Hessian of βG, ascending.
#[cfg(feature = "lapack")]
fn spectrum(
    patterns: &Patterns,
    order: InteractionOrder,
    m: &[f64],
    temperature: Temperature,
) -> Result<Vec<f64>> {
    use crate::dynamics::plefka::Plefka as MeanField;
    let model = crate::model::DenseHebbian::new(order, patterns.spins(), patterns.count())?;
    let reaction = MeanField::usual_reaction(&model);
    MeanField::new(&model, patterns, temperature, reaction)?.spectrum(m)
}

#[cfg(not(feature = "lapack"))]
fn spectrum(_: &Patterns, _: InteractionOrder, _: &[f64], _: Temperature) -> Result<Vec<f64>> {
    Err(Error::bad_input("--spectrum in a program without LAPACK")
        .remedy("cargo install --path . --features lapack, with an OpenBLAS of the system"))
}

/// Twelve decimals; where these are more than a column holds, as many digits.
fn number(value: f64) -> String {
    if value.abs() < 1e7 { format!("{value:.12}") } else { format!("{value:.12e}") }
}

fn read_magnetisations(path: &Path, spins: usize) -> Result<Vec<f64>> {
    let bytes = std::fs::read(path)
        .map_err(|e| Error::io("read magnetisations", path, &e).as_kind(Kind::BadInput))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        Error::bad_input(format!("byte {} is no text in UTF-8", e.utf8_error().valid_up_to()))
            .at(path.display())
            .remedy("magnetisations are a text file of numbers from -1 to 1")
    })?;
    let mut values = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        for word in line.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty()) {
            let value = word.parse::<f64>().ok().filter(|m| (-1.0..=1.0).contains(m)).ok_or_else(|| {
                let shown: String = word.chars().take(20).flat_map(char::escape_debug).collect();
                Error::bad_input(format!("magnetisation `{shown}`"))
                    .at(format!("{}:{}", path.display(), number + 1))
                    .remedy("magnetisations are numbers from -1 to 1")
            })?;
            values.push(value);
        }
    }
    if values.len() != spins {
        return Err(Error::bad_input(format!(
            "{} magnetisations for patterns of {spins} spins",
            values.len()
        ))
        .at(path.display())
        .remedy("one magnetisation m_i for every spin"));
    }
    Ok(values)
}
