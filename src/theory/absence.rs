//! Why a branch does not exist at a point, and where it ends: the text of exit code 3.

use super::Branch;
use super::lines;
use crate::error::Error;
use crate::params::{InteractionOrder, Load, Temperature};

/// The `NoSolution` that tells which condition (γ, T) fails for `branch` under RS, and how far the branch reaches.
#[must_use]
pub fn no_rs_branch(branch: Branch, p: InteractionOrder, gamma: Load, t: Temperature) -> Error {
    let head = format!("no rs {branch} at P = {p}, γ = {gamma}, T = {t}: ");
    match branch {
        Branch::Retrieval => {
            let by_load = match lines::retrieval_spinodal_load(p, t) {
                Ok(end) => format!("at this T it exists up to the spinodal load γ = {:.9}", end.gamma),
                Err(_) => format!("at any load it ends at T = {:.9}", lines::hottest_retrieval(p)),
            };
            let by_temperature = match lines::retrieval_spinodal_temperature(p, gamma) {
                Ok(Some(top)) => format!("at this load the highest temperature of retrieval is T = {top:.9}"),
                _ => "at this load there is none at any temperature".to_owned(),
            };
            Error::no_solution(head + &by_load).remedy(by_temperature)
        }
        Branch::Glass => {
            let onset = lines::glass_onset_temperature(p, gamma).unwrap_or(f64::INFINITY);
            Error::no_solution(format!("{head}a solution m = 0, q > 0 needs T below {onset:.9} at this load"))
        }
        Branch::Paramagnet if p.get() == 2 => {
            Error::no_solution(format!("{head}m = q = 0 needs C = β < 1, that is T > 1"))
        }
        Branch::Paramagnet => {
            Error::no_solution(format!("{head}m = q = 0 is no limit of saddle points as T → 0"))
        }
    }
}
