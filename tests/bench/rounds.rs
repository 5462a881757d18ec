//! A round on real streets, from asking to being kept: `cargo bench --bench rounds -- FILE.osm.pbf`.
//!
//! 60 houses that are due and three teams, between Vaduz and Schaan, drawn anew for each of five days; on foot, 10 minutes each.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks to who runs it and may stop")]

use std::{fmt::Write, sync::Arc, time::Instant};

use sanshi::{
    app::{App, Caller, DEMO_POLICY, ImportFile, ImportedKind, RoundDraft},
    domain::{access::Role, scope::Scope},
    random::Random,
    store::Store,
    transfer::Mapping,
    vault::Keys,
};

#[tokio::main]
async fn main() {
    // cargo itself passes `--bench`.
    let Some(file) = std::env::args().skip(1).find(|argument| argument != "--bench") else { return println!("expected FILE.osm.pbf") };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}/sanshi.db", folder.path().display()), Arc::new(Keys::generate().unwrap())).await.unwrap();
    let app = App::open(store, jiff::tz::TimeZone::UTC, Some(DEMO_POLICY)).await.unwrap();
    let began = Instant::now();
    let streets = app.import_streets(&Caller::console(), &file, std::fs::read(&file).unwrap()).unwrap().finish().await.unwrap();
    println!("{} edges read and kept within {} ms", streets.network.edges, began.elapsed().as_millis());
    let mut random = Random::stream(1, 1);
    let mut houses = String::from("house_code,lon,lat,kind\n");
    for number in 0..300 {
        let (lon, lat) = (9.500 + 0.030 * random.fraction(), 47.130 + 0.050 * random.fraction());
        writeln!(houses, "H-{number},{lon:.6},{lat:.6},rental").unwrap();
    }
    let file = ImportFile { name: "bench".to_owned(), bytes: houses.into_bytes(), form: None, mapping: Mapping::default(), datum: None };
    app.import(&Caller::console(), ImportedKind::Houses, file, false).await.unwrap();
    let planner = Caller::new("planner".to_owned(), Role::Planner, Scope::everywhere());
    for day in 0..5 {
        let team = |name: &str| serde_json::json!({ "name": name, "duty": "assistant", "start": [9.5209, 47.1393], "from": "13:00", "until": "18:00" });
        let chosen: Vec<String> = (60 * day..60 * (day + 1)).map(|number| format!("H-{number}")).collect();
        let draft = serde_json::json!({ "houses": chosen, "day": app.today().plus_days(1), "teams": [team("A"), team("B"), team("C")] });
        let draft: RoundDraft = serde_json::from_value(draft).unwrap();
        let began = Instant::now();
        let round = app.plan_round(&planner, draft).await.unwrap().finish().await.unwrap().round;
        let visited: usize = round.teams.iter().map(|team| team.stops.len()).sum();
        let km = round.teams.iter().map(|team| team.length_m).sum::<u64>() / 1000;
        println!("{visited} of 60 visited, {km} km, {} iterations: planned, checked and kept within {} ms", round.iterations, began.elapsed().as_millis());
    }
}
