//! The scenarios inside the binary, with their data.

use super::{Scenario, nearest};
use crate::error::{Error, Result};
use std::path::Path;

/// A scenario shipped inside the binary.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    pub name: &'static str,
    pub text: &'static str,
}

impl Shipped {
    pub fn find(name: &str) -> Option<&'static Self> {
        SHIPPED.iter().find(|shipped| shipped.name == name)
    }

    /// The error for what is neither a file nor a shipped scenario.
    pub fn unknown(argument: &str) -> Error {
        let names: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        let hint = nearest(argument, &names).map_or(String::new(), |name| format!("did you mean {name}? "));
        Error::bad_input(format!("{argument} is neither a scenario file nor a shipped scenario"))
            .remedy(format!("{hint}shipped: {}", names.join(", ")))
    }

    /// Whether it is for `replicon capacity`.
    pub fn is_of_capacity(&self) -> bool {
        super::CapacityScenario::is_asked_by(self.text)
    }

    /// The first comment line: what the scenario claims.
    pub fn claim(&self) -> &'static str {
        self.text.lines().next().map_or("", |line| line.trim_start_matches('#').trim())
    }
}

impl Scenario {
    /// A scenario by its path, or by the name of a shipped one.
    ///
    /// # Errors
    /// Neither of the two, with the nearest name; as [`Self::from_file`].
    pub fn find(argument: &str, overrides: &[String]) -> Result<Self> {
        let path = Path::new(argument);
        match Shipped::find(argument) {
            _ if path.is_file() => Self::from_file(path, overrides),
            Some(shipped) => Self::from_shipped(shipped, overrides),
            None => Err(Shipped::unknown(argument)),
        }
    }
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// All of them, in the order of `replicon list`.
        pub const SHIPPED: &[Shipped] = &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../scenarios/", $name, ".toml")),
        }),*];
    };
}

shipped!(
    "storage-capacity-p4",
    "hopfield-capacity",
    "dense-capacity-p4",
    "retrieval-p3",
    "deep-retrieval-p4",
    "nishimori-p4",
    "corrupted-cue",
    "plefka-retrieval",
    "spinodal-reentrance",
    "rsb-phases",
    "rsb-phases-p2",
    "rsb-cut-p4",
    "vertical-line",
    "sk-steps",
    "capacity-against-order",
    "capacity-scaling",
    "hard-and-soft",
    "image-recall-fashion",
    "image-recall-digits",
    "digit-classes",
    "fashion-classes",
    "digit-classes-plain",
    "fashion-classes-plain",
    "digit-classes-unsupervised",
    "fashion-classes-unsupervised",
    "digit-classes-temperature",
    "fashion-classes-temperature",
    "gaussian-identity-p3",
    "glass-gaussian-p3",
    "glass-relaxation-p3",
    "glass-p3",
    "glass-p4",
    "glass-phases-p2",
    "glass-phases-p3",
    "hopfield-glass",
    "sk",
    "supervised-retrieval-p2",
    "supervised-retrieval-p4",
    "unsupervised-retrieval-p2",
    "unsupervised-retrieval-p4",
    "supervised-examples-p4",
    "supervised-capacity-p4",
    "unsupervised-capacity-p4",
    "supervised-phases-p4",
    "unsupervised-phases-p4",
    "supervised-threshold-p4",
    "unsupervised-threshold-p4",
    "plefka-error",
    "tap-landscape-p3",
    "supervised-lifetime-p2",
    "unsupervised-lifetime-p2",
    "supervised-lifetime-p3",
    "supervised-lifetime-p4",
    "unsupervised-lifetime-p4",
    "exponential-capacity",
    "exponential-against-polynomial",
    "exponential-retrieval",
    "continuous-phases",
    "continuous-images",
    "multitasking-amplitudes",
    "multitasking-strong-dilution",
    "multitasking-phases",
    "multitasking-learning",
    "multitasking-orders",
    "heating-p3",
    "cooling-p3",
    "lifetime-p4",
    "thermodynamic-p3",
    "basin-p4",
);

/// A data file of a shipped scenario, by the path that the scenario names.
pub(super) fn shipped_file(path: &str) -> Option<&'static [u8]> {
    match path {
        "data/mnist-train.npz" => Some(include_bytes!("../../scenarios/data/mnist-train.npz")),
        "data/mnist-test.npz" => Some(include_bytes!("../../scenarios/data/mnist-test.npz")),
        "data/fashion-train.npz" => Some(include_bytes!("../../scenarios/data/fashion-train.npz")),
        "data/fashion.npz" => Some(include_bytes!("../../scenarios/data/fashion.npz")),
        "data/digits8x8.npz" => Some(include_bytes!("../../scenarios/data/digits8x8.npz")),
        _ => None,
    }
}
