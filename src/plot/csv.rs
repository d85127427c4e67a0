//! The numbers of a figure as CSV. The columns are described in [`super`].

use super::phase_diagram;
use super::rich_text::RichText;
use super::scene::Rgb;
use super::style::{LineStyle, MISSING, MarkerStyle, hex};
use crate::sweep::figure::{Cells, Curves, Figure, Line, Panel, PhaseDiagram, Series};

const COLUMNS: &str = "kind,name,piece,x,x_err,y,y_err,value,curve,label,colour,fill,dash,marker\n";
const PANEL_COLUMNS: &str = "row,column,caption,width,height,pixels\n";

pub fn render(figure: &Figure) -> String {
    match figure {
        Figure::PhaseDiagram(figure) => phase_diagram(figure),
        Figure::Curves(figure) => curves(figure),
        Figure::WithResiduals(upper, lower) => {
            let rows = curves(lower);
            let lower = rows.lines().skip(1).map(|row| format!("residual-{row}\n"));
            curves(upper) + &lower.collect::<String>()
        }
        Figure::Panel(figure) => panel(figure),
    }
}

fn phase_diagram(figure: &PhaseDiagram) -> String {
    let mut rows = Rows::begin();
    for (j, &y) in figure.ys.iter().enumerate() {
        for (i, &x) in figure.xs.iter().enumerate() {
            if x.is_finite() && y.is_finite() {
                cell(&mut rows.csv, (x, y), &figure.cells, (i, j));
            }
        }
    }
    if let Cells::Phases { phases, cells } = &figure.cells {
        phases.iter().for_each(|phase| rows.phase(&phase.name, phase_diagram::plain_fill(phase)));
        if cells.iter().flatten().any(Option::is_none) {
            rows.phase(NO_PHASE, MISSING);
        }
    }
    let (lines, markers) = phase_diagram::looks(figure);
    rows.lines(&figure.lines, &lines);
    rows.points(&figure.points, &markers);
    rows.csv
}

fn cell(csv: &mut String, (x, y): (f64, f64), cells: &Cells, (i, j): (usize, usize)) {
    let (name, value, label, colour) = match cells {
        Cells::Values { label, cells } | Cells::Counts { label, cells, .. } => {
            (label.as_str(), at(cells, i, j), String::new(), String::new())
        }
        Cells::Phases { phases, cells } => match at(cells, i, j) {
            Some(position) => {
                let phase = phases.get(position);
                let name = phase.map_or("", |phase| phase.name.as_str());
                let colour = phase.map_or(MISSING, phase_diagram::plain_fill);
                (name, Some(position as f64), mathtext(name), hex(colour))
            }
            None => ("", None, NO_PHASE.into(), hex(MISSING)),
        },
    };
    let none = String::new;
    let place = [number(Some(x)), none(), number(Some(y)), none(), number(value), none()];
    let look = [text(&label), colour, none(), none(), none()];
    row(csv, ["cell".into(), text(name), none()].into_iter().chain(place).chain(look));
}

fn at<T: Copy>(cells: &[Vec<Option<T>>], x: usize, y: usize) -> Option<T> {
    cells.get(y)?.get(x).copied().flatten()
}

fn mathtext(markup: &str) -> String {
    RichText::parse(markup).mathtext()
}

fn curves(figure: &Curves) -> String {
    let mut rows = Rows::begin();
    let (lines, markers) = super::curves::looks(figure);
    rows.lines(&figure.lines, &lines);
    rows.points(&figure.series, &markers);
    rows.csv
}

/// The legend of cells without a phase.
const NO_PHASE: &str = "no value";
/// The dash of a solid line, and of points: nothing but gap.
const SOLID: &str = "1 0";
const NO_LINE: &str = "0 1";

/// The rows of lines and points; `curve` counts what is drawn in one stroke or as one series.
struct Rows {
    csv: String,
    curve: usize,
}

impl Rows {
    fn begin() -> Self {
        Self { csv: COLUMNS.to_string(), curve: 0 }
    }

    /// An entry of the legend, which lies nowhere.
    fn phase(&mut self, name: &str, colour: Rgb) {
        let look = [text(&mathtext(name)), hex(colour), hex(colour), NO_LINE.into(), "s".into()];
        self.push("phase", name, "", Default::default(), &look);
        self.curve += 1;
    }

    fn lines(&mut self, lines: &[Line], styles: &[LineStyle]) {
        for (line, style) in lines.iter().zip(styles) {
            let dash = match style.dash {
                [] => SOLID.to_string(),
                lengths => lengths.iter().map(f64::to_string).collect::<Vec<_>>().join(" "),
            };
            for (piece, points) in line.pieces.iter().enumerate() {
                // One entry of a legend for all pieces.
                let label = if piece == 0 { text(&mathtext(&line.name)) } else { String::new() };
                // A line through one point is a dot.
                let marker = if points.len() == 1 { "." } else { "" };
                let look = [label, hex(style.colour), hex(style.colour), dash.clone(), marker.into()];
                for &(x, y) in points.iter().filter(|p| p.0.is_finite() && p.1.is_finite()) {
                    let numbers = [Some(x), None, Some(y), None, None].map(number);
                    self.push("line", &line.name, &piece.to_string(), numbers, &look);
                }
                self.curve += 1;
            }
        }
    }

    fn points(&mut self, series: &[Series], styles: &[MarkerStyle]) {
        for (one, style) in series.iter().zip(styles) {
            let label = text(&mathtext(&one.name));
            let look = [label, hex(style.bar), hex(style.fill), NO_LINE.into(), style.letter().into()];
            for p in one.points.iter().filter(|p| p.x.is_finite() && p.y.is_finite()) {
                let numbers = [Some(p.x), p.x_err, Some(p.y), p.y_err, None].map(number);
                self.push("point", &one.name, "", numbers, &look);
            }
            self.curve += 1;
        }
    }

    fn push(&mut self, kind: &str, name: &str, piece: &str, numbers: [String; 5], look: &[String; 5]) {
        let fields = [kind.to_string(), text(name), piece.to_string()].into_iter().chain(numbers);
        row(&mut self.csv, fields.chain([self.curve.to_string()]).chain(look.iter().cloned()));
    }
}

fn panel(figure: &Panel) -> String {
    let mut csv = PANEL_COLUMNS.to_string();
    for images in &figure.rows {
        for (i, image) in images.images.iter().enumerate() {
            let column = figure.columns.get(i).map_or("", String::as_str);
            let pixels: String = image
                .spins
                .iter()
                .map(|spin| match spin.signum() {
                    1 => '+',
                    0 => '0',
                    _ => '-',
                })
                .collect();
            let size = [figure.width.to_string(), figure.height.to_string()];
            let names = [text(&images.caption), text(column), text(&image.caption)];
            row(&mut csv, names.into_iter().chain(size).chain([pixels]));
        }
    }
    csv
}

fn row(csv: &mut String, fields: impl IntoIterator<Item = String>) {
    for (i, field) in fields.into_iter().enumerate() {
        if i > 0 {
            csv.push(',');
        }
        csv.push_str(&field);
    }
    csv.push('\n');
}

/// The shortest digits that give the number back; empty if it is missing or not finite.
fn number(value: Option<f64>) -> String {
    match value.filter(|v| v.is_finite()) {
        None => String::new(),
        Some(0.0) => "0".to_string(),
        Some(v) if (1e-5..1e16).contains(&v.abs()) => format!("{v}"),
        Some(v) => format!("{v:e}"),
    }
}

fn text(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact_and_missing_ones_empty() {
        assert_eq!(number(Some(0.1)), "0.1");
        assert_eq!(number(Some(-0.0)), "0");
        assert_eq!(number(Some(1e-300)), "1e-300");
        for missing in [None, Some(f64::NAN), Some(f64::INFINITY)] {
            assert_eq!(number(missing), "");
        }
    }

    #[test]
    fn text_with_separators_is_quoted() {
        assert_eq!(text("recalled, P = 2"), "\"recalled, P = 2\"");
        assert_eq!(text("a \"b\""), "\"a \"\"b\"\"\"");
    }
}
