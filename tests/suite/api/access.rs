//! Who may what: every route of the OpenAPI document × every role × own and foreign area. A route that is missing in [`TABLE`] fails.

use std::collections::BTreeSet;

use sanshi::{
    app::{Caller, DEMO_POLICY, ImportedKind, TokenDraft},
    domain::access::{Right, Role},
};
use serde_json::{Value, json};

use crate::world::{Answer, World, on_both_engines};

on_both_engines! {
    every_route_answers_each_role_as_the_table_says
    the_work_of_other_areas_is_not_listed
    an_area_holds_its_parts_and_none_whose_code_merely_begins_alike
    of_a_foreign_house_no_day_to_come_is_told
}

/// How a route answers.
#[derive(Clone, Copy, Debug)]
enum Answers {
    /// Everybody alike.
    All,
    /// Everybody; who answers for the house's area sees more. In a foreign area staff see the very bytes that the public sees.
    MoreAtHome,
    /// Those with the right. About a house of a foreign area it is as if there were none.
    AtHome(Right),
    /// Those with the right, who are told counts. Of a foreign area it is as if nothing were there.
    CountsAtHome(Right),
    /// Those with the right who answer for the whole site.
    SiteWide(Right),
    /// Those who signed in with an account; a token has none.
    Account,
    /// Without asking who it is (see accounts.rs).
    Unasked,
    /// Not walked here, with the reason.
    Elsewhere(&'static str),
}

use Answers::{Account, All, AtHome, CountsAtHome, Elsewhere, MoreAtHome, SiteWide, Unasked};

const STUDIES: &str = "a study has a scope of its own: each_role_may_what_the_table_of_rights_says, a_study_of_foreign_areas_is_as_missing (studies.rs)";

/// Method, path as described, how it answers, path and body as asked. In the latter two stand `{house}`, `{event}`, `{review}`,
/// `{notice}`, `{visit}`, `{residency}`, `{person}`, `{photo}`, `{id_number}`, `{area}`, `{ring}`, `{box}`, `{lon}`, `{lat}`, `{x}`, `{y}` (of the tile of zoom 16), `{past}`, `{today}`, `{tomorrow}` and `{id}`.
#[rustfmt::skip]
const TABLE: &[(&str, &str, Answers, &str, &str)] = &[
    ("GET", "/healthz", All, "/healthz", ""),
    ("GET", "/readyz", Elsewhere("it waits for the watcher of a running server"), "", ""),
    ("GET", "/metrics", Elsewhere("it counts the requests of this very walk"), "", ""),
    ("GET", "/api/site", All, "/api/site", ""),
    ("GET", "/api/policy", All, "/api/policy", ""),
    ("GET", "/api/me", Elsewhere("it says who asks (site.rs, accounts.rs)"), "", ""),
    ("GET", "/api/changes", Elsewhere("a stream without an end (changes.rs)"), "", ""),
    ("GET", "/tiles.json", All, "/tiles.json", ""),
    ("GET", "/tiles/base/{z}/{x}/{y}", All, "/tiles/base/16/{x}/{y}.mvt", ""),
    ("GET", "/basemap.json", All, "/basemap.json", ""),
    ("GET", "/tiles/basemap/{z}/{x}/{y}", All, "/tiles/basemap/16/{x}/{y}", ""),
    ("GET", "/tiles/{z}/{x}/{y}", MoreAtHome, "/tiles/16/{x}/{y}.mvt", ""),
    ("POST", "/api/areas/summary", MoreAtHome, "/api/areas/summary?area={area}&ids=true", "{ring}"),
    ("POST", "/api/areas/houses", MoreAtHome, "/api/areas/houses", "{ring}"),
    ("GET", "/api/areas/houses", MoreAtHome, "/api/areas/houses?bbox=119,31,121,32&area={area}&f=csv", ""),
    ("POST", "/api/areas/trend", MoreAtHome, "/api/areas/trend?from={past}&to={today}", "{ring}"),
    ("POST", "/api/areas/population", CountsAtHome(Right::SeeCensus), "/api/areas/population?from={past}&to={today}", "{ring}"),
    ("POST", "/api/statistics", MoreAtHome, "/api/statistics?from={past}&to={today}", "{ring}"),
    ("GET", "/api/statistics", MoreAtHome, "/api/statistics?from={past}&to={today}&bbox={box}", ""),
    ("POST", "/api/fairness", CountsAtHome(Right::SeeFairness), "/api/fairness?from={past}&to={today}", "{ring}"),
    ("GET", "/api/fairness", CountsAtHome(Right::SeeFairness), "/api/fairness?from={past}&to={today}&bbox={box}", ""),
    ("GET", "/api/population", All, "/api/population?date=2020-01-31", ""),
    ("GET", "/api/population/grid", CountsAtHome(Right::SeeCensus), "/api/population/grid?bbox={box}&cell_m=50", ""),
    ("GET", "/api/services", Elsewhere("the_people_of_other_areas_are_not_served (services.rs)"), "", ""),
    ("GET", "/api/houses/nearest", MoreAtHome, "/api/houses/nearest?lon={lon}&lat={lat}&n=1", ""),
    ("GET", "/api/houses/search", MoreAtHome, "/api/houses/search?q={house}", ""),
    ("GET", "/api/houses/{code}", MoreAtHome, "/api/houses/{house}", ""),
    ("GET", "/api/houses/{code}/tier", MoreAtHome, "/api/houses/{house}/tier", ""),
    ("GET", "/api/houses/{code}/events", MoreAtHome, "/api/houses/{house}/events", ""),
    ("GET", "/api/houses/{code}/publication", MoreAtHome, "/api/houses/{house}/publication", ""),
    ("GET", "/api/houses/{code}/ways", MoreAtHome, "/api/houses/{house}/ways", ""),
    ("GET", "/ogc", All, "/ogc", ""),
    ("GET", "/ogc/api", All, "/ogc/api", ""),
    ("GET", "/ogc/conformance", All, "/ogc/conformance", ""),
    ("GET", "/ogc/collections", All, "/ogc/collections", ""),
    ("GET", "/ogc/collections/houses", All, "/ogc/collections/houses", ""),
    ("GET", "/ogc/collections/houses/queryables", All, "/ogc/collections/houses/queryables", ""),
    ("GET", "/ogc/collections/houses/schema", All, "/ogc/collections/houses/schema", ""),
    ("GET", "/ogc/collections/houses/items", MoreAtHome, "/ogc/collections/houses/items?area_code={area}", ""),
    ("GET", "/ogc/collections/houses/items/{code}", MoreAtHome, "/ogc/collections/houses/items/{house}", ""),
    ("GET", "/ogc/collections/houses/tiles", All, "/ogc/collections/houses/tiles", ""),
    ("GET", "/ogc/collections/houses/tiles/WebMercatorQuad", All, "/ogc/collections/houses/tiles/WebMercatorQuad", ""),
    ("GET", "/ogc/collections/houses/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}", MoreAtHome,
        "/ogc/collections/houses/tiles/WebMercatorQuad/16/{y}/{x}", ""),
    ("GET", "/ogc/tileMatrixSets", All, "/ogc/tileMatrixSets", ""),
    ("GET", "/ogc/tileMatrixSets/WebMercatorQuad", All, "/ogc/tileMatrixSets/WebMercatorQuad", ""),
    ("GET", "/ogc/tiles", All, "/ogc/tiles", ""),
    ("GET", "/ogc/tiles/WebMercatorQuad", All, "/ogc/tiles/WebMercatorQuad", ""),
    ("GET", "/ogc/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}", MoreAtHome, "/ogc/tiles/WebMercatorQuad/16/{y}/{x}", ""),
    ("GET", "/api/policies", Elsewhere("it names to staff who activated what (publication.rs)"), "", ""),
    ("GET", "/api/policies/{name}/{version}", All, "/api/policies/qishuyan-2010/1", ""),

    ("GET", "/api/houses/{code}/case", AtHome(Right::SeeStaffLines), "/api/houses/{house}/case", ""),
    ("GET", "/api/notices/{file}", AtHome(Right::SeeWork), "/api/notices/{notice}.pdf", ""),
    ("GET", "/api/work", Elsewhere("the_work_of_other_areas_is_not_listed"), "", ""),
    ("POST", "/api/houses/{code}/events", AtHome(Right::RecordEvent), "/api/houses/{house}/events", r#"{"date":"{today}","kind":"lead"}"#),
    ("POST", "/api/events/{id}/void", AtHome(Right::VoidEvent), "/api/events/{event}/void", r#"{"reason":"x"}"#),
    ("POST", "/api/houses/{code}/confirmations", AtHome(Right::ConfirmTier), "/api/houses/{house}/confirmations", r#"{"tier":"red","reason":"x"}"#),
    ("POST", "/api/houses/{code}/notices", AtHome(Right::MakeNotice), "/api/houses/{house}/notices", r#"{"kind":"friendly_reminder"}"#),
    ("POST", "/api/notices/{id}/served", AtHome(Right::MakeNotice), "/api/notices/{notice}/served", r#"{"date":"{today}","how":"by hand"}"#),
    ("POST", "/api/areas/notices", AtHome(Right::MakeNotice), "/api/areas/notices", "{ring}"),
    ("POST", "/api/houses/{code}/reviews", AtHome(Right::AskReview), "/api/houses/{house}/reviews", r#"{"event_id":"{event}","statement":"x"}"#),
    ("POST", "/api/reviews/{id}/decide", AtHome(Right::DecideReview), "/api/reviews/{review}/decide", r#"{"upheld":false,"reason":"x"}"#),
    ("GET", "/api/houses/{code}/residents", AtHome(Right::SeePersons), "/api/houses/{house}/residents", ""),
    ("POST", "/api/houses/{code}/residents", AtHome(Right::RecordResidency), "/api/houses/{house}/residents",
        r#"{"name":"张三","registration":"temporary","role":"tenant","from":"2020-01-01"}"#),
    ("POST", "/api/residencies/{id}/end", AtHome(Right::RecordResidency), "/api/residencies/{residency}/end", r#"{"to":"{today}"}"#),
    ("POST", "/api/persons/{id}/reveal", AtHome(Right::RevealPerson), "/api/persons/{person}/reveal", r#"{"purpose":"visit"}"#),
    ("POST", "/api/persons/{id}/correct", AtHome(Right::RevealPerson), "/api/persons/{person}/correct", r#"{"phone":"12900000009","reason":"x"}"#),
    ("POST", "/api/persons/find", AtHome(Right::RevealPerson), "/api/persons/find", r#"{"id_number":"{id_number}","purpose":"visit"}"#),
    ("POST", "/api/persons/{id}/file", AtHome(Right::RevealPerson), "/api/persons/{person}/file", r#"{"purpose":"person_asked"}"#),
    ("GET", "/api/houses/{code}/units", AtHome(Right::SeePersons), "/api/houses/{house}/units", ""),
    ("POST", "/api/houses/{code}/units", AtHome(Right::RecordResidency), "/api/houses/{house}/units", r#"{"name":"小卖部","kind":"shop"}"#),
    ("GET", "/api/houses/{code}/photos", AtHome(Right::SeePhotos), "/api/houses/{house}/photos", ""),
    ("GET", "/api/photos/{id}", AtHome(Right::SeePhotos), "/api/photos/{photo}", ""),
    ("GET", "/api/photos/{id}/{size}", AtHome(Right::SeePhotos), "/api/photos/{photo}/small", ""),
    ("GET", "/api/photos/coverage", CountsAtHome(Right::SeeWork), "/api/photos/coverage?area={area}", ""),
    ("GET", "/api/photos/coverage/houses", CountsAtHome(Right::SeePhotos), "/api/photos/coverage/houses?area={area}&older_than=30", ""),
    ("GET", "/api/photos/suggestions", CountsAtHome(Right::TakePhoto), "/api/photos/suggestions?lon={lon}&lat={lat}", ""),
    ("POST", "/api/photos", AtHome(Right::TakePhoto), "/api/photos?house={house}", "no picture"),
    ("POST", "/api/photos/{id}/unlink", AtHome(Right::TakePhoto), "/api/photos/{photo}/unlink", ""),
    ("POST", "/api/photos/{id}/link", AtHome(Right::TakePhoto), "/api/photos/{photo}/link", r#"{"house_code":"{house}"}"#),
    ("POST", "/api/photos/{id}/delete", AtHome(Right::DeletePhoto), "/api/photos/{photo}/delete", r#"{"reason":""}"#),
    ("GET", "/api/photos", Elsewhere("photos_of_other_areas_are_as_if_none (photos.rs)"), "", ""),
    ("POST", "/api/photos/verified", Elsewhere("photos_of_other_areas_are_as_if_none (photos.rs)"), "", ""),
    ("OPTIONS", "/api/photos/uploads", All, "/api/photos/uploads", ""),
    ("POST", "/api/photos/uploads", Elsewhere("an_upload_is_its_makers_own (photos.rs)"), "", ""),
    ("GET", "/api/photos/uploads/{id}", Elsewhere("an_upload_is_its_makers_own (photos.rs)"), "", ""),
    ("PATCH", "/api/photos/uploads/{id}", Elsewhere("an_upload_is_its_makers_own (photos.rs)"), "", ""),
    ("DELETE", "/api/photos/uploads/{id}", Elsewhere("an_upload_is_its_makers_own (photos.rs)"), "", ""),
    ("GET", "/api/inspections/due", CountsAtHome(Right::SeeInspections), "/api/inspections/due?area={area}", ""),
    ("GET", "/api/inspections/slips", CountsAtHome(Right::SeeInspections),
        "/api/inspections/slips?area={area}&hours_per_day=0&minutes_per_visit=20&days=1", ""),
    ("GET", "/api/inspections/load", Elsewhere("what_is_due_in_other_areas_is_not_counted (inspections.rs)"), "", ""),
    ("GET", "/api/houses/{code}/visits", AtHome(Right::SeeInspections), "/api/houses/{house}/visits", ""),
    ("POST", "/api/houses/{code}/visits", AtHome(Right::RecordVisit), "/api/houses/{house}/visits", r#"{"date":"{today}","outcome":"done"}"#),
    ("POST", "/api/visits/{id}/void", AtHome(Right::VoidEvent), "/api/visits/{visit}/void", r#"{"reason":"x"}"#),

    ("GET", "/api/rounds", Elsewhere("rounds_that_lead_elsewhere_are_not_seen (rounds.rs)"), "", ""),
    ("POST", "/api/rounds", AtHome(Right::PlanRounds), "/api/rounds", r#"{"day":"{tomorrow}","houses":["{house}"],"iterations":9,
        "teams":[{"name":"A","duty":"officer","start":[{lon},{lat}],"from":"09:00","until":"17:00"}]}"#),
    ("GET", "/api/rounds/{id}", AtHome(Right::SeeRounds), "/api/rounds/{round}", ""),
    ("POST", "/api/rounds/{id}/replan", AtHome(Right::PlanRounds), "/api/rounds/{round}/replan", r#"{"revision":1}"#),
    ("PUT", "/api/rounds/{id}/order", AtHome(Right::PlanRounds), "/api/rounds/{round}/order", r#"{"revision":1,"teams":[["{house}"]]}"#),
    ("POST", "/api/rounds/{id}/stops/{code}", AtHome(Right::PlanRounds), "/api/rounds/{round}/stops/{house}", r#"{"revision":1,"act":"lock"}"#),
    ("GET", "/api/rounds/{id}/{file}", AtHome(Right::SeeRounds), "/api/rounds/{round}/round.gpx", ""),
    ("POST", "/api/route", Elsewhere("a_routing_problem_is_planned_for_planners (rounds.rs)"), "", ""),
    ("GET", "/api/streets", SiteWide(Right::SeeImports), "/api/streets", ""),
    ("POST", "/api/streets", SiteWide(Right::Import), "/api/streets", "no streets"),

    ("GET", "/api/studies", Elsewhere(STUDIES), "", ""),
    ("POST", "/api/studies", Elsewhere(STUDIES), "", ""),
    ("GET", "/api/studies/{id}", Elsewhere(STUDIES), "", ""),
    ("POST", "/api/studies/{id}/preview", Elsewhere(STUDIES), "", ""),
    ("POST", "/api/studies/{id}/questions", Elsewhere(STUDIES), "", ""),
    ("GET", "/api/studies/{id}/questions/{number}", Elsewhere(STUDIES), "", ""),
    ("POST", "/api/studies/{id}/questions/{number}/again", Elsewhere(STUDIES), "", ""),

    ("GET", "/api/imports", SiteWide(Right::SeeImports), "/api/imports", ""),
    ("POST", "/api/imports/{what}", SiteWide(Right::Import), "/api/imports/houses", "house_code,lon,lat\nC-1,119.5,31.5\n"),
    ("POST", "/api/imports/{id}/undo", SiteWide(Right::Import), "/api/imports/{id}/undo", ""),
    ("POST", "/api/policies", SiteWide(Right::ManagePolicies), "/api/policies?valid_from={tomorrow}", "{policy}"),
    ("POST", "/api/policies/check", SiteWide(Right::ManagePolicies), "/api/policies/check", "{policy}"),
    ("POST", "/api/policies/simulate", SiteWide(Right::ManagePolicies), "/api/policies/simulate", "{policy}"),
    ("GET", "/api/audit", Elsewhere("each answer adds to what the next one shows (audit.rs)"), "", ""),
    ("GET", "/api/audit/verdict", SiteWide(Right::SeeAudit), "/api/audit/verdict", ""),
    ("GET", "/api/accounts", SiteWide(Right::ManageAccounts), "/api/accounts", ""),
    ("POST", "/api/accounts", SiteWide(Right::ManageAccounts), "/api/accounts", r#"{"name":"li","password":"too short","role":"officer"}"#),
    ("PATCH", "/api/accounts/{id}", SiteWide(Right::ManageAccounts), "/api/accounts/{id}", "{}"),
    ("PUT", "/api/accounts/policy", SiteWide(Right::ManageAccounts), "/api/accounts/policy", r#"{"second_factor":"off","idle_minutes":15}"#),
    ("GET", "/api/tokens", SiteWide(Right::ManageTokens), "/api/tokens", ""),
    ("POST", "/api/tokens", SiteWide(Right::ManageTokens), "/api/tokens", r#"{"name":"x","role":"analyst"}"#),
    ("DELETE", "/api/tokens/{id}", SiteWide(Right::ManageTokens), "/api/tokens/{id}", ""),

    ("POST", "/api/account/password", Account, "/api/account/password", r#"{"current":"x","new":"y"}"#),
    ("POST", "/api/account/totp", Account, "/api/account/totp", r#"{"password":"x"}"#),
    ("POST", "/api/account/totp/confirm", Account, "/api/account/totp/confirm", r#"{"code":"000000"}"#),
    ("POST", "/api/session", Unasked, "", ""),
    ("DELETE", "/api/session", Unasked, "", ""),
    ("POST", "/api/setup", Unasked, "", ""),
];

const ROLES: [Role; 7] = Role::ALL;

/// A house with something of each kind kept of it; or one that is not there.
struct Place {
    house: String,
    event: String,
    review: String,
    notice: String,
    visit: String,
    residency: String,
    person: String,
    photo: String,
    round: String,
    id_number: String,
    area: &'static str,
    lon: f64,
    lat: f64,
}

impl Place {
    fn ring(&self) -> String {
        let (w, s, e, n) = (self.lon - 0.001, self.lat - 0.001, self.lon + 0.001, self.lat + 0.001);
        json!({ "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] }).to_string()
    }

    fn fill(&self, world: &World, text: &str) -> String {
        let side = f64::from(1 << 16);
        let (x, latitude) = ((self.lon + 180.0) / 360.0 * side, self.lat.to_radians());
        let y = (1.0 - latitude.tan().asinh() / std::f64::consts::PI) / 2.0 * side;
        let today = world.app.today();
        [
            ("{house}", self.house.clone()),
            ("{event}", self.event.clone()),
            ("{review}", self.review.clone()),
            ("{notice}", self.notice.clone()),
            ("{visit}", self.visit.clone()),
            ("{residency}", self.residency.clone()),
            ("{person}", self.person.clone()),
            ("{photo}", self.photo.clone()),
            ("{round}", self.round.clone()),
            ("{id_number}", self.id_number.clone()),
            ("{area}", self.area.to_owned()),
            ("{ring}", self.ring()),
            ("{box}", format!("{},{},{},{}", self.lon - 0.001, self.lat - 0.001, self.lon + 0.001, self.lat + 0.001)),
            ("{lon}", self.lon.to_string()),
            ("{lat}", self.lat.to_string()),
            ("{x}", (x.floor() as u32).to_string()),
            ("{y}", (y.floor() as u32).to_string()),
            ("{past}", today.plus_days(-90).to_string()),
            ("{today}", today.to_string()),
            ("{tomorrow}", today.plus_days(1).to_string()),
            ("{policy}", DEMO_POLICY.to_owned()),
            ("{id}", "01J00000000000000000000000".to_owned()),
        ]
        .into_iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(name, &value))
    }

    /// An answer as it would be of this place had it been asked of another one.
    fn renamed(&self, other: &Self, answer: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(answer).into_owned();
        let names = |place: &Self| {
            [&place.house, &place.event, &place.review, &place.notice, &place.visit, &place.residency, &place.person, &place.photo, &place.round]
                .map(Clone::clone)
        };
        for (mine, theirs) in names(self).iter().zip(names(other)) {
            text = text.replace(mine, &theirs);
        }
        text
    }
}

/// A number that is valid in form, of an area that no one has.
pub fn id_number(serial: u32) -> String {
    let digits = format!("00000019900101{serial:03}");
    let sum: u32 = digits.bytes().zip([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", b"10X98765432"[(sum % 11) as usize] as char)
}

/// Two houses, rated a hundred days ago, of which nothing is public yet; and one that is not there.
fn places(world: &World) -> [Place; 3] {
    let houses = "house_code,lon,lat,address,kind,area_code\nA-1,120.0501,31.7201,前桥村1号,rental,V1\nB-1,120.2501,31.9201,后桥村1号,rental,W1\n";
    assert_eq!(world.import(ImportedKind::Houses, houses).new, 2);
    let officer = world.token(Role::Officer);
    let answered = |path: String, body: Value| {
        let answer = world.post_as(&officer, &path, body.to_string());
        assert_eq!(answer.status, 201, "{path}: {}", String::from_utf8_lossy(&answer.bytes));
        answer.json()
    };
    let made = |path: String, body: Value| answered(path, body)["id"].as_str().unwrap().to_owned();
    let today = world.app.today();
    let place = |house: &str, area, lon, lat, serial| {
        let rated = json!({ "date": today.plus_days(-100), "kind": "assessment", "registration": "passive", "facilities": "missing", "neighbours": "bad",
            "sanitation": "bad", "hazard": "yes" });
        made(format!("/api/houses/{house}/events"), rated);
        let event = made(format!("/api/houses/{house}/events"), json!({ "date": today, "kind": "lead" }));
        let review = made(format!("/api/houses/{house}/reviews"), json!({ "event_id": event, "statement": "x" }));
        let notice = made(format!("/api/houses/{house}/notices"), json!({ "kind": "friendly_reminder" }));
        let visit = made(format!("/api/houses/{house}/visits"), json!({ "date": today.plus_days(-50), "outcome": "nobody_home" }));
        let id_number = id_number(serial);
        let joined = json!({ "name": "李四", "id_number": id_number, "registration": "temporary", "role": "tenant", "from": "2020-01-01" });
        let joined = answered(format!("/api/houses/{house}/residents"), joined);
        let [residency, person] = ["id", "person"].map(|field| joined[field].as_str().unwrap().to_owned());
        let round = json!({ "day": today.plus_days(3), "houses": [house], "iterations": 9,
            "teams": [{ "name": "A", "duty": "officer", "start": [lon, lat], "from": "09:00", "until": "17:00" }] });
        let planned = world.post_as(&officer, "/api/rounds", round.to_string());
        let last: Value = serde_json::from_str(String::from_utf8_lossy(&planned.bytes).lines().last().unwrap()).unwrap();
        let round = last["result"]["round"]["id"].as_str().unwrap_or_else(|| panic!("{last}")).to_owned();
        let path = format!("/api/photos?house={house}&taken=2020-01-01T10:00:00&lon={lon}&lat={lat}");
        let photo = world.post_as(&officer, &path, super::photos::picture(serial.into()));
        assert_eq!(photo.status, 201, "{}", String::from_utf8_lossy(&photo.bytes));
        let photo = photo.json()["id"].as_str().unwrap().to_owned();
        Place { house: house.to_owned(), event, review, notice, visit, residency, person, photo, round, id_number, area, lon, lat }
    };
    let none = "01J00000000000000000000000".to_owned();
    let missing = Place {
        house: "Z-9".to_owned(),
        event: none.clone(),
        review: none.clone(),
        notice: none.clone(),
        visit: none.clone(),
        residency: none.clone(),
        person: none.clone(),
        photo: none.clone(),
        round: none,
        id_number: id_number(3),
        area: "Z9",
        lon: 121.0,
        lat: 32.5,
    };
    [place("A-1", "V1", 120.0501, 31.7201, 1), place("B-1", "W1", 120.2501, 31.9201, 2), missing]
}

fn token(world: &World, role: Role, areas: Option<&str>) -> Option<String> {
    let draft = TokenDraft { areas: areas.map(|area| vec![area.to_owned()]), ..TokenDraft::new(&format!("{role} {areas:?}"), role) };
    (role != Role::Public).then(|| world.runtime.block_on(world.app.make_token(&Caller::console(), draft)).unwrap().secret)
}

/// Without the moment at which it was made, and without the field that the standard's features always have for staff: of a foreign house
/// it says what the tier says.
fn plain(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.bytes).replace("\"published\":\"unrated\",", "");
    match text.split_once("\"timeStamp\":\"") {
        Some((before, after)) => format!("{before}{}", after.split_once('"').unwrap().1),
        None => text,
    }
}

fn code_of(answer: &Answer) -> String {
    if answer.status < 400 { String::new() } else { answer.code() }
}

fn every_route_answers_each_role_as_the_table_says(world: World) {
    let document = world.public_get("/api/openapi.json").json();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())))
        .collect();
    let listed: BTreeSet<(String, String)> = TABLE.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(described, listed, "every route stands in the table with who may use it");

    let world = world.with_keys();
    let [own, foreign, missing] = places(&world);
    let tokens = ROLES.map(|role| (role, token(&world, role, None), token(&world, role, Some("V1"))));
    for (method, described, answers, path, body) in TABLE {
        let ask = |place: &Place, token: Option<&str>| world.ask(method, &place.fill(&world, path), token, place.fill(&world, body).as_bytes(), &[]);
        for (role, everywhere, at_home) in &tokens {
            let (role, everywhere, at_home) = (*role, everywhere.as_deref(), at_home.as_deref());
            let here = format!("{method} {described} as {role}");
            let refused = if role == Role::Public { "sign_in_needed" } else { "forbidden" };
            match answers {
                All => {
                    let public = plain(&ask(&own, None));
                    for token in [everywhere, at_home] {
                        assert_eq!(plain(&ask(&own, token)), public, "{here}");
                    }
                }
                MoreAtHome if role == Role::Public => assert!(ask(&own, None).status < 300, "{here}"),
                MoreAtHome => {
                    for token in [everywhere, at_home] {
                        assert_ne!(plain(&ask(&own, token)), plain(&ask(&own, None)), "{here}, own area");
                    }
                    assert_ne!(plain(&ask(&foreign, everywhere)), plain(&ask(&foreign, None)), "{here}, whole site");
                    let (seen, public) = (ask(&foreign, at_home), ask(&foreign, None));
                    assert_eq!((seen.status, plain(&seen)), (public.status, plain(&public)), "{here}, foreign area");
                }
                AtHome(right) if role.may(*right) => {
                    for (place, token) in [(&own, everywhere), (&own, at_home), (&foreign, everywhere)] {
                        let code = code_of(&ask(place, token));
                        assert!(!["forbidden", "sign_in_needed", "not_found", "bad_json", "bad_parameter"].contains(&code.as_str()), "{here}: {code}");
                    }
                    let (seen, nothing) = (ask(&foreign, at_home), ask(&missing, at_home));
                    assert!(["not_found", "not_fitting"].contains(&code_of(&nothing).as_str()), "{here}: {}", code_of(&nothing));
                    assert_eq!((seen.status, foreign.renamed(&missing, &seen.bytes)), (nothing.status, missing.renamed(&missing, &nothing.bytes)), "{here}");
                }
                CountsAtHome(right) if role.may(*right) => {
                    let nothing = ask(&missing, at_home);
                    for (place, token) in [(&own, everywhere), (&own, at_home), (&foreign, everywhere)] {
                        let counted = ask(place, token);
                        assert!(counted.status == 200 && counted.bytes != nothing.bytes, "{here}: {}", plain(&counted));
                    }
                    let seen = ask(&foreign, at_home);
                    assert_eq!((seen.status, plain(&seen)), (200, plain(&nothing)), "{here}, foreign area");
                }
                CountsAtHome(_) => {
                    for (place, token) in [(&own, everywhere), (&own, at_home), (&foreign, at_home), (&missing, at_home)] {
                        assert_eq!(code_of(&ask(place, token)), refused, "{here}");
                    }
                }
                AtHome(_) => {
                    for (place, token) in [(&own, everywhere), (&own, at_home), (&foreign, at_home), (&missing, at_home)] {
                        assert_eq!(code_of(&ask(place, token)), refused, "{here}");
                    }
                }
                SiteWide(right) => {
                    let code = code_of(&ask(&own, everywhere));
                    match role.may(*right) {
                        true => assert!(!["forbidden", "sign_in_needed", "bad_json", "bad_parameter"].contains(&code.as_str()), "{here}: {code}"),
                        false => assert_eq!(code, refused, "{here}"),
                    }
                    assert_eq!(code_of(&ask(&own, at_home)), refused, "{here}, of an area");
                }
                Account => {
                    for token in [everywhere, at_home] {
                        assert_eq!(code_of(&ask(&own, token)), "sign_in_needed", "{here}");
                    }
                }
                Unasked => {}
                Elsewhere(why) => assert!(!why.is_empty()),
            }
        }
    }
}

fn the_work_of_other_areas_is_not_listed(world: World) {
    let world = world.with_keys();
    let [own, foreign, _] = places(&world);
    for role in ROLES {
        let (everywhere, at_home) = (token(&world, role, None), token(&world, role, Some("V1")));
        let work = |token: &Option<String>| world.ask("GET", "/api/work", token.as_deref(), b"", &[]);
        if !role.may(Right::SeeWork) {
            assert_eq!(work(&everywhere).code(), "sign_in_needed");
            continue;
        }
        let (all, mine) = (work(&everywhere).json(), work(&at_home).json());
        for list in ["provisional", "notices", "reviews"] {
            let codes = |work: &Value| work[list].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
            assert_eq!(codes(&all), [own.house.clone(), foreign.house.clone()], "{role} {list}");
            assert_eq!(codes(&mine), [own.house.as_str()], "{role} {list}");
        }
        assert_eq!((&all["provisional_total"], &mine["provisional_total"]), (&json!(2), &json!(1)));
    }
}

fn an_area_holds_its_parts_and_none_whose_code_merely_begins_alike(world: World) {
    let houses = [("A-1", "V1"), ("A-2", "V12"), ("A-3", "E7"), ("A-4", "32040200800101")];
    let rows: String = houses.iter().map(|(code, area)| format!("{code},120.05,31.72,rental,{area}\n")).collect();
    world.import(ImportedKind::Houses, &format!("house_code,lon,lat,kind,area_code\n{rows}"));
    let (village, community) = (world.token_for("village", Role::Officer, Some("V1")), world.token_for("community", Role::Officer, Some("320402008001")));
    let reached = |token: &str| houses.map(|(code, _)| world.ask("GET", &format!("/api/houses/{code}/case"), Some(token), b"", &[]).status == 200);
    assert_eq!((reached(&village), reached(&community)), ([true, false, false, false], [false, false, false, true]));
    // What a site says of its areas counts from the import on, in this process and in another one.
    let area = |code: &str, parent: &str| {
        json!({ "type": "Feature", "properties": { "code": code, "name": code, "level": "estate", "parent": parent },
            "geometry": { "type": "Polygon", "coordinates": [[[119, 31], [119.1, 31], [119.1, 31.1], [119, 31]]] } })
    };
    let text = json!({ "type": "FeatureCollection", "features": [area("E7", "V1"), area("V1", "320402008001"), area("V12", "")] }).to_string();
    let report = world.import(ImportedKind::Areas, &text);
    assert_eq!((report.new, report.faulty), (3, 0), "{:?}", report.faults);
    assert_eq!((reached(&village), reached(&community)), ([true, false, true, false], [true, false, true, true]));
    let elsewhere = world.runtime.block_on(world.second_process().bearer(&village)).unwrap().unwrap();
    assert!(elsewhere.scope.includes("E7") && !elsewhere.scope.includes("V12"));
    world.runtime.block_on(world.app.undo_import(&Caller::console(), &report.id.unwrap())).unwrap();
    assert_eq!(reached(&village), [true, false, false, false]);
}

fn of_a_foreign_house_no_day_to_come_is_told(world: World) {
    let world = world.with_four_houses();
    let (here, foreign) = (world.token_for("here", Role::Officer, Some("V1")), world.token_for("foreign", Role::Officer, Some("V2")));
    for path in ["/api/houses/A-1", "/api/houses/A-1/tier", "/api/houses/A-1/publication", "/api/houses/A-1/ways"] {
        let day = |token: &str| world.ask("GET", &format!("{path}?date=2090-01-01"), Some(token), b"", &[]).json()["day"].clone();
        assert_eq!((day(&here), day(&foreign)), (json!("2090-01-01"), json!(world.app.today())), "{path}");
    }
}
