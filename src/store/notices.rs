//! Notices as handed over: their content, their bytes, when and how they were served.

use super::{
    Store, StoreError, Write,
    database::{Database, reading, writing},
};
use crate::domain::house::HouseCode;

/// A notice about to be kept.
#[derive(Clone, Debug)]
pub struct NewNotice<'a> {
    pub id: &'a str,
    pub number: &'a str,
    pub house_code: &'a HouseCode,
    pub kind: &'a str,
    pub tier: &'a str,
    pub day: String,
    pub deadline: Option<String>,
    /// The notice as JSON, from which it can be read again.
    pub content: String,
    /// `a4` or `a5`.
    pub paper: &'a str,
    pub pdf: &'a [u8],
    /// SHA-256 in hexadecimal.
    pub pdf_hash: &'a str,
    pub confirmation_id: Option<&'a str>,
    pub made_by: &'a str,
}

/// A notice as kept, without its bytes.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct NoticeRecord {
    pub id: String,
    pub number: String,
    pub house_code: String,
    pub kind: String,
    pub tier: String,
    pub day: String,
    pub deadline: Option<String>,
    pub pdf_hash: String,
    pub made_by: String,
    /// The day on which it was handed over; absent until then.
    pub served: Option<String>,
    pub served_how: Option<String>,
    pub served_by: Option<String>,
    /// The confirmation it was made with.
    #[serde(skip)]
    pub confirmation_id: Option<String>,
}

type Row = (String, String, String, String, String, String, Option<String>, String, String, Option<String>, Option<String>, Option<String>, Option<String>);

const ADD: &str = "insert into notices (id, number, house_code, kind, tier, day, deadline, content, paper, pdf, pdf_hash, confirmation_id, made_by, at_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const OF_HOUSE: &str = "select id, number, house_code, kind, tier, day, deadline, pdf_hash, made_by, served, served_how, served_by, confirmation_id
    from notices where house_code = $1 order by at_ms, id";
const ONE: &str =
    "select id, number, house_code, kind, tier, day, deadline, pdf_hash, made_by, served, served_how, served_by, confirmation_id from notices where id = $1";
/// Closed by outcome: served letters without a deadline, and those after which a repair was accepted.
/// `$areas` says how the engine looks for a code among those of areas.
macro_rules! open {
    ($areas:literal) => {
        concat!(
            "select n.id, n.number, n.house_code, n.kind, n.tier, n.day, n.deadline, n.pdf_hash, n.made_by, n.served, n.served_how, n.served_by,
            n.confirmation_id from notices n join houses h on h.code = n.house_code
            where n.kind <> 'certificate' and (n.served is null or n.deadline is not null) and ",
            $areas,
            " and not exists (select 1 from events e left join events v on v.voids = e.id
                where e.house_code = n.house_code and e.kind = 'rectified' and e.day >= n.day and v.id is null)
            and not exists (select 1 from confirmations c where c.id = n.confirmation_id and c.withdrawn is not null)
            order by coalesce(n.deadline, n.day), n.id limit $2"
        )
    };
}

const OPEN_SQLITE: &str = open!("($1 is null or h.area_code in (select value from json_each($1)))");
const OPEN_POSTGRES: &str = open!("($1 is null or h.area_code = any($1))");
const PDF: &str = "select house_code, pdf from notices where id = $1";
const SERVE: &str = "update notices set served = $1, served_how = $2, served_by = $3 where id = $4";
const COUNT_OF_DAY: &str = "select count(*) from notices where day = $1";

impl Store {
    /// The notices of a house, in order of making.
    pub async fn notices_of(&self, code: &HouseCode) -> Result<Vec<NoticeRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(record).collect())
    }

    /// Letters not served yet, or with a deadline, of these areas (`None`: of all), those due first before the others.
    pub async fn open_notices(&self, areas: Option<&[String]>, limit: i64) -> Result<Vec<NoticeRecord>, StoreError> {
        let rows: Vec<Row> = match &self.database {
            Database::Sqlite { read, .. } => {
                sqlx::query_as(OPEN_SQLITE).bind(areas.map(|areas| serde_json::json!(areas).to_string())).bind(limit).fetch_all(read).await?
            }
            Database::Postgres(pool) => sqlx::query_as(OPEN_POSTGRES).bind(areas).bind(limit).fetch_all(pool).await?,
        };
        Ok(rows.into_iter().map(record).collect())
    }

    /// The house it is about and the very bytes that were made.
    pub async fn notice_pdf(&self, id: &str) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_as(PDF).bind(id).fetch_optional(executor).await)?)
    }
}

impl Write {
    pub async fn notice(&mut self, id: &str) -> Result<Option<NoticeRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        Ok(row.map(record))
    }

    /// How many notices bear this day already: the next one's number continues from there.
    pub async fn notices_of_day(&mut self, day: &str) -> Result<i64, StoreError> {
        Ok(writing!(&mut self.tx, |executor| sqlx::query_scalar(COUNT_OF_DAY).bind(day).fetch_one(executor).await)?)
    }

    pub async fn add_notice(&mut self, new: &NewNotice<'_>) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(new.id)
            .bind(new.number)
            .bind(new.house_code.as_str())
            .bind(new.kind)
            .bind(new.tier)
            .bind(&new.day)
            .bind(&new.deadline)
            .bind(&new.content)
            .bind(new.paper)
            .bind(new.pdf)
            .bind(new.pdf_hash)
            .bind(new.confirmation_id)
            .bind(new.made_by)
            .bind(at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Notes when and how a notice was handed over.
    pub async fn serve_notice(&mut self, id: &str, day: &str, how: &str, by: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(SERVE).bind(day).bind(how).bind(by).bind(id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

fn record(row: Row) -> NoticeRecord {
    let (id, number, house_code, kind, tier, day, deadline, pdf_hash, made_by, served, served_how, served_by, confirmation_id) = row;
    NoticeRecord { id, number, house_code, kind, tier, day, deadline, pdf_hash, made_by, served, served_how, served_by, confirmation_id }
}
