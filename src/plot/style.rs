//! How things look: colours, dashes, markers. Every distinction is made twice, by colour and by shape or dash,
//! so that a figure survives grey printing.

use super::geometry::{Area, clip, dash, thin};
use super::scene::{Position, Rgb, Scene};

pub const INK: Rgb = (26, 26, 26);
pub const WHITE: Rgb = (255, 255, 255);
pub const FAINT: Rgb = (225, 225, 225);
pub const MISSING: Rgb = (232, 232, 232);
pub const HATCH: Rgb = (180, 180, 180);

pub const TITLE_SIZE: f64 = 15.0;
pub const LABEL_SIZE: f64 = 13.5;
pub const TICK_SIZE: f64 = 11.5;
pub const LEGEND_SIZE: f64 = 11.5;

/// Height of a line of text, in sizes.
pub const LEADING: f64 = 1.32;

/// Solid first. Lengths of ink and gap in units.
const DASHES: [&[f64]; 6] =
    [&[], &[8.0, 4.0], &[2.0, 3.0], &[10.0, 3.0, 2.0, 3.0], &[16.0, 4.0], &[10.0, 3.0, 2.0, 3.0, 2.0, 3.0]];

/// Dark enough to stand on their white halo, whatever the cell below.
const OVER_CELLS: [Rgb; 4] = [(0, 0, 0), (190, 15, 50), (25, 60, 190), (130, 70, 0)];

#[derive(Debug, Clone)]
pub struct LineStyle {
    pub colour: Rgb,
    pub width: f64,
    pub dash: &'static [f64],
    /// White on both sides, for lines over colours.
    pub halo: bool,
}

impl LineStyle {
    /// The `index`-th theory line over the cells of a phase diagram.
    pub fn over_cells(index: usize) -> Self {
        let colour = OVER_CELLS[index % OVER_CELLS.len()];
        Self { colour, width: 1.7, dash: DASHES[index % DASHES.len()], halo: true }
    }

    /// The `index`-th theory line of its colour among curves.
    pub fn among_curves(colour: Rgb, index: usize) -> Self {
        Self { colour, width: 1.3, dash: DASHES[index % DASHES.len()], halo: false }
    }

    /// Draws what of the line lies in `area`. `None` interrupts it; a point with neither neighbour is a dot.
    pub fn draw(&self, scene: &mut Scene, points: &[Option<Position>], area: &Area) {
        let neighbour = |i: Option<usize>| i.and_then(|i| points.get(i)).copied().flatten();
        for (i, point) in points.iter().enumerate() {
            let alone = neighbour(i.checked_sub(1)).is_none() && neighbour(i.checked_add(1)).is_none();
            if let Some(at) = point.filter(|&at| alone && area.contains(at)) {
                if self.halo {
                    scene.circle(at, self.width + 1.0, WHITE);
                }
                scene.circle(at, self.width, self.colour);
            }
        }
        for piece in clip(points, area) {
            let piece = thin(&piece, 0.3);
            if self.halo {
                scene.path(piece.clone(), self.width + 2.0, WHITE);
            }
            for stroke in dash(&piece, self.dash) {
                scene.path(stroke, self.width, self.colour);
            }
        }
    }
}

/// The colour as HTML, SVG and matplotlib write it.
pub fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Corners of the markers in radii, chosen to look equally large. Empty: a disc.
const MARKERS: [&[Position]; 7] = [
    &[],
    &[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
    &[(0.0, -1.25), (1.13, 0.75), (-1.13, 0.75)],
    &[(0.0, -1.3), (1.15, 0.0), (0.0, 1.3), (-1.15, 0.0)],
    &[(0.0, 1.25), (1.13, -0.75), (-1.13, -0.75)],
    &[(0.0, -1.15), (1.1, -0.35), (0.68, 0.95), (-0.68, 0.95), (-1.1, -0.35)],
    &[
        (-0.4, -1.15),
        (0.4, -1.15),
        (0.4, -0.4),
        (1.15, -0.4),
        (1.15, 0.4),
        (0.4, 0.4),
        (0.4, 1.15),
        (-0.4, 1.15),
        (-0.4, 0.4),
        (-1.15, 0.4),
        (-1.15, -0.4),
        (-0.4, -0.4),
    ],
];

/// Their letters in matplotlib.
const MARKER_LETTERS: [&str; MARKERS.len()] = ["o", "s", "^", "D", "v", "p", "P"];

#[derive(Debug, Clone)]
pub struct MarkerStyle {
    /// Position among the marker shapes.
    pub shape: usize,
    pub fill: Rgb,
    pub edge: Rgb,
    /// Colour of the error bars.
    pub bar: Rgb,
    /// White around the error bars, for points over colours.
    pub halo: bool,
}

pub const MARKER_RADIUS: f64 = 3.6;

impl MarkerStyle {
    /// The marker's letter in matplotlib.
    pub fn letter(&self) -> &'static str {
        MARKER_LETTERS[self.shape % MARKER_LETTERS.len()]
    }

    pub fn draw(&self, scene: &mut Scene, at: Position) {
        self.shape(scene, at, MARKER_RADIUS + 1.1, self.edge);
        self.shape(scene, at, MARKER_RADIUS, self.fill);
    }

    fn shape(&self, scene: &mut Scene, (x, y): Position, radius: f64, fill: Rgb) {
        let corners = MARKERS[self.shape % MARKERS.len()];
        if corners.is_empty() {
            scene.circle((x, y), radius, fill);
        } else {
            scene.polygon(corners.iter().map(|c| (x + radius * c.0, y + radius * c.1)).collect(), fill);
        }
    }

    /// An error bar from `a` to `b`, upright or level; caps only where the bar ends inside `area`.
    pub fn error_bar(&self, scene: &mut Scene, a: Position, b: Position, area: &Area) {
        let widths: &[(f64, Rgb)] =
            if self.halo { &[(3.4, WHITE), (1.3, self.bar)] } else { &[(1.2, self.bar)] };
        let (low, high) = (area.clamp(a), area.clamp(b));
        let upright = (a.0 - b.0).abs() < (a.1 - b.1).abs();
        let cap = if upright { (3.0, 0.0) } else { (0.0, 3.0) };
        for &(width, colour) in widths {
            let extra = (width - 1.3).max(0.0) / 2.0;
            scene.path(vec![low, high], width, colour);
            for end in [a, b].into_iter().filter(|&end| area.contains(end)) {
                let (dx, dy) = if upright { (cap.0 + extra, 0.0) } else { (0.0, cap.1 + extra) };
                scene.path(vec![(end.0 - dx, end.1 - dy), (end.0 + dx, end.1 + dy)], width, colour);
            }
        }
    }
}

/// Colours of phases, light enough for lines over them: paramagnet, dynamic glass, glass, Gardner glass, retrieval, retrieval with
/// broken replica symmetry. Warm and cold differ in hue, neighbours in lightness.
const TONES: [Rgb; 6] =
    [(244, 244, 240), (253, 236, 200), (246, 201, 137), (214, 139, 92), (150, 200, 225), (88, 150, 200)];

/// The `index`-th colour of phases.
pub fn tone(index: usize) -> Rgb {
    TONES[index % TONES.len()]
}

/// The colour of a cell: viridis, in [`SHADES`] steps.
pub fn shade(step: usize) -> Rgb {
    colorous::VIRIDIS.eval_rational(step.min(SHADES - 1), SHADES).as_tuple()
}

/// Steps of the colour scale from 0 to 1.
pub const SHADES: usize = 256;

/// The step of `value`; what lies outside 0 to 1 has the colour of the nearer end.
pub fn step(value: f64) -> usize {
    (value.clamp(0.0, 1.0) * (SHADES - 1) as f64).round() as usize
}

/// Ordered colours for `count` groups: equal steps of lightness, from dark to as light as white paper allows.
pub fn ordered(rank: usize, count: usize) -> Rgb {
    const LIGHTEST: f64 = 0.77;
    let t = if count > 1 { rank as f64 / (count - 1) as f64 } else { 0.25 };
    colorous::PLASMA.eval_continuous(LIGHTEST * t.clamp(0.0, 1.0)).as_tuple()
}

/// The groups of a figure by rank: group numbers need not be consecutive.
pub struct Ranks(Vec<usize>);

pub fn ranks(groups: impl Iterator<Item = usize>) -> Ranks {
    let mut groups: Vec<usize> = groups.collect();
    groups.sort_unstable();
    groups.dedup();
    Ranks(groups)
}

impl Ranks {
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn rank(&self, group: usize) -> usize {
        self.0.binary_search(&group).unwrap_or(0)
    }
}
