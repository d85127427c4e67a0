//! Patterns that are told apart by labels 0, 1, … K−1: examples of K classes.

use super::{Patterns, Spins};
use crate::error::{Error, Result};
use crate::params::Quality;

/// Patterns and the class of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledPatterns {
    patterns: Patterns,
    labels: Vec<usize>,
}

impl LabelledPatterns {
    /// # Errors
    /// Another number of labels than of patterns.
    pub fn new(patterns: Patterns, labels: Vec<usize>) -> Result<Self> {
        if labels.len() != patterns.count() {
            return Err(Error::bad_input(format!(
                "{} labels of {} patterns",
                labels.len(),
                patterns.count()
            ))
            .remedy("one label for each pattern, in their order"));
        }
        Ok(Self { patterns, labels })
    }

    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// The class of each pattern.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The number of classes K: the largest label and one.
    pub fn classes(&self) -> usize {
        self.labels.iter().max().map_or(0, |largest| largest + 1)
    }

    /// The first M patterns of each class, class after class.
    ///
    /// # Errors
    /// A class with fewer, the empty ones first.
    pub fn examples(&self, per_class: usize) -> Result<Patterns> {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); self.classes()];
        for (row, &label) in self.labels.iter().enumerate() {
            rows[label].push(row);
        }
        let short = rows.iter().enumerate().min_by_key(|(_, rows)| rows.len());
        if let Some((class, there)) = short.filter(|(_, there)| there.len() < per_class) {
            let found = format!("class {class} has {} examples of {per_class}", there.len());
            return Err(Error::bad_input(found).remedy(format!(
                "every label from 0 to {} needs at least M examples: fewer examples, or more patterns",
                self.classes() - 1
            )));
        }
        let order: Vec<usize> = rows.iter().flat_map(|rows| &rows[..per_class]).copied().collect();
        Patterns::from_fn(self.patterns.spins(), order.len(), |mu, i| self.patterns.sign(order[mu], i) > 0)
    }

    /// Pattern by pattern with its class.
    pub fn row(&self, index: usize) -> (Spins, usize) {
        (self.patterns.row(index), self.labels[index])
    }
}

/// Quality of M examples a class (class after class) as they agree with each other: r² is the mean overlap of two different examples of
/// one class, which are independent given their archetype. 1 at M = 1, where nothing is known.
///
/// # Errors
/// Examples of a class that agree no better than by chance.
pub fn quality(examples: &Patterns, per_class: usize) -> Result<Quality> {
    if per_class < 2 {
        return Quality::new(1.0);
    }
    let (n, m) = (examples.spins(), per_class as i64);
    let groups = examples.count() / per_class;
    let mut squares = 0i64;
    for i in 0..n {
        for group in 0..groups {
            let rows = group * per_class..(group + 1) * per_class;
            let sum: i64 = rows.map(|nu| i64::from(examples.sign(nu, i))).sum();
            squares += sum * sum;
        }
    }
    // E S² = M + M(M − 1) r².
    let overlap = (squares as f64 / (n as f64 * groups as f64) - m as f64) / (m * (m - 1)) as f64;
    if overlap <= 0.0 {
        return Err(Error::bad_input(format!(
            "two examples of one class overlap by {overlap:.3} on average"
        ))
        .remedy("a class needs examples that resemble each other"));
    }
    Quality::new(overlap.sqrt())
}
