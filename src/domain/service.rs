//! A service point: a school, a clinic or what else people go to, and how many it must serve.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::earth::LonLat;

/// A place that serves people.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePoint {
    pub code: String,
    pub name: String,
    pub kind: ServiceKind,
    pub place: LonLat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceKind {
    School,
    Clinic,
    Other,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of school, clinic, other; found \"{0}\"")]
pub struct UnknownServiceKind(pub String);

/// Whom a point serves: the people to whom it is the nearest of those it was compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Served {
    pub people: u64,
    /// Of all of them, metres along the ellipsoid, summed.
    pub sum_m: f64,
    /// Of the one who lives farthest away.
    pub farthest_m: f64,
}

/// By so much, and no more, the order of distances on a sphere can differ from that on the ellipsoid, whose radii of curvature differ by
/// 1.01 %.
const SPHERE: f64 = 1.015;

impl Served {
    /// `None` where nobody is served.
    #[must_use]
    pub fn mean_m(self) -> Option<f64> {
        (self.people > 0).then(|| self.sum_m / self.people as f64)
    }
}

/// Gives all the people of each home to the point nearest to it along the ellipsoid; of points equally near, to the first.
#[must_use]
pub fn served(points: &[LonLat], homes: &[(LonLat, u64)]) -> Vec<Served> {
    let mut served = vec![Served::default(); points.len()];
    let on_sphere: Vec<[f64; 3]> = points.iter().copied().map(unit_vector).collect();
    let mut angles = vec![0.0; points.len()];
    for &(home, people) in homes {
        let from = unit_vector(home);
        for (angle, to) in angles.iter_mut().zip(&on_sphere) {
            let chord_2: f64 = from.iter().zip(to).map(|(a, b)| (a - b) * (a - b)).sum();
            *angle = 2.0 * (chord_2.sqrt() / 2.0).min(1.0).asin();
        }
        // The sphere leaves few to be measured; a millimetre for those that lie together.
        let reach = angles.iter().copied().fold(f64::INFINITY, f64::min) * SPHERE + 1e-10;
        let near = (0..points.len()).filter(|at| angles[*at] <= reach).map(|at| (at, home.metres_to(points[at])));
        if let Some((at, metres)) = near.min_by(|a, b| a.1.total_cmp(&b.1)) {
            let served = &mut served[at];
            served.people += people;
            served.sum_m += metres * people as f64;
            served.farthest_m = served.farthest_m.max(metres);
        }
    }
    served
}

fn unit_vector(place: LonLat) -> [f64; 3] {
    let (lon, lat) = (place.lon().to_radians(), place.lat().to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

impl ServiceKind {
    pub const ALL: [Self; 3] = [Self::School, Self::Clinic, Self::Other];
    pub const EXPECTED: &str = "school, clinic, other";

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Clinic => "clinic",
            Self::Other => "other",
        }
    }
}

impl FromStr for ServiceKind {
    type Err = UnknownServiceKind;

    fn from_str(text: &str) -> Result<Self, UnknownServiceKind> {
        Self::ALL.into_iter().find(|known| known.as_str() == text.trim()).ok_or_else(|| UnknownServiceKind(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_place(spread: f64) -> impl Strategy<Value = LonLat> {
        (0.0..spread, 0.0..spread).prop_map(|(lon, lat)| LonLat::new(20.0 + lon, 30.0 + lat * 0.6).unwrap())
    }

    proptest! {
        #[test]
        fn everybody_is_served_by_the_nearest_point(
            (points, homes) in prop_oneof![Just(0.01), Just(1.0), Just(90.0)].prop_flat_map(|spread|
                (prop::collection::vec(any_place(spread), 1..12), prop::collection::vec((any_place(spread), 1u64..9), 0..12)))
        ) {
            let mut expected = vec![Served::default(); points.len()];
            for (home, people) in &homes {
                let metres: Vec<f64> = points.iter().map(|point| home.metres_to(*point)).collect();
                let least = metres.iter().copied().fold(f64::INFINITY, f64::min);
                let nearest = metres.iter().position(|metres| *metres == least).unwrap();
                expected[nearest].people += people;
                expected[nearest].sum_m += least * *people as f64;
                expected[nearest].farthest_m = expected[nearest].farthest_m.max(least);
            }
            prop_assert_eq!(served(&points, &homes), expected);
        }
    }
}
