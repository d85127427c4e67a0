//! What a run of capacity has found as tables: half points, exponents, limits N → ∞, and the trials behind them.

use super::table::{CAPACITY, capacity_table};
use super::{LoadedCapacity, Scaling};
use crate::error::Result;
use crate::estimators::{Extrapolation, StraightLine};
use crate::sweep::columns::{Cell, Heading, Table, headings};
use crate::sweep::tables::unknown_table;

/// The tables by name, and what a row of each is.
pub const TABLES: [(&str, &str); 4] = [
    ("capacity", "a definition, T, P and N: the half point K_c beside theory, as in capacity.csv"),
    ("exponents", "a definition, T and P: how K_c grows with N"),
    ("extrapolations", "a definition, T, P and ω: the limit N → ∞ if the correction is a N^{−ω}"),
    ("trials", "a definition, T, P, N and K that was tried"),
];

/// Every column of the table of this name, in order; none where there is no such table.
pub fn headings(table: &str) -> &'static [Heading] {
    match table {
        "capacity" => CAPACITY,
        "exponents" => EXPONENTS,
        "extrapolations" => EXTRAPOLATIONS,
        "trials" => TRIALS,
        _ => &[],
    }
}

/// The table of this name of the searches that are at their ends; of `trials` of all.
///
/// # Errors
/// [`crate::error::Kind::BadInput`] for a name that is none of [`TABLES`]; what [`LoadedCapacity::results`] fails with.
pub fn table(run: &LoadedCapacity, name: &str) -> Result<Table> {
    if headings(name).is_empty() {
        return Err(unknown_table(name, &TABLES));
    }
    if name == "trials" {
        return Ok(trials_table(run));
    }
    let (rows, scalings) = run.something_to_show()?;
    Ok(match name {
        "exponents" => exponents_table(&scalings),
        "extrapolations" => extrapolations_table(&scalings),
        _ => capacity_table(&rows),
    })
}

const EXPONENTS: &[Heading] = headings! {
    "definition"           Text      ""       "saturation, recall-one, recall-all"
    "p"                    Whole     "1"      "Interaction order P"
    "temperature"          Parameter "energy" "Temperature T; 0 of perfect recall"
    "exponent"             Real      "1"      "Slope of log K_c against log N; empty of fewer than three sizes"
    "exponent_err"         Real      "1"      "One standard error of exponent, larger where the points scatter by more than their errors"
    "chi_square"           Real      "1"      "χ² of that line"
    "freedom"              Whole     "1"      "Its degrees of freedom"
    "terms_exponent"       Real      "1"      "Slope of log K_c against log C(N−1, P−1): 1 where K_c ∝ N^{P−1}"
    "terms_exponent_err"   Real      "1"      "One standard error of terms_exponent"
    "terms_chi_square"     Real      "1"      "χ² of that line"
    "terms_freedom"        Whole     "1"      "Its degrees of freedom"
    "ideal_exponent"       Real      "1"      "Slope of log C(N−1, P−1) against log N: what an exact P − 1 looks like at these sizes"
    "theory_exponent"      Real      "1"      "Slope of log K of theory against log N, where it has one at finite N"
    "exponent_z"           Real      "standard errors" "Saturation: distance of terms_exponent from 1; recall: of exponent from theory_exponent"
    "fits"                 Flag      ""       "The points lie on the line that exponent_z is about"
    "holds"                Flag      ""       "What is expected of the exponent is within two of its errors; empty where it is, but the points do not lie on a line"
};

/// The exponents of each definition, T and P.
pub fn exponents_table(scalings: &[Scaling]) -> Table {
    let mut table = Table::new("exponents", EXPONENTS);
    let line = |line: Option<StraightLine>| -> [Cell; 4] {
        let freedom = line.map_or(Cell::Empty, |l| l.freedom.into());
        [
            line.map(|l| l.slope).into(),
            line.map(|l| l.slope_error).into(),
            line.map(|l| l.chi_square).into(),
            freedom,
        ]
    };
    for scaling in scalings {
        let flag = |flag: Option<bool>| flag.map_or(Cell::Empty, Cell::Flag);
        let rest = [scaling.terms_exponent, scaling.theory_exponent, scaling.deviation()].map(Cell::from);
        let lines = [line(scaling.against_size), line(scaling.against_terms)].concat();
        table.push(
            study(scaling)
                .into_iter()
                .chain(lines)
                .chain(rest)
                .chain([flag(scaling.fits()), flag(scaling.holds())]),
        );
    }
    table
}

fn study(scaling: &Scaling) -> [Cell; 3] {
    let p = Cell::Whole(scaling.order.get().into());
    [scaling.definition.name().into(), p, Cell::Real(scaling.temperature.get())]
}

const EXTRAPOLATIONS: &[Heading] = headings! {
    "definition"  Text      ""       "saturation, recall-one, recall-all"
    "p"           Whole     "1"      "Interaction order P"
    "temperature" Parameter "energy" "Temperature T; 0 of perfect recall"
    "quantity"    Text      ""       "What is extrapolated: gamma_tilde_c, or k_c over theory_k_c"
    "omega"       Real      "1"      "ω of the correction a N^{−ω}"
    "omega_is"    Text      ""       "fixed, or free: the best one by χ²"
    "omega_low"   Real      "1"      "The least ω whose χ² is at most 1 above the best"
    "omega_high"  Real      "1"      "The largest"
    "limit"       Real      "1"      "The quantity at N → ∞"
    "limit_err"   Real      "1"      "One standard error of limit at this ω alone"
    "limit_low"   Real      "1"      "The least limit of these ω"
    "limit_high"  Real      "1"      "The largest"
    "amplitude"   Real      "1"      "Amplitude a of the correction"
    "chi_square"  Real      "1"      "χ² of the fit"
    "freedom"     Whole     "1"      "Its degrees of freedom, ω not counted"
};

/// The limits N → ∞ of each definition, T and P, one for each ω.
pub fn extrapolations_table(scalings: &[Scaling]) -> Table {
    let mut table = Table::new("extrapolations", EXTRAPOLATIONS);
    for scaling in scalings {
        let mut push = |fit: &Extrapolation, ranges: Option<[(f64, f64); 2]>| {
            let [omega, limit] = [0, 1].map(|i| {
                let range = ranges.map(|ranges| ranges[i]);
                [range.map(|r| r.0), range.map(|r| r.1)].map(Cell::from)
            });
            let fitted = [
                scaling.extrapolated().into(),
                Cell::Real(fit.exponent),
                if ranges.is_some() { "free" } else { "fixed" }.into(),
            ];
            let value = [Cell::Real(fit.limit), Cell::Real(fit.limit_err)];
            let rest = [Cell::Real(fit.slope), Cell::Real(fit.chi_square), fit.freedom.into()];
            table.push(
                study(scaling).into_iter().chain(fitted).chain(omega).chain(value).chain(limit).chain(rest),
            );
        };
        scaling.fixed.iter().for_each(|fit| push(fit, None));
        if let Some(free) = &scaling.free {
            push(&free.best, Some([free.exponents, free.limits]));
        }
    }
    table
}

const TRIALS: &[Heading] = headings! {
    "definition"  Text      ""       "saturation, recall-one, recall-all"
    "p"           Whole     "1"      "Interaction order P"
    "n"           Whole     "1"      "Number of spins N"
    "temperature" Parameter "energy" "Temperature T; 0 of perfect recall"
    "k"           Whole     "1"      "Number of patterns K"
    "trials"      Whole     "1"      "Samples tried in finished rounds"
    "successes"   Whole     "1"      "Those that kept their pattern, or all of them"
};

fn trials_table(run: &LoadedCapacity) -> Table {
    let mut table = Table::new("trials", TRIALS);
    for (goal, tallies) in run.tallies() {
        let (p, t) = (Cell::Whole(goal.order.get().into()), Cell::Real(goal.temperature.get()));
        for (&patterns, &(successes, trials)) in tallies {
            let counted = [patterns, trials, successes].map(Cell::from);
            table.push(
                [goal.definition.name().into(), p.clone(), goal.spins.into(), t.clone()]
                    .into_iter()
                    .chain(counted),
            );
        }
    }
    table
}
