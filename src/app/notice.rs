//! Letters to owners and signs for doors: made from the record, kept with their bytes, served.

use sha2::{Digest, Sha256};

use super::{App, Caller, Conflict, Refusal, load::timeline, new_id, record::no_house};
use crate::{
    domain::{
        access::Right,
        day::Day,
        house::{House, HouseCode, HouseKind},
        notice::{Notice, NoticeKind, Reason},
        observation::Timeline,
        policy::Step,
        publication::{Confirmation, Pending, public_on, published},
        tier::Tier,
        words::Words,
    },
    earth::Region,
    store::{NewNotice, NoticeRecord, StoreError, Touched, Write},
    transfer::{self, FaultCode, Paper},
    vault::hex,
};

/// What a letter is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter<'a> {
    pub kind: NoticeKind,
    pub paper: Paper,
    pub deadline: Option<Day>,
    pub confirmation_id: Option<&'a str>,
}

/// More signs at once are printed in several goes.
const MOST_SIGNS: usize = 500;
/// Alternatives named in a letter.
const WAYS_NAMED: usize = 3;

impl App {
    /// Makes a notice for a house on paper of a size, and keeps it.
    pub async fn make_notice(&self, caller: &Caller, code: &HouseCode, kind: NoticeKind, paper: Paper) -> Result<NoticeRecord, Refusal> {
        caller.must(Right::MakeNotice)?;
        let today = self.today();
        let rulebook = self.rulebook();
        let mut write = self.store.begin(Self::now_ms()).await?;
        let house = write.house(code).await?.ok_or_else(|| no_house(code))?.record.house;
        caller.must_reach(&house)?;
        if house.kind != HouseKind::Rental {
            return Err(Refusal::one("code", FaultCode::NotLet, "a rental house", house.kind.as_str()));
        }
        let events = write.events_of_houses(&[code.as_str()]).await?.remove(code.as_str()).unwrap_or_default();
        let timeline = timeline(&events);
        let words: Vec<Confirmation> = write.confirmations_of(code).await?.into_iter().map(|record| record.confirmation).collect();
        let frozen = write.frozen_of_houses(&[code.as_str()]).await?.remove(code.as_str());
        let public = public_on(&published(&rulebook.spans(&timeline), &words, frozen.as_ref()), today);
        // A reminder changes nothing and may speak of what is only computed yet; a sign speaks of what is public; a letter that asks for
        // something speaks of what is confirmed, public already or not.
        let tier = match (kind, public.pending) {
            (NoticeKind::FriendlyReminder, _) => rulebook.assess(&timeline, today).standing.tier(),
            (NoticeKind::RectificationNotice | NoticeKind::FormalNotice, Some(Pending::UnderRepair { tier, .. })) => Some(tier),
            _ => public.standing.tier(),
        };
        let Some(tier) = tier else {
            return Err(not_fitting("the house has no tier that this document could speak of"));
        };
        let edition = rulebook.on(today).clone();
        let asks = edition.policy.consequences().get(&tier).is_some_and(|follows| follows.notice.is_some());
        if kind == NoticeKind::RectificationNotice && !asks {
            return Err(not_fitting("the policy asks for no rectification in this tier"));
        }
        let last = timeline.as_of(today).iter().rev().find(|observation| ["refused", "rectified"].contains(&observation.kind.as_str()));
        if kind == NoticeKind::FormalNotice && last.is_none_or(|last| last.kind != "refused") {
            return Err(not_fitting("a formal notice follows a refused improvement; none is on record"));
        }
        let days = rulebook.on(today).policy.consequences().get(&tier).and_then(|follows| follows.days_to_repair);
        let deadline = if kind == NoticeKind::Certificate { None } else { days.map(|days| today.plus_days(i32::from(days))) };
        let (_, record) = self.keep_notice(&mut write, caller, &house, &timeline, tier, Letter { kind, paper, deadline, confirmation_id: None }).await?;
        let detail = serde_json::json!({ "kind": kind, "notice": record.id });
        write.commit(caller.audit("make_notice", code.as_str(), detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(record)
    }

    /// Door signs for every house of an area with a public tier that the caller answers for, in one file, each kept.
    pub async fn make_signs(&self, caller: &Caller, region: &Region, tiers: &[Tier], paper: Paper) -> Result<Vec<u8>, Refusal> {
        caller.must(Right::MakeNotice)?;
        let (today, snapshot) = (self.today(), self.snapshot());
        let mut codes = Vec::new();
        snapshot.each_within(region, |house| {
            let public = house.standing_on(crate::atlas::Moment::published(today)).tier();
            if caller.scope.includes(house.area_code()) && public.is_some_and(|tier| tiers.is_empty() || tiers.contains(&tier)) {
                codes.push(house.code().to_owned());
            }
        });
        codes.sort();
        if codes.is_empty() {
            return Err(not_fitting("no house of this area has a public tier"));
        }
        if codes.len() > MOST_SIGNS {
            return Err(Refusal::one("area", FaultCode::TooLarge, format!("at most {MOST_SIGNS} houses at once"), codes.len().to_string()));
        }
        let mut write = self.store.begin(Self::now_ms()).await?;
        let mut notices = Vec::new();
        for text in &codes {
            let code = HouseCode::new(text).map_err(|error| StoreError::Damaged(error.to_string()))?;
            let house = write.house(&code).await?.ok_or_else(|| no_house(&code))?.record.house;
            caller.must_reach(&house)?;
            let events = write.events_of_houses(&[text]).await?.remove(text.as_str()).unwrap_or_default();
            let Some(tier) = snapshot.house(text).and_then(|house| house.standing_on(crate::atlas::Moment::published(today)).tier()) else { continue };
            let letter = Letter { kind: NoticeKind::Certificate, paper, deadline: None, confirmation_id: None };
            let (notice, _) = self.keep_notice(&mut write, caller, &house, &timeline(&events), tier, letter).await?;
            notices.push(notice);
        }
        let printed = transfer::pdf_of_many(&notices, paper).map_err(|fault| StoreError::Unavailable(fault.to_string()))?;
        let detail = serde_json::json!({ "kind": NoticeKind::Certificate, "houses": notices.len() });
        write.commit(caller.audit("make_signs", "area", detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(printed.bytes)
    }

    /// Notes when and how a notice was handed over.
    pub async fn serve_notice(&self, caller: &Caller, id: &str, day: Day, how: &str) -> Result<NoticeRecord, Refusal> {
        caller.must(Right::MakeNotice)?;
        let how = how.trim();
        if how.is_empty() || how.chars().count() > 200 || how.chars().any(char::is_control) {
            return Err(Refusal::one("how", FaultCode::MissingValue, "how it was handed over, in 1 to 200 characters", how));
        }
        if day > self.today() {
            return Err(Refusal::one("date", FaultCode::FutureDay, format!("a day not after today, {}", self.today()), day.to_string()));
        }
        let mut write = self.store.begin(Self::now_ms()).await?;
        let notice = write.notice(id).await?.ok_or_else(|| no_notice(id))?;
        let code = caller.must_reach_of(&mut write, &notice.house_code, || no_notice(id)).await?;
        if notice.served.is_some() {
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyServed, detail: "this notice is already served".to_owned() });
        }
        if day.to_string() < notice.day {
            return Err(Refusal::one("date", FaultCode::OutOfRange, format!("a day not before the notice was made, {}", notice.day), day.to_string()));
        }
        write.serve_notice(id, &day.to_string(), how, &caller.name).await?;
        if let Some(confirmation) = &notice.confirmation_id {
            // Nothing worse is public before the owner was told.
            write.tell_confirmation(confirmation, day).await?;
            write.stamp_house(&code).await?;
        }
        write.commit(caller.audit("serve_notice", id, serde_json::json!({ "day": day })), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(NoticeRecord { served: Some(day.to_string()), served_how: Some(how.to_owned()), served_by: Some(caller.name.clone()), ..notice })
    }

    /// The very bytes of a notice as it was made.
    pub async fn notice_pdf(&self, caller: &Caller, id: &str) -> Result<Vec<u8>, Refusal> {
        caller.must(Right::SeeWork)?;
        let (house_code, bytes) = self.store.notice_pdf(id).await?.ok_or_else(|| no_notice(id))?;
        let snapshot = self.snapshot();
        let is_near = snapshot.house(&house_code).is_some_and(|house| caller.scope.includes(house.area_code()));
        if is_near { Ok(bytes) } else { Err(no_notice(id)) }
    }

    /// Writes a notice from the record, prints it and keeps both.
    pub(super) async fn keep_notice(
        &self,
        write: &mut Write,
        caller: &Caller,
        house: &House,
        timeline: &Timeline,
        tier: Tier,
        letter: Letter<'_>,
    ) -> Result<(Notice, NoticeRecord), Refusal> {
        let today = self.today();
        let edition = self.rulebook().on(today).clone();
        let site = self.site();
        let day = today.to_string();
        let number = format!("{}-{:04}", day.replace('-', ""), write.notices_of_day(&day).await? + 1);
        let receipt = edition.policy.assess(timeline, today).for_the_public();
        let reasons = receipt.lines.iter().filter(|line| line.points.hundredths() < 0).map(|line| {
            let on = line.observation.as_ref().map(|observation| observation.date.to_string()).unwrap_or_default();
            let value = line.value.clone().unwrap_or_default();
            let until = line.until.map(|day| day.to_string());
            let note = |value: &str, counted: String| {
                [on.clone(), value.to_owned(), counted].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
            };
            let zh = format!("{} 分{}", line.points, until.as_ref().map_or_else(String::new, |day| format!(",计至 {day}")));
            let en = format!("{} points{}", line.points, until.as_ref().map_or_else(String::new, |day| format!(", counted until {day}")));
            Reason { text: line.title.clone(), detail: Words { zh: note(&value.zh, zh), en: note(&value.en, en) } }
        });
        let steps = edition.policy.ways_up(timeline, today, WAYS_NAMED).into_iter().map(|way| {
            let names = |pick: fn(&Words) -> &str, join: &str| {
                way.steps
                    .iter()
                    .map(|step| match step {
                        Step::Make { title, state, .. } => format!("{}: {}", pick(title), pick(state)),
                        Step::Do { title, .. } => pick(title).to_owned(),
                    })
                    .collect::<Vec<_>>()
                    .join(join)
            };
            if way.steps.is_empty() {
                return Words {
                    zh: format!("保持至 {},等级自行恢复", way.reached), en: format!("keep it so until {}; the tier heals by itself", way.reached)
                };
            }
            Words {
                zh: format!("{}({} 起)", names(|words| &words.zh, ";"), way.reached),
                en: format!("{} (from {})", names(|words| &words.en, "; "), way.reached),
            }
        });
        let notice = Notice {
            kind: letter.kind,
            number: number.clone(),
            site: site.name.clone(),
            house_code: house.code.clone(),
            address: house.address.clone(),
            tier,
            called: edition.policy.consequences().get(&tier).map(|follows| follows.called.clone()).unwrap_or_default(),
            day: today,
            deadline: letter.deadline,
            reasons: if letter.kind == NoticeKind::Certificate { Vec::new() } else { reasons.collect() },
            steps: if letter.kind == NoticeKind::Certificate { Vec::new() } else { steps.collect() },
            // A sign hangs at the door for everybody: it names no officer.
            officer: if letter.kind == NoticeKind::Certificate { String::new() } else { caller.name.clone() },
            policy: edition.policy.title.clone(),
            policy_version: edition.version,
            // Without an address of the site there is nothing that a code could lead to.
            public_url: match site.public_url.trim_end_matches('/') {
                "" => String::new(),
                address => format!("{address}/#sel={}", house.code),
            },
        };
        let printed = transfer::pdf(&notice, letter.paper).map_err(|fault| StoreError::Unavailable(fault.to_string()))?;
        let pdf_hash = hex(&Sha256::digest(&printed.bytes));
        let id = new_id();
        let content = serde_json::to_string(&notice).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let deadline = letter.deadline.map(|day| day.to_string());
        write
            .add_notice(&NewNotice {
                id: &id,
                number: &number,
                house_code: &house.code,
                kind: letter.kind.as_str(),
                tier: tier.as_str(),
                day: day.clone(),
                deadline: deadline.clone(),
                content,
                paper: letter.paper.as_str(),
                pdf: &printed.bytes,
                pdf_hash: &pdf_hash,
                confirmation_id: letter.confirmation_id,
                made_by: &caller.name,
            })
            .await?;
        let record = NoticeRecord {
            id,
            number,
            house_code: house.code.as_str().to_owned(),
            kind: letter.kind.as_str().to_owned(),
            tier: tier.as_str().to_owned(),
            day,
            deadline,
            pdf_hash,
            made_by: caller.name.clone(),
            served: None,
            served_how: None,
            served_by: None,
            confirmation_id: letter.confirmation_id.map(str::to_owned),
        };
        Ok((notice, record))
    }
}

fn no_notice(id: &str) -> Refusal {
    Refusal::NotFound { what: "notice", name: id.chars().take(80).collect() }
}

fn not_fitting(why: &str) -> Refusal {
    Refusal::Conflict { conflict: Conflict::NotFitting, detail: why.to_owned() }
}
