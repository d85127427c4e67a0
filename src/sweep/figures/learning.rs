//! What learning from examples looks like: retrieval, its end, and the number of examples that it takes.

use super::curves::{asked, nearest_or_middle};
use super::{axis, finite_size, load_label, scaled, stem};
use crate::error::{Error, Kind, Result};
use crate::estimators::extrapolate;
use crate::params::{Examples, InteractionOrder, LearningMode, Lesson, Load, Quality, Temperature};
use crate::scenario::{Ansatz, Column, LearningQuantity, LearningRequest, Scenario};
use crate::sweep::figure::{Axis, Curves, Figure, Line, Point, Series};
use crate::sweep::points::Points;
use crate::theory::Branch;
use crate::theory::learning::at_line::{Marginal, Unstable, unstable_loads};
use crate::theory::learning::threshold::{Criterion, critical_examples};
use crate::theory::learning::{Average, MOST_EXACT_EXAMPLES, Task, one_rsb, rs};
use rayon::prelude::*;

/// Points of a curve that is not taken from the grid.
const FINE: usize = 120;
/// Temperatures next to the hot end of an AT line.
const TIP: usize = 24;
/// Points of a curve that costs a second each under 1RSB.
const COARSE: usize = 24;

/// One figure for each P.
pub(super) fn learning_figures(
    scenario: &Scenario,
    points: &Points,
    request: &LearningRequest,
) -> Result<Vec<(String, Figure)>> {
    let Some(mode) = scenario.kind.mode() else { return Ok(Vec::new()) };
    let mut made = Vec::new();
    for &order in &scenario.orders {
        let study = Study::of(scenario, points, mode, order, request)?;
        let figure = match request.quantity {
            LearningQuantity::Retrieval => study.retrieval()?,
            LearningQuantity::Examples => study.against_examples()?,
            LearningQuantity::PhaseDiagram => study.phase_diagram()?,
            LearningQuantity::Capacity => study.capacity()?,
            LearningQuantity::Threshold => study.thresholds()?,
            LearningQuantity::Size => study.against_size()?,
        };
        let kind = format!("learning-{}", request.quantity.name());
        made.push((stem(&kind, scenario, order, None), Figure::Curves(figure)));
    }
    Ok(made)
}

struct Study<'s> {
    scenario: &'s Scenario,
    points: &'s Points,
    mode: LearningMode,
    order: InteractionOrder,
    columns: Vec<Column>,
    lessons: Vec<Lesson>,
    loads: Vec<f64>,
    load: f64,
    temperature: f64,
}

fn ascending(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

fn line(name: String, group: usize, points: Vec<(f64, f64)>) -> Line {
    Line { name, pieces: vec![points], group: Some(group) }
}

/// Values of x with the answer there, in parallel; what does not exist is left out.
fn along(xs: &[f64], y: impl Fn(f64) -> Result<Option<f64>> + Sync) -> Result<Vec<(f64, f64)>> {
    let found: Vec<Option<(f64, f64)>> =
        xs.par_iter().map(|&x| Ok(y(x)?.map(|y| (x, y)))).collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The critical load under 1RSB, where its branch is followed.
fn broken_end(task: &Task, t: Temperature) -> Result<Option<f64>> {
    match one_rsb::critical_load(task, t) {
        Ok(end) => Ok(end.map(|end| end.gamma)),
        Err(error) if error.kind() == Kind::NoSolution => Ok(None),
        Err(error) => Err(error),
    }
}

/// The AT line in the plane of load and temperature: up its lower edge and down its upper one, where there is one.
fn marginal_line(task: &Task, temperatures: &[f64]) -> Result<Vec<Vec<(f64, f64)>>> {
    let at = |t: &f64| Ok((*t, unstable_loads(task, Temperature::new(*t)?)));
    let mut found: Vec<(f64, Vec<Unstable>)> = temperatures.par_iter().map(at).collect::<Result<_>>()?;
    // Its hot end is where the edges meet, or where both are at the spinodal: at most a step above the last temperature that has one.
    if let Some(i) = found.iter().rposition(|row| !row.1.is_empty())
        && let Some(&(above, _)) = found.get(i + 1)
    {
        let step = above - found[i].0;
        let (mut tip, mut none) = (found[i].0, above);
        for _ in 0..30 {
            let middle = 0.5 * (tip + none);
            *(if at(&middle)?.1.is_empty() { &mut none } else { &mut tip }) = middle;
        }
        let near: Vec<f64> = (0..TIP).map(|k| tip - step * (k as f64 / TIP as f64).powi(2)).collect();
        found.extend(near.par_iter().map(at).collect::<Result<Vec<_>>>()?);
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let edges = |edge: fn(&[Unstable]) -> Option<Marginal>| {
        let at = move |(t, intervals): &(f64, Vec<Unstable>)| edge(intervals).map(|x| (x.gamma, *t));
        found
            .split(move |row| at(row).is_none())
            .map(move |run| run.iter().filter_map(at).collect::<Vec<_>>())
    };
    let lower = edges(|all| all.first().map(|x| x.lower));
    let mut upper: Vec<_> =
        edges(|all| all.last().and_then(|x| x.upper)).filter(|run| !run.is_empty()).collect();
    let mut pieces: Vec<Vec<(f64, f64)>> = lower.filter(|run| !run.is_empty()).collect();
    for piece in &mut pieces {
        // Where the edges meet the line turns.
        let top = piece.last().map(|x| x.1);
        if let Some(i) = upper.iter().position(|run| run.last().map(|x| x.1) == top) {
            piece.extend(upper.swap_remove(i).into_iter().rev());
        }
    }
    pieces.extend(upper);
    Ok(pieces)
}

fn steps(from: f64, to: f64, count: usize, logarithmic: bool) -> Vec<f64> {
    let at = |i: usize| {
        let part = i as f64 / (count - 1) as f64;
        if logarithmic { from * libm::exp(part * libm::log(to / from)) } else { from + part * (to - from) }
    };
    (0..count).map(at).collect()
}

impl<'s> Study<'s> {
    fn of(
        scenario: &'s Scenario,
        points: &'s Points,
        mode: LearningMode,
        order: InteractionOrder,
        request: &LearningRequest,
    ) -> Result<Self> {
        let columns: Vec<Column> =
            scenario.grid_columns()?.into_iter().filter(|c| c.order == order).collect();
        let mut lessons: Vec<Lesson> = Vec::new();
        for lesson in columns.iter().filter_map(|c| c.lesson) {
            if !lessons.contains(&lesson) {
                lessons.push(lesson);
            }
        }
        let loads = ascending(columns.iter().map(asked).collect());
        let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
        let load = nearest_or_middle(&loads, request.load).unwrap_or_default();
        let temperature = nearest_or_middle(&temperatures, request.temperature).unwrap_or_default();
        Ok(Self { scenario, points, mode, order, columns, lessons, loads, load, temperature })
    }

    fn t(&self) -> Result<Temperature> {
        Temperature::new(self.temperature)
    }

    fn broken(&self) -> bool {
        self.scenario.compare.contains(&Ansatz::OneStep)
    }

    fn task(&self, quality: f64, count: u64, average: Average) -> Result<Task> {
        let average = if count > MOST_EXACT_EXAMPLES { Average::Gaussian } else { average };
        Task::new(self.mode, self.order, Examples::new(Quality::new(quality)?, count)?, average)
    }

    fn of_lesson(&self, lesson: Lesson, average: Average) -> Result<Task> {
        self.task(lesson.examples.quality().get(), lesson.examples.count(), average)
    }

    fn title(&self, fixed: &str) -> String {
        format!("{}: {} learning, P = {}, {fixed}", self.scenario.name, self.mode, self.order)
    }

    fn label(lesson: Lesson) -> String {
        let examples = lesson.examples;
        format!("r = {}, M = {} (ρ = {:.3})", examples.quality(), examples.count(), examples.entropy())
    }

    /// Simulated ⟨m⟩ of planted starts at the temperature, of the rows that are `wanted`.
    fn simulated(&self, x: impl Fn(&Column) -> f64, wanted: impl Fn(&Column) -> bool) -> Vec<Point> {
        let rows = self.points.rows.iter().filter(|row| {
            row.column.order == self.order
                && row.temperature.get() == self.temperature
                && row.start == "planted"
                && wanted(&row.column)
        });
        rows.filter_map(|row| {
            let (y, y_err) = row.mattis()?;
            Some(Point { x: x(&row.column), y, x_err: None, y_err })
        })
        .collect()
    }

    /// m against the load, a colour for each lesson: the exact average as a line, the largest N as points.
    fn retrieval(&self) -> Result<Curves> {
        let (mut lines, mut series) = (Vec::new(), Vec::new());
        let largest = self.columns.iter().map(|c| c.spins).max().unwrap_or_default();
        let top = self.loads.last().copied().unwrap_or(1.0);
        for (group, &lesson) in self.lessons.iter().enumerate() {
            let task = self.of_lesson(lesson, Average::Binomial)?;
            let t = self.t()?;
            let end = rs::critical_load(&task, t)?.map_or(0.0, |end| end.gamma * (1.0 - 1e-9));
            let mut loads = steps(1e-3 * top, top.min(end).max(2e-3 * top), FINE, false);
            // The branch ends with a vertical slope.
            let last = loads[FINE - 1];
            loads.extend((3..30).map(|k| last * (1.0 - 0.5f64.powi(k))));
            let loads = ascending(loads);
            let m = along(&loads, |gamma| Ok(rs::retrieval(&task, Load::new(gamma)?, t)?.map(|x| x.m)))?;
            lines.push(line(format!("RS, {}", Self::label(lesson)), group, m));
            let points =
                self.simulated(|c| c.gamma.get(), |c| c.lesson == Some(lesson) && c.spins == largest);
            if !points.is_empty() {
                series.push(Series {
                    open: false,
                    name: format!("N = {largest}, {}", Self::label(lesson)),
                    points,
                    group,
                });
            }
        }
        Ok(Curves {
            title: self.title(&format!("T = {}", self.temperature)),
            x: scaled(axis(load_label(self.order)), &self.loads),
            y: axis("overlap with the archetype m"),
            lines,
            series,
        })
    }

    /// m of the samples that stayed, less RS at the load that each N realises, against 1/N, a colour for each load: fits
    /// m_∞ − m_RS + b/N with their limits. RS is the exact average.
    fn against_size(&self) -> Result<Curves> {
        let (mut lines, mut series, mut limits) = (Vec::new(), Vec::new(), Vec::new());
        let largest = self.columns.iter().map(|c| c.spins).min().map_or(0.0, |n| 1.08 / n as f64);
        for &lesson in &self.lessons {
            for &load in &self.loads {
                let rows = self.points.rows.iter().filter(|row| {
                    row.column.order == self.order
                        && row.column.lesson == Some(lesson)
                        && asked(&row.column) == load
                        && row.temperature.get() == self.temperature
                        && row.start == "planted"
                });
                let found: Vec<(f64, f64, f64)> = rows
                    .filter_map(|row| {
                        let symmetric =
                            row.theory.as_ref().filter(|state| state.branch == Branch::Retrieval)?;
                        let (m, err) = row.mattis_of_survivors()?;
                        Some((row.column.spins as f64, m - symmetric.m, err?))
                    })
                    .collect();
                if found.is_empty() {
                    continue;
                }
                let group = series.len();
                let symbol = if self.order.get() == 2 { "α" } else { "γ" };
                let which = match self.lessons.len() {
                    1 => format!("{symbol} = {load}"),
                    _ => format!("{symbol} = {load}, {}", Self::label(lesson)),
                };
                let point =
                    |&(n, y, err): &(f64, f64, f64)| Point { x: 1.0 / n, y, x_err: None, y_err: Some(err) };
                let points = found.iter().map(point).collect();
                series.push(Series { open: false, name: which.clone(), points, group });
                if let Some(fit) = extrapolate(&found, 1.0) {
                    let deviation = format!("{:+.1} σ", fit.limit / fit.limit_err).replace('-', "−");
                    let name = format!("{which}: {} ({deviation})", finite_size::words(&fit));
                    lines.push(finite_size::curve(&fit, name, group, largest));
                    let points = vec![finite_size::limit(&fit)];
                    limits.push(Series { open: true, name: format!("{which}, N → ∞"), points, group });
                }
            }
        }
        if series.is_empty() {
            return Err(Error::bad_input("figure \"learning\", quantity \"size\": nothing to draw")
                .remedy("a planted start, and loads with retrieval beside theory.compare = [\"rs\"]"));
        }
        lines.push(Line {
            name: "RS, exact average".into(),
            pieces: vec![vec![(0.0, 0.0), (largest, 0.0)]],
            group: None,
        });
        series.extend(limits);
        Ok(Curves {
            title: self.title(&format!("T = {}", self.temperature)),
            x: Axis { limits: Some((-0.03 * largest, largest)), ..axis("1/N") },
            y: axis("⟨m⟩ − m_{RS}"),
            lines,
            series,
        })
    }

    /// m against M at one load, a colour for each quality: both averages, and simulation.
    fn against_examples(&self) -> Result<Curves> {
        let (mut lines, mut series) = (Vec::new(), Vec::new());
        let (t, load) = (self.t()?, Load::new(self.load)?);
        let counts: Vec<f64> = self.scenario.examples.iter().map(|&m| m as f64).collect();
        let (least, most) = (counts.first().copied().unwrap_or(1.0), counts.last().copied().unwrap_or(1.0));
        let mut all: Vec<f64> = steps(least, most.max(least), FINE, true).iter().map(|m| m.round()).collect();
        all.dedup();
        for (group, &quality) in self.scenario.qualities.iter().enumerate() {
            for (average, word) in [(Average::Binomial, "exact"), (Average::Gaussian, "Gaussian")] {
                let m = along(&all, |count| {
                    let task = self.task(quality, count as u64, average)?;
                    Ok(rs::retrieval(&task, load, t)?.map(|x| x.m))
                })?;
                let colour = 2 * group + usize::from(average == Average::Gaussian);
                lines.push(line(format!("RS, r = {quality}, {word} average"), colour, m));
            }
            for &spins in &self.scenario.spins {
                let wanted = |c: &Column| {
                    let r = c.lesson.map(|lesson| lesson.examples.quality().get());
                    c.spins == spins && r == Some(quality) && asked(c) == self.load
                };
                let count = |c: &Column| c.lesson.map_or(0.0, |lesson| lesson.examples.count() as f64);
                let points = self.simulated(count, wanted);
                if !points.is_empty() {
                    series.push(Series {
                        open: false,
                        name: format!("N = {spins}, r = {quality}"),
                        points,
                        group: 2 * group,
                    });
                }
            }
        }
        let x = Axis { logarithmic: true, ..axis("examples per archetype M") };
        Ok(Curves {
            title: self.title(&format!("γ = {:.4}, T = {}", self.load, self.temperature)),
            x,
            y: axis("overlap with the archetype m"),
            lines,
            series,
        })
    }

    /// Where retrieval ends in the plane of load and temperature, and where replica symmetry breaks, a colour for each lesson.
    fn phase_diagram(&self) -> Result<Curves> {
        let mut lines = Vec::new();
        let temperatures: Vec<f64> = self.scenario.temperatures.iter().map(|t| t.get()).collect();
        let (cold, hot) =
            (temperatures.first().copied().unwrap_or(0.0), temperatures.last().copied().unwrap_or(1.0));
        for (group, &lesson) in self.lessons.iter().enumerate() {
            let task = self.of_lesson(lesson, Average::Gaussian)?;
            let turned = |found: Vec<(f64, f64)>| found.into_iter().map(|(t, gamma)| (gamma, t)).collect();
            let fine = steps(cold, hot, FINE, false);
            let ends =
                along(&fine, |t| Ok(rs::critical_load(&task, Temperature::new(t)?)?.map(|end| end.gamma)))?;
            lines.push(line(
                format!("RS: retrieval ends, ρ = {:.3}", lesson.examples.entropy()),
                group,
                turned(ends),
            ));
            if self.broken() {
                let coarse = steps(cold, hot, COARSE, false);
                let ends = along(&coarse, |t| broken_end(&task, Temperature::new(t)?))?;
                let name = format!("1RSB: retrieval ends, ρ = {:.3}", lesson.examples.entropy());
                lines.push(line(name, group, turned(ends)));
            }
            let pieces = marginal_line(&task, &fine)?;
            if !pieces.is_empty() {
                let name = format!("AT, ρ = {:.3}", lesson.examples.entropy());
                lines.push(Line { name, pieces, group: Some(group) });
            }
        }
        Ok(Curves {
            title: self.title("Gaussian average"),
            x: axis(load_label(self.order)),
            y: axis("temperature T"),
            lines,
            series: Vec::new(),
        })
    }

    /// The critical load against ρ: RS under both averages, 1RSB where it was asked for.
    fn capacity(&self) -> Result<Curves> {
        let t = self.t()?;
        let ends = |average: Average, broken: bool| -> Result<Vec<(f64, f64)>> {
            let found: Vec<Option<(f64, f64)>> = self
                .lessons
                .par_iter()
                .map(|&lesson| {
                    let task = self.of_lesson(lesson, average)?;
                    let gamma = if broken {
                        broken_end(&task, t)?
                    } else {
                        rs::critical_load(&task, t)?.map(|end| end.gamma)
                    };
                    Ok(gamma.map(|gamma| (lesson.examples.entropy(), gamma)))
                })
                .collect::<Result<_>>()?;
            let mut found: Vec<(f64, f64)> = found.into_iter().flatten().collect();
            found.sort_by(|a, b| a.0.total_cmp(&b.0));
            Ok(found)
        };
        let mut lines = vec![
            line("RS, Gaussian average".into(), 0, ends(Average::Gaussian, false)?),
            line("RS, exact average".into(), 1, ends(Average::Binomial, false)?),
        ];
        if self.broken() {
            lines.push(line("1RSB, Gaussian average".into(), 0, ends(Average::Gaussian, true)?));
            lines.push(line("1RSB, exact average".into(), 1, ends(Average::Binomial, true)?));
        }
        Ok(Curves {
            title: self.title(&format!("T = {}", self.temperature)),
            x: axis("dataset entropy ρ = (1 − r²)/(M r²)"),
            y: axis(if self.order.get() == 2 { "critical load α_{c}" } else { "critical load γ_{c}" }),
            lines,
            series: Vec::new(),
        })
    }

    /// The smallest M with m ≥ erf(1/√2) against the load, a colour for each quality.
    fn thresholds(&self) -> Result<Curves> {
        let (mut lines, t) = (Vec::new(), self.t()?);
        for (group, &quality) in self.scenario.qualities.iter().enumerate() {
            let task = self.task(quality, 1, Average::Gaussian)?;
            let least = along(&self.loads, |gamma| {
                let load = Load::new(gamma)?;
                let found =
                    critical_examples(&task, Criterion::Aligned, |task| rs::retrieval(task, load, t))?;
                Ok(found.map(|count| count as f64))
            })?;
            lines.push(line(format!("RS, r = {quality}"), group, least));
            if self.broken() {
                let least = along(&self.loads, |gamma| {
                    let load = Load::new(gamma)?;
                    let solve = |task: &Task| Ok(one_rsb::retrieval(task, load, t)?.map(|x| x.point));
                    Ok(critical_examples(&task, Criterion::Aligned, solve)?.map(|count| count as f64))
                })?;
                lines.push(line(format!("1RSB, r = {quality}"), group, least));
            }
        }
        Ok(Curves {
            title: self.title(&format!("T = {}, Gaussian average", self.temperature)),
            x: scaled(axis(load_label(self.order)), &self.loads),
            y: Axis { logarithmic: true, ..axis("examples for m ≥ erf(1/√2)") },
            lines,
            series: Vec::new(),
        })
    }
}
