//! Local concentration of high values around each point. Knows lists of neighbours and values.

use rayon::prelude::*;

use super::{
    correction::benjamini_hochberg,
    neighbours::Neighbours,
    permutations::{Permutations, compared},
    progress::{Going, Progress},
    report::NothingToTest,
};

/// The local statistic of one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HotSpot {
    /// Points looked at, the point itself included.
    pub neighbours: usize,
    /// The (weighted) sum of their values; of labels of 0 and 1, the cases among them.
    pub sum: f64,
    /// Standard deviations above (or, negative, below) an even spread; 0 where the neighbourhood is all points.
    pub z: f64,
    /// The chance of at least this sum around this point if the other points' values were dealt at random.
    pub p: f64,
    /// `p` corrected for having looked at every point ([`benjamini_hochberg`]).
    pub p_corrected: f64,
}

/// Getis-Ord Gi*, the point itself included with weight 1, or with the greatest weight of its neighbours where weights are given (Ord & Getis,
/// "Local spatial autocorrelation statistics", Geographical Analysis 27:286-306, 1995). `p` comes from conditional permutation (the point keeps
/// its value, the others are dealt anew; Anselin 1995). Without `permutations`, values must be 0 and 1 and weights 1: then a deal is a draw without putting
/// back, and `p` its exact hypergeometric tail, what ever more permutations tend to.
pub fn gistar(neighbours: &Neighbours, values: &[f64], permutations: Option<Permutations>, going: Going) -> Result<Vec<HotSpot>, NothingToTest> {
    varied(neighbours, values)?;
    let all = values.len() as f64;
    let mean = values.iter().sum::<f64>() / all;
    let deviation = (values.iter().map(|value| value * value).sum::<f64>() / all - mean * mean).sqrt();
    let own_weight = |point: usize| if neighbours.plain() { 1.0 } else { neighbours.weights(point).fold(0.0, f64::max) };
    let statistic = |point: usize| {
        let own = own_weight(point);
        let sum = neighbours.sum(point, values) + own * values[point];
        let weight = neighbours.weights(point).sum::<f64>() + own;
        let squares = neighbours.weights(point).map(|weight| weight * weight).sum::<f64>() + own * own;
        let spread = deviation * ((all * squares - weight * weight) / (all - 1.0)).max(0.0).sqrt();
        let z = if spread > 1e-12 * deviation * all { (sum - mean * weight) / spread } else { 0.0 };
        HotSpot { neighbours: neighbours.around(point).len() + 1, sum, z, p: 1.0, p_corrected: 1.0 }
    };
    let mut spots: Vec<HotSpot> = (0..values.len()).into_par_iter().map(statistic).collect();
    match permutations {
        Some(permutations) => {
            let compared = compared(neighbours, values, permutations, going)?;
            let share = |as_high: usize| (as_high + 1) as f64 / (permutations.replicates + 1) as f64;
            spots.iter_mut().zip(compared).for_each(|(spot, compared)| spot.p = share(compared.as_high));
        }
        None => {
            if !neighbours.plain() || values.iter().any(|&value| value != 0.0 && value != 1.0) {
                return Err(NothingToTest::NoLabels);
            }
            let ln_factorial = ln_factorials(values.len());
            let cases = values.iter().sum::<f64>() as usize;
            let tail = |point: usize| {
                let (spot, own) = (&spots[point], values[point] as usize);
                hypergeometric_tail(&ln_factorial, spot.sum as usize - own, spot.neighbours - 1, cases - own, values.len() - 1)
            };
            let tails = Progress::new(going, values.len()).of_each(values.len(), tail).ok_or(NothingToTest::Stopped)?;
            spots.iter_mut().zip(tails).for_each(|(spot, p)| spot.p = p);
        }
    }
    let corrected = benjamini_hochberg(&spots.iter().map(|spot| spot.p).collect::<Vec<_>>());
    spots.iter_mut().zip(corrected).for_each(|(spot, p)| spot.p_corrected = p);
    Ok(spots)
}

/// Whether values differ between at least three points, and some are neighbours.
pub(super) fn varied(neighbours: &Neighbours, values: &[f64]) -> Result<(), NothingToTest> {
    match values.len() {
        0 => return Err(NothingToTest::NoPoints),
        1 | 2 => return Err(NothingToTest::TooFewPoints),
        _ => {}
    }
    if values.iter().any(|value| !value.is_finite()) {
        return Err(NothingToTest::NoLabels);
    }
    if values.iter().all(|value| *value == values[0]) {
        return Err(if values[0] == 0.0 { NothingToTest::NoCases } else { NothingToTest::AllCases });
    }
    if neighbours.together() {
        return Err(NothingToTest::OneLocation);
    }
    let alone = (0..values.len()).all(|point| neighbours.around(point).is_empty());
    if alone { Err(NothingToTest::NoNeighbours) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use super::super::{Neighbourhood, Places};
    use super::*;

    const ON: Going = &|_, _| true;

    #[test]
    fn the_tail_counts_every_draw() {
        let facts = ln_factorials(10);
        // 4 successes among 10, 3 draws: C(4,2)C(6,1) + C(4,3) = 40 of 120.
        assert!((hypergeometric_tail(&facts, 2, 3, 4, 10) - 40.0 / 120.0).abs() < 1e-12);
        assert_eq!(hypergeometric_tail(&facts, 0, 3, 4, 10), 1.0);
    }

    #[test]
    fn z_is_the_textbook_s() {
        // Five points on a line, the first two are cases; the nearest one besides itself.
        let places = Places::on_plane(&[(0.0, 0.0), (1.0, 0.0), (5.0, 0.0), (7.0, 0.0), (10.0, 0.0)]).unwrap();
        let nearest = Neighbours::of(&places, Neighbourhood::Nearest(1));
        let spots = gistar(&nearest, &[1.0, 1.0, 0.0, 0.0, 0.0], None, ON).unwrap();
        // mean 0.4, S = sqrt(0.24), (2 - 0.8) / (S sqrt((5 * 2 - 4) / 4)) = 2.
        assert!((spots[0].z - 2.0).abs() < 1e-12 && spots[0].sum == 2.0 && spots[0].neighbours == 2);
        assert!((spots[0].p - 0.25).abs() < 1e-12, "one of the four others is a case");
        assert_eq!((spots[3].sum, spots[3].p), (0.0, 1.0));
    }

    #[test]
    fn permutations_tend_to_the_exact_tail() {
        let points: Vec<(f64, f64)> = (0..40_u32).map(|k| (f64::from(k % 7), f64::from(k / 7))).collect();
        let values: Vec<f64> = (0..40_u32).map(|k| f64::from(u8::from(k % 3 == 0 || k < 6))).collect();
        let nearest = Neighbours::of(&Places::on_plane(&points).unwrap(), Neighbourhood::Nearest(6));
        let exact = gistar(&nearest, &values, None, ON).unwrap();
        let permuted = gistar(&nearest, &values, Some(Permutations { replicates: 9_999, seed: 3 }), ON).unwrap();
        // Five standard deviations of a share of 9,999.
        assert!(exact.iter().zip(&permuted).all(|(a, b)| (a.p - b.p).abs() < 0.025 && a.z == b.z));
    }
}
