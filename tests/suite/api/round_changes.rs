//! Rounds on their way: what may come back into one, what a break and the time of day do, and what becomes of a stop whose visit was a mistake.

use std::collections::BTreeSet;

use sanshi::{
    app::RoundDraft,
    domain::{access::Role, round::StopState},
};
use serde_json::{Value, json};

use super::rounds::{all_codes, codes, get, lane, last, plan, team, these, three_today};
use crate::world::{World, on_both_engines};

on_both_engines! {
    an_evening_stop_comes_back_only_where_cap_and_tier_still_leave_it
    who_was_called_on_today_is_left_alone_by_other_rounds
    nobody_is_rung_at_by_night
    a_break_is_had_once
    an_order_by_hand_goes_on_from_now
    the_stop_of_a_visit_made_by_mistake_is_open_again
    a_stop_that_another_round_calls_on_is_dropped_when_its_visit_was_a_mistake
    a_house_that_may_not_be_added_has_its_reason
    what_was_left_of_an_evening_that_is_over_keeps_nobody_away
    a_round_of_which_it_is_not_known_where_it_leads_is_not_listed
    rounds_of_others_do_not_crowd_out_ones_own
    what_nobody_waits_for_is_given_up_and_leaves_its_place
    a_round_grows_no_larger_than_one_may_be
}

fn at_night(from: &str, until: &str) -> Value {
    json!({ "name": "A", "duty": "officer", "members": ["Li", "Wang"], "start": [120.05, 31.72], "from": from, "until": until })
}

/// The stop of a house, wherever it stands in the round.
fn stop(round: &Value, code: &str) -> Value {
    let teams = round["teams"].as_array().unwrap().iter().map(|team| &team["stops"]);
    let all = teams.chain([&round["left_out"], &round["dropped"]]).flat_map(|stops| stops.as_array().unwrap());
    all.into_iter().find(|stop| stop["code"] == code).unwrap().clone()
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

fn an_evening_stop_comes_back_only_where_cap_and_tier_still_leave_it(world: World) {
    let world = lane(world, 8).published();
    let officer = world.token_for("Li", Role::Officer, None);
    let today = world.app.today();
    let round = plan(&world, &officer, &json!({ "day": today, "iterations": 50, "share": 0, "teams": [at_night("18:30", "21:30")] }));
    assert_eq!((&round["evening"], all_codes(&round).concat().len()), (&json!(true), 4));
    let path = format!("/api/rounds/{}", round["id"].as_str().unwrap());
    let act = |code: &str, revision: u32, act: &str| {
        world.post_as(&officer, &format!("{path}/stops/{code}"), json!({ "revision": revision, "act": act }).to_string())
    };
    assert_eq!(act("A-2", 1, "drop").status, 200);
    // Dropped, it was called on all the same, by somebody else: once a month is all.
    let visit = json!({ "date": today, "at": "19:00", "outcome": "nobody_home", "evening": true, "second": "Wang" });
    assert_eq!(world.post_as(&officer, "/api/houses/A-2/visits", visit.to_string()).status, 201);
    let again = |revision: u32, add: &[&str]| {
        last(&world.post_as(&officer, &format!("{path}/replan"), json!({ "revision": revision, "add": add, "now": "18:00" }).to_string()))
    };
    let why = |problem: &Value| (problem["code"].as_str().unwrap().to_owned(), problem["errors"][0]["found"].as_str().unwrap().to_owned());
    assert_eq!(why(&again(2, &["A-2"])["problem"]), ("evening_cap_reached".to_owned(), "A-2".to_owned()));
    // Another one has become better since: no tier of it has evening checks any more.
    let better = json!({ "kind": "assessment", "date": today, "registration": "proactive", "facilities": "fitted", "neighbours": "good" });
    assert_eq!(world.post_as(&officer, "/api/houses/A-4/events", better.to_string()).status, 201);
    assert_eq!(why(&again(2, &[])["problem"]), ("evening_not_allowed".to_owned(), "A-4".to_owned()));
    let order = |revision: u32, codes: &[&str]| {
        let body = json!({ "revision": revision, "teams": [codes], "now": "18:00" }).to_string();
        world.ask("PUT", &format!("{path}/order"), Some(&officer), body.as_bytes(), &[])
    };
    let refused = order(2, &["A-4", "A-6", "A-8"]);
    assert_eq!((refused.status, why(&refused.json())), (409, ("evening_not_allowed".to_owned(), "A-4".to_owned())));
    assert_eq!(get(&world, &officer, &path).json()["revision"], 2, "nothing of it was kept");
    // It can be dropped, and the others are planned.
    assert_eq!(act("A-4", 2, "drop").status, 200);
    let made = order(3, &["A-8", "A-6"]);
    assert_eq!((made.status, all_codes(&made.json()["round"])), (200, vec![vec!["A-8".to_owned(), "A-6".to_owned()]]));
}

fn who_was_called_on_today_is_left_alone_by_other_rounds(world: World) {
    let world = lane(world, 4);
    let officer = world.token_for("Li", Role::Officer, None);
    let today = world.app.today();
    let first = plan(&world, &officer, &json!({ "day": today, "houses": ["A-1", "A-2"], "iterations": 20, "share": 0, "teams": [team("A")] }));
    let visit = json!({ "date": today, "outcome": "nobody_home", "round": first["id"] });
    assert_eq!(world.post_as(&officer, "/api/houses/A-1/visits", visit.to_string()).status, 201);
    let only = json!({ "day": today, "houses": ["A-1"], "iterations": 20, "share": 0, "teams": [team("A")] });
    assert_eq!(world.post_as(&officer, "/api/rounds", only.to_string()).code(), "not_fitting");
    let second = plan(&world, &officer, &json!({ "day": today, "houses": ["A-3"], "iterations": 20, "share": 0, "teams": [team("A")] }));
    let path = format!("/api/rounds/{}/replan", second["id"].as_str().unwrap());
    let refused = world.post_as(&officer, &path, json!({ "revision": 1, "add": ["A-1"], "now": "09:00" }).to_string());
    assert_eq!((refused.code().as_str(), &refused.json()["errors"][0]["found"]), ("already_planned", &json!("A-1")));
}

fn nobody_is_rung_at_by_night(world: World) {
    let world = lane(world, 8).published();
    let planner = world.token_for("planner", Role::Planner, None);
    let day = world.app.today().plus_days(1);
    let draft = |from: &str, until: &str| json!({ "day": day, "iterations": 50, "share": 0, "teams": [at_night(from, until)] });
    let flaw = |draft: Value| {
        let refused = world.post_as(&planner, "/api/rounds", draft.to_string());
        (refused.code(), refused.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
    };
    let invalid = |field: &str| ("invalid".to_owned(), field.to_owned());
    // All of the shift lies by night: before the morning, or after the evening.
    assert_eq!(flaw(draft("00:30", "03:00")), invalid("teams"));
    assert_eq!(flaw(draft("24:30", "27:00")), invalid("teams"));
    let mut early = draft("05:00", "12:00");
    early["window"] = json!(["05:00", "05:30"]);
    assert_eq!(flaw(early), invalid("window"));
    let round = plan(&world, &planner, &draft("04:30", "12:00"));
    let stops = round["teams"][0]["stops"].as_array().unwrap();
    assert_eq!((&round["evening"], stops.len()), (&json!(true), 4));
    assert!(stops.iter().all(|stop| stop["begins_s"].as_u64().unwrap() >= 6 * 3600), "{stops:#?}");
}

fn a_break_is_had_once(world: World) {
    let world = lane(world, 24);
    let officer = world.token_for("Li", Role::Officer, None);
    let today = world.app.today();
    let mut resting = team("A");
    resting["breaks"] = json!([{ "from": "10:00", "until": "12:00", "minutes": 30 }, { "from": "10:30", "until": "12:30", "minutes": 20 }]);
    let round = plan(&world, &officer, &json!({ "day": today, "houses": these(24), "iterations": 200, "share": 0, "minutes": 12, "teams": [resting] }));
    let id = round["id"].as_str().unwrap();
    let taken = |round: &Value| -> Vec<(u64, u64)> {
        round["teams"][0]["breaks_taken"].as_array().unwrap().iter().map(|taken| (taken[0].as_u64().unwrap(), taken[1].as_u64().unwrap())).collect()
    };
    let planned = taken(&round);
    assert_eq!(planned.len(), 2, "{planned:?}");
    let (begins, ends) = planned[0];
    for stop in round["teams"][0]["stops"].as_array().unwrap().iter().filter(|stop| stop["leaves_s"].as_u64().unwrap() <= begins) {
        let visit = json!({ "date": today, "outcome": "done", "round": id });
        assert_eq!(world.post_as(&officer, &format!("/api/houses/{}/visits", stop["code"].as_str().unwrap()), visit.to_string()).status, 201);
    }
    // In the midst of the first break, and when it is over.
    for now in [begins + 600, ends + 60] {
        let revision = get(&world, &officer, &format!("/api/rounds/{id}")).json()["revision"].clone();
        let wanted = json!({ "revision": revision, "now": clock(now) });
        let end = last(&world.post_as(&officer, &format!("/api/rounds/{id}/replan"), wanted.to_string()));
        let again = end["result"]["round"].clone();
        assert!(again.is_object(), "{end}");
        let had = taken(&again);
        assert_eq!((had.len(), had[0]), (2, (begins, ends)), "{had:?}");
        assert!(had[1].0 >= ends, "{had:?}");
        let open = again["teams"][0]["stops"].as_array().unwrap().iter().filter(|stop| stop["state"] == "planned");
        assert!(open.into_iter().all(|stop| stop["begins_s"].as_u64().unwrap() >= ends), "{again:#}");
    }
}

fn an_order_by_hand_goes_on_from_now(world: World) {
    let world = lane(world, 4);
    let officer = world.token_for("Li", Role::Officer, None);
    let round = plan(&world, &officer, &json!({ "day": world.app.today(), "houses": these(4), "iterations": 50, "share": 0, "teams": [team("A")] }));
    let path = format!("/api/rounds/{}", round["id"].as_str().unwrap());
    let turned: Vec<String> = codes(&round["teams"][0]).into_iter().rev().collect();
    let put = |revision: u32, now: &str| {
        let body = json!({ "revision": revision, "teams": [turned], "now": now }).to_string();
        world.ask("PUT", &format!("{path}/order"), Some(&officer), body.as_bytes(), &[])
    };
    let made = put(1, "11:00").json()["round"].clone();
    assert_eq!(codes(&made["teams"][0]), turned);
    assert!(made["teams"][0]["stops"].as_array().unwrap().iter().all(|stop| stop["begins_s"].as_u64().unwrap() >= 11 * 3600), "{made:#}");
    // Too late for all of them before the shift ends.
    assert_eq!((put(2, "16:50").code().as_str(), put(2, "16:50").json()["errors"][0]["field"].as_str()), ("bad_plan", Some("shift")));
    // Whoever is late may leave one out all the same, whatever time it is by now.
    let dropped = world.post_as(&officer, &format!("{path}/stops/{}", turned[0]), json!({ "revision": 2, "act": "drop" }).to_string());
    assert_eq!((dropped.status, codes(&dropped.json()["round"]["teams"][0])), (200, turned[1..].to_vec()));
}

fn the_stop_of_a_visit_made_by_mistake_is_open_again(world: World) {
    let (world, officer, round) = three_today(world);
    let today = world.app.today();
    let id = round["id"].as_str().unwrap();
    let path = format!("/api/rounds/{id}");
    let record = |outcome: &str| {
        let visit = world.post_as(&officer, "/api/houses/A-1/visits", json!({ "date": today, "outcome": outcome, "round": id }).to_string());
        assert_eq!(visit.status, 201);
        visit.json()["id"].as_str().unwrap().to_owned()
    };
    let void = |visit: &str| world.post_as(&officer, &format!("/api/visits/{visit}/void"), r#"{"reason":"the house next door"}"#).json();
    let state = || stop(&get(&world, &officer, &path).json(), "A-1")["state"].clone();
    let (nobody, done) = (record("nobody_home"), record("done"));
    // What was before it counts again; then nothing does.
    assert_eq!((&void(&done)["stop"], state()), (&json!("nobody_home"), json!("nobody_home")));
    let revision = get(&world, &officer, &path).json()["revision"].as_i64().unwrap();
    assert_eq!((&void(&nobody)["stop"], state()), (&json!("planned"), json!("planned")));
    let now = get(&world, &officer, &path).json();
    assert_eq!((now["revision"].as_i64().unwrap(), all_codes(&now)), (revision + 1, all_codes(&round)));
    let audit = get(&world, &world.token(Role::Auditor), "/api/audit?action=reopen_stop").json();
    let rows = audit["rows"].as_array().or(audit["entries"].as_array()).unwrap();
    assert_eq!((rows.len(), &rows[0]["subject"], &rows[0]["detail"]["house"]), (2, &json!(id), &json!("A-1")));
    // Another round was made for the house meanwhile, or the day is over: the stop is not open again.
    let done = record("done");
    world.execute("update rounds set day = '2020-01-01'").unwrap();
    assert_eq!((void(&done)["stop"].clone(), state()), (Value::Null, json!(StopState::Done.as_str())));
    // A visit of no round opens none.
    let alone = world.post_as(&officer, "/api/houses/A-2/visits", json!({ "date": today, "outcome": "done" }).to_string()).json();
    assert_eq!(void(alone["id"].as_str().unwrap())["stop"], Value::Null);
}

fn a_stop_that_another_round_calls_on_is_dropped_when_its_visit_was_a_mistake(world: World) {
    let world = lane(world, 2);
    let officer = world.token_for("Li", Role::Officer, None);
    let today = world.app.today();
    let of = |houses: Value| plan(&world, &officer, &json!({ "day": today, "houses": houses, "iterations": 20, "share": 0, "teams": [team("A")] }));
    let first = of(json!(["A-1", "A-2"]));
    let path = format!("/api/rounds/{}", first["id"].as_str().unwrap());
    assert_eq!(world.post_as(&officer, &format!("{path}/stops/A-1"), json!({ "revision": 1, "act": "drop" }).to_string()).status, 200);
    assert_eq!(all_codes(&of(json!(["A-1"]))).concat(), ["A-1"]);
    // Somebody rang there for the first round all the same; it was the house next door.
    let visit = json!({ "date": today, "outcome": "done", "round": first["id"] });
    let visit = world.post_as(&officer, "/api/houses/A-1/visits", visit.to_string()).json();
    let state = || stop(&get(&world, &officer, &path).json(), "A-1")["state"].clone();
    assert_eq!(state(), "done");
    let void = world.post_as(&officer, &format!("/api/visits/{}/void", visit["id"].as_str().unwrap()), r#"{"reason":"the house next door"}"#).json();
    assert_eq!((&void["stop"], state()), (&json!("dropped"), json!("dropped")));
}

fn a_house_that_may_not_be_added_has_its_reason(world: World) {
    let world = lane(world, 8).published();
    let officer = world.token_for("Li", Role::Officer, None);
    let today = world.app.today();
    let of =
        |code: &str| plan(&world, &officer, &json!({ "day": today, "houses": [code], "iterations": 20, "share": 0, "teams": [at_night("18:30", "21:30")] }));
    let (round, _other) = (of("A-2"), of("A-6"));
    let visit = json!({ "date": today, "at": "19:00", "outcome": "nobody_home", "evening": true, "second": "Wang" });
    assert_eq!(world.post_as(&officer, "/api/houses/A-4/visits", visit.to_string()).status, 201);
    let path = format!("/api/rounds/{}/replan", round["id"].as_str().unwrap());
    for (code, why) in [("A-1", "evening_not_allowed"), ("A-4", "evening_cap_reached"), ("A-6", "already_planned")] {
        let refused = world.post_as(&officer, &path, json!({ "revision": 1, "add": [code], "now": "18:00" }).to_string());
        assert_eq!((refused.code().as_str(), &refused.json()["errors"][0]["found"]), (why, &json!(code)));
    }
    // One that is free, but not of what was chosen from.
    let elsewhere = json!({ "day": today, "houses": ["A-1"], "musts": ["A-3"], "iterations": 20, "share": 0, "teams": [team("A")] });
    let refused = world.post_as(&officer, "/api/rounds", elsewhere.to_string());
    assert_eq!((refused.code().as_str(), &refused.json()["errors"][0]["field"]), ("invalid", &json!("musts")));
}

fn what_was_left_of_an_evening_that_is_over_keeps_nobody_away(world: World) {
    let world = lane(world, 2).published();
    let planner = world.token_for("planner", Role::Planner, None);
    let [tenth, eleventh, twelfth] = [9, 10, 11].map(|days| world.app.today().first_of_month().plus_months(1).plus_days(days));
    plan(&world, &planner, &json!({ "day": tenth, "houses": ["A-2"], "iterations": 20, "share": 0, "teams": [at_night("18:30", "21:30")] }));
    let taken = |day, today| world.runtime.block_on(world.app.store().houses_taken("", day, true, today)).unwrap();
    assert_eq!(taken(twelfth, tenth), BTreeSet::from(["A-2".to_owned()]));
    assert_eq!(taken(twelfth, eleventh), BTreeSet::new());
    // Who plans for the days before is told of it, too.
    assert_eq!(taken(tenth.plus_days(-3), tenth.plus_days(-5)), BTreeSet::from(["A-2".to_owned()]));
}

fn a_round_of_which_it_is_not_known_where_it_leads_is_not_listed(world: World) {
    let world = lane(world, 2);
    let [here, whole] = [Some("V1"), None].map(|area| world.token_for(&format!("{area:?}"), Role::Planner, area));
    plan(&world, &here, &json!({ "houses": ["A-1"], "iterations": 20, "share": 0, "teams": [team("A")] }));
    let listed = |token: &str| get(&world, token, "/api/rounds").json()["rounds"].as_array().unwrap().len();
    assert_eq!((listed(&here), listed(&whole)), (1, 1));
    // As a round is that was made after its areas were read.
    world.execute("delete from round_stops").unwrap();
    assert_eq!((listed(&here), listed(&whole)), (0, 1));
}

fn rounds_of_others_do_not_crowd_out_ones_own(world: World) {
    let world = lane(world, 2);
    let far: String = (1..=6).map(|number| format!("B-{number},120.1{number},31.72,rental,W1\n")).collect();
    world.import(sanshi::app::ImportedKind::Houses, &format!("house_code,lon,lat,kind,area_code\n{far}"));
    let (here, whole) = (world.token_for("here", Role::Planner, Some("V1")), world.token_for("whole", Role::Planner, None));
    let of = |houses: Value| json!({ "houses": houses, "iterations": 20, "share": 0, "teams": [team("A")] });
    let own: Vec<String> =
        [json!(["A-1"]), json!(["A-2"])].into_iter().map(|houses| plan(&world, &here, &of(houses))["id"].as_str().unwrap().to_owned()).collect();
    for number in 1..=6 {
        plan(&world, &whole, &of(json!([format!("B-{number}")])));
    }
    let listed = |token: &str, limit: usize| -> Vec<String> {
        let list = get(&world, token, &format!("/api/rounds?limit={limit}")).json();
        list["rounds"].as_array().unwrap().iter().map(|round| round["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = listed(&whole, 500);
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (8, 8));
    let newest_first: Vec<String> = all.iter().filter(|id| own.contains(id)).cloned().collect();
    for limit in 1..=3 {
        assert_eq!(listed(&here, limit), newest_first[..limit.min(2)], "{limit}");
        assert_eq!(listed(&whole, limit), all[..limit]);
    }
}

fn what_nobody_waits_for_is_given_up_and_leaves_its_place(world: World) {
    let world = lane(world, 24);
    let planner = world.token_for("planner", Role::Planner, None);
    let caller = world.runtime.block_on(world.app.bearer(&planner)).unwrap().unwrap();
    let draft = json!({ "houses": these(24), "iterations": 1_000_000, "share": 0, "teams": [team("A"), team("B")] });
    for _ in 0..6 {
        let draft: RoundDraft = serde_json::from_value(draft.clone()).unwrap();
        drop(world.runtime.block_on(world.app.plan_round(&caller, draft)).unwrap());
    }
    // More than there are places; the next one finds one all the same, and what was dropped is not there.
    let round = plan(&world, &planner, &json!({ "houses": ["A-1"], "iterations": 20, "share": 0, "teams": [team("A")] }));
    let listed = get(&world, &planner, "/api/rounds").json();
    assert_eq!((listed["rounds"].as_array().unwrap().len(), &listed["rounds"][0]["id"]), (1, &round["id"]));
}

fn a_round_grows_no_larger_than_one_may_be(world: World) {
    let world = lane(world, 2);
    let planner = world.token_for("planner", Role::Planner, None);
    let round = plan(&world, &planner, &json!({ "houses": ["A-1"], "iterations": 20, "share": 0, "teams": [team("A")] }));
    let path = format!("/api/rounds/{}/replan", round["id"].as_str().unwrap());
    let many: Vec<String> = (0..2_000).map(|number| format!("Z-{number}")).collect();
    let refused = world.post_as(&planner, &path, json!({ "revision": 1, "add": many, "now": "09:00" }).to_string());
    assert_eq!((refused.code().as_str(), &refused.json()["errors"][0]["field"]), ("invalid", &json!("add")));
    let twice = last(&world.post_as(&planner, &path, json!({ "revision": 1, "add": ["A-2", "A-2"], "now": "09:00" }).to_string()));
    assert_eq!(twice["result"]["changes"]["added"], json!(["A-2"]), "{twice}");
}
