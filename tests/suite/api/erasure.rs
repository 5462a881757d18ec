//! What is erased is gone: from every answer, and from every file of the database.

use std::path::Path;

use memchr::memmem;
use sanshi::{
    app::{Caller, ImportedKind, TokenDraft},
    domain::{
        access::Role,
        retention::{Class, Period, Periods},
    },
    store::AuditRow,
};
use serde_json::{Value, json};
use sqlx::Connection;

use super::people::{HEADER, id_number};
use crate::world::{World, on_both_engines};

on_both_engines! {
    an_erased_person_is_in_no_answer_and_in_no_file_of_the_database
    what_is_past_its_period_goes_by_class_and_nothing_else
    a_dry_run_counts_what_a_run_erases_and_erases_nothing
    an_erasure_that_was_stopped_goes_on
    an_import_is_taken_back_after_an_erasure_and_nobody_comes_back
    only_who_answers_for_the_whole_site_erases
}

/// So many that rows move from page to page while they are written.
const PERSONS: u32 = 400;

/// Person `serial` came on 2010-01-01 and left A-1 `serial` months later when it is below 100; the others stay.
fn residents(from: u32, to: u32) -> String {
    let rows = (from..to).map(|serial| {
        let end = if serial < 100 { format!("{:04}-{:02}-01", 2010 + serial / 12, 1 + serial % 12) } else { String::new() };
        format!("A-1,住户{serial},{},129{serial:08},temporary,tenant,2010-01-01,{end}\n", id_number(serial))
    });
    HEADER.to_owned() + &rows.collect::<String>()
}

fn peopled(world: World) -> World {
    let world = world.with_keys().with_four_houses();
    // In two files and as single rows, so that pages are split.
    for (from, to) in [(0, 200), (200, 210), (210, 220), (220, PERSONS)] {
        let report = world.import(ImportedKind::Residents, &residents(from, to));
        assert_eq!((report.new, report.faulty), (u64::from(to - from), 0), "{:?}", report.faults);
    }
    world
}

/// The person with a number, by a search.
fn person(world: &World, serial: u32) -> Option<String> {
    // Each search by another officer: they have a quota.
    let officer = world.token(Role::Officer);
    let found = world.post_as(&officer, "/api/persons/find", json!({ "id_number": id_number(serial), "purpose": "visit" }).to_string());
    (found.status == 200).then(|| found.json()["residencies"][0]["person"].as_str().unwrap().to_owned())
}

fn temporary(world: &World, day: &str) -> Value {
    world.get(&format!("/api/houses/A-1?date={day}")).json()["residents"]["temporary"].clone()
}

/// What is stored of a person, all columns that nobody can read.
fn sealed(world: &World, id: &str) -> Vec<Vec<u8>> {
    const ROW: &str = "select name, id_number, phone, index_key from persons where id = $1";
    let (name, id_number, phone, index): (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>) = world.runtime.block_on(async {
        if world.database_url.starts_with("sqlite") {
            sqlx::query_as(ROW).bind(id).fetch_one(&mut sqlx::SqliteConnection::connect(&world.database_url).await.unwrap()).await.unwrap()
        } else {
            sqlx::query_as(ROW).bind(id).fetch_one(&mut sqlx::PgConnection::connect(&world.database_url).await.unwrap()).await.unwrap()
        }
    });
    vec![name, id_number, phone, index]
}

/// How many pieces of these columns some bytes hold. Whatever of a value is left, a piece of 12 bytes of it is found; its first 4 name the
/// key, which all values share.
fn pieces_in(bytes: &[u8], sealed: &[Vec<u8>]) -> usize {
    sealed.iter().flat_map(|value| value[4..].windows(12).step_by(4)).filter(|piece| memmem::find(bytes, piece).is_some()).count()
}

/// All that the database keeps in files: the data folder, or the tables of persons and their indexes.
fn files(world: &World) -> Vec<(String, Vec<u8>)> {
    if world.database_url.starts_with("sqlite") {
        let mut files = Vec::new();
        collect(world.folder.path(), &mut files);
        assert!(files.iter().any(|(name, _)| name == "sanshi.db") && files.iter().any(|(name, _)| name == "sanshi.db-wal"));
        return files;
    }
    world.runtime.block_on(async {
        let mut connection = sqlx::PgConnection::connect(&world.database_url).await.unwrap();
        sqlx::query("checkpoint").execute(&mut connection).await.unwrap();
        sqlx::query_as(
            "select c.relname::text, pg_read_binary_file(pg_relation_filepath(c.oid)) from pg_class c where c.relnamespace = current_schema()::regnamespace
             and (c.oid in ('persons'::regclass, 'residencies'::regclass)
                  or c.oid in (select indexrelid from pg_index where indrelid in ('persons'::regclass, 'residencies'::regclass)))",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap()
    })
}

fn collect(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()));
        }
    }
}

/// Pieces of a person in all files together.
fn pieces(world: &World, sealed: &[Vec<u8>]) -> usize {
    files(world).iter().map(|(_, bytes)| pieces_in(bytes, sealed)).sum()
}

fn erase(world: &World, id: &str) -> usize {
    let console = Caller::console();
    let erased = world.runtime.block_on(world.app.erase_person(&console, id, "asked for at the counter")).unwrap();
    world.runtime.block_on(world.app.scrub(&console)).unwrap();
    erased
}

fn about(world: &World, subject: &str) -> Vec<AuditRow> {
    world.runtime.block_on(world.app.store().audit_about(subject, 1_000)).unwrap()
}

fn an_erased_person_is_in_no_answer_and_in_no_file_of_the_database(world: World) {
    let world = peopled(world);
    let officer = world.token(Role::Officer);
    // Among the first, the last, and in the middle; one of them changed, so an older version of the row was there.
    let path = format!("/api/persons/{}/correct", person(&world, 150).unwrap());
    assert_eq!(world.post_as(&officer, &path, r#"{"phone":"12955555555","reason":"told so"}"#).status, 204);
    let gone = [0, 150, 205, 399].map(|serial| (serial, person(&world, serial).unwrap()));
    let kept = (151, person(&world, 151).unwrap());
    let [traces, kept_traces] = [&gone[..], std::slice::from_ref(&kept)].map(|persons| persons.iter().map(|(_, id)| sealed(&world, id)).collect::<Vec<_>>());
    let before = temporary(&world, "2011-01-01");
    for traces in traces.iter().chain(&kept_traces) {
        assert!(pieces(&world, traces) > 20, "the search finds what is there to be found");
    }
    for (_, id) in &gone {
        assert_eq!(erase(&world, id), 1);
    }
    for ((serial, id), traces) in gone.iter().zip(&traces) {
        for (name, bytes) in files(&world) {
            assert_eq!(pieces_in(&bytes, traces), 0, "{name} holds something of person {serial}");
        }
        assert_eq!(person(&world, *serial), None);
        for what in ["reveal", "file"] {
            assert_eq!(world.post_as(&officer, &format!("/api/persons/{id}/{what}"), r#"{"purpose":"visit"}"#).code(), "not_found");
        }
        let rows = about(&world, id);
        assert_eq!((rows[0].action.as_str(), rows[0].detail.as_str()), ("erase_person", r#"{"reason":"asked for at the counter","residencies":1}"#));
        assert!(world.runtime.block_on(world.app.erase_person(&Caller::console(), id, "again")).is_err());
    }
    // The others are as they were, and are counted alone.
    assert!(pieces(&world, &kept_traces[0]) > 20);
    assert_eq!(person(&world, kept.0), Some(kept.1));
    assert_eq!(temporary(&world, "2011-01-01"), json!(before.as_i64().unwrap() - 3));
    assert_eq!(world.runtime.block_on(world.app.store().integrity()).unwrap(), Vec::<String>::new());
    // Who comes again is somebody new.
    assert_eq!(world.import(ImportedKind::Residents, &residents(150, 151)).new, 1);
    assert_ne!(person(&world, 150).unwrap(), gone[1].1);
}

/// Periods under which the residencies that ended before 2013 go.
fn periods(world: &World) -> Periods {
    let days = world.app.today().number() - "2012-12-31".parse::<sanshi::domain::day::Day>().unwrap().number();
    Periods::parse(&format!(
        "ended_residency = {{ days = {days} }}\nperson_without_residency = {{ days = 0 }}\nended_unit = {{ days = {days} }}\nended_token = {{ days = 0 }}\n"
    ))
    .unwrap()
}

fn counts(world: &World, periods: &Periods) -> Vec<(Class, i64)> {
    let past = world.runtime.block_on(world.app.past_period(&Caller::console(), periods)).unwrap();
    past.into_iter().map(|past| (past.class, past.count)).collect()
}

/// Erases all that is past its period; gives how many, by class.
fn run(world: &World, periods: &Periods) -> Vec<(Class, i64)> {
    let console = Caller::console();
    let mut erased = Vec::new();
    for (class, period) in periods.iter() {
        let mut count = 0;
        loop {
            let some = world.runtime.block_on(world.app.erase_some(&console, class, period)).unwrap();
            if some == 0 {
                break;
            }
            count += i64::try_from(some).unwrap();
        }
        erased.push((class, count));
    }
    world.runtime.block_on(world.app.scrub(&console)).unwrap();
    erased
}

/// Also somebody who left one house early and lives in another, a unit that moved out and one that stays, tokens revoked and in force.
fn with_all_classes(world: World) -> World {
    let world = peopled(world);
    let second = format!("{HEADER}A-2,住户5,{},,registered,tenant,2011-01-01,\n", id_number(5));
    assert_eq!(world.import(ImportedKind::Residents, &second).new, 1);
    let units =
        "house_code,name,kind,staff,from,to\nA-4,王记早点,,2,2010-01-01,2012-12-31\nA-4,李记早点,,2,2010-01-01,2013-01-01\nA-4,赵记早点,,2,2010-01-01,\n";
    assert_eq!(world.import(ImportedKind::Units, units).new, 3);
    let console = Caller::console();
    world.runtime.block_on(async {
        let revoked = world.app.make_token(&console, TokenDraft::new("left", Role::Officer)).await.unwrap();
        world.app.revoke_token(&console, &revoked.id).await.unwrap();
    });
    world
}

fn what_is_past_its_period_goes_by_class_and_nothing_else(world: World) {
    let world = with_all_classes(world);
    let (gone, stays, moved) = (person(&world, 20).unwrap(), person(&world, 36).unwrap(), person(&world, 5).unwrap());
    let traces = sealed(&world, &gone);
    // The periods end in the past on purpose: of 36 months, January 2010 to December 2012, one person ends each.
    assert_eq!(
        run(&world, &periods(&world)),
        [(Class::EndedResidency, 36), (Class::PersonWithoutResidency, 35), (Class::EndedUnit, 1), (Class::EndedToken, 1)]
    );
    assert_eq!((person(&world, 20), person(&world, 36), person(&world, 5)), (None, Some(stays), Some(moved.clone())));
    assert_eq!(pieces(&world, &traces), 0);
    let officer = world.token(Role::Officer);
    let listed = |path: &str, list: &str| world.ask("GET", path, Some(&officer), b"", &[]).json()[list].as_array().unwrap().len();
    assert_eq!(listed("/api/houses/A-1/residents?date=2010-06-01", "residents"), PERSONS as usize - 36);
    assert_eq!(listed("/api/houses/A-2/residents?date=2012-01-01", "residents"), 1);
    assert_eq!(listed("/api/houses/A-4/units?date=2012-06-01", "units"), 2);
    // The audit has counts and pseudonyms: a row for each person, under the class for the rest.
    assert_eq!(about(&world, &gone)[0].action, "erase_person");
    assert!(about(&world, &moved).iter().all(|row| row.action != "erase_person"));
    let row = &about(&world, "ended_residency")[0];
    let detail: Value = serde_json::from_str(&row.detail).unwrap();
    assert_eq!((row.action.as_str(), &detail["count"], &detail["until"]), ("erase_past_period", &json!(36), &json!("2012-12-31")));
    assert!(run(&world, &periods(&world)).iter().all(|(_, count)| *count == 0), "nothing is left for a second run");
}

fn a_dry_run_counts_what_a_run_erases_and_erases_nothing(world: World) {
    let world = with_all_classes(world);
    let periods = periods(&world);
    let revision = world.runtime.block_on(world.app.store().revision()).unwrap();
    let counted = counts(&world, &periods);
    assert_eq!(counts(&world, &periods), counted);
    assert_eq!(world.runtime.block_on(world.app.store().revision()).unwrap(), revision);
    assert!(counted.iter().all(|(_, count)| *count > 0), "{counted:?}");
    assert_eq!(run(&world, &periods), counted);
    assert!(counts(&world, &periods).iter().all(|(_, count)| *count == 0));
    // A class without a period is kept for good; those of the default are all counted.
    let persons = Periods::parse("person_without_residency = { days = 0 }").unwrap();
    assert_eq!(counts(&world, &persons), [(Class::PersonWithoutResidency, 0)]);
    let default = Periods::parse(include_str!("../../../seeds/retention.toml")).unwrap();
    assert_eq!(counts(&world, &default).len(), 6);
}

fn an_erasure_that_was_stopped_goes_on(world: World) {
    let world = world.with_keys().with_four_houses();
    let rows = |serials: std::ops::Range<u32>| -> String {
        serials.map(|serial| format!("A-1,住户{serial},{},,temporary,tenant,2010-01-01,2010-02-01\n", id_number(serial))).collect()
    };
    assert_eq!(world.import(ImportedKind::Residents, &format!("{HEADER}{}", rows(0..1_200))).new, 1_200);
    let (console, period) = (Caller::console(), Period::Days(1));
    let some = |app: &sanshi::app::App, class| world.runtime.block_on(app.erase_some(&console, class, period)).unwrap();
    // One process stops after its first write, another takes over.
    assert_eq!(some(&world.app, Class::EndedResidency), 500);
    let other = world.second_process();
    assert_eq!([0; 3].map(|_| some(&other, Class::EndedResidency)), [500, 200, 0]);
    let persons = Periods::parse("person_without_residency = { days = 0 }").unwrap();
    assert_eq!(run(&world, &persons), [(Class::PersonWithoutResidency, 1_200)]);
}

fn an_import_is_taken_back_after_an_erasure_and_nobody_comes_back(world: World) {
    let world = world.with_keys().with_four_houses();
    let first = world.import(ImportedKind::Residents, &residents(100, 110)).id.unwrap();
    let second =
        world.import(ImportedKind::Residents, &format!("{HEADER}A-2,住户101,{},12900000101,temporary,tenant,2011-01-01,\n", id_number(101))).id.unwrap();
    let [erased, moved] = [100, 101].map(|serial| person(&world, serial).unwrap());
    erase(&world, &erased);
    let undo = |id: &str| world.runtime.block_on(world.app.undo_import(&Caller::console(), id)).unwrap();
    undo(&first);
    assert_eq!([100, 101, 102].map(|serial| person(&world, serial)), [None, Some(moved.clone()), None]);
    erase(&world, &moved);
    // Nothing of it is left, and it is taken back all the same.
    undo(&second);
    assert_eq!(person(&world, 101), None);
    assert_eq!(world.get("/api/houses/A-2").json()["residents"], json!({ "registered": 0, "temporary": 0 }));
}

fn only_who_answers_for_the_whole_site_erases(world: World) {
    let world = peopled(world);
    let id = person(&world, 100).unwrap();
    let callers = Role::ALL.into_iter().map(|role| Caller::new("x".to_owned(), role, sanshi::domain::scope::Scope::everywhere()));
    let of_an_area = Caller::new("x".to_owned(), Role::Administrator, sanshi::domain::scope::Scope::of(["V1".to_owned()]));
    for caller in callers.filter(|caller| caller.role != Role::Administrator).chain([of_an_area]) {
        let refused = world.runtime.block_on(async {
            let default = Periods::parse("session = { days = 1 }").unwrap();
            let results = [
                world.app.erase_person(&caller, &id, "x").await.map(|_| ()),
                world.app.past_period(&caller, &default).await.map(|_| ()),
                world.app.erase_some(&caller, Class::Session, Period::Days(1)).await.map(|_| ()),
                world.app.scrub(&caller).await,
            ];
            results.iter().all(|result| matches!(result, Err(sanshi::app::Refusal::Forbidden { .. })))
        });
        assert!(refused, "{:?}", caller);
    }
    for reason in ["", "  ", "a\nb", &"长".repeat(201)] {
        assert!(world.runtime.block_on(world.app.erase_person(&Caller::console(), &id, reason)).is_err());
    }
    assert_eq!(person(&world, 100), Some(id));
}
