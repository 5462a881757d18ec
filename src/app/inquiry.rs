//! From a question to a finding: which houses take part, and what the room `cluster` says of them. Nothing is recorded here.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Refusal, caller::hash, studies::Study};
use crate::{
    atlas::{Filter, HouseView, Moment, Snapshot, View},
    census::Census,
    cluster::{self, Density, EARTH_RADIUS_M, Kernel, Neighbourhood, Permutations, Places, Quadrant, Scan, ScanReport},
    domain::{
        day::Day,
        house::HouseKind,
        scope::Scope,
        study::{self, Ask, Count, Course, Ellipse, Finding, Group, Joins, Label, Model, Neighbours, NothingToTest, Rates, Span, Split, TierCount},
        tier::{Standing, Tier, TierSpan},
    },
    earth::{LonLat, Region, Squares},
    transfer::{self, FaultCode},
};

/// More rated houses than this in one question would take minutes and gigabytes: an area makes it smaller.
const MOST_HOUSES: usize = 200_000;
/// Pairs of neighbours that are held at once, 4 bytes each.
const MOST_PAIRS: usize = 40_000_000;
const MOST_CELLS: usize = 40_000;
/// Clusters, groups and windows on a card.
const MOST_GROUPS: usize = 20;

/// A place as it was drawn: a GeoJSON geometry, with metres around it where it is a point or a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub geometry: Value,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distance_m: Option<f64>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub moment: Moment,
    /// The subject of [`Ask::Area`]; for the other methods only houses in it take part.
    pub area: Option<Drawn>,
    /// What it is compared with, instead of with the rest.
    pub other: Option<Drawn>,
    pub ask: Ask,
}

/// A question made ready: it needs nothing but the snapshot.
#[derive(Clone)]
pub struct Inquiry {
    pub(super) study: Study,
    pub(super) question: Question,
    scope: Scope,
    census: Arc<Census>,
    area: Option<Region>,
    other: Option<Region>,
}

/// What was found, and of which data.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub(super) finding: Finding,
    /// JSON.
    pub(super) places: String,
    pub(super) data_hash: String,
}

/// A house that a finding names.
#[derive(Clone, Debug, Serialize)]
struct Placed<'a> {
    code: &'a str,
    lon: f64,
    lat: f64,
    tier: &'static str,
    group: u32,
    /// The share of nearly optimal windows that hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    z: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_corrected: Option<f64>,
}

/// Counts without a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview {
    pub inside: Count,
    /// All others, or those of the area that it is compared with.
    pub outside: Count,
}

impl Question {
    /// `computed` or `published`.
    #[must_use]
    pub fn view(&self) -> &'static str {
        match self.moment.view {
            View::Computed => "computed",
            View::Published => "published",
        }
    }

    /// One text for one question, however it was written.
    pub(super) fn canonical(&self) -> String {
        let Self { moment, area, other, ask } = self;
        json!({ "ask": ask, "date": moment.day, "as": self.view(), "area": area, "other": other }).to_string()
    }

    /// Reads a question back as it was recorded.
    pub(super) fn recorded(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Recorded {
            ask: Ask,
            date: Day,
            r#as: String,
            area: Option<Drawn>,
            other: Option<Drawn>,
        }
        let Recorded { ask, date, r#as, area, other } = serde_json::from_str(text).ok()?;
        let view = if r#as == "published" { View::Published } else { View::Computed };
        Some(Self { moment: Moment { day: date, view }, area, other, ask })
    }
}

/// The region of a drawn place, and the place without what is no part of it.
fn region_of(drawn: Drawn, field: &str) -> Result<(Drawn, Region), Refusal> {
    let region = transfer::region(drawn.geometry.to_string().as_bytes(), drawn.distance_m)
        .map_err(|fault| Refusal::bad_area(field, fault.code, fault.expected, fault.found))?;
    let Drawn { geometry, distance_m } = drawn;
    Ok((Drawn { geometry: json!({ "type": geometry["type"], "coordinates": geometry["coordinates"] }), distance_m }, region))
}

impl Inquiry {
    pub(super) fn new(study: Study, scope: Scope, census: Arc<Census>, question: Question) -> Result<Self, Refusal> {
        let Question { moment, area, other, ask } = question;
        let ask = ask.checked().map_err(|bad| Refusal::one(bad.field, FaultCode::OutOfRange, bad.expected, bad.found))?;
        if ask == (Ask::Area {}) && area.is_none() {
            return Err(Refusal::one("area", FaultCode::MissingValue, "the area that is asked about, a GeoJSON Feature", "nothing"));
        }
        if ask != (Ask::Area {}) && other.is_some() {
            return Err(Refusal::one("other", FaultCode::UnknownField, "a second area only with the method area", "other"));
        }
        let (area, region) = area.map(|drawn| region_of(drawn, "area")).transpose()?.unzip();
        let (other, other_region) = other.map(|drawn| region_of(drawn, "other")).transpose()?.unzip();
        Ok(Self { study, question: Question { moment, area, other, ask }, scope, census, area: region, other: other_region })
    }

    /// Counts inside the drawn area and outside of it. No test, and nothing of it is recorded.
    #[must_use]
    pub fn preview(&self, snapshot: &Snapshot) -> Preview {
        let count = |region: Option<&Region>| {
            let mut count = Count::default();
            self.each_rated(snapshot, region, |_, tier| count.add(tier == Tier::Red));
            count
        };
        let inside = count(self.area.as_ref());
        let outside = match &self.other {
            Some(other) => count(Some(other)),
            None => {
                let all = count(None);
                Count { houses: all.houses - inside.houses, red: all.red - inside.red }
            }
        };
        Preview { inside, outside }
    }

    /// Every rated house of the study in the region, or in all of it, with its tier.
    fn each_rated<'a>(&self, snapshot: &'a Snapshot, region: Option<&Region>, mut visit: impl FnMut(HouseView<'a>, Tier)) {
        let moment = self.question.moment;
        let filter = Filter::new(&Tier::ALL.map(Standing::from), &[HouseKind::Rental], None);
        let mut reached: HashMap<&str, bool> = HashMap::new();
        snapshot.each_meant(region, moment, &filter, |house| {
            if let Some(tier) = house.standing_on(moment).tier()
                && *reached.entry(house.area_code()).or_insert_with(|| self.scope.includes(house.area_code()))
            {
                visit(house, tier);
            }
        });
    }

    /// Answers the question. `tell` hears how much is done, from 0 to 1; the work stops when the snapshot's patience is over.
    pub fn work(&self, snapshot: &Snapshot, tell: &(dyn Fn(f64) + Sync)) -> Result<Found, Refusal> {
        let within = if self.question.ask == (Ask::Area {}) { None } else { self.area.as_ref() };
        let base = Base::gather(self, snapshot, within)?;
        let going = |done: usize, of: usize| {
            tell(done as f64 / of.max(1) as f64);
            !snapshot.is_given_up()
        };
        let data_hash = base.hash();
        let (finding, places) = match &self.question.ask {
            Ask::Area {} => self.compare(&base)?,
            Ask::Scan { from: Some(from), .. } => self.scan_in_time(&base, *from, &going)?,
            Ask::Scan { .. } => self.scan(&base, &going)?,
            Ask::Gistar { .. } | Ask::Moran { .. } => self.mark(&base)?,
            Ask::Joins { .. } => self.join(&base, &going)?,
            Ask::Dbscan { eps_m, min_points } => dense(&base, Density { eps_m: *eps_m, min_points: *min_points })?,
            Ask::Density { bandwidth_m, cell_m } => smooth(&base, *bandwidth_m, *cell_m)?,
        };
        if snapshot.is_given_up() {
            return Err(Refusal::GivenUp);
        }
        Ok(Found { finding, places, data_hash })
    }

    fn count(&self, base: &Base<'_>, region: Option<&Region>) -> Count {
        let mut count = Count::default();
        for rated in &base.houses {
            if region.is_none_or(|region| rated.is_in(region)) {
                count.add(rated.is_red());
            }
        }
        count
    }

    fn split(&self, base: &Base<'_>) -> Result<Split, NothingToTest> {
        let inside = self.count(base, self.area.as_ref());
        let outside = match &self.other {
            Some(other) => {
                if base.houses.iter().any(|rated| rated.is_in(other) && self.area.as_ref().is_some_and(|area| rated.is_in(area))) {
                    return Err(NothingToTest::SharedHouses);
                }
                self.count(base, Some(other))
            }
            None => {
                let Count { houses, red } = base.count();
                Count { houses: houses - inside.houses, red: red - inside.red }
            }
        };
        Ok(Split { inside, outside })
    }

    fn compare<'a>(&self, base: &Base<'a>) -> Result<(Finding, String), Refusal> {
        let split = self.split(base)?;
        let (houses, red) = (split.inside.houses + split.outside.houses, split.inside.red + split.outside.red);
        let nothing = match (split.inside.houses, split.outside.houses) {
            _ if base.houses.is_empty() => Some(NothingToTest::NoHouses),
            (0, _) => Some(NothingToTest::EmptyArea),
            (_, 0) if self.other.is_some() => Some(NothingToTest::EmptyArea),
            (_, 0) => Some(NothingToTest::WholeArea),
            _ if houses < 3 => Some(NothingToTest::TooFewHouses),
            _ if red == 0 => Some(NothingToTest::NoRed),
            _ if red == houses => Some(NothingToTest::AllRed),
            _ => None,
        };
        if let Some(nothing) = nothing {
            return Err(nothing.into());
        }
        let (label, p) = if self.other.is_some() { (Label::Other, split.p_different()) } else { (Label::Rest, split.p_greater()) };
        let groups = vec![Group::compared(1, Label::Inside, &split), Group::of(2, label, split.outside)];
        let named = |region: Option<&Region>, group: u32| -> Vec<Placed<'a>> {
            base.houses.iter().filter(|rated| region.is_some_and(|region| rated.is_in(region))).map(|rated| rated.placed(group)).collect()
        };
        let mut placed = named(self.area.as_ref(), 1);
        placed.extend(named(self.other.as_ref(), 2));
        Ok((Finding { base: base.count(), p: Some(p), groups, joins: None }, places_of(&placed)))
    }

    fn scanner(&self) -> Scan {
        let Ask::Scan { window, rates, max_share, max_radius_m, replicates, seed, .. } = &self.question.ask else { return Scan::default() };
        Scan {
            window: match window {
                study::Window::Circle => cluster::Window::Circle,
                study::Window::Ellipse => cluster::Window::Ellipse { penalty: 0.5 },
            },
            rates: match rates {
                Rates::High => cluster::Rates::High,
                Rates::Low => cluster::Rates::Low,
                Rates::Both => cluster::Rates::Both,
            },
            max_share: *max_share,
            max_radius_m: *max_radius_m,
            replicates: *replicates,
            seed: *seed,
            limit: MOST_GROUPS,
            ..Scan::default()
        }
    }

    fn scan(&self, base: &Base<'_>, going: cluster::Going<'_>) -> Result<(Finding, String), Refusal> {
        let Ask::Scan { model, .. } = &self.question.ask else { return Err(Refusal::GivenUp) };
        let residents = |rated: &Rated<'_>| rated.residents;
        let taking: Vec<&Rated<'_>> = base.houses.iter().filter(|rated| *model != Model::Poisson || residents(rated) > 0).collect();
        if *model == Model::Poisson && taking.is_empty() && !base.houses.is_empty() {
            return Err(NothingToTest::NoPopulation.into());
        }
        let places = places(taking.iter().copied());
        let scan = self.scanner();
        let report = match model {
            Model::Bernoulli => scan.bernoulli(&places, &taking.iter().map(|rated| rated.is_red()).collect::<Vec<_>>(), going),
            Model::Ordinal => scan.ordinal(&places, &taking.iter().map(|rated| rated.category()).collect::<Vec<_>>(), going),
            Model::Poisson => {
                let cases: Vec<u32> = taking.iter().map(|rated| u32::from(rated.is_red())).collect();
                scan.poisson(&places, &cases, &taking.iter().map(|rated| rated.residents as f64).collect::<Vec<_>>(), going)
            }
        };
        let report = report.map_err(refused)?;
        let all = taking.iter().fold(Count::default(), |mut count, rated| {
            count.add(rated.is_red());
            count
        });
        let (mut groups, placed) = self.windows(&report, all, &taking, |rated| rated.is_red());
        for (group, found) in groups.iter_mut().zip(&report.clusters) {
            match model {
                Model::Bernoulli => {}
                Model::Ordinal => {
                    let count =
                        |(tier, category): (&Tier, &cluster::Category)| TierCount { tier: *tier, houses: category.points as u64, expected: category.expected };
                    group.tiers = Tier::ALL.iter().rev().zip(&found.categories).map(count).collect();
                }
                Model::Poisson => {
                    (group.residents, group.relative_risk, group.expected) = (Some(found.base as u64), found.relative_risk, Some(found.expected));
                    group.interval = None;
                }
            }
        }
        Ok((Finding { base: all, p: strongest(&report), groups, joins: None }, places_of(&placed)))
    }

    /// Which of the tiers that began in a month were red: each is a point of its own.
    fn scan_in_time(&self, base: &Base<'_>, from: Day, going: cluster::Going<'_>) -> Result<(Finding, String), Refusal> {
        let moment = self.question.moment;
        let first = from.first_of_month();
        let mut months = vec![first];
        while let Some(next) = months.last().map(|last| last.plus_months(1)).filter(|next| *next <= moment.day) {
            months.push(next);
        }
        let (mut began, mut steps, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for rated in &base.houses {
            for span in rated.begun(moment.view).into_iter().filter(|span| span.from >= first && span.from <= moment.day) {
                began.push(rated);
                cases.push(span.standing == Standing::Red);
                steps.push(months.partition_point(|month| *month <= span.from).saturating_sub(1) as u32);
            }
        }
        let report = self.scanner().bernoulli_in_time(&places(began.iter().copied()), &cases, &steps, going).map_err(refused)?;
        let all = cases.iter().fold(Count::default(), |mut count, is_red| {
            count.add(*is_red);
            count
        });
        let indexed: Vec<(usize, &Rated<'_>)> = began.into_iter().enumerate().collect();
        let (mut groups, mut placed) = self.windows(&report, all, &indexed, |(at, _)| cases[*at]);
        for (group, found) in groups.iter_mut().zip(&report.clusters) {
            let Some((span, course)) = &found.span else { continue };
            let (Some(from), Some(after)) = (months.get(span.start as usize), months.get(span.end as usize - 1)) else { continue };
            let course = match course {
                cluster::Course::Growing => Course::Growing,
                cluster::Course::Fading => Course::Fading,
                cluster::Course::Lasting => Course::Lasting,
                cluster::Course::Over => Course::Over,
            };
            group.span = Some(Span { from: *from, to: after.plus_months(1).plus_days(-1).min(moment.day), course });
        }
        // A house of several tiers is named once.
        placed.dedup_by(|later, kept| later.code == kept.code && later.group == kept.group);
        Ok((Finding { base: all, p: strongest(&report), groups, joins: None }, places_of(&placed)))
    }

    /// The windows that stand alone against chance at the study's level, with their houses.
    fn windows<'a, T: AsRated<'a>>(&self, report: &ScanReport, all: Count, points: &[T], is_red: impl Fn(&T) -> bool) -> (Vec<Group>, Vec<Placed<'a>>) {
        let (mut groups, mut placed) = (Vec::new(), Vec::new());
        for (number, found) in (1..).zip(report.clusters.iter().filter(|found| found.p().is_some_and(|p| p <= self.study.alpha))) {
            let mut inside = Count::default();
            found.points.iter().filter_map(|point| points.get(*point as usize)).for_each(|point| inside.add(is_red(point)));
            let outside = Count { houses: all.houses - inside.houses, red: all.red - inside.red };
            let centre = points.get(found.centre as usize).map(|point| point.rated().house.place());
            groups.push(Group {
                centre: centre.map(|place| [place.lon(), place.lat()]),
                radius_m: Some(found.radius_m),
                ellipse: found.ellipse.map(|ellipse| Ellipse { half_length_m: ellipse.half_length_m, angle_deg: ellipse.angle_deg }),
                llr: Some(found.llr),
                p: found.p(),
                p_gumbel: found.p_gumbel,
                ..Group::compared(number, Label::Cluster, &Split { inside, outside })
            });
            let mut shares: HashMap<u32, Option<f64>> = found.points.iter().map(|point| (*point, None)).collect();
            shares.extend(found.border.iter().map(|(point, share)| (*point, Some(*share))));
            let mut shares: Vec<_> = shares.into_iter().collect();
            shares.sort_unstable_by_key(|(point, _)| *point);
            let named = shares.into_iter().filter_map(|(point, certainty)| Some(Placed { certainty, ..points.get(point as usize)?.rated().placed(number) }));
            placed.extend(named);
        }
        (groups, placed)
    }

    fn neighbours(&self, base: &Base<'_>) -> Result<cluster::Neighbours, Refusal> {
        base.testable()?;
        let neighbourhood = match self.question.ask.neighbours() {
            Some(Neighbours::WithinM(metres)) => {
                if base.pairs_at_most(metres) > MOST_PAIRS {
                    let expected = "a distance within which fewer houses are neighbours";
                    return Err(Refusal::one("ask.within_m", FaultCode::TooLarge, expected, metres.to_string()));
                }
                Neighbourhood::Within(metres)
            }
            Some(Neighbours::Nearest(count)) => Neighbourhood::Nearest(count),
            None => Neighbourhood::Nearest(1),
        };
        Ok(cluster::Neighbours::of(&places(&base.houses), neighbourhood))
    }

    fn permutations(&self) -> Permutations {
        match &self.question.ask {
            Ask::Moran { replicates, seed, .. } | Ask::Joins { replicates, seed, .. } => Permutations { replicates: *replicates, seed: *seed },
            _ => Permutations { replicates: 999, seed: 1 },
        }
    }

    /// The houses that stand out one by one, at a false discovery rate of alpha.
    fn mark(&self, base: &Base<'_>) -> Result<(Finding, String), Refusal> {
        let neighbours = self.neighbours(base)?;
        let values: Vec<f64> = base.houses.iter().map(|rated| f64::from(u8::from(rated.is_red()))).collect();
        /// Of one house.
        struct Mark {
            label: Label,
            z: Option<f64>,
            p: f64,
            p_corrected: f64,
        }
        let marks: Vec<Mark> = if matches!(self.question.ask, Ask::Gistar { .. }) {
            let spots = cluster::gistar(&neighbours, &values, None).map_err(refused)?;
            spots.into_iter().map(|spot| Mark { label: Label::Hot, z: Some(spot.z), p: spot.p, p_corrected: spot.p_corrected }).collect()
        } else {
            let label = |quadrant| match quadrant {
                Quadrant::HighHigh => Label::RedAmongRed,
                Quadrant::LowHigh => Label::OtherAmongRed,
                Quadrant::LowLow => Label::OtherAmongOther,
                Quadrant::HighLow => Label::RedAmongOther,
            };
            let found = cluster::local_moran(&neighbours, &values, self.permutations()).map_err(refused)?;
            found.into_iter().map(|one| Mark { label: label(one.quadrant), z: None, p: one.p, p_corrected: one.p_corrected }).collect()
        };
        let p = study::correction::simes(&marks.iter().map(|mark| mark.p).collect::<Vec<_>>());
        let (mut groups, mut placed) = (Vec::new(), Vec::new());
        for label in [Label::Hot, Label::RedAmongRed, Label::OtherAmongRed, Label::RedAmongOther, Label::OtherAmongOther] {
            let number = groups.len() as u32 + 1;
            let mut count = Count::default();
            for (rated, mark) in base.houses.iter().zip(&marks).filter(|(_, mark)| mark.label == label && mark.p_corrected <= self.study.alpha) {
                count.add(rated.is_red());
                placed.push(Placed { z: mark.z, p: Some(mark.p), p_corrected: Some(mark.p_corrected), ..rated.placed(number) });
            }
            if count.houses > 0 {
                groups.push(Group::of(number, label, count));
            }
        }
        Ok((Finding { base: base.count(), p, groups, joins: None }, places_of(&placed)))
    }

    fn join(&self, base: &Base<'_>, going: cluster::Going<'_>) -> Result<(Finding, String), Refusal> {
        let cases: Vec<bool> = base.houses.iter().map(Rated::is_red).collect();
        let counted = cluster::join_counts(&self.neighbours(base)?, &cases, self.permutations(), going).map_err(refused)?;
        let (red, mixed, others) = counted.expected;
        let joins = Joins { red_red: counted.bb, red_other: counted.bw, other_other: counted.ww, expected: [red, mixed, others] };
        Ok((Finding { base: base.count(), p: Some(counted.p_bb), groups: Vec::new(), joins: Some(joins) }, places_of(&[])))
    }
}

/// A rated house that takes part.
struct Rated<'a> {
    house: HouseView<'a>,
    tier: Tier,
    /// Who live in it, where they are asked for.
    residents: u64,
}

/// A point of a scan: a house, or one of its tiers.
trait AsRated<'a> {
    fn rated(&self) -> &Rated<'a>;
}

impl<'a> AsRated<'a> for &Rated<'a> {
    fn rated(&self) -> &Rated<'a> {
        self
    }
}

impl<'a> AsRated<'a> for (usize, &Rated<'a>) {
    fn rated(&self) -> &Rated<'a> {
        self.1
    }
}

impl<'a> Rated<'a> {
    fn is_red(&self) -> bool {
        self.tier == Tier::Red
    }

    /// From the best tier, 0, to the worst.
    fn category(&self) -> u8 {
        (Tier::ALL.len() - 1 - self.tier as usize) as u8
    }

    fn is_in(&self, region: &Region) -> bool {
        let place = self.house.place();
        region.contains(place.lon(), place.lat())
    }

    fn placed(&self, group: u32) -> Placed<'a> {
        let place = self.house.place();
        let tier = self.tier.as_str();
        Placed { code: self.house.code(), lon: place.lon(), lat: place.lat(), tier, group, certainty: None, z: None, p: None, p_corrected: None }
    }

    /// The tiers that it came to have, each where it differs from the one before.
    fn begun(&self, view: View) -> Vec<TierSpan> {
        let mut spans: Vec<TierSpan> = match view {
            View::Computed => self.house.spans().collect(),
            View::Published => self.house.published().collect(),
        };
        spans.dedup_by(|later, kept| later.standing == kept.standing);
        spans.retain(|span| span.standing.tier().is_some());
        spans
    }
}

/// The houses that take part, in order of code.
struct Base<'a> {
    houses: Vec<Rated<'a>>,
    /// What is told of their past, where the question is about it.
    past: Option<View>,
}

impl<'a> Base<'a> {
    fn gather(inquiry: &Inquiry, snapshot: &'a Snapshot, region: Option<&Region>) -> Result<Self, Refusal> {
        let Question { moment, ask, .. } = &inquiry.question;
        let past = matches!(ask, Ask::Scan { from: Some(_), .. }).then_some(moment.view);
        let mut houses = Vec::new();
        inquiry.each_rated(snapshot, region, |house, tier| {
            let residents = if ask.needs_residents() { inquiry.census.on(house.serial(), moment.day).all() } else { 0 };
            houses.push(Rated { house, tier, residents });
        });
        if snapshot.is_given_up() {
            return Err(Refusal::GivenUp);
        }
        if houses.len() > MOST_HOUSES {
            let expected = format!("at most {MOST_HOUSES} rated houses: draw an area, or make the study of a part");
            return Err(Refusal::one("area", FaultCode::TooLarge, expected, houses.len().to_string()));
        }
        houses.sort_unstable_by(|a, b| a.house.code().cmp(b.house.code()));
        Ok(Self { houses, past })
    }

    fn count(&self) -> Count {
        let mut count = Count::default();
        self.houses.iter().for_each(|rated| count.add(rated.is_red()));
        count
    }

    /// SHA-256 of all that takes part: codes, places, tiers, and residents and the past where they count.
    fn hash(&self) -> String {
        let mut text = String::new();
        for rated in &self.houses {
            let place = rated.house.place();
            text += &format!("{}\t{}\t{}\t{}\t{}", rated.house.code(), place.lon(), place.lat(), rated.tier, rated.residents);
            if let Some(view) = self.past {
                rated.begun(view).iter().for_each(|span| text += &format!("\t{} {}", span.from, span.standing.as_str()));
            }
            text.push('\n');
        }
        hash(&text)
    }

    fn testable(&self) -> Result<(), NothingToTest> {
        let Count { houses, red } = self.count();
        match houses {
            0 => Err(NothingToTest::NoHouses),
            1 | 2 => Err(NothingToTest::TooFewHouses),
            _ if red == 0 => Err(NothingToTest::NoRed),
            _ if red == houses => Err(NothingToTest::AllRed),
            _ if self.houses.windows(2).all(|pair| pair[0].house.place() == pair[1].house.place()) => Err(NothingToTest::OneLocation),
            _ => Ok(()),
        }
    }

    /// No fewer pairs of neighbours than there are: all within a cell of so many metres and the eight around it.
    fn pairs_at_most(&self, metres: f64) -> usize {
        let Some(first) = self.houses.first() else { return 0 };
        // Somewhat wider, as the grid is exact at one latitude only.
        let squares = Squares::new(metres * 1.1, first.house.place().lat());
        let mut cells: HashMap<(i64, i64), usize> = HashMap::new();
        self.houses.iter().for_each(|rated| *cells.entry(squares.cell_of(rated.house.place())).or_default() += 1);
        let around = |(east, north): (i64, i64)| (-1..=1).flat_map(move |x| (-1..=1).map(move |y| (east + x, north + y)));
        cells.iter().map(|(cell, count)| count * around(*cell).filter_map(|beside| cells.get(&beside)).sum::<usize>()).sum()
    }
}

fn places<'a: 'b, 'b>(houses: impl IntoIterator<Item = &'b Rated<'a>>) -> Places {
    let points: Vec<LonLat> = houses.into_iter().map(|rated| rated.house.place()).collect();
    Places::on_sphere(&points)
}

/// The p-value of a scan: that of its strongest window; 1 where nothing differs at all.
fn strongest(report: &ScanReport) -> Option<f64> {
    Some(report.clusters.first().and_then(cluster::Cluster::p).unwrap_or(1.0))
}

fn places_of(placed: &[Placed<'_>]) -> String {
    json!({ "houses": placed, "cells": [] }).to_string()
}

/// Dense groups of red houses.
fn dense(base: &Base<'_>, density: Density) -> Result<(Finding, String), Refusal> {
    let red: Vec<&Rated<'_>> = base.houses.iter().filter(|rated| rated.is_red()).collect();
    if red.is_empty() {
        return Err(if base.houses.is_empty() { NothingToTest::NoHouses } else { NothingToTest::NoRed }.into());
    }
    let labels = cluster::dbscan(&places(red.iter().copied()), density);
    let mut members: Vec<Vec<&Rated<'_>>> = Vec::new();
    for (rated, label) in red.iter().zip(labels) {
        let Some(label) = label else { continue };
        members.resize(members.len().max(label as usize + 1), Vec::new());
        members[label as usize].push(rated);
    }
    members.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let (mut groups, mut placed) = (Vec::new(), Vec::new());
    for (number, group) in (1..).zip(&members) {
        placed.extend(group.iter().map(|rated| rated.placed(number)));
        let mean = |of: fn(LonLat) -> f64| group.iter().map(|rated| of(rated.house.place())).sum::<f64>() / group.len() as f64;
        groups.push(Group { red: Some(group.len() as u64), centre: Some([mean(LonLat::lon), mean(LonLat::lat)]), ..Group::bare(number, Label::Dense) });
    }
    Ok((Finding { base: base.count(), groups, ..Finding::default() }, places_of(&placed)))
}

/// Red houses per square kilometre over cells, on the plane that touches the sphere at the middle of the houses: for a town.
fn smooth(base: &Base<'_>, bandwidth_m: f64, cell_m: f64) -> Result<(Finding, String), Refusal> {
    let red: Vec<LonLat> = base.houses.iter().filter(|rated| rated.is_red()).map(|rated| rated.house.place()).collect();
    let Some(first) = red.first() else { return Err(if base.houses.is_empty() { NothingToTest::NoHouses } else { NothingToTest::NoRed }.into()) };
    let (lat_m, lon_m) = (EARTH_RADIUS_M.to_radians(), EARTH_RADIUS_M.to_radians() * first.lat().to_radians().cos());
    let points: Vec<(f64, f64)> = red.iter().map(|place| ((place.lon() - first.lon()) * lon_m, (place.lat() - first.lat()) * lat_m)).collect();
    let too_fine = || Refusal::one("ask.cell_m", FaultCode::TooLarge, format!("larger cells: at most {MOST_CELLS} of them"), cell_m.to_string());
    let surface = cluster::density(&points, Kernel::Quartic, bandwidth_m, cell_m).map_err(|_| too_fine())?;
    if surface.values.iter().filter(|value| **value > 0.0).count() > MOST_CELLS {
        return Err(too_fine());
    }
    let degrees = |x: f64, y: f64| [first.lon() + x / lon_m, first.lat() + y / lat_m];
    let cells = (0..).zip(&surface.values).filter(|(_, value)| **value > 0.0).map(|(at, value)| {
        let (column, row) = ((at % surface.columns) as f64, (at / surface.columns) as f64);
        let [west, south] = degrees(surface.left + column * cell_m, surface.bottom + row * cell_m);
        let [east, north] = degrees(surface.left + (column + 1.0) * cell_m, surface.bottom + (row + 1.0) * cell_m);
        json!([west, south, east, north, value])
    });
    let cells: Vec<Value> = cells.collect();
    Ok((Finding { base: base.count(), ..Finding::default() }, json!({ "houses": [], "cells": cells }).to_string()))
}

fn refused(nothing: cluster::NothingToTest) -> Refusal {
    use cluster::NothingToTest as Nothing;
    let nothing = match nothing {
        Nothing::Stopped => return Refusal::GivenUp,
        Nothing::NoPoints => NothingToTest::NoHouses,
        Nothing::TooFewPoints => NothingToTest::TooFewHouses,
        Nothing::NoCases => NothingToTest::NoRed,
        Nothing::AllCases => NothingToTest::AllRed,
        Nothing::OneLocation => NothingToTest::OneLocation,
        Nothing::NoWindow => NothingToTest::NoWindow,
        Nothing::NoPopulation => NothingToTest::NoPopulation,
        Nothing::OneCategory | Nothing::NoLabels => NothingToTest::OneTier,
        Nothing::OneStep => NothingToTest::OneMonth,
        Nothing::NoNeighbours => NothingToTest::NoNeighbours,
    };
    nothing.into()
}
