//! The adaptive search for K_c: which K to try next, and what the trials so far say. A pure function of the counts, so that a search
//! repeats to the byte and goes on where it was.
//!
//! K is doubled or halved from a guess until successes and failures have the majority on either side. From then on log K_c and the width
//! of the fall are fitted after every round ([`half_point_of`]), and the next round, half as large as all before, is spent at K_c, where a
//! trial tells most of K_c, and a quarter each at 1.2 widths on both sides, where it tells most of the width.

use crate::estimators::{Fall, HalfPoint, Trials, half_point_of, overlapping};
use std::collections::BTreeMap;

/// (successes, trials) by K.
pub type Tallies = BTreeMap<usize, (usize, usize)>;

/// Within which K_c is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub guess: usize,
    /// Largest K that is tried, and what is said beyond it
    pub most: usize,
    pub beyond: &'static str,
    /// Trials in all
    pub samples: usize,
    pub fall: Fall,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// So many more trials at each K.
    Try(Vec<(usize, usize)>),
    /// The samples are spent.
    Done,
    /// There is no K_c within the limits.
    Nowhere(String),
}

/// Trials at a K of the opening, and at least in a round.
const OPENING: usize = 8;
const ROUND: usize = 16;
/// Distance of a round's points from K_c, in widths of the fall, and at most in log K.
const ASIDE: f64 = 1.2;
const FAR: f64 = 0.7;
/// The variance of log K_c is this many times the relative variance of the steepness larger than at known steepness: steep fits stand closer to
/// their own points, and believe them. From 2000 searches each of eight laws and budgets, which a test repeats.
const WIDENED: f64 = 6.0;
/// The largest relative variance of the steepness with which K_c has an error.
const UNSURE: f64 = 0.36;
/// A fraction that is as good as all.
const SURE: f64 = 0.9;

/// The next round.
pub fn next(tallies: &Tallies, limits: &Limits) -> Next {
    let spent: usize = tallies.values().map(|tally| tally.1).sum();
    let left = limits.samples.saturating_sub(spent);
    if left == 0 {
        return Next::Done;
    }
    let some = |patterns: usize, count: usize| Next::Try(vec![(patterns, count.min(left))]);
    let (Some((&least, _)), Some((&largest, _))) = (tallies.first_key_value(), tallies.last_key_value())
    else {
        return some(limits.guess.clamp(1, limits.most), OPENING);
    };
    let below = tallies.iter().rev().find(|(_, tally)| 2 * tally.0 > tally.1).map(|(&k, _)| k);
    let above = tallies.iter().find(|(_, tally)| 2 * tally.0 < tally.1).map(|(&k, _)| k);
    let (Some(below), Some(above)) = (below, above) else {
        // As many successes as failures are on neither side.
        return match above {
            None if largest >= limits.most => {
                Next::Nowhere(format!("half or more succeed at K = {largest}, {}", limits.beyond))
            }
            None => some(largest.saturating_mul(2).min(limits.most), OPENING),
            Some(_) if least == 1 => Next::Nowhere("half or more fail at K = 1".into()),
            Some(_) => some(least / 2, OPENING),
        };
    };
    let round = ROUND.max(spent / 2).min(left);
    let data = trials(tallies);
    // Between these log K the fall lies, for all that is known: all before succeed, all after fail, but for a tenth.
    let sure = data.iter().take_while(|d| d.1 >= SURE).last().map_or(libm::log(below as f64), |d| d.0);
    let lost =
        data.iter().rev().take_while(|d| d.1 <= 1.0 - SURE).last().map_or(libm::log(above as f64), |d| d.0);
    let (sure, lost) = (sure.min(lost), sure.max(lost));
    let found = if overlapping(&data) { half_point_of(limits.fall, &data) } else { None };
    // Without a fit the fall is as wide as where it lies.
    let (x, aside) = found.map_or((0.5 * (sure + lost), 0.25 * (lost - sure)), |half| {
        // A few counts may look like a step: no narrower than an eighth of where it lies.
        (half.x, (ASIDE / half.steepness).clamp((0.0625 * (lost - sure)).min(FAR), FAR))
    });
    let x = x.clamp(sure - FAR, lost + FAR);
    let mut patterns = [x - aside, x, x + aside].map(|x| nearest(x).clamp(1, limits.most));
    if patterns[0] == patterns[2] {
        patterns[2] = (patterns[2] + 1).min(limits.most);
    }
    let (side, middle) = (round / 4, round - 2 * (round / 4));
    let mut wanted: Vec<(usize, usize)> = Vec::new();
    for (patterns, count) in patterns.into_iter().zip([side, middle, side]).filter(|(_, count)| *count > 0) {
        match wanted.last_mut() {
            Some(last) if last.0 == patterns => last.1 += count,
            _ => wanted.push((patterns, count)),
        }
    }
    Next::Try(wanted)
}

/// log K_c of all trials, or why there is none. Its error has three parts: the counts, that the steepness is not known, and the law of the
/// fall: the difference to what the other law makes of the same counts.
pub fn estimate(tallies: &Tallies, fall: Fall) -> Result<HalfPoint, String> {
    let data = trials(tallies);
    if !overlapping(&data) {
        return Err("no K has both successes and failures on its wrong side: the fall is narrower than the steps of K, or more samples are needed".into());
    }
    let half = half_point_of(fall, &data)
        .ok_or_else(|| "successes do not fall with K: more samples are needed".to_string())?;
    let unsure = (half.steepness_error / half.steepness).powi(2);
    if unsure.is_nan() || unsure > UNSURE {
        return Err("the width of the fall is not known to 60 %: more samples are needed".into());
    }
    // What the other law would say of the same counts.
    let other = half_point_of(if fall == Fall::Even { Fall::Extreme } else { Fall::Even }, &data);
    let law = other.map_or(0.0, |other| other.x - half.x);
    Ok(HalfPoint { error: (half.error * (1.0 + WIDENED * unsure).sqrt()).hypot(law), ..half })
}

fn trials(tallies: &Tallies) -> Vec<Trials> {
    let of = |(&k, &(successes, trials)): (&usize, &(usize, usize))| {
        (libm::log(k as f64), successes as f64 / trials as f64, trials as f64)
    };
    tallies.iter().filter(|(_, tally)| tally.1 > 0).map(of).collect()
}

fn nearest(x: f64) -> usize {
    libm::round(libm::exp(x)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{StreamKey, uniform};

    fn search(limits: &Limits, seed: u64, success: impl Fn(f64) -> f64) -> (Tallies, Next) {
        let mut stream = StreamKey::new(seed, "search").stream();
        let mut tallies = Tallies::new();
        loop {
            match next(&tallies, limits) {
                Next::Try(round) => {
                    for (k, count) in round {
                        let successes =
                            (0..count).filter(|_| uniform(&mut stream) < success(k as f64)).count();
                        let tally = tallies.entry(k).or_default();
                        *tally = (tally.0 + successes, tally.1 + count);
                    }
                }
                end => return (tallies, end),
            }
        }
    }

    /// 600 searches of each law and budget, from guesses 35 times too small to 30 times too large: z has mean 0 and variance 0.84 (at 260
    /// samples, where the part of the law is to spare: the law is right here; 1.35 at 100), each within 5 of its standard errors (false alarms
    /// 1e-6), seeds fixed. The error at 260 is on the average at most half above 2/√n widths, which trials at a known K_c would have.
    #[test]
    fn the_load_of_half_the_trials_is_found_within_its_error_from_any_guess() {
        let true_k = 700.0f64;
        for (steepness, samples, variance) in [(8.0, 260, 0.84), (2.0, 260, 0.84), (2.0, 100, 1.35)] {
            let success = |k: f64| 1.0 / (1.0 + (k / true_k).powf(steepness));
            let (mut sum, mut square, mut cost, mut found) = (0.0, 0.0, 0.0, 0.0);
            for seed in 0..600 {
                let guess = [20, 650, 20_000][seed % 3];
                let limits = Limits { guess, most: 1 << 30, beyond: "", samples, fall: Fall::Even };
                let (tallies, end) = search(&limits, seed as u64, success);
                assert!(end == Next::Done && tallies.values().map(|t| t.1).sum::<usize>() == samples);
                let Ok(half) = estimate(&tallies, Fall::Even) else { continue };
                let z = (half.x - true_k.ln()) / half.error;
                (sum, square, found) = (sum + z, square + z * z, found + 1.0);
                cost += half.error * steepness * (samples as f64).sqrt() / 2.0;
            }
            assert!(found >= 590.0, "{found} of 600 have an error");
            assert!(samples < 200 || cost / found < 1.5, "{}", cost / found);
            assert!((sum / found).abs() < 5.0 / found.sqrt(), "mean {}", sum / found);
            let width = variance * (2.0 / found).sqrt();
            assert!((square / found - variance).abs() < 5.0 * width, "variance {}", square / found);
        }
    }

    #[test]
    fn more_samples_go_on_with_the_same_search() {
        let success = |k: f64| 1.0 / (1.0 + (k / 90.0).powf(3.0));
        let limits = |samples| Limits { guess: 40, most: 10_000, beyond: "", samples, fall: Fall::Even };
        // The last round of a short search is cut off; all before are those of the long one.
        let mut tallies = Tallies::new();
        for _ in 0..4 {
            let (short, long) = (next(&tallies, &limits(400)), next(&tallies, &limits(4000)));
            assert_eq!(short, long);
            let Next::Try(round) = long else { panic!("{long:?}") };
            for (k, count) in round {
                let tally = tallies.entry(k).or_default();
                *tally = (tally.0 + (count as f64 * success(k as f64)).round() as usize, tally.1 + count);
            }
        }
    }

    #[test]
    fn where_nothing_or_everything_is_kept_there_is_no_capacity() {
        let limits = Limits { guess: 10, most: 1000, beyond: "", samples: 200, fall: Fall::Extreme };
        let (_, never) = search(&limits, 1, |_| 0.0);
        assert!(matches!(&never, Next::Nowhere(why) if why.contains("K = 1")), "{never:?}");
        let (_, always) = search(&limits, 1, |_| 1.0);
        assert!(matches!(&always, Next::Nowhere(why) if why.contains("K = 1000")), "{always:?}");
        // A step between two neighbours cannot be told an error.
        let (tallies, end) = search(&limits, 1, |k| f64::from(k < 76.5));
        assert_eq!(end, Next::Done);
        assert!(estimate(&tallies, Fall::Extreme).is_err(), "{tallies:?}");
    }
}
