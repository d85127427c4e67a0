//! `manifest.json`: what a run is and how it went.

use super::refine::Refinement;
use super::run::Summary;
use crate::estimators::Verdict;
use serde_json::{Map, Value, json};

/// Rows named for one reason; beyond it their count must do.
const MOST_LABELS: usize = 100;

/// The text of manifest.json.
pub fn text(summary: &Summary) -> String {
    let scenario = &summary.scenario;
    let identity = scenario.identity();
    let rows = &summary.points.rows;
    let verdicts = |verdict: fn(&super::Row) -> &Verdict| {
        let count = |wanted: Option<bool>| rows.iter().filter(|r| verdict(r).as_bool() == wanted).count();
        let no: Vec<Value> = rows
            .iter()
            .filter_map(|r| match verdict(r) {
                Verdict::No(why) => Some(json!({
                    "p": r.column.interaction_order().map(|p| p.get()), "n": r.column.spins, "k": r.column.patterns,
                    "temperature": r.temperature.get(), "start": r.start, "why": why,
                })),
                _ => None,
            })
            .collect();
        json!({ "yes": count(Some(true)), "no": count(Some(false)), "unknown": count(None), "where_no": no })
    };
    let reasons: Vec<Value> = summary
        .points
        .reasons
        .iter()
        .map(|((field, reason), rows)| {
            // A sweep of 10⁵ rows would repeat its labels 10⁶ times.
            let some: Vec<&String> = rows.iter().take(MOST_LABELS).collect();
            json!({ "field": field, "reason": reason, "count": rows.len(), "rows": some })
        })
        .collect();
    let units: Map<String, Value> = summary
        .points
        .headings()
        .into_iter()
        .map(|heading| (heading.name.to_string(), heading.unit.into()))
        .collect();
    let refinement = Refinement::of(scenario).map(|refinement| {
        json!({ "rounds": refinement.rounds, "columns": refinement.columns, "budget": refinement.budget })
    });
    let mut manifest = json!({
        "name": scenario.name,
        "replicon": env!("CARGO_PKG_VERSION"),
        "identity": identity.hash(),
        "identity_of": identity.text().lines().collect::<Vec<_>>(),
        "seed": scenario.seed,
        "tasks": { "total": summary.total, "run_now": summary.ran },
        "one_rsb_temperatures_solved_now": summary.solved,
        "rows": rows.len(),
        "wall_seconds": summary.seconds,
        "verdicts": {
            "equilibrated": verdicts(|r| &r.equilibrated),
            "thermalised": verdicts(|r| &r.thermalised),
            "starts_agree": verdicts(|r| &r.starts_agree),
        },
        "empty_fields": reasons,
        "units": units,
    });
    if let Some(refinement) = refinement {
        manifest["refinement"] = refinement;
    }
    format!("{manifest:#}\n")
}
