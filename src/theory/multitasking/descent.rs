//! Iteration from a start to the minimum of f among the vectors of its symmetry.

use super::average::{Average, Block, Curvatures};
use super::{State, task};
use crate::numerics::davidson::lowest_eigenvalue;
use crate::numerics::linear::solve;
use crate::numerics::special::power;

/// Residual at which a state is taken as solved, relative to 1 − d.
const SOLVED: f64 = 1e-15;
/// Iterations between two attempts of Newton's method.
const PATIENCE: usize = 16;
const MOST_ITERATIONS: usize = 4_000;
const MOST_NEWTON_STEPS: usize = 40;
/// Amplitudes this close to 0, or to each other, relative to 1 − d, are so exactly: a symmetry regained.
const REGAINED: f64 = 1e-7;

/// The state in which `blocks` of K patterns settle.
pub(super) fn settle(average: &Average, patterns: usize, mut blocks: Vec<Block>) -> State {
    loop {
        iterate(average, &mut blocks);
        let before = blocks.len();
        blocks = regain(blocks, REGAINED * (1.0 - average.dilution.get()));
        if blocks.len() == before {
            return state(average, patterns, &blocks);
        }
    }
}

/// Steps of the flow, and their length in units of its time.
const FLOW_STEPS: usize = 400;
const FLOW_STEP: f64 = 0.2;

/// The state in which the flow dm/dt = −m + E ξ tanh(h/T) from `start` ends.
pub(super) fn flow(average: &Average, patterns: usize, start: &[f64]) -> State {
    let each = |m: &f64| Block { amplitude: *m, size: 1 };
    let mut blocks: Vec<Block> = start.iter().filter(|m| **m > 0.0).map(each).collect();
    let near = REGAINED * (1.0 - average.dilution.get());
    for _ in 0..FLOW_STEPS {
        let response = average.response(&blocks);
        if residual(&blocks, &response) <= near {
            break;
        }
        for (block, m) in blocks.iter_mut().zip(response) {
            block.amplitude += FLOW_STEP * (m - block.amplitude);
        }
    }
    settle(average, patterns, blocks)
}

/// m ← E ξ tanh(h/T), and Newton's method as soon as f is convex around m and the method closes in.
fn iterate(average: &Average, blocks: &mut Vec<Block>) {
    let solved = SOLVED * (1.0 - average.dilution.get());
    for count in 1..=MOST_ITERATIONS {
        let response = average.response(blocks);
        let residual = residual(blocks, &response);
        for (block, m) in blocks.iter_mut().zip(response) {
            block.amplitude = m;
        }
        if residual <= solved {
            return;
        }
        if average.temperature > 0.0 && count % PATIENCE == 0 {
            leave_saddle(average, blocks);
            if let Some(end) = newton(average, blocks) {
                *blocks = end;
                return;
            }
        }
    }
}

/// Steps down f while it is not convex around m, where the iteration creeps: Newton's with the lowest curvature reversed, halved until f
/// falls and no amplitude changes its sign.
fn leave_saddle(average: &Average, blocks: &mut [Block]) {
    let mut here = free_energy(average, blocks);
    for _ in 0..MOST_NEWTON_STEPS {
        let Some(mut matrix) = symmetric_part(&average.second(blocks), blocks, average) else { return };
        let curvature = lowest(&matrix);
        let roots: Vec<f64> =
            blocks.iter().map(|b| (b.size as f64 * average.slope(b.amplitude)).sqrt()).collect();
        if curvature >= 0.0 || curvature.is_nan() || roots.contains(&0.0) {
            return;
        }
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] -= 2.0 * curvature;
        }
        let response = average.response(blocks);
        let slope = |((b, m), root): ((&Block, &f64), &f64)| root * (b.amplitude - m);
        let gradient = blocks.iter().zip(&response).zip(&roots).map(slope).collect();
        let Some(step) = solve(matrix, gradient) else { return };
        let lower = (0..10).find_map(|halvings| {
            let mut next = blocks.to_vec();
            for ((block, x), root) in next.iter_mut().zip(&step).zip(&roots) {
                block.amplitude -= x / root * power(0.5, halvings);
            }
            let there = free_energy(average, &next);
            (there < here && next.iter().all(|b| b.amplitude > 0.0)).then_some((next, there))
        });
        let Some((next, there)) = lower else { return };
        blocks.copy_from_slice(&next);
        here = there;
    }
}

/// f of these amplitudes.
fn free_energy(average: &Average, blocks: &[Block]) -> f64 {
    -f64::from(average.order.get() - 1) * energy(average, blocks) - average.log_cosh(blocks)
}

/// u = −½ Σ m^P
fn energy(average: &Average, blocks: &[Block]) -> f64 {
    let p = average.order.get();
    let power_sum = |b: &Block| b.size as f64 * b.amplitude * power(b.amplitude, p - 1);
    -0.5 * blocks.iter().map(power_sum).sum::<f64>()
}

/// Newton's method in √(n c) m, from where f is convex; None unless every step lowers the residual until rounding stops it.
fn newton(average: &Average, start: &[Block]) -> Option<Vec<Block>> {
    let scale = 1.0 - average.dilution.get();
    let mut blocks = start.to_vec();
    let mut response = average.response(&blocks);
    let mut violation = residual(&blocks, &response);
    for _ in 0..MOST_NEWTON_STEPS {
        let matrix = symmetric_part(&average.second(&blocks), &blocks, average)?;
        if lowest(&matrix) <= 0.0 {
            return None;
        }
        let root = |b: &Block| (b.size as f64 * average.slope(b.amplitude)).sqrt();
        if blocks.iter().any(|b| root(b) == 0.0) {
            return None;
        }
        let gradient = blocks.iter().zip(&response).map(|(b, m)| root(b) * (b.amplitude - m)).collect();
        let step = solve(matrix, gradient)?;
        // Halved until it lowers the residual: near a critical point the full step overshoots.
        let reached = (0..10).find_map(|halvings| {
            let mut next = blocks.clone();
            for (block, x) in next.iter_mut().zip(&step) {
                block.amplitude -= x / root(block) * power(0.5, halvings);
            }
            let response = average.response(&next);
            let reached = residual(&next, &response);
            (reached < violation).then_some((next, response, reached))
        });
        let Some(reached) = reached else {
            return (violation <= 100.0 * f64::EPSILON * scale).then_some(blocks);
        };
        (blocks, response, violation) = reached;
        if violation == 0.0 {
            break;
        }
    }
    (violation <= 100.0 * f64::EPSILON * scale).then_some(blocks)
}

fn residual(blocks: &[Block], response: &[f64]) -> f64 {
    blocks.iter().zip(response).fold(0.0, |worst, (b, m)| worst.max((b.amplitude - m).abs()))
}

/// Blocks in descending order, without those that vanish, equal ones joined.
fn regain(mut blocks: Vec<Block>, tolerance: f64) -> Vec<Block> {
    for block in &mut blocks {
        block.amplitude = block.amplitude.abs();
    }
    blocks.retain(|b| b.amplitude > tolerance);
    blocks.sort_by(|a, b| b.amplitude.total_cmp(&a.amplitude));
    let mut joined: Vec<Block> = Vec::new();
    for block in blocks {
        match joined.last_mut() {
            Some(last) if last.amplitude - block.amplitude <= tolerance => last.size += block.size,
            _ => joined.push(block),
        }
    }
    joined
}

fn state(average: &Average, patterns: usize, blocks: &[Block]) -> State {
    let mut m: Vec<f64> = blocks.iter().flat_map(|b| vec![b.amplitude; b.size]).collect();
    m.resize(patterns, 0.0);
    let p = average.order.get();
    let energy = energy(average, blocks);
    let curvature = curvature(average, patterns, blocks);
    let mut archetypes: Vec<f64> =
        blocks.iter().zip(average.archetypes(blocks)).flat_map(|(b, m)| vec![m; b.size]).collect();
    archetypes.resize(patterns, 0.0);
    // From P = 3 on f rises as m^P where nothing is retrieved yet.
    let locked = p > 2 && average.temperature > 0.0 && blocks.is_empty();
    // + 0.0: −0 becomes 0
    State {
        task: task(average, blocks, patterns),
        m,
        archetypes,
        free_energy: free_energy(average, blocks) + 0.0,
        energy: energy + 0.0,
        residual: residual(blocks, &average.response(blocks)),
        curvature,
        stable: locked || curvature.is_some_and(|lambda| lambda > 0.0),
    }
}

/// The lowest eigenvalue of the Hessian, by symmetry: one matrix of the modes that are constant on blocks, one value for all other modes
/// of a block, one for the patterns of m = 0 (0 from P = 3 on, where f rises with a higher power: left out beside others).
fn curvature(average: &Average, patterns: usize, blocks: &[Block]) -> Option<f64> {
    let second = average.second(blocks);
    // (c, E ξξ sech²) of each mode
    let mut modes: Vec<(f64, f64)> = Vec::new();
    for (i, block) in blocks.iter().enumerate().filter(|(_, b)| b.size > 1) {
        let n = block.size as f64;
        let within = (n * second.squares[i] - second.sums[i][i]) / (n * (n - 1.0));
        modes.push((average.slope(block.amplitude), within));
    }
    if blocks.iter().map(|b| b.size).sum::<usize>() < patterns {
        modes.push((average.slope(0.0), average.mean_square() * second.sech2));
    }
    let slopes = || blocks.iter().map(|b| average.slope(b.amplitude));
    if average.temperature == 0.0 {
        let vanishing = modes.iter().map(|(_, x)| x).chain(&second.squares).any(|x| *x > 0.0);
        return (!vanishing).then(|| slopes().fold(f64::INFINITY, f64::min));
    }
    modes.retain(|(c, _)| *c > 0.0 || blocks.is_empty());
    let mut matrix = symmetric_part(&second, blocks, average)?;
    let roots: Vec<f64> = slopes().map(f64::sqrt).collect();
    for (row, a) in matrix.iter_mut().zip(&roots) {
        row.iter_mut().zip(&roots).for_each(|(x, b)| *x *= a * b);
    }
    let flat = if blocks.is_empty() { f64::INFINITY } else { lowest(&matrix) };
    let mode = |(c, x): &(f64, f64)| c - c * c * x / average.temperature;
    let lambda = modes.iter().fold(flat, |least, x| least.min(mode(x)));
    lambda.is_finite().then_some(lambda)
}

/// δ_ij − (1/T) √(c_i c_j) E S_i S_j sech²/√(n_i n_j), the Hessian between √c on both sides; None beyond the floating range.
fn symmetric_part(second: &Curvatures, blocks: &[Block], average: &Average) -> Option<Vec<Vec<f64>>> {
    let slopes: Vec<f64> = blocks.iter().map(|b| average.slope(b.amplitude)).collect();
    let element = |i: usize, j: usize| {
        let norm = ((blocks[i].size * blocks[j].size) as f64).sqrt();
        let weight = (slopes[i] * slopes[j]).sqrt();
        f64::from(i == j) - weight * second.sums[i][j] / norm / average.temperature
    };
    let r = blocks.len();
    let matrix: Vec<Vec<f64>> = (0..r).map(|i| (0..r).map(|j| element(i, j)).collect()).collect();
    matrix.iter().flatten().all(|x| x.is_finite()).then_some(matrix)
}

/// Lowest eigenvalue of a small symmetric matrix.
fn lowest(matrix: &[Vec<f64>]) -> f64 {
    let product =
        |v: &[f64]| Ok(matrix.iter().map(|row| row.iter().zip(v).map(|(a, x)| a * x).sum()).collect());
    let diagonal: Vec<f64> = matrix.iter().enumerate().map(|(i, row)| row[i]).collect();
    lowest_eigenvalue(&diagonal, product).unwrap_or(f64::NAN)
}
