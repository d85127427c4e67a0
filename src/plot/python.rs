//! The script beside a figure: ten lines of Python at most that redraw it from its CSV by matplotlib and pandas, to begin a figure of one's own
//! from.

use super::page::Width;
use super::rich_text::RichText;
use super::{curves, phase_diagram};
use crate::sweep::figure::{Axis, Cells, Curves, Figure, Line, Panel, PhaseDiagram, Series};

/// What is drawn, by its looks; the empty label and marker are no missing values.
const TABLE: &str =
    "table = pd.read_csv(__file__[:-2] + \"csv\").fillna({\"label\": \"\", \"marker\": \"\"})\n";
/// Lines and points alike: lines have no errors, points no ink between them. Cells, which belong to no curve, are none of these groups.
const GROUPS: &str = "for (_, kind, label, colour, fill, dash, marker), part in table.groupby([\"curve\", \"kind\", \"label\", \"colour\", \"fill\", \"dash\", \"marker\"]):\n";
const DRAW: &str = "    ax.errorbar(part.x, part.y, part.y_err if part.y_err.any() else None, part.x_err if part.x_err.any() else None, label=label, color=colour, \
    mfc=fill, marker=marker, ls=(0, [float(length) for length in dash.split()]), ms=3, lw=0.8)\n";
const LEGEND: &str = "fig.legend(loc=\"outside lower center\", fontsize=6)\n";

/// The script of a figure whose CSV is `<stem>.csv`.
pub fn render(figure: &Figure, stem: &str) -> String {
    let (title, body) = match figure {
        Figure::PhaseDiagram(figure) => (&figure.title, phase_diagram_body(figure)),
        Figure::Curves(figure) => (&figure.title, curves_body(figure)),
        Figure::WithResiduals(upper, lower) => (&upper.title, residuals_body(upper, lower)),
        Figure::Panel(figure) => (&figure.title, panel_body(figure)),
    };
    // A title could end the line that it stands in.
    let title = title.replace(['\n', '\r'], " ");
    format!(
        "# {title}. Redraws {stem}.svg from {stem}.csv.\nimport matplotlib.pyplot as plt, pandas as pd\n\n\
         plt.rc(\"font\", size=8)\n{body}fig.savefig(__file__[:-2] + \"pdf\")\n"
    )
}

/// A string of Python: those of JSON are such.
fn quoted(markup: &str) -> String {
    serde_json::Value::from(RichText::parse(markup).mathtext()).to_string()
}

/// The size of one column, with this height over its width, and below it so many entries of a legend.
fn size(ratio: f64, entries: usize) -> String {
    const ENTRY: f64 = 0.12;
    let width = Width::OneColumn.millimetres().unwrap_or_default() / 25.4;
    format!("figsize=({width:.2}, {:.2}), layout=\"constrained\"", ratio * width + ENTRY * entries as f64)
}

/// Entries of the legend of a diagram.
fn entries(lines: &[Line], series: &[Series]) -> usize {
    let names = lines.iter().map(|line| &line.name).chain(series.iter().map(|series| &series.name));
    names.filter(|name| !name.is_empty()).count()
}

/// Labels, scales and limits as properties of axes.
fn labels(x: &Axis, y: &Axis, [of_x, of_y]: [(f64, f64); 2]) -> String {
    let mut words = Vec::new();
    for (name, axis, limits) in [("x", x, of_x), ("y", y, of_y)] {
        words.push(format!("\"{name}label\": {}", quoted(&axis.label)));
        if axis.logarithmic {
            words.push(format!("\"{name}scale\": \"log\""));
        }
        words.push(format!("\"{name}lim\": ({}, {})", limit(limits, limits.0), limit(limits, limits.1)));
    }
    format!("{{{}}}", words.join(", "))
}

/// An end of an axis, to a thousandth of the span or of itself.
fn limit((low, high): (f64, f64), end: f64) -> String {
    let finer = (high / 2.0 - low / 2.0).abs().min(if end == 0.0 { f64::INFINITY } else { end.abs() });
    let decimals = 3.0 - libm::floor(libm::log10(finer));
    let rounded = if (0.0..300.0).contains(&decimals) {
        format!("{end:.*}", decimals as usize).parse().unwrap_or(end)
    } else {
        end
    };
    format!("{rounded:?}")
}

fn curves_body(figure: &Curves) -> String {
    let labels = labels(&figure.x, &figure.y, curves::view(figure));
    let size = size(0.8, entries(&figure.lines, &figure.series));
    format!("{TABLE}fig, ax = plt.subplots({size}, subplot_kw={labels})\n{GROUPS}{DRAW}{LEGEND}")
}

fn residuals_body(upper: &Curves, lower: &Curves) -> String {
    let [above, below] = [upper, lower].map(|figure| labels(&figure.x, &figure.y, curves::view(figure)));
    let size = size(1.6, entries(&upper.lines, &upper.series));
    format!(
        "{TABLE}fig, axes = plt.subplot_mosaic(\"a;b\", {size}, per_subplot_kw={{\"a\": {above}, \"b\": {below}}})\n\
         {GROUPS}    ax = axes[\"b\" if kind.startswith(\"residual\") else \"a\"]\n{DRAW}\
         fig.legend(*axes[\"a\"].get_legend_handles_labels(), loc=\"outside lower center\", fontsize=6)\n"
    )
}

fn phase_diagram_body(figure: &PhaseDiagram) -> String {
    let phases = if let Cells::Phases { phases, .. } = &figure.cells { phases.len() } else { 0 };
    let entries = phases + entries(&figure.lines, &figure.points);
    let labels = labels(&figure.x, &figure.y, phase_diagram::limits_of(figure));
    let mut script = format!("{TABLE}fig, ax = plt.subplots({}, subplot_kw={labels})\n", size(0.8, entries));
    if !figure.xs.is_empty() && !figure.ys.is_empty() {
        let (value, draw) = match &figure.cells {
            Cells::Values { label, .. } | Cells::Counts { label, .. } => {
                let mesh = "ax.pcolormesh(cells.columns, cells.index, cells, vmin=0, vmax=1)";
                ("value", format!("fig.colorbar({mesh}, label={})", quoted(label)))
            }
            Cells::Phases { .. } => {
                let colours = "cells.map(plt.matplotlib.colors.to_rgb).to_numpy().tolist()";
                ("colour", format!("ax.pcolormesh(cells.columns, cells.index, {colours})"))
            }
        };
        script.push_str(&format!(
            "cells = table[table.kind == \"cell\"].pivot(index=\"y\", columns=\"x\", values=\"{value}\")\n{draw}\n"
        ));
    }
    script + GROUPS + DRAW + if entries > 0 { LEGEND } else { "" }
}

fn panel_body(figure: &Panel) -> String {
    let columns = figure.rows.iter().map(|row| row.images.len()).max().unwrap_or(0).max(1);
    let rows = figure.rows.len().max(1);
    let size = size(1.4 * rows as f64 / columns as f64, 0);
    format!(
        "table = pd.read_csv(__file__[:-2] + \"csv\", dtype={{\"pixels\": str}}, keep_default_na=False)\n\
         fig, axes = plt.subplots({rows}, {columns}, squeeze=False, {size}, subplot_kw={{\"xticks\": [], \"yticks\": [], \"frame_on\": False}})\n{PANEL}"
    )
}

const PANEL: &str = r#"for ax, row in zip(axes.flat, table.itertuples()):
    lines = [row.pixels[i : i + row.width] for i in range(0, len(row.pixels), row.width)]
    ax.imshow([["+0-".index(pixel) for pixel in line] for line in lines], cmap="gray", vmin=0, vmax=2)
    ax.set_title(f"{row.column}\n{row.caption}", fontsize=4)
"#;
