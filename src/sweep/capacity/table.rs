//! capacity.csv: one row per definition, T, P and N.

use super::search::{Next, Tallies, estimate};
use super::{Goal, Scaling, terms};
use crate::error::{Kind, Result};
use crate::model::hamiltonian::unit_of_energy;
use crate::scenario::{Ansatz, CapacityScenario, Definition};
use crate::sweep::columns::{Cell, Heading, Table, headings};
use crate::theory::lines;
use crate::theory::one_rsb::retrieval::spinodal;
use crate::theory::recall::recall;
use serde_json::{Value, json};

/// K_c at one size.
#[derive(Debug, Clone)]
pub struct Row {
    pub goal: Goal,
    pub samples: usize,
    /// (K_c, one standard error, steepness of the fall in log K), or why there is none
    pub found: std::result::Result<(f64, f64, f64), String>,
    pub theory: Theory,
}

/// What theory says of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Theory {
    /// γ where retrieval ends under RS and 1RSB, and the load T_d² of Nishimori's condition (P ≥ 3), N → ∞
    pub rs: Option<f64>,
    pub one_rsb: Option<f64>,
    pub nishimori: Option<f64>,
    /// K of perfect recall of independent Gaussian bits at this N
    pub recall: Option<f64>,
}

impl Row {
    /// What is extrapolated to N → ∞, with its error: γ̃_c of saturation, of recall the ratio to independent Gaussian bits.
    pub fn extrapolated(&self) -> Option<(f64, f64)> {
        match self.goal.definition {
            Definition::Saturation => self.load(),
            Definition::RecallOne | Definition::RecallAll => {
                let (expected, found) = (self.theory.recall?, self.found.as_ref().ok()?);
                Some((found.0 / expected, found.1 / expected))
            }
        }
    }

    /// (γ̃_c, error): γ̃ = (P/2) K/C(N−1, P−1), the load without the finite N of the signal.
    pub fn load(&self) -> Option<(f64, f64)> {
        let one = 0.5 * f64::from(self.goal.order.get()) / terms(self.goal.order, self.goal.spins);
        self.found.as_ref().ok().map(|found| (one * found.0, one * found.1))
    }

    /// (γ_c, error): γ = (P!/2) K/N^{P−1}, of one pattern the unit of energy.
    fn gamma(&self) -> Option<(f64, f64)> {
        let one = unit_of_energy(self.goal.order, self.goal.spins);
        self.found.as_ref().ok().map(|found| (one * found.0, one * found.1))
    }

    /// K_c that theory expects at this N: of recall that of independent Gaussian bits, of saturation γ̃ = γ_c of 1RSB, or of RS where that alone
    /// was asked.
    pub fn expected(&self) -> Option<f64> {
        let of_load = |load: f64| {
            load * terms(self.goal.order, self.goal.spins) * 2.0 / f64::from(self.goal.order.get())
        };
        match self.goal.definition {
            Definition::Saturation => self.theory.one_rsb.or(self.theory.rs).map(of_load),
            Definition::RecallOne | Definition::RecallAll => self.theory.recall,
        }
    }
}

/// (K_c, one standard error, steepness of the fall in log K) of a finished search, or why there is none.
pub(super) fn found(
    goal: &Goal,
    tallies: &Tallies,
    end: Option<&Next>,
) -> std::result::Result<(f64, f64, f64), String> {
    if let Some(Next::Nowhere(why)) = end {
        return Err(why.clone());
    }
    let half = estimate(tallies, goal.fall())?;
    let k = libm::exp(half.x);
    Ok((k, k * half.error, half.steepness))
}

/// The rows of finished searches.
///
/// # Errors
/// A solver that failed.
pub fn rows<'a>(
    scenario: &CapacityScenario,
    searches: impl Iterator<Item = (Goal, &'a Tallies, Option<&'a Next>)>,
) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    for (goal, tallies, end) in searches {
        let found = found(&goal, tallies, end);
        let saturation = goal.definition == Definition::Saturation;
        // N → ∞ is the same for all sizes.
        let same = rows.last().filter(|row| saturation && row.goal.study() == goal.study());
        let theory = match same {
            Some(row) => row.theory,
            None if saturation => saturation_theory(scenario, &goal)?,
            None => recall_theory(&goal)?,
        };
        let samples = tallies.values().map(|tally| tally.1).sum();
        rows.push(Row { goal, samples, found, theory });
    }
    Ok(rows)
}

fn saturation_theory(scenario: &CapacityScenario, goal: &Goal) -> Result<Theory> {
    let (p, t) = (goal.order, goal.temperature);
    let exists = |found: Result<f64>| match found {
        Err(error) if matches!(error.kind(), Kind::NoSolution | Kind::BadInput) => Ok(None),
        other => other.map(Some),
    };
    let asked = |ansatz| scenario.compare.contains(&ansatz);
    let rs = match asked(Ansatz::ReplicaSymmetric) {
        true => exists(lines::retrieval_spinodal_load(p, t).map(|end| end.gamma))?,
        false => None,
    };
    let one_rsb = if asked(Ansatz::OneStep) { exists(spinodal(p, t).map(|end| end.gamma))? } else { None };
    let nishimori = match scenario.compare.is_empty() {
        true => None,
        false => exists(lines::nishimori_load(p))?,
    };
    Ok(Theory { rs, one_rsb, nishimori, ..Theory::default() })
}

fn recall_theory(goal: &Goal) -> Result<Theory> {
    let found = recall(goal.order, goal.spins as u64)?;
    let recall = if goal.definition == Definition::RecallAll { found.k_all() } else { found.k_one() };
    Ok(Theory { recall, ..Theory::default() })
}

pub(super) const CAPACITY: &[Heading] = headings! {
    "definition"        Text      ""       "saturation, recall-one, recall-all: what K_c is the half point of"
    "p"                 Whole     "1"      "Interaction order P"
    "n"                 Whole     "1"      "Number of spins N"
    "k_c"               Real      "1"      "K at which half of the samples keep their patterns; empty where there is none (why: capacity.json)"
    "k_c_err"           Real      "1"      "One standard error of k_c, of the fit of successes against log K"
    "samples"           Whole     "1"      "Trials, over all K"
    "gamma_c"           Real      "1"      "γ_c = P! K_c/(2 N^{P−1})"
    "gamma_c_err"       Real      "1"      "One standard error of gamma_c"
    "gamma_tilde_c"     Real      "1"      "γ̃_c = (P/2) K_c/C(N−1, P−1), the load without the finite N of the signal"
    "gamma_tilde_c_err" Real      "1"      "One standard error of gamma_tilde_c"
    "steepness"         Real      "1"      "Of the fall of successes in log K at K_c"
    "temperature"       Parameter "energy" "Temperature T; 0 of perfect recall"
    "threshold"         Real      "1"      "Saturation: the m below which a pattern is lost"
    "sweeps"            Whole     "sweeps" "Saturation: for so long it is kept"
    "rs_gamma_c"        Real      "1"      "γ where retrieval ends under RS, N → ∞"
    "rsb1_gamma_c"      Real      "1"      "γ where retrieval ends under 1RSB, N → ∞"
    "nishimori_gamma"   Real      "1"      "T_d², the load of Nishimori's condition (P ≥ 3)"
    "theory_k_c"        Real      "1"      "K_c of theory at this N: saturation at γ̃_c of 1RSB, or of RS where that alone was asked; recall of independent Gaussian bits"
    "least_kept"        Real      "1"      "Saturation: the least m = 1 − 2j/N at or above the threshold"
};

/// capacity.csv as a table.
pub fn capacity_table(rows: &[Row]) -> Table {
    let mut table = Table::new("capacity", CAPACITY);
    for row in rows {
        let (found, gamma, load) = (row.found.as_ref().ok(), row.gamma(), row.load());
        let Theory { rs, one_rsb, nishimori, .. } = row.theory;
        table.push([
            row.goal.definition.name().into(),
            Cell::Whole(row.goal.order.get().into()),
            row.goal.spins.into(),
            found.map(|f| f.0).into(),
            found.map(|f| f.1).into(),
            row.samples.into(),
            gamma.map(|g| g.0).into(),
            gamma.map(|g| g.1).into(),
            load.map(|l| l.0).into(),
            load.map(|l| l.1).into(),
            found.map(|f| f.2).into(),
            Cell::Real(row.goal.temperature.get()),
            row.goal.asked.map(|a| a.threshold).into(),
            row.goal.asked.map_or(Cell::Empty, |a| a.sweeps.into()),
            rs.into(),
            one_rsb.into(),
            nishimori.into(),
            row.expected().into(),
            row.goal.least_kept().into(),
        ]);
    }
    table
}

/// The same with what the sizes say together, and the reasons of empty fields.
pub fn to_json(scenario: &CapacityScenario, rows: &[Row], scalings: &[Scaling]) -> Value {
    let row = |row: &Row| {
        let (found, gamma) = (row.found.as_ref().ok(), row.gamma());
        json!({
            "definition": row.goal.definition.name(), "p": row.goal.order.get(), "n": row.goal.spins,
            "temperature": row.goal.temperature.get(),
            "threshold": row.goal.asked.map(|a| a.threshold), "sweeps": row.goal.asked.map(|a| a.sweeps),
            "k_c": found.map(|f| f.0), "k_c_err": found.map(|f| f.1), "samples": row.samples,
            "gamma_c": gamma.map(|g| g.0), "gamma_c_err": gamma.map(|g| g.1),
            "gamma_tilde_c": row.load().map(|l| l.0), "gamma_tilde_c_err": row.load().map(|l| l.1),
            "steepness": found.map(|f| f.2), "reason": row.found.as_ref().err(),
            "rs_gamma_c": row.theory.rs, "rsb1_gamma_c": row.theory.one_rsb, "nishimori_gamma": row.theory.nishimori,
            "theory_k_c": row.expected(), "least_kept": row.goal.least_kept(),
        })
    };
    json!({
        "name": scenario.name, "replicon": env!("CARGO_PKG_VERSION"), "seed": scenario.seed,
        "rows": rows.iter().map(row).collect::<Vec<_>>(),
        "scaling": scalings.iter().map(Scaling::to_json).collect::<Vec<_>>(),
    })
}
