//! What a claim is: words, the document that says them, a measurement, and a defect that must be noticed.

use super::finding::Finding;
use super::printed::Printed;
use crate::error::Result;
use crate::params::{InteractionOrder, Load, Temperature};
use serde::Serialize;
use std::fmt;

/// What stands against what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Monte Carlo, the energy and the kernels against sums over all states and tuples
    Enumeration,
    /// Theory against published values
    Literature,
    /// Theory against the digits that the documents print
    Digits,
    /// Equations that hold exactly
    Identities,
    /// Simulation against theory as N grows
    Trend,
    /// How often verdicts are wrong
    Verdicts,
    /// The same bytes on another way
    Determinism,
    /// Ratios of speeds within one run
    Throughput,
}

impl Group {
    /// As a heading of the table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Enumeration => "Against enumeration",
            Self::Literature => "Against the literature",
            Self::Digits => "Digits of the documents",
            Self::Identities => "Identities",
            Self::Trend => "Simulation against theory, N → ∞",
            Self::Verdicts => "Verdicts",
            Self::Determinism => "Determinism",
            Self::Throughput => "Throughput",
        }
    }
}

/// How much is computed: the same claims at two prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Quick,
    Full,
}

impl Size {
    /// The first in a quick run, the second in a full one.
    pub fn of<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// The document that makes a claim and the words that it makes it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    pub file: &'static str,
    pub words: &'static str,
}

impl Source {
    pub const fn new(file: &'static str, words: &'static str) -> Self {
        Self { file, words }
    }

    pub const fn readme(words: &'static str) -> Self {
        Self::new("README.md", words)
    }

    pub const fn theory(words: &'static str) -> Self {
        Self::new("docs/theory.md", words)
    }

    pub const fn glasses(words: &'static str) -> Self {
        Self::new("docs/glasses.md", words)
    }

    pub const fn learning(words: &'static str) -> Self {
        Self::new("docs/learning.md", words)
    }

    pub const fn multitasking(words: &'static str) -> Self {
        Self::new("docs/multitasking.md", words)
    }

    pub const fn modern(words: &'static str) -> Self {
        Self::new("docs/modern-hopfield.md", words)
    }

    pub const fn plefka(words: &'static str) -> Self {
        Self::new("docs/plefka.md", words)
    }

    pub const fn transitions(words: &'static str) -> Self {
        Self::new("docs/transitions.md", words)
    }

    pub const fn verdicts(words: &'static str) -> Self {
        Self::new("docs/verdicts.md", words)
    }
}

/// A mistake, put where it would be made: a claim must not survive its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Defect {
    /// One side is at a temperature this many times that of the other.
    Temperature(f64),
    /// One side is at a load this many times that of the other, or at what stands in its place: a dilution, a rate, a number of examples.
    Load(f64),
    /// Energies of one side are this many times too large: a wrong P!, a self-term, a double count.
    Unit(f64),
    /// One side is of order P + 1.
    Order,
    /// Another value stands in the place of the published one.
    Value(&'static str),
    /// The other ansatz: one step of breaking for none, none for one.
    Ansatz,
    /// One spin of one configuration is turned.
    Spin,
    /// One byte of one file differs.
    Byte,
    /// One side draws from another seed.
    Seed,
    /// The two sides are exchanged.
    Exchange,
    /// exp(−βH) is taken for the law of a dynamics that has another.
    Gibbs,
    /// The chains have not thermalised: they are measured from their start on.
    ShortRun,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Temperature(factor) => write!(f, "temperature × {factor}"),
            Self::Load(factor) => write!(f, "load × {factor}"),
            Self::Unit(factor) => write!(f, "energies × {factor}"),
            Self::Order => f.write_str("order P + 1"),
            Self::Value(value) => write!(f, "{value} in the place of the published value"),
            Self::Ansatz => f.write_str("the other ansatz"),
            Self::Spin => f.write_str("one spin turned"),
            Self::Byte => f.write_str("one byte changed"),
            Self::Seed => f.write_str("another seed"),
            Self::Exchange => f.write_str("sides exchanged"),
            Self::Gibbs => f.write_str("exp(−βH) for its own law"),
            Self::ShortRun => f.write_str("no burn-in"),
        }
    }
}

/// What a measurement is made with.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub size: Size,
    /// The planted defect; None to validate.
    pub defect: Option<Defect>,
}

impl Setting {
    /// T of the side that a temperature defect is planted in.
    ///
    /// # Errors
    /// Those of [`Temperature::new`].
    pub fn temperature(&self, t: f64) -> Result<Temperature> {
        match self.defect {
            Some(Defect::Temperature(factor)) => Temperature::new(t * factor),
            _ => Temperature::new(t),
        }
    }

    /// γ, or a number in its place, of the side that a load defect is planted in.
    ///
    /// # Errors
    /// Those of [`Load::new`].
    pub fn load(&self, gamma: f64) -> Result<Load> {
        match self.defect {
            Some(Defect::Load(factor)) => Load::new(gamma * factor),
            _ => Load::new(gamma),
        }
    }

    /// P of the side that an order defect is planted in.
    ///
    /// # Errors
    /// Those of [`InteractionOrder::new`].
    pub fn order(&self, p: u32) -> Result<InteractionOrder> {
        InteractionOrder::new(if self.has(Defect::Order) { p + 1 } else { p })
    }

    /// What energies of one side are multiplied by: 1 without a defect.
    pub fn unit(&self) -> f64 {
        match self.defect {
            Some(Defect::Unit(factor)) => factor,
            _ => 1.0,
        }
    }

    /// A number as it is printed.
    ///
    /// # Errors
    /// Digits that are no number.
    pub fn printed(&self, digits: &str) -> Result<Printed> {
        match self.defect {
            Some(Defect::Value(other)) => Printed::rounded(other),
            _ => Printed::rounded(digits),
        }
    }

    pub fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }
}

/// A measurement of what is claimed.
pub type Measure = Box<dyn Fn(&Setting) -> Result<Finding> + Send + Sync>;

/// One claim of the documents.
pub struct Claim {
    /// What is claimed, in words.
    pub claim: String,
    pub group: Group,
    pub source: Source,
    /// Whether chance decides: its z then counts in the false-alarm rate of the whole.
    pub statistical: bool,
    /// The mistake that it must not survive.
    pub defect: Defect,
    measure: Measure,
}

impl Claim {
    /// A claim about numbers known to within a bound.
    pub fn bounded(
        group: Group,
        claim: impl Into<String>,
        source: Source,
        defect: Defect,
        measure: impl Fn(&Setting) -> Result<Finding> + Send + Sync + 'static,
    ) -> Self {
        Self { claim: claim.into(), group, source, statistical: false, defect, measure: Box::new(measure) }
    }

    /// A claim about averages with standard errors.
    pub fn statistical(
        group: Group,
        claim: impl Into<String>,
        source: Source,
        defect: Defect,
        measure: impl Fn(&Setting) -> Result<Finding> + Send + Sync + 'static,
    ) -> Self {
        Self { statistical: true, ..Self::bounded(group, claim, source, defect, measure) }
    }

    /// Measures it; a measurement that fails is a claim that fails.
    pub fn measure(&self, size: Size, defect: Option<Defect>) -> Finding {
        (self.measure)(&Setting { size, defect }).unwrap_or_else(|error| Finding::failed(error.to_string()))
    }
}
