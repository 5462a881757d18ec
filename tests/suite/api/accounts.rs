use sanshi::{
    app::{AccountDraft, Caller},
    domain::access::Role,
    vault::{Keys, totp},
};
use serde_json::{Value, json};
use sqlx::Connection;

use crate::world::{Answer, FOUR_HOUSES, World, on_both_engines};

on_both_engines! {
    signing_in_gives_a_session_that_signing_out_ends
    a_wrong_name_and_a_wrong_password_are_answered_alike
    what_another_site_makes_a_browser_send_is_refused
    the_first_administrator_is_made_once_and_with_the_code_alone
    a_second_factor_is_asked_for_and_each_code_counts_once
    where_the_site_asks_for_it_nothing_is_done_before_a_second_factor_is_enrolled
    disabling_an_account_or_changing_its_role_or_password_ends_its_sessions
    the_last_administrator_stays
    ones_own_password_is_changed_and_other_sessions_end
    what_does_not_fit_is_refused_and_never_repeated
    a_token_keeps_only_the_rights_it_was_given
    who_keeps_only_some_rights_gives_no_others
    one_name_is_one_somebody
    a_colleague_is_not_kept_out_by_a_stranger_who_guesses_at_the_name
    behind_a_trusted_proxy_each_asks_from_an_address_of_their_own
    no_secret_is_stored_as_it_is
    a_session_ends_when_it_is_idle_and_after_half_a_day_at_the_latest
}

const PASSWORD: &str = "correct horse battery";

/// From a page of the site, as a browser sends it.
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

fn add(world: &World, name: &str, role: Role) -> String {
    let draft = AccountDraft { name: name.to_owned(), password: PASSWORD.to_owned(), role, areas: None };
    world.runtime.block_on(world.app.add_account(&Caller::console(), draft)).unwrap().id
}

fn sign_in(world: &World, body: Value) -> Answer {
    world.ask("POST", "/api/session", None, body.to_string().as_bytes(), &[OWN])
}

/// What a browser sends back: the name and the value of the cookie.
fn cookie(answer: &Answer) -> String {
    answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn session(world: &World, name: &str) -> String {
    let answer = sign_in(world, json!({ "name": name, "password": PASSWORD }));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    cookie(&answer)
}

fn with(world: &World, cookie: &str, method: &str, path: &str, body: Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    world.ask(method, path, None, body.as_bytes(), &[("cookie", cookie), OWN])
}

fn give_key(world: &World) {
    let text = Keys::generate().unwrap().to_text().to_string();
    world.app.read_keys_with(Box::new(move || Keys::parse(&text).map(Some).map_err(|bad| bad.to_string())));
}

fn code(secret: &str, steps_on: i64) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret.bytes().map(|letter| format!("{:05b}", letters.iter().position(|known| *known == letter).unwrap())).collect();
    let bytes: Vec<u8> = (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap()).collect();
    let step = jiff::Timestamp::now().as_second() / totp::STEP_S + steps_on;
    format!("{:06}", totp::code_of(&bytes, step))
}

fn signing_in_gives_a_session_that_signing_out_ends(world: World) {
    add(&world, "Li Na", Role::Officer);
    let answer = sign_in(&world, json!({ "name": " li NA ", "password": PASSWORD }));
    assert_eq!((&answer.json()["name"], &answer.json()["role"]), (&json!("Li Na"), &json!("officer")));
    let set = answer.headers["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("sanshi=") && set.contains("; HttpOnly; SameSite=Strict") && !set.contains("Secure"), "{set}");
    let cookie = cookie(&answer);
    let me = with(&world, &cookie, "GET", "/api/me", Value::Null).json();
    assert_eq!((&me["role"], &me["account"]["has_second_factor"]), (&json!("officer"), &json!(false)));
    // A new session at every sign-in.
    assert_ne!(session(&world, "Li Na"), cookie);

    assert_eq!(with(&world, &cookie, "DELETE", "/api/session", Value::Null).status, 204);
    let over = with(&world, &cookie, "GET", "/api/me", Value::Null);
    assert!(over.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"), "the browser is told to forget it");
    assert_eq!(over.code(), "unauthenticated");
    assert_eq!(with(&world, "sanshi=00", "GET", "/api/me", Value::Null).code(), "unauthenticated");

    // Reached over TLS, the cookie is bound to the host.
    world.runtime.block_on(world.app.describe_site(&Caller::console(), &[("public_url", "https://map.example")])).unwrap();
    let answer = sign_in(&world, json!({ "name": "li na", "password": PASSWORD }));
    let set = answer.headers["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("__Host-sanshi=") && set.contains("; Path=/;") && set.contains("; Secure"), "{set}");
}

fn a_wrong_name_and_a_wrong_password_are_answered_alike(world: World) {
    add(&world, "li", Role::Officer);
    let gone = add(&world, "gone", Role::Officer);
    let change = sanshi::app::AccountChange { disabled: Some(true), ..Default::default() };
    world.runtime.block_on(world.app.change_account(&Caller::console(), &gone, change)).unwrap();
    let wrong = sign_in(&world, json!({ "name": "li", "password": "not the password" }));
    for (name, password) in [("nobody", PASSWORD), ("gone", PASSWORD), ("", PASSWORD), ("li", "")] {
        let answer = sign_in(&world, json!({ "name": name, "password": password }));
        assert_eq!((answer.status, &answer.bytes), (wrong.status, &wrong.bytes), "{name}");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    assert_eq!(wrong.code(), "bad_login");

    // Who goes on guessing waits, with the right password too.
    let refused = (0..10).map(|_| sign_in(&world, json!({ "name": "li", "password": "not the password" }))).find(|answer| answer.status == 429);
    let refused = refused.expect("tries are bounded");
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    assert_eq!(refused.code(), "too_many_tries");
    assert_eq!(sign_in(&world, json!({ "name": "li", "password": PASSWORD })).code(), "too_many_tries");
}

fn what_another_site_makes_a_browser_send_is_refused(world: World) {
    let world = World::with_four_houses(world);
    add(&world, "li", Role::Officer);
    let cookie = session(&world, "li");
    let host = world.url.strip_prefix("http://").unwrap().to_owned();
    let body = json!({ "date": world.app.today(), "kind": "lead" }).to_string();
    let send = |headers: &[(&str, &str)]| {
        let headers: Vec<_> = headers.iter().copied().chain([("cookie", cookie.as_str())]).collect();
        world.ask("POST", "/api/houses/A-1/events", None, body.as_bytes(), &headers)
    };
    let foreign: [&[(&str, &str)]; 7] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", &world.url)],
    ];
    for headers in foreign {
        assert_eq!(send(headers).code(), "cross_site", "{headers:?}");
    }
    assert_eq!(send(&[OWN]).status, 201);
    assert_eq!(send(&[("origin", &format!("http://{host}"))]).status, 201);
    // Nobody is signed in or out from elsewhere either.
    let body = json!({ "name": "li", "password": PASSWORD }).to_string();
    assert_eq!(world.ask("POST", "/api/session", None, body.as_bytes(), &[("sec-fetch-site", "cross-site")]).code(), "cross_site");
    assert_eq!(world.ask("DELETE", "/api/session", None, b"", &[("cookie", &cookie), ("origin", "http://evil.example")]).code(), "cross_site");
    assert_eq!(with(&world, &cookie, "GET", "/api/me", Value::Null).json()["role"], "officer");
}

fn the_first_administrator_is_made_once_and_with_the_code_alone(world: World) {
    let setup = |code: &str| {
        let body = json!({ "code": code, "name": "root", "password": PASSWORD }).to_string();
        world.ask("POST", "/api/setup", None, body.as_bytes(), &[OWN])
    };
    // Without a code nobody can, not even with an empty one.
    assert_eq!(setup("").code(), "not_found");
    assert_eq!(world.get("/api/site").json()["first_start"], false);
    let code = world.runtime.block_on(world.app.first_start_code()).unwrap().unwrap();
    assert_eq!(world.get("/api/site").json()["first_start"], true);
    for wrong in ["", "AAAA-AAAA-AAAA-AAAA", &code[1..]] {
        assert_eq!(setup(wrong).code(), "bad_login", "{wrong}");
    }
    assert_eq!(setup(&code.to_lowercase().replace('-', " ")).status, 204);
    assert_eq!(setup(&code).code(), "not_found");
    assert_eq!(world.get("/api/site").json()["first_start"], false);
    assert_eq!(world.runtime.block_on(world.app.first_start_code()).unwrap(), None);
    let me = sign_in(&world, json!({ "name": "root", "password": PASSWORD })).json();
    assert!(me["rights"].as_array().unwrap().contains(&json!("manage_accounts")));
}

/// Gives the secret, the code by which it was taken into use, and the cookie of the session that began with it.
fn enrol(world: &World, cookie: &str) -> (String, String, String) {
    let begun = with(world, cookie, "POST", "/api/account/totp", json!({ "password": PASSWORD }));
    assert_eq!(begun.status, 200, "{}", String::from_utf8_lossy(&begun.bytes));
    assert!(begun.json()["qr"].as_str().unwrap().starts_with("<svg"));
    let secret = begun.json()["secret"].as_str().unwrap().to_owned();
    assert!(begun.json()["uri"].as_str().unwrap().contains(&secret));
    // Until it showed a code it is not in use.
    assert_eq!(with(world, cookie, "POST", "/api/account/totp/confirm", json!({ "code": "000000x" })).code(), "second_factor_needed");
    let first = code(&secret, 0);
    let confirmed = with(world, cookie, "POST", "/api/account/totp/confirm", json!({ "code": first }));
    assert_eq!((confirmed.status, &confirmed.json()["account"]["has_second_factor"]), (200, &json!(true)));
    (secret, first, self::cookie(&confirmed))
}

fn a_second_factor_is_asked_for_and_each_code_counts_once(world: World) {
    add(&world, "li", Role::Officer);
    let cookie = session(&world, "li");
    assert_eq!(with(&world, &cookie, "POST", "/api/account/totp", json!({ "password": PASSWORD })).code(), "no_site_key");
    give_key(&world);
    assert_eq!(with(&world, &cookie, "POST", "/api/account/totp", json!({ "password": "not the password" })).code(), "bad_login");
    let other = session(&world, "li");
    let (secret, first, cookie) = enrol(&world, &cookie);
    assert_eq!(with(&world, &other, "GET", "/api/me", Value::Null).code(), "unauthenticated", "it was signed in without it");
    assert_eq!(with(&world, &cookie, "GET", "/api/me", Value::Null).status, 200);

    let given = |totp: Option<&str>| sign_in(&world, json!({ "name": "li", "password": PASSWORD, "totp": totp }));
    assert_eq!(given(None).code(), "second_factor_needed");
    assert_eq!(given(Some("")).code(), "second_factor_needed");
    // Used when it was enrolled.
    assert_eq!(given(Some(&first)).code(), "second_factor_needed");
    // Clocks differ: the next one is taken already.
    let now = code(&secret, 1);
    let wrong = sign_in(&world, json!({ "name": "li", "password": "not the password", "totp": now }));
    assert_eq!(wrong.code(), "bad_login");
    assert_eq!(given(Some(&now)).status, 200);
    assert_eq!(given(Some(&now)).code(), "second_factor_needed");
    // Another one takes the password and a code of this one.
    for totp in [Value::Null, json!("000000x"), json!(now)] {
        let begun = with(&world, &cookie, "POST", "/api/account/totp", json!({ "password": PASSWORD, "totp": totp }));
        assert_eq!(begun.code(), "second_factor_needed", "{totp}");
    }

    // An administrator helps who lost it.
    add(&world, "root", Role::Administrator);
    let root = session(&world, "root");
    let accounts = with(&world, &root, "GET", "/api/accounts", Value::Null).json();
    let li = accounts["accounts"].as_array().unwrap().iter().find(|account| account["name"] == "li").unwrap().clone();
    assert_eq!(li["has_second_factor"], true);
    let path = format!("/api/accounts/{}", li["id"].as_str().unwrap());
    assert_eq!(with(&world, &root, "PATCH", &path, json!({ "reset_second_factor": true })).json()["has_second_factor"], false);
    assert_eq!(given(None).status, 200);
}

fn where_the_site_asks_for_it_nothing_is_done_before_a_second_factor_is_enrolled(world: World) {
    let world = world.with_four_houses();
    add(&world, "root", Role::Administrator);
    add(&world, "li", Role::Officer);
    let (root, li) = (session(&world, "root"), session(&world, "li"));
    let ask_for_it = || with(&world, &root, "PUT", "/api/accounts/policy", json!({ "second_factor": "staff", "idle_minutes": 20 }));
    assert_eq!(ask_for_it().code(), "no_site_key");
    give_key(&world);
    assert_eq!(ask_for_it().status, 204);
    let me = with(&world, &li, "GET", "/api/me", Value::Null).json();
    assert_eq!((&me["account"]["must_enrol"], &me["rights"]), (&json!(true), &json!([])));
    let body = json!({ "date": world.app.today(), "kind": "lead" });
    assert_eq!(with(&world, &li, "POST", "/api/houses/A-1/events", body.clone()).code(), "forbidden");
    assert_eq!(with(&world, &root, "GET", "/api/accounts", Value::Null).code(), "forbidden");
    let (_, _, li) = enrol(&world, &li);
    assert_eq!(with(&world, &li, "POST", "/api/houses/A-1/events", body).status, 201);
}

fn disabling_an_account_or_changing_its_role_or_password_ends_its_sessions(world: World) {
    let id = add(&world, "li", Role::Officer);
    add(&world, "root", Role::Administrator);
    let root = session(&world, "root");
    let path = format!("/api/accounts/{id}");
    for (change, ends) in [
        (json!({ "role": "assistant" }), true),
        (json!({ "areas": ["V1"] }), false),
        (json!({ "areas": null }), false),
        (json!({ "role": "assistant" }), false),
        (json!({ "password": PASSWORD }), true),
        (json!({ "disabled": true }), true),
    ] {
        let cookie = session(&world, "li");
        assert_eq!(with(&world, &root, "PATCH", &path, change.clone()).status, 200, "{change}");
        let me = with(&world, &cookie, "GET", "/api/me", Value::Null);
        assert_eq!(me.status == 401, ends, "{change}");
        if !ends {
            assert_eq!(me.json()["areas"], change.get("areas").cloned().unwrap_or(Value::Null), "{change}");
        }
    }
    assert_eq!(sign_in(&world, json!({ "name": "li", "password": PASSWORD })).code(), "bad_login");
    assert_eq!(with(&world, &root, "PATCH", &path, json!({ "disabled": false })).json()["disabled"], false);
    session(&world, "li");
    assert_eq!(with(&world, &root, "PATCH", "/api/accounts/nobody", json!({})).code(), "not_found");
    let audit = world.runtime.block_on(world.app.store().latest_audit(&sanshi::store::AuditQuery::default(), 100)).unwrap();
    assert!(audit.iter().filter(|row| row.action == "change_account" && row.who == "root" && row.subject == id).count() >= 7);
}

fn the_last_administrator_stays(world: World) {
    let id = add(&world, "root", Role::Administrator);
    let root = session(&world, "root");
    let path = format!("/api/accounts/{id}");
    for change in [json!({ "disabled": true }), json!({ "role": "officer" }), json!({ "areas": ["V1"] })] {
        assert_eq!(with(&world, &root, "PATCH", &path, change).code(), "last_administrator");
    }
    add(&world, "second", Role::Administrator);
    assert_eq!(with(&world, &root, "PATCH", &path, json!({ "role": "officer" })).status, 200);
}

fn ones_own_password_is_changed_and_other_sessions_end(world: World) {
    add(&world, "li", Role::Officer);
    let (here, elsewhere) = (session(&world, "li"), session(&world, "li"));
    let change = |current: &str, new: &str| with(&world, &here, "POST", "/api/account/password", json!({ "current": current, "new": new }));
    assert_eq!(change("not the password", "another long password").code(), "bad_login");
    assert_eq!(change(PASSWORD, "short").code(), "invalid");
    let changed = change(PASSWORD, "another long password");
    assert_eq!(changed.status, 200);
    assert_eq!(with(&world, &cookie(&changed), "GET", "/api/me", Value::Null).json()["name"], "li");
    for over in [&here, &elsewhere] {
        assert_eq!(with(&world, over, "GET", "/api/me", Value::Null).code(), "unauthenticated");
    }
    assert_eq!(sign_in(&world, json!({ "name": "li", "password": PASSWORD })).code(), "bad_login");
    assert_eq!(sign_in(&world, json!({ "name": "li", "password": "another long password" })).status, 200);
    // A token is nobody's account.
    let token = world.token(Role::Officer);
    assert_eq!(world.post_as(&token, "/api/account/password", r#"{"current":"a","new":"b"}"#).code(), "sign_in_needed");
}

fn what_does_not_fit_is_refused_and_never_repeated(world: World) {
    add(&world, "root", Role::Administrator);
    let root = session(&world, "root");
    let add = |body: Value| with(&world, &root, "POST", "/api/accounts", body);
    let cases = [
        (json!({ "name": "", "password": PASSWORD, "role": "officer" }), "invalid"),
        (json!({ "name": "x".repeat(41), "password": PASSWORD, "role": "officer" }), "invalid"),
        (json!({ "name": "li\u{0}", "password": PASSWORD, "role": "officer" }), "invalid"),
        (json!({ "name": "li", "password": "elevenchars", "role": "officer" }), "invalid"),
        (json!({ "name": "station officer", "password": "Station Officer", "role": "officer" }), "invalid"),
        (json!({ "name": "li", "password": "planted!".repeat(100), "role": "officer" }), "invalid"),
        (json!({ "name": "li", "password": PASSWORD, "role": "public" }), "invalid"),
        (json!({ "name": "li", "password": PASSWORD, "role": "officer", "areas": [] }), "invalid"),
        (json!({ "name": "li", "password": PASSWORD, "role": "officer", "areas": ["a b"] }), "invalid"),
        (json!({ "name": "li", "password": PASSWORD, "role": "king" }), "bad_json"),
        (json!({ "name": "li", "password": ["planted!"], "role": "officer" }), "bad_json"),
        (json!({ "name": "li", "role": "planted!" }), "bad_json"),
        (json!({ "name": "ROOT", "password": PASSWORD, "role": "officer" }), "name_taken"),
    ];
    for (body, expected) in cases {
        let answer = add(body.clone());
        assert_eq!(answer.code(), expected, "{body}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("planted!"), "{}", String::from_utf8_lossy(&answer.bytes));
    }
    for body in ["", "{", "[]", r#"{"name":1}"#] {
        assert_eq!(world.ask("POST", "/api/session", None, body.as_bytes(), &[OWN]).code(), "bad_json", "{body}");
    }
    for minutes in [0, -1, 721] {
        let answer = with(&world, &root, "PUT", "/api/accounts/policy", json!({ "second_factor": "off", "idle_minutes": minutes }));
        assert_eq!(answer.code(), "invalid");
    }
    assert_eq!(with(&world, &root, "GET", "/api/accounts", Value::Null).json()["accounts"].as_array().unwrap().len(), 1);
}

fn a_token_keeps_only_the_rights_it_was_given(world: World) {
    let world = world.with_four_houses();
    add(&world, "root", Role::Administrator);
    let root = session(&world, "root");
    let make = |body: Value| with(&world, &root, "POST", "/api/tokens", body);
    let made = make(json!({ "name": "reader", "role": "officer", "areas": ["V1", "V2"], "rights": ["see_work", "see_staff_lines"], "days": 1 })).json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    let me = world.ask("GET", "/api/me", Some(&secret), b"", &[]).json();
    assert_eq!((&me["areas"], &me["rights"]), (&json!(["V1", "V2"]), &json!(["see_staff_lines", "see_work"])));
    let body = json!({ "date": world.app.today(), "kind": "lead" }).to_string();
    assert_eq!(world.post_as(&secret, "/api/houses/A-1/events", &body).code(), "forbidden");
    assert_eq!(make(json!({ "name": "x", "role": "analyst", "rights": ["record_event"] })).code(), "invalid");
    // An administrator of an area keeps nothing that reaches beyond it.
    let local = make(json!({ "name": "local", "role": "administrator", "areas": ["V1"] })).json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(world.ask("GET", "/api/accounts", Some(&local), b"", &[]).code(), "forbidden");
    assert_eq!(world.ask("POST", "/api/imports/houses", Some(&local), FOUR_HOUSES.as_bytes(), &[]).code(), "forbidden");

    let listed = with(&world, &root, "GET", "/api/tokens", Value::Null).json();
    assert!(listed["tokens"].as_array().unwrap().iter().any(|token| token["name"] == "reader" && token["expires_at"].is_string()));
    assert!(!listed.to_string().contains("sanshi_"));
    let path = format!("/api/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(with(&world, &root, "DELETE", &path, Value::Null).status, 204);
    assert_eq!(with(&world, &root, "DELETE", &path, Value::Null).code(), "not_found");
    assert_eq!(world.ask("GET", "/api/me", Some(&secret), b"", &[]).code(), "unauthenticated");
}

fn no_secret_is_stored_as_it_is(world: World) {
    if !world.database_url.starts_with("sqlite") {
        return;
    }
    give_key(&world);
    add(&world, "li", Role::Officer);
    let cookie = session(&world, "li");
    let (secret, _, cookie) = enrol(&world, &cookie);
    let token = world.token(Role::Officer);
    let mut stored = Vec::new();
    let entries = std::fs::read_dir(world.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    for file in entries.filter(|path| path.is_file()) {
        stored.extend(std::fs::read(file).unwrap());
    }
    let holds = |text: &str| stored.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("$argon2id$v=19$m=19456,t=2,p=1$"), "the files were read");
    for hidden in [PASSWORD, cookie.split_once('=').unwrap().1, &secret, &token] {
        assert!(!holds(hidden), "{hidden}");
    }
}

fn a_session_ends_when_it_is_idle_and_after_half_a_day_at_the_latest(world: World) {
    add(&world, "li", Role::Officer);
    let age = |column: &str, minutes: i64| {
        let statement = sqlx::AssertSqlSafe(format!("update sessions set {column} = {column} - {}", minutes * 60_000));
        world.runtime.block_on(async {
            if world.database_url.starts_with("sqlite") {
                let mut connection = sqlx::SqliteConnection::connect(&world.database_url).await.unwrap();
                sqlx::query(statement).execute(&mut connection).await.map(|done| done.rows_affected())
            } else {
                let mut connection = sqlx::PgConnection::connect(&world.database_url).await.unwrap();
                sqlx::query(statement).execute(&mut connection).await.map(|done| done.rows_affected())
            }
        })
    };
    let is_in = |cookie: &str| with(&world, cookie, "GET", "/api/me", Value::Null).status == 200;
    let idle = session(&world, "li");
    age("seen_at_ms", 14).unwrap();
    assert!(is_in(&idle));
    // Being used, it is not idle any more.
    age("seen_at_ms", 14).unwrap();
    assert!(is_in(&idle));
    age("seen_at_ms", 16).unwrap();
    assert!(!is_in(&idle));
    let old = session(&world, "li");
    age("made_at_ms", 12 * 60 - 1).unwrap();
    assert!(is_in(&old));
    age("made_at_ms", 2).unwrap();
    assert!(!is_in(&old));
    // What is over is swept out at the next sign-in.
    session(&world, "li");
    assert_eq!(age("made_at_ms", 0).unwrap(), 1);
}

fn who_keeps_only_some_rights_gives_no_others(world: World) {
    let make = |token: &str, body: Value| world.post_as(token, "/api/tokens", body.to_string());
    let whole = world.token(Role::Administrator);
    let narrow = |name: &str, rights: &[&str]| {
        let made = make(&whole, json!({ "name": name, "role": "administrator", "rights": rights }));
        made.json()["secret"].as_str().unwrap().to_owned()
    };
    let tokens_only = narrow("tokens", &["manage_tokens", "see_work"]);
    for draft in [
        json!({ "name": "x", "role": "administrator" }),
        json!({ "name": "x", "role": "administrator", "rights": ["manage_tokens", "manage_accounts"] }),
        json!({ "name": "x", "role": "officer" }),
    ] {
        assert_eq!(make(&tokens_only, draft.clone()).code(), "forbidden", "{draft}");
    }
    assert_eq!(make(&tokens_only, json!({ "name": "x", "role": "officer", "rights": ["see_work"] })).status, 201);
    assert_eq!(make(&whole, json!({ "name": "y", "role": "officer" })).status, 201, "a whole administrator gives any role");
    // An account would be a way round.
    let accounts_only = narrow("accounts", &["manage_accounts"]);
    let root = add(&world, "root", Role::Administrator);
    let draft = json!({ "name": "mole", "password": PASSWORD, "role": "administrator" }).to_string();
    assert_eq!(world.post_as(&accounts_only, "/api/accounts", draft).code(), "forbidden");
    let change = json!({ "password": "another long password" }).to_string();
    assert_eq!(world.ask("PATCH", &format!("/api/accounts/{root}"), Some(&accounts_only), change.as_bytes(), &[]).code(), "forbidden");
}

fn one_name_is_one_somebody(world: World) {
    let root = world.token(Role::Administrator);
    let token = |name: &str| world.post_as(&root, "/api/tokens", json!({ "name": name, "role": "officer" }).to_string());
    let account = |name: &str| world.post_as(&root, "/api/accounts", json!({ "name": name, "password": PASSWORD, "role": "officer" }).to_string());
    assert_eq!(account("Li Na").status, 201);
    assert_eq!(token("li NA").code(), "name_taken");
    let reader = token("reader");
    assert_eq!((token("Reader").code(), account("READER").code()), ("name_taken".to_owned(), "name_taken".to_owned()));
    for bad in ["console", "Public", "Li\u{a0}Na", "Li Na\u{200b}", "Li  Na", "\u{202e}aN iL"] {
        assert_eq!((token(bad).code(), account(bad).code()), ("invalid".to_owned(), "invalid".to_owned()), "{bad:?}");
    }
    // A name is free again when its token has ended.
    let path = format!("/api/tokens/{}", reader.json()["id"].as_str().unwrap());
    assert_eq!(world.ask("DELETE", &path, Some(&root), b"", &[]).status, 204);
    assert_eq!(account("reader").status, 201);
}

fn a_colleague_is_not_kept_out_by_a_stranger_who_guesses_at_the_name(world: World) {
    add(&world, "li", Role::Officer);
    let from = |last: u8| std::net::IpAddr::from([10, 0, 0, last]);
    let try_in = |password: &str, from| {
        let given = sanshi::app::SignIn { name: "li".to_owned(), password: password.to_owned(), code: None };
        world.runtime.block_on(world.app.sign_in(given, from))
    };
    assert!(try_in(PASSWORD, from(1)).is_ok());
    for guess in 0..12 {
        assert!(try_in("not the password", from(100 + guess)).is_err());
    }
    assert!(try_in(PASSWORD, from(1)).is_ok(), "where the name has signed in, strangers make nobody wait");
}

fn behind_a_trusted_proxy_each_asks_from_an_address_of_their_own(mut world: World) {
    let auditor = world.token(Role::Auditor);
    let place = |world: &World| {
        let headers = [("x-forwarded-for", "127.0.0.1, 203.0.113.7")];
        let token = world.token(Role::Administrator);
        let body = json!({ "name": ulid::Ulid::generate().to_string(), "role": "analyst" }).to_string();
        assert_eq!(world.ask("POST", "/api/tokens", Some(&token), body.as_bytes(), &headers).status, 201);
        let rows = world.ask("GET", "/api/audit?action=make_token", Some(&auditor), b"", &[]).json();
        rows["rows"][0]["place"].as_str().unwrap().to_owned()
    };
    assert_eq!(place(&world), "127.0.0.1", "anybody can write the header");
    let listener = world.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    world.url = format!("http://{}", listener.local_addr().unwrap());
    let limits = sanshi::http::Limits { trusted_proxy: Some([127, 0, 0, 1].into()), ..Default::default() };
    let router = sanshi::http::router(std::sync::Arc::clone(&world.app));
    world.runtime.spawn(sanshi::http::serve(listener, router, limits, std::future::pending()));
    assert_eq!(place(&world), "203.0.113.7");
}
