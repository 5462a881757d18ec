//! Two years of observations at one rental house, thrown until the engine rates it as the plan below wants.
//!
//! It knows the names of the qishuyan-2010 policy's kinds and fields, and none of its rules: those it asks.

use std::collections::BTreeMap;

use super::dice::Dice;
use crate::domain::{
    day::Day,
    observation::{Observation, Timeline},
    policy::Policy,
    tier::{Standing, Tier, span_on},
};

/// How many rated houses go from one tier to another in the year, and why. What the source counts is in the columns, so that it
/// holds by construction; that the tiers come out is for the engine to say.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    pub from: Tier,
    pub to: Tier,
    pub houses: usize,
    why_before: Why,
    why_after: Why,
    /// Security door and windows missing before, fitted in the year.
    pub fitted: bool,
    /// An improvement of the year inspected and accepted.
    pub rectified: bool,
    /// Criminal cases in the house: January to October 2009, November and December 2009, January to October 2010.
    pub cases: [usize; 3],
    extra: Extra,
}

/// What a tier rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Why {
    /// Nothing is wrong.
    Order,
    /// The sum of marks.
    Marks,
    /// An open hazard.
    Hazard,
    /// A recent case.
    Case,
    /// Crowded, and two cases in half a year.
    Crowd,
    /// A lead that helped to solve a case.
    Lead,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Extra {
    None,
    /// A lead that brings no star: tenants are registered only on demand.
    Lead,
    /// A hazard found in the year and repaired in it.
    PassingHazard,
}

const fn course(from: Tier, to: Tier, houses: usize, why: (Why, Why), fitted: bool, rectified: bool, cases: [usize; 3]) -> Course {
    Course { from, to, houses, why_before: why.0, why_after: why.1, fitted, rectified, cases, extra: Extra::None }
}

use Tier::{Green, Red, Star, Yellow};
use Why::{Case, Crowd, Hazard, Lead, Marks, Order};

/// Rated 295: red 38 → 25, yellow 87 → 61, green 170 → 206, star 0 → 3. Fitted 170, rectified 37.
///
/// |        | red | yellow | green | star |
/// | ------ | --- | ------ | ----- | ---- |
/// | red    | 17  | 9      | 12    | 0    |
/// | yellow | 5   | 44     | 38    | 0    |
/// | green  | 3   | 8      | 156   | 3    |
///
/// Criminal cases in rental houses: the source has 26 in 2009 and "after a year 9, down 60 %". Nine in the ten months of 2010 up
/// to the count is 59 % below the 22 that we put into the same ten months of 2009 (four more fell in November and December);
/// against all of 2009 it would be 65 %. So that is how we read it, and the disputes likewise: 19 in 2009, 18 of them up to
/// October; 10 in the same months of 2010, down 44 % (the source: 45 %).
pub const COURSES: [Course; 34] = [
    course(Red, Red, 2, (Crowd, Marks), false, false, [2, 1, 0]),
    course(Red, Red, 1, (Marks, Marks), false, false, [1, 0, 1]),
    course(Red, Red, 3, (Marks, Marks), false, false, [1, 0, 0]),
    course(Red, Red, 11, (Marks, Marks), false, false, [0, 0, 0]),
    course(Red, Yellow, 3, (Marks, Hazard), true, true, [1, 0, 0]),
    course(Red, Yellow, 3, (Marks, Hazard), true, false, [0, 0, 0]),
    course(Red, Yellow, 3, (Marks, Marks), false, false, [0, 0, 0]),
    course(Red, Green, 7, (Marks, Order), true, true, [0, 0, 0]),
    course(Red, Green, 1, (Marks, Order), true, false, [2, 0, 0]),
    course(Red, Green, 4, (Marks, Order), true, false, [0, 0, 0]),
    course(Yellow, Red, 2, (Marks, Marks), false, false, [0, 0, 1]),
    course(Yellow, Red, 3, (Hazard, Marks), false, false, [0, 0, 0]),
    course(Yellow, Yellow, 1, (Case, Case), false, false, [1, 1, 0]),
    course(Yellow, Yellow, 2, (Hazard, Hazard), true, true, [0, 0, 0]),
    course(Yellow, Yellow, 18, (Hazard, Hazard), true, false, [0, 0, 0]),
    course(Yellow, Yellow, 13, (Hazard, Hazard), false, false, [0, 0, 0]),
    course(Yellow, Yellow, 6, (Marks, Marks), false, false, [0, 0, 0]),
    course(Yellow, Yellow, 4, (Marks, Hazard), false, false, [0, 0, 0]),
    course(Yellow, Green, 16, (Hazard, Order), true, true, [0, 0, 0]),
    course(Yellow, Green, 3, (Case, Order), true, true, [1, 0, 0]),
    course(Yellow, Green, 5, (Hazard, Order), false, true, [0, 0, 0]),
    course(Yellow, Green, 8, (Marks, Order), true, false, [0, 0, 0]),
    course(Yellow, Green, 5, (Case, Order), true, false, [1, 0, 0]),
    course(Yellow, Green, 1, (Hazard, Order), false, false, [0, 0, 0]),
    course(Green, Red, 3, (Order, Marks), false, false, [0, 0, 1]),
    course(Green, Yellow, 3, (Order, Case), true, false, [0, 0, 1]),
    course(Green, Yellow, 1, (Order, Case), true, false, [0, 1, 0]),
    course(Green, Yellow, 4, (Order, Hazard), false, false, [0, 0, 0]),
    course(Green, Star, 2, (Order, Lead), true, false, [0, 0, 0]),
    course(Green, Star, 1, (Order, Lead), false, false, [0, 0, 0]),
    course(Green, Green, 93, (Order, Order), true, false, [0, 0, 0]),
    course(Green, Green, 60, (Order, Order), false, false, [0, 0, 0]),
    Course { extra: Extra::PassingHazard, ..course(Green, Green, 1, (Order, Order), true, true, [0, 0, 0]) },
    Course { extra: Extra::Lead, ..course(Green, Green, 2, (Order, Order), false, false, [0, 0, 0]) },
];

/// The two days of the count.
pub const COUNTED: [(i16, i8, i8); 2] = [(2009, 10, 31), (2010, 10, 31)];
/// Throws per house before giving up; a house needs some ten, so this many only under a policy that is not the one of 2010.
const THROWS: usize = 4_000;

/// One observation on its way into the events file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub day: Day,
    pub kind: &'static str,
    pub fields: BTreeMap<&'static str, String>,
}

impl Entry {
    pub fn bare(day: Day, kind: &'static str) -> Self {
        Self { day, kind, fields: BTreeMap::new() }
    }

    fn observed(&self) -> Observation {
        let fields = self.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Observation { id: String::new(), day: self.day, kind: self.kind.to_owned(), fields }
    }
}

impl Course {
    /// A history on this course, first visited about the given day. Throws until the engine agrees.
    pub fn history(&self, policy: &Policy, first_visit: i32, mut dice: Dice) -> Vec<Entry> {
        let mut entries = Vec::new();
        for _ in 0..THROWS {
            entries = Throw { course: self, dice: &mut dice, entries: Vec::new() }.history(first_visit);
            if self.is_rated_so(policy, &entries) {
                break;
            }
        }
        entries
    }

    fn is_rated_so(&self, policy: &Policy, entries: &[Entry]) -> bool {
        let [before, after] = COUNTED.map(|(year, month, day)| Day::from_number(number(year, month, day)));
        let spans = policy.spans(&Timeline::new(entries.iter().map(Entry::observed)));
        let on = |day: Day| span_on(&spans, day).map(|span| span.standing);
        let lived: Vec<Standing> = spans.iter().filter(|span| span.from <= after).map(|span| span.standing).collect();
        let changes = lived.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let worst = if self.extra == Extra::PassingHazard { Yellow } else { self.from.min(self.to) };
        // On its way a house falls no deeper than where it starts or ends, and it does not flicker.
        let steady = changes <= 5 && lived.iter().filter_map(|standing| standing.tier()).all(|tier| tier >= worst && (tier < Star || self.to == Star));
        on(before) == Some(self.from.into()) && on(after) == Some(self.to.into()) && steady
    }
}

/// Days since 1970-01-01; 0 for a day that the calendar has not.
pub fn number(year: i16, month: i8, day: i8) -> i32 {
    Day::new(year, month, day).map_or(0, Day::number)
}

/// The state of a house as a visitor finds it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Upkeep {
    proactive: bool,
    fitted: bool,
    /// `None`: nobody asked yet.
    neighbours: Option<bool>,
    sanitation: Option<bool>,
    complex: bool,
    supervised: i32,
    followed: i32,
    hazard: bool,
}

/// One try at a history.
struct Throw<'a> {
    course: &'a Course,
    dice: &'a mut Dice,
    entries: Vec<Entry>,
}

impl Throw<'_> {
    fn history(mut self, first_visit: i32) -> Vec<Entry> {
        let (count, end) = (number(2009, 10, 31), number(2010, 10, 28));
        let visits = self.visits(first_visit, end);
        let before = self.before();
        let after = self.after(before);
        let (early, late): (Vec<i32>, Vec<i32>) = visits.into_iter().partition(|day| *day <= count);

        // Before the count: as it will be found then, but the hazard came up at one of the visits and small things changed.
        let found = self.dice.below(early.len());
        let (at_first, other_at_first) = (self.dice.chance(12), self.dice.chance(12));
        let mut states: Vec<(i32, Upkeep)> = Vec::new();
        for (at, day) in early.iter().enumerate() {
            let mut state = Upkeep { hazard: before.hazard && at >= found, ..before };
            if at + 1 < early.len() {
                state.sanitation = if at_first { state.sanitation.map(|good| !good) } else { state.sanitation };
                state.neighbours = if other_at_first { None } else { state.neighbours };
            }
            states.push((*day, state));
        }

        // After it each thing changes at a visit of its own.
        let rectified = self.course.rectified.then(|| self.dice.whole(number(2009, 11, 20), number(2010, 9, 20)));
        let turns: Vec<usize> = (0..8).map(|_| self.dice.below(late.len())).collect();
        // What was in order in between and is found wanting again.
        let relief = (before.hazard && after.hazard && self.dice.chance(60)).then(|| self.dice.below(late.len()));
        let passing = late.get(turns[7]).filter(|_| self.course.extra == Extra::PassingHazard).copied();
        let rectified = passing.map(|day| day + self.dice.whole(14, 40)).filter(|day| *day < end).or(rectified);
        for (at, day) in late.iter().enumerate() {
            let mut state = Upkeep {
                proactive: if at >= turns[0] { after.proactive } else { before.proactive },
                fitted: if at >= turns[1] { after.fitted } else { before.fitted },
                neighbours: if at >= turns[2] { after.neighbours } else { before.neighbours },
                sanitation: if at >= turns[3] { after.sanitation } else { before.sanitation },
                complex: if at >= turns[4] { after.complex } else { before.complex },
                supervised: if at >= turns[5] { after.supervised } else { before.supervised },
                followed: if at >= turns[6] { after.followed } else { before.followed },
                hazard: if at >= turns[7] { after.hazard } else { before.hazard },
            };
            state.hazard &= relief != Some(at);
            if let Some(repaired) = rectified {
                state.hazard = if *day < repaired { before.hazard } else { after.hazard && *day > repaired + 20 };
                state.hazard |= passing.is_some_and(|found| (found..repaired).contains(day));
            }
            states.push((*day, state));
        }
        self.assessments(&states);
        self.entries.extend(rectified.map(|day| Entry::bare(Day::from_number(day), "rectified")));
        self.incidents();
        self.refusals(&late, end);
        self.entries.sort_by_key(|entry| entry.day);
        self.entries
    }

    /// As often as the tier asks: red every two to three months, the others less often. Nobody is visited on a Sunday.
    fn visits(&mut self, first_visit: i32, end: i32) -> Vec<i32> {
        let mut visits = Vec::new();
        let mut day = first_visit;
        loop {
            // 1970-01-01 was a Thursday.
            let workday = if day.rem_euclid(7) == 3 { day + 1 } else { day };
            if workday > end {
                return visits;
            }
            visits.push(workday);
            let tier = if workday < number(2010, 4, 30) { self.course.from } else { self.course.to };
            day = workday
                + match tier {
                    Red => self.dice.whole(56, 86),
                    Yellow => self.dice.whole(90, 150),
                    Green | Star => self.dice.whole(150, 230),
                };
        }
    }

    /// Percentages of a throw; which of them come true together is left to the engine's judgement.
    fn before(&mut self) -> Upkeep {
        let course = self.course;
        let (proactive, good, complex, counted) = match course.from {
            Red => (8, 38, 35, 12),
            Yellow => (26, 74, 8, 3),
            Green | Star => (58, 92, 2, 0),
        };
        let fitted = match course.why_before {
            Marks | Crowd => 6,
            Hazard | Case => 55,
            Order | Lead => 82,
        };
        Upkeep {
            proactive: self.dice.chance(proactive),
            fitted: !course.fitted && self.dice.chance(fitted),
            neighbours: (!self.dice.chance(9)).then(|| self.dice.chance(good)),
            sanitation: (!self.dice.chance(6)).then(|| self.dice.chance(good)),
            complex: course.why_before == Crowd || self.dice.chance(complex),
            supervised: i32::from(self.dice.chance(counted)),
            followed: if self.dice.chance(counted) { self.dice.whole(1, 2) } else { 0 },
            hazard: course.why_before == Hazard || course.from == Red && self.dice.chance(30),
        }
    }

    fn after(&mut self, before: Upkeep) -> Upkeep {
        let course = self.course;
        let falls = course.to < course.from;
        let (mended, worsened, proactive) = match course.to {
            Red => (8, if falls { 60 } else { 12 }, 2),
            Yellow => (35, if falls { 15 } else { 8 }, 14),
            Green => (70, 3, 42),
            Star => (85, 0, 100),
        };
        let mut turn = |state: Option<bool>| match state {
            None => Some(self.dice.chance(if falls { 40 } else { 85 })),
            Some(true) => Some(!self.dice.chance(worsened)),
            Some(false) => Some(self.dice.chance(mended)),
        };
        let (neighbours, sanitation) = (turn(before.neighbours), turn(before.sanitation));
        let stays = self.dice.chance(match course.to {
            Red => 85,
            Yellow => 40,
            Green | Star => 8,
        });
        Upkeep {
            proactive: if before.proactive { !self.dice.chance(worsened) } else { self.dice.chance(proactive) },
            fitted: before.fitted || course.fitted,
            neighbours,
            sanitation,
            complex: before.complex && stays,
            supervised: if stays { before.supervised } else { 0 },
            followed: if stays { before.followed } else { 0 },
            hazard: course.why_after == Hazard || course.to == Red && self.dice.chance(if before.hazard { 65 } else { 20 }),
        }
    }

    /// The first visit asks for everything; later ones note the hazard, what changed, and of the rest what was looked at.
    fn assessments(&mut self, states: &[(i32, Upkeep)]) {
        let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let good_bad = |good: bool| if good { "good" } else { "bad" }.to_owned();
        let mut last: Option<Upkeep> = None;
        for (day, state) in states {
            let changed = |of: fn(&Upkeep) -> i32| last.is_none_or(|last| of(&last) != of(state));
            let mut fields = BTreeMap::from([("hazard", yes_no(state.hazard))]);
            let mut note = |name: &'static str, value: Option<String>, changed: bool, percent: u32| {
                if let Some(value) = value.filter(|_| changed || self.dice.chance(percent)) {
                    fields.insert(name, value);
                }
            };
            let registration = if state.proactive { "proactive" } else { "passive" };
            let facilities = if state.fitted { "fitted" } else { "missing" };
            note("registration", Some(registration.to_owned()), changed(|s| s.proactive.into()), 60);
            note("facilities", Some(facilities.to_owned()), changed(|s| s.fitted.into()), 55);
            note("neighbours", state.neighbours.map(good_bad), changed(|s| s.neighbours.map_or(2, i32::from)), 40);
            note("sanitation", state.sanitation.map(good_bad), changed(|s| s.sanitation.map_or(2, i32::from)), 50);
            note("complex_occupancy", Some(yes_no(state.complex)), changed(|s| s.complex.into()), 35);
            let counted = |of: fn(&Upkeep) -> i32| last.map_or(of(state) > 0, |last| of(&last) != of(state));
            note("supervised", Some(state.supervised.to_string()), counted(|s| s.supervised), 0);
            note("followed", Some(state.followed.to_string()), counted(|s| s.followed), 0);
            self.entries.push(Entry { day: Day::from_number(*day), kind: "assessment", fields });
            last = Some(*state);
        }
    }

    fn incidents(&mut self) {
        let [early, winter, late] = self.course.cases;
        let from = if self.course.why_before == Crowd { number(2009, 5, 4) } else { number(2009, 1, 4) };
        let periods =
            [(early, from, number(2009, 10, 28)), (winter, number(2009, 11, 3), number(2009, 12, 30)), (late, number(2010, 1, 5), number(2010, 10, 22))];
        for (count, from, to) in periods {
            for _ in 0..count {
                self.some_day("criminal_case", from, to);
            }
        }
        for (tier, from, to, halved) in
            [(self.course.from, number(2008, 12, 1), number(2009, 10, 29), 1), (self.course.to, number(2009, 11, 2), number(2010, 10, 25), 2)]
        {
            let percent = match tier {
                Red => 34,
                Yellow => 14,
                Green | Star => 3,
            };
            for _ in 0..2 {
                if self.dice.chance(percent / halved) {
                    self.some_day("public_order_case", from, to);
                }
            }
        }
        if self.course.why_after == Lead || self.course.extra == Extra::Lead {
            self.some_day("lead", number(2010, 1, 10), number(2010, 10, 12));
        }
    }

    /// Some of those who stay as they are refused; it changes no tier.
    fn refusals(&mut self, late: &[i32], end: i32) {
        let percent = match (self.course.from, self.course.to) {
            (Red, Red) => 35,
            (Yellow, Yellow) => 8,
            _ => 0,
        };
        if self.dice.chance(percent) {
            let day = late[self.dice.below(late.len())] + self.dice.whole(10, 25);
            self.entries.push(Entry::bare(Day::from_number(day.min(end)), "refused"));
        }
    }

    fn some_day(&mut self, kind: &'static str, from: i32, to: i32) {
        let day = self.dice.whole(from, to);
        self.entries.push(Entry::bare(Day::from_number(day), kind));
    }
}
