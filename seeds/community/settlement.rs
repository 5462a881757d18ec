//! Where people live and work: villages grown house by house around their lanes, the estate in rows, shops and the yard.
//!
//! It knows the land and nothing of tiers. Names are invented.

use super::{
    dice::Dice,
    land::{Feature, Land, street_width},
    plane::{Heading, Shape, Spot, hull, rectangle},
};

/// A place of the area hierarchy below the community.
#[derive(Debug)]
pub struct Village {
    pub name: &'static str,
    pub level: &'static str,
    pub boundary: Shape,
    /// How much likelier than elsewhere a house is let.
    pub tenancy: u32,
    /// How much likelier than elsewhere a let house is in a bad state.
    pub neglect: u32,
}

/// What is behind a door, and its number where that is known from the start.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    /// Numbered as the plates were put up.
    VillageHouse,
    Flat {
        number: String,
    },
    Business {
        number: String,
    },
}

/// A door with somebody or something behind it.
#[derive(Debug)]
pub struct Door {
    pub spot: Spot,
    /// Index of the village around it; shops along the roads mostly have none.
    pub village: Option<usize>,
    pub purpose: Purpose,
    /// Street, village, estate or yard that its number belongs to.
    pub street: &'static str,
}

#[derive(Debug)]
pub struct Settlement {
    pub villages: Vec<Village>,
    pub doors: Vec<Door>,
    pub buildings: Vec<Feature>,
    pub lanes: Vec<Feature>,
    pub greens: Vec<Feature>,
}

struct Plan {
    name: &'static str,
    middle: (f64, f64),
    houses: usize,
    /// Half tangent of the angle between the rows and the east.
    lie: f64,
    /// How rows bend: metres of sag per square metre along them.
    bend: f64,
    /// Length along the rows to depth across them.
    stretch: f64,
    tenancy: u32,
    neglect: u32,
}

const fn plan(name: &'static str, middle: (f64, f64), houses: usize, form: (f64, f64, f64), weights: (u32, u32)) -> Plan {
    Plan { name, middle, houses, lie: form.0, bend: form.1, stretch: form.2, tenancy: weights.0, neglect: weights.1 }
}

/// 23 natural villages with 1,286 houses. The three around the yard house its workers.
const VILLAGES: [Plan; 23] = [
    plan("前桥村", (-150.0, 200.0), 74, (-0.02, 0.0006, 1.30), (8, 2)),
    plan("后桥村", (95.0, 180.0), 58, (-0.05, -0.0005, 0.80), (6, 2)),
    plan("西河里", (-455.0, 165.0), 66, (0.05, 0.0004, 1.00), (6, 2)),
    plan("河湾里", (-735.0, 300.0), 44, (0.12, -0.0010, 0.75), (4, 2)),
    plan("大树下", (-1015.0, 300.0), 58, (-0.06, 0.0007, 1.60), (3, 2)),
    plan("周家村", (-985.0, -140.0), 52, (0.08, -0.0006, 1.50), (3, 2)),
    plan("窑头村", (-700.0, -725.0), 48, (-0.22, 0.0005, 0.90), (4, 3)),
    plan("竹园里", (-440.0, -120.0), 60, (0.03, 0.0008, 0.80), (6, 2)),
    plan("庙前村", (-45.0, -120.0), 72, (0.01, -0.0004, 1.90), (8, 2)),
    plan("荷花浜", (365.0, -190.0), 54, (0.10, 0.0006, 0.65), (8, 3)),
    plan("东浜头", (645.0, -170.0), 70, (-0.08, -0.0005, 1.10), (9, 6)),
    plan("新庄村", (985.0, -140.0), 78, (0.04, 0.0004, 1.90), (9, 6)),
    plan("石桥头", (365.0, 190.0), 50, (-0.10, 0.0006, 1.20), (6, 2)),
    plan("杨柳村", (635.0, 210.0), 56, (0.07, 0.0009, 0.80), (6, 2)),
    plan("沈家巷", (965.0, 230.0), 62, (-0.04, -0.0006, 1.70), (5, 2)),
    plan("陆家头", (-960.0, 840.0), 46, (0.15, 0.0005, 1.40), (2, 2)),
    plan("北塘村", (-600.0, 855.0), 58, (-0.03, -0.0007, 2.00), (3, 2)),
    plan("钱家塘", (-100.0, 815.0), 50, (0.09, 0.0006, 0.90), (3, 2)),
    plan("上塘村", (500.0, 775.0), 48, (-0.12, 0.0008, 1.50), (3, 2)),
    plan("顾家坝", (1015.0, -735.0), 34, (0.18, -0.0006, 1.20), (2, 2)),
    plan("老庄村", (-1000.0, -700.0), 46, (-0.09, 0.0006, 1.70), (2, 3)),
    plan("南塘村", (-40.0, -730.0), 40, (0.06, 0.0008, 1.30), (3, 2)),
    plan("下塘村", (645.0, -440.0), 62, (-0.05, 0.0005, 0.75), (9, 6)),
];

const ESTATE: Plan = plan("正新花苑", (-65.0, -392.0), 240, (0.0, 0.0, 1.0), (4, 1));
const ESTATE_NUMBER: usize = VILLAGES.len();
const YARD: &str = "正新工业园";
/// Where shops gather.
const HUBS: [(f64, f64); 4] = [(-300.0, 20.0), (765.0, -35.0), (235.0, -8.0), (-330.0, -490.0)];
const BUSINESSES: usize = 149;
/// Of them in the yard.
const HALLS: usize = 36;

/// Metres from the middle of a row of houses down to its lane.
const LANE: f64 = 9.6;

impl Settlement {
    pub fn new(land: &Land, seed: u64) -> Self {
        let mut site = Site {
            land,
            taken: Vec::new(),
            dice: Dice::new(seed),
            grown: Self { villages: Vec::new(), doors: Vec::new(), buildings: Vec::new(), lanes: Vec::new(), greens: Vec::new() },
        };
        site.school();
        let estate = site.estate();
        site.yard();
        site.shops();
        for number in 0..VILLAGES.len() {
            site.village(number);
        }
        site.grown.villages.push(estate);
        site.join_lanes();
        for door in &mut site.grown.doors {
            if door.village.is_none() {
                door.village = site.grown.villages.iter().position(|village| village.boundary.holds(door.spot));
            }
        }
        site.fields();
        site.grown
    }
}

/// The settlement while it grows.
struct Site<'a> {
    land: &'a Land,
    taken: Vec<Shape>,
    dice: Dice,
    grown: Settlement,
}

impl Site<'_> {
    /// Puts up a building when there is room for it.
    fn build(&mut self, name: &'static str, middle: Spot, heading: Heading, half: (f64, f64), gap: f64) -> bool {
        let shape = Shape::area(rectangle(middle, heading, half.0, half.1));
        let free = self.land.is_free(&shape, 4.0, 3.5) && !self.land.edge.nears(&shape, 22.0) && !self.taken.iter().any(|other| other.nears(&shape, gap));
        if free {
            self.taken.push(shape.clone());
            self.grown.buildings.push(Feature { class: "", name, shape });
        }
        free
    }

    fn lane(&mut self, name: &'static str, points: Vec<Spot>) {
        self.grown.lanes.push(Feature { class: "lane", name, shape: Shape::line(points, street_width("lane")) });
    }

    /// A primary school with its sports ground.
    fn school(&mut self) {
        let (middle, heading) = (Spot::new(345.0, -430.0), Heading::EAST.turned(-0.06));
        for (along, left, half) in [(-34.0, 34.0, (30.0, 6.5)), (-34.0, 8.0, (30.0, 6.5)), (-34.0, -30.0, (20.0, 11.0))] {
            self.build("正新小学", middle.step(heading, along, left), heading, half, 3.0);
        }
        let ground = Shape::area(rectangle(middle.step(heading, 34.0, 0.0), heading, 26.0, 42.0));
        self.taken.push(ground.clone());
        self.grown.greens.push(Feature { class: "park", name: "正新小学操场", shape: ground });
    }

    /// The resettlement estate: 20 blocks of 12 flats in five rows.
    fn estate(&mut self) -> Village {
        let (middle, heading) = (Spot::new(ESTATE.middle.0, ESTATE.middle.1), Heading::EAST.turned(-0.012));
        let mut corners = Vec::new();
        let mut block = 0;
        for row in 0..5 {
            let left = 82.0 - 41.0 * f64::from(row);
            for column in 0..4 {
                // A lane runs through the middle.
                let along = -153.0 + 96.0 * f64::from(column) + if column >= 2 { 18.0 } else { 0.0 };
                let at = middle.step(heading, along, left);
                block += 1;
                if !self.build("", at, heading, (34.0, 6.2), 6.0) {
                    continue;
                }
                corners.extend(rectangle(at, heading, 34.0, 6.2));
                // Two stairs, three storeys, two flats on each landing.
                for place in 0..12 {
                    let (stair, storey, side) = (place / 6, place / 2 % 3, place % 2);
                    let spot = at.step(heading, -25.5 + 17.0 * f64::from(stair * 2 + side), -3.6 + 3.6 * f64::from(storey));
                    let number = format!("{block}幢{}单元{}0{}室", ["甲", "乙"][stair as usize], storey + 1, side + 1);
                    self.grown.doors.push(Door { spot, village: Some(ESTATE_NUMBER), purpose: Purpose::Flat { number }, street: ESTATE.name });
                }
            }
            let lane = [-192.0, 212.0].map(|along| middle.step(heading, along, left - 13.0));
            self.lane(ESTATE.name, lane.to_vec());
            for along in [-105.0, 105.0 + 9.0] {
                let lawn = Shape::area(rectangle(middle.step(heading, along, left - 24.5), heading, 82.0, 5.5));
                if row < 4 {
                    self.grown.greens.push(Feature { class: "park", name: "", shape: lawn });
                }
            }
        }
        for (along, to) in [(0.0, 140.0), (-201.0, 69.0), (212.0, 69.0)] {
            let lane = [-95.0, to].map(|left| middle.step(heading, along, left));
            self.lane(ESTATE.name, lane.to_vec());
        }
        // No shop stands on these lanes.
        self.taken.extend(self.grown.lanes.iter().map(|lane| lane.shape.clone()));
        Village { name: ESTATE.name, level: "estate", boundary: Shape::area(hull(&corners, 22.0)), tenancy: ESTATE.tenancy, neglect: ESTATE.neglect }
    }

    /// Halls of the industrial yard, in rows along its road.
    fn yard(&mut self) {
        let mut number = 0;
        let (middle, heading) = (Spot::new(1000.0, -345.0), Heading::EAST.turned(0.01));
        for row in 0..6 {
            let left = 16.0 - 40.0 * f64::from(row);
            let mut along = -200.0 + self.dice.real(0.0, 14.0);
            while along < 260.0 && number < HALLS {
                let half = (self.dice.real(14.0, 27.0), self.dice.real(9.0, 13.0));
                along += if along < 6.0 && along + half.0 * 2.0 > -6.0 { 6.0 - along } else { 0.0 };
                let spot = middle.step(heading, along + half.0, left + self.dice.real(-1.5, 1.5));
                if self.build("", spot, heading, half, 6.0) {
                    number += 1;
                    self.business(spot, YARD, format!("{number}号"));
                }
                along += half.0 * 2.0 + self.dice.real(9.0, 16.0);
            }
            if row < 4 {
                self.lane(YARD, [-190.0, 238.0].map(|along| middle.step(heading, along, left - 20.0)).to_vec());
            }
        }
        self.lane(YARD, [68.0, -144.0].map(|left| middle.step(heading, 0.0, left)).to_vec());
    }

    fn business(&mut self, spot: Spot, street: &'static str, number: String) {
        self.grown.doors.push(Door { spot, village: None, purpose: Purpose::Business { number }, street });
    }

    /// Shops line the main roads, thickest around the crossings.
    fn shops(&mut self) {
        let hubs = HUBS.map(|(x, y)| Spot::new(x, y));
        let mut sites = Vec::new();
        for (road, street) in
            self.land.streets.iter().enumerate().filter(|(_, street)| street.class == "main" || street.name == "南河路" || street.name == "运河路")
        {
            let line = &street.shape.points;
            let mut chainage = 0.0;
            for ends in line.windows(2) {
                let heading = ends[0].heading_to(ends[1]);
                let length = ends[0].distance(ends[1]);
                let places = (length / 19.0) as usize;
                for place in 0..places {
                    let along = (place as f64 + 0.5) * length / places as f64;
                    for (side, left) in [(1, 1.0), (2, -1.0)] {
                        let half = (self.dice.real(5.0, 8.6), self.dice.real(4.5, 6.5));
                        let spot = ends[0].step(heading, along + self.dice.real(-0.6, 0.6), left * (street_width(street.class) / 2.0 + 6.0 + half.1));
                        let hub = hubs.iter().map(|hub| hub.distance(spot)).fold(f64::INFINITY, f64::min);
                        let number = 2 * ((chainage + along) / 10.0) as usize + side;
                        sites.push((hub + self.dice.real(0.0, 420.0), road, spot, heading, half, number));
                    }
                }
                chainage += length;
            }
        }
        sites.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut open = self.grown.doors.iter().filter(|door| door.village.is_none()).count();
        for (_, road, spot, heading, half, number) in sites {
            if open < BUSINESSES && self.build("", spot, heading, half, 2.0) {
                open += 1;
                self.business(spot, self.land.streets[road].name, format!("{number}号"));
            }
        }
    }

    /// Grows a village from its middle outwards: rows of houses, each on its lane, all lanes on one spine.
    fn village(&mut self, number: usize) {
        let plan = &VILLAGES[number];
        let middle = Spot::new(plan.middle.0, plan.middle.1);
        let axis = Heading::EAST.turned(plan.lie);
        let pitch = self.dice.real(13.4, 15.6);
        let spacing = self.dice.real(24.5, 28.0);
        // Some sides grow further than others.
        let sides: Vec<f64> = (0..8).map(|_| self.dice.real(0.75, 1.3)).collect();
        let on_row = |row: i32, along: f64, left: f64| middle.step(axis, along, f64::from(row) * spacing + plan.bend * along * along + left);
        let mut sites = Vec::new();
        for row in -8..=8 {
            let shift = self.dice.real(-3.0, 3.0);
            for place in -16..=16 {
                let along = f64::from(place) * pitch + shift + self.dice.real(-0.9, 0.9);
                let (x, y) = (along / plan.stretch, f64::from(row) * spacing);
                let side = usize::from(x > 0.0) + 2 * usize::from(y > 0.0) + 4 * usize::from(x.abs() > y.abs());
                let rank = (x * x + y * y).sqrt() / sides[side] + self.dice.real(0.0, 34.0 / plan.stretch.max(1.0));
                let gap = self.dice.chance(9) || along.abs() < 9.5;
                if !gap {
                    sites.push((rank, row, along));
                }
            }
        }
        sites.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut homes: Vec<(i32, f64, Spot)> = Vec::new();
        let mut corners = Vec::new();
        for (_, row, along) in sites {
            if homes.len() == plan.houses {
                break;
            }
            // No lane crosses water or a street to reach its last house.
            let reach: Vec<Spot> = [0.0, 0.34, 0.67, 1.0].iter().map(|share| on_row(row, along * share, -LANE)).collect();
            let way = [middle.step(axis, 0.0, -LANE)].into_iter().chain(reach);
            let half = (self.dice.real(4.5, 6.1), self.dice.real(4.2, 5.6));
            let spot = on_row(row, along, self.dice.real(-0.7, 0.7));
            let heading = on_row(row, along - 1.0, 0.0).heading_to(on_row(row, along + 1.0, 0.0)).turned(self.dice.real(-0.02, 0.02));
            let clear = self.land.is_free(&Shape::line(way.collect(), street_width("lane")), 2.0, 1.0);
            let elsewhere = self.grown.villages.iter().any(|other| other.boundary.nears(&Shape::area(rectangle(spot, heading, half.0, half.1)), 34.0));
            if clear && !elsewhere && self.build("", spot, heading, half, 1.6) {
                corners.extend(rectangle(spot, heading, half.0, half.1));
                homes.push((row, along, spot));
                // A kitchen or shed behind it.
                if self.dice.chance(38) {
                    let shed = (self.dice.real(1.6, 2.6), self.dice.real(1.3, 1.9));
                    let behind = spot.step(heading, self.dice.real(-2.5, 2.5), half.1 + shed.1 + 0.9);
                    self.build("", behind, heading, shed, 0.6);
                }
            }
        }
        homes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
        for (_, _, spot) in &homes {
            self.grown.doors.push(Door { spot: *spot, village: Some(number), purpose: Purpose::VillageHouse, street: plan.name });
        }
        let mut rows: Vec<i32> = homes.iter().map(|home| home.0).collect();
        rows.dedup();
        for row in &rows {
            let alongs = || homes.iter().filter(|home| home.0 == *row).map(|home| home.1);
            let (from, to) = (alongs().fold(0.0, f64::min), alongs().fold(0.0, f64::max));
            let steps = ((to - from) / 22.0) as i32 + 1;
            let lane: Vec<Spot> = (0..=steps).map(|step| on_row(*row, from + (to - from) * f64::from(step) / f64::from(steps), -LANE)).collect();
            corners.extend(lane.iter().copied());
            self.lane(plan.name, lane);
        }
        if let (Some(top), Some(bottom)) = (rows.first(), rows.last()) {
            self.lane(plan.name, (*bottom..=*top).map(|row| on_row(row, 0.0, -LANE)).collect());
        }
        self.grown.villages.push(Village {
            name: plan.name,
            level: "village",
            boundary: Shape::area(hull(&corners, 11.0)),
            tenancy: plan.tenancy,
            neglect: plan.neglect,
        });
    }

    /// Joins each village to the nearest street that a straight lane reaches.
    fn join_lanes(&mut self) {
        for Plan { name, .. } in &VILLAGES {
            let mut ways: Vec<(Spot, Spot)> = Vec::new();
            for lane in self.grown.lanes.iter().filter(|lane| lane.name == *name) {
                for end in [lane.shape.points.first(), lane.shape.points.last()].into_iter().flatten() {
                    ways.extend(self.land.streets.iter().filter_map(|street| Some((*end, street.shape.nearest(*end)?))));
                }
            }
            ways.sort_by(|a, b| a.0.distance(a.1).total_cmp(&b.0.distance(b.1)));
            let open = |(from, to): &&(Spot, Spot)| {
                let way = Shape::line(vec![*from, *to], street_width("lane"));
                !self.taken.iter().any(|building| building.nears(&way, 0.8)) && !self.land.waters.iter().any(|water| water.shape.nears(&way, 0.5))
            };
            let mut joined: Vec<(Spot, Spot)> = Vec::new();
            for way in ways.iter().filter(open) {
                // The second way out leads elsewhere.
                if joined.len() < 2 && joined.iter().all(|other| other.1.distance(way.1) > 90.0) && way.0.distance(way.1) < 190.0 {
                    joined.push(*way);
                }
            }
            for (from, to) in joined {
                self.lane(name, vec![from, to]);
            }
        }
    }

    /// A patchwork of fields on what is left, each quarter with its own lie.
    fn fields(&mut self) {
        let mut blocked: Vec<Shape> = self.taken.clone();
        blocked.extend(self.grown.villages.iter().map(|village| village.boundary.clone()));
        blocked.extend(self.grown.lanes.iter().chain(&self.land.banks).map(|line| line.shape.clone()));
        for (middle, lie, across) in
            [((-800.0, 500.0), 0.05, 900.0), ((500.0, 600.0), -0.07, 1000.0), ((-800.0, -550.0), -0.03, 900.0), ((600.0, -500.0), 0.04, 1000.0)]
        {
            let (middle, axis) = (Spot::new(middle.0, middle.1), Heading::EAST.turned(lie));
            let mut along = -across;
            while along < across {
                let half_width = self.dice.real(18.0, 31.0);
                let mut left = -across;
                while left < across {
                    let half_depth = self.dice.real(16.0, 36.0);
                    self.field(middle.step(axis, along + half_width, left + half_depth), axis, (half_width, half_depth), &mut blocked);
                    left += half_depth * 2.0 + 2.4;
                }
                along += half_width * 2.0 + 2.4;
            }
        }
    }

    /// One field; where something is in its way, the largest part of it that is free.
    fn field(&mut self, middle: Spot, axis: Heading, half: (f64, f64), blocked: &mut Vec<Shape>) {
        let whole = Shape::area(rectangle(middle, axis, half.0, half.1));
        let around: Vec<&Shape> = blocked.iter().filter(|other| other.nears(&whole, 2.0)).collect();
        let parts =
            [(1.0, 1.0), (0.75, 1.0), (1.0, 0.75), (0.5, 1.0), (0.75, 0.75), (1.0, 0.5), (0.75, 0.5), (0.5, 0.75), (0.5, 0.5), (0.33, 0.75), (0.75, 0.33)];
        let corners = parts.iter().flat_map(|part| [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)].map(|corner| (part, corner)));
        let free = corners
            .map(|((along, left), (x, y))| {
                let at = middle.step(axis, x * half.0 * (1.0 - along), y * half.1 * (1.0 - left));
                Shape::area(rectangle(at, axis, half.0 * along, half.1 * left))
            })
            .find(|shape| self.land.is_free(shape, 3.0, 2.5) && !around.iter().any(|other| other.nears(shape, 2.0)));
        if let Some(shape) = free {
            let class = if self.dice.chance(7) { "wood" } else { "field" };
            if self.dice.chance(94) {
                self.grown.greens.push(Feature { class, name: "", shape: shape.clone() });
            }
            blocked.push(shape);
        }
    }
}
