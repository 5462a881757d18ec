//! Importing a file: parse, compare with what is there, write the difference as one transaction.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{
    App, Caller, Refusal,
    entering::bind_to_key,
    load::{KeptShape, blocking},
    new_id,
    publish::keep_public,
    record::misfit_parts,
    units::{UnitCourse, course},
};
use crate::{
    domain::{
        access::Right,
        area::{Area, AreaLevel, Divisions},
        house::HouseCode,
    },
    earth::{Datum, Region},
    store::{HouseRecord, NewEvent, NewImport, StoredShape, Touched, UnitRecord, Write},
    transfer::{self, Fault, FaultCode, Form, Mapping, Parsed},
    vault::{Keys, hex},
};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportedKind {
    Houses,
    Events,
    Areas,
    Base,
    Residents,
    Services,
    Units,
}

impl ImportedKind {
    pub const ALL: [Self; 7] = [Self::Houses, Self::Events, Self::Areas, Self::Base, Self::Residents, Self::Services, Self::Units];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Houses => "houses",
            Self::Events => "events",
            Self::Areas => "areas",
            Self::Base => "base",
            Self::Residents => "residents",
            Self::Services => "services",
            Self::Units => "units",
        }
    }
}

/// A file to import and how to read it.
#[derive(Clone, Debug)]
pub struct ImportFile {
    pub name: String,
    pub bytes: Vec<u8>,
    /// `None`: judged by its content.
    pub form: Option<Form>,
    pub mapping: Mapping,
    /// `None`: what the mapping says, WGS 84 otherwise.
    pub datum: Option<Datum>,
}

/// What came of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    /// By which it can be undone; `None` when nothing was written.
    pub id: Option<String>,
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    /// Rows with at least one fault.
    pub faulty: u64,
    /// Rows that a later row of the same house replaced, where the mapping says so.
    pub replaced: u64,
    /// The first 10,000, in order of rows.
    pub faults: Vec<Fault>,
    /// Faults and warnings beyond those listed.
    pub unlisted: u64,
    /// What was imported and should be looked at; the first 10,000.
    pub warnings: Vec<Fault>,
    pub encoding: &'static str,
    /// Columns of the file that nothing used.
    pub unmapped: Vec<String>,
    pub dry_run: bool,
}

/// As many faults are listed; all are counted.
const MOST_FAULTS: usize = 10_000;

impl App {
    /// Imports a file: good rows in, faulty ones listed. The same file again changes nothing. A dry run writes nothing.
    pub async fn import(&self, caller: &Caller, what: ImportedKind, file: ImportFile, dry_run: bool) -> Result<ImportReport, Refusal> {
        caller.must(Right::Import)?;
        let _alone = self.importing.lock().await;
        let job = Job { caller, file_name: file.name.clone(), file_hash: hex(&Sha256::digest(&file.bytes)), dry_run };
        let form = file.form.unwrap_or_else(|| Form::sniff(&file.bytes));
        let ImportFile { bytes, mapping, datum, .. } = file;
        let report = match what {
            ImportedKind::Houses => {
                let parsed = blocking(move || transfer::houses(&bytes, form, &mapping, datum)).await?;
                self.import_houses(&job, parsed).await?
            }
            ImportedKind::Events => {
                let parsed = blocking(move || transfer::observations(&bytes, form, &mapping)).await?;
                self.import_events(&job, parsed).await?
            }
            ImportedKind::Areas => {
                let parsed = blocking(move || transfer::areas(&bytes, form, &mapping, datum)).await?;
                self.import_areas(&job, parsed).await?
            }
            ImportedKind::Base => {
                let parsed = blocking(move || transfer::base(&bytes, form, &mapping, datum)).await?;
                self.import_base(&job, parsed).await?
            }
            ImportedKind::Residents => {
                // Before anything is read: without a key nothing of it is kept.
                let keys = self.keys()?;
                let parsed = blocking(move || transfer::residents(&bytes, form, &mapping)).await?;
                self.import_residents(&job.unnamed(&keys), keys, parsed).await?
            }
            ImportedKind::Services => {
                let parsed = blocking(move || transfer::services(&bytes, form, &mapping, datum)).await?;
                self.import_services(&job, parsed).await?
            }
            ImportedKind::Units => {
                let parsed = blocking(move || transfer::units(&bytes, form, &mapping)).await?;
                self.import_units(&job, parsed).await?
            }
        };
        if report.id.is_some() {
            self.catch_up().await?;
        }
        Ok(report)
    }

    async fn import_houses(&self, job: &Job<'_>, parsed: Parsed<transfer::HouseRow>) -> Result<ImportReport, Refusal> {
        let (mut report, rows) = job.begin_report(parsed);
        let records: Vec<HouseRecord> = rows
            .into_iter()
            .map(|(_, row)| HouseRecord { house: row.house, datum: row.source.datum, source_lon: row.source.lon, source_lat: row.source.lat })
            .collect();
        let mut write = self.store.begin(Self::now_ms()).await?;
        let records = in_their_areas(&mut write, records).await?;
        let before = write.houses_named(&records.iter().map(|record| &record.house.code).collect::<Vec<_>>()).await?;
        let mut put = Vec::new();
        for record in records {
            let known = before.get(record.house.code.as_str()).map(|stored| &stored.record);
            put.extend(report.news(known, record));
        }
        if put.is_empty() || job.dry_run {
            return Ok(report);
        }
        let id = new_id();
        write.put_houses(&put).await?;
        job.note(&mut write, &id, ImportedKind::Houses, &report, put.first().map_or(Datum::Wgs84, |record| record.datum)).await?;
        write.keep_before(&id, put.iter().map(|record| (record, before.get(record.house.code.as_str())))).await?;
        job.commit(write, &id, report, ImportedKind::Houses, Touched::Houses).await
    }

    async fn import_events(&self, job: &Job<'_>, parsed: Parsed<transfer::ObservationRow>) -> Result<ImportReport, Refusal> {
        let today = self.today();
        let rulebook = self.rulebook();
        let policy = &rulebook.on(today).policy;
        let (mut report, rows) = job.begin_report(parsed);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let codes: Vec<HouseCode> = rows.iter().map(|(_, row)| row.house_code.clone()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let houses = write.houses_named(&codes.iter().collect::<Vec<_>>()).await?;
        let known = write.events_of_houses(&codes.iter().map(HouseCode::as_str).collect::<Vec<_>>()).await?;
        // How often each content already stands in the record: so many equal rows of the file are the same, further ones are new.
        let mut standing: HashMap<(String, String), u32> = HashMap::new();
        let mut standing_voided: HashMap<(String, String), u32> = HashMap::new();
        for event in known.values().flatten() {
            let standing = if event.voided { &mut standing_voided } else { &mut standing };
            let content = content(&event.observation.day.to_string(), &event.observation.kind, &event.observation.fields);
            *standing.entry((event.house_code.clone(), content)).or_default() += 1;
        }
        let (mut events, mut voided) = (Vec::new(), Vec::new());
        for (row, observed) in rows {
            let code = observed.house_code;
            match houses.get(code.as_str()) {
                None => {
                    report.fault(Fault::new(row, "house_code", FaultCode::UnknownHouse, "the code of a house that was imported before", code.as_str()));
                    continue;
                }
                Some(house) if !policy.is_of(&observed.kind, house.record.house.kind) => {
                    report.fault(Fault::new(row, "house_code", FaultCode::NotLet, "a rental house", house.record.house.kind.as_str()));
                    continue;
                }
                Some(house) if house.record.house.since.is_some_and(|since| observed.day < since) => {
                    let since = house.record.house.since.map_or_else(String::new, |since| since.to_string());
                    report.fault(Fault::new(
                        row,
                        "date",
                        FaultCode::BeforeHouse,
                        format!("a day from {since} on, when the house began"),
                        &observed.day.to_string(),
                    ));
                    continue;
                }
                Some(_) => {}
            }
            if observed.day > today {
                report.fault(Fault::new(row, "date", FaultCode::FutureDay, format!("a day not after today, {today}"), &observed.day.to_string()));
                continue;
            }
            let fields = match policy.admit(&observed.kind, &observed.fields) {
                Ok(fields) => fields,
                Err(misfit) => {
                    let (column, code, expected, found) = misfit_parts(misfit);
                    report.fault(Fault::new(row, &column, code, expected, &found));
                    continue;
                }
            };
            let key = (code.as_str().to_owned(), content(&observed.day.to_string(), &observed.kind, &fields));
            let alike = if observed.voided { &mut standing_voided } else { &mut standing };
            if let Some(left) = alike.get_mut(&key).filter(|left| **left > 0) {
                *left -= 1;
                report.same += 1;
                continue;
            }
            report.new += 1;
            let id = new_id();
            if observed.voided {
                voided.push((id.clone(), observed.day));
            }
            events.push(NewEvent {
                id,
                house_code: code,
                day: observed.day,
                kind: observed.kind,
                fields,
                recorded_by: job.caller.name.clone(),
                idempotency_key: None,
            });
        }
        if events.is_empty() || job.dry_run {
            return Ok(report);
        }
        let id = new_id();
        job.note(&mut write, &id, ImportedKind::Events, &report, Datum::Wgs84).await?;
        let touched: Vec<&str> = codes.iter().map(HouseCode::as_str).filter(|code| known.contains_key(*code)).collect();
        keep_public(&mut write, &rulebook, &touched, today).await?;
        write.add_events(events, Some(&id)).await?;
        for (event, day) in voided {
            write.void_event(&new_id(), &event, day, "imported as voided", &job.caller.name).await?;
        }
        write.stamp_houses_of(&id).await?;
        job.commit(write, &id, report, ImportedKind::Events, Touched::Houses).await
    }

    async fn import_areas(&self, job: &Job<'_>, parsed: Parsed<transfer::AreaRow>) -> Result<ImportReport, Refusal> {
        let (mut report, rows) = job.begin_report(parsed);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let before: HashMap<String, Area> = write.areas().await?.into_iter().map(|area| (area.code.clone(), area)).collect();
        let mut put = Vec::new();
        for (row, area) in rows {
            let Ok(level) = area.level.parse::<AreaLevel>() else {
                report.fault(Fault::new(row, "level", FaultCode::UnknownValue, AreaLevel::ALL.map(AreaLevel::as_str).join(", "), &area.level));
                continue;
            };
            if let Err(bad) = Region::new(area.polygons.clone()) {
                report.fault(Fault::new(row, "geometry", FaultCode::BadGeometry, "a valid polygon", &bad.to_string()));
                continue;
            }
            let area = Area { code: area.code, name: area.name, level, parent: area.parent, polygons: area.polygons };
            put.extend(report.news(before.get(&area.code), area));
        }
        if put.is_empty() || job.dry_run {
            return Ok(report);
        }
        let id = new_id();
        job.note(&mut write, &id, ImportedKind::Areas, &report, Datum::Wgs84).await?;
        write.put_areas(&put, &id).await?;
        // Houses that were there first find their areas now.
        let lost = write.houses_without_area().await?;
        let found = in_their_areas(&mut write, lost.iter().map(|house| house.record.clone()).collect()).await?;
        let found: Vec<_> = found.iter().zip(&lost).filter(|(record, _)| !record.house.area_code.is_empty()).collect();
        write.put_houses(&found.iter().map(|(record, _)| (*record).clone()).collect::<Vec<_>>()).await?;
        write.keep_before(&id, found.into_iter().map(|(record, before)| (record, Some(before)))).await?;
        job.commit(write, &id, report, ImportedKind::Areas, Touched::All).await
    }

    async fn import_base(&self, job: &Job<'_>, parsed: Parsed<transfer::BaseRow>) -> Result<ImportReport, Refusal> {
        let (mut report, rows) = job.begin_report(parsed);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let mut standing: HashMap<String, u32> = HashMap::new();
        for shape in write.base_shapes().await? {
            *standing.entry(shape_key(&shape)).or_default() += 1;
        }
        let mut put = Vec::new();
        for (_, row) in rows {
            let shapes = row.lines.into_iter().map(KeptShape::Line).chain(row.polygons.into_iter().map(KeptShape::Polygon));
            for shape in shapes {
                let shape =
                    StoredShape { layer: row.layer.clone(), class: row.class.clone(), name: row.name.clone(), shape: serde_json::json!(shape).to_string() };
                if let Some(left) = standing.get_mut(&shape_key(&shape)).filter(|left| **left > 0) {
                    *left -= 1;
                    report.same += 1;
                } else {
                    report.new += 1;
                    put.push(shape);
                }
            }
        }
        if put.is_empty() || job.dry_run {
            return Ok(report);
        }
        let id = new_id();
        job.note(&mut write, &id, ImportedKind::Base, &report, Datum::Wgs84).await?;
        write.add_base_shapes(put, &id).await?;
        job.commit(write, &id, report, ImportedKind::Base, Touched::All).await
    }

    async fn import_residents(&self, job: &Job<'_>, keys: Arc<Keys>, parsed: Parsed<transfer::ResidentRow>) -> Result<ImportReport, Refusal> {
        let (mut report, rows) = job.begin_report(parsed);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let mut entered = self.enter(&mut write, &keys, &job.caller.scope, rows).await?;
        (report.new, report.changed, report.same) = (entered.new, entered.changed, entered.same);
        std::mem::take(&mut entered.faults).into_iter().for_each(|fault| report.fault(fault));
        report.warnings = std::mem::take(&mut entered.warnings);
        report.unlisted += u64::try_from(report.warnings.len().saturating_sub(MOST_FAULTS)).unwrap_or_default();
        report.warnings.truncate(MOST_FAULTS);
        if entered.is_nothing() || job.dry_run {
            // Nothing was written, and the report tells who is on record.
            let detail = serde_json::json!({ "what": "residents", "file_hash": job.file_hash, "new": report.new, "changed": report.changed,
                "same": report.same, "faulty": report.faulty });
            write.commit(job.caller.audit("try_import", "residents", detail), Touched::Houses).await?;
            self.catch_up().await?;
            return Ok(report);
        }
        let id = new_id();
        job.note(&mut write, &id, ImportedKind::Residents, &report, Datum::Wgs84).await?;
        entered.write(&mut write, job.caller, Some(&id)).await?;
        let touched = bind_to_key(&mut write, &self.site().people_key, &keys).await?;
        job.commit(write, &id, report, ImportedKind::Residents, touched).await
    }

    async fn import_units(&self, job: &Job<'_>, parsed: Parsed<transfer::UnitRow>) -> Result<ImportReport, Refusal> {
        let (mut report, rows) = job.begin_report(parsed);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let codes: Vec<HouseCode> = rows.iter().map(|(_, row)| row.house_code.clone()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let houses = write.houses_named(&codes.iter().collect::<Vec<_>>()).await?;
        let is_there = |code: &HouseCode| houses.get(code.as_str()).is_some_and(|house| job.caller.scope.includes(&house.record.house.area_code));
        let mut standing: HashMap<String, Vec<UnitRecord>> = HashMap::new();
        for unit in write.units_of_houses(&codes.iter().filter(|code| is_there(code)).map(HouseCode::as_str).collect::<Vec<_>>()).await? {
            standing.entry(unit.house_code.clone()).or_default().push(unit);
        }
        let mut put: BTreeMap<String, UnitRecord> = BTreeMap::new();
        for (row, unit) in rows {
            if !is_there(&unit.house_code) {
                let found = format!("{} characters", unit.house_code.as_str().chars().count());
                report.fault(Fault::new(row, "house_code", FaultCode::UnknownHouse, "the code of a house that was imported before", &found));
                continue;
            }
            let standing = standing.entry(unit.house_code.as_str().to_owned()).or_default();
            match course(standing, unit) {
                UnitCourse::Same => report.same += 1,
                UnitCourse::New(record) => {
                    report.new += 1;
                    standing.push(record.clone());
                    put.insert(record.id.clone(), record);
                }
                UnitCourse::Changed(record) => {
                    report.changed += 1;
                    standing.iter_mut().filter(|known| known.id == record.id).for_each(|known| *known = record.clone());
                    put.insert(record.id.clone(), record);
                }
            }
        }
        if put.is_empty() || job.dry_run {
            return Ok(report);
        }
        let id = new_id();
        job.note(&mut write, &id, ImportedKind::Units, &report, Datum::Wgs84).await?;
        write.put_units(&put.into_values().collect::<Vec<_>>(), Some(&id), &job.caller.name).await?;
        job.commit(write, &id, report, ImportedKind::Units, Touched::Units).await
    }
}

/// The same houses, those that name no area with the smallest one around their place.
async fn in_their_areas(write: &mut Write, mut records: Vec<HouseRecord>) -> Result<Vec<HouseRecord>, Refusal> {
    if records.iter().all(|record| !record.house.area_code.is_empty()) {
        return Ok(records);
    }
    let areas = write.areas().await?;
    let find = move || {
        let divisions = Divisions::new(&areas);
        for house in records.iter_mut().map(|record| &mut record.house).filter(|house| house.area_code.is_empty()) {
            house.area_code = divisions.smallest_around(house.place).unwrap_or_default().to_owned();
        }
        records
    };
    Ok(blocking(find).await?)
}

/// What every kind of import shares.
pub(super) struct Job<'a> {
    caller: &'a Caller,
    file_name: String,
    file_hash: String,
    pub dry_run: bool,
}

impl Job<'_> {
    /// The same for a file of persons: its name may be a person's, and a short file could be guessed from its plain hash.
    fn unnamed(&self, keys: &Keys) -> Self {
        let file_hash = keys.index("file", self.file_hash.as_bytes()).tag(64);
        Self { caller: self.caller, file_name: "residents".to_owned(), file_hash, dry_run: self.dry_run }
    }

    pub fn begin_report<T>(&self, parsed: Parsed<T>) -> (ImportReport, Vec<(u64, T)>) {
        let report = ImportReport {
            rows: parsed.read,
            faulty: parsed.faulty,
            replaced: parsed.replaced,
            unlisted: parsed.unlisted,
            faults: parsed.faults,
            encoding: parsed.encoding,
            unmapped: parsed.unmapped,
            dry_run: self.dry_run,
            ..ImportReport::default()
        };
        (report, parsed.rows)
    }

    pub async fn note(&self, write: &mut Write, id: &str, what: ImportedKind, report: &ImportReport, datum: Datum) -> Result<(), Refusal> {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let import = NewImport {
            id,
            what: what.as_str(),
            file_name: &self.file_name,
            file_hash: &self.file_hash,
            encoding: report.encoding,
            datum: datum.as_str(),
            by: &self.caller.name,
            rows: count(report.rows),
            added: count(report.new),
            changed: count(report.changed),
            same: count(report.same),
            faulty: count(report.faulty),
        };
        Ok(write.note_import(&import).await?)
    }

    pub async fn commit(&self, write: Write, id: &str, mut report: ImportReport, what: ImportedKind, scope: Touched) -> Result<ImportReport, Refusal> {
        let detail =
            serde_json::json!({ "what": what.as_str(), "file_hash": self.file_hash, "new": report.new, "changed": report.changed, "faulty": report.faulty });
        write.commit(self.caller.audit("import", id, detail), scope).await?;
        report.faults.sort_by_key(|fault| fault.row);
        report.id = Some(id.to_owned());
        Ok(report)
    }
}

impl ImportReport {
    /// Counts what came against what is there; gives it back where it is to be written.
    pub(super) fn news<T: PartialEq>(&mut self, known: Option<&T>, came: T) -> Option<T> {
        match known {
            Some(known) if *known == came => {
                self.same += 1;
                return None;
            }
            Some(_) => self.changed += 1,
            None => self.new += 1,
        }
        Some(came)
    }

    fn fault(&mut self, fault: Fault) {
        self.faulty += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        } else {
            self.unlisted += 1;
        }
    }
}

fn content(day: &str, kind: &str, fields: &BTreeMap<String, String>) -> String {
    serde_json::json!([day, kind, fields]).to_string()
}

fn shape_key(shape: &StoredShape) -> String {
    format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", shape.layer, shape.class, shape.name, shape.shape)
}
