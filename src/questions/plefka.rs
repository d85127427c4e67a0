//! Plefka's expansion of one sample at fixed magnetisations.

use crate::dynamics::plefka::Plefka as MeanField;
use crate::error::{Error, Kind, Result};
use crate::exact::Enumeration;
use crate::exact::plefka::{MAX_SPINS, expansion, minus_beta_g};
use crate::model::soft_spins::{SoftSpins, entropy};
use crate::model::{DenseHebbian, Patterns};
use crate::params::{InteractionOrder, Temperature};
use serde_json::{Value, json};

/// −βG (total, not per spin) of one sample at fixed magnetisations m_i.
#[derive(Debug, Clone, PartialEq)]
pub struct PlefkaExpansion {
    pub order: InteractionOrder,
    /// (N, K)
    pub size: (usize, usize),
    pub temperature: Temperature,
    /// Cumulative, to the orders 0 to 3 in β; those of 2 and 3 up to [`MAX_SPINS`] spins
    pub orders: [Option<f64>; 4],
    /// With the second order averaged over the disorder (P = 2: resummed)
    pub averaged: Option<f64>,
    /// To all orders, where fields with these magnetisations are found; up to [`MAX_SPINS`] spins
    pub exact: Option<f64>,
    /// Lowest eigenvalue of the Hessian of βG with the averaged reaction
    pub lowest_curvature: Option<f64>,
    /// Why something is missing
    pub notes: Vec<String>,
}

/// Expands −βG of the dense Hebbian network of these patterns at magnetisations m (N numbers from −1 to 1).
///
/// # Errors
/// P > N, T = 0, magnetisations of another number or outside [−1, 1], energies beyond the integers.
pub fn expand(
    patterns: &Patterns,
    order: InteractionOrder,
    magnetisations: &[f64],
    temperature: Temperature,
) -> Result<PlefkaExpansion> {
    let (spins, m) = (patterns.spins(), magnetisations);
    if order.get() as usize > spins {
        return Err(Error::bad_input(format!("--p {order} for patterns of N = {spins} spins"))
            .remedy("P distinct spins interact: P ≤ N"));
    }
    let model = DenseHebbian::new(order, spins, patterns.count())?;
    let mean_field = MeanField::new(&model, patterns, temperature, MeanField::usual_reaction(&model))
        .map_err(|e| e.at("--temperature"))?;
    let averaged = mean_field.free_energy(m).map_err(|e| e.at("--magnetisations"))?.0;
    let beta = temperature.beta();
    // Orders 0 and 1 need no enumeration.
    let first = entropy(m);
    let second = first - beta * SoftSpins::new(&model, patterns, m)?.energy();
    let (mut orders, mut exact, mut notes) = ([Some(first), Some(second), None, None], None, Vec::new());
    if spins <= MAX_SPINS {
        let energies = Enumeration::new(&model, patterns)?.energies();
        let found = expansion(&energies, m)?;
        orders = [0, 1, 2, 3].map(|order| Some(found.minus_beta_g(order, beta)));
        match minus_beta_g(&energies, m, beta) {
            Ok(value) => exact = Some(value),
            Err(error) if error.kind() == Kind::BadInput => return Err(error),
            Err(error) => notes.push(format!("exact: {error}")),
        }
    } else {
        notes.push(format!(
            "orders 2 and 3 of this sample sum over 2^N states, N ≤ {MAX_SPINS}; N is {spins}"
        ));
    }
    Ok(PlefkaExpansion {
        order,
        size: (spins, patterns.count()),
        temperature,
        orders,
        averaged: Some(averaged).filter(|x| x.is_finite()),
        exact,
        lowest_curvature: mean_field.lowest_curvature(m).ok(),
        notes,
    })
}

impl PlefkaExpansion {
    /// The JSON document of `replicon plefka`.
    pub fn document(&self) -> Value {
        let order = |(order, value): (usize, &Option<f64>)| json!({ "order": order, "minus_beta_g": value });
        json!({
            "p": self.order.get(), "n": self.size.0, "k": self.size.1, "temperature": self.temperature.get(),
            "orders": self.orders.iter().enumerate().map(order).collect::<Vec<_>>(),
            "averaged": self.averaged, "exact": self.exact, "lowest_curvature": self.lowest_curvature,
        })
    }
}
