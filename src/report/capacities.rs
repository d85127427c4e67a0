//! What a run of capacity has found: half points, exponents, limits.

use super::list;
use super::table::{Rows, filled, is_error, plain, sortable};
use crate::plot::escape;
use crate::scenario::CapacityScenario;
use crate::sweep::capacity::{Row, Scaling, capacity_table, exponents_table, extrapolations_table};

/// In one line, what was looked for.
pub fn summary(scenario: &CapacityScenario, rows: &[Row]) -> String {
    let names: Vec<&str> = scenario.definitions.iter().map(|definition| definition.name()).collect();
    let orders: Vec<_> = scenario.orders.iter().map(|plan| plan.order).collect();
    let temperatures = match scenario.temperatures.as_slice() {
        [] => String::new(),
        all => format!(", T = {}", list(all)),
    };
    let none = match rows.iter().filter(|row| row.found.is_err()).count() {
        0 => String::new(),
        none => format!(", {none} without a half point"),
    };
    format!(
        "capacity: {}, P = {}{temperatures}, up to {} disorder samples each; {} rows{none}",
        names.join(", "),
        list(&orders),
        scenario.samples,
        rows.len()
    )
}

pub fn half_points(rows: &[Row]) -> String {
    let table = capacity_table(rows);
    let shown: Vec<usize> = (0..table.rows()).collect();
    let columns = filled(&table, |column| !is_error(&table, column));
    let sorted = Rows { shown: &shown, example: "saturation, or p=3 n=24" };
    let missing = rows.iter().enumerate().filter_map(|(row, found)| Some((row, found.found.as_ref().err()?)));
    let reasons: String = missing
        .map(|(row, why)| format!("<li><a href=\"#row-{0}\">row {0}</a>: {1}</li>\n", row + 1, escape(why)))
        .collect();
    let without = if reasons.is_empty() {
        String::new()
    } else {
        format!("<details><summary>Rows without a half point</summary>\n<ul>\n{reasons}</ul>\n</details>\n")
    };
    format!(
        "<p>K<sub>c</sub>: the number of patterns at which half of the samples keep theirs, beside theory. The same is in <a \
         href=\"capacity.csv\">capacity.csv</a>, and why a field is empty in <a href=\"capacity.json\">capacity.json</a>. ± is one standard \
         error of the fit to the trials.</p>\n{}{without}",
        sortable(&table, &columns, &sorted, "Half points")
    )
}

pub fn exponents(scalings: &[Scaling]) -> String {
    let table = exponents_table(scalings);
    if scalings.iter().all(|scaling| scaling.against_size.is_none()) {
        return "<p>No exponent: it takes three sizes with an error.</p>\n".into();
    }
    format!(
        "<p>Slopes of log K<sub>c</sub> against log N, and against the logarithm of the number of terms with one spin, C(N−1, P−1). \
         <code>exponent_z</code> is how far saturation is from K<sub>c</sub> ∝ N<sup>P−1</sup>, and recall from theory at the same sizes. Headings \
         say what a column is.</p>\n{}",
        plain(&table, "Exponents")
    )
}

pub fn limits(scalings: &[Scaling]) -> String {
    let table = extrapolations_table(scalings);
    if table.rows() == 0 {
        return String::new();
    }
    format!(
        "<p>Fits of y(N) = y<sub>∞</sub> + a N<sup>−ω</sup>, with ω fixed, and with the best ω beside those whose χ² is at most 1 above.</p>\n{}",
        plain(&table, "Limits of many spins")
    )
}
