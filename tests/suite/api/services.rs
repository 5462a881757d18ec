//! How far it is to a school or a clinic, and how many each must serve.

use sanshi::{
    app::{Caller, ImportFile, ImportedKind, TokenDraft},
    domain::access::{Right, Role},
    transfer::Mapping,
};
use serde_json::{Value, json};

use super::{access::id_number, population::keyed};
use crate::world::{World, on_both_engines};

on_both_engines! {
    each_point_is_told_whom_it_serves
    the_people_of_other_areas_are_not_served
    service_points_are_imported_again_and_taken_back_as_other_files_are
}

/// 94.6 m apart from the next one: GeographicLib 2.x, GeodSolve -i, WGS 84.
const STEP_M: f64 = 94.6;

const POINTS: &str = "code,name,kind,lon,lat
S-1,东小学,school,120.05,31.72
S-2,西小学,school,120.06,31.72
C-1,卫生站,clinic,120.06,31.72
C-2,远卫生站,clinic,121.5,31.72
";

/// Three to the east of the first school, one beside the second.
fn served(world: World) -> World {
    let world = keyed(world);
    let houses = "house_code,lon,lat,kind,area_code\nA-1,120.051,31.72,rental,V1\nA-2,120.053,31.72,rental,V1\nB-1,120.06,31.72,rental,W1\n";
    world.import(ImportedKind::Houses, houses);
    let mut residents = "house_code,name,id_number,registration,role,from,to\n".to_owned();
    for (serial, code) in [(1, "A-1"), (2, "A-1"), (3, "A-2"), (4, "B-1")] {
        residents += &format!("{code},某,{},temporary,tenant,2020-01-01,\n", id_number(serial));
    }
    assert_eq!(world.import(ImportedKind::Residents, &residents).new, 4);
    assert_eq!(world.import(ImportedKind::Services, POINTS).new, 4);
    world
}

fn of(answer: &Value) -> Vec<(String, u64, Option<f64>, Option<f64>)> {
    let service = |one: &Value| (one["code"].as_str().unwrap().to_owned(), one["people"].as_u64().unwrap(), one["mean_m"].as_f64(), one["farthest_m"].as_f64());
    answer["services"].as_array().unwrap().iter().map(service).collect()
}

fn each_point_is_told_whom_it_serves(world: World) {
    let world = served(world);
    let schools = of(&world.get("/api/services?kind=school&date=2021-01-01").json());
    let [(first, people, mean, farthest), second] = &schools[..] else { panic!("{schools:?}") };
    assert_eq!((first.as_str(), *people), ("S-1", 3));
    let near = |found: Option<f64>, steps: f64| assert!((found.unwrap() - steps * STEP_M).abs() < 1.0, "{found:?}");
    near(*mean, 5.0 / 3.0);
    near(*farthest, 3.0);
    assert_eq!(second, &("S-2".to_owned(), 1, Some(0.0), Some(0.0)));
    let all = of(&world.get("/api/services?date=2021-01-01").json());
    assert_eq!(all.iter().map(|one| (one.0.as_str(), one.1)).collect::<Vec<_>>(), [("S-1", 3), ("S-2", 1), ("C-1", 4), ("C-2", 0)]);
    assert_eq!(all[3], ("C-2".to_owned(), 0, None, None));
    assert!(of(&world.get("/api/services?date=2019-01-01").json()).iter().all(|one| one.1 == 0));
    assert_eq!(world.get("/api/services?kind=castle").code(), "bad_parameter");
}

fn the_people_of_other_areas_are_not_served(world: World) {
    let world = served(world);
    for role in Role::ALL.into_iter().skip(1) {
        let make = |areas: Option<&str>| {
            let draft = TokenDraft { areas: areas.map(|area| vec![area.to_owned()]), ..TokenDraft::new(&format!("{role} {areas:?}"), role) };
            world.runtime.block_on(world.app.make_token(&Caller::console(), draft)).unwrap().secret
        };
        assert!(role.may(Right::SeeCensus));
        for (areas, expected) in [(None, [3, 1]), (Some("V1"), [3, 0]), (Some("W1"), [0, 1]), (Some("Z9"), [0, 0])] {
            let answer = world.ask("GET", "/api/services?kind=school", Some(&make(areas)), b"", &[]);
            assert_eq!(of(&answer.json()).iter().map(|one| one.1).collect::<Vec<_>>(), expected, "{role} {areas:?}");
        }
    }
    assert_eq!(world.public_get("/api/services").code(), "sign_in_needed");
}

fn service_points_are_imported_again_and_taken_back_as_other_files_are(world: World) {
    let count = || world.runtime.block_on(world.app.services(None)).unwrap().len();
    let file = ImportFile { name: "s.csv".to_owned(), bytes: POINTS.into(), form: None, mapping: Mapping::default(), datum: None };
    let dry = world.runtime.block_on(world.app.import(&Caller::console(), ImportedKind::Services, file, true)).unwrap();
    assert_eq!((dry.new, dry.id, count()), (4, None, 0));
    let first = world.import(ImportedKind::Services, POINTS);
    let again = world.import(ImportedKind::Services, POINTS);
    assert_eq!((first.new, again.same, again.id), (4, 4, None));
    let other = world.import(ImportedKind::Services, "code,name,kind,lon,lat\nS-1,东小学,school,120.051,31.72\nS-9,x,castle,120,31\n");
    assert_eq!((other.changed, other.faulty, other.faults[0].column.as_str()), (1, 1, "kind"));
    let administrator = world.token(Role::Administrator);
    let undo = |id: &str| world.post_as(&administrator, &format!("/api/imports/{id}/undo"), "");
    assert_eq!(undo(&other.id.unwrap()).code(), "replaced_others");
    assert_eq!(undo(&first.id.unwrap()).json()["what"], json!("services"));
    // The one that was changed since is the later import's.
    assert_eq!(count(), 1);
}
