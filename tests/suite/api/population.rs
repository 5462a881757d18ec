//! How many live where, against counting one by one.

use std::collections::BTreeMap;

use sanshi::{
    app::{App, Caller, ImportedKind, TokenDraft},
    domain::{access::Role, day::Day, house::HouseCode, population::Population, scope::Scope},
    vault::Keys,
};
use serde_json::{Value, json};

use super::access::id_number;
use crate::world::{Answer, EVERYWHERE, Engine, SQUARE, World, on_both_engines};

on_both_engines! {
    counts_of_any_area_and_day_are_those_counted_one_by_one
    counts_follow_who_moves_in_and_out_in_every_process
    an_area_of_the_hierarchy_counts_with_what_lies_in_it_and_foreign_is_as_missing
    nothing_that_the_public_gets_tells_how_many_live_somewhere
    everybody_may_know_fixed_figures_of_areas_without_small_counts
    a_grid_counts_everybody_once_and_has_a_limit
    a_site_without_residents_counts_none
}

pub fn keyed(world: World) -> World {
    let key = Keys::generate().unwrap().to_text().to_string();
    world.app.read_keys_with(Box::new(move || Keys::parse(&key).map(Some).map_err(|bad| bad.to_string())));
    world
}

/// Numbers that are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A part of the site: houses in a row to the east, one every 100 metres or so.
fn house(at: u64) -> (String, f64, f64, &'static str) {
    let area = if at.is_multiple_of(3) { "W1" } else { "V1" };
    (format!("H-{at:02}"), 120.05 + at as f64 * 0.001, 31.72 + (at % 4) as f64 * 0.0005, area)
}

const HOUSES: u64 = 24;
const FIRST: i32 = 14_600; // 2009-12-22

fn day(number: u64) -> Day {
    Day::from_number(FIRST + i32::try_from(number).unwrap())
}

/// Houses of two areas with some 240 stays, some of them of one person twice in a house.
fn peopled(world: World) -> World {
    let world = keyed(world);
    let mut houses = "house_code,lon,lat,kind,area_code\n".to_owned();
    for at in 0..HOUSES {
        let (code, lon, lat, area) = house(at);
        houses += &format!("{code},{lon},{lat},rental,{area}\n");
    }
    assert_eq!(world.import(ImportedKind::Houses, &houses).new, HOUSES);
    world.import(ImportedKind::Areas, &areas());
    let mut numbers = Numbers(7);
    let mut residents = "house_code,name,id_number,registration,role,from,to\n".to_owned();
    for _ in 0..240 {
        let who = numbers.below(90);
        // The last houses stay empty, the first are full.
        let (code, ..) = house(numbers.below(20).min(numbers.below(20)));
        let from = numbers.below(200);
        let to = if numbers.below(3) == 0 { String::new() } else { day(from + numbers.below(120)).to_string() };
        let registration = if numbers.below(2) == 0 { "registered" } else { "temporary" };
        residents += &format!("{code},某{who},{},{registration},tenant,{},{to}\n", id_number(u32::try_from(who).unwrap()), day(from));
    }
    let report = world.import(ImportedKind::Residents, &residents);
    assert!(report.new > 200, "{:?}", report.faults);
    world
}

/// The community T with its villages V1 and W1.
fn areas() -> String {
    let feature = |code: &str, parent: &str| {
        json!({ "type": "Feature", "properties": { "code": code, "name": code, "level": if parent.is_empty() { "community" } else { "village" }, "parent": parent },
            "geometry": serde_json::from_str::<Value>(SQUARE).unwrap() })
    };
    json!({ "type": "FeatureCollection", "features": [feature("T", ""), feature("V1", "T"), feature("W1", "T")] }).to_string()
}

/// Counted house by house in the record.
fn one_by_one(world: &World, day: Day, wanted: impl Fn(f64, f64, &str) -> bool) -> (u64, u64, u64) {
    let mut sums = (0, 0, 0);
    for at in 0..HOUSES {
        let (code, lon, lat, area) = house(at);
        if wanted(lon, lat, area) {
            let code = HouseCode::new(&code).unwrap();
            let census = world.runtime.block_on(world.app.store().census_on(&Scope::everywhere(), &code, day)).unwrap().unwrap();
            let (registered, temporary) = (census.registered.unsigned_abs(), census.temporary.unsigned_abs());
            sums = (sums.0 + registered, sums.1 + temporary, sums.2 + u64::from(registered + temporary > 0));
        }
    }
    sums
}

fn counts(answer: &Value) -> (u64, u64, u64) {
    let count = |name: &str| answer[name].as_u64().unwrap_or_else(|| panic!("{name} in {answer}"));
    (count("registered"), count("temporary"), count("houses"))
}

fn boxed(w: f64, s: f64, e: f64, n: f64) -> String {
    json!({ "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] }).to_string()
}

fn at_home(world: &World) -> String {
    let draft = TokenDraft { areas: Some(vec!["V1".to_owned()]), ..TokenDraft::new("V1", Role::Planner) };
    world.runtime.block_on(world.app.make_token(&Caller::console(), draft)).unwrap().secret
}

fn counts_of_any_area_and_day_are_those_counted_one_by_one(world: World) {
    let world = peopled(world);
    let home = at_home(&world);
    let mut numbers = Numbers(11);
    let mut people = 0;
    for _ in 0..20 {
        let (a, b) = (numbers.below(26), numbers.below(26));
        let (w, e) = (120.0495 + a.min(b) as f64 * 0.001, 120.0505 + a.max(b) as f64 * 0.001);
        let (s, n) = (31.7198, 31.7203 + numbers.below(4) as f64 * 0.0005);
        let day = day(numbers.below(330));
        let body = boxed(w, s, e, n);
        let is_in = |lon: f64, lat: f64| lon >= w && lon <= e && lat >= s && lat <= n;
        let expected = one_by_one(&world, day, |lon, lat, _| is_in(lon, lat));
        people += expected.0 + expected.1;
        assert_eq!(counts(&world.post(&format!("/api/areas/population?date={day}"), &body).json()), expected);
        let expected_at_home = one_by_one(&world, day, |lon, lat, area| is_in(lon, lat) && area == "V1");
        assert_eq!(counts(&world.post_as(&home, &format!("/api/areas/population?date={day}"), &body).json()), expected_at_home);
        let summary = world.post(&format!("/api/areas/summary?date={day}"), &body).json();
        if summary["total"] != 0 {
            assert_eq!(counts(&summary["population"]), expected);
        }
    }
    assert!(people > 100, "the boxes hold somebody");
    let trend = world.post_as(&home, "/api/areas/population?from=2009-11-15&to=2011-01-31", "").json()["trend"].clone();
    let days: Vec<Day> = serde_json::from_value(trend["days"].clone()).unwrap();
    assert_eq!((days.len(), days[0]), (14, Day::new(2009, 12, 1).unwrap()));
    for (at, day) in days.into_iter().enumerate() {
        let counted = ["registered", "temporary", "houses"].map(|name| trend[name][at].as_u64().unwrap());
        let (registered, temporary, houses) = one_by_one(&world, day, |_, _, area| area == "V1");
        assert_eq!(counted, [registered, temporary, houses], "{day}");
    }
    for query in ["from=2010-01-01", "to=2010-01-01", "from=2010-02-01&to=2010-01-01", "from=1900-01-01&to=2010-01-01", "date=x"] {
        assert_eq!(world.post(&format!("/api/areas/population?{query}"), EVERYWHERE).code(), "bad_parameter", "{query}");
    }
}

/// Of each house with residents how many these are on a day, as a process has it in memory.
fn in_memory(app: &App, day: Day) -> BTreeMap<String, Population> {
    let (snapshot, census, mut found) = (app.snapshot(), app.census(), BTreeMap::new());
    assert_eq!(snapshot.revision(), census.revision());
    snapshot.each(|house| {
        found.insert(house.code().to_owned(), census.on(house.serial(), day));
    });
    found.retain(|_, population| population.all() > 0);
    found
}

fn counts_follow_who_moves_in_and_out_in_every_process(world: World) {
    let world = peopled(world);
    let other = world.second_process();
    let officer = world.token(Role::Officer);
    let (today, empty) = (world.app.today(), house(23).0);
    let live = |process: &App| {
        world.runtime.block_on(process.catch_up()).unwrap();
        in_memory(process, today).get(&empty).copied().unwrap_or_default()
    };
    assert_eq!((live(&world.app), live(&other)), (Population::default(), Population::default()));
    let joined = json!({ "name": "新人", "id_number": id_number(900), "registration": "registered", "role": "family", "from": "2020-01-01" });
    let joined = world.post_as(&officer, &format!("/api/houses/{empty}/residents"), joined.to_string());
    assert_eq!(joined.status, 201, "{}", String::from_utf8_lossy(&joined.bytes));
    let one = Population { registered: 1, temporary: 0 };
    assert_eq!((live(&world.app), live(&other)), (one, one));
    let residency = joined.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.post_as(&officer, &format!("/api/residencies/{residency}/end"), json!({ "to": today }).to_string()).status, 200);
    assert_eq!((live(&world.app), live(&other)), (Population::default(), Population::default()));
    // An import, and that it is taken back.
    let file = format!("house_code,name,id_number,registration,role,from,to\n{empty},甲,{},temporary,tenant,2021-01-01,\n", id_number(901));
    let import = world.import(ImportedKind::Residents, &file).id.unwrap();
    let one = Population { registered: 0, temporary: 1 };
    assert_eq!((live(&world.app), live(&other)), (one, one));
    world.runtime.block_on(world.app.undo_import(&Caller::console(), &import)).unwrap();
    assert_eq!((live(&world.app), live(&other)), (Population::default(), Population::default()));
    // And a process that starts now has all of it.
    let day = day(150);
    assert_eq!(in_memory(&world.second_process(), day), in_memory(&world.app, day));
    assert_eq!(in_memory(&other, day), in_memory(&world.app, day));
}

fn an_area_of_the_hierarchy_counts_with_what_lies_in_it_and_foreign_is_as_missing(world: World) {
    let world = peopled(world);
    let (home, day) = (at_home(&world), day(150));
    let ask = |token: &str, area: &str| world.post_as(token, &format!("/api/areas/population?date={day}&area={area}"), "");
    let staff = world.staff.clone();
    for (area, codes) in [("T", &["V1", "W1"][..]), ("V1", &["V1"]), ("W1", &["W1"])] {
        assert_eq!(counts(&ask(&staff, area).json()), one_by_one(&world, day, |_, _, of| codes.contains(&of)), "{area}");
    }
    // What lies above one's own area is counted as far as one may.
    assert_eq!(counts(&ask(&home, "T").json()), one_by_one(&world, day, |_, _, of| of == "V1"));
    let (foreign, missing) = (ask(&home, "W1"), ask(&home, "X1"));
    assert_eq!((foreign.status, foreign.code()), (404, "not_found".to_owned()));
    assert_eq!(String::from_utf8_lossy(&foreign.bytes).replace("W1", "X1"), String::from_utf8_lossy(&missing.bytes));
}

fn nothing_that_the_public_gets_tells_how_many_live_somewhere(world: World) {
    let world = keyed(world).with_four_houses();
    let lives_in = |code: &str, serial| {
        let file = format!("house_code,name,id_number,registration,role,from,to\n{code},甲,{},temporary,tenant,2021-01-01,\n", id_number(serial));
        assert_eq!(world.import(ImportedKind::Residents, &file).new, 1);
    };
    // The first person of all binds the site to its key, so everything is read anew once.
    lives_in("A-2", 1);
    let tile = "/tiles/16/54622/26673.mvt";
    let paths = ["/api/houses/A-1", "/api/areas/houses?bbox=119,31,121,32", "/ogc/collections/houses/items/A-1", tile];
    let all = |world: &World| -> Vec<Answer> { paths.iter().map(|path| world.public_get(path)).collect() };
    let (seen, seen_by_staff, snapshot) = (all(&world), world.get(tile), world.app.snapshot());
    assert!(!seen[3].bytes.is_empty(), "the tile shows the houses");
    lives_in("A-1", 2);
    assert_eq!(world.post("/api/areas/summary", SQUARE).json()["population"], json!({ "registered": 0, "temporary": 2, "houses": 2 }));
    assert_eq!(world.app.snapshot().difference(&snapshot), None);
    for (before, after) in seen.iter().zip(all(&world)) {
        assert_eq!((before.status, &before.bytes), (200, &after.bytes));
        assert_eq!(before.headers.get("etag"), after.headers.get("etag"));
    }
    assert_eq!(world.get(tile).bytes, seen_by_staff.bytes);
    assert_eq!(world.public_post("/api/areas/summary", SQUARE).json().get("population"), None);
    assert_eq!(world.public_post("/api/areas/population", SQUARE).code(), "sign_in_needed");
    assert_eq!(world.public_get("/api/population/grid?bbox=120,31,120.1,31.1").code(), "sign_in_needed");
}

fn everybody_may_know_fixed_figures_of_areas_without_small_counts(world: World) {
    let world = keyed(world);
    world.import(ImportedKind::Areas, &areas());
    let houses = "house_code,lon,lat,kind,area_code\nA-1,120.05,31.72,rental,V1\nB-1,120.06,31.72,rental,W1\nC-1,120.07,31.72,rental,T\n";
    world.import(ImportedKind::Houses, houses);
    let mut file = "house_code,name,id_number,registration,role,from,to\n".to_owned();
    let mut serial = 0;
    let mut live = |code: &str, registration: &str, count: u32, from: &str| {
        for _ in 0..count {
            serial += 1;
            file += &format!("{code},某,{},{registration},tenant,{from},\n", id_number(serial));
        }
    };
    for (code, registered, temporary) in [("A-1", 12, 30), ("B-1", 15, 11)] {
        live(code, "registered", registered, "2010-01-05");
        live(code, "temporary", temporary, "2010-01-05");
    }
    live("B-1", "temporary", 1, "2010-02-10");
    live("C-1", "registered", 3, "2010-03-05");
    world.import(ImportedKind::Residents, &file);
    let figures = |date: &str| {
        let answer = world.public_get(&format!("/api/population?date={date}"));
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
        assert_eq!(world.get(&format!("/api/population?date={date}")).bytes, answer.bytes, "staff are told the same here");
        let of = |area: &Value| (area["code"].as_str().unwrap().to_owned(), area["registered"].as_u64().zip(area["temporary"].as_u64()));
        answer.json()["areas"].as_array().unwrap().iter().map(of).collect::<BTreeMap<_, _>>()
    };
    let told = |t, v, w| BTreeMap::from([("T".to_owned(), t), ("V1".to_owned(), v), ("W1".to_owned(), w)]);
    assert_eq!(figures("2009-12-31"), told(None, None, None));
    assert_eq!(figures("2010-01-31"), told(Some((27, 41)), Some((12, 30)), Some((15, 11))));
    // Three live under T and under none of its parts: one part more is held back, or they would follow.
    assert_eq!(figures("2010-03-31"), told(Some((30, 42)), Some((12, 30)), None));
    let today = world.app.today();
    for date in ["2010-01-30", "2010-02-10", &today.to_string(), &today.plus_months(2).first_of_month().plus_days(-1).to_string(), "x"] {
        assert_eq!(world.public_get(&format!("/api/population?date={date}")).code(), "bad_parameter", "{date}");
    }
    assert_eq!(world.public_get("/api/population").json()["day"], today.first_of_month().plus_days(-1).to_string());
}

fn a_grid_counts_everybody_once_and_has_a_limit(world: World) {
    let world = peopled(world);
    let (home, day) = (at_home(&world), day(150));
    let whole = "119.9,31.7,120.2,31.8";
    let grid =
        |token: &str, bbox: &str, cell_m: f64| world.ask("GET", &format!("/api/population/grid?bbox={bbox}&date={day}&cell_m={cell_m}"), Some(token), b"", &[]);
    for cell_m in [150.0, 450.0, 20_000.0] {
        for (token, area) in [(&world.staff, ""), (&home, "V1")] {
            let answer = grid(token, whole, cell_m);
            assert_eq!(
                (&answer.headers["content-type"], &answer.headers["cache-control"]),
                (&"application/geo+json".parse().unwrap(), &"no-store".parse().unwrap())
            );
            let (mut sums, answer) = ((0, 0, 0), answer.json());
            for cell in answer["features"].as_array().unwrap() {
                let (registered, temporary, houses) = counts(&cell["properties"]);
                assert!(houses > 0 && registered + temporary == cell["properties"]["residents"].as_u64().unwrap());
                sums = (sums.0 + registered, sums.1 + temporary, sums.2 + houses);
            }
            assert_eq!(sums, one_by_one(&world, day, |_, _, of| of.starts_with(area)));
        }
    }
    assert_eq!(grid(&world.staff, whole, 20_000.0).json()["features"].as_array().unwrap().len(), 1);
    for (bbox, cell_m) in [(whole, 20.0), (whole, 19.0), (whole, f64::NAN), ("-180,-90,180,90", 100_000.0), ("120,31", 100.0)] {
        assert_eq!(grid(&world.staff, bbox, cell_m).code(), "bad_parameter", "{bbox} {cell_m}");
    }
}

#[test]
fn the_reference_community_has_its_people() {
    let world = keyed(World::new(Engine::Sqlite).unwrap()).demo();
    let counted = world.post("/api/areas/population?date=2010-10-31", EVERYWHERE).json();
    assert_eq!((&counted["registered"], &counted["temporary"]), (&3237.into(), &4470.into()));
    assert_eq!(world.post("/api/areas/population?date=2010-10-31&area=320405002201", "").json(), counted);
    let figures = world.public_get("/api/population?date=2010-10-31").json();
    let community = figures["areas"].as_array().unwrap().iter().find(|area| area["parent"] == "").unwrap().clone();
    assert_eq!((&community["code"], &community["registered"], &community["temporary"]), (&"320405002201".into(), &3237.into(), &4470.into()));
    // Everybody goes to one school.
    let schools = world.get("/api/services?date=2010-10-31&kind=school").json();
    assert_eq!(schools["services"].as_array().unwrap().iter().map(|school| school["people"].as_u64().unwrap()).sum::<u64>(), 3237 + 4470);
}

fn a_site_without_residents_counts_none(world: World) {
    let world = world.with_four_houses();
    assert_eq!(counts(&world.post("/api/areas/population", SQUARE).json()), (0, 0, 0));
    assert_eq!(counts(&world.post("/api/areas/summary", SQUARE).json()["population"]), (0, 0, 0));
    assert_eq!(world.post("/api/areas/summary", boxed(1.0, 1.0, 2.0, 2.0)).json().get("population"), None);
    assert_eq!(world.get("/api/population/grid?bbox=120,31,120.1,31.1").json()["features"], json!([]));
    assert_eq!(world.public_get("/api/population").json()["areas"], json!([]));
}
