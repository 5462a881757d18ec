//! Many rows in few statements.

use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Sqlite};

use super::{StoreError, Write, database::Tx};

/// A value of a bulk row.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    MaybeText(Option<String>),
    Whole(i64),
    MaybeWhole(Option<i64>),
    Real(f64),
    Bytes(Vec<u8>),
    MaybeBytes(Option<Vec<u8>>),
}

/// Rows per statement: throughput is flat from 500 on, and PostgreSQL takes at most 65,535 values.
const ROWS: usize = 500;

impl Write {
    /// `insert into {table} ({columns}) values …  {suffix}`; all three are our own words, values are bound.
    /// SQLite looks names of `$n` up in a list, so cost is quadratic; bare `?` has no name.
    pub(super) async fn insert_many(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        suffix: &'static str,
        rows: &mut (dyn Iterator<Item = Vec<Value>> + Send),
    ) -> Result<(), StoreError> {
        let head = format!("insert into {table} ({}) ", columns.join(", "));
        loop {
            let chunk: Vec<Vec<Value>> = rows.take(ROWS).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            match &mut self.tx {
                Tx::Sqlite(tx) => {
                    let tuple = format!("({})", vec!["?"; columns.len()].join(","));
                    let text = format!("{head} values {} {suffix}", vec![tuple; chunk.len()].join(","));
                    let mut query = sqlx::query::<Sqlite>(AssertSqlSafe(text));
                    for value in chunk.into_iter().flatten() {
                        query = match value {
                            Value::Text(text) => query.bind(text),
                            Value::MaybeText(text) => query.bind(text),
                            Value::Whole(number) => query.bind(number),
                            Value::MaybeWhole(number) => query.bind(number),
                            Value::Real(number) => query.bind(number),
                            Value::Bytes(bytes) => query.bind(bytes),
                            Value::MaybeBytes(bytes) => query.bind(bytes),
                        };
                    }
                    query.execute(&mut **tx).await?;
                }
                Tx::Postgres(tx) => {
                    let mut builder = QueryBuilder::<Postgres>::new(head.as_str());
                    builder.push_values(chunk, |mut row, values| {
                        for value in values {
                            match value {
                                Value::Text(text) => row.push_bind(text),
                                Value::MaybeText(text) => row.push_bind(text),
                                Value::Whole(number) => row.push_bind(number),
                                Value::MaybeWhole(number) => row.push_bind(number),
                                Value::Real(number) => row.push_bind(number),
                                Value::Bytes(bytes) => row.push_bind(bytes),
                                Value::MaybeBytes(bytes) => row.push_bind(bytes),
                            };
                        }
                    });
                    builder.push(" ").push(suffix);
                    builder.build().execute(&mut **tx).await?;
                }
            }
        }
    }
}
