//! Studies, what was asked in them, and the cards that answered.

use super::{
    Store, StoreError, Write,
    database::{reading, writing},
};

/// A study as it stands in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyRecord {
    pub id: String,
    pub name: String,
    pub author: String,
    /// JSON list of area codes; `None` for the whole site.
    pub areas: Option<String>,
    pub alpha: f64,
    pub at_ms: i64,
}

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionRecord {
    pub study_id: String,
    /// From 1 on.
    pub number: i64,
    /// JSON.
    pub asked: String,
    pub question_hash: String,
    pub data_hash: String,
    /// `None` for exploration.
    pub p: Option<f64>,
    pub by: String,
    pub at_ms: i64,
}

/// What answered a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRecord {
    pub card: String,
    /// SHA-256 of the card.
    pub card_hash: String,
    /// JSON.
    pub places: String,
}

type StudyRow = (String, String, String, Option<String>, f64, i64);
type QuestionRow = (String, i64, String, String, String, Option<f64>, String, i64);

const NEWEST: &str = "select id, name, author, areas, alpha, at_ms from studies where (at_ms, id) < ($1, $2)
    order by at_ms desc, id desc limit $3";
const ONE: &str = "select id, name, author, areas, alpha, at_ms from studies where id = $1";
const QUESTIONS: &str = "select study_id, number, asked, question_hash, data_hash, p, by_whom, at_ms from study_questions where study_id = $1 order by number";
const ELSEWHERE: &str = "select studies.areas, count(*) from study_questions join studies on studies.id = study_questions.study_id
    where study_questions.p is not null and study_questions.study_id <> $1
    and study_questions.by_whom in (select by_whom from study_questions where study_id = $1) group by studies.areas order by studies.areas";
const RESULT: &str = "select card, card_hash, places from study_results where study_id = $1 and number = $2";
const CARDS_OF_TESTS: &str = "select study_results.number, study_results.card from study_results join study_questions
    on study_questions.study_id = study_results.study_id and study_questions.number = study_results.number
    where study_results.study_id = $1 and study_questions.p is not null order by study_results.number";
const ADD: &str = "insert into studies (id, name, author, areas, alpha, at_ms) values ($1, $2, $3, $4, $5, $6)";
const ADD_QUESTION: &str = "insert into study_questions (study_id, number, asked, question_hash, data_hash, p, by_whom, at_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
const ADD_RESULT: &str = "insert into study_results (study_id, number, card, card_hash, places) values ($1, $2, $3, $4, $5)";

impl Store {
    /// The newest studies first, at most so many; of those that come after one (its time and id) where it is given.
    pub async fn studies(&self, after: Option<(i64, &str)>, limit: i64) -> Result<Vec<StudyRecord>, StoreError> {
        let (at_ms, id) = after.unwrap_or((i64::MAX, ""));
        let rows: Vec<StudyRow> = reading!(&self.database, |executor| sqlx::query_as(NEWEST).bind(at_ms).bind(id).bind(limit).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(study).collect())
    }

    pub async fn study(&self, id: &str) -> Result<Option<StudyRecord>, StoreError> {
        let row: Option<StudyRow> = reading!(&self.database, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        Ok(row.map(study))
    }

    /// The ledger of a study, in order.
    pub async fn questions_of(&self, study_id: &str) -> Result<Vec<QuestionRecord>, StoreError> {
        let rows: Vec<QuestionRow> = reading!(&self.database, |executor| sqlx::query_as(QUESTIONS).bind(study_id).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(question).collect())
    }

    /// How many tests those who asked in a study asked in others, by the areas of these (as in [`StudyRecord`]).
    pub async fn tests_elsewhere(&self, study_id: &str) -> Result<Vec<(Option<String>, i64)>, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_as(ELSEWHERE).bind(study_id).fetch_all(executor).await)?)
    }

    /// The cards of all tests of a study by their numbers, in order.
    pub async fn cards_of_tests(&self, study_id: &str) -> Result<Vec<(i64, String)>, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_as(CARDS_OF_TESTS).bind(study_id).fetch_all(executor).await)?)
    }

    pub async fn result(&self, study_id: &str, number: i64) -> Result<Option<ResultRecord>, StoreError> {
        let row: Option<(String, String, String)> =
            reading!(&self.database, |executor| sqlx::query_as(RESULT).bind(study_id).bind(number).fetch_optional(executor).await)?;
        Ok(row.map(|(card, card_hash, places)| ResultRecord { card, card_hash, places }))
    }
}

impl Write {
    pub async fn add_study(&mut self, new: &StudyRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&new.id)
            .bind(&new.name)
            .bind(&new.author)
            .bind(&new.areas)
            .bind(new.alpha)
            .bind(new.at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// The ledger of a study, in order.
    pub async fn questions_of(&mut self, study_id: &str) -> Result<Vec<QuestionRecord>, StoreError> {
        let rows: Vec<QuestionRow> = writing!(&mut self.tx, |executor| sqlx::query_as(QUESTIONS).bind(study_id).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(question).collect())
    }

    /// Adds a question to the ledger, together with what answered it.
    pub async fn add_question(&mut self, new: &QuestionRecord, answer: &ResultRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(ADD_QUESTION)
            .bind(&new.study_id)
            .bind(new.number)
            .bind(&new.asked)
            .bind(&new.question_hash)
            .bind(&new.data_hash)
            .bind(new.p)
            .bind(&new.by)
            .bind(new.at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        writing!(&mut self.tx, |executor| sqlx::query(ADD_RESULT)
            .bind(&new.study_id)
            .bind(new.number)
            .bind(&answer.card)
            .bind(&answer.card_hash)
            .bind(&answer.places)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}

fn study((id, name, author, areas, alpha, at_ms): StudyRow) -> StudyRecord {
    StudyRecord { id, name, author, areas, alpha, at_ms }
}

fn question((study_id, number, asked, question_hash, data_hash, p, by, at_ms): QuestionRow) -> QuestionRecord {
    QuestionRecord { study_id, number, asked, question_hash, data_hash, p, by, at_ms }
}
