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

/// Guesses of one step more, the first along the same curve q(x).
pub(super) fn one_more(stairs: &Staircase, centred: bool) -> Vec<Staircase> {
    let mut guesses = vec![stretched(stairs, centred)];
    if stairs.steps() == 1 {
        guesses.extend(split(stairs, centred));
    } else if !centred {
        guesses.push(pinned(stairs));
    }
    guesses
}

fn staircase(q: Vec<f64>, x: Vec<f64>) -> Staircase {
    let lack = 1.0 - q.last().copied().unwrap_or(0.0);
    Staircase { q, lack, x }
}

/// A single step in two, close together: weak breaking, where q(x) rises within a narrow range of x.
fn split(stairs: &Staircase, centred: bool) -> Vec<Staircase> {
    let (&[low, high], &[x]) = (stairs.q.as_slice(), stairs.x.as_slice()) else { return Vec::new() };
    let mut guesses = Vec::new();
    for narrow in [0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3] {
        if centred {
            // Below T_G the height of a state splits, at places beyond that of the step.
            for place in [0.1, 0.3, 0.6] {
                let reach = narrow * stairs.lack.min(high);
                let q = vec![low, high - reach, high + reach];
                guesses.push(staircase(q, vec![x, x + place * (1.0 - x)]));
            }
        } else {
            for part in [0.4, 0.6, 0.8] {
                let reach = narrow * x.min(1.0 - x);
                let q = vec![low, low + part * (high - low), high];
                guesses.push(staircase(q, vec![x - reach, x + reach]));
            }
        }
    }
    guesses
}

/// Along the same curve q(x) between its ends q_0 and q_k, which depend little on k where q_0 > 0 at x = 0: retrieval.
fn pinned(stairs: &Staircase) -> Staircase {
    let k = stairs.steps();
    let ends: Vec<f64> = (0..=k).map(|l| l as f64 / k as f64).collect();
    let centres: Vec<f64> = (0..k).map(|l| (l as f64 + 0.5) / k as f64).collect();
    let more = (k + 1) as f64;
    let q = (0..=k + 1).map(|l| interpolate(&ends, &stairs.q, l as f64 / more)).collect();
    let top = stairs.x.last().copied().unwrap_or(0.0);
    let bottom = stairs.x.first().copied().unwrap_or(0.0);
    let place = |l: usize| interpolate(&centres, &stairs.x, (l as f64 + 0.5) / more);
    let x = (0..=k).map(|l| place(l).clamp(0.5 * bottom, top + 0.5 * (1.0 - top))).collect();
    staircase(q, x)
}

/// Heights at (l + ½)/(k + 1), places at l/(k + 1), which depend little on k where q(x) rises from 0: the glass.
fn stretched(stairs: &Staircase, centred: bool) -> Staircase {
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
    staircase(q, x)
}
