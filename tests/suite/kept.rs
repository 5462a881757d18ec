//! What a process knows after its start: the record, by whichever way it came into memory.

use std::{fmt::Write as _, io::Cursor, sync::Arc};

use sanshi::{
    app::{App, Caller, Draft, ImportedKind, Source},
    atlas::{KeptAtlas, Origin, Snapshot},
    domain::house::HouseCode,
    store::{Audit, Store, Touched},
};

use crate::world::{Engine, World, audit_keys, on_both_engines};

on_both_engines! {
    a_start_from_a_kept_atlas_shows_the_record_as_it_is_now
    an_atlas_is_kept_after_a_write_that_did_several_things
    a_kept_atlas_of_another_database_or_of_the_future_is_not_taken
    a_kept_atlas_rated_by_another_policy_is_not_taken
    what_is_read_in_portions_is_what_was_taken_in_as_it_was_written
    what_is_written_while_a_process_starts_is_not_lost
}

const VISITS: &str = "house_code,date,kind,facilities,registration\nA-1,2010-01-01,assessment,missing,passive\nA-2,2010-02-01,assessment,fitted,proactive\n";

fn keep(world: &World) -> Vec<u8> {
    let (snapshot, origin) = world.runtime.block_on(world.app.to_keep()).unwrap();
    kept(&snapshot, &origin)
}

fn kept(snapshot: &Snapshot, origin: &Origin) -> Vec<u8> {
    let mut bytes = Vec::new();
    snapshot.keep(origin, &mut bytes).unwrap();
    bytes
}

/// Another process on the same database, given this kept atlas.
fn start(world: &World, bytes: &[u8]) -> (Arc<App>, Source) {
    let (bytes, length) = (bytes.to_vec(), bytes.len() as u64);
    world.runtime.block_on(async {
        let store = Store::open(&world.database_url, audit_keys()).await.unwrap();
        App::open_kept(store, jiff::tz::TimeZone::UTC, None, Some(KeptAtlas::open(Cursor::new(bytes), length))).await.unwrap()
    })
}

fn record(world: &World, code: &str, day: &str) {
    let draft = Draft { day: day.parse().unwrap(), kind: "criminal_case".to_owned(), fields: Default::default() };
    world.runtime.block_on(world.app.record(&Caller::console(), &HouseCode::new(code).unwrap(), draft, None)).unwrap();
}

fn a_start_from_a_kept_atlas_shows_the_record_as_it_is_now(world: World) {
    let world = world.demo();
    let bytes = keep(&world);
    let revision = world.app.snapshot().revision();
    let (app, source) = start(&world, &bytes);
    assert_eq!((source, app.snapshot().difference(&world.app.snapshot())), (Source::Kept(revision), None));
    assert_eq!(*app.site(), *world.app.site());
    // A house that changed since, one that came, one that went.
    let code = {
        let mut first = None;
        let snapshot = world.app.snapshot();
        snapshot.each(|house| first = first.take().or_else(|| house.spans().next().map(|_| house.code().to_owned())));
        first.unwrap()
    };
    record(&world, &code, "2009-01-05");
    let gone = world.import(ImportedKind::Houses, "house_code,lon,lat\nZZ-1,120.06,31.73\n").id.unwrap();
    let kept_with_it = keep(&world);
    world.runtime.block_on(world.app.undo_import(&Caller::console(), &gone)).unwrap();
    world.import(ImportedKind::Houses, "house_code,lon,lat\nZZ-2,120.06,31.73\n");
    for bytes in [bytes, kept_with_it] {
        let (app, source) = start(&world, &bytes);
        assert!(matches!(source, Source::Kept(_)), "{source:?}");
        assert_eq!(app.snapshot().revision(), world.app.snapshot().revision());
        assert_eq!(app.snapshot().difference(&world.app.snapshot()), None);
        assert_eq!(app.site().first_day, world.app.site().first_day);
    }
}

fn an_atlas_is_kept_after_a_write_that_did_several_things(world: World) {
    let world = world.with_four_houses();
    let audit = || Audit { who: "test", role: "officer", action: "test", subject: "A-1", detail: serde_json::Value::Null, place: "" };
    world.runtime.block_on(async {
        let mut write = world.app.store().begin(1).await.unwrap();
        write.stamp_houses(&["A-1", "A-2"]).await.unwrap();
        write.commit_all(audit(), vec![audit()], Touched::Houses).await.unwrap();
        world.app.catch_up().await.unwrap();
    });
    let (app, source) = start(&world, &keep(&world));
    assert!(matches!(source, Source::Kept(_)), "{source:?}");
    assert_eq!(app.snapshot().difference(&world.app.snapshot()), None);
}

fn a_kept_atlas_of_another_database_or_of_the_future_is_not_taken(world: World) {
    let world = world.with_four_houses();
    let (snapshot, origin) = world.runtime.block_on(world.app.to_keep()).unwrap();
    let other = Origin { history: origin.history.replace(' ', "  "), ..origin.clone() };
    let ahead = Snapshot::pack(Vec::new(), Default::default(), snapshot.revision() + 1);
    let mut damaged = kept(&snapshot, &origin);
    let last = damaged.len() - 9;
    damaged[last] ^= 1;
    for (bytes, why) in [(kept(&snapshot, &other), "another database"), (kept(&ahead, &origin), "newer"), (damaged, "damaged"), (vec![1; 99], "not an atlas")] {
        let (app, source) = start(&world, &bytes);
        assert!(matches!(&source, Source::Instead(reason) if reason.contains(why)), "{source:?}: {why}");
        assert_eq!(app.snapshot().difference(&snapshot), None);
    }
    // Whole and of this record by its head, but with other houses in it.
    let forged = Snapshot::pack(Vec::new(), Default::default(), snapshot.revision());
    let (app, source) = start(&world, &kept(&forged, &origin));
    assert!(matches!(&source, Source::Instead(reason) if reason.contains("shows house A-")), "{source:?}");
    assert_eq!(app.snapshot().difference(&snapshot), None);
    // A safety copy that went its own way has the same first revisions, and others after them.
    let twin = World::new(Engine::Sqlite).unwrap().with_four_houses();
    assert!(matches!(start(&world, &keep(&twin)).1, Source::Instead(_)));
}

fn a_kept_atlas_rated_by_another_policy_is_not_taken(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Events, VISITS);
    let (snapshot, origin) = world.runtime.block_on(world.app.to_keep()).unwrap();
    for origin in [Origin { policies: "other".into(), ..origin.clone() }, Origin { build: "0.0.9".into(), ..origin.clone() }] {
        let (app, source) = start(&world, &kept(&snapshot, &origin));
        assert!(matches!(&source, Source::Instead(reason) if reason.contains("rated by")), "{source:?}");
        assert_eq!(app.snapshot().difference(&snapshot), None);
    }
    // A policy that came into force afterwards too.
    let bytes = kept(&snapshot, &origin);
    let edited = sanshi::app::DEMO_POLICY.replace("always = 10", "always = 9");
    world.runtime.block_on(world.app.activate_policy(&Caller::console(), &edited, world.app.today())).unwrap();
    let (app, source) = start(&world, &bytes);
    assert!(matches!(source, Source::Instead(_)));
    assert_eq!(app.snapshot().difference(&world.app.snapshot()), None);
}

fn what_is_read_in_portions_is_what_was_taken_in_as_it_was_written(world: World) {
    // Each import is small enough to be taken in house by house; together they fill several portions.
    for part in 0..2 {
        let (mut houses, mut events) = ("house_code,lon,lat,kind,area_code\n".to_owned(), "house_code,date,kind,facilities,voided\n".to_owned());
        for number in (part * 15_000..).take(15_000) {
            let code = format!("H{:05}", number * 7919 % 30_000);
            writeln!(houses, "{code},{},{},rental,V{}", 120.0 + f64::from(number % 200) / 1000.0, 31.7 + f64::from(number / 200) / 1000.0, number % 50)
                .unwrap();
            if number % 10 == 0 {
                let (day, voided) = (1 + number % 28, if number % 30 == 0 { "yes" } else { "" });
                writeln!(events, "{code},2010-01-{day:02},assessment,missing,\n{code},2010-02-{day:02},assessment,fitted,{voided}").unwrap();
            }
        }
        assert_eq!(world.import(ImportedKind::Houses, &houses).new, 15_000);
        assert_eq!(world.import(ImportedKind::Events, &events).new, 3_000);
    }
    let read = world.second_process().snapshot();
    assert_eq!((read.len(), read.difference(&world.app.snapshot())), (30_000, None));
}

fn what_is_written_while_a_process_starts_is_not_lost(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Events, VISITS);
    std::thread::scope(|scope| {
        scope.spawn(|| (1..=20).for_each(|day| record(&world, "A-1", &format!("2010-03-{day:02}"))));
        for _ in 0..5 {
            let other = world.second_process();
            world.runtime.block_on(other.catch_up()).unwrap();
        }
    });
    let other = world.second_process();
    assert_eq!((other.snapshot().revision(), other.snapshot().difference(&world.app.snapshot())), (world.app.snapshot().revision(), None));
}
