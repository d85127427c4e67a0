//! Text with subscripts and superscripts: `q_{ab}`, `10^{-3}`.
//!
//! The marks do not nest, and braces that do not match are ordinary characters. Raised and lowered letters have
//! [`SMALL`] of the size.

use super::font::Font;
use super::markup::escape;

/// Size of a raised or lowered letter over that of the line.
const SMALL: f64 = 0.7;

/// Longer texts end in an ellipsis whatever room there is.
const LONGEST: usize = 2000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Base,
    Sub,
    Super,
}

impl Level {
    pub fn scale(self) -> f64 {
        if self == Self::Base { 1.0 } else { SMALL }
    }

    /// How far the baseline goes down, in sizes of the line.
    pub fn drop(self) -> f64 {
        match self {
            Self::Base => 0.0,
            Self::Sub => 0.2,
            Self::Super => -0.36,
        }
    }
}

/// One line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichText(Vec<(char, Level)>);

impl RichText {
    pub fn parse(markup: &str) -> Self {
        let mut letters = Vec::new();
        let mut rest = markup;
        while let Some(c) = rest.chars().next() {
            if letters.len() > LONGEST {
                letters.push(('…', Level::Base));
                break;
            }
            let level = match c {
                '_' => Level::Sub,
                '^' => Level::Super,
                _ => Level::Base,
            };
            let marked = rest[c.len_utf8()..].strip_prefix('{').and_then(|inner| inner.split_once('}'));
            match marked {
                Some((inner, after)) if level != Level::Base => {
                    letters.extend(inner.chars().map(|c| (printable(c), level)));
                    rest = after;
                }
                _ => {
                    letters.push((printable(c), Level::Base));
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        Self(letters)
    }

    /// Without its markup: lowered and raised letters stand on the line.
    pub fn plain(&self) -> String {
        self.0.iter().map(|letter| letter.0).collect()
    }

    /// In the markup of matplotlib: `q$_{ab}$`.
    pub fn mathtext(&self) -> String {
        let base = |level| level == Level::Base;
        let chunk = |run: &[(char, Level)]| -> String {
            if base(run[0].1) {
                return run
                    .iter()
                    .map(|&(c, _)| if c == '$' { "\\$".into() } else { c.to_string() })
                    .collect();
            }
            let runs = Self(run.to_vec());
            let marked = runs.runs().map(|(text, level)| {
                format!("{}{{{}}}", if level == Level::Sub { '_' } else { '^' }, text.replace('{', "\\{"))
            });
            format!("${}$", marked.collect::<String>())
        };
        self.0.chunk_by(|a, b| base(a.1) == base(b.1)).map(chunk).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Stretches of one level.
    pub fn runs(&self) -> impl Iterator<Item = (String, Level)> {
        self.0.chunk_by(|a, b| a.1 == b.1).map(|run| (run.iter().map(|letter| letter.0).collect(), run[0].1))
    }

    pub fn width(&self, font: &Font, size: f64) -> f64 {
        self.runs().map(|(text, level)| font.width(&text, size * level.scale())).sum()
    }

    /// The text itself if it fits into `room`, else its beginning and an ellipsis.
    pub fn fit(mut self, font: &Font, size: f64, room: f64) -> Self {
        if self.width(font, size) <= room {
            return self;
        }
        let mut width = font.width("…", size);
        let mut keep = 0;
        for &(c, level) in &self.0 {
            width += font.width(c.encode_utf8(&mut [0; 4]), size * level.scale());
            if width > room {
                break;
            }
            keep += 1;
        }
        self.0.truncate(keep);
        self.0.push(('…', Level::Base));
        self
    }

    /// Lines no wider than `room`, broken at spaces; what exceeds `most` lines is cut with an ellipsis.
    pub fn wrap(&self, font: &Font, size: f64, room: f64, most: usize) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        for word in self.0.split(|&letter| letter == (' ', Level::Base)).filter(|word| !word.is_empty()) {
            let joined = lines.last().map(|line| {
                let mut letters = line.0.clone();
                letters.push((' ', Level::Base));
                letters.extend_from_slice(word);
                Self(letters)
            });
            match joined {
                Some(joined) if lines.len() >= most || joined.width(font, size) <= room => {
                    lines.pop();
                    lines.push(joined);
                }
                _ => lines.push(Self(word.to_vec())),
            }
        }
        lines.into_iter().map(|line| line.fit(font, size, room)).collect()
    }

    /// Content of an SVG `<text>`: escaped, with a `<tspan>` for each change of level.
    pub fn svg(&self, size: f64) -> String {
        let mut content = String::new();
        let mut drop = 0.0;
        for (text, level) in self.runs() {
            let change = size * (level.drop() - drop);
            drop = level.drop();
            let text = escape(&text);
            match (level, change == 0.0) {
                (Level::Base, true) => content.push_str(&text),
                (Level::Base, false) => {
                    content.push_str(&format!("<tspan dy=\"{change:.1}\">{text}</tspan>"))
                }
                (..) => {
                    let small = size * level.scale();
                    content.push_str(&format!(
                        "<tspan dy=\"{change:.1}\" font-size=\"{small:.1}\">{text}</tspan>"
                    ));
                }
            }
        }
        content
    }
}

/// Characters that XML forbids or that would break the line become spaces.
fn printable(c: char) -> char {
    if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}') { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(markup: &str) -> Vec<(String, Level)> {
        RichText::parse(markup).runs().collect()
    }

    #[test]
    fn in_matplotlib_marks_are_mathematics_and_dollars_are_not() {
        let of = |markup: &str| RichText::parse(markup).mathtext();
        assert_eq!(of("q_{ab} at 10^{−3}"), "q$_{ab}$ at 10$^{−3}$");
        assert_eq!(of("T_{s}^{2}"), "T$_{s}^{2}$");
        assert_eq!(of("5 $ a_b {x}"), "5 \\$ a_b {x}");
    }

    #[test]
    fn subscripts_and_superscripts_are_runs_of_their_own() {
        assert_eq!(
            parts("q_{ab} at 10^{-3}"),
            [
                ("q".into(), Level::Base),
                ("ab".into(), Level::Sub),
                (" at 10".into(), Level::Base),
                ("-3".into(), Level::Super),
            ]
        );
    }

    #[test]
    fn unmatched_marks_are_ordinary_characters() {
        for plain in ["a_b^2", "x_{ab", "}_{", "^", "_", "{}"] {
            assert_eq!(parts(plain), [(plain.to_string(), Level::Base)]);
        }
    }

    #[test]
    fn a_text_without_room_ends_in_an_ellipsis_and_fits() -> crate::Result<()> {
        let font = Font::load()?;
        let cut = RichText::parse("a name far too long for q_{abc} here").fit(&font, 12.0, 90.0);
        assert!(cut.width(&font, 12.0) <= 90.0);
        assert!(cut.svg(12.0).ends_with('…'));
        Ok(())
    }

    #[test]
    fn wrapped_lines_fit_and_lose_no_word_while_there_are_lines_left() -> crate::Result<()> {
        let font = Font::load()?;
        let text = "retrieval of P_{2} and P_{4} memories at low temperature";
        let lines = RichText::parse(text).wrap(&font, 12.0, 120.0, 9);
        assert!(lines.iter().all(|line| line.width(&font, 12.0) <= 120.0));
        let joined: Vec<String> =
            lines.iter().map(|line| line.0.iter().map(|letter| letter.0).collect()).collect();
        assert_eq!(joined.join(" "), "retrieval of P2 and P4 memories at low temperature");
        Ok(())
    }

    #[test]
    fn svg_text_is_escaped_and_returns_to_the_baseline() {
        let svg = RichText::parse("a<b & m_{1} > 0").svg(10.0);
        assert_eq!(
            svg,
            "a&lt;b &amp; m<tspan dy=\"2.0\" font-size=\"7.0\">1</tspan><tspan dy=\"-2.0\"> &gt; 0</tspan>"
        );
    }
}
