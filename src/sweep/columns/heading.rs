//! The heading of a column: name, kind, unit, what it is.

/// What every table says of a column, whatever the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    pub name: &'static str,
    pub kind: Kind,
    /// "1" for what has no dimension; "" where units have no meaning
    pub unit: &'static str,
    pub about: &'static str,
}

/// What kind of values a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Real,
    /// A real number of the grid
    Parameter,
    Whole,
    Flag,
    Text,
    Spins,
}

impl Kind {
    /// The word for it in references: a parameter is a real number.
    pub fn name(self) -> &'static str {
        match self {
            Self::Real | Self::Parameter => "real",
            Self::Whole => "whole",
            Self::Flag => "flag",
            Self::Text => "text",
            Self::Spins => "spins",
        }
    }
}

/// What the column `x_err` is.
pub const ERROR: &str =
    "One standard error of the column it is named after, over disorder samples (jackknife)";

/// Headings as lines of a table: name, kind, unit, about.
macro_rules! headings {
    ($($name:literal $kind:ident $unit:literal $about:tt)*) => {
        &[$($crate::sweep::columns::Heading {
            name: $name,
            kind: $crate::sweep::columns::Kind::$kind,
            unit: $unit,
            about: $about,
        }),*]
    };
}
pub(crate) use headings;
