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

/// Twice a ring's area, positive when it is clockwise as seen on the tile.
pub(super) fn twice_area(ring: &[[i32; 2]]) -> i64 {
    let Some(mut before) = ring.last().copied() else { return 0 };
    let mut area = 0;
    for &point in ring {
        area += i64::from(before[0]) * i64::from(point[1]) - i64::from(point[0]) * i64::from(before[1]);
        before = point;
    }
    area
}

/// The middle of a ring: its centre of mass, or the middle of its box where it has no area.
pub(super) fn middle(ring: &[Point]) -> Point {
    let mut bounds = [[f64::INFINITY, f64::NEG_INFINITY]; 2];
    for point in ring {
        for axis in [0, 1] {
            bounds[axis] = [bounds[axis][0].min(point[axis]), bounds[axis][1].max(point[axis])];
        }
    }
    let centre = bounds.map(|[from, to]| from.midpoint(to));
    let (mut twice_area, mut sum) = (0.0, [0.0; 2]);
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        // From the centre of the box, so that small areas far from the origin keep their digits.
        let ([ax, ay], [bx, by]) = ([a[0] - centre[0], a[1] - centre[1]], [b[0] - centre[0], b[1] - centre[1]]);
        let cross = ax * by - bx * ay;
        twice_area += cross;
        sum = [sum[0] + (ax + bx) * cross, sum[1] + (ay + by) * cross];
    }
    let inside = |axis: usize| (centre[axis] + sum[axis] / (3.0 * twice_area)).clamp(bounds[axis][0], bounds[axis][1]);
    if twice_area == 0.0 { centre } else { [inside(0), inside(1)] }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::earth::{Bounds, Region};

    fn points(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Point>> {
        let way = || prop_oneof![6 => -9000.0..13_000.0f64, 1 => Just(LOW), 1 => Just(HIGH)];
        vec([way(), way()], count)
    }

    fn distance(point: Point, line: &[[i32; 2]]) -> f64 {
        let line: Vec<Point> = line.iter().map(|point| point.map(f64::from)).collect();
        line.windows(2).map(|pair| off(point, pair[0], pair[1]).sqrt()).fold(f64::INFINITY, f64::min)
    }

    fn is_in_square(points: &[[i32; 2]]) -> bool {
        points.iter().flatten().all(|&way| (-80..=4176).contains(&way))
    }

    /// A corner that is thinned away and two roundings.
    const MOVED: f64 = TOLERANCE + 1.5;

    proptest! {
        #[test]
        fn a_line_is_where_it_was_and_only_in_the_square(line in points(0..8), close in vec([0.0..3.0f64, 0.0..3.0f64], 0..5)) {
            for line in [line, close] {
                let parts = super::line(&line);
                for part in &parts {
                    prop_assert!(part.len() > 1 && is_in_square(part) && part.windows(2).all(|pair| pair[0] != pair[1]));
                    for point in part {
                        let near = line.windows(2).map(|pair| off(point.map(f64::from), pair[0], pair[1]).sqrt()).fold(f64::INFINITY, f64::min);
                        prop_assert!(near < MOVED);
                    }
                }
                for pair in line.windows(2) {
                    for step in 0..=50 {
                        let share = f64::from(step) / 50.0;
                        let point = [0, 1].map(|axis| pair[0][axis] + share * (pair[1][axis] - pair[0][axis]));
                        // What is shorter than a unit may vanish.
                        let length = line.windows(2).map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1])).sum::<f64>();
                        if length > 10.0 && point.iter().all(|way| (LOW + 8.0..HIGH - 8.0).contains(way)) {
                            prop_assert!(parts.iter().any(|part| distance(point, part) < MOVED), "{:?}", point);
                        }
                    }
                }
            }
        }

        #[test]
        fn a_ring_covers_what_it_covered_and_winds_as_told(radii in vec(20.0..9000.0f64, 3..12), center in [-500.0..4600.0f64, -500.0..4600.0f64], is_outer in any::<bool>(), backward in any::<bool>()) {
            let corner = |at: usize| {
                let turn = std::f64::consts::TAU * at as f64 / radii.len() as f64;
                [center[0] + radii[at] * turn.cos(), center[1] + radii[at] * turn.sin()]
            };
            let mut given: Vec<Point> = (0..radii.len()).chain([0]).map(corner).collect();
            if backward {
                given.reverse();
            }
            // The same shape, small enough to be degrees.
            let region = |ring: &[Point]| Region::new(vec![vec![ring.iter().map(|point| point.map(|way| way / 1000.0)).collect()]]);
            let Ok(before) = region(&given) else { return Ok(()) };
            let ring = super::ring(&given, is_outer);
            if let Some(ring) = &ring {
                prop_assert!(ring.len() > 2 && is_in_square(ring) && ring.first() != ring.last());
                prop_assert_eq!(twice_area(ring) > 0, is_outer);
            }
            let closed: Vec<Point> = ring.iter().flatten().chain(ring.iter().flatten().take(1)).map(|point| point.map(f64::from)).collect();
            let inside = |[x, y]: Point| {
                closed.windows(2).filter(|pair| (pair[0][1] <= y) != (pair[1][1] <= y) && x < pair[0][0] + (y - pair[0][1]) / (pair[1][1] - pair[0][1]) * (pair[1][0] - pair[0][0])).count() % 2 == 1
            };
            for x in 0..21 {
                for y in 0..21 {
                    let point = [f64::from(x) * 204.0 + 3.3, f64::from(y) * 204.0 + 3.3];
                    let near = Bounds { west: (point[0] - MOVED) / 1000.0, south: (point[1] - MOVED) / 1000.0, east: (point[0] + MOVED) / 1000.0, north: (point[1] + MOVED) / 1000.0 };
                    match before.classify(&near) {
                        cover if cover.is_inside() => prop_assert!(inside(point), "{:?}", point),
                        cover if cover.is_outside() => prop_assert!(!inside(point), "{:?}", point),
                        _ => {}
                    }
                }
            }
        }

        #[test]
        fn nothing_makes_it_panic(points in vec(prop::array::uniform2(-1e9..1e9f64), 0..6)) {
            let _ = (line(&points), ring(&points, true));
        }
    }

    #[test]
    fn what_has_no_area_on_the_grid_is_left_out() {
        assert_eq!(ring(&[[1.0, 1.0], [1.3, 1.0], [1.0, 1.3], [1.0, 1.0]], true), None);
        assert_eq!(ring(&[[0.0, 0.0], [4000.0, 0.2], [0.0, 0.3], [0.0, 0.0]], true), None);
        assert_eq!(ring(&[[9000.0, 0.0], [9100.0, 0.0], [9000.0, 100.0], [9000.0, 0.0]], true), None);
        assert!(ring(&[], true).is_none() && line(&[]).is_empty() && line(&[[1.0, 1.0]]).is_empty());
    }

    #[test]
    fn a_line_of_a_hundred_thousand_points_is_thinned_without_exhausting_the_stack() {
        let bow: Vec<Point> = (0..100_000).map(|at| [f64::from(at) / 25.0, (f64::from(at) / 31_830.0).sin() * 4000.0]).collect();
        assert!(line(&bow)[0].len() < 500);
    }
}
