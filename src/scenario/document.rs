//! A TOML document that remembers where everything stands, so that every refusal can name file, line, key and value.

use crate::error::{Error, Result};
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place.
#[derive(Debug, Clone)]
pub struct Node {
    value: Value,
    /// `file:line`, or the `--set` argument.
    place: String,
}

#[derive(Debug, Clone)]
enum Value {
    Text(String),
    Integer(i64),
    Real(f64),
    Bool(bool),
    Date(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl Node {
    /// Parses a whole document; `file` is its name in messages.
    ///
    /// # Errors
    /// Text that is not TOML, with the line.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let line = |offset: usize| 1 + breaks.partition_point(|&at| at < offset);
        let table = DeTable::parse(text).map_err(|error| {
            let at =
                error.span().map_or_else(|| file.to_string(), |span| format!("{file}:{}", line(span.start)));
            Error::bad_input(error.message().to_string()).at(at).remedy("a scenario is a TOML file")
        })?;
        convert_table(table.get_ref(), &|span_start| format!("{file}:{}", line(span_start)), file.to_string())
    }

    /// Puts `assignment` (`grid.temperature=[0.1, 0.2]`) over what the document says. A value that is not TOML is taken as
    /// a word: `--set dynamics.update=metropolis`.
    ///
    /// # Errors
    /// No `=`, or a path through something that is not a table.
    pub fn set(&mut self, assignment: &str) -> Result<()> {
        let place = format!("--set {assignment}");
        let Some((key, value)) = assignment.split_once('=') else {
            return Err(Error::bad_input("no = in it")
                .at(place)
                .remedy("--set key=value, for example --set disorder.samples=8"));
        };
        let (key, value) = (key.trim(), value.trim());
        let parse = |value: &str| {
            DeTable::parse(value).ok().and_then(|table| {
                let (_, node) = convert_table(table.get_ref(), &|_| place.clone(), place.clone())
                    .ok()?
                    .into_table()?
                    .pop()?;
                Some(node)
            })
        };
        let node = parse(&format!("value = {value}"))
            .or_else(|| parse(&format!("value = {}", toml::Value::String(value.to_string()))))
            .ok_or_else(|| {
                Error::bad_input("not a value").at(place.clone()).remedy("a TOML value or a word")
            })?;
        let mut at = self;
        let mut steps = key.split('.').map(str::trim).peekable();
        while let Some(step) = steps.next() {
            let Value::Table(entries) = &mut at.value else {
                return Err(Error::bad_input(format!("{key} does not lead to a table entry")).at(place));
            };
            let index = entries.iter().position(|(name, _)| name == step).unwrap_or_else(|| {
                let empty = Self { value: Value::Table(Vec::new()), place: place.clone() };
                entries.push((step.to_string(), empty));
                entries.len() - 1
            });
            if steps.peek().is_none() {
                entries[index].1 = node;
                return Ok(());
            }
            at = &mut entries[index].1;
        }
        Ok(())
    }

    /// The document as a table to read from.
    ///
    /// # Errors
    /// Where it is not a table.
    pub fn as_table<'n>(&'n self, path: &str) -> Result<Table<'n>> {
        match &self.value {
            Value::Table(entries) => {
                Ok(Table { entries, path: path.to_string(), place: &self.place, asked: RefCell::default() })
            }
            _ => Err(self.refuse(path, "a table")),
        }
    }

    fn into_table(self) -> Option<Vec<(String, Self)>> {
        match self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    pub fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }

    pub fn as_text(&self, key: &str) -> Result<&str> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.refuse(key, "text in quotes")),
        }
    }

    pub fn as_bool(&self, key: &str) -> Result<bool> {
        match self.value {
            Value::Bool(value) => Ok(value),
            _ => Err(self.refuse(key, "true or false")),
        }
    }

    /// A whole number of at least `least`.
    pub fn as_count(&self, key: &str, least: usize) -> Result<usize> {
        match self.value {
            Value::Integer(value) if value >= least as i64 => Ok(value as usize),
            _ => Err(self.refuse(key, &format!("a whole number, at least {least}"))),
        }
    }

    /// A finite number.
    pub fn as_real(&self, key: &str) -> Result<f64> {
        match self.value {
            Value::Integer(value) => Ok(value as f64),
            Value::Real(value) if value.is_finite() => Ok(value),
            _ => Err(self.refuse(key, "a finite number")),
        }
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    pub fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// One of several words.
    pub fn as_choice<T: Copy>(&self, key: &str, choices: &[(&'static str, T)]) -> Result<T> {
        let names: Vec<&str> = choices.iter().map(|&(name, _)| name).collect();
        let accepted = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let Value::Text(text) = &self.value else {
            return Err(self.refuse(key, &accepted));
        };
        choices.iter().find(|(name, _)| name == text).map(|&(_, value)| value).ok_or_else(|| {
            let hint =
                nearest(text, &names).map_or(String::new(), |name| format!("did you mean \"{name}\"? "));
            self.error(key).remedy(format!("{hint}accepted: {accepted}"))
        })
    }

    /// An error about this value: `file:line: key = value` and what is accepted.
    pub fn refuse(&self, key: &str, accepted: &str) -> Error {
        self.error(key).remedy(format!("accepted: {accepted}"))
    }

    /// An error about this value with its own message.
    pub fn because(&self, key: &str, cause: &Error) -> Error {
        cause.clone().at(format!("{key} = {}", self.show())).at(&self.place)
    }

    /// A value that a later version will accept.
    pub fn not_yet(&self, key: &str, instead: &str) -> Error {
        Error::bad_input(format!("{key} = {}: not yet", self.show())).at(&self.place).remedy(instead)
    }

    fn error(&self, key: &str) -> Error {
        Error::bad_input(format!("{key} = {}", self.show())).at(&self.place)
    }

    fn show(&self) -> String {
        let text = match &self.value {
            Value::Text(text) => toml::Value::String(text.clone()).to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Real(value) => format!("{value:?}"),
            Value::Bool(value) => value.to_string(),
            Value::Date(text) => text.clone(),
            Value::List(items) => {
                format!("[{}]", items.iter().map(Self::show).collect::<Vec<_>>().join(", "))
            }
            Value::Table(entries) => {
                let inner: Vec<String> =
                    entries.iter().map(|(name, node)| format!("{name} = {}", node.show())).collect();
                format!("{{ {} }}", inner.join(", "))
            }
        };
        if text.chars().count() > 80 {
            format!("{}…", text.chars().take(79).collect::<String>())
        } else {
            text
        }
    }
}

/// A table that notes which keys were asked for, so that the others can be refused.
pub struct Table<'n> {
    entries: &'n [(String, Node)],
    path: String,
    place: &'n str,
    asked: RefCell<Vec<&'static str>>,
}

impl<'n> Table<'n> {
    /// The value of a key, if it is there.
    pub fn get(&self, key: &'static str) -> Option<&'n Node> {
        self.asked.borrow_mut().push(key);
        self.entries.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// Where it is missing.
    pub fn need(&self, key: &'static str, accepted: &str) -> Result<&'n Node> {
        self.get(key).ok_or_else(|| self.missing(key, accepted))
    }

    /// The error for a key that must be there: a misspelt one nearby is named first.
    pub fn missing(&self, key: &str, accepted: &str) -> Error {
        let misspelt = self.entries.iter().find(|(name, _)| name != key && nearest(name, &[key]).is_some());
        match misspelt {
            Some((name, node)) => Error::bad_input(format!("unknown key {}", self.key(name)))
                .at(&node.place)
                .remedy(format!("did you mean {}? accepted there: {accepted}", self.key(key))),
            None => Error::bad_input(format!("{} is missing", self.key(key)))
                .at(self.place)
                .remedy(format!("accepted: {accepted}")),
        }
    }

    /// `grid.temperature`, for messages.
    pub fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    /// Refuses keys that nobody asked for. `elsewhere` are other known keys, for the hint.
    ///
    /// # Errors
    /// An unknown key, with the nearest known one.
    pub fn finish(&self) -> Result<()> {
        let known = self.asked.borrow();
        for (name, node) in self.entries {
            if !known.contains(&name.as_str()) {
                let hint = nearest(name, &known)
                    .map_or(String::new(), |near| format!("did you mean {}? ", self.key(near)));
                let mut known: Vec<&str> = known.to_vec();
                known.sort_unstable();
                known.dedup();
                return Err(Error::bad_input(format!("unknown key {}", self.key(name)))
                    .at(&node.place)
                    .remedy(format!("{hint}keys here: {}", known.join(", "))));
            }
        }
        Ok(())
    }
}

/// The nearest of several words, if one is near.
pub fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    known
        .iter()
        .map(|&name| (strsim::jaro_winkler(word, name), name))
        .filter(|&(likeness, _)| likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn convert_table(table: &DeTable<'_>, place_of: &dyn Fn(usize) -> String, place: String) -> Result<Node> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        // A table header has no line of its own but its key's.
        let at = place_of(key.span().start);
        entries.push((key.get_ref().to_string(), convert(value, place_of, Some(at))?));
    }
    Ok(Node { value: Value::Table(entries), place })
}

fn convert(
    value: &Spanned<DeValue<'_>>,
    place_of: &dyn Fn(usize) -> String,
    at: Option<String>,
) -> Result<Node> {
    let place = at.unwrap_or_else(|| place_of(value.span().start));
    let outside = |text: &str| Error::bad_input(format!("{text} is out of range")).at(place.clone());
    let converted = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            let digits: String = number.as_str().chars().filter(|&c| c != '_').collect();
            Value::Integer(
                i64::from_str_radix(&digits, number.radix()).map_err(|_| outside(number.as_str()))?,
            )
        }
        DeValue::Float(number) => {
            let digits: String = number.as_str().chars().filter(|&c| c != '_').collect();
            Value::Real(digits.parse().map_err(|_| outside(number.as_str()))?)
        }
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| convert(item, place_of, None)).collect::<Result<_>>()?)
        }
        DeValue::Table(table) => return convert_table(table, place_of, place),
    };
    Ok(Node { value: converted, place })
}

/// `name`, which becomes that of a folder.
pub(super) fn scenario_name(root: &Table<'_>) -> Result<String> {
    let node = root.need("name", "text in quotes")?;
    let name = node.as_text("name")?;
    if name.is_empty()
        || name.starts_with('.')
        || name.contains(|c: char| "/\\".contains(c) || c.is_control())
    {
        return Err(node.refuse("name", "a name that can be a folder: one line, no slash, no leading dot"));
    }
    Ok(name.to_string())
}
