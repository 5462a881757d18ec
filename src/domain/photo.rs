//! Which house a picture shows: from where the camera stood and looked, the houses near it and the outlines of buildings.
//!
//! A place is known to some metres and a heading to some degrees, so one line of sight proves little. Here 120 cameras are tried, all equally
//! likely where the true one can have stood and looked, and each names the house whose wall it sees first. What nearly all of them name is
//! certain, anything less is suggested to a person.

use crate::earth::LonLat;

/// What is known of a camera when it took a picture of a house.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shot {
    pub place: Option<LonLat>,
    /// Degrees clockwise from north.
    pub heading: Option<f64>,
    /// Metres within which the place is right with 68 %, as phones mean it.
    pub accuracy_m: Option<f64>,
}

/// A house near a camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near<'a> {
    pub code: &'a str,
    pub place: LonLat,
}

/// The outer ring of a building, degrees east and north.
pub type Outline = Vec<[f64; 2]>;

/// What a picture is linked to.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding<'a> {
    Certain(&'a str),
    /// The likeliest first, at most [`MOST_SUGGESTED`], at least one.
    Suggested(Vec<Candidate<'a>>),
    Unplaced(Unplaced),
}

/// A house that a picture may show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate<'a> {
    pub code: &'a str,
    pub reason: Reason,
    /// From the place as measured to the house.
    pub metres: f64,
}

/// Why a house is suggested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// So great a share of the cameras that are possible sees it first.
    Seen { share: f64 },
    /// It is near; where the camera looked is not known.
    Near,
}

/// Why nothing is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplaced {
    NoPlace,
    /// The place is known to more than [`VAGUE_M`] only.
    Vague,
    NothingNear,
}

/// How a photo came to its house, or did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Certain,
    Suggested,
    PlacedByHand,
    Unplaced,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of certain, suggested, placed_by_hand, unplaced; found \"{0}\"")]
pub struct UnknownLink(pub String);

/// Two photos of one house, or of places at most so far apart, are compared for being nearly the same.
pub const ALIKE_WITHIN_M: f64 = 100.0;
/// A photo's place that is known no better than so many metres says nothing about a house.
pub const VAGUE_M: f64 = 100.0;
pub const MOST_SUGGESTED: usize = 5;
/// So great a share of the cameras must see the same house. Of the demo's 1,305 pictures, whose true house is known, 534 are certain at this share and
/// all of them right; at 0.85 it is 629 of 630, at 0.8 712 of 715.
const CERTAIN_SHARE: f64 = 0.9;
/// A house seen by fewer than 5 of 100 cameras is not suggested.
const LEAST_SHARE: f64 = 0.05;
/// A picture of a house is taken from at most so far.
const SIGHT_M: f64 = 60.0;
/// Without a heading, houses within so many metres beyond the accuracy are suggested.
const AROUND_M: f64 = 30.0;
/// A house belongs to a building at most so far from its point: points lie on doors and plot fronts, too.
const DOOR_M: f64 = 6.0;
/// Of a house without an outline: the half width of a small one.
const HALF_HOUSE_M: f64 = 4.0;
/// Whatever covers less, square metres, is no building.
const LEAST_BUILDING_M2: f64 = 1.0;
/// Phones' places outdoors when they do not say it (van Diggelen and Enge 2015: 4.9 m under open sky).
const USUAL_ACCURACY_M: f64 = 5.0;
/// No phone is better, whatever it says.
const BEST_ACCURACY_M: f64 = 2.0;
/// Standard deviation of a phone's compass among houses, degrees.
const HEADING_SD: f64 = 8.0;
/// 68 % of a two-dimensional normal distribution lie within so many standard deviations.
const SD_OF_68: f64 = 1.509;
/// Rings that hold a third of the distribution each, by the quantile in their middle, and cameras on each.
const RINGS: [f64; 3] = [1.0 / 6.0, 0.5, 5.0 / 6.0];
const ON_RING: usize = 8;
/// Middles of five equal parts of the normal distribution.
const HEADINGS: [f64; 5] = [-1.2816, -0.5244, 0.0, 0.5244, 1.2816];

impl Shot {
    fn accuracy(&self) -> f64 {
        self.accuracy_m.unwrap_or(USUAL_ACCURACY_M).max(BEST_ACCURACY_M)
    }

    /// How far around the place houses and buildings matter, metres.
    #[must_use]
    pub fn reach_m(&self) -> f64 {
        // The outermost ring lies at 1.9 standard deviations.
        SIGHT_M + 1.9 * self.accuracy().min(VAGUE_M) / SD_OF_68 + DOOR_M
    }

    /// What the picture shows among the houses and buildings within reach.
    #[must_use]
    pub fn find<'a>(&self, houses: &[Near<'a>], outlines: &[Outline]) -> Finding<'a> {
        let Some(place) = self.place else { return Finding::Unplaced(Unplaced::NoPlace) };
        if self.accuracy() > VAGUE_M {
            return Finding::Unplaced(Unplaced::Vague);
        }
        let sheet = Sheet::around(place);
        let spots: Vec<Point> = houses.iter().map(|house| sheet.point(house.place.lon(), house.place.lat())).collect();
        let seen = self.heading.map(|heading| self.shares(heading, &spots, &walls(&sheet, &spots, outlines))).unwrap_or_default();
        if let [(only, share), ..] = seen[..]
            && share >= CERTAIN_SHARE
        {
            return Finding::Certain(houses[only].code);
        }
        let candidate = |at: usize, reason| Candidate { code: houses[at].code, reason, metres: length(spots[at]) };
        let mut found: Vec<Candidate> =
            seen.iter().filter(|(_, share)| *share >= LEAST_SHARE).map(|(at, share)| candidate(*at, Reason::Seen { share: *share })).collect();
        if found.is_empty() {
            found = (0..houses.len()).map(|at| candidate(at, Reason::Near)).filter(|near| near.metres <= AROUND_M + self.accuracy()).collect();
            found.sort_by(|a, b| a.metres.total_cmp(&b.metres).then(a.code.cmp(b.code)));
        }
        found.truncate(MOST_SUGGESTED);
        if found.is_empty() { Finding::Unplaced(Unplaced::NothingNear) } else { Finding::Suggested(found) }
    }

    /// The share of possible cameras that see each house first, the greatest share first.
    fn shares(&self, heading: f64, spots: &[Point], walls: &[Wall]) -> Vec<(usize, f64)> {
        let sd_m = self.accuracy() / SD_OF_68;
        let mut shares = vec![0.0; spots.len()];
        let mut cameras = 0.0;
        for (ring, quantile) in RINGS.into_iter().enumerate() {
            // Rayleigh's distribution.
            let radius = sd_m * (-2.0 * f64::ln(1.0 - quantile)).sqrt();
            for step in 0..ON_RING {
                let turn = (step as f64 + ring as f64 / 3.0) / ON_RING as f64 * std::f64::consts::TAU;
                let from = [radius * turn.sin(), radius * turn.cos()];
                if walls.iter().any(|wall| holds(&wall.ring, from)) {
                    // Nobody takes a house's picture from within a wall.
                    continue;
                }
                for off in HEADINGS {
                    cameras += 1.0;
                    let towards = (heading + off * HEADING_SD).to_radians();
                    let first = walls.iter().filter_map(|wall| Some((hit(&wall.ring, from, [towards.sin(), towards.cos()])?, wall)));
                    let Some((_, wall)) = first.filter(|(metres, _)| *metres <= SIGHT_M).min_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
                    // From outside nobody can tell the homes in one building apart.
                    for &house in &wall.houses {
                        shares[house] += 1.0 / wall.houses.len() as f64;
                    }
                }
            }
        }
        let mut found: Vec<(usize, f64)> =
            shares.into_iter().map(|share| share / f64::max(cameras, 1.0)).enumerate().filter(|(_, share)| *share > 0.0).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(length(spots[a.0]).total_cmp(&length(spots[b.0]))).then(a.0.cmp(&b.0)));
        found
    }
}

/// Metres east and north of the camera as measured.
type Point = [f64; 2];

/// Something that ends a line of sight.
struct Wall {
    ring: Vec<Point>,
    /// The homes behind it; none behind a shed's.
    houses: Vec<usize>,
}

/// The buildings with their homes; a home that no building holds has a small one of its own.
fn walls(sheet: &Sheet, spots: &[Point], outlines: &[Outline]) -> Vec<Wall> {
    let mut walls: Vec<Wall> = outlines
        .iter()
        .map(|outline| Wall { ring: outline.iter().map(|[lon, lat]| sheet.point(*lon, *lat)).collect(), houses: Vec::new() })
        .filter(|wall| area(&wall.ring) > LEAST_BUILDING_M2)
        .collect();
    let built = walls.len();
    for (at, spot) in spots.iter().enumerate() {
        let away = |wall: &Wall| if holds(&wall.ring, *spot) { 0.0 } else { distance(&wall.ring, *spot) };
        let nearest = (0..built).map(|wall| (away(&walls[wall]), wall)).min_by(|a, b| a.0.total_cmp(&b.0));
        match nearest {
            Some((metres, wall)) if metres <= DOOR_M => walls[wall].houses.push(at),
            _ => {
                let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
                let ring = corners.map(|[x, y]: Point| [spot[0] + x * HALF_HOUSE_M, spot[1] + y * HALF_HOUSE_M]).to_vec();
                walls.push(Wall { ring, houses: vec![at] });
            }
        }
    }
    walls
}

/// A plane that touches the ellipsoid at a place: a centimetre off over the distances here.
struct Sheet {
    middle: LonLat,
    /// Metres per degree east and north.
    metres: Point,
}

impl Sheet {
    fn around(middle: LonLat) -> Self {
        let lat = middle.lat().to_radians();
        // Series of the WGS 84 ellipsoid (NGA.STND.0036, as commonly shortened).
        let north = 111_132.92 - 559.82 * (2.0 * lat).cos() + 1.175 * (4.0 * lat).cos();
        let east = 111_412.84 * lat.cos() - 93.5 * (3.0 * lat).cos();
        Self { middle, metres: [east, north] }
    }

    fn point(&self, lon: f64, lat: f64) -> Point {
        [(lon - self.middle.lon()) * self.metres[0], (lat - self.middle.lat()) * self.metres[1]]
    }
}

fn length([x, y]: Point) -> f64 {
    x.hypot(y)
}

fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Square metres.
fn area(ring: &[Point]) -> f64 {
    (edges(ring).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0).abs()
}

fn holds(ring: &[Point], [x, y]: Point) -> bool {
    let crossed = |(a, b): &(Point, Point)| (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0];
    edges(ring).filter(crossed).count() % 2 == 1
}

fn distance(ring: &[Point], [x, y]: Point) -> f64 {
    let to_edge = |(a, b): (Point, Point)| {
        let (along, from) = ([b[0] - a[0], b[1] - a[1]], [x - a[0], y - a[1]]);
        let square = along[0] * along[0] + along[1] * along[1];
        let share = if square > 0.0 { ((from[0] * along[0] + from[1] * along[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
        length([from[0] - along[0] * share, from[1] - along[1] * share])
    };
    edges(ring).map(to_edge).fold(f64::INFINITY, f64::min)
}

/// How far a line of sight goes until it meets the ring.
fn hit(ring: &[Point], from: Point, towards: Point) -> Option<f64> {
    let meets = |(a, b): (Point, Point)| {
        let (along, start) = ([b[0] - a[0], b[1] - a[1]], [a[0] - from[0], a[1] - from[1]]);
        let cross = towards[0] * along[1] - towards[1] * along[0];
        let metres = (start[0] * along[1] - start[1] * along[0]) / cross;
        let share = (start[0] * towards[1] - start[1] * towards[0]) / cross;
        (cross != 0.0 && metres >= 0.0 && (0.0..=1.0).contains(&share)).then_some(metres)
    };
    edges(ring).filter_map(meets).min_by(f64::total_cmp)
}

impl Finding<'_> {
    #[must_use]
    pub fn link(&self) -> Link {
        match self {
            Self::Certain(_) => Link::Certain,
            Self::Suggested(_) => Link::Suggested,
            Self::Unplaced(_) => Link::Unplaced,
        }
    }
}

impl Unplaced {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoPlace => "no_place",
            Self::Vague => "vague",
            Self::NothingNear => "nothing_near",
        }
    }
}

impl Link {
    pub const ALL: [Self; 4] = [Self::Certain, Self::Suggested, Self::PlacedByHand, Self::Unplaced];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Suggested => "suggested",
            Self::PlacedByHand => "placed_by_hand",
            Self::Unplaced => "unplaced",
        }
    }
}

impl std::str::FromStr for Link {
    type Err = UnknownLink;

    fn from_str(text: &str) -> Result<Self, UnknownLink> {
        Self::ALL.into_iter().find(|link| link.as_str() == text).ok_or_else(|| UnknownLink(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: (f64, f64) = (120.05, 31.72);

    fn at(x: f64, y: f64) -> LonLat {
        let sheet = Sheet::around(LonLat::new(MIDDLE.0, MIDDLE.1).unwrap());
        LonLat::new(MIDDLE.0 + x / sheet.metres[0], MIDDLE.1 + y / sheet.metres[1]).unwrap()
    }

    fn block(x: f64, y: f64, half: f64) -> Outline {
        [(-half, -half), (half, -half), (half, half), (-half, half)].map(|(dx, dy)| at(x + dx, y + dy)).map(|place| [place.lon(), place.lat()]).to_vec()
    }

    /// Three houses in a row to the north, 14 m from the camera and 14 m apart.
    fn row() -> (Vec<Near<'static>>, Vec<Outline>) {
        let places = [("W", -14.0), ("M", 0.0), ("E", 14.0)];
        (places.map(|(code, x)| Near { code, place: at(x, 14.0) }).to_vec(), places.map(|(_, x)| block(x, 14.0, 5.5)).to_vec())
    }

    fn shot(heading: Option<f64>, accuracy_m: f64) -> Shot {
        Shot { place: Some(at(0.0, 0.0)), heading, accuracy_m: Some(accuracy_m) }
    }

    fn codes(finding: &Finding<'_>) -> Vec<String> {
        match finding {
            Finding::Suggested(found) => found.iter().map(|one| one.code.to_owned()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_house_that_a_well_placed_camera_looks_at_is_certain() {
        let (houses, outlines) = row();
        assert_eq!(shot(Some(0.0), 2.0).find(&houses, &outlines), Finding::Certain("M"));
        // Aslant the next house is nearly in sight.
        assert_eq!(codes(&shot(Some(315.0), 2.0).find(&houses, &outlines)), ["W", "M"]);
        assert_eq!(codes(&shot(Some(45.0), 2.0).find(&houses, &outlines)), ["E", "M"]);
    }

    #[test]
    fn what_the_accuracy_leaves_open_is_suggested_with_the_likeliest_first() {
        let (houses, outlines) = row();
        let found = shot(Some(0.0), 12.0).find(&houses, &outlines);
        assert_eq!(codes(&found)[0], "M");
        let Finding::Suggested(found) = found else { panic!() };
        let shares: Vec<f64> = found.iter().map(|one| if let Reason::Seen { share } = one.reason { share } else { panic!("{one:?}") }).collect();
        assert!(shares.is_sorted_by(|a, b| a >= b) && shares.iter().sum::<f64>() <= 1.0 && shares[0] > 0.3, "{shares:?}");
    }

    #[test]
    fn without_a_heading_the_nearest_are_suggested_and_none_is_certain() {
        let (houses, outlines) = row();
        let near = codes(&Shot { place: Some(at(1.0, 0.0)), ..shot(None, 2.0) }.find(&houses, &outlines));
        assert_eq!(near, ["M", "E", "W"]);
        assert_eq!(codes(&shot(None, 2.0).find(&houses[..1], &outlines)), ["W"]);
    }

    #[test]
    fn a_house_behind_another_is_not_seen() {
        let (mut houses, mut outlines) = row();
        houses.push(Near { code: "behind", place: at(0.0, 30.0) });
        outlines.push(block(0.0, 30.0, 5.5));
        assert_eq!(shot(Some(0.0), 2.0).find(&houses, &outlines), Finding::Certain("M"));
        // A shed in the way is nobody's.
        outlines.push(block(0.0, 4.0, 2.5));
        assert!(!matches!(shot(Some(0.0), 2.0).find(&houses, &outlines), Finding::Certain(_)));
    }

    #[test]
    fn the_homes_of_one_building_are_never_told_apart() {
        let houses = [Near { code: "1-101", place: at(-3.0, 12.0) }, Near { code: "1-201", place: at(3.0, 12.0) }];
        assert_eq!(codes(&shot(Some(0.0), 2.0).find(&houses, &[block(0.0, 14.0, 8.0)])).len(), 2);
    }

    #[test]
    fn a_house_without_an_outline_is_a_small_block_around_its_point() {
        assert_eq!(shot(Some(0.0), 2.0).find(&[Near { code: "A", place: at(0.0, 9.0) }], &[]), Finding::Certain("A"));
    }

    #[test]
    fn what_cannot_be_placed_says_why() {
        let (houses, outlines) = row();
        let unplaced = |shot: Shot| match shot.find(&houses, &outlines) {
            Finding::Unplaced(why) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(unplaced(Shot::default()), Unplaced::NoPlace);
        assert_eq!(unplaced(shot(Some(0.0), 500.0)), Unplaced::Vague);
        assert_eq!(unplaced(Shot { place: Some(at(900.0, 0.0)), ..shot(Some(0.0), 5.0) }), Unplaced::NothingNear);
        assert_eq!(shot(Some(0.0), 5.0).find(&[], &[]), Finding::Unplaced(Unplaced::NothingNear));
    }

    #[test]
    fn looking_away_from_all_houses_the_near_ones_are_suggested() {
        let (houses, outlines) = row();
        let found = shot(Some(180.0), 2.0).find(&houses, &outlines);
        assert!(matches!(&found, Finding::Suggested(near) if near.iter().all(|one| one.reason == Reason::Near)), "{found:?}");
    }

    #[test]
    fn an_outline_of_no_extent_or_no_corners_does_no_harm() {
        let (houses, _) = row();
        let found = shot(Some(0.0), 2.0).find(&houses, &[vec![], vec![[120.05, 31.72]], vec![[120.05, 31.7201]; 4]]);
        assert_eq!(found, Finding::Certain("M"));
    }
}
