//! The m = 0 pressure: a hard plus a soft spin glass at P = 2, a hard one alone at P ≥ 3.

use replicon::params::{InteractionOrder, Load, Temperature};
use replicon::theory::decomposition::hard_and_soft;

/// E f(Y) by the trapezoidal rule.
fn gaussian(f: impl Fn(f64) -> f64) -> f64 {
    let h = 0.01;
    let sum: f64 = (-900..=900).map(|k| f64::from(k) * h).map(|y| (-0.5 * y * y).exp() * f(y)).sum();
    sum * h / (2.0 * std::f64::consts::PI).sqrt()
}

/// Pressure of the Sherrington–Kirkpatrick model at β, its own formula by another quadrature.
fn sherrington_kirkpatrick(beta: f64, q: f64) -> f64 {
    let ln_cosh = |g: f64| g.abs() + (-2.0 * g.abs()).exp().ln_1p() - std::f64::consts::LN_2;
    std::f64::consts::LN_2 + gaussian(|y| ln_cosh(beta * q.sqrt() * y)) + (beta * (1.0 - q)).powi(2) / 4.0
}

fn parts(p: u32, gamma: f64, t: f64) -> replicon::theory::decomposition::Decomposition {
    hard_and_soft(InteractionOrder::new(p).unwrap(), Load::new(gamma).unwrap(), Temperature::new(t).unwrap())
        .unwrap()
        .unwrap()
}

#[test]
fn the_two_spin_pressure_is_a_sherrington_kirkpatrick_glass_plus_a_gaussian_one() {
    // (2.0, 3.0) is a paramagnet: q = 0.
    for (alpha, t) in [(0.1, 0.5), (0.5, 1.0), (0.02, 0.3), (2.0, 2.0), (2.0, 3.0)] {
        let found = parts(2, alpha, t);
        let sum = found.hard + found.soft + found.rest;
        assert!((sum - found.pressure).abs() < 1e-10, "α = {alpha}, T = {t}: {sum} {}", found.pressure);
        let beta_1 = f64::sqrt(alpha) / t / (1.0 - (1.0 - found.q) / t);
        let hard = sherrington_kirkpatrick(beta_1, found.q);
        assert!((hard - found.hard).abs() < 1e-10, "α = {alpha}, T = {t}: {hard} {}", found.hard);
        assert!(found.soft.abs() > 1e-3);
    }
}

#[test]
fn the_dense_pressure_has_no_soft_part() {
    for (p, t) in [(3, 0.3), (4, 0.25), (6, 0.1), (4, 0.9)] {
        let found = parts(p, 1.0, t);
        assert_eq!(found.soft, 0.0);
        assert!((found.hard - found.pressure).abs() < 1e-9, "P = {p}, T = {t}: {found:?}");
        let n = f64::from(p);
        let beta = 1.0 / t;
        // The field's variance β²(P/2)q^{P−1} is that of a binary glass at β1² = β²(P/2)q^{P−2}; the rest is a polynomial in q.
        let beta_1 = beta * (0.5 * n * found.q.powi(p as i32 - 2)).sqrt();
        let bracket = 1.0 - n * found.q.powi(p as i32 - 1) + (n - 1.0) * found.q.powi(p as i32);
        let rest = beta * beta / 4.0 * bracket - (beta_1 * (1.0 - found.q)).powi(2) / 4.0;
        let sum = sherrington_kirkpatrick(beta_1, found.q) + rest;
        assert!((sum - found.hard).abs() < 1e-9, "P = {p}, T = {t}: {sum} {}", found.hard);
    }
}
