//! Pictures of the community's houses: who stood where and when, what the camera wrote of it, and which house it truly shows. Nothing on them
//! is a photograph of anything.

use super::{
    COMMUNITY_CODE, Register, SEED,
    dice::Dice,
    drawing::{Exif, Look, draw},
    history::number,
    land::Land,
    plane::{Heading, Shape, Spot},
    settlement::{Purpose, Settlement},
};
use crate::domain::{day::Day, house::HouseKind};

/// As many as the report has house images.
pub const PICTURES: usize = 1305;
/// Of them of a house that has one already, about a year later.
const AFTER: usize = 150;
/// Taken again within a minute.
const RETAKEN: usize = 50;
/// Files that are brought in a second time.
const TWINS: usize = 12;
/// Metres in which 68 of 100 measured places lie, over the standard deviation of either axis.
const SD_OF_68: f64 = 1.509;
/// Standard deviation of the compass, degrees.
const HEADING_SD: f64 = 7.0;

/// The pictures, each drawn when it is asked for.
pub struct Album {
    shots: Vec<Shot>,
    codes: Vec<String>,
}

struct Shot {
    door: usize,
    look: Look,
    exif: Exif,
    name: String,
}

impl Album {
    /// Made with the same land and houses as [`super::community`].
    #[must_use]
    pub fn new() -> Self {
        let land = Land::new(SEED);
        let settlement = Settlement::new(&land, SEED + 1);
        let register = Register::new(&settlement);
        let mut dice = Dice::new(SEED + 6);
        let mut shots = Vec::new();
        let weights: Vec<u32> = settlement.doors.iter().zip(&register.kinds).map(|(door, kind)| wanted(&door.purpose, *kind)).collect();
        for door in dice.draw(&weights, weights.len()) {
            if shots.len() == PICTURES - AFTER - RETAKEN {
                break;
            }
            // Some doors cannot be seen from any lane.
            let Some(stand) = Stand::before(&land, &settlement, door, &mut dice) else { continue };
            let day = number(2009, 2, 2) + dice.whole(0, 260);
            let taken = stand.shoot(&mut dice, day, false);
            shots.push(Shot { door, ..taken });
        }
        let first = shots.len();
        for at in dice.draw(&vec![1; first], AFTER) {
            let door = shots[at].door;
            if let Some(stand) = Stand::before(&land, &settlement, door, &mut dice) {
                let day = number(2010, 3, 1) + dice.whole(0, 230);
                shots.push(Shot { door, ..stand.shoot(&mut dice, day, true) });
            }
        }
        while shots.len() < PICTURES {
            let again = shots[dice.below(first)].again(&mut dice);
            shots.push(again);
        }
        for twin in dice.draw(&vec![1; shots.len()], TWINS) {
            let (door, look, exif) = (shots[twin].door, shots[twin].look, shots[twin].exif);
            shots.push(Shot { door, look, exif, name: String::new() });
        }
        for (at, shot) in shots.iter_mut().enumerate() {
            shot.name = format!("IMG_{:04}.jpg", at + 1);
        }
        Self { shots, codes: register.codes }
    }

    /// How many files there are; some are one another's twins.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shots.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shots.is_empty()
    }

    #[must_use]
    pub fn name(&self, at: usize) -> &str {
        self.shots.get(at).map_or("", |shot| &shot.name)
    }

    /// The code of the house that a picture truly shows.
    #[must_use]
    pub fn house_code(&self, at: usize) -> &str {
        self.shots.get(at).map_or(COMMUNITY_CODE, |shot| &self.codes[shot.door])
    }

    /// The file: a JPEG with its EXIF.
    #[must_use]
    pub fn jpeg(&self, at: usize) -> Vec<u8> {
        self.shots.get(at).map_or_else(Vec::new, |shot| draw(SEED ^ (shot.door as u64 + 1) << 24, &shot.look, &shot.exif))
    }
}

impl Default for Album {
    fn default() -> Self {
        Self::new()
    }
}

/// How much likelier than of others a picture is taken of a door.
fn wanted(purpose: &Purpose, kind: HouseKind) -> u32 {
    match (purpose, kind) {
        (Purpose::Flat { .. }, _) => 1,
        (_, HouseKind::Rental) => 40,
        _ => 6,
    }
}

/// Where somebody stands before a house.
struct Stand {
    camera: Spot,
    towards: Heading,
}

impl Stand {
    fn before(land: &Land, settlement: &Settlement, door: usize, dice: &mut Dice) -> Option<Self> {
        let spot = settlement.doors[door].spot;
        let (own, building) = settlement.buildings.iter().enumerate().find(|(_, building)| building.shape.holds(spot))?;
        let corners = &building.shape.points;
        let [a, b, c, d] = corners[..] else { return None };
        let near_ways = |from: Spot| {
            let ways = land.streets.iter().chain(&settlement.lanes);
            ways.filter_map(|way| way.shape.nearest(from)).map(|way| way.distance(from)).fold(f64::INFINITY, f64::min)
        };
        // The two long walls; the front is the one that is nearer to a way.
        let walls = [(a, b), (c, d)].map(|(from, to)| (from.towards(to, 0.5), from.heading_to(to)));
        let outside = |(middle, along): &(Spot, Heading), metres: f64, aside: f64| middle.step(*along, aside, -metres);
        let front = walls.iter().min_by(|x, y| near_ways(outside(x, 4.0, 0.0)).total_cmp(&near_ways(outside(y, 4.0, 0.0))))?;
        for _ in 0..12 {
            let camera = outside(front, dice.real(5.0, 12.5), dice.real(-3.0, 3.0));
            let aim = front.0.step(front.1, dice.real(-1.5, 1.5), 0.0);
            let sight = Shape::line(vec![camera, camera.towards(aim, 0.98)], 0.3);
            let in_the_way = settlement.buildings.iter().enumerate().any(|(at, other)| at != own && other.shape.nears(&sight, 0.2));
            if !in_the_way && !building.shape.holds(camera) {
                return Some(Self { camera, towards: camera.heading_to(aim) });
            }
        }
        None
    }

    /// What the camera writes: places and headings are off as those of phones are, some are missing.
    fn shoot(&self, dice: &mut Dice, day: i32, is_after: bool) -> Shot {
        let accuracy = match dice.below(100) {
            0..55 => dice.real(2.0, 3.5),
            55..85 => dice.real(3.5, 7.0),
            _ => dice.real(7.0, 20.0),
        };
        let sd = accuracy / SD_OF_68;
        let measured = Spot::new(self.camera.x + sd * normal(dice), self.camera.y + sd * normal(dice));
        // Rounded to a tenth, where the last digit of a machine's arctangent no longer matters.
        let degrees = self.towards.x.atan2(self.towards.y).to_degrees() + HEADING_SD * normal(dice) + 720.0;
        let (has_place, has_heading) = (!dice.chance(4), !dice.chance(5));
        let (lon, lat) = position(measured);
        Shot {
            door: 0,
            look: Look { shift: (dice.whole(-24, 24), dice.whole(-10, 10)), light: dice.whole(82, 108), is_after },
            exif: Exif {
                day: Day::from_number(day),
                second: dice.whole(8 * 3600, 17 * 3600),
                place: has_place.then_some((lon, lat)),
                heading_tenths: (has_place && has_heading).then_some((degrees * 10.0).round() as u32 % 3600),
                accuracy_tenths: has_place.then_some((accuracy * 10.0).round() as u32),
            },
            name: String::new(),
        }
    }
}

impl Shot {
    /// Once more, some seconds later, with an unsteady hand.
    fn again(&self, dice: &mut Dice) -> Self {
        let (x, y) = self.look.shift;
        let look = Look { shift: (x + dice.whole(-2, 2), y + dice.whole(-1, 1)), light: self.look.light + dice.whole(0, 2), ..self.look };
        Self { door: self.door, look, exif: Exif { second: self.exif.second + dice.whole(3, 40), ..self.exif }, name: String::new() }
    }
}

/// Normal to a good deal: the sum of twelve throws (its twelfths of a variance add up to one).
fn normal(dice: &mut Dice) -> f64 {
    (0..12).map(|_| dice.real(-0.5, 0.5)).sum()
}

fn position(spot: Spot) -> (f64, f64) {
    let text = spot.degrees();
    let (lon, lat) = text.split_once(',').unwrap_or(("0", "0"));
    (lon.parse().unwrap_or_default(), lat.parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::{
        domain::photo::{self, Finding, Near},
        earth::LonLat,
    };

    #[test]
    fn the_album_has_as_many_pictures_as_the_report_and_is_the_same_each_time() {
        let (album, again) = (Album::new(), Album::new());
        assert_eq!(album.len(), PICTURES + TWINS);
        let distinct: HashSet<_> = album.shots.iter().map(|shot| (shot.door, shot.look.shift, shot.look.light, shot.exif.second)).collect();
        assert_eq!(distinct.len(), PICTURES);
        for at in [0, 700, PICTURES + TWINS - 1] {
            assert_eq!((album.jpeg(at), album.house_code(at)), (again.jpeg(at), again.house_code(at)));
        }
        let file = album.jpeg(0);
        let picture = image::load_from_memory(&file).unwrap();
        assert_eq!((picture.width(), picture.height()), (640, 480));
        let exif = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&file)).unwrap();
        assert!(exif.get_field(exif::Tag::DateTimeOriginal, exif::In::PRIMARY).unwrap().display_value().to_string().starts_with("20"));
    }

    /// The promise of the linker on pictures whose true house is known.
    #[test]
    fn of_the_links_that_are_called_certain_99_in_100_are_right() {
        let land = Land::new(SEED);
        let settlement = Settlement::new(&land, SEED + 1);
        let album = Album::new();
        let places: Vec<LonLat> = settlement.doors.iter().map(|door| position(door.spot)).map(|(lon, lat)| LonLat::new(lon, lat).unwrap()).collect();
        let outlines: Vec<photo::Outline> = settlement
            .buildings
            .iter()
            .map(|building| building.shape.points.iter().map(|spot| position(*spot)).map(|(lon, lat)| [lon, lat]).collect())
            .collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let (mut right, mut listed) = (0, 0);
        for shot in album.shots.iter().take(PICTURES) {
            let Exif { place, heading_tenths, accuracy_tenths, .. } = shot.exif;
            let place = place.map(|(lon, lat)| LonLat::new(lon, lat).unwrap());
            let seen = photo::Shot {
                place,
                heading: heading_tenths.map(|tenths| f64::from(tenths) / 10.0),
                accuracy_m: accuracy_tenths.map(|tenths| f64::from(tenths) / 10.0),
            };
            let near = |to: LonLat| place.is_some_and(|from| from.metres_to(to) < seen.reach_m() + 40.0);
            let houses: Vec<Near> =
                places.iter().zip(&album.codes).filter(|(place, _)| near(**place)).map(|(place, code)| Near { code, place: *place }).collect();
            let outlines: Vec<photo::Outline> = outlines.iter().filter(|ring| near(LonLat::new(ring[0][0], ring[0][1]).unwrap())).cloned().collect();
            let truth = &*album.codes[shot.door];
            let found = seen.find(&houses, &outlines);
            *counts.entry(found.link().as_str()).or_default() += 1;
            match found {
                Finding::Certain(code) => right += usize::from(code == truth),
                Finding::Suggested(candidates) => listed += usize::from(candidates.iter().any(|one| one.code == truth)),
                Finding::Unplaced(_) => assert!(place.is_none(), "a place in the community has houses near it"),
            }
        }
        let (certain, suggested) = (counts["certain"], counts["suggested"]);
        eprintln!("certain {certain}, of them right {right}; suggested {suggested}, of them with the right house {listed}; unplaced {}", counts["unplaced"]);
        assert!(right as f64 >= 0.99 * certain as f64, "{right} of {certain}");
        assert!(certain as f64 >= 0.3 * PICTURES as f64, "{certain} of {PICTURES}");
        assert!(listed as f64 >= 0.8 * suggested as f64, "{listed} of {suggested}");
    }
}
