//! Clipping, thinning and dashing of lines in logical units.

use super::scene::Position;

/// The data area of a figure; `top` is less than `bottom`.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether a point lies inside or, up to rounding, on the edge.
    pub fn contains(&self, (x, y): Position) -> bool {
        const ROUNDING: f64 = 1e-6;
        x >= self.left - ROUNDING
            && x <= self.right + ROUNDING
            && y >= self.top - ROUNDING
            && y <= self.bottom + ROUNDING
    }

    pub fn clamp(&self, (x, y): Position) -> Position {
        (x.clamp(self.left, self.right), y.clamp(self.top, self.bottom))
    }
}

/// The parts of a line inside `area`; `None` interrupts it.
pub fn clip(points: &[Option<Position>], area: &Area) -> Vec<Vec<Position>> {
    let mut pieces: Vec<Vec<Position>> = Vec::new();
    let mut joined = false;
    for pair in points.windows(2) {
        let inside = match (pair[0], pair[1]) {
            (Some(a), Some(b)) => clip_segment(a, b, area).map(|inside| (inside, b)),
            _ => None,
        };
        let Some(((from, to), end)) = inside else {
            joined = false;
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if joined => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
        // The next segment goes on from here only if this one was not cut at its end.
        joined = to == end;
    }
    pieces
}

/// Liang and Barsky's clipping of a segment.
fn clip_segment(a: Position, b: Position, area: &Area) -> Option<(Position, Position)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (slope, distance) in
        [(-dx, a.0 - area.left), (dx, area.right - a.0), (-dy, a.1 - area.top), (dy, area.bottom - a.1)]
    {
        if slope == 0.0 {
            if distance < 0.0 {
                return None;
            }
        } else if slope < 0.0 {
            enter = enter.max(distance / slope);
        } else {
            leave = leave.min(distance / slope);
        }
    }
    let at = |t: f64| area.clamp((a.0 + t * dx, a.1 + t * dy));
    (enter <= leave)
        .then(|| (if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
}

/// Leaves out points nearer than `spacing` to the one kept before; the last point stays.
pub fn thin(points: &[Position], spacing: f64) -> Vec<Position> {
    let mut kept: Vec<Position> = Vec::with_capacity(points.len());
    for (i, &point) in points.iter().enumerate() {
        let far = kept.last().is_none_or(|&last| distance(last, point) >= spacing);
        if far {
            kept.push(point);
        } else if i + 1 == points.len() && kept.len() > 1 {
            kept.pop();
            kept.push(point);
        }
    }
    kept
}

/// Cuts a line into the strokes of a dash pattern (ink, gap, ink, gap, …); an empty pattern is a solid line.
pub fn dash(points: &[Position], pattern: &[f64]) -> Vec<Vec<Position>> {
    if pattern.is_empty() || points.len() < 2 {
        return vec![points.to_vec()];
    }
    let mut strokes = Vec::new();
    let mut stroke = vec![points[0]];
    let mut index = 0;
    let mut left = pattern[0];
    for pair in points.windows(2) {
        let length = distance(pair[0], pair[1]);
        let mut walked = 0.0;
        while length - walked > left {
            walked += left;
            let t = walked / length;
            let at = (pair[0].0 + t * (pair[1].0 - pair[0].0), pair[0].1 + t * (pair[1].1 - pair[0].1));
            if index % 2 == 0 {
                stroke.push(at);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![at];
            }
            index = (index + 1) % pattern.len();
            left = pattern[index];
        }
        left -= length - walked;
        if index % 2 == 0 {
            stroke.push(pair[1]);
        }
    }
    if stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

fn distance(a: Position, b: Position) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    (dx * dx + dy * dy).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };

    #[test]
    fn a_line_that_leaves_and_returns_is_clipped_to_two_pieces() {
        let line = [(5.0, 5.0), (15.0, 5.0), (15.0, 8.0), (5.0, 8.0)].map(Some);
        let pieces = clip(&line, &AREA);
        assert_eq!(pieces, [vec![(5.0, 5.0), (10.0, 5.0)], vec![(10.0, 8.0), (5.0, 8.0)]]);
    }

    #[test]
    fn a_missing_point_interrupts_a_line() {
        let line = [Some((1.0, 1.0)), Some((2.0, 1.0)), None, Some((4.0, 1.0)), Some((5.0, 1.0))];
        assert_eq!(clip(&line, &AREA).len(), 2);
    }

    #[test]
    fn a_line_across_from_outside_to_outside_is_seen() {
        assert_eq!(clip(&[Some((-5.0, 5.0)), Some((20.0, 5.0))], &AREA), [vec![(0.0, 5.0), (10.0, 5.0)]]);
        assert!(clip(&[Some((-5.0, 15.0)), Some((20.0, 12.0))], &AREA).is_empty());
    }

    #[test]
    fn dashes_have_the_length_of_their_pattern_over_corners() {
        let strokes = dash(&[(0.0, 0.0), (3.0, 0.0), (3.0, 7.0)], &[4.0, 2.0]);
        assert_eq!(strokes, [vec![(0.0, 0.0), (3.0, 0.0), (3.0, 1.0)], vec![(3.0, 3.0), (3.0, 7.0)]]);
    }

    #[test]
    fn thinning_keeps_both_ends() {
        let dense: Vec<Position> = (0..=1000).map(|i| (f64::from(i) * 0.01, 0.0)).collect();
        let thinned = thin(&dense, 0.5);
        assert!(thinned.len() < 30);
        assert_eq!((thinned[0], thinned[thinned.len() - 1]), ((0.0, 0.0), (10.0, 0.0)));
    }
}
