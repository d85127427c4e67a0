//! The grid of a scenario: columns (P, N, K) and tasks (a column's disorder samples).

use super::modern::patterns_of_rate;
use super::{AddedColumn, CouplingLaw, Entries, Kind, LoadAxis, OwnKeys, PatternsFrom, Scenario};
use crate::error::{Error, Result};
use crate::params::{Dilution, Examples, InteractionOrder, LearningMode, Lesson, Load, Quality};
use crate::rng::{Stream, StreamKey};
use std::collections::HashMap;

/// One (P, N, load) column: its patterns serve every temperature, start and replica.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub order: InteractionOrder,
    /// N; 0 in a theory-only sweep without sizes: the thermodynamic limit.
    pub spins: usize,
    /// K; 0 in the thermodynamic limit, and with Gaussian couplings, which know no pattern.
    pub patterns: usize,
    /// The load that K realises (in the limit and with Gaussian couplings the one asked for); theory is evaluated here.
    pub gamma: Load,
    /// The load asked for; `None` where K itself was.
    pub gamma_requested: Option<f64>,
    /// What the patterns are learnt from; `None` where they are stored themselves.
    pub lesson: Option<Lesson>,
    /// The dilution of its patterns; `None` where every entry is ±1.
    pub dilution: Option<Dilution>,
    /// λ; `None` but for the exponential network.
    pub lambda: Option<f64>,
    /// Of the continuous network's patterns; `None` of any other.
    pub entries: Option<Entries>,
}

impl Column {
    /// A grid point without keys that only some kinds have.
    pub fn bare(
        order: InteractionOrder,
        spins: usize,
        patterns: usize,
        gamma: Load,
        gamma_requested: Option<f64>,
    ) -> Self {
        let own = OwnKeys::default();
        Self {
            order,
            spins,
            patterns,
            gamma,
            gamma_requested,
            lesson: own.lesson,
            dilution: own.dilution,
            lambda: own.lambda,
            entries: own.entries,
        }
    }

    /// The keys that only its kind has.
    pub fn own(&self) -> OwnKeys {
        OwnKeys { lesson: self.lesson, dilution: self.dilution, lambda: self.lambda, entries: self.entries }
    }

    pub fn kind(&self) -> Kind {
        self.own().kind()
    }

    /// The same grid point with these keys.
    #[must_use]
    pub fn with(self, OwnKeys { lesson, dilution, lambda, entries }: OwnKeys) -> Self {
        Self { lesson, dilution, lambda, entries, ..self }
    }

    /// P; the exponential and the continuous network have none.
    pub fn interaction_order(&self) -> Option<InteractionOrder> {
        Some(self.order).filter(|_| self.lambda.is_none() && self.entries.is_none())
    }

    /// P in few letters: `exp` and `cont` where there is none.
    pub fn network(&self) -> String {
        match (self.lambda, self.entries) {
            (Some(_), _) => "exp".into(),
            (None, Some(_)) => "cont".into(),
            (None, None) => self.order.to_string(),
        }
    }

    /// `P = 4`, or the kind's name where there is no P.
    pub fn network_phrase(&self) -> String {
        self.interaction_order().map_or_else(|| self.kind().to_string(), |p| format!("P = {p}"))
    }

    /// `γ = 0.3000`, or `a = 0.2000` of K = e^{aN} where there is no P.
    pub fn load_phrase(&self) -> String {
        match self.interaction_order() {
            Some(_) => format!("γ = {:.4}", self.gamma.get()),
            None => format!("a = {:.4}", self.rate()),
        }
    }

    /// log K / N
    pub fn rate(&self) -> f64 {
        libm::log(self.patterns as f64) / self.spins as f64
    }

    /// Gaussian couplings of N spins, hence no patterns.
    pub fn is_gaussian(&self) -> bool {
        self.patterns == 0 && self.spins > 0
    }

    /// Whether this is the thermodynamic limit N → ∞ of a theory-only sweep.
    pub fn is_limit(&self) -> bool {
        self.spins == 0
    }
}

/// One disorder sample of one column: what is run in parallel, recorded and resumed.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub column: Column,
    pub sample: usize,
}

impl Task {
    /// The name of a task by its values: the same in every grid that holds it.
    pub fn key(&self) -> String {
        let column = &self.column;
        let load = match column.is_gaussian() {
            true => format!("gamma={}", column.gamma),
            false => format!("k={}", column.patterns),
        };
        let own = column.own().label();
        let p = column.interaction_order().map_or(String::new(), |p| format!("p={p} "));
        format!("{p}n={} {load}{own} sample={}", column.spins, self.sample)
    }

    /// The stream of this task's patterns, or Gaussian couplings.
    pub fn pattern_stream(&self, seed: u64) -> Stream {
        self.stream_key(seed, "patterns").stream()
    }

    /// The stream of one chain: `purpose` is "start" or "dynamics".
    pub fn chain_stream(
        &self,
        seed: u64,
        purpose: &str,
        temperature: f64,
        start: &str,
        replica: usize,
    ) -> Stream {
        self.stream_key(seed, purpose)
            .real("temperature", temperature)
            .text("start", start)
            .integer("replica", replica as u64)
            .stream()
    }

    fn stream_key(&self, seed: u64, purpose: &str) -> StreamKey {
        let column = &self.column;
        let law = if column.is_gaussian() { CouplingLaw::Gaussian } else { CouplingLaw::Hebbian };
        let key = StreamKey::new(seed, purpose)
            .text("kind", column.kind().name())
            .text("couplings", law.name())
            .integer("p", column.order.get().into())
            .integer("n", column.spins as u64)
            .integer("k", column.patterns as u64)
            .integer("sample", self.sample as u64);
        match column.is_gaussian() {
            true => key.real("gamma", column.gamma.get()),
            false => column.own().key(key),
        }
    }
}

/// Columns of one grid: each is held in memory, and a table has a row of each at every temperature.
const MOST_COLUMNS: usize = 100_000;

impl Scenario {
    /// Refuses a grid too large to lay out, before it is.
    ///
    /// # Errors
    /// More than a hundred thousand columns.
    pub(super) fn check_grid(&self) -> Result<()> {
        let loads = match &self.load {
            LoadAxis::Gamma(values) | LoadAxis::Alpha(values) | LoadAxis::Rate(values) => values.len(),
            LoadAxis::Patterns(values) => values.len(),
        };
        let lists = [self.orders.len(), self.spins.len(), loads, self.qualities.len(), self.examples.len()]
            .into_iter()
            .chain([self.dilutions.len(), self.modern.own_keys().len()]);
        let columns = lists.map(|length| length.max(1)).fold(1, usize::saturating_mul);
        if columns > MOST_COLUMNS {
            return Err(Error::bad_input(format!("a grid of {columns} columns")).remedy(format!(
                "at most {MOST_COLUMNS}: the product of all lists of grid but temperature"
            )));
        }
        Ok(())
    }

    /// Columns in the order of points.csv (P, N, the kind's own keys, K ascending), those added by refinement among them, with warnings
    /// about loads of the grid that fall together.
    ///
    /// # Errors
    /// A load whose K rounds to 0.
    pub fn columns(&self) -> Result<(Vec<Column>, Vec<String>)> {
        self.lay_out(self.added())
    }

    /// The columns of the grid's lists alone: every N has every load.
    ///
    /// # Errors
    /// A load whose K rounds to 0.
    pub fn grid_columns(&self) -> Result<Vec<Column>> {
        Ok(self.lay_out(&[])?.0)
    }

    fn lay_out(&self, added: &[AddedColumn]) -> Result<(Vec<Column>, Vec<String>)> {
        let (mut columns, mut warnings) = (Vec::<Column>::new(), Vec::new());
        for (order, own) in self.networks()? {
            for (spins, own) in self.sizes_and(&own) {
                if spins == 0 {
                    columns.extend(self.limit_columns(order)?.into_iter().map(|column| column.with(own)));
                    continue;
                }
                let first = columns.len();
                if let (CouplingLaw::Gaussian, LoadAxis::Gamma(loads)) = (self.couplings, &self.load) {
                    for &requested in loads {
                        let (gamma, gamma_requested) = (Load::new(requested)?, Some(requested));
                        columns.push(Column::bare(order, spins, 0, gamma, gamma_requested).with(own));
                    }
                    continue;
                }
                let mut known = HashMap::new();
                for (requested, patterns) in self.pattern_counts(order, spins)? {
                    match known.get(&patterns).map(|&at: &usize| &columns[at]) {
                        Some(earlier) => warnings.push(format!(
                            "{}, N = {spins}: loads {} and {} are both K = {patterns}; merged",
                            earlier.network_phrase(),
                            earlier.gamma_requested.unwrap_or_default(),
                            requested.unwrap_or_default()
                        )),
                        None => {
                            known.insert(patterns, columns.len());
                            let gamma = Load::realised(order, spins, patterns)?;
                            columns.push(Column::bare(order, spins, patterns, gamma, requested).with(own));
                        }
                    }
                }
                for more in added.iter().filter(|more| more.stands_in(order, spins, &own)) {
                    if known.insert(more.patterns, columns.len()).is_none() {
                        columns.push(more.column()?);
                    }
                }
                columns[first..].sort_by_key(|c| c.patterns);
            }
        }
        Ok((columns, warnings))
    }

    /// grid.spins; one size 0, the thermodynamic limit, where a theory-only sweep has none.
    pub fn sizes(&self) -> Vec<usize> {
        if self.spins.is_empty() { vec![0] } else { self.spins.clone() }
    }

    /// Every P with the combinations of the kind's own keys: one of none where it has none. Networks without P stand last.
    fn networks(&self) -> Result<Vec<(InteractionOrder, Vec<OwnKeys>)>> {
        let own = self.own_keys()?;
        let mut networks: Vec<_> = self.orders.iter().map(|&order| (order, own.clone())).collect();
        let modern = self.modern.own_keys();
        if !modern.is_empty() {
            networks.push((InteractionOrder::NONE, modern));
        }
        Ok(networks)
    }

    /// Every size with every one of these keys.
    fn sizes_and(&self, own: &[OwnKeys]) -> Vec<(usize, OwnKeys)> {
        let with = |spins: usize| own.iter().map(move |&own| (spins, own));
        self.sizes().into_iter().flat_map(with).collect()
    }

    /// The product of the lists of the kind's own keys.
    fn own_keys(&self) -> Result<Vec<OwnKeys>> {
        let dilutions: Vec<Option<Dilution>> = match self.dilutions.as_slice() {
            [] => vec![None],
            values => values.iter().map(|&d| Dilution::new(d).map(Some)).collect::<Result<_>>()?,
        };
        let lessons = self.lessons()?;
        let with = |&lesson: &Option<Lesson>| {
            dilutions.iter().map(move |&dilution| OwnKeys { lesson, dilution, ..OwnKeys::default() })
        };
        Ok(lessons.iter().flat_map(with).collect())
    }

    /// How it learns from examples: by its kind, or model.learning of diluted patterns.
    pub(super) fn modes(&self) -> Vec<LearningMode> {
        self.kind.mode().map_or_else(|| self.learning.clone(), |mode| vec![mode])
    }

    /// Every lesson: none where the kind learns from no examples.
    fn lessons(&self) -> Result<Vec<Option<Lesson>>> {
        let mut lessons = Vec::new();
        for mode in self.modes() {
            for &quality in &self.qualities {
                for &count in &self.examples {
                    let examples = Examples::new(Quality::new(quality)?, count as u64)?;
                    lessons.push(Some(Lesson { mode, examples }));
                }
            }
        }
        if let (Some(classes), Some(mode)) = (&self.classes, self.kind.mode()) {
            lessons = Self::class_lessons(classes, mode)?.into_iter().map(Some).collect();
        }
        if lessons.is_empty() {
            lessons.push(None);
        }
        Ok(lessons)
    }

    fn limit_columns(&self, order: InteractionOrder) -> Result<Vec<Column>> {
        let (LoadAxis::Gamma(loads) | LoadAxis::Alpha(loads)) = &self.load else { return Ok(Vec::new()) };
        let column = |&gamma: &f64| -> Result<Column> {
            Ok(Column::bare(order, 0, 0, Load::new(gamma)?, Some(gamma)))
        };
        loads.iter().map(column).collect()
    }

    fn pattern_counts(&self, order: InteractionOrder, spins: usize) -> Result<Vec<(Option<f64>, usize)>> {
        match &self.load {
            LoadAxis::Gamma(loads) | LoadAxis::Alpha(loads) => loads
                .iter()
                .map(|&gamma| Ok((Some(gamma), Load::new(gamma)?.pattern_count(order, spins)?)))
                .collect(),
            LoadAxis::Patterns(counts) => Ok(counts.iter().map(|&k| (None, k)).collect()),
            LoadAxis::Rate(rates) => {
                rates.iter().map(|&rate| Ok((Some(rate), patterns_of_rate(rate, spins)?))).collect()
            }
        }
    }

    /// All tasks, in the order of the columns.
    ///
    /// # Errors
    /// As [`Self::columns`].
    pub fn tasks(&self) -> Result<Vec<Task>> {
        let samples = if self.dynamics.is_some() { self.samples } else { 0 };
        Ok(self
            .columns()?
            .0
            .into_iter()
            .flat_map(|column| (0..samples).map(move |sample| Task { column: column.clone(), sample }))
            .collect())
    }

    /// The pattern that m is followed with, on which planted starts of a sample begin: the first of random patterns, one after the
    /// other of a file. Of classes the one of the held-out pattern, which planted starts begin on.
    pub fn planted_index(&self, task: &Task) -> usize {
        if let Some((_, class)) = self.held_out(task) {
            return class;
        }
        match self.patterns {
            PatternsFrom::Random => 0,
            PatternsFrom::File(_) => task.sample % task.column.patterns.max(1),
        }
    }
}
