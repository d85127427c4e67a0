//! Yes, no, or cannot say.

use super::{mean, variance};
use statrs::distribution::{ContinuousCDF, StudentsT};

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

/// Whether quantities are stationary: for each, the drift of one independent sample (mean of the later half minus mean of
/// the earlier half of its measuring time) must be compatible with 0 over samples, by Student's t at a joint false-alarm
/// rate of 1 % (Bonferroni). Samples are independent, so correlation in time needs no model.
///
/// `drifts`: (name, drift of each sample).
pub fn stationary(drifts: &[(&str, Vec<f64>)]) -> Verdict {
    let mut tested = 0;
    let mut worst: Option<(f64, String)> = None;
    for (name, drift) in drifts {
        if drift.len() < 3 {
            return Verdict::Unknown(format!("{} samples: a test of drift needs three", drift.len()));
        }
        let (Some(centre), Some(spread)) = (mean(drift), variance(drift)) else { continue };
        tested += 1;
        if spread == 0.0 {
            if centre != 0.0 {
                return Verdict::No(format!("{name} drifts by {centre:.3e} in every sample"));
            }
            continue;
        }
        let t = centre / (spread / drift.len() as f64).sqrt();
        let law = StudentsT::new(0.0, 1.0, (drift.len() - 1) as f64);
        let Ok(law) = law else { continue };
        let probability = 2.0 * (1.0 - law.cdf(t.abs()));
        if worst.as_ref().is_none_or(|(p, _)| probability < *p) {
            worst = Some((probability, format!("{name} drifts by {centre:.3e}, t = {t:.1}")));
        }
    }
    match worst {
        _ if tested == 0 => Verdict::Unknown("nothing to test".into()),
        Some((probability, text)) if probability * f64::from(tested) < FALSE_ALARM => Verdict::No(text),
        _ => Verdict::Yes,
    }
}

/// Whether paired differences vanish within 3 standard errors, or within `floor` in absolute size.
pub fn agree(differences: &[f64], floor: f64) -> Option<bool> {
    let centre = mean(differences)?;
    let error = (variance(differences)? / differences.len() as f64).sqrt();
    Some(centre.abs() <= (3.0 * error).max(floor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{StreamKey, uniform};

    #[test]
    fn a_drift_is_seen_and_its_absence_is_not_accused() {
        let mut stream = StreamKey::new(5, "drift").stream();
        let mut noise = || (0..12).map(|_| uniform(&mut stream)).sum::<f64>() - 6.0;
        let mut accused = 0;
        for _ in 0..2000 {
            let drift: Vec<f64> = (0..8).map(|_| noise()).collect();
            accused += u32::from(stationary(&[("energy", drift)]) != Verdict::Yes);
        }
        // Binomial(2000, 0.01): mean 20, five standard deviations up 42.
        assert!(accused < 42, "{accused} of 2000 accused");
        let drifting: Vec<f64> = (0..8).map(|_| noise() + 6.0).collect();
        assert!(matches!(stationary(&[("energy", drifting)]), Verdict::No(_)));
        assert!(matches!(stationary(&[("energy", vec![0.0, 1.0])]), Verdict::Unknown(_)));
    }
}
