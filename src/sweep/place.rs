//! Where a row of a table beside points.csv stands: grid point and start.

use super::columns::{Cell, Heading, headings};
use crate::params::{Dilution, Temperature};
use crate::scenario::Column;

/// What every row begins with.
const PLACE: &[Heading] = headings! {
    "p"           Whole     "1"      "Interaction order P; exp or cont of networks without one"
    "n"           Whole     "1"      "Number of spins N"
    "k"           Whole     "1"      "Number of patterns K; empty with Gaussian couplings"
    "gamma"       Parameter "1"      "Load γ = P! K/(2 N^{P−1}) that K realises (P = 2: α = K/N)"
    "temperature" Parameter "energy" "Temperature T"
    "start"       Text      ""       "Where the chains began"
};

/// What it ends with, as far as the kind of the network has these keys.
const OWN: &[Heading] = headings! {
    "learning" Text  ""  "How examples are stored, supervised or unsupervised; learning kinds alone"
    "quality"  Real  "1" "Quality r of examples; learning kinds alone"
    "examples" Whole "1" "Number M of examples of each archetype; learning kinds alone"
    "dilution" Real  "1" "Dilution d of the patterns; diluted patterns alone"
    "lambda"   Real  "1" "λ; the exponential network alone"
    "beta"     Real  "1" "β; the continuous network alone"
};

/// The values of [`OWN`].
fn own(column: &Column, temperature: Temperature) -> [Cell; OWN.len()] {
    let lesson = column.lesson;
    let beta = column.entries.filter(|_| !temperature.is_zero()).map(|_| 1.0 / temperature.get());
    [
        lesson.map_or(Cell::Empty, |lesson| lesson.mode.name().into()),
        lesson.map(|lesson| lesson.examples.quality().get()).into(),
        lesson.map_or(Cell::Empty, |lesson| Cell::Whole(lesson.examples.count() as i64)),
        column.dilution.map(Dilution::get).into(),
        column.lambda.into(),
        beta.into(),
    ]
}

/// Every heading that a table with these columns of its own can have.
pub(super) fn placed(columns: &[Heading]) -> Vec<Heading> {
    [PLACE, columns, OWN].concat()
}

/// The places of a table, with the keys that its networks have.
pub(super) struct Places {
    has: [bool; OWN.len()],
}

impl Places {
    pub fn of<'c>(columns: impl IntoIterator<Item = &'c Column>) -> Self {
        let mut has = [false; OWN.len()];
        for column in columns {
            let keys = [
                column.lesson.is_some(),
                column.lesson.is_some(),
                column.lesson.is_some(),
                column.dilution.is_some(),
                column.lambda.is_some(),
                column.entries.is_some(),
            ];
            has.iter_mut().zip(keys).for_each(|(has, key)| *has |= key);
        }
        Self { has }
    }

    fn kept<T>(&self, of_all: impl IntoIterator<Item = T>) -> Vec<T> {
        of_all.into_iter().zip(self.has).filter_map(|(one, has)| has.then_some(one)).collect()
    }

    /// The headings of a table with these columns of its own.
    pub fn headings(&self, columns: &[Heading]) -> Vec<Heading> {
        [PLACE, columns, &self.kept(OWN.iter().copied())].concat()
    }

    pub fn at(&self, column: &Column, temperature: Temperature, start: &str) -> Place {
        let p = match column.interaction_order() {
            Some(p) => Cell::Whole(p.get().into()),
            None => Cell::from(column.network().as_str()),
        };
        let k = if column.is_gaussian() { Cell::Empty } else { Cell::from(column.patterns) };
        let (gamma, t) = (Cell::Real(column.gamma.get()), Cell::Real(temperature.get()));
        let first = [p, Cell::from(column.spins), k, gamma, t, Cell::from(start)];
        Place { first, last: self.kept(own(column, temperature)) }
    }
}

/// The cells that rows of one place share.
pub(super) struct Place {
    first: [Cell; 6],
    last: Vec<Cell>,
}

impl Place {
    /// A row with these cells of its own.
    pub fn row(&self, cells: impl IntoIterator<Item = Cell>) -> impl Iterator<Item = Cell> {
        self.first.iter().cloned().chain(cells).chain(self.last.iter().cloned())
    }
}
