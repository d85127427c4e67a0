//! Figures drawn from made-up numbers: every file is there, repeatable, complete and survives bad input.
#![cfg(feature = "plots")]

use std::fs;
use std::path::{Path, PathBuf};

use replicon::error::{Kind, Result};
use replicon::plot::draw;
use replicon::sweep::figure::{
    Axis, Cells, Curves, Figure, Line, Panel, PanelImage, PanelRow, PhaseDiagram, Point, Series,
};

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

fn values(figure: &mut PhaseDiagram) -> &mut Vec<Vec<Option<f64>>> {
    match &mut figure.cells {
        Cells::Values { cells, .. } => cells,
        Cells::Counts { .. } | Cells::Phases { .. } => panic!("a figure of values"),
    }
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
        open: false,
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
        xs,
        ys,
        cells: Cells::Values { label: "⟨m⟩ from the planted start".into(), cells },
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
        lines.push(line(
            &format!("finite-size form, N = {n}"),
            t.map(|t| (t, m(t, f64::from(*n)))),
            Some(group),
        ));
    }
    let series = |(group, n): (usize, &u32)| Series {
        open: false,
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
        open: false,
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
                let ink = if row == 0 {
                    (0.22..0.42).contains(&radius)
                } else {
                    x.abs().min(y.abs()) < side as f64 / 9.0
                };
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
        ("residuals", Figure::WithResiduals(logarithmic_curves(), curves())),
        ("panel-8", Figure::Panel(panel(8))),
        ("panel-28", Figure::Panel(panel(28))),
    ]
}

#[test]
fn every_figure_is_an_svg_a_png_a_csv_and_a_script_and_nothing_else_is_left() -> Result<()> {
    let directory = directory("files");
    for (stem, figure) in gallery() {
        let paths = draw(&figure, &directory, stem)?;
        assert_eq!(paths, ["svg", "png", "csv", "py"].map(|e| directory.join(format!("{stem}.{e}"))));
        assert!(read(&directory, &format!("{stem}.svg")).trim_end().ends_with("</svg>"));
        let png = fs::read(&paths[1]).expect("png");
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let width = u32::from_be_bytes([png[16], png[17], png[18], png[19]]);
        assert!((1200..=1700).contains(&width), "{stem}: {width}");
    }
    assert_eq!(fs::read_dir(&directory).expect("directory").count(), 4 * gallery().len());
    Ok(())
}

#[test]
fn the_same_figure_gives_the_same_bytes() -> Result<()> {
    let (first, second) = (directory("first"), directory("second"));
    for (stem, figure) in gallery() {
        for (a, b) in draw(&figure, &first, stem)?.iter().zip(draw(&figure, &second, stem)?) {
            assert_eq!(fs::read(a).expect("first"), fs::read(&b).expect("second"), "{}", b.display());
        }
    }
    Ok(())
}

#[test]
fn drawing_again_replaces_the_files() -> Result<()> {
    let directory = directory("again");
    draw(&Figure::Curves(logarithmic_curves()), &directory, "figure")?;
    let before = read(&directory, "figure.csv");
    draw(&Figure::Curves(curves()), &directory, "figure")?;
    assert_ne!(read(&directory, "figure.csv"), before);
    assert_eq!(fs::read_dir(&directory).expect("directory").count(), 4);
    Ok(())
}

/// The text of an SVG without its tags.
fn words(svg: &str) -> String {
    let texts = svg.lines().filter(|line| line.starts_with("<text "));
    let mut words = String::new();
    for line in texts {
        for part in line.split('<').skip(1) {
            words.push_str(part.split_once('>').map_or("", |(_, text)| text));
        }
        words.push('\n');
    }
    words
}

#[test]
fn titles_axes_and_every_legend_entry_are_text_in_the_svg() -> Result<()> {
    let directory = directory("words");
    for (stem, figure) in gallery() {
        draw(&figure, &directory, stem)?;
    }
    let expected = [
        (
            "phase-diagram",
            vec![
                "Retrieval of a dense memory of order P = 4",
                "load γ",
                "temperature T",
                "⟨m⟩ from the planted start",
                "retrieval spinodal γc(T), replica symmetric",
                "thermodynamic transition",
                "AT line of retrieval",
                "simulation, N = 64",
                "simulation, N = 96",
                "no value",
            ],
        ),
        (
            "curves",
            vec![
                "RS, N → ∞",
                "1RSB, m1",
                "finite-size form, N = 64",
                "simulation, N = 32",
                "simulation, N = 96",
            ],
        ),
        ("logarithmic", vec!["10−3", "102", "103", "Error of qab2 against size", "α = 0.5"]),
        // One legend for both panels.
        ("residuals", vec!["Error of qab2 against size", "α = 0.5", "10−3"]),
        ("panel-8", vec!["stored", "corrupted", "recalled, P = 4", "pattern 2", "m = 0.51"]),
    ];
    for (stem, texts) in expected {
        let svg = read(&directory, &format!("{stem}.svg"));
        assert!(svg.contains("font-family=\"DejaVu Sans, sans-serif\""));
        let words = words(&svg);
        let lines: Vec<&str> = words.lines().collect();
        for text in texts {
            assert!(lines.contains(&text), "{stem}: {text} not in {lines:?}");
        }
    }
    Ok(())
}

#[test]
fn residuals_stand_below_their_curves_and_beside_them_in_the_csv() -> Result<()> {
    let directory = directory("residuals");
    draw(&Figure::WithResiduals(logarithmic_curves(), curves()), &directory, "both")?;
    let (upper, lower) = (Figure::Curves(logarithmic_curves()), Figure::Curves(curves()));
    draw(&upper, &directory, "upper")?;
    draw(&lower, &directory, "lower")?;
    let [both, upper, lower] =
        ["both", "upper", "lower"].map(|stem| read(&directory, &format!("{stem}.csv")));
    let residuals: String = lower.lines().skip(1).map(|row| format!("residual-{row}\n")).collect();
    assert_eq!(both, upper + &residuals);
    let svg = read(&directory, "both.svg");
    assert!(!written(&svg).contains("simulation, N = 64"), "the lower panel has no legend of its own");
    Ok(())
}

#[test]
fn the_csv_of_a_phase_diagram_has_every_cell_line_point_and_transition() -> Result<()> {
    let directory = directory("csv-phase");
    let mut figure = phase_diagram();
    values(&mut figure)[7][11] = Some(f64::NAN);
    figure.lines[0].pieces[0][5].1 = f64::INFINITY;
    draw(&Figure::PhaseDiagram(figure), &directory, "figure")?;
    let csv = read(&directory, "figure.csv");
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0][..8], ["kind", "name", "piece", "x", "x_err", "y", "y_err", "value"]);
    assert_eq!(rows[0][8..], ["curve", "label", "colour", "fill", "dash", "marker"]);
    let kind = |kind: &str| rows.iter().filter(|row| row[0] == kind).count();
    assert_eq!((kind("cell"), kind("line"), kind("point")), (12 * 8, 400 + 101 + 61, 12));
    // 6 cells were never measured, one is not a number.
    assert_eq!(rows.iter().filter(|row| row[0] == "cell" && row[7].is_empty()).count(), 2 * 3 + 1);
    assert!(csv.contains("point,\"simulation, N = 64\",,0.3"));
    assert!(!csv.contains("NaN") && !csv.contains("inf"));
    Ok(())
}

#[test]
fn the_csv_of_curves_gives_numbers_back_exactly_and_keeps_gaps() -> Result<()> {
    let directory = directory("csv-curves");
    let point = Point { x: 0.1 + 0.2, y: 1e-300, x_err: None, y_err: Some(0.25) };
    let figure = Curves {
        title: String::new(),
        x: axis("T"),
        y: axis("m"),
        lines: vec![Line {
            name: "RS".into(),
            pieces: vec![vec![(0.0, 1.0)], vec![(2.0, 0.5)]],
            group: None,
        }],
        series: vec![Series { open: false, name: "N = 32, \"cold\"".into(), points: vec![point], group: 0 }],
    };
    draw(&Figure::Curves(figure), &directory, "figure")?;
    assert_eq!(
        read(&directory, "figure.csv"),
        "kind,name,piece,x,x_err,y,y_err,value,curve,label,colour,fill,dash,marker\n\
         line,RS,0,0,,1,,,0,RS,#1a1a1a,#1a1a1a,1 0,.\n\
         line,RS,1,2,,0.5,,,1,,#1a1a1a,#1a1a1a,1 0,.\n\
         point,\"N = 32, \"\"cold\"\"\",,0.30000000000000004,,1e-300,0.25,,2,\"N = 32, \"\"cold\"\"\",#6700a7,#6700a7,0 1,o\n"
    );
    Ok(())
}

/// What the script needs is in the CSV; the limits are those of the SVG, whatever the data.
#[test]
fn the_script_beside_a_figure_is_short_and_has_its_limits() -> Result<()> {
    let directory = directory("scripts");
    for (stem, figure) in gallery() {
        draw(&figure, &directory, stem)?;
        let script = read(&directory, &format!("{stem}.py"));
        let lines = script.lines().filter(|line| !line.trim().is_empty()).count();
        // Ten, and the title above them.
        assert!(lines <= 11, "{stem}: {lines} lines");
        let limits = script.contains("\"xlim\": (") && script.contains("\"ylim\": (");
        assert!(matches!(figure, Figure::Panel(_)) || limits, "{stem}");
    }
    let mut figure = curves();
    // A theory of zero up to rounding.
    figure.series.clear();
    figure.lines =
        vec![Line { name: "q_{1}".into(), pieces: vec![vec![(0.0, 0.0), (1.0, 1e-17)]], group: Some(0) }];
    figure.y.limits = Some((0.0, 1.0));
    draw(&Figure::Curves(figure), &directory, "flat")?;
    assert!(read(&directory, "flat.py").contains("\"ylim\": (0.0, 1.0)"));
    assert!(read(&directory, "flat.csv").contains(",q$_{1}$,#"));
    Ok(())
}

#[test]
fn the_csv_of_a_panel_has_every_image() -> Result<()> {
    let directory = directory("csv-panel");
    let image = PanelImage { spins: vec![1, -1, 0, 1], caption: "m = 1".into() };
    let rows = vec![PanelRow { caption: "a".into(), images: vec![image] }];
    let figure = Panel { title: String::new(), columns: vec!["stored".into()], rows, width: 2, height: 2 };
    draw(&Figure::Panel(figure), &directory, "figure")?;
    let expected = "row,column,caption,width,height,pixels\na,stored,m = 1,2,2,+-0+\n";
    assert_eq!(read(&directory, "figure.csv"), expected);
    Ok(())
}

/// x and y of every data shape's corners in an SVG, in logical units: all but texts.
fn drawn(svg: &str) -> Vec<(f64, f64)> {
    let attribute = |line: &str, name: &str| -> Option<f64> {
        line.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse().ok()
    };
    let mut corners = Vec::new();
    for line in svg.lines().filter(|line| !line.starts_with("<text ")) {
        for (x, y) in [("x", "y"), ("cx", "cy")] {
            if let (Some(x), Some(y)) = (attribute(line, x), attribute(line, y)) {
                corners.push((x / 10.0, y / 10.0));
            }
        }
        if let Some((_, points)) = line.split_once(" points=\"") {
            for pair in points.split_once('"').map_or("", |p| p.0).split_whitespace() {
                if let Some((x, y)) = pair.split_once(',') {
                    corners.push((x.parse().expect("x"), y.parse().expect("y")));
                    let last = corners.len() - 1;
                    corners[last] = (corners[last].0 / 10.0, corners[last].1 / 10.0);
                }
            }
        }
    }
    corners
}

#[test]
fn nothing_is_drawn_outside_the_picture_whatever_the_data() -> Result<()> {
    let directory = directory("inside");
    for (stem, mut figure) in gallery() {
        match &mut figure {
            Figure::PhaseDiagram(figure) => {
                figure.x.limits = Some((0.3, 0.31));
                figure.lines[0].pieces[0].push((1e300, -1e300));
            }
            Figure::Curves(figure) | Figure::WithResiduals(_, figure) => {
                figure.y.limits = Some((0.2, 0.4));
                figure.series[0].points[3].y_err = Some(1e308);
                figure.lines[0].pieces[0].push((f64::MAX, f64::MIN));
            }
            Figure::Panel(_) => {}
        }
        draw(&figure, &directory, stem)?;
        for (x, y) in drawn(&read(&directory, &format!("{stem}.svg"))) {
            let height = if stem == "residuals" { 1300.0 } else { 700.0 };
            assert!((0.0..=810.0).contains(&x) && (0.0..=height).contains(&y), "{stem}: {x}, {y}");
        }
    }
    Ok(())
}

/// Values that no figure can show, and values that are hard to show.
const HOSTILE: [f64; 9] =
    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, f64::MAX, f64::MIN, 5e-324, 1.000_000_000_000_1];

/// The characters between tags.
fn written(svg: &str) -> String {
    svg.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| format!("{text}\n")).collect()
}

#[test]
fn every_class_is_named_and_every_count_stands_in_its_cell() -> Result<()> {
    let directory = directory("counts");
    let classes = 12;
    let counts: Vec<Vec<usize>> = (0..classes)
        .map(|y| (0..classes).map(|x| if (x + y) % 5 == 0 { 100 + 12 * x + y } else { 0 }).collect())
        .collect();
    let names: Vec<f64> = (0..classes).map(|class| class as f64).collect();
    let cells = counts.iter().map(|row| row.iter().map(|&c| Some(c as f64 / 1000.0)).collect()).collect();
    let figure = PhaseDiagram {
        xs: names.clone(),
        ys: names,
        cells: Cells::Counts { label: "fraction".into(), cells, counts: counts.clone() },
        lines: vec![],
        points: vec![],
        ..phase_diagram()
    };
    draw(&Figure::PhaseDiagram(figure), &directory, "counts")?;
    let text = written(&read(&directory, "counts.svg"));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for class in 0..classes {
        let times = lines.iter().filter(|line| **line == class.to_string()).count();
        assert_eq!(times, 2, "class {class} on both axes");
    }
    for count in counts.iter().flatten().filter(|&&count| count > 0) {
        assert!(lines.contains(&count.to_string().as_str()), "{count} is not written");
    }
    Ok(())
}

#[test]
fn a_panel_of_many_images_is_a_small_file() -> Result<()> {
    let directory = directory("small-panel");
    let (side, classes, columns) = (28, 10, 6);
    // As broken as pixels flipped at random.
    let spins = |seed: usize| -> Vec<i8> {
        (0..side * side).map(|i| if (i * i * 7 + seed * i + i / 28) % 5 < 2 { 1 } else { -1 }).collect()
    };
    let row = |y: usize| PanelRow {
        caption: format!("class {y}"),
        images: (0..columns)
            .map(|x| PanelImage { spins: spins(x + 6 * y), caption: String::new() })
            .collect(),
    };
    let columns = vec![String::new(); columns];
    let rows = (0..classes).map(row).collect();
    let figure = Panel { title: "small".into(), columns, rows, width: side, height: side };
    draw(&Figure::Panel(figure), &directory, "panel")?;
    let bytes = read(&directory, "panel.svg").len();
    assert!(bytes < 500_000, "{bytes} bytes: some 15000 rectangles of 25 bytes");
    Ok(())
}

#[test]
fn any_phase_diagram_is_drawn_without_panic() -> Result<()> {
    let directory = directory("any-phase");
    let mut figures = vec![phase_diagram(); 9];
    figures[0].xs.clear();
    values(&mut figures[1]).clear();
    figures[2].xs = vec![0.3];
    figures[3].ys = vec![0.0];
    values(&mut figures[4]).iter_mut().flatten().for_each(|cell| *cell = None);
    figures[5].xs = HOSTILE.to_vec();
    *values(&mut figures[5]) = vec![HOSTILE.map(Some).to_vec(); 8];
    figures[6].x.limits = Some((0.5, 0.5));
    figures[6].y.limits = Some((f64::NAN, 1.0));
    figures[7].title = "a very long title ".repeat(300);
    figures[7].x.label = "γ".repeat(3000);
    if let Cells::Values { label, .. } = &mut figures[7].cells {
        *label = "m".repeat(500);
    }
    figures[7].lines =
        (0..200).map(|i| line(&format!("line {i} of many"), [(0.0, 0.0)].into_iter(), None)).collect();
    figures[7].points[0].group = usize::MAX;
    figures[8] = PhaseDiagram {
        xs: vec![],
        ys: vec![],
        cells: Cells::Values { label: String::new(), cells: vec![] },
        lines: vec![],
        points: vec![],
        ..phase_diagram()
    };
    for (i, mut figure) in figures.into_iter().enumerate() {
        for logarithmic in [false, true] {
            (figure.x.logarithmic, figure.y.logarithmic) = (logarithmic, logarithmic);
            let stem = format!("{i}-{logarithmic}");
            draw(&Figure::PhaseDiagram(figure.clone()), &directory, &stem)?;
            assert!(!read(&directory, &format!("{stem}.svg")).contains("NaN"));
        }
    }
    Ok(())
}

#[test]
fn any_curves_are_drawn_without_panic() -> Result<()> {
    let directory = directory("any-curves");
    for (i, a) in HOSTILE.into_iter().enumerate() {
        let pairs = HOSTILE.map(|b| (a, b));
        for logarithmic in [false, true] {
            let axis = Axis { logarithmic, limits: None, label: "x & <y> \u{0}".into() };
            let point = |(x, y)| Point { x, y, x_err: Some(y), y_err: Some(x) };
            let figure = Curves {
                title: String::new(),
                x: axis.clone(),
                y: axis.clone(),
                lines: vec![line("", pairs.into_iter(), None), line("_{", [].into_iter(), Some(7))],
                series: vec![Series {
                    open: false,
                    name: "s".into(),
                    points: pairs.map(point).to_vec(),
                    group: usize::MAX,
                }],
            };
            let stem = format!("{i}-{logarithmic}");
            draw(&Figure::Curves(figure), &directory, &stem)?;
            assert!(!read(&directory, &format!("{stem}.svg")).contains(['\0']));
            assert!(!read(&directory, &format!("{stem}.csv")).contains("NaN"));
        }
    }
    Ok(())
}

#[test]
fn empty_and_uneven_panels_are_drawn() -> Result<()> {
    let directory = directory("any-panel");
    let empty = Panel { title: String::new(), columns: vec![], rows: vec![], width: 0, height: 0 };
    draw(&Figure::Panel(empty.clone()), &directory, "empty")?;
    let mut uneven = panel(8);
    uneven.rows[1].images.pop();
    uneven
        .rows
        .push(PanelRow { caption: "a long caption of a row without images ".repeat(9), images: vec![] });
    uneven.columns = vec!["a".repeat(400)];
    draw(&Figure::Panel(uneven), &directory, "uneven")?;
    let image = PanelImage { spins: vec![], caption: "none".into() };
    let rows = vec![PanelRow { caption: "r".into(), images: vec![image] }];
    draw(&Figure::Panel(Panel { rows, ..empty }), &directory, "no-pixels")?;
    let spins = (0..600).map(|i| if i % 3 == 0 { 1 } else { -1 }).collect();
    let rows =
        vec![PanelRow { caption: "r".into(), images: vec![PanelImage { spins, caption: "wide".into() }] }];
    draw(
        &Figure::Panel(Panel { title: "t".into(), columns: vec![], rows, width: 600, height: 1 }),
        &directory,
        "wide",
    )?;
    Ok(())
}

#[test]
fn what_cannot_be_a_panel_or_a_file_name_is_bad_input_and_leaves_no_file() {
    let directory = directory("refused");
    let mut short = panel(8);
    short.rows[1].images[2].spins.pop();
    let many = Panel { rows: vec![panel(8).rows.remove(0); 1000], ..panel(8) };
    let huge = Panel { width: usize::MAX, ..panel(8) };
    for panel in [short, many, huge] {
        let error = draw(&Figure::Panel(panel), &directory, "panel").expect_err("refused");
        assert_eq!(error.kind(), Kind::BadInput);
    }
    for stem in ["", "a/b", "..", ".hidden"] {
        let error = draw(&Figure::Curves(curves()), &directory, stem).expect_err("refused");
        assert_eq!(error.kind(), Kind::BadInput);
    }
    assert!(!directory.exists());
}

#[test]
fn a_theory_known_at_one_point_only_is_still_seen() -> Result<()> {
    let directory = directory("dot");
    let mut figure = curves();
    figure.lines = vec![line("RS", [(0.5, 0.5)].into_iter(), None)];
    figure.series.clear();
    draw(&Figure::Curves(figure), &directory, "figure")?;
    assert_eq!(read(&directory, "figure.svg").matches("<circle ").count(), 1);
    Ok(())
}

#[test]
fn a_transition_beyond_the_grid_is_inside_the_picture() -> Result<()> {
    let directory = directory("beyond");
    let mut figure = phase_diagram();
    let circles = |figure: &PhaseDiagram, stem: &str| -> Result<usize> {
        draw(&Figure::PhaseDiagram(figure.clone()), &directory, stem)?;
        Ok(read(&directory, &format!("{stem}.svg")).matches("<circle ").count())
    };
    let before = circles(&figure, "within")?;
    figure.points[0].points.push(Point { x: 0.8, y: 1.4, x_err: Some(0.02), y_err: None });
    // A disc and its edge.
    assert_eq!(circles(&figure, "beyond")?, before + 2);
    Ok(())
}

#[test]
fn a_grid_that_begins_at_zero_has_no_negative_ticks() -> Result<()> {
    let directory = directory("zero");
    let mut figure = phase_diagram();
    figure.ys = vec![0.0];
    draw(&Figure::PhaseDiagram(figure), &directory, "figure")?;
    assert!(!words(&read(&directory, "figure.svg")).contains('−'));
    Ok(())
}

#[test]
fn figures_for_print_have_the_width_of_a_column_and_letters_of_eight_points() -> Result<()> {
    use replicon::plot::{Width, draw_for_print};
    let directory = directory("print");
    for (width, millimetres) in [(Width::OneColumn, 86.0), (Width::TwoColumn, 178.0)] {
        for (stem, figure) in
            [("curves", Figure::Curves(curves())), ("diagram", Figure::PhaseDiagram(phase_diagram()))]
        {
            let path = draw_for_print(&figure, &directory, stem, width)?;
            let svg = fs::read_to_string(&path).unwrap();
            assert!(svg.contains(&format!("<svg width=\"{millimetres}mm\" height=\"")), "{}", path.display());
            let units: f64 =
                svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
            let points_of_a_unit = millimetres / 25.4 * 72.0 / units;
            let sizes = svg.split("<text ").skip(1).map(|text| {
                let size: f64 =
                    text.split("font-size=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
                size * points_of_a_unit
            });
            for points in sizes {
                assert!((points - 8.0).abs() < 0.05, "{}: letters of {points} pt", path.display());
            }
        }
    }
    Ok(())
}
