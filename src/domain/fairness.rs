//! Whom tiers hit: red by area, by how many live in a house and by the share of temporary residents; where assessments were made; and whether
//! red follows visits. It looks at houses, in groups of at least [`LEAST`] rated ones, and no tier can rest on it.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::Serialize;

use super::{
    population::Population,
    simulation::{TemporaryShare, corrected, fisher, log_factorials},
    statistics::{Period, percent},
    suppression::LEAST_TOLD,
    tier::Standing,
};

/// Groups of fewer rated houses are told together with others.
pub const LEAST: u64 = LEAST_TOLD;
/// Ratios within this band are no cause for a warning, however many houses (the four-fifths rule and its inverse).
const BAND: std::ops::RangeInclusive<f64> = 0.8..=1.25;
const SIGNIFICANT: f64 = 0.05;
/// Of the normal distribution, two-sided 5 %.
const Z: f64 = 1.959_963_984_540_054;

/// A rental house as the report looks at it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Of the smallest area that it is recorded under; empty when unknown.
    pub area: String,
    /// On the last day.
    pub population: Population,
    /// In the middle of the period and on its last day.
    pub standings: [Standing; 2],
    /// Assessments in the first half of the period, and in all of it.
    pub assessments: [u64; 2],
    /// Whether there was any assessment up to the last day.
    pub is_assessed: bool,
}

/// How many live in a house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    Nobody,
    UpTo3,
    From4To9,
    From10,
}

impl Size {
    #[must_use]
    pub fn of(population: Population) -> Self {
        match population.all() {
            0 => Self::Nobody,
            1..=3 => Self::UpTo3,
            4..=9 => Self::From4To9,
            _ => Self::From10,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::UpTo3 => "up_to_3",
            Self::From4To9 => "from_4_to_9",
            Self::From10 => "from_10",
        }
    }
}

/// The report. Only rental houses have a tier, so there is no group by kind of house.
#[derive(Clone, Debug, Serialize)]
pub struct Fairness {
    pub period: Period,
    /// Groups of fewer rated houses are told together.
    pub least: u64,
    pub rental: u64,
    pub rated: u64,
    pub red: u64,
    pub dimensions: Vec<Dimension>,
    /// `None` where no house stood above red in the middle of the period.
    pub feedback: Option<Feedback>,
}

/// Houses told apart in one way.
#[derive(Clone, Debug, Serialize)]
pub struct Dimension {
    /// `area`, `size` or `temporary_share`.
    pub by: &'static str,
    /// How much the tier depends on the group, from 0 (not at all) to 1: Cramér's V with Bergsma's correction (2013). `None` of fewer than two
    /// groups or tiers.
    pub cramers_v: Option<f64>,
    pub groups: Vec<Group>,
}

/// How one group fares against all others.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// One name, or several that are too small to be told alone.
    pub names: Vec<String>,
    pub rental: u64,
    pub rated: u64,
    /// Red, yellow, green, star.
    pub tiers: [u64; 4],
    pub red_percent: Option<f64>,
    /// Share of red here over the share of red elsewhere, with its 95 % interval; `None` where there is nothing to divide by.
    pub ratio: Option<Ratio>,
    /// Fisher's exact test, two-sided.
    pub p: f64,
    /// Corrected for all groups of the report (Benjamini and Hochberg 1995).
    pub p_corrected: f64,
    pub warning: bool,
    /// Rental houses with an assessment up to the last day, and assessments in the period.
    pub assessed: u64,
    pub assessments: u64,
}

/// A risk ratio with its interval on the logarithm (Katz et al. 1978).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ratio {
    pub ratio: f64,
    pub low: f64,
    pub high: f64,
}

/// Whether houses that were assessed in the first half of a period stand worse at its end than in its middle, more often than houses that were
/// not. Compared within the tier of the middle (Mantel and Haenszel; variance of Greenland and Robins 1985), as tiers decide how often one
/// visits. Where looking finds and finding leads to more looking, a plan feeds itself (Lum and Isaac 2016; Ensign et al. 2018).
#[derive(Clone, Debug, Serialize)]
pub struct Feedback {
    pub ratio: Option<Ratio>,
    /// The whole interval lies above 1 and the ratio above 1.25.
    pub warning: bool,
    /// By number of assessments in the first half; the last one and more.
    pub doses: Vec<Dose>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dose {
    pub assessments: u64,
    pub houses: u64,
    /// Of these, worse at the end than in the middle.
    pub worse: u64,
}

/// Names the group that a house belongs to.
type GroupOf = fn(&Seen) -> String;

/// The report on some houses.
#[must_use]
pub fn report(period: Period, houses: &[Seen]) -> Fairness {
    let ways: [(&'static str, GroupOf); 3] = [
        ("area", |seen| seen.area.clone()),
        ("size", |seen| Size::of(seen.population).as_str().to_owned()),
        ("temporary_share", |seen| TemporaryShare::of(seen.population).as_str().to_owned()),
    ];
    let mut dimensions: Vec<Dimension> = ways.into_iter().map(|(by, name)| dimension(by, houses, name)).collect();
    let mut groups: Vec<&mut Group> = dimensions.iter_mut().flat_map(|dimension| &mut dimension.groups).collect();
    let ps = corrected(&groups.iter().map(|group| group.p).collect::<Vec<_>>());
    for (group, p) in groups.iter_mut().zip(ps) {
        group.p_corrected = p;
        group.warning = p < SIGNIFICANT && group.ratio.is_some_and(|ratio| !BAND.contains(&ratio.ratio));
    }
    let count = |is: fn(&Seen) -> bool| houses.iter().filter(|seen| is(seen)).count() as u64;
    Fairness {
        period,
        least: LEAST,
        rental: houses.len() as u64,
        rated: count(|seen| seen.standings[1].tier().is_some()),
        red: count(|seen| seen.standings[1] == Standing::Red),
        dimensions,
        feedback: feedback(houses),
    }
}

fn dimension(by: &'static str, houses: &[Seen], name: impl Fn(&Seen) -> String) -> Dimension {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for seen in houses {
        let name = name(seen);
        groups.entry(name.clone()).or_insert_with(|| Group::named(name)).add(seen);
    }
    let mut groups = pooled(groups.into_values().collect());
    compare(&mut groups);
    Dimension { by, cramers_v: cramers_v(&groups.iter().map(|group| group.tiers).collect::<Vec<_>>()), groups }
}

impl Group {
    fn named(name: String) -> Self {
        Self {
            names: vec![name],
            rental: 0,
            rated: 0,
            tiers: [0; 4],
            red_percent: None,
            ratio: None,
            p: 1.0,
            p_corrected: 1.0,
            warning: false,
            assessed: 0,
            assessments: 0,
        }
    }

    fn add(&mut self, seen: &Seen) {
        self.rental += 1;
        self.assessed += u64::from(seen.is_assessed);
        self.assessments += seen.assessments[1];
        if let Some(tier) = seen.standings[1].tier() {
            self.rated += 1;
            self.tiers[tier as usize] += 1;
        }
    }

    fn join(&mut self, other: Self) {
        self.names.extend(other.names);
        self.rental += other.rental;
        self.rated += other.rated;
        self.assessed += other.assessed;
        self.assessments += other.assessments;
        self.tiers.iter_mut().zip(other.tiers).for_each(|(sum, more)| *sum += more);
    }
}

/// Small groups become one; with the next smallest of the others when they are still too few together. Nothing follows from the sums then.
fn pooled(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_by_key(|group| Reverse(group.rated));
    let mut small: Option<Group> = None;
    while let Some(last) = groups.pop() {
        if last.rated >= LEAST && small.as_ref().is_none_or(|small| small.rated >= LEAST) {
            groups.push(last);
            break;
        }
        match &mut small {
            None => small = Some(last),
            Some(small) => small.join(last),
        }
    }
    groups.sort_by(|a, b| a.names.cmp(&b.names));
    groups.extend(small.map(|mut small| {
        small.names.sort();
        small
    }));
    groups.retain(|group| group.rated >= LEAST);
    groups
}

/// Tests each group against all others together.
fn compare(groups: &mut [Group]) {
    let (rated, red) = groups.iter().fold((0, 0), |(rated, red), group| (rated + group.rated, red + group.tiers[0]));
    let logs = log_factorials(rated);
    for group in groups {
        let (here, others, red_here) = (group.rated, rated - group.rated, group.tiers[0]);
        group.red_percent = percent(red_here, here);
        group.p = fisher(&logs, red_here, here - red_here, red - red_here, others - (red - red_here));
        group.ratio = ratio([red_here, here], [red - red_here, others]);
    }
}

/// Of (cases, all) here and elsewhere. Where one side has no case, half a one is added to each cell for the interval; without any there is none.
fn ratio([a, here]: [u64; 2], [c, elsewhere]: [u64; 2]) -> Option<Ratio> {
    if here == 0 || elsewhere == 0 || a + c == 0 {
        return None;
    }
    let half = if a == 0 || c == 0 { 0.5 } else { 0.0 };
    let [a, here, c, elsewhere] = [a as f64 + half, here as f64 + 2.0 * half, c as f64 + half, elsewhere as f64 + 2.0 * half];
    let ratio = (a / here) / (c / elsewhere);
    Some(Ratio::around(ratio, 1.0 / a - 1.0 / here + 1.0 / c - 1.0 / elsewhere))
}

impl Ratio {
    fn around(ratio: f64, variance_of_log: f64) -> Self {
        let width = (Z * variance_of_log.max(0.0).sqrt()).exp();
        Self { ratio, low: ratio / width, high: ratio * width }
    }
}

/// Of counts by group and tier; empty tiers count for nothing.
fn cramers_v(table: &[[u64; 4]]) -> Option<f64> {
    let of_tier: Vec<f64> = (0..4).map(|tier| table.iter().map(|row| row[tier]).sum::<u64>() as f64).collect();
    let n: f64 = of_tier.iter().sum();
    let (rows, columns) = (table.len() as f64, of_tier.iter().filter(|sum| **sum > 0.0).count() as f64);
    if rows < 2.0 || columns < 2.0 || n < 2.0 {
        return None;
    }
    let mut phi_squared = -1.0;
    for row in table {
        let sum = row.iter().sum::<u64>() as f64;
        for (count, of_tier) in row.iter().zip(&of_tier) {
            if *of_tier > 0.0 && sum > 0.0 {
                phi_squared += (*count as f64).powi(2) / (sum * of_tier);
            }
        }
    }
    let unbiased = (phi_squared - (rows - 1.0) * (columns - 1.0) / (n - 1.0)).max(0.0);
    let shrunk = |k: f64| k - (k - 1.0).powi(2) / (n - 1.0);
    let least = (shrunk(rows) - 1.0).min(shrunk(columns) - 1.0);
    (least > 0.0).then(|| (unbiased / least).sqrt().min(1.0))
}

fn feedback(houses: &[Seen]) -> Option<Feedback> {
    let could_fall: Vec<&Seen> = houses.iter().filter(|seen| seen.standings[0] > Standing::Red && seen.standings[1].tier().is_some()).collect();
    if could_fall.is_empty() {
        return None;
    }
    // By tier of the middle: (worse, all) of the visited and of the others.
    let mut strata: BTreeMap<Standing, [[u64; 2]; 2]> = BTreeMap::new();
    let mut doses: Vec<Dose> = (0..4).map(|assessments| Dose { assessments, ..Dose::default() }).collect();
    for seen in &could_fall {
        let worse = u64::from(seen.standings[1] < seen.standings[0]);
        let [cases, all] = &mut strata.entry(seen.standings[0]).or_default()[usize::from(seen.assessments[0] == 0)];
        *cases += worse;
        *all += 1;
        let dose = &mut doses[usize::try_from(seen.assessments[0]).unwrap_or(usize::MAX).min(3)];
        dose.houses += 1;
        dose.worse += worse;
    }
    // Too few with so many: they are told with the next fewer; other numbers of which there are too few are not told.
    while doses.len() > 1 && doses.last().is_some_and(|dose| dose.houses < LEAST) {
        let few = doses.pop().unwrap_or_default();
        if let Some(dose) = doses.last_mut() {
            dose.houses += few.houses;
            dose.worse += few.worse;
        }
    }
    doses.retain(|dose| dose.houses >= LEAST);
    let ratio = mantel_haenszel(strata.values());
    let warning = ratio.is_some_and(|ratio| ratio.low > 1.0 && ratio.ratio > *BAND.end());
    Some(Feedback { ratio, warning, doses })
}

fn mantel_haenszel<'a>(strata: impl Iterator<Item = &'a [[u64; 2]; 2]>) -> Option<Ratio> {
    let (mut above, mut below, mut variance) = (0.0, 0.0, 0.0);
    for [[a, here], [c, elsewhere]] in strata {
        let [a, here, c, elsewhere] = [*a, *here, *c, *elsewhere].map(|count| count as f64);
        let n = here + elsewhere;
        above += a * elsewhere / n;
        below += c * here / n;
        variance += (here * elsewhere * (a + c) - a * c * n) / (n * n);
    }
    (above > 0.0 && below > 0.0).then(|| Ratio::around(above / below, variance / (above * below)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0), "{found}, not {expected}");
    }

    #[test]
    fn a_ratio_and_its_interval_are_those_of_the_formula() {
        // The Physicians' Health Study: 104 of 11,037 with aspirin, 189 of 11,034 without; 0.55, 95 % from 0.43 to 0.70.
        let found = ratio([104, 11_037], [189, 11_034]).unwrap();
        near((found.ratio * 100.0).round(), 55.0);
        near((found.low * 100.0).round(), 43.0);
        near((found.high * 100.0).round(), 70.0);
        assert_eq!(ratio([0, 5], [0, 5]), None);
        assert!(ratio([0, 20], [5, 20]).unwrap().low > 0.0);
    }

    #[test]
    fn one_stratum_gives_the_plain_ratio() {
        let (plain, one) = (ratio([12, 40], [9, 60]).unwrap(), mantel_haenszel([[[12, 40], [9, 60]]].iter()).unwrap());
        near(one.ratio, plain.ratio);
        near(one.low, plain.low);
    }

    #[test]
    fn strata_keep_a_mere_mixture_from_looking_like_an_effect() {
        // In each tier the visited fare like the others; yellow falls more often and is visited more often.
        let strata = [[[40, 80], [10, 20]], [[2, 20], [8, 80]]];
        near(mantel_haenszel(strata.iter()).unwrap().ratio, 1.0);
        assert!(ratio([42, 100], [18, 100]).unwrap().low > 1.0);
    }

    #[test]
    fn cramers_v_is_none_of_one_group_zero_of_no_difference_and_one_of_all() {
        assert_eq!(cramers_v(&[[10, 0, 10, 0]]), None);
        near(cramers_v(&[[10, 0, 10, 0], [20, 0, 20, 0]]).unwrap(), 0.0);
        near(cramers_v(&[[1000, 0, 0, 0], [0, 0, 1000, 0]]).unwrap(), 1.0);
    }

    fn seen(area: &str, people: u64, middle: Standing, end: Standing, visits: u64) -> Seen {
        Seen {
            area: area.to_owned(),
            population: Population { registered: 0, temporary: people },
            standings: [middle, end],
            assessments: [visits, visits],
            is_assessed: true,
        }
    }

    fn period() -> Period {
        Period { from: "2010-01-01".parse().unwrap(), to: "2010-12-31".parse().unwrap() }
    }

    #[test]
    fn an_area_hit_more_than_chance_is_warned_of_and_visits_before_red_are_too() {
        let mut houses = Vec::new();
        for at in 0..120 {
            let (area, visits) = if at % 2 == 0 { ("A", 2) } else { ("B", 0) };
            let end = if area == "A" && at % 3 == 0 { Standing::Red } else { Standing::Green };
            houses.push(seen(area, at % 12, Standing::Green, end, visits));
        }
        houses[1].standings[1] = Standing::Red;
        let report = report(period(), &houses);
        let areas = &report.dimensions[0];
        assert!(areas.groups.iter().all(|group| group.warning) && areas.cramers_v.unwrap() > 0.3, "{areas:#?}");
        let feedback = report.feedback.unwrap();
        assert!(feedback.warning && feedback.ratio.unwrap().ratio > 5.0, "{feedback:?}");
        assert_eq!(feedback.doses, [Dose { assessments: 0, houses: 60, worse: 1 }, Dose { assessments: 2, houses: 60, worse: 20 }]);
    }

    #[test]
    fn of_no_house_nothing_is_said() {
        let report = report(period(), &[]);
        assert!(report.rental == 0 && report.feedback.is_none() && report.dimensions.iter().all(|by| by.groups.is_empty() && by.cramers_v.is_none()));
    }

    proptest! {
        #[test]
        fn no_group_is_told_that_is_too_small_and_none_is_missing_unless_all_are_few(sizes in prop::collection::vec(0u64..30, 1..12)) {
            let mut houses = Vec::new();
            for (at, size) in sizes.iter().enumerate() {
                for _ in 0..*size {
                    houses.push(seen(&format!("V{at}"), 1, Standing::Green, Standing::Green, 0));
                }
            }
            let areas = &report(period(), &houses).dimensions[0];
            prop_assert!(areas.groups.iter().all(|group| group.rated >= LEAST));
            let (told, all): (u64, u64) = (areas.groups.iter().map(|group| group.rated).sum(), sizes.iter().sum());
            prop_assert!(told == all || all < LEAST && told == 0, "{} of {}", told, all);
        }
    }
}
