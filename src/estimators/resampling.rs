//! Errors by binning, jackknife and bootstrap.

use super::{mean, sum, variance};
use crate::rng::{Stream, below};

/// Standard error of the mean of a correlated series: the scatter of `bins` consecutive bin means. Trustworthy where a
/// bin is several τ long. `None` where a bin would hold fewer than two values.
pub fn binned_error(series: &[f64], bins: usize) -> Option<f64> {
    let length = series.len() / bins.max(1);
    if length < 2 || bins < 2 {
        return None;
    }
    // Left-over values at the start belong to no bin.
    let means: Vec<f64> =
        series[series.len() - bins * length..].chunks_exact(length).filter_map(mean).collect();
    Some((variance(&means)? / bins as f64).sqrt())
}

/// Jackknife over samples (Quenouille, Tukey): the statistic of all, and its standard error
/// √((n−1)/n Σ (θ_{(i)} − θ̄)²) from the statistics with one sample left out. For the mean that is the usual standard error.
///
/// The error is `None` for fewer than two samples or where a left-out statistic does not exist.
pub fn jackknife<T: Clone>(
    values: &[T],
    statistic: impl Fn(&[T]) -> Option<f64>,
) -> Option<(f64, Option<f64>)> {
    let all = statistic(values)?;
    let n = values.len();
    if n < 2 {
        return Some((all, None));
    }
    let left_out: Option<Vec<f64>> = (0..n)
        .map(|i| {
            let rest: Vec<T> = [&values[..i], &values[i + 1..]].concat();
            statistic(&rest)
        })
        .collect();
    let error = left_out.and_then(|thetas| {
        let centre = mean(&thetas)?;
        Some(((n - 1) as f64 / n as f64 * sum(thetas.iter().map(|t| (t - centre) * (t - centre)))).sqrt())
    });
    Some((all, error))
}

/// Standard error by `rounds` bootstrap resamples of independent groups of values, each resampled by itself: `statistic`
/// gets the resampled groups. `None` where more than one resample in twenty has no value (leaving them out would truncate the
/// error), or a group has fewer than two values.
pub fn bootstrap_error(
    groups: &[Vec<f64>],
    rounds: usize,
    stream: &mut Stream,
    statistic: impl Fn(&[Vec<f64>]) -> Option<f64>,
) -> Option<f64> {
    if groups.iter().any(|group| group.len() < 2) {
        return None;
    }
    let values: Vec<f64> = (0..rounds)
        .filter_map(|_| {
            let drawn: Vec<Vec<f64>> = groups
                .iter()
                .map(|group| group.iter().map(|_| group[below(stream, group.len())]).collect())
                .collect();
            statistic(&drawn)
        })
        .collect();
    if (rounds - values.len()) * 20 > rounds {
        return None;
    }
    variance(&values).map(f64::sqrt)
}

/// The same of samples that are drawn as a whole, each with all that was measured of it.
pub fn paired_bootstrap_error<T: Clone>(
    samples: &[T],
    rounds: usize,
    stream: &mut Stream,
    statistic: impl Fn(&[T]) -> Option<f64>,
) -> Option<f64> {
    let numbers: Vec<f64> = (0..samples.len()).map(|i| i as f64).collect();
    bootstrap_error(&[numbers], rounds, stream, |drawn| {
        let drawn: Vec<T> = drawn.first()?.iter().map(|&i| samples[i as usize].clone()).collect();
        statistic(&drawn)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::StreamKey;

    #[test]
    fn jackknife_of_a_mean_is_the_standard_error() {
        let values = [1.0, 2.0, 4.0, 8.0];
        let (all, error) = jackknife(&values, mean).expect("a mean");
        assert!((all - 3.75).abs() < 1e-15);
        let expected = (variance(&values).expect("variance") / 4.0).sqrt();
        assert!((error.expect("an error") - expected).abs() < 1e-14);
        assert_eq!(jackknife(&[1.0], mean), Some((1.0, None)));
    }

    #[test]
    fn bootstrap_of_a_mean_is_close_to_the_standard_error() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i * i % 17)).collect();
        let mut stream = StreamKey::new(3, "bootstrap").stream();
        let groups = [values.clone()];
        let error = bootstrap_error(&groups, 2000, &mut stream, |drawn| mean(&drawn[0]));
        assert_eq!(bootstrap_error(&groups, 200, &mut stream, |_| None), None);
        let expected = (variance(&values).expect("variance") / 50.0).sqrt();
        // Relative error of a bootstrap of 2000: 1.6 %; 5 of these.
        assert!((error.expect("an error") / expected - 1.0).abs() < 0.08 + 0.02);
    }

    #[test]
    fn binning_sees_the_correlation() {
        // Blocks of ten equal values: the naive error is √10 too small.
        let mut stream = StreamKey::new(4, "blocks").stream();
        let blocks: Vec<f64> = (0..320).map(|_| below(&mut stream, 2) as f64).collect();
        let series: Vec<f64> = (0..3200).map(|i| blocks[i / 10]).collect();
        let naive = (variance(&series).expect("variance") / 3200.0).sqrt();
        let binned = binned_error(&series, 32).expect("an error");
        assert!(binned > 2.0 * naive, "{binned} {naive}");
    }
}
