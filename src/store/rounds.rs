//! Rounds: who visits which houses on a day, as planned and as far as it has come.

use std::collections::BTreeSet;

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{reading, writing},
};
use crate::domain::day::Day;

/// A round with its teams and stops. What stands in `terms`, `question`, `team`, `tour`, `stop` and `visit` is JSON that only its writer and
/// reader in `app` understand.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundRecord {
    pub id: String,
    /// YYYY-MM-DD.
    pub day: String,
    pub name: String,
    pub evening: bool,
    /// The network it was planned on; `None`: straight lines.
    pub streets_id: Option<String>,
    /// Raised by every change.
    pub revision: i64,
    pub terms: String,
    pub question: String,
    pub made_by: String,
    /// When it was made; milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// In order of number.
    pub teams: Vec<TeamRecord>,
    /// In order of number.
    pub stops: Vec<StopRecord>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TeamRecord {
    pub team: String,
    pub tour: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StopRecord {
    pub house_code: String,
    /// The number of the team; `None`: left out.
    pub team: Option<i64>,
    /// The place in the order of the team.
    pub rank: i64,
    /// `planned`, `done`, `nobody_home`, `refused` or `dropped`.
    pub state: String,
    pub locked: bool,
    pub stop: String,
    pub visit: String,
}

/// A round in a list.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RoundSummary {
    pub id: String,
    pub day: String,
    pub name: String,
    pub evening: bool,
    pub revision: i64,
    pub made_by: String,
    pub at_ms: i64,
    pub teams: i64,
    /// Stops in a team's order, of them visited in whatever way, and stops left out.
    pub stops: i64,
    pub visited: i64,
    pub left_out: i64,
}

type Row = (String, String, String, i64, Option<String>, i64, String, String, String, i64);
type StopRow = (String, Option<i64>, i64, String, i64, String, String);
type SummaryRow = (String, String, String, i64, i64, String, i64, i64, i64, i64, i64);

const ONE: &str = "select id, day, name, evening, streets_id, revision, terms, question, made_by, at_ms from rounds where id = $1";
const TEAMS: &str = "select team, tour from round_teams where round_id = $1 order by number";
const STOPS: &str = "select house_code, team, rank, state, locked, stop, visit from round_stops where round_id = $1 order by number";
const BETWEEN: &str = "select r.id, r.day, r.name, r.evening, r.revision, r.made_by, r.at_ms,
    (select count(*) from round_teams t where t.round_id = r.id),
    (select count(*) from round_stops s where s.round_id = r.id and s.team is not null and s.state <> 'dropped'),
    (select count(*) from round_stops s where s.round_id = r.id and s.state in ('done', 'nobody_home', 'refused')),
    (select count(*) from round_stops s where s.round_id = r.id and s.team is null and s.state = 'planned')
    from rounds r where r.day >= $1 and r.day <= $2 and (r.day, r.id) < ($3, $4) order by r.day desc, r.id desc limit $5";
const AREAS_BETWEEN: &str = "select distinct s.round_id, coalesce(h.area_code, '') from round_stops s left join houses h on h.code = s.house_code
    where s.day >= $1 and s.day <= $2 order by 1, 2";
const TAKEN: &str = "select distinct s.house_code from round_stops s join rounds r on r.id = s.round_id
    where s.round_id <> $1 and s.day >= $2 and s.day <= $3
    and (s.state = 'planned' and s.team is not null and (s.day = $4 or r.evening = 1) or s.day = $4 and s.state in ('done', 'nobody_home', 'refused'))";
const ADD: &str = "insert into rounds (id, day, name, evening, streets_id, revision, terms, question, made_by, at_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const CHANGE: &str = "update rounds set streets_id = $1, revision = $2, terms = $3, question = $4 where id = $5";
const RAISE: &str = "update rounds set revision = revision + 1 where id = $1";
const EMPTY_TEAMS: &str = "delete from round_teams where round_id = $1";
const EMPTY_STOPS: &str = "delete from round_stops where round_id = $1";
const MARK: &str = "update round_stops set state = $1 where round_id = $2 and house_code = $3";

const STOP_COLUMNS: [&str; 10] = ["round_id", "number", "house_code", "day", "team", "rank", "state", "locked", "stop", "visit"];

impl Store {
    pub async fn round(&self, id: &str) -> Result<Option<RoundRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        let Some(row) = row else { return Ok(None) };
        let teams: Vec<(String, String)> = reading!(&self.database, |executor| sqlx::query_as(TEAMS).bind(id).fetch_all(executor).await)?;
        let stops: Vec<StopRow> = reading!(&self.database, |executor| sqlx::query_as(STOPS).bind(id).fetch_all(executor).await)?;
        Ok(Some(record(row, teams, stops)))
    }

    /// Rounds of some days, the latest first; of those that come after one (its day and id) where it is given.
    pub async fn rounds_between(&self, from: &str, to: &str, after: Option<(&str, &str)>, limit: i64) -> Result<Vec<RoundSummary>, StoreError> {
        // No day is later than this word.
        let (day, id) = after.unwrap_or(("later", ""));
        let rows: Vec<SummaryRow> =
            reading!(&self.database, |executor| sqlx::query_as(BETWEEN).bind(from).bind(to).bind(day).bind(id).bind(limit).fetch_all(executor).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, day, name, evening, revision, made_by, at_ms, teams, stops, visited, left_out)| RoundSummary {
                id,
                day,
                name,
                evening: evening != 0,
                revision,
                made_by,
                at_ms,
                teams,
                stops,
                visited,
                left_out,
            })
            .collect())
    }

    /// The areas that the rounds of some days lead to, each with its round, in order of round; empty for houses without one.
    pub async fn areas_of_rounds(&self, from: &str, to: &str) -> Result<Vec<(String, String)>, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_as(AREAS_BETWEEN).bind(from).bind(to).fetch_all(executor).await)?)
    }

    /// See [`Write::houses_taken`].
    pub async fn houses_taken(&self, but_for: &str, day: Day, evening: bool, today: Day) -> Result<BTreeSet<String>, StoreError> {
        let [from, to, day] = days_taken(day, evening, today);
        let taken: Vec<String> =
            reading!(&self.database, |executor| sqlx::query_scalar(TAKEN).bind(but_for).bind(&from).bind(&to).bind(&day).fetch_all(executor).await)?;
        Ok(taken.into_iter().collect())
    }
}

impl Write {
    pub async fn round(&mut self, id: &str) -> Result<Option<RoundRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        let Some(row) = row else { return Ok(None) };
        let teams: Vec<(String, String)> = writing!(&mut self.tx, |executor| sqlx::query_as(TEAMS).bind(id).fetch_all(executor).await)?;
        let stops: Vec<StopRow> = writing!(&mut self.tx, |executor| sqlx::query_as(STOPS).bind(id).fetch_all(executor).await)?;
        Ok(Some(record(row, teams, stops)))
    }

    /// Houses that other rounds of a day are to call on or have called on. For a round of the evening also those that evening rounds of the
    /// calendar month are still to call on, today or later: what was left of a day that is over keeps nobody away.
    pub async fn houses_taken(&mut self, but_for: &str, day: Day, evening: bool, today: Day) -> Result<BTreeSet<String>, StoreError> {
        let [from, to, day] = days_taken(day, evening, today);
        let taken: Vec<String> =
            writing!(&mut self.tx, |executor| sqlx::query_scalar(TAKEN).bind(but_for).bind(&from).bind(&to).bind(&day).fetch_all(executor).await)?;
        Ok(taken.into_iter().collect())
    }

    pub async fn add_round(&mut self, new: &RoundRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&new.id)
            .bind(&new.day)
            .bind(&new.name)
            .bind(i64::from(new.evening))
            .bind(&new.streets_id)
            .bind(new.revision)
            .bind(&new.terms)
            .bind(&new.question)
            .bind(&new.made_by)
            .bind(new.at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        self.fill_round(new).await
    }

    /// Puts a changed round in the place of what it was; day, name and maker stay.
    pub async fn change_round(&mut self, changed: &RoundRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(CHANGE)
            .bind(&changed.streets_id)
            .bind(changed.revision)
            .bind(&changed.terms)
            .bind(&changed.question)
            .bind(&changed.id)
            .execute(executor)
            .await
            .map(|_| ()))?;
        for statement in [EMPTY_TEAMS, EMPTY_STOPS] {
            writing!(&mut self.tx, |executor| sqlx::query(statement).bind(&changed.id).execute(executor).await.map(|_| ()))?;
        }
        self.fill_round(changed).await
    }

    /// Says how a stop went; whether the house is one of the round's.
    pub async fn mark_stop(&mut self, round_id: &str, house_code: &str, state: &str) -> Result<bool, StoreError> {
        let marked = writing!(&mut self.tx, |executor| sqlx::query(MARK)
            .bind(state)
            .bind(round_id)
            .bind(house_code)
            .execute(executor)
            .await
            .map(|done| done.rows_affected()))?;
        writing!(&mut self.tx, |executor| sqlx::query(RAISE).bind(round_id).execute(executor).await.map(|_| ()))?;
        Ok(marked > 0)
    }

    async fn fill_round(&mut self, round: &RoundRecord) -> Result<(), StoreError> {
        let teams = round.teams.iter().zip(0..);
        let mut teams =
            teams.map(|(row, number)| vec![Value::Text(round.id.clone()), Value::Whole(number), Value::Text(row.team.clone()), Value::Text(row.tour.clone())]);
        self.insert_many("round_teams", &["round_id", "number", "team", "tour"], "", &mut teams).await?;
        let mut stops = round.stops.iter().zip(0..).map(|(stop, number)| {
            vec![
                Value::Text(round.id.clone()),
                Value::Whole(number),
                Value::Text(stop.house_code.clone()),
                Value::Text(round.day.clone()),
                Value::MaybeWhole(stop.team),
                Value::Whole(stop.rank),
                Value::Text(stop.state.clone()),
                Value::Whole(i64::from(stop.locked)),
                Value::Text(stop.stop.clone()),
                Value::Text(stop.visit.clone()),
            ]
        });
        self.insert_many("round_stops", &STOP_COLUMNS, "", &mut stops).await
    }
}

/// The first and the last day on which another round takes a house from one of this day, and the day itself.
fn days_taken(day: Day, evening: bool, today: Day) -> [String; 3] {
    let (first, last) = if evening { day.month() } else { (day, day) };
    [first.max(today).min(day), last, day].map(|day| day.to_string())
}

fn record(row: Row, teams: Vec<(String, String)>, stops: Vec<StopRow>) -> RoundRecord {
    let (id, day, name, evening, streets_id, revision, terms, question, made_by, at_ms) = row;
    let teams = teams.into_iter().map(|(team, tour)| TeamRecord { team, tour }).collect();
    let stops = stops
        .into_iter()
        .map(|(house_code, team, rank, state, locked, stop, visit)| StopRecord { house_code, team, rank, state, locked: locked != 0, stop, visit })
        .collect();
    RoundRecord { id, day, name, evening: evening != 0, streets_id, revision, terms, question, made_by, at_ms, teams, stops }
}
