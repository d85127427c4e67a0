//! The lists of the grid that only some kinds have.

use super::document::Table;
use super::read::{real_axis, whole_axis};
use super::{Kind, PatternsFrom};
use crate::error::Result;
use crate::model::DilutedPatterns;
use crate::params::{Dilution, InteractionOrder, LearningMode, Quality};

/// model.learning: how a multitasking network learns random diluted patterns at P = 2, or a list of both ways.
pub(super) fn read_learning(
    model: &Table<'_>,
    kind: Kind,
    patterns: &PatternsFrom,
    orders: &[InteractionOrder],
) -> Result<Vec<LearningMode>> {
    const KEY: &str = "model.learning";
    let Some(node) = model.get("learning") else { return Ok(Vec::new()) };
    if kind != Kind::Multitasking {
        let accepted = format!("nothing beside model.kind = \"{kind}\": it belongs to \"multitasking\"");
        return Err(node.refuse(KEY, &accepted));
    }
    if matches!(patterns, PatternsFrom::File(_)) {
        return Err(node.refuse(KEY, "nothing: examples are drawn of random patterns"));
    }
    if orders.iter().any(|p| p.get() != 2) {
        return Err(
            node.refuse(KEY, "interaction_order = 2: the learning of diluted patterns is that of P = 2")
        );
    }
    let items = if node.is_list() { node.items() } else { std::slice::from_ref(node) };
    let mut modes = Vec::new();
    for item in items {
        let mode = item.as_choice(KEY, &LearningMode::NAMES)?;
        if modes.contains(&mode) {
            return Err(item.refuse(KEY, "each way of learning once"));
        }
        modes.push(mode);
    }
    if modes.is_empty() {
        return Err(node.refuse(KEY, "\"supervised\", \"unsupervised\" or both in a list"));
    }
    Ok(modes)
}

/// grid.quality and grid.examples, which belong to the kinds that learn, and to diluted patterns with model.learning.
pub(super) fn read_lessons(
    grid: &Table<'_>,
    kind: Kind,
    learning: &[LearningMode],
) -> Result<(Vec<f64>, Vec<usize>)> {
    const EXAMPLES: &str = "a number of examples per archetype, M ≥ 1";
    let (quality, examples) = (grid.get("quality"), grid.get("examples"));
    let Some(mode) = kind.mode().or(learning.first().copied()) else {
        return match [("grid.quality", quality), ("grid.examples", examples)]
            .into_iter()
            .find_map(|(k, n)| Some((k, n?)))
        {
            Some((key, node)) => {
                let without = if kind == Kind::Multitasking { " without model.learning" } else { "" };
                let accepted = format!("nothing: model.kind = \"{kind}\"{without} learns from no examples");
                Err(node.refuse(key, &accepted))
            }
            None => Ok((Vec::new(), Vec::new())),
        };
    };
    let whose = if kind == Kind::Multitasking { "learning" } else { "kind" };
    let missing =
        |key: &str, what: &str| grid.missing(key, &format!("{what}, for model.{whose} = \"{mode}\""));
    let quality = quality.ok_or_else(|| missing("quality", "the quality of examples, 0 < r ≤ 1"))?;
    let examples = examples.ok_or_else(|| missing("examples", EXAMPLES))?;
    let qualities = real_axis(quality, "grid.quality", |item| {
        let r = item.as_real("grid.quality")?;
        Quality::new(r).map(Quality::get).map_err(|e| item.because("grid.quality", &e))
    })?;
    let counts = whole_axis(examples, "grid.examples")?;
    if counts.first() == Some(&0) {
        return Err(examples.refuse("grid.examples", EXAMPLES));
    }
    Ok((qualities, counts))
}

/// grid.dilution, which belongs to multitasking. Patterns of a file have the dilution that they have.
pub(super) fn read_dilutions(grid: &Table<'_>, kind: Kind, patterns: &PatternsFrom) -> Result<Vec<f64>> {
    const KEY: &str = "grid.dilution";
    let node = match (grid.get("dilution"), kind, patterns) {
        (Some(node), Kind::Multitasking, PatternsFrom::Random) => node,
        (Some(node), Kind::Multitasking, PatternsFrom::File(_)) => {
            return Err(node.refuse(KEY, "nothing: the dilution is that of the file"));
        }
        (None, Kind::Multitasking, PatternsFrom::Random) => {
            let what = "the dilution of patterns, 0 ≤ d < 1, for model.kind = \"multitasking\"";
            return Err(grid.missing("dilution", what));
        }
        (Some(node), ..) => {
            let accepted = format!("nothing: the patterns of model.kind = \"{kind}\" are not diluted");
            return Err(node.refuse(KEY, &accepted));
        }
        (None, _, PatternsFrom::File(stored)) => {
            let dilution = stored.diluted.iter().map(DilutedPatterns::dilution);
            return Ok(dilution.collect());
        }
        (None, ..) => return Ok(Vec::new()),
    };
    real_axis(node, KEY, |item| {
        let d = item.as_real(KEY)?;
        Dilution::new(d).map(Dilution::get).map_err(|e| item.because(KEY, &e))
    })
}
