//! A made-up district: houses in villages of 2,000, four in ten let, each let one visited now and then. The same seed gives the same district.

use std::collections::BTreeMap;

use sanshi::{
    domain::{
        day::Day,
        house::{House, HouseCode, HouseKind},
    },
    earth::LonLat,
};

/// Houses of a village, on average.
const VILLAGE: usize = 2000;

pub struct District {
    pub seed: Seed,
    /// Longitude, latitude and spread in degrees.
    villages: Vec<(f64, f64, f64)>,
}

/// What was seen at a house on a day.
#[allow(dead_code, reason = "only the bench of a whole site looks at it")]
pub struct Visit {
    pub day: Day,
    pub kind: &'static str,
    pub fields: BTreeMap<String, String>,
}

impl District {
    /// With room for so many houses.
    pub fn new(houses: usize) -> Self {
        let mut seed = Seed(42);
        let villages = (0..houses.div_ceil(VILLAGE)).map(|_| (120.0 + seed.next() * 0.42, 31.5 + seed.next() * 0.36, 0.0008 + seed.next() * 0.003)).collect();
        Self { seed, villages }
    }

    /// The next house, somewhere in one of the villages.
    pub fn house(&mut self, number: usize) -> House {
        let village = self.seed.below(self.villages.len());
        let (lon, lat, spread) = self.villages[village];
        // The sum of four is near enough to a bell.
        let mut bell = || (0..4).map(|_| self.seed.next() - 0.5).sum::<f64>() * spread;
        let place = LonLat::new(lon + bell(), lat + bell());
        let kind = if self.seed.next() < 0.4 { HouseKind::Rental } else { HouseKind::ALL[1 + self.seed.below(4)] };
        let (Ok(code), Ok(place)) = (HouseCode::new(&format!("QSY{number:07}")), place) else { unreachable!("made of digits, near 120 E 31 N") };
        let street = self.seed.below(90);
        House {
            code,
            place,
            kind,
            address: format!("潞城街道第{village}村{street}组{}号", self.seed.below(200)),
            door_plate: format!("{}号", self.seed.below(200)),
            area_code: format!("320405{village:06}"),
            since: None,
        }
    }

    /// One to eight visits to a let house from 2009 on, as the default policy knows them; most find most things in order.
    #[allow(dead_code, reason = "only the bench of a whole site asks")]
    pub fn visits(&mut self) -> Vec<Visit> {
        let mut day = Day::new(2009, 1, 1).unwrap_or(Day::FIRST).plus_days(self.seed.below(2000) as i32);
        let first = self.assessment(day, 0.8);
        let rest = self.seed.below(8);
        let mut visits = vec![first];
        for _ in 0..rest {
            day = day.plus_days(1 + self.seed.below(500) as i32);
            visits.push(match self.seed.below(12) {
                0 => Visit { day, kind: "criminal_case", fields: BTreeMap::new() },
                1 => Visit { day, kind: "public_order_case", fields: BTreeMap::new() },
                2 => Visit { day, kind: "rectified", fields: BTreeMap::new() },
                3 => Visit { day, kind: "lead", fields: BTreeMap::new() },
                4 => Visit { day, kind: "meeting", fields: BTreeMap::new() },
                _ => self.assessment(day, 0.4),
            });
        }
        visits
    }

    /// Looks at each thing with this likelihood.
    fn assessment(&mut self, day: Day, share: f64) -> Visit {
        const THINGS: [(&str, &str, &str); 9] = [
            ("registration", "proactive", "passive"),
            ("facilities", "fitted", "missing"),
            ("exits", "clear", "blocked"),
            ("wiring", "safe", "unsafe"),
            ("extinguishers", "present", "missing"),
            ("overcrowding", "no", "yes"),
            ("sanitation", "good", "bad"),
            ("neighbours", "good", "bad"),
            ("hazard", "no", "yes"),
        ];
        let mut fields = BTreeMap::new();
        for (name, good, bad) in THINGS {
            if self.seed.next() < share {
                fields.insert(name.to_owned(), if self.seed.next() < 0.85 { good } else { bad }.to_owned());
            }
        }
        Visit { day, kind: "assessment", fields }
    }
}

/// A fixed stream of numbers below 1 (SplitMix64).
pub struct Seed(pub u64);

impl Seed {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }
}
