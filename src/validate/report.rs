//! The table of all claims: rows, verdicts, totals; JSON and text.

use super::claim::{Claim, Group, Size};
use super::finding::{Finding, Law, gaussian_deviate};
use serde::Serialize;
use std::fmt::Write;
use std::time::Instant;

/// Probability that a run of `validate` in which every claim is true shows one as failing, by chance alone.
pub const FALSE_ALARM: f64 = 1e-3;

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    #[serde(rename = "holds")]
    Holds,
    #[serde(rename = "fails")]
    Fails,
    #[serde(rename = "cannot tell")]
    CannotTell,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// The largest |z| that chance is allowed in each of `statistical` claims: together they exceed it with probability [`FALSE_ALARM`] at
/// most (Bonferroni).
pub fn limit(statistical: usize) -> f64 {
    gaussian_deviate(FALSE_ALARM / statistical.max(1) as f64)
}

/// One claim with what was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    pub claim: String,
    pub group: Group,
    /// The document, and its words.
    pub source: String,
    pub words: String,
    pub expected: Option<f64>,
    pub got: Option<f64>,
    pub error: Option<f64>,
    /// Difference over a bound, or the Gaussian deviate of the same probability.
    pub z: Option<f64>,
    /// The largest |z| that holds.
    pub limit: f64,
    pub statistical: bool,
    pub verdict: Verdict,
    /// Which of several comparisons it is; why it failed or cannot be told.
    pub detail: String,
    pub defect: String,
    pub seconds: f64,
}

impl Row {
    /// The verdict on a finding, |z| ≤ `limit` under chance and ≤ 1 under a bound.
    pub fn new(claim: &Claim, finding: &Finding, limit: f64, seconds: f64) -> Self {
        let limit = if claim.statistical { limit } else { 1.0 };
        let z = finding.z();
        let finite = |x: f64| x.is_finite().then_some(x);
        let (expected, got, error, verdict, detail) = match finding {
            Finding::Measured { expected, got, error, law, detail } => {
                let exact = *law == Law::Bound && expected == got;
                let holds = z.is_some_and(|z| z.abs() <= limit) || exact;
                let verdict = if holds { Verdict::Holds } else { Verdict::Fails };
                (finite(*expected), finite(*got), finite(*error), verdict, detail.clone())
            }
            Finding::CannotTell(reason) => (None, None, None, Verdict::CannotTell, reason.clone()),
            Finding::Failed(reason) => (None, None, None, Verdict::Fails, reason.clone()),
        };
        Self {
            claim: claim.claim.clone(),
            group: claim.group,
            source: claim.source.file.into(),
            words: claim.source.words.into(),
            expected,
            got,
            error,
            z,
            limit,
            statistical: claim.statistical,
            verdict,
            detail,
            defect: claim.defect.to_string(),
            seconds,
        }
    }
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub version: &'static str,
    pub quick: bool,
    /// No claim fails.
    pub passed: bool,
    pub holds: usize,
    pub fails: usize,
    pub cannot_tell: usize,
    /// Claims that chance decides, the largest |z| each is allowed, and the false-alarm rate of all of them together.
    pub statistical: usize,
    pub limit: f64,
    pub false_alarm: f64,
    pub seconds: f64,
    pub claims: Vec<Row>,
}

/// Measures every claim, one after the other; `told` hears of each row, its number from 1 on and how many there are.
pub fn run(claims: &[Claim], size: Size, mut told: impl FnMut(&Row, usize, usize)) -> Report {
    let begin = Instant::now();
    let statistical = claims.iter().filter(|claim| claim.statistical).count();
    let limit = limit(statistical);
    let mut rows = Vec::with_capacity(claims.len());
    for claim in claims {
        let start = Instant::now();
        let finding = claim.measure(size, None);
        let row = Row::new(claim, &finding, limit, start.elapsed().as_secs_f64());
        told(&row, rows.len() + 1, claims.len());
        rows.push(row);
    }
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let fails = count(Verdict::Fails);
    Report {
        version: env!("CARGO_PKG_VERSION"),
        quick: size == Size::Quick,
        passed: fails == 0,
        holds: count(Verdict::Holds),
        fails,
        cannot_tell: count(Verdict::CannotTell),
        statistical,
        limit,
        false_alarm: FALSE_ALARM,
        seconds: begin.elapsed().as_secs_f64(),
        claims: rows,
    }
}

impl Report {
    /// The table as text, without times: but for the ratios of speeds a run repeats it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let width = self.claims.iter().map(|row| row.claim.chars().count()).max().unwrap_or(0);
        let mut group = None;
        for row in &self.claims {
            if group != Some(row.group) {
                let gap = if group.is_some() { "\n" } else { "" };
                let head = pad(row.group.title(), width);
                writeln!(
                    out,
                    "{gap}{head}  {:>16} {:>16} {:>8} {:>6}  verdict",
                    "expected", "got", "error", "z"
                )?;
                group = Some(row.group);
            }
            let number = |x: Option<f64>| x.map_or("-".into(), |x| digits(x, row.error.unwrap_or(0.0)));
            let error = row.error.map_or("-".into(), |x| format!("{x:.1e}"));
            let z = row.z.map_or("-".into(), |z| format!("{:.2}", z + 0.0));
            write!(
                out,
                "{}  {:>16} {:>16} {error:>8} {z:>6}  {}",
                pad(&row.claim, width),
                number(row.expected),
                number(row.got),
                row.verdict.name()
            )?;
            writeln!(out, "{}{}", if row.detail.is_empty() { "" } else { "  " }, row.detail)?;
        }
        let n = self.claims.len();
        writeln!(
            out,
            "\n{} claims: {} hold, {} fail, {} cannot be told{}",
            n,
            self.holds,
            self.fails,
            self.cannot_tell,
            if self.quick { " (quick)" } else { "" }
        )?;
        writeln!(
            out,
            "z: of a number known to within a bound, the difference over it: holds to |z| = 1. Of an average over samples, the Gaussian deviate\n\
             with the probability of its test (Student's t, Fisher's F of χ²; of several, the least times their number): holds to |z| = {:.2}, which the\n\
             {} of them exceed by chance in {} of runs at most. Seeds are fixed: what holds once holds again until the program changes.",
            self.limit, self.statistical, self.false_alarm
        )
    }
}

/// To `width` characters, which are not bytes.
fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.chars().count())))
}

/// As many decimals as an error asks for, and one more.
fn digits(x: f64, error: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    if x == x.round() && x.abs() < 1e9 && (error == 0.0 || error == 0.5) {
        return format!("{x}");
    }
    if x.abs() < 1e-4 || x.abs() >= 1e9 {
        return format!("{x:.3e}");
    }
    let decimals = if error > 0.0 { (1.0 - libm::floor(libm::log10(error))).clamp(0.0, 13.0) } else { 13.0 };
    format!("{x:.*}", decimals as usize)
}
