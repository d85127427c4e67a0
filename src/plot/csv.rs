//! The numbers of a figure as CSV. The columns are described in [`super`].

use crate::sweep::figure::{Cells, Curves, Figure, Line, Panel, PhaseDiagram, Series};

const COLUMNS: &str = "kind,name,piece,x,x_err,y,y_err,value\n";
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
    let mut csv = COLUMNS.to_string();
    for (j, &y) in figure.ys.iter().enumerate() {
        for (i, &x) in figure.xs.iter().enumerate() {
            if x.is_finite() && y.is_finite() {
                let (name, value) = match &figure.cells {
                    Cells::Values { label, cells } | Cells::Counts { label, cells, .. } => {
                        (label.as_str(), at(cells, i, j))
                    }
                    Cells::Phases { phases, cells } => {
                        let phase = at(cells, i, j);
                        let name = phase.and_then(|phase| phases.get(phase)).map_or("", |phase| &phase.name);
                        (name, phase.map(|phase| phase as f64))
                    }
                };
                let fields = [number(Some(x)), String::new(), number(Some(y)), String::new(), number(value)];
                row(&mut csv, ["cell".into(), text(name), String::new()].into_iter().chain(fields));
            }
        }
    }
    lines(&mut csv, &figure.lines);
    points(&mut csv, &figure.points);
    csv
}

fn at<T: Copy>(cells: &[Vec<Option<T>>], x: usize, y: usize) -> Option<T> {
    cells.get(y)?.get(x).copied().flatten()
}

fn curves(figure: &Curves) -> String {
    let mut csv = COLUMNS.to_string();
    lines(&mut csv, &figure.lines);
    points(&mut csv, &figure.series);
    csv
}

fn lines(csv: &mut String, lines: &[Line]) {
    for line in lines {
        for (piece, points) in line.pieces.iter().enumerate() {
            for &(x, y) in points.iter().filter(|p| p.0.is_finite() && p.1.is_finite()) {
                let (x, y, none) = (number(Some(x)), number(Some(y)), String::new);
                row(csv, ["line".into(), text(&line.name), piece.to_string(), x, none(), y, none(), none()]);
            }
        }
    }
}

fn points(csv: &mut String, series: &[Series]) {
    for one in series {
        for p in one.points.iter().filter(|p| p.x.is_finite() && p.y.is_finite()) {
            let numbers = [Some(p.x), p.x_err, Some(p.y), p.y_err, None].map(number);
            row(csv, ["point".into(), text(&one.name), String::new()].into_iter().chain(numbers));
        }
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
