//! Yes, no, or cannot say.

use super::{mean, sum, variance};
use statrs::distribution::{ContinuousCDF, FisherSnedecor, StudentsT};

/// Outcome of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Yes,
    No(String),
    /// Why the test could not be made.
    Unknown(String),
}

impl Verdict {
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No(_) => Some(false),
            Self::Unknown(_) => None,
        }
    }
}

/// Probability of a false alarm of one verdict, shared among the quantities that it tests.
const FALSE_ALARM: f64 = 0.01;

/// Drift of a series with its standard error, and how well the error is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Mean of the later half minus mean of the earlier half.
    pub drift: f64,
    /// Its standard error were the series stationary: 2 √(2τσ²/n).
    pub error: f64,
    /// Degrees of freedom of the error's square.
    pub freedom: f64,
}

/// Degrees of freedom of the square of a drift's error, from `sweeps` values with a window of 5τ: 2/(relative
/// variance) with relative variance (20τ + 2)/n (Madras and Sokal 1988, eq. 9.18 for τ, to which σ² adds little).
pub fn freedom_of_error(sweeps: usize, tau: f64) -> f64 {
    2.0 * sweeps as f64 / (20.0 * tau + 2.0)
}

/// Drift of the average of independent series, degrees of freedom by Welch and Satterthwaite. Where the series scatter
/// more than their own errors allow (5 % level of Fisher's F), the scatter is the error: rare jumps between states hide from
/// the autocorrelation of one chain. `None` of nothing.
pub fn average_drift(series: &[Drift]) -> Option<Drift> {
    let n = series.len() as f64;
    let drifts: Vec<f64> = series.iter().map(|d| d.drift).collect();
    let drift = mean(&drifts)?;
    let squares = sum(series.iter().map(|d| d.error * d.error));
    let fourths = sum(series.iter().map(|d| d.error.powi(4) / d.freedom));
    let freedom = if fourths > 0.0 { (squares * squares / fourths).min(1e6) } else { 1e6 };
    let (error, scatter) = (squares.sqrt() / n, (variance(&drifts).unwrap_or(0.0) / n).sqrt());
    let excess = FisherSnedecor::new((n - 1.0).max(1.0), freedom.max(1.0))
        .is_ok_and(|law| error > 0.0 && law.sf((scatter / error).powi(2)) < 0.05);
    Some(if excess {
        Drift { drift, error: scatter, freedom: n - 1.0 }
    } else {
        Drift { drift, error, freedom }
    })
}

/// Whether the average over samples is stationary within its branch: each quantity's drift must be compatible with 0, by
/// Student's t with a measured joint false-alarm rate of at most 1 % (Bonferroni). It says nothing about crossing between valleys.
///
/// At this rate no test can see a drift of 3 of its own standard errors more often than two times in three (Neyman and
/// Pearson); this one sees 5.5 of them with probability 0.95. `docs/verdicts.md` has the measured rates.
pub fn stationary(drifts: &[(&str, Drift)]) -> Verdict {
    let mut worst: Option<(f64, String)> = None;
    for (name, d) in drifts {
        if d.error == 0.0 {
            if d.drift != 0.0 {
                return Verdict::No(format!("{name} drifts by {:.3e} without fluctuating", d.drift));
            }
            continue;
        }
        let t = d.drift / d.error;
        let Ok(law) = StudentsT::new(0.0, 1.0, d.freedom.clamp(1.0, 1e6)) else { continue };
        let probability = 2.0 * law.sf(t.abs());
        if worst.as_ref().is_none_or(|(p, _)| probability < *p) {
            worst = Some((probability, format!("{name} drifts by {:.3e}, {t:.1} standard errors", d.drift)));
        }
    }
    match worst {
        _ if drifts.is_empty() => Verdict::Unknown("nothing to test".into()),
        Some((probability, text)) if probability * (drifts.len() as f64) < FALSE_ALARM => Verdict::No(text),
        _ => Verdict::Yes,
    }
}

/// Whether paired differences vanish within 3 standard errors, or within `floor` in absolute size.
pub fn agree(differences: &[f64], floor: f64) -> Option<bool> {
    let centre = mean(differences)?;
    let error = (variance(differences)? / differences.len() as f64).sqrt();
    Some(centre.abs() <= (3.0 * error).max(floor))
}
