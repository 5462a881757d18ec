//! A smallest world to test in: a site in a scratch folder or schema, served by the real server on a free port.

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use sanshi::{
    app::{App, Caller, DEMO_POLICY, Darkroom, ImportFile, ImportReport, ImportedKind, TokenDraft},
    domain::access::Role,
    http::{self, Limits},
    media::Shelf,
    store::Store,
    transfer::Mapping,
    vault::Keys,
};
use serde_json::Value;
use tokio::{net::TcpListener, runtime::Runtime};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Makes one test per engine of a function `fn(World)`.
macro_rules! on_both_engines {
    ($($name:ident)*) => { $(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name(crate::world::World::new(crate::world::Engine::Sqlite).expect("SQLite is always there"));
            }

            #[test]
            fn on_postgres() {
                if let Some(world) = crate::world::World::new(crate::world::Engine::Postgres) {
                    super::$name(world);
                }
            }
        }
    )* };
}
pub(crate) use on_both_engines;

pub struct World {
    pub app: Arc<App>,
    pub runtime: Runtime,
    pub url: String,
    pub database_url: String,
    pub folder: tempfile::TempDir,
    /// A token of an analyst: sees what staff see, may change nothing.
    pub staff: String,
}

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("no JSON ({error}): {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", String::from_utf8_lossy(&self.bytes));
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(!problem["title_zh"].as_str().unwrap().is_empty());
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// `None` where there is no PostgreSQL to test with; in CI that is a failure.
pub fn postgres_url() -> Option<String> {
    match std::env::var("SANSHI_TEST_POSTGRES") {
        Ok(url) => Some(url),
        Err(_) if std::env::var("CI").is_ok() => panic!("SANSHI_TEST_POSTGRES is not set: in CI the suite must run on PostgreSQL too"),
        Err(_) => {
            eprintln!("SKIPPED on PostgreSQL: SANSHI_TEST_POSTGRES is not set (tests/run starts a cluster and sets it)");
            None
        }
    }
}

impl World {
    /// An empty site under the policy of the reference community.
    pub fn new(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("sanshi.db").display()),
            Engine::Postgres => runtime.block_on(fresh_schema(&postgres_url()?)),
        };
        let app = runtime.block_on(open(&database_url));
        app.keep_photos(Darkroom::new(Shelf::folder(&folder.path().join("photos")).unwrap(), folder.path().join("photos-on-their-way")));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(http::serve(listener, http::router(Arc::clone(&app)), Limits::default(), std::future::pending()));
        let staff = runtime.block_on(app.make_token(&Caller::console(), TokenDraft::new("analyst", Role::Analyst))).unwrap().secret;
        Some(Self { app, runtime, url, database_url, folder, staff })
    }

    /// What somebody with the database's file or password can do.
    pub fn execute(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        use sqlx::Connection;
        self.runtime.block_on(async {
            if self.database_url.starts_with("sqlite") {
                let mut connection = sqlx::SqliteConnection::connect(&self.database_url).await?;
                sqlx::query(statement).execute(&mut connection).await.map(|_| ())
            } else {
                let mut connection = sqlx::PgConnection::connect(&self.database_url).await?;
                sqlx::query(statement).execute(&mut connection).await.map(|_| ())
            }
        })
    }

    /// Another process on the same database.
    pub fn second_process(&self) -> Arc<App> {
        self.runtime.block_on(open(&self.database_url))
    }

    /// A site that keeps personal data, under keys that lie nowhere but in this process.
    pub fn with_keys(self) -> Self {
        let text = Keys::generate().unwrap().to_text();
        self.app.read_keys_with(Box::new(move || Keys::parse(&text).map(Some).map_err(|bad| bad.to_string())));
        self
    }

    pub fn token(&self, role: Role) -> String {
        // No two tokens in force have one name.
        let name = format!("test {}", ulid::Ulid::generate());
        self.runtime.block_on(self.app.make_token(&Caller::console(), TokenDraft::new(&name, role))).unwrap().secret
    }

    /// As staff see it.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, Some(&self.staff), b"", &[])
    }

    pub fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, Some(&self.staff), body.as_ref(), &[])
    }

    /// As everybody sees it.
    pub fn public_get(&self, path: &str) -> Answer {
        self.ask("GET", path, None, b"", &[])
    }

    pub fn public_post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, None, body.as_ref(), &[])
    }

    pub fn post_as(&self, token: &str, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, Some(token), body.as_ref(), &[])
    }

    pub fn ask(&self, method: &str, path: &str, token: Option<&str>, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = if method == "GET" { agent.run(request.body(()).unwrap()) } else { agent.run(request.body(body.to_vec()).unwrap()) };
        let mut response = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let bytes = response.body_mut().with_config().limit(100 << 20).read_to_vec().unwrap();
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), bytes }
    }

    pub fn import(&self, what: ImportedKind, text: &str) -> ImportReport {
        self.import_file(what, text.as_bytes(), Mapping::default())
    }

    pub fn import_file(&self, what: ImportedKind, bytes: &[u8], mapping: Mapping) -> ImportReport {
        let file = ImportFile { name: "test".to_owned(), bytes: bytes.to_vec(), form: None, mapping, datum: None };
        self.runtime.block_on(self.app.import(&Caller::console(), what, file, false)).unwrap()
    }

    /// Three rental houses and one that is not let, close together.
    pub fn with_four_houses(self) -> Self {
        let report = self.import(ImportedKind::Houses, FOUR_HOUSES);
        assert_eq!((report.new, report.faulty), (4, 0), "{:?}", report.faults);
        self
    }

    /// A token of a member of staff who answers for an area.
    pub fn token_for(&self, name: &str, role: Role, area: Option<&str>) -> String {
        let draft = TokenDraft { areas: area.map(|code| vec![code.to_owned()]), ..TokenDraft::new(name, role) };
        self.runtime.block_on(self.app.make_token(&Caller::console(), draft)).unwrap().secret
    }

    /// Makes everything recorded so far public, as if officers had confirmed each worse tier on its day.
    pub fn published(self) -> Self {
        let until = self.app.today();
        self.runtime.block_on(self.app.adopt_past(&Caller::console(), until, "test")).unwrap();
        self
    }

    pub fn demo(self) -> Self {
        self.runtime.block_on(self.app.fill_with_demo()).unwrap();
        self
    }
}

pub const FOUR_HOUSES: &str = "house_code,lon,lat,address,kind,area_code,door_plate
A-1,120.0501,31.7201,前桥村1号,rental,V1,1号
A-2,120.0502,31.7202,前桥村2号,rental,V1,2号
A-3,120.0503,31.7203,前桥村3号,rental,V1,
A-4,120.0504,31.7204,前桥村4号,owner_occupied,V1,4号
";

/// A square around the four houses.
pub const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[120.05,31.72],[120.06,31.72],[120.06,31.73],[120.05,31.73],[120.05,31.72]]]}"#;

/// The whole Earth, nearly.
pub const EVERYWHERE: &str = r#"{"type":"Polygon","coordinates":[[[-179,-80],[0,-80],[179,-80],[179,80],[0,80],[-179,80],[-179,-80]]]}"#;

/// The key of the audit of all sites of a test.
pub fn audit_keys() -> Arc<Keys> {
    static KEYS: LazyLock<Arc<Keys>> = LazyLock::new(|| Arc::new(Keys::generate().unwrap()));
    Arc::clone(&KEYS)
}

async fn open(url: &str) -> Arc<App> {
    let store = Store::open(url, audit_keys()).await.unwrap();
    App::open(store, jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(), Some(DEMO_POLICY)).await.unwrap()
}

async fn fresh_schema(server: &str) -> String {
    use sqlx::{AssertSqlSafe, Connection};
    let name = format!("t{}", ulid::Ulid::generate().to_string().to_lowercase());
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("create schema {name}"))).execute(&mut connection).await.unwrap();
    let sign = if server.contains('?') { '&' } else { '?' };
    format!("{server}{sign}options=-c%20search_path%3D{name}")
}

/// What every developer and CI has beside the project; `None` on a reader's own machine.
pub fn shared() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: ../shared is not there");
    None
}
