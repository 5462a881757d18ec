//! Real open data of other cities, through the same program: the slices in `seeds/` always, the whole sets where `../shared` is.

use std::path::Path;

use sanshi::{
    app::ImportedKind,
    domain::{
        day::Day,
        observation::{Observation, Timeline},
        policy::Policy,
    },
    store::Store,
    transfer::{self, Form, Mapping},
};

use crate::world::{EVERYWHERE, Engine, World, audit_keys, shared};

fn seed(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name)).unwrap_or_else(|error| panic!("seeds/{name}: {error}"))
}

fn mapping(name: &str) -> Mapping {
    Mapping::parse_toml(&seed(&format!("mappings/{name}.toml"))).unwrap()
}

/// Rows whose computed score is not the published one, of all rows with a score.
fn toronto_disagreements(bytes: &[u8]) -> (usize, usize) {
    let policy = Policy::parse(&seed("policies/toronto-rentsafe.toml")).unwrap();
    let parsed = transfer::observations(bytes, Form::Csv, &mapping("toronto-evaluations"));
    let (mut rows, mut different) = (0, 0);
    for (row, observed) in parsed.rows {
        let Some(published) = observed.fields.get("published_score").cloned() else { continue };
        // One row has a published score of 81.1, which no rounded share can be.
        let Ok(fields) = policy.admit(&observed.kind, &observed.fields) else {
            (rows, different) = (rows + 1, different + 1);
            continue;
        };
        let timeline = Timeline::new([Observation { id: row.to_string(), day: observed.day, kind: observed.kind, fields }]);
        let receipt = policy.assess(&timeline, observed.day);
        rows += 1;
        different += usize::from(receipt.score.map(|score| score.to_string()) != Some(published));
    }
    (different, rows)
}

#[test]
fn toronto_s_published_scores_are_computed_from_the_items() {
    let (different, rows) = toronto_disagreements(seed("toronto/evaluations.csv").as_bytes());
    assert!(rows >= 40 && different * 100 <= rows * 4, "{different} of {rows} rows of the slice differ");
    let Some(shared) = shared() else { return };
    let (different, rows) = toronto_disagreements(&std::fs::read(shared.join("data/rental_toronto/evaluations_2023_on.csv")).unwrap());
    assert!(rows > 6_000, "{rows}");
    assert!(different * 100 <= rows, "{different} of {rows} rows differ from the published score");
}

/// An empty site of its own with a policy of ours.
fn city(policy: &str) -> World {
    let mut world = World::new(Engine::Sqlite).unwrap();
    let url = format!("sqlite:{}", world.folder.path().join("city.db").display());
    world.app = world.runtime.block_on(async {
        let store = Store::open(&url, audit_keys()).await.unwrap();
        sanshi::app::App::open(store, jiff::tz::TimeZone::UTC, Some(&seed(policy))).await.unwrap()
    });
    world
}

#[test]
fn toronto_becomes_a_map_with_the_same_program() {
    let world = city("policies/toronto-rentsafe.toml");
    let file = seed("toronto/evaluations.csv");
    let houses = world.import_file(ImportedKind::Houses, file.as_bytes(), mapping("toronto-houses"));
    assert!(houses.new >= 30, "{:?}", houses.faults);
    let events = world.import_file(ImportedKind::Events, file.as_bytes(), mapping("toronto-evaluations"));
    assert!(events.new >= 40, "{:?}", events.faults);
    let everywhere = transfer::region(EVERYWHERE.as_bytes(), None).unwrap();
    let day: Day = "2026-08-31".parse().unwrap();
    let summary = world.app.snapshot().summary(&everywhere, day, &sanshi::atlas::Filter::default());
    let rated: u64 = summary.by_standing[2..].iter().sum();
    assert!(rated >= 30, "{summary:?}");
}

#[test]
fn minneapolis_shows_the_city_s_own_tiers() {
    let world = city("policies/minneapolis-tiers.toml");
    let file = match shared() {
        Some(shared) => std::fs::read_to_string(shared.join("data/rental_minneapolis/rental_licences_slices.csv")).unwrap(),
        None => seed("minneapolis/licences.csv"),
    };
    let houses = world.import_file(ImportedKind::Houses, file.as_bytes(), mapping("minneapolis-houses"));
    let events = world.import_file(ImportedKind::Events, file.as_bytes(), mapping("minneapolis-tiers"));
    if shared().is_none() {
        assert!(houses.new > 40 && events.new > 40, "{:?} {:?}", houses.faults, events.faults);
        return;
    }
    // 79 licences lie at 0, 0 and are refused, and with them their tiers.
    assert_eq!((houses.new, houses.faulty, events.new, events.faulty), (1068, 79, 1068, 79), "{:?} {:?}", houses.faults, events.faults);
    let everywhere = transfer::region(EVERYWHERE.as_bytes(), None).unwrap();
    let summary = world.app.snapshot().summary(&everywhere, "2022-03-31".parse::<Day>().unwrap(), &sanshi::atlas::Filter::default());
    // none, unrated, red, yellow, green, star: Tier 1 and 1D 1,083 less the 79 without a place, Tier 2 25, Tier 3 6, blank 33.
    assert_eq!(summary.by_standing, [0, 33, 6, 25, 1004, 0]);
}
