//! The table of points: the columns that one looks at first, value and error in one cell.

use super::table::{Rows, sortable};
use crate::sweep::columns::{Column, Table};

/// Rows of the table; the rest is in points.csv.
const MOST_ROWS: usize = 500;

/// In their order, those that hold anything.
const SHOWN: [&str; 64] = [
    "p",
    "n",
    "k",
    "gamma",
    "gamma_requested",
    "rate",
    "learning",
    "quality",
    "examples",
    "dilution",
    "lambda",
    "beta",
    "temperature",
    "start",
    "samples",
    "mattis",
    "mattis_average",
    "mattis_max",
    "overlap",
    "overlap_sq",
    "energy",
    "heat_capacity",
    "q_ea",
    "binder",
    "accuracy",
    "accuracy_nearest_mean",
    "accuracy_logistic",
    "participation",
    "one_step_error",
    "settled_single",
    "survived",
    "lifetime",
    "plefka_mattis",
    "plefka_pressure",
    "plefka_states",
    "tau_sweeps",
    "equilibrated",
    "thermalised",
    "starts_agree",
    "energy_identity_gap",
    "exchange_acceptance",
    "annealed_energy",
    "annealed_z",
    "rs_branch",
    "rs_m",
    "rs_q",
    "rs_energy",
    "rs_replicon",
    "rs_mattis_z",
    "rs_energy_z",
    "rs_average_z",
    "rsb1_branch",
    "rsb1_m",
    "rsb1_q1",
    "rsb1_q2",
    "rsb1_theta",
    "rsb1_energy",
    "rsb1_mattis_z",
    "rsb1_energy_z",
    "exponential_m",
    "exponential_mattis_z",
    "multitask_branch",
    "multitask_energy",
    "multitask_energy_z",
];

/// The section; these rows are shown whatever their position.
pub fn section(table: &Table, wanted: &[usize]) -> String {
    // Of theory alone there are no samples to count.
    let nothing = |column: &Column, text: &str| text.is_empty() || column.name == "samples" && text == "0";
    let filled = |column: &&Column| (0..table.rows()).any(|row| !nothing(column, &column.text(row)));
    let columns: Vec<&Column> = SHOWN.iter().filter_map(|name| table.column(name)).filter(filled).collect();
    let mut rows: Vec<usize> = (0..table.rows().min(MOST_ROWS)).collect();
    rows.extend(wanted.iter().filter(|&&row| row >= MOST_ROWS));
    rows.sort_unstable();
    rows.dedup();
    let shown = match table.rows() {
        all if all > rows.len() => {
            format!("{} of {all} rows, the first ones and those that disagree most with theory", rows.len())
        }
        all => format!("All {all} rows"),
    };
    let rows = Rows { shown: &rows, example: "planted, or temperature=0.4 n=64" };
    format!(
        "<p>{shown}, and the columns that one looks at first: all of them are in <a href=\"points.csv\">points.csv</a>, where a field is empty for a \
         reason given in <a href=\"manifest.json\">manifest.json</a>. ± is one standard error over disorder samples.</p>\n{}",
        sortable(table, &columns, &rows, "Points")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::headings;

    #[test]
    fn every_shown_column_is_one_of_the_table() {
        let known = headings("points");
        for name in SHOWN {
            assert!(known.iter().any(|heading| heading.name == name), "{name}");
        }
    }
}
