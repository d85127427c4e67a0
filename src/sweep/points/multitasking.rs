//! Columns of multitasking: the dilution, every m_μ that was measured, and the state of theory beside them.

use super::theory::z;
use super::{NOT_SIMULATED, Row, averaged};
use crate::chain::{RANKS, Start};
use crate::dynamics::Order;
use crate::error::Result;
use crate::params::Dilution;
use crate::scenario::{Ansatz, Kind, PatternsFrom, Scenario};
use crate::sweep::columns::{ERROR, Heading, Kind as ColumnKind, headings};
use crate::sweep::comparison::Comparison;
use crate::theory::multitasking::{
    MOST_PATTERNS, State, Task, exact_average, learnt_states, reached_from_the_hierarchy, states,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The column of every table; empty where patterns are not diluted.
pub(super) const COLUMNS: &[Heading] = headings! {
    "dilution" Real "1" "Dilution d: fraction of blank entries of a pattern"
};

macro_rules! ranked {
    ($name:ident, $before:literal, $after:literal) => {
        const $name: [&str; RANKS.len()] = [
            concat!($before, "1", $after),
            concat!($before, "2", $after),
            concat!($before, "3", $after),
            concat!($before, "4", $after),
            concat!($before, "5", $after),
            concat!($before, "6", $after),
            concat!($before, "7", $after),
            concat!($before, "8", $after),
            concat!($before, "9", $after),
            concat!($before, "10", $after),
            concat!($before, "11", $after),
            concat!($before, "12", $after),
        ];
    };
}
ranked!(ERRORS, "mattis_", "_err");
ranked!(THEORY, "multitask_m_", "");
ranked!(DISTANCES, "multitask_z_", "");

/// What theory says of a row as a whole.
const STATE: &[Heading] = headings! {
    "multitask_branch"      Text  ""                "State of theory that the row is compared with: pure, hierarchical, parallel, …"
    "multitask_stable"      Flag  ""                "Whether it is stable"
    "multitask_minima"      Whole "1"               "Stable states that theory finds"
    "multitask_free_energy" Real  "energy per spin" "Its f"
    "multitask_energy"      Real  "energy per spin" "Its u"
    "multitask_energy_z"    Real  "standard errors" "Distance of energy from multitask_energy"
};

/// The further columns of a table whose rows have up to `patterns` diluted patterns: m_μ, its error, theory and z of each.
pub(super) fn columns(patterns: usize) -> Vec<Heading> {
    let real = |name, unit, about| Heading { name, kind: ColumnKind::Real, unit, about };
    let each = |rank: usize| {
        [
            real(
                RANKS[rank],
                "1",
                "⟨m_μ⟩ of this pattern, in the order of planted starts; from a random start by |m|",
            ),
            real(ERRORS[rank], "1", ERROR),
            real(THEORY[rank], "1", "Its m_μ in theory"),
            real(DISTANCES[rank], "standard errors", "Distance of the measured m_μ from theory"),
        ]
    };
    let ranks = (0..patterns.min(RANKS.len())).flat_map(each);
    if patterns == 0 { Vec::new() } else { STATE.iter().copied().chain(ranks).collect() }
}

/// What of single patterns is compared.
pub(in crate::sweep) fn comparisons() -> impl Iterator<Item = Comparison> {
    let of =
        |rank: usize| Comparison { distance: DISTANCES[rank], measured: RANKS[rank], theory: THEORY[rank] };
    (0..RANKS.len()).map(of)
}

/// The states of theory by (P, K, d, lesson, T): the same at every N.
#[derive(Default)]
pub(super) struct States(HashMap<(u32, usize, u64, String, u64), Vec<State>>);

impl States {
    /// Fills the columns of a row.
    pub fn fill(&mut self, row: &mut Row, scenario: &Scenario) -> Result<()> {
        let dilution = row.column.dilution;
        row.put("dilution", dilution.map(Dilution::get), "the patterns are not diluted");
        let Some(dilution) = dilution else { return Ok(()) };
        let known = row.column.patterns.min(RANKS.len());
        let reason = if row.samples == 0 { NOT_SIMULATED } else { "could not be estimated in every sample" };
        for rank in 0..known {
            averaged(row, RANKS[rank], ERRORS[rank], |m| m.mattis_ranked[rank], reason);
        }
        let minima = match beyond_theory(row, scenario) {
            Some(reason) => Err(reason),
            None => Ok(self.at(row, dilution)?),
        };
        let compared = match &minima {
            Ok(found) => compared(row, dilution, found)?,
            Err(reason) => Err(*reason),
        };
        match compared {
            Ok(state) => put_state(row, &state, known),
            Err(reason) => {
                let empty = STATE.iter().map(|h| h.name).filter(|field| *field != "multitask_minima");
                let ranks = (0..known).flat_map(|rank| [THEORY[rank], DISTANCES[rank]]);
                empty.chain(ranks).for_each(|field| row.put(field, None, reason));
            }
        }
        let count = |found: &&[State]| found.iter().filter(|state| state.stable).count() as f64;
        row.put(
            "multitask_minima",
            minima.as_deref().ok().as_ref().map(count),
            minima.err().unwrap_or_default(),
        );
        Ok(())
    }

    fn at(&mut self, row: &Row, dilution: Dilution) -> Result<&[State]> {
        let (order, patterns, t) = (row.column.order, row.column.patterns, row.temperature);
        let (lesson, own) = (row.column.lesson, row.column.own().label());
        let key = (order.get(), patterns, dilution.get().to_bits(), own, t.get().to_bits());
        let solve = || match lesson {
            Some(lesson) => learnt_states(patterns, dilution, lesson, t),
            None => states(order, patterns, dilution, t),
        };
        Ok(match self.0.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(solve()?),
        })
    }
}

/// Diluted patterns of the widest row.
pub(super) fn most_patterns(rows: &[Row]) -> usize {
    let diluted = rows.iter().filter(|row| row.column.kind() == Kind::Multitasking);
    diluted.map(|row| row.column.patterns).max().unwrap_or(0)
}

/// The state that a row is compared with, or why there is none: from planted and corrupted starts the one that the flow from there
/// reaches; from a random start the one of lowest f, at P ≥ 3 the paramagnet, which single spins do not leave.
fn compared(
    row: &Row,
    dilution: Dilution,
    found: &[State],
) -> Result<std::result::Result<State, &'static str>> {
    let (order, patterns, t) = (row.column.order, row.column.patterns, row.temperature);
    if Start::is_blind(&row.start) {
        let state = found.iter().find(|x| order.get() == 2 || x.stable && x.task == Task::Paramagnet);
        return Ok(state.cloned().ok_or("no theory says in which state such a start ends"));
    }
    let Some(overlap) = Start::planted_overlap(&row.start).filter(|m| *m > 0.0) else {
        return Ok(Err("no theory says in which state such a start ends"));
    };
    reached_from_the_hierarchy(order, patterns, dilution, row.column.lesson, t, overlap).map(Ok)
}

fn put_state(row: &mut Row, state: &State, known: usize) {
    const NO_Z: &str = "no error of the mean, or it is 0";
    row.put_text("multitask_branch", &state.task.to_string());
    row.put_flag("multitask_stable", state.stable);
    row.put("multitask_free_energy", Some(state.free_energy), "");
    row.put("multitask_energy", Some(state.energy), "");
    row.put("multitask_energy_z", z(row.average(|m| m.energy), state.energy), NO_Z);
    for (rank, &m) in state.archetypes.iter().enumerate().take(known) {
        row.put(THEORY[rank], Some(m), "");
        row.put(DISTANCES[rank], z(row.average(|x| x.mattis_ranked[rank]), m), NO_Z);
    }
}

fn beyond_theory(row: &Row, scenario: &Scenario) -> Option<&'static str> {
    if !scenario.compare.contains(&Ansatz::ReplicaSymmetric) {
        Some("no theory was asked for")
    } else if matches!(scenario.patterns, PatternsFrom::File(_)) {
        Some("the theory is for independent random patterns, these come from a file")
    } else if scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel) {
        Some("parallel order does not sample exp(-beta H)")
    } else if row.column.patterns > MOST_PATTERNS {
        Some("the exact average goes to K = 12 patterns")
    } else if row.column.lesson.is_some_and(|lesson| !exact_average(row.column.patterns, lesson)) {
        Some("the exact average over examples goes to (2M + 1)^K = 3^12 values")
    } else {
        None
    }
}
