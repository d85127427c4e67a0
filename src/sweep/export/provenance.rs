//! Where a table comes from, as it stands inside exported files.

use crate::scenario::{CapacityScenario, Scenario};
use crate::sweep::capacity;
use crate::sweep::columns::Table;
use crate::sweep::store::SCHEMA_VERSION;
use serde_json::{Map, Value, json};

/// Which run a table is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Name of the scenario
    pub name: String,
    /// Hash of everything that decides the numbers, as in manifest.json
    pub identity: String,
    pub seed: u64,
    /// Version of its store
    pub store_schema: i64,
}

impl Provenance {
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            name: scenario.name.clone(),
            identity: scenario.identity().hash(),
            seed: scenario.seed,
            store_schema: SCHEMA_VERSION,
        }
    }

    /// Of a run of capacity.
    pub fn of_capacity(scenario: &CapacityScenario) -> Self {
        Self {
            name: scenario.name.clone(),
            identity: scenario.identity().hash(),
            seed: scenario.seed,
            store_schema: capacity::STORE_SCHEMA,
        }
    }

    /// Key by key, which table of which run it is.
    pub(super) fn origin(&self, table: &Table) -> [(&'static str, Value); 6] {
        [
            ("name", json!(self.name)),
            ("table", json!(table.name)),
            ("identity", json!(self.identity)),
            ("seed", json!(self.seed)),
            ("replicon", json!(env!("CARGO_PKG_VERSION"))),
            ("store_schema", json!(self.store_schema)),
        ]
    }

    /// The same with its columns: `units` and `about` are JSON objects by column.
    pub(super) fn metadata(&self, table: &Table) -> Vec<(&'static str, Value)> {
        let by_column = |of: fn(&crate::sweep::columns::Column) -> &'static str| -> Value {
            table.columns.iter().map(|c| (c.name.to_string(), of(c).into())).collect::<Map<_, _>>().into()
        };
        let columns =
            [("units", by_column(|column| column.unit)), ("about", by_column(|column| column.about))];
        self.origin(table).into_iter().chain(columns).collect()
    }
}
