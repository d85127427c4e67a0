//! The script beside a figure: fifteen lines or so of Python that redraw it from its CSV by matplotlib, to begin a figure of one's own from.

use super::page::Width;
use super::rich_text::RichText;
use super::{curves, phase_diagram};
use crate::sweep::figure::{Axis, Cells, Curves, Figure, Line, Panel, PhaseDiagram, Series};

/// Draws what is in `rows` on `ax`: lines and points alike, of which lines have no errors and points no ink between them.
const DRAW: &str = r#"for _, part in itertools.groupby(rows, lambda row: (row["kind"], row["curve"])):
    part = list(part)
    x, y, x_err, y_err = ([float(row[key] or "nan") for row in part] for key in ["x", "y", "x_err", "y_err"])
    label, colour, fill, dash, marker = (part[0][key] for key in ["label", "colour", "fill", "dash", "marker"])
    ax.plot(x, y, label=label, color=colour, mfc=fill, marker=marker, ls=(0, [float(length) for length in dash.split()]), ms=3, lw=0.8)
    ax.errorbar(x, y, y_err, x_err, fmt="none", ecolor=colour, elinewidth=0.8, zorder=1)
"#;
const LEGEND: &str =
    "fig.legend(*ax.get_legend_handles_labels(), loc=\"outside lower center\", fontsize=6)\n";
const SAVE: &str = "fig.savefig(file.with_suffix(\".pdf\"))\n";

/// The script of a figure whose CSV is `<stem>.csv`.
pub fn render(figure: &Figure, stem: &str) -> String {
    const NUMPY: &str = "import numpy as np\n";
    let (title, standard, numpy, body) = match figure {
        Figure::PhaseDiagram(figure) => {
            (&figure.title, "csv, itertools, pathlib", NUMPY, phase_diagram_body(figure))
        }
        Figure::Curves(figure) => (&figure.title, "csv, itertools, pathlib", "", curves_body(figure)),
        Figure::WithResiduals(upper, lower) => {
            (&upper.title, "csv, itertools, pathlib", "", residuals_body(upper, lower))
        }
        Figure::Panel(figure) => (&figure.title, "csv, pathlib", NUMPY, panel_body(figure)),
    };
    // A title could end the text that it stands in.
    let title = title.replace(['\\', '"', '\n', '\r'], " ");
    format!(
        "\"\"\"{title}. Redraws {stem}.svg from {stem}.csv.\"\"\"\nimport {standard}\nimport matplotlib.pyplot as plt\n{numpy}\n\
         file = pathlib.Path(__file__)\nrows = list(csv.DictReader(file.with_suffix(\".csv\").open(encoding=\"utf-8\")))\nplt.rc(\"font\", size=8)\n{body}{SAVE}"
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

/// Labels, scales and limits as keywords of `ax.set`.
fn labels(x: &Axis, y: &Axis, [of_x, of_y]: [(f64, f64); 2]) -> String {
    let mut words = Vec::new();
    for (name, axis, limits) in [("x", x, of_x), ("y", y, of_y)] {
        words.push(format!("{name}label={}", quoted(&axis.label)));
        if axis.logarithmic {
            words.push(format!("{name}scale=\"log\""));
        }
        words.push(format!("{name}lim=({}, {})", limit(limits, limits.0), limit(limits, limits.1)));
    }
    words.join(", ")
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
    format!(
        "fig, ax = plt.subplots({})\n{DRAW}ax.set({labels})\n{LEGEND}",
        size(0.8, entries(&figure.lines, &figure.series))
    )
}

fn residuals_body(upper: &Curves, lower: &Curves) -> String {
    let [above, below] = [upper, lower].map(|figure| labels(&figure.x, &figure.y, curves::view(figure)));
    let choose = "    part = list(part)\n    ax = axes[int(part[0][\"kind\"].startswith(\"residual\"))]\n";
    format!(
        "fig, axes = plt.subplots(2, {})\n{}axes[0].set({above})\naxes[1].set({below})\n{}",
        size(1.6, entries(&upper.lines, &upper.series)),
        DRAW.replace("    part = list(part)\n", choose),
        LEGEND.replace("ax.", "axes[0].")
    )
}

fn phase_diagram_body(figure: &PhaseDiagram) -> String {
    let phases = if let Cells::Phases { phases, .. } = &figure.cells { phases.len() } else { 0 };
    let entries = phases + entries(&figure.lines, &figure.points);
    let mut script = format!("fig, ax = plt.subplots({})\n", size(0.8, entries));
    if !figure.xs.is_empty() && !figure.ys.is_empty() {
        script.push_str(
            "cells = [rows.pop(0) for row in list(rows) if row[\"kind\"] == \"cell\"]\n\
             x, y = (sorted({float(cell[key]) for cell in cells}) for key in \"xy\")\n",
        );
        script.push_str(&match &figure.cells {
            Cells::Values { label, .. } | Cells::Counts { label, .. } => format!(
                "values = np.reshape([float(cell[\"value\"] or \"nan\") for cell in cells], (len(y), len(x)))\n\
                 fig.colorbar(ax.pcolormesh(x, y, values, vmin=0, vmax=1), label={})\n",
                quoted(label)
            ),
            Cells::Phases { .. } => "colours = [plt.matplotlib.colors.to_rgb(cell[\"colour\"]) for cell in cells]\n\
                 ax.pcolormesh(x, y, np.reshape(colours, (len(y), len(x), 3)))\n"
                .to_string(),
        });
    }
    let labels = labels(&figure.x, &figure.y, phase_diagram::limits_of(figure));
    script + DRAW + &format!("ax.set({labels})\n") + if entries > 0 { LEGEND } else { "" }
}

fn panel_body(figure: &Panel) -> String {
    let columns = figure.rows.iter().map(|row| row.images.len()).max().unwrap_or(0).max(1);
    let rows = figure.rows.len().max(1);
    format!(
        "fig, axes = plt.subplots({rows}, {columns}, squeeze=False, {})\n{PANEL}",
        size(1.4 * rows as f64 / columns as f64, 0)
    )
}

const PANEL: &str = r#"for ax in axes.flat:
    ax.axis("off")
for ax, row in zip(axes.flat, rows):
    grey = [{"+": 0, "0": 0.5, "-": 1}[pixel] for pixel in row["pixels"]]
    ax.imshow(np.reshape(grey, (int(row["height"]), int(row["width"]))), cmap="gray", vmin=0, vmax=1)
    ax.set_title(row["column"] + "\n" + row["caption"], fontsize=4)
"#;
