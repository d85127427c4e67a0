//! `grid.refine`: columns beside those of the grid's lists, where the estimated transition is uncertain.

use super::document::Table;
use super::{Column, CouplingLaw, Kind, LoadAxis, OwnKeys, Scenario};
use crate::chain::Start;
use crate::error::Result;
use crate::params::{InteractionOrder, Load};

/// `grid.refine = { on = "mattis", budget = 24 }`, and what rounds have added so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Refine {
    pub on: Refined,
    /// Most columns (P, N, the kind's own keys, K) that rounds may add, all together; 0: the grid's lists alone.
    pub budget: usize,
    /// In the order in which rounds added them; none of a scenario as it is read.
    pub added: Vec<AddedColumn>,
}

/// What is located more and more closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refined {
    /// The load at which ⟨m⟩ falls through ½.
    Mattis,
}

impl Refined {
    pub const NAMES: [(&'static str, Self); 1] = [("mattis", Self::Mattis)];

    pub fn name(self) -> &'static str {
        match self {
            Self::Mattis => "mattis",
        }
    }
}

/// A column that a round added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AddedColumn {
    /// From 1 on
    pub round: usize,
    pub order: InteractionOrder,
    pub spins: usize,
    pub own: OwnKeys,
    /// K
    pub patterns: usize,
}

impl AddedColumn {
    /// Whether it has this (P, N, own keys).
    pub(super) fn stands_in(&self, order: InteractionOrder, spins: usize, own: &OwnKeys) -> bool {
        (self.order, self.spins) == (order, spins) && self.own == *own
    }

    /// The grid point: nobody asked for its load.
    ///
    /// # Errors
    /// K = 0.
    pub fn column(&self) -> Result<Column> {
        let gamma = Load::realised(self.order, self.spins, self.patterns)?;
        Ok(Column::bare(self.order, self.spins, self.patterns, gamma, None).with(self.own))
    }
}

const KEY: &str = "grid.refine";
const ACCEPTED: &str = "{ on = \"mattis\", budget = 24 }: at most 24 columns more";
/// Most columns that may be added: each waits for a round.
pub(super) const MOST_ADDED: usize = 10_000;

/// What is asked for, before the rest of the scenario is known ([`Scenario::check_refine`]).
pub(super) fn read(grid: &Table<'_>) -> Result<Option<Refine>> {
    let Some(node) = grid.get("refine") else { return Ok(None) };
    if !node.is_table() {
        return Err(node.refuse(KEY, ACCEPTED));
    }
    let table = node.as_table(KEY)?;
    let on = table.need("on", "\"mattis\", the load at which ⟨m⟩ falls through ½")?;
    let on = on.as_choice(&table.key("on"), &Refined::NAMES)?;
    let node = table.need("budget", "how many columns may be added, 0 for none yet")?;
    let budget = node.as_count(&table.key("budget"), 0)?;
    table.finish()?;
    if budget > MOST_ADDED {
        return Err(node.refuse(&table.key("budget"), &format!("a whole number up to {MOST_ADDED}")));
    }
    Ok(Some(Refine { on, budget, added: Vec::new() }))
}

impl Scenario {
    /// Refuses a refinement of what has no falling ⟨m⟩ along the load.
    pub(super) fn check_refine(&self, grid: &Table<'_>) -> Result<()> {
        match (grid.get("refine").filter(|_| self.refine.is_some()), self.not_refined()) {
            (Some(node), Some(accepted)) => Err(node.refuse(KEY, &accepted)),
            _ => Ok(()),
        }
    }

    /// What would be accepted instead of a refinement.
    fn not_refined(&self) -> Option<String> {
        let Some(plan) = &self.dynamics else {
            return Some("nothing without [dynamics]: it follows the simulated ⟨m⟩".into());
        };
        if self.couplings == CouplingLaw::Gaussian {
            return Some("nothing beside Gaussian couplings, which know no pattern and no ⟨m⟩".into());
        }
        if !matches!(self.kind, Kind::DenseHebbian | Kind::Learning(_)) {
            return Some(format!("nothing beside model.kind = \"{}\": write its loads as a list", self.kind));
        }
        if self.classes.is_some() {
            return Some("nothing beside classes of a file, whose number is the file's".into());
        }
        if plan.protocol.course.wanders() {
            return Some(
                "nothing beside replica exchange and \"population-annealing\", whose configurations follow no pattern from their start".into(),
            );
        }
        if self.refined_start().is_none() {
            return Some("it with a start that knows the pattern, such as \"planted\"".into());
        }
        let (key, loads) = match &self.load {
            LoadAxis::Gamma(loads) => ("gamma", loads.len()),
            LoadAxis::Alpha(loads) => ("alpha", loads.len()),
            LoadAxis::Rate(loads) => ("rate", loads.len()),
            LoadAxis::Patterns(counts) => ("patterns", counts.len()),
        };
        (loads < 2).then(|| {
            format!("it with at least two loads in grid.{key}, between which ⟨m⟩ may fall through ½")
        })
    }

    /// The start whose ⟨m⟩ is refined: planted, else the first that knows the pattern.
    pub fn refined_start(&self) -> Option<&Start> {
        let starts = &self.dynamics.as_ref()?.starts;
        let planted = starts.iter().find(|start| **start == Start::Planted);
        planted.or_else(|| starts.iter().find(|start| start.knows_the_planted_pattern()))
    }

    /// Most columns that rounds of refinement may add.
    pub fn refine_budget(&self) -> usize {
        self.refine.as_ref().map_or(0, |refine| refine.budget)
    }

    /// The columns that rounds have added so far.
    pub fn added(&self) -> &[AddedColumn] {
        self.refine.as_ref().map_or(&[], |refine| &refine.added)
    }
}
