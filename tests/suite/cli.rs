//! The command line as scripts use it: exit status, standard output, files.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::world::shared;

fn sanshi(arguments: &[&str], input: &[u8]) -> Output {
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_sanshi")).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/policies/qishuyan-2010.toml");

#[test]
fn tiers_equals_every_public_case() {
    let Some(shared) = shared() else { return };
    let cases = std::fs::read(shared.join("acceptance/tier-cases.jsonl")).unwrap();
    let expected = std::fs::read_to_string(shared.join("acceptance/tier-expected.jsonl")).unwrap();
    let output = sanshi(&["tiers", "--policy", POLICY], &cases);
    assert!(output.status.success());
    let parse = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let (got, expected): (Vec<_>, Vec<_>) = (out(&output).lines().map(parse).collect(), expected.lines().map(parse).collect());
    assert_eq!((got.len(), expected.len()), (300, 300));
    for (got, expected) in got.iter().zip(&expected) {
        assert_eq!(got, expected);
    }
}

#[test]
fn tiers_names_the_line_of_a_bad_case() {
    let input = "{\"id\":\"a\",\"events\":[],\"until\":\"2010-01-01\"}\n{\"id\":\"b\",\"events\":[{\"date\":\"2010-01-01\",\"kind\":\"rumour\"}],\"until\":\"2010-01-01\"}\n";
    let output = sanshi(&["tiers", "--policy", POLICY], input.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let reason = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(reason.contains("line 2") && reason.contains("rumour"), "{reason}");
}

#[test]
fn serve_refuses_a_basemap_that_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("site");
    let refused = |name: &str, bytes: &[u8], reason: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let output = sanshi(&["serve", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0", "--basemap", file.to_str().unwrap()], b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && said.contains(name) && said.contains(reason), "{said}");
    };
    let monaco = include_bytes!("../data/monaco.pmtiles");
    refused("cut.pmtiles", &monaco[..100_000], "cut short");
    refused("photo.pmtiles", b"\x89PNG\r\n", "expected a PMTiles file");
    refused("old.pmtiles", b"PM\x02\x00", "version 2");
    let output = sanshi(&["serve", "--data", data.to_str().unwrap(), "--basemap", folder.path().join("none").to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn wrong_usage_ends_with_2() {
    assert_eq!(sanshi(&["tiers"], b"").status.code(), Some(2));
    assert_eq!(sanshi(&["fly"], b"").status.code(), Some(2));
    assert_eq!(sanshi(&["--help"], b"").status.code(), Some(0));
}

#[test]
fn convert_agrees_with_other_libraries_to_a_tenth_of_a_metre() {
    let Some(shared) = shared() else { return };
    let mut reader = csv::Reader::from_path(shared.join("data/gcj02/vectors_shared.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    // Inverses have no meaning within about a kilometre of the edge of the shifted box, nor where a library failed.
    let inside = |row: &csv::StringRecord| {
        let (lon, lat): (f64, f64) = (row[at("lon")].parse().unwrap(), row[at("lat")].parse().unwrap());
        (72.1..137.7).contains(&lon) && (0.9..55.7).contains(&lat)
    };
    let mut compared = 0;
    for (from, to, column, tolerance_m) in [
        ("wgs84", "gcj02", "wgs_gcj_gcoord", 0.001),
        ("wgs84", "bd09", "wgs_bd_gcoord", 0.001),
        ("gcj02", "wgs84", "gcj_wgs_prcoords_exact", 0.12),
        ("bd09", "wgs84", "bd_wgs_prcoords_exact", 0.2),
    ] {
        let chosen: Vec<_> = rows.iter().filter(|row| inside(row) && !row[at(&format!("{column}_lon"))].is_empty()).collect();
        let input = std::iter::once("lon,lat".to_owned())
            .chain(chosen.iter().map(|row| format!("{},{}", &row[at("lon")], &row[at("lat")])))
            .collect::<Vec<_>>()
            .join("\n");
        let output = sanshi(&["convert", "--from", from, "--to", to], input.as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for (line, row) in out(&output).lines().skip(1).zip(&chosen) {
            let (lon, lat) = line.split_once(',').unwrap();
            assert_eq!(lon.split_once('.').unwrap().1.len(), 8);
            let got = sanshi::earth::LonLat::new(lon.parse().unwrap(), lat.parse().unwrap()).unwrap();
            let theirs =
                sanshi::earth::LonLat::new(row[at(&format!("{column}_lon"))].parse().unwrap(), row[at(&format!("{column}_lat"))].parse().unwrap()).unwrap();
            assert!(got.metres_to(theirs) < tolerance_m, "{from} to {to} at {}: {} m", &row[0], got.metres_to(theirs));
            compared += 1;
        }
    }
    assert!(compared > 250, "{compared}");
}

#[test]
fn a_backup_restores_to_the_same_site() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("houses.csv"), crate::world::FOUR_HOUSES).unwrap();
    let done = |arguments: &[&str]| {
        let output = sanshi(arguments, b"");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        out(&output)
    };
    assert!(done(&["import", "houses", &path("houses.csv"), "--data", &path("site")]).contains("4 new, 0 changed, 0 same, 0 faulty"));
    assert!(done(&["check", "--data", &path("site")]).contains("all is well"));
    done(&["backup", &path("copy.db"), "--data", &path("site")]);
    assert_eq!(sanshi(&["backup", &path("copy.db"), "--data", &path("site")], b"").status.code(), Some(1), "a backup overwrites nothing");
    // Without the audit's key the audit goes on with a new one; with it, it goes on as it was.
    let restored = done(&["restore", &path("copy.db"), "--data", &path("other")]);
    assert!(restored.contains("4 houses") && restored.contains("under a new key"), "{restored}");
    std::fs::create_dir(path("same")).unwrap();
    std::fs::copy(path("site/audit.key"), path("same/audit.key")).unwrap();
    let restored = done(&["restore", &path("copy.db"), "--data", &path("same")]);
    assert!(restored.contains("4 houses") && !restored.contains("under a new key"), "{restored}");
    // Another site's key is refused before anything is there; without it the same command goes through.
    std::fs::create_dir(path("wrong")).unwrap();
    std::fs::copy(path("other/audit.key"), path("wrong/audit.key")).unwrap();
    let wrong = ["restore", &path("copy.db"), "--data", &path("wrong")];
    assert_eq!(sanshi(&wrong, b"").status.code(), Some(1));
    std::fs::remove_file(path("wrong/audit.key")).unwrap();
    done(&wrong);
    for folder in ["other", "same", "wrong"] {
        done(&["audit", "verify", "--data", &path(folder)]);
    }
    assert_eq!(sanshi(&["restore", &path("copy.db"), "--data", &path("other")], b"").status.code(), Some(1), "a restore overwrites nothing");
    std::fs::write(path("garbage.db"), b"this is no database").unwrap();
    assert_eq!(sanshi(&["restore", &path("garbage.db"), "--data", &path("third")], b"").status.code(), Some(1));
    assert!(!Path::new(&path("third/sanshi.db")).exists());
    assert!(done(&["token", "add", "--role", "officer", "--data", &path("site")]).starts_with("sanshi_"));
}

#[test]
fn a_key_is_made_once_rotated_and_a_rotation_that_was_killed_goes_on() {
    use std::{io::BufRead, os::unix::fs::PermissionsExt};
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let site = path("site");
    std::fs::write(path("houses.csv"), crate::world::FOUR_HOUSES).unwrap();
    let rows: String = (0..3_000).map(|serial| format!("A-1,住户{serial},,,temporary,tenant,2010-01-01\n")).collect();
    std::fs::write(path("residents.csv"), format!("house_code,name,id_number,phone,registration,role,from\n{rows}")).unwrap();
    let run = |arguments: &[&str]| sanshi(&[arguments, &["--data", &site]].concat(), b"");
    let said = |output: &Output| format!("{}{}", out(output), String::from_utf8_lossy(&output.stderr));
    assert!(run(&["import", "houses", &path("houses.csv")]).status.success());
    let refused = run(&["import", "residents", &path("residents.csv")]);
    assert!(refused.status.code() == Some(1) && said(&refused).contains("sanshi key make"), "{}", said(&refused));
    assert_eq!(run(&["key", "rotate"]).status.code(), Some(1));
    assert!(run(&["key", "make"]).status.success());
    assert_eq!(std::fs::metadata(path("site/site.key")).unwrap().permissions().mode() & 0o777, 0o400);
    let key = std::fs::read_to_string(path("site/site.key")).unwrap();
    assert_eq!(run(&["key", "make"]).status.code(), Some(1), "a key is never overwritten");
    assert_eq!(std::fs::read_to_string(path("site/site.key")).unwrap(), key);
    assert!(said(&run(&["import", "residents", &path("residents.csv")])).contains("3000 new"));

    let mut rotation =
        Command::new(env!("CARGO_BIN_EXE_sanshi")).args(["key", "rotate", "--data", &site]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(rotation.stdout.take().unwrap()).read_line(&mut line).unwrap();
    rotation.kill().unwrap();
    rotation.wait().unwrap();
    assert!(line.starts_with("added the key"), "{line}");
    let again = run(&["key", "rotate"]);
    assert!(again.status.success() && said(&again).contains("sealed anew"), "{}", said(&again));
    let rotated = std::fs::read_to_string(path("site/site.key")).unwrap();
    assert!(rotated.starts_with(&key), "the old key stays");
    // Nothing is left behind, and everything is found again.
    assert!(said(&run(&["import", "residents", &path("residents.csv")])).contains("0 new, 0 changed, 3000 same"));
    std::fs::remove_file(path("site/site.key")).unwrap();
    std::fs::write(path("site/site.key"), "sanshi-key-1 00000000 zz\n").unwrap();
    let broken = run(&["import", "residents", &path("residents.csv")]);
    assert!(broken.status.code() == Some(1) && said(&broken).contains("line 1"), "{}", said(&broken));
}

#[test]
fn what_is_past_its_period_is_shown_first_and_erased_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let site = path("site");
    let write = |name: &str, text: &str| std::fs::write(path(name), text).unwrap();
    write("houses.csv", crate::world::FOUR_HOUSES);
    write(
        "residents.csv",
        "house_code,name,id_number,phone,registration,role,from,to\nA-1,住户甲,,,temporary,tenant,2010-01-01,2010-06-01\nA-1,住户乙,,,temporary,tenant,2010-01-01,\n",
    );
    let run = |arguments: &[&str]| sanshi(&[arguments, &["--data", &site]].concat(), b"");
    let said = |output: &Output| format!("{}{}", out(output), String::from_utf8_lossy(&output.stderr));
    let done = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        out(&output)
    };
    done(&["import", "houses", &path("houses.csv")]);
    done(&["key", "make"]);
    done(&["import", "residents", &path("residents.csv")]);
    for _ in 0..2 {
        let shown = done(&["retention"]);
        assert!(shown.contains("ended_residency\t36 months\t") && shown.contains("nothing was erased"), "{shown}");
        let counts: Vec<&str> = shown.lines().skip(1).filter_map(|line| line.split('\t').nth(3)).collect();
        assert_eq!(counts, ["1", "1", "0", "0", "0", "0"], "{shown}");
    }
    let applied = done(&["retention", "--apply"]);
    assert!(applied.contains("erased 2") && applied.contains("backups made before now"), "{applied}");
    assert!(done(&["retention", "--apply"]).contains("erased 0"));
    // A file in the data folder takes the place of the default; one that cannot be read is refused.
    write("site/retention.toml", "session = { days = 1 }\n");
    assert_eq!(done(&["retention"]).lines().count(), 3);
    write("site/retention.toml", "session = { days = 1 }\npersons = { days = 1 }\n");
    let refused = run(&["retention", "--apply"]);
    assert!(
        refused.status.code() == Some(1) && said(&refused).contains("retention.toml: retention, line 2") && said(&refused).contains("persons"),
        "{}",
        said(&refused)
    );
    let unknown = run(&["erase-person", "01J00000000000000000000000", "--reason", "asked"]);
    assert!(unknown.status.code() == Some(1) && said(&unknown).contains("no person 01J"), "{}", said(&unknown));
    assert_eq!(run(&["erase-person", "住户乙", "--reason", "asked"]).status.code(), Some(1));
    assert_eq!(run(&["erase-person", "01J00000000000000000000000"]).status.code(), Some(2), "a reason is needed");
    assert!(done(&["check"]).contains("all is well") && done(&["audit", "verify"]).contains("as it was written"));
}

#[test]
fn one_person_is_erased_by_id_beside_a_running_server() {
    use std::io::BufRead;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let site = path("site");
    std::fs::write(path("houses.csv"), crate::world::FOUR_HOUSES).unwrap();
    let run = |arguments: &[&str]| {
        let output = sanshi(&[arguments, &["--data", &site]].concat(), b"");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        out(&output).trim().to_owned()
    };
    run(&["import", "houses", &path("houses.csv")]);
    run(&["key", "make"]);
    let officer = run(&["token", "add", "--role", "officer"]);
    let mut server =
        Command::new(env!("CARGO_BIN_EXE_sanshi")).args(["serve", "--data", &site, "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split_whitespace().last().unwrap().trim_end_matches('/').to_owned();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let ask = |path: &str, body: &str| {
        let mut answer = agent.post(format!("{address}{path}")).header("authorization", format!("Bearer {officer}")).send(body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json::<serde_json::Value>().unwrap())
    };
    let (status, joined) = ask("/api/houses/A-1/residents", r#"{"name":"住户甲","registration":"temporary","role":"tenant","from":"2010-01-01"}"#);
    assert_eq!(status, 201);
    let person = joined["person"].as_str().unwrap();
    let reveal = || ask(&format!("/api/persons/{person}/reveal"), r#"{"purpose":"visit"}"#).0;
    assert_eq!(reveal(), 200);
    let erased = run(&["erase-person", person, "--reason", "asked for at the counter"]);
    assert!(erased.contains("a person with 1 residencies") && erased.contains("no longer count"), "{erased}");
    assert_eq!(reveal(), 404);
    assert_eq!(std::fs::metadata(path("site/sanshi.db-wal")).unwrap().len(), 0, "the log of writes is empty");
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    assert!(server.wait().unwrap().success());
}

#[test]
fn a_dry_run_of_a_spoiled_file_lists_every_fault_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("houses.csv"), format!("{}B-1,200,31,,rental,,\nB-2,31.7,120.1,,rental,,\nA-1,120,31,,rental,,\n", crate::world::FOUR_HOUSES)).unwrap();
    let output = sanshi(&["import", "houses", &path("houses.csv"), "--data", &path("site"), "--dry-run"], b"");
    let text = out(&output);
    for part in ["row 6", "out_of_range", "row 7", "swapped_coordinates", "row 8", "duplicate_code", "dry run, nothing written", "3 faulty"] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    assert!(out(&sanshi(&["check", "--data", &path("site")], b"")).contains(" 0 houses"));
}

#[test]
fn accounts_are_kept_on_the_command_line_and_no_password_is_an_argument() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let add = |name: &str, password: &str| {
        sanshi(&["user", "add", "--data", data, "--role", "officer", "--name", name, "--area", "V1", "--area", "V2"], password.as_bytes())
    };
    let made = add("Li Na", "a password of an officer\n");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for (name, password) in [("li na", "another long password\n"), ("wang", "too short\n"), ("wang", "")] {
        assert_eq!(add(name, password).status.code(), Some(1), "{name} {password:?}");
    }
    let list = || out(&sanshi(&["user", "list", "--data", data], b""));
    assert_eq!(list(), "Li Na\tofficer\tV1,V2\tpassword only\tactive\n");
    assert_eq!(sanshi(&["user", "password", "nobody", "--data", data], b"another long password\n").status.code(), Some(1));
    for (command, input) in [("password", "another long password\n"), ("reset-second-factor", ""), ("disable", "")] {
        assert!(sanshi(&["user", command, "LI NA", "--data", data], input.as_bytes()).status.success(), "{command}");
    }
    assert_eq!(list(), "Li Na\tofficer\tV1,V2\tpassword only\tdisabled\n");
    // A right that the role lacks is refused.
    let token = |right: &str| sanshi(&["token", "add", "--data", data, "--role", "analyst", "--right", right], b"").status.code();
    assert_eq!((token("see_work"), token("record_event"), token("nonsense")), (Some(0), Some(1), Some(2)));
}
