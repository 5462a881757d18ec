//! Persons as the record keeps them: sealed, found by a keyed hash. The one place that turns a person into bytes and back.

use crate::{
    domain::{
        house::HouseCode,
        id_number::IdNumber,
        person::{Person, PersonName, Phone},
    },
    store::{SealedPerson, StoreError},
    vault::{BlindIndex, CannotSeal, Keys, Sealed, Zeroizing},
};

use super::Refusal;

const NAME: &str = "person.name";
const ID_NUMBER: &str = "person.id_number";
const PHONE: &str = "person.phone";

/// By which a person is found again: the identity number, or without one the house, the name and the phone together.
pub(super) fn index_of(keys: &Keys, person: &Person, code: &HouseCode) -> BlindIndex {
    match &person.id_number {
        Some(number) => index_of_number(keys, number),
        None => {
            let phone = person.phone.as_ref().map_or("", Phone::expose);
            // None of the three holds a control character.
            let text = Zeroizing::new([code.as_str(), person.name.expose(), phone].join("\u{1f}"));
            keys.index("person", text.as_bytes())
        }
    }
}

pub(super) fn index_of_number(keys: &Keys, number: &IdNumber) -> BlindIndex {
    keys.index("id_number", number.expose().as_bytes())
}

/// By which residents of one house are told apart without a word about them: `7F3A`. It says nothing in another house.
pub(super) fn tag_of(keys: &Keys, person_id: &str, code: &str) -> String {
    keys.index("tag", format!("{code}\u{1f}{person_id}").as_bytes()).tag(4)
}

pub(super) fn seal(keys: &Keys, id: String, index: BlindIndex, person: &Person, made_at_ms: i64) -> Result<SealedPerson, CannotSeal> {
    let sealed = |purpose, text: &str| keys.seal(purpose, &id, text.as_bytes());
    Ok(SealedPerson {
        name: sealed(NAME, person.name.expose())?,
        id_number: person.id_number.as_ref().map(|number| sealed(ID_NUMBER, number.expose())).transpose()?,
        phone: person.phone.as_ref().map(|phone| sealed(PHONE, phone.expose())).transpose()?,
        index,
        made_at_ms,
        id,
    })
}

pub(super) fn unseal(keys: &Keys, sealed: &SealedPerson) -> Result<Person, Refusal> {
    let damaged = || StoreError::Damaged(format!("person {} does not read as one", sealed.id));
    let text = |purpose, part: &Sealed| -> Result<Zeroizing<String>, Refusal> {
        let bytes = keys.open(purpose, &sealed.id, part)?;
        Ok(Zeroizing::new(std::str::from_utf8(&bytes).map_err(|_| damaged())?.to_owned()))
    };
    let name = PersonName::new(&text(NAME, &sealed.name)?).map_err(|_| damaged())?;
    let id_number = sealed.id_number.as_ref().map(|part| text(ID_NUMBER, part)).transpose()?;
    let phone = sealed.phone.as_ref().map(|part| text(PHONE, part)).transpose()?;
    Ok(Person {
        name,
        id_number: id_number.map(|number| IdNumber::parse(&number).map_err(|_| damaged())).transpose()?,
        phone: phone.map(|phone| Phone::new(&phone).map_err(|_| damaged())).transpose()?,
    })
}

/// The same person, sealed with the newest key.
pub(super) fn reseal(keys: &Keys, sealed: &SealedPerson) -> Result<SealedPerson, Refusal> {
    Ok(seal(keys, sealed.id.clone(), sealed.index, &unseal(keys, sealed)?, sealed.made_at_ms)?)
}
