//! Fills a site with a made-up district, to measure a whole server with: `cargo bench --bench site -- HOUSES DIR [postgres://…]`.
//!
//! Written is what an import would write, under the default policy of a new site; the folder or database must be new. The same number
//! gives the same site.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks to who runs it and may stop")]

mod villages;

use std::{sync::Arc, time::Instant};

use sanshi::{
    app::App,
    domain::house::HouseKind,
    earth::Datum,
    store::{Audit, HouseRecord, NewEvent, Store, Touched},
    vault::Keys,
};

use villages::District;

/// Houses per transaction.
const PART: usize = 250_000;

#[tokio::main]
async fn main() {
    // cargo itself passes `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [houses, folder, database @ ..] = &arguments[..] else { return println!("expected HOUSES DIR [postgres://…]") };
    let Ok(houses) = houses.parse() else { return println!("expected a number of houses; found {houses}") };
    std::fs::create_dir_all(folder).unwrap();
    let url = database.first().cloned().unwrap_or_else(|| format!("sqlite:{folder}/sanshi.db"));
    let keys = Keys::generate().unwrap();
    std::fs::write(format!("{folder}/audit.key"), keys.to_text().as_bytes()).unwrap();
    let store = Store::open(&url, Arc::new(keys)).await.unwrap();
    let app = App::open(store.clone(), jiff::tz::TimeZone::UTC, None).await.unwrap();
    assert!(app.snapshot().is_empty(), "the site has houses; name a new one");
    drop(app);
    let began = Instant::now();
    let events = fill(&store, houses).await;
    store.close().await;
    println!("{houses} houses and {events} observations in {folder} within {:.0} s", began.elapsed().as_secs_f64());
}

/// Gives the number of observations.
async fn fill(store: &Store, houses: usize) -> usize {
    let mut district = District::new(houses);
    let mut observed = 0;
    for from in (0..houses).step_by(PART) {
        let (mut records, mut events) = (Vec::new(), Vec::new());
        for number in from..(from + PART).min(houses) {
            let house = district.house(number);
            if house.kind == HouseKind::Rental {
                events.extend(district.visits().into_iter().map(|visit| {
                    observed += 1;
                    NewEvent {
                        // As long as the ids of an import.
                        id: format!("01VILLAGE{observed:017}"),
                        house_code: house.code.clone(),
                        day: visit.day,
                        kind: visit.kind.to_owned(),
                        fields: visit.fields,
                        recorded_by: "bench".to_owned(),
                        idempotency_key: None,
                    }
                }));
            }
            let (source_lon, source_lat) = (house.place.lon(), house.place.lat());
            records.push(HouseRecord { house, datum: Datum::Wgs84, source_lon, source_lat });
        }
        let mut write = store.begin(0).await.unwrap();
        write.put_houses(&records).await.unwrap();
        write.add_events(events, None).await.unwrap();
        let detail = serde_json::json!({ "houses": records.len() });
        let audit = Audit { who: "bench", role: "administrator", action: "import", subject: "district", detail, place: "" };
        write.commit(audit, Touched::Houses).await.unwrap();
    }
    observed
}
