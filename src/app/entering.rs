//! Entering residents into the record: rows of a file, or one that somebody typed, against what is there.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    App, Caller, Refusal,
    load::blocking,
    new_id,
    persons::{index_of, seal, unseal},
};
use crate::{
    domain::{day::Day, house::HouseCode, person::Person, residency::Residency, scope::Scope},
    store::{PersonWithin, ResidencyRecord, SealedPerson, Touched, Write},
    transfer::{Fault, FaultCode, ResidentRow},
    vault::{BlindIndex, Keys},
};

/// Days before this one are slips of the pen.
const EARLIEST: &str = "1900-01-01";

/// What is to be written, and what is said of it.
#[derive(Default)]
pub(super) struct Entered {
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub faults: Vec<Fault>,
    /// Overlapping residencies of one person: entered all the same.
    pub warnings: Vec<Fault>,
    persons: Vec<SealedPerson>,
    residencies: Vec<ResidencyRecord>,
    ends: Vec<(ResidencyRecord, Day)>,
    /// What the last row came to: an id of a residency.
    pub last: Option<String>,
    /// The id of a person of whom a row said otherwise than the record.
    pub contradicted: Option<String>,
}

/// A row whose house is there, with the hash by which the person is found.
struct Indexed {
    row: u64,
    /// The area of the house.
    area: String,
    index: BlindIndex,
    entry: ResidentRow,
}

/// A person while rows are gone through.
struct Known {
    id: String,
    made_at_ms: i64,
    /// As the record and the rows before say.
    person: Person,
    /// Whether that is not what is on record.
    is_news: bool,
    residencies: Vec<ResidencyRecord>,
    /// The codes of their areas.
    areas: BTreeSet<String>,
}

impl App {
    /// Decides what rows come to. Houses that are not there or out of reach are faults alike.
    pub(super) async fn enter(&self, write: &mut Write, keys: &Arc<Keys>, scope: &Scope, rows: Vec<(u64, ResidentRow)>) -> Result<Entered, Refusal> {
        let codes: BTreeSet<HouseCode> = rows.iter().map(|(_, row)| row.house_code.clone()).collect();
        let houses = write.houses_named(&codes.iter().collect::<Vec<_>>()).await?;
        let area_of = |code: &HouseCode| houses.get(code.as_str()).map(|house| &house.record.house.area_code).filter(|area| scope.includes(area));
        let mut entered = Entered::default();
        let (mut wanted, today) = (Vec::with_capacity(rows.len()), self.today());
        for (row, entry) in rows {
            if let Some(area) = area_of(&entry.house_code) {
                match untimely(&entry.residency, today) {
                    None => wanted.push((row, area.clone(), entry)),
                    Some((column, expected)) => entered.faults.push(Fault::new(row, column, FaultCode::FutureDay, expected, "another day")),
                }
            } else {
                let found = format!("{} characters", entry.house_code.as_str().chars().count());
                entered.faults.push(Fault::new(row, "house_code", FaultCode::UnknownHouse, "the code of a house that was imported before", &found));
            }
        }
        let indexing = Arc::clone(keys);
        let indexed: Vec<Indexed> = blocking(move || {
            wanted.into_iter().map(|(row, area, entry)| Indexed { row, area, index: index_of(&indexing, &entry.person, &entry.house_code), entry }).collect()
        })
        .await?;
        let indexes: Vec<BlindIndex> = indexed.iter().map(|entry| entry.index).collect::<BTreeSet<_>>().into_iter().collect();
        let found = write.persons_indexed(scope, &indexes).await?;
        let sealed_with = found.values().flatten().map(|within| within.person.name.key_id());
        let (keys, at_ms) = (self.keys_that_open(Arc::clone(keys), sealed_with)?, write.at_ms());
        blocking(move || decide(&keys, indexed, found, entered, at_ms)).await?
    }
}

/// Goes through the rows in their order. Of the records of a person within the caller's scope a row concerns the one that knows the house,
/// or the area, or at least says nothing else of the person. Otherwise it begins a record of its own: what others wrote is not opened from
/// here, and what is wrong there stands in nobody's way.
fn decide(keys: &Keys, rows: Vec<Indexed>, found: HashMap<BlindIndex, Vec<PersonWithin>>, mut entered: Entered, at_ms: i64) -> Result<Entered, Refusal> {
    let mut known: HashMap<BlindIndex, Vec<Known>> = HashMap::with_capacity(rows.len());
    for (index, records) in found {
        let opened = |PersonWithin { person: sealed, residencies, areas }| {
            let person = unseal(keys, &sealed)?;
            Ok(Known { id: sealed.id, made_at_ms: sealed.made_at_ms, person, is_news: false, residencies, areas })
        };
        known.insert(index, records.into_iter().map(opened).collect::<Result<_, Refusal>>()?);
    }
    for Indexed { row, area, index, entry: ResidentRow { house_code, person, residency } } in rows {
        let records = known.entry(index).or_default();
        let at = records
            .iter()
            .position(|known| known.residencies.iter().any(|of| of.house_code == house_code.as_str()))
            .or_else(|| records.iter().position(|known| known.areas.contains(&area)))
            .or_else(|| records.iter().position(|known| known.contradicted_by(&person).is_none()))
            .unwrap_or(records.len());
        if at == records.len() {
            let (residencies, areas) = (Vec::new(), BTreeSet::new());
            records.push(Known { id: new_id(), made_at_ms: at_ms, person: person.clone(), is_news: true, residencies, areas });
        }
        let known = &mut records[at];
        if let Some((column, expected)) = known.contradicted_by(&person) {
            entered.contradicted = Some(known.id.clone());
            entered.faults.push(Fault::new(row, column, FaultCode::AlreadyRecorded, expected, "another one"));
            continue;
        }
        let Some(course) = entered.reside(row, known, &house_code, residency) else { continue };
        known.areas.insert(area);
        let is_news = known.learn(person);
        match course {
            Course::New => entered.new += 1,
            Course::Same if !is_news => entered.same += 1,
            Course::Same | Course::Ended => entered.changed += 1,
        }
    }
    for (index, known) in known.into_iter().flat_map(|(index, records)| records.into_iter().map(move |known| (index, known))) {
        // One whose every row was faulty is nobody.
        if known.is_news && !known.residencies.is_empty() {
            entered.persons.push(seal(keys, known.id, index, &known.person, known.made_at_ms)?);
        }
    }
    Ok(entered)
}

/// What a row came to.
enum Course {
    New,
    Ended,
    Same,
}

impl Entered {
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.persons.is_empty() && self.residencies.is_empty() && self.ends.is_empty()
    }

    /// `None`, with a fault, when the record says otherwise.
    fn reside(&mut self, row: u64, known: &mut Known, code: &HouseCode, residency: Residency) -> Option<Course> {
        // One that ended on its first day was a mistake, and may be entered anew.
        let is_void = |residency: &Residency| residency.to == Some(residency.from);
        let standing = known
            .residencies
            .iter_mut()
            .find(|of| of.house_code == code.as_str() && of.residency.from == residency.from && (!is_void(&of.residency) || is_void(&residency)));
        if let Some(record) = standing {
            self.last = Some(record.id.clone());
            let stands = record.residency;
            if (stands.role, stands.registration) != (residency.role, residency.registration) {
                let expected = "the role and registration on record for this stay; a change of either ends it and begins another";
                self.contradicted = Some(known.id.clone());
                self.faults.push(Fault::new(row, "role", FaultCode::AlreadyRecorded, expected, "others"));
                return None;
            }
            return match (stands.to, residency.to) {
                (None, Some(to)) => {
                    record.residency.to = Some(to);
                    match self.residencies.iter_mut().find(|new| new.id == record.id) {
                        Some(new) => new.residency.to = Some(to),
                        None => self.ends.push((record.clone(), to)),
                    }
                    Some(Course::Ended)
                }
                (Some(stands), Some(to)) if stands != to => {
                    self.contradicted = Some(known.id.clone());
                    self.faults.push(Fault::new(
                        row,
                        "to",
                        FaultCode::AlreadyRecorded,
                        format!("{stands}, the day on record: a residency ends once"),
                        "another day",
                    ));
                    None
                }
                _ => Some(Course::Same),
            };
        }
        if known.residencies.iter().any(|of| of.residency.overlaps(&residency)) {
            let expected = "one dwelling at a time; if the person moved, end the earlier residency";
            self.warnings.push(Fault::new(row, "from", FaultCode::Overlapping, expected, "a residency that overlaps"));
        }
        let record = ResidencyRecord { id: new_id(), person_id: known.id.clone(), house_code: code.as_str().to_owned(), residency };
        self.last = Some(record.id.clone());
        known.residencies.push(record.clone());
        self.residencies.push(record);
        Some(Course::New)
    }

    /// Writes it all.
    pub async fn write(&self, write: &mut Write, caller: &Caller, import_id: Option<&str>) -> Result<(), Refusal> {
        write.put_persons(&self.persons).await?;
        write.add_residencies(&self.residencies, import_id, &caller.name).await?;
        for (record, to) in &self.ends {
            write.end_residency(record, *to, &caller.name).await?;
        }
        Ok(())
    }
}

impl Known {
    /// What a row says otherwise than the record: its column, and what would have been right.
    fn contradicted_by(&self, says: &Person) -> Option<(&'static str, &'static str)> {
        if says.name != self.person.name {
            return Some(("name", "the name on record for this identity number; a wrong one is corrected, not overwritten"));
        }
        let is_other = says.phone.is_some() && self.person.phone.is_some() && says.phone != self.person.phone;
        is_other.then_some(("phone", "the telephone number on record for this person, or none; a wrong one is corrected, not overwritten"))
    }

    /// Takes over a phone that was not known. Gives whether it is news.
    fn learn(&mut self, says: Person) -> bool {
        let is_news = self.person.phone.is_none() && says.phone.is_some();
        if is_news {
            (self.person.phone, self.is_news) = (says.phone, true);
        }
        is_news
    }
}

fn untimely(residency: &Residency, today: Day) -> Option<(&'static str, String)> {
    let is_off = |day: Day| day > today || day.to_string().as_str() < EARLIEST;
    let expected = || format!("a day from {EARLIEST} to today, {today}");
    if is_off(residency.from) { Some(("from", expected())) } else { residency.to.filter(|to| is_off(*to)).map(|_| ("to", expected())) }
}

/// Binds the site to the key under which persons are found, at the first person; says what others must read anew.
pub(super) async fn bind_to_key(write: &mut Write, bound: &str, keys: &Keys) -> Result<Touched, Refusal> {
    match keys.ids().next() {
        Some(oldest) if bound.is_empty() => {
            write.set_site("people_key", &oldest.to_string()).await?;
            Ok(Touched::All)
        }
        _ => Ok(Touched::Houses),
    }
}
