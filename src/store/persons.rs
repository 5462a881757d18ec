//! Persons, sealed. Whatever answers something about a person takes a scope and answers only within it: a person is within when one of
//! the houses where he or she lives, lived or owns is. Areas that know nothing of each other may each have a record of one person, found
//! by the same index: what one of them does opens nothing that another one wrote.

use std::collections::{BTreeSet, HashMap};

use super::{
    ResidencyRecord, StoreError, Write,
    bulk::Value,
    database::{Tx, writing},
    residencies::with_areas,
};
use crate::{
    domain::scope::Scope,
    vault::{BlindIndex, KeyId, Sealed},
};

/// A person as stored: nobody can read it without the site's keys.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedPerson {
    pub id: String,
    pub index: BlindIndex,
    pub made_at_ms: i64,
    pub name: Sealed,
    pub id_number: Option<Sealed>,
    pub phone: Option<Sealed>,
}

/// A person and those of the residencies that lie within the scope that asked; there is at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonWithin {
    pub person: SealedPerson,
    pub residencies: Vec<ResidencyRecord>,
    /// The codes of the areas of their houses.
    pub areas: BTreeSet<String>,
}

type Row = (String, Vec<u8>, i64, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);

const COLUMNS: [&str; 7] = ["id", "key_id", "name", "id_number", "phone", "index_key", "made_at_ms"];
const INDEXED_SQLITE: &str = "select id, index_key, made_at_ms, name, id_number, phone from persons
    where index_key in (select unhex(value) from json_each($1)) order by id";
const INDEXED_POSTGRES: &str = "select id, index_key, made_at_ms, name, id_number, phone from persons where index_key = any($1)
    order by id";
const ONE: &str = "select id, index_key, made_at_ms, name, id_number, phone from persons where id = $1";
const SEALED_OTHERWISE: &str = "select id, index_key, made_at_ms, name, id_number, phone from persons
    where key_id <> $1 order by id limit $2";
const COUNT_OTHERWISE: &str = "select count(*) from persons where key_id <> $1";
const UPSERT: &str = "on conflict (id) do update set key_id = excluded.key_id, name = excluded.name, id_number = excluded.id_number,
    phone = excluded.phone, index_key = excluded.index_key";
const REMOVE_HOMELESS_SQLITE: &str = "delete from persons where id in (select value from json_each($1)) and id not in (select person_id from residencies)";
const REMOVE_HOMELESS_POSTGRES: &str = "delete from persons p where p.id = any($1) and not exists (select 1 from residencies r where r.person_id = p.id)";
/// Persons per look-up while importing.
const CHUNK: usize = 5_000;

impl Write {
    /// The records of persons that are within a scope, by their index; of one person the first made comes first.
    pub async fn persons_indexed(&mut self, scope: &Scope, indexes: &[BlindIndex]) -> Result<HashMap<BlindIndex, Vec<PersonWithin>>, StoreError> {
        let mut found: HashMap<BlindIndex, Vec<PersonWithin>> = HashMap::with_capacity(indexes.len());
        for chunk in indexes.chunks(CHUNK) {
            let rows: Vec<Row> = match &mut self.tx {
                Tx::Sqlite(tx) => {
                    let hex: Vec<String> = chunk.iter().map(|index| index.tag(64)).collect();
                    sqlx::query_as(INDEXED_SQLITE).bind(serde_json::json!(hex).to_string()).fetch_all(&mut **tx).await?
                }
                Tx::Postgres(tx) => {
                    let bytes: Vec<&[u8]> = chunk.iter().map(|index| &index.as_bytes()[..]).collect();
                    sqlx::query_as(INDEXED_POSTGRES).bind(bytes).fetch_all(&mut **tx).await?
                }
            };
            let persons = rows.into_iter().map(person).collect::<Result<Vec<_>, _>>()?;
            let mut residencies = self.residencies_of(scope, &persons.iter().map(|person| person.id.as_str()).collect::<Vec<_>>()).await?;
            for person in persons {
                if let Some((areas, residencies)) = residencies.remove(&person.id) {
                    found.entry(person.index).or_default().push(PersonWithin { person, residencies, areas });
                }
            }
        }
        Ok(found)
    }

    /// A person; `None` when there is none within the scope.
    pub async fn person(&mut self, scope: &Scope, id: &str) -> Result<Option<PersonWithin>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        let Some(person) = row.map(person).transpose()? else { return Ok(None) };
        let residencies = self.residencies_of(scope, &[id]).await?.remove(id);
        Ok(residencies.map(|(areas, residencies)| PersonWithin { person, residencies, areas }))
    }

    /// Adds persons, or replaces what is kept of them. Answers nothing, so it needs no scope: who is replaced was found within one.
    pub async fn put_persons(&mut self, persons: &[SealedPerson]) -> Result<(), StoreError> {
        let bytes = |sealed: &Sealed| sealed.as_bytes().to_vec();
        let mut rows = persons.iter().map(|person| {
            vec![
                Value::Text(person.id.clone()),
                Value::Text(person.name.key_id().to_string()),
                Value::Bytes(bytes(&person.name)),
                Value::MaybeBytes(person.id_number.as_ref().map(bytes)),
                Value::MaybeBytes(person.phone.as_ref().map(bytes)),
                Value::Bytes(person.index.as_bytes().to_vec()),
                Value::Whole(person.made_at_ms),
            ]
        });
        self.insert_many("persons", &COLUMNS, UPSERT, &mut rows).await
    }

    /// So many persons that another key than this one sealed, and how many there are. Keys are of the whole site: none for less.
    pub async fn persons_sealed_otherwise(&mut self, scope: &Scope, key: KeyId, limit: i64) -> Result<(Vec<SealedPerson>, i64), StoreError> {
        if scope.codes().is_some() {
            return Ok((Vec::new(), 0));
        }
        let key = key.to_string();
        let count: i64 = writing!(&mut self.tx, |executor| sqlx::query_scalar(COUNT_OTHERWISE).bind(&key).fetch_one(executor).await)?;
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(SEALED_OTHERWISE).bind(&key).bind(limit).fetch_all(executor).await)?;
        Ok((rows.into_iter().map(person).collect::<Result<_, _>>()?, count))
    }

    /// Takes away those of some persons who have no residency, after an import was taken back.
    pub(super) async fn remove_homeless_persons(&mut self, persons: &[String]) -> Result<(), StoreError> {
        match &mut self.tx {
            Tx::Sqlite(tx) => sqlx::query(REMOVE_HOMELESS_SQLITE).bind(serde_json::json!(persons).to_string()).execute(&mut **tx).await.map(|_| ())?,
            Tx::Postgres(tx) => sqlx::query(REMOVE_HOMELESS_POSTGRES).bind(persons).execute(&mut **tx).await.map(|_| ())?,
        }
        Ok(())
    }

    /// The residencies within a scope and their areas, by person.
    async fn residencies_of(&mut self, scope: &Scope, persons: &[&str]) -> Result<HashMap<String, (BTreeSet<String>, Vec<ResidencyRecord>)>, StoreError> {
        let mut of_person: HashMap<String, (BTreeSet<String>, Vec<ResidencyRecord>)> = HashMap::new();
        for (area, record) in with_areas(self, persons).await?.into_iter().filter(|(area, _)| scope.includes(area)) {
            let (areas, residencies) = of_person.entry(record.person_id.clone()).or_default();
            areas.insert(area);
            residencies.push(record);
        }
        Ok(of_person)
    }
}

fn person(row: Row) -> Result<SealedPerson, StoreError> {
    let (id, index, made_at_ms, name, id_number, phone) = row;
    let damaged = |what: String| StoreError::Damaged(format!("person {id}: {what}"));
    let sealed = |bytes: Vec<u8>| Sealed::from_bytes(bytes).map_err(|error| damaged(error.to_string()));
    Ok(SealedPerson {
        index: BlindIndex::from_bytes(&index).ok_or_else(|| damaged("its index".to_owned()))?,
        name: sealed(name)?,
        id_number: id_number.map(sealed).transpose()?,
        phone: phone.map(sealed).transpose()?,
        made_at_ms,
        id,
    })
}
