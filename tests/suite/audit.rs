//! The audit as somebody meets it who wants to know whether it was touched.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Output, Stdio},
};

use sqlx::{AssertSqlSafe, Connection};

use crate::world::FOUR_HOUSES;

fn sanshi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sanshi")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A site with an import, a token and a server that ran once.
fn site(folder: &std::path::Path) -> String {
    let site = folder.join("site").display().to_string();
    let houses = folder.join("houses.csv").display().to_string();
    std::fs::write(&houses, FOUR_HOUSES).unwrap();
    assert!(sanshi(&["import", "houses", &houses, "--data", &site]).status.success());
    assert!(sanshi(&["token", "add", "--role", "officer", "--data", &site]).status.success());
    serve_once(&site);
    site
}

/// Starts a server, asks it whether it lives, and stops it.
fn serve_once(site: &str) {
    let mut server =
        Command::new(env!("CARGO_BIN_EXE_sanshi")).args(["serve", "--data", site, "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("serves 4 houses"), "{line}");
    let address = line.split_whitespace().last().unwrap();
    assert_eq!(ureq::get(format!("{address}healthz")).call().unwrap().status(), 200);
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    assert!(server.wait().unwrap().success());
}

/// What somebody may do who can write the database itself.
pub async fn tamper(database_url: &str, statement: &str) {
    let statement = AssertSqlSafe(statement.to_owned());
    let rows = if database_url.starts_with("sqlite") {
        let mut connection = sqlx::SqliteConnection::connect(database_url).await.unwrap();
        for trigger in ["audit_is_kept_update", "audit_is_kept_delete"] {
            sqlx::query(AssertSqlSafe(format!("drop trigger if exists {trigger}"))).execute(&mut connection).await.unwrap();
        }
        let rows = sqlx::query(statement).execute(&mut connection).await.unwrap().rows_affected();
        connection.close().await.unwrap();
        rows
    } else {
        let mut connection = sqlx::PgConnection::connect(database_url).await.unwrap();
        sqlx::query("set session_replication_role = replica").execute(&mut connection).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap().rows_affected()
    };
    assert!(rows > 0);
}

fn tamper_site(site: &str, statement: &str) {
    tokio::runtime::Runtime::new().unwrap().block_on(tamper(&format!("sqlite:{site}/sanshi.db"), statement));
}

fn verdict(site: &str) -> (bool, String) {
    let output = sanshi(&["audit", "verify", "--data", site]);
    (output.status.success(), said(&output))
}

#[test]
fn an_audit_that_nobody_touched_is_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(folder.path());
    let (well, text) = verdict(&site);
    assert!(well && text.contains("the newest is held by a checkpoint"), "{text}");
    assert!(said(&sanshi(&["check", "--data", &site])).contains("the audit is as it was written"));
    assert_eq!(said(&sanshi(&["audit", "key", "--data", &site])).trim().len(), 64);
    let missing = sanshi(&["audit", "verify", "--data", &site, "--checkpoints", "/nowhere"]);
    assert_eq!(missing.status.code(), Some(1), "checkpoints that are named must be there");
}

#[test]
fn each_way_to_touch_the_audit_is_found_and_its_first_row_named() {
    for (statement, named) in [
        ("update audit set who = 'somebody else' where serial = 2", "row 2 is not what was written"),
        ("delete from audit where serial = 1", "row 1 is missing"),
        ("update audit set link = (select link from audit where serial = 1) where serial = 2", "row 2 is not what was written"),
        ("delete from audit where serial = (select max(serial) from audit)", "the end was cut off"),
        (
            "insert into audit select max(serial) + 1, at_ms, who, role, action, subject, detail, revision, place, link from audit",
            "is not what was written, or does not follow",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let site = site(folder.path());
        tamper_site(&site, statement);
        let (well, text) = verdict(&site);
        assert!(!well && text.contains(named), "{statement}: {text}");
        assert_eq!(sanshi(&["check", "--data", &site]).status.code(), Some(1));
    }
}

#[test]
fn nobody_can_say_that_rows_are_older_than_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(folder.path());
    tamper_site(&site, "update audit set who = 'somebody else' where serial = 2");
    tamper_site(&site, "update site set value = '3 ' || substr(value, 3) where key = 'audit_since'");
    let (well, text) = verdict(&site);
    assert!(!well && text.contains("audit_since"), "{text}");
}

#[test]
fn a_checkpoint_that_was_cut_short_hinders_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(folder.path());
    let file = format!("{site}/audit.checkpoints");
    let whole = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{whole}{}", &whole[..whole.len() - 20])).unwrap();
    assert!(verdict(&site).0, "{}", verdict(&site).1);
    assert!(sanshi(&["token", "add", "--role", "auditor", "--data", &site]).status.success());
    serve_once(&site);
    let (well, text) = verdict(&site);
    assert!(well && text.contains("the newest is held by a checkpoint"), "{text}");
    assert!(std::fs::read_to_string(&file).unwrap().contains("# cut short"));
    std::fs::write(&file, "nonsense\n").unwrap();
    let output = sanshi(&["check", "--data", &site]);
    assert!(!output.status.success() && said(&output).contains("line 1") && said(&output).contains("4 houses"), "{}", said(&output));
}

#[test]
fn a_site_that_lost_its_audit_key_says_so_and_goes_on_only_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(folder.path());
    std::fs::remove_file(format!("{site}/audit.key")).unwrap();
    let refused = sanshi(&["check", "--data", &site]);
    assert!(!refused.status.success() && said(&refused).contains("sanshi audit begin"), "{}", said(&refused));
    assert_eq!(sanshi(&["audit", "begin", "--data", &site, "--reason", " "]).status.code(), Some(1));
    assert!(sanshi(&["audit", "begin", "--data", &site, "--reason", "the disk with it broke"]).status.success());
    let (well, text) = verdict(&site);
    assert!(well && text.contains("older than the key"), "{text}");
    assert_eq!(sanshi(&["audit", "begin", "--data", &site, "--reason", "again"]).status.code(), Some(1), "a key that is there is not replaced");
    tamper_site(&site, "update audit set who = 'somebody else' where serial = 1");
    assert!(!verdict(&site).0, "rows of the old key are held by the new one");
}

#[test]
fn another_sites_audit_key_does_not_open_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(folder.path());
    let other = folder.path().join("other").display().to_string();
    assert!(sanshi(&["token", "add", "--role", "officer", "--data", &other]).status.success());
    std::fs::remove_file(format!("{site}/audit.key")).unwrap();
    std::fs::copy(format!("{other}/audit.key"), format!("{site}/audit.key")).unwrap();
    let refused = sanshi(&["serve", "--data", &site, "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success() && said(&refused).contains("put the site's audit.key"), "{}", said(&refused));
}
