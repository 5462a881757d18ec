//! The spatial scan statistic: is there a window with more cases than chance explains, anywhere? Knows places and counts only.

use super::{
    best::{Best, border},
    counts::{Counted, Counts},
    cylinders::{Cylinders, course},
    likelihood::{Gumbel, Likelihood, Rates, k_ln_k},
    models::{Dealing, Model},
    ordinal::{MOST_CATEGORIES, Ordered},
    places::Places,
    progress::{Going, Progress},
    replicates::{COLUMNS, Simulation, simulate},
    report::{Chance, Cluster, Ellipse, NothingToTest, ScanReport},
    windows::{END, Search, Window, Windows},
};

/// Kulldorff's scan ("A spatial scan statistic", Communications in Statistics 26:1481-1496, 1997): windows centred on every location, growing
/// until they hold the greatest share of the base; the greatest likelihood ratio over all of them is compared with that of random data
/// sets, so that the p-value covers all places, sizes, shapes, spans and sides that were looked at.
///
/// Memory: one bit per point and replicate (ordinal: for every category but one; Poisson: for as many cases as any replicate has at a location).
///
/// Whoever asks is told how much is done of how much, and stops the work by answering `false`.
///
/// ```
/// use sanshi::cluster::{Places, Scan};
/// let points: Vec<(f64, f64)> = (0..100).map(|k| (f64::from(k % 10), f64::from(k / 10))).collect();
/// let red: Vec<bool> = points.iter().map(|&(x, y)| x < 3.0 && y < 3.0).collect();
/// let report = Scan::default().bernoulli(&Places::on_plane(&points).unwrap(), &red, &|_done, _of| true).unwrap();
/// assert_eq!((report.clusters[0].cases, report.clusters[0].p()), (9, Some(0.001)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// The form of the windows.
    pub window: Window,
    /// Many cases, few, or either.
    pub rates: Rates,
    /// The greatest window as a share of the base (points, or population), above 0 and at most 1.
    pub max_share: f64,
    /// The greatest radius, as well; of an ellipse, the longer half axis.
    pub max_radius_m: Option<f64>,
    /// In time, the longest span as a share of all steps, above 0 and at most 1.
    pub max_span: f64,
    /// Random data sets; 0 gives no p-value.
    pub replicates: usize,
    /// Ends when so many replicates were at least as strong as the strongest cluster: more of them would only tell more exactly how far it is
    /// from remarkable (Besag & Clifford, "Sequential Monte Carlo p-values", Biometrika 78:301-304, 1991).
    pub stop_after: Option<usize>,
    /// The replicates depend on it and on nothing else.
    pub seed: u64,
    /// How many clusters to give at most.
    pub limit: usize,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            window: Window::Circle,
            rates: Rates::High,
            max_share: 0.5,
            max_radius_m: None,
            max_span: 0.5,
            replicates: 999,
            stop_after: None,
            seed: 1,
            limit: 20,
        }
    }
}

impl Scan {
    /// Points are cases or not: `cases` has one value per point. Which points are cases is drawn anew for every replicate, their number kept.
    pub fn bernoulli(&self, places: &Places, cases: &[bool], going: Going) -> Result<ScanReport, NothingToTest> {
        let all = marked(places, cases)?;
        let per_location = tally(places, |point| usize::from(cases[point]));
        let windows = self.windows(places, weights(places));
        let likelihood = Likelihood::bernoulli(all, places.points());
        self.counted(&windows, &per_location, all, &likelihood, going)
    }

    /// Cases over a population, one value of each per point. Cases are dealt anew in proportion to the population, their number kept.
    pub fn poisson(&self, places: &Places, cases: &[u32], population: &[f64], going: Going) -> Result<ScanReport, NothingToTest> {
        let all = counted(places, cases, population)?;
        let per_location = tally(places, |point| cases[point] as usize);
        let base = (0..places.locations()).map(|location| places.points_at(location).iter().map(|&point| population[point as usize]).sum()).collect();
        let windows = self.windows(places, base);
        let likelihood = Likelihood::Poisson { all_cases: all as f64, all_base: windows.all_base };
        self.counted(&windows, &per_location, all, &likelihood, going)
    }

    fn counted(&self, windows: &Windows, cases: &[usize], all: usize, likelihood: &Likelihood, going: Going) -> Result<ScanReport, NothingToTest> {
        let counts = Counted { cases, base: &windows.base, likelihood, rates: self.rates };
        self.run(windows, &counts, &self.replicates_of(&Dealing::new(&windows.base, all, likelihood), None), None, going)
    }

    /// Points in ordered categories, numbered from 0 for the least; at most sixteen. High rates: the higher a category, the more frequent inside
    /// ([`super::ordinal_llr`]). Which point has which category is drawn anew for every replicate, their numbers kept.
    pub fn ordinal(&self, places: &Places, categories: &[u8], going: Going) -> Result<ScanReport, NothingToTest> {
        testable(places)?;
        let most = categories.iter().copied().max().unwrap_or(0);
        if usize::from(most) >= MOST_CATEGORIES || categories.iter().all(|&category| category == most) {
            return Err(NothingToTest::OneCategory);
        }
        several(places)?;
        let width = usize::from(most) + 1;
        let mut points = vec![0; places.locations() * width];
        for location in 0..places.locations() {
            places.points_at(location).iter().for_each(|&point| points[location * width + usize::from(categories[point as usize])] += 1);
        }
        let windows = self.windows(places, weights(places));
        let table = k_ln_k(places.points());
        let ordered = Ordered::new(width, points, &table, self.rates);
        self.run(&windows, &ordered, &self.replicates_of(&ordered, None), None, going)
    }

    /// Points are cases or not, each of a step of time, numbered from 0: windows are circles (or ellipses) over spans of steps, cylinders
    /// (Kulldorff et al., "Evaluating cluster alarms", American Journal of Public Health 88:1377-1380, 1998), not longer than
    /// [`Scan::max_span`]. Retrospective: spans may have ended.
    pub fn bernoulli_in_time(&self, places: &Places, cases: &[bool], steps: &[u32], going: Going) -> Result<ScanReport, NothingToTest> {
        let all = marked(places, cases)?;
        let likelihood = Likelihood::bernoulli(all, places.points());
        self.cylinders(places, |point| u32::from(cases[point]), |_| 1.0, steps, &likelihood, going)
    }

    /// The same for cases over a population; a place has one point for every step, or several.
    pub fn poisson_in_time(&self, places: &Places, cases: &[u32], population: &[f64], steps: &[u32], going: Going) -> Result<ScanReport, NothingToTest> {
        let all = counted(places, cases, population)?;
        let likelihood = Likelihood::Poisson { all_cases: all as f64, all_base: population.iter().sum() };
        self.cylinders(places, |point| cases[point], |point| population[point], steps, &likelihood, going)
    }

    fn cylinders(
        &self,
        places: &Places,
        cases: impl Fn(usize) -> u32,
        base: impl Fn(usize) -> f64,
        steps: &[u32],
        likelihood: &Likelihood,
        going: Going,
    ) -> Result<ScanReport, NothingToTest> {
        let all_steps = steps.iter().max().map_or(0, |last| *last as usize + 1);
        if steps.iter().all(|step| Some(step) == steps.first()) {
            return Err(NothingToTest::OneStep);
        }
        let cells = places.locations() * all_steps;
        let (mut cases_at, mut base_at) = (vec![0; cells], vec![0.0; cells]);
        for location in 0..places.locations() {
            for &point in places.points_at(location) {
                let cell = location * all_steps + steps[point as usize] as usize;
                cases_at[cell] += cases(point as usize);
                base_at[cell] += base(point as usize);
            }
        }
        let windows = self.windows(places, base_at.chunks_exact(all_steps).map(|steps| steps.iter().sum()).collect());
        let most_steps = ((all_steps as f64 * self.max_span * (1.0 + 1e-12)) as usize).max(1);
        let all_cases = cases_at.iter().map(|&cases| cases as usize).sum();
        let counts = Cylinders::new(cases_at, &base_at, (all_steps, most_steps), likelihood, self.rates);
        let dealing = Dealing::new(&base_at, all_cases, likelihood);
        self.run(&windows, &counts, &self.replicates_of(&dealing, Some((all_steps, most_steps))), Some(steps), going)
    }

    fn windows<'a>(&self, places: &'a Places, base: Vec<f64>) -> Windows<'a> {
        Windows::new(places, base, self.max_share, self.max_radius_m, self.window)
    }

    fn replicates_of<'a, M>(&self, model: &'a M, spans: Option<(usize, usize)>) -> Simulation<'a, M> {
        Simulation { model, rates: self.rates, replicates: self.replicates, seed: self.seed, spans }
    }

    fn run<C: Counts, M: Model>(
        &self,
        windows: &Windows,
        counts: &C,
        simulation: &Simulation<M>,
        steps: Option<&[u32]>,
        going: Going,
    ) -> Result<ScanReport, NothingToTest> {
        let tables = self.replicates.div_ceil(COLUMNS);
        let progress = Progress::new(going, windows.places.locations() * tables.max(1));
        let first = if self.stop_after.is_some() { tables.min(1) } else { tables };
        let (bests, mut greatest) = simulate(windows, Some(counts), simulation, 0..first, &progress);
        if !progress.stopped() && bests.iter().all(|best| best.is_none()) {
            return Err(NothingToTest::NoWindow);
        }
        let strongest = bests.iter().flatten().map(|best| best.statistic).fold(0.0, f64::max);
        // Four times as many in every round, while the strongest window is remarkable.
        let mut drawn = first;
        while drawn < tables && !progress.stopped() && self.stop_after.is_none_or(|enough| exceeding(strongest, &greatest) < enough) {
            let next = (drawn * 4).min(tables);
            greatest.extend(simulate(windows, None::<&C>, simulation, drawn..next, &progress).1);
            drawn = next;
        }
        if progress.stopped() {
            return Err(NothingToTest::Stopped);
        }
        Ok(self.report(windows, counts, steps, &bests, &greatest))
    }

    fn report<C: Counts>(&self, windows: &Windows, counts: &C, steps: Option<&[u32]>, bests: &[Option<Best>], greatest: &[f64]) -> ScanReport {
        let places = windows.places;
        let first_point = |centre: usize| places.points_at(centre)[0];
        let mut ranked: Vec<(usize, &Best)> =
            bests.iter().enumerate().filter_map(|(centre, best)| best.as_ref().filter(|best| best.statistic > 0.0).map(|best| (centre, best))).collect();
        ranked.sort_by(|a, b| b.1.statistic.total_cmp(&a.1.statistic).then(a.1.locations.cmp(&b.1.locations)).then(first_point(a.0).cmp(&first_point(b.0))));
        let gumbel = Gumbel::fit(greatest);
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
            let (_, order) = search.around(windows, centre, best.shape);
            let inside: Vec<usize> = order[..best.locations].iter().map(|&location| (location & !END) as usize).collect();
            if inside.iter().any(|&location| taken[location]) {
                continue;
            }
            inside.iter().for_each(|&location| taken[location] = true);
            let told = counts.describe(&inside, &best.rank);
            let chance = self.chance(best.statistic, greatest);
            let explained = chance.is_some_and(|chance| chance.times * 20 > chance.of);
            let border = if explained { Vec::new() } else { border(windows, counts, bests, best, &inside) };
            let mut border: Vec<(u32, f64)> =
                border.into_iter().flat_map(|(location, share)| places.points_at(location).iter().map(move |&point| (point, share))).collect();
            border.sort_unstable_by_key(|held| held.0);
            let span = best.rank.steps.clone();
            let in_span = |point: &u32| span.as_ref().zip(steps).is_none_or(|(span, steps)| span.contains(&steps[*point as usize]));
            let shape = windows.shapes[best.shape];
            let radius_m = places.metres_of(best.square);
            clusters.push(Cluster {
                centre: first_point(centre),
                radius_m,
                ellipse: (shape.stretch > 1.0).then(|| Ellipse { half_length_m: radius_m * shape.stretch, angle_deg: shape.angle.to_degrees() }),
                side: best.rank.side,
                points: inside.iter().flat_map(|&location| places.points_at(location)).copied().filter(in_span).collect(),
                span: span.map(|span| (span.clone(), course(&told.by_step, &span))),
                cases: told.cases,
                base: told.base,
                expected: told.expected,
                relative_risk: told.relative_risk,
                categories: told.categories,
                llr: told.llr,
                statistic: best.statistic,
                chance,
                p_gumbel: gumbel.map(|gumbel| gumbel.tail(best.statistic)),
                border,
            });
        }
        let out_of_reach = (0..bests.len()).filter(|&centre| bests[centre].is_none()).map(|centre| places.points_at(centre).len()).sum();
        ScanReport { clusters, cases: counts.all_cases(), base: windows.all_base, out_of_reach, replicates: greatest.len() }
    }

    fn chance(&self, statistic: f64, greatest: &[f64]) -> Option<Chance> {
        let mut as_strong = greatest.iter().enumerate().filter(|(_, value)| at_least(**value, statistic));
        if let Some(enough) = self.stop_after
            && let Some((at, _)) = as_strong.clone().nth(enough.max(1) - 1)
        {
            return Some(Chance { times: enough.max(1), of: at + 1 });
        }
        (!greatest.is_empty()).then(|| Chance { times: 1 + as_strong.by_ref().count(), of: 1 + greatest.len() })
    }
}

/// Ratios that differ by rounding alone are ties, and a tie speaks for chance.
fn at_least(value: f64, statistic: f64) -> bool {
    value >= statistic - 1e-9
}

fn exceeding(statistic: f64, greatest: &[f64]) -> usize {
    greatest.iter().filter(|value| at_least(**value, statistic)).count()
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

/// How many points are cases, where that can be tested.
pub(super) fn marked(places: &Places, cases: &[bool]) -> Result<usize, NothingToTest> {
    testable(places)?;
    let all = cases.iter().filter(|case| **case).count();
    if all == 0 {
        return Err(NothingToTest::NoCases);
    }
    if all == places.points() {
        return Err(NothingToTest::AllCases);
    }
    several(places)?;
    Ok(all)
}

/// How many cases there are, where they lie in a population.
fn counted(places: &Places, cases: &[u32], population: &[f64]) -> Result<usize, NothingToTest> {
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
    Ok(all)
}

fn tally(places: &Places, of: impl Fn(usize) -> usize) -> Vec<usize> {
    (0..places.locations()).map(|location| places.points_at(location).iter().map(|&point| of(point as usize)).sum()).collect()
}

/// Points at each location.
fn weights(places: &Places) -> Vec<f64> {
    (0..places.locations()).map(|location| places.points_at(location).len() as f64).collect()
}
