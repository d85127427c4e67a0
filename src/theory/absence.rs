//! Why a branch does not exist at a point, and where it ends: the text of exit code 3.

use super::Branch;
use super::lines;
use super::one_rsb::{self, Transitions};
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
            let onset = number(onset);
            Error::no_solution(format!("{head}a solution m = 0, q > 0 needs T below {onset} at this load"))
        }
        Branch::Paramagnet => no_paramagnet(&head, p),
    }
}

/// The paramagnet is the same under both ansätze.
fn no_paramagnet(head: &str, p: InteractionOrder) -> Error {
    let why = if p.get() == 2 {
        "m = q = 0 needs C = β < 1, that is T > 1"
    } else {
        "m = q = 0 is no limit of saddle points as T → 0"
    };
    Error::no_solution(format!("{head}{why}"))
}

/// Nine decimals of a number of ordinary size, an exponent elsewhere.
fn number(x: f64) -> String {
    if x == 0.0 || (1e-3..1e7).contains(&x.abs()) { format!("{x:.9}") } else { format!("{x:.9e}") }
}

/// The `NoSolution` that tells which condition fails for `branch` under 1RSB (at given θ, if any), and how far it reaches.
#[must_use]
pub fn no_one_rsb_branch(
    branch: Branch,
    p: InteractionOrder,
    gamma: Load,
    t: Temperature,
    theta: Option<f64>,
) -> Error {
    let at = theta.map_or(String::new(), |theta| format!(", θ = {theta}"));
    let head = format!("no 1rsb {branch} at P = {p}, γ = {gamma}, T = {t}{at}: ");
    match branch {
        Branch::Retrieval => {
            let Ok(end) = one_rsb::retrieval::spinodal(p, t) else {
                let hottest = lines::hottest_retrieval(p);
                return Error::no_solution(format!("{head}at any load it ends at T = {hottest:.9}"));
            };
            if theta.is_some() && end.gamma > gamma.get() {
                return Error::no_solution(format!("{head}the saddle in m, q1, q2 does not reach this θ"))
                    .remedy("leave --theta out: at the stationary θ it exists");
            }
            let text = format!("{head}at this T it exists up to the spinodal load γ = {:.9}", end.gamma);
            let remedy = match one_rsb::retrieval::hottest(p, gamma) {
                Ok(Some(top)) => format!("at this load the highest temperature of retrieval is T = {top:.9}"),
                _ => "at this load there is none at any temperature".to_owned(),
            };
            Error::no_solution(text).remedy(remedy)
        }
        Branch::Glass if p.get() == 2 => {
            let onset = lines::at_glass_temperature(gamma);
            if t.get() < onset && theta.is_some() {
                return Error::no_solution(format!("{head}the saddle in q1, q2 does not reach this θ"))
                    .remedy("leave --theta out: at the stationary θ it exists");
            }
            if t.get() < onset {
                let place = if gamma.get() < 1e-5 {
                    "α is below 1e-5".to_owned()
                } else {
                    format!("T is {:e} of its onset 1 + √α = {}", t.get() / onset, number(onset))
                };
                return Error::no_solution(format!(
                    "{head}its digits are lost in rounding here, where {place}"
                ))
                .remedy("use --ansatz rs, or T = 0, the exact limit");
            }
            let onset = number(onset);
            Error::no_solution(format!("{head}a solution m = 0, q2 > 0 needs T below 1 + √α = {onset}"))
        }
        Branch::Glass => {
            let ends = one_rsb::transitions(p);
            let reach = ends.map_or_else(
                |_| String::new(),
                |x| {
                    format!(
                        "it exists up to T_d = {} (θ = 1), and is the equilibrium state below T_s = {}",
                        number(Transitions::temperature(x.dynamics, gamma)),
                        number(Transitions::temperature(x.statics, gamma))
                    )
                },
            );
            let why = "m = 0 leaves only q2 = 0 here";
            Error::no_solution(format!("{head}{why}")).remedy(reach)
        }
        Branch::Paramagnet => no_paramagnet(&head, p),
    }
}
