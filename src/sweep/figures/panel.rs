//! Panels of stored, corrupted and recalled images.

use crate::chain::Start;
use crate::error::{Error, Result};
use crate::model::{Patterns, Spins};
use crate::params::Temperature;
use crate::scenario::{Column, PatternsFrom, Scenario, Task};
use crate::sweep::figure::{Figure, Panel, PanelImage, PanelRow};
use crate::sweep::task::{TaskResult, task_patterns};
use std::collections::HashMap;

/// Stored, corrupted and recalled configurations of the first samples: a row a sample, columns by order P; one panel for
/// each K.
pub(super) fn recall_panels(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    images: usize,
    start: Option<&str>,
) -> Result<Vec<(String, Figure)>> {
    let PatternsFrom::File(stored) = &scenario.patterns else {
        return Err(Error::bad_input("recall-panel: the patterns are random")
            .remedy("a panel shows images: model.patterns = { file = … } with an image array"));
    };
    let Some((height, width)) = stored.image_shape else {
        return Err(Error::bad_input("recall-panel: the pattern file says no image shape")
            .remedy("a `shape` array beside `packed`, an `images` array, or an IDX file"));
    };
    let corrupted = scenario.dynamics.iter().flat_map(|plan| &plan.starts).find_map(|start| match start {
        Start::Corrupted(_) => Some(start.label()),
        _ => None,
    });
    let Some(label) = start.map(String::from).or(corrupted) else {
        return Err(Error::bad_input("recall-panel: no corrupted start")
            .remedy("dynamics.starts = [{ corrupted = 0.2 }]"));
    };
    let temperature = scenario.temperatures[0];
    let columns = scenario.grid_columns()?;
    let mut counts: Vec<usize> = columns.iter().map(|c| c.patterns).collect();
    counts.sort_unstable();
    counts.dedup();
    let mut made = Vec::new();
    for k in counts {
        let of_k: Vec<&Column> = columns.iter().filter(|c| c.patterns == k).collect();
        let mut captions = vec!["stored".to_string(), label.replace('=', " ")];
        captions.extend(of_k.iter().map(|c| format!("recalled, P = {}", c.order)));
        let mut rows = Vec::new();
        // Sample s begins on pattern s mod K: beyond K the same images come again.
        for sample in 0..images.min(scenario.samples).min(k) {
            if let Some(row) = panel_row(scenario, finished, &of_k, sample, &label, temperature)? {
                rows.push(row);
            }
        }
        let figure = Panel {
            title: format!("{}: K = {k} stored images, T = {temperature}", scenario.name),
            columns: captions,
            rows,
            width,
            height,
        };
        made.push((format!("recall-panel-k{k}"), Figure::Panel(figure)));
    }
    Ok(made)
}

fn panel_row(
    scenario: &Scenario,
    finished: &HashMap<String, TaskResult>,
    columns: &[&Column],
    sample: usize,
    start: &str,
    temperature: Temperature,
) -> Result<Option<PanelRow>> {
    let image = |spins: &Spins, caption: String| PanelImage { spins: spins.as_slice().to_vec(), caption };
    let mut images = Vec::new();
    let mut caption = String::new();
    for column in columns {
        let task = Task { column: (*column).clone(), sample };
        let chain = finished.get(&task.key()).and_then(|result| {
            result.chains.iter().find(|c| c.start == start && c.temperature == temperature)
        });
        let Some(chain) = chain else { return Ok(None) };
        let patterns: Patterns = task_patterns(scenario, &task)?;
        let index = scenario.planted_index(&task);
        let planted = patterns.row(index);
        let overlap = |spins: &Spins| spins.dot(&planted) as f64 / planted.len() as f64;
        if images.is_empty() {
            caption = format!("pattern {index}");
            images.push(image(&planted, String::new()));
            images.push(image(&chain.first, format!("m = {:.2}", overlap(&chain.first))));
        }
        images.push(image(&chain.last, format!("m = {:.2}", overlap(&chain.last))));
    }
    Ok(Some(PanelRow { caption, images }))
}
