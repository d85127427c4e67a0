//! Where simulation and theory differ: which columns are compared, and by how many standard errors.

use super::columns::{Table, Values};
use super::points::multitasking;

/// A measured column beside one of theory, and that of their distance in standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    pub distance: &'static str,
    pub measured: &'static str,
    pub theory: &'static str,
}

const fn comparison(distance: &'static str, measured: &'static str, theory: &'static str) -> Comparison {
    Comparison { distance, measured, theory }
}

/// Those of points.csv; where two theories say the same the first counts.
const COMPARISONS: [Comparison; 10] = [
    comparison("annealed_z", "energy", "annealed_energy"),
    comparison("rs_mattis_z", "mattis", "rs_m"),
    comparison("rs_energy_z", "energy", "rs_energy"),
    comparison("rs_average_z", "mattis_average", "rs_n"),
    comparison("rs_example_z", "mattis_example", "rs_example"),
    comparison("rsb1_mattis_z", "mattis", "rsb1_m"),
    comparison("rsb1_energy_z", "energy", "rsb1_energy"),
    comparison("multitask_energy_z", "energy", "multitask_energy"),
    comparison("exponential_mattis_z", "mattis", "exponential_m"),
    comparison("exponential_energy_z", "energy", "exponential_energy"),
];

/// Every comparison that points.csv can have.
pub fn comparisons() -> impl Iterator<Item = Comparison> {
    COMPARISONS.into_iter().chain(multitasking::comparisons())
}

/// One mean and what theory says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disagreement {
    pub of: Comparison,
    /// Row of the table, from 0
    pub row: usize,
    /// (measured − theory) in standard errors
    pub z: f64,
    pub measured: f64,
    pub error: Option<f64>,
    pub theory: f64,
}

/// All of a table, the largest |z| first, equal ones in its order. A prediction that two theories share counts once.
pub fn disagreements(table: &Table) -> Vec<Disagreement> {
    let real = |name: &str, row: usize| match &table.column(name)?.values {
        Values::Real(values) => values.get(row).copied().flatten(),
        _ => None,
    };
    let mut all: Vec<Disagreement> = Vec::new();
    for row in 0..table.rows() {
        let begin = all.len();
        for of in comparisons() {
            let found = (real(of.distance, row), real(of.measured, row), real(of.theory, row));
            let (Some(z), Some(measured), Some(theory)) = found else { continue };
            let known = all[begin..].iter().any(|one| one.of.measured == of.measured && one.theory == theory);
            if !known {
                let error = real(&format!("{}_err", of.measured), row);
                all.push(Disagreement { of, row, z, measured, error, theory });
            }
        }
    }
    all.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()).then(a.row.cmp(&b.row)));
    all
}

/// How many lie beyond so many standard errors.
pub fn beyond(all: &[Disagreement], errors: f64) -> usize {
    all.iter().filter(|one| one.z.abs() > errors).count()
}

/// The grid point and start of a row of points.csv, in few words.
pub fn place_in_words(table: &Table, row: usize) -> String {
    let names = [
        ("p", "P"),
        ("n", "N"),
        ("k", "K"),
        ("gamma", "γ"),
        ("learning", "learning"),
        ("quality", "r"),
        ("examples", "M"),
        ("dilution", "d"),
        ("lambda", "λ"),
        ("beta", "β"),
        ("temperature", "T"),
    ];
    let known = names.iter().filter_map(|(name, symbol)| {
        let column = table.column(name)?;
        let text = match &column.values {
            Values::Real(values) => values.get(row).copied().flatten().map(few_digits)?,
            _ => column.text(row),
        };
        (!text.is_empty()).then(|| format!("{symbol} = {text}"))
    });
    let start = table.column("start").map(|column| column.text(row));
    known.chain(start).collect::<Vec<_>>().join(", ")
}

/// Four decimals at most; an exponent where these would say little.
fn few_digits(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::super::columns::{Cell, headings};
    use super::*;

    #[test]
    fn every_distance_in_standard_errors_is_that_of_two_columns_of_the_table() {
        let headings = super::super::headings("points");
        let named = |name: &str| headings.iter().any(|heading| heading.name == name);
        for heading in headings.iter().filter(|heading| heading.unit == "standard errors") {
            assert!(
                comparisons().any(|one| one.distance == heading.name),
                "{} compares nothing",
                heading.name
            );
        }
        for one in comparisons() {
            assert!(named(one.distance) && named(one.measured) && named(one.theory), "{one:?}");
        }
    }

    #[test]
    fn a_prediction_that_rs_and_1rsb_share_counts_once_and_the_largest_comes_first() {
        let mut table = Table::new(
            "points",
            headings! {
                "energy"        Real "energy per spin" "u"
                "energy_err"    Real "energy per spin" "its error"
                "rs_energy"     Real "energy per spin" "u of RS"
                "rsb1_energy"   Real "energy per spin" "u of 1RSB"
                "rs_energy_z"   Real "standard errors" "distance"
                "rsb1_energy_z" Real "standard errors" "distance"
            },
        );
        // The same state under both, then a glass of its own.
        table.push([-0.5, 0.1, -0.4, -0.4, -1.0, -1.0].map(Cell::Real));
        table.push([-0.5, 0.1, -0.9, -0.7, 4.0, 2.0].map(Cell::Real));
        let all = disagreements(&table);
        let said: Vec<_> = all.iter().map(|one| (one.row, one.of.theory, one.z)).collect();
        assert_eq!(said, [(1, "rs_energy", 4.0), (1, "rsb1_energy", 2.0), (0, "rs_energy", -1.0)]);
        assert_eq!([beyond(&all, 3.0), beyond(&all, 1.5)], [1, 2]);
        assert_eq!((all[0].measured, all[0].error, all[0].theory), (-0.5, Some(0.1), -0.9));
    }
}
