//! What a run has measured as tables of named, typed columns with units: one place that CSV, Parquet, NPZ, the report and other languages
//! read from.
//!
//! [`super::TABLES`] says which tables there are and [`super::headings`] which columns each can have; [`super::table`] makes one of a run.
//! A column's heading stands beside the code that fills it.

mod heading;

pub(crate) use heading::{ERROR, headings};
pub use heading::{Heading, Kind};

use crate::params::Readable;
use std::fmt::Write;
use std::sync::Arc;

/// A table: columns of equal length.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name, one of [`super::TABLES`]
    pub name: &'static str,
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// As in the header of the CSV
    pub name: &'static str,
    /// "1" for what has no dimension; "" where units have no meaning
    pub unit: &'static str,
    /// In words and symbols: what it is
    pub about: &'static str,
    pub values: Values,
    /// Parameters of the grid are printed with an exponent where they are tiny or huge.
    parameter: bool,
}

/// The values of a column; `None` where there is nothing to say (the manifest of a run has the reason).
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    Real(Vec<Option<f64>>),
    Whole(Vec<Option<i64>>),
    Flag(Vec<Option<bool>>),
    Text(Vec<Option<Arc<str>>>),
    /// A configuration: N spins ±1 of each row
    Spins(Vec<Vec<i8>>),
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Real(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Flag(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Spins(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `real`, `whole`, `flag`, `text` or `spins`.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Real(_) => Kind::Real,
            Self::Whole(_) => Kind::Whole,
            Self::Flag(_) => Kind::Flag,
            Self::Text(_) => Kind::Text,
            Self::Spins(_) => Kind::Spins,
        }
    }
}

/// One field of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Real(f64),
    Whole(i64),
    Flag(bool),
    Text(Arc<str>),
    Spins(Vec<i8>),
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Real)
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        // Counts of a run are far below 2⁶³.
        Self::Whole(value as i64)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl Column {
    /// Empty, of the kind that its heading says.
    fn empty(heading: &Heading) -> Self {
        let values = match heading.kind {
            Kind::Real | Kind::Parameter => Values::Real(Vec::new()),
            Kind::Whole => Values::Whole(Vec::new()),
            Kind::Flag => Values::Flag(Vec::new()),
            Kind::Text => Values::Text(Vec::new()),
            Kind::Spins => Values::Spins(Vec::new()),
        };
        let Heading { name, unit, about, kind } = *heading;
        Self { name, unit, about, values, parameter: kind == Kind::Parameter }
    }

    fn push(&mut self, cell: Cell) {
        match (&mut self.values, cell) {
            (Values::Real(values), Cell::Real(x)) => values.push(Some(x)),
            (Values::Real(values), Cell::Whole(x)) => values.push(Some(x as f64)),
            (Values::Real(values), Cell::Empty) => values.push(None),
            (Values::Whole(values), Cell::Whole(x)) => values.push(Some(x)),
            (Values::Whole(values), Cell::Real(x)) if x.fract() == 0.0 => values.push(Some(x as i64)),
            (Values::Whole(values), Cell::Empty) => values.push(None),
            (Values::Flag(values), Cell::Flag(x)) => values.push(Some(x)),
            (Values::Flag(values), Cell::Empty) => values.push(None),
            (Values::Text(values), Cell::Text(x)) => values.push(Some(x)),
            (Values::Text(values), Cell::Empty) => values.push(None),
            (Values::Spins(values), Cell::Spins(x)) => values.push(x),
            // The networks without a P have a word in its place: the whole column is text then.
            (_, cell) => {
                let text = (0..self.values.len())
                    .map(|row| self.text(row))
                    .map(|t| (!t.is_empty()).then(|| t.into()));
                let mut texts: Vec<Option<Arc<str>>> = text.collect();
                let mut one = Self { values: Values::Text(Vec::new()), ..self.clone() };
                texts.push(match cell {
                    Cell::Empty => None,
                    Cell::Real(x) => Some(x.to_string().into()),
                    Cell::Whole(x) => Some(x.to_string().into()),
                    Cell::Flag(x) => Some(x.to_string().into()),
                    Cell::Text(x) => Some(x),
                    Cell::Spins(x) => Some(spaced(&x).into()),
                });
                one.values = Values::Text(texts);
                *self = one;
            }
        }
    }

    /// The field of a row as it stands in the CSV: shortest digits that give the number back, nothing where there is none.
    pub fn text(&self, row: usize) -> String {
        let mut text = String::new();
        self.write(row, &mut text);
        text
    }

    fn write(&self, row: usize, text: &mut String) {
        // Writing to a String cannot fail.
        let _ = match &self.values {
            Values::Real(values) => match values.get(row).copied().flatten() {
                Some(x) if self.parameter => write!(text, "{}", Readable(x)),
                Some(x) => write!(text, "{x}"),
                None => Ok(()),
            },
            Values::Whole(values) => {
                values.get(row).copied().flatten().map_or(Ok(()), |x| write!(text, "{x}"))
            }
            Values::Flag(values) => {
                values.get(row).copied().flatten().map_or(Ok(()), |x| write!(text, "{x}"))
            }
            Values::Text(values) => {
                values.get(row).and_then(Option::as_ref).map_or(Ok(()), |x| write!(text, "{x}"))
            }
            Values::Spins(values) => values.get(row).map_or(Ok(()), |x| write!(text, "{}", spaced(x))),
        };
    }
}

fn spaced(spins: &[i8]) -> String {
    spins.iter().map(i8::to_string).collect::<Vec<_>>().join(" ")
}

impl Table {
    /// Without rows, of these columns.
    pub(crate) fn new(name: &'static str, headings: &[Heading]) -> Self {
        Self { name, columns: headings.iter().map(Column::empty).collect() }
    }

    /// A row, one cell for each column.
    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let rows = self.rows();
        self.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
        debug_assert!(self.columns.iter().all(|column| column.values.len() == rows + 1), "{}", self.name);
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.last().map_or(0, |column| column.values.len())
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// As CSV with a header: an empty field where there is nothing. Names and words of replicon need no quotes.
    pub fn to_csv(&self) -> String {
        let mut csv = self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",");
        csv.push('\n');
        for row in 0..self.rows() {
            for (position, column) in self.columns.iter().enumerate() {
                if position > 0 {
                    csv.push(',');
                }
                column.write(row, &mut csv);
            }
            csv.push('\n');
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &[Heading] = headings! {
        "p"           Whole     "1"      "P"
        "temperature" Parameter "energy" "T"
        "energy"      Real      "energy" "u"
    };

    #[test]
    fn a_word_in_a_column_of_whole_numbers_makes_it_one_of_words() {
        let mut table = Table::new("points", HEADINGS);
        table.push([Cell::Whole(3), Cell::Real(1e-9), Cell::Real(1e-9)]);
        table.push([Cell::Empty, Cell::Real(0.5), Cell::Empty]);
        assert_eq!(table.column("p").map(|c| c.values.kind()), Some(Kind::Whole));
        table.push([Cell::from("exp"), Cell::Real(0.5), Cell::Real(-0.25)]);
        assert_eq!(table.column("p").map(|c| c.values.kind()), Some(Kind::Text));
        assert_eq!(table.to_csv(), "p,temperature,energy\n3,1e-9,0.000000001\n,0.5,\nexp,0.5,-0.25\n");
    }
}
