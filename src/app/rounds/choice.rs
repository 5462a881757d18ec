//! Which houses a round is to call on: what is due, what was asked for by name, and what the lot gives.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    RoundDraft,
    held::{Call, HeldStop, Lot},
};
use crate::{
    app::{App, Caller, Conflict, DueWanted, Refusal, record::no_house},
    atlas::Moment,
    domain::{
        access::Right,
        day::Day,
        house::{HouseCode, HouseKind},
        inspection::{Due, Duty, EveningFault, Reason, has_evening_checks},
        round::{Importance, Worth},
        scope::Scope,
    },
    earth::Region,
    route::{self, MOST_STOPS},
    store::StoreError,
    transfer::{self, FaultCode},
};

/// All that is due some day.
const EVER: u16 = 36_500;
/// What a visit takes beside itself, on foot from door to door: for how many visits the hours are enough.
const WAY_MINUTES: u32 = 4;

/// From which houses to choose.
enum Within {
    Everything,
    Area(Scope),
    Region(Region),
    These(BTreeSet<String>),
}

impl App {
    /// The stops of a new round, and what was drawn. Houses that another round of the day calls on, or has called on, are left to it, and in
    /// the evening also those of another evening round of the month that is still to come.
    pub(super) async fn choose(
        &self,
        caller: &Caller,
        draft: &RoundDraft,
        evening: bool,
        day: Day,
        seed: u64,
    ) -> Result<(Vec<HeldStop>, Option<Lot>), Refusal> {
        caller.must(Right::PlanRounds)?;
        let within = self.within(caller, draft)?;
        let until_days = if evening { EVER } else { draft.until_days };
        let list = self.due(caller, &DueWanted { until_days, ..DueWanted::on(day) }).await?;
        let mut due: BTreeMap<String, Vec<Due>> = BTreeMap::new();
        for item in list.items {
            due.entry(item.code.clone()).or_default().push(item);
        }
        let taken = self.store.houses_taken("", day, evening, self.today()).await?;
        let may_evening = |code: &str| due.get(code).is_some_and(|items| items.iter().any(|item| item.evening_allowed));
        let is_free = |code: &str| !taken.contains(code) && (!evening || may_evening(code));

        let snapshot = self.snapshot();
        let mut pool: BTreeMap<&str, ([f64; 2], bool)> = BTreeMap::new();
        snapshot.each(|house| {
            let place = house.place();
            let here = match &within {
                Within::Everything => true,
                Within::Area(area) => area.includes(house.area_code()),
                Within::Region(region) => region.contains(place.lon(), place.lat()),
                Within::These(codes) => codes.contains(house.code()),
            };
            if here && house.kind() == HouseKind::Rental && caller.scope.includes(house.area_code()) && is_free(house.code()) {
                pool.insert(house.code(), ([place.lon(), place.lat()], false));
            }
        });

        let has_officer = draft.teams.iter().any(|team| team.duty == Duty::Officer);
        let mut stops: BTreeMap<&str, Call> = BTreeMap::new();
        for (&code, &(place, _)) in &pool {
            let items = due.get(code).map_or(&[][..], Vec::as_slice);
            let items = items.iter().filter(|item| item.not_before.is_none_or(|rested| rested <= day) && item.days_overdue >= -i32::from(draft.until_days));
            // An officer's visit where there is an officer to make it.
            let item = items.max_by_key(|item| ((item.duty == Duty::Officer) == has_officer, item.days_overdue));
            if let Some(item) = item {
                stops.insert(code, call_of(item, place)?);
            } else if matches!(within, Within::These(_)) {
                stops.insert(code, by_name(place, has_officer, Worth { importance: Importance::Should, ..Worth::MUST }));
            }
        }
        for code in &draft.musts {
            let Some((&code, &(place, _))) = pool.get_key_value(code.as_str()) else {
                let items = due.get(code).map_or(&[][..], Vec::as_slice);
                return Err(self.not_free(caller, code, day, evening, taken.contains(code), items));
            };
            stops.entry(code).or_insert_with(|| by_name(place, has_officer, Worth::MUST)).worth = Worth::MUST;
        }

        let lot = lot(draft, pool.len(), stops.len(), seed);
        if let Some((draw, _)) = &lot {
            let codes: Vec<&str> = pool.keys().copied().collect();
            for &at in &draw.drawn {
                let place = pool.get(codes[at]).map_or([0.0, 0.0], |(place, _)| *place);
                let call = stops.entry(codes[at]).or_insert_with(|| by_name(place, has_officer, Worth::MUST));
                (call.worth, call.drawn) = (Worth::MUST, true);
            }
        }
        if stops.is_empty() {
            let detail = "no house of this choice is due, or other rounds call on them already; choose more days ahead, or houses by name".to_owned();
            return Err(Refusal::Conflict { conflict: Conflict::NotFitting, detail });
        }
        if stops.len() > MOST_STOPS {
            let expected = format!("at most {MOST_STOPS} stops: choose a smaller area or fewer days ahead, or make several rounds");
            return Err(Refusal::one("houses", FaultCode::TooLarge, expected, stops.len().to_string()));
        }
        Ok((stops.into_iter().map(|(code, call)| HeldStop::new(code.to_owned(), call)).collect(), lot.map(|(_, lot)| lot)))
    }

    /// Houses to be added to a round by their codes.
    pub(super) async fn called_on(&self, caller: &Caller, codes: Vec<String>, evening: bool, day: Day, officer: bool) -> Result<Vec<HeldStop>, Refusal> {
        let draft = RoundDraft { houses: codes.clone(), musts: codes, share: 0.0, ..RoundDraft::default() };
        let (mut stops, _) = self.choose(caller, &draft, evening, day, 0).await?;
        if !officer {
            stops.iter_mut().for_each(|stop| stop.call.duty = Duty::Assistant);
        }
        Ok(stops)
    }

    fn within(&self, caller: &Caller, draft: &RoundDraft) -> Result<Within, Refusal> {
        if let Some(area) = &draft.area {
            return Ok(Within::Area(self.scope_of(Some(vec![area.clone()]))));
        }
        if let Some(polygon) = &draft.polygon {
            let region = transfer::region(polygon.to_string().as_bytes(), None);
            return region.map(Within::Region).map_err(|fault| Refusal::one("polygon", fault.code, fault.expected, fault.found));
        }
        let snapshot = self.snapshot();
        for code in draft.houses.iter().chain(&draft.musts) {
            let house = snapshot.house(code).filter(|house| caller.scope.includes(house.area_code()));
            let house = house.ok_or_else(|| HouseCode::new(code).map_or_else(|_| no_such_house(code), |code| no_house(&code)))?;
            if house.kind() != HouseKind::Rental {
                return Err(Refusal::one("houses", FaultCode::NotLet, "rental houses", format!("{code}: {}", house.kind().as_str())));
            }
        }
        Ok(if draft.houses.is_empty() { Within::Everything } else { Within::These(draft.houses.iter().cloned().collect()) })
    }

    /// Why a house that the choice leaves out cannot be called on; `items`: the visits that it is or will be due for.
    fn not_free(&self, caller: &Caller, code: &str, day: Day, evening: bool, is_taken: bool, items: &[Due]) -> Refusal {
        let (snapshot, rulebook) = (self.snapshot(), self.rulebook());
        let Some(house) = snapshot.house(code).filter(|house| caller.scope.includes(house.area_code())) else { return no_such_house(code) };
        let refuse = |conflict, why: String| Refusal::NotToCall { house: code.to_owned(), conflict, why };
        let policy = &rulebook.on(day).policy;
        if is_taken {
            refuse(Conflict::AlreadyPlanned, "another round calls on it, or has".to_owned())
        } else if evening && !has_evening_checks(policy, house.standing_on(day), house.standing_on(Moment::published(day))) {
            refuse(EveningFault::TierForbids.into(), EveningFault::TierForbids.to_string())
        } else if evening && items.is_empty() {
            refuse(Conflict::EveningNotAllowed, "the policy asks for no visit there".to_owned())
        } else if evening && items.iter().all(|item| !item.evening_allowed) {
            let fault = EveningFault::CapReached(policy.visits.evening_checks_per_month);
            refuse(fault.into(), fault.to_string())
        } else {
            Refusal::one("musts", FaultCode::UnknownHouse, "a rental house of this choice", code)
        }
    }
}

fn no_such_house(code: &str) -> Refusal {
    Refusal::NotFound { what: "house", name: code.chars().take(80).collect() }
}

fn call_of(item: &Due, place: [f64; 2]) -> Result<Call, Refusal> {
    let has_deadline = matches!(item.reason, Reason::Reinspection { .. } | Reason::FormalNotice { .. });
    Ok(Call {
        place,
        duty: item.duty,
        reason: Some(serde_json::to_value(item.reason).map_err(|error| StoreError::Damaged(error.to_string()))?),
        days_overdue: Some(item.days_overdue),
        worth: Worth::of_due(has_deadline, item.standing, item.days_overdue),
        drawn: false,
    })
}

fn by_name(place: [f64; 2], has_officer: bool, worth: Worth) -> Call {
    let duty = if has_officer { Duty::Officer } else { Duty::Assistant };
    Call { place, duty, reason: None, days_overdue: None, worth, drawn: false }
}

/// Draws among all houses of the choice, without looking at anything of them: a share of the visits that are due, or of those that the hours
/// are enough for where these are fewer; at least one.
fn lot(draft: &RoundDraft, candidates: usize, due: usize, seed: u64) -> Option<(route::Draw, Lot)> {
    if draft.share <= 0.0 || candidates == 0 {
        return None;
    }
    let minutes = |team: &super::TeamDraft| {
        let breaks: u32 = team.breaks.iter().map(|pause| u32::from(pause.minutes)).sum();
        ((team.until.ms() - team.from.ms().min(team.until.ms())) / 60_000).saturating_sub(breaks)
    };
    let hours: u32 = draft.teams.iter().map(|team| minutes(team) / (u32::from(draft.minutes) + WAY_MINUTES)).sum();
    let visits = f64::from(hours.min(u32::try_from(due).unwrap_or(u32::MAX)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of at most 2,000 visits")]
    let count = (visits * draft.share).ceil().max(1.0) as usize;
    let draw = route::draw(candidates, count, seed);
    let lot = Lot { share: draft.share, candidates, drawn: draw.drawn.len(), probability: draw.probability };
    Some((draw, lot))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::TeamDraft, random::Random};

    /// One person of three hours, 20 visits due: four of them by lot.
    fn draft() -> RoundDraft {
        let time = |text: &str| text.parse().unwrap();
        let team = TeamDraft {
            name: "A".to_owned(),
            duty: Duty::Officer,
            members: Vec::new(),
            start: [120.0, 31.0],
            end: None,
            open_end: false,
            from: time("18:00"),
            until: time("23:00"),
            breaks: Vec::new(),
            most_km: None,
        };
        RoundDraft { share: 0.2, teams: vec![team], ..RoundDraft::default() }
    }

    /// 10,000 evenings over 120 houses. A house that was called on in a month is out of the pool until the next one, so that chances rise from
    /// 4 in 120 to 1 within each month. What is drawn less what was stated is a sum of fair bets; five of its deviations are the band.
    #[test]
    fn each_house_is_drawn_as_often_as_was_stated_and_never_above_the_cap() {
        const HOUSES: usize = 120;
        let draft = draft();
        let (mut drawn, mut stated, mut variance) = ([0.0; HOUSES], [0.0; HOUSES], [0.0; HOUSES]);
        let mut seeds = Random::stream(2026, 1);
        let mut called_on = BTreeSet::new();
        for evening in 0..10_000 {
            if evening % 30 == 0 {
                called_on.clear();
            }
            let pool: Vec<usize> = (0..HOUSES).filter(|house| !called_on.contains(house)).collect();
            let Some((draw, lot)) = lot(&draft, pool.len(), 20, seeds.bits()) else { continue };
            assert_eq!((lot.drawn, lot.candidates), (4.min(pool.len()), pool.len()));
            for &house in &pool {
                stated[house] += lot.probability;
                variance[house] += lot.probability * (1.0 - lot.probability);
            }
            for at in draw.drawn {
                drawn[pool[at]] += 1.0;
                assert!(called_on.insert(pool[at]), "house {} twice in a month", pool[at]);
            }
        }
        assert!(drawn.iter().sum::<f64>() > 30_000.0);
        for house in 0..HOUSES {
            let band = 5.0 * f64::sqrt(variance[house]);
            assert!((drawn[house] - stated[house]).abs() <= band, "house {house}: {} drawn, {} stated, band {band}", drawn[house], stated[house]);
        }
    }

    #[test]
    fn so_many_are_drawn_as_the_hours_hold_and_at_least_one() {
        let of = |candidates, due| lot(&draft(), candidates, due, 7).map(|(_, lot)| (lot.drawn, lot.probability));
        // Five hours of visits of 10 minutes with 4 minutes of way: 21.
        assert_eq!(of(100, 1_000), Some((5, 0.05)));
        assert_eq!(of(100, 0), Some((1, 0.01)));
        assert_eq!(of(3, 1_000), Some((3, 1.0)));
        assert_eq!(of(0, 10), None);
        assert!(lot(&RoundDraft { share: 0.0, ..draft() }, 10, 10, 7).is_none());
    }
}
