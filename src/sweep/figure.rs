//! The numbers of a figure. Gathered here, drawn by the plot layer, which computes nothing.

/// A figure with everything that is drawn on it.
#[derive(Debug, Clone)]
pub enum Figure {
    PhaseDiagram(PhaseDiagram),
    Curves(Curves),
    /// Curves, and below them on the same x what is left of their points.
    WithResiduals(Curves, Curves),
    Panel(Panel),
}

/// A quantity or phases on a grid of load (x) and temperature (y), theory lines and simulated transition points over it.
#[derive(Debug, Clone)]
pub struct PhaseDiagram {
    pub title: String,
    /// Axis symbols in rich text, for example `load γ`, `temperature T`.
    pub x: Axis,
    pub y: Axis,
    /// Grid values of x and y, ascending; y may begin with 0. Spacing may be uneven, either list may have one value.
    pub xs: Vec<f64>,
    pub ys: Vec<f64>,
    pub cells: Cells,
    /// Curves of theory, each by its name in the legend.
    pub lines: Vec<Line>,
    /// Simulated transition points with one standard error in x.
    pub points: Vec<Series>,
}

/// What the colours of a phase diagram show: `[y][x]`, `None` where there is nothing to say.
#[derive(Debug, Clone)]
pub enum Cells {
    /// A quantity between 0 and 1, with the label of its scale, for example `⟨m⟩ from the planted start`.
    Values { label: String, cells: Vec<Vec<Option<f64>>> },
    /// How often each class (y) is read as each (x): fractions of the row as colours, the counts written into them, each class named.
    Counts { label: String, cells: Vec<Vec<Option<f64>>>, counts: Vec<Vec<usize>> },
    /// Positions in a list of phases.
    Phases { phases: Vec<Phase>, cells: Vec<Vec<Option<usize>>> },
}

/// A phase in the legend.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    pub name: String,
    /// Position in the ordered list of phase colours.
    pub tone: usize,
    /// Stripes of another tone: a state that is there but not in equilibrium.
    pub stripes: Option<usize>,
}

/// Curves against one variable: theory as lines, simulation with error bars, one colour per series.
#[derive(Debug, Clone)]
pub struct Curves {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub lines: Vec<Line>,
    pub series: Vec<Series>,
}

/// Rows of small black-and-white images with a caption for each column and row.
#[derive(Debug, Clone)]
pub struct Panel {
    pub title: String,
    /// Captions of the columns, for example `stored`, `corrupted`, `recalled, P = 2`.
    pub columns: Vec<String>,
    pub rows: Vec<PanelRow>,
    pub width: usize,
    pub height: usize,
}

#[derive(Debug, Clone)]
pub struct PanelRow {
    pub caption: String,
    /// One image a column, row-major, +1 is ink; each with a short caption such as `m = 0.98`.
    pub images: Vec<PanelImage>,
}

#[derive(Debug, Clone)]
pub struct PanelImage {
    pub spins: Vec<i8>,
    pub caption: String,
}

#[derive(Debug, Clone)]
pub struct Axis {
    /// `load γ`, `temperature T`, `⟨m⟩`. Markup: `q_{ab}` subscript, `10^{-3}` superscript.
    pub label: String,
    pub logarithmic: bool,
    /// Fixed limits; `None`: from the data.
    pub limits: Option<(f64, f64)>,
}

/// A curve of theory. A gap is the end of one piece and the start of the next.
#[derive(Debug, Clone)]
pub struct Line {
    pub name: String,
    pub pieces: Vec<Vec<(f64, f64)>>,
    /// Lines with the same group share a colour with the series of that group.
    pub group: Option<usize>,
}

/// Simulated points with error bars.
#[derive(Debug, Clone)]
pub struct Series {
    pub name: String,
    pub points: Vec<Point>,
    /// Position in the ordered colour scale (one colour per N).
    pub group: usize,
    /// Drawn with open markers: points that stand for less, such as rows that have not thermalised.
    pub open: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub x_err: Option<f64>,
    pub y_err: Option<f64>,
}
