//! From a staircase of k steps to a guess of k + 1.

use super::staircase::Staircase;

/// The value at s of the line through the points (`at`, `values`), extrapolated beyond both ends.
fn interpolate(at: &[f64], values: &[f64], s: f64) -> f64 {
    let n = at.len();
    if n < 2 {
        return values.first().copied().unwrap_or(0.0);
    }
    let right = at.iter().position(|a| *a >= s).unwrap_or(n - 1).clamp(1, n - 1);
    let (a, b) = (at[right - 1], at[right]);
    values[right - 1] + (values[right] - values[right - 1]) * (s - a) / (b - a)
}

/// One step more along the same curve q(x): heights at (l + ½)/(k + 1), places at l/(k + 1), which depend little on k.
pub(super) fn one_more(stairs: &Staircase, centred: bool) -> Staircase {
    let k = stairs.steps();
    let first = usize::from(centred);
    let heights = stairs.q.get(first..).unwrap_or(&[]);
    let places = stairs.x.get(first..).unwrap_or(&[]);
    let count = heights.len();
    let half = |l: usize, n: usize| (l as f64 + 0.5) / n as f64;
    let (low, high) = (heights.first().copied().unwrap_or(0.0), heights.last().copied().unwrap_or(0.0));
    let (mut q, mut x) = (Vec::new(), Vec::new());
    let floor = if centred { stairs.x.first().copied().unwrap_or(0.0) } else { 0.0 };
    if count < 2 {
        // A height splits: half as far from 1, and as much below.
        let reach = (0.4 * stairs.lack).min(0.4 * high);
        q.extend([high - reach, high + reach]);
        x.push(floor + 0.35 * (1.0 - floor) * if centred { 1.0 } else { high });
    } else {
        let at: Vec<f64> = (0..count).map(|l| half(l, count)).collect();
        for l in 0..=count {
            let value = interpolate(&at, heights, half(l, count + 1));
            q.push(value.clamp(0.6 * low, high + 0.3 * stairs.lack));
        }
        let mut at = vec![0.0];
        let mut values = vec![floor];
        at.extend((1..count).map(|l| l as f64 / count as f64));
        values.extend(places);
        let top = places.last().copied().unwrap_or(floor);
        for l in 1..=count {
            let value = interpolate(&at, &values, l as f64 / (count + 1) as f64);
            x.push(value.min(top + 0.3 * (1.0 - top)));
        }
    }
    if centred {
        q.insert(0, 0.0);
        x.insert(0, floor);
    }
    let lack = 1.0 - q.last().copied().unwrap_or(0.0);
    debug_assert_eq!(x.len(), k + 1);
    Staircase { q, lack, x }
}
