//! The reference community of the demo: Zhengxin, Lucheng street, Changzhou, with the figures of the report of 2010.
//!
//! The region is real; land, names and histories are invented, the same on every machine. What comes out are the very files
//! that a user would import. It knows the earth and the domain, and neither clock nor chance beyond its seed.

#[path = "community/dice.rs"]
mod dice;
#[path = "community/history.rs"]
mod history;
#[path = "community/land.rs"]
mod land;
#[path = "community/plane.rs"]
mod plane;
#[path = "community/settlement.rs"]
mod settlement;

use std::fmt::Write;

use dice::Dice;
use history::{COURSES, Course, Entry, number};
use land::{Feature, Land};
use plane::{Spot, signed_square_metres};
use settlement::{Door, Settlement, Use};

use crate::domain::{day::Day, house::HouseKind, policy::Policy, tier::Tier};

const SEED: u64 = 0x5a68_656e_6778_696e;
/// Made up after the pattern of the official codes; 320405 was Qishuyan district.
const COMMUNITY_CODE: &str = "320405002201";
const RENTED: usize = 395;
const RATED: usize = 295;
const PLATES: usize = 1137;

/// Four files, ready to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    /// `house_code,lon,lat,address,kind,area_code,door_plate`.
    pub houses_csv: String,
    /// `house_code,date,kind` and the fields of qishuyan-2010; an empty cell says nothing.
    pub events_csv: String,
    /// The community with its 23 villages and the estate.
    pub areas_geojson: String,
    /// Green, water, streets and buildings for the base map.
    pub base_geojson: String,
}

/// Makes the community. `policy` is qishuyan-2010: its engine judges every history until the tiers are those of the report.
#[must_use]
pub fn community(policy: &Policy) -> Community {
    let land = Land::new(SEED);
    let settlement = Settlement::new(&land, SEED + 1);
    let register = Register::new(&settlement);
    let events = events(policy, &settlement, &register);
    Community {
        houses_csv: register.csv(&settlement),
        events_csv: events_csv(&register, &events),
        areas_geojson: areas(&land, &settlement),
        base_geojson: base(&land, &settlement),
    }
}

/// What stands in the books about each door, in their order.
struct Register {
    kinds: Vec<HouseKind>,
    codes: Vec<String>,
    addresses: Vec<String>,
    plates: Vec<String>,
}

impl Register {
    fn new(settlement: &Settlement) -> Self {
        let doors = &settlement.doors;
        let mut dice = Dice::new(SEED + 2);
        let tenancy = |door: &Door| match (&door.use_, door.village) {
            (Use::Business { .. }, _) | (_, None) => 0,
            (_, Some(village)) => settlement.villages[village].tenancy,
        };
        let mut kinds: Vec<HouseKind> = doors.iter().map(|door| if matches!(door.use_, Use::Business { .. }) { HouseKind::Business } else { HouseKind::OwnerOccupied }).collect();
        for rented in dice.draw(&doors.iter().map(tenancy).collect::<Vec<_>>(), RENTED) {
            kinds[rented] = HouseKind::Rental;
        }

        // Flats and businesses have their plates; in the villages they came to let houses first.
        let mut plated: Vec<bool> = doors.iter().map(|door| door.use_ != Use::VillageHouse).collect();
        let wanting: Vec<u32> = kinds.iter().zip(&plated).map(|(kind, has)| if *has { 0 } else if *kind == HouseKind::Rental { 9 } else { 2 }).collect();
        let missing = PLATES.saturating_sub(plated.iter().filter(|has| **has).count());
        for door in dice.draw(&wanting, missing) {
            plated[door] = true;
        }

        let places = settlement.villages.len();
        // One count per village, and one for what lies outside.
        let (mut houses, mut numbers) = (vec![0; places + 1], vec![0; places + 1]);
        let mut register = Self { kinds, codes: Vec::new(), addresses: Vec::new(), plates: Vec::new() };
        for (door, has_plate) in doors.iter().zip(plated) {
            let place = door.village.unwrap_or(places);
            houses[place] += 1;
            register.codes.push(format!("ZX{:02}-{:04}", if place == places { 0 } else { place + 1 }, houses[place]));
            let (number, beside) = match &door.use_ {
                Use::Flat { number } | Use::Business { number } => (number.clone(), ""),
                Use::VillageHouse => {
                    numbers[place] += usize::from(has_plate);
                    (format!("{}号", numbers[place].max(1)), if has_plate { "" } else { "旁" })
                }
            };
            register.addresses.push(format!("{}{number}{beside}", door.street));
            register.plates.push(if has_plate { number } else { String::new() });
        }
        register
    }

    fn csv(&self, settlement: &Settlement) -> String {
        let mut rows: Vec<String> = settlement
            .doors
            .iter()
            .enumerate()
            .map(|(at, door)| {
                let (code, place, address, kind, plate) = (&self.codes[at], door.spot.degrees(), &self.addresses[at], self.kinds[at].as_str(), &self.plates[at]);
                format!("{code},{place},{address},{kind},{},{plate}\n", area_code(door.village))
            })
            .collect();
        rows.sort();
        rows.insert(0, "house_code,lon,lat,address,kind,area_code,door_plate\n".to_owned());
        rows.concat()
    }
}

fn area_code(village: Option<usize>) -> String {
    village.map_or_else(|| COMMUNITY_CODE.to_owned(), |village| format!("{COMMUNITY_CODE}{:02}", village + 1))
}

/// All observations, by day and then by door.
fn events(policy: &Policy, settlement: &Settlement, register: &Register) -> Vec<(usize, Entry)> {
    let mut dice = Dice::new(SEED + 3);
    let rented: Vec<usize> = (0..register.kinds.len()).filter(|door| register.kinds[*door] == HouseKind::Rental).collect();
    let village = |door: usize| settlement.doors[door].village.unwrap_or_default();
    // Villages with few tenants were left for later.
    let remote: Vec<u32> = rented.iter().map(|door| 9 - settlement.villages[village(*door)].tenancy.min(8)).collect();
    let left_out = dice.draw(&remote, RENTED - RATED);
    let mut open: Vec<usize> = (0..rented.len()).filter(|at| !left_out.contains(at)).map(|at| rented[at]).collect();

    // The worst tiers are taken first, more often where houses are neglected: what remains is green.
    let mut plan: Vec<(usize, &Course)> = Vec::new();
    for from in Tier::ALL {
        let mut courses: Vec<&Course> = COURSES.iter().filter(|course| course.from == from).flat_map(|course| vec![course; course.houses]).collect();
        dice.shuffle(&mut courses);
        let weights: Vec<u32> = open
            .iter()
            .map(|door| settlement.villages[village(*door)].neglect)
            .map(|neglect| if from == Tier::Red { neglect } else { 4 + neglect / 2 })
            .collect();
        let taken = dice.draw(&weights, courses.len());
        plan.extend(taken.iter().map(|at| open[*at]).zip(courses));
        open = (0..open.len()).filter(|at| !taken.contains(at)).map(|at| open[at]).collect();
    }

    let mut events = Vec::new();
    for (door, course) in &plan {
        // The first round took from November 2008 to the next summer, village after village.
        let round = (village(*door) * 7 + 5) % settlement.villages.len();
        let first_visit = number(2008, 11, 4) + 10 * round as i32 + dice.whole(0, 45);
        let history = course.history(policy, first_visit, Dice::new(SEED ^ (*door as u64 + 1) << 20));
        events.extend(history.into_iter().map(|entry| (*door, entry)));
    }

    let quarrelsome: Vec<u32> = rented
        .iter()
        .map(|door| match plan.iter().find(|(planned, _)| planned == door) {
            Some((_, course)) => [6, 3, 1, 1][course.from as usize],
            None => 1,
        })
        .collect();
    for (count, from, to) in [(18, number(2009, 1, 3), number(2009, 10, 30)), (1, number(2009, 11, 5), number(2009, 12, 28)), (10, number(2010, 1, 4), number(2010, 10, 27))] {
        for at in dice.draw(&quarrelsome, count) {
            events.push((rented[at], Entry::bare(Day::from_number(dice.whole(from, to)), "dispute")));
        }
    }
    // Stable: what happened to one house on one day stays in its order.
    events.sort_by_key(|(door, entry)| (entry.day, *door));
    events
}

const EVENT_FIELDS: [&str; 8] = ["registration", "facilities", "neighbours", "sanitation", "complex_occupancy", "supervised", "followed", "hazard"];

fn events_csv(register: &Register, events: &[(usize, Entry)]) -> String {
    let mut csv = format!("house_code,date,kind,{}\n", EVENT_FIELDS.join(","));
    for (door, entry) in events {
        let fields = EVENT_FIELDS.map(|name| entry.fields.get(name).map_or("", String::as_str)).join(",");
        // Writing into a String cannot fail.
        let _ = writeln!(csv, "{},{},{},{fields}", register.codes[*door], entry.day, entry.kind);
    }
    csv
}

fn areas(land: &Land, settlement: &Settlement) -> String {
    let properties = |code: &str, name: &str, level: &str, parent: &str| format!(r#""code":"{code}","name":"{name}","level":"{level}","parent":"{parent}""#);
    let mut features = vec![feature(&properties(COMMUNITY_CODE, "正新社区", "community", ""), &polygon(&land.boundary.points))];
    for (at, village) in settlement.villages.iter().enumerate() {
        features.push(feature(&properties(&area_code(Some(at)), village.name, village.level, COMMUNITY_CODE), &polygon(&village.boundary.points)));
    }
    collection(&features)
}

fn base(land: &Land, settlement: &Settlement) -> String {
    let mut features = Vec::new();
    let mut layer = |name: &str, parts: &[Feature], geometry: fn(&[Spot]) -> String| {
        for part in parts {
            let properties = format!(r#""layer":"{name}","class":"{}","name":"{}""#, part.class, part.name);
            features.push(feature(&properties, &geometry(&part.shape.points)));
        }
    };
    layer("green", &land.banks, polygon);
    layer("green", &settlement.greens, polygon);
    layer("water", &land.waters, polygon);
    layer("streets", &settlement.lanes, line);
    layer("streets", &land.streets, line);
    layer("buildings", &settlement.buildings, polygon);
    collection(&features)
}

fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", features.join(",\n"))
}

fn feature(properties: &str, geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
}

fn line(spots: &[Spot]) -> String {
    format!(r#"{{"type":"LineString","coordinates":[{}]}}"#, positions(spots.iter()))
}

/// Closed, and counter-clockwise as RFC 7946 wants it.
fn polygon(ring: &[Spot]) -> String {
    let around: Vec<&Spot> = ring.iter().chain(ring.first()).collect();
    let positions = if signed_square_metres(ring) < 0.0 { positions(around.into_iter().rev()) } else { positions(around.into_iter()) };
    format!(r#"{{"type":"Polygon","coordinates":[[{positions}]]}}"#)
}

fn positions<'a>(spots: impl Iterator<Item = &'a Spot>) -> String {
    spots.map(|spot| format!("[{}]", spot.degrees())).collect::<Vec<_>>().join(",")
}
