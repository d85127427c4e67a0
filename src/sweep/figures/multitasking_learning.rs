//! Diluted archetypes learnt from examples, supervised and unsupervised beside each other: every m_μ against the number of examples, and how
//! many of them an archetype takes.

use super::multitasking::{chosen, crossing};
use super::{axis, start_phrase, stem};
use crate::chain::{RANKS, Start};
use crate::error::Result;
use crate::params::{Dilution, Examples, InteractionOrder, LearningMode, Lesson, Quality, Temperature};
use crate::scenario::{LoadAxis, MultitaskingQuantity, MultitaskingRequest, Scenario};
use crate::sweep::figure::{Axis, Curves, Figure, Line, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::theory::multitasking::{exact_average, hierarchy, learnt_states, reached_from_the_hierarchy};
use std::f64::consts::FRAC_1_SQRT_2;

/// An archetype counts as learnt from this fraction of its overlap in the hierarchy on, erf(1/√2).
fn learnt() -> f64 {
    libm::erf(FRAC_1_SQRT_2)
}

/// The figures of one request, for each K and quality.
pub(super) fn learning_figures(
    scenario: &Scenario,
    points: &Points,
    request: &MultitaskingRequest,
) -> Result<Vec<(String, Figure)>> {
    let LoadAxis::Patterns(counts) = &scenario.load else { return Ok(Vec::new()) };
    let (temperature, dilution) = chosen(scenario, request)?;
    let mut made = Vec::new();
    for &order in &scenario.orders {
        for &patterns in counts {
            for &quality in &scenario.qualities {
                let study = Study {
                    scenario,
                    points,
                    request,
                    patterns,
                    order,
                    quality: Quality::new(quality)?,
                    temperature,
                    dilution,
                };
                let mut kind = format!("multitasking-{}", request.quantity.name());
                if counts.len() > 1 {
                    kind += &format!("-k{patterns}");
                }
                if scenario.qualities.len() > 1 {
                    kind += &format!("-r{quality}");
                }
                let figure = match request.quantity {
                    MultitaskingQuantity::Examples => study.examples()?,
                    _ => study.thresholds()?,
                };
                made.push((stem(&kind, scenario, order, None), Figure::Curves(figure)));
            }
        }
    }
    Ok(made)
}

struct Study<'s> {
    scenario: &'s Scenario,
    points: &'s Points,
    request: &'s MultitaskingRequest,
    patterns: usize,
    order: InteractionOrder,
    quality: Quality,
    temperature: Temperature,
    dilution: Dilution,
}

impl Study<'_> {
    fn title(&self) -> String {
        format!(
            "{}: K = {}, d = {}, r = {}, T = {}, {}",
            self.scenario.name,
            self.patterns,
            self.dilution,
            self.quality,
            self.temperature,
            start_phrase(&self.request.start)
        )
    }

    /// (M, m_μ of archetype `rank`, its error) of the simulation at N.
    fn measured(&self, mode: LearningMode, spins: usize, rank: usize) -> Vec<(f64, f64, Option<f64>)> {
        let here = |row: &&Row| {
            let column = &row.column;
            (column.order, column.patterns, column.spins) == (self.order, self.patterns, spins)
                && column.dilution == Some(self.dilution)
                && column.lesson.is_some_and(|x| x.mode == mode && x.examples.quality() == self.quality)
                && (row.temperature, row.start.as_str()) == (self.temperature, self.request.start.as_str())
        };
        let point = |row: &Row| {
            let (y, y_err) = row.average(|m| m.mattis_ranked[rank])?;
            Some((row.column.lesson?.examples.count() as f64, y, y_err))
        };
        let mut found: Vec<_> = self.points.rows.iter().filter(here).filter_map(point).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found
    }

    /// The same of theory at every number of examples of the grid: the state that the start reaches, of lowest f from random ones.
    fn expected(&self, mode: LearningMode, rank: usize) -> Result<Vec<(f64, f64, Option<f64>)>> {
        let mut found = Vec::new();
        for &count in &self.scenario.examples {
            let lesson = Lesson { mode, examples: Examples::new(self.quality, count as u64)? };
            if !exact_average(self.patterns, lesson) {
                continue;
            }
            let (d, t) = (self.dilution, self.temperature);
            let state = if Start::is_blind(&self.request.start) {
                learnt_states(self.patterns, d, lesson, t)?.into_iter().next()
            } else {
                match Start::planted_overlap(&self.request.start).filter(|m| *m > 0.0) {
                    Some(m) => {
                        Some(reached_from_the_hierarchy(self.order, self.patterns, d, Some(lesson), t, m)?)
                    }
                    None => None,
                }
            };
            found.extend(state.and_then(|x| Some((count as f64, *x.archetypes.get(rank)?, None))));
        }
        Ok(found)
    }

    /// Where an archetype is learnt.
    fn level(&self, rank: usize) -> f64 {
        learnt() * hierarchy(self.patterns, self.dilution)[rank]
    }

    fn ranks(&self) -> std::ops::Range<usize> {
        0..self.patterns.min(RANKS.len())
    }

    /// Lines of theory by rank; those of further modes where they are others.
    fn lines(&self, of: impl Fn(LearningMode, usize) -> Result<Vec<(f64, f64)>>) -> Result<Vec<Line>> {
        let mut lines: Vec<Line> = Vec::new();
        for rank in self.ranks() {
            let first = lines.len();
            for &mode in &self.scenario.learning {
                let piece = of(mode, rank)?;
                let alike = |line: &Line| {
                    line.pieces[0].len() == piece.len()
                        && line.pieces[0].iter().zip(&piece).all(|(a, b)| (a.1 - b.1).abs() < 1e-9)
                };
                if piece.is_empty() || lines[first..].iter().any(alike) {
                    continue;
                }
                let name = format!("m_{{{}}} of theory, {mode}", rank + 1);
                lines.push(Line { name, pieces: vec![piece], group: Some(rank) });
            }
            // One line for all ways of learning.
            if let [line] = &mut lines[first..] {
                line.name = format!("m_{{{}}} of theory", rank + 1);
            }
        }
        Ok(lines)
    }

    /// m_μ against M at the largest N.
    fn examples(&self) -> Result<Curves> {
        let largest = self.scenario.spins.iter().copied().max().unwrap_or_default();
        let mut lines = self.lines(|mode, rank| {
            Ok(self.expected(mode, rank)?.into_iter().map(|(x, y, _)| (x, y)).collect())
        })?;
        let ends =
            [self.scenario.examples.first(), self.scenario.examples.last()].map(|m| m.map(|&m| m as f64));
        let mut series = Vec::new();
        for rank in self.ranks() {
            if let [Some(from), Some(to)] = ends {
                let name = if rank == 0 { "erf(1/√2) (1 − d)d^{μ−1}" } else { "" };
                let piece = vec![(from, self.level(rank)), (to, self.level(rank))];
                lines.push(Line { name: name.into(), pieces: vec![piece], group: None });
            }
            for &mode in &self.scenario.learning {
                let points: Vec<Point> = self
                    .measured(mode, largest, rank)
                    .into_iter()
                    .map(|(x, y, y_err)| Point { x, y, x_err: None, y_err })
                    .collect();
                if !points.is_empty() {
                    let name = format!("m_{{{}}}, {mode}, N = {largest}", rank + 1);
                    series.push(Series {
                        name,
                        points,
                        group: rank,
                        open: mode == LearningMode::Unsupervised,
                    });
                }
            }
        }
        Ok(Curves {
            title: self.title(),
            x: axis("examples M"),
            y: axis("overlap with the archetype m_{μ}"),
            lines,
            series,
        })
    }

    /// M from which an archetype is learnt against 1/N, between neighbouring numbers of examples by a straight line, in theory too.
    fn thresholds(&self) -> Result<Curves> {
        let mut series = Vec::new();
        let mut widest = 0.0f64;
        for rank in self.ranks() {
            for &mode in &self.scenario.learning {
                let at = |&spins: &usize| {
                    let (y, y_err) = crossing(&self.measured(mode, spins, rank), self.level(rank))?;
                    Some(Point { x: 1.0 / spins as f64, y, x_err: None, y_err })
                };
                let points: Vec<Point> = self.scenario.spins.iter().filter_map(at).collect();
                widest = points.iter().map(|point| point.x).fold(widest, f64::max);
                if !points.is_empty() {
                    let name = format!("archetype {}, {mode}", rank + 1);
                    series.push(Series {
                        name,
                        points,
                        group: rank,
                        open: mode == LearningMode::Unsupervised,
                    });
                }
            }
        }
        let lines = self.lines(|mode, rank| {
            let found = crossing(&self.expected(mode, rank)?, self.level(rank));
            Ok(found.map(|(m, _)| vec![(0.0, m), (widest, m)]).unwrap_or_default())
        })?;
        Ok(Curves {
            title: self.title(),
            x: Axis { limits: Some((0.0, 1.05 * widest)), ..axis("1/N") },
            y: axis("examples M for m_{μ} = erf(1/√2) (1 − d)d^{μ−1}"),
            lines,
            series,
        })
    }
}
