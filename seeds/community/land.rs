//! The land before anybody builds: boundary, water, streets. Drawn by hand and invented; only the region is real.
//!
//! Numbers are metres east and north of the middle of the sheet.

use super::{
    dice::Dice,
    plane::{Shape, Spot, beside, between, curve, rounded, square_metres},
};

/// 4.5 km² of the community, in square metres.
const COMMUNITY_AREA: f64 = 4_500_000.0;

#[derive(Debug)]
pub struct Land {
    pub boundary: Shape,
    /// The boundary as a line.
    pub edge: Shape,
    /// Green banks of the canal.
    pub banks: Vec<Feature>,
    pub waters: Vec<Feature>,
    pub streets: Vec<Feature>,
}

/// Something drawn on the base map.
#[derive(Clone, Debug)]
pub struct Feature {
    pub class: &'static str,
    pub name: &'static str,
    pub shape: Shape,
}

impl Land {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut waters: Vec<Feature> = WATERS.iter().map(|water| course(water, &mut dice)).collect();
        waters.extend(PONDS.iter().map(|pond| still(*pond, &mut dice)));
        let streets = STREETS
            .iter()
            .map(|street| Feature { class: street.class, name: street.name, shape: Shape::line(curve(&spots(street.through), 8), street_width(street.class)) })
            .collect();
        let boundary = boundary();
        let edge = Shape::line(boundary.points.iter().chain(boundary.points.first()).copied().collect(), 0.0);
        Self { boundary, edge, banks: banks(&waters), waters, streets }
    }

    /// Whether something may stand here: inside, so far from water and so far from streets.
    pub fn is_free(&self, shape: &Shape, from_water: f64, from_streets: f64) -> bool {
        shape.points.iter().all(|spot| self.boundary.holds(*spot))
            && !self.waters.iter().any(|water| water.shape.nears(shape, from_water))
            && !self.streets.iter().any(|street| street.shape.nears(shape, from_streets))
    }
}

/// Metres from kerb to kerb.
pub fn street_width(class: &str) -> f64 {
    match class {
        "main" => 22.0,
        "side" => 10.0,
        _ => 3.6,
    }
}

fn spots(pairs: &[(f64, f64)]) -> Vec<Spot> {
    pairs.iter().map(|(x, y)| Spot::new(*x, *y)).collect()
}

/// The hand-drawn boundary, blown up evenly to the community's exact size.
fn boundary() -> Shape {
    let drawn = spots(&BOUNDARY);
    let scale = (COMMUNITY_AREA / square_metres(&drawn)).sqrt();
    Shape::area(drawn.into_iter().map(|spot| Spot::new(spot.x * scale, spot.y * scale)).collect())
}

struct Course {
    class: &'static str,
    name: &'static str,
    width: f64,
    through: &'static [(f64, f64)],
}

/// Running water: a ribbon whose width wavers a little.
fn course(course: &Course, dice: &mut Dice) -> Feature {
    let middle = curve(&spots(course.through), 10);
    let half: Vec<f64> = middle.iter().map(|_| course.width / 2.0 * dice.real(0.93, 1.07)).collect();
    let shape = Shape::area(between(beside(&middle, |at| -half[at]), beside(&middle, |at| half[at])));
    Feature { class: course.class, name: course.name, shape }
}

/// A pond: an uneven round of so many metres across.
fn still((x, y, across): (f64, f64, f64), dice: &mut Dice) -> Feature {
    let middle = Spot::new(x, y);
    let lie = dice.real(-0.6, 0.6);
    let ring: Vec<Spot> = (0..9)
        .map(|at| {
            // The tangent of 20 degrees: a ninth of a turn each time.
            let heading = (0..at).fold(super::plane::Heading::EAST, |heading, _| heading.turned(0.363_970_234_266_202_4));
            let far = across / 2.0 * dice.real(0.75, 1.1);
            middle.step(super::plane::Heading::EAST.turned(lie), heading.x * far * 1.25, heading.y * far * 0.8)
        })
        .collect();
    Feature { class: "pond", name: "", shape: Shape::area(rounded(&ring)) }
}

const BOUNDARY: [(f64, f64); 40] = [
    (-1165.0, 690.0),
    (-1120.0, 905.0),
    (-930.0, 985.0),
    (-760.0, 965.0),
    (-745.0, 1015.0),
    (-480.0, 1025.0),
    (-390.0, 985.0),
    (-120.0, 960.0),
    (60.0, 1010.0),
    (262.0, 985.0),
    (420.0, 925.0),
    (640.0, 950.0),
    (795.0, 900.0),
    (930.0, 930.0),
    (1075.0, 835.0),
    (1105.0, 640.0),
    (1085.0, 480.0),
    (1180.0, 425.0),
    (1235.0, 250.0),
    (1215.0, 60.0),
    (1275.0, 20.0),
    (1290.0, -275.0),
    (1255.0, -430.0),
    (1285.0, -560.0),
    (1210.0, -790.0),
    (1090.0, -905.0),
    (870.0, -880.0),
    (765.0, -945.0),
    (560.0, -960.0),
    (470.0, -910.0),
    (250.0, -915.0),
    (60.0, -985.0),
    (-150.0, -945.0),
    (-300.0, -1000.0),
    (-560.0, -975.0),
    (-830.0, -920.0),
    (-1080.0, -880.0),
    (-1215.0, -690.0),
    (-1200.0, -330.0),
    (-1255.0, 60.0),
];

const WATERS: [Course; 5] = [
    Course {
        class: "canal",
        name: "正塘运河",
        width: 46.0,
        through: &[
            (-2000.0, 470.0),
            (-1560.0, 560.0),
            (-1150.0, 520.0),
            (-760.0, 620.0),
            (-330.0, 570.0),
            (60.0, 440.0),
            (430.0, 420.0),
            (780.0, 520.0),
            (1150.0, 470.0),
            (1560.0, 330.0),
            (2000.0, 360.0),
        ],
    },
    Course {
        class: "river",
        name: "西河",
        width: 17.0,
        through: &[
            (-640.0, 612.0),
            (-655.0, 480.0),
            (-590.0, 330.0),
            (-640.0, 160.0),
            (-610.0, 0.0),
            (-545.0, -170.0),
            (-600.0, -370.0),
            (-640.0, -560.0),
            (-540.0, -760.0),
            (-560.0, -980.0),
            (-480.0, -1200.0),
            (-520.0, -1500.0),
        ],
    },
    Course {
        class: "river",
        name: "荷花浜",
        width: 12.0,
        through: &[
            (505.0, 436.0),
            (520.0, 300.0),
            (470.0, 170.0),
            (525.0, 20.0),
            (480.0, -150.0),
            (520.0, -330.0),
            (430.0, -500.0),
            (480.0, -680.0),
            (560.0, -860.0),
            (530.0, -1100.0),
            (600.0, -1500.0),
        ],
    },
    Course {
        class: "river",
        name: "北塘河",
        width: 14.0,
        through: &[(210.0, 432.0), (190.0, 560.0), (260.0, 690.0), (210.0, 850.0), (270.0, 1030.0), (230.0, 1500.0)],
    },
    Course {
        class: "river",
        name: "窑河",
        width: 10.0,
        through: &[(-600.0, -370.0), (-800.0, -330.0), (-960.0, -390.0), (-1160.0, -330.0), (-1400.0, -380.0), (-2000.0, -330.0)],
    },
];

/// Middle, and metres across.
const PONDS: [(f64, f64, f64); 17] = [
    (-860.0, 800.0, 52.0),
    (-470.0, 870.0, 44.0),
    (110.0, 720.0, 40.0),
    (650.0, 820.0, 58.0),
    (985.0, 770.0, 46.0),
    (-1010.0, 180.0, 62.0),
    (-455.0, 300.0, 38.0),
    (-130.0, 300.0, 46.0),
    (360.0, 120.0, 42.0),
    (1080.0, 120.0, 66.0),
    (-1040.0, -190.0, 40.0),
    (-420.0, -260.0, 48.0),
    (120.0, -640.0, 44.0),
    (640.0, -640.0, 50.0),
    (-990.0, -620.0, 56.0),
    (-60.0, -790.0, 48.0),
    (1090.0, -620.0, 42.0),
];

/// Green strips along both sides of the canal, open where another water joins it.
fn banks(waters: &[Feature]) -> Vec<Feature> {
    let middle = curve(&spots(WATERS[0].through), 10);
    let mut banks = Vec::new();
    for (near, far) in [(-26.0, -42.0), (26.0, 40.0)] {
        let lines = [beside(&middle, |_| near), beside(&middle, |_| far)];
        let is_open = |at: usize| {
            let across = Shape::line(vec![lines[0][at], lines[1][at], lines[0][at + 1]], 0.0);
            waters.iter().skip(1).any(|water| water.shape.nears(&across, 3.0))
        };
        let mut from = 0;
        for at in 0..middle.len() {
            let ends = at + 1 == middle.len() || is_open(at);
            if ends && at > from {
                let strip = between(lines[0][from..=at].to_vec(), lines[1][from..=at].to_vec());
                banks.push(Feature { class: "park", name: "", shape: Shape::area(strip) });
            }
            if ends {
                from = at + 1;
            }
        }
    }
    banks
}

struct Street {
    class: &'static str,
    name: &'static str,
    through: &'static [(f64, f64)],
}

const STREETS: [Street; 10] = [
    Street {
        class: "main",
        name: "正新路",
        through: &[
            (-2000.0, -70.0),
            (-1500.0, -90.0),
            (-1000.0, -30.0),
            (-500.0, 30.0),
            (0.0, 20.0),
            (500.0, -45.0),
            (1000.0, -30.0),
            (1500.0, 40.0),
            (2000.0, 50.0),
        ],
    },
    Street {
        class: "main",
        name: "潞新路",
        through: &[(-420.0, 1500.0), (-390.0, 1000.0), (-345.0, 560.0), (-300.0, 20.0), (-345.0, -480.0), (-300.0, -960.0), (-240.0, -1500.0)],
    },
    Street {
        class: "main",
        name: "东塘路",
        through: &[(820.0, 1500.0), (800.0, 980.0), (770.0, 520.0), (765.0, -35.0), (820.0, -480.0), (760.0, -960.0), (720.0, -1500.0)],
    },
    Street {
        class: "side",
        name: "运河路",
        through: &[
            (-2000.0, 390.0),
            (-1500.0, 480.0),
            (-1150.0, 448.0),
            (-760.0, 545.0),
            (-340.0, 492.0),
            (50.0, 366.0),
            (430.0, 345.0),
            (768.0, 440.0),
            (1150.0, 398.0),
            (1500.0, 290.0),
            (2000.0, 300.0),
        ],
    },
    Street {
        class: "side",
        name: "北塘路",
        through: &[
            (-2000.0, 640.0),
            (-1500.0, 700.0),
            (-1100.0, 690.0),
            (-760.0, 730.0),
            (-365.0, 725.0),
            (30.0, 620.0),
            (420.0, 600.0),
            (775.0, 690.0),
            (1150.0, 610.0),
            (1500.0, 520.0),
            (2000.0, 560.0),
        ],
    },
    Street {
        class: "side",
        name: "南河路",
        through: &[
            (-2000.0, -540.0),
            (-1600.0, -560.0),
            (-1200.0, -520.0),
            (-780.0, -540.0),
            (-343.0, -500.0),
            (80.0, -540.0),
            (460.0, -600.0),
            (815.0, -540.0),
            (1250.0, -570.0),
            (1600.0, -540.0),
            (2000.0, -560.0),
        ],
    },
    Street {
        class: "side",
        name: "西河路",
        through: &[
            (-860.0, 522.0),
            (-830.0, 260.0),
            (-800.0, -5.0),
            (-760.0, -270.0),
            (-780.0, -540.0),
            (-840.0, -800.0),
            (-810.0, -1100.0),
            (-850.0, -1500.0),
        ],
    },
    Street {
        class: "side",
        name: "校前路",
        through: &[(240.0, 350.0), (225.0, 180.0), (240.0, -8.0), (215.0, -280.0), (260.0, -572.0), (230.0, -800.0), (270.0, -1100.0), (250.0, -1500.0)],
    },
    Street {
        class: "side",
        name: "工业路",
        through: &[(795.0, -270.0), (920.0, -285.0), (1100.0, -262.0), (1260.0, -280.0), (1500.0, -260.0), (2000.0, -290.0)],
    },
    Street { class: "side", name: "花苑路", through: &[(-325.0, -250.0), (-150.0, -262.0), (60.0, -250.0), (217.0, -262.0)] },
];
