//! What may be used by whom, each rule on a map of its own.

use super::*;

type Words<'a> = &'a [(&'a str, &'a str)];

const RESIDENTIAL: Words = &[("highway", "residential")];

/// A square of one kilometre: its south side is a street with the tags, the other three sides are open to all.
fn square(south: &[(&str, &str)]) -> Drawn {
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (1000, 0)], south);
    map.street(2, &[(1000, 0), (1000, 1000), (0, 1000), (0, 0)], RESIDENTIAL);
    map
}

/// Metres from a door on the south side's west end to one at its east end, and back.
fn there_and_back(map: &Drawn, mode: Mode) -> (u32, u32) {
    let network = map.network();
    let matrix = network.matrix(mode, &[at(0, 300), at(1000, 300)], || true).unwrap();
    (matrix.metres[1], matrix.metres[2])
}

const SHORT: std::ops::Range<u32> = 1590..1610;
const LONG: std::ops::Range<u32> = 2390..2410;

#[track_caller]
fn assert_ways(south: &[(&str, &str)], mode: Mode, there_is_short: bool, back_is_short: bool) {
    let (there, back) = there_and_back(&square(south), mode);
    let fits = |metres, is_short| if is_short { SHORT.contains(&metres) } else { LONG.contains(&metres) };
    assert!(fits(there, there_is_short) && fits(back, back_is_short), "{south:?} {mode:?}: {there} there, {back} back");
}

#[test]
fn a_one_way_street_is_driven_in_its_direction_only() {
    assert_ways(RESIDENTIAL, Mode::Drive, true, true);
    for (value, there, back) in [("yes", true, false), ("1", true, false), ("-1", false, true), ("no", true, true), ("reversible", false, false)] {
        assert_ways(&[("highway", "residential"), ("oneway", value)], Mode::Drive, there, back);
        assert_ways(&[("highway", "residential"), ("oneway", value)], Mode::Cycle, there, back);
        assert_ways(&[("highway", "residential"), ("oneway", value)], Mode::Walk, true, true);
    }
    assert_ways(&[("highway", "tertiary"), ("junction", "roundabout")], Mode::Drive, true, false);
    assert_ways(&[("highway", "motorway")], Mode::Drive, true, false);
    assert_ways(&[("highway", "footway"), ("oneway:foot", "yes")], Mode::Walk, true, false);
}

#[test]
fn a_bicycle_goes_against_a_one_way_street_where_a_sign_lets_it() {
    let one_way = [("highway", "residential"), ("oneway", "yes")];
    for sign in [("oneway:bicycle", "no"), ("cycleway", "opposite"), ("cycleway:left", "opposite_lane"), ("cycleway:left:oneway", "no")] {
        assert_ways(&[&one_way[..], &[sign]].concat(), Mode::Cycle, true, true);
        assert_ways(&[&one_way[..], &[sign]].concat(), Mode::Drive, true, false);
    }
    assert_ways(&[("highway", "residential"), ("oneway:bicycle", "yes")], Mode::Cycle, true, false);
}

#[test]
fn each_class_of_street_is_for_whom_it_is_meant() {
    use Mode::{Cycle, Drive, Walk};
    let cases: [(Words, &[Mode]); 17] = [
        (&[("highway", "motorway"), ("oneway", "no")], &[Drive]),
        (&[("highway", "trunk"), ("motorroad", "yes")], &[Drive]),
        (&[("highway", "primary")], &[Walk, Cycle, Drive]),
        (&[("highway", "footway")], &[Walk]),
        (&[("highway", "footway"), ("bicycle", "yes")], &[Walk, Cycle]),
        (&[("highway", "footway"), ("bicycle", "dismount")], &[Walk]),
        (&[("highway", "steps")], &[Walk]),
        (&[("highway", "cycleway"), ("foot", "no")], &[Cycle]),
        (&[("highway", "path")], &[Walk, Cycle]),
        (&[("highway", "track")], &[Walk, Cycle]),
        (&[("highway", "track"), ("motor_vehicle", "yes"), ("maxspeed", "50")], &[Walk, Cycle, Drive]),
        (&[("highway", "service"), ("access", "private")], &[]),
        (&[("highway", "service"), ("access", "private"), ("foot", "yes")], &[Walk]),
        (&[("highway", "residential"), ("vehicle", "no")], &[Walk]),
        (&[("highway", "residential"), ("access", "no"), ("bicycle", "yes")], &[Cycle]),
        (&[("highway", "residential"), ("motor_vehicle", "destination")], &[Walk, Cycle, Drive]),
        (&[("highway", "construction"), ("construction", "residential")], &[]),
    ];
    for (tags, modes) in cases {
        for mode in Mode::ALL {
            assert_ways(tags, mode, modes.contains(&mode), modes.contains(&mode));
        }
    }
}

#[test]
fn a_posted_limit_counts_before_the_class_s_speed() {
    let speed = |tags: &[(&str, &str)]| {
        let mut map = Drawn::default();
        map.street(1, &[(0, 0), (9000, 0)], tags);
        let matrix = map.network().matrix(Mode::Drive, &[at(0, 0), at(9000, 0)], || true).unwrap();
        (f64::from(matrix.metres[1]) / f64::from(matrix.seconds[1]) * 3.6).round() as u32
    };
    assert_eq!(speed(RESIDENTIAL), 25);
    assert_eq!(speed(&[("highway", "residential"), ("maxspeed", "50")]), 40);
    assert_eq!(speed(&[("highway", "residential"), ("maxspeed", "25 mph")]), 32);
    assert_eq!(speed(&[("highway", "residential"), ("maxspeed", "walk")]), 25);
    assert_eq!(speed(&[("highway", "residential"), ("maxspeed", "99999999999999999999")]), 140);
    assert_eq!(speed(&[("highway", "track"), ("motor_vehicle", "yes")]), 10);
}

/// A street from west to east, crossed by one from south to north; way 1 comes from the west, 2 goes east, 3 south, 4 north.
fn crossing() -> Drawn {
    let mut map = Drawn::default();
    for (id, end) in [(1, (-1000, 0)), (2, (1000, 0)), (3, (0, -1000)), (4, (0, 1000))] {
        map.street(id, &[end, (0, 0)], RESIDENTIAL);
    }
    // East and south lead to the north by another way.
    map.street(5, &[(1000, 0), (1000, 1000), (0, 1000)], RESIDENTIAL);
    map.street(6, &[(0, -1000), (-1500, -1000), (-1500, 1000), (0, 1000)], RESIDENTIAL);
    map
}

/// Metres from a door in the west to one in the north, in hundreds.
fn west_to_north(map: &Drawn, mode: Mode) -> u32 {
    hundreds(map.network().matrix(mode, &[at(-500, 0), at(0, 500)], || true).unwrap().metres[1])
}

fn hundreds(metres: u32) -> u32 {
    (metres + 50) / 100
}

#[test]
fn a_forbidden_turn_is_not_made_by_car_or_bicycle_and_binds_nobody_on_foot() {
    let free = crossing();
    for mode in Mode::ALL {
        assert_eq!(west_to_north(&free, mode), 10);
    }
    let mut map = crossing();
    map.turn(1, (0, 0), 4, &[("restriction", "no_left_turn")]);
    // On to the east and round the block.
    assert_eq!((west_to_north(&map, Mode::Walk), west_to_north(&map, Mode::Drive)), (10, 40));
    assert_eq!(west_to_north(&map, Mode::Cycle), 40);
    let (_, reading) = map.read();
    assert_eq!((reading.restrictions, reading.left_out.len()), (1, 0));
}

#[test]
fn a_prescribed_turn_is_the_only_one() {
    let mut map = crossing();
    map.turn(1, (0, 0), 2, &[("restriction", "only_straight_on")]);
    assert_eq!(west_to_north(&map, Mode::Drive), 40);
    let matrix = map.network().matrix(Mode::Drive, &[at(-500, 0), at(0, -500), at(500, 0)], || true).unwrap();
    assert!(hundreds(matrix.metres[1]) > 10 && hundreds(matrix.metres[2]) == 10, "{matrix:?}");
}

#[test]
fn a_turn_is_forbidden_to_those_whom_the_sign_means() {
    let ways = |tags: &[(&str, &str)]| {
        let mut map = crossing();
        map.turn(1, (0, 0), 4, tags);
        (west_to_north(&map, Mode::Cycle) == 10, west_to_north(&map, Mode::Drive) == 10, map.read().1)
    };
    let (cycle, drive, _) = ways(&[("restriction", "no_left_turn"), ("except", "bus;bicycle")]);
    assert!(cycle && !drive);
    let (cycle, drive, _) = ways(&[("restriction", "no_left_turn"), ("except", "motorcar")]);
    assert!(!cycle && drive);
    let (cycle, drive, _) = ways(&[("restriction:motorcar", "no_left_turn")]);
    assert!(cycle && !drive);
    for tags in [&[("restriction:hgv", "no_left_turn")][..], &[("restriction:conditional", "no_left_turn @ (07:00-09:00)")]] {
        let (cycle, drive, reading) = ways(tags);
        assert!(cycle && drive);
        assert_eq!(reading.left_out, [(LeftOut::OtherTurn, 1)].into());
    }
}

#[test]
fn a_restriction_that_cannot_be_kept_is_said() {
    let mut map = crossing();
    map.relation(&[("way", 1, "from"), ("way", 2, "via"), ("way", 4, "to")], &[("restriction", "no_u_turn")]);
    map.turn(1, (0, 0), 99, &[("restriction", "no_left_turn")]);
    // Way 6 runs on through this node: from which side is not said.
    map.street(7, &[(-1500, -1000), (-2500, -1000)], RESIDENTIAL);
    map.turn(6, (-1500, -1000), 7, &[("restriction", "no_right_turn")]);
    assert_eq!(map.read().1.left_out, [(LeftOut::ViaWay, 1), (LeftOut::UnclearTurn, 2)].into());
}

#[test]
fn who_drives_turns_round_at_a_dead_end_only() {
    // A one-way street to a crossing where only straight on is allowed, and behind the crossing a dead end.
    let mut map = Drawn::default();
    map.street(1, &[(-1000, 0), (0, 0)], &[("highway", "residential"), ("oneway", "yes")]);
    map.street(2, &[(0, 0), (600, 0)], RESIDENTIAL);
    map.street(3, &[(0, 0), (0, 2000), (-1000, 2000), (-1000, 0)], RESIDENTIAL);
    map.turn(1, (0, 0), 2, &[("restriction", "only_straight_on")]);
    let metres = map.network().matrix(Mode::Drive, &[at(-500, 0), at(0, 500)], || true).unwrap().metres;
    assert_eq!(hundreds(metres[1]), 5 + 6 + 6 + 5);
    let mut map = crossing();
    map.turn(1, (0, 0), 4, &[("restriction", "no_left_turn")]);
    map.turn(1, (0, 0), 2, &[("restriction", "no_straight_on")]);
    // Only to the south: the far way round, for turning round in the south street is no way.
    assert_eq!(west_to_north(&map, Mode::Drive), 5 + 10 + 15 + 20 + 15 + 5);
}

#[test]
fn a_bollard_stops_cars_and_a_locked_gate_everybody() {
    let with = |tags: &[(&str, &str)]| {
        let mut map = Drawn::default();
        map.street(1, &[(0, 0), (500, 0), (1000, 0)], RESIDENTIAL);
        map.street(2, &[(1000, 0), (1000, 1000), (0, 1000), (0, 0)], RESIDENTIAL);
        map.tag((500, 0), tags);
        Mode::ALL.map(|mode| SHORT.contains(&there_and_back(&map, mode).0))
    };
    assert_eq!(with(&[]), [true, true, true]);
    assert_eq!(with(&[("barrier", "bollard")]), [true, true, false]);
    assert_eq!(with(&[("barrier", "gate")]), [true, true, true]);
    assert_eq!(with(&[("highway", "crossing"), ("bicycle", "no"), ("access", "no")]), [true, true, true]);
    assert_eq!(with(&[("barrier", "gate"), ("access", "private")]), [false, false, false]);
    assert_eq!(with(&[("barrier", "gate"), ("locked", "yes")]), [false, false, false]);
    assert_eq!(with(&[("barrier", "gate"), ("access", "no"), ("foot", "yes")]), [true, false, false]);
    assert_eq!(with(&[("barrier", "bollard"), ("motor_vehicle", "yes")]), [true, true, true]);
    assert_eq!(with(&[("barrier", "kissing_gate")]), [true, false, false]);
}

#[test]
fn nobody_goes_through_a_private_road_and_who_lives_there_walks_from_the_street() {
    let map = square(&[("highway", "service"), ("access", "private")]);
    assert_eq!(map.read().1.left_out, [(LeftOut::Private, 1)].into());
    let snap = map.network().snap(Mode::Drive, at(300, 0)).unwrap();
    assert!((snap.off_m - 300.0).abs() < 1.0 && snap.at.metres_to(at(0, 0)) < 1.0, "{snap:?}");
}

#[test]
fn a_ferry_is_no_street() {
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (0, 6000)], RESIDENTIAL);
    map.street(2, &[(5000, 0), (5000, 6000)], RESIDENTIAL);
    map.street(3, &[(0, 0), (5000, 0)], &[("route", "ferry"), ("motor_vehicle", "yes")]);
    map.street(4, &[(0, 0), (5000, 0)], &[("highway", "primary"), ("route", "ferry")]);
    let (network, reading) = map.read();
    assert_eq!(reading.left_out, [(LeftOut::Ferry, 2)].into());
    for mode in Mode::ALL {
        assert_eq!(seconds(&network, mode, at(0, 3000), at(5000, 3000)), None);
        assert!(seconds(&network, mode, at(5000, 1000), at(5000, 3000)).is_some());
    }
}

#[test]
fn a_stub_that_leads_nowhere_catches_nobody() {
    let mut map = square(RESIDENTIAL);
    map.street(3, &[(100, 200), (900, 200)], RESIDENTIAL);
    let network = map.network();
    for mode in Mode::ALL {
        let snap = network.snap(mode, at(500, 190)).unwrap();
        assert!((snap.off_m - 190.0).abs() < 1.0, "{snap:?}");
    }
}

#[test]
fn a_street_at_the_edge_of_the_file_is_cut_there() {
    let mut map = square(RESIDENTIAL);
    map.street(3, &[(0, 0), (-1000, 0), (-2000, 0), (-3000, 0)], RESIDENTIAL);
    map.cut(2, 2);
    let (network, reading) = map.read();
    assert_eq!(reading.left_out, [(LeftOut::Cut, 1)].into());
    assert!(network.snap(Mode::Walk, at(-900, 0)).is_some_and(|snap| snap.off_m < 1.0));
    assert!(network.snap(Mode::Walk, at(-2500, 0)).is_none());
}
