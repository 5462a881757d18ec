//! Studies: a ledger of questions about where red houses stand, and the cards that answered.
//!
//! What has a p-value is in the ledger before anybody sees it; the correction covers all of it.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    App, Caller, Conflict, Refusal,
    caller::hash,
    inquiry::{Found, Inquiry, Question},
    load::blocking,
    new_id,
    streets::Streets,
};
use crate::{
    domain::{
        access::Right,
        scope::Scope,
        study::{ALPHA, ALPHAS, Ask, Asked, Card, GroupNow, PolicyName, correction::holm, to_one_digit},
    },
    store::{QuestionRecord, ResultRecord, StoreError, StudyRecord, Touched},
    transfer::FaultCode,
};

/// Studies that are listed.
const MOST: usize = 500;
/// Studies that are read in one go.
const PAGE: i64 = 500;

/// A study: what it is called, and whose houses it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    pub id: String,
    pub name: String,
    pub author: String,
    /// Codes of its areas; `None` for the whole site.
    pub areas: Option<Vec<String>>,
    /// The level of significance of all its questions together.
    pub alpha: f64,
    pub at_ms: i64,
}

/// A row of the ledger, as it stands after all that was asked since.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedBefore {
    pub number: u32,
    pub question: Question,
    pub p: Option<f64>,
    /// Over all questions of the study until now.
    pub p_corrected: Option<f64>,
    /// Whether it is a finding after all that was asked: by the exact p-value, whoever is told a rounded one.
    pub is_significant: bool,
    /// Those groups of its card that still hold; `None` for exploration.
    pub groups_now: Option<Vec<GroupNow>>,
    pub data_hash: String,
    pub question_hash: String,
    pub by: String,
    pub at_ms: i64,
}

/// A study and everything that was asked in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    pub study: Study,
    pub asked: Vec<AskedBefore>,
    /// Tests that those who asked here asked in other studies within the asker's reach: no correction covers them.
    pub elsewhere: u64,
}

impl Ledger {
    /// Tests until now.
    #[must_use]
    pub fn tests(&self) -> usize {
        self.asked.iter().filter(|row| row.p.is_some()).count()
    }
}

/// A card and what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The very bytes of the card.
    pub card: String,
    /// JSON: houses and cells.
    pub places: String,
    /// Whether the question was asked before.
    pub is_known: bool,
}

impl App {
    /// Opens a study of an area, or of all that somebody answers for.
    pub async fn open_study(&self, caller: &Caller, name: &str, area: Option<&str>, alpha: Option<f64>) -> Result<Study, Refusal> {
        caller.must(Right::Analyse)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
            return Err(Refusal::one("name", FaultCode::MissingValue, "a name of 1 to 120 characters", name));
        }
        let alpha = alpha.unwrap_or(ALPHA);
        if !ALPHAS.contains(&alpha) {
            return Err(Refusal::one("alpha", FaultCode::OutOfRange, "0.001 to 0.2", alpha.to_string()));
        }
        let areas = match area {
            None => caller.scope.codes().map(<[String]>::to_vec),
            Some(code) => {
                let is_known = self.hierarchy.load().find(code).is_some() || caller.scope.codes().is_some_and(|codes| codes.iter().any(|own| own == code));
                if !is_known || !caller.scope.includes(code) {
                    return Err(Refusal::NotFound { what: "area", name: cut(code) });
                }
                Some(vec![code.to_owned()])
            }
        };
        let study = Study { id: new_id(), name: name.to_owned(), author: caller.name.clone(), areas, alpha, at_ms: Self::now_ms() };
        let mut write = self.store.begin(study.at_ms).await?;
        write.add_study(&study.record()).await?;
        write.commit(caller.audit("open_study", &study.id, serde_json::json!({ "areas": study.areas, "alpha": alpha })), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(study)
    }

    /// The newest studies that somebody answers for, all of whose areas are in their scope.
    pub async fn studies(&self, caller: &Caller) -> Result<Vec<Study>, Refusal> {
        caller.must(Right::SeeWork)?;
        // Whose areas a scope covers only its codes tell, not the database: newer studies of others must not crowd these out.
        let (mut reached, mut after): (Vec<Study>, Option<(i64, String)>) = (Vec::new(), None);
        loop {
            let page = self.store.studies(after.as_ref().map(|(at_ms, id)| (*at_ms, id.as_str())), PAGE).await?;
            after = page.last().filter(|_| page.len() as i64 == PAGE).map(|last| (last.at_ms, last.id.clone()));
            for record in page {
                reached.extend(Some(Study::of(record)?).filter(|study| study.is_reached(&caller.scope)));
            }
            if after.is_none() || reached.len() >= MOST {
                reached.truncate(MOST);
                return Ok(reached);
            }
        }
    }

    /// A study, and what was asked in it. One of other areas is as missing as none.
    pub async fn study(&self, caller: &Caller, id: &str) -> Result<Ledger, Refusal> {
        caller.must(Right::SeeWork)?;
        let study = self.reached_study(caller, id).await?;
        let asked = self.store.questions_of(id).await?;
        let p_of_all: Vec<(i64, f64)> = asked.iter().filter_map(|row| Some((row.number, row.p?))).collect();
        let mut corrected = holm(&p_of_all.iter().map(|(_, p)| *p).collect::<Vec<_>>()).into_iter();
        let mut groups_now = BTreeMap::new();
        for (number, card) in self.store.cards_of_tests(id).await? {
            let others: Vec<f64> = p_of_all.iter().filter(|(other, _)| *other != number).map(|(_, p)| *p).collect();
            groups_now.insert(number, groups_of(caller, &read_card(&card, id, place(number))?, &others));
        }
        let told = |p: f64| if caller.may(Right::Analyse) { p } else { to_one_digit(p) };
        let rows = asked.into_iter().map(|row| {
            let p_corrected = row.p.and_then(|_| corrected.next());
            let is_significant = p_corrected.is_some_and(|p| p <= study.alpha);
            let groups_now = groups_now.remove(&row.number);
            let question = recorded(&row)?;
            let QuestionRecord { number, question_hash, data_hash, p, by, at_ms, .. } = row;
            Ok(AskedBefore {
                number: place(number),
                question,
                p: p.map(told),
                p_corrected: p_corrected.map(told),
                is_significant,
                groups_now,
                data_hash,
                question_hash,
                by,
                at_ms,
            })
        });
        let asked = rows.collect::<Result<_, Refusal>>()?;
        let mut elsewhere = 0;
        for (areas, tests) in self.store.tests_elsewhere(id).await? {
            if is_reached(areas_of(id, areas)?.as_deref(), &caller.scope) {
                elsewhere += tests.unsigned_abs();
            }
        }
        Ok(Ledger { study, asked, elsewhere })
    }

    async fn reached_study(&self, caller: &Caller, id: &str) -> Result<Study, Refusal> {
        let study = self.store.study(id).await?.map(Study::of).transpose()?;
        study.filter(|study| study.is_reached(&caller.scope)).ok_or_else(|| Refusal::NotFound { what: "study", name: cut(id) })
    }

    /// Makes a question ready. The work is for whoever has the time for it ([`Inquiry::work`]); then see [`App::record_answer`].
    pub async fn inquire(&self, caller: &Caller, id: &str, question: Question) -> Result<Inquiry, Refusal> {
        caller.must(Right::Analyse)?;
        let study = self.reached_study(caller, id).await?;
        if question.moment.day > self.today() {
            return Err(Refusal::one("date", FaultCode::FutureDay, "today or a day before", question.moment.day.to_string()));
        }
        let (scope, census, streets) = (self.scope_of(study.areas.clone()), self.census(), self.streets_asked(&question.ask).await?);
        // A large area takes a while to read.
        blocking(move || Inquiry::new(study, scope, census, streets, question)).await?
    }

    /// Puts a question on record with what was found, and gives its card. The same question of the same data is one question: its card is the
    /// one that there is.
    pub async fn record_answer(&self, caller: &Caller, inquiry: &Inquiry, found: Found) -> Result<Answered, Refusal> {
        caller.must(Right::Analyse)?;
        let study = &inquiry.study;
        let question_hash = hash(&inquiry.text);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let before = write.questions_of(&study.id).await?;
        if let Some(same) = before.iter().find(|row| row.question_hash == question_hash && row.data_hash == found.data_hash) {
            let number = same.number;
            drop(write);
            return Ok(Answered { is_known: true, ..self.kept_answer(&study.id, number).await? });
        }
        let row = QuestionRecord {
            study_id: study.id.clone(),
            number: before.last().map_or(0, |last| last.number) + 1,
            asked: inquiry.text.clone(),
            question_hash,
            data_hash: found.data_hash.clone(),
            p: found.finding.p,
            by: caller.name.clone(),
            at_ms: write.at_ms(),
        };
        let earlier: Vec<f64> = before.iter().filter_map(|row| row.p).collect();
        let answer = self.answer_of(inquiry, &row, found, &earlier)?;
        write.add_question(&row, &answer).await?;
        let detail = serde_json::json!({ "question": row.number, "method": inquiry.question.ask.method(), "card": answer.card_hash });
        write.commit(caller.audit("ask_in_study", &study.id, detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(Answered { card: answer.card, places: answer.places, is_known: false })
    }

    /// The card of a row: a function of the row, of what was found and of the p-values before it, and of nothing else.
    fn answer_of(&self, inquiry: &Inquiry, row: &QuestionRecord, found: Found, earlier: &[f64]) -> Result<ResultRecord, Refusal> {
        let moment = inquiry.question.moment;
        let edition = self.rulebook().on(moment.day).clone();
        let asked = Asked {
            study: inquiry.study.id.clone(),
            number: place(row.number),
            ask: inquiry.question.ask.clone(),
            date: moment.day,
            view: inquiry.question.view(),
            policy: PolicyName { name: edition.policy.name.clone(), version: edition.version },
            alpha: inquiry.study.alpha,
            question_hash: row.question_hash.clone(),
            data_hash: found.data_hash,
            by: row.by.clone(),
            at_ms: row.at_ms,
        };
        let card = Card::new(asked, found.finding, earlier);
        let mut places = found.places;
        if let Some(houses) = places["houses"].as_array_mut() {
            houses.retain(|house| card.groups.iter().any(|group| house["group"] == group.number));
        }
        let places = places.to_string();
        let card = serde_json::to_string(&card).map_err(|error| StoreError::Damaged(error.to_string()))?;
        Ok(ResultRecord { card_hash: hash(&card), card, places })
    }

    async fn kept_answer(&self, study_id: &str, number: i64) -> Result<Answered, Refusal> {
        let missing = || Refusal::NotFound { what: "question of this study", name: number.to_string() };
        let ResultRecord { card, places, .. } = self.store.result(study_id, number).await?.ok_or_else(missing)?;
        Ok(Answered { card, places, is_known: true })
    }

    /// A card as it was made. What it names is for those who may analyse; the others get the card without small counts.
    pub async fn card(&self, caller: &Caller, id: &str, number: u32) -> Result<Answered, Refusal> {
        caller.must(Right::SeeWork)?;
        let study = self.reached_study(caller, id).await?;
        let answered = self.kept_answer(&study.id, number.into()).await?;
        if caller.may(Right::Analyse) {
            return Ok(answered);
        }
        let card = read_card(&answered.card, id, number)?.held_back();
        let card = serde_json::to_string(&card).map_err(|error| StoreError::Damaged(error.to_string()))?;
        Ok(Answered { card, places: String::new(), is_known: true })
    }

    /// The same question once more, of the record as it is now ([`Inquiry::work`]); then see [`App::compare_again`].
    pub async fn inquire_again(&self, caller: &Caller, id: &str, number: u32) -> Result<Inquiry, Refusal> {
        caller.must(Right::Analyse)?;
        let study = self.reached_study(caller, id).await?;
        let rows = self.store.questions_of(id).await?;
        let missing = || Refusal::NotFound { what: "question of this study", name: number.to_string() };
        let text = rows.into_iter().find(|row| row.number == i64::from(number)).ok_or_else(missing)?.asked;
        let ask = Question::recorded(&text).map(|question| question.ask);
        let streets = if let Some(ask) = &ask { self.streets_asked(ask).await? } else { None };
        let (scope, census) = (self.scope_of(study.areas.clone()), self.census());
        blocking(move || Inquiry::recorded(study, scope, census, streets, text)).await?
    }

    /// The streets as they are now, where a question is along them.
    async fn streets_asked(&self, ask: &Ask) -> Result<Option<Arc<Streets>>, Refusal> {
        if !ask.is_along_streets() {
            return Ok(None);
        }
        let detail = "neighbours along the streets need a network: an administrator imports a file of OpenStreetMap; or ask by straight distance".to_owned();
        let none = Refusal::Conflict { conflict: Conflict::NoStreets, detail };
        self.newest_streets().await?.map(Some).ok_or(none)
    }

    /// The card made anew, byte for byte the one that was kept. Where the record of that day was corrected since, no p-value is told: it would
    /// stand in no ledger.
    pub async fn compare_again(&self, caller: &Caller, inquiry: &Inquiry, number: u32, found: Found) -> Result<Answered, Refusal> {
        caller.must(Right::Analyse)?;
        let rows = self.store.questions_of(&inquiry.study.id).await?;
        let missing = || Refusal::NotFound { what: "question of this study", name: number.to_string() };
        let at = rows.iter().position(|row| row.number == i64::from(number)).ok_or_else(missing)?;
        let row = &rows[at];
        if row.data_hash != found.data_hash {
            let kept = self.kept_answer(&inquiry.study.id, row.number).await?;
            let before = serde_json::from_str::<Card>(&kept.card).ok().and_then(|card| card.streets);
            if let (Some(before), Some(now)) = (before, &found.finding.streets)
                && before.hash != now.hash
            {
                let detail = format!("the card rests on the streets {}, those imported now are {}; ask anew", before.hash, now.hash);
                return Err(Refusal::Conflict { conflict: Conflict::StreetsReplaced, detail });
            }
            let detail = format!("the card rests on data {}, the record of that day is now {}; ask anew", row.data_hash, found.data_hash);
            return Err(Refusal::Conflict { conflict: Conflict::RecordCorrected, detail });
        }
        let earlier: Vec<f64> = rows[..at].iter().filter_map(|row| row.p).collect();
        let made = self.answer_of(inquiry, row, found, &earlier)?;
        let kept = self.kept_answer(&inquiry.study.id, row.number).await?;
        if made.card != kept.card {
            let detail = "the same data give another card with this program".to_owned();
            return Err(Refusal::Conflict { conflict: Conflict::NotReproduced, detail });
        }
        Ok(kept)
    }
}

impl Study {
    fn of(record: StudyRecord) -> Result<Self, StoreError> {
        let StudyRecord { id, name, author, areas, alpha, at_ms } = record;
        Ok(Self { areas: areas_of(&id, areas)?, id, name, author, alpha, at_ms })
    }

    fn record(&self) -> StudyRecord {
        let Self { id, name, author, areas, alpha, at_ms } = self.clone();
        StudyRecord { id, name, author, areas: areas.map(|codes| serde_json::json!(codes).to_string()), alpha, at_ms }
    }

    fn is_reached(&self, scope: &Scope) -> bool {
        is_reached(self.areas.as_deref(), scope)
    }
}

/// Whether somebody answers for all of a study of these areas: its counts are of all its houses.
fn is_reached(areas: Option<&[String]>, scope: &Scope) -> bool {
    match (areas, scope.codes()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(areas), Some(_)) => areas.iter().all(|code| scope.includes(code)),
    }
}

/// Areas as they stand in the record.
fn areas_of(study: &str, text: Option<String>) -> Result<Option<Vec<String>>, StoreError> {
    let areas = text.map(|text| serde_json::from_str(&text)).transpose();
    areas.map_err(|error| StoreError::Damaged(format!("areas of study {study}: {error}")))
}

fn read_card(text: &str, study: &str, number: u32) -> Result<Card, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(format!("card {number} of study {study}: {error}")))
}

/// The groups of a card that still hold, as somebody may know them: of one whose counts are held back no p-value is told.
fn groups_of(caller: &Caller, card: &Card, others: &[f64]) -> Vec<GroupNow> {
    let mut groups = card.groups_now(others);
    if !caller.may(Right::Analyse) {
        let shown = card.clone().held_back();
        for group in &mut groups {
            let is_held_back = shown.groups.iter().any(|one| one.number == group.number && one.held_back);
            group.p_corrected = group.p_corrected.filter(|_| !is_held_back).map(to_one_digit);
        }
    }
    groups
}

fn recorded(row: &QuestionRecord) -> Result<Question, Refusal> {
    let damaged = || StoreError::Damaged(format!("question {} of study {} cannot be read", row.number, row.study_id));
    Question::recorded(&row.asked).ok_or_else(|| damaged().into())
}

/// A place in the ledger.
fn place(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}
