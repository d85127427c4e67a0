//! How long a stored pattern is kept, and whether it is one to the last bit.

use super::Sample;
use super::sample::System;
use crate::dynamics::{AnyDynamics, Dynamics, Order, Update, ZeroTemperature};
use crate::error::{Error, Result};
use crate::kernel::{FieldTables, Fields, LocalFieldForm, OverlapForm};
use crate::model::Patterns;
use crate::params::Temperature;
use crate::rng::Stream;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

impl Sample<'_> {
    /// Whether m with the planted pattern stays at or above `threshold` at every one of `sweeps` sweeps (Glauber in random order, at T = 0
    /// descent to rest) from it. Ends with the first sweep that it does not.
    ///
    /// # Errors
    /// No patterns stored as they are; [`crate::error::Kind::Interrupted`] once `stop` is set.
    pub fn survives(
        &self,
        temperature: Temperature,
        threshold: f64,
        sweeps: usize,
        stream: &mut Stream,
        stop: &AtomicBool,
    ) -> Result<bool> {
        let rule = |scale| {
            let update = if temperature.is_zero() { Update::ZeroTemperature } else { Update::Glauber };
            AnyDynamics::new(update, Order::Random, scale, temperature)
        };
        match &self.system {
            System::Overlaps(tables, patterns) => {
                let mut form = OverlapForm::new(tables, patterns, self.planted.clone());
                self.stays(&rule(tables.hamiltonian().scale())?, &mut form, threshold, sweeps, stream, stop)
            }
            System::LocalFields(tables, patterns, couplings) => {
                let hamiltonian = tables.hamiltonian();
                let mut form = LocalFieldForm::new(hamiltonian, patterns, couplings, self.planted.clone());
                self.stays(&rule(hamiltonian.scale())?, &mut form, threshold, sweeps, stream, stop)
            }
            _ => Err(no_patterns()),
        }
    }

    fn stays(
        &self,
        rule: &AnyDynamics,
        system: &mut impl Fields,
        threshold: f64,
        sweeps: usize,
        stream: &mut Stream,
        stop: &AtomicBool,
    ) -> Result<bool> {
        let least = threshold * self.planted.len() as f64;
        for _ in 0..sweeps {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::interrupted("stopped"));
            }
            if rule.sweep(system, stream).accepted == 0 && rule.is_at_rest(system) {
                return Ok(true);
            }
            if (system.spins().dot(&self.planted) as f64) < least {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether each of these patterns is a fixed point of descent at T = 0; a zero field counts as stable.
///
/// # Errors
/// [`crate::error::Kind::Interrupted`] once `stop` is set.
pub fn whole(
    tables: &FieldTables,
    patterns: &Patterns,
    mut which: Range<usize>,
    stop: &AtomicBool,
) -> Result<bool> {
    let rule = ZeroTemperature::new(Order::Random);
    let broken = which.find(|&mu| {
        stop.load(Ordering::Relaxed)
            || !rule.is_at_rest(&mut OverlapForm::new(tables, patterns, patterns.row(mu)))
    });
    match stop.load(Ordering::Relaxed) {
        true => Err(Error::interrupted("stopped")),
        false => Ok(broken.is_none()),
    }
}

fn no_patterns() -> Error {
    Error::bad_input("the capacity of what stores no patterns as they are")
        .remedy("model.kind = \"dense-hebbian\" with Hebbian couplings")
}
