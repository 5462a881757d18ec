//! The spatial scan statistic: is there a circle with more cases than chance explains, anywhere? Knows places and counts only.

use rayon::prelude::*;

use super::{
    likelihood::{Gumbel, Likelihood},
    places::{Near, Places},
    replicates::{Columns, Least, Simulation, simulate},
};

/// Set on the last location of a group at equal distance, in a list of locations by distance: only there a window may end.
pub(super) const END: u32 = 1 << 31;

/// Kulldorff's circular scan for high rates ("A spatial scan statistic", Communications in Statistics 26:1481-1496, 1997): windows centred on
/// every location, growing until they hold the greatest share of the base; the greatest likelihood ratio over all of them is compared
/// with that of random data sets, so that the p-value covers all places and sizes that were looked at.
///
/// Memory: one byte per location and replicate, and per thread two bytes (i16) per replicate and point of the largest window
/// (Poisson: 4 bytes, and per thread 8 bytes per replicate and case).
///
/// ```
/// use sanshi::cluster::{Places, Scan};
/// let points: Vec<(f64, f64)> = (0..100).map(|k| (f64::from(k % 10), f64::from(k / 10))).collect();
/// let red: Vec<bool> = points.iter().map(|&(x, y)| x < 3.0 && y < 3.0).collect();
/// let report = Scan::default().bernoulli(&Places::on_plane(&points).unwrap(), &red).unwrap();
/// assert_eq!((report.clusters[0].cases, report.clusters[0].p), (9, Some(0.001)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// The greatest window as a share of the base (points, or population), above 0 and at most 1.
    pub max_share: f64,
    /// The greatest radius, as well.
    pub max_radius_m: Option<f64>,
    /// Random data sets; 0 gives no p-value.
    pub replicates: usize,
    /// The replicates depend on it and on nothing else.
    pub seed: u64,
    /// How many clusters to give at most.
    pub limit: usize,
}

impl Default for Scan {
    fn default() -> Self {
        Self { max_share: 0.5, max_radius_m: None, replicates: 999, seed: 1, limit: 20 }
    }
}

/// One window, stronger than every other that shares a location with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The first point at the centre.
    pub centre: u32,
    /// To the farthest location inside; 0 for a single location.
    pub radius_m: f64,
    /// The points inside, by distance.
    pub points: Vec<u32>,
    /// Cases inside.
    pub cases: usize,
    /// Points inside (Bernoulli) or their population (Poisson).
    pub base: f64,
    /// Cases inside if all places had the same rate.
    pub expected: f64,
    /// The rate inside over the rate outside; `None` when no case lies outside.
    pub relative_risk: Option<f64>,
    /// The log-likelihood ratio.
    pub llr: f64,
    /// (1 + replicates with at least this ratio) / (1 + replicates) (Dwass, "Modified randomization tests", Annals of Mathematical Statistics 1957).
    pub p: Option<f64>,
    /// From the tail of a [`Gumbel`] distribution: finer than `p` where no replicate came near.
    pub p_gumbel: Option<f64>,
}

/// What a scan found. No clusters: nowhere is the rate higher inside a window than outside.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanReport {
    /// Strongest first (then fewest locations, then by the first point); no two share a location. Each is the best window of its centre, as
    /// in SaTScan: a centre whose best window overlaps a stronger one gives none.
    pub clusters: Vec<Cluster>,
    /// Cases in total.
    pub cases: usize,
    /// Points, or population, in total.
    pub base: f64,
    /// Points at locations that alone are larger than the greatest window: no window holds them.
    pub out_of_reach: usize,
}

/// Why there is nothing to test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NothingToTest {
    #[error("there are no points")]
    NoPoints,
    #[error("there are fewer than three points")]
    TooFewPoints,
    #[error("no point is a case")]
    NoCases,
    #[error("every point is a case")]
    AllCases,
    #[error("all points are at one location")]
    OneLocation,
    #[error("the greatest window holds no location")]
    NoWindow,
    #[error("there is no population, or there are cases where there is none")]
    NoPopulation,
}

impl Scan {
    /// Points are cases or not: `cases` has one value per point. Which points are cases is drawn anew for every replicate, their number kept.
    pub fn bernoulli(&self, places: &Places, cases: &[bool]) -> Result<ScanReport, NothingToTest> {
        testable(places)?;
        let all = cases.iter().filter(|case| **case).count();
        if all == 0 {
            return Err(NothingToTest::NoCases);
        }
        if all == places.points() {
            return Err(NothingToTest::AllCases);
        }
        several(places)?;
        let per_location = tally(places, |point| usize::from(cases[point]));
        let weight: Vec<u32> = (0..places.locations()).map(|location| places.points_at(location).len() as u32).collect();
        let windows = Windows::new(self, places, weight.iter().map(|&points| f64::from(points)).collect());
        let likelihood = Likelihood::bernoulli(all, places.points());
        let tallest = weight.iter().copied().max().unwrap_or(0);
        let most = windows.most_base.min(all as f64);
        match (tallest < 256, most < f64::from(i16::MAX)) {
            (true, true) => self.run(&windows, &per_location, &likelihood, &Columns::<u8, i16>::new(weight, all, self.replicates, self.seed)),
            (true, false) => self.run(&windows, &per_location, &likelihood, &Columns::<u8, i32>::new(weight, all, self.replicates, self.seed)),
            _ => self.run(&windows, &per_location, &likelihood, &Columns::<i32, i32>::new(weight, all, self.replicates, self.seed)),
        }
    }

    /// Cases over a population, one value of each per point. Cases are dealt anew in proportion to the population, their number kept.
    pub fn poisson(&self, places: &Places, cases: &[u32], population: &[f64]) -> Result<ScanReport, NothingToTest> {
        testable(places)?;
        let all: usize = cases.iter().map(|&count| count as usize).sum();
        if all == 0 {
            return Err(NothingToTest::NoCases);
        }
        let sound = |(&count, &people): (&u32, &f64)| people.is_finite() && people >= 0.0 && (count == 0 || people > 0.0);
        if !cases.iter().zip(population).all(sound) {
            return Err(NothingToTest::NoPopulation);
        }
        several(places)?;
        let per_location = tally(places, |point| cases[point] as usize);
        let base: Vec<f64> = (0..places.locations()).map(|location| places.points_at(location).iter().map(|&point| population[point as usize]).sum()).collect();
        let windows = Windows::new(self, places, base.clone());
        let likelihood = Likelihood::Poisson { all_cases: all as f64, all_base: windows.all_base };
        self.run(&windows, &per_location, &likelihood, &Least::new(base, all, self.replicates, self.seed))
    }

    fn run<S: Simulation>(&self, windows: &Windows, cases: &[usize], likelihood: &Likelihood, simulation: &S) -> Result<ScanReport, NothingToTest> {
        let (bests, greatest) = simulate(windows, cases, likelihood, simulation);
        if bests.iter().all(|best| best.is_none()) {
            return Err(NothingToTest::NoWindow);
        }
        let places = windows.places;
        let first_point = |centre: usize| places.points_at(centre)[0];
        let out_of_reach = (0..bests.len()).filter(|&centre| bests[centre].is_none()).map(|centre| places.points_at(centre).len()).sum();
        let mut ranked: Vec<(usize, Best)> =
            bests.into_iter().enumerate().filter_map(|(centre, best)| best.filter(|best| best.rank > 0.0).map(|best| (centre, best))).collect();
        ranked.sort_by(|a, b| b.1.rank.total_cmp(&a.1.rank).then(a.1.locations.cmp(&b.1.locations)).then(first_point(a.0).cmp(&first_point(b.0))));
        let gumbel = Gumbel::fit(&greatest);
        let all_cases = cases.iter().sum::<usize>();
        let mut taken = vec![false; places.locations()];
        let mut search = Search::new(windows);
        let mut clusters = Vec::new();
        for (centre, best) in ranked {
            if clusters.len() == self.limit {
                break;
            }
            if taken[centre] {
                continue;
            }
            let (_, order) = search.around(windows, centre);
            let inside: Vec<usize> = order[..best.locations].iter().map(|&location| (location & !END) as usize).collect();
            if inside.iter().any(|&location| taken[location]) {
                continue;
            }
            inside.iter().for_each(|&location| taken[location] = true);
            let (count, base) =
                (inside.iter().map(|&location| cases[location]).sum::<usize>(), inside.iter().map(|&location| windows.base[location]).sum::<f64>());
            let expected = all_cases as f64 * base / windows.all_base;
            let outside = (all_cases - count) as f64 / (all_cases as f64 - expected);
            clusters.push(Cluster {
                centre: first_point(centre),
                radius_m: places.metres_of(best.square),
                points: inside.iter().flat_map(|&location| places.points_at(location)).copied().collect(),
                cases: count,
                base,
                expected,
                relative_risk: (count < all_cases).then(|| count as f64 / expected / outside),
                llr: likelihood.exact(count, base),
                p: (!greatest.is_empty()).then(|| p_value(best.rank, &greatest)),
                p_gumbel: gumbel.map(|gumbel| gumbel.tail(best.rank)),
            });
        }
        Ok(ScanReport { clusters, cases: all_cases, base: windows.all_base, out_of_reach })
    }
}

fn p_value(rank: f64, greatest: &[f64]) -> f64 {
    // Ratios that differ by rounding alone are ties, and a tie speaks for chance.
    (1 + greatest.iter().filter(|value| **value >= rank - 1e-9).count()) as f64 / (1 + greatest.len()) as f64
}

fn testable(places: &Places) -> Result<(), NothingToTest> {
    match places.points() {
        0 => Err(NothingToTest::NoPoints),
        1 | 2 => Err(NothingToTest::TooFewPoints),
        _ => Ok(()),
    }
}

fn several(places: &Places) -> Result<(), NothingToTest> {
    if places.locations() < 2 { Err(NothingToTest::OneLocation) } else { Ok(()) }
}

fn tally(places: &Places, of: impl Fn(usize) -> usize) -> Vec<usize> {
    (0..places.locations()).map(|location| places.points_at(location).iter().map(|&point| of(point as usize)).sum()).collect()
}

/// The best window of one centre.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best {
    pub rank: f64,
    pub locations: usize,
    /// The squared distance of its farthest location.
    square: f64,
}

/// Which windows there are.
pub(super) struct Windows<'a> {
    pub places: &'a Places,
    /// The base at each location.
    pub base: Vec<f64>,
    pub all_base: f64,
    pub most_base: f64,
    most_square: f64,
}

impl<'a> Windows<'a> {
    fn new(scan: &Scan, places: &'a Places, base: Vec<f64>) -> Self {
        let all_base: f64 = base.iter().sum();
        // A share of 0.29 of 100 points is 29 points, whatever its last binary digit says.
        let most_base = all_base * scan.max_share * (1.0 + 1e-12);
        let most_square = scan.max_radius_m.map_or(f64::INFINITY, |metres| places.still_equal(places.square_of(metres)));
        Self { places, base, all_base, most_base, most_square }
    }

    /// The best window of a list of locations by distance; `None` when the list is empty.
    pub(super) fn best(&self, near: &[Near], order: &[u32], cases: &[usize], likelihood: &Likelihood) -> Option<Best> {
        let (mut count, mut base, mut counted) = (0, 0.0, 0);
        let mut best = Best { rank: 0.0, locations: 0, square: 0.0 };
        for (at, &flagged) in order.iter().enumerate() {
            let location = (flagged & !END) as usize;
            count += cases[location];
            base += self.base[location];
            // Without a new case the ratio only falls.
            if flagged & END != 0 && count > counted {
                counted = count;
                let rank = likelihood.rank(count, base);
                if rank > best.rank {
                    best = Best { rank, locations: at + 1, square: near[at].0 };
                }
            }
        }
        (!order.is_empty()).then_some(best)
    }
}

/// Finds the locations around a centre by distance, remembering how far it had to look.
pub(super) struct Search {
    square: f64,
    near: Vec<Near>,
    order: Vec<u32>,
}

impl Search {
    pub(super) fn new(windows: &Windows) -> Self {
        let share = (windows.most_base / windows.all_base).clamp(1e-6, 1.0);
        Self { square: windows.places.extent() * share * 0.25, near: Vec::new(), order: Vec::new() }
    }

    /// The locations of the windows around a centre with their distances, the ends of the windows marked with [`END`].
    pub(super) fn around(&mut self, windows: &Windows, centre: usize) -> (&[Near], &[u32]) {
        let places = windows.places;
        self.square = self.square.min(windows.most_square);
        loop {
            places.within(centre, self.square, &mut self.near);
            let held: f64 = self.near.iter().map(|&(_, location)| windows.base[location as usize]).sum();
            if held > windows.most_base || self.near.len() == places.locations() || self.square >= windows.most_square {
                break;
            }
            self.square = (self.square * 1.5).min(windows.most_square);
        }
        // Squares are never negative: their bits are in their order.
        self.near.sort_unstable_by_key(|&(square, location)| (square.to_bits(), location));
        self.order.clear();
        let mut held = 0.0;
        let mut group = 0;
        while let Some(&(square, _)) = self.near.get(group) {
            let equal = places.still_equal(square);
            let mut end = group;
            while let Some(&(square, location)) = self.near.get(end).filter(|near| near.0 <= equal) {
                debug_assert!(square >= self.near[group].0);
                held += windows.base[location as usize];
                end += 1;
            }
            if held > windows.most_base {
                // Neighbours of this centre need about as much.
                self.square = if square > 0.0 { square * 1.1 } else { self.square };
                break;
            }
            self.order.extend(self.near[group..end].iter().map(|near| near.1));
            if let Some(last) = self.order.last_mut() {
                *last |= END;
            }
            group = end;
        }
        (&self.near, &self.order)
    }
}

/// The windows of a run of centres, one after the other.
pub(super) struct Batch {
    orders: Vec<u32>,
    ends: Vec<usize>,
    pub bests: Vec<Option<Best>>,
}

impl Batch {
    pub(super) fn of(windows: &Windows, centres: std::ops::Range<usize>, cases: &[usize], likelihood: &Likelihood) -> Self {
        let mut search = Search::new(windows);
        let mut batch = Self { orders: Vec::new(), ends: Vec::new(), bests: Vec::new() };
        for centre in centres {
            let (near, order) = search.around(windows, centre);
            batch.bests.push(windows.best(near, order, cases, likelihood));
            batch.orders.extend_from_slice(order);
            batch.ends.push(batch.orders.len());
        }
        batch
    }

    /// The list of each centre.
    pub(super) fn orders(&self) -> impl Iterator<Item = &[u32]> {
        self.ends.iter().enumerate().map(|(at, &end)| &self.orders[if at == 0 { 0 } else { self.ends[at - 1] }..end])
    }
}

/// Runs of centres for the threads.
pub(super) fn runs(locations: usize) -> impl IndexedParallelIterator<Item = std::ops::Range<usize>> {
    const CENTRES: usize = 32;
    (0..locations.div_ceil(CENTRES)).into_par_iter().map(move |run| run * CENTRES..((run + 1) * CENTRES).min(locations))
}
