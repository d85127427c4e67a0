//! Where states change along the temperature axis at given dilution.

use super::{State, Task, states};
use crate::error::{Error, Result};
use crate::numerics::special::power;
use crate::params::{Dilution, InteractionOrder, Temperature};

/// Temperatures at which all states are found; what appears and vanishes between two of them is missed.
const SCANNED: usize = 32;
/// Halvings of an interval in which something changes.
const HALVINGS: usize = 10;
/// Largest K: more than a hundred temperatures are solved.
pub const MOST_PATTERNS: usize = 8;

/// What changes as T rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The state of lowest f is of another kind.
    Equilibrium { below: Task, above: Task },
    /// There is no stable state of this kind any more.
    Ends(Task),
    /// There is one from here on.
    Begins(Task),
}

/// A change and its temperature, to 2⁻¹⁰ of the steps of the scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boundary {
    pub temperature: f64,
    pub change: Change,
}

/// All changes with T > 0 at one dilution, by rising temperature. `Task` names kinds: one mixture giving way to another is none.
///
/// # Errors
/// K outside 1 to 8.
pub fn boundaries(order: InteractionOrder, patterns: usize, dilution: Dilution) -> Result<Vec<Boundary>> {
    if patterns > MOST_PATTERNS {
        return Err(Error::bad_input(format!("boundaries of {patterns} patterns")).remedy(format!(
            "from 1 to {MOST_PATTERNS} patterns: states are found at over a hundred temperatures"
        )));
    }
    // m ≤ (P/2) m^{P−1} (1−d)/T: no state but the paramagnet above; with room to see the end of the last one.
    let p = order.get();
    let top = 1.02 * 0.5 * f64::from(p) * power(1.0 - dilution.get(), p - 1);
    let at = |t: f64| Ok::<_, Error>(Kinds::of(&states(order, patterns, dilution, Temperature::new(t)?)?));
    let grid = |step: usize| top * (step as f64 + 0.5) / SCANNED as f64;
    let mut found = Vec::new();
    let (mut low, mut below) = (grid(0), at(grid(0))?);
    for step in 1..=SCANNED {
        let high = grid(step);
        let above = at(high)?;
        narrow((low, &below), (high, &above), HALVINGS, &at, &mut found)?;
        (low, below) = (high, above);
    }
    Ok(found)
}

/// Which kinds of stable states there are, and which is in equilibrium.
#[derive(Debug, Clone, PartialEq)]
struct Kinds {
    equilibrium: Task,
    stable: Vec<Task>,
}

const ALL: [Task; 5] = [Task::Paramagnet, Task::Pure, Task::Hierarchical, Task::Parallel, Task::Mixed];

impl Kinds {
    /// Of states by rising f.
    fn of(states: &[State]) -> Self {
        let there = |task: &Task| states.iter().any(|x| x.stable && x.task == *task);
        let equilibrium = states.iter().find(|x| x.stable).or(states.first());
        Self {
            equilibrium: equilibrium.map_or(Task::Paramagnet, |x| x.task),
            stable: ALL.into_iter().filter(there).collect(),
        }
    }

    fn changes(&self, above: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.equilibrium != above.equilibrium {
            changes.push(Change::Equilibrium { below: self.equilibrium, above: above.equilibrium });
        }
        let only = |here: &Self, there: &Self| -> Vec<Task> {
            here.stable.iter().filter(|task| !there.stable.contains(task)).copied().collect()
        };
        changes.extend(only(self, above).into_iter().map(Change::Ends));
        changes.extend(only(above, self).into_iter().map(Change::Begins));
        changes
    }
}

/// Halves an interval until every change in it stands alone, or the interval is narrow.
fn narrow(
    (low, below): (f64, &Kinds),
    (high, above): (f64, &Kinds),
    halvings: usize,
    at: &impl Fn(f64) -> Result<Kinds>,
    found: &mut Vec<Boundary>,
) -> Result<()> {
    if below == above {
        return Ok(());
    }
    let middle = 0.5 * (low + high);
    if halvings == 0 {
        found.extend(below.changes(above).into_iter().map(|change| Boundary { temperature: middle, change }));
        return Ok(());
    }
    let between = at(middle)?;
    narrow((low, below), (middle, &between), halvings - 1, at, found)?;
    narrow((middle, &between), (high, above), halvings - 1, at, found)
}
