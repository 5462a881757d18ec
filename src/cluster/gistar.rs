//! Local concentration of cases around each point. Knows places and labels of 0 and 1.

use rayon::prelude::*;

use super::{
    places::{Near, Places},
    scan::NothingToTest,
};

/// Which points count as neighbours, each with weight 1, besides the point itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Neighbourhood {
    /// This many others; of points equally far, the earlier ones.
    Nearest(usize),
    /// All others within this many metres.
    Within(f64),
}

/// The local statistic of one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HotSpot {
    /// Points looked at, the point itself included.
    pub neighbours: usize,
    /// Cases among them.
    pub cases: usize,
    /// Standard deviations above (or, negative, below) an even spread; 0 where the neighbourhood is all points.
    pub z: f64,
    /// The chance of at least this many cases around this point if the other points' labels were dealt at random.
    pub p: f64,
    /// `p` corrected for having looked at every point ([`benjamini_hochberg`]).
    pub p_corrected: f64,
}

/// Getis-Ord Gi* with binary weights, the point itself included (Ord & Getis, "Local spatial autocorrelation statistics",
/// Geographical Analysis 27:286-306, 1995). The conditional permutation (the point keeps its label, the others are dealt anew; Anselin 1995)
/// of labels of 0 and 1 is a draw without putting back, so `p` is its exact hypergeometric tail: what ever more permutations tend to.
pub fn gistar(places: &Places, cases: &[bool], neighbourhood: Neighbourhood) -> Result<Vec<HotSpot>, NothingToTest> {
    let all = places.points();
    match all {
        0 => return Err(NothingToTest::NoPoints),
        1 | 2 => return Err(NothingToTest::TooFewPoints),
        _ => {}
    }
    let all_cases = cases.iter().filter(|case| **case).count();
    if all_cases == 0 {
        return Err(NothingToTest::NoCases);
    }
    if all_cases == all {
        return Err(NothingToTest::AllCases);
    }
    if places.locations() < 2 {
        return Err(NothingToTest::OneLocation);
    }
    let ln_factorial = ln_factorials(all);
    let mean = all_cases as f64 / all as f64;
    let deviation = (mean * (1.0 - mean)).sqrt();
    let statistic = |point: usize, neighbours: usize, inside: usize| {
        let (weight, count) = (neighbours as f64, all as f64);
        let spread = deviation * ((count * weight - weight * weight) / (count - 1.0)).sqrt();
        let z = if neighbours < all { (inside as f64 - mean * weight) / spread } else { 0.0 };
        let own = usize::from(cases[point]);
        let p = hypergeometric_tail(&ln_factorial, inside - own, neighbours - 1, all_cases - own, all - 1);
        HotSpot { neighbours, cases: inside, z, p, p_corrected: p }
    };
    let found: Vec<Vec<(u32, HotSpot)>> = (0..places.locations())
        .into_par_iter()
        .map_init(Vec::new, |near, location| {
            let around = neighbours(places, location, neighbourhood, near);
            let marked = |points: &[u32]| points.iter().filter(|&&other| cases[other as usize]).count();
            match neighbourhood {
                Neighbourhood::Within(_) => {
                    let inside = marked(&around);
                    places.points_at(location).iter().map(|&point| (point, statistic(point as usize, around.len(), inside))).collect()
                }
                Neighbourhood::Nearest(k) => {
                    let of_one = |&point: &u32| {
                        let chosen: Vec<u32> = std::iter::once(point).chain(around.iter().copied().filter(|&other| other != point).take(k)).collect();
                        (point, statistic(point as usize, chosen.len(), marked(&chosen)))
                    };
                    places.points_at(location).iter().map(of_one).collect()
                }
            }
        })
        .collect();
    let mut found: Vec<(u32, HotSpot)> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(point, _)| *point);
    let mut spots: Vec<HotSpot> = found.into_iter().map(|(_, spot)| spot).collect();
    let corrected = benjamini_hochberg(&spots.iter().map(|spot| spot.p).collect::<Vec<_>>());
    spots.iter_mut().zip(corrected).for_each(|(spot, p)| spot.p_corrected = p);
    Ok(spots)
}

/// Points around a location by distance, then number: all in the band, or at least one more than the nearest asked for.
fn neighbours(places: &Places, location: usize, neighbourhood: Neighbourhood, near: &mut Vec<Near>) -> Vec<u32> {
    match neighbourhood {
        Neighbourhood::Within(metres) => places.within(location, places.still_equal(places.square_of(metres)), near),
        Neighbourhood::Nearest(k) => {
            let wanted = (k + 1).min(places.points());
            let mut square = places.extent() * (wanted as f64 / places.points() as f64) * 0.5;
            loop {
                places.within(location, square, near);
                let held: usize = near.iter().map(|&(_, other)| places.points_at(other as usize).len()).sum();
                if held >= wanted || near.len() == places.locations() {
                    break;
                }
                square *= 2.0;
            }
        }
    }
    let mut points: Vec<(u64, u32)> =
        near.iter().flat_map(|&(square, other)| places.points_at(other as usize).iter().map(move |&point| (square.to_bits(), point))).collect();
    points.sort_unstable();
    points.into_iter().map(|(_, point)| point).collect()
}

/// The chance of at least `hits` successes in `draws` out of `all`, of which `successes` are successes.
fn hypergeometric_tail(ln_factorial: &[f64], hits: usize, draws: usize, successes: usize, all: usize) -> f64 {
    let choose = |n: usize, k: usize| ln_factorial[n] - ln_factorial[k] - ln_factorial[n - k];
    let least = (draws + successes).saturating_sub(all);
    if hits <= least {
        return 1.0;
    }
    let chance = |k: usize| (choose(successes, k) + choose(all - successes, draws - k) - choose(all, draws)).exp();
    (hits..=draws.min(successes)).map(chance).sum::<f64>().min(1.0)
}

fn ln_factorials(to: usize) -> Vec<f64> {
    let mut sum = 0.0;
    (0..=to)
        .map(|k| {
            sum += if k > 1 { (k as f64).ln() } else { 0.0 };
            sum
        })
        .collect()
}

/// Corrects p-values for their number by the false discovery rate (Benjamini & Hochberg, Journal of the Royal Statistical Society B
/// 57:289-300, 1995): calling everything up to q a discovery makes at most a share q of the discoveries false.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut by_p: Vec<usize> = (0..p.len()).collect();
    by_p.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut corrected = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, &at) in by_p.iter().enumerate().rev() {
        least = least.min(p[at] * p.len() as f64 / (rank + 1) as f64);
        corrected[at] = least;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_counts_every_draw() {
        let facts = ln_factorials(10);
        // 4 successes among 10, 3 draws: C(4,2)C(6,1) + C(4,3) = 40 of 120.
        assert!((hypergeometric_tail(&facts, 2, 3, 4, 10) - 40.0 / 120.0).abs() < 1e-12);
        assert_eq!(hypergeometric_tail(&facts, 0, 3, 4, 10), 1.0);
    }

    #[test]
    fn the_correction_is_that_of_the_paper() {
        let corrected = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005]);
        let expected = [0.02, 0.04, 0.04, 0.02];
        assert!(corrected.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{corrected:?}");
    }

    #[test]
    fn z_is_the_textbook_s() {
        // Five points on a line, the first two are cases; the nearest one besides itself.
        let places = Places::on_plane(&[(0.0, 0.0), (1.0, 0.0), (5.0, 0.0), (7.0, 0.0), (10.0, 0.0)]).unwrap();
        let spots = gistar(&places, &[true, true, false, false, false], Neighbourhood::Nearest(1)).unwrap();
        // mean 0.4, S = sqrt(0.24), (2 - 0.8) / (S sqrt((5 * 2 - 4) / 4)) = 2.
        assert!((spots[0].z - 2.0).abs() < 1e-12 && spots[0].cases == 2 && spots[0].neighbours == 2);
        assert!((spots[0].p - 0.25).abs() < 1e-12, "one of the four others is a case");
        assert_eq!((spots[3].cases, spots[3].p), (0, 1.0));
    }
}
