//! Thermodynamic integration: the integral of what is measured at a few temperatures, its slope being measured too.

/// A point of an integrand: abscissa, value, slope.
pub type Node = (f64, f64, f64);

/// ∫ from the first node to each node (ascending abscissae), by the cubic of every interval that has the values and the slopes at its
/// ends: h(f₀ + f₁)/2 + h²(f₀′ − f₁′)/12, wrong by h⁵ f⁗/720. The first is 0.
pub fn integrals(nodes: &[Node]) -> Vec<f64> {
    let mut total = 0.0;
    let mut all = Vec::with_capacity(nodes.len());
    for (i, &node) in nodes.iter().enumerate() {
        if i > 0 {
            total += interval(nodes[i - 1], node);
        }
        all.push(total);
    }
    all
}

/// How far [`integrals`] may be wrong because the nodes are few: a quarter of the difference from the same over every other node. Of an
/// error of fourth order in the spacing a fifteenth is left at half of it; with so few nodes the order is not to be relied on. The first
/// interval is trusted no more than the first two together.
pub fn integration_errors(nodes: &[Node]) -> Vec<f64> {
    let fine = integrals(nodes);
    let coarse = |last: usize| -> f64 {
        let path: Vec<Node> = (0..=last).rev().step_by(2).map(|i| nodes[i]).collect();
        let begin =
            path.last().copied().filter(|&node| node != nodes[0]).map(|node| interval(nodes[0], node));
        path.windows(2).map(|pair| interval(pair[1], pair[0])).sum::<f64>() + begin.unwrap_or(0.0)
    };
    let mut errors: Vec<f64> =
        fine.iter().enumerate().map(|(last, integral)| (integral - coarse(last)).abs() / 4.0).collect();
    if let [_, first, rest @ ..] = &mut errors[..] {
        let (_, f0, _) = nodes[0];
        let (_, f1, _) = nodes[1];
        *first = rest.first().copied().unwrap_or(((f1 - f0) * (nodes[1].0 - nodes[0].0) / 2.0).abs());
    }
    errors
}

fn interval((x0, f0, d0): Node, (x1, f1, d1): Node) -> f64 {
    let h = x1 - x0;
    h * (f0 + f1) / 2.0 + h * h * (d0 - d1) / 12.0
}

#[cfg(test)]
mod tests {
    use super::{Node, integrals, integration_errors};

    #[test]
    fn a_cubic_is_integrated_exactly() {
        let nodes: Vec<Node> =
            [0.0, 0.5, 0.7, 1.5].iter().map(|&x: &f64| (x, x * x * x - x, 3.0 * x * x - 1.0)).collect();
        for ((x, ..), integral) in nodes.iter().zip(integrals(&nodes)) {
            assert!((integral - (x.powi(4) / 4.0 - x * x / 2.0)).abs() < 1e-14, "{x}: {integral}");
        }
    }

    /// The paramagnet in a field has log 2cosh β − log 2 = ∫ tanh: the estimated error is of the size of the true one.
    #[test]
    fn the_error_of_few_nodes_is_seen() {
        let nodes: Vec<Node> = (0..=8)
            .map(|i| {
                let x = f64::from(i) * 0.5;
                (x, x.tanh(), 1.0 - x.tanh().powi(2))
            })
            .collect();
        let (found, errors) = (integrals(&nodes), integration_errors(&nodes));
        let worst = (2..=8).map(|i| (found[i] - nodes[i].0.cosh().ln()).abs()).fold(0.0, f64::max);
        let said = errors[2..].iter().copied().fold(0.0, f64::max);
        assert!(worst > 1e-6 && worst < 3.0 * said && said < 100.0 * worst, "{worst} {said}");
    }
}
