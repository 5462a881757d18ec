//! The shape of the sources: which room may use which, and words that a room must not have (src/ARCHITECTURE.md).

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Each room and the rooms below it that it may use.
const MAY_USE: [(&str, &[&str]); 17] = [
    ("vault", &[]),
    ("earth", &[]),
    ("pmtiles", &["earth"]),
    ("media", &["earth"]),
    ("random", &[]),
    ("route", &["random"]),
    ("streets", &["earth"]),
    ("cluster", &["earth", "random"]),
    ("domain", &["earth"]),
    ("community", &["domain", "earth"]),
    ("atlas", &["domain", "earth"]),
    ("census", &["domain"]),
    ("transfer", &["domain", "earth"]),
    ("store", &["domain", "earth", "vault"]),
    ("app", &["atlas", "census", "cluster", "community", "domain", "earth", "media", "pmtiles", "route", "store", "streets", "transfer", "vault"]),
    ("http", &["app", "atlas", "domain", "earth", "media", "pmtiles", "store", "transfer"]),
    ("cli", &["app", "atlas", "cluster", "domain", "earth", "http", "media", "pmtiles", "route", "store", "streets", "transfer", "vault"]),
];

/// Words that stand only in these rooms (or files), with the reason.
const ONLY_IN: [(&str, &[&str], &str); 17] = [
    ("sqlx", &["store"], "SQL is in one room"),
    ("axum", &["http"], "only one room speaks HTTP"),
    ("StatusCode", &["http"], "only problems have status codes"),
    ("tokio", &["app", "http", "cli", "media/s3.rs", "media/shelf.rs"], "what decides does not wait"),
    ("async fn", &["app", "http", "cli", "store", "media/s3.rs", "media/shelf.rs"], "what decides does not wait"),
    ("std::env::", &["cli/config.rs"], "one file reads the environment"),
    ("std::fs::", &["cli", "app/uploads.rs"], "files are opened at the door; what is on its way lies in files"),
    ("Timestamp::now", &["app"], "the day is an argument"),
    ("SystemTime", &[], "the day is an argument"),
    ("Instant::now", &["http", "cli/route.rs"], "the day is an argument"),
    ("getrandom", &["app", "vault"], "the seed is an argument"),
    ("chacha20poly1305", &["vault"], "one room seals"),
    ("hmac", &["vault", "media/s3.rs"], "one room holds keys; requests to a photo store are signed"),
    ("person::", PERSONS_IN, "no tier, tile, cluster or figure takes anything of a person"),
    ("id_number::", PERSONS_IN, "no tier, tile, cluster or figure takes anything of a person"),
    ("residency::", PERSONS_IN, "no tier, tile, cluster or figure takes anything of a person"),
    ("println!", &["main.rs", "cli"], "data goes to standard output through the command line"),
];

/// Where persons are known at all; from anywhere else nothing of theirs can be reached.
const PERSONS_IN: &[&str] = &[
    "app/disclosure.rs",
    "app/entering.rs",
    "app/people.rs",
    "app/persons.rs",
    "community",
    "domain/credit_code.rs",
    "domain/person.rs",
    "domain/residency.rs",
    "http/disclosure.rs",
    "http/people.rs",
    "store/residencies.rs",
    "transfer/residents.rs",
];

#[test]
fn a_room_uses_only_the_rooms_below_it() {
    for (path, code) in sources() {
        let Some(allowed) = MAY_USE.iter().find(|(room, _)| *room == room_of(&path)).map(|(_, below)| *below) else { continue };
        for used in used_rooms(&code) {
            let room = room_of(&path);
            assert!(used == room || allowed.contains(&used.as_str()), "{}: {room} may not use crate::{used}", path.display());
        }
    }
}

#[test]
fn a_word_stands_only_in_its_room() {
    for (path, code) in sources() {
        for (word, places, why) in ONLY_IN {
            let here = places.iter().any(|place| path.starts_with(place));
            assert!(here || !code.contains(word), "{}: \"{word}\" has no place here: {why}", path.display());
        }
    }
}

#[test]
fn every_room_says_what_it_knows() {
    for (path, _) in sources() {
        let text = fs::read_to_string(root().join("src").join(&path)).or_else(|_| fs::read_to_string(root().join("seeds").join(&path))).unwrap_or_default();
        assert!(path == Path::new("lib.rs") || text.is_empty() || text.starts_with("//!"), "{}: the first line says what the file is about", path.display());
    }
}

#[test]
fn every_room_has_its_arrows_written_down() {
    for (path, _) in sources() {
        let room = room_of(&path);
        assert!(["lib.rs", "main.rs"].contains(&room.as_str()) || MAY_USE.iter().any(|(known, _)| *known == room), "{room} is a new room: add its arrows");
    }
}

#[test]
fn in_the_web_only_the_map_room_draws_and_only_the_api_room_fetches() {
    for (path, code) in web_sources() {
        let name = path.to_string_lossy().replace('\\', "/");
        let in_map = name.starts_with("map/") || name == "map.js";
        assert!(in_map || !code.contains("vendor/maplibre") && !code.contains("vendor/terra"), "{name} imports the map library");
        assert!(name == "api.js" || !code.contains("fetch("), "{name} fetches");
        assert!(!code.contains("innerHTML"), "{name} writes HTML from text");
    }
}

/// Sources without their tests, by path below `src/`; the generator of the demo counts as the room `community`.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    collect(&root().join("src"), &root().join("src"), "rs", &mut all);
    let mut seeds = BTreeMap::new();
    collect(&root().join("seeds"), &root().join("seeds"), "rs", &mut seeds);
    all.extend(seeds);
    assert!(all.len() > 40, "the sources were found");
    all
}

fn web_sources() -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    collect(&root().join("web/js"), &root().join("web/js"), "js", &mut all);
    assert!(all.len() > 5, "the web's sources were found");
    all
}

fn collect(top: &Path, folder: &Path, ending: &str, all: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
            collect(top, &path, ending, all);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            if path.file_name().is_some_and(|name| name == "tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
            all.insert(path.strip_prefix(top).unwrap().to_owned(), code);
        }
    }
}

fn room_of(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    if first == "community.rs" { "community".to_owned() } else { first }
}

fn used_rooms(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    let names = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for after in code.split("crate::").skip(1) {
        let Some(list) = after.strip_prefix('{') else {
            used.push(names(after));
            continue;
        };
        // `use crate::{a::…, b::{…}};`: the names at depth one.
        let (mut depth, mut start) = (1, true);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                c if start && depth == 1 && c.is_alphabetic() => {
                    used.push(names(&list[at..]));
                    start = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    used.retain(|name| !name.is_empty());
    used
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
