//! Figures drawn from made-up numbers: every file is there, repeatable, complete and survives bad input.
#![cfg(feature = "plots")]

use std::fs;
use std::path::{Path, PathBuf};

use replicon::error::{Kind, Result};
use replicon::plot::draw;
use replicon::sweep::figure::{Axis, Curves, Figure, Line, Panel, PanelImage, PanelRow, PhaseDiagram, Point, Series};

/// A new directory below the build's own temporary one.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plot_figures").join(name);
    let _ = fs::remove_dir_all(&path);
    path
}

fn read(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).expect(name)
}

fn axis(label: &str) -> Axis {
    Axis { label: label.into(), logarithmic: false, limits: None }
}

fn line(name: &str, points: impl Iterator<Item = (f64, f64)>, group: Option<usize>) -> Line {
    Line { name: name.into(), pieces: vec![points.collect()], group }
}

/// A re-entrant boundary: γ from 0.3957 at T = 0 over 0.4602 at T = 0.46 to 0 at T = 1.
fn boundary(t: f64) -> f64 {
    let cold = 0.4602 - (0.4602 - 0.3957) * (1.0 - t / 0.46).powi(2);
    let hot = 0.4602 * (1.0 - ((t - 0.46) / 0.54).powi(2)).max(0.0).sqrt();
    if t < 0.46 { cold } else { hot }
}

fn phase_diagram() -> PhaseDiagram {
    let xs: Vec<f64> = (1..=12).map(|i| f64::from(i) * 0.05).collect();
    let ys: Vec<f64> = vec![0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0];
    let cells = ys
        .iter()
        .map(|&t| {
            let value = |g: f64| 1.0 / (1.0 + ((g - boundary(t)) * 40.0).exp()) * (1.0 - 0.25 * t * t);
            xs.iter().map(|&g| (g < 0.52 || t > 0.3).then(|| value(g))).collect()
        })
        .collect();
    let t = |n: i32| (0..=n).map(move |i| f64::from(i) / f64::from(n));
    let points = |group: usize, n: u32, shift: f64| Series {
        name: format!("simulation, N = {n}"),
        group,
        points: [0.05, 0.2, 0.35, 0.5, 0.65, 0.8]
            .map(|y| Point { x: boundary(y) + shift, y, x_err: Some(0.012 + 0.02 * y), y_err: None })
            .to_vec(),
    };
    PhaseDiagram {
        title: "Retrieval of a dense memory of order P = 4".into(),
        x: axis("load γ"),
        y: axis("temperature T"),
        colour: "⟨m⟩ from the planted start".into(),
        xs,
        ys,
        cells,
        lines: vec![
            line("retrieval spinodal γ_{c}(T), replica symmetric", t(400).map(|t| (boundary(t), t)), None),
            line("thermodynamic transition", t(100).map(|t| (0.72 * boundary(t), t)), None),
            line("AT line of retrieval", t(60).map(|s| (0.44 * s, 0.28 * s * s)), None),
        ],
        points: vec![points(0, 64, -0.02), points(1, 96, 0.004)],
    }
}

fn curves() -> Curves {
    let sizes = [32_u32, 48, 64, 96];
    let m = |t: f64, n: f64| (1.0 - t * t * 0.4) / (1.0 + ((t - 0.62 - 1.5 / n) * n / 3.0).exp());
    let mut lines: Vec<Line> = vec![
        line("RS, N → ∞", (0..=300).map(|i| f64::from(i) / 500.0).map(|t| (t, 1.0 - t * t * 0.4)), None),
        Line {
            name: "1RSB, m_{1}".into(),
            pieces: vec![
                (0..20).map(|i| (f64::from(i) * 0.01, 0.97 - f64::from(i) * 0.003)).collect(),
                (30..62).map(|i| (f64::from(i) * 0.01, 0.99 - f64::from(i) * 0.008)).collect(),
            ],
            group: None,
        },
    ];
    for (group, n) in sizes.iter().enumerate().skip(2) {
        let t = (0..=200).map(|i| f64::from(i) / 200.0);
        lines.push(line(&format!("finite-size form, N = {n}"), t.map(|t| (t, m(t, f64::from(*n)))), Some(group)));
    }
    let series = |(group, n): (usize, &u32)| Series {
        name: format!("simulation, N = {n}"),
        group,
        points: (1..=14)
            .map(|i| f64::from(i) * 0.07)
            .map(|t| Point {
                x: t,
                y: m(t, f64::from(*n)) + 0.01 * (t * 50.0 + f64::from(*n)).sin(),
                x_err: None,
                y_err: Some(0.01 + 0.09 * (-((t - 0.63) / 0.1).powi(2)).exp()),
            })
            .collect(),
    };
    Curves {
        title: "Retrieval against temperature, P = 3, γ = 0.1".into(),
        x: axis("temperature T"),
        y: axis("⟨m⟩"),
        lines,
        series: sizes.iter().enumerate().map(series).collect(),
    }
}

fn logarithmic_curves() -> Curves {
    let axis = |label: &str| Axis { logarithmic: true, ..axis(label) };
    let series = |(group, alpha): (usize, f64)| Series {
        name: format!("α = {alpha}"),
        group,
        points: [32.0, 64.0, 128.0, 256.0, 512.0, 1024.0]
            .map(|n: f64| {
                let y = n.powf(-alpha) * 0.8;
                Point { x: n, y, x_err: None, y_err: Some(y * if n > 900.0 { 1.3 } else { 0.2 }) }
            })
            .to_vec(),
    };
    Curves {
        title: "Error of q_{ab}^{2} against size".into(),
        x: axis("spins N"),
        y: axis("1 − ⟨q_{ab}^{2}⟩, units of 10^{-3}"),
        lines: vec![line("N^{−1}", [32.0, 2048.0].into_iter().map(|n| (n, 1.0 / n)), None)],
        series: [0.5, 1.0, 2.0].into_iter().enumerate().map(series).collect(),
    }
}

fn panel(side: usize) -> Panel {
    let centre = side as f64 / 2.0 - 0.5;
    let picture = |row: usize, noise: usize| -> Vec<i8> {
        (0..side * side)
            .map(|i| {
                let (x, y) = ((i % side) as f64 - centre, (i / side) as f64 - centre);
                let radius = (x * x + y * y).sqrt() / side as f64;
                let ink = if row == 0 { (0.22..0.42).contains(&radius) } else { x.abs().min(y.abs()) < side as f64 / 9.0 };
                let flipped = noise > 0 && (i * 7919 + row * 104_729) % 97 < noise;
                if ink != flipped { 1 } else { -1 }
            })
            .collect()
    };
    let image = |spins, caption: &str| PanelImage { spins, caption: caption.into() };
    let row = |i: usize| PanelRow {
        caption: format!("pattern {}", i + 1),
        images: vec![
            image(picture(i, 0), "K = 40"),
            image(picture(i, 24), "m = 0.51"),
            image(picture(i, 30), "m = 0.38"),
            image(picture(i, 0), "m = 1.00"),
        ],
    };
    Panel {
        title: format!("Recall of {side} × {side} images"),
        columns: ["stored", "corrupted", "recalled, P = 2", "recalled, P = 4"].map(String::from).to_vec(),
        rows: vec![row(0), row(1)],
        width: side,
        height: side,
    }
}

fn gallery() -> Vec<(&'static str, Figure)> {
    vec![
        ("phase-diagram", Figure::PhaseDiagram(phase_diagram())),
        ("curves", Figure::Curves(curves())),
        ("logarithmic", Figure::Curves(logarithmic_curves())),
        ("panel-8", Figure::Panel(panel(8))),
        ("panel-28", Figure::Panel(panel(28))),
    ]
}

#[test]
fn every_figure_is_an_svg_a_png_and_a_csv_and_nothing_else_is_left() -> Result<()> {
    let directory = directory("files");
    for (stem, figure) in gallery() {
        let paths = draw(&figure, &directory, stem)?;
        assert_eq!(paths, ["svg", "png", "csv"].map(|e| directory.join(format!("{stem}.{e}"))));
        assert!(read(&directory, &format!("{stem}.svg")).trim_end().ends_with("</svg>"));
        let png = fs::read(&paths[1]).expect("png");
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let width = u32::from_be_bytes([png[16], png[17], png[18], png[19]]);
        assert!((1200..=1700).contains(&width), "{stem}: {width}");
    }
    assert_eq!(fs::read_dir(&directory).expect("directory").count(), 3 * gallery().len());
    Ok(())
}
