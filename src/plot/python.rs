//! The script beside a figure: a few lines of Python that redraw it from its CSV by matplotlib, to begin a figure of one's own from.

use super::page::Width;
use super::style::{self, Ranks};
use crate::sweep::figure::{Axis, Cells, Curves, Figure, Line, Panel, Phase, PhaseDiagram, Series};
use std::collections::HashMap;
use std::fmt::Write;

/// What every script begins with.
const HEAD: &str = r#"import csv, pathlib, re
import matplotlib.pyplot as plt
import numpy as np

plt.rcParams.update({"font.size": 8, "legend.fontsize": 6})
file = pathlib.Path(__file__)
rows = list(csv.DictReader(file.with_suffix(".csv").open(encoding="utf-8")))
text = lambda markup: re.sub(r"[_^]\{.*?\}", r"$\g<0>$", markup)
"#;

/// Numbers of a column of some rows.
const COLUMN: &str = "column = lambda part, key: np.array([float(row[key] or \"nan\") for row in part])\n";

/// Lines and points on the axes `ax`, of rows whose kind begins with `before`.
const LINES: &str = r#"for name, piece in dict.fromkeys((row["name"], row["piece"]) for row in rows if row["kind"] == before + "line"):
    part = [row for row in rows if (row["kind"], row["name"], row["piece"]) == (before + "line", name, piece)]
    colour, dash = style["line", name]
    ax.plot(column(part, "x"), column(part, "y"), dash, color=colour, lw=1, label=text(name) if piece == "0" else None)
"#;
const POINTS: &str = r#"for name in dict.fromkeys(row["name"] for row in rows if row["kind"] == before + "point"):
    part = [row for row in rows if (row["kind"], row["name"]) == (before + "point", name)]
    colour, fill = style["point", name]
    ax.errorbar(*(column(part, key) for key in ["x", "y", "y_err", "x_err"]), fmt="o", ms=3, color=colour, fillstyle=fill, label=text(name))
"#;
const SAVE: &str = "fig.savefig(file.with_suffix(\".pdf\"))\n";

/// The script of a figure whose CSV is `<stem>.csv`.
pub fn render(figure: &Figure, stem: &str) -> String {
    let (title, body) = match figure {
        Figure::PhaseDiagram(figure) => (&figure.title, COLUMN.to_string() + &phase_diagram(figure)),
        Figure::Curves(figure) => (&figure.title, COLUMN.to_string() + &curves(&[figure])),
        Figure::WithResiduals(upper, lower) => (&upper.title, COLUMN.to_string() + &curves(&[upper, lower])),
        Figure::Panel(figure) => (&figure.title, panel(figure)),
    };
    // A title could end the text that it stands in.
    let title = title.replace(['\\', '"', '\n', '\r'], " ");
    format!("\"\"\"{title}\n\nRedraws {stem}.svg from {stem}.csv: python3 {stem}.py\"\"\"\n{HEAD}{body}")
}

/// A string of Python: those of JSON are such.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The size of one column, with this height over its width.
fn size(ratio: f64) -> String {
    let width = Width::OneColumn.millimetres().unwrap_or_default() / 25.4;
    format!("figsize=({width:.2}, {:.2}), layout=\"constrained\"", ratio * width)
}

/// Colour and dash, or filling, of every line and series by (kind, name).
fn styles(lines: &[Line], series: &[Series]) -> String {
    const DASHES: [&str; 4] = ["-", "--", ":", "-."];
    let groups = series.iter().map(|s| s.group).chain(lines.iter().filter_map(|line| line.group));
    let ranks: Ranks = style::ranks(groups);
    let colour = |group: usize| hex(style::ordered(ranks.rank(group), ranks.count()));
    let mut used = HashMap::new();
    let mut entries = Vec::new();
    for line in lines {
        let before: &mut usize = used.entry(line.group).or_default();
        let colour = line.group.map_or_else(|| "black".to_string(), colour);
        let dash = DASHES[*before % DASHES.len()];
        entries.push(format!("(\"line\", {}): (\"{colour}\", \"{dash}\")", quoted(&line.name)));
        *before += 1;
    }
    for one in series {
        let filling = if one.open { "none" } else { "full" };
        let colour = colour(one.group);
        entries.push(format!("(\"point\", {}): (\"{colour}\", \"{filling}\")", quoted(&one.name)));
    }
    format!("{{{}}}", entries.join(", "))
}

/// Labels, scales and fixed limits as keywords of `ax.set`.
fn labels(x: &Axis, y: &Axis) -> String {
    let mut words = Vec::new();
    for (name, axis) in [("x", x), ("y", y)] {
        words.push(format!("{name}label=text({})", quoted(&axis.label)));
        if axis.logarithmic {
            words.push(format!("{name}scale=\"log\""));
        }
        if let Some((low, high)) = axis.limits {
            words.push(format!("{name}lim=({low:?}, {high:?})"));
        }
    }
    words.join(", ")
}

fn indented(block: &str) -> String {
    block.lines().map(|line| format!("    {line}\n")).collect()
}

fn curves(panels: &[&Curves]) -> String {
    let list =
        |of: &dyn Fn(&Curves) -> String| panels.iter().map(|p| of(p)).collect::<Vec<_>>().join(",\n    ");
    let styles = list(&|panel| styles(&panel.lines, &panel.series));
    let labels = list(&|panel| format!("dict({})", labels(&panel.x, &panel.y)));
    let count = panels.len();
    format!(
        "styles = [{styles}]\nlabels = [{labels}]\n\
         fig, axes = plt.subplots({count}, squeeze=False, sharex=True, {})\n\
         for ax, before, style, label in zip(axes.flat, [\"\", \"residual-\"], styles, labels):\n{}    ax.set(**label)\n\
         fig.legend(*axes[0, 0].get_legend_handles_labels(), loc=\"outside lower center\")\n{SAVE}",
        size(0.9 * count as f64),
        indented(LINES) + &indented(POINTS)
    )
}

fn phase_diagram(figure: &PhaseDiagram) -> String {
    let mesh = "    x, y = np.unique(column(cells, \"x\")), np.unique(column(cells, \"y\"))\n    \
                mesh = ax.pcolormesh(x, y, column(cells, \"value\").reshape(len(y), len(x)), shading=\"nearest\"";
    let colours = match &figure.cells {
        Cells::Values { label, .. } | Cells::Counts { label, .. } => {
            let label = quoted(label);
            format!("if cells:\n{mesh}, vmin=0, vmax=1)\n    fig.colorbar(mesh, label=text({label}))\n")
        }
        Cells::Phases { phases, .. } => {
            let entry = |phase: &Phase| format!("{}: \"{}\"", quoted(&phase.name), hex(colour(phase)));
            let list: Vec<String> = phases.iter().map(entry).collect();
            let most = phases.len().max(1) as f64 - 0.5;
            format!(
                "phases = {{{}}}\nif cells:\n{mesh}, vmin=-0.5, vmax={most}, cmap=plt.matplotlib.colors.ListedColormap(list(phases.values())))\n    \
                 for name, colour in phases.items():\n        ax.fill_between([], [], color=colour, label=text(name))\n",
                list.join(", ")
            )
        }
    };
    let mut script = format!("style, before = {}, \"\"\n", styles(&figure.lines, &figure.points));
    // Writing to a String cannot fail.
    let _ = write!(
        script,
        "fig, ax = plt.subplots({})\ncells = [row for row in rows if row[\"kind\"] == \"cell\"]\n{colours}{POINTS}\
         ax.set({})\nax.autoscale(not ax.has_data())  # lines may go beyond the grid\n{LINES}",
        size(0.95),
        labels(&figure.x, &figure.y)
    );
    script + "if ax.get_legend_handles_labels()[0]:\n    fig.legend(loc=\"outside lower center\")\n" + SAVE
}

/// The colour of a phase; of one with stripes what lies between its two.
fn colour(phase: &Phase) -> (u8, u8, u8) {
    let (a, b) = (style::tone(phase.tone), style::tone(phase.stripes.unwrap_or(phase.tone)));
    (a.0.midpoint(b.0), a.1.midpoint(b.1), a.2.midpoint(b.2))
}

fn panel(figure: &Panel) -> String {
    let columns = figure.rows.iter().map(|row| row.images.len()).max().unwrap_or(0).max(1);
    let rows = figure.rows.len().max(1);
    let size = size(1.4 * rows as f64 / columns as f64);
    format!(
        "fig, axes = plt.subplots({rows}, {columns}, squeeze=False, {size})\n[ax.axis(\"off\") for ax in axes.flat]\n{}{SAVE}",
        r#"for ax, row in zip(axes.flat, rows):
    grey = [{"+": 0, "0": 0.5, "-": 1}[pixel] for pixel in row["pixels"]]
    if grey:
        ax.imshow(np.reshape(grey, (int(row["height"]), int(row["width"]))), cmap="gray", vmin=0, vmax=1)
    ax.set_title(text(row["column"] + "\n" + row["caption"]), fontsize=4)
"#
    )
}
