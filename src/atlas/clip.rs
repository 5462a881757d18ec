//! Lines and rings cut to a square and thinned to what its grid can show.

pub(super) type Point = [f64; 2];

/// Sides of the square in units of the tile: its 4096 and 80 more all around, so that strokes run on over the edge.
const LOW: f64 = -80.0;
const HIGH: f64 = 4176.0;
/// How far a line may be from where it was, in units.
const TOLERANCE: f64 = 1.0;

/// The parts of a line in the square, each of two points at least.
pub(super) fn line(points: &[Point]) -> Vec<Vec<[i32; 2]>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut end = None;
    for pair in points.windows(2) {
        let Some((from, to)) = segment(pair[0], pair[1]) else { continue };
        match parts.last_mut() {
            Some(part) if end == Some(from) => part.push(to),
            _ => parts.push(vec![from, to]),
        }
        end = Some(to);
    }
    parts.iter().map(|part| on_grid(&thin(part))).filter(|part| part.len() > 1).collect()
}

/// A ring in the square, without its closing point, clockwise as seen on the tile when `is_outer`, else the other way round. `None` when
/// nothing of it has an area there.
pub(super) fn ring(points: &[Point], is_outer: bool) -> Option<Vec<[i32; 2]>> {
    let mut cut = points.to_vec();
    if cut.first() == cut.last() {
        cut.pop();
    }
    for (axis, is_high) in [(0, false), (0, true), (1, false), (1, true)] {
        cut = half(&cut, axis, is_high);
    }
    cut.push(*cut.first()?);
    let mut ring = on_grid(&thin(&cut));
    ring.pop();
    let area = twice_area(&ring);
    if ring.len() < 3 || area == 0 {
        return None;
    }
    // Positive by the surveyor's formula, with y growing downward, is clockwise on the screen.
    if (area > 0) != is_outer {
        ring.reverse();
    }
    Some(ring)
}

/// The part of a segment in the square (Liang and Barsky 1984).
fn segment(from: Point, to: Point) -> Option<(Point, Point)> {
    let (mut start, mut end) = (0.0f64, 1.0f64);
    for axis in 0..2 {
        let way = to[axis] - from[axis];
        if way == 0.0 {
            if !(LOW..=HIGH).contains(&from[axis]) {
                return None;
            }
            continue;
        }
        let (a, b) = ((LOW - from[axis]) / way, (HIGH - from[axis]) / way);
        start = start.max(a.min(b));
        end = end.min(a.max(b));
    }
    let along = |share: f64| [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    (start <= end).then(|| (if start == 0.0 { from } else { along(start) }, if end == 1.0 { to } else { along(end) }))
}

/// What is on the inner side of one side of the square (Sutherland and Hodgman 1974).
fn half(ring: &[Point], axis: usize, is_high: bool) -> Vec<Point> {
    let side = if is_high { HIGH } else { LOW };
    let is_inside = |point: &Point| if is_high { point[axis] <= side } else { point[axis] >= side };
    let mut out = Vec::with_capacity(ring.len() + 4);
    let Some(mut before) = ring.last().copied() else { return out };
    for &point in ring {
        if is_inside(&before) != is_inside(&point) {
            let share = (side - before[axis]) / (point[axis] - before[axis]);
            let mut cross = [before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])];
            cross[axis] = side;
            out.push(cross);
        }
        if is_inside(&point) {
            out.push(point);
        }
        before = point;
    }
    out
}

/// Leaves out what lies within the tolerance of the rest (Douglas and Peucker 1973). The ends stay.
fn thin(points: &[Point]) -> Vec<Point> {
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[last] = true;
    // A stack of its own: lines of a hundred thousand points must not exhaust the thread's.
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let farthest = (from + 1..to).map(|at| (at, off(points[at], points[from], points[to]))).max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((at, distance)) = farthest
            && distance > TOLERANCE * TOLERANCE
        {
            keep[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    points.iter().zip(keep).filter_map(|(&point, keep)| keep.then_some(point)).collect()
}

/// Squared distance of a point from a segment.
fn off(point: Point, from: Point, to: Point) -> f64 {
    let way = [to[0] - from[0], to[1] - from[1]];
    let gone = [point[0] - from[0], point[1] - from[1]];
    let length = way[0] * way[0] + way[1] * way[1];
    let share = if length > 0.0 { ((gone[0] * way[0] + gone[1] * way[1]) / length).clamp(0.0, 1.0) } else { 0.0 };
    (gone[0] - share * way[0]).powi(2) + (gone[1] - share * way[1]).powi(2)
}

/// Rounded, points that fall together only once.
#[expect(clippy::cast_possible_truncation, reason = "within the square")]
fn on_grid(points: &[Point]) -> Vec<[i32; 2]> {
    let mut out: Vec<[i32; 2]> = points.iter().map(|point| point.map(|way| way.round() as i32)).collect();
    out.dedup();
    out
}

fn twice_area(ring: &[[i32; 2]]) -> i64 {
    let Some(mut before) = ring.last().copied() else { return 0 };
    let mut area = 0;
    for &point in ring {
        area += i64::from(before[0]) * i64::from(point[1]) - i64::from(point[0]) * i64::from(before[1]);
        before = point;
    }
    area
}
