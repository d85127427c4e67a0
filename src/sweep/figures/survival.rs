//! How long planted states live: survival and lifetime against the load, and the load at which half of them survive against 1/N.

use super::curves::nearest_or_middle;
use super::{axis, finite_size, load_label, scaled, start_phrase, stem, with_theory};
use crate::error::{Error, Kind, Result};
use crate::params::{Examples, InteractionOrder, LearningMode, Lesson, Quality, Temperature};
use crate::scenario::{Ansatz, Scenario, SurvivalRequest};
use crate::sweep::figure::{Axis, Curves, Figure, Line, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::sweep::transition::crossings;
use crate::theory::learning::{Task, one_rsb, rs};

/// The figures of one request, for each P.
pub(super) fn survival_figures(
    scenario: &Scenario,
    points: &Points,
    request: &SurvivalRequest,
) -> Result<Vec<(String, Figure)>> {
    let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
    let temperature = nearest_or_middle(&temperatures, request.temperature).unwrap_or_default();
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let rows: Vec<&Row> = points
            .rows
            .iter()
            .filter(|r| {
                r.column.order == order && r.temperature.get() == temperature && r.start == request.start
            })
            .collect();
        let cut = Cut { scenario, order, temperature: Temperature::new(temperature)?, rows };
        let title =
            format!("{}: P = {order}, T = {temperature}, {}", scenario.name, start_phrase(&request.start));
        for (kind, figure) in cut.figures(points, &request.start, &title)? {
            made.push((stem(kind, scenario, order, None), Figure::Curves(figure)));
        }
    }
    if made.is_empty() {
        return Err(Error::bad_input("figure \"survival\": nothing to draw").remedy(
            "a start in sight of the planted pattern, without replica exchange and until = \"equilibrated\"",
        ));
    }
    Ok(made)
}

struct Cut<'s> {
    scenario: &'s Scenario,
    order: InteractionOrder,
    temperature: Temperature,
    rows: Vec<&'s Row>,
}

impl Cut<'_> {
    fn figures(&self, points: &Points, start: &str, title: &str) -> Result<Vec<(&'static str, Curves)>> {
        let survived = self.against_load("survived", "survived_err");
        if survived.is_empty() {
            return Ok(Vec::new());
        }
        let ends = self.ends()?;
        let loads: Vec<f64> = self.rows.iter().map(|row| row.column.gamma.get()).collect();
        let sweeps = self.scenario.dynamics.as_ref().map_or(0, |plan| plan.protocol.measure_sweeps);
        let upright = |from: f64, to: f64| -> Vec<Line> {
            let line = |(name, gamma): &(String, f64)| Line {
                name: name.clone(),
                pieces: vec![vec![(*gamma, from), (*gamma, to)]],
                group: None,
            };
            ends.iter().map(line).collect()
        };
        let x = || scaled(axis(load_label(self.order)), &loads);
        let mut figures = vec![(
            "survival",
            Curves {
                title: title.into(),
                x: x(),
                y: Axis {
                    limits: Some((-0.05, 1.05)),
                    ..axis(&format!("fraction not lost in {sweeps} sweeps"))
                },
                lines: upright(0.0, 1.0),
                series: survived,
            },
        )];
        let lifetimes = self.against_load("lifetime", "lifetime_err");
        let times: Vec<f64> = lifetimes.iter().flat_map(|s| &s.points).map(|p| p.y).collect();
        if let Some(longest) = times.iter().copied().reduce(f64::max) {
            let shortest = times.iter().copied().fold(longest, f64::min);
            let y = Axis { logarithmic: true, ..axis("lifetime in sweeps") };
            let lines = upright(shortest, longest);
            let figure = Curves { title: title.into(), x: x(), y, lines, series: lifetimes };
            figures.push(("survival-lifetime", figure));
        }
        figures.extend(self.against_size(points, start, title, &ends, sweeps));
        Ok(figures)
    }

    /// A column against the load, a series for each N and lesson, and an open one of points without an error: lifetimes from a single
    /// loss.
    fn against_load(&self, field: &str, error: &str) -> Vec<Series> {
        let (mut series, mut groups): (Vec<Series>, Vec<String>) = Default::default();
        for row in &self.rows {
            let Some(y) = row.number(field) else { continue };
            let name = match row.column.lesson.filter(|_| self.lessons().len() > 1) {
                Some(lesson) => {
                    let (quality, count) = (lesson.examples.quality(), lesson.examples.count());
                    format!("N = {}, r = {quality}, M = {count}", row.column.spins)
                }
                None => format!("N = {}", row.column.spins),
            };
            let y_err = row.number(error);
            let point = Point { x: row.column.gamma.get(), y, x_err: None, y_err };
            let group = groups.iter().position(|known| *known == name).unwrap_or(groups.len());
            if group == groups.len() {
                groups.push(name.clone());
            }
            let (open, name) =
                (y_err.is_none(), if y_err.is_none() { format!("{name} (no error)") } else { name });
            match series.iter_mut().find(|s| s.name == name) {
                Some(series) => series.points.push(point),
                None => series.push(Series { open, name, points: vec![point], group }),
            }
        }
        series
    }

    /// The load at which half of the states survive, against 1/N.
    fn against_size(
        &self,
        points: &Points,
        start: &str,
        title: &str,
        ends: &[(String, f64)],
        sweeps: usize,
    ) -> Option<(&'static str, Curves)> {
        let all = crossings(points, start, self.scenario.seed, |m| m.survived);
        let found = finite_size::against_size(&all, self.order, self.temperature);
        let label = format!("load at which half is lost in {sweeps} sweeps");
        let figure = finite_size::loads(title, &label, found, ends, self.lessons().len() == 1)?;
        Some(("survival-size", figure))
    }

    fn lessons(&self) -> Vec<Option<Lesson>> {
        let mut lessons = Vec::new();
        for row in &self.rows {
            if !lessons.contains(&row.column.lesson) {
                lessons.push(row.column.lesson);
            }
        }
        lessons
    }

    /// The loads at which theory has retrieval end.
    fn ends(&self) -> Result<Vec<(String, f64)>> {
        let mut ends = Vec::new();
        if !with_theory(self.scenario) {
            return Ok(ends);
        }
        let lessons = self.lessons();
        for lesson in &lessons {
            let task = Task::of_lesson(lesson.map_or_else(patterns_themselves, Ok)?, self.order)?;
            let which = match lesson.filter(|_| lessons.len() > 1) {
                Some(lesson) => {
                    format!(", r = {}, M = {}", lesson.examples.quality(), lesson.examples.count())
                }
                None => String::new(),
            };
            for &ansatz in &self.scenario.compare {
                let name = ansatz_name(ansatz);
                let end = end_of_retrieval(ansatz, &task, self.temperature)?;
                ends.extend(end.map(|gamma| (format!("{name}: retrieval ends{which}"), gamma)));
            }
        }
        Ok(ends)
    }
}

pub(super) fn ansatz_name(ansatz: Ansatz) -> &'static str {
    match ansatz {
        Ansatz::ReplicaSymmetric => "RS",
        Ansatz::OneStep => "1RSB",
    }
}

/// The load at which retrieval ends; None where there is none at this temperature.
pub(super) fn end_of_retrieval(ansatz: Ansatz, task: &Task, t: Temperature) -> Result<Option<f64>> {
    match ansatz {
        Ansatz::ReplicaSymmetric => Ok(rs::critical_load(task, t)?.map(|end| end.gamma)),
        Ansatz::OneStep => match one_rsb::critical_load(task, t) {
            Ok(end) => Ok(end.map(|end| end.gamma)),
            Err(error) if error.kind() == Kind::NoSolution => Ok(None),
            Err(error) => Err(error),
        },
    }
}

/// What is learnt where patterns are stored themselves: archetypes with one example each that is never wrong.
pub(super) fn patterns_themselves() -> Result<Lesson> {
    Ok(Lesson { mode: LearningMode::Supervised, examples: Examples::new(Quality::new(1.0)?, 1)? })
}
