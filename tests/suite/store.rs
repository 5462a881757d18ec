//! What the store promises, on both engines.

use std::collections::BTreeMap;

use sanshi::{
    app::{Caller, Draft, ImportedKind},
    domain::{
        day::Day,
        house::{House, HouseCode, HouseKind},
    },
    earth::{Datum, LonLat},
    store::{Audit, AuditQuery, HouseRecord, Portion, Touched},
};
use sqlx::Connection;

use crate::world::{Engine, World, audit_keys, on_both_engines};

on_both_engines! {
    a_dropped_write_never_happened
    events_and_audit_rows_cannot_be_changed
    every_write_has_its_audit_row_and_raises_the_revision
    a_second_process_sees_what_the_first_committed
    the_record_is_the_same_after_a_restart
    an_undone_import_leaves_the_houses_as_they_were
    what_is_read_joined_keeps_every_digit_and_every_word
}

fn audit() -> Audit<'static> {
    Audit { who: "test", role: "administrator", action: "test", subject: "test", detail: serde_json::Value::Null, place: "" }
}

fn a_dropped_write_never_happened(world: World) {
    let store = world.app.store();
    let before = world.runtime.block_on(store.revision()).unwrap();
    world.runtime.block_on(async {
        let mut write = store.begin(1).await.unwrap();
        write.set_site("name_zh", "不该留下").await.unwrap();
        drop(write);
        assert_eq!(store.revision().await.unwrap(), before);
        assert!(!store.site_settings().await.unwrap().contains_key("name_zh"));
        // The next write is not held up by the dropped one.
        store.begin(2).await.unwrap().commit(audit(), Touched::All).await.unwrap();
        assert_eq!(store.revision().await.unwrap(), before + 1);
    });
}

fn events_and_audit_rows_cannot_be_changed(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Events, "house_code,date,kind\nA-1,2010-01-01,lead\n");
    let statements =
        ["update events set kind = 'x'", "delete from events", "update audit set who = 'x'", "delete from audit", "update policies set document = ''"];
    for statement in statements {
        let refused = world.runtime.block_on(async {
            if world.database_url.starts_with("sqlite") {
                let mut connection = sqlx::SqliteConnection::connect(&world.database_url).await.unwrap();
                sqlx::query(statement).execute(&mut connection).await.map(|_| ())
            } else {
                let mut connection = sqlx::PgConnection::connect(&world.database_url).await.unwrap();
                sqlx::query(statement).execute(&mut connection).await.map(|_| ())
            }
        });
        assert!(refused.is_err(), "{statement} went through");
    }
}

fn every_write_has_its_audit_row_and_raises_the_revision(world: World) {
    let world = world.with_four_houses();
    let store = world.app.store();
    let before = world.runtime.block_on(store.revision()).unwrap();
    let draft = Draft { day: "2010-01-01".parse().unwrap(), kind: "lead".to_owned(), fields: BTreeMap::new() };
    let code = HouseCode::new("A-1").unwrap();
    world.runtime.block_on(world.app.record(&Caller::console(), &code, draft, None)).unwrap();
    assert_eq!(world.runtime.block_on(store.revision()).unwrap(), before + 1);
    let newest = world.runtime.block_on(store.latest_audit(&AuditQuery::default(), 1)).unwrap().remove(0);
    assert_eq!((newest.action.as_str(), newest.subject.as_str(), newest.revision), ("record_event", "A-1", before + 1));
    assert_eq!(world.runtime.block_on(store.integrity()).unwrap(), Vec::<String>::new());
}

fn a_second_process_sees_what_the_first_committed(world: World) {
    let world = world.with_four_houses();
    let other = world.second_process();
    let day: Day = "2010-06-01".parse().unwrap();
    world.import(ImportedKind::Events, "house_code,date,kind,facilities\nA-1,2010-01-01,assessment,missing\n");
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind\nB-1,120.06,31.73,rental\n");
    assert!(other.snapshot().house("B-1").is_none());
    world.runtime.block_on(other.catch_up()).unwrap();
    assert!(other.snapshot().house("B-1").is_some());
    let here = world.app.snapshot();
    let there = other.snapshot();
    assert_eq!(here.revision(), there.revision());
    assert_eq!(here.house("A-1").unwrap().score_on(day), there.house("A-1").unwrap().score_on(day));
    assert!(there.house("A-1").unwrap().score_on(day).is_some());
}

fn the_record_is_the_same_after_a_restart(world: World) {
    let world = world.with_four_houses();
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,facilities,registration\nA-1,2010-01-01,assessment,missing,passive\nA-2,2010-02-01,assessment,fitted,proactive\n",
    );
    let reopened = world.second_process().snapshot();
    let now = world.app.snapshot();
    assert_eq!((now.len(), now.revision()), (reopened.len(), reopened.revision()));
    now.each(|house| {
        let other = reopened.house(house.code()).unwrap();
        assert_eq!(house.serial(), other.serial());
        assert_eq!(house.spans().collect::<Vec<_>>(), other.spans().collect::<Vec<_>>());
    });
}

fn an_undone_import_leaves_the_houses_as_they_were(world: World) {
    let world = world.with_four_houses();
    let recorded = || {
        let codes = ["A-1", "A-2", "A-3", "A-4", "C-1"].map(|code| HouseCode::new(code).unwrap());
        world.runtime.block_on(async { world.app.store().begin(0).await.unwrap().houses_named(&codes.each_ref()).await.unwrap() })
    };
    let before = recorded();
    let report = world.import(ImportedKind::Houses, "house_code,lon,lat,kind\nA-1,120.07,31.71,vacant\nC-1,120.08,31.72,rental\n");
    assert_eq!((report.new, report.changed), (1, 1));
    let id = report.id.unwrap();
    world.runtime.block_on(world.app.undo_import(&Caller::console(), &id)).unwrap();
    assert_eq!((recorded(), before.len()), (before, 4));
    assert!(world.app.snapshot().house("C-1").is_none());
    assert_eq!(world.app.snapshot().house("A-1").unwrap().place().lon(), 120.0501);
    // A second undo is refused, and so is one that later records rest on.
    assert!(world.runtime.block_on(world.app.undo_import(&Caller::console(), &id)).is_err());
}

fn what_is_read_joined_keeps_every_digit_and_every_word(world: World) {
    let mut seed = 7u64;
    let mut degrees = |most: f64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0) * most
    };
    let records: Vec<HouseRecord> = (0..20_000)
        .map(|number| {
            // Also tiny ones, and words with the separators in them.
            let scale = if number % 10 == 0 { 1e-9 } else { 1.0 };
            let place = LonLat::new(degrees(180.0) * scale, degrees(90.0) * scale).unwrap();
            let house = House {
                code: HouseCode::new(&format!("H{number:05}")).unwrap(),
                place,
                kind: HouseKind::ALL[number % 5],
                address: "东街\u{1f}\u{1e}3号 \"it's\"".to_owned(),
                door_plate: String::new(),
                area_code: "V%s$1".to_owned(),
                since: (number % 2 == 0).then(|| "2009-05-01".parse().unwrap()),
            };
            HouseRecord { house, datum: Datum::Wgs84, source_lon: place.lon(), source_lat: place.lat() }
        })
        .collect();
    let read = world.runtime.block_on(async {
        let mut write = world.app.store().begin(1).await.unwrap();
        write.put_houses(&records).await.unwrap();
        write.commit(audit(), Touched::Houses).await.unwrap();
        world.app.store().read().await.unwrap().houses(&Portion::Since(0)).await.unwrap()
    });
    assert_eq!(read.len(), records.len());
    for (read, record) in read.into_iter().zip(records) {
        assert_eq!(read.house, House { address: "东街3号 \"it's\"".to_owned(), ..record.house });
    }
}

/// Columns of every table as (table, column, nullable), leaving out the migration tool's own.
fn columns(world: &World) -> Vec<(String, String, bool)> {
    world.runtime.block_on(async {
        if world.database_url.starts_with("sqlite") {
            let mut connection = sqlx::SqliteConnection::connect(&world.database_url).await.unwrap();
            let rows: Vec<(String, String, i64)> = sqlx::query_as(
                "select m.name, c.name, c.\"notnull\" from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\' order by 1, 2",
            )
            .fetch_all(&mut connection)
            .await
            .unwrap();
            rows.into_iter().map(|(table, column, not_null)| (table, column, not_null == 0)).collect()
        } else {
            let mut connection = sqlx::PgConnection::connect(&world.database_url).await.unwrap();
            let rows: Vec<(String, String, String)> = sqlx::query_as(
                "select table_name::text, column_name::text, is_nullable::text from information_schema.columns where table_schema = current_schema() and table_name not like '\\_sqlx%' order by 1, 2",
            )
            .fetch_all(&mut connection)
            .await
            .unwrap();
            rows.into_iter().map(|(table, column, nullable)| (table, column, nullable == "YES")).collect()
        }
    })
}

#[test]
fn the_two_schemas_are_twins() {
    let Some(postgres) = World::new(Engine::Postgres) else { return };
    let sqlite = World::new(Engine::Sqlite).unwrap();
    let (a, b) = (columns(&sqlite), columns(&postgres));
    assert!(a.len() > 60, "the columns were found: {}", a.len());
    assert_eq!(a, b);
}

#[test]
fn a_database_written_by_a_newer_version_is_refused() {
    let world = World::new(Engine::Sqlite).unwrap();
    world.runtime.block_on(async {
        let mut connection = sqlx::SqliteConnection::connect(&world.database_url).await.unwrap();
        sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'future', true, x'00', 0)")
            .execute(&mut connection)
            .await
            .unwrap();
    });
    let error = world.runtime.block_on(sanshi::store::Store::open(&world.database_url, audit_keys())).unwrap_err();
    assert!(error.to_string().contains("newer sanshi"), "{error}");
}
