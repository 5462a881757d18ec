use std::{collections::BTreeSet, process::Command, thread};

use quick_xml::{Reader, events::Event};
use sanshi::{app::ImportedKind, domain::access::Role};
use serde_json::{Value, json};

use crate::world::{Answer, World, on_both_engines};

on_both_engines! {
    a_day_of_the_demo_is_planned_for_three_teams_and_can_be_planned_again
    in_the_evening_only_where_it_is_allowed_and_never_alone
    what_cannot_be_planned_has_its_reason
    a_plan_is_made_again_with_few_changes
    an_order_by_hand_is_checked
    a_stop_marked_twice_is_marked_once
    two_who_plan_at_once_call_on_a_house_once
    rounds_that_lead_elsewhere_are_not_seen
    a_round_can_be_carried_along
    on_streets_the_real_ways_are_walked_and_an_island_is_left_out
    a_file_of_streets_that_is_broken_changes_nothing
    a_routing_problem_is_planned_for_planners
}

/// So many rental houses along a lane, A-1 to A-n, 50 m from one another; every second one red since long.
pub(super) fn lane(world: World, houses: usize) -> World {
    let mut text = String::from("house_code,lon,lat,address,kind,area_code\n");
    let mut seen = String::from("house_code,date,kind,registration,facilities,neighbours,hazard\n");
    for number in 1..=houses {
        let lon = 120.05 + number as f64 * 0.00053;
        text += &format!("A-{number},{lon:.6},31.72,前桥村{number}号,rental,V1\n");
        seen += &match number % 2 {
            0 => format!("A-{number},2010-01-10,assessment,passive,missing,bad,\n"),
            _ => format!("A-{number},2010-01-10,assessment,proactive,fitted,good,no\n"),
        };
    }
    assert_eq!(world.import(ImportedKind::Houses, &text).new, houses as u64);
    world.import(ImportedKind::Events, &seen);
    world
}

/// The houses of the lane by name: not all of them are due.
pub(super) fn these(houses: usize) -> Vec<String> {
    (1..=houses).map(|number| format!("A-{number}")).collect()
}

pub(super) fn team(name: &str) -> Value {
    json!({ "name": name, "duty": "officer", "members": ["Li", "Wang"], "start": [120.05, 31.72], "from": "09:00", "until": "17:00" })
}

/// What came of long work: its last line, after lines of progress.
pub(super) fn last(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    let lines: Vec<Value> = String::from_utf8_lossy(&answer.bytes).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, before) = lines.split_last().unwrap();
    assert!(before.iter().all(|line| (0.0..=1.0).contains(&line["progress"].as_f64().unwrap())));
    last.clone()
}

pub(super) fn plan(world: &World, token: &str, draft: &Value) -> Value {
    let last = last(&world.post_as(token, "/api/rounds", draft.to_string()));
    assert!(last["result"]["round"].is_object(), "{last}");
    last["result"]["round"].clone()
}

/// A lane of three houses, an officer, and their round of today to all three.
pub(super) fn three_today(world: World) -> (World, String, Value) {
    let world = lane(world, 3);
    let officer = world.token_for("Li", Role::Officer, None);
    let round = plan(&world, &officer, &json!({ "day": world.app.today(), "houses": these(3), "iterations": 20, "share": 0, "teams": [team("A")] }));
    (world, officer, round)
}

pub(super) fn get(world: &World, token: &str, path: &str) -> Answer {
    world.ask("GET", path, Some(token), b"", &[])
}

pub(super) fn codes(team: &Value) -> Vec<String> {
    team["stops"].as_array().unwrap().iter().map(|stop| stop["code"].as_str().unwrap().to_owned()).collect()
}

pub(super) fn all_codes(round: &Value) -> Vec<Vec<String>> {
    round["teams"].as_array().unwrap().iter().map(codes).collect()
}

/// Each visit begins after the way there and lasts as long as it should, within the shift.
fn must_be_walkable(round: &Value, shift_s: (u64, u64)) {
    let minutes = round["minutes"].as_u64().unwrap();
    let second = |value: &Value| value.as_u64().unwrap();
    let mut seen = BTreeSet::new();
    for team in round["teams"].as_array().unwrap() {
        let mut clock = second(&team["leaves_s"]);
        assert!(clock >= shift_s.0 && second(&team["ends_s"]) <= shift_s.1, "{team}");
        for (stop, number) in team["stops"].as_array().unwrap().iter().zip(1..) {
            assert!(seen.insert(stop["code"].as_str().unwrap().to_owned()), "{stop} stands twice");
            assert_eq!(second(&stop["number"]), number);
            // Seconds are cut, not rounded: one each way.
            assert!(second(&stop["begins_s"]) + 1 >= clock + second(&stop["travel_s"]), "{stop}");
            assert!(second(&stop["leaves_s"]).abs_diff(second(&stop["begins_s"]) + 60 * minutes) <= 1, "{stop}");
            clock = second(&stop["leaves_s"]);
        }
        assert!(second(&team["ends_s"]) + 1 >= clock);
    }
}

fn a_day_of_the_demo_is_planned_for_three_teams_and_can_be_planned_again(world: World) {
    let world = world.demo();
    let planner = world.token_for("planner", Role::Planner, None);
    let codes_due: Vec<String> = {
        let due = get(&world, &planner, "/api/inspections/due?limit=1000").json();
        let codes: BTreeSet<String> = due["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect();
        codes.into_iter().take(60).collect()
    };
    assert_eq!(codes_due.len(), 60);
    let house = world.public_get(&format!("/api/houses/{}", codes_due[0])).json();
    let start = [house["lon"].as_f64().unwrap(), house["lat"].as_f64().unwrap()];
    let team = |name: &str| {
        json!({ "name": name, "duty": "officer", "start": start, "from": "14:00", "until": "18:00",
        "breaks": [{ "from": "15:30", "until": "16:30", "minutes": 15 }] })
    };
    let day = world.app.today().plus_days(1);
    let draft = json!({ "day": day, "name": "周一", "houses": codes_due, "iterations": 400, "teams": [team("甲"), team("乙"), team("丙")] });
    let round = plan(&world, &planner, &draft);
    must_be_walkable(&round, (14 * 3600, 18 * 3600));
    let (visited, left_out) = (all_codes(&round).concat().len(), round["left_out"].as_array().unwrap().len());
    assert!(visited >= 40 && visited + left_out == 60, "{visited} visited");
    for out in round["left_out"].as_array().unwrap() {
        let why = &out["why"];
        assert!(!why["code"].as_str().unwrap().is_empty() && !why["zh"].as_str().unwrap().is_ascii() && why["en"].as_str().unwrap().is_ascii(), "{why}");
    }
    // Without streets it says that it is an estimate.
    assert_eq!(round["ways"], json!({ "by": "straight_lines", "factor": 1.3 }));
    let random = &round["random"];
    assert_eq!((random["candidates"].as_u64(), random["share"].as_f64()), (Some(60), Some(0.1)));
    assert_eq!(random["probability"].as_f64().unwrap(), random["drawn"].as_f64().unwrap() / 60.0);
    let drawn = |stop: &&Value| stop["drawn"] == true;
    let stops = round["teams"].as_array().unwrap().iter().flat_map(|team| team["stops"].as_array().unwrap());
    assert_eq!(stops.chain(round["left_out"].as_array().unwrap()).filter(drawn).count() as u64, random["drawn"].as_u64().unwrap());
    let id = round["id"].as_str().unwrap();
    assert_eq!(get(&world, &planner, &format!("/api/rounds/{id}")).json(), round);
    // Nobody who lives there is told of.
    assert!(!round.to_string().contains("resident"));
    let caller = world.runtime.block_on(world.app.bearer(&planner)).unwrap().unwrap();
    assert!(world.runtime.block_on(world.app.repeats(&caller, id)).unwrap(), "the same question has the same plan");
    // Seed and lot are in the audit.
    let audit = get(&world, &world.token(Role::Auditor), "/api/audit?action=plan_round").json();
    let row = audit["rows"].as_array().or(audit["entries"].as_array()).map_or_else(|| panic!("{audit}"), |rows| rows[0].clone());
    assert_eq!(row["detail"]["seed"], round["seed"], "{row}");
}

fn in_the_evening_only_where_it_is_allowed_and_never_alone(world: World) {
    let world = lane(world, 8).published();
    let planner = world.token_for("planner", Role::Planner, None);
    let late = |members: Value| json!({ "name": "A", "duty": "officer", "members": members, "start": [120.05, 31.72], "from": "18:30", "until": "21:30" });
    let day = world.app.today().plus_days(1);
    let draft = |team: Value| json!({ "day": day, "iterations": 50, "share": 0.5, "teams": [team] });
    let alone = world.post_as(&planner, "/api/rounds", draft(late(json!(["Li"]))).to_string());
    assert_eq!((alone.code().as_str(), alone.json()["errors"][0]["field"].as_str().unwrap().to_owned()), ("invalid", "teams[0].members".to_owned()));
    // Nobody said that it is an evening round: the hours say it.
    let round = plan(&world, &planner, &draft(late(json!(["Li", "Wang"]))));
    assert_eq!(round["evening"], true);
    let red: BTreeSet<String> = ["A-2", "A-4", "A-6", "A-8"].map(str::to_owned).into();
    assert_eq!(all_codes(&round).concat().into_iter().collect::<BTreeSet<_>>(), red);
    for stop in round["teams"][0]["stops"].as_array().unwrap() {
        assert!(stop["begins_s"].as_u64().unwrap() <= 21 * 3600, "{stop}");
    }
    // Once a month: what one round calls on no other one does.
    let next = json!({ "day": day.plus_days(1), "iterations": 50, "teams": [late(json!(["Li", "Wang"]))] });
    if day.first_of_month() == day.plus_days(1).first_of_month() {
        assert_eq!(world.post_as(&planner, "/api/rounds", next.to_string()).code(), "not_fitting");
    }
}

fn what_cannot_be_planned_has_its_reason(world: World) {
    let world = lane(world, 4);
    let planner = world.token_for("planner", Role::Planner, None);
    let day = world.app.today().plus_days(1);
    let post = |draft: Value| world.post_as(&planner, "/api/rounds", draft.to_string());
    let flaw = |draft: Value| {
        let answer = post(draft);
        (answer.code(), answer.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
    };
    let invalid = |field: &str| ("invalid".to_owned(), field.to_owned());
    assert_eq!(flaw(json!({ "day": day, "teams": [] })), invalid("teams"));
    let mut backwards = team("A");
    (backwards["from"], backwards["until"]) = (json!("17:00"), json!("09:00"));
    assert_eq!(flaw(json!({ "day": day, "teams": [backwards] })), invalid("teams[0].until"));
    assert_eq!(flaw(json!({ "day": world.app.today().plus_days(-1), "teams": [team("A")] })), invalid("day"));
    assert_eq!(flaw(json!({ "day": day, "teams": [team("A"), team("A")] })), invalid("teams"));
    let many: Vec<String> = (0..10_000).map(|number| format!("A-{number}")).collect();
    assert_eq!(flaw(json!({ "day": day, "houses": many, "teams": [team("A")] })), invalid("houses"));
    let mut late_break = team("A");
    late_break["breaks"] = json!([{ "from": "16:55", "until": "16:58", "minutes": 30 }]);
    assert_eq!(flaw(json!({ "day": day, "teams": [late_break] })), invalid("teams[0].breaks[0]"));
    let mut nowhere = team("A");
    nowhere["start"] = json!([120.0, 131.0]);
    assert_eq!(flaw(json!({ "day": day, "teams": [nowhere] })), invalid("teams[0].start"));
    assert_eq!(post(json!({ "day": day, "houses": ["Z-9"], "teams": [team("A")] })).code(), "not_found");
    assert_eq!(post(json!({ "day": day, "area": "V9", "teams": [team("A")] })).code(), "not_fitting");
    assert_eq!(post(json!({ "day": day, "teams": [team("A")], "sedes": 1 })).code(), "bad_json");
    assert_eq!(flaw(json!({ "day": day, "polygon": { "type": "Point", "coordinates": [1, 2] }, "teams": [team("A")] })), invalid("polygon"));
    // Windows that nobody can meet: everything is left out, each with its reason.
    let round = plan(&world, &planner, &json!({ "day": day, "houses": these(4), "window": ["05:00", "06:00"], "iterations": 20, "teams": [team("A")] }));
    assert_eq!(all_codes(&round), [Vec::<String>::new()]);
    let why: BTreeSet<&str> = round["left_out"].as_array().unwrap().iter().map(|out| out["why"]["code"].as_str().unwrap()).collect();
    assert_eq!((why, round["left_out"].as_array().unwrap().len()), (BTreeSet::from(["window"]), 4));
    assert_eq!(world.post_as(&world.token(Role::Assistant), "/api/rounds", "{}").code(), "forbidden");
}

fn a_plan_is_made_again_with_few_changes(world: World) {
    let world = lane(world, 24);
    let officer = world.token_for("Li", Role::Officer, None);
    let today = world.app.today();
    let round = plan(&world, &officer, &json!({ "day": today, "houses": these(24), "iterations": 300, "share": 0, "teams": [team("A"), team("B")] }));
    let (id, before) = (round["id"].as_str().unwrap().to_owned(), all_codes(&round));
    assert_eq!(before.concat().len(), 24, "{round:#}");
    let first = before.iter().find(|order| order.len() > 3).unwrap().clone();
    // The first is done, the third dropped, the second locked.
    let visit = json!({ "date": today, "at": "09:30", "outcome": "done", "round": id });
    assert_eq!(world.post_as(&officer, &format!("/api/houses/{}/visits", first[0]), visit.to_string()).status, 201);
    let path = format!("/api/rounds/{id}/replan");
    let wanted = json!({ "revision": 1, "drop": [first[2]], "lock": [first[1]], "now": "09:30" });
    assert_eq!(world.post_as(&officer, &path, wanted.to_string()).code(), "round_changed", "the visit came meanwhile");
    let wanted = json!({ "revision": 2, "drop": [first[2]], "lock": [first[1]], "now": "09:30" });
    let again = last(&world.post_as(&officer, &path, wanted.to_string()))["result"].clone();
    assert!(again["changes"]["moved"].as_array().unwrap().len() <= 2, "{}", again["changes"]);
    assert_eq!(again["changes"]["dropped"], json!([first[2]]));
    let after = all_codes(&again["round"]).into_iter().find(|order| order.first() == Some(&first[0])).unwrap();
    assert_eq!((after.contains(&first[1]), after.contains(&first[2])), (true, false), "what is done stays first, what is locked stays");
    let states: Vec<&str> = ["done", "planned"].into();
    let team = again["round"]["teams"].as_array().unwrap().iter().find(|team| codes(team) == after).unwrap();
    assert_eq!([&team["stops"][0]["state"], &team["stops"][1]["state"]], [&json!(states[0]), &json!(states[1])]);
    must_be_walkable(&again["round"], (9 * 3600, 17 * 3600));
    assert_eq!(again["round"]["dropped"][0]["code"], json!(first[2]));
    // Taken in again.
    let wanted = json!({ "revision": 3, "add": [first[2]], "now": "09:30" });
    let third = last(&world.post_as(&officer, &path, wanted.to_string()))["result"].clone();
    assert_eq!((&third["changes"]["added"], all_codes(&third["round"]).concat().len()), (&json!([first[2]]), 24));
}

fn an_order_by_hand_is_checked(world: World) {
    let world = lane(world, 6);
    let planner = world.token_for("planner", Role::Planner, None);
    let day = world.app.today().plus_days(1);
    let mut short = team("A");
    short["until"] = json!("09:55");
    let round = plan(&world, &planner, &json!({ "day": day, "houses": these(6), "iterations": 100, "share": 0, "teams": [short, team("B")] }));
    let path = format!("/api/rounds/{}", round["id"].as_str().unwrap());
    let put = |body: Value| world.ask("PUT", &format!("{path}/order"), Some(&planner), body.to_string().as_bytes(), &[]);
    let mut all = all_codes(&round).concat();
    all.sort();
    // All to the team with less than an hour: its shift is not long enough, and nothing has changed.
    let refused = put(json!({ "revision": 1, "teams": [all, []] }));
    assert_eq!((refused.code().as_str(), &refused.json()["errors"][0]["field"]), ("bad_plan", &json!("shift")));
    assert_eq!(get(&world, &planner, &path).json()["revision"], 1);
    assert_eq!(put(json!({ "revision": 1, "teams": [[all[0]], [all[0]]] })).code(), "invalid");
    assert_eq!(put(json!({ "revision": 1, "teams": [["Z-9"], []] })).code(), "invalid");
    assert_eq!(put(json!({ "revision": 1, "teams": [all] })).code(), "invalid");
    assert_eq!(put(json!({ "revision": 7, "teams": [[], all] })).code(), "round_changed");
    let turned: Vec<&String> = all.iter().rev().collect();
    let made = put(json!({ "revision": 1, "teams": [[], turned] })).json();
    assert_eq!((&made["round"]["revision"], codes(&made["round"]["teams"][1])), (&json!(2), turned.into_iter().cloned().collect()), "{made:#}");
    must_be_walkable(&made["round"], (9 * 3600, 17 * 3600));
    // A locked stop does not go to another team.
    let lock = |act: &str, revision: u32| world.post_as(&planner, &format!("{path}/stops/A-1"), json!({ "revision": revision, "act": act }).to_string());
    assert_eq!(lock("lock", 2).json()["round"]["revision"], 3);
    let flaws = put(json!({ "revision": 3, "teams": [["A-1"], []] }));
    assert_eq!((flaws.code().as_str(), &flaws.json()["errors"][0]["field"]), ("bad_plan", &json!("lock")));
    let dropped = lock("drop", 3).json();
    assert_eq!((&dropped["changes"]["dropped"], &dropped["changes"]["moved"]), (&json!(["A-1"]), &json!([])));
    assert_eq!(lock("drop", 4).code(), "invalid");
}

fn a_stop_marked_twice_is_marked_once(world: World) {
    let (world, officer, round) = three_today(world);
    let today = world.app.today();
    let id = round["id"].as_str().unwrap();
    let path = format!("/api/rounds/{id}");
    let sent = json!({ "id": ulid::Ulid::generate().to_string(), "date": today, "at": "09:10", "outcome": "nobody_home", "round": id }).to_string();
    assert_eq!(world.post_as(&officer, "/api/houses/A-1/visits", &sent).status, 201);
    let once = get(&world, &officer, &path).json();
    assert_eq!(world.post_as(&officer, "/api/houses/A-1/visits", &sent).status, 200);
    assert_eq!(get(&world, &officer, &path).json(), once);
    let state = |round: &Value| round["teams"][0]["stops"].as_array().unwrap().iter().find(|stop| stop["code"] == "A-1").unwrap()["state"].clone();
    assert_eq!((state(&once), &once["revision"]), (json!("nobody_home"), &json!(2)));
    // A round that is not there, or not of this house, takes no visit, and no visit is recorded for it.
    let elsewhere = |round: &str| json!({ "date": today, "outcome": "done", "round": round }).to_string();
    assert_eq!(world.post_as(&officer, "/api/houses/A-2/visits", elsewhere("01J00000000000000000000000")).code(), "not_found");
    assert_eq!(get(&world, &officer, "/api/houses/A-2/visits").json()["visits"], json!([]));
    let listed = get(&world, &officer, "/api/rounds").json();
    assert_eq!((&listed["rounds"][0]["visited"], &listed["rounds"][0]["stops"]), (&json!(1), &json!(3)));
}

fn two_who_plan_at_once_call_on_a_house_once(world: World) {
    let world = lane(world, 6);
    let planners = ["Li", "Wang"].map(|name| world.token_for(name, Role::Planner, None));
    let draft = json!({ "day": world.app.today().plus_days(1), "iterations": 100, "teams": [team("A")] }).to_string();
    let ends: Vec<Value> = thread::scope(|scope| {
        let asked = planners.each_ref().map(|token| scope.spawn(|| world.post_as(token, "/api/rounds", &draft)));
        asked
            .into_iter()
            .map(|one| one.join().unwrap())
            .map(|answer| if answer.status == 200 { last(&answer) } else { json!({ "problem": answer.json() }) })
            .collect()
    });
    let problems: Vec<&str> = ends.iter().filter_map(|end| end["problem"]["code"].as_str()).collect();
    let planned = ends.iter().flat_map(|end| end["result"]["round"]["teams"].as_array().cloned().unwrap_or_default());
    let mut codes: Vec<String> =
        planned.flat_map(|team| team["stops"].as_array().cloned().unwrap_or_default()).map(|stop| stop["code"].as_str().unwrap().to_owned()).collect();
    let all = codes.len();
    codes.sort();
    codes.dedup();
    // Whoever comes when the other's round stands already is given the houses that it leaves.
    assert!(all > 0 && codes.len() == all, "{ends:#?}");
    assert!(problems.is_empty() || problems == ["already_planned"] || problems == ["not_fitting"], "{ends:#?}");
}

fn rounds_that_lead_elsewhere_are_not_seen(world: World) {
    let world = lane(world, 3);
    let [here, elsewhere, whole] = [Some("V1"), Some("V2"), None].map(|area| world.token_for(&format!("{area:?}"), Role::Planner, area));
    let round = plan(&world, &here, &json!({ "iterations": 20, "teams": [team("A")] }));
    let path = format!("/api/rounds/{}", round["id"].as_str().unwrap());
    for token in [&here, &whole] {
        assert_eq!(get(&world, token, &path).json(), round);
        assert_eq!(get(&world, token, "/api/rounds").json()["rounds"].as_array().unwrap().len(), 1);
    }
    assert_eq!(get(&world, &elsewhere, &path).code(), "not_found");
    assert_eq!(get(&world, &elsewhere, "/api/rounds").json()["rounds"], json!([]));
    assert_eq!(world.public_get("/api/rounds").code(), "sign_in_needed");
    assert_eq!(get(&world, &whole, "/api/rounds?from=2026-01-02&to=2026-01-01").code(), "invalid");
}

/// The names of all elements, if it is well-formed XML.
fn elements(bytes: &[u8]) -> Vec<String> {
    let mut reader = Reader::from_reader(bytes);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => names.push(start.name().as_ref().to_owned()),
            Event::Eof => return names,
            _ => {}
        }
    }
}

fn a_round_can_be_carried_along(world: World) {
    let world = lane(world, 5);
    let planner = world.token_for("planner", Role::Planner, None);
    let mut odd = team("A & <B>");
    odd["until"] = json!("16:00");
    let round = plan(&world, &planner, &json!({ "name": "夜 & <x>", "houses": these(5), "iterations": 50, "share": 0, "teams": [odd, team("C")] }));
    let path = format!("/api/rounds/{}", round["id"].as_str().unwrap());
    let file = |name: &str| get(&world, &planner, &format!("{path}/{name}"));
    let gpx = elements(&file("round.gpx").bytes);
    assert_eq!((gpx[0].as_str(), gpx.iter().filter(|name| *name == "wpt").count()), ("gpx", 5));
    let kml = elements(&file("round.kml").bytes);
    assert_eq!((kml[0].as_str(), kml.iter().filter(|name| *name == "Point").count(), kml.iter().filter(|name| *name == "Folder").count()), ("kml", 5, 2));
    // Its stops, and the way where it goes out at all.
    let of_team = match codes(&round["teams"][0]).len() {
        0 => 0,
        stops => stops + 1,
    };
    for (name, layer, count) in [("round.gpx", "waypoints", 5), ("round.gpx", "tracks", 2), ("round.kml", "A & <B>", of_team)] {
        let place = world.folder.path().join(name);
        std::fs::write(&place, file(name).bytes).unwrap();
        match Command::new("ogrinfo").args(["-ro", "-so", &place.display().to_string(), layer]).output() {
            Ok(read) => assert!(String::from_utf8_lossy(&read.stdout).contains(&format!("Feature Count: {count}")), "{name} {layer}: {read:?}"),
            Err(_) => eprintln!("skipped: ogrinfo (gdal-bin) is not installed"),
        }
    }
    let geojson = file("round.geojson");
    assert_eq!(geojson.headers["content-type"], "application/geo+json");
    let points = |value: &Value| value["features"].as_array().unwrap().iter().filter(|feature| feature["geometry"]["type"] == "Point").count();
    assert_eq!(points(&geojson.json()), 5);
    let per_team: Vec<usize> = (0..2).map(|team| points(&file(&format!("round.geojson?team={team}")).json())).collect();
    assert_eq!(per_team, all_codes(&round).iter().map(Vec::len).collect::<Vec<_>>());
    for paper in ["a4", "a5"] {
        assert!(file(&format!("sheet.pdf?paper={paper}")).bytes.starts_with(b"%PDF-1.7"));
    }
    assert_eq!(file("sheet.pdf?paper=letter").code(), "bad_parameter");
    assert_eq!(file("round.gpx?team=2").code(), "invalid");
    assert_eq!(file("round.doc").code(), "not_found");
}

/// A street along the lane with a corner to the south, and one far from it that no way leads to.
const STREETS: &str = r#"<?xml version="1.0"?><osm version="0.6">
<node id="1" lon="120.0500" lat="31.7200"/><node id="2" lon="120.0520" lat="31.7200"/><node id="3" lon="120.0520" lat="31.7190"/>
<node id="4" lon="120.0540" lat="31.7190"/><node id="5" lon="120.0540" lat="31.7200"/><node id="6" lon="120.0600" lat="31.7200"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="6"/><tag k="highway" v="residential"/></way>
</osm>"#;

fn on_streets_the_real_ways_are_walked_and_an_island_is_left_out(world: World) {
    let world = lane(world, 10);
    world.import(ImportedKind::Houses, "house_code,lon,lat,address,kind,area_code\nI-1,120.2,31.8,岛上1号,rental,V1\n");
    let (planner, admin) = (world.token_for("planner", Role::Planner, None), world.token(Role::Administrator));
    let read = last(&world.post_as(&admin, "/api/streets?name=lane.osm", STREETS))["result"].clone();
    assert_eq!((read["reading"]["ways"].as_u64(), read["file"].as_str()), (Some(1), Some("lane.osm")), "{read}");
    let report = get(&world, &admin, "/api/streets").json();
    assert_eq!(report["streets"]["id"], read["id"]);
    assert!(report["streets"]["attribution"].as_str().unwrap().contains("OpenStreetMap"));
    assert_eq!(last(&world.post_as(&admin, "/api/streets?name=lane.osm", STREETS))["result"]["id"], Value::Null, "the same file again");
    let mut houses = these(10);
    houses.push("I-1".to_owned());
    let draft = json!({ "day": world.app.today().plus_days(1), "houses": houses, "iterations": 50, "share": 0, "musts": ["I-1"], "teams": [team("A")] });
    let round = plan(&world, &planner, &draft);
    assert_eq!((&round["ways"]["by"], &round["ways"]["id"]), (&json!("streets"), &read["id"]));
    let out = &round["left_out"][0];
    assert_eq!((&out["code"], &out["why"]["code"], &out["importance"]), (&json!("I-1"), &json!("unreachable"), &json!("must")));
    assert_eq!(codes(&round["teams"][0]).len(), 10);
    // The corner must be walked: longer than the straight way of 1 km there and back, and the path shows it.
    let length = round["teams"][0]["length_m"].as_f64().unwrap();
    assert!((1400.0..2000.0).contains(&length), "{length}");
    let path = get(&world, &planner, &format!("/api/rounds/{}/round.geojson", round["id"].as_str().unwrap())).json();
    let line = path["features"][0]["geometry"]["coordinates"].as_array().unwrap();
    assert!(line.iter().any(|place| place[1].as_f64().unwrap() < 31.71905), "{line:?}");
    // Another process plans on the same streets.
    let other = world.second_process();
    let caller = world.runtime.block_on(other.bearer(&planner)).unwrap().unwrap();
    assert!(world.runtime.block_on(other.repeats(&caller, round["id"].as_str().unwrap())).unwrap());
    let mut off = team("B");
    off["start"] = json!([120.3, 31.9]);
    let beside = world.post_as(&planner, "/api/rounds", json!({ "teams": [team("A"), off] }).to_string());
    assert_eq!((beside.code().as_str(), &beside.json()["errors"][0]["field"]), ("invalid", &json!("teams[1].start")));
}

fn a_file_of_streets_that_is_broken_changes_nothing(world: World) {
    let admin = world.token(Role::Administrator);
    let cut = &STREETS.as_bytes()[..STREETS.len() - 90];
    // A block of a .pbf that says to be longer than the file is.
    let pbf = [&[0, 0, 0, 13, 10, 9][..], b"OSMHeader", &[24, 200]].concat();
    for bytes in [cut, &pbf, b"", b"house_code,lon,lat\n", br#"<osm version="0.6"></osm>"#] {
        let end = last(&world.post_as(&admin, "/api/streets", bytes));
        let problem = &end["problem"];
        assert_eq!((problem["code"].as_str(), problem["errors"][0]["field"].as_str()), (Some("invalid"), Some("file")), "{end}");
        assert!(!problem["errors"][0]["found"].as_str().unwrap().is_empty());
    }
    assert_eq!(get(&world, &admin, "/api/streets").json()["streets"], Value::Null);
}

fn a_routing_problem_is_planned_for_planners(world: World) {
    let planner = world.token_for("planner", Role::Planner, None);
    let stops: Vec<Value> = (1..6).map(|at| json!({ "id": format!("H{at}"), "lon": 120.0 + f64::from(at) / 1000.0, "lat": 31.7, "service_s": 600 })).collect();
    let problem =
        json!({ "travel": { "speed_kmh": 4.5 }, "teams": [{ "id": "A", "start": { "lon": 120.0, "lat": 31.7 }, "shift": [64800, 75600] }], "stops": stops });
    let ask = |token: &str| world.post_as(token, "/api/route?iterations=100&seed=7", problem.to_string());
    let answer = ask(&planner).json();
    assert_eq!((answer["teams"][0]["stops"].as_array().unwrap().len(), &answer["estimated"]["detour"]), (5, &json!(1.3)));
    assert_eq!(ask(&planner).json(), answer, "the same seed and iterations, the same plan");
    assert_eq!(ask(&world.token(Role::Assistant)).code(), "forbidden");
    assert_eq!(world.public_post("/api/route", "{}").code(), "sign_in_needed");
    let bad = world.post_as(&planner, "/api/route", r#"{"travel":{"speed_kmh":4.5},"teams":[],"stops":[]}"#);
    assert_eq!(bad.code(), "bad_plan");
    assert!(bad.json()["detail"].as_str().unwrap().contains("no team"));
    assert_eq!(world.post_as(&planner, "/api/route?seconds=3600", problem.to_string()).code(), "bad_parameter");
}
