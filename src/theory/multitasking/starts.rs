//! Where iteration starts: vectors of every symmetry that matters.

use super::average::Block;
use super::hierarchy;
use crate::params::Dilution;
use crate::rng::{StreamKey, uniform};

/// Random vectors among the starts; fewer where each costs seconds.
fn random_starts(patterns: usize) -> u64 {
    if patterns <= 8 { 8 } else { 2 }
}

/// Starting states as blocks of equal amplitudes; patterns in no block have m = 0, and keep it.
pub(super) fn starts(patterns: usize, dilution: Dilution) -> Vec<Vec<Block>> {
    let scale = 1.0 - dilution.get();
    let mut found = vec![vec![]];
    for size in 1..=patterns {
        found.push(vec![Block { amplitude: scale, size }]);
        for second in 1..=patterns - size {
            found
                .push(vec![Block { amplitude: scale, size }, Block { amplitude: 0.5 * scale, size: second }]);
        }
    }
    let each = |m: Vec<f64>| m.into_iter().map(|amplitude| Block { amplitude, size: 1 }).collect();
    for length in 2..=patterns {
        found.push(each(hierarchy(length, dilution).into_iter().filter(|m| *m > 0.0).collect()));
        found.push(each((0..length).map(|k| scale * (1.0 - k as f64 / (length + 1) as f64)).collect()));
    }
    for number in 0..random_starts(patterns) {
        let mut stream = StreamKey::new(0, "multitasking").integer("start", number).stream();
        found.push(each((0..patterns).map(|_| scale * (0.02 + 0.98 * uniform(&mut stream))).collect()));
    }
    found
}
