//! model.kind, and the keys of the grid that only some kinds have.
//!
//! A new kind: its variant and name in [`Kind`]. A key of its own, in this order: a field of [`OwnKeys`], which names its value for streams,
//! task keys, the store and points.csv; the same field of `Column`; its list in `Scenario`, read in `own_axes` and combined in
//! `Scenario::own_keys`.

use super::Entries;
use crate::params::{Dilution, LearningMode, Lesson};
use crate::rng::StreamKey;
use std::fmt::{self, Write};

/// model.kind
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The patterns themselves are stored.
    DenseHebbian,
    /// Examples of them are.
    Learning(LearningMode),
    /// Diluted patterns, several retrieved at once.
    Multitasking,
    /// Every pattern counts with the exponential of its overlap.
    Exponential,
    /// Real numbers in the place of spins: attention.
    Continuous,
}

impl Kind {
    pub const NAMES: [(&'static str, Self); 6] = [
        ("dense-hebbian", Self::DenseHebbian),
        ("supervised", Self::Learning(LearningMode::Supervised)),
        ("unsupervised", Self::Learning(LearningMode::Unsupervised)),
        ("multitasking", Self::Multitasking),
        ("exponential", Self::Exponential),
        ("continuous", Self::Continuous),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// How it learns; `None` where it learns from no examples.
    pub fn mode(self) -> Option<LearningMode> {
        match self {
            Self::Learning(mode) => Some(mode),
            Self::DenseHebbian | Self::Multitasking | Self::Exponential | Self::Continuous => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value of each key that only some kinds have; `None` where the kind does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OwnKeys {
    pub lesson: Option<Lesson>,
    pub dilution: Option<Dilution>,
    /// λ of the exponential network.
    pub lambda: Option<f64>,
    /// What the patterns of the continuous network are made of.
    pub entries: Option<Entries>,
}

/// A value as streams are keyed by it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Value {
    Integer(u64),
    Real(f64),
    Text(&'static str),
}

impl OwnKeys {
    /// The kind that has these keys.
    pub fn kind(&self) -> Kind {
        match (self.lesson, self.dilution) {
            (_, Some(_)) => Kind::Multitasking,
            (Some(lesson), None) => Kind::Learning(lesson.mode),
            (None, None) if self.lambda.is_some() => Kind::Exponential,
            (None, None) if self.entries.is_some() => Kind::Continuous,
            (None, None) => Kind::DenseHebbian,
        }
    }

    /// Names and values, in a fixed order: those of a kind must never change, for streams are keyed by them.
    fn values(&self) -> Vec<(&'static str, Value)> {
        let mut values = Vec::new();
        if let Some(Lesson { mode, examples }) = self.lesson {
            // Of the kinds that learn it is the name of the kind.
            values.extend(self.dilution.map(|_| ("learning", Value::Text(mode.name()))));
            values.push(("quality", Value::Real(examples.quality().get())));
            values.push(("examples", Value::Integer(examples.count())));
        }
        values.extend(self.dilution.map(|d| ("dilution", Value::Real(d.get()))));
        values.extend(self.lambda.map(|lambda| ("lambda", Value::Real(lambda))));
        values.extend(self.entries.map(|entries| ("entries", Value::Text(entries.name()))));
        values
    }

    /// The key with these values added.
    pub(super) fn key(&self, key: StreamKey) -> StreamKey {
        self.values().into_iter().fold(key, |key, (name, value)| match value {
            Value::Integer(value) => key.integer(name, value),
            Value::Real(value) => key.real(name, value),
            Value::Text(value) => key.text(name, value),
        })
    }

    /// ` name=value` of each, as tasks and rows are labelled and stored: floating numbers read back as themselves.
    pub fn label(&self) -> String {
        self.values().into_iter().fold(String::new(), |mut text, (name, value)| {
            // Writing to a String cannot fail.
            let _ = match value {
                Value::Integer(value) => write!(text, " {name}={value}"),
                Value::Real(value) => write!(text, " {name}={value}"),
                Value::Text(value) => write!(text, " {name}={value}"),
            };
            text
        })
    }

    /// The label without the quality and the number of examples, which the store holds apart.
    pub fn label_beside_examples(&self) -> String {
        let text = Self { lesson: None, ..*self }.label();
        match self.lesson.filter(|_| self.dilution.is_some()) {
            Some(lesson) => format!(" learning={}{text}", lesson.mode),
            None => text,
        }
    }

    /// What [`Self::label_beside_examples`] wrote, read back: everything but the lesson, whose mode the store holds too.
    pub fn parse(label: &str) -> Option<Self> {
        let mut own = Self::default();
        for entry in label.split_whitespace() {
            let (name, value) = entry.split_once('=')?;
            match name {
                "learning" => LearningMode::NAMES.iter().find(|(name, _)| *name == value).map(|_| ())?,
                "dilution" => own.dilution = Some(Dilution::new(value.parse().ok()?).ok()?),
                "lambda" => own.lambda = Some(value.parse().ok()?),
                "entries" => {
                    own.entries = Some(Entries::NAMES.iter().find(|(name, _)| *name == value)?.1);
                }
                _ => return None,
            }
        }
        Some(own)
    }
}
