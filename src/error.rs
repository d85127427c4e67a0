//! What can go wrong, and what to do about it.
//!
//! Every error says what was wrong, where (file, line, key), and what would be accepted. The library never
//! prints and never exits: the program turns an [`Error`] into a message and an exit code.

use std::fmt;
use std::path::Path;

/// Result of everything that a caller, a file or a disk can make fail.
pub type Result<T> = std::result::Result<T, Error>;

/// The kind of a failure. It decides the exit code of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The work itself failed (disk full, store unreadable): exit code 1.
    Failed,
    /// What was asked for is not valid: exit code 2.
    BadInput,
    /// The theory has no such solution: exit code 3.
    NoSolution,
    /// Stopped from outside, everything finished was kept: exit code 130.
    Interrupted,
}

/// A failure with its place and remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    place: Option<String>,
    remedy: Option<String>,
}

impl Error {
    /// Input that is refused: exit code 2.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Kind::BadInput, message)
    }

    /// Work that failed: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A solution that does not exist: exit code 3.
    pub fn no_solution(message: impl Into<String>) -> Self {
        Self::new(Kind::NoSolution, message)
    }

    /// Stopped by a signal with everything finished kept: exit code 130.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self::new(Kind::Interrupted, message)
    }

    /// A file that could not be read or written.
    pub fn io(action: &str, path: &Path, cause: &std::io::Error) -> Self {
        Self::failed(format!("cannot {action} {}: {cause}", path.display()))
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: None, remedy: None }
    }

    /// Where it happened: `file:line: key`. An outer place goes in front of an inner one.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = Some(match self.place {
            Some(inner) => format!("{place}: {inner}"),
            None => place.to_string(),
        });
        self
    }

    /// What would be accepted, or what to do next.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same failure of another kind: an unreadable input file, say, is bad input.
    #[must_use]
    pub fn as_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message without place and remedy.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// 1 failed, 2 bad input, 3 no such solution, 130 interrupted.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Failed => 1,
            Kind::BadInput => 2,
            Kind::NoSolution => 3,
            Kind::Interrupted => 130,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(remedy) = &self.remedy {
            write!(f, "\n  {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
