//! docs/capacity.md: searches for K_c, keyed by their values, so that one of them has the digits of the whole run.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::solved;
use crate::error::Result;
use crate::estimators::extrapolate;
use crate::params::{InteractionOrder, Temperature};
use crate::scenario::{Asked, CapacityScenario, Definition, Shipped};
use crate::sweep::capacity::{Goal, search_alone};
use crate::theory::recall::recall;

/// K_c of a goal of capacity-scaling, with its samples, and its error.
fn searched(goal: &Goal) -> Result<(f64, f64)> {
    let shipped = solved(Shipped::find("capacity-scaling"))?;
    search_alone(goal, &CapacityScenario::from_shipped(shipped, &[])?)
}

/// K_c of one whole pattern over that of independent Gaussian bits.
fn ratio(setting: &Setting, p: u32, spins: usize) -> Result<f64> {
    let order = setting.order(p)?;
    let goal =
        Goal { definition: Definition::RecallOne, temperature: Temperature::ZERO, order, spins, asked: None };
    // The formula is that of P itself, whatever order the search is of.
    let expected = solved(recall(InteractionOrder::new(p)?, spins as u64)?.k_one())?;
    Ok(searched(&goal)?.0 / expected)
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    vec![
        Claim::bounded(
            Group::Digits,
            "Perfect recall over Gaussian bits: 1.072, 1.099, 1.008 at P = 2, 3, 4",
            Source::new("docs/capacity.md", "1.072(27), 1.099(60), 1.008(37), 1.189(58), and at the largest"),
            Defect::Order,
            |setting| {
                let at = |p, n, digits: &str| -> Result<Finding> {
                    let place = format!("P = {p}, N = {n}");
                    Ok(Finding::printed(setting.printed(digits)?, ratio(setting, p, n)?, 0.0).at(place))
                };
                Ok(Finding::worst(vec![at(2, 250, "1.072")?, at(3, 50, "1.099")?, at(4, 30, "1.008")?]))
            },
        ),
        Claim::bounded(
            Group::Digits,
            "Saturation, P = 2, T = 0.3: the limit of the load with ω = 2/3",
            Source::new(
                "docs/capacity.md",
                "γ̃_c is 0.0907(20) at N = 250 and 0.1006(6) at 4000; γ_c = 0.1026(8) and 0.1014(6) with ω = 2/3 and 1",
            ),
            Defect::Temperature(1.3),
            |setting| {
                let (order, asked) =
                    (InteractionOrder::new(2)?, Some(Asked { threshold: 0.904, sweeps: 300 }));
                let temperature = setting.temperature(0.3)?;
                // A quick run has time for the first of them.
                let sizes: &[usize] = setting.size.of(&[250], &[250, 500, 1000, 2000, 4000]);
                let mut points = Vec::new();
                for &spins in sizes {
                    let goal = Goal { definition: Definition::Saturation, temperature, order, spins, asked };
                    let (found, error) = searched(&goal)?;
                    let terms = spins as f64 - 1.0;
                    points.push((spins as f64, found / terms, error / terms));
                }
                if let [(_, load, _)] = points[..] {
                    return Ok(Finding::printed(setting.printed("0.0907")?, load, 0.0).at("N = 250"));
                }
                let fit = solved(extrapolate(&points, 2.0 / 3.0))?;
                Ok(Finding::printed(setting.printed("0.1026")?, fit.limit, 0.0))
            },
        ),
    ]
}
