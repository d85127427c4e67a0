//! How a configuration moves. One trait; one file per rule; each (rule, order) states what it samples.
//!
//! | rule | random order | sequential order | parallel order |
//! |---|---|---|---|
//! | Glauber (heat bath) | exp(−βH), detailed balance | exp(−βH), stationary | **not** exp(−βH); at P = 2 Peretto's Π_i 2cosh βh_i |
//! | Metropolis | exp(−βH), detailed balance | exp(−βH), stationary (ΔE = 0 accepted with ½) | refused: reducible |
//! | Plefka-assisted | exp(−βH), stationary | exp(−βH), stationary | refused |
//! | zero temperature | descent | descent | synchronous descent, may end in a 2-cycle |
//!
//! `tests/stationary_laws.rs` builds every transition matrix at small N and checks the table.

mod acceptance;
mod glauber;
mod metropolis;
pub mod plefka;
mod plefka_assisted;
mod replica_exchange;
mod zero_temperature;

pub use glauber::Glauber;
pub use metropolis::Metropolis;
pub use plefka_assisted::PlefkaAssisted;
pub use replica_exchange::{Diary, ReplicaExchange};
pub use zero_temperature::ZeroTemperature;

use crate::error::{Error, Result};
use crate::kernel::Fields;
use crate::params::Temperature;
use crate::rng::{Stream, below};

/// In which order sites are visited. A sweep is N proposals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// N sites drawn independently.
    Random,
    /// Sites 0 … N − 1.
    Sequential,
    /// All sites at once from the same configuration (Little's dynamics).
    Parallel,
}

impl Order {
    pub const NAMES: [(&'static str, Self); 3] =
        [("random", Self::Random), ("sequential", Self::Sequential), ("parallel", Self::Parallel)];

    pub fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Sequential => "sequential",
            Self::Parallel => "parallel",
        }
    }
}

/// The rule that decides a flip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    Glauber,
    Metropolis,
    ZeroTemperature,
    /// No flips: the fixed point of [`plefka`].
    Plefka,
    /// Heat bath with proposals from that fixed point.
    PlefkaAssisted,
    /// No flips: the update of [`crate::model::ContinuousHopfield`].
    Attention,
}

impl Update {
    pub const NAMES: [(&'static str, Self); 6] = [
        ("glauber", Self::Glauber),
        ("metropolis", Self::Metropolis),
        ("zero-temperature", Self::ZeroTemperature),
        ("plefka", Self::Plefka),
        ("plefka-assisted", Self::PlefkaAssisted),
        ("attention", Self::Attention),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Glauber => "glauber",
            Self::Metropolis => "metropolis",
            Self::ZeroTemperature => "zero-temperature",
            Self::Plefka => "plefka",
            Self::PlefkaAssisted => "plefka-assisted",
            Self::Attention => "attention",
        }
    }
}

/// Proposals and accepted flips.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub proposals: u64,
    pub accepted: u64,
    /// Proposals of a whole configuration.
    pub jumps: u64,
    pub accepted_jumps: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.proposals += other.proposals;
        self.accepted += other.accepted;
        self.jumps += other.jumps;
        self.accepted_jumps += other.accepted_jumps;
    }
}

/// A dynamics moves a configuration by one sweep.
pub trait Dynamics {
    /// One sweep: N proposals.
    fn sweep<F: Fields>(&self, system: &mut F, stream: &mut Stream) -> Counts;

    /// Whether the dynamics has come to rest for good (zero temperature only).
    fn is_at_rest<F: Fields>(&self, _system: &mut F) -> bool {
        false
    }
}

/// Any of the dynamics of one scenario.
#[derive(Debug, Clone)]
pub enum AnyDynamics {
    Glauber(Glauber),
    Metropolis(Metropolis),
    ZeroTemperature(ZeroTemperature),
    PlefkaAssisted(PlefkaAssisted),
}

impl AnyDynamics {
    /// `scale` is c of H = −c Σ ([`Fields::scale`]).
    ///
    /// # Errors
    /// Metropolis in parallel order; descent at T > 0.
    pub fn new(update: Update, order: Order, scale: f64, temperature: Temperature) -> Result<Self> {
        match update {
            Update::Glauber => Ok(Self::Glauber(Glauber::new(order, scale, temperature))),
            Update::Metropolis => Metropolis::new(order, scale, temperature).map(Self::Metropolis),
            Update::ZeroTemperature if temperature.is_zero() => {
                Ok(Self::ZeroTemperature(ZeroTemperature::new(order)))
            }
            Update::Plefka | Update::PlefkaAssisted => {
                Err(Error::bad_input(format!("{} without magnetisations", update.name()))
                    .remedy("glauber and metropolis need none"))
            }
            Update::Attention => Err(Error::bad_input("attention of Ising spins")
                .remedy("it updates the real numbers of model.kind = \"continuous\"")),
            Update::ZeroTemperature => {
                Err(Error::bad_input(format!("zero-temperature descent at T = {temperature}"))
                    .remedy("descent has no temperature but 0; glauber and metropolis take any"))
            }
        }
    }
}

impl Dynamics for AnyDynamics {
    fn sweep<F: Fields>(&self, system: &mut F, stream: &mut Stream) -> Counts {
        match self {
            Self::Glauber(rule) => rule.sweep(system, stream),
            Self::Metropolis(rule) => rule.sweep(system, stream),
            Self::ZeroTemperature(rule) => rule.sweep(system, stream),
            Self::PlefkaAssisted(rule) => rule.sweep(system, stream),
        }
    }

    fn is_at_rest<F: Fields>(&self, system: &mut F) -> bool {
        match self {
            Self::ZeroTemperature(rule) => rule.is_at_rest(system),
            _ => false,
        }
    }
}

/// βΔE = 2βc s_i F_i as a number, with its exact limits at T = 0: ±∞, and 0 for a zero field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// 2βc, infinite at T = 0.
    per_field: f64,
}

impl Cost {
    pub(crate) fn new(scale: f64, temperature: Temperature) -> Self {
        Self { per_field: 2.0 * scale * temperature.beta() }
    }

    /// βΔE of flipping a spin of value s in the integer field F.
    #[inline]
    pub(crate) fn of_flip(self, spin: i8, field: i128) -> f64 {
        if field == 0 {
            return 0.0;
        }
        // Most fields fit 64 bits, whose conversion is one instruction.
        let field = match i64::try_from(field) {
            Ok(field) => field as f64,
            Err(_) => wide(field),
        };
        self.per_field * (f64::from(spin) * field)
    }
}

/// Apart, lest the compiler convert all 128 bits of every field.
#[cold]
#[inline(never)]
fn wide(field: i128) -> f64 {
    field as f64
}

/// Proposals drawn before the first of them is tried. The draws do not depend on what is accepted, so the stream is read in the
/// same order as if each were drawn in its turn.
const AHEAD: usize = 64;

/// One sweep of single-spin flips in random or sequential order: `draw` takes from the stream what `flips` decides by.
fn single_flip_sweep<F: Fields>(
    system: &mut F,
    order: Order,
    stream: &mut Stream,
    draw: impl Fn(&mut Stream) -> f64,
    flips: impl Fn(i8, i128, f64) -> bool,
) -> Counts {
    let n = system.spins().len();
    let (mut sites, mut draws) = ([0; AHEAD], [0.0; AHEAD]);
    let mut accepted = 0;
    for begin in (0..n).step_by(AHEAD) {
        let count = AHEAD.min(n - begin);
        for step in 0..count {
            sites[step] = if order == Order::Random { below(stream, n) } else { begin + step };
            draws[step] = draw(stream);
        }
        for step in 0..count {
            let i = sites[step];
            let field = system.field_ahead(&sites[step..count]);
            if flips(system.spins().get(i), field, draws[step]) {
                system.flip(i, field);
                accepted += 1;
            }
        }
    }
    Counts { proposals: n as u64, accepted, ..Counts::default() }
}

/// One sweep in parallel order: all decisions from the same configuration.
fn parallel_sweep<F: Fields>(system: &mut F, mut flips: impl FnMut(i8, i128) -> bool) -> Counts {
    let n = system.spins().len();
    let all: Vec<usize> = (0..n).collect();
    let mut sites = Vec::new();
    for i in 0..n {
        let field = system.field_ahead(&all[i..]);
        if flips(system.spins().get(i), field) {
            sites.push(i);
        }
    }
    system.flip_together(&sites);
    Counts { proposals: n as u64, accepted: sites.len() as u64, ..Counts::default() }
}
