//! Planted persons: nothing of them is found anywhere but in the answer that reveals one.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use sanshi::{
    app::ImportedKind,
    atlas::{Detail, Filter, Moment, Origin, Snapshot, View},
    earth::TileId,
};
use serde_json::{Value, json};

use super::people::{HEADER, id_number};
use crate::world::{EVERYWHERE, Engine, World};

const PERSONS: u32 = 1_000;
/// What every planted name, identity number and telephone number has in it, so a part of one is found too.
const MARKS: [&str; 3] = ["藏珠", "9900001950", "1297770"];

fn name(serial: u32) -> String {
    format!("{}{serial:04}", MARKS[0])
}

fn phone(serial: u32) -> String {
    format!("{}{serial:04}", MARKS[2])
}

/// The mark that stands in some bytes, as text or as its hexadecimal digits.
fn mark_in(bytes: &[u8]) -> Option<&'static str> {
    let holds = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    MARKS.into_iter().find(|mark| {
        let hex: String = mark.bytes().map(|byte| format!("{byte:02x}")).collect();
        let (wide, _, _) = encoding_rs::GB18030.encode(mark);
        holds(mark.as_bytes()) || holds(hex.as_bytes()) || holds(hex.to_uppercase().as_bytes()) || (!mark.is_ascii() && holds(&wide))
    })
}

/// A site run by the program itself, as a user runs it.
struct Site {
    folder: tempfile::TempDir,
    server: Option<Child>,
    url: String,
}

impl Site {
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Everything that it says goes to one file, as much as it can say.
    fn command(&self, arguments: &[&str]) -> Command {
        let log = std::fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sanshi"));
        command.args(arguments).args(["--data", &self.path("site")]).env("SANSHI_LOG", "trace").env("TMPDIR", self.path("tmp")).stderr(log);
        command
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
        output.stdout
    }

    fn serve(&mut self) {
        let mut server = self.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.url = line.trim().rsplit(' ').next().unwrap().trim_end_matches('/').to_owned();
        self.server = Some(server);
    }

    /// As it is stopped by whoever runs it.
    fn stop(&mut self) {
        let mut server = self.server.take().unwrap();
        assert!(Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap().success());
        assert!(server.wait().unwrap().success());
    }

    fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Vec<u8>) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url)).header("authorization", format!("Bearer {token}"));
        let sent = if method == "GET" { agent.run(request.body(()).unwrap()) } else { agent.run(request.body(body.to_owned()).unwrap()) };
        let mut response = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        (response.status().as_u16(), response.body_mut().with_config().limit(100 << 20).read_to_vec().unwrap())
    }

    /// An answer that must say nothing of a person.
    fn masked(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Vec<u8>) {
        let (status, bytes) = self.ask(method, path, token, body);
        assert_eq!(mark_in(&bytes), None, "{method} {path} told of a person: {}", String::from_utf8_lossy(&bytes));
        (status, bytes)
    }

    /// Looks through every file of the data folder, the log and the folder for temporary files; gives their names.
    fn search_files(&self) -> Vec<String> {
        let mut searched = Vec::new();
        search(self.folder.path(), &mut searched);
        searched
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn search(folder: &Path, searched: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, searched);
            continue;
        }
        // Files that come and go (WAL, journal) may be gone by now.
        let Ok(bytes) = std::fs::read(&path) else { continue };
        assert_eq!(mark_in(&bytes), None, "{} holds what it should not", path.display());
        searched.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
}

#[test]
fn a_thousand_planted_persons_are_found_nowhere_but_where_one_is_revealed() {
    let mut site = Site { folder: tempfile::tempdir().unwrap(), server: None, url: String::new() };
    let source = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let path = source.path().join(name).display().to_string();
        std::fs::write(&path, text).unwrap();
        path
    };
    std::fs::create_dir(site.path("tmp")).unwrap();
    let houses: String = (0..50).map(|at| format!("H-{at},{},31.72,rental,V1\n", 120.05 + f64::from(at) * 1e-4)).collect();
    let row = |serial: u32| format!("H-{},{},{},{},temporary,tenant,2010-01-01,", serial % 50, name(serial), id_number(serial), phone(serial));
    let imported = PERSONS - 100;
    let mut residents: String = HEADER.to_owned() + &(0..imported).map(|serial| row(serial) + "\n").collect::<String>();
    // Also rows at fault, each with its marks in other places.
    for bad in
        ["X-9,{n},{i},{p},temporary,tenant,2010-01-01,", "{n},{i},{p},temporary,tenant,2010-01-01,H-1,", "H-1,{n},{i}0,{p}x,{n},{n},{n},{i}", "H-1,\"{n}"]
    {
        residents += &bad.replace("{n}", &name(1)).replace("{i}", &id_number(1)).replace("{p}", &phone(1));
        residents.push('\n');
    }
    site.run(&["key", "make"]);
    site.run(&["import", "houses", &file("houses.csv", format!("house_code,lon,lat,kind,area_code\n{houses}"))]);
    // The file's own name may be a person's too.
    let report = site.run(&["import", "residents", &file(&format!("{}.csv", name(7)), residents.clone())]);
    assert_eq!(mark_in(&report), None, "{}", String::from_utf8_lossy(&report));
    let report = String::from_utf8_lossy(&report).into_owned();
    assert!(report.contains(&format!("{imported} new")) && report.contains("4 faulty"), "{report}");
    let token = |role: &str| String::from_utf8(site.run(&["token", "add", "--role", role])).unwrap().trim().to_owned();
    let (officer, admin) = (token("officer"), token("administrator"));

    site.serve();
    // The last hundred one by one, and some that are wrong.
    for serial in imported..PERSONS {
        let draft = json!({ "name": name(serial), "id_number": id_number(serial), "phone": phone(serial), "registration": "temporary", "role": "tenant", "from": "2010-01-01" });
        let path = format!("/api/houses/H-{}/residents", serial % 50);
        assert_eq!(site.masked("POST", &path, &officer, &draft.to_string()).0, 201);
        let wrong = json!({ "name": name(serial), "id_number": format!("{}0", id_number(serial)), "phone": name(serial), "role": name(serial), "from": id_number(serial) });
        assert_eq!(site.masked("POST", &path, &officer, &wrong.to_string()).0, 422);
        assert_eq!(site.masked("POST", &path, &officer, &draft.to_string().replace("\"name\":\"", "\"name\":\"\\q")).0, 400);
    }
    // Each list, and the person of every twentieth row by a reveal.
    let (mut listed, mut revealed) = (0, 0);
    for house in 0..50 {
        let (_, bytes) = site.masked("GET", &format!("/api/houses/H-{house}/residents"), &officer, "");
        let residents: Value = serde_json::from_slice(&bytes).unwrap();
        let residents = residents["residents"].as_array().unwrap().clone();
        listed += residents.len();
        let (status, person) =
            site.ask("POST", &format!("/api/persons/{}/reveal", residents[0]["person"].as_str().unwrap()), &officer, r#"{"purpose":"visit"}"#);
        assert!(status == 200 && mark_in(&person).is_some(), "the search finds what is there to be found");
        revealed += 1;
        site.masked("GET", &format!("/api/houses/H-{house}/units"), &officer, "");
        site.masked("GET", &format!("/api/houses/H-{house}"), &officer, "");
        site.masked("POST", &format!("/api/residencies/{}/end", residents[1]["id"].as_str().unwrap()), &officer, r#"{"to":"2010-07-01"}"#);
    }
    assert_eq!((listed, revealed), (PERSONS as usize, 50));
    for serial in 0..5 {
        let body = json!({ "id_number": id_number(serial), "purpose": "visit" }).to_string();
        assert_eq!(site.masked("POST", "/api/persons/find", &officer, &body).0, 200);
    }
    // Whatever else answers.
    assert_eq!(site.masked("POST", "/api/imports/residents", &admin, &residents).0, 200);
    for token in [&officer, &admin] {
        for path in [
            "/api/openapi.json",
            "/api/imports",
            "/api/site",
            "/api/me",
            "/api/work",
            "/api/policy",
            "/api/policies",
            "/metrics",
            "/readyz",
            "/tiles.json",
            "/tiles/14/13655/6668.mvt",
            "/tiles/10/853/416.mvt",
            "/ogc",
            "/ogc/collections/houses/items?limit=100",
            "/ogc/collections/houses/items/H-1",
            "/ogc/collections/houses/queryables",
            "/api/houses/search?q=H-",
            "/api/houses/nearest?lon=120.05&lat=31.72&n=100",
            "/api/houses/H-1/tier",
            "/api/houses/H-1/events",
            "/api/houses/H-1/publication",
        ] {
            site.masked("GET", path, token, "");
        }
        site.masked("POST", "/api/areas/summary?ids=true", token, EVERYWHERE);
        site.masked("POST", "/api/areas/houses?limit=1000", token, EVERYWHERE);
        site.masked("POST", "/api/areas/trend?from=2009-01-01&to=2011-01-01", token, EVERYWHERE);
    }
    let open = site.search_files();
    assert!(["sanshi.db", "sanshi.db-wal", "site.key", "log"].iter().all(|name| open.iter().any(|file| file == name)), "{open:?}");
    site.stop();
    let closed = site.search_files();
    assert!(["sanshi.db", "atlas.kept"].iter().all(|name| closed.iter().any(|file| file == name)), "{closed:?}");
    let copy = site.path("copy.db");
    site.run(&["backup", &copy]);
    let copied = site.search_files();
    assert!(copied.contains(&"copy.db".to_owned()), "{copied:?}");
    // Key rotation writes every row anew.
    site.run(&["key", "rotate"]);
    site.search_files();
}

/// SplitMix64: the same throws every time.
fn throw(seed: &mut u64, below: usize) -> usize {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((u128::from(z ^ (z >> 27)) * below as u128) >> 64) as usize
}

/// Everything that the map shows of a record, whatever its revision.
fn shown(snapshot: &Snapshot) -> Vec<u8> {
    let snapshot = snapshot.succeed(Vec::new(), &[], 1 << 40);
    let mut bytes = Vec::new();
    let origin = Origin { history: String::new(), policies: String::new(), build: String::new() };
    snapshot.keep(&origin, &mut bytes).unwrap();
    for view in [View::Computed, View::Published] {
        let moment = Moment { day: "2010-06-01".parse().unwrap(), view };
        for (z, x, y) in [(16, 54622, 26673), (12, 3413, 1667), (8, 213, 104)] {
            for detail in [Detail::Houses, Detail::Cells] {
                bytes.extend(snapshot.mvt(TileId::new(z, x, y).unwrap(), moment, &Filter::default(), detail));
            }
        }
    }
    bytes
}

#[test]
fn whatever_the_attributes_of_persons_no_tier_tile_or_kept_atlas_changes() {
    let world = World::new(Engine::Sqlite).unwrap().with_keys().with_four_houses();
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,facilities,registration\nA-1,2010-01-10,assessment,missing,passive\nA-2,2010-02-01,assessment,fitted,proactive\n",
    );
    // The first person binds the site to its key: everything is read anew, and lies in memory as after a start.
    world.import(ImportedKind::Residents, &format!("{HEADER}A-1,王安,,,temporary,tenant,2001-01-01,\n"));
    let before = shown(&world.app.snapshot());
    assert!(before.len() > 1_000);
    let (mut seed, mut entered) = (7, 0);
    for round in 0..2_000 {
        let rows: String = (0..8)
            .map(|_| {
                let mut pick = |from: &[&str]| from[throw(&mut seed, from.len())].to_owned();
                let house = pick(&["A-1", "A-2", "A-3", "A-4"]);
                let name = pick(&["王安", "古丽·买买提", "李", "Ann Smith"]);
                let (role, registration) = (pick(&["owner", "tenant", "family"]), pick(&["registered", "temporary"]));
                let from = format!("20{:02}-0{}-1{}", throw(&mut seed, 11), 1 + throw(&mut seed, 9), throw(&mut seed, 10));
                format!("{house},{name},{},,{registration},{role},{from},\n", id_number(throw(&mut seed, 40_000) as u32))
            })
            .collect();
        entered += world.import(ImportedKind::Residents, &format!("{HEADER}{rows}")).new;
        assert!(shown(&world.app.snapshot()) == before, "round {round} changed what is shown:\n{rows}");
    }
    assert!(entered > 10_000, "{entered} residencies were entered");
}
