//! What can be done with a round while all cores are busy with plans.

use serde_json::json;

use super::*;
use crate::app::small_site::{add_houses, site};

#[tokio::test]
async fn a_stop_is_dropped_though_others_plan() {
    let folder = tempfile::tempdir().unwrap();
    let app = site(folder.path()).await;
    let caller = Caller::new("Li".to_owned(), crate::domain::access::Role::Planner, crate::domain::scope::Scope::everywhere());
    add_houses(&app, &["A-1", "A-2", "A-3"]).await;
    let team = json!({ "name": "A", "duty": "officer", "members": ["Li"], "start": [120.05, 31.72], "from": "09:00", "until": "17:00" });
    let day = app.today().plus_days(1);
    let draft = json!({ "day": day, "houses": ["A-1", "A-2", "A-3"], "iterations": 20, "share": 0, "teams": [team] });
    let planned = app.plan_round(&caller, serde_json::from_value(draft).unwrap()).await.unwrap().finish().await.unwrap().round;
    let codes = |round: &Round| round.teams[0].stops.iter().map(|stop| stop.code.clone()).collect::<Vec<_>>();
    assert_eq!(codes(&planned).len(), 3);

    let places = u32::try_from(app.planning.available_permits()).unwrap();
    let others = app.planning.acquire_many(places).await.unwrap();
    let first = codes(&planned)[0].clone();
    let dropped = app.change_stop(&caller, &planned.id, &first, planned.revision, StopAct::Drop).await.unwrap();
    assert_eq!((codes(&dropped.round), dropped.changes.dropped), (codes(&planned)[1..].to_vec(), vec![first]));
    drop(others);
}
