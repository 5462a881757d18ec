//! What changed, told as it happens: server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::{
    convert::Infallible,
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep, timeout_at},
};
use utoipa::IntoParams;

use super::{
    asking::{Ask, Asker, view_of, who_still_asks},
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, Caller, News},
    atlas::{Changed, View},
};

/// Listeners at once. Each holds a connection and a few hundred bytes.
const MOST: usize = 1_000;
/// More tiles than this are told as everywhere.
const MOST_TILES: usize = 500;
/// Commits that follow one another this fast are told as one.
const PAUSE: Duration = Duration::from_millis(50);
/// A silent connection is kept from being taken for dead; as often it is asked whether who listens still may.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(MOST)));

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Options {
    /// `published` or `computed`: whose tiers; what the asker sees by default when left out.
    r#as: Option<String>,
}

/// Tells of each commit that changes what the asker sees: event `change` with `revision`, `tiles` (`[x, y]` of zoom 16; `null` for
/// everywhere) and `base` (whether the base map changed). Beyond the areas that the asker answers for, of what the public sees alone. It ends
/// with the session or the token. The event's id is the revision; with `Last-Event-ID` what was missed comes first.
#[utoipa::path(get, path = "/api/changes", params(Options), tag = "tiles",
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn changes(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<Options>, headers: HeaderMap) -> Result<Response, Problem> {
    let view = view_of(&caller, options.r#as.as_deref())?;
    let identity = headers.iter().filter(|(name, _)| [header::AUTHORIZATION, header::COOKIE].contains(name));
    let identity = identity.map(|(name, value)| (name.clone(), value.clone())).collect();
    let Ok(place) = Arc::clone(&PLACES).try_acquire_owned() else {
        return Err(Problem::new(Code::Unavailable, format!("{MOST} listen already")).retry_after(30));
    };
    let now = app.snapshot();
    let last_heard = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok()).filter(|heard| *heard <= now.revision());
    let listener = Listener {
        news: app.follow(),
        app,
        identity,
        caller,
        wanted: options.r#as,
        view,
        asked: Instant::now(),
        heard: last_heard.unwrap_or(now.revision()),
        has_greeted: false,
        _place: place,
    };
    let events = stream::unfold(listener, |mut listener| async { listener.next().await.map(|event| (Ok::<_, Infallible>(event), listener)) });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE)).into_response();
    // A proxy must not hold events back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

struct Listener {
    app: Arc<App>,
    news: watch::Receiver<News>,
    /// The headers that say who listens.
    identity: HeaderMap,
    caller: Caller,
    wanted: Option<String>,
    view: View,
    /// When it was asked last who listens.
    asked: Instant,
    /// The revision up to which it knows.
    heard: i64,
    has_greeted: bool,
    _place: OwnedSemaphorePermit,
}

impl Listener {
    /// Waits for the next event; `None` when the site closes or who listens may no longer.
    async fn next(&mut self) -> Option<Event> {
        if !self.has_greeted {
            self.has_greeted = true;
            return Some(self.event("open", &json!({ "revision": self.heard })));
        }
        loop {
            if *self.news.borrow_and_update() == News::Closing {
                return None;
            }
            if self.asked.elapsed() >= SIGN_OF_LIFE {
                self.ask_again().await?;
            }
            if let Some(event) = self.change() {
                return Some(event);
            }
            if let Ok(news) = timeout_at(self.asked + SIGN_OF_LIFE, self.news.changed()).await {
                news.ok()?;
                sleep(PAUSE).await;
            }
        }
    }

    /// Asks who listens now: their areas may be others by then.
    async fn ask_again(&mut self) -> Option<()> {
        self.caller = who_still_asks(&self.identity, &self.app).await.ok()??;
        self.view = view_of(&self.caller, self.wanted.as_deref()).ok()?;
        self.asked = Instant::now();
        Some(())
    }

    fn change(&mut self) -> Option<Event> {
        let now = self.app.snapshot_for(&self.caller);
        if now.revision() <= self.heard {
            return None;
        }
        let tiles = match now.changed_since(self.heard, self.view) {
            Changed::Tiles(tiles) if tiles.len() <= MOST_TILES => Some(tiles),
            _ => None,
        };
        let is_base = now.base_revision() > self.heard;
        self.heard = now.revision();
        if tiles.as_ref().is_some_and(Vec::is_empty) && !is_base {
            return None;
        }
        let tiles = tiles.map(|tiles| tiles.into_iter().map(|tile| [tile.x(), tile.y()]).collect::<Vec<_>>());
        Some(self.event("change", &json!({ "revision": self.heard, "tiles": tiles, "base": is_base })))
    }

    fn event(&self, name: &str, data: &serde_json::Value) -> Event {
        Event::default().event(name).id(self.heard.to_string()).data(data.to_string())
    }
}
