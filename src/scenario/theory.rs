//! What `[theory]` asks for.

use super::document::Table;
use super::{Ansatz, Kind};
use crate::error::Result;

/// Whether there is a `[theory]`, and what it compares with.
pub(super) fn read_theory(root: &Table<'_>, kind: Kind) -> Result<(bool, Vec<Ansatz>)> {
    let Some(node) = root.get("theory") else { return Ok((false, Vec::new())) };
    if matches!(kind, Kind::Exponential | Kind::Continuous) {
        let accepted = format!(
            "no [theory] with model.kind = \"{kind}\": what is known stands in points.csv without asking"
        );
        return Err(node.refuse("theory", &accepted));
    }
    let table = node.as_table("theory")?;
    let compare = match table.get("compare") {
        Some(node) => {
            let mut compare = Vec::new();
            for item in node.items() {
                let ansatz = item.as_choice("theory.compare", &Ansatz::NAMES)?;
                if kind == Kind::Multitasking && ansatz != Ansatz::ReplicaSymmetric {
                    let accepted = "\"rs\": the theory of finitely many diluted patterns is exact";
                    return Err(item.refuse("theory.compare", accepted));
                }
                if compare.contains(&ansatz) {
                    return Err(item.refuse("theory.compare", "every ansatz once"));
                }
                compare.push(ansatz);
            }
            if compare.is_empty() {
                return Err(node.refuse(
                    "theory.compare",
                    "[\"rs\"] or [\"rs\", \"1rsb\"]; leave [theory] out for no theory",
                ));
            }
            compare
        }
        None => vec![Ansatz::ReplicaSymmetric],
    };
    table.finish()?;
    Ok((true, compare))
}
