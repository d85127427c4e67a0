//! Where a chain begins.

use crate::model::Spins;
use crate::rng::{Stream, below, uniform};

/// Where a chain begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// On the planted pattern.
    Planted,
    /// Independent unbiased spins.
    Random,
    /// Independent unbiased spins, cooled to a state at rest (Plefka's mean field alone).
    Cooled,
    /// The planted pattern with this fraction of its spins flipped, chosen at random: exactly the nearest integer to f N.
    Corrupted(f64),
    /// From every pattern in turn with this fraction of its spins flipped: whether all are found again ([`super::Sample`]).
    Each(f64),
    /// At overlap m with the planted pattern: (1 − m)/2 of its spins flipped.
    Overlap(f64),
    /// A given configuration, with the file it came from. It is known by its content, not by its name.
    Configuration(String, Spins),
}

impl Start {
    /// As it stands in points.csv.
    pub fn label(&self) -> String {
        match self {
            Self::Planted => "planted".into(),
            Self::Random => "random".into(),
            Self::Cooled => "cooled".into(),
            Self::Corrupted(fraction) => format!("corrupted={fraction}"),
            Self::Each(fraction) => format!("each={fraction}"),
            Self::Overlap(m) => format!("overlap={m}"),
            Self::Configuration(_, spins) => format!("file={}", spins.hash()),
        }
    }

    /// Whether the chain begins in sight of the planted pattern, which is then the one that `mattis` follows.
    pub fn knows_the_planted_pattern(&self) -> bool {
        !matches!(self, Self::Random | Self::Cooled)
    }

    /// Whether the start of this label has no pattern in sight.
    pub fn is_blind(label: &str) -> bool {
        [Self::Random, Self::Cooled].iter().any(|start| start.label() == label)
    }

    /// The overlap with the planted configuration at which starts of this label begin; `None` of those that do not know it.
    pub fn planted_overlap(label: &str) -> Option<f64> {
        let number = |prefix: &str| label.strip_prefix(prefix).and_then(|text| text.parse::<f64>().ok());
        if label == Self::Planted.label() {
            return Some(1.0);
        }
        number("corrupted=").map(|flipped| 1.0 - 2.0 * flipped).or(number("overlap="))
    }

    /// The first configuration, before any cooling.
    pub fn configuration(&self, planted: &Spins, stream: &mut Stream) -> Spins {
        let n = planted.len();
        match self {
            Self::Planted => planted.clone(),
            Self::Random | Self::Cooled => {
                let up: Vec<bool> = (0..n).map(|_| uniform(stream) < 0.5).collect();
                Spins::from_fn(n, |i| up[i])
            }
            Self::Corrupted(fraction) | Self::Each(fraction) => {
                with_flips(planted, (fraction * n as f64).round_ties_even() as usize, stream)
            }
            Self::Overlap(m) => {
                with_flips(planted, ((1.0 - m) / 2.0 * n as f64).round_ties_even() as usize, stream)
            }
            Self::Configuration(_, spins) => spins.clone(),
        }
    }
}

/// `flips` distinct spins flipped, uniformly chosen (a partial Fisher–Yates shuffle).
fn with_flips(spins: &Spins, flips: usize, stream: &mut Stream) -> Spins {
    let n = spins.len();
    let mut sites: Vec<usize> = (0..n).collect();
    let mut spins = spins.clone();
    for step in 0..flips.min(n) {
        sites.swap(step, step + below(stream, n - step));
        spins.flip(sites[step]);
    }
    spins
}
