//! `replicon plefka`: Plefka's expansion of one sample at fixed magnetisations.

use super::output;
use super::pattern_args::PatternArgs;
use crate::dynamics::plefka::Plefka as MeanField;
use crate::error::{Error, Kind, Result};
use crate::exact::Enumeration;
use crate::exact::plefka::{MAX_SPINS, expansion, minus_beta_g};
use crate::model::DenseHebbian;
use crate::model::soft_spins::{SoftSpins, entropy};
use crate::params::{InteractionOrder, Temperature};
use clap::Args;
use serde_json::json;
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
    /// Also every eigenvalue of the Hessian of βG
    #[cfg(feature = "lapack")]
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
        if order.get() as usize > patterns.spins() {
            return Err(Error::bad_input(format!(
                "--p {order} for patterns of N = {} spins",
                patterns.spins()
            ))
            .remedy("P distinct spins interact: P ≤ N"));
        }
        let model = DenseHebbian::new(order, patterns.spins(), patterns.count())?;
        let m = read_magnetisations(&self.magnetisations, patterns.spins())?;
        let mean_field = MeanField::new(&model, &patterns, temperature, MeanField::usual_reaction(&model))
            .map_err(|e| e.at("--temperature"))?;
        let curvature = mean_field.lowest_curvature(&m).ok();
        let averaged = Some(mean_field.free_energy(&m)?.0).filter(|x| x.is_finite());
        let beta = temperature.beta();
        // Orders 0 and 1 need no enumeration.
        let first = entropy(&m);
        let second = first - beta * SoftSpins::new(&model, &patterns, &m)?.energy();
        let mut orders = [Some(first), Some(second), None, None];
        let mut exact = None;
        if patterns.spins() <= MAX_SPINS {
            let energies = Enumeration::new(&model, &patterns)?.energies();
            let found = expansion(&energies, &m)?;
            orders = [0, 1, 2, 3].map(|order| Some(found.minus_beta_g(order, beta)));
            exact = match minus_beta_g(&energies, &m, beta) {
                Ok(value) => Some(value),
                Err(error) if error.kind() == Kind::BadInput => return Err(error),
                Err(error) => {
                    output::note(&format!("replicon: exact: {error}"));
                    None
                }
            };
        } else {
            output::note(&format!(
                "replicon: orders 2 and 3 of this sample sum over 2^N states, N ≤ {MAX_SPINS}; N is {}",
                patterns.spins()
            ));
        }
        if self.json {
            let orders: Vec<_> = orders
                .iter()
                .enumerate()
                .map(|(order, value)| json!({ "order": order, "minus_beta_g": value }))
                .collect();
            #[cfg_attr(not(feature = "lapack"), expect(unused_mut, reason = "only LAPACK has more to say"))]
            let mut document = json!({
                "p": self.p, "n": patterns.spins(), "k": patterns.count(), "temperature": self.temperature,
                "orders": orders, "averaged": averaged, "exact": exact, "lowest_curvature": curvature,
            });
            #[cfg(feature = "lapack")]
            if self.spectrum {
                document["spectrum"] = mean_field.spectrum(&m)?.into();
            }
            return output::json(&document);
        }
        let shown = |value: Option<f64>| value.map_or("-".to_string(), number);
        let mut text = format!("{:>10}  {:>20}\n", "order", "−βG (total)");
        for (order, value) in orders.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{order:>10}  {:>20}", shown(*value));
        }
        let _ = writeln!(
            text,
            "{:>10}  {:>20}\n{:>10}  {:>20}\nlowest eigenvalue of the Hessian of βG with the averaged reaction: {}",
            "averaged",
            shown(averaged),
            "exact",
            shown(exact),
            shown(curvature)
        );
        #[cfg(feature = "lapack")]
        if self.spectrum {
            for value in mean_field.spectrum(&m)? {
                let _ = writeln!(text, "{value}");
            }
        }
        output::text(&text)
    }
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
