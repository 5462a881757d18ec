//! Scans: windows with more red houses than chance explains, in space and over time.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Inquiry,
    base::{Base, Past, Placed, Rated, places},
    places_of, refused,
};
use crate::{
    app::Refusal,
    cluster::{self, Scan, ScanReport},
    domain::{
        day::Day,
        study::{self, Ask, Count, Course, Ellipse, Finding, Group, Label, Model, NothingToTest, Rates, Span, Split, TierCount},
        tier::{Standing, Tier},
    },
};

/// Windows on a card.
const MOST_WINDOWS: usize = 20;

impl Inquiry {
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
            limit: MOST_WINDOWS,
            ..Scan::default()
        }
    }

    pub(super) fn scan(&self, base: &Base<'_>, model: Model, going: cluster::Going<'_>) -> Result<(Finding, Value), Refusal> {
        let taking: Vec<&Rated<'_>> = base.houses.iter().filter(|rated| model != Model::Poisson || rated.residents > 0).collect();
        if model == Model::Poisson && taking.is_empty() && !base.houses.is_empty() {
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
        let all: Count = taking.iter().map(|rated| rated.is_red()).collect();
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
                }
            }
        }
        Ok((Finding { base: all, p: strongest(&report), groups, ..Finding::default() }, places_of(&placed)))
    }

    /// Which of the tiers that began in a month were red: each is a point of its own.
    pub(super) fn scan_in_time(&self, base: &Base<'_>, past: Past, going: cluster::Going<'_>) -> Result<(Finding, Value), Refusal> {
        let months: Vec<Day> = std::iter::successors(Some(past.from), |month| Some(month.plus_months(1))).take_while(|month| *month <= past.to).collect();
        let (mut began, mut steps, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for rated in &base.houses {
            for span in rated.begun(past) {
                began.push(rated);
                cases.push(span.standing == Standing::Red);
                steps.push(months.partition_point(|month| *month <= span.from).saturating_sub(1) as u32);
            }
        }
        let report = self.scanner().bernoulli_in_time(&places(began.iter().copied()), &cases, &steps, going).map_err(refused)?;
        let all: Count = cases.iter().copied().collect();
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
            group.span = Some(Span { from: *from, to: after.plus_months(1).plus_days(-1).min(past.to), course });
        }
        // A house of several tiers is named once.
        placed.dedup_by(|later, kept| later.code == kept.code && later.group == kept.group);
        Ok((Finding { base: all, p: strongest(&report), groups, ..Finding::default() }, places_of(&placed)))
    }

    /// The windows that stand alone against chance at the study's level, with their houses.
    fn windows<'a, T: AsRated<'a>>(&self, report: &ScanReport, all: Count, points: &[T], is_red: impl Fn(&T) -> bool) -> (Vec<Group>, Vec<Placed<'a>>) {
        let (mut groups, mut placed) = (Vec::new(), Vec::new());
        for (number, found) in (1..).zip(report.clusters.iter().filter(|found| found.p().is_some_and(|p| p <= self.study.alpha))) {
            let inside: Count = found.points.iter().filter_map(|point| points.get(*point as usize)).map(&is_red).collect();
            let outside = all.without(inside);
            let centre = points.get(found.centre as usize).map(|point| point.rated().house.place());
            groups.push(Group {
                centre: centre.map(|place| [place.lon(), place.lat()]),
                radius_m: Some(found.radius_m),
                ellipse: found.ellipse.map(|ellipse| Ellipse { half_length_m: ellipse.half_length_m, angle_deg: ellipse.angle_deg }),
                llr: Some(found.llr),
                p: found.p(),
                p_gumbel: found.p_gumbel,
                // It was chosen because it is the most extreme: an interval that takes it as given would be too narrow and too high.
                interval: None,
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

/// The p-value of a scan: that of its strongest window; 1 where nothing differs at all.
fn strongest(report: &ScanReport) -> Option<f64> {
    Some(report.clusters.first().and_then(cluster::Cluster::p).unwrap_or(1.0))
}
