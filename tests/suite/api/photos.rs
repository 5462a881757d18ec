//! Photos: in whole or in parts, once each, of one's own area, and never a row without its file.

use std::{
    io::Write,
    net::TcpStream,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};
use sanshi::{
    app::{Caller, Conflict, ImportedKind, Refusal},
    domain::{
        access::Role,
        retention::{Class, Period},
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{Answer, Engine, World, on_both_engines};

on_both_engines! {
    a_photo_is_kept_and_served_without_anything_but_its_pixels
    each_hostile_file_is_refused_with_its_code_or_cleaned
    the_same_file_ten_times_at_once_is_one_photo
    an_upload_that_was_cut_goes_on_where_it_stood
    a_part_that_does_not_fit_is_refused_and_forgotten
    an_upload_is_its_makers_own
    photos_of_other_areas_are_as_if_none
    a_photo_is_placed_by_hand_taken_back_and_deleted_with_its_file
    an_observation_rests_on_photos_of_its_house
    houses_without_a_photo_of_late_are_counted_and_listed
    photos_past_their_period_go_with_their_files
    a_file_that_was_lost_comes_back_with_the_same_photo
    a_house_with_photos_is_not_taken_back
    what_is_said_about_a_picture_must_be_possible
}

/// A small JPEG of its own.
pub fn picture(seed: u64) -> Vec<u8> {
    let (width, height) = (96_u32, 64_u32);
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let blocks: Vec<u8> = (0..96)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect();
    let pixels: Vec<u8> = (0..height).flat_map(|y| (0..width).map(move |x| (x / 8 + y / 8 * 12) as usize)).flat_map(|at| [blocks[at]; 3]).collect();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 90).write_image(&pixels, width, height, ExtendedColorType::Rgb8).unwrap();
    jpeg
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/photos").join(path)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Files of photos that lie on the shelf.
fn on_shelf(world: &World) -> usize {
    let folder = world.folder.path().join("photos");
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    folders.map(|folder| std::fs::read_dir(folder).unwrap().count()).sum()
}

fn on_its_way(world: &World) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(world.folder.path().join("photos-on-their-way")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// No row without its file.
fn is_whole(world: &World) {
    assert_eq!(world.runtime.block_on(world.app.photos_amiss()).unwrap(), Vec::<String>::new());
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        (0..4).map(|at| if at <= three.len() { DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

/// One who uploads in parts.
struct Tus<'a> {
    world: &'a World,
    token: &'a str,
}

impl Tus<'_> {
    fn ask(&self, method: &str, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let headers = [&[("tus-resumable", "1.0.0")], headers].concat();
        self.world.ask(method, path, Some(self.token), body, &headers)
    }

    fn begin(&self, length: usize, metadata: &str) -> String {
        let answer = self.ask("POST", "/api/photos/uploads", b"", &[("upload-length", &length.to_string()), ("upload-metadata", metadata)]);
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
        assert_eq!(answer.headers["tus-resumable"], "1.0.0");
        answer.headers["location"].to_str().unwrap().to_owned()
    }

    fn add(&self, path: &str, offset: usize, part: &[u8], headers: &[(&str, &str)]) -> Answer {
        let offset = offset.to_string();
        let usual: [(&str, &str); 2] = [("content-type", "application/offset+octet-stream"), ("upload-offset", &offset)];
        self.ask("PATCH", path, part, &[&usual[..], headers].concat())
    }

    fn stands_at(&self, path: &str) -> u64 {
        self.world.ask("GET", path, Some(self.token), b"", &[]).json()["offset"].as_u64().unwrap()
    }
}

fn a_photo_is_kept_and_served_without_anything_but_its_pixels(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let file = std::fs::read(data("exif/ianare_gps_DSCN0025.jpg")).unwrap();
    let taken = world.post_as(&officer, "/api/photos?house=A-1", &file);
    assert_eq!(taken.status, 201, "{}", String::from_utf8_lossy(&taken.bytes));
    let photo = taken.json();
    assert_eq!((&photo["house_code"], &photo["link"], &photo["new"]), (&json!("A-1"), &json!("placed_by_hand"), &json!(true)));
    assert_eq!(photo["hash"], hash(&file));
    assert_eq!(photo["taken"], "2008-10-22T16:43:21");
    assert!((photo["lat"].as_f64().unwrap() - 43.468_365).abs() < 1e-6 && (photo["lon"].as_f64().unwrap() - 11.881_635).abs() < 1e-6);
    let id = photo["id"].as_str().unwrap();
    for (size, edge) in [("full", 2560), ("large", 1280), ("small", 320)] {
        let path = format!("/api/photos/{id}/{size}");
        let served = world.ask("GET", &path, Some(&officer), b"", &[]);
        assert_eq!((served.status, &served.headers["content-type"]), (200, &"image/jpeg".parse().unwrap()));
        assert_eq!(
            (&served.headers["cache-control"], &served.headers["x-content-type-options"]),
            (&"private, no-cache".parse().unwrap(), &"nosniff".parse().unwrap())
        );
        let decoded = image::load_from_memory(&served.bytes).unwrap();
        assert!(decoded.width().max(decoded.height()) <= edge);
        for trace in [&b"Exif"[..], b"http://ns.adobe", b"ICC_PROFILE", b"NIKON", b"GPS"] {
            assert!(!served.bytes.windows(trace.len()).any(|part| part == trace), "{size}: {}", String::from_utf8_lossy(trace));
        }
        let tag = served.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(world.ask("GET", &path, Some(&officer), b"", &[("if-none-match", &tag)]).status, 304);
        assert_eq!(world.public_get(&path).code(), "sign_in_needed");
        assert_eq!(world.get(&path).code(), "forbidden", "an analyst sees counts only");
    }
    assert_eq!(world.ask("GET", "/api/houses/A-1", Some(&officer), b"", &[]).json()["photos"], 1);
    assert_eq!(world.public_get("/api/houses/A-1").json()["photos"], Value::Null);
    let again = world.post_as(&officer, "/api/photos", &file);
    assert_eq!((again.status, &again.json()["id"], &again.json()["new"]), (200, &photo["id"], &json!(false)));
    assert!(on_its_way(&world).is_empty(), "nothing is left of what was on its way");
    is_whole(&world);
}

fn each_hostile_file_is_refused_with_its_code_or_cleaned(world: World) {
    let officer = world.token(Role::Officer);
    let manifest = std::fs::read_to_string(data("hostile/manifest.csv")).unwrap();
    let (mut refused, mut kept) = (0, 0);
    for row in manifest.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let (name, expected) = (cells[0], cells[2]);
        let Ok(file) = std::fs::read(data("hostile").join(name)) else { continue };
        let answer = world.post_as(&officer, "/api/photos", &file);
        if answer.status == 201 {
            assert!(expected != "reject", "{name}");
            let small = world.ask("GET", &format!("/api/photos/{}/full", answer.json()["id"].as_str().unwrap()), Some(&officer), b"", &[]);
            assert!(image::load_from_memory(&small.bytes).is_ok(), "{name}");
            for trace in [&b"<?php"[..], b"<script", b"PK\x03\x04", b"Exif"] {
                assert!(!small.bytes.windows(trace.len()).any(|part| part == trace), "{name}");
            }
            kept += 1;
        } else {
            assert!(expected != "accept_reencoded", "{name}: {}", String::from_utf8_lossy(&answer.bytes));
            let code = answer.code();
            assert!(["photo_empty", "photo_format", "photo_too_many_pixels", "photo_broken"].contains(&code.as_str()), "{name}: {code}");
            let text = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(text.contains("expected") && text.contains("found"), "{name}: {text}");
            refused += 1;
        }
    }
    assert!(refused >= 20 && kept >= 8, "{refused} refused, {kept} kept");
    assert_eq!(on_shelf(&world), kept, "of what was refused nothing is left");
    assert!(on_its_way(&world).is_empty());
    is_whole(&world);
}

fn the_same_file_ten_times_at_once_is_one_photo(world: World) {
    let (officer, file, world) = (world.token(Role::Officer), picture(7), Arc::new(world));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let send = || world.post_as(&officer, "/api/photos", &file);
        let all: Vec<_> = (0..10).map(|_| scope.spawn(send)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let ids: std::collections::BTreeSet<String> = answers.iter().map(|answer| answer.json()["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!((ids.len(), answers.iter().filter(|answer| answer.status == 201).count()), (1, 1));
    assert_eq!(on_shelf(&world), 1);
    is_whole(&world);
}

fn an_upload_that_was_cut_goes_on_where_it_stood(world: World) {
    let world = world.with_four_houses();
    let (officer, file) = (world.token(Role::Assistant), picture(8));
    let tus = Tus { world: &world, token: &officer };
    let said = [("house", "A-2"), ("hash", &hash(&file)), ("filename", "张三.jpg")].map(|(key, value)| format!("{key} {}", base64(value.as_bytes()))).join(",");
    let path = tus.begin(file.len(), &said);
    let half = file.len() / 2;
    // The line breaks after half of what was announced.
    let address = world.url.trim_start_matches("http://");
    let mut line = TcpStream::connect(address).unwrap();
    write!(
        line,
        "PATCH {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {officer}\r\ntus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\n\
         upload-offset: 0\r\ncontent-length: {}\r\n\r\n",
        file.len()
    )
    .unwrap();
    line.write_all(&file[..half]).unwrap();
    line.flush().unwrap();
    drop(line);
    // The server hears of it in its own time.
    while tus.stands_at(&path) < half as u64 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let rest = loop {
        let answer = tus.add(&path, half, &file[half..], &[]);
        if answer.status != 423 {
            break answer;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(rest.status, 204, "{}", String::from_utf8_lossy(&rest.bytes));
    assert_eq!(rest.headers["upload-offset"], file.len().to_string().as_str());
    let id = rest.headers["photo-id"].to_str().unwrap().to_owned();
    let photo = world.ask("GET", &format!("/api/photos/{id}"), Some(&officer), b"", &[]).json();
    assert_eq!((&photo["house_code"], &photo["hash"]), (&json!("A-2"), &json!(hash(&file))));
    // Who did not hear the answer asks again.
    let standing = world.ask("GET", &path, Some(&officer), b"", &[]).json();
    assert_eq!((&standing["photo"], &standing["offset"]), (&json!(id), &json!(file.len())));
    assert_eq!(tus.add(&path, file.len(), b"", &[]).headers["photo-id"], id.as_str());
    assert!(on_its_way(&world).iter().all(|name| name.ends_with(".json")), "the bytes are gone");
    let verified = world.post_as(&officer, "/api/photos/verified", json!({ "hashes": [hash(&file), hash(b"other")] }).to_string()).json();
    assert_eq!((&verified["asked"], &verified["verified"]), (&json!(2), &json!(1)));
    is_whole(&world);
}

fn a_part_that_does_not_fit_is_refused_and_forgotten(world: World) {
    let (officer, file) = (world.token(Role::Officer), picture(9));
    let tus = Tus { world: &world, token: &officer };
    let path = tus.begin(file.len(), "");
    assert_eq!(tus.add(&path, 5, &file[..9], &[]).code(), "offset_differs");
    let checksum = |bytes: &[u8]| format!("sha256 {}", base64(&Sha256::digest(bytes)));
    let wrong = tus.add(&path, 0, &file[..9], &[("upload-checksum", &checksum(b"else"))]);
    assert_eq!((wrong.status, wrong.code().as_str()), (460, "checksum_differs"));
    assert_eq!(tus.stands_at(&path), 0, "the part is forgotten");
    assert_eq!(tus.add(&path, 0, &file[..9], &[("upload-checksum", &checksum(&file[..9]))]).status, 204);
    assert_eq!(tus.stands_at(&path), 9);
    assert_eq!(tus.add(&path, 9, &[&file[9..], b"tail"].concat(), &[]).code(), "photo_too_large", "more than was announced");
    assert_eq!(tus.stands_at(&path), 9);
    for (headers, code) in [
        (&[("tus-resumable", "0.2.2"), ("content-type", "application/offset+octet-stream"), ("upload-offset", "9")][..], "tus_version"),
        (&[("tus-resumable", "1.0.0"), ("content-type", "image/jpeg"), ("upload-offset", "9")], "tus_content_type"),
        (&[("tus-resumable", "1.0.0"), ("content-type", "application/offset+octet-stream")], "bad_parameter"),
        (
            &[("tus-resumable", "1.0.0"), ("content-type", "application/offset+octet-stream"), ("upload-offset", "9"), ("upload-checksum", "md5 AA==")],
            "bad_parameter",
        ),
    ] {
        assert_eq!(world.ask("PATCH", &path, Some(&officer), b"x", headers).code(), code);
    }
    assert_eq!(tus.ask("POST", "/api/photos/uploads", b"", &[("upload-length", "99999999999")]).code(), "photo_too_large");
    assert_eq!(tus.ask("POST", "/api/photos/uploads", b"", &[("upload-length", "9"), ("upload-metadata", "house !!!")]).code(), "bad_parameter");
    assert_eq!(tus.ask("POST", "/api/photos/uploads", b"", &[("upload-length", "9"), ("upload-metadata", "house WlotOQ==")]).code(), "not_found");
    // Another file than its maker said, and one that is no picture: the upload is gone.
    let other = tus.begin(9, &format!("hash {}", base64(hash(&file).as_bytes())));
    assert_eq!(tus.add(&other, 0, &file[..9], &[]).code(), "checksum_differs");
    assert_eq!(tus.add(&other, 9, b"", &[]).code(), "not_found");
    let text = tus.begin(4, "");
    assert_eq!(tus.add(&text, 0, b"text", &[]).code(), "photo_format");
    assert_eq!(tus.add(&text, 4, b"", &[]).code(), "not_found");
    assert_eq!(tus.ask("DELETE", &path, b"", &[]).status, 204);
    assert_eq!(tus.ask("DELETE", &path, b"", &[]).code(), "not_found");
    assert!(on_its_way(&world).is_empty() && on_shelf(&world) == 0);
}

fn an_upload_is_its_makers_own(world: World) {
    let (maker, other) = (world.token(Role::Officer), world.token(Role::Officer));
    let path = Tus { world: &world, token: &maker }.begin(9, "");
    for (token, code) in [(Some(other.as_str()), "not_found"), (Some(world.staff.as_str()), "forbidden"), (None, "sign_in_needed")] {
        let headers = [("tus-resumable", "1.0.0"), ("content-type", "application/offset+octet-stream"), ("upload-offset", "0")];
        for method in ["GET", "PATCH", "DELETE"] {
            assert_eq!(world.ask(method, &path, token, b"", &headers).code(), code, "{method}");
        }
    }
    for (token, code) in [(Some(world.staff.as_str()), "forbidden"), (None, "sign_in_needed")] {
        assert_eq!(world.ask("POST", "/api/photos/uploads", token, b"", &[("tus-resumable", "1.0.0"), ("upload-length", "9")]).code(), code);
    }
    assert_eq!(world.ask("GET", "/api/photos/uploads/..%2Fsanshi.db", Some(&maker), b"", &[]).code(), "not_found");
    let able = world.ask("OPTIONS", "/api/photos/uploads", None, b"", &[]);
    assert_eq!((able.status, &able.headers["tus-version"], &able.headers["tus-max-size"]), (204, &"1.0.0".parse().unwrap(), &"33554432".parse().unwrap()));
}

fn photos_of_other_areas_are_as_if_none(world: World) {
    let world = world.with_four_houses();
    let (here, there) = (world.token_for("here", Role::Officer, Some("V1")), world.token_for("there", Role::Officer, Some("V2")));
    let near = "lon=120.0501&lat=31.7201";
    let file = picture(11);
    let photo = world.post_as(&here, &format!("/api/photos?{near}"), &file).json();
    assert_eq!((&photo["link"], &photo["house_code"]), (&json!("suggested"), &Value::Null));
    assert_eq!(photo["candidates"][0]["house_code"], "A-1");
    let queue = |token: &str| world.ask("GET", "/api/photos?link=suggested", Some(token), b"", &[]).json()["photos"].as_array().unwrap().len();
    assert_eq!((queue(&here), queue(&there)), (1, 0));
    let verified = |token: &str| world.post_as(token, "/api/photos/verified", json!({ "hashes": [hash(&file)] }).to_string()).json()["verified"].clone();
    assert_eq!((verified(&here), verified(&there)), (json!(1), json!(0)));
    assert_eq!(world.post_as(&there, "/api/photos", &file).code(), "photo_elsewhere", "only who holds the file is told");
    // What somebody brings in from elsewhere waits for them, and no house of another area is told.
    let own = world.post_as(&there, &format!("/api/photos?{near}"), picture(12)).json();
    assert_eq!((&own["link"], &own["candidates"]), (&json!("unplaced"), &json!([])));
    let mine = world.ask("GET", "/api/photos", Some(&there), b"", &[]).json();
    assert_eq!(mine["photos"][0]["id"], own["id"]);
    assert_eq!(queue(&world.token(Role::Officer)), 1);
    let link = |token: &str, house: &str| {
        world.post_as(token, &format!("/api/photos/{}/link", own["id"].as_str().unwrap()), json!({ "house_code": house }).to_string())
    };
    assert_eq!(link(&there, "A-1").code(), "not_found");
    assert_eq!(link(&here, "A-1").json()["house_code"], "A-1");
    assert_eq!(
        world.ask("GET", &format!("/api/photos/{}", own["id"].as_str().unwrap()), Some(&there), b"", &[]).code(),
        "not_found",
        "it belongs to its house now"
    );
}

fn a_photo_is_placed_by_hand_taken_back_and_deleted_with_its_file(world: World) {
    let world = world.with_four_houses();
    let (officer, assistant) = (world.token(Role::Officer), world.token(Role::Assistant));
    let photo = world.post_as(&assistant, "/api/photos?taken=2020-05-01T10:00:00", picture(13)).json();
    assert_eq!((&photo["link"], &photo["unplaced_because"], &photo["day"]), (&json!("unplaced"), &json!("no_place"), &json!("2020-05-01")));
    let at = |what: &str| format!("/api/photos/{}{what}", photo["id"].as_str().unwrap());
    assert_eq!(world.post_as(&assistant, &at("/link"), r#"{"house_code":"Z-9"}"#).code(), "not_found");
    assert_eq!(world.post_as(&assistant, &at("/link"), r#"{"house_code":"A-3"}"#).json()["link"], "placed_by_hand");
    let of_house = || world.ask("GET", "/api/houses/A-3/photos", Some(&officer), b"", &[]).json()["photos"].as_array().unwrap().len();
    assert_eq!(of_house(), 1);
    assert_eq!(world.post_as(&assistant, &at("/unlink"), "").json()["link"], "unplaced");
    assert_eq!(of_house(), 0);
    assert_eq!(world.post_as(&assistant, &at("/delete"), r#"{"reason":"x"}"#).code(), "forbidden");
    assert_eq!(world.post_as(&officer, &at("/delete"), r#"{"reason":" "}"#).code(), "invalid");
    assert_eq!((world.post_as(&officer, &at("/delete"), r#"{"reason":"a neighbour asked"}"#).status, on_shelf(&world)), (204, 0));
    assert_eq!(world.ask("GET", &at("/small"), Some(&officer), b"", &[]).code(), "not_found");
    let audit = world.ask("GET", &format!("/api/audit?subject={}", photo["id"].as_str().unwrap()), Some(&world.token(Role::Auditor)), b"", &[]).json();
    let actions: Vec<&str> = audit["rows"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["delete_photo", "link_photo", "link_photo", "add_photo"]);
}

fn an_observation_rests_on_photos_of_its_house(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let photo = |seed, house: &str| world.post_as(&officer, &format!("/api/photos?house={house}"), picture(seed)).json()["id"].as_str().unwrap().to_owned();
    let (own, other) = (photo(14, "A-1"), photo(15, "A-2"));
    let record =
        |photos: Value| world.post_as(&officer, "/api/houses/A-1/events", json!({ "date": "2020-01-01", "kind": "lead", "photos": photos }).to_string());
    assert_eq!(record(json!([own, other])).code(), "unknown_photo");
    assert_eq!(record(json!(["01J00000000000000000000000"])).code(), "unknown_photo");
    assert_eq!(record(json!((0..21).map(|at| at.to_string()).collect::<Vec<_>>())).code(), "invalid");
    let recorded = record(json!([own, own]));
    assert_eq!(recorded.status, 201, "{}", String::from_utf8_lossy(&recorded.bytes));
    let events = |token: &str| world.ask("GET", "/api/houses/A-1/events", Some(token), b"", &[]).json()["events"].clone();
    assert_eq!(events(&officer)[0]["photos"], json!([own]));
    assert_eq!(events(&world.staff)[0]["photos"], json!([]), "who sees no photos is told of none");
    assert_eq!(events(&officer).as_array().unwrap().len(), 1, "nothing was recorded of what was refused");
}

fn houses_without_a_photo_of_late_are_counted_and_listed(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    for (seed, query) in [(16, "house=A-1"), (17, "house=A-2&taken=2019-03-01T09:00:00")] {
        assert_eq!(world.post_as(&officer, &format!("/api/photos?{query}"), picture(seed)).status, 201);
    }
    let counts = world.get("/api/photos/coverage?older_than=365").json();
    assert_eq!((&counts["houses"], &counts["without"], &counts["older"]), (&json!(4), &json!(2), &json!(1)));
    assert_eq!(counts["areas"], json!([{ "area_code": "V1", "houses": 4, "without": 2, "older": 1 }]));
    let page = |query: &str| world.ask("GET", &format!("/api/photos/coverage/houses?{query}"), Some(&officer), b"", &[]).json();
    let codes = |page: &Value| page["houses"].as_array().unwrap().iter().map(|house| house["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let first = page("older_than=365&limit=2");
    assert_eq!((codes(&first), &first["next"]), (vec!["A-2".to_owned(), "A-3".to_owned()], &json!("A-3")));
    assert_eq!(first["houses"][0]["last"], "2019-03-01");
    let last = page("older_than=365&limit=2&after=A-3");
    assert_eq!((codes(&last), &last["next"]), (vec!["A-4".to_owned()], &Value::Null));
    assert_eq!(codes(&page("")), ["A-3", "A-4"]);
    assert_eq!(page("ids=true&older_than=365")["ids"].as_array().unwrap().len(), 3);
    assert_eq!(world.get("/api/photos/coverage/houses").code(), "forbidden");
}

fn photos_past_their_period_go_with_their_files(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    for (seed, query) in [(18, "house=A-1"), (19, "house=A-1&taken=2009-03-01T09:00:00")] {
        assert_eq!(world.post_as(&officer, &format!("/api/photos?{query}"), picture(seed)).status, 201);
    }
    let erase = || world.runtime.block_on(world.app.erase_some(&Caller::console(), Class::Photo, Period::Months(72))).unwrap();
    assert_eq!((erase(), erase(), on_shelf(&world)), (1, 0, 1));
    is_whole(&world);
}

fn a_house_with_photos_is_not_taken_back(world: World) {
    let import = world.import(ImportedKind::Houses, "house_code,lon,lat\nB-1,120.2,31.9\n").id.unwrap();
    let officer = world.token(Role::Officer);
    let photo = world.post_as(&officer, "/api/photos?house=B-1", picture(22)).json();
    let undo = || world.runtime.block_on(world.app.undo_import(&Caller::console(), &import));
    assert!(matches!(undo(), Err(Refusal::Conflict { conflict: Conflict::HasEvents, .. })));
    assert_eq!(world.post_as(&officer, &format!("/api/photos/{}/unlink", photo["id"].as_str().unwrap()), "").status, 200);
    assert!(undo().is_ok());
}

fn a_file_that_was_lost_comes_back_with_the_same_photo(world: World) {
    let (officer, file) = (world.token(Role::Officer), picture(20));
    let first = world.post_as(&officer, "/api/photos", &file).json();
    std::fs::remove_dir_all(world.folder.path().join("photos").join(&hash(&file)[..2])).unwrap();
    assert_eq!(world.runtime.block_on(world.app.photos_amiss()).unwrap(), [hash(&file)]);
    let verified = world.post_as(&officer, "/api/photos/verified", json!({ "hashes": [hash(&file)] }).to_string()).json();
    assert_eq!(verified["verified"], 0);
    let again = world.post_as(&officer, "/api/photos", &file);
    assert_eq!((again.status, &again.json()["id"]), (200, &first["id"]));
    is_whole(&world);
}

fn what_is_said_about_a_picture_must_be_possible(world: World) {
    let officer = world.token(Role::Officer);
    for query in ["lon=200&lat=31", "lon=120&lat=31&heading=361", "lon=120&lat=31&accuracy=-1", "taken=yesterday", "taken=2999-01-01T00:00:00"] {
        assert_eq!(world.post_as(&officer, &format!("/api/photos?{query}"), picture(21)).code(), "invalid", "{query}");
    }
    assert_eq!(world.post_as(&officer, "/api/photos?lon=120", picture(21)).code(), "bad_parameter");
    assert_eq!(on_shelf(&world), 0);
    let placed = world.post_as(&officer, "/api/photos?lon=120&lat=31&heading=90&accuracy=4&taken=2020-01-01T10:00:00", picture(21)).json();
    assert_eq!((&placed["heading"], &placed["accuracy_m"], &placed["unplaced_because"]), (&json!(90.0), &json!(4.0), &json!("nothing_near")));
}

/// Uploads that go on while the process is killed leave no row without its file.
#[test]
fn a_process_killed_during_uploads_leaves_no_row_without_its_file() {
    use std::{
        io::BufRead,
        process::{Command, Stdio},
    };
    let Some(world) = World::new(Engine::Sqlite) else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("site").display().to_string();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sanshi")).args(arguments).args(["--data", &data]).output().unwrap();
        (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
    };
    drop(world);
    let officer = run(&["token", "add", "--role", "officer"]).1.lines().find(|line| line.starts_with("sanshi_")).unwrap().to_owned();
    let mut acknowledged = Vec::new();
    for round in 0..4_u64 {
        let mut server = Command::new(env!("CARGO_BIN_EXE_sanshi"))
            .args(["serve", "--data", &data, "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().last().unwrap().trim_end_matches('/').to_owned();
        let heard = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..3_u64)
                .map(|sender| {
                    let (address, officer) = (&address, &officer);
                    scope.spawn(move || {
                        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
                        let mut heard = Vec::new();
                        for at in 0.. {
                            let file = picture(1_000 * round + 100 * sender + at);
                            let sent = agent.post(format!("{address}/api/photos")).header("authorization", format!("Bearer {officer}")).send(&file[..]);
                            match sent {
                                Ok(answer) if answer.status() == 201 => heard.push(hash(&file)),
                                _ => break,
                            }
                        }
                        heard
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(150 + 130 * round));
            server.kill().unwrap();
            server.wait().unwrap();
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect::<Vec<_>>()
        });
        acknowledged.extend(heard);
        let (well, said) = run(&["check"]);
        assert!(well && said.contains("all is well"), "{said}");
    }
    let photos = Path::new(&data).join("photos");
    assert!(!acknowledged.is_empty(), "something was uploaded before the kills");
    for hash in &acknowledged {
        assert!(photos.join(&hash[..2]).join(format!("{hash}.jpg")).exists(), "a photo that was acknowledged is there");
    }
    // A file that is taken away is seen.
    std::fs::remove_file(photos.join(&acknowledged[0][..2]).join(format!("{}.jpg", acknowledged[0]))).unwrap();
    let (well, said) = run(&["check"]);
    assert!(!well && said.contains(&acknowledged[0]), "{said}");
}

/// A folder comes in once, its faults are named, and a safety copy takes the photos along.
#[test]
fn a_folder_of_photos_is_imported_once_and_goes_along_with_a_backup() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sanshi")).args(arguments).output().unwrap();
        (output.status.code(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
    };
    std::fs::create_dir_all(path("in/deeper")).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(path(name), bytes).unwrap();
    write("houses.csv", crate::world::FOUR_HOUSES.as_bytes());
    write("in/a.jpg", &picture(30));
    write("in/deeper/b.JPG", &picture(31));
    write("in/deeper/again.jpg", &picture(30));
    write("in/text.png", b"this is no picture");
    write("in/lost.jpg", &picture(32));
    write("in/notes.txt", b"passed over");
    write("in/photos.csv", b"\xef\xbb\xbffile,house_code\na.jpg,A-1\ndeeper/b.JPG,A-2\nlost.jpg,Z-9\n");
    let site = path("site");
    assert_eq!(run(&["import", "houses", &path("houses.csv"), "--data", &site]).0, Some(0));
    let (code, said) = run(&["import", "photos", &path("in"), "--data", &site]);
    assert_eq!(code, Some(0), "{said}");
    for part in [
        "5 photos: 2 new, 1 same, 2 faulty; 3 of 5 stored and verified",
        "placed_by_hand",
        "text.png: photo_format: expected a JPEG",
        "lost.jpg: unknown_house: expected",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    let (code, said) = run(&["import", "photos", &path("in/a.jpg"), &path("in/deeper"), "--data", &site]);
    assert!(code == Some(0) && said.contains("3 photos: 0 new, 3 same, 0 faulty"), "{said}");
    assert_eq!(run(&["import", "photos", &path("in/text.png"), "--data", &site]).0, Some(1), "nothing came in");
    assert_eq!(run(&["import", "photos", &path("none"), "--data", &site]).0, Some(1));

    let (code, said) = run(&["backup", &path("copy.db"), "--data", &site]);
    assert!(code == Some(0) && said.contains("and 2 photos beside it"), "{said}");
    let manifest = std::fs::read_to_string(path("copy.db.photos/manifest.csv")).unwrap();
    assert!(manifest.starts_with("hash,bytes\n") && manifest.contains(&hash(&picture(30))) && manifest.lines().count() == 3, "{manifest}");
    let (code, said) = run(&["restore", &path("copy.db"), "--data", &path("other")]);
    assert!(code == Some(0) && said.contains("4 houses, 2 photos"), "{said}");
    let (code, said) = run(&["check", "--data", &path("other")]);
    assert!(code == Some(0) && said.contains("2 photos"), "{said}");
    // A copy that lacks a photo, or has it damaged, is refused before anything is there.
    let hash = hash(&picture(31));
    let copied = path(&format!("copy.db.photos/{}/{hash}.jpg", &hash[..2]));
    let whole = std::fs::read(&copied).unwrap();
    for spoiled in [&whole[..whole.len() / 2], b""] {
        std::fs::write(&copied, spoiled).unwrap();
        let (code, said) = run(&["restore", &path("copy.db"), "--data", &path("third")]);
        assert!(code == Some(1) && said.contains(&hash), "{said}");
        assert!(!Path::new(&path("third/sanshi.db")).exists());
    }
}
