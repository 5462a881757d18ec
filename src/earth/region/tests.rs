use geo::{Contains, CoordinatePosition, LineString, MultiPolygon, Polygon, coordinate_position::CoordPos};
use proptest::{collection::vec, prelude::*};

use super::*;

type Rings = Vec<Vec<[f64; 2]>>;
/// Polygons, what is wrong with them, and where: polygon, ring, position.
type Case = (Vec<Rings>, RegionFault, (usize, usize, usize));

fn ring(points: &[(i32, i32)]) -> Vec<[f64; 2]> {
    points.iter().chain(points.first()).map(|&(x, y)| [f64::from(x), f64::from(y)]).collect()
}

fn square(west: i32, south: i32, side: i32) -> Vec<[f64; 2]> {
    ring(&[(west, south), (west + side, south), (west + side, south + side), (west, south + side)])
}

fn refusal(polygons: Vec<Rings>) -> BadRegion {
    Region::new(polygons).unwrap_err()
}

/// In one of the polygons: in or on its outer ring, and in none of its holes. Every edge is tried.
fn is_in(polygons: &[Rings], [x, y]: [f64; 2]) -> bool {
    let in_ring = |ring: &Vec<[f64; 2]>| {
        let mut inside = false;
        for pair in ring.windows(2) {
            let edge = Edge::between(pair[0], pair[1]);
            let side = edge.side([x, y]);
            if side.is_eq() && edge.bounds().contains(x, y) {
                return None;
            }
            if (pair[0][1] <= y) != (pair[1][1] <= y) && side.is_gt() {
                inside = !inside;
            }
        }
        Some(inside)
    };
    polygons.iter().any(|rings| in_ring(&rings[0]) != Some(false) && rings[1..].iter().all(|hole| in_ring(hole) != Some(true)))
}

/// A ring around a centre, one corner per direction: never crosses itself.
fn star(center: [f64; 2], radii: &[f64]) -> Vec<[f64; 2]> {
    let corner = |at: usize| {
        let turn = std::f64::consts::TAU * at as f64 / radii.len() as f64;
        [center[0] + radii[at] * turn.cos(), center[1] + radii[at] * turn.sin()]
    };
    (0..radii.len()).chain([0]).map(corner).collect()
}

/// Teeth from the south up to differing heights: most edges span most latitudes.
fn comb(teeth: usize) -> Vec<[f64; 2]> {
    let step = 100.0 / teeth as f64;
    let upper = (0..teeth).flat_map(|at| {
        let west = at as f64 * step;
        [[west + step / 4.0, 50.0 + (at * 7919 % 997) as f64 / 100.0], [west + step / 2.0, 1.0 + (at * 104_729 % 991) as f64 / 1000.0]]
    });
    [[0.0, 0.0]].into_iter().chain(upper).chain([[100.0, 0.0], [0.0, 0.0]]).collect()
}

#[test]
fn the_border_belongs_to_the_region_and_a_hole_s_border_too() {
    let region = Region::new(vec![vec![square(0, 0, 10), square(4, 4, 2)]]).unwrap();
    for (lon, lat) in [(0.0, 0.0), (10.0, 10.0), (10.0, 5.0), (5.0, 0.0), (4.0, 4.0), (5.0, 6.0), (3.9, 5.0)] {
        assert!(region.contains(lon, lat), "{lon} {lat}");
    }
    for (lon, lat) in [(5.0, 5.0), (10.000_000_1, 5.0), (-0.000_000_1, 0.0), (f64::NAN, 5.0), (5.0, f64::INFINITY)] {
        assert!(!region.contains(lon, lat), "{lon} {lat}");
    }
    assert_eq!(region.vertices(), 8);
    assert_eq!(*region.bounds(), Bounds { west: 0.0, south: 0.0, east: 10.0, north: 10.0 });
}

#[test]
fn either_winding_and_repeated_positions_are_taken() {
    let mut backward = square(0, 0, 10);
    backward.reverse();
    backward.insert(1, backward[0]);
    backward.push(backward[0]);
    assert!(Region::new(vec![vec![backward, square(4, 4, 2)]]).unwrap().contains(1.0, 1.0));
}

#[test]
fn what_is_no_ring_is_refused_by_name_and_place() {
    let faults: Vec<Case> = vec![
        (vec![], RegionFault::Empty, (0, 0, 0)),
        (vec![vec![square(0, 0, 1)], vec![]], RegionFault::Empty, (1, 0, 0)),
        (vec![vec![vec![]]], RegionFault::TooFewPositions, (0, 0, 0)),
        (vec![vec![vec![[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]], RegionFault::TooFewPositions, (0, 0, 0)),
        (vec![vec![square(0, 0, 9), square(2, 2, 2)[..4].to_vec()]], RegionFault::NotClosed, (0, 1, 3)),
        (vec![vec![vec![[0.0, 0.0], [1.0, f64::NAN], [1.0, 1.0], [0.0, 0.0]]]], RegionFault::NotFinite, (0, 0, 1)),
        (vec![vec![vec![[0.0, 0.0], [1.0, 1.0], [190.0, 1.0], [0.0, 0.0]]]], RegionFault::OutOfRange, (0, 0, 2)),
        (vec![vec![vec![[31.0, 120.0], [31.0, 121.0], [32.0, 121.0], [31.0, 120.0]]]], RegionFault::Swapped, (0, 0, 0)),
        (vec![vec![vec![[170.0, 0.0], [-170.0, 0.0], [-170.0, 1.0], [170.0, 0.0]]]], RegionFault::CrossesAntimeridian, (0, 0, 0)),
        (vec![vec![ring(&[(0, 0), (1, 1), (3, 3), (2, 2)])]], RegionFault::NoArea, (0, 0, 0)),
        (vec![vec![vec![[5.0, 5.0]; 6]]], RegionFault::NoArea, (0, 0, 0)),
        (vec![vec![square(0, 0, 2), square(5, 5, 1)]], RegionFault::HoleOutside, (0, 1, 0)),
        (vec![vec![square(0, 0, 9), square(1, 1, 7), square(2, 2, 1)]], RegionFault::HoleOutside, (0, 2, 0)),
        (vec![vec![square(0, 0, 9)], vec![square(2, 2, 2)]], RegionFault::PolygonsOverlap, (1, 0, 0)),
        (vec![vec![square(0, 0, 1); 1001]], RegionFault::TooManyRings, (0, 0, 0)),
        (vec![vec![vec![[0.0, 0.0]; 100_001]]], RegionFault::TooManyVertices, (0, 0, 0)),
    ];
    for (polygons, fault, place) in faults {
        let bad = refusal(polygons);
        assert_eq!((bad.fault, bad.part, bad.ring, bad.position), (fault, place.0, Some(place.1), place.2), "{bad}");
    }
}

#[test]
fn a_crossing_is_named_with_its_point() {
    let bad = refusal(vec![vec![square(20, 20, 1)], vec![ring(&[(0, 0), (4, 4), (4, 0), (0, 4)])]]);
    assert_eq!((bad.fault, bad.part, bad.ring, bad.position, bad.place), (RegionFault::SelfCrossing, 1, Some(0), 0, Some([2.0, 2.0])));
    assert_eq!(bad.to_string(), "edges cross or overlap (polygon 1, ring 0, position 0, at 2.0000000 2.0000000)");
    // A hole across the outer ring, edges on one another, a spike, and ways that cross in a vertex.
    let hole = vec![vec![square(0, 0, 4), square(2, 2, 4)]];
    let shared = vec![vec![square(0, 0, 4)], vec![square(4, 1, 2)]];
    let spike = vec![vec![ring(&[(0, 0), (4, 0), (4, 4), (6, 6), (4, 4), (0, 4)])]];
    let vertex = vec![vec![ring(&[(0, 0), (1, 1), (2, 2), (2, 0), (1, 1), (0, 2)])]];
    let through_an_edge = vec![vec![ring(&[(0, 0), (6, 0), (6, 4), (3, 0), (0, -4), (-2, -2)])]];
    for polygons in [hole, shared, spike, vertex, through_an_edge] {
        assert_eq!(refusal(polygons.clone()).fault, RegionFault::SelfCrossing, "{polygons:?}");
    }
}

#[test]
fn rings_may_touch_at_points() {
    let hourglass = vec![vec![ring(&[(0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 1)])]];
    let hole_at_corner = vec![vec![square(0, 0, 4), ring(&[(0, 0), (2, 1), (1, 2)])]];
    let hole_between_edges = vec![vec![square(0, 0, 4), ring(&[(0, 2), (2, 0), (4, 2), (2, 4)])]];
    let vertex_on_edge = vec![vec![ring(&[(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)])]];
    let corner_to_corner = vec![vec![square(0, 0, 2)], vec![square(2, 2, 2)]];
    let island_in_hole = vec![vec![square(0, 0, 9), square(1, 1, 7)], vec![square(2, 2, 3)]];
    for polygons in [hourglass, hole_at_corner, hole_between_edges, vertex_on_edge, corner_to_corner, island_in_hole] {
        let region = Region::new(polygons.clone()).unwrap();
        for x in 0..=40 {
            for y in 0..=40 {
                let place = [f64::from(x) / 4.0, f64::from(y) / 4.0];
                assert_eq!(region.contains(place[0], place[1]), is_in(&polygons, place), "{polygons:?} {place:?}");
            }
        }
    }
}

#[test]
fn a_box_is_a_region_even_when_it_is_a_line_or_nothing() {
    let line = Region::from_bounds(&Bounds { west: 1.0, south: 2.0, east: 1.0, north: 4.0 });
    assert!(line.contains(1.0, 2.0) && !line.contains(1.1, 2.0));
    assert!(!Region::from_bounds(&Bounds::EMPTY).contains(0.0, 0.0));
    let bounds = Bounds { west: 0.0, south: 0.0, east: 2.0, north: 2.0 };
    let region = Region::from_bounds(&bounds);
    assert_eq!(region.classify(&bounds), Cover::Inside);
    assert_eq!(region.classify(&Bounds { west: 1.0, ..bounds }), Cover::Inside);
    assert_eq!(region.classify(&Bounds { east: 3.0, ..bounds }), Cover::Crossing);
    assert_eq!(region.classify(&Bounds { west: 2.1, east: 3.0, ..bounds }), Cover::Outside);
}

#[test]
fn a_box_on_the_border_is_not_taken_for_inside_or_outside() {
    let region = Region::new(vec![vec![ring(&[(0, 0), (8, 0), (8, 8)])]]).unwrap();
    for (west, south, east, north) in [(3.0, 3.0, 3.0, 3.0), (8.0, 1.0, 8.0, 2.0), (8.0, 8.0, 9.0, 9.0), (2.0, 4.0, 4.0, 4.0), (-1.0, -1.0, 0.0, 0.0)] {
        assert_eq!(region.classify(&Bounds { west, south, east, north }), Cover::Crossing, "{west} {south}");
    }
}

#[test]
fn a_hundred_thousand_vertices_are_read_and_asked() {
    let (teeth, mut crossed) = (comb(49_998), comb(49_998));
    let region = Region::new(vec![vec![teeth.clone()]]).unwrap();
    for at in 0..1000 {
        let place = [f64::from(at) / 10.0, f64::from(at % 600) / 10.0];
        if at % 100 == 0 {
            assert_eq!(region.contains(place[0], place[1]), is_in(&[vec![teeth.clone()]], place));
        }
    }
    crossed[70_001][0] -= 0.003;
    assert_eq!(refusal(vec![vec![crossed]]).fault, RegionFault::SelfCrossing);
}

#[test]
fn coordinates_next_to_nothing_do_no_harm() {
    let tiny = f64::MIN_POSITIVE;
    let points = [[0.0, 0.0], [tiny, -0.0], [1.0, tiny], [1.0, 1.0], [-tiny, 1e-320], [0.0, 0.0]];
    assert!(Region::new(vec![vec![points.to_vec()]]).is_ok_and(|region| region.contains(tiny, 0.0)));
}

/// Whether edges of rings of whole numbers cross, overlap, or interlock in a point: each is compared with each.
fn is_tangled(rings: &[Vec<(i32, i32)>]) -> bool {
    let turn = |(ax, ay): (i32, i32), (bx, by): (i32, i32), (cx, cy): (i32, i32)| ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)).signum();
    let between =
        |a: (i32, i32), b: (i32, i32), p: (i32, i32)| turn(a, b, p) == 0 && p != a && p != b && (p.0 - a.0) * (p.0 - b.0) + (p.1 - a.1) * (p.1 - b.1) <= 0;
    let mut edges = Vec::new();
    // A way through a point: where it comes from, the point, where it goes.
    let mut ways = Vec::new();
    for ring in rings {
        for at in 0..ring.len() {
            let [a, b, c] = [0, 1, 2].map(|step| ring[(at + step) % ring.len()]);
            edges.push((a, b));
            ways.push((a, b, c));
        }
    }
    for (at, &(a, b)) in edges.iter().enumerate() {
        for &(c, d) in &edges[at + 1..] {
            let proper = turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
            let collinear = turn(a, b, c) == 0 && turn(a, b, d) == 0;
            let on = collinear && (between(a, b, c) || between(a, b, d) || between(c, d, a) || between(c, d, b) || (a, b) == (c, d) || (a, b) == (d, c));
            if proper || on {
                return true;
            }
        }
    }
    for &(_, via, _) in &ways.clone() {
        for &(a, b) in &edges {
            if between(a, b, via) {
                ways.push((a, via, b));
            }
        }
    }
    for (at, &(a, via, b)) in ways.iter().enumerate() {
        for &(c, other, d) in &ways[at + 1..] {
            let angle = |(x, y): (i32, i32)| f64::from(y - via.1).atan2(f64::from(x - via.0));
            let (low, high) = (angle(a).min(angle(b)), angle(a).max(angle(b)));
            let lies_between = |p| angle(p) > low && angle(p) < high;
            // The same way named twice is no crossing: an edge through a vertex that is met twice.
            if via == other && (a, b) != (c, d) && lies_between(c) != lies_between(d) {
                return true;
            }
        }
    }
    false
}

fn whole_ring(side: i32) -> impl Strategy<Value = Vec<(i32, i32)>> {
    vec((0..side, 0..side), 3..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn rings_are_refused_just_when_they_are_tangled(rings in vec(whole_ring(5), 1..4)) {
        let mut rings = rings;
        for ring in &mut rings {
            ring.dedup();
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
        }
        rings.retain(|ring| ring.len() > 2);
        let polygons: Vec<Rings> = rings.iter().map(|points| vec![ring(points)]).collect();
        match Region::new(polygons) {
            Ok(_) => prop_assert!(!is_tangled(&rings)),
            Err(BadRegion { fault: RegionFault::SelfCrossing, .. }) => prop_assert!(is_tangled(&rings)),
            Err(BadRegion { fault: RegionFault::NoArea | RegionFault::Empty, .. }) => {}
            Err(bad) => {
                prop_assert_eq!(bad.fault, RegionFault::PolygonsOverlap);
                prop_assert!(!is_tangled(&rings));
            }
        }
    }

    #[test]
    fn a_region_that_is_taken_means_the_same_as_its_polygons(outer in whole_ring(7), holes in vec(vec((0..7i32, 0..7i32), 3..5), 0..3), island in vec((0..7i32, 0..7i32), 3..4)) {
        let rings: Rings = std::iter::once(&outer).chain(&holes).map(|points| ring(points)).collect();
        for polygons in [vec![rings.clone()], vec![rings, vec![ring(&island)]]] {
            let Ok(region) = Region::new(polygons.clone()) else { continue };
            for x in -1..=25 {
                for y in -1..=25 {
                    let place = [f64::from(x) / 4.0, f64::from(y) / 4.0];
                    prop_assert_eq!(region.contains(place[0], place[1]), is_in(&polygons, place), "{:?}", place);
                }
            }
        }
    }

    #[test]
    fn misplaced_rings_are_refused_just_when_they_are(rings in vec((0..12i32, 0..12i32, 1..9i32), 2..5), holes in vec(any::<bool>(), 4)) {
        // Squares only, so that a point in the middle of a step tells everything.
        let mut polygons: Vec<Rings> = Vec::new();
        for (at, &(west, south, side)) in rings.iter().enumerate() {
            match polygons.last_mut() {
                Some(last) if holes[at - 1] => last.push(square(west, south, side)),
                _ => polygons.push(vec![square(west, south, side)]),
            }
        }
        let covers = |ring: &Vec<[f64; 2]>, place| is_in(&[vec![ring.clone()]], place);
        let middles: Vec<[f64; 2]> = (0..24).flat_map(|x| (0..24).map(move |y| [f64::from(x) + 0.5, f64::from(y) + 0.5])).collect();
        let is_misplaced = middles.iter().any(|&place| {
            let polygon = |rings: &Rings| {
                let holes = rings[1..].iter().filter(|hole| covers(hole, place)).count();
                (covers(&rings[0], place), holes)
            };
            let inside = polygons.iter().filter(|rings| polygon(rings) == (true, 0)).count();
            inside > 1 || polygons.iter().map(polygon).any(|(outer, holes)| holes > 1 || holes == 1 && !outer)
        });
        match Region::new(polygons.clone()) {
            Ok(_) => prop_assert!(!is_misplaced),
            Err(BadRegion { fault: RegionFault::SelfCrossing, .. }) => {}
            Err(_) => prop_assert!(is_misplaced),
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_geo(radii in vec(0.01..1.0f64, 3..120), hole in vec(0.001..0.009f64, 3..20), points in vec((-1.0..1.0f64, -1.0..1.0f64), 40)) {
        let center = [120.0, 31.0];
        let rings = vec![star(center, &radii), star(center, &hole)];
        let Ok(region) = Region::new(vec![rings.clone()]) else { return Ok(()) };
        let line = |ring: &Vec<[f64; 2]>| LineString::from(ring.clone());
        let polygon = MultiPolygon::new(vec![Polygon::new(line(&rings[0]), vec![line(&rings[1])])]);
        let near = points.iter().map(|&(x, y)| [center[0] + x, center[1] + y]);
        let tiny = points.iter().map(|&(x, y)| [center[0] + x / 100.0, center[1] + y / 100.0]);
        // Corners, points level with corners, and points that rounding puts next to edges.
        let corners = rings.iter().flatten().flat_map(|&[x, y]| [[x, y], [x + 0.1, y], [x - 0.1, y]]);
        let on_edges = rings.iter().flat_map(|ring| ring.windows(2)).map(|pair| [pair[0][0] * 0.5 + pair[1][0] * 0.5, pair[0][1] * 0.5 + pair[1][1] * 0.5]);
        for place in near.chain(tiny).chain(corners).chain(on_edges) {
            let position = polygon.coordinate_position(&geo::Coord { x: place[0], y: place[1] });
            prop_assert_eq!(region.contains(place[0], place[1]), position != CoordPos::Outside, "{:?}", place);
            prop_assert_eq!(region.contains(place[0], place[1]), is_in(std::slice::from_ref(&rings), place));
        }
    }

    #[test]
    fn a_box_is_inside_or_outside_only_when_all_of_it_is(radii in prop_oneof![vec(0.1..1.0f64, 3..60), vec(0.6..1.0f64, 60..700)], boxes in vec((-1.2..1.2f64, -1.2..1.2f64, 0.0..0.6f64, 0.0..0.6f64), 30)) {
        let rings = vec![star([0.0, 0.0], &radii)];
        let region = Region::new(vec![rings.clone()]).unwrap();
        let polygon = Polygon::new(LineString::from(rings[0].clone()), Vec::new());
        for (west, south, width, height) in boxes {
            let bounds = Bounds { west, south, east: west + width, north: south + height };
            let rect = geo::Rect::new((bounds.west, bounds.south), (bounds.east, bounds.north)).to_polygon();
            let expected = if width > 0.0 && height > 0.0 && polygon.contains(&rect) {
                Cover::Inside
            } else if geo::Intersects::intersects(&polygon, &rect) {
                Cover::Crossing
            } else {
                Cover::Outside
            };
            let cover = region.classify(&bounds);
            prop_assert!(cover == expected || cover == Cover::Crossing);
            // Not unsure without need: only what touches the border is.
            prop_assert!(cover == expected || geo::Intersects::intersects(polygon.exterior(), &rect));
        }
    }

    #[test]
    fn nothing_makes_a_region_panic(rings in vec(vec([any::<f64>(), any::<f64>()], 0..8), 0..3), raw in vec([-180.0..180.0f64, -90.0..90.0f64], 4..40)) {
        let _ = Region::new(vec![rings]);
        let mut raw = raw;
        raw.push(raw[0]);
        let _ = Region::new(vec![vec![raw]]);
    }
}
