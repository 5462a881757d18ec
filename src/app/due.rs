//! What is due: the list of visits, whose they are, and what slips when hours are short.
//!
//! The list of the whole site is made once for each revision and day; pages, areas and members of staff are looked up in it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::{App, Caller, Refusal, inspections::duty_of, load::blocking, record::no_house};
use crate::{
    atlas::{HouseView, Moment, Snapshot},
    domain::{
        access::Right,
        day::Day,
        house::{HouseCode, HouseKind},
        inspection::{Due, DueKey, Duty, Inspected, Reason, has_evening_checks, occasions, reached, standing_since},
        policy::{Policy, Rulebook},
        scope::Scope,
    },
    store::{InspectionFacts, LastVisits, Store, StoreError},
    transfer::FaultCode,
};

/// Which visits are asked for.
#[derive(Clone, Debug)]
pub struct DueWanted {
    pub day: Day,
    /// Only houses of this area and its parts.
    pub area: Option<String>,
    pub duty: Option<Duty>,
    /// Only this house.
    pub house: Option<HouseCode>,
    /// Also what becomes due within so many days.
    pub until_days: u16,
    pub limit: usize,
    /// Only what comes after it in the list.
    pub after: Option<DueKey>,
}

impl DueWanted {
    /// All that is due on a day.
    #[must_use]
    pub fn on(day: Day) -> Self {
        Self { day, area: None, duty: None, house: None, until_days: 0, limit: usize::MAX, after: None }
    }
}

/// Visits that are due, those due first before the others.
#[derive(Clone, Debug)]
pub struct DueList {
    pub day: Day,
    /// Of all that is due, listed here or not.
    pub total: usize,
    pub overdue: usize,
    pub items: Vec<Due>,
    /// What the next page comes after; `None` on the last one.
    pub next: Option<DueKey>,
}

/// How much of it is whose.
#[derive(Clone, Debug)]
pub struct Load {
    pub day: Day,
    pub areas: Vec<(String, Share)>,
    pub staff: Vec<StaffLoad>,
}

/// What is due of the duty of a member of staff, where they answer for it.
#[derive(Clone, Debug)]
pub struct StaffLoad {
    pub name: String,
    pub duty: Duty,
    /// Codes; `None`: the whole site.
    pub areas: Option<Vec<String>>,
    pub share: Share,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub due: usize,
    pub overdue: usize,
    /// Of the one that waits longest; 0 when nothing is overdue.
    pub most_days_overdue: i32,
}

impl Share {
    fn add(&mut self, days_overdue: i32) {
        self.due += 1;
        self.overdue += usize::from(days_overdue > 0);
        self.most_days_overdue = self.most_days_overdue.max(days_overdue);
    }

    fn join(&mut self, other: &Self) {
        self.due += other.due;
        self.overdue += other.overdue;
        self.most_days_overdue = self.most_days_overdue.max(other.most_days_overdue);
    }
}

/// How many hours there are for visits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slipping {
    pub hours_per_day: f64,
    pub minutes_per_visit: u16,
    /// From the day asked about on.
    pub days: u16,
}

/// What is not reached in that time.
#[derive(Clone, Debug)]
pub struct Shortfall {
    pub day: Day,
    pub visits_per_day: usize,
    pub reached: usize,
    pub slipped: usize,
    /// The first of those that slip.
    pub items: Vec<Due>,
}

/// The list that was last asked for: lists come page by page.
#[derive(Clone, Default)]
pub(super) struct Known {
    agenda: Arc<ArcSwapOption<Agenda>>,
    /// One makes it; those who come meanwhile find it done.
    making: Arc<Mutex<()>>,
}

/// All visits to come, as the record is at a revision and was by a day, in the order of the list.
struct Agenda {
    /// What it was made from.
    snapshot: Arc<Snapshot>,
    day: Day,
    rulebook: Arc<Rulebook>,
    /// What the record says, by house.
    inspected: HashMap<String, Inspected>,
    /// Codes of the areas of its houses.
    areas: Vec<String>,
    entries: Vec<Entry>,
}

/// A visit in the list: as little as is needed to find it. There may be two for each house of the site.
struct Entry {
    key: DueKey,
    reason: Reason,
    /// The first day on which somebody may and should call.
    ready: Day,
    /// Which of the agenda's areas.
    area: usize,
}

/// What is wanted of the list, and what the rest of it is told from.
struct Listed {
    agenda: Arc<Agenda>,
    /// Whether an area is wanted, for each of the agenda's.
    areas: Vec<bool>,
    duty: Option<Duty>,
    until: Day,
}

/// Nobody plans further ahead.
const DAYS_AHEAD: i32 = 366;
/// Before it there are no visits on record.
const FIRST_DAY: i16 = 1900;

impl App {
    /// The visits that are due where the caller answers for the house, as the record was on the day asked about.
    pub async fn due(&self, caller: &Caller, wanted: &DueWanted) -> Result<DueList, Refusal> {
        let listed = self.listed(caller, wanted).await?;
        let (day, limit, after) = (wanted.day, wanted.limit, wanted.after.clone());
        let page = blocking(move || {
            let (mut total, mut overdue, mut items, mut is_last) = (0, 0, Vec::new(), true);
            for entry in listed.entries() {
                total += 1;
                overdue += usize::from(entry.key.due() < day);
                if after.as_ref().is_some_and(|after| entry.key.order() <= after.order()) {
                    continue;
                }
                is_last = items.len() < limit;
                if is_last {
                    items.extend(listed.tell(entry));
                }
            }
            let next = items.last().filter(|_| !is_last).map(Due::key);
            DueList { day, total, overdue, items, next }
        });
        Ok(page.await?)
    }

    /// How much is due by area and by member of staff with an account, within the caller's reach.
    pub async fn inspection_load(&self, caller: &Caller, day: Day) -> Result<Load, Refusal> {
        let listed = self.listed(caller, &DueWanted::on(day)).await?;
        let mut shares: BTreeMap<(&str, Duty), Share> = BTreeMap::new();
        for entry in listed.entries() {
            shares.entry((&listed.agenda.areas[entry.area], entry.key.duty())).or_default().add(listed.days_overdue(entry));
        }
        let mut areas: BTreeMap<&str, Share> = BTreeMap::new();
        for ((area, _), share) in &shares {
            areas.entry(area).or_default().join(share);
        }
        let mut staff = Vec::new();
        for account in self.store.accounts().await?.into_iter().filter(|account| account.disabled_at_ms.is_none()) {
            let Some(duty) = duty_of(account.role) else { continue };
            let (scope, mut share) = (self.scope_of(account.areas.clone()), Share::default());
            shares.iter().filter(|((area, of), _)| *of == duty && scope.includes(area)).for_each(|(_, due)| share.join(due));
            if share.due > 0 {
                staff.push(StaffLoad { name: account.name, duty, areas: account.areas, share });
            }
        }
        Ok(Load { day, areas: areas.into_iter().map(|(code, share)| (code.to_owned(), share)).collect(), staff })
    }

    /// What slips when there are only so many hours a day: see [`reached`] for who comes first.
    pub async fn slipping(&self, caller: &Caller, wanted: &DueWanted, hours: Slipping) -> Result<Shortfall, Refusal> {
        let Slipping { hours_per_day, minutes_per_visit, days } = hours;
        if !(0.0..=1000.0).contains(&hours_per_day) {
            return Err(Refusal::one("hours_per_day", FaultCode::OutOfRange, "0 to 1000 hours, of all who make visits together", hours_per_day.to_string()));
        }
        if !(1..=600).contains(&minutes_per_visit) {
            return Err(Refusal::one("minutes_per_visit", FaultCode::OutOfRange, "1 to 600 minutes, with the way there", minutes_per_visit.to_string()));
        }
        if !(1..=366).contains(&days) {
            return Err(Refusal::one("days", FaultCode::OutOfRange, "1 to 366 days", days.to_string()));
        }
        let listed = self.listed(caller, &DueWanted { until_days: days - 1, ..wanted.clone() }).await?;
        let (day, limit) = (wanted.day, wanted.limit);
        let short = blocking(move || {
            // What waits already is taken in the order of the list, the rest as it becomes ready.
            let ready_on = |entry: &&Entry| entry.ready.max(day);
            let mut entries: Vec<&Entry> = listed.entries().collect();
            entries.sort_by_key(ready_on);
            let visits_per_day = (hours_per_day * 60.0 / f64::from(minutes_per_visit)).floor() as usize;
            let reached = reached(&entries.iter().map(ready_on).collect::<Vec<_>>(), visits_per_day, day, days);
            let slipping = &entries[reached..];
            let items = slipping.iter().take(limit).filter_map(|entry| listed.tell(entry)).collect();
            Shortfall { day, visits_per_day, reached, slipped: slipping.len(), items }
        });
        Ok(short.await?)
    }

    /// What is wanted of the list.
    async fn listed(&self, caller: &Caller, wanted: &DueWanted) -> Result<Listed, Refusal> {
        caller.must(Right::SeeInspections)?;
        let (day, last) = (wanted.day, self.today().plus_days(DAYS_AHEAD));
        if Some(day) < Day::new(FIRST_DAY, 1, 1) || day > last {
            return Err(Refusal::one("date", FaultCode::OutOfRange, format!("a day from {FIRST_DAY} to {last}"), day.to_string()));
        }
        let agenda = match &wanted.house {
            Some(code) => self.agenda_of(caller, code, day).await?,
            None => self.agenda(day).await?,
        };
        let area = wanted.area.clone().map_or_else(Scope::everywhere, |code| self.scope_of(Some(vec![code])));
        let areas = agenda.areas.iter().map(|code| caller.scope.includes(code) && area.includes(code)).collect();
        Ok(Listed { agenda, areas, duty: wanted.duty, until: day.plus_days(i32::from(wanted.until_days)) })
    }

    /// The list of the whole site, as new as the record was when it was asked for, or newer.
    async fn agenda(&self, day: Day) -> Result<Arc<Agenda>, Refusal> {
        let asked_at = self.snapshot().revision();
        let known = || {
            let rulebook = self.rulebook();
            let is_new = |agenda: &Arc<Agenda>| agenda.day == day && agenda.snapshot.revision() >= asked_at && Arc::ptr_eq(&agenda.rulebook, &rulebook);
            self.due_lists.agenda.load_full().filter(is_new)
        };
        if let Some(known) = known() {
            return Ok(known);
        }
        let alone = Arc::clone(&self.due_lists.making).lock_owned().await;
        if let Some(known) = known() {
            return Ok(known);
        }
        let (store, lists, snapshot, rulebook) = (self.store.clone(), self.due_lists.clone(), self.snapshot(), self.rulebook());
        // Once begun it goes on to its end, though nobody waits for it any more: whoever comes next finds it.
        let making = tokio::spawn(async move {
            let _alone = alone;
            let facts = facts(&store, &rulebook, day, None).await?;
            let agenda = Arc::new(blocking(move || Agenda::new(snapshot, None, rulebook, by_house(facts), day)).await?);
            lists.agenda.store(Some(Arc::clone(&agenda)));
            Ok(agenda)
        });
        making.await.map_err(|error| StoreError::Unavailable(format!("a background task ended early: {error}")))?
    }

    /// The list of one house, read by itself.
    async fn agenda_of(&self, caller: &Caller, code: &HouseCode, day: Day) -> Result<Arc<Agenda>, Refusal> {
        let (snapshot, rulebook) = (self.snapshot(), self.rulebook());
        let house = snapshot.house(code.as_str()).filter(|house| caller.scope.includes(house.area_code()));
        house.ok_or_else(|| no_house(code))?;
        let facts = facts(&self.store, &rulebook, day, Some(code)).await?;
        Ok(Arc::new(Agenda::new(snapshot, Some(code), rulebook, by_house(facts), day)))
    }
}

async fn facts(store: &Store, rulebook: &Rulebook, day: Day, house: Option<&HouseCode>) -> Result<InspectionFacts, Refusal> {
    let mut reading = store.read().await?;
    Ok(reading.inspection_facts(&rulebook.on(day).policy.kinds_rated_from(), day, house.map(HouseCode::as_str)).await?)
}

impl Agenda {
    fn new(snapshot: Arc<Snapshot>, only: Option<&HouseCode>, rulebook: Arc<Rulebook>, inspected: HashMap<String, Inspected>, day: Day) -> Self {
        let (policy, never) = (&rulebook.on(day).policy, Inspected::default());
        let (mut entries, mut numbers) = (Vec::new(), BTreeMap::new());
        let mut put = |house: HouseView<'_>| {
            if house.kind() != HouseKind::Rental {
                return;
            }
            let record = inspected.get(house.code()).unwrap_or(&never);
            let (standing, since) = standing_since(house.spans(), day);
            let follows = standing.tier().and_then(|tier| policy.consequences().get(&tier));
            let not_before = record.not_before(policy.visits.rest_days);
            for occasion in occasions((standing, since), follows, record, day) {
                let next = numbers.len();
                let area = match numbers.get(house.area_code()) {
                    Some(area) => *area,
                    None => *numbers.entry(house.area_code().to_owned()).or_insert(next),
                };
                let key = DueKey::new(occasion.due, standing, occasion.duty, house.code().to_owned());
                let ready = not_before.map_or(occasion.due, |rested| rested.max(occasion.due));
                entries.push(Entry { key, reason: occasion.reason, ready, area });
            }
        };
        match only {
            Some(code) => snapshot.house(code.as_str()).into_iter().for_each(put),
            None => snapshot.each(&mut put),
        }
        entries.sort_unstable_by(|a, b| a.key.order().cmp(&b.key.order()));
        let mut areas = vec![String::new(); numbers.len()];
        for (code, number) in numbers {
            areas[number] = code;
        }
        Self { snapshot, day, inspected, areas, entries, rulebook }
    }

    fn policy(&self) -> &Policy {
        &self.rulebook.on(self.day).policy
    }
}

impl Listed {
    /// What is wanted, in order.
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.agenda.entries.iter().filter(|entry| self.areas[entry.area] && entry.ready <= self.until && self.duty.is_none_or(|duty| entry.key.duty() == duty))
    }

    fn days_overdue(&self, entry: &Entry) -> i32 {
        self.agenda.day.number() - entry.key.due().number()
    }

    /// All of a visit that is shown.
    fn tell(&self, entry: &Entry) -> Option<Due> {
        let (day, policy, never) = (self.agenda.day, self.agenda.policy(), Inspected::default());
        let (standing, duty) = (entry.key.standing(), entry.key.duty());
        let house = self.agenda.snapshot.house(entry.key.code())?;
        let record = self.agenda.inspected.get(house.code()).unwrap_or(&never);
        let public = house.standing_on(Moment::published(day));
        Some(Due {
            code: house.code().to_owned(),
            place: house.place(),
            address: house.address().to_owned(),
            area_code: house.area_code().to_owned(),
            standing,
            duty,
            reason: entry.reason,
            last_visit: record.last(duty),
            tried: record.tried,
            not_before: record.not_before(policy.visits.rest_days),
            due: entry.key.due(),
            days_overdue: self.days_overdue(entry),
            evening_allowed: has_evening_checks(policy, standing, public) && policy.visits.leaves_an_evening(record.evenings),
        })
    }
}

fn by_house(facts: InspectionFacts) -> HashMap<String, Inspected> {
    let mut houses: HashMap<String, Inspected> = HashMap::new();
    for (code, last) in facts.visits {
        let LastVisits { officer, assistant, tried, evenings } = last;
        houses.insert(code, Inspected { officer, assistant, tried, evenings, ..Inspected::default() });
    }
    for (code, day) in facts.assessed {
        houses.entry(code).or_default().assessed = Some(day);
    }
    // First what became of improvements: it closes what was asked for before.
    for (code, accepted, day) in facts.improvements {
        houses.entry(code).or_default().improvement(accepted, day);
    }
    for (code, day) in facts.formal_notices {
        houses.entry(code).or_default().formal_notice_served(day);
    }
    for (code, asked, until) in facts.repairs {
        houses.entry(code).or_default().repair_asked(asked, until);
    }
    houses
}

#[cfg(test)]
mod tests;
