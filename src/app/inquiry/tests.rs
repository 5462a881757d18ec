//! What a question does with patience that ends while it is worked on.

use super::*;
use crate::{
    atlas::{BaseMap, HouseFacts, Patience},
    domain::{house::HouseCode, tier::TierSpan},
    earth::LonLat,
};

/// Red and green rental houses side by side, 100 a row.
fn town(houses: u32) -> Snapshot {
    let house = |number: u32| {
        let standing = if number.is_multiple_of(3) { Standing::Red } else { Standing::Green };
        let span = TierSpan { from: Day::FIRST, standing, score: None };
        HouseFacts {
            serial: u64::from(number) + 1,
            code: HouseCode::new(&format!("H-{number:06}")).unwrap(),
            place: LonLat::new(120.0 + f64::from(number % 100) * 1e-4, 31.0 + f64::from(number / 100) * 1e-4).unwrap(),
            kind: HouseKind::Rental,
            address: String::new(),
            door_plate: String::new(),
            area_code: String::new(),
            spans: vec![span],
            published: vec![span],
        }
    };
    Snapshot::pack((0..houses).map(house).collect(), BaseMap::default(), 0)
}

fn inquiry(ask: Ask) -> Inquiry {
    let study = Study { id: "s".to_owned(), name: String::new(), author: String::new(), areas: None, alpha: 0.05, at_ms: 0 };
    let moment = Moment { day: Day::FIRST, view: View::Computed };
    let ring = json!([[[119.9, 30.9], [120.1, 30.9], [120.1, 31.01], [119.9, 31.01], [119.9, 30.9]]]);
    let area = Some(Drawn { geometry: json!({ "type": "Polygon", "coordinates": ring }), distance_m: None });
    Inquiry::new(study, Scope::everywhere(), Arc::default(), None, Question { moment, area, other: None, ask }).unwrap()
}

#[test]
fn a_preview_is_whole_or_none() {
    let snapshot = town(40_000);
    let inquiry = inquiry(Ask::Area {});
    let whole = inquiry.preview(&snapshot).unwrap();
    assert!(whole.inside.houses > 9_000 && whole.inside.houses + whole.outside.houses == 40_000, "{whole:?}");
    let gone = Patience::limited();
    gone.end();
    assert!(matches!(inquiry.preview(&snapshot.with_patience(gone)), Err(Refusal::GivenUp)));
    // Whoever goes away at any time between sees no part of it.
    for pause in 0..300 {
        let patience = Patience::limited();
        let asked = snapshot.with_patience(patience.clone());
        std::thread::scope(|scope| {
            scope.spawn(move || {
                (0..pause * 100).for_each(|_| std::hint::spin_loop());
                patience.end();
            });
            match inquiry.preview(&asked) {
                Ok(preview) => assert_eq!(preview, whole),
                Err(refusal) => assert!(matches!(refusal, Refusal::GivenUp)),
            }
        });
    }
}

#[test]
fn join_counts_are_of_houses_that_have_neighbours_and_the_others_say_how_many_have_none() {
    let mut inquiry = inquiry(Ask::Area {});
    // Within 10 m are those to the east and west only: rows are 11 m apart, and the last row has one house.
    let snapshot = town(1_001);
    for (method, houses, red) in [("joins", 1_000, 334), ("gistar", 1_001, 334), ("moran", 1_001, 334)] {
        inquiry.question.ask = serde_json::from_value(json!({ "method": method, "within_m": 10.0 })).unwrap();
        let finding = inquiry.work(&snapshot, &|_| ()).unwrap().finding;
        assert_eq!((finding.base, finding.without_neighbours), (Count { houses, red }, Some(1)), "{method}");
        inquiry.question.ask = serde_json::from_value(json!({ "method": method, "within_m": 12.0 })).unwrap();
        let finding = inquiry.work(&snapshot, &|_| ()).unwrap().finding;
        assert_eq!((finding.base.houses, finding.without_neighbours), (1_001, None), "{method}");
    }
}

#[test]
fn every_question_ends_when_nobody_waits_for_it() {
    let snapshot = town(3_000);
    for ask in [
        json!({ "method": "scan", "replicates": 9999 }),
        json!({ "method": "gistar", "within_m": 500.0 }),
        json!({ "method": "moran", "replicates": 9999 }),
        json!({ "method": "joins", "replicates": 9999 }),
        json!({ "method": "dbscan", "eps_m": 5000.0 }),
        json!({ "method": "hdbscan" }),
        json!({ "method": "density", "bandwidth_m": 500.0, "cell_m": 5.0 }),
    ] {
        let mut inquiry = inquiry(Ask::Area {});
        inquiry.question.ask = serde_json::from_value(ask.clone()).unwrap();
        let patience = Patience::limited();
        // At the first word of progress.
        let tell = |_: f64| patience.end();
        assert!(matches!(inquiry.work(&snapshot.with_patience(patience.clone()), &tell), Err(Refusal::GivenUp)), "{ask}");
        assert!(patience.is_over(), "{ask}");
    }
}
