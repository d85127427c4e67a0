//! How the chains of one start at several temperatures hang together.

/// Which way configurations take through the temperatures of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Course {
    /// A chain of its own, from its own start, at every temperature.
    #[default]
    Independent,
    /// From the start at the lowest temperature upwards: at each temperature the chain goes on from where it was at the one before,
    /// `burn_in_sweeps` and `measure_sweeps` long. The rate of heating is part of what is measured.
    Heating,
    /// The same from the highest temperature downwards.
    Cooling,
    /// All temperatures side by side, neighbours exchange configurations.
    ReplicaExchange,
    /// A population of `replicas` configurations is cooled from β = 0 through all temperatures, resampled at each.
    PopulationAnnealing,
}

impl Course {
    /// As `dynamics.protocol` names them; replica exchange has a key of its own.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("independent", Self::Independent),
        ("heating", Self::Heating),
        ("cooling", Self::Cooling),
        ("population-annealing", Self::PopulationAnnealing),
    ];

    /// The value of `dynamics.protocol`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Independent | Self::ReplicaExchange => "independent",
            Self::Heating => "heating",
            Self::Cooling => "cooling",
            Self::PopulationAnnealing => "population-annealing",
        }
    }

    /// Whether what is measured at one temperature depends on which others there are.
    pub fn joins_temperatures(self) -> bool {
        self != Self::Independent
    }

    /// Whether the chain at one temperature goes on from the one before.
    pub fn is_walk(self) -> bool {
        matches!(self, Self::Heating | Self::Cooling)
    }

    /// Whether the configurations met at one temperature have been at others since they began, so that they follow no pattern that was
    /// nearest at a random start.
    pub fn wanders(self) -> bool {
        matches!(self, Self::ReplicaExchange | Self::PopulationAnnealing)
    }
}
