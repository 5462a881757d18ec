//! Open maps hear of what changed, and of nothing that is not theirs to know.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use sanshi::{
    app::{Caller, ImportFile, ImportedKind},
    domain::access::Role,
    transfer::Mapping,
};
use serde_json::{Value, json};

use crate::world::{Engine, World, on_both_engines};

on_both_engines! {
    a_listener_hears_of_a_commit_with_the_tiles_to_fetch_again
    a_photo_is_no_change_of_the_map
    who_answers_for_an_area_hears_of_others_what_the_public_hears
}

/// The tile of the four houses at zoom 16.
const TILE: [u32; 2] = [54622, 26673];
const WARNING: &[u8] = br#"{"date":"2010-01-10","kind":"assessment","registration":"passive","facilities":"missing"}"#;

struct Listener(BufReader<TcpStream>);

impl Listener {
    fn open(world: &World, token: Option<&str>, more: &str) -> Self {
        let mut stream = TcpStream::connect(world.url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let identity = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        write!(stream, "GET /api/changes HTTP/1.1\r\nhost: x\r\n{identity}{more}\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// The next event: its name and data. Heads, chunk lengths and comments are passed over.
    fn next(&mut self) -> (String, Value) {
        let (mut name, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
            if let Some(text) = line.strip_prefix("event: ") {
                name = text.trim().to_owned();
            } else if let Some(text) = line.strip_prefix("data: ") {
                return (name, serde_json::from_str(text).unwrap());
            }
        }
    }
}

fn a_listener_hears_of_a_commit_with_the_tiles_to_fetch_again(world: World) {
    let world = world.with_four_houses();
    let mut listener = Listener::open(&world, Some(&world.staff), "");
    let (name, open) = listener.next();
    assert_eq!((&*name, &open), ("open", &json!({ "revision": world.app.snapshot().revision() })));
    assert_eq!(world.post_as(&world.token(Role::Officer), "/api/houses/A-1/events", WARNING).status, 201);
    let (name, change) = listener.next();
    let now = world.app.snapshot().revision();
    assert_eq!((&*name, change), ("change", json!({ "revision": now, "tiles": [TILE], "base": false })));
    // What was missed comes first.
    let mut late = Listener::open(&world, Some(&world.staff), &format!("last-event-id: {}\r\n", open["revision"]));
    assert_eq!(late.next().0, "open");
    assert_eq!(late.next().1, json!({ "revision": now, "tiles": [TILE], "base": false }));
    // An import of another process.
    let elsewhere = world.second_process();
    let bytes = b"house_code,lon,lat,kind\nA-4,120.0504,31.7204,vacant\n".to_vec();
    let file = ImportFile { name: "test".to_owned(), bytes, form: None, mapping: Mapping::default(), datum: None };
    world.runtime.block_on(elsewhere.import(&Caller::console(), ImportedKind::Houses, file, false)).unwrap();
    world.runtime.block_on(world.app.catch_up()).unwrap();
    assert_eq!(listener.next().1["tiles"], json!([TILE]));
}

fn a_photo_is_no_change_of_the_map(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let before = world.app.snapshot().revision();
    assert_eq!(world.post_as(&officer, "/api/photos?house=A-2", super::photos::picture(1)).status, 201);
    world.runtime.block_on(world.app.catch_up()).unwrap();
    let after = world.app.snapshot().revision();
    assert!(after > before);
    let mut listener = Listener::open(&world, Some(&world.staff), &format!("last-event-id: {before}\r\n"));
    assert_eq!(listener.next().0, "open");
    assert_eq!(world.post_as(&officer, "/api/houses/A-1/events", WARNING).status, 201);
    let (name, change) = listener.next();
    assert!(name == "change" && change["revision"].as_i64() > Some(after), "{change}");
}

fn who_answers_for_an_area_hears_of_others_what_the_public_hears(world: World) {
    let world = world.with_four_houses();
    let [near, far] = [("near", "V1"), ("far", "V2")].map(|(name, area)| world.token_for(name, Role::Officer, Some(area)));
    let [mut here, mut elsewhere] = [&near, &far].map(|token| Listener::open(&world, Some(token), ""));
    assert_eq!((here.next().0, elsewhere.next().0), ("open".to_owned(), "open".to_owned()));
    let tag = |token| world.ask("GET", "/tiles/16/54622/26673.mvt", Some(token), b"", &[]).headers["etag"].clone();
    let before = tag(&far);
    assert_eq!(world.post_as(&near, "/api/houses/A-1/events", WARNING).status, 201);
    assert_eq!(here.next().1["tiles"], json!([TILE]));
    assert_eq!(tag(&far), before, "a tile does not tell either");
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind\nB-1,10,10,public\n");
    assert_eq!(elsewhere.next().1["tiles"], json!([[34588, 30938]]), "the house put in, not the one observed");
}

/// Waits for a sign of life.
#[test]
fn a_stream_ends_with_its_token() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let draft = sanshi::app::TokenDraft::new("listener", Role::Analyst);
    let token = world.runtime.block_on(world.app.make_token(&Caller::console(), draft)).unwrap();
    let mut listener = Listener::open(&world, Some(&token.secret), "");
    listener.0.get_ref().set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    listener.next();
    world.runtime.block_on(world.app.revoke_token(&Caller::console(), &token.id)).unwrap();
    let mut rest = String::new();
    while listener.0.read_line(&mut rest).unwrap() > 0 {
        assert!(!rest.contains("change"), "{rest}");
        if rest.ends_with("\r\n0\r\n") {
            return;
        }
    }
    panic!("the stream was cut, not ended: {rest:?}");
}

#[test]
fn the_public_hears_of_a_tier_when_it_is_public() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let mut public = Listener::open(&world, None, "");
    assert_eq!(public.next().0, "open");
    assert_eq!(world.post_as(&world.token(Role::Officer), "/api/houses/A-1/events", WARNING).status, 201);
    let secret = world.app.snapshot().revision();
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind\nB-1,10,10,public\n");
    let (_, change) = public.next();
    assert!(change["revision"].as_i64().unwrap() > secret);
    assert_eq!(change["tiles"], json!([[34588, 30938]]), "the house put in, not the one observed");
    assert_eq!(world.public_get("/api/changes?as=computed").code(), "sign_in_needed");
}

#[test]
fn a_site_that_closes_ends_its_streams() {
    let world = World::new(Engine::Sqlite).unwrap();
    let mut listener = Listener::open(&world, None, "");
    listener.next();
    world.app.say_goodbye();
    // What is still committed does not call it back.
    world.import(ImportedKind::Houses, "house_code,lon,lat\nB-1,10,10\n");
    let mut rest = String::new();
    while listener.0.read_line(&mut rest).unwrap() > 0 {
        assert!(!rest.contains("change"), "{rest}");
        if rest.ends_with("\r\n0\r\n") || rest == "0\r\n" {
            return;
        }
    }
    panic!("the stream was cut, not ended: {rest:?}");
}

#[test]
fn a_base_map_that_came_while_the_line_was_lost_is_told_with_the_rest() {
    let world = World::new(Engine::Sqlite).unwrap();
    let before = world.app.snapshot().revision();
    world.runtime.block_on(world.app.fill_with_demo()).unwrap();
    let (_, change) = {
        let mut late = Listener::open(&world, None, &format!("last-event-id: {before}\r\n"));
        late.next();
        late.next()
    };
    assert_eq!(change, json!({ "revision": world.app.snapshot().revision(), "tiles": null, "base": true }));
}
