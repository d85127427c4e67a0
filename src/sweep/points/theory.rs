//! What theory says of a row: the annealed baseline, RS and 1RSB, each with its distance from the data.

use super::learning::Learning;
use super::{LIMIT, Row};
use crate::chain::Start;
use crate::dynamics::Order;
use crate::error::{Kind, Result};
use crate::params::{LearningMode, Lesson, Temperature};
use crate::scenario::{Ansatz, Column, PatternsFrom, Scenario};
use crate::sweep::columns::{Heading, headings};
use crate::sweep::states::{StateTable, States};
use crate::theory::annealed::{Annealed, MAX_SPINS, WIDTH, annealed};
use crate::theory::annealed_gaussian::annealed_gaussian;
use crate::theory::learning::{Task, noise_load, unmagnetised};
use crate::theory::one_rsb::OneRsbPoint;
use crate::theory::{SaddlePoint, rs};

/// Everything that theory offers at one grid point.
pub(super) struct Theory {
    rs_retrieval: Option<SaddlePoint>,
    rs_unmagnetised: Option<SaddlePoint>,
    states: Option<States>,
    learning: Option<Learning>,
    /// The annealed baseline, or why there is none.
    baseline: std::result::Result<Annealed, String>,
}

impl Theory {
    pub fn at(
        scenario: &Scenario,
        states: &StateTable,
        column: &Column,
        temperature: Temperature,
    ) -> Result<Self> {
        // Next to T = 1 at P = 2 the solver refuses: no theory beside the data there.
        let resolved = |found: Result<Option<SaddlePoint>>| match found {
            Err(error) if error.kind() == Kind::BadInput => Ok(None),
            other => other,
        };
        let (order, gamma) = (column.order, column.gamma);
        if column.dilution.is_some() || column.interaction_order().is_none() {
            let baseline = Err("the annealed average is that of Hebbian couplings of random signs".into());
            return Ok(Self {
                rs_retrieval: None,
                rs_unmagnetised: None,
                states: None,
                learning: None,
                baseline,
            });
        }
        if let Some(lesson) = column.lesson {
            return Self::of_archetypes(scenario, states, column, lesson, temperature);
        }
        let (mut rs_retrieval, mut rs_unmagnetised) = (None, None);
        if scenario.compare.contains(&Ansatz::ReplicaSymmetric) && !two_spin_gaussian(column) {
            // Gaussian couplings know no pattern to retrieve.
            if !column.is_gaussian() {
                rs_retrieval = resolved(rs::retrieval(order, gamma, temperature, 0.0))?;
            }
            rs_unmagnetised = resolved(rs::zero_magnetisation(order, gamma, temperature))?;
        }
        Ok(Self {
            rs_retrieval,
            rs_unmagnetised,
            states: states.get(column, temperature).copied(),
            learning: None,
            baseline: baseline(scenario, column, temperature)?,
        })
    }

    /// Theory of a learning model.
    fn of_archetypes(
        scenario: &Scenario,
        states: &StateTable,
        column: &Column,
        lesson: Lesson,
        temperature: Temperature,
    ) -> Result<Self> {
        let (order, gamma) = (column.order, column.gamma);
        let symmetric = scenario.compare.contains(&Ansatz::ReplicaSymmetric);
        let learning = if symmetric { Some(Learning::at(lesson, order, gamma, temperature)?) } else { None };
        let unmagnetised = match noise_load(lesson, order, gamma)? {
            _ if !symmetric => None,
            Some(load) => rs::zero_magnetisation(order, load, temperature)?,
            None => unmagnetised(&Task::of_lesson(lesson, order)?, gamma, temperature)?,
        };
        Ok(Self {
            rs_retrieval: learning.as_ref().and_then(Learning::saddle),
            rs_unmagnetised: unmagnetised,
            states: states.get(column, temperature).copied(),
            learning,
            baseline: Err("no annealed average of learning models".into()),
        })
    }

    /// Fills the columns of theory.
    pub fn fill(&self, row: &mut Row, scenario: &Scenario) {
        let beyond = beyond_theory(row, scenario);
        let data = Data::of(row);
        self.fill_rs(row, &data, scenario, beyond);
        self.fill_one_rsb(row, &data, scenario, beyond);
        if let Some(learning) = &self.learning {
            learning.fill(row);
        }
        let (energy, log_r) =
            self.baseline.as_ref().map_or((None, None), |b| (Some(b.energy), Some(b.log_r)));
        let reason = self.baseline.as_ref().err().map_or("", String::as_str);
        row.put("annealed_energy", energy, reason);
        row.put("annealed_log_r", log_r, reason);
    }

    fn fill_rs(&self, row: &mut Row, data: &Data, scenario: &Scenario, beyond: Option<&str>) {
        let state = data.choose(self.rs_retrieval, self.rs_unmagnetised);
        let Some(state) = state.filter(|_| beyond.is_none()) else {
            let reason = match beyond {
                _ if !scenario.compare.contains(&Ansatz::ReplicaSymmetric) => {
                    "replica symmetry was not asked for"
                }
                Some(reason) => reason,
                None if two_spin_gaussian(&row.column) => "no RS columns for the SK model: ask for 1rsb",
                None => "replica symmetry has no physical state there",
            };
            RS_FIELDS.iter().for_each(|heading| row.put(heading.name, None, reason));
            return;
        };
        row.put_text("rs_branch", &state.branch.to_string());
        row.put("rs_m", Some(state.m), "");
        row.put("rs_q", Some(state.q), "");
        row.put("rs_energy", Some(state.energy), "");
        row.put("rs_free_energy", Some(state.free_energy), "");
        row.put("rs_entropy", Some(state.entropy), "");
        row.put("rs_replicon", state.replicon, NO_REPLICON);
        row.put("rs_residual", Some(state.residual), "");
        row.put("rs_mattis_z", z(data.mattis, state.m), data.no_mattis_z());
        row.put("rs_energy_z", z(data.energy, state.energy), NO_Z);
        row.theory = Some(state);
    }

    fn fill_one_rsb(&self, row: &mut Row, data: &Data, scenario: &Scenario, beyond: Option<&str>) {
        let state: Option<OneRsbPoint> = self.states.and_then(|s| data.choose(s.retrieval, s.unmagnetised));
        let (Some(state), Some(states), None) = (state, self.states, beyond) else {
            let reason = match beyond {
                _ if !scenario.compare.contains(&Ansatz::OneStep) => "1rsb was not asked for",
                Some(reason) => reason,
                None if row.column.lesson.is_some_and(|lesson| {
                    lesson.mode == LearningMode::Unsupervised && row.column.order.get() == 2
                }) =>
                {
                    "1rsb has no retrieval state there, or did not resolve a weak breaking; its m = 0 state is not solved for P = 2 unsupervised learning"
                }
                None => "1rsb has no state there, lost its branch, or did not resolve a weak breaking",
            };
            ONE_RSB_FIELDS.iter().for_each(|heading| row.put(heading.name, None, reason));
            return;
        };
        row.put_text("rsb1_branch", &state.branch.to_string());
        row.put("rsb1_m", Some(state.m), "");
        row.put("rsb1_q1", Some(state.q1), "");
        row.put("rsb1_q2", Some(state.q2), "");
        row.put("rsb1_theta", state.theta, "no breaking (q1 = q2), or T = 0");
        row.put("rsb1_y", state.y, "no breaking: q1 = q2");
        row.put("rsb1_energy", Some(state.energy), "");
        row.put("rsb1_free_energy", Some(state.free_energy), "");
        row.put("rsb1_entropy", Some(state.entropy), "");
        row.put("rsb1_replicon_inner", state.replicon_inner, NO_REPLICON);
        row.put("rsb1_replicon_outer", state.replicon_outer, NO_REPLICON);
        row.put_flag("rsb1_stable", state.stable);
        let retrieval = state.branch == crate::theory::Branch::Retrieval;
        row.put_flag("rsb1_equilibrium", states.retrieval_dominates() == retrieval);
        row.put("rsb1_residual", Some(state.residual), "");
        row.put("rsb1_quadrature", Some(state.quadrature), "");
        row.put("rsb1_mattis_z", z(data.mattis, state.m), data.no_mattis_z());
        row.put("rsb1_energy_z", z(data.energy, state.energy), NO_Z);
        row.states = Some(states);
    }
}

const NO_REPLICON: &str = "no replicon at T = 0 where fields reach 0";
const NO_Z: &str = "no error of the mean, or it is 0";
/// The columns of RS in points.csv, in their order.
pub(super) const RS_FIELDS: &[Heading] = headings! {
    "rs_branch"      Text ""                "Replica-symmetric state that the row is compared with: retrieval, glass, paramagnet"
    "rs_m"           Real "1"               "Its m"
    "rs_q"           Real "1"               "Its q"
    "rs_energy"      Real "energy per spin" "Its u"
    "rs_replicon"    Real "1"               "Its replicon: stable where positive (de Almeida and Thouless)"
    "rs_residual"    Real "1"               "Violation of its saddle-point equations"
    "rs_mattis_z"    Real "standard errors" "Distance of mattis from rs_m"
    "rs_energy_z"    Real "standard errors" "Distance of energy from rs_energy"
    "rs_free_energy" Real "energy per spin" "Its f"
    "rs_entropy"     Real "k_B per spin"    "Its s"
};
/// The columns of 1RSB in points.csv, in their order.
pub(super) const ONE_RSB_FIELDS: &[Heading] = headings! {
    "rsb1_branch"         Text ""                "1RSB state that the row is compared with: retrieval, glass, paramagnet"
    "rsb1_m"              Real "1"               "Its m"
    "rsb1_q1"             Real "1"               "Its q between valleys"
    "rsb1_q2"             Real "1"               "Its q within a valley"
    "rsb1_theta"          Real "1"               "Its breaking point θ; empty where q1 = q2, and at T = 0"
    "rsb1_y"              Real "1/energy"        "βθ, which stays finite at T = 0"
    "rsb1_energy"         Real "energy per spin" "Its u"
    "rsb1_free_energy"    Real "energy per spin" "Its f"
    "rsb1_entropy"        Real "k_B per spin"    "Its s"
    "rsb1_replicon_inner" Real "1"               "Its replicon within valleys"
    "rsb1_replicon_outer" Real "1"               "Its replicon between valleys"
    "rsb1_stable"         Flag ""                "Whether both are positive"
    "rsb1_equilibrium"    Flag ""                "Whether it is the state of lowest f"
    "rsb1_residual"       Real "1"               "Violation of its saddle-point equations"
    "rsb1_quadrature"     Real "1"               "Largest change of its averages when the panels of the quadrature are halved"
    "rsb1_mattis_z"       Real "standard errors" "Distance of mattis from rsb1_m"
    "rsb1_energy_z"       Real "standard errors" "Distance of energy from rsb1_energy"
};

/// A mean and its error.
type Measured = Option<(f64, Option<f64>)>;

/// What of a row is compared.
struct Data {
    random: bool,
    mattis: Measured,
    energy: Measured,
}

impl Data {
    fn of(row: &Row) -> Self {
        let random = Start::is_blind(&row.start);
        Self { random, mattis: row.mattis().filter(|_| !random), energy: row.average(|m| m.energy) }
    }

    /// A random start is compared with the state of m = 0, any other with retrieval where it exists.
    fn choose<S>(&self, retrieval: Option<S>, unmagnetised: Option<S>) -> Option<S> {
        retrieval.filter(|_| !self.random).or(unmagnetised)
    }

    fn no_mattis_z(&self) -> &'static str {
        if self.random { "from a random start mattis is an extreme value" } else { NO_Z }
    }
}

/// (measured − predicted) in standard errors.
pub(super) fn z(measured: Measured, predicted: f64) -> Option<f64> {
    let (value, error) = measured?;
    error.filter(|&e| e > 0.0).map(|e| (value - predicted) / e)
}

/// The SK model, whose RS saddle is not that of the Hopfield network.
fn two_spin_gaussian(column: &Column) -> bool {
    column.is_gaussian() && column.order.get() == 2
}

/// Why a row is not compared with replica theory.
fn beyond_theory(row: &Row, scenario: &Scenario) -> Option<&'static str> {
    let parallel = scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel);
    if matches!(scenario.patterns, PatternsFrom::File(_)) {
        Some("the theory is for unbiased independent patterns, these come from a file")
    } else if row.column.interaction_order().is_none() {
        Some("replica theory is that of the dense Hebbian network")
    } else if row.column.dilution.is_some() {
        Some("replica theory is about a load; a finite number of diluted patterns has none")
    } else if parallel {
        Some("parallel order does not sample exp(-beta H)")
    } else if row.start.starts_with("overlap=") || row.start.starts_with("file=") {
        Some("no theory says in which state such a start ends")
    } else {
        None
    }
}

/// The annealed baseline of a grid point, or why there is none.
fn baseline(
    scenario: &Scenario,
    column: &Column,
    temperature: Temperature,
) -> Result<std::result::Result<Annealed, String>> {
    let reason = if column.is_limit() {
        LIMIT.to_string()
    } else if matches!(scenario.patterns, PatternsFrom::File(_)) {
        "the annealed average is over random patterns, these come from a file".to_string()
    } else if scenario.dynamics.as_ref().is_some_and(|plan| plan.protocol.order == Order::Parallel) {
        "parallel order does not sample exp(-beta H)".into()
    } else if temperature.is_zero() {
        "no annealed average at T = 0".into()
    } else if column.is_gaussian() {
        match annealed_gaussian(column.order, column.spins, column.gamma, temperature) {
            Some(found) if found.holds() => return Ok(Ok(found)),
            _ => format!("the bracket of the annealed average is wider than {WIDTH}"),
        }
    } else if column.spins > MAX_SPINS {
        format!("the bracket of the annealed average is computed to N = {MAX_SPINS}")
    } else {
        match annealed(column.order, column.spins, column.patterns, temperature)? {
            Some(found) if found.holds() => return Ok(Ok(found)),
            _ => format!("the bracket of the annealed average is wider than {WIDTH}"),
        }
    };
    Ok(Err(reason))
}
