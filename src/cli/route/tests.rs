//! The command from text to text.

use serde_json::{Value, json};

use super::*;

fn ask(problem: &Value) -> Result<Value, String> {
    let arguments = Arguments { seconds: None, iterations: Some(300), seed: 4 };
    let mut output = Vec::new();
    run(&arguments, problem.to_string().as_bytes(), &mut output).map_err(|refused| refused.to_string())?;
    Ok(serde_json::from_slice(&output).unwrap())
}

fn evening() -> Value {
    let place = |at: u32| 120.0 + f64::from(at) / 1000.0;
    let stops: Vec<Value> = (1..9).map(|at| json!({"id": format!("H{at}"), "lon": place(at), "lat": 31.7, "service_s": 600, "importance": "should"})).collect();
    json!({"travel": {"speed_kmh": 4.5}, "teams": [{"id": "A", "start": {"lon": 120.0, "lat": 31.7}, "shift": [64800, 70200]}], "stops": stops})
}

#[test]
fn an_evening_is_planned_and_what_is_left_out_has_its_reason() {
    let answer = ask(&evening()).unwrap();
    assert_eq!(answer["estimated"]["en"], "straight lines times 1.3 at 4.5 km/h, not real streets");
    let (visited, left_out) = (answer["totals"]["visited"].as_u64().unwrap(), answer["left_out"].as_array().unwrap());
    assert!(visited >= 5 && visited + left_out.len() as u64 == 8);
    assert_eq!((left_out[0]["code"].as_str(), left_out[0]["help"]["code"].as_str()), (Some("hours"), Some("later_end")));
    let round = &answer["teams"][0];
    assert!(round["leaves_s"].as_f64().unwrap() >= 64_800.0 && round["ends_s"].as_f64().unwrap() <= 70_200.0);
    // 95 m a thousandth of a degree, there and back, times 1.3.
    let furthest = round["stops"].as_array().unwrap().iter().map(|stop| stop["id"].as_str().unwrap()[1..].parse::<f64>().unwrap()).fold(0.0, f64::max);
    let length = round["length_m"].as_f64().unwrap();
    assert!((length - furthest * 2.0 * 94.7 * 1.3).abs() < 0.01 * length, "{length} {furthest}");
}

#[test]
fn the_same_question_has_the_same_answer() {
    assert_eq!(ask(&evening()), ask(&evening()));
}

#[test]
fn time_ends_what_iterations_do_not() {
    let mut output = Vec::new();
    run(&Arguments { seconds: Some(0.05), iterations: Some(u64::MAX), seed: 4 }, evening().to_string().as_bytes(), &mut output).unwrap();
    assert!(serde_json::from_slice::<Value>(&output).unwrap()["iterations"].as_u64().unwrap() > 0);
}

#[test]
fn what_is_drawn_by_lot_is_visited_and_its_chance_is_said() {
    let mut evening = evening();
    evening["random"] = json!({"share": 0.4});
    let answer = ask(&evening).unwrap();
    let drawn = answer["random"]["drawn"].as_array().unwrap();
    assert_eq!(answer["random"]["probability"].as_f64(), Some(drawn.len() as f64 / 8.0));
    let visited: Vec<&Value> = answer["teams"][0]["stops"].as_array().unwrap().iter().map(|stop| &stop["id"]).collect();
    assert!((2..=3).contains(&drawn.len()) && drawn.iter().all(|id| visited.contains(&id)));
}

#[test]
fn a_plan_can_be_given_back_and_the_changes_are_named() {
    let mut evening = evening();
    let before = ask(&evening).unwrap();
    let gone = before["teams"][0]["stops"][0]["id"].clone();
    evening["stops"].as_array_mut().unwrap().retain(|stop| stop["id"] != gone);
    evening["previous"] = before;
    let answer = ask(&evening).unwrap();
    assert_eq!(answer["changes"]["moved"], json!([]));
}

#[test]
fn matrices_are_taken_and_without_lengths_none_are_told() {
    let problem = json!({
        "travel": {"times_s": [[0, 60.5, null], [60.5, 0, null], [null, null, 0]]},
        "teams": [{"id": "A", "start": {"at": 0}, "shift": [0, 3600], "open_end": true}],
        "stops": [{"id": "near", "at": 1}, {"id": "island", "at": 2, "importance": "may"}],
    });
    let answer = ask(&problem).unwrap();
    assert_eq!((answer["totals"]["travel_s"].as_f64(), &answer["totals"]["length_m"], &answer["estimated"]), (Some(60.5), &Value::Null, &Value::Null));
    assert_eq!(answer["left_out"][0]["code"], "unreachable");
}

#[test]
fn faults_name_the_stop_or_the_team_and_what_to_do() {
    let refusal = |change: fn(&mut Value)| {
        let mut evening = evening();
        change(&mut evening);
        ask(&evening).unwrap_err()
    };
    let begins = |change: fn(&mut Value), words: &str| {
        let found = refusal(change);
        assert!(found.starts_with(words), "{found}");
    };
    begins(|all| all["teams"] = json!([]), "teams: there is no team; give at least one");
    begins(|all| all["teams"][0]["shift"] = json!([9, 3]), "teams[0].shift (\"A\"): it ends its shift before it starts; swap the two");
    begins(|all| all["stops"][1]["window"] = json!([9, 3]), "stops[1].window (\"H2\"): its window ends before it begins; swap the two");
    begins(|all| all["stops"][1]["id"] = json!("H1"), "stops[1].id (\"H1\"): stops[0] has the same id; give each its own");
    begins(|all| all["stops"][2]["lat"] = json!(95.0), "stops[2] (\"H3\"): latitude");
    begins(|all| all["stops"][2]["x"] = json!(95.0), "stops[2] (\"H3\"): expected lon and lat, or x and y");
    begins(|all| all["teams"][0]["start"] = json!({"at": 3}), "teams[0].start (\"A\"): expected lon and lat, or x and y");
    begins(|all| all["stops"][2]["team"] = json!("Z"), "stops[2].team (\"H3\"): there is no team \"Z\"");
    begins(|all| all["stops"][2]["servce_s"] = json!(5), "stops[2].servce_s: unknown field `servce_s`, expected one of");
    begins(|all| all["stops"][2]["service_s"] = json!("x"), "stops[2].service_s: invalid type: string \"x\", expected f64 at line 1");
    begins(|all| all["stops"][2]["service_s"] = json!(-5), "stops[2].service_s (\"H3\"): expected 0 to 4,294,967, found -5");
    begins(|all| all["stops"][2]["service_s"] = json!(1e300), "stops[2].service_s (\"H3\"): expected 0 to 4,294,967, found 1000");
    begins(|all| all["stops"][2]["load"] = json!(-1), "stops[2].load: invalid value: integer `-1`, expected u32");
    begins(|all| all["runs"] = json!([["H1", "H99"]]), "runs[0]: expected ids of stops, found \"H99\"");
    begins(|all| all["runs"] = json!([["H1", "H2", "H1"]]), "runs: run 1 names a stop");
    begins(|all| all["travel"] = json!({}), "travel: expected speed_kmh, or times_s");
    begins(|all| all["travel"]["speed_kmh"] = json!(0), "travel: the speed is 0");
    begins(|all| all["random"] = json!({"share": 2}), "random.share: expected 0 to 1, found 2");
    begins(|all| all["goal"] = json!({"balance": -1}), "goal: the balance is -1; expected 0 to 10");
    begins(
        |all| all["stops"] = (0..10_000).map(|at| json!({"id": at.to_string(), "lon": 120, "lat": 31})).collect(),
        "there are 10000 stops and 1 teams; at most",
    );
    begins(
        |all| all["stops"][3] = json!({"id": "late", "lon": 120.001, "lat": 31.7, "window": [0, 60]}),
        "stops[3] (\"late\"): it must be visited, but no team can be",
    );
    let raw = |text: &str| run(&Arguments { seconds: Some(1.0), iterations: None, seed: 1 }, text.as_bytes(), Vec::new()).unwrap_err().to_string();
    assert!(raw("").starts_with("EOF while parsing"));
    assert!(raw("{\"stops\": [").contains("EOF while parsing a list"));
    assert!(raw("{\"stops\": [{\"id\": \"H\", \"lon\": NaN}]}").starts_with("stops[0].lon: expected value at line 1 column 31"));
    assert!(raw("{\"change_s\": 1e999}").starts_with("change_s: number out of range"));
}

#[test]
fn an_evening_without_stops_is_an_empty_plan() {
    let mut evening = evening();
    evening["stops"] = json!([]);
    assert_eq!(ask(&evening).unwrap()["totals"]["visited"], 0);
}
