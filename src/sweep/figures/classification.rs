//! Held-out patterns told apart: accuracy against examples, flipped pixels and temperature, confusion, panels of what is recalled.

use super::curves::nearest_or_middle;
use super::{axis, start_phrase, stem};
use crate::error::Result;
use crate::model::Spins;
use crate::params::InteractionOrder;
use crate::scenario::{ClassificationQuantity, ClassificationRequest, Scenario, Task};
use crate::sweep::classification::{OF_THE_CUE, Read, accuracy};
use crate::sweep::figure::{Cells, Curves, Figure, Panel, PanelImage, PanelRow, PhaseDiagram, Point, Series};
use crate::sweep::points::{Points, Row};
use crate::sweep::task::{ChainRecord, TaskResult, task_examples};
use std::collections::HashMap;

/// One figure with all P; of confusion one for each.
pub(super) fn classification_figures(
    scenario: &Scenario,
    points: &Points,
    finished: &HashMap<String, TaskResult>,
    request: &ClassificationRequest,
) -> Result<Vec<(String, Figure)>> {
    let study = Study::of(scenario, points, request);
    let kind = format!("classification-{}", request.quantity.name());
    Ok(match request.quantity {
        ClassificationQuantity::Confusion => scenario
            .orders
            .iter()
            .filter_map(|&order| {
                let figure = study.confusion(order)?;
                Some((stem(&kind, scenario, order, None), Figure::PhaseDiagram(figure)))
            })
            .collect(),
        ClassificationQuantity::Panel => study
            .panel(finished, request.images)?
            .map(|panel| (kind, Figure::Panel(panel)))
            .into_iter()
            .collect(),
        _ => vec![(kind, Figure::Curves(study.curves()))],
    })
}

struct Study<'s> {
    scenario: &'s Scenario,
    points: &'s Points,
    request: &'s ClassificationRequest,
    /// What is not varied: M and T.
    examples: f64,
    temperature: f64,
}

fn count_of(row: &Row) -> f64 {
    row.column.lesson.map_or(0.0, |lesson| lesson.examples.count() as f64)
}

/// The fraction of flipped spins of a start.
fn flipped(start: &str) -> Option<f64> {
    if start == "planted" { Some(0.0) } else { start.strip_prefix("corrupted=")?.parse().ok() }
}

impl<'s> Study<'s> {
    fn of(scenario: &'s Scenario, points: &'s Points, request: &'s ClassificationRequest) -> Self {
        let counts: Vec<f64> = scenario.examples.iter().map(|&count| count as f64).collect();
        let temperatures: Vec<f64> = scenario.temperatures.iter().map(|t| t.get()).collect();
        let wish = request.examples.map(|count| count as f64).or(counts.last().copied());
        Self {
            scenario,
            points,
            request,
            examples: nearest_or_middle(&counts, wish).unwrap_or(1.0),
            temperature: nearest_or_middle(&temperatures, request.temperature.or(Some(0.0))).unwrap_or(0.0),
        }
    }

    /// The value of the variable, of rows that belong into the figure.
    fn x(&self, row: &Row) -> Option<f64> {
        use ClassificationQuantity as Q;
        let quantity = self.request.quantity;
        let kept = (quantity == Q::Examples || count_of(row) == self.examples)
            && (quantity == Q::Temperature || row.temperature.get() == self.temperature)
            && (quantity == Q::Corrupted || row.start == self.request.start);
        match quantity {
            _ if !kept || row.readings.is_empty() => None,
            Q::Examples => Some(count_of(row)),
            Q::Temperature => Some(row.temperature.get()),
            Q::Corrupted => flipped(&row.start),
            Q::Confusion | Q::Panel => Some(0.0),
        }
    }

    fn rows(&self, order: InteractionOrder) -> impl Iterator<Item = (f64, &'s Row)> + '_ {
        let of_order = self.points.rows.iter().filter(move |row| row.column.order == order);
        of_order.filter_map(|row| Some((self.x(row)?, row)))
    }

    fn series(&self, name: String, group: usize, order: InteractionOrder, read: Read) -> Series {
        let point = |(x, row): (f64, &Row)| {
            let (y, y_err) = accuracy(&row.readings, read)?;
            Some(Point { x, y, x_err: None, y_err })
        };
        Series { open: false, name, points: self.rows(order).filter_map(point).collect(), group }
    }

    fn curves(&self) -> Curves {
        let orders = &self.scenario.orders;
        let mut series: Vec<Series> = orders
            .iter()
            .enumerate()
            .map(|(group, &order)| {
                self.series(format!("recalled, P = {order}"), group, order, |r| r.recalled)
            })
            .collect();
        for (at, (name, read)) in OF_THE_CUE.into_iter().enumerate() {
            series.push(self.series(name.into(), orders.len() + at, orders[0], read));
        }
        let mut x = axis(match self.request.quantity {
            ClassificationQuantity::Examples => "examples a class M",
            ClassificationQuantity::Temperature => "temperature T",
            _ => "fraction of flipped pixels",
        });
        let (coldest, hottest) = (self.scenario.temperatures.first(), self.scenario.temperatures.last());
        let decades = coldest.zip(hottest).is_some_and(|(a, b)| a.get() > 0.0 && b.get() > 10.0 * a.get());
        x.logarithmic = match self.request.quantity {
            ClassificationQuantity::Examples => true,
            ClassificationQuantity::Temperature => decades,
            _ => false,
        };
        let mut y = axis("held-out patterns told rightly");
        y.limits = Some((0.0, 1.0));
        Curves { title: self.title(None), x, y, lines: Vec::new(), series }
    }

    fn title(&self, order: Option<InteractionOrder>) -> String {
        use ClassificationQuantity as Q;
        let quantity = self.request.quantity;
        let mut title = self.scenario.name.clone();
        if let Some(order) = order {
            title += &format!(": P = {order}");
        }
        if quantity != Q::Examples {
            title += &format!(", M = {}", self.examples);
        }
        if quantity != Q::Temperature {
            title += &format!(", T = {}", self.temperature);
        }
        if quantity != Q::Corrupted {
            title += &format!(", {}", self.cue());
        }
        title
    }

    fn cue(&self) -> String {
        match flipped(&self.request.start) {
            Some(0.0) => "held-out patterns".into(),
            Some(fraction) => format!("held-out patterns, {fraction} flipped"),
            None => start_phrase(&self.request.start),
        }
    }

    /// How often each class (rows) is read as each (columns).
    fn confusion(&self, order: InteractionOrder) -> Option<PhaseDiagram> {
        let (_, row) = self.rows(order).next()?;
        let classes = row.column.patterns;
        let mut counts = vec![vec![0; classes]; classes];
        row.readings.iter().for_each(|r| counts[r.label][r.recalled] += 1);
        let fractions = |of_class: &Vec<usize>| {
            let all: usize = of_class.iter().sum();
            of_class.iter().map(|&these| (all > 0).then(|| these as f64 / all as f64)).collect()
        };
        let cells = counts.iter().map(fractions).collect();
        let names: Vec<f64> = (0..classes).map(|class| class as f64).collect();
        Some(PhaseDiagram {
            title: self.title(Some(order)),
            x: axis("class read"),
            y: axis("class shown"),
            xs: names.clone(),
            ys: names,
            cells: Cells::Counts { label: "fraction of the class".into(), cells, counts },
            lines: Vec::new(),
            points: Vec::new(),
        })
    }

    /// The first held-out pattern of each class: its archetype, the cue, and what each P recalls.
    fn panel(&self, finished: &HashMap<String, TaskResult>, images: usize) -> Result<Option<Panel>> {
        let Some(classes) = &self.scenario.classes else { return Ok(None) };
        let Some((height, width)) = classes.held_out_file.image_shape else { return Ok(None) };
        let columns: Vec<&Row> =
            self.scenario.orders.iter().filter_map(|&order| Some(self.rows(order).next()?.1)).collect();
        let Some((column, lesson)) = columns.first().and_then(|row| Some((&row.column, row.column.lesson?)))
        else {
            return Ok(None);
        };
        let set = task_examples(self.scenario, &Task { column: column.clone(), sample: 0 }, lesson)?;
        let mut rows: Vec<PanelRow> = Vec::new();
        for class in 0..column.patterns {
            let of_class = |&sample: &usize| classes.held_out.labels()[sample] == class;
            let Some(sample) = (0..self.scenario.samples).find(of_class).filter(|_| rows.len() < images)
            else {
                continue;
            };
            let archetype = set.archetypes().row(class).as_slice().to_vec();
            let mut shown = vec![PanelImage { spins: archetype, caption: String::new() }];
            for row in &columns {
                let task = Task { column: row.column.clone(), sample };
                let at = |c: &&ChainRecord| c.temperature == row.temperature && c.start == row.start;
                let chain = finished.get(&task.key()).and_then(|result| result.chains.iter().find(at));
                let Some(chain) = chain else { continue };
                let reading = row.readings.iter().find(|reading| reading.sample == sample);
                let image = |spins: &Spins, read: Option<usize>| PanelImage {
                    spins: spins.as_slice().to_vec(),
                    caption: read.map_or("not read".into(), |read| format!("read as {read}")),
                };
                if shown.len() == 1 {
                    shown.push(image(&chain.first, reading.map(|r| r.cue)));
                }
                shown.push(image(&chain.last, reading.map(|r| r.recalled)));
            }
            rows.push(PanelRow { caption: format!("class {class}"), images: shown });
        }
        let mut captions = vec!["archetype".to_string(), self.cue()];
        captions.extend(columns.iter().map(|row| format!("recalled, P = {}", row.column.order)));
        Ok(Some(Panel { title: self.title(None), columns: captions, rows, width, height }))
    }
}
