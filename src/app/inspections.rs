//! Visits: which are due, recording one with its findings, and saying that one was a mistake.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use arc_swap::ArcSwapOption;

use super::{
    App, Caller, Conflict, Draft, Refusal,
    load::{blocking, timeline},
    new_id,
    people::without_numbers,
    publish::{keep_public, reason_of},
    record::{check, check_day, no_house},
};
use crate::{
    atlas::Moment,
    domain::{
        access::{Right, Role},
        day::Day,
        house::{HouseCode, HouseKind},
        inspection::{Due, DueKey, Duty, EveningFault, Inspected, Outcome, has_evening_checks, occasions, reached, standing_since},
        publication::{Confirmation, public_on, published},
        scope::Scope,
        tier::{Standing, span_on},
        time_of_day::TimeOfDay,
    },
    store::{Audit, InspectionFacts, LastVisits, NewEvent, StoreError, Touched, VisitRecord, Write},
    transfer::FaultCode,
};

/// Which visits are asked for.
#[derive(Clone, Debug)]
pub struct DueWanted {
    pub day: Day,
    /// Only houses of this area and its parts.
    pub area: Option<String>,
    pub duty: Option<Duty>,
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
        Self { day, area: None, duty: None, until_days: 0, limit: usize::MAX, after: None }
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
    fn add(&mut self, due: &Due) {
        self.due += 1;
        self.overdue += usize::from(due.days_overdue > 0);
        self.most_days_overdue = self.most_days_overdue.max(due.days_overdue);
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

/// A visit as somebody sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitDraft {
    /// A ULID made by whoever sends it: sent twice it is one visit.
    pub id: Option<String>,
    pub house: HouseCode,
    pub day: Day,
    pub at: Option<TimeOfDay>,
    /// By the role of who records it when left out.
    pub duty: Option<Duty>,
    pub outcome: Outcome,
    pub evening: bool,
    /// Who came along; empty when nobody did.
    pub second: String,
    /// The round it was a stop of; empty when of none.
    pub round: String,
    pub findings: Option<Findings>,
    pub note: String,
}

/// What was seen, as an observation of the day of the visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    pub kind: String,
    pub fields: BTreeMap<String, String>,
}

/// A visit within a write.
pub(super) struct PutVisit {
    pub visit: VisitRecord,
    findings: Option<Findings>,
    /// It was not on record before.
    pub is_new: bool,
}

impl PutVisit {
    /// The rows of the audit to commit it with.
    pub(super) fn audits<'a>(&'a self, caller: &'a Caller) -> Vec<Audit<'a>> {
        let visit = &self.visit;
        let detail = serde_json::json!({ "visit": visit.id, "date": visit.day, "duty": visit.duty, "outcome": visit.outcome, "evening": visit.evening });
        let of_findings = self.findings.as_ref().map(|findings| {
            let detail = serde_json::json!({ "event": visit.event_id, "date": visit.day, "kind": findings.kind });
            caller.audit("record_event", &visit.house_code, detail)
        });
        [caller.audit("record_visit", &visit.house_code, detail)].into_iter().chain(of_findings).collect()
    }
}

/// What the record said of all houses when it was last asked: lists come page by page.
#[derive(Default)]
pub(super) struct Known(ArcSwapOption<AsOf>);

struct AsOf {
    revision: i64,
    day: Day,
    houses: Arc<HashMap<String, Inspected>>,
}

/// Nobody plans further ahead.
const DAYS_AHEAD: i32 = 366;
/// Before it there are no visits on record.
const FIRST_DAY: i16 = 1900;
const LONGEST_NOTE: usize = 500;
const LONGEST_NAME: usize = 100;

impl App {
    /// The visits that are due where the caller answers for the house, as the record was on the day asked about.
    pub async fn due(&self, caller: &Caller, wanted: &DueWanted) -> Result<DueList, Refusal> {
        let mut items = self.all_due(caller, wanted).await?;
        let (total, overdue) = (items.len(), items.iter().filter(|due| due.days_overdue > 0).count());
        if let Some(after) = &wanted.after {
            items.drain(..items.partition_point(|due| due.order() <= after.order()));
        }
        let is_last = items.len() <= wanted.limit;
        items.truncate(wanted.limit);
        let next = items.last().filter(|_| !is_last).map(Due::key);
        Ok(DueList { day: wanted.day, total, overdue, items, next })
    }

    /// How much is due by area and by member of staff with an account, within the caller's reach.
    pub async fn inspection_load(&self, caller: &Caller, day: Day) -> Result<Load, Refusal> {
        let items = self.all_due(caller, &DueWanted::on(day)).await?;
        let mut areas: BTreeMap<&str, Share> = BTreeMap::new();
        for due in &items {
            areas.entry(&due.area_code).or_default().add(due);
        }
        let mut staff = Vec::new();
        for account in self.store.accounts().await?.into_iter().filter(|account| account.disabled_at_ms.is_none()) {
            let Some(duty) = duty_of(account.role) else { continue };
            let (scope, mut share) = (self.scope_of(account.areas.clone()), Share::default());
            items.iter().filter(|due| due.duty == duty && scope.includes(&due.area_code)).for_each(|due| share.add(due));
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
        let mut items = self.all_due(caller, &DueWanted { until_days: days - 1, ..wanted.clone() }).await?;
        // What waits already is taken in the order of the list, the rest as it becomes ready.
        let ready_on = |due: &Due| due.ready().max(wanted.day);
        items.sort_by_key(ready_on);
        let visits_per_day = (hours_per_day * 60.0 / f64::from(minutes_per_visit)).floor() as usize;
        let reached = reached(&items.iter().map(ready_on).collect::<Vec<_>>(), visits_per_day, wanted.day, days);
        let mut items = items.split_off(reached);
        let slipped = items.len();
        items.truncate(wanted.limit);
        Ok(Shortfall { day: wanted.day, visits_per_day, reached, slipped, items })
    }

    /// The visits to a house in order of day; voided ones stay and are marked.
    pub async fn visits_of(&self, caller: &Caller, code: &HouseCode) -> Result<Vec<VisitRecord>, Refusal> {
        caller.must(Right::SeeInspections)?;
        let snapshot = self.snapshot();
        let house = snapshot.house(code.as_str()).filter(|house| caller.scope.includes(house.area_code()));
        house.ok_or_else(|| no_house(code))?;
        Ok(self.store.visits_of(code).await?)
    }

    /// Records a visit, with what was found in the same transaction. The same visit sent again is the one on record: `false`.
    pub async fn record_visit(&self, caller: &Caller, mut draft: VisitDraft) -> Result<(VisitRecord, bool), Refusal> {
        caller.must(Right::RecordVisit)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        if !draft.round.is_empty()
            && let Some(round) = write.round(&draft.round).await?
        {
            // Whoever leaves it out is bound by the evening's rules all the same.
            draft.evening |= round.evening;
        }
        let put = self.put_visit(&mut write, caller, draft).await?;
        if put.is_new {
            if !put.visit.round.is_empty() {
                self.mark_stop(&mut write, caller, &put.visit).await?;
            }
            let mut audits = put.audits(caller).into_iter();
            let first = audits.next().ok_or_else(|| StoreError::Damaged("a visit without a row of the audit".to_owned()))?;
            let more = audits.collect();
            let revision = write.commit_all(first, more, Touched::Houses).await?;
            self.catch_up_to(revision).await?;
        }
        Ok((put.visit, put.is_new))
    }

    /// The same within a write that does more; whoever commits it adds [`PutVisit::audits`].
    pub(super) async fn put_visit(&self, write: &mut Write, caller: &Caller, draft: VisitDraft) -> Result<PutVisit, Refusal> {
        caller.must(Right::RecordVisit)?;
        let (today, code) = (self.today(), &draft.house);
        check_day(draft.day, today)?;
        let rulebook = self.rulebook();
        let policy = &rulebook.on(draft.day).policy;
        let (second, note) = (draft.second.trim(), draft.note.trim());
        check_words(caller, &draft, second, note)?;
        let duty = match (draft.duty, duty_of(caller.role)) {
            (Some(Duty::Officer), Some(Duty::Assistant)) => {
                return Err(Refusal::one("duty", FaultCode::OutOfRange, "assistant: an officer's visit is recorded by an officer", "officer"));
            }
            (Some(duty), _) => duty,
            (None, own) => own.unwrap_or(Duty::Officer),
        };
        let findings = match &draft.findings {
            None => None,
            Some(_) if draft.outcome != Outcome::Done => {
                return Err(Refusal::one("findings", FaultCode::UnknownField, "no findings where nobody went in", draft.outcome.as_str()));
            }
            Some(Findings { kind, fields }) => {
                caller.must(Right::RecordEvent)?;
                let seen = Draft { day: draft.day, kind: kind.clone(), fields: fields.clone() };
                Some(Findings { kind: kind.clone(), fields: check(&rulebook.on(today).policy, &seen, today)? })
            }
        };
        let id = match &draft.id {
            None => new_id(),
            Some(id) => {
                let id: ulid::Ulid = id.parse().map_err(|_| Refusal::one("id", FaultCode::BadCode, "a ULID: 26 characters, or left out", id))?;
                id.to_string()
            }
        };
        let house = write.house(code).await?.ok_or_else(|| no_house(code))?.record.house;
        caller.must_reach(&house)?;
        let mut visit = VisitRecord {
            id,
            house_code: code.as_str().to_owned(),
            day: draft.day,
            at: draft.at.map(|at| at.to_string()),
            duty,
            outcome: draft.outcome,
            evening: policy.visits.is_evening(draft.evening, draft.at),
            second: second.to_owned(),
            round: draft.round,
            event_id: None,
            note: note.to_owned(),
            recorded_by: caller.name.clone(),
            recorded_at_ms: write.at_ms(),
            voided: false,
        };
        if let Some(known) = write.visit(&visit.id).await? {
            return known_visit(write, known, &visit, findings).await;
        }
        if house.kind != HouseKind::Rental {
            return Err(Refusal::one("code", FaultCode::NotLet, "a rental house", house.kind.as_str()));
        }
        if let Some(since) = house.since.filter(|since| draft.day < *since) {
            return Err(Refusal::one("date", FaultCode::BeforeHouse, format!("a day from {since} on, when the house began"), draft.day.to_string()));
        }
        if visit.evening {
            let (computed, public) = self.standings(write, code, draft.day).await?;
            let calls = u32::try_from(write.evenings_of(code, draft.day).await?).unwrap_or(u32::MAX);
            let people = 1 + usize::from(!second.is_empty());
            policy.visits.check_evening(has_evening_checks(policy, computed, public), people, draft.at, calls).map_err(not_in_the_evening)?;
        }
        if let Some(Findings { kind, fields }) = findings.clone() {
            let event =
                NewEvent { id: new_id(), house_code: code.clone(), day: draft.day, kind, fields, recorded_by: caller.name.clone(), idempotency_key: None };
            visit.event_id = Some(event.id.clone());
            keep_public(write, &rulebook, &[code.as_str()], today).await?;
            write.add_events(vec![event], None).await?;
            write.stamp_house(code).await?;
        }
        write.add_visit(&visit).await?;
        Ok(PutVisit { visit, findings, is_new: true })
    }

    /// Says that a visit was a mistake: it counts as never made, and so do its findings. It stays in the record.
    pub async fn void_visit(&self, caller: &Caller, id: &str, reason: &str) -> Result<VisitRecord, Refusal> {
        caller.must(Right::VoidEvent)?;
        let reason = reason_of(reason)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let no_visit = || Refusal::NotFound { what: "visit", name: id.chars().take(80).collect() };
        let visit = write.visit(id).await?.ok_or_else(no_visit)?;
        let code = caller.must_reach_of(&mut write, &visit.house_code, no_visit).await?;
        if visit.voided {
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyVoided, detail: "this visit is already voided".to_owned() });
        }
        write.void_visit(id, reason, &caller.name).await?;
        if let Some(event) = &visit.event_id {
            let is_voided = write.event(event).await?.is_none_or(|event| event.voided);
            if !is_voided {
                keep_public(&mut write, &self.rulebook(), &[code.as_str()], self.today()).await?;
                write.void_event(&new_id(), event, self.today(), reason, &caller.name).await?;
                write.stamp_house(&code).await?;
            }
        }
        let detail = serde_json::json!({ "visit": id, "event": visit.event_id });
        let revision = write.commit(caller.audit("void_visit", code.as_str(), detail), Touched::Houses).await?;
        self.catch_up_to(revision).await?;
        Ok(VisitRecord { voided: true, ..visit })
    }

    /// Where a house stands on a day, as computed and as public, as the write finds it.
    async fn standings(&self, write: &mut Write, code: &HouseCode, day: Day) -> Result<(Standing, Standing), Refusal> {
        let events = write.events_of_houses(&[code.as_str()]).await?.remove(code.as_str()).unwrap_or_default();
        let words: Vec<Confirmation> = write.confirmations_of(code).await?.into_iter().map(|record| record.confirmation).collect();
        let frozen = write.frozen_of_houses(&[code.as_str()]).await?.remove(code.as_str());
        let spans = self.rulebook().spans(&timeline(&events));
        let computed = span_on(&spans, day).map_or(Standing::Unrated, |span| span.standing);
        Ok((computed, public_on(&published(&spans, &words, frozen.as_ref()), day).standing))
    }

    /// All visits wanted, in the order of the list.
    async fn all_due(&self, caller: &Caller, wanted: &DueWanted) -> Result<Vec<Due>, Refusal> {
        caller.must(Right::SeeInspections)?;
        let (day, last) = (wanted.day, self.today().plus_days(DAYS_AHEAD));
        if Some(day) < Day::new(FIRST_DAY, 1, 1) || day > last {
            return Err(Refusal::one("date", FaultCode::OutOfRange, format!("a day from {FIRST_DAY} to {last}"), day.to_string()));
        }
        let (snapshot, rulebook) = (self.snapshot(), self.rulebook());
        let inspected = self.inspected(day, snapshot.revision()).await?;
        let scope = caller.scope.clone();
        let area = wanted.area.clone().map_or_else(Scope::everywhere, |code| self.scope_of(Some(vec![code])));
        let (wanted_duty, until) = (wanted.duty, day.plus_days(i32::from(wanted.until_days)));
        let listed = blocking(move || {
            let (policy, never) = (&rulebook.on(day).policy, Inspected::default());
            let mut listed = Vec::new();
            snapshot.each(|house| {
                if house.kind() != HouseKind::Rental || !scope.includes(house.area_code()) || !area.includes(house.area_code()) {
                    return;
                }
                let record = inspected.get(house.code()).unwrap_or(&never);
                let (standing, since) = standing_since(house.spans(), day);
                let follows = standing.tier().and_then(|tier| policy.consequences().get(&tier));
                let not_before = record.not_before(policy.visits.rest_days);
                for occasion in occasions((standing, since), follows, record, day) {
                    let is_wanted = wanted_duty.is_none_or(|duty| occasion.duty == duty);
                    if !is_wanted || not_before.map_or(occasion.due, |rested| rested.max(occasion.due)) > until {
                        continue;
                    }
                    let public = house.standing_on(Moment::published(day));
                    listed.push(Due {
                        code: house.code().to_owned(),
                        place: house.place(),
                        address: house.address().to_owned(),
                        area_code: house.area_code().to_owned(),
                        standing,
                        duty: occasion.duty,
                        reason: occasion.reason,
                        last_visit: record.last(occasion.duty),
                        tried: record.tried,
                        not_before,
                        due: occasion.due,
                        days_overdue: day.number() - occasion.due.number(),
                        evening_allowed: has_evening_checks(policy, standing, public) && policy.visits.leaves_an_evening(record.evenings),
                    });
                }
            });
            listed.sort_by(|a, b| a.order().cmp(&b.order()));
            listed
        });
        Ok(listed.await?)
    }

    /// What the record says of all houses by a day, at least as new as a revision.
    async fn inspected(&self, day: Day, revision: i64) -> Result<Arc<HashMap<String, Inspected>>, Refusal> {
        if let Some(known) = self.inspected.0.load_full().filter(|known| known.day == day && known.revision >= revision) {
            return Ok(Arc::clone(&known.houses));
        }
        let mut reading = self.store.read().await?;
        let revision = reading.revision().await?;
        let facts = reading.inspection_facts(&self.rulebook().on(day).policy.kinds_rated_from(), day).await?;
        drop(reading);
        let houses = Arc::new(blocking(move || by_house(facts)).await?);
        self.inspected.0.store(Some(Arc::new(AsOf { revision, day, houses: Arc::clone(&houses) })));
        Ok(houses)
    }
}

/// What a role does on visits; `None` for roles that make none.
fn duty_of(role: Role) -> Option<Duty> {
    match role {
        Role::Officer => Some(Duty::Officer),
        Role::Assistant => Some(Duty::Assistant),
        _ => None,
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

fn check_words(caller: &Caller, draft: &VisitDraft, second: &str, note: &str) -> Result<(), Refusal> {
    if second.chars().count() > LONGEST_NAME || second.chars().any(char::is_control) {
        return Err(Refusal::one("second", FaultCode::TooLarge, format!("a name of at most {LONGEST_NAME} characters, or nothing"), second));
    }
    if second.to_lowercase() == caller.name.to_lowercase() {
        return Err(Refusal::one("second", FaultCode::UnknownValue, "somebody else than who records the visit", second));
    }
    if note.chars().count() > LONGEST_NOTE || note.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::one("note", FaultCode::TooLarge, format!("at most {LONGEST_NOTE} characters"), ""));
    }
    if draft.round.len() > LONGEST_NAME || !draft.round.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::one("round", FaultCode::BadCode, "the id of a round, or nothing", draft.round.as_str()));
    }
    without_numbers("note", note)?;
    without_numbers("second", second)
}

/// A visit sent again: the one on record where it says the same.
async fn known_visit(write: &mut Write, known: VisitRecord, sent: &VisitRecord, findings: Option<Findings>) -> Result<PutVisit, Refusal> {
    let event = match &known.event_id {
        None => None,
        Some(event) => write.event(event).await?.map(|event| Findings { kind: event.observation.kind, fields: event.observation.fields }),
    };
    let same = VisitRecord { event_id: known.event_id.clone(), recorded_at_ms: known.recorded_at_ms, voided: known.voided, ..sent.clone() };
    if same != known || event != findings {
        return Err(Refusal::Conflict { conflict: Conflict::KeyReused, detail: "this id was used for another visit".to_owned() });
    }
    Ok(PutVisit { visit: known, findings, is_new: false })
}

fn not_in_the_evening(fault: EveningFault) -> Refusal {
    let conflict = match fault {
        EveningFault::TierForbids | EveningFault::TooLate(_) => Conflict::EveningNotAllowed,
        EveningFault::NeedsTwo => Conflict::EveningNeedsTwo,
        EveningFault::CapReached(_) => Conflict::EveningCapReached,
    };
    Refusal::Conflict { conflict, detail: fault.to_string() }
}
