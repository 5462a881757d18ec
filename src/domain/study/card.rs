//! The card of a question: what was asked, what was found, and how much it says.

use serde::{Deserialize, Serialize};

use super::{Ask, Count, Split, correction::holm, wording};
use crate::domain::{day::Day, suppression::LEAST_TOLD, tier::Tier, words::Words};

/// What a method found, before it is known how often somebody asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    /// The base: rated houses, and the red ones among them.
    pub base: Count,
    /// One for the whole question; `None` for exploration.
    pub p: Option<f64>,
    /// The strongest first.
    pub groups: Vec<Group>,
    pub joins: Option<Joins>,
    /// Where neighbours were found along the streets.
    pub streets: Option<AlongStreets>,
    /// Rated houses that have no neighbour and are none, where there are such.
    pub without_neighbours: Option<u64>,
}

/// The streets along which neighbours were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlongStreets {
    /// Houses that no street is near, so that they have no neighbours; left out where held back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub off_streets: Option<u64>,
    /// SHA-256 of the network.
    pub hash: String,
    /// Whom to credit.
    pub attribution: String,
}

/// How often neighbours are alike: pairs of two red houses, of a red one and another, of two others; and how many chance gives on the
/// average. A pair that is one only in one direction (of the nearest) counts half.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joins {
    pub red_red: f64,
    pub red_other: f64,
    pub other_other: f64,
    pub expected: [f64; 3],
}

/// When a cluster over time was there, by whole months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first of a month.
    pub from: Day,
    /// The last day that counts.
    pub to: Day,
    pub course: Course,
}

/// How it moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    Growing,
    Fading,
    Lasting,
    Over,
}

/// The form of a window that is longer than wide.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ellipse {
    /// The longer half axis.
    pub half_length_m: f64,
    /// Of the longer axis, anticlockwise from east.
    pub angle_deg: f64,
}

/// Houses of a tier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierCount {
    pub tier: Tier,
    pub houses: u64,
    pub expected: f64,
}

/// What a group of houses is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// In the drawn area.
    Inside,
    /// In the area that it is compared with.
    Other,
    /// Everywhere else.
    Rest,
    /// In a window of a scan.
    Cluster,
    /// Where red ones gather around each.
    Hot,
    /// Red among red.
    RedAmongRed,
    /// Another one among red ones.
    OtherAmongRed,
    /// Another one among others.
    OtherAmongOther,
    /// A red one among others.
    RedAmongOther,
    /// Dense, without a test.
    Dense,
}

/// Some houses that belong together. What is held back, or means nothing here, is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// From 1 on.
    pub number: u32,
    pub label: Label,
    /// Rated houses; left out where only red ones were looked at.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub houses: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub red: Option<u64>,
    /// Red houses if all places had the same share of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<f64>,
    /// The share of red ones here over the share elsewhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relative_risk: Option<f64>,
    /// Of the ratio, 95 %.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub interval: Option<[f64; 2]>,
    /// Longitude and latitude.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub centre: Option<[f64; 2]>,
    /// To the farthest place inside; of an ellipse, the shorter half axis.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub radius_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ellipse: Option<Ellipse>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
    /// Of a scan over all tiers, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tiers: Vec<TierCount>,
    /// Of a scan over residents.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub residents: Option<u64>,
    /// Log-likelihood ratio.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub llr: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p: Option<f64>,
    /// Over the questions of the study so far, as if the question had been about this group.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p_corrected: Option<f64>,
    /// From the tail of a Gumbel distribution: finer than `p` where no replicate came near.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p_gumbel: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub held_back: bool,
}

impl Group {
    /// A group of rated houses, without any figure but its counts.
    #[must_use]
    pub fn of(number: u32, label: Label, count: Count) -> Self {
        Self { houses: Some(count.houses), red: Some(count.red), ..Self::bare(number, label) }
    }

    /// The same with what a comparison with all others gives.
    #[must_use]
    pub fn compared(number: u32, label: Label, split: &Split) -> Self {
        let all = split.inside.houses + split.outside.houses;
        let expected = (split.inside.red + split.outside.red) as f64 * split.inside.houses as f64 / all as f64;
        Self { expected: Some(expected), relative_risk: split.relative_risk(), interval: split.interval(), ..Self::of(number, label, split.inside) }
    }

    /// A group of which nothing is said yet.
    #[must_use]
    pub fn bare(number: u32, label: Label) -> Self {
        Self {
            number,
            label,
            houses: None,
            red: None,
            expected: None,
            relative_risk: None,
            interval: None,
            centre: None,
            radius_m: None,
            ellipse: None,
            span: None,
            tiers: Vec::new(),
            residents: None,
            llr: None,
            p: None,
            p_corrected: None,
            p_gumbel: None,
            held_back: false,
        }
    }

    pub(super) fn count(&self) -> Option<Count> {
        Some(Count { houses: self.houses?, red: self.red? })
    }
}

/// A group that still holds after all that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GroupNow {
    pub number: u32,
    /// Over all questions of the study until now, as if the question had been about this group; `None` where no group has a p-value.
    pub p_corrected: Option<f64>,
}

/// The policy by which houses were rated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyName {
    pub name: String,
    pub version: i64,
}

/// Who asked what, when, of which data.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub study: String,
    /// Place in the ledger, from 1 on.
    pub number: u32,
    pub ask: Ask,
    pub date: Day,
    /// `computed` or `published`.
    pub view: &'static str,
    pub policy: PolicyName,
    pub alpha: f64,
    /// SHA-256 of the question, and of the houses that took part with their places and tiers.
    pub question_hash: String,
    pub data_hash: String,
    pub by: String,
    pub at_ms: i64,
}

/// A card as it is stored: the same question of the same data gives the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub study: String,
    pub number: u32,
    pub method: String,
    pub is_test: bool,
    pub ask: Ask,
    pub date: Day,
    #[serde(rename = "as")]
    pub view: String,
    pub policy: PolicyName,
    /// Rated houses that took part; `None` where held back.
    pub houses: Option<u64>,
    pub red: Option<u64>,
    pub groups: Vec<Group>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub joins: Option<Joins>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub streets: Option<AlongStreets>,
    /// Rated houses that have no neighbour and are none; left out where there are no such houses, and where held back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub without_neighbours: Option<u64>,
    /// What the p-value is of.
    pub test: Option<Words>,
    pub p: Option<f64>,
    /// Over the questions of the study so far.
    pub p_corrected: Option<f64>,
    /// Tests in the study so far, this one included.
    pub questions_so_far: usize,
    pub correction: String,
    pub alpha: f64,
    pub is_significant: bool,
    pub sentence: Words,
    pub note: Words,
    pub data_hash: String,
    pub question_hash: String,
    pub by: String,
    pub at_ms: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub held_back: bool,
}

impl Card {
    /// The card of a finding, given the p-values of all tests asked before it in its study.
    #[must_use]
    pub fn new(asked: Asked, finding: Finding, earlier: &[f64]) -> Self {
        let p_corrected = finding.p.map(|p| over_all(p, earlier));
        let Asked { study, number, ask, date, view, policy, alpha, question_hash, data_hash, by, at_ms } = asked;
        let mut card = Self {
            study,
            number,
            method: ask.method().to_owned(),
            is_test: ask.is_test(),
            test: wording::test(&ask, &finding.groups),
            note: wording::note(&ask, finding.without_neighbours),
            ask,
            date,
            view: view.to_owned(),
            policy,
            houses: Some(finding.base.houses),
            red: Some(finding.base.red),
            groups: finding.groups,
            joins: finding.joins,
            streets: finding.streets,
            without_neighbours: finding.without_neighbours,
            p: finding.p,
            p_corrected,
            questions_so_far: earlier.len() + usize::from(finding.p.is_some()),
            correction: "holm".to_owned(),
            alpha,
            is_significant: p_corrected.is_some_and(|p| p <= alpha),
            sentence: Words::default(),
            data_hash,
            question_hash,
            by,
            at_ms,
            held_back: false,
        };
        for group in &mut card.groups {
            group.p_corrected = group.p.map(|p| over_all(p, earlier));
        }
        // A group would suggest what was not found: none, or not after so many questions.
        let names_places = card.names_places(card.is_significant);
        card.groups.retain(|group| names_places && group.p_corrected.is_none_or(|p| p <= alpha));
        card.sentence = wording::sentence(&card);
        card
    }

    /// Whether it says where: what chance explains has no place, but for the areas that were drawn.
    fn names_places(&self, is_significant: bool) -> bool {
        is_significant || !self.is_test || self.ask == (Ask::Area {})
    }

    /// Its groups that hold by now, given the p-values of all other tests of its study: those that the card would name if its question had been
    /// asked last.
    #[must_use]
    pub fn groups_now(&self, others: &[f64]) -> Vec<GroupNow> {
        let names_places = self.names_places(self.p.is_some_and(|p| over_all(p, others) <= self.alpha));
        let groups = self.groups.iter().filter(|_| names_places);
        let now = groups.map(|group| GroupNow { number: group.number, p_corrected: group.p.map(|p| over_all(p, others)) });
        now.filter(|group| group.p_corrected.is_none_or(|p| p <= self.alpha)).collect()
    }

    /// What became of it since, as more was asked: given how many tests the study has by now, and whether it is a finding after all of them.
    /// `None` where nothing was asked since, and of exploration.
    #[must_use]
    pub fn since(&self, tests: usize, is_significant: bool) -> Option<Words> {
        (self.is_test && tests > self.questions_so_far).then(|| wording::since(self, tests, is_significant))
    }

    /// The card for those who see no single houses: without counts under [`LEAST_TOLD`], without what would give them away by a difference,
    /// and p-values to one digit, upwards.
    #[must_use]
    pub fn held_back(mut self) -> Self {
        let is_told = |count: Count| count.red >= LEAST_TOLD && count.houses - count.red >= LEAST_TOLD;
        let mut rest = self.houses.zip(self.red).map(|(houses, red)| Count { houses, red }).filter(|base| is_told(*base));
        if rest.is_none() {
            self.houses = self.houses.filter(|houses| *houses >= LEAST_TOLD);
            self.red = None;
        }
        let mut is_whole = rest.is_some();
        for group in &mut self.groups {
            // Groups have no house in common: what is left beside all that are told must be large as well.
            let left = rest.zip(group.count()).filter(|(rest, count)| is_told(*count) && count.red <= rest.red && count.houses <= rest.houses);
            let left = left.map(|(rest, count)| rest.without(count));
            match left.filter(|left| is_told(*left) || *left == Count::default()) {
                Some(left) => {
                    rest = Some(left);
                    // Single tiers and likelihoods would tell of smaller counts; somebody lives in each of the houses that residents are told of.
                    (group.tiers, group.llr) = (Vec::new(), None);
                    group.p = group.p.map(to_one_digit);
                    group.p_corrected = group.p_corrected.map(to_one_digit);
                    group.p_gumbel = group.p_gumbel.map(to_one_digit);
                }
                None => {
                    *group = Group { held_back: true, ..Group::bare(group.number, group.label) };
                    is_whole = false;
                }
            }
        }
        is_whole &= self.joins.take().is_none();
        is_whole &= self.streets.as_mut().is_none_or(|streets| streets.off_streets.take().is_none());
        if self.without_neighbours.take().is_some() {
            self.note = wording::note(&self.ask, None);
            is_whole = false;
        }
        self.p = self.p.map(to_one_digit);
        self.p_corrected = self.p_corrected.map(to_one_digit);
        self.held_back = !is_whole;
        self.sentence = wording::sentence(&self);
        self
    }
}

/// A p-value corrected for all tests of its study, given those of the others.
fn over_all(p: f64, others: &[f64]) -> f64 {
    holm(&[others, &[p]].concat()).pop().unwrap_or(1.0)
}

/// A p-value for those who see no single houses: of one digit, upwards, so that nothing looks rarer than it is.
#[must_use]
pub fn to_one_digit(p: f64) -> f64 {
    if p >= 1.0 || p <= 1e-300 {
        return p;
    }
    let power = p.log10().floor();
    let digit = (p / 10f64.powf(power) - 1e-9).ceil().max(1.0);
    format!("{digit}e{power}").parse().unwrap_or(1.0)
}
