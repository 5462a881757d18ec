//! Which ways are streets, for whom, in which direction and how fast: the rules of OpenStreetMap's wiki.
//!
//! Pages: "Key:highway", "Key:access" (the most specific key wins), "OSM tags for routing/Access restrictions" (worldwide defaults),
//! "Key:oneway", "Key:oneway:bicycle", "Key:cycleway" (opposite lanes), "Key:motorroad", "Key:barrier", "Relation:restriction".
//! Speeds are those of OSRM's profiles (github.com/Project-OSRM/osrm-backend, profiles/car.lua of version 5).
//!
//! Private ways are left out, also as a destination: whoever visits walks the last stretch from the street.

use super::{LeftOut, Mode};

/// Tags of one element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tags<'a>(pub &'a [(&'a str, &'a str)]);

impl<'a> Tags<'a> {
    pub fn of(self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
    }

    fn is(self, key: &str, values: &[&str]) -> bool {
        self.of(key).is_some_and(|value| values.contains(&value))
    }

    /// The value of the first of these keys that is there.
    fn first(self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| self.of(key))
    }
}

/// In which directions which modes may use a street: two bits for each mode, forward first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Open(pub u8);

impl Open {
    pub fn allows(self, mode: Mode, backward: bool) -> bool {
        self.0 >> (2 * mode as u8 + u8::from(backward)) & 1 == 1
    }

    fn allow(&mut self, mode: Mode, (forward, backward): (bool, bool)) {
        self.0 |= (u8::from(forward) | u8::from(backward) << 1) << (2 * mode as u8);
    }
}

/// A bit for each mode that a node shuts or a restriction binds.
pub(super) fn bit(mode: Mode) -> u8 {
    1 << mode as u8
}

/// A way that somebody may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Street {
    pub open: Open,
    /// Of cars, 1 to 140.
    pub kmh: u8,
}

/// `None` when the tags are not of a street at all.
pub(super) fn street(tags: Tags) -> Option<Result<Street, LeftOut>> {
    if tags.of("route") == Some("ferry") || tags.of("ferry").is_some_and(|ferry| ferry != "no") {
        return Some(Err(LeftOut::Ferry));
    }
    let highway = tags.of("highway")?;
    if ["construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished"].contains(&highway) || tags.is("construction", &["yes"]) {
        return Some(Err(LeftOut::NotYet));
    }
    let Some(class) = Class::of(highway) else { return Some(Err(LeftOut::NoStreet)) };
    let mut open = Open::default();
    if may(class.walk && !tags.is("motorroad", &["yes"]), tags, &["foot"], &["access"]) {
        open.allow(Mode::Walk, oneway(tags.of("oneway:foot")));
    }
    if may(class.cycle && !tags.is("motorroad", &["yes"]), tags, &["bicycle"], &["vehicle", "access"]) {
        open.allow(Mode::Cycle, cycling_direction(highway, tags));
    }
    // Tracks and streets for pedestrians carry cars where a sign says so.
    let is_opened = ["track", "pedestrian"].contains(&highway) && tags.first(&["motorcar", "motor_vehicle"]).is_some_and(opens);
    if (class.kmh > 0 || is_opened) && may(true, tags, &["motorcar", "motor_vehicle"], &["vehicle", "access"]) {
        open.allow(Mode::Drive, driving_direction(highway, tags));
    }
    if open == Open::default() {
        return Some(Err(LeftOut::Private));
    }
    Some(Ok(Street { open, kmh: limited(class.kmh.max(SLOWEST_KMH), tags) }))
}

/// What a class of highway brings by itself.
struct Class {
    walk: bool,
    cycle: bool,
    /// 0 where no car goes by default.
    kmh: u8,
}

impl Class {
    fn of(highway: &str) -> Option<Self> {
        let (walk, cycle, kmh) = match highway {
            "motorway" => (false, false, 90),
            "motorway_link" => (false, false, 45),
            "trunk" => (true, true, 85),
            "trunk_link" => (true, true, 40),
            "primary" => (true, true, 65),
            "primary_link" => (true, true, 30),
            "secondary" => (true, true, 55),
            "secondary_link" => (true, true, 25),
            "tertiary" => (true, true, 40),
            "tertiary_link" => (true, true, 20),
            "unclassified" | "residential" => (true, true, 25),
            "service" => (true, true, 15),
            "living_street" => (true, true, 10),
            "road" | "track" | "path" | "cycleway" => (true, true, 0),
            "footway" | "pedestrian" | "steps" => (true, false, 0),
            _ => return None,
        };
        Some(Self { walk, cycle, kmh })
    }
}

/// Where a car may go but nothing says how fast.
const SLOWEST_KMH: u8 = 10;
const FASTEST_KMH: f64 = 140.0;

/// The class's speed, or four fifths of the posted limit where there is one, as OSRM's car profile reckons.
fn limited(class_kmh: u8, tags: Tags) -> u8 {
    let Some(posted) = tags.of("maxspeed") else { return class_kmh };
    let (number, unit) = posted.split_at(posted.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(posted.len()));
    let Some(kmh) = number.parse::<f64>().ok().filter(|kmh| *kmh > 0.0) else { return class_kmh };
    let kmh = if unit.trim() == "mph" { kmh * 1.609_344 } else { kmh };
    (kmh * 0.8).clamp(1.0, FASTEST_KMH) as u8
}

const SHUT: [&str; 10] = ["no", "private", "agricultural", "forestry", "emergency", "military", "psv", "bus", "use_sidepath", "dismount"];

fn opens(value: &str) -> bool {
    ["yes", "designated", "permissive", "official", "destination"].contains(&value)
}

/// Own keys of the mode open and shut; general keys only shut.
fn may(by_default: bool, tags: Tags, own: &[&str], general: &[&str]) -> bool {
    match tags.first(own) {
        Some(value) if SHUT.contains(&value) => false,
        Some(value) if opens(value) => true,
        Some(_) => by_default,
        None => by_default && !tags.first(general).is_some_and(|value| SHUT.contains(&value)),
    }
}

/// May it be used forward, and backward?
fn oneway(value: Option<&str>) -> (bool, bool) {
    match value {
        Some("yes" | "true" | "1") => (true, false),
        Some("-1" | "reverse") => (false, true),
        // Changes with the hour: nobody can count on it.
        Some("reversible") => (false, false),
        _ => (true, true),
    }
}

/// Without a sign: roundabouts and motorways go one way.
fn implied(highway: &str, tags: Tags) -> (bool, bool) {
    let goes_one_way = tags.is("junction", &["roundabout", "circular"]) || ["motorway", "motorway_link"].contains(&highway);
    (true, !goes_one_way)
}

fn driving_direction(highway: &str, tags: Tags) -> (bool, bool) {
    let sign = tags.first(&["oneway:motorcar", "oneway:motor_vehicle", "oneway"]);
    sign.map_or_else(|| implied(highway, tags), |value| oneway(Some(value)))
}

fn cycling_direction(highway: &str, tags: Tags) -> (bool, bool) {
    if let Some(own) = tags.of("oneway:bicycle") {
        return oneway(Some(own));
    }
    let has_opposite_lane = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"]
        .iter()
        .any(|key| tags.of(key).is_some_and(|value| value.starts_with("opposite")) || tags.is(&format!("{key}:oneway"), &["no", "-1"]));
    if has_opposite_lane {
        return (true, true);
    }
    tags.of("oneway").map_or_else(|| implied(highway, tags), |value| oneway(Some(value)))
}

/// Modes that a node shuts, as bits.
pub(super) fn shut_by_node(tags: Tags) -> u8 {
    // Access without a barrier, as at a crossing, says nothing of those who go along the street.
    let Some(barrier) = tags.of("barrier") else { return 0 };
    let is_locked = tags.is("locked", &["yes"]);
    let is_wall = matches!(barrier, "wall" | "fence" | "hedge" | "retaining_wall" | "city_wall");
    let is_for_feet = matches!(barrier, "stile" | "turnstile" | "full-height_turnstile" | "kissing_gate");
    // Those of OSRM's car profile, and what is no higher than a kerb or wider than a car.
    let cars_pass = matches!(
        barrier,
        "no" | "gate" | "lift_gate" | "entrance" | "cattle_grid" | "border_control" | "toll_booth" | "sally_port" | "height_restrictor" | "arch" | "kerb"
    );
    let passes = [
        (Mode::Walk, may(!is_wall && !is_locked, tags, &["foot"], &["access"])),
        (Mode::Cycle, may(!is_wall && !is_locked && !is_for_feet, tags, &["bicycle"], &["vehicle", "access"])),
        (Mode::Drive, may(cars_pass && !is_locked, tags, &["motorcar", "motor_vehicle"], &["vehicle", "access"])),
    ];
    passes.iter().filter(|(_, passes)| !passes).map(|(mode, _)| bit(*mode)).sum()
}

/// What a turn restriction says of the turn from one way to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// This turn may not be made.
    No,
    /// No other turn may be made.
    Only,
}

/// `None` when the tags are not of a turn restriction. With it the bits of the modes that it binds; nobody on foot is bound.
pub(super) fn turn(tags: Tags) -> Option<Result<(Turn, u8), LeftOut>> {
    if tags.of("type") != Some("restriction") {
        return None;
    }
    let own = |mode: Mode, key: &str| tags.of(key).map(|value| (value, bit(mode)));
    let found = match tags.of("restriction") {
        Some(value) => {
            let spared: Vec<&str> = tags.of("except").map(|list| list.split(';').map(str::trim).collect()).unwrap_or_default();
            let binds = |names: &[&str]| !names.iter().any(|name| spared.contains(name));
            let drive = if binds(&["motorcar", "motor_vehicle", "vehicle"]) { bit(Mode::Drive) } else { 0 };
            let cycle = if binds(&["bicycle", "vehicle"]) { bit(Mode::Cycle) } else { 0 };
            Some((value, drive | cycle))
        }
        None => own(Mode::Drive, "restriction:motorcar")
            .or_else(|| own(Mode::Drive, "restriction:motor_vehicle"))
            .or_else(|| own(Mode::Cycle, "restriction:bicycle")),
    };
    Some(match found {
        Some((_, 0)) | None => Err(LeftOut::OtherTurn),
        Some((value, modes)) if value.starts_with("no_") => Ok((Turn::No, modes)),
        Some((value, modes)) if value.starts_with("only_") => Ok((Turn::Only, modes)),
        Some(_) => Err(LeftOut::UnclearTurn),
    })
}
