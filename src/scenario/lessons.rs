//! Whether examples can be learnt from: refusals by the key that is wrong.

use super::Scenario;
use super::document::Table;
use crate::error::Result;
use crate::model::examples::check_sums;
use crate::params::{Examples, Lesson, Quality};

impl Scenario {
    /// Every quality with every number of examples and every order, before anything runs.
    pub(super) fn check_lessons(&self, grid: &Table<'_>) -> Result<()> {
        let (modes, Some(r_node), Some(m_node)) = (self.modes(), grid.get("quality"), grid.get("examples"))
        else {
            return Ok(());
        };
        for &r in &self.qualities {
            for &count in &self.examples {
                let examples = Examples::new(Quality::new(r)?, count as u64)
                    .map_err(|e| r_node.because("grid.quality", &e))?;
                for lesson in modes.iter().map(|&mode| Lesson { mode, examples }) {
                    for &order in &self.orders {
                        lesson.worth(order).map_err(|e| r_node.because("grid.quality", &e))?;
                    }
                    if !self.spins.is_empty() {
                        check_sums(lesson).map_err(|e| m_node.because("grid.examples", &e))?;
                    }
                }
            }
        }
        Ok(())
    }
}
