//! Equations that hold exactly: of replica theory.

use super::claim::{Claim, Defect, Group, Setting, Source};
use super::finding::Finding;
use super::support::{rounding, slope, solved};
use crate::error::{Error, Result};
use crate::params::{Examples, InteractionOrder, Load, Quality, Temperature};
use crate::theory::learning::{self, Average, Mode};
use crate::theory::one_rsb::{self, OneRsbPoint, cued, equilibrium, glass, retrieval, soft};
use crate::theory::{SaddlePoint, at_line, decomposition, lines, rs, transition, triple_points};

/// Digits to which `docs/theory.md` claims Nishimori's identities.
const NISHIMORI: f64 = 1e-10;

fn identity(
    claim: &'static str,
    source: Source,
    defect: Defect,
    measure: impl Fn(&Setting) -> Result<Finding> + Send + Sync + 'static,
) -> Claim {
    Claim::bounded(Group::Identities, claim, source, defect, measure)
}

/// m = q and u = −½ on T = γ, up to the end of the branch.
fn nishimori(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for p in [3, 4, 5, 6] {
        let order = InteractionOrder::new(p)?;
        let end = lines::nishimori_load(order)?;
        for part in [0.05, 0.3, 0.6, 0.9, 0.999] {
            let gamma = part * end;
            let found = solved(rs::retrieval(order, Load::new(gamma)?, setting.temperature(gamma)?, 0.0)?)?;
            let place = format!("P = {p}, γ = T = {gamma:.4}");
            findings.push(Finding::bound(0.0, found.m - found.q, NISHIMORI).at(format!("m − q, {place}")));
            findings.push(Finding::bound(-0.5, found.energy, NISHIMORI).at(format!("u, {place}")));
        }
    }
    Ok(Finding::worst(findings))
}

/// λ = 0 at the spinodal on T = γ_N. The fold is the maximum of γ along the branch: located to √ε, and λ is linear along it.
fn marginal_end(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, digits) in [(3, "0.4645758889"), (4, "0.4602415593"), (5, "0.4901984101"), (6, "0.5292207110")] {
        let order = InteractionOrder::new(p)?;
        let end = lines::nishimori_load(order)?;
        findings.push(
            Finding::printed(setting.printed(digits)?, end, rounding(100, 1.0)).at(format!("γ_N, P = {p}")),
        );
        let fold = lines::retrieval_spinodal_load(order, setting.temperature(end)?)?;
        let resolution = f64::EPSILON.sqrt();
        let lambda = solved(fold.replicon)?;
        findings.push(Finding::bound(0.0, lambda, 10.0 * resolution).at(format!("λ at γ_N, P = {p}")));
        findings.push(
            Finding::bound(end, fold.gamma, fold.residual + rounding(100, 1.0))
                .at(format!("spinodal at T = γ_N, P = {p}")),
        );
    }
    Ok(Finding::worst(findings))
}

type Solve = fn(InteractionOrder, Load, Temperature) -> Result<Option<SaddlePoint>>;

const RETRIEVAL: Solve = |p, gamma, t| rs::retrieval(p, gamma, t, 0.0);

/// u = −∂A/∂β, s = A + βu and f = −TA of RS, at saddles of every branch: A is stationary there, so that d/dβ along the branch is ∂/∂β.
fn symmetric_derivatives(setting: &Setting) -> Result<Finding> {
    let points: [(u32, f64, f64, Solve); 9] = [
        (2, 0.05, 0.3, RETRIEVAL),
        (2, 0.5, 0.8, rs::glass),
        (2, 0.5, 2.5, rs::paramagnet),
        (3, 0.2, 0.4, RETRIEVAL),
        (3, 1.0, 0.2, rs::glass),
        (4, 0.3, 0.5, RETRIEVAL),
        (4, 1.0, 0.2, rs::glass),
        (4, 1.0, 1.2, rs::paramagnet),
        (8, 0.4, 0.3, RETRIEVAL),
    ];
    let mut findings = Vec::new();
    for (p, gamma, t, solve) in points {
        let (order, gamma) = (InteractionOrder::new(p)?, Load::new(gamma)?);
        let pressure = |beta: f64| -> Result<f64> {
            solved(solved(solve(order, gamma, Temperature::new(1.0 / beta)?)?)?.pressure)
        };
        let beta = 1.0 / t;
        let (derivative, error) = slope(beta, 1e-3 * beta, rounding(8, 1.0), pressure)?;
        let point = solved(solve(order, gamma, Temperature::new(t)?)?)?;
        let (energy, a) = (setting.unit() * point.energy, solved(point.pressure)?);
        let place = format!("P = {p}, {}", point.branch);
        findings.push(Finding::bound(-derivative, energy, error).at(format!("u, {place}")));
        let scale = a.abs() + (beta * energy).abs();
        findings.push(
            Finding::bound(a + beta * energy, point.entropy, rounding(64, scale)).at(format!("s, {place}")),
        );
        findings.push(
            Finding::bound(-t * a, point.free_energy, rounding(64, scale * t)).at(format!("f, {place}")),
        );
    }
    Ok(Finding::worst(findings))
}

/// A solution of 1RSB: P, γ, T, the point, whether θ is stationary.
type Broken = (u32, f64, f64, OneRsbPoint, bool);

fn broken_points() -> Result<Vec<Broken>> {
    let mut all = Vec::new();
    for (p, gamma, t) in [(3, 1.0, 0.3), (4, 2.0, 0.5), (6, 0.5, 0.3)] {
        let found = glass::glass(InteractionOrder::new(p)?, Load::new(gamma)?, Temperature::new(t)?)?;
        all.push((p, gamma, t, solved(found)?, true));
    }
    for (p, t, theta) in [(3, 0.3, 0.5), (4, 0.5, 0.7)] {
        let found =
            one_rsb::glass_at(InteractionOrder::new(p)?, Load::new(1.0)?, Temperature::new(t)?, theta)?;
        all.push((p, 1.0, t, solved(found)?, false));
    }
    for (p, gamma, t) in [(3, 0.4, 0.2), (4, 0.45, 0.3)] {
        let found = retrieval::retrieval(InteractionOrder::new(p)?, Load::new(gamma)?, Temperature::new(t)?)?;
        all.push((p, gamma, t, solved(found)?, true));
    }
    let (alpha, t) = (0.1, 0.3);
    let found = soft::hopfield_glass(Load::new(alpha)?, Temperature::new(t)?)?;
    all.push((2, alpha, t, solved(found)?, true));
    Ok(all)
}

/// What A of 1RSB is known to: a double average on panels, in which some ten thousand terms add up at random.
const AVERAGE: f64 = 100.0 * f64::EPSILON;

/// A is stationary in every overlap and in θ (or Σ = −θ² ∂A/∂θ at given θ), u = −∂A/∂β at fixed overlaps, s = A + βu.
fn broken_derivatives(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, gamma, t, point, stationary) in broken_points()? {
        let order = InteractionOrder::new(p)?;
        let load = Load::new(gamma)?;
        let theta = solved(point.theta)?;
        let at = [point.m, point.q1, point.q2, theta];
        let pressure = |t: f64, [m, q1, q2, theta]: [f64; 4]| {
            one_rsb::pressure(order, load, Temperature::new(t)?, [m, q1, q2], theta)
        };
        let place = format!("P = {p}, γ = {gamma}, T = {t}, {}", point.branch);
        let room = |k: usize| at[k].min(1.0 - at[k]).min(point.q2 - point.q1).min(1.0 - point.q2);
        for (k, name) in ["m", "q1", "q2", "θ"].into_iter().enumerate() {
            if at[k] == 0.0 {
                continue;
            }
            let along = |x: f64| {
                let mut moved = at;
                moved[k] = x;
                pressure(t, moved)
            };
            let (derivative, error) = slope(at[k], 1e-2 * room(k), AVERAGE, along)?;
            // The saddle itself is known to its residual, times a curvature of order β²P².
            let error = error + point.residual * f64::from(p * p) / (t * t);
            if k < 3 || stationary {
                findings.push(Finding::bound(0.0, derivative, error).at(format!("∂A/∂{name}, {place}")));
            } else {
                let complexity = solved(point.complexity)?;
                findings.push(
                    Finding::bound(-theta * theta * derivative, complexity, theta * theta * error)
                        .at(format!("Σ, {place}")),
                );
            }
        }
        let beta = 1.0 / t;
        let (derivative, error) = slope(beta, 1e-3 * beta, AVERAGE, |beta| pressure(1.0 / beta, at))?;
        let energy = setting.unit() * point.energy;
        findings.push(Finding::bound(-derivative, energy, error).at(format!("u, {place}")));
        let a = solved(point.pressure)?;
        let error = AVERAGE * (a.abs() + beta) + point.residual * beta;
        findings.push(Finding::bound(a + beta * energy, point.entropy, error).at(format!("s, {place}")));
    }
    Ok(Finding::worst(findings))
}

/// q1 = q2 is RS at any θ; θ = 1 is RS at q1.
fn collapse(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, gamma, t, solve) in [
        (3, 0.3, 0.2, RETRIEVAL),
        (4, 0.35, 0.5, RETRIEVAL),
        (2, 0.1, 0.2, RETRIEVAL),
        (5, 1.0, 0.3, rs::glass),
    ] {
        let (order, gamma, cold) = (InteractionOrder::new(p)?, Load::new(gamma)?, Temperature::new(t)?);
        let point = solved(solve(order, gamma, cold)?)?;
        let expected = solved(point.pressure)?;
        let error = AVERAGE * (expected.abs() + 1.0 / t);
        for theta in [0.01, 0.3, 0.8, 1.0] {
            let overlaps = [point.m, point.q, point.q];
            let found = one_rsb::pressure(order, gamma, setting.temperature(t)?, overlaps, theta)?;
            findings.push(Finding::bound(expected, found, error).at(format!("P = {p}, θ = {theta}")));
        }
        if p == 2 {
            continue;
        }
        let at = |q1, q2, theta| one_rsb::pressure(order, gamma, cold, [point.m, q1, q2], theta);
        let (one, other) = (at(0.3 * point.q, point.q, 1.0)?, at(0.3 * point.q, 0.3 * point.q, 0.5)?);
        findings.push(
            Finding::bound(other, one, AVERAGE * (other.abs() + 1.0 / t)).at(format!("P = {p}, θ = 1")),
        );
    }
    Ok(Finding::worst(findings))
}

/// Σ(θ*) = 0, dΣ/df = βθ.
fn complexity(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, t) in [(3, 0.5), (4, 0.5), (5, 0.6)] {
        let (order, gamma) = (InteractionOrder::new(p)?, Load::new(1.0)?);
        let warm = Temperature::new(t)?;
        let star = solved(solved(glass::glass(order, gamma, warm)?)?.theta)?;
        let of = |theta: f64| one_rsb::complexity(order, gamma, warm, theta);
        findings.push(
            Finding::bound(0.0, solved(of(star)?.complexity)?, AVERAGE / t).at(format!("Σ(θ*), P = {p}")),
        );
        let theta = 0.9 * star;
        let h = 1e-3;
        let sigma = slope(theta, h, AVERAGE / t, |theta| solved(of(theta)?.complexity))?;
        let free = slope(theta, h, AVERAGE / t, |theta| solved(of(theta)?.free_energy))?;
        let error = (sigma.1 / sigma.0).abs() + (free.1 / free.0).abs();
        let expected = theta / setting.temperature(t)?.get();
        findings
            .push(Finding::bound(expected, sigma.0 / free.0, error * expected).at(format!("dΣ/df, P = {p}")));
    }
    Ok(Finding::worst(findings))
}

/// Between T_s and T_d the glass sits at θ = 1 with the pressure and the energy of the paramagnet, and Σ > 0.
fn dynamic_glass(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for p in [3, 4, 5, 10] {
        let (order, gamma) = (InteractionOrder::new(p)?, Load::new(1.0)?);
        let ends = one_rsb::transitions(order)?;
        for part in [0.05, 0.5, 0.95] {
            let t = ends.statics + part * (ends.dynamics - ends.statics);
            let point = solved(glass::glass(order, gamma, Temperature::new(t)?)?)?;
            let paramagnet = solved(rs::paramagnet(order, gamma, setting.temperature(t)?)?)?;
            let place = format!("P = {p}, T = {t:.4}");
            let error = point.residual / t + point.quadrature / t + AVERAGE / t;
            let (a, b) = (solved(paramagnet.pressure)?, solved(point.pressure)?);
            findings.push(Finding::bound(a, b, error).at(format!("A, {place}")));
            findings.push(Finding::bound(paramagnet.energy, point.energy, error).at(format!("u, {place}")));
            findings.push(
                Finding::whole(1, u64::from(point.theta == Some(1.0) && point.complexity > Some(0.0)))
                    .at(format!("θ = 1 and Σ > 0, {place}")),
            );
        }
    }
    Ok(Finding::worst(findings))
}

/// On T = γ retrieval stops being the equilibrium state at T_s², and no 1RSB spinodal goes beyond T_d².
fn bounds_of_nishimori(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for p in [3, 4, 6] {
        let order = InteractionOrder::new(p)?;
        let (statics, _) = triple_points::equilibrium_states_meet(order)?;
        let found = solved(equilibrium::thermodynamic_load(order, setting.temperature(statics)?)?)?;
        // Both free energies are known to rounding; their difference has a slope of order 1 in γ.
        findings.push(
            Finding::bound(statics, found.gamma, 1e-11 + rounding(1000, 1.0)).at(format!("γ_t, P = {p}")),
        );
        let most = lines::nishimori_load(order)?;
        for t in [0.0, 0.1, 0.3] {
            let end = retrieval::spinodal(order, Temperature::new(t)?)?;
            findings.push(
                Finding::at_most(most, end.gamma, end.point.residual)
                    .at(format!("1RSB spinodal below T_d², P = {p}, T = {t}")),
            );
        }
    }
    Ok(Finding::worst(findings))
}

/// The pressure of P = 2 at m = 0 is a hard plus a soft spin glass.
fn hard_and_soft(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (alpha, t) in [(0.1, 0.3), (0.1, 1.2), (0.5, 0.9), (1.0, 2.5), (3.0, 1.0)] {
        let order = InteractionOrder::new(2)?;
        let parts = solved(decomposition::hard_and_soft(order, Load::new(alpha)?, setting.temperature(t)?)?)?;
        let point = solved(rs::zero_magnetisation(order, Load::new(alpha)?, Temperature::new(t)?)?)?;
        let expected = solved(point.pressure)?;
        let size = parts.hard.abs() + parts.soft.abs() + parts.rest.abs();
        let found = parts.hard + parts.soft + parts.rest;
        findings
            .push(Finding::bound(expected, found, rounding(64, size)).at(format!("α = {alpha}, T = {t}")));
    }
    Ok(Finding::worst(findings))
}

/// In a cue m = −∂f/∂h, under RS and 1RSB.
fn cue(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, gamma, t, h) in [(3, 0.4, 0.2, 0.05), (4, 0.8, 0.1, 0.5), (2, 0.137, 0.01, 0.01)] {
        let (order, load, cold) = (InteractionOrder::new(p)?, Load::new(gamma)?, Temperature::new(t)?);
        let place = |ansatz| format!("{ansatz}, P = {p}, h = {h}");
        let symmetric = |h: f64| Ok::<_, Error>(solved(rs::retrieval(order, load, cold, h)?)?.free_energy);
        let (derivative, error) = slope(h, 2e-3 * h, rounding(8, 1.0), symmetric)?;
        let point = solved(rs::retrieval(order, setting.load(gamma)?, cold, h)?)?;
        findings.push(Finding::bound(-derivative, point.m, error + point.residual).at(place("RS")));
        // A walk through the field takes a tenth of a second, at P = 2 more.
        if p != 3 && setting.size == super::claim::Size::Quick {
            continue;
        }
        let broken = |h: f64| Ok::<_, Error>(solved(cued::retrieval(order, load, cold, h)?)?.free_energy);
        let (derivative, error) = slope(h, 2e-3 * h, AVERAGE, broken)?;
        let point = solved(cued::retrieval(order, setting.load(gamma)?, cold, h)?)?;
        let error = error + 100.0 * point.residual;
        findings.push(Finding::bound(-derivative, point.m, error).at(place("1RSB")));
    }
    Ok(Finding::worst(findings))
}

/// Unsupervised learning is supervised learning at β(1+ρ)^{P/2}, γ(1+ρ_P)/(1+ρ)^P: the same m and q.
fn modes(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for (p, r, count, gamma, t) in [(3, 0.8, 10, 0.1, 0.3), (4, 0.8, 10, 0.1, 0.2), (5, 0.7, 40, 0.05, 0.3)] {
        let order = InteractionOrder::new(p)?;
        let examples = Examples::new(Quality::new(r)?, count)?;
        for average in [Average::Gaussian, Average::Binomial] {
            let task = |mode| learning::Task::new(mode, order, examples, average);
            let grown = libm::pow(1.0 + examples.entropy(), f64::from(p));
            let untold = solved(learning::rs::retrieval(
                &task(Mode::Unsupervised)?,
                Load::new(gamma)?,
                Temperature::new(t)?,
            )?)?;
            let equivalent = gamma * (1.0 + examples.tuple_entropy(order)) / grown;
            let told = solved(learning::rs::retrieval(
                &task(Mode::Supervised)?,
                Load::new(equivalent)?,
                setting.temperature(t / grown.sqrt())?,
            )?)?;
            let error = 100.0 * (told.residual + untold.residual) + rounding(1000, 1.0);
            let place = format!("P = {p}, {average:?}");
            findings.push(Finding::bound(told.m, untold.m, error).at(format!("m, {place}")));
            findings.push(Finding::bound(told.q, untold.q, error).at(format!("q, {place}")));
        }
    }
    Ok(Finding::worst(findings))
}

/// The glass depends on T/√γ alone.
fn one_variable(setting: &Setting) -> Result<Finding> {
    let mut findings = Vec::new();
    for p in [3, 6] {
        let order = InteractionOrder::new(p)?;
        for t in [0.1, 0.3, 0.58] {
            let at = |gamma: f64, t: Temperature| solved(glass::glass(order, Load::new(gamma)?, t)?);
            let one = at(1.0, Temperature::new(t)?)?;
            for gamma in [0.07, 30.0] {
                let other = at(gamma, setting.temperature(t * f64::sqrt(gamma))?)?;
                let error = 10.0 * (one.residual + other.residual) + rounding(1000, 1.0);
                let place = format!("P = {p}, T/√γ = {t}, γ = {gamma}");
                findings.push(Finding::bound(one.q2, other.q2, error).at(format!("q2, {place}")));
                let energy = other.energy / gamma.sqrt();
                findings.push(Finding::bound(one.energy, energy, error).at(format!("u/√γ, {place}")));
            }
        }
    }
    Ok(Finding::worst(findings))
}

/// A line at given load and at given temperature is one line: γ(T(γ)) = γ. T is known to rounding, γ to that times dγ/dT.
fn inverse_lines(setting: &Setting) -> Result<Finding> {
    type Line = (
        &'static str,
        fn(InteractionOrder, Load) -> Result<Option<f64>>,
        fn(InteractionOrder, Temperature) -> Result<Option<f64>>,
    );
    const LINES: [Line; 3] = [
        ("retrieval-spinodal", lines::retrieval_spinodal_temperature, |p, t| {
            Ok(Some(lines::retrieval_spinodal_load(p, t)?.gamma))
        }),
        (
            "retrieval-thermodynamic",
            |p, gamma| Ok(transition::thermodynamic_temperature(p, gamma)?.map(|x| x.temperature)),
            |p, t| Ok(transition::thermodynamic_load(p, t)?.map(|x| x.gamma)),
        ),
        (
            "at-retrieval",
            |p, gamma| Ok(at_line::at_retrieval_temperature(p, gamma)?.and_then(|x| x.temperature)),
            |p, t| Ok(at_line::at_retrieval_load(p, t).map(|x| x.gamma)),
        ),
    ];
    let mut findings = Vec::new();
    for (p, gamma) in [(2, 0.04), (3, 0.3), (4, 0.3), (6, 0.3)] {
        let order = InteractionOrder::new(p)?;
        for (name, at_load, at_temperature) in LINES {
            let t = solved(at_load(order, Load::new(gamma)?)?)?;
            let back = solved(at_temperature(order, setting.temperature(t)?)?)?;
            let moved = solved(at_temperature(order, Temperature::new(t * (1.0 + 1e-6))?)?)?;
            let slope = (moved - gamma).abs() / 1e-6;
            let error = rounding(1000, slope + gamma) + 1e-12;
            findings.push(Finding::bound(gamma, back, error).at(format!("{name}, P = {p}")));
        }
    }
    Ok(Finding::worst(findings))
}

/// All of them.
pub fn claims() -> Vec<Claim> {
    vec![
        identity(
            "Spinodal, equilibrium and AT line are one at given load and at given temperature, P = 2, 3, 4, 6",
            Source::readme("spinodal, AT, thermodynamic lines, T_s, T_d, T_G"),
            Defect::Temperature(1.0001),
            inverse_lines,
        ),
        identity(
            "Nishimori, T = γ, P = 3 … 6: m = q, u = −1/2 to 1e-10",
            Source::theory("Under Nishimori's condition T = γ, P ≥ 3: m = q and u = −1/2 to 1e-10 up to γ_N"),
            Defect::Temperature(1.001),
            nishimori,
        ),
        identity(
            "Nishimori, P = 3 … 6: the branch ends at γ_N, where the replicon vanishes",
            Source::theory(
                "(0.4645758889, 0.4602415593, 0.4901984101, 0.5292207110 at P = 3, 4, 5, 6),\n  where the branch ends and the replicon vanishes.",
            ),
            Defect::Temperature(1.001),
            marginal_end,
        ),
        identity(
            "RS, P = 2, 3, 4, 8, all branches: u = −∂A/∂β, s = A + βu, f = −TA",
            Source::theory(
                "A = (1/N) E log Z is the quenched pressure, f = −A/β, u = −∂A/∂β, s = A + βu, all per spin",
            ),
            Defect::Unit(1.0001),
            symmetric_derivatives,
        ),
        identity(
            "1RSB, P = 2, 3, 4, 6: A is stationary, u = −∂A/∂β, s = A + βu, Σ = −θ²∂A/∂θ",
            Source::theory(
                "A is stationary at every interior saddle, u = −∂A/∂β, s = A + βu, Σ = −θ²∂A/∂θ (finite differences)",
            ),
            Defect::Unit(1.0001),
            broken_derivatives,
        ),
        identity(
            "1RSB at q1 = q2 is RS at any θ, at θ = 1 RS at q1",
            Source::theory("q1 = q2 is RS at any θ; θ = 1 is RS at q1, θ → 0 RS at q2"),
            Defect::Temperature(1.0001),
            collapse,
        ),
        identity(
            "Complexity: Σ = 0 at θ*, dΣ/df = βθ",
            Source::theory("dΣ/df = βθ; Σ = 0 at θ*"),
            Defect::Temperature(1.001),
            complexity,
        ),
        identity(
            "T_s ≤ T ≤ T_d: θ = 1, Σ > 0, pressure and energy of the paramagnet",
            Source::theory("T_s ≤ T ≤ T_d: θ = 1, Σ(1) > 0, A is the paramagnet's."),
            Defect::Temperature(1.0001),
            dynamic_glass,
        ),
        identity(
            "On T = γ retrieval is in equilibrium up to T_s²; no 1RSB spinodal beyond T_d²",
            Source::theory("T = γ retrieval is the equilibrium state up to T_s²"),
            Defect::Temperature(1.05),
            bounds_of_nishimori,
        ),
        identity(
            "P = 2: the pressure is a hard plus a soft spin glass",
            Source::theory("the pressure of P = 2 is a hard plus a soft spin glass"),
            Defect::Temperature(1.0001),
            hard_and_soft,
        ),
        identity(
            "In a cue m = −∂f/∂h, RS and 1RSB, P = 2, 3, 4",
            Source::theory("in a cue m = −∂f/∂h."),
            Defect::Load(1.01),
            cue,
        ),
        identity(
            "Unsupervised learning is supervised at β(1+ρ)^{P/2}, γ(1+ρ_P)/(1+ρ)^P",
            Source::learning("Unsupervised ≡ supervised at β(1+ρ)^{P/2}, γ(1+ρ_P)/(1+ρ)^P."),
            Defect::Temperature(1.001),
            modes,
        ),
        identity(
            "The 1RSB glass of P ≥ 3 depends on T/√γ alone",
            Source::theory("None above T_d. Only T/√γ matters"),
            Defect::Temperature(1.001),
            one_variable,
        ),
    ]
}
